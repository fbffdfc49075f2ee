//! Plans: the question to the author or to an approver, the way a plan ended, and the reasons for
//! which it was not done at once.
//!
//! Invariant: the button that says yes carries the client and the version that stand above it, so an
//! old button confirms nothing else.

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::contract::Facts;
use shared::contract::plan::{PlanCard, PlannedLetter};
use shared::credits::types::Changed;
use shared::kernel::credit::{Kind, grouped, grouped_signed};
use shared::kernel::id::NamedStaff;
use shared::kernel::money::Money;
use shared::kernel::movement::{KindChange, Movement};
use shared::ledger::account::RecentChange;
use shared::plans::types::{PlanState, Question};

use super::words::{credits, fixed, name, person};
use crate::commands;
use crate::commands::credits::deducted;
use crate::json::put;
use crate::view::{Mark, Suggestion, Text, View, Weight};

/// A plan.
pub fn view(plan: &PlanCard) -> View {
    let action = commands::proposed(plan).action;
    match plan.state {
        PlanState::AwaitsConfirm => {
            let is_duplicate = plan.questions.iter().any(Question::is_duplicate);
            let words = if is_duplicate { "Again? Please confirm: " } else { "Please confirm: " };
            to_confirm(plan, View::new(Mark::Asks, fixed(words).then(action)))
        }
        PlanState::AwaitsApproval => {
            let headline = person(&plan.by).fixed(" asks to ").then(action);
            to_approve(plan, View::new(Mark::Approval, headline))
        }
        PlanState::Done
        | PlanState::Cancelled
        | PlanState::Denied
        | PlanState::Expired
        | PlanState::Lapsed => {
            let headline = fixed(format!("{} {}: ", plan.op, state_word(plan.state)));
            View::new(Mark::Answer, headline.then(action))
        }
    }
}

/// The change and the reasons of a plan that waits.
fn with_reasons(plan: &PlanCard, view: View) -> View {
    let view = view.lines(commands::proposed(plan).lines);
    let reason = |view: View, why| view.line(fixed("• ").then(sentence(why, Some(&plan.by))));
    let view = plan.questions.iter().fold(view, reason);
    plan.letters.iter().fold(view, |view, letter| view.line(mail(letter)))
}

/// The mail that follows a change, as its client will read it.
fn mail(letter: &PlannedLetter) -> Text {
    let line = fixed("Mail to ").input(letter.to.clone()).fixed(" ten minutes later: “");
    line.input(letter.lines.join(" ")).fixed("”")
}

/// The command that says yes, with a button that carries what stands above it.
pub fn yes(plan: &PlanCard, label: &str, word: &str, effect: &str) -> Suggestion {
    let line = format!("/{word} {}", plan.op);
    let about = plan.client().map(|client| format!(" about:{}", client.id)).unwrap_or_default();
    let pressed = format!("{line}{about} seen:{}", plan.version);
    Suggestion::new(line, effect).labelled(label, Weight::Main).pressed(pressed)
}

fn to_confirm(plan: &PlanCard, view: View) -> View {
    let offers = deducted::offers(plan);
    let is_for_two = plan.questions.iter().any(Question::needs_approval);
    let then =
        if is_for_two { " After your confirmation, another person must approve it." } else { "" };
    let expires = fixed(format!("Nothing was changed yet.{then} Expires ")).time(plan.expires);
    let label = if offers.is_empty() { "Confirm" } else { "Deduct anyway" };
    let effect = match (is_for_two, offers.is_empty()) {
        (true, _) => "confirms it and asks for the approval",
        (false, true) => "confirms it",
        (false, false) => "deducts the credits anyway",
    };
    let view = with_reasons(plan, view).line(expires.fixed("."));
    let view = offers.into_iter().fold(view, View::suggestion);
    view.suggestion(yes(plan, label, "confirm", effect)).suggest_as(
        ("Cancel", Weight::Plain),
        format!("/deny {}", plan.op),
        "cancels it",
    )
}

fn to_approve(plan: &PlanCard, view: View) -> View {
    let needs = fixed("Nothing was changed yet. Someone other than ")
        .then(person(&plan.by))
        .fixed(" must approve it before ")
        .time(plan.expires)
        .fixed(", or it expires.");
    let effect = "approves it (another person with a sufficient limit)";
    let deny = format!("/deny {} <reason>", plan.op);
    with_reasons(plan, view)
        .line(needs)
        .public()
        .suggestion(yes(plan, "Approve", "approve", effect))
        .suggest_as(("Deny…", Weight::Danger), deny, "denies it")
}

/// A plan that ended without being done, and why.
pub fn ended(plan: &PlanCard) -> View {
    let words = match plan.state {
        PlanState::Denied => "Denied: ",
        PlanState::Expired => "Expired without an answer: ",
        PlanState::Lapsed => "Lapsed: ",
        PlanState::AwaitsConfirm
        | PlanState::AwaitsApproval
        | PlanState::Done
        | PlanState::Cancelled => "Cancelled: ",
    };
    let action = commands::proposed(plan).action;
    // A lapse has the desk's own sentence for a reason, a denial the words of a person.
    let reason = match (&plan.reason, plan.state) {
        (None, _) => Text::new(),
        (Some(reason), PlanState::Lapsed) => Text::new().input(reason.clone()).fixed(" "),
        (Some(reason), _) => fixed("Reason: ").input(reason.clone()).fixed(". "),
    };
    View::new(Mark::Answer, fixed(words).then(action).fixed("."))
        .line(reason.fixed("Nothing was changed."))
        .footer(fixed(plan.op.to_string()))
        .public()
}

fn state_word(state: PlanState) -> &'static str {
    match state {
        PlanState::AwaitsConfirm | PlanState::AwaitsApproval => "waits",
        PlanState::Done => "was done",
        PlanState::Cancelled => "was cancelled",
        PlanState::Denied => "was denied",
        PlanState::Expired => "has expired",
        PlanState::Lapsed => "has lapsed",
    }
}

/// A plan in a few words, for pick lists: `+500 MMS · ACME Ltd · Dana`.
pub fn label(plan: &PlanCard) -> String {
    let client = plan.client().map(|client| format!("{} · ", client.name)).unwrap_or_default();
    format!("{} · {client}{}", summary(plan), plan.by.name)
}

/// What a plan would do in a few words: `ACME Ltd (c_2) +500 MMS`, and with which other client or
/// operation.
pub fn request(plan: &PlanCard) -> Text {
    let Some(client) = plan.client() else { return commands::proposed(plan).action };
    let of = name(client).fixed(format!(" {}", summary(plan)));
    let Facts::Credits(facts) = &plan.facts else { return of };
    let other = plan.movement.as_ref().and_then(Movement::other);
    let of = match &facts.change {
        Changed::Added(_) | Changed::Deducted | Changed::Moved => of,
        Changed::Undone(op) => of.fixed(format!(" · undo of {op}")),
        Changed::Corrected { op, .. } => of.fixed(format!(" · correction of {op}")),
        Changed::Voided => of.fixed(" · void invoice"),
    };
    match other {
        Some(other) => {
            of.fixed(if is_taken(plan) { " → " } else { " from " }).then(name(other.client))
        }
        None => of,
    }
}

/// Whether it takes credits from the client that it is about.
fn is_taken(plan: &PlanCard) -> bool {
    let main = plan.movement.as_ref().and_then(Movement::main);
    main.is_some_and(|main| main.changes.iter().any(|change| change.amount < 0))
}

/// What a plan would do to its client in a few words: `+500 MMS`.
fn summary(plan: &PlanCard) -> String {
    let Some(main) = plan.movement.as_ref().and_then(Movement::main) else {
        return commands::proposed(plan).action.plain();
    };
    let of = |change: &KindChange| {
        let sign = if change.amount > 0 { "+" } else { "" };
        format!("{sign}{} {}", grouped_signed(change.amount), change.kind)
    };
    main.changes.iter().map(of).collect::<Vec<_>>().join(", ")
}

/// A reason for which a change was not done at once, as a sentence.
pub fn sentence(reason: &Question, by: Option<&NamedStaff>) -> Text {
    match reason {
        Question::Grant => fixed("It gives credits free of charge."),
        Question::Deduct => fixed("It takes credits away."),
        Question::Reversal => fixed("It reverses an operation."),
        Question::SendsBack => fixed("Money goes back to its payer, and cannot be fetched again."),
        Question::ByPrefix { typed, name, .. } => {
            named(["“", "” is not a whole name. Do you mean ", "?"], typed, name)
        }
        Question::NameBeginsOthers { typed, name, .. } => {
            named(["Other names begin with “", "” as well. Do you mean ", "?"], typed, name)
        }
        Question::Mentions { typed, name } => {
            let end = ". Is the client above the right one?";
            named(["The reason names another client: “", "” is ", end], typed, name)
        }
        Question::FirstAdd { kind } => {
            fixed(format!("It is this client’s first add of {kind} credits."))
        }
        Question::Large { largest, kind: _ } => fixed(format!(
            "It is more than three times the client’s largest add of the last four months ({}).",
            grouped(*largest)
        )),
        Question::WriteOff { kind, credits: count } => {
            fixed(format!("{} spent and would be forgiven.", counted_are(*count, *kind)))
        }
        Question::Owes { kind, credits: count } => fixed(format!(
            "{} spent: the client would owe what is spent, and cannot send {kind} until it is paid for.",
            counted_are(*count, *kind)
        )),
        Question::Again { earlier, by: other, just_now } => {
            let again = done_before(earlier, other.as_deref(), by);
            if *just_now {
                again.fixed(" It may have worked despite a time-out. Do it again?")
            } else {
                again.fixed(" Do it again?")
            }
        }
        Question::SameGross { invoice, gross } => {
            fixed(format!("{invoice} for {gross} is unpaid. Is this the same order? See "))
                .code(format!("/invoice view {invoice}"))
                .fixed(".")
        }
        Question::FitsAdd { .. } | Question::FitsInvoice { .. } => deducted::fits(reason),
        Question::Changed { figure } => fixed(format!(
            "The figures changed after this was asked: {} These are the current figures.",
            figure.sentence()
        )),
        Question::GivesUp { amount } => fixed(format!("It gives up {amount}.")),
        Question::Wide { clients } => fixed(format!("It reaches {} clients.", grouped(*clients))),
        Question::Steep { percent } => fixed(format!("A price changes by {percent:+}%.")),
        Question::LowPrice => fixed("It is a low price for 1,000 credits."),
        Question::SteepLimit { percent } => fixed(format!("The limit changes by {percent:+}%.")),
        Question::Inverted { quantity } => fixed(format!(
            "⚠ From {} credits on, a credit costs more than in smaller quantities.",
            grouped(*quantity)
        )),
        Question::TakesAccess => fixed("It takes access away."),
        Question::Mails { to } => fixed("It goes to ").input(to.clone()).fixed("."),
        Question::GivesAccess => fixed("It gives access."),
        Question::Resend { to, sent_s } => mailed_again(to, *sent_s),
        Question::Bank => {
            fixed("Clients will pay into this account: compare it with the bank’s letter.")
        }
        Question::FreeMoney { .. }
        | Question::MovesPayment { .. }
        | Question::ShortPayment { .. } => of_payment(reason),
        Question::OverLimit { mode, limit, amount } => {
            let mode = mode.words();
            fixed(format!("It is worth {amount}; the limit for {mode} is {limit}."))
        }
        Question::OverBudget { mode, left, amount } => {
            let mode = mode.words();
            fixed(format!("It is worth {amount}; {left} of today’s budget for {mode} is left."))
        }
    }
}

/// The question about a payment that is known.
fn of_payment(reason: &Question) -> Text {
    match reason {
        Question::FreeMoney { reference, invoice, free, takes } => fixed("Payment “")
            .input(reference.clone())
            .fixed(format!(
                "” belongs to {invoice}, which uses none of it: {free} is not applied to any invoice.{} \
                 Is this the same payment?",
                more_than_free(*takes)
            )),
        Question::MovesPayment { reference, invoice, free, takes, from } => fixed("Payment “")
            .input(reference.clone())
            .fixed(format!("” belongs to {invoice} of "))
            .input(from.clone())
            .fixed(format!(
                ", which uses none of it: {free} is not applied to any invoice.{} Move the payment to \
                 this client?",
                more_than_free(*takes)
            )),
        Question::ShortPayment { reference, received, takes } => {
            fixed("Payment “").input(reference.clone()).fixed(format!(
                "” is over {received}, and the invoice is {takes}. Was {takes} received?"
            ))
        }
        _ => Text::new(),
    }
}

/// The address of a document that is mailed again, and the last mail with it.
fn mailed_again(to: &str, sent_s: Option<i64>) -> Text {
    let text = fixed("It goes to ").input(to).fixed(".");
    match sent_s.and_then(|at| Timestamp::from_second(at).ok()) {
        Some(at) => text.fixed(" The desk’s last mail with it is of ").time(at).fixed("."),
        None => text,
    }
}

/// `1 SMS credit is`, `20 SMS credits are`.
fn counted_are(count: u64, kind: Kind) -> String {
    format!("{} {}", credits(count, kind), if count == 1 { "is" } else { "are" })
}

/// The sentence about an invoice that takes more than the unapplied money of its payment.
fn more_than_free(takes: Option<Money>) -> String {
    takes.map(|takes| format!(" The new invoice takes {takes}, which is more.")).unwrap_or_default()
}

/// A sentence around a typed text and a name.
fn named([begin, middle, end]: [&'static str; 3], typed: &str, name: &str) -> Text {
    fixed(begin).input(typed).fixed(middle).input(name).fixed(end)
}

/// The earlier change that a possible duplicate repeats: who made it, when, under which operation.
fn done_before(earlier: &RecentChange, name: Option<&str>, by: Option<&NamedStaff>) -> Text {
    let same_author = by.filter(|by| by.id.to_string() == earlier.who);
    let author = match (name, same_author) {
        (Some(name), _) => Text::new().input(name),
        (None, Some(by)) => person(by),
        (None, None) => fixed(earlier.who.clone()),
    };
    let verb = if earlier.amount < 0 { "deducted" } else { "added" };
    let amount = credits(earlier.amount.unsigned_abs(), earlier.kind);
    let line = author.fixed(format!(" already {verb} {amount} "));
    let line = match Timestamp::from_second(earlier.at_s) {
        Ok(at) => line.fixed("at ").time(at),
        Err(_) => line.fixed("earlier"),
    };
    line.fixed(format!(" ({}).", earlier.op))
}

/// A plan for scripts.
pub fn json(plan: &PlanCard) -> Value {
    let mut object = commands::proposed(plan).json;
    put(&mut object, "op", json!(plan.op));
    put(&mut object, "version", json!(plan.version));
    put(&mut object, "state", json!(plan.state));
    put(&mut object, "why", json!(plan.questions));
    put(&mut object, "by", json!(plan.by.id.to_string()));
    put(&mut object, "expires", json!(plan.expires));
    put(&mut object, "mails", json!(plan.letters));
    object
}

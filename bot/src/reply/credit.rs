//! Changes of credits: done, planned, tried, ended.

use jiff::Timestamp;
use shared::answer::{Changed, CreditChange, InvoiceBrief, PlanCard};
use shared::credit::{Kind, grouped, grouped_signed};
use shared::id::OpId;
use shared::plan::{PlanState, Why};
use shared::staff::Mode;

use super::{counted, due, name, person};
use crate::view::{Mark, Suggestion, Text, View, Weight};

/// `500 MMS credits`, `1 SMS credit`.
fn credits(change: &CreditChange) -> String {
    amount_of(change.amount.unsigned_abs(), change.kind)
}

/// An amount of one kind.
pub fn amount_of(number: u64, kind: Kind) -> String {
    counted(number, &format!("{kind} credit"), &format!("{kind} credits"))
}

/// What was or would be done: the verb for what is done and for what is asked.
fn action(change: &CreditChange, done: bool) -> Text {
    let verb = |past: &'static str, present: &'static str| {
        Text::new().fixed(if done { past } else { present })
    };
    let amount = credits(change);
    let whose = name(&change.client);
    let taken = change.amount < 0;
    match &change.what {
        Changed::Added(mode) => {
            let line = verb("Added ", "add ").fixed(format!("{amount} to ")).then(whose);
            match mode {
                Mode::Open => line,
                Mode::Paid => line.fixed(", paid"),
                Mode::Grant => line.fixed(", as a grant"),
            }
        }
        Changed::Moved => {
            let line = verb("Moved ", "move ").fixed(format!("{amount} to ")).then(whose);
            match &change.other {
                Some(other) => line.fixed(" from ").then(name(&other.client)),
                None => line,
            }
        }
        Changed::Deducted => {
            verb("Deducted ", "deduct ").fixed(format!("{amount} from ")).then(whose)
        }
        Changed::Undone(op) => verb("Took back ", "take back ")
            .fixed(format!("{op}: {amount} {} ", if taken { "from" } else { "returned to" }))
            .then(whose),
        Changed::Corrected { .. } => corrected(change, done),
        Changed::Voided => {
            let number = change.invoice.as_ref().map(|invoice| invoice.number.to_string());
            verb("Voided ", "void ")
                .fixed(format!("{}: {amount} from ", number.unwrap_or_default()))
                .then(whose)
        }
    }
}

/// What a correction did, each of its parts by its own count: `Corrected op_…: moved 500 MMS credits
/// from A to B, wrote off 300`.
fn corrected(change: &CreditChange, done: bool) -> Text {
    let Changed::Corrected { op, off_invoice, written_off, owed, moved } = &change.what else {
        return Text::new();
    };
    let verb = |past: &'static str, present: &'static str| if done { past } else { present };
    let taken = off_invoice.saturating_sub(*written_off);
    let mut parts = Vec::new();
    match &change.other {
        Some(other) => parts.push(
            Text::new()
                .fixed(format!(
                    "{} {} from ",
                    verb("moved", "move"),
                    amount_of(*moved, change.kind)
                ))
                .then(name(&change.client))
                .fixed(" to ")
                .then(name(&other.client)),
        ),
        None if taken > 0 || *written_off == 0 => parts.push(
            Text::new()
                .fixed(format!("{} {} from ", verb("took", "take"), amount_of(taken, change.kind)))
                .then(name(&change.client)),
        ),
        None => {}
    }
    if *written_off > 0 {
        let amount = if parts.is_empty() {
            format!("{} of ", amount_of(*written_off, change.kind))
        } else {
            grouped(*written_off)
        };
        let whose = if parts.is_empty() { name(&change.client) } else { Text::new() };
        let part = format!("{} {amount}", verb("wrote off", "write off"));
        parts.push(Text::new().fixed(part).then(whose));
    }
    if *owed > 0 {
        parts.push(name(&change.client).fixed(format!(" then owes {}", grouped(*owed))));
    }
    let line = Text::new().fixed(format!("{} {op}: ", verb("Corrected", "correct")));
    parts.into_iter().enumerate().fold(line, |line, (at, part)| {
        if at == 0 { line.then(part) } else { line.fixed(", ").then(part) }
    })
}

/// `MMS 120 → 620 · invoice INV-1042-0007 £25.00 due 7 Dec 2026 · by Dana · reason: top-up`.
/// The number of a document is named only once it exists.
fn facts(change: &CreditChange, committed: bool) -> Text {
    let moved = Text::new().fixed(format!(
        "{} {} → {}",
        change.kind,
        grouped_signed(change.before),
        grouped_signed(change.after)
    ));
    let document = change.invoice.as_ref().map(|invoice| document(change, invoice, committed));
    let reason =
        change.reason.as_ref().map(|reason| Text::new().fixed("reason: ").input(reason.clone()));
    Text::dotted([
        moved,
        document.unwrap_or_default(),
        Text::new().fixed("by ").then(person(&change.by)),
        change
            .approved_by
            .as_ref()
            .map(|staff| Text::new().fixed("approved by ").then(person(staff)))
            .unwrap_or_default(),
        reason.unwrap_or_default(),
    ])
}

fn document(change: &CreditChange, invoice: &InvoiceBrief, committed: bool) -> Text {
    let number = invoice.number;
    let gross = invoice.gross;
    let words = match &change.what {
        Changed::Added(Mode::Grant) if committed => {
            format!("invoice {number} {gross}, nothing due")
        }
        Changed::Added(_) if committed && invoice.settled => {
            format!("invoice {number} {gross}, paid")
        }
        Changed::Added(_) if committed => {
            format!("invoice {number} {gross} {}", due(invoice.due))
        }
        Changed::Added(Mode::Grant) => "a zero-rated invoice".to_owned(),
        Changed::Added(_) if invoice.settled => format!("an invoice of {gross}, paid"),
        Changed::Added(_) => format!("an invoice of {gross} {}", due(invoice.due)),
        Changed::Moved => String::new(),
        Changed::Deducted | Changed::Undone(_) | Changed::Voided | Changed::Corrected { .. } => {
            match (&invoice.credit_note, committed) {
                (Some(note), true) => format!("credit note {note} for {number}"),
                (Some(_), false) => format!("a credit note for {number}"),
                (None, true) => format!("invoice {number} is void"),
                (None, false) => format!("invoice {number} becomes void"),
            }
        }
    };
    if words.is_empty() { Text::new() } else { Text::new().fixed(words) }
}

/// The other account, before and after, with the invoice that it got.
fn other_side(change: &CreditChange, committed: bool) -> Text {
    let Some(other) = &change.other else { return Text::new() };
    let moved = name(&other.client).fixed(format!(
        ": {} {} → {}",
        change.kind,
        grouped_signed(other.before),
        grouped_signed(other.after)
    ));
    let invoice = change.replaced_by.as_ref().map(|invoice| {
        let number = if committed { format!("{} ", invoice.number) } else { String::new() };
        Text::new().fixed(format!("invoice {number}{} {}", invoice.gross, due(invoice.due)))
    });
    Text::dotted([moved, invoice.unwrap_or_default()])
}

/// A committed change.
pub fn done(op: &OpId, change: &CreditChange) -> View {
    let footer = match change.what {
        // A deduct that made a credit note stands; the credits are added again instead.
        Changed::Deducted if change.invoice.is_some() => Text::new().fixed(op.to_string()),
        Changed::Added(_) | Changed::Moved | Changed::Deducted => {
            Text::new().fixed(format!("{op} · undo within 24 h: ")).code(format!("/undo {op}"))
        }
        // What was taken back is not taken back again.
        Changed::Undone(_) | Changed::Voided | Changed::Corrected { .. } => {
            Text::new().fixed(op.to_string())
        }
    };
    let undoable = footer.spans().len() > 1;
    let mut view = View::new(Mark::Done, action(change, true))
        .line(facts(change, true))
        .line(other_side(change, true))
        .footer(footer)
        .public();
    if undoable {
        view = view.offer("Undo", Weight::Danger, format!("/undo {op}"));
        if matches!(change.what, Changed::Added(_)) {
            view = view.offer("Correct…", Weight::Plain, format!("/correct {op} <what>"));
        }
    }
    if let Some(invoice) = &change.invoice {
        view =
            view.offer("Show invoice", Weight::Plain, format!("/invoice view {}", invoice.number));
    }
    view.offer("View client", Weight::Plain, format!("/client view {}", change.client.id))
}

/// A decision that was run and not committed.
pub fn dry_run(change: Option<&CreditChange>, why: &[Why], text: Option<&str>) -> View {
    let view = match (change, text) {
        (Some(change), _) => View::new(
            Mark::DryRun,
            Text::new().fixed("Dry run: would ").then(action(change, false)),
        )
        .line(facts(change, false))
        .line(other_side(change, false)),
        (None, Some(text)) => View::new(Mark::DryRun, Text::new().fixed("Dry run: ").input(text)),
        (None, None) => View::new(Mark::DryRun, Text::new().fixed("Dry run: it would be done.")),
    };
    let mut view = view;
    if !why.is_empty() {
        let approval = why.iter().any(Why::needs_approval);
        view = view.line(Text::new().fixed(if approval {
            "Somebody else would have to approve it:"
        } else {
            "You would be asked to confirm it:"
        }));
        for why in why {
            view = view.line(Text::new().fixed("• ").then(sentence(why, change)));
        }
    }
    view.line(Text::new().fixed("Nothing was changed."))
}

/// Something that waits.
pub fn plan(plan: &PlanCard) -> View {
    let change = &plan.change;
    let op = &plan.op;
    let mut view = match plan.state {
        PlanState::AwaitsConfirm => {
            let duplicate = plan.why.iter().any(Why::is_duplicate);
            let words = if duplicate { "Again? Please confirm: " } else { "Please confirm: " };
            View::new(Mark::Asks, Text::new().fixed(words).then(action(change, false)))
        }
        PlanState::AwaitsApproval => View::new(
            Mark::Approval,
            person(&plan.by).fixed(" asks to ").then(action(change, false)),
        ),
        // A plan that is over is shown with how it ended.
        PlanState::Done
        | PlanState::Cancelled
        | PlanState::Denied
        | PlanState::Expired
        | PlanState::Lapsed => {
            return View::new(
                Mark::Answer,
                Text::new()
                    .fixed(format!("{op} {}: ", ended_word(plan.state)))
                    .then(action(change, false)),
            );
        }
    };
    view = view.line(facts(change, false)).line(other_side(change, false));
    for why in &plan.why {
        view = view.line(Text::new().fixed("• ").then(sentence(why, Some(change))));
    }
    let expires = |words: &str| Text::new().fixed(words.to_owned()).time(plan.expires);
    // A button says yes to what stands above it, however old that is.
    let yes = |label: &str, line: String, what: String| {
        let pressed = format!("{line} about:{} seen:{}", change.client.id, plan.version);
        Suggestion::new(line, what).labelled(label, Weight::Main).pressed(pressed)
    };
    if plan.state == PlanState::AwaitsConfirm {
        let (then, what) = if plan.why.iter().any(Why::needs_approval) {
            (" Once you confirm it, somebody else has to approve it.", "asks for the approval")
        } else {
            ("", "does it")
        };
        view.line(expires(&format!("Nothing was changed yet.{then} Expires ")).fixed("."))
            .suggestion(yes("Confirm", format!("/confirm {op}"), what.to_owned()))
            .suggest_as(("Cancel", Weight::Plain), format!("/deny {op}"), "drops it")
    } else {
        view.line(
            Text::new()
                .fixed("Nothing was changed yet. It needs one approver other than ")
                .then(person(&plan.by))
                .fixed(" before ")
                .time(plan.expires)
                .fixed(", otherwise it lapses."),
        )
        .public()
        .suggestion(yes(
            "Approve",
            format!("/approve {op}"),
            "does it (somebody else, whose limit covers it)".to_owned(),
        ))
        .suggest_as(
            ("Deny…", Weight::Danger),
            format!("/deny {op} <reason>"),
            "turns it down",
        )
    }
}

/// A plan that was turned down or taken back.
pub fn ended(plan: &PlanCard, reason: Option<&str>) -> View {
    let words = match plan.state {
        PlanState::Denied => "Denied: ",
        PlanState::Expired => "Expired, nobody approved it in time: ",
        PlanState::Lapsed => "Lapsed: ",
        PlanState::AwaitsConfirm
        | PlanState::AwaitsApproval
        | PlanState::Done
        | PlanState::Cancelled => "Cancelled: ",
    };
    let reason = reason.map(|reason| Text::new().fixed("“").input(reason).fixed("” "));
    View::new(Mark::Answer, Text::new().fixed(words).then(action(&plan.change, false)).fixed("."))
        .line(reason.unwrap_or_default().fixed("Nothing was changed."))
        .footer(Text::new().fixed(plan.op.to_string()))
        .public()
}

fn ended_word(state: PlanState) -> &'static str {
    match state {
        PlanState::AwaitsConfirm | PlanState::AwaitsApproval => "waits",
        PlanState::Done => "was done",
        PlanState::Cancelled => "was cancelled",
        PlanState::Denied => "was denied",
        PlanState::Expired => "has expired",
        PlanState::Lapsed => "has lapsed",
    }
}

/// Why it is not done at once, as a sentence.
pub fn sentence(why: &Why, change: Option<&CreditChange>) -> Text {
    let kind = change.map_or_else(String::new, |change| format!("{} ", change.kind));
    match why {
        Why::Grant => Text::new().fixed("It gives credits for nothing."),
        Why::Deduct => Text::new().fixed("It takes credits away."),
        Why::Reversal => Text::new().fixed("It takes an operation back."),
        Why::ByPrefix { typed } => Text::new()
            .fixed("“")
            .input(typed.clone())
            .fixed("” is only the beginning of a name: is this the client you mean?"),
        Why::NameBeginsOthers { typed } => Text::new()
            .fixed("Other clients’ names begin with “")
            .input(typed.clone())
            .fixed("” as well: is this the one you mean?"),
        Why::FirstAdd => {
            Text::new().fixed(format!("It is this client’s first add of {kind}credits."))
        }
        Why::Large { largest } => Text::new().fixed(format!(
            "It is more than three times the largest add of this and the three months before ({}).",
            grouped(*largest)
        )),
        Why::WriteOff { kind, credits } => Text::new().fixed(format!(
            "{} {kind} credits are spent and would be forgiven.",
            grouped(*credits)
        )),
        Why::Owes { kind, credits } => Text::new().fixed(format!(
            "{} {kind} credits are spent: the client would owe them, and cannot send {kind} until \
             they are paid for.",
            grouped(*credits)
        )),
        Why::Again { earlier, by, just_now } => {
            let own = change.filter(|change| change.by.id.to_string() == earlier.who);
            let who = match (by, own) {
                (Some(name), _) => Text::new().input(name.clone()),
                (None, Some(change)) => person(&change.by),
                (None, None) => Text::new().fixed(earlier.who.clone()),
            };
            let verb = if earlier.amount < 0 { "took away" } else { "added" };
            let amount = amount_of(earlier.amount.unsigned_abs(), earlier.kind);
            let line = who.fixed(format!(" already {verb} {amount} "));
            let line = match Timestamp::from_second(earlier.at_s) {
                Ok(at) => line.fixed("at ").time(at),
                Err(_) => line.fixed("earlier"),
            };
            let line = line.fixed(format!(" ({}).", earlier.op));
            if *just_now {
                line.fixed(" A time-out may have shown although it worked. Once more?")
            } else {
                line.fixed(" Once more?")
            }
        }
        Why::SameGross { invoice, gross } => Text::new()
            .fixed(format!(
                "{invoice} is open over exactly {gross}: is that what is being paid? See "
            ))
            .code(format!("/invoice view {invoice}"))
            .fixed("."),
        Why::Changed { lapse } => Text::new().fixed(format!(
            "It was shown before, and {} This is how it stands now.",
            lapse.sentence()
        )),
        Why::OverLimit { mode, limit, amount } => Text::new().fixed(format!(
            "It is worth {amount}, over the limit of {limit} for {}.",
            mode.words()
        )),
        Why::OverBudget { mode, left, amount } => Text::new().fixed(format!(
            "It is worth {amount}; {left} of today’s budget for {} is left.",
            mode.words()
        )),
    }
}

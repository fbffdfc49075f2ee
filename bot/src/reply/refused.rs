//! Every "no": a refusal, a line that cannot be read, no answer. Each says what happened, whether
//! something was changed where that is known, and what to type or whom to ask next.

use shared::answer::{ClientCard, Named, NamedStaff};
use shared::client::{MmsOff, Status};
use shared::credit::{Kind, grouped};
use shared::id::OpId;
use shared::operation::{Ask, Operation};
use shared::plan::PlanState;
use shared::refusal::Refusal;
use shared::staff::Role;

use super::{Asked, label, name, not_active, person};
use crate::card::{Card, Mark, Pick, Suggestion, Text, Weight};
use crate::command::{Command, Usage, Value};
use crate::form::Form;

/// How many of several matching clients are listed.
const PICK_MAX: usize = 10;

/// A refusal.
pub fn card(refusal: &Refusal, asked: &Asked<'_>, op: &OpId) -> Card {
    // A dry run changed nothing either way, and says so like the write that it tries.
    let nothing = if asked.operation().is_write() { " Nothing was changed." } else { "" };
    // The sentence carries names and whatever was typed, so all of it is escaped.
    let headline = Text::new().said(sentence(refusal, asked)).own(nothing);
    next(refusal, asked, Card::new(Mark::Refused, headline))
        .footer(Text::new().own(format!("Ref {op}")))
}

/// What stands in the way, in a sentence.
fn sentence(refusal: &Refusal, asked: &Asked<'_>) -> String {
    let asks_for = |status: &Status| match asked.ask {
        Ask::ClientActivate { .. } => *status == Status::Active,
        Ask::ClientSuspend { .. } => *status == Status::Suspended,
        _ => false,
    };
    match refusal {
        Refusal::ClientStatus { client, status } if asks_for(status) => {
            format!("{} is {} already.", client.name, status.word())
        }
        _ => refusal.to_string(),
    }
}

/// Whom to ask for something that a role may do.
fn ask_role(role: Role) -> Text {
    let whom = match role {
        Role::Auditor | Role::Support | Role::Billing | Role::Manager => {
            format!("somebody with the role {}", role.or_more())
        }
        Role::Owner => "an owner".to_owned(),
    };
    Text::new().own(format!("Ask {whom}: ")).code("/role list")
}

/// What to do next.
fn next(refusal: &Refusal, asked: &Asked<'_>, card: Card) -> Card {
    let own = |words: &str| Text::new().own(words.to_owned());
    match refusal {
        // No button: whoever reads this may not press it.
        Refusal::NotLinked { identity } => card.line(
            own("Ask an owner to give you a role; the owner types: ")
                .code(format!("/role grant {identity} support <name>")),
        ),
        Refusal::Left { .. } => card.line(own("If that is a mistake, ask an owner.")),
        Refusal::NotAllowed { needs, .. } => card.line(ask_role(*needs)),
        Refusal::UnknownClient { typed, nearest } => unknown_client(typed, nearest, asked, card),
        Refusal::Ambiguous { typed, matches, total } => {
            ambiguous(typed, matches, *total, asked, card)
        }
        Refusal::NotEnough { client, kind, spendable, .. } => {
            not_enough(client, *kind, *spendable, asked, card)
        }
        Refusal::TooMany { client, .. } => {
            card.suggest(format!("/balance {}", client.id), "shows what it has")
        }
        Refusal::MmsOff { client, off } => match off {
            MmsOff::Platform(admin) => {
                card.line(own("Billing turns it on for a platform.")).suggest(
                    format!("/mms allow {admin}"),
                    "somebody with the role billing types this",
                )
            }
            MmsOff::Own => card.suggest(format!("/mms on {}", client.id), "turns it on"),
            MmsOff::Parent(parent) => card
                .suggest(format!("/mms on {}", client.id), "turns it on for this client")
                .suggest(format!("/mms on all of {parent}"), "turns it on for all of them"),
        },
        Refusal::ClientStatus { client, status } => match status {
            Status::Pending => {
                card.suggest(format!("/client activate {}", client.id), "activates it")
            }
            Status::Suspended => {
                card.suggest(format!("/client activate {}", client.id), "lets it in again")
            }
            Status::Active => {
                card.suggest(format!("/client view {}", client.id), "shows how it stands")
            }
            Status::Closed => card.line(own("A closed client stays closed; make a new one.")),
        },
        Refusal::Frozen { client } => card
            .line(own("An owner has to look into it; sends and payments go on."))
            .suggest(format!("/why {}", client.id), "shows its lines"),
        Refusal::NoPrice { client, kind } => card
            .line(ask_role(Operation::PriceSet.role()))
            .suggest(
                format!("/price set {} default 1:<price per 1,000>", kind.word()),
                "sets one for everybody",
            )
            .suggest(
                format!("/price set {} {} 1:<price per 1,000>", kind.word(), client.id),
                "sets one for this client",
            ),
        Refusal::NoCurrency => card
            .line(own("Prices need it. An owner sets it, once."))
            .suggest("/settings currency GBP", "sets it (or EUR, USD …)"),
        Refusal::KeyReused { .. } => card.line(own("Type the command again, as a new one.")),
        Refusal::NothingToUndo => card
            .line(own("Older ones, and other people’s, go by their id:"))
            .suggest("/history", "shows the last operations")
            .suggest("/undo <op>", "takes one of them back"),
        Refusal::UnknownOperation { .. } => card
            .suggest("/history", "shows the last operations")
            .suggest("/pending", "shows what waits"),
        Refusal::NotUndoable { .. } => {
            card.suggest("/help undo", "says what can be undone, and how else to correct")
        }
        Refusal::Spent { op, .. } => spent(op, asked, card),
        Refusal::AlreadyReversed { .. } => card.suggest("/history", "shows by whom and when"),
        Refusal::UnknownInvoice { number } => card
            .suggest(format!("/invoice list {}", number.client), "lists that client’s documents"),
        Refusal::InvoiceState { number, .. } => {
            card.suggest(format!("/invoice view {number}"), "shows it")
        }
        Refusal::InvoiceMismatch { number, .. } => card
            .suggest(format!("/invoice view {number}"), "shows what it still gives")
            .suggest(format!("/invoice list {}", number.client), "lists the others"),
        Refusal::ReferenceUsed { invoice, .. } => card
            .line(own("One payment pays once. Check the reference on the bank statement."))
            .suggest(format!("/invoice view {invoice}"), "shows what it paid"),
        Refusal::NoPlan => card.suggest("/pending", "shows what waits, with its op"),
        Refusal::PlanOver { op, state } => match state {
            PlanState::AwaitsConfirm | PlanState::AwaitsApproval => {
                card.suggest("/pending", "shows what waits")
            }
            PlanState::Done => card
                .line(own("It is not done twice."))
                .suggest(format!("/history op:{op}"), "shows what it did"),
            PlanState::Cancelled | PlanState::Denied | PlanState::Expired | PlanState::Lapsed => {
                card.line(own("Run the command again to ask once more."))
            }
        },
        Refusal::NotYourPlan { author } => card.line(
            own("Ask ").then(person(author)).own("; what waits for you is under ").code("/pending"),
        ),
        Refusal::OwnPlan { op, alone_from } => {
            let card = card
                .line(ask_role(Operation::Approve.role()))
                .suggest(format!("/deny {op}"), "takes your own plan back");
            match alone_from {
                Some(from) => card
                    .line(
                        own("If nobody else can approve it, you may from ").time(*from).own(" on."),
                    )
                    .suggest(format!("/approve {op} --alone"), "approves it then"),
                None => card,
            }
        }
        Refusal::NotYetAlone { op, from } => card
            .line(own("Try again at ").time(*from).own("."))
            .suggest(format!("/approve {op} --alone"), "approves it then"),
        Refusal::OthersCan { .. } => card.suggest("/pending", "shows them what waits"),
        Refusal::NotYetApprovable { op } => {
            card.suggest(format!("/confirm {op}"), "its author types this first")
        }
        Refusal::NeedsApproval { op } => card
            .line(ask_role(Operation::Approve.role()))
            .suggest(format!("/approve {op}"), "somebody else types this"),
        Refusal::ApproverLimit { .. } => {
            card.line(own("Ask somebody whose limit covers it: ").code("/role list"))
        }
        Refusal::Rate { retry_at, .. } => card.line(own("Try again at ").time(*retry_at).own(".")),
        Refusal::LoginTaken { login, client } => card
            .suggest(format!("/client view {client}"), "shows who has it")
            .line(own("Choose another one: ").code(format!("login:{login}2"))),
        Refusal::UnknownStaff { typed, nearest } => unknown_staff(typed, nearest, asked, card),
        Refusal::OwnRole => card.suggest("/role list", "shows who is an owner"),
        Refusal::LastOwner { .. } => {
            card.suggest("/role grant <who> owner", "makes somebody else an owner")
        }
        Refusal::Outranked { theirs, .. } => card.line(ask_role(*theirs)),
        Refusal::NoChange { .. } => card,
        Refusal::Invalid { .. } => match asked.parsed {
            Some(parsed) => {
                let about = format!("/help {}", parsed.command.name());
                card.suggest(about, "explains the command")
            }
            None => card,
        },
    }
}

fn unknown_client(typed: &str, nearest: &[Named], asked: &Asked<'_>, card: Card) -> Card {
    let mut card = card;
    if !nearest.is_empty() {
        // `ACME Ltd · c_1042` is the form of a single name; several stand behind each other.
        let names = match nearest {
            [one] => label(one),
            several => Text::dotted(several.iter().map(name)),
        };
        card = card.line(Text::new().own("Did you mean ").then(names).own("?"));
    }
    for client in nearest.iter().take(3) {
        if let Some(line) = asked.with_client(&client.id.to_string()) {
            card = card.suggest(line, format!("takes {}", client.login));
        }
    }
    if nearest.is_empty() {
        let first: String = typed.chars().take_while(|c| c.is_alphanumeric()).take(3).collect();
        let words = if first.chars().count() >= 2 { first } else { "<two letters>".to_owned() };
        card = card.suggest(format!("/client find {words}"), "looks for it by any word");
    }
    card
}

fn unknown_staff(typed: &str, nearest: &[NamedStaff], asked: &Asked<'_>, card: Card) -> Card {
    let mut card = card;
    if !nearest.is_empty() {
        let names = nearest.iter().map(|staff| person(staff).own(format!(" ({})", staff.id)));
        card = card.line(Text::new().own("Did you mean ").then(Text::dotted(names)).own("?"));
    }
    let choices: Vec<Suggestion> = nearest
        .iter()
        .filter_map(|staff| {
            let line = asked.with_staff(typed, &staff.id.to_string())?;
            let label = format!("{} · {}", staff.name, staff.id);
            let takes = format!("takes {}", staff.name);
            Some(Suggestion::new(line, takes).labelled(label, Weight::Plain))
        })
        .collect();
    let first = choices.iter().take(3).map(|one| Suggestion { label: None, ..one.clone() });
    card.suggestions.extend(first);
    if !choices.is_empty() {
        card.pick = Some(Pick { ask: "Who?", from: choices });
    }
    card.suggest("/role list", "lists everybody with their ids")
}

fn ambiguous(
    typed: &str,
    matches: &[ClientCard],
    total: u64,
    asked: &Asked<'_>,
    card: Card,
) -> Card {
    let mut card = card.line(Text::new().own("Which one?"));
    for (at, one) in matches.iter().take(PICK_MAX).enumerate() {
        let place = Text::new().own(format!("{}. ", at.saturating_add(1)));
        card = card.line(place.then(told_apart(one)));
    }
    let shown = u64::try_from(matches.len().min(PICK_MAX)).unwrap_or(u64::MAX);
    let rest = total.saturating_sub(shown);
    if rest > 0 {
        card = card
            .line(Text::new().own(format!("… and {} more. Type one more letter.", grouped(rest))));
        if typed.chars().all(|c| c.is_alphanumeric() || c == ' ') {
            card = card.suggest(format!("/client find {typed}"), "lists them");
        }
    }
    let choices: Vec<Suggestion> = matches
        .iter()
        .filter_map(|one| {
            let line = asked.with_client(&one.client.id.to_string())?;
            let what = format!("takes {}", one.client.login);
            Some(Suggestion::new(line, what).labelled(told_apart(one).plain(), Weight::Plain))
        })
        .collect();
    let first = choices.iter().take(3).map(|one| Suggestion { label: None, ..one.clone() });
    card.suggestions.extend(first);
    if !choices.is_empty() {
        card.pick = Some(Pick { ask: "Which client?", from: choices });
    }
    card
}

/// A client with everything that tells it from another of its name.
pub fn told_apart(card: &ClientCard) -> Text {
    let town = card.town.as_ref().map(|town| Text::new().said(town.clone()));
    let mobile = card.mobile_end.as_ref().map(|end| Text::new().own("…").said(end.clone()));
    let last = card.last_change.map(|at| Text::new().own("last change ").time(at));
    let balance = |kind: Kind| {
        let of = card.balances.get(kind);
        Text::new().own(format!("{} {kind}", grouped(of.spendable)))
    };
    Text::dotted([
        label(&card.client),
        Text::new().said(card.client.login.clone()),
        Text::new().own(card.class.word()),
        not_active(card.status),
        balance(Kind::Sms),
        balance(Kind::Mms),
        town.unwrap_or_default(),
        mobile.unwrap_or_default(),
        last.unwrap_or_default(),
    ])
}

fn not_enough(client: &Named, kind: Kind, spendable: u64, asked: &Asked<'_>, card: Card) -> Card {
    if let Ask::DeductCredit { .. } = asked.ask {
        let all = shared::credit::Count::try_new(spendable).ok().zip(asked.parsed);
        return match all {
            Some((count, parsed)) => {
                let mut all = parsed.clone();
                all.args.set("amount", Value::Count(count));
                card.suggest(all.line(), format!("takes all {count}"))
            }
            None => card,
        };
    }
    if let Ask::AddCredit { .. } = asked.ask {
        // A client under a reseller is funded from the reseller's balance.
        let line = format!("/addcredit {} {} <amount>", kind.word(), client.id);
        let card = card.suggest(line, "tops the reseller up first");
        return match asked.parsed {
            Some(parsed) => {
                let mut house = parsed.clone();
                house.args.set("from", Value::Choice("house"));
                card.suggest(house.line(), "sells from the house instead")
            }
            None => card,
        };
    }
    card.suggest(format!("/balance {}", client.id), "shows what is left")
        .suggest(format!("/why {} {}", client.id, kind.word()), "shows where they went")
}

/// Credits that should be taken back are spent: the same correction with each of the three answers.
fn spent(op: &OpId, asked: &Asked<'_>, card: Card) -> Card {
    let card = card.line(Text::new().own("What becomes of the rest?"));
    // A confirmation meets it too, and is no correction that could be said with an answer.
    let (Ask::Correct { .. }, Some(parsed)) = (asked.ask, asked.parsed) else {
        return card.suggest(
            format!("/correct {op} <what>"),
            "corrects it anew, with spent:take, owe or writeoff",
        );
    };
    let with = |card: Card, label: &str, word: &'static str, what: &str| {
        let mut line = parsed.clone();
        line.args.set("spent", Value::Choice(word));
        card.suggest_as((label, Weight::Plain), line.line(), what)
    };
    let card =
        with(card, "Take what is left", "take", "takes what is left; the rest stays invoiced");
    let card = with(card, "Let it owe", "owe", "takes all of it; the client owes the rest");
    with(card, "Write it off", "writeoff", "forgives the rest; somebody else approves it")
}

/// A line that cannot be read.
#[must_use]
pub fn usage(usage: &Usage) -> Card {
    let writes = usage.command.is_some_and(Command::is_write);
    let nothing = if writes { " Nothing was changed." } else { "" };
    let mut card = Card::new(Mark::Refused, Text::new().said(usage.sentence.clone()).own(nothing));
    card.suggestions.clone_from(&usage.suggestions);
    match usage.command {
        Some(command) => card
            .line(Text::new().own("Usage: ").code(command.usage()))
            .line(Text::new().own("For example: ").code(command.example)),
        None => card,
    }
}

/// An answer that did not come: whether it was done is not known.
pub fn unknown(op: &OpId, asked: &Asked<'_>) -> Card {
    let card = Card::new(
        Mark::Failed,
        Text::new().own("I could not reach the ledger, so I don’t know yet whether it was done."),
    )
    .line(Text::new().own("Please do not repeat it. In a minute this shows whether it was done:"));
    look(asked, card).footer(Text::new().own(format!("Ref {op}")))
}

/// Where it can be seen whether something was done.
fn look(asked: &Asked<'_>, card: Card) -> Card {
    match asked.parsed.and_then(|parsed| parsed.args.text("client")) {
        Some(client) => {
            let plain = |c: char| c.is_alphanumeric() || " _.@-".contains(c);
            let quoted = if client.chars().all(plain) { client } else { "<client>".to_owned() };
            card.suggest(format!("/statement {quoted}"), "its last entries")
        }
        None => card.suggest("/history", "the last operations"),
    }
}

/// No answer came back: for a write that means that nobody knows.
#[must_use]
pub fn unanswered(op: &OpId, asked: &Asked<'_>) -> Card {
    if asked.writes() { unknown(op, asked) } else { not_asked(op, false) }
}

/// The function was never reached.
#[must_use]
pub fn not_asked(op: &OpId, writes: bool) -> Card {
    let nothing = if writes { " Nothing was changed." } else { "" };
    Card::new(
        Mark::Failed,
        Text::new().own(format!("I could not reach the desk’s functions.{nothing}")),
    )
    .line(Text::new().own("Please try again in a minute; if it stays like this, tell an owner."))
    .footer(Text::new().own(format!("Ref {op}")))
}

/// A form cannot be opened: the command to type instead.
#[must_use]
pub fn no_form(form: &Form, why: &str) -> Card {
    let mut line = form.line.clone();
    for field in &form.fields {
        let (opens, closes) = if field.required { ('<', '>') } else { ('[', ']') };
        line.push_str(&format!(" {opens}{}{closes}", field.name));
    }
    let sentence = format!("I cannot ask with a form here: {why}. Nothing was changed.");
    Card::new(Mark::Refused, Text::new().own(sentence))
        .line(Text::new().own("Type it instead: ").code(line))
}

/// A message in which no operation is named.
#[must_use]
pub fn no_operation() -> Card {
    Card::new(Mark::Refused, Text::new().own("There is no operation in that message."))
        .suggest("/history", "shows the last operations")
}

/// The time in which a front end must answer is over, and the function has not answered yet.
#[must_use]
pub fn too_late(op: &OpId) -> Card {
    Card::new(
        Mark::Failed,
        Text::new()
            .own("This takes longer than I may wait, so I don’t know yet whether it was done."),
    )
    .line(Text::new().own(format!(
        "Please do not repeat it: if it changes something, it does so once, as {op}."
    )))
    .suggest("/history", "shows in a minute whether it was done")
    .footer(Text::new().own(format!("Ref {op}")))
}

//! Every "no": a refusal, a line that cannot be read, no answer. Each says what happened, whether
//! something was changed where that is known, and what to type or whom to ask next.

use serde_json::{Value as Json, json};
use shared::books::types as books;
use shared::clients::types as clients;
use shared::contract::Ask;
use shared::contract::refusal::Refusal;
use shared::credits::types as credits;
use shared::kernel::actor::Role;
use shared::kernel::credit::Kind;
use shared::kernel::id::{Named, OpId};
use shared::kernel::spec::Spec;
use shared::ledger::account::Status;
use shared::permissions::types::MmsOff;
use shared::plans::types::{self as plans, PlanState};
use shared::pricing::types as pricing;

use super::Context;
use super::pick::{ambiguous, unknown_client, unknown_staff};
use super::words::{fixed, person};
use crate::command::{Command, Usage, Value};
use crate::commands::credits::deducted;
use crate::form::Form;
use crate::json::{client, named};
use crate::view::{Mark, Text, View, Weight};

/// A refusal.
pub fn view(refusal: &Refusal, context: &Context<'_>, op: &OpId) -> View {
    // A dry run changed nothing either way, and says so like the write that it tries.
    let nothing = if context.operation().is_write() { " Nothing was changed." } else { "" };
    // The sentence carries names and whatever was typed, so all of it is escaped.
    let headline = Text::new().input(sentence(refusal, context)).fixed(nothing);
    next(refusal, context, View::new(Mark::Refused, headline)).footer(fixed(format!("Ref {op}")))
}

/// What stands in the way, in a sentence.
fn sentence(refusal: &Refusal, context: &Context<'_>) -> String {
    let asks_for = |status: &Status| match context.ask {
        Ask::Clients(clients::Ask::ClientActivate { .. }) => *status == Status::Active,
        Ask::Clients(clients::Ask::ClientSuspend { .. }) => *status == Status::Suspended,
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
    fixed(format!("Ask {whom}: ")).code("/role list")
}

/// Whom to ask for an operation.
fn ask_operation(operation: &Spec) -> Text {
    operation.staff.map(ask_role).unwrap_or_default()
}

/// What to do next.
#[expect(clippy::too_many_lines, reason = "one exhaustive match")]
fn next(refusal: &Refusal, context: &Context<'_>, view: View) -> View {
    match refusal {
        // No button: whoever reads this may not press it.
        Refusal::NotLinked { identity } => view.line(
            fixed("Ask an owner to give you a role; the owner types: ")
                .code(format!("/role grant {identity} support <name>")),
        ),
        Refusal::Left { .. } => view.line(fixed("If that is a mistake, ask an owner.")),
        Refusal::NotAllowed { needs, .. } => view.line(ask_role(*needs)),
        Refusal::WrongActor { .. } | Refusal::NotAdmitted { .. } => view,
        Refusal::UnknownClient { typed, nearest, behind } => {
            unknown_client(typed, (nearest, behind), context, view)
        }
        Refusal::Ambiguous { typed, matches, total, behind } => {
            ambiguous(typed, (matches, behind), *total, context, view)
        }
        Refusal::NotEnough { client, kind, spendable, .. } => {
            not_enough(client, *kind, *spendable, context, view)
        }
        Refusal::TooMany { client, .. } => {
            view.suggest(format!("/balance {}", client.id), "shows what it has")
        }
        Refusal::MmsOff { client, off } => match off {
            MmsOff::Platform(admin) => {
                view.line(fixed("Billing turns it on for a platform.")).suggest(
                    format!("/mms allow {admin}"),
                    "somebody with the role billing types this",
                )
            }
            MmsOff::Own => view.suggest(format!("/mms on {}", client.id), "turns it on"),
            MmsOff::Parent(parent) => view
                .suggest(format!("/mms on {}", client.id), "turns it on for this client")
                .suggest(format!("/mms on all of {parent}"), "turns it on for all of them"),
        },
        Refusal::ClientStatus { client, status } => match status {
            Status::Pending => {
                view.suggest(format!("/client activate {}", client.id), "activates it")
            }
            Status::Suspended => {
                view.suggest(format!("/client activate {}", client.id), "activates it")
            }
            Status::Active => {
                view.suggest(format!("/client view {}", client.id), "shows the client")
            }
            Status::Closed => view.line(fixed("A closed client stays closed; make a new one.")),
        },
        Refusal::Frozen { client } => view
            .line(fixed("An owner has to look into it; sends and payments go on."))
            .suggest(format!("/why {}", client.id), "shows its lines"),
        Refusal::OpenAddsStopped { client, .. } => view
            .line(fixed("If it has paid, add the credits with paid:<reference>."))
            .line(ask_operation(books::Operation::OpenAdds.spec()))
            .suggest(format!("/invoice list {}", client.id), "lists its invoices")
            .suggest(format!("/client openadds allow {}", client.id), "allows them again"),
        Refusal::Unreadable { .. } => {
            view.line(fixed("An owner has to look into it with creditdesk verify."))
        }
        Refusal::NoPrice { client, kind } => view
            .line(ask_operation(pricing::Operation::PriceSet.spec()))
            .suggest(
                format!("/price set {} default 1:<price per 1,000>", kind.word()),
                "sets one for everybody",
            )
            .suggest(
                format!("/price set {} {} 1:<price per 1,000>", kind.word(), client.id),
                "sets one for this client",
            ),
        Refusal::NoCurrency => view
            .line(fixed("Prices need it. An owner sets it, once."))
            .suggest("/settings currency GBP", "sets it (or EUR, USD …)"),
        Refusal::KeyReused { .. } => view.line(fixed("Type the command again, as a new one.")),
        Refusal::NothingToUndo => view
            .line(fixed("Older ones, and other people’s, go by their id:"))
            .suggest("/history", "shows the last operations")
            .suggest("/undo <op>", "takes one of them back"),
        Refusal::UnknownOperation { .. } => view
            .suggest("/history", "shows the last operations")
            .suggest("/pending", "lists the waiting requests"),
        Refusal::NotOpen { op, state, .. } => {
            let view = match state {
                Some(PlanState::AwaitsConfirm | PlanState::AwaitsApproval) => {
                    view.suggest(format!("/deny {op}"), "ends it")
                }
                Some(
                    PlanState::Done
                    | PlanState::Cancelled
                    | PlanState::Denied
                    | PlanState::Expired
                    | PlanState::Lapsed,
                )
                | None => view,
            };
            view.suggest(format!("/history op:{op}"), "shows it")
        }
        Refusal::NotUndoable { .. } if context.names_no_operation() => view
            .suggest("/history", "shows the last operations")
            .suggest("/undo <op>", "takes one of them back"),
        Refusal::NotUndoable { .. } => {
            view.suggest("/help undo", "says what can be undone, and how else to correct")
        }
        Refusal::Spent { op, .. } => spent(op, context, view),
        Refusal::DeductedSince(since) => deducted::ask(since, context, view),
        Refusal::AlreadyReversed { .. } => view.suggest("/history", "shows who did it, and when"),
        Refusal::UnknownInvoice { number } => view
            .suggest(format!("/invoice list {}", number.client), "lists that client’s documents"),
        Refusal::InvoiceState { number, .. } => {
            view.suggest(format!("/invoice view {number}"), "shows it")
        }
        Refusal::InvoiceMismatch { number, .. } => view
            .suggest(
                format!("/invoice view {number}"),
                "shows the credits that are not reversed yet",
            )
            .suggest(format!("/invoice list {}", number.client), "lists the others"),
        Refusal::ReferenceUsed { invoice, .. } => view
            .line(fixed("One payment pays once. Check the reference on the bank statement."))
            .suggest(format!("/invoice view {invoice}"), "shows that invoice"),
        Refusal::ReferenceOfOther { invoice, needs, .. } => view
            .line(ask_role(*needs))
            .suggest(format!("/invoice view {invoice}"), "shows that invoice"),
        Refusal::PlanLapsed { .. } => view.line(fixed("Type the command again.")),
        Refusal::PlanOver { op, state } => match state {
            PlanState::AwaitsConfirm | PlanState::AwaitsApproval => {
                view.suggest("/pending", "lists the waiting requests")
            }
            PlanState::Done => {
                let view = match context.ask {
                    Ask::Plans(plans::Ask::Deny { .. }) => {
                        view.suggest(format!("/undo {op}"), "takes it back")
                    }
                    _ => view.line(fixed("It is not done twice.")),
                };
                view.suggest(format!("/history op:{op}"), "shows what it did")
            }
            PlanState::Cancelled | PlanState::Denied | PlanState::Expired | PlanState::Lapsed => {
                view.line(fixed("Type the command again."))
            }
        },
        Refusal::NotYourPlan { author } => view.line(
            fixed("Ask ")
                .then(person(author))
                .fixed("; your waiting requests are under ")
                .code("/pending"),
        ),
        Refusal::OwnPlan { op, alone_from } => {
            let view = view
                .line(ask_operation(plans::Operation::Approve.spec()))
                .suggest(format!("/deny {op}"), "cancels your own request");
            match alone_from {
                Some(from) => view
                    .line(
                        fixed("If nobody else can approve it, you may from ")
                            .time(*from)
                            .fixed(" on."),
                    )
                    .suggest(format!("/approve {op} --alone"), "approves it then"),
                None => view,
            }
        }
        Refusal::NotYetAlone { op, from } => view
            .line(fixed("Try again at ").time(*from).fixed("."))
            .suggest(format!("/approve {op} --alone"), "approves it then"),
        Refusal::OthersCan { .. } => view.suggest("/pending", "shows them what waits"),
        Refusal::NotYetApprovable { op } => {
            view.suggest(format!("/confirm {op}"), "its author types this first")
        }
        Refusal::NeedsApproval { op } => view
            .line(ask_operation(plans::Operation::Approve.spec()))
            .suggest(format!("/approve {op}"), "another person types this"),
        Refusal::ApproverLimit { .. } => {
            view.line(fixed("Ask a colleague with a higher limit: ").code("/role list"))
        }
        Refusal::Rate { retry_at, .. } => {
            view.line(fixed("Try again at ").time(*retry_at).fixed("."))
        }
        Refusal::LoginTaken { login, client } => view
            .suggest(format!("/client view {client}"), "shows that client")
            .line(fixed("Choose another one: ").code(format!("login:{login}2"))),
        Refusal::NameTaken { client: Some(client), .. } => {
            view.suggest(format!("/client view {client}"), "shows that client")
        }
        Refusal::NameTaken { client: None, .. } => view.line(fixed("Choose another name.")),
        Refusal::UnknownStaff { typed, nearest } => unknown_staff(typed, nearest, context, view),
        Refusal::OwnRole => view.suggest("/role list", "shows who is an owner"),
        Refusal::LastOwner { .. } => {
            view.suggest("/role grant <who> owner", "makes another person an owner")
        }
        Refusal::Outranked { theirs, .. } => view.line(ask_role(*theirs)),
        Refusal::NoChange { .. } => view,
        Refusal::Invalid { .. } => match context.parsed {
            Some(parsed) => {
                let about = format!("/help {}", parsed.command.name());
                view.suggest(about, "explains the command")
            }
            None => view,
        },
    }
}

fn not_enough(
    client: &Named,
    kind: Kind,
    spendable: u64,
    context: &Context<'_>,
    view: View,
) -> View {
    if let Ask::Credits(credits::Ask::DeductCredit { .. }) = context.ask {
        let all = shared::kernel::credit::Count::try_new(spendable).ok().zip(context.parsed);
        return match all {
            Some((count, parsed)) => {
                let mut all = parsed.clone();
                all.args.set("amount", Value::Count(count));
                view.suggest(all.line(), format!("takes all {count}"))
            }
            None => view,
        };
    }
    if let Ask::Credits(credits::Ask::AddCredit { .. }) = context.ask {
        // A client under a reseller is funded from the reseller's balance.
        let line = format!("/addcredit {} {} <amount>", kind.word(), client.id);
        let view = view.suggest(line, "tops the reseller up first");
        return match context.parsed {
            Some(parsed) => {
                let mut house = parsed.clone();
                house.args.set("from", Value::Choice("house"));
                view.suggest(house.line(), "sells from the house instead")
            }
            None => view,
        };
    }
    view.suggest(format!("/balance {}", client.id), "shows what is left")
        .suggest(format!("/why {} {}", client.id, kind.word()), "shows where they went")
}

/// Credits that should be taken back are spent: the same correction with each of the three answers.
fn spent(op: &OpId, context: &Context<'_>, view: View) -> View {
    let view = view.line(fixed("What becomes of the rest?"));
    // A confirmation meets it too, and is no correction that could be said with an answer.
    let (Ask::Credits(credits::Ask::Correct { .. }), Some(parsed)) = (context.ask, context.parsed)
    else {
        return view.suggest(
            format!("/correct {op} <what>"),
            "corrects it anew, with spent:take, owe or writeoff",
        );
    };
    let with = |view: View, label: &str, word: &'static str, effect: &str| {
        let mut line = parsed.clone();
        line.args.set("spent", Value::Choice(word));
        view.suggest_as((label, Weight::Plain), line.line(), effect)
    };
    let view =
        with(view, "Take what is left", "take", "takes what is left; the rest stays invoiced");
    let view = with(view, "Let it owe", "owe", "takes all of it; the client owes the rest");
    with(view, "Write it off", "writeoff", "writes the rest off; another person approves it")
}

/// A line that cannot be read.
#[must_use]
pub fn usage(usage: &Usage) -> View {
    let writes = usage.command.is_some_and(Command::is_write);
    let nothing = if writes { " Nothing was changed." } else { "" };
    let mut view =
        View::new(Mark::Refused, Text::new().input(usage.sentence.clone()).fixed(nothing));
    view.suggestions.clone_from(&usage.suggestions);
    if let Some(command) = usage.command.filter(|_| view.suggestions.is_empty()) {
        view = view.suggest(format!("/help {}", command.name()), "explains the command");
    }
    match usage.command {
        Some(command) => view
            .line(fixed("Usage: ").code(command.usage()))
            .line(fixed("For example: ").code(command.example)),
        None => view,
    }
}

/// An answer that did not come: whether it was done is not known.
pub fn unknown(op: &OpId, context: &Context<'_>) -> View {
    let view = View::new(
        Mark::Failed,
        fixed("I could not reach the ledger, so I don’t know yet whether it was done."),
    )
    .line(fixed("Please do not repeat it. In a minute this shows whether it was done:"));
    look(context, view).footer(fixed(format!("Ref {op}")))
}

/// Where it can be seen whether something was done.
fn look(context: &Context<'_>, view: View) -> View {
    match context.parsed.and_then(|parsed| parsed.args.text("client")) {
        Some(client) => {
            let plain = |c: char| c.is_alphanumeric() || " _.@-".contains(c);
            let quoted = if client.chars().all(plain) { client } else { "<client>".to_owned() };
            view.suggest(format!("/statement {quoted}"), "its last entries")
        }
        None => view.suggest("/history", "the last operations"),
    }
}

/// No answer came back: for a write that means that nobody knows.
#[must_use]
pub fn unanswered(op: &OpId, context: &Context<'_>) -> View {
    if context.writes() { unknown(op, context) } else { not_asked(op, false) }
}

/// The function was never reached.
#[must_use]
pub fn not_asked(op: &OpId, writes: bool) -> View {
    let nothing = if writes { " Nothing was changed." } else { "" };
    View::new(Mark::Failed, fixed(format!("I could not reach the desk’s functions.{nothing}")))
        .line(fixed("Please try again in a minute; if it stays like this, tell an owner."))
        .footer(fixed(format!("Ref {op}")))
}

/// A form cannot be opened: the command to type instead.
#[must_use]
pub fn no_form(form: &Form, reason: &str) -> View {
    let mut line = form.line.clone();
    for field in &form.fields {
        let (opens, closes) = if field.required { ('<', '>') } else { ('[', ']') };
        line.push_str(&format!(" {opens}{}{closes}", field.name));
    }
    let sentence = format!("I cannot ask with a form here: {reason}. Nothing was changed.");
    View::new(Mark::Refused, fixed(sentence)).line(fixed("Type it instead: ").code(line))
}

/// A message in which no operation is named.
#[must_use]
pub fn no_operation() -> View {
    View::new(Mark::Refused, fixed("There is no operation in that message."))
        .suggest("/history", "shows the last operations")
}

/// The time in which a front end must answer is over, and the function has not answered yet.
#[must_use]
pub fn too_late(op: &OpId) -> View {
    View::new(
        Mark::Failed,
        Text::new()
            .fixed("This takes longer than I may wait, so I don’t know yet whether it was done."),
    )
    .line(fixed(format!(
        "Please do not repeat it: if it changes something, it does so once, as {op}."
    )))
    .suggest("/history", "shows in a minute whether it was done")
    .footer(fixed(format!("Ref {op}")))
}

/// A refusal for scripts.
pub fn json(refusal: &Refusal) -> Json {
    match refusal {
        Refusal::UnknownClient { typed, nearest, .. } => json!({
            "typed": typed,
            "nearest": nearest.iter().map(named).collect::<Vec<_>>(),
        }),
        Refusal::Ambiguous { typed, matches, total, .. } => json!({
            "typed": typed, "total": total,
            "matches": matches.iter().map(client).collect::<Vec<_>>(),
        }),
        Refusal::NotEnough { client, kind, spendable, asked } => json!({
            "client": client.id.to_string(),
            "kind": kind, "spendable": spendable, "asked": asked,
        }),
        Refusal::NotLinked { .. }
        | Refusal::Left { .. }
        | Refusal::NotAllowed { .. }
        | Refusal::WrongActor { .. }
        | Refusal::NotAdmitted { .. }
        | Refusal::TooMany { .. }
        | Refusal::MmsOff { .. }
        | Refusal::ClientStatus { .. }
        | Refusal::Frozen { .. }
        | Refusal::OpenAddsStopped { .. }
        | Refusal::Unreadable { .. }
        | Refusal::NoPrice { .. }
        | Refusal::NoCurrency
        | Refusal::KeyReused { .. }
        | Refusal::NothingToUndo
        | Refusal::UnknownOperation { .. }
        | Refusal::NotOpen { .. }
        | Refusal::NotUndoable { .. }
        | Refusal::Spent { .. }
        | Refusal::DeductedSince(_)
        | Refusal::AlreadyReversed { .. }
        | Refusal::UnknownInvoice { .. }
        | Refusal::InvoiceState { .. }
        | Refusal::InvoiceMismatch { .. }
        | Refusal::ReferenceUsed { .. }
        | Refusal::ReferenceOfOther { .. }
        | Refusal::PlanLapsed { .. }
        | Refusal::PlanOver { .. }
        | Refusal::NotYourPlan { .. }
        | Refusal::OwnPlan { .. }
        | Refusal::NotYetAlone { .. }
        | Refusal::OthersCan { .. }
        | Refusal::NotYetApprovable { .. }
        | Refusal::NeedsApproval { .. }
        | Refusal::ApproverLimit { .. }
        | Refusal::Rate { .. }
        | Refusal::LoginTaken { .. }
        | Refusal::NameTaken { .. }
        | Refusal::UnknownStaff { .. }
        | Refusal::OwnRole
        | Refusal::LastOwner { .. }
        | Refusal::Outranked { .. }
        | Refusal::NoChange { .. }
        | Refusal::Invalid { .. } => json!(refusal),
    }
}

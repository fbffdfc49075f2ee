//! `/correct`: the correction of an add or a move of any age.

use shared::contract;
use shared::credits::types::{Ask, Changed, CorrectTo, Operation, Spent};
use shared::kernel::credit::{PerKind, grouped, in_words};
use shared::kernel::id::OpId;
use shared::kernel::money::Money;

use super::change::{CreditChange, Phase};
use super::deducted::{DEDUCTED, answer};
use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::commands::params::{REASON_IF_ANY, TELL};
use crate::grammar::amount::number;
use crate::grammar::quoted;
use crate::reply::words::{counted, fixed, name};
use crate::view::Text;

const SPENT: &[(&str, &str)] = &[
    ("take", "Take what is left; the rest stays invoiced"),
    ("owe", "Take all of it; the client owes what is spent"),
    ("writeoff", "Write the spent credits off; another person approves it"),
];

/// Makes a wrong add or move right.
pub const COMMANDS: &[Command] = &[Command {
    words: &["correct"],
    about: "Correct an add or move: fewer credits, another client, none",
    example: "/correct op_0123456789abcdef to:50 one zero too many",
    finds: &[
        "fix",
        "mistake",
        "wrong client",
        "wrong amount",
        "overcredited",
        "overcredit",
        "amend",
        "change",
        "refund",
        "reverse",
        "move",
    ],
    params: &[
        ParamSpec::required("op", ParamKind::Op, "Which add"),
        REASON_IF_ANY,
        ParamSpec::named("to", ParamKind::Number, "It should have been this many credits")
            .shown("credits"),
        ParamSpec::named("move", ParamKind::Client, "It should have been this client’s")
            .shown("client"),
        ParamSpec::named("all", ParamKind::Flag, "It should not have been at all"),
        ParamSpec::named(
            "spent",
            ParamKind::Choice(SPENT),
            "What becomes of credits that are spent already",
        ),
        TELL,
        DEDUCTED,
    ],
    action: Action::Ask { operation: Operation::Correct.spec(), call: ask },
}];

fn ask(args: &Args) -> Result<contract::Ask, Usage> {
    let op = args.need_op("op")?;
    let (all, reason) = all_of_it(args);
    let to = match (args.number("to"), args.text("move"), all) {
        (Some(0), None, _) | (None, None, true) => CorrectTo::All,
        (Some(count), None, false) => CorrectTo::Count(count),
        (None, Some(_), false) => CorrectTo::Move { client: args.client("move")? },
        (None, None, false) => {
            let question = format!("What should it have been? /correct {op} to:<credits>");
            let usage = Usage::new("missing", question);
            return Err(with_credits(usage, &op, reason.as_deref().unwrap_or_default())
                .suggest(format!("/correct {op} move:<client>"), "it was another client’s")
                .suggest(format!("/correct {op} --all"), "it should not have been at all"));
        }
        _ => {
            return Err(Usage::clash("Only one of to, move and all: what should it have been?"));
        }
    };
    let spent = args.text("spent");
    let spent = Spent::ALL.into_iter().find(|known| spent.as_deref() == Some(known.word()));
    let (deducted, tell) = (answer(args.text("deducted")), args.text("tell"));
    Ok(Ask::Correct { op, to, spent, reason, deducted, tell }.into())
}

/// `/correct op_… 500 one zero too many`: the same with the name of the number.
fn with_credits(usage: Usage, op: &OpId, reason: &str) -> Usage {
    let (first, rest) = reason.split_once(' ').unwrap_or((reason, ""));
    let Ok(credits) = number(first) else { return usage };
    let reason = rest.replace(['"', '\\'], "");
    let reason = if reason.is_empty() { reason } else { format!(" reason:\"{reason}\"") };
    let effect = format!("it should have been {}", counted(credits, "credit", "credits"));
    usage.suggest(format!("/correct {op}{reason} to:{credits}"), effect)
}

/// Parses `all` and the reason. Without `to` or `move`, the bare word `all` before the reason counts as
/// the flag: `/correct op_… all typed twice`.
fn all_of_it(args: &Args) -> (bool, Option<String>) {
    let reason = args.text("reason");
    if args.flag("all") || args.number("to").is_some() || args.text("move").is_some() {
        let only_all = reason.as_deref().is_some_and(|reason| reason.eq_ignore_ascii_case("all"));
        return (args.flag("all") || only_all, reason);
    }
    let text = reason.clone().unwrap_or_default();
    match text.split_once(' ').unwrap_or((&text, "")) {
        (word, rest) if word.eq_ignore_ascii_case("all") => {
            (true, Some(rest.trim().to_owned()).filter(|rest| !rest.is_empty()))
        }
        _ => (false, reason),
    }
}

/// The payment that stays with the client from which an add is moved, and the lines that let it pay for
/// the right client.
pub fn freed(change: &CreditChange<'_>, phase: Phase) -> Text {
    let (Changed::Corrected { op, .. }, Some(freed), Some(invoice), Some(right)) =
        (&change.facts.change, &change.facts.freed, &change.facts.replaced_by, &change.other)
    else {
        return Text::new();
    };
    let [added] = right.changes[..] else { return Text::new() };
    let free = Money { minor: freed.minor, currency: invoice.gross.currency };
    let reference = quoted(&freed.reference);
    let (unpaid, first) = match phase {
        Phase::Committed => (
            invoice.number.to_string(),
            format!("/invoice void {} reason:\"paid already\"", invoice.number),
        ),
        Phase::Proposed => ("the new invoice".to_owned(), format!("/correct {op} --all")),
    };
    let (kind, client, credits) = (added.kind.word(), right.client.id, added.amount);
    fixed("Payment ")
        .input(freed.reference.clone())
        .fixed(format!(": {free} of "))
        .then(name(change.client()))
        .fixed(format!(
            " is not applied to any invoice, and {unpaid} is unpaid. To pay with it, type "
        ))
        .code(first)
        .fixed(" and then ")
        .code(format!("/addcredit {kind} {client} {credits} paid:{reference}"))
        .fixed(".")
}

/// The sentence about a correction, each of its parts by its own count: `Corrected op_…: moved 500 MMS
/// credits from A to B, wrote off 300`.
pub fn corrected(change: &CreditChange<'_>, phase: Phase) -> Text {
    let Changed::Corrected { op, off_invoice, written_off, owed, moved } = &change.facts.change
    else {
        return Text::new();
    };
    let deducted = &change.facts.deducted;
    let kept = |kind| written_off.get(kind).saturating_add(*deducted.get(kind));
    let taken = off_invoice.map(|kind, off| off.saturating_sub(kept(kind)));
    let nothing = PerKind::default();
    let mut parts = Vec::new();
    match &change.other {
        Some(other) => {
            let verb = phase.verb("moved", "move");
            // A deduct that returned credits to a reseller is made right in the other direction.
            let gains = change.main.changes.iter().any(|change| change.amount > 0);
            let (from, to) = match gains {
                true => (other.client, change.client()),
                false => (change.client(), other.client),
            };
            parts.push(
                fixed(format!("{verb} {} from ", in_words(moved)))
                    .then(name(from))
                    .fixed(" to ")
                    .then(name(to)),
            );
        }
        None if taken == nothing && *deducted != nothing => {
            parts.push(fixed("took nothing more from ").then(name(change.client())));
        }
        None if taken != nothing || *written_off == nothing => {
            let verb = phase.verb("took", "take");
            parts.push(
                fixed(format!("{verb} {} from ", in_words(&taken))).then(name(change.client())),
            );
        }
        None => {}
    }
    if *written_off != nothing {
        let verb = phase.verb("wrote off", "write off");
        parts.push(if parts.is_empty() {
            fixed(format!("{verb} {} of ", in_words(written_off))).then(name(change.client()))
        } else {
            fixed(format!("{verb} {}", plain(change, written_off)))
        });
    }
    if *owed != nothing {
        let owes = format!(" then owes {}", plain(change, owed));
        parts.push(name(change.client()).fixed(owes));
    }
    let line = fixed(format!("{} {op}: ", phase.verb("Corrected", "correct")));
    parts.into_iter().enumerate().fold(line, |line, (at, part)| {
        if at == 0 { line.then(part) } else { line.fixed(", ").then(part) }
    })
}

/// Credits as a bare number where the change is of one kind.
fn plain(change: &CreditChange<'_>, per: &PerKind<u64>) -> String {
    match change.main.changes[..] {
        [one] => grouped(*per.get(one.kind)),
        _ => in_words(per),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::{self, Reading};

    fn asked(rest: &str) -> Result<CorrectTo, &'static str> {
        let line = format!("/correct op_0123456789abcdef {rest}");
        let from = "local:dana".parse().unwrap();
        match grammar::read(&line, &from).map_err(|usage| usage.code)? {
            Reading::One(parsed) => match parsed.ask().map_err(|usage| usage.code)? {
                Some(contract::Ask::Credits(Ask::Correct { to, .. })) => Ok(to),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_of_three_things_is_said() {
        assert_eq!(asked("to:50 one zero too many"), Ok(CorrectTo::Count(50)));
        let moved = CorrectTo::Move { client: "northern events".into() };
        assert_eq!(asked("move:\"northern events\""), Ok(moved));
        assert_eq!(asked("--all"), Ok(CorrectTo::All));
        assert_eq!(asked("to:0"), Ok(CorrectTo::All));
        assert_eq!(asked(""), Err("missing"));
        assert_eq!(asked("to:5 --all"), Err("clash"));
        assert_eq!(asked("to:5 move:acme"), Err("clash"));
        assert_eq!(asked("to:5 spent:perhaps"), Err("bad_value"));
        assert_eq!(asked("all typed twice"), Ok(CorrectTo::All));
        assert_eq!(asked("All"), Ok(CorrectTo::All));
        assert_eq!(asked("to:5 all of it was wrong"), Ok(CorrectTo::Count(5)));
        assert_eq!(asked("allowed too much"), Err("missing"));
        assert_eq!(asked("all to:5"), Err("clash"));
    }
}

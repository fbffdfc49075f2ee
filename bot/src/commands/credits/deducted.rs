//! The question whether deductions since an add were a part of it, and the offers of a deduct that
//! may be one.
//!
//! Invariant: neither answer is the default, and no confirmation gives one.

use jiff::Timestamp;
use shared::contract::plan::PlanCard;
use shared::credits::types::{Deducted, DeductedSince, Deduction};
use shared::kernel::credit::{Count, Kind, PerKind, grouped, grouped_signed, in_words};
use shared::kernel::id::OpId;
use shared::kernel::movement::{KindChange, Movement};
use shared::plans::types::Question;

use crate::button::Button;
use crate::command::{Choices, Command, ParamKind, ParamSpec, Value};
use crate::commands::find;
use crate::grammar::Parsed;
use crate::reply::Context;
use crate::reply::words::{counted, credits, fixed};
use crate::view::{Suggestion, Text, View, Weight};

/// The most deductions that a question shows line by line.
const SHOWN_MAX: usize = 10;

const ANSWERS: Choices = &[
    ("part", "They were a part of it: only the rest is taken"),
    ("else", "They were something else: all of it is taken"),
];

/// The answer about deductions since the add.
pub const DEDUCTED: ParamSpec =
    ParamSpec::named("deducted", ParamKind::Choice(ANSWERS), "What was deducted since the add");

/// The answer that was typed.
pub fn answer(text: Option<String>) -> Option<Deducted> {
    Deducted::ALL.into_iter().find(|known| text.as_deref() == Some(known.word()))
}

/// The deductions, and the same line with each of the two answers.
pub fn ask(since: &DeductedSince, context: &Context<'_>, view: View) -> View {
    let DeductedSince { op, deductions, off, counted, balance, .. } = since;
    let shown = deductions.iter().take(SHOWN_MAX);
    let view = shown.fold(view, |view, deduction| view.line(line(deduction)));
    let view = match more(deductions) {
        Some(more) => view.line(more),
        None => view,
    };
    let rest = off.map(|kind, off| off.saturating_sub(*counted.get(kind)));
    let Some(parsed) = context.parsed.filter(|parsed| parsed.command.param("deducted").is_some())
    else {
        // A confirmation meets it too, and has no place for an answer.
        return view.line(fixed("Type the command again; then you can answer."));
    };
    let answer = |view: View, label: &str, word: &'static str, taken: &PerKind<u64>, effect| {
        let mut answered = parsed.clone();
        if parsed.command.words == ["undo"] {
            answered.args.set("op", Value::Op(op.clone()));
        }
        answered.args.set("deducted", Value::Choice(word));
        let effect = format!("{effect} ({})", before_and_after(balance, taken));
        view.suggest_as((label, Weight::Plain), answered.line(), effect)
    };
    let some = |taken: &PerKind<u64>| match in_words(taken) {
        words if words.is_empty() => "nothing more".to_owned(),
        words => words,
    };
    let part = format!("it was: takes {}", some(&rest));
    let view = answer(view, "It was a part", "part", &rest, part);
    answer(view, "It was not", "else", off, format!("it was not: takes {}", some(off)))
}

/// `and 7 more of 1,230 SMS credits`, beyond those that are shown.
fn more(deductions: &[Deduction]) -> Option<Text> {
    let hidden = deductions.iter().skip(SHOWN_MAX);
    let mut credits = PerKind::<u64>::default();
    for deduction in hidden.clone() {
        let sum = credits.get_mut(deduction.kind);
        *sum = sum.saturating_add(deduction.credits);
    }
    let count = hidden.count();
    (count > 0).then(|| fixed(format!("• and {count} more of {}", in_words(&credits))))
}

/// `op_…: 4,500 SMS credits on 23 Nov 2026 10:00 UTC · reason: one zero too many`.
fn line(deduction: &Deduction) -> Text {
    let amount = credits(deduction.credits, deduction.kind);
    let deducted = fixed(format!("• {}: {amount} at ", deduction.op)).time(deduction.at);
    let reason = deduction.reason.as_ref().map(|text| fixed("reason: ").input(text.clone()));
    Text::dotted([deducted, reason.unwrap_or_default()])
}

/// `SMS 5,500 → 5,000`, for each kind.
fn before_and_after(balance: &PerKind<i64>, taken: &PerKind<u64>) -> String {
    let of = |kind: Kind| {
        let before = *balance.get(kind);
        let after = before.saturating_sub_unsigned(*taken.get(kind));
        if after < 0 {
            return format!("of {kind} only {} are left", grouped_signed(before));
        }
        format!("{kind} {} → {}", grouped_signed(before), grouped_signed(after))
    };
    let touched = Kind::ALL.into_iter().filter(|kind| *taken.get(*kind) > 0);
    let words: Vec<String> = touched.map(of).collect();
    if words.is_empty() { "the balance stays".to_owned() } else { words.join(", ") }
}

/// The sentence about a command that fits a deduct better.
pub fn fits(question: &Question) -> Text {
    match question {
        Question::FitsAdd { op, credits, at_s } => {
            let line = fixed(format!(
                "It may be about the add of {} ",
                counted(*credits, "credit", "credits")
            ));
            let line = match Timestamp::from_second(*at_s) {
                Ok(at) => line.fixed("on ").time(at),
                Err(_) => line.fixed("before"),
            };
            line.fixed(format!(
                " ({op}). If that add was too large, correct it instead; its invoice changes with it."
            ))
        }
        Question::FitsInvoice { invoice, gives } => fixed(format!(
            "{invoice} is unpaid and still gives {} credits. If these are some of them, name it: a \
             credit note is made.",
            grouped(*gives)
        )),
        _ => Text::new(),
    }
}

/// The commands that fit a planned deduct better.
pub fn offers(plan: &PlanCard) -> Vec<Suggestion> {
    plan.questions.iter().filter_map(|question| offer(plan, question)).collect()
}

fn offer(plan: &PlanCard, question: &Question) -> Option<Suggestion> {
    let main = plan.movement.as_ref().and_then(Movement::main)?;
    let [change] = main.changes[..] else { return None };
    let shared::contract::Facts::Credits(facts) = &plan.facts else { return None };
    let reason = facts.reason.clone();
    match question {
        Question::FitsAdd { op, credits, .. } => {
            let left = credits.checked_sub(change.amount.unsigned_abs())?;
            Some(correction(op, left, reason))
        }
        Question::FitsInvoice { invoice, .. } => {
            let mut parsed = Parsed::bare(deduct(change)?);
            let count = Count::try_new(change.amount.unsigned_abs()).ok()?;
            parsed.args.set("client", Value::Text(main.client.id.to_string()));
            parsed.args.set("amount", Value::Count(count));
            parsed.args.set("reason", Value::Text(reason?));
            parsed.args.set("invoice", Value::Invoice(*invoice));
            let line = parsed.line();
            let effect = format!("deducts them with a credit note for {invoice}");
            Some(Suggestion::new(line, effect).labelled("With a credit note", Weight::Plain))
        }
        _ => None,
    }
}

fn deduct(change: KindChange) -> Option<&'static Command> {
    find(&format!("deductcredit {}", change.kind.word()))
}

/// The correction of an add to so many credits. A button without room for the reason leaves it out.
fn correction(op: &OpId, left: u64, reason: Option<String>) -> Suggestion {
    let what = if left == 0 { "--all".to_owned() } else { format!("to:{left}") };
    let short = format!("/correct {op} {what}");
    let line = find("correct").map_or_else(
        || short.clone(),
        |command| {
            let mut parsed = Parsed::bare(command);
            parsed.args.set("op", Value::Op(op.clone()));
            match left {
                0 => parsed.args.set("all", Value::Flag),
                left => parsed.args.set("to", Value::Number(left)),
            }
            if let Some(reason) = reason {
                parsed.args.set("reason", Value::Text(reason));
            }
            parsed.line()
        },
    );
    let effect = match left {
        0 => "takes that add back instead".to_owned(),
        left => format!("corrects that add to {} instead", grouped(left)),
    };
    let fits = Button::Run(line.clone()).token().is_some();
    let offer = Suggestion::new(line, effect).labelled("Correct the add", Weight::Plain);
    if fits { offer } else { offer.pressed(short) }
}

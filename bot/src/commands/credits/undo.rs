//! `/undo`: an add or a deduct taken back, with its invoice.

use shared::credits::types::{Ask, Operation};
use shared::kernel::id::OpId;

use super::change::{CreditChange, Phase, amount};
use super::deducted::{DEDUCTED, answer};
use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::commands::params::TELL;
use crate::reply::words::{fixed, name};
use crate::view::Text;

/// Takes an operation back.
pub const COMMANDS: &[Command] = &[Command {
    words: &["undo"],
    about: "Take back an add or deduct of the last 24 hours",
    example: "/undo op_0123456789abcdef",
    finds: &["revert", "take back", "reverse", "cancel", "mistake", "wrong", "correct", "rollback"],
    params: &[
        ParamSpec::optional("op", ParamKind::Op, "The operation; by default your last one"),
        DEDUCTED,
        TELL,
    ],
    action: Action::Ask {
        operation: Operation::Undo.spec(),
        call: |args| {
            let (deducted, tell) = (answer(args.text("deducted")), args.text("tell"));
            Ok(Ask::Undo { op: args.op("op"), deducted, tell }.into())
        },
    },
}];

/// The sentence about an operation that was taken back.
pub fn undone(change: &CreditChange<'_>, op: &OpId, phase: Phase) -> Text {
    let verb = phase.verb("Took back", "take back");
    let (moves, direction) = if change.takes() {
        (phase.verb("took", "take"), "from")
    } else {
        (phase.verb("returned", "return"), "to")
    };
    let line = fixed(format!("{verb} {op}: {moves} {} {direction} ", amount(change)));
    line.then(name(change.client()))
}

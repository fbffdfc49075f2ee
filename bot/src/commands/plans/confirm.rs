//! `/confirm`: one’s own plan, done. Without a plan it lists those that wait for the caller; a terminal
//! has put the plan of its last question in its place by then ([`crate::conversation`]).

use shared::plans::types::{Answerable, Ask, Operation};

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::commands::params::{ABOUT, SEEN};

/// Confirms one’s own plan.
pub const COMMANDS: &[Command] = &[Command {
    words: &["confirm"],
    about: "Confirm your own request; without an op, list the requests that wait for you",
    example: "/confirm op_0123456789abcdef",
    finds: &["yes", "ok", "go ahead", "again"],
    params: &[
        ParamSpec::optional("op", ParamKind::Plan(Answerable::ToConfirm), "Which request"),
        ParamSpec::by_button("after", ParamKind::Op, "Only those behind this one"),
        ABOUT,
        SEEN,
    ],
    action: Action::Ask {
        operation: Operation::Confirm.spec(),
        call: |args| {
            let about = args.client_id("about")?;
            let only = Some(Answerable::ToConfirm);
            Ok(match args.op("op") {
                Some(op) => Ask::Confirm { op, about, seen: args.number("seen") }.into(),
                None => Ask::Pending { only, after: args.op("after") }.into(),
            })
        },
    },
}];

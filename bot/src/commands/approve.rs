//! `/approve`: somebody else’s plan, done.

use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use shared::operation::{Ask, Operation};

/// Approves somebody else’s plan.
pub const COMMANDS: &[Command] = &[Command {
    words: &["approve"],
    about: "Approve what somebody else asked for",
    example: "/approve op_0123456789abcdef",
    finds: &["allow", "four eyes", "second person", "sign off"],
    params: &[
        ParamSpec::required("op", ParamKind::Plan, "Which plan"),
        ParamSpec::named(
            "alone",
            ParamKind::Flag,
            "Your own, as an owner, a day after you asked, when nobody else can approve it",
        ),
        ParamSpec::by_button("about", ParamKind::Word, "The client that it is about, by its id"),
        ParamSpec::by_button("seen", ParamKind::Number, "Which version of it was seen"),
    ],
    action: Action::Ask {
        operation: Operation::Approve,
        call: |args| {
            let op = args.op("op").ok_or_else(|| Usage::missing("op"))?;
            let about = args.client_id("about")?;
            Ok(Ask::Approve { op, about, seen: args.number("seen"), alone: args.flag("alone") })
        },
    },
}];

//! `/approve`: somebody else’s plan, done.

use shared::plans::types::{Answerable, Ask, Operation};

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::commands::params::{ABOUT, SEEN, plan_to};

/// Approves somebody else’s plan.
pub const COMMANDS: &[Command] = &[Command {
    words: &["approve"],
    about: "Approve another person’s request",
    example: "/approve op_0123456789abcdef",
    finds: &["allow", "four eyes", "second person", "sign off"],
    params: &[
        plan_to(Answerable::ToApprove),
        ParamSpec::named(
            "alone",
            ParamKind::Flag,
            "Your own, as an owner, a day after you asked, when nobody else can approve it",
        ),
        ABOUT,
        SEEN,
    ],
    action: Action::Ask {
        operation: Operation::Approve.spec(),
        call: |args| {
            let op = args.need_op("op")?;
            let about = args.client_id("about")?;
            Ok(Ask::Approve { op, about, seen: args.number("seen"), alone: args.flag("alone") }
                .into())
        },
    },
}];

//! `/deny`: a plan turned down, or one’s own taken back.

use serde_json::json;
use shared::contract::plan::PlanCard;
use shared::plans::types::{Answerable, Ask, Operation};

use crate::command::{Action, Command};
use crate::commands::params::{REASON_IF_ANY, plan_to};
use crate::reply::{Content, plan};

/// Turns a plan down.
pub const COMMANDS: &[Command] = &[Command {
    words: &["deny"],
    about: "Deny another person’s request, or cancel your own",
    example: "/deny op_0123456789abcdef call the client first",
    finds: &["no", "reject", "decline", "cancel plan", "cancel"],
    params: &[plan_to(Answerable::ToDeny), REASON_IF_ANY],
    action: Action::Ask {
        operation: Operation::Deny.spec(),
        call: |args| {
            let op = args.need_op("op")?;
            Ok(Ask::Deny { op, reason: args.text("reason") }.into())
        },
    },
}];

/// The reply to `/deny`.
pub fn content(ended: &PlanCard) -> Content {
    let json = json!({ "plan": plan::json(ended), "reason": ended.reason });
    Content::new("plan_ended", plan::ended(ended), json)
}

//! `/pending`: the plans that wait.

use serde_json::json;
use shared::contract::plan::PlanCard;
use shared::plans::types::{Ask, Operation, PlanState};

use crate::command::{Action, Command};
use crate::reply::words::{counted, fixed, length, name, person};
use crate::reply::{Content, ROWS_MAX, plan};
use crate::view::{Column, Mark, Table, Text, View};

/// Lists waiting plans.
pub const COMMANDS: &[Command] = &[Command {
    words: &["pending"],
    about: "List requests that wait for a confirmation or an approval",
    example: "/pending",
    finds: &["waiting", "approvals", "open plans", "to do"],
    params: &[],
    action: Action::Ask {
        operation: Operation::Pending.spec(),
        call: |_| Ok(Ask::Pending {}.into()),
    },
}];

/// The reply to `/pending`.
pub fn content(plans: &[PlanCard]) -> Content {
    let json = json!({ "plans": plans.iter().map(plan::json).collect::<Vec<_>>() });
    Content::new("pending", view(plans), json)
}

fn view(plans: &[PlanCard]) -> View {
    if plans.is_empty() {
        return View::new(Mark::Answer, fixed("Nothing waits."));
    }
    let headline = fixed(counted(length(plans), "request waits", "requests wait"));
    let table = Table {
        columns: vec![
            Column::words("op"),
            Column::words("what"),
            Column::detail("waits"),
            Column::detail("by"),
            Column::detail("until"),
        ],
        rows: plans.iter().take(ROWS_MAX).map(row).collect(),
    };
    let mut view = View::new(Mark::Answer, headline).table(table);
    if plans.iter().any(|plan| plan.state == PlanState::AwaitsApproval) {
        view = view.suggest("/approve <op>", "approves another person’s request");
    }
    if plans.iter().any(|plan| plan.state == PlanState::AwaitsConfirm) {
        view = view.suggest("/confirm <op>", "confirms your own request");
    }
    view.suggest("/deny <op>", "cancels it")
}

fn row(plan: &PlanCard) -> Vec<Text> {
    let waits = match plan.state {
        PlanState::AwaitsApproval => "for an approval",
        PlanState::AwaitsConfirm
        | PlanState::Done
        | PlanState::Cancelled
        | PlanState::Denied
        | PlanState::Expired
        | PlanState::Lapsed => "for its author",
    };
    vec![
        fixed(plan.op.to_string()),
        plan.client().map(name).unwrap_or_default().fixed(format!(" {}", plan::summary(plan))),
        fixed(waits),
        person(&plan.by),
        Text::new().time(plan.expires),
    ]
}

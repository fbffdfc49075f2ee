//! `/status`: what is set up and what is missing.

use serde_json::json;
use shared::desk::types::{Answer, Ask, Operation};
use shared::kernel::credit::grouped;

use super::setup;
use crate::command::{Action, Command};
use crate::reply::Content;
use crate::reply::words::{counted, fixed};
use crate::view::{Mark, Text, View};

/// Shows what is missing.
pub const COMMANDS: &[Command] = &[Command {
    words: &["status"],
    about: "Show what is set up and what is missing",
    example: "/status",
    finds: &["health", "missing", "configuration"],
    params: &[],
    action: Action::Ask {
        operation: Operation::Status.spec(),
        call: |_| Ok(Ask::Status {}.into()),
    },
}];

/// The reply to `/status`.
pub fn content(answer: &Answer) -> Option<Content> {
    let Answer::Status { missing, staff, pending, failed_jobs, settings } = answer else {
        return None;
    };
    let headline = if missing.is_empty() { "Everything is set up" } else { "Something is missing" };
    let mut view = View::new(Mark::Answer, fixed(headline));
    for missing in missing {
        let row = fixed(format!("• {}: ", setup::sentence(*missing)));
        view = view.line(row.code(setup::sample(*missing)));
    }
    if !missing.is_empty() {
        view = view.suggestion(setup::button());
    }
    let currency = settings.currency.map_or("no currency", |currency| currency.code());
    view = view
        .line(Text::dotted([
            fixed(format!("{} staff", grouped(*staff))),
            fixed(counted(*pending, "request waits", "requests wait")),
            fixed(counted(*failed_jobs, "notice failed", "notices failed")),
        ]))
        .line(fixed(format!(
            "{currency} · tax {} % · invoices due after {} days · {}",
            settings.tax, settings.due_days, settings.zone
        )));
    if *failed_jobs > 0 {
        view = view.suggest("/jobs failed", "shows them");
    }
    if *pending > 0 {
        view = view.suggest("/pending", "shows them");
    }
    let json = json!({
        "missing": missing.iter().map(|missing| setup::word(*missing)).collect::<Vec<_>>(),
        "staff": staff,
        "pending": pending, "failed_jobs": failed_jobs, "settings": settings,
    });
    Some(Content::new("status", view, json))
}

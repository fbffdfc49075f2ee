//! `/jobs failed`: side effects that failed for good.

use serde_json::json;
use shared::desk::types::{Ask, Operation};
use shared::kernel::id::OpId;
use shared::kernel::job::{Job, What};

use crate::command::{Action, Command, ParamKind, ParamSpec};
use crate::reply::Content;
use crate::reply::words::{counted, fixed, length};
use crate::view::{Mark, Text, View};

/// Lists and replays failed jobs.
pub const COMMANDS: &[Command] = &[Command {
    words: &["jobs", "failed"],
    about: "List emails and notices that failed, or send one again",
    example: "/jobs failed",
    finds: &["failed mail", "mails", "outbox", "retry", "replay", "queue", "errors"],
    params: &[ParamSpec::named("replay", ParamKind::Op, "The one to try again").shown("op")],
    action: Action::Ask {
        // The command replays as well; without an operation it only reads.
        operation: Operation::JobReplay.spec(),
        call: |args| {
            Ok(match args.op("replay") {
                Some(op) => Ask::JobReplay { op }.into(),
                None => Ask::JobsFailed {}.into(),
            })
        },
    },
}];

/// How many jobs are shown.
const JOBS_MAX: usize = 10;

/// The reply to a replayed job.
pub fn replayed(op: &OpId) -> Content {
    let view = View::new(Mark::Done, fixed(format!("{op} is tried again.")))
        .line(fixed("What was done before is not done twice."))
        .public();
    Content::new("jobs", view, json!({ "replayed": op }))
}

/// The reply to `/jobs failed`.
pub fn content(jobs: &[Job]) -> Content {
    let json = json!({
        "jobs": jobs.iter().map(|job| json!({
            "op": job.op, "due": job.due, "failed": job.failed,
            "effects": job.effects.iter().map(|effect| json!({
                "what": effect_word(&effect.what), "done": effect.done, "tries": effect.tries,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    });
    Content::new("jobs", failed(jobs), json)
}

fn failed(jobs: &[Job]) -> View {
    let Some(first) = jobs.first() else {
        return View::new(Mark::Answer, fixed("No email or notice has failed."));
    };
    let headline = counted(length(jobs), "notice failed", "notices failed");
    let mut view = View::new(Mark::Answer, fixed(headline));
    for job in jobs.iter().take(JOBS_MAX) {
        let open = job.effects.iter().filter(|effect| !effect.done);
        let effects: Vec<String> = open.map(|effect| effect_word(&effect.what)).collect();
        let reason = job.failed.as_ref().map(|reason| Text::new().input(reason.clone()));
        view = view.line(Text::dotted([
            fixed(job.op.to_string()),
            fixed(effects.join(", ")),
            reason.unwrap_or_default(),
        ]));
    }
    let rest = length(jobs.get(JOBS_MAX..).unwrap_or_default());
    if rest > 0 {
        let more = counted(rest, "more job is not shown", "more jobs are not shown");
        view = view.line(fixed(format!("{more}: each one that is tried again makes room.")));
    }
    view.suggest(format!("/jobs failed replay:{}", first.op), "tries it again")
}

/// A side effect in a few words.
fn effect_word(effect: &What) -> String {
    match effect {
        What::Audit(_) => "audit line".to_owned(),
        What::Mail { client, event } => format!("mail to {client}: {}", event.name()),
        What::Refund { payment, .. } => format!("refund of {payment}"),
        What::Remind { client, invoice, .. } => format!("reminder of {invoice} to {client}"),
        What::Statement { client, .. } => format!("statement of account to {client}"),
        What::Announce { channel, .. } => format!("announcement in {channel}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_says_how_many_failed_jobs_it_leaves_out() {
        let op: OpId = "op_0123456789abcdef".parse().unwrap();
        let jobs = |number| vec![Job::new(op.clone(), Vec::new()); number];
        for (number, more) in
            [(10, None), (11, Some("1 more job is not")), (14, Some("4 more jobs"))]
        {
            let reply = content(&jobs(number));
            assert_eq!(reply.json["jobs"].as_array().unwrap().len(), number);
            let text = reply.view.plain();
            assert_eq!(text.contains("more job"), more.is_some(), "{text}");
            assert!(text.contains(more.unwrap_or_default()), "{text}");
        }
        assert_eq!(replayed(&op).json, json!({ "replayed": op }));
    }
}

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
    about: "List mails and other effects that failed for good, or try one again",
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

/// The reply to `/jobs failed`.
pub fn content(jobs: &[Job], replayed: Option<&OpId>) -> Content {
    let view = match replayed {
        Some(op) => View::new(Mark::Done, fixed(format!("{op} is tried again.")))
            .line(fixed("What was done before is not done twice."))
            .public(),
        None => failed(jobs),
    };
    let json = json!({
        "jobs": jobs.iter().map(|job| json!({
            "op": job.op, "due": job.due, "failed": job.failed,
            "effects": job.effects.iter().map(|effect| json!({
                "what": effect_word(&effect.what), "done": effect.done, "tries": effect.tries,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "replayed": replayed,
    });
    Content::new("jobs", view, json)
}

fn failed(jobs: &[Job]) -> View {
    let Some(first) = jobs.first() else {
        return View::new(Mark::Answer, fixed("No job has failed for good."));
    };
    let headline = counted(length(jobs), "job failed for good", "jobs failed for good");
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
    view.suggest(format!("/jobs failed replay:{}", first.op), "tries it again")
}

/// A side effect in a few words.
fn effect_word(effect: &What) -> String {
    match effect {
        What::Audit(_) => "audit line".to_owned(),
        What::Mail { client, event } => format!("mail to {client}: {}", event.name()),
        What::Announce { channel, .. } => format!("announcement in {channel}"),
    }
}

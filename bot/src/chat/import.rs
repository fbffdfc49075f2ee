//! A bank’s file: read on the machine where the person types, shown, and booked in parts.
//!
//! Invariant: what is booked is what the preview showed, by the digest that the offered line carries. Each
//! part is one change under a key of its own, and the desk leaves out lines that it has. So an import that
//! was cut is run again.

use serde_json::json;
use shared::contract::call::Outcome;
use shared::contract::refusal::Refusal;
use shared::contract::{Answer, Ask};
use shared::kernel::id::{CallKey, digest};
use shared::payments::inbox::types::{BankFile, FileRead, ImportLine, PART_MAX, Preview};
use shared::payments::types as payments;

use super::{Chat, ChatReply, ReplyStatus, Spoken, answered, ended, not_read, unanswered};
use crate::commands::payments::import;
use crate::grammar::Parsed;
use crate::reply::Context;
use crate::view::{Suggestion, Weight};

impl Chat {
    /// Shows a file, or books what was shown of it.
    pub(super) async fn import(&self, spoken: Spoken<'_>, parsed: &Parsed) -> ChatReply {
        let path = parsed.args.text("file").unwrap_or_default();
        let read = match self.files.filter(|_| spoken.is_near) {
            Some(read) => read(&path).map_err(|error| import::unreadable(&path, Some(&error))),
            None => Err(import::unreadable(&path, None)),
        };
        let (bytes, unread) = match read {
            Ok(bytes) => (bytes, None),
            // The function still says whether the person may import at all.
            Err(usage) => (Vec::new(), Some(usage)),
        };
        let file = BankFile {
            bytes: bytes.into_iter().map(char::from).collect(),
            account: parsed.args.text("account").unwrap_or_default(),
            decimals: import::decimals(&parsed.args),
            dates: import::dates(&parsed.args),
        };
        let ask = Ask::from(payments::Ask::PaymentPreview(file));
        let key = CallKey::new("preview", spoken.key.op().to_string());
        let call = Spoken { key, ..spoken }.call(ask);
        let context =
            Context { ask: &call.ask, dry_run: false, parsed: Some(parsed), rows: self.rows };
        let reply = match self.dispatch(&call).await {
            Ok(reply) => reply,
            Err(unreachable) => return unanswered(&call, &context, &unreachable),
        };
        let shown = answered(&reply, &context);
        let is_barred = |refusal: &Refusal| {
            matches!(
                refusal,
                Refusal::NotAllowed { .. } | Refusal::NotLinked { .. } | Refusal::Left { .. }
            )
        };
        if let Some(usage) = unread {
            return match &reply.outcome {
                Outcome::Refused(refusal) if is_barred(refusal) => shown,
                _ => not_read(&usage),
            };
        }
        match reply.outcome {
            Outcome::Answer(Answer::Payments(payments::Answer::File(read))) => match read {
                FileRead::Preview(preview) => self.booked(spoken, parsed, shown, &preview).await,
                FileRead::Question(question) => {
                    let line = parsed.line();
                    let answers = import::answers(&question).iter();
                    let lines = answers.map(|answer| format!("{line} {answer}"));
                    let offers = lines.map(|line| Suggestion::new(line, "reads the file so"));
                    let mut asked = ChatReply { status: ReplyStatus::Refused, ..shown };
                    asked.view.suggestions.extend(offers);
                    asked
                }
            },
            _ => shown,
        }
    }

    /// Books the lines of a preview that the line names, or offers the line that does.
    async fn booked(
        &self,
        spoken: Spoken<'_>,
        parsed: &Parsed,
        mut shown: ChatReply,
        preview: &Preview,
    ) -> ChatReply {
        let lines = import::booked(preview, parsed.args.flag("doubtful"));
        let token = token(&lines);
        let is_tried = parsed.dry_run() || lines.is_empty();
        if is_tried || parsed.args.text("book").as_deref() != Some(token.as_str()) {
            if !is_tried {
                let line = parsed.with("book", token).line();
                let offer = Suggestion::new(line.clone(), "books these lines");
                shown.view.suggestions.insert(0, offer.labelled("Book them", Weight::Main));
                shown.status = ReplyStatus::Planned;
                shown.yes = Some(line);
            }
            return shown;
        }
        let mut booked = 0_usize;
        for part in lines.chunks(PART_MAX) {
            let ask = Ask::from(payments::Ask::PaymentImport { lines: part.to_vec() });
            let key = CallKey::new("import", format!("{} {}", spoken.from, ask.fingerprint()));
            let call = Spoken { key, ..spoken }.call(ask);
            match self.dispatch(&call).await {
                Ok(reply) if matches!(reply.outcome, Outcome::Done(_) | Outcome::Answer(_)) => {
                    booked = booked.saturating_add(part.len());
                }
                Ok(reply) if booked == 0 => {
                    let context = Context {
                        ask: &call.ask,
                        dry_run: false,
                        parsed: Some(parsed),
                        rows: None,
                    };
                    return answered(&reply, &context);
                }
                Ok(_) | Err(_) => break,
            }
        }
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let left = count(lines.len().saturating_sub(booked));
        let status = if left == 0 { ReplyStatus::Ok } else { ReplyStatus::Failed };
        let view = import::all(count(booked), left, preview);
        let data = json!({ "booked": booked, "left": left, "preview": shown.data });
        ChatReply { data, ..ended(status, "payments_imported", view) }
    }
}

/// The name of what a preview shows.
fn token(lines: &[ImportLine]) -> String {
    let keys: Vec<&str> = lines.iter().map(|line| line.key.as_str()).collect();
    digest(&keys).chars().take(10).collect()
}

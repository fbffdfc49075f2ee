//! `creditdesk say`: lines in, replies out, for scripts and for those who want one answer.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use bot::chat::{ChatReply, ReplyStatus, not_read};
use bot::command::Usage;
use bot::terminal::{Style, render};
use serde_json::{Value, json};
use shared::kernel::id::{CallKey, Identity};

use crate::config::Config;
use crate::desk::Local;
use crate::program::Trouble;
use crate::terminal::zone;

/// How much of a line that is no text is shown.
const SHOWN_MAX: usize = 60;

/// What was asked for on the command line.
#[derive(Debug)]
pub struct Lines {
    /// The lines, `-` for those of standard input.
    pub lines: Vec<String>,
    /// The idempotency key of a single line.
    pub key: Option<String>,
    /// Whether one's own confirmations are given.
    pub yes: bool,
    /// Whether the replies are JSON.
    pub json: bool,
}

/// Runs the lines; the exit code is the highest of theirs.
///
/// # Errors
/// Standard input or output is gone.
pub async fn run(
    local: &Local,
    by: &Identity,
    lines: Lines,
    config: &Config,
) -> Result<u8, Trouble> {
    let colour = io::stdout().is_terminal() && !config.no_color;
    let style = Style { colour, zone: zone(), ..Style::PLAIN };
    let mut code = 0;
    for (at, line) in (1_u64..).zip(&lines.lines) {
        if line != "-" {
            let number = (lines.lines.len() > 1).then_some(at);
            code = code.max(one(local, by, &lines, &style, (number, line)).await?);
            continue;
        }
        for number in 1_u64.. {
            // Standard input blocks; the desk's worker must not wait for whoever types.
            let read = tokio::task::spawn_blocking(|| {
                let mut line = Vec::new();
                io::stdin().lock().read_until(b'\n', &mut line).map(|_| line)
            });
            let bytes = read.await.map_err(|e| Trouble::Other(e.to_string()))??;
            if bytes.is_empty() {
                break;
            }
            let ended = match String::from_utf8(bytes) {
                Ok(line) if line.trim().is_empty() => continue,
                Ok(line) => one(local, by, &lines, &style, (Some(number), line.trim_end())).await?,
                Err(wrong) => unreadable(&lines, &style, (number, wrong.as_bytes()))?,
            };
            code = code.max(ended);
        }
    }
    Ok(code)
}

async fn one(
    local: &Local,
    by: &Identity,
    lines: &Lines,
    style: &Style,
    (number, line): (Option<u64>, &str),
) -> Result<u8, Trouble> {
    let key = lines.key.clone().unwrap_or_else(|| fresh_key(local));
    let mut said = local.chat().line(by, CallKey::new("local", key), line).await;
    if lines.yes {
        said = confirmed(local, by, said).await;
    }
    local.work().await;
    print(local, lines.json, style, (number, &said))?;
    Ok(exit_code(said.status))
}

/// Answers a line that is no text: one such line is no reason to leave the others undone.
fn unreadable(lines: &Lines, style: &Style, (number, bytes): (u64, &[u8])) -> io::Result<u8> {
    let typed = String::from_utf8_lossy(bytes);
    // Enough to find the line by; somebody may have piped in a picture.
    let begins: String = typed.trim().chars().take(SHOWN_MAX).collect();
    let more = if typed.trim().chars().nth(SHOWN_MAX).is_some() { "…" } else { "" };
    let sentence = format!("“{begins}{more}” is not UTF-8. Nothing was changed.");
    let said = not_read(&Usage::new("not_utf8", sentence));
    let mut out = io::stdout().lock();
    if lines.json {
        writeln!(out, "{}", numbered(&said, Some(number)))?;
    } else {
        writeln!(out, "line {number}:")?;
        writeln!(out, "{}", render(&said.view, style.clone()))?;
    }
    out.flush()?;
    Ok(exit_code(said.status))
}

/// Gives one's own confirmation, once, and no approval. What is asked in answer is asked of a person:
/// the plan shows other facts by then.
pub async fn confirmed(local: &Local, by: &Identity, said: ChatReply) -> ChatReply {
    let asked = said.asks_author().filter(|_| !said.asks_a_person);
    if let (Some(seen), Some(op)) = (asked, said.op.clone()) {
        let key = CallKey::new("local", fresh_key(local));
        return local.chat().confirm(by, key, op, seen).await;
    }
    said
}

/// A key that no other line has, in this process or another.
#[must_use]
pub fn fresh_key(local: &Local) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{}-{count}", local.clock().now().as_millisecond(), std::process::id())
}

/// A reply as scripts get it, with the number of its line among several.
fn numbered(said: &ChatReply, number: Option<u64>) -> Value {
    let mut reply = object(said);
    if let (Some(number), Some(fields)) = (number, reply.as_object_mut()) {
        fields.insert("line".to_owned(), json!(number));
    }
    reply
}

fn print(
    local: &Local,
    as_json: bool,
    style: &Style,
    (number, said): (Option<u64>, &ChatReply),
) -> io::Result<()> {
    let label = number.map(|number| format!("line {number}:\n")).unwrap_or_default();
    let mut out = io::stdout().lock();
    if as_json {
        writeln!(out, "{}", numbered(said, number))?;
    } else if let Some(file) = &said.attachment {
        // A file is what is piped on; what the desk says about it goes beside.
        out.write_all(&file.bytes)?;
        writeln!(io::stderr(), "{label}{}", render(&said.view, style.clone()))?;
    } else {
        writeln!(out, "{label}{}", render(&said.view, style.clone()))?;
    }
    out.flush()?;
    if said.status == ReplyStatus::Failed
        && let Some(why) = local.store_error()
    {
        writeln!(io::stderr(), "creditdesk: {why}")?;
    }
    Ok(())
}

/// A reply as scripts get it.
#[must_use]
pub fn object(said: &ChatReply) -> Value {
    let mut object = json!({
        "status": said.status.word(),
        "code": said.code,
        "text": said.view.plain(),
        "op": said.op.as_ref().map(ToString::to_string),
        "replay_of": said.replay_of,
        "try": said.view.suggestions.iter().map(|one| &one.line).collect::<Vec<_>>(),
        "data": said.data,
    });
    if let (Some(file), Some(data)) = (&said.attachment, object.pointer_mut("/data")) {
        let text = String::from_utf8_lossy(&file.bytes);
        if let Some(data) = data.as_object_mut() {
            data.insert("file".to_owned(), json!({ "name": file.name, "text": text }));
        }
    }
    object
}

/// The exit code of a status.
#[must_use]
pub fn exit_code(status: ReplyStatus) -> u8 {
    match status {
        ReplyStatus::Ok => 0,
        ReplyStatus::Usage => 2,
        ReplyStatus::Refused => 3,
        ReplyStatus::Planned => 4,
        ReplyStatus::Failed => 5,
    }
}

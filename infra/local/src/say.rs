//! `creditdesk say`: lines in, replies out, for scripts and for those who want one answer.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use bot::chat::{Chat, ChatReply, ReplyStatus, not_read};
use bot::command::Usage;
use bot::conversation::{Conversation, Turn, is_bare_confirm, is_yes_or_no};
use bot::grammar::{self, Reading};
use bot::terminal::{Style, render};
use bot::view::{Mark, View};
use serde_json::{Value, json};
use shared::contract::Key;
use shared::kernel::id::{CHOSEN, CallKey, Identity, OpId};

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

/// The reason for which the lines cannot be run as they are given: the shell split a line at its spaces,
/// so that an argument behind the first is no line of its own, or a key names several lines.
#[must_use]
pub fn misread(lines: &[String], has_key: bool, by: &Identity) -> Option<String> {
    let is_line = |argument: &String| {
        let is_typed = argument.contains(' ')
            && matches!(grammar::read(argument, by), Ok(Reading::One(_) | Reading::HelpOn(_)));
        argument == "-" || argument.starts_with('/') || is_yes_or_no(argument) || is_typed
    };
    if !lines.iter().skip(1).all(is_line) {
        let line = lines.join(" ");
        return Some(format!("Put each line in quotation marks: say '{line}'. Nothing was done"));
    }
    let is_one = lines.len() == 1 && lines.iter().all(|line| line != "-");
    (has_key && !is_one).then(|| "--key names one line: give exactly one LINE".to_owned())
}

/// Runs the lines; the exit code is the highest of theirs. A plan that a later line settled does not count.
///
/// # Errors
/// Standard input or output is gone.
pub async fn run(
    local: &Local,
    by: &Identity,
    lines: Lines,
    config: &Config,
) -> Result<u8, Trouble> {
    let colour = io::stdout().is_terminal() && config.has_colour();
    let style = Style { colour, zone: zone(), ..Style::PLAIN };
    let (mut code, mut plans) = (0, Vec::new());
    let mut talk = Conversation::default();
    for (at, line) in (1_u64..).zip(&lines.lines) {
        if line != "-" {
            let number = (lines.lines.len() > 1).then_some(at);
            let ended = one(local, by, &lines, &style, (number, line, &mut talk)).await?;
            code = code.max(ended.code(&mut plans));
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
                Ok(line) => {
                    let line = (Some(number), line.trim_end(), &mut talk);
                    one(local, by, &lines, &style, line).await?.code(&mut plans)
                }
                Err(wrong) => unreadable(&lines, &style, (number, wrong.as_bytes()))?,
            };
            code = code.max(ended);
        }
    }
    if waits(local, &plans).await {
        Ok(code.max(exit_code(ReplyStatus::Planned)))
    } else {
        Ok(code)
    }
}

/// The end of a line.
enum Ended {
    Code(u8),
    /// It waits as this plan.
    Waits(OpId),
}

impl Ended {
    /// The exit code of the line; the code of a plan is known after the last line.
    fn code(self, plans: &mut Vec<OpId>) -> u8 {
        match self {
            Ended::Code(code) => code,
            Ended::Waits(op) => {
                plans.push(op);
                0
            }
        }
    }
}

/// Whether one of the plans waits. A plan that cannot be read counts.
async fn waits(local: &Local, plans: &[OpId]) -> bool {
    let keys: Vec<Key> = plans.iter().cloned().map(Key::Plan).collect();
    if keys.is_empty() {
        return false;
    }
    match local.store().image(&keys).await {
        Ok(image) => plans.iter().any(|op| match image.plan(op) {
            Ok(plan) => plan.is_some_and(|plan| plan.state.waits()),
            Err(_) => true,
        }),
        Err(_) => true,
    }
}

async fn one(
    local: &Local,
    by: &Identity,
    lines: &Lines,
    style: &Style,
    (number, line, talk): (Option<u64>, &str, &mut Conversation),
) -> Result<Ended, Trouble> {
    let chosen = lines.key.clone().map(|key| CallKey::new(CHOSEN, key));
    let key = chosen.unwrap_or_else(|| fresh_key(local));
    let mut reply = answered(local.chat(), by, talk, key, line).await;
    if lines.yes {
        reply = confirmed(local, by, reply).await;
        talk.heard(&reply);
    }
    local.work().await;
    let printed = print(local, lines.json, style, (number, &reply));
    match (printed, reply.view.mark, reply.op) {
        (Ok(()), _, Some(op)) if reply.code == "planned" && reply.question.is_none() => {
            Ok(Ended::Waits(op))
        }
        // A `/confirm` that lists the requests confirms none.
        (Ok(()), ..) if is_bare_confirm(line) && reply.code == "pending" => {
            let is_empty = reply.view.row_buttons.is_empty();
            let status = if is_empty { reply.status } else { ReplyStatus::Planned };
            Ok(Ended::Code(exit_code(status)))
        }
        (Ok(()), ..) => Ok(Ended::Code(exit_code(reply.status))),
        (Err(source), Mark::Done, Some(op)) => Err(Trouble::Unwritten { op, source }),
        (Err(source), ..) => Err(source.into()),
    }
}

/// Answers a line of a conversation: a short answer is one to its last question.
pub async fn answered(
    chat: &Chat,
    by: &Identity,
    talk: &mut Conversation,
    key: CallKey,
    typed: &str,
) -> ChatReply {
    match talk.line(typed) {
        Turn::Send(line) => {
            let reply = chat.line(by, key, &line).await;
            talk.heard(&reply);
            reply
        }
        Turn::Reply(usage) => not_read(&usage),
        Turn::NoQuestion(usage) => {
            let waiting = chat.line(by, key, "/pending").await;
            talk.heard(&waiting);
            let mut reply = not_read(&usage);
            let count = waiting.view.headline.clone();
            let headline = reply.view.headline.clone();
            reply.view = View { headline, mark: Mark::Refused, ..waiting.view }.line(count);
            reply
        }
    }
}

/// Answers a line that is not text, so that the other lines are still done.
fn unreadable(lines: &Lines, style: &Style, (number, bytes): (u64, &[u8])) -> io::Result<u8> {
    let typed = String::from_utf8_lossy(bytes);
    // Enough to find the line by; a whole picture may have been piped in.
    let begins: String = typed.trim().chars().take(SHOWN_MAX).collect();
    let more = if typed.trim().chars().nth(SHOWN_MAX).is_some() { "…" } else { "" };
    let sentence = format!("“{begins}{more}” is not UTF-8. Nothing was changed.");
    let reply = not_read(&Usage::new("not_utf8", sentence));
    let mut out = io::stdout().lock();
    if lines.json {
        writeln!(out, "{}", numbered(&reply, Some(number)))?;
    } else {
        writeln!(out, "line {number}:")?;
        writeln!(out, "{}", render(&reply.view, style.clone()))?;
    }
    out.flush()?;
    Ok(exit_code(reply.status))
}

/// Confirms the caller's own plan once, and approves none. A second question is left to a person,
/// because the plan then shows other facts. A name that was not typed whole is never confirmed: the plan
/// is taken back and the line refused; if it cannot be taken back, the reply says so.
pub async fn confirmed(local: &Local, by: &Identity, mut reply: ChatReply) -> ChatReply {
    if let (Some(refused), Some(op)) = (reply.refused_yes.take(), reply.op.clone()) {
        let denied = local.chat().deny(by, fresh_key(local), op).await;
        return if denied.status == ReplyStatus::Ok { *refused } else { denied };
    }
    if let Some(line) = reply.yes.take() {
        return local.chat().line(by, fresh_key(local), &line).await;
    }
    let version = reply.asks_author().filter(|_| !reply.asks_a_person);
    if let (Some(version), Some(op)) = (version, reply.op.clone()) {
        return local.chat().confirm(by, fresh_key(local), op, version).await;
    }
    reply
}

/// A key that no other line has, in this process or another.
#[must_use]
pub fn fresh_key(local: &Local) -> CallKey {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let id = format!("{}-{}-{count}", local.clock().now().as_millisecond(), std::process::id());
    CallKey::new("terminal", id)
}

/// A reply as scripts get it, with the number of its line among several.
fn numbered(reply: &ChatReply, number: Option<u64>) -> Value {
    let mut reply = object(reply);
    if let (Some(number), Some(fields)) = (number, reply.as_object_mut()) {
        fields.insert("line".to_owned(), json!(number));
    }
    reply
}

fn print(
    local: &Local,
    as_json: bool,
    style: &Style,
    (number, reply): (Option<u64>, &ChatReply),
) -> io::Result<()> {
    let label = number.map(|number| format!("line {number}:\n")).unwrap_or_default();
    let mut out = io::stdout().lock();
    if as_json {
        writeln!(out, "{}", numbered(reply, number))?;
    } else if let Some(file) = &reply.attachment {
        // A file is what is piped on; what the desk says about it goes beside.
        out.write_all(&file.bytes)?;
        writeln!(io::stderr(), "{label}{}", render(&reply.view, style.clone()))?;
    } else {
        writeln!(out, "{label}{}", render(&reply.view, style.clone()))?;
    }
    out.flush()?;
    if reply.status == ReplyStatus::Failed
        && let Some(reason) = local.store_error()
    {
        writeln!(io::stderr(), "creditdesk: {reason}")?;
    }
    Ok(())
}

/// A reply as scripts get it.
#[must_use]
pub fn object(reply: &ChatReply) -> Value {
    let mut object = json!({
        "status": reply.status.word(),
        "code": reply.code,
        "text": reply.view.plain(),
        "op": reply.op.as_ref().map(ToString::to_string),
        "replay_of": reply.replay_of,
        "try": reply.view.suggestions.iter().map(|one| &one.line).collect::<Vec<_>>(),
        "data": reply.data,
    });
    if let (Some(file), Some(data)) = (&reply.attachment, object.pointer_mut("/data")) {
        let text = file.text();
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

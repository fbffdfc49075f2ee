//! One line in, one reply out: reads the line, calls the function, and words its answer. Every front
//! end goes through here, so they differ only in looks.
//!
//! Absent on purpose: retries (a repeat under the same key is the same call, and its sender decides on
//! it), a memory of earlier lines ([`crate::conversation`] has it, where there is one), and any judgement
//! about roles.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::clients::types as clients;
use shared::contract::Answer;
use shared::contract::Ask;
use shared::contract::call::{Call, Outcome, Reply};
use shared::kernel::actor::Caller;
use shared::kernel::fold::exact;
use shared::kernel::id::{CallKey, Channel, ClientId, Identity, Named, OpId};
use shared::plans::types::{AnsweredBy, PlanState, Question};
use shared::staff::types as staff;

use crate::button::Button;
use crate::command::Usage;
use crate::commands;
use crate::commands::desk::setup::COMMANDS as SETUP;
use crate::export;
use crate::form::Form;
use crate::functions::{Functions, Unreachable};
use crate::grammar::{self, Parsed, Reading, Several};
use crate::interaction::{Interaction, Reaction, Says};
use crate::reply::{self, Content, Context};
use crate::view::{Mark, View};

/// How a line ended, for exit codes and scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyStatus {
    /// Done or answered.
    Ok,
    /// Something waits for a confirmation or an approval.
    Planned,
    /// A business rule refused it.
    Refused,
    /// The line cannot be read.
    Usage,
    /// The infrastructure failed.
    Failed,
}

impl ReplyStatus {
    /// The word in machine-readable output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            ReplyStatus::Ok => "ok",
            ReplyStatus::Planned => "planned",
            ReplyStatus::Refused => "refused",
            ReplyStatus::Usage => "usage",
            ReplyStatus::Failed => "failed",
        }
    }
}

/// A file that goes with a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Attachment {
    /// The content, to be shown: without the byte order mark of a file.
    #[must_use]
    pub fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
    }
}

/// A reply to a line.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatReply {
    /// How it ended.
    pub status: ReplyStatus,
    /// The code of a refusal or usage error, or the kind of answer.
    pub code: String,
    /// The reply for people.
    pub view: View,
    /// The operation; for a waiting plan, the plan's.
    pub op: Option<OpId>,
    /// The time of the first answer, if this is a replay.
    pub replay_of: Option<Timestamp>,
    /// The reply for scripts.
    pub data: Value,
    /// The file that was asked for.
    pub attachment: Option<Attachment>,
    /// The plan may be a duplicate, or its figures changed: `--yes` does not confirm it.
    pub asks_a_person: bool,
    /// The plan is about a name that was not typed whole: the refusal that stands for it under `--yes`.
    pub refused_yes: Option<Box<ChatReply>>,
    /// A function was called and did not answer. The same interaction again, under its key, finds out.
    pub is_unanswered: bool,
    /// Another press has done it, or ended it: this reply only changes the card that was pressed.
    pub aside: bool,
    asks_author: Option<u64>,
    /// The single question of a part: its plan, and the version that was shown.
    pub question: Option<(OpId, u64)>,
}

impl ChatReply {
    /// A reply without a call.
    #[must_use]
    pub fn of(view: View) -> Self {
        let status = match view.mark {
            Mark::Done | Mark::Answer | Mark::DryRun => ReplyStatus::Ok,
            Mark::Asks | Mark::Approval => ReplyStatus::Planned,
            Mark::Refused => ReplyStatus::Usage,
            Mark::Failed => ReplyStatus::Failed,
        };
        ended(status, "said", view)
    }

    /// The version of a plan that waits for its author's confirmation.
    #[must_use]
    pub fn asks_author(&self) -> Option<u64> {
        self.asks_author
    }
}

/// The sender of a line, its channel, and its idempotency key.
struct Spoken<'a> {
    from: &'a Identity,
    profile: Option<&'a str>,
    at: Option<&'a Channel>,
    key: CallKey,
}

impl Spoken<'_> {
    fn call(self, ask: Ask) -> Call {
        let by = Caller::Chat(self.from.clone());
        Call { key: self.key, by, ask, dry_run: false, at: self.at.cloned(), typed: None }
    }
}

/// Reads a command from the options that the platform parsed.
fn options(
    words: &[String],
    values: &[(String, String)],
    from: &Identity,
) -> Result<Parsed, Usage> {
    let name = words.join(" ");
    match commands::find(&name) {
        Some(command) => grammar::given(Parsed::bare(command), values, from),
        // Registered once, and not any more: the grammar knows what is near.
        None => Err(grammar::partly(&name, from).err().unwrap_or_else(|| {
            Usage::new("unknown_command", format!("I don’t know “{name}”."))
                .suggest("/help", "shows the most used commands")
        })),
    }
}

/// A button of an older or newer version of the desk.
fn stale_button() -> Usage {
    Usage::new("stale_button", "This button is too old to be understood. Type the command again.")
}

/// The desk's side of the conversation.
#[derive(Clone)]
pub struct Chat {
    functions: Arc<dyn Functions>,
    unseen: bool,
    rows: Option<usize>,
}

impl Chat {
    /// A chat that calls these functions.
    #[must_use]
    pub fn new(functions: Arc<dyn Functions>) -> Self {
        Self { functions, unseen: false, rows: None }
    }

    /// The same chat, for a screen that holds so many rows of a table.
    #[must_use]
    pub fn with_rows(self, rows: usize) -> Self {
        Self { rows: Some(rows), ..self }
    }

    /// The same chat, where the person has seen no earlier reply: a replay is then the first answer and
    /// is not marked as one.
    #[must_use]
    pub fn unseen(self) -> Self {
        Self { unseen: true, ..self }
    }

    /// Answers an interaction.
    pub async fn hear(&self, interaction: &Interaction) -> Reaction {
        let spoken = Spoken {
            from: &interaction.from,
            profile: interaction.profile.as_deref(),
            at: interaction.at.as_ref(),
            key: interaction.key.clone(),
        };
        let command = match &interaction.says {
            Says::Line(line) => return Reaction::Reply(self.typed(spoken, line).await),
            Says::Options { words, values } => options(words, values, &interaction.from),
            Says::Press(token) => match Button::read(token) {
                Some(Button::Run(line)) => return Reaction::Reply(self.typed(spoken, &line).await),
                Some(Button::Fill(line)) => match grammar::partly(&line, &interaction.from) {
                    Ok(parsed) => return Reaction::Form(Form::of(&parsed)),
                    Err(usage) => Err(usage),
                },
                None => Err(stale_button()),
            },
            Says::Filled { token, values } => match Button::read(token) {
                Some(press) => grammar::partly(press.line(), &interaction.from)
                    .and_then(|before| grammar::given(before, values, &interaction.from)),
                None => Err(stale_button()),
            },
        };
        Reaction::Reply(match command {
            Ok(parsed) => self.parsed(spoken, &parsed).await,
            Err(usage) => not_read(&usage),
        })
    }

    /// Answers a line typed outside of channels.
    pub async fn line(&self, from: &Identity, key: CallKey, line: &str) -> ChatReply {
        self.typed(Spoken { from, profile: None, at: None, key }, line).await
    }

    async fn typed(&self, spoken: Spoken<'_>, line: &str) -> ChatReply {
        let parsed = match grammar::read(line, spoken.from) {
            Ok(Reading::Empty) => return self.explained(spoken.from, None).await,
            Ok(Reading::HelpOn(words)) => {
                return self.explained(spoken.from, Some(&words)).await;
            }
            Ok(Reading::One(parsed)) => parsed,
            Ok(Reading::Several(several)) => {
                match self.decided(spoken.from, &spoken.key, several).await {
                    Ok(parsed) => parsed,
                    Err(usage) => return not_read(&usage),
                }
            }
            Err(usage) => return self.missing(spoken.from, &usage).await,
        };
        self.parsed(spoken, &parsed).await
    }

    async fn parsed(&self, spoken: Spoken<'_>, parsed: &Parsed) -> ChatReply {
        if SETUP.contains(parsed.command) {
            return self.set_up(spoken, parsed).await;
        }
        match parsed.ask() {
            Ok(Some(ask)) => {
                let typed = Some(parsed.masked_line());
                let profile = spoken.profile;
                let call = Call { dry_run: parsed.dry_run(), typed, ..spoken.call(ask) };
                self.ask_function(call, Some(parsed), profile).await
            }
            Ok(None) => self.explained(spoken.from, parsed.args.text("what").as_deref()).await,
            Err(usage) => not_read(&usage),
        }
    }

    /// Clients for a completion: their names begin with `text`. Empty when the function refuses or fails.
    pub async fn suggest(&self, from: &Identity, text: &str) -> Vec<Named> {
        match self.looked_up(from, clients::Ask::Suggest { text: text.to_owned() }).await {
            Some(Answer::Clients(clients::Answer::Suggestions { clients })) => clients,
            Some(_) | None => Vec::new(),
        }
    }

    /// Looks something up for a completion; `None` when the function refuses or fails, because a
    /// completion has no place for either.
    pub async fn looked_up(&self, from: &Identity, ask: impl Into<Ask>) -> Option<Answer> {
        let ask = ask.into();
        // A read is not stored under its key, so the key only has to have a form.
        let key = CallKey::new("lookup", ask.fingerprint());
        let call = Spoken { from, profile: None, at: None, key }.call(ask);
        match self.dispatch(&call).await {
            Ok(Reply { outcome: Outcome::Answer(answer), .. }) => Some(answer),
            Ok(_) | Err(_) => None,
        }
    }

    /// Picks the only reading of a line that names a client exactly.
    async fn decided(
        &self,
        from: &Identity,
        key: &CallKey,
        several: Several,
    ) -> Result<Parsed, Usage> {
        let mut exact: Vec<(ClientId, Parsed, Option<Usage>)> = Vec::new();
        let doubts = several.doubts.into_iter().chain(std::iter::repeat(None));
        for (reading, doubt) in several.readings.into_iter().zip(doubts) {
            let name = reading.args.text("client").unwrap_or_default();
            let clients = self.suggest(from, &name).await;
            if let Some(client) = clients.iter().find(|client| is_exactly(client, &name)) {
                exact.push((client.id, reading, doubt));
            }
        }
        // The longest of one client's names is the one that is meant.
        if let Some((first, ..)) = exact.first()
            && exact.iter().all(|(client, ..)| client == first)
        {
            let length = |parsed: &Parsed| parsed.args.text("client").unwrap_or_default().len();
            exact.sort_by_key(|(_, parsed, _)| length(parsed));
            exact = exact.pop().into_iter().collect();
        }
        tracing::debug!(op = %key.op(), readings = exact.len(), "a line with several numbers");
        match (exact.pop(), exact.is_empty()) {
            (Some((_, _, Some(doubt))), true) => Err(doubt),
            (Some((_, parsed, None)), true) => Ok(parsed),
            (Some(_), false) | (None, _) => Err(several.unclear),
        }
    }

    async fn ask_function(
        &self,
        call: Call,
        parsed: Option<&Parsed>,
        profile: Option<&str>,
    ) -> ChatReply {
        let context = Context { ask: &call.ask, dry_run: call.dry_run, parsed, rows: self.rows };
        let is_file = parsed.is_some_and(|parsed| parsed.args.flag("csv"));
        let reply = if is_file { self.whole(&call).await } else { self.dispatch(&call).await };
        let reply = match (reply, profile) {
            (Ok(reply), Some(profile)) if reply.unnamed => self.named(&call, profile, reply).await,
            (reply, _) => reply,
        };
        match reply {
            Ok(reply) if self.unseen => answered(&Reply { replay_of: None, ..reply }, &context),
            Ok(reply) => answered(&reply, &context),
            Err(unreachable) => unanswered(&call, &context, &unreachable),
        }
    }

    /// Gives a caller without a name the name of the platform's profile. A read is then answered with
    /// that name; a name that cannot be taken changes nothing.
    async fn named(&self, call: &Call, profile: &str, reply: Reply) -> Result<Reply, Unreachable> {
        let ask = staff::Ask::ProfileName { name: profile.to_owned() };
        let by = call.by.identity().map(Identity::as_str).unwrap_or_default();
        let key = CallKey::new("profile", format!("{by} {profile}"));
        let naming =
            Call { key, ask: ask.into(), dry_run: false, at: None, typed: None, ..call.clone() };
        match self.dispatch(&naming).await {
            Ok(Reply { outcome: Outcome::Done(_), .. }) if !call.ask.spec().is_write() => {
                self.dispatch(call).await
            }
            Ok(_) | Err(_) => Ok(reply),
        }
    }

    /// Calls the operation's function, and then the function that its answer names, if any.
    async fn dispatch(&self, call: &Call) -> Result<Reply, Unreachable> {
        let reply = self.functions.call(call.ask.spec().function, call).await?;
        match reply.outcome {
            Outcome::Elsewhere(other) => {
                let reply = self.functions.call(other, call).await?;
                match reply.outcome {
                    // Two functions that point at each other have done nothing.
                    Outcome::Elsewhere(_) => {
                        Err(Unreachable::NotAsked("no function takes this call".to_owned()))
                    }
                    Outcome::Done(_)
                    | Outcome::Answer(_)
                    | Outcome::Tried(_)
                    | Outcome::Planned(_)
                    | Outcome::Refused(_)
                    | Outcome::Failed(_) => Ok(reply),
                }
            }
            Outcome::Done(_)
            | Outcome::Answer(_)
            | Outcome::Tried(_)
            | Outcome::Planned(_)
            | Outcome::Refused(_)
            | Outcome::Failed(_) => Ok(reply),
        }
    }
}

/// Whether `--yes` leaves the question to a person: one that the author answers alone, or changed figures.
fn is_for_a_person(question: &Question) -> bool {
    let is_authors = question.answered_by() == AnsweredBy::AuthorAlone;
    is_authors || matches!(question, Question::Changed { .. })
}

fn is_exactly(client: &Named, typed: &str) -> bool {
    let label = shared::clients::search::label(typed);
    let typed = exact(typed);
    label.is_some_and(|(_, id)| id == client.id)
        || [&client.login, &client.id.to_string(), &client.name]
            .iter()
            .any(|text| exact(text) == typed)
}

fn ended(status: ReplyStatus, code: &str, view: View) -> ChatReply {
    ChatReply {
        status,
        code: code.to_owned(),
        view,
        op: None,
        replay_of: None,
        data: json!({}),
        attachment: None,
        asks_a_person: false,
        refused_yes: None,
        is_unanswered: false,
        aside: false,
        asks_author: None,
        question: None,
    }
}

/// The reply to a usage error.
#[must_use]
pub fn not_read(usage: &Usage) -> ChatReply {
    let data = match usage.command {
        Some(command) => json!({ "usage": command.usage(), "example": command.example }),
        None => json!({}),
    };
    ChatReply { data, ..ended(ReplyStatus::Usage, usage.code, reply::usage(usage)) }
}

fn answered(reply: &Reply, context: &Context<'_>) -> ChatReply {
    let Content { code, view, json } = reply::content(reply, context);
    let status = match &reply.outcome {
        Outcome::Done(_) | Outcome::Answer(_) | Outcome::Tried(_) => ReplyStatus::Ok,
        Outcome::Planned(_) => ReplyStatus::Planned,
        Outcome::Refused(_) => ReplyStatus::Refused,
        // `dispatch` has followed an answer that another function has.
        Outcome::Failed(_) | Outcome::Elsewhere(_) => ReplyStatus::Failed,
    };
    let ended = ChatReply {
        op: Some(reply.op.clone()),
        replay_of: reply.replay_of,
        data: json,
        aside: reply.aside,
        ..ended(status, code, view)
    };
    match &reply.outcome {
        Outcome::Answer(answer) => {
            let csv = context.parsed.is_some_and(|parsed| parsed.args.flag("csv"));
            ChatReply { attachment: if csv { export::file(answer) } else { None }, ..ended }
        }
        Outcome::Planned(plan) => ChatReply {
            op: Some(plan.op.clone()),
            asks_a_person: plan.questions.iter().any(is_for_a_person),
            refused_yes: reply::unsure::refused_yes(plan, context).map(
                |Content { code, view, json }| {
                    let op = Some(plan.op.clone());
                    let data = json;
                    Box::new(ChatReply {
                        op,
                        data,
                        ..self::ended(ReplyStatus::Refused, code, view)
                    })
                },
            ),
            asks_author: (plan.state == PlanState::AwaitsConfirm).then_some(plan.version),
            ..ended
        },
        Outcome::Done(_)
        | Outcome::Tried(_)
        | Outcome::Refused(_)
        | Outcome::Failed(_)
        | Outcome::Elsewhere(_) => ended,
    }
}

fn unanswered(call: &Call, context: &Context<'_>, unreachable: &Unreachable) -> ChatReply {
    let op = call.key.op();
    tracing::warn!(%op, error = %unreachable, "no answer");
    let known = matches!(unreachable, Unreachable::NotAsked(_)) || !context.writes();
    let code = if known { "unreachable" } else { "unknown_outcome" };
    let view = match unreachable {
        Unreachable::NotAsked(_) => reply::not_asked(&op, context.writes()),
        Unreachable::Unanswered(_) => reply::unanswered(&op, context),
    };
    let is_unanswered = matches!(unreachable, Unreachable::Unanswered(_));
    ChatReply { op: Some(op), is_unanswered, ..ended(ReplyStatus::Failed, code, view) }
}

mod explain;
mod own_plan;
mod pages;
mod present;
mod setup;

#[cfg(test)]
pub(crate) mod tests;

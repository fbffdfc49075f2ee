//! Discord over HTTP: `POST /discord/interactions`.
//!
//! Order, on every request: size → signature over the raw bytes → JSON → PING, by its raw type →
//! content type → typed reading. Without a public key the front end is off and refuses everything.
//! A signed body that cannot be read gets a sentence as its answer: any other answer shows as "the
//! application did not respond".
//!
//! An interaction must be answered within 3 seconds of its beginning, which its id holds. A reply that
//! takes longer is promised (types 5 and 6) and delivered by the worker. A promise fixes who sees the
//! reply, before it is known whether that is a receipt or a question. So a promised reply is private, and
//! a receipt becomes a message of its own behind it.
//!
//! The reply to a button on a private message replaces that message, so the button cannot be pressed
//! twice. Nobody else sees that reply, so the call names no channel, and the announcement reaches all
//! channels. The reply to a button on a receipt is a new message.

mod deliver;
mod message;
mod modal;
pub mod register;
mod request;
mod text;
mod verify;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::Timestamp;
use runtime::http::limited;
use serde_json::{Value, json};
use serenity::interactions_endpoint::Verifier;
use shared::kernel::id::{CallKey, Channel, Identity};

use crate::button::Button;
use crate::chat::{Chat, ChatReply};
use crate::commands;
use crate::complete;
use crate::form::Form;
use crate::handover::{Handover, InTime, Now, ReplyTo, Workers, in_time};
use crate::interaction::{Interaction, Reaction, Says};
use crate::reply;
use crate::view::{Mark, Text, View, Weight};

pub use deliver::{NotDelivered, deliver, say};
pub use verify::keys;

use request::{Did, DiscordRequest, EPHEMERAL, Unread};

/// Discord's deadline for the first answer.
const PATIENCE_MS: i64 = 3_000;

/// The part of the deadline kept for the way back and for a handover.
const RESERVE_MS: i64 = 1_200;

/// The epoch of Discord's ids, in Unix milliseconds.
const EPOCH_MS: i64 = 1_420_070_400_000;

/// The state of the front end.
#[derive(Clone)]
pub struct DiscordState {
    /// Answers interactions.
    pub chat: Chat,
    /// Take interactions that take longer.
    pub workers: Arc<dyn Workers>,
    /// The valid public keys: two while one is replaced; none turns the front end off.
    pub keys: Vec<Verifier>,
    /// The only application that is answered; any with the key if there is none.
    pub application: Option<String>,
    /// The guilds that are answered; all if the list is empty.
    pub guilds: Vec<String>,
    pub now: Now,
}

/// The route.
pub fn router(state: DiscordState) -> Router {
    limited(Router::new().route("/discord/interactions", post(interactions)).with_state(state))
}

async fn interactions(
    State(state): State<DiscordState>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if state.keys.is_empty() {
        let off = "Discord is off: DISCORD_PUBLIC_KEY is not set.";
        return (StatusCode::UNAUTHORIZED, off).into_response();
    }
    if !verify::is_signed(&state.keys, (state.now)(), &headers, &body) {
        return (StatusCode::UNAUTHORIZED, "The signature does not hold.").into_response();
    }
    let Ok(raw) = serde_json::from_slice::<Value>(&body) else {
        return (StatusCode::BAD_REQUEST, "This is no JSON.").into_response();
    };
    let kind = raw.get("type").and_then(Value::as_u64);
    if kind == Some(1) {
        return axum::Json(json!({ "type": 1 })).into_response();
    }
    if !is_json(&headers) {
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send application/json.").into_response();
    }
    let answer = match request::read(&raw) {
        Ok(request) => answer(&state, request).await,
        // What is typed so far is completed with nothing.
        Err(_) if kind == Some(4) => completions(&[]),
        Err(unread) => {
            tracing::warn!(%unread, "a signed interaction is not answered");
            refused(match unread {
                Unread::NoMember => NOT_HERE,
                Unread::Form(_) => "I cannot read what Discord sent. Nothing was changed.",
            })
        }
    };
    axum::Json(answer).into_response()
}

const NOT_HERE: &str = "The desk answers members of its server only, not in direct messages.";

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = value.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/json")
}

/// The time left before an interaction has to be promised.
fn budget(id: u64, now: Timestamp) -> Duration {
    let begun_ms = i64::try_from(id >> 22).unwrap_or(i64::MAX).saturating_add(EPOCH_MS);
    let most = PATIENCE_MS.saturating_sub(RESERVE_MS);
    let elapsed = now.as_millisecond().saturating_sub(begun_ms);
    let left = most.saturating_sub(elapsed).clamp(0, most);
    Duration::from_millis(u64::try_from(left).unwrap_or(0))
}

async fn answer(state: &DiscordState, request: DiscordRequest) -> Value {
    let here = state.guilds.is_empty() || state.guilds.contains(&request.guild);
    let ours = state.application.as_ref().is_none_or(|ours| *ours == request.application);
    let from: Result<Identity, _> = format!("discord:{}:{}", request.guild, request.user).parse();
    let typing = matches!(request.did, Did::Typing { .. });
    let from = match (from, here && ours) {
        (Ok(from), true) => from,
        _ if typing => return completions(&[]),
        (Ok(_), false) => return refused("The desk does not work in this server."),
        (Err(_), _) => return refused(NOT_HERE),
    };
    let budget = budget(request.id, (state.now)());
    let DiscordRequest { id, application, token, guild, channel, name, did, .. } = request;
    let (says, private) = match did {
        Did::Typing { words, name, typed, values } => {
            let choices = choices(&state.chat, &from, &words, &name, &typed, &values);
            // Reads that are dropped half way change nothing.
            let choices = tokio::time::timeout(budget, choices).await.unwrap_or_default();
            return completions(&choices);
        }
        Did::Command { words, values } => (Says::Options { words, values }, false),
        Did::Menu { op: Some(op) } => (Says::Line(format!("/history op:{op}")), false),
        Did::Menu { op: None } => return refused("This message names no operation."),
        Did::Pressed { token, private } => (Says::Press(token), private),
        Did::Filled { token, values, private } => (Says::Filled { token, values }, private),
    };
    let at: Option<Channel> = format!("discord:{guild}:{channel}").parse().ok();
    let key = CallKey::new("discord", id.to_string());
    let heard = Interaction { from, profile: name, at: at.filter(|_| !private), key, says };
    // A form is made from what the button says; no function is asked, so nothing is waited for.
    if let Says::Press(pressed) = &heard.says
        && let Some(Button::Fill(_)) = Button::read(pressed)
    {
        return match state.chat.hear(&heard).await {
            Reaction::Form(form) => asking(&form, pressed),
            Reaction::Reply(reply) => answered(&reply, private),
        };
    }
    let reply_to = ReplyTo::Discord { application, token, aloud: !private };
    let kept = Handover { interaction: heard.clone(), reply: reply_to.clone() };
    match in_time(&state.chat, &*state.workers, heard, reply_to, budget).await {
        InTime::Now(Reaction::Reply(reply)) => {
            if message::message(&reply).files.is_empty() {
                return answered(&reply, private || is_on_its_card(&reply, &kept));
            }
            // A file goes with a late reply only; asking again for what was read costs nothing.
            match state.workers.hand_over(&kept).await {
                Ok(()) => promised(private),
                Err(error) => {
                    tracing::error!(%error, "a file is not delivered");
                    answered(&reply, private)
                }
            }
        }
        InTime::Now(Reaction::Form(form)) => asking(&form, ""),
        InTime::Later => promised(private),
        InTime::Lost(op) => {
            let reply = ChatReply::of(reply::too_late(&op));
            answered(&reply, private)
        }
    }
}

async fn choices(
    chat: &Chat,
    from: &Identity,
    words: &[String],
    name: &str,
    typed: &str,
    values: &[(String, String)],
) -> Vec<complete::Choice> {
    let Some(command) = commands::find(&words.join(" ")) else { return Vec::new() };
    match command.param(name).filter(|param| complete::completes(command, param)) {
        Some(param) => complete::choices(chat, from, param.kind.form().source, typed, values).await,
        None => Vec::new(),
    }
}

fn completions(choices: &[complete::Choice]) -> Value {
    let choices: Vec<Value> = choices
        .iter()
        .take(complete::CHOICES_MAX)
        .map(|choice| json!({ "name": choice.label, "value": choice.value }))
        .collect();
    json!({ "type": 8, "data": { "choices": choices } })
}

/// The reply: in place of the message with the button, or as a new message.
fn answered(reply: &ChatReply, instead: bool) -> Value {
    let mut data = message::message(reply).data;
    let Some(fields) = data.as_object_mut() else { return data };
    if instead {
        // Files of the message before belong to what is no longer there.
        fields.insert("attachments".to_owned(), json!([]));
        return json!({ "type": 7, "data": data });
    }
    if !reply.view.public {
        fields.insert("flags".to_owned(), json!(EPHEMERAL));
    }
    json!({ "type": 4, "data": data })
}

/// Whether a reply only changes the card with the button that was pressed.
fn is_on_its_card(reply: &ChatReply, kept: &Handover) -> bool {
    let pressed = matches!(kept.interaction.says, Says::Press(_) | Says::Filled { .. });
    reply.aside && pressed
}

/// The promise of a reply.
fn promised(instead: bool) -> Value {
    if instead {
        return json!({ "type": 6 });
    }
    json!({ "type": 5, "data": { "flags": EPHEMERAL } })
}

/// The form for the missing arguments of a line.
fn asking(form: &Form, token: &str) -> Value {
    let fill = Button::Fill(form.line.clone()).token();
    let token = if token.is_empty() { fill.as_deref().unwrap_or_default() } else { token };
    if form.fields.is_empty() || token.is_empty() {
        let view =
            View::new(Mark::Answer, Text::new().fixed("Nothing is missing: ").code(&form.line));
        let view = view.suggest_as(("Run", Weight::Main), &form.line, "runs it");
        return answered(&ChatReply::of(view), false);
    }
    json!({ "type": 9, "data": modal::draw(form, token) })
}

/// A private sentence.
fn refused(sentence: &str) -> Value {
    answered(&ChatReply::of(View::new(Mark::Refused, Text::new().fixed(sentence))), false)
}

#[cfg(test)]
mod tests;

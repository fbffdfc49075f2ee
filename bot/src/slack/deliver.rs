//! Requests to Slack: replies to response addresses; messages, forms and files through its Web API.
//!
//! A response address takes five messages in thirty minutes, and a duplicate would be seen. So a message
//! is sent again only if Slack certainly did not take it: after a failed connection, or after Slack's own
//! "later". If an address has expired, the app posts a message of its own, where it has a token.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, Method, header};
use runtime::client::{Answered, NoAnswer};
use runtime::secret::Secret;
use serde_json::{Value, json};
use shared::kernel::id::{Channel, Identity};

use super::message::{Files, Message, file_of};
use crate::chat::{Attachment, ChatReply};
use crate::handover::Pass;
use crate::interaction::Interaction;
use crate::outgoing::Outgoing;
use crate::view::View;

/// The most attempts at a request that Slack certainly did not take.
const TRIES: u32 = 4;

/// The first wait between two attempts, where Slack names none.
const WAIT: Duration = Duration::from_millis(250);

/// The longest wait that Slack may ask for.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// A request that Slack did not take, or may not have taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// It was not taken and may be sent again, after the wait that Slack named.
    #[error("it was not taken")]
    NotYet(Option<Duration>),
    /// Slack refused it.
    #[error("Slack refused it: {0}")]
    Refused(String),
    /// It may have been taken.
    #[error("it may have been taken: {0}")]
    Unknown(String),
}

fn no_answer(error: &NoAnswer) -> Undelivered {
    match error {
        NoAnswer::NotSent(_) => Undelivered::NotYet(None),
        NoAnswer::Unanswered(error) => Undelivered::Unknown(error.clone()),
    }
}

fn not_taken(answered: &Answered) -> Undelivered {
    match answered.status {
        429 => Undelivered::NotYet(answered.retry_after),
        500.. => Undelivered::Unknown(format!("status {}", answered.status)),
        status => Undelivered::Refused(format!("status {status}")),
    }
}

fn headers(media: &'static str, token: Option<&Secret>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    if let Some(token) = token
        && let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
    {
        value.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, value);
    }
    headers
}

/// Posts one message to a response address, once.
async fn respond(outgoing: &Outgoing, url: &Pass, body: &Value) -> Result<(), Undelivered> {
    let headers = headers("application/json; charset=utf-8", None);
    match outgoing.send(Method::POST, url.expose(), &headers, body.to_string()).await {
        Ok(answered) if answered.is_ok() => Ok(()),
        Ok(answered) => Err(not_taken(&answered)),
        Err(error) => Err(no_answer(&error)),
    }
}

/// Calls a method of the Web API, once.
async fn call(
    outgoing: &Outgoing,
    token: &Secret,
    method: &str,
    fields: &[(&str, String)],
) -> Result<Value, Undelivered> {
    let url = format!("{}/{method}", outgoing.bases.slack);
    let headers = headers("application/x-www-form-urlencoded", Some(token));
    let body = serde_urlencoded::to_string(fields)
        .map_err(|error| Undelivered::Refused(error.to_string()))?;
    let answered = match outgoing.send(Method::POST, &url, &headers, body).await {
        Ok(answered) if answered.is_ok() => answered,
        Ok(answered) => return Err(not_taken(&answered)),
        Err(error) => return Err(no_answer(&error)),
    };
    let value: Value = serde_json::from_slice(&answered.body)
        .map_err(|_| Undelivered::Unknown("no JSON came back".to_owned()))?;
    if value.get("ok") == Some(&json!(true)) {
        return Ok(value);
    }
    let error = value.get("error").and_then(Value::as_str).unwrap_or("no reason").to_owned();
    Err(match error.as_str() {
        "ratelimited" | "rate_limited" => Undelivered::NotYet(answered.retry_after),
        // Slack's own words for a failure in the middle of it.
        "internal_error" | "fatal_error" => Undelivered::Unknown(error),
        _ => Undelivered::Refused(error),
    })
}

/// The attempts at one request.
#[derive(Default)]
struct Tries(u32);

impl Tries {
    /// Whether the attempts are over after this one; if not, waits for the next.
    async fn are_over(&mut self, failed: Option<&Undelivered>) -> bool {
        self.0 = self.0.saturating_add(1);
        let Some(Undelivered::NotYet(requested)) = failed else { return true };
        let backoff = WAIT.saturating_mul(2_u32.saturating_pow(self.0.saturating_sub(1)));
        let wait = requested.unwrap_or(backoff);
        if self.0 >= TRIES || wait > WAIT_MAX {
            return true;
        }
        tokio::time::sleep(wait).await;
        false
    }
}

/// [`respond`] with retries.
async fn respond_patiently(
    outgoing: &Outgoing,
    url: &Pass,
    body: &Value,
) -> Result<(), Undelivered> {
    let mut tries = Tries::default();
    loop {
        let ended = respond(outgoing, url, body).await;
        if tries.are_over(ended.as_ref().err()).await {
            return ended;
        }
    }
}

/// [`call`] with retries.
async fn call_patiently(
    outgoing: &Outgoing,
    token: &Secret,
    method: &str,
    fields: &[(&str, String)],
) -> Result<Value, Undelivered> {
    let mut tries = Tries::default();
    loop {
        let ended = call(outgoing, token, method, fields).await;
        if tries.are_over(ended.as_ref().err()).await {
            return ended;
        }
    }
}

/// Uploads a file to the address that Slack gave.
async fn put(outgoing: &Outgoing, url: &str, bytes: &[u8]) -> Result<(), Undelivered> {
    let headers = headers("application/octet-stream", None);
    let mut tries = Tries::default();
    loop {
        let ended = match outgoing.send(Method::POST, url, &headers, bytes.to_vec()).await {
            Ok(answered) if answered.is_ok() => Ok(()),
            Ok(answered) => Err(not_taken(&answered)),
            Err(error) => Err(no_answer(&error)),
        };
        if tries.are_over(ended.as_ref().err()).await {
            return ended;
        }
    }
}

/// The posts to a response address for one message. A private reply replaces the private message with the
/// button; a public reply is a new message, and the private one is deleted.
fn posts(message: &Message, replace: bool) -> Vec<Value> {
    let mut body = message.body();
    let in_place = replace && !message.public;
    if let Some(fields) = body.as_object_mut() {
        fields.insert("replace_original".to_owned(), json!(in_place));
    }
    if replace && message.public {
        vec![body, json!({ "delete_original": true })]
    } else {
        vec![body]
    }
}

/// Posts a message without a file to a response address, once: for a front end that has to answer.
///
/// # Errors
/// [`Undelivered`].
pub async fn answer(
    outgoing: &Outgoing,
    url: &Pass,
    replace: bool,
    message: &Message,
) -> Result<(), Undelivered> {
    let mut posts = posts(message, replace).into_iter();
    if let Some(first) = posts.next() {
        respond(outgoing, url, &first).await?;
    }
    for clearing in posts {
        // What was said stands; a button that is left over is answered with how things stand.
        if let Err(error) = respond(outgoing, url, &clearing).await {
            tracing::info!(%error, "a message with used buttons was left");
        }
    }
    Ok(())
}

/// Delivers the reply to an interaction: its file first, then the message.
///
/// # Errors
/// [`Undelivered`].
pub async fn deliver(
    outgoing: &Outgoing,
    bot_token: Option<&Secret>,
    (url, replace): (&Pass, bool),
    interaction: &Interaction,
    reply: &ChatReply,
) -> Result<(), Undelivered> {
    let files = match (file_of(reply), bot_token) {
        (Some(file), Some(token)) => {
            match send_file(outgoing, token, &interaction.from, &file).await {
                Ok(()) => Files::Sent,
                Err(error) => {
                    tracing::warn!(op = %interaction.key.op(), %error, "a file was not sent");
                    Files::NotSent
                }
            }
        }
        (Some(_) | None, None) | (None, Some(_)) => Files::Shown,
    };
    let message = Message::of(reply, files);
    let mut posts = posts(&message, replace).into_iter();
    let Some(first) = posts.next() else { return Ok(()) };
    match (respond_patiently(outgoing, url, &first).await, bot_token) {
        (Ok(()), _) => {}
        // The address is used up or too old.
        (Err(Undelivered::Refused(error)), Some(token)) => {
            tracing::info!(op = %interaction.key.op(), error, "a response address holds no longer");
            return post_instead(outgoing, token, interaction, &message).await;
        }
        (Err(error), _) => return Err(error),
    }
    for clearing in posts {
        if let Err(error) = respond_patiently(outgoing, url, &clearing).await {
            tracing::info!(%error, "a message with used buttons was left");
        }
    }
    Ok(())
}

/// The user's id in an identity of Slack's.
fn user(from: &Identity) -> &str {
    from.as_str().rsplit(':').next().unwrap_or_default()
}

/// A message of the app in place of an expired response address: public in the channel, or there for one
/// person.
async fn post_instead(
    outgoing: &Outgoing,
    token: &Secret,
    interaction: &Interaction,
    message: &Message,
) -> Result<(), Undelivered> {
    let Some(at) = &interaction.at else {
        return Err(Undelivered::Refused("no channel is known".to_owned()));
    };
    let mut fields = in_channel(at, message);
    let method = if message.public { "chat.postMessage" } else { "chat.postEphemeral" };
    if !message.public {
        fields.push(("user", user(&interaction.from).to_owned()));
    }
    call_patiently(outgoing, token, method, &fields).await.map(drop)
}

fn in_channel(at: &Channel, message: &Message) -> Vec<(&'static str, String)> {
    vec![
        ("channel", at.parts().2.to_owned()),
        ("text", message.text.clone()),
        ("blocks", Value::Array(message.blocks.clone()).to_string()),
        ("unfurl_links", "false".to_owned()),
        ("unfurl_media", "false".to_owned()),
    ]
}

/// Posts an announcement into a channel.
///
/// # Errors
/// [`Undelivered`].
pub async fn post(
    outgoing: &Outgoing,
    token: &Secret,
    channel: &Channel,
    view: &View,
) -> Result<(), Undelivered> {
    let fields = in_channel(channel, &Message::of_view(view));
    call_patiently(outgoing, token, "chat.postMessage", &fields).await.map(drop)
}

/// Opens a form, once: the trigger is valid for three seconds.
///
/// # Errors
/// [`Undelivered`].
pub async fn open(
    outgoing: &Outgoing,
    token: &Secret,
    trigger: &Pass,
    view: &Value,
) -> Result<(), Undelivered> {
    let fields = [("trigger_id", trigger.expose().to_owned()), ("view", view.to_string())];
    call(outgoing, token, "views.open", &fields).await.map(drop)
}

/// Sends a file to one person, as a direct message: Slack has no private files in channels.
async fn send_file(
    outgoing: &Outgoing,
    token: &Secret,
    to: &Identity,
    file: &Attachment,
) -> Result<(), Undelivered> {
    let text = |value: &Value, name: &str| {
        let text = value.get(name).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| Undelivered::Refused(format!("an answer lacks {name}")))
    };
    let opened =
        call_patiently(outgoing, token, "conversations.open", &[("users", user(to).to_owned())])
            .await?;
    let channel = text(opened.get("channel").unwrap_or(&Value::Null), "id")?;
    let fields = [("filename", file.name.clone()), ("length", file.bytes.len().to_string())];
    let place = call_patiently(outgoing, token, "files.getUploadURLExternal", &fields).await?;
    let (url, id) = (text(&place, "upload_url")?, text(&place, "file_id")?);
    put(outgoing, &url, &file.bytes).await?;
    let files = json!([{ "id": id, "title": file.name }]).to_string();
    let fields = [("files", files), ("channel_id", channel)];
    call_patiently(outgoing, token, "files.completeUploadExternal", &fields).await.map(drop)
}

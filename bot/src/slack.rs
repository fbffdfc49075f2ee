//! Slack over HTTP: `POST /slack/commands` (slash commands), `/slack/interactions` (buttons,
//! selects, forms, the message shortcut) and `/slack/options` (the options of a select while somebody
//! types).
//!
//! Order, on every request: size → signature over the raw bytes → content type → form → request.
//! Nothing is read from a body before its signature holds; the one exception is Slack's `ssl_check`,
//! which is answered with an empty 200 and does nothing. Without a signing secret the front end is
//! off and refuses everything.
//!
//! Slack waits three seconds from when it sent a request, and never repeats one, but people do. So an
//! interaction that takes longer than [`BUDGET`], or than its request's age leaves, is handed over ([`crate::handover`]) and answered once, later: the reply to a
//! slash command cannot be edited, so there is no "working on it". Nothing runs on here after a request
//! was answered.
//!
//! The parts: [`verify`] (the signature), [`request`] (the payloads), [`message`], [`modal`] and [`text`]
//! (the look of replies and forms), [`options`] (selects), [`mod@deliver`] (requests to Slack).

pub mod deliver;
pub mod message;
pub mod modal;
pub mod options;
mod request;
pub mod text;
mod verify;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use runtime::http::limited;
use runtime::secret::Secret;
use serde_json::{Value, json};
use shared::kernel::id::OpId;
use tokio::time::{Instant, timeout, timeout_at};

use crate::chat::{Chat, ChatReply, ReplyStatus};
use crate::command::Source;
use crate::complete;
use crate::form::Form;
use crate::handover::{Handover, InTime, Now, Pass, ReplyTo, Workers, in_time};
use crate::interaction::{Interaction, Reaction};
use crate::outgoing::Outgoing;
use crate::reply;
use crate::view::View;
use message::{Files, Message, file_of};
use modal::Metadata;
use request::{Fields, Pressed, SlackRequest, Slash, Submitted, Typing};

pub use deliver::{Undelivered, deliver, post as say};
pub use request::SHOW_OPERATION;

/// How long an interaction may take before it is handed over.
pub const BUDGET: Duration = Duration::from_millis(1_800);

/// The deadline for sending a reply before a request is answered. A reply that Slack refuses by then can
/// still be handed over within its three seconds.
const ANSWERED_WITHIN: Duration = Duration::from_millis(2_200);

/// The age at which a request has no time left here: what is handed over from then on is still in time.
const SPENT_AT: Duration = Duration::from_millis(2_000);

/// The time that is left for a request.
#[derive(Debug, Clone, Copy)]
struct TimeLeft {
    /// For the interaction, before it is handed over.
    budget: Duration,
    /// The deadline for sending a reply.
    by: Instant,
}

impl TimeLeft {
    fn of(state: &SlackState, headers: &HeaderMap) -> Self {
        let age = verify::age((state.now)(), headers);
        let now = Instant::now();
        Self {
            budget: state.budget.min(SPENT_AT.saturating_sub(age)),
            by: now.checked_add(ANSWERED_WITHIN.saturating_sub(age)).unwrap_or(now),
        }
    }
}

/// The state of the front end.
#[derive(Clone)]
pub struct SlackState {
    /// Answers interactions.
    pub chat: Chat,
    /// The valid signing secrets: two while one is replaced; none turns the front end off.
    pub secrets: Vec<Secret>,
    pub now: Now,
    /// Take interactions that take longer.
    pub workers: Arc<dyn Workers>,
    /// The client for replies to buttons and forms.
    pub outgoing: Outgoing,
    /// The app's token; without it there are no forms and no files.
    pub bot_token: Option<Secret>,
    /// [`BUDGET`], or less in tests.
    pub budget: Duration,
}

/// The routes.
pub fn router(state: SlackState) -> Router {
    let routes = Router::new()
        .route("/slack/commands", post(commands))
        .route("/slack/interactions", post(interactions))
        .route("/slack/options", post(options))
        .route("/healthz", get(|| async { "ok" }))
        .with_state(state);
    limited(routes)
}

/// The fields of a signed body, or the answer to another one.
#[expect(clippy::result_large_err, reason = "the other side is an answer, made once a request")]
fn read(state: &SlackState, headers: &HeaderMap, body: &[u8]) -> Result<Fields, Response> {
    let fields = Fields::of(body);
    if fields.get("ssl_check") == Some("1") {
        return Err(StatusCode::OK.into_response());
    }
    if state.secrets.is_empty() {
        let off = "Slack is off: SLACK_SIGNING_SECRET is not set.";
        return Err((StatusCode::UNAUTHORIZED, off).into_response());
    }
    if !verify::is_signed(&state.secrets, (state.now)(), headers, body) {
        return Err((StatusCode::UNAUTHORIZED, "The signature does not hold.").into_response());
    }
    if let Some(challenge) = challenge(headers, body) {
        return Err(axum::Json(json!({ "challenge": challenge })).into_response());
    }
    if !is_media(headers, "application/x-www-form-urlencoded") {
        let wrong = "Send application/x-www-form-urlencoded.";
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, wrong).into_response());
    }
    Ok(fields)
}

/// The challenge that Slack sends when an address is registered.
fn challenge(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    if !is_media(headers, "application/json") {
        return None;
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    let asks = body.get("type").and_then(Value::as_str) == Some("url_verification");
    body.get("challenge").and_then(Value::as_str).filter(|_| asks).map(str::to_owned)
}

fn is_media(headers: &HeaderMap, wanted: &str) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = value.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case(wanted)
}

fn taken() -> Response {
    StatusCode::OK.into_response()
}

fn unreadable(sentence: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, sentence).into_response()
}

async fn commands(State(state): State<SlackState>, headers: HeaderMap, body: Bytes) -> Response {
    let time = TimeLeft::of(&state, &headers);
    let fields = match read(&state, &headers, &body) {
        Ok(fields) => fields,
        Err(answer) => return answer,
    };
    let Some(Slash { interaction, url, trigger }) = Slash::read(&fields) else {
        return unreadable("The form lacks team_id, user_id, command, trigger_id or response_url.");
    };
    let handover =
        Handover { interaction, reply: ReplyTo::Slack { url: url.clone(), replace: false } };
    match run(&state, &handover, time).await {
        InTime::Now(Reaction::Reply(reply)) => {
            let message = match (file_of(&reply), &state.bot_token) {
                // Sending a file takes longer than there is time for.
                (Some(_), Some(_)) => match state.workers.hand_over(&handover).await {
                    Ok(()) => return taken(),
                    Err(error) => {
                        tracing::error!(op = %op_of(&handover), %error, "a file was not handed over");
                        Message::of(&reply, Files::NotSent)
                    }
                },
                (Some(_) | None, None) | (None, Some(_)) => Message::of(&reply, Files::Shown),
            };
            axum::Json(message.body()).into_response()
        }
        InTime::Now(Reaction::Form(form)) => {
            match opened(&state, &form, &trigger, &handover.interaction, (&url, false), time.by)
                .await
            {
                Ok(()) => taken(),
                Err(view) => axum::Json(Message::of_view(&view).body()).into_response(),
            }
        }
        InTime::Later => taken(),
        InTime::Lost(op) => {
            axum::Json(Message::of_view(&reply::too_late(&op)).body()).into_response()
        }
    }
}

async fn interactions(
    State(state): State<SlackState>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let time = TimeLeft::of(&state, &headers);
    let fields = match read(&state, &headers, &body) {
        Ok(fields) => fields,
        Err(answer) => return answer,
    };
    match fields.get("payload").and_then(SlackRequest::read) {
        Some(SlackRequest::Pressed(pressed)) => on_press(&state, pressed, time).await,
        Some(SlackRequest::NothingToShow(url)) => {
            let view = reply::no_operation();
            drop(post_in_time(&state, &url, false, &Message::of_view(&view), time.by).await);
            taken()
        }
        Some(SlackRequest::Submitted(submitted)) => on_submit(&state, submitted, time).await,
        Some(SlackRequest::Typing(_) | SlackRequest::Nothing) => taken(),
        None => unreadable("The payload is missing, or lacks what an interaction has."),
    }
}

async fn options(State(state): State<SlackState>, headers: HeaderMap, body: Bytes) -> Response {
    let time = TimeLeft::of(&state, &headers);
    let fields = match read(&state, &headers, &body) {
        Ok(fields) => fields,
        Err(answer) => return answer,
    };
    let Some(SlackRequest::Typing(Typing { from, of, text })) =
        fields.get("payload").and_then(SlackRequest::read)
    else {
        return unreadable("The payload is missing, or is no block_suggestion.");
    };
    // What cannot be had in time is not offered; what was typed is.
    let choices = match Source::named(&of) {
        Some(source) => {
            let looked = complete::choices(&state.chat, &from, source, &text, &[]);
            timeout(time.budget, looked).await.unwrap_or_default()
        }
        None => Vec::new(),
    };
    axum::Json(options::answer(&choices, &text)).into_response()
}

fn op_of(handover: &Handover) -> OpId {
    handover.interaction.key.op()
}

async fn run(state: &SlackState, handover: &Handover, time: TimeLeft) -> InTime {
    let Handover { interaction, reply } = handover.clone();
    in_time(&state.chat, &*state.workers, interaction, reply, time.budget).await
}

/// A press of a button: the reply goes to the button's response address.
async fn on_press(state: &SlackState, pressed: Pressed, time: TimeLeft) -> Response {
    let Pressed { interaction, url, trigger, private } = pressed;
    let reply = ReplyTo::Slack { url: url.clone(), replace: private };
    let handover = Handover { interaction, reply };
    match run(state, &handover, time).await {
        InTime::Now(Reaction::Reply(reply)) => {
            let replace = private || reply.aside;
            replied(state, &handover, (&url, replace), &reply, time.by).await;
        }
        InTime::Now(Reaction::Form(form)) => {
            if let Err(view) =
                opened(state, &form, &trigger, &handover.interaction, (&url, private), time.by)
                    .await
            {
                // The message with the button stays: the button is still what it was.
                drop(post_in_time(state, &url, false, &Message::of_view(&view), time.by).await);
            }
        }
        InTime::Later => {}
        InTime::Lost(op) => {
            let message = Message::of_view(&reply::too_late(&op));
            drop(post_in_time(state, &url, private, &message, time.by).await);
        }
    }
    taken()
}

/// A form that was sent. A usage error is shown at its field; every other reply closes the form and goes
/// to the button's response address.
async fn on_submit(state: &SlackState, submitted: Submitted, time: TimeLeft) -> Response {
    let Submitted { interaction, metadata, fields } = submitted;
    let crate::interaction::Says::Filled { token, values } = &interaction.says else {
        return taken();
    };
    if let Some((field, error)) = modal::wrong(token, values, &interaction.from) {
        return at_field(&field, &error);
    }
    let Metadata { url, private, .. } = metadata;
    let reply = ReplyTo::Slack { url: url.clone(), replace: private };
    let handover = Handover { interaction, reply };
    match run(state, &handover, time).await {
        InTime::Now(Reaction::Reply(reply)) => {
            let words = reply.view.headline.plain();
            // The values do not go together: said at the field that the sentence is about.
            let named = fields.iter().find(|field| words.contains(field.as_str()));
            match named.or(fields.first()).filter(|_| reply.status == ReplyStatus::Usage) {
                Some(field) => return at_field(field, &words),
                None => {
                    let replace = private || reply.aside;
                    replied(state, &handover, (&url, replace), &reply, time.by).await;
                }
            }
        }
        InTime::Now(Reaction::Form(_)) | InTime::Later => {}
        InTime::Lost(op) => {
            let message = Message::of_view(&reply::too_late(&op));
            drop(post_in_time(state, &url, private, &message, time.by).await);
        }
    }
    taken()
}

fn at_field(field: &str, error: &str) -> Response {
    let mut errors = serde_json::Map::new();
    errors.insert(field.to_owned(), json!(error));
    axum::Json(json!({ "response_action": "errors", "errors": errors })).into_response()
}

/// Opens a form; the error is a view with the command to type instead.
async fn opened(
    state: &SlackState,
    form: &Form,
    trigger: &Pass,
    interaction: &Interaction,
    (url, replace): (&Pass, bool),
    by: Instant,
) -> Result<(), View> {
    let Some(token) = &state.bot_token else {
        return Err(reply::no_form(form, "forms are off: SLACK_BOT_TOKEN is not set"));
    };
    let at = interaction.at.as_ref();
    let metadata = Metadata {
        token: crate::button::Button::Fill(form.line.clone())
            .token_within(modal::METADATA_MAX)
            .unwrap_or_default(),
        channel: at.map(|channel| channel.parts().2.to_owned()),
        url: url.clone(),
        private: replace,
    };
    let Some(view) = modal::draw(form, &metadata) else {
        return Err(reply::no_form(form, "the command is too long for a form"));
    };
    let op = interaction.key.op();
    match timeout_at(by, deliver::open(&state.outgoing, token, trigger, &view)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Undelivered::Unknown(error))) => {
            tracing::warn!(%op, error, "a form may have been opened");
            Ok(())
        }
        Ok(Err(error)) => {
            tracing::warn!(%op, %error, "a form was not opened");
            Err(reply::no_form(form, "Slack did not take the form"))
        }
        Err(_) => {
            tracing::warn!(%op, "a form may have been opened: Slack took too long");
            Ok(())
        }
    }
}

/// Sends a reply. A reply that Slack did not take in time is handed over, unless Slack may have it.
async fn replied(
    state: &SlackState,
    handover: &Handover,
    (url, replace): (&Pass, bool),
    reply: &ChatReply,
    by: Instant,
) {
    let with_file = file_of(reply).is_some() && state.bot_token.is_some();
    let sent = if with_file {
        Err(Undelivered::NotYet(None))
    } else {
        let message = Message::of(reply, Files::Shown);
        post_in_time(state, url, replace, &message, by).await
    };
    let op = op_of(handover);
    match sent {
        Ok(()) => {}
        Err(Undelivered::NotYet(_) | Undelivered::Refused(_)) => {
            if let Err(error) = state.workers.hand_over(handover).await {
                tracing::error!(%op, %error, "a reply was not delivered");
            }
        }
        Err(Undelivered::Unknown(error)) => tracing::warn!(%op, error, "a reply may be lost"),
    }
}

/// Posts a message to a response address before the request's deadline. A failure is logged as well, for
/// callers that cannot act on it.
async fn post_in_time(
    state: &SlackState,
    url: &Pass,
    replace: bool,
    message: &Message,
    by: Instant,
) -> Result<(), Undelivered> {
    let sent = timeout_at(by, deliver::answer(&state.outgoing, url, replace, message)).await;
    let sent = sent.unwrap_or_else(|_| Err(Undelivered::Unknown("no answer in time".to_owned())));
    if let Err(error) = &sent {
        tracing::info!(%error, "a message was not posted");
    }
    sent
}

#[cfg(test)]
mod tests;

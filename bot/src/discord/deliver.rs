//! Late replies, which the worker puts in place of the promised one, and announcements.
//!
//! The promise and the worker race: for some seconds Discord may not know the promised message (404,
//! 10015). An edit is idempotent, so it is retried freely; a new message is sent again only when Discord
//! certainly did not take the first.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use runtime::client::{Answered, NoAnswer};
use runtime::secret::Secret;
use serde_json::{Value, json};

use super::message::{Drawn, headline, message};
use crate::chat::{Attachment, ChatReply};
use crate::handover::Pass;
use crate::outgoing::Outgoing;

/// The `User-Agent` that Discord requires.
pub const USER_AGENT: &str = concat!("DiscordBot (creditdesk, ", env!("CARGO_PKG_VERSION"), ")");

/// The waits between attempts; the attempt after the last one ends it.
const AGAIN_MS: [u64; 7] = [150, 300, 600, 1_200, 2_400, 5_000, 5_000];

/// The longest wait that Discord may ask for.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// The reply was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum NotDelivered {
    /// Discord refused it.
    #[error("Discord answered {status} {code}")]
    Refused {
        /// The status.
        status: u16,
        /// Discord's code for the error.
        code: u64,
    },
    /// Discord cannot be reached, or not in time.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
}

/// Delivers a promised reply. The promised message stays private; with `aloud`, a public reply is a
/// message of its own behind it.
///
/// # Errors
/// [`NotDelivered`].
pub async fn deliver(
    outgoing: &Outgoing,
    application: &str,
    token: &Pass,
    aloud: bool,
    reply: &ChatReply,
) -> Result<(), NotDelivered> {
    let drawn = message(reply);
    if !(aloud && reply.view.public) {
        return put(outgoing, application, token, &drawn).await;
    }
    // The first new message behind an open place would fill that place: so it is filled before.
    let short = Drawn { data: headline(&reply.view), files: Vec::new() };
    put(outgoing, application, token, &short).await?;
    let url = format!("{}/webhooks/{application}/{}", outgoing.bases.discord, token.expose());
    match sent(outgoing, Method::POST, &url, None, &drawn).await {
        Ok(()) => Ok(()),
        Err(error) => {
            tracing::warn!(%error, "a receipt is seen by one person only");
            put(outgoing, application, token, &drawn).await
        }
    }
}

/// Posts an announcement. Its nonce makes Discord drop duplicates for some minutes.
///
/// # Errors
/// [`NotDelivered`].
pub async fn say(
    outgoing: &Outgoing,
    token: &Secret,
    channel: &str,
    name: &str,
    reply: &ChatReply,
) -> Result<(), NotDelivered> {
    let mut drawn = message(reply);
    if let Some(fields) = drawn.data.as_object_mut() {
        fields.insert("nonce".to_owned(), json!(name));
        fields.insert("enforce_nonce".to_owned(), json!(true));
    }
    let url = format!("{}/channels/{channel}/messages", outgoing.bases.discord);
    sent(outgoing, Method::POST, &url, Some(&bearer(token)?), &drawn).await
}

/// The bot's authorization header, marked as sensitive.
pub(super) fn bearer(token: &Secret) -> Result<HeaderValue, NoAnswer> {
    let mut bearer = HeaderValue::from_str(&format!("Bot {}", token.expose()))
        .map_err(|_| NoAnswer::NotSent("the bot’s token is no header".to_owned()))?;
    bearer.set_sensitive(true);
    Ok(bearer)
}

/// Edits the promised message. If Discord refuses the content, a plain text takes its place, so that the
/// person does not wait for ever.
async fn put(
    outgoing: &Outgoing,
    application: &str,
    token: &Pass,
    drawn: &Drawn,
) -> Result<(), NotDelivered> {
    let place = format!("webhooks/{application}/{}/messages/@original", token.expose());
    let url = format!("{}/{place}", outgoing.bases.discord);
    match sent(outgoing, Method::PATCH, &url, None, drawn).await {
        Err(NotDelivered::Refused { status: 400, code }) => {
            tracing::error!(code, "Discord found a message wrong");
            let data = json!({
                "content": drawn.data.get("content"),
                "embeds": [],
                "components": [],
                "allowed_mentions": { "parse": [] },
            });
            sent(outgoing, Method::PATCH, &url, None, &Drawn { data, files: Vec::new() }).await
        }
        other => other,
    }
}

async fn sent(
    outgoing: &Outgoing,
    method: Method,
    url: &str,
    authorization: Option<&HeaderValue>,
    drawn: &Drawn,
) -> Result<(), NotDelivered> {
    let (media, body) = body(drawn);
    let mut headers = HeaderMap::new();
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    if let Ok(media) = HeaderValue::from_str(&media) {
        headers.insert(header::CONTENT_TYPE, media);
    }
    if let Some(authorization) = authorization {
        headers.insert(header::AUTHORIZATION, authorization.clone());
    }
    let mut waits = AGAIN_MS.iter().copied().map(Duration::from_millis);
    loop {
        let answer = outgoing.send(method.clone(), url, &headers, body.clone()).await;
        if answer.as_ref().is_ok_and(Answered::is_ok) {
            return Ok(());
        }
        let wait = waits.next().and_then(|wait| pause(&method, &answer, wait));
        match (wait, answer) {
            (Some(wait), _) => tokio::time::sleep(wait).await,
            (None, Ok(answer)) => {
                return Err(NotDelivered::Refused { status: answer.status, code: code(&answer) });
            }
            (None, Err(error)) => return Err(error.into()),
        }
    }
}

/// The wait before the next attempt; `None` where another is wrong or useless.
fn pause(method: &Method, answer: &Result<Answered, NoAnswer>, wait: Duration) -> Option<Duration> {
    match answer {
        Ok(answer) if answer.status == 429 => {
            Some(retry_after(answer).unwrap_or(wait).min(WAIT_MAX))
        }
        Ok(answer) if answer.status == 404 => Some(wait),
        Ok(answer) if answer.status >= 500 => (*method == Method::PATCH).then_some(wait),
        Ok(_) => None,
        Err(NoAnswer::NotSent(_)) => Some(wait),
        Err(NoAnswer::Unanswered(_)) => (*method == Method::PATCH).then_some(wait),
    }
}

/// The wait that Discord asks for: seconds with a fraction, in the body.
fn retry_after(answer: &Answered) -> Option<Duration> {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let seconds = body.and_then(|body| body.get("retry_after")?.as_f64());
    let exact = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    exact.or(answer.retry_after)
}

fn code(answer: &Answered) -> u64 {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    body.and_then(|body| body.get("code")?.as_u64()).unwrap_or(0)
}

/// The media type and the body: plain JSON, or parts when there are files.
fn body(drawn: &Drawn) -> (String, Bytes) {
    let mut data = drawn.data.clone();
    let listed = drawn.files.iter().enumerate();
    let listed: Vec<Value> =
        listed.map(|(id, file)| json!({ "id": id.to_string(), "filename": file.name })).collect();
    if let Some(fields) = data.as_object_mut() {
        fields.insert("attachments".to_owned(), Value::Array(listed));
    }
    let json = data.to_string();
    if drawn.files.is_empty() {
        return ("application/json".to_owned(), json.into());
    }
    let boundary = boundary(&json, &drawn.files);
    let mut body: Vec<u8> = Vec::new();
    let mut part = |head: String, bytes: &[u8]| {
        body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    };
    let head =
        "Content-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: application/json";
    part(head.to_owned(), json.as_bytes());
    for (id, file) in drawn.files.iter().enumerate() {
        // The names are ours: letters, digits and dots.
        let disposition = format!(
            "Content-Disposition: form-data; name=\"files[{id}]\"; filename=\"{}\"",
            file.name
        );
        part(format!("{disposition}\r\nContent-Type: application/octet-stream"), &file.bytes);
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body.into())
}

/// A boundary that occurs in none of the parts.
fn boundary(json: &str, files: &[Attachment]) -> String {
    let inside = |line: &str| {
        let occurs = |bytes: &[u8]| bytes.windows(line.len()).any(|part| part == line.as_bytes());
        occurs(json.as_bytes()) || files.iter().any(|file| occurs(&file.bytes))
    };
    let mut line = "creditdesk-part".to_owned();
    while inside(&line) {
        line.push('x');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_holds_the_line_between_the_parts() {
        let file = |text: &str| Attachment { name: "a.csv".to_owned(), bytes: text.into() };
        let drawn = Drawn {
            data: json!({ "content": "x" }),
            files: vec![file("creditdesk-part"), file("--creditdesk-partx")],
        };
        let (media, body) = body(&drawn);
        assert_eq!(media, "multipart/form-data; boundary=creditdesk-partxx");
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert_eq!(text.matches("creditdesk-partxx").count(), 4, "{text}");
        assert!(text.contains("name=\"files[1]\"; filename=\"a.csv\""), "{text}");
        assert!(text.contains(r#""attachments":[{"filename":"a.csv","id":"0"}"#), "{text}");
    }

    #[test]
    fn a_new_message_is_not_sent_twice_where_it_may_have_been_taken() {
        let answered = |status| {
            Ok(Answered {
                status,
                retry_after: None,
                body: Bytes::from_static(b"{\"retry_after\":0.25}"),
            })
        };
        let wait = Duration::from_millis(150);
        let lost = || Err(NoAnswer::Unanswered("cut".to_owned()));
        assert_eq!(pause(&Method::PATCH, &lost(), wait), Some(wait));
        assert_eq!(pause(&Method::POST, &lost(), wait), None);
        assert_eq!(pause(&Method::POST, &answered(500), wait), None);
        assert_eq!(pause(&Method::PATCH, &answered(500), wait), Some(wait));
        assert_eq!(pause(&Method::POST, &answered(404), wait), Some(wait));
        assert_eq!(pause(&Method::POST, &answered(429), wait), Some(Duration::from_millis(250)));
        assert_eq!(pause(&Method::PATCH, &answered(400), wait), None);
    }
}

//! Slack over HTTP: `POST /slack/commands`.
//!
//! Order, on every request: size → signature over the raw bytes → content type → form → command.
//! Nothing is read from a body before its signature holds; the one exception is Slack's `ssl_check`,
//! which is answered with an empty 200 and does nothing. Without a signing secret the front end is
//! off and refuses everything.
//!
//! A slash command must be answered within 3 seconds and Slack never repeats it, but people do. So
//! after [`BUDGET`] the reply says honestly that the outcome is not known yet.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use shared::id::{CallKey, Identity};
use tower_http::limit::RequestBodyLimitLayer;

use crate::card::{Card, Span, Text, utc};
use crate::chat::{Attachment, Chat};
use crate::config::Secret;
use crate::registration::SLACK_RESERVED;
use crate::reply;

/// The largest body that is read.
pub const BODY_MAX: usize = 256 * 1024;

/// How long a command may take before it is answered anyway.
pub const BUDGET: Duration = Duration::from_millis(2_500);

/// How far a request's time may be from ours, in seconds.
const SKEW_MAX_S: u64 = 300;

/// Where the time comes from.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the front end needs.
#[derive(Clone)]
pub struct SlackState {
    /// Who answers.
    pub chat: Chat,
    /// The signing secrets that hold: two while one is replaced; none turns the front end off.
    pub secrets: Vec<Secret>,
    /// The time.
    pub now: Now,
}

/// The routes.
pub fn router(state: SlackState) -> Router {
    Router::new()
        .route("/slack/commands", post(commands))
        .route("/healthz", get(|| async { "ok" }))
        .with_state(state)
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(BODY_MAX))
}

async fn commands(State(state): State<SlackState>, headers: HeaderMap, body: Bytes) -> Response {
    let form: Option<Vec<(String, String)>> = serde_urlencoded::from_bytes(&body).ok();
    let field = |name: &str| {
        let fields = form.as_ref()?;
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    };
    if field("ssl_check") == Some("1") {
        return StatusCode::OK.into_response();
    }
    if state.secrets.is_empty() {
        let off = "Slack is off: SLACK_SIGNING_SECRET is not set.";
        return (StatusCode::UNAUTHORIZED, off).into_response();
    }
    if !is_signed(&state.secrets, (state.now)(), &headers, &body) {
        return (StatusCode::UNAUTHORIZED, "The signature does not hold.").into_response();
    }
    if !is_form(&headers) {
        let wrong = "Send application/x-www-form-urlencoded.";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, wrong).into_response();
    }
    let Some(command) = Slash::read(field) else {
        let wrong = "The form lacks team_id, user_id, command or trigger_id.";
        return (StatusCode::BAD_REQUEST, wrong).into_response();
    };
    axum::Json(answer(&state.chat, command).await).into_response()
}

/// A slash command, as far as it is used. Names and the response address are not: names are no
/// identity, and the reply is the response.
struct Slash {
    from: Identity,
    key: CallKey,
    line: String,
}

impl Slash {
    fn read<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Option<Self> {
        let team = field("team_id")?;
        let from = format!("slack:{team}:{}", field("user_id")?).parse().ok()?;
        let trigger = field("trigger_id").filter(|id| !id.is_empty() && id.len() <= 200)?;
        let command = field("command")?;
        let text = field("text").unwrap_or_default();
        let line = if command == "/desk" { text.to_owned() } else { format!("{command} {text}") };
        Some(Self { from, key: CallKey::new(format!("slack:{team}"), trigger), line })
    }
}

async fn answer(chat: &Chat, command: Slash) -> Value {
    let op = command.key.op();
    let chat = chat.clone();
    // In a task of its own, so that the end of the budget ends only the waiting: a command that has
    // begun is never cut off half way, where the process lives on.
    let line =
        tokio::spawn(async move { chat.line(&command.from, command.key, &command.line).await });
    match tokio::time::timeout(BUDGET, line).await {
        Ok(Ok(said)) => message(&said.card, said.attachment.as_ref()),
        Ok(Err(error)) => {
            tracing::error!(%op, %error, "a command panicked");
            message(&reply::too_late(&op), None)
        }
        Err(_) => {
            tracing::warn!(%op, "a command took longer than the budget");
            message(&reply::too_late(&op), None)
        }
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = value.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    media.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Whether a request carries exactly one timestamp near ours and one signature that holds.
fn is_signed(secrets: &[Secret], now: Timestamp, headers: &HeaderMap, body: &[u8]) -> bool {
    let one = |name: &str| {
        let mut all = headers.get_all(name).iter();
        let first = all.next()?.to_str().ok()?;
        all.next().is_none().then_some(first)
    };
    let (Some(sent), Some(signature)) =
        (one("x-slack-request-timestamp"), one("x-slack-signature"))
    else {
        return false;
    };
    let digits = !sent.is_empty() && sent.len() <= 12 && sent.bytes().all(|b| b.is_ascii_digit());
    let Some(at) = sent.parse::<i64>().ok().filter(|_| digits) else { return false };
    if now.as_second().abs_diff(at) > SKEW_MAX_S {
        return false;
    }
    let Some(signature) = signature.strip_prefix("v0=").and_then(bytes_of) else { return false };
    secrets.iter().any(|secret| {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
            return false;
        };
        mac.update(b"v0:");
        mac.update(sent.as_bytes());
        mac.update(b":");
        mac.update(body);
        // Constant time.
        mac.verify_slice(&signature).is_ok()
    })
}

/// 64 lower-case hexadecimal digits, as Slack writes them, and nothing else.
fn bytes_of(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut bytes = [0_u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// The longest text of a section, with room below Slack's 3,000.
const SECTION_MAX: usize = 2_900;

/// The most that all blocks may hold together; beyond about 13,000 Slack refuses the message.
const TOTAL_MAX: usize = 11_000;

/// The most blocks, with room for the footer below Slack's 50.
const BLOCKS_MAX: usize = 48;

/// The card as Slack's message. Committed writes are seen by everybody, all else by one person.
#[must_use]
pub fn message(card: &Card, attachment: Option<&Attachment>) -> Value {
    let mut lines = vec![format!("{}{}", card.mark.symbol(), mrkdwn(&card.headline))];
    lines.extend(card.lines.iter().map(mrkdwn));
    if let Some(table) = &card.table {
        for row in &table.rows {
            let (first, second) = table.two_lines(row);
            lines.extend([first, second].iter().filter(|t| !t.is_empty()).map(mrkdwn));
        }
    }
    for suggestion in &card.suggestions {
        let text = Text::new()
            .own("• ")
            .code(suggestion.line.clone())
            .own(" ")
            .said(suggestion.what.clone());
        lines.push(mrkdwn(&text));
    }
    let mut blocks: Vec<Value> = Vec::new();
    let mut total = 0_usize;
    for section in sections(lines) {
        total = total.saturating_add(section.len());
        if total > TOTAL_MAX || blocks.len() >= BLOCKS_MAX {
            blocks.push(block("… there is more. Ask for less of it, or use the terminal."));
            break;
        }
        blocks.push(block(&section));
    }
    if let Some(file) = attachment {
        blocks.push(block(&inline(file, TOTAL_MAX.saturating_sub(total))));
    }
    if let Some(footer) = &card.footer {
        let text = json!({ "type": "mrkdwn", "text": mrkdwn(footer), "verbatim": true });
        blocks.push(json!({ "type": "context", "elements": [text] }));
    }
    let text = format!("{}{}", card.mark.symbol(), mrkdwn(&card.headline));
    json!({
        "response_type": if card.public { "in_channel" } else { "ephemeral" },
        "text": cut(&text, SECTION_MAX),
        "blocks": blocks,
    })
}

fn block(text: &str) -> Value {
    // `verbatim` keeps Slack from making links and mentions of plain text.
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } })
}

/// A slash command's reply carries no files: a small one is shown, a large one is not.
fn inline(file: &Attachment, room: usize) -> String {
    let text = String::from_utf8_lossy(&file.bytes);
    let text = escaped(&text.replace("\r\n", "\n"), false);
    if text.len() < SECTION_MAX.min(room) {
        return format!("```{text}```");
    }
    escaped(
        &format!(
            "{} is too large to be shown here: narrow it with since: and until:, or ask in the terminal.",
            file.name
        ),
        false,
    )
}

/// The lines in texts that are short enough for a section.
fn sections(lines: Vec<String>) -> Vec<String> {
    let mut sections: Vec<String> = Vec::new();
    for line in lines {
        let line = cut(&line, SECTION_MAX);
        match sections.last_mut() {
            Some(last)
                if last.chars().count().saturating_add(line.chars().count()) < SECTION_MAX =>
            {
                last.push('\n');
                last.push_str(&line);
            }
            Some(_) | None => sections.push(line),
        }
    }
    sections
}

/// At most `most` characters, and never half of an entity or of a date.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(most.saturating_sub(1)).collect();
    for (opens, closes) in [('&', ';'), ('<', '>'), ('`', '`')] {
        if let Some(at) = kept.rfind(opens)
            && (opens == closes && kept.matches(opens).count() % 2 == 1
                || opens != closes && !kept.get(at..).unwrap_or_default().contains(closes))
        {
            kept.truncate(at);
        }
    }
    kept.push('…');
    kept
}

fn mrkdwn(text: &Text) -> String {
    let mut out = String::new();
    for span in text.spans() {
        match span {
            Span::Own(words) => out.push_str(&escaped(words, false)),
            Span::Said(words) => out.push_str(&escaped(words, true)),
            Span::Code(command) => {
                out.push('`');
                out.push_str(&escaped(&typed_in_slack(command), true));
                out.push('`');
            }
            // Shown in the reader's own zone.
            Span::Time(at) => out.push_str(&format!(
                "<!date^{}^{{date_short_pretty}} {{time}}|{}>",
                at.as_second(),
                utc(*at)
            )),
        }
    }
    out
}

/// Slack's three characters. What people wrote also loses what could end a code span, begin a line
/// or become a link.
fn escaped(words: &str, said: bool) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '`' if said => out.push('ˋ'),
            // Direction marks would turn what stands behind them.
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' if said => {
            }
            c if said && c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    if said { out.replace("://", ":\u{200B}//") } else { out }
}

/// A command whose name Slack keeps for itself is typed behind `/desk`.
fn typed_in_slack(command: &str) -> String {
    let word = command.strip_prefix('/').and_then(|line| line.split(' ').next());
    match word {
        Some(word) if SLACK_RESERVED.contains(&word) => {
            format!("/desk {}", command.trim_start_matches('/'))
        }
        Some(_) | None => command.to_owned(),
    }
}

#[cfg(test)]
mod tests;

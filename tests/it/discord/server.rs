//! The webhooks and the registration of commands, on the side of Discord.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use serde_json::{Value, json};

use super::keep;
use super::person::{buttons, text};

/// A message, or the place for one.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// What it says; nothing yet where a reply is only promised.
    pub message: Value,
    /// It was promised and is not there yet.
    pub promised: bool,
    /// Only one person sees it.
    pub private: bool,
    /// What it carries, by name.
    pub files: BTreeMap<String, String>,
    /// The messages behind it.
    pub behind: Vec<Value>,
}

/// What Discord knows.
#[derive(Debug, Default)]
pub struct State {
    /// The messages that interactions were answered with, by the interactions' tokens.
    pub known: BTreeMap<String, Known>,
    /// So many requests find that the place is not known yet.
    pub race: usize,
    /// So many requests are too many.
    pub busy: usize,
    /// So many new messages fail.
    pub broken: usize,
    /// How often the desk asked the webhooks.
    pub asked: usize,
    /// The commands that are registered, and how often they were put.
    pub commands: Vec<Value>,
    pub puts: usize,
    /// What the desk said in channels by itself, by channel.
    pub said: Vec<(String, Value)>,
    /// What people and the desk wrote.
    pub transcript: Vec<String>,
}

impl State {
    /// What the desk said goes into the transcript.
    pub fn wrote(&mut self, how: &str, message: &Value) {
        let mut lines = text(message);
        let labels: Vec<String> =
            buttons(message).iter().map(|(label, _)| format!("[{label}]")).collect();
        if !labels.is_empty() {
            lines.push_str(&format!("\n{}", labels.join(" ")));
        }
        self.transcript.push(format!("desk ({how}):\n{lines}"));
    }
}

type Shared = Arc<Mutex<State>>;

/// Serves for as long as the test runs.
pub async fn serve(state: Shared) -> SocketAddr {
    let edit = {
        let state = state.clone();
        move |Path((_, token)): Path<(String, String)>, headers: HeaderMap, body: Bytes| {
            let answer = edited(&mut state.lock().unwrap(), &token, &headers, &body);
            async move { answer }
        }
    };
    let follow = {
        let state = state.clone();
        move |Path((_, token)): Path<(String, String)>, headers: HeaderMap, body: Bytes| {
            let answer = followed(&mut state.lock().unwrap(), &token, &headers, &body);
            async move { answer }
        }
    };
    // The desk answers in its response; whoever answers here as well is told that it is too late.
    let callback = || async { error(StatusCode::BAD_REQUEST, 40060, "already acknowledged") };
    let listed = {
        let state = state.clone();
        move || {
            let commands = state.lock().unwrap().commands.clone();
            async move { axum::Json(commands) }
        }
    };
    let say = {
        let state = state.clone();
        move |Path(channel): Path<String>, headers: HeaderMap, body: Bytes| {
            let answer = spoken(&mut state.lock().unwrap(), channel, &headers, &body);
            async move { answer }
        }
    };
    let put = move |headers: HeaderMap, body: Bytes| {
        let answer = registered(&mut state.lock().unwrap(), &headers, &body);
        async move { answer }
    };
    let commands = get(listed).put(put);
    let routes = Router::new()
        .route("/webhooks/{application}/{token}/messages/@original", patch(edit))
        .route("/webhooks/{application}/{token}", post(follow))
        .route("/channels/{channel}/messages", post(say))
        .route("/interactions/{id}/{token}/callback", post(callback))
        .route("/applications/{application}/guilds/{guild}/commands", commands.clone())
        .route("/applications/{application}/commands", commands);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

fn error(status: StatusCode, code: u64, said: &str) -> Response {
    (status, axum::Json(json!({ "code": code, "message": said }))).into_response()
}

/// The troubles that any request may meet.
fn trouble(state: &mut State, headers: &HeaderMap) -> Option<Response> {
    state.asked += 1;
    let agent = headers.get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or("");
    assert!(agent.starts_with("DiscordBot ("), "{agent}");
    if state.busy > 0 {
        state.busy -= 1;
        let wait = json!({ "message": "slow down", "retry_after": 0.05, "global": false });
        return Some((StatusCode::TOO_MANY_REQUESTS, axum::Json(wait)).into_response());
    }
    if state.race > 0 {
        state.race -= 1;
        return Some(error(StatusCode::NOT_FOUND, 10015, "Unknown Webhook"));
    }
    None
}

fn edited(state: &mut State, token: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    if let Some(trouble) = trouble(state, headers) {
        return trouble;
    }
    let (message, files) = parts(headers, body);
    keep("edit", &message);
    let Some(known) = state.known.get_mut(token) else {
        return error(StatusCode::NOT_FOUND, 10015, "Unknown Webhook");
    };
    known.message = message.clone();
    known.promised = false;
    known.files.extend(files);
    let how = if known.private { "private, later" } else { "later" };
    state.wrote(how, &message);
    (StatusCode::OK, axum::Json(json!({ "id": "1" }))).into_response()
}

fn followed(state: &mut State, token: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    if let Some(trouble) = trouble(state, headers) {
        return trouble;
    }
    if state.broken > 0 {
        state.broken -= 1;
        return error(StatusCode::INTERNAL_SERVER_ERROR, 0, "an error of ours");
    }
    let (message, _) = parts(headers, body);
    keep("followup", &message);
    let Some(known) = state.known.get_mut(token) else {
        return error(StatusCode::NOT_FOUND, 10015, "Unknown Webhook");
    };
    // The first message behind a promise fills it, and is seen by whom the promise said.
    assert!(!known.promised, "a message behind a promise that is not kept yet");
    known.behind.push(message.clone());
    state.wrote("behind it", &message);
    (StatusCode::OK, axum::Json(json!({ "id": "2" }))).into_response()
}

fn spoken(state: &mut State, channel: String, headers: &HeaderMap, body: &[u8]) -> Response {
    if let Some(trouble) = trouble(state, headers) {
        return trouble;
    }
    if headers.get("authorization").is_none_or(|value| value != "Bot bot-token") {
        return error(StatusCode::UNAUTHORIZED, 0, "401: Unauthorized");
    }
    let (message, _) = parts(headers, body);
    keep("channel", &message);
    assert!((1..=25).contains(&message["nonce"].as_str().unwrap().len()));
    state.wrote("in the channel", &message);
    let known = state.said.iter().any(|(_, other)| other["nonce"] == message["nonce"]);
    if !known {
        state.said.push((channel, message));
    }
    (StatusCode::OK, axum::Json(json!({ "id": "3" }))).into_response()
}

fn registered(state: &mut State, headers: &HeaderMap, body: &[u8]) -> Response {
    if headers.get("authorization").is_none_or(|value| value != "Bot bot-token") {
        return error(StatusCode::UNAUTHORIZED, 0, "401: Unauthorized");
    }
    let mut commands: Vec<Value> = serde_json::from_slice(body).unwrap();
    keep("commands", &json!(commands));
    state.puts += 1;
    for (number, command) in commands.iter_mut().enumerate() {
        command["id"] = json!(number.to_string());
        command["version"] = json!("1");
        command["nsfw"] = json!(false);
    }
    state.commands = commands;
    axum::Json(state.commands.clone()).into_response()
}

/// The message and its files, out of JSON or of parts.
fn parts(headers: &HeaderMap, body: &[u8]) -> (Value, BTreeMap<String, String>) {
    let media = headers["content-type"].to_str().unwrap();
    let mut files = BTreeMap::new();
    let Some((_, boundary)) = media.split_once("multipart/form-data; boundary=") else {
        assert_eq!(media, "application/json");
        return (serde_json::from_slice(body).unwrap(), files);
    };
    let body = String::from_utf8(body.to_vec()).unwrap();
    let mut message = Value::Null;
    assert!(body.ends_with(&format!("--{boundary}--\r\n")), "{body}");
    for part in body.split(&format!("--{boundary}\r\n")).skip(1) {
        let part = part.split(&format!("\r\n--{boundary}")).next().unwrap();
        let (head, content) = part.split_once("\r\n\r\n").unwrap();
        let content = content.strip_suffix("\r\n").unwrap_or(content);
        if head.contains("name=\"payload_json\"") {
            message = serde_json::from_str(content).unwrap();
        } else {
            let name = head.split("filename=\"").nth(1).unwrap().split('"').next().unwrap();
            files.insert(name.to_owned(), content.to_owned());
        }
    }
    let listed: Vec<&str> = message["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["filename"].as_str().unwrap())
        .collect();
    assert_eq!(listed, files.keys().map(String::as_str).collect::<Vec<_>>());
    (message, files)
}

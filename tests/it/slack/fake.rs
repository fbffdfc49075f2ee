//! A Slack of our own, as far as the desk can tell: it signs what people do, keeps the messages that
//! they see, gives out response addresses and triggers with their limits, and answers the Web API.
//! Written from Slack's description of itself and not from the desk's use of it.
//!
//! Whatever the desk sends is held against Slack's limits; [`Slack::prove`] fails the test on any
//! that is broken. Payloads are kept below `target/payloads/slack`, by kind, for other readers.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bot::outgoing::Bases;
use creditdesk::config::Config;
use runtime::secret::Secret;
use serde_json::{Value, json};

use super::{SECRET, encode, headers};
use crate::http;
use crate::world::World;

/// The app's token.
pub const TOKEN: &str = "xoxb-test";

/// The channel where everybody is.
pub const CHANNEL: &str = "C0DESK";

/// How often a response address can be used.
const USES_MAX: u32 = 5;

/// How long a trigger opens a form.
const TRIGGER: Duration = Duration::from_secs(3);

/// How long somebody who typed a command waits.
const ACK: Duration = Duration::from_secs(3);

/// A message as it stands.
#[derive(Debug, Clone)]
pub struct Message {
    pub ts: String,
    pub channel: String,
    /// The only one who sees it.
    pub only_for: Option<String>,
    pub text: String,
    pub blocks: Vec<Value>,
}

impl Message {
    /// Everything that is drawn, and the plain text.
    pub fn all(&self) -> String {
        format!("{}\n{}", self.text, Value::Array(self.blocks.clone()))
    }

    fn elements(&self) -> Vec<Value> {
        let of = |block: &Value| match block["type"].as_str() {
            Some("actions") => block["elements"].as_array().cloned().unwrap_or_default(),
            _ => block.get("accessory").cloned().into_iter().collect(),
        };
        self.blocks.iter().flat_map(of).collect()
    }

    /// What stands on its buttons.
    pub fn buttons(&self) -> Vec<String> {
        let buttons = self.elements().into_iter().filter(|one| one["type"] == "button");
        buttons.map(|one| one["text"]["text"].as_str().unwrap().to_owned()).collect()
    }
}

struct Hook {
    uses: u32,
    /// The message whose button was pressed; a slash command has none.
    on: Option<String>,
    channel: String,
    user: String,
}

#[derive(Default)]
struct Inner {
    address: String,
    messages: Vec<Message>,
    hooks: BTreeMap<String, Hook>,
    /// When it was given out, and to whom.
    triggers: BTreeMap<String, (Instant, String)>,
    views: Vec<(String, String, Value)>,
    uploads: BTreeMap<String, (String, Vec<u8>)>,
    files: Vec<(String, String, Vec<u8>)>,
    calls: Vec<String>,
    transcript: String,
    broken: Vec<String>,
    count: u64,
    /// The next answers to posts at response addresses, instead of taking them.
    refusals: Vec<u16>,
    /// Methods of the Web API that fail, with why.
    failing: BTreeMap<String, String>,
    /// The last slash command as it was posted, and whose it was.
    posted: Option<(String, String)>,
}

impl Inner {
    fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    fn told(&mut self, line: &str) {
        self.transcript.push_str(line);
        self.transcript.push('\n');
    }

    fn show(&mut self, channel: &str, only_for: Option<&str>, body: &Value) -> String {
        let ts = format!("1700000000.{:06}", self.next());
        let text = body["text"].as_str().unwrap_or_default().to_owned();
        let to = only_for.map_or_else(|| "everybody".to_owned(), |user| format!("only {user}"));
        self.told(&format!("desk → {channel} ({to}): {text}"));
        self.messages.push(Message {
            ts: ts.clone(),
            channel: channel.to_owned(),
            only_for: only_for.map(str::to_owned),
            text,
            blocks: body["blocks"].as_array().cloned().unwrap_or_default(),
        });
        ts
    }

    /// Keeps a payload, and holds it against Slack's limits.
    fn keep(&mut self, kind: &'static str, payload: &Value) {
        let text = serde_json::to_string_pretty(payload).unwrap();
        // Under a name that its content gives it: what is said often is kept once.
        let name: String = shared::kernel::id::digest(&[&text]).chars().take(16).collect();
        let folder = crate::layout::root().join("target/payloads/slack");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{kind}-{name}.json")), text).unwrap();
        let mut broken = super::limits::broken(kind, payload);
        self.broken.append(&mut broken);
    }
}

/// The fake.
pub struct Slack {
    inner: Arc<Mutex<Inner>>,
    address: SocketAddr,
    /// Where the desk is asked, if not at the world's own server.
    pub desk: Cell<Option<SocketAddr>>,
}

/// What somebody who typed a command sees of it at once.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed {
    /// A reply.
    Reply,
    /// Nothing yet.
    Taken,
    /// `operation_timeout`: the text is still in the input.
    TimedOut,
}

impl Slack {
    /// Starts one on the loopback address; it stops with the test's runtime.
    pub async fn start() -> Self {
        let inner = Arc::new(Mutex::new(Inner::default()));
        let routes = Router::new()
            .route("/hook/{id}", post(hook))
            .route("/api/{method}", post(method))
            .route("/upload/{id}", post(upload))
            .with_state(inner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        inner.lock().unwrap().address = address.to_string();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { inner, address, desk: Cell::new(None) }
    }

    /// The configuration of a desk that it is connected to.
    pub fn known(&self, config: Config) -> Config {
        let slack = format!("http://{}/api", self.address);
        Config {
            slack_token: Some(Secret::new(TOKEN)),
            bases: Bases { slack, ..config.bases },
            ..config
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// What was typed, said and shown, line by line.
    pub fn transcript(&self) -> String {
        self.inner().transcript.clone()
    }

    /// The messages that somebody sees, oldest first.
    pub fn seen_by(&self, user: &str) -> Vec<Message> {
        let seen = |message: &&Message| message.only_for.as_deref().is_none_or(|one| one == user);
        self.inner().messages.iter().filter(seen).cloned().collect()
    }

    /// The last message that somebody sees.
    pub fn last(&self, user: &str) -> Message {
        let last = self.seen_by(user).pop();
        last.unwrap_or_else(|| panic!("{user} sees nothing: {}", self.transcript()))
    }

    /// The form that is open, and for whom.
    pub fn form(&self) -> Option<(String, Value)> {
        self.inner().views.last().map(|(_, user, view)| (user.clone(), view.clone()))
    }

    /// The files that were sent: to which channel, name, bytes.
    pub fn files(&self) -> Vec<(String, String, Vec<u8>)> {
        self.inner().files.clone()
    }

    /// The methods of the Web API that were called.
    pub fn calls(&self) -> Vec<String> {
        self.inner().calls.clone()
    }

    /// The next posts at response addresses are answered with these states instead of taken.
    pub fn refuses(&self, states: &[u16]) {
        self.inner().refusals.extend(states);
    }

    /// A method of the Web API fails from now on.
    pub fn fails(&self, method: &str, error: &str) {
        self.inner().failing.insert(method.to_owned(), error.to_owned());
    }

    /// All triggers that were given out are as old as this makes them.
    pub fn triggers_age(&self, by: Duration) {
        for (at, _) in self.inner().triggers.values_mut() {
            *at = at.checked_sub(by).unwrap();
        }
    }

    /// All response addresses are used up.
    pub fn hooks_are_used_up(&self) {
        for hook in self.inner().hooks.values_mut() {
            hook.uses = USES_MAX;
        }
    }

    /// Nothing that was sent has broken a limit.
    pub fn prove(&self) {
        let inner = self.inner();
        assert!(inner.broken.is_empty(), "{:?}\n{}", inner.broken, inner.transcript);
    }

    fn hand_out(&self, on: Option<&str>, channel: &str, user: &str) -> (String, String) {
        let mut inner = self.inner();
        let id = format!("h{}", inner.next());
        let hook = Hook {
            uses: 0,
            on: on.map(str::to_owned),
            channel: channel.to_owned(),
            user: user.to_owned(),
        };
        inner.hooks.insert(id.clone(), hook);
        let trigger = format!("{}.738474920.8088930838d88f008e0", inner.next());
        inner.triggers.insert(trigger.clone(), (Instant::now(), user.to_owned()));
        (format!("http://{}/hook/{id}", self.address), trigger)
    }

    async fn send(&self, w: &World, path: &str, body: &str) -> http::Response {
        let now = w.local.clock().now().as_second();
        let headers = headers(SECRET, now, body.as_bytes());
        let address = match self.desk.get() {
            Some(address) => address,
            None => w.address().await,
        };
        http::send(address, "POST", path, &headers, body.as_bytes()).await
    }

    async fn payload(&self, w: &World, path: &str, payload: &Value) -> http::Response {
        self.send(w, path, &format!("payload={}", encode(&payload.to_string()))).await
    }

    /// Somebody types a slash command.
    pub async fn types(&self, w: &World, user: &str, line: &str) -> Typed {
        self.typed(w, user, line, true).await
    }

    /// Somebody types a slash command whose answer gets lost on its way; and, as people do, presses
    /// enter once more on what is still in the input.
    pub async fn types_again_after_a_time_out(&self, w: &World, user: &str, line: &str) -> Typed {
        assert_eq!(self.typed(w, user, line, false).await, Typed::TimedOut);
        self.typed(w, user, line, true).await
    }

    async fn typed(&self, w: &World, user: &str, line: &str, arrives: bool) -> Typed {
        let (command, text) = line.split_once(' ').unwrap_or((line, ""));
        let (url, trigger) = self.hand_out(None, CHANNEL, user);
        // Slack escapes what people type.
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let fields = [
            ("token", "unused"),
            ("team_id", "T1"),
            ("team_domain", "desk"),
            ("channel_id", CHANNEL),
            ("channel_name", "credits"),
            ("user_id", user),
            ("user_name", "somebody"),
            ("command", command),
            ("text", &text),
            ("api_app_id", "A1"),
            ("is_enterprise_install", "false"),
            ("response_url", &url),
            ("trigger_id", &trigger),
        ];
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        self.inner().told(&format!("{user}: {line}"));
        self.inner().posted = Some((user.to_owned(), body.join("&")));
        self.posted(w, arrives).await
    }

    /// The last slash command arrives once more, under the trigger that it had.
    pub async fn posts_again(&self, w: &World) -> Typed {
        self.posted(w, true).await
    }

    async fn posted(&self, w: &World, arrives: bool) -> Typed {
        let (user, body) = self.inner().posted.clone().expect("nothing was typed");
        let user = user.as_str();
        let began = Instant::now();
        let reply = self.send(w, "/slack/commands", &body).await;
        if !arrives || began.elapsed() > ACK || reply.status != 200 {
            self.inner().told(&format!("Slack → {user}: operation_timeout"));
            return Typed::TimedOut;
        }
        if reply.body.is_empty() {
            return Typed::Taken;
        }
        let body: Value = serde_json::from_str(&reply.body).unwrap();
        let mut inner = self.inner();
        inner.keep("message", &body);
        let public = body["response_type"] == "in_channel";
        inner.show(CHANNEL, (!public).then_some(user), &body);
        Typed::Reply
    }

    /// The element with these words on the newest message that somebody sees and that has it.
    fn element(&self, user: &str, has: impl Fn(&Value) -> bool) -> (Message, Value) {
        let messages = self.seen_by(user).into_iter().rev();
        let found = messages
            .filter_map(|message| {
                let element = message.elements().into_iter().find(|one| has(one))?;
                Some((message, element))
            })
            .next();
        found.unwrap_or_else(|| panic!("{user} sees no such element: {}", self.transcript()))
    }

    fn action(&self, user: &str, message: &Message, mut action: Value) -> Value {
        let (url, trigger) = self.hand_out(Some(&message.ts), &message.channel, user);
        let at = self.inner().next();
        action["action_ts"] = json!(format!("1700000001.{at:06}"));
        action["block_id"] = json!("b");
        json!({
            "type": "block_actions",
            "user": { "id": user, "username": "somebody", "name": "somebody", "team_id": "T1" },
            "api_app_id": "A1",
            "token": "unused",
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": message.only_for.is_some(),
            },
            "trigger_id": trigger,
            "team": { "id": "T1", "domain": "desk" },
            "enterprise": null,
            "is_enterprise_install": false,
            "channel": { "id": message.channel, "name": "credits" },
            "state": { "values": {} },
            "response_url": url,
            "actions": [action],
        })
    }

    /// What Slack would post if somebody pressed a button, by the words on it.
    pub fn press(&self, user: &str, label: &str) -> Value {
        let (message, button) =
            self.element(user, |one| one["type"] == "button" && one["text"]["text"] == label);
        self.inner().told(&format!("{user} presses [{label}]"));
        let action = json!({
            "type": "button",
            "action_id": button["action_id"],
            "text": button["text"],
            "value": button["value"],
        });
        self.action(user, &message, action)
    }

    /// Posts a press, or the same one again.
    pub async fn does(&self, w: &World, payload: &Value) {
        let began = Instant::now();
        let reply = self.payload(w, "/slack/interactions", payload).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, ""), "a press is only taken");
        assert!(began.elapsed() < ACK, "{:?}", began.elapsed());
    }

    /// Somebody presses a button.
    pub async fn presses(&self, w: &World, user: &str, label: &str) {
        let payload = self.press(user, label);
        self.does(w, &payload).await;
    }

    /// Somebody chooses the option whose words begin like this.
    pub async fn picks(&self, w: &World, user: &str, begins: &str) {
        let (message, select) = self.element(user, |one| one["type"] == "static_select");
        let options = select["options"].as_array().unwrap();
        let text = |one: &Value| one["text"]["text"].as_str().unwrap().to_owned();
        let option = options.iter().find(|one| text(one).starts_with(begins));
        let option = option.unwrap_or_else(|| panic!("no option {begins}: {options:?}"));
        self.inner().told(&format!("{user} picks ({begins})"));
        let action = json!({
            "type": "static_select",
            "action_id": select["action_id"],
            "selected_option": option,
        });
        let payload = self.action(user, &message, action);
        self.does(w, &payload).await;
    }

    /// Somebody fills in the open form and sends it; what is said at the fields, if that is wrong.
    pub async fn submits(&self, w: &World, values: &[(&str, &str)]) -> Option<Value> {
        let (id, user, view) = self.inner().views.last().cloned().expect("no form is open");
        let mut state = serde_json::Map::new();
        for block in view["blocks"].as_array().unwrap().iter().filter(|one| one["type"] == "input")
        {
            let name = block["block_id"].as_str().unwrap();
            let value = values.iter().find(|(field, _)| *field == name).map(|(_, value)| *value);
            let element = &block["element"];
            let filled = match element["type"].as_str().unwrap() {
                "plain_text_input" => json!({ "type": "plain_text_input", "value": value }),
                "datepicker" => json!({ "type": "datepicker", "selected_date": value }),
                select => json!({
                    "type": select,
                    "selected_option": value.map(|value| json!({
                        "text": { "type": "plain_text", "text": value }, "value": value,
                    })),
                }),
            };
            let action = element["action_id"].as_str().unwrap();
            state.insert(name.to_owned(), json!({ action: filled }));
        }
        self.inner().told(&format!("{user} sends the form: {values:?}"));
        let payload = json!({
            "type": "view_submission",
            "team": { "id": "T1", "domain": "desk" },
            "user": { "id": user, "username": "somebody", "name": "somebody", "team_id": "T1" },
            "api_app_id": "A1",
            "token": "unused",
            "trigger_id": "1.2.3",
            "response_urls": [],
            "is_enterprise_install": false,
            "enterprise": null,
            "view": {
                "id": id,
                "team_id": "T1",
                "type": "modal",
                "callback_id": view["callback_id"],
                "private_metadata": view["private_metadata"],
                "blocks": view["blocks"],
                "state": { "values": state },
                "hash": "156772938.1827394",
            },
        });
        let reply = self.payload(w, "/slack/interactions", &payload).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        if reply.body.is_empty() {
            self.inner().views.pop();
            return None;
        }
        let answer: Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(answer["response_action"], "errors", "{answer}");
        let fields = view["blocks"].as_array().unwrap();
        for name in answer["errors"].as_object().unwrap().keys() {
            assert!(fields.iter().any(|one| one["block_id"] == name.as_str()), "{answer}");
        }
        self.inner().told(&format!("desk: {}", answer["errors"]));
        Some(answer["errors"].clone())
    }

    /// What a select offers when somebody types: text and value of each option.
    pub async fn suggests(
        &self,
        w: &World,
        user: &str,
        of: &str,
        typed: &str,
    ) -> Vec<(String, String)> {
        let payload = json!({
            "type": "block_suggestion",
            "user": { "id": user, "username": "somebody", "name": "somebody", "team_id": "T1" },
            "container": { "type": "view", "view_id": "V1" },
            "api_app_id": "A1",
            "token": "unused",
            "action_id": of,
            "block_id": of,
            "value": typed,
            "team": { "id": "T1", "domain": "desk" },
            "enterprise": null,
            "is_enterprise_install": false,
        });
        let reply = self.payload(w, "/slack/options", &payload).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let answer: Value = serde_json::from_str(&reply.body).unwrap();
        self.inner().keep("options", &answer);
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        let options = answer["options"].as_array().unwrap().iter();
        options.map(|one| (word(&one["text"]["text"]), word(&one["value"]))).collect()
    }

    /// Somebody chooses “Show operation” on a message.
    pub async fn shows_operation(&self, w: &World, user: &str, message: &Message) {
        let (url, trigger) = self.hand_out(None, &message.channel, user);
        self.inner().told(&format!("{user} chooses Show operation"));
        let payload = json!({
            "type": "message_action",
            "callback_id": "show_operation",
            "action_ts": "1700000002.000001",
            "trigger_id": trigger,
            "response_url": url,
            "user": { "id": user, "username": "somebody", "name": "somebody", "team_id": "T1" },
            "team": { "id": "T1", "domain": "desk" },
            "channel": { "id": message.channel, "name": "credits" },
            "token": "unused",
            "message_ts": message.ts,
            "message": {
                "type": "message", "ts": message.ts, "text": message.text,
                "blocks": message.blocks,
            },
        });
        self.does(w, &payload).await;
    }
}

async fn hook(
    State(inner): State<Arc<Mutex<Inner>>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock().unwrap();
    if !inner.refusals.is_empty() {
        let status = StatusCode::from_u16(inner.refusals.remove(0)).unwrap();
        return (status, [("retry-after", "0")], "not now").into_response();
    }
    let body: Value = serde_json::from_slice(&body).unwrap();
    let Some(hook) = inner.hooks.get_mut(&id) else {
        return (StatusCode::NOT_FOUND, "no_hook").into_response();
    };
    if hook.uses >= USES_MAX {
        return (StatusCode::NOT_FOUND, "used_url").into_response();
    }
    hook.uses += 1;
    let (on, channel, user) = (hook.on.clone(), hook.channel.clone(), hook.user.clone());
    if body["delete_original"] == true {
        // A slash command has no original, and nobody deletes another one's message for everybody.
        inner.messages.retain(|message| Some(&message.ts) != on.as_ref());
        inner.told("desk: removes the message");
        return "ok".into_response();
    }
    inner.keep("message", &body);
    if body["replace_original"] == true
        && let Some(on) = on
    {
        let text = body["text"].as_str().unwrap_or_default().to_owned();
        inner.told(&format!("desk, in its place: {text}"));
        if let Some(message) = inner.messages.iter_mut().find(|message| message.ts == on) {
            message.text = text;
            message.blocks = body["blocks"].as_array().cloned().unwrap_or_default();
        }
        return "ok".into_response();
    }
    let public = body["response_type"] == "in_channel";
    inner.show(&channel, (!public).then_some(user.as_str()), &body);
    "ok".into_response()
}

fn no(error: &str) -> Response {
    axum::Json(json!({ "ok": false, "error": error })).into_response()
}

async fn method(
    State(inner): State<Arc<Mutex<Inner>>>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields: BTreeMap<String, String> = super::decoded(&body).into_iter().collect();
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let mut inner = inner.lock().unwrap();
    inner.calls.push(method.clone());
    if headers.get("authorization").is_none_or(|value| value != &format!("Bearer {TOKEN}")) {
        return no("invalid_auth");
    }
    if let Some(error) = inner.failing.get(&method) {
        return no(error);
    }
    let message = || {
        let blocks: Value = serde_json::from_str(&field("blocks")).unwrap_or(json!([]));
        json!({ "text": field("text"), "blocks": blocks })
    };
    match method.as_str() {
        "chat.postMessage" | "chat.postEphemeral" => {
            let body = message();
            inner.keep("message", &body);
            let only_for = (method == "chat.postEphemeral").then(|| field("user"));
            let ts = inner.show(&field("channel"), only_for.as_deref(), &body);
            axum::Json(json!({ "ok": true, "channel": field("channel"), "ts": ts })).into_response()
        }
        "chat.update" => {
            let ts = field("ts");
            match inner.messages.iter_mut().find(|message| message.ts == ts) {
                Some(message) if message.only_for.is_none() => {
                    message.text = field("text");
                    axum::Json(json!({ "ok": true })).into_response()
                }
                // A message for one person cannot be changed.
                Some(_) | None => no("message_not_found"),
            }
        }
        "views.open" => {
            let Some((given, user)) = inner.triggers.remove(&field("trigger_id")) else {
                return no("invalid_trigger_id");
            };
            if given.elapsed() > TRIGGER {
                return no("expired_trigger_id");
            }
            let view: Value = serde_json::from_str(&field("view")).unwrap();
            inner.keep("view", &view);
            let id = format!("V{}", inner.next());
            inner.told(&format!("desk opens a form for {user}: {}", view["title"]["text"]));
            inner.views.push((id.clone(), user, view));
            axum::Json(json!({ "ok": true, "view": { "id": id } })).into_response()
        }
        "conversations.open" => {
            let channel = json!({ "id": format!("D{}", field("users")) });
            axum::Json(json!({ "ok": true, "channel": channel })).into_response()
        }
        "files.getUploadURLExternal" => {
            let id = format!("F{}", inner.next());
            assert!(field("length").parse::<usize>().unwrap() > 0);
            inner.uploads.insert(id.clone(), (field("filename"), Vec::new()));
            let url = format!("http://{}/upload/{id}", inner.address);
            axum::Json(json!({ "ok": true, "upload_url": url, "file_id": id })).into_response()
        }
        "files.completeUploadExternal" => {
            let files: Value = serde_json::from_str(&field("files")).unwrap();
            for file in files.as_array().unwrap() {
                let Some((name, bytes)) = inner.uploads.remove(file["id"].as_str().unwrap()) else {
                    return no("file_not_found");
                };
                let channel = field("channel_id");
                inner.told(&format!("desk → {channel}: file {name}, {} bytes", bytes.len()));
                inner.files.push((channel, name, bytes));
            }
            axum::Json(json!({ "ok": true, "files": files })).into_response()
        }
        _ => no("unknown_method"),
    }
}

async fn upload(
    State(inner): State<Arc<Mutex<Inner>>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let mut inner = inner.lock().unwrap();
    match inner.uploads.get_mut(&id) {
        Some((_, bytes)) => {
            *bytes = body.to_vec();
            "OK".into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

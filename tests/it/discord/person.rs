//! Somebody in the guild: what a person can do there, and what that person then sees.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{APPLICATION, CHANNEL, Discord, GUILD, Known, keep, member};
use crate::world::World;

/// How long Discord waits for an answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Somebody at the keyboard.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    pub discord: &'a Discord,
    pub world: &'a World,
    pub user: &'a str,
}

/// What came back for an interaction.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Of the interaction whose message it is.
    pub token: String,
    /// How it was answered.
    pub kind: u64,
    /// The answer's content.
    pub data: Value,
    /// Only that person sees it.
    pub private: bool,
}

impl Shown {
    /// Everything that can be read on it.
    pub fn text(&self) -> String {
        text(&self.data)
    }
}

/// Everything that can be read on a message.
pub fn text(message: &Value) -> String {
    let mut lines: Vec<&str> = Vec::new();
    lines.extend(message["content"].as_str());
    for embed in message["embeds"].as_array().into_iter().flatten() {
        lines.extend(embed["description"].as_str());
        lines.extend(embed["footer"]["text"].as_str());
    }
    lines.join("\n")
}

/// The buttons and choices on a message: what stands on them, and what they hand back.
pub fn buttons(message: &Value) -> Vec<(String, Value)> {
    let rows = message["components"].as_array().into_iter().flatten();
    let inside = rows.flat_map(|row| row["components"].as_array().into_iter().flatten());
    let mut found = Vec::new();
    for one in inside {
        if one["type"] == 2 {
            let label = one["label"].as_str().unwrap().to_owned();
            found.push((label, json!({ "component_type": 2, "custom_id": one["custom_id"] })));
        }
        for option in one["options"].as_array().into_iter().flatten() {
            let label = option["label"].as_str().unwrap().to_owned();
            let data = json!({
                "component_type": 3, "custom_id": one["custom_id"], "values": [option["value"]],
            });
            found.push((label, data));
        }
    }
    found
}

/// The answers that each type of interaction allows.
const ALLOWED: [(u64, &[u64]); 4] =
    [(2, &[4, 5, 9]), (3, &[4, 5, 6, 7, 9]), (4, &[8]), (5, &[4, 5, 6, 7])];

impl Person<'_> {
    /// An interaction with everything that Discord sends along.
    pub fn interaction(&self, kind: u64, data: Value) -> Value {
        let id = self.discord.snowflake(self.world);
        json!({
            "app_permissions": "2248473465835073", "application_id": APPLICATION,
            "attachment_size_limit": 10_485_760, "authorizing_integration_owners": { "0": GUILD },
            "channel": { "id": CHANNEL, "type": 0, "name": "billing-ops", "permissions": "0" },
            "channel_id": CHANNEL, "context": 0, "data": data, "entitlement_sku_ids": [],
            "entitlements": [], "guild": { "features": [], "id": GUILD, "locale": "en-US" },
            "guild_id": GUILD, "guild_locale": "en-US", "id": id, "locale": "en-GB",
            "member": member(self.user), "token": format!("token-{id}"), "type": kind, "version": 1,
        })
    }

    /// The data of a command: its words, and its options with their types.
    fn command_data(words: &[&str], options: Vec<Value>) -> Value {
        let mut level = json!(options);
        for (depth, word) in words.iter().enumerate().skip(1).rev() {
            let kind = if depth + 1 == words.len() { 1 } else { 2 };
            level = json!([{ "type": kind, "name": word, "options": level }]);
        }
        json!({ "id": "12", "name": words[0], "type": 1, "options": level, "guild_id": GUILD })
    }

    fn option(name: &str, value: &Value) -> Value {
        let kind = match value {
            Value::Bool(_) => 5,
            Value::Number(_) => 4,
            _ => 3,
        };
        json!({ "name": name, "type": kind, "value": value })
    }

    /// Runs a command: `addcredit mms`, with its options.
    pub async fn runs(&self, words: &str, options: &[(&str, Value)]) -> Shown {
        let body = self.command(words, options);
        self.sends(&body).await
    }

    /// A command that is not sent yet.
    pub fn command(&self, words: &str, options: &[(&str, Value)]) -> Value {
        let mut typed = format!("{}: /{words}", self.user);
        for (name, value) in options {
            typed.push_str(&format!(" {name}:{}", value.as_str().unwrap_or(&value.to_string())));
        }
        self.discord.state().transcript.push(typed);
        let options = options.iter().map(|(name, value)| Self::option(name, value)).collect();
        let words: Vec<&str> = words.split(' ').collect();
        self.interaction(2, Self::command_data(&words, options))
    }

    /// Types into an option: what is offered.
    pub async fn types(
        &self,
        words: &str,
        given: &[(&str, Value)],
        (name, typed): (&str, &str),
    ) -> Vec<(String, String)> {
        let mut options: Vec<Value> =
            given.iter().map(|(name, value)| Self::option(name, value)).collect();
        options.push(json!({ "name": name, "type": 3, "value": typed, "focused": true }));
        let words: Vec<&str> = words.split(' ').collect();
        let body = self.interaction(4, Self::command_data(&words, options));
        let shown = self.sends(&body).await;
        let choices = shown.data["choices"].as_array().unwrap().clone();
        let of = |choice: &Value, field: &str| choice[field].as_str().unwrap().to_owned();
        choices.iter().map(|choice| (of(choice, "name"), of(choice, "value"))).collect()
    }

    /// A press on a button, or on a choice of a select, that is not sent yet.
    pub fn pressing(&self, on: &Shown, label: &str) -> Value {
        let message = self.discord.state().known[&on.token].message.clone();
        let found = buttons(&message).into_iter().find(|(known, _)| known.starts_with(label));
        let Some((label, data)) = found else { panic!("no [{label}] on {message}") };
        self.discord.state().transcript.push(format!("{}: [{label}]", self.user));
        let mut body = self.interaction(3, data);
        body["message"] = self.message_of(on, &message);
        body
    }

    /// Presses a button, or chooses of a select.
    pub async fn presses(&self, on: &Shown, label: &str) -> Shown {
        let body = self.pressing(on, label);
        self.pressed(on, &body).await
    }

    /// Sends a press, or a form that was opened by one.
    pub async fn pressed(&self, on: &Shown, body: &Value) -> Shown {
        let shown = self.sends(body).await;
        if matches!(shown.kind, 6 | 7) {
            // The answer takes the place of the message.
            let mut state = self.discord.state();
            let before = state.known.get_mut(&on.token).unwrap();
            if shown.kind == 7 {
                before.message = shown.data.clone();
            }
            let known = before.clone();
            state.known.insert(shown.token.clone(), known);
            return Shown { private: on.private, ..shown };
        }
        shown
    }

    /// Fills in a form that a press opened.
    pub async fn fills(
        &self,
        on: &Shown,
        form: &Shown,
        values: &[(&str, &str)],
        rows: bool,
    ) -> Shown {
        assert_eq!(form.kind, 9, "{form:?}");
        let input = |(name, value): &(&str, &str)| json!({ "type": 4, "custom_id": name, "value": value, "id": 3 });
        let fields: Vec<Value> = values
            .iter()
            .map(|value| match rows {
                true => json!({ "type": 1, "id": 1, "components": [input(value)] }),
                false => json!({ "type": 18, "id": 1, "component": input(value) }),
            })
            .collect();
        self.discord.state().transcript.push(format!("{}: {values:?}", self.user));
        let data = json!({ "custom_id": form.data["custom_id"], "components": fields });
        let mut body = self.interaction(5, data);
        let message = self.discord.state().known[&on.token].message.clone();
        body["message"] = self.message_of(on, &message);
        self.pressed(on, &body).await
    }

    /// Uses the menu of a message.
    pub async fn shows_operation(&self, on: &Shown) -> Shown {
        let message = self.discord.state().known[&on.token].message.clone();
        let target = json!({ "555": self.message_of(on, &message) });
        let data = json!({
            "id": "13", "name": "Show operation", "type": 3, "target_id": "555",
            "resolved": { "messages": target },
        });
        self.sends(&self.interaction(2, data)).await
    }

    fn message_of(&self, on: &Shown, message: &Value) -> Value {
        let mut whole = json!({
            "id": "555", "channel_id": CHANNEL, "type": 20, "tts": false, "pinned": false,
            "author": { "id": APPLICATION, "username": "creditdesk", "bot": true, "avatar": null },
            "timestamp": "2026-11-23T10:00:00.000000+00:00", "edited_timestamp": null,
            "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [],
            "flags": if on.private { 64 } else { 0 },
        });
        for field in ["content", "embeds", "components"] {
            whole[field] = message[field].clone();
        }
        whole
    }

    /// Sends what was done, and keeps what comes back.
    pub async fn sends(&self, body: &Value) -> Shown {
        let began = Instant::now();
        let reply = self.discord.send(self.world, body).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        // Discord counts from the click, and drops what comes later.
        let waited = self.discord.age() + began.elapsed();
        assert!(waited < PATIENCE, "the interaction failed after {waited:?}");
        let answer: Value = serde_json::from_str(&reply.body).unwrap();
        let (asked, kind) = (body["type"].as_u64().unwrap(), answer["type"].as_u64().unwrap());
        let allowed = ALLOWED.iter().find(|(known, _)| *known == asked).unwrap().1;
        assert!(allowed.contains(&kind), "{asked} is answered with {answer}");
        let name = match kind {
            4 => "message",
            5 | 6 => "promise",
            7 => "update",
            8 => "choices",
            _ => "modal",
        };
        keep(name, &answer);
        let token = body["token"].as_str().unwrap().to_owned();
        let data = answer["data"].clone();
        let private = data["flags"].as_u64().unwrap_or(0) & 64 != 0;
        let mut state = self.discord.state();
        if matches!(kind, 4 | 5) {
            let known =
                Known { message: data.clone(), promised: kind == 5, private, ..Known::default() };
            state.known.insert(token.clone(), known);
        }
        match kind {
            4 => state.wrote(if private { "private" } else { "to all" }, &data),
            7 => state.wrote("in its place", &data),
            9 => state.transcript.push(format!("desk asks: {}", data["title"])),
            _ => {}
        }
        drop(state);
        Shown { token, kind, data, private }
    }

    /// What is to be seen now where a reply was promised, after the worker has worked.
    pub async fn later(&self, promise: &Shown) -> Known {
        self.world.local.answer_late().await;
        self.discord.state().known[&promise.token].clone()
    }
}

//! A signed body becomes a request: the person, the place, and the action.
//!
//! serenity's types refuse a body with a missing or unexpected field, and lose the text of modern modals.
//! So the used fields are copied from the body, with defaults for the others, and the copy is parsed. The
//! fields of a modal and the text of a message are read from the body itself.
//!
//! Invariant: the person is the `member` of a guild. A body without one is refused: serenity would
//! make up a user.

use serde_json::{Map, Value, json};
use serenity::model::application::{
    CommandDataOption, CommandDataOptionValue, CommandType, ComponentInteractionDataKind,
    Interaction,
};
use shared::kernel::id::OpId;

use crate::handover::Pass;

/// The flag of a message that only one person sees.
pub const EPHEMERAL: u64 = 64;

/// The limit of a file in bytes, where the body has none.
const FILE_MAX: u64 = 10 * 1024 * 1024;

/// The depth of options: group, subcommand, option.
const DEPTH_MAX: usize = 3;

/// An interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscordRequest {
    /// The interaction's id; its upper bits hold the time at which it began.
    pub id: u64,
    /// The application's id.
    pub application: String,
    /// The token for replies; valid for 15 minutes.
    pub token: Pass,
    /// The guild's id.
    pub guild: String,
    /// The channel's id.
    pub channel: String,
    /// The person's id.
    pub user: String,
    /// The person's name in the server or the profile.
    pub name: Option<String>,
    /// The action.
    pub did: Did,
}

/// The person's action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    /// A command with its options.
    Command {
        /// Its words.
        words: Vec<String>,
        /// The options by name.
        values: Vec<(String, String)>,
    },
    /// The command of a message's menu.
    Menu {
        /// The first operation that the message names.
        op: Option<OpId>,
    },
    /// An option is being typed.
    Typing {
        /// The command's words.
        words: Vec<String>,
        /// The option's name.
        name: String,
        /// The text so far.
        typed: String,
        /// The other options by name.
        values: Vec<(String, String)>,
    },
    /// A button or a choice of a select.
    Pressed {
        /// Its token.
        token: String,
        /// Whether only that person sees the message.
        private: bool,
    },
    /// A form was filled in.
    Filled {
        /// The token of the button that opened it.
        token: String,
        /// The fields by name.
        values: Vec<(String, String)>,
        /// Whether only that person sees the message with the button.
        private: bool,
    },
}

/// A signed body that is no request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It does not come from a member of a guild.
    #[error("it comes from no member of a guild")]
    NoMember,
    /// A field is missing or has another type.
    #[error("it cannot be read: {0}")]
    Form(String),
}

/// Reads a body.
///
/// # Errors
/// [`Unread`].
pub fn read(raw: &Value) -> Result<DiscordRequest, Unread> {
    if raw.pointer("/member/user/id").is_none() || raw.get("guild_id").is_none_or(Value::is_null) {
        return Err(Unread::NoMember);
    }
    let wrong = |error: serde_json::Error| Unread::Form(error.to_string());
    let unknown = || Unread::Form("an interaction of an unknown type".to_owned());
    let private = is_private(raw);
    let request = match serde_json::from_value(pared(raw)).map_err(wrong)? {
        Interaction::Command(command) => {
            let did = match command.data.kind {
                CommandType::ChatInput => {
                    let (words, options) = parts(command.data.name, command.data.options);
                    let values = options.into_iter().map(|(name, value, _)| (name, value));
                    Did::Command { words, values: values.collect() }
                }
                CommandType::Message => Did::Menu { op: op_in(&text_of_target(raw)) },
                _ => return Err(unknown()),
            };
            let at = (command.guild_id, command.channel_id, command.user.id);
            Ok(request(command.id.get(), command.application_id, command.token, at, did))
        }
        Interaction::Autocomplete(command) => {
            let (words, options) = parts(command.data.name, command.data.options);
            let focused = options.iter().find(|(_, _, focused)| *focused).cloned();
            let (name, typed, _) = focused.ok_or_else(unknown)?;
            let rest = options.into_iter().filter(|(_, _, focused)| !focused);
            let values = rest.map(|(name, value, _)| (name, value)).collect();
            let at = (command.guild_id, command.channel_id, command.user.id);
            let did = Did::Typing { words, name, typed, values };
            Ok(request(command.id.get(), command.application_id, command.token, at, did))
        }
        Interaction::Component(component) => {
            let token = match component.data.kind {
                ComponentInteractionDataKind::Button => component.data.custom_id,
                ComponentInteractionDataKind::StringSelect { values } => {
                    values.into_iter().next().ok_or_else(unknown)?
                }
                _ => return Err(unknown()),
            };
            let at = (component.guild_id, component.channel_id, component.user.id);
            let did = Did::Pressed { token, private };
            Ok(request(component.id.get(), component.application_id, component.token, at, did))
        }
        Interaction::Modal(modal) => {
            let values = fields_of(raw.pointer("/data/components").unwrap_or(&Value::Null));
            let at = (modal.guild_id, modal.channel_id, modal.user.id);
            let did = Did::Filled { token: modal.data.custom_id, values, private };
            Ok(request(modal.id.get(), modal.application_id, modal.token, at, did))
        }
        _ => Err(unknown()),
    }?;
    Ok(DiscordRequest { name: profile(raw), ..request })
}

/// The person's name: in the server, else as chosen, else the user name.
fn profile(raw: &Value) -> Option<String> {
    let names = ["/member/nick", "/member/user/global_name", "/member/user/username"];
    let name = names.into_iter().find_map(|name| raw.pointer(name)?.as_str())?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The guild, the channel and the user, as serenity names them.
type At = (
    Option<serenity::model::id::GuildId>,
    serenity::model::id::ChannelId,
    serenity::model::id::UserId,
);

fn request(
    id: u64,
    application: serenity::model::id::ApplicationId,
    token: String,
    (guild, channel, user): At,
    did: Did,
) -> DiscordRequest {
    DiscordRequest {
        id,
        application: application.to_string(),
        token: Pass::new(token),
        guild: guild.map(|guild| guild.to_string()).unwrap_or_default(),
        channel: channel.to_string(),
        user: user.to_string(),
        name: None,
        did,
    }
}

/// A copy of the body for serenity: the used fields, and defaults for the required others.
fn pared(raw: &Value) -> Value {
    let or = |name: &str, default: Value| {
        raw.get(name).filter(|v| !v.is_null()).cloned().unwrap_or(default)
    };
    let data = raw.get("data").unwrap_or(&Value::Null);
    let of_data = |name: &str, default: Value| {
        data.get(name).filter(|v| !v.is_null()).cloned().unwrap_or(default)
    };
    let user = |user: Option<&Value>| {
        let id = user.and_then(|user| user.get("id")).cloned().unwrap_or(Value::Null);
        json!({ "id": id, "username": "" })
    };
    let kind = raw.get("type").cloned().unwrap_or(Value::Null);
    let pared_data = match kind.as_u64() {
        Some(3) => json!({
            "custom_id": of_data("custom_id", json!("")),
            "component_type": of_data("component_type", json!(2)),
            "values": of_data("values", json!([])),
        }),
        // Its fields are read from the body.
        Some(5) => json!({ "custom_id": of_data("custom_id", json!("")), "components": [] }),
        Some(_) | None => json!({
            "id": of_data("id", json!("1")),
            "name": of_data("name", json!("")),
            "type": of_data("type", json!(1)),
            "options": options(data.get("options"), DEPTH_MAX),
        }),
    };
    let channel = raw.pointer("/channel/id").cloned().unwrap_or(Value::Null);
    let message = json!({
        "id": "1", "channel_id": "1", "author": { "id": "1", "username": "" }, "content": "",
        "timestamp": "2015-01-01T00:00:00Z", "tts": false, "mention_everyone": false,
        "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": false,
        "type": 0,
    });
    json!({
        "type": kind,
        "id": raw.get("id"),
        "application_id": raw.get("application_id"),
        "token": or("token", json!("")),
        "version": 1,
        "locale": or("locale", json!("en-GB")),
        "entitlements": [],
        "attachment_size_limit": or("attachment_size_limit", json!(FILE_MAX)),
        "guild_id": raw.get("guild_id"),
        "channel_id": or("channel_id", channel),
        "member": {
            "user": user(raw.pointer("/member/user")),
            "roles": [], "mute": false, "deaf": false, "flags": 0,
        },
        "message": message,
        "data": pared_data,
    })
}

/// The options, with each value in the form that its type has. A number that is not whole becomes
/// text, so that the grammar says what is wrong with it.
fn options(raw: Option<&Value>, depth: usize) -> Value {
    let Some(list) = raw.and_then(Value::as_array) else { return json!([]) };
    let one = |option: &Value| {
        let mut fields: Map<String, Value> = Map::new();
        fields.insert("name".to_owned(), option.get("name").cloned().unwrap_or(json!("")));
        let kind = option.get("type").and_then(Value::as_u64).unwrap_or(3);
        if matches!(kind, 1 | 2) {
            let below = depth.checked_sub(1).map(|depth| options(option.get("options"), depth));
            fields.insert("type".to_owned(), json!(kind));
            fields.insert("options".to_owned(), below.unwrap_or(json!([])));
            return Value::Object(fields);
        }
        let value = option.get("value").cloned().unwrap_or(json!(""));
        let focused = option.get("focused") == Some(&Value::Bool(true));
        let (kind, value) = match (kind, &value) {
            (5, Value::Bool(_)) => (5, value),
            // Someone is mentioned: the id is text.
            (6, Value::String(_)) => (6, value),
            (_, Value::String(_)) => (3, value),
            (_, Value::Number(number)) => (3, json!(whole(number))),
            (_, Value::Bool(flag)) => (3, json!(flag.to_string())),
            (_, Value::Null | Value::Array(_) | Value::Object(_)) => (3, json!("")),
        };
        fields.insert("type".to_owned(), json!(kind));
        fields.insert("value".to_owned(), value);
        if focused {
            fields.insert("focused".to_owned(), json!(true));
        }
        Value::Object(fields)
    };
    Value::Array(list.iter().map(one).collect())
}

/// A number as people write it: `12.0` is 12.
fn whole(number: &serde_json::Number) -> String {
    let text = number.to_string();
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// The words of a command, and its options: name, value, whether it is the one being typed.
fn parts(
    name: String,
    options: Vec<CommandDataOption>,
) -> (Vec<String>, Vec<(String, String, bool)>) {
    let mut words = vec![name];
    let mut level = options;
    let mut values = Vec::new();
    // A group or subcommand stands alone; what is in it follows.
    for _ in 0..=DEPTH_MAX {
        let mut below = None;
        for option in std::mem::take(&mut level) {
            match option.value {
                CommandDataOptionValue::SubCommand(options)
                | CommandDataOptionValue::SubCommandGroup(options) => {
                    words.push(option.name);
                    below = Some(options);
                }
                CommandDataOptionValue::Autocomplete { value, .. } => {
                    values.push((option.name, value, true));
                }
                CommandDataOptionValue::Boolean(flag) => {
                    values.push((option.name, flag.to_string(), false));
                }
                CommandDataOptionValue::Integer(number) => {
                    values.push((option.name, number.to_string(), false));
                }
                CommandDataOptionValue::Number(number) => {
                    values.push((option.name, number.to_string(), false));
                }
                CommandDataOptionValue::String(text) => values.push((option.name, text, false)),
                CommandDataOptionValue::User(user) => {
                    values.push((option.name, format!("<@{user}>"), false));
                }
                _ => values.push((option.name, String::new(), false)),
            }
        }
        match below {
            Some(options) => level = options,
            None => break,
        }
    }
    (words, values)
}

/// The fields of a modal, in whichever form they stand: rows of inputs, or labels around one each.
fn fields_of(components: &Value) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let rows = components.as_array().map(Vec::as_slice).unwrap_or_default();
    for row in rows {
        let inputs = row.get("components").and_then(Value::as_array);
        let inputs = inputs.map(Vec::as_slice).unwrap_or_default().iter();
        for input in inputs.chain(row.get("component")) {
            let Some(name) = input.get("custom_id").and_then(Value::as_str) else { continue };
            let chosen = input.pointer("/values/0").or(input.get("value"));
            let value = chosen.and_then(Value::as_str).unwrap_or_default();
            fields.push((name.to_owned(), value.to_owned()));
        }
    }
    fields
}

fn is_private(raw: &Value) -> bool {
    let flags = raw.pointer("/message/flags").and_then(Value::as_u64).unwrap_or(0);
    flags & EPHEMERAL != 0
}

/// The text of the message whose menu was used: its content and its embeds.
fn text_of_target(raw: &Value) -> String {
    let target = raw.pointer("/data/target_id").and_then(Value::as_str).unwrap_or_default();
    let messages = raw.pointer("/data/resolved/messages");
    let Some(message) = messages.and_then(|messages| messages.get(target)) else {
        return String::new();
    };
    let mut text = String::new();
    let mut open: Vec<&Value> =
        [message.get("embeds"), message.get("content")].into_iter().flatten().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::String(words) => {
                text.push_str(words);
                text.push('\n');
            }
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(fields) => open.extend(fields.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    text
}

/// The first operation that a text names.
fn op_in(text: &str) -> Option<OpId> {
    let text = text.replace('\\', "");
    text.match_indices("op_").find_map(|(at, _)| {
        let end = at.checked_add(19)?;
        text.get(at..end)?.parse().ok()
    })
}

#[cfg(test)]
mod tests;

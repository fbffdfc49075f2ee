//! Slack's requests: a slash command, or the payload of an interaction. Names of people and channels are
//! not read: names are no identity.
//!
//! Invariant: a redelivered interaction has the same idempotency key.

use serde::Deserialize;
use serde_json::Value;
use shared::kernel::id::{CallKey, Channel, Identity, OpId};

use super::modal::{self, Metadata};
use crate::handover::Pass;
use crate::interaction::{Interaction, Says};

/// The `callback_id` of the message shortcut that shows a message's operation.
pub const SHOW_OPERATION: &str = "show_operation";

/// The longest id that is accepted.
const ID_MAX: usize = 200;

/// The fields of a form body.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form body; a body that is no form has no fields.
    pub fn of(body: &[u8]) -> Self {
        Self(serde_urlencoded::from_bytes(body).unwrap_or_default())
    }

    /// A field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

fn identity(team: &str, user: &str) -> Option<Identity> {
    format!("slack:{team}:{user}").parse().ok()
}

fn channel(team: &str, channel: Option<&str>) -> Option<Channel> {
    format!("slack:{team}:{}", channel?).parse().ok()
}

fn key(team: &str, id: impl Into<String>) -> CallKey {
    CallKey::new(format!("slack:{team}"), id)
}

/// A slash command.
pub struct Slash {
    /// The line that was typed.
    pub interaction: Interaction,
    /// The response address.
    pub url: Pass,
    /// The trigger of a form.
    pub trigger: Pass,
}

impl Slash {
    /// Reads a form; `None` when a field is missing.
    pub fn read(fields: &Fields) -> Option<Self> {
        let team = fields.get("team_id")?;
        let trigger = fields.get("trigger_id").filter(|id| !id.is_empty() && id.len() <= ID_MAX)?;
        let command = fields.get("command")?;
        let text = fields.get("text").unwrap_or_default();
        let line = if command == "/desk" { text.to_owned() } else { format!("{command} {text}") };
        Some(Self {
            interaction: Interaction {
                from: identity(team, fields.get("user_id")?)?,
                at: channel(team, fields.get("channel_id")),
                key: key(team, trigger),
                says: Says::Line(line),
            },
            url: Pass::new(fields.get("response_url")?),
            trigger: Pass::new(trigger),
        })
    }
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct User {
    id: String,
    #[serde(default)]
    team_id: Option<String>,
}

#[derive(Deserialize, Default)]
struct Container {
    #[serde(default)]
    message_ts: Option<String>,
    #[serde(default)]
    channel_id: Option<String>,
    #[serde(default)]
    is_ephemeral: bool,
}

#[derive(Deserialize)]
struct SelectedOption {
    value: String,
}

#[derive(Deserialize)]
struct BlockAction {
    action_id: String,
    #[serde(default)]
    action_ts: String,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    selected_option: Option<SelectedOption>,
}

#[derive(Deserialize)]
struct Modal {
    id: String,
    #[serde(default)]
    callback_id: String,
    #[serde(default)]
    private_metadata: String,
    #[serde(default)]
    state: Value,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "type")]
    kind: String,
    user: User,
    #[serde(default)]
    team: Option<Id>,
    #[serde(default)]
    channel: Option<Id>,
    #[serde(default)]
    trigger_id: Option<String>,
    #[serde(default)]
    response_url: Option<Pass>,
    #[serde(default)]
    container: Option<Container>,
    #[serde(default)]
    actions: Vec<BlockAction>,
    #[serde(default)]
    view: Option<Modal>,
    #[serde(default)]
    callback_id: Option<String>,
    #[serde(default)]
    message: Option<Value>,
    #[serde(default)]
    message_ts: Option<String>,
    #[serde(default)]
    action_ts: Option<String>,
    #[serde(default)]
    action_id: Option<String>,
    #[serde(default)]
    value: Option<String>,
}

/// An action on a message or in a form.
pub enum SlackRequest {
    /// A button, or a choice of a select.
    Pressed(Pressed),
    /// A form that was sent.
    Submitted(Submitted),
    /// A select of a form asks for options.
    Typing(Typing),
    /// The message shortcut on a message without an operation, with its response address.
    NothingToShow(Pass),
    /// An action without an effect: a form that was closed, an element that only changed.
    Nothing,
}

/// An action on a message.
pub struct Pressed {
    /// What it says.
    pub interaction: Interaction,
    /// Where the reply goes.
    pub url: Pass,
    /// What opens a form.
    pub trigger: Pass,
    /// Whether only that person sees the message; the reply then replaces it.
    pub private: bool,
}

/// A form that was sent.
pub struct Submitted {
    /// What it says.
    pub interaction: Interaction,
    /// What the form was opened with.
    pub metadata: Metadata,
    /// The names of all fields, empty ones too.
    pub fields: Vec<String>,
}

/// Text typed into a select.
pub struct Typing {
    /// The person.
    pub from: Identity,
    /// The `action_id` of the select: the name of its source.
    pub of: String,
    /// The text so far.
    pub text: String,
}

impl SlackRequest {
    /// Reads a payload; `None` when it is no payload or a field is missing.
    pub fn read(payload: &str) -> Option<Self> {
        let payload: Payload = serde_json::from_str(payload).ok()?;
        let team = match (&payload.team, &payload.user.team_id) {
            // A person of another workspace has an identity there: this workspace speaks for its own.
            (Some(team), Some(own)) if *own != team.id => return None,
            (Some(team), _) => team.id.clone(),
            // An app that is installed for a whole organisation has no team of its own.
            (None, team) => team.clone()?,
        };
        let from = identity(&team, &payload.user.id)?;
        match payload.kind.as_str() {
            "block_actions" => pressed(&team, from, payload),
            "view_submission" => submitted(&team, from, payload),
            "block_suggestion" => Some(SlackRequest::Typing(Typing {
                from,
                of: payload.action_id?,
                text: payload.value.unwrap_or_default(),
            })),
            "message_action" if payload.callback_id.as_deref() == Some(SHOW_OPERATION) => {
                shown(&team, from, payload)
            }
            _ => Some(SlackRequest::Nothing),
        }
    }
}

fn pressed(team: &str, from: Identity, payload: Payload) -> Option<SlackRequest> {
    let container = payload.container.unwrap_or_default();
    // An element of a form that somebody changes says nothing before the form is sent.
    let (Some(url), Some(message)) = (payload.response_url, container.message_ts) else {
        return Some(SlackRequest::Nothing);
    };
    let action = payload.actions.into_iter().next()?;
    let Some(token) = action.value.or(action.selected_option.map(|choice| choice.value)) else {
        return Some(SlackRequest::Nothing);
    };
    let channel_id = payload.channel.map(|channel| channel.id).or(container.channel_id);
    let id = format!("{message}:{}:{}", action.action_ts, action.action_id);
    if id.len() > ID_MAX {
        return None;
    }
    Some(SlackRequest::Pressed(Pressed {
        interaction: Interaction {
            from,
            at: channel(team, channel_id.as_deref()),
            key: key(team, id),
            says: Says::Press(token),
        },
        url,
        trigger: Pass::new(payload.trigger_id.unwrap_or_default()),
        private: container.is_ephemeral,
    }))
}

fn submitted(team: &str, from: Identity, payload: Payload) -> Option<SlackRequest> {
    let view = payload.view?;
    if view.callback_id != modal::CALLBACK {
        return Some(SlackRequest::Nothing);
    }
    let metadata: Metadata = serde_json::from_str(&view.private_metadata).ok()?;
    let fields = view.state.get("values").and_then(Value::as_object);
    let fields = fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default();
    Some(SlackRequest::Submitted(Submitted {
        interaction: Interaction {
            from,
            at: channel(team, metadata.channel.as_deref()),
            key: key(team, view.id),
            says: Says::Filled {
                token: metadata.token.clone(),
                values: modal::values(&view.state),
            },
        },
        metadata,
        fields,
    }))
}

fn shown(team: &str, from: Identity, payload: Payload) -> Option<SlackRequest> {
    let message = payload.message?;
    let mut texts = String::new();
    texts_of(&message, &mut texts);
    let url = payload.response_url?;
    let Some(op) = first_op(&texts) else { return Some(SlackRequest::NothingToShow(url)) };
    let id = payload.trigger_id.clone().filter(|id| id.len() <= ID_MAX).or_else(|| {
        Some(format!("{}:{}", payload.message_ts.as_ref()?, payload.action_ts.as_ref()?))
    })?;
    Some(SlackRequest::Pressed(Pressed {
        interaction: Interaction {
            from,
            at: channel(team, payload.channel.as_ref().map(|channel| channel.id.as_str())),
            key: key(team, id),
            says: Says::Line(format!("/history op:{op}")),
        },
        url,
        trigger: Pass::new(payload.trigger_id.unwrap_or_default()),
        private: false,
    }))
}

/// Every text of a message: its own, and those of its blocks.
fn texts_of(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "text" => {
                        out.push_str(text);
                        out.push(' ');
                    }
                    _ => texts_of(value, out),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts_of(item, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The first operation that a text names.
fn first_op(text: &str) -> Option<OpId> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("op_")).find_map(|word| word.parse().ok())
}

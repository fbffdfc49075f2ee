//! Interactions: a typed line, a command with options, a pressed button, a filled-in form. They are
//! plain data, so an interaction that takes too long can be handed to a worker ([`crate::handover`]),
//! which carries it out under the same key.

use serde::{Deserialize, Serialize};
use shared::kernel::id::{CallKey, Channel, Identity};

use crate::chat::ChatReply;
use crate::form::Form;

/// An action of a person on a platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// The person's identity by the platform's id, never by a display name.
    pub from: Identity,
    /// The person's name in the platform's profile: never identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Channel>,
    /// The idempotency key: the same for a redelivery.
    pub key: CallKey,
    /// The action.
    pub says: Says,
}

/// The action of an interaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// A line of text.
    Line(String),
    /// A command whose options the platform has separated.
    Options {
        /// The command's words.
        words: Vec<String>,
        /// The options by name; each value is a whole text.
        values: Vec<(String, String)>,
    },
    /// A button or a choice of a select, by its token ([`crate::button::Button`]).
    Press(String),
    /// A form that was filled in.
    Filled {
        /// The token of the button that opened it.
        token: String,
        /// The fields by name.
        values: Vec<(String, String)>,
    },
}

/// The desk's reaction to an interaction.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum Reaction {
    /// A reply.
    Reply(ChatReply),
    /// A form for missing arguments.
    Form(Form),
}

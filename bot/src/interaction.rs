//! What a person did on a platform, before it is known what it means: typed a line, chose a command
//! with its options, pressed a button, filled in a form. Plain data, so that an interaction that
//! takes too long can be handed to a worker ([`crate::handover`]) and is the same one there.

use serde::{Deserialize, Serialize};
use shared::id::{CallKey, Channel, Identity};

use crate::chat::ChatReply;
use crate::form::Form;

/// Something that a person did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// Who: by the platform's own word, never by a display name.
    pub from: Identity,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Channel>,
    /// What makes it the same interaction when it comes again.
    pub key: CallKey,
    /// What.
    pub says: Says,
}

/// What a person did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// A line of text.
    Line(String),
    /// A command whose options the platform has taken apart.
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
        /// The token of the button that it was for.
        token: String,
        /// The fields by name.
        values: Vec<(String, String)>,
    },
}

/// What the desk does about it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
pub enum Reaction {
    /// It says something.
    Reply(ChatReply),
    /// It asks for what is missing.
    Form(Form),
}

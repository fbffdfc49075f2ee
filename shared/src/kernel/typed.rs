//! A client as typed, and the places in an ask where a client stands. The entrance puts ids there before
//! a capability sees the ask.

use serde::{Deserialize, Serialize};

/// A client as typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypedClient {
    /// The whole text names the client.
    Whole(String),
    /// The text begins with the client, and other text follows: only the list of clients tells where.
    Begins(String),
}

impl TypedClient {
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            TypedClient::Whole(text) | TypedClient::Begins(text) => text,
        }
    }
}

impl From<String> for TypedClient {
    fn from(text: String) -> Self {
        TypedClient::Whole(text)
    }
}

impl From<&str> for TypedClient {
    fn from(text: &str) -> Self {
        TypedClient::Whole(text.to_owned())
    }
}

/// A place in an ask where a client is named.
#[derive(Debug)]
pub enum ClientPlace<'a> {
    Alone(&'a mut String),
    /// Other text may follow.
    Before(&'a mut TypedClient, Behind<'a>),
}

/// The place of the text that follows a client.
#[derive(Debug)]
pub enum Behind<'a> {
    /// It must be there.
    Required(&'a mut String),
    Optional(&'a mut Option<String>),
}

impl Behind<'_> {
    #[must_use]
    pub fn is_required(&self) -> bool {
        matches!(self, Behind::Required(_))
    }

    /// Whether the text is there already.
    #[must_use]
    pub fn is_given(&self) -> bool {
        match self {
            Behind::Required(text) => !text.is_empty(),
            Behind::Optional(text) => text.is_some(),
        }
    }

    /// Puts a text in the place, unless it is empty.
    pub fn put(self, new: &str) {
        if new.is_empty() {
            return;
        }
        match self {
            Behind::Required(text) => new.clone_into(text),
            Behind::Optional(text) => *text = Some(new.to_owned()),
        }
    }
}

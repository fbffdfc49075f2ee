//! A client and a day as typed, and the places in an ask where a client stands. The entrance puts ids there before
//! a capability sees the ask.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A client as typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypedClient {
    /// The whole text names the client.
    Whole(String),
    /// The text begins with the client, and other text follows: only the list of clients tells where.
    Begins(String),
    /// As `Begins`, behind an amount. The words of `lead` belong to the amount or to the client's name:
    /// `42 credits to acme`, `42 Credits Plus`.
    AfterAmount { lead: String, text: String },
}

impl TypedClient {
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            TypedClient::Whole(text)
            | TypedClient::Begins(text)
            | TypedClient::AfterAmount { text, .. } => text,
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

/// A day as typed. Only the desk's zone tells which one `today` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypedDay {
    On(Date),
    Today,
    Yesterday,
}

impl TypedDay {
    #[must_use]
    pub fn at(self, today: Date) -> Date {
        match self {
            TypedDay::On(date) => date,
            TypedDay::Today => today,
            TypedDay::Yesterday => today.saturating_sub(1.day()),
        }
    }
}

impl FromStr for TypedDay {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        match text.to_lowercase().as_str() {
            "today" => Ok(TypedDay::Today),
            "yesterday" => Ok(TypedDay::Yesterday),
            date => date.parse().map(TypedDay::On),
        }
    }
}

impl fmt::Display for TypedDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TypedDay::On(date) => date.fmt(f),
            TypedDay::Today => f.write_str("today"),
            TypedDay::Yesterday => f.write_str("yesterday"),
        }
    }
}

/// A place in an ask where a client is named.
#[derive(Debug)]
pub enum ClientPlace<'a> {
    Alone(&'a mut String),
    /// Other text may follow.
    Before(&'a mut TypedClient, Behind<'a>),
}

/// The text that follows a client in one typed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// The whole text is the client.
    Nothing,
    /// There may be other text.
    AnyText,
    /// There must be other text.
    Text,
}

/// The place of the text that follows a client.
#[derive(Debug)]
pub enum Behind<'a> {
    /// A reason, which must be there.
    Required(&'a mut String),
    /// A reason, which may be there.
    Optional(&'a mut Option<String>),
    /// A new particular of the client.
    Particular(&'a mut String),
}

impl Behind<'_> {
    /// What of it stands in the same text as the client.
    #[must_use]
    pub fn follows(&self) -> Follows {
        match self {
            _ if self.is_given() => Follows::Nothing,
            Behind::Required(_) | Behind::Particular(_) => Follows::Text,
            Behind::Optional(_) => Follows::AnyText,
        }
    }

    /// Whether the text is a reason, and not another value.
    #[must_use]
    pub fn is_reason(&self) -> bool {
        matches!(self, Behind::Required(_) | Behind::Optional(_))
    }

    /// Whether the text is there already.
    #[must_use]
    pub fn is_given(&self) -> bool {
        match self {
            Behind::Required(text) | Behind::Particular(text) => !text.is_empty(),
            Behind::Optional(text) => text.is_some(),
        }
    }

    /// The text that is there.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Behind::Required(text) | Behind::Particular(text) => text,
            Behind::Optional(text) => text.as_deref().unwrap_or_default(),
        }
    }

    /// Puts a text in the place, unless it is empty.
    pub fn put(self, new: &str) {
        if new.is_empty() {
            return;
        }
        match self {
            Behind::Required(text) | Behind::Particular(text) => new.clone_into(text),
            Behind::Optional(text) => *text = Some(new.to_owned()),
        }
    }
}

//! A client's further contacts: the addresses that get some of its mail.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The most contacts of one client.
pub const CONTACTS_MAX: usize = 5;

/// The most bytes that the addresses of all contacts have together: CLIENT stays within 1 KB.
pub const ADDRESSES_MAX: usize = 240;

/// A sort of mail that a contact may get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    /// Credits that were sold, and what becomes of their invoices.
    Invoices,
    /// Invoices that are due.
    Reminders,
    /// Statements of account.
    Statements,
}

impl Topic {
    pub const ALL: [Topic; 3] = [Topic::Invoices, Topic::Reminders, Topic::Statements];

    /// The word that people type.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Topic::Invoices => "invoices",
            Topic::Reminders => "reminders",
            Topic::Statements => "statements",
        }
    }
}

/// An address and the mail that it gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    #[serde(rename = "e")]
    pub email: String,
    #[serde(rename = "r")]
    pub receives: BTreeSet<Topic>,
}

impl Contact {
    /// `invoices, reminders`, or `all`.
    #[must_use]
    pub fn topics(&self) -> String {
        if self.receives.len() == Topic::ALL.len() {
            return "all".to_owned();
        }
        self.receives.iter().map(|topic| topic.word()).collect::<Vec<_>>().join(", ")
    }
}

//! The changes of a client: a particular that staff set, and the change as a receipt keeps it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::credit::Kind;
use crate::kernel::id::{InvoiceNumber, NamedStaff};
use crate::kernel::money::Money;

/// Which of a client's particulars `/client set` changes, and to what.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Particular {
    /// Its name.
    Name(String),
    /// Its email address.
    Email(String),
    /// Its mobile; an empty text removes it.
    Mobile(String),
    /// Its account manager, as typed: a staff id or name; `none` removes it.
    Manager(String),
    /// Who sent it here; `none` removes it.
    Referral(String),
    /// The script of its documents: `latin`, or `none` to print the letters as they are.
    Script(String),
    /// Its time zone; `none` is the desk's.
    Zone(String),
}

impl Particular {
    /// The new value, as typed.
    pub fn text(&mut self) -> &mut String {
        match self {
            Particular::Name(text)
            | Particular::Email(text)
            | Particular::Mobile(text)
            | Particular::Manager(text)
            | Particular::Referral(text)
            | Particular::Script(text)
            | Particular::Zone(text) => text,
        }
    }
}

/// What of a client was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientChange {
    /// It was made, pending.
    Made,
    /// It was activated.
    Activated,
    /// It was suspended.
    Suspended { reason: String },
    /// One of its particulars.
    Set {
        field: String,
        /// What it was.
        before: String,
        /// What it is.
        after: String,
    },
    /// Further adds on open invoices were stopped, or allowed again.
    OpenAdds {
        stopped: bool,
        /// The invoice for which the schedule stopped them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        overdue: Option<OverdueInvoice>,
        /// What is due on open invoices.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unpaid: Option<Money>,
        /// The account manager.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        manager: Option<NamedStaff>,
    },
    /// Its statement of account was mailed.
    Statement { since: Date, until: Date },
    /// The credits of a kind that it may owe.
    Overdraft { kind: Kind, before: u64, after: u64 },
}

/// An invoice that is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverdueInvoice {
    pub number: InvoiceNumber,
    pub due: Money,
    /// The due day.
    pub by: Date,
}

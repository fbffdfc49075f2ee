//! The mails that the desk sends by itself: which events there are. Their built-in texts are the
//! functions' (`functions::effects::mail`).
//!
//! A text is rendered when it is sent, from the client and the documents as they stand then. Names
//! come from people: they are cut to one line and carry no control characters, so that a name can
//! never add a header. Editable templates replace these texts; the events stay.

use serde::{Deserialize, Serialize};

use crate::kernel::credit::PerKind;
use crate::kernel::id::InvoiceNumber;

/// What a mail tells a client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailEvent {
    /// Credits were added. The letter states the credits that the invoice still gives, and is not
    /// sent when it gives none.
    CreditAdded { invoice: InvoiceNumber },
    /// Credits were taken away.
    CreditDeducted {
        credits: PerKind<u64>,
        /// The reason that staff gave.
        reason: String,
    },
    /// An invoice was voided or noted.
    InvoiceVoided { invoice: InvoiceNumber },
    /// The client was activated.
    Activated,
    /// The client was suspended.
    Suspended,
}

impl MailEvent {
    /// The event's name, for lists and tests.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            MailEvent::CreditAdded { .. } => "credit added",
            MailEvent::CreditDeducted { .. } => "credit deducted",
            MailEvent::InvoiceVoided { .. } => "invoice voided",
            MailEvent::Activated => "activated",
            MailEvent::Suspended => "suspended",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_mails_are_told_apart() {
        let invoice: InvoiceNumber = "INV-2-0001".parse().unwrap();
        let names = [
            MailEvent::CreditAdded { invoice },
            MailEvent::CreditDeducted { credits: PerKind::default(), reason: String::new() },
            MailEvent::InvoiceVoided { invoice },
            MailEvent::Activated,
            MailEvent::Suspended,
        ]
        .map(|event| event.name());
        assert_eq!(
            names,
            ["credit added", "credit deducted", "invoice voided", "activated", "suspended"]
        );
    }
}

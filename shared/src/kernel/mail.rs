//! The mails that the desk sends by itself: which events there are. [`crate::kernel::letter`] has
//! their built-in texts.
//!
//! Mail about credits waits [`MAIL_AFTER`]. A change that is taken back within that time sends
//! nothing; one that is taken back later has a mail of its own. A text is rendered when it is sent,
//! from the records as they stand then.
//!
//! Absent on purpose: the reason that staff give. A client reads only the text that staff address to
//! it (`tell`).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::kernel::credit::PerKind;
use crate::kernel::id::InvoiceNumber;

/// How long mail about credits waits.
pub const MAIL_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// The subject of a mail to a client.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailEvent {
    /// Credits were added. The letter states the credits that the invoice still gives, and is not
    /// sent when it gives none.
    CreditAdded {
        invoice: InvoiceNumber,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tell: Option<String>,
        /// The name of the client that has the credits, where its reseller pays and gets the mail.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        below: Option<String>,
    },
    /// Credits were taken by a deduct. Not sent when the deduct was taken back within the wait.
    CreditDeducted {
        credits: PerKind<u64>,
        /// The entry of the deduct on the client’s account.
        entry: u64,
        at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tell: Option<String>,
    },
    /// A deduct that its client was told of was taken back.
    CreditReturned {
        credits: PerKind<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tell: Option<String>,
    },
    /// An invoice gives fewer credits. Not sent when it gives none since: another mail says so.
    InvoiceCorrected {
        invoice: InvoiceNumber,
        /// The credits that were taken back.
        credits: PerKind<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tell: Option<String>,
    },
    /// An invoice was taken back with all credits that it gave.
    InvoiceVoided {
        invoice: InvoiceNumber,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tell: Option<String>,
    },
    /// A payment settled the invoice. Not sent when it is no longer paid.
    PaymentReceived { invoice: InvoiceNumber },
    /// Staff send a document again.
    DocumentSent { invoice: InvoiceNumber },
    /// The client was activated.
    Activated,
    /// The client was suspended.
    Suspended,
}

/// The sort of a mail, as a plan keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MailSort {
    #[serde(rename = "a")]
    Added,
    #[serde(rename = "d")]
    Deducted,
    #[serde(rename = "r")]
    Returned,
    #[serde(rename = "c")]
    Corrected,
    #[serde(rename = "v")]
    Voided,
    #[serde(rename = "p")]
    Received,
    #[serde(rename = "s")]
    Sent,
    #[serde(rename = "on")]
    Activated,
    #[serde(rename = "off")]
    Suspended,
}

impl MailEvent {
    #[must_use]
    pub fn sort(&self) -> MailSort {
        match self {
            MailEvent::CreditAdded { .. } => MailSort::Added,
            MailEvent::CreditDeducted { .. } => MailSort::Deducted,
            MailEvent::CreditReturned { .. } => MailSort::Returned,
            MailEvent::InvoiceCorrected { .. } => MailSort::Corrected,
            MailEvent::InvoiceVoided { .. } => MailSort::Voided,
            MailEvent::PaymentReceived { .. } => MailSort::Received,
            MailEvent::DocumentSent { .. } => MailSort::Sent,
            MailEvent::Activated => MailSort::Activated,
            MailEvent::Suspended => MailSort::Suspended,
        }
    }

    /// The event's name, for lists and tests.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            MailEvent::CreditAdded { .. } => "credit added",
            MailEvent::CreditDeducted { .. } => "credit deducted",
            MailEvent::CreditReturned { .. } => "credit returned",
            MailEvent::InvoiceCorrected { .. } => "invoice corrected",
            MailEvent::InvoiceVoided { .. } => "invoice voided",
            MailEvent::PaymentReceived { .. } => "payment received",
            MailEvent::DocumentSent { .. } => "document sent",
            MailEvent::Activated => "activated",
            MailEvent::Suspended => "suspended",
        }
    }

    /// The text that staff address to the client.
    #[must_use]
    pub fn tell(&self) -> Option<&str> {
        match self {
            MailEvent::CreditAdded { tell, .. }
            | MailEvent::CreditDeducted { tell, .. }
            | MailEvent::CreditReturned { tell, .. }
            | MailEvent::InvoiceCorrected { tell, .. }
            | MailEvent::InvoiceVoided { tell, .. } => tell.as_deref(),
            MailEvent::PaymentReceived { .. }
            | MailEvent::DocumentSent { .. }
            | MailEvent::Activated
            | MailEvent::Suspended => None,
        }
    }

    /// The document that goes along as a PDF.
    #[must_use]
    pub fn encloses(&self) -> Option<InvoiceNumber> {
        match self {
            MailEvent::CreditAdded { invoice, .. }
            | MailEvent::PaymentReceived { invoice }
            | MailEvent::DocumentSent { invoice } => Some(*invoice),
            MailEvent::CreditDeducted { .. }
            | MailEvent::CreditReturned { .. }
            | MailEvent::InvoiceCorrected { .. }
            | MailEvent::InvoiceVoided { .. }
            | MailEvent::Activated
            | MailEvent::Suspended => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_of_mails_are_told_apart() {
        let invoice: InvoiceNumber = "INV-2-0001".parse().unwrap();
        let (credits, at, tell) = (PerKind::default(), Timestamp::UNIX_EPOCH, None);
        let events = [
            MailEvent::CreditAdded { invoice, tell: tell.clone(), below: None },
            MailEvent::CreditDeducted { credits, entry: 1, at, tell: tell.clone() },
            MailEvent::CreditReturned { credits, tell: tell.clone() },
            MailEvent::InvoiceCorrected { invoice, credits, tell: tell.clone() },
            MailEvent::InvoiceVoided { invoice, tell },
            MailEvent::PaymentReceived { invoice },
            MailEvent::DocumentSent { invoice },
            MailEvent::Activated,
            MailEvent::Suspended,
        ];

        let names: HashSet<&str> = events.iter().map(MailEvent::name).collect();
        assert_eq!(names.len(), events.len());
    }
}

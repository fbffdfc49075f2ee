//! What the desk asks of a provider: rounds over the events that it lists, and refunds.

use iso_currency::Currency;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::kernel::actor::Provider;
use crate::kernel::id::{InvoiceNumber, Named, OpId};
use crate::kernel::money::Money;
use crate::payments::types::{Facts, Payment};

/// How many days back providers list events.
pub const BACK_DAYS: u64 = 30;

/// How many booked events a round states.
pub const SHOWN_MAX: usize = 20;

/// A round over the events of one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    pub provider: Provider,
    pub since: Timestamp,
    /// How many events were looked at.
    pub listed: u64,
    /// How many of them the desk did not have.
    pub new: u64,
    /// The effect of the first new ones, at most [`SHOWN_MAX`].
    pub booked: Vec<Facts>,
    /// How many could not be read or booked; the log names them.
    pub unread: u64,
    pub end: RoundEnd,
}

impl Round {
    #[must_use]
    pub fn new(provider: Provider, since: Timestamp) -> Self {
        let end = RoundEnd::Complete;
        Self { provider, since, listed: 0, new: 0, booked: Vec::new(), unread: 0, end }
    }
}

/// The end of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundEnd {
    Complete,
    /// Its time was over; the next round goes on.
    Later,
    /// The provider or the store did not answer; the next round tries again.
    Failed {
        reason: String,
    },
}

/// After how long a refund that no event has shown was not carried out: the hourly rounds have looked for it
/// that often.
const ASKED_FOR: SignedDuration = SignedDuration::from_hours(48);

/// The last refund of a payment that staff asked for. While it is open, no other one is asked for, so that a
/// lost answer makes no second refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundAsked {
    /// The normalised reference of the payment.
    pub reference: String,
    pub version: u64,
    pub op: OpId,
    pub at: Timestamp,
    pub provider: Provider,
    /// The payment as the provider writes it.
    pub payment: String,
    pub minor: u64,
    pub currency: Currency,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceNumber>,
    /// How many refunds of this amount were known.
    pub known: u64,
    /// The sum of refunds that was known.
    pub refunded_minor: u64,
    pub state: AskedState,
}

/// The provider's answer to a refund that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedState {
    /// There is none, or it was lost.
    Unknown,
    /// It has carried it out, or will; an event books it.
    Accepted {
        id: String,
    },
    Refused {
        reason: String,
    },
}

impl RefundAsked {
    /// Whether an event has shown it.
    #[must_use]
    pub fn is_shown(&self, payment: &Payment) -> bool {
        known_of(payment, self.minor) > self.known
            || payment.sums.refunded() >= self.refunded_minor.saturating_add(self.minor)
    }

    /// Whether it may still take effect.
    #[must_use]
    pub fn is_open(&self, payment: &Payment, now: Timestamp) -> bool {
        let waits = match self.state {
            AskedState::Unknown => now.duration_since(self.at) < ASKED_FOR,
            AskedState::Accepted { .. } => true,
            AskedState::Refused { .. } => false,
        };
        waits && !self.is_shown(payment)
    }
}

/// How many refunds of an amount are known of a payment, in any state.
#[must_use]
pub fn known_of(payment: &Payment, minor: u64) -> u64 {
    let refunds = payment.sums.refunds.iter().filter(|refund| refund.minor == minor);
    u64::try_from(refunds.count()).unwrap_or(u64::MAX)
}

/// What a receipt keeps of a refund that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundFacts {
    /// As the provider writes it.
    pub payment: String,
    pub provider: Provider,
    pub amount: Money,
    /// The part of the payment that could be refunded before.
    pub before: Money,
    pub after: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceNumber>,
    /// The client that gets the credits of the invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Named>,
}

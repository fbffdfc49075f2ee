//! The sums of a payment: what was received, refunded and disputed.
//!
//! Invariant: [`Sums::merged`] neither knows nor needs an order: amounts take the larger, states the later.
//! So repeated, reordered and mixed events end in the same state (LEDGER §6). Amounts are in minor units
//! of ISO 4217.

use serde::{Deserialize, Serialize};

/// A refund, by the provider's id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Refund {
    pub id: String,
    pub minor: u64,
    pub state: RefundState,
}

/// The state of a refund. A later one replaces an earlier one, whatever comes first: a refund that was
/// done can fail days later, and a failed one stays so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// The provider has taken the money and not handed it on yet.
    Pending,
    Done,
    /// It failed or was cancelled: it counts as no refund.
    Failed,
}

/// A dispute, by the provider's id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Dispute {
    pub id: String,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub withdrawn_minor: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reinstated_minor: u64,
    /// It was decided, either way.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
}

impl Dispute {
    /// The money that the dispute keeps from the desk.
    fn withheld(&self) -> u64 {
        self.withdrawn_minor.saturating_sub(self.reinstated_minor)
    }

    fn is_open(&self) -> bool {
        let is_won = self.reinstated_minor > 0 && self.withheld() == 0;
        !self.closed && !is_won
    }
}

/// How far a payment got before there was money.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[default]
    Unknown,
    /// The payer has done everything, and the bank takes days.
    Waiting,
    /// The bank refused.
    Failed,
}

impl Stage {
    /// Whether nothing is known before there is money.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Stage::Unknown
    }
}

/// The sums of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Sums {
    #[serde(default)]
    pub received_minor: u64,
    /// The cumulative sum of refunds. It counts only while no refund is known by its id.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refunded_minor: u64,
    /// By id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
    /// By id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<Dispute>,
    /// Of no account once money was received.
    #[serde(default, skip_serializing_if = "Stage::is_unknown")]
    pub stage: Stage,
}

impl Sums {
    /// The sums after both: commutative, associative, and without effect when repeated.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.received_minor = all.received_minor.max(other.received_minor);
        all.refunded_minor = all.refunded_minor.max(other.refunded_minor);
        all.stage = all.stage.max(other.stage);
        for refund in &other.refunds {
            match all.refunds.binary_search_by(|known| known.id.cmp(&refund.id)) {
                Ok(at) => {
                    if let Some(known) = all.refunds.get_mut(at) {
                        known.minor = known.minor.max(refund.minor);
                        known.state = known.state.max(refund.state);
                    }
                }
                Err(at) => all.refunds.insert(at, refund.clone()),
            }
        }
        for dispute in &other.disputes {
            match all.disputes.binary_search_by(|known| known.id.cmp(&dispute.id)) {
                Ok(at) => {
                    if let Some(known) = all.disputes.get_mut(at) {
                        known.withdrawn_minor = known.withdrawn_minor.max(dispute.withdrawn_minor);
                        known.reinstated_minor =
                            known.reinstated_minor.max(dispute.reinstated_minor);
                        known.closed |= dispute.closed;
                    }
                }
                Err(at) => all.disputes.insert(at, dispute.clone()),
            }
        }
        all
    }

    /// What was refunded: by the ids, or by the cumulative sum while none is known.
    #[must_use]
    pub fn refunded(&self) -> u64 {
        if self.refunds.is_empty() {
            return self.refunded_minor;
        }
        let counted = self.refunds.iter().filter(|refund| refund.state != RefundState::Failed);
        counted.fold(0, |sum, refund| sum.saturating_add(refund.minor))
    }

    /// The money that disputes keep.
    #[must_use]
    pub fn withheld(&self) -> u64 {
        self.disputes.iter().fold(0, |sum, dispute| sum.saturating_add(dispute.withheld()))
    }

    /// received − refunded − withdrawn + reinstated, at least 0.
    #[must_use]
    pub fn net(&self) -> u64 {
        self.received_minor.saturating_sub(self.refunded()).saturating_sub(self.withheld())
    }

    /// Whether a dispute is not decided yet.
    #[must_use]
    pub fn is_disputed(&self) -> bool {
        self.disputes.iter().any(Dispute::is_open)
    }
}

/// Whether a number is left out of a record.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
pub(crate) fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refund(id: &str, minor: u64, state: RefundState) -> Sums {
        let refunds = vec![Refund { id: id.to_owned(), minor, state }];
        Sums { refunds, ..Sums::default() }
    }

    fn dispute(withdrawn_minor: u64, reinstated_minor: u64, closed: bool) -> Sums {
        let id = "dp_1".to_owned();
        let disputes = vec![Dispute { id, withdrawn_minor, reinstated_minor, closed }];
        Sums { disputes, ..Sums::default() }
    }

    fn received(minor: u64) -> Sums {
        Sums { received_minor: minor, ..Sums::default() }
    }

    fn all(parts: &[Sums]) -> Sums {
        parts.iter().fold(Sums::default(), |sums, part| sums.merged(part))
    }

    #[test]
    fn sums_merge_alike_in_any_order_and_repetition() {
        let parts = [
            received(90),
            Sums { refunded_minor: 35, ..Sums::default() },
            refund("re_2", 15, RefundState::Pending),
            refund("re_1", 20, RefundState::Done),
            refund("re_2", 15, RefundState::Failed),
            dispute(60, 0, false),
            dispute(0, 60, false),
        ];
        let expected = all(&parts);
        assert_eq!((expected.refunded(), expected.withheld(), expected.net()), (20, 0, 70));
        for first in 0..parts.len() {
            for second in 0..parts.len() {
                let mut order = parts.to_vec();
                order.swap(first, second);
                order.push(parts[first].clone());
                assert_eq!(all(&order), expected);
            }
        }
    }

    #[test]
    fn cumulative_refunds_count_until_a_refund_is_known_by_its_id() {
        let sum = Sums { refunded_minor: 35, ..received(90) };
        assert_eq!((sum.refunded(), sum.net()), (35, 55));
        let known = sum.merged(&refund("re_1", 20, RefundState::Pending));
        assert_eq!((known.refunded(), known.net()), (20, 70));
        let failed = known.merged(&refund("re_1", 20, RefundState::Failed));
        assert_eq!((failed.refunded(), failed.net()), (0, 90));
    }

    #[test]
    fn dispute_is_open_until_it_is_won_or_closed() {
        let withdrawn = received(90).merged(&dispute(90, 0, false));
        assert_eq!((withdrawn.net(), withdrawn.is_disputed()), (0, true));
        let won = withdrawn.merged(&dispute(0, 90, false));
        assert_eq!((won.net(), won.is_disputed()), (90, false));
        let lost = withdrawn.merged(&dispute(0, 0, true));
        assert_eq!((lost.net(), lost.is_disputed()), (0, false));
        let late = dispute(0, 90, false).merged(&received(90));
        assert_eq!(late.net(), 90, "money that came back early is not more than was received");
    }

    #[test]
    fn net_is_never_below_nothing() {
        let sums = refund("re_1", 500, RefundState::Done).merged(&received(90));
        assert_eq!(sums.net(), 0);
    }
}

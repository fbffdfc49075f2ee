//! The links of an answer. A decision makes none, because it knows no key.

use jiff::Timestamp;
use shared::contract::Answer;
use shared::invoices::types as invoices;

use crate::access::link::{Links, Purpose};
use crate::billing::reconcile::Reconciler;

/// The answer with its links, where links are on.
pub(super) fn linked(
    mut answer: Answer,
    links: &Links,
    reconciler: Option<&Reconciler>,
    now: Timestamp,
) -> Answer {
    match &mut answer {
        Answer::Invoices(invoices::Answer::View { invoice, link, .. }) => {
            *link = links.to(Purpose::Document, invoice.number, now);
        }
        Answer::Invoices(invoices::Answer::Paylink { number, due, link, has_provider, .. }) => {
            *link = links.to(Purpose::Pay, *number, now);
            let provider = reconciler.and_then(|one| one.api.provider_for(due.currency));
            *has_provider = provider.is_some();
        }
        _ => {}
    }
    answer
}

//! The links of an answer. A decision makes none, because it knows no key.

use jiff::Timestamp;
use shared::contract::Answer;
use shared::invoices::types as invoices;

use crate::access::link::{Links, Purpose};

/// The answer with its links, where links are on.
pub(super) fn linked(answer: Answer, links: &Links, now: Timestamp) -> Answer {
    match answer {
        Answer::Invoices(invoices::Answer::View { invoice, client, today, link: _ }) => {
            let link = links.to(Purpose::Document, invoice.number, now);
            Answer::Invoices(invoices::Answer::View { invoice, client, today, link })
        }
        other => other,
    }
}

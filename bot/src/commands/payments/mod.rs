//! Payments that a billing provider books. No staff member types them, so there is no command.

use serde_json::json;
use shared::kernel::id::OpId;
use shared::payments::types::Facts;

use crate::reply::Content;
use crate::reply::words::fixed;
use crate::view::{Mark, Text, View};

/// The reply to a booked payment.
pub fn done(op: &OpId, facts: &Facts) -> Content {
    let headline = fixed(format!("Payment {} for {}", facts.payment, facts.invoice));
    let paid = format!("{} paid · {} unapplied", facts.paid, facts.unapplied);
    let view = View::new(Mark::Done, headline).line(fixed(paid)).footer(fixed(op.to_string()));
    Content::new("payment", view.public(), json!(facts))
}

/// The action of a plan that books a payment.
pub fn proposed(facts: &Facts) -> Text {
    fixed(format!("book the payment {}", facts.payment))
}

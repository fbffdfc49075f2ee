//! The neutral events of any other biller: `payment.updated` with cumulative amounts in minor units of ISO
//! 4217. The message's own id names the event. Every other type is unused.

use shared::kernel::actor::Provider;
use shared::payments::types::{Report, Sums};

use super::event::{Incoming, NotAnEvent, Part};

pub(super) fn read(id: &str, event: &Part<'_>) -> Result<Incoming, NotAnEvent> {
    let kind = event.text("type")?;
    if kind != "payment.updated" {
        return Ok(Incoming::Unused { event: id.to_owned(), kind: kind.to_owned() });
    }
    let data = event.get("data");
    let amount = |name: &str| data.amount(Provider::Billing, name);
    let received_minor = amount("received_minor")?;
    let is_refunded = !data.get("refunded_minor").is_null();
    let refunded_minor = if is_refunded { amount("refunded_minor")? } else { 0 };
    Ok(Incoming::Payment(Report {
        payment: data.text("payment")?.to_owned(),
        invoice: Part::invoice(&[data.get("invoice")]),
        currency: data.currency()?,
        sums: Sums { received_minor, refunded_minor, ..Sums::default() },
    }))
}

//! `/client set address|tax-number|due|tax-exempt`: what the invoices of a client state, and when they are due.
//! An invoice freezes it, so a change reaches only later ones.

pub mod types;

use crate::clients::billing::types::{
    ADDRESS_MAX, Billing, BillingField, EXEMPT_MAX, TAX_NUMBER_MAX,
};
use crate::clients::types::{Ask, Client, ClientChange, Facts};
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::decision::{Draft, Scene};
use crate::kernel::fold;
use crate::kernel::id::Named;
use crate::kernel::text::required;

/// The longest time until an invoice is due, in days.
const DUE_MAX: u32 = 365;

pub(super) fn set(
    scene: &Scene<'_>,
    ask: &Ask,
    typed: &str,
    set: &BillingField,
) -> Result<Draft, Stop> {
    let client = scene.client(scene.hit(typed)?.client)?;
    let mut billing = client.billing.clone();
    let field = apply(set, &mut billing)?;
    let (was, is) = (words(set, &client.billing), words(set, &billing));
    if billing == client.billing {
        return Err(Refusal::NoChange { what: format!("The {field} is {is} already.") }.into());
    }
    let version = client.version.saturating_add(1);
    let after = Client { version, billing, ..client.clone() };
    let writes = vec![Write::Put(Record::Client(after), Expect::Version(client.version))];
    let text = format!("{} {field}: {was} → {is}", client.id);
    let facts = Facts {
        client: Named::from(client),
        change: ClientChange::Set { field: field.to_owned(), before: was, after: is },
        twins: Vec::new(),
        like: None,
    };
    let facts = contract::Facts::Clients(facts);
    Ok(Draft::Propose(scene.proposal(ask.clone(), Some(client.id), facts, writes, text)))
}

/// Changes one field, and returns its name.
fn apply(set: &BillingField, billing: &mut Billing) -> Result<&'static str, Stop> {
    let given = |text: &str, field: &str, most: usize| -> Result<Option<String>, Stop> {
        let is_none = matches!(fold::exact(text).as_str(), "" | "none");
        if is_none { Ok(None) } else { Ok(Some(required(field, text, most)?)) }
    };
    match set {
        BillingField::Address(text) => {
            billing.address = given(text, "address", ADDRESS_MAX)?.unwrap_or_default();
            Ok("address")
        }
        BillingField::TaxNumber(text) => {
            billing.tax_number = given(text, "tax number", TAX_NUMBER_MAX)?.unwrap_or_default();
            Ok("tax number")
        }
        BillingField::Due(text) => {
            billing.due_days = match given(text, "number of days", 20)? {
                None => None,
                Some(text) => Some(days(&text)?),
            };
            Ok("time until invoices are due")
        }
        BillingField::TaxExempt(text) => {
            billing.exempt = given(text, "reason for no tax", EXEMPT_MAX)?;
            Ok("reason for no tax")
        }
    }
}

/// `30`, `30 days`.
fn days(text: &str) -> Result<u32, Stop> {
    let number = text.split_whitespace().next().unwrap_or_default();
    let unit = text.get(number.len()..).unwrap_or_default().trim();
    let days = number.parse::<u32>().ok().filter(|days| *days <= DUE_MAX);
    let sentence = || {
        Refusal::invalid(format!("“{text}” is not a number of days from 0 to {DUE_MAX}.")).into()
    };
    days.filter(|_| matches!(unit, "" | "day" | "days")).ok_or_else(sentence)
}

/// The value of the field, as people read it.
fn words(set: &BillingField, billing: &Billing) -> String {
    let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
    match set {
        BillingField::Address(_) => or_none(&billing.address),
        BillingField::TaxNumber(_) => or_none(&billing.tax_number),
        BillingField::Due(_) => match billing.due_days {
            None => "the desk’s".to_owned(),
            Some(1) => "1 day".to_owned(),
            Some(days) => format!("{days} days"),
        },
        BillingField::TaxExempt(_) => or_none(billing.exempt.as_deref().unwrap_or_default()),
    }
}

//! The request of a plan in words, for the audit trail: a line about a plan states the change, never
//! the id of the plan alone.
//!
//! Invariant: clients stand in it by their ids; the history puts their names in.

use crate::clients::types::{self as clients, ClientChange};
use crate::contract::plan::Plan;
use crate::contract::{Ask, Facts};
use crate::credits::sentence::sentence;
use crate::invoices::types::{self as invoices, DocumentChange};
use crate::kernel::credit::grouped;
use crate::kernel::movement::Movement;
use crate::ledger::account::Switch;
use crate::permissions::types::{self as permissions, MmsTurned};
use crate::pricing::types as pricing;
use crate::staff::types as staff;

/// `+7,000 MMS for c_2 (400 → 7,400): top-up`.
#[must_use]
pub fn request(plan: &Plan) -> String {
    match (&plan.movement, &plan.facts) {
        (Some(movement), Facts::Credits(facts)) => sentence(movement, facts),
        (_, Facts::Clients(facts)) => of_client(facts),
        (_, Facts::Permissions(facts)) => of_mms(facts),
        (_, Facts::Settings(facts)) => format!("settings: {}", facts.set),
        (_, Facts::Mailed(facts)) => format!("mail {} to {}", facts.number, facts.client.id),
        (_, Facts::Staff(facts)) => of_staff(facts),
        (_, Facts::Refund(facts)) => format!("refund {} of {}", facts.amount, facts.payment),
        (_, Facts::Pricing(_)) => of_prices(&plan.ask),
        (_, Facts::Invoices(facts)) => of_invoice(facts),
        (
            Some(_) | None,
            Facts::Credits(_) | Facts::Payments(_) | Facts::Desk(_) | Facts::Plans(_),
        ) => plan.ask.spec().name.replace('_', " "),
    }
}

fn of_client(facts: &clients::Facts) -> String {
    let id = facts.client.id;
    match &facts.change {
        ClientChange::Made => format!("create {}", facts.client.name),
        ClientChange::Activated => format!("activate {id}"),
        ClientChange::Suspended { reason } => format!("suspend {id}: {reason}"),
        ClientChange::Set { field, before, after } => format!("{id} {field}: {before} → {after}"),
        ClientChange::OpenAdds { stopped: true, .. } => format!("{id} stop adds on open invoices"),
        ClientChange::OpenAdds { stopped: false, .. } => {
            format!("{id} allow adds on open invoices")
        }
        ClientChange::Statement { since, until } => {
            format!("{id} statement of account, {since} to {until}")
        }
        ClientChange::Overdraft { kind, before, after } => {
            format!("{id} {kind} overdraft: {} → {}", grouped(*before), grouped(*after))
        }
    }
}

fn of_invoice(facts: &invoices::Facts) -> String {
    let (id, number) = (facts.client.id, facts.invoice.number);
    match &facts.change {
        DocumentChange::Made { lines, .. } => {
            format!("invoice of {} for {id}: {lines}", facts.invoice.gross)
        }
        DocumentChange::Voided { reason } => format!("take back {number} of {id}: {reason}"),
        DocumentChange::Paid { amount, .. } => format!("{number} of {id}: {amount} paid"),
        DocumentChange::Closed { rest, amount } => {
            format!("close {amount} of {number} of {id}: {}", rest.words())
        }
        DocumentChange::Credited { amount, reason } => {
            format!("credit {amount} of {number} of {id}: {reason}")
        }
    }
}

fn of_mms(facts: &permissions::Facts) -> String {
    let id = facts.client.id;
    let word = |on: bool| if on { "on" } else { "off" };
    match facts.turned {
        MmsTurned::Platform(on) => format!("MMS {} for the platform of {id}", word(on)),
        MmsTurned::ForClients(on) => format!("MMS {} for all clients of {id}", word(on)),
        MmsTurned::Own(Switch::Inherit) => format!("MMS as its parent for {id}"),
        MmsTurned::Own(switch) => format!("MMS {} for {id}", word(switch == Switch::On)),
    }
}

fn of_staff(facts: &staff::Facts) -> String {
    match facts {
        staff::Facts::RoleGranted { staff, role, .. } => {
            format!("role {} for {}", role.word(), staff.name)
        }
        staff::Facts::Covered { staff, cover: Some(cover), .. } => {
            format!("cover of {} by {}", cover.role.word(), staff.name)
        }
        staff::Facts::Covered { staff, cover: None, .. } => {
            format!("end of {}’s cover", staff.name)
        }
        staff::Facts::Renamed { staff, before } => format!("name {before} → {}", staff.name),
        staff::Facts::StaffLeft { staff, .. } => format!("end of {}’s access", staff.name),
        staff::Facts::StaffReturned { staff, role, .. } => {
            format!("{} back as {}", staff.name, role.word())
        }
    }
}

fn of_prices(ask: &Ask) -> String {
    match ask {
        Ask::Pricing(pricing::Ask::PriceSet { kind, client: Some(client), .. }) => {
            format!("{kind} prices for {client}")
        }
        Ask::Pricing(pricing::Ask::PriceSet { kind, client: None, .. }) => {
            format!("default {kind} prices")
        }
        other => other.spec().name.replace('_', " "),
    }
}

/// The most credits that a movement changes of one client and kind; 0 without a movement.
#[must_use]
pub fn credits(movement: Option<&Movement>) -> u64 {
    let sides = movement.map(Movement::sides).unwrap_or_default();
    let changes = sides.iter().flat_map(|side| &side.changes);
    changes.map(|change| change.amount.unsigned_abs()).max().unwrap_or(0)
}

//! A client as its own page shows it.

use crate::clients::billing::types::Billing;
use crate::clients::card::{balance_of, masked_phone};
use crate::clients::contacts::types::Contact;
use crate::clients::types::{Answer, Client, masked_email};
use crate::contract::image::Stop;
use crate::decision::{Draft, Scene};
use crate::kernel::actor::Role;
use crate::kernel::id::{Named, NamedStaff, StaffId};
use crate::kernel::money::Money;
use crate::ledger::account::Account;
use crate::permissions::gate::mms;
use crate::permissions::types::MmsOff;
use crate::staff::people::handed;
use crate::staff::types::Staff;

/// The reason that a client may not use MMS, by CLIENT's copy of its own switch.
///
/// # Errors
/// A parent or the platform's switch was never read.
pub fn mms_off(scene: &Scene<'_>, client: &Client) -> Result<Option<MmsOff>, Stop> {
    let gate = scene.image.mms_gate(client.root())?;
    Ok(mms(client.mms, client, &scene.parents(client)?, gate).err())
}

/// What is due on a client's open invoices, if anything is.
#[must_use]
pub fn unpaid(scene: &Scene<'_>, account: &Account) -> Option<Money> {
    let currency = scene.settings.currency?;
    (account.unpaid_minor > 0).then_some(Money { minor: account.unpaid_minor, currency })
}

pub(super) fn view(scene: &Scene<'_>, typed: &str) -> Result<Draft, Stop> {
    let hit = scene.hit(typed)?;
    let (client, account) = (scene.client(hit.client)?, scene.account(hit.client)?);
    let parent = match client.parent() {
        Some(parent) => scene.image.client(parent)?.map(Named::from),
        None => None,
    };
    let staff = scene.image.all_staff()?;
    Ok(Draft::Answer(crate::contract::Answer::Clients(Answer::View {
        client: if scene.has_role(Role::Support) { client.clone() } else { masked(client) },
        parent,
        manager: client.manager.and_then(|id| successor(id, staff)),
        balances: balance_of(account),
        mms_off: mms_off(scene, client)?,
        unpaid: unpaid(scene, account),
        disputed: account.disputed,
        open_adds_stopped: account.open_adds_stopped,
    })))
}

/// A client with masked addresses, as auditors see it.
fn masked(client: &Client) -> Client {
    Client {
        email: masked_email(&client.email),
        mobile: client.mobile.as_deref().map(masked_phone),
        billing: Billing {
            address: masked_address(&client.billing.address),
            ..client.billing.clone()
        },
        contacts: client.contacts.iter().map(masked_contact).collect(),
        ..client.clone()
    }
}

fn masked_address(address: &str) -> String {
    address.chars().map(|c| if c.is_alphanumeric() { '•' } else { c }).collect()
}

fn masked_contact(contact: &Contact) -> Contact {
    Contact { email: masked_email(&contact.email), ..contact.clone() }
}

/// The staff member in charge of `person`'s plans and clients: that person, or the successor.
#[must_use]
pub fn in_place_of(person: &NamedStaff, everybody: &[Staff]) -> NamedStaff {
    successor(person.id, everybody).unwrap_or_else(|| person.clone())
}

/// The active staff member who has what `id` had.
#[must_use]
pub fn successor(id: StaffId, everybody: &[Staff]) -> Option<NamedStaff> {
    let known = |id| everybody.iter().find(|staff| staff.id == id);
    // Each step leaves one person behind, so a chain is never longer than the staff.
    let chain = handed(id, everybody.len(), known);
    let last = chain.last().and_then(|id| known(*id)).filter(|staff| staff.active)?;
    Some(NamedStaff { id: last.id, name: last.name.clone() })
}

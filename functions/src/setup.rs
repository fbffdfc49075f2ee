//! How a desk begins: the tables (locally; in AWS the template makes them), the root admin, the
//! owners and the counters. Everything can be run again at every start: what is there stays.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use jiff::Timestamp;
use shared::books::witness;
use shared::clients::names::index::first_names;
use shared::clients::types::{Class, Client as Admin, Hierarchy};
use shared::contract::change::{Expect, Write};
use shared::contract::image::{Counter, Image, Stop};
use shared::contract::{Key, Record};
use shared::kernel::actor::Role;
use shared::kernel::id::{Identity, ROOT, StaffId};
use shared::ledger::account::{Account, Status};
use shared::settings::types::Settings;
use shared::staff::types::{LinkedIdentity, Owners, Staff};

use crate::failure::Failure;
use crate::store::commit::{Budget, Committed};
use crate::store::{Store, Tables};

/// Makes the two tables, unless they are there.
///
/// # Errors
/// The store did not make them.
pub async fn create_tables(client: &Client, tables: &Tables) -> Result<(), Failure> {
    let doing = "make the tables";
    let attribute = |name: &str| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
    };
    let key =
        |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    for name in [&tables.ledger, &tables.desk] {
        let made = client
            .create_table()
            .table_name(name)
            .billing_mode(BillingMode::PayPerRequest)
            .attribute_definitions(attribute("pk").map_err(|e| Failure::unchanged(doing, e))?)
            .attribute_definitions(attribute("sk").map_err(|e| Failure::unchanged(doing, e))?)
            .key_schema(key("pk", KeyType::Hash).map_err(|e| Failure::unchanged(doing, e))?)
            .key_schema(key("sk", KeyType::Range).map_err(|e| Failure::unchanged(doing, e))?)
            .send()
            .await;
        if let Err(error) = made {
            let there = error
                .as_service_error()
                .is_some_and(|service| service.is_resource_in_use_exception());
            if !there {
                return Err(Failure::unknown(doing, error));
            }
        }
    }
    Ok(())
}

/// Makes the root admin, its account, the settings and the owners, unless the desk has begun.
/// True when it made them.
///
/// # Errors
/// The store did not do it, or the desk has not begun and nobody is named as its owner.
pub async fn first_start(store: &Store, owners: &[Identity]) -> Result<bool, Failure> {
    let doing = "begin the desk";
    // Owners that cannot be read are there.
    if !store.image(&[Key::Owners]).await?.is_absent(&Key::Owners) {
        return Ok(false);
    }
    if owners.is_empty() {
        return Err(Failure::unchanged(doing, "no owner is named (CREDITDESK_OWNERS)"));
    }
    // The counters first: numbers that are given before would be given again.
    let count = u64::try_from(owners.len()).unwrap_or(u64::MAX);
    store.begin_counter(Counter::Clients.name(), ROOT.0).await?;
    store.begin_counter(Counter::Staff.name(), count).await?;
    let writes = beginning(owners, store.clock().now());
    let writes = writes.map_err(|stop| Failure::unchanged(doing, format!("{stop:?}")))?;
    match store.commit_within(&writes, Budget::default()).await? {
        Committed::Done => Ok(true),
        // Another process began it in the same moment.
        Committed::Stale | Committed::KeyTaken => Ok(false),
    }
}

/// Everything that a new desk holds.
fn beginning(owners: &[Identity], now: Timestamp) -> Result<Vec<Write>, Stop> {
    let admin = Admin {
        login: "house".to_owned(),
        name: "House".to_owned(),
        class: Class::Admin,
        status: Status::Active,
        ..Admin::blank(ROOT, now)
    };
    let mut staff: Vec<Staff> = Vec::new();
    for identity in owners {
        if staff.iter().any(|known| known.identities.contains(identity)) {
            continue;
        }
        let number = u64::try_from(staff.len()).unwrap_or(u64::MAX).saturating_add(1);
        let name = identity.as_str().rsplit(':').next().unwrap_or_default().to_owned();
        staff.push(Staff {
            id: StaffId(number),
            version: 1,
            name,
            role: Role::Owner,
            active: true,
            identities: vec![identity.clone()],
            handed_to: None,
            cover: None,
        });
    }
    let owners = Owners { version: 1, staff: staff.iter().map(|owner| owner.id).collect() };
    let mut records = vec![
        Record::Owners(owners),
        Record::Hierarchy(Hierarchy { version: 1, last: ROOT.0 }),
        Record::Account(Account::new(ROOT, admin.status, admin.mms)),
        Record::Settings(Settings { version: 1, ..Settings::new() }),
    ];
    records.extend(first_names(&admin));
    records.push(Record::Client(admin));
    for owner in staff {
        let linked = |identity: &Identity| LinkedIdentity {
            identity: identity.clone(),
            version: 1,
            staff: owner.id,
            name: owner.name.clone(),
            role: owner.role,
            active: true,
            cover: None,
        };
        records.extend(owner.identities.iter().map(linked).map(Record::Identity));
        records.push(Record::Staff(owner));
    }
    let mut image = Image::default();
    image.insert_absent(Key::Rights);
    let writes = records.into_iter().map(|record| Write::Put(record, Expect::Absent)).collect();
    witness::seal(writes, &image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_begins_with_its_owners_once_each() {
        let owners: Vec<Identity> =
            ["local:owner", "slack:T1:U1", "local:owner"].map(|text| text.parse().unwrap()).into();
        let writes = beginning(&owners, "2026-03-01T12:00:00Z".parse().unwrap()).unwrap();
        let of = |wanted: fn(&Record) -> bool| {
            writes.iter().filter(|w| matches!(w, Write::Put(r, _) if wanted(r))).count()
        };
        assert_eq!(of(|r| matches!(r, Record::Staff(_))), 2);
        assert_eq!(of(|r| matches!(r, Record::Identity(_))), 2);
        assert_eq!(of(|r| matches!(r, Record::Client(_))), 1);
        let mut places: Vec<_> = writes
            .iter()
            .map(|write| match write {
                Write::Put(record, Expect::Absent) => crate::store::layout::place(&record.key()),
                other => panic!("{other:?}"),
            })
            .collect();
        let all = places.len();
        places.sort();
        places.dedup();
        assert_eq!(places.len(), all, "a transaction writes each item once");
    }
}

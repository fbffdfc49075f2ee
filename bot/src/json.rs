//! `--json`: plain objects whose fields do not change with the wording. Each command has its own
//! object beside its text; here are the parts that several of them share.
//!
//! Ids and numbers are as people see them (`c_1042`, `INV-1042-0007`); money is in minor units, with
//! its currency beside it.

use serde_json::{Value, json};
use shared::clients::types::{BalanceOf, ClientCard};
use shared::kernel::id::{Named, NamedStaff};
use shared::kernel::money::Money;
use shared::permissions::types::MmsOff;

/// Adds a field to an object.
pub fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// A client by its names.
pub fn named(client: &Named) -> Value {
    json!({ "client": client.id.to_string(), "name": client.name, "login": client.login })
}

/// A client in a list.
pub fn client(card: &ClientCard) -> Value {
    json!({
        "client": card.client.id.to_string(),
        "name": card.client.name,
        "login": card.client.login,
        "class": card.class.word(),
        "status": card.status.word(),
        "town": card.town,
        "sms": figures(card.balances.sms),
        "mms": figures(card.balances.mms),
        "last_change": card.last_change,
    })
}

/// The figures of one kind.
pub fn figures(of: BalanceOf) -> Value {
    json!({ "spendable": of.spendable, "used": of.used, "held": of.held, "owed": of.owed })
}

/// The reason for which a client may not use MMS.
pub fn mms_off(off: Option<MmsOff>) -> Value {
    match off {
        None => Value::Null,
        Some(MmsOff::Platform(admin)) => json!({ "platform": admin.to_string() }),
        Some(MmsOff::Own) => json!("own"),
        Some(MmsOff::Parent(parent)) => json!({ "parent": parent.to_string() }),
    }
}

/// The names of staff by their ids.
pub fn names(staff: &[NamedStaff]) -> Value {
    staff.iter().map(|one| (one.id.to_string(), json!(one.name))).collect()
}

/// The currency of the minor units beside it.
pub fn currency_of(money: Option<Money>) -> Value {
    json!(money.map(|money| money.currency.code()))
}

/// An amount in minor units.
pub fn minor(money: Option<Money>) -> Value {
    json!(money.map(|money| money.minor))
}

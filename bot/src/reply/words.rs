//! Words that several replies share: names, counts, days, amounts.
//!
//! Invariant: names and other text that people wrote go into spans of input, never into fixed ones.

use jiff::civil::Date;
use shared::kernel::actor::{ActorId, Role};
use shared::kernel::credit::{Kind, grouped};
use shared::kernel::id::{Named, NamedStaff};
use shared::ledger::account::Status;

use crate::view::{Text, day};

/// A text in the desk's own words.
pub fn fixed(text: impl Into<String>) -> Text {
    Text::new().fixed(text)
}

/// `1 client`, `1,200 clients`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// The length of a list, as a count.
pub fn length<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

/// `500 MMS credits`, `1 SMS credit`.
pub fn credits(number: u64, kind: Kind) -> String {
    counted(number, &format!("{kind} credit"), &format!("{kind} credits"))
}

/// `ACME Ltd (c_1042)`.
pub fn name(client: &Named) -> Text {
    Text::new().input(client.name.clone()).fixed(format!(" ({})", client.id))
}

/// `ACME Ltd · c_1042`, as in pick lists.
pub fn label(client: &Named) -> Text {
    Text::new().input(client.name.clone()).fixed(format!(" · {}", client.id))
}

/// A staff member's name.
pub fn person(staff: &NamedStaff) -> Text {
    Text::new().input(staff.name.clone())
}

/// The name of an actor, where it is known.
pub fn actor(actor: ActorId, staff: &[NamedStaff]) -> Text {
    let known = actor.staff().and_then(|id| staff.iter().find(|one| one.id == id));
    known.map_or_else(|| fixed(actor.to_string()), person)
}

/// The status of a client that is not active; empty for an active one.
pub fn not_active(status: Status) -> Text {
    match status {
        Status::Active => Text::new(),
        Status::Pending | Status::Suspended | Status::Closed => fixed(status.word()),
    }
}

/// `due 7 Dec 2026`.
pub fn due(date: Date) -> String {
    format!("due {}", day(date))
}

/// `an owner`, `billing`.
pub fn a_role(role: Role) -> &'static str {
    match role {
        Role::Auditor => "an auditor",
        Role::Support => "support",
        Role::Billing => "billing",
        Role::Manager => "a manager",
        Role::Owner => "an owner",
    }
}

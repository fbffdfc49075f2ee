//! Callers, as an entry point proves them, and actors, as the desk knows them after look-up.
//!
//! | caller | proved by | actor |
//! |---|---|---|
//! | chat | the platform's signature | the staff member that the identity is linked to |
//! | client | the API key or the session | the client |
//! | provider | the webhook's signature | the provider |
//! | carrier | the webhook's signature, or the subscription | the carrier |
//! | schedule | the function's own trigger | the schedule |
//!
//! [`Actor::may`](crate::kernel::spec) is the only place that decides authority. Roles, limits, budgets and plans apply
//! to staff alone.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::id::{ClientId, Identity, NamedStaff, StaffId};

/// The rights of a staff member; a later role has all rights of the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Auditor,
    /// Adds credits and looks after clients.
    Support,
    /// Deducts, invoices, and undoes other people's operations.
    Billing,
    /// Sets prices, and ends other people's access.
    Manager,
    /// Everything, without a limit.
    Owner,
}

impl Role {
    /// All roles, the least first.
    pub const ALL: [Role; 5] =
        [Role::Auditor, Role::Support, Role::Billing, Role::Manager, Role::Owner];

    /// The word that people type.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::Auditor => "auditor",
            Role::Support => "support",
            Role::Billing => "billing",
            Role::Manager => "manager",
            Role::Owner => "owner",
        }
    }

    /// The role where any above it will do as well: `billing or more`, `owner`.
    #[must_use]
    pub fn or_more(self) -> String {
        match self {
            Role::Auditor | Role::Support | Role::Billing | Role::Manager => {
                format!("{} or more", self.word())
            }
            Role::Owner => self.word().to_owned(),
        }
    }
}

/// A biller that calls by webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    Stripe,
    Paystack,
    /// Any other biller, by Standard Webhooks.
    Billing,
}

impl Provider {
    /// The last part of its webhook's path.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Provider::Stripe => "stripe",
            Provider::Paystack => "paystack",
            Provider::Billing => "billing",
        }
    }
}

/// A carrier that reports deliveries and hands over inbound messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    Sns,
    EndUserMessaging,
    Twilio,
    Jasmin,
    /// Any other carrier, by Standard Webhooks.
    Neutral,
}

impl Carrier {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Carrier::Sns => "sns",
            Carrier::EndUserMessaging => "end_user_messaging",
            Carrier::Twilio => "twilio",
            Carrier::Jasmin => "jasmin",
            Carrier::Neutral => "neutral",
        }
    }
}

/// The caller, as the entry point proved it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Caller {
    Chat(Identity),
    Client(ClientId),
    Provider(Provider),
    Carrier(Carrier),
    Schedule,
}

impl Caller {
    /// The chat identity, if the call comes from chat.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        match self {
            Caller::Chat(identity) => Some(identity),
            Caller::Client(_) | Caller::Provider(_) | Caller::Carrier(_) | Caller::Schedule => None,
        }
    }

    /// The kind of actor that this caller becomes.
    #[must_use]
    pub fn kind(&self) -> ActorKind {
        match self {
            Caller::Chat(_) => ActorKind::Staff,
            Caller::Client(_) => ActorKind::Client,
            Caller::Provider(_) => ActorKind::Provider,
            Caller::Carrier(_) => ActorKind::Carrier,
            Caller::Schedule => ActorKind::Schedule,
        }
    }
}

/// The kinds of actors, for the entry points that admit them and the operations that they may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    Staff,
    Client,
    Provider,
    Carrier,
    Schedule,
}

impl ActorKind {
    /// The words for a refusal.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            ActorKind::Staff => "staff",
            ActorKind::Client => "clients",
            ActorKind::Provider => "billing providers",
            ActorKind::Carrier => "carriers",
            ActorKind::Schedule => "the schedule",
        }
    }
}

/// The acting caller, after look-up. OPERATION keeps it whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Staff {
        id: StaffId,
        name: String,
        /// The role that holds at the time of the call, a covered one included.
        role: Role,
    },
    Client(ClientId),
    Provider(Provider),
    Carrier(Carrier),
    Schedule,
}

/// An actor without its name and role. ENTRY and AUDIT keep this form, because each is one item of
/// at most 1 KB and the name of a staff member is looked up when it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorId {
    Staff(StaffId),
    Client(ClientId),
    Provider(Provider),
    Carrier(Carrier),
    Schedule,
}

impl Actor {
    #[must_use]
    pub fn id(&self) -> ActorId {
        match self {
            Actor::Staff { id, .. } => ActorId::Staff(*id),
            Actor::Client(id) => ActorId::Client(*id),
            Actor::Provider(provider) => ActorId::Provider(*provider),
            Actor::Carrier(carrier) => ActorId::Carrier(*carrier),
            Actor::Schedule => ActorId::Schedule,
        }
    }

    #[must_use]
    pub fn kind(&self) -> ActorKind {
        match self {
            Actor::Staff { .. } => ActorKind::Staff,
            Actor::Client(_) => ActorKind::Client,
            Actor::Provider(_) => ActorKind::Provider,
            Actor::Carrier(_) => ActorKind::Carrier,
            Actor::Schedule => ActorKind::Schedule,
        }
    }

    /// The staff member, if the actor is one.
    #[must_use]
    pub fn staff(&self) -> Option<NamedStaff> {
        match self {
            Actor::Staff { id, name, .. } => Some(NamedStaff { id: *id, name: name.clone() }),
            Actor::Client(_) | Actor::Provider(_) | Actor::Carrier(_) | Actor::Schedule => None,
        }
    }

    /// The role of a staff member; no other actor has a role.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match self {
            Actor::Staff { role, .. } => Some(*role),
            Actor::Client(_) | Actor::Provider(_) | Actor::Carrier(_) | Actor::Schedule => None,
        }
    }
}

impl ActorId {
    /// The staff member's number, if the actor is one.
    #[must_use]
    pub fn staff(self) -> Option<StaffId> {
        match self {
            ActorId::Staff(id) => Some(id),
            ActorId::Client(_) | ActorId::Provider(_) | ActorId::Carrier(_) | ActorId::Schedule => {
                None
            }
        }
    }
}

/// `s_3`, `c_2`, `stripe`, `schedule`.
impl fmt::Display for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ActorId::Staff(id) => id.fmt(f),
            ActorId::Client(id) => id.fmt(f),
            ActorId::Provider(provider) => f.write_str(provider.word()),
            ActorId::Carrier(carrier) => f.write_str(carrier.word()),
            ActorId::Schedule => f.write_str("schedule"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(name: impl Serialize) -> String {
        serde_json::to_value(name).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn words_of_roles_providers_and_carriers_are_their_stored_names() {
        for role in Role::ALL {
            assert_eq!(role.word(), stored(role));
        }
        for provider in [Provider::Stripe, Provider::Paystack, Provider::Billing] {
            assert_eq!(provider.word(), stored(provider));
        }
        for carrier in [
            Carrier::Sns,
            Carrier::EndUserMessaging,
            Carrier::Twilio,
            Carrier::Jasmin,
            Carrier::Neutral,
        ] {
            assert_eq!(carrier.word(), stored(carrier));
        }
    }

    #[test]
    fn role_that_others_are_above_reads_as_that_role_or_more() {
        let words: Vec<String> = Role::ALL.into_iter().map(Role::or_more).collect();
        assert_eq!(
            words,
            ["auditor or more", "support or more", "billing or more", "manager or more", "owner"]
        );
    }

    #[test]
    fn caller_of_each_kind_has_its_kind_and_only_chat_an_identity() {
        let ann: Identity = "local:ann".parse().unwrap();
        let callers = [
            (Caller::Chat(ann.clone()), ActorKind::Staff, Some(&ann)),
            (Caller::Client(ClientId(2)), ActorKind::Client, None),
            (Caller::Provider(Provider::Stripe), ActorKind::Provider, None),
            (Caller::Carrier(Carrier::Sns), ActorKind::Carrier, None),
            (Caller::Schedule, ActorKind::Schedule, None),
        ];
        for (caller, kind, identity) in callers {
            assert_eq!((caller.kind(), caller.identity()), (kind, identity));
        }
    }

    #[test]
    fn actor_keeps_its_kind_and_only_staff_have_a_number_and_a_role() {
        let ann = Actor::Staff { id: StaffId(3), name: "ann".to_owned(), role: Role::Billing };
        assert_eq!(ann.staff(), Some(NamedStaff { id: StaffId(3), name: "ann".to_owned() }));
        assert_eq!((ann.role(), ann.id().staff()), (Some(Role::Billing), Some(StaffId(3))));
        let actors = [
            (ann, ActorKind::Staff, "s_3", "staff"),
            (Actor::Client(ClientId(2)), ActorKind::Client, "c_2", "clients"),
            (Actor::Provider(Provider::Stripe), ActorKind::Provider, "stripe", "billing providers"),
            (Actor::Carrier(Carrier::Sns), ActorKind::Carrier, "sns", "carriers"),
            (Actor::Schedule, ActorKind::Schedule, "schedule", "the schedule"),
        ];
        for (actor, kind, id, words) in actors {
            assert_eq!((actor.kind(), actor.kind().words()), (kind, words));
            assert_eq!(actor.id().to_string(), id);
            let is_staff = kind == ActorKind::Staff;
            assert_eq!((actor.staff().is_some(), actor.role().is_some()), (is_staff, is_staff));
            assert_eq!(actor.id().staff().is_some(), is_staff);
        }
    }
}

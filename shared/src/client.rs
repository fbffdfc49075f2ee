//! Clients: who they are and what they may use. Their credits are in [`crate::account`].

use serde::{Deserialize, Serialize};

use crate::id::{ClientId, StaffId};

/// What sort of client: it decides who may be whose parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Sends messages.
    User,
    /// Funds and brands the clients below it.
    Reseller,
    /// Runs a part of the platform: the root of a tree.
    Admin,
}

impl Class {
    /// The word that people type.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Class::User => "user",
            Class::Reseller => "reseller",
            Class::Admin => "admin",
        }
    }
}

/// Where a client stands. Credits may be added to active and suspended ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Made, not yet activated.
    Pending,
    /// In use.
    Active,
    /// Refuses sends; money still settles.
    Suspended,
    /// Ended.
    Closed,
}

impl Status {
    /// The word that people see.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Active => "active",
            Status::Suspended => "suspended",
            Status::Closed => "closed",
        }
    }
}

/// A client's own MMS switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// Whatever the parent says for all of its clients.
    #[default]
    Inherit,
    /// On, whatever the parent says.
    On,
    /// Off, whatever the parent says.
    Off,
}

/// The deepest chain of parents above a client.
pub const CHAIN_MAX: usize = 5;

/// A client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its number.
    pub id: ClientId,
    /// Moves with every write of this record.
    pub version: u64,
    /// The unique name that it signs in with: lower case, 3 to 32 of `a-z 0-9 . _ -`.
    pub login: String,
    /// Its name, at most [`NAME_MAX`] characters, as typed but for control characters.
    pub name: String,
    /// Where its mail goes.
    pub email: String,
    /// E.164.
    pub mobile: Option<String>,
    /// The town, to tell clients of one name apart.
    pub town: Option<String>,
    /// User, reseller or admin.
    pub class: Class,
    /// Where it stands; ACCOUNT has a copy, which is the guard.
    pub status: Status,
    /// Its parents, nearest first, up to the root admin; empty for the root itself.
    pub chain: Vec<ClientId>,
    /// The staff member who looks after it.
    pub manager: Option<StaffId>,
    /// Who sent it here.
    pub referral: Option<String>,
    /// Its own MMS switch.
    pub mms: Switch,
    /// What its clients that inherit get; `None` leaves it to its own parent.
    pub mms_for_clients: Option<bool>,
    /// When it was made.
    pub made_at: jiff::Timestamp,
}

/// The longest name, in characters.
pub const NAME_MAX: usize = 80;

impl Client {
    /// Its parent, if it is not the root.
    #[must_use]
    pub fn parent(&self) -> Option<ClientId> {
        self.chain.first().copied()
    }

    /// The admin at the top of its chain: itself for the root.
    #[must_use]
    pub fn root(&self) -> ClientId {
        self.chain.last().copied().unwrap_or(self.id)
    }
}

/// Whether billing has turned MMS on for an admin and everybody below it: the upper half of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MmsGate {
    /// Whose platform.
    pub admin: ClientId,
    /// Moves with every write of this record.
    pub version: u64,
    /// MMS is on for the platform.
    pub allowed: bool,
}

/// Why a client may not use MMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MmsOff {
    /// Billing has not turned MMS on for this admin.
    Platform(ClientId),
    /// The client's own switch is off.
    Own,
    /// The client inherits, and this parent's default for its clients is off.
    Parent(ClientId),
}

/// An email address as it may be shown: `o•••@acme.example`. One that is masked stays as it is.
#[must_use]
pub fn masked_email(email: &str) -> String {
    match email.split_once('@') {
        Some((name, _)) if name.contains('•') => email.to_owned(),
        Some((name, host)) => {
            format!("{}•••@{host}", name.chars().take(1).collect::<String>())
        }
        None => email.chars().map(|_| '•').collect(),
    }
}

/// Whether a client may use MMS: the platform's switch and its own must both hold. `own` is the
/// client's, where a write follows that of ACCOUNT, whose version the write is conditioned on.
/// `parents` are the clients of its chain, nearest first; without any word from above a client that
/// inherits is off.
///
/// # Errors
/// The first thing that stands in the way.
pub fn mms(
    own: Switch,
    client: &Client,
    parents: &[&Client],
    gate: Option<&MmsGate>,
) -> Result<(), MmsOff> {
    if !gate.is_some_and(|gate| gate.allowed) {
        return Err(MmsOff::Platform(client.root()));
    }
    match own {
        Switch::On => Ok(()),
        Switch::Off => Err(MmsOff::Own),
        Switch::Inherit => {
            let said = parents.iter().find_map(|p| p.mms_for_clients.map(|on| (p.id, on)));
            match said {
                Some((_, true)) => Ok(()),
                Some((parent, false)) => Err(MmsOff::Parent(parent)),
                None => Err(MmsOff::Parent(client.parent().unwrap_or(client.id))),
            }
        }
    }
}

//! The lists of clients: which clients, in which order, and where a page ended.

use serde::{Deserialize, Serialize};

use crate::kernel::id::ClientId;

/// Which clients `/list` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ListOf {
    /// All but admins.
    Clients,
    /// Class user.
    Users,
    /// Class reseller.
    Resellers,
    /// Those that wait for activation.
    Pending,
}

/// Where a page of a list of clients ended: with whom, and with how many credits then. It may stand
/// elsewhere by now, and those behind it not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PageEnd {
    /// With whom.
    pub client: ClientId,
    /// With how many spendable credits of the kind that it is ordered by; 0 where it is by name.
    pub had: u64,
}

/// How a list is ordered: the lowest balance first unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Fewest MMS credits first.
    #[default]
    Mms,
    /// Fewest SMS credits first.
    Sms,
    /// By name.
    Name,
}

//! The books: closed days, how far an account is proved, the freeze that a mismatch causes, and what the
//! desk does about money that a client owes.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{EnumDiscriminants, VariantArray};

use crate::kernel::actor::{ActorKind, Role};
use crate::kernel::credit::{PerKind, Totals};
use crate::kernel::id::{ClientId, InvoiceNumber};
use crate::kernel::spec::{Access, Function, Spec};
use crate::kernel::typed::ClientPlace;
use crate::ledger::entry::EntryPlace;

/// A closed day of an account: the totals at the end of a local day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub client: ClientId,
    /// Which local day of the root admin's zone.
    pub date: Date,
    /// The last entry that it covers.
    pub entries: u64,
    /// That entry's hash.
    pub hash: String,
    /// The totals then.
    pub totals: PerKind<Totals>,
}

/// How far an account's books were proved, so that the next proof goes on from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub client: ClientId,
    /// The account's version then. It moves also without an entry, by what the account pays for
    /// others.
    #[serde(default)]
    pub account_version: u64,
    /// The account's next invoice then: what it pays for others was proved below that.
    #[serde(default)]
    pub next_invoice: u64,
    /// The last proved entry.
    pub entries: u64,
    /// Its hash.
    pub hash: String,
    /// The month (`yyyymm`) that holds it.
    pub month: String,
    /// The sums of all lines up to it.
    pub totals: PerKind<Totals>,
    /// The account's state that it carries.
    #[serde(default)]
    pub state: String,
    /// The last bare entry up to it.
    #[serde(default)]
    pub last_bare: Option<EntryPlace>,
}

/// An operation about the books.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, EnumDiscriminants)]
#[strum_discriminants(name(Operation), derive(VariantArray, Hash))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Stops staff changes of an account's credits, or lets them go on.
    Freeze {
        client: ClientId,
        frozen: bool,
        /// What the proof found.
        reason: String,
    },
    /// Stops further adds of a client on open invoices, or allows them again.
    OpenAdds {
        client: String,
        stopped: bool,
        /// The overdue invoice, where the schedule stops them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invoice: Option<InvoiceNumber>,
    },
    /// Mails a client its statement of account.
    AccountStatement {
        client: String,
        /// The first day and the last; the last 30 days if `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        days: Option<(Date, Date)>,
    },
}

impl Ask {
    /// The places where a client is named.
    pub fn clients(&mut self) -> Vec<ClientPlace<'_>> {
        match self {
            Ask::OpenAdds { client, .. } | Ask::AccountStatement { client, .. } => {
                vec![ClientPlace::Alone(client)]
            }
            Ask::Freeze { .. } => Vec::new(),
        }
    }
}

impl Operation {
    #[must_use]
    pub const fn spec(self) -> &'static Spec {
        const BY_SCHEDULE_TOO: &[ActorKind] = &[ActorKind::Schedule];
        match self {
            Operation::OpenAdds => {
                const {
                    &Spec {
                        actors: BY_SCHEDULE_TOO,
                        ..Spec::staff("open_adds", Function::Credits, Access::Writes, Role::Billing)
                    }
                }
            }
            Operation::AccountStatement => {
                const {
                    &Spec {
                        actors: BY_SCHEDULE_TOO,
                        ..Spec::staff(
                            "account_statement",
                            Function::Credits,
                            Access::Writes,
                            Role::Support,
                        )
                    }
                }
            }
            Operation::Freeze => {
                const { &Spec::of("freeze", Function::Credits, Access::Writes, &[ActorKind::Schedule]) }
            }
        }
    }
}

//! Names: the stored items by which a client is known whole or only found, and the result of looking for
//! a typed client.

use serde::{Deserialize, Serialize};

use crate::clients::types::Class;
use crate::kernel::id::{ClientId, InvoiceNumber, Named};

/// The particular of a client that a whole text is; the first outranks the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedBy {
    Login,
    Name,
    Email,
    Mobile,
}

/// A client to which a whole text belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub client: ClientId,
    pub by: NamedBy,
    /// The client's parents, nearest first: a guess which records to read along. Only the first holder has it,
    /// because only a single holder is certain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<ClientId>,
}

/// How many holders a whole text keeps.
pub const HOLDERS_MAX: usize = 8;

/// A whole text in its exact form, with the clients to which it belongs. One read by key answers whose
/// it is, however many clients there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeName {
    pub text: String,
    /// Moves with every write of this record.
    pub version: u64,
    /// At most [`HOLDERS_MAX`], logins first.
    pub holders: Vec<Holder>,
    /// How many other holders there are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// One beginning under which a client is found, with all that a hit is judged and shown by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// In its loose form.
    pub key: String,
    pub client: ClientId,
    pub name: String,
    pub login: String,
    pub email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub town: Option<String>,
    pub class: Class,
    /// The client's parents, nearest first.
    pub chain: Vec<ClientId>,
}

impl From<&Term> for Named {
    fn from(term: &Term) -> Self {
        Named { id: term.client, name: term.name.clone(), login: term.login.clone() }
    }
}

/// A query for the terms of a partition that begin with a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TermQuery {
    pub partition: String,
    pub prefix: String,
}

/// The terms that a query read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    pub terms: Vec<Term>,
    /// There are more: the list decides nothing.
    pub is_cut: bool,
}

/// How a client was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// By its whole id, login, email, number or name: nothing else can be meant.
    Exactly,
    /// By its whole name, which also begins another's.
    NameBeginsOthers,
    /// By less than a whole: it was only found.
    Found,
}

/// A client that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub client: ClientId,
    /// The parents, nearest first.
    pub chain: Vec<ClientId>,
    pub how: How,
    /// The part of the text that names the client.
    pub typed: String,
    /// The text behind it.
    pub behind: String,
}

/// One of several clients that a text may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub client: ClientId,
    /// The text behind the client's name.
    pub behind: String,
}

/// The most matches that a pick list shows.
pub const SHOWN_MAX: usize = 25;

/// The result of looking for a typed client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    One(Hit),
    /// Several clients.
    Many {
        typed: String,
        /// The first [`SHOWN_MAX`].
        shown: Vec<Candidate>,
        /// How many there are in all.
        total: u64,
    },
    /// No client; the nearest ones, best first.
    None {
        typed: String,
        nearest: Vec<Named>,
        /// The words behind the one client that the text begins with; empty if it begins with none.
        behind: String,
    },
    /// The number of a document that does not exist: it names nobody.
    NoDocument(InvoiceNumber),
}

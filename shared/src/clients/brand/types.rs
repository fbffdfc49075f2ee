//! The record of a reseller's brand.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernel::id::ClientId;

/// What the clients below a reseller read in mail: a sender of its own. The nearest branded reseller above a
/// client supplies it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brand {
    /// The reseller.
    pub client: ClientId,
    pub version: u64,
    /// The sender's name: at most 60 characters.
    pub sender: String,
    /// Where answers go; empty is the desk's own sender.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reply_to: String,
    /// The end of each mail, behind the sender's name: at most 300 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub closing: String,
}

/// In one line, as replies state it.
impl fmt::Display for Brand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sender)?;
        let rest = [&self.reply_to, &self.closing].into_iter().filter(|text| !text.is_empty());
        rest.into_iter().try_for_each(|text| write!(f, " · {text}"))
    }
}

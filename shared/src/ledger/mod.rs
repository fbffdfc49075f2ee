//! Accounts, their immutable entries, and the posting of lines. Imports the kernel only.
//!
//! Invariant: an account's totals move only in [`posting::post`], which makes the entry and the
//! account after it.

pub mod account;
pub mod entry;
pub mod posting;

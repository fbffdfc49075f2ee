//! What every capability is built on: identifiers, money and credits, callers and actors, the fixed
//! properties of an operation, the change of credits as lines, jobs and the audit trail.
//!
//! Invariant: no file here names a capability (invoice, plan, price list, client record …) or
//! imports a later layer. The order of layers is `kernel ← ledger ← <capability>/types.rs ←
//! contract ← decisions`; a test holds it file by file.
//!
//! Absent on purpose: a clock, the environment, AWS, chat, `async`.

pub mod actor;
pub mod audit;
pub mod bank;
pub mod credit;
pub mod currency;
pub mod day;
pub mod email;
pub mod fold;
pub mod hash;
pub mod id;
pub mod job;
pub mod letter;
pub mod mail;
pub mod mode;
pub mod money;
pub mod movement;
pub mod spec;
pub mod tax;
pub mod text;
pub mod typed;

//! The desk as the caller of a provider: rounds over the events that a provider lists, and refunds that staff
//! ask for.

pub mod refund;
pub mod types;

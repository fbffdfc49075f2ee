//! The desk as the caller of a provider: rounds over the events that a provider lists.

pub mod types;

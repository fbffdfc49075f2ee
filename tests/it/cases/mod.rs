//! Inputs that went wrong once, as they were typed, with the right results and the balances after them.
//! A file for each area.

mod data;
mod faults;
mod lines;
mod machine;
mod mending;
mod names;
mod questions;
mod typed;

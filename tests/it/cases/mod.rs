//! Inputs that went wrong once, as they were typed, with the right results and the balances after them.
//! A file for each area.

mod attack;
mod data;
mod edits;
mod faults;
mod lines;
mod machine;
mod mending;
mod names;
mod payments;
mod questions;
mod scale;
mod typed;
mod words;

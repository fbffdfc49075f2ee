//! Inputs that went wrong once, as they were typed, with the right results and the balances after them.
//! A file for each area.

mod attack;
mod data;
mod edits;
mod faults;
mod first_day;
mod held;
mod lines;
mod machine;
mod meant;
mod mending;
mod names;
mod payments;
mod questions;
mod rights;
mod scale;
mod stop;
mod takeback;
mod typed;
mod words;

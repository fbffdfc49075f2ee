//! The desk, tested from outside: through chat lines, HTTP and the program, on the real store.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    reason = "a test that panics has found something; the lints are for code that has to go on"
)]

mod billing;
mod discord;
mod http;
mod meter;
mod outage;
mod provider;
mod slack;
mod tamper;
mod world;

mod actors;
mod cases;
mod clients;
mod costs;
mod credits;
mod deduct;
mod entrances;
mod export;
mod front;
mod invoices;
mod layers;
mod layout;
mod names;
mod permissions;
mod plans;
mod prices;
mod program;
mod reading;
mod roles;
mod settling;
mod signatures;
mod sim;
mod transcripts;
mod typed;
mod undo;
mod words;

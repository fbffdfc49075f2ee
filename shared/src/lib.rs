//! The business of the desk: what clients, credits, invoices and staff are, and every rule about
//! them, as plain synchronous functions.
//!
//! Layers, by file: `kernel ← ledger ← <capability>/types.rs ← contract ← decision, <capability>/*.rs`.
//! No file of an earlier layer imports a file of a later layer; a test holds it.
//!
//! Absent on purpose: AWS, chat, HTTP, a clock, the environment, `async`. A decision sees only the
//! [`contract::image::Image`] of what was read and the time that it is given, and returns a
//! [`decision::Decision`] or the reason to stop.

#![cfg_attr(
    test,
    expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_wrap,
        reason = "tests count plainly"
    )
)]

pub mod kernel;
pub mod ledger;

pub mod contract;
pub mod decision;
pub mod plans;

pub mod books;
pub mod clients;
pub mod credits;
pub mod desk;
pub mod invoices;
pub mod payments;
pub mod permissions;
pub mod pricing;
pub mod settings;
pub mod staff;

#[cfg(test)]
mod tests;

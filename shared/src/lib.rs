//! The business of the desk: what clients, credits, invoices and staff are, and every rule about
//! them, as plain synchronous functions.
//!
//! What is absent on purpose: AWS, chat, HTTP, a clock, the environment, `async`. A decision sees
//! only the [`record::Image`] of what was read and the time that it is given, and returns a
//! [`record::Change`] or a [`refusal::Refusal`].
//!
//! Modules in reading order: the things, then the contract, then the decisions.

#![cfg_attr(
    test,
    expect(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_wrap,
        reason = "tests count plainly"
    )
)]

pub mod credit;
pub mod money;
pub mod id;
pub mod client;
pub mod account;
pub mod entry;
pub mod settings;
pub mod invoice;
pub mod staff;
pub mod plan;
pub mod job;
pub mod mail;
pub mod audit;
pub mod notice;
pub mod record;

pub mod operation;
pub mod answer;
pub mod refusal;

pub mod search;
pub mod posting;
pub mod decide;

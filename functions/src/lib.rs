//! The AWS shell of the desk: it reads what a decision needs, asks the decision, and writes what
//! the decision says, entirely or not at all.
//!
//! Modules in reading order: failures; the store (its layout first); the desk, which
//! answers calls; the range reads, a folder for each capability; what happens after a commit (the
//! effects, the jobs, the sweep); the proof of the books; how a desk is set up; and what only the
//! deployed functions need.
//!
//! What is absent on purpose: rules about credits, clients, money or roles (they are in `shared`),
//! and words that staff read (they are the chat shell's).

#![cfg_attr(test, expect(clippy::arithmetic_side_effects, reason = "tests count plainly"))]

pub mod failure;

pub mod store;

pub mod desk;
pub mod entrance;
pub mod reads;

pub mod clients;
mod credits;
mod invoices;
mod payments;
mod plans;
mod staff;

pub mod effects;
pub mod jobs;
pub mod sweep;

pub mod billing;
pub mod books;
pub mod setup;

#[cfg(feature = "aws")]
pub mod aws;
pub mod config;

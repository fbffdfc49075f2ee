//! The whole desk in one process: the embedded store, the functions' code, the chat and its HTTP
//! front ends, put together in [`desk`]. The program `creditdesk` is a thin shell around it, and
//! the tests drive the same thing.

pub mod config;
pub mod connections;
pub mod desk;
mod dialogue;
pub mod embedded;
pub mod export;
pub mod fixture;
pub mod files;
pub mod intercept;
mod link_key;
pub mod listing;
pub mod lock;
pub mod outbox;
mod paste;
pub mod program;
pub mod progress;
pub mod proof;
pub mod register;
pub mod sample;
pub mod say;
pub mod serve;
pub mod store_errors;
pub mod terminal;
mod together;
pub mod trigger;
pub mod worker;
pub mod working;

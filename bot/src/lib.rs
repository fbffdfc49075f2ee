//! The chat shell of the desk: a typed line becomes a [`shared::contract::call::Call`], the function's reply
//! becomes a [`view::View`], and each front end draws the view in its own way.
//!
//! The path of an [`interaction::Interaction`]: [`grammar`] (text, options, a pressed button or a
//! filled-in form to a [`command::Command`] with its arguments) → [`chat`] (the call to a function) →
//! [`reply`] and [`commands`] (the words) → [`terminal`], [`slack`] or [`discord`]. Help, completion,
//! registration and usage lines are derived from [`commands::COMMANDS`].
//!
//! Absent on purpose: decisions about credits, roles or clients. The functions take them, and no check
//! here replaces a check there.

pub mod view;
pub mod command;
pub mod commands;
pub mod grammar;

pub mod form;
pub mod handover;
pub mod interaction;
pub mod button;

pub mod functions;
#[cfg(feature = "aws")]
pub mod lambda;
#[cfg(test)]
#[cfg(feature = "aws")]
mod events;

pub mod chat;
pub mod complete;
pub mod export;
pub mod json;
pub mod registration;
pub mod reply;

pub mod config;
pub mod conversation;
pub mod outgoing;

pub mod discord;
pub mod slack;
pub mod terminal;
pub mod worker;

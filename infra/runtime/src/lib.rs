//! What the shells `bot` and `functions` build on: time, environment, secrets, logs, limits of HTTP,
//! clients, and the loops of the Lambda functions.
//!
//! Modules in reading order: time; the environment and its secrets; log lines; routers and the
//! client of the chat platforms (feature `http`); the AWS SDK's settings; Lambda (feature `aws`,
//! routers with `router`).
//!
//! Absent on purpose: any word of the business or of a chat platform. This crate depends on none of
//! the others.

pub mod clock;

pub mod environment;
pub mod secret;

pub mod causes;
pub mod log;

#[cfg(feature = "http")]
pub mod client;
#[cfg(feature = "http")]
pub mod http;

pub mod aws;
#[cfg(feature = "aws")]
pub mod lambda;

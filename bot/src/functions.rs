//! The port to the functions: through AWS Lambda when the desk is deployed, inside the process when it
//! runs locally.
//!
//! Invariant: only [`Unreachable::NotAsked`] may be shown as "nothing was changed"; a call that was sent
//! and not answered may have been done.

use std::future::Future;
use std::pin::Pin;

use shared::contract::call::{Call, Reply};
use shared::kernel::spec::Function;

/// An answer that is still to come.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Reply, Unreachable>> + Send + 'a>>;

/// The port to the functions.
pub trait Functions: Send + Sync {
    /// Calls one function, once. The caller has a deadline, so there are no retries.
    fn call<'a>(&'a self, function: Function, call: &'a Call) -> Answering<'a>;
}

/// A function did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// The call never reached it: nothing was changed.
    #[error("the call was not sent: {0}")]
    NotAsked(String),
    /// The call was sent and not answered: it may have been done.
    #[error("the call was sent and not answered: {0}")]
    Unanswered(String),
}

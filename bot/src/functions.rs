//! Asking the functions that decide: a port, because they are called through AWS Lambda when the
//! desk is deployed and inside the process when it runs locally.
//!
//! Invariant: an error says what is known. Only [`Unreachable::NotAsked`] may be shown as "nothing
//! was changed"; whatever was sent and not answered may have happened.

use std::future::Future;
use std::pin::Pin;

use shared::operation::{Call, Function, Reply};

/// An answer that is still to come.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Reply, Unreachable>> + Send + 'a>>;

/// Whatever can ask the functions.
pub trait Functions: Send + Sync {
    /// Asks one function, once: no retries, because the key would make them one call anyway and the
    /// caller has a deadline.
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

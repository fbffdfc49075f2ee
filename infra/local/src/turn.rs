//! Turns: whoever is about to change something waits until the others have.
//!
//! A change is written on the version that was read, so of a hundred processes that start together
//! one gets through and ninety-nine read again, a hundred times over. With turns each reads what
//! the one before it wrote. This is a courtesy and nothing else: no check leans on it, and whoever
//! has waited too long, or cannot have the file, goes on without it.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::embedded::{Place, private_file};

/// How long somebody waits for a turn: longer than a call can take, and than a hundred of them do.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// Where turns are taken: nowhere for a store in memory, which no other process has.
#[derive(Debug, Clone)]
pub struct Turns(Option<PathBuf>);

/// A turn, until it is dropped; the system ends it with the process.
#[derive(Debug)]
pub struct Turn {
    _lock: File,
}

impl Turns {
    /// The turns of those who work on a place.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        match place {
            Place::Memory => Self::none(),
            Place::Directory(path) => Self(Some(path.join("turn"))),
        }
    }

    /// No turns.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Waits for a turn.
    pub async fn take(&self) -> Option<Turn> {
        let lock = private_file(self.0.as_deref()?).ok()?;
        match lock.try_lock() {
            Ok(()) => return Some(Turn { _lock: lock }),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(_)) => return None,
        }
        let (give, given) = oneshot::channel();
        // A thread of its own, which nobody waits for: whoever gave up leaves it behind, and the
        // lock that comes too late is dropped with the channel.
        let waiting = move || {
            if lock.lock().is_ok() {
                drop(give.send(Turn { _lock: lock }));
            }
        };
        thread::Builder::new().name("turn".to_owned()).spawn(waiting).ok()?;
        timeout(WAIT_MAX, given).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(test);
    }

    #[test]
    fn one_has_the_turn_and_the_next_gets_it() {
        run(async {
            let folder = tempfile::tempdir().unwrap();
            let turns = Turns::of(&Place::Directory(folder.path().to_owned()));
            let first = turns.take().await.unwrap();
            let soon = Duration::from_millis(100);
            assert!(timeout(soon, turns.take()).await.is_err(), "somebody has it");
            drop(first);
            // The one that gave up gets it first, and leaves it.
            assert!(timeout(Duration::from_secs(5), turns.take()).await.unwrap().is_some());
        });
    }

    #[test]
    fn without_a_file_nobody_waits() {
        run(async {
            assert!(Turns::of(&Place::Memory).take().await.is_none());
            let nowhere = Place::Directory("/dev/null/nowhere".into());
            assert!(Turns::of(&nowhere).take().await.is_none());
        });
    }
}

//! The lock on changes: processes that are about to change the same desk do so one after the other.
//!
//! A change is written on the version that was read, so of a hundred processes that start together
//! one succeeds and ninety-nine read again, a hundred times over. With the lock each reads what the
//! process before it wrote. It saves work and protects nothing: no check depends on it, and a caller
//! that has waited too long, or cannot have the file, goes on without it.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::embedded::{Place, private_file};

/// How long a caller waits: longer than a hundred calls take.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// The lock of a place; none for a store in memory, which no other process has.
#[derive(Debug, Clone)]
pub struct WriteLock {
    path: Option<PathBuf>,
    wait: Duration,
}

/// The lock, held until this is dropped; the system releases it with the process.
#[derive(Debug)]
pub struct WriteGuard {
    _file: File,
}

impl WriteLock {
    /// The lock of a place.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        match place {
            Place::Memory => Self::none(),
            Place::Directory(path) => Self { path: Some(path.join("write.lock")), wait: WAIT_MAX },
        }
    }

    /// No lock.
    #[must_use]
    pub fn none() -> Self {
        Self { path: None, wait: WAIT_MAX }
    }

    /// Waits for the lock.
    pub async fn acquire(&self) -> Option<WriteGuard> {
        let file = private_file(self.path.as_deref()?).ok()?;
        match file.try_lock() {
            Ok(()) => return Some(WriteGuard { _file: file }),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(_)) => return None,
        }
        let (sender, guard) = oneshot::channel();
        // Nothing waits for this thread: a lock that comes too late is dropped with the channel.
        let wait = move || {
            if file.lock().is_ok() {
                drop(sender.send(WriteGuard { _file: file }));
            }
        };
        thread::Builder::new().name("write lock".to_owned()).spawn(wait).ok()?;
        timeout(self.wait, guard).await.ok()?.ok()
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
    fn write_lock_is_held_by_one_caller_and_passes_to_the_next() {
        run(async {
            let folder = tempfile::tempdir().unwrap();
            let lock = WriteLock::of(&Place::Directory(folder.path().to_owned()));
            let first = lock.acquire().await.unwrap();
            let soon = Duration::from_millis(100);
            assert!(timeout(soon, lock.acquire()).await.is_err(), "another caller holds it");

            drop(first);

            // The caller that gave up gets it first, and drops it.
            assert!(timeout(Duration::from_secs(5), lock.acquire()).await.unwrap().is_some());
        });
    }

    #[test]
    fn write_lock_that_is_held_too_long_is_not_waited_for_any_more() {
        run(async {
            let folder = tempfile::tempdir().unwrap();
            let lock = WriteLock::of(&Place::Directory(folder.path().to_owned()));
            let held = lock.acquire().await.unwrap();
            let short = WriteLock { wait: Duration::from_millis(50), ..lock.clone() };

            let soon = timeout(Duration::from_secs(5), short.acquire()).await;

            assert!(soon.unwrap().is_none(), "the caller goes on without it");
            drop(held);
            assert!(lock.acquire().await.is_some());
        });
    }

    #[test]
    fn write_lock_without_a_file_is_not_waited_for() {
        run(async {
            assert!(WriteLock::of(&Place::Memory).acquire().await.is_none());
            let nowhere = Place::Directory("/dev/null/nowhere".into());
            assert!(WriteLock::of(&nowhere).acquire().await.is_none());
        });
    }
}

//! The time. This is the only place that reads the system clock, so that a simulation can run on
//! virtual time and a test can let ten minutes pass at once.
//!
//! Every time is whole milliseconds: what is stored reads back as it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Tells the time. Clones tell the same time.
#[derive(Debug, Clone)]
pub struct Clock {
    base: Base,
    ahead_ms: Arc<AtomicI64>,
}

#[derive(Debug, Clone, Copy)]
enum Base {
    System,
    Virtual { from: Timestamp, since: tokio::time::Instant },
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self { base: Base::System, ahead_ms: Arc::default() }
    }

    /// A clock that begins at `from` and moves as tokio's does: with paused time it moves only
    /// while everybody sleeps.
    #[must_use]
    pub fn virtual_from(from: Timestamp) -> Self {
        let since = tokio::time::Instant::now();
        Self { base: Base::Virtual { from, since }, ahead_ms: Arc::default() }
    }

    /// Sets the clock forward, or back, for all of its clones.
    pub fn advance(&self, by: SignedDuration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(0);
        self.ahead_ms.fetch_add(by_ms, Ordering::Relaxed);
    }

    /// The time, in whole milliseconds.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let base_ms = match self.base {
            #[expect(clippy::disallowed_methods, reason = "this is the clock")]
            Base::System => Timestamp::now().as_millisecond(),
            Base::Virtual { from, since } => {
                let elapsed_ms = i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX);
                from.as_millisecond().saturating_add(elapsed_ms)
            }
        };
        let ahead_ms = self.ahead_ms.load(Ordering::Relaxed);
        Timestamp::from_millisecond(base_ms.saturating_add(ahead_ms)).unwrap_or(Timestamp::MAX)
    }

    /// Waits. Setting the clock does not shorten it.
    pub async fn sleep(&self, for_: Duration) {
        tokio::time::sleep(for_).await;
    }
}

/// A random part of `most`, so that those who wait for the same thing do not come back together.
#[must_use]
pub fn jitter(most: Duration) -> Duration {
    let most_us = u64::try_from(most.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(fastrand::u64(0..=most_us))
}

/// The most to wait before a repeat: 25 ms, doubled each time, at most 800 ms (LEDGER §3).
#[must_use]
pub fn backoff(repeats: u32) -> Duration {
    let doubled = 25_u64.saturating_mul(1_u64.checked_shl(repeats.min(5)).unwrap_or(32));
    Duration::from_millis(doubled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_are_set_together_and_tell_whole_milliseconds() {
        let clock = Clock::virtual_from("2026-03-01T12:00:00.123Z".parse().unwrap());
        let other = clock.clone();
        clock.advance(SignedDuration::from_mins(10));
        let passed = other.now().duration_since("2026-03-01T12:10:00.123Z".parse().unwrap());
        assert!(passed >= SignedDuration::ZERO && passed < SignedDuration::from_secs(60));
        assert_eq!(other.now().as_microsecond() % 1_000, 0);
    }

    #[test]
    fn the_wait_doubles_up_to_its_most() {
        let waits: Vec<u128> = (0..8).map(|n| backoff(n).as_millis()).collect();
        assert_eq!(waits, [25, 50, 100, 200, 400, 800, 800, 800]);
        assert!(jitter(Duration::from_millis(25)) <= Duration::from_millis(25));
    }
}

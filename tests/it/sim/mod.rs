//! The deterministic simulation: the real functions, through the real SDK, over a wire that a seed
//! owns ([`wire`]), in virtual time. Callers run at once, are killed, and repeat themselves as
//! platforms and people do; afterwards everything is delivered once more in calm weather, and what
//! was ever answered is held against what is stored.
//!
//! `cargo test` runs a smoke test of a few seeds. `SIM_SECONDS` runs the storms for a given time, and
//! on until they have `SIM_OPERATIONS` (50,000 unless set); `SIM_SEED` runs one seed. `CLASH_RUNS`
//! and `KILLS` set how many clashes, and how many kills of a process, there are.

pub mod stage;
pub mod wire;

mod clash;
pub mod crashes;
mod crowd;
mod jobs;
mod nights;
mod patience;
pub mod replays;
mod storm;

/// A number that the caller of the tests gives in the environment.
pub fn number(name: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "a test is told how long to run by its caller")]
    std::env::var(name).ok()?.parse().ok()
}

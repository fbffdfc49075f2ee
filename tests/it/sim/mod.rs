//! The deterministic simulation: the real functions, through the real SDK, over a wire that a seed
//! owns ([`wire`]), in virtual time. Callers run at once, are killed, and repeat themselves as
//! platforms and people do; afterwards everything is delivered once more in calm weather, and what
//! was ever answered is held against what is stored.
//!
//! `SIM_OPERATIONS` sets how many operations all seeds together perform, `SIM_SEED` runs one seed.

pub mod stage;
pub mod wire;

mod clash;
mod crashes;
mod crowd;
mod jobs;
mod nights;
mod patience;
mod storm;

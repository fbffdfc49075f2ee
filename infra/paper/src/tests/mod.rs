//! The layout, the figures and the bytes of whole documents. [`samples`] are also written to `target/paper` for the
//! readers of others (`tests/oracles/paper.py`).

mod generated;
pub(crate) mod samples;
mod written;

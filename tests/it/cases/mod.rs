//! Inputs that once went wrong, typed at the real desk: the right result, and the balances after it.

mod questions;

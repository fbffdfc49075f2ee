//! Inputs that once went wrong, typed at the real desk, with the balances after them.

mod mending;

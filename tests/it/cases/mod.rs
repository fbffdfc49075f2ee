//! Inputs that went wrong once, typed at the real desk, each with the right result and the balances after
//! it.

mod names;

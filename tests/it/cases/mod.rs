//! Inputs that went wrong once, each typed at the real desk.

mod data;
mod machine;

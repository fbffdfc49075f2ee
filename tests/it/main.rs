//! The desk, tested from outside: through chat lines, HTTP and the program, on the real store.

mod costs;
mod credits;
mod deduct;
mod http;
mod layout;
mod meter;
mod plans;
mod program;
mod sim;
mod slack;
mod undo;
mod world;

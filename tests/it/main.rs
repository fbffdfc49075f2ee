//! The desk, tested from outside: through chat lines, HTTP and the program, on the real store.

mod http;
mod meter;
mod slack;
mod world;

mod clients;
mod costs;
mod credits;
mod deduct;
mod front;
mod invoices;
mod layout;
mod permissions;
mod plans;
mod prices;
mod program;
mod reading;
mod roles;
mod sim;
mod undo;
mod words;

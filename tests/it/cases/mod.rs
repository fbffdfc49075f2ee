//! Inputs that once went wrong, typed at the real desk, with the right answer.

mod words;

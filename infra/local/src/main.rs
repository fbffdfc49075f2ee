//! The program `creditdesk`.

use std::process::ExitCode;

fn main() -> ExitCode {
    creditdesk::program::run()
}

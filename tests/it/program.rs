//! The program itself: its own process, its flags, its exit codes, its data directory.

use std::process::{Command, Stdio};

/// What a run of the program left.
#[derive(Debug)]
pub struct Out {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The program with a bare environment.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_creditdesk"));
    command.env_clear().stdin(Stdio::null());
    command
}

/// Runs the program to its end.
pub fn creditdesk(arguments: &[&str]) -> Out {
    run(command().args(arguments))
}

fn run(command: &mut Command) -> Out {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Out {
        code: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

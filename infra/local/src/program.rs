//! The program's flags and subcommands, and how each ends: exit code 0 ok, 1 the books do not
//! prove, 2 usage, 3 refused, 4 something still waits, 5 failed.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use shared::id::Identity;

use crate::config::Config;
use crate::desk::{Local, NoDesk};
use crate::embedded::{Embedded, Place};
use crate::{books, sample, say, serve, terminal};

/// Where the terminal desk and `serve` listen when nothing else is said.
const PORT: u16 = 8787;

/// The desk at which an SMS and MMS business sells message credits.
///
/// Without a subcommand: the local desk, with a chat in this terminal and HTTP on 127.0.0.1:8787.
#[derive(Debug, Parser)]
#[command(name = "creditdesk", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(flatten)]
    on: On,
    #[command(subcommand)]
    command: Option<Command>,
}

/// On which data.
#[derive(Debug, Clone, Args)]
struct On {
    /// The directory that holds the desk’s data
    #[arg(long, global = true, value_name = "DIR", default_value = ".creditdesk")]
    data: PathBuf,
    /// Keep the data in memory: it is gone when the program ends
    #[arg(long, global = true)]
    memory: bool,
    /// Fill a new or memory desk with a sample first
    #[arg(long, global = true)]
    demo: bool,
}

impl On {
    fn place(&self) -> Place {
        if self.memory { Place::Memory } else { Place::Directory(self.data.clone()) }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve HTTP only
    Serve {
        /// The port on 127.0.0.1; 0 picks one
        #[arg(long, default_value_t = PORT)]
        port: u16,
    },
    /// Run chat lines and print the replies
    Say(Say),
    /// Fill a new desk with a believable sample
    Demo,
    /// Print all commands, as text or as the chat platforms want them
    Commands {
        /// In which form
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Prove the books: exit 1 on any mismatch
    Verify {
        /// One JSON object instead of text
        #[arg(long)]
        json: bool,
    },
    /// Show what the desk would have sent
    Outbox {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Serve a bare embedded DynamoDB whose tables are made and filled, for tests of the functions
    #[command(hide = true)]
    Store {
        /// The port on 127.0.0.1; 0 picks one
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Make the first start and the sample through any DynamoDB endpoint whose tables exist
    #[command(hide = true)]
    Fill {
        /// The endpoint, such as http://127.0.0.1:4566
        #[arg(long, value_name = "URL")]
        endpoint: String,
    },
}

#[derive(Debug, Clone, Args)]
struct Say {
    /// Who says it
    #[arg(long = "as", value_name = "IDENTITY", default_value = crate::config::TERMINAL)]
    by: Identity,
    /// One JSON object a line instead of text
    #[arg(long)]
    json: bool,
    /// Confirm what asks for one’s own confirmation; never approves, never repeats a duplicate
    #[arg(long)]
    yes: bool,
    /// The idempotency key of a single line
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// The lines; `-` stands for the lines of standard input
    #[arg(required = true, value_name = "LINE")]
    lines: Vec<String>,
}

/// The forms in which the commands can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading in a terminal.
    Text,
    /// The table of the README.
    Markdown,
    /// What Discord is told to register.
    Discord,
    /// The manifest of the Slack app.
    Slack,
}

/// Why the program could not do what it was started for.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// There is no desk to work on.
    #[error(transparent)]
    NoDesk(#[from] NoDesk),
    /// The HTTP port cannot be had.
    #[error("127.0.0.1:{port} cannot be listened on: {source}{}", taken(source))]
    Port {
        /// Which.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// Standard output or input is gone.
    #[error("standard input or output: {0}")]
    Stream(#[from] io::Error),
    /// Anything else, in words.
    #[error("{0}")]
    Other(String),
}

fn taken(source: &io::Error) -> &'static str {
    if source.kind() == io::ErrorKind::AddrInUse {
        ". Another desk may be running; choose another port with `serve --port N`"
    } else {
        ""
    }
}

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let named_data = std::env::args_os().any(|a| a.as_encoded_bytes().starts_with(b"--data"));
    if arguments.on.memory && named_data {
        let clash = clap::error::ErrorKind::ArgumentConflict;
        Arguments::command().error(clash, "--memory and --data exclude each other").exit();
    }
    let ended = Config::read().map_err(Trouble::Other).and_then(|config| {
        log_to_standard_error(&config);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(dispatch(arguments, &config))
    });
    match ended {
        Ok(code) => ExitCode::from(code),
        // Whoever read the output went away: there is nobody left to tell.
        Err(Trouble::Stream(e)) if e.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(5),
        Err(trouble) => {
            // Nothing can be done when standard error is gone as well.
            drop(writeln!(io::stderr(), "creditdesk: {trouble}."));
            ExitCode::from(5)
        }
    }
}

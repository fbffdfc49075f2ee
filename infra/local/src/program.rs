//! The program's flags and subcommands. Each ends with an exit code:
//!
//! | Code | Meaning |
//! |--|--|
//! | 0 | done |
//! | 1 | `verify` found a mismatch |
//! | 2 | the line or the directory was typed wrongly |
//! | 3 | refused |
//! | 4 | a request waits for a confirmation or an approval |
//! | 5 | failed |
//!
//! Invariant: `--demo` works on a sample desk only, in a directory of its own.

use std::io::{self, IsTerminal, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use shared::kernel::id::{Identity, OpId};
use tokio::sync::Notify;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use crate::config::{Config, PORT, TERMINAL};
use crate::desk::{Local, NoDesk};
use crate::embedded::{self, NoStore, Place};
use crate::export::{self, Export};
use crate::listing::{self, Format};
use crate::sample::Filling;
use crate::say::Lines;
use crate::trigger::Trigger;
use crate::working::Working;
use crate::{fixture, outbox, proof, register, sample, say, serve, terminal, trigger};

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

/// The directory of a desk in the working directory.
const DESK: &str = ".creditdesk";

/// The directory of the sample desk in the working directory.
const SAMPLE: &str = ".creditdesk-demo";

/// On which data.
#[derive(Debug, Clone, Args)]
struct On {
    /// The directory that holds the desk’s data [default: .creditdesk, with --demo .creditdesk-demo]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Keep the data in memory: it is gone when the program ends
    #[arg(long, global = true)]
    memory: bool,
    /// Work on a sample desk, apart from your own; a new one is filled first
    #[arg(long, global = true)]
    demo: bool,
    /// The identity that types, in the terminal and in `say` [default: local:owner]
    #[arg(long = "as", global = true, value_name = "IDENTITY", value_parser = identity)]
    by: Option<Identity>,
}

impl On {
    /// The identity that types.
    fn identity(&self) -> Result<Identity, Trouble> {
        let owner = || TERMINAL.parse();
        let by = self.by.clone().map_or_else(owner, Ok);
        by.map_err(|_| Trouble::Other(format!("{TERMINAL} is not an identity")))
    }

    fn place(&self) -> Place {
        if self.memory {
            return Place::Memory;
        }
        let directory = if self.demo { SAMPLE } else { DESK };
        Place::Directory(self.data.clone().unwrap_or_else(|| PathBuf::from(directory)))
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
    /// Fill a new sample desk and end
    Demo,
    /// Print all commands, as text or as the chat platforms want them
    Commands {
        /// In which form
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        /// Where Slack reaches the desk, for its manifest
        #[arg(long, required_if_eq("format", "slack"), value_parser = listing::base)]
        url: Option<String>,
    },
    /// Register the commands at a chat platform; needs DISCORD_APPLICATION_ID and DISCORD_BOT_TOKEN
    Register {
        /// Which platform
        #[arg(value_enum)]
        platform: Platform,
        /// Only in this guild, where a change shows at once
        #[arg(long, value_name = "ID")]
        guild: Option<String>,
        /// Show what would change, change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Send an event to the local desk, signed as a billing provider signs it
    Trigger(Trigger),
    /// Prove the books: exit 1 on any mismatch
    Verify {
        /// One JSON object instead of text
        #[arg(long)]
        json: bool,
    },
    /// Write the books as a journal, for accountants
    Export(Export),
    /// Show what the desk would have sent
    Outbox {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Serve a bare embedded DynamoDB in memory, with its tables made, for tests of the functions
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
    /// One JSON object a line instead of text
    #[arg(long)]
    json: bool,
    /// Confirm the caller’s own requests; never approves, never repeats a duplicate
    #[arg(long)]
    yes: bool,
    /// The idempotency key of a single line: repeated under the same key, it is done once
    #[arg(long, value_name = "KEY", value_parser = key)]
    key: Option<String>,
    /// Make the desk if the directory holds none
    #[arg(long)]
    new: bool,
    /// The lines; `-` stands for the lines of standard input
    #[arg(required = true, value_name = "LINE")]
    lines: Vec<String>,
}

/// The platforms that are told; Slack takes the manifest where the app is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Platform {
    /// Discord, with DISCORD_APPLICATION_ID and DISCORD_BOT_TOKEN.
    Discord,
}

/// Why the program could not do what it was started for.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// There is no desk to work on.
    #[error(transparent)]
    NoDesk(#[from] NoDesk),
    /// `--demo` names a desk that is not the sample.
    #[error(
        "the desk in {} is not the sample, and no sample was added. Leave out --demo to open it, or \
         leave out --data to open the sample in {SAMPLE}",
        .0.display()
    )]
    NotTheSample(PathBuf),
    /// The HTTP port cannot be had.
    #[error("127.0.0.1:{port} cannot be listened on: {source}{}", taken(source))]
    Port { port: u16, source: io::Error },
    /// Standard output or input is gone.
    #[error("standard input or output: {0}")]
    Stream(#[from] io::Error),
    /// A line was carried out, and its reply cannot be written.
    #[error(
        "the line was carried out as {op}, but its reply cannot be written: {source}. \
         `/history {op}` shows it; do not repeat the line"
    )]
    Unwritten {
        op: OpId,
        #[source]
        source: io::Error,
    },
    /// Anything else, in words.
    #[error("{0}")]
    Other(String),
}

impl Trouble {
    /// The exit code: a directory without the desk was typed wrongly; all else has failed.
    fn code(&self) -> u8 {
        match self {
            Trouble::NoDesk(NoDesk::NoStore(NoStore::Nowhere(_))) | Trouble::NotTheSample(_) => 2,
            Trouble::NoDesk(_)
            | Trouble::Port { .. }
            | Trouble::Stream(_)
            | Trouble::Unwritten { .. }
            | Trouble::Other(_) => 5,
        }
    }
}

fn taken(source: &io::Error) -> &'static str {
    if source.kind() == io::ErrorKind::AddrInUse {
        ". Another desk may be running, and a tunnel to this port reaches that one; choose another \
         port with `serve --port N`"
    } else {
        ""
    }
}

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    // Checked here, because clap compares global flags only where they were typed.
    if arguments.on.memory && arguments.on.data.is_some() {
        let clash = clap::error::ErrorKind::ArgumentConflict;
        Arguments::command().error(clash, "--memory and --data exclude each other").exit();
    }
    let has_webhooks =
        matches!(arguments.command, None | Some(Command::Serve { .. } | Command::Trigger(_)));
    let config = Config::read(has_webhooks).map_err(|faults| Trouble::Other(faults.to_string()));
    let ended = config.and_then(|config| {
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
            ExitCode::from(trouble.code())
        }
    }
}

fn log_to(writer: BoxMakeWriter, config: &Config, colour: bool) {
    let filter = EnvFilter::new(&config.log);
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(colour).init();
}

fn log_to_standard_error(config: &Config) {
    let colour = io::stderr().is_terminal() && config.has_colour();
    log_to(BoxMakeWriter::new(io::stderr), config, colour);
}

async fn dispatch(arguments: Arguments, config: &Config) -> Result<u8, Trouble> {
    let Arguments { mut on, command } = arguments;
    on.demo |= matches!(command, Some(Command::Demo));
    let chats = command.is_none() && io::stdin().is_terminal();
    if !chats {
        log_to_standard_error(config);
    }
    match command {
        None if chats => at_the_terminal(&on, config).await,
        None => only_serve(&on, config, PORT).await,
        Some(Command::Serve { port }) => only_serve(&on, config, port).await,
        Some(Command::Say(say)) => {
            let by = on.identity()?;
            if let Some(why) = say::misread(&say.lines, say.key.is_some(), &by) {
                let kind = clap::error::ErrorKind::ArgumentConflict;
                Arguments::command().error(kind, why).exit();
            }
            let Say { json, yes, key, new, lines } = say;
            let local = if new || on.demo {
                open(&on, config).await?
            } else {
                Local::open_existing(&on.place(), config).await?
            };
            say::run(&local, &by, Lines { lines, key, yes, json }, config).await
        }
        Some(Command::Demo) => demo(&on, config).await,
        Some(Command::Commands { format, url }) => {
            listing::run(format, url.as_deref().unwrap_or_default())
        }
        Some(Command::Register { platform: Platform::Discord, guild, dry_run }) => {
            register::discord(guild.as_deref(), dry_run, config).await
        }
        Some(Command::Trigger(trigger)) => trigger::run(trigger, &on.place(), config).await,
        Some(Command::Verify { json }) => {
            proof::run(&open_to_read(&on, config).await?, json, config).await
        }
        Some(Command::Export(how)) => {
            export::run(&how, &open_to_read(&on, config).await?, config).await
        }
        Some(Command::Outbox { json }) => {
            outbox::run(&open_to_read(&on, config).await?, json).await
        }
        Some(Command::Store { port }) => fixture::store(port, on.demo, config).await,
        Some(Command::Fill { endpoint }) => fixture::fill(&endpoint, config).await,
    }
}

/// Opens the desk. With `--demo` it is the sample desk, which is filled if it is new.
async fn open(on: &On, config: &Config) -> Result<Local, Trouble> {
    let local = Local::open(&on.place(), config).await?;
    if on.demo {
        fill(&local, on).await?;
    }
    Ok(local)
}

/// Fills a new sample desk. Any other desk stays as it is.
async fn fill(local: &Local, on: &On) -> Result<Filling, Trouble> {
    let filling = sample::filling(local).await.map_err(Trouble::Other)?;
    match (filling, on.place()) {
        (Filling::Open, _) => {
            if io::stderr().is_terminal() {
                notice("filling the sample desk, which takes a few seconds")?;
            }
            sample::fill(local).await.map_err(Trouble::Other)?;
        }
        (Filling::Complete, _) => {}
        (Filling::Foreign, Place::Directory(path)) => return Err(Trouble::NotTheSample(path)),
        (Filling::Foreign, Place::Memory) => {}
    }
    if io::stderr().is_terminal() {
        notice(&sample::notice(&on.place()))?;
    }
    Ok(filling)
}

/// Opens a desk that is there, and changes nothing in its directory. A mistyped directory would be a
/// new desk, whose empty books prove.
async fn open_to_read(on: &On, config: &Config) -> Result<Local, Trouble> {
    if on.demo { open(on, config).await } else { Ok(Local::open_to_read(&on.place(), config)?) }
}

async fn demo(on: &On, config: &Config) -> Result<u8, Trouble> {
    let local = Local::open(&on.place(), config).await?;
    if fill(&local, on).await? == Filling::Complete {
        notice("the sample is complete already, and nothing was added")?;
        return Ok(3);
    }
    let filled = "The sample desk is filled. Open it with --demo, and try: \
                  /addcredit mms acme 500 · /list clients · /help";
    writeln!(io::stdout(), "{filled}")?;
    Ok(0)
}

fn identity(text: &str) -> Result<Identity, String> {
    text.parse().map_err(|_| format!("an identity is {}", Identity::FORMS))
}

fn key(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("a key is not empty".to_owned());
    }
    Ok(text.to_owned())
}

/// What is not a reply goes to standard error, so that replies can be piped.
fn notice(words: &str) -> io::Result<()> {
    writeln!(io::stderr(), "creditdesk: {words}.")
}

async fn only_serve(on: &On, config: &Config, port: u16) -> Result<u8, Trouble> {
    let bound = serve::bind(port).await?;
    let local = Arc::new(open(on, &config.at(bound.address())).await?);
    for off in local.front_ends_off() {
        notice(&off)?;
    }
    writeln!(io::stdout(), "listening on http://{}", bound.address())?;
    io::stdout().flush()?;
    let working = Working::start(&local);
    bound.serve(local.router(), serve::stop_asked()).await;
    working.end().await;
    Ok(0)
}

async fn at_the_terminal(on: &On, config: &Config) -> Result<u8, Trouble> {
    let local = Arc::new(open(on, config).await?);
    // A line of the log would land in the middle of what is being typed.
    match on.place() {
        Place::Directory(path) => {
            let mut log = embedded::private_file(&path.join("log"))?;
            log.seek(SeekFrom::End(0))?;
            log_to(BoxMakeWriter::new(Mutex::new(log)), config, false);
        }
        Place::Memory => log_to_standard_error(config),
    }
    let working = Working::start(&local);
    let stop = Arc::new(Notify::new());
    let mut greeting = local.front_ends_off();
    // Another terminal of the same desk serves already: that is no reason not to chat.
    let serving = match serve::bind(PORT).await {
        Ok(bound) => {
            greeting.push(format!("HTTP on http://{}", bound.address()));
            let (router, stop) = (local.router(), stop.clone());
            Some(tokio::spawn(bound.serve(router, async move { stop.notified().await })))
        }
        Err(trouble) => {
            greeting.push(match trouble {
                Trouble::Port { port, source } if source.kind() == io::ErrorKind::AddrInUse => {
                    format!("HTTP is off: 127.0.0.1:{port} is in use")
                }
                trouble => format!("HTTP is off: {trouble}"),
            });
            None
        }
    };
    if local.is_second() {
        greeting.push("another process has this desk open; this one works through it".to_owned());
    }
    let by = on.identity()?;
    if local.chat().is_new(&by).await {
        greeting.push("This desk is new: /setup asks for what is missing.".to_owned());
    }
    let ended = terminal::run(local, &on.place(), &by, config, &greeting).await;
    stop.notify_one();
    if let Some(serving) = serving {
        drop(serving.await);
    }
    working.end().await;
    ended?;
    Ok(0)
}

//! `creditdesk commands`: all commands, as text or as the chat platforms want them.

use std::io::{self, Write};

use bot::commands::desk::help;
use bot::registration;
use clap::ValueEnum;

use crate::program::Trouble;

/// The forms in which the commands can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading in a terminal.
    Text,
    /// The table of the README.
    Markdown,
    /// What Discord is told to register.
    Discord,
    /// The manifest of the Slack app.
    Slack,
}

/// Prints all commands.
///
/// # Errors
/// Standard output is gone.
pub fn run(format: Format, url: &str) -> Result<u8, Trouble> {
    let text = match format {
        Format::Text => help::text(),
        Format::Markdown => help::markdown(),
        Format::Discord => registration::discord(),
        Format::Slack => registration::slack(url),
    };
    writeln!(io::stdout(), "{}", text.trim_end())?;
    Ok(0)
}

/// An address of the desk: Slack speaks to nothing without TLS.
///
/// # Errors
/// It is no such address.
pub fn base(url: &str) -> Result<String, String> {
    let host = url.strip_prefix("https://").map(|rest| rest.trim_end_matches('/'));
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:/".contains(c);
    match host {
        Some(host) if !host.is_empty() && host.chars().all(plain) => Ok(url.to_owned()),
        Some(_) | None => Err("an address begins with https:// and names a host".to_owned()),
    }
}

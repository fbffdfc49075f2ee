//! `creditdesk outbox`: what the local desk would have sent.

use std::io::{self, Write};

use functions::effects::mail::mailer;

use crate::desk::Local;
use crate::program::Trouble;

/// Prints what was put into the outbox, oldest first.
///
/// # Errors
/// The store did not answer, or standard output is gone.
pub async fn run(local: &Local, as_json: bool) -> Result<u8, Trouble> {
    let sent = mailer::outbox(local.store()).await.map_err(|failure| {
        Trouble::Other(format!("the outbox could not be read: {}", local.cause(&failure)))
    })?;
    let mut out = io::stdout().lock();
    if as_json {
        for one in &sent {
            let line = serde_json::to_string(one).map_err(|e| Trouble::Other(e.to_string()))?;
            writeln!(out, "{line}")?;
        }
        return Ok(0);
    }
    if sent.is_empty() {
        writeln!(out, "Nothing was sent yet. Mail about an added credit waits ten minutes.")?;
    }
    for one in &sent {
        let at = bot::view::utc(one.at);
        writeln!(out, "── {at} · {} to {} · {}", one.channel, one.to, one.subject)?;
        writeln!(out, "{}", one.text.trim_end())?;
        for file in &one.files {
            writeln!(out, "[{file}]")?;
        }
        writeln!(out)?;
    }
    Ok(0)
}

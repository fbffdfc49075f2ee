//! `creditdesk verify`: proves the books from their first entry on.

use std::io::{self, Write};

use bot::reply::words::counted;
use functions::books;
use serde_json::json;

use crate::config::Config;
use crate::desk::Local;
use crate::program::Trouble;
use crate::progress::progress;

/// Proves the books of all clients; exit code 1 when something does not fit.
///
/// # Errors
/// The store did not answer, or standard output is gone.
pub async fn run(local: &Local, as_json: bool, config: &Config) -> Result<u8, Trouble> {
    let bar = progress(config, as_json);
    let proved = books::verify(local.store(), |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    let report = proved.await.map_err(|failure| {
        Trouble::Other(format!("the books could not be read: {}", local.cause(&failure)))
    })?;
    bar.finish_and_clear();
    let mut out = io::stdout().lock();
    let fits = report.mismatches.is_empty();
    if as_json {
        let mismatches = report.mismatches.iter().map(
            |m| json!({ "client": m.client.map(|client| client.to_string()), "entries": m.entries, "what": m.what }),
        );
        let object = json!({
            "ok": fits,
            "clients": report.clients,
            "entries": report.entries,
            "documents": report.documents,
            "mismatches": mismatches.collect::<Vec<_>>(),
        });
        writeln!(out, "{object}")?;
    } else {
        let word = if fits { "The books are right" } else { "The books are WRONG" };
        writeln!(
            out,
            "{word}: {}, {}, {}.",
            counted(report.clients, "client", "clients"),
            counted(report.entries, "entry", "entries"),
            counted(report.documents, "invoice or credit note", "invoices and credit notes")
        )?;
        for mismatch in &report.mismatches {
            writeln!(
                out,
                "  {} at entry {}: {}",
                mismatch.client.map_or_else(|| "desk".to_owned(), |client| client.to_string()),
                mismatch.entries,
                mismatch.what
            )?;
        }
    }
    Ok(u8::from(!fits))
}

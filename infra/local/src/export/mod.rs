//! `creditdesk export`: the books as a journal for accountants. [`read`] reads the records, [`journal`]
//! makes transactions of entries, invoices and payments, [`beancount`] and [`table`] write them.
//!
//! Invariant: the balances that a beancount file asserts come from ACCOUNT, INVOICE and PAYMENT, never from
//! the transactions themselves. So a lost record or a wrong sign makes `bean-check` fail.
//!
//! Absent on purpose: any write.

mod beancount;
mod journal;
mod read;
mod table;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use self::journal::Journal;
use crate::config::Config;
use crate::desk::Local;
use crate::embedded::private_file;
use crate::program::Trouble;
use crate::progress::progress;

/// The form, the days and the file.
#[derive(Debug, Clone, Args)]
pub struct Export {
    /// In which form
    #[arg(long, value_enum)]
    format: Form,
    /// The first day, such as 2026-11-01 [default: the first day of the books]
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// The last day [default: today]
    #[arg(long, value_name = "DAY")]
    until: Option<Date>,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The forms of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A journal with balance assertions, for beancount and Fava.
    Beancount,
    /// A row for each posting.
    Csv,
}

/// Writes the journal of some days.
///
/// # Errors
/// The store did not answer, a record cannot be read, or the file cannot be written.
pub async fn run(export: &Export, local: &Local, config: &Config) -> Result<u8, Trouble> {
    let text = text(local, export.format, (export.from, export.until), config).await?;
    match &export.out {
        None => io::stdout().lock().write_all(text.as_bytes())?,
        Some(path) => {
            let mut file = private_file(path)?;
            file.set_len(0)?;
            file.write_all(text.as_bytes())?;
        }
    }
    Ok(0)
}

/// The journal of the days from the first to the last, where they are given.
///
/// # Errors
/// The store did not answer, or a record cannot be read.
pub async fn text(
    local: &Local,
    form: Form,
    (from, until): (Option<Date>, Option<Date>),
    config: &Config,
) -> Result<String, Trouble> {
    let bar = progress(config, false);
    let read = read::read(local.store(), |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    let records = read.await.map_err(|failure| {
        Trouble::Other(format!("the books could not be read: {}", local.cause(&failure)))
    })?;
    bar.finish_and_clear();
    let today = records.settings.today(local.clock().now());
    let until = until.unwrap_or(today);
    if from.is_some_and(|from| from > until) {
        return Err(Trouble::Other("the last day comes before the first".to_owned()));
    }
    let journal = Journal::of(&records, from, until);
    match form {
        Form::Beancount => Ok(beancount::text(&journal)),
        Form::Csv => table::text(&journal).map_err(|error| Trouble::Other(error.to_string())),
    }
}

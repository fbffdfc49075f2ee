//! The preview of a bank's file: it is read whole or not at all, and compared with the lines that the desk
//! has of those days.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use shared::contract::refusal::Refusal;
use shared::contract::{self, Key};
use shared::kernel::money::Money;
use shared::payments::import::{kept, statement_line};
use shared::payments::inbox::types::{BankFile, FileRead, ImportLine, Preview, PreviewLine};
use shared::payments::statement::identity::{KnownLine, LineKey, compare};
use shared::payments::statement::types::{
    ColumnMap, ColumnQuestion, Flow, Source, StatementError, StatementFile, StatementLine,
    bare_account,
};
use shared::payments::statement::{self, FILE_MAX};
use shared::payments::types::{Answer, Event};

use super::proposals;
use crate::failure::Failure;
use crate::reads::{Read, Scene};
use crate::store::Store;

/// How many days before and after a file's own a stored line may be one of its lines.
const NEAR_DAYS: i64 = 10;
/// The most months of one file.
const MONTHS_MAX: usize = 24;
/// How many questions a file may ask.
const QUESTIONS_MAX: usize = 3;

/// Reads a file, and compares it.
pub(super) async fn preview(store: &Store, scene: &Scene<'_>, file: &BankFile) -> Read {
    let answer = |read| Ok(contract::Answer::Payments(Answer::File(read)));
    let mut read = match read(scene, file)? {
        Ok(read) => read,
        Err(question) => return answer(FileRead::Question(question)),
    };
    let lines = std::mem::take(&mut read.lines).into_iter().map(kept);
    let is_money =
        |line: &StatementLine| line.flow == Flow::In && !line.is_reversal && !line.is_bank_charge;
    let (incoming, outgoing): (Vec<_>, Vec<_>) = lines.partition(is_money);
    let account = incoming.first().map(|line| line.account.clone()).unwrap_or_default();
    let stored = stored(store, &incoming, &account).await?;
    let compared = compare(incoming, &stored);
    let doubtful = compared.doubtful.into_iter().map(|line| (line.key, line.line, Some(line.like)));
    let new = compared.new.into_iter().map(|(key, line)| (key, line, None));
    let all: Vec<(LineKey, StatementLine, Option<LineKey>)> = new.chain(doubtful).collect();
    let lines: Vec<StatementLine> = all.iter().map(|(_, line, _)| line.clone()).collect();
    let proposals = proposals::of_lines(store, &lines).await?;
    let lines = all.into_iter().zip(proposals).map(|((key, line, like), proposals)| PreviewLine {
        import: ImportLine { key, line },
        like,
        proposals,
    });
    let (new, doubtful) = lines.partition(|line| line.like.is_none());
    answer(FileRead::Preview(Preview {
        new,
        doubtful,
        known: u64::try_from(compared.known.len()).unwrap_or(u64::MAX),
        outgoing,
        pending: read.pending,
        notes: read.notes,
    }))
}

/// The content of a file, or what it does not decide.
fn read(
    scene: &Scene<'_>,
    file: &BankFile,
) -> Result<Result<StatementFile, ColumnQuestion>, Refusal> {
    let bytes: Option<Vec<u8>> = file.bytes.chars().map(|c| u8::try_from(c).ok()).collect();
    let bytes = bytes.filter(|bytes| bytes.len() <= FILE_MAX);
    let bytes = bytes.ok_or_else(|| Refusal::invalid("The file is too large, or is no file."))?;
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let account = bare_account(&file.account);
    let mut columns: Option<Box<ColumnMap>> = None;
    for _ in 0..QUESTIONS_MAX {
        let source = Source {
            account: &account,
            currency,
            today: scene.today(),
            columns: columns.as_deref(),
        };
        match statement::read(&bytes, &source) {
            Ok(read) => return Ok(Ok(read)),
            Err(StatementError::Question { question, columns: mut asked }) => {
                match (&question, file.decimals, file.dates) {
                    (ColumnQuestion::Decimals { .. }, Some(mark), _) => {
                        asked.decimal_mark = Some(mark);
                    }
                    (ColumnQuestion::Dates { .. }, _, Some(order)) => {
                        asked.date_order = Some(order);
                    }
                    _ => return Ok(Err(question)),
                }
                columns = Some(asked);
            }
            Err(error) => return Err(Refusal::invalid(format!("{error} Nothing was booked."))),
        }
    }
    Err(Refusal::invalid("The file cannot be read with these answers."))
}

/// The stored lines of the days of a file and of those around them. A line that a person typed may be one of
/// any account.
async fn stored(
    store: &Store,
    lines: &[StatementLine],
    account: &str,
) -> Result<Vec<KnownLine>, Failure> {
    let near = NEAR_DAYS.days();
    let days = lines.iter().flat_map(|line| {
        [line.booked_on, line.booked_on.saturating_sub(near), line.booked_on.saturating_add(near)]
    });
    let months: BTreeSet<Date> = days.map(Date::first_of_month).collect();
    let mut keys = Vec::new();
    for month in months.into_iter().rev().take(MONTHS_MAX) {
        let references = store.line_references(month).await?;
        keys.extend(references.into_iter().map(|reference| Key::Event(reference, 1)));
    }
    let image = store.image(&keys).await?;
    let events = keys.iter().filter_map(|key| image.peek::<Event>(key));
    let known = events.filter_map(|event| {
        let line = event.line.as_ref()?;
        let minor = event.report.sums.received_minor;
        let amount = Money { minor, currency: event.report.currency };
        let mut line = statement_line(line, amount);
        if line.account.is_empty() {
            account.clone_into(&mut line.account);
        }
        Some(KnownLine::new(event.reference.clone(), &line))
    });
    Ok(known.collect())
}

//! The journal as CSV: a row for each posting. No cell is a formula (`bot::export`).

use bot::export::safe;
use shared::kernel::letter::one_line;

use super::beancount::amount;
use super::journal::Journal;

const HEAD: [&str; 7] = ["date", "link", "account", "amount", "commodity", "payee", "text"];

/// The whole file, with a byte order mark.
pub(super) fn text(journal: &Journal) -> Result<String, csv::Error> {
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
    file.write_record(HEAD)?;
    for transaction in &journal.transactions {
        for posting in &transaction.postings {
            file.write_record([
                transaction.date.to_string(),
                safe(&transaction.link),
                posting.account.clone(),
                amount(posting.amount, posting.commodity),
                posting.commodity.code().to_owned(),
                safe(&one_line(&transaction.payee)),
                safe(&one_line(&transaction.text)),
            ])?;
        }
    }
    let bytes = file.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(format!("\u{feff}{}", String::from_utf8_lossy(&bytes)))
}

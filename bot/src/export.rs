//! The CSV file of a reply. It begins with a byte order mark, so that spreadsheets read it as UTF-8.
//!
//! Invariant: no spreadsheet finds a formula in it, whichever separator it uses. A piece that would begin a
//! formula gets an apostrophe. A telephone number is written in groups, so that it stays text and the desk
//! can read it again.

use shared::contract::Answer;
use shared::credits::types as credits;
use shared::desk::types as desk;
use shared::invoices::types::{self as invoices, Settlement};
use shared::kernel::audit::Audit;
use shared::kernel::id::{Named, NamedStaff};
use shared::kernel::money::{decimal, exponent};
use shared::kernel::text::is_invisible;
use shared::ledger::entry::Entry;

use crate::chat::Attachment;
use crate::commands::credits::ledger;
use crate::commands::desk::history;

/// A statement, a history or a list of what is due as a file; `None` for every other answer.
#[must_use]
pub fn file(answer: &Answer) -> Option<Attachment> {
    match answer {
        Answer::Desk(desk::Answer::History { lines, staff, clients, since, .. }) => {
            let bytes = history_rows(lines, staff, clients)?;
            Some(Attachment { name: format!("history-since-{since}.csv"), bytes })
        }
        Answer::Invoices(invoices::Answer::Unpaid(unpaid)) => {
            let name = format!("unpaid-{}.csv", unpaid.today);
            Some(Attachment { name, bytes: unpaid_rows(unpaid)? })
        }
        other => statement(other),
    }
}

fn unpaid_rows(unpaid: &invoices::Unpaid) -> Option<Vec<u8>> {
    let mut file = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let head =
        ["invoice", "client", "client_name", "made", "due", "state", "currency", "gross", "unpaid"];
    file.write_record(head).ok()?;
    for (client, invoice) in &unpaid.page {
        let number = |minor| decimal(minor, exponent(invoice.currency)).replace(',', "");
        let row = [
            invoice.number.to_string(),
            client.id.to_string(),
            safe(&client.name),
            invoice.at.to_string(),
            invoice.due.to_string(),
            if invoice.overdue(unpaid.today) { "overdue" } else { invoice.state.word() }.to_owned(),
            invoice.currency.code().to_owned(),
            number(invoice.gross_minor),
            number(invoice.due_minor()),
        ];
        file.write_record(row).ok()?;
    }
    file.into_inner().ok()
}

fn history_rows(lines: &[Audit], staff: &[NamedStaff], clients: &[Named]) -> Option<Vec<u8>> {
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
    let head = [
        "at",
        "staff",
        "name",
        "outcome",
        "client",
        "client_name",
        "typed",
        "text",
        "credits",
        "op",
    ];
    file.write_record(head).ok()?;
    for line in lines {
        let person = staff.iter().find(|staff| line.staff() == Some(staff.id));
        let client = clients.iter().find(|client| line.client == Some(client.id));
        let row = [
            line.at.to_string(),
            line.by.map(|by| by.to_string()).unwrap_or_default(),
            safe(person.map_or("", |person| person.name.as_str())),
            history::outcome(line.ended).to_owned(),
            line.client.map(|client| client.to_string()).unwrap_or_default(),
            safe(client.map_or("", |client| client.name.as_str())),
            safe(line.typed.as_deref().unwrap_or_default()),
            safe(&history::sentence(line, clients)),
            line.credits.to_string(),
            line.op.to_string(),
        ];
        file.write_record(row).ok()?;
    }
    file.into_inner().ok()
}

fn statement(answer: &Answer) -> Option<Attachment> {
    let Answer::Credits(credits::Answer::Statement {
        client,
        entries,
        since,
        until,
        staff,
        documents,
        ..
    }) = answer
    else {
        return None;
    };
    Some(Attachment {
        name: format!("statement-{}-{since}-{until}.csv", client.login),
        bytes: rows(entries, staff, documents)?,
    })
}

const BYTE_ORDER_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

const HEAD: [&str; 18] = [
    "entry",
    "at",
    "op",
    "reason",
    "kind",
    "granted",
    "used",
    "held",
    "balance",
    "invoice",
    "by",
    "name",
    "note",
    "invoice_state",
    "invoice_gross",
    "invoice_paid",
    "currency",
    "payments",
];

fn rows(entries: &[Entry], staff: &[NamedStaff], documents: &[Settlement]) -> Option<Vec<u8>> {
    let mut file = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    file.write_record(HEAD).ok()?;
    for entry in entries {
        let known = |one: &&NamedStaff| entry.actor.staff() == Some(one.id);
        let name = staff.iter().find(known).map_or("", |one| one.name.as_str());
        let billed = entry.invoice.and_then(|number| ledger::document(number, documents));
        for line in &entry.lines {
            let row = [
                entry.number.to_string(),
                entry.at.to_string(),
                entry.op.to_string(),
                ledger::reason_word(entry.reason).to_owned(),
                line.kind.word().to_owned(),
                line.granted.to_string(),
                line.used.to_string(),
                line.held.to_string(),
                line.balance.to_string(),
                entry.invoice.map(|number| number.to_string()).unwrap_or_default(),
                safe(&entry.actor.to_string()),
                safe(name),
                safe(entry.note.as_deref().unwrap_or_default()),
                billed.map(|document| document.state.word().to_owned()).unwrap_or_default(),
                billed.map(|document| document.gross.plain()).unwrap_or_default(),
                billed.map(|document| document.paid.plain()).unwrap_or_default(),
                billed
                    .map(|document| document.gross.currency.code().to_owned())
                    .unwrap_or_default(),
                safe(&billed.map(|document| document.payments.join(" ")).unwrap_or_default()),
            ];
            file.write_record(row).ok()?;
        }
    }
    file.into_inner().ok()
}

/// A text cell of which no spreadsheet takes a piece for a formula.
#[must_use]
pub fn safe(text: &str) -> String {
    if is_phone(text) {
        return spaced(text);
    }
    let pieces = text.split_inclusive(is_separator);
    let safe: String = pieces
        .map(|piece| if is_formula(piece) { format!("'{piece}") } else { piece.to_owned() })
        .collect();
    // A separator at the beginning may be dropped, as a space is.
    if is_formula(text) && !safe.starts_with('\'') { format!("'{safe}") } else { safe }
}

/// Whether some spreadsheet may divide a row here.
fn is_separator(c: char) -> bool {
    matches!(c, ',' | ';' | '|' | '\t' | '\r' | '\n' | '\0' | '，' | '；')
}

/// Whether a piece begins like a formula, after quotes and everything that is not seen.
fn is_formula(piece: &str) -> bool {
    let unseen = |c: char| {
        c.is_whitespace() || c.is_control() || c == '"' || c == '\u{200D}' || c == '\u{200C}'
    };
    let begins = piece.trim_start_matches(|c| unseen(c) || is_invisible(c));
    begins.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'])
}

fn is_phone(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    let count = rest.chars().filter(char::is_ascii_digit).count();
    (7..=15).contains(&count) && rest.chars().all(|c| c.is_ascii_digit() || c == ' ')
}

/// `+447700900123` as `+447 700 900 123`.
fn spaced(phone: &str) -> String {
    let mut out = String::from("+");
    for (at, digit) in phone.chars().filter(char::is_ascii_digit).enumerate() {
        if at > 0 && at.is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for typed in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "+44 (0)20"] {
            assert!(safe(typed).starts_with('\''), "{typed}");
        }
        for (typed, written) in [
            ("hello;=1+1", "hello;'=1+1"),
            ("hello,\u{3000}＝1", "hello,'\u{3000}＝1"),
            ("a\tb\n@SUM(A1)", "a\tb\n'@SUM(A1)"),
            ("  =1", "'  =1"),
            ("\"=1\"", "'\"=1\""),
            ("a;\"=1\"", "a;'\"=1\""),
            ("\u{200D}=1", "'\u{200D}=1"),
        ] {
            assert_eq!(safe(typed), written, "{typed:?}");
        }
        assert_eq!(safe("paid; 5 left, as agreed"), "paid; 5 left, as agreed");
        assert_eq!(safe("top-up = 5"), "top-up = 5");
        assert_eq!(safe(""), "");
    }

    #[test]
    fn a_telephone_number_keeps_its_digits() {
        assert_eq!(safe("+447700900123"), "+447 700 900 123");
        assert_eq!(safe("+44 7700 900123"), "+447 700 900 123");
    }
}

//! MT940, the bank statement of SWIFT, bare or in the blocks of a message.
//!
//! Invariant: every `:61:` is one line. A field that cannot be read refuses the file, and so does a
//! statement that ends before its closing balance. A line marked as expected is pending.
//!
//! Absent on purpose: MT942, which repeats entries before they are booked.

use iso_currency::Currency;
use jiff::civil::Date;

use crate::kernel::money::Money;
use crate::payments::statement::balance::RunningBalance;
use crate::payments::statement::narrative::narrative;
use crate::payments::statement::types::{
    FileForm, Flow, Source, StatementError, StatementFile, StatementLine, bare_account, minor_of,
    one_line, reference_of,
};

/// A field: its tag, its rows, and the line of the file.
struct Field<'a> {
    tag: &'a str,
    line: usize,
    rows: Vec<&'a str>,
}

/// The statement that is being read.
struct Page {
    account: String,
    currency: Currency,
    /// The number in `:28C:`, for messages.
    number: String,
    line: usize,
    balance: RunningBalance,
    is_closed: bool,
}

/// Whether a text has the form of this format.
#[must_use]
pub fn is_mt940(text: &str) -> bool {
    let marks = [":20:", ":25:", ":60F:", ":61:", ":62F:"];
    text.lines().any(|row| row.contains("{4:") || marks.iter().any(|mark| row.starts_with(mark)))
}

/// Reads a file.
///
/// # Errors
/// The line and the reason.
pub fn read(text: &str, source: &Source<'_>) -> Result<StatementFile, StatementError> {
    let mut file = StatementFile {
        form: FileForm::Mt940,
        lines: Vec::new(),
        pending: Vec::new(),
        notes: Vec::new(),
        columns: None,
    };
    let mut page: Option<Page> = None;
    let mut fields = fields(text).into_iter().peekable();
    while let Some(field) = fields.next() {
        let first = field.rows.first().copied().unwrap_or_default();
        let fault = |reason: &str| StatementError::at(field.line, reason);
        if field.tag == "20" {
            check_closed(page.as_ref())?;
            page = Some(Page {
                account: bare_account(source.account),
                currency: source.currency,
                number: String::new(),
                line: field.line,
                balance: RunningBalance::default(),
                is_closed: false,
            });
        }
        if field.tag == "-" {
            page.iter_mut().for_each(|page| page.is_closed = true);
            page = None;
            continue;
        }
        let Some(page) = page.as_mut() else {
            return Err(fault("the file begins in the middle of a statement."));
        };
        match field.tag {
            "25" | "25P" if !first.is_empty() => page.account = bare_account(first),
            "28" | "28C" => page.number = one_line(first),
            "60F" | "60M" => {
                let (flow, _, money) = balance(first)
                    .ok_or_else(|| fault(&format!("the balance “{first}” cannot be read.")))?;
                page.currency = money.currency;
                page.balance = RunningBalance::opened(flow, money);
            }
            "61" => {
                let mut texts: Vec<&str> = Vec::new();
                while let Some(text) = fields.next_if(|next| ["86", "NS"].contains(&next.tag)) {
                    texts.extend(text.rows);
                }
                let (line, is_booked) = line(&field, &texts, page)?;
                if is_booked {
                    page.balance.add(line.flow, line.amount);
                    file.lines.push(line);
                } else {
                    file.pending.push(line);
                }
            }
            "62F" | "62M" => {
                let (flow, _, money) = balance(first)
                    .ok_or_else(|| fault(&format!("the balance “{first}” cannot be read.")))?;
                page.is_closed = true;
                file.notes.extend(page.balance.difference(&page.number, flow, money));
            }
            "34F" | "13D" | "90D" | "90C" => {
                return Err(fault(
                    "this is an interim report (MT942). Import the statement (MT940).",
                ));
            }
            _ => {}
        }
    }
    check_closed(page.as_ref())?;
    file.lines.retain(|line| line.amount.minor > 0);
    Ok(file)
}

fn check_closed(page: Option<&Page>) -> Result<(), StatementError> {
    match page {
        Some(page) if !page.is_closed => {
            let reason =
                "the statement that begins here has no closing balance. Is the file complete?";
            Err(StatementError::at(page.line, reason))
        }
        Some(_) | None => Ok(()),
    }
}

/// The fields of all statements. The end of a message is a field `-`.
fn fields(text: &str) -> Vec<Field<'_>> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    for (at, row) in text.lines().enumerate() {
        let line = at.saturating_add(1);
        // The blocks of a message stand before its text block, in one row or in several.
        let row = match row.rfind("{4:") {
            Some(at) => row.get(at..).and_then(|rest| rest.get(3..)).unwrap_or_default(),
            None => row,
        };
        let row = row.trim_end();
        let is_end = row == "-" || row.starts_with("-}");
        let is_inside = fields.last().is_some_and(|field| field.tag != "-");
        match tag(row) {
            Some((tag, value)) => fields.push(Field { tag, line, rows: vec![value] }),
            None if is_end => fields.push(Field { tag: "-", line, rows: Vec::new() }),
            // Between messages there are blocks, and headers of the bank.
            None => fields
                .last_mut()
                .filter(|_| is_inside)
                .into_iter()
                .for_each(|field| field.rows.push(row)),
        }
    }
    fields
}

/// `:61:…` as its tag and value.
fn tag(row: &str) -> Option<(&str, &str)> {
    let (tag, value) = row.strip_prefix(':')?.split_once(':')?;
    let (digits, letter) = tag.split_at_checked(2)?;
    let is_tag = (digits == "NS" || digits.bytes().all(|byte| byte.is_ascii_digit()))
        && (letter.is_empty()
            || (letter.len() == 1 && letter.bytes().all(|b| b.is_ascii_uppercase())));
    is_tag.then_some((tag, value))
}

/// `C260301EUR1234,56`
fn balance(text: &str) -> Option<(Flow, Date, Money)> {
    let (mark, rest) = text.split_at_checked(1)?;
    let (day, rest) = rest.split_at_checked(6)?;
    let (code, amount) = rest.split_at_checked(3)?;
    let flow = if mark == "C" { Flow::In } else { Flow::Out };
    let currency = Currency::from_code(code)?;
    ["C", "D"].contains(&mark).then_some(())?;
    Some((flow, short_date(day)?, money(amount.trim(), currency)?))
}

/// `1234,56`; the comma is always written, some banks forget it.
fn money(text: &str, currency: Currency) -> Option<Money> {
    let (whole, decimals) = text.split_once([',', '.']).unwrap_or((text, ""));
    let minor = (!whole.is_empty()).then(|| minor_of(whole, decimals, currency)).flatten()?;
    Some(Money { minor, currency })
}

/// `yymmdd`
fn short_date(text: &str) -> Option<Date> {
    let number = |from: usize, until: usize| text.get(from..until)?.parse::<i8>().ok();
    let year = i16::from(number(0, 2)?).checked_add(2000)?;
    Date::new(year, number(2, 4)?, number(4, 6)?).ok()
}

/// A `:61:` with its texts, and whether it is booked.
fn line(
    field: &Field<'_>,
    texts: &[&str],
    page: &Page,
) -> Result<(StatementLine, bool), StatementError> {
    let (text, supplement) = match field.rows.split_first() {
        Some((first, rest)) => (*first, rest),
        None => ("", &[][..]),
    };
    let facts = Facts61::parse(text, page.currency).ok_or_else(|| {
        StatementError::at(field.line, format!("the entry “{text}” cannot be read."))
    })?;
    let money = Money { minor: facts.minor, currency: page.currency };
    let mut line = StatementLine::plain(&page.account, facts.booked_on, facts.flow, money);
    line.is_reversal = facts.is_reversal;
    line.is_bank_charge = ["CHG", "INT", "COM", "TAX"].contains(&facts.code);
    line.position = field.line;
    line.bank_reference = reference_of(facts.bank_reference).unwrap_or_default();
    line.references.extend(reference_of(facts.reference));
    let told = narrative(texts);
    line.references.extend(told.references);
    line.references.dedup();
    line.party = told.party;
    line.party_account = told.party_account;
    let supplement = one_line(&supplement.join(" "));
    line.text = if told.text.is_empty() { supplement } else { told.text };
    Ok((line, facts.is_booked))
}

/// The parts of a `:61:`.
struct Facts61<'a> {
    booked_on: Date,
    flow: Flow,
    is_reversal: bool,
    is_booked: bool,
    minor: u64,
    /// Three characters of the transaction type.
    code: &'a str,
    reference: &'a str,
    bank_reference: &'a str,
}

impl<'a> Facts61<'a> {
    /// `yymmdd[mmdd](C|D|RC|RD|EC|ED)[letter]amount type(4) reference[//bank reference]`
    fn parse(text: &'a str, currency: Currency) -> Option<Self> {
        let (value_day, rest) = text.split_at_checked(6)?;
        let entry_day = rest.get(..4).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit()));
        let rest = rest.get(entry_day.map_or(0, str::len)..)?.trim_start();
        let booked_on = match entry_day {
            Some(day) => entry_date(day, value_day)?,
            None => short_date(value_day)?,
        };
        let marks = ["RC", "RD", "EC", "ED", "C", "D"];
        let mark = marks.into_iter().find(|mark| rest.starts_with(mark))?;
        let rest = rest.get(mark.len()..)?;
        // A letter of the currency may follow.
        let rest = rest.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.')?;
        let (amount, rest) = rest.split_at_checked(end)?;
        let (kind, rest) = rest.split_at_checked(4)?;
        let (reference, bank_reference) = rest.split_once("//").unwrap_or((rest, ""));
        Some(Self {
            booked_on,
            // The reversal of a credit takes money away.
            flow: if ["C", "RD", "EC"].contains(&mark) { Flow::In } else { Flow::Out },
            is_reversal: mark.starts_with('R'),
            is_booked: !mark.starts_with('E'),
            minor: money(amount, currency)?.minor,
            code: kind.get(1..)?,
            reference,
            bank_reference,
        })
    }
}

/// `mmdd` in the year that puts it next to the value date. The value date may be 30 February: interest is
/// counted in months of 30 days.
fn entry_date(day: &str, value_day: &str) -> Option<Date> {
    let month: i8 = day.get(..2)?.parse().ok()?;
    let day: i8 = day.get(2..)?.parse().ok()?;
    let value_year = value_day.get(..2)?.parse::<i16>().ok()?.checked_add(2000)?;
    let year = match (value_day.get(2..4)?, month) {
        ("12", 1) => value_year.checked_add(1)?,
        ("01", 12) => value_year.checked_sub(1)?,
        _ => value_year,
    };
    Date::new(year, month, day).ok()
}

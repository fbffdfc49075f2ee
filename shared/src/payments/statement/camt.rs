//! CAMT.053, the bank statement of ISO 20022, in all its versions.
//!
//! Invariant: each booked entry is one line, or one line for each payment of a batch whose amounts sum
//! up to the entry. Entries with any other status are pending. The indicator of debit and credit is the
//! direction on the account, also for a reversal.
//!
//! Absent on purpose: CAMT.052 and CAMT.054, which repeat entries of the statement.

use iso_currency::Currency;
use jiff::civil::Date;

use crate::kernel::money::Money;
use crate::payments::statement::balance::RunningBalance;
use crate::payments::statement::types::{
    FileForm, Flow, Source, StatementError, StatementFile, StatementLine, bare_account, minor_of,
    one_line, reference_of,
};
use crate::payments::statement::xml::{self, XmlElement};

/// Reads a file.
///
/// # Errors
/// The line and the reason.
pub fn read(text: &str, source: &Source<'_>) -> Result<StatementFile, StatementError> {
    let root = xml::parse(text)?;
    // Some banks wrap the document in an envelope.
    let document = find(&root, "BkToCstmrStmt").ok_or_else(|| other_message(&root))?;
    let mut file = StatementFile {
        form: FileForm::Camt053,
        lines: Vec::new(),
        pending: Vec::new(),
        notes: Vec::new(),
        columns: None,
    };
    for statement in document.all("Stmt") {
        let account = statement.child("Acct");
        let named = account.map_or("", |account| match account.text_at("Id/IBAN") {
            "" => account.text_at("Id/Othr/Id"),
            iban => iban,
        });
        let account = if named.is_empty() { source.account } else { named };
        let mut running = balance(statement, &["OPBD", "PRCD"])
            .map_or_else(RunningBalance::default, |(flow, money)| {
                RunningBalance::opened(flow, money)
            });
        for entry in statement.all("Ntry") {
            let is_booked = matches!(status(entry), "" | "BOOK");
            for line in lines_of(entry, &bare_account(account))? {
                if is_booked {
                    running.add(line.flow, line.amount);
                    file.lines.push(line);
                } else {
                    file.pending.push(line);
                }
            }
        }
        let closing = balance(statement, &["CLBD"]);
        file.notes
            .extend(closing.and_then(|(flow, money)| {
                running.difference(statement.text_at("Id"), flow, money)
            }));
    }
    Ok(file)
}

/// A balance of a statement, by its codes.
fn balance(statement: &XmlElement, codes: &[&str]) -> Option<(Flow, Money)> {
    let is_one = |balance: &&XmlElement| codes.contains(&balance.text_at("Tp/CdOrPrtry/Cd"));
    let balance = statement.all("Bal").find(is_one)?;
    Some((flow(balance).ok()??, money(balance.child("Amt")?).ok()?))
}

fn find<'a>(element: &'a XmlElement, name: &str) -> Option<&'a XmlElement> {
    if element.name == name {
        return Some(element);
    }
    element.children.iter().find_map(|child| find(child, name))
}

fn other_message(root: &XmlElement) -> StatementError {
    let is = |name| find(root, name).is_some();
    let form = if is("BkToCstmrAcctRpt") {
        "This is a report of the day (CAMT.052)."
    } else if is("BkToCstmrDbtCdtNtfctn") {
        "This is a notification (CAMT.054)."
    } else {
        "This XML file is no bank statement."
    };
    StatementError::File(format!("{form} Import the statement of the account (CAMT.053)."))
}

/// `BOOK`, `PDNG`, … — as text until version 7, as a code since.
fn status(entry: &XmlElement) -> &str {
    match entry.text_at("Sts/Cd") {
        "" => entry.text_at("Sts"),
        code => code,
    }
}

/// The lines of an entry: one, or one for each payment of a batch.
fn lines_of(entry: &XmlElement, account: &str) -> Result<Vec<StatementLine>, StatementError> {
    let fault = |reason: &str| StatementError::at(entry.line, reason);
    let amount = entry.child("Amt").ok_or_else(|| fault("the entry has no amount."))?;
    let money = money(amount)?;
    let flow = flow(entry)?.ok_or_else(|| fault("the entry tells neither debit nor credit."))?;
    let booked_on = day(entry, "BookgDt")?
        .map_or_else(|| day(entry, "ValDt"), |day| Ok(Some(day)))?
        .ok_or_else(|| fault("the entry has no date."))?;
    let mut line = StatementLine::plain(account, booked_on, flow, money);
    line.position = entry.line;
    line.is_reversal = matches!(entry.text_at("RvslInd"), "true" | "1");
    line.is_bank_charge = is_bank_charge(entry);
    line.bank_reference = reference_of(entry.text_at("AcctSvcrRef")).unwrap_or_default();
    let payments: Vec<&XmlElement> =
        entry.all("NtryDtls").flat_map(|details| details.all("TxDtls")).collect();
    if money.minor == 0 {
        return Ok(Vec::new());
    }
    if payments.len() > 1
        && let Some(parts) = parts(&payments, flow, money)?
    {
        let lines = parts.into_iter().zip(&payments).enumerate().map(|(at, (part, payment))| {
            let mut line = StatementLine { flow: part.0, amount: part.1, ..line.clone() };
            line.position = payment.line;
            if !line.bank_reference.is_empty() {
                line.bank_reference = format!("{}/{}", line.bank_reference, at.saturating_add(1));
            }
            describe(&mut line, entry, &[*payment]);
            line
        });
        return Ok(lines.filter(|line| line.amount.minor > 0).collect());
    }
    describe(&mut line, entry, &payments);
    Ok(vec![line])
}

/// The directions and amounts of the payments of a batch, if they sum up to the entry.
fn parts(
    payments: &[&XmlElement],
    flow: Flow,
    whole: Money,
) -> Result<Option<Vec<(Flow, Money)>>, StatementError> {
    let mut parts = Vec::new();
    let mut sum: i128 = 0;
    for payment in payments {
        let amount = payment.child("Amt").or_else(|| payment.at("AmtDtls/TxAmt/Amt"));
        let Some(amount) = amount else { return Ok(None) };
        // An amount in the currency of the payer may have more decimals than ours.
        let Ok(part) = money(amount) else { return Ok(None) };
        let part_flow = self::flow(payment)?.unwrap_or(flow);
        if part.currency != whole.currency {
            return Ok(None);
        }
        let signed = i128::from(part.minor);
        sum = match part_flow == flow {
            true => sum.saturating_add(signed),
            false => sum.saturating_sub(signed),
        };
        parts.push((part_flow, part));
    }
    Ok((sum == i128::from(whole.minor)).then_some(parts))
}

fn flow(element: &XmlElement) -> Result<Option<Flow>, StatementError> {
    match element.text_at("CdtDbtInd") {
        "" => Ok(None),
        "CRDT" => Ok(Some(Flow::In)),
        "DBIT" => Ok(Some(Flow::Out)),
        word => {
            Err(StatementError::at(element.line, format!("“{word}” is neither CRDT nor DBIT.")))
        }
    }
}

fn money(amount: &XmlElement) -> Result<Money, StatementError> {
    let code = amount.attribute("Ccy").unwrap_or_default();
    let text = amount.text.trim();
    let read = || {
        let currency = Currency::from_code(code)?;
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let has_digits = !whole.is_empty() || !decimals.is_empty();
        let minor = has_digits.then(|| minor_of(whole, decimals, currency)).flatten()?;
        Some(Money { minor, currency })
    };
    let reason = || format!("“{text}” is not an amount in “{code}”.");
    read().ok_or_else(|| StatementError::at(amount.line, reason()))
}

fn day(entry: &XmlElement, name: &str) -> Result<Option<Date>, StatementError> {
    let Some(element) = entry.child(name) else { return Ok(None) };
    let text = match element.text_at("Dt") {
        "" => element.text_at("DtTm"),
        day => day,
    };
    let date = text.get(..10).unwrap_or(text).parse::<Date>();
    date.map(Some).map_err(|_| StatementError::at(element.line, format!("“{text}” is not a date.")))
}

/// Charges and interest, by the bank transaction code.
fn is_bank_charge(entry: &XmlElement) -> bool {
    let family = entry.text_at("BkTxCd/Domn/Fmly/SubFmlyCd");
    ["CHRG", "FEES", "COMM", "INTR", "TAXE"].contains(&family)
}

/// Fills in the texts of a line, those of its payments first.
fn describe(line: &mut StatementLine, entry: &XmlElement, payments: &[&XmlElement]) {
    let mut texts: Vec<String> = Vec::new();
    let push = |texts: &mut Vec<String>, text: &str| {
        let text = one_line(text);
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    };
    let side = if line.flow == Flow::In { "Dbtr" } else { "Cdtr" };
    let mut parties: Vec<String> = Vec::new();
    for payment in payments {
        // A returned payment is the reversal of an earlier one, whatever the entry says.
        line.is_reversal |= payment.child("RtrInf").is_some();
        for remittance in payment.all("RmtInf") {
            for text in remittance.all("Ustrd") {
                push(&mut texts, &text.text);
            }
            for structured in remittance.all("Strd") {
                line.references.extend(reference_of(structured.text_at("CdtrRefInf/Ref")));
                for document in structured.all("RfrdDocInf") {
                    line.references.extend(reference_of(document.text_at("Nb")));
                }
                for text in structured.all("AddtlRmtInf") {
                    push(&mut texts, &text.text);
                }
            }
        }
        line.references.extend(reference_of(payment.text_at("Refs/EndToEndId")));
        push(&mut texts, payment.text_at("AddtlTxInf"));
        for role in [side.to_owned(), format!("Ultmt{side}")] {
            let party = payment.at("RltdPties").and_then(|parties| parties.child(&role));
            let name = party.map_or("", |party| match party.text_at("Nm") {
                "" => party.text_at("Pty/Nm"),
                name => name,
            });
            push(&mut parties, name);
        }
        let account = format!("RltdPties/{side}Acct/Id");
        let iban = payment.text_at(&format!("{account}/IBAN"));
        let other = payment.text_at(&format!("{account}/Othr/Id"));
        if line.party_account.is_empty() {
            line.party_account = bare_account(if iban.is_empty() { other } else { iban });
        }
        let own = reference_of(payment.text_at("Refs/AcctSvcrRef"));
        if let (true, Some(own)) = (line.bank_reference.is_empty(), own) {
            line.bank_reference = own;
        }
    }
    if texts.is_empty() {
        push(&mut texts, entry.text_at("AddtlNtryInf"));
    }
    line.references.dedup();
    line.party = parties.join(" / ");
    line.text = texts.join(" ");
}

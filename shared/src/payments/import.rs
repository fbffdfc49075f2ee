//! The import of a bank's file: each of its new lines becomes a payment, a few in one change.
//!
//! Invariant: a line is stored once, under the key that `statement::identity` gives it. A line that the desk
//! has is left out, so an import that was cut is run again. An imported payment pays nothing until a person
//! matches it.

use crate::contract;
use crate::contract::image::Stop;
use crate::contract::refusal::Refusal;
use crate::decision::{Draft, Scene};
use crate::kernel::money::Money;
use crate::payments::book::{event, facts, put, with_report};
use crate::payments::inbox::types::{ImportLine, PART_MAX};
use crate::payments::statement::types::{Flow, StatementLine};
use crate::payments::types::{
    Action, Answer, Ask, BankLine, EventSource, Facts, Payment, Report, Sums, TEXT_MAX,
};

/// How many references of a line are kept, and the longest of them and of a name, in characters.
const REFERENCES_MAX: usize = 3;
const NAME_MAX: usize = 70;

/// Records lines.
pub(super) fn import(scene: &Scene<'_>, ask: &Ask, lines: &[ImportLine]) -> Result<Draft, Stop> {
    let by = EventSource::Staff(scene.by()?.id);
    if lines.len() > PART_MAX {
        return Err(Refusal::invalid(format!("An import has parts of {PART_MAX} lines.")).into());
    }
    let (mut writes, mut first, mut count, mut sum) = (Vec::new(), None, 0_u64, 0_u64);
    for ImportLine { key, line } in lines {
        if !key.starts_with("bl_") || line.flow != Flow::In || line.amount.minor == 0 {
            return Err(Refusal::invalid("Only money that came in is imported.").into());
        }
        if scene.image.payment(key)?.is_some() {
            continue;
        }
        let currency = line.amount.currency;
        let before = Payment::new(key.clone(), currency, scene.now, scene.op.clone());
        let sums = Sums { received_minor: line.amount.minor, ..Sums::default() };
        let report = Report { payment: key.clone(), invoice: None, currency, sums };
        let mut after = with_report(&before, &report);
        let event = event(scene, &before, &mut after, &report, by, Some(bank_line(line)));
        after.version = 1;
        first.get_or_insert_with(|| after.clone());
        writes.push(put(after));
        writes.push(event);
        count = count.saturating_add(1);
        sum = sum.saturating_add(line.amount.minor);
    }
    let Some(first) = first else {
        let payment = lines.first().map(|line| line.key.clone()).unwrap_or_default();
        return Ok(Draft::Answer(contract::Answer::Payments(Answer::NothingNew { payment })));
    };
    let net = Money { minor: sum, currency: first.currency };
    let facts = Facts {
        action: Action::Imported,
        net,
        unapplied: net,
        imported: count,
        ..facts(ask, &first, None)
    };
    let text = format!("{count} lines of a bank’s file over {net}, from {}", first.reference);
    let facts = contract::Facts::Payments(facts);
    Ok(Draft::Propose(scene.proposal(ask.clone(), None, facts, writes, text)))
}

/// A line with the texts that the desk keeps: longer ones are cut.
#[must_use]
pub fn kept(line: StatementLine) -> StatementLine {
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let references = line.references.iter().take(REFERENCES_MAX);
    StatementLine {
        text: cut(&line.text, TEXT_MAX),
        party: cut(&line.party, NAME_MAX),
        party_account: cut(&line.party_account, NAME_MAX),
        account: cut(&line.account, NAME_MAX),
        bank_reference: cut(&line.bank_reference, NAME_MAX),
        references: references.map(|reference| cut(reference, NAME_MAX)).collect(),
        ..line
    }
}

fn bank_line(line: &StatementLine) -> BankLine {
    let line = kept(line.clone());
    BankLine {
        on: line.booked_on,
        text: line.text,
        account: line.account,
        party: line.party,
        party_account: line.party_account,
        references: line.references,
        bank_reference: line.bank_reference,
    }
}

/// A stored line as a file has it.
#[must_use]
pub fn statement_line(line: &BankLine, amount: Money) -> StatementLine {
    StatementLine {
        party: line.party.clone(),
        party_account: line.party_account.clone(),
        text: line.text.clone(),
        references: line.references.clone(),
        bank_reference: line.bank_reference.clone(),
        ..StatementLine::plain(&line.account, line.on, Flow::In, amount)
    }
}

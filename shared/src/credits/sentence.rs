//! The sentence of the audit trail about a change of credits: amounts with the balances before and after,
//! the document, the parts of a correction, and the reason.

use crate::credits::types::{Changed, Facts};
use crate::kernel::credit::{Kind, grouped, grouped_signed};
use crate::kernel::movement::Movement;

/// The audit trail's sentence about a change.
#[must_use]
pub fn sentence(movement: &Movement, facts: &Facts) -> String {
    let Some(main) = movement.main() else { return String::new() };
    let invoice = movement.document.as_ref().map(|i| format!(", {}", i.number)).unwrap_or_default();
    let reason = facts.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
    let corrected = corrections(movement, &facts.change);
    let changes: Vec<String> = main
        .changes
        .iter()
        .map(|change| {
            let sign = if change.amount > 0 { "+" } else { "" };
            format!(
                "{sign}{} {} for {} ({} → {})",
                grouped_signed(change.amount),
                change.kind,
                main.client.id,
                grouped_signed(change.before),
                grouped_signed(change.after),
            )
        })
        .collect();
    format!("{}{invoice}{corrected}{reason}", changes.join(", "))
}

fn corrections(movement: &Movement, change: &Changed) -> String {
    let Changed::Corrected { op, off_invoice, written_off, owed, moved } = change else {
        return String::new();
    };
    let to = movement.other().map(|other| other.client.id.to_string()).unwrap_or_default();
    let parts = [
        (off_invoice, "off the invoice".to_owned()),
        (written_off, "written off".to_owned()),
        (owed, "owed".to_owned()),
        (moved, format!("moved to {to}")),
    ];
    let mut text = format!(", corrects {op}");
    let single = movement.kinds().len() == 1;
    for (credits, words) in parts {
        for kind in Kind::ALL {
            let count = *credits.get(kind);
            match count {
                0 => {}
                _ if single => text.push_str(&format!(", {} {words}", grouped(count))),
                _ => text.push_str(&format!(", {} {kind} {words}", grouped(count))),
            }
        }
    }
    text
}

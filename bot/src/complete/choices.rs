//! The completions of one option: clients, staff, documents, the caller's own operations, waiting
//! plans, words.
//!
//! Invariant: a label ends in its value, so no two labels of different values are equal, and a
//! platform that hands back the label still says which value was chosen.

use shared::contract::Answer;
use shared::contract::plan::Waiting;
use shared::invoices::types::{self as invoices, Invoice};
use shared::kernel::audit::{Audit, Ended};
use shared::kernel::fold::loose;
use shared::kernel::id::{Identity, InvoiceNumber, Named};
use shared::staff::types as staff;
use shared::staff::types::Staff;
use shared::{credits, desk, plans};

use crate::chat::Chat;
use crate::command::{Command, ParamSpec, Source};
use crate::reply::plan;

/// The most choices (Discord's limit; Slack's is 100).
pub const CHOICES_MAX: usize = 25;

/// The longest label, in UTF-16 units (Discord's limit; Slack cuts at 75).
pub const LABEL_MAX: usize = 100;

/// A possible value of an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Shown to people; ends in the value.
    pub label: String,
    /// Handed back by the platform.
    pub value: String,
}

impl Choice {
    fn of(name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        let room = LABEL_MAX.saturating_sub(value.len()).saturating_sub(4);
        let mut label = String::new();
        let mut used = 0_usize;
        for c in name.chars().filter(|c| !c.is_control()) {
            used = used.saturating_add(c.len_utf16());
            if used > room {
                label.push('…');
                break;
            }
            label.push(c);
        }
        label.push_str(&format!(" · {value}"));
        Self { label, value }
    }
}

/// Whether a parameter has completions. Operation ids complete from the caller's own changes, which
/// are the ones to undo, correct and look up; a failed job is none of them.
#[must_use]
pub fn completes(command: &Command, param: &ParamSpec) -> bool {
    match param.kind.form().source {
        Source::Clients | Source::Staff | Source::Invoices | Source::Plans(_) => true,
        Source::Operations => command.operation().is_some_and(|operation| {
            [
                credits::types::Operation::Undo.spec(),
                credits::types::Operation::Correct.spec(),
                desk::types::Operation::History.spec(),
            ]
            .contains(&operation)
        }),
        Source::Nothing | Source::Words(_) => false,
    }
}

/// The completions of an option's value. `given` are the options beside it: invoices are those of the
/// client that is already chosen. Empty when a function refuses or fails.
pub async fn choices(
    chat: &Chat,
    from: &Identity,
    source: Source,
    typed: &str,
    given: &[(String, String)],
) -> Vec<Choice> {
    let mut choices = match source {
        Source::Clients => clients(chat, from, typed).await,
        Source::Staff => match chat.looked_up(from, staff::Ask::RoleList {}).await {
            Some(Answer::Staff(staff::Answer::Roles { staff })) => colleagues(&staff, typed),
            Some(_) | None => Vec::new(),
        },
        Source::Invoices => invoices(chat, from, typed, given).await,
        Source::Operations => {
            let staff = Some(from.as_str().to_owned());
            let ask = desk::types::Ask::history(staff);
            match chat.looked_up(from, ask).await {
                Some(Answer::Desk(desk::types::Answer::History { lines, .. })) => {
                    done(&lines, typed)
                }
                Some(_) | None => Vec::new(),
            }
        }
        Source::Plans(does) => {
            let ask = plans::types::Ask::Pending { only: Some(does), after: None };
            match chat.looked_up(from, ask).await {
                Some(Answer::Pending { page, .. }) => waiting(&page, typed),
                Some(_) | None => Vec::new(),
            }
        }
        Source::Words(words) => {
            let begun = typed.trim().to_lowercase();
            let fits = words.iter().filter(|(word, _)| word.starts_with(&begun));
            fits.map(|(word, about)| Choice::of(about, *word)).collect()
        }
        Source::Nothing => Vec::new(),
    };
    choices.truncate(CHOICES_MAX);
    choices
}

async fn clients(chat: &Chat, from: &Identity, typed: &str) -> Vec<Choice> {
    if typed.trim().is_empty() {
        return Vec::new();
    }
    let clients = chat.suggest(from, typed.trim()).await;
    clients.iter().map(|client| Choice::of(&client.name, client.id.to_string())).collect()
}

/// Whether a label has all the words that were typed.
fn has(label: &str, typed: &str) -> bool {
    let label = loose(label);
    loose(typed).split_whitespace().all(|word| label.contains(word))
}

fn colleagues(staff: &[Staff], typed: &str) -> Vec<Choice> {
    let here = staff.iter().filter(|staff| staff.active);
    let choice = |staff: &Staff| {
        let name = format!("{} · {}", staff.name, staff.role.word());
        Choice::of(&name, staff.id.to_string())
    };
    here.map(choice).filter(|choice| has(&choice.label, typed)).collect()
}

async fn invoices(
    chat: &Chat,
    from: &Identity,
    typed: &str,
    given: &[(String, String)],
) -> Vec<Choice> {
    let typed = typed.trim();
    let chosen = given.iter().find(|(name, value)| name == "client" && !value.trim().is_empty());
    // Without a client beside it: the one in the number, or the only one that is meant.
    let (client, rest) = match (chosen, client_of(typed)) {
        (Some((_, client)), _) => (client.clone(), typed),
        (None, Some(client)) => (client, typed),
        (None, None) if typed.is_empty() => return Vec::new(),
        (None, None) => match chat.suggest(from, typed).await.as_slice() {
            [client] => (client.id.to_string(), ""),
            [] | [_, _, ..] => return Vec::new(),
        },
    };
    match chat
        .looked_up(
            from,
            invoices::Ask::InvoiceList { client: Some(client), state: None, before: None, skip: 0 },
        )
        .await
    {
        Some(Answer::Invoices(invoices::Answer::List { client, invoices, .. })) => {
            let all = invoices.iter().map(|invoice| numbered(&client, invoice));
            all.filter(|choice| has(&choice.label, rest)).collect()
        }
        Some(_) | None => Vec::new(),
    }
}

/// The client of a number that is typed as far as its client: `INV-1042-`, `inv-1042`.
fn client_of(typed: &str) -> Option<String> {
    let mut parts = typed.split('-');
    let series = parts.next()?.to_ascii_uppercase();
    let client = parts.next()?;
    let number = format!("{series}-{client}-0001").parse::<InvoiceNumber>().ok()?;
    Some(number.client.to_string())
}

fn numbered(client: &Named, invoice: &Invoice) -> Choice {
    let (gross, state) = (invoice.gross(), invoice.state.word());
    Choice::of(&format!("{} · {gross} · {state}", client.name), invoice.number.to_string())
}

fn waiting(page: &[Waiting], typed: &str) -> Vec<Choice> {
    let choice = |row: &Waiting| Choice::of(&plan::label(&row.plan), row.plan.op.to_string());
    page.iter().map(choice).filter(|choice| has(&choice.label, typed)).collect()
}

/// The changes of credits that are done, the newest first.
fn done(lines: &[Audit], typed: &str) -> Vec<Choice> {
    let changes = [
        credits::types::Operation::AddCredit.spec().name,
        credits::types::Operation::DeductCredit.spec().name,
    ];
    let is_change =
        |line: &&Audit| line.ended == Ended::Done && changes.contains(&line.operation.as_str());
    let choice = |line: &Audit| Choice::of(&line.text, line.op.to_string());
    let all = lines.iter().filter(is_change).map(choice);
    all.filter(|choice| has(&choice.label, typed)).collect()
}

#[cfg(test)]
mod tests;

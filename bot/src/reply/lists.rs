//! Answers of many rows: totals first, then the first ones, and how to see the rest.

use jiff::Timestamp;
use jiff::civil::Date;
use shared::answer::{Answer, ClientCard, Named, NamedStaff, PlanCard};
use shared::audit::{Audit, Ended};
use shared::credit::{Kind, PerKind, grouped, grouped_signed};
use shared::entry::{Actor, Entry};
use shared::id::OpId;
use shared::invoice::Invoice;
use shared::job::Job;
use shared::money::Money;
use shared::operation::{Ask, ListOf, Order, PageEnd};
use shared::plan::PlanState;

use super::{Asked, counted, due, effect_word, label, name, not_active, person, reason_word};
use crate::view::{Column, Mark, Pick, Suggestion, Table, Text, View, Weight, day};

/// How many clients a list shows: two lines each, on a phone.
const CLIENTS_MAX: usize = 10;

/// How many entries a statement shows; the file has them all.
const ENTRIES_MAX: usize = 20;

/// How many rows of another sort are shown.
const LINES_MAX: usize = 25;

fn cell(text: impl Into<String>) -> Text {
    Text::new().fixed(text)
}

/// A list of clients, or a page of it.
pub fn clients(
    (total, skipped): (u64, u64),
    sums: PerKind<u64>,
    (clients, ends): (&[ClientCard], &[PageEnd]),
    as_of: Option<Timestamp>,
    asked: &Asked<'_>,
) -> View {
    let (of, order, below) = if let Ask::List { of, order, below, .. } = asked.ask {
        (*of, *order, *below)
    } else {
        (ListOf::Clients, Order::default(), None)
    };
    let (word, one, many) = match of {
        ListOf::Clients => ("clients", "client", "clients"),
        ListOf::Users => ("users", "user", "users"),
        ListOf::Resellers => ("resellers", "reseller", "resellers"),
        ListOf::Pending => {
            ("pending", "client waits for activation", "clients wait for activation")
        }
    };
    let headline = Text::dotted([
        cell(counted(total, one, many)),
        cell(format!("{} SMS", grouped(sums.sms))),
        cell(format!("{} MMS", grouped(sums.mms))),
    ]);
    let mut view = View::new(Mark::Answer, headline);
    if total == 0 {
        return view;
    }
    let shown = clients.len().min(CLIENTS_MAX);
    let (sort, first) = match order {
        Order::Mms => ("mms", "fewest MMS credits first"),
        Order::Sms => ("sms", "fewest SMS credits first"),
        Order::Name => ("name", "by name"),
    };
    let last = skipped.saturating_add(u64::try_from(shown).unwrap_or(u64::MAX));
    let low = below.map(|below| format!(" low:{below}")).unwrap_or_default();
    let line = format!("/list {word} sort:{sort}{low}");
    if shown == 0 {
        let view = view.line(cell("That was the last page."));
        return view.offer("First page", Weight::Plain, line);
    }
    let of_all = match (skipped, last < total) {
        (0, true) => format!("The first {shown}, {first}:"),
        (0, false) => format!("In order, {first}:"),
        (_, _) => format!("{} to {last}, {first}:", skipped.saturating_add(1)),
    };
    if total > 1 {
        view = view.line(cell(of_all));
    }
    view = view.table(cards(clients.iter().take(CLIENTS_MAX)));
    if let Some(at) = as_of {
        view = view.footer(Text::new().fixed("Figures as of ").time(at));
    }
    if let Some(end) = ends.get(shown.saturating_sub(1)).filter(|_| last < total) {
        let next = format!("{line} after:{}/{}", end.client, end.had);
        view = view.suggest_as(("Next page", Weight::Plain), next, "the next ones");
    }
    if skipped > 0 {
        view = view.offer("First page", Weight::Plain, line);
    }
    if let ListOf::Pending = of {
        for one in clients.iter().take(3) {
            let id = one.client.id;
            view = view
                .suggest(format!("/client activate {id}"), format!("lets {} in", one.client.login));
        }
    } else if skipped == 0 && last < total {
        view = view
            .suggest("/list clients low:100", "only those with fewer than 100")
            .suggest("/client find <two letters>", "one of the others");
    }
    view
}

fn cards<'a>(clients: impl Iterator<Item = &'a ClientCard>) -> Table {
    let figure = |one: &ClientCard, kind: Kind| {
        let of = one.balances.get(kind);
        let owes =
            if of.owed > 0 { format!(" (owes {})", grouped(of.owed)) } else { String::new() };
        cell(format!("{}{owes}", grouped(of.spendable)))
    };
    let row = |one: &ClientCard| {
        vec![
            label(&one.client),
            Text::new().input(one.client.login.clone()),
            Text::dotted([cell(one.class.word()), not_active(one.status)]),
            one.town.as_ref().map(|town| Text::new().input(town.clone())).unwrap_or_default(),
            figure(one, Kind::Sms),
            figure(one, Kind::Mms),
            one.last_change.map(|at| Text::new().time(at)).unwrap_or_default(),
        ]
    };
    Table {
        columns: vec![
            Column::words("client"),
            Column::words("login"),
            Column::words("class"),
            Column::words("town"),
            Column::number("SMS"),
            Column::number("MMS"),
            Column::detail("changed"),
        ],
        rows: clients.map(row).collect(),
    }
}

/// Clients that were looked for.
pub fn found(text: &str, clients: &[ClientCard], total: u64) -> View {
    let typed = Text::new().fixed(" “").input(text).fixed("”");
    if clients.is_empty() {
        return View::new(Mark::Answer, Text::new().fixed("No client matches").then(typed).fixed("."))
            .line(cell("Any word of a name, login, id, email, invoice number or mobile finds it, from its first two letters on."))
            .suggest("/list clients", "lists them all");
    }
    let headline = cell(counted(total, "client matches", "clients match")).then(typed);
    let view = View::new(Mark::Answer, headline).table(cards(clients.iter().take(LINES_MAX)));
    let shown = u64::try_from(clients.len().min(LINES_MAX)).unwrap_or(u64::MAX);
    let rest = total.saturating_sub(shown);
    if rest > 0 {
        return view.line(cell(format!(
            "The first 25; type one more letter to see {}.",
            counted(rest, "other one", "others")
        )));
    }
    match clients {
        [one] => view.suggest(format!("/client view {}", one.client.id), "everything about it"),
        several => {
            let open = |one: &ClientCard| {
                let what = format!("everything about {}", one.client.login);
                Suggestion::new(format!("/client view {}", one.client.id), what)
            };
            let view = several.iter().take(3).map(open).fold(view, View::suggestion);
            let labelled = |one| open(one).labelled(label(&one.client).plain(), Weight::Plain);
            let from = several.iter().map(labelled).collect();
            View { pick: Some(Pick { ask: "View which one?", from }), ..view }
        }
    }
}

/// Completions, where somebody asked for them as a command would.
pub fn suggestions(clients: &[Named]) -> View {
    let view = View::new(
        Mark::Answer,
        cell(counted(u64::try_from(clients.len()).unwrap_or(u64::MAX), "client", "clients")),
    );
    clients.iter().fold(view, |view, client| view.line(label(client)))
}

/// Entries, newest first.
pub fn statement(answer: &Answer, asked: &Asked<'_>) -> View {
    let Answer::Statement { client, entries, opening, closing, since, until, cut, staff } = answer
    else {
        return View::new(Mark::Answer, Text::new());
    };
    let days = format!(" · {} to {}", day(*since), day(*until));
    let mut view = View::new(Mark::Answer, cell("Statement of ").then(name(client)).fixed(days));
    let only = if let Ask::Statement { kind, .. } = asked.ask { *kind } else { None };
    for kind in Kind::ALL.into_iter().filter(|kind| only.is_none_or(|only| only == *kind)) {
        view = view.line(cell(format!(
            "{kind} {} → {}",
            grouped_signed(*opening.get(kind)),
            grouped_signed(*closing.get(kind))
        )));
    }
    if entries.is_empty() {
        return view.line(cell("No changes in these days."));
    }
    view = view.table(ledger(entries.iter().take(ENTRIES_MAX), staff));
    if *cut || entries.len() > ENTRIES_MAX {
        let shown = entries.len().min(ENTRIES_MAX);
        let shown = if shown == 1 { "one is".to_owned() } else { format!("{shown} are") };
        view = view.line(cell(format!("The newest {shown} shown; there are older ones.")));
        let kind = match asked.ask {
            Ask::Statement { kind: Some(kind), .. } => format!(" {}", kind.word()),
            _ => String::new(),
        };
        let line = format!("/statement {}{kind} since:{since} until:{until}", client.id);
        if let Some(end) = entries.iter().take(ENTRIES_MAX).next_back() {
            let older = format!("{line} before:{}", end.number);
            view = view.suggest_as(("Older", Weight::Plain), older, "the ones before these");
        }
        view = view.suggest(format!("{line} csv"), "gives them as a file");
    }
    view
}

/// A balance explained.
pub fn why(answer: &Answer) -> View {
    let Answer::Why { client, balances, entries, opening, foots, kinds, staff } = answer else {
        return View::new(Mark::Answer, Text::new());
    };
    let headline = cell("How ").then(name(client)).fixed(" comes to its balance");
    let mut view = View::new(Mark::Answer, headline);
    for kind in kinds {
        let of = balances.get(*kind);
        let part = |number: i64, words: &str| {
            if number == 0 {
                Text::new()
            } else {
                cell(words.replace("{}", &grouped_signed(number)))
            }
        };
        let owed =
            if of.owed == 0 { Text::new() } else { cell(format!("owes {}", grouped(of.owed))) };
        view = view.line(Text::dotted([
            cell(format!("{kind}: {} to spend", grouped(of.spendable))),
            part(of.used, "used {}"),
            part(of.held, "{} held for sends under way"),
            owed,
            part(*opening.get(*kind), "before the first line {}"),
        ]));
    }
    view = view.line(cell(if *foots {
        "The lines add up to the balance."
    } else {
        "The lines do not add up to the balance: tell an owner."
    }));
    if entries.is_empty() { view } else { view.table(ledger(entries.iter(), staff)) }
}

/// The audit trail, newest first.
pub fn history(lines: &[Audit], staff: &[NamedStaff], since: Date, cut: bool) -> View {
    let view = View::new(Mark::Answer, cell(format!("What was done since {}", day(since))));
    if lines.is_empty() {
        return view.line(cell("Nothing."));
    }
    let row = |line: &Audit| {
        let ended = match line.ended {
            Ended::Done => "done",
            Ended::Planned => "waits",
            Ended::Refused => "refused",
            Ended::DryRun => "dry run",
        };
        vec![
            Text::new().time(line.at),
            match line.staff {
                Some(id) => actor(&Actor::Staff(id), staff),
                None => cell("—"),
            },
            cell(ended),
            Text::new().input(line.text.clone()),
            cell(line.op.to_string()),
        ]
    };
    let view = view.table(Table {
        columns: vec![
            Column::words("when"),
            Column::words("who"),
            Column::words("ended"),
            Column::detail(""),
            Column::detail(""),
        ],
        rows: lines.iter().take(LINES_MAX).map(row).collect(),
    });
    if cut || lines.len() > LINES_MAX {
        return view.line(cell("The newest are shown; narrow it by client, staff: or since:."));
    }
    view
}

/// Who did something: by name, where the name is known.
fn actor(actor: &Actor, staff: &[NamedStaff]) -> Text {
    let known = match actor {
        Actor::Staff(id) => staff.iter().find(|one| one.id == *id),
        Actor::Billing(_) | Actor::Schedule => None,
    };
    known.map_or_else(|| cell(actor.short()), person)
}

/// Entries as a table, a row for each kind that an entry changes.
fn ledger<'a>(entries: impl Iterator<Item = &'a Entry>, staff: &[NamedStaff]) -> Table {
    let mut rows = Vec::new();
    for entry in entries {
        for line in &entry.lines {
            let change = line.granted.saturating_sub(line.used);
            let sign = if change > 0 { "+" } else { "" };
            let note = entry.note.as_ref().map(|note| Text::new().input(note.clone()));
            rows.push(vec![
                Text::new().time(entry.at),
                cell(line.kind.to_string()),
                cell(format!("{sign}{}", grouped_signed(change))),
                cell(format!("→ {}", grouped_signed(line.balance))),
                Text::dotted([
                    cell(reason_word(entry.reason)),
                    actor(&entry.actor, staff),
                    entry.invoice.map(|number| cell(number.to_string())).unwrap_or_default(),
                    entry.other.map(|other| cell(other.to_string())).unwrap_or_default(),
                    note.unwrap_or_default(),
                    cell(entry.op.to_string()),
                ]),
            ]);
        }
    }
    Table {
        columns: vec![
            Column::words("when"),
            Column::words("kind"),
            Column { right: true, ..Column::words("change") },
            Column { right: true, ..Column::words("balance") },
            Column::detail(""),
        ],
        rows,
    }
}

/// The plans that wait.
pub fn pending(plans: &[PlanCard]) -> View {
    if plans.is_empty() {
        return View::new(Mark::Answer, cell("Nothing waits."));
    }
    let count = u64::try_from(plans.len()).unwrap_or(u64::MAX);
    let headline = cell(counted(count, "plan waits", "plans wait"));
    let row = |plan: &PlanCard| {
        let change = &plan.change;
        let waits = match plan.state {
            PlanState::AwaitsApproval => "for an approval",
            PlanState::AwaitsConfirm
            | PlanState::Done
            | PlanState::Cancelled
            | PlanState::Denied
            | PlanState::Expired
            | PlanState::Lapsed => "for its author",
        };
        vec![
            cell(plan.op.to_string()),
            Text::new().then(name(&plan.client)).fixed(format!(
                " {}{} {}",
                if change.amount > 0 { "+" } else { "" },
                grouped_signed(change.amount),
                change.kind
            )),
            cell(waits),
            person(&plan.by),
            Text::new().time(plan.expires),
        ]
    };
    let table = Table {
        columns: vec![
            Column::words("op"),
            Column::words("what"),
            Column::detail("waits"),
            Column::detail("by"),
            Column::detail("until"),
        ],
        rows: plans.iter().take(LINES_MAX).map(row).collect(),
    };
    let mut view = View::new(Mark::Answer, headline).table(table);
    if plans.iter().any(|plan| plan.state == PlanState::AwaitsApproval) {
        view = view.suggest("/approve <op>", "does it (somebody else’s)");
    }
    if plans.iter().any(|plan| plan.state == PlanState::AwaitsConfirm) {
        view = view.suggest("/confirm <op>", "does it (your own)");
    }
    view.suggest("/deny <op>", "drops it")
}

/// A client's documents.
pub fn invoices(
    client: &Named,
    invoices: &[Invoice],
    (unpaid, today): (Option<Money>, Date),
    asked: &Asked<'_>,
) -> View {
    let headline = match unpaid.filter(|unpaid| unpaid.minor > 0) {
        Some(unpaid) => name(client).fixed(format!(" · unpaid {unpaid}")),
        None => name(client).fixed(" · nothing unpaid"),
    };
    let view = View::new(Mark::Answer, headline);
    if invoices.is_empty() {
        return view.line(cell("No invoices."));
    }
    let row = |invoice: &Invoice| {
        let state = if invoice.overdue(today) { "overdue" } else { invoice.state.word() };
        let open = invoice.due_minor() > 0;
        vec![
            cell(invoice.number.to_string()),
            cell(state),
            cell(invoice.gross().to_string()),
            if open { cell(due(invoice.due)) } else { Text::new() },
            Text::new().time(invoice.at),
        ]
    };
    let table = Table {
        columns: vec![
            Column::words("number"),
            Column::words("state"),
            Column { right: true, ..Column::words("gross") },
            Column::detail(""),
            Column::detail("made"),
        ],
        rows: invoices.iter().take(LINES_MAX).map(row).collect(),
    };
    let mut view = view.table(table);
    if let (Some(end), true) =
        (invoices.get(LINES_MAX.saturating_sub(1)), invoices.len() > LINES_MAX)
    {
        let state = match asked.ask {
            Ask::InvoiceList { state: Some(state), .. } => {
                format!(" {}", state.word().replace(' ', "_"))
            }
            _ => String::new(),
        };
        let older = format!("/invoice list {}{state} before:{}", client.id, end.number);
        view = view.suggest_as(("Older", Weight::Plain), older, "the ones before these");
    }
    match invoices.first() {
        Some(first) => {
            view.suggest(format!("/invoice view {}", first.number), "the first of these")
        }
        None => view,
    }
}

/// Jobs that failed for good.
pub fn jobs(jobs: &[Job], replayed: Option<&OpId>) -> View {
    if let Some(op) = replayed {
        let headline = cell(format!("{op} is tried again."));
        return View::new(Mark::Done, headline)
            .line(cell("What was done before is not done twice."))
            .public();
    }
    if jobs.is_empty() {
        return View::new(Mark::Answer, cell("No job has failed for good."));
    }
    let count = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
    let mut view = View::new(
        Mark::Answer,
        cell(counted(count, "job failed for good", "jobs failed for good")),
    );
    for job in jobs.iter().take(10) {
        let open = job.effects.iter().filter(|effect| !effect.done);
        let what: Vec<String> = open.map(|effect| effect_word(&effect.what)).collect();
        let why = job.failed.as_ref().map(|why| Text::new().input(why.clone()));
        view = view.line(Text::dotted([
            cell(job.op.to_string()),
            cell(what.join(", ")),
            why.unwrap_or_default(),
        ]));
    }
    match jobs.first() {
        Some(job) => view.suggest(format!("/jobs failed replay:{}", job.op), "tries it again"),
        None => view,
    }
}

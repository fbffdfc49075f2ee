//! The words that staff read: a reply of a function becomes a view.
//!
//! Every "no" says what happened, that nothing was changed only where that is known, and what to
//! type or whom to ask next. "Nothing was changed" is never said of a read, which could not have
//! changed anything, and never of an outcome that is not known.
//!
//! Names, reasons and whatever was typed go into [`crate::view::Span::Input`]. Telephone numbers and
//! email addresses are masked, because what is public stays in a channel for years.

mod credit;
mod lists;
mod notice;
mod refused;
mod setup;

use shared::answer::{Answer, BalanceOf, ClientChange, MmsTurned, Named, NamedStaff};
use shared::client::{MmsOff, Status, Switch, masked_email};
use shared::credit::{Kind, PerKind, grouped, grouped_signed};
use shared::entry::Reason;
use shared::id::OpId;
use shared::job::What;
use shared::money::Money;
use shared::operation::{Ask, Failed, Operation, Outcome, Reply};

use crate::grammar::Parsed;
use crate::view::{Mark, Text, View, day};

pub use notice::view as notice;
pub use refused::{no_form, no_operation, not_asked, too_late, unanswered, usage};

/// What was asked, as far as a reply to it needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The question.
    pub ask: &'a Ask,
    /// It should only be tried.
    pub dry_run: bool,
    /// The command, if one was typed.
    pub parsed: Option<&'a Parsed>,
}

impl Asked<'_> {
    /// Which operation.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.ask.operation()
    }

    /// Whether it could have changed something.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.operation().is_write() && !self.dry_run
    }

    /// The command that was typed, with another staff member where it said this.
    fn with_staff(&self, typed: &str, staff: &str) -> Option<String> {
        let parsed = self.parsed?;
        let said = |name: &str| parsed.args.text(name).is_some_and(|text| text.trim() == typed);
        let mut params = parsed.command.params.iter();
        let param = params
            .find(|param| param.kind == crate::command::ParamKind::Staff && said(param.name))?;
        Some(parsed.with(param.name, staff).line())
    }

    /// The command that was typed, with another client in it.
    fn with_client(&self, client: &str) -> Option<String> {
        let parsed = self.parsed?;
        let mut params = parsed.command.params.iter();
        let param = params.find(|param| param.kind == crate::command::ParamKind::Client)?;
        Some(parsed.with(param.name, client).line())
    }
}

/// The view of a reply.
#[must_use]
pub fn view(reply: &Reply, asked: &Asked<'_>) -> View {
    let view = match &reply.outcome {
        Outcome::Answer(answer) => answered(reply, answer, asked),
        Outcome::Planned(plan) => credit::plan(plan),
        Outcome::Refused(refusal) => refused::view(refusal, asked, &reply.op),
        Outcome::Failed(failed) => failure(&reply.op, failed, asked),
        Outcome::Elsewhere(_) => {
            let failed = Failed { reference: reply.op.to_string(), nothing_changed: true };
            failure(&reply.op, &failed, asked)
        }
    };
    let public = view.public && !reply.told_elsewhere && !asked.dry_run;
    let view = View { public, ..view };
    match reply.replay_of {
        Some(at) => view.line(
            Text::new()
                .fixed("This was answered before, at ")
                .time(at)
                .fixed("; nothing was done twice."),
        ),
        None => view,
    }
}

fn failure(op: &OpId, failed: &Failed, asked: &Asked<'_>) -> View {
    if !failed.nothing_changed && asked.writes() {
        return refused::unknown(op, asked)
            .footer(Text::new().fixed(format!("Ref {op} · {}", failed.reference)));
    }
    let nothing = if asked.writes() { " Nothing was changed." } else { "" };
    View::new(
        Mark::Failed,
        Text::new().fixed(format!("Something failed on the desk’s side.{nothing}")),
    )
    .line(
        Text::new()
            .fixed("Please try again in a minute; if it fails again, tell an owner the reference."),
    )
    .footer(Text::new().fixed(format!("Ref {op} · {}", failed.reference)))
}

fn answered(reply: &Reply, answer: &Answer, asked: &Asked<'_>) -> View {
    match answer {
        Answer::Credit(change) => credit::done(&reply.op, change),
        Answer::DryRun { done: Some(done), .. } => tried(answered(reply, done, asked)),
        Answer::DryRun { change, why, text, done: None } => {
            credit::dry_run(change.as_ref(), why, text.as_deref())
        }
        Answer::Balance { client, status, balances, mms_off, unpaid } => {
            balance(client, *status, balances, *mms_off, *unpaid)
        }
        Answer::Statement { .. } => lists::statement(answer, asked),
        Answer::Why { .. } => lists::why(answer),
        Answer::History { lines, staff, since, cut } => lists::history(lines, staff, *since, *cut),
        Answer::Pending { plans } => lists::pending(plans),
        Answer::PlanEnded { plan, reason } => credit::ended(plan, reason.as_deref()),
        Answer::List { total, sums, skipped, clients, ends, as_of } => {
            lists::clients((*total, *skipped), *sums, (clients, ends), *as_of, asked)
        }
        Answer::Found { text, clients, total } => lists::found(text, clients, *total),
        Answer::Suggestions { clients } => lists::suggestions(clients),
        Answer::Client { .. } => setup::client(answer),
        Answer::ClientChanged { client, what, twins } => {
            client_changed(&reply.op, client, what, twins)
        }
        Answer::Mms { client, turned, still_off } => mms(&reply.op, client, *turned, *still_off),
        Answer::Prices { .. } => setup::prices(&reply.op, answer),
        Answer::Settings { settings, set } => setup::settings(&reply.op, settings, set.as_deref()),
        Answer::Invoices { client, invoices, unpaid, today } => {
            lists::invoices(client, invoices, (*unpaid, *today), asked)
        }
        Answer::Invoice { invoice, client, today } => setup::invoice(invoice, client, *today),
        Answer::Roles { staff } => setup::roles(staff),
        Answer::RoleGranted { staff, role, before, linked } => {
            setup::granted(&reply.op, staff, *role, *before, linked.as_ref())
        }
        Answer::Covered { staff, cover } => setup::covered(&reply.op, staff, *cover),
        Answer::StaffLeft { staff, identities, to } => {
            setup::left(&reply.op, staff, *identities, to.as_ref())
        }
        Answer::Whoami { .. } => setup::whoami(answer),
        Answer::Status { .. } => setup::status(answer),
        Answer::Jobs { jobs, replayed } => lists::jobs(jobs, replayed.as_ref()),
    }
}

/// What would be answered to something that is only tried: it names nothing that is there, and asks
/// for nothing.
fn tried(done: View) -> View {
    let headline = Text::new().fixed("Dry run, as it would be: ").then(done.headline);
    let view = View { lines: done.lines, ..View::new(Mark::DryRun, headline) };
    let nothing = "Nothing was changed.";
    if view.lines.last().is_some_and(|line| line.plain().ends_with(nothing)) {
        return view;
    }
    view.line(Text::new().fixed(nothing))
}

fn balance(
    client: &Named,
    status: Status,
    balances: &PerKind<BalanceOf>,
    mms_off: Option<MmsOff>,
    unpaid: Option<Money>,
) -> View {
    let headline = Text::dotted([name(client), not_active(status)]);
    let mut view = View::new(Mark::Answer, headline);
    for kind in Kind::ALL {
        view = view.line(figures(kind, *balances.get(kind)));
    }
    if status == Status::Pending {
        // Nothing can be added before; what else is off can wait.
        view = view.suggest(format!("/client activate {}", client.id), "activates it");
    } else if let Some(off) = mms_off {
        view = view.line(Text::new().fixed(format!("MMS is off: {}", why_off(off))));
        view = view.suggest(turn_on(off, client), "turns it on");
    }
    if let Some(unpaid) = unpaid.filter(|unpaid| unpaid.minor > 0) {
        view = view.line(Text::new().fixed(format!("Unpaid: {unpaid}")));
    }
    view
}

/// `1 client`, `1,200 clients`.
fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A status worth a word: an active client has none.
fn not_active(status: Status) -> Text {
    match status {
        Status::Active => Text::new(),
        Status::Pending | Status::Suspended | Status::Closed => Text::new().fixed(status.word()),
    }
}

/// `MMS 620 · used 1,380 · held 20`, and what is owed.
fn figures(kind: Kind, of: BalanceOf) -> Text {
    let part = |word: &str, number: i64| {
        if number == 0 {
            Text::new()
        } else {
            Text::new().fixed(format!("{word} {}", grouped_signed(number)))
        }
    };
    let owed = if of.owed == 0 {
        Text::new()
    } else {
        Text::new().fixed(format!("owes {}", grouped(of.owed)))
    };
    Text::dotted([
        Text::new().fixed(format!("{kind} {}", grouped(of.spendable))),
        part("used", of.used),
        part("held", of.held),
        owed,
    ])
}

/// `ACME Ltd (c_1042)`.
fn name(client: &Named) -> Text {
    Text::new().input(client.name.clone()).fixed(format!(" ({})", client.id))
}

/// `ACME Ltd · c_1042`, as in pick lists.
fn label(client: &Named) -> Text {
    Text::new().input(client.name.clone()).fixed(format!(" · {}", client.id))
}

fn person(staff: &NamedStaff) -> Text {
    Text::new().input(staff.name.clone())
}

/// Why a client may not use MMS, in a sentence.
fn why_off(off: MmsOff) -> String {
    match off {
        MmsOff::Platform(admin) => {
            format!("billing has not turned it on for the platform of {admin}.")
        }
        MmsOff::Own => "the client’s own switch is off.".to_owned(),
        MmsOff::Parent(parent) => {
            format!("the client inherits from {parent}, whose clients have it off.")
        }
    }
}

/// The command that turns MMS on, where it is off.
fn turn_on(off: MmsOff, client: &Named) -> String {
    match off {
        MmsOff::Platform(admin) => format!("/mms allow {admin}"),
        MmsOff::Own | MmsOff::Parent(_) => format!("/mms on {}", client.id),
    }
}

fn client_changed(op: &OpId, client: &Named, what: &ClientChange, twins: &[Named]) -> View {
    let done = |words: &str| Text::new().fixed(words).then(name(client));
    let mut view = match what {
        ClientChange::Made => View::new(Mark::Done, done("Made "))
            .line(Text::new().fixed(format!(
                "Login {} · pending: nothing can be sent or added until it is activated.",
                client.login
            )))
            .suggest(format!("/client activate {}", client.id), "activates it"),
        ClientChange::Activated => View::new(Mark::Done, done("Activated ")),
        ClientChange::Suspended { reason } => View::new(Mark::Done, done("Suspended "))
            .line(
                Text::new()
                    .fixed("Its sends are refused; money still settles. Reason: ")
                    .input(reason.clone()),
            )
            .suggest(format!("/client activate {}", client.id), "lets it in again"),
        ClientChange::Set { field, before, after } => {
            let shown = |value: &str| {
                let value = masked(field, value);
                if value.is_empty() { Text::new().fixed("none") } else { Text::new().input(value) }
            };
            View::new(
                Mark::Done,
                Text::new().fixed(format!("Changed the {field} of ")).then(name(client)),
            )
            .line(shown(before).fixed(" → ").then(shown(after)))
        }
    };
    if !twins.is_empty() {
        let names = Text::dotted(twins.iter().map(name));
        view = view.line(Text::new().fixed("The same mobile or email belongs to: ").then(names));
    }
    view.footer(Text::new().fixed(op.to_string())).public()
}

fn mms(op: &OpId, client: &Named, turned: MmsTurned, still_off: Option<MmsOff>) -> View {
    let word = |on| if on { "on" } else { "off" };
    let headline = match turned {
        MmsTurned::Platform(on) => Text::new()
            .fixed(format!("MMS is {} for the platform of ", word(on)))
            .then(name(client)),
        MmsTurned::Own(Switch::On) => Text::new().fixed("MMS is on for ").then(name(client)),
        MmsTurned::Own(Switch::Off) => Text::new().fixed("MMS is off for ").then(name(client)),
        MmsTurned::Own(Switch::Inherit) => {
            name(client).fixed(" has MMS as its parent’s clients have it")
        }
        MmsTurned::ForClients(on) => {
            Text::new().fixed(format!("MMS is {} for all clients of ", word(on))).then(name(client))
        }
    };
    let mut view = View::new(Mark::Done, headline);
    let went_off = match turned {
        MmsTurned::Platform(on) | MmsTurned::ForClients(on) => !on,
        MmsTurned::Own(switch) => switch == Switch::Off,
    };
    if let MmsTurned::ForClients(_) = turned {
        view = view.line(Text::new().fixed("Clients with a switch of their own keep it."));
    }
    if went_off {
        view = view.line(Text::new().fixed("Credits are kept."));
    }
    if let Some(off) = still_off.filter(|_| !went_off) {
        let line = match (off, turned) {
            // Whoever has just chosen to inherit is not told to choose otherwise.
            (MmsOff::Parent(parent), MmsTurned::Own(Switch::Inherit)) => {
                format!("/mms on all of {parent}")
            }
            _ => turn_on(off, client),
        };
        view = view
            .line(Text::new().fixed(format!("It still may not use MMS: {}", why_off(off))))
            .suggest(line, "turns that on");
    }
    view.footer(Text::new().fixed(op.to_string())).public()
}

/// A telephone number with its middle hidden: `+44•••••0123`.
#[must_use]
pub fn masked_phone(phone: &str) -> String {
    if phone.contains('•') {
        return phone.to_owned();
    }
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < 7 {
        return "•".repeat(digits.len());
    }
    let plus = if phone.starts_with('+') { "+" } else { "" };
    let head: String = digits.iter().take(2).collect();
    format!("{plus}{head}•••••{}", shared::search::last_four(&digits.iter().collect::<String>()))
}

fn masked(field: &str, value: &str) -> String {
    match field {
        "mobile" => masked_phone(value),
        "email" => masked_email(value),
        _ => value.to_owned(),
    }
}

/// What an entry was, in a word or two.
#[must_use]
pub fn reason_word(reason: Reason) -> &'static str {
    match reason {
        Reason::Add => "add",
        Reason::Deduct => "deduct",
        Reason::Reversal => "taken back",
        Reason::Return => "returned",
        Reason::MoveIn => "moved in",
        Reason::MoveOut => "moved out",
        Reason::WriteOff => "written off",
    }
}

/// What a side effect is, in a few words.
#[must_use]
pub fn effect_word(what: &What) -> String {
    match what {
        What::Audit(_) => "audit line".to_owned(),
        What::Mail { client, event } => format!("mail to {client}: {}", event.name()),
        What::Announce { channel, .. } => format!("announcement in {channel}"),
    }
}

fn due(date: jiff::civil::Date) -> String {
    format!("due {}", day(date))
}

#[cfg(test)]
mod tests;

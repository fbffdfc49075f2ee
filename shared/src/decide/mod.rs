//! The decisions: what a call comes to, given what was read and the time.
//!
//! [`needs`] names the records that a decision has to see; as more of them are known (a plan names
//! its client, a client its parents) it names more, until nothing is missing. [`decide`] is then a
//! function of the image alone. Whatever it checks, it checks on records that the resulting change
//! is conditioned on, or that were read strongly in the same attempt.

mod add;
mod clients;
mod correct;
mod deduct;
mod draft;
mod invoices;
mod mms;
pub mod own;
mod plans;
mod prices;
mod reverse;
mod settings;
mod staff;
mod views;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::answer::{Answer, Named, NamedStaff};
use crate::audit::{Audit, Ended};
use crate::client::Client;
use crate::entry::Actor;
use crate::id::{Channel, ClientId, OpId, StaffId};
use crate::job::{Effect, Job, What};
use crate::notice::About;
use crate::operation::{Ask, Call, CorrectTo, MmsTurn, Operation, Particular};
use crate::record::{
    Change, Decision, Expect, Image, Key, Record, Stored, StoredOutcome, Then, Write,
};
use crate::refusal::Refusal;
use crate::search::{Hit, How, Resolution, is_invisible};
use crate::settings::Settings;
use crate::staff::{LinkedIdentity, Role, Staff};

pub use own::Own;
pub use plans::expire;
pub use views::{balance_of, card, in_place_of};

/// What was found out before the read: by queries, or remembered from an earlier call.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// What the typed clients of the call came to, in the order of [`typed_clients`].
    pub clients: Vec<Resolution>,
    /// Whose the identity was when it was last read: a guess, checked against the image.
    pub staff: Option<StaffId>,
    /// The staff members, for calls that name one (see [`names_staff`]).
    pub everybody: Vec<Staff>,
    /// A number taken from the counter that [`wants_number`] names.
    pub next_number: Option<u64>,
}

/// The counter from which client numbers are taken.
pub const CLIENTS_COUNTER: &str = "clients";

/// The counter from which staff numbers are taken.
pub const STAFF_COUNTER: &str = "staff";

/// The clients that a call names, as typed. For a new client also its email and mobile, because
/// another client with the same ones is flagged.
#[must_use]
pub fn typed_clients(call: &Call) -> Vec<&str> {
    match &call.ask {
        Ask::AddCredit { client, .. }
        | Ask::DeductCredit { client, .. }
        | Ask::Balance { client }
        | Ask::Statement { client, .. }
        | Ask::Why { client, .. }
        | Ask::ClientView { client }
        | Ask::ClientActivate { client }
        | Ask::ClientSuspend { client, .. }
        | Ask::MmsAllow { client, .. }
        | Ask::InvoiceList { client, .. }
        | Ask::Correct { to: CorrectTo::Move { client }, .. } => vec![client],
        Ask::ClientSet { client, set } => match set {
            Particular::Email(text) | Particular::Mobile(text) => vec![client, text],
            Particular::Name(_) | Particular::Manager(_) | Particular::Referral(_) => vec![client],
        },
        Ask::MmsSwitch { turn } => match turn {
            MmsTurn::One { client, .. } => vec![client],
            MmsTurn::AllOf { parent, .. } => vec![parent],
        },
        Ask::PriceSet { client, .. } | Ask::PriceShow { client } | Ask::History { client, .. } => {
            client.iter().map(String::as_str).collect()
        }
        Ask::ClientNew { parent, email, mobile, .. } => {
            let parent = parent.as_deref().unwrap_or("c_1");
            [Some(parent), Some(email.as_str()), mobile.as_deref()].into_iter().flatten().collect()
        }
        Ask::Undo { .. }
        | Ask::Correct { .. }
        | Ask::Confirm { .. }
        | Ask::Approve { .. }
        | Ask::Deny { .. }
        | Ask::Pending {}
        | Ask::List { .. }
        | Ask::ClientFind { .. }
        | Ask::Suggest { .. }
        | Ask::SettingsSet { .. }
        | Ask::SettingsShow {}
        | Ask::InvoiceView { .. }
        | Ask::InvoiceVoid { .. }
        | Ask::RoleList {}
        | Ask::RoleGrant { .. }
        | Ask::StaffLeave { .. }
        | Ask::Cover { .. }
        | Ask::Whoami {}
        | Ask::Status {}
        | Ask::JobsFailed { .. } => Vec::new(),
    }
}

/// Whether the call is about a staff member, or all of them, so that [`Found::everybody`] must be
/// filled.
#[must_use]
pub fn names_staff(call: &Call) -> bool {
    match &call.ask {
        Ask::ClientView { .. }
        | Ask::RoleGrant { .. }
        | Ask::StaffLeave { .. }
        | Ask::Cover { .. } => true,
        Ask::ClientSet { set, .. } => matches!(set, Particular::Manager(_)),
        Ask::History { staff, .. } => staff.is_some(),
        // Whether it is nobody else's to approve.
        Ask::Approve { alone, .. } => *alone,
        _ => false,
    }
}

/// The counter from which the call needs a number before its transaction; gaps are allowed.
#[must_use]
pub fn wants_number(call: &Call, found: &Found) -> Option<&'static str> {
    match &call.ask {
        Ask::ClientNew { .. } => Some(CLIENTS_COUNTER),
        Ask::RoleGrant { who, same_as: None, .. } => {
            staff::named(who, &found.everybody).is_err().then_some(STAFF_COUNTER)
        }
        _ => None,
    }
}

/// The records that the decision has to see, as far as they can be named from what is known.
#[must_use]
pub fn needs(call: &Call, found: &Found, image: &Image, now: Timestamp) -> Vec<Key> {
    let op = call.key.op();
    let mut keys = vec![
        Key::Operation(op.clone()),
        Key::Plan(op),
        Key::Identity(call.by.clone()),
        Key::Settings,
    ];
    let caller = image.identity(&call.by).map(|linked| linked.staff).or(found.staff);
    keys.extend(caller.map(|staff| Key::Spend(staff, today_utc(now))));
    match &call.ask {
        Ask::Confirm { op, about, .. } => {
            // What this very call took already comes before the last plan, which is another by now.
            let took = || plans::taken_by(&call.key.op(), image);
            let op = op.clone().or_else(took);
            plans::needs_target(op.as_ref(), *about, caller, image, now, &mut keys);
        }
        Ask::Approve { op, about, .. } => {
            plans::needs_target(Some(op), *about, caller, image, now, &mut keys);
        }
        Ask::Deny { op, .. } => {
            plans::needs_target(Some(op), None, caller, image, now, &mut keys);
        }
        Ask::Undo { op } => reverse::needs_undo(op.as_ref(), caller, image, now, &mut keys),
        Ask::Correct { op, spent, .. } => {
            reverse::needs_undo(Some(op), caller, image, now, &mut keys);
            if let Some(change) = image.operation(op).and_then(reverse::credit_change) {
                let kind = change.kind;
                correct::needs_measure(change.client.id, kind, *spent, image, &mut keys);
                if let Some(Resolution::One(hit)) = found.clients.first() {
                    correct::needs_receiver(hit.client, kind, image, &mut keys);
                    keys.extend(correct::named_earlier(change, hit.client, caller, image, now));
                }
            }
            ask_needs(&call.ask, &found.clients, image, &mut keys);
        }
        ask => {
            ask_needs(ask, &found.clients, image, &mut keys);
            keys.extend(named_earlier(ask, &found.clients, caller, image, now));
        }
    }
    match &call.ask {
        Ask::RoleGrant { .. } | Ask::StaffLeave { .. } | Ask::Cover { .. } => {
            staff::needs(call, found, &mut keys);
        }
        Ask::ClientNew { name, login, .. } => {
            keys.push(Key::Login(clients::login_for(name, login.as_deref(), found)));
            keys.push(Key::Hierarchy);
        }
        _ => {}
    }
    keys
}

/// The staff member who made the change that this ask may repeat, if it is somebody else.
fn named_earlier(
    ask: &Ask,
    clients: &[Resolution],
    caller: Option<StaffId>,
    image: &Image,
    now: Timestamp,
) -> Option<Key> {
    let Some(Resolution::One(hit)) = clients.first() else { return None };
    let account = image.account(hit.client)?;
    let (kind, amount) = match ask {
        Ask::AddCredit { kind, count, .. } => (*kind, count.signed()),
        Ask::DeductCredit { kind, count, .. } => (*kind, count.signed().saturating_neg()),
        _ => return None,
    };
    draft::needs_earlier(account, kind, amount, caller, now)
}

/// The records that an ask needs once its clients are resolved.
fn ask_needs(ask: &Ask, clients: &[Resolution], image: &Image, keys: &mut Vec<Key>) {
    for resolution in clients {
        match resolution {
            Resolution::One(hit) => {
                keys.extend([Key::Client(hit.client), Key::Account(hit.client)]);
                keys.extend(hit.chain.iter().map(|parent| Key::Client(*parent)));
                keys.push(Key::MmsGate(hit.chain.last().copied().unwrap_or(hit.client)));
            }
            Resolution::Many { shown, .. } => {
                keys.extend(shown.iter().flat_map(|c| [Key::Client(*c), Key::Account(*c)]));
            }
            Resolution::None { .. } => {}
        }
    }
    let first = clients.first();
    match ask {
        Ask::AddCredit { kind, reference, .. } => {
            if let Some(Resolution::One(hit)) = first {
                keys.extend(prices::needs(hit.client, &hit.chain, *kind));
                keys.extend(hit.chain.first().map(|parent| Key::Account(*parent)));
            }
            let reference = reference.as_deref().map(crate::invoice::normal_reference);
            keys.extend(reference.filter(|r| !r.is_empty()).map(Key::Payment));
        }
        Ask::DeductCredit { kind, invoice, .. } => {
            if let Some(Resolution::One(hit)) = first {
                keys.extend(prices::needs(hit.client, &hit.chain, *kind));
            }
            keys.extend(invoice.map(Key::Invoice));
            keys.extend(invoice.and_then(|number| reverse::payment_key(image, number)));
        }
        Ask::InvoiceVoid { number, .. } => reverse::needs_invoice(*number, image, keys),
        Ask::InvoiceView { number } => {
            keys.push(Key::Invoice(*number));
            keys.extend(image.invoice(*number).map(|invoice| Key::Client(invoice.client)));
        }
        Ask::PriceSet { kind, .. } => match first {
            Some(Resolution::One(hit)) => {
                keys.push(Key::Prices(crate::settings::Scope::Client(hit.client), *kind));
            }
            Some(Resolution::Many { .. } | Resolution::None { .. }) => {}
            None => keys.push(Key::Prices(crate::settings::Scope::Default, *kind)),
        },
        Ask::PriceShow { .. } => {
            let scopes: Vec<_> = match first {
                Some(Resolution::One(hit)) => prices::scopes(hit.client, &hit.chain).collect(),
                Some(Resolution::Many { .. } | Resolution::None { .. }) => Vec::new(),
                None => vec![crate::settings::Scope::Default],
            };
            for kind in crate::credit::Kind::ALL {
                keys.extend(scopes.iter().map(|scope| Key::Prices(*scope, kind)));
            }
        }
        _ => {}
    }
}

/// Who calls, if that person may ask this at all.
///
/// # Errors
/// The identity is not linked, the person has left, or the role may not.
pub fn authorise<'a>(
    call: &Call,
    image: &'a Image,
    now: Timestamp,
) -> Result<&'a LinkedIdentity, Refusal> {
    let linked =
        image.identity(&call.by).ok_or_else(|| Refusal::NotLinked { identity: call.by.clone() })?;
    may(linked, call.ask.operation(), now)?;
    Ok(linked)
}

/// Whether a staff member may ask for an operation.
fn may(linked: &LinkedIdentity, operation: Operation, now: Timestamp) -> Result<(), Refusal> {
    if !linked.active {
        return Err(Refusal::Left { name: linked.name.clone() });
    }
    let role = linked.role_at(now);
    if role < operation.role() {
        return Err(Refusal::NotAllowed { operation, role, needs: operation.role() });
    }
    Ok(())
}

/// What the call comes to, at a function that decides `own`. Operations that only read ranges of
/// records are answered elsewhere (`functions::reads`); everything else is decided here.
///
/// # Errors
/// The refusal to answer; nothing is to be written for it but the audit line.
pub fn decide<'a>(
    call: &'a Call,
    found: &Found,
    image: &'a Image,
    now: Timestamp,
    own: Own,
) -> Result<Decision, Refusal> {
    let op = call.key.op();
    if !call.dry_run {
        // A stored outcome is the answer, and comes before any refusal, pick list or plan.
        if let Some(stored) = image.operation(&op) {
            if !is_of(call, stored.by, &stored.fingerprint, image) {
                return Err(Refusal::KeyReused { op });
            }
            return match &stored.outcome {
                StoredOutcome::Took(plan) => plans::became(plan, image, now),
                StoredOutcome::Done(_) | StoredOutcome::Refused(_) => {
                    Ok(Decision::Replay(stored.clone()))
                }
            };
        }
        if let Some(plan) = image.plan(&op) {
            return plans::again(call, plan, image, now);
        }
    }
    let caller = authorise(call, image, now)?;
    let scene = Scene {
        op,
        fingerprint: call.ask.fingerprint(),
        operation: call.ask.operation(),
        caller,
        dry_run: call.dry_run,
        at: call.at.as_ref(),
        settings: image.settings(),
        image,
        now,
    };
    own(&scene, &call.ask, found)
}

/// The one client that a call names first.
///
/// # Errors
/// Nobody or several match: the refusal asks which.
pub fn the_client<'f>(found: &'f Found, image: &Image) -> Result<&'f Hit, Refusal> {
    match found.clients.first() {
        Some(Resolution::One(hit)) => Ok(hit),
        Some(Resolution::Many { typed, shown, total }) => Err(Refusal::Ambiguous {
            typed: typed.clone(),
            matches: shown
                .iter()
                .filter_map(|id| Some(card(image.client(*id)?, image.account(*id)?)))
                .collect(),
            total: *total,
        }),
        Some(Resolution::None { typed, nearest }) => Err(Refusal::UnknownClient {
            typed: typed.clone(),
            nearest: nearest
                .iter()
                .map(|t| Named { id: t.client, name: t.name.clone(), login: t.login.clone() })
                .collect(),
        }),
        None => Err(Refusal::UnknownClient { typed: String::new(), nearest: Vec::new() }),
    }
}

/// The one staff member that a text names, whether still here or not.
///
/// # Errors
/// Nobody or several match.
pub fn staff_named<'a>(typed: &str, everybody: &'a [Staff]) -> Result<&'a Staff, Refusal> {
    staff::meant(typed, everybody.iter())
}

/// Whether what is stored under a call's key is this call's: of the same person, and of the same
/// content. A key is no secret, and what was answered under it is not everybody's.
fn is_of(call: &Call, by: StaffId, fingerprint: &str, image: &Image) -> bool {
    let same_person = image.identity(&call.by).is_some_and(|linked| linked.staff == by);
    same_person && fingerprint == call.ask.fingerprint()
}

/// Everything about one call that its decision looks at, besides what was asked.
pub struct Scene<'a> {
    op: OpId,
    fingerprint: String,
    operation: Operation,
    caller: &'a LinkedIdentity,
    dry_run: bool,
    /// Where the call was typed.
    at: Option<&'a Channel>,
    settings: Settings,
    image: &'a Image,
    now: Timestamp,
}

impl<'a> Scene<'a> {
    /// The caller, as replies name it.
    fn by(&self) -> NamedStaff {
        NamedStaff { id: self.caller.staff, name: self.caller.name.clone() }
    }

    /// What the caller may do now.
    fn role(&self) -> Role {
        self.caller.role_at(self.now)
    }

    /// Today in the desk's zone.
    fn today(&self) -> Date {
        today_in(&self.settings, self.now)
    }

    /// The one client that the call names first.
    fn the_client<'f>(&self, found: &'f Found) -> Result<&'f Hit, Refusal> {
        the_client(found, self.image)
    }

    /// A client that was resolved, as it is stored now.
    fn client(&self, id: ClientId) -> Result<&'a Client, Refusal> {
        self.image
            .client(id)
            .ok_or_else(|| Refusal::UnknownClient { typed: id.to_string(), nearest: Vec::new() })
    }

    /// The clients of a chain that were read, nearest first.
    fn parents(&self, client: &Client) -> Vec<&'a Client> {
        client.chain.iter().filter_map(|parent| self.image.client(*parent)).collect()
    }

    /// The change of an operation that moves no credits: its writes, its OPERATION and its JOB.
    fn plain(
        &self,
        client: Option<ClientId>,
        writes: Vec<Write>,
        mails: Vec<(What, Timestamp)>,
        answer: Answer,
        text: String,
    ) -> Decision {
        if self.dry_run {
            return Decision::Answer(Answer::DryRun {
                change: None,
                why: Vec::new(),
                text: Some(text),
                done: Some(Box::new(answer)),
            });
        }
        let mut all = vec![self.operation_write(StoredOutcome::Done(answer.clone()))];
        all.extend(writes);
        all.push(self.job(client, mails, text));
        Decision::Commit(Change { writes: all, then: Then::Answer(answer) })
    }

    /// The OPERATION of this call, put if absent.
    fn operation_write(&self, outcome: StoredOutcome) -> Write {
        let stored = Stored {
            op: self.op.clone(),
            fingerprint: self.fingerprint.clone(),
            by: self.caller.staff,
            at: self.now,
            outcome,
        };
        Write::Put(Record::Operation(stored), Expect::Absent)
    }

    /// The JOB of this call: its audit line, and what else is to be done.
    fn job(&self, client: Option<ClientId>, others: Vec<(What, Timestamp)>, text: String) -> Write {
        self.job_about(client, others, text, &About::Done(self.op.clone()))
    }

    /// As [`Scene::job`], announced as something else than the operation of this call.
    fn job_about(
        &self,
        client: Option<ClientId>,
        others: Vec<(What, Timestamp)>,
        text: String,
        about: &About,
    ) -> Write {
        let audit = Audit {
            staff: Some(self.caller.staff),
            identity: Some(self.caller.identity.clone()),
            at: self.now,
            op: self.op.clone(),
            operation: self.operation,
            client,
            ended: Ended::Done,
            text,
        };
        let mut effects = vec![Effect::new(What::Audit(audit), self.now)];
        effects.extend(others.into_iter().map(|(what, due)| Effect::new(what, due)));
        effects.extend(self.settings.announced_in(self.at).map(|channel| {
            let what = What::Announce { channel: channel.clone(), about: about.clone() };
            Effect::new(what, self.now)
        }));
        Write::Put(Record::Job(Job::new(self.op.clone(), effects)), Expect::Absent)
    }

    fn actor(&self) -> Actor {
        Actor::Staff(self.caller.staff)
    }
}

/// The UTC date, by which budgets are counted.
fn today_utc(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// The desk's time zone; UTC if the stored name is no zone.
#[must_use]
pub fn zone(settings: &Settings) -> TimeZone {
    TimeZone::get(&settings.zone).unwrap_or(TimeZone::UTC)
}

/// Today in the desk's zone.
#[must_use]
pub fn today_in(settings: &Settings, now: Timestamp) -> Date {
    now.to_zoned(zone(settings)).date()
}

/// A text that people typed, trimmed, without control characters and marks that turn the direction
/// of writing; refused when it is longer than `max` characters.
fn clean(what: &str, text: &str, max: usize) -> Result<String, Refusal> {
    let text: String = text.chars().filter_map(seen).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > max {
        return Err(Refusal::Invalid {
            why: format!("The {what} is too long: at most {max} characters."),
        });
    }
    Ok(text)
}

/// A character as people see it: nothing for what cannot be seen, in which two texts that look alike
/// could differ, and a space for what breaks a line.
fn seen(c: char) -> Option<char> {
    match c {
        c if is_invisible(c) => None,
        '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => Some(' '),
        c => Some(c),
    }
}

/// As [`clean`], and not empty.
fn said(what: &str, text: &str, max: usize) -> Result<String, Refusal> {
    let text = clean(what, text, max)?;
    if text.is_empty() {
        return Err(Refusal::Invalid { why: format!("The {what} is missing.") });
    }
    Ok(text)
}

/// A hit for a client that is known by its id.
fn hit_by_id(client: ClientId, image: &Image) -> Hit {
    Hit {
        client,
        chain: image.client(client).map(|c| c.chain.clone()).unwrap_or_default(),
        how: How::Exactly,
        typed: client.to_string(),
    }
}

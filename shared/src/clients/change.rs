//! Making and changing clients. CLIENT and ACCOUNT's copies of status and overdraft move in one change,
//! and so do CLIENT and the items of its names.

use crate::clients::alike;
use crate::clients::card::masked_phone;
use crate::clients::dialling;
use crate::clients::names::certain::has_form_of_an_id;
use crate::clients::names::index::{self, numbers};
use crate::clients::names::types::{NamedBy, Term};
use crate::clients::phone::{self, Phone};
use crate::clients::search::queries;
use crate::clients::types::{
    Ask, CHAIN_MAX, Class, Client, ClientChange, Facts, Hierarchy, NAME_MAX, Particular,
    masked_email,
};
use crate::contract::change::{Expect, Write};
use crate::contract::image::{Counter, Stop};
use crate::contract::plan::Worth;
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::kernel::credit::{COUNT_MAX, Kind, PerKind, grouped};
use crate::kernel::email::{self, EMAIL_MAX};
use crate::kernel::fold;
use crate::kernel::id::{ClientId, Named};
use crate::kernel::mail::MailEvent;
use crate::kernel::mode::Mode;
use crate::kernel::text::required;
use crate::kernel::typed::TypedClient;
use crate::ledger::account::{Account, Status, Switch, is_large};
use crate::ledger::entry::NOTE_MAX;
use crate::ledger::posting;
use crate::plans::types::{Bound, Figure, Lapse, Question};
use crate::pricing::lists;
use crate::settings::places;
use crate::staff::people;

/// The parent of a new client, if none is named: the root admin.
pub(super) const ROOT_PARENT: &str = "c_1";

pub(super) fn new(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    let Ask::ClientNew { name, login, email, mobile, town, class, parent } = ask else {
        return Err(Refusal::invalid("This makes no client.").into());
    };
    let parent = scene.hit(parent.as_deref().unwrap_or(ROOT_PARENT))?;
    let parent = scene.client(parent.client)?;
    let invalid = |sentence: String| Stop::from(sentence);
    match (parent.class, class) {
        (_, Class::Admin) => {
            return Err(invalid("A new client is a user or a reseller.".to_owned()));
        }
        (Class::User, _) => {
            return Err(invalid(format!("{} is a user and cannot be a parent.", parent.name)));
        }
        (Class::Reseller | Class::Admin, Class::User | Class::Reseller) => {}
    }
    if matches!(parent.status, Status::Closed) {
        return Err(
            Refusal::ClientStatus { client: Named::from(parent), status: parent.status }.into()
        );
    }
    let mut chain = vec![parent.id];
    chain.extend(&parent.chain);
    if chain.len() > CHAIN_MAX {
        return Err(invalid(format!("Clients are at most {CHAIN_MAX} deep below the root.")));
    }
    // A plan keeps the number that it showed.
    let id = match scene.plan.map(|plan| &plan.facts) {
        Some(contract::Facts::Clients(Facts { client, .. })) => client.id,
        Some(_) | None => ClientId(scene.image.number(Counter::Clients)?),
    };
    let name = name_of(scene, name, id)?;
    let login = match login {
        Some(typed) => fold::exact(typed),
        None => alike::automatic(scene, &name, id)?,
    };
    login_holds(&login).map_err(invalid)?;
    let holders = index::others(&login, &[NamedBy::Login], id, scene.image)?;
    if let Some(client) = holders.first() {
        return Err(Refusal::LoginTaken { login, client: *client }.into());
    }
    let client = Client {
        login: login.clone(),
        name,
        email: email_of(email)?,
        mobile: mobile.as_deref().map(|text| mobile_of(scene, text)).transpose()?,
        town: town.as_deref().map(|text| required("town", text, 40)).transpose()?,
        class: *class,
        chain,
        ..Client::blank(id, scene.now)
    };
    let tree = scene.image.hierarchy()?;
    let tree_after =
        Hierarchy { version: tree.version.saturating_add(1), last: tree.last.max(id.0) };
    let mut writes = vec![
        Write::Put(Record::Client(client.clone()), Expect::Absent),
        Write::Put(
            Record::Account(Account::new(id, Status::Pending, Switch::Inherit)),
            Expect::Absent,
        ),
        Write::Put(Record::Hierarchy(tree_after), Expect::after(tree.version)),
    ];
    writes.extend(index::moved(None, &client, scene.image)?);
    let facts = Facts {
        client: Named::from(&client),
        change: ClientChange::Made,
        twins: twins(scene, &client)?,
        like: alike::like_name(scene, &client)?,
    };
    let text = format!("made {} ({})", client.id, client.login);
    let facts = contract::Facts::Clients(facts);
    Ok(Draft::Propose(scene.proposal(ask.clone(), Some(id), facts, writes, text)))
}

/// Other clients with the same email or mobile: flagged, not refused.
fn twins(scene: &Scene<'_>, client: &Client) -> Result<Vec<Named>, Stop> {
    let addresses =
        [(Some(&client.email), NamedBy::Email), (client.mobile.as_ref(), NamedBy::Mobile)];
    let mut ids: Vec<ClientId> = Vec::new();
    for (text, by) in addresses {
        if let Some(text) = text {
            ids.extend(index::others(text, &[by], client.id, scene.image)?);
        }
    }
    ids.sort();
    ids.dedup();
    let mut twins = Vec::new();
    for id in ids {
        twins.extend(scene.image.client(id)?.map(Named::from));
    }
    Ok(twins)
}

/// Words that stand for something else wherever a client is typed: `/price set sms default`, `/mms on all`.
const RESERVED: &[&str] =
    &["all", "any", "default", "everybody", "everyone", "mms", "nobody", "none", "sms"];

/// Refuses a name or login that the commands use for something else.
fn is_free_word(text: &str) -> Result<(), String> {
    match RESERVED.contains(&fold::loose(text).as_str()) {
        true => Err(format!("“{text}” is a word of the commands: a client needs another name.")),
        false => Ok(()),
    }
}

/// The name of a client: no other client's login, email or number, and nothing that reads as an id, a
/// document or a label.
fn name_of(scene: &Scene<'_>, text: &str, client: ClientId) -> Result<String, Stop> {
    let name = required("name", text, NAME_MAX)?;
    if has_form_of_an_id(&name) {
        return Err(Refusal::NameTaken { name, client: None }.into());
    }
    is_free_word(&name)?;
    let by = [NamedBy::Login, NamedBy::Email];
    let mut others = index::others(&name, &by, client, scene.image)?;
    others.extend(with_number(scene, &name, client)?);
    match others.first() {
        Some(other) => Err(Refusal::NameTaken { name, client: Some(*other) }.into()),
        None => Ok(name),
    }
}

/// Another client that is found by a number: its mobile, or the last four digits of it.
fn with_number(scene: &Scene<'_>, name: &str, client: ClientId) -> Result<Option<ClientId>, Stop> {
    if phone::read(name, None).is_none() {
        return Ok(None);
    }
    for query in queries(name) {
        let read = scene.image.terms_with(&query)?;
        let has_mobile = |term: &&Term| {
            let mobile = term.mobile.as_deref();
            term.client != client
                && mobile.is_some_and(|mobile| numbers(mobile).contains(&term.key))
        };
        let is_whole = |term: &&Term| query.prefix == term.key;
        if let Some(term) = read.terms.iter().filter(is_whole).find(has_mobile) {
            return Ok(Some(term.client));
        }
    }
    Ok(None)
}

fn login_holds(login: &str) -> Result<(), String> {
    let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
    let length = (3..=32).contains(&login.len());
    is_free_word(login)?;
    if has_form_of_an_id(login) {
        return Err(format!(
            "“{login}” cannot be a login: it has the form of an id or of an invoice’s number."
        ));
    }
    if !login.is_empty() && login.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("“{login}” cannot be a login: digits alone are the end of a number."));
    }
    if length && login.bytes().all(inside) {
        Ok(())
    } else {
        Err(format!(
            "“{login}” is no login: 3 to 32 of the letters a–z, digits, dot, dash and underscore."
        ))
    }
}

pub(super) fn email_of(text: &str) -> Result<String, Stop> {
    let typed = required("email", text, EMAIL_MAX)?;
    let sentence = || Refusal::invalid(format!("“{typed}” is not an email address."));
    Ok(email::parse(&typed).ok_or_else(sentence)?)
}

/// A mobile in E.164.
fn mobile_of(scene: &Scene<'_>, text: &str) -> Result<String, Stop> {
    let home = scene.settings.country.as_ref();
    dialling::stored(text, home).ok_or_else(|| {
        let sentence = match (phone::read(text, home), home) {
            (Some(Phone::Whole(_)), _) => format!("No country has a telephone number “{text}”."),
            (Some(_), Some(home)) => format!("{} has no telephone number “{text}”.", home.code),
            (Some(_), None) => format!(
                "“{text}” has no country code. Type it as in +44 7400 123456, or set the home country: \
                 /settings country GB."
            ),
            (None, _) => format!("“{text}” is not a telephone number, such as +44 7400 123456."),
        };
        Refusal::invalid(sentence).into()
    })
}

pub(super) fn activate(scene: &Scene<'_>, ask: &Ask, typed: &str) -> Result<Draft, Stop> {
    let client = scene.client(scene.hit(typed)?.client)?;
    match client.status {
        Status::Pending | Status::Suspended => {}
        Status::Active | Status::Closed => return Err(wrong_status(client)),
    }
    let (status, change) = (Status::Active, ClientChange::Activated);
    let standing = Standing { status, change, event: MailEvent::Activated };
    stand(scene, ask, client, standing, "activated")
}

pub(super) fn suspend(scene: &Scene<'_>, typed: &str, reason: &str) -> Result<Draft, Stop> {
    let client = scene.client(scene.hit(typed)?.client)?;
    let reason = required("reason", reason, NOTE_MAX)?;
    if client.class == Class::Admin {
        return Err(Refusal::invalid("An admin is not suspended.").into());
    }
    if client.status != Status::Active {
        return Err(wrong_status(client));
    }
    let text = format!("suspended: {reason}");
    let change = ClientChange::Suspended { reason: reason.clone() };
    let standing = Standing { status: Status::Suspended, change, event: MailEvent::Suspended };
    let kept = Ask::ClientSuspend { client: TypedClient::Whole(client.id.to_string()), reason };
    let mut draft = stand(scene, &kept, client, standing, &text)?;
    if let Draft::Propose(proposal) = &mut draft {
        proposal.questions.push(Question::TakesAccess);
    }
    Ok(draft)
}

fn wrong_status(client: &Client) -> Stop {
    Refusal::ClientStatus { client: Named::from(client), status: client.status }.into()
}

/// A new status, and what is said about it.
struct Standing {
    status: Status,
    change: ClientChange,
    event: MailEvent,
}

/// Moves a client's status, and its copy on ACCOUNT, which is the guard.
fn stand(
    scene: &Scene<'_>,
    ask: &Ask,
    client: &Client,
    standing: Standing,
    text: &str,
) -> Result<Draft, Stop> {
    let account = scene.account(client.id)?;
    let Standing { status, change, event } = standing;
    let mut after = client.clone();
    after.version = after.version.saturating_add(1);
    after.status = status;
    let mut copy = posting::next(account);
    copy.status = status;
    let writes = vec![
        Write::Put(Record::Client(after), Expect::Version(client.version)),
        Write::Put(Record::Account(copy), Expect::Version(account.version)),
    ];
    let facts = Facts { client: Named::from(client), change, twins: Vec::new(), like: None };
    let facts = contract::Facts::Clients(facts);
    let text = format!("{} {text}", client.id);
    let mut proposal = scene.proposal(ask.clone(), Some(client.id), facts, writes, text);
    proposal.mails.extend(scene.mail(client, event, scene.now)?);
    Ok(Draft::Propose(proposal))
}

/// A change of CLIENT alone, of nothing that its names, its account or its parents depend on.
pub(super) fn changed(
    scene: &Scene<'_>,
    ask: &Ask,
    client: &Client,
    changed: Client,
    (field, before, after): (String, String, String),
) -> Proposal {
    let text = format!("{} {field}: {before} → {after}", client.id);
    let change = ClientChange::Set { field, before, after };
    let writes = vec![Write::Put(Record::Client(changed), Expect::Version(client.version))];
    let facts = Facts { client: Named::from(client), change, twins: Vec::new(), like: None };
    let facts = contract::Facts::Clients(facts);
    scene.proposal(ask.clone(), Some(client.id), facts, writes, text)
}

/// The change of one particular: the field, and the texts before and after.
struct FieldChange {
    field: &'static str,
    before: String,
    after: String,
}

pub(super) fn set(
    scene: &Scene<'_>,
    ask: &Ask,
    typed: &str,
    set: &Particular,
) -> Result<Draft, Stop> {
    let client = scene.client(scene.hit(typed)?.client)?;
    let mut after = client.clone();
    after.version = after.version.saturating_add(1);
    let FieldChange { field, before: was, after: is } = apply(scene, set, client, &mut after)?;
    let unchanged = Client { version: client.version, ..after.clone() };
    if unchanged == *client {
        return Err(Refusal::NoChange { what: format!("The {field} is {is} already.") }.into());
    }
    let mut writes =
        vec![Write::Put(Record::Client(after.clone()), Expect::Version(client.version))];
    writes.extend(index::moved(Some(client), &after, scene.image)?);
    let twins = match set {
        Particular::Email(_) | Particular::Mobile(_) => twins(scene, &after)?,
        Particular::Name(_)
        | Particular::Manager(_)
        | Particular::Referral(_)
        | Particular::Script(_)
        | Particular::Zone(_) => Vec::new(),
    };
    let like = match set {
        Particular::Name(_) => alike::like_name(scene, &after)?,
        Particular::Email(_)
        | Particular::Mobile(_)
        | Particular::Manager(_)
        | Particular::Referral(_)
        | Particular::Script(_)
        | Particular::Zone(_) => None,
    };
    let text = format!("{} {field}: {was} → {is}", client.id);
    let facts = Facts {
        client: Named::from(&after),
        change: ClientChange::Set { field: field.to_owned(), before: was, after: is },
        twins,
        like,
    };
    let facts = contract::Facts::Clients(facts);
    Ok(Draft::Propose(scene.proposal(ask.clone(), Some(client.id), facts, writes, text)))
}

fn apply(
    scene: &Scene<'_>,
    set: &Particular,
    client: &Client,
    after: &mut Client,
) -> Result<FieldChange, Stop> {
    let nothing = |text: &str| matches!(fold::exact(text).as_str(), "" | "none");
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    let (field, before, after) = match set {
        Particular::Name(text) => {
            after.name = name_of(scene, text, client.id)?;
            ("name", client.name.clone(), after.name.clone())
        }
        Particular::Email(text) => {
            after.email = email_of(text)?;
            ("email", masked_email(&client.email), masked_email(&after.email))
        }
        Particular::Mobile(text) => {
            after.mobile = if nothing(text) { None } else { Some(mobile_of(scene, text)?) };
            let masked = |mobile: &Option<String>| or_none(mobile.as_deref().map(masked_phone));
            ("mobile", masked(&client.mobile), masked(&after.mobile))
        }
        Particular::Manager(text) => {
            let staff = scene.image.all_staff()?;
            let chosen = if nothing(text) { None } else { Some(people::active(text, staff)?) };
            let name = |id| staff.iter().find(|s| Some(s.id) == id).map(|s| s.name.clone());
            after.manager = chosen.map(|s| s.id);
            ("manager", or_none(name(client.manager)), or_none(name(after.manager)))
        }
        Particular::Referral(text) => {
            after.referral =
                if nothing(text) { None } else { Some(required("referral", text, NAME_MAX)?) };
            ("referral", or_none(client.referral.clone()), or_none(after.referral.clone()))
        }
        Particular::Script(text) => {
            after.latin = fold::exact(text) == "latin";
            if !after.latin && !nothing(text) {
                let why = format!("“{text}” is no script: say latin or none.");
                return Err(Refusal::invalid(why).into());
            }
            let word = |latin| if latin { "latin".to_owned() } else { "none".to_owned() };
            ("script", word(client.latin), word(after.latin))
        }
        Particular::Zone(text) => {
            let line = format!("/client set zone {}", client.login);
            after.zone = if nothing(text) { None } else { Some(places::zone(text, &line)?) };
            ("zone", or_none(client.zone.clone()), or_none(after.zone.clone()))
        }
    };
    Ok(FieldChange { field, before, after })
}

/// Sets an overdraft. The difference is measured in either direction, so that many small steps are worth
/// as much as a large one.
pub(super) fn overdraft(
    scene: &Scene<'_>,
    typed: &str,
    kind: Kind,
    credits: u64,
) -> Result<Draft, Stop> {
    let (client, account) = scene.open_account(scene.hit(typed)?.client)?;
    match account.status {
        Status::Active | Status::Suspended => {}
        Status::Pending | Status::Closed => return Err(wrong_status(client)),
    }
    if client.class == Class::Admin {
        let (name, id) = (&client.name, client.id);
        let sentence = format!("{name} ({id}) is an admin, and admins have no overdraft.");
        return Err(Refusal::invalid(sentence).into());
    }
    if credits > COUNT_MAX {
        let most = grouped(COUNT_MAX);
        return Err(Refusal::invalid(format!("An overdraft is at most {most} credits.")).into());
    }
    let was = *client.overdraft.get(kind);
    let field = format!("{kind} overdraft");
    let words = |credits| if credits == 0 { "none".to_owned() } else { grouped(credits) };
    if was == credits {
        let sentence = format!("The {field} is {} already.", words(credits));
        return Err(Refusal::NoChange { what: sentence }.into());
    }
    let mut after = client.clone();
    after.version = after.version.saturating_add(1);
    *after.overdraft.get_mut(kind) = credits;
    let mut copy = posting::next(account);
    copy.overdraft = after.overdraft;
    let writes = vec![
        Write::Put(Record::Client(after), Expect::Version(client.version)),
        Write::Put(Record::Account(copy), Expect::Version(account.version)),
    ];
    let minor = lists::value(scene, client, &PerKind::only(kind, was.abs_diff(credits)))?;
    let bound = Bound::of(
        vec![(Lapse::Status, account.status.word().to_owned()), Bound::parents(&client.chain)],
        vec![(Figure::Before, was.to_string())],
    );
    let text = format!("{} {field}: {} → {}", client.id, words(was), words(credits));
    let facts = Facts {
        client: Named::from(client),
        change: ClientChange::Overdraft { kind, before: was, after: credits },
        twins: Vec::new(),
        like: None,
    };
    let kept = Ask::ClientOverdraft { client: client.id.to_string(), kind, credits };
    let facts = contract::Facts::Clients(facts);
    // The client may send these credits before anybody paid for them, like an open add. Above the author's
    // limit a second person looks at it.
    let largest = account.largest_add(kind, scene.now).unwrap_or(0);
    let limit = scene.role().and_then(|role| scene.settings.limits(role).get(Mode::Open));
    let is_below_limit = limit.is_none_or(|limit| minor <= limit);
    let is_asked = credits > was && is_large(credits, largest) && is_below_limit;
    let large = is_asked.then_some(Question::Large { kind, largest });
    Ok(Draft::Propose(Proposal {
        worth: Some(Worth { minor, mode: Mode::Open, counts: true }),
        questions: large.into_iter().collect(),
        bound,
        ..scene.proposal(kept, Some(client.id), facts, writes, text)
    }))
}

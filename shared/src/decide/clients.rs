//! Making and changing clients. CLIENT and the status copy on ACCOUNT move in one change, and the
//! search terms move with the words that they are made of.

use super::{Found, Scene, said, staff};
use crate::account::Account;
use crate::answer::{Answer, ClientChange, Named};
use crate::client::{CHAIN_MAX, Class, Client, NAME_MAX, Status, Switch, masked_email};
use crate::entry::NOTE_MAX;
use crate::id::ClientId;
use crate::job::What;
use crate::mail::MailEvent;
use crate::operation::{Ask, Particular};
use crate::posting;
use crate::record::{Decision, Expect, Hierarchy, LoginHolder, Record, Write};
use crate::refusal::Refusal;
use crate::search::{self, Hit, Resolution};

/// The longest email address.
const EMAIL_MAX: usize = 254;

/// The login of a new client: as typed, or made from its name and, where that says too little, its number.
pub(super) fn login_for(name: &str, login: Option<&str>, found: &Found) -> String {
    if let Some(login) = login {
        return search::fold(login.trim());
    }
    let letters: String =
        search::fold(name).chars().filter(|c| c.is_ascii_alphanumeric()).take(20).collect();
    match letters.len() {
        3.. => letters,
        _ => format!("client{}", found.next_number.unwrap_or_default()),
    }
}

pub(super) fn new(scene: &Scene<'_>, ask: &Ask, found: &Found) -> Result<Decision, Refusal> {
    let Ask::ClientNew { name, login, email, mobile, town, class, .. } = ask else {
        return Err(Refusal::Invalid { why: "This makes no client.".to_owned() });
    };
    let parent = scene.client(scene.the_client(found)?.client)?;
    let invalid = |why: String| Refusal::Invalid { why };
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
        return Err(Refusal::ClientStatus { client: Named::from(parent), status: parent.status });
    }
    let mut chain = vec![parent.id];
    chain.extend(&parent.chain);
    if chain.len() > CHAIN_MAX {
        return Err(invalid(format!("Clients are at most {CHAIN_MAX} deep below the root.")));
    }
    let name = said("name", name, NAME_MAX)?;
    let login = login_for(&name, login.as_deref(), found);
    login_holds(&login).map_err(invalid)?;
    if let Some(holder) = scene.image.login(&login) {
        return Err(Refusal::LoginTaken { login, client: holder.client });
    }
    let id = ClientId(found.next_number.ok_or_else(|| invalid("No number is left.".to_owned()))?);
    let client = Client {
        id,
        version: 1,
        login: login.clone(),
        name,
        email: email_of(email)?,
        mobile: mobile.as_deref().map(mobile_of).transpose()?,
        town: town.as_deref().map(|text| said("town", text, 40)).transpose()?,
        class: *class,
        status: Status::Pending,
        chain,
        manager: None,
        referral: None,
        mms: Switch::Inherit,
        mms_for_clients: None,
        made_at: scene.now,
    };
    let tree = scene.image.hierarchy().version;
    let mut writes = vec![
        Write::Put(Record::Client(client.clone()), Expect::Absent),
        Write::Put(
            Record::Account(Account::new(id, Status::Pending, Switch::Inherit)),
            Expect::Absent,
        ),
        Write::Put(Record::Login(LoginHolder { login, client: id }), Expect::Absent),
        Write::Put(
            Record::Hierarchy(Hierarchy { version: tree.saturating_add(1) }),
            Expect::after(tree),
        ),
    ];
    writes.extend(
        search::terms(&client).into_iter().map(|t| Write::Put(Record::Term(t), Expect::Anything)),
    );
    let answer = Answer::ClientChanged {
        client: Named::from(&client),
        what: ClientChange::Made,
        twins: twins(scene, found, &client),
    };
    let text = format!("made {} ({})", client.id, client.login);
    Ok(scene.plain(Some(id), writes, Vec::new(), answer, text))
}

/// Other clients with the same email or mobile: flagged, not refused.
fn twins(scene: &Scene<'_>, found: &Found, client: &Client) -> Vec<Named> {
    let mut hits: Vec<ClientId> = Vec::new();
    for resolution in found.clients.iter().skip(1) {
        match resolution {
            Resolution::One(hit) => hits.push(hit.client),
            Resolution::Many { shown, .. } => hits.extend(shown),
            Resolution::None { .. } => {}
        }
    }
    hits.sort();
    hits.dedup();
    hits.into_iter()
        .filter_map(|id| scene.image.client(id))
        .filter(|other| other.id != client.id)
        .filter(|other| {
            other.email == client.email || (other.mobile.is_some() && other.mobile == client.mobile)
        })
        .map(Named::from)
        .collect()
}

fn login_holds(login: &str) -> Result<(), String> {
    let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
    let length = (3..=32).contains(&login.len());
    // What reads as a client's or an invoice's number, or as the end of a mobile, names something else.
    let is_id = login.parse::<ClientId>().is_ok()
        || login.parse::<crate::id::InvoiceNumber>().is_ok()
        || login.bytes().all(|b| b.is_ascii_digit());
    if length && !is_id && login.bytes().all(inside) {
        Ok(())
    } else {
        Err(format!(
            "“{login}” is no login: 3 to 32 of the letters a–z, digits, dot, dash and underscore."
        ))
    }
}

fn email_of(text: &str) -> Result<String, Refusal> {
    let email = said("email", text, EMAIL_MAX)?;
    let plain = email.is_ascii() && !email.contains([' ', '"', '<', '>', ',', ';', ':', '(', ')']);
    let parts = email.split_once('@');
    let holds = parts.is_some_and(|(user, host)| {
        let labels = host.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
        !user.is_empty() && host.contains('.') && labels
    });
    if plain && holds {
        Ok(email.to_ascii_lowercase())
    } else {
        Err(Refusal::Invalid { why: format!("“{email}” is not an email address.") })
    }
}

/// A mobile in E.164.
fn mobile_of(text: &str) -> Result<String, Refusal> {
    let number = phonenumber::parse(None, text.trim())
        .ok()
        .filter(phonenumber::is_valid)
        .ok_or_else(|| Refusal::Invalid {
            why: "The mobile is not a number in international form, such as +44 7400 123456."
                .to_owned(),
        })?;
    Ok(number.format().mode(phonenumber::Mode::E164).to_string())
}

pub(super) fn activate(scene: &Scene<'_>, hit: &Hit) -> Result<Decision, Refusal> {
    let client = scene.client(hit.client)?;
    match client.status {
        Status::Pending | Status::Suspended => {}
        Status::Active | Status::Closed => {
            return Err(Refusal::ClientStatus {
                client: Named::from(client),
                status: client.status,
            });
        }
    }
    let mail = What::Mail { client: client.id, event: MailEvent::Activated };
    stand(scene, client, Status::Active, ClientChange::Activated, mail, "activated".to_owned())
}

pub(super) fn suspend(scene: &Scene<'_>, hit: &Hit, reason: &str) -> Result<Decision, Refusal> {
    let client = scene.client(hit.client)?;
    let reason = said("reason", reason, NOTE_MAX)?;
    if client.class == Class::Admin {
        return Err(Refusal::Invalid { why: "An admin is not suspended.".to_owned() });
    }
    if client.status != Status::Active {
        return Err(Refusal::ClientStatus { client: Named::from(client), status: client.status });
    }
    let mail = What::Mail { client: client.id, event: MailEvent::Suspended };
    let text = format!("suspended: {reason}");
    stand(scene, client, Status::Suspended, ClientChange::Suspended { reason }, mail, text)
}

/// Moves a client's status, and its copy on ACCOUNT, which is the guard.
fn stand(
    scene: &Scene<'_>,
    client: &Client,
    status: Status,
    what: ClientChange,
    mail: What,
    text: String,
) -> Result<Decision, Refusal> {
    let account = scene.image.account(client.id).ok_or_else(|| Refusal::UnknownClient {
        typed: client.id.to_string(),
        nearest: Vec::new(),
    })?;
    let mut after = client.clone();
    after.version = after.version.saturating_add(1);
    after.status = status;
    let mut copy = posting::next(account);
    copy.status = status;
    let writes = vec![
        Write::Put(Record::Client(after), Expect::Version(client.version)),
        Write::Put(Record::Account(copy), Expect::Version(account.version)),
    ];
    let answer = Answer::ClientChanged { client: Named::from(client), what, twins: Vec::new() };
    let text = format!("{} {text}", client.id);
    Ok(scene.plain(Some(client.id), writes, vec![(mail, scene.now)], answer, text))
}

pub(super) fn set(
    scene: &Scene<'_>,
    hit: &Hit,
    set: &Particular,
    found: &Found,
) -> Result<Decision, Refusal> {
    let client = scene.client(hit.client)?;
    let mut after = client.clone();
    after.version = after.version.saturating_add(1);
    let nothing = |text: &str| matches!(search::fold(text.trim()).as_str(), "" | "none");
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    let (field, was, is) = match set {
        Particular::Name(text) => {
            after.name = said("name", text, NAME_MAX)?;
            ("name", client.name.clone(), after.name.clone())
        }
        Particular::Email(text) => {
            after.email = email_of(text)?;
            ("email", masked_email(&client.email), masked_email(&after.email))
        }
        Particular::Mobile(text) => {
            after.mobile = if nothing(text) { None } else { Some(mobile_of(text)?) };
            let masked = |mobile: &Option<String>| or_none(mobile.as_deref().map(mask));
            ("mobile", masked(&client.mobile), masked(&after.mobile))
        }
        Particular::Manager(text) => {
            let chosen =
                if nothing(text) { None } else { Some(staff::named(text, &found.everybody)?) };
            let name =
                |id| found.everybody.iter().find(|s| Some(s.id) == id).map(|s| s.name.clone());
            after.manager = chosen.map(|s| s.id);
            ("manager", or_none(name(client.manager)), or_none(name(after.manager)))
        }
        Particular::Referral(text) => {
            after.referral =
                if nothing(text) { None } else { Some(said("referral", text, NAME_MAX)?) };
            ("referral", or_none(client.referral.clone()), or_none(after.referral.clone()))
        }
    };
    let unchanged = Client { version: client.version, ..after.clone() };
    if unchanged == *client {
        return Err(Refusal::NoChange { what: format!("The {field} is {is} already.") });
    }
    let mut writes =
        vec![Write::Put(Record::Client(after.clone()), Expect::Version(client.version))];
    let (old, new) = (search::terms(client), search::terms(&after));
    let gone = old.iter().filter(|term| new.iter().all(|kept| kept.word != term.word));
    writes
        .extend(gone.map(|term| Write::Delete(Record::Term(term.clone()).key(), Expect::Anything)));
    let changed = new.into_iter().filter(|term| !old.contains(term));
    writes.extend(changed.map(|term| Write::Put(Record::Term(term), Expect::Anything)));
    let answer = Answer::ClientChanged {
        client: Named::from(&after),
        what: ClientChange::Set { field: field.to_owned(), before: was.clone(), after: is.clone() },
        twins: twins(scene, found, &after),
    };
    let text = format!("{} {field}: {was} → {is}", client.id);
    Ok(scene.plain(Some(client.id), writes, Vec::new(), answer, text))
}

/// A telephone number as it may be shown: `+44•••••0123`.
#[must_use]
pub(super) fn mask(mobile: &str) -> String {
    let head: String = mobile.chars().take(3).collect();
    format!("{head}•••••{}", search::last_four(mobile))
}

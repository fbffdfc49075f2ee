//! Prices: the nearest of client, reseller and default that is in force on the day wins.

use jiff::civil::Date;

use super::{Found, Scene};
use crate::answer::{Answer, Named};
use crate::client::Client;
use crate::credit::{COUNT_MAX, Kind, grouped};
use crate::id::ClientId;
use crate::money::{line_net, parse_minor, tax_on};
use crate::operation::TypedStep;
use crate::record::{Decision, Expect, Key, Record, Write};
use crate::refusal::Refusal;
use crate::settings::{Prices, SCHEDULES_MAX, STEPS_MAX, Schedule, Scope, Step};

/// The scopes of a client, nearest first.
pub(super) fn scopes(client: ClientId, chain: &[ClientId]) -> impl Iterator<Item = Scope> {
    let own = std::iter::once(Scope::Client(client));
    own.chain(chain.iter().copied().map(Scope::Client)).chain([Scope::Default])
}

/// The price lists by which a client's credits of a kind are measured.
pub(super) fn needs(client: ClientId, chain: &[ClientId], kind: Kind) -> impl Iterator<Item = Key> {
    scopes(client, chain).map(move |scope| Key::Prices(scope, kind))
}

/// The list price per 1,000 credits of a quantity today.
pub(super) fn in_force(
    scene: &Scene<'_>,
    client: &Client,
    kind: Kind,
    quantity: u64,
) -> Option<u64> {
    let today = scene.today();
    scopes(client.id, &client.chain)
        .filter_map(|scope| scene.image.prices(scope, kind))
        .find_map(|prices| prices.per_1000(quantity, today))
}

/// What credits are worth at list price, tax included, in minor units. Without a price only who has
/// no limit may go on: nothing is measured for them.
pub(super) fn value(
    scene: &Scene<'_>,
    client: &Client,
    kind: Kind,
    quantity: u64,
) -> Result<u64, Refusal> {
    let net = in_force(scene, client, kind, quantity).and_then(|price| line_net(quantity, price));
    let gross = net.and_then(|net| net.checked_add(tax_on(net, scene.settings.tax_bp)?));
    match (gross, scene.settings.limits(scene.role()).open) {
        (Some(gross), _) => Ok(gross),
        (None, None) => Ok(0),
        (None, Some(_)) => Err(Refusal::NoPrice { client: client.into(), kind }),
    }
}

pub(super) fn show(scene: &Scene<'_>, of_client: bool, found: &Found) -> Result<Decision, Refusal> {
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let client =
        if of_client { Some(scene.client(scene.the_client(found)?.client)?) } else { None };
    let scopes: Vec<Scope> = match client {
        Some(client) => scopes(client.id, &client.chain).collect(),
        None => vec![Scope::Default],
    };
    let of = |kind: Kind| scopes.iter().filter_map(move |s| scene.image.prices(*s, kind).cloned());
    Ok(Decision::Answer(Answer::Prices {
        client: client.map(Named::from),
        currency,
        prices: Kind::ALL.into_iter().flat_map(of).collect(),
        today: scene.today(),
        set: false,
    }))
}

pub(super) fn set(
    scene: &Scene<'_>,
    kind: Kind,
    of_client: bool,
    typed: &[TypedStep],
    from: Option<Date>,
    found: &Found,
) -> Result<Decision, Refusal> {
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let client =
        if of_client { Some(scene.client(scene.the_client(found)?.client)?) } else { None };
    let scope = client.map_or(Scope::Default, |client| Scope::Client(client.id));
    let today = scene.today();
    let from = from.unwrap_or(today);
    let invalid = |why: String| Refusal::Invalid { why };
    if from < today {
        return Err(invalid(format!(
            "{from} is past: a price holds from today on, because invoices keep theirs."
        )));
    }
    let mut steps = Vec::new();
    for step in typed {
        let per_1000_minor = parse_minor(&step.price, currency).map_err(invalid)?;
        steps.push(Step { quantity: step.quantity, per_1000_minor });
    }
    steps_hold(&steps).map_err(invalid)?;
    let before = scene.image.prices(scope, kind);
    let mut after =
        before.cloned().unwrap_or(Prices { scope, kind, version: 0, schedules: Vec::new() });
    let version = after.version;
    after.version = version.saturating_add(1);
    after.schedules.retain(|schedule| schedule.from != from);
    after.schedules.push(Schedule { from, steps });
    after.schedules.sort_by_key(|schedule| schedule.from);
    // Only what a later list has replaced already is forgotten, never a price in force or to come.
    let replaced = after.schedules.iter().skip(1).filter(|next| next.from <= today).count();
    if before.is_some_and(|before| before.schedules == after.schedules) {
        return Err(Refusal::NoChange { what: "These prices are set already.".to_owned() });
    }
    let surplus = after.schedules.len().saturating_sub(SCHEDULES_MAX);
    if surplus > replaced {
        return Err(invalid(format!("At most {SCHEDULES_MAX} price lists are kept ahead.")));
    }
    after.schedules.drain(..surplus);
    let answer = Answer::Prices {
        client: client.map(Named::from),
        currency,
        prices: vec![after.clone()],
        today,
        set: true,
    };
    let whose = client.map_or("everybody".to_owned(), |client| client.id.to_string());
    let text = format!("{kind} prices for {whose} from {from}");
    let write = Write::Put(Record::Prices(after), Expect::after(version));
    Ok(scene.plain(client.map(|c| c.id), vec![write], Vec::new(), answer, text))
}

/// Steps begin at 1, rise, and are few.
fn steps_hold(steps: &[Step]) -> Result<(), String> {
    let first = steps.first().ok_or("A price has at least one step, such as 1:50.00.")?;
    if first.quantity != 1 {
        return Err("The first step must begin at 1 credit, such as 1:50.00.".to_owned());
    }
    if steps.len() > STEPS_MAX {
        return Err(format!("At most {STEPS_MAX} steps fit one price list."));
    }
    for (one, next) in steps.iter().zip(steps.iter().skip(1)) {
        if next.quantity <= one.quantity {
            return Err(format!(
                "The steps must rise: {} comes after {}.",
                grouped(next.quantity),
                grouped(one.quantity)
            ));
        }
        if next.quantity > COUNT_MAX {
            return Err(format!("No step begins above {} credits.", grouped(COUNT_MAX)));
        }
    }
    Ok(())
}

//! Price lists: the nearest of client, reseller and default that is in force on the day wins.

use iso_currency::Currency;
use jiff::civil::Date;

use crate::clients::types::{Class, Client};
use crate::contract::change::{Expect, Write};
use crate::contract::image::{Group, Stop};
use crate::contract::refusal::Refusal;
use crate::contract::{self, Key, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::invoices::types::CREDITS_PER;
use crate::kernel::credit::{COUNT_MAX, Kind, PerKind, grouped, in_words};
use crate::kernel::id::{ClientId, Named};
use crate::kernel::money::{decimal, exponent, line_net, parse_minor};
use crate::plans::types::{Bound, Figure, Question};
use crate::pricing::types::{
    Ask, PriceChange, PriceLists, PriceRow, Prices, SCHEDULES_MAX, STEPS_MAX, Schedule, Scope,
    Step, TypedStep, price_at,
};

/// The scopes of a client, nearest first.
pub(crate) fn scopes(client: ClientId, chain: &[ClientId]) -> impl Iterator<Item = Scope> {
    let own = std::iter::once(Scope::Client(client));
    own.chain(chain.iter().copied().map(Scope::Client)).chain([Scope::Default])
}

/// The price lists by which a client's credits of a kind are measured.
pub(crate) fn needs(client: ClientId, chain: &[ClientId], kind: Kind) -> impl Iterator<Item = Key> {
    scopes(client, chain).map(move |scope| Key::Prices(scope, kind))
}

/// The list price per 1,000 credits of a quantity today.
///
/// # Errors
/// A price list was never read.
pub(crate) fn in_force(
    scene: &Scene<'_>,
    client: &Client,
    kind: Kind,
    quantity: u64,
) -> Result<Option<u64>, Stop> {
    let steps = nearest(scene, scopes(client.id, &client.chain), kind)?;
    Ok(price_at(steps, quantity))
}

/// The steps of the first scope that has prices today.
fn nearest<'a>(
    scene: &Scene<'a>,
    scopes: impl Iterator<Item = Scope>,
    kind: Kind,
) -> Result<&'a [Step], Stop> {
    for scope in scopes {
        if let Some(prices) = scene.image.prices(scope, kind)?
            && let steps = prices.steps_on(scene.today())
            && !steps.is_empty()
        {
            return Ok(steps);
        }
    }
    Ok(&[])
}

/// The highest of the client's price and the default list price.
fn highest(
    scene: &Scene<'_>,
    client: &Client,
    kind: Kind,
    quantity: u64,
) -> Result<Option<u64>, Stop> {
    let own = in_force(scene, client, kind, quantity)?;
    let default = scene.image.prices(Scope::Default, kind)?;
    let default = default.and_then(|prices| prices.per_1000(quantity, scene.today()));
    Ok(own.max(default))
}

/// The worth of a change of credits, in minor units: the highest of the billed gross, the client's price
/// and the default list price. Credits without a price are worth what was billed.
///
/// # Errors
/// A price list was never read.
pub(crate) fn worth_of(
    scene: &Scene<'_>,
    client: &Client,
    credits: &PerKind<u64>,
    billed_minor: u64,
) -> Result<u64, Stop> {
    let listed = listed(scene, client, credits)?;
    Ok(billed_minor.max(listed.gross_minor.unwrap_or(u64::MAX)))
}

/// The worth of credits at list price, tax included, in minor units. Without a price only a caller
/// without a limit may go on: nothing is measured for them.
///
/// # Errors
/// There is no price, the worth is too large to be counted, or a price list was never read.
pub(crate) fn value(
    scene: &Scene<'_>,
    client: &Client,
    credits: &PerKind<u64>,
) -> Result<u64, Stop> {
    let is_limited = scene.role().is_some_and(|role| scene.settings.limits(role).open.is_some());
    let listed = listed(scene, client, credits)?;
    match (listed.unpriced, listed.gross_minor) {
        (Some(kind), _) if is_limited => {
            Err(Refusal::NoPrice { client: client.into(), kind }.into())
        }
        (Some(_), _) => Ok(0),
        (None, Some(gross_minor)) => Ok(gross_minor),
        (None, None) => {
            let credits = in_words(credits);
            let sentence = format!("{credits} are worth more money than the desk can count.");
            Err(Refusal::invalid(sentence).into())
        }
    }
}

/// Credits at list price.
struct Listed {
    /// Tax included; without the kinds that have no price. `None` if it is too large to be counted.
    gross_minor: Option<u64>,
    /// The first kind that has no price.
    unpriced: Option<Kind>,
}

/// The worth of credits at the highest of the client's price and the default list price.
fn listed(scene: &Scene<'_>, client: &Client, credits: &PerKind<u64>) -> Result<Listed, Stop> {
    let mut net = Some(0_u64);
    let mut unpriced = None;
    for kind in Kind::ALL {
        let quantity = *credits.get(kind);
        if quantity == 0 {
            continue;
        }
        match highest(scene, client, kind, quantity)? {
            Some(price) => {
                let line = line_net(quantity, price, CREDITS_PER);
                net = net.and_then(|net| net.checked_add(line?));
            }
            None => unpriced = unpriced.or(Some(kind)),
        }
    }
    let gross_minor = net.and_then(|net| net.checked_add(scene.settings.tax.on(net)?));
    Ok(Listed { gross_minor, unpriced })
}

/// The price lists of a client, or the defaults.
pub(super) fn show(scene: &Scene<'_>, client: Option<&str>) -> Result<PriceLists, Stop> {
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let client = match client {
        Some(typed) => Some(scene.client(scene.hit(typed)?.client)?),
        None => None,
    };
    let scopes: Vec<Scope> = match client {
        Some(client) => scopes(client.id, &client.chain).collect(),
        None => vec![Scope::Default],
    };
    let mut prices = Vec::new();
    for kind in Kind::ALL {
        for scope in &scopes {
            prices.extend(scene.image.prices(*scope, kind)?.cloned());
        }
    }
    let today = scene.today();
    Ok(PriceLists { client: client.map(Named::from), currency, prices, today, change: None })
}

/// A price list as typed.
pub(super) struct NewList<'a> {
    pub kind: Kind,
    /// `None` is the default for all.
    pub client: Option<&'a str>,
    /// None removes the client's own prices.
    pub steps: &'a [TypedStep],
    /// Today if `None`.
    pub from: Option<Date>,
}

pub(super) fn set(scene: &Scene<'_>, ask: &Ask, new: &NewList<'_>) -> Result<Draft, Stop> {
    let currency = scene.settings.currency.ok_or(Refusal::NoCurrency)?;
    let client = match new.client {
        Some(typed) => Some(scene.client(scene.hit(typed)?.client)?),
        None => None,
    };
    let scope = client.map_or(Scope::Default, |client| Scope::Client(client.id));
    let (kind, today) = (new.kind, scene.today());
    let from = new.from.unwrap_or(today);
    if from < today {
        return Err(Refusal::invalid(format!(
            "{from} is past: a price holds from today on, because invoices keep theirs."
        ))
        .into());
    }
    let mut steps = Vec::new();
    for step in new.steps {
        let per_1000_minor = parse_minor(&step.price, currency)?;
        steps.push(Step { quantity: step.quantity, per_1000_minor });
    }
    let before = scene.image.prices(scope, kind)?;
    let of_one = before.and_then(|before| before.per_1000(1, from));
    match client {
        Some(client) if steps.is_empty() => has_own_prices(before, client, kind, from)?,
        _ => steps_hold(&steps, of_one.map(|minor| decimal(minor, exponent(currency))))?,
    }
    let change = changed(scene, before, client, kind, from, &steps)?;
    let mut after =
        before.cloned().unwrap_or(Prices { scope, kind, version: 0, schedules: Vec::new() });
    let version = after.version;
    after.version = version.saturating_add(1);
    after.schedules.retain(|schedule| schedule.from != from);
    after.schedules.push(Schedule { from, steps });
    after.schedules.sort_by_key(|schedule| schedule.from);
    // Only a list that a later list has replaced is dropped, never a price in force or to come.
    let replaced = after.schedules.iter().skip(1).filter(|next| next.from <= today).count();
    if before.is_some_and(|before| before.schedules == after.schedules) {
        return Err(Refusal::NoChange { what: "These prices are set already.".to_owned() }.into());
    }
    let surplus = after.schedules.len().saturating_sub(SCHEDULES_MAX);
    if surplus > replaced {
        let sentence = format!("At most {SCHEDULES_MAX} price lists are kept ahead.");
        return Err(Refusal::invalid(sentence).into());
    }
    after.schedules.drain(..surplus);
    let lists = PriceLists {
        client: client.map(Named::from),
        currency,
        prices: vec![after.clone()],
        today,
        change: Some(change.clone()),
    };
    let whose = client.map_or("everybody".to_owned(), |client| client.id.to_string());
    let text = format!("{kind} prices for {whose} from {from}");
    let writes = vec![Write::Put(Record::Prices(after), Expect::after(version))];
    let facts = contract::Facts::Pricing(lists);
    let mut kept = ask.clone();
    if let (Ask::PriceSet { client: typed, .. }, Some(client)) = (&mut kept, client) {
        *typed = Some(client.id.to_string());
    }
    let figures = vec![
        (Figure::Before, format!("{:?}", change.rows)),
        (Figure::Reach, change.reach.to_string()),
    ];
    Ok(Draft::Propose(Proposal {
        questions: questions(&change, currency),
        bound: Bound::of(Vec::new(), figures),
        ..scene.proposal(kept, client.map(|client| client.id), facts, writes, text)
    }))
}

/// What new steps change: the prices that held before, of this scope or a wider one.
fn changed(
    scene: &Scene<'_>,
    own: Option<&Prices>,
    client: Option<&Client>,
    kind: Kind,
    from: Date,
    steps: &[Step],
) -> Result<PriceChange, Stop> {
    let back = own.map(|own| own.steps_on(from).to_vec()).unwrap_or_default();
    let wider = match client {
        Some(client) => nearest(scene, scopes(client.id, &client.chain).skip(1), kind)?,
        None => &[],
    };
    let before = if back.is_empty() { wider } else { &back };
    let after = if steps.is_empty() { wider } else { steps };
    let mut quantities: Vec<u64> = before.iter().chain(after).map(|step| step.quantity).collect();
    quantities.sort_unstable();
    quantities.dedup();
    let row = |quantity| PriceRow {
        quantity,
        before: price_at(before, quantity),
        after: price_at(after, quantity),
    };
    let rows = quantities.into_iter().map(row).collect();
    let reach = match client {
        None => scene.image.reach(Group::All)?,
        Some(client) if client.class == Class::User => 1,
        Some(client) => scene.image.reach(Group::Below(client.id))?.saturating_add(1),
    };
    let from = Some(from).filter(|from| *from > scene.today());
    Ok(PriceChange { rows, reach, back, from })
}

/// The questions about a change of prices.
fn questions(change: &PriceChange, currency: Currency) -> Vec<Question> {
    let mut questions: Vec<Question> = Question::wide(change.reach).into_iter().collect();
    // The steepest change stands for all of them.
    let steep = change.rows.iter().filter_map(|row| Question::steep(row.before?, row.after?));
    questions.extend(steep.max_by_key(|question| match question {
        Question::Steep { percent } => percent.unsigned_abs(),
        _ => 0,
    }));
    let is_low = change.rows.iter().any(|row| row.is_low(currency));
    questions.extend(is_low.then_some(Question::LowPrice));
    let pairs = change.rows.iter().zip(change.rows.iter().skip(1));
    let inverted = pairs.clone().find(|(fewer, more)| more.after > fewer.after);
    questions.extend(inverted.map(|(_, more)| Question::Inverted { quantity: more.quantity }));
    questions
}

/// Only prices that are there can be removed.
fn has_own_prices(
    own: Option<&Prices>,
    client: &Client,
    kind: Kind,
    from: Date,
) -> Result<(), Refusal> {
    let is_priced = own.is_some_and(|own| own.per_1000(1, from).is_some());
    if is_priced {
        return Ok(());
    }
    let sentence = format!("{} has no {kind} prices of its own.", client.name);
    Err(Refusal::NoChange { what: sentence })
}

/// Steps begin at 1, rise, and are few. `of_one` is the price that the list has from 1 credit on.
fn steps_hold(steps: &[Step], of_one: Option<String>) -> Result<(), String> {
    let first = steps
        .first()
        .ok_or_else(|| "A price has at least one step, such as 1:50.00.".to_owned())?;
    if first.quantity != 1 {
        let first = of_one.map_or("such as 1:50.00".to_owned(), |price| format!("now 1:{price}"));
        return Err(format!(
            "The first step must begin at 1 credit, {first}: a new list replaces all steps."
        ));
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

//! The sample of `creditdesk demo`: two months in the life of a desk, typed line by line into the
//! real chat by its own staff, with the clock set back. Every name in it is made up.
//!
//! What a newcomer tries first works at once on it: `/addcredit mms acme 500` needs no question,
//! because ACME had larger MMS adds before, none of them lately, no open invoice of that amount, and
//! nothing that is overdue for two weeks.

use bot::chat::ReplyStatus;
use functions::failure::Failure;
use jiff::{SignedDuration, Timestamp};
use runtime::causes::Causes;
use shared::contract::Key;
use shared::contract::image::Counter;
use shared::kernel::id::{CallKey, Identity, ROOT};

use crate::desk::Local;
use crate::embedded::Place;
use crate::say;

/// One line of the sample: how many days ago, who, what.
type Line = (i64, &'static str, &'static str);

/// In the order in which they are typed; days never go back.
const LINES: &[Line] = &[
    (63, "owner", "/settings currency GBP"),
    (63, "owner", "/settings zone Europe/London"),
    (
        63,
        "owner",
        "/settings seller Brightline Messaging Ltd address:\"14 Canal Walk, Leeds LS1 4AB\" tax_number:GB000000000",
    ),
    (63, "owner", "/settings tax 20%"),
    (63, "owner", "/price set sms default 1:40.00 10000:35.00"),
    (63, "owner", "/price set mms default 1:50.00 10000:45.00"),
    (63, "owner", "/role grant local:dana support Dana Reyes"),
    (63, "owner", "/role grant local:bill billing Bill Okafor"),
    (63, "owner", "/role grant local:mona manager Mona Lindqvist"),
    (63, "owner", "/role grant local:ann auditor Ann Petrov"),
    (62, "bill", "/mms allow c_1"),
    (
        62,
        "dana",
        "/client new ACME Ltd ops@acme.example login:acme town:Leeds mobile:\"+44 7400 123101\"",
    ),
    (62, "dana", "/client activate acme"),
    (62, "dana", "/mms on acme"),
    (62, "dana", "/client set manager acme Dana Reyes"),
    (61, "dana", "/client new Acme Mobile desk@acme-mobile.example login:acme-mobile town:Bristol"),
    (61, "dana", "/client activate acme-mobile"),
    (61, "dana", "/mms on acme-mobile"),
    (
        61,
        "bill",
        "/client new Harbour Bulk SMS hello@harbour.example login:harbour town:Plymouth class:reseller",
    ),
    (61, "bill", "/client activate harbour"),
    (61, "bill", "/mms on harbour"),
    (61, "bill", "/mms on all of harbour"),
    (
        60,
        "dana",
        "/client new Pier Nine Café hello@piernine.example login:piernine town:Plymouth parent:harbour",
    ),
    (60, "dana", "/client activate piernine"),
    (
        60,
        "dana",
        "/client new Lighthouse Gym front@lighthouse.example login:lighthouse town:Whitby parent:harbour",
    ),
    (60, "dana", "/client activate lighthouse"),
    (
        59,
        "bill",
        "/client new Northstar Messaging billing@northstar.example login:northstar town:Glasgow class:reseller",
    ),
    (59, "bill", "/client activate northstar"),
    (
        59,
        "dana",
        "/client new Orchard Nursery office@orchard.example login:orchard town:Maidstone parent:northstar",
    ),
    (59, "dana", "/client activate orchard"),
    (55, "dana", "/addcredit sms acme 2,000 starter credits paid:BACS-20916"),
    (55, "bill", "/addcredit mms acme 400 paid:BACS-20917"),
    (52, "bill", "/addcredit sms harbour 40,000 paid:BACS-20955"),
    (52, "bill", "/addcredit mms harbour 5,000"),
    (51, "dana", "/addcredit sms piernine 1,500"),
    (51, "dana", "/addcredit mms lighthouse 200 summer campaign"),
    (50, "bill", "/addcredit sms acme-mobile 12,000 paid:CARD-7731"),
    (50, "bill", "/addcredit mms acme-mobile 1,000"),
    (
        48,
        "dana",
        "/client new Coastline Surf School surf@coastline.example login:coastline town:Newquay",
    ),
    (48, "dana", "/client activate coastline"),
    (45, "dana", "/addcredit sms coastline 1,500 paid:CARD-8014"),
    (44, "bill", "/addcredit sms northstar 20,000"),
    (43, "dana", "/addcredit sms orchard 700 from:house"),
    (
        42,
        "dana",
        "/client new Acme Mobile Repairs repairs@acme-mobile.example login:acme-repairs town:Hull",
    ),
    (42, "dana", "/client activate acme-repairs"),
    (40, "dana", "/addcredit sms acme-repairs 500"),
    (
        38,
        "dana",
        "/client new Delta Dental Practice reception@delta.example login:delta town:Derby",
    ),
    (38, "dana", "/client activate delta"),
    (38, "dana", "/mms on delta"),
    (37, "bill", "/addcredit sms delta 2,500 paid:CARD-7904"),
    (37, "bill", "/addcredit mms delta 300"),
    (
        35,
        "dana",
        "/client new Birch & Bell Bakery hello@birchbell.example login:birchbell town:York",
    ),
    (35, "dana", "/client activate birchbell"),
    (33, "dana", "/addcredit sms birchbell 1,000"),
    (30, "bill", "/addcredit sms acme 5,000 paid:BACS-21144"),
    (28, "dana", "/client new Eastgate Theatre box@eastgate.example login:eastgate town:Chester"),
    (28, "dana", "/client activate eastgate"),
    (27, "mona", "/addcredit sms eastgate 800 sponsored opening night --grant"),
    (26, "dana", "/client new Fernhill Vets desk@fernhill.example login:fernhill town:Durham"),
    (26, "dana", "/client activate fernhill"),
    (25, "dana", "/addcredit sms fernhill 600"),
    (24, "dana", "/addcredit mms acme 250"),
    (20, "bill", "/deductcredit sms birchbell 200 booked for the wrong shop"),
    (14, "dana", "/client new Zoë’s Flowers shop@zoes.example login:zoes town:Bath"),
    (14, "dana", "/client activate zoes"),
    (12, "dana", "/addcredit sms zoes 1,300"),
    (12, "dana", "/undo"),
    (12, "dana", "/addcredit sms zoes 300 as ordered by phone"),
    (9, "bill", "/addcredit mms acme 600 paid:BACS-21377"),
    (5, "bill", "/client suspend fernhill invoice unpaid"),
    (
        3,
        "dana",
        "/client new Greenway Couriers dispatch@greenway.example login:greenway town:Luton",
    ),
    (2, "bill", "/addcredit sms coastline 3,000"),
    (0, "dana", "/addcredit sms coastline 4,000 before the bank holiday"),
];

/// The sentence that tells the sample from the own desk.
#[must_use]
pub fn notice(place: &Place) -> String {
    match place {
        Place::Directory(path) => {
            format!("this is the sample desk in {}; your own desk stays apart", path.display())
        }
        Place::Memory => "this is a sample desk in memory".to_owned(),
    }
}

/// The number of the last line that is done at once; the one after it waits for an approval.
const LAST_DONE: usize = LINES.len().saturating_sub(2);

/// After how many days of the sample the sweep runs: it closes the days of a month that was missed.
/// Jobs do not wait for it.
const SWEEP_DAYS: i64 = 28;

/// Fills a new desk with the sample, and sets the clock back to where it was.
///
/// # Errors
/// A line that was not answered as it has to be: the sample and the desk disagree.
pub async fn fill(local: &Local) -> Result<(), String> {
    let now = local.clock().now();
    let mut ahead = SignedDuration::ZERO;
    let mut swept = i64::MAX;
    for (number, (days_ago, who, line)) in LINES.iter().enumerate() {
        let by = moment(now, *days_ago, number).duration_since(local.clock().now());
        local.clock().advance(by);
        ahead = ahead.saturating_add(by);
        if swept.saturating_sub(*days_ago) >= SWEEP_DAYS {
            swept = *days_ago;
            local.sweep().await;
        }
        let typed = type_in(local, number, who, line).await;
        if let Err(why) = typed {
            local.clock().advance(SignedDuration::ZERO.saturating_sub(ahead));
            return Err(format!("the sample’s line “{line}” was answered: {why}"));
        }
        local.work().await;
    }
    local.clock().advance(SignedDuration::ZERO.saturating_sub(ahead));
    local.sweep().await;
    Ok(())
}

/// A morning that many days ago, each line a minute after the one before; today's lines are half an
/// hour old.
fn moment(now: Timestamp, days_ago: i64, number: usize) -> Timestamp {
    let minutes = i64::try_from(number).unwrap_or(0);
    let morning = now.to_zoned(jiff::tz::TimeZone::UTC).date().at(8, 0, 0, 0);
    let at = morning
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_or(now, |zoned| zoned.timestamp())
        .saturating_sub(SignedDuration::from_hours(days_ago.saturating_mul(24)))
        .and_then(|day| day.saturating_add(SignedDuration::from_mins(minutes)));
    let half_an_hour_ago = now.saturating_sub(SignedDuration::from_mins(30)).unwrap_or(now);
    at.unwrap_or(now).min(half_an_hour_ago)
}

async fn type_in(local: &Local, number: usize, who: &str, line: &str) -> Result<(), String> {
    let by: Identity = format!("local:{who}").parse().map_err(|_| "nobody".to_owned())?;
    let reply = local.chat().line(&by, key(number), line).await;
    let reply = say::confirmed(local, &by, reply).await;
    match reply.status {
        ReplyStatus::Ok | ReplyStatus::Planned => Ok(()),
        // A setting that an earlier filling made.
        ReplyStatus::Refused if reply.code == "no_change" => Ok(()),
        ReplyStatus::Refused | ReplyStatus::Usage | ReplyStatus::Failed => Err(reply.view.plain()),
    }
}

/// How a desk stands to the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    /// The desk is new, or its filling was cut off; lines that were done are replayed by their keys.
    Open,
    /// The whole sample is in it.
    Complete,
    /// Its staff have set it up or made clients: the sample stays out.
    Foreign,
}

/// Tells how a desk stands to the sample.
///
/// # Errors
/// The desk cannot be read.
pub async fn filling(local: &Local) -> Result<Filling, String> {
    let unreadable = |e: Failure| format!("the desk cannot be read: {}", Causes(&e));
    let mut keys: Vec<Key> =
        (0..LINES.len()).map(|number| Key::Operation(key(number).op())).collect();
    keys.push(Key::Settings);
    let image = local.store().image(&keys).await.map_err(unreadable)?;
    let is_done = |key: &Key| matches!(key, Key::Operation(_)) && !image.is_absent(key);
    if is_done(&Key::Operation(key(LAST_DONE).op())) {
        return Ok(Filling::Complete);
    }
    if keys.iter().any(is_done) {
        return Ok(Filling::Open);
    }
    let last = local.store().last_number(Counter::Clients.name()).await.map_err(unreadable)?;
    let is_set_up = image.settings().map_or(true, |settings| settings.currency.is_some());
    Ok(if last > ROOT.0 || is_set_up { Filling::Foreign } else { Filling::Open })
}

/// The idempotency key of a line.
fn key(number: usize) -> CallKey {
    CallKey::new("local", format!("sample-{number}"))
}

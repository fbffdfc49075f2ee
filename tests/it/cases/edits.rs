//! Single edits of stored items behind the desk's back: every attribute of every item that money or rights
//! depend on, with the seal left stale and with the seal made anew; deletions; replacements by an older
//! version. The proof names every one of them.
//!
//! The edits are drawn from the stored items themselves. An item of a kind that is not in [`KINDS`] fails
//! the test: a new record joins the equations of the proof first. `EDITS` sets their number and
//! `EDITS_SEED` the seed; each attribute is edited once in any case.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::billing::{dispute, refund, succeeded};
use crate::sim::number;
use crate::tamper::{Tables, reseal};
use crate::world::World;

/// How the proof covers the items of a partition.
enum Covered {
    /// Every attribute but these, on which neither money nor rights depend.
    But(&'static [&'static str]),
    /// Nothing: the reason.
    Not(&'static str),
}
use Covered::{But, Not};

/// The kinds of items, by the table and the beginning of the partition key.
const KINDS: &[(&str, &str, Covered)] = &[
    ("ledger", "C#", But(&[])),
    ("ledger", "OP#", But(&[])),
    ("ledger", "PAY#", But(&[])),
    // The rate limit of a minute, and the last question.
    ("ledger", "SPEND#", But(&["version", "minute", "in_minute", "last_plan"])),
    ("ledger", "DAY#", But(&[])),
    ("ledger", "OWNERS", But(&[])),
    ("ledger", "HIERARCHY", But(&[])),
    ("ledger", "RIGHTS", But(&[])),
    ("desk", "C#", But(&[])),
    ("desk", "STAFF", But(&[])),
    ("desk", "ID#", But(&[])),
    ("desk", "PRICE#", But(&[])),
    ("desk", "SETTINGS", But(&[])),
    ("desk", "SWITCH#", But(&[])),
    ("desk", "T#", Not("finds only; a hit is checked against CLIENT")),
    ("desk", "W#", Not("names only; a hit is checked against CLIENT")),
    ("desk", "MONEY", Not("lists what waits; it is read with its payment")),
    ("desk", "PLAN", Not("decided again when it is carried out")),
    ("desk", "JOB#", Not("side effects")),
    ("desk", "FAILED", Not("side effects")),
    ("desk", "AUDIT#", Not("tells, and decides nothing")),
    ("desk", "PROOF#", Not("every account is proved from its first entry in turn")),
    (
        "desk",
        "REFUND#",
        Not("the provider refunds no more than came, and finds a repeated request"),
    ),
    ("desk", "RECONCILE", Not("events are looked at once more")),
    ("desk", "CHECKOUT", Not("finds a page again, which the provider knows too")),
    ("desk", "COUNTER", Not("HIERARCHY keeps the last client's number")),
    ("desk", "SUMMARY", Not("rebuilt hourly")),
    ("desk", "SWEEP", Not("rounds that are walked again")),
    ("desk", "OUTBOX", Not("sent mail")),
];

/// What follows the beginning, so that there are items of every kind and in every state.
const MORE: &[&str] = &[
    "/addcredit sms acme 300 grant goodwill",
    "/addcredit mms acme 200",
    "/addcredit sms acme-mobile 500 paid:BACS-9",
    "/undo",
    "/addcredit sms acme-mobile 700",
    "/deductcredit sms acme-mobile 100 invoice:INV-3-0002 too many",
    "/deductcredit sms acme 50 typed twice",
    "/addcredit sms quayside 400",
    "/addcredit sms quayside 250 from:house",
    "/price set sms acme 1:30.00",
    "/settings bank set Brightline iban:DE89370400440532013000",
    "/settings bank set Brightline iban:GB33BUKB20201555555555",
    "/brand set northern sender:\"Northern SMS\" text:Thanks",
    "/client set script birch latin",
    "/client set overdraft acme sms 100",
    "/addcredit sms acme 2500",
    "/invoice void INV-2-0005 wrong client",
];

/// Events of payments: settled, refunded and disputed; of an invoice that is not there; of no invoice.
fn events() -> Vec<Value> {
    let open = "INV-2-0004";
    vec![
        succeeded("pi_1", 3_000, "gbp", Some(open)),
        refund("refund.created", "pi_1", ("re_1", 700, "succeeded")),
        dispute("funds_withdrawn", "pi_1", ("dp_1", 500, "needs_response")),
        succeeded("pi_2", 900, "gbp", Some("INV-2-9999")),
        refund("refund.created", "pi_2", ("re_2", 100, "pending")),
        succeeded("pi_3", 900, "gbp", None),
    ]
}

/// One stored item.
#[derive(Clone)]
struct Stored {
    table: &'static str,
    item: Value,
}

impl Stored {
    fn key(&self) -> String {
        let text = |name: &str| self.item[name]["S"].as_str().unwrap().to_owned();
        format!("{} {} / {}", self.table, text("pk"), text("sk"))
    }

    fn kind(&self) -> &'static (&'static str, &'static str, Covered) {
        let pk = self.item["pk"]["S"].as_str().unwrap();
        let is_kind =
            |(table, begin, _): &&(&str, &str, _)| *table == self.table && pk.starts_with(begin);
        KINDS.iter().find(is_kind).unwrap_or_else(|| panic!("{} has no equations", self.key()))
    }

    /// The paths to its values that the proof covers; indexes of lists are part of them.
    fn paths(&self) -> Vec<Vec<String>> {
        let (_, _, covered) = self.kind();
        let But(exempt) = covered else { return Vec::new() };
        let mut paths = Vec::new();
        for (name, value) in self.item.as_object().unwrap() {
            if !["pk", "sk", "z"].contains(&name.as_str()) && !exempt.contains(&name.as_str()) {
                walk(value, vec![name.clone()], &mut paths);
            }
        }
        paths
    }

    /// The name of a path, the same for all items of its kind.
    fn name(&self, path: &[String]) -> String {
        let sk = self.item["sk"]["S"].as_str().unwrap();
        let series: String = sk.chars().take_while(char::is_ascii_alphabetic).collect();
        let (table, begin, _) = self.kind();
        let steps = path.iter().map(|step| if step.parse::<usize>().is_ok() { "#" } else { step });
        format!("{table} {begin} {series} {}", steps.collect::<Vec<_>>().join("."))
    }
}

fn walk(value: &Value, path: Vec<String>, paths: &mut Vec<Vec<String>>) {
    let (kind, inner) = value.as_object().unwrap().iter().next().unwrap();
    let step = |next: String| path.iter().cloned().chain([next]).collect::<Vec<_>>();
    match (kind.as_str(), inner) {
        ("M", Value::Object(fields)) if !fields.is_empty() => {
            for (name, value) in fields {
                walk(value, step(name.clone()), paths);
            }
        }
        ("L", Value::Array(values)) if !values.is_empty() => {
            for (index, value) in values.iter().enumerate() {
                walk(value, step(index.to_string()), paths);
            }
        }
        _ => paths.push(path),
    }
}

/// Another value of the same kind.
fn edit(item: &mut Value, path: &[String], rng: &mut fastrand::Rng) {
    let (name, rest) = path.split_first().unwrap();
    let value = match name.parse::<usize>() {
        Ok(index) if item.is_array() => &mut item[index],
        Ok(_) | Err(_) => &mut item[name.as_str()],
    };
    let kind = value.as_object().unwrap().keys().next().unwrap().clone();
    if !rest.is_empty() {
        return edit(&mut value[kind.as_str()], rest, rng);
    }
    *value = match kind.as_str() {
        "N" => {
            let number: i64 = value["N"].as_str().unwrap().parse().unwrap();
            let by = [1, -1, 10, 1_000][rng.usize(0..4)];
            json!({ "N": (number + by).to_string() })
        }
        "S" => json!({ "S": other_text(value["S"].as_str().unwrap(), rng) }),
        "BOOL" => json!({ "BOOL": !value["BOOL"].as_bool().unwrap() }),
        "NULL" => json!({ "N": "7" }),
        "L" => json!({ "L": [{ "S": "op_0000000000000000" }] }),
        "M" => json!({ "M": { "new": { "N": "1" } } }),
        other => panic!("{other}"),
    };
}

/// A text with one letter or digit changed, or a word that is stored in its place elsewhere.
fn other_text(text: &str, rng: &mut fastrand::Rng) -> String {
    let words = ["active", "suspended", "inherit", "on", "off", "open", "paid", "void", "owner"];
    if words.contains(&text) {
        let others: Vec<&str> = words.into_iter().filter(|word| *word != text).collect();
        return others[rng.usize(0..others.len())].to_owned();
    }
    let mut characters: Vec<char> = text.chars().collect();
    let changeable: Vec<usize> =
        (0..characters.len()).filter(|at| characters[*at].is_ascii_alphanumeric()).collect();
    if changeable.is_empty() {
        return format!("{text}x");
    }
    let at = changeable[rng.usize(0..changeable.len())];
    characters[at] = if characters[at] == '1' { '2' } else { '1' };
    characters.into_iter().collect()
}

/// All items of the tables that the proof covers.
fn covered(tables: &Tables<'_>) -> Vec<Stored> {
    let all: Vec<Stored> = ["ledger", "desk"]
        .into_iter()
        .flat_map(|table| tables.items(table).into_iter().map(move |item| Stored { table, item }))
        .collect();
    // An operation that no entry, payment or change of rights names moved neither money nor rights.
    let naming = ["C#", "PAY#", "RIGHTS"];
    let names = |s: &&Stored| s.table == "ledger" && naming.contains(&s.kind().1);
    let ops: BTreeSet<String> = all
        .iter()
        .filter(names)
        .filter_map(|stored| stored.item["op"]["S"].as_str())
        .map(|op| format!("OP#{}", op.trim_start_matches("op_")))
        .collect();
    let is_covered = |stored: &Stored| match stored.kind() {
        (_, "OP#", _) => ops.contains(stored.item["pk"]["S"].as_str().unwrap()),
        // A day on which nothing was counted is a day without a budget.
        (_, "SPEND#", _) => {
            ["paid", "open", "grant"].iter().any(|mode| stored.item[mode]["N"] != json!("0"))
        }
        (_, _, But(_)) => true,
        (_, _, Not(_)) => false,
    };
    all.into_iter().filter(is_covered).collect()
}

/// Stores a change of an item, and expects the proof to name it and to read everything else.
async fn is_named(world: &World, stored: &Stored, change: &str) {
    let wrong = world.mismatches().await;
    assert!(!wrong.is_empty(), "{}: {change} is not named", stored.key());
    let key = format!(
        "{} / {}",
        stored.item["pk"]["S"].as_str().unwrap(),
        stored.item["sk"]["S"].as_str().unwrap()
    );
    for other in wrong.iter().filter(|sentence| sentence.contains("cannot be read")) {
        assert!(other.contains(&key), "{}: {change} hides another item: {other}", stored.key());
    }
}

#[test]
fn every_edit_deletion_and_older_version_of_a_covered_item_is_named() {
    World::run(async |world| {
        let tables = Tables::of(world);
        let before: BTreeMap<String, Stored> =
            covered(&tables).into_iter().map(|stored| (stored.key(), stored)).collect();
        for line in MORE {
            world.does(line).await;
        }
        for event in events() {
            world.stripe(event).await;
        }
        world.passes(jiff::SignedDuration::from_hours(30));
        world.local.sweep().await;
        world.does("/client set name acme ACME Group").await;
        assert_eq!(world.mismatches().await, Vec::<String>::new());
        let items = covered(&tables);
        let seed = number("EDITS_SEED").unwrap_or(1);
        let mut rng = fastrand::Rng::with_seed(seed);

        for stored in &items {
            tables.delete(stored.table, &stored.item);
            is_named(world, stored, "its deletion").await;
            if let Some(older) = before.get(&stored.key()).filter(|old| old.item != stored.item) {
                tables.put(stored.table, &older.item);
                is_named(world, stored, "its older version").await;
            }
            tables.put(stored.table, &stored.item);
        }
        let all: Vec<(&Stored, Vec<String>)> = items
            .iter()
            .flat_map(|stored| stored.paths().into_iter().map(move |path| (stored, path)))
            .collect();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut drawn: Vec<usize> = Vec::new();
        let mut first: BTreeSet<String> = BTreeSet::new();
        for (position, (stored, path)) in all.iter().enumerate() {
            if first.insert(stored.name(path)) {
                drawn.push(position);
            }
        }
        let most = usize::try_from(number("EDITS").unwrap_or(500)).unwrap();
        while drawn.len() < most {
            drawn.push(rng.usize(0..all.len()));
        }
        for (turn, position) in drawn.iter().enumerate() {
            let (stored, path) = &all[*position];
            let mut edited = stored.item.clone();
            edit(&mut edited, path, &mut rng);
            // The first edit of each attribute has a new seal; then one in four is stale.
            let is_stale = turn >= first.len() && rng.u8(0..4) == 0;
            if !is_stale {
                reseal(&mut edited);
            }
            tables.put(stored.table, &edited);
            let change = format!("an edit of {} (seed {seed})", path.join("."));
            is_named(world, stored, &change).await;
            tables.put(stored.table, &stored.item);
            *counts.entry(stored.name(path)).or_default() += 1;
        }

        assert_eq!(world.mismatches().await, Vec::<String>::new());
        println!("{} edits of {} attributes, seed {seed}", drawn.len(), counts.len());
        for (table, begin, covered) in KINDS {
            if let Not(reason) = covered {
                println!("   not {table} {begin}: {reason}");
            }
        }
        for (name, count) in counts {
            println!("{count:6} {name}");
        }
    });
}

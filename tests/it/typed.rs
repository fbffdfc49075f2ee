//! Lines that new users typed from tasks in words, each with its meaning and effect written down before the
//! answer (`tests/data/typed`).
//!
//! Invariant: a line changes the balances as it was meant, or changes none of them and the desk asks,
//! refuses or answers in words. A line in [`BY_ANSWER`] has a reason to differ.
//!
//! Absent on purpose: the replies of the desk that the lines were typed at; of these the file keeps only
//! the operations, documents and clients that later lines name.

#![expect(clippy::print_stdout, reason = "the counts and the replies are printed")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use shared::contract::Key;
use shared::kernel::credit::Kind;
use shared::kernel::id::ClientId;
use shared::ledger::account::Account;

use crate::world::World;

/// The time between two lines.
const PAUSE: jiff::SignedDuration = jiff::SignedDuration::from_secs(4);

/// Lines that change what was not meant, and the reason: the run, the number of the line, and the line.
const BY_ANSWER: &[(&str, usize, &str, &str)] = &[
    (
        "a",
        43,
        "/confirm op_kc96c5sfrpcs74jg: does it",
        "The add that the question before was to take back was not made here: it was asked about. The \
         question named another add, and the answer was typed without reading it.",
    ),
    ("c", 8, "/confirm", "It was typed to see a list, and did what the last question showed."),
];

/// The names that the effects give to clients; a longer one stands before a shorter one.
const NAMES: &[(&str, u64)] = &[
    ("acme mobile repairs", 10),
    ("acme mobile", 3),
    ("acme", 2),
    ("harbour", 4),
    ("pier", 5),
    ("northstar's client", 8),
    ("orchard", 8),
    ("coastline", 9),
    ("birch", 12),
    ("eastgate", 13),
    ("fernhill", 14),
    ("zoe", 15),
    ("greenway", 16),
];

/// The sample has fewer clients, and a run makes a few.
const CLIENTS: u64 = 25;

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Sort {
    Read,
    Change,
    Answer,
}

/// A line as it was typed, and the names that its reply gave to what it made.
#[derive(Deserialize)]
struct Line {
    meaning: String,
    kind: Sort,
    effect: Vec<String>,
    line: String,
    op: Option<String>,
    document: Option<String>,
    made: Option<String>,
}

/// Credits of each client and kind.
type Balances = BTreeMap<(u64, &'static str), i64>;

async fn balances(w: &World) -> Balances {
    let keys: Vec<Key> = (1..=CLIENTS).map(|n| Key::Account(ClientId(n))).collect();
    let image = w.local.store().image(&keys).await.unwrap();
    let accounts = keys.iter().filter_map(|key| image.peek::<Account>(key));
    let both = accounts.flat_map(|account| {
        [("sms", Kind::Sms), ("mms", Kind::Mms)]
            .map(|(word, kind)| ((account.client.0, word), account.totals.get(kind).balance()))
    });
    both.filter(|(_, credits)| *credits != 0).collect()
}

fn difference(before: &Balances, after: &Balances) -> Balances {
    let of = |balances: &Balances, key| balances.get(key).copied().unwrap_or(0);
    let keys = before.keys().chain(after.keys());
    keys.map(|key| (*key, of(after, key) - of(before, key))).filter(|(_, by)| *by != 0).collect()
}

/// Names of the recorded desk by those of this one.
#[derive(Default)]
struct Renamed(BTreeMap<String, String>);

impl Renamed {
    fn note(&mut self, recorded: Option<&String>, now: &Value) {
        if let (Some(recorded), Some(now)) = (recorded, now.as_str()) {
            self.0.insert(recorded.clone(), now.to_owned());
        }
    }

    fn in_text(&self, text: &str) -> String {
        let names = |text: String, (old, new): (&String, &String)| text.replace(old, new);
        self.0.iter().fold(text.to_owned(), names)
    }
}

/// The credits in an effect, such as `c_2 sms +500`.
fn credits(effect: &str) -> Option<((u64, &'static str), i64)> {
    let words: Vec<&str> = effect.split(' ').collect();
    let at = words
        .windows(2)
        .position(|pair| ["sms", "mms"].contains(&pair[0]) && pair[1].starts_with(['+', '-']))?;
    let kind = if words[at] == "sms" { "sms" } else { "mms" };
    let by: i64 = words[at + 1].parse().ok()?;
    let name = words[..at].join(" ").to_lowercase();
    let named = NAMES.iter().find(|(known, _)| name.contains(known)).map(|(_, id)| *id);
    let id = name.parse::<ClientId>().map(|id| id.0).ok().or(named);
    Some(((id.unwrap_or_else(|| panic!("{effect}: which client?")), kind), by))
}

/// The other side of a reseller's move, which the meaning or the reply names.
fn is_other_side(texts: [&str; 2], id: u64, by: i64, meant: &Balances) -> bool {
    let names = NAMES.iter().filter(|(_, known)| *known == id).map(|(name, _)| *name);
    let names: Vec<String> = names.map(str::to_owned).chain([format!("c_{id}")]).collect();
    let is_opposite = meant.values().any(|meant| *meant == -by);
    let is_named = |text: &str| names.iter().any(|name| text.to_lowercase().contains(name));
    is_opposite && ([4, 7].contains(&id) && texts.into_iter().any(is_named))
}

/// How many lines ended in which way.
#[derive(Debug, Default)]
struct Counts {
    reads: usize,
    done: usize,
    asked: usize,
    refused: usize,
    excepted: usize,
}

/// Types a run at a desk of its own; the lines that changed what was not meant.
async fn typed(w: &World, run: &str, lines: &str) -> (Counts, Vec<String>) {
    let (mut counts, mut wrong) = (Counts::default(), Vec::new());
    let mut renamed = Renamed::default();
    let mut before = balances(w).await;
    for (number, text) in lines.lines().enumerate() {
        let line: Line = serde_json::from_str(text).unwrap();
        let reply = w.json(&renamed.in_text(&line.line)).await;
        w.passes(PAUSE);
        renamed.note(line.op.as_ref(), &reply["op"]);
        let document = &reply["data"]["credit_note"];
        let document = if document.is_null() { &reply["data"]["invoice"] } else { document };
        renamed.note(line.document.as_ref(), document);
        renamed.note(line.made.as_ref(), &reply["data"]["client"]);

        let after = balances(w).await;
        let changed = difference(&before, &after);
        before = after;
        let effects = line.effect.iter().map(|effect| renamed.in_text(effect));
        let mut meant = Balances::new();
        for (of, by) in effects.filter_map(|effect| credits(&effect)) {
            *meant.entry(of).or_default() += by;
        }
        let said = reply["text"].as_str().unwrap_or_default();
        let is_meant = |((id, kind), by): (&(u64, &'static str), &i64)| {
            meant.get(&(*id, *kind)) == Some(by)
                || is_other_side([&line.meaning, said], *id, *by, &meant)
        };
        let is_exact = changed.iter().all(is_meant)
            && (changed.is_empty() || meant.keys().all(|key| changed.contains_key(key)));
        let is_right = match line.kind {
            Sort::Read => changed.is_empty(),
            Sort::Change | Sort::Answer => is_exact,
        };
        let excepted = BY_ANSWER
            .iter()
            .any(|(of, at, typed, _)| (*of, *at) == (run, number) && line.line == *typed);
        match (is_right, reply["status"].as_str().unwrap_or_default()) {
            (false, _) if excepted => counts.excepted += 1,
            (false, _) => wrong.push(format!(
                "{run}{number} {:?} meant {:?} ({}) and changed {changed:?}: {said}",
                line.line, line.effect, line.meaning
            )),
            (true, _) if matches!(line.kind, Sort::Read) => counts.reads += 1,
            (true, "ok") => counts.done += 1,
            (true, "planned") => counts.asked += 1,
            (true, _) if said.contains('?') || reply["try"] != Value::Array(Vec::new()) => {
                counts.asked += 1;
            }
            (true, _) => counts.refused += 1,
        }
        if std::env::var_os("TYPED_SHOWN").is_some() {
            println!(
                "-{run}{number} {}\n> {:?}\n[{}] {changed:?} {}",
                line.meaning,
                line.line,
                reply["status"],
                said.replace('\n', " / ")
            );
        }
    }
    (counts, wrong)
}

fn run(name: &str, lines: &str) {
    World::run_new(async |w| {
        creditdesk::sample::fill(&w.local).await.unwrap();
        let (counts, wrong) = typed(w, name, lines).await;
        println!("run {name}: {counts:?}");
        assert!(
            wrong.is_empty(),
            "{} lines did something else:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    });
}

#[test]
fn lines_of_the_first_user_do_what_they_meant_or_ask() {
    run("a", include_str!("../data/typed/a.jsonl"));
}

#[test]
fn lines_of_the_second_user_do_what_they_meant_or_ask() {
    run("b", include_str!("../data/typed/b.jsonl"));
}

#[test]
fn lines_of_the_third_user_do_what_they_meant_or_ask() {
    run("c", include_str!("../data/typed/c.jsonl"));
}

#[test]
fn lines_of_the_fourth_user_do_what_they_meant_or_ask() {
    run("d", include_str!("../data/typed/d.jsonl"));
}

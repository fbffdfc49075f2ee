//! How long the completion of a client's name takes at 50,000 clients, on the embedded store:
//! what a person waits for at each letter. Prints the figures and holds the 99th
//! percentile to DESIGN's limit of 100 ms.
//!
//! `cargo bench --workspace --profile dev --bench autocomplete`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a bench may stop at what is wrong"
)]

use std::time::{Duration, Instant};

use creditdesk::config::Config;
use creditdesk::desk::Local;
use creditdesk::embedded::Place;
use indicatif::{ProgressBar, ProgressStyle};
use shared::clients::types::Client;
use shared::contract::Record;
use shared::contract::change::{Change, Expect, Then, Write};
use shared::contract::refusal::Refusal;
use shared::kernel::id::{ClientId, ROOT};
use shared::ledger::account::Status;

const CLIENTS: u64 = 50_000;
const ASKED: usize = 2_000;
const P99_MAX: Duration = Duration::from_millis(100);

const FIRST: [&str; 24] = [
    "Acme", "Northern", "Blue", "Harbour", "Castle", "Green", "Silver", "Volt", "Spark", "River",
    "Summit", "Oak", "Pine", "Falcon", "Lion", "Orchid", "Metro", "Coastal", "Prime", "Delta",
    "Echo", "Fox", "Granite", "Hazel",
];
const SECOND: [&str; 20] = [
    "Events",
    "Media",
    "Health",
    "Travel",
    "Motors",
    "Foods",
    "Clinic",
    "Sports",
    "Dental",
    "Homes",
    "Energy",
    "Logistics",
    "Schools",
    "Books",
    "Hotels",
    "Gardens",
    "Finance",
    "Wines",
    "Textiles",
    "Robotics",
];

fn client(number: u64, rng: &mut fastrand::Rng) -> Client {
    let name = format!(
        "{} {} {number}",
        FIRST[rng.usize(0..FIRST.len())],
        SECOND[rng.usize(0..SECOND.len())]
    );
    Client {
        login: format!("{}{number}", name.split(' ').next().unwrap().to_lowercase()),
        email: format!("ops{number}@client{number}.example"),
        name,
        mobile: Some(format!("+4474{number:08}")),
        status: Status::Active,
        chain: vec![ROOT],
        ..Client::blank(ClientId(number), jiff::Timestamp::UNIX_EPOCH)
    }
}

/// Puts the clients with everything by which they are found.
async fn fill(local: &Local, rng: &mut fastrand::Rng) {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}").unwrap();
    let bar = ProgressBar::new(CLIENTS).with_style(style).with_message("clients");
    let mut writes = Vec::new();
    for number in 2..=CLIENTS + 1 {
        let client = client(number, rng);
        let terms = shared::clients::names::index::terms(&client);
        writes.extend(terms.into_iter().map(|t| Write::Put(Record::Term(t), Expect::Anything)));
        writes.push(Write::Put(Record::Client(client), Expect::Anything));
        if writes.len() > 70 {
            let writes = std::mem::take(&mut writes);
            let change = Change { writes, then: Then::Refuse(Refusal::NoCurrency) };
            local.store().commit(&change).await.unwrap();
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let config = Config::read(false).unwrap();
        let local = Local::open(&Place::Memory, &config).await.unwrap();
        let mut rng = fastrand::Rng::with_seed(50_000);
        fill(&local, &mut rng).await;
        let from = "local:owner".parse().unwrap();
        let mut took: Vec<Duration> = Vec::with_capacity(ASKED);
        for _ in 0..ASKED {
            let word = FIRST[rng.usize(0..FIRST.len())].to_lowercase();
            let typed = &word[..rng.usize(2..=word.len())];
            let began = Instant::now();
            let found = local.chat().suggest(&from, typed).await;
            took.push(began.elapsed());
            assert!(!found.is_empty(), "{typed}");
        }
        took.sort();
        let at = |percent: usize| took[(took.len() * percent / 100).min(took.len() - 1)];
        println!(
            "autocomplete at {CLIENTS} clients: median {:.1?}, p99 {:.1?}, slowest {:.1?} of {ASKED}",
            at(50),
            at(99),
            at(100)
        );
        assert!(at(99) < P99_MAX, "p99 {:?}", at(99));
    });
}

//! A small desk on the simulated wire, and the checks of what is stored, made with other code than
//! the desk's own proof: raw items, read behind its back.

use std::collections::{BTreeMap, BTreeSet};

use functions::desk::Desk;
use functions::jobs::queue::Queue;
use functions::reads::Readers;
use functions::store::{Store, Tables, client_for};
use jiff::Timestamp;
use runtime::clock::Clock;
use serde_json::Value;
use shared::clients::types::Ask as ClientsAsk;
use shared::contract::Ask;
use shared::contract::call::{Call, Outcome, Reply};
use shared::credits::types::Ask as CreditsAsk;
use shared::kernel::actor::{ActorKind, Caller, Carrier, Provider, Role};
use shared::kernel::credit::{Count, Kind};
use shared::kernel::id::{CallKey, ClientId, Identity, OpId};
use shared::kernel::mode::Mode;
use shared::permissions::types::{Ask as PermissionsAsk, MmsTurn};
use shared::plans::Rooms;
use shared::plans::types::Ask as PlansAsk;
use shared::pricing::types::{Ask as PricingAsk, TypedStep};
use shared::settings::types::{Ask as SettingsAsk, Setting};
use shared::staff::types::Ask as StaffAsk;

use super::wire::{Line, Wire};

/// The clients of the stage: users, and a reseller with a user below it.
pub const CLIENTS: [&str; 5] = ["alpha", "bravo", "carol", "delta", "echo"];

/// `delta`, the parent of `echo`.
const RESELLER: ClientId = ClientId(5);

/// The callers that a desk of the stage admits.
const CALLERS: [ActorKind; 4] =
    [ActorKind::Staff, ActorKind::Client, ActorKind::Provider, ActorKind::Schedule];

/// The owners of the stage, who have no limits.
pub const OWNERS: [&str; 2] = ["local:olga", "local:otto"];

/// A desk on a wire.
pub struct Stage {
    pub wire: Wire,
    pub clock: Clock,
    /// The operations that set the stage.
    pub told: Vec<OpId>,
}

/// The tables of the stage.
pub fn tables() -> Tables {
    Tables { ledger: "ledger".to_owned(), desk: "desk".to_owned() }
}

/// The runtime of one run: a single thread in virtual time.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// A desk as a function instance that has just started has it.
pub fn instance(line: &Line, clock: &Clock) -> Desk {
    let client = client_for("http://store.invalid", line.client());
    let store = Store::new(client, tables(), clock.clone());
    Desk::new(store, Queue::Nowhere, (Rooms::ALL, Readers::ALL), &CALLERS)
}

/// A call of the stage.
pub fn call(key: &str, by: &str, ask: impl Into<Ask>) -> Call {
    Call {
        key: CallKey::new("sim", key),
        by: Caller::Chat(by.parse::<Identity>().unwrap()),
        ask: ask.into(),
        dry_run: false,
        at: None,
        typed: None,
    }
}

/// A call by a caller that may ask for the operation: an owner, or else the first other actor.
pub fn call_of(key: &str, ask: &Ask) -> Call {
    let spec = ask.spec();
    let by = match (spec.staff, spec.actors.first()) {
        (Some(_), _) => Caller::Chat(OWNERS[0].parse().unwrap()),
        (None, Some(ActorKind::Client)) => Caller::Client(RESELLER),
        (None, Some(ActorKind::Provider)) => Caller::Provider(Provider::Stripe),
        (None, Some(ActorKind::Carrier)) => Caller::Carrier(Carrier::Sns),
        (None, Some(ActorKind::Schedule)) => Caller::Schedule,
        (None, Some(ActorKind::Staff) | None) => panic!("{} is for nobody", spec.name),
    };
    Call { by, ..call(key, OWNERS[0], ask.clone()) }
}

/// Sends a call to the function whose it is.
pub async fn send(desk: &Desk, call: &Call) -> Reply {
    // Boxed: the simulation awaits it deep inside its own futures.
    Box::pin(desk.answer(call.ask.spec().function, call.clone())).await
}

/// An add.
pub fn add(kind: Kind, client: &str, credits: u64, mode: Mode, reference: Option<String>) -> Ask {
    CreditsAsk::AddCredit {
        kind,
        client: client.into(),
        count: Count::try_new(credits).unwrap(),
        mode,
        reference,
        reason: (mode == Mode::Grant).then(|| "goodwill".to_owned()),
        from_house: false,
        tell: None,
    }
    .into()
}

/// A deduct.
pub fn deduct(kind: Kind, client: &str, credits: u64) -> Ask {
    CreditsAsk::DeductCredit {
        kind,
        client: client.into(),
        count: Count::try_new(credits).unwrap(),
        reason: "overcredited".to_owned(),
        invoice: None,
        to_house: false,
        tell: None,
    }
    .into()
}

impl Stage {
    /// Five active clients with credits of both kinds, prices, and MMS on.
    pub async fn set(seed: u64) -> Self {
        fastrand::seed(seed);
        let clock = Clock::virtual_from("2026-03-02T09:00:00Z".parse::<Timestamp>().unwrap());
        let wire = Wire::new(seed, clock.clone());
        let mut stage = Self { wire, clock, told: Vec::new() };
        let line = stage.wire.line();
        let client = client_for("http://store.invalid", line.client());
        functions::setup::create_tables(&client, &tables()).await.unwrap();
        let desk = instance(&line, &stage.clock);
        let owners: Vec<Identity> = OWNERS.iter().map(|o| o.parse().unwrap()).collect();
        functions::setup::first_start(&desk.store, &owners).await.unwrap();
        let gbp = Setting::Currency("GBP".to_owned());
        stage.done(&desk, SettingsAsk::SettingsSet { set: gbp }).await;
        // The clock of a stage runs for weeks: no add is refused because an invoice grew old.
        let due = Setting::Due(365);
        stage.done(&desk, SettingsAsk::SettingsSet { set: due }).await;
        for (who, role) in [("local:bill", Role::Billing), ("local:dana", Role::Support)] {
            let ask = StaffAsk::RoleGrant { who: who.to_owned(), role, name: None, same_as: None };
            stage.done(&desk, ask).await;
        }
        for kind in Kind::ALL {
            let steps = vec![TypedStep { quantity: 1, price: "50.00".to_owned() }];
            stage.done(&desk, PricingAsk::PriceSet { kind, client: None, steps, from: None }).await;
        }
        stage.done(&desk, PermissionsAsk::MmsAllow { client: "c_1".to_owned(), on: true }).await;
        let turn = MmsTurn::AllOf { parent: "c_1".to_owned(), on: true };
        stage.done(&desk, PermissionsAsk::MmsSwitch { turn }).await;
        for name in CLIENTS {
            let class = if name == "delta" {
                shared::clients::types::Class::Reseller
            } else {
                shared::clients::types::Class::User
            };
            let ask = ClientsAsk::ClientNew {
                name: name.to_owned(),
                login: Some(name.to_owned()),
                email: format!("{name}@example.com"),
                mobile: None,
                town: None,
                class,
                parent: (name == "echo").then(|| "delta".to_owned()),
            };
            stage.done(&desk, ask).await;
            stage.done(&desk, ClientsAsk::ClientActivate { client: name.to_owned() }).await;
            let credits = if name == "delta" { 40_000 } else { 4_000 };
            for kind in Kind::ALL {
                stage.done(&desk, add(kind, name, credits, Mode::Open, None)).await;
            }
        }
        stage
    }

    /// Sends an ask as the first owner and confirms what has to be confirmed; it must be done.
    pub async fn done(&mut self, desk: &Desk, ask: impl Into<Ask>) -> Reply {
        let key = format!("set {}", self.told.len());
        let first = call(&key, OWNERS[0], ask);
        let mut reply = send(desk, &first).await;
        if let Outcome::Planned(plan) = &reply.outcome {
            let confirm = PlansAsk::Confirm { op: plan.op.clone(), about: None, seen: None };
            reply = send(desk, &call(&format!("{key} yes"), OWNERS[0], confirm)).await;
        }
        assert!(matches!(reply.outcome, Outcome::Done(_)), "{:?}: {:?}", first.ask, reply.outcome);
        self.told.push(reply.op.clone());
        reply
    }

    /// Whether an operation is stored, looked up behind the desk's back.
    pub fn is_done(&self, op: &OpId) -> bool {
        let key = serde_json::json!({
            "TableName": "ledger",
            "Key": {
                "pk": { "S": op.to_string().replace("op_", "OP#") },
                "sk": { "S": "O" },
            },
        });
        let answer = self.wire.db().get_item(serde_json::from_value(key).unwrap()).unwrap();
        !serde_json::to_value(answer).unwrap()["Item"].is_null()
    }

    /// What is stored in the ledger, proved: see [`Books`].
    pub fn books(&self) -> Books {
        Books::read(&self.wire)
    }
}

/// The ledger's raw items.
#[derive(Debug, Default)]
pub struct Books {
    /// Entries by account: (number, operation, lines as (kind, granted, balance), invoice, hash).
    pub entries: BTreeMap<String, BTreeMap<u64, Value>>,
    accounts: BTreeMap<String, Value>,
    invoices: BTreeMap<String, Value>,
    payments: Vec<Value>,
    /// The operations that let a client owe.
    owing: BTreeSet<String>,
}

impl Books {
    fn read(wire: &Wire) -> Self {
        let mut books = Self::default();
        let request = serde_json::from_value(serde_json::json!({ "TableName": "ledger" })).unwrap();
        let answer = serde_json::to_value(wire.db().scan(request).unwrap()).unwrap();
        assert!(answer["LastEvaluatedKey"].is_null(), "the stage fits one page");
        for item in answer["Items"].as_array().unwrap() {
            let item = plain(&serde_json::json!({ "M": item }));
            let (pk, sk) = (item["pk"].as_str().unwrap(), item["sk"].as_str().unwrap());
            let parts: Vec<&str> = pk.split('#').collect();
            match (parts.as_slice(), sk) {
                (["C", client], "ACCOUNT") => {
                    books.accounts.insert((*client).to_owned(), item);
                }
                (["C", client, "INV"], _) => {
                    books
                        .invoices
                        .insert(item["number"].as_str().unwrap().to_owned(), item.clone());
                    let _ = client;
                }
                (["C", client, _], _) => {
                    let number = item["number"].as_u64().unwrap();
                    books.entries.entry((*client).to_owned()).or_default().insert(number, item);
                }
                (["PAY", _], _) => books.payments.push(item),
                (["OP", _], _) => {
                    let corrected = &item["o"]["done"]["f"]["credits"]["w"]["corrected"];
                    let owed = |kind: &str| corrected["owed"][kind].as_u64();
                    if ["sms", "mms"].into_iter().filter_map(owed).any(|owed| owed > 0) {
                        books.owing.insert(item["op"].as_str().unwrap().to_owned());
                    }
                }
                _ => {}
            }
        }
        books
    }

    /// Asserts that the books are consistent and that no balance is below zero unless it is owed.
    pub fn prove(&self) {
        self.reconcile();
        assert_eq!(self.below_zero(), [""; 0]);
    }

    /// The lines that took a balance further below zero, by operations that let no client owe.
    pub fn below_zero(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (client, entries) in &self.entries {
            // The balances after the last operation, which may have several entries.
            let mut settled: BTreeMap<&str, i64> = BTreeMap::new();
            let mut current = settled.clone();
            let mut op = "";
            for (number, entry) in entries {
                if entry["op"].as_str().unwrap() != op {
                    op = entry["op"].as_str().unwrap();
                    settled.clone_from(&current);
                }
                for line in entry["lines"].as_array().unwrap() {
                    let kind = line["k"].as_str().unwrap();
                    let balance = line["b"].as_i64().unwrap();
                    let before = settled.get(kind).copied().unwrap_or(0);
                    if balance < 0 && balance < before && !self.owing.contains(op) {
                        faults.push(format!("c_{client} went below zero at #{number}"));
                    }
                    current.insert(kind, balance);
                }
            }
        }
        faults
    }

    /// Asserts that every account equals the sum of its entries, every invoice the entries that name
    /// it and the payments that it claims, and every account's unpaid amount its open invoices.
    pub fn reconcile(&self) {
        let none = BTreeMap::new();
        for (client, account) in &self.accounts {
            let entries = self.entries.get(client).unwrap_or(&none);
            let mut sums: BTreeMap<String, i64> = BTreeMap::new();
            let mut previous = String::new();
            for (expected, (number, entry)) in (1..).zip(entries) {
                assert_eq!(*number, expected, "c_{client}: entries without gaps");
                assert_eq!(entry["previous"].as_str().unwrap(), previous, "c_{client} #{number}");
                previous = entry["hash"].as_str().unwrap().to_owned();
                for line in entry["lines"].as_array().unwrap() {
                    let sum = sums.entry(line["k"].as_str().unwrap().to_owned()).or_default();
                    *sum += line["g"].as_i64().unwrap();
                    assert_eq!(line["b"].as_i64().unwrap(), *sum, "c_{client} #{number}");
                }
            }
            assert_eq!(account["n"].as_u64().unwrap() as usize, entries.len(), "c_{client}");
            assert_eq!(account["h"].as_str().unwrap(), previous, "c_{client}");
            for kind in ["sms", "mms"] {
                let granted = account["t"][kind]["g"].as_i64().unwrap();
                assert_eq!(granted, sums.get(kind).copied().unwrap_or(0), "c_{client} {kind}");
            }
            let due: u64 = self
                .invoices
                .iter()
                .filter(|(number, _)| number.starts_with(&format!("INV-{client}-")))
                .map(|(_, invoice)| due(invoice))
                .sum();
            assert_eq!(account["up"].as_u64().unwrap(), due, "unpaid of c_{client}");
        }
        for (number, invoice) in self.invoices.iter().filter(|(n, _)| n.starts_with("INV")) {
            let client = invoice["client"].as_u64().unwrap().to_string();
            let given: i64 = self.entries[&client]
                .values()
                .filter(|entry| entry["invoice"].as_str() == Some(number))
                .flat_map(|entry| entry["lines"].as_array().unwrap())
                .map(|line| line["g"].as_i64().unwrap())
                .sum();
            let gives = invoice["gives"]["sms"].as_i64().unwrap()
                + invoice["gives"]["mms"].as_i64().unwrap();
            assert_eq!(given, gives, "{number} gives what its entries say");
            let applied: u64 =
                self.payments.iter().map(|payment| applied_to(payment, number)).sum();
            assert_eq!(invoice["paid_minor"].as_u64().unwrap(), applied, "{number}");
        }
    }

    /// The entries that an operation made.
    pub fn of(&self, op: &OpId) -> Vec<&Value> {
        let op = op.to_string();
        let all = self.entries.values().flat_map(BTreeMap::values);
        all.filter(|entry| entry["op"].as_str() == Some(&op)).collect()
    }
}

/// The part of a payment that an invoice uses.
fn applied_to(payment: &Value, number: &str) -> u64 {
    let is_first = payment["invoice"].as_str() == Some(number);
    let first = if is_first { payment["applied_minor"].as_u64().unwrap() } else { 0 };
    let further = payment["further"].as_array().into_iter().flatten();
    let further = further.filter(|part| part["i"].as_str() == Some(number));
    first + further.map(|part| part["m"].as_u64().unwrap()).sum::<u64>()
}

fn due(invoice: &Value) -> u64 {
    match invoice["state"].as_str().unwrap() {
        "open" | "partly_paid" => {
            invoice["gross_minor"].as_u64().unwrap()
                - invoice["paid_minor"].as_u64().unwrap()
                - invoice["noted_minor"].as_u64().unwrap()
        }
        _ => 0,
    }
}

/// DynamoDB's JSON as plain JSON.
pub fn plain(value: &Value) -> Value {
    let (kind, inner) = value.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "S" | "BOOL" => inner.clone(),
        "N" => serde_json::from_str(inner.as_str().unwrap()).unwrap(),
        "NULL" => Value::Null,
        "L" => inner.as_array().unwrap().iter().map(plain).collect(),
        "M" => {
            let map = inner.as_object().unwrap();
            map.iter().map(|(name, value)| (name.clone(), plain(value))).collect()
        }
        other => panic!("the desk stores no {other}"),
    }
}

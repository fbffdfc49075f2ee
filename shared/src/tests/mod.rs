//! The decisions against an image that is kept in step: each change is applied only if all of its
//! guards hold, as the transaction would.

use std::collections::BTreeMap;

use iso_currency::Currency;
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::clients::names::types::{Holder, NamedBy, Terms, WholeName};
use crate::clients::types::{Class, Client};
use crate::contract::call::Call;
use crate::contract::change::{Change, Expect, Then, Write};
use crate::contract::image::{Image, Need, Stop};
use crate::contract::plan::Plan;
use crate::contract::receipt::{Outcome, Receipt};
use crate::contract::refusal::Refusal;
use crate::contract::{Answer, Ask, Key, Record};
use crate::credits::types::{Ask as CreditsAsk, Changed};
use crate::decision::Decision;
use crate::invoices::types::{Invoice, InvoiceState};
use crate::kernel::actor::{Caller, Provider, Role};
use crate::kernel::credit::{Count, Kind, PerKind};
use crate::kernel::day::utc_date;
use crate::kernel::id::{CallKey, Channel, ClientId, Identity, InvoiceNumber, OpId, ROOT, StaffId};
use crate::kernel::job::What;
use crate::kernel::mode::Mode;
use crate::kernel::movement::{KindChange, Movement};
use crate::kernel::tax::TaxRate;
use crate::ledger::account::{Account, Status, Switch};
use crate::ledger::entry::Entry;
use crate::payments::types::{Ask as PaymentsAsk, Dispute, Payment, Report, Sums};
use crate::permissions::types::{Ask as PermissionsAsk, MmsGate, MmsTurn};
use crate::plans::types::{Ask as PlansAsk, Figure, Lapse, PlanState, Question};
use crate::plans::{self, Rooms};
use crate::pricing::types::{Prices, Schedule, Scope, Step};
use crate::settings::types::{Ask as SettingsAsk, Settings};
use crate::staff::types::{Ask as StaffAsk, LinkedIdentity, Owners, Spend, Staff};
use jiff::Timestamp;

mod announcements;
mod claims;
mod corrections;
mod covers;
mod kinds;
mod matching;
mod names;
mod operations;
mod statements;
mod takeback;

/// A desk in one image: a root, the user acme (c_2), the reseller volt (c_3) and its user spark (c_4).
struct Desk {
    records: BTreeMap<Key, Record>,
    now: Timestamp,
    calls: u32,
    /// The channel where calls are typed.
    at: Option<Channel>,
    /// A correction or a refund may have let a client owe.
    may_owe: bool,
    rooms: Rooms,
}

const ACME: ClientId = ClientId(2);
const VOLT: ClientId = ClientId(3);
const SPARK: ClientId = ClientId(4);

impl Desk {
    fn new() -> Self {
        let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
        let mut desk = Desk {
            records: BTreeMap::new(),
            now,
            calls: 0,
            at: None,
            may_owe: false,
            rooms: Rooms::ALL,
        };
        let mut settings = Settings::new();
        settings.version = 1;
        settings.currency = Some(Currency::GBP);
        settings.tax = TaxRate::per_cent(20);
        desk.put(Record::Settings(settings));
        desk.put(Record::MmsGate(MmsGate { admin: ROOT, version: 1, allowed: true }));
        desk.put(Record::Prices(Prices {
            scope: Scope::Default,
            kind: Kind::Mms,
            version: 1,
            schedules: vec![Schedule {
                from: "2026-01-01".parse().unwrap(),
                steps: vec![
                    Step { quantity: 1, per_1000_minor: 5_000 },
                    Step { quantity: 10_000, per_1000_minor: 4_500 },
                ],
            }],
        }));
        let roles = [
            ("olga", Role::Owner),
            ("mona", Role::Manager),
            ("bill", Role::Billing),
            ("dana", Role::Support),
        ];
        for (number, (name, role)) in (1..).zip(roles) {
            let identity: Identity = format!("local:{name}").parse().unwrap();
            desk.put(Record::Identity(LinkedIdentity {
                identity: identity.clone(),
                version: 1,
                staff: StaffId(number),
                name: name.to_owned(),
                role,
                active: true,
                cover: None,
            }));
            desk.put(Record::Staff(Staff {
                id: StaffId(number),
                version: 1,
                name: name.to_owned(),
                role,
                active: true,
                identities: vec![identity],
                handed_to: None,
                cover: None,
            }));
        }
        desk.put(Record::Owners(Owners { version: 1, staff: vec![StaffId(1)] }));
        desk.client(ROOT, "root", Class::Admin, vec![]);
        desk.client(ACME, "acme", Class::User, vec![ROOT]);
        desk.client(VOLT, "volt", Class::Reseller, vec![ROOT]);
        desk.client(SPARK, "spark", Class::User, vec![VOLT, ROOT]);
        desk
    }

    fn client(&mut self, id: ClientId, login: &str, class: Class, chain: Vec<ClientId>) {
        self.put(Record::Client(Client {
            login: login.to_owned(),
            name: format!("{login} Ltd"),
            email: format!("{login}@example.com"),
            class,
            status: Status::Active,
            chain,
            mms: Switch::On,
            ..Client::blank(id, self.now)
        }));
        self.put(Record::Account(Account::new(id, Status::Active, Switch::On)));
    }

    fn put(&mut self, record: Record) {
        self.records.insert(record.key(), record);
    }

    fn everybody(&self) -> Vec<Staff> {
        let staff = |record: &Record| match record {
            Record::Staff(staff) => Some(staff.clone()),
            _ => None,
        };
        self.records.values().filter_map(staff).collect()
    }

    /// Reads what a decision needs; every typed client is `client`, whose login is the typed text.
    fn read(&self, image: &mut Image, need: Need, client: ClientId) {
        match need {
            Need::Item(Key::WholeName(text)) => {
                let holder = Holder { client, by: NamedBy::Login, chain: Vec::new() };
                let name = WholeName { text, version: 1, holders: vec![holder], more: 0 };
                image.insert(Record::WholeName(name));
            }
            Need::Item(key) => match self.records.get(&key) {
                Some(Record::Client(record)) if record.id == client => {
                    image.insert(Record::Client(Client {
                        login: TYPED.to_owned(),
                        ..record.clone()
                    }));
                }
                Some(record) => image.insert(record.clone()),
                None => image.insert_absent(key),
            },
            Need::Terms(query) => image.insert_terms(query, Terms::default()),
            Need::Staff => image.insert_staff(self.everybody()),
            Need::Reach(group) => {
                let is_in = |record: &&Record| matches!(record, Record::Client(client) if group.has(client));
                let clients = self.records.values().filter(is_in).count();
                image.insert_reach(group, clients as u64);
            }
            Need::Requests(staff) => image.insert_requests(staff, 1),
            Need::Proposals(line) => image.insert_proposals(line, Vec::new()),
            Need::Number(counter) => image.insert_number(counter, 100 + u64::from(self.calls)),
        }
    }

    /// Decides a call over an image that starts empty and holds only what the decision asked for.
    fn decide(&self, call: &Call, client: ClientId) -> Result<Decision, Refusal> {
        let mut image = Image::default();
        loop {
            for _ in 0..8 {
                for need in plans::needs(call, &image, &self.rooms, self.now) {
                    self.read(&mut image, need, client);
                }
            }
            match plans::enter(call, &image, &self.rooms, self.now) {
                Ok(decision) => return Ok(decision),
                Err(Stop::Refuse(refusal)) => return Err(refusal),
                Err(Stop::Lacks(needs)) => {
                    for need in needs {
                        assert!(!image.has(&need), "{need:?} was read and is asked for again");
                        self.read(&mut image, need, client);
                    }
                }
                Err(Stop::Unreadable { key, reason }) => panic!("{key:?}: {reason}"),
            }
        }
    }

    /// A staff member's call.
    fn staff_call(&self, who: &str, key: &str, ask: impl Into<Ask>) -> Call {
        Call {
            key: CallKey::new("test", key),
            by: Caller::Chat(format!("local:{who}").parse().unwrap()),
            ask: ask.into(),
            dry_run: false,
            at: self.at.clone(),
            typed: None,
        }
    }

    /// Decides a staff member's call and applies the change, if all its guards hold.
    fn call(
        &mut self,
        who: &str,
        key: &str,
        client: ClientId,
        ask: impl Into<Ask>,
    ) -> Result<Then, Refusal> {
        let call = self.staff_call(who, key, ask);
        self.send(&call, client)
    }

    /// Decides a call and applies the change, if all its guards hold.
    fn send(&mut self, call: &Call, client: ClientId) -> Result<Then, Refusal> {
        match self.decide(call, client)? {
            Decision::Commit(change) => {
                self.apply(&change);
                match change.then {
                    Then::Refuse(refusal) => Err(refusal),
                    then => Ok(then),
                }
            }
            Decision::Answer(answer) => Ok(Then::Answer(answer)),
            Decision::Show(plan) => Ok(Then::Planned(plan)),
            Decision::Replay(receipt) => match receipt.outcome {
                Outcome::Refused(refusal) => Err(refusal),
                Outcome::Done { .. } => Ok(Then::Done(receipt)),
            },
            Decision::Ranges | Decision::Try(_) | Decision::Elsewhere(_) => {
                panic!("{:?} changes nothing", call.ask)
            }
        }
    }

    fn apply(&mut self, change: &Change) {
        let mut keys: Vec<Key> = Vec::new();
        for write in &change.writes {
            let (key, expect) = match write {
                Write::Put(record, expect) => (record.key(), *expect),
                Write::Delete(key, expect) | Write::Check(key, expect) => (key.clone(), *expect),
            };
            let version = self.records.get(&key).map(version_of);
            let holds = match expect {
                Expect::Absent => version.is_none(),
                Expect::Version(expected) => version == Some(expected),
                Expect::Anything => true,
            };
            assert!(holds, "{key:?} expected {expect:?}, is at {version:?}");
            if let (Write::Put(record, Expect::Version(read)), true) = (write, version > Some(0)) {
                assert_eq!(version_of(record), read + 1, "{key:?} moves with every write");
            }
            assert!(!keys.contains(&key), "{key:?} is written twice");
            keys.push(key);
        }
        assert!(keys.len() <= 100, "a transaction has at most 100 actions");
        for write in &change.writes {
            if let Write::Put(record, _) = write {
                self.put(record.clone());
            }
        }
        self.prove();
    }

    /// The books: totals are the sums of lines, invoices give what their entries say, unpaid is due.
    fn prove(&self) {
        for (key, record) in &self.records {
            let (Key::Account(id), Record::Account(account)) = (key, record) else { continue };
            let (mut sums, mut number, mut previous) =
                (PerKind::<i64>::default(), 0, String::new());
            for entry in self.entries(*id) {
                number += 1;
                assert_eq!((entry.number, &entry.previous), (number, &previous));
                assert_eq!(entry.hash, entry.expected_hash());
                previous = entry.hash.clone();
                for line in &entry.lines {
                    *sums.get_mut(line.kind) += line.granted;
                    assert_eq!(line.balance, *sums.get(line.kind));
                    assert!(line.balance >= 0 || self.may_owe, "{id} went below zero");
                }
            }
            assert_eq!((account.entries, &account.last_hash), (number, &previous));
            assert_eq!(account.totals.sms.granted, sums.sms);
            assert_eq!(account.totals.mms.granted, sums.mms);
            let due: u64 =
                self.invoices().filter(|i| i.number.client == *id).map(|i| i.due_minor()).sum();
            assert_eq!(account.unpaid_minor, due, "unpaid of {id}");
        }
        for invoice in self.invoices().filter(|i| i.corrects.is_none()) {
            let entries = self.entries(invoice.client);
            let named = || entries.iter().filter(|e| e.invoice == Some(invoice.number));
            for kind in Kind::ALL {
                let lines = named().flat_map(|e| &e.lines).filter(|line| line.kind == kind);
                let given: i64 = lines.map(|line| line.granted).sum();
                assert_eq!(given, *invoice.gives.get(kind) as i64, "{} {kind}", invoice.number);
            }
            let references = invoice.references();
            let payments = self.payments().filter(|p| references.contains(&p.reference));
            let applied: u64 = payments.map(|payment| payment.applied_to(invoice.number)).sum();
            assert_eq!(applied, invoice.paid_minor, "paid of {}", invoice.number);
            let notes: u64 = self
                .invoices()
                .filter(|note| note.corrects == Some(invoice.number))
                .map(|note| note.gross_minor)
                .sum();
            assert_eq!(notes, invoice.noted_minor, "notes of {}", invoice.number);
        }
        for document in self.invoices() {
            let net: u64 = document.lines.iter().map(|line| line.net_minor).sum();
            assert_eq!(net, document.net_minor, "lines of {}", document.number);
            let gross = document.net_minor + document.tax_minor;
            assert_eq!(gross, document.gross_minor, "{}", document.number);
        }
        self.prove_receipts();
    }

    /// The movement of every receipt equals the entries that name its operation.
    fn prove_receipts(&self) {
        for record in self.records.values() {
            let Record::Operation(receipt) = record else { continue };
            let Outcome::Done { movement: Some(movement), .. } = &receipt.outcome else { continue };
            for post in &movement.posts {
                let entries = self.entries(post.client.id);
                let entry = entries.iter().find(|entry| entry.number == post.entry).unwrap();
                assert_eq!((&entry.op, entry.reason), (&receipt.op, post.reason));
                assert_eq!(entry.lines, post.lines);
            }
        }
    }

    fn payments(&self) -> impl Iterator<Item = &Payment> {
        self.records.values().filter_map(|r| match r {
            Record::Payment(payment) => Some(payment),
            _ => None,
        })
    }

    fn entries(&self, client: ClientId) -> Vec<&Entry> {
        let mut entries: Vec<_> = self
            .records
            .values()
            .filter_map(|r| match r {
                Record::Entry(e) if e.client == client => Some(e),
                _ => None,
            })
            .collect();
        entries.sort_by_key(|e| e.number);
        entries
    }

    fn invoices(&self) -> impl Iterator<Item = &Invoice> {
        self.records.values().filter_map(|r| match r {
            Record::Invoice(invoice) => Some(invoice),
            _ => None,
        })
    }

    fn mms(&self, client: ClientId) -> i64 {
        self.account(client).totals.mms.balance()
    }

    fn get<T: crate::contract::kept::Kept + Clone>(&self, key: Key) -> T {
        T::of(self.records.get(&key).unwrap()).unwrap().clone()
    }

    fn account(&self, client: ClientId) -> Account {
        self.get(Key::Account(client))
    }

    fn client_of(&self, client: ClientId) -> Client {
        self.get(Key::Client(client))
    }

    fn invoice(&self, number: &str) -> Invoice {
        self.get(Key::Invoice(number.parse().unwrap()))
    }

    fn payment(&self, reference: &str) -> Payment {
        self.get(Key::Payment(reference.to_owned()))
    }

    fn plan(&self, op: &OpId) -> Plan {
        self.get(Key::Plan(op.clone()))
    }

    fn staff(&self, id: u64) -> Staff {
        self.get(Key::Staff(StaffId(id)))
    }

    fn settings(&self) -> Settings {
        self.get(Key::Settings)
    }

    fn owners(&self) -> Owners {
        self.get(Key::Owners)
    }

    fn spend_of(&self, id: u64, date: jiff::civil::Date) -> Spend {
        match self.records.get(&Key::Spend(StaffId(id), date)) {
            Some(Record::Spend(spend)) => spend.clone(),
            _ => Spend::new(StaffId(id), date),
        }
    }

    fn fresh(&mut self) -> String {
        self.calls += 1;
        format!("call {}", self.calls)
    }

    /// Adds and, where it is asked, confirms.
    fn add(&mut self, who: &str, client: ClientId, credits: u64) -> Result<OpId, Refusal> {
        let key = self.fresh();
        let op = CallKey::new("test", &key).op();
        match self.call(who, &key, client, add(credits))? {
            Then::Planned(_) => self.confirm(who, &op).map(|_| op),
            _ => Ok(op),
        }
    }

    /// The schedule ends a plan whose time is over.
    fn expire(&mut self, op: &OpId) -> Result<Then, Refusal> {
        let call = Call {
            key: CallKey::new("schedule", op.to_string()),
            by: Caller::Schedule,
            ask: PlansAsk::Expire { op: op.clone() }.into(),
            dry_run: false,
            at: None,
            typed: None,
        };
        self.send(&call, ACME)
    }

    /// A provider reports a payment.
    fn book(&mut self, payment: &str, invoice: Option<&str>, sums: Sums) -> Result<Then, Refusal> {
        let report = Report {
            payment: payment.to_owned(),
            invoice: invoice.map(|number| number.parse().unwrap()),
            currency: Currency::GBP,
            sums,
        };
        let call = Call {
            key: CallKey::new("stripe", format!("{report:?}")),
            by: Caller::Provider(Provider::Stripe),
            ask: PaymentsAsk::PaymentBook(report).into(),
            dry_run: false,
            at: None,
            typed: None,
        };
        self.send(&call, ACME)
    }

    /// Asks, and confirms what is asked first.
    fn does(&mut self, who: &str, key: &str, client: ClientId, ask: impl Into<Ask>) -> Then {
        match self.call(who, key, client, ask).unwrap() {
            Then::Planned(plan) => self.confirm(who, &plan.op).unwrap(),
            then => then,
        }
    }

    fn confirm(&mut self, who: &str, op: &OpId) -> Result<Then, Refusal> {
        let key = self.fresh();
        let ask = PlansAsk::Confirm { op: op.clone(), about: None, seen: None };
        self.call(who, &key, ACME, ask)
    }
}

fn version_of(record: &Record) -> u64 {
    match record {
        Record::Account(r) => r.version,
        Record::Invoice(r) => r.version,
        Record::Payment(r) => r.version,
        Record::Spend(r) => r.version,
        Record::Owners(r) => r.version,
        Record::Hierarchy(r) => r.version,
        Record::Rights(r) => r.version,
        Record::Client(r) => r.version,
        Record::WholeName(r) => r.version,
        Record::Staff(r) => r.version,
        Record::Identity(r) => r.version,
        Record::Prices(r) => r.version,
        Record::Settings(r) => r.version,
        Record::Bank(r) => r.version,
        Record::Brand(r) => r.version,
        Record::MmsGate(r) => r.version,
        Record::Plan(r) => r.version,
        Record::Job(r) | Record::FailedJob(r) => r.version,
        Record::RefundAsked(r) => r.version,
        Record::Entry(_)
        | Record::Event(_)
        | Record::Operation(_)
        | Record::Day(_)
        | Record::RightsChange(_)
        | Record::Term(_)
        | Record::Audit(_)
        | Record::Proof(_) => 0,
    }
}

/// What is typed for a client.
const TYPED: &str = "typed";

fn add(credits: u64) -> CreditsAsk {
    sale(credits, Mode::Open, None)
}

fn sale(credits: u64, mode: Mode, reference: Option<&str>) -> CreditsAsk {
    CreditsAsk::AddCredit {
        kind: Kind::Mms,
        client: TYPED.into(),
        count: Count::try_new(credits).unwrap(),
        mode,
        reference: reference.map(str::to_owned),
        reason: (mode == Mode::Grant).then(|| "goodwill".to_owned()),
        from_house: false,
        tell: None,
    }
}

fn deduct(credits: u64, invoice: Option<InvoiceNumber>) -> CreditsAsk {
    CreditsAsk::DeductCredit {
        kind: Kind::Mms,
        client: TYPED.into(),
        count: Count::try_new(credits).unwrap(),
        reason: "overcredited".to_owned(),
        invoice,
        to_house: false,
        tell: None,
    }
}

/// The change of the client that a receipt or a plan is about, of its one kind.
fn change(movement: &Movement) -> KindChange {
    let main = movement.main().unwrap();
    let [change] = main.changes[..] else { panic!("{:?}", main.changes) };
    change
}

/// The receipt of a change that was done.
fn done(then: Then) -> Receipt {
    match then {
        Then::Done(receipt) => receipt,
        other => panic!("not done: {other:?}"),
    }
}

fn by_name(receipt: &Receipt) -> String {
    receipt.by.staff().unwrap().name
}

fn plan(then: Then) -> Plan {
    match then {
        Then::Planned(plan) => plan,
        other => panic!("not planned: {other:?}"),
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> &'static str {
    result.unwrap_err().code()
}

#[test]
fn a_first_add_is_confirmed_and_an_ordinary_one_is_not() {
    let mut desk = Desk::new();
    let first = plan(desk.call("olga", "k", ACME, add(500)).unwrap());
    assert_eq!(first.questions, [Question::FirstAdd { kind: Kind::Mms }]);
    assert_eq!(desk.mms(ACME), 0);
    desk.confirm("olga", &first.op).unwrap();
    assert_eq!(desk.mms(ACME), 500);
    let second = desk.call("olga", "k2", ACME, add(600)).unwrap();
    assert!(
        matches!(&second, Then::Done(Receipt { outcome: Outcome::Done { movement: Some(m), .. }, .. })
            if (change(m).before, change(m).after) == (500, 1_100))
    );
    let invoice = desk.invoice("INV-2-0002");
    assert_eq!((invoice.net_minor, invoice.tax_minor, invoice.gross_minor), (3_000, 600, 3_600));
}

#[test]
fn the_same_call_again_is_the_same_answer_and_other_content_is_refused() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 500).unwrap();
    let first = desk.call("olga", "k", ACME, add(600)).unwrap();
    assert_eq!(desk.call("olga", "k", ACME, add(600)).unwrap(), first);
    assert_eq!(code(desk.call("olga", "k", ACME, add(601))), "key_reused");
    assert_eq!(code(desk.call("mona", "k", ACME, add(600))), "key_reused");
    assert_eq!(desk.mms(ACME), 1_100);
}

#[test]
fn an_equal_add_within_a_day_is_asked_about() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 500).unwrap();
    let again = plan(desk.call("olga", "k", ACME, add(500)).unwrap());
    assert!(
        matches!(again.questions[0], Question::Again { just_now: true, .. }),
        "{:?}",
        again.questions
    );
    assert!(again.questions.iter().any(|w| matches!(w, Question::SameGross { .. })));
    desk.now = desk.now.checked_add(SignedDuration::from_hours(25)).unwrap();
    let later = plan(desk.call("olga", "k3", ACME, add(500)).unwrap());
    assert!(
        matches!(later.questions.as_slice(), [Question::SameGross { .. }]),
        "{:?}",
        later.questions
    );
}

#[test]
fn plan_is_shown_again_with_new_figures_when_staff_change_the_same_credits() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 500).unwrap();
    let waiting = plan(desk.call("olga", "k", ACME, deduct(100, None)).unwrap());
    desk.add("mona", ACME, 40).unwrap();
    let again = plan(desk.confirm("olga", &waiting.op).unwrap());
    assert_eq!(again.questions[0], Question::Changed { figure: Figure::OtherChange });
    let shown = change(again.movement.as_ref().unwrap());
    assert_eq!((shown.before, shown.after), (540, 440));
    assert_eq!((again.state, again.expires), (waiting.state, waiting.expires));
    desk.confirm("olga", &waiting.op).unwrap();
    assert_eq!(desk.mms(ACME), 440);
    // A second click is the stored answer.
    desk.confirm("olga", &waiting.op).unwrap();
    assert_eq!(desk.mms(ACME), 440);
}

#[test]
fn a_confirmation_lives_ten_minutes_and_is_its_authors_alone() {
    let mut desk = Desk::new();
    let waiting = plan(desk.call("olga", "k", ACME, add(500)).unwrap());
    assert_eq!(code(desk.confirm("mona", &waiting.op)), "not_your_plan");
    desk.now = waiting.expires;
    assert_eq!(code(desk.confirm("olga", &waiting.op)), "plan_over");
    desk.expire(&waiting.op).unwrap();
    assert_eq!(desk.plan(&waiting.op).state, PlanState::Expired);
    assert_eq!(desk.mms(ACME), 0);
}

#[test]
fn above_the_limit_someone_else_whose_limit_covers_it_must_approve() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    // 3,000 MMS are £180.00 with tax; support may add open credits of £100.00.
    let waiting = plan(desk.call("dana", "k", ACME, add(3_000)).unwrap());
    assert_eq!(waiting.state, PlanState::AwaitsApproval);
    assert_eq!(waiting.expires.to_string(), "2026-11-25T00:00:00Z");
    let approve =
        PlansAsk::Approve { op: waiting.op.clone(), about: None, seen: None, alone: false };
    assert_eq!(code(desk.call("dana", "a", ACME, approve.clone())), "not_allowed");
    assert_eq!(code(desk.confirm("dana", &waiting.op)), "needs_approval");
    desk.call("bill", "a", ACME, approve).unwrap();
    assert_eq!(desk.mms(ACME), 4_000);
    let spend = desk.spend_of(4, "2026-11-23".parse().unwrap());
    assert_eq!(spend.open, 0, "an approved operation is not counted");
}

#[test]
fn the_author_of_a_plan_cannot_approve_it() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 10_000).unwrap();
    // 50,000 MMS are £2,700.00 with tax; billing may add open credits of £2,500.00.
    let confirmed = plan(desk.call("bill", "k", ACME, add(50_000)).unwrap());
    let waiting = plan(desk.confirm("bill", &confirmed.op).unwrap());
    assert_eq!(waiting.state, PlanState::AwaitsApproval);
    let approve = PlansAsk::Approve { op: waiting.op, about: None, seen: None, alone: false };
    assert_eq!(code(desk.call("bill", "a", ACME, approve.clone())), "own_plan");
    desk.call("mona", "b", ACME, approve).unwrap();
    assert_eq!(desk.mms(ACME), 60_000);
}

#[test]
fn the_daily_budget_is_ten_times_the_limit_and_counted_at_commit() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    // Ten adds of £99.96 to £96.00 use almost all of £1,000.00.
    for n in 0..10 {
        desk.now = desk.now.checked_add(SignedDuration::from_mins(1)).unwrap();
        desk.add("dana", ACME, 1_666 - n).unwrap();
    }
    let over = plan(desk.call("dana", "k", ACME, add(1_500)).unwrap());
    assert!(
        matches!(over.questions.as_slice(), [Question::OverBudget { .. }]),
        "{:?}",
        over.questions
    );
}

#[test]
fn more_than_ten_changes_a_minute_are_too_many_for_staff_with_limits() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    for n in 0..10 {
        desk.add("dana", ACME, 20 + n).unwrap();
    }
    assert_eq!(code(desk.add("dana", ACME, 50)), "rate");
}

#[test]
fn a_payment_reference_pays_once() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    desk.call("olga", "k", ACME, sale(300, Mode::Paid, Some("BACS 4711"))).unwrap();
    assert_eq!(
        code(desk.call("olga", "l", ACME, sale(310, Mode::Paid, Some("bacs 4711")))),
        "reference_used"
    );
    assert_eq!(code(desk.call("olga", "m", ACME, sale(310, Mode::Paid, None))), "invalid");
    assert_eq!(code(desk.call("olga", "n", ACME, sale(310, Mode::Open, Some("x123")))), "invalid");
}

#[test]
fn a_deduct_never_goes_below_zero_and_its_refusal_is_stored() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 100).unwrap();
    assert_eq!(code(desk.call("olga", "k", ACME, deduct(101, None))), "not_enough");
    desk.add("olga", ACME, 50).unwrap();
    assert_eq!(code(desk.call("olga", "k", ACME, deduct(101, None))), "not_enough");
    let all = plan(desk.call("olga", "l", ACME, deduct(150, None)).unwrap());
    desk.confirm("olga", &all.op).unwrap();
    assert_eq!(desk.mms(ACME), 0, "exactly everything may go");
}

#[test]
fn undo_voids_an_open_invoice_once() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let op = desk.add("olga", ACME, 500).unwrap();
    let undo = plan(
        desk.call(
            "olga",
            "u",
            ACME,
            CreditsAsk::Undo { op: Some(op.clone()), deducted: None, tell: None },
        )
        .unwrap(),
    );
    assert_eq!(undo.questions, [Question::Reversal]);
    desk.confirm("olga", &undo.op).unwrap();
    assert_eq!(desk.mms(ACME), 1_000);
    assert_eq!(desk.invoice("INV-2-0002").state, InvoiceState::Void);
    let again = CreditsAsk::Undo { op: Some(op), deducted: None, tell: None };
    assert_eq!(code(desk.call("olga", "v", ACME, again)), "already_reversed");
    assert_eq!(
        code(desk.call(
            "olga",
            "w",
            ACME,
            CreditsAsk::Undo { op: Some(undo.op), deducted: None, tell: None }
        )),
        "not_undoable"
    );
}

#[test]
fn undo_of_a_paid_add_makes_a_credit_note_and_frees_the_payment() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    desk.call("olga", "p", ACME, sale(500, Mode::Paid, Some("BACS 1"))).unwrap();
    let op = CallKey::new("test", "p").op();
    let undo = plan(
        desk.call("olga", "u", ACME, CreditsAsk::Undo { op: Some(op), deducted: None, tell: None })
            .unwrap(),
    );
    desk.confirm("olga", &undo.op).unwrap();
    let note = desk.invoice("CN-2-0001");
    assert_eq!((note.gross_minor, note.net_minor, note.tax_minor), (3_000, 2_500, 500));
    assert_eq!(desk.payment("bacs 1").applied_minor, 0);
    // A smaller sale may use the money that is free; what came in is not forgotten by that.
    desk.does("olga", "again", ACME, sale(100, Mode::Paid, Some("BACS 1")));
    let payment = desk.payment("bacs 1");
    assert_eq!((payment.sums.received_minor, payment.applied_minor), (3_000, 600));
}

#[test]
fn undo_of_a_deduct_gives_back_once_whoever_asks() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let took = plan(desk.call("bill", "d", ACME, deduct(300, None)).unwrap());
    desk.confirm("bill", &took.op).unwrap();
    let one = plan(
        desk.call(
            "olga",
            "u1",
            ACME,
            CreditsAsk::Undo { op: Some(took.op.clone()), deducted: None, tell: None },
        )
        .unwrap(),
    );
    let two = plan(
        desk.call("bill", "u2", ACME, CreditsAsk::Undo { op: None, deducted: None, tell: None })
            .unwrap(),
    );
    desk.confirm("olga", &one.op).unwrap();
    assert_eq!(code(desk.confirm("bill", &two.op)), "already_reversed");
    assert_eq!(desk.mms(ACME), 1_000);
}

#[test]
fn a_deduct_that_names_an_invoice_makes_cumulative_credit_notes() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 10_001).unwrap();
    let number: InvoiceNumber = "INV-2-0001".parse().unwrap();
    for credits in [3_334, 3_334, 3_333] {
        let key = desk.fresh();
        let waiting = plan(desk.call("olga", &key, ACME, deduct(credits, Some(number))).unwrap());
        desk.confirm("olga", &waiting.op).unwrap();
    }
    let invoice = desk.invoice("INV-2-0001");
    assert_eq!((invoice.noted_minor, invoice.state), (54_006, InvoiceState::Refunded));
    let key = desk.fresh();
    assert_eq!(code(desk.call("olga", &key, ACME, deduct(1, Some(number)))), "invoice_state");
}

#[test]
fn a_resellers_client_is_funded_from_its_balance_or_billed_to_it() {
    let mut desk = Desk::new();
    assert_eq!(code(desk.add("olga", SPARK, 100)), "not_enough");
    desk.add("olga", VOLT, 1_000).unwrap();
    let op = desk.add("olga", SPARK, 400).unwrap();
    assert_eq!((desk.mms(VOLT), desk.mms(SPARK)), (600, 400));
    assert_eq!(desk.invoices().count(), 1, "a move has no invoice");
    let undo = plan(
        desk.call(
            "olga",
            "u",
            SPARK,
            CreditsAsk::Undo { op: Some(op), deducted: None, tell: None },
        )
        .unwrap(),
    );
    desk.confirm("olga", &undo.op).unwrap();
    assert_eq!((desk.mms(VOLT), desk.mms(SPARK)), (1_000, 0));
    let CreditsAsk::AddCredit { kind, client, count, mode, reference, reason, .. } = add(70) else {
        return;
    };
    let house = CreditsAsk::AddCredit {
        kind,
        client,
        count,
        mode,
        reference,
        reason,
        from_house: true,
        tell: None,
    };
    // The only add was taken back, so this is the first one that stands.
    let first = plan(desk.call("olga", "h", SPARK, house).unwrap());
    desk.confirm("olga", &first.op).unwrap();
    assert_eq!((desk.mms(VOLT), desk.mms(SPARK)), (1_000, 70));
    let invoice = desk.invoice("INV-3-0002");
    assert_eq!((invoice.client, invoice.buyer.name.as_str()), (SPARK, "volt Ltd"));
    let void = CreditsAsk::InvoiceVoid {
        number: invoice.number,
        reason: "wrong".to_owned(),
        deducted: None,
        tell: None,
    };
    let waiting = plan(desk.call("olga", "v", SPARK, void).unwrap());
    desk.confirm("olga", &waiting.op).unwrap();
    assert_eq!(desk.mms(SPARK), 0);
}

#[test]
fn mms_needs_both_switches() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 100).unwrap();
    let off = MmsTurn::One { client: TYPED.to_owned(), on: Some(false) };
    desk.does("olga", "o", ACME, PermissionsAsk::MmsSwitch { turn: off });
    assert_eq!(code(desk.add("olga", ACME, 10)), "mms_off");
    let inherit = MmsTurn::One { client: TYPED.to_owned(), on: None };
    desk.call("olga", "i", ACME, PermissionsAsk::MmsSwitch { turn: inherit }).unwrap();
    assert_eq!(code(desk.add("olga", ACME, 10)), "mms_off");
    let all = MmsTurn::AllOf { parent: TYPED.to_owned(), on: true };
    desk.call("olga", "a", ROOT, PermissionsAsk::MmsSwitch { turn: all }).unwrap();
    desk.add("olga", ACME, 10).unwrap();
    let ask = PermissionsAsk::MmsAllow { client: "c_1".to_owned(), on: false };
    desk.does("olga", "g", ROOT, ask);
    assert_eq!(code(desk.add("olga", ACME, 20)), "mms_off");
}

#[test]
fn the_last_owner_stays_and_nobody_grades_themselves() {
    let mut desk = Desk::new();
    let role = |who: &str, role| StaffAsk::RoleGrant {
        who: who.to_owned(),
        role,
        name: None,
        same_as: None,
    };
    assert_eq!(code(desk.call("olga", "a", ROOT, role("local:olga", Role::Auditor))), "own_role");
    assert_eq!(code(desk.call("mona", "b", ROOT, role("local:dana", Role::Owner))), "not_allowed");
    desk.does("olga", "c", ROOT, role("local:mona", Role::Owner));
    desk.does("mona", "d", ROOT, role("local:olga", Role::Support));
    assert_eq!(desk.owners().staff, [StaffId(2)]);
    let leave = StaffAsk::StaffLeave { who: "dana".to_owned(), hand_to: Some("bill".to_owned()) };
    desk.does("mona", "e", ROOT, leave);
    assert_eq!(code(desk.add("dana", ACME, 1)), "left");
    desk.does("mona", "f", ROOT, role("slack:T1:U1", Role::Support));
    assert_eq!(desk.everybody().len(), 5);
}

#[test]
fn a_plan_of_someone_who_has_left_lapses() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let waiting = plan(desk.call("dana", "k", ACME, add(3_000)).unwrap());
    let leave = StaffAsk::StaffLeave { who: "dana".to_owned(), hand_to: None };
    desk.does("olga", "l", ROOT, leave);
    let approve =
        PlansAsk::Approve { op: waiting.op.clone(), about: None, seen: None, alone: false };
    assert_eq!(code(desk.call("bill", "a", ACME, approve.clone())), "left");
    assert_eq!(code(desk.call("bill", "b", ACME, approve)), "plan_over");
    assert_eq!(desk.mms(ACME), 1_000);
}

#[test]
fn redelivered_call_that_showed_a_plan_again_or_put_it_up_confirms_nothing() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let waiting = plan(desk.call("olga", "k", ACME, deduct(100, None)).unwrap());
    desk.add("mona", ACME, 40).unwrap();
    let confirm = |plan: &Plan| PlansAsk::Confirm { op: plan.op.clone(), about: None, seen: None };
    for _ in 0..2 {
        let key = desk.fresh();
        let shown = plan(desk.call("olga", &key, ACME, confirm(&waiting)).unwrap());
        assert_eq!(shown.questions[0], Question::Changed { figure: Figure::OtherChange });
        for _ in 0..2 {
            assert_eq!(plan(desk.call("olga", &key, ACME, confirm(&waiting)).unwrap()), shown);
        }
        let credits = 50 + u64::from(desk.calls);
        desk.add("mona", ACME, credits).unwrap();
    }
    let large = plan(desk.call("bill", "l", ACME, add(50_000)).unwrap());
    let up = plan(desk.call("bill", "up", ACME, confirm(&large)).unwrap());
    assert_eq!(up.state, PlanState::AwaitsApproval);
    assert_eq!(plan(desk.call("bill", "up", ACME, confirm(&large)).unwrap()), up);
}

fn approve(plan: &Plan) -> PlansAsk {
    PlansAsk::Approve { op: plan.op.clone(), about: None, seen: None, alone: false }
}

#[test]
fn approval_with_changed_figures_stays_an_approval_under_its_deadline() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let up = plan(desk.call("dana", "k", ACME, add(3_000)).unwrap());
    assert_eq!(up.state, PlanState::AwaitsApproval);
    desk.now = desk.now.checked_add(SignedDuration::from_hours(5)).unwrap();
    desk.add("olga", ACME, 7).unwrap();
    let shown = plan(desk.call("bill", "a", ACME, approve(&up)).unwrap());
    assert_eq!(shown.questions[0], Question::Changed { figure: Figure::OtherChange });
    let figures = change(shown.movement.as_ref().unwrap());
    assert_eq!((figures.before, figures.after), (1_007, 4_007));
    assert_eq!((shown.state, shown.expires, shown.up), (up.state, up.expires, up.up));
    assert_eq!((&shown.by, shown.at), (&up.by, up.at));
    // The same press again is answered the same; one more press does it.
    assert_eq!(plan(desk.call("bill", "a", ACME, approve(&up)).unwrap()), shown);
    assert_eq!(code(desk.confirm("dana", &up.op)), "needs_approval");
    let receipt = done(desk.call("bill", "b", ACME, approve(&up)).unwrap());
    assert_eq!((by_name(&receipt).as_str(), desk.mms(ACME)), ("dana", 4_007));
    assert_eq!(desk.plan(&up.op).calls.len(), 2);
}

#[test]
fn approval_lapses_when_a_fact_changed_and_says_which() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let up = plan(desk.call("dana", "k", ACME, add(3_000)).unwrap());
    let mut account = desk.account(ACME);
    account.status = Status::Suspended;
    desk.put(Record::Account(account));
    let refused = desk.call("bill", "a", ACME, approve(&up)).unwrap_err();
    assert!(matches!(refused, Refusal::PlanLapsed { lapse: Lapse::Status, .. }), "{refused:?}");
    let over = desk.plan(&up.op);
    assert_eq!(over.state, PlanState::Lapsed);
    assert!(over.reason.unwrap().contains("status changed"));
    assert_eq!(code(desk.call("bill", "b", ACME, approve(&up))), "plan_over");
    assert_eq!(desk.mms(ACME), 1_000);
}

#[test]
fn equal_change_that_was_taken_back_is_not_asked_about() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let paid = |reference: &str| sale(500, Mode::Paid, Some(reference));
    desk.call("olga", "one", ACME, paid("BACS 1")).unwrap();
    let first = CallKey::new("test", "one").op();
    let again = plan(desk.call("olga", "two", ACME, paid("BACS 2")).unwrap());
    assert!(again.questions.iter().any(Question::is_duplicate), "{:?}", again.questions);
    let undo = plan(
        desk.call(
            "olga",
            "u",
            ACME,
            CreditsAsk::Undo { op: Some(first), deducted: None, tell: None },
        )
        .unwrap(),
    );
    desk.confirm("olga", &undo.op).unwrap();
    done(desk.call("olga", "three", ACME, paid("BACS 3")).unwrap());
    assert_eq!(desk.mms(ACME), 1_500);
}

#[test]
fn who_says_yes_to_what_was_shown_before_does_not_say_it_to_what_is_shown_now() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let first = plan(desk.call("olga", "k", ACME, deduct(100, None)).unwrap());
    let press = |plan: &Plan| PlansAsk::Confirm {
        op: plan.op.clone(),
        about: Some(ACME),
        seen: Some(plan.card().version),
    };
    desk.add("mona", ACME, 40).unwrap();
    let second = plan(desk.confirm("olga", &first.op).unwrap());
    assert_eq!(plan(desk.call("olga", "old", ACME, press(&first)).unwrap()), second);
    assert_eq!(code(desk.call("mona", "not hers", ACME, press(&first))), "not_your_plan");
    assert_eq!(desk.mms(ACME), 1_040);
    desk.call("olga", "new", ACME, press(&second)).unwrap();
    assert_eq!(desk.mms(ACME), 940);
    // Whatever was seen, what is done is answered.
    desk.call("olga", "late", ACME, press(&first)).unwrap();
    let waiting = plan(desk.call("dana", "l", ACME, add(3_000)).unwrap());
    let approve = |seen| PlansAsk::Approve {
        op: waiting.op.clone(),
        about: None,
        seen: Some(seen),
        alone: false,
    };
    assert_eq!(plan(desk.call("bill", "a", ACME, approve(7)).unwrap()), waiting);
    desk.call("bill", "b", ACME, approve(waiting.version)).unwrap();
    assert_eq!(desk.mms(ACME), 3_940);
}

#[test]
fn a_denial_and_a_lapse_are_said_again_as_they_were() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let waiting = plan(desk.call("olga", "k", ACME, deduct(900, None)).unwrap());
    let deny = PlansAsk::Deny { op: waiting.op.clone(), reason: Some("call first".to_owned()) };
    let first = desk.call("bill", "d", ACME, deny.clone()).unwrap();
    assert_eq!(desk.call("bill", "d", ACME, deny.clone()).unwrap(), first);
    assert_eq!(code(desk.call("bill", "e", ACME, deny)), "plan_over");
    let gone = plan(desk.call("olga", "l", ACME, deduct(800, None)).unwrap());
    let other = plan(desk.call("bill", "m", ACME, deduct(700, None)).unwrap());
    desk.confirm("bill", &other.op).unwrap();
    let last = PlansAsk::Confirm { op: gone.op.clone(), about: None, seen: None };
    assert_eq!(code(desk.call("olga", "y", ACME, last.clone())), "not_enough");
    plan(desk.call("olga", "n", ACME, deduct(20, None)).unwrap());
    assert_eq!(code(desk.call("olga", "y", ACME, last)), "not_enough");
    assert_eq!(code(desk.confirm("olga", &gone.op)), "not_enough");
    assert_eq!(desk.mms(ACME), 300);
}

#[test]
fn an_undo_without_a_name_never_takes_back_a_later_operation() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let one = desk.add("olga", ACME, 500).unwrap();
    let undo = CreditsAsk::Undo { op: None, deducted: None, tell: None };
    let waiting = plan(desk.call("olga", "u", ACME, undo.clone()).unwrap());
    assert!(matches!(&waiting.facts, crate::contract::Facts::Credits(facts)
            if facts.change == Changed::Undone(one)));
    desk.add("olga", ACME, 700).unwrap();
    assert_eq!(plan(desk.call("olga", "u", ACME, undo.clone()).unwrap()), waiting);
    // The account moved meanwhile, so it is shown once more.
    plan(desk.confirm("olga", &waiting.op).unwrap());
    let done = desk.confirm("olga", &waiting.op).unwrap();
    desk.add("olga", ACME, 710).unwrap();
    assert_eq!(desk.call("olga", "u", ACME, undo).unwrap(), done);
    assert_eq!(desk.mms(ACME), 1_000 + 700 + 710);
}

fn leaves(desk: &mut Desk, who: &str, to: Option<&str>) {
    let key = desk.fresh();
    let leave = StaffAsk::StaffLeave { who: who.to_owned(), hand_to: to.map(str::to_owned) };
    desk.does("olga", &key, ROOT, leave);
}

#[test]
fn a_plan_of_someone_who_has_left_is_its_successors_to_confirm() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    // Unusual, and above what support may add alone; billing may add up to £2,500.00.
    let waiting = plan(desk.call("dana", "k", ACME, add(4_000)).unwrap());
    assert_eq!(waiting.state, PlanState::AwaitsConfirm);
    leaves(&mut desk, "dana", Some("bill"));
    let refused = desk.confirm("mona", &waiting.op).unwrap_err();
    assert!(matches!(refused, Refusal::NotYourPlan { author } if author.name == "bill"));
    let receipt = done(desk.confirm("bill", &waiting.op).unwrap());
    assert_eq!(by_name(&receipt), "bill");
    let today = "2026-11-23".parse().unwrap();
    assert_eq!(desk.spend_of(3, today).open, 24_000, "its own budget");
    assert_eq!(desk.spend_of(4, today).open, 0);
    desk.confirm("bill", &waiting.op).unwrap();
    assert_eq!(desk.mms(ACME), 5_000, "and once");
}

#[test]
fn a_successor_cannot_approve_what_it_took_over_and_may_take_it_back() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let one = plan(desk.call("dana", "k", ACME, add(3_000)).unwrap());
    let two = plan(desk.call("dana", "l", ACME, add(2_900)).unwrap());
    assert_eq!(one.state, PlanState::AwaitsApproval);
    leaves(&mut desk, "dana", Some("bill"));
    let approve = PlansAsk::Approve { op: one.op.clone(), about: None, seen: None, alone: false };
    assert_eq!(code(desk.call("bill", "a", ACME, approve.clone())), "own_plan");
    assert_eq!(code(desk.confirm("bill", &one.op)), "needs_approval");
    let receipt = done(desk.call("mona", "b", ACME, approve).unwrap());
    assert_eq!(by_name(&receipt), "bill");
    assert_eq!(receipt.approved_by.unwrap().name, "mona");
    assert_eq!(desk.mms(ACME), 4_000);
    let deny = PlansAsk::Deny { op: two.op, reason: None };
    let Then::Answer(Answer::PlanEnded { plan, .. }) = desk.call("bill", "d", ACME, deny).unwrap()
    else {
        panic!("not ended")
    };
    assert_eq!((plan.state, plan.by.name.as_str()), (PlanState::Cancelled, "bill"));
}

#[test]
fn who_asked_never_approves_it_not_even_after_coming_back() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let waits = plan(desk.call("dana", "k", ACME, add(3_000)).unwrap());
    leaves(&mut desk, "dana", Some("bill"));
    let hire = StaffAsk::RoleGrant {
        who: "local:dana".to_owned(),
        role: Role::Manager,
        name: Some("Dana again".to_owned()),
        same_as: None,
    };
    desk.does("olga", "hire", ROOT, hire);
    let approve = PlansAsk::Approve { op: waits.op, about: None, seen: None, alone: false };
    assert_eq!(code(desk.call("dana", "a", ACME, approve.clone())), "own_plan");
    desk.call("mona", "b", ACME, approve).unwrap();
    assert_eq!(desk.mms(ACME), 4_000);
}

#[test]
fn plans_are_followed_over_everybody_who_left_and_the_rights_of_the_last_count() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    let waiting = plan(desk.call("mona", "k", ACME, deduct(100, None)).unwrap());
    let other = plan(desk.call("bill", "l", ACME, deduct(200, None)).unwrap());
    leaves(&mut desk, "mona", Some("bill"));
    leaves(&mut desk, "bill", Some("dana"));
    assert_eq!(code(desk.confirm("dana", &waiting.op)), "not_allowed", "support may not deduct");
    assert_eq!(code(desk.confirm("dana", &waiting.op)), "plan_over");
    leaves(&mut desk, "dana", Some("olga"));
    desk.confirm("olga", &other.op).unwrap();
    assert_eq!(desk.mms(ACME), 800);
}

#[test]
fn a_successor_who_left_meanwhile_gets_nothing() {
    let mut desk = Desk::new();
    let leave = StaffAsk::StaffLeave { who: "dana".to_owned(), hand_to: Some("bill".to_owned()) };
    let waiting = plan(desk.call("olga", "leave", ROOT, leave).unwrap());
    let confirm = PlansAsk::Confirm { op: waiting.op, about: None, seen: None };
    let call = desk.staff_call("olga", "yes", confirm);
    let Ok(Decision::Commit(change)) = desk.decide(&call, ROOT) else {
        panic!("not to be written")
    };
    let guard = Write::Check(Key::Staff(StaffId(3)), Expect::Version(1));
    assert!(change.writes.contains(&guard), "{:?}", change.writes);
    leaves(&mut desk, "bill", None);
    assert_eq!(code(desk.send(&call, ROOT)), "unknown_staff");
    assert!(desk.staff(4).active);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever staff do in whatever order, the books prove after each change (see `apply`), no
    /// balance is below zero, and nothing that was answered is lost.
    #[test]
    fn any_sequence_of_commands_keeps_the_books(
        steps in prop::collection::vec((0..7_u8, 0..3_usize, 1..2_000_u64, 0..4_usize), 1..40)
    ) {
        let mut desk = Desk::new();
        let mut ops: Vec<OpId> = Vec::new();
        for (what, client, credits, who) in steps {
            let client = [ACME, VOLT, SPARK][client];
            let who = ["olga", "mona", "bill", "dana"][who];
            let key = desk.fresh();
            let number = InvoiceNumber {
                series: crate::kernel::id::Series::Invoice,
                client,
                seq: credits % 5 + 1,
            };
            let ask: CreditsAsk = match what {
                0 | 1 => add(credits),
                2 => sale(credits, Mode::Paid, Some(&key)),
                3 => sale(credits, Mode::Grant, None),
                4 => deduct(credits, None),
                5 => deduct(credits, Some(number)),
                _ => match ops.get(usize::try_from(credits).unwrap() % ops.len().max(1)) {
                    Some(op) => CreditsAsk::Undo { op: Some(op.clone()), deducted: None, tell: None },
                    None => add(credits),
                },
            };
            let op = CallKey::new("test", &key).op();
            desk.now = desk.now.checked_add(SignedDuration::from_secs(20)).unwrap();
            if let Ok(Then::Planned(_)) = desk.call(who, &key, client, ask) {
                let _ = desk.confirm(who, &op);
            }
            ops.push(op);
        }
        desk.prove();
    }
}

#[test]
fn the_switch_that_counts_is_the_one_that_the_write_is_conditioned_on() {
    let mut desk = Desk::new();
    // CLIENT was read before the switch was turned, ACCOUNT after it.
    let mut account = desk.account(ACME);
    account.mms = Switch::Off;
    desk.put(Record::Account(account));
    assert_eq!(code(desk.call("olga", "k", ACME, add(500))), "mms_off");
}

#[test]
fn an_undone_deduct_is_worth_what_its_resellers_price_list_says() {
    let mut desk = Desk::new();
    desk.add("olga", VOLT, 5_000).unwrap();
    desk.add("olga", SPARK, 2_000).unwrap();
    // Only the reseller has a price.
    let Some(Record::Prices(mut prices)) =
        desk.records.get(&Key::Prices(Scope::Default, Kind::Mms)).cloned()
    else {
        panic!()
    };
    prices.schedules.clear();
    desk.put(Record::Prices(prices.clone()));
    prices.scope = Scope::Client(VOLT);
    prices.schedules = vec![Schedule {
        from: "2026-01-01".parse().unwrap(),
        steps: vec![Step { quantity: 1, per_1000_minor: 10_000 }],
    }];
    desk.put(Record::Prices(prices));
    let took = plan(desk.call("olga", "d", SPARK, deduct(1_000, None)).unwrap());
    assert_eq!(took.worth.minor, 12_000);
    desk.confirm("olga", &took.op).unwrap();
    let undo = CreditsAsk::Undo { op: Some(took.op), deducted: None, tell: None };
    let back = plan(desk.call("bill", "u", SPARK, undo).unwrap());
    assert_eq!(back.worth.minor, 12_000);
}

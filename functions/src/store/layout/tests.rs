use std::collections::BTreeSet;

use super::*;
use shared::books::types::{Day, Proof};
use shared::clients::billing::types::Billing;
use shared::clients::brand::types::Brand;
use shared::clients::names::types::{HOLDERS_MAX, Holder, NamedBy, Term, WholeName};
use shared::clients::types::{Class, Client, Hierarchy};
use shared::contract::plan::{Plan, Worth};
use shared::contract::receipt::{Budgeted, Outcome, Receipt};
use shared::contract::rights::{Rights, RightsChange};
use shared::contract::{Facts, RecordKind};
use shared::credits::types::{self as credits, Changed};
use shared::invoices::types::{Invoice, InvoiceLine, InvoiceState, Party, TaxTotal};
use shared::kernel::actor::{Actor, ActorId, Provider, Role};
use shared::kernel::audit::{Audit, Ended};
use shared::kernel::credit::{Count, Kind, PerKind, TOTAL_MAX, Totals};
use shared::kernel::hash::short_hash;
use shared::kernel::id::{CallKey, Identity, InvoiceNumber, Named, NamedStaff};
use shared::kernel::job::{Effect, Job, What};
use shared::kernel::mail::{MailEvent, MailSort};
use shared::kernel::mode::Mode;
use shared::kernel::money::{MINOR_MAX, Money};
use shared::kernel::movement::{DocumentRef, Line, Movement, Never, Post, Reason, Undo};
use shared::ledger::account::{Account, MonthMax, OpenInvoice, RecentChange, Status, Switch};
use shared::ledger::entry::Entry;
use shared::payments::provider::types::{AskedState, RefundAsked};
use shared::payments::types::{
    Application, BankLine, Dispute, Event, EventSource, Payment, Refund, RefundState, Report,
    Stage, Sums, TEXT_MAX,
};
use shared::permissions::types::MmsGate;
use shared::plans::types::{Bound, Figure, Lapse, PlanState, Question};
use shared::pricing::types::{
    self as pricing, PriceChange, PriceLists, PriceRow, Prices, STEPS_MAX, Schedule, Step,
    TypedStep,
};
use shared::settings::types::{self as settings, Setting, Settings};
use shared::staff::types::{LinkedIdentity, Owners, Spend, Staff};

/// Large numbers, as a big desk has them.
const CLIENT: ClientId = ClientId(123_456);
const STAFF_ID: StaffId = StaffId(123);

fn now() -> Timestamp {
    "2026-03-01T12:34:56.789Z".parse().unwrap()
}

fn op() -> OpId {
    CallKey::new("slack:T0123ABCD", "1.2.3").op()
}

fn hash() -> String {
    digest(&["x"])
}

fn money(minor: u64) -> Money {
    Money { minor, currency: iso() }
}

fn iso() -> iso_currency::Currency {
    iso_currency::Currency::GBP
}

fn named() -> Named {
    Named {
        id: CLIENT,
        name: "Acme Messaging and Sons Limited".into(),
        login: "acme.messaging".into(),
    }
}

fn by() -> NamedStaff {
    NamedStaff { id: STAFF_ID, name: "Dana Whitfield".into() }
}

fn identity() -> Identity {
    "slack:T0123ABCDEF:U0123ABCDEF".parse().unwrap()
}

fn account() -> Account {
    let mut account = Account::new(CLIENT, Status::Suspended, Switch::Inherit);
    let totals = Totals { granted: TOTAL_MAX / 1000, used: TOTAL_MAX / 1001, held: 99_999_999 };
    account.version = 9_999_999;
    account.totals = PerKind { sms: totals, mms: totals };
    account.overdraft = PerKind { sms: 99_999_999, mms: 99_999_999 };
    account.frozen = true;
    account.disputed = 9;
    account.entries = 99_999_999;
    account.last_hash = hash();
    account.last_at_ms = now().as_millisecond();
    account.next_invoice = 99_999;
    account.next_credit_note = 99_999;
    account.unpaid_minor = 99_999_999_999;
    let recent = RecentChange {
        op: op(),
        who: "s_123".into(),
        kind: Kind::Mms,
        amount: -99_999_999,
        at_s: now().as_second(),
    };
    account.recent = vec![recent; 8];
    account.open_invoices = vec![OpenInvoice { seq: 99_999, gross_minor: 999_999_999 }; 8];
    account.staff_changes = PerKind { sms: 999_999, mms: 999_999 };
    let months = vec![MonthMax { month: 24_315, credits: 99_999_999 }; 4];
    account.largest = PerKind { sms: months.clone(), mms: months };
    account.last_bare = Some(99_999_999_202_603.into());
    account
}

fn movement() -> Movement {
    Movement {
        posts: vec![Post {
            client: named(),
            entry: 99_999_999,
            reason: Reason::Add,
            lines: vec![line(Kind::Mms)],
        }],
        document: Some(DocumentRef {
            reference: None,
            number: "INV-123456-0001".parse().unwrap(),
            gross: money(999_999_999),
            due: "2026-03-15".parse().unwrap(),
            settled: false,
            void: false,
            credit_note: None,
        }),
        undo: Undo::WithDocument,
    }
}

fn line(kind: Kind) -> Line {
    Line { kind, granted: 99_999_999, used: 0, held: 0, balance: 1_099_999_999 }
}

fn facts() -> Facts {
    Facts::Credits(credits::Facts {
        change: Changed::Added(Mode::Open),
        replaced_by: None,
        reason: Some("goodwill after the outage of Monday".into()),
        deducted: PerKind::default(),
        freed: None,
    })
}

/// The largest receipt: a correction that forgives credits of both kinds and moves the rest.
fn correction() -> Outcome {
    let post = |client: Named, reason| Post {
        client,
        entry: 99_999_999,
        reason,
        lines: vec![line(Kind::Sms), line(Kind::Mms)],
    };
    let both = PerKind { sms: 99_999_999, mms: 99_999_999 };
    let document = movement().document;
    let right = Named { id: ClientId(1_234), name: "Bolt".into(), login: "bolt".into() };
    Outcome::Done {
        movement: Some(Movement {
            posts: vec![
                post(named(), Reason::WriteOff),
                post(named(), Reason::Reversal),
                post(right, Reason::Add),
            ],
            document: document.clone(),
            undo: Undo::Never(Never::Reversal),
        }),
        facts: Facts::Credits(credits::Facts {
            change: Changed::Corrected {
                op: op(),
                off_invoice: both,
                written_off: both,
                owed: PerKind::default(),
                moved: both,
            },
            replaced_by: document,
            reason: Some("wrong client".into()),
            deducted: both,
            freed: None,
        }),
    }
}

fn invoice() -> Invoice {
    Invoice {
        number: "INV-123456-0001".parse().unwrap(),
        version: 99,
        client: CLIENT,
        op: op(),
        entry: Some(99_999_999),
        receipt: String::new(),
        corrects: None,
        at: now(),
        due: "2026-03-15".parse().unwrap(),
        state: InvoiceState::PartlyPaid,
        mode: Mode::Open,
        currency: iso(),
        lines: vec![
            InvoiceLine {
                net_minor: 499_999_995,
                ..InvoiceLine::of_credits(Kind::Mms, 99_999_999, 5_000, "9.97531".parse().unwrap())
            };
            2
        ],
        taxes: vec![TaxTotal {
            rate: "9.97531".parse().unwrap(),
            net_minor: 999_999_990,
            tax_minor: 199_999_998,
            noted_minor: 99_999_999,
        }],
        net_minor: 999_999_990,
        tax_minor: 199_999_998,
        gross_minor: 1_199_999_988,
        paid_minor: 199_999_998,
        noted_minor: 99_999_999,
        gives: PerKind { sms: 99_999_999, mms: 99_999_999 },
        refunded_credits: PerKind::default(),
        once_paid: true,
        seller: Party {
            name: "Whitfield Messaging Limited".into(),
            address: "1 High Street, Long Compton, Warwickshire CV36 5JS, United Kingdom".into(),
            tax_number: "GB123456789".into(),
        },
        buyer: Party {
            name: "Acme Messaging and Sons Limited".into(),
            address: "22 Market Square, Chipping Norton, Oxfordshire OX7 5NA".into(),
            tax_number: "GB987654321".into(),
        },
        exempt: None,
        reference: Some("BACS 2026-03-01 ACME".into()),
        payments: vec!["PI3MTWWLKDIWHU7IX28A3TQPA0".into()],
        resent: Some(now()),
    }
}

fn audit() -> Audit {
    Audit {
        by: Some(ActorId::Staff(STAFF_ID)),
        identity: Some(identity()),
        at: now(),
        op: op(),
        operation: "add_credit".into(),
        client: Some(CLIENT),
        ended: Ended::Done,
        text: "Acme Messaging and Sons Limited (c_123456): +99,999,999 MMS, INV-123456-0001".into(),
        typed: None,
        credits: 0,
    }
}

fn job() -> Job {
    let mail = What::Mail {
        client: CLIENT,
        event: MailEvent::CreditAdded {
            invoice: "INV-123456-0001".parse().unwrap(),
            tell: Some("You had these credits twice; we took one half back.".into()),
            below: Some("Quayside Taxi".into()),
        },
    };
    let mut effects = vec![Effect::new(What::Audit(audit()), now()), Effect::new(mail, now())];
    effects[0].leased_until = Some(now());
    Job::new(op(), effects)
}

pub(in crate::store) fn plan() -> Plan {
    Plan {
        op: op(),
        version: 1,
        state: PlanState::AwaitsApproval,
        ask: credits::Ask::AddCredit {
            kind: Kind::Mms,
            client: "c_123456".into(),
            count: Count::try_new(99_999_999).unwrap(),
            mode: Mode::Open,
            reference: None,
            reason: Some("goodwill after the outage of Monday".into()),
            from_house: false,
            tell: None,
        }
        .into(),
        fingerprint: "0123456789abcdefghjkmnpqrs".into(),
        questions: vec![
            Question::ByPrefix { typed: "acme".into(), name: "ACME Ltd".into(), id: "c_2".into() },
            Question::OverLimit {
                mode: Mode::Open,
                limit: money(250_000),
                amount: money(999_999_999),
            },
        ],
        movement: Some(movement()),
        facts: facts(),
        bound: Bound::of(
            vec![
                (Lapse::Status, "suspended".into()),
                Bound::parents(&[ClientId(123), ClientId(1)]),
                (Lapse::Target, "0123456789abcdef".into()),
            ],
            vec![(Figure::OtherChange, "999".into())],
        ),
        worth: Worth { minor: 999_999_999, mode: Mode::Open, counts: true },
        prices: PerKind::only(Kind::Mms, Some(5_000)),
        by: by(),
        identity: identity(),
        asker: STAFF_ID,
        asker_identity: identity(),
        at: now(),
        expires: now(),
        up: Some(now()),
        second: Some(STAFF_ID),
        calls: vec![op()],
        channel: Some("slack:T0123ABCDEF:C0123ABCDEF".parse().unwrap()),
        reason: None,
        mails: vec![(CLIENT, MailSort::Added)],
        payer: None,
    }
}

fn prices(scope: Scope) -> Prices {
    Prices {
        scope,
        kind: Kind::Sms,
        version: 3,
        schedules: vec![Schedule {
            from: "2026-03-01".parse().unwrap(),
            steps: vec![Step { quantity: 1, per_1000_minor: 5_000 }],
        }],
    }
}

/// The sums of a payment that was disputed and refunded in parts.
fn sums() -> Sums {
    let refund =
        |id: &str| Refund { id: id.into(), minor: 99_999_999, state: RefundState::Pending };
    Sums {
        received_minor: 999_999_999,
        refunded_minor: 99_999_999,
        refunds: vec![refund("re_1Nispe2eZvKYlo2Cd31jOCgZ"), refund("re_3MtwwLkdIwHu7ix28a3tqPa0")],
        disputes: vec![Dispute {
            id: "dp_1MtJUT2eZvKYlo2CNaw2HvEv".into(),
            withdrawn_minor: 999_999_999,
            reinstated_minor: 999_999_999,
            closed: true,
        }],
        stage: Stage::Waiting,
    }
}

/// An account with every text at its limit.
fn bank_account() -> settings::BankAccount {
    settings::BankAccount {
        holder: "H".repeat(70),
        iban: Some("DE89370400440532013000".parse().unwrap()),
        bic: "COBADEFFXXX".into(),
        particulars: vec![("l".repeat(20), "1".repeat(34)); 3],
    }
}

/// One record of each kind, and some of another form.
#[expect(clippy::too_many_lines, reason = "a sample of each record")]
fn samples() -> Vec<Record> {
    let client = Client {
        version: 7,
        login: "acme.messaging".into(),
        name: "Acme \u{1F680} Sons".into(),
        email: "billing@acme.example".into(),
        mobile: Some("+447700900123".into()),
        status: Status::Active,
        chain: vec![ClientId(9), ClientId(1)],
        manager: Some(STAFF_ID),
        mms: Switch::On,
        mms_for_clients: Some(false),
        billing: Billing {
            address: "22 Market Square, Chipping Norton, Oxfordshire OX7 5NA".into(),
            tax_number: "GB987654321".into(),
            due_days: Some(30),
            exempt: Some("Diplomatic mission, Article 151 of Directive 2006/112/EC".into()),
        },
        ..Client::blank(CLIENT, now())
    };
    let entry = Entry {
        client: CLIENT,
        number: 99_999_999,
        at: now(),
        op: op(),
        reason: Reason::Reversal,
        lines: vec![
            Line { kind: Kind::Sms, granted: -99_999_999, used: 0, held: 0, balance: -1 },
            Line { kind: Kind::Mms, granted: 0, used: 5, held: -5, balance: 1_000_000_000 },
        ],
        actor: ActorId::Staff(STAFF_ID),
        note: Some("typed twice; the client called at noon".into()),
        invoice: Some("CN-123456-0001".parse().unwrap()),
        reverses: Some(99_999_998),
        other: Some(ClientId(9)),
        bare_before: Some(99_999_998_202_602.into()),
        receipt: short_hash(&"x"),
        state: short_hash(&"x"),
        previous: hash(),
        hash: String::new(),
    };
    let stored = |outcome| Receipt {
        op: op(),
        fingerprint: "0123456789abcdefghjkmnpqrs".into(),
        by: Actor::Staff { id: STAFF_ID, name: "Dana Whitfield".into(), role: Role::Billing },
        approved_by: Some(by()),
        at: now(),
        spent: Some(Budgeted::new(Mode::Open, 999_999_999, "2026-02-28".parse().unwrap(), now())),
        before: Some(op()),
        outcome,
    };
    let refused = Outcome::Refused(shared::contract::refusal::Refusal::NotEnough {
        client: named(),
        kind: Kind::Sms,
        spendable: u64::MAX,
        asked: 5,
    });
    let mut spend = Spend::new(STAFF_ID, "2026-03-01".parse().unwrap());
    spend.last_op = Some(op());
    let mut failed = job();
    failed.failed = Some("SES did not take it".into());
    vec![
        Record::Account(account()),
        Record::Entry(entry.sealed()),
        Record::Operation(stored(Outcome::Done { movement: Some(movement()), facts: facts() })),
        Record::Operation(Receipt { op: CallKey::new("local", "4").op(), ..stored(correction()) }),
        Record::Operation(Receipt { op: CallKey::new("local", "2").op(), ..stored(refused) }),
        Record::Operation(Receipt {
            op: CallKey::new("local", "3").op(),
            ..stored(Outcome::Done {
                movement: None,
                facts: Facts::Settings(settings::Facts {
                    settings: Some(Settings { currency: Some(iso()), ..Settings::new() }),
                    set: "currency".into(),
                    before: None,
                    back: None,
                    reach: None,
                }),
            })
        }),
        Record::Invoice(invoice()),
        Record::Invoice(Invoice {
            number: "CN-123456-0001".parse().unwrap(),
            corrects: Some("INV-123456-0001".parse().unwrap()),
            ..invoice()
        }),
        Record::Payment(Payment {
            reference: "BACS20260301ACME".into(),
            version: 1,
            client: Some(CLIENT),
            invoice: "INV-123456-0001".parse().ok(),
            currency: iso(),
            sums: sums(),
            applied_minor: 1,
            further: (2..=10)
                .map(|seq| Application {
                    invoice: format!("INV-123456-{seq:04}").parse().unwrap(),
                    minor: 12_345_678,
                })
                .collect(),
            placed: true,
            claimed: true,
            ignored: true,
            same_as: None,
            claim: Some("BACS20260301ACME-NORTH".into()),
            claimed_minor: 1,
            names: vec!["INV-123456-0001".parse().unwrap()],
            mixed: true,
            events: 7,
            last_event: short_hash(&"x"),
            at: now(),
            op: op(),
            receipt: short_hash(&"x"),
        }),
        Record::Event(Event {
            reference: "pi_3mtwwlkdiwhu7ix28a3tqpa0".into(),
            number: 7,
            by: EventSource::Provider(Provider::Stripe),
            op: op(),
            at: now(),
            report: Report {
                payment: "pi_3MtwwLkdIwHu7ix28a3tqPa0".into(),
                invoice: "INV-123456-0001".parse().ok(),
                currency: iso(),
                sums: sums(),
            },
            line: None,
            previous: short_hash(&"x"),
            receipt: short_hash(&"x"),
        }),
        Record::Event(Event {
            reference: "bl_0123456789abcdefghij".into(),
            number: 1,
            by: EventSource::Staff(StaffId(123_456)),
            op: op(),
            at: now(),
            report: Report {
                payment: "bl_0123456789abcdefghij".into(),
                invoice: None,
                currency: iso(),
                sums: Sums { received_minor: 123_456_789, ..Sums::default() },
            },
            line: Some(BankLine {
                account: "GB33BUKB20201555555555".into(),
                party: "ACME Limited, Northern Branch".into(),
                party_account: "GB33BUKB20201555555555".into(),
                references: vec!["RF50INV123456X0001".into()],
                bank_reference: "2026113000001234567".into(),
                ..BankLine::typed("2026-11-30".parse().unwrap(), "x".repeat(TEXT_MAX))
            }),
            previous: String::new(),
            receipt: short_hash(&"x"),
        }),
        Record::Spend(spend),
        Record::Day(Day {
            client: CLIENT,
            date: "2026-03-01".parse().unwrap(),
            entries: 99_999_999,
            hash: hash(),
            totals: account().totals,
        }),
        Record::Owners(Owners { version: 2, staff: vec![StaffId(1), StaffId(2)] }),
        Record::Hierarchy(Hierarchy { version: 4, last: 123_456 }),
        Record::Rights(Rights { version: 9, changes: 9, hash: short_hash(&"x") }),
        Record::RightsChange(
            RightsChange {
                number: 99_999,
                at: Some(now()),
                op: Some(op()),
                receipt: Some(short_hash(&"x")),
                records: vec![
                    (Key::Staff(STAFF_ID), short_hash(&"x")),
                    (Key::Identity(identity()), short_hash(&"x")),
                ],
                previous: short_hash(&"x"),
                hash: String::new(),
            }
            .sealed(),
        ),
        Record::Client(client.clone()),
        Record::Term(Term {
            key: "acme".into(),
            client: CLIENT,
            name: client.name.clone(),
            login: client.login.clone(),
            email: client.email.clone(),
            mobile: client.mobile.clone(),
            town: client.town.clone(),
            class: Class::User,
            chain: client.chain.clone(),
        }),
        Record::WholeName(WholeName {
            text: client.email,
            version: 99,
            holders: std::iter::once(client.chain)
                .chain(std::iter::repeat(Vec::new()))
                .map(|chain| Holder { client: CLIENT, by: NamedBy::Mobile, chain })
                .take(HOLDERS_MAX)
                .collect(),
            more: 12_000,
        }),
        Record::Staff(Staff {
            id: STAFF_ID,
            version: 1,
            name: "Dana".into(),
            role: Role::Billing,
            active: false,
            identities: vec![identity()],
            handed_to: Some(StaffId(1)),
            cover: None,
        }),
        Record::Identity(LinkedIdentity {
            identity: identity(),
            version: 1,
            staff: STAFF_ID,
            name: "Dana".into(),
            role: Role::Owner,
            active: true,
            cover: None,
        }),
        Record::Prices(prices(Scope::Default)),
        Record::Prices(prices(Scope::Client(CLIENT))),
        Record::Settings(Settings::new()),
        Record::Brand(Brand {
            client: CLIENT,
            version: 99,
            sender: "s".repeat(60),
            reply_to: format!("{}@northern.example", "r".repeat(64)),
            closing: "c".repeat(300),
        }),
        Record::Bank(settings::Bank {
            version: 99,
            account: Some(bank_account()),
            next: Some(settings::NextAccount { account: bank_account(), by: STAFF_ID, at: now() }),
        }),
        Record::MmsGate(MmsGate { admin: ClientId(1), version: 1, allowed: true }),
        Record::Plan(plan()),
        Record::Job(job()),
        Record::FailedJob(failed),
        Record::Audit(audit()),
        Record::Audit(Audit { by: None, client: None, ..audit() }),
        Record::RefundAsked(RefundAsked {
            reference: "x".repeat(100),
            version: u64::MAX,
            op: op(),
            at: now(),
            provider: Provider::Paystack,
            payment: "x".repeat(100),
            minor: MINOR_MAX,
            currency: iso(),
            invoice: "INV-123456-9999".parse().ok(),
            known: u64::MAX,
            refunded_minor: MINOR_MAX,
            state: AskedState::Refused { reason: "x".repeat(200) },
        }),
        Record::Proof(Proof {
            account_version: 9,
            next_invoice: 4,
            client: CLIENT,
            entries: 99_999_999,
            hash: hash(),
            month: "202603".into(),
            totals: account().totals,
            state: short_hash(&"x"),
            last_bare: account().last_bare,
        }),
    ]
}

/// The size of an item as DynamoDB counts it.
fn size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + size_of_value(value)).sum()
}

fn size_of_value(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => {
            let digits = number.trim_start_matches('-').trim_end_matches('0').len();
            digits.div_ceil(2) + 1 + usize::from(number.starts_with('-'))
        }
        AttributeValue::L(list) => 3 + list.iter().map(|v| 1 + size_of_value(v)).sum::<usize>(),
        AttributeValue::M(map) => {
            3 + map.iter().map(|(name, v)| 1 + name.len() + size_of_value(v)).sum::<usize>()
        }
        _ => 1,
    }
}

#[test]
fn each_record_has_a_sample() {
    let samples: BTreeSet<RecordKind> = samples().iter().map(RecordKind::from).collect();
    let missing: Vec<_> = RecordKind::ALL.iter().filter(|kind| !samples.contains(kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_record_reads_back_as_it_was_written() {
    for record in samples() {
        let place = place(&record.key());
        let item = to_item(&record).unwrap();
        assert_eq!((text(&item, "pk"), text(&item, "sk")), (place.pk, place.sk));
        assert_eq!(from_item(place.table, item).unwrap(), record);
    }
}

#[test]
fn no_two_records_share_a_place() {
    let samples = samples();
    let places: BTreeSet<Place> = samples.iter().map(|record| place(&record.key())).collect();
    assert_eq!(places.len(), samples.len());
}

#[test]
fn what_a_transaction_writes_fits_the_kilobyte_that_a_write_unit_counts() {
    for record in samples() {
        let size = size(&to_item(&record).unwrap());
        println!("{size:5} {:?}", record.key());
        assert!(size <= 1_024, "{size} bytes: {:?}", record.key());
    }
}

/// The largest plans of settings and prices: every parameter at its limit.
fn plans_at_their_limits() -> Vec<(usize, Plan)> {
    let small = Plan { movement: None, mails: Vec::new(), prices: PerKind::default(), ..plan() };
    let zone = "America/Argentina/ComodRivadavia".to_owned();
    let questions = vec![
        Question::Changed { figure: Figure::Before },
        Question::Wide { clients: 999_999 },
        Question::Steep { percent: i64::MAX },
        Question::Inverted { quantity: 100_000_000 },
    ];
    let steps = (1_u64..)
        .take(STEPS_MAX)
        .map(|n| TypedStep { quantity: 99_999_900 + n, price: "90071992547409.91".into() });
    let rows = (1_u64..).take(2 * STEPS_MAX).map(|n| PriceRow {
        quantity: 99_999_900 + n,
        before: Some(MINOR_MAX),
        after: Some(MINOR_MAX),
    });
    let of_prices = Plan {
        ask: pricing::Ask::PriceSet {
            kind: Kind::Mms,
            client: Some("c_123456".into()),
            steps: steps.collect(),
            from: Some("2026-03-15".parse().unwrap()),
        }
        .into(),
        facts: Facts::Pricing(PriceLists {
            client: Some(Named { name: "n".repeat(80), login: "l".repeat(32), ..named() }),
            currency: iso(),
            prices: vec![prices(Scope::Client(CLIENT))],
            today: "2026-03-15".parse().unwrap(),
            change: Some(PriceChange {
                rows: rows.collect(),
                reach: 999_999,
                back: Vec::new(),
                from: Some(jiff::civil::date(2026, 12, 31)),
            }),
        })
        .planned(),
        questions: questions.clone(),
        calls: vec![op(); 8],
        ..small.clone()
    };
    let of_settings = Plan {
        ask: settings::Ask::SettingsSet { set: Setting::Zone(zone.clone()) }.into(),
        facts: Facts::Settings(settings::Facts {
            settings: Some(Settings::new()),
            set: format!("time zone: {zone}"),
            before: Some(zone.clone()),
            back: Some(Setting::Zone(zone)),
            reach: Some(999_999),
        })
        .planned(),
        questions: questions.into_iter().take(3).collect(),
        calls: vec![op(); 8],
        ..small
    };
    vec![(2_304, of_prices), (1_024, of_settings)]
}

#[test]
fn plan_of_settings_or_prices_stays_small_with_every_parameter_at_its_limit() {
    for (most, plan) in plans_at_their_limits() {
        let record = Record::Plan(plan);
        let item = to_item(&record).unwrap();
        println!("{:5} {:?}", size(&item), record.key());
        assert!(size(&item) <= most, "{} of {most} bytes: {item:?}", size(&item));
    }
}

#[test]
fn a_version_is_where_its_guard_looks() {
    for record in samples() {
        let versioned = match &record {
            Record::Account(_)
            | Record::Invoice(_)
            | Record::Payment(_)
            | Record::Spend(_)
            | Record::Owners(_)
            | Record::Hierarchy(_)
            | Record::Rights(_)
            | Record::Client(_)
            | Record::WholeName(_)
            | Record::Staff(_)
            | Record::Identity(_)
            | Record::Prices(_)
            | Record::Settings(_)
            | Record::Brand(_)
            | Record::Bank(_)
            | Record::MmsGate(_)
            | Record::Plan(_)
            | Record::Job(_)
            | Record::FailedJob(_)
            | Record::RefundAsked(_) => true,
            Record::Entry(_)
            | Record::Event(_)
            | Record::Operation(_)
            | Record::Day(_)
            | Record::RightsChange(_)
            | Record::Term(_)
            | Record::Audit(_)
            | Record::Proof(_) => false,
        };
        let item = to_item(&record).unwrap();
        assert_eq!(number(&item, VERSION).is_some(), versioned, "{:?}", record.key());
    }
}

#[test]
fn a_plan_is_kept_for_thirty_days_after_its_expiry_and_money_for_ever() {
    for record in samples() {
        let item = to_item(&record).unwrap();
        let expected = match &record {
            Record::Plan(plan) => u64::try_from(plan.expires.as_second() + 2_592_000).ok(),
            _ => None,
        };
        assert_eq!(number(&item, TTL), expected, "{:?}", record.key());
    }
}

#[test]
fn keys_sort_as_their_numbers_and_times_do() {
    assert!(entry_sort(9) < entry_sort(10));
    let early: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let late: Timestamp = "2026-03-01T12:00:00.001Z".parse().unwrap();
    assert_eq!(stamp(early), "2026-03-01T12:00:00.000Z");
    assert!(stamp(early) < stamp(late));
    let of =
        |seq| place(&Key::Invoice(InvoiceNumber { series: Series::Invoice, client: CLIENT, seq }));
    assert!(of(9).sk < of(10).sk);
    assert_eq!(of(9).pk, "C#123456#INV");
}

#[test]
fn item_with_a_wrong_attribute_is_unreadable_and_named_by_its_key() {
    let mut item = to_item(&Record::Hierarchy(Hierarchy { version: 1, last: 1 })).unwrap();
    item.insert("version".into(), AttributeValue::S("one".into()));
    seal(&mut item);
    let error = from_item(Table::Ledger, item).unwrap_err();
    assert!(error.to_string().contains("HIERARCHY / HIERARCHY"), "{error}");
    let mut nobodys = Place::desk("OUTBOX", "x").key();
    seal(&mut nobodys);
    assert!(from_item(Table::Desk, nobodys).is_err());
}

#[test]
fn item_changed_without_its_seal_is_unreadable() {
    for record in samples() {
        let place = place(&record.key());
        let whole = to_item(&record).unwrap();
        assert_eq!(text(&whole, SEAL).len(), 16, "{place:?}");
        for name in whole.keys() {
            let mut without = whole.clone();
            without.remove(name);
            let mut replaced = whole.clone();
            replaced.insert(name.clone(), AttributeValue::N("77".into()));
            for item in [without, replaced] {
                assert!(from_item(place.table, item).is_err(), "{place:?} {name}");
            }
        }
        let mut more = whole;
        more.insert("new".into(), AttributeValue::Bool(true));
        assert!(from_item(place.table, more).is_err(), "{place:?}");
    }
}

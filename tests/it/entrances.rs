//! The entrances: a desk refuses the callers that its entry point cannot prove before it reads anything,
//! and passes on the operations of the rooms that its binary does not name.

use std::collections::BTreeSet;

use functions::desk::Desk;
use functions::entrance::{self, Entrance};
use functions::jobs::queue::Queue;
use functions::reads::Readers;
use serde_json::json;
use shared::books::types::Ask as BooksAsk;
use shared::clients::pages::types::{ListOf, Order};
use shared::clients::types::Ask as ClientsAsk;
use shared::contract::call::{Call, Outcome};
use shared::contract::image::{Image, Need};
use shared::contract::refusal::Refusal;
use shared::contract::{Answer, Ask, Capability, specs};
use shared::credits::types::Ask as CreditsAsk;
use shared::decision::Decision;
use shared::desk::types::Ask as DeskAsk;
use shared::invoices::types::Ask as InvoicesAsk;
use shared::kernel::actor::{ActorKind, Caller, Carrier, Provider};
use shared::kernel::credit::Kind;
use shared::kernel::id::{CallKey, ClientId};
use shared::kernel::mode::Mode;
use shared::kernel::spec::{Access, Function};
use shared::payments::inbox::types::BankFile;
use shared::payments::types::Ask as PaymentsAsk;
use shared::plans::types::Ask as PlansAsk;
use shared::plans::{Rooms, rooms};
use shared::pricing::types::Ask as PricingAsk;
use shared::settings::types::Ask as SettingsAsk;
use shared::staff::types::Ask as StaffAsk;

use crate::layout::text_of;
use crate::sim::crashes::{asks, stage_for};
use crate::sim::stage::{OWNERS, Stage, add, call, call_of, deduct, instance, runtime, send};

/// The entry points, each by the kind of caller that it proves.
const ADMITS: [&[ActorKind]; 5] = [
    &[ActorKind::Staff],
    &[ActorKind::Client],
    &[ActorKind::Provider],
    &[ActorKind::Carrier],
    &[ActorKind::Schedule],
];

/// The entrance of each function.
fn entrance_of(function: Function) -> Entrance {
    match function {
        Function::Credits => entrance::CREDITS,
        Function::Clients => entrance::CLIENTS,
        Function::Invoices => entrance::INVOICES,
        Function::Permissions => entrance::PERMISSIONS,
    }
}

fn callers() -> [Caller; 5] {
    [
        Caller::Chat(OWNERS[0].parse().unwrap()),
        Caller::Client(ClientId(2)),
        Caller::Provider(Provider::Stripe),
        Caller::Carrier(Carrier::Sns),
        Caller::Schedule,
    ]
}

/// Operations of every kind of caller: a write and a read of staff, and those of the others.
fn asks_of_all() -> Vec<Ask> {
    let payment: Ask = serde_json::from_value(json!({ "payments": { "payment_book": {
        "payment": "pi_1", "invoice": "INV-2-0001", "currency": "GBP",
        "received_minor": 1, "refunded_minor": 0,
    } } }))
    .unwrap();
    let transfer: Ask = serde_json::from_value(json!({ "credits": { "transfer": {
        "kind": "sms", "client": "echo", "count": 5, "back": false,
    } } }))
    .unwrap();
    let freeze = BooksAsk::Freeze { client: ClientId(2), frozen: true, reason: "x".to_owned() };
    vec![
        payment,
        transfer,
        freeze.into(),
        PlansAsk::Expire { op: CallKey::new("sim", "set 0").op() }.into(),
        add(Kind::Sms, "alpha", 5, Mode::Open, None),
        CreditsAsk::Balance { client: "alpha".to_owned() }.into(),
    ]
}

/// An ask for each operation that reads.
fn reads() -> Vec<Ask> {
    let client = || "alpha".to_owned();
    vec![
        CreditsAsk::Balance { client: client() }.into(),
        CreditsAsk::Statement {
            client: client(),
            kind: None,
            since: None,
            until: None,
            before: None,
        }
        .into(),
        CreditsAsk::Why { client: client(), kind: None }.into(),
        PlansAsk::Pending { only: None, after: None }.into(),
        ClientsAsk::List {
            of: ListOf::Clients,
            order: Order::default(),
            below: None,
            after: None,
            under: None,
        }
        .into(),
        ClientsAsk::ClientFind { text: client(), class: None }.into(),
        ClientsAsk::Suggest { text: "al".to_owned() }.into(),
        ClientsAsk::ClientView { client: client() }.into(),
        ClientsAsk::BrandShow { client: client() }.into(),
        PricingAsk::PriceShow { client: None }.into(),
        SettingsAsk::SettingsShow {}.into(),
        SettingsAsk::BankShow {}.into(),
        InvoicesAsk::InvoiceList { client: Some(client()), state: None, before: None, skip: 0 }
            .into(),
        InvoicesAsk::InvoicePaylink { number: "INV-2-0001".parse().unwrap() }.into(),
        InvoicesAsk::InvoiceView { number: "INV-2-0001".parse().unwrap() }.into(),
        PaymentsAsk::PaymentReconcile { days: None }.into(),
        PaymentsAsk::PaymentPreview(BankFile {
            bytes: "Date;Amount;Text\n2026-11-04;25.00;TOPUP\n".to_owned(),
            account: String::new(),
            decimals: None,
            dates: None,
        })
        .into(),
        PaymentsAsk::PaymentUnmatched.into(),
        PaymentsAsk::PaymentView { payment: "BACS 77".to_owned() }.into(),
        StaffAsk::RoleList {}.into(),
        DeskAsk::history(None).into(),
        DeskAsk::Status {}.into(),
        DeskAsk::JobsFailed {}.into(),
        DeskAsk::Whoami {}.into(),
    ]
}

/// A desk with some rooms for some callers, on a stage.
fn desk(stage: &Stage, rooms: (Rooms, Readers), admits: &'static [ActorKind]) -> Desk {
    let store = instance(&stage.wire.line(), &stage.clock).store;
    Desk::new(store, Queue::Nowhere, rooms, admits)
}

/// Everything that is stored.
fn stored(stage: &Stage) -> Vec<String> {
    let mut all = Vec::new();
    for table in ["ledger", "desk"] {
        let request = serde_json::from_value(json!({ "TableName": table })).unwrap();
        let answer = serde_json::to_value(stage.wire.db().scan(request).unwrap()).unwrap();
        assert!(answer["LastEvaluatedKey"].is_null(), "the stage fits one page");
        all.extend(answer["Items"].as_array().unwrap().iter().map(ToString::to_string));
    }
    all.sort();
    all
}

#[test]
fn caller_that_the_entry_point_cannot_prove_is_refused_before_any_read() {
    runtime().block_on(async {
        let stage = Stage::set(29).await;
        let mut refused = 0;
        for admits in ADMITS {
            let desk = desk(&stage, (Rooms::ALL, Readers::ALL), admits);
            for by in callers() {
                let actor = by.kind();
                for (number, ask) in asks_of_all().into_iter().enumerate() {
                    let before = stage.wire.requests();
                    let key = CallKey::new("fake", format!("{admits:?} {by:?} {number}"));
                    let call =
                        Call { key, by: by.clone(), ask, dry_run: false, at: None, typed: None };
                    let reply = send(&desk, &call).await;
                    let not_admitted = Outcome::Refused(Refusal::NotAdmitted { actor });
                    if admits.contains(&actor) {
                        assert_ne!(reply.outcome, not_admitted, "{call:?}");
                        assert!(stage.wire.requests() > before, "{call:?}");
                    } else {
                        assert_eq!(reply.outcome, not_admitted, "{admits:?}: {call:?}");
                        assert_eq!(stage.wire.requests(), before, "{admits:?}: {call:?}");
                        refused += 1;
                    }
                }
            }
        }
        assert_eq!(refused, 5 * 4 * 6);
    });
}

/// The asks of staff that belong to a room; asks about plans are taken by every binary.
fn asks_of_rooms() -> impl Iterator<Item = Ask> {
    let of_room = |ask: &Ask| ask.spec().staff.is_some() && !matches!(ask, Ask::Plans(_));
    asks().into_iter().chain(reads()).filter(of_room)
}

#[test]
fn operation_of_a_room_that_the_binary_lacks_is_passed_on_and_writes_nothing() {
    runtime().block_on(async {
        let stage = Stage::set(29).await;
        let desk = desk(&stage, (Rooms::NONE, Readers::NONE), &[ActorKind::Staff]);
        let before = stored(&stage);
        for ask in asks_of_rooms() {
            let home = ask.spec().function;
            for function in Function::ALL {
                let call = call("first", OWNERS[0], ask.clone());
                let reply = desk.answer(function, call).await;
                assert_eq!(reply.outcome, Outcome::Elsewhere(home), "{ask:?}");
            }
        }
        assert_eq!(stored(&stage), before);
    });
}

#[test]
fn plan_is_confirmed_only_by_a_binary_with_the_room_of_its_operation() {
    runtime().block_on(async {
        let stage = Stage::set(29).await;
        let credits = Rooms { credits: Some(rooms::CREDITS), ..Rooms::NONE };
        let clients = Rooms { clients: Some(rooms::CLIENTS), ..Rooms::NONE };
        let credits = desk(&stage, (credits, Readers::NONE), &[ActorKind::Staff]);
        let clients = desk(&stage, (clients, Readers::NONE), &[ActorKind::Staff]);
        let first = call("first", OWNERS[0], deduct(Kind::Sms, "bravo", 40));
        let planned = credits.answer(Function::Credits, first).await;
        assert!(matches!(planned.outcome, Outcome::Planned(_)), "{planned:?}");
        let before = stored(&stage);

        let confirm = PlansAsk::Confirm { op: planned.op.clone(), about: None, seen: None };
        let yes = call("yes", OWNERS[0], confirm);
        let elsewhere = clients.answer(Function::Clients, yes.clone()).await;
        assert_eq!(elsewhere.outcome, Outcome::Elsewhere(Function::Credits));
        assert_eq!(stored(&stage), before);

        let done = credits.answer(Function::Credits, yes).await;
        assert!(matches!(done.outcome, Outcome::Done(_)), "{done:?}");
        assert_eq!(done.op, planned.op);
    });
}

#[test]
fn each_operation_has_an_ask_in_these_tests() {
    let asks: BTreeSet<&str> = asks().iter().chain(&reads()).map(|ask| ask.spec().name).collect();
    let all: BTreeSet<&str> = specs().map(|spec| spec.name).collect();
    assert_eq!(asks, all);
}

#[test]
fn operation_of_staff_is_decided_at_the_entrance_of_its_function() {
    let runtime = runtime();
    for ask in asks().into_iter().chain(reads()) {
        let spec = ask.spec();
        if spec.staff.is_none() {
            continue;
        }
        runtime.block_on(async {
            let stage = stage_for(&ask).await;
            let entrance = entrance_of(spec.function);
            let desk = desk(&stage, (entrance.rooms, entrance.readers), entrance.admits);
            let reply = desk.answer(entrance.function, call_of("first", &ask)).await;
            let is_decided = match &reply.outcome {
                Outcome::Done(_) | Outcome::Planned(_) => spec.is_write(),
                Outcome::Refused(Refusal::NotEnough { .. }) => spec.is_write(),
                Outcome::Answer(Answer::PlanEnded { .. }) => spec.is_write(),
                Outcome::Answer(_) => !spec.is_write(),
                // A plan of another function's operation.
                Outcome::Elsewhere(function) => {
                    matches!(ask, Ask::Plans(_)) && *function != spec.function
                }
                Outcome::Refused(_) | Outcome::Tried(_) | Outcome::Failed(_) => false,
            };
            assert!(is_decided, "{ask:?}: {reply:?}");
        });
    }
}

#[test]
fn operation_is_answered_from_ranges_exactly_where_its_spec_says_so() {
    runtime().block_on(async {
        let stage = Stage::set(29).await;
        let store = instance(&stage.wire.line(), &stage.clock).store;
        for ask in asks().into_iter().chain(reads()) {
            let call = call_of("first", &ask);
            let now = stage.clock.now();
            let mut image = Image::default();
            loop {
                let needs = shared::plans::needs(&call, &image, &Rooms::ALL, now);
                let mut rest = needs.into_iter().filter(|need| !image.has(need)).peekable();
                if rest.peek().is_none() {
                    break;
                }
                for need in rest.collect::<Vec<_>>() {
                    match need {
                        Need::Item(key) => store.read_into(&mut image, &[key]).await.unwrap(),
                        Need::Terms(query) => {
                            let terms = store.terms(&query).await.unwrap();
                            image.insert_terms(query, terms);
                        }
                        Need::Staff => image.insert_staff(store.staff().await.unwrap()),
                        Need::Reach(group) => image.insert_reach(group, 1),
                        Need::Requests(staff) => image.insert_requests(staff, 1),
                        Need::Proposals(line) => image.insert_proposals(line, Vec::new()),
                        Need::Number(_) => panic!("{ask:?} reads {need:?}"),
                    }
                }
            }
            let decided = shared::plans::enter(&call, &image, &Rooms::ALL, now);
            let is_range = matches!(decided, Ok(Decision::Ranges));
            assert_eq!(is_range, ask.spec().access == Access::ReadsRanges, "{ask:?}: {decided:?}");
        }
    });
}

#[test]
fn entrance_has_the_rooms_of_its_staff_operations_and_admits_staff_alone() {
    for function in Function::ALL {
        let entrance = entrance_of(function);
        assert_eq!(entrance.function, function);
        assert_eq!(entrance.admits, [ActorKind::Staff]);
        let needed: BTreeSet<Capability> = asks_of_rooms()
            .filter(|ask| ask.spec().function == function)
            .map(|ask| Capability::from(&ask))
            .collect();
        assert_eq!(capabilities(entrance.rooms), needed, "{}", function.name());
    }
}

/// The capabilities that rooms decide.
fn capabilities(rooms: Rooms) -> BTreeSet<Capability> {
    let Rooms {
        credits,
        clients,
        permissions,
        pricing,
        settings,
        invoices,
        payments,
        staff,
        desk,
        books,
    } = rooms;
    let all = [
        (Capability::Credits, credits.is_some()),
        (Capability::Clients, clients.is_some()),
        (Capability::Permissions, permissions.is_some()),
        (Capability::Pricing, pricing.is_some()),
        (Capability::Settings, settings.is_some()),
        (Capability::Invoices, invoices.is_some()),
        (Capability::Payments, payments.is_some()),
        (Capability::Staff, staff.is_some()),
        (Capability::Desk, desk.is_some()),
        (Capability::Books, books.is_some()),
    ];
    all.into_iter().filter(|(_, has)| *has).map(|(capability, _)| capability).collect()
}

#[test]
fn binary_of_a_function_opens_its_own_entrance() {
    for function in Function::ALL {
        let source = text_of(&format!("functions/src/bin/{}.rs", function.name()));
        let entrance = function.name().to_uppercase();
        let opens = ["answer_calls", "answer_calls_and_reconcile"];
        let opens = opens.map(|opens| source.contains(&format!("aws::{opens}({entrance})")));
        assert!(opens.contains(&true), "{source}");
    }
}

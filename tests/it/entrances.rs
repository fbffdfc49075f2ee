//! The entrances: a desk refuses the callers that its entry point cannot prove before it reads anything,
//! and passes on the operations of the rooms that its binary does not name.

use std::collections::BTreeSet;

use functions::desk::Desk;
use functions::jobs::queue::Queue;
use serde_json::json;
use shared::books::types::Ask as BooksAsk;
use shared::clients::types::Ask as ClientsAsk;
use shared::contract::Ask;
use shared::contract::call::{Call, Outcome};
use shared::contract::refusal::Refusal;
use shared::credits::types::Ask as CreditsAsk;
use shared::desk::types::Ask as DeskAsk;
use shared::invoices::types::Ask as InvoicesAsk;
use shared::kernel::actor::{ActorKind, Caller, Carrier, Provider};
use shared::kernel::credit::Kind;
use shared::kernel::id::{CallKey, ClientId};
use shared::kernel::mode::Mode;
use shared::kernel::spec::Function;
use shared::plans::types::Ask as PlansAsk;
use shared::plans::{Rooms, rooms};
use shared::staff::types::Ask as StaffAsk;

use crate::sim::crashes::asks;
use crate::sim::stage::{OWNERS, Stage, add, call, deduct, instance, runtime, send};

/// The entry points, each by the kind of caller that it proves.
const ADMITS: [&[ActorKind]; 5] = [
    &[ActorKind::Staff],
    &[ActorKind::Client],
    &[ActorKind::Provider],
    &[ActorKind::Carrier],
    &[ActorKind::Schedule],
];

/// The binaries that answer calls.
const BINARIES: [(Function, &str); 4] = [
    (Function::Credits, include_str!("../../functions/src/bin/credits.rs")),
    (Function::Clients, include_str!("../../functions/src/bin/clients.rs")),
    (Function::Invoices, include_str!("../../functions/src/bin/invoices.rs")),
    (Function::Permissions, include_str!("../../functions/src/bin/permissions.rs")),
];

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

/// The reads of staff by keys and by ranges, at least one of each capability that has any.
fn reads() -> Vec<Ask> {
    let history = DeskAsk::history(None);
    vec![
        CreditsAsk::Balance { client: "alpha".to_owned() }.into(),
        ClientsAsk::ClientView { client: "alpha".to_owned() }.into(),
        InvoicesAsk::InvoiceView { number: "INV-2-0001".parse().unwrap() }.into(),
        StaffAsk::RoleList {}.into(),
        history.into(),
        DeskAsk::Status {}.into(),
        DeskAsk::Whoami {}.into(),
    ]
}

/// A desk with some rooms for some callers, on a stage.
fn desk(stage: &Stage, rooms: Rooms, admits: &'static [ActorKind]) -> Desk {
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
            let desk = desk(&stage, Rooms::ALL, admits);
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

/// An ask of each operation that belongs to a room; asks about plans are taken by every binary.
fn asks_of_rooms() -> impl Iterator<Item = Ask> {
    asks().into_iter().chain(reads()).filter(|ask| !matches!(ask, Ask::Plans(_)))
}

#[test]
fn operation_of_a_room_that_the_binary_lacks_is_passed_on_and_writes_nothing() {
    runtime().block_on(async {
        let stage = Stage::set(29).await;
        let desk = desk(&stage, Rooms::NONE, &[ActorKind::Staff]);
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
        let credits = desk(&stage, credits, &[ActorKind::Staff]);
        let clients = desk(&stage, clients, &[ActorKind::Staff]);
        let first = call("first", OWNERS[0], deduct(Kind::Sms, "bravo", 40));
        let planned = credits.answer(Function::Credits, first).await;
        assert!(matches!(planned.outcome, Outcome::Planned(_)), "{planned:?}");
        let before = stored(&stage);

        let confirm = PlansAsk::Confirm { op: Some(planned.op.clone()), about: None, seen: None };
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
fn binaries_name_the_rooms_of_their_operations_and_admit_staff_alone() {
    for (function, source) in BINARIES {
        let named: BTreeSet<String> = source
            .split("Some(rooms::")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap().to_lowercase())
            .collect();
        let needed: BTreeSet<String> = asks_of_rooms()
            .filter(|ask| ask.spec().function == function)
            .map(|ask| capability(&ask))
            .collect();
        assert_eq!(named, needed, "{}", function.name());
        let loops = format!("functions::aws::answer_calls(Function::{function:?}, ROOMS)");
        assert!(source.contains(&loops), "{}", function.name());
    }
    let entry_points = include_str!("../../functions/src/aws.rs");
    let desks: Vec<&str> =
        entry_points.lines().filter(|line| line.contains("Desk::new(")).map(str::trim).collect();
    assert_eq!(desks.len(), 1, "{desks:?}");
    assert!(desks[0].ends_with("rooms, &[ActorKind::Staff]);"), "{desks:?}");
}

/// The name of the capability of an ask, as it is in a call's JSON.
fn capability(ask: &Ask) -> String {
    let json = serde_json::to_value(ask).unwrap();
    json.as_object().unwrap().keys().next().unwrap().clone()
}

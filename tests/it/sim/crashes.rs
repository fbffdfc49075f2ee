//! (b) Every kind of operation, killed at every store call, before and after it was carried out,
//! then delivered again: it is done once, and answered as if nothing had happened.

use shared::client::Class;
use shared::credit::Kind;
use shared::id::CallKey;
use shared::operation::{
    Ask, CorrectTo, MmsTurn, Operation, Outcome, Particular, Setting, Spent, TypedStep,
};
use shared::staff::{Mode, Role};

use super::stage::{OWNERS, Stage, add, call, deduct, instance, runtime, send};
use super::wire::Fault;

/// The key of the add that is there to be taken back.
const ADDED: &str = "added";

/// Every operation that writes, as an ask that can be done on the stage.
fn asks() -> Vec<Ask> {
    vec![
        add(Kind::Sms, "alpha", 300, Mode::Open, None),
        add(Kind::Mms, "alpha", 310, Mode::Paid, Some("BACS 77".to_owned())),
        add(Kind::Mms, "echo", 320, Mode::Open, None),
        add(Kind::Mms, "alpha", 330, Mode::Grant, None),
        deduct(Kind::Sms, "bravo", 40),
        deduct(Kind::Sms, "bravo", 30_000),
        Ask::Undo { op: None },
        Ask::Correct {
            op: CallKey::new("sim", ADDED).op(),
            to: CorrectTo::Move { client: "alpha".to_owned() },
            spent: None,
            reason: None,
        },
        short(Spent::Owe),
        short(Spent::WriteOff),
        Ask::InvoiceVoid { number: "INV-2-0001".parse().unwrap(), reason: "wrong".to_owned() },
        Ask::ClientNew {
            name: "Foxtrot Ltd".to_owned(),
            login: None,
            email: "fox@example.com".to_owned(),
            mobile: Some("+44 7400 123456".to_owned()),
            town: Some("Leeds".to_owned()),
            class: Class::User,
            parent: None,
        },
        Ask::ClientSuspend { client: "carol".to_owned(), reason: "unpaid".to_owned() },
        Ask::ClientSet {
            client: "carol".to_owned(),
            set: Particular::Name("Caroline Ltd".to_owned()),
        },
        Ask::MmsAllow { client: "c_1".to_owned(), on: false },
        Ask::MmsSwitch { turn: MmsTurn::One { client: "carol".to_owned(), on: Some(false) } },
        Ask::PriceSet {
            kind: Kind::Sms,
            client: Some("carol".to_owned()),
            steps: vec![TypedStep { quantity: 1, price: "40.00".to_owned() }],
            from: None,
        },
        Ask::SettingsSet { set: Setting::Due(30) },
        Ask::RoleGrant {
            who: "slack:T1:U7".to_owned(),
            role: Role::Support,
            name: Some("Uma".to_owned()),
            same_as: None,
        },
        Ask::Cover { who: "local:dana".to_owned(), role: Some(Role::Billing), until: None },
        Ask::StaffLeave { who: "local:dana".to_owned(), hand_to: Some("local:bill".to_owned()) },
    ]
}

/// A correction of the add whose credits are spent.
fn short(spent: Spent) -> Ask {
    Ask::Correct {
        op: CallKey::new("sim", ADDED).op(),
        to: CorrectTo::All,
        spent: Some(spent),
        reason: None,
    }
}

/// What is stored, without what differs from run to run.
fn stored(stage: &Stage) -> String {
    stage.books().prove();
    let mut all = String::new();
    for table in ["ledger", "desk"] {
        let request = serde_json::from_value(serde_json::json!({ "TableName": table })).unwrap();
        let answer = serde_json::to_value(stage.wire.db().scan(request).unwrap()).unwrap();
        let mut items: Vec<String> = answer["Items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["pk"]["S"].as_str().unwrap().to_owned())
            // A number that was taken before a crash leaves a gap, which is allowed.
            .filter(|pk| !pk.starts_with("COUNTER") && !pk.starts_with("AUDIT"))
            .map(|pk| pk.split('#').next().unwrap().to_owned())
            .collect();
        items.sort();
        all.push_str(&items.join(" "));
    }
    all
}

/// Runs an ask, and its confirmation where it waits, killing the n-th store call of either.
/// Returns how many store calls there were, and how it ended.
async fn perform(ask: &Ask, crash: Option<(u64, Fault)>) -> (u64, String) {
    let mut stage = Stage::set(7).await;
    let desk = instance(&stage.wire.line(), &stage.clock);
    // Something to undo, or to correct.
    let added = call(ADDED, OWNERS[0], add(Kind::Sms, "carol", 55, Mode::Open, None));
    assert!(matches!(send(&desk, &added).await.outcome, Outcome::Answer(_)));
    stage.told.push(added.key.op());
    if matches!(ask, Ask::Correct { spent: Some(_), .. }) {
        stage.done(&desk, deduct(Kind::Sms, "carol", 4_040)).await;
    }
    let line = stage.wire.line();
    if let Some((at, fault)) = crash {
        line.crash_at(at, fault);
    }
    let first = call("first", OWNERS[0], ask.clone());
    let mut outcome = again(&stage, &line, &first).await;
    if let Outcome::Planned(plan) = &outcome {
        let confirm = Ask::Confirm { op: Some(plan.op.clone()), about: None, seen: None };
        outcome = again(&stage, &line, &call("yes", OWNERS[0], confirm)).await;
    }
    // What needs a second person, and has been put up.
    if let Outcome::Planned(plan) = &outcome {
        let approve = Ask::Approve { op: plan.op.clone(), about: None, seen: None, alone: false };
        outcome = again(&stage, &line, &call("approved", OWNERS[1], approve)).await;
    }
    let told = match outcome {
        Outcome::Answer(_) => "done".to_owned(),
        Outcome::Refused(refusal) => refusal.code().to_owned(),
        other => panic!("{ask:?}: {other:?}"),
    };
    (line.sent(), format!("{told}: {}", stored(&stage)))
}

/// Delivers until it is answered: on the line that dies, then on others.
async fn again(stage: &Stage, line: &super::wire::Line, call: &shared::operation::Call) -> Outcome {
    let desk = instance(line, &stage.clock);
    let answered = tokio::select! {
        biased;
        () = line.crashed() => None,
        reply = send(&desk, call) => Some(reply),
    };
    match answered {
        Some(reply) => reply.outcome,
        None => {
            let desk = instance(&stage.wire.line(), &stage.clock);
            let once = send(&desk, call).await.outcome;
            // A third delivery changes nothing any more.
            let twice = send(&desk, call).await.outcome;
            assert_eq!(once, twice, "{call:?}");
            once
        }
    }
}

/// Makes a plan, confirms it without naming it with the n-th store call killed, makes another plan,
/// and delivers the confirmation again. Returns how many store calls the first delivery made.
async fn confirm_the_last(crash: Option<(u64, Fault)>) -> u64 {
    let stage = Stage::set(7).await;
    let desk = instance(&stage.wire.line(), &stage.clock);
    let plan = async |key: &str, credits| {
        let ask = deduct(Kind::Sms, "bravo", credits);
        let Outcome::Planned(plan) = send(&desk, &call(key, OWNERS[0], ask)).await.outcome else {
            panic!("a deduct asks first")
        };
        plan.op
    };
    let first = plan("first", 40).await;
    let line = stage.wire.line();
    if let Some((at, fault)) = crash {
        line.crash_at(at, fault);
    }
    let yes = call("yes", OWNERS[0], Ask::Confirm { op: None, about: None, seen: None });
    let dying = instance(&line, &stage.clock);
    let heard = tokio::select! {
        biased;
        () = line.crashed() => None,
        reply = send(&dying, &yes) => Some(reply),
    };
    let sent = line.sent();
    let written = stage.is_done(&first);
    let second = plan("second", 50).await;
    let again = send(&desk, &yes).await;
    assert_eq!(stage.is_done(&first), written, "{crash:?}");
    // What was never written may still be given, and then it is the last plan of this moment.
    assert_eq!(stage.is_done(&second), !written, "{crash:?}: a confirmation took a later plan");
    let taken = if written { &first } else { &second };
    assert_eq!(&again.op, taken, "{crash:?}");
    if let Some(heard) = heard {
        assert_eq!((heard.op, heard.outcome), (again.op, again.outcome), "{crash:?}");
    }
    stage.books().prove();
    sent
}

#[test]
fn a_confirmation_without_a_name_is_of_one_plan_wherever_it_is_killed() {
    let runtime = runtime();
    let calls = runtime.block_on(confirm_the_last(None));
    for at in 0..calls {
        for fault in [Fault::CrashBefore, Fault::CrashAfter] {
            runtime.block_on(confirm_the_last(Some((at, fault))));
        }
    }
}

#[test]
fn every_operation_killed_at_every_store_call_is_done_once() {
    let runtime = runtime();
    let mut pairs = 0;
    let mut rows = Vec::new();
    for ask in asks() {
        let (calls, clean) = runtime.block_on(perform(&ask, None));
        let expected =
            if ask == deduct(Kind::Sms, "bravo", 30_000) { "not_enough" } else { "done" };
        assert!(clean.starts_with(expected), "{ask:?}: {clean}");
        for at in 0..calls {
            for fault in [Fault::CrashBefore, Fault::CrashAfter] {
                let (_, ended) = runtime.block_on(perform(&ask, Some((at, fault))));
                assert_eq!(ended, clean, "{ask:?} killed at {at} {fault:?}");
                pairs += 1;
            }
        }
        rows.push(format!("{:?} {calls}", ask.operation()));
    }
    println!("crash points: {pairs} (operation, store call, before or after); {}", rows.join(", "));
    let covered: std::collections::BTreeSet<Operation> =
        asks().iter().map(Ask::operation).collect();
    let plans = [Operation::Confirm, Operation::Approve, Operation::Deny];
    for operation in Operation::ALL {
        let elsewhere = plans.contains(&operation)
            || matches!(operation, Operation::ClientActivate | Operation::JobsFailed);
        assert!(
            !operation.is_write() || elsewhere || covered.contains(&operation),
            "{operation:?} is killed nowhere"
        );
    }
}

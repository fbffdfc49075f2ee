//! (e) The nightly proof, when somebody changed the tables behind the desk's back: it finds what moved
//! since the last night, and a sweep that fails half way loses no suspect.

use functions::books::Mismatch;
use functions::jobs::queue::Queue;
use functions::sweep::{self, Report, Sweep};
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::contract::Answer;
use shared::contract::call::Outcome;
use shared::credits::types::Ask as CreditsAsk;
use shared::desk::types as desk_types;
use shared::desk::types::Ask as DeskAsk;
use shared::kernel::credit::{Count, Kind};
use shared::kernel::id::ClientId;
use shared::kernel::mode::Mode;

use crate::tamper::reseal;

use super::stage::{OWNERS, Stage, call, deduct, instance, runtime, send};

/// The stage in a runtime of virtual time, after a night in which its books were proved.
fn after_a_night(test: impl AsyncFnOnce(Stage, Sweep)) {
    let runtime = runtime();
    runtime.block_on(async {
        let stage = Stage::set(11).await;
        let store = instance(&stage.wire.line(), &stage.clock).store;
        let sweep = Sweep::new(store, Queue::Nowhere);
        let first = night(&stage, &sweep).await;
        assert_eq!((first.proved, first.suspects), (6, Vec::new()));
        test(stage, sweep).await;
    });
}

async fn night(stage: &Stage, sweep: &Sweep) -> Report {
    stage.clock.advance(SignedDuration::from_hours(24));
    sweep::run(sweep).await.unwrap()
}

/// An item of the ledger, as it is.
fn item(stage: &Stage, pk: &str, sk: &str) -> Value {
    let key = json!({ "TableName": "ledger", "Key": { "pk": { "S": pk }, "sk": { "S": sk } } });
    let answer = stage.wire.db().get_item(serde_json::from_value(key).unwrap()).unwrap();
    let item = serde_json::to_value(answer).unwrap()["Item"].clone();
    assert!(item.is_object(), "{pk} {sk}");
    item
}

fn put(stage: &Stage, item: &Value) {
    let request = json!({ "TableName": "ledger", "Item": item });
    stage.wire.db().put_item(serde_json::from_value(request).unwrap()).unwrap();
}

/// Changes an item and seals it again.
fn change(stage: &Stage, pk: &str, sk: &str, what: impl FnOnce(&mut Value)) {
    let mut item = item(stage, pk, sk);
    what(&mut item);
    reseal(&mut item);
    put(stage, &item);
}

fn suspects(report: &Report) -> Vec<ClientId> {
    report.suspects.iter().filter_map(|mismatch| mismatch.client).collect()
}

#[test]
fn an_account_with_an_unreadable_entry_is_frozen_and_holds_up_nobody() {
    after_a_night(async |stage, sweep| {
        for client in ["C#2", "C#3"] {
            change(&stage, client, "ACCOUNT", |account| {
                account["t"]["M"]["sms"]["M"]["g"]["N"] = json!("4001");
            });
        }
        let found = suspects(&night(&stage, &sweep).await);
        assert!(found.contains(&ClientId(2)) && found.contains(&ClientId(3)), "{found:?}");
        // An entry of the first one cannot be read; the hour's summary is due as well, and kept.
        let entry = item(&stage, "C#2#202603", "E#000000000001");
        put(&stage, &json!({ "pk": entry["pk"], "sk": entry["sk"] }));
        stage.clock.advance(SignedDuration::from_mins(61));
        let report = sweep::run(&sweep).await.unwrap();
        let frozen = |client| !item(&stage, client, "ACCOUNT")["fz"].is_null();
        assert_eq!((frozen("C#2"), frozen("C#3")), (true, true));
        let named = |mismatch: &Mismatch| mismatch.what.contains("C#2#202603 / E#000000000001");
        assert!(report.mismatches.iter().any(named), "{report:?}");
        put(&stage, &entry);
        assert!(history(&stage).await.contains("c_2 is frozen for staff: "));
    });
}

/// The audit trail, as an owner reads it.
async fn history(stage: &Stage) -> String {
    let desk = instance(&stage.wire.line(), &stage.clock);
    let ask = DeskAsk::History { client: None, staff: None, op: None, since: None };
    let reply = send(&desk, &call("history", OWNERS[0], ask)).await;
    let Outcome::Answer(Answer::Desk(desk_types::Answer::History { lines, .. })) = reply.outcome
    else {
        panic!("{reply:?}")
    };
    let texts: Vec<String> =
        lines.into_iter().filter(|line| line.staff().is_none()).map(|line| line.text).collect();
    texts.join("\n")
}

#[test]
fn what_nobody_confirmed_in_time_is_in_the_audit_trail() {
    after_a_night(async |stage, sweep| {
        let desk = instance(&stage.wire.line(), &stage.clock);
        let planned = send(&desk, &call("p", OWNERS[0], deduct(Kind::Sms, "bravo", 40))).await;
        assert!(matches!(planned.outcome, Outcome::Planned(_)), "{planned:?}");
        stage.clock.advance(SignedDuration::from_mins(11));
        assert_eq!(sweep::run(&sweep).await.unwrap().expired, 1);
        let said = history(&stage).await;
        assert!(said.contains(&format!("{} of ", planned.op)), "{said}");
        assert!(said.contains("has expired"), "{said}");
    });
}

/// Adds to the reseller's client, billed to the reseller.
async fn billed_to_the_reseller(stage: &mut Stage, sweep: &Sweep, credits: u64) {
    let desk = instance(&stage.wire.line(), &stage.clock);
    let ask = CreditsAsk::AddCredit {
        kind: Kind::Sms,
        client: "echo".into(),
        count: Count::try_new(credits).unwrap(),
        mode: Mode::Open,
        reference: None,
        reason: None,
        from_house: true,
        tell: None,
    };
    stage.done(&desk, ask).await;
    assert_eq!(sweep::run(sweep).await.unwrap().suspects, Vec::new());
}

#[test]
fn what_is_billed_to_a_reseller_is_proved_in_the_night_after() {
    after_a_night(async |mut stage, sweep| {
        billed_to_the_reseller(&mut stage, &sweep, 70).await;
        billed_to_the_reseller(&mut stage, &sweep, 80).await;
        assert_eq!(night(&stage, &sweep).await.suspects, Vec::new());
        // Taken back days later, by an entry that its add is no part of: the two still sum to nothing.
        let void = |number: &str| CreditsAsk::InvoiceVoid {
            number: number.parse().unwrap(),
            reason: "wrong".to_owned(),
            deducted: None,
            tell: None,
        };
        let desk = instance(&stage.wire.line(), &stage.clock);
        stage.done(&desk, void("INV-5-0003")).await;
        assert_eq!(night(&stage, &sweep).await.suspects, Vec::new());
        // An invoice that was made to give less than was given takes back too little.
        change(&stage, "C#5#INV", "I#00000004", |invoice| {
            invoice["gives"]["M"]["sms"]["N"] = json!("60");
        });
        stage.done(&desk, void("INV-5-0004")).await;
        let found = night(&stage, &sweep).await;
        assert!(suspects(&found).contains(&ClientId(6)), "{found:?}");
        let named = |mismatch: &Mismatch| mismatch.what.contains("INV-5-0004 gives 0 SMS");
        assert!(found.suspects.iter().any(named), "{found:?}");
    });
}

#[test]
fn an_invoice_that_no_entry_gave_credits_for_is_found_in_the_night_after() {
    after_a_night(async |mut stage, sweep| {
        billed_to_the_reseller(&mut stage, &sweep, 70).await;
        change(&stage, "C#5#INV", "I#00000003", |invoice| {
            invoice["entry"]["N"] = json!("1");
        });
        let found = night(&stage, &sweep).await;
        let of_the_payer = |what: &str| what.contains("INV-5-0003 was billed for c_6");
        assert!(found.suspects.iter().any(|m| of_the_payer(&m.what)), "{found:?}");
    });
}

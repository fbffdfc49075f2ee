//! What an attack on the desk tried: items changed behind its back, money measured as nothing, payments
//! of other clients, and answers that were cut.

use crate::tamper::Tables;
use crate::world::World;

#[test]
fn unreadable_plan_takes_no_other_plan_away() {
    World::run(async |world| {
        let kept = world.json_as("local:dana", "/addcredit sms acme 7000").await;
        let broken = world.json_as("local:dana", "/addcredit sms acme-mobile 7000").await;
        let op = |reply: &serde_json::Value| reply["op"].as_str().unwrap().to_owned();
        let tables = Tables::of(world);
        let letters = op(&broken).trim_start_matches("op_").to_owned();
        let whole = tables.change("desk", "PLAN", &letters, |item| item["version"] = n(99));

        let pending = world.said_as("local:owner", "/pending").await.view.plain();

        assert!(pending.contains(&op(&kept)), "{pending}");
        assert!(!pending.contains(&op(&broken)), "{pending}");
        tables.put("desk", &whole);
    });
}

#[test]
fn unreadable_account_stops_its_client_and_no_other() {
    World::run(async |world| {
        let tables = Tables::of(world);
        let whole = tables.change("ledger", "C#2", "ACCOUNT", |item| item["up"] = n(5));

        let refused = world.json("/addcredit sms acme 10").await;
        assert_eq!(refused["code"], "unreadable", "{refused}");
        assert!(refused["text"].as_str().unwrap().contains("C#2 / ACCOUNT"), "{refused}");
        let list = world.says("/list clients").await;
        assert!(list.contains("Acme Mobile") && list.contains("Birch Bakery"), "{list}");
        world.does("/addcredit sms acme-mobile 10 paid:BACS-77").await;
        assert_eq!(world.balance("acme-mobile").await, (10, 0));
        let wrong = world.mismatches().await;
        assert!(wrong.iter().all(|wrong| wrong.starts_with("c_2: ")), "{wrong:?}");
        assert!(wrong.iter().any(|wrong| wrong.contains("C#2 / ACCOUNT")), "{wrong:?}");

        tables.put("ledger", &whole);
        assert_eq!(world.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn price_of_zero_lifts_no_limit() {
    World::run(async |world| {
        world.does("/price set sms acme 1:0.00").await;

        let added = world.json_as("local:dana", "/addcredit sms acme 80000").await;

        assert_eq!(added["status"], "planned", "{added}");
        assert_eq!(world.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn grant_of_another_person_is_taken_back_at_list_price() {
    World::run(async |world| {
        let granted = world.does("/addcredit sms acme 200000 grant goodwill").await;
        let op = granted["op"].as_str().unwrap().to_owned();
        let number = granted["data"]["invoice"].as_str().unwrap().to_owned();

        for line in [
            format!("/undo {op}"),
            format!("/invoice void {number} wrong"),
            format!("/correct {op} to:1"),
        ] {
            let waits = world.said_yes("local:bill", &line).await;
            assert_eq!(waits.status.word(), "planned", "{line}: {}", waits.view.plain());
        }
        assert_eq!(world.balance("acme").await, (202_000, 400));
    });
}

#[test]
fn freed_payment_pays_for_its_own_client_only() {
    World::run(async |world| {
        world.does("/addcredit sms acme 100 paid:BACS-50").await;
        world.does("/undo").await;

        let refused = world.json("/addcredit sms acme-mobile 100 paid:BACS-50").await;

        assert_eq!(refused["code"], "reference_used", "{refused}");
        assert_eq!(world.balance("acme-mobile").await, (0, 0));
        world.does("/addcredit sms acme 101 paid:BACS-50").await;
        assert_eq!(world.balance("acme").await, (2_101, 400));
    });
}

#[test]
fn correction_of_a_grant_does_not_call_its_invoice_void() {
    World::run(async |world| {
        let granted = world.does("/addcredit sms acme 500 grant goodwill").await;
        let op = granted["op"].as_str().unwrap();

        let corrected = world.said_yes("local:owner", &format!("/correct {op} to:1")).await;

        let text = corrected.view.plain();
        assert_eq!(corrected.status.word(), "ok", "{text}");
        assert!(!text.contains("void"), "{text}");
        assert_eq!(world.balance("acme").await, (2_001, 400));
    });
}

fn n(number: u64) -> serde_json::Value {
    serde_json::json!({ "N": number.to_string() })
}

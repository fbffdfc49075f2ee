//! What an attack on the desk tried: items changed behind its back, money measured as nothing, payments
//! of other clients, and answers that were cut.

use functions::store::commit::{Budget, Committed};
use serde_json::Value;
use shared::books::witness;
use shared::clients::types::Client;
use shared::contract::change::{Expect, Write};
use shared::contract::receipt::{Outcome, Receipt};
use shared::contract::{Facts, Key, Record};
use shared::desk::types as desk;
use shared::kernel::actor::{Actor, Role};
use shared::kernel::credit::{Kind, PerKind};
use shared::kernel::id::{CallKey, ClientId, Named, StaffId};
use shared::kernel::movement::{Movement, Never, Reason, Undo};
use shared::ledger::account::Account;
use shared::ledger::posting::{Posting, post};

use crate::tamper::{Tables, reseal};
use crate::world::World;

#[test]
fn unreadable_plan_takes_no_other_plan_away() {
    World::run(async |world| {
        let kept = world.json_as("local:dana", "/addcredit sms acme 7000").await;
        let broken = world.json_as("local:dana", "/addcredit sms acme-mobile 7000").await;
        let op = |reply: &serde_json::Value| reply["op"].as_str().unwrap().to_owned();
        let tables = Tables::of(world);
        let letters = op(&broken).trim_start_matches("op_").to_owned();
        let whole =
            tables.change("desk", &format!("PLAN#{letters}"), "P", |item| item["version"] = n(99));

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
fn freed_payment_pays_for_another_client_only_by_billing() {
    World::run(async |world| {
        world.does("/addcredit sms acme 100 paid:BACS-50").await;
        world.does("/undo").await;

        let line = "/addcredit sms acme-mobile 100 paid:BACS-50";
        let refused = world.json_as("local:dana", line).await;

        assert_eq!(refused["code"], "reference_of_other", "{refused}");
        assert_eq!(world.balance("acme-mobile").await, (0, 0));
        world.json("/addcredit sms acme 101 paid:BACS-50").await;
        let done = world.json("y").await;
        assert_eq!(done["status"], "ok", "{done}");
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

#[test]
fn deduct_whose_credit_note_rounds_to_nothing_does_not_call_the_invoice_void() {
    World::run(async |world| {
        world.does("/price set sms acme 1:0.01").await;
        let added = world.does("/addcredit sms acme 900").await;
        let number = added["data"]["invoice"].as_str().unwrap();

        let line = format!("/deductcredit sms acme 1 invoice:{number} one too many");
        let deducted = world.said_yes("local:owner", &line).await;

        let text = deducted.view.plain();
        assert_eq!(deducted.status.word(), "ok", "{text}");
        assert!(!text.contains("void"), "{text}");
        assert_eq!(world.balance("acme").await, (2_899, 400));
    });
}

#[test]
fn move_of_another_person_is_taken_back_at_list_price() {
    World::run(async |world| {
        world.does("/addcredit sms northern 200000 paid:BACS-60").await;
        let moved = world.does("/addcredit sms quayside 150000").await;
        let op = moved["op"].as_str().unwrap();

        for line in [format!("/undo {op}"), format!("/correct {op} all")] {
            let waits = world.said_yes("local:bill", &line).await;
            assert_eq!(waits.status.word(), "planned", "{line}: {}", waits.view.plain());
        }
        assert_eq!(world.balance("quayside").await, (150_000, 0));
    });
}

#[test]
fn statement_of_more_than_1000_entries_opens_right_and_its_file_is_whole() {
    World::run(async |world| {
        post_ones(world, ClientId(2), 1_200, 1).await;

        let read = world.json("/statement acme sms").await;
        assert_eq!(read["data"]["opening"]["sms"], 2_000, "{read}");
        assert_eq!(read["data"]["closing"]["sms"], 3_200, "{read}");
        let said = world.said_as("local:owner", "/statement acme sms csv").await;
        let file = String::from_utf8(said.attachment.unwrap().bytes).unwrap();
        let rows: Vec<&str> = file.lines().skip(1).collect();
        assert_eq!(rows.len(), 1_200);
        let balances: Vec<u64> = rows
            .iter()
            .map(|row| row.split(',').nth(8).unwrap())
            .map(|balance| balance.parse().unwrap())
            .collect();
        assert_eq!(balances, (2_001..=3_200).rev().collect::<Vec<u64>>());
    });
}

/// Adds or deducts one credit at a time, below roles, guards and plans, 20 entries in each transaction.
pub(super) async fn post_ones(world: &World, client: ClientId, count: u64, change: i64) {
    const TOGETHER: u64 = 20;
    let reason = if change > 0 { Reason::Add } else { Reason::Deduct };
    let store = world.local.store();
    for _ in 0..count / TOGETHER {
        let keys = [Key::Account(client), Key::Client(client)];
        let image = store.image(&keys).await.unwrap();
        let before = image.get::<Account>(&keys[0]).unwrap().unwrap();
        let named = Named::from(image.get::<Client>(&keys[1]).unwrap().unwrap());
        let by = Actor::Staff { id: StaffId(1), name: "owner".to_owned(), role: Role::Owner };
        let op = CallKey::new("attack", format!("{client} {}", before.version)).op();
        let (mut account, mut posts, mut entries) = (before.clone(), Vec::new(), Vec::new());
        for _ in 0..TOGETHER {
            let granted = PerKind::only(Kind::Sms, Some(change));
            let posting = Posting::new(&op, store.clock().now(), by.id(), reason, granted);
            let posted = post(&account, posting).unwrap();
            posts.push(posted.post(named.clone()));
            entries.push(Write::Put(Record::Entry(posted.entry), Expect::Absent));
            account = posted.account;
        }
        account.version = before.version + 1;
        let movement = Movement { posts, document: None, undo: Undo::Never(Never::Reversal) };
        let facts = Facts::Desk(desk::Facts { replayed: op.clone() });
        let receipt = Receipt {
            op,
            fingerprint: "ones".to_owned(),
            by,
            approved_by: None,
            at: store.clock().now(),
            spent: None,
            before: None,
            outcome: Outcome::Done { movement: Some(movement), facts },
        };
        let mut writes = vec![
            Write::Put(Record::Operation(receipt), Expect::Absent),
            Write::Put(Record::Account(account), Expect::Version(before.version)),
        ];
        writes.extend(entries);
        let writes = witness::seal(writes, &image).unwrap();
        let done = store.commit_within(&writes, Budget::default()).await.unwrap();
        assert_eq!(done, Committed::Done);
    }
}

#[test]
fn history_finds_every_operation_that_a_reply_showed() {
    World::run(async |world| {
        let mut ops = Vec::new();
        let mut shown = |reply: &Value| {
            let op = reply["op"].as_str().unwrap().to_owned();
            ops.push(op.clone());
            op
        };
        let deducted = world.json("/deductcredit sms acme 50 typed twice").await;
        let deducted = shown(&deducted);
        shown(&world.does(&format!("/confirm {deducted}")).await);
        let undo = shown(&world.json(&format!("/undo {deducted}")).await);
        shown(&world.does(&format!("/confirm {undo}")).await);
        shown(&world.does("/addcredit sms acme 60").await);
        shown(&world.json("/addcredit sms nobody-of-that-name 70").await);
        shown(&world.json_as("local:dana", "/addcredit sms acme 7000").await);

        for op in ops {
            let read = world.json(&format!("/history op:{op}")).await;
            let lines = read["data"]["lines"].as_array().unwrap();
            assert!(!lines.is_empty(), "{op}: {read}");
        }
    });
}

#[test]
fn hit_of_the_name_index_is_checked_against_its_client() {
    World::run(async |world| {
        let tables = Tables::of(world);
        let whole = tables.change("desk", "W#acme", "W", |item| {
            *item = serde_json::from_str(&item.to_string().replace(r#"{"N":"2"}"#, r#"{"N":"3"}"#))
                .unwrap();
            reseal(item);
        });

        let asked = world.json("/client set email acme new@acme.example").await;

        assert_eq!(asked["status"], "planned", "{asked}");
        assert!(asked["text"].as_str().unwrap().contains("Acme Mobile"), "{asked}");
        tables.put("desk", &whole);
    });
}

#[test]
fn unreadable_failed_job_takes_no_list_away_and_is_named() {
    World::run(async |world| {
        let tables = Tables::of(world);
        let broken = serde_json::json!({
            "pk": { "S": "FAILED" }, "sk": { "S": "0123456789abcdef" }, "version": n(1)
        });
        tables.put("desk", &broken);

        for line in ["/jobs failed", "/status", "/list clients", "/pending"] {
            let read = world.json(line).await;
            assert_eq!(read["status"], "ok", "{line}: {read}");
        }
        let wrong = world.mismatches().await;
        assert!(wrong.iter().all(|wrong| wrong.starts_with("desk: ")), "{wrong:?}");
        assert!(wrong.iter().any(|wrong| wrong.contains("FAILED / 0123")), "{wrong:?}");

        tables.delete("desk", &broken);
    });
}

#[test]
fn edit_of_gross_with_a_new_seal_is_named() {
    World::run(async |world| {
        let tables = Tables::of(world);
        let whole = tables.change("ledger", "C#2#INV", "I#00000001", |item| {
            item["gross_minor"] = n(1);
            reseal(item);
        });

        let wrong = world.mismatches().await;

        assert!(wrong.iter().any(|wrong| wrong.contains("INV-2-0001")), "{wrong:?}");
        assert!(wrong.iter().all(|wrong| wrong.starts_with("c_2: ")), "{wrong:?}");
        tables.put("ledger", &whole);
    });
}

#[test]
fn deleted_operation_is_named() {
    World::run(async |world| {
        let added = world.does("/addcredit sms acme 60").await;
        let op = added["op"].as_str().unwrap().to_owned();
        let tables = Tables::of(world);
        let pk = format!("OP#{}", op.trim_start_matches("op_"));
        let stored = tables.change("ledger", &pk, "O", |_| {});
        tables.delete("ledger", &stored);

        let wrong = world.mismatches().await;

        assert!(wrong.contains(&format!("c_2: {op} is not found; entry 3 names it.")), "{wrong:?}");
        tables.put("ledger", &stored);
    });
}

#[test]
fn older_version_of_an_account_is_named() {
    World::run(async |world| {
        let tables = Tables::of(world);
        let older = tables.change("ledger", "C#2", "ACCOUNT", |_| {});
        world.does("/client set name acme ACME Group").await;
        let newer = tables.change("ledger", "C#2", "ACCOUNT", |item| *item = older);

        let wrong = world.mismatches().await;

        let sentence = "c_2: the client's record are not those that the account sums up.";
        assert!(wrong.iter().any(|wrong| wrong == sentence), "{wrong:?}");
        tables.put("ledger", &newer);
    });
}

fn n(number: u64) -> serde_json::Value {
    serde_json::json!({ "N": number.to_string() })
}

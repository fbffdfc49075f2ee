//! `/addcredit`: what it does at once, what it asks about, what it refuses.

use expect_test::expect;
use jiff::SignedDuration;

use crate::world::World;

#[test]
fn an_ordinary_add_commits_at_once_with_an_open_invoice() {
    World::run(async |w| {
        expect![[r#"
            ✅ Added 500 MMS credits to ACME Ltd (c_2)
            MMS 400 → 900 · invoice INV-2-0003 £30.00 due 7 Dec 2026 · by owner
            op_1 · undo within 24 h: /undo op_1"#]]
        .assert_eq(&w.says("/addcredit mms acme 500").await);
        assert_eq!(w.balance("acme").await, (2_000, 900));
    });
}

#[test]
fn an_add_says_its_facts_to_scripts() {
    World::run(async |w| {
        let said = w.json("/addcredit mms acme 500").await;
        assert_eq!(said["status"], "ok");
        let data = &said["data"];
        assert_eq!(
            (&data["client"], &data["kind"], &data["amount"]),
            (&"c_2".into(), &"mms".into(), &500.into())
        );
        assert_eq!((&data["balance_before"], &data["balance_after"]), (&400.into(), &900.into()));
        assert_eq!(data["entry"], 3);
        assert_eq!(data["invoice"], "INV-2-0003");
    });
}

#[test]
fn the_step_that_is_reached_prices_the_whole_quantity() {
    World::run(async |w| {
        // 9,999 at 40.00 and 10,000 at 35.00 per 1,000, plus 20 %.
        let gross = async |line: &str| w.does(line).await["data"]["gross_minor"].clone();
        assert_eq!(gross("/addcredit sms acme 9999").await, 47_995);
        assert_eq!(gross("/addcredit sms acme 10000").await, 42_000);
    });
}

#[test]
fn a_paid_add_is_settled_and_its_reference_pays_once() {
    World::run(async |w| {
        expect![[r#"
            ✅ Added 500 MMS credits to ACME Ltd (c_2), paid
            MMS 400 → 900 · invoice INV-2-0003 £30.00, paid with reference CARD-9 · by owner
            op_1 · undo within 24 h: /undo op_1"#]]
        .assert_eq(&w.says("/addcredit mms acme 500 paid:CARD-9").await);
        expect![[r#"
            The payment “card-9” belongs to INV-2-0003 and pays nothing else. Nothing was changed.
            One payment pays once. Check the reference on the bank statement.
            /invoice view INV-2-0003: shows that invoice
            Ref op_2"#]]
        .assert_eq(&w.says("/addcredit mms acme 300 paid:card-9").await);
        let view = w.says("/client view acme").await;
        assert!(!view.contains("Unpaid"), "{view}");
        assert_eq!(w.balance("acme").await, (2_000, 900));
    });
}

#[test]
fn a_grant_needs_a_reason_always_asks_and_costs_nothing() {
    World::run(async |w| {
        expect![[r#"
            A grant needs a reason: reason:"…". Nothing was changed.
            Usage: /addcredit mms <client> <amount> [reason] [paid:<reference>] [grant] [from:house] [tell:<text>] [dry_run]
            For example: /addcredit mms acme 500
            /help addcredit mms: explains the command"#]].assert_eq(&w.says("/addcredit mms acme 100 --grant").await);
        expect![[r#"
            ❓ Please confirm: add 100 MMS credits to ACME Ltd (c_2), as a grant
            MMS 400 → 500 · a zero-rated invoice · by owner · reason: sorry for Tuesday
            • It gives credits free of charge.
            Mail to ACME Ltd ten minutes later: “100 MMS credits were added to your account. Document …: nothing is to be paid.”
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_1: confirms it
            /deny op_1: cancels it"#]]
        .assert_eq(&w.says("/addcredit mms acme 100 sorry for Tuesday --grant").await);
        expect![[r#"
            ✅ Added 100 MMS credits to ACME Ltd (c_2), as a grant
            MMS 400 → 500 · invoice INV-2-0003 £0.00, nothing due · by owner · reason: sorry for Tuesday
            op_1 · undo within 24 h: /undo op_1"#]].assert_eq(&w.says("/confirm").await);
    });
}

#[test]
fn a_first_add_asks() {
    World::run(async |w| {
        expect![[r#"
            ❓ Please confirm: add 100 SMS credits to Acme Mobile (c_3)
            SMS 0 → 100 · an invoice of £4.80 due 7 Dec 2026 · by owner
            • It is this client’s first add of SMS credits.
            Mail to Acme Mobile ten minutes later: “100 SMS credits were added to your account. Invoice …: £4.80 is due by 2026-12-07.”
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_1: confirms it
            /deny op_1: cancels it"#]]
        .assert_eq(&w.says("/addcredit sms acme-mobile 100").await);
        w.does("/confirm").await;
        // The second one is not a first one.
        assert_eq!(w.json("/addcredit sms acme-mobile 101").await["status"], "ok");
    });
}

#[test]
fn more_than_three_times_the_largest_asks_and_exactly_three_times_does_not() {
    World::run(async |w| {
        assert_eq!(w.json("/addcredit mms acme 1201").await["status"], "planned");
        assert_eq!(w.json("/addcredit mms acme 1200").await["status"], "ok");
    });
}

#[test]
fn an_add_that_was_large_four_months_ago_is_large_again() {
    World::run(async |w| {
        w.does("/addcredit mms acme 1000").await;
        w.passes(SignedDuration::from_hours(24 * 130));
        let said = w.json("/addcredit mms acme 900").await;
        // The largest of this and the three months before is none at all.
        assert_eq!(said["status"], "ok", "{said}");
    });
}

#[test]
fn a_client_named_by_a_beginning_is_asked_about() {
    World::run(async |w| {
        w.does("/addcredit sms quayside 10").await;
        expect![[r#"
            ❓ Please confirm: move 20 SMS credits to Quayside Taxi (c_5) from Northern Bulk (c_4)
            SMS 10 → 30 · by owner
            Northern Bulk (c_4): SMS 8,990 → 8,970
            • “quay” is not a whole name. Do you mean Quayside Taxi?
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_1: confirms it
            /deny op_1: cancels it"#]]
        .assert_eq(&w.says("/addcredit sms quay 20").await);
    });
}

#[test]
fn an_exact_name_that_begins_another_is_asked_about_and_a_login_is_not() {
    World::run(async |w| {
        w.does("/addcredit sms acme-mobile 10").await;
        assert_eq!(w.json("/addcredit sms \"Acme Mobile\" 11").await["status"], "ok");
        w.does("/client new Acme Mobile Repairs fix@acme-mobile.example login:repairs").await;
        expect![[r#"
            ❓ Please confirm: add 12 SMS credits to Acme Mobile (c_3)
            SMS 21 → 33 · an invoice of £0.58 due 7 Dec 2026 · by owner
            • Other names begin with “Acme Mobile” as well. Do you mean Acme Mobile?
            Mail to Acme Mobile ten minutes later: “12 SMS credits were added to your account. Invoice …: £0.58 is due by 2026-12-07.”
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_1: confirms it
            /deny op_1: cancels it"#]]
        .assert_eq(&w.says("/addcredit sms \"Acme Mobile\" 12").await);
        assert_eq!(w.json("/addcredit sms acme-mobile 13").await["status"], "ok");
    });
}

#[test]
fn several_matches_are_listed_with_what_tells_them_apart() {
    World::run(async |w| {
        expect![[r#"
            2 clients match “acm”. Nothing was changed.
            Which one?
            1. ACME Ltd · c_2 · acme · user · 2,000 SMS · 400 MMS · Leeds · last change 24 Oct 2026 10:00 UTC
            2. Acme Mobile · c_3 · acme-mobile · user · 0 SMS · 0 MMS · Bristol
            /addcredit sms c_2 100: chooses acme
            /addcredit sms c_3 100: chooses acme-mobile
            Ref op_1"#]].assert_eq(&w.says("/addcredit sms acm 100").await);
        expect![[r#"
            No client matches “acmee”. Nothing was changed.
            Did you mean ACME Ltd (c_2) · Acme Mobile (c_3)?
            /addcredit sms c_2 100: chooses acme
            /addcredit sms c_3 100: chooses acme-mobile
            Ref op_2"#]]
        .assert_eq(&w.says("/addcredit sms acmee 100").await);
        expect![[r#"
            No client matches “zebra”. Nothing was changed.
            /client find zeb: searches all clients
            /client new <name> <email>: makes a new client
            Ref op_3"#]]
        .assert_eq(&w.says("/addcredit sms zebra 100").await);
    });
}

#[test]
fn a_pending_client_gets_no_credits_and_a_suspended_one_does() {
    World::run(async |w| {
        expect![[r#"
            Birch Bakery is pending. Nothing was changed.
            /client activate c_6: activates it
            Ref op_1"#]]
        .assert_eq(&w.says("/addcredit sms birch 100").await);
        w.does("/client suspend acme unpaid since May").await;
        assert_eq!(w.json("/addcredit sms acme 100").await["status"], "ok");
    });
}

#[test]
fn mms_credits_need_mms_and_the_refusal_says_how_to_turn_it_on() {
    World::run(async |w| {
        expect![[r#"
            Acme Mobile may not use MMS: it inherits from c_1, whose clients have MMS off. Nothing was changed.
            /mms on c_3: turns it on for this client
            /mms on all of c_1: turns it on for all of them
            Ref op_1"#]].assert_eq(&w.says("/addcredit mms acme-mobile 100").await);
        w.does("/mms allow c_1 off").await;
        expect![[r#"
            ACME Ltd may not use MMS: MMS is not turned on for the platform of c_1. Nothing was changed.
            Billing turns it on for a platform.
            /mms allow c_1: somebody with the role billing types this
            Ref op_2"#]].assert_eq(&w.says("/addcredit mms acme 100").await);
    });
}

#[test]
fn without_a_currency_or_a_price_nothing_is_sold() {
    World::run_new(async |w| {
        w.does("/client new ACME Ltd ops@acme.example").await;
        w.does("/client activate acmeltd").await;
        expect![[r#"
            The desk’s currency is not set yet. Nothing was changed.
            Prices need it. An owner sets it, once.
            /settings currency GBP: sets it (or EUR, USD …)
            Ref op_1"#]]
        .assert_eq(&w.says("/addcredit sms acmeltd 100").await);
        w.does("/settings currency EUR").await;
        expect![[r#"
            There is no price for SMS credits that holds for ACME Ltd. Nothing was changed.
            Ask somebody with the role manager or more: /role list
            /price set sms default 1:<price per 1,000>: sets one for everybody
            /price set sms c_2 1:<price per 1,000>: sets one for this client
            Ref op_2"#]]
        .assert_eq(&w.says("/addcredit sms acmeltd 100").await);
        w.does("/price set sms default 1:10").await;
        expect![[r#"
            ❓ Please confirm: add 100 SMS credits to ACME Ltd (c_2)
            SMS 0 → 100 · an invoice of €1.00 due 7 Dec 2026 · by owner
            • It is this client’s first add of SMS credits.
            Mail to ACME Ltd ten minutes later: “100 SMS credits were added to your account. Invoice …: €1.00 is due by 2026-12-07.”
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_3: confirms it
            /deny op_3: cancels it"#]]
        .assert_eq(&w.says("/addcredit sms acmeltd 100").await);
    });
}

#[test]
fn the_same_key_is_the_same_operation_and_answers_the_first_outcome_again() {
    World::run(async |w| {
        let once = w.said_under("k-1", "local:owner", "/addcredit mms acme 500").await;
        let twice = w.said_under("k-1", "local:owner", "/addcredit mms acme 500").await;
        assert_eq!(once.op, twice.op);
        assert_eq!(once.data["balance_after"], twice.data["balance_after"]);
        expect![[r#"
            ✅ Added 500 MMS credits to ACME Ltd (c_2)
            MMS 400 → 900 · invoice INV-2-0003 £30.00 due 7 Dec 2026 · by owner
            This repeats the reply of 23 Nov 2026 10:00 UTC; it was done once.
            op_1 · undo within 24 h: /undo op_1"#]]
        .assert_eq(&w.numbered(&twice.view.plain()));
        assert_eq!(w.balance("acme").await, (2_000, 900));
    });
}

#[test]
fn the_same_key_with_another_content_or_by_somebody_else_is_refused() {
    World::run(async |w| {
        w.said_under("k-1", "local:owner", "/addcredit mms acme 500").await;
        let other = w.said_under("k-1", "local:owner", "/addcredit mms acme 600").await;
        assert_eq!(other.code, "key_reused");
        expect![[r#"
            This key was used before for another command (op_1). Nothing was changed.
            Type the command again, as a new one.
            Ref op_1"#]]
        .assert_eq(&w.numbered(&other.view.plain()));
        let somebody = w.said_under("k-1", "local:bill", "/addcredit mms acme 500").await;
        assert_eq!(somebody.code, "key_reused");
        assert_eq!(w.balance("acme").await, (2_000, 900));
    });
}

#[test]
fn a_dry_run_shows_what_would_happen_and_changes_nothing() {
    World::run(async |w| {
        expect![[r#"
            🔎 Dry run: would add 5,000 MMS credits to ACME Ltd (c_2)
            MMS 400 → 5,400 · an invoice of £300.00 due 7 Dec 2026 · by owner
            You would be asked to confirm it:
            • It is more than three times the client’s largest add of the last four months (400).
            Nothing was changed.
            /addcredit mms acme 5000: runs it"#]]
        .assert_eq(&w.says("/addcredit mms acme 5000 dry_run").await);
        assert_eq!(w.balance("acme").await, (2_000, 400));
        // The key of a dry run is not taken.
        w.said_under("k-1", "local:owner", "/addcredit mms acme 500 --dry-run").await;
        let real = w.said_under("k-1", "local:owner", "/addcredit mms acme 500").await;
        assert_eq!(real.status.word(), "ok");
        assert_eq!(real.data["invoice"], "INV-2-0003", "no number was used up");
    });
}

#[test]
fn a_client_under_a_reseller_is_funded_from_the_resellers_balance() {
    World::run(async |w| {
        expect![[r#"
            ❓ Please confirm: move 1,000 SMS credits to Quayside Taxi (c_5) from Northern Bulk (c_4)
            SMS 0 → 1,000 · by owner
            Northern Bulk (c_4): SMS 9,000 → 8,000
            • It is this client’s first add of SMS credits.
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_1: confirms it
            /deny op_1: cancels it"#]].assert_eq(&w.says("/addcredit sms quayside 1000").await);
        expect![[r#"
            ✅ Moved 1,000 SMS credits to Quayside Taxi (c_5) from Northern Bulk (c_4)
            SMS 0 → 1,000 · by owner
            Northern Bulk (c_4): SMS 9,000 → 8,000
            op_1 · undo within 24 h: /undo op_1"#]]
        .assert_eq(&w.says("/confirm").await);
        assert_eq!(w.balance("northern").await, (8_000, 0));
        assert_eq!(w.balance("quayside").await, (1_000, 0));
        assert!(w.says("/invoice list quayside").await.contains("No invoice"));
    });
}

#[test]
fn a_reseller_cannot_move_what_it_does_not_have() {
    World::run(async |w| {
        expect![[r#"
            Northern Bulk has 9,000 SMS credits to spend; 9,001 were asked for. Nothing was changed.
            /addcredit sms c_4 <amount>: tops the reseller up first
            /addcredit sms quayside 9001 from:house: sells from the house instead
            Ref op_1"#]]
        .assert_eq(&w.says("/addcredit sms quayside 9001").await);
        assert_eq!(w.balance("northern").await, (9_000, 0));
        // All of it can go: the balance may become 0.
        w.does("/addcredit sms quayside 9000").await;
        assert_eq!(w.balance("northern").await, (0, 0));
    });
}

#[test]
fn from_house_bills_the_reseller_and_credits_the_client() {
    World::run(async |w| {
        expect![[r#"
            ❓ Please confirm: add 1,000 SMS credits to Quayside Taxi (c_5)
            SMS 0 → 1,000 · an invoice of £48.00 due 7 Dec 2026 · by owner
            • It is this client’s first add of SMS credits.
            Mail to Northern Bulk ten minutes later: “1,000 SMS credits were added to your client Quayside Taxi. Invoice …: £48.00 is due by 2026-12-07.”
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_1: confirms it
            /deny op_1: cancels it"#]]
        .assert_eq(&w.says("/addcredit sms quayside 1000 from:house").await);
        expect![[r#"
            ✅ Added 1,000 SMS credits to Quayside Taxi (c_5)
            SMS 0 → 1,000 · invoice INV-4-0002 £48.00 due 7 Dec 2026 · by owner
            op_1 · undo within 24 h: /undo op_1"#]]
        .assert_eq(&w.says("/confirm").await);
        assert_eq!(w.balance("northern").await, (9_000, 0));
        assert_eq!(w.balance("quayside").await, (1_000, 0));
        assert!(w.says("/client view northern").await.contains("£48.00"), "the reseller owes it");
        assert!(!w.says("/client view quayside").await.contains("Unpaid"));
    });
}

#[test]
fn the_client_gets_one_mail_ten_minutes_later_and_none_when_the_add_was_taken_back() {
    World::run(async |w| {
        let before = w.outbox().await.len();
        w.does("/addcredit mms acme 500").await;
        w.does("/addcredit mms acme 350").await;
        w.does("/undo").await;
        w.passes(SignedDuration::from_mins(9));
        assert_eq!(w.outbox().await.len(), before, "nothing within ten minutes");
        w.passes(SignedDuration::from_mins(2));
        let sent = w.outbox().await;
        let new: Vec<String> =
            sent.iter().skip(before).map(|m| format!("{}: {}", m.to, m.subject)).collect();
        expect!["ops@acme.example: 500 MMS credits added"].assert_eq(&new.join("\n"));
        w.passes(SignedDuration::from_mins(60));
        assert_eq!(w.outbox().await.len(), sent.len(), "and none again");
    });
}

#[test]
fn an_amount_is_read_as_people_write_it() {
    World::run(async |w| {
        for (amount, credits) in
            [("1,000", 1_000), ("1_001", 1_001), ("2k", 2_000), ("+77", 77), ("500 credits", 500)]
        {
            let said = w.json(&format!("/addcredit sms acme {amount}")).await;
            assert_eq!(said["data"]["amount"], credits, "{amount}: {said}");
        }
        // The amount may come first when nothing else can be meant.
        assert_eq!(w.json("/addcredit sms 123 acme").await["data"]["amount"], 123);
    });
}

//! `/deductcredit`: always asked about, never below zero, money only where an invoice is named.

use expect_test::expect;

use crate::world::World;

#[test]
fn a_deduct_asks_and_then_takes() {
    World::run(async |w| {
        expect![[r#"
            ❓ Please confirm: deduct 150 MMS credits from ACME Ltd (c_2)
            MMS 400 → 250 · by owner · reason: added twice
            • It takes credits away.
            Mail to ACME Ltd ten minutes later: “150 MMS credits were deducted from your account.”
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_1: confirms it
            /deny op_1: cancels it"#]]
        .assert_eq(&w.says("/deductcredit mms acme 150 added twice").await);
        assert_eq!(w.balance("acme").await, (2_000, 400), "nothing yet");
        expect![[r#"
            ✅ Deducted 150 MMS credits from ACME Ltd (c_2)
            MMS 400 → 250 · by owner · reason: added twice
            op_1 · undo within 24 h: /undo op_1"#]]
        .assert_eq(&w.says("/confirm").await);
        assert_eq!(w.balance("acme").await, (2_000, 250));
    });
}

#[test]
fn a_deduct_needs_a_reason() {
    World::run(async |w| {
        expect![[r#"
            Why? /deductcredit mms acme 150 <reason>. Nothing was changed.
            Usage: /deductcredit mms <client> <amount> <reason> [invoice:<number>] [to:house] [tell:<text>] [dry_run]
            For example: /deductcredit mms acme 50 added twice invoice:INV-1042-0007
            /help deductcredit mms: explains the command"#]]
        .assert_eq(&w.says("/deductcredit mms acme 150").await);
    });
}

#[test]
fn all_can_be_taken_and_not_one_more() {
    World::run(async |w| {
        expect![[r#"
            ACME Ltd has 400 MMS credits to spend; 401 were asked for. Nothing was changed.
            /deductcredit mms acme 400 "too many": takes all 400
            Ref op_1"#]]
        .assert_eq(&w.says("/deductcredit mms acme 401 too many").await);
        w.does("/deductcredit mms acme 400 closing").await;
        assert_eq!(w.balance("acme").await, (2_000, 0));
        expect![[r#"
            ACME Ltd has 0 MMS credits to spend; 1 was asked for. Nothing was changed.
            Ref op_2"#]]
        .assert_eq(&w.says("/deductcredit mms acme 1 one more").await);
    });
}

#[test]
fn not_enough_is_an_outcome_that_a_retry_cannot_turn_around() {
    World::run(async |w| {
        let line = "/deductcredit mms acme 401 too many";
        let first = w.said_under("k-1", "local:owner", line).await;
        assert_eq!(first.code, "not_enough");
        w.does("/addcredit mms acme 500").await;
        let again = w.said_under("k-1", "local:owner", line).await;
        assert_eq!(again.code, "not_enough");
        assert_eq!(again.data, first.data);
        assert_eq!(w.balance("acme").await, (2_000, 900));
    });
}

#[test]
fn naming_an_open_invoice_makes_a_credit_note_and_lowers_what_is_due() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        expect![[r#"
            ❓ Please confirm: deduct 200 MMS credits from ACME Ltd (c_2)
            MMS 900 → 700 · a credit note of £12.00 for INV-2-0003 · by owner · reason: too many
            • It takes credits away.
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_1: confirms it
            /deny op_1: cancels it"#]]
        .assert_eq(&w.says("/deductcredit mms acme 200 too many invoice:INV-2-0003").await);
        expect![[r#"
            ✅ Deducted 200 MMS credits from ACME Ltd (c_2)
            MMS 900 → 700 · credit note CN-2-0001 for INV-2-0003 · by owner · reason: too many
            op_1"#]]
        .assert_eq(&w.says("/confirm").await);
        expect![[r#"
            Invoice INV-2-0003 · open
            for ACME Ltd (c_2)
            made 23 Nov 2026 10:00 UTC · due 7 Dec 2026
            500 MMS credits at £50.00 per 1,000: £25.00
            net £25.00 · tax 20 %: £5.00 · gross £30.00
            credited £12.00 · due £18.00
            300 MMS credits not reversed yet
            PDF: https://desk.example/invoices/INV-2-0003?until=1803254400&key=c8jEsj7K0Mh9SXsO9DWjcaEGns5qeFkOypoYvW8wu_0
            /invoice void INV-2-0003 <reason>: voids it and takes its credits back
            op_2 · entry 3"#]]
        .assert_eq(&w.says("/invoice view INV-2-0003").await);
        expect![[r#"
            Credit note CN-2-0001 · paid
            for ACME Ltd (c_2)
            made 23 Nov 2026 10:00 UTC
            200 MMS credits at £50.00 per 1,000: £10.00
            net £10.00 · tax 20 %: £2.00 · gross £12.00
            corrects INV-2-0003
            PDF: https://desk.example/invoices/CN-2-0001?until=1803254400&key=N9o4sbwk_NFrBphTTZkRz9tXqOoR7a24ks6RmePQ9IA
            op_1 · entry 4"#]]
        .assert_eq(&w.says("/invoice view CN-2-0001").await);
    });
}

#[test]
fn credit_notes_of_one_invoice_never_add_up_to_more_than_it() {
    World::run(async |w| {
        // 7 credits for £0.42: thirds do not divide evenly.
        w.does("/addcredit mms acme 7").await;
        let mut noted = 0;
        for taken in [2, 3, 2] {
            let line = format!("/deductcredit mms acme {taken} bit by bit invoice:INV-2-0003");
            w.does_as("local:bill", &line).await;
            w.passes(jiff::SignedDuration::from_hours(25));
        }
        for number in ["CN-2-0001", "CN-2-0002", "CN-2-0003"] {
            let view = w.json(&format!("/invoice view {number}")).await;
            noted += view["data"]["gross_minor"].as_u64().unwrap();
        }
        assert_eq!(noted, 42);
        let over = w.json("/deductcredit mms acme 1 once more invoice:INV-2-0003").await;
        assert_eq!(over["code"], "invoice_state", "all of it was noted: {over}");
    });
}

#[test]
fn an_invoice_of_somebody_else_or_of_the_other_kind_is_refused() {
    World::run(async |w| {
        w.does("/addcredit sms acme-mobile 100").await;
        expect![[r#"
            INV-3-0001 does not cover that: it is not an invoice for credits of this client. Nothing was changed.
            /invoice view INV-3-0001: shows the credits that are not reversed yet
            /invoice list c_3: lists the others
            Ref op_1"#]]
            .assert_eq(&w.says("/deductcredit sms acme 10 wrong invoice:INV-3-0001").await);
        expect![[r#"
            INV-2-0001 does not cover that: it is not for MMS credits. Nothing was changed.
            /invoice view INV-2-0001: shows the credits that are not reversed yet
            /invoice list c_2: lists the others
            Ref op_2"#]]
        .assert_eq(&w.says("/deductcredit mms acme 10 wrong invoice:INV-2-0001").await);
        expect![[r#"
            There is no invoice INV-2-0999. Nothing was changed.
            /invoice list c_2: lists that client’s documents
            Ref op_3"#]]
        .assert_eq(&w.says("/deductcredit mms acme 10 wrong invoice:INV-2-0999").await);
    });
}

#[test]
fn support_may_not_deduct() {
    World::run(async |w| {
        expect![[r#"
            Your role (support) may not do that; it needs billing or more. Nothing was changed.
            Ask somebody with the role billing or more: /role list
            Ref op_1"#]]
        .assert_eq(&w.says_as("local:dana", "/deductcredit mms acme 10 mistake").await);
    });
}

#[test]
fn a_deduct_above_the_open_limit_at_list_price_needs_approval() {
    World::run(async |w| {
        w.does("/settings limits billing open 10").await;
        // 400 MMS are worth £24.00 with tax.
        let said = w.json_as("local:bill", "/deductcredit mms acme 400 closing").await;
        assert_eq!(said["data"]["state"], "awaits_confirm", "{said}");
        let up = w.json_as("local:bill", "/confirm").await;
        assert_eq!(up["data"]["state"], "awaits_approval", "{up}");
        let op = up["op"].as_str().unwrap();
        w.does_as("local:mona", &format!("/approve {op}")).await;
        assert_eq!(w.balance("acme").await, (2_000, 0));
    });
}

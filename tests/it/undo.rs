//! `/undo`: an own add or deduct of the last 24 hours, with its invoice.

use expect_test::expect;
use jiff::SignedDuration;

use crate::world::World;

#[test]
fn undoing_an_open_add_takes_the_credits_and_voids_the_invoice() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        expect![[r#"
            ❓ Please confirm: take back op_1: take 500 MMS credits from ACME Ltd (c_2)
            MMS 900 → 400 · invoice INV-2-0003 becomes void · by owner
            • It reverses an operation.
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_2: confirms it
            /deny op_2: cancels it"#]]
        .assert_eq(&w.says("/undo").await);
        expect![[r#"
            ✅ Took back op_1: took 500 MMS credits from ACME Ltd (c_2)
            MMS 900 → 400 · invoice INV-2-0003 is void · by owner
            op_2"#]]
        .assert_eq(&w.says("/confirm").await);
        assert_eq!(w.balance("acme").await, (2_000, 400));
        expect![[r#"
            Invoice INV-2-0003 · void
            for ACME Ltd (c_2)
            made 23 Nov 2026 10:00 UTC
            500 MMS credits at £50.00 per 1,000: £25.00
            net £25.00 · tax 20 %: £5.00 · gross £30.00
            PDF: https://desk.example/invoices/INV-2-0003?until=1803254400&key=c8jEsj7K0Mh9SXsO9DWjcaEGns5qeFkOypoYvW8wu_0
            op_1 · entry 3"#]]
        .assert_eq(&w.says("/invoice view INV-2-0003").await);
    });
}

#[test]
fn undoing_a_paid_add_makes_a_credit_note() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500 paid:CARD-1").await;
        let undone = w.does("/undo").await;
        assert_eq!(undone["data"]["credit_note"], "CN-2-0001", "{undone}");
        expect![[r#"
            Invoice INV-2-0003 · refunded
            for ACME Ltd (c_2)
            made 23 Nov 2026 10:00 UTC
            500 MMS credits at £50.00 per 1,000: £25.00
            net £25.00 · tax 20 %: £5.00 · gross £30.00
            credited £30.00 · payment CARD-1
            PDF: https://desk.example/invoices/INV-2-0003?until=1803254400&key=c8jEsj7K0Mh9SXsO9DWjcaEGns5qeFkOypoYvW8wu_0
            op_1 · entry 3"#]]
        .assert_eq(&w.says("/invoice view INV-2-0003").await);
        expect![[r#"
            Credit note CN-2-0001 · paid
            for ACME Ltd (c_2)
            made 23 Nov 2026 10:00 UTC
            500 MMS credits at £50.00 per 1,000: £25.00
            net £25.00 · tax 20 %: £5.00 · gross £30.00
            corrects INV-2-0003
            PDF: https://desk.example/invoices/CN-2-0001?until=1803254400&key=N9o4sbwk_NFrBphTTZkRz9tXqOoR7a24ks6RmePQ9IA
            op_2 · entry 4"#]]
        .assert_eq(&w.says("/invoice view CN-2-0001").await);
        // The number stays taken.
        assert_eq!(w.does("/addcredit mms acme 77").await["data"]["invoice"], "INV-2-0004");
    });
}

#[test]
fn undoing_a_deduct_gives_the_credits_back() {
    World::run(async |w| {
        w.does("/deductcredit mms acme 150 mistake").await;
        w.does("/undo").await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn undoing_a_move_gives_the_credits_back_to_the_reseller() {
    World::run(async |w| {
        w.does("/addcredit sms quayside 1000").await;
        w.does("/undo").await;
        assert_eq!(w.balance("quayside").await, (0, 0));
        assert_eq!(w.balance("northern").await, (9_000, 0));
    });
}

#[test]
fn nothing_is_undone_twice_whoever_asks() {
    World::run(async |w| {
        let added = w.does("/addcredit mms acme 500").await;
        let line = format!("/undo {}", added["op"].as_str().unwrap());
        w.does(&line).await;
        let again = w.json(&line).await;
        assert_eq!(again["code"], "already_reversed", "{again}");
        let bill = w.json_as("local:bill", &line).await;
        assert_eq!(bill["code"], "already_reversed", "{bill}");
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn a_reversal_is_not_reversed() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        let undone = w.does("/undo").await;
        let line = format!("/undo {}", undone["op"].as_str().unwrap());
        expect![[r#"
            op_1 cannot be undone: what was taken back is not brought back; add the credits again. Nothing was changed.
            /help undo: says what can be undone, and how else to correct
            Ref op_2"#]].assert_eq(&w.says(&line).await);
    });
}

#[test]
fn support_undoes_its_own_and_billing_anyones() {
    World::run(async |w| {
        let owners = w.does("/addcredit mms acme 500").await;
        let line = format!("/undo {}", owners["op"].as_str().unwrap());
        expect![[r#"
            op_1 cannot be undone: it is somebody else’s; billing can undo it. Nothing was changed.
            /help undo: says what can be undone, and how else to correct
            Ref op_2"#]]
        .assert_eq(&w.says_as("local:dana", &line).await);
        w.does_as("local:bill", &line).await;
        w.does_as("local:dana", "/addcredit mms acme 60").await;
        w.does_as("local:dana", "/undo").await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn after_24_hours_it_is_too_late() {
    World::run(async |w| {
        let added = w.does("/addcredit mms acme 500").await;
        w.passes(SignedDuration::from_hours(23));
        assert_eq!(w.json("/undo --dry-run").await["status"], "ok");
        w.passes(SignedDuration::from_hours(1));
        let line = format!("/undo {}", added["op"].as_str().unwrap());
        expect![[r#"
            op_1 cannot be undone: it is older than 24 hours; void its invoice, or deduct. Nothing was changed.
            /help undo: says what can be undone, and how else to correct
            Ref op_2"#]].assert_eq(&w.says(&line).await);
    });
}

#[test]
fn an_add_whose_credits_are_gone_is_not_undone() {
    World::run(async |w| {
        let added = w.does("/addcredit mms acme 500").await;
        w.does("/deductcredit mms acme 600 another mistake").await;
        let line = format!("/undo {}", added["op"].as_str().unwrap());
        expect![[r#"
            Since op_1, 500 MMS credits were deducted from ACME Ltd. Was that a part of what is to be taken back? Nothing was changed.
            • op_2: 600 MMS credits at 23 Nov 2026 10:00 UTC · reason: another mistake
            /undo op:op_1 deducted:part: it was: takes nothing more (the balance stays)
            /undo op:op_1 deducted:else: it was not: takes 500 MMS credits (of MMS only 300 are left)
            Ref op_3"#]]
        .assert_eq(&w.says(&line).await);
        assert_eq!(w.balance("acme").await, (2_000, 300));
    });
}

#[test]
fn an_add_that_was_partly_noted_is_undone_by_what_it_still_gives() {
    World::run(async |w| {
        let added = w.does("/addcredit mms acme 500").await;
        w.does("/deductcredit mms acme 200 too many invoice:INV-2-0003").await;
        let line = format!("/undo {}", added["op"].as_str().unwrap());
        expect![[r#"
            ❓ Please confirm: take back op_1: take 300 MMS credits from ACME Ltd (c_2)
            MMS 700 → 400 · a credit note of £18.00 for INV-2-0003 · by owner
            • It reverses an operation.
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_2: confirms it
            /deny op_2: cancels it"#]]
        .assert_eq(&w.says(&line).await);
        w.does("/confirm").await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn there_may_be_nothing_to_undo() {
    World::run(async |w| {
        expect![[r#"
            You have no operation of today or yesterday to undo. Nothing was changed.
            Older ones, and other people’s, go by their id:
            /history: shows the last operations
            /undo <op>: takes one of them back
            Ref op_1"#]]
        .assert_eq(&w.says_as("local:dana", "/undo").await);
        expect![[r#"
            There is no operation op_2. Nothing was changed.
            /history: shows the last operations
            /pending: lists the waiting requests
            Ref op_3"#]]
        .assert_eq(&w.says_as("local:dana", "/undo op_0123456789abcdef").await);
        expect![[r#"
            “op_123” is not an operation, such as op_2. Nothing was changed.
            Usage: /undo [op] [deducted:part|else] [tell:<text>] [dry_run]
            For example: /undo op_2
            /help undo: explains the command"#]]
        .assert_eq(&w.says_as("local:dana", "/undo op_123").await);
    });
}

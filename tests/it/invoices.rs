//! Invoices: listed, viewed, voided; numbered without gaps.

use expect_test::expect;
use jiff::SignedDuration;

use crate::world::World;

#[test]
fn voiding_takes_the_credits_back_and_keeps_the_number() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        expect![[r#"
            ❓ Please confirm: void INV-2-0003: take 500 MMS credits from ACME Ltd (c_2)
            MMS 900 → 400 · invoice INV-2-0003 becomes void · by owner · reason: wrong client
            • It reverses an operation.
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_1: confirms it
            /deny op_1: cancels it"#]]
        .assert_eq(&w.says("/invoice void INV-2-0003 wrong client").await);
        expect![[r#"
            ✅ Voided INV-2-0003: took 500 MMS credits from ACME Ltd (c_2)
            MMS 900 → 400 · invoice INV-2-0003 is void · by owner · reason: wrong client
            op_1"#]]
        .assert_eq(&w.says("/confirm").await);
        assert_eq!(w.balance("acme").await, (2_000, 400));
        expect![[r#"
            INV-2-0003 is void. Nothing was changed.
            /invoice view INV-2-0003: shows it
            Ref op_2"#]]
        .assert_eq(&w.says("/invoice void INV-2-0003 again").await);
        assert_eq!(w.does("/addcredit mms acme 501").await["data"]["invoice"], "INV-2-0004");
    });
}

#[test]
fn voiding_a_paid_invoice_makes_a_credit_note() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500 paid:CARD-1").await;
        let voided = w.does("/invoice void INV-2-0003 wrong client").await;
        assert_eq!(voided["data"]["credit_note"], "CN-2-0001", "{voided}");
        assert!(w.says("/invoice view INV-2-0003").await.contains("refunded"));
    });
}

#[test]
fn an_invoice_whose_credits_are_gone_is_not_voided() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        w.does("/deductcredit mms acme 500 used elsewhere").await;
        expect![[r#"
            Since op_1, 500 MMS credits were deducted from ACME Ltd. Was that a part of what is to be taken back? Nothing was changed.
            • op_2: 500 MMS credits at 23 Nov 2026 10:00 UTC · reason: used elsewhere
            /invoice void INV-2-0003 "wrong" deducted:part: it was: takes nothing more (the balance stays)
            /invoice void INV-2-0003 "wrong" deducted:else: it was not: takes 500 MMS credits (of MMS only 400 are left)
            Ref op_3"#]]
        .assert_eq(&w.says("/invoice void INV-2-0003 wrong").await);
    });
}

#[test]
fn a_list_says_what_is_due_and_what_is_overdue() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        w.passes(SignedDuration::from_hours(24 * 15));
        w.does("/addcredit mms acme 600").await;
        expect![[r#"
            ACME Ltd (c_2) · unpaid £66.00
            INV-2-0004 · open · £36.00
            due 22 Dec 2026 · made 8 Dec 2026 10:00 UTC
            INV-2-0003 · overdue · £30.00
            due 7 Dec 2026 · made 23 Nov 2026 10:00 UTC
            INV-2-0002 · paid · £24.00
            made 24 Oct 2026 10:00 UTC
            INV-2-0001 · paid · £96.00
            made 24 Oct 2026 10:00 UTC
            /invoice view INV-2-0004: shows the first"#]]
        .assert_eq(&w.says("/invoice list acme").await);
        expect![[r#"
            ACME Ltd (c_2) · unpaid £66.00
            INV-2-0002 · paid · £24.00
            made 24 Oct 2026 10:00 UTC
            INV-2-0001 · paid · £96.00
            made 24 Oct 2026 10:00 UTC
            /invoice view INV-2-0002: shows the first"#]]
        .assert_eq(&w.says("/invoice list acme paid").await);
        expect![[r#"
            Birch Bakery (c_6) · nothing unpaid
            No invoices."#]]
        .assert_eq(&w.says("/invoice list birch").await);
    });
}

#[test]
fn an_unknown_invoice_is_not_invented() {
    World::run(async |w| {
        expect![[r#"
            There is no invoice INV-2-0099.
            /invoice list c_2: lists that client’s documents
            Ref op_1"#]]
        .assert_eq(&w.says("/invoice view INV-2-0099").await);
        expect![[r#"
            There is no invoice INV-2-0099.
            /invoice list c_2: lists that client’s documents
            Ref op_2"#]]
        .assert_eq(&w.says("/invoice view INV-2-99").await);
        expect![[r#"
            “12” is not an invoice number, such as INV-1042-0007.
            Usage: /invoice view <number>
            For example: /invoice view INV-1042-0007
            /help invoice view: explains the command"#]]
        .assert_eq(&w.says("/invoice view 12").await);
        expect![[r#"
            There is no invoice INV-77-0001. Nothing was changed.
            /invoice list c_77: lists that client’s documents
            Ref op_3"#]]
        .assert_eq(&w.says("/invoice void INV-77-0001 why not").await);
    });
}

#[test]
fn numbers_have_no_gaps_whatever_was_refused_tried_or_voided_between() {
    World::run(async |w| {
        let mut numbers = Vec::new();
        for credits in [11, 12, 13] {
            w.json("/addcredit mms acme 99999999999").await;
            w.json("/addcredit mms acme 50000 --dry-run").await;
            w.json("/addcredit mms acme 500 paid:BACS-1").await;
            let added = w.does(&format!("/addcredit mms acme {credits}")).await;
            numbers.push(added["data"]["invoice"].as_str().unwrap().to_owned());
            w.does("/undo").await;
        }
        assert_eq!(numbers, ["INV-2-0003", "INV-2-0004", "INV-2-0005"]);
    });
}

//! The payments inbox, as staff type it: statement lines that are recorded, matched to one or several
//! invoices, and freed again. The books are proved after each test.

use jiff::SignedDuration;
use serde_json::Value;

use crate::billing::{dispute, refund, succeeded};
use crate::cases::{text, tries};
use crate::world::World;

/// Open invoices of ACME over £30.00, £60.00 and £24.00.
async fn three(w: &World) -> [String; 3] {
    let mut numbers = Vec::new();
    for line in ["mms acme 500", "mms acme 1000", "sms acme 500"] {
        let done = w.does(&format!("/addcredit {line}")).await;
        numbers.push(done["data"]["invoice"].as_str().unwrap().to_owned());
    }
    numbers.try_into().unwrap()
}

/// Records a statement line, and returns the payment's reference.
async fn recorded(w: &World, amount: &str, line: &str) -> String {
    let done = w.does(&format!("/payment record {amount} 2026-11-23 \"{line}\"")).await;
    done["data"]["payment"].as_str().unwrap().to_owned()
}

fn state(word: &str, paid: u64, due: u64) -> (String, u64, u64) {
    (word.to_owned(), paid, due)
}

/// The money of payments that wait, by reference.
async fn waiting(w: &World) -> Vec<(String, u64)> {
    let listed = w.json("/payment unmatched").await;
    let payments = listed["data"]["payments"].as_array().unwrap().iter();
    let of = |payment: &Value| {
        let reference = payment["payment"].as_str().unwrap().to_owned();
        (reference, payment["unapplied_minor"].as_u64().unwrap())
    };
    payments.map(of).collect()
}

#[test]
fn payment_recorded_twice_names_the_first_and_books_nothing_new() {
    World::run(async |w| {
        let line = "/payment record 75.00 2026-11-23 \"AMBER BAKERY\" client:birch ref:TRF-8812";

        let first = w.does(line).await;
        w.passes(SignedDuration::from_secs(3));
        let again = w.json(line).await;

        assert_eq!(first["data"]["payment"], "trf-8812");
        assert_eq!(again["status"], "ok");
        assert!(text(&again).contains("nothing new was booked"), "{}", text(&again));
        assert!(text(&again).contains("trf-8812"), "{}", text(&again));
        assert_eq!(waiting(w).await, [("trf-8812".to_owned(), 7_500)]);
        let other = w.json(&line.replace("75.00", "57.00")).await;
        assert_eq!(other["status"], "refused", "{}", text(&other));
        w.does(&line.replace("8812", "8813")).await;
        assert_eq!(waiting(w).await.len(), 2);
    });
}

#[test]
fn equal_line_without_a_reference_is_booked_again_only_if_a_person_says_so() {
    World::run(async |w| {
        let line = "/payment record 25.00 2026-11-23 \"TOPUP AMBER\"";
        w.does(line).await;

        let again = w.json(&line.replace("TOPUP AMBER", "Topup  Amber")).await;

        assert!(text(&again).contains("nothing new was booked"), "{}", text(&again));
        assert_eq!(waiting(w).await.len(), 1);
        let offered = tries(&again);
        let second = offered.iter().find(|line| line.contains("again")).unwrap();
        w.does(second).await;
        let waiting: Vec<u64> = waiting(w).await.into_iter().map(|(_, minor)| minor).collect();
        assert_eq!(waiting, [2_500, 2_500]);
    });
}

#[test]
fn line_that_equals_a_claim_confirms_it_and_adds_no_money() {
    World::run(async |w| {
        let claimed = w.json("/payment view BACS-1").await;
        assert_eq!(claimed["data"]["claimed"], true);
        let other = w.json("/payment record 90.00 2026-11-23 \"ACME\" ref:BACS-1").await;
        assert_eq!(other["status"], "refused", "{}", text(&other));

        let done = w.does("/payment record 96.00 2026-11-23 \"ACME\" ref:bacs-1").await;
        let again = w.json("/payment record 96.00 2026-11-23 \"ACME\" ref:bacs-1").await;

        assert!(text(&done).contains("is confirmed"), "{}", text(&done));
        assert!(text(&again).contains("nothing new was booked"), "{}", text(&again));
        let payment = w.json("/payment view BACS-1").await;
        assert_eq!(payment["data"]["claimed"], false);
        assert_eq!(payment["data"]["received_minor"], 9_600);
        assert_eq!(waiting(w).await, []);
    });
}

#[test]
fn payment_over_several_invoices_settles_each_and_keeps_the_rest_as_credit() {
    World::run(async |w| {
        let [first, second, third] = three(w).await;
        let payment = recorded(w, "100.00", "ACME LTD").await;

        let matched = w.does(&format!("/payment match {payment} {first}, {second}")).await;

        assert!(text(&matched).contains("due £60.00 → £0.00"), "{}", text(&matched));
        assert_eq!(w.invoice(&first).await, state("paid", 3_000, 0));
        assert_eq!(w.invoice(&second).await, state("paid", 6_000, 0));
        assert_eq!(waiting(w).await, [(payment.clone(), 1_000)]);

        w.does(&format!("/payment match {payment} {third}")).await;

        assert_eq!(w.invoice(&third).await, state("partly_paid", 1_000, 1_400));
        assert_eq!(waiting(w).await, []);
        assert_eq!(w.balance("acme").await, (2_500, 1_900));
    });
}

#[test]
fn freed_payment_leaves_its_invoices_as_they_were() {
    World::run(async |w| {
        let [first, second, third] = three(w).await;
        let payment = recorded(w, "114.00", "ACME LTD").await;
        w.does(&format!("/payment match {payment} {first} {second} {third}")).await;

        w.does(&format!("/payment unmatch {payment} {second}")).await;

        assert_eq!(w.invoice(&second).await, state("open", 0, 6_000));
        assert_eq!(w.invoice(&third).await, state("paid", 2_400, 0));
        assert_eq!(waiting(w).await, [(payment.clone(), 6_000)]);

        w.does(&format!("/payment unmatch {payment}")).await;

        assert_eq!(w.invoice(&first).await, state("open", 0, 3_000));
        assert_eq!(w.invoice(&third).await, state("open", 0, 2_400));
        assert_eq!(waiting(w).await, [(payment.clone(), 11_400)]);
        assert_eq!(w.balance("acme").await, (2_500, 1_900));
        let again = w.json(&format!("/payment unmatch {payment}")).await;
        assert_eq!(again["status"], "refused", "{}", text(&again));
    });
}

#[test]
fn voids_of_the_invoices_of_a_payment_free_it_in_any_order() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        World::run(async |w| {
            let numbers = three(w).await;
            let payment = recorded(w, "90.00", "ACME LTD").await;
            let all = numbers.join(" ");
            w.does(&format!("/payment match {payment} {all}")).await;

            for at in order {
                w.does(&format!("/invoice void {} wrong order", numbers[at])).await;
            }

            assert_eq!(waiting(w).await, [(payment.clone(), 9_000)], "{order:?}");
            assert_eq!(w.balance("acme").await, (2_000, 400), "{order:?}");
        });
    }
}

#[test]
fn refund_takes_from_the_last_invoice_first_and_a_failed_one_fills_it_again() {
    World::run(async |w| {
        let [first, second, _] = three(w).await;
        w.stripe(succeeded("pi_1", 10_000, "gbp", None)).await;
        w.does(&format!("/payment match pi_1 {first} {second}")).await;
        assert_eq!(waiting(w).await, [("pi_1".to_owned(), 1_000)]);

        w.stripe(refund("refund.created", "pi_1", ("re_1", 4_000, "succeeded"))).await;

        assert_eq!(w.invoice(&first).await, state("paid", 3_000, 0));
        assert_eq!(w.invoice(&second).await, state("partly_refunded", 3_000, 0));
        assert_eq!(w.balance("acme").await.1, 400 + 500 + 500);

        w.stripe(refund("refund.failed", "pi_1", ("re_1", 4_000, "failed"))).await;

        assert_eq!(w.invoice(&second).await, state("paid", 6_000, 0));
        assert_eq!(waiting(w).await, [("pi_1".to_owned(), 1_000)]);
        assert_eq!(w.balance("acme").await.1, 1_900);
    });
}

#[test]
fn dispute_of_a_payment_over_several_invoices_counts_once_and_comes_back() {
    World::run(async |w| {
        let [first, second, _] = three(w).await;
        w.stripe(succeeded("pi_1", 9_000, "gbp", None)).await;
        w.does(&format!("/payment match pi_1 {second} {first}")).await;

        w.stripe(dispute("funds_withdrawn", "pi_1", ("dp_1", 9_000, "needs_response"))).await;

        assert_eq!(w.invoice(&first).await, state("refunded", 0, 0));
        assert_eq!(w.invoice(&second).await, state("refunded", 0, 0));
        assert_eq!(w.balance("acme").await.1, 400);
        let taken = w.json(&format!("/payment unmatch pi_1 {first}")).await;
        assert_eq!(taken["status"], "refused", "{}", text(&taken));

        w.stripe(dispute("funds_reinstated", "pi_1", ("dp_1", 9_000, "won"))).await;

        assert_eq!(w.invoice(&first).await, state("paid", 3_000, 0));
        assert_eq!(w.balance("acme").await.1, 1_900);
    });
}

#[test]
fn payment_that_staff_freed_is_not_applied_by_its_events_again() {
    World::run(async |w| {
        let [first, second, _] = three(w).await;
        w.stripe(succeeded("pi_1", 3_000, "gbp", Some(&first))).await;
        w.does("/payment unmatch pi_1").await;

        w.stripe(refund("refund.created", "pi_1", ("re_1", 1_000, "succeeded"))).await;
        w.local.sweep().await;

        assert_eq!(w.invoice(&first).await, state("open", 0, 3_000));
        assert_eq!(waiting(w).await, [("pi_1".to_owned(), 2_000)]);
        w.does(&format!("/payment match pi_1 {second}")).await;
        assert_eq!(w.invoice(&second).await, state("partly_paid", 2_000, 4_000));
    });
}

#[test]
fn payment_kept_for_a_client_pays_that_client_alone() {
    World::run(async |w| {
        let [first, ..] = three(w).await;
        let payment = recorded(w, "40.00", "UNKNOWN PAYER").await;
        let kept = w.does(&format!("/payment match {payment} birch")).await;
        assert!(text(&kept).contains("Birch Bakery"), "{}", text(&kept));

        let other = w.json(&format!("/payment match {payment} {first}")).await;

        assert_eq!(other["status"], "refused", "{}", text(&other));
        let claimed = w.json(&format!("/addcredit mms acme 200 paid:{payment}")).await;
        assert_eq!(claimed["status"], "refused", "{}", text(&claimed));
        w.does(&format!("/payment unmatch {payment}")).await;
        w.does(&format!("/payment match {payment} {first}")).await;
        assert_eq!(w.invoice(&first).await, state("paid", 3_000, 0));
        assert_eq!(waiting(w).await, [(payment, 1_000)]);
    });
}

#[test]
fn match_that_cannot_be_is_refused_and_changes_nothing() {
    World::run(async |w| {
        let [first, second, _] = three(w).await;
        let northern = w.does("/addcredit sms northern 1000").await;
        let northern = northern["data"]["invoice"].as_str().unwrap().to_owned();
        w.does(&format!("/invoice void {second} wrong")).await;
        let payment = recorded(w, "40.00", "ACME").await;

        for to in [
            format!("{first} {northern}"),
            second.clone(),
            "INV-2-0099".to_owned(),
            format!("{first} birch"),
            "nobody at all".to_owned(),
        ] {
            let refused = w.json(&format!("/payment match {payment} {to}")).await;
            assert_ne!(refused["status"], "ok", "{to}: {}", text(&refused));
        }
        for line in ["/payment match nothing INV-2-0001", "/payment view nothing"] {
            let refused = w.json(line).await;
            assert_eq!(refused["status"], "refused", "{}", text(&refused));
        }
        for (amount, day) in [("0", "2026-11-23"), ("5,00", "2026-11-23"), ("5.00", "2026-12-24")] {
            let refused = w.json(&format!("/payment record {amount} {day} \"X\"")).await;
            assert_ne!(refused["status"], "ok", "{amount} {day}: {}", text(&refused));
        }
        assert_eq!(waiting(w).await, [(payment, 4_000)]);
    });
}

#[test]
fn support_records_and_matches_no_payment() {
    World::run(async |w| {
        let [first, ..] = three(w).await;
        let payment = recorded(w, "40.00", "ACME").await;
        for line in [
            "/payment record 5.00 2026-11-23 \"ACME\"".to_owned(),
            format!("/payment match {payment} {first}"),
            format!("/payment unmatch {payment}"),
        ] {
            let said = w.said_as("local:dana", &line).await;
            assert_eq!(said.status.word(), "refused", "{line}");
        }
        let listed = w.said_as("local:ann", "/payment unmatched").await;
        assert_eq!(listed.status.word(), "ok");
    });
}

/// The lines that a reply offers to match a payment.
fn offers(reply: &Value) -> Vec<String> {
    let lines = tries(reply).into_iter();
    lines.filter(|line| line.starts_with("/payment match") && !line.contains('<')).collect()
}

#[test]
fn recorded_line_proposes_invoices_with_reasons_and_applies_none() {
    World::run(async |w| {
        let [first, second, third] = three(w).await;

        let by_number = w.does(&format!("/payment record 24.00 2026-11-23 \"Re {third}\"")).await;
        let by_sum = w.does("/payment record 90.00 2026-11-23 \"ACME LTD\"").await;
        let nothing = w.does("/payment record 40.00 2026-11-23 \"room 27\"").await;

        assert!(text(&by_number).contains(&format!("It may pay {third}")), "{}", text(&by_number));
        assert!(text(&by_number).contains("its number, exactly the amount · sure"));
        let both = format!("{first} {second}");
        assert!(offers(&by_sum)[0].ends_with(&both), "{}", text(&by_sum));
        assert!(text(&by_sum).contains("exactly the sum"), "{}", text(&by_sum));
        assert_eq!(offers(&nothing), Vec::<String>::new(), "{}", text(&nothing));
        for number in [&first, &second, &third] {
            assert_eq!(w.invoice(number).await.1, 0);
        }
        w.does(&offers(&by_sum)[0]).await;
        assert_eq!(w.invoice(&second).await, state("paid", 6_000, 0));
    });
}

/// E05: a number counts as a whole number only.
#[test]
fn number_within_a_longer_number_is_no_proposal() {
    World::run(async |w| {
        let done = w.does("/addcredit sms northern 1000").await;
        let number = done["data"]["invoice"].as_str().unwrap().to_owned();

        let within = w.does("/payment record 48.00 2026-11-23 \"order 4000199\"").await;
        let named = w.does(&format!("/payment record 48.00 2026-11-23 \"{number} thanks\"")).await;

        assert_eq!(offers(&within), Vec::<String>::new(), "{}", text(&within));
        assert!(offers(&named)[0].ends_with(&number), "{}", text(&named));
    });
}

/// E13: a claim is used up by one line; the other line stays.
#[test]
fn claim_is_confirmed_by_one_line_and_the_other_waits() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500 paid:PAY-31").await;
        let number = "INV-2-0003";
        let first = w.does("/payment record 30.00 2026-11-23 \"ACME LTD\"").await;
        let second = w.does("/payment record 30.00 2026-11-23 \"ACME LTD\" --again").await;
        assert!(text(&first).contains("claimed payment pay-31"), "{}", text(&first));

        w.does(&offers(&first)[0]).await;
        let twice = w.json(&offers(&second)[0]).await;

        assert_eq!(twice["status"], "refused", "{}", text(&twice));
        assert_eq!(w.invoice(number).await, state("paid", 3_000, 0));
        let waiting_now: Vec<u64> = waiting(w).await.into_iter().map(|(_, minor)| minor).collect();
        assert_eq!(waiting_now, [3_000]);
        let claim = w.json("/payment view PAY-31").await;
        assert_eq!(claim["data"]["claimed"], false);

        let reference = first["data"]["payment"].as_str().unwrap();
        w.does(&format!("/payment unmatch {reference}")).await;

        let claim = w.json("/payment view PAY-31").await;
        assert_eq!(claim["data"]["claimed"], true);
        assert_eq!(waiting(w).await.len(), 2);
    });
}

/// E15: a whole creditor reference beats everything that looks like it.
#[test]
fn whole_creditor_reference_proposes_its_invoice_alone() {
    World::run(async |w| {
        let [first, ..] = three(w).await;
        let number = first.parse().unwrap();
        let reference = shared::kernel::bank::creditor_reference(&number).unwrap();

        let line = format!("/payment record 30.00 2026-11-23 \"{reference}\"");
        let recorded = w.does(&line).await;

        assert_eq!(offers(&recorded).len(), 1, "{}", text(&recorded));
        assert!(offers(&recorded)[0].ends_with(&first));
        assert!(text(&recorded).contains("its reference"), "{}", text(&recorded));
    });
}

#[test]
fn provider_payment_that_is_the_claimed_money_takes_its_place_and_its_refunds_count() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500 paid:PAY-31").await;
        let number = "INV-2-0003";
        w.stripe(succeeded("pi_1", 3_000, "gbp", Some(number))).await;
        assert_eq!(waiting(w).await, [("pi_1".to_owned(), 3_000)]);

        w.does(&format!("/payment match pi_1 {number}")).await;

        assert_eq!(waiting(w).await, []);
        assert_eq!(w.invoice(number).await, state("paid", 3_000, 0));
        let claimed = w.json("/addcredit mms acme 500 paid:PAY-31").await;
        assert_eq!(claimed["status"], "refused", "{}", text(&claimed));

        w.stripe(refund("refund.created", "pi_1", ("re_1", 1_500, "succeeded"))).await;

        assert_eq!(w.invoice(number).await, state("partly_refunded", 1_500, 0));
        assert_eq!(w.balance("acme").await.1, 400 + 250);
    });
}

#[test]
fn payment_that_pays_nothing_leaves_the_list_until_it_is_freed() {
    World::run(async |w| {
        let payment = recorded(w, "512.40", "STRIPE PAYOUT").await;

        w.does(&format!("/payment ignore {payment}")).await;
        assert_eq!(waiting(w).await, []);
        let again = w.json(&format!("/payment ignore {payment}")).await;
        assert_eq!(again["status"], "refused", "{}", text(&again));

        w.does(&format!("/payment unmatch {payment}")).await;
        assert_eq!(waiting(w).await, [(payment.clone(), 51_240)]);
        w.does(&format!("/payment match {payment} birch")).await;
        let kept = w.json(&format!("/payment ignore {payment}")).await;
        assert_eq!(kept["status"], "refused", "{}", text(&kept));
    });
}

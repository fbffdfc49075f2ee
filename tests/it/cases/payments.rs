//! Payments of billing providers, through HTTP: amounts of every currency, refunds in parts, events out of
//! order, disputes, surpluses, voided invoices, unsigned requests, races.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::contract::receipt::{Outcome, Receipt};
use shared::contract::{Facts, Key};
use shared::kernel::actor::Provider;
use shared::payments::types::Waits;

use crate::billing::{charge_refunded, checkout, dispute, refund, stripe, succeeded, updated};
use crate::world::World;

/// An add of 500 MMS credits for £30.00, of which the invoice is open.
async fn sold(w: &World) -> String {
    let done = w.does("/addcredit mms acme 500").await;
    let number = done["data"]["invoice"].as_str().unwrap().to_owned();
    assert_eq!(w.invoice(&number).await, ("open".to_owned(), 0, 3_000));
    number
}

/// The MMS credits of ACME, which may be owed.
async fn mms(w: &World) -> i64 {
    let read = w.json("/balance acme").await;
    let of = |name: &str| read["data"]["mms"][name].as_i64().unwrap();
    of("spendable") - of("owed")
}

/// What is left of all audit lines of providers and the schedule.
async fn history(w: &World) -> String {
    w.says("/history").await
}

fn paid(minor: u64) -> (String, u64, u64) {
    ("paid".to_owned(), minor, 0)
}

#[test]
fn payment_settles_its_invoice_once_however_often_it_is_reported() {
    World::run(async |w| {
        let number = sold(w).await;
        let event = succeeded("pi_1", 3_000, "gbp", Some(&number));

        let first = w.stripe(event.clone()).await;
        let again = w.stripe(event.clone()).await;
        let mut resent = event;
        resent["id"] = json!("evt_resent");
        let resent = w.stripe(resent).await;

        assert!(first.starts_with("Booked: op_"), "{first}");
        assert!(again.starts_with("Booked before: op_"), "{again}");
        assert_eq!(resent, again);
        assert_eq!(w.invoice(&number).await, paid(3_000));
        assert_eq!(mms(w).await, 900);
    });
}

#[test]
fn amount_in_a_currency_without_cents_or_with_three_decimals_is_booked_as_it_is() {
    for (currency, price, minor, per_kilo) in
        [("JPY", "4000", 4_800, 4_000), ("KWD", "4.000", 4_800, 4_000)]
    {
        World::run_new(async |w| {
            for line in [
                format!("/settings currency {currency}"),
                "/settings seller Brightline Messaging Ltd".to_owned(),
                "/settings tax 20%".to_owned(),
                format!("/price set sms default 1:{price}"),
                "/client new Amber Bakery hello@amber.example login:amber".to_owned(),
                "/client activate amber".to_owned(),
                "/addcredit sms amber 1000".to_owned(),
            ] {
                w.does(&line).await;
            }
            let number = "INV-2-0001";
            assert_eq!(w.invoice(number).await, ("open".to_owned(), 0, minor), "{per_kilo}");

            let event = updated("T-1", Some(number), currency, (minor, 0));
            let response = w.event(Provider::Billing, &event).await;

            assert_eq!(response.status, 200, "{}", response.body);
            assert_eq!(w.invoice(number).await, paid(minor));
        });
    }
}

#[test]
fn cumulative_refunds_take_credits_once_each_and_late_ones_nothing() {
    World::run(async |w| {
        let number = sold(w).await;
        w.stripe(succeeded("pi_77", 3_000, "gbp", Some(&number))).await;

        let mut balances = Vec::new();
        for refunded in [600, 1_500, 1_500, 600] {
            w.stripe(charge_refunded("pi_77", 3_000, refunded)).await;
            balances.push(mms(w).await);
        }

        assert_eq!(balances, [800, 650, 650, 650]);
        assert_eq!(w.invoice(&number).await, ("partly_refunded".to_owned(), 1_500, 0));
        w.stripe(charge_refunded("pi_77", 3_000, 3_000)).await;
        assert_eq!(w.invoice(&number).await, ("refunded".to_owned(), 0, 0));
        assert_eq!(mms(w).await, 400);
    });
}

#[test]
fn refunds_by_id_replace_the_cumulative_sum_and_a_failed_one_gives_the_credits_back() {
    World::run(async |w| {
        let number = sold(w).await;
        w.stripe(succeeded("pi_1", 3_000, "gbp", Some(&number))).await;
        w.stripe(charge_refunded("pi_1", 3_000, 1_500)).await;
        assert_eq!(mms(w).await, 650);

        w.stripe(refund("refund.created", "pi_1", ("re_1", 900, "pending"))).await;
        assert_eq!(mms(w).await, 750, "900 of 3,000 by its id");
        w.stripe(refund("refund.updated", "pi_1", ("re_2", 600, "succeeded"))).await;
        assert_eq!(mms(w).await, 650);
        w.stripe(refund("refund.failed", "pi_1", ("re_1", 900, "failed"))).await;
        assert_eq!(mms(w).await, 800);
        w.stripe(refund("refund.updated", "pi_1", ("re_1", 900, "succeeded"))).await;

        assert_eq!(mms(w).await, 800, "a refund that failed stays so");
        assert_eq!(w.invoice(&number).await, ("partly_refunded".to_owned(), 2_400, 0));
    });
}

#[test]
fn invoice_that_was_never_paid_in_full_loses_no_credits_by_a_refund() {
    World::run(async |w| {
        let number = sold(w).await;
        w.stripe(succeeded("pi_1", 1_000, "gbp", Some(&number))).await;
        assert_eq!(w.invoice(&number).await, ("partly_paid".to_owned(), 1_000, 2_000));

        w.stripe(refund("refund.created", "pi_1", ("re_1", 400, "succeeded"))).await;

        assert_eq!(w.invoice(&number).await, ("partly_paid".to_owned(), 600, 2_400));
        assert_eq!(mms(w).await, 900);
    });
}

#[test]
fn failed_event_after_the_paid_one_is_noted_and_changes_nothing() {
    World::run(async |w| {
        let number = sold(w).await;
        w.stripe(succeeded("pi_1", 3_000, "gbp", Some(&number))).await;

        let object = json!({ "id": "pi_1", "object": "payment_intent", "currency": "gbp" });
        let late = w.stripe(stripe("evt_late", "payment_intent.payment_failed", object)).await;

        assert_eq!(late, "Nothing to book.");
        assert_eq!(w.invoice(&number).await, paid(3_000));
        let history = history(w).await;
        assert!(history.contains("payment_intent.payment_failed"), "{history}");
    });
}

#[test]
fn payment_that_comes_before_its_invoice_waits_and_settles_it_within_a_minute() {
    World::run(async |w| {
        let event = succeeded("pi_1", 3_000, "gbp", Some("INV-2-0003"));
        w.stripe(event).await;
        let waiting = w.local.store().waiting_payments().await.unwrap().records;
        assert_eq!(waiting.iter().map(|p| p.unapplied()).collect::<Vec<_>>(), [3_000]);
        w.local.sweep().await;

        let number = sold(w).await;
        w.local.sweep().await;

        assert_eq!(number, "INV-2-0003");
        assert_eq!(w.invoice(&number).await, paid(3_000));
        assert!(w.local.store().waiting_payments().await.unwrap().records.is_empty());
        assert_eq!(mms(w).await, 900);
    });
}

#[test]
fn dispute_after_the_credits_were_spent_leaves_the_client_owing_and_won_gives_them_back() {
    World::run(async |w| {
        let number = sold(w).await;
        w.stripe(succeeded("pi_90", 3_000, "gbp", Some(&number))).await;
        w.does("/deductcredit mms acme 750 sent by hand").await;
        assert_eq!(mms(w).await, 150);

        let (id, lost) = ("dp_1", ("dp_1", 3_000, "needs_response"));
        w.stripe(dispute("created", "pi_90", lost)).await;
        assert_eq!(mms(w).await, 150, "no money has moved yet");
        w.stripe(dispute("funds_withdrawn", "pi_90", lost)).await;
        assert_eq!(mms(w).await, -350);
        assert_eq!(w.invoice(&number).await, ("refunded".to_owned(), 0, 0));

        w.stripe(dispute("funds_reinstated", "pi_90", (id, 3_000, "won"))).await;
        w.stripe(dispute("closed", "pi_90", (id, 3_000, "won"))).await;
        assert_eq!(mms(w).await, 150);
        assert_eq!(w.invoice(&number).await, paid(3_000));

        w.stripe(refund("refund.created", "pi_90", ("re_1", 3_000, "succeeded"))).await;
        assert_eq!(mms(w).await, -350, "the refund takes all of them again");
    });
}

#[test]
fn surplus_is_the_clients_money_and_a_refund_takes_it_first() {
    World::run(async |w| {
        let number = sold(w).await;
        w.stripe(succeeded("pi_1", 4_500, "gbp", Some(&number))).await;
        assert_eq!(w.invoice(&number).await, paid(3_000));
        let waiting = w.local.store().waiting_payments().await.unwrap().records;
        assert_eq!(waiting.iter().map(|p| p.unapplied()).collect::<Vec<_>>(), [1_500]);

        w.stripe(refund("refund.created", "pi_1", ("re_1", 1_500, "succeeded"))).await;
        assert_eq!(w.invoice(&number).await, paid(3_000));
        assert_eq!(mms(w).await, 900);
        assert!(w.local.store().waiting_payments().await.unwrap().records.is_empty());

        w.stripe(refund("refund.created", "pi_1", ("re_2", 300, "succeeded"))).await;
        assert_eq!(w.invoice(&number).await, ("partly_refunded".to_owned(), 2_700, 0));
        assert_eq!(mms(w).await, 850);
    });
}

#[test]
fn checkout_names_the_invoice_before_or_after_the_money() {
    for order in [[0, 1], [1, 0]] {
        World::run(async |w| {
            let number = sold(w).await;
            let events = [
                checkout("checkout.session.completed", "pi_1", (3_000, "paid"), &number),
                succeeded("pi_1", 3_000, "gbp", None),
            ];
            for position in order {
                w.stripe(events[position].clone()).await;
            }
            assert_eq!(w.invoice(&number).await, paid(3_000));
            assert!(w.local.store().waiting_payments().await.unwrap().records.is_empty());
        });
    }
}

#[test]
fn checkout_that_is_completed_and_not_paid_waits_for_the_bank() {
    for (ending, state, balance) in [
        ("checkout.session.async_payment_succeeded", paid(3_000), 900),
        ("checkout.session.async_payment_failed", ("open".to_owned(), 0, 3_000), 900),
    ] {
        World::run(async |w| {
            let number = sold(w).await;
            let unpaid = (3_000, "unpaid");
            w.stripe(checkout("checkout.session.completed", "pi_1", unpaid, &number)).await;
            assert_eq!(w.invoice(&number).await, ("open".to_owned(), 0, 3_000));
            w.passes(SignedDuration::from_hours(72));

            let status = if state.0 == "paid" { "paid" } else { "unpaid" };
            w.stripe(checkout(ending, "pi_1", (3_000, status), &number)).await;

            assert_eq!(w.invoice(&number).await, state);
            assert_eq!(mms(w).await, balance);
        });
    }
}

#[test]
fn unsigned_events_and_unknown_routes_change_nothing() {
    World::run(async |w| {
        let number = sold(w).await;
        let body = succeeded("pi_1", 3_000, "gbp", Some(&number)).to_string();
        for (path, status) in [
            ("/webhooks/mock", 404),
            ("/webhook/mock", 404),
            ("/webhooks/stripe", 401),
            ("/webhooks/paystack", 401),
            ("/webhooks/billing", 401),
        ] {
            let response = w.post(path, &[], body.as_bytes()).await;
            assert_eq!(response.status, status, "{path}");
        }
        let paystack = json!({ "event": "charge.success", "data": {
            "reference": "T1", "amount": 3_000, "currency": "GBP", "metadata": { "invoice": number },
        } });
        let response = w.event(Provider::Stripe, &paystack).await;
        assert_eq!(response.status, 400, "{}", response.body);
        assert_eq!(w.invoice(&number).await, ("open".to_owned(), 0, 3_000));
    });
}

#[test]
fn outcome_that_is_not_known_in_time_is_sent_again_and_booked_once() {
    World::run(async |w| {
        let number = sold(w).await;
        let event = succeeded("pi_1", 3_000, "gbp", Some(&number));
        w.way.set_delay(std::time::Duration::from_secs(3));
        let began = std::time::Instant::now();
        let slow = w.event(Provider::Stripe, &event).await;
        assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
        assert_eq!(slow.status, 503, "{}", slow.body);
        w.way.set_delay(std::time::Duration::ZERO);
        w.way.set_broken(true);
        assert_eq!(w.event(Provider::Stripe, &event).await.status, 503);
        w.way.set_broken(false);

        w.stripe(event).await;

        assert_eq!(w.invoice(&number).await, paid(3_000));
        assert_eq!(mms(w).await, 900);
    });
}

#[test]
fn body_above_256_kib_is_refused_before_it_is_read() {
    World::run(async |w| {
        let mut event = succeeded("pi_1", 3_000, "gbp", None);
        event["padding"] = json!("x".repeat(256 * 1024));
        assert_eq!(w.event(Provider::Stripe, &event).await.status, 413);
    });
}

#[test]
fn same_payment_at_once_from_two_endpoints_is_booked_once() {
    World::run(async |w| {
        let number = sold(w).await;
        let mut second = succeeded("pi_9", 3_000, "gbp", Some(&number));
        second["id"] = json!("evt_other_endpoint");
        let first = succeeded("pi_9", 3_000, "gbp", Some(&number));
        let session = checkout("checkout.session.completed", "pi_9", (3_000, "paid"), &number);

        let (a, b, c) = tokio::join!(
            w.event(Provider::Stripe, &first),
            w.event(Provider::Stripe, &second),
            w.event(Provider::Stripe, &session),
        );

        assert_eq!([a.status, b.status, c.status], [200; 3], "{} {} {}", a.body, b.body, c.body);
        assert_eq!(w.invoice(&number).await, paid(3_000));
        assert_eq!(mms(w).await, 900);
    });
}

#[test]
fn shown_total_closes_the_invoice_with_nothing_left() {
    World::run(async |w| {
        w.does("/price set sms acme 1:12.34").await;
        let done = w.does("/addcredit sms acme 8501").await;
        let number = done["data"]["invoice"].as_str().unwrap().to_owned();
        let (_, _, due) = w.invoice(&number).await;

        w.stripe(succeeded("pi_1", due, "gbp", Some(&number))).await;

        assert_eq!(w.invoice(&number).await, paid(due));
        assert!(w.local.store().waiting_payments().await.unwrap().records.is_empty());
    });
}

#[test]
fn money_for_a_void_invoice_is_the_clients_and_the_invoice_stays_void() {
    World::run(async |w| {
        let number = sold(w).await;
        w.does(&format!("/invoice void {number} wrong client")).await;
        assert_eq!(mms(w).await, 400);

        w.stripe(succeeded("pi_1", 3_000, "gbp", Some(&number))).await;

        assert_eq!(w.invoice(&number).await, ("void".to_owned(), 0, 0));
        assert_eq!(mms(w).await, 400);
        let waiting = w.local.store().waiting_payments().await.unwrap().records;
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].unapplied(), waiting[0].client.is_some()), (3_000, true));
    });
}

#[test]
fn money_in_another_currency_or_without_an_invoice_waits() {
    World::run(async |w| {
        let number = sold(w).await;
        w.stripe(succeeded("pi_1", 3_000, "eur", Some(&number))).await;
        w.stripe(succeeded("pi_2", 3_000, "gbp", None)).await;
        w.stripe(succeeded("pi_3", 3_000, "gbp", Some("our bill of May"))).await;

        assert_eq!(w.invoice(&number).await, ("open".to_owned(), 0, 3_000));
        let waiting = w.local.store().waiting_payments().await.unwrap().records;
        assert_eq!(waiting.len(), 3);
    });
}

#[test]
fn event_confirms_the_payment_that_staff_claimed() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500 paid:pi_5").await;
        let number = "INV-2-0003";
        assert_eq!(w.invoice(number).await, paid(3_000));

        w.stripe(succeeded("pi_5", 3_000, "gbp", None)).await;

        assert_eq!(w.invoice(number).await, paid(3_000));
        assert_eq!(mms(w).await, 900);
        w.stripe(charge_refunded("pi_5", 3_000, 1_500)).await;
        assert_eq!(mms(w).await, 650);
    });
}

#[test]
fn event_of_the_amount_that_staff_claimed_days_ago_asks_whether_it_is_the_same() {
    for (days, waits) in [(3, Waits::Claimed), (6, Waits::Surplus)] {
        World::run(async |w| {
            w.does("/addcredit mms acme 500 paid:BACS-7").await;
            w.passes(SignedDuration::from_hours(24 * days));

            w.stripe(succeeded("pi_1", 3_000, "gbp", Some("INV-2-0003"))).await;

            assert_eq!(w.invoice("INV-2-0003").await, paid(3_000));
            let waiting = w.local.store().waiting_payments().await.unwrap().records;
            let [payment] = &waiting[..] else { panic!("{waiting:?}") };
            assert_eq!(payment.unapplied(), 3_000);
            let key = Key::Operation(payment.op.clone());
            let image = w.local.store().image(std::slice::from_ref(&key)).await.unwrap();
            let receipt = image.peek::<Receipt>(&key).unwrap();
            let Outcome::Done { facts: Facts::Payments(facts), .. } = &receipt.outcome else {
                panic!("{receipt:?}")
            };
            assert_eq!(facts.waits, Some(waits));
        });
    }
}

#[test]
fn paystack_books_charges_refunds_and_accepted_disputes() {
    World::run(async |w| {
        let number = sold(w).await;
        let event = |event: &str, data: Value| json!({ "event": event, "data": data });
        let charge = event(
            "charge.success",
            json!({
                "id": 302_961, "domain": "live", "status": "success", "reference": "T685", "amount": 3_000,
                "currency": "GBP", "metadata": format!("{{\"invoice\":\"{number}\"}}"),
            }),
        );
        let refunded = |kind: &str, id: Option<&str>| {
            event(
                kind,
                json!({
                    "status": kind, "transaction_reference": "T685", "refund_reference": id,
                    "amount": "600", "currency": "GBP",
                }),
            )
        };
        let resolved = |resolution: &str| {
            event(
                "charge.dispute.resolve",
                json!({
                    "id": 358_950, "refund_amount": 900, "currency": "GBP", "status": "resolved",
                    "resolution": resolution, "transaction": { "id": 302_961, "reference": "T685" },
                }),
            )
        };
        let mut balances = Vec::new();
        for event in [
            charge,
            refunded("refund.pending", None),
            refunded("refund.processing", Some("TRF_1")),
            refunded("refund.failed", Some("TRF_1")),
            resolved("declined"),
            resolved("merchant-accepted"),
        ] {
            let response = w.event(Provider::Paystack, &event).await;
            assert_eq!(response.status, 200, "{}", response.body);
            balances.push(mms(w).await);
        }
        assert_eq!(balances, [900, 900, 800, 900, 900, 750]);
        assert_eq!(w.invoice(&number).await, ("partly_refunded".to_owned(), 2_100, 0));
    });
}

#[test]
fn payment_that_was_reported_without_an_invoice_asks_before_it_pays_a_larger_one() {
    World::run(async |w| {
        w.stripe(succeeded("pi_9", 1_000, "gbp", None)).await;
        w.stripe(succeeded("pi_8", 3_000, "gbp", Some("INV-2-0009"))).await;

        let refused = w.json("/addcredit mms acme 500 paid:pi_8").await;
        assert_eq!(refused["code"], "reference_used", "{refused}");
        let asked = w.says("/addcredit mms acme 500 paid:pi_9").await;
        let question =
            "Payment “pi_9” is over £10.00, and the invoice is £30.00. Was £30.00 received?";
        assert!(asked.contains(question), "{asked}");
        assert_eq!(mms(w).await, 400);
        w.says("y").await;

        assert_eq!(w.invoice("INV-2-0003").await, paid(3_000));
        assert_eq!(mms(w).await, 900);
        assert_eq!(w.mismatches().await, Vec::<String>::new());
    });
}

#[test]
fn surplus_pays_another_invoice_after_a_question_and_never_under_a_dispute() {
    World::run(async |w| {
        let number = sold(w).await;
        for payment in ["pi_1", "pi_2"] {
            w.stripe(succeeded(payment, 3_000, "gbp", Some(&number))).await;
        }
        w.stripe(dispute("created", "pi_2", ("dp_1", 3_000, "needs_response"))).await;
        let refused = w.json("/addcredit mms acme 400 paid:pi_2").await;
        assert_eq!(refused["code"], "reference_used", "{refused}");
        w.stripe(dispute("closed", "pi_2", ("dp_1", 3_000, "won"))).await;

        let asked = w.says("/addcredit mms acme 400 paid:pi_2").await;
        let question = format!(
            "Payment “pi_2” belongs to {number}, which uses none of it: £30.00 is not applied to any \
             invoice. Is this the same payment?"
        );
        assert!(asked.contains(&question), "{asked}");
        w.says("y").await;

        assert_eq!(w.invoice("INV-2-0004").await, paid(2_400));
        assert_eq!(w.invoice(&number).await, paid(3_000));
        assert_eq!(w.mismatches().await, Vec::<String>::new());
    });
}

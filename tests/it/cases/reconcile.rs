//! Webhooks that never came: `/payment reconcile` and the hourly round ask the providers.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::kernel::actor::Provider;

use crate::billing::{charge_refunded, checkout, dispute, refund, succeeded};
use crate::provider::Fault;
use crate::world::World;

/// Makes an add of MMS credits, and returns the number of its invoice.
async fn sold(w: &World, credits: u64) -> String {
    let done = w.does(&format!("/addcredit mms acme {credits}")).await;
    done["data"]["invoice"].as_str().unwrap().to_owned()
}

async fn reconcile(w: &World) -> Value {
    let done = w.json_as("local:bill", "/payment reconcile").await;
    w.local.work().await;
    assert_eq!(done["status"], "ok", "{done}");
    done
}

/// State, paid and due of an invoice, and what its credits became.
async fn end(w: &World, number: &str) -> (String, u64, u64, Value) {
    let (state, paid, due) = w.invoice(number).await;
    let waiting = w.local.store().waiting_payments().await.unwrap().records;
    let free: Vec<u64> = waiting.iter().map(|payment| payment.unapplied()).collect();
    (state, paid, due, json!(free))
}

/// Five events of one payment: a checkout, the money, two refunds of which one fails.
fn five(payment: &str, gross: u64, number: &str) -> [Value; 5] {
    let refunded = |kind: &str, id: &str, minor: u64, status: &str| {
        refund(kind, payment, (&format!("{id}_{payment}"), minor, status))
    };
    [
        checkout("checkout.session.completed", payment, (gross, "unpaid"), number),
        succeeded(payment, gross, "gbp", None),
        refunded("refund.created", "re_1", 600, "succeeded"),
        refunded("refund.created", "re_2", 900, "pending"),
        refunded("refund.failed", "re_2", 900, "failed"),
    ]
}

#[test]
fn every_subset_of_lost_events_ends_alike_after_a_round() {
    World::run_with_providers(async |w, providers| {
        for lost in 0_u32..32 {
            let credits = 500 + u64::from(lost);
            let (_, before) = w.balance("acme").await;
            let number = sold(w, credits).await;
            let (_, _, gross) = w.invoice(&number).await;
            let second = w.local.clock().now().as_second();
            let events = five(&format!("pi_{lost}"), gross, &number);
            for (bit, event) in events.into_iter().enumerate() {
                providers.event(event.clone(), second + i64::try_from(bit).unwrap());
                if lost & (1 << bit) == 0 {
                    w.stripe(event).await;
                }
            }

            let done = reconcile(w).await;

            assert_eq!(done["data"]["providers"][0]["end"], "complete", "{done}");
            // A lost event may say what another one says too.
            let new = done["data"]["new"].as_u64().unwrap();
            assert!(new <= u64::from(lost.count_ones()), "{lost:05b}: {done}");
            let end = ("partly_refunded".to_owned(), gross - 600, 0);
            assert_eq!(w.invoice(&number).await, end, "{lost:05b}");
            let left = credits - credits * 600 / gross;
            assert_eq!(w.balance("acme").await.1, before + left, "{lost:05b}");
            assert_eq!(reconcile(w).await["data"]["new"], 0, "{lost:05b}");
        }
    });
}

#[test]
fn lost_payment_is_booked_by_the_round_that_staff_ask_for_and_named_in_its_reply() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w, 500).await;
        let second = w.local.clock().now().as_second();
        providers.event(succeeded("pi_1", 3_000, "gbp", Some(&number)), second);
        assert_eq!(w.invoice(&number).await.0, "open");

        let refused = w.says_as("local:dana", "/payment reconcile").await;
        assert!(refused.contains("billing or more"), "{refused}");
        assert_eq!(w.invoice(&number).await.0, "open");

        let done = reconcile(w).await;
        let text = done["text"].as_str().unwrap();
        assert!(text.contains("Booked 1 missed event, of 1 event looked at"), "{text}");
        assert!(text.contains(&format!("Payment pi_1 · {number} is paid")), "{text}");
        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 3_000, 0));

        // The webhook comes after all.
        let late = w.stripe(succeeded("pi_1", 3_000, "gbp", Some(&number))).await;
        assert!(late.starts_with("Booked before"), "{late}");
        assert_eq!(w.balance("acme").await.1, 900);
    });
}

#[test]
fn hourly_round_books_a_lost_payment_and_asks_again_after_an_hour() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w, 500).await;
        let now = w.local.clock().now().as_second();
        providers.event(succeeded("pi_1", 1_000, "gbp", Some(&number)), now);
        w.passes(SignedDuration::from_mins(61));
        w.local.sweep().await;
        assert_eq!(w.invoice(&number).await, ("partly_paid".to_owned(), 1_000, 2_000));

        providers.event(succeeded("pi_2", 2_000, "gbp", Some(&number)), now + 3_700);
        let _ = providers.requests();
        w.passes(SignedDuration::from_mins(10));
        w.local.sweep().await;
        assert!(providers.requests().is_empty());
        w.passes(SignedDuration::from_mins(51));
        w.local.sweep().await;

        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 3_000, 0));
        // It goes back an hour behind the last round, and not thirty days.
        let asked = providers.requests();
        let since = now + 61 * 60 - 3_600;
        let expected = format!("created%5Bgte%5D={since}");
        assert!(asked.iter().any(|request| request.line.contains(&expected)), "{asked:?}");
    });
}

#[test]
fn provider_that_fails_is_asked_again_and_an_unfinished_round_says_so() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w, 500).await;
        let second = w.local.clock().now().as_second();
        providers.event(succeeded("pi_1", 3_000, "gbp", Some(&number)), second);

        providers.faults([Fault::Status(429), Fault::Status(503)]);
        let done = reconcile(w).await;
        assert_eq!(done["data"]["new"], 1, "{done}");

        providers.faults([Fault::Status(403)]);
        let stopped = reconcile(w).await;
        let text = stopped["text"].as_str().unwrap();
        assert!(text.contains("it does not accept the key in STRIPE_API_KEY"), "{text}");
        assert!(!stopped.to_string().contains("rk_test"), "{stopped}");
        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 3_000, 0));
    });
}

#[test]
fn round_reads_every_page_and_leaves_out_a_body_that_is_no_event() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w, 500).await;
        let second = w.local.clock().now().as_second();
        for part in 0..7 {
            let event = succeeded(&format!("pi_{part}"), 100, "gbp", Some(&number));
            providers.event(event, second + part);
        }
        let mut broken = succeeded("pi_broken", 100, "gbp", Some(&number));
        broken["data"]["object"]["currency"] = json!("nonsense");
        providers.event(broken, second + 9);

        let done = reconcile(w).await;

        let stripe = &done["data"]["providers"][0];
        assert_eq!(
            (&stripe["listed"], &stripe["new"], &stripe["unread"]),
            (&json!(8), &json!(7), &json!(1))
        );
        assert_eq!(w.invoice(&number).await, ("partly_paid".to_owned(), 700, 2_300));
    });
}

#[test]
fn round_goes_back_as_many_days_as_staff_say_and_not_more_than_thirty() {
    World::run_with_providers(async |w, providers| {
        reconcile(w).await;
        let now = w.local.clock().now().as_second();
        let number = sold(w, 500).await;
        providers.event(succeeded("pi_old", 3_000, "gbp", Some(&number)), now - 20 * 86_400);

        assert_eq!(reconcile(w).await["data"]["new"], 0);
        let done = w.json("/payment reconcile 21").await;
        assert_eq!(done["data"]["new"], 1, "{done}");
        for days in ["0", "31"] {
            let wrong = w.json(&format!("/payment reconcile {days}")).await;
            assert_eq!(wrong["status"], "usage", "{wrong}");
            assert!(wrong["text"].as_str().unwrap().contains("1 to 30"), "{wrong}");
        }
    });
}

#[test]
fn paystack_lists_payments_as_they_stand_and_a_dispute_counts_once() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w, 500).await;
        let transaction = json!({
            "id": 71, "reference": "T_1", "amount": 3_000, "currency": "GBP", "status": "success",
            "metadata": { "invoice": number }, "createdAt": "2026-11-23T09:00:00.000Z",
        });
        let mut abandoned = transaction.clone();
        abandoned["status"] = json!("abandoned");
        abandoned["reference"] = json!("T_2");
        providers.paystack("transaction", abandoned);
        providers.paystack("transaction", transaction);
        providers.paystack(
            "dispute",
            json!({
                "id": 5, "refund_amount": 1_500, "currency": "GBP", "status": "resolved",
                "resolution": "merchant-accepted", "transaction": { "id": 71, "reference": "T_1" },
            }),
        );

        let done = reconcile(w).await;

        assert_eq!(done["data"]["new"], 2, "{done}");
        assert_eq!(end(w, &number).await, ("partly_refunded".to_owned(), 1_500, 0, json!([])));
        assert_eq!(reconcile(w).await["data"]["new"], 0);
    });
}

/// A refund of T_1 as Paystack lists it.
fn listed(id: u64, minor: u64, status: &str) -> Value {
    json!({
        "id": id, "transaction": 71, "transaction_reference": "T_1", "amount": minor,
        "currency": "GBP", "status": status, "refunded_at": "2026-11-23T10:00:00.000Z",
        "createdAt": "2026-11-23T09:30:00.000Z",
    })
}

#[test]
fn refund_at_paystack_counts_once_under_its_two_ids() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w, 500).await;
        providers.paystack("transaction", json!({
            "id": 71, "reference": "T_1", "amount": 3_000, "currency": "GBP", "status": "success",
            "metadata": { "invoice": number },
        }));
        providers.paystack("refund", listed(900, 600, "processed"));
        providers.paystack("refund", listed(901, 600, "processed"));
        providers.paystack("refund", listed(902, 700, "pending"));
        reconcile(w).await;
        assert_eq!(w.invoice(&number).await.1, 3_000, "its webhook may still come");

        let event = json!({ "event": "refund.processed", "data": {
            "status": "processed", "transaction_reference": "T_1", "refund_reference": "TRF_9",
            "amount": "600", "currency": "GBP",
        } });
        assert_eq!(w.event(Provider::Paystack, &event).await.status, 200);
        assert_eq!(w.invoice(&number).await.1, 2_400);
        w.passes(SignedDuration::from_hours(73));

        let done = w.json("/payment reconcile 30").await;

        // Of two equal refunds one came by its webhook; the other did not.
        assert_eq!(done["data"]["new"], 1, "{done}");
        assert_eq!(w.invoice(&number).await.1, 1_800);
        assert_eq!(w.json("/payment reconcile 30").await["data"]["new"], 0);
    });
}

#[test]
fn desk_without_a_key_says_which_setting_it_lacks() {
    World::run(async |w| {
        let done = w.json("/payment reconcile").await;

        let text = done["text"].as_str().unwrap();
        assert!(text.contains("No provider can be asked"), "{text}");
        assert!(text.contains("STRIPE_API_KEY or PAYSTACK_SECRET_KEY"), "{text}");
    });
}

#[test]
fn lost_dispute_and_its_end_are_booked_in_any_order() {
    World::run_with_providers(async |w, providers| {
        let number = sold(w, 500).await;
        let second = w.local.clock().now().as_second();
        let of = |kind, status| dispute(kind, "pi_1", ("dp_1", 3_000, status));
        let events = [
            succeeded("pi_1", 3_000, "gbp", Some(&number)),
            of("created", "needs_response"),
            of("funds_withdrawn", "needs_response"),
            of("funds_reinstated", "won"),
            charge_refunded("pi_1", 3_000, 300),
        ];
        for event in events {
            providers.event(event, second);
        }

        reconcile(w).await;

        assert_eq!(end(w, &number).await, ("partly_refunded".to_owned(), 2_700, 0, json!([])));
        assert_eq!(w.balance("acme").await.1, 850);
    });
}

//! Refunds that staff ask for: at most what came, once, and booked by the provider's event.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::kernel::actor::Provider;

use crate::billing::{refund, succeeded};
use crate::provider::{Fault, Providers};
use crate::world::World;

/// An add of 500 MMS credits for £30.00, of which a payment at Stripe brought a part.
async fn paid(w: &World, providers: &Providers, minor: u64) -> String {
    let done = w.does("/addcredit mms acme 500").await;
    let number = done["data"]["invoice"].as_str().unwrap().to_owned();
    w.stripe(succeeded("pi_1A", minor, "gbp", Some(&number))).await;
    providers.charged("pi_1A", minor);
    number
}

async fn bill(w: &World, line: &str) -> Value {
    w.json_as("local:bill", line).await
}

/// Reports the only refund that Stripe has carried out.
async fn reported(w: &World, id: &str, minor: u64) {
    w.stripe(refund("refund.created", "pi_1A", (id, minor, "succeeded"))).await;
}

fn text(reply: &Value) -> &str {
    reply["text"].as_str().unwrap()
}

#[test]
fn refund_of_more_than_was_received_is_refused_with_the_most_that_can_go_back() {
    World::run_with_providers(async |w, providers| {
        let number = paid(w, providers, 1_800).await;

        for (amount, status) in [("24.00", "refused"), ("18.01", "refused"), ("0", "refused")] {
            let reply = bill(w, &format!("/payment refund pi_1A {amount}")).await;
            assert_eq!(reply["status"], status, "{reply}");
            assert!(text(&reply).contains("At most £18.00"), "{reply}");
        }

        assert!(providers.refunds().is_empty());
        assert_eq!(w.invoice(&number).await, ("partly_paid".to_owned(), 1_800, 1_200));
    });
}

#[test]
fn refund_is_confirmed_sent_once_and_booked_by_its_event() {
    World::run_with_providers(async |w, providers| {
        let number = paid(w, providers, 3_000).await;

        let asked = bill(w, "/payment refund pi_1a 6.00").await;
        assert_eq!(asked["status"], "planned", "{asked}");
        assert!(text(&asked).contains("refundable £30.00 → £24.00"), "{asked}");
        assert!(providers.refunds().is_empty());
        let done = w.does_as("local:bill", "/payment refund pi_1A 6.00").await;
        assert!(
            text(&done)
                .contains(&format!("Asked Stripe to refund £6.00 of payment pi_1A for {number}"))
        );
        let op = done["op"].as_str().unwrap().to_owned();
        assert_eq!(providers.refunds(), [(600, op)]);
        assert_eq!(w.invoice(&number).await.1, 3_000, "only the event books it");

        reported(w, "re_0", 600).await;

        assert_eq!(w.invoice(&number).await, ("partly_refunded".to_owned(), 2_400, 0));
        assert_eq!(w.balance("acme").await.1, 800);
        let second = w.does_as("local:bill", "/payment refund pi_1A 24.00").await;
        assert_eq!(second["data"]["after"]["minor"], 0, "{second}");
        assert_eq!(providers.refunds().len(), 2);
        let all = bill(w, "/payment refund pi_1A 0.01").await;
        assert!(text(&all).contains("was asked for already"), "{all}");
    });
}

#[test]
fn refund_whose_answer_was_lost_is_not_made_twice_and_becomes_final_by_its_event() {
    World::run_with_providers(async |w, providers| {
        let number = paid(w, providers, 3_000).await;
        let busy = [Fault::Status(503); 3];
        providers.faults([Fault::Nothing, Fault::Lost].into_iter().chain(busy));

        w.does_as("local:bill", "/payment refund pi_1A 20.00").await;
        assert_eq!(providers.refunds().len(), 1);

        let again = bill(w, "/payment refund pi_1A 20.00").await;
        assert_eq!(again["status"], "refused", "{again}");
        assert!(
            text(&again).contains("A refund of £20.00 of pi_1A was asked for already"),
            "{again}"
        );
        assert!(text(&again).contains("Nothing is refunded twice"), "{again}");
        // The job asks Stripe again, and finds the refund.
        for _ in 0..3 {
            w.passes(SignedDuration::from_mins(31));
            w.local.sweep().await;
        }
        assert_eq!(providers.refunds().len(), 1);

        reported(w, "re_0", 2_000).await;

        assert_eq!(w.invoice(&number).await, ("partly_refunded".to_owned(), 1_000, 0));
        let rest = w.does_as("local:bill", "/payment refund pi_1A 10.00").await;
        assert_eq!(rest["data"]["before"]["minor"], 1_000, "{rest}");
        assert_eq!(providers.refunds().len(), 2);
    });
}

#[test]
fn event_that_comes_before_the_answer_ends_the_retries() {
    World::run_with_providers(async |w, providers| {
        let number = paid(w, providers, 3_000).await;
        providers.faults([Fault::Status(503); 4]);
        w.does_as("local:bill", "/payment refund pi_1A 6.00").await;
        assert!(providers.refunds().is_empty());
        // Somebody else refunds the same amount at Stripe meanwhile.
        reported(w, "re_by_hand", 600).await;

        for _ in 0..3 {
            w.passes(SignedDuration::from_mins(31));
            w.local.sweep().await;
        }

        assert!(providers.refunds().is_empty());
        assert_eq!(w.invoice(&number).await.1, 2_400);
    });
}

#[test]
fn refund_that_stripe_refuses_is_a_failed_job_and_can_be_asked_for_again() {
    World::run_with_providers(async |w, providers| {
        paid(w, providers, 3_000).await;
        providers.charged("pi_1A", 500);
        let first = w.does_as("local:bill", "/payment refund pi_1A 6.00").await;
        for _ in 0..5 {
            w.passes(SignedDuration::from_mins(31));
            w.local.sweep().await;
        }
        let failed = w.says("/jobs failed").await;
        assert!(failed.contains("stripe refuses the refund: Refund amount is greater"), "{failed}");

        w.does_as("local:bill", "/payment refund pi_1A 5.00").await;

        assert_eq!(providers.refunds().iter().map(|refund| refund.0).collect::<Vec<_>>(), [500]);
        // The refused one is over: trying its job again sends nothing.
        w.does(&format!("/jobs failed replay:{}", first["op"].as_str().unwrap())).await;
        assert_eq!(providers.refunds().len(), 1);
    });
}

#[test]
fn refund_above_the_own_limit_needs_an_approval_and_support_may_ask_for_none() {
    World::run_with_providers(async |w, providers| {
        w.stripe(succeeded("pi_big", 300_000, "gbp", None)).await;
        providers.charged("pi_big", 300_000);

        let dana = w.says_as("local:dana", "/payment refund pi_big 1.00").await;
        assert!(dana.contains("billing or more"), "{dana}");
        let planned = bill(w, "/payment refund pi_big 2600.00").await;
        assert_eq!(planned["status"], "planned", "{planned}");
        let op = planned["op"].as_str().unwrap();
        let confirmed = bill(w, &format!("/confirm {op}")).await;
        assert!(text(&confirmed).contains("approv"), "{confirmed}");
        assert!(providers.refunds().is_empty());

        w.does_as("local:mona", &format!("/approve {op}")).await;

        assert_eq!(providers.refunds(), [(260_000, op.to_owned())]);
    });
}

#[test]
fn payment_that_no_provider_can_send_back_is_named() {
    World::run_with_providers(async |w, _| {
        let unknown = bill(w, "/payment refund pi_none 1.00").await;
        assert!(text(&unknown).contains("There is no payment “pi_none”"), "{unknown}");
        let bank = bill(w, "/payment refund BACS-1 1.00").await;
        assert!(text(&bank).contains("did not come through Stripe or Paystack"), "{bank}");
        let event = crate::billing::updated("T-1", None, "GBP", (500, 0));
        w.event(Provider::Billing, &event).await;
        let other = bill(w, "/payment refund T-1 1.00").await;
        assert!(text(&other).contains("did not come through Stripe or Paystack"), "{other}");
        let tried = bill(w, "/payment refund pi_1A twenty").await;
        assert_ne!(tried["status"], "ok", "{tried}");
    });
}

#[test]
fn refund_by_an_invoice_is_of_its_only_payment() {
    World::run_with_providers(async |w, providers| {
        let number = paid(w, providers, 1_000).await;

        let planned = bill(w, &format!("/payment refund {number} 4.00 dry_run")).await;
        assert!(text(&planned).contains("£4.00 of payment pi_1A"), "{planned}");
        w.stripe(succeeded("pi_2", 2_000, "gbp", Some(&number))).await;
        let several = bill(w, &format!("/payment refund {number} 4.00")).await;
        assert!(text(&several).contains("name one of pi_1a, pi_2"), "{several}");
        let none = bill(w, "/payment refund INV-2-0001 4.00").await;
        assert!(text(&none).contains("No payment of a provider"), "{none}");
        assert!(providers.refunds().is_empty());
    });
}

#[test]
fn refund_at_paystack_is_found_by_its_note_and_sent_once() {
    World::run_with_providers(async |w, providers| {
        let done = w.does("/addcredit mms acme 500").await;
        let number = done["data"]["invoice"].as_str().unwrap().to_owned();
        let transaction = json!({
            "id": 71, "reference": "T_1", "amount": 3_000, "currency": "GBP", "status": "success",
            "metadata": { "invoice": number },
        });
        providers.paystack("transaction", transaction.clone());
        let event = json!({ "event": "charge.success", "data": transaction });
        assert_eq!(w.event(Provider::Paystack, &event).await.status, 200);
        providers.faults([Fault::Nothing, Fault::Nothing, Fault::Lost]);

        let asked = w.does_as("local:bill", "/payment refund T_1 6.00").await;
        for _ in 0..3 {
            w.passes(SignedDuration::from_mins(31));
            w.local.sweep().await;
        }

        let note = format!("creditdesk {}", asked["op"].as_str().unwrap());
        assert_eq!(providers.refunds(), [(600, note)]);
        let event = json!({ "event": "refund.processed", "data": {
            "status": "processed", "transaction_reference": "T_1", "refund_reference": "TRF_1",
            "amount": "600", "currency": "GBP",
        } });
        assert_eq!(w.event(Provider::Paystack, &event).await.status, 200);
        assert_eq!(w.invoice(&number).await, ("partly_refunded".to_owned(), 2_400, 0));
    });
}

#[test]
fn refund_under_one_key_is_one_refund() {
    World::run_with_providers(async |w, providers| {
        paid(w, providers, 3_000).await;
        let line = "/payment refund pi_1A 6.00";
        let first = w.said_under("key-1", "local:owner", line).await;
        let confirmed = w.json(&format!("/confirm {}", first.op.as_ref().unwrap())).await;
        assert_eq!(confirmed["status"], "ok", "{confirmed}");

        let again = w.said_under("key-1", "local:owner", line).await;
        let pressed = w.json(&format!("/confirm {}", first.op.as_ref().unwrap())).await;

        assert!(again.view.plain().contains("Asked Stripe"), "{}", again.view.plain());
        assert!(text(&pressed).contains("Asked Stripe"), "{pressed}");
        assert_eq!(providers.refunds().len(), 1);
    });
}

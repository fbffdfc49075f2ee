//! The document and the payment beside each entry, and a dispute on a client's card.

use crate::billing::{dispute, refund, succeeded};
use crate::world::World;

#[test]
fn entries_show_their_invoice_with_its_money_and_its_payment() {
    World::run(async |w| {
        let done = w.does("/addcredit mms acme 500").await;
        let number = done["data"]["invoice"].as_str().unwrap().to_owned();
        let open = w.says("/why acme mms").await;
        assert!(open.contains(&format!("{number} open, £30.00 due")), "{open}");
        assert!(open.contains("INV-2-0002 paid, £24.00 by BACS-2"), "{open}");

        w.stripe(succeeded("pi_7", 1_000, "gbp", Some(&number))).await;
        let partly = w.says("/statement acme mms").await;
        assert!(
            partly.contains(&format!("{number} partly paid, £10.00 of £30.00 by pi_7")),
            "{partly}"
        );

        w.stripe(succeeded("pi_8", 2_000, "gbp", Some(&number))).await;
        w.stripe(refund("refund.created", "pi_8", ("re_1", 1_500, "succeeded"))).await;
        let refunded = w.json("/statement acme mms").await;
        let entries = refunded["data"]["entries"].as_array().unwrap();
        assert_eq!(entries[0]["reason"], "refund");
        let document = serde_json::json!({
            "state": "partly_refunded", "corrects": null, "gross_minor": 3_000,
            "paid_minor": 1_500, "due_minor": 0, "currency": "GBP", "payments": ["pi_7", "pi_8"],
        });
        assert_eq!(entries[0]["document"], document);
        assert_eq!(entries[1]["document"], document, "the add names the same invoice");

        let file = w.said_as("local:owner", "/statement acme mms csv").await.attachment.unwrap();
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(
            text.lines().next().unwrap().ends_with("invoice_gross,invoice_paid,currency,payments")
        );
        assert!(text.contains("partly refunded,30.00,15.00,GBP,pi_7 pi_8"), "{text}");
    });
}

#[test]
fn void_invoice_and_credit_note_are_named_beside_their_entries() {
    World::run(async |w| {
        let done = w.does("/addcredit mms acme 500").await;
        let number = done["data"]["invoice"].as_str().unwrap().to_owned();
        w.does(&format!("/deductcredit mms acme 100 too many invoice:{number}")).await;
        w.does("/addcredit mms acme 60").await;
        w.does("/invoice void INV-2-0004 a slip").await;

        let text = w.says("/why acme mms").await;

        assert!(text.contains(&format!("{number} open, £24.00 due")), "{text}");
        assert!(text.contains("INV-2-0004 void"), "{text}");
    });
}

#[test]
fn card_of_a_client_shows_a_dispute_until_it_is_decided() {
    World::run(async |w| {
        let done = w.does("/addcredit mms acme 500").await;
        let number = done["data"]["invoice"].as_str().unwrap().to_owned();
        w.stripe(succeeded("pi_90", 3_000, "gbp", Some(&number))).await;
        assert_eq!(w.json("/client view acme").await["data"]["disputed"], 0);

        w.stripe(dispute("created", "pi_90", ("dp_1", 3_000, "needs_response"))).await;
        let card = w.says("/client view acme").await;
        assert!(card.contains("1 payment is disputed, not decided yet"), "{card}");

        w.stripe(dispute("closed", "pi_90", ("dp_1", 3_000, "won"))).await;
        let card = w.says("/client view acme").await;
        assert!(!card.contains("disputed"), "{card}");
    });
}

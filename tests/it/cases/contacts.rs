//! The contacts of a client: which mail goes where, and the client's time zone.

use jiff::SignedDuration;

use crate::world::World;

/// The addresses of the mails with a word in their subject.
async fn sent_to(w: &World, word: &str) -> Vec<String> {
    let mails = w.outbox().await;
    mails.iter().filter(|mail| mail.subject.contains(word)).map(|mail| mail.to.clone()).collect()
}

#[test]
fn contact_gets_its_sort_of_mail_instead_of_the_clients_own_address() {
    World::run(async |w| {
        let said = w.says("/client contact add acme Accounts@Acme.example invoices").await;
        assert!(said.contains("Changed the mail to a•••@acme.example of ACME Ltd (c_2)"), "{said}");
        assert!(said.contains("none → invoices"), "{said}");
        w.does("/client contact add acme boss@acme.example invoices").await;
        w.does("/addcredit mms acme 500").await;
        w.does("/deductcredit mms acme 20 a slip").await;
        w.passes(SignedDuration::from_mins(11));

        assert_eq!(
            sent_to(w, "500 MMS credits added").await,
            ["accounts@acme.example", "boss@acme.example"]
        );
        assert_eq!(sent_to(w, "deducted").await, ["ops@acme.example"]);
        assert_eq!(w.balance("acme").await, (2_000, 880));
    });
}

#[test]
fn contact_is_shown_masked_for_auditors_and_removed_in_parts() {
    World::run(async |w| {
        w.does("/client contact add acme accounts@acme.example").await;
        let card = w.says("/client view acme").await;
        assert!(card.contains("mail to accounts@acme.example: all"), "{card}");
        let masked = w.says_as("local:ann", "/client view acme").await;
        assert!(masked.contains("mail to a•••@acme.example: all"), "{masked}");

        let again = w.json("/client contact add acme accounts@acme.example reminders").await;
        assert_eq!(again["status"], "refused");
        assert!(again["text"].as_str().unwrap().contains("gets all already"), "{again}");
        w.does("/client contact remove acme accounts@acme.example invoices").await;
        let card = w.json("/client view acme").await;
        let contact = serde_json::json!([
            { "email": "accounts@acme.example", "receives": ["reminders", "statements"] }
        ]);
        assert_eq!(card["data"]["contacts"], contact);
        w.does("/client contact remove acme accounts@acme.example").await;
        assert_eq!(w.json("/client view acme").await["data"]["contacts"], serde_json::json!([]));
        let none = w.json("/client contact remove acme accounts@acme.example").await;
        assert!(none["text"].as_str().unwrap().contains("is no contact of ACME Ltd"), "{none}");
    });
}

#[test]
fn contact_that_is_no_address_or_one_too_many_is_refused() {
    World::run(async |w| {
        for wrong in ["a..b@x.example", "a@b.example;c@d.example"] {
            let said = w.json(&format!("/client contact add acme {wrong} invoices")).await;
            assert_ne!(said["status"], "ok", "{said}");
        }
        for number in 1..=5 {
            w.does(&format!("/client contact add acme c{number}@acme.example")).await;
        }
        let said = w.json("/client contact add acme c6@acme.example").await;
        assert_eq!(said["status"], "refused", "{said}");
        assert_eq!(
            w.json("/client view acme").await["data"]["contacts"].as_array().unwrap().len(),
            5
        );
    });
}

#[test]
fn zone_of_a_client_is_a_whole_name_or_none() {
    World::run(async |w| {
        let said = w.says("/client set zone acme europe/berlin").await;
        assert!(said.contains("none → Europe/Berlin"), "{said}");
        assert!(w.says("/client view acme").await.contains("time zone Europe/Berlin"));
        let city = w.json("/client set zone acme Berlin").await;
        assert_eq!(city["status"], "refused", "{city}");
        assert!(city["text"].as_str().unwrap().contains("Europe/Berlin"), "{city}");
        w.does("/client set zone acme none").await;
        assert_eq!(w.json("/client view acme").await["data"]["zone"], serde_json::Value::Null);
    });
}

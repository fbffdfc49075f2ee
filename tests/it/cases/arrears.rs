//! What follows when a client does not pay, or owes credits: no further adds on open invoices, a word to
//! staff, statements of account.

use jiff::{SignedDuration, Timestamp};

use crate::billing::{refund, succeeded};
use crate::world::World;

/// Lets time pass to a moment, with a sweep every six hours.
async fn until(w: &World, moment: &str) {
    let moment: Timestamp = moment.parse().unwrap();
    while w.local.clock().now() < moment {
        let left = moment.duration_since(w.local.clock().now());
        w.passes(left.min(SignedDuration::from_hours(6)));
        w.local.sweep().await;
    }
    w.local.work().await;
}

async fn statements(w: &World) -> Vec<(String, String)> {
    let mails = w.outbox().await;
    let statements =
        mails.into_iter().filter(|mail| mail.subject.starts_with("Statement of account"));
    statements.map(|mail| (mail.to, mail.text)).collect()
}

#[test]
fn adds_on_open_invoices_stop_two_weeks_after_the_due_day_until_billing_allows_them() {
    World::run(async |w| {
        w.does("/client set manager acme dana").await;
        w.does("/addcredit mms acme 500").await;
        until(w, "2026-12-21T08:30:00Z").await;
        assert_eq!(w.json("/client view acme").await["data"]["open_adds_stopped"], false);

        until(w, "2026-12-21T16:00:00Z").await;

        let refused = w.json("/addcredit mms acme 100").await;
        assert_eq!(
            (&refused["status"], &refused["code"]),
            (&"refused".into(), &"open_adds_stopped".into())
        );
        let text = refused["text"].as_str().unwrap();
        assert!(
            text.contains("gets no further credits on open invoices: £30.00 is unpaid"),
            "{text}"
        );
        assert!(text.contains("/client openadds allow c_2"), "{text}");
        let history = w.says("/history acme").await;
        assert!(history.contains("INV-2-0003 is overdue"), "{history}");
        w.does("/addcredit mms acme 90 paid:BACS-50").await;
        assert_eq!(w.balance("acme").await, (2_000, 990));

        let support = w.json_as("local:dana", "/client openadds allow acme").await;
        assert_eq!(support["status"], "refused", "{support}");
        w.does_as("local:bill", "/client openadds allow acme").await;
        until(w, "2026-12-24T16:00:00Z").await;
        w.does("/addcredit mms acme 110").await;
        assert_eq!(w.balance("acme").await, (2_000, 1_100), "not stopped again for this invoice");
    });
}

#[test]
fn paid_invoice_stops_nothing() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        w.stripe(succeeded("pi_1", 3_000, "gbp", Some("INV-2-0003"))).await;
        until(w, "2026-12-23T16:00:00Z").await;
        assert_eq!(w.json("/client view acme").await["data"]["open_adds_stopped"], false);
    });
}

#[test]
fn refund_after_the_credits_were_spent_offers_staff_to_stop_open_adds() {
    World::run_on_slack(async |w, slack| {
        w.does("/role grant slack:T1:U3 billing same_as:local:bill").await;
        w.does("/settings channels ops slack:T1:C1").await;
        w.does("/addcredit mms acme 500").await;
        w.stripe(succeeded("pi_1", 3_000, "gbp", Some("INV-2-0003"))).await;
        w.does("/deductcredit mms acme 750 sent by hand").await;

        w.stripe(refund("refund.created", "pi_1", ("re_1", 3_000, "succeeded"))).await;
        w.local.work().await;

        let notice = slack.last("U3").all();
        assert!(notice.contains("MMS 150 → −350, which is owed"), "{notice}");
        assert!(notice.contains("INV-2-0003"), "{notice}");
        slack.presses(w, "U3", "Stop open adds").await;
        assert_eq!(w.json("/client view acme").await["data"]["open_adds_stopped"], true);
        assert_eq!(w.json("/addcredit sms acme 100").await["code"], "open_adds_stopped");
        let again = w.json("/client openadds stop c_2").await;
        assert_eq!(again["status"], "refused");
    });
}

#[test]
fn statement_of_account_shows_its_address_and_goes_out_after_the_question() {
    World::run(async |w| {
        w.does("/client contact add acme accounts@acme.example statements").await;
        w.does("/addcredit mms acme 500").await;
        w.stripe(succeeded("pi_1", 1_000, "gbp", Some("INV-2-0003"))).await;

        let asked = w.json_as("local:dana", "/invoice statement acme").await;
        assert_eq!(asked["status"], "planned");
        assert!(
            asked["text"].as_str().unwrap().contains("It goes to accounts@acme.example."),
            "{asked}"
        );
        assert!(statements(w).await.is_empty());
        w.does_as("local:dana", &format!("/confirm {}", asked["op"].as_str().unwrap())).await;

        let sent = statements(w).await;
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].0, "accounts@acme.example");
        for part in [
            "Invoice INV-2-0003: £20.00 of £30.00 is due by 2026-12-07.",
            "2026-11-23: £10.00 received for invoice INV-2-0003, pi_1.",
            "Due in all: £20.00.",
        ] {
            assert!(sent[0].1.contains(part), "{part}: {}", sent[0].1);
        }
    });
}

#[test]
fn clients_of_a_reseller_get_no_statement_of_the_house() {
    World::run(async |w| {
        let said = w.json("/invoice statement quayside").await;
        assert_eq!(said["status"], "refused");
        assert!(said["text"].as_str().unwrap().contains("reseller"), "{said}");
    });
}

#[test]
fn statement_goes_out_once_a_month_while_an_invoice_is_overdue() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        until(w, "2026-12-31T16:00:00Z").await;
        assert!(statements(w).await.is_empty(), "the month is not over");
        until(w, "2027-01-20T16:00:00Z").await;
        let sent = statements(w).await;
        assert_eq!(sent.len(), 1);
        assert!(
            sent[0].1.contains("Invoice INV-2-0003: £30.00 was due by 2026-12-07."),
            "{}",
            sent[0].1
        );
        until(w, "2027-02-03T16:00:00Z").await;
        assert_eq!(statements(w).await.len(), 2);
    });
}

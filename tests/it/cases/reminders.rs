//! Reminders of unpaid invoices: their mornings, what stops them, one a day, and whom they reach.

use functions::effects::mail::mailer::Sent;
use jiff::{SignedDuration, Timestamp};

use crate::billing::{dispute, succeeded};
use crate::world::World;

/// Lets time pass to a moment, in steps of an hour as the sweep would run, and returns the mails about
/// unpaid invoices so far.
async fn until(w: &World, moment: &str) -> Vec<Sent> {
    let moment: Timestamp = moment.parse().unwrap();
    while w.local.clock().now() < moment {
        let left = moment.duration_since(w.local.clock().now());
        w.passes(left.min(SignedDuration::from_hours(1)));
        w.local.sweep().await;
    }
    let mails = w.outbox().await;
    let is_reminder = |mail: &Sent| mail.text.contains("please ignore this mail");
    mails.into_iter().filter(is_reminder).collect()
}

fn days(mails: &[Sent]) -> Vec<String> {
    mails.iter().map(|mail| mail.at.to_string().chars().take(13).collect()).collect()
}

async fn add(w: &World, line: &str) -> String {
    w.does(line).await["data"]["invoice"].as_str().unwrap().to_owned()
}

#[test]
fn invoice_with_terms_is_reminded_of_three_times_and_each_once() {
    World::run(async |w| {
        let number = add(w, "/addcredit mms acme 500").await;

        let mails = until(w, "2026-12-20T12:00:00Z").await;

        assert_eq!(days(&mails), ["2026-12-04T09", "2026-12-08T09", "2026-12-14T09"]);
        let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
        assert_eq!(
            subjects,
            [
                format!("Invoice {number} is due by 2026-12-07: £30.00"),
                format!("Invoice {number} is overdue: £30.00"),
                format!("Invoice {number} is overdue: £30.00"),
            ]
        );
        assert!(mails.iter().all(|mail| mail.to == "ops@acme.example"));
        assert!(
            mails[1].text.contains(&format!("Invoice {number}: £30.00 was due by 2026-12-07."))
        );
    });
}

#[test]
fn prepaid_invoice_is_reminded_of_after_its_day_on_working_days_alone() {
    World::run(async |w| {
        w.does("/settings due 0").await;
        w.passes(SignedDuration::from_hours(4 * 24));
        add(w, "/addcredit mms acme 500").await;

        // Made on a Friday: the first day is a Saturday, the third a Monday.
        let mails = until(w, "2026-12-10T12:00:00Z").await;

        assert_eq!(days(&mails), ["2026-11-30T09", "2026-12-04T09"]);
    });
}

#[test]
fn reminder_waits_for_the_clients_own_morning_and_goes_to_its_contact() {
    World::run(async |w| {
        w.does("/client set zone acme America/New_York").await;
        w.does("/client contact add acme accounts@acme.example reminders").await;
        add(w, "/addcredit mms acme 500").await;

        let mails = until(w, "2026-12-06T12:00:00Z").await;

        assert_eq!(days(&mails), ["2026-12-04T14"]);
        assert_eq!(mails[0].to, "accounts@acme.example");
    });
}

#[test]
fn payment_dispute_and_void_stop_the_reminders() {
    World::run(async |w| {
        let number = add(w, "/addcredit mms acme 500").await;
        w.stripe(succeeded("pi_1", 1_000, "gbp", Some(&number))).await;
        let mails = until(w, "2026-12-06T12:00:00Z").await;
        assert!(mails[0].text.contains(&format!("Invoice {number}: £20.00 of £30.00 is due by")));
        w.stripe(succeeded("pi_2", 2_000, "gbp", Some(&number))).await;
        assert_eq!(until(w, "2026-12-20T12:00:00Z").await.len(), 1, "it is paid");
    });
    World::run(async |w| {
        let paid = add(w, "/addcredit mms acme 500").await;
        add(w, "/addcredit sms acme 300").await;
        w.stripe(succeeded("pi_1", 3_000, "gbp", Some(&paid))).await;
        w.stripe(dispute("created", "pi_1", ("dp_1", 3_000, "needs_response"))).await;
        assert_eq!(until(w, "2026-12-09T12:00:00Z").await.len(), 0, "a payment is disputed");
        w.stripe(dispute("closed", "pi_1", ("dp_1", 3_000, "won"))).await;
        assert_eq!(days(&until(w, "2026-12-20T12:00:00Z").await), ["2026-12-14T09"]);
    });
    World::run(async |w| {
        let number = add(w, "/addcredit mms acme 500").await;
        w.does(&format!("/invoice void {number} a slip")).await;
        assert_eq!(until(w, "2026-12-20T12:00:00Z").await.len(), 0, "it is void");
    });
}

#[test]
fn several_due_invoices_are_one_mail_a_day() {
    World::run(async |w| {
        let numbers = [
            add(w, "/addcredit mms acme 500").await,
            add(w, "/addcredit sms acme 300").await,
            add(w, "/addcredit sms acme 700").await,
        ];

        let mails = until(w, "2026-12-08T12:00:00Z").await;

        assert_eq!(days(&mails), ["2026-12-04T09", "2026-12-08T09"]);
        for mail in &mails {
            assert_eq!(mail.subject, "3 invoices are unpaid");
            assert!(numbers.iter().all(|number| mail.text.contains(number)), "{}", mail.text);
        }
        assert_eq!(w.json("/jobs failed").await["status"], "ok");
    });
}

#[test]
fn paid_grant_and_resold_credits_have_no_reminder() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500 paid:BACS-9").await;
        w.does("/addcredit mms acme 50 sorry --grant").await;
        w.does("/addcredit sms quayside 500").await;
        add(w, "/addcredit sms quayside 250 from:house").await;

        let mails = until(w, "2026-12-20T12:00:00Z").await;

        assert!(mails.iter().all(|mail| mail.to == "bulk@northern.example"), "its payer alone");
        assert_eq!(mails.len(), 3);
    });
}

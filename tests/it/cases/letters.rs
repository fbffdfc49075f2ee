//! Mail with documents: what goes along, mail again, receipts, and the brand of a reseller.

use functions::effects::mail::mailer::Sent;
use jiff::SignedDuration;

use crate::billing::{event_of, succeeded};
use crate::world::World;

/// An open add of 500 MMS credits for £30.00.
async fn sold(w: &World) -> String {
    let done = w.does("/addcredit mms acme 500").await;
    done["data"]["invoice"].as_str().unwrap().to_owned()
}

/// The mails with this subject, after what is due within ten minutes was sent.
async fn mails(w: &World, subject: &str) -> Vec<Sent> {
    w.passes(SignedDuration::from_mins(10));
    let mut mails = w.outbox().await;
    mails.retain(|mail| mail.subject == subject);
    mails
}

#[test]
fn letter_about_an_add_encloses_its_invoice_and_has_a_link_that_opens_it() {
    World::run(async |w| {
        let number = sold(w).await;

        let [mail] = &mails(w, "500 MMS credits added").await[..] else { panic!("not one mail") };

        assert_eq!(
            (mail.to.as_str(), &mail.files),
            ("ops@acme.example", &vec![format!("{number}.pdf")])
        );
        assert!(mail.message.contains("Content-Type: application/pdf"), "{}", mail.message);
        assert!(mail.message.contains("From: \"Brightline Messaging Ltd\" <"), "{}", mail.message);
        let (_, link) = mail.text.split_once("open here: ").unwrap();
        let link = link.lines().next().unwrap();
        assert!(link.starts_with(&format!("https://desk.example/invoices/{number}?")), "{link}");
        assert_eq!(w.open(link).await.status, 200);
    });
}

#[test]
fn document_is_mailed_again_after_a_question_with_the_address() {
    World::run(async |w| {
        let number = sold(w).await;
        let line = format!("/invoice resend {number}");
        w.passes(SignedDuration::from_hours(2));

        let asked = w.json(&line).await;
        let text = asked["text"].as_str().unwrap();
        assert!(text.contains("o•••@acme.example") && !text.contains("last mail"), "{text}");
        let subject = format!("Invoice {number}");
        assert!(mails(w, &subject).await.is_empty());

        w.does(&line).await;
        let [mail] = &mails(w, &subject).await[..] else { panic!("not one mail") };
        assert_eq!(mail.files, [format!("{number}.pdf")]);
        assert!(mail.text.contains("£30.00 is due by"), "{}", mail.text);

        let again = w.said_yes("local:owner", &line).await;
        let text = again.view.plain();
        assert!(text.contains("The desk’s last mail with it is of"), "{text}");
        assert_eq!(again.status.word(), "planned", "--yes sends no second mail within an hour");
        assert_eq!(mails(w, &subject).await.len(), 1);
    });
}

#[test]
fn client_without_an_address_or_document_that_is_not_there_gets_no_mail() {
    World::run(async |w| {
        let missing = w.json("/invoice resend INV-2-0999").await;
        assert_eq!(missing["status"], "refused", "{missing}");
    });
}

#[test]
fn receipt_is_mailed_once_however_often_the_payment_is_reported() {
    World::run(async |w| {
        let number = sold(w).await;
        let part = succeeded("pi_1", 1_000, "gbp", Some(&number));
        let rest = succeeded("pi_2", 2_000, "gbp", Some(&number));
        let subject = format!("Payment received for invoice {number}");

        w.stripe(part).await;
        assert!(mails(w, &subject).await.is_empty());
        w.stripe(rest.clone()).await;
        w.stripe(rest).await;

        let [mail] = &mails(w, &subject).await[..] else { panic!("not one receipt") };
        assert!(
            mail.text.contains(&format!("invoice {number}: £30.00. Nothing is due.")),
            "{}",
            mail.text
        );
        assert_eq!(mail.files, [format!("{number}.pdf")]);
        w.stripe(event_of("refunded pi_2 2000 500")).await;
        assert_eq!(mails(w, &subject).await.len(), 1);
    });
}

#[test]
fn client_of_a_reseller_gets_mail_under_its_brand_and_none_before() {
    World::run(async |w| {
        let subject = "Your account is suspended";
        w.does("/client suspend quayside late").await;
        assert!(mails(w, subject).await.is_empty());
        w.does("/client activate quayside").await;

        w.does("/brand set northern sender:\"Northern SMS\" reply_to:help@northern.example text:\"Call 0113 496 0000\"").await;
        w.does("/client suspend quayside late").await;

        let [mail] = &mails(w, subject).await[..] else { panic!("not one mail") };
        assert_eq!(mail.to, "cabs@quayside.example");
        assert!(mail.message.contains("From: \"Northern SMS\" <"), "{}", mail.message);
        assert!(mail.message.contains("Reply-To: <help@northern.example>"), "{}", mail.message);
        assert!(mail.text.ends_with("\r\nNorthern SMS\r\nCall 0113 496 0000\r\n"), "{}", mail.text);
        assert!(!mail.text.contains("Brightline"), "{}", mail.text);
    });
}

#[test]
fn brand_is_a_resellers_alone_and_is_shown() {
    World::run(async |w| {
        let user = w.json("/brand set acme sender:ACME").await;
        assert!(user["text"].as_str().unwrap().contains("is no reseller"), "{user}");
        let none = w.says("/brand show northern").await;
        assert!(none.contains("its clients get no mail"), "{none}");
        let unnamed = w.json("/brand set northern reply_to:help@northern.example").await;
        assert_eq!(unnamed["status"], "refused", "{unnamed}");

        w.does("/brand set northern sender:\"Northern SMS\"").await;
        let bad = w.json("/brand set northern reply_to:help@northern").await;
        assert_ne!(bad["status"], "ok", "{bad}");
        let shown = w.json("/brand show northern").await;
        assert_eq!(shown["data"]["brand"]["sender"], "Northern SMS");
    });
}

#[test]
fn name_in_another_script_is_refused_in_words_and_drawn_once_latin_is_chosen() {
    World::run(async |w| {
        w.does("/client set name acme 株式会社 Acme").await;
        let number = sold(w).await;
        let view = w.json(&format!("/invoice view {number}")).await;
        let link = view["data"]["link"].as_str().unwrap();

        let refused = w.open(link).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("“株” (U+682A)"), "{}", refused.body);
        let [mail] = &mails(w, "500 MMS credits added").await[..] else { panic!("not one mail") };
        assert!(mail.files.is_empty() && !mail.text.contains("attached"), "{}", mail.text);

        w.does("/client set script c_2 latin").await;
        assert_eq!(w.open(link).await.status, 200);
        w.passes(SignedDuration::from_hours(2));
        w.does(&format!("/invoice resend {number}")).await;
        let [mail] = &mails(w, &format!("Invoice {number}")).await[..] else {
            panic!("not one mail")
        };
        assert_eq!(mail.files, [format!("{number}.pdf")]);
    });
}

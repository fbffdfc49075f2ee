//! Documents behind signed links: the PDF of an invoice or credit note, and links that open nothing.

use functions::print;
use jiff::SignedDuration;
use paper::document::{Document, DocumentKind};
use shared::kernel::id::InvoiceNumber;

use crate::world::World;

/// The link to a document, as `/invoice view` shows it.
async fn link(w: &World, number: &str) -> String {
    let view = w.json(&format!("/invoice view {number}")).await;
    let link = view["data"]["link"].as_str().unwrap_or_else(|| panic!("{view}")).to_owned();
    assert!(view["text"].as_str().unwrap().contains(&format!("PDF: {link}")), "{view}");
    link
}

/// An open add of 500 MMS credits for £30.00.
async fn sold(w: &World) -> String {
    let done = w.does("/addcredit mms acme 500").await;
    done["data"]["invoice"].as_str().unwrap().to_owned()
}

/// A document as it is drawn now.
async fn drawn(w: &World, number: &str) -> Document {
    let number: InvoiceNumber = number.parse().unwrap();
    let image = w.local.store().gather(|image| print::needs(number, image)).await.unwrap();
    let document = print::document(number, &image).unwrap().unwrap();
    paper::draw(&document).unwrap();
    document
}

#[test]
fn link_of_an_invoice_opens_its_pdf_for_ninety_days_and_nobody_keeps_it() {
    World::run(async |w| {
        let number = sold(w).await;
        let link = link(w, &number).await;

        let response = w.open(&link).await;

        assert_eq!(response.status, 200, "{}", response.body);
        assert!(response.body.starts_with("%PDF-"), "{}", response.head);
        for header in [
            "content-type: application/pdf",
            "cache-control: no-store",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            &format!("content-disposition: inline; filename=\"{}.pdf\"", number.to_lowercase()),
        ] {
            assert!(response.head.contains(header), "{header} is not in {}", response.head);
        }
        w.passes(SignedDuration::from_hours(90 * 24));
        assert_eq!(w.open(&link).await.status, 200);
        w.passes(SignedDuration::from_hours(24));
        let late = w.open(&link).await;
        assert_eq!(late.status, 403);
        assert!(late.body.contains("This link has expired"), "{}", late.body);
    });
}

#[test]
fn changed_cut_or_foreign_link_opens_no_document() {
    World::run(async |w| {
        let (one, other) = (sold(w).await, "INV-2-0001");
        let link = link(w, &one).await;
        let (_, query) = link.split_once('?').unwrap();
        let (until, _) = query.split_once('&').unwrap();

        for wrong in [
            format!("/invoices/{one}"),
            format!("/invoices/{other}?{query}"),
            format!("/invoices/CN-2-0001?{query}"),
            format!("/invoices/{one}?{until}&key="),
            format!("/invoices/{one}?{until}&key={}", "A".repeat(43)),
            link.replace("until=1", "until=2"),
            link.trim_end_matches(|c| c != '-').to_owned() + "x",
            format!("/invoices/nonsense?{query}"),
        ] {
            let response = w.open(&wrong).await;
            assert_eq!(response.status, 403, "{wrong}");
            assert!(response.body.contains("This link does not work"), "{}", response.body);
            assert!(response.head.contains("content-security-policy"), "{}", response.head);
        }
    });
}

#[test]
fn void_invoice_is_drawn_as_void_and_asks_for_nothing() {
    World::run(async |w| {
        let number = sold(w).await;
        w.does(&format!("/invoice void {number} wrong client")).await;

        let document = drawn(w, &number).await;

        assert!(document.void && document.due_minor == 0, "{document:?}");
        assert_eq!(w.open(&link(w, &number).await).await.status, 200);
    });
}

#[test]
fn document_of_an_invoice_states_parties_lines_tax_and_reference() {
    World::run(async |w| {
        let number = sold(w).await;

        let document = drawn(w, &number).await;

        assert_eq!((document.kind, document.number.as_str()), (DocumentKind::Invoice, &*number));
        assert_eq!(document.seller.name, "Brightline Messaging Ltd");
        assert_eq!(document.buyer.name, "ACME Ltd");
        let line = &document.lines[0];
        assert_eq!((line.description.as_str(), line.quantity), ("MMS credits", 500));
        assert_eq!((document.net_minor, document.gross_minor), (2_500, 3_000));
        assert_eq!((document.paid_minor, document.due_minor), (0, 3_000));
        let reference = format!("RF{}", document.reference.as_ref().unwrap()[2..].to_owned());
        assert!(shared::kernel::bank::is_creditor_reference(&reference), "{reference}");
    });
}

/// The bank details of the desk, and the line that sets them.
const IBAN: &str = "DE89 3704 0044 0532 0130 00";

/// The account that invoices show.
async fn iban(w: &World) -> Option<String> {
    let shown = w.json("/settings bank show").await;
    shown["data"]["account"]["iban"].as_str().map(str::to_owned)
}

#[test]
fn first_bank_details_hold_after_a_question_and_are_drawn() {
    World::run(async |w| {
        let number = sold(w).await;
        assert_eq!(drawn(w, &number).await.bank, None);

        let line = format!("/settings bank set Brightline Messaging Ltd {IBAN} COBADEFFXXX");
        let asked = w.json(&line).await;
        assert_eq!(asked["status"], "planned", "{asked}");
        assert_eq!(iban(w).await, None);
        w.does("/confirm").await;

        let bank = drawn(w, &number).await.bank.unwrap();
        assert_eq!(bank.holder, "Brightline Messaging Ltd");
        assert_eq!((bank.iban.unwrap().to_string().as_str(), &*bank.bic), (IBAN, "COBADEFFXXX"));
    });
}

#[test]
fn changed_bank_details_hold_only_after_a_day_and_another_owner() {
    World::run(async |w| {
        w.does(&format!("/settings bank set Brightline {IBAN}")).await;
        w.said_yes("local:owner", "/role grant local:olga owner Olga").await;

        let changed = w.does("/settings bank set Mallory iban:GB33BUKB20201555555555").await;
        let text = changed["text"].as_str().unwrap();
        assert!(text.contains("wait for a second confirmation"), "{text}");
        assert_eq!(iban(w).await.unwrap(), "DE89370400440532013000");

        let early = w.json_as("local:olga", "/settings bank confirm").await;
        assert_eq!(early["status"], "refused", "{early}");
        w.passes(SignedDuration::from_hours(24));
        let own = w.json("/settings bank confirm").await;
        assert!(own["text"].as_str().unwrap().contains("Another owner confirms them"), "{own}");
        assert_eq!(iban(w).await.unwrap(), "DE89370400440532013000");

        w.does_as("local:olga", "/settings bank confirm").await;
        assert_eq!(iban(w).await.unwrap(), "GB33BUKB20201555555555");
        let again = w.json_as("local:olga", "/settings bank confirm").await;
        assert_eq!(again["status"], "refused", "{again}");
    });
}

#[test]
fn only_owner_confirms_own_bank_details_after_a_day_and_not_after_a_week() {
    World::run(async |w| {
        w.does(&format!("/settings bank set Brightline {IBAN}")).await;
        let change = "/settings bank set Brightline iban:GB33BUKB20201555555555";
        w.does(change).await;
        w.passes(SignedDuration::from_hours(8 * 24));
        let late = w.json("/settings bank confirm").await;
        assert!(late["text"].as_str().unwrap().contains("more than 7 days"), "{late}");

        w.does("/settings bank cancel").await;
        w.does(change).await;
        w.passes(SignedDuration::from_hours(25));
        w.does("/settings bank confirm").await;
        assert_eq!(iban(w).await.unwrap(), "GB33BUKB20201555555555");
    });
}

#[test]
fn bank_details_that_cannot_be_right_are_refused() {
    World::run(async |w| {
        for (line, says) in [
            ("Brightline DE89 3704 0044 0532 0130 01", "its check digits do not fit"),
            ("Brightline iban:DE89370400440532013001", "its check digits do not fit"),
            ("Brightline iban:DE89370400440532013000 bic:COBA", "is not a BIC"),
            ("Brightline", "Give the IBAN"),
            ("Brightline details:12345678", "is not a label with its number"),
        ] {
            let said = w.says(&format!("/settings bank set {line}")).await;
            assert!(said.contains(says), "{line}: {said}");
        }
        let said = w.says_as("local:mona", &format!("/settings bank set Mona {IBAN}")).await;
        assert!(said.contains("owner"), "{said}");
        assert_eq!(iban(w).await, None);

        w.does("/settings bank set Brightline details:\"Sort code 20-00-00, Account 12345678\"")
            .await;
        let number = sold(w).await;
        let pair = |label: &str, text: &str| (label.to_owned(), text.to_owned());
        assert_eq!(
            drawn(w, &number).await.bank.unwrap().particulars,
            [pair("Sort code", "20-00-00"), pair("Account", "12345678")]
        );
    });
}

#[test]
fn credit_note_names_the_invoice_that_it_corrects() {
    World::run(async |w| {
        let done = w.does("/addcredit mms acme 500 paid:BACS-7").await;
        let number = done["data"]["invoice"].as_str().unwrap().to_owned();
        w.does(&format!("/correct {} to:400", done["op"].as_str().unwrap())).await;

        let note = drawn(w, "CN-2-0001").await;
        let invoice = drawn(w, &number).await;

        assert_eq!(note.kind, DocumentKind::CreditNote);
        assert_eq!(note.corrects.unwrap().number, number);
        assert_eq!((note.gross_minor, note.due_minor), (600, 0));
        assert_eq!(
            (invoice.paid_minor, invoice.credited_minor, invoice.due_minor),
            (2_400, 600, 0)
        );
    });
}

#[test]
fn refunded_invoice_is_drawn_with_the_refund_in_words() {
    World::run(async |w| {
        let number = sold(w).await;
        for line in [format!("succeeded pi_1 3000 {number}"), "refunded pi_1 3000 1000".to_owned()]
        {
            w.stripe(crate::billing::event_of(&line)).await;
        }

        let document = drawn(w, &number).await;

        assert_eq!((document.paid_minor, document.due_minor), (3_000, 0));
        assert_eq!(document.note, "£10.00 of the payment was refunded.");
    });
}

#[test]
fn document_billed_to_a_reseller_names_the_client_that_has_the_credits() {
    World::run(async |w| {
        let done = w.does("/addcredit sms quayside 500 from:house").await;

        let document = drawn(w, done["data"]["invoice"].as_str().unwrap()).await;

        assert_eq!(document.buyer.name, "Northern Bulk");
        assert_eq!(document.lines[0].description, "SMS credits for Quayside Taxi");
    });
}

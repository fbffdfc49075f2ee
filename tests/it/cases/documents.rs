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

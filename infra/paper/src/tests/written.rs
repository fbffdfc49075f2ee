//! The bytes of the samples, and what stands on their sheets.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde_json::json;
use shared::kernel::bank::{creditor_reference, in_fours};
use shared::kernel::credit::grouped;
use shared::kernel::money::{decimal, exponent};

use super::samples;
use crate::document::{Document, Treatment};
use crate::script::composed;
use crate::sheet::Item;
use crate::{draw, electronic, epc, lay_out};

/// The texts of all sheets, in the order in which they are drawn.
fn texts(document: &Document) -> Vec<String> {
    let (_, sheets, _) = lay_out(document).unwrap();
    let items = sheets.into_iter().flat_map(|sheet| sheet.items);
    items
        .filter_map(|item| match item {
            Item::Text { text, .. } => Some(text),
            Item::Rule { .. } | Item::Logo(_) | Item::Code(_) => None,
        })
        .collect()
}

#[test]
fn same_document_gives_the_same_bytes() {
    for (name, document) in samples::all() {
        assert!(draw(&document).unwrap() == draw(&document).unwrap(), "{name}");
    }
}

#[test]
fn other_document_gives_other_bytes() {
    let other = samples::plain().with(|document| document.number = "INV-12-0008".into());
    assert_ne!(draw(&samples::plain()).unwrap(), draw(&other).unwrap());
}

#[test]
fn total_net_taxes_and_amount_due_are_drawn_as_given() {
    for (name, document) in samples::all() {
        let texts = texts(&document);
        let mut amounts = vec![document.gross_minor];
        if document.is_demand() && document.due_minor < document.gross_minor {
            amounts.push(document.due_minor);
        }
        if !document.is_without_tax() {
            amounts.push(document.net_minor);
            amounts.extend(document.taxes.iter().map(|tax| tax.tax_minor));
        }
        for minor in amounts {
            let amount = document.money(minor);
            assert!(texts.contains(&amount), "{name} lacks {amount}: {texts:#?}");
        }
    }
}

#[test]
fn forty_lines_flow_over_sheets_with_the_sum_so_far() {
    let document = samples::forty_lines();
    let texts = texts(&document);
    let (_, sheets, _) = lay_out(&document).unwrap();
    let carried = texts.iter().position(|text| text == "Carried forward").unwrap();
    let brought = texts.iter().position(|text| text == "Brought forward").unwrap();

    let before = texts[..carried].iter().filter(|text| text.contains("campaign")).count();
    let sum_minor: u64 = document.lines.iter().take(before).map(|line| line.net_minor).sum();

    assert_eq!(sheets.len(), 2);
    assert_eq!(texts[carried + 1], decimal(sum_minor, 2));
    assert_eq!(texts[brought + 1], texts[carried + 1]);
    assert!(texts.contains(&"Page 1 of 2".to_owned()) && texts.contains(&"Page 2 of 2".to_owned()));
    let last = texts.iter().position(|text| text.contains("campaign 40")).unwrap();
    assert!(last > brought, "the totals stand below a line");
}

#[test]
fn document_without_tax_has_no_word_of_tax() {
    let texts = texts(&samples::no_tax()).concat();
    assert!(!texts.to_lowercase().contains("tax"), "{texts}");
}

#[test]
fn void_invoice_says_so_and_asks_for_nothing() {
    let texts = texts(&samples::void());
    let has = |wanted: &str| texts.iter().any(|text| text == wanted);
    assert!(has("Void") && has("This document was taken back. Nothing is to be paid."));
    assert!(!has("How to pay") && !has("Amount due"), "{texts:?}");
}

#[test]
fn xml_is_inside_where_nothing_lacks_and_nowhere_else() {
    for (name, document) in samples::all() {
        let bytes = draw(&document).unwrap();
        let has_xml = bytes.windows(12).any(|window| window == b"factur-x.xml");
        assert_eq!(has_xml, electronic::lacking(&document).is_empty(), "{name}");
    }
}

#[test]
fn declaration_of_the_xml_is_an_update_behind_the_document() {
    let with = draw(&samples::two_rates()).unwrap();
    let without =
        draw(&samples::two_rates().with(|document| document.buyer.country = None)).unwrap();
    let ends = |bytes: &[u8]| bytes.windows(5).filter(|window| window == b"%%EOF").count();
    assert_eq!((ends(&with), ends(&without)), (2, 1));
}

/// What the readers of others must find in each sample.
#[test]
fn samples_are_written_for_other_readers() {
    let folder = folder();
    for (name, document) in samples::all() {
        let bytes = draw(&document).unwrap();
        let payload = epc::payload(&document).filter(|_| document.code);
        let has_details = document.bank.is_some() && document.is_payable();
        let reference = document.reference.as_deref().filter(|_| has_details);
        let facts = json!({
            "texts": facts(&composed(&document)),
            "title": document.heading(),
            "author": document.seller.name,
            "reference": reference,
            "drawn_reference": reference.map(in_fours),
            "iban": document.bank.as_ref().and_then(|bank| bank.iban.as_ref()).map(|iban| iban.as_str()),
            "code": payload,
            "xml": electronic::lacking(&document).is_empty(),
        });
        fs::write(folder.join(format!("{name}.pdf")), bytes).unwrap();
        fs::write(folder.join(format!("{name}.json")), facts.to_string()).unwrap();
    }
}

#[test]
fn references_are_written_for_other_readers() {
    let folder = folder();
    let clients = [1_u64, 2, 12, 97, 120, 4_711, 99_999_999];
    let numbers = clients.into_iter().flat_map(|client| {
        (1..80_u64).map(move |seq| format!("INV-{client}-{:04}", seq * seq * seq))
    });
    let references = numbers.map(|number| creditor_reference(&number.parse().unwrap()).unwrap());
    let references: Vec<String> = references.collect();
    fs::write(folder.join("references.txt"), references.join("\n")).unwrap();
}

/// Where other readers look.
pub(super) fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/paper");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The particulars of Article 226 of Directive 2006/112/EC, as they read without line breaks.
fn facts(document: &Document) -> Vec<String> {
    let date = |date: Date| date.strftime("%-d %B %Y").to_string();
    let mut texts =
        vec![document.kind.title().to_owned(), document.number.clone(), date(document.issued)];
    for business in [&document.seller, &document.buyer] {
        texts.extend([&business.name, &business.address, &business.tax_number].map(String::clone));
    }
    texts.extend(document.supplied.map(date));
    texts.extend(document.due.map(date));
    for line in &document.lines {
        let decimals = exponent(document.currency);
        texts.push(line.description.clone());
        texts.push(grouped(line.quantity));
        texts.extend([line.price_minor, line.net_minor].map(|minor| decimal(minor, decimals)));
    }
    for tax in document.taxes.iter().filter(|_| !document.is_without_tax()) {
        texts.push(document.money(tax.net_minor));
        texts.push(document.money(tax.tax_minor));
        match &tax.treatment {
            Treatment::Rate(rate) => texts.push(format!("{rate} %")),
            Treatment::Exempt(reason) => texts.push(reason.clone()),
            Treatment::ReverseCharge => texts.push("Reverse charge".to_owned()),
        }
    }
    texts.push(document.money(document.gross_minor));
    texts
}

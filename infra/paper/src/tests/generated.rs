//! Generated documents of any length, script and size of figures: nothing overlaps or leaves its sheet.

use std::fs;

use iso_currency::Currency;
use jiff::civil::date;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use shared::kernel::tax::TaxRate;

use super::samples;
use super::written::folder;
use crate::document::{Business, Document, DocumentKind, DocumentLine, Treatment};
use crate::layout::grid::SHEET;
use crate::length::{Area, Length};
use crate::sheet::{Item, Sheet};
use crate::{draw, electronic, lay_out};

const WORDS: &str = "[A-Za-z0-9ÀÉŵßΑ-ΡΣ-Ωα-ωА-Яа-яẾễợựĐđ.,()/–-]{1,14}";

/// Words with at most `most` characters in all and seven line breaks.
fn text(most: usize) -> impl Strategy<Value = String> {
    let word = prop_oneof![9 => WORDS, 1 => "[WΩЖẾ]{30,90}"];
    vec((word, prop_oneof![9 => Just(" "), 1 => Just("\n")]), 1..8).prop_map(move |words| {
        let text: String = words.into_iter().map(|(word, space)| word + space).collect();
        text.chars().take(most).collect()
    })
}

fn business() -> impl Strategy<Value = Business> {
    (text(119), text(239), "[A-Z0-9]{0,40}").prop_map(|(name, address, tax_number)| Business {
        name: format!("{name}."),
        address,
        country: None,
        tax_number,
    })
}

fn treatment() -> impl Strategy<Value = Treatment> {
    prop_oneof![
        6 => prop_oneof![Just(0), Just(700_000), Just(1_900_000), Just(997_500), Just(10_000_000)]
            .prop_map(|parts| Treatment::Rate(TaxRate::try_from(parts).unwrap())),
        1 => Just(Treatment::ReverseCharge),
        1 => Just(Treatment::Exempt("Article 132 of the directive".into())),
    ]
}

fn line() -> impl Strategy<Value = DocumentLine> {
    let amount = prop_oneof![0..10_000_u64, 0..10_000_000_000_u64];
    let figures = (0..=999_999_999_999_u64, amount.clone(), amount);
    let description = prop_oneof![9 => text(120), 1 => vec(text(300), 3).prop_map(|t| t.concat())];
    (description, figures, prop_oneof![Just(1_u64), Just(1_000), Just(1_000_000)], treatment())
        .prop_map(|(description, (quantity, price_minor, net_minor), per, treatment)| {
            DocumentLine { description, quantity, price_minor, per, net_minor, treatment }
        })
}

prop_compose! {
    fn document()(
        parties in (business(), business()),
        lines in vec(line(), 1..60),
        currency in prop_oneof![Just(Currency::EUR), Just(Currency::JPY), Just(Currency::KWD)],
        kind in prop_oneof![
            Just(DocumentKind::Invoice), Just(DocumentKind::ProForma), Just(DocumentKind::CreditNote)
        ],
        note in text(900),
        has_logo in any::<bool>(),
        paid in 0_u64..=100,
    ) -> Document {
        let whole = samples::document(parties.0, parties.1, currency, lines);
        let paid_minor = whole.gross_minor / 100 * paid;
        whole.with(|document| {
            document.kind = kind;
            document.note = note;
            document.supplied = Some(date(2026, 9, 30));
            document.bank = samples::two_rates().bank;
            document.paid_minor = paid_minor;
            document.due_minor -= paid_minor;
            if kind == DocumentKind::CreditNote {
                (document.paid_minor, document.due_minor) = (0, 0);
            }
            document.logo = samples::partly_paid().logo.filter(|_| has_logo);
        })
    }
}

/// The first fault of a sheet.
fn fault(sheet: &Sheet) -> Option<String> {
    let inside = Area {
        x: Length::points(56),
        width: SHEET.width - Length::points(56) * 2,
        y: Length::points(48),
        height: Length::points(755),
    };
    let items: Vec<(Area, &Item)> =
        sheet.items.iter().map(|item| (*item.clone().area_mut(), item)).collect();
    for (at, (area, item)) in items.iter().enumerate() {
        if !inside.contains(area) {
            return Some(format!("outside: {item:?}"));
        }
        if let Some((_, other)) = items[..at].iter().find(|(other, _)| area.overlaps(other)) {
            return Some(format!("overlap: {item:?} and {other:?}"));
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn nothing_overlaps_or_leaves_the_sheet(document in document()) {
        let (_, sheets, _) = lay_out(&document).unwrap();
        for sheet in &sheets {
            prop_assert_eq!(fault(sheet), None);
        }
        let total = document.money(document.gross_minor);
        let is_total = |item: &Item| matches!(item, Item::Text { text, .. } if *text == total);
        prop_assert!(sheets.iter().flat_map(|sheet| &sheet.items).any(is_total));
    }
}

#[test]
fn tallest_head_fits_its_sheet() {
    let document = samples::two_rates().with(|document| {
        document.kind = DocumentKind::ProForma;
        document.seller.name = "Ŵ".repeat(120);
        document.seller.address = "Ж\n".repeat(8) + &"ЖЖЖЖЖЖЖЖЖЖ, ".repeat(18);
        document.seller.tax_number = "W".repeat(40);
        document.due_minor = document.gross_minor;
    });
    let (_, sheets, _) = lay_out(&document).unwrap();
    for sheet in &sheets {
        assert_eq!(fault(sheet), None);
    }
}

/// Invoices as data, for the schema and the rules of EN 16931.
#[test]
fn generated_invoices_are_written_as_data_for_other_readers() {
    let folder = folder();
    let mut runner = TestRunner::deterministic();
    let german = samples::two_rates().seller;
    for number in 0..40 {
        let generated = document().new_tree(&mut runner).unwrap().current();
        let document = generated.with(|document| {
            let is_pro_forma = document.kind == DocumentKind::ProForma;
            document.kind = if is_pro_forma { DocumentKind::Invoice } else { document.kind };
            document.currency = if number % 2 == 0 { Currency::EUR } else { Currency::JPY };
            for business in [&mut document.seller, &mut document.buyer] {
                business.country = german.country;
                business.tax_number.clone_from(&german.tax_number);
            }
        });
        let (document, ..) = lay_out(&document).unwrap();
        assert_eq!(electronic::lacking(&document), [""; 0]);
        fs::write(folder.join(format!("{number}.xml")), electronic::xml(&document)).unwrap();
    }
}

#[test]
fn nothing_overlaps_or_leaves_the_sheet_of_any_sample() {
    for (name, document) in samples::all() {
        let (_, sheets, _) = lay_out(&document).unwrap();
        for sheet in &sheets {
            assert_eq!(fault(sheet), None, "{name}");
        }
        draw(&document).unwrap();
    }
}

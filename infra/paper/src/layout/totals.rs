//! The totals: net, tax of each treatment, total, and what is still due.

use crate::document::{Document, DocumentKind, TaxTotal, Treatment};
use crate::font::{Fonts, Ink, Lettering};
use crate::layout::grid::{RIGHT, STRONG, TEXT};
use crate::length::Length;
use crate::sheet::{Block, Edge};

/// The width of the totals, and the space between label and amount.
const TOTALS: Length = Length::points(244);
const GAP: Length = Length::points(12);

/// The space between rows.
const SPACE: Length = Length::points(3);

pub(super) fn block<'a>(document: &Document, fonts: &'a Fonts) -> Block<'a> {
    let mut block = Block::new(fonts);
    let mut y = Length::points(8);
    for row in rows(document) {
        // Where the total comes first, the table's last rule is its own.
        if row.is_sum && !block.items.is_empty() {
            y = block.rule(RIGHT - TOTALS, TOTALS, y + SPACE, Ink::Dark) + SPACE;
        }
        let lettering = if row.is_sum { STRONG } else { TEXT };
        y = place(&mut block, fonts, &row, lettering, y) + SPACE;
    }
    block
}

fn place(
    block: &mut Block<'_>,
    fonts: &Fonts,
    row: &TotalRow,
    lettering: Lettering,
    y: Length,
) -> Length {
    let label = TOTALS - fonts.width(&row.amount, &lettering) - GAP;
    let below = block.paragraph(&row.label, lettering, Edge::Left(RIGHT - TOTALS), y, label);
    block.line(&row.amount, lettering, Edge::Right(RIGHT), y).max(below)
}

struct TotalRow {
    label: String,
    amount: String,
    is_sum: bool,
}

fn rows(document: &Document) -> Vec<TotalRow> {
    let row =
        |label: &str, amount: String| TotalRow { label: label.to_owned(), amount, is_sum: false };
    let sum = |label: &str, minor: u64| TotalRow {
        label: label.to_owned(),
        amount: document.money(minor),
        is_sum: true,
    };
    let mut rows = Vec::new();
    if !document.is_without_tax() {
        rows.push(row("Net", document.money(document.net_minor)));
        let taxes = document.taxes.iter();
        rows.extend(taxes.map(|tax| row(&tax_label(document, tax), document.money(tax.tax_minor))));
    }
    let total = match document.kind {
        DocumentKind::CreditNote => "Total credit",
        DocumentKind::Invoice | DocumentKind::ProForma => "Total",
    };
    rows.push(sum(total, document.gross_minor));
    let settled = [("Paid", document.paid_minor), ("Credited", document.credited_minor)];
    for (label, minor) in settled.into_iter().filter(|(_, minor)| *minor > 0) {
        rows.push(row(label, format!("–{}", document.money(minor))));
    }
    if document.is_demand() && document.due_minor < document.gross_minor {
        rows.push(sum("Amount due", document.due_minor));
    }
    rows
}

fn tax_label(document: &Document, tax: &TaxTotal) -> String {
    let net = document.money(tax.net_minor);
    match &tax.treatment {
        Treatment::Rate(rate) => format!("Tax {rate}\u{a0}% on {net}"),
        Treatment::Exempt(_) => format!("Exempt from tax: {net}"),
        Treatment::ReverseCharge => format!("Reverse charge on {net}"),
    }
}

//! Below the totals: how to pay, the reasons for no tax, and the note.

use shared::kernel::bank::in_fours;

use crate::document::{BankDetails, Document, Treatment};
use crate::epc;
use crate::font::{Fonts, Lettering};
use crate::layout::grid::{LABEL, LEFT, QUIET, RIGHT, STRONG, TEXT};
use crate::length::{Area, Length};
use crate::sheet::{Block, Edge, Item};

/// Where the values begin, from their labels.
const TAB: Length = Length::points(96);

/// The side of the payment code, and the quiet zone of at least four modules around it.
const CODE: Length = Length::points(88);
const QUIET_ZONE: Length = Length::points(12);

/// The width of reasons and note.
const PROSE: Length = Length::points(400);

/// The most lines of prose that stay together.
const PIECE: usize = 12;

pub(super) fn blocks<'a>(document: &Document, fonts: &'a Fonts) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    if let Some(bank) = document.bank.as_ref().filter(|_| document.is_payable()) {
        blocks.push(payment(document, bank, fonts));
    }
    for treatment in document.taxes.iter().map(|tax| &tax.treatment) {
        match treatment {
            Treatment::Rate(_) => {}
            Treatment::Exempt(reason) => {
                blocks.extend(prose(&format!("Exempt from tax: {reason}"), fonts));
            }
            Treatment::ReverseCharge => {
                blocks.extend(prose("Reverse charge: the buyer accounts for the tax.", fonts));
            }
        }
    }
    blocks.extend(prose(&document.note, fonts));
    blocks
}

fn payment<'a>(document: &Document, bank: &BankDetails, fonts: &'a Fonts) -> Block<'a> {
    let mut block = Block::new(fonts);
    let top = Length::points(24);
    let mut y = block.line("How to pay", STRONG, Edge::Left(LEFT), top) + Length::points(3);
    let value = LEFT + TAB;
    let width = RIGHT - value - CODE - QUIET_ZONE * 2;
    for (label, text, lettering) in particulars(document, bank) {
        let below = block.paragraph(&label, QUIET, Edge::Left(LEFT), y, TAB - Length::points(8));
        y = block.paragraph(&text, lettering, Edge::Left(value), y, width).max(below);
    }
    if document.code && epc::payload(document).is_some() {
        let area = Area { x: RIGHT - CODE, y: top, width: CODE, height: CODE };
        block.push(Item::Code(area));
        let y = area.bottom() + QUIET_ZONE;
        block.line("Scan with your banking app", LABEL, Edge::Right(RIGHT), y);
    }
    block
}

/// The rows of the bank details: label, text, look.
fn particulars(document: &Document, bank: &BankDetails) -> Vec<(String, String, Lettering)> {
    let reference = document.reference.as_deref().map(in_fours);
    let mut rows = vec![
        ("Amount".to_owned(), document.money(document.due_minor), TEXT),
        ("Reference".to_owned(), reference.unwrap_or_else(|| document.number.clone()), STRONG),
        ("Account name".to_owned(), document.payee(bank).to_owned(), TEXT),
    ];
    if let Some(iban) = &bank.iban {
        rows.push(("IBAN".to_owned(), iban.to_string(), TEXT));
    }
    if !bank.bic.is_empty() {
        rows.push(("BIC".to_owned(), bank.bic.clone(), TEXT));
    }
    rows.extend(bank.particulars.iter().map(|(label, text)| (label.clone(), text.clone(), TEXT)));
    rows
}

/// A text in blocks that may flow over sheets.
fn prose<'a>(text: &str, fonts: &'a Fonts) -> Vec<Block<'a>> {
    let lines = fonts.lines(text, &TEXT, PROSE);
    let pieces = lines.chunks(PIECE).enumerate();
    pieces
        .map(|(number, piece)| {
            let mut block = Block::new(fonts);
            let top = if number == 0 { Length::points(18) } else { Length::ZERO };
            let lines = piece.iter();
            let end = lines.fold(top, |y, text| block.line(text, TEXT, Edge::Left(LEFT), y));
            block.height = end;
            block
        })
        .collect()
}

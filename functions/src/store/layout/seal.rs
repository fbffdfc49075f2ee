//! The seal of an item: `z`, a short hash of its key and its other attributes. [`super::to_item`]
//! writes it and [`super::from_item`] checks it at every read, so an attribute that was changed
//! outside the desk makes that one item unreadable.
//!
//! It is no signature: whoever can write the tables can compute it. Equations and chains of the proof
//! find such changes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;
use shared::kernel::id::digest;

use super::Item;

/// The attribute that holds the seal.
pub const SEAL: &str = "z";

/// Characters of a seal.
const LENGTH: usize = 16;

/// Seals an item as it is now.
pub fn seal(item: &mut Item) {
    item.remove(SEAL);
    let seal = hash(item);
    item.insert(SEAL.to_owned(), AttributeValue::S(seal));
}

/// Takes the seal off an item.
///
/// # Errors
/// A sentence when the item has another seal, or none.
pub(super) fn open(item: &mut Item) -> Result<(), String> {
    match item.remove(SEAL) {
        Some(AttributeValue::S(kept)) if kept == hash(item) => Ok(()),
        Some(_) | None => Err("it was changed outside the desk".to_owned()),
    }
}

fn hash(item: &Item) -> String {
    digest(&[&canonical(item)]).chars().take(LENGTH).collect()
}

/// An item as one text: the same for equal items, another for every other item.
pub(crate) fn canonical(item: &Item) -> String {
    let mut text = String::new();
    write_map(item, &mut text);
    text
}

/// Names in order. Each text comes with its length, so that no two items are written alike.
fn write_map(map: &Item, out: &mut String) {
    let sorted: BTreeMap<&String, &AttributeValue> = map.iter().collect();
    write_head('m', map.len(), out);
    for (name, value) in sorted {
        write_text('k', name, out);
        write_value(value, out);
    }
}

fn write_value(value: &AttributeValue, out: &mut String) {
    match value {
        AttributeValue::S(text) => write_text('s', text, out),
        AttributeValue::N(number) => write_text('n', number, out),
        AttributeValue::Bool(true) => out.push('t'),
        AttributeValue::Bool(false) => out.push('f'),
        AttributeValue::Null(_) => out.push('0'),
        AttributeValue::M(map) => write_map(map, out),
        AttributeValue::L(list) => {
            write_head('l', list.len(), out);
            for value in list {
                write_value(value, out);
            }
        }
        // Nothing here writes other kinds, and nothing reads them.
        _ => out.push('?'),
    }
}

fn write_text(kind: char, text: &str, out: &mut String) {
    write_head(kind, text.len(), out);
    out.push_str(text);
}

fn write_head(kind: char, length: usize, out: &mut String) {
    out.push(kind);
    // Writing to a string does not fail.
    let _ = write!(out, "{length}:");
}

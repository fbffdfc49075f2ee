//! Values as the attributes of an item, and back.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Number, Value};

use super::Item;

/// A value as an attribute. All records pass through [`Value`], so that each is compiled for one
/// form and not for two: that is a good part of what a function weighs.
pub(super) fn to_attribute(value: Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(yes) => AttributeValue::Bool(yes),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text),
        Value::Array(list) => AttributeValue::L(list.into_iter().map(to_attribute).collect()),
        Value::Object(map) => AttributeValue::M(
            map.into_iter().map(|(name, value)| (name, to_attribute(value))).collect(),
        ),
    }
}

pub(super) fn from_attributes(item: Item) -> Result<Value, String> {
    let mut map = Map::new();
    for (name, attribute) in item {
        map.insert(name, from_attribute(attribute)?);
    }
    Ok(Value::Object(map))
}

fn from_attribute(attribute: AttributeValue) -> Result<Value, String> {
    match attribute {
        AttributeValue::Null(_) => Ok(Value::Null),
        AttributeValue::Bool(yes) => Ok(Value::Bool(yes)),
        AttributeValue::N(number) => whole(&number).map(Value::Number),
        AttributeValue::S(text) => Ok(Value::String(text)),
        AttributeValue::L(list) => {
            list.into_iter().map(from_attribute).collect::<Result<_, _>>().map(Value::Array)
        }
        AttributeValue::M(map) => from_attributes(map),
        _ => Err("it holds a kind of attribute that nothing here writes".to_owned()),
    }
}

/// A number of an item. All of ours are whole.
fn whole(number: &str) -> Result<Number, String> {
    let unsigned = number.parse::<u64>().map(Number::from);
    let whole = unsigned.or_else(|_| number.parse::<i64>().map(Number::from));
    whole.map_err(|_| format!("{number} is no whole number"))
}

/// A text attribute; empty if it is not there.
#[must_use]
pub fn text(item: &Item, name: &str) -> String {
    match item.get(name) {
        Some(AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    }
}

/// A number attribute; `None` if it is not there.
#[must_use]
pub fn number(item: &Item, name: &str) -> Option<u64> {
    match item.get(name) {
        Some(AttributeValue::N(number)) => number.parse().ok(),
        _ => None,
    }
}

//! Changes to the tables behind the desk's back: an item as JSON, with its seal left as it was or made
//! anew, as an attacker who knows the layout would.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use dynoxide::Database;
use functions::store::layout::{self, Item, SEAL};
use serde_json::{Value, json};

use crate::world::World;

/// The two tables of a world.
pub struct Tables<'a>(&'a Database);

impl<'a> Tables<'a> {
    pub fn of(world: &'a World) -> Self {
        Self(&world.database)
    }

    /// All items of a table.
    pub fn items(&self, table: &str) -> Vec<Value> {
        let request = json!({ "TableName": table });
        let answer = self.0.scan(serde_json::from_value(request).unwrap()).unwrap();
        let answer = serde_json::to_value(answer).unwrap();
        assert!(answer["LastEvaluatedKey"].is_null(), "a table of one page");
        answer["Items"].as_array().unwrap().clone()
    }

    /// Changes an item and leaves its seal as it was. Returns the item before the change.
    pub fn change(&self, table: &str, pk: &str, sk: &str, edit: impl FnOnce(&mut Value)) -> Value {
        let is_meant = |item: &Value| item["pk"]["S"] == *pk && item["sk"]["S"] == *sk;
        let before = self.items(table).into_iter().find(is_meant).unwrap();
        let mut after = before.clone();
        edit(&mut after);
        self.put(table, &after);
        before
    }

    pub fn put(&self, table: &str, item: &Value) {
        let request = json!({ "TableName": table, "Item": item });
        self.0.put_item(serde_json::from_value(request).unwrap()).unwrap();
    }

    pub fn delete(&self, table: &str, item: &Value) {
        let key = json!({ "pk": item["pk"], "sk": item["sk"] });
        let request = json!({ "TableName": table, "Key": key });
        self.0.delete_item(serde_json::from_value(request).unwrap()).unwrap();
    }
}

/// Gives an item the seal of its present attributes.
pub fn reseal(item: &mut Value) {
    let mut sealed = item_of(item);
    layout::seal(&mut sealed);
    item[SEAL] = json!({ "S": layout::text(&sealed, SEAL) });
}

/// An item from its JSON form.
pub fn item_of(json: &Value) -> Item {
    let fields = json.as_object().unwrap().iter();
    fields.map(|(name, value)| (name.clone(), attribute(value))).collect()
}

fn attribute(json: &Value) -> AttributeValue {
    let (kind, value) = json.as_object().unwrap().iter().next().unwrap();
    let text = || value.as_str().unwrap().to_owned();
    match kind.as_str() {
        "S" => AttributeValue::S(text()),
        "N" => AttributeValue::N(text()),
        "BOOL" => AttributeValue::Bool(value.as_bool().unwrap()),
        "NULL" => AttributeValue::Null(true),
        "L" => AttributeValue::L(value.as_array().unwrap().iter().map(attribute).collect()),
        "M" => AttributeValue::M(item_of(value).into_iter().collect::<HashMap<_, _>>()),
        other => panic!("{other}"),
    }
}

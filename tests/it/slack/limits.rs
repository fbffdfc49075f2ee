//! Slack's limits, as its documentation has them.

use serde_json::Value;

/// What is broken about a payload.
pub fn broken(kind: &str, payload: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    match kind {
        "message" => message(payload, &mut broken),
        "view" => view(payload, &mut broken),
        "options" => {
            let options = payload["options"].as_array().map_or(&[][..], Vec::as_slice);
            at_most("options", options.len(), 100, &mut broken);
            options.iter().for_each(|one| option(one, &mut broken));
        }
        other => broken.push(format!("no limits are known for {other}")),
    }
    broken
}

fn at_most(what: &str, is: usize, most: usize, broken: &mut Vec<String>) {
    if is > most {
        broken.push(format!("{what}: {is} of at most {most}"));
    }
}

fn text(what: &str, value: &Value, kind: &str, most: usize, broken: &mut Vec<String>) {
    let Some(words) = value["text"].as_str() else {
        broken.push(format!("{what} has no text: {value}"));
        return;
    };
    if words.is_empty() {
        broken.push(format!("{what} is empty"));
    }
    if value["type"] != kind {
        broken.push(format!("{what} is no {kind}: {value}"));
    }
    at_most(what, words.chars().count(), most, broken);
}

fn message(payload: &Value, broken: &mut Vec<String>) {
    let words = payload["text"].as_str().unwrap_or_default();
    if words.is_empty() {
        broken.push("a message without text".to_owned());
    }
    at_most("text", words.chars().count(), 4_000, broken);
    // No link but the desk's own, and no mention but a date.
    for part in words.split('<').skip(1) {
        if !part.starts_with("!date^") && !part.starts_with("https://desk.example/") {
            broken.push(format!("markup in the text: <{part}"));
        }
    }
    let blocks = payload["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    at_most("blocks", blocks.len(), 50, broken);
    at_most("bytes", payload["blocks"].to_string().len(), 12_000, broken);
    blocks.iter().for_each(|one| block(one, broken));
}

fn view(view: &Value, broken: &mut Vec<String>) {
    for name in ["title", "submit", "close"] {
        text(name, &view[name], "plain_text", 24, broken);
    }
    let carried = view["private_metadata"].as_str().unwrap_or_default();
    at_most("private_metadata", carried.chars().count(), 3_000, broken);
    at_most("callback_id", view["callback_id"].as_str().unwrap_or_default().len(), 255, broken);
    let blocks = view["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    at_most("blocks", blocks.len(), 100, broken);
    blocks.iter().for_each(|one| block(one, broken));
}

fn block(block: &Value, broken: &mut Vec<String>) {
    match block["type"].as_str().unwrap_or_default() {
        "section" => {
            text("section", &block["text"], "mrkdwn", 3_000, broken);
            if block["text"]["verbatim"] != true {
                broken.push("a section makes links of words".to_owned());
            }
            if let Some(accessory) = block.get("accessory") {
                element(accessory, broken);
            }
        }
        "context" => {
            let elements = block["elements"].as_array().unwrap();
            at_most("context", elements.len(), 10, broken);
            elements.iter().for_each(|one| text("context", one, "mrkdwn", 3_000, broken));
        }
        "actions" => {
            let elements = block["elements"].as_array().unwrap();
            at_most("actions", elements.len(), 25, broken);
            let mut ids: Vec<&str> =
                elements.iter().map(|one| one["action_id"].as_str().unwrap()).collect();
            ids.sort_unstable();
            ids.dedup();
            if ids.len() != elements.len() {
                broken.push("two elements with one action_id".to_owned());
            }
            elements.iter().for_each(|one| element(one, broken));
        }
        "input" => {
            text("label", &block["label"], "plain_text", 2_000, broken);
            text("hint", &block["hint"], "plain_text", 2_000, broken);
            element(&block["element"], broken);
        }
        other => broken.push(format!("no block of ours: {other}")),
    }
}

fn element(element: &Value, broken: &mut Vec<String>) {
    at_most("action_id", element["action_id"].as_str().unwrap_or_default().len(), 255, broken);
    match element["type"].as_str().unwrap_or_default() {
        "button" => {
            text("button", &element["text"], "plain_text", 75, broken);
            let value = element["value"].as_str().unwrap_or_default();
            at_most("button value", value.chars().count(), 2_000, broken);
            if let Some(style) = element.get("style")
                && style != "primary"
                && style != "danger"
            {
                broken.push(format!("style {style}"));
            }
        }
        "static_select" => {
            let options = element["options"].as_array().unwrap();
            at_most("options", options.len(), 100, broken);
            if options.is_empty() {
                broken.push("a select without options".to_owned());
            }
            options.iter().for_each(|one| option(one, broken));
        }
        "external_select" => {
            text("placeholder", &element["placeholder"], "plain_text", 150, broken);
        }
        "plain_text_input" => {
            let most = element["max_length"].as_u64().unwrap_or_default();
            at_most("max_length", most as usize, 3_000, broken);
        }
        "datepicker" => {}
        other => broken.push(format!("no element of ours: {other}")),
    }
}

fn option(option: &Value, broken: &mut Vec<String>) {
    text("option", &option["text"], "plain_text", 75, broken);
    let value = option["value"].as_str().unwrap_or_default();
    if value.is_empty() {
        broken.push("an option without value".to_owned());
    }
    at_most("option value", value.chars().count(), 150, broken);
    if let Some(about) = option.get("description") {
        text("option description", about, "plain_text", 75, broken);
    }
}

use super::*;

fn options(value: &Value) -> Vec<&Value> {
    value["options"].as_array().map(|options| options.iter().collect()).unwrap_or_default()
}

/// Every node below a command, with how deep it is.
fn walk<'a>(value: &'a Value, depth: usize, found: &mut Vec<(usize, &'a Value)>) {
    found.push((depth, value));
    for option in options(value) {
        walk(option, depth.saturating_add(1), found);
    }
}

#[test]
fn discord_gets_what_it_accepts() {
    let all = discord_commands();
    let all = all.as_array().unwrap();
    assert!(all.len() <= 100);
    for command in all {
        assert_eq!(command["contexts"], json!([0]));
        assert_eq!(command["integration_types"], json!([0]));
        assert_eq!(command["default_member_permissions"], "0");
        if command["type"] == 3 {
            assert_eq!((&command["name"], command.get("description")), (&json!(MENU), None));
            continue;
        }
        let mut nodes = Vec::new();
        walk(command, 0, &mut nodes);
        let mut total = 0;
        for (depth, node) in &nodes {
            let name = node["name"].as_str().unwrap();
            let about = node["description"].as_str().unwrap();
            total += name.chars().count() + about.chars().count();
            assert!((1..=32).contains(&name.len()), "{name}");
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-')),
                "{name}"
            );
            assert!((1..=100).contains(&about.chars().count()), "{name}");
            let options = options(node);
            assert!(options.len() <= 25, "{name}");
            let required: Vec<bool> =
                options.iter().map(|o| o["required"].as_bool().unwrap_or(false)).collect();
            assert!(required.is_sorted_by_key(|required| !required), "{name}: required first");
            let mut names: Vec<&str> =
                options.iter().map(|o| o["name"].as_str().unwrap()).collect();
            names.sort_unstable();
            let before = names.len();
            names.dedup();
            assert_eq!(names.len(), before, "{name}");
            // A group is 2, a subcommand 1; neither stands below the other's depth.
            match node["type"].as_u64().unwrap() {
                2 => assert_eq!(*depth, 1, "{name}"),
                1 => assert!(*depth <= 2, "{name}"),
                _ => assert!(options.is_empty() || *depth == 0, "{name}"),
            }
            for choice in node["choices"].as_array().into_iter().flatten() {
                total += choice["value"].as_str().unwrap().len();
            }
            let both = node["autocomplete"] == true && node.get("choices").is_some();
            assert!(!both, "{name}");
            assert!(node.as_object().unwrap().values().all(|value| !value.is_null()), "{name}");
        }
        assert!(total <= 8_000, "{}: {total}", command["name"]);
    }
}

#[test]
fn the_words_of_staff_are_discords_subcommands() {
    let all = discord_commands();
    let add = all.as_array().unwrap().iter().find(|c| c["name"] == "addcredit").unwrap();
    let mms = options(add).into_iter().find(|o| o["name"] == "mms").unwrap();
    assert_eq!(mms["type"], 1);
    let amount = options(mms).into_iter().find(|o| o["name"] == "amount").unwrap();
    assert_eq!(
        (&amount["type"], &amount["min_value"], &amount["max_value"], &amount["required"]),
        (&json!(4), &json!(1), &json!(100_000_000), &json!(true))
    );
    let client = options(mms).into_iter().find(|o| o["name"] == "client").unwrap();
    assert_eq!(client["autocomplete"], true);
    let of = |name: &str| all.as_array().unwrap().iter().find(|c| c["name"] == name).unwrap();
    let op = |name: &str| &of(name)["options"][0]["autocomplete"];
    assert_eq!((op("approve"), op("undo")), (&json!(true), &json!(true)));
    let replay = &options(options(of("jobs"))[0])[0];
    assert_eq!((&replay["name"], &replay["autocomplete"]), (&json!("replay"), &Value::Null));
    assert!(options(mms).into_iter().any(|o| o["name"] == "dry_run" && o["type"] == 5));
}

#[test]
fn slack_gets_what_it_accepts() {
    let manifest = slack_manifest("https://credits.example");
    assert!(manifest["display_information"]["name"].as_str().unwrap().len() <= 35);
    assert!(manifest["display_information"]["description"].as_str().unwrap().len() <= 140);
    let all = manifest["features"]["slash_commands"].as_array().unwrap();
    assert!(all.len() <= 50);
    let mut names = Vec::new();
    for command in all {
        assert_eq!(command["url"], "https://credits.example/slack/commands");
        let name = command["command"].as_str().unwrap();
        assert!(name.starts_with('/') && name.len() <= 32, "{name}");
        assert!(!SLACK_RESERVED.contains(&name.trim_start_matches('/')), "{name}");
        assert!((1..=2_000).contains(&command["description"].as_str().unwrap().chars().count()));
        assert!(command["usage_hint"].as_str().unwrap().chars().count() <= 1_000, "{name}");
        assert_eq!(command["should_escape"], true);
        names.push(name);
    }
    assert!(names.contains(&"/addcredit") && names.contains(&"/desk"));
    assert!(!names.contains(&"/status"));
    let interactivity = &manifest["settings"]["interactivity"];
    assert_eq!(interactivity["request_url"], "https://credits.example/slack/interactions");
    assert_eq!(interactivity["message_menu_options_url"], "https://credits.example/slack/options");
    let shortcut = &manifest["features"]["shortcuts"][0];
    assert!(shortcut["name"].as_str().unwrap().chars().count() <= 24);
    assert_eq!(
        (&shortcut["type"], &shortcut["callback_id"]),
        (&json!("message"), &json!(SHOW_OPERATION))
    );
    let hint = &all.iter().find(|c| c["command"] == "/addcredit").unwrap()["usage_hint"];
    assert_eq!(hint, "sms <client> <amount> [reason] | mms <client> <amount> [reason]");
}

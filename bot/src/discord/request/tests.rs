use super::*;

/// The least that a signed command can be.
fn command(data: Value) -> Value {
    json!({
        "type": 2, "id": "1312345678901234567", "application_id": "77", "token": "secret",
        "guild_id": "5", "channel_id": "6", "member": { "user": { "id": "9" } }, "data": data,
    })
}

fn values(did: &Did) -> Vec<(&str, &str)> {
    match did {
        Did::Command { values, .. } | Did::Filled { values, .. } | Did::Typing { values, .. } => {
            values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()
        }
        Did::Menu { .. } | Did::Pressed { .. } => Vec::new(),
    }
}

#[test]
fn a_command_is_its_words_and_its_options() {
    let body = command(json!({ "id": "3", "name": "addcredit", "type": 1, "options": [
        { "type": 1, "name": "mms", "options": [
            { "type": 3, "name": "client", "value": "c_2" },
            { "type": 4, "name": "amount", "value": 12.0 },
            { "type": 5, "name": "dry_run", "value": true },
            { "type": 6, "name": "who", "value": "42" },
        ] },
    ] }));
    let request = read(&body).unwrap();
    assert_eq!(
        (request.guild.as_str(), request.channel.as_str(), request.user.as_str()),
        ("5", "6", "9")
    );
    let Did::Command { words, .. } = &request.did else { panic!("{request:?}") };
    assert_eq!(words, &["addcredit", "mms"]);
    let expected = [("client", "c_2"), ("amount", "12"), ("dry_run", "true"), ("who", "<@42>")];
    assert_eq!(values(&request.did), expected);
    assert!(!format!("{request:?}").contains("secret"));
}

#[test]
fn a_number_of_any_form_is_left_to_the_grammar() {
    for (value, text) in [
        (json!(500), "500"),
        (json!(1.5), "1.5"),
        (json!("500"), "500"),
        (json!(null), ""),
        (json!([1]), ""),
    ] {
        let body = command(
            json!({ "name": "x", "options": [{ "type": 4, "name": "amount", "value": value }] }),
        );
        assert_eq!(values(&read(&body).unwrap().did), [("amount", text)]);
    }
}

#[test]
fn only_members_of_a_guild_are_somebody() {
    let mut body = command(json!({ "name": "whoami" }));
    body["member"] = Value::Null;
    body["user"] = json!({ "id": "9" });
    assert_eq!(read(&body), Err(Unread::NoMember));
    let mut body = command(json!({ "name": "whoami" }));
    body["guild_id"] = Value::Null;
    assert_eq!(read(&body), Err(Unread::NoMember));
    let mut body = command(json!({ "name": "whoami" }));
    body["member"]["user"]["id"] = json!("nobody");
    assert!(matches!(read(&body), Err(Unread::Form(_))));
}

#[test]
fn both_forms_of_a_modal_are_read() {
    let mut body = command(Value::Null);
    body["type"] = json!(5);
    body["message"] = json!({ "flags": 64 });
    let rows =
        json!([{ "type": 1, "components": [{ "type": 4, "custom_id": "reason", "value": "no" }] }]);
    let labels = json!([
        { "type": 18, "id": 1, "component": { "type": 4, "id": 2, "custom_id": "reason", "value": "no" } },
        { "type": 18, "component": { "type": 3, "custom_id": "role", "values": ["billing"] } },
        { "type": 18, "component": { "type": 3, "custom_id": "kind", "values": [] } },
        { "type": 10, "content": "text" },
    ]);
    body["data"] = json!({ "custom_id": "v1:fill:/deny op", "components": rows });
    let request = read(&body).unwrap();
    assert_eq!(values(&request.did), [("reason", "no")]);
    assert!(matches!(request.did, Did::Filled { private: true, .. }));
    body["data"]["components"] = labels;
    let expected = [("reason", "no"), ("role", "billing"), ("kind", "")];
    assert_eq!(values(&read(&body).unwrap().did), expected);
}

#[test]
fn the_menu_of_a_message_finds_its_operation() {
    let mut body = command(json!({ "name": "Show operation", "type": 3, "target_id": "8",
        "resolved": { "messages": { "8": { "content": "Added", "embeds": [
            { "description": "op_short", "footer": { "text": "op_0123456789abcdef · undo" } },
        ] } } } }));
    let op = |body: &Value| match read(body).unwrap().did {
        Did::Menu { op } => op.map(|op| op.to_string()),
        other => panic!("{other:?}"),
    };
    assert_eq!(op(&body).as_deref(), Some("op_0123456789abcdef"));
    body["data"]["target_id"] = json!("9");
    assert_eq!(op(&body), None);
}

#[test]
fn what_no_type_knows_is_unread_and_never_a_panic() {
    for (name, value) in [
        ("type", json!(99)),
        ("type", json!("2")),
        ("type", json!(null)),
        ("id", json!("x")),
        ("id", json!(null)),
        ("data", json!(null)),
        ("data", json!([])),
        ("data", json!("x")),
        ("application_id", json!({})),
        ("channel_id", json!("0")),
        ("token", json!(5)),
    ] {
        let mut body = command(json!({ "name": "whoami" }));
        body[name] = value.clone();
        let _ = read(&body);
    }
    for kind in [2, 3, 4, 5] {
        let _ =
            read(&json!({ "type": kind, "guild_id": "1", "member": { "user": { "id": "1" } } }));
    }
    let mut deep = json!([]);
    for _ in 0..40 {
        deep = json!([{ "type": 1, "name": "a", "options": deep }]);
    }
    let request = read(&command(json!({ "name": "x", "options": deep }))).unwrap();
    let Did::Command { words, .. } = request.did else { panic!() };
    assert!(words.len() <= 6, "{words:?}");
}

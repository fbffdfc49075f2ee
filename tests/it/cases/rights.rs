//! Who may change what alone: names under `--yes`, changes that another person approved, roles, settings,
//! the MMS switch of many clients, and payments that became free.

use serde_json::Value;

use crate::world::World;

fn op(said: &Value) -> String {
    said["op"].as_str().unwrap().to_owned()
}

fn text(said: &Value) -> &str {
    said["text"].as_str().unwrap()
}

fn tries(said: &Value) -> Vec<String> {
    said["try"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// A line under `--yes`, as scripts get its reply.
async fn yes(w: &World, who: &str, line: &str) -> Value {
    creditdesk::say::object(&w.said_yes(who, line).await)
}

/// Types a line that must ask first; its question, and nothing changed yet.
async fn asks(w: &World, line: &str) -> Value {
    let asked = w.json(line).await;
    assert_eq!(asked["status"], "planned", "{line}: {asked}");
    assert_eq!(asked["data"]["state"], "awaits_confirm", "{line}: {asked}");
    asked
}

#[test]
fn yes_confirms_no_name_that_was_not_typed_whole() {
    World::run(async |w| {
        w.does("/role grant local:pat support \"Pat Moss\"").await;
        w.does("/addcredit sms northern 40 paid:BACS-9").await;
        let added = op(&w.does("/addcredit mms acme 50").await);
        for (line, exact) in [
            ("/addcredit sms birch-bak 55".to_owned(), None),
            ("/addcredit sms Birch 55".to_owned(), None),
            ("/addcredit sms \"acme mob\" 55".to_owned(), Some("c_3")),
            ("/addcredit sms quay 55 for June".to_owned(), Some("c_5")),
            ("/deductcredit sms north 55 typed twice".to_owned(), Some("c_4")),
            ("/client suspend quayside tax late".to_owned(), None),
            ("/client suspend \"Acme Mob\" late".to_owned(), Some("c_3")),
            ("/client set email \"acme mob\" new@corp.example".to_owned(), Some("c_3")),
            ("/price set sms \"acme mob\" 1:39.00".to_owned(), Some("c_3")),
            ("/mms on quay".to_owned(), Some("c_5")),
            ("/mms on all of northe".to_owned(), Some("all of c_4")),
            ("/staff leave moss".to_owned(), Some("s_")),
            ("/role grant moss billing".to_owned(), Some("s_")),
            ("/cover moss billing".to_owned(), Some("s_")),
            (format!("/correct {added} move:\"acme mob\" wrong client"), Some("c_3")),
            ("/client new Kiosk k@kiosk.example parent:northe".to_owned(), Some("c_4")),
        ] {
            let said = yes(w, "local:owner", &line).await;
            let status = said["status"].as_str().unwrap();
            assert!(["refused", "usage"].contains(&status), "{line}: {said}");
            if let Some(exact) = exact {
                assert_eq!(said["code"], "not_named", "{line}: {said}");
                let offered = tries(&said);
                assert!(offered[0].contains(exact), "{line}: {said}");
                // The offered line names the same change.
                let whole = w.json(&offered[0]).await;
                assert!(["ok", "planned"].contains(&whole["status"].as_str().unwrap()), "{whole}");
                if whole["status"] == "planned" {
                    w.json(&format!("/deny {}", op(&whole))).await;
                }
                assert!(!text(&whole).contains("Do you mean"), "{line}: {whole}");
            }
        }
        let waiting = w.json("/pending").await;
        assert_eq!(waiting["data"]["total"], 0, "{waiting}");
    });
}

#[test]
fn name_that_begins_another_name_is_not_confirmed_by_yes() {
    World::run(async |w| {
        w.does("/client new Birch b@birch-trees.example").await;
        let said = yes(w, "local:owner", "/client set email Birch new@birch.example").await;
        assert_eq!(said["code"], "not_named", "{said}");
        assert!(text(&said).contains("Other names begin with"), "{said}");
        assert_eq!(tries(&said)[0], "/client set email client:c_7 value:new@birch.example", "{said}");
    });
}

//! Plans, keys and jobs: replies that said something else than what is so, and keys that were not taken.

use creditdesk::say;
use serde_json::{Value, json};

use super::{op, text};
use crate::world::World;

/// A line under a key that its caller chose.
async fn under(w: &World, key: &str, who: &str, line: &str) -> Value {
    say::object(&w.said_under(key, who, line).await)
}

/// A line that is refused with a code and a part of its sentence.
async fn refused(w: &World, who: &str, line: &str, (code, sentence): (&str, &str)) -> Value {
    let reply = w.json_as(who, line).await;
    assert_eq!(reply["status"], "refused", "{line}: {reply}");
    assert_eq!(reply["code"], code, "{line}: {reply}");
    assert!(text(&reply).contains(sentence), "{line}: {reply}");
    reply
}

#[test]
fn denial_and_dry_run_of_a_done_plan_are_refused_in_words() {
    World::run(async |w| {
        let planned = op(&w.json("/deductcredit mms acme 10 mistake").await);
        w.does(&format!("/confirm {planned}")).await;
        let asked = op(&w.json_as("local:dana", "/addcredit sms acme 4000").await);
        w.does_as("local:bill", &format!("/approve {asked}")).await;
        for (who, line) in [
            ("local:owner", format!("/deny {planned}")),
            ("local:owner", format!("/deny {planned} dry_run")),
            ("local:owner", format!("/confirm {planned} dry_run")),
            ("local:bill", format!("/deny {planned} too late")),
            ("local:bill", format!("/deny {asked}")),
            ("local:bill", format!("/approve {asked} dry_run")),
            ("local:dana", format!("/deny {asked}")),
        ] {
            refused(w, who, &line, ("plan_over", "was done already. Nothing was changed.")).await;
        }
        // The press itself has its outcome again.
        let again = w.json(&format!("/confirm {planned}")).await;
        assert!(again["status"] == "ok" && text(&again).contains("it was done once"), "{again}");
        assert_eq!(w.balance("acme").await, (6_000, 390));
    });
}

#[test]
fn key_of_a_press_is_refused_for_another_request_and_repeats_its_reply() {
    World::run(async |w| {
        let deduct = op(&w.json("/deductcredit mms acme 10 mistake").await);
        let dropped = op(&w.json("/deductcredit mms acme 20 mistake").await);
        let wanted = op(&w.json_as("local:dana", "/addcredit sms acme 4000").await);
        let unusual = op(&w.json_as("local:dana", "/addcredit sms acme 9000").await);
        for (key, who, line) in [
            ("k1", "local:owner", format!("/confirm {deduct}")),
            ("k2", "local:owner", format!("/deny {dropped} no")),
            ("k3", "local:bill", format!("/approve {wanted}")),
            ("k4", "local:dana", format!("/confirm {unusual}")),
        ] {
            let first = under(w, key, who, &line).await;
            assert!(["ok", "planned"].contains(&first["status"].as_str().unwrap()), "{first}");
            let before = w.balance("acme").await;
            for other in ["/addcredit sms acme 5", "/client set email acme new@acme.example"] {
                let reused = under(w, key, who, other).await;
                assert_eq!(reused["code"], "key_reused", "{other}: {reused}");
            }
            let again = under(w, key, who, &line).await;
            assert_eq!(
                (&again["status"], &again["data"]),
                (&first["status"], &first["data"]),
                "{line}"
            );
            assert_eq!(w.balance("acme").await, before, "{line}");
        }
        assert_eq!(w.balance("acme").await, (6_000, 390));
    });
}

#[test]
fn key_of_a_press_that_lapsed_repeats_its_refusal() {
    World::run(async |w| {
        let planned = op(&w.json_as("local:dana", "/addcredit mms acme 2500").await);
        let line = format!("/confirm {planned}");
        under(w, "first", "local:dana", &line).await;
        w.does("/mms off acme").await;
        let line = format!("/approve {planned}");
        let first = under(w, "k", "local:bill", &line).await;
        assert_eq!(first["code"], "mms_off", "{first}");
        w.does("/mms on acme").await;
        let again = under(w, "k", "local:bill", &line).await;
        assert_eq!(again["code"], "mms_off", "{again}");
        let reused = under(w, "k", "local:bill", "/addcredit sms acme 5").await;
        assert_eq!(reused["code"], "key_reused", "{reused}");
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn key_of_a_lapsed_undo_does_not_repeat_another_persons_undo() {
    World::run(async |w| {
        let taken = op(&w.does("/deductcredit mms acme 10 mistake").await);
        let line = format!("/undo {taken}");
        let mine = op(&under(w, "mine", "local:owner", &line).await);
        w.does_as("local:bill", &line).await;
        refused(w, "local:owner", &format!("/confirm {mine}"), ("already_reversed", "taken back"))
            .await;

        let again = under(w, "mine", "local:owner", &line).await;

        assert_eq!((&again["status"], &again["code"]), (&json!("refused"), &json!("plan_over")));
        assert!(text(&again).contains("has lapsed"), "{again}");
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn operation_that_is_there_is_named_with_its_state() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit sms acme 5").await);
        let waiting = op(&w.json("/deductcredit mms acme 10 mistake").await);
        let ended = op(&w.json("/deductcredit mms acme 20 mistake").await);
        w.json(&format!("/deny {ended}")).await;
        for (line, sentence) in [
            (
                format!("/confirm {added}"),
                "is a change of credits that was done already; no question",
            ),
            (format!("/deny {added}"), "was done already; no question about it is open"),
            (format!("/jobs failed replay:{added}"), "none of its jobs has failed"),
            (format!("/jobs failed replay:{waiting}"), "that is still waiting; none of its jobs"),
            (
                format!("/undo {waiting}"),
                "that is still waiting; there is nothing of it to take back",
            ),
            (format!("/undo {ended}"), "that was cancelled; there is nothing of it to take back"),
            (format!("/correct {waiting} to:5"), "that is still waiting"),
            (format!("/correct {ended} to:5"), "that was cancelled"),
        ] {
            refused(w, "local:owner", &line, ("not_open", sentence)).await;
        }
        for line in ["/confirm", "/undo", "/jobs failed replay:"] {
            let sep = if line.ends_with(':') { "" } else { " " };
            let line = format!("{line}{sep}op_0123456789abcdef");
            refused(w, "local:owner", &line, ("unknown_operation", "There is no operation")).await;
        }
        assert_eq!(w.balance("acme").await, (2_005, 400));
    });
}

#[test]
fn bare_undo_means_the_last_change_of_any_kind() {
    World::run(async |w| {
        w.does("/addcredit sms acme 5").await;
        for line in [
            "/client set overdraft acme sms 50",
            "/client set email acme new@acme.example",
            "/mms off acme",
            "/mms on acme",
            "/price set sms acme 1:41.00",
            "/settings due 10",
            "/role grant local:newbie support Newbie",
        ] {
            let changed = op(&w.does(line).await);
            let reply =
                refused(w, "local:owner", "/undo", ("not_undoable", "your last change")).await;
            assert!(text(&reply).contains(&changed), "{line}: {reply}");
        }
        assert_eq!(w.balance("acme").await.0, 2_005);
        w.does("/addcredit sms acme 6").await;
        let back = w.does("/undo").await;
        assert_eq!(back["data"]["amount"], -6, "{back}");
        assert_eq!(w.balance("acme").await.0, 2_005);
    });
}

#[test]
fn plan_whose_figures_change_again_and_again_lapses_and_stays_small() {
    World::run(async |w| {
        let asked = op(&w.json_as("local:dana", "/addcredit sms acme 4000").await);
        let line = format!("/approve {asked}");
        let mut shown = 0;
        let last = loop {
            w.does(&format!("/addcredit sms acme {}", 7 + shown)).await;
            let reply = w.json_as("local:bill", &line).await;
            if reply["status"] != "planned" {
                break reply;
            }
            shown += 1;
            assert!(shown < 20, "{reply}");
        };
        assert_eq!((&last["status"], &last["code"]), (&json!("refused"), &json!("plan_lapsed")));
        assert!(text(&last).contains("changed too often"), "{last}");
        refused(w, "local:bill", &line, ("plan_over", "has lapsed")).await;
    });
}

#[test]
fn refusal_names_the_person_whose_role_or_plan_it_is() {
    World::run(async |w| {
        let asked = op(&w.json_as("local:dana", "/addcredit sms acme 4000").await);
        let own = op(&w.json_as("local:bill", "/addcredit sms acme 70000").await);
        w.json_as("local:bill", &format!("/confirm {own}")).await;
        let line = format!("/approve {own}");
        refused(w, "local:bill", &line, ("own_plan", "This is your own plan")).await;
        w.does("/role grant local:dana auditor").await;
        let line = format!("/approve {asked}");
        refused(w, "local:bill", &line, ("not_allowed", "Dana’s role (auditor)")).await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn overdraft_worth_more_than_can_be_counted_is_refused() {
    World::run(async |w| {
        w.does("/price set sms acme 1:90000000000000.00").await;
        let line = "/client set overdraft acme sms 100000000";
        for who in ["local:owner", "local:bill"] {
            refused(w, who, line, ("invalid", "are worth more money than the desk can count"))
                .await;
        }
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn overdraft_is_numbers_for_scripts() {
    World::run(async |w| {
        w.does("/client set overdraft acme sms 1000").await;
        let changed = w.does("/client set overdraft acme sms 1500").await;
        let expected = json!({ "overdraft": { "kind": "sms", "before": 1_000, "after": 1_500 } });
        assert_eq!(changed["data"]["what"], expected, "{changed}");
        assert!(text(&changed).contains("1,000 → 1,500"), "{changed}");
    });
}

#[test]
fn option_in_the_sellers_name_is_asked_about() {
    World::run(async |w| {
        for line in [
            "/settings seller Northern Messaging Ltd tax number GB123456789",
            "/settings seller Northern Messaging Ltd address 1 High Street",
            "/settings seller Northern Messaging Ltd Tax Number: GB123456789",
        ] {
            let reply = w.json(line).await;
            assert_eq!(reply["status"], "usage", "{line}: {reply}");
            assert!(!reply["try"].as_array().unwrap().is_empty(), "{line}: {reply}");
        }
        let pasted = "/settings seller Northern Messaging Ltd\ntax number GB123456789";
        let reply = w.json(pasted).await;
        assert_eq!((&reply["status"], &reply["code"]), (&json!("usage"), &json!("several_lines")));
        assert!(w.says("/settings show").await.contains("Brightline"));
    });
}

#[test]
fn all_before_a_parents_name_asks_with_the_line_that_is_meant() {
    World::run(async |w| {
        let before = w.says("/client view quayside").await;
        for line in ["/mms off all northern", "/mms off all clients of northern"] {
            let reply = w.json(line).await;
            assert_eq!(reply["status"], "refused", "{line}: {reply}");
            assert_eq!(reply["try"][0], "/mms off all of northern", "{line}: {reply}");
        }
        assert_eq!(w.says("/client view quayside").await, before);
    });
}

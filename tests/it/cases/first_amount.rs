//! Lines whose amount stands before the client, and numbers that stand together: who gets how many.

use crate::world::World;

/// Clients whose names begin with words that also lead to a client.
async fn clients(w: &World) {
    for name in [
        "Credit Union",
        "Union",
        "For Sale Ltd",
        "Sale Ltd",
        "To Go",
        "Go",
        "Credits Plus",
        "Cafe",
        "Cafe 20",
    ] {
        let made = w
            .does(&format!(
                "/client new \"{name}\" {}@x.example",
                name.to_lowercase().replace(' ', ".")
            ))
            .await;
        let id = made["data"]["client"].as_str().unwrap().to_owned();
        w.does(&format!("/client activate {id}")).await;
        w.does(&format!("/addcredit sms {id} 1")).await;
    }
}

#[test]
fn name_behind_an_amount_is_the_client_with_all_of_its_words() {
    World::run(async |w| {
        clients(w).await;
        for line in [
            "/addcredit sms 42 Credit Union",
            "/addcredit sms 42 credits Credit Union",
            "/addcredit sms 42 For Sale Ltd",
            "/addcredit sms 42 To Go",
            "/deductcredit sms 42 Credit Union added twice",
        ] {
            let said = w.said_yes("local:owner", line).await;
            assert_ne!(said.status.word(), "ok", "{line}: {}", said.view.plain());
            assert!(said.view.plain().contains("Which one?"), "{line}: {}", said.view.plain());
        }
        // Nobody else has a part of this name.
        let done = w.says("/addcredit sms 42 Credits Plus").await;
        assert!(done.contains("Credits Plus"), "{done}");
        let done = w.says("/addcredit sms 43 credits to Union").await;
        assert!(done.contains("for Union") || done.contains("Union ("), "{done}");
        for name in ["union", "go"] {
            let balance = w.says(&format!("/balance {name}")).await;
            assert!(!balance.contains("43") || name == "union", "{balance}");
        }
    });
}

#[test]
fn flag_or_other_kind_behind_the_client_is_asked_about() {
    World::run(async |w| {
        for line in [
            "/addcredit sms 42 acme grant sorry",
            "/addcredit sms 42 to acme grant apology",
            "/addcredit sms 42 acme mms",
        ] {
            let said = w.json(line).await;
            assert_eq!(said["status"], "usage", "{line}: {said}");
        }
    });
}

#[test]
fn number_behind_the_amount_begins_the_reason_where_only_that_names_a_client() {
    World::run(async |w| {
        let before = w.balance("acme").await.0;
        w.does("/addcredit sms acme 81 3 branches").await;
        assert_eq!(w.balance("acme").await.0, before + 81);
        for line in [
            "/addcredit sms acme 8 2",
            "/addcredit sms acme 1 500",
            "/addcredit sms acme 81 81 or 18",
        ] {
            assert_eq!(w.json(line).await["status"], "usage", "{line}");
        }
        assert_eq!(w.balance("acme").await.0, before + 81);
    });
}

#[test]
fn number_at_the_end_of_another_name_is_asked_about() {
    World::run(async |w| {
        clients(w).await;
        for line in ["/addcredit sms Cafe 20 42", "/addcredit sms cafe 20 20"] {
            assert_eq!(w.json(line).await["status"], "usage", "{line}");
        }
    });
}

#[test]
fn word_for_inside_a_name_does_not_end_it() {
    World::run(async |w| {
        for name in ["Eyes", "Eyes For You"] {
            let made = w.does(&format!("/client new \"{name}\" {}@x.example", name.len())).await;
            w.does(&format!("/client activate {}", made["data"]["client"].as_str().unwrap())).await;
        }
        let said = w.says("/client suspend Eyes For You late").await;
        assert!(said.contains("Which one?"), "{said}");
        let said = w.says("/client suspend acme for late payment").await;
        assert!(said.contains("reason: late payment"), "{said}");
    });
}

#[test]
fn long_paste_is_no_client() {
    World::run(async |w| {
        let long = "x".repeat(2_500);
        for line in [
            format!("/balance {long}"),
            format!("/client find {long}"),
            format!("/client view {long}"),
            format!("/addcredit sms {long} 42"),
            format!("/addcredit sms acme 42 {long}"),
        ] {
            let said = w.json(&line).await;
            assert_ne!(said["status"], "failed", "{said}");
        }
    });
}

#[test]
fn word_of_the_commands_is_no_name_of_a_client() {
    World::run(async |w| {
        for line in [
            "/client new all all@x.example",
            "/client new Default default@x.example",
            "/client new \"Bay Cars\" bay@x.example login:all",
            "/client set name acme sms",
        ] {
            let said = w.json(line).await;
            assert_ne!(said["status"], "ok", "{line}: {said}");
            assert!(
                said["text"].as_str().unwrap().contains("word of the commands"),
                "{line}: {said}"
            );
        }
    });
}

#[test]
fn value_that_is_no_reference_of_a_payment_is_asked_about() {
    World::run(async |w| {
        for value in
            ["30days", "net30", "2026-12-01", "1/12", "£3.89", "3.89", "+447400123101", "TEST1"]
        {
            let line = format!("/addcredit sms acme 81 paid:{value}");
            assert_eq!(w.json(&line).await["code"], "unclear_reference", "{line}");
        }
        for reason in ["not received", "free", "pending"] {
            let line = format!("/addcredit sms acme 81 paid:BACS78 {reason}");
            assert_eq!(w.json(&line).await["status"], "usage", "{line}");
        }
        w.does("/addcredit sms acme 82 paid:BACS78 monthly").await;
    });
}

#[test]
fn reason_that_says_another_thing_than_its_line_is_asked_about() {
    World::run(async |w| {
        for reason in [
            "not approved yet",
            "TBC",
            "needs Mona's approval",
            "put on hold",
            "do this on Monday",
            "Monday please",
            "remind me tomorrow",
            "in 2 weeks",
            "as soon as they pay",
            "delete this",
            "nope",
            "actually no",
            "wrong client",
            "test123",
            "sanity check",
            "just kidding",
            "nicht buchen",
            "pas maintenant",
            "отмена",
            "取消",
            "cash received",
            "charged to card",
            "money's in",
            "pi_123",
            "bezahlt",
            "payé",
            "入金済み",
            "already invoiced",
            "we pay",
            "as a courtesy",
            "£0",
            "at £35",
            "with 20% discount",
            "no VAT",
            "due in 30 days",
            "as mms",
            "sms + mms",
            "*18",
            "double it",
            "new balance",
            "from reseller",
            "x6",
        ] {
            let line = format!("/addcredit sms acme 81 {reason}");
            let said = w.json(&line).await;
            assert_eq!(said["status"], "usage", "{line}: {said}");
        }
        for reason in [
            "monthly top-up",
            "for the Monday market",
            "free pizza campaign",
            "order 4711",
            "July",
            "two new branches",
            "test centre reminders",
            "discount campaign",
            "no reply since May",
            "gift card campaign",
            "client asked on the phone",
            "top-up for Black Friday",
        ] {
            let line = format!("/addcredit sms acme 81 {reason} --dry_run");
            assert_eq!(w.json(&line).await["status"], "ok", "{line}");
        }
    });
}

//! Lines of a newcomer: words of other platforms, the first settings, and answers by number.

use super::{op, text, tries};
use crate::world::World;

#[test]
fn numbers_of_a_confirm_list_hold_until_another_line() {
    World::run(async |w| {
        for client in ["acme", "northern"] {
            w.json(&format!("/deductcredit sms {client} 10 first")).await;
        }
        let before = w.balance("acme").await;
        w.json("n").await;
        w.json("/deductcredit sms northern 10 again").await;
        w.json("/balance acme").await;
        w.json("/client view nobody").await;

        let listed = w.json("/confirm").await;
        assert_eq!(listed["data"]["total"], 2, "{listed}");
        assert_eq!(w.json("/confirm 1").await["status"], "ok");
        let again = w.json("/confirm 1").await;
        assert!(text(&again).contains("answered already"), "{again}");
        assert_eq!(w.json("/confirm 2").await["status"], "ok");

        let after = w.balance("acme").await;
        assert_eq!((before.0 - after.0, before.1), (10, after.1));
        assert!(w.mismatches().await.is_empty());
    });
}

#[test]
fn single_waiting_request_is_listed_with_the_lines_that_answer_it() {
    World::run(async |w| {
        let asked = w.json("/deductcredit sms acme 10 first").await;
        w.json("/client view nobody").await;

        let listed = w.json("/confirm").await;

        let line = format!("/confirm {}", op(&asked));
        assert!(text(&listed).starts_with("1 request waits for your confirmation\n"), "{listed}");
        assert!(text(&listed).contains(&line), "{listed}");
        assert_eq!(w.json("y").await["status"], "ok");
    });
}

#[test]
fn low_first_price_asks_whether_it_is_of_one_credit() {
    World::run_new(async |w| {
        w.does("/settings currency GBP").await;

        let asked = w.json("/setup sms_price:0.05").await;

        assert_eq!(asked["status"], "planned", "{asked}");
        let question = "£0.05 per 1,000 credits is £0.00005 each. Did you mean £50.00 per 1,000 \
                        (£0.05 each)? /price set sms default 1:50.00";
        assert!(text(&asked).contains(question), "{asked}");
        assert!(w.says("/price show").await.contains("There are no prices yet"));

        let set = w.says("/price set sms default 1:50.00 10000:35.00").await;
        assert!(set.contains("£50.00 per 1,000 (£0.05 each)"), "{set}");
        assert!(set.contains("from 10,000 credits £35.00 (£0.035 each)"), "{set}");
        let one = w.json("/price set mms default 1:1.00").await;
        assert_eq!(one["status"], "ok", "exactly 1.00 does not ask: {one}");
    });
}

#[test]
fn low_first_price_of_a_currency_without_decimals_does_not_ask() {
    World::run_new(async |w| {
        w.does("/settings currency JPY").await;

        let set = w.json("/price set sms default 1:5").await;

        assert_eq!(set["status"], "ok", "{set}");
    });
}

#[test]
fn repeated_setup_line_names_the_settings_that_have_the_value() {
    World::run_new(async |w| {
        w.does("/settings currency GBP").await;
        w.does("/settings tax 20").await;

        let again = w.says("/setup currency:GBP tax:20").await;

        assert!(
            again.contains("/settings currency: The setting has this value already"),
            "{again}"
        );
        assert!(again.contains("/settings tax: The setting has this value already"), "{again}");
    });
}

#[test]
fn help_of_a_new_desk_names_setup_and_later_status() {
    World::run_new(async |w| {
        let new = w.says("/help").await;
        assert!(new.contains("/setup") && !new.contains("/status"), "{new}");

        w.does("/settings currency GBP").await;

        let later = w.says("/help").await;
        assert!(later.contains("/status") && !later.contains("/setup"), "{later}");
    });
}

#[test]
fn words_of_other_platforms_lead_to_the_command() {
    World::run(async |w| {
        for (line, offered) in [
            ("/role revoke dana", "/staff leave dana"),
            ("/role remove dana", "/staff leave dana"),
            ("/client list", "/list clients"),
            ("/client delete acme", "/client suspend <client> <reason>"),
            ("/balance all", "/list clients"),
        ] {
            let reply = w.json(line).await;
            assert_ne!(reply["status"], "ok", "{line}: {reply}");
            assert!(tries(&reply).iter().any(|line| line == offered), "{line}: {reply}");
        }
    });
}

#[test]
fn flags_alone_filter_the_history_and_a_role_is_no_name() {
    World::run(async |w| {
        w.json("/invoice view INV-9-9999").await;

        let refused = w.json("/history refused").await;
        assert_eq!(refused["status"], "ok", "{refused}");
        let file = w.json("/history csv").await;
        assert!(file["data"]["file"]["text"].as_str().is_some(), "{file}");
        let role = w.json("/history staff:billing").await;
        assert_eq!(tries(&role), ["/history role:billing"], "{role}");
    });
}

#[test]
fn question_about_a_cover_shows_its_last_day() {
    World::run(async |w| {
        w.does("/role grant local:zoe support Zoe").await;

        let asked = w.json("/cover local:zoe billing until:2026-12-20").await;

        assert!(text(&asked).contains("billing until 20 Dec 2026"), "{asked}");
    });
}

#[test]
fn unknown_client_offers_to_make_it() {
    World::run_new(async |w| {
        let reply = w.json("/balance acme").await;

        assert_eq!(tries(&reply), ["/client find acm", "/client new <name> <email>"], "{reply}");
    });
}

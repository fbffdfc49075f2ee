//! Lines that say behind the amount that something else is meant: a try, another client, a second command,
//! a payment or a document. None is done; each offered line is accepted.

use serde_json::json;

use super::tries;
use crate::world::World;

async fn balances(w: &World) -> Vec<(u64, u64)> {
    let mut all = Vec::new();
    for client in ["acme", "birch", "c_4"] {
        all.push(w.balance(client).await);
    }
    all
}

/// The lines that are offered for a line that changes nothing.
pub async fn asked(w: &World, line: &str) -> Vec<String> {
    let before = balances(w).await;
    let reply = w.json(line).await;
    assert_eq!(reply["status"], "usage", "{line}: {reply}");
    assert_eq!(balances(w).await, before, "{line}");
    tries(&reply)
}

/// Types each offered line as a dry run: it is accepted.
pub async fn are_accepted(w: &World, line: &str, lines: &[String]) {
    for offered in lines.iter().filter(|line| !line.contains('<')) {
        let is_read = ["/invoice view", "/history", "/help"].iter().any(|r| offered.starts_with(r));
        let is_tried = is_read || offered.contains("--dry_run");
        let typed = if is_tried { offered.clone() } else { format!("{offered} --dry_run") };
        let reply = w.json(&typed).await;
        assert_ne!(reply["status"], "usage", "{line}: {offered}: {reply}");
    }
}

#[test]
fn words_for_a_try_behind_the_amount_are_asked_about_with_both_lines() {
    World::run(async |w| {
        for words in [
            "simulate",
            "a simulation",
            "trial run",
            "rehearsal",
            "testing",
            "test only",
            "test",
            "what-if",
            "what if",
            "pretend",
            "probe",
            "hypothetically",
            "no commit",
            "no-op",
            "noop",
            "only show",
            "show only",
            "check only",
            "don't run",
            "don’t run it",
            "do not run",
            "run dry",
            "dr y run",
            "dry run",
            "no dry_run",
            "not a dry_run",
            "without dry run",
            "monthly, dry run",
            "trockenlauf",
            "preview",
            "sandbox",
            "mock",
            "just checking",
            "ｓｉｍｕｌａｔｅ",
            "SIMULAET",
            "rehersal please",
            "ok?",
        ] {
            for line in [
                format!("/addcredit sms acme 81 {words}"),
                format!("/addcredit sms acme 81 for {words}"),
            ] {
                let lines = asked(w, &line).await;
                assert!(lines[0].ends_with("--dry_run"), "{line}: {lines:?}");
                assert!(lines.len() == 2 && !lines[1].ends_with("--dry_run"), "{line}: {lines:?}");
                are_accepted(w, &line, &lines).await;
            }
        }
        let lines = asked(w, "/addcredit sms 81 acme simulate").await;
        assert_eq!(lines[0], "/addcredit sms acme 81 reason:\"simulate\" --dry_run");
        assert_eq!(lines[1], "/addcredit sms acme 81 reason:\"simulate\"");
        let lines = asked(w, "/addcredit sms acme 81 no dry_run").await;
        w.does(&lines[1]).await;
        assert_eq!(w.balance("acme").await.0, 2_081);
        for (credits, reason) in [
            (10, "monthly top-up"),
            (11, "order 4711"),
            (12, "quarterly review"),
            (14, "trail club"),
        ] {
            w.does(&format!("/addcredit sms acme {credits} {reason}")).await;
        }
    });
}

#[test]
fn heading_for_a_try_makes_its_line_a_dry_run() {
    World::run(async |w| {
        for heading in ["dry run:", "try:", "test:", "Simulate:", "just checking -", "dry run"] {
            let line = format!("{heading} /addcredit sms acme 81 monthly");
            let reply = w.json(&line).await;
            assert_eq!(reply["status"], "ok", "{line}: {reply}");
            assert!(reply["text"].as_str().unwrap().contains("Dry run"), "{line}: {reply}");
        }
        let reply = w.json("dry run: /invoice void INV-2-0001 wrong client").await;
        assert!(reply["text"].as_str().unwrap().contains("Dry run"), "{reply}");
        for joint in ["\n", "; ", ";", " ", " and ", " and also "] {
            let line = format!("test: /addcredit sms acme 81{joint}/addcredit sms birch 82");
            let lines = asked(w, &line).await;
            let tried = ["/addcredit sms acme 81 --dry_run", "/addcredit sms birch 82 --dry_run"];
            assert_eq!(lines, tried, "{line}");
        }
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn own_name_in_a_reason_is_no_other_client_by_a_part_of_it() {
    World::run(async |w| {
        for (credits, reason) in [
            (50, "for Acme Mobile, May"),
            (51, "top-up of ACME MOBILE"),
            (52, "\"acme-mobile desk, (Acme Mobile)\""),
        ] {
            w.does(&format!("/addcredit sms acme-mobile {credits} {reason}")).await;
        }
        let long = "Acme Mobile of Greater Bristol and Bath";
        w.does(&format!("/client set name acme-mobile {long}")).await;
        w.does(&format!("/addcredit sms acme-mobile 53 June invoice of {long}")).await;
        for reason in ["for acme and not Acme Mobile", "Acme Mobile of acme", "acme mobil"] {
            let reply = w.json(&format!("/addcredit sms acme-mobile 54 {reason}")).await;
            assert_eq!(reply["status"], "planned", "{reason}: {reply}");
            let text = reply["text"].as_str().unwrap();
            assert!(text.contains("ACME Ltd"), "{reason}: {text}");
        }
    });
}

#[test]
fn second_client_behind_the_amount_is_asked_about() {
    World::run(async |w| {
        w.does("/client activate birch").await;
        for line in [
            "/addcredit sms acme 77 for c_4",
            "/addcredit sms acme 78 oops I meant c_4",
            "/addcredit sms acme 79 not acme but Northern Bulk",
            "/addcredit sms acme 80 northern",
            "/addcredit sms acme 81 INV-4-0001",
            "/addcredit sms acme 82 \"Northern Bulk promo\"",
            "/addcredit sms 85 acme c_4",
            "/addcredit sms acme 33 c_4 34",
            "/addcredit sms acme 65 Northern Bulk 66",
            "/addcredit sms birch 33 acme 34",
            "/addcredit sms acme 35 somebody 36",
            "/deductcredit sms acme 20 birch",
        ] {
            let before = balances(w).await;
            let reply = w.json(line).await;
            let is_asked = reply["status"] == "planned" || reply["status"] == "usage";
            assert!(is_asked, "{line}: {reply}");
            if reply["status"] == "planned" {
                let text = reply["text"].as_str().unwrap();
                assert!(text.contains("names another client"), "{line}: {text}");
                assert!(
                    text.contains("Northern Bulk (c_4)") || text.contains("Birch Bakery (c_6)"),
                    "{text}"
                );
            }
            assert_eq!(balances(w).await, before, "{line}");
        }
        // The name in a reason is asked about once.
        let reply = w.json("/addcredit sms acme 82 Northern Bulk promo").await;
        assert_eq!(reply["status"], "planned", "{reply}");
        assert_eq!(w.json("y").await["data"]["reason"], "Northern Bulk promo");
        let lines = asked(w, "/addcredit sms acme 33 northern 34").await;
        assert_eq!(lines[..2], ["/addcredit sms acme 33", "/addcredit sms northern 34"]);
        are_accepted(w, "33 and 34", &lines).await;
        for (credits, reason) in [
            (10, "order 4711"),
            (11, "for 3 bottles"),
            (12, "acme promo"),
            (14, "week 12"),
            (15, "since May 5"),
        ] {
            let done = w.does(&format!("/addcredit sms acme {credits} {reason}")).await;
            assert!(done["data"]["reason"].as_str().unwrap().len() > 3, "{reason}: {done}");
        }
        assert_eq!(w.balance("acme").await.0, 2_144);
    });
}

#[test]
fn second_command_in_a_line_is_offered_and_nothing_is_done() {
    World::run(async |w| {
        w.does("/client activate birch").await;
        let two = ["/addcredit sms acme 61", "/addcredit sms birch 62"];
        for line in [
            "/addcredit sms acme 61 add credit sms birch 62",
            "/addcredit sms acme 61 Add Credits sms birch 62",
            "/addcredit sms acme 61 adcredit sms birch 62",
            "/addcredit sms acme 61 and add sms birch 62",
            "/addcredit sms acme 61, topup sms birch 62",
        ] {
            assert_eq!(asked(w, line).await, two, "{line}");
        }
        for line in [
            "/addcredit sms acme 61 then undo",
            "/addcredit sms acme 61 and balance birch",
            "/addcredit sms acme 61 deduct 5 sms from birch",
            "/addcredit sms acme 61 and suspend birch",
            "/addcredit sms acme 61 mms on birch",
            "/addcredit sms acme 61 client suspend birch late",
        ] {
            assert!(asked(w, line).await.len() > 1, "{line}");
        }
        for (credits, reason) in [
            (10, "new client bonus"),
            (11, "setup fee"),
            (12, "price change"),
            (14, "credit for the outage"),
        ] {
            w.does(&format!("/addcredit sms acme {credits} {reason}")).await;
        }
    });
}

#[test]
fn payment_document_and_pack_behind_the_amount_are_asked_about() {
    World::run(async |w| {
        for (words, first) in [
            ("ref BACS12", "paid:\"BACS12\""),
            ("reference BACS 12", "paid:\"BACS 12\""),
            ("ref. X", "paid:\"X\""),
            ("piad by card", "paid:\"card\""),
            ("payed", "reason:\"payed\""),
            ("paid cash", "paid:\"cash\""),
            ("unpayed", "/addcredit sms acme 13"),
        ] {
            let line = format!("/addcredit sms acme 13 {words}");
            let lines = asked(w, &line).await;
            assert!(lines[0].ends_with(first), "{line}: {lines:?}");
            are_accepted(w, &line, &lines).await;
        }
        let lines = asked(w, "/addcredit sms acme 13 INV-2-1").await;
        assert_eq!(lines.last().unwrap(), "/invoice view INV-2-0001");
        are_accepted(w, "INV-2-1", &lines).await;
        let lines = asked(w, "/deductcredit sms acme 13 INV-2-1").await;
        assert!(lines[0].contains("invoice:INV-2-0001"), "{lines:?}");
        are_accepted(w, "deduct", &lines).await;
        for line in ["/addcredit sms acme 13 packs", "/addcredit sms acme 13 boxes of 100"] {
            asked(w, line).await;
        }
        w.does("/addcredit sms acme 13 unpaid").await;
    });
}

#[test]
fn refused_line_is_answered_with_the_line_to_type() {
    World::run(async |w| {
        let op = w.does("/addcredit sms acme 700").await["op"].as_str().unwrap().to_owned();
        let lines = asked(w, &format!("/correct {op} 500 one zero too many")).await;
        assert_eq!(lines[0], format!("/correct {op} reason:\"one zero too many\" to:500"));
        are_accepted(w, "correct", &lines).await;
        let lines = asked(w, "/correct last 500").await;
        assert_eq!(lines, ["/history", "/correct <op> to:500"]);
        for line in ["/undo last", "/undo the last one"] {
            assert_eq!(asked(w, line).await, ["/undo"], "{line}");
        }
        let mobile = "/client new \"Bay Taxi\" cabs@bay.example mobile:\"07700 900123\"";
        for line in [
            "/client new Bay Taxi cabs@bay.example 07700 900123",
            "/client new Bay Taxi 07700 900123 cabs@bay.example",
        ] {
            assert_eq!(asked(w, line).await, [mobile], "{line}");
        }
        for price in ["£50", "50 pounds", "50 GBP"] {
            let lines = asked(w, &format!("/price set sms default {price}")).await;
            assert_eq!(lines, ["/price set sms default 1:50"], "{price}");
        }
        for line in [
            "/price set sms acme 1:£50",
            "/settings limits support open £50",
            "/settings limits support open 50 pounds",
            "/settings limits support open 50 GBP",
        ] {
            let reply = w.json(&format!("{line} --dry_run")).await;
            assert!(
                ["ok", "planned"].contains(&reply["status"].as_str().unwrap()),
                "{line}: {reply}"
            );
        }
        let reply = w.json("/settings limits support open €50").await;
        assert_eq!(reply["status"], "refused", "{reply}");
    });
}

#[test]
fn command_is_no_answer_to_a_question_of_the_setup() {
    World::run_new(async |w| {
        let reply = w.json("/setup seller:/help").await;
        assert_eq!(reply["status"], "usage", "{reply}");
        let reply = w.json("/setup currency:GBP sms_price:1:40.00 mms_price:£50 seller:undo").await;
        assert!(reply["text"].as_str().unwrap().contains("is a command"), "{reply}");
        let shown = w.says("/price show").await;
        assert!(shown.contains("40.00") && shown.contains("50.00"), "{shown}");
        let settings = w.says("/settings show").await;
        assert!(!settings.contains("undo") && !settings.contains("/help"), "{settings}");
    });
}

#[test]
fn id_is_no_login_and_no_name_and_a_number_is_a_name() {
    World::run(async |w| {
        for line in [
            "/client new Bay Taxi cabs@bay.example login:c_99",
            "/client new Bay Taxi cabs@bay.example login:inv-9",
            "/client new Bay Taxi cabs@bay.example login:op_0123456789abcdef",
            "/client new c_99 cabs@bay.example",
            "/client new INV-9 cabs@bay.example",
        ] {
            let reply = w.json(line).await;
            assert_eq!(reply["status"], "refused", "{line}: {reply}");
            assert!(reply["text"].as_str().unwrap().contains("form of an id"), "{line}: {reply}");
        }
        w.does("/client new \"3101\" three@bay.example login:three").await;
        assert!(w.says("/client view 3101").await.contains("three"));
        w.does("/client activate 3101").await;
        w.does("/addcredit sms 3101 50").await;
        assert_eq!(w.balance("three").await.0, 50);
    });
}

#[test]
fn reason_in_an_option_of_a_platform_is_asked_about_like_a_typed_one() {
    World::run_on_discord(async |w, discord| {
        let dora = discord.person(w, "101");
        for reason in ["simulate", "do not run", "no, sorry, 50", "ref BACS12", "northern 34"] {
            let options =
                [("client", json!("c_2")), ("amount", json!(81)), ("reason", json!(reason))];
            let shown = dora.runs("addcredit sms", &options).await.text();
            assert!(!shown.contains("Added"), "{reason}: {shown}");
        }
        let options =
            [("client", json!("c_2")), ("amount", json!(82)), ("reason", json!("\"a test\""))];
        let shown = dora.runs("addcredit sms", &options).await.text();
        assert!(shown.contains("Added"), "{shown}");
        assert_eq!(w.balance("acme").await, (2_082, 400));
    });
}

#[test]
fn line_that_a_pick_of_a_parent_offers_is_accepted() {
    World::run(async |w| {
        for line in [
            "/mms on \"all of house\"",
            "/mms on all house",
            "/mms on all of acm",
            "/mms on all of nortern",
            "/mms off all",
            "/mms on northern all clients",
        ] {
            let reply = w.json(line).await;
            for offered in tries(&reply).iter().filter(|line| line.starts_with("/mms")) {
                if offered.contains('<') {
                    continue;
                }
                let tried = w.json(&format!("{offered} --dry_run")).await;
                let is_known = !["usage", "failed"].contains(&tried["status"].as_str().unwrap());
                let is_found = tried["code"] != "unknown_client" && tried["code"] != "ambiguous";
                assert!(is_known && is_found, "{line}: {offered}: {tried}");
            }
        }
    });
}

//! Lines as new users type them: a second thought behind the amount, units, short answers, copied lines,
//! words of other programs.

use serde_json::Value;

use super::{text, tries};
use crate::world::World;

/// What is offered for a line that does nothing.
async fn asked(w: &World, line: &str) -> Vec<String> {
    let before = (w.balance("acme").await, w.balance("birch").await);
    let said = w.json(line).await;
    assert_eq!(said["status"], "usage", "{line}: {said}");
    assert_eq!((w.balance("acme").await, w.balance("birch").await), before, "{line}");
    tries(&said)
}

#[test]
fn reason_that_contradicts_its_line_is_asked_about_with_both_readings() {
    World::run(async |w| {
        for (line, readings) in [
            (
                "/addcredit sms acme 50 free, as an apology",
                [
                    "/addcredit sms acme 50 reason:\"free, as an apology\" --grant",
                    "/addcredit sms acme 50 reason:\"free, as an apology\"",
                ],
            ),
            (
                "/addcredit sms acme 50 SMS (gift)",
                [
                    "/addcredit sms acme 50 reason:\"(gift)\" --grant",
                    "/addcredit sms acme 50 reason:\"(gift)\"",
                ],
            ),
            (
                "/addcredit mms acme 21 test only",
                [
                    "/addcredit mms acme 21 reason:\"test only\" --dry_run",
                    "/addcredit mms acme 21 reason:\"test only\"",
                ],
            ),
            (
                "/deductcredit sms acme 20 just checking, don't do it",
                [
                    "/deductcredit sms acme 20 \"just checking, don't do it\" --dry_run",
                    "/deductcredit sms acme 20 \"just checking, don't do it\"",
                ],
            ),
            (
                "/addcredit mms acme 60 sorry, make that forty",
                [
                    "/addcredit mms acme 40",
                    "/addcredit mms acme 60 reason:\"sorry, make that forty\"",
                ],
            ),
            (
                "/addcredit mms acme ltd 500 no, sorry, 50",
                [
                    "/addcredit mms \"acme ltd\" 50",
                    "/addcredit mms \"acme ltd\" 500 reason:\"no, sorry, 50\"",
                ],
            ),
            (
                "/addcredit mms acme 60 - sorry, I mean 40",
                ["/addcredit mms acme 40", "/addcredit mms acme 60 reason:\"- sorry, I mean 40\""],
            ),
        ] {
            assert_eq!(asked(w, line).await, readings, "{line}");
        }

        // The offered lines are done, and so is a reason that only looks alike.
        w.does("/addcredit sms acme 50 reason:\"free, as an apology\"").await;
        let grant = w.does("/addcredit sms acme 51 reason:\"free, as an apology\" --grant").await;
        assert_eq!(grant["data"]["gross_minor"], 0, "{grant}");
        for (credits, reason) in
            [(52, "invoice 5 of May"), (53, "2nd half"), (54, "sorry for the outage")]
        {
            let done = w.does(&format!("/addcredit sms acme {credits} {reason}")).await;
            assert_eq!(done["data"]["reason"], reason);
        }
        assert_eq!(w.balance("acme").await, (2_260, 400));
    });
}

#[test]
fn unit_behind_the_amount_is_no_reason_and_the_other_kind_is_asked_about() {
    World::run(async |w| {
        for (credits, line) in [
            (41, "/addcredit sms acme 41 texts"),
            (42, "/addcredit sms acme 42 SMS credits"),
            (43, "/addcredit sms 43 text messages for acme"),
        ] {
            let done = w.does(line).await;
            let data = &done["data"];
            assert_eq!(
                (&data["amount"], &data["reason"]),
                (&credits.into(), &Value::Null),
                "{line}"
            );
        }
        let done = w.does("/addcredit mms acme 44 picture messages, monthly").await;
        assert_eq!(done["data"]["reason"], "monthly");
        assert_eq!(
            asked(w, "/addcredit sms acme 50 pics monthly").await,
            [
                "/addcredit mms acme 50 reason:\"monthly\"",
                "/addcredit sms acme 50 reason:\"monthly\""
            ]
        );
        assert_eq!(w.balance("acme").await, (2_126, 444));
    });
}

#[test]
fn no_drops_the_last_question_and_yes_in_other_words_confirms_it() {
    World::run(async |w| {
        for no in ["n", "no", "nope", "cancel", "/deny", "no, keep the old one"] {
            w.json("/deductcredit mms acme 10 first").await;
            let said = w.json(no).await;
            assert_eq!(said["code"], "plan_ended", "{no}: {said}");
            let reason = if no.contains("keep") { "keep the old one".into() } else { Value::Null };
            assert_eq!(said["data"]["reason"], reason);
        }
        for yes in ["ok", "yes please", "yes do it", "Yes.", "Y"] {
            w.json("/deductcredit mms acme 10 first").await;
            let said = w.json(yes).await;
            let said = if said["status"] == "planned" { w.json("y").await } else { said };
            assert_eq!(said["data"]["amount"], -10, "{yes}: {said}");
        }
        assert_eq!(w.balance("acme").await, (2_000, 350));
        // A yes that goes on is none.
        w.json("/deductcredit mms acme 10 first").await;
        assert_eq!(w.json("yes but 5").await["status"], "usage");
        assert_eq!(w.balance("acme").await, (2_000, 350));
    });
}

#[test]
fn number_of_a_list_takes_its_plan() {
    World::run(async |w| {
        for client in ["acme", "northern"] {
            w.json(&format!("/deductcredit sms {client} 10 first")).await;
        }
        w.json("/deductcredit mms acme 30 third").await;
        // The last question was answered, and the two before are listed.
        w.json("n").await;
        let said = w.json("y").await;
        assert_eq!(said["code"], "no_question", "{said}");
        assert!(text(&said).contains("2 requests wait"), "{said}");
        assert!(text(&said).contains("\n2 · op_"), "{said}");
        assert_eq!(w.json("/deny 3").await["code"], "no_question");
        w.json("/pending").await;
        let denied = w.json("/deny 2 twice").await;
        assert_eq!(denied["data"]["plan"]["client"], "c_4", "{denied}");
        assert_eq!(denied["data"]["reason"], "twice", "{denied}");
        w.json("/pending").await;
        let done = w.json("1").await;
        assert_eq!(
            (&done["data"]["client"], &done["data"]["amount"]),
            (&"c_2".into(), &(-10).into())
        );
        assert_eq!((w.balance("acme").await.0, w.balance("northern").await.0), (1_990, 9_000));
    });
}

#[test]
fn only_reading_of_an_unclear_line_is_taken_by_yes() {
    World::run(async |w| {
        for (line, credits) in [
            ("/addcredit sms acme 30.", 30),
            ("/addcredit sms acme 31sms", 31),
            ("/addcredit sms acme £32", 32),
            ("/addcredit sms acme a hundred", 100),
            ("/addcredit sms acme 1.5 thousand", 1_500),
        ] {
            let before = w.balance("acme").await.0;
            assert_eq!(asked(w, line).await.len(), 1, "{line}");
            w.json(line).await;
            let said = w.json("y").await;
            let said = if said["status"] == "planned" { w.json("y").await } else { said };
            assert_eq!(said["status"], "ok", "{line}: {said}");
            assert_eq!(w.balance("acme").await.0, before + credits, "{line}");
        }
        // Of two readings neither a yes nor a number is one.
        let two = ["/addcredit sms acme 20", "/addcredit sms acme 20000"];
        assert_eq!(asked(w, "/addcredit sms acme 20,").await, two);
        for answer in ["y", "2", "20"] {
            w.json("/addcredit sms acme 20,").await;
            assert_eq!(tries(&w.json(answer).await), two, "{answer}");
        }
        w.json("/addcredit sms acme 20,").await;
        assert_eq!(w.json("no").await["code"], "dropped");
    });
}

#[test]
fn copied_line_is_done_without_its_marks() {
    World::run(async |w| {
        for marks in [": does it", ".", ",", " please"] {
            let plan = w.json("/deductcredit mms acme 10 first").await;
            let op = plan["op"].as_str().unwrap();
            let said = w.json(&format!("/confirm {op}{marks}")).await;
            let said = if said["status"] == "planned" { w.json("y").await } else { said };
            assert_eq!(said["data"]["amount"], -10, "{marks}: {said}");
        }
        let plan = w.json("/deductcredit mms acme 10 first").await;
        let denied = w.json(&format!("/deny {}: drops it", plan["op"].as_str().unwrap())).await;
        assert_eq!(
            (&denied["code"], &denied["data"]["reason"]),
            (&"plan_ended".into(), &Value::Null)
        );
        assert_eq!(w.balance("acme").await, (2_000, 360));

        w.does("/client set email acme <desk@acme.example>").await;
        let said = w.json("/client set email acme desk@acme.example.").await;
        assert_eq!(said["code"], "no_change", "{said}");
        w.does("/client new “Bay Taxi”, cabs@bay.example, town:Leeds").await;
        let view = w.says("/client view bay taxi").await;
        assert!(view.contains("Bay Taxi (c_") && view.contains("@bay.example"), "{view}");
    });
}

#[test]
fn words_of_other_programs_lead_to_complete_lines() {
    World::run(async |w| {
        for (line, offered) in [
            ("/clients", "/list clients"),
            ("/search surf", "/client find surf"),
            ("/find surf", "/client find surf"),
            ("/prices", "/price show"),
            ("/invoices acme open", "/invoice list acme open"),
            ("/topup acme 1k texts", "/addcredit sms acme 1k texts"),
            ("/add 500 mms acme", "/addcredit mms 500 mms acme"),
            ("/deduct 40 texts birch added twice", "/deductcredit sms 40 texts birch added twice"),
            ("/suspend birch late", "/client suspend birch late"),
            ("/unsuspend birch", "/client activate birch"),
            ("/client unsuspend birch", "/client activate birch"),
            ("please can you add 100 texts for birch", "/addcredit sms 100 texts for birch"),
            ("how do I correct an overcredit?", "/help how do I correct an overcredit"),
            ("/price set sms 5p", "/price set sms default 1:50.00"),
            ("/price set sms default £50.00", "/price set sms default 1:50.00"),
            ("/addcredit sms acme -50 added twice", "/deductcredit sms acme 50 \"added twice\""),
        ] {
            let lines = asked(w, line).await;
            assert_eq!(lines.first().map(String::as_str), Some(offered), "{line}: {lines:?}");
        }
        assert!(!asked(w, "/client unsuspend birch").await.join(" ").contains("suspend birch"));
        for (paid, offered) in
            [("/markpaid acme 5", "/help "), ("/payment INV-2-0001 BACS 44", "/payment ")]
        {
            assert!(asked(w, paid).await[0].starts_with(offered), "{paid}");
        }
        assert_eq!(
            asked(w, "/addcredit sms acme 1,000 paid bank transfer BACS 78").await[0],
            "/addcredit sms acme 1000 paid:\"bank transfer BACS 78\""
        );
        assert_eq!(
            asked(w, "/addcredit sms acme 75 paid in cash receipt").await[0],
            "/addcredit sms acme 75 paid:\"cash receipt\""
        );
    });
}

#[test]
fn words_behind_a_found_name_are_named() {
    World::run(async |w| {
        w.does("/client new \"Bell & Sons\" bell@bell.example").await;
        let found = w.says("/client view bell and sons").await;
        assert!(found.contains("Bell & Sons"), "{found}");
        let said = w.json("/client activate bell paid by bacs today").await;
        assert_eq!(said["code"], "unknown_client", "{said}");
        assert!(text(&said).contains("“bell” finds Bell & Sons"), "{said}");
        assert!(
            text(&said).contains("the words “paid by bacs today” are not part of its name"),
            "{said}"
        );
        let id = said["data"]["nearest"][0]["client"].as_str().unwrap();
        assert_eq!(tries(&said), [format!("/client activate {id}")]);
        // All of a parent's clients stay all of them.
        let said = w.json("/mms on all of nortern").await;
        assert_eq!(tries(&said)[0], "/mms on all of c_4", "{said}");
    });
}

#[test]
fn today_and_yesterday_are_days() {
    World::run(async |w| {
        w.does("/addcredit sms acme 50").await;
        for line in ["/statement acme since:today", "/statement acme since:yesterday until:today"] {
            assert!(w.says(line).await.contains("+50"), "{line}");
        }
        for line in ["/history today", "/history acme today", "/history since:today"] {
            let said = w.json(line).await;
            assert_eq!(said["data"]["since"], "2026-11-23", "{said}");
        }
        let said = w.json("/history yesterday").await;
        assert_eq!(said["data"]["since"], "2026-11-22", "{said}");
    });
}

#[test]
fn planned_mail_to_a_reseller_names_both_clients() {
    World::run(async |w| {
        let said = w.says("/addcredit sms quayside 100 from:house paid:BACS-77").await;
        assert!(said.contains("Mail to Northern Bulk ten minutes later"), "{said}");
        assert!(said.contains("your client Quayside Taxi"), "{said}");
        w.says("y").await;
        w.passes(jiff::SignedDuration::from_mins(15));
        let mails = w.outbox().await;
        let last = format!("{:?}", mails.last().unwrap());
        assert!(last.contains("your client Quayside Taxi"), "{last}");
    });
}

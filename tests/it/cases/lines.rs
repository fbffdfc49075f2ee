//! Lines: options in another form, amounts with a unit, references with spaces, several commands in a
//! message. A line that may mean something else changes nothing.

use serde_json::{Value, json};

use super::tries;
use crate::world::World;

/// A line that changes nothing, and its reply.
async fn refused(w: &World, line: &str) -> Value {
    let before = (w.balance("acme").await, w.balance("birch").await);
    let reply = w.json(line).await;
    assert_eq!(reply["status"], "usage", "{line:?}: {reply}");
    assert_eq!((w.balance("acme").await, w.balance("birch").await), before, "{line:?}");
    reply
}

#[test]
fn place_of_a_usage_line_that_is_not_filled_in_changes_nothing() {
    World::run(async |w| {
        for line in [
            "/addcredit sms acme 81 <reason>",
            "/addcredit sms acme 81 [reason]",
            "/addcredit sms acme 81 paid:<reference>",
            "/addcredit sms acme 81 monthly tell:<text>",
            "/deductcredit sms acme 81 <reason>",
            "/client set name acme <name>",
            "/settings seller <name>",
            "/role grant local:eve support <name>",
        ] {
            assert_eq!(refused(w, line).await["code"], "not_filled_in", "{line}");
        }
        assert!(!w.says("/role list").await.contains("eve"));
        w.does("/addcredit sms acme 81 \"<reason>\"").await;
        assert_eq!(w.balance("acme").await, (2_081, 400));
    });
}

#[test]
fn login_that_lacks_a_part_is_refused_with_its_form() {
    World::run(async |w| {
        for line in [
            "/role grant slack:<team>:<user> owner same_as:local:owner",
            "/role grant slack:T0123ABC owner same_as:local:owner",
            "/role grant slack:T0123ABC:@dana support Dana",
            "/role grant local:eve support same_as:slack:<team>:<user>",
            "/staff leave slack:<team>:<user>",
        ] {
            let reply = refused(w, line).await;
            let text = reply["text"].as_str().unwrap();
            assert!(text.contains("Its form is slack:<team>:<user>, such as slack:T0"), "{text}");
        }
        let unknown = w.says("/role grant eve support").await;
        assert!(unknown.contains("local:<name>"), "{unknown}");
    });
}

#[test]
fn dry_run_in_any_form_changes_nothing() {
    World::run(async |w| {
        for form in [
            "dry_run=true",
            "(dry_run)",
            "[dry run]",
            "\"dry_run\"",
            "“dry run”",
            "DRY_RUN",
            "ｄｒｙ＿ｒｕｎ",
            "dry–run",
            "dryrun!",
            "--dry_run=true",
            "dry_run : yes",
        ] {
            for line in [
                format!("/addcredit sms acme 81 {form}"),
                format!("/addcredit sms acme 81 {form} monthly"),
                format!("/addcredit sms acme 81 monthly {form}"),
                format!("/deductcredit sms acme 81 added twice {form}"),
            ] {
                let reply = w.json(&line).await;
                assert_eq!(reply["status"], "ok", "{line}: {reply}");
                assert!(reply["text"].as_str().unwrap().contains("Dry run"), "{line}: {reply}");
                assert_eq!(w.balance("acme").await, (2_000, 400), "{line}");
            }
            let line = format!("/client suspend acme late {form}");
            w.json(&line).await;
            assert!(!w.says("/client view acme").await.contains("suspended"), "{line}");
        }
        for line in [
            "/addcredit sms acme 81 dry run",
            "/addcredit sms acme 81 reason:monthly dry run of May",
            "/addcredit sms acme 81 dry_rnu",
            "/addcredit sms acme 81 dry_run:perhaps",
        ] {
            refused(w, line).await;
        }
        w.does("/addcredit sms acme 81 \"the dry_run of May was right\"").await;
        assert_eq!(w.balance("acme").await, (2_081, 400));
    });
}

#[test]
fn option_in_another_form_is_the_option_or_refused() {
    World::run(async |w| {
        w.does("/client activate birch").await;
        for (number, form) in (1..).zip([
            "paid=TX6001",
            "paid :TX6002",
            "paid: TX6003",
            "paid = TX6004",
            "paid：TX6005",
            "PAID＝TX6006",
            "--paid=TX6007",
        ]) {
            let reply = w.does(&format!("/addcredit sms acme {} {form}", 80 + number)).await;
            let text = reply["text"].as_str().unwrap();
            let reference = format!("paid with reference TX600{number}");
            assert!(text.contains(&reference), "{form}: {text}");
            assert!(!text.contains("reason"), "{form}: {text}");
        }
        assert_eq!(w.balance("acme").await.0, 2_000 + 7 * 80 + 28);
        let reply = w.does("/addcredit sms acme 90 grant=true sorry for the wait").await;
        assert!(reply["text"].as_str().unwrap().contains("as a grant"), "{reply}");
        for line in [
            "/addcredit sms acme 81 payd=TX6001",
            "/addcredit sms acme 81 (paid:TX6001)",
            "/addcredit sms acme 81 \"paid:TX6001\"",
            "/addcredit sms acme 81 paid TX6001",
            "/addcredit sms acme 81 monthly paid TX6001",
            "/addcredit sms acme 81 reason:monthly paid TX6001",
            "/addcredit sms acme 81 paid-TX6001",
            "/addcredit sms acme 81 payd TX6001",
            "/addcredit sms acme 81 grnat sorry for the wait",
            "/addcredit sms acme 81 sorry for the wait grant",
            "/addcredit sms acme 81 (grant) sorry",
            "/addcredit sms acme 81 from house",
            "/addcredit sms acme 81 reasn: monthly",
            "/deductcredit sms acme 81 added twice invoice INV-2-0001",
        ] {
            refused(w, line).await;
        }
        let reply = w.does("/addcredit sms birch 91 call at 10:30, see https://x.example/?paid=1");
        let reason = reply.await["data"]["reason"].clone();
        assert_eq!(reason, "call at 10:30, see https://x.example/?paid=1");
    });
}

#[test]
fn several_commands_in_a_message_are_offered_and_none_is_done() {
    World::run(async |w| {
        w.does("/client activate birch").await;
        let two = ["/addcredit sms acme 201", "/addcredit sms birch 202"];
        for message in [
            "/addcredit sms acme 201\n/addcredit sms birch 202",
            "/addcredit sms acme 201; /addcredit sms birch 202",
            "/addcredit sms acme 201 /addcredit sms birch 202",
            "/addcredit sms acme 201 addcredit sms birch 202",
            "1. /addcredit sms acme 201\n2. /addcredit sms birch 202",
            "addcredit sms acme 201\r\naddcredit sms birch 202",
        ] {
            let reply = refused(w, message).await;
            assert_eq!(reply["code"], "several_commands", "{message}");
            assert_eq!(tries(&reply), two, "{message}");
        }
        refused(w, "/addcredit sms acme 201 and birch 202").await;
        let reply = refused(w, "/settings seller Northern Ltd\n/settings tax 25%").await;
        assert_eq!(tries(&reply), ["/settings seller Northern Ltd", "/settings tax 25%"]);
        let settings = w.says("/settings show").await;
        assert!(settings.contains("Brightline") && settings.contains("20 %"), "{settings}");
        let reply = refused(w, "/settings seller Northern Ltd\naddress:1 High St\nLeeds").await;
        assert_eq!(tries(&reply), ["/settings seller Northern Ltd address:1 High St Leeds"]);
        let reply = refused(w, "/client suspend acme late\nbirch late").await;
        assert_eq!(tries(&reply), ["/client suspend acme late birch late"]);
        w.does(two[1]).await;
        assert_eq!(w.balance("birch").await.0, 202);
    });
}

#[test]
fn several_commands_in_slack_and_discord_are_not_done() {
    World::run_on_slack(async |w, slack| {
        let two = "/addcredit sms acme 201\n/addcredit sms birch 202";
        slack.types(w, "U7", two).await;
        let reply = slack.last("U7").all();
        assert!(reply.contains("2 commands") && reply.contains("birch 202"), "{reply}");
        slack.types(w, "U7", "/addcredit sms acme 81 (dry_run)").await;
        assert!(slack.last("U7").all().contains("Dry run"), "{}", slack.last("U7").all());
        slack.types(w, "U7", "/addcredit sms acme 2 k").await;
        assert!(slack.last("U7").all().contains("2,000 or 2?"), "{}", slack.last("U7").all());
        assert_eq!((w.balance("acme").await.0, w.balance("birch").await.0), (2_000, 0));
    });
    World::run_on_discord(async |w, discord| {
        let dora = discord.person(w, "101");
        for reason in [
            "monthly\n/addcredit sms birch 202",
            "/addcredit sms birch 202",
            "monthly dry_run",
            "(dry run)",
            "monthly paid=TX1",
            "payd: TX1",
            "sorry grant",
        ] {
            let options =
                [("client", json!("c_2")), ("amount", json!(81)), ("reason", json!(reason))];
            let shown = dora.runs("addcredit sms", &options).await.text();
            assert!(!shown.contains("Added"), "{reason}: {shown}");
        }
        let options = [("client", json!("c_2")), ("amount", json!(82)), ("paid", json!("BACS 78"))];
        let shown = dora.runs("addcredit sms", &options).await.text();
        assert!(shown.contains("reference BACS 78"), "{shown}");
        assert_eq!((w.balance("acme").await.0, w.balance("birch").await.0), (2_082, 0));
    });
}

#[test]
fn amount_with_a_unit_is_asked_about() {
    World::run(async |w| {
        for (amount, numbers) in [
            ("2 k", &["2000", "2"][..]),
            ("2 K", &["2000", "2"]),
            ("3 thousand", &["3000", "3"]),
            ("2 lakh", &["200000", "2"]),
            ("1 million", &["1000000", "1"]),
            ("1,5k", &["1500", "15000"]),
            ("500,0", &["500", "5000", "500000"]),
            ("2.5 k", &["2500"]),
        ] {
            for (line, rest) in [
                (format!("/addcredit sms acme {amount}"), ""),
                (format!("/addcredit sms acme {amount} monthly"), " reason:\"monthly\""),
                (format!("/addcredit sms acme amount:{amount}"), ""),
                (format!("/addcredit sms {amount} to acme"), ""),
            ] {
                let reply = refused(w, &line).await;
                let lines: Vec<String> =
                    numbers.iter().map(|n| format!("/addcredit sms acme {n}{rest}")).collect();
                assert_eq!(tries(&reply), lines, "{line}: {reply}");
            }
        }
        let reply = refused(w, "/client set overdraft acme sms 5 k").await;
        let overdraft = |n| format!("/client set overdraft acme sms {n}");
        assert_eq!(tries(&reply), [overdraft("5000"), overdraft("5")]);
        refused(w, "/addcredit sms acme 500 pounds").await;
        refused(w, "/addcredit sms acme 10 % bonus").await;
        refused(w, "/addcredit sms acme 2 x 500").await;
        w.does("/client set overdraft acme sms 1.5k").await;
        let view = w.says("/client view acme").await;
        assert!(view.contains("1,500"), "{view}");
        for (amount, credits) in [("2k", 2_000), ("1.5k", 1_500), ("0.25K", 250)] {
            let before = w.balance("acme").await.0;
            w.does(&format!("/addcredit sms acme {amount}")).await;
            assert_eq!(w.balance("acme").await.0, before + credits, "{amount}");
        }
    });
}

#[test]
fn reference_with_spaces_is_one_reference_or_asked_about() {
    World::run(async |w| {
        let reply = w.does("/addcredit sms acme 50 monthly top-up paid:BACS 78").await;
        let text = reply["text"].as_str().unwrap();
        assert!(text.contains("paid with reference BACS 78 "), "{text}");
        assert_eq!(reply["data"]["reason"], "monthly top-up");
        let reply = refused(w, "/addcredit sms acme 51 paid: BACS 79 monthly").await;
        let lines = [
            "/addcredit sms acme 51 paid:\"BACS 79 monthly\"",
            "/addcredit sms acme 51 reason:\"monthly\" paid:\"BACS 79\"",
        ];
        assert_eq!(tries(&reply), lines);
        let reply = w.does(lines[1]).await;
        assert!(reply["text"].as_str().unwrap().contains("reference BACS 79 "), "{reply}");
        assert_eq!(w.balance("acme").await.0, 2_101);
    });
}

#[test]
fn correction_with_a_client_and_a_reason_is_divided() {
    World::run(async |w| {
        w.does("/client activate birch").await;
        let reply = w.does("/addcredit sms acme 60").await;
        let op = reply["op"].as_str().unwrap();
        let reply = w.does(&format!("/correct {op} move:birch wrong client")).await;
        assert_eq!(reply["data"]["reason"], "wrong client", "{reply}");
        assert_eq!((w.balance("acme").await.0, w.balance("birch").await.0), (2_000, 60));
        let reply = w.does("/addcredit sms acme 61").await;
        let op = reply["op"].as_str().unwrap();
        for rest in ["to:2 k", "to:1,5", "to 50 one zero too many", "typed twice all"] {
            refused(w, &format!("/correct {op} {rest}")).await;
        }
        assert_eq!((w.balance("acme").await.0, w.balance("birch").await.0), (2_061, 60));
    });
}

#[test]
fn setting_switch_and_invoice_are_read_as_people_write_them() {
    World::run(async |w| {
        w.does("/settings tax 17.5 %").await;
        assert!(w.says("/settings show").await.contains("17.5 %"));
        let reply = refused(w, "/mms off all").await;
        let lines = ["/mms off all of c_1", "/mms allow c_1 --off", "/mms off all of <parent>"];
        assert_eq!(tries(&reply), lines);
        let view = w.says("/invoice view INV-2-1").await;
        assert!(view.contains("INV-2-0001"), "{view}");
        assert!(w.says("/invoice view inv-2-001").await.contains("INV-2-0001"));
    });
}

//! Lines whose words say that they are not to be done now, not so, or not for this money. None is done; each
//! offered line is accepted.

use serde_json::json;

use super::meant::{are_accepted, asked};
use crate::world::World;

#[test]
fn value_of_paid_that_is_hardly_a_reference_is_asked_about() {
    World::run(async |w| {
        for value in [
            "unpaid",
            "none",
            "false",
            "no",
            "0",
            "yes",
            "1",
            "later",
            "pending",
            "tomorrow",
            "open",
            "waiting",
            "tbc",
            "nein",
            "true",
            "invoice",
            "grant",
            "birch",
            "c_4",
            "INV-2-0001",
            "op_0123456789abcdef",
            "card",
            "by 5 December",
            "due 5 May",
            "in 30 days",
        ] {
            let line = format!("/addcredit sms acme 50 paid:{value}");
            let lines = asked(w, &line).await;
            if value.contains(' ') {
                // Where the reference ends is asked before.
                continue;
            }
            assert_eq!(lines[0], "/addcredit sms acme 50", "{line}");
            assert_eq!(lines[1], format!("/addcredit sms acme 50 paid:\"{value}\""), "{line}");
            are_accepted(w, &line, &lines).await;
        }
        w.does("/addcredit sms acme 50 paid:\"card\"").await;
        w.does("/addcredit sms acme 51 paid:BACS-51").await;
        assert_eq!(w.balance("acme").await.0, 2_101);
    });
}

#[test]
fn value_of_paid_in_an_option_of_a_platform_is_asked_about() {
    World::run_on_discord(async |w, discord| {
        let dora = discord.person(w, "101");
        for (paid, amount, is_done) in
            [("later", 81, false), ("\"card\"", 82, true), ("BACS-52", 83, true)]
        {
            let options =
                [("client", json!("c_2")), ("amount", json!(amount)), ("paid", json!(paid))];
            let shown = dora.runs("addcredit sms", &options).await.text();
            assert_eq!(shown.contains("Added"), is_done, "{paid}: {shown}");
        }
    });
}

#[test]
fn words_for_not_now_or_only_a_try_are_asked_about_in_each_text() {
    World::run(async |w| {
        for words in [
            "d r y r u n",
            "run it dry",
            "do nothing",
            "don't",
            "do not",
            "not now",
            "stop",
            "abort",
            "wait",
            "hold on",
            "hold off until Friday",
            "cancel that",
            "ignore this",
            "disregard",
            "never mind",
            "undo",
            "let me see first",
            "show me the result first",
            "how much would it cost",
            "what happens",
            "tell me the price first",
            "verify first",
            "see what it says",
            "try it",
            "as an example",
            "for demonstration only",
            "theoretically",
            "tentative",
            "blank run",
            "trail run",
            "pending approval",
            "after approval",
            "only if approved",
            "only if they pay",
            "tomorrow",
            "from 1 December",
            "simulación",
            "prueba",
            "à blanc",
            "тест",
            "テスト",
            "测试",
        ] {
            let line = format!("/addcredit sms acme 21 {words}");
            let lines = asked(w, &line).await;
            assert!(lines.len() > 1, "{line}: {lines:?}");
            are_accepted(w, &line, &lines).await;
        }
        for line in [
            "/client set name acme just testing",
            "/client set referral acme simulate",
            "/client set name acme not now",
            "/addcredit sms acme 22 tell:just testing",
            "/addcredit sms acme 22 tell:simulate",
        ] {
            let lines = asked(w, line).await;
            are_accepted(w, line, &lines).await;
        }
        w.does("/client set referral acme Test Valley Events").await;
    });
}

#[test]
fn payment_grant_and_second_meaning_behind_the_amount_are_asked_about() {
    World::run(async |w| {
        for words in [
            "cash",
            "by card",
            "via PayPal",
            "prepaid",
            "payment received today",
            "pmt received",
            "already settled",
            "bank transfer",
            "direct debit",
            "txn_123456",
            "pi_3Abc",
            "without invoice",
            "no bill",
            "not billable",
            "do not invoice",
            "FOC",
            "pro bono",
            "waived",
            "at no cost",
            "nothing to pay",
            "kostenlos",
            "gratuit",
            "on us",
            "sms and mms",
            "both",
            "x2",
            "twice",
            "(was 500)",
            "instead of 500",
            "refund",
            "remove",
            "take away",
            "no email",
            "do not tell the client",
            "visa 4242",
        ] {
            let line = format!("/addcredit sms acme 23 {words}");
            let lines = asked(w, &line).await;
            assert!(!lines.is_empty(), "{line}");
            are_accepted(w, &line, &lines).await;
        }
        for words in [
            "driving test reminders",
            "Covid testing centre",
            "clinical trial reminders",
            "free trial ended",
            "only for planning alerts",
            "no changes since last month",
            "not invoiced yet",
            "price 30",
            "cash and carry",
            "both shops in May",
        ] {
            let reply = w.json(&format!("/addcredit sms acme 24 {words} --dry_run")).await;
            assert_ne!(reply["status"], "usage", "{words}: {reply}");
            let reply = w.json(&format!("/addcredit sms acme 24 {words}")).await;
            assert_ne!(reply["status"], "usage", "{words}: {reply}");
        }
    });
}

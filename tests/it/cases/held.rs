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
        w.does("/addcredit sms acme 50 paid:BACS-51").await;
        assert_eq!(w.balance("acme").await.0, 2_100);
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

//! What staff do in Discord, from the command to the receipt, on the real desk.

use expect_test::expect;
use serde_json::{Value, json};

use super::person::buttons;
use super::{CHANNEL, Discord, GUILD, Person, Shown};
use crate::world::World;

fn add(amount: u64) -> Vec<(&'static str, Value)> {
    vec![("client", json!("c_2")), ("amount", json!(amount))]
}

/// What the desk says, with operations numbered.
fn said(w: &World, shown: &Shown) -> String {
    w.numbered(&shown.text())
}

fn dora<'a>(w: &'a World, d: &'a Discord) -> Person<'a> {
    d.person(w, "101")
}

#[test]
fn an_add_is_a_receipt_whose_button_takes_it_back_after_a_question() {
    World::run_on_discord(async |w, d| {
        let dora = dora(w, d);
        let receipt = dora.runs("addcredit mms", &add(500)).await;
        assert!(!receipt.private, "everybody sees a committed write");
        let asked = dora.presses(&receipt, "Undo").await;
        assert_eq!((asked.kind, asked.private), (4, true), "the receipt stays");
        let done = dora.presses(&asked, "Confirm").await;
        assert_eq!(done.kind, 7, "the question is gone");
        let left = buttons(&d.state().known[&asked.token].message.clone());
        let left: Vec<&str> = left.iter().map(|(label, _)| label.as_str()).collect();
        assert!(!left.contains(&"Confirm") && !left.contains(&"Cancel"), "{left:?}");
        w.local.work().await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
        expect![[r#"
            101: /addcredit mms client:c_2 amount:500
            desk (to all):
            ✅ Added 500 MMS credits to ACME Ltd (c_2)
            MMS 400 → 900 · invoice INV-2-0003 £30.00 due 7 Dec 2026 · by Dora
            op_1 · undo within 24 h: /undo op_1
            [Undo] [Correct…] [Show invoice] [View client]
            101: [Undo]
            desk (private):
            ❓ Please confirm: take back op_1: take 500 MMS credits from ACME Ltd (c_2)
            MMS 900 → 400 · invoice INV-2-0003 becomes void · by Dora
            • It reverses an operation.
            Nothing was changed yet. Expires <t:…:f>.
            [Confirm] [Cancel]
            101: [Confirm]
            desk (in its place):
            ✅ Took back op_1: took 500 MMS credits from ACME Ltd (c_2)
            MMS 900 → 400 · invoice INV-2-0003 is void · by Dora
            op_2
            [Show invoice] [View client]"#]]
        .assert_eq(&w.numbered(&d.transcript()));
    });
}

#[test]
fn several_clients_are_a_select_and_the_chosen_one_is_done() {
    World::run_on_discord(async |w, d| {
        let dora = dora(w, d);
        let which = dora.runs("balance", &[("client", json!("acm"))]).await;
        assert!(which.private);
        let shown = buttons(&which.data);
        assert!(shown.len() >= 2, "{shown:?}");
        let chosen = dora.presses(&which, "Acme Mobile").await;
        assert_eq!(chosen.kind, 7);
        assert!(chosen.text().contains("Acme Mobile (c_3)"), "{}", chosen.text());
    });
}

#[test]
fn a_plan_is_denied_with_a_reason_by_either_form_of_a_modal() {
    World::run_on_discord(async |w, d| {
        let (dora, bo) = (dora(w, d), d.person(w, "102"));
        for (amount, rows) in [(40_000_u64, true), (41_000, false)] {
            // Unusually much is confirmed first, and then approved by somebody else.
            let asked = dora.runs("addcredit sms", &add(amount)).await;
            let put_up = dora.presses(&asked, "Confirm").await;
            let text = said(w, &put_up);
            assert!(text.contains("asks to add"), "{text}");
            let public = bo.runs("pending", &[]).await;
            assert!(public.text().contains("waits for you"), "{}", public.text());
            let form = bo.presses(&put_up, "Deny…").await;
            assert_eq!(form.data["components"][0]["type"], 18);
            let denied =
                bo.fills(&put_up, &form, &[("reason", "call the client first")], rows).await;
            let text = said(w, &denied);
            assert!(text.contains("Denied") && text.contains("call the client first"), "{text}");
        }
        w.local.work().await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn options_are_completed_and_a_label_that_comes_back_means_its_value() {
    World::run_on_discord(async |w, d| {
        let dora = dora(w, d);
        let first = |found: &[(String, String)]| found[0].clone();
        let clients = dora.types("addcredit mms", &[], ("client", "ac")).await;
        let labels: Vec<&str> = clients.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["ACME Ltd · c_2", "Acme Mobile · c_3"]);
        assert_eq!(first(&clients).1, "c_2");
        assert!(dora.types("addcredit mms", &[], ("client", "a")).await.is_empty());
        let given = [("client", json!("c_2"))];
        let invoices = d.person(w, "102").types("deductcredit sms", &given, ("invoice", "")).await;
        assert!(first(&invoices).0.ends_with(&first(&invoices).1), "{invoices:?}");
        assert!(first(&invoices).0.starts_with("ACME Ltd · £"), "{invoices:?}");
        let by_name = dora.types("invoice view", &[], ("number", "acme ltd")).await;
        assert_eq!(by_name, invoices);
        let staff = dora.types("client set manager", &given, ("manager", "bil")).await;
        assert!(
            staff.iter().any(|(label, _)| label.starts_with("Bill · billing · s_")),
            "{staff:?}"
        );
        assert!(dora.types("approve", &[], ("op", "")).await.is_empty(), "nothing waits");
        dora.runs(
            "addcredit sms",
            &[
                ("client", json!("acme")),
                ("amount", json!(9)),
                ("grant", json!(true)),
                ("reason", json!("sorry")),
            ],
        )
        .await;
        let plans = dora.types("confirm", &[], ("op", "acme")).await;
        assert!(first(&plans).0.starts_with("+9 SMS · ACME Ltd · Dora · op_"), "{plans:?}");

        // The platform now and then sends what it showed.
        let (label, _) = first(&clients);
        let balance = dora.runs("balance", &[("client", json!(label))]).await;
        assert!(balance.text().contains("ACME Ltd (c_2)"), "{}", balance.text());
        let view = dora.runs("invoice view", &[("number", json!(first(&invoices).0))]).await;
        assert!(view.text().contains(&first(&invoices).1), "{}", view.text());
        let (label, _) = first(&staff);
        let set = dora
            .runs("client set manager", &[("client", json!("c_2")), ("manager", json!(label))])
            .await;
        assert!(set.text().contains("Changed the manager"), "{}", set.text());
        let confirmed = dora.runs("confirm", &[("op", json!(first(&plans).0))]).await;
        assert!(confirmed.text().contains("Added 9 SMS"), "{}", confirmed.text());
        w.local.work().await;
    });
}

#[test]
fn values_of_any_form_are_read_or_explained() {
    World::run_on_discord(async |w, d| {
        let dora = dora(w, d);
        let amount = |value: Value| {
            vec![("client", json!("c_2")), ("amount", value), ("dry_run", json!(true))]
        };
        let whole = dora.runs("addcredit mms", &amount(json!(12.0))).await;
        assert!(whole.private && whole.text().contains("would add 12 MMS"), "{}", whole.text());
        let part = dora.runs("addcredit mms", &amount(json!(1.5))).await;
        assert!(part.text().contains("whole number"), "{}", part.text());
        let unknown = dora.runs("adcredit mms", &amount(json!(1))).await;
        assert!(unknown.text().contains("Did you mean addcredit"), "{}", unknown.text());
        let mut mentions = dora.command("role grant", &[("role", json!("support"))]);
        let options =
            mentions.pointer_mut("/data/options/0/options").unwrap().as_array_mut().unwrap();
        options.push(json!({ "type": 6, "name": "who", "value": "103" }));
        options.push(json!({ "type": 3, "name": "name", "value": "Cy" }));
        let refused = dora.sends(&mentions).await;
        assert!(refused.text().contains("owner"), "{}", refused.text());
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn what_takes_too_long_is_promised_and_delivered_through_the_race() {
    World::run_on_discord(async |w, d| {
        let dora = dora(w, d);
        d.aged(1_900);
        let promise = dora.runs("addcredit mms", &add(500)).await;
        assert_eq!((promise.kind, promise.private), (5, true));
        d.state().race = 2;
        d.state().busy = 1;
        let known = dora.later(&promise).await;
        assert!(d.state().asked >= 5, "through two races and one wait");
        assert_eq!(
            known.message["content"],
            "✅ Added 500 MMS credits to ACME Ltd (c\\_2)".replace("\\_", "_")
        );
        assert_eq!(buttons(&known.message).len(), 0);
        let [receipt] = known.behind.as_slice() else { panic!("{known:?}") };
        assert!(buttons(receipt).iter().any(|(label, _)| label == "Undo"), "{receipt}");
        assert!(!receipt.to_string().contains("answered before"), "nobody has seen it before");
        // What only one person sees fills the promise itself.
        let promise = dora.runs("pending", &[]).await;
        let known = dora.later(&promise).await;
        assert_eq!(
            (known.message["content"].as_str(), known.behind.len()),
            (Some("Nothing waits."), 0)
        );
        w.local.work().await;
        assert_eq!(w.balance("acme").await, (2_000, 900));
    });
}

#[test]
fn a_receipt_that_cannot_be_said_aloud_is_at_least_seen_by_its_author() {
    World::run_on_discord(async |w, d| {
        d.aged(1_900);
        let promise = dora(w, d).runs("addcredit mms", &add(500)).await;
        d.state().broken = 1;
        let known = dora(w, d).later(&promise).await;
        assert!(known.behind.is_empty());
        assert!(buttons(&known.message).iter().any(|(label, _)| label == "Undo"), "{known:?}");
        w.local.work().await;
    });
}

#[test]
fn a_late_press_fills_the_place_of_its_question() {
    World::run_on_discord(async |w, d| {
        let dora = dora(w, d);
        let receipt = dora.runs("addcredit mms", &add(500)).await;
        let asked = dora.presses(&receipt, "Undo").await;
        d.aged(1_900);
        let promise = dora.presses(&asked, "Confirm").await;
        assert_eq!(promise.kind, 6);
        let known = dora.later(&promise).await;
        assert!(known.message["content"].as_str().unwrap().contains("Took back"), "{known:?}");
        assert!(known.behind.is_empty(), "announcements say it to others");
        // On the receipt, which everybody sees, nothing is ever replaced.
        let promise = dora.presses(&receipt, "View client").await;
        assert_eq!((promise.kind, promise.private), (5, true));
        let known = dora.later(&promise).await;
        assert!(known.message["content"].as_str().unwrap().contains("ACME Ltd"), "{known:?}");
        w.local.work().await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn a_double_click_is_one_operation() {
    World::run_on_discord(async |w, d| {
        let dora = dora(w, d);
        let receipt = dora.runs("addcredit mms", &add(500)).await;
        let asked = dora.presses(&receipt, "Undo").await;
        let (first, second) = (dora.pressing(&asked, "Confirm"), dora.pressing(&asked, "Confirm"));
        let (one, two) = tokio::join!(dora.pressed(&asked, &first), dora.pressed(&asked, &second));
        let third = dora.pressed(&asked, &first).await;
        for shown in [&one, &two, &third] {
            assert!(shown.text().contains("Took back"), "{}", shown.text());
        }
        w.local.work().await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn second_press_of_an_approval_changes_its_card_and_posts_nothing() {
    World::run_on_discord(async |w, d| {
        let (dora, bo) = (dora(w, d), d.person(w, "102"));
        let asked = dora.runs("addcredit sms", &add(40_000)).await;
        let put_up = dora.presses(&asked, "Confirm").await;
        let (press, again) = (bo.pressing(&put_up, "Approve"), bo.pressing(&put_up, "Approve"));
        let first = bo.pressed(&put_up, &press).await;
        assert!(first.text().contains("Added 40,000 SMS"), "{}", first.text());
        let second = bo.pressed(&put_up, &again).await;
        assert_eq!(second.kind, 7, "in place of the card: {}", second.text());
        assert!(second.text().contains("it was done once"), "{}", second.text());
        w.local.work().await;
        assert_eq!(w.balance("acme").await, (42_000, 400));
    });
}

#[test]
fn an_old_button_shows_the_plan_again_and_changes_nothing() {
    World::run_on_discord(async |w, d| {
        let dora = dora(w, d);
        let mut options = add(50);
        options.extend([("grant", json!(true)), ("reason", json!("sorry"))]);
        let old = dora.runs("addcredit mms", &options).await;
        w.does("/addcredit mms acme 70").await;
        // Without an op it lists what waits for her, as it was shown, with its buttons.
        let listed = dora.runs("confirm", &[]).await;
        assert!(listed.text().contains("for your confirmation"), "{}", listed.text());
        let again = dora.presses(&listed, "Confirm 1").await;
        assert!(again.text().contains("MMS 470 → 520"), "{}", again.text());
        // The first question still stands there, and says 400 → 450.
        let shown = dora.presses(&old, "Confirm").await;
        assert!(shown.text().contains("Please confirm"), "{}", shown.text());
        assert!(shown.text().contains("MMS 470 → 520"), "{}", shown.text());
        assert_eq!(w.balance("acme").await, (2_000, 470));
        // Now it says what the plan says, and its button is good for that.
        let done = dora.presses(&old, "Confirm").await;
        assert!(done.text().contains("Added 50 MMS"), "{}", done.text());
        w.local.work().await;
        assert_eq!(w.balance("acme").await, (2_000, 520));
    });
}

#[test]
fn one_interaction_however_often_it_arrives_is_done_once() {
    World::run_on_discord(async |w, d| {
        let dora = dora(w, d);
        let body = dora.command("addcredit mms", &add(500));
        let replies = [(); 8].map(|()| dora.sends(&body));
        let [a, b, c, e, f, g, h, i] = replies;
        let all = tokio::join!(a, b, c, e, f, g, h, i);
        for shown in [&all.0, &all.1, &all.2, &all.3, &all.4, &all.5, &all.6, &all.7] {
            // On a busy machine one or another is promised.
            let said = shown.kind == 5 || shown.text().contains("Added 500 MMS");
            assert!(said, "{shown:?}");
        }
        w.local.answer_late().await;
        w.local.work().await;
        assert_eq!(w.balance("acme").await, (2_000, 900));
    });
}

#[test]
fn a_file_follows_the_reply() {
    World::run_on_discord(async |w, d| {
        let dora = dora(w, d);
        let options = [("client", json!("acme")), ("csv", json!(true))];
        let promise = dora.runs("statement", &options).await;
        assert_eq!(promise.kind, 5, "a file needs a message of its own");
        let known = dora.later(&promise).await;
        let (name, file) = known.files.iter().next().expect("a file");
        assert!(
            name.ends_with(".csv") && file.starts_with("\u{feff}entry,at,op"),
            "{name}: {file}"
        );
    });
}

#[test]
fn the_menu_of_a_receipt_shows_its_operation() {
    World::run_on_discord(async |w, d| {
        let dora = dora(w, d);
        let receipt = dora.runs("addcredit mms", &add(500)).await;
        let other = dora.runs("addcredit sms", &add(70)).await;
        w.local.work().await;
        let shown = dora.shows_operation(&receipt).await;
        let text = said(w, &shown);
        assert!(shown.private && text.contains("500 MMS") && !text.contains("70 SMS"), "{text}");
        let shown = dora.shows_operation(&other).await;
        assert!(shown.text().contains("70 SMS"), "{}", shown.text());
    });
}

#[test]
fn what_a_channel_has_not_seen_is_said_there_once() {
    World::run_on_discord(async |w, d| {
        w.does(&format!("/settings channels ops discord:{GUILD}:{CHANNEL}")).await;
        let dora = dora(w, d);
        let receipt = dora.runs("addcredit mms", &add(500)).await;
        w.local.work().await;
        assert!(d.state().said.is_empty(), "the receipt stands in the channel");
        let asked = dora.presses(&receipt, "Undo").await;
        d.state().race = 1;
        dora.presses(&asked, "Confirm").await;
        w.local.work().await;
        let said = d.state().said.clone();
        let [(channel, message)] = said.as_slice() else { panic!("{said:?}") };
        assert_eq!(channel, CHANNEL);
        assert!(message["content"].as_str().unwrap().contains("Took back"), "{message}");
    });
}

#[test]
fn what_came_of_a_plan_is_said_behind_what_asked_for_it() {
    World::run_on_discord(async |w, d| {
        w.does(&format!("/settings channels ops discord:{GUILD}:{CHANNEL}1")).await;
        let dora = dora(w, d);
        let asked = dora.runs("addcredit sms", &add(40_000)).await;
        let waits = dora.presses(&asked, "Confirm").await;
        w.local.work().await;
        let all = buttons(&waits.data);
        let (_, deny) = all.iter().find(|(label, _)| label == "Deny…").unwrap();
        let op = deny["custom_id"].as_str().unwrap().trim_start_matches("v1:fill:/deny ");
        // At once, while Discord still knows what it was told before.
        w.does(&format!("/approve {op}")).await;
        w.local.work().await;
        let said = d.state().said.clone();
        let texts: Vec<_> = said.iter().filter_map(|(_, said)| said["content"].as_str()).collect();
        let [asks, done] = texts.as_slice() else { panic!("{texts:?}") };
        assert!(asks.starts_with("🔐 Dora asks to add 40,000 SMS"), "{texts:?}");
        assert!(done.starts_with("✅ Added 40,000 SMS"), "{texts:?}");
    });
}

#[test]
fn an_option_means_the_same_however_the_keyboard_spoiled_it() {
    World::run_on_discord(async |w, d| {
        let dora = d.person(w, "101");
        let paid = async |client: &str, amount: u64, reference: &str| {
            let options =
                [("client", json!(client)), ("amount", json!(amount)), ("paid", json!(reference))];
            dora.runs("addcredit sms", &options).await.text()
        };
        assert!(paid("c_2", 500, "BACS-20261123").await.contains("Added 500 SMS"));
        // Full-width letters, a zero width space, and an accent that is a character of its own.
        let again = paid("c_4", 501, "\u{FF22}\u{FF21}\u{FF23}\u{FF33}-20261123\u{200B}").await;
        assert!(again.contains("INV-2-0003"), "one payment pays once: {again}");
        assert!(paid("c_2", 502, "CAF\u{C9}-9001").await.contains("Added"), "{}", d.transcript());
        let again = paid("c_4", 503, "CAFE\u{301}-9001").await;
        assert!(again.contains("INV-2-0004"), "{again}");
        let options =
            [("client", json!("c_2")), ("amount", json!(504)), ("reason", json!("top\u{2013}up"))];
        let noted = dora.runs("addcredit sms", &options).await.text();
        assert!(noted.contains("reason: top-up"), "{noted}");
        let number = [("number", json!("INV\u{2013}2\u{2013}0003\u{200B}"))];
        let view = dora.runs("invoice view", &number).await.text();
        assert!(view.contains("Invoice INV-2-0003"), "{view}");
        let options = |name: &str| [("name", json!(name)), ("email", json!("nobody@acme.example"))];
        let nobody = dora.runs("client new", &options("\u{200B}\u{3164}")).await.text();
        assert!(nobody.contains("Nothing was changed"), "{nobody}");
        dora.runs("client new", &options("Twin\u{200B} Ltd")).await;
        assert!(w.says("/client find twin").await.contains("Twin Ltd"), "and nothing unseen in it");
    });
}

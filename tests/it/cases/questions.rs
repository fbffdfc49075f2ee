//! Questions, confirmations and approvals.

use bot::button::Button;
use bot::chat::ChatReply;
use jiff::SignedDuration;
use serde_json::Value;

use super::{op, text};
use crate::world::World;

fn of(data: &Value) -> Vec<String> {
    data.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// The lines behind the buttons of a list's rows.
fn presses(said: &ChatReply) -> Vec<String> {
    let buttons = said.view.row_buttons.iter().flatten();
    buttons.map(|one| Button::of(one).line().to_owned()).collect()
}

#[test]
fn bare_confirm_after_a_list_of_clients_does_not_confirm_the_add_before_it() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        let again = w.json("/addcredit mms acme 500").await;
        assert_eq!(again["status"], "planned", "{again}");
        let list = w.json("/addcredit mms acm 40").await;
        assert_eq!(list["code"], "ambiguous", "{list}");

        let bare = w.json("/confirm").await;

        assert_eq!((&bare["status"], &bare["code"]), (&"ok".into(), &"pending".into()), "{bare}");
        assert!(text(&bare).contains("1 request waits for your confirmation"), "{bare}");
        assert_eq!(w.balance("acme").await, (2_000, 900));
    });
}

#[test]
fn yes_answers_the_last_question_of_the_conversation_only() {
    World::run(async |w| {
        w.json("/deductcredit mms acme 10 first").await;
        w.json("/deductcredit mms acme 20 second").await;
        assert_eq!(w.json("/balance acme").await["status"], "ok");
        assert_eq!(w.json_as("local:bill", "y").await["code"], "no_question");
        assert_eq!(w.json("1").await["code"], "no_question", "a plan has no numbers");
        let done = w.json("yes").await;
        assert_eq!(done["data"]["amount"], -20, "{done}");
        // The older question is not answered by the next yes.
        assert_eq!(w.json("y").await["code"], "no_question");
        let list = w.json("/confirm").await;
        assert_eq!((&list["code"], &list["data"]["total"]), (&"pending".into(), &1.into()));
        assert_eq!(w.balance("acme").await, (2_000, 380));
    });
}

#[test]
fn number_picks_from_the_list_that_was_shown_last() {
    World::run(async |w| {
        let list = w.said_as("local:owner", "/addcredit sms acm 60").await;
        assert_eq!(list.code, "ambiguous");
        let second = list.view.pick.unwrap().from[1].line.clone();
        let picked = w.json("2").await;
        assert!(["ok", "planned"].contains(&picked["status"].as_str().unwrap()), "{picked}");
        assert!(second.contains("c_3") && text(&picked).contains("Acme Mobile"), "{picked}");
        // A list that another line followed is not answered any more.
        w.json("/addcredit sms acm 60").await;
        w.json("/balance birch").await;
        assert_eq!(w.json("1").await["code"], "no_question");
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn approval_while_others_work_shows_new_figures_and_keeps_its_deadline() {
    World::run(async |w| {
        let asked = w.json_as("local:dana", "/addcredit sms acme 4000").await;
        let planned = op(&asked);
        w.does("/addcredit sms acme 7").await;

        let shown = w.json_as("local:bill", &format!("/approve {planned}")).await;

        assert_eq!(shown["status"], "planned", "{shown}");
        assert_eq!(shown["data"]["state"], "awaits_approval", "{shown}");
        assert_eq!(shown["data"]["expires"], asked["data"]["expires"], "the old deadline");
        assert!(text(&shown).contains("SMS 2,007 → 6,007"), "{shown}");
        assert_eq!(w.balance("acme").await, (2_007, 400));
        // Long after the ten minutes of a confirmation one more press does it.
        w.passes(SignedDuration::from_hours(20));
        w.does_as("local:bill", &format!("/approve {planned}")).await;
        assert_eq!(w.balance("acme").await, (6_007, 400));
    });
}

#[test]
fn approval_lapses_when_mms_is_refused_now_and_says_so() {
    World::run(async |w| {
        w.does("/addcredit mms acme 1000").await;
        let planned = op(&w.json_as("local:dana", "/addcredit mms acme 2500").await);
        w.does("/mms off acme").await;
        let refused = w.json_as("local:bill", &format!("/approve {planned}")).await;
        assert_eq!(refused["code"], "mms_off", "{refused}");
        w.does("/mms on acme").await;
        let over = w.json_as("local:bill", &format!("/approve {planned}")).await;
        assert_eq!(over["code"], "plan_over", "{over}");
        assert_eq!(w.balance("acme").await, (2_000, 1_400));
    });
}

#[test]
fn again_does_not_name_an_operation_that_was_taken_back() {
    World::run(async |w| {
        for (credits, back) in [(510, "/undo {}"), (530, "/correct {} all")] {
            let added =
                op(&w.does(&format!("/addcredit mms acme {credits} paid:P-{credits}")).await);
            w.does(&back.replace("{}", &added)).await;
            let again = w.json(&format!("/addcredit mms acme {credits} paid:Q-{credits}")).await;
            assert_eq!(again["status"], "ok", "{back}: {again}");
        }
        let added = w.does("/addcredit mms acme 540").await;
        let invoice = added["data"]["invoice"].as_str().unwrap();
        w.does(&format!("/invoice void {invoice} wrong")).await;
        assert_eq!(w.json("/addcredit mms acme 540").await["status"], "ok");
        assert_eq!(w.balance("acme").await, (2_000, 400 + 510 + 530 + 540));
    });
}

#[test]
fn pending_lists_all_on_pages_and_first_those_that_the_reader_may_approve() {
    World::run(async |w| {
        for credits in 0..12 {
            let line = format!("/addcredit sms acme {}", 4_000 + credits / 2);
            w.json_as("local:dana", &line).await;
            w.passes(SignedDuration::from_secs(61));
        }
        let own = op(&w.json_as("local:bill", "/deductcredit mms acme 10 mistake").await);

        let first = w.said_as("local:bill", "/pending").await;

        assert_eq!((&first.data["total"], &first.data["skipped"]), (&13.into(), &0.into()));
        let rows = first.data["plans"].as_array().unwrap();
        assert_eq!(of(&rows[0]["may"]), ["to_approve", "to_deny"]);
        assert_eq!(rows[0]["equals"].as_array().unwrap().len(), 1, "two ask for 4,000");
        assert_eq!(first.view.row_buttons.len(), 10);
        let presses = presses(&first);
        assert_eq!(presses.len(), 20, "{presses:?}");
        assert!(presses[0].starts_with("/approve op_") && presses[1].starts_with("/deny op_"));
        let next = first.view.suggestions.last().unwrap().line.clone();
        let second = w.said_as("local:bill", &next).await;
        let rows = second.data["plans"].as_array().unwrap();
        assert_eq!((rows.len(), &second.data["skipped"]), (3, &10.into()));
        assert_eq!((op(&rows[2]), of(&rows[2]["may"])[0].as_str()), (own, "to_confirm"));
        // A press does what it says, once.
        w.does_as("local:bill", &presses[0]).await;
        assert_eq!(w.balance("acme").await, (6_000, 400));
        let auditor = w.said_as("local:ann", "/pending").await;
        assert!(auditor.view.row_buttons.iter().all(Vec::is_empty), "an auditor may do nothing");
        assert!(auditor.view.plain().contains("Bill"), "{}", auditor.view.plain());
    });
}

#[test]
fn page_of_pending_begins_behind_a_plan_that_has_ended_since() {
    World::run(async |w| {
        for credits in 0..12 {
            w.json_as("local:dana", &format!("/addcredit sms acme {}", 4_000 + credits)).await;
            w.passes(SignedDuration::from_secs(61));
        }
        let first = w.said_as("local:bill", "/pending").await;
        let next = first.view.suggestions.last().unwrap().line.clone();
        let rows = first.data["plans"].as_array().unwrap();
        w.json_as("local:bill", &format!("/deny {}", op(&rows[9]))).await;

        let second = w.said_as("local:bill", &next).await;

        assert_eq!((&second.data["total"], &second.data["skipped"]), (&11.into(), &9.into()));
        assert_eq!(second.data["plans"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn owner_who_approves_alone_leaves_one_audit_line_with_the_change_and_the_approval() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit mms acme 500").await);
        w.does("/deductcredit mms acme 900 used elsewhere").await;
        let asked =
            op(&w.json(&format!("/correct {added} all spent:writeoff deducted:else")).await);
        w.json(&format!("/confirm {asked}")).await;
        for name in ["Bill", "Mona"] {
            w.does(&format!("/staff leave {name}")).await;
        }
        w.passes(SignedDuration::from_hours(25));
        w.does(&format!("/approve {asked} --alone")).await;
        let lines = w.says(&format!("/history op:{asked}")).await;
        assert!(lines.contains("alone: nobody else can"), "{lines}");
        assert!(lines.contains("written off"), "the change itself is there too: {lines}");
    });
}

/// Types a line that must ask first; its question, and nothing changed yet.
async fn asks(w: &World, line: &str) -> Value {
    let asked = w.json(line).await;
    assert_eq!(asked["status"], "planned", "{line}: {asked}");
    assert_eq!(asked["data"]["state"], "awaits_confirm", "{line}: {asked}");
    asked
}

#[test]
fn price_that_is_ten_times_too_low_asks_with_per_cent_and_the_number_of_clients() {
    World::run(async |w| {
        let asked = asks(w, "/price set sms default 1:4.00").await;
        for part in ["40.00 → 4.00 (-90%)", "35.00 → 4.00", "A price changes by -90%", "5 clients"]
        {
            assert!(text(&asked).contains(part), "{part}: {asked}");
        }
        let shown = w.json("/price show").await;
        assert!(text(&shown).contains("40.00"), "nothing was changed yet: {shown}");
        let done = w.json("y").await;
        assert_eq!(done["status"], "ok", "{done}");
        let back = of(&done["try"]).into_iter().find(|line| line.starts_with("/price set"));
        assert_eq!(back.as_deref(), Some("/price set sms default 1:40.00 10000:35.00"));
        w.does(&back.unwrap()).await;
        assert!(text(&w.json("/price show").await).contains("40.00"));
    });
}

#[test]
fn inverted_price_steps_are_flagged_and_a_small_change_for_one_client_is_not_asked_about() {
    World::run(async |w| {
        let asked = asks(w, "/price set sms acme 1:40.00 10000:45.00").await;
        assert!(text(&asked).contains("From 10,000 credits on, a credit costs more"), "{asked}");
        let small = w.json("/price set sms birch 1:38.00 10000:34.00").await;
        assert_eq!(small["status"], "ok", "{small}");
        // A reseller's list reaches its clients too.
        let wide = asks(w, "/price set sms northern 1:38.00 10000:34.00").await;
        assert!(text(&wide).contains("It reaches 2 clients"), "{wide}");
    });
}

#[test]
fn mms_is_taken_from_a_platform_and_from_all_clients_only_after_a_question_with_their_number() {
    World::run(async |w| {
        let platform = asks(w, "/mms allow c_1 off").await;
        assert!(text(&platform).contains("MMS on → off · 5 clients"), "{platform}");
        assert_eq!(w.json("/addcredit mms acme 7").await["status"], "ok", "still on");
        let all = w.json_as("local:dana", "/mms off all of c_1").await;
        assert_eq!(all["status"], "planned", "{all}");
        assert!(text(&all).contains("4 clients"), "ACME has a switch of its own: {all}");
        let done = w.json_as("local:dana", "yes").await;
        assert_eq!(of(&done["try"]), ["/mms on all of c_1"], "{done}");
        let off = w.does("/mms allow c_1 off").await;
        assert_eq!(of(&off["try"]), ["/mms allow c_1"], "{off}");
        assert_eq!(w.json("/addcredit mms acme 8").await["code"], "mms_off");
        w.does("/mms allow c_1").await;
        assert_eq!(w.json("/addcredit mms acme 8").await["status"], "ok");
        assert_eq!(w.balance("acme").await, (2_000, 415));
    });
}

#[test]
fn admin_has_mms_as_soon_as_its_platform_is_allowed() {
    World::run(async |w| {
        w.does("/mms allow c_1 off").await;
        w.does("/mms allow c_1").await;
        let view = w.json("/client view c_1").await;
        assert!(view["data"]["mms_off"].is_null(), "{view}");
        assert!(text(&view).contains("MMS is on"), "{view}");
    });
}

#[test]
fn staff_member_leaves_after_a_question_and_returns() {
    World::run(async |w| {
        let asked = asks(w, "/staff leave dana to:bill").await;
        assert!(text(&asked).contains("1 login is disabled · Bill takes over"), "{asked}");
        assert_eq!(w.json_as("local:dana", "/balance acme").await["status"], "ok");
        let done = w.json("yes").await;
        let back = of(&done["try"]);
        assert!(back[0].starts_with("/staff return s_"), "{done}");
        assert_eq!(w.json_as("local:dana", "/balance acme").await["code"], "left");
        assert_eq!(w.json_as("local:mona", &back[0]).await["code"], "not_allowed");
        w.does(&back[0]).await;
        let again = w.json_as("local:dana", "/addcredit mms acme 9").await;
        assert_eq!(again["status"], "ok", "{again}");
        assert_eq!(w.json(&back[0]).await["status"], "refused", "there is nobody to bring back");
        assert_eq!(w.balance("acme").await, (2_000, 409));
    });
}

#[test]
fn what_takes_access_away_asks_once_and_has_a_way_back() {
    World::run(async |w| {
        for (line, back) in [
            ("/role grant local:bill support", "/role grant s_3 billing"),
            ("/client suspend acme unpaid", "/client activate c_2"),
            ("/settings limits support open 90", "/settings limits support open 100.00"),
            ("/mms off acme", "/mms on c_2"),
        ] {
            asks(w, line).await;
            let done = w.json("y").await;
            assert_eq!(done["status"], "ok", "{line}: {done}");
            assert!(of(&done["try"]).contains(&back.to_owned()), "{line}: {done}");
            w.does(back).await;
        }
        // A higher role is given at once.
        assert_eq!(w.json("/role grant local:dana billing").await["status"], "ok");
        w.does("/cover dana manager").await;
        asks(w, "/cover dana none").await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn tax_and_zone_ask_with_the_number_of_clients_and_show_the_value_before() {
    World::run(async |w| {
        let asked = asks(w, "/settings tax 2").await;
        assert!(text(&asked).contains("Before: 20 %"), "{asked}");
        assert!(text(&asked).contains("It reaches 5 clients."), "{asked}");
        let done = w.json("yes").await;
        assert_eq!(of(&done["try"]), ["/settings tax 20"], "{done}");
        asks(w, "/settings zone America/New_York").await;
    });
}

#[test]
fn wide_change_is_shown_again_when_another_value_was_set_meanwhile() {
    World::run(async |w| {
        let asked = op(&asks(w, "/settings tax 19").await);
        w.does("/settings tax 21").await;
        let shown = w.json(&format!("/confirm {asked}")).await;
        assert_eq!(shown["status"], "planned", "{shown}");
        assert!(text(&shown).contains("Before: 21 %"), "{shown}");
        let done = w.json(&format!("/confirm {asked}")).await;
        assert_eq!(of(&done["try"]), ["/settings tax 21"], "{done}");
    });
}

#[test]
fn no_button_on_a_clients_card_changes_anything_with_one_tap() {
    World::run(async |w| {
        w.does("/mms on birch").await;
        for client in ["acme", "birch", "acme-mobile", "northern"] {
            for suspended in [false, true] {
                let card = w.said_as("local:owner", &format!("/client view {client}")).await;
                for one in card.view.suggestions.iter().chain(&card.view.offers) {
                    let Button::Run(line) = Button::of(one) else { continue };
                    let before = w.json(&format!("/client view {client}")).await;
                    let pressed = w.json(&line).await;
                    assert_ne!(pressed["status"], "usage", "{line}: {pressed}");
                    let after = w.json(&format!("/client view {client}")).await;
                    assert_eq!(before["data"], after["data"], "{line}");
                }
                if !suspended && client != "birch" {
                    w.does(&format!("/client suspend {client} unpaid")).await;
                }
            }
        }
    });
}

#[test]
fn add_that_was_corrected_to_fewer_is_asked_about_again_and_a_whole_one_is_not() {
    World::run(async |w| {
        let add = op(&w.json("/addcredit mms acme 351").await);
        let corrected = w.json(&format!("/correct {add} to:300")).await;
        let corrected =
            if corrected["status"] == "planned" { w.json("y").await } else { corrected };
        assert_eq!(corrected["status"], "ok", "{corrected}");
        for amount in [351, 300] {
            let again = w.json(&format!("/addcredit mms acme {amount}")).await;
            assert!(text(&again).contains("Again?"), "{again}");
            w.json("n").await;
        }
        // A deduct of more than the add still gives fits it no longer.
        let deduct = w.json("/deductcredit mms acme 320 too many --dry-run").await;
        assert!(!text(&deduct).contains(&add), "{deduct}");
        let whole = w.json(&format!("/correct {add} --all")).await;
        let whole = if whole["status"] == "planned" { w.json("y").await } else { whole };
        assert_eq!(whole["status"], "ok", "{whole}");
        let balance = w.balance("acme").await;
        w.does("/addcredit mms acme 351").await;
        assert_eq!(w.balance("acme").await, (balance.0, balance.1 + 351));
        // A move that was corrected counts as well.
        let moved = op(&w.json("/addcredit sms quayside 70").await);
        w.json("y").await;
        let corrected = w.json(&format!("/correct {moved} to:50")).await;
        let corrected =
            if corrected["status"] == "planned" { w.json("y").await } else { corrected };
        assert_eq!(corrected["status"], "ok", "{corrected}");
        let again = w.json("/addcredit sms quayside 70").await;
        assert!(text(&again).contains("Again?"), "{again}");
    });
}

#[test]
fn question_about_mms_for_all_says_who_keeps_it_and_how_everyone_loses_it() {
    World::run(async |w| {
        let asked = w.says("/mms off all of c_1").await;
        assert!(asked.contains("Clients with their own setting keep it."), "{asked}");
        assert!(asked.contains("To turn MMS off for everyone: /mms allow c_1 off"), "{asked}");
    });
}

#[test]
fn list_of_requests_tells_an_undo_from_a_move_and_names_the_destination() {
    World::run(async |w| {
        let first = op(&w.json("/addcredit mms acme 200").await);
        let second = op(&w.json("/addcredit sms acme 150").await);
        w.json(&format!("/undo {first}")).await;
        w.json(&format!("/correct {second} move:acme-mobile")).await;
        w.json("/role grant local:sam2 billing Sam").await;
        let list = w.json("/pending").await;
        let list = text(&list);
        assert!(list.contains(&format!("−200 MMS · undo of {first}")), "{list}");
        assert!(list.contains(&format!("−150 SMS · correction of {second} → ")), "{list}");
        assert!(!list.contains("  make"), "{list}");
    });
}

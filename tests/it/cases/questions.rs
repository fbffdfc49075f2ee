//! Questions, confirmations and approvals.

use bot::button::Button;
use bot::chat::ChatReply;
use jiff::SignedDuration;
use serde_json::Value;

use crate::world::World;

fn op(said: &Value) -> String {
    said["op"].as_str().unwrap().to_owned()
}

fn text(said: &Value) -> &str {
    said["text"].as_str().unwrap()
}

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
        for (credits, back) in
            [(510, "/undo {}"), (520, "/correct {} to:1"), (530, "/correct {} all")]
        {
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
        assert_eq!(w.balance("acme").await, (2_000, 400 + 510 + 521 + 530 + 540));
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
fn owner_who_approves_alone_leaves_one_audit_line_with_the_change_and_the_approval() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit mms acme 500").await);
        w.does("/deductcredit mms acme 900 used elsewhere").await;
        let asked = op(&w.json(&format!("/correct {added} all spent:writeoff")).await);
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

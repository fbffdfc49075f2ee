//! What people do in Slack, from the first word to what they see in the end, against a Slack of our
//! own.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;

use super::fake::{CHANNEL, Slack, Typed};
use crate::world::World;

/// Sam, with the role support.
const SAM: &str = "U7";

/// A desk at which everything takes too long to be answered at once: it is begun, and goes on beside
/// the worker that has the same interaction.
pub async fn slow(w: &World, slack: &Slack) {
    w.way.set_delay(Duration::from_millis(20));
    let state = bot::slack::SlackState { budget: Duration::from_nanos(1), ..w.local.slack() };
    serve(slack, state).await;
}

async fn serve(slack: &Slack, state: bot::slack::SlackState) {
    let bound = creditdesk::serve::bind(0).await.unwrap();
    slack.desk.set(Some(bound.address()));
    tokio::spawn(bound.serve(bot::slack::router(state), std::future::pending()));
}

#[test]
fn an_add_is_taken_back_by_its_buttons() {
    World::run_on_slack(async |w, slack| {
        assert_eq!(slack.types(w, SAM, "/addcredit mms acme 500").await, Typed::Reply);
        let receipt = slack.last("U8");
        assert!(receipt.text.starts_with("✅ Added 500 MMS credits to ACME Ltd"), "{receipt:?}");
        assert_eq!(receipt.buttons(), ["Undo", "Correct…", "Show invoice", "View client"]);
        assert_eq!(w.balance("acme").await, (2_000, 900));

        slack.presses(w, SAM, "Undo").await;
        let asks = slack.last(SAM);
        assert_eq!(asks.only_for.as_deref(), Some(SAM), "others are not asked");
        assert_eq!(asks.buttons(), ["Confirm", "Cancel"]);
        assert_eq!(w.balance("acme").await, (2_000, 900), "and nothing was done yet");

        slack.presses(w, SAM, "Confirm").await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
        assert!(slack.last("U8").text.contains("500 MMS credits"), "everybody sees it");
        let questions = |user: &str| slack.seen_by(user).iter().filter(|m| m.ts == asks.ts).count();
        assert_eq!(questions(SAM), 0, "the question is gone: {}", slack.transcript());
    });
}

#[test]
fn second_press_changes_its_card_and_posts_nothing_more() {
    World::run_on_slack(async |w, slack| {
        w.does("/role grant slack:T1:U8 manager Moa").await;
        w.does(&format!("/settings channels approvals slack:T1:{CHANNEL}")).await;
        slack.types(w, SAM, "/addcredit mms acme 9000").await;
        // Each press is pressed twice, before the first is answered.
        let (confirm, confirm_again) = (slack.press(SAM, "Confirm"), slack.press(SAM, "Confirm"));
        slack.does(w, &confirm).await;
        w.local.work().await;
        let (approve, approve_again) = (slack.press("U8", "Approve"), slack.press("U8", "Approve"));
        slack.does(w, &approve).await;
        assert_eq!(w.balance("acme").await, (2_000, 9_400), "{}", slack.transcript());
        let posted = slack.seen_by("U9").len();
        for press in [&approve_again, &confirm_again] {
            slack.does(w, press).await;
            w.local.work().await;
            assert_eq!(slack.seen_by("U9").len(), posted, "{}", slack.transcript());
        }
        assert_eq!(w.balance("acme").await, (2_000, 9_400));
    });
}

#[test]
fn a_reply_to_a_private_question_takes_its_place() {
    World::run_on_slack(async |w, slack| {
        slack.types(w, SAM, "/addcredit mms acme 50 sorry for Tuesday --grant").await;
        let asks = slack.last(SAM);
        slack.presses(w, SAM, "Cancel").await;
        // Everybody sees that it was dropped, and nobody the question any more.
        assert_eq!(slack.seen_by(SAM).len(), 1, "{}", slack.transcript());
        assert_ne!(slack.last(SAM).ts, asks.ts);
        slack.types(w, SAM, "/balance acm").await;
        let which = slack.last(SAM);
        slack.picks(w, SAM, "ACME Ltd").await;
        let now = slack.last(SAM);
        assert_eq!(now.ts, which.ts, "{}", slack.transcript());
        assert!(now.text.contains("SMS 2,000"), "{}", now.text);
    });
}

#[test]
fn of_several_clients_one_is_picked() {
    World::run_on_slack(async |w, slack| {
        slack.types(w, SAM, "/addcredit sms acm 500").await;
        let which = slack.last(SAM);
        assert_eq!(which.only_for.as_deref(), Some(SAM));
        assert!(which.text.contains("match"), "{}", which.text);
        slack.picks(w, SAM, "ACME Ltd · c_2").await;
        assert_eq!(w.balance("acme").await, (2_500, 400));
        assert!(slack.last("U8").text.starts_with("✅ Added 500 SMS"), "{}", slack.transcript());
    });
}

#[test]
fn a_plan_is_turned_down_in_a_form_with_a_reason() {
    World::run_on_slack(async |w, slack| {
        w.does("/role grant slack:T1:U8 manager Moa").await;
        w.does(&format!("/settings channels approvals slack:T1:{CHANNEL}")).await;
        slack.types(w, SAM, "/addcredit mms acme 90000").await;
        slack.presses(w, SAM, "Confirm").await;
        assert!(slack.last(SAM).text.contains("must approve it before"), "{}", slack.transcript());
        w.local.work().await;
        let asks = slack.last("U8");
        assert!(asks.text.starts_with("🔐 Sam asks to add 90,000 MMS"), "{}", slack.transcript());
        assert_eq!(asks.only_for, None);

        slack.presses(w, "U8", "Deny…").await;
        let (user, form) = slack.form().unwrap();
        assert_eq!((user.as_str(), form["title"]["text"].as_str()), ("U8", Some("deny")));
        assert_eq!(slack.submits(w, &[("reason", "call the client <first> & ask")]).await, None);
        let denied = slack.last(SAM);
        assert!(denied.text.starts_with("Denied: "), "{}", slack.transcript());
        assert!(
            denied.text.contains("Reason: call the client &lt;first&gt; &amp; ask."),
            "{denied:?}"
        );
        assert_eq!(w.balance("acme").await, (2_000, 400));
        // The same form, sent twice.
        assert!(slack.form().is_none());
    });
}

#[test]
fn what_cannot_be_read_is_said_at_its_field() {
    World::run_on_slack(async |w, slack| {
        slack.types(w, SAM, "/undo").await;
        slack.presses(w, SAM, "Fill in…").await;
        let errors = slack.submits(w, &[("op", "nonsense")]).await.unwrap();
        assert!(errors["op"].as_str().unwrap().contains("nonsense"), "{errors}");
        assert!(slack.form().is_some(), "it stays open");
        assert_eq!(slack.submits(w, &[("op", "op_0123456789abcdef")]).await, None);
        assert!(slack.last(SAM).text.contains("op_0123456789abcdef"), "{}", slack.transcript());
    });
}

#[test]
fn without_a_form_the_desk_says_what_to_type() {
    World::run_on_slack(async |w, slack| {
        slack.types(w, SAM, "/undo").await;
        let press = slack.press(SAM, "Fill in…");
        slack.triggers_age(Duration::from_secs(4));
        slack.does(w, &press).await;
        assert!(slack.form().is_none());
        let said = slack.last(SAM);
        assert!(said.text.contains("`/undo"), "{}", said.text);
        assert!(said.text.contains("Slack did not take the form"), "{}", said.text);

        let state = bot::slack::SlackState { bot_token: None, ..w.local.slack() };
        serve(slack, state).await;
        slack.presses(w, SAM, "Fill in…").await;
        assert!(slack.last(SAM).text.contains("SLACK_BOT_TOKEN"), "{}", slack.transcript());
    });
}

#[test]
fn selects_offer_what_could_be_meant() {
    World::run_on_slack(async |w, slack| {
        slack.types(w, SAM, "/addcredit mms acme 90000").await;
        let values = async |of: &str, typed: &str| slack.suggests(w, SAM, of, typed).await;
        let clients = values("client", "ac").await;
        assert_eq!(
            clients.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>(),
            ["ACME Ltd · c_2", "Acme Mobile · c_3", "As typed: ac"]
        );
        assert_eq!(clients[0].1, "c_2");
        let staff = values("staff", "da").await;
        assert_eq!(staff[0].0, format!("Dana · support · {}", staff[0].1));
        assert!(values("plan_to_approve", "").await.is_empty(), "support approves nothing");
        let plans = values("plan_to_confirm", "").await;
        assert!(plans[0].0.ends_with(&plans[0].1) && plans[0].1.starts_with("op_"), "{plans:?}");
        // What one has done oneself is what is undone; the audit line comes with the job.
        slack.types(w, SAM, "/addcredit mms acme 7").await;
        w.does("/addcredit sms acme 11").await;
        w.local.work().await;
        let own = values("op", "").await;
        assert!(own[0].0.starts_with("+7 MMS for c_2 (400 → 407)"), "{own:?}");
        assert_eq!((own.len(), own[0].0.ends_with(&own[0].1)), (1, true), "{own:?}");
        let documents = values("invoice", "INV-2-0001").await;
        assert_eq!(documents[0].1, "INV-2-0001");
        let named = values("invoice", "northern").await;
        assert!(named[0].1.starts_with("INV-4-"), "{named:?}");
        assert_eq!(values("nonsense", "x").await, [("As typed: x".to_owned(), "x".to_owned())]);
        // A stranger is offered nobody.
        assert_eq!(slack.suggests(w, "U99", "client", "ac").await.len(), 1);
    });
}

#[test]
fn what_takes_too_long_is_answered_once_later() {
    World::run_on_slack(async |w, slack| {
        slow(w, slack).await;
        assert_eq!(slack.types(w, SAM, "/addcredit mms acme 500").await, Typed::Taken);
        w.local.answer_late().await;
        assert_eq!(w.balance("acme").await, (2_000, 900));
        let seen = slack.seen_by("U8");
        assert_eq!(seen.len(), 1, "{}", slack.transcript());
        assert!(seen[0].text.starts_with("✅ Added 500 MMS"), "{}", seen[0].text);
        // A button, too: the receipt stays, and the question is for the one who pressed.
        slack.presses(w, SAM, "Undo").await;
        w.local.answer_late().await;
        assert_eq!(slack.last(SAM).buttons(), ["Confirm", "Cancel"]);
        slack.presses(w, SAM, "Confirm").await;
        w.local.answer_late().await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
        assert_eq!(slack.seen_by("U8").len(), 2, "{}", slack.transcript());
    });
}

#[test]
fn a_double_click_is_one() {
    World::run_on_slack(async |w, slack| {
        slack.types(w, SAM, "/addcredit mms acme 50 sorry --grant").await;
        let press = slack.press(SAM, "Confirm");
        let mut other = press.clone();
        other["actions"][0]["action_ts"] = Value::from("1700000009.000001");
        slack.does(w, &press).await;
        slack.does(w, &press).await;
        slack.does(w, &other).await;
        assert_eq!(w.balance("acme").await, (2_000, 450));
    });
}

#[test]
fn whoever_types_again_after_a_time_out_is_asked() {
    World::run_on_slack(async |w, slack| {
        let line = "/addcredit mms acme 500";
        assert_eq!(slack.types_again_after_a_time_out(w, SAM, line).await, Typed::Reply);
        let asks = slack.last(SAM);
        assert_eq!(asks.only_for.as_deref(), Some(SAM));
        assert!(asks.text.contains("Again?") && asks.text.contains("time-out"), "{}", asks.text);
        assert_eq!(w.balance("acme").await, (2_000, 900), "once is right");
        slack.presses(w, SAM, "Cancel").await;
        assert_eq!(w.balance("acme").await, (2_000, 900));
    });
}

#[test]
fn what_people_call_themselves_is_harmless() {
    World::run_on_slack(async |w, slack| {
        let names = [
            "Bob \"the <!channel>\" & Sons",
            "@everyone <@U1> `x` ```y```",
            "<https://evil.example|click> https://evil.example",
            "🚕 Täxi *bold* _x_ ~y~",
            "مرحبا \u{202E}evil\u{202C} Ltd",
        ];
        for (at, name) in names.iter().enumerate() {
            w.does(&format!("/client new '{name}' a{at}@x.example login:odd{at}")).await;
            w.does(&format!("/client activate odd{at}")).await;
            slack.types(w, SAM, &format!("/client view odd{at}")).await;
            slack.types(w, SAM, &format!("/addcredit sms odd{at} 10 `reason` <!here>")).await;
            slack.presses(w, SAM, "Confirm").await;
            slack.types(w, SAM, &format!("/statement odd{at}")).await;
        }
        for message in slack.seen_by(SAM) {
            let all = message.all();
            for bad in ["<!channel", "<!here", "<!everyone", "<@", "<http", "://", "```"] {
                assert!(!all.contains(bad), "{bad}: {all}");
            }
            assert!(!all.contains('\u{202E}'), "{all}");
            // Code spans are whole.
            for block in &message.blocks {
                let text = block["text"]["text"].as_str().unwrap_or_default();
                assert!(text.matches('`').count().is_multiple_of(2), "{text}");
            }
        }
    });
}

#[test]
fn a_file_goes_to_whoever_asked_for_it() {
    World::run_on_slack(async |w, slack| {
        assert_eq!(slack.types(w, SAM, "/statement acme csv").await, Typed::Taken);
        w.local.answer_late().await;
        let files = slack.files();
        let [(channel, name, bytes)] = &files[..] else { panic!("{files:?}") };
        assert_eq!(channel, &format!("D{SAM}"), "a channel's other members do not see it");
        assert!(name.starts_with("statement-acme-"), "{name}");
        assert!(String::from_utf8_lossy(bytes).starts_with("\u{feff}entry,at,op,"));
        let said = slack.last(SAM);
        assert!(said.all().contains("direct messages"), "{}", said.all());
        assert_eq!(said.only_for.as_deref(), Some(SAM));
    });
}

#[test]
fn a_file_that_cannot_be_sent_is_shown_as_far_as_it_fits() {
    World::run_on_slack(async |w, slack| {
        slack.fails("files.completeUploadExternal", "channel_not_found");
        slack.types(w, SAM, "/statement acme csv").await;
        w.local.answer_late().await;
        assert!(slack.files().is_empty());
        let said = slack.last(SAM).all();
        assert!(said.contains("could not be sent as a file"), "{said}");
        assert!(said.contains("```entry,at,op,"), "{said}");
    });
}

#[test]
fn a_reply_is_sent_again_only_where_slack_has_not_taken_it() {
    World::run_on_slack(async |w, slack| {
        slack.types(w, SAM, "/addcredit mms acme 500").await;
        slack.refuses(&[429]);
        slack.presses(w, SAM, "View client").await;
        w.local.answer_late().await;
        assert_eq!(slack.seen_by(SAM).len(), 2, "{}", slack.transcript());
        // Nobody knows whether this one was taken.
        slack.refuses(&[500]);
        slack.presses(w, SAM, "View client").await;
        w.local.answer_late().await;
        assert_eq!(slack.seen_by(SAM).len(), 2, "{}", slack.transcript());
    });
}

#[test]
fn an_address_that_is_used_up_is_made_up_for() {
    World::run_on_slack(async |w, slack| {
        slack.types(w, SAM, "/addcredit mms acme 500").await;
        let press = slack.press(SAM, "View client");
        slack.hooks_are_used_up();
        slack.does(w, &press).await;
        w.local.answer_late().await;
        assert_eq!(slack.calls(), ["chat.postEphemeral"]);
        assert!(slack.last(SAM).text.contains("ACME Ltd"), "{}", slack.transcript());
        assert_eq!(slack.last(SAM).only_for.as_deref(), Some(SAM));
        let undo = slack.press(SAM, "Undo");
        slack.does(w, &undo).await;
        let confirm = slack.press(SAM, "Confirm");
        slack.hooks_are_used_up();
        slack.does(w, &confirm).await;
        w.local.answer_late().await;
        assert_eq!(slack.calls(), ["chat.postEphemeral", "chat.postMessage"]);
        assert_eq!(slack.last("U8").only_for, None);
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn an_operation_is_shown_from_its_message() {
    World::run_on_slack(async |w, slack| {
        slack.types(w, SAM, "/addcredit mms acme 500").await;
        let receipt = slack.last(SAM);
        w.does("/role grant slack:T1:U9 auditor Ada").await;
        slack.types(w, SAM, "/addcredit sms acme 500").await;
        slack.shows_operation(w, "U9", &receipt).await;
        let shown = slack.last("U9");
        assert_eq!(shown.only_for.as_deref(), Some("U9"));
        assert!(
            shown.text.contains("/addcredit mms") || shown.text.contains("500 MMS"),
            "{}",
            shown.text
        );
        assert!(!shown.text.contains("500 SMS"), "only that one: {}", shown.text);
        let mut nothing = receipt.clone();
        (nothing.text, nothing.blocks) = ("good morning".to_owned(), Vec::new());
        slack.shows_operation(w, "U9", &nothing).await;
        assert!(slack.last("U9").text.contains("no operation"), "{}", slack.transcript());
    });
}

#[test]
fn slacks_own_checks_are_answered_on_every_address() {
    World::run(async |w| {
        let now = w.local.clock().now().as_second();
        for path in ["/slack/commands", "/slack/interactions", "/slack/options"] {
            let form = [("content-type".to_owned(), super::FORM.to_owned())];
            let reply = w.post(path, &form, b"ssl_check=1&token=x").await;
            assert_eq!((reply.status, reply.body.as_str()), (200, ""), "{path}");
            let asked = br#"{"token":"x","challenge":"3eZbrw1aB10F","type":"url_verification"}"#;
            let mut headers = super::headers(super::SECRET, now, asked);
            headers[0].1 = "application/json".to_owned();
            let reply = w.post(path, &headers, asked).await;
            assert_eq!(
                (reply.status, reply.body.as_str()),
                (200, r#"{"challenge":"3eZbrw1aB10F"}"#)
            );
            headers[2].1 = format!("v0={}", "0".repeat(64));
            assert_eq!(w.post(path, &headers, asked).await.status, 401, "{path}");
            assert_eq!(w.post(path, &form, b"payload=%7B%7D").await.status, 401, "{path}");
            let empty = super::headers(super::SECRET, now, b"payload=%7B%7D");
            assert_eq!(w.post(path, &empty, b"payload=%7B%7D").await.status, 400, "{path}");
        }
    });
}

#[test]
fn the_manifest_is_kept_for_other_readers() {
    let folder = crate::layout::root().join("target/payloads/slack");
    std::fs::create_dir_all(&folder).unwrap();
    let out = crate::program::creditdesk(&[
        "commands",
        "--format",
        "slack",
        "--url",
        "https://credits.example",
    ]);
    let manifest: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!(
        manifest["settings"]["interactivity"]["request_url"],
        "https://credits.example/slack/interactions"
    );
    std::fs::write(folder.join("manifest.json"), &out.stdout).unwrap();
    let wrong =
        crate::program::creditdesk(&["commands", "--format", "slack", "--url", "http://x.example"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
}

#[test]
fn a_transcript_reads_like_the_channel() {
    World::run_on_slack(async |w, slack| {
        slack.types(w, SAM, "/addcredit mms acme 50 sorry for Tuesday --grant").await;
        slack.presses(w, SAM, "Confirm").await;
        w.passes(SignedDuration::from_secs(40));
        let seen = w.numbered(&slack.transcript());
        expect_test::expect![[r#"
            U7: /addcredit mms acme 50 sorry for Tuesday --grant
            desk → C0DESK (only U7): ❓ Please confirm: add 50 MMS credits to ACME Ltd (c_2), as a grant
            MMS 400 → 450 · a zero-rated invoice · by Sam · reason: sorry for Tuesday
            • It gives credits free of charge.
            Mail to ACME Ltd ten minutes later: “50 MMS credits were added to your account. Document …: nothing is to be paid.”
            Nothing was changed yet. Expires <!date^1795428600^{date_short_pretty} {time}|23 Nov 2026 10:10 UTC>.
            • `/confirm op_1` confirms it
            • `/deny op_1` cancels it
            U7 presses [Confirm]
            desk → C0DESK (everybody): ✅ Added 50 MMS credits to ACME Ltd (c_2), as a grant
            MMS 400 → 450 · invoice INV-2-0003 £0.00, nothing due · by Sam · reason: sorry for Tuesday
            op_1 · undo within 24 h: `/undo op_1`
            desk: removes the message
        "#]].assert_eq(&seen);
    });
}

//! The front end over HTTP: Slack's signature, size and form, on the real router.

use expect_test::expect;

use crate::slack;
use crate::world::World;

fn body() -> String {
    slack::command("T1", "U7", "trigger-1", "/addcredit", "mms acme 500")
}

#[test]
fn a_signed_command_is_done_once_however_often_it_arrives() {
    World::run(async |w| {
        let reply = w.slack("trigger-1", "/addcredit", "mms acme 500").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        expect![[r#"{"blocks":[{"text":{"text":"✅ Added 500 MMS credits to ACME Ltd (c_2)\nMMS 400 → 900 · invoice INV-2-0003 £30.00 due 7 Dec 2026 · by Sam","type":"mrkdwn","verbatim":true},"type":"section"},{"elements":[{"action_id":"press_0","style":"danger","text":{"emoji":false,"text":"Undo","type":"plain_text"},"type":"button","value":"v1:run:/undo op_1"},{"action_id":"press_1","text":{"emoji":false,"text":"Correct…","type":"plain_text"},"type":"button","value":"v1:fill:/correct op_1"},{"action_id":"press_2","text":{"emoji":false,"text":"Show invoice","type":"plain_text"},"type":"button","value":"v1:run:/invoice view INV-2-0003"},{"action_id":"press_3","text":{"emoji":false,"text":"View client","type":"plain_text"},"type":"button","value":"v1:run:/client view c_2"}],"type":"actions"},{"elements":[{"text":"op_1 · undo within 24 h: `/undo op_1`","type":"mrkdwn","verbatim":true}],"type":"context"}],"response_type":"in_channel","text":"✅ Added 500 MMS credits to ACME Ltd (c_2)\nMMS 400 → 900 · invoice INV-2-0003 £30.00 due 7 Dec 2026 · by Sam\nop_1 · undo within 24 h: `/undo op_1`"}"#]].assert_eq(&w.numbered(&reply.body));
        let again = w.slack("trigger-1", "/addcredit", "mms acme 500").await;
        assert_eq!(again.status, 200);
        assert!(again.body.contains("it was done once"), "{}", again.body);
        assert_eq!(w.balance("acme").await, (2_000, 900));
    });
}

#[test]
fn plans_work_over_slack_text() {
    World::run(async |w| {
        let planned = w.slack("1", "/addcredit", "mms acme 50 sorry for Tuesday --grant").await;
        assert!(planned.body.contains("confirm"), "{}", planned.body);
        let listed = w.slack("2", "/desk", "confirm").await;
        assert!(listed.body.contains("1 request waits for your confirmation"), "{}", listed.body);
        assert_eq!(w.balance("acme").await, (2_000, 400), "a list confirms nothing");
        let op = listed.body.split("/confirm ").nth(1).unwrap().split_whitespace().next().unwrap();
        let done = w.slack("3", "/desk", &format!("confirm {op}")).await;
        assert!(done.body.contains("450"), "{}", done.body);
        assert_eq!(w.balance("acme").await, (2_000, 450));
    });
}

#[test]
fn without_a_right_signature_nothing_is_read() {
    World::run(async |w| {
        let body = body();
        let now = w.local.clock().now().as_second();
        let good = slack::headers(slack::SECRET, now, body.as_bytes());
        let with = |name: &str, value: &str| {
            let mut headers: Vec<_> = good.iter().filter(|(n, _)| n != name).cloned().collect();
            headers.push((name.to_owned(), value.to_owned()));
            headers
        };
        let without =
            |name: &str| -> Vec<_> { good.iter().filter(|(n, _)| n != name).cloned().collect() };
        let doubled = |name: &str, value: &str| {
            let mut headers = good.clone();
            headers.push((name.to_owned(), value.to_owned()));
            headers
        };
        let (sign, time) = ("x-slack-signature", "x-slack-request-timestamp");
        let other = slack::signature("another secret", &now.to_string(), body.as_bytes());
        let tampered = slack::headers(slack::SECRET, now, b"team_id=T1");
        let right = good.iter().find(|(n, _)| n == sign).unwrap().1.clone();
        let cases = [
            ("missing signature", without(sign)),
            ("missing time", without(time)),
            ("another secret", with(sign, &other)),
            ("another body", tampered),
            ("an empty signature", with(sign, "")),
            ("no version", with(sign, right.trim_start_matches("v0="))),
            ("cut off", with(sign, &right[..20])),
            ("not hex", with(sign, "v0=zz")),
            ("upper case version", with(sign, &right.replace("v0", "V0"))),
            ("six minutes old", slack::headers(slack::SECRET, now - 301, body.as_bytes())),
            ("six minutes early", slack::headers(slack::SECRET, now + 310, body.as_bytes())),
            ("no number", with(time, "abc")),
            ("a signed number", with(time, &format!("+{now}"))),
            ("huge", with(time, "99999999999999999999")),
            ("negative", with(time, &format!("-{now}"))),
            ("doubled signature, wrong last", doubled(sign, &other)),
            ("doubled time", doubled(time, &now.to_string())),
        ];
        for (case, headers) in cases {
            let reply = w.post("/slack/commands", &headers, body.as_bytes()).await;
            assert_eq!(reply.status, 401, "{case}: {reply:?}");
        }
        assert_eq!(w.balance("acme").await, (2_000, 400), "nothing of it was done");
        let reply = w.post("/slack/commands", &good, body.as_bytes()).await;
        assert_eq!(reply.status, 200, "and the right one is: {reply:?}");
    });
}

#[test]
fn a_body_above_256_kib_is_refused_and_one_just_below_is_read() {
    World::run(async |w| {
        let now = w.local.clock().now().as_second();
        let sized = |size: usize| {
            let mut body = body();
            body.push_str("&filler=");
            body.push_str(&"x".repeat(size - body.len()));
            body.into_bytes()
        };
        for (size, status) in [(256 * 1024, 200), (256 * 1024 + 1, 413), (1024 * 1024, 413)] {
            let body = sized(size);
            let headers = slack::headers(slack::SECRET, now, &body);
            let reply = w.post("/slack/commands", &headers, &body).await;
            assert_eq!(reply.status, status, "{size} bytes");
        }
        assert_eq!(w.balance("acme").await, (2_000, 900), "one of them was done");
    });
}

#[test]
fn a_signed_body_of_another_form_is_refused() {
    World::run(async |w| {
        let now = w.local.clock().now().as_second();
        let json = br#"{"team_id":"T1"}"#;
        let mut headers = slack::headers(slack::SECRET, now, json);
        headers[0].1 = "application/json".to_owned();
        assert_eq!(w.post("/slack/commands", &headers, json).await.status, 415);
        for body in ["", "team_id=T1", "team_id=T1&user_id=U7&command=%2Fx", "%ff=%fe"] {
            let headers = slack::headers(slack::SECRET, now, body.as_bytes());
            let reply = w.post("/slack/commands", &headers, body.as_bytes()).await;
            assert_eq!(reply.status, 400, "{body}: {reply:?}");
        }
    });
}

#[test]
fn a_display_name_is_no_identity() {
    World::run(async |w| {
        let reply = slack::command("T1", "U8", "1", "/balance", "acme");
        let reply = reply.replace("user_name=somebody", "user_name=U7");
        let now = w.local.clock().now().as_second();
        let headers = slack::headers(slack::SECRET, now, reply.as_bytes());
        let reply = w.post("/slack/commands", &headers, reply.as_bytes()).await;
        assert_eq!(reply.status, 200);
        assert!(reply.body.contains("not linked"), "{}", reply.body);
    });
}

#[test]
fn the_server_says_that_it_lives_and_knows_no_other_paths() {
    World::run(async |w| {
        let address = w.address().await;
        let get = async |path: &str| crate::http::send(address, "GET", path, &[], b"").await;
        assert_eq!(get("/healthz").await.status, 200);
        assert_eq!(get("/slack/commands").await.status, 405);
        assert_eq!(get("/nowhere").await.status, 404);
    });
}

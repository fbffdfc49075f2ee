//! The door: signature, size, form; what is no interaction of ours.

use serde_json::{Value, json};

use super::GUILD;
use crate::http::Response;
use crate::world::World;

async fn post(w: &World, headers: &[(String, String)], body: &[u8]) -> Response {
    w.post("/discord/interactions", headers, body).await
}

#[test]
fn a_ping_is_answered_however_little_of_it_there_is() {
    World::run_on_discord(async |w, d| {
        let reply = d.send(w, &json!({ "type": 1 })).await;
        assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"type":1}"#));
    });
}

#[test]
fn without_a_right_signature_nothing_is_read() {
    World::run_on_discord(async |w, d| {
        let dora = d.person(w, "101");
        let add =
            dora.command("addcredit mms", &[("client", json!("c_2")), ("amount", json!(500))]);
        let body = add.to_string();
        let now = w.local.clock().now().as_second();
        let good = d.headers(&now.to_string(), body.as_bytes());
        let (sign, time) = ("x-signature-ed25519", "x-signature-timestamp");
        let without = |name: &str| -> Vec<_> {
            good.iter().filter(|(known, _)| known != name).cloned().collect()
        };
        let and = |mut headers: Vec<(String, String)>, name: &str, value: &str| {
            headers.push((name.to_owned(), value.to_owned()));
            headers
        };
        let with = |name: &str, value: &str| and(without(name), name, value);
        let right = good.iter().find(|(name, _)| name == sign).unwrap().1.clone();
        let signed_at = |at: &str| d.headers(at, body.as_bytes());
        let plus = format!("+{}", &right[1..]);
        let cases = [
            ("missing signature", without(sign)),
            ("missing time", without(time)),
            ("no headers", Vec::new()),
            ("another body", d.headers(&now.to_string(), b"{}")),
            ("another time", with(time, &(now - 1).to_string())),
            ("an empty signature", with(sign, "")),
            ("cut off", with(sign, &right[..64])),
            ("not hex", with(sign, &"zz".repeat(64))),
            ("a sign before a digit", with(sign, &plus)),
            ("zeros", with(sign, &"00".repeat(64))),
            ("301 s old", signed_at(&(now - 301).to_string())),
            ("310 s early", signed_at(&(now + 310).to_string())),
            ("no number", signed_at("abc")),
            ("a signed number", signed_at(&format!("+{now}"))),
            ("negative", signed_at(&format!("-{now}"))),
            ("huge", signed_at("99999999999999999999")),
            ("doubled signature", and(good.clone(), sign, &right)),
            ("doubled time", and(good.clone(), time, &now.to_string())),
        ];
        for (case, headers) in cases {
            let reply = post(w, &headers, body.as_bytes()).await;
            assert_eq!(reply.status, 401, "{case}: {reply:?}");
            // Nor is a PING answered.
            let reply = post(w, &headers, br#"{"type":1}"#).await;
            assert_eq!(reply.status, 401, "{case}: {reply:?}");
        }
        assert_eq!(w.balance("acme").await, (2_000, 400), "nothing of it was done");
        let reply = post(w, &good, body.as_bytes()).await;
        assert_eq!(reply.status, 200, "and the right one is: {reply:?}");
        let upper = with(sign, &right.to_uppercase());
        let again = post(w, &upper, body.as_bytes()).await;
        assert_eq!(again.status, 200);
        assert_eq!(w.balance("acme").await, (2_000, 900), "once");
    });
}

#[test]
fn without_a_key_everything_is_refused() {
    World::run(async |w| {
        let reply = post(w, &[], br#"{"type":1}"#).await;
        assert_eq!(reply.status, 401);
        assert!(reply.body.contains("DISCORD_PUBLIC_KEY"), "{reply:?}");
        let off = w.local.front_ends_off();
        assert_eq!(off, ["Discord is off: DISCORD_PUBLIC_KEY is not set"]);
    });
}

#[test]
fn size_and_form_are_looked_at_in_this_order() {
    World::run_on_discord(async |w, d| {
        let now = w.local.clock().now().as_second().to_string();
        let large = vec![b' '; 256 * 1024 + 1];
        assert_eq!(post(w, &[], &large).await.status, 413, "before the signature");
        for body in ["", "{", "\u{0}", "[[[["] {
            let headers = d.headers(&now, body.as_bytes());
            assert_eq!(post(w, &headers, body.as_bytes()).await.status, 400, "{body}");
            assert_eq!(post(w, &[], body.as_bytes()).await.status, 401, "{body}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(post(w, &d.headers(&now, deep.as_bytes()), deep.as_bytes()).await.status, 400);
        let body = br#"{"type":2}"#;
        let mut headers = d.headers(&now, body);
        headers[0].1 = "text/plain".to_owned();
        assert_eq!(post(w, &headers, body).await.status, 415);
        headers[1].1 = "00".repeat(64);
        assert_eq!(post(w, &headers, body).await.status, 401);
    });
}

#[test]
fn what_is_signed_and_cannot_be_read_is_answered_with_a_sentence() {
    World::run_on_discord(async |w, d| {
        let whole = d.person(w, "101").command("whoami", &[]);
        let broken = |field: &str, value: Value| {
            let mut body = whole.clone();
            body[field] = value;
            body
        };
        for (body, kind, says) in [
            (json!({ "type": 2 }), 4, "members of its server"),
            (json!({ "type": 99 }), 4, "members of its server"),
            (json!([]), 4, "members of its server"),
            (json!({ "type": 4 }), 8, "choices"),
            (broken("type", json!(99)), 4, "cannot read"),
            (broken("data", json!(7)), 4, "no command"),
            (broken("id", json!("seven")), 4, "cannot read"),
            (broken("member", Value::Null), 4, "members of its server"),
            (broken("guild_id", Value::Null), 4, "members of its server"),
            (broken("application_id", json!("1")), 4, "does not work in this server"),
        ] {
            let reply = d.send(w, &body).await;
            assert_eq!(reply.status, 200, "{body}");
            let answer: Value = serde_json::from_str(&reply.body).unwrap();
            assert_eq!(answer["type"], kind, "{body}");
            assert!(reply.body.contains(says), "{body}: {}", reply.body);
            if kind == 4 {
                assert_eq!(answer["data"]["flags"], 64, "{body}");
            }
        }
    });
}

#[test]
fn a_display_name_is_no_identity() {
    World::run_on_discord(async |w, d| {
        // The member is called “owner”, and is not linked.
        let said = d.person(w, "666").runs("balance", &[("client", json!("acme"))]).await;
        assert!(said.private && said.text().contains("not linked"), "{}", said.text());
        let elsewhere = w.says_as(&format!("discord:{GUILD}1:101"), "/whoami").await;
        assert!(elsewhere.contains("not linked"), "the same user in another guild: {elsewhere}");
    });
}

//! The events in which AWS wraps a request, each with the body as text and in base 64, and with the
//! names of headers in any case: whatever stands before the desk, both platforms are understood. The
//! signatures are not our own: one is Slack's example, the others were made with PyNaCl.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use jiff::Timestamp;
use runtime::http::BODY_MAX;
use runtime::lambda::at_its_route;
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use crate::chat::Chat;
use crate::chat::tests::Scripted;
use crate::discord::{self, DiscordState};
use crate::handover::{Handover, NotHandedOver, Workers};
use crate::outgoing::{Bases, Outgoing};
use crate::slack::{self, BUDGET, SlackState};

/// When all of them were signed.
const SENT: &str = "1531420618";

const SLACK_SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const SLACK_BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
const SLACK_SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

/// Of the key whose seed is the bytes 0 to 31.
const DISCORD_KEY: &str = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
const PING: &str = r#"{"type":1}"#;
const PING_SIGNATURE: &str = "d2fbc2e35c48159c71f31248f494778bfbd9ad918215e4157843932968104c1a56160a83890aabdba7403bce2e0514e7bed1ecef654940e3f8c81d9a57e0bb0e";
const COMMAND: &str = r#"{"type":2,"id":"467036664758272001","application_id":"77","token":"t","guild_id":"5","channel_id":"6","member":{"user":{"id":"9"}},"data":{"id":"3","name":"help","type":1,"options":[{"name":"what","type":3,"value":"addcredit mms — “x” 🚕"}]}}"#;
const COMMAND_SIGNATURE: &str = "1dadf80ba7c38246c650b6b63ebedb9702f16518571cef66f4399cabc57c6d56ffa3787523e12890ee318240256fc4b7dff347fa161ecce5fcab30b016bff204";

/// Nobody takes what takes longer.
struct Nobody;

impl Workers for Nobody {
    fn hand_over<'a>(
        &'a self,
        _: &'a Handover,
    ) -> Pin<Box<dyn Future<Output = Result<(), NotHandedOver>> + Send + 'a>> {
        Box::pin(async { Err(NotHandedOver("there is none".to_owned())) })
    }
}

/// Both front ends, so many seconds after everything was signed.
fn desk(later: i64) -> Router {
    let at = Timestamp::from_second(SENT.parse::<i64>().unwrap().saturating_add(later)).unwrap();
    let chat = Chat::new(Scripted::new([]));
    let slack = SlackState {
        chat: chat.clone(),
        secrets: runtime::secret::secrets(SLACK_SECRET),
        now: Arc::new(move || at),
        workers: Arc::new(Nobody),
        outgoing: Outgoing::new(Bases::default()),
        bot_token: None,
        budget: BUDGET,
    };
    let discord = DiscordState {
        chat,
        workers: Arc::new(Nobody),
        keys: discord::keys(DISCORD_KEY).0,
        application: Some("77".to_owned()),
        guilds: vec!["5".to_owned()],
        now: Arc::new(move || at),
    };
    slack::router(slack).merge(discord::router(discord))
}

/// A request of a platform.
#[derive(Clone, Copy)]
struct Posted {
    at: &'static str,
    body: &'static str,
    headers: [(&'static str, &'static str); 3],
}

fn by_slack() -> Posted {
    Posted {
        at: "/slack/commands",
        body: SLACK_BODY,
        headers: [
            ("X-Slack-Request-Timestamp", SENT),
            ("X-Slack-Signature", SLACK_SIGNATURE),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ],
    }
}

fn by_discord(body: &'static str, signature: &'static str) -> Posted {
    Posted {
        at: "/discord/interactions",
        body,
        headers: [
            ("X-Signature-Timestamp", SENT),
            ("X-Signature-Ed25519", signature),
            ("Content-Type", "application/json"),
        ],
    }
}

fn event(shape: &str, base64: bool, name: fn(&str) -> String, posted: &Posted) -> String {
    let headers: Map<String, Value> =
        posted.headers.iter().map(|(key, value)| (name(key), json!(value))).collect();
    let bytes = posted.body.as_bytes();
    let body = if base64 { data_encoding::BASE64.encode(bytes) } else { posted.body.to_owned() };
    let at = posted.at;
    let second = |stage: &str, path: &str| {
        json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
            "headers": headers, "body": body, "isBase64Encoded": base64,
            "requestContext": {
                "accountId": "123456789012", "apiId": "api", "domainName": "api.example",
                "domainPrefix": "api", "requestId": "id", "routeKey": "$default",
                "stage": stage, "time": "12/Mar/2020:19:03:58 +0000",
                "timeEpoch": 1_583_348_638_390_u64,
                "http": {
                    "method": "POST", "path": path, "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.1", "userAgent": "agent",
                },
            },
        })
    };
    let first = |stage: &str| {
        json!({
            "resource": at, "path": at, "httpMethod": "POST", "headers": headers,
            "multiValueHeaders": headers.iter()
                .map(|(key, value)| (key.clone(), json!([value]))).collect::<Map<_, _>>(),
            "queryStringParameters": null, "multiValueQueryStringParameters": null,
            "pathParameters": null, "stageVariables": null,
            "body": body, "isBase64Encoded": base64,
            "requestContext": {
                "accountId": "123456789012", "apiId": "api", "httpMethod": "POST",
                "path": format!("/{stage}{at}"), "protocol": "HTTP/1.1", "requestId": "id",
                "resourceId": "r", "resourcePath": at, "stage": stage,
                "requestTimeEpoch": 1_583_348_638_390_u64,
                "identity": { "sourceIp": "192.0.2.1", "userAgent": "agent" },
            },
        })
    };
    let event = match shape {
        "REST API" => first("prod"),
        // A stage that is called as the paths begin.
        "REST API, stage slack" => first("slack"),
        "HTTP API" => second("$default", at),
        "HTTP API, stage prod" => second("prod", &format!("/prod{at}")),
        "function URL" => {
            let mut event = second("$default", at);
            event["requestContext"]["authorizer"] = json!({ "iam": null });
            event["requestContext"]["domainName"] = json!("id.lambda-url.eu-west-2.on.aws");
            event
        }
        other => panic!("{other}"),
    };
    event.to_string()
}

const SHAPES: [&str; 5] =
    ["REST API", "REST API, stage slack", "HTTP API", "HTTP API, stage prod", "function URL"];

async fn asked(desk: Router, event: &str) -> (u16, String) {
    let request = at_its_route(lambda_http::request::from_str(event).unwrap());
    let answer = desk.oneshot(request.map(Body::new)).await.unwrap();
    let status = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), BODY_MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_request_is_the_same_in_whatever_event_it_comes() {
    let as_it_is = |name: &str| name.to_owned();
    let lower = |name: &str| name.to_lowercase();
    let upper = |name: &str| name.to_uppercase();
    let posted = [
        (by_slack(), "I don’t know “webhook-collect”"),
        (by_discord(PING, PING_SIGNATURE), PING),
        (by_discord(COMMAND, COMMAND_SIGNATURE), "Add MMS credits"),
    ];
    for shape in SHAPES {
        for base64 in [false, true] {
            for name in [as_it_is as fn(&str) -> String, lower, upper] {
                for (posted, says) in &posted {
                    let case = format!("{} in {shape}, {base64}, {}", posted.at, name("Name"));
                    let (status, body) = asked(desk(0), &event(shape, base64, name, posted)).await;
                    assert!(status == 200 && body.contains(says), "{case}: {status} {body}");
                    // What holds for one body holds for no other.
                    let other = Posted { body: r#"{"type": 1}"#, ..*posted };
                    let (status, body) = asked(desk(0), &event(shape, base64, name, &other)).await;
                    assert_eq!(status, 401, "{case}: {body}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_signature_holds_for_five_minutes_to_the_second() {
    let as_it_is = |name: &str| name.to_owned();
    for posted in [by_slack(), by_discord(PING, PING_SIGNATURE)] {
        for (later, expected) in [(0, 200), (300, 200), (-300, 200), (301, 401), (-301, 401)] {
            let (status, body) =
                asked(desk(later), &event("HTTP API", true, as_it_is, &posted)).await;
            assert_eq!(status, expected, "{} {later} s later: {body}", posted.at);
        }
    }
}

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use runtime::http::BODY_MAX;
use shared::contract::call::{Call, Outcome};
use shared::kernel::actor::Caller;
use shared::kernel::spec::Function;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use shared::kernel::id::CallKey;

use super::text::mrkdwn;
use super::*;
use crate::chat::Attachment;
use crate::chat::tests::{Scripted, added};
use crate::command::Input;
use crate::functions::{Answering, Functions};
use crate::handover::NotHandedOver;
use crate::outgoing::Bases;
use crate::view::{Mark, Pick, Suggestion, Text, Weight};

/// Slack's own example.
const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const SENT: &str = "1531420618";
const BODY: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
const SIGNATURE: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
const FORM: &str = "application/x-www-form-urlencoded";

fn sign(secret: &str, sent: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{sent}:").as_bytes());
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("v0={hex}")
}

/// Nobody takes what takes longer.
struct Nobody;

impl Workers for Nobody {
    fn hand_over<'a>(
        &'a self,
        _: &'a Handover,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), NotHandedOver>> + Send + 'a>> {
        Box::pin(async { Err(NotHandedOver("there is none".to_owned())) })
    }
}

fn message(view: &View, file: Option<&Attachment>) -> Value {
    Message::drawn(view, file, Files::Shown).body()
}

struct Served {
    address: SocketAddr,
}

fn state(functions: Arc<dyn Functions>, secrets: &str) -> SlackState {
    let at: Timestamp = Timestamp::from_second(SENT.parse().unwrap()).unwrap();
    SlackState {
        chat: Chat::new(functions),
        secrets: runtime::secret::secrets(secrets),
        now: Arc::new(move || at),
        workers: Arc::new(Nobody),
        outgoing: Outgoing::new(Bases::default()),
        bot_token: None,
        budget: BUDGET,
    }
}

async fn serve(functions: Arc<dyn Functions>, secrets: &str) -> Served {
    let state = state(functions, secrets);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router(state)).await });
    Served { address }
}

impl Served {
    /// Sends a request as it stands and returns status and body.
    async fn raw(&self, request: Vec<u8>) -> (u16, String) {
        let address = self.address;
        let exchange = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            // A server that refuses a large body may close before all of it was sent.
            let _ = stream.write_all(&request);
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            String::from_utf8_lossy(&answer).into_owned()
        };
        let answer = tokio::task::spawn_blocking(exchange).await.unwrap();
        let status = answer.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, body.to_owned())
    }

    async fn post(&self, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
        let mut request = format!(
            "POST /slack/commands HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        let mut request = request.into_bytes();
        request.extend_from_slice(body);
        self.raw(request).await
    }

    async fn signed(&self, body: &str) -> (u16, Value) {
        let signature = sign(SECRET, SENT, body.as_bytes());
        let (status, body) = self.post(&signed_headers(&signature, FORM), body.as_bytes()).await;
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }
}

fn signed_headers<'a>(signature: &'a str, media: &'a str) -> [(&'a str, &'a str); 3] {
    [("X-Slack-Request-Timestamp", SENT), ("X-Slack-Signature", signature), ("Content-Type", media)]
}

fn command(command: &str, text: &str) -> String {
    serde_urlencoded::to_string([
        ("team_id", "T1"),
        ("user_id", "U9"),
        ("user_name", "root"),
        ("command", command),
        ("text", text),
        ("trigger_id", "13345224609.738474920.8088930838d88f008e0"),
        ("response_url", "https://hooks.slack.com/commands/T1/2/3"),
    ])
    .unwrap()
}

#[test]
fn action_of_a_person_of_another_workspace_is_not_taken() {
    let action = |own: &str| {
        let user = json!({ "id": "U9", "team_id": own });
        json!({ "type": "view_closed", "team": { "id": "T1" }, "user": user }).to_string()
    };

    assert!(SlackRequest::read(&action("T1")).is_some());
    assert!(SlackRequest::read(&action("T2")).is_none());
}

#[test]
fn slacks_own_example_holds() {
    assert_eq!(sign(SECRET, SENT, BODY.as_bytes()), SIGNATURE);
}

#[tokio::test]
async fn a_signed_command_is_carried_out_for_the_one_who_typed_it() {
    let functions = Scripted::new([Ok(Outcome::Done(added()))]);
    let served = serve(functions.clone(), SECRET).await;
    let (status, reply) =
        served.signed(&command("/addcredit", "mms acme 500 monthly top-up")).await;
    assert_eq!(status, 200);
    let [(Function::Credits, call)] = &functions.asked()[..] else { panic!() };
    assert_eq!(call.by, Caller::Chat("slack:T1:U9".parse().unwrap()));
    let key = CallKey::new("slack:T1", "13345224609.738474920.8088930838d88f008e0");
    assert_eq!(call.key, key);
    // A committed write is for everybody.
    assert_eq!(reply["response_type"], "in_channel");
    let text = reply["text"].as_str().unwrap();
    assert!(text.starts_with("✅ Added 500 MMS credits to ACME Ltd (c_1042)\n"), "{text}");
    assert!(reply["blocks"][0]["text"]["text"].as_str().unwrap().contains("MMS 120 → 620"));
}

#[tokio::test]
async fn the_umbrella_command_and_mistakes_are_private() {
    let served = serve(Scripted::new([]), SECRET).await;
    for (slash, text, expected) in [
        ("/desk", "help addcredit mms", "Add MMS credits"),
        ("/desk", "help all", "All commands"),
        ("/desk", "adcredit mms acme 500", "Did you mean addcredit?"),
        ("/adcredit", "mms acme 500", "Did you mean addcredit?"),
        ("/addcredit", "mms acme", "How many?"),
    ] {
        let (status, reply) = served.signed(&command(slash, text)).await;
        assert_eq!((status, &reply["response_type"]), (200, &json!("ephemeral")), "{slash} {text}");
        assert!(reply.to_string().contains(expected), "{reply}");
    }
}

#[tokio::test]
async fn nothing_gets_in_without_a_signature_that_holds() {
    let served = serve(Scripted::new([]), SECRET).await;
    let body = BODY.as_bytes();
    let upper = SIGNATURE.to_uppercase().replace("V0", "v0");
    let late = sign(SECRET, "1531420919", body);
    let early = sign(SECRET, "1531420317", body);
    let edge = sign(SECRET, "1531420918", body);
    let word = sign(SECRET, "abc", body);
    let plus = sign(SECRET, "+1531420618", body);
    let other = sign("another secret", SENT, body);
    let none = sign("", SENT, body);
    let stamp = "X-Slack-Request-Timestamp";
    let signature = "X-Slack-Signature";
    type Row<'a> = (&'a str, Vec<(&'a str, &'a str)>, u16);
    let rows: Vec<Row<'_>> = vec![
        ("right", vec![(stamp, SENT), (signature, SIGNATURE)], 200),
        (
            "lower-case header names",
            vec![("x-slack-request-timestamp", SENT), ("x-slack-signature", SIGNATURE)],
            200,
        ),
        ("just in time", vec![(stamp, "1531420918"), (signature, &edge)], 200),
        ("no headers", vec![], 401),
        ("no signature", vec![(stamp, SENT)], 401),
        ("no time", vec![(signature, SIGNATURE)], 401),
        ("wrong secret", vec![(stamp, SENT), (signature, &other)], 401),
        ("empty secret", vec![(stamp, SENT), (signature, &none)], 401),
        ("301 s late", vec![(stamp, "1531420919"), (signature, &late)], 401),
        ("301 s early", vec![(stamp, "1531420317"), (signature, &early)], 401),
        ("time is a word", vec![(stamp, "abc"), (signature, &word)], 401),
        ("time with a sign", vec![(stamp, "+1531420618"), (signature, &plus)], 401),
        ("doubled time", vec![(stamp, SENT), (stamp, SENT), (signature, SIGNATURE)], 401),
        (
            "doubled signature",
            vec![(stamp, SENT), (signature, SIGNATURE), (signature, SIGNATURE)],
            401,
        ),
        ("upper case", vec![(stamp, SENT), (signature, &upper)], 401),
        (
            "other version",
            vec![
                (stamp, SENT),
                (signature, "v1=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
            ],
            401,
        ),
        ("too short", vec![(stamp, SENT), (signature, "v0=a2114d")], 401),
        (
            "no hexadecimal",
            vec![
                (stamp, SENT),
                (signature, "v0=zz114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
            ],
            401,
        ),
        ("empty", vec![(stamp, ""), (signature, "")], 401),
    ];
    for (what, mut headers, expected) in rows {
        headers.push(("Content-Type", FORM));
        assert_eq!(served.post(&headers, body).await.0, expected, "{what}");
    }
    // One byte more, and it is another body.
    let headers = signed_headers(SIGNATURE, FORM);
    assert_eq!(served.post(&headers, format!("{BODY}&").as_bytes()).await.0, 401);
}

#[tokio::test]
async fn either_of_two_secrets_holds_and_no_secret_is_off() {
    let served = serve(Scripted::new([]), &format!("the next one, {SECRET}")).await;
    assert_eq!(served.signed(BODY).await.0, 200);
    for none in ["", " , "] {
        let served = serve(Scripted::new([]), none).await;
        let signature = sign("", SENT, BODY.as_bytes());
        let (status, text) = served.post(&signed_headers(&signature, FORM), BODY.as_bytes()).await;
        assert_eq!(status, 401);
        assert!(text.contains("Slack is off"), "{text}");
    }
}

#[tokio::test]
async fn a_body_is_judged_after_its_signature() {
    let served = serve(Scripted::new([]), SECRET).await;
    let signature = sign(SECRET, SENT, b"{}");
    assert_eq!(served.post(&signed_headers(&signature, "application/json"), b"{}").await.0, 415);
    assert_eq!(served.post(&signed_headers("v0=00", "application/json"), b"{}").await.0, 401);
    let charset = signed_headers(SIGNATURE, "application/x-www-form-urlencoded; charset=utf-8");
    assert_eq!(served.post(&charset, BODY.as_bytes()).await.0, 200);
    for body in [
        "",
        "x",
        "team_id=T1&user_id=U9&command=/desk",
        "team_id=T1&user_id=U%209&command=/desk&trigger_id=1",
        "team_id=&user_id=U9&command=/desk&trigger_id=1",
        "team_id=T1&user_id=U9&command=/desk&trigger_id=",
        "team_id=T1&user_id=U9&command=/desk&trigger_id=1",
    ] {
        assert_eq!(served.signed(body).await.0, 400, "{body:?}");
    }
    let broken: &[u8] = b"team_id=T1&user_id=U9&command=/desk&trigger_id=1&text=%FF\xff";
    let signature = sign(SECRET, SENT, broken);
    assert!([200, 400].contains(&served.post(&signed_headers(&signature, FORM), broken).await.0));
    assert_eq!(served.post(&[("Content-Type", FORM)], b"").await.0, 401);
}

#[tokio::test]
async fn slacks_check_of_the_certificate_does_nothing() {
    let served = serve(Scripted::new([]), SECRET).await;
    assert_eq!(
        served.post(&[("Content-Type", FORM)], b"ssl_check=1&token=x").await,
        (200, String::new())
    );
    let body = format!("{}&ssl_check=1", command("/addcredit", "mms acme 500"));
    assert_eq!(served.post(&[("Content-Type", FORM)], body.as_bytes()).await.0, 200);
    assert_eq!(served.post(&[("Content-Type", FORM)], b"ssl_check=0").await.0, 401);
}

#[tokio::test]
async fn a_large_body_is_refused_however_it_is_sent() {
    let served = serve(Scripted::new([]), SECRET).await;
    let large = vec![b'x'; BODY_MAX + 1];
    assert_eq!(served.post(&signed_headers(SIGNATURE, FORM), &large).await.0, 413);
    let mut chunked = b"POST /slack/commands HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..5 {
        chunked.extend_from_slice(b"10000\r\n");
        chunked.extend_from_slice(&vec![b'x'; 0x1_0000]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(served.raw(chunked).await.0, 413);
    let largest = vec![b'x'; BODY_MAX];
    assert_eq!(served.post(&signed_headers(SIGNATURE, FORM), &largest).await.0, 401);
}

#[tokio::test]
async fn the_desk_says_that_it_is_there() {
    let served = serve(Scripted::new([]), "").await;
    let request = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_vec();
    assert_eq!(served.raw(request).await, (200, "ok".to_owned()));
}

/// Functions that never answer.
struct Silent;

impl Functions for Silent {
    fn call<'a>(&'a self, _: Function, _: &'a Call) -> Answering<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn the_budget_ends_before_slacks_three_seconds() {
    let served = serve(Arc::new(Silent), SECRET).await;
    let began = std::time::Instant::now();
    let (status, reply) = served.signed(&command("/addcredit", "mms acme 500")).await;
    assert!(began.elapsed() < Duration::from_millis(2_900), "{:?}", began.elapsed());
    assert_eq!((status, &reply["response_type"]), (200, &json!("ephemeral")));
    let text = reply.to_string();
    let op = CallKey::new("slack:T1", "13345224609.738474920.8088930838d88f008e0").op();
    assert!(text.contains("I don’t know yet whether it was done"), "{text}");
    assert!(text.contains("do not repeat it") && text.contains(&op.to_string()), "{text}");
    assert!(!text.contains("Nothing was changed"), "{text}");
}

#[tokio::test]
async fn age_of_a_request_is_taken_from_its_time() {
    let budget = |age_ms: i64| {
        let mut headers = HeaderMap::new();
        headers.insert("x-slack-request-timestamp", SENT.parse().unwrap());
        let sent_ms = SENT.parse::<i64>().unwrap() * 1_000;
        let now = Timestamp::from_millisecond(sent_ms + age_ms).unwrap();
        let state = SlackState { now: Arc::new(move || now), ..state(Scripted::new([]), SECRET) };
        TimeLeft::of(&state, &headers).budget.as_millis()
    };
    for (age_ms, left_ms) in
        [(-5_000, 1_800), (0, 1_800), (200, 1_800), (900, 1_100), (2_000, 0), (60_000, 0)]
    {
        assert_eq!(budget(age_ms), left_ms, "{age_ms}");
    }
}

#[test]
fn what_people_wrote_cannot_ping_link_or_break_out() {
    let nasty = "<!channel> <@U1> `code` ```x``` https://evil.example & *b*\n\u{1b}[2J";
    let view =
        View::new(Mark::Done, Text::new().input(nasty)).line(Text::new().fixed("a <client> & b"));
    let reply = message(&view, None);
    let text = reply["blocks"][0]["text"]["text"].as_str().unwrap();
    assert!(!text.contains('`') && !text.contains("<!") && !text.contains("<@"), "{text}");
    assert!(!text.contains("https://") && text.contains("&lt;!channel&gt;"), "{text}");
    assert!(text.contains("a &lt;client&gt; &amp; b"), "{text}");
    assert_eq!(text.lines().count(), 2);
    assert_eq!(reply["blocks"][0]["text"]["verbatim"], true);
}

#[test]
fn what_slack_keeps_for_itself_is_typed_behind_desk() {
    let view = View::new(Mark::Answer, Text::new().fixed("x"))
        .suggest("/status", "shows it")
        .suggest("/help mms", "explains")
        .suggest("/pending", "lists");
    let reply = message(&view, None);
    let text = reply["text"].as_str().unwrap();
    assert_eq!(reply["blocks"][1]["text"]["text"], "`/desk status` shows it");
    assert!(text.contains("`/desk status`") && text.contains("`/desk help mms`"), "{text}");
    assert!(text.contains("`/pending`"), "{text}");
}

#[test]
fn a_moment_is_shown_in_the_readers_zone() {
    let at: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    assert_eq!(
        mrkdwn(&Text::new().time(at)),
        "<!date^1795428000^{date_short_pretty} {time}|23 Nov 2026 10:00 UTC>"
    );
}

#[test]
fn every_message_stays_below_slacks_limits() {
    let long = "&".repeat(10_000);
    let mut view = View::new(Mark::Answer, Text::new().input(long.clone()));
    for _ in 0..400 {
        view = view
            .line(Text::new().input("<line> & more of it, long enough to count").code(&long[..50]));
    }
    let view = view.footer(Text::new().fixed("op"));
    let file = Attachment { name: "x.csv".to_owned(), bytes: vec![b'a'; 2_000] };
    for drawn in [message(&view, None), message(&view, Some(&file))] {
        let blocks = drawn["blocks"].as_array().unwrap();
        assert!(blocks.len() <= 50);
        assert!(drawn["blocks"].to_string().len() <= message::BLOCKS_BYTES_MAX);
        for block in blocks.iter().filter(|block| block["type"] == "section") {
            let text = block["text"]["text"].as_str().unwrap();
            assert!(text.chars().count() <= 3_000);
            // No entity is cut in half.
            let rest = text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "");
            assert!(!rest.contains('&'), "{rest}");
        }
        assert!(drawn["text"].as_str().unwrap().chars().count() < 4_000);
    }
}

#[test]
fn a_small_file_is_shown_and_a_large_one_is_not() {
    let view = View::new(Mark::Answer, Text::new().fixed("x"));
    let file = |bytes: usize| Attachment { name: "s.csv".to_owned(), bytes: vec![b'a'; bytes] };
    let text = |file: &Attachment| message(&view, Some(file))["blocks"][1]["text"]["text"].clone();
    assert_eq!(text(&file(3)), "```aaa```");
    assert!(text(&file(20_000)).as_str().unwrap().contains("too large"));
}

#[test]
fn help_about_everything_fits_into_one_message() {
    for topic in ["", "mms", "addcredit mms"] {
        let reply = message(&crate::commands::desk::help::view(topic), None);
        assert!(!reply.to_string().contains("there is more"), "{topic}");
    }
}

/// A reply with everything on it that can be pressed.
fn pressable() -> View {
    let mut view = View::new(Mark::Answer, Text::new().fixed("x"))
        .suggest("/balance c_7", "shows what it has")
        .suggest("/undo <op>", "takes one of them back")
        .suggest(format!("/help {}", "x".repeat(2_000)), "is too long for a button")
        .suggest_as(("Confirm", Weight::Main), "/confirm op_0123456789abcdef", "does it")
        .offer("Undo", Weight::Danger, "/undo op_0123456789abcdef")
        .footer(Text::new().fixed("Ref"));
    let choice = |at: usize| {
        Suggestion::new(format!("/balance c_{at}"), "takes it").labelled(
            format!("{} {at} · c_{at} · {}", "A".repeat(50), "far ".repeat(9)),
            Weight::Plain,
        )
    };
    view.pick = Some(Pick { ask: "Which client?", from: (0..120).map(choice).collect() });
    view
}

#[test]
fn what_can_be_typed_can_be_pressed() {
    let reply = message(&pressable(), None);
    let blocks = reply["blocks"].as_array().unwrap();
    let kinds: Vec<&str> = blocks.iter().map(|block| block["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["section", "section", "actions", "actions", "context"], "{reply:#}");
    // The pick stands for the suggestion that it has among its own.
    let fill = &blocks[1];
    assert_eq!(fill["text"]["text"], "`/undo &lt;op&gt;` takes one of them back");
    assert_eq!(fill["accessory"]["text"]["text"], "Fill in…");
    assert_eq!(fill["accessory"]["value"], "v1:fill:/undo");
    // What is too long for a button is still there to type.
    assert!(blocks[0]["text"]["text"].as_str().unwrap().contains("is too long for a button"));
    let select = &blocks[2]["elements"][0];
    let options = select["options"].as_array().unwrap().len();
    assert!((20..=message::OPTIONS_MAX).contains(&options), "{options}");
    let option = &select["options"][3];
    assert_eq!(option["value"], "v1:run:/balance c_3");
    assert_eq!(option["text"]["text"], format!("{} 3 · c_3", "A".repeat(50)));
    assert_eq!(option["description"]["text"], "far ".repeat(9).trim());
    let [confirm, undo] = &blocks[3]["elements"].as_array().unwrap()[..] else { panic!() };
    assert_eq!(
        (&confirm["style"], &confirm["text"]["text"]),
        (&json!("primary"), &json!("Confirm"))
    );
    assert_eq!(
        (&undo["style"], &undo["value"]),
        (&json!("danger"), &json!("v1:run:/undo op_0123456789abcdef"))
    );
    assert_ne!(confirm["action_id"], undo["action_id"]);
    // Whoever sees no blocks can type all of it but what is only offered.
    for line in ["/balance c_7", "/undo &lt;op&gt;", "/confirm op_0123456789abcdef"] {
        assert!(reply["text"].as_str().unwrap().contains(line), "{line}");
    }
}

#[test]
fn many_buttons_leave_room_for_what_is_said() {
    let mut view = View::new(Mark::Answer, Text::new().input("&".repeat(2_000)));
    for at in 0..60 {
        view =
            view.suggest_as(("Run", Weight::Plain), format!("/help {at} {}", "é".repeat(200)), "x");
    }
    for _ in 0..200 {
        view = view.line(Text::new().input("\"quoted\" 🚕 ".repeat(20)));
    }
    let reply = message(&view, None);
    let bytes = reply["blocks"].to_string().len();
    assert!(bytes <= message::BLOCKS_BYTES_MAX, "{bytes}");
    assert!(bytes > 9_000, "{bytes}");
    let blocks = reply["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50);
    assert!(blocks.iter().any(|block| block["type"] == "actions"));
    assert!(reply["blocks"].to_string().contains("there is more"));
}

#[test]
fn a_file_cannot_break_out_of_its_code_block() {
    let view = View::new(Mark::Answer, Text::new().fixed("x"));
    let bytes = b"a,```<!channel>\nhttps://evil.example".to_vec();
    let text = message(&view, Some(&Attachment { name: "s.csv".to_owned(), bytes }));
    let text = text["blocks"][1]["text"]["text"].as_str().unwrap();
    assert_eq!(text, "```a,ˋˋˋ&lt;!channel&gt;\nhttps:\u{200B}//evil.example```");
}

#[test]
fn a_value_that_cannot_be_read_is_wrong_at_its_own_field() {
    let from = "slack:T1:U9".parse().unwrap();
    let wrong = |values: &[(&str, &str)]| {
        let values: Vec<(String, String)> =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        modal::wrong("v1:fill:/addcredit mms c_2", &values, &from)
    };
    let (field, why) = wrong(&[("reason", "x"), ("amount", "1.5")]).unwrap();
    assert_eq!(field, "amount");
    assert!(why.contains("1.5"), "{why}");
    assert_eq!(wrong(&[("amount", "1,000")]), None);
    assert_eq!(wrong(&[("reason", "alone")]), None, "that another one is missing is not its fault");
}

#[test]
fn a_form_is_a_modal_that_carries_what_it_is_for() {
    let from = "slack:T1:U9".parse().unwrap();
    for command in crate::commands::all() {
        let form = Form::of(&crate::grammar::Parsed::bare(command));
        let metadata = Metadata {
            token: format!("v1:fill:{}", form.line),
            channel: Some("C1".to_owned()),
            url: Pass::new("https://hooks.slack.com/actions/T1/2/3"),
            private: true,
        };
        let view = modal::draw(&form, &metadata).unwrap();
        assert!(view["title"]["text"].as_str().unwrap().chars().count() <= 24);
        let carried = view["private_metadata"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Metadata>(carried).unwrap(), metadata);
        let inputs = view["blocks"].as_array().unwrap().iter().skip(1);
        for (input, field) in inputs.zip(&form.fields) {
            assert_eq!(input["block_id"], field.name);
            let of = input["element"]["action_id"].as_str().unwrap();
            let searched = input["element"]["type"] == "external_select";
            let looked_up = Source::named(of).map(Input::Search);
            assert_eq!(searched, looked_up == Some(field.input), "{}", field.name);
        }
        drop(crate::grammar::partly(&form.line, &from).unwrap());
    }
    let form = Form::of(&crate::grammar::partly("/deny op_0123456789abcdef", &from).unwrap());
    let long = Metadata {
        token: "x".repeat(modal::METADATA_MAX),
        channel: None,
        url: Pass::new("x"),
        private: false,
    };
    assert_eq!(modal::draw(&form, &long), None);
}

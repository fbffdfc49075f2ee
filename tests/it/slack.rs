//! Slack, as far as the desk can tell: form bodies, signed like Slack signs them. Written from
//! Slack's description of the signature and not from the desk's own check of it.

mod conversation;
pub mod fake;
mod limits;

pub use conversation::slow;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The secret of the tests.
pub const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// The media type of everything that Slack posts.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// `X-Slack-Signature` for a body at a time.
pub fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("v0={hex}")
}

/// The headers of a request that Slack signed at a time.
pub fn headers(secret: &str, timestamp: i64, body: &[u8]) -> Vec<(String, String)> {
    let timestamp = timestamp.to_string();
    let signature = signature(secret, &timestamp, body);
    [
        ("content-type", FORM),
        ("x-slack-request-timestamp", &timestamp),
        ("x-slack-signature", &signature),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// The body of a slash command as Slack sends it.
pub fn command(team: &str, user: &str, trigger: &str, command: &str, text: &str) -> String {
    let fields = [
        ("token", "unused"),
        ("team_id", team),
        ("team_domain", "desk"),
        ("channel_id", "C0DESK"),
        ("channel_name", "credits"),
        ("user_id", user),
        ("user_name", "somebody"),
        ("command", command),
        ("text", text),
        ("response_url", "https://hooks.slack.com/commands/T1/2/3"),
        ("trigger_id", trigger),
    ];
    let encoded: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    encoded.join("&")
}

fn encode(value: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.*".contains(&b);
    let letter = |b: u8| match b {
        b if plain(b) => char::from(b).to_string(),
        b' ' => "+".to_owned(),
        b => format!("%{b:02X}"),
    };
    value.bytes().map(letter).collect()
}

/// The fields of a form body.
fn decoded(body: &[u8]) -> Vec<(String, String)> {
    let text = |part: &str| {
        let mut bytes = Vec::new();
        let mut rest = part.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let hex = [rest.next().unwrap(), rest.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
                }
                plain => plain,
            });
        }
        String::from_utf8(bytes).unwrap()
    };
    let body = std::str::from_utf8(body).unwrap();
    body.split('&')
        .filter_map(|field| field.split_once('='))
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}

/// The example in Slack's own documentation, so that the signer itself is known to be right.
#[test]
fn the_signer_makes_the_signature_of_slacks_own_example() {
    let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow\
                &channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner\
                &command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2F\
                commands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
                &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    assert_eq!(
        signature(SECRET, "1531420618", body.as_bytes()),
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    );
}

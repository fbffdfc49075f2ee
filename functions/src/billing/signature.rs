//! Whether a request is the provider's: one signature that holds over the bytes as they came, and where
//! the scheme has a time, one near ours. Fails closed: without a secret nothing holds.
//!
//! | Scheme | Signed | Header |
//! |---|---|---|
//! | Stripe | HMAC-SHA256 of `<t>.<body>` | `Stripe-Signature: t=…,v1=…`; several `v1`, other schemes are ignored |
//! | Paystack | HMAC-SHA512 of the body | `x-paystack-signature`; it has no time |
//! | Standard Webhooks | HMAC-SHA256 of `<id>.<timestamp>.<body>` | `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…` |
//!
//! A header that comes twice, or is not written just so, does not hold. Signatures are compared in constant
//! time. [`headers`] signs as the provider does, for the local desk's own events.

use axum::http::HeaderMap;
use data_encoding::{BASE64, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use runtime::secret::Secret;
use sha2::{Sha256, Sha512};
use shared::kernel::actor::Provider;

/// How far a request's time may be from ours, in seconds.
const SKEW_MAX_S: u64 = 300;

/// The most signatures of one request: two secrets are live while one rotates.
const SIGNATURES_MAX: usize = 16;

/// The prefix of a secret of Standard Webhooks; base64 follows.
const SECRET_PREFIX: &str = "whsec_";

/// Whether a request is signed by a provider with one of its secrets.
#[must_use]
pub fn is_signed(
    provider: Provider,
    secrets: &[Secret],
    now: Timestamp,
    headers: &HeaderMap,
    body: &[u8],
) -> bool {
    match provider {
        Provider::Stripe => by_stripe(secrets, now, headers, body),
        Provider::Paystack => by_paystack(secrets, headers, body),
        Provider::Billing => by_standard_webhooks(secrets, now, headers, body),
    }
    .is_some_and(|holds| holds)
}

/// The headers with which a provider signs a body. `id` names the message.
#[must_use]
pub fn headers(
    provider: Provider,
    secret: &Secret,
    now: Timestamp,
    id: &str,
    body: &[u8],
) -> Vec<(&'static str, String)> {
    let at = now.as_second().to_string();
    match provider {
        Provider::Stripe => {
            let mac = sha256(secret.expose().as_bytes(), &[at.as_bytes(), b".", body]);
            let signature = mac.map(|mac| HEXLOWER.encode(&mac.finalize().into_bytes()));
            let header = format!("t={at},v1={}", signature.unwrap_or_default());
            vec![("stripe-signature", header)]
        }
        Provider::Paystack => {
            let mac = sha512(secret.expose().as_bytes(), body);
            let signature = mac.map(|mac| HEXLOWER.encode(&mac.finalize().into_bytes()));
            vec![("x-paystack-signature", signature.unwrap_or_default())]
        }
        Provider::Billing => {
            let parts = [id.as_bytes(), b".", at.as_bytes(), b".", body];
            let mac = key(secret).and_then(|key| sha256(&key, &parts));
            let signature = mac.map(|mac| BASE64.encode(&mac.finalize().into_bytes()));
            vec![
                ("webhook-id", id.to_owned()),
                ("webhook-timestamp", at),
                ("webhook-signature", format!("v1,{}", signature.unwrap_or_default())),
            ]
        }
    }
}

/// Whether a text is a secret of Standard Webhooks: 24 to 64 bytes in base64 behind `whsec_`.
#[must_use]
pub fn is_standard_secret(secret: &Secret) -> bool {
    key(secret).is_some_and(|key| (24..=64).contains(&key.len()))
}

fn key(secret: &Secret) -> Option<Vec<u8>> {
    BASE64.decode(secret.expose().strip_prefix(SECRET_PREFIX)?.as_bytes()).ok()
}

fn by_stripe(secrets: &[Secret], now: Timestamp, headers: &HeaderMap, body: &[u8]) -> Option<bool> {
    let (mut sent, mut signatures) = (None, Vec::new());
    for part in one(headers, "stripe-signature")?.split(',') {
        match part.split_once('=')? {
            ("t", _) if sent.is_some() => return None,
            ("t", at) => sent = Some(at),
            ("v1", hex) => signatures.push(from_hex(hex, 32)?),
            _ => {}
        }
    }
    let sent = near(now, sent?)?;
    if signatures.len() > SIGNATURES_MAX {
        return None;
    }
    let macs = secrets
        .iter()
        .map(|secret| sha256(secret.expose().as_bytes(), &[sent.as_bytes(), b".", body]));
    let macs = macs.collect::<Option<Vec<_>>>()?;
    Some(macs.iter().any(|mac| signatures.iter().any(|s| mac.clone().verify_slice(s).is_ok())))
}

fn by_paystack(secrets: &[Secret], headers: &HeaderMap, body: &[u8]) -> Option<bool> {
    let signature = from_hex(one(headers, "x-paystack-signature")?, 64)?;
    let holds = |secret: &Secret| {
        let mac = sha512(secret.expose().as_bytes(), body);
        mac.is_some_and(|mac| mac.verify_slice(&signature).is_ok())
    };
    Some(secrets.iter().any(holds))
}

fn by_standard_webhooks(
    secrets: &[Secret],
    now: Timestamp,
    headers: &HeaderMap,
    body: &[u8],
) -> Option<bool> {
    let id = one(headers, "webhook-id")?;
    let sent = near(now, one(headers, "webhook-timestamp")?)?;
    let mut signatures = Vec::new();
    for signature in one(headers, "webhook-signature")?.split(' ') {
        // `v1a` is a signature with a public key, which this desk has not.
        if let ("v1", base64) = signature.split_once(',')? {
            signatures.push(BASE64.decode(base64.as_bytes()).ok().filter(|s| s.len() == 32)?);
        }
    }
    if id.is_empty() || id.contains('.') || signatures.len() > SIGNATURES_MAX {
        return None;
    }
    let parts = [id.as_bytes(), b".", sent.as_bytes(), b".", body];
    let holds = |secret: &Secret| {
        let mac = key(secret).and_then(|key| sha256(&key, &parts));
        mac.is_some_and(|mac| signatures.iter().any(|s| mac.clone().verify_slice(s).is_ok()))
    };
    Some(secrets.iter().any(holds))
}

/// The value of a header that comes once and is plain text.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    let first = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(first)
}

/// A time in whole seconds, if it is near ours.
fn near(now: Timestamp, sent: &str) -> Option<&str> {
    let digits = !sent.is_empty() && sent.len() <= 12 && sent.bytes().all(|b| b.is_ascii_digit());
    let at = sent.parse::<i64>().ok().filter(|_| digits)?;
    (now.as_second().abs_diff(at) <= SKEW_MAX_S).then_some(sent)
}

/// So many bytes in lower-case hexadecimal digits, and nothing else.
fn from_hex(hex: &str, bytes: usize) -> Option<Vec<u8>> {
    HEXLOWER.decode(hex.as_bytes()).ok().filter(|decoded| decoded.len() == bytes)
}

fn sha256(key: &[u8], parts: &[&[u8]]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok().filter(|_| !key.is_empty())?;
    for part in parts {
        mac.update(part);
    }
    Some(mac)
}

fn sha512(key: &[u8], body: &[u8]) -> Option<Hmac<Sha512>> {
    let mut mac = Hmac::<Sha512>::new_from_slice(key).ok().filter(|_| !key.is_empty())?;
    mac.update(body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;
    const PROVIDERS: [Provider; 3] = [Provider::Stripe, Provider::Paystack, Provider::Billing];

    fn now() -> Timestamp {
        Timestamp::from_second(1_780_000_000).unwrap()
    }

    fn secret(text: &str) -> Secret {
        Secret::new(format!("whsec_{}", BASE64.encode(format!("{text:*<24}").as_bytes())))
    }

    fn map(headers: &[(&'static str, String)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        map
    }

    fn signed(provider: Provider, text: &str, at: Timestamp) -> Vec<(&'static str, String)> {
        headers(provider, &secret(text), at, "msg_1", BODY)
    }

    #[test]
    fn signature_of_either_live_secret_holds_and_no_other() {
        let live = [secret("old"), secret("new")];
        for provider in PROVIDERS {
            for (text, holds) in [("old", true), ("new", true), ("other", false)] {
                let headers = map(&signed(provider, text, now()));
                assert_eq!(is_signed(provider, &live, now(), &headers, BODY), holds, "{text}");
                assert!(!is_signed(provider, &[], now(), &headers, BODY));
                assert!(!is_signed(provider, &live, now(), &headers, b"{}"));
                let empty = [Secret::new("")];
                assert!(!is_signed(provider, &empty, now(), &headers, BODY));
            }
        }
    }

    #[test]
    fn signature_is_accepted_up_to_five_minutes_from_now() {
        for provider in [Provider::Stripe, Provider::Billing] {
            for (seconds, holds) in [(-301, false), (-300, true), (300, true), (301, false)] {
                let at = Timestamp::from_second(now().as_second() + seconds).unwrap();
                let headers = map(&signed(provider, "old", at));
                let secrets = [secret("old")];
                assert_eq!(is_signed(provider, &secrets, now(), &headers, BODY), holds);
            }
        }
    }

    #[test]
    fn header_that_comes_twice_or_not_at_all_does_not_hold() {
        for provider in PROVIDERS {
            let once = signed(provider, "old", now());
            for (position, header) in once.iter().enumerate() {
                let mut twice = once.clone();
                twice.push(header.clone());
                let mut without = once.clone();
                without.remove(position);
                for headers in [twice, without] {
                    let headers = map(&headers);
                    assert!(!is_signed(provider, &[secret("old")], now(), &headers, BODY));
                }
            }
        }
    }

    #[test]
    fn one_of_several_signatures_is_enough_and_other_schemes_are_ignored() {
        let secrets = [secret("old")];
        let wrong = "0".repeat(64);
        let (_, stripe) = signed(Provider::Stripe, "old", now()).remove(0);
        let (at, right) = stripe.split_once(',').unwrap();
        for (header, holds) in [
            (format!("{at},v1={wrong},{right},v0={wrong}"), true),
            (format!("{at},v1={wrong}"), false),
            (format!("{at},{}", right.replace("v1", "v0")), false),
            (format!("{at},{at},{right}"), false),
            (format!("{at},{},", right), false),
        ] {
            let headers = map(&[("stripe-signature", header.clone())]);
            let provider = Provider::Stripe;
            assert_eq!(is_signed(provider, &secrets, now(), &headers, BODY), holds, "{header}");
        }
        let mut standard = signed(Provider::Billing, "old", now());
        let wrong = BASE64.encode(&[0; 32]);
        standard[2].1 = format!("v1,{wrong} v1a,AAAA {}", standard[2].1);
        assert!(is_signed(Provider::Billing, &secrets, now(), &map(&standard), BODY));
    }

    #[test]
    fn secret_of_standard_webhooks_has_its_prefix_and_length() {
        assert!(is_standard_secret(&secret("x")));
        let short = format!("whsec_{}", BASE64.encode(&[7; 23]));
        let long = format!("whsec_{}", BASE64.encode(&[7; 65]));
        for wrong in ["", "whsec_", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0", "whsec_%", &short, &long] {
            assert!(!is_standard_secret(&Secret::new(wrong)), "{wrong}");
        }
    }

    /// The published example of Standard Webhooks' own documentation.
    #[test]
    fn published_example_of_standard_webhooks_holds() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let headers = map(&[
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned()),
            ("webhook-timestamp", "1614265330".to_owned()),
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=".to_owned()),
        ]);
        let now = Timestamp::from_second(1_614_265_330).unwrap();
        let body = br#"{"test": 2432232314}"#;
        assert!(is_signed(Provider::Billing, &[secret], now, &headers, body));
    }
}

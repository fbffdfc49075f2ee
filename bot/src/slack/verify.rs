//! Whether a request is Slack's: one timestamp near ours, one signature that holds over the bytes
//! as they came. Fails closed: without a secret nothing holds.

use std::time::Duration;

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use runtime::secret::Secret;
use sha2::Sha256;

/// How far a request's time may be from ours, in seconds.
const SKEW_MAX_S: u64 = 300;

/// How long ago Slack sent a request, by its own timestamp. Whole seconds are cut off there, so this
/// is up to a second too much, and never too little.
pub fn age(now: Timestamp, headers: &HeaderMap) -> Duration {
    let sent = headers.get("x-slack-request-timestamp").and_then(|sent| sent.to_str().ok());
    let sent_ms = sent.and_then(|sent| sent.parse::<i64>().ok()?.checked_mul(1_000));
    let age_ms = sent_ms.map_or(0, |sent_ms| now.as_millisecond().saturating_sub(sent_ms));
    Duration::from_millis(u64::try_from(age_ms).unwrap_or(0))
}

/// Whether a request carries exactly one timestamp near ours and one signature that holds.
pub fn is_signed(secrets: &[Secret], now: Timestamp, headers: &HeaderMap, body: &[u8]) -> bool {
    let one = |name: &str| {
        let mut all = headers.get_all(name).iter();
        let first = all.next()?.to_str().ok()?;
        all.next().is_none().then_some(first)
    };
    let (Some(sent), Some(signature)) =
        (one("x-slack-request-timestamp"), one("x-slack-signature"))
    else {
        return false;
    };
    let digits = !sent.is_empty() && sent.len() <= 12 && sent.bytes().all(|b| b.is_ascii_digit());
    let Some(at) = sent.parse::<i64>().ok().filter(|_| digits) else { return false };
    if now.as_second().abs_diff(at) > SKEW_MAX_S {
        return false;
    }
    let Some(signature) = signature.strip_prefix("v0=").and_then(bytes_of) else { return false };
    secrets.iter().any(|secret| {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else {
            return false;
        };
        mac.update(b"v0:");
        mac.update(sent.as_bytes());
        mac.update(b":");
        mac.update(body);
        // Constant time.
        mac.verify_slice(&signature).is_ok()
    })
}

/// 64 lower-case hexadecimal digits, as Slack writes them, and nothing else.
fn bytes_of(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut bytes = [0_u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

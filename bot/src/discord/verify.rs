//! Whether Discord sent a request: an Ed25519 signature over the timestamp and the raw body.
//!
//! Discord calls now and then with a wrong signature, to see that it is refused; an endpoint that
//! does not refuse is taken out of use. The signature itself is checked by serenity, which looks
//! neither at the time nor at how the digits are written: both are done here.

use axum::http::HeaderMap;
use jiff::Timestamp;
use serenity::interactions_endpoint::Verifier;

/// How far a request's time may be from ours, in seconds.
const SKEW_MAX_S: u64 = 300;

/// The public keys in a comma-separated text, and what in it is no key. Two hold while one is
/// replaced.
#[must_use]
pub fn keys(text: &str) -> (Vec<Verifier>, Vec<String>) {
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    for key in text.split(',').map(str::trim).filter(|key| !key.is_empty()) {
        match bytes_of::<32>(key).and_then(|bytes| Verifier::try_new(bytes).ok()) {
            Some(verifier) => found.push(verifier),
            None => wrong.push(key.to_owned()),
        }
    }
    (found, wrong)
}

/// Whether a request carries exactly one timestamp near ours and one signature that holds. Without
/// a key nothing holds.
#[must_use]
pub fn is_signed(keys: &[Verifier], now: Timestamp, headers: &HeaderMap, body: &[u8]) -> bool {
    let one = |name: &str| {
        let mut all = headers.get_all(name).iter();
        let first = all.next()?.to_str().ok()?;
        all.next().is_none().then_some(first)
    };
    let (Some(sent), Some(signature)) = (one("x-signature-timestamp"), one("x-signature-ed25519"))
    else {
        return false;
    };
    let digits = !sent.is_empty() && sent.len() <= 12 && sent.bytes().all(|b| b.is_ascii_digit());
    let Some(at) = sent.parse::<i64>().ok().filter(|_| digits) else { return false };
    if now.as_second().abs_diff(at) > SKEW_MAX_S || bytes_of::<64>(signature).is_none() {
        return false;
    }
    keys.iter().any(|key| key.verify(signature, sent, body).is_ok())
}

/// Hexadecimal digits and nothing else; a sign before a digit is none.
fn bytes_of<const N: usize>(hex: &str) -> Option<[u8; N]> {
    if hex.len() != N.checked_mul(2)? || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0_u8; N];
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

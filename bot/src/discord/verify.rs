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
    let mut verifiers = Vec::new();
    let mut wrong = Vec::new();
    for key in text.split(',').map(str::trim).filter(|key| !key.is_empty()) {
        let bytes = bytes_of::<32>(key).filter(|bytes| !is_weak(*bytes));
        match bytes.and_then(|bytes| Verifier::try_new(bytes).ok()) {
            Some(verifier) => verifiers.push(verifier),
            None => wrong.push(key.to_owned()),
        }
    }
    (verifiers, wrong)
}

/// The points of small order, without their signs: for such a key some signatures of zeros hold.
/// Nobody is given one, but zeros are what people write where a key is still to come.
const WEAK: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

fn is_weak(mut key: [u8; 32]) -> bool {
    if let Some(last) = key.last_mut() {
        *last &= 0x7F;
    }
    WEAK.iter().any(|weak| bytes_of::<32>(weak) == Some(key))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_for_which_zeros_would_hold_is_none() {
        for weak in WEAK {
            let signed =
                format!("{}{}", &weak[..62], if weak.ends_with("7f") { "ff" } else { "80" });
            for key in [weak, signed.as_str()] {
                let (found, wrong) = keys(key);
                assert_eq!((found.len(), wrong.len()), (0, 1), "{key}");
            }
        }
        let good = "67c6bd767ca099e79efac9fcce4d2022a63bf7dea780e7f3d813f694c1597089";
        let (found, wrong) =
            keys(&format!(" {good} , , {}, {}", &good[1..], good.replace('6', "+")));
        assert_eq!((found.len(), wrong.len()), (1, 2));
        assert!(keys("").0.is_empty());
    }
}

//! Mutations of signed events: a byte of a header or of the body that was changed, lost, added or doubled.
//! None is accepted, and every original is.
//!
//! `MUTATIONS` sets their number, `MUTATIONS_SEED` the seed.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use functions::billing::{PROVIDERS, signature};
use jiff::Timestamp;
use shared::kernel::actor::Provider;

use crate::billing::{secrets, succeeded};
use crate::sim::number;

/// A signed request: its headers and its body.
#[derive(Debug, Clone, PartialEq)]
struct Signed {
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

impl Signed {
    fn of(provider: Provider, turn: u64, now: Timestamp) -> Self {
        let body = succeeded(&format!("pi_{turn}"), 100 + turn, "gbp", Some("INV-2-0003"));
        let body = body.to_string().into_bytes();
        let secrets = secrets();
        let secret = secrets.of(provider).last().unwrap();
        let headers = signature::headers(provider, secret, now, &format!("msg_{turn}"), &body);
        let headers = headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
        Self { headers, body }
    }

    /// Whether the desk takes it; `None` where no such header can be sent.
    fn is_taken(&self, provider: Provider, now: Timestamp) -> Option<bool> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            let value = HeaderValue::from_bytes(value).ok()?;
            map.append(HeaderName::from_static(name), value);
        }
        let secrets = secrets();
        Some(signature::is_signed(provider, secrets.of(provider), now, &map, &self.body))
    }

    fn mutated(&self, rng: &mut fastrand::Rng) -> Self {
        let mut mutated = self.clone();
        let parts = mutated.headers.len() + 1;
        let part = rng.usize(0..parts);
        let bytes = match mutated.headers.get_mut(part) {
            Some((_, value)) => value,
            None => &mut mutated.body,
        };
        let at = rng.usize(0..bytes.len());
        match rng.u8(0..6) {
            0 => bytes[at] ^= 1 << rng.u8(0..8),
            1 => bytes[at] = rng.u8(32..127),
            2 => drop(bytes.remove(at)),
            3 => bytes.insert(at, rng.u8(32..127)),
            4 => bytes.truncate(at),
            _ => {
                let other = rng.usize(0..bytes.len());
                bytes.swap(at, other);
            }
        }
        mutated
    }
}

#[test]
fn mutated_signature_or_body_is_never_accepted_and_each_original_is() {
    let mutations = number("MUTATIONS").unwrap_or(30_000);
    let seed = number("MUTATIONS_SEED").unwrap_or(1);
    let mut rng = fastrand::Rng::with_seed(seed);
    let now = Timestamp::from_second(1_795_000_000).unwrap();
    let (mut sent, mut turn) = (0_u64, 0_u64);
    while sent < mutations {
        turn += 1;
        for provider in PROVIDERS {
            let original = Signed::of(provider, turn, now);
            assert_eq!(original.is_taken(provider, now), Some(true), "{original:?}");
            for _ in 0..100 {
                let mutated = original.mutated(&mut rng);
                if mutated == original {
                    continue;
                }
                if let Some(taken) = mutated.is_taken(provider, now) {
                    assert!(!taken, "seed {seed}: {mutated:?} of {original:?}");
                    sent += 1;
                }
            }
        }
    }
    println!("{sent} mutations of {} originals, 0 accepted, seed {seed}", turn * 3);
}

//! Discord, as far as the desk can tell: it signs what people do with a key of its own, keeps the
//! messages that come back, and answers at the webhooks as Discord does, with its races. Written
//! from Discord's documentation and from what others have reported, not from the desk's own code.
//!
//! Every payload of the desk is kept below `target/payloads/discord`, by its kind, so that it can be
//! held against Discord's published schemas.

mod flows;
mod front;
mod person;
mod registering;
mod server;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use creditdesk::config::Config;
use ed25519_dalek::{Signer, SigningKey};
use runtime::secret::Secret;
use serde_json::{Value, json};

use crate::http::Response;
use crate::layout::root;
use crate::world::World;
pub use person::{Person, Shown};
pub use server::{Known, State};

/// The guild, the channel and the application of the tests.
pub const GUILD: &str = "900000000000000001";
/// The channel of the tests.
pub const CHANNEL: &str = "900000000000000002";
/// The application of the tests.
pub const APPLICATION: &str = "900000000000000003";

/// The beginning of Discord's ids, in milliseconds.
const EPOCH_MS: i64 = 1_420_070_400_000;

/// An id that says when it was made, in Unix milliseconds.
pub fn id(made_ms: i64, number: u64) -> u64 {
    (u64::try_from(made_ms - EPOCH_MS).unwrap() << 22) + number
}

/// The headers of a body that Discord signed at a time.
pub fn signed(key: &SigningKey, at: &str, body: &[u8]) -> Vec<(String, String)> {
    let signature = key.sign(&[at.as_bytes(), body].concat());
    [
        ("content-type", "application/json"),
        ("x-signature-ed25519", &hex(&signature.to_bytes())),
        ("x-signature-timestamp", at),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// A Discord.
pub struct Discord {
    key: SigningKey,
    address: SocketAddr,
    /// What it knows.
    state: Arc<Mutex<State>>,
    ids: AtomicU64,
    /// How old an interaction is when it reaches the desk.
    age_ms: AtomicI64,
}

impl Discord {
    /// Begins, at an address of this machine.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let address = server::serve(state.clone()).await;
        Self {
            key: SigningKey::from_bytes(&[7; 32]),
            address,
            state,
            ids: AtomicU64::new(1),
            age_ms: AtomicI64::new(40),
        }
    }

    /// A configuration of a desk that this Discord is connected to.
    pub fn known(&self, mut config: Config) -> Config {
        config.discord = bot::config::Discord {
            // The one before is still there while the key is replaced.
            keys: format!("{},{}", public(&SigningKey::from_bytes(&[8; 32])), public(&self.key)),
            application: Some(APPLICATION.to_owned()),
            guilds: Vec::new(),
            token: Some(Secret::new("bot-token")),
        };
        config.bases.discord = format!("http://{}", self.address);
        config
    }

    /// Where its API is.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes those staff members who are on Discord.
    pub async fn staff(&self, w: &World) {
        for (user, role, name) in [("101", "support", "Dora"), ("102", "billing", "Bo")] {
            w.does(&format!("/role grant discord:{GUILD}:{user} {role} {name}")).await;
        }
    }

    /// Somebody at the keyboard.
    pub fn person<'a>(&'a self, world: &'a World, user: &'a str) -> Person<'a> {
        Person { discord: self, world, user }
    }

    /// Lets interactions reach the desk so long after they began.
    pub fn aged(&self, ms: i64) {
        self.age_ms.store(ms, Ordering::Relaxed);
    }

    /// How long an interaction has been on its way when it reaches the desk.
    pub fn age(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.age_ms.load(Ordering::Relaxed)).unwrap())
    }

    /// What it knows.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// An id that says when it was made.
    pub fn snowflake(&self, w: &World) -> String {
        let age_ms = self.age_ms.load(Ordering::Relaxed);
        let made_ms = w.local.clock().now().as_millisecond() - age_ms;
        id(made_ms, self.ids.fetch_add(1, Ordering::Relaxed)).to_string()
    }

    /// The headers of a body that Discord signed at a time.
    pub fn headers(&self, at: &str, body: &[u8]) -> Vec<(String, String)> {
        signed(&self.key, at, body)
    }

    /// Sends an interaction, signed now.
    pub async fn send(&self, w: &World, body: &Value) -> Response {
        let body = body.to_string();
        let at = w.local.clock().now().as_second().to_string();
        let headers = self.headers(&at, body.as_bytes());
        w.post("/discord/interactions", &headers, body.as_bytes()).await
    }

    /// Everything that people and the desk wrote, as text; moments are without their seconds, which
    /// go on while a test runs.
    pub fn transcript(&self) -> String {
        let text = self.state().transcript.join("\n");
        let mut parts = text.split("<t:");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| {
            let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{text}<t:…{rest}")
        })
    }
}

/// Keeps a payload of the desk, under a name that its content gives it.
fn keep(kind: &str, payload: &Value) {
    let folder = root().join("target/payloads/discord").join(kind);
    std::fs::create_dir_all(&folder).unwrap();
    let text = serde_json::to_string_pretty(payload).unwrap();
    let name: String = shared::kernel::id::digest(&[&text]).chars().take(16).collect();
    std::fs::write(folder.join(format!("{name}.json")), text).unwrap();
}

/// A key as the developer portal shows it.
pub fn public(key: &SigningKey) -> String {
    hex(key.verifying_key().as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A member of the guild, with everything that Discord sends along.
fn member(user: &str) -> Value {
    json!({
        "avatar": null, "banner": null, "collectibles": null, "communication_disabled_until": null,
        "deaf": false, "flags": 0, "joined_at": "2026-01-05T09:00:00.000000+00:00", "mute": false,
        "nick": "The Owner", "pending": false, "permissions": "2248473465835073", "roles": ["77"],
        "premium_since": null, "unusual_dm_activity_until": null,
        "user": {
            "avatar": null, "avatar_decoration_data": null, "clan": null, "collectibles": null,
            "discriminator": "0", "display_name_styles": null, "global_name": "owner",
            "id": user, "primary_guild": null, "public_flags": 0, "username": "owner",
        },
    })
}

//! Signed, expiring links: who has a link may open the one page that it names, until it expires.
//!
//! A link is `<PUBLIC_URL>/<purpose>/<number>?until=<seconds>&key=<signature>`. The signature is HMAC-SHA256 over
//! purpose, number and expiry, so that a link for one page opens no other. `LINK_KEY` holds one key, or two
//! with a comma between them while it rotates: the first signs, both verify. Without it links are off.
//!
//! Absent on purpose: a list of the links that were made. A link cannot be taken back before it expires,
//! except with all others, by a new key.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use runtime::environment::Environment;
use runtime::secret::Secret;
use serde::Deserialize;
use sha2::Sha256;
use shared::kernel::id::InvoiceNumber;

/// The settings of links.
pub const LINK_KEY: &str = "LINK_KEY";
pub const PUBLIC_URL: &str = "PUBLIC_URL";

/// The days, beside the rest of today (UTC), for which a link opens its page. All links of a day are the
/// same, so a mail that is sent again has the same text.
const VALID_DAYS: i64 = 90;

const DAY_S: i64 = 24 * 60 * 60;

/// The fewest characters of a key.
const KEY_MIN: usize = 32;

/// The page that a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The PDF of an invoice or credit note.
    Document,
    /// The page on which an invoice is paid.
    Pay,
}

impl Purpose {
    /// The first part of the page's path.
    fn folder(self) -> &'static str {
        match self {
            Purpose::Document => "invoices",
            Purpose::Pay => "pay",
        }
    }
}

/// The query of a link.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Token {
    /// In seconds since 1970.
    pub until: i64,
    pub key: String,
}

/// The reason for which a link opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// There is no key.
    Off,
    /// No live key signed it for this page.
    Foreign,
    Expired,
}

/// Makes and verifies links.
#[derive(Debug, Clone, Default)]
pub struct Links {
    keys: Vec<Secret>,
    /// The desk's own address, without a slash at its end.
    base: Option<String>,
}

impl Links {
    /// Neither key nor address.
    pub const OFF: Links = Links { keys: Vec::new(), base: None };

    /// Links below an address, signed with the first key.
    #[must_use]
    pub fn new(keys: Vec<Secret>, base: Option<String>) -> Self {
        let base = base.map(|base| base.trim_end_matches('/').to_owned());
        Self { keys, base }
    }

    /// Reads `LINK_KEY` and `PUBLIC_URL`.
    pub fn read(environment: &mut Environment<'_>) -> Self {
        let keys = environment.secrets(LINK_KEY);
        if keys.iter().any(|key| key.expose().chars().count() < KEY_MIN) {
            environment.fault(format!("{LINK_KEY} has fewer than {KEY_MIN} characters"));
        }
        let base = environment.optional(PUBLIC_URL);
        if base.as_deref().is_some_and(|base| !is_address(base)) {
            environment
                .fault(format!("{PUBLIC_URL} is no address such as https://desk.example.com"));
        }
        Self::new(keys, base)
    }

    #[must_use]
    pub fn has_key(&self) -> bool {
        !self.keys.is_empty()
    }

    /// The same links, signed with this key alone.
    #[must_use]
    pub fn with_key(self, key: Secret) -> Self {
        Self { keys: vec![key], ..self }
    }

    /// The same links, below this address if none is set.
    #[must_use]
    pub fn or_below(self, base: &str) -> Self {
        match self.base {
            Some(_) => self,
            None => Self::new(self.keys, Some(base.to_owned())),
        }
    }

    /// The missing settings, in words.
    #[must_use]
    pub fn off(&self) -> Option<String> {
        let key = self.keys.is_empty().then_some(LINK_KEY);
        let base = self.base.is_none().then_some(PUBLIC_URL);
        let missing: Vec<&str> = key.into_iter().chain(base).collect();
        let verb = if missing.len() == 1 { "is" } else { "are" };
        (!missing.is_empty())
            .then(|| format!("links are off: {} {verb} not set", missing.join(" and ")))
    }

    /// A link to a page, if links are on.
    #[must_use]
    pub fn to(&self, purpose: Purpose, number: InvoiceNumber, now: Timestamp) -> Option<String> {
        let days = now.as_second().checked_div(DAY_S)?.checked_add(VALID_DAYS)?.checked_add(1)?;
        let until = days.checked_mul(DAY_S)?;
        let folder = purpose.folder();
        let mac = mac(self.keys.first()?, folder, number, until)?;
        let key = BASE64URL_NOPAD.encode(&mac.finalize().into_bytes());
        Some(format!("{}/{folder}/{number}?until={until}&key={key}", self.base.as_ref()?))
    }

    /// Whether a token opens a page.
    ///
    /// # Errors
    /// The reason for which it does not.
    pub fn verify(
        &self,
        purpose: Purpose,
        number: InvoiceNumber,
        token: &Token,
        now: Timestamp,
    ) -> Result<(), Closed> {
        if self.keys.is_empty() {
            return Err(Closed::Off);
        }
        let signature = BASE64URL_NOPAD.decode(token.key.as_bytes()).unwrap_or_default();
        let signs = |key: &Secret| {
            let mac = mac(key, purpose.folder(), number, token.until);
            mac.is_some_and(|mac| mac.verify_slice(&signature).is_ok())
        };
        // Each key is tried, so that the time tells nothing about them.
        let signed = self.keys.iter().filter(|key| signs(key)).count();
        if signed == 0 {
            return Err(Closed::Foreign);
        }
        if now.as_second() < token.until { Ok(()) } else { Err(Closed::Expired) }
    }
}

fn is_address(base: &str) -> bool {
    let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_:/[]".contains(c);
    rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_plain))
}

/// The parts are on lines of their own, and none of them can hold a line break.
fn mac(key: &Secret, folder: &str, number: InvoiceNumber, until: i64) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).ok()?;
    mac.update(format!("creditdesk link\n{folder}\n{number}\n{until}").as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: &str = "new-key-new-key-new-key-new-key-";
    const OLD: &str = "old-key-old-key-old-key-old-key-";

    fn links(keys: &[&str]) -> Links {
        let keys = keys.iter().map(|key| Secret::new(*key)).collect();
        Links::new(keys, Some("https://desk.example/".to_owned()))
    }

    fn now() -> Timestamp {
        "2026-11-23T10:00:00Z".parse().unwrap()
    }

    fn number(text: &str) -> InvoiceNumber {
        text.parse().unwrap()
    }

    fn token(link: &str) -> Token {
        let (_, query) = link.split_once("?until=").unwrap();
        let (until, key) = query.split_once("&key=").unwrap();
        Token { until: until.parse().unwrap(), key: key.to_owned() }
    }

    fn opens(links: &Links, asked: &str, token: &Token, at: Timestamp) -> Result<(), Closed> {
        links.verify(Purpose::Document, number(asked), token, at)
    }

    #[test]
    fn link_opens_its_own_document_until_it_expires() {
        let links = links(&[NEW]);
        let link = links.to(Purpose::Document, number("INV-2-0001"), now()).unwrap();
        assert!(link.starts_with("https://desk.example/invoices/INV-2-0001?until="), "{link}");
        let token = token(&link);

        assert_eq!(opens(&links, "INV-2-0001", &token, now()), Ok(()));
        for foreign in ["INV-2-0002", "INV-20-0001", "CN-2-0001"] {
            assert_eq!(opens(&links, foreign, &token, now()), Err(Closed::Foreign), "{foreign}");
        }
        let last = Timestamp::from_second(token.until - 1).unwrap();
        assert_eq!(opens(&links, "INV-2-0001", &token, last), Ok(()));
        let over = Timestamp::from_second(token.until).unwrap();
        assert_eq!(opens(&links, "INV-2-0001", &token, over), Err(Closed::Expired));
    }

    #[test]
    fn link_with_a_changed_expiry_signature_or_purpose_is_foreign() {
        let links = links(&[NEW]);
        let token = token(&links.to(Purpose::Document, number("INV-2-0001"), now()).unwrap());
        let later = Token { until: token.until + 1, ..token.clone() };
        assert_eq!(opens(&links, "INV-2-0001", &later, now()), Err(Closed::Foreign));
        for position in 0..token.key.len() {
            let mut key = token.key.clone().into_bytes();
            key[position] = if key[position] == b'A' { b'B' } else { b'A' };
            let changed = Token { key: String::from_utf8(key).unwrap(), ..token.clone() };
            assert_eq!(opens(&links, "INV-2-0001", &changed, now()), Err(Closed::Foreign));
        }
        for cut in ["", "A", &token.key[1..], &format!("{}A", token.key)] {
            let cut = Token { key: cut.to_owned(), ..token.clone() };
            assert_eq!(opens(&links, "INV-2-0001", &cut, now()), Err(Closed::Foreign));
        }
        let other = mac(&Secret::new(NEW), "pay", number("INV-2-0001"), token.until).unwrap();
        let key = BASE64URL_NOPAD.encode(&other.finalize().into_bytes());
        let other = Token { key, ..token };
        assert_eq!(opens(&links, "INV-2-0001", &other, now()), Err(Closed::Foreign));
    }

    #[test]
    fn link_of_either_live_key_opens_and_of_a_former_key_not() {
        let asked = number("INV-2-0001");
        let of = |keys: &[&str]| token(&links(keys).to(Purpose::Document, asked, now()).unwrap());
        let both = links(&[NEW, OLD]);
        assert_eq!(opens(&both, "INV-2-0001", &of(&[OLD]), now()), Ok(()));
        assert_eq!(opens(&both, "INV-2-0001", &of(&[NEW]), now()), Ok(()));
        assert_eq!(of(&[NEW, OLD]), of(&[NEW]), "the first key signs");
        let now_new = links(&[NEW]);
        assert_eq!(opens(&now_new, "INV-2-0001", &of(&[OLD]), now()), Err(Closed::Foreign));
    }

    #[test]
    fn links_without_a_key_or_address_are_off_and_name_the_settings() {
        let none = Links::default();
        assert_eq!(none.off().unwrap(), "links are off: LINK_KEY and PUBLIC_URL are not set");
        assert_eq!(none.to(Purpose::Document, number("INV-2-0001"), now()), None);
        let token = Token { until: i64::MAX, key: String::new() };
        assert_eq!(opens(&none, "INV-2-0001", &token, now()), Err(Closed::Off));
        let keyed = Links::new(vec![Secret::new(NEW)], None);
        assert_eq!(keyed.off().unwrap(), "links are off: PUBLIC_URL is not set");
        assert_eq!(links(&[NEW]).off(), None);
    }

    #[test]
    fn short_key_and_malformed_address_are_faults() {
        let read = |key: &'static str, url: &'static str| {
            let variable = move |name: &str| match name {
                "LINK_KEY" => Some(key.to_owned()),
                "PUBLIC_URL" => Some(url.to_owned()),
                _ => None,
            };
            runtime::environment::read_from(&variable, Links::read).map(|links| links.off())
        };
        assert_eq!(read(NEW, "https://desk.example.com"), Ok(None));
        assert!(read("short", "https://desk.example.com").is_err());
        for url in ["desk.example.com", "https://", "https://a b", "javascript:alert(1)"] {
            assert!(read(NEW, url).is_err(), "{url}");
        }
    }
}

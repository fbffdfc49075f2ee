//! The names of things: short ids that people see, and the keys that make a call unique.
//!
//! Every id parses from exactly what it prints. A call's key is what makes "the same call again"
//! a fact: the operation id is the first 80 bits of its hash, so a retry has the same id.

use std::fmt;
use std::str::FromStr;

use data_encoding::Encoding;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A client's number, shown as `c_1042`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub u64);

/// A client as replies and movements name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Named {
    pub id: ClientId,
    pub name: String,
    pub login: String,
}

/// A staff member as replies name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NamedStaff {
    pub id: StaffId,
    pub name: String,
}

/// The root admin, made at the first start.
pub const ROOT: ClientId = ClientId(1);

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c_{}", self.0)
    }
}

impl FromStr for ClientId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        numbered(text, "c_").map(Self)
    }
}

/// A staff member's number, shown as `s_3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StaffId(pub u64);

impl fmt::Display for StaffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s_{}", self.0)
    }
}

impl FromStr for StaffId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        numbered(text, "s_").map(Self)
    }
}

fn numbered(text: &str, prefix: &str) -> Result<u64, NotAnId> {
    let digits = text.strip_prefix(prefix).ok_or(NotAnId)?;
    let canonical = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    if canonical { digits.parse().map_err(|_| NotAnId) } else { Err(NotAnId) }
}

/// The text is not an id of this sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

/// The series of a document's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Series {
    /// `INV-…`
    Invoice,
    /// `CN-…`
    CreditNote,
}

/// The number of an invoice or credit note: `INV-1042-0001`, gap-free per client and series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InvoiceNumber {
    /// Invoice or credit note.
    pub series: Series,
    /// Whose account the number is taken from.
    pub client: ClientId,
    /// The position in the series, from 1.
    pub seq: u64,
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let series = match self.series {
            Series::Invoice => "INV",
            Series::CreditNote => "CN",
        };
        write!(f, "{series}-{}-{:04}", self.client.0, self.seq)
    }
}

impl FromStr for InvoiceNumber {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let upper = text.to_ascii_uppercase();
        let mut parts = upper.split('-');
        let series = match parts.next() {
            Some("INV") => Series::Invoice,
            Some("CN") => Series::CreditNote,
            _ => return Err(NotAnId),
        };
        let mut number = || parts.next().and_then(|p| p.parse::<u64>().ok()).ok_or(NotAnId);
        let parsed = Self { series, client: ClientId(number()?), seq: number()? };
        // Only what the number prints as is the number: no signs, no missing zeros.
        if parsed.to_string() == upper { Ok(parsed) } else { Err(NotAnId) }
    }
}

impl TryFrom<String> for InvoiceNumber {
    type Error = NotAnId;
    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<InvoiceNumber> for String {
    fn from(number: InvoiceNumber) -> String {
        number.to_string()
    }
}

/// A chat identity: `discord:<guild>:<user>`, `slack:<team>:<user>` or `local:<name>`; or a
/// caller without a chat, `aws:<account>:<role or user>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Identity(String);

impl Identity {
    /// The forms of an identity, for people.
    pub const FORMS: &'static str = "local:<name>, slack:<team>:<user>, discord:<server>:<user> or \
                                     aws:<account>:<role or user>";

    /// The text, as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Identity {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let word = |w: &str| {
            !w.is_empty()
                && w.len() <= 64
                && w.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        };
        let parts: Vec<&str> = text.split(':').collect();
        let known = match parts.as_slice() {
            ["local", name] => word(name),
            ["discord" | "slack", place, user] => word(place) && word(user),
            ["aws", account, name] => {
                account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()) && word(name)
            }
            _ => false,
        };
        if known { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
    }
}

impl TryFrom<String> for Identity {
    type Error = NotAnId;
    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<Identity> for String {
    fn from(identity: Identity) -> String {
        identity.0
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A channel where staff talk: `discord:<guild>:<channel>` or `slack:<team>:<channel>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Channel(String);

impl Channel {
    /// The platform, the workspace on it, and the channel there.
    #[must_use]
    pub fn parts(&self) -> (&str, &str, &str) {
        let mut parts = self.0.splitn(3, ':');
        let mut next = || parts.next().unwrap_or_default();
        (next(), next(), next())
    }

    /// Whether both are of one workspace.
    #[must_use]
    pub fn is_beside(&self, other: &Channel) -> bool {
        let (platform, place, _) = self.parts();
        let (other_platform, other_place, _) = other.parts();
        platform == other_platform && place == other_place
    }
}

impl FromStr for Channel {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let word = |w: &str| {
            !w.is_empty() && w.len() <= 32 && w.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        match text.split(':').collect::<Vec<_>>().as_slice() {
            ["discord" | "slack", place, channel] if word(place) && word(channel) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(NotAnId),
        }
    }
}

impl TryFrom<String> for Channel {
    type Error = NotAnId;
    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<Channel> for String {
    fn from(channel: Channel) -> String {
        channel.0
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The source of a key that a person or script chose (`--key`).
pub const CHOSEN: &str = "local";

/// What makes a call the same call: where it came from, and its id there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CallKey {
    /// Platform and workspace (`slack:T1`), `terminal`, or [`CHOSEN`].
    pub source: String,
    /// The id of the interaction at that source.
    pub id: String,
}

impl CallKey {
    /// Names a call.
    pub fn new(source: impl Into<String>, id: impl Into<String>) -> Self {
        Self { source: source.into(), id: id.into() }
    }

    /// Whether the caller chose it, and may use it for another request by mistake. A platform gives each
    /// interaction an id of its own.
    #[must_use]
    pub fn is_chosen(&self) -> bool {
        self.source == CHOSEN
    }

    /// The operation that this call is.
    #[must_use]
    pub fn op(&self) -> OpId {
        // The length keeps (`a`, `bc`) and (`ab`, `c`) apart.
        let hash = digest(&[&self.source.len().to_string(), ":", &self.source, &self.id]);
        OpId(hash.chars().take(16).collect())
    }
}

/// An operation's id, shown as `op_` and 16 characters: 80 bits of its key's hash.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OpId(String);

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "op_{}", self.0)
    }
}

impl FromStr for OpId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let letters = text.strip_prefix("op_").ok_or(NotAnId)?.to_ascii_lowercase();
        let known =
            letters.len() == 16 && letters.bytes().all(|b| ALPHABET.as_bytes().contains(&b));
        if known { Ok(Self(letters)) } else { Err(NotAnId) }
    }
}

impl TryFrom<String> for OpId {
    type Error = NotAnId;
    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<OpId> for String {
    fn from(op: OpId) -> String {
        op.to_string()
    }
}

/// Lower-case base 32 without the letters that look like digits (Crockford).
const ALPHABET: &str = "0123456789abcdefghjkmnpqrstvwxyz";

/// The SHA-256 of the parts after each other, in base 32.
#[must_use]
pub fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
    }
    base32().encode(&hasher.finalize())
}

fn base32() -> Encoding {
    let mut specification = data_encoding::Specification::new();
    specification.symbols.push_str(ALPHABET);
    specification.encoding().unwrap_or(data_encoding::BASE32_DNSSEC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_parse_from_exactly_what_they_print() {
        assert_eq!("c_1042".parse(), Ok(ClientId(1042)));
        for wrong in ["c_", "c_01", "c_+1", "1042", "C_1", "c_99999999999999999999"] {
            assert!(wrong.parse::<ClientId>().is_err(), "{wrong}");
        }
        let number = "inv-1042-0007".parse::<InvoiceNumber>().unwrap();
        assert_eq!(number.to_string(), "INV-1042-0007");
        for wrong in ["INV-1042-7", "INV-1042", "CN-+1-0001", "XX-1-0001", "INV-1-0001-2"] {
            assert!(wrong.parse::<InvoiceNumber>().is_err(), "{wrong}");
        }
        let channel: Channel = "slack:T1:C2".parse().unwrap();
        assert_eq!(channel.parts(), ("slack", "T1", "C2"));
        for wrong in ["", "slack:T1", "local:a:b", "slack:T1:", "slack:T1:C:3", "slack:T1:#ops"] {
            assert!(wrong.parse::<Channel>().is_err(), "{wrong}");
        }
        for wrong in ["", "local:", "slack:T1", "discord:1:2:3", "email:a@b", "local:a b"] {
            assert!(wrong.parse::<Identity>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_call_has_one_id_and_another_call_another() {
        let op = CallKey::new("slack:T1", "42").op();
        assert_eq!(op, CallKey::new("slack:T1", "42").op());
        assert_ne!(op, CallKey::new("slack:T14", "2").op());
        assert_eq!(op.to_string().parse(), Ok(op.clone()));
        assert_eq!(op.to_string().len(), 19);
    }

    #[test]
    fn client_and_staff_numbers_have_prefixes_of_their_own() {
        assert_eq!((ClientId(7).to_string(), StaffId(7).to_string()), ("c_7".into(), "s_7".into()));
        assert_eq!("s_7".parse(), Ok(StaffId(7)));
        assert_eq!("c_7".parse::<StaffId>(), Err(NotAnId));
        assert_eq!("s_7".parse::<ClientId>(), Err(NotAnId));
    }

    #[test]
    fn series_of_a_document_is_its_prefix() {
        let note: InvoiceNumber = "CN-12-0003".parse().unwrap();
        assert_eq!((note.series, note.client, note.seq), (Series::CreditNote, ClientId(12), 3));
        let invoice = "INV-12-12345".parse::<InvoiceNumber>().unwrap();
        assert_eq!((invoice.series, invoice.seq), (Series::Invoice, 12_345));
    }

    #[test]
    fn stored_ids_are_their_texts_and_other_texts_are_refused() {
        fn is_stored_as<T>(text: &str, wrong: &str)
        where
            T: FromStr<Err = NotAnId>
                + Serialize
                + serde::de::DeserializeOwned
                + PartialEq
                + fmt::Debug,
        {
            let id: T = text.parse().unwrap();
            assert_eq!(serde_json::to_value(&id).unwrap(), text);
            assert_eq!(serde_json::from_value::<T>(text.into()).unwrap(), id);
            assert!(serde_json::from_value::<T>(wrong.into()).is_err(), "{wrong}");
        }
        is_stored_as::<InvoiceNumber>("INV-2-0001", "INV-2-1");
        is_stored_as::<Identity>("slack:T1:U7", "slack:T1");
        is_stored_as::<Identity>("local:ann.b-c_2", "ann");
        is_stored_as::<Channel>("discord:1:2", "discord:1");
        is_stored_as::<OpId>("op_0123456789abcdef", "op_0123456789abcdel");
    }

    #[test]
    fn identity_and_channel_print_their_text() {
        let identity: Identity = "discord:1:2".parse().unwrap();
        assert_eq!(
            (identity.as_str(), identity.to_string().as_str()),
            ("discord:1:2", "discord:1:2")
        );
        assert_eq!("slack:T1:C2".parse::<Channel>().unwrap().to_string(), "slack:T1:C2");
    }

    #[test]
    fn part_of_an_identity_or_channel_is_refused_when_empty_or_too_long() {
        for (length, is_right) in [(0, false), (1, true), (64, true), (65, false)] {
            let part = "a".repeat(length);
            assert_eq!(format!("local:{part}").parse::<Identity>().is_ok(), is_right, "{length}");
            assert_eq!(format!("slack:{part}:U").parse::<Identity>().is_ok(), is_right, "{length}");
            assert_eq!(format!("slack:T:{part}").parse::<Identity>().is_ok(), is_right, "{length}");
        }
        for (length, is_right) in [(0, false), (1, true), (32, true), (33, false)] {
            let part = "a".repeat(length);
            assert_eq!(format!("slack:{part}:C").parse::<Channel>().is_ok(), is_right, "{length}");
            assert_eq!(format!("slack:T:{part}").parse::<Channel>().is_ok(), is_right, "{length}");
        }
    }

    #[test]
    fn channels_are_beside_each_other_in_one_workspace_of_one_platform() {
        let channel = |text: &str| text.parse::<Channel>().unwrap();
        let here = channel("slack:T1:C1");
        assert!(here.is_beside(&channel("slack:T1:C2")));
        assert!(!here.is_beside(&channel("slack:T2:C1")));
        assert!(!here.is_beside(&channel("discord:T1:C1")));
    }

    #[test]
    fn operation_id_is_sixteen_letters_of_its_alphabet_in_either_case() {
        let op: OpId = "op_0123456789abcdef".parse().unwrap();
        assert_eq!("op_0123456789ABCDEF".parse(), Ok(op));
        for wrong in [
            "0123456789abcdef",
            "op_0123456789abcde",
            "op_0123456789abcdef0",
            "op_0123456789abcdei",
        ] {
            assert_eq!(wrong.parse::<OpId>(), Err(NotAnId), "{wrong}");
        }
    }

    #[test]
    fn digest_is_the_hash_in_the_alphabet_of_operation_ids() {
        // The SHA-256 of "abc", ba7816bf…, in groups of five bits.
        let hash = digest(&["a", "bc"]);
        assert_eq!(hash.len(), 52);
        assert!(hash.starts_with("q9w1dfwf"), "{hash}");
    }
}

//! Short hashes of records, and sums of them. A sum covers a set of records in no order: a changed, lost,
//! invented or older record shows, and a record leaves a sum as it joined it.
//!
//! They are no signatures: whoever can write all tables can compute them.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::kernel::id::digest;

/// The hash of a record: 16 characters.
#[must_use]
pub fn short_hash(record: &impl Serialize) -> String {
    digest(&[&json(record)]).chars().take(16).collect()
}

/// A sum of the hashes of records, modulo 2^64. Stored as 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sum(u64);

impl Sum {
    /// The sum of one record.
    #[must_use]
    pub fn of(record: &impl Serialize) -> Self {
        let bytes = Sha256::digest(json(record).as_bytes());
        let first = bytes.iter().take(8);
        Self(first.fold(0, |sum, byte| sum.wrapping_shl(8) | u64::from(*byte)))
    }

    /// The sum with other records.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }

    /// The sum without other records.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.wrapping_sub(other.0))
    }
}

impl From<Sum> for String {
    fn from(sum: Sum) -> Self {
        format!("{:016x}", sum.0)
    }
}

impl TryFrom<String> for Sum {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        u64::from_str_radix(&text, 16).map(Self)
    }
}

/// Records are plain data with string keys: their JSON always exists.
fn json(record: &impl Serialize) -> String {
    serde_json::to_string(record).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sum_forgets_a_record_that_left_and_its_order() {
        let (one, two) = (Sum::of(&"one"), Sum::of(&"two"));

        assert_eq!(one.plus(two), two.plus(one));
        assert_eq!(one.plus(two).minus(one), two);
        assert_ne!(one.plus(one), one);
        assert_eq!(Sum::try_from(String::from(two)), Ok(two));
        assert_eq!(String::from(Sum::default()).len(), 16);
        assert_eq!(short_hash(&"one").len(), 16);
    }
}

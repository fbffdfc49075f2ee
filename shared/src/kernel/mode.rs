//! How an add is billed, and the limits of a role by that. An unpaid add is riskier than a paid one,
//! a grant riskier still (DESIGN §7).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Paid already, with a reference.
    Paid,
    /// To be paid: the default.
    Open,
    /// Free of charge, with a reason.
    Grant,
}

impl Mode {
    /// All modes, as in the table of limits.
    pub const ALL: [Mode; 3] = [Mode::Paid, Mode::Open, Mode::Grant];

    /// The word that people type.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Mode::Paid => "paid",
            Mode::Open => "open",
            Mode::Grant => "grant",
        }
    }

    /// The operations that a limit of this mode covers.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Mode::Paid => "paid adds",
            Mode::Open => "open adds and deducts",
            Mode::Grant => "grants",
        }
    }
}

/// The most that one operation of a role may be worth, by mode, in minor units. `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ModeLimits {
    pub paid: Option<u64>,
    /// Also for deducts, at list price.
    pub open: Option<u64>,
    /// At list price.
    pub grant: Option<u64>,
}

impl ModeLimits {
    #[must_use]
    pub fn get(&self, mode: Mode) -> Option<u64> {
        match mode {
            Mode::Paid => self.paid,
            Mode::Open => self.open,
            Mode::Grant => self.grant,
        }
    }

    pub fn get_mut(&mut self, mode: Mode) -> &mut Option<u64> {
        match mode {
            Mode::Paid => &mut self.paid,
            Mode::Open => &mut self.open,
            Mode::Grant => &mut self.grant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_of_a_mode_is_its_stored_name() {
        for mode in Mode::ALL {
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.word());
        }
        let words = Mode::ALL.map(Mode::words);
        assert_eq!(words, ["paid adds", "open adds and deducts", "grants"]);
    }

    #[test]
    fn each_mode_has_a_limit_of_its_own() {
        let mut limits = ModeLimits::default();
        for (mode, minor) in Mode::ALL.into_iter().zip(10..) {
            *limits.get_mut(mode) = Some(minor);
        }
        assert_eq!(limits, ModeLimits { paid: Some(10), open: Some(11), grant: Some(12) });
        assert_eq!(Mode::ALL.map(|mode| limits.get(mode)), [Some(10), Some(11), Some(12)]);
    }
}

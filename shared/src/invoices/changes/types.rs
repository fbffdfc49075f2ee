//! The changes of a document that move no credits.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::money::Money;

/// Why the rest of an invoice will not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    BankFee,
    WithholdingTax,
    Rounding,
}

impl Rest {
    /// The words that people see.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Rest::BankFee => "bank fee",
            Rest::WithholdingTax => "withholding tax",
            Rest::Rounding => "rounding",
        }
    }
}

/// When an invoice is due, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypedDue {
    /// Days after the day on which it is made.
    Days(u32),
    On(Date),
}

/// A change of a document that moves no credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentChange {
    Made {
        net: Money,
        tax: Money,
        /// The lines in words, cut to [`SUMMARY_MAX`] characters.
        lines: String,
    },
    /// It was made void, or closed by a credit note for the rest.
    Voided { reason: String },
    /// Staff say that all that was due was paid.
    Paid {
        amount: Money,
        /// As typed.
        reference: String,
    },
    /// The rest was closed by a credit note.
    Closed { rest: Rest, amount: Money },
    /// A credit note took an amount off.
    Credited { amount: Money, reason: String },
}

/// The longest summary of the lines of an invoice, in characters.
pub const SUMMARY_MAX: usize = 240;

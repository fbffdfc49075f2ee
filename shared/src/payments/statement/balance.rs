//! The lines of a statement against its balances. A difference refuses no file: banks leave lines out of
//! an export that a person chose. It is a note.

use crate::kernel::money::{Money, decimal, exponent};
use crate::payments::statement::types::Flow;

/// The opening balance and the lines on it, in minor units; absent if the statement has none.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunningBalance(Option<i128>);

impl RunningBalance {
    /// Begins with the opening balance.
    #[must_use]
    pub fn opened(flow: Flow, money: Money) -> Self {
        Self(Some(signed(flow, money)))
    }

    /// Adds a booked line.
    pub fn add(&mut self, flow: Flow, money: Money) {
        self.0 = self.0.map(|sum| sum.saturating_add(signed(flow, money)));
    }

    /// The note for a statement whose closing balance differs.
    #[must_use]
    pub fn difference(self, statement: &str, flow: Flow, closing: Money) -> Option<String> {
        let off = self.0?.abs_diff(signed(flow, closing));
        let currency = closing.currency;
        let text = decimal(u64::try_from(off).unwrap_or(u64::MAX), exponent(currency));
        let code = currency.code();
        let note =
            format!("Statement {statement}: its lines and its balances differ by {code} {text}.");
        (off > 0).then_some(note)
    }
}

fn signed(flow: Flow, money: Money) -> i128 {
    let minor = i128::from(money.minor);
    if flow == Flow::In { minor } else { minor.saturating_neg() }
}

//! The arguments of a command: typed values by the names of their parameters.
//!
//! Invariant: a value has the type that its parameter's kind asks for; `grammar::bind` sees to that.

use jiff::civil::Date;
use shared::kernel::credit::Count;
use shared::kernel::id::{ClientId, InvoiceNumber, OpId};
use shared::kernel::typed::{TypedClient, TypedDay};
use shared::pricing::types::TypedStep;

use super::Usage;

/// The value of an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text of any sort.
    Text(String),
    /// A client and the text behind it, which only the function can divide.
    Undivided(String),
    /// As `Undivided`, behind an amount: the words of `lead` belong to the amount or to the client.
    AfterAmount { lead: String, text: String },
    /// A number of credits.
    Count(Count),
    /// Another whole number.
    Number(u64),
    /// One of a parameter's choices.
    Choice(&'static str),
    /// An invoice's number.
    Invoice(InvoiceNumber),
    /// An operation's id.
    Op(OpId),
    /// A day.
    Date(TypedDay),
    /// Price steps.
    Steps(Vec<TypedStep>),
    /// A flag that is said.
    Flag,
}

/// The arguments of a command, by parameter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Args(Vec<(&'static str, Value)>);

impl Args {
    /// Sets or replaces an argument.
    pub fn set(&mut self, name: &'static str, value: Value) {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value));
    }

    /// Sets the reason, if there is one.
    pub fn set_reason(&mut self, reason: &str) {
        if !reason.is_empty() {
            self.set("reason", Value::Text(reason.to_owned()));
        }
    }

    /// Takes an argument away.
    pub fn unset(&mut self, name: &str) {
        self.0.retain(|(known, _)| *known != name);
    }

    /// An argument.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// A text, or a choice as its word.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::Text(text) | Value::Undivided(text) | Value::AfterAmount { text, .. } => {
                Some(text.clone())
            }
            Value::Choice(word) => Some((*word).to_owned()),
            Value::Count(_)
            | Value::Number(_)
            | Value::Invoice(_)
            | Value::Op(_)
            | Value::Date(_)
            | Value::Steps(_)
            | Value::Flag => None,
        }
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// It is not there.
    pub fn need(&self, name: &'static str) -> Result<String, Usage> {
        self.text(name).ok_or_else(|| Usage::missing(name))
    }

    /// A client that must be there, and that other text may follow.
    ///
    /// # Errors
    /// It is not there.
    pub fn client(&self, name: &'static str) -> Result<TypedClient, Usage> {
        Ok(match self.get(name) {
            Some(Value::Undivided(text)) => TypedClient::Begins(text.clone()),
            Some(Value::AfterAmount { lead, text }) => {
                TypedClient::AfterAmount { lead: lead.clone(), text: text.clone() }
            }
            _ => TypedClient::Whole(self.need(name)?),
        })
    }

    /// A text that must be there: empty while it is behind an undivided client.
    ///
    /// # Errors
    /// It is not there.
    pub fn need_behind(&self, client: &str, name: &'static str) -> Result<String, Usage> {
        match self.text(name) {
            None if self.is_undivided(client) => Ok(String::new()),
            text => text.ok_or_else(|| Usage::missing(name)),
        }
    }

    /// Whether a client is followed by text that is not divided from it.
    #[must_use]
    pub fn is_undivided(&self, client: &str) -> bool {
        matches!(self.get(client), Some(Value::Undivided(_) | Value::AfterAmount { .. }))
    }

    /// A number of credits that must be there.
    ///
    /// # Errors
    /// It is not there.
    pub fn count(&self, name: &'static str) -> Result<Count, Usage> {
        if let Some(Value::Count(count)) = self.get(name) {
            return Ok(*count);
        }
        Err(Usage::missing(name))
    }

    /// The client id that a button carries, so that the function need not look the client up.
    ///
    /// # Errors
    /// The argument is not an id.
    pub fn client_id(&self, name: &str) -> Result<Option<ClientId>, Usage> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let no_id = |_| Usage::new("bad_value", format!("“{text}” is not a client’s id."));
        text.parse().map(Some).map_err(no_id)
    }

    /// Another number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u64> {
        if let Some(Value::Number(number)) = self.get(name) { Some(*number) } else { None }
    }

    /// An invoice's number.
    #[must_use]
    pub fn invoice(&self, name: &str) -> Option<InvoiceNumber> {
        if let Some(Value::Invoice(number)) = self.get(name) { Some(*number) } else { None }
    }

    /// The number of an invoice, which must be there.
    ///
    /// # Errors
    /// It is not there.
    pub fn need_invoice(&self, name: &'static str) -> Result<InvoiceNumber, Usage> {
        self.invoice(name).ok_or_else(|| Usage::missing(name))
    }

    /// An operation's id, which must be there.
    ///
    /// # Errors
    /// It is not there.
    pub fn need_op(&self, name: &'static str) -> Result<OpId, Usage> {
        self.op(name).ok_or_else(|| Usage::missing(name))
    }

    /// An operation's id.
    #[must_use]
    pub fn op(&self, name: &str) -> Option<OpId> {
        if let Some(Value::Op(op)) = self.get(name) { Some(op.clone()) } else { None }
    }

    /// A day of a change; none for `today`, which is also the day where none is given.
    #[must_use]
    pub fn date(&self, name: &str) -> Option<Date> {
        if let Some(Value::Date(TypedDay::On(date))) = self.get(name) { Some(*date) } else { None }
    }

    /// A day of a read, which may be `today`.
    #[must_use]
    pub fn day(&self, name: &str) -> Option<TypedDay> {
        if let Some(Value::Date(day)) = self.get(name) { Some(*day) } else { None }
    }

    /// Price steps.
    #[must_use]
    pub fn steps(&self, name: &str) -> Vec<TypedStep> {
        if let Some(Value::Steps(steps)) = self.get(name) { steps.clone() } else { Vec::new() }
    }

    /// Whether a flag is said.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Flag))
    }
}

//! Parameters that several commands share, and the reading of those that become a type.

use shared::kernel::credit::Kind;
use shared::plans::types::Answerable;

use crate::command::{Args, Choices, ParamKind, ParamSpec};

/// The client that a command is about.
pub const CLIENT: ParamSpec =
    ParamSpec::required("client", ParamKind::Client, "Client: two or three letters of any name");

/// A number of credits.
pub const AMOUNT: ParamSpec =
    ParamSpec::required("amount", ParamKind::Amount, "How many credits: 500, 1,000 or 2k");

/// One kind of credits, where both are the default.
pub const KIND: ParamSpec =
    ParamSpec::optional("kind", ParamKind::Choice(KINDS), "Only these credits");

const KINDS: Choices = &[("sms", "SMS credits"), ("mms", "MMS credits")];

/// A reason that must be given.
pub const REASON: ParamSpec = ParamSpec::required("reason", ParamKind::Rest, "Why");

/// A reason that may be given.
pub const REASON_IF_ANY: ParamSpec = ParamSpec::optional("reason", ParamKind::Rest, "Why");

/// A text for the mail to the client, which never has the reason.
pub const TELL: ParamSpec = ParamSpec::named(
    "tell",
    ParamKind::Text,
    "What the client reads in its mail; never the reason",
)
.shown("text");

/// The plan that a command decides.
#[must_use]
pub const fn plan_to(does: Answerable) -> ParamSpec {
    ParamSpec::required("op", ParamKind::Plan(does), "Which request")
}

/// The client of the plan on a button.
pub const ABOUT: ParamSpec =
    ParamSpec::by_button("about", ParamKind::Word, "The client that it is about, by its id");

/// The version of the plan on a button.
pub const SEEN: ParamSpec =
    ParamSpec::by_button("seen", ParamKind::Number, "Which version of it was seen");

/// The number of a document.
pub const NUMBER: ParamSpec =
    ParamSpec::required("number", ParamKind::Invoice, "The invoice’s number");

/// The kind of credits that [`KIND`] names.
#[must_use]
pub fn kind(args: &Args) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| args.text(KIND.name).as_deref() == Some(kind.word()))
}

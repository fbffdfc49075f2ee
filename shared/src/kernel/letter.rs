//! The built-in text of each mail: a subject, and lines of plain text. A plan shows the text before
//! the change is done, and the mail function sends it.
//!
//! Text that staff write becomes one line without control characters: it can neither add a header nor
//! imitate further text.
//!
//! Absent on purpose: greeting, address and seller, which belong to one mail; HTML.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::credit::{Kind, PerKind, grouped, in_words, were};
use crate::kernel::id::{InvoiceNumber, Series};
use crate::kernel::money::Money;

/// The content of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    Added(Sale),
    Deducted {
        credits: PerKind<u64>,
    },
    Returned {
        credits: PerKind<u64>,
    },
    Corrected {
        invoice: InvoiceNumber,
        /// The credits that were taken back.
        credits: PerKind<u64>,
    },
    Voided {
        invoice: InvoiceNumber,
        /// By a credit note, because something was paid or noted before.
        noted: bool,
        /// It stated no money.
        free: bool,
    },
    Received {
        invoice: InvoiceNumber,
        paid: Money,
    },
    Sent {
        invoice: InvoiceNumber,
        /// What is due, and the day.
        due: Option<(Money, Date)>,
        void: bool,
    },
    Activated,
    Suspended,
    /// A reminder of invoices that are due, the earliest first.
    Due(Vec<Unpaid>),
    Statement(AccountStatement),
}

/// An invoice with money due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unpaid {
    pub number: InvoiceNumber,
    pub gross: Money,
    pub due: Money,
    pub by: Date,
    /// It was due before today.
    pub is_overdue: bool,
}

/// A statement of account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountStatement {
    pub since: Date,
    pub until: Date,
    /// The invoices with money due, the earliest first.
    pub unpaid: Vec<Unpaid>,
    /// The money that came in these days, the earliest first.
    pub payments: Vec<PaymentLine>,
    /// What is due on all invoices.
    pub due: Money,
    /// Money of the client that no invoice uses.
    pub credit: Money,
}

/// A payment on a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentLine {
    pub on: Date,
    pub amount: Money,
    pub reference: String,
    /// The invoice that it pays.
    pub invoice: Option<InvoiceNumber>,
}

/// An add as its payer reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    pub sold: PerKind<u64>,
    /// The credits that the invoice still gives.
    pub left: PerKind<u64>,
    /// The name of the client below the payer that has the credits.
    pub below: Option<String>,
    /// `None` before the add is done.
    pub number: Option<InvoiceNumber>,
    pub gross: Money,
    /// What is due, and the day.
    pub due: Option<(Money, Date)>,
}

impl Letter {
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Letter::Added(sale) => format!("{} added", in_words(&sale.left)),
            Letter::Deducted { credits } => format!("{} deducted", in_words(credits)),
            Letter::Returned { credits } => format!("{} returned", in_words(credits)),
            Letter::Corrected { invoice, .. } => format!("Invoice {invoice} corrected"),
            Letter::Voided { invoice, free, .. } => format!("{} {invoice} cancelled", noun(*free)),
            Letter::Received { invoice, .. } => format!("Payment received for invoice {invoice}"),
            Letter::Sent { invoice, .. } => format!("{} {invoice}", title(invoice.series)),
            Letter::Activated => "Your account is active".to_owned(),
            Letter::Suspended => "Your account is suspended".to_owned(),
            Letter::Due(unpaid) => match unpaid.as_slice() {
                [one] if one.is_overdue => {
                    format!("Invoice {} is overdue: {}", one.number, one.due)
                }
                [one] => format!("Invoice {} is due by {}: {}", one.number, one.by, one.due),
                several => format!("{} invoices are unpaid", several.len()),
            },
            Letter::Statement(statement) => {
                format!("Statement of account, {} to {}", statement.since, statement.until)
            }
        }
    }

    /// The lines of the text, with the text that staff address to the client as the last.
    #[must_use]
    pub fn lines(&self, tell: Option<&str>) -> Vec<String> {
        let mut lines = match self {
            Letter::Added(sale) => sale.lines(),
            Letter::Deducted { credits } => {
                vec![format!("{} {} deducted from your account.", in_words(credits), were(credits))]
            }
            Letter::Returned { credits } => {
                vec![format!("{} {} returned to your account.", in_words(credits), were(credits))]
            }
            Letter::Corrected { invoice, credits } if credits.is_zero() => {
                vec![format!("Invoice {invoice} was corrected.")]
            }
            Letter::Corrected { invoice, credits } => vec![format!(
                "Invoice {invoice} was corrected: {} {} taken back.",
                in_words(credits),
                were(credits)
            )],
            Letter::Voided { invoice, noted, free } => {
                let note = if *noted { " A credit note was made for it." } else { "" };
                vec![format!(
                    "{} {invoice} was cancelled, and the credits that it gave were taken back.{note}",
                    noun(*free)
                )]
            }
            Letter::Received { invoice, paid } => vec![format!(
                "We received the payment of invoice {invoice}: {paid}. Nothing is due. Thank you."
            )],
            Letter::Sent { invoice, due, void } => {
                let title = title(invoice.series);
                vec![match due {
                    Some((due, date)) => format!("{title} {invoice}: {due} is due by {date}."),
                    None if *void => format!("{title} {invoice} is void. Nothing is to be paid."),
                    None => format!("{title} {invoice}: nothing is due."),
                }]
            }
            Letter::Activated => {
                vec!["Your account is active now. You can send messages.".to_owned()]
            }
            Letter::Suspended => {
                vec!["Your account is suspended: it cannot send messages at the moment.".to_owned()]
            }
            Letter::Due(unpaid) => {
                let mut lines: Vec<String> = unpaid.iter().map(Unpaid::line).collect();
                lines.push("If you have paid already, please ignore this mail.".to_owned());
                lines
            }
            Letter::Statement(statement) => statement.lines(),
        };
        lines.extend(tell.map(one_line));
        lines
    }
}

impl Unpaid {
    fn line(&self) -> String {
        let Self { number, gross, due, by, is_overdue } = self;
        let was = if *is_overdue { "was due" } else { "is due" };
        let part = if due == gross { String::new() } else { format!(" of {gross}") };
        format!("Invoice {number}: {due}{part} {was} by {by}.")
    }
}

impl AccountStatement {
    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.unpaid.iter().map(Unpaid::line).collect();
        if lines.is_empty() {
            lines.push("No invoice is unpaid.".to_owned());
        }
        for PaymentLine { on, amount, reference, invoice } in &self.payments {
            let invoice =
                invoice.map(|number| format!(" for invoice {number}")).unwrap_or_default();
            let reference = one_line(reference);
            lines.push(format!("{on}: {amount} received{invoice}, {reference}."));
        }
        if self.payments.is_empty() {
            lines.push(format!("No payment came from {} to {}.", self.since, self.until));
        }
        lines.push(format!("Due in all: {}.", self.due));
        if self.credit.minor > 0 {
            lines.push(format!("Your credit: {}.", self.credit));
        }
        lines
    }
}

impl Sale {
    fn lines(&self) -> Vec<String> {
        // A reseller pays for credits of a client below it.
        let account = match &self.below {
            Some(name) => format!("your client {}", one_line(name)),
            None => "your account".to_owned(),
        };
        let mut lines =
            vec![format!("{} {} added to {account}.", in_words(&self.sold), were(&self.sold))];
        let kinds = || Kind::ALL.into_iter().filter(|kind| *self.sold.get(*kind) > 0);
        for kind in kinds() {
            let (sold, left) = (*self.sold.get(kind), *self.left.get(kind));
            let back = sold.saturating_sub(left);
            if back == 0 {
                continue;
            }
            let them = match kinds().count() {
                1 => "them".to_owned(),
                _ => format!("the {kind} credits"),
            };
            let verb = |credits| if credits == 1 { ("was", "remains") } else { ("were", "remain") };
            let ((was, _), (_, remain)) = (verb(back), verb(left));
            let (back, left) = (grouped(back), grouped(left));
            lines
                .push(format!("{back} of {them} {was} taken back since: {left} of them {remain}."));
        }
        let number = self.number.map_or_else(|| "…".to_owned(), |number| number.to_string());
        let gross = self.gross;
        lines.push(match self.due {
            Some((due, date)) if due == gross => {
                format!("Invoice {number}: {due} is due by {date}.")
            }
            Some((due, date)) => {
                format!("Invoice {number}: {due} of {gross} is still due, by {date}.")
            }
            None if gross.minor > 0 => format!("Invoice {number}: {gross}, paid. Thank you."),
            None => format!("Document {number}: nothing is to be paid."),
        });
        lines
    }
}

fn title(series: Series) -> &'static str {
    match series {
        Series::Invoice => "Invoice",
        Series::CreditNote => "Credit note",
    }
}

/// The name of a document: one without money is no invoice to its reader.
fn noun(is_free: bool) -> &'static str {
    if is_free { "Document" } else { "Invoice" }
}

/// Typed text as one line without control characters.
#[must_use]
pub fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sale(sold: PerKind<u64>, left: PerKind<u64>) -> Sale {
        let gross = Money { minor: 2_500, currency: iso_currency::Currency::GBP };
        let number = Some("INV-2-0001".parse().unwrap());
        Sale { sold, left, below: None, number, gross, due: None }
    }

    #[test]
    fn corrected_add_names_the_remaining_credits_of_each_kind() {
        let mms = |credits| PerKind::only(Kind::Mms, credits);
        let one = Letter::Added(sale(mms(500), mms(50)));
        assert_eq!(one.subject(), "50 MMS credits added");
        assert_eq!(
            one.lines(None),
            [
                "500 MMS credits were added to your account.",
                "450 of them were taken back since: 50 of them remain.",
                "Invoice INV-2-0001: £25.00, paid. Thank you.",
            ]
        );

        let both = sale(PerKind { sms: 70, mms: 500 }, PerKind { sms: 70, mms: 50 });
        let both = Letter::Added(both);
        assert_eq!(both.subject(), "70 SMS credits and 50 MMS credits added");
        let lines = both.lines(None);
        assert_eq!(lines[1], "450 of the MMS credits were taken back since: 50 of them remain.");
    }

    #[test]
    fn text_for_the_client_is_one_line() {
        let letter = Letter::Deducted { credits: PerKind::only(Kind::Sms, 4_500) };
        assert_eq!(
            letter.lines(Some("typed\r\nSubject: x\u{7}")),
            ["4,500 SMS credits were deducted from your account.", "typed Subject: x"]
        );
    }
}

//! The built-in text of each mail, made from the client and the documents.
//!
//! People type names and reasons, so each becomes one line without control characters: it can neither
//! add a header nor imitate further text. Absent on purpose: HTML. Plain text arrives everywhere and
//! hides nothing.

use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::Image;
use shared::invoices::types::Invoice;
use shared::kernel::credit::{Kind, PerKind, grouped};
use shared::kernel::id::InvoiceNumber;
use shared::kernel::mail::MailEvent;
use shared::kernel::money::Money;
use shared::settings::types::Settings;

/// A mail to one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The effect's id: the same at every retry.
    pub id: String,
    /// One address.
    pub to: String,
    /// The client's name: one line.
    pub name: String,
    /// One line.
    pub subject: String,
    pub text: String,
}

/// The records that a letter is made from.
pub struct Facts<'a> {
    pub client: &'a Client,
    /// Holds the invoice that the event names.
    pub image: &'a Image,
    pub settings: Settings,
}

/// The letter about an event; `None` when the add was taken back or the client has no usable address.
#[must_use]
pub fn letter(event: &MailEvent, facts: &Facts<'_>, id: &str) -> Option<Letter> {
    let address = facts.client.email.trim();
    // Refuses a line break and a second address.
    let separates =
        |c: char| c.is_control() || c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>');
    if !address.contains('@') || address.contains(separates) {
        return None;
    }
    let (subject, lines) = match event {
        MailEvent::CreditAdded { invoice } => added(facts.client, facts.invoice(*invoice)?)?,
        MailEvent::CreditDeducted { credits, reason } => {
            let credits = in_words(credits);
            let lines = vec![
                format!("{credits} were deducted from your account."),
                format!("Reason: {}", one_line(reason)),
            ];
            (format!("{credits} deducted"), lines)
        }
        MailEvent::InvoiceVoided { invoice } => voided(*invoice, facts.invoice(*invoice)),
        MailEvent::Activated => (
            "Your account is active".to_owned(),
            vec!["Your account is active now. You can send messages.".to_owned()],
        ),
        MailEvent::Suspended => (
            "Your account is suspended".to_owned(),
            vec!["Your account is suspended: it cannot send messages at the moment.".to_owned()],
        ),
    };
    let name = one_line(&facts.client.name);
    let seller = facts.settings.seller.as_ref().map(|seller| one_line(&seller.name));
    let mut text = format!("Hello {name},\r\n\r\n{}\r\n", lines.join("\r\n"));
    if let Some(seller) = seller {
        text.push_str(&format!("\r\n{seller}\r\n"));
    }
    Some(Letter { id: id.to_owned(), to: address.to_owned(), name, subject, text })
}

impl Facts<'_> {
    fn invoice(&self, number: InvoiceNumber) -> Option<&Invoice> {
        self.image.peek(&Key::Invoice(number))
    }
}

/// Credits by kind: `500 MMS credits`, `7 SMS credits and 500 MMS credits`.
fn in_words(credits: &PerKind<u64>) -> String {
    let some = Kind::ALL.into_iter().filter(|kind| *credits.get(*kind) > 0);
    let words: Vec<String> =
        some.map(|kind| format!("{} {kind} credits", grouped(*credits.get(kind)))).collect();
    words.join(" and ")
}

/// The text about an add: the credits that it still gives. `None` when all were taken back.
fn added(to: &Client, invoice: &Invoice) -> Option<(String, Vec<String>)> {
    let kinds = invoice.kinds();
    let sold = invoice.gives.map(|kind, _| invoice.sold(kind));
    let left = invoice.gives;
    if left == PerKind::default() {
        return None;
    }
    // A reseller pays for credits of a client below it.
    let account = if invoice.client == to.id {
        "your account".to_owned()
    } else {
        format!("your client {}", invoice.client)
    };
    let mut lines = vec![format!("{} were added to {account}.", in_words(&sold))];
    for kind in &kinds {
        let (sold, left) = (*sold.get(*kind), *left.get(*kind));
        let back = sold.saturating_sub(left);
        if back == 0 {
            continue;
        }
        let them = match kinds.len() {
            1 => "them".to_owned(),
            _ => format!("the {kind} credits"),
        };
        let (back, left) = (grouped(back), grouped(left));
        lines.push(format!("{back} of {them} were taken back since: {left} of them remain."));
    }
    let number = invoice.number;
    let due_minor = invoice.due_minor();
    let gross = invoice.gross();
    if due_minor > 0 {
        let due = Money { minor: due_minor, currency: invoice.currency };
        lines.push(format!("Invoice {number}: {gross}; {due} is due by {}.", invoice.due));
    } else if invoice.gross_minor > 0 {
        lines.push(format!("Invoice {number}: {gross}, paid. Thank you."));
    } else {
        lines.push(format!("Document {number}: nothing is to be paid."));
    }
    Some((format!("{} added", in_words(&left)), lines))
}

fn voided(number: InvoiceNumber, invoice: Option<&Invoice>) -> (String, Vec<String>) {
    let mut lines = vec![format!(
        "Invoice {number} was cancelled, and the credits that it gave were taken back."
    )];
    let paid = invoice.filter(|invoice| invoice.noted_minor > 0);
    if let Some(invoice) = paid {
        let noted = Money { minor: invoice.noted_minor, currency: invoice.currency };
        lines.push(format!("Credit notes over {noted} stand against it."));
    }
    (format!("Invoice {number} cancelled"), lines)
}

/// Typed text as one line without control characters.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::invoices::types::{InvoiceLine, InvoiceState, Party};
    use shared::kernel::id::{CallKey, ClientId};
    use shared::kernel::mode::Mode;
    use shared::ledger::account::Status;

    fn client(name: &str, email: &str) -> Client {
        Client {
            login: "acme".to_owned(),
            name: name.to_owned(),
            email: email.to_owned(),
            status: Status::Active,
            chain: vec![ClientId(1)],
            ..Client::blank(ClientId(2), "2026-03-01T12:00:00Z".parse().unwrap())
        }
    }

    fn written(client: &Client, event: &MailEvent) -> Option<Letter> {
        let facts = Facts { client, image: &Image::default(), settings: Settings::new() };
        letter(event, &facts, "op_1-0")
    }

    #[test]
    fn client_name_with_a_line_break_adds_no_header() {
        let acme = client("Acme\r\nBcc: all@example.com", "billing@acme.example");
        let letter = written(&acme, &MailEvent::Activated).unwrap();
        assert_eq!(letter.name, "Acme Bcc: all@example.com");
        assert!(letter.text.starts_with("Hello Acme Bcc: all@example.com,\r\n"));
    }

    #[test]
    fn client_without_exactly_one_address_gets_no_letter() {
        for odd in ["", "acme", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"] {
            assert_eq!(written(&client("Acme", odd), &MailEvent::Activated), None, "{odd}");
        }
    }

    #[test]
    fn add_without_its_invoice_sends_no_letter() {
        let event = MailEvent::CreditAdded { invoice: "INV-2-0001".parse().unwrap() };
        assert_eq!(written(&client("Acme", "a@acme.example"), &event), None);
    }

    #[test]
    fn corrected_add_names_the_remaining_credits_of_each_kind() {
        let acme = client("Acme", "a@acme.example");
        let invoice = |lines: &[(Kind, u64)], gives: PerKind<u64>| Invoice {
            number: "INV-2-0001".parse().unwrap(),
            version: 1,
            client: ClientId(2),
            op: CallKey::new("test", "1").op(),
            entry: 1,
            corrects: None,
            at: acme.made_at,
            due: "2026-03-15".parse().unwrap(),
            state: InvoiceState::Open,
            mode: Mode::Open,
            currency: iso_currency::Currency::GBP,
            lines: lines
                .iter()
                .map(|(kind, credits)| InvoiceLine {
                    kind: *kind,
                    credits: *credits,
                    per_1000_minor: 0,
                    net_minor: 0,
                })
                .collect(),
            tax: shared::kernel::tax::TaxRate::ZERO,
            net_minor: 2_500,
            tax_minor: 0,
            gross_minor: 2_500,
            paid_minor: 0,
            noted_minor: 2_250,
            gives,
            refunded_credits: PerKind::default(),
            once_paid: false,
            seller: Party::default(),
            buyer: Party::default(),
            reference: None,
            payments: Vec::new(),
        };
        let one =
            |left| added(&acme, &invoice(&[(Kind::Mms, 500)], PerKind::only(Kind::Mms, left)));
        let (subject, lines) = one(50).unwrap();
        assert_eq!(subject, "50 MMS credits added");
        assert_eq!(lines[0], "500 MMS credits were added to your account.");
        assert_eq!(lines[1], "450 of them were taken back since: 50 of them remain.");
        assert_eq!(one(0), None);

        let both = invoice(&[(Kind::Sms, 70), (Kind::Mms, 500)], PerKind { sms: 70, mms: 50 });
        let (subject, lines) = added(&acme, &both).unwrap();
        assert_eq!(subject, "70 SMS credits and 50 MMS credits added");
        assert_eq!(lines[1], "450 of the MMS credits were taken back since: 50 of them remain.");
    }
}

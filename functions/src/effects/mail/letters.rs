//! The letter about an event: its content from the records as they stand now, with greeting, address
//! and seller. `shared::kernel::letter` has the words.
//!
//! Absent on purpose: HTML. Plain text arrives everywhere and hides nothing.

use jiff::Timestamp;
use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::{Image, Need};
use shared::credits::bare::{self, BareEntries, left_of};
use shared::invoices::types::Invoice;
use shared::kernel::credit::PerKind;
use shared::kernel::id::{ClientId, InvoiceNumber};
use shared::kernel::letter::{Letter as Content, Sale, one_line};
use shared::kernel::mail::{MAIL_AFTER, MailEvent};
use shared::kernel::money::Money;
use shared::ledger::account::Account;
use shared::ledger::entry::Entry;
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
    /// Holds the records that [`needs`] names.
    pub image: &'a Image,
    pub settings: Settings,
}

/// The records that a letter about an event is made from, as far as they can be named from those that
/// were read.
pub fn needs(client: ClientId, event: &MailEvent, image: &Image) -> Vec<Key> {
    let mut keys = vec![Key::Client(client), Key::Settings];
    match event {
        MailEvent::CreditAdded { invoice, .. }
        | MailEvent::InvoiceCorrected { invoice, .. }
        | MailEvent::InvoiceVoided { invoice, .. } => keys.push(Key::Invoice(*invoice)),
        MailEvent::CreditDeducted { entry, .. } => {
            let account = Key::Account(client);
            if let Some(account) = image.peek::<Account>(&account) {
                keys.extend(bare::next_key(image, account, *entry));
            }
            keys.push(account);
        }
        MailEvent::CreditReturned { .. } | MailEvent::Activated | MailEvent::Suspended => {}
    }
    keys.retain(|key| !image.has(&Need::Item(key.clone())));
    keys
}

/// The letter about an event; `None` when the change was taken back meanwhile, or the client has no
/// address.
#[must_use]
pub fn letter(event: &MailEvent, facts: &Facts<'_>, id: &str) -> Option<Letter> {
    let address = facts.client.address()?;
    let content = content(event, facts)?;
    let name = one_line(&facts.client.name);
    let seller = facts.settings.seller.as_ref().map(|seller| one_line(&seller.name));
    let lines = content.lines(event.tell()).join("\r\n");
    let mut text = format!("Hello {name},\r\n\r\n{lines}\r\n");
    if let Some(seller) = seller {
        text.push_str(&format!("\r\n{seller}\r\n"));
    }
    let subject = content.subject();
    Some(Letter { id: id.to_owned(), to: address.to_owned(), name, subject, text })
}

fn content(event: &MailEvent, facts: &Facts<'_>) -> Option<Content> {
    Some(match event {
        MailEvent::CreditAdded { invoice, below, .. } => {
            Content::Added(sale(facts.client, facts.invoice(*invoice)?, below.as_ref())?)
        }
        MailEvent::CreditDeducted { credits, entry, at, .. } => {
            let credits = facts.left(*entry, credits, *at);
            if credits == PerKind::default() {
                return None;
            }
            Content::Deducted { credits }
        }
        MailEvent::CreditReturned { credits, .. } => Content::Returned { credits: *credits },
        MailEvent::InvoiceCorrected { invoice, credits, .. } => {
            if facts.invoice(*invoice)?.gives == PerKind::default() {
                return None;
            }
            Content::Corrected { invoice: *invoice, credits: *credits }
        }
        MailEvent::InvoiceVoided { invoice, .. } => {
            let noted = facts.invoice(*invoice).is_some_and(|invoice| invoice.noted_minor > 0);
            let free = facts.invoice(*invoice).is_some_and(|invoice| invoice.gross_minor == 0);
            Content::Voided { invoice: *invoice, noted, free }
        }
        MailEvent::Activated => Content::Activated,
        MailEvent::Suspended => Content::Suspended,
    })
}

impl Facts<'_> {
    fn invoice(&self, number: InvoiceNumber) -> Option<&Invoice> {
        self.image.peek(&Key::Invoice(number))
    }

    /// The credits of a deduct that were not given back before its letter was due. A later return has a
    /// letter of its own.
    fn left(&self, entry: u64, credits: &PerKind<u64>, at: Timestamp) -> PerKind<u64> {
        let account = self.image.peek::<Account>(&Key::Account(self.client.id));
        let Some(account) = account else { return *credits };
        let Ok(bare) = BareEntries::after(self.image, account, entry) else { return *credits };
        let is_early = |back: &&Entry| back.at.duration_since(at) < MAIL_AFTER;
        left_of(*credits, bare.returns_of(entry).filter(is_early))
    }
}

/// An add with the credits that it still gives. `None` when all were taken back.
fn sale(to: &Client, invoice: &Invoice, below: Option<&String>) -> Option<Sale> {
    if invoice.gives == PerKind::default() {
        return None;
    }
    let due_minor = invoice.due_minor();
    let due = Money { minor: due_minor, currency: invoice.currency };
    Some(Sale {
        sold: invoice.gives.map(|kind, _| invoice.sold(kind)),
        left: invoice.gives,
        below: (invoice.client != to.id)
            .then(|| below.map_or_else(|| invoice.client.to_string(), String::clone)),
        number: Some(invoice.number),
        gross: invoice.gross(),
        due: (due_minor > 0).then_some((due, invoice.due)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let event = MailEvent::CreditAdded {
            invoice: "INV-2-0001".parse().unwrap(),
            tell: None,
            below: None,
        };
        assert_eq!(written(&client("Acme", "a@acme.example"), &event), None);
    }
}

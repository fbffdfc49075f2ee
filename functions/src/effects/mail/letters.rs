//! The letter about an event: its content from the records as they stand now, with greeting, address
//! and seller. `shared::kernel::letter` has the words.
//!
//! Absent on purpose: HTML. Plain text arrives everywhere and hides nothing.

use jiff::Timestamp;
use shared::clients::contacts::types::Topic;
use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::{Image, Need, Stop};
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
///
/// # Errors
/// A record that the content depends on cannot be read.
pub fn letter(event: &MailEvent, facts: &Facts<'_>, id: &str) -> Result<Option<Letter>, String> {
    let addresses = addresses(event, facts.client);
    let content = content(event, facts)?;
    Ok(content.and_then(|content| written(&content, event.tell(), facts, (id, &addresses))))
}

/// A letter of some content to the first of some addresses; `None` without an address.
pub fn written(
    content: &Content,
    tell: Option<&str>,
    facts: &Facts<'_>,
    (id, addresses): (&str, &[&str]),
) -> Option<Letter> {
    let address = addresses.first()?;
    let name = one_line(&facts.client.name);
    let seller = facts.settings.seller.as_ref().map(|seller| one_line(&seller.name));
    let lines = content.lines(tell).join("\r\n");
    let mut text = format!("Hello {name},\r\n\r\n{lines}\r\n");
    if let Some(seller) = seller {
        text.push_str(&format!("\r\n{seller}\r\n"));
    }
    let subject = content.subject();
    Some(Letter { id: id.to_owned(), to: (*address).to_owned(), name, subject, text })
}

/// The addresses that get a letter: those of the contacts for its topic, or the client's own.
pub fn addresses<'a>(event: &MailEvent, client: &'a Client) -> Vec<&'a str> {
    match event {
        MailEvent::CreditAdded { .. }
        | MailEvent::InvoiceCorrected { .. }
        | MailEvent::InvoiceVoided { .. } => client.addresses(Topic::Invoices),
        MailEvent::CreditDeducted { .. }
        | MailEvent::CreditReturned { .. }
        | MailEvent::Activated
        | MailEvent::Suspended => client.address().into_iter().collect(),
    }
}

fn content(event: &MailEvent, facts: &Facts<'_>) -> Result<Option<Content>, String> {
    Ok(match event {
        MailEvent::CreditAdded { invoice, below, .. } => {
            let invoice = facts.invoice(*invoice)?;
            invoice
                .and_then(|invoice| sale(facts.client, invoice, below.as_ref()))
                .map(Content::Added)
        }
        MailEvent::CreditDeducted { credits, entry, at, .. } => {
            let credits = facts.left(*entry, credits, *at)?;
            (credits != PerKind::default()).then_some(Content::Deducted { credits })
        }
        MailEvent::CreditReturned { credits, .. } => Some(Content::Returned { credits: *credits }),
        MailEvent::InvoiceCorrected { invoice: number, credits, .. } => {
            let invoice = facts.invoice(*number)?;
            let gives = invoice.is_some_and(|invoice| invoice.gives != PerKind::default());
            gives.then_some(Content::Corrected { invoice: *number, credits: *credits })
        }
        MailEvent::InvoiceVoided { invoice: number, .. } => {
            let invoice = facts.invoice(*number)?;
            let noted = invoice.is_some_and(|invoice| invoice.noted_minor > 0);
            let free = invoice.is_some_and(|invoice| invoice.gross_minor == 0);
            Some(Content::Voided { invoice: *number, noted, free })
        }
        MailEvent::Activated => Some(Content::Activated),
        MailEvent::Suspended => Some(Content::Suspended),
    })
}

impl Facts<'_> {
    fn invoice(&self, number: InvoiceNumber) -> Result<Option<&Invoice>, String> {
        self.image.invoice(number).map_err(unreadable)
    }

    /// The credits of a deduct that were not given back before its letter was due. A later return has a
    /// letter of its own.
    fn left(
        &self,
        entry: u64,
        credits: &PerKind<u64>,
        at: Timestamp,
    ) -> Result<PerKind<u64>, String> {
        let account = self.image.account(self.client.id).map_err(unreadable)?;
        let account = account.ok_or("the client has no account")?;
        let bare = BareEntries::after(self.image, account, entry).map_err(unreadable)?;
        let bare = bare.ok_or("too many deductions and returns followed to tell what is left")?;
        let is_early = |back: &&Entry| back.at.duration_since(at) < MAIL_AFTER;
        Ok(left_of(*credits, bare.returns_of(entry).filter(is_early)))
    }
}

/// The error of a letter that depends on a record which was not read.
fn unreadable(stop: Stop) -> String {
    match stop {
        Stop::Unreadable { key, reason } => format!("{key:?} cannot be read: {reason}"),
        Stop::Lacks(needs) => format!("{needs:?} was not read"),
        Stop::Refuse(refusal) => refusal.to_string(),
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
    use shared::contract::Record;
    use shared::credits::bare::BARE_MAX;
    use shared::kernel::actor::ActorId;
    use shared::kernel::credit::Kind;
    use shared::kernel::id::{CallKey, StaffId};
    use shared::kernel::movement::Reason;
    use shared::ledger::account::{Account, Status, Switch};
    use shared::ledger::posting::{Posting, post};

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

    fn sent(client: &Client, event: &MailEvent) -> Option<Letter> {
        let facts = Facts { client, image: &Image::default(), settings: Settings::new() };
        letter(event, &facts, "op_1-0").unwrap()
    }

    /// The letter about a deduct of which a number of deducts followed; the entries of those from
    /// `unread` on cannot be read.
    fn deducted(later: usize, unread: Option<u64>) -> Result<Option<Letter>, String> {
        let acme = client("Acme", "a@acme.example");
        let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
        let credits = PerKind::only(Kind::Sms, 1);
        let op = CallKey::new("test", "deduct").op();
        let mut account = Account::new(acme.id, Status::Active, Switch::Inherit);
        let mut image = Image::default();
        for _ in 0..=later {
            let granted = PerKind::only(Kind::Sms, Some(-1));
            let by = ActorId::Staff(StaffId(1));
            let posting = Posting::new(&op, now, by, Reason::Deduct, granted);
            let posted = post(&account, posting).unwrap();
            let entry = posted.entry;
            match unread.is_some_and(|number| entry.number >= number) {
                true => {
                    let key = Key::Entry(acme.id, entry.month(), entry.number);
                    image.insert_unreadable(key, "it is broken".to_owned());
                }
                false => image.insert(Record::Entry(entry)),
            }
            account = posted.account;
        }
        image.insert(Record::Account(account));
        let event = MailEvent::CreditDeducted { credits, entry: 1, at: now, tell: None };
        let facts = Facts { client: &acme, image: &image, settings: Settings::new() };
        letter(&event, &facts, "op_1-0")
    }

    #[test]
    fn letter_about_a_deduct_whose_returns_cannot_be_told_fails() {
        assert!(deducted(BARE_MAX, None).unwrap().is_some());
        assert!(deducted(BARE_MAX + 1, None).unwrap_err().contains("too many"));
        assert!(deducted(3, Some(3)).unwrap_err().contains("it is broken"));
    }

    #[test]
    fn letter_about_an_invoice_that_cannot_be_read_fails() {
        let acme = client("Acme", "a@acme.example");
        let number: InvoiceNumber = "INV-2-0001".parse().unwrap();
        let mut image = Image::default();
        image.insert_unreadable(Key::Invoice(number), "it is broken".to_owned());
        let facts = Facts { client: &acme, image: &image, settings: Settings::new() };
        let added = MailEvent::CreditAdded { invoice: number, tell: None, below: None };
        assert!(letter(&added, &facts, "op_1-0").unwrap_err().contains("it is broken"));
    }

    #[test]
    fn client_name_with_a_line_break_adds_no_header() {
        let acme = client("Acme\r\nBcc: all@example.com", "billing@acme.example");
        let letter = sent(&acme, &MailEvent::Activated).unwrap();
        assert_eq!(letter.name, "Acme Bcc: all@example.com");
        assert!(letter.text.starts_with("Hello Acme Bcc: all@example.com,\r\n"));
    }

    #[test]
    fn client_without_exactly_one_address_gets_no_letter() {
        for odd in ["", "acme", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"] {
            assert_eq!(sent(&client("Acme", odd), &MailEvent::Activated), None, "{odd}");
        }
    }

    #[test]
    fn add_without_its_invoice_sends_no_letter() {
        let event = MailEvent::CreditAdded {
            invoice: "INV-2-0001".parse().unwrap(),
            tell: None,
            below: None,
        };
        let acme = client("Acme", "a@acme.example");
        let mut image = Image::default();
        image.insert_absent(Key::Invoice("INV-2-0001".parse().unwrap()));
        let facts = Facts { client: &acme, image: &image, settings: Settings::new() };
        assert_eq!(letter(&event, &facts, "op_1-0"), Ok(None));
    }
}

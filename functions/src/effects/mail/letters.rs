//! The letter about an event: its content from the records as they stand now, with greeting, address
//! and seller. `shared::kernel::letter` has the words.
//!
//! A letter about an add, a payment or a document encloses the PDF and has the link to it.
//!
//! Absent on purpose: HTML. Plain text arrives everywhere and hides nothing.

use jiff::Timestamp;
use shared::clients::brand::types::Brand;
use shared::clients::contacts::types::Topic;
use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::{Image, Need};
use shared::credits::bare::{self, BareEntries, left_of};
use shared::invoices::types::{Invoice, InvoiceState};
use shared::kernel::credit::PerKind;
use shared::kernel::id::{ClientId, InvoiceNumber, ROOT};
use shared::kernel::letter::{Letter as Content, Sale, one_line};
use shared::kernel::mail::{MAIL_AFTER, MailEvent};
use shared::kernel::money::Money;
use shared::ledger::account::Account;
use shared::ledger::entry::Entry;
use shared::settings::types::Settings;

use crate::access::link::{Links, Purpose};
use crate::failure::unread;
use crate::print::{self, Unprinted};

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
    /// The sender's name: one line.
    pub sender: Option<String>,
    /// One address.
    pub reply_to: Option<String>,
    /// The PDF that goes along, by the name of its file.
    pub enclosed: Option<(String, Vec<u8>)>,
}

/// The records that a letter is made from.
pub struct Facts<'a> {
    pub client: &'a Client,
    /// Holds the records that [`needs`] names.
    pub image: &'a Image,
    pub settings: Settings,
    pub links: &'a Links,
    pub now: Timestamp,
}

/// The records that a letter about an event is made from, as far as they can be named from those that
/// were read.
pub fn needs(client: ClientId, event: &MailEvent, image: &Image) -> Vec<Key> {
    let mut keys = needs_of_sender(client, image);
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
        MailEvent::PaymentReceived { .. }
        | MailEvent::DocumentSent { .. }
        | MailEvent::CreditReturned { .. }
        | MailEvent::Activated
        | MailEvent::Suspended => {}
    }
    if let Some(number) = event.encloses() {
        keys.extend(print::needs(number, image));
    }
    keys.retain(|key| !image.has(&Need::Item(key.clone())));
    keys
}

/// The client, and the records that the sender of its mail is taken from, as far as they can be named.
pub fn needs_of_sender(client: ClientId, image: &Image) -> Vec<Key> {
    let key = Key::Client(client);
    let brands = image.peek::<Client>(&key).into_iter().flat_map(above).map(Key::Brand);
    [key.clone(), Key::Settings].into_iter().chain(brands).collect()
}

/// The letter about an event; `None` when the change was taken back meanwhile, or the client has no
/// address.
///
/// # Errors
/// A record that the content depends on cannot be read.
pub fn letter(event: &MailEvent, facts: &Facts<'_>, id: &str) -> Result<Option<Letter>, String> {
    let addresses = addresses(event, facts.client);
    if addresses.is_empty() {
        return Ok(None);
    }
    let Some(content) = content(event, facts)? else { return Ok(None) };
    let enclosed = match event.encloses() {
        Some(number) => enclosed(number, facts)?,
        None => None,
    };
    written(&content, (event.tell(), enclosed), facts, (id, &addresses))
}

/// A letter of some content to the first of some addresses; `None` without an address.
///
/// # Errors
/// A brand cannot be read.
pub fn written(
    content: &Content,
    (tell, enclosed): (Option<&str>, Option<Enclosed>),
    facts: &Facts<'_>,
    (id, addresses): (&str, &[&str]),
) -> Result<Option<Letter>, String> {
    let Some(address) = addresses.first() else { return Ok(None) };
    let name = one_line(&facts.client.name);
    let lines = content.lines(tell).into_iter();
    let lines: Vec<String> = lines.chain(enclosed.iter().map(|one| one.line.clone())).collect();
    let lines = lines.join("\r\n");
    let mut text = format!("Hello {name},\r\n\r\n{lines}\r\n");
    let brand = facts.brand()?;
    let seller = || facts.settings.seller.as_ref().map(|seller| one_line(&seller.name));
    let sender = brand.map(|brand| one_line(&brand.sender)).or_else(seller);
    if let Some(sender) = &sender {
        text.push_str(&format!("\r\n{sender}\r\n"));
    }
    let closing = brand.map(|brand| one_line(&brand.closing)).filter(|text| !text.is_empty());
    text.extend(closing.map(|closing| format!("{closing}\r\n")));
    let reply_to = brand.map(|brand| brand.reply_to.clone()).filter(|text| !text.is_empty());
    let subject = content.subject();
    let enclosed = enclosed.map(|Enclosed { file, pdf, .. }| (file, pdf));
    let (id, to) = (id.to_owned(), (*address).to_owned());
    Ok(Some(Letter { id, to, name, subject, text, sender, reply_to, enclosed }))
}

/// A document that goes along.
pub struct Enclosed {
    file: String,
    pdf: Vec<u8>,
    /// The line about it.
    line: String,
}

/// The document of a letter; `None` if there is none, or if it cannot be drawn, which the log says: the letter
/// goes without it.
fn enclosed(number: InvoiceNumber, facts: &Facts<'_>) -> Result<Option<Enclosed>, String> {
    let pdf = match print::pdf(number, facts.image) {
        Ok(Some(pdf)) => pdf,
        Ok(None) => return Ok(None),
        Err(Unprinted::Unread(sentence)) => return Err(sentence),
        Err(Unprinted::Undrawn(undrawn)) => {
            tracing::warn!(%number, %undrawn, "a letter goes without its document");
            return Ok(None);
        }
    };
    let line = match facts.links.to(Purpose::Document, number, facts.now) {
        Some(link) => {
            format!("{number} is attached as a PDF, which you can also open here: {link}")
        }
        None => format!("{number} is attached as a PDF."),
    };
    Ok(Some(Enclosed { file: format!("{number}.pdf"), pdf, line }))
}

/// The addresses that get a letter: those of the contacts for its topic, or the client's own.
pub fn addresses<'a>(event: &MailEvent, client: &'a Client) -> Vec<&'a str> {
    match event {
        MailEvent::CreditAdded { .. }
        | MailEvent::PaymentReceived { .. }
        | MailEvent::DocumentSent { .. }
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
            (!credits.is_zero()).then_some(Content::Deducted { credits })
        }
        MailEvent::CreditReturned { credits, .. } => Some(Content::Returned { credits: *credits }),
        MailEvent::InvoiceCorrected { invoice: number, credits, .. } => {
            let invoice = facts.invoice(*number)?;
            let gives = invoice.is_some_and(|invoice| !invoice.gives.is_zero());
            gives.then_some(Content::Corrected { invoice: *number, credits: *credits })
        }
        MailEvent::InvoiceVoided { invoice: number, .. } => {
            let invoice = facts.invoice(*number)?;
            let noted = invoice.is_some_and(|invoice| invoice.noted_minor > 0);
            let free = invoice.is_some_and(|invoice| invoice.gross_minor == 0);
            Some(Content::Voided { invoice: *number, noted, free })
        }
        MailEvent::PaymentReceived { invoice } => facts
            .invoice(*invoice)?
            .filter(|invoice| invoice.state == InvoiceState::Paid)
            .map(|invoice| Content::Received { invoice: invoice.number, paid: paid(invoice) }),
        MailEvent::DocumentSent { invoice } => facts.invoice(*invoice)?.map(sent),
        MailEvent::Activated => Some(Content::Activated),
        MailEvent::Suspended => Some(Content::Suspended),
    })
}

/// The clients whose brand a client's mail may have, nearest first.
fn above(client: &Client) -> impl Iterator<Item = ClientId> {
    client.chain.iter().copied().filter(|parent| *parent != ROOT)
}

impl Facts<'_> {
    /// The brand of the nearest branded client above.
    fn brand(&self) -> Result<Option<&Brand>, String> {
        for parent in above(self.client) {
            if let Some(brand) = self.image.get::<Brand>(&Key::Brand(parent)).map_err(unread)? {
                return Ok(Some(brand));
            }
        }
        Ok(None)
    }

    fn invoice(&self, number: InvoiceNumber) -> Result<Option<&Invoice>, String> {
        self.image.invoice(number).map_err(unread)
    }

    /// The credits of a deduct that were not given back before its letter was due. A later return has a
    /// letter of its own.
    fn left(
        &self,
        entry: u64,
        credits: &PerKind<u64>,
        at: Timestamp,
    ) -> Result<PerKind<u64>, String> {
        let account = self.image.account(self.client.id).map_err(unread)?;
        let account = account.ok_or("the client has no account")?;
        let bare = BareEntries::after(self.image, account, entry).map_err(unread)?;
        let bare = bare.ok_or("too many deductions and returns followed to tell what is left")?;
        let is_early = |back: &&Entry| back.at.duration_since(at) < MAIL_AFTER;
        Ok(left_of(*credits, bare.returns_of(entry).filter(is_early)))
    }
}

fn paid(invoice: &Invoice) -> Money {
    Money { minor: invoice.paid_minor, currency: invoice.currency }
}

/// A document as it stands now.
fn sent(invoice: &Invoice) -> Content {
    let due = Money { minor: invoice.due_minor(), currency: invoice.currency };
    Content::Sent {
        invoice: invoice.number,
        due: (due.minor > 0).then_some((due, invoice.due)),
        void: invoice.state == InvoiceState::Void,
    }
}

/// An add with the credits that it still gives. `None` when all were taken back.
fn sale(to: &Client, invoice: &Invoice, below: Option<&String>) -> Option<Sale> {
    if invoice.gives.is_zero() {
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

    fn facts<'a>(client: &'a Client, image: &'a Image) -> Facts<'a> {
        const OFF: &Links = &Links::OFF;
        let (settings, now) = (Settings::new(), Timestamp::UNIX_EPOCH);
        Facts { client, image, settings, links: OFF, now }
    }

    fn sent(client: &Client, event: &MailEvent) -> Option<Letter> {
        let image = Image::default();
        let facts = facts(client, &image);
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
        let facts = facts(&acme, &image);
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
        let facts = facts(&acme, &image);
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
        let facts = facts(&acme, &image);
        assert_eq!(letter(&event, &facts, "op_1-0"), Ok(None));
    }
}

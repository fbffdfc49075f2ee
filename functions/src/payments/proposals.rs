//! What lines of a bank's statement may pay: the invoices with something due, the clients, and the claims of
//! those that a line may come from, as they are now. It only reads.
//!
//! Absent on purpose: certainty. A proposal may be out of date when it is answered; the match decides anew.

use std::collections::{BTreeMap, BTreeSet};

use shared::clients::types::Client;
use shared::contract::Key;
use shared::contract::image::Counter;
use shared::invoices::types::{Invoice, normal_reference};
use shared::kernel::bank::creditor_reference;
use shared::kernel::id::{ClientId, InvoiceNumber, Named, Series};
use shared::kernel::money::Money;
use shared::ledger::account::{Account, OPEN_INVOICES_MAX};
use shared::payments::matching::payers::PayerIndex;
use shared::payments::matching::propose;
use shared::payments::matching::types::{
    ClaimedPayment, LineProposals, LineQuery, MatchEffect, Payable, PayingClient, Receivables,
    ShownProposal,
};
use shared::payments::statement::types::{Flow, StatementLine};
use shared::payments::types::Payment;
use shared::settings::types::Settings;

use crate::failure::Failure;
use crate::store::Store;

/// The most clients whose invoices are proposed.
const CLIENTS_MAX: u64 = 5_000;
/// How many clients one read takes, each with its account.
const CHUNK: usize = 50;
/// The most clients whose claims are looked through.
const CLAIMANTS_MAX: usize = 20;
/// The most words of all lines that may be references of claims.
const WORDS_MAX: usize = 2_000;

/// The proposals of one line.
pub(crate) async fn shown(store: &Store, query: &LineQuery) -> Result<Vec<ShownProposal>, Failure> {
    let image = store.image(&[Key::Settings]).await?;
    let currency = image.peek::<Settings>(&Key::Settings).and_then(|settings| settings.currency);
    let Some(currency) = currency else { return Ok(Vec::new()) };
    let amount = Money { minor: query.minor, currency };
    let plain = StatementLine::plain("", query.on, Flow::In, amount);
    let lines = [StatementLine { text: query.text.clone(), ..plain }];
    let book = receivables(store, &lines).await?;
    let proposals = propose(&lines, &book).pop().unwrap_or_default();
    Ok(named(proposals, &book))
}

/// The proposals of the lines of a file, each line's in its place.
pub(super) async fn of_lines(
    store: &Store,
    lines: &[StatementLine],
) -> Result<Vec<Vec<ShownProposal>>, Failure> {
    let book = receivables(store, lines).await?;
    Ok(propose(lines, &book).into_iter().map(|proposals| named(proposals, &book)).collect())
}

/// The proposals of a line, with the names of their clients.
fn named(proposals: LineProposals, book: &Receivables) -> Vec<ShownProposal> {
    let name = |id: ClientId| {
        let known = book.clients.iter().find(|client| client.id == id);
        let name = known.map(|client| client.name.clone()).unwrap_or_default();
        Named { id, name, login: String::new() }
    };
    let shown = proposals.proposals.into_iter().filter_map(|proposal| {
        let (clues, is_sure) = (proposal.clues, proposal.is_sure);
        let (client, invoices, claim, rest_minor) = match proposal.effect {
            MatchEffect::Confirm { reference, client, invoice } => {
                (client, vec![invoice], Some(reference), 0)
            }
            MatchEffect::Pay { client, shares, rest_minor } => {
                let invoices = shares.into_iter().map(|(number, _)| number).collect();
                (client, invoices, None, rest_minor)
            }
            MatchEffect::Return { .. } => return None,
        };
        let client = name(client);
        Some(ShownProposal { client, invoices, claim, rest_minor, clues, is_sure })
    });
    shown.collect()
}

/// What the desk knows that lines may pay.
async fn receivables(store: &Store, lines: &[StatementLine]) -> Result<Receivables, Failure> {
    let last = store.last_number(Counter::Clients.name()).await?.min(CLIENTS_MAX);
    let all: Vec<ClientId> = (1..=last).map(ClientId).collect();
    let (mut clients, mut keys) = (Vec::new(), Vec::new());
    for some in all.chunks(CHUNK) {
        let both = some.iter().flat_map(|id| [Key::Client(*id), Key::Account(*id)]);
        let image = store.image(&both.collect::<Vec<_>>()).await?;
        for id in some {
            let Some(client) = image.peek::<Client>(&Key::Client(*id)) else { continue };
            clients.push(paying(client));
            if let Some(account) = image.peek::<Account>(&Key::Account(*id)) {
                keys.extend(open_invoices(store, account).await?.into_iter().map(Key::Invoice));
            }
        }
    }
    let image = store.image(&keys).await?;
    let invoices = keys.iter().filter_map(|key| image.peek::<Invoice>(key));
    let mut due: Vec<&Invoice> = invoices.filter(|invoice| invoice.due_minor() > 0).collect();
    due.sort_by_key(|invoice| (invoice.at, invoice.number));
    let payables = due.into_iter().map(payable).collect();
    let claims = claims(store, lines, &clients).await?;
    Ok(Receivables { payables, clients, claims, ..Receivables::default() })
}

fn paying(client: &Client) -> PayingClient {
    let (id, name) = (client.id, client.name.clone());
    PayingClient { id, name, accounts: BTreeSet::new(), parties: BTreeSet::new() }
}

fn payable(invoice: &Invoice) -> Payable {
    Payable {
        number: invoice.number,
        reference: creditor_reference(&invoice.number).unwrap_or_default(),
        due_minor: invoice.due_minor(),
        gross_minor: invoice.gross_minor,
        currency: invoice.currency,
    }
}

/// The open invoices that an account pays. The account lists the newest.
async fn open_invoices(store: &Store, account: &Account) -> Result<Vec<InvoiceNumber>, Failure> {
    if account.unpaid_minor == 0 {
        return Ok(Vec::new());
    }
    let client = account.client;
    if account.open_invoices.len() < OPEN_INVOICES_MAX {
        let listed = account.open_invoices.iter();
        let number = |seq| InvoiceNumber { series: Series::Invoice, client, seq };
        return Ok(listed.map(|row| number(row.seq)).collect());
    }
    let invoices = store.invoices(client).await?.records;
    Ok(invoices.iter().filter(|i| i.due_minor() > 0).map(|invoice| invoice.number).collect())
}

/// The claims that lines may be the money of: of the clients that a line may come from, and those whose
/// reference is a word of a line.
async fn claims(
    store: &Store,
    lines: &[StatementLine],
    clients: &[PayingClient],
) -> Result<Vec<ClaimedPayment>, Failure> {
    let index = PayerIndex::new(clients);
    let payers: BTreeSet<ClientId> =
        lines.iter().flat_map(|line| index.payers(line).into_keys()).collect();
    let words = lines.iter().flat_map(|line| line.text.split_whitespace());
    let words = words.filter(|word| word.contains(|c: char| c.is_ascii_digit()));
    let mut references: BTreeSet<String> = words.map(normal_reference).take(WORDS_MAX).collect();
    for client in payers.into_iter().take(CLAIMANTS_MAX) {
        let invoices = store.invoices(client).await?.records;
        let claimed = invoices.iter().filter_map(|invoice| invoice.reference.as_deref());
        references.extend(claimed.map(normal_reference));
    }
    let keys: Vec<Key> = references.into_iter().map(Key::Payment).collect();
    let image = store.image(&keys).await?;
    let payments = keys.iter().filter_map(|key| image.peek::<Payment>(key));
    let claim = |payment: &Payment| {
        Some(ClaimedPayment {
            reference: payment.reference.clone(),
            client: payment.client?,
            invoice: payment.invoice.filter(|_| payment.claimed && payment.applied() > 0)?,
            minor: payment.claimed_minor,
            currency: payment.currency,
        })
    };
    let claims: BTreeMap<String, ClaimedPayment> = payments
        .filter_map(|payment| claim(payment).map(|claim| (claim.reference.clone(), claim)))
        .collect();
    Ok(claims.into_values().collect())
}

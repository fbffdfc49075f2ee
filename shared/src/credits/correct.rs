//! `/correct`: lowers an add of any age, moves it to another client, or takes it back.
//!
//! Invariant: as in an undo, one change moves the credits and lowers those that the invoice still gives,
//! under the version of the invoice. The correction names the add.
//!
//! If credits of the add are spent, the caller chooses: take the remaining credits and leave the rest
//! invoiced, let the client owe the rest, or write it off with the approval of a second person.

use crate::clients::names::types::Hit;
use crate::clients::types::Client;
use crate::contract;
use crate::contract::change::{Expect, Write};
use crate::contract::image::Stop;
use crate::contract::plan::Worth;
use crate::contract::receipt::Receipt;
use crate::contract::refusal::Refusal;
use crate::contract::{Key, Record};
use crate::credits::add::{self, Sale};
use crate::credits::bound::{bound, bound_change};
use crate::credits::deducted::{GivenBack, TakenAdd, counted, give_back};
use crate::credits::duplicate::needs_earlier;
use crate::credits::guards::post;
use crate::credits::mails::{less_given, tell};
use crate::credits::measure::{like_a_deduct, may_take_back, own_worth};
use crate::credits::moved;
use crate::credits::reverse::{lower_sold, needs_target, payer_of};
use crate::credits::sentence::sentence;
use crate::credits::types::{Ask, Changed, CorrectTo, Deducted, Facts, Freed, Spent};
use crate::decision::{Prefetch, Proposal, Scene};
use crate::invoices::documents::{note_off, take_back};
use crate::invoices::types::{Invoice, InvoiceState};
use crate::kernel::credit::{Count, Kind, PerKind, grouped, signed};
use crate::kernel::id::{Named, OpId};
use crate::kernel::mode::Mode;
use crate::kernel::movement::{DocumentRef, Movement, Never, Post, Reason, Undo};
use crate::kernel::text::required;
use crate::ledger::account::Account;
use crate::ledger::entry::NOTE_MAX;
use crate::ledger::posting::{Posted, Posting, next};
use crate::plans::standing;
use crate::plans::types::{Bound, Question};
use crate::pricing::lists;

/// The parameters of a correction.
pub(super) struct Correction<'a> {
    pub target: &'a OpId,
    pub to: &'a CorrectTo,
    pub spent: Option<Spent>,
    pub reason: Option<&'a str>,
    /// The caller’s answer about deductions since the add.
    pub deducted: Option<Deducted>,
    pub tell: Option<&'a str>,
}

/// Names the records that a correction will look at.
pub(super) fn needs(op: &OpId, to: &CorrectTo, prefetch: &mut Prefetch<'_>) {
    let receiver = match to {
        CorrectTo::Move { client } => prefetch.named(client.text()),
        CorrectTo::Count(_) | CorrectTo::All => None,
    };
    needs_target(op, prefetch);
    let receipt = prefetch.image.peek::<Receipt>(&Key::Operation(op.clone()));
    let planned = prefetch.plan.and_then(|plan| plan.movement.clone());
    let added = receipt.and_then(Receipt::credits).map(|(movement, _)| movement.clone());
    let Some(movement) = added.clone().or(planned) else { return };
    let Some(main) = movement.main() else { return };
    let client = main.client.id;
    let stored = prefetch.image.peek::<Client>(&Key::Client(client));
    let chain = stored.map(|stored| stored.chain.clone());
    for kind in movement.kinds() {
        // The prices by which the credits are measured.
        if let Some(chain) = &chain {
            prefetch.items(lists::needs(client, chain, kind));
        }
        if let Some(hit) = &receiver {
            prefetch.items(lists::needs(hit.client, &hit.chain, kind));
        }
    }
    if let (Some(hit), Some(added), None) = (receiver, added, prefetch.plan) {
        let number = added.document.map(|document| Key::Invoice(document.number));
        let Some(invoice) = number.and_then(|key| prefetch.image.peek::<Invoice>(&key)) else {
            return;
        };
        let amounts = invoice.gives.map(|_, gives| (*gives > 0).then(|| signed(*gives)));
        needs_earlier(hit.client, &amounts, prefetch);
    }
}

/// The add that is corrected, and its worth where it is the caller's own ([`own_worth`]).
struct Added<'a> {
    invoice: &'a Invoice,
    mode: Mode,
    own: Option<Worth>,
}

/// An operation that can be corrected.
enum Target<'a> {
    Add(Added<'a>),
    /// Between a reseller and its client; its worth as for an add.
    Move(&'a Receipt, Option<Worth>),
}

/// The add or move that an operation was.
fn target<'a>(scene: &Scene<'a>, target: &OpId) -> Result<Target<'a>, Stop> {
    let receipt = standing::receipt(scene, target)?;
    let not =
        |why: &str| Stop::from(Refusal::NotUndoable { op: target.clone(), why: why.to_owned() });
    let (movement, facts) = receipt.credits().ok_or_else(|| not("it changed no credits."))?;
    may_take_back(scene, receipt, "correct")?;
    let own = own_worth(scene, receipt);
    let (Changed::Added(mode), Some(document)) = (&facts.change, &movement.document) else {
        if moved::ends(scene, movement)?.is_some() {
            return Ok(Target::Move(receipt, own));
        }
        let way_back = moved::way_back(scene, target, (movement, facts))?;
        let only = "only adds and moves are corrected; /undo takes others back.";
        return Err(not(way_back.as_deref().unwrap_or(only)));
    };
    let number = document.number;
    let invoice = scene.image.invoice(number)?.ok_or(Refusal::UnknownInvoice { number })?;
    if matches!(invoice.state, InvoiceState::Void | InvoiceState::Refunded) {
        return Err(Refusal::AlreadyReversed { op: target.clone() }.into());
    }
    Ok(Target::Add(Added { invoice, mode: *mode, own }))
}

/// Drafts a correction.
pub(super) fn draft(scene: &Scene<'_>, correction: &Correction<'_>) -> Result<Proposal, Stop> {
    let reason = correction.reason.map(|text| required("reason", text, NOTE_MAX)).transpose()?;
    match target(scene, correction.target)? {
        Target::Add(added) => of_add(scene, correction, &added, reason),
        Target::Move(receipt, own) => {
            let back = moved::Back {
                target: correction.target,
                receipt,
                to: correction.to,
                change: None,
                spent: correction.spent,
                reason,
                own,
                deducted: correction.deducted,
                tell: correction.tell,
            };
            moved::draft(scene, kept(correction), &back)
        }
    }
}

/// Drafts the correction of an add.
fn of_add(
    scene: &Scene<'_>,
    correction: &Correction<'_>,
    added: &Added<'_>,
    reason: Option<String>,
) -> Result<Proposal, Stop> {
    let Correction { target, to, spent, deducted, .. } = correction;
    let Added { invoice, mode, own } = *added;
    let receiver = match to {
        CorrectTo::Move { client } => Some(scene.hit(client.text())?),
        CorrectTo::Count(_) | CorrectTo::All => None,
    };
    let asked = asked(scene, invoice, to)?;
    let (client, account) = scene.open_account(invoice.client)?;
    let entry = invoice.entry.ok_or(Refusal::UnknownInvoice { number: invoice.number })?;
    let add = TakenAdd { client, account, op: &invoice.op, entry, reseller: None };
    let counted = counted(scene, &add, &asked, *deducted)?;
    let given_back = give_back(scene, &add, &counted)?;
    let taken = taken(client, &given_back.account, &asked, *spent, target)?;
    let wrong = Wrong { client, account, invoice };
    let mut parts = take(scene, &wrong, &taken, reason.clone(), given_back)?;
    let mut questions = vec![Question::Reversal];
    questions.extend(taken.questions());
    let mut worth = worth(scene, (client, invoice), own, (&asked, &taken))?;
    let mut prices = PerKind::default();
    let mut receiver_bound = Bound::default();
    let mut moved = PerKind::default();
    let mut replaced_by = None;
    let tell = tell(correction.tell)?;
    let mail = less_given(scene, invoice, &taken.off_invoice, &taken.written_off, tell)?;
    let (mut mails, mut effects) = (Vec::from_iter(mail), Vec::new());
    if let Some(hit) = &receiver {
        let resold = resell(scene, hit, &wrong, &taken.off_invoice, mode, reason.clone())?;
        let sold = resold.movement.ok_or_else(|| Refusal::invalid("Nothing would be sold."))?;
        let amounts = sold.main().map(|main| main.amounts()).unwrap_or_default();
        moved = amounts.map(|_, amount| amount.unsigned_abs());
        replaced_by = sold.document;
        parts.posts.extend(sold.posts);
        // The new sale is an add like any other: of its mode, and of its author's day.
        if let Some(sale) = resold.worth {
            worth = Worth { minor: worth.minor.max(sale.minor), ..sale };
        }
        prices = resold.prices;
        let (right, right_account) = (scene.client(hit.client)?, scene.account(hit.client)?);
        receiver_bound = bound(right, right_account, invoice.kinds());
        // The author is asked about the correction as a whole; of the questions about an add, only a
        // possible duplicate matters here.
        questions.extend(resold.questions.into_iter().filter(Question::is_duplicate));
        parts.writes.extend(resold.writes);
        mails.extend(resold.mails);
        effects = resold.effects;
    }
    let facts = Facts {
        change: Changed::Corrected {
            op: (*target).clone(),
            off_invoice: taken.off_invoice,
            written_off: taken.written_off,
            owed: taken.owed,
            moved,
        },
        replaced_by,
        reason,
        deducted: counted.credits,
        freed: receiver.and_then(|_| freed(invoice, &taken)),
    };
    let movement = Movement {
        posts: parts.posts,
        document: Some(parts.document),
        undo: Undo::Never(Never::Reversal),
    };
    let mut bound = bound(client, account, invoice.kinds());
    bound.extend(receiver_bound);
    bound.extend(bound_change(&movement, &facts.change));
    let text = sentence(&movement, &facts);
    let facts = contract::Facts::Credits(facts);
    Ok(Proposal {
        movement: Some(movement),
        mails,
        effects,
        questions,
        worth: Some(worth),
        bound,
        prices,
        ..scene.proposal(kept(correction), Some(client.id), facts, parts.writes, text)
    })
}

/// The payment of an add that is moved as a whole.
fn freed(invoice: &Invoice, taken: &Taken) -> Option<Freed> {
    let reference = invoice.reference.clone()?;
    let is_whole = taken.off_invoice == invoice.gives && invoice.paid_minor > 0;
    is_whole.then_some(Freed { reference, minor: invoice.paid_minor })
}

/// What a correction is worth without its new sale. Forgiven credits are given away, whoever added them,
/// and worth their list price also where the add was a grant; taking the rest of one's own back is no new
/// risk beside that.
fn worth(
    scene: &Scene<'_>,
    (client, invoice): (&Client, &Invoice),
    own: Option<Worth>,
    (asked, taken): (&PerKind<u64>, &Taken),
) -> Result<Worth, Stop> {
    let forgives = !taken.written_off.is_zero();
    let back = match own {
        Some(own) if !forgives => return Ok(own),
        Some(_) => 0,
        None => lists::worth_of(scene, client, asked, invoice.gross_minor)?,
    };
    let forgiven = if forgives { lists::value(scene, client, &taken.written_off)? } else { 0 };
    Ok(like_a_deduct(back.max(forgiven)))
}

/// The ask as a plan keeps it.
fn kept(correction: &Correction<'_>) -> Ask {
    Ask::Correct {
        op: correction.target.clone(),
        to: correction.to.clone(),
        spent: correction.spent,
        reason: correction.reason.map(str::to_owned),
        deducted: correction.deducted,
        tell: correction.tell.map(str::to_owned),
    }
}

/// The credits that the invoice should give less, per kind.
fn asked(scene: &Scene<'_>, invoice: &Invoice, to: &CorrectTo) -> Result<PerKind<u64>, Stop> {
    let count = match to {
        CorrectTo::All | CorrectTo::Move { .. } => return Ok(invoice.gives),
        CorrectTo::Count(count) => *count,
    };
    let [kind] = invoice.kinds()[..] else {
        return Err(Refusal::invalid(
            "This add gives SMS and MMS credits: take all of it back, and add the right numbers.",
        )
        .into());
    };
    let less = invoice.gives.get(kind).checked_sub(count).filter(|less| *less > 0);
    match less {
        Some(less) => Ok(PerKind::only(kind, less)),
        None => Err(too_many(scene, invoice, kind, count)?),
    }
}

fn too_many(scene: &Scene<'_>, invoice: &Invoice, kind: Kind, count: u64) -> Result<Stop, Stop> {
    let gives = *invoice.gives.get(kind);
    let login = &scene.client(invoice.client)?.login;
    let more = count.saturating_sub(gives);
    let sentence = if more == 0 {
        format!("This add gives {} {kind} credits already.", grouped(gives))
    } else {
        format!(
            "This add gives {} {kind} credits; a correction only takes away. Add the rest: \
             /addcredit {} {login} {more}.",
            grouped(gives),
            kind.word()
        )
    };
    Ok(Refusal::invalid(sentence).into())
}

/// Where the credits of a correction go, per kind.
struct Taken {
    /// The invoice gives less.
    off_invoice: PerKind<u64>,
    /// The spent part of it that is forgiven.
    written_off: PerKind<u64>,
    /// The spent part of it that is owed.
    owed: PerKind<u64>,
}

impl Taken {
    fn questions(&self) -> Vec<Question> {
        let above = |per: &PerKind<u64>, kind| Some(*per.get(kind)).filter(|credits| *credits > 0);
        let mut questions = Vec::new();
        for kind in Kind::ALL {
            let credits = above(&self.written_off, kind);
            questions.extend(credits.map(|credits| Question::WriteOff { kind, credits }));
        }
        for kind in Kind::ALL {
            let credits = above(&self.owed, kind);
            questions.extend(credits.map(|credits| Question::Owes { kind, credits }));
        }
        questions
    }
}

fn taken(
    client: &Client,
    account: &Account,
    asked: &PerKind<u64>,
    spent: Option<Spent>,
    target: &OpId,
) -> Result<Taken, Stop> {
    let spendable = account.totals.map(|_, totals| totals.spendable());
    let short = asked.map(|kind, asked| asked.saturating_sub(*spendable.get(kind)));
    let none =
        Taken { off_invoice: *asked, written_off: PerKind::default(), owed: PerKind::default() };
    let missing = Kind::ALL.into_iter().find(|kind| *short.get(*kind) > 0);
    match (missing, spent) {
        (None, _) => Ok(none),
        (Some(kind), None) => Err(Refusal::Spent {
            client: Named::from(client),
            op: target.clone(),
            kind,
            spendable: *spendable.get(kind),
            asked: *asked.get(kind),
        }
        .into()),
        (Some(_), Some(Spent::Take)) => {
            let off_invoice = asked.map(|kind, asked| (*asked).min(*spendable.get(kind)));
            if off_invoice.is_zero() {
                return Err(Refusal::NotUndoable {
                    op: target.clone(),
                    why: "nothing of it is left to take; let it owe, or write it off.".to_owned(),
                }
                .into());
            }
            Ok(Taken { off_invoice, ..none })
        }
        (Some(_), Some(Spent::Owe)) => Ok(Taken { owed: short, ..none }),
        (Some(_), Some(Spent::WriteOff)) => Ok(Taken { written_off: short, ..none }),
    }
}

/// The wrong add: the client that has the credits, and the invoice that gave them.
struct Wrong<'a> {
    client: &'a Client,
    account: &'a Account,
    invoice: &'a Invoice,
}

/// The posts, the document and the writes of the side from which credits are taken.
struct Parts {
    posts: Vec<Post>,
    document: DocumentRef,
    writes: Vec<Write>,
}

/// Takes credits off an invoice and its client's account, and writes off the forgiven ones.
fn take(
    scene: &Scene<'_>,
    wrong: &Wrong<'_>,
    taken: &Taken,
    note: Option<String>,
    given_back: GivenBack,
) -> Result<Parts, Stop> {
    let Wrong { client, account, invoice } = *wrong;
    let named = Named::from(client);
    let kinds = invoice.kinds();
    let is_whole = taken.off_invoice == invoice.gives;
    let posting = |reason, granted, note, of_invoice: bool| Posting {
        op: &scene.op,
        now: scene.now,
        actor: scene.actor_id(),
        reason,
        granted,
        note,
        invoice: of_invoice.then_some(invoice.number),
        reverses: invoice.entry.filter(|_| of_invoice),
        takes_back: is_whole.then_some(&invoice.op),
        other: None,
    };
    let GivenBack { account: mut raised, mut posts, mut writes } = given_back;
    // Forgiven credits come first, so that the line that takes the credits is below zero only by the
    // credits that the client owes from then on. They are an entry of their own, because the invoice
    // gives that much less all the same.
    if !taken.written_off.is_zero() {
        let forgiven = taken.written_off.map(|_, credits| (*credits > 0).then(|| signed(*credits)));
        let posted =
            post(&raised, &named, posting(Reason::WriteOff, forgiven, note.clone(), false))?;
        posts.push(posted.post(named.clone()));
        writes.push(Write::Put(Record::Entry(posted.entry), Expect::Absent));
        // All entries are one write of the account.
        raised = Account { version: account.version, ..posted.account };
    }
    let off = taken.off_invoice.map(|kind, credits| {
        let is_touched = *credits > 0 || kinds == [kind];
        is_touched.then(|| signed(*credits).saturating_neg())
    });
    let posted = post(&raised, &named, posting(Reason::Reversal, off, note, true))?;
    posts.push(posted.post(named));
    let Posted { account: mut after, entry } = posted;
    let off = &taken.off_invoice;
    let rest = invoice.gives.map(|kind, gives| gives.saturating_sub(*off.get(kind)));
    lower_sold(&mut after, invoice, rest);
    let payer = payer_of(scene, invoice)?;
    let mut billed = payer.map(next);
    let on = billed.as_mut().unwrap_or(&mut after);
    let noted = if is_whole {
        take_back(scene, invoice, &entry, on)?
    } else {
        note_off(scene, invoice, &taken.off_invoice, &entry, on)?
    };
    writes.extend(noted.writes);
    if let (Some(billed), Some(payer)) = (billed, payer) {
        writes.push(Write::Put(Record::Account(billed), Expect::Version(payer.version)));
    }
    writes.push(Write::Put(Record::Entry(entry), Expect::Absent));
    writes.push(Write::Put(Record::Account(after), Expect::Version(account.version)));
    Ok(Parts { posts, document: noted.document, writes })
}

/// Sells the credits that were taken from the wrong client to the right client: no more, or one add
/// could be moved again and again while its credits are spent. Paid money stays on its payment, free to
/// be matched with the new invoice, which is therefore open.
fn resell(
    scene: &Scene<'_>,
    hit: &Hit,
    wrong: &Wrong<'_>,
    credits: &PerKind<u64>,
    mode: Mode,
    reason: Option<String>,
) -> Result<Proposal, Stop> {
    let invoice = wrong.invoice;
    let right = scene.client(hit.client)?;
    if scene.reseller_of(right)?.is_some() {
        return Err(Refusal::invalid(format!(
            "{} gets its credits from its reseller: take these back with --all, and add them to {} \
             anew.",
            right.name, right.name
        ))
        .into());
    }
    if [invoice.client, invoice.number.client].contains(&hit.client) {
        return Err(Refusal::invalid("The credits are this client’s already.").into());
    }
    let reason = reason.or_else(|| (mode == Mode::Grant).then(|| "moved grant".to_owned()));
    let sold = credits.map(|_, credits| Count::try_new(*credits).ok());
    if sold == PerKind::default() {
        return Err(Refusal::invalid("Nothing is left to move.").into());
    }
    let sale = Sale {
        credits: sold,
        mode: if mode == Mode::Paid { Mode::Open } else { mode },
        reference: None,
        reason: reason.as_deref(),
        from_house: false,
        tell: None,
        prices: scene.plan.map(|plan| plan.prices).unwrap_or_default(),
    };
    let correction = Correction {
        target: &invoice.op,
        to: &CorrectTo::All,
        spent: None,
        reason: None,
        deducted: None,
        tell: None,
    };
    add::draft(scene, kept(&correction), hit, &sale)
}

//! An invoice and an entry with an SMS line and an MMS line: made, undone, corrected, voided, noted, and
//! refunded pro rata by a provider. No command makes such an invoice yet, so the room of credits sells
//! both kinds wherever a test asks it for one.

use super::*;
use crate::contract::image::Stop;
use crate::credits::add::{Sale, draft};
use crate::credits::types::{CorrectTo, Deducted, Spent};
use crate::decision::{Draft, Scene};
use crate::invoices::types::normal_reference;
use crate::plans::Room;

/// The room of credits, but that an add of one kind sells as many credits of the other kind and 7 more.
fn decide_both(scene: &Scene<'_>, ask: &CreditsAsk) -> Result<Draft, Stop> {
    let CreditsAsk::AddCredit { client, count, mode, reference, reason, .. } = ask else {
        return crate::credits::decide(scene, ask);
    };
    let hit = scene.hit(client.text())?;
    let kept = ask.clone();
    let sale = Sale {
        credits: PerKind { sms: Some(Count::try_new(count.get() + 7).unwrap()), mms: Some(*count) },
        mode: *mode,
        reference: reference.as_deref(),
        reason: reason.as_deref(),
        from_house: false,
        tell: None,
        prices: scene.plan.map(|plan| plan.prices).unwrap_or_default(),
    };
    draft(scene, kept, &hit, &sale).map(Draft::Propose)
}

const BOTH: Rooms = Rooms {
    credits: Some(Room { needs: crate::credits::needs, decide: decide_both }),
    ..Rooms::ALL
};

const BOLT: ClientId = ClientId(7);

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.rooms = BOTH;
    desk.client(BOLT, "bolt", Class::User, vec![ROOT]);
    desk.price(Kind::Sms, 2_000);
    desk
}

impl Desk {
    fn price(&mut self, kind: Kind, per_1000_minor: u64) {
        let from = "2026-01-01".parse().unwrap();
        let steps = vec![Step { quantity: 1, per_1000_minor }];
        let schedules = vec![Schedule { from, steps }];
        self.put(Record::Prices(Prices { scope: Scope::Default, kind, version: 1, schedules }));
    }

    fn both(&self, client: ClientId) -> PerKind<i64> {
        self.account(client).totals.map(|_, totals| totals.balance())
    }

    /// Sends a call and confirms it, and has it approved, as often as that is asked for.
    fn carry(&mut self, who: &str, client: ClientId, ask: CreditsAsk) -> Result<Receipt, Refusal> {
        let key = self.fresh();
        let mut then = self.call(who, &key, client, ask)?;
        for _ in 0..3 {
            let Then::Planned(plan) = then else { return Ok(done(then)) };
            then = if plan.state == PlanState::AwaitsApproval {
                let key = self.fresh();
                let approve =
                    PlansAsk::Approve { op: plan.op, about: None, seen: None, alone: false };
                self.call("mona", &key, client, approve)?
            } else {
                self.confirm(who, &plan.op)?
            };
        }
        panic!("it waits for ever")
    }

    /// A provider's report of a payment.
    fn report(&mut self, payment: &str, number: &str, sums: (u64, u64)) -> Result<Then, Refusal> {
        let (received_minor, refunded_minor) = sums;
        let sums = Sums { received_minor, refunded_minor, ..Sums::default() };
        self.book(payment, Some(number), sums)
    }
}

#[test]
fn an_add_of_two_kinds_is_one_entry_and_one_invoice_with_two_lines() {
    let mut desk = desk();
    let receipt = desk.carry("olga", ACME, add(500)).unwrap();
    let (movement, _) = receipt.credits().unwrap();
    assert_eq!(movement.kinds(), Kind::ALL);
    assert_eq!(desk.both(ACME), PerKind { sms: 507, mms: 500 });
    let invoice = desk.invoice("INV-2-0001");
    // 507 SMS at 20.00 are 10.14, 500 MMS at 50.00 are 25.00; a fifth of tax on both.
    assert_eq!(invoice.lines.iter().map(|l| l.net_minor).collect::<Vec<_>>(), [1_014, 2_500]);
    assert_eq!((invoice.tax_minor, invoice.gross_minor), (703, 4_217));
    assert_eq!(desk.entries(ACME).len(), 1);
    let plan = plan(desk.call("olga", "again", ACME, add(2_000)).unwrap());
    let large = |q: &Question| matches!(q, Question::Large { .. });
    assert_eq!(plan.questions.iter().filter(|q| large(q)).count(), 2, "each kind is asked about");
}

#[test]
fn both_kinds_go_back_whole_or_not_at_all() {
    let mut desk = desk();
    let op = desk.carry("olga", ACME, add(500)).unwrap().op;
    // One SMS credit is spent: nothing is taken.
    let mut account = desk.account(ACME);
    account.totals.sms.held = 1;
    desk.put(Record::Account(account.clone()));
    let undo = CreditsAsk::Undo { op: Some(op), deducted: None, tell: None };
    assert_eq!(code(desk.carry("olga", ACME, undo.clone())), "not_enough");
    assert_eq!(desk.both(ACME), PerKind { sms: 507, mms: 500 });
    account.totals.sms.held = 0;
    desk.put(Record::Account(account));
    desk.carry("olga", ACME, undo).unwrap();
    assert_eq!(desk.both(ACME), PerKind { sms: 0, mms: 0 });
    assert_eq!(desk.invoice("INV-2-0001").state, InvoiceState::Void);
}

#[test]
fn a_count_does_not_correct_an_add_of_two_kinds() {
    let mut desk = desk();
    let op = desk.carry("olga", ACME, add(500)).unwrap().op;
    let to = CorrectTo::Count(100);
    let ask = CreditsAsk::Correct { op, to, spent: None, reason: None, deducted: None, tell: None };
    assert_eq!(code(desk.carry("olga", ACME, ask)), "invalid");
}

#[test]
fn a_refund_of_half_takes_half_of_both_kinds_and_its_failure_never_takes_more() {
    let mut desk = desk();
    desk.carry("olga", ACME, add(500)).unwrap();
    let gross = desk.invoice("INV-2-0001").gross_minor;
    let first = desk.report("pi_1", "INV-2-0001", (gross, 0)).unwrap();
    assert_eq!(desk.invoice("INV-2-0001").state, InvoiceState::Paid);
    assert_eq!(desk.report("pi_1", "INV-2-0001", (gross, 0)).unwrap(), first, "a replay");
    desk.may_owe = true;
    desk.report("pi_1", "INV-2-0001", (gross, gross / 2)).unwrap();
    assert_eq!(desk.both(ACME), PerKind { sms: 254, mms: 251 });
    // An older report that comes late changes nothing.
    desk.report("pi_1", "INV-2-0001", (gross, 1)).unwrap();
    assert_eq!(desk.both(ACME), PerKind { sms: 254, mms: 251 });
    desk.report("pi_1", "INV-2-0001", (gross, gross)).unwrap();
    assert_eq!(desk.both(ACME), PerKind { sms: 0, mms: 0 });
    assert_eq!(desk.payment("pi_1").applied_minor, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Everything that takes an add of two kinds back, in any order, keeps the books (see `apply`).
    #[test]
    fn any_way_back_of_two_kinds_keeps_the_books(
        steps in prop::collection::vec((0..9_u8, 0..4_usize, 1..900_u64, 0..3_usize), 1..24)
    ) {
        let mut desk = desk();
        desk.may_owe = true;
        let mut adds: Vec<OpId> = Vec::new();
        let mut paid: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for (step, nth, credits, spent) in steps {
            desk.now = desk.now.checked_add(SignedDuration::from_secs(70)).unwrap();
            let target = adds.get(nth % adds.len().max(1)).cloned();
            let number = format!("INV-2-{:04}", nth + 1);
            let spent = Some(Spent::ALL[spent]);
            let deducted = Some(Deducted::ALL[nth % 2]);
            let correct = |to| {
                let op = target.clone()?;
                Some(CreditsAsk::Correct { op, to, spent, reason: None, deducted, tell: None })
            };
            let ask = match step {
                0 => Some(add(credits)),
                1 => Some(sale(credits, Mode::Paid, Some(&format!("REF {credits} {nth}")))),
                2 => Some(deduct(credits, number.parse().ok())),
                3 => Some(deduct(credits, None)),
                4 => target.clone().map(|op| CreditsAsk::Undo { op: Some(op), deducted, tell: None }),
                5 => correct(CorrectTo::All),
                6 => correct(CorrectTo::Move { client: "typed".into() }),
                7 => {
                    let number = number.parse().unwrap();
                    Some(CreditsAsk::InvoiceVoid { number, reason: "wrong".to_owned(), deducted, tell: None })
                }
                _ => {
                    let Some(Record::Invoice(invoice)) =
                        desk.records.get(&Key::Invoice(number.parse().unwrap()))
                    else {
                        continue;
                    };
                    let due = invoice.due_minor();
                    let sums = paid.entry(number.clone()).or_default();
                    *sums = if sums.0 == 0 { (due, 0) } else { (sums.0, (sums.1 + credits).min(sums.0)) };
                    let (sums, payment) = (*sums, format!("pi {number}"));
                    if sums.0 > 0 {
                        let _ = desk.report(&payment, &number, sums);
                        assert!(desk.records.contains_key(&Key::Payment(normal_reference(&payment))));
                    }
                    None
                }
            };
            let Some(ask) = ask else { continue };
            let is_move = matches!(&ask, CreditsAsk::Correct { to: CorrectTo::Move { .. }, .. });
            let is_add = matches!(&ask, CreditsAsk::AddCredit { .. });
            let client = if is_move { BOLT } else { ACME };
            if let Ok(receipt) = desk.carry("olga", client, ask)
                && is_add
            {
                adds.push(receipt.op);
            }
        }
        desk.prove();
    }
}

#[test]
fn a_client_moves_its_own_credits_below_itself_and_nowhere_else() {
    let mut desk = Desk::new();
    desk.add("olga", VOLT, 1_000).unwrap();
    let transfer = |desk: &mut Desk, from: ClientId, to: ClientId, credits, back| {
        let key = desk.fresh();
        let ask = CreditsAsk::Transfer {
            kind: Kind::Mms,
            client: "typed".to_owned(),
            count: Count::try_new(credits).unwrap(),
            back,
        };
        let call = Call {
            key: CallKey::new("client:3", key),
            by: Caller::Client(from),
            ask: ask.into(),
            dry_run: false,
            at: None,
            typed: None,
        };
        let first = desk.send(&call, to);
        // The same call again is the same answer, or the same refusal.
        assert_eq!(desk.send(&call, to), first);
        first
    };
    transfer(&mut desk, VOLT, SPARK, 300, false).unwrap();
    assert_eq!((desk.mms(VOLT), desk.mms(SPARK)), (700, 300));
    transfer(&mut desk, VOLT, SPARK, 100, true).unwrap();
    assert_eq!((desk.mms(VOLT), desk.mms(SPARK)), (800, 200));
    assert_eq!(code(transfer(&mut desk, VOLT, SPARK, 801, false)), "not_enough");
    assert_eq!(code(transfer(&mut desk, VOLT, ACME, 1, false)), "unknown_client");
    assert_eq!(code(transfer(&mut desk, SPARK, VOLT, 1, false)), "unknown_client");
    // Staff may not ask for it, and a client for nothing else.
    let ask = CreditsAsk::Transfer {
        kind: Kind::Mms,
        client: "typed".to_owned(),
        count: Count::try_new(1).unwrap(),
        back: false,
    };
    assert_eq!(code(desk.call("olga", "t", SPARK, ask)), "wrong_actor");
    let call = Call {
        key: CallKey::new("client:3", "add"),
        by: Caller::Client(VOLT),
        ask: add(5).into(),
        dry_run: false,
        at: None,
        typed: None,
    };
    assert_eq!(code(desk.send(&call, VOLT)), "wrong_actor");
}

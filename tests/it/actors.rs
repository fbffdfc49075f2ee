//! The callers other than staff, through the real desk, store and commit: a provider books payments, a
//! client moves credits, the schedule ends plans and freezes accounts. None of them has a role, a budget
//! or a plan.
//!
//! The entry points of these callers are fakes: a desk with the rooms and the kind of caller that such
//! an entry point would have.

use functions::books;
use functions::desk::Desk;
use functions::jobs::queue::Queue;
use functions::reads::Readers;
use functions::store::commit::{Budget, Committed};
use jiff::SignedDuration;
use serde_json::json;
use shared::books::types::Ask as BooksAsk;
use shared::contract::call::{Call, Outcome, Reply};
use shared::contract::change::{Expect, Write};
use shared::contract::image::Stop;
use shared::contract::kept::Kept;
use shared::contract::plan::Plan;
use shared::contract::receipt::{self, Receipt};
use shared::contract::refusal::Refusal;
use shared::contract::{Answer, Ask, Facts, Key, Record};
use shared::credits::add::{Sale, draft};
use shared::credits::types::{Ask as CreditsAsk, CorrectTo};
use shared::decision::{Draft, Scene};
use shared::invoices::types::{Invoice, InvoiceState};
use shared::kernel::actor::{Actor, ActorKind, Caller, Provider};
use shared::kernel::credit::{Count, Kind, PerKind};
use shared::kernel::id::{CallKey, ClientId, OpId};
use shared::kernel::mode::Mode;
use shared::ledger::account::Account;
use shared::payments::types::{Ask as PaymentsAsk, Payment, Report, Sums, Waits};
use shared::plans::types::{Ask as PlansAsk, PlanState};
use shared::plans::{Room, Rooms, rooms};

use crate::sim::replays::bytes;
use crate::sim::stage::{OWNERS, Stage, add, call, deduct, instance, runtime, send};

const ALPHA: ClientId = ClientId(2);
const BRAVO: ClientId = ClientId(3);
/// The reseller.
const DELTA: ClientId = ClientId(5);
/// The client of the reseller.
const ECHO: ClientId = ClientId(6);

/// The two-line invoice: that many MMS credits, and 7 SMS credits more.
const CREDITS: u64 = 500;

/// The room of credits, but that an add sells both kinds: no command makes an invoice of two lines.
fn decide_both(scene: &Scene<'_>, ask: &CreditsAsk) -> Result<Draft, Stop> {
    let CreditsAsk::AddCredit { client, count, mode, .. } = ask else {
        return shared::credits::decide(scene, ask);
    };
    let hit = scene.hit(client.text())?;
    let sms = Count::try_new(count.get() + 7).unwrap();
    let sale = Sale {
        credits: PerKind { sms: Some(sms), mms: Some(*count) },
        mode: *mode,
        reference: None,
        reason: None,
        from_house: false,
        tell: None,
        prices: PerKind::default(),
    };
    draft(scene, ask.clone(), &hit, &sale).map(Draft::Propose)
}

/// A stage with the desk of one kind of caller.
struct Entrance {
    stage: Stage,
    desk: Desk,
}

impl Entrance {
    async fn open(rooms: Rooms, admits: &'static [ActorKind]) -> Self {
        let stage = Stage::set(23).await;
        let store = instance(&stage.wire.line(), &stage.clock).store;
        Self { desk: Desk::new(store, Queue::Nowhere, (rooms, Readers::NONE), admits), stage }
    }

    fn staff_desk(&self) -> Desk {
        instance(&self.stage.wire.line(), &self.stage.clock)
    }

    /// A staff member's call at the staff's own entrance.
    async fn as_owner(&self, key: &str, ask: impl Into<Ask>) -> Outcome {
        send(&self.staff_desk(), &call(key, OWNERS[0], ask)).await.outcome
    }

    async fn get<T: Kept + Clone>(&self, key: Key) -> T {
        let image = self.desk.store.image(std::slice::from_ref(&key)).await.unwrap();
        image.peek::<T>(&key).unwrap().clone()
    }

    /// The SMS and MMS credits of a client.
    async fn balances(&self, client: ClientId) -> (i64, i64) {
        let account: Account = self.get(Key::Account(client)).await;
        (account.totals.sms.balance(), account.totals.mms.balance())
    }

    /// All items of a table whose partition begins with a text, in order.
    fn items(&self, table: &str, partition: &str) -> Vec<String> {
        let request = serde_json::from_value(json!({ "TableName": table })).unwrap();
        let scan = self.stage.wire.db().scan(request).unwrap();
        let answer = serde_json::to_value(scan).unwrap();
        assert!(answer["LastEvaluatedKey"].is_null(), "the stage fits one page");
        let items = answer["Items"].as_array().unwrap().iter();
        let inside = items.filter(|item| item["pk"]["S"].as_str().unwrap().starts_with(partition));
        let mut texts: Vec<String> = inside.map(ToString::to_string).collect();
        texts.sort();
        texts
    }

    /// The budgets and the plans, which belong to staff alone.
    fn budgets_and_plans(&self) -> (Vec<String>, Vec<String>) {
        (self.items("ledger", "SPEND#"), self.items("desk", "PLAN"))
    }

    /// The books prove, by the desk's own proof and by the stage's.
    async fn prove(&self) {
        let report = books::verify(&self.desk.store, |_, _| {}).await.unwrap();
        assert!(report.mismatches.is_empty(), "{:?}", report.mismatches);
        self.stage.books().prove();
    }
}

fn call_of(by: Caller, key: CallKey, ask: impl Into<Ask>) -> Call {
    Call { key, by, ask: ask.into(), dry_run: false, at: None, typed: None }
}

fn receipt(reply: &Reply) -> &Receipt {
    let Outcome::Done(receipt) = &reply.outcome else { panic!("{reply:?}") };
    receipt
}

fn refusal(outcome: Outcome) -> Refusal {
    let Outcome::Refused(refusal) = outcome else { panic!("{outcome:?}") };
    refusal
}

fn code(outcome: Outcome) -> &'static str {
    refusal(outcome).code()
}

// A provider.

const PROVIDERS: Rooms = Rooms { payments: Some(rooms::PAYMENTS), ..Rooms::NONE };

/// A provider's report about a payment, under a key of its own.
fn report(invoice: &Invoice, received_minor: u64, refunded_minor: u64) -> Call {
    report_of("pi_1", invoice, received_minor, refunded_minor)
}

fn report_of(payment: &str, invoice: &Invoice, received_minor: u64, refunded_minor: u64) -> Call {
    let ask = PaymentsAsk::PaymentBook(Report {
        payment: payment.to_owned(),
        invoice: Some(invoice.number),
        currency: invoice.currency,
        sums: Sums { received_minor, refunded_minor, ..Sums::default() },
    });
    let key = CallKey::new("stripe", format!("{payment}#{received_minor}#{refunded_minor}"));
    call_of(Caller::Provider(Provider::Stripe), key, ask)
}

impl Entrance {
    /// Sells both kinds on one open invoice.
    async fn sell_both(&mut self) -> Invoice {
        let room = Room { needs: shared::credits::needs, decide: decide_both };
        let rooms = Rooms { credits: Some(room), ..Rooms::NONE };
        let store = self.desk.store.clone();
        let desk = Desk::new(store, Queue::Nowhere, (rooms, Readers::NONE), &[ActorKind::Staff]);
        let reply =
            self.stage.done(&desk, add(Kind::Mms, "alpha", CREDITS, Mode::Open, None)).await;
        let (movement, _) = receipt(&reply).credits().unwrap();
        assert_eq!(movement.kinds(), Kind::ALL);
        let document = movement.document.as_ref().unwrap();
        let invoice: Invoice = self.get(Key::Invoice(document.number)).await;
        assert_eq!((invoice.lines.len(), invoice.state), (2, InvoiceState::Open));
        invoice
    }
}

#[test]
fn provider_books_a_payment_of_two_lines_without_role_budget_or_plan() {
    runtime().block_on(async {
        let mut entrance = Entrance::open(PROVIDERS, &[ActorKind::Provider]).await;
        let invoice = entrance.sell_both().await;
        let gross = invoice.gross_minor;
        let before = entrance.budgets_and_plans();

        let paid = report(&invoice, gross, 0);
        let first = send(&entrance.desk, &paid).await;

        assert_eq!(first.op, paid.key.op());
        assert_eq!(receipt(&first).by, Actor::Provider(Provider::Stripe));
        assert_eq!(receipt(&first).approved_by, None);
        let invoice: Invoice = entrance.get(Key::Invoice(invoice.number)).await;
        assert_eq!((invoice.state, invoice.paid_minor), (InvoiceState::Paid, gross));
        let payment: Payment = entrance.get(Key::Payment("pi_1".to_owned())).await;
        assert_eq!((payment.applied_minor, payment.op), (gross, first.op));
        assert_eq!(entrance.budgets_and_plans(), before);
        entrance.prove().await;

        // Half of the money goes back, and half of the credits of both lines.
        let refunded = report(&invoice, gross, gross / 2);
        let (sms, mms) = entrance.balances(ALPHA).await;
        let reply = send(&entrance.desk, &refunded).await;
        let (taken_sms, taken_mms) = entrance.balances(ALPHA).await;
        assert_eq!(receipt(&reply).by, Actor::Provider(Provider::Stripe));
        assert_eq!((sms - taken_sms, mms - taken_mms), (253, 249));
        assert_eq!(entrance.budgets_and_plans(), before);
        entrance.prove().await;
    });
}

#[test]
fn staff_take_back_an_invoice_that_two_payments_of_a_provider_settled() {
    runtime().block_on(async {
        let mut entrance = Entrance::open(PROVIDERS, &[ActorKind::Provider]).await;
        let (sms, mms) = entrance.balances(ALPHA).await;
        let invoice = entrance.sell_both().await;
        let gross = invoice.gross_minor;
        for (payment, minor) in [("pi_1", gross / 3), ("pi_2", gross - gross / 3)] {
            let reply = send(&entrance.desk, &report_of(payment, &invoice, minor, 0)).await;
            assert!(matches!(reply.outcome, Outcome::Done(_)), "{reply:?}");
        }

        let number = invoice.number;
        let void = CreditsAsk::InvoiceVoid {
            number,
            reason: "wrong client".to_owned(),
            deducted: None,
            tell: None,
        };
        let desk = entrance.staff_desk();
        entrance.stage.done(&desk, void).await;

        let invoice: Invoice = entrance.get(Key::Invoice(number)).await;
        assert_eq!((invoice.state, invoice.paid_minor), (InvoiceState::Refunded, 0));
        for payment in ["pi_1", "pi_2"] {
            let payment: Payment = entrance.get(Key::Payment(payment.to_owned())).await;
            assert_eq!((payment.applied_minor, payment.client), (0, Some(ALPHA)));
        }
        assert_eq!(entrance.balances(ALPHA).await, (sms, mms));
        entrance.prove().await;
    });
}

#[test]
fn staff_correct_and_undo_an_invoice_that_a_provider_settled() {
    runtime().block_on(async {
        let mut entrance = Entrance::open(PROVIDERS, &[ActorKind::Provider]).await;
        let desk = entrance.staff_desk();
        let before = entrance.balances(ALPHA).await;
        for (payment, is_undone) in [("pi_1", true), ("pi_2", false)] {
            let sold = add(Kind::Mms, "alpha", CREDITS, Mode::Open, None);
            let sold = entrance.stage.done(&desk, sold).await;
            let number = receipt(&sold).credits().unwrap().0.document.as_ref().unwrap().number;
            let invoice: Invoice = entrance.get(Key::Invoice(number)).await;
            let gross = invoice.gross_minor;
            send(&entrance.desk, &report_of(payment, &invoice, gross, 0)).await;
            let correct = |to| CreditsAsk::Correct {
                op: sold.op.clone(),
                to,
                spent: None,
                reason: None,
                deducted: None,
                tell: None,
            };

            entrance.stage.done(&desk, correct(CorrectTo::Count(CREDITS / 2))).await;

            let invoice: Invoice = entrance.get(Key::Invoice(number)).await;
            assert_eq!((invoice.state, invoice.gives.mms), (InvoiceState::Paid, CREDITS / 2));
            assert_eq!((invoice.noted_minor, invoice.paid_minor), (gross / 2, gross - gross / 2));
            let paid: Payment = entrance.get(Key::Payment(payment.to_owned())).await;
            assert_eq!((paid.applied_minor, paid.client), (invoice.paid_minor, Some(ALPHA)));
            entrance.prove().await;

            let op = Some(sold.op.clone());
            let undo = CreditsAsk::Undo { op, deducted: None, tell: None };
            let rest = if is_undone { undo } else { correct(CorrectTo::All) };
            entrance.stage.done(&desk, rest).await;

            let invoice: Invoice = entrance.get(Key::Invoice(number)).await;
            assert_eq!((invoice.state, invoice.paid_minor), (InvoiceState::Refunded, 0));
            let paid: Payment = entrance.get(Key::Payment(payment.to_owned())).await;
            assert_eq!((paid.applied_minor, paid.sums.received_minor), (0, gross));
            assert_eq!(entrance.balances(ALPHA).await, before);
            entrance.prove().await;
        }
    });
}

#[test]
fn invoice_takes_ten_payments_of_providers_and_no_more() {
    runtime().block_on(async {
        let mut entrance = Entrance::open(PROVIDERS, &[ActorKind::Provider]).await;
        let invoice = entrance.sell_both().await;
        for number in 0..10 {
            let one = report_of(&format!("pi_{number}"), &invoice, 1, 0);
            let reply = send(&entrance.desk, &one).await;
            assert!(matches!(reply.outcome, Outcome::Done(_)), "{reply:?}");
        }

        let waiting = send(&entrance.desk, &report_of("pi_10", &invoice, 1, 0)).await;

        let Outcome::Done(receipt) = &waiting.outcome else { panic!("{waiting:?}") };
        let receipt::Outcome::Done { facts: Facts::Payments(facts), .. } = &receipt.outcome else {
            panic!("{receipt:?}")
        };
        assert_eq!((facts.waits, facts.unapplied.minor), (Some(Waits::TooMany), 1));
        let more = send(&entrance.desk, &report_of("pi_9", &invoice, 2, 0)).await;
        assert!(matches!(more.outcome, Outcome::Done(_)), "{more:?}");
        let invoice: Invoice = entrance.get(Key::Invoice(invoice.number)).await;
        assert_eq!(invoice.paid_minor, 11);
        entrance.prove().await;
    });
}

#[test]
fn provider_replay_equals_the_first_reply_and_another_body_is_refused() {
    runtime().block_on(async {
        let mut entrance = Entrance::open(PROVIDERS, &[ActorKind::Provider]).await;
        let invoice = entrance.sell_both().await;
        let paid = report(&invoice, invoice.gross_minor, 0);
        let first = send(&entrance.desk, &paid).await;
        let ledger = entrance.items("ledger", "");

        let again = send(&entrance.desk, &paid).await;
        assert_eq!(again.replay_of, Some(receipt(&first).at));
        assert_eq!(bytes(&again), bytes(&first));

        let mut other = report(&invoice, invoice.gross_minor, 1);
        other.key = paid.key.clone();
        assert_eq!(code(send(&entrance.desk, &other).await.outcome), "key_reused");
        let of_another = Call { by: Caller::Provider(Provider::Paystack), ..paid };
        assert_eq!(code(send(&entrance.desk, &of_another).await.outcome), "key_reused");
        assert_eq!(entrance.items("ledger", ""), ledger);
    });
}

#[test]
fn staff_cannot_book_a_payment() {
    runtime().block_on(async {
        let mut entrance = Entrance::open(PROVIDERS, &[ActorKind::Provider]).await;
        let invoice = entrance.sell_both().await;
        let ledger = entrance.items("ledger", "");
        let ask = report(&invoice, invoice.gross_minor, 0).ask;
        let refused = refusal(entrance.as_owner("pay", ask.clone()).await);
        assert_eq!(refused, Refusal::WrongActor { actor: ActorKind::Staff });
        let refused = send(&entrance.desk, &call("pay", OWNERS[0], ask)).await;
        let expected = Refusal::NotAdmitted { actor: ActorKind::Staff };
        assert_eq!(refusal(refused.outcome), expected);
        assert_eq!(entrance.items("ledger", ""), ledger);
    });
}

// A client.

const CLIENTS: Rooms = Rooms { credits: Some(rooms::CREDITS), ..Rooms::NONE };

/// A client's call that moves SMS credits to a client below it, or back.
fn transfer(by: ClientId, key: &str, to: ClientId, credits: u64, back: bool) -> Call {
    let ask = CreditsAsk::Transfer {
        kind: Kind::Sms,
        client: to.to_string(),
        count: Count::try_new(credits).unwrap(),
        back,
    };
    call_of(Caller::Client(by), CallKey::new(format!("client:{}", by.0), key), ask)
}

#[test]
fn client_moves_credits_below_itself_and_back_without_role_budget_or_plan() {
    runtime().block_on(async {
        let entrance = Entrance::open(CLIENTS, &[ActorKind::Client]).await;
        let before = entrance.budgets_and_plans();
        let (delta, _) = entrance.balances(DELTA).await;
        let (echo, _) = entrance.balances(ECHO).await;

        let given = transfer(DELTA, "give", ECHO, 1_000, false);
        let first = send(&entrance.desk, &given).await;
        assert_eq!(first.op, given.key.op());
        assert_eq!(receipt(&first).by, Actor::Client(DELTA));
        assert_eq!(entrance.balances(DELTA).await.0, delta - 1_000);
        assert_eq!(entrance.balances(ECHO).await.0, echo + 1_000);

        let again = send(&entrance.desk, &given).await;
        assert_eq!(again.replay_of, Some(receipt(&first).at));
        assert_eq!(bytes(&again), bytes(&first));

        let back = send(&entrance.desk, &transfer(DELTA, "take", ECHO, 400, true)).await;
        assert_eq!(receipt(&back).by, Actor::Client(DELTA));
        assert_eq!(entrance.balances(DELTA).await.0, delta - 600);
        assert_eq!(entrance.balances(ECHO).await.0, echo + 600);
        assert_eq!(entrance.budgets_and_plans(), before);
        entrance.prove().await;
    });
}

#[test]
fn client_cannot_move_more_than_it_has_and_a_retry_stays_refused() {
    runtime().block_on(async {
        let mut entrance = Entrance::open(CLIENTS, &[ActorKind::Client]).await;
        let (delta, _) = entrance.balances(DELTA).await;
        let most = u64::try_from(delta).unwrap();

        let too_much = transfer(DELTA, "give", ECHO, most + 1, false);
        let first = send(&entrance.desk, &too_much).await;
        assert_eq!(code(first.outcome.clone()), "not_enough");
        assert_eq!(entrance.balances(DELTA).await.0, delta);
        // It has enough by now; the stored refusal is the answer all the same.
        let desk = entrance.staff_desk();
        entrance.stage.done(&desk, add(Kind::Sms, "delta", 10, Mode::Open, None)).await;
        let again = send(&entrance.desk, &too_much).await;
        assert!(again.replay_of.is_some());
        assert_eq!(bytes(&again), bytes(&first));

        let all = send(&entrance.desk, &transfer(DELTA, "all", ECHO, most + 10, false)).await;
        assert_eq!(receipt(&all).by, Actor::Client(DELTA));
        assert_eq!(entrance.balances(DELTA).await.0, 0);
        entrance.prove().await;
    });
}

#[test]
fn client_cannot_move_credits_of_a_client_that_is_not_below_it() {
    runtime().block_on(async {
        let entrance = Entrance::open(CLIENTS, &[ActorKind::Client]).await;
        let first = send(&entrance.desk, &transfer(DELTA, "give", ECHO, 5, false)).await;
        assert!(matches!(first.outcome, Outcome::Done(_)), "{first:?}");
        let ledger = entrance.items("ledger", "");

        for (by, to, back) in [
            (ALPHA, ECHO, true),
            (ALPHA, ECHO, false),
            (ALPHA, BRAVO, true),
            (ECHO, DELTA, true),
            (ECHO, DELTA, false),
            (DELTA, ALPHA, true),
            (DELTA, DELTA, true),
        ] {
            let reply = send(&entrance.desk, &transfer(by, "theirs", to, 5, back)).await;
            assert_eq!(code(reply.outcome), "unknown_client", "{by} {to} {back}");
        }
        // Another client's key is not an answer for this client.
        let mut stolen = transfer(DELTA, "give", ECHO, 5, false);
        stolen.by = Caller::Client(ALPHA);
        assert_eq!(code(send(&entrance.desk, &stolen).await.outcome), "key_reused");
        // A client asks for nothing of staff, and staff ask for nothing of clients.
        let key = CallKey::new("client:5", "deduct");
        let theirs = call_of(Caller::Client(DELTA), key, deduct(Kind::Sms, "echo", 5));
        assert_eq!(code(send(&entrance.desk, &theirs).await.outcome), "wrong_actor");
        let ask = transfer(DELTA, "staff", ECHO, 5, false).ask;
        assert_eq!(code(entrance.as_owner("staff", ask).await), "wrong_actor");
        assert_eq!(entrance.items("ledger", ""), ledger);
    });
}

// The schedule.

const SCHEDULE: Rooms = Rooms { books: Some(rooms::BOOKS), ..Rooms::NONE };

fn scheduled(key: &str, ask: impl Into<Ask>) -> Call {
    call_of(Caller::Schedule, CallKey::new("schedule", key), ask)
}

#[test]
fn schedule_ends_an_overdue_plan_and_staff_cannot() {
    runtime().block_on(async {
        let entrance = Entrance::open(SCHEDULE, &[ActorKind::Schedule]).await;
        let planned = entrance.as_owner("plan", deduct(Kind::Sms, "bravo", 40)).await;
        let Outcome::Planned(plan) = planned else { panic!("{planned:?}") };
        let expire = || PlansAsk::Expire { op: plan.op.clone() };

        let early = send(&entrance.desk, &scheduled("early", expire())).await;
        assert_eq!(code(early.outcome), "plan_over");
        assert_eq!(state_of(&entrance, &plan.op).await, PlanState::AwaitsConfirm);
        entrance.stage.clock.advance(SignedDuration::from_mins(11));
        assert_eq!(code(entrance.as_owner("expire", expire()).await), "wrong_actor");
        assert_eq!(state_of(&entrance, &plan.op).await, PlanState::AwaitsConfirm);

        let reply = send(&entrance.desk, &scheduled("due", expire())).await;
        assert!(matches!(reply.outcome, Outcome::Answer(Answer::PlanEnded { .. })), "{reply:?}");
        assert_eq!(state_of(&entrance, &plan.op).await, PlanState::Expired);
        let again = send(&entrance.desk, &scheduled("due", expire())).await;
        assert_eq!(code(again.outcome), "plan_over");
        let confirm = PlansAsk::Confirm { op: plan.op.clone(), about: None, seen: None };
        assert_eq!(code(entrance.as_owner("yes", confirm).await), "plan_over");
        assert!(!entrance.stage.is_done(&plan.op));
    });
}

async fn state_of(entrance: &Entrance, plan: &OpId) -> PlanState {
    entrance.get::<Plan>(Key::Plan(plan.clone())).await.state
}

#[test]
fn schedule_freezes_an_account_whose_books_mismatch_and_staff_cannot() {
    runtime().block_on(async {
        let mut entrance = Entrance::open(SCHEDULE, &[ActorKind::Schedule]).await;
        change_total(&entrance, 1).await;
        let report = books::verify(&entrance.desk.store, |_, _| {}).await.unwrap();
        let mismatch = report.mismatches.first().unwrap();
        assert_eq!(mismatch.client, Some(ALPHA));
        let freeze =
            |frozen| BooksAsk::Freeze { client: ALPHA, frozen, reason: mismatch.what.clone() };

        assert_eq!(code(entrance.as_owner("freeze", freeze(true)).await), "wrong_actor");
        assert!(!entrance.get::<Account>(Key::Account(ALPHA)).await.frozen);
        let reply = send(&entrance.desk, &scheduled("freeze", freeze(true))).await;
        let frozen = Answer::Frozen { client: ALPHA, frozen: true };
        assert_eq!(reply.outcome, Outcome::Answer(frozen));
        assert!(entrance.get::<Account>(Key::Account(ALPHA)).await.frozen);
        let more = || add(Kind::Sms, "alpha", 40, Mode::Open, None);
        assert_eq!(code(entrance.as_owner("add", more()).await), "frozen");

        change_total(&entrance, -1).await;
        assert_eq!(code(entrance.as_owner("thaw", freeze(false)).await), "wrong_actor");
        let reply = send(&entrance.desk, &scheduled("thaw", freeze(false))).await;
        assert!(matches!(reply.outcome, Outcome::Answer(Answer::Frozen { frozen: false, .. })));
        let desk = entrance.staff_desk();
        entrance.stage.done(&desk, more()).await;
        entrance.prove().await;
    });
}

/// Changes the SMS total of an account behind the desk's back.
async fn change_total(entrance: &Entrance, by: i64) {
    let mut account: Account = entrance.get(Key::Account(ALPHA)).await;
    account.totals.sms.granted += by;
    let write = Write::Put(Record::Account(account), Expect::Anything);
    let written = entrance.desk.store.commit_within(&[write], Budget::default()).await;
    assert_eq!(written.unwrap(), Committed::Done);
}

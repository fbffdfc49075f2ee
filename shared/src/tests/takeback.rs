//! Random sequences of adds, deducts, corrections, voids and undos on one client, against sums: an add
//! takes back at most its credits, and each deducted credit is given back at most once.

use super::*;
use crate::contract::Facts;
use crate::credits::types::{CorrectTo, Deducted};
use crate::kernel::movement::Reason;

#[derive(Debug, Clone)]
enum Step {
    Add(u64),
    Deduct(u64),
    /// An add, by its position, to a part of its credits in sixteenths.
    Correct(usize, u64, Option<Deducted>),
    /// An add is taken back whole: by its invoice if it has one, or by its operation.
    TakeBack(usize, bool, Option<Deducted>),
    UndoDeduct(usize),
    /// A correction, which is never undone.
    UndoCorrection(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let answer = || prop_oneof![Just(None), Just(Some(Deducted::Part)), Just(Some(Deducted::Else))];
    prop_oneof![
        3 => (1..=1_000_u64).prop_map(Step::Add),
        3 => (1..=1_000_u64).prop_map(Step::Deduct),
        4 => (0..6_usize, 0..16_u64, answer()).prop_map(|(at, to, answer)| Step::Correct(at, to, answer)),
        2 => (0..6_usize, any::<bool>(), answer())
            .prop_map(|(at, by_invoice, answer)| Step::TakeBack(at, by_invoice, answer)),
        2 => (0..6_usize).prop_map(Step::UndoDeduct),
        1 => (0..6_usize).prop_map(Step::UndoCorrection),
    ]
}

/// An add, or a move from the reseller.
struct Given {
    op: OpId,
    credits: u64,
    taken: u64,
}

/// The sums of a sequence. It knows no entry, and nothing of the order in which deductions count.
struct Sums {
    desk: Desk,
    client: ClientId,
    adds: Vec<Given>,
    deducts: Vec<OpId>,
    corrections: Vec<OpId>,
    deducted: u64,
    /// Deducted credits that were given back: counted as a part, or undone.
    returned: u64,
}

impl Sums {
    fn new(client: ClientId) -> Self {
        let mut desk = Desk::new();
        desk.add("olga", VOLT, 1_000_000).unwrap();
        let (adds, deducts, corrections) = (Vec::new(), Vec::new(), Vec::new());
        Self { desk, client, adds, deducts, corrections, deducted: 0, returned: 0 }
    }

    /// Does a change, or returns the code of its refusal.
    fn does(&mut self, ask: CreditsAsk) -> Result<Receipt, &'static str> {
        let key = self.desk.fresh();
        self.desk.now += SignedDuration::from_mins(1);
        let then = match self.desk.call("olga", &key, self.client, ask) {
            Ok(Then::Planned(plan)) => self.desk.confirm("olga", &plan.op),
            other => other,
        };
        match then {
            Ok(Then::Done(receipt)) => Ok(receipt),
            Ok(other) => panic!("{other:?}"),
            Err(refusal) => Err(refusal.code()),
        }
    }

    fn take(&mut self, step: &Step) -> Result<(), &'static str> {
        let count = self.adds.len();
        match step {
            Step::Add(credits) => {
                let receipt = self.does(add(*credits))?;
                self.adds.push(Given { op: receipt.op, credits: *credits, taken: 0 });
            }
            Step::Deduct(credits) => {
                let receipt = self.does(deduct(*credits, None))?;
                self.deducts.push(receipt.op);
                self.deducted += credits;
            }
            Step::Correct(at, sixteenths, deducted) if count > 0 => {
                let given = &self.adds[at % count];
                let to = CorrectTo::Count(given.credits * sixteenths / 16);
                let ask = CreditsAsk::Correct {
                    op: given.op.clone(),
                    to,
                    spent: None,
                    reason: None,
                    deducted: *deducted,
                    tell: None,
                };
                let op = self.take_back(at % count, ask)?;
                self.corrections.push(op);
            }
            Step::TakeBack(at, by_invoice, deducted) if count > 0 => {
                let op = self.adds[at % count].op.clone();
                let invoice = self.desk.invoices().find(|invoice| invoice.op == op);
                let ask = match invoice.filter(|_| *by_invoice) {
                    Some(invoice) => CreditsAsk::InvoiceVoid {
                        number: invoice.number,
                        reason: "wrong".to_owned(),
                        deducted: *deducted,
                        tell: None,
                    },
                    None => CreditsAsk::Undo { op: Some(op), deducted: *deducted, tell: None },
                };
                self.take_back(at % count, ask)?;
            }
            Step::UndoDeduct(at) if !self.deducts.is_empty() => {
                let op = self.deducts[at % self.deducts.len()].clone();
                let before = self.desk.mms(self.client);
                self.does(CreditsAsk::Undo { op: Some(op), deducted: None, tell: None })?;
                self.returned += (self.desk.mms(self.client) - before).unsigned_abs();
            }
            Step::UndoCorrection(at) if !self.corrections.is_empty() => {
                let op = self.corrections[at % self.corrections.len()].clone();
                let undone =
                    self.does(CreditsAsk::Undo { op: Some(op), deducted: None, tell: None });
                assert_eq!(undone.map(|receipt| receipt.op), Err("not_undoable"));
            }
            Step::Correct(..)
            | Step::TakeBack(..)
            | Step::UndoDeduct(_)
            | Step::UndoCorrection(_) => {}
        }
        Ok(())
    }

    /// Takes credits of an add back, and counts what its receipt says.
    fn take_back(&mut self, at: usize, ask: CreditsAsk) -> Result<OpId, &'static str> {
        let before = self.desk.mms(self.client);
        let receipt = self.does(ask)?;
        let Outcome::Done { facts: Facts::Credits(facts), .. } = &receipt.outcome else {
            panic!("{receipt:?}")
        };
        let lost = (before - self.desk.mms(self.client)).unsigned_abs();
        self.returned += facts.deducted.mms;
        self.adds[at].taken += lost + facts.deducted.mms;
        Ok(receipt.op)
    }

    fn hold(&self) {
        for given in &self.adds {
            assert!(given.taken <= given.credits, "{} took more back than it gave", given.op);
        }
        assert!(self.returned <= self.deducted, "a deducted credit counts twice");
        let given: u64 = self.adds.iter().map(|given| given.credits - given.taken).sum();
        let balance = given + self.returned - self.deducted;
        assert_eq!(self.desk.mms(self.client), i64::try_from(balance).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_sequence_takes_more_back_than_was_given_or_counts_a_deduction_twice(
        steps in proptest::collection::vec(step(), 1..24),
        of_a_reseller in any::<bool>(),
    ) {
        let mut sums = Sums::new(if of_a_reseller { SPARK } else { ACME });
        for step in &steps {
            let refusals = ["not_enough", "spent", "already_reversed", "deducted_since", "invalid",
                "invoice_state"];
            if let Err(code) = sums.take(step) {
                assert!(refusals.contains(&code), "{step:?}: {code}");
            }
            sums.hold();
        }

        for at in 0..sums.deducts.len() {
            let undone = sums.take(&Step::UndoDeduct(at));
            assert!(undone.is_ok() || undone == Err("already_reversed"), "{undone:?}");
        }
        prop_assert_eq!(sums.returned, sums.deducted, "a part of a deduct cannot be undone");
        for at in 0..sums.adds.len() {
            let undone = sums.take(&Step::TakeBack(at, false, None));
            assert!(undone.is_ok() || undone == Err("already_reversed"), "{undone:?}");
        }
        sums.hold();
        prop_assert_eq!(sums.desk.mms(sums.client), 0);
        prop_assert_eq!(sums.desk.mms(VOLT), 1_000_000);
    }
}

#[test]
fn deductions_behind_more_bare_entries_than_are_read_need_an_answer() {
    let mut desk = Desk::new();
    let op = desk.add("olga", ACME, 1_000).unwrap();
    for _ in 0..=crate::credits::bare::BARE_MAX {
        let key = desk.fresh();
        desk.now += SignedDuration::from_secs(10);
        desk.does("olga", &key, ACME, deduct(1, None));
    }
    let undo = |deducted| CreditsAsk::Undo { op: Some(op.clone()), deducted, tell: None };

    for answer in [None, Some(Deducted::Part)] {
        let key = desk.fresh();
        let refused = desk.call("olga", &key, ACME, undo(answer)).unwrap_err();
        assert!(refused.to_string().contains("deducted:else"), "{refused}");
    }
    assert_eq!(desk.mms(ACME), 899, "nothing was changed");
    let key = desk.fresh();
    let whole = desk.call("olga", &key, ACME, undo(Some(Deducted::Else)));
    assert_eq!(code(whole), "not_enough");
}

#[test]
fn one_change_gives_at_most_twenty_deductions_back() {
    let mut desk = Desk::new();
    let op = desk.add("olga", ACME, 1_000).unwrap();
    for _ in 0..21 {
        let key = desk.fresh();
        desk.now += SignedDuration::from_secs(10);
        desk.does("olga", &key, ACME, deduct(10, None));
    }
    let correct = |to| CreditsAsk::Correct {
        op: op.clone(),
        to,
        spent: None,
        reason: None,
        deducted: Some(Deducted::Part),
        tell: None,
    };

    assert_eq!(code(desk.call("olga", "all", ACME, correct(CorrectTo::All))), "invalid");
    desk.does("olga", "some", ACME, correct(CorrectTo::Count(800)));
    assert_eq!(desk.mms(ACME), 790, "the deducts took these 200 already");
    desk.does("olga", "rest", ACME, correct(CorrectTo::All));
    assert_eq!(desk.mms(ACME), 0);
}

/// A second client of the reseller volt.
const FLUX: ClientId = ClientId(5);

/// A desk whose reseller moved credits to both of its clients; the moves.
fn resold() -> (Desk, OpId, OpId) {
    let mut desk = Desk::new();
    desk.client(FLUX, "flux", Class::User, vec![VOLT, ROOT]);
    desk.add("olga", VOLT, 10_000).unwrap();
    let to_spark = desk.add("olga", SPARK, 1_000).unwrap();
    let to_flux = desk.add("olga", FLUX, 500).unwrap();
    (desk, to_spark, to_flux)
}

/// A correction that puts the typed client in the place of another one.
fn moved_to(op: &OpId, deducted: Option<Deducted>) -> CreditsAsk {
    CreditsAsk::Correct {
        op: op.clone(),
        to: CorrectTo::Move { client: TYPED.into() },
        spent: None,
        reason: None,
        deducted,
        tell: None,
    }
}

/// The sums of the reseller and of both clients.
fn sums_of(desk: &Desk) -> [i64; 3] {
    [VOLT, SPARK, FLUX].map(|client| desk.mms(client))
}

#[test]
fn deduct_that_was_moved_to_the_right_client_is_asked_about_there() {
    let (mut desk, _, to_flux) = resold();
    let wrong = done(desk.does("olga", "wrong", SPARK, deduct(200, None))).op;
    desk.does("olga", "right", FLUX, moved_to(&wrong, None));
    assert_eq!(sums_of(&desk), [8_700, 1_000, 300]);
    let undo = |deducted| CreditsAsk::Undo { op: Some(to_flux.clone()), deducted, tell: None };

    assert_eq!(code(desk.call("olga", "undo", FLUX, undo(None))), "deducted_since");
    desk.does("olga", "part", FLUX, undo(Some(Deducted::Part)));

    assert_eq!(sums_of(&desk), [9_000, 1_000, 0]);
    let deducted = desk.entries(FLUX)[1].clone();
    assert_eq!((deducted.reason, deducted.other), (Reason::Deduct, Some(VOLT)));
    desk.prove();
}

#[test]
fn move_of_which_deductions_took_all_moves_nothing_to_the_right_client() {
    let (mut desk, to_spark, _) = resold();
    desk.does("olga", "taken", SPARK, deduct(1_000, None));
    let ask = moved_to(&to_spark, Some(Deducted::Part));
    assert_eq!(code(desk.call("olga", "right", FLUX, ask)), "invalid");
    assert_eq!(sums_of(&desk), [9_500, 0, 500]);
}

#[test]
fn move_of_which_deductions_took_a_part_names_the_account_of_each_share() {
    let (mut desk, to_spark, _) = resold();
    desk.does("olga", "taken", SPARK, deduct(400, None));

    desk.does("olga", "right", FLUX, moved_to(&to_spark, Some(Deducted::Part)));

    assert_eq!(sums_of(&desk), [8_900, 0, 1_100]);
    let entries = desk.entries(SPARK);
    let shares: Vec<_> = entries
        .iter()
        .filter(|entry| entry.reason == Reason::Return)
        .map(|entry| (entry.lines[0].granted, entry.other))
        .collect();
    assert_eq!(shares, [(400, Some(VOLT)), (-400, Some(VOLT)), (-600, Some(FLUX))]);
    desk.prove();
    let undo = CreditsAsk::Undo { op: Some(to_spark), deducted: None, tell: None };
    assert_eq!(code(desk.call("olga", "undo", SPARK, undo)), "already_reversed");
}

#[test]
fn undo_is_offered_only_for_a_deduction_that_can_be_undone() {
    for (hours, is_offered) in [(1, true), (25, false)] {
        let (mut desk, to_spark, _) = resold();
        let mut ask = deduct(200, None);
        if let CreditsAsk::DeductCredit { to_house, .. } = &mut ask {
            *to_house = true;
        }
        desk.does("olga", "house", SPARK, ask);
        desk.now += SignedDuration::from_hours(hours);
        let correct = CreditsAsk::Correct {
            op: to_spark,
            to: CorrectTo::All,
            spent: None,
            reason: None,
            deducted: Some(Deducted::Part),
            tell: None,
        };
        let refused = desk.call("olga", "k", SPARK, correct).unwrap_err().to_string();
        assert!(refused.contains("answer deducted:else"), "{refused}");
        assert_eq!(refused.contains("/undo"), is_offered, "{refused}");
    }
}

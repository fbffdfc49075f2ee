//! `/correct`: fewer credits, another client, none; and what becomes of credits that are spent.

use super::*;
use crate::contract::Facts;
use crate::credits::types::{CorrectTo, Deducted, DeductedSince, Spent};
use crate::kernel::mail::MailEvent;

fn correct(op: &OpId, to: CorrectTo, spent: Option<Spent>) -> CreditsAsk {
    CreditsAsk::Correct {
        op: op.clone(),
        to,
        spent,
        reason: None,
        deducted: Some(Deducted::Else),
        tell: None,
    }
}

fn moved() -> CorrectTo {
    CorrectTo::Move { client: "typed".into() }
}

/// The result of a correction, of its one kind.
struct Corrected {
    before: i64,
    after: i64,
    movement: Movement,
    facts: crate::credits::types::Facts,
}

impl Desk {
    /// Corrects and confirms.
    fn correct(&mut self, who: &str, ask: CreditsAsk) -> Result<Corrected, Refusal> {
        let key = self.fresh();
        let plan = plan(self.call(who, &key, BOLT, ask)?);
        let receipt = done(self.confirm(who, &plan.op)?);
        let Outcome::Done { movement: Some(movement), facts: Facts::Credits(facts) } =
            receipt.outcome
        else {
            panic!("{receipt:?}")
        };
        let KindChange { before, after, .. } = change(&movement);
        Ok(Corrected { before, after, movement, facts })
    }

    fn spend(&mut self, credits: u64) {
        let key = self.fresh();
        let took = plan(self.call("bill", &key, ACME, deduct(credits, None)).unwrap());
        self.confirm("bill", &took.op).unwrap();
    }

    fn state(&self, number: &str) -> InvoiceState {
        self.invoice(number).state
    }
}

const BOLT: ClientId = ClientId(7);

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.client(BOLT, "bolt", Class::User, vec![ROOT]);
    desk.add("olga", ACME, 1_000).unwrap();
    desk
}

#[test]
fn one_zero_too_many_is_taken_back_with_a_credit_note() {
    let mut desk = desk();
    let op = desk.add("olga", ACME, 500).unwrap();
    // Weeks later: an undo would be refused.
    desk.now += SignedDuration::from_hours(24 * 30);
    let change = desk.correct("olga", correct(&op, CorrectTo::Count(50), None)).unwrap();
    assert_eq!((change.before, change.after), (1_500, 1_050));
    assert!(matches!(&change.facts.change, Changed::Corrected { op: of, off_invoice, .. }
            if *of == op && off_invoice.mms == 450));
    let note = desk.invoice("CN-2-0001");
    assert_eq!(note.gross_minor, 2_700, "nine tenths of 30.00");
    let invoice = desk.invoice("INV-2-0002");
    assert_eq!((invoice.gives.mms, invoice.due_minor()), (50, 300));
    let entry = desk.entries(ACME).pop().unwrap().clone();
    assert_eq!(entry.reverses, Some(2), "it is linked to the add");
    // Once more, to none at all: only what it still gives.
    let change = desk.correct("olga", correct(&op, CorrectTo::All, None)).unwrap();
    assert_eq!(change.after, 1_000);
    assert_eq!(desk.state("INV-2-0002"), InvoiceState::Refunded);
    let again = desk.call("olga", "x", ACME, correct(&op, CorrectTo::All, None));
    assert_eq!(code(again), "already_reversed");
}

#[test]
fn the_wrong_client_is_made_right_in_one_change() {
    let mut desk = desk();
    let op = desk.add("olga", ACME, 500).unwrap();
    let change = desk.correct("olga", correct(&op, moved(), None)).unwrap();
    assert_eq!((desk.mms(ACME), desk.mms(BOLT)), (1_000, 500));
    assert_eq!(desk.state("INV-2-0002"), InvoiceState::Void);
    assert_eq!(desk.state("INV-7-0001"), InvoiceState::Open);
    let other = change.movement.other().unwrap();
    let got = other.changes[0];
    assert_eq!((other.client.id, got.before, got.after), (BOLT, 0, 500));
    assert_eq!(change.facts.replaced_by.unwrap().number.to_string(), "INV-7-0001");
    let again = desk.call("olga", "x", BOLT, correct(&op, moved(), None));
    assert_eq!(code(again), "already_reversed");
}

#[test]
fn what_was_paid_for_the_wrong_client_is_free_for_the_right_one() {
    let mut desk = desk();
    desk.call("olga", "p", ACME, sale(500, Mode::Paid, Some("BACS 1"))).unwrap();
    let op = CallKey::new("test", "p").op();
    desk.correct("olga", correct(&op, moved(), None)).unwrap();
    assert_eq!(desk.state("INV-2-0002"), InvoiceState::Refunded);
    assert_eq!(desk.payment("bacs 1").applied_minor, 0);
    assert_eq!(desk.state("INV-7-0001"), InvoiceState::Open);
}

#[test]
fn what_is_spent_is_asked_about_and_each_answer_does_what_it_says() {
    let spent = |answer| {
        let mut desk = desk();
        let op = desk.add("olga", ACME, 500).unwrap();
        desk.spend(1_300);
        let asked = desk.call("olga", "ask", ACME, correct(&op, CorrectTo::All, None));
        let Err(Refusal::Spent { spendable, asked, .. }) = asked else { panic!("{asked:?}") };
        assert_eq!((spendable, asked), (200, 500));
        desk.may_owe = answer == Spent::Owe;
        (correct(&op, CorrectTo::All, Some(answer)), desk)
    };
    let (ask, mut desk) = spent(Spent::Take);
    desk.correct("olga", ask).unwrap();
    let invoice = desk.invoice("INV-2-0002");
    assert_eq!((desk.mms(ACME), invoice.gives.mms, invoice.due_minor()), (0, 300, 1_800));

    let (ask, mut desk) = spent(Spent::Owe);
    desk.correct("olga", ask).unwrap();
    assert_eq!(desk.mms(ACME), -300);
    assert_eq!(desk.state("INV-2-0002"), InvoiceState::Void);
    assert_eq!(desk.account(ACME).totals.mms.owed(), 300);

    let (ask, mut desk) = spent(Spent::WriteOff);
    let waits = plan(desk.call("olga", "w", ACME, ask).unwrap());
    assert!(waits.questions.contains(&Question::WriteOff { kind: Kind::Mms, credits: 300 }));
    let up = plan(desk.confirm("olga", &waits.op).unwrap());
    assert_eq!(up.state, PlanState::AwaitsApproval, "even an owner needs somebody else");
    let approve = PlansAsk::Approve { op: up.op.clone(), about: None, seen: None, alone: false };
    desk.call("mona", "yes", ACME, approve).unwrap();
    assert_eq!(desk.mms(ACME), 0);
    assert_eq!(desk.state("INV-2-0002"), InvoiceState::Void);
    let entries: Vec<_> = desk.entries(ACME).iter().rev().take(2).map(|e| e.reason).collect();
    assert_eq!(
        entries,
        [crate::kernel::movement::Reason::Reversal, crate::kernel::movement::Reason::WriteOff]
    );
}

#[test]
fn a_correction_only_takes_away_and_only_from_an_add() {
    let mut desk = desk();
    let op = desk.add("olga", ACME, 500).unwrap();
    for count in [500, 600] {
        let more = desk.call("olga", "m", ACME, correct(&op, CorrectTo::Count(count), None));
        assert_eq!(code(more), "invalid", "{count}");
    }
    let own = desk.call("olga", "own", ACME, correct(&op, moved(), None));
    assert_eq!(code(own), "invalid", "it is this client's already");
    let theirs = desk.call("dana", "t", ACME, correct(&op, CorrectTo::All, None));
    assert_eq!(code(theirs), "not_undoable");
    desk.spend(10);
    let took = desk.spend_of(3, utc_date(desk.now)).last_op.unwrap();
    let deducted = desk.call("bill", "d", ACME, correct(&took, CorrectTo::All, None));
    assert_eq!(code(deducted), "not_undoable");
    desk.client(SPARK, "spark", Class::User, vec![VOLT, ROOT]);
    desk.add("olga", VOLT, 5_000).unwrap();
    let under = desk.call("olga", "s", SPARK, correct(&op, moved(), None));
    assert_eq!(code(under), "invalid", "a reseller's client gets its credits from the reseller");
}

#[test]
fn a_planned_move_lapses_when_the_right_client_was_served_meanwhile() {
    let mut desk = desk();
    let op = desk.add("olga", ACME, 500).unwrap();
    let waits = plan(desk.call("olga", "m", BOLT, correct(&op, moved(), None)).unwrap());
    desk.add("bill", BOLT, 400).unwrap();
    let again = plan(desk.confirm("olga", &waits.op).unwrap());
    assert!(
        matches!(again.questions[0], Question::Changed { figure: Figure::OtherChange }),
        "{:?}",
        again.questions
    );
    assert_eq!(desk.mms(BOLT), 400);
}

#[test]
fn a_planned_move_lapses_when_the_right_client_has_another_status_or_parent() {
    for (change, lapse) in [(true, Lapse::Status), (false, Lapse::Parent)] {
        let mut desk = desk();
        let op = desk.add("olga", ACME, 500).unwrap();
        let waits = plan(desk.call("olga", "m", BOLT, correct(&op, moved(), None)).unwrap());
        let mut account = desk.account(BOLT);
        let mut client = desk.client_of(BOLT);
        if change {
            account.status = Status::Pending;
        } else {
            client.chain = vec![ClientId(8), ROOT];
            desk.client(ClientId(8), "other", Class::Admin, vec![ROOT]);
        }
        desk.put(Record::Account(account));
        desk.put(Record::Client(client));
        match desk.confirm("olga", &waits.op).unwrap_err() {
            Refusal::PlanLapsed { lapse: changed, .. } => assert_eq!(changed, lapse),
            other => assert_eq!(other.code(), "client_status"),
        }
        assert_eq!(desk.mms(BOLT), 0);
    }
}

#[test]
fn a_move_that_may_be_a_repetition_names_what_it_repeats() {
    let mut desk = desk();
    let op = desk.add("olga", ACME, 500).unwrap();
    desk.add("bill", BOLT, 500).unwrap();
    let waits = plan(desk.call("olga", "m", BOLT, correct(&op, moved(), None)).unwrap());
    let by = |why: &Question| matches!(why, Question::Again { by: Some(by), .. } if by == "bill");
    assert!(waits.questions.iter().any(by), "{:?}", waits.questions);
    assert!(
        waits.questions.iter().any(|why| matches!(why, Question::SameGross { .. })),
        "{:?}",
        waits.questions
    );
    assert!(!waits.questions.contains(&Question::FirstAdd { kind: Kind::Mms }));
}

/// An add of support's own of which 300 of 500 are spent, and what it may approve or be approved by.
fn own_spent(limit: u64) -> (Desk, OpId) {
    let mut desk = desk();
    let mut settings = desk.settings();
    settings.billing.open = Some(limit);
    settings.billing.grant = Some(limit);
    desk.put(Record::Settings(settings));
    let op = desk.add("dana", ACME, 500).unwrap();
    let key = desk.fresh();
    let took = plan(desk.call("olga", &key, ACME, deduct(1_300, None)).unwrap());
    desk.confirm("olga", &took.op).unwrap();
    (desk, op)
}

#[test]
fn what_is_forgiven_counts_against_the_limit_of_who_approves() {
    // 300 at 50.00 per 1,000 with a fifth of tax: 18.00.
    for (limit, expected) in [(1_799, Err("approver_limit")), (1_800, Ok(()))] {
        let (mut desk, op) = own_spent(limit);
        let ask = correct(&op, CorrectTo::All, Some(Spent::WriteOff));
        let waits = plan(desk.call("dana", "w", ACME, ask).unwrap());
        assert_eq!(waits.worth.minor, 1_800, "although the add is the author's own");
        let up = plan(desk.confirm("dana", &waits.op).unwrap());
        let approve = PlansAsk::Approve { op: up.op, about: None, seen: None, alone: false };
        let approved = desk.call("bill", "yes", ACME, approve);
        assert_eq!(approved.map(|_| ()).map_err(|refusal| refusal.code()), expected);
    }
}

#[test]
fn a_grant_that_is_forgiven_is_worth_its_list_price() {
    let mut desk = desk();
    desk.call("olga", "g", ACME, sale(500, Mode::Grant, None)).map(plan).unwrap();
    let op = CallKey::new("test", "g").op();
    desk.confirm("olga", &op).unwrap();
    desk.spend(1_300);
    let ask = correct(&op, CorrectTo::All, Some(Spent::WriteOff));
    let waits = plan(desk.call("olga", "w", ACME, ask).unwrap());
    assert_eq!(waits.worth.minor, 1_800);
}

#[test]
fn a_write_off_that_was_handed_over_still_waits_for_somebody_else() {
    let (mut desk, op) = own_spent(1_000_000);
    let ask = correct(&op, CorrectTo::All, Some(Spent::WriteOff));
    let waits = plan(desk.call("dana", "w", ACME, ask).unwrap());
    assert_eq!(waits.state, PlanState::AwaitsConfirm);
    let leave = StaffAsk::StaffLeave { who: "dana".to_owned(), hand_to: Some("bill".to_owned()) };
    desk.does("olga", "leave", ROOT, leave);
    let up = plan(desk.confirm("bill", &waits.op).unwrap());
    assert_eq!(up.state, PlanState::AwaitsApproval);
    assert_eq!(up.by.name, "bill");
    assert_eq!(desk.mms(ACME), 200);
}

#[test]
fn what_is_owed_or_forgiven_is_what_was_shown() {
    for answer in [Spent::Owe, Spent::WriteOff] {
        let (mut desk, op) = own_spent(1_000_000);
        desk.may_owe = true;
        let ask = correct(&op, CorrectTo::All, Some(answer));
        let mut waits = plan(desk.call("olga", "w", ACME, ask).unwrap());
        if answer == Spent::WriteOff {
            waits = plan(desk.confirm("olga", &waits.op).unwrap());
        }
        let mut account = desk.account(ACME);
        account.totals.mms.held += 150;
        desk.put(Record::Account(account));
        let again = match answer {
            Spent::WriteOff => {
                let approve =
                    PlansAsk::Approve { op: waits.op, about: None, seen: None, alone: false };
                plan(desk.call("mona", "yes", ACME, approve).unwrap())
            }
            Spent::Owe | Spent::Take => plan(desk.confirm("olga", &waits.op).unwrap()),
        };
        assert_eq!(again.questions[0], Question::Changed { figure: Figure::Spent }, "{answer:?}");
        let short = |why: &Question| match why {
            Question::Owes { credits, .. } | Question::WriteOff { credits, .. } => Some(*credits),
            _ => None,
        };
        assert_eq!(again.questions.iter().find_map(short), Some(450));
    }
}

#[test]
fn a_move_counts_as_the_add_that_it_is() {
    let mut desk = desk();
    desk.call("bill", "p", ACME, sale(500, Mode::Paid, Some("BACS 1"))).unwrap();
    let op = CallKey::new("test", "p").op();
    let before = desk.spend_of(3, utc_date(desk.now));
    desk.correct("bill", correct(&op, moved(), None)).unwrap();
    let after = desk.spend_of(3, utc_date(desk.now));
    assert_eq!(after.get(Mode::Paid), before.get(Mode::Paid));
    assert_eq!(after.get(Mode::Open), before.get(Mode::Open) + 3_000);
}

#[test]
fn who_lost_credits_is_told_how_many_and_nobody_of_what_nobody_heard_of() {
    let mailed = |desk: &Desk| -> Vec<(ClientId, MailEvent)> {
        let later = desk.now.checked_add(SignedDuration::from_mins(10)).unwrap();
        let effects = |record: &Record| match record {
            Record::Job(job) => job.effects.clone(),
            _ => Vec::new(),
        };
        let mail = |effect: crate::kernel::job::Effect| match effect.what {
            What::Mail { client, event } if effect.due == later => Some((client, event)),
            _ => None,
        };
        desk.records.values().flat_map(effects).filter_map(mail).collect()
    };
    for minutes in [5, 15] {
        let (mut desk, op) = own_spent(1_000_000);
        desk.now += SignedDuration::from_mins(minutes);
        let ask = correct(&op, CorrectTo::Count(100), Some(Spent::WriteOff));
        let waits = plan(desk.call("olga", "w", ACME, ask).unwrap());
        desk.confirm("olga", &waits.op).unwrap();
        let approve = PlansAsk::Approve { op: waits.op, about: None, seen: None, alone: false };
        desk.call("mona", "yes", ACME, approve).unwrap();
        let event = MailEvent::InvoiceCorrected {
            invoice: "INV-2-0002".parse().unwrap(),
            credits: PerKind::only(Kind::Mms, 200),
            tell: None,
        };
        let expected = if minutes == 15 { vec![(ACME, event)] } else { Vec::new() };
        assert_eq!(mailed(&desk), expected, "200 of 400 were forgiven");
    }
}

#[test]
fn an_add_whose_credits_are_spent_is_moved_as_far_as_they_go_and_no_further() {
    let mut desk = desk();
    let op = desk.add("olga", ACME, 500).unwrap();
    desk.spend(1_400);
    let take = || CreditsAsk::Correct {
        op: op.clone(),
        to: moved(),
        spent: Some(Spent::Take),
        reason: None,
        deducted: Some(Deducted::Else),
        tell: None,
    };
    let change = desk.correct("olga", take()).unwrap();
    assert_eq!((change.before, change.after, desk.mms(BOLT)), (100, 0, 100));
    assert_eq!(desk.invoice("INV-2-0002").gives.mms, 400);
    // Somebody adds one: only that one can be moved, not the whole add again.
    desk.add("bill", ACME, 1).unwrap();
    desk.correct("olga", take()).unwrap();
    assert_eq!((desk.mms(ACME), desk.mms(BOLT)), (0, 101));
}

#[test]
fn an_owner_approves_alone_a_day_later_what_nobody_else_can() {
    let (mut desk, op) = own_spent(1_000_000);
    let ask = correct(&op, CorrectTo::All, Some(Spent::WriteOff));
    let waits = plan(desk.call("olga", "w", ACME, ask).unwrap());
    let up = plan(desk.confirm("olga", &waits.op).unwrap());
    let put_up = desk.now;
    assert_eq!(up.up, Some(put_up));
    let approve = |alone| PlansAsk::Approve { op: up.op.clone(), about: None, seen: None, alone };
    let from = put_up.checked_add(SignedDuration::from_hours(24)).unwrap();
    let own = desk.call("olga", "1", ACME, approve(false)).unwrap_err();
    assert_eq!(own, Refusal::OwnPlan { op: up.op.clone(), alone_from: Some(from) });
    desk.now = from.checked_sub(SignedDuration::from_secs(1)).unwrap();
    assert_eq!(code(desk.call("olga", "2", ACME, approve(true))), "not_yet_alone");

    // Those whose limit covers it can; whoever covers for them can as well.
    desk.now = from;
    let others = desk.call("olga", "3", ACME, approve(true)).unwrap_err();
    assert_eq!(others.to_string(), "This is your own plan, and mona or bill can approve it.");
    for (name, id) in [("mona", 2), ("bill", 3)] {
        let mut staff = desk.staff(id);
        assert_eq!(staff.name, name);
        staff.active = false;
        desk.put(Record::Staff(staff));
    }
    let mut dana = desk.staff(4);
    let until = from.checked_add(SignedDuration::from_hours(1)).unwrap();
    dana.cover = Some(crate::staff::types::Cover { role: Role::Billing, until });
    desk.put(Record::Staff(dana));
    assert_eq!(code(desk.call("olga", "4", ACME, approve(true))), "others_can");
    desk.now = until;
    assert_eq!(code(desk.call("olga", "5", ACME, approve(false))), "own_plan", "without saying so");
    assert_eq!(code(desk.call("dana", "6", ACME, approve(true))), "not_allowed");
    desk.call("olga", "7", ACME, approve(true)).unwrap();
    assert_eq!(desk.plan(&up.op).second, Some(StaffId(1)));
}

#[test]
fn nobody_below_an_owner_approves_an_own_plan_however_alone() {
    let (mut desk, op) = own_spent(1_000_000);
    let ask = correct(&op, CorrectTo::All, Some(Spent::WriteOff));
    let waits = plan(desk.call("mona", "w", ACME, ask).unwrap());
    let up = plan(desk.confirm("mona", &waits.op).unwrap());
    for id in [1, 3] {
        let mut staff = desk.staff(id);
        staff.active = false;
        desk.put(Record::Staff(staff));
    }
    desk.now = desk.now.checked_add(SignedDuration::from_hours(25)).unwrap();
    let approve = PlansAsk::Approve { op: up.op.clone(), about: None, seen: None, alone: true };
    let own = desk.call("mona", "1", ACME, approve).unwrap_err();
    assert_eq!(own, Refusal::OwnPlan { op: up.op, alone_from: None });
}

/// The mails that are due ten minutes from now.
fn mails_of(desk: &Desk) -> Vec<(ClientId, MailEvent)> {
    let jobs = desk.records.values().filter_map(|record| match record {
        Record::Job(job) => Some(job),
        _ => None,
    });
    let mail = |effect: &crate::kernel::job::Effect| match &effect.what {
        What::Mail { client, event } => Some((*client, event.clone())),
        _ => None,
    };
    jobs.flat_map(|job| &job.effects).filter_map(mail).collect()
}

fn void(number: &str, deducted: Option<Deducted>) -> CreditsAsk {
    CreditsAsk::InvoiceVoid {
        number: number.parse().unwrap(),
        reason: "wrong".to_owned(),
        deducted,
        tell: None,
    }
}

#[test]
fn void_after_a_deduct_asks_whether_it_was_a_part() {
    for (answer, left) in [(Deducted::Part, 1_000), (Deducted::Else, 600)] {
        let mut desk = desk();
        desk.add("olga", ACME, 500).unwrap();
        desk.spend(400);

        let asked = desk.call("olga", "ask", ACME, void("INV-2-0002", None)).unwrap_err();
        let Refusal::DeductedSince(asked) = asked else { panic!("{asked:?}") };
        let DeductedSince { deductions, off, counted, .. } = *asked;
        assert_eq!((deductions.len(), off.mms, counted.mms), (1, 500, 400));
        let waits = plan(desk.call("olga", "v", ACME, void("INV-2-0002", Some(answer))).unwrap());
        desk.confirm("olga", &waits.op).unwrap();

        assert_eq!(desk.mms(ACME), left, "{answer:?}");
        assert_eq!(desk.state("INV-2-0002"), InvoiceState::Void);
        let key = desk.fresh();
        let again =
            CreditsAsk::Undo { op: Some(deductions[0].op.clone()), deducted: None, tell: None };
        let again = desk.call("bill", &key, ACME, again);
        match answer {
            Deducted::Part => assert_eq!(code(again), "already_reversed"),
            Deducted::Else => assert_eq!(plan(again.unwrap()).state, PlanState::AwaitsConfirm),
        }
    }
}

#[test]
fn deduction_larger_than_the_add_counts_up_to_the_add() {
    let mut desk = desk();
    let op = desk.add("olga", ACME, 500).unwrap();
    desk.spend(700);
    let ask = CreditsAsk::Undo { op: Some(op), deducted: Some(Deducted::Part), tell: None };
    let waits = plan(desk.call("olga", "u", ACME, ask).unwrap());
    desk.confirm("olga", &waits.op).unwrap();
    assert_eq!(desk.mms(ACME), 800, "the deduct took all of the add already");
}

#[test]
fn planned_void_lapses_when_a_deduct_comes_meanwhile() {
    let mut desk = desk();
    desk.add("olga", ACME, 500).unwrap();
    let waits = plan(desk.call("olga", "v", ACME, void("INV-2-0002", None)).unwrap());
    desk.spend(400);
    assert_eq!(code(desk.confirm("olga", &waits.op)), "deducted_since");
    assert_eq!(desk.mms(ACME), 1_100);
}

#[test]
fn deduct_from_a_resellers_client_returns_to_the_reseller_unless_to_the_house() {
    for (to_house, reseller) in [(false, 700), (true, 600)] {
        let mut desk = Desk::new();
        desk.add("olga", VOLT, 1_000).unwrap();
        desk.add("olga", SPARK, 400).unwrap();
        let CreditsAsk::DeductCredit { kind, client, count, reason, .. } = deduct(100, None) else {
            return;
        };
        let invoice = None;
        let ask =
            CreditsAsk::DeductCredit { kind, client, count, reason, invoice, to_house, tell: None };
        let waits = plan(desk.call("olga", "d", SPARK, ask).unwrap());
        let sides = waits.movement.as_ref().unwrap().sides().len();
        assert_eq!(sides, if to_house { 1 } else { 2 });
        desk.confirm("olga", &waits.op).unwrap();
        assert_eq!((desk.mms(VOLT), desk.mms(SPARK)), (reseller, 300));
        assert!(mails_of(&desk).iter().all(|(client, _)| *client != SPARK), "no mail of the house");
    }
}

#[test]
fn corrections_of_a_move_chain() {
    let mut desk = Desk::new();
    desk.add("olga", VOLT, 1_000).unwrap();
    let op = desk.add("olga", SPARK, 400).unwrap();
    desk.correct("olga", correct(&op, CorrectTo::Count(40), None)).unwrap();
    assert_eq!((desk.mms(VOLT), desk.mms(SPARK)), (960, 40));
    desk.correct("olga", correct(&op, CorrectTo::Count(30), None)).unwrap();
    assert_eq!((desk.mms(VOLT), desk.mms(SPARK)), (970, 30));
    let more = desk.call("olga", "m", SPARK, correct(&op, CorrectTo::Count(31), None));
    assert_eq!(code(more), "invalid");
    let whole = desk.correct("olga", correct(&op, CorrectTo::All, None)).unwrap();
    assert_eq!((whole.before, whole.after, desk.mms(VOLT)), (30, 0, 1_000));
    let again = desk.call("bill", "x", SPARK, correct(&op, CorrectTo::All, None));
    assert_eq!(code(again), "already_reversed");
    desk.add("olga", SPARK, 40).unwrap();

    let op = desk.add("olga", SPARK, 100).unwrap();
    let right = ClientId(8);
    desk.client(right, "arc", Class::User, vec![VOLT, ROOT]);
    let key = desk.fresh();
    let waits = plan(desk.call("olga", &key, right, correct(&op, moved(), None)).unwrap());
    desk.confirm("olga", &waits.op).unwrap();
    assert_eq!((desk.mms(VOLT), desk.mms(SPARK), desk.mms(right)), (860, 40, 100));
}

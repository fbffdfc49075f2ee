//! Payments that adds claim: money that was freed, moved to another client, refunded or disputed, of a
//! frozen account, or reported without an invoice.

use super::*;

/// Sells MMS credits that BACS 1 pays, and takes them back: the money of the payment is free.
fn freed(desk: &mut Desk, client: ClientId, from_house: bool) {
    let mut ask = sale(500, Mode::Paid, Some("BACS 1"));
    if let CreditsAsk::AddCredit { from_house: house, .. } = &mut ask {
        *house = from_house;
    }
    let sold = done(desk.does("olga", "sold", client, ask));
    let undo = CreditsAsk::Undo { op: Some(sold.op), deducted: None, tell: None };
    desk.does("olga", "undo", client, undo);
    assert_eq!(desk.payment("bacs 1").applied_minor, 0);
}

fn freeze(desk: &mut Desk, client: ClientId, frozen: bool) {
    let account = desk.account(client);
    desk.put(Record::Account(Account { frozen, ..account }));
}

#[test]
fn free_money_of_a_frozen_account_stays_there() {
    for (owner, from_house, frozen) in
        [(VOLT, false, VOLT), (SPARK, true, SPARK), (SPARK, true, VOLT)]
    {
        let mut desk = Desk::new();
        freed(&mut desk, owner, from_house);
        let before = desk.payment("bacs 1");
        freeze(&mut desk, frozen, true);

        let ask = sale(100, Mode::Paid, Some("BACS 1"));
        assert_eq!(code(desk.call("olga", "k", ACME, ask.clone())), "frozen", "{frozen}");

        assert_eq!(desk.payment("bacs 1"), before);
        freeze(&mut desk, frozen, false);
        let asked = plan(desk.call("olga", "l", ACME, ask).unwrap());
        assert!(asked.questions.iter().any(|q| matches!(q, Question::MovesPayment { .. })));
    }
}

#[test]
fn free_money_that_was_refunded_in_part_pays_nothing() {
    let mut desk = Desk::new();
    freed(&mut desk, ACME, false);
    let mut payment = desk.payment("bacs 1");
    payment.sums.refunded_minor = payment.sums.received_minor / 2;
    desk.put(Record::Payment(payment.clone()));

    for client in [ACME, VOLT] {
        for credits in [1, 250, 500, 600] {
            let ask = sale(credits, Mode::Paid, Some("BACS 1"));
            let key = desk.fresh();
            assert_eq!(code(desk.call("olga", &key, client, ask)), "reference_used");
        }
    }
    assert_eq!(desk.payment("bacs 1"), payment);
}

#[test]
fn invoice_that_takes_more_than_is_free_says_so() {
    let mut desk = Desk::new();
    freed(&mut desk, VOLT, false);

    for (client, credits, more) in
        [(VOLT, 500, None), (VOLT, 501, Some(3_006)), (ACME, 500, None), (ACME, 501, Some(3_006))]
    {
        let key = desk.fresh();
        let ask = sale(credits, Mode::Paid, Some("BACS 1"));
        let asked = plan(desk.call("olga", &key, client, ask).unwrap());
        let takes = asked.questions.iter().find_map(|question| match question {
            Question::FreeMoney { takes, .. } | Question::MovesPayment { takes, .. } => {
                Some(takes.map(|takes| takes.minor))
            }
            _ => None,
        });
        assert_eq!(takes, Some(more), "{client} {credits}");
    }
}

#[test]
fn free_money_that_changed_while_its_question_waited_is_asked_about_again() {
    let mut desk = Desk::new();
    let waits =
        plan(desk.call("olga", "waits", ACME, sale(100, Mode::Paid, Some("BACS 1"))).unwrap());
    assert_eq!(waits.questions, [Question::FirstAdd { kind: Kind::Mms }]);
    freed(&mut desk, VOLT, false);

    let Then::Planned(again) = desk.confirm("olga", &waits.op).unwrap() else { panic!() };

    assert_eq!(again.questions[0], Question::Changed { figure: Figure::Payment });
    assert!(again.questions.iter().any(|q| matches!(q, Question::MovesPayment { .. })));
    assert_eq!((desk.mms(ACME), desk.payment("bacs 1").client), (0, Some(VOLT)));
    let Then::Done(_) = desk.confirm("olga", &waits.op).unwrap() else { panic!() };
    assert_eq!((desk.mms(ACME), desk.payment("bacs 1").client), (100, Some(ACME)));
}

fn received(minor: u64) -> Sums {
    Sums { received_minor: minor, ..Sums::default() }
}

/// Asks for an add that a payment pays.
fn asks_paid(desk: &mut Desk, client: ClientId, credits: u64, reference: &str) -> Plan {
    let key = desk.fresh();
    plan(desk.call("olga", &key, client, sale(credits, Mode::Paid, Some(reference))).unwrap())
}

fn is_of_payment(question: &Question) -> bool {
    question.stays_shown() && !question.is_duplicate()
}

#[test]
fn invoice_above_a_payment_that_was_reported_without_an_invoice_asks() {
    for (credits, takes) in [(100, None), (166, None), (167, Some(1_002)), (500, Some(3_000))] {
        let mut desk = Desk::new();
        desk.book("pi_9", None, received(1_000)).unwrap();

        let asked = asks_paid(&mut desk, ACME, credits, "pi_9");

        let short = asked.questions.iter().find_map(|question| match question {
            Question::ShortPayment { received, takes, .. } => Some((received.minor, takes.minor)),
            _ => None,
        });
        assert_eq!(short, takes.map(|takes| (1_000, takes)), "{credits}");
        desk.confirm("olga", &asked.op).unwrap();
        let paid = desk.payment("pi_9");
        assert_eq!((paid.claimed, paid.client), (takes.is_some(), Some(ACME)), "{credits}");
        assert_eq!(paid.sums.received_minor, takes.unwrap_or(1_000));
    }
}

#[test]
fn payment_that_its_provider_reported_for_another_invoice_pays_nothing_else() {
    let mut desk = Desk::new();
    desk.book("pi_9", Some("INV-2-0009"), received(10_000)).unwrap();
    let before = desk.payment("pi_9");

    for client in [ACME, VOLT] {
        let key = desk.fresh();
        let refused = desk.call("olga", &key, client, sale(100, Mode::Paid, Some("pi_9")));
        assert_eq!(code(refused), "reference_used", "{client}");
    }

    assert_eq!(desk.payment("pi_9"), before);
    desk.book("pi_1", Some("INV-2-0001"), received(600)).unwrap();
    let named = asks_paid(&mut desk, ACME, 100, "pi_1");
    assert!(!named.questions.iter().any(is_of_payment), "{:?}", named.questions);
}

#[test]
fn event_between_the_question_and_its_answer_shows_the_plan_again() {
    let mut desk = Desk::new();
    let waits = asks_paid(&mut desk, ACME, 500, "pi_9");
    assert!(!waits.questions.iter().any(is_of_payment), "{:?}", waits.questions);

    for minor in [1_000, 2_000] {
        desk.book("pi_9", None, received(minor)).unwrap();
        let again = plan(desk.confirm("olga", &waits.op).unwrap());
        assert_eq!(again.questions[0], Question::Changed { figure: Figure::Payment });
        assert!(again.questions.iter().any(is_of_payment), "{:?}", again.questions);
        assert_eq!(desk.mms(ACME), 0);
    }
    done(desk.confirm("olga", &waits.op).unwrap());
    assert_eq!(desk.mms(ACME), 500);
}

#[test]
fn disputed_payment_pays_nothing_else_until_the_dispute_is_decided() {
    let mut desk = Desk::new();
    freed(&mut desk, VOLT, false);
    let dispute = |id: &str, closed| Dispute { id: id.to_owned(), closed, ..Dispute::default() };
    let disputes = |dispute| Sums { disputes: vec![dispute], ..Sums::default() };
    let counts = |desk: &Desk| [ACME, VOLT].map(|client| desk.account(client).disputed);
    desk.book("BACS 1", None, disputes(dispute("dp_1", false))).unwrap();
    assert_eq!(counts(&desk), [0, 1]);

    for client in [ACME, VOLT] {
        let key = desk.fresh();
        let refused = desk.call("olga", &key, client, sale(100, Mode::Paid, Some("BACS 1")));
        assert_eq!(code(refused), "reference_used", "{client}");
    }
    assert_eq!(counts(&desk), [0, 1]);

    desk.book("BACS 1", None, disputes(dispute("dp_1", true))).unwrap();
    let asked = asks_paid(&mut desk, ACME, 100, "BACS 1");
    desk.confirm("olga", &asked.op).unwrap();
    assert_eq!(counts(&desk), [0, 0]);
    desk.book("BACS 1", None, disputes(dispute("dp_2", false))).unwrap();
    assert_eq!(counts(&desk), [1, 0]);
}

#[test]
fn claim_is_confirmed_by_events_of_its_whole_amount_alone() {
    let mut desk = Desk::new();
    let asked = asks_paid(&mut desk, ACME, 500, "pi_9");
    desk.confirm("olga", &asked.op).unwrap();
    for (minor, claimed) in [(1_000, true), (2_999, true), (3_000, false)] {
        desk.book("pi_9", None, received(minor)).unwrap();
        assert_eq!(desk.payment("pi_9").claimed, claimed, "{minor}");
    }

    // The events have confirmed the money, so another invoice that it pays needs no other confirmation.
    let undo = CreditsAsk::Undo { op: Some(asked.op), deducted: None, tell: None };
    desk.does("olga", "undo", ACME, undo);
    for (client, credits, claimed) in [(ACME, 499, false), (VOLT, 501, true)] {
        let asked = asks_paid(&mut desk, client, credits, "pi_9");
        desk.confirm("olga", &asked.op).unwrap();
        assert_eq!(desk.payment("pi_9").claimed, claimed, "{credits}");
        let undo = CreditsAsk::Undo { op: Some(asked.op), deducted: None, tell: None };
        let key = desk.fresh();
        desk.does("olga", &key, client, undo);
    }
}

#[test]
fn approver_sees_the_payment_that_the_author_has_confirmed() {
    let mut desk = Desk::new();
    freed(&mut desk, VOLT, false);
    let key = desk.fresh();
    let large = sale(60_000, Mode::Paid, Some("BACS 1"));
    let asked = plan(desk.call("bill", &key, ACME, large).unwrap());
    assert!(asked.questions.iter().any(is_of_payment), "{:?}", asked.questions);

    let waits = plan(desk.confirm("bill", &asked.op).unwrap());

    assert_eq!(waits.state, PlanState::AwaitsApproval);
    let moves =
        |q: &Question| matches!(q, Question::MovesPayment { from, .. } if from == "volt Ltd");
    assert!(waits.questions.iter().any(moves), "{:?}", waits.questions);
    let approve = PlansAsk::Approve { op: waits.op, about: None, seen: None, alone: false };
    done(desk.call("mona", "a", ACME, approve).unwrap());
    assert_eq!((desk.mms(ACME), desk.payment("bacs 1").client), (60_000, Some(ACME)));
}

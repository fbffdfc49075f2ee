//! Payments that adds claim: money that was freed, moved to another client, refunded, or of a frozen
//! account.

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

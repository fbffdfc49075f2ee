//! Orders of events: a payment's events, drawn by a seed, are posted in every kind of order, with
//! repetitions, and the invoice, the credits and the client's money are those of a model that knows only
//! sums. The model shares no code with the desk.
//!
//! `ORDERINGS` sets how many different ones there are, `ORDERINGS_SEED` the seed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::billing::{charge_refunded, checkout, dispute, refund, succeeded};
use crate::sim::number;
use crate::world::World;

/// What an event says, for the model.
#[derive(Debug, Clone, PartialEq)]
enum Fact {
    Received(u64),
    Named,
    RefundedInAll(u64),
    Refund(&'static str, u64),
    FailedRefund(&'static str),
    Withdrawn(u64),
    Reinstated(u64),
}

/// An event with its facts.
#[derive(Debug, Clone)]
struct Event {
    name: String,
    facts: Vec<Fact>,
    json: Value,
}

fn event(name: impl Into<String>, facts: Vec<Fact>, json: Value) -> Event {
    Event { name: name.into(), facts, json }
}

/// What an invoice has to be in the end: paid, credits, and money that it does not use.
#[derive(Debug, PartialEq)]
struct End {
    paid: u64,
    credits: u64,
    free: u64,
}

/// The model: sums, and nothing of an order.
fn expected(facts: &[Fact], gross: u64, sold: u64) -> End {
    let largest = |of: fn(&Fact) -> Option<u64>| facts.iter().filter_map(of).max().unwrap_or(0);
    let received = largest(|f| if let Fact::Received(n) = f { Some(*n) } else { None });
    let in_all = largest(|f| if let Fact::RefundedInAll(n) = f { Some(*n) } else { None });
    let withdrawn = largest(|f| if let Fact::Withdrawn(n) = f { Some(*n) } else { None });
    let reinstated = largest(|f| if let Fact::Reinstated(n) = f { Some(*n) } else { None });
    let mut by_id: BTreeMap<&str, u64> = BTreeMap::new();
    for fact in facts {
        if let Fact::Refund(id, amount) = fact {
            by_id.insert(*id, *amount);
        }
    }
    let knows_ids = !by_id.is_empty();
    by_id.retain(|id, _| !facts.contains(&Fact::FailedRefund(id)));
    let refunded = if knows_ids { by_id.values().sum() } else { in_all };
    let net =
        received.saturating_sub(refunded).saturating_sub(withdrawn.saturating_sub(reinstated));
    if !facts.contains(&Fact::Named) {
        return End { paid: 0, credits: sold, free: net };
    }
    let paid = net.min(gross);
    let missing = if received >= gross { gross - paid } else { 0 };
    End { paid, credits: sold - sold * missing / gross, free: net - paid }
}

/// Two to six events about one payment for an invoice, by a seed.
fn drawn(rng: &mut fastrand::Rng, payment: &str, gross: u64, invoice: &str) -> Vec<Event> {
    let money = [gross, gross, gross, gross * 2 / 5, gross * 3 / 2][rng.usize(0..5)];
    let by_checkout = rng.bool();
    let (first, second) = (gross / 3, gross / 7);
    let mut all = Vec::new();
    let json = succeeded(payment, money, "gbp", (!by_checkout).then_some(invoice));
    let mut facts = vec![Fact::Received(money)];
    facts.extend((!by_checkout).then_some(Fact::Named));
    all.push(event("payment_intent.succeeded", facts, json));
    let kind = "checkout.session.completed";
    let paid = checkout(kind, payment, (money, "paid"), invoice);
    let unpaid = checkout(kind, payment, (money, "unpaid"), invoice);
    let mut pool = vec![
        event(kind, vec![Fact::Named, Fact::Received(money)], paid),
        event(format!("{kind} unpaid"), vec![Fact::Named], unpaid),
    ];
    if by_checkout {
        all.push(pool.swap_remove(rng.usize(0..2)));
        pool.clear();
    }
    for sum in [first, first + second] {
        let facts = vec![Fact::RefundedInAll(sum)];
        pool.push(event("charge.refunded", facts, charge_refunded(payment, money, sum)));
    }
    for (id, amount) in [("re_1", first), ("re_2", second)] {
        for (kind, status) in [
            ("refund.created", "pending"),
            ("refund.updated", "succeeded"),
            ("refund.failed", "failed"),
        ] {
            let mut facts = vec![Fact::Refund(id, amount)];
            facts.extend((status == "failed").then_some(Fact::FailedRefund(id)));
            let id = format!("{id}_{payment}");
            pool.push(event(kind, facts, refund(kind, payment, (&id, amount, status))));
        }
    }
    for (kind, fact, status) in [
        ("funds_withdrawn", Fact::Withdrawn(money), "needs_response"),
        ("funds_reinstated", Fact::Reinstated(money), "won"),
        ("closed", Fact::Withdrawn(0), "lost"),
    ] {
        let json = dispute(kind, payment, (&format!("dp_{payment}"), money, status));
        pool.push(event(format!("charge.dispute.{kind}"), vec![fact], json));
    }
    rng.shuffle(&mut pool);
    let most = rng.usize(all.len().max(2)..=6);
    all.extend(pool.into_iter().take(most.saturating_sub(all.len())));
    all
}

#[test]
fn events_in_any_order_and_repetition_end_as_their_sums_say() {
    let orderings = usize::try_from(number("ORDERINGS").unwrap_or(250)).unwrap();
    let seed = number("ORDERINGS_SEED").unwrap_or(1);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut distinct: BTreeSet<String> = BTreeSet::new();
    let mut rng = fastrand::Rng::with_seed(seed);
    // Worlds of some invoices each: an account keeps all of its documents.
    let mut round = 0;
    while distinct.len() < orderings {
        World::run(async |w| {
            for turn in 0..ROUND.min(orderings - distinct.len()) {
                let sold = 1_000 + u64::try_from(turn).unwrap();
                let done = w.does(&format!("/addcredit sms acme {sold}")).await;
                let invoice = done["data"]["invoice"].as_str().unwrap().to_owned();
                let before = done["data"]["balance_after"].as_i64().unwrap();
                let (_, _, gross) = w.invoice(&invoice).await;
                let payment = format!("pi_{round}_{turn}");
                let mut events = drawn(&mut rng, &payment, gross, &invoice);
                let facts: Vec<Fact> = events.iter().flat_map(|e| e.facts.clone()).collect();
                let again = events[rng.usize(0..events.len())].clone();
                events.push(again);
                rng.shuffle(&mut events);

                for event in &events {
                    w.stripe(event.json.clone()).await;
                    *counts.entry(event.name.clone()).or_default() += 1;
                }

                let order: Vec<String> =
                    events.iter().map(|e| format!("{} {:?}", e.name, e.facts)).collect();
                let (_, paid, _) = w.invoice(&invoice).await;
                let balance = w.json("/balance acme").await["data"]["sms"].clone();
                let balance = balance["spendable"].as_i64().unwrap();
                let credits = balance - (before - i64::try_from(sold).unwrap());
                let waiting = w.local.store().waiting_payments().await.unwrap().records;
                let free = waiting.iter().filter(|p| p.reference == payment);
                let free = free.map(|p| p.unapplied()).sum();
                let end = End { paid, credits: u64::try_from(credits).unwrap(), free };
                assert_eq!(end, expected(&facts, gross, sold), "seed {seed}: {order:#?}");
                distinct.insert(order.join("\n"));
            }
        });
        round += 1;
    }
    println!("{} distinct orderings, seed {seed}", distinct.len());
    for (name, count) in counts {
        println!("{count:6} {name}");
    }
}

/// How many invoices one world has.
const ROUND: usize = 50;

#[test]
fn payments_for_one_invoice_end_alike_in_any_order() {
    for seed in 0..6 {
        World::run(async |w| {
            let mut rng = fastrand::Rng::with_seed(seed);
            w.does("/addcredit mms acme 500").await;
            let number = "INV-2-0003";
            let mut events = vec![
                succeeded("pi_1", 2_000, "gbp", Some(number)),
                succeeded("pi_2", 2_000, "gbp", Some(number)),
                refund("refund.created", "pi_1", ("re_1", 2_000, "succeeded")),
                refund("refund.created", "pi_2", ("re_2", 500, "succeeded")),
                succeeded("pi_3", 700, "gbp", Some(number)),
            ];
            rng.shuffle(&mut events);
            for event in events {
                w.stripe(event).await;
            }

            // 4,700 came and 2,500 went back: 2,200 of 3,000 are left.
            let state = w.invoice(number).await;
            assert_eq!(state, ("partly_refunded".to_owned(), 2_200, 0), "seed {seed}");
            assert_eq!(w.balance("acme").await.1, 400 + 367, "seed {seed}");
        });
    }
}

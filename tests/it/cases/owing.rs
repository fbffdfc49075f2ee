//! Refunds after credits were spent: refund × state of the credits × billing × kind, and sequences of partial
//! and failed refunds. The credits that an invoice gives follow from sums alone: credits − floor(credits ×
//! (total − paid) / total).

use std::collections::BTreeMap;

use crate::billing::{refund, succeeded};
use crate::sim::number;
use crate::world::World;

/// The credits of a kind of ACME, below zero when they are owed.
async fn credits(w: &World, kind: &str) -> i64 {
    let read = w.json("/balance acme").await;
    let of = |name: &str| read["data"][kind][name].as_i64().unwrap();
    of("spendable") - of("owed")
}

/// The credits that are left of an add when a part of its money was refunded.
fn left(credits: i64, total: i64, refunded: i64) -> i64 {
    credits - credits * refunded.min(total) / total
}

/// A refund: its part of the gross, and whether it fails in the end.
const REFUNDS: [(u64, u64, bool); 4] = [(1, 3, false), (1, 1, false), (1, 1, true), (1, 3, true)];

/// Of the 600 credits that are sold: those that were spent, after all that ACME had before.
const SPENT: [Option<i64>; 3] = [None, Some(300), Some(600)];

#[test]
fn refund_leaves_the_credits_of_the_paid_part_whatever_was_spent_billed_or_sold() {
    for (kind, per_1000) in [("sms", 4_000), ("mms", 5_000)] {
        for billing in ["", "paid:pi_1"] {
            for spent in SPENT {
                for case in REFUNDS {
                    World::run(async |w| refunded(w, (kind, per_1000), billing, spent, case).await);
                }
            }
        }
    }
}

async fn refunded(
    w: &World,
    (kind, per_1000): (&str, u64),
    billing: &str,
    spent: Option<i64>,
    (part, whole, fails): (u64, u64, bool),
) {
    let case = format!("{kind} {billing} {spent:?} {part}/{whole} {fails}");
    let gross: u64 = 600 * per_1000 / 1_000 * 12 / 10;
    let had = credits(w, kind).await;
    let done = w.does(&format!("/addcredit {kind} acme 600 {billing}")).await;
    let number = done["data"]["invoice"].as_str().unwrap().to_owned();
    w.stripe(succeeded("pi_1", gross, "gbp", Some(&number))).await;
    let spent = spent.map_or(0, |spent| had + spent);
    if spent > 0 {
        w.does(&format!("/deductcredit {kind} acme {spent} sent by hand")).await;
    }
    assert_eq!(credits(w, kind).await, had + 600 - spent, "{case}");

    let minor = gross * part / whole;
    w.stripe(refund("refund.created", "pi_1", ("re_1", minor, "succeeded"))).await;

    let (gross, minor_left) = (i64::try_from(gross).unwrap(), i64::try_from(minor).unwrap());
    let expected = had - spent + left(600, gross, minor_left);
    assert_eq!(credits(w, kind).await, expected, "{case}");
    if expected < 0 {
        let asked = w.json(&format!("/deductcredit {kind} acme 1 more")).await;
        assert_eq!(asked["status"], "refused", "{case}: nothing is left to take");
    }
    if fails {
        w.stripe(refund("refund.failed", "pi_1", ("re_1", minor, "failed"))).await;
        assert_eq!(credits(w, kind).await, had - spent + 600, "{case}");
    }
}

#[test]
fn any_sequence_of_partial_and_failed_refunds_leaves_the_credits_of_the_sums() {
    let seed = number("REFUNDS_SEED").unwrap_or(1);
    let runs = number("REFUNDS_RUNS").unwrap_or(12);
    let mut random = fastrand::Rng::with_seed(seed);
    for run in 0..runs {
        World::run(async |w| {
            let had = credits(w, "mms").await;
            let done = w.does("/addcredit mms acme 777").await;
            let number = done["data"]["invoice"].as_str().unwrap().to_owned();
            w.stripe(succeeded("pi_1", 4_662, "gbp", Some(&number))).await;
            w.does(&format!("/deductcredit mms acme {} sent by hand", had + 700)).await;
            // The model: each refund by its largest amount, and by the latest of its states.
            let mut model: BTreeMap<u64, (u64, usize)> = BTreeMap::new();
            for step in 0..random.usize(1..=8) {
                let (id, state) = (random.u64(1..=3), random.usize(0..3));
                let minor = model.get(&id).map_or(random.u64(1..=1_554), |(minor, _)| *minor);
                let known = model.entry(id).or_insert((minor, state));
                known.1 = known.1.max(state);
                let word = ["pending", "succeeded", "failed"][state];
                let kind = ["refund.created", "refund.updated", "refund.failed"][state];
                w.stripe(refund(kind, "pi_1", (&format!("re_{id}"), minor, word))).await;

                let counted = model.values().filter(|(_, state)| *state < 2);
                let refunded: u64 = counted.map(|(minor, _)| minor).sum();
                let expected = left(777, 4_662, i64::try_from(refunded).unwrap()) - 700;
                assert_eq!(credits(w, "mms").await, expected, "seed {seed} run {run} step {step}");
            }
        });
    }
}

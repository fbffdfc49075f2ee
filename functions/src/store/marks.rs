//! The marks of plans and payments that wait: an item for each, in a partition of its own, so that those that
//! wait are listed without a scan. A mark is set and removed by the transaction that begins or ends the wait.
//! A statement line has a mark too, in a partition for its month, by which a file is compared with it.

use aws_sdk_dynamodb::types::AttributeValue;
use shared::contract::Record;
use shared::contract::change::{Expect, Write};

use super::layout::{Item, Place, REFERENCE, line_place, money_place, waiting_place};

/// The action that sets the mark of a plan or payment that waits, or removes the mark of one that waits no
/// longer. A plan that is shown again keeps its mark.
pub(super) fn mark(write: &Write) -> Option<(&'static str, Place, Option<Item>)> {
    let Write::Put(record, expect) = write else { return None };
    match record {
        Record::Plan(plan) => {
            let at = waiting_place(&plan.op);
            match (plan.state.waits(), expect) {
                (true, Expect::Absent | Expect::Anything) => {
                    let item = at.key();
                    Some(("put", at, Some(item)))
                }
                (true, Expect::Version(_)) => None,
                (false, _) => Some(("delete", at, None)),
            }
        }
        Record::Payment(payment) => {
            let at = money_place(&payment.reference);
            match (payment.waits(), expect) {
                (true, _) => {
                    let mut item = at.key();
                    let reference = AttributeValue::S(payment.reference.clone());
                    item.insert(REFERENCE.to_owned(), reference);
                    Some(("put", at, Some(item)))
                }
                // A payment that is new has no mark yet.
                (false, Expect::Absent) => None,
                (false, Expect::Version(_) | Expect::Anything) => Some(("delete", at, None)),
            }
        }
        Record::Event(event) => {
            let line = event.line.as_ref()?;
            let at = line_place(line.on, &event.reference);
            let mut item = at.key();
            let reference = AttributeValue::S(event.reference.clone());
            item.insert(REFERENCE.to_owned(), reference);
            Some(("put", at, Some(item)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::contract::plan::Plan;
    use shared::plans::types::PlanState;

    #[test]
    fn plan_is_marked_while_it_waits_and_no_longer() {
        let plan = crate::store::layout::tests::plan();
        let of =
            |state, expect| mark(&Write::Put(Record::Plan(Plan { state, ..plan.clone() }), expect));

        let (verb, at, item) = of(PlanState::AwaitsConfirm, Expect::Absent).unwrap();
        assert_eq!((verb, item), ("put", Some(at.key())));
        assert_eq!(at.key()["pk"], AttributeValue::S("PLAN".to_owned()));
        assert_eq!(of(PlanState::AwaitsApproval, Expect::Version(1)), None);
        for over in [PlanState::Done, PlanState::Denied, PlanState::Expired, PlanState::Lapsed] {
            let removed = ("delete", at.clone(), None);
            assert_eq!(of(over, Expect::Version(1)), Some(removed), "{over:?}");
        }
    }
}

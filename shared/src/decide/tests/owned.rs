//! What is routed to a function is decided by it.

use std::collections::BTreeSet;

use super::*;
use crate::operation::{Setting, TypedStep};

/// The operations that read ranges of records, which whoever answers calls sees to.
const RANGES: [Operation; 11] = [
    Operation::Statement,
    Operation::Why,
    Operation::History,
    Operation::Pending,
    Operation::List,
    Operation::ClientFind,
    Operation::Suggest,
    Operation::InvoiceList,
    Operation::RoleList,
    Operation::Status,
    Operation::JobsFailed,
];

fn asks() -> Vec<Ask> {
    let client = || "typed".to_owned();
    let op = CallKey::new("test", "some").op();
    let number: InvoiceNumber = "INV-2-0001".parse().unwrap();
    vec![
        add(10),
        deduct(10, None),
        Ask::Undo { op: None },
        Ask::Correct { op: op.clone(), to: CorrectTo::All, spent: None, reason: None },
        Ask::Balance { client: client() },
        Ask::Confirm { op: None, about: None, seen: None },
        Ask::Approve { op: op.clone(), about: None, seen: None, alone: false },
        Ask::Deny { op, reason: None },
        Ask::ClientNew {
            name: "Fox Ltd".to_owned(),
            login: None,
            email: "fox@example.com".to_owned(),
            mobile: None,
            town: None,
            class: Class::User,
            parent: None,
        },
        Ask::ClientView { client: client() },
        Ask::ClientActivate { client: client() },
        Ask::ClientSuspend { client: client(), reason: "unpaid".to_owned() },
        Ask::ClientSet { client: client(), set: Particular::Name("Acme".to_owned()) },
        Ask::MmsAllow { client: client(), on: true },
        Ask::MmsSwitch { turn: MmsTurn::One { client: client(), on: Some(true) } },
        Ask::PriceSet {
            kind: Kind::Mms,
            client: None,
            steps: vec![TypedStep { quantity: 1, price: "40.00".to_owned() }],
            from: None,
        },
        Ask::PriceShow { client: None },
        Ask::SettingsSet { set: Setting::Due(30) },
        Ask::SettingsShow {},
        Ask::InvoiceView { number },
        Ask::InvoiceVoid { number, reason: "wrong".to_owned() },
        Ask::RoleGrant { who: "dana".to_owned(), role: Role::Billing, name: None, same_as: None },
        Ask::StaffLeave { who: "dana".to_owned(), hand_to: None },
        Ask::Cover { who: "dana".to_owned(), role: None, until: None },
        Ask::Whoami {},
    ]
}

#[test]
fn every_operation_is_decided_by_the_function_that_it_is_routed_to() {
    let mut decided: BTreeSet<Operation> = RANGES.into_iter().collect();
    for ask in asks() {
        let mut desk = Desk::new();
        let operation = ask.operation();
        let said = desk.call("olga", "k", ACME, ask);
        let nowhere =
            matches!(&said, Err(Refusal::Invalid { why }) if why.contains("decided here"));
        assert!(!nowhere, "{operation:?} is decided nowhere");
        decided.insert(operation);
    }
    assert_eq!(decided, Operation::ALL.into_iter().collect());
}

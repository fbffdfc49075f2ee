use super::one::compare;
use super::*;
use shared::books::witness;
use shared::contract::Record;
use shared::kernel::actor::ActorId;
use shared::kernel::credit::{Kind, PerKind};
use shared::kernel::id::{CallKey, StaffId};
use shared::kernel::movement::Reason;
use shared::ledger::account::{Status, Switch};
use shared::ledger::entry::Entry;
use shared::ledger::posting::{Posting, post};

const ACME: ClientId = ClientId(2);

fn client() -> Client {
    let made = "2026-03-01T12:00:00Z".parse().unwrap();
    Client { status: Status::Active, ..Client::blank(ACME, made) }
}

/// An account with three adds, its entries, and the tally of them.
fn books() -> (Account, Vec<Entry>) {
    let mut account = Account::new(ACME, Status::Active, Switch::Inherit);
    let mut entries = Vec::new();
    for (position, granted) in [500, 250, -100].into_iter().enumerate() {
        let op = CallKey::new("test", position.to_string()).op();
        let posting = Posting {
            op: &op,
            now: "2026-03-01T12:00:00Z".parse().unwrap(),
            actor: ActorId::Staff(StaffId(1)),
            reason: Reason::Add,
            granted: PerKind::only(Kind::Mms, Some(granted)),
            note: None,
            invoice: None,
            reverses: None,
            takes_back: None,
            other: None,
        };
        let posted = post(&account, posting).unwrap();
        account = posted.account;
        let entry = Entry { state: account.state(), ..posted.entry }.sealed();
        account.last_hash.clone_from(&entry.hash);
        entries.push(entry);
    }
    let (_, sums) = witness::part(&Record::Client(client())).unwrap();
    account.witness = sums.plus(account.guards());
    (account, entries)
}

fn found(account: &Account, entries: &[Entry]) -> Vec<String> {
    let mut tally = Tally::new(ACME);
    for entry in entries {
        tally.add(entry, "202603", account.entries);
    }
    let mut wrong = compare(&tally, account, &[], &Image::default(), true);
    let client = client();
    let belongings =
        Belongings { client: Some(&client), documents: &[], payments: Vec::new(), days: &[] };
    wrong.extend(compare_belongings(account, &belongings));
    wrong
}

#[test]
fn right_books_prove_also_from_the_middle() {
    let (account, entries) = books();
    assert_eq!(found(&account, &entries), Vec::<String>::new());
    let mut first = Tally::new(ACME);
    first.add(&entries[0], "202603", account.entries);
    let mut rest = Tally::after(&first.proof(&account));
    rest.add(&entries[1], "202603", account.entries);
    rest.add(&entries[2], "202603", account.entries);
    assert!(compare(&rest, &account, &[], &Image::default(), false).is_empty());
    assert!(unmoved(&rest.proof(&account), &account));
}

#[test]
fn whatever_is_changed_shows() {
    let (account, entries) = books();
    type Change = fn(&mut Account, &mut Vec<Entry>);
    let with = |change: Change| {
        let (mut account, mut entries) = (account.clone(), entries.clone());
        change(&mut account, &mut entries);
        found(&account, &entries)
    };
    let changes: [(&str, Change); 14] = [
        ("a total", |a, _| a.totals.mms.granted += 1),
        ("credits held by nothing", |a, _| a.totals.sms.held = 1),
        ("a count", |a, _| a.entries -= 1),
        ("a missing entry", |_, e| drop(e.remove(1))),
        ("an edited line", |_, e| e[1].lines[0].granted = 251),
        ("a rewritten entry", |_, e| {
            e[1] = Entry { note: Some("x".into()), ..e[1].clone() }.sealed()
        }),
        ("a document that is not there", |a, _| a.next_invoice = 2),
        ("a debt of nothing", |a, _| a.unpaid_minor = 1),
        ("a version", |a, _| a.version += 1),
        ("a status", |a, _| a.status = Status::Suspended),
        ("an overdraft", |a, _| a.overdraft.sms = 7),
        ("a forgotten change", |a, _| drop(a.recent.remove(0))),
        ("a count of staff changes", |a, _| a.staff_changes.mms = 9),
        ("a lifted or invented freeze", |a, _| a.frozen = true),
    ];
    for (what, change) in changes {
        assert!(!with(change).is_empty(), "{what}");
    }
}

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

/// An account with two adds, a deduct of which a part is given back, and its entries.
fn books() -> (Account, Vec<Entry>) {
    let mut account = Account::new(ACME, Status::Active, Switch::Inherit);
    let mut entries = Vec::new();
    let changes = [
        (Reason::Add, 500, None),
        (Reason::Add, 250, None),
        (Reason::Deduct, -100, None),
        (Reason::Return, 60, Some(3)),
    ];
    for (position, (reason, granted, reverses)) in changes.into_iter().enumerate() {
        let op = CallKey::new("test", position.to_string()).op();
        let posting = Posting {
            op: &op,
            now: "2026-03-01T12:00:00Z".parse().unwrap(),
            actor: ActorId::Staff(StaffId(1)),
            reason,
            granted: PerKind::only(Kind::Mms, Some(granted)),
            note: None,
            invoice: None,
            reverses,
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
    for entry in &entries[1..] {
        rest.add(entry, "202603", account.entries);
    }
    let last = Tally::after(&rest.proof(&account));
    assert!(compare(&last, &account, &[], &Image::default(), false).is_empty());
    assert!(compare(&rest, &account, &[], &Image::default(), false).is_empty());
    assert!(unmoved(&rest.proof(&account), &account));
}

#[test]
fn proof_finds_each_change_of_the_books() {
    let (account, entries) = books();
    type Change = fn(&mut Account, &mut Vec<Entry>);
    let with = |change: Change| {
        let (mut account, mut entries) = (account.clone(), entries.clone());
        change(&mut account, &mut entries);
        found(&account, &entries)
    };
    let changes: [(&str, Change); 16] = [
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
        ("a forgotten bare entry", |a, _| a.last_bare = None),
        ("an older bare entry", |a, e| a.last_bare = e[3].bare_before),
        ("a count of staff changes", |a, _| a.staff_changes.mms = 9),
        ("a lifted or invented freeze", |a, _| a.frozen = true),
    ];
    for (what, change) in changes {
        assert!(!with(change).is_empty(), "{what}");
    }
}

#[test]
fn bare_entry_that_names_another_one_and_return_of_too_much_are_named() {
    let (account, entries) = books();
    let tally = |change: fn(&mut Vec<Entry>)| {
        let mut entries = entries.clone();
        change(&mut entries);
        found(&account, &entries).join(" ")
    };
    let unchained = "entry 4 does not name the bare entry before it.";
    let forgotten = tally(|e| e[3] = Entry { bare_before: None, ..e[3].clone() }.sealed());
    assert!(forgotten.contains(unchained), "{forgotten}");
    let invented = tally(|e| e[1] = Entry { bare_before: Some(e[0].place()), ..e[1].clone() });
    assert!(invented.contains("entry 2 does not name"), "{invented}");
    let too_much = tally(|e| e[3].lines[0].granted = 101);
    let sentence = "entry 4 gives back more MMS credits of entry 3 than are left.";
    assert!(too_much.contains(sentence), "{too_much}");
    let all = tally(|e| e[3].lines[0].granted = 100);
    assert!(!all.contains(sentence), "{all}");
}

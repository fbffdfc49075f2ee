//! A desk with many clients: the proof of all books, and a list right after the clients were made.
//!
//! `CLIENTS` sets their number (600 here, 12,000 in `.ci/deep`) and `SCALE_LIMITS` checks the times against
//! the limits of a release build. The clients are written straight to the store with their witnesses; half of
//! them have an entry.

use std::time::{Duration, Instant};

use functions::books;
use functions::store::commit::{Budget, Committed};
use shared::books::witness;
use shared::clients::names::index::first_names;
use shared::clients::types::{Client, Hierarchy};
use shared::contract::change::{Expect, Write};
use shared::contract::image::{Counter, Image};
use shared::contract::receipt::{Outcome, Receipt};
use shared::contract::{Facts, Key, Record};
use shared::desk::types as desk;
use shared::kernel::actor::{Actor, Role};
use shared::kernel::credit::{Kind, PerKind};
use shared::kernel::id::{CallKey, ClientId, Named, ROOT, StaffId};
use shared::kernel::movement::{Movement, Never, Reason, Undo};
use shared::ledger::account::{Account, Status, Switch};
use shared::ledger::posting::{Posting, post};

use crate::sim::number;
use crate::world::World;

const VERIFY_MAX: Duration = Duration::from_secs(10);
const LIST_MAX: Duration = Duration::from_secs(1);

#[test]
fn many_clients_are_proved_and_listed_at_once() {
    let count = number("CLIENTS").unwrap_or(600);
    World::run(async |world| {
        let last = world.local.store().last_number(Counter::Clients.name()).await.unwrap();
        for _ in last..count {
            make(world).await;
        }
        keep_last(world, count).await;

        let began = Instant::now();
        let list = world.json("/list clients").await;
        let fresh = began.elapsed();
        assert_eq!(list["data"]["total"], count - 1, "{list}");
        world.local.sweep().await;
        let began = Instant::now();
        let list = world.json("/list clients").await;
        let summed = began.elapsed();
        assert_eq!(list["data"]["total"], count - 1, "{list}");
        let began = Instant::now();
        let report = books::verify(world.local.store(), |_, _| {}).await.unwrap();
        let proved = began.elapsed();
        assert_eq!((report.mismatches.as_slice(), report.clients), (&[][..], count));

        println!("{count} clients, {} entries: verify {proved:.2?}", report.entries);
        println!(
            "/list clients right after they were made {fresh:.2?}, after a sweep {summed:.2?}"
        );
        if std::env::var_os("SCALE_LIMITS").is_some() {
            assert!(proved <= VERIFY_MAX && fresh <= LIST_MAX && summed <= LIST_MAX);
        }
    });
}

/// Writes the next client, and an entry for each second one.
async fn make(world: &World) {
    let store = world.local.store();
    let id = ClientId(store.next_number(Counter::Clients.name()).await.unwrap());
    let now = store.clock().now();
    let client = Client {
        login: format!("studio{}", id.0),
        name: format!("Studio Number {}", id.0),
        email: format!("desk{}@studio.example", id.0),
        status: Status::Active,
        chain: vec![ROOT],
        ..Client::blank(id, now)
    };
    let named = Named::from(&client);
    let account = Account::new(id, Status::Active, Switch::Inherit);
    let put = |record| Write::Put(record, Expect::Absent);
    let mut writes = vec![];
    if id.0.is_multiple_of(2) {
        let op = CallKey::new("scale", id.to_string()).op();
        let by = Actor::Staff { id: StaffId(1), name: "owner".to_owned(), role: Role::Owner };
        let granted = PerKind::only(Kind::Sms, Some(100));
        let posting = Posting::new(&op, now, by.id(), Reason::Add, granted);
        let posted = post(&account, posting).unwrap();
        let posts = vec![posted.post(named)];
        let movement = Movement { posts, document: None, undo: Undo::Never(Never::Reversal) };
        let facts = Facts::Desk(desk::Facts { replayed: op.clone() });
        let receipt = Receipt {
            op,
            fingerprint: "scale".to_owned(),
            by,
            approved_by: None,
            at: now,
            spent: None,
            before: None,
            outcome: Outcome::Done { movement: Some(movement), facts },
        };
        let records = [
            Record::Operation(receipt),
            Record::Account(posted.account),
            Record::Entry(posted.entry),
        ];
        writes.extend(records.map(put));
    } else {
        writes.push(put(Record::Account(account)));
    }
    writes.extend(first_names(&client).into_iter().chain([Record::Client(client)]).map(put));
    let writes = witness::seal(writes, &Image::default()).unwrap();
    let done = store.commit_within(&writes, Budget::default()).await.unwrap();
    assert_eq!(done, Committed::Done);
}

/// The tree of parents keeps the number of the last client.
async fn keep_last(world: &World, last: u64) {
    let store = world.local.store();
    let image = store.image(&[Key::Hierarchy, Key::Rights]).await.unwrap();
    let before = image.get::<Hierarchy>(&Key::Hierarchy).unwrap().unwrap();
    let after = Hierarchy { version: before.version + 1, last };
    let writes = vec![Write::Put(Record::Hierarchy(after), Expect::Version(before.version))];
    let writes = witness::seal(writes, &image).unwrap();
    let done = store.commit_within(&writes, Budget::default()).await.unwrap();
    assert_eq!(done, Committed::Done);
}

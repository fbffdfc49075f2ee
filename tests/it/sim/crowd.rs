//! (c) and (f) Many at once at one account: the version lets one through at a time, and what was
//! enough for one is not enough for two.

use std::time::Duration;

use functions::store::Store;
use functions::store::commit::{Budget, Committed};
use shared::books::witness;
use shared::contract::call::Outcome;
use shared::contract::change::{Expect, Write};
use shared::contract::receipt::{self, Receipt};
use shared::contract::refusal::Refusal;
use shared::contract::{Key, Record};
use shared::kernel::actor::{Actor, Role};
use shared::kernel::credit::{Kind, PerKind};
use shared::kernel::id::{CallKey, ClientId, StaffId};
use shared::kernel::mode::Mode;
use shared::kernel::movement::Reason;
use shared::ledger::account::Account;
use shared::ledger::posting::{Posting, post};
use shared::permissions::types::{Ask as PermissionsAsk, MmsTurn};
use shared::plans::types::{Ask as PlansAsk, PlanState, Question};

use super::stage::{OWNERS, Stage, add, call, deduct, instance, runtime, send, tables};
use super::wire::{Fault, Weather};

fn virtually<T>(future: impl Future<Output = T>) -> T {
    let runtime = runtime();
    let local = tokio::task::LocalSet::new();
    runtime.block_on(local.run_until(future))
}

/// One bare deduction of 1: the posting and `commit`, below roles, guards and plans.
async fn deduct_one(store: &Store, client: ClientId, key: u64) -> (bool, u64) {
    let op = CallKey::new("crowd", key.to_string()).op();
    for attempts in 1.. {
        let image = store.image(&[Key::Account(client)]).await.unwrap();
        let account = image.get::<Account>(&Key::Account(client)).unwrap().unwrap();
        if account.totals.sms.spendable() < 1 {
            return (false, attempts);
        }
        let by = Actor::Staff { id: StaffId(1), name: "Olga".to_owned(), role: Role::Owner };
        let granted = PerKind::only(Kind::Sms, Some(-1));
        let posting = Posting::new(&op, store.clock().now(), by.id(), Reason::Deduct, granted);
        let posted = post(account, posting).unwrap();
        let stored = Receipt {
            op: op.clone(),
            fingerprint: "deduct 1".to_owned(),
            by: by.clone(),
            approved_by: None,
            at: store.clock().now(),
            spent: None,
            before: None,
            outcome: receipt::Outcome::Refused(Refusal::NoCurrency),
        };
        let writes = vec![
            Write::Put(Record::Operation(stored), Expect::Absent),
            Write::Put(Record::Account(posted.account), Expect::Version(account.version)),
            Write::Put(Record::Entry(posted.entry), Expect::Absent),
        ];
        let writes = witness::seal(writes, &image).unwrap();
        match store.commit_within(&writes, Budget::default()).await.unwrap() {
            Committed::Done => return (true, attempts),
            // Those who lost come back at different times, as the desk's own callers do.
            Committed::Stale => {
                let wait_ms = fastrand::u64(0..attempts.saturating_mul(400));
                tokio::time::sleep(Duration::from_millis(wait_ms)).await;
            }
            Committed::KeyTaken => panic!("another call has this key"),
        }
    }
    unreachable!()
}

#[test]
fn of_500_deductions_of_1_at_once_on_250_exactly_250_succeed() {
    virtually(async {
        let mut stage = Stage::set(1).await;
        let desk = instance(&stage.wire.line(), &stage.clock);
        // bravo is c_3; all but 250 of its SMS credits go.
        let client = ClientId(3);
        stage.done(&desk, deduct(Kind::Sms, "bravo", 3_750)).await;
        stage.wire.set_weather(Weather([(Fault::Conflict, 100), (Fault::LostAfter, 20)].into()));
        let tasks: Vec<_> = (0..500)
            .map(|key| {
                let line = stage.wire.line();
                let clock = stage.clock.clone();
                tokio::task::spawn_local(async move {
                    let client_of =
                        functions::store::client_for("http://store.invalid", line.client());
                    let store = Store::new(client_of, tables(), clock);
                    deduct_one(&store, client, key).await
                })
            })
            .collect();
        let (mut done, mut attempts) = (0, 0);
        for task in tasks {
            let (succeeded, tries) = task.await.unwrap();
            done += u64::from(succeeded);
            attempts += tries;
        }
        println!("500 deductions of 1 on 250: {done} succeeded, {attempts} attempts");
        assert_eq!(done, 250);
        stage.books().prove();
        let left = desk.store.image(&[Key::Account(client)]).await.unwrap();
        assert_eq!(
            left.get::<Account>(&Key::Account(client)).unwrap().unwrap().totals.sms.balance(),
            0
        );
    });
}

#[test]
fn of_equal_adds_at_once_one_is_done_and_the_others_ask() {
    virtually(async {
        let stage = Stage::set(2).await;
        stage.wire.set_weather(Weather([(Fault::Conflict, 50), (Fault::Slow, 50)].into()));
        let tasks: Vec<_> = (0..40)
            .map(|n| {
                let (line, clock) = (stage.wire.line(), stage.clock.clone());
                tokio::task::spawn_local(async move {
                    let who = OWNERS[n % 2];
                    let ask = add(Kind::Mms, "alpha", 777, Mode::Open, None);
                    let desk = instance(&line, &clock);
                    send(&desk, &call(&format!("again {n}"), who, ask)).await.outcome
                })
            })
            .collect();
        let (mut done, mut asked, mut busy) = (0, 0, 0);
        for task in tasks {
            match task.await.unwrap() {
                Outcome::Done(_) => done += 1,
                Outcome::Planned(plan) => {
                    assert!(
                        plan.questions.iter().any(Question::is_duplicate),
                        "{:?}",
                        plan.questions
                    );
                    asked += 1;
                }
                Outcome::Failed(failed) => {
                    assert!(failed.nothing_changed, "a busy account says that nothing was changed");
                    busy += 1;
                }
                other => panic!("{other:?}"),
            }
        }
        println!(
            "40 equal adds at once: {done} done, {asked} asked about, {busy} told to try again"
        );
        assert_eq!(done, 1);
        assert!(asked > busy, "who was late decides again from what is there by then");
        let books = stage.books();
        books.prove();
        let adds = books.entries["2"].values().filter(|e| e["lines"][0]["g"] == 777).count();
        assert_eq!(adds, 1);
    });
}

#[test]
fn payment_claimed_by_two_staff_at_once_pays_one_invoice() {
    virtually(async {
        let stage = Stage::set(6).await;
        for round in 0..10 {
            let tasks: Vec<_> = OWNERS
                .into_iter()
                .zip(["alpha", "bravo"])
                .map(|(owner, client)| {
                    let (line, clock) = (stage.wire.line(), stage.clock.clone());
                    tokio::task::spawn_local(async move {
                        let reference = Some(format!("payment {round}"));
                        let ask = add(Kind::Sms, client, 100 + round, Mode::Paid, reference);
                        let desk = instance(&line, &clock);
                        send(&desk, &call(&format!("{round} {client}"), owner, ask)).await.outcome
                    })
                })
                .collect();
            let (mut done, mut used) = (0, 0);
            for task in tasks {
                match task.await.unwrap() {
                    Outcome::Done(_) => done += 1,
                    Outcome::Refused(Refusal::ReferenceUsed { .. }) => used += 1,
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!((done, used), (1, 1), "payment {round}");
        }
        stage.books().prove();
    });
}

#[test]
fn a_switch_never_overwrites_an_add_that_came_between() {
    virtually(async {
        let stage = Stage::set(5).await;
        stage.wire.set_weather(Weather([(Fault::Conflict, 20), (Fault::Slow, 100)].into()));
        let mut tasks = Vec::new();
        for n in 0..30_u64 {
            let turn = MmsTurn::One {
                client: "alpha".to_owned(),
                on: [Some(true), Some(false), None][n as usize % 3],
            };
            let add = add(Kind::Sms, "alpha", 100 + n, Mode::Open, None);
            let switch = PermissionsAsk::MmsSwitch { turn }.into();
            // By two people: one person's changes are in line by that person's SPEND.
            for (what, who, ask) in [("add", OWNERS[0], add), ("switch", OWNERS[1], switch)] {
                let (line, clock) = (stage.wire.line(), stage.clock.clone());
                tasks.push(tokio::task::spawn_local(async move {
                    tokio::time::sleep(Duration::from_millis(n * 40)).await;
                    let desk = instance(&line, &clock);
                    send(&desk, &call(&format!("{what} {n}"), who, ask)).await.outcome
                }));
            }
        }
        let mut done = 0;
        for task in tasks {
            done += u64::from(matches!(task.await.unwrap(), Outcome::Done(_)));
        }
        println!("30 adds and 30 switches at once: {done} done");
        assert!(done > 20, "{done}");
        stage.books().prove();
    });
}

#[test]
fn a_change_that_may_still_arrive_is_never_called_unchanged() {
    virtually(async {
        let stage = Stage::set(4).await;
        stage.wire.set_weather(Weather([(Fault::Held, 1_000)].into()));
        let add = call("held", OWNERS[0], add(Kind::Mms, "alpha", 321, Mode::Open, None));
        let desk = instance(&stage.wire.line(), &stage.clock);
        let Outcome::Failed(failed) = send(&desk, &add).await.outcome else {
            panic!("nothing has arrived")
        };
        assert!(!failed.nothing_changed, "it is on its way");
        stage.wire.set_weather(Weather::calm());
        stage.wire.deliver_late();
        assert!(stage.is_done(&add.key.op()), "it has arrived");
        let again = send(&desk, &add).await;
        assert!(again.replay_of.is_some(), "{again:?}");
        stage.books().prove();
    });
}

#[test]
fn a_budget_is_never_passed_however_many_spend_it_at_once() {
    virtually(async {
        let stage = Stage::set(3).await;
        // Support may grant credits worth £5.00 alone and £50.00 a day: 100 and 1,000 SMS here.
        let mut granted = 0;
        for round in 0..14 {
            let tasks: Vec<_> = ["alpha", "bravo", "carol"]
                .into_iter()
                .map(|client| {
                    let (line, clock) = (stage.wire.line(), stage.clock.clone());
                    tokio::task::spawn_local(async move {
                        let desk = instance(&line, &clock);
                        let credits = 70 + 2 * round;
                        let key = format!("grant {round} {client}");
                        let ask = add(Kind::Sms, client, credits, Mode::Grant, None);
                        let by = "local:dana";
                        let planned = send(&desk, &call(&key, by, ask)).await.outcome;
                        let Outcome::Planned(plan) = planned else { panic!("{planned:?}") };
                        let confirm = PlansAsk::Confirm { op: plan.op, about: None, seen: None };
                        let yes = call(&format!("{key} yes"), by, confirm);
                        match send(&desk, &yes).await.outcome {
                            Outcome::Done(_) => credits,
                            Outcome::Planned(up) => {
                                assert_eq!(up.state, PlanState::AwaitsApproval);
                                0
                            }
                            other => panic!("{other:?}"),
                        }
                    })
                })
                .collect();
            for task in tasks {
                granted += task.await.unwrap();
            }
            stage.clock.advance(jiff::SignedDuration::from_mins(1));
        }
        println!("42 grants, three at once: {granted} credits of the day's 1,000 granted");
        assert!((900..=1_000).contains(&granted), "{granted}");
        stage.books().prove();
    });
}

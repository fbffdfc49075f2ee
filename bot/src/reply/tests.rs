use std::collections::BTreeSet;

use shared::clients::card::masked_phone;
use shared::clients::types::{self as clients, Class, ClientCard, ClientChange, masked_email};
use shared::contract::call::{Tried, TriedResult};
use shared::contract::plan::PlanCard;
use shared::contract::receipt::Receipt;
use shared::contract::refusal::{Refusal, RefusalKind};
use shared::contract::{Answer, Facts};
use shared::credits::types::{self as credits, Changed};
use shared::desk::types as desk;
use shared::invoices::types::InvoiceState;
use shared::kernel::actor::{Actor, ActorKind, Role};
use shared::kernel::credit::{Kind, PerKind};
use shared::kernel::id::{CallKey, ClientId, Named, NamedStaff, StaffId};
use shared::kernel::mode::Mode;
use shared::kernel::movement::{Line, Movement, Post, Reason};
use shared::ledger::account::{RecentChange, Status, Switch};
use shared::permissions::types::{self as permissions, MmsOff, MmsTurned};
use shared::plans::types::{self as plans, Lapse, PlanState, Question};
use shared::settings::types::{self as settings, Settings};
use shared::staff::types as staff;

use super::*;
use crate::chat::tests::{acme, added, dana, facts, movement, pending, plan, pounds, receipt};
use crate::grammar::{Reading, read};
use crate::terminal::{Style, render};
use crate::view::{Span, Text};

fn op() -> OpId {
    CallKey::new("local", "k").op()
}

fn drawn(line: &str, outcome: Outcome) -> View {
    let Ok(Reading::One(parsed)) = read(line, &"local:dana".parse().unwrap()) else {
        panic!("{line}")
    };
    let ask = parsed.ask().unwrap().unwrap();
    let context =
        Context { ask: &ask, dry_run: parsed.dry_run(), parsed: Some(&parsed), rows: None };
    content(&Reply::of(op(), outcome), &context).view
}

fn text(line: &str, outcome: Outcome) -> String {
    render(&drawn(line, outcome), Style::PLAIN)
}

fn refused(line: &str, refusal: Refusal) -> String {
    text(line, Outcome::Refused(refusal))
}

const ADD: &str = "addcredit mms acme 500 monthly top-up";

#[test]
fn a_done_add_says_what_changed_and_how_to_take_it_back() {
    let view = drawn(ADD, Outcome::Done(added()));
    assert!(view.public);
    let op = op();
    assert_eq!(
        render(&view, Style::PLAIN),
        format!(
            "✅ Added 500 MMS credits to ACME Ltd (c_1042)\n\
             MMS 120 → 620 · invoice INV-1042-0007 £25.00 due 7 Dec 2026 · by Dana · reason: monthly top-up\n\
             {op} · undo within 24 h: /undo {op}\n"
        )
    );
}

/// A movement of so many MMS credits on ACME's account; they come from or go to the other one, which
/// has 400 afterwards.
fn moving(amount: i64, other: Option<Named>) -> Movement {
    let mut movement = movement();
    movement.posts[0].lines[0].granted = amount;
    movement.posts.extend(other.map(|client| {
        let line = Line { kind: Kind::Mms, granted: -500, used: 0, held: 0, balance: 400 };
        Post { client, entry: 3, reason: Reason::MoveOut, lines: vec![line] }
    }));
    movement
}

/// Another client of the same name.
fn namesake() -> Named {
    Named { id: ClientId(7), ..acme() }
}

#[test]
fn every_sort_of_change_reads_as_what_it_is() {
    let line = |change: Changed, amount: i64| {
        let movement = moving(amount, Some(namesake()));
        text(ADD, Outcome::Done(receipt(Some(movement), facts(change))))
    };
    assert!(
        line(Changed::Added(Mode::Grant), 1)
            .contains("Added 1 MMS credit to ACME Ltd (c_1042), as a grant")
    );
    assert!(
        line(Changed::Moved, 500)
            .contains("Moved 500 MMS credits to ACME Ltd (c_1042) from ACME Ltd (c_7)")
    );
    assert!(line(Changed::Moved, 500).contains("\nACME Ltd (c_7): MMS 900 → 400\n"));
    assert!(line(Changed::Deducted, -500).contains("Deducted 500 MMS credits from"));
    assert!(
        line(Changed::Undone(op()), -500)
            .contains(&format!("Took back {}: took 500 MMS credits from", op()))
    );
    assert!(line(Changed::Undone(op()), 500).contains("returned 500 MMS credits to ACME Ltd"));
    assert!(
        line(Changed::Voided, -500).contains("Voided INV-1042-0007: took 500 MMS credits from")
    );
    let corrected = |moved, written_off, owed, other: bool| {
        let mms = |credits: u64| PerKind::only(Kind::Mms, credits);
        let change = Changed::Corrected {
            op: op(),
            off_invoice: mms(500),
            written_off: mms(written_off),
            owed: mms(owed),
            moved: mms(moved),
        };
        let movement = moving(-500, other.then(namesake));
        text(ADD, Outcome::Done(receipt(Some(movement), facts(change))))
    };
    let said = |text: String, words: &str| assert!(text.contains(words), "{words}\n{text}");
    said(
        corrected(500, 300, 0, true),
        "moved 500 MMS credits from ACME Ltd (c_1042) to ACME Ltd (c_7), wrote off 300",
    );
    said(corrected(0, 300, 0, false), "took 200 MMS credits from ACME Ltd (c_1042), wrote off 300");
    said(corrected(0, 500, 0, false), "wrote off 500 MMS credits of ACME Ltd (c_1042)");
    said(
        corrected(0, 0, 300, false),
        "took 500 MMS credits from ACME Ltd (c_1042), ACME Ltd (c_1042) then owes 300",
    );
    // What was taken back cannot be taken back again.
    assert!(!line(Changed::Voided, -500).contains("/undo"));
}

#[test]
fn a_replay_says_that_nothing_was_done_twice() {
    let ask = Ask::Plans(plans::Ask::Pending { only: None, after: None });
    let context = Context { ask: &ask, dry_run: false, parsed: None, rows: None };
    let at = "2026-11-23T10:00:00Z".parse().unwrap();
    let outcome = Outcome::Done(added());
    let view = content(&Reply { replay_of: Some(at), ..Reply::of(op(), outcome) }, &context).view;
    let repeats = "This repeats the reply of 23 Nov 2026 10:00 UTC; it was done once.";
    assert!(view.plain().contains(repeats), "{}", view.plain());
}

#[test]
fn a_plan_shows_before_and_after_why_and_what_to_type() {
    let asked = plan(
        PlanState::AwaitsConfirm,
        vec![
            Question::FirstAdd { kind: Kind::Mms },
            Question::ByPrefix { typed: "ac".into(), name: "ACME Ltd".into(), id: "c_2".into() },
        ],
    );
    let view = drawn(ADD, Outcome::Planned(asked.clone()));
    assert!(!view.public);
    let text = render(&view, Style::PLAIN);
    for part in [
        "❓ Please confirm: add 500 MMS credits to ACME Ltd (c_1042)",
        "MMS 120 → 620 · an invoice of £25.00 due 7 Dec 2026",
        "first add of MMS credits",
        "“ac” is not a whole name. Do you mean ACME Ltd?",
        "Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.",
        &format!("→ /confirm {}  confirms it", asked.op),
        &format!("→ /deny {}  cancels it", asked.op),
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // The number of an invoice is not known before there is one.
    assert!(!text.contains("INV-1042-0007") && !text.contains("\n\n"), "{text}");

    let why =
        Question::OverLimit { mode: Mode::Open, limit: pounds(10_000), amount: pounds(30_000) };
    let asked = plan(PlanState::AwaitsApproval, vec![why]);
    let text = render(&drawn(ADD, Outcome::Planned(asked.clone())), Style::PLAIN);
    for part in [
        "🔐 Dana asks to add 500 MMS credits",
        "It is worth £300.00; the limit for open adds and deducts is £100.00.",
        "Someone other than Dana must approve it before 23 Nov 2026 10:10 UTC, or it expires",
        &format!("/approve {}", asked.op),
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_possible_duplicate_says_when_and_by_whom() {
    let earlier = RecentChange {
        op: op(),
        who: "s_3".to_owned(),
        kind: Kind::Mms,
        amount: 500,
        at_s: 1_795_428_000,
    };
    let why = Question::Again { earlier: earlier.clone(), by: None, just_now: true };
    let text_of = |why| text(ADD, Outcome::Planned(plan(PlanState::AwaitsConfirm, vec![why])));
    let text = text_of(why);
    assert!(text.contains("❓ Again? Please confirm"), "{text}");
    assert!(text.contains("Dana already added 500 MMS credits at 23 Nov 2026 10:00 UTC"), "{text}");
    assert!(text.contains("may have worked despite a time-out"), "{text}");
    let other = RecentChange { who: "billing".to_owned(), ..earlier };
    assert!(
        text_of(Question::Again { earlier: other, by: None, just_now: false })
            .contains("billing already added")
    );
    let why =
        Question::SameGross { invoice: "INV-1042-0006".parse().unwrap(), gross: pounds(2_500) };
    assert!(text_of(why).contains("INV-1042-0006 for £25.00 is unpaid. Is this the same order?"));
}

#[test]
fn every_plan_that_is_over_says_how() {
    for (state, word) in [
        (PlanState::Done, "was done"),
        (PlanState::Cancelled, "was cancelled"),
        (PlanState::Denied, "was denied"),
        (PlanState::Expired, "has expired"),
        (PlanState::Lapsed, "has lapsed"),
    ] {
        assert!(text(ADD, Outcome::Planned(plan(state, vec![]))).contains(word), "{word}");
    }
    let reason = Some("call the client first".to_owned());
    let plan = PlanCard { reason, ..plan(PlanState::Denied, vec![]) };
    let text = text("deny op_0123456789abcdef", Outcome::Answer(Answer::PlanEnded { plan }));
    assert!(text.contains("Denied: add 500 MMS credits to ACME Ltd (c_1042)."));
    assert!(text.contains("Reason: call the client first. Nothing was changed."));
}

fn tried(receipt: Receipt, questions: Vec<Question>) -> Outcome {
    let result = TriedResult::Done(receipt);
    Outcome::Tried(Tried { result, questions, text: "the line of the audit trail".into() })
}

#[test]
fn a_dry_run_changes_nothing_and_says_what_would_be_asked() {
    let outcome = tried(added(), vec![Question::FirstAdd { kind: Kind::Mms }]);
    let text = text("addcredit mms acme 500 --dry_run", outcome);
    for part in [
        "🔎 Dry run: would add 500 MMS credits",
        "MMS 120 → 620 · an invoice of £25.00",
        "You would be asked to confirm it:",
        "Nothing was changed.",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("INV-") && !text.contains("\n\n"), "{text}");
}

fn card_of(id: u64, name: &str) -> ClientCard {
    ClientCard {
        client: Named { id: ClientId(id), name: name.to_owned(), login: name.to_lowercase() },
        class: Class::User,
        status: Status::Active,
        town: Some("Leeds".to_owned()),
        parent: None,
        mobile_end: Some("0123".to_owned()),
        balances: PerKind::default(),
        unpaid_minor: 0,
        last_change: None,
    }
}

#[test]
fn several_clients_give_a_list_that_tells_them_apart() {
    let refusal = Refusal::Ambiguous {
        typed: "acm".to_owned(),
        matches: vec![card_of(7, "ACME"), card_of(8, "Acme")],
        total: 30,
        behind: Vec::new(),
    };
    let text = refused("addcredit mms acm 500 monthly top-up", refusal);
    for part in [
        "30 clients match “acm”. Nothing was changed.",
        "1. ACME · c_7 · acme · user · 0 SMS · 0 MMS · Leeds · …0123",
        "… and 28 more. Type one more letter.",
        "→ /client find acm  lists them",
        "→ /addcredit mms c_7 500 reason:\"monthly top-up\"  chooses acme",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn an_unknown_client_gives_the_nearest_with_the_whole_command() {
    let refusal = Refusal::UnknownClient {
        typed: "acmee".to_owned(),
        nearest: vec![acme()],
        behind: String::new(),
    };
    let text = refused("deductcredit mms acmee 5 added twice", refusal);
    assert!(text.starts_with("No client matches “acmee”. Nothing was changed.\n"), "{text}");
    assert!(text.contains("Did you mean ACME Ltd · c_1042?"), "{text}");
    assert!(text.contains("→ /deductcredit mms c_1042 5 \"added twice\""), "{text}");
    let refusal =
        Refusal::UnknownClient { typed: "zzz".to_owned(), nearest: vec![], behind: String::new() };
    let text = refused("balance zzz", refusal);
    // Reading changes nothing anyway, so nothing is said about it.
    assert!(text.starts_with("No client matches “zzz”.\n"), "{text}");
    assert!(text.contains("/client find zzz"), "{text}");
}

/// One of each, with what the answer must name.
#[expect(clippy::too_many_lines, reason = "a refusal of each sort")]
fn refusals() -> Vec<(Refusal, &'static str)> {
    let op = op();
    let number = "INV-1042-0007".parse().unwrap();
    let client = acme();
    let at = "2026-11-23T10:00:00Z".parse().unwrap();
    vec![
        (
            Refusal::NotLinked { identity: "slack:T1:U1".parse().unwrap() },
            "/role grant slack:T1:U1 support",
        ),
        (Refusal::Left { name: "Dana".into() }, "ask an owner"),
        (
            Refusal::NotAllowed {
                operation: "deduct_credit".into(),
                role: Role::Support,
                needs: Role::Billing,
                author: None,
            },
            "role billing or more: /role list",
        ),
        (Refusal::WrongActor { actor: ActorKind::Client }, "not for clients"),
        (Refusal::NotAdmitted { actor: ActorKind::Client }, "of clients are not accepted here"),
        (
            Refusal::UnknownClient {
                typed: "acmee".into(),
                nearest: vec![acme()],
                behind: String::new(),
            },
            "/addcredit mms c_1042 500",
        ),
        (
            Refusal::Ambiguous {
                typed: "acme".into(),
                matches: vec![card_of(2, "ACME Ltd"), card_of(3, "Acme Sons")],
                total: 2,
                behind: Vec::new(),
            },
            "/addcredit mms c_2 500",
        ),
        (
            Refusal::Spent {
                client: client.clone(),
                op: op.clone(),
                kind: Kind::Mms,
                spendable: 20,
                asked: 500,
            },
            "/correct op_",
        ),
        (
            Refusal::DeductedSince(Box::new(credits::DeductedSince {
                client: client.clone(),
                op: op.clone(),
                deductions: vec![credits::Deduction {
                    op: op.clone(),
                    entry: 3,
                    kind: Kind::Mms,
                    credits: 450,
                    at,
                    reason: Some("one zero too many".into()),
                    returned_to: None,
                }],
                off: PerKind::only(Kind::Mms, 500),
                counted: PerKind::only(Kind::Mms, 450),
                balance: PerKind::only(Kind::Mms, 120),
            })),
            "Type the command again",
        ),
        (
            Refusal::NotEnough {
                client: client.clone(),
                kind: Kind::Mms,
                spendable: 40,
                asked: 300,
            },
            "from:house",
        ),
        (Refusal::TooMany { client: client.clone(), kind: Kind::Mms }, "/balance c_1042"),
        (
            Refusal::MmsOff { client: client.clone(), off: MmsOff::Platform(ClientId(1)) },
            "/mms allow c_1",
        ),
        (Refusal::MmsOff { client: client.clone(), off: MmsOff::Own }, "/mms on c_1042"),
        (
            Refusal::MmsOff { client: client.clone(), off: MmsOff::Parent(ClientId(2)) },
            "/mms on all of c_2",
        ),
        (
            Refusal::ClientStatus { client: client.clone(), status: Status::Pending },
            "/client activate c_1042",
        ),
        (Refusal::Frozen { client: client.clone() }, "/why c_1042"),
        (
            Refusal::OpenAddsStopped { client: client.clone(), unpaid: None },
            "/client openadds allow c_1042",
        ),
        (Refusal::Unreadable { reason: "the item C#2 / ACCOUNT".to_owned() }, "verify"),
        (Refusal::NoPrice { client: client.clone(), kind: Kind::Mms }, "/price set mms c_1042 1:"),
        (Refusal::NoCurrency, "/settings currency GBP"),
        (Refusal::KeyReused { op: op.clone() }, "as a new one"),
        (Refusal::NothingToUndo, "/history"),
        (Refusal::UnknownOperation { op: op.clone() }, "/history"),
        (
            Refusal::NotOpen {
                op: op.clone(),
                noun: "a change of credits".into(),
                state: Some(PlanState::AwaitsConfirm),
                lacks: "there is nothing of it to take back".into(),
            },
            "/deny",
        ),
        (Refusal::NotUndoable { op: op.clone(), why: "it is older.".into() }, "/help undo"),
        (Refusal::AlreadyReversed { op: op.clone() }, "/history"),
        (Refusal::UnknownInvoice { number }, "/invoice list c_1042"),
        (
            Refusal::InvoiceState { number, state: InvoiceState::Void },
            "/invoice view INV-1042-0007",
        ),
        (
            Refusal::InvoiceMismatch { number, why: "too few.".into() },
            "/invoice view INV-1042-0007",
        ),
        (Refusal::ReferenceUsed { reference: "TX".into(), invoice: number }, "/invoice view"),
        (
            Refusal::ReferenceOfOther {
                reference: "TX".into(),
                client: shared::kernel::id::Named {
                    id: shared::kernel::id::ClientId(2),
                    name: "ACME Ltd".into(),
                    login: "acme".into(),
                },
                invoice: number,
                needs: Role::Billing,
            },
            "/role list",
        ),
        (Refusal::PlanLapsed { op: op.clone(), lapse: Lapse::Status }, "Type the command again"),
        (Refusal::PlanOver { op: op.clone(), state: PlanState::Expired }, "Type the command again"),
        (Refusal::PlanOver { op: op.clone(), state: PlanState::Done }, "/history op:op_"),
        (Refusal::NotYourPlan { author: dana() }, "Ask Dana"),
        (Refusal::OwnPlan { op: op.clone(), alone_from: None }, "/role list"),
        (Refusal::OwnPlan { op: op.clone(), alone_from: Some(at) }, "--alone"),
        (Refusal::NotYetAlone { op: op.clone(), from: at }, "--alone"),
        (
            Refusal::OthersCan { others: vec![NamedStaff { id: StaffId(4), name: "Dana".into() }] },
            "/pending",
        ),
        (Refusal::NotYetApprovable { op: op.clone() }, "/confirm op_"),
        (Refusal::NeedsApproval { op: op.clone() }, "/approve op_"),
        (
            Refusal::ApproverLimit { mode: Mode::Open, limit: pounds(1), amount: pounds(2) },
            "a colleague with a higher limit",
        ),
        (Refusal::Rate { allowed: 10, retry_at: at }, "Try again at 23 Nov 2026 10:00 UTC"),
        (Refusal::LoginTaken { login: "acme".into(), client: ClientId(7) }, "login:acme2"),
        (Refusal::NameTaken { name: "c_2".into(), client: None }, "Choose another name"),
        (
            Refusal::UnknownStaff { typed: "dna".into(), nearest: vec![dana()] },
            "Did you mean Dana (s_3)?",
        ),
        (Refusal::OwnRole, "/role list"),
        (Refusal::LastOwner { staff: dana() }, "/role grant <who> owner"),
        (
            Refusal::Outranked { role: Role::Manager, theirs: Role::Owner },
            "Ask an owner: /role list",
        ),
        (Refusal::NoChange { what: "It is so already.".into() }, "It is so already."),
        (Refusal::Invalid { why: "The name is empty.".into() }, "/help addcredit mms"),
    ]
}

#[test]
fn each_refusal_has_a_sample() {
    let samples: BTreeSet<RefusalKind> =
        refusals().iter().map(|(refusal, _)| RefusalKind::from(refusal)).collect();
    let missing: Vec<_> = RefusalKind::ALL.iter().filter(|kind| !samples.contains(kind)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_refusal_says_what_to_do_next_and_that_nothing_was_changed() {
    for (refusal, next) in refusals() {
        let code = refusal.code();
        let text = refused(ADD, refusal.clone());
        assert!(text.contains(next), "{code}: {next}\n{text}");
        assert!(text.contains("Nothing was changed."), "{code}");
        assert!(text.contains(&op().to_string()), "{code}");
        let view = drawn("balance acme", Outcome::Refused(refusal));
        assert!(!view.plain().contains("Nothing was changed"), "{code}");
        assert!(!view.public);
    }
}

#[test]
fn what_is_spent_is_answered_by_a_correction_and_by_no_confirmation() {
    let spent =
        || Refusal::Spent { client: acme(), op: op(), kind: Kind::Mms, spendable: 20, asked: 500 };
    let lines = |typed: &str| -> Vec<String> {
        let view = drawn(typed, Outcome::Refused(spent()));
        view.suggestions.into_iter().map(|suggestion| suggestion.line).collect()
    };
    let correct = lines(&format!("correct {} to:50", op()));
    assert_eq!(correct.len(), 3, "{correct:?}");
    assert!(correct.iter().all(|line| line.contains("spent:")), "{correct:?}");
    let confirm = lines(&format!("confirm {}", op()));
    assert_eq!(confirm, [format!("/correct {} <what>", op())]);
}

#[test]
fn the_commands_that_are_offered_can_be_typed() {
    let from = "local:dana".parse().unwrap();
    for (refusal, _) in refusals() {
        let code = refusal.code();
        for suggestion in drawn(ADD, Outcome::Refused(refusal)).suggestions {
            // What stands in angle brackets is for a person to fill in.
            if !suggestion.line.contains('<') {
                let read = read(&suggestion.line, &from);
                assert!(
                    matches!(read, Ok(Reading::One(_))),
                    "{code}: {}: {read:?}",
                    suggestion.line
                );
            }
        }
    }
}

#[test]
fn taking_all_that_is_left_is_offered() {
    let refusal = Refusal::NotEnough { client: acme(), kind: Kind::Mms, spendable: 40, asked: 300 };
    let text = refused("deductcredit mms acme 300 too many", refusal);
    assert!(text.contains("ACME Ltd has 40 MMS credits to spend; 300 were asked for."), "{text}");
    assert!(text.contains("→ /deductcredit mms acme 40 \"too many\"  takes all 40"), "{text}");
}

fn done(facts: Facts) -> Outcome {
    Outcome::Done(receipt(None, facts))
}

fn changed(client: Named, change: ClientChange, twins: Vec<Named>) -> Outcome {
    done(Facts::Clients(clients::Facts { client, change, twins, like: None }))
}

fn turned(turned: MmsTurned, still_off: Option<MmsOff>) -> Outcome {
    done(Facts::Permissions(permissions::Facts {
        client: acme(),
        turned,
        still_off,
        before: None,
        reach: None,
    }))
}

fn set(set: &str) -> Outcome {
    done(Facts::Settings(settings::Facts {
        settings: Some(Settings::new()),
        set: set.to_owned(),
        before: None,
        back: None,
        reach: None,
    }))
}

fn found(text: &str, clients: Vec<ClientCard>, total: u64) -> Outcome {
    let text = text.to_owned();
    Outcome::Answer(Answer::Clients(clients::Answer::Found { text, clients, total }))
}

#[test]
fn what_is_public_is_masked() {
    assert_eq!(masked_phone("+447700900123"), "+44•••••0123");
    assert_eq!(masked_phone("12345"), "•••••");
    // What the functions have masked already stays as it is.
    assert_eq!(masked_phone("+44•••••0123"), "+44•••••0123");
    assert_eq!(masked_email("o•••@acme.example"), "o•••@acme.example");
    assert_eq!(masked_email("ops@acme.example"), "o•••@acme.example");
    for (field, before, after) in [
        ("mobile", "+447700900123", "+447700900999"),
        ("email", "ops@acme.example", "new@acme.example"),
    ] {
        let change =
            ClientChange::Set { field: field.into(), before: before.into(), after: after.into() };
        let view = drawn("client view acme", changed(acme(), change, vec![acme()]));
        assert!(view.public);
        let text = view.plain();
        assert!(!text.contains(before) && !text.contains(after), "{text}");
        assert!(text.contains("Same mobile or email: ACME Ltd (c_1042)"), "{text}");
    }
}

#[test]
fn only_committed_writes_are_public() {
    let made = || {
        Facts::Clients(clients::Facts {
            client: acme(),
            change: ClientChange::Made,
            twins: vec![],
            like: None,
        })
    };
    let reads = [
        Outcome::Answer(Answer::Settings(Settings::new())),
        Outcome::Answer(pending(plan(PlanState::AwaitsApproval, vec![]))),
        Outcome::Answer(Answer::Staff(staff::Answer::Roles { staff: vec![] })),
        Outcome::Answer(Answer::Desk(desk::Answer::Jobs { jobs: vec![] })),
        found("ac", vec![card_of(1, "A")], 1),
        tried(added(), vec![]),
        tried(receipt(None, made()), vec![]),
    ];
    for outcome in reads {
        assert!(!drawn(ADD, outcome.clone()).public, "{outcome:?}");
    }
    let writes = [
        Outcome::Done(added()),
        set("tax 20 %"),
        turned(MmsTurned::Platform(true), None),
        done(made()),
    ];
    for outcome in writes {
        assert!(drawn(ADD, outcome.clone()).public, "{outcome:?}");
    }
}

#[test]
fn a_list_begins_with_totals_and_shows_ten() {
    let clients: Vec<ClientCard> = (1..=12).map(|id| card_of(id, &format!("C{id}"))).collect();
    let answer = clients::Answer::List {
        under: None,
        skipped: 0,
        ends: Vec::new(),
        total: 4_000,
        sums: PerKind { sms: 1_200_000, mms: 8_400 },
        clients,
        as_of: None,
    };
    let view = drawn("list clients", Outcome::Answer(Answer::Clients(answer)));
    assert_eq!(view.table.as_ref().unwrap().rows.len(), 10);
    let text = view.plain();
    assert!(
        text.starts_with("4,000 clients · 1,200,000 SMS · 8,400 MMS\nThe first 10, fewest MMS"),
        "{text}"
    );
}

#[test]
fn mms_says_what_is_still_in_the_way() {
    let off = MmsOff::Platform(ClientId(1));
    let text = text("mms on acme", turned(MmsTurned::Own(Switch::On), Some(off)));
    assert!(text.contains("MMS is on for ACME Ltd (c_1042)"));
    assert!(text.contains("It still cannot use MMS: billing has not turned it on"));
    assert!(text.contains("/mms allow c_1"));
}

/// Everything that people write, in one view of each sort, never stands in a span of our own.
#[test]
#[expect(clippy::too_many_lines, reason = "a reply of each sort")]
fn typed_text_stands_only_in_input_spans() {
    let nasty = "<!channel> @everyone `x` https://evil.example *b* \u{202E}";
    let client = Named { name: nasty.to_owned(), ..acme() };
    let person = NamedStaff { name: nasty.to_owned(), ..dana() };
    let mut movement = moving(500, Some(Named { id: ClientId(7), ..client.clone() }));
    movement.posts[0].client = client.clone();
    let facts = Facts::Credits(credits::Facts {
        change: Changed::Added(Mode::Open),
        replaced_by: None,
        reason: Some(nasty.to_owned()),
        deducted: PerKind::default(),
        freed: None,
    });
    let mut made = receipt(Some(movement.clone()), facts.clone());
    made.by = Actor::Staff { id: person.id, name: nasty.to_owned(), role: Role::Support };
    made.approved_by = Some(person.clone());
    let mut asked = plan(
        PlanState::AwaitsApproval,
        vec![Question::ByPrefix { typed: nasty.into(), name: nasty.into(), id: nasty.into() }],
    );
    asked.movement = Some(movement);
    asked.facts = facts;
    asked.by = person.clone();
    let mut one = card_of(7, nasty);
    one.town = Some(nasty.to_owned());
    let suspended = || ClientChange::Suspended { reason: nasty.into() };
    let renamed =
        || ClientChange::Set { field: "name".into(), before: nasty.into(), after: nasty.into() };
    let planned =
        |facts: Facts| Outcome::Planned(PlanCard { movement: None, facts, ..asked.clone() });
    let outcomes = [
        Outcome::Done(made.clone()),
        Outcome::Tried(Tried {
            result: TriedResult::Done(made),
            questions: vec![Question::ByPrefix {
                typed: nasty.into(),
                name: nasty.into(),
                id: nasty.into(),
            }],
            text: nasty.into(),
        }),
        Outcome::Planned(asked.clone()),
        planned(Facts::Clients(clients::Facts {
            client: client.clone(),
            change: suspended(),
            twins: vec![client.clone()],
            like: Some(client.clone()),
        })),
        planned(Facts::Clients(clients::Facts {
            client: client.clone(),
            change: renamed(),
            twins: vec![],
            like: None,
        })),
        planned(Facts::Permissions(permissions::Facts {
            client: client.clone(),
            turned: MmsTurned::Platform(true),
            still_off: None,
            before: None,
            reach: None,
        })),
        planned(Facts::Settings(settings::Facts {
            settings: Some(Settings::new()),
            set: nasty.into(),
            before: Some(nasty.into()),
            back: None,
            reach: None,
        })),
        Outcome::Answer(pending(asked.clone())),
        Outcome::Answer(Answer::PlanEnded {
            plan: PlanCard { reason: Some(nasty.into()), ..asked.clone() },
        }),
        found(nasty, vec![one.clone()], 40),
        found(nasty, vec![], 0),
        Outcome::Refused(Refusal::Ambiguous {
            typed: nasty.into(),
            matches: vec![one],
            total: 40,
            behind: Vec::new(),
        }),
        Outcome::Refused(Refusal::UnknownClient {
            typed: nasty.into(),
            nearest: vec![client.clone()],
            behind: nasty.into(),
        }),
        Outcome::Refused(Refusal::UnknownStaff {
            typed: nasty.into(),
            nearest: vec![person.clone()],
        }),
        Outcome::Refused(Refusal::NotYourPlan { author: person.clone() }),
        Outcome::Refused(Refusal::Invalid { why: nasty.into() }),
        changed(client.clone(), suspended(), vec![client.clone()]),
        changed(client.clone(), renamed(), vec![]),
        set(nasty),
        done(Facts::Staff(staff::Facts::RoleGranted {
            staff: person,
            role: Role::Support,
            before: None,
            linked: None,
        })),
    ];
    for outcome in outcomes {
        let view = drawn("addcredit mms acme 500", outcome);
        let mut texts = vec![view.headline.clone()];
        texts.extend(view.lines.clone());
        texts.extend(view.table.iter().flat_map(|table| table.rows.iter().flatten().cloned()));
        texts.extend(view.footer.clone());
        for span in texts.iter().flat_map(Text::spans) {
            if let Span::Fixed(words) | Span::Code(words) = span {
                assert!(!words.contains("evil"), "{words}");
            }
        }
        for suggestion in &view.suggestions {
            assert!(!suggestion.line.contains("https"), "{}", suggestion.line);
        }
        // And on the platform itself nothing pings, links or breaks out.
        let message = crate::slack::message::Message::of_view(&view).body().to_string();
        assert!(!message.contains("<!channel>") && !message.contains("https://evil"), "{message}");
    }
}

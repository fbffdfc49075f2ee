use std::collections::VecDeque;
use std::sync::Mutex;

use serde_json::json;
use shared::clients::types::BalanceOf;
use shared::contract::Facts;
use shared::contract::call::Failed;
use shared::contract::plan::{PlanCard, Waiting};
use shared::contract::receipt::{self, Receipt};
use shared::contract::refusal::Refusal;
use shared::credits::types::{self as credits, Changed};
use shared::kernel::actor::{Actor, Role};
use shared::kernel::credit::{Kind, PerKind};
use shared::kernel::id::{ClientId, NamedStaff, StaffId};
use shared::kernel::mode::Mode;
use shared::kernel::money::Money;
use shared::kernel::movement::{DocumentRef, Line, Movement, Post, Reason, Undo};
use shared::kernel::spec::Function;
use shared::ledger::account::Status as ClientStatus;
use shared::plans::types as plans;
use shared::plans::types::{Answerable, PlanState, Question};

use super::*;
use crate::functions::Answering;

/// Functions that answer what the test says, in that order, and remember what they were asked.
pub(crate) struct Scripted {
    answers: Mutex<VecDeque<Result<Outcome, Unreachable>>>,
    asked: Mutex<Vec<(Function, Call)>>,
}

impl Scripted {
    pub(crate) fn new(
        answers: impl IntoIterator<Item = Result<Outcome, Unreachable>>,
    ) -> Arc<Self> {
        let answers = Mutex::new(answers.into_iter().collect());
        Arc::new(Self { answers, asked: Mutex::default() })
    }

    pub(crate) fn asked(&self) -> Vec<(Function, Call)> {
        self.asked.lock().unwrap().clone()
    }
}

impl Functions for Scripted {
    fn call<'a>(&'a self, function: Function, call: &'a Call) -> Answering<'a> {
        self.asked.lock().unwrap().push((function, call.clone()));
        let answer = self.answers.lock().unwrap().pop_front().expect("one call too many");
        let op = call.key.op();
        Box::pin(async move { answer.map(|outcome| Reply::of(op, outcome)) })
    }
}

pub(crate) fn acme() -> Named {
    Named { id: ClientId(1042), name: "ACME Ltd".to_owned(), login: "acme".to_owned() }
}

pub(crate) fn dana() -> NamedStaff {
    NamedStaff { id: StaffId(3), name: "Dana".to_owned() }
}

/// An add of 500 MMS credits to ACME, with its invoice.
pub(crate) fn movement() -> Movement {
    let line = Line { kind: Kind::Mms, granted: 500, used: 0, held: 0, balance: 620 };
    Movement {
        posts: vec![Post { client: acme(), entry: 7, reason: Reason::Add, lines: vec![line] }],
        document: Some(DocumentRef {
            reference: None,
            number: "INV-1042-0007".parse().unwrap(),
            gross: pounds(2_500),
            due: jiff::civil::date(2026, 12, 7),
            settled: false,
            void: false,
            credit_note: None,
        }),
        undo: Undo::WithDocument,
    }
}

pub(crate) fn facts(change: Changed) -> Facts {
    let reason = Some("monthly top-up".to_owned());
    Facts::Credits(credits::Facts { reason, ..credits::Facts::of(change) })
}

/// What Dana did under the key `k`.
pub(crate) fn receipt(movement: Option<Movement>, facts: Facts) -> Receipt {
    let NamedStaff { id, name } = dana();
    Receipt {
        op: CallKey::new("local", "k").op(),
        fingerprint: "f".repeat(26),
        by: Actor::Staff { id, name, role: Role::Support },
        approved_by: None,
        at: "2026-11-23T10:00:00Z".parse().unwrap(),
        spent: None,
        before: None,
        outcome: receipt::Outcome::Done { movement, facts },
    }
}

pub(crate) fn added() -> Receipt {
    receipt(Some(movement()), facts(Changed::Added(Mode::Open)))
}

pub(crate) fn pounds(minor: u64) -> Money {
    serde_json::from_value(json!({ "minor": minor, "currency": "GBP" })).unwrap()
}

pub(crate) fn plan(state: PlanState, questions: Vec<Question>) -> PlanCard {
    PlanCard {
        version: 3,
        op: CallKey::new("local", "plan").op(),
        movement: Some(movement()),
        facts: facts(Changed::Added(Mode::Open)),
        questions,
        state,
        by: dana(),
        at: "2026-11-23T10:00:00Z".parse().unwrap(),
        expires: "2026-11-23T10:10:00Z".parse().unwrap(),
        reason: None,
        letters: Vec::new(),
    }
}

/// A list of one waiting plan that the reader may approve.
pub(crate) fn pending(plan: PlanCard) -> Answer {
    let may = vec![Answerable::ToApprove, Answerable::ToDeny];
    let row = Waiting { plan, may, waits_for: Vec::new(), equals: Vec::new() };
    Answer::Pending { only: None, total: 1, skipped: 0, page: vec![row] }
}

pub(crate) fn said(view: View) -> ChatReply {
    ChatReply::of(view)
}

fn from() -> Identity {
    "local:dana".parse().unwrap()
}

async fn say(functions: &Arc<Scripted>, line: &str) -> ChatReply {
    Chat::new(functions.clone()).line(&from(), CallKey::new("local", "k1"), line).await
}

#[tokio::test]
async fn a_line_is_asked_of_its_function_once() {
    let functions = Scripted::new([Ok(Outcome::Done(added()))]);
    let said = say(&functions, "/addcredit mms acme 500 monthly top-up --dry_run").await;
    let asked = functions.asked();
    let [(Function::Credits, call)] = asked.as_slice() else { panic!("{asked:?}") };
    assert!(call.dry_run);
    assert_eq!((&call.by, &call.key), (&Caller::Chat(from()), &CallKey::new("local", "k1")));
    assert_eq!((said.status, said.code.as_str()), (ReplyStatus::Ok, "credit"));
    assert_eq!(said.op, Some(call.key.op()));
    assert_eq!(said.data["balance_after"], 620);
}

#[tokio::test]
async fn a_plan_of_another_function_is_asked_there_once() {
    let elsewhere = || Ok(Outcome::Elsewhere(Function::Clients));
    let functions = Scripted::new([
        elsewhere(),
        Ok(Outcome::Answer(pending(plan(PlanState::AwaitsApproval, vec![])))),
    ]);
    let said = say(&functions, "confirm op_0123456789abcdef").await;
    let to: Vec<Function> = functions.asked().into_iter().map(|(function, _)| function).collect();
    assert_eq!((to, said.status), (vec![Function::Credits, Function::Clients], ReplyStatus::Ok));

    let functions = Scripted::new([elsewhere(), Ok(Outcome::Elsewhere(Function::Credits))]);
    let said = say(&functions, "confirm op_0123456789abcdef").await;
    assert_eq!((said.status, said.code.as_str()), (ReplyStatus::Failed, "unreachable"));
}

#[tokio::test]
async fn an_answer_that_did_not_come_is_never_called_nothing() {
    let unanswered = || Err(Unreachable::Unanswered("timed out".to_owned()));
    let not_asked = || Err(Unreachable::NotAsked("refused".to_owned()));
    let write = "addcredit mms acme 500";
    for (answer, line, code, nothing) in [
        (unanswered(), write, "unknown_outcome", false),
        (not_asked(), write, "unreachable", true),
        (unanswered(), "balance acme", "unreachable", false),
        (not_asked(), "balance acme", "unreachable", false),
        (unanswered(), "addcredit mms acme 500 --dry_run", "unreachable", false),
    ] {
        let said = say(&Scripted::new([answer]), line).await;
        assert_eq!((said.status, said.code.as_str()), (ReplyStatus::Failed, code), "{line}");
        let text = said.view.plain();
        assert_eq!(text.contains("Nothing was changed"), nothing, "{line}: {text}");
        let op = CallKey::new("local", "k1").op().to_string();
        assert!(text.contains(&op), "{text}");
        assert!(!said.view.public);
    }
    let unknown = say(&Scripted::new([unanswered()]), write).await.view.plain();
    assert!(unknown.contains("I don’t know yet whether it was done"));
    assert!(unknown.contains("Please do not repeat it"));

    for (nothing_changed, code) in [(true, "failed"), (false, "unknown_outcome")] {
        let failed = Failed { reference: "r-1".to_owned(), nothing_changed };
        let said = say(&Scripted::new([Ok(Outcome::Failed(failed))]), write).await;
        assert_eq!(said.code, code);
        assert_eq!(said.view.plain().contains("Nothing was changed"), nothing_changed);
    }
}

#[tokio::test]
async fn what_cannot_be_read_asks_nobody() {
    for line in
        ["addcredit mms acme", "nonsense", "help top up", "addcredit help", "addcredit mms \"x"]
    {
        let functions = Scripted::new([]);
        let said = say(&functions, line).await;
        assert!(functions.asked().is_empty(), "{line}");
        assert!(matches!(said.status, ReplyStatus::Usage | ReplyStatus::Ok), "{line}");
    }
}

#[tokio::test]
async fn several_numbers_are_decided_by_the_clients_that_exist() {
    let found = |names: &[(u64, &str, &str)]| {
        let clients = names
            .iter()
            .map(|(id, name, login)| Named {
                id: ClientId(*id),
                name: (*name).to_owned(),
                login: (*login).to_owned(),
            })
            .collect();
        Ok(Outcome::Answer(Answer::Clients(clients::Answer::Suggestions { clients })))
    };
    let done = || Ok(Outcome::Done(added()));
    // There is a Studio 54: that many words are its name.
    let studio_54 = || found(&[(12, "Studio 54", "studio54")]);
    let functions = Scripted::new([studio_54(), studio_54(), done()]);
    say(&functions, "addcredit mms studio 54 500").await;
    let (_, call) = functions.asked().pop().unwrap();
    let Ask::Credits(credits::Ask::AddCredit { client, count, .. }) = call.ask else { panic!() };
    assert_eq!((client.text(), count.get()), ("studio 54", 500));
    // There is a Studio too: it is asked.
    let both = || found(&[(12, "Studio 54", "studio54"), (14, "Studio", "studio")]);
    let functions = Scripted::new([both(), both()]);
    let said = say(&functions, "addcredit mms studio 54 500").await;
    assert_eq!((said.status, said.code.as_str()), (ReplyStatus::Usage, "unclear_amount"));
    // There is no Studio 54: it is asked.
    let studio = || found(&[(14, "Studio", "studio")]);
    let functions = Scripted::new([studio(), studio()]);
    let said = say(&functions, "addcredit mms studio 54 500").await;
    assert_eq!((said.status, said.code.as_str()), (ReplyStatus::Usage, "unclear_amount"));
    assert!(said.view.plain().contains("/addcredit mms studio 54500"));
    assert!(said.view.plain().contains("Nothing was changed."));
    // Only one of two readings names a client.
    let functions = Scripted::new([found(&[(10, "ACME Ltd", "acme")]), found(&[]), done()]);
    let said = say(&functions, "addcredit mms acme 500 ticket 4711").await;
    assert_eq!(said.status, ReplyStatus::Ok);
    let (_, call) = functions.asked().pop().unwrap();
    let Ask::Credits(credits::Ask::AddCredit { client, count, reason, .. }) = call.ask else {
        panic!()
    };
    assert_eq!((client.text(), count.get(), reason.as_deref()), ("acme", 500, Some("ticket 4711")));
    // Both do.
    let functions =
        Scripted::new([found(&[(10, "ACME", "acme")]), found(&[(11, "acme 500 ticket", "x")])]);
    assert_eq!(
        say(&functions, "addcredit mms acme 500 ticket 4711").await.status,
        ReplyStatus::Usage
    );
}

#[tokio::test]
async fn a_plan_says_who_is_asked_and_whether_it_may_be_a_duplicate() {
    let again =
        Question::SameGross { invoice: "INV-1042-0006".parse().unwrap(), gross: pounds(2_500) };
    for (state, why, asks_author, duplicate) in [
        (PlanState::AwaitsConfirm, Question::Deduct, true, false),
        (PlanState::AwaitsConfirm, again, true, true),
        (PlanState::AwaitsApproval, Question::Deduct, false, false),
    ] {
        let view = plan(state, vec![why]);
        let said = say(&Scripted::new([Ok(Outcome::Planned(view.clone()))]), "undo").await;
        assert_eq!((said.status, said.op.as_ref()), (ReplyStatus::Planned, Some(&view.op)));
        let asked = said.asks_author().map(|version| version == view.version);
        assert_eq!((asked, said.asks_a_person), (asks_author.then_some(true), duplicate));
    }
}

#[tokio::test]
async fn a_confirmation_names_its_plan() {
    let functions = Scripted::new([Ok(Outcome::Refused(Refusal::NoCurrency))]);
    let op: OpId = "op_0123456789abcdef".parse().unwrap();
    let chat = Chat::new(functions.clone());
    let said = chat.confirm(&from(), CallKey::new("local", "k2"), op.clone(), 3).await;
    assert_eq!((said.status, said.code.as_str()), (ReplyStatus::Refused, "no_currency"));
    let (_, call) = functions.asked().pop().unwrap();
    let asked = plans::Ask::Confirm { op, about: None, seen: Some(3) };
    assert_eq!(call.ask, Ask::Plans(asked));
}

#[tokio::test]
async fn a_statement_comes_as_a_file_when_one_is_asked_for() {
    let statement = || {
        Ok(Outcome::Answer(Answer::Credits(credits::Answer::Statement {
            staff: Vec::new(),
            documents: Vec::new(),
            client: acme(),
            entries: Vec::new(),
            opening: PerKind::default(),
            closing: PerKind::default(),
            since: jiff::civil::date(2026, 11, 1),
            until: jiff::civil::date(2026, 11, 30),
            cut: false,
        })))
    };
    let said = say(&Scripted::new([statement()]), "statement acme csv").await;
    let file = said.attachment.unwrap();
    assert_eq!(file.name, "statement-acme-2026-11-01-2026-11-30.csv");
    assert!(file.bytes.starts_with(b"\xef\xbb\xbfentry,at,op,"));
    assert!(say(&Scripted::new([statement()]), "statement acme").await.attachment.is_none());
}

#[tokio::test]
async fn balances_have_the_figures_that_scripts_read() {
    let figures = BalanceOf { spendable: 620, used: 1_380, held: 20, owed: 0 };
    let answer = Answer::Credits(credits::Answer::Balance {
        client: acme(),
        status: ClientStatus::Active,
        balances: PerKind::only(Kind::Mms, figures),
        mms_off: None,
        unpaid: None,
    });
    let said = say(&Scripted::new([Ok(Outcome::Answer(answer))]), "balance acme").await;
    assert_eq!(said.data["client"], "c_1042");
    assert_eq!(said.data["mms"], json!({"spendable": 620, "used": 1380, "held": 20, "owed": 0}));
    assert_eq!(said.data["sms"]["spendable"], 0);
    let text = said.view.plain();
    assert!(text.contains("MMS 620 · used 1,380 · held 20"), "{text}");
}

#[tokio::test]
async fn completion_stays_silent_when_nobody_answers() {
    let chat = Chat::new(Scripted::new([Err(Unreachable::Unanswered(String::new()))]));
    assert!(chat.suggest(&from(), "ac").await.is_empty());
}

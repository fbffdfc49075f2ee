//! (b) Every kind of operation, killed at every store call, before and after it was carried out,
//! then delivered again: it is done once, and answered as if nothing had happened.

use std::collections::BTreeSet;

use functions::desk::Desk;
use functions::store::commit::Budget;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::books::types::Ask as BooksAsk;
use shared::clients::billing::types::BillingField;
use shared::clients::contacts::types::Topic;
use shared::clients::types::{Ask as ClientsAsk, Class, Particular};
use shared::contract::call::Outcome;
use shared::contract::change::{Expect, Write};
use shared::contract::image::Counter;
use shared::contract::{Answer, Ask, Key, Record, specs};
use shared::credits::types::{Ask as CreditsAsk, CorrectTo, Deducted, Spent};
use shared::desk::types::Ask as DeskAsk;
use shared::invoices::types::{Ask as InvoicesAsk, Rest};
use shared::kernel::actor::Role;
use shared::kernel::credit::{Count, Kind};
use shared::kernel::id::{CallKey, ClientId, OpId};
use shared::kernel::job::{Effect, Job, What};
use shared::kernel::mail::MailEvent;
use shared::kernel::mode::Mode;
use shared::kernel::money::Money;
use shared::kernel::typed::TypedDay;
use shared::ledger::account::Account;
use shared::payments::inbox::types::ImportLine;
use shared::payments::statement::types::{Flow, StatementLine};
use shared::payments::types::{Ask as PaymentsAsk, NewLine, Report, Sums};
use shared::permissions::types::{Ask as PermissionsAsk, MmsTurn};
use shared::plans::types::Ask as PlansAsk;
use shared::pricing::types::{Ask as PricingAsk, TypedStep};
use shared::settings::types::{Ask as SettingsAsk, Setting, TypedAccount};
use shared::staff::types::Ask as StaffAsk;

use super::stage::{OWNERS, Stage, add, call, call_of, deduct, instance, plain, runtime, send};
use super::wire::Fault;

/// The key of the add that is there to be taken back.
const ADDED: &str = "added";

/// Every operation that writes, as an ask that can be done on the stage.
pub fn asks() -> Vec<Ask> {
    let (payment, amount) = ("pi_3".to_owned(), "4.00".to_owned());
    let refund = vec![PaymentsAsk::PaymentRefund { payment, amount }.into()];
    [
        asks_of_staff(),
        asks_about_letters(),
        asks_about_arrears(),
        asks_about_payments(),
        refund,
        asks_of_others(),
    ]
    .concat()
}

/// The writes of clients, providers and the schedule.
fn asks_of_others() -> Vec<Ask> {
    vec![
        CreditsAsk::Transfer {
            kind: Kind::Sms,
            client: "echo".to_owned(),
            count: Count::try_new(5).unwrap(),
            back: false,
        }
        .into(),
        PaymentsAsk::PaymentBook(Report {
            payment: "pi_1".to_owned(),
            invoice: "INV-2-0001".parse().ok(),
            currency: "GBP".parse().unwrap(),
            sums: Sums { received_minor: 1_000, ..Sums::default() },
        })
        .into(),
        PaymentsAsk::PaymentSettle { payment: "pi_2".to_owned() }.into(),
        PaymentsAsk::EventNote { event: "evt_1".to_owned(), kind: "x".to_owned() }.into(),
        BooksAsk::Freeze { client: ClientId(2), frozen: true, reason: "unproved".to_owned() }
            .into(),
        PlansAsk::Expire { op: planned() }.into(),
    ]
}

fn bank_account() -> TypedAccount {
    TypedAccount {
        holder: "Brightline Messaging Ltd".to_owned(),
        iban: "GB33BUKB20201555555555".to_owned(),
        bic: String::new(),
        details: String::new(),
    }
}

/// The writes about letters and the bank details on documents.
fn asks_about_letters() -> Vec<Ask> {
    vec![
        InvoicesAsk::InvoiceResend { number: "INV-2-0001".parse().unwrap() }.into(),
        ClientsAsk::BrandSet {
            client: "delta".to_owned(),
            sender: Some("Northern SMS".to_owned()),
            reply_to: None,
            closing: None,
        }
        .into(),
        SettingsAsk::BankSet { account: bank_account() }.into(),
        SettingsAsk::BankConfirm {}.into(),
        SettingsAsk::BankCancel {}.into(),
    ]
}

/// The writes of staff about who gets mail, and about money that a client owes.
fn asks_about_arrears() -> Vec<Ask> {
    vec![
        ClientsAsk::ClientContact {
            client: "carol".to_owned(),
            email: "accounts@carol.example".to_owned(),
            topic: Some(Topic::Invoices),
            add: true,
        }
        .into(),
        BooksAsk::OpenAdds { client: "carol".to_owned(), stopped: true, invoice: None }.into(),
        BooksAsk::AccountStatement { client: "carol".to_owned(), days: None }.into(),
    ]
}

/// The writes of the payments inbox.
fn asks_about_payments() -> Vec<Ask> {
    vec![
        PaymentsAsk::PaymentRecord(NewLine {
            amount: "12.00".to_owned(),
            on: TypedDay::Today,
            text: "ALPHA LTD".to_owned(),
            reference: None,
            client: Some("alpha".to_owned()),
            again: false,
        })
        .into(),
        PaymentsAsk::PaymentImport { lines: vec![imported("bl_1"), imported("bl_2")] }.into(),
        PaymentsAsk::PaymentMatch {
            payment: "pi_3".to_owned(),
            invoices: vec!["INV-2-0001".parse().unwrap()],
            client: None,
        }
        .into(),
        PaymentsAsk::PaymentIgnore { payment: "pi_5".to_owned() }.into(),
        PaymentsAsk::PaymentUnmatch { payment: "pi_4".to_owned(), invoice: None }.into(),
    ]
}

#[expect(clippy::too_many_lines, reason = "an ask of each operation")]
fn asks_of_staff() -> Vec<Ask> {
    vec![
        PlansAsk::Confirm { op: planned(), about: None, seen: None }.into(),
        PlansAsk::Approve { op: planned(), about: None, seen: None, alone: false }.into(),
        PlansAsk::Deny { op: planned(), reason: Some("wrong client".to_owned()) }.into(),
        add(Kind::Sms, "alpha", 300, Mode::Open, None),
        add(Kind::Mms, "alpha", 310, Mode::Paid, Some("BACS 77".to_owned())),
        add(Kind::Mms, "echo", 320, Mode::Open, None),
        add(Kind::Mms, "alpha", 330, Mode::Grant, None),
        deduct(Kind::Sms, "bravo", 40),
        deduct(Kind::Sms, "bravo", 30_000),
        CreditsAsk::Undo { op: None, deducted: None, tell: None }.into(),
        CreditsAsk::Correct {
            op: CallKey::new("sim", ADDED).op(),
            to: CorrectTo::Move { client: "alpha".into() },
            spent: None,
            reason: None,
            deducted: None,
            tell: None,
        }
        .into(),
        short(Spent::Owe),
        short(Spent::WriteOff),
        CreditsAsk::InvoiceVoid {
            number: "INV-2-0001".parse().unwrap(),
            reason: "wrong".to_owned(),
            deducted: None,
            tell: None,
        }
        .into(),
        InvoicesAsk::InvoiceCreate {
            client: "alpha".into(),
            items: "SIM cards 10 2.50".to_owned(),
            tax: None,
            due: None,
        }
        .into(),
        InvoicesAsk::InvoicePaid {
            number: "INV-2-0001".parse().unwrap(),
            reference: "BACS 78".to_owned(),
        }
        .into(),
        InvoicesAsk::InvoiceClose { number: "INV-2-0001".parse().unwrap(), rest: Rest::BankFee }
            .into(),
        InvoicesAsk::InvoiceCredit {
            number: "INV-2-0003".parse().unwrap(),
            amount: "5.00".to_owned(),
            reason: "one was broken".to_owned(),
        }
        .into(),
        ClientsAsk::ClientNew {
            name: "Foxtrot Ltd".to_owned(),
            login: None,
            email: "fox@example.com".to_owned(),
            mobile: Some("+44 7400 123456".to_owned()),
            town: Some("Leeds".to_owned()),
            class: Class::User,
            parent: None,
        }
        .into(),
        ClientsAsk::ClientSuspend { client: "carol".into(), reason: "unpaid".to_owned() }.into(),
        ClientsAsk::ClientSet {
            client: "carol".into(),
            set: Particular::Name("Caroline Ltd".to_owned()),
        }
        .into(),
        ClientsAsk::ClientBilling {
            client: "carol".into(),
            set: BillingField::Due("30".to_owned()),
        }
        .into(),
        ClientsAsk::ClientOverdraft { client: "carol".to_owned(), kind: Kind::Sms, credits: 500 }
            .into(),
        PermissionsAsk::MmsAllow { client: "c_1".to_owned(), on: false }.into(),
        PermissionsAsk::MmsSwitch {
            turn: MmsTurn::One { client: "carol".to_owned(), on: Some(false) },
        }
        .into(),
        PricingAsk::PriceSet {
            kind: Kind::Sms,
            client: Some("carol".to_owned()),
            steps: vec![TypedStep { quantity: 1, price: "40.00".to_owned() }],
            from: None,
        }
        .into(),
        SettingsAsk::SettingsSet { set: Setting::Due(30) }.into(),
        StaffAsk::RoleGrant {
            who: "slack:T1:U7".to_owned(),
            role: Role::Support,
            name: Some("Uma".to_owned()),
            same_as: None,
        }
        .into(),
        StaffAsk::Cover { who: "local:dana".to_owned(), role: Some(Role::Billing), until: None }
            .into(),
        StaffAsk::StaffLeave {
            who: "local:dana".to_owned(),
            hand_to: Some("local:bill".to_owned()),
        }
        .into(),
        StaffAsk::StaffReturn { who: "local:dana".to_owned() }.into(),
        StaffAsk::StaffName { who: "local:dana".to_owned(), name: "Dana Smith".to_owned() }.into(),
        StaffAsk::ProfileName { name: "Olga Owen".to_owned() }.into(),
        ClientsAsk::ClientActivate { client: "carol".to_owned() }.into(),
        DeskAsk::JobReplay { op: failed() }.into(),
    ]
}

/// A correction of the add whose credits are spent.
fn short(spent: Spent) -> Ask {
    CreditsAsk::Correct {
        op: CallKey::new("sim", ADDED).op(),
        to: CorrectTo::All,
        spent: Some(spent),
        reason: None,
        deducted: Some(Deducted::Else),
        tell: None,
    }
    .into()
}

/// A line of a bank's file.
fn imported(key: &str) -> ImportLine {
    let amount = Money { minor: 2_500, currency: "GBP".parse().unwrap() };
    let on = "2026-03-01".parse().unwrap();
    ImportLine { key: key.to_owned(), line: StatementLine::plain("", on, Flow::In, amount) }
}

/// The operation that waits before an ask about a plan.
fn planned() -> OpId {
    CallKey::new("sim", "planned").op()
}

/// The operation whose job has failed for good.
fn failed() -> OpId {
    CallKey::new("sim", "failed").op()
}

/// The number that the stage's counters are at: no other number of the stage is near it.
const LAST_NUMBER: u64 = 70_000;

/// Makes what an ask is about.
#[expect(clippy::too_many_lines, reason = "what each ask is about")]
async fn prepare(stage: &mut Stage, desk: &Desk, ask: &Ask) {
    for counter in [Counter::Clients, Counter::Staff] {
        let item = serde_json::json!({
            "TableName": "desk",
            "Item": {
                "pk": { "S": "COUNTER" },
                "sk": { "S": counter.name() },
                "n": { "N": LAST_NUMBER.to_string() },
            },
        });
        stage.wire.db().put_item(serde_json::from_value(item).unwrap()).unwrap();
    }
    // Something to undo, or to correct.
    let added = call(ADDED, OWNERS[0], add(Kind::Sms, "carol", 55, Mode::Open, None));
    assert!(matches!(send(desk, &added).await.outcome, Outcome::Done(_)));
    stage.told.push(added.key.op());
    match ask {
        Ask::Credits(CreditsAsk::Correct { spent: Some(_), .. }) => {
            stage.done(desk, deduct(Kind::Sms, "carol", 4_040)).await;
        }
        Ask::Clients(ClientsAsk::ClientActivate { client }) => {
            let reason = "unpaid".to_owned();
            let suspend = ClientsAsk::ClientSuspend { client: client.clone().into(), reason };
            stage.done(desk, suspend).await;
        }
        Ask::Staff(StaffAsk::StaffReturn { who }) => {
            let leave = StaffAsk::StaffLeave { who: who.clone(), hand_to: None };
            stage.done(desk, leave).await;
        }
        Ask::Staff(StaffAsk::ProfileName { .. }) => {
            // The name of an owner whom nobody has named yet.
            let (who, name) = (OWNERS[0].to_owned(), "Staff member 1".to_owned());
            stage.done(desk, StaffAsk::StaffName { who, name }).await;
        }
        Ask::Plans(PlansAsk::Approve { .. }) => {
            let above_limit = add(Kind::Sms, "alpha", 3_900, Mode::Open, None);
            let reply = send(desk, &call("planned", "local:dana", above_limit)).await;
            assert!(matches!(reply.outcome, Outcome::Planned(_)), "{reply:?}");
        }
        Ask::Plans(ask) => {
            let reply =
                send(desk, &call("planned", OWNERS[0], deduct(Kind::Sms, "bravo", 41))).await;
            assert!(matches!(reply.outcome, Outcome::Planned(_)), "{reply:?}");
            if matches!(ask, PlansAsk::Expire { .. }) {
                stage.clock.advance(SignedDuration::from_mins(11));
            }
        }
        Ask::Settings(SettingsAsk::BankConfirm {} | SettingsAsk::BankCancel {}) => {
            stage.done(desk, SettingsAsk::BankSet { account: bank_account() }).await;
            // The other owner's change, which the first owner confirms a day later.
            let account = TypedAccount { holder: "Other".to_owned(), ..bank_account() };
            let change = SettingsAsk::BankSet { account };
            let planned = call("bank", OWNERS[1], change);
            send(desk, &planned).await;
            let yes = PlansAsk::Confirm { op: planned.key.op(), about: None, seen: None };
            let reply = send(desk, &call("bank yes", OWNERS[1], yes)).await;
            assert!(matches!(reply.outcome, Outcome::Done(_)), "{reply:?}");
            stage.clock.advance(SignedDuration::from_hours(25));
        }
        Ask::Invoices(InvoicesAsk::InvoiceClose { number, .. }) => {
            let report = PaymentsAsk::PaymentBook(Report {
                payment: "pi_3".to_owned(),
                invoice: Some(*number),
                currency: "GBP".parse().unwrap(),
                sums: Sums { received_minor: 19_000, ..Sums::default() },
            });
            let reply = send(desk, &call_of("short", &report.into())).await;
            assert!(matches!(reply.outcome, Outcome::Done(_)), "{reply:?}");
        }
        Ask::Invoices(InvoicesAsk::InvoiceCredit { .. }) => {
            let items = "SIM cards 10 2.50".to_owned();
            let client = "alpha".into();
            let made = InvoicesAsk::InvoiceCreate { client, items, tax: None, due: None };
            stage.done(desk, made).await;
        }
        Ask::Payments(ask) => prepare_payment(stage, desk, ask).await,
        Ask::Desk(DeskAsk::JobReplay { op }) => {
            let mail = What::Mail { client: ClientId(2), event: MailEvent::Activated };
            let effects = vec![Effect::new(mail, stage.clock.now())];
            let job = Job { failed: Some("no route".to_owned()), ..Job::new(op.clone(), effects) };
            let writes = [Write::Put(Record::FailedJob(job), Expect::Absent)];
            desk.store.commit_within(&writes, Budget::default()).await.unwrap();
        }
        _ => {}
    }
}

/// Makes the payment that an ask is about.
async fn prepare_payment(stage: &mut Stage, desk: &Desk, ask: &PaymentsAsk) {
    match ask {
        PaymentsAsk::PaymentSettle { payment } => {
            // The invoice that the payment names is made after the money came.
            let key = Key::Account(ClientId(2));
            let image = desk.store.image(std::slice::from_ref(&key)).await.unwrap();
            let next = image.peek::<Account>(&key).unwrap().next_invoice;
            let report = PaymentsAsk::PaymentBook(Report {
                payment: payment.clone(),
                invoice: format!("INV-2-{next:04}").parse().ok(),
                currency: "GBP".parse().unwrap(),
                sums: Sums { received_minor: 1_000, ..Sums::default() },
            });
            let reply = send(desk, &call_of("waits", &report.into())).await;
            assert!(matches!(reply.outcome, Outcome::Done(_)), "{reply:?}");
            stage.done(desk, add(Kind::Sms, "alpha", 301, Mode::Open, None)).await;
        }
        PaymentsAsk::PaymentRefund { payment, .. } => {
            let report = PaymentsAsk::PaymentBook(Report {
                payment: payment.clone(),
                invoice: None,
                currency: "GBP".parse().unwrap(),
                sums: Sums { received_minor: 1_000, ..Sums::default() },
            });
            let reply = send(desk, &call_of("came", &report.into())).await;
            assert!(matches!(reply.outcome, Outcome::Done(_)), "{reply:?}");
        }
        PaymentsAsk::PaymentMatch { payment, .. }
        | PaymentsAsk::PaymentUnmatch { payment, .. }
        | PaymentsAsk::PaymentIgnore { payment }
        | PaymentsAsk::PaymentView { payment } => {
            let is_freed = matches!(ask, PaymentsAsk::PaymentUnmatch { .. });
            let report = PaymentsAsk::PaymentBook(Report {
                payment: payment.clone(),
                invoice: is_freed.then(|| "INV-2-0001".parse().unwrap()),
                currency: "GBP".parse().unwrap(),
                sums: Sums { received_minor: 1_000, ..Sums::default() },
            });
            let reply = send(desk, &call_of("booked", &report.into())).await;
            assert!(matches!(reply.outcome, Outcome::Done(_)), "{reply:?}");
        }
        _ => {}
    }
}

/// Every stored item, without what differs from run to run: times, the hashes over them, and new
/// numbers, because a number that was taken before a crash leaves a gap, which is allowed.
fn stored(stage: &Stage) -> BTreeSet<String> {
    stage.books().prove();
    let mut all = BTreeSet::new();
    for table in ["ledger", "desk"] {
        let request = serde_json::from_value(serde_json::json!({ "TableName": table })).unwrap();
        let answer = serde_json::to_value(stage.wire.db().scan(request).unwrap()).unwrap();
        let items = answer["Items"].as_array().unwrap();
        let items = items.iter().map(|item| plain(&serde_json::json!({ "M": item })));
        let kept = items.filter(|item| item["pk"] != "COUNTER" && !is_audit(item));
        for item in kept {
            assert!(all.insert(steady(&item).to_string()), "two items look the same: {item}");
        }
    }
    all
}

/// A line of the audit trail is put before a refusal or a dry run is answered, once for each delivery.
fn is_audit(item: &Value) -> bool {
    item["pk"].as_str().unwrap().starts_with("AUDIT")
}

/// Hashes of records with times in them.
const UNSTEADY: [&str; 9] =
    ["z", "rc", "st", "w", "receipt", "records", "previous", "hash", "last_event"];

fn steady(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let parts: Vec<String> = text.split('#').map(steady_part).collect();
            Value::String(parts.join("#"))
        }
        Value::Number(number) => match number.as_u64() {
            Some(time) if time > 20_000_000 => "<time>".into(),
            Some(new) if is_new(new) => "<new>".into(),
            _ => value.clone(),
        },
        Value::Array(values) => values.iter().map(steady).collect(),
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(name, _)| !UNSTEADY.contains(&name.as_str()))
                .map(|(name, value)| (name.clone(), steady(value)))
                .collect(),
        ),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

fn steady_part(part: &str) -> String {
    let is_hash = part.len() == 52 && part.chars().all(|c| c.is_ascii_alphanumeric());
    if is_hash {
        return "<hash>".to_owned();
    }
    if part.parse::<Timestamp>().is_ok() {
        return "<time>".to_owned();
    }
    let new = (LAST_NUMBER..).take_while(|number| is_new(*number));
    new.fold(part.to_owned(), |part, number| part.replace(&number.to_string(), "<new>"))
}

fn is_new(number: u64) -> bool {
    (LAST_NUMBER..LAST_NUMBER + 10).contains(&number)
}

/// How an ask ended, and what was stored then.
#[derive(Debug, PartialEq, Eq)]
struct Ending {
    word: String,
    items: BTreeSet<String>,
}

/// A stage on which an ask can be done.
pub async fn stage_for(ask: &Ask) -> Stage {
    let mut stage = Stage::set(7).await;
    let desk = instance(&stage.wire.line(), &stage.clock);
    prepare(&mut stage, &desk, ask).await;
    stage
}

/// Runs an ask, and its confirmation where it waits, killing the n-th store call of either.
/// Returns how many store calls there were, and how it ended.
async fn perform(ask: &Ask, crash: Option<(u64, Fault)>) -> (u64, Ending) {
    let stage = stage_for(ask).await;
    let line = stage.wire.line();
    if let Some((at, fault)) = crash {
        line.crash_at(at, fault);
    }
    let mut outcome = again(&stage, &line, &call_of("first", ask)).await;
    if let Outcome::Planned(plan) = &outcome {
        let confirm = PlansAsk::Confirm { op: plan.op.clone(), about: None, seen: None };
        outcome = again(&stage, &line, &call("yes", OWNERS[0], confirm)).await;
    }
    // What needs a second person, and has been put up.
    if let Outcome::Planned(plan) = &outcome {
        let approve =
            PlansAsk::Approve { op: plan.op.clone(), about: None, seen: None, alone: false };
        outcome = again(&stage, &line, &call("approved", OWNERS[1], approve)).await;
    }
    let word = match outcome {
        Outcome::Done(_)
        | Outcome::Answer(
            Answer::PlanEnded { .. }
            | Answer::Frozen { .. }
            | Answer::Payments(_)
            | Answer::Reconciled(_),
        ) => "done".to_owned(),
        Outcome::Refused(_) if !has_memory(ask) && crash.is_some() => "done".to_owned(),
        Outcome::Refused(refusal) => refusal.code().to_owned(),
        other => panic!("{ask:?} {crash:?}: {other:?}"),
    };
    (line.sent(), Ending { word, items: stored(&stage) })
}

/// Whether a second delivery gets the first reply. The schedule's own writes keep no receipt: where
/// the first delivery was carried out, the second is refused, and the stored items show the write.
fn has_memory(ask: &Ask) -> bool {
    !matches!(ask, Ask::Books(_) | Ask::Plans(PlansAsk::Expire { .. }))
}

/// Delivers until it is answered: on the line that dies, then on others.
async fn again(
    stage: &Stage,
    line: &super::wire::Line,
    call: &shared::contract::call::Call,
) -> Outcome {
    let desk = instance(line, &stage.clock);
    let answered = tokio::select! {
        biased;
        () = line.crashed() => None,
        reply = send(&desk, call) => Some(reply),
    };
    match answered {
        Some(reply) => reply.outcome,
        None => {
            let desk = instance(&stage.wire.line(), &stage.clock);
            let once = send(&desk, call).await.outcome;
            // A third delivery changes nothing any more.
            let twice = send(&desk, call).await.outcome;
            assert!(once == twice || !has_memory(&call.ask), "{call:?}: {once:?}, then {twice:?}");
            once
        }
    }
}

/// How many tests share the operations.
const PARTS: usize = 3;

/// Kills each operation of one part at each of its store calls.
#[expect(clippy::print_stdout, reason = "the figures of a run with `--nocapture`")]
fn killed_at_every_call(part: usize) {
    let runtime = runtime();
    let mut pairs = 0;
    let mut rows = Vec::new();
    for ask in asks().into_iter().skip(part).step_by(PARTS) {
        let (calls, clean) = runtime.block_on(perform(&ask, None));
        let expected =
            if ask == deduct(Kind::Sms, "bravo", 30_000) { "not_enough" } else { "done" };
        assert_eq!(clean.word, expected, "{ask:?}");
        for at in 0..calls {
            for fault in [Fault::CrashBefore, Fault::CrashAfter] {
                let (_, ended) = runtime.block_on(perform(&ask, Some((at, fault))));
                let differing: Vec<&String> =
                    ended.items.symmetric_difference(&clean.items).collect();
                let same = ended.word == clean.word && differing.is_empty();
                assert!(same, "{ask:?} killed at {at} {fault:?}: {} {differing:#?}", ended.word);
                pairs += 1;
            }
        }
        rows.push(format!("{} {calls}", ask.spec().name));
    }
    println!("crash points: {pairs} (operation, store call, before or after); {}", rows.join(", "));
}

#[test]
fn every_operation_killed_at_every_store_call_is_done_once_first_third() {
    killed_at_every_call(0);
}

#[test]
fn every_operation_killed_at_every_store_call_is_done_once_second_third() {
    killed_at_every_call(1);
}

#[test]
fn every_operation_killed_at_every_store_call_is_done_once_last_third() {
    killed_at_every_call(2);
}

#[test]
fn every_write_is_among_the_killed_operations() {
    let covered: BTreeSet<&str> = asks().iter().map(|ask| ask.spec().name).collect();
    for spec in specs().filter(|spec| spec.is_write()) {
        assert!(covered.contains(spec.name), "{} is killed nowhere", spec.name);
    }
}

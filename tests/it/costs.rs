//! The cost of an operation and of its job: requests to the store, read units and write units, as the
//! embedded store bills them. They equal the promises of the ledger's rules and `tests/costs.toml`;
//! CONTRIBUTING's table comes from the same figures.
//!
//! The function is warm: it remembers the caller's identity from an earlier call. A single `PutItem` is
//! not counted: before a refusal's reply it puts an audit line, and in a job it is the local outbox,
//! which is SES in a deployed desk.

use std::fmt::Write;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use bot::button::Button;
use creditdesk::desk::Local;
use creditdesk::embedded::ENDPOINT;
use functions::effects::Ports;
use functions::effects::announcement::announcer::Announcer;
use functions::effects::mail::mailer::Mailer;
use functions::jobs::queue::Queue;
use functions::jobs::{self, Worker};
use functions::store::{Store, client_for};
use jiff::SignedDuration;
use shared::kernel::actor::Provider;
use shared::kernel::id::{CallKey, OpId};
use shared::kernel::job::{Job, SHARDS};
use tower::ServiceExt;

use crate::billing;
use crate::layout::{current, root, text_of};
use crate::meter::{Meter, Reading};
use crate::world::{World, config, identity, links};

/// Sends the event of its line.
const STRIPE: &str = "stripe";
const OWNER: &str = "owner";
const DANA: &str = "dana";
const BILL: &str = "bill";

/// One operation: the lines that lead up to it, the line itself (`{op}` is the operation of the line
/// before), and the promise: round trips, items at two write units each, and the runs of its job.
struct Case {
    name: &'static str,
    before: &'static [(&'static str, &'static str)],
    line: (&'static str, &'static str),
    round_trips: usize,
    items: &'static str,
    job: &'static [Run],
}

/// One run of a worker at a job: the first at once, the second when the mail is due.
struct Run {
    requests: usize,
    items: &'static str,
}

const NO_JOB: &[Run] = &[];
/// Read; audit line and deletion.
const AUDIT: &[Run] = &[Run { requests: 2, items: "AUDIT JOB" }];
/// Read; audit line, the job at the time of its first reminder, deletion.
const AUDIT_THEN_REMINDER: &[Run] = &[Run { requests: 2, items: "AUDIT JOB JOB" }];
/// Read; audit line, the job at its later due time, deletion. Ten minutes later: read; claim; read for
/// the text; deletion.
const AUDIT_THEN_MAIL: &[Run] =
    &[Run { requests: 2, items: "AUDIT JOB JOB" }, Run { requests: 4, items: "JOB JOB" }];

/// As [`AUDIT_THEN_MAIL`], and the job goes on until the first reminder of the invoice.
const AUDIT_THEN_MAIL_OF_OPEN: &[Run] =
    &[Run { requests: 2, items: "AUDIT JOB JOB" }, Run { requests: 4, items: "JOB JOB JOB" }];

/// As above; the document names the client below the payer, which is read after it.
const AUDIT_THEN_MAIL_BELOW: &[Run] =
    &[Run { requests: 2, items: "AUDIT JOB JOB" }, Run { requests: 5, items: "JOB JOB JOB" }];

/// Read; audit line and claim; read for the text; deletion.
const AUDIT_AND_MAIL: &[Run] = &[Run { requests: 4, items: "AUDIT JOB JOB" }];

/// As [`AUDIT_THEN_MAIL_OF_OPEN`], with the approver's audit line.
const APPROVAL_THEN_MAIL: &[Run] =
    &[Run { requests: 2, items: "AUDIT AUDIT JOB JOB" }, Run { requests: 4, items: "JOB JOB JOB" }];

/// How long mail about credits waits.
const MAIL_AFTER: SignedDuration = SignedDuration::from_mins(10);

const CASES: &[Case] = &[
    Case {
        name: "read a balance",
        before: &[],
        line: (OWNER, "/balance acme"),
        round_trips: 2,
        items: "",
        job: NO_JOB,
    },
    Case {
        // Also the staff, for the account manager.
        name: "view a client",
        before: &[],
        line: (OWNER, "/client view acme"),
        round_trips: 2,
        items: "",
        job: NO_JOB,
    },
    Case {
        // First the caller's identity.
        name: "find clients",
        before: &[],
        line: (OWNER, "/client find ac"),
        round_trips: 3,
        items: "",
        job: NO_JOB,
    },
    Case {
        name: "try an add (dry run)",
        before: &[],
        line: (OWNER, "/addcredit mms acme 500 --dry-run"),
        round_trips: 2,
        items: "",
        job: NO_JOB,
    },
    Case {
        name: "invoice anything owed",
        before: &[],
        line: (OWNER, "/invoice create acme SIM cards 10 2.50"),
        round_trips: 3,
        items: "OPERATION ACCOUNT INVOICE JOB SPEND",
        job: AUDIT_THEN_REMINDER,
    },
    Case {
        name: "add, open",
        before: &[],
        line: (OWNER, "/addcredit mms acme 500"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB SPEND",
        job: AUDIT_THEN_MAIL_OF_OPEN,
    },
    Case {
        name: "add, paid",
        before: &[],
        line: (OWNER, "/addcredit mms acme 500 paid:BACS-77"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE PAYMENT JOB SPEND",
        job: AUDIT_THEN_MAIL,
    },
    Case {
        name: "add from the reseller (a move)",
        before: &[(OWNER, "/addcredit sms quayside 100"), (OWNER, "/confirm {op}")],
        line: (OWNER, "/addcredit sms quayside 70"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ACCOUNT ENTRY ENTRY JOB SPEND",
        job: AUDIT,
    },
    Case {
        name: "add, billed to the reseller",
        before: &[(OWNER, "/addcredit sms quayside 100"), (OWNER, "/confirm {op}")],
        line: (OWNER, "/addcredit sms quayside 70 from:house"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ACCOUNT ENTRY INVOICE JOB SPEND",
        job: AUDIT_THEN_MAIL_BELOW,
    },
    Case {
        name: "put up a plan",
        before: &[],
        line: (OWNER, "/deductcredit sms acme 10 too many"),
        round_trips: 3,
        items: "PLAN WAITING SPEND AUDIT",
        job: NO_JOB,
    },
    Case {
        name: "confirm a grant",
        before: &[(OWNER, "/addcredit mms acme 500 goodwill --grant")],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB PLAN WAITING SPEND",
        job: AUDIT_THEN_MAIL,
    },
    Case {
        name: "confirm a grant by a button",
        before: &[(OWNER, "/addcredit mms acme 500 goodwill --grant")],
        line: (OWNER, BUTTON),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB PLAN WAITING SPEND",
        job: AUDIT_THEN_MAIL,
    },
    Case {
        name: "approve an add",
        before: &[(DANA, "/addcredit sms acme 4000")],
        line: (BILL, "/approve {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB PLAN WAITING SPEND",
        job: APPROVAL_THEN_MAIL,
    },
    Case {
        name: "confirm a deduct",
        before: &[(OWNER, "/deductcredit sms acme 10 too many")],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY JOB PLAN WAITING SPEND",
        job: AUDIT_THEN_MAIL,
    },
    Case {
        name: "confirm a deduct that names an invoice",
        before: &[
            (OWNER, "/addcredit mms acme 500"),
            (OWNER, "/deductcredit mms acme 10 too many invoice:INV-2-0003"),
        ],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE NOTE JOB PLAN WAITING SPEND",
        job: AUDIT,
    },
    Case {
        name: "put up an undo",
        before: &[(OWNER, "/addcredit mms acme 500")],
        line: (OWNER, "/undo"),
        round_trips: 4,
        items: "PLAN WAITING SPEND AUDIT",
        job: NO_JOB,
    },
    Case {
        name: "confirm the undo of an open add",
        before: &[(OWNER, "/addcredit mms acme 500"), (OWNER, "/undo")],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB PLAN WAITING SPEND",
        job: AUDIT,
    },
    Case {
        // The payment keeps the amount that is no longer applied to an invoice.
        name: "confirm the undo of a paid add",
        before: &[(OWNER, "/addcredit mms acme 500 paid:BACS-78"), (OWNER, "/undo")],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE NOTE PAYMENT WAITING JOB PLAN WAITING SPEND",
        job: AUDIT,
    },
    Case {
        name: "confirm the undo of a deduct",
        before: &[
            (OWNER, "/deductcredit sms acme 10 too many"),
            (OWNER, "/confirm {op}"),
            (OWNER, "/undo"),
        ],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY JOB PLAN WAITING SPEND",
        job: AUDIT,
    },
    Case {
        name: "a refusal that is stored",
        before: &[],
        line: (OWNER, "/deductcredit sms acme 90000 too many"),
        round_trips: 3,
        // The transaction also puts the audit line.
        items: "OPERATION AUDIT",
        job: NO_JOB,
    },
    Case {
        name: "a refusal that is not",
        before: &[],
        line: (OWNER, "/addcredit mms birch 500"),
        round_trips: 2,
        items: "",
        job: NO_JOB,
    },
    Case {
        name: "a payment settles its invoice",
        before: &[(OWNER, "/addcredit mms acme 500")],
        line: (STRIPE, "succeeded pi_1 3000 INV-2-0003"),
        round_trips: 2,
        items: "OPERATION PAYMENT EVENT INVOICE ACCOUNT JOB",
        job: AUDIT_AND_MAIL,
    },
    Case {
        name: "a payment finds no invoice",
        before: &[],
        line: (STRIPE, "succeeded pi_1 3000"),
        round_trips: 2,
        items: "OPERATION PAYMENT EVENT WAITING JOB",
        job: AUDIT,
    },
    Case {
        name: "a refund takes credits back",
        before: &[(OWNER, "/addcredit mms acme 500"), (STRIPE, "succeeded pi_1 3000 INV-2-0003")],
        line: (STRIPE, "refunded pi_1 3000 1500"),
        round_trips: 3,
        items: "OPERATION PAYMENT EVENT WAITING INVOICE ACCOUNT ENTRY JOB",
        job: AUDIT,
    },
    Case {
        name: "an event that is reported again",
        before: &[(OWNER, "/addcredit mms acme 500"), (STRIPE, "succeeded pi_1 3000 INV-2-0003")],
        line: (STRIPE, "succeeded pi_1 3000 INV-2-0003"),
        round_trips: 1,
        items: "",
        job: NO_JOB,
    },
];

/// In place of a line: the first button of the previous reply, which carries the version of its plan.
const BUTTON: &str = "(a button)";

#[test]
fn operation_and_its_job_cost_the_promised_units_and_the_table_is_current() {
    let mut measured = String::from(
        "# What each operation costs, measured on the embedded store by tests/it/costs.rs.\n\
         # UPDATE_EXPECT=1 writes this file and CONTRIBUTING's table anew.\n",
    );
    let mut table = String::from(
        "| Operation | Requests | Read units | Write units | Job: requests | Job: write units |\n\
         |--|--|--|--|--|--|\n",
    );
    for case in CASES {
        World::run(async |w| {
            let cost = measure(w, case).await;
            assert_promised(case.name, &cost.reading, case.round_trips, case.items);
            assert_eq!(cost.runs.len(), case.job.len(), "{}: runs of its job", case.name);
            for (reading, run) in cost.runs.iter().zip(case.job) {
                assert_promised(case.name, reading, run.requests, run.items);
            }
            write_row(&mut measured, case, &cost);
            write_cells(&mut table, case, &cost);
        });
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(root().join("tests/costs.toml"), &measured).unwrap();
    }
    assert_eq!(text_of("tests/costs.toml"), measured, "run with UPDATE_EXPECT=1 and look at it");
    current("CONTRIBUTING.md", "costs", &table);
}

/// The measured cost of an operation, and of each run at its job.
struct Cost {
    reading: Reading,
    runs: Vec<Reading>,
}

/// The requests that are counted.
fn counted(reading: &Reading) -> Vec<&str> {
    reading.requests.iter().map(String::as_str).filter(|name| *name != "PutItem").collect()
}

fn assert_promised(name: &str, reading: &Reading, trips: usize, items: &str) {
    assert!(!reading.requests.iter().any(|request| request == "Scan"), "{name} scans");
    assert_eq!(reading.trips, trips, "{name}: {:?}", reading.requests);
    let units = items.split_whitespace().count() * 2;
    assert_eq!(reading.write_units, units as f64, "{name}: {items}");
}

fn write_row(file: &mut String, case: &Case, cost: &Cost) {
    writeln!(file, "\n[[operation]]").unwrap();
    writeln!(file, "name = {:?}", case.name).unwrap();
    writeln!(file, "line = {:?}", case.line.1).unwrap();
    writeln!(file, "requests = {:?}", counted(&cost.reading)).unwrap();
    writeln!(file, "read_units = {}", cost.reading.read_units).unwrap();
    writeln!(file, "write_units = {}", cost.reading.write_units).unwrap();
    writeln!(file, "written = {:?}", case.items).unwrap();
    for (reading, run) in cost.runs.iter().zip(case.job) {
        writeln!(file, "[[operation.job]]").unwrap();
        writeln!(file, "requests = {:?}", counted(reading)).unwrap();
        writeln!(file, "read_units = {}", reading.read_units).unwrap();
        writeln!(file, "write_units = {}", reading.write_units).unwrap();
        writeln!(file, "written = {:?}", run.items).unwrap();
    }
}

fn write_cells(table: &mut String, case: &Case, cost: &Cost) {
    let (read, written) = (cost.reading.read_units, cost.reading.write_units);
    let requests = counted(&cost.reading).join(" · ");
    let job = |figure: fn(&Reading) -> String| match cost.runs.as_slice() {
        [] => "–".to_owned(),
        runs => runs.iter().map(figure).collect::<Vec<_>>().join(", later "),
    };
    let job_requests = job(|run| counted(run).len().to_string());
    let job_written = job(|run| run.write_units.to_string());
    let name = case.name;
    writeln!(
        table,
        "| {name} | {requests} | {read} | {written} | {job_requests} | {job_written} |"
    )
    .unwrap();
}

async fn measure(w: &World, case: &Case) -> Cost {
    let meter = Meter::default();
    let client = client_for(ENDPOINT, meter.client(SharedHttpClient::new(w.way.clone())));
    let local = Local::over(client, &config(), w.local.clock().clone());
    let by = |who: &str| identity(&format!("local:{who}"));
    let say = async |key: String, (who, line): (&str, &str)| {
        local.chat().line(&by(who), CallKey::new("terminal", key), line).await
    };
    let send = async |line: &str| {
        let event = billing::event_of(line);
        let request = billing::request(Provider::Stripe, &event, w.local.clock().now());
        let answer = local.router().oneshot(request).await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{line}");
    };
    // The first call of a function looks up the caller's identity.
    if case.line.0 != STRIPE {
        say("warm".to_owned(), (case.line.0, "/whoami")).await;
    }
    let (mut op, mut button) = (String::new(), String::new());
    for (number, (who, line)) in case.before.iter().enumerate() {
        let line = line.replace("{op}", &op);
        if *who == STRIPE {
            send(&line).await;
            continue;
        }
        let said = say(format!("before {number}"), (who, &line)).await;
        let led = ["ok", "planned"].contains(&said.status.word());
        assert!(led, "{line}: {}", said.view.plain());
        op = said.op.map(|op| op.to_string()).unwrap_or_default();
        let first = said.view.suggestions.first().map(Button::of);
        button = first.map(|press| press.line().to_owned()).unwrap_or_default();
    }
    let earlier = due_jobs(local.store()).await;
    meter.take();
    let (who, line) = case.line;
    let line = if line == BUTTON { button } else { line.replace("{op}", &op) };
    if who == STRIPE {
        send(&line).await;
    } else {
        say("measured".to_owned(), (who, &line)).await;
    }
    let reading = meter.take();
    let mut due = due_jobs(local.store()).await;
    due.retain(|job| !earlier.contains(job));
    assert!(due.len() <= 1, "an operation has one job: {due:?}");
    let runs = match due.first() {
        Some(job) => measure_job(local.store(), &meter, &job.op).await,
        None => Vec::new(),
    };
    Cost { reading, runs }
}

/// Runs the job of an operation until it ends: at once, and when its mail is due.
async fn measure_job(store: &Store, meter: &Meter, op: &OpId) -> Vec<Reading> {
    let ports = Ports {
        api: None,
        mailer: Mailer::Outbox(store.clone()),
        announcer: Announcer::Nowhere,
        links: links(),
        store: store.clone(),
    };
    let worker = Worker { ports, queue: Queue::Nowhere };
    let mut runs = Vec::new();
    while let Some(job) = due_jobs(store).await.into_iter().find(|job| job.op == *op) {
        meter.take();
        jobs::work(&worker, job.shard(), job.due, op).await.unwrap();
        runs.push(meter.take());
        store.clock().advance(MAIL_AFTER);
    }
    runs
}

async fn due_jobs(store: &Store) -> Vec<Job> {
    let mut due = Vec::new();
    for shard in 0..SHARDS {
        due.extend(store.jobs_due(shard, store.clock().now(), 100).await.unwrap());
    }
    due
}

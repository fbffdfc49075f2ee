//! What an operation costs: requests to the store, read and write units, as the embedded store
//! bills them, equal to what the ledger's rules promise and to `tests/costs.toml`. README's table
//! comes from the same figures.
//!
//! The figures are of a warm function: whose an identity is, it remembers from an earlier call.
//! Lines of the audit trail (`PutItem`) are put before a refusal's reply and are not counted.

use std::fmt::Write;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use bot::button::Button;
use creditdesk::desk::Local;
use functions::store::client_for;
use shared::id::CallKey;

use crate::layout::{current, root, text_of};
use crate::meter::{Meter, Reading};
use crate::world::{World, config, identity};

const OWNER: &str = "owner";
const DANA: &str = "dana";
const BILL: &str = "bill";

/// What is measured: the lines that lead up to it, the line itself (`{op}` is the operation of the
/// line before), and the promise: round trips, and items at two write units each.
struct Case {
    name: &'static str,
    before: &'static [(&'static str, &'static str)],
    line: (&'static str, &'static str),
    round_trips: usize,
    items: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "read a balance",
        before: &[],
        line: (OWNER, "/balance acme"),
        round_trips: 2,
        items: "",
    },
    Case {
        // Once more for the staff, among whom its account manager is.
        name: "view a client",
        before: &[],
        line: (OWNER, "/client view acme"),
        round_trips: 3,
        items: "",
    },
    Case {
        // Once before, for whoever asks.
        name: "find clients",
        before: &[],
        line: (OWNER, "/client find ac"),
        round_trips: 3,
        items: "",
    },
    Case {
        name: "try an add (dry run)",
        before: &[],
        line: (OWNER, "/addcredit mms acme 500 --dry-run"),
        round_trips: 2,
        items: "",
    },
    Case {
        name: "add, open",
        before: &[],
        line: (OWNER, "/addcredit mms acme 500"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB SPEND",
    },
    Case {
        name: "add, paid",
        before: &[],
        line: (OWNER, "/addcredit mms acme 500 paid:BACS-77"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE PAYMENT JOB SPEND",
    },
    Case {
        name: "add from the reseller (a move)",
        before: &[(OWNER, "/addcredit sms quayside 100"), (OWNER, "/confirm")],
        line: (OWNER, "/addcredit sms quayside 70"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ACCOUNT ENTRY ENTRY JOB SPEND",
    },
    Case {
        name: "add, billed to the reseller",
        before: &[(OWNER, "/addcredit sms quayside 100"), (OWNER, "/confirm")],
        line: (OWNER, "/addcredit sms quayside 70 from:house"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ACCOUNT ENTRY INVOICE JOB SPEND",
    },
    Case {
        name: "put up a plan",
        before: &[],
        line: (OWNER, "/deductcredit sms acme 10 too many"),
        round_trips: 3,
        items: "PLAN SPEND AUDIT",
    },
    Case {
        name: "confirm a grant",
        before: &[(OWNER, "/addcredit mms acme 500 goodwill --grant")],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB PLAN SPEND",
    },
    Case {
        name: "confirm a grant by a button",
        before: &[(OWNER, "/addcredit mms acme 500 goodwill --grant")],
        line: (OWNER, BUTTON),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB PLAN SPEND",
    },
    Case {
        // An OPERATION more: which plan the call took, so that it never takes another one.
        name: "confirm the last plan",
        before: &[(OWNER, "/addcredit mms acme 500 goodwill --grant")],
        line: (OWNER, "/confirm"),
        round_trips: 4,
        items: "OPERATION OPERATION ACCOUNT ENTRY INVOICE JOB PLAN SPEND",
    },
    Case {
        name: "approve an add",
        before: &[(DANA, "/addcredit sms acme 4000")],
        line: (BILL, "/approve {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB PLAN SPEND",
    },
    Case {
        name: "confirm a deduct",
        before: &[(OWNER, "/deductcredit sms acme 10 too many")],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY JOB PLAN SPEND",
    },
    Case {
        name: "confirm a deduct that names an invoice",
        before: &[
            (OWNER, "/addcredit mms acme 500"),
            (OWNER, "/deductcredit mms acme 10 too many invoice:INV-2-0003"),
        ],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE NOTE JOB PLAN SPEND",
    },
    Case {
        name: "put up an undo",
        before: &[(OWNER, "/addcredit mms acme 500")],
        line: (OWNER, "/undo"),
        round_trips: 4,
        items: "PLAN SPEND AUDIT",
    },
    Case {
        name: "confirm the undo of an open add",
        before: &[(OWNER, "/addcredit mms acme 500"), (OWNER, "/undo")],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB PLAN SPEND",
    },
    Case {
        // The payment keeps what is not applied to an invoice any more.
        name: "confirm the undo of a paid add",
        before: &[(OWNER, "/addcredit mms acme 500 paid:BACS-78"), (OWNER, "/undo")],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY INVOICE NOTE PAYMENT JOB PLAN SPEND",
    },
    Case {
        name: "confirm the undo of a deduct",
        before: &[
            (OWNER, "/deductcredit sms acme 10 too many"),
            (OWNER, "/confirm"),
            (OWNER, "/undo"),
        ],
        line: (OWNER, "/confirm {op}"),
        round_trips: 3,
        items: "OPERATION ACCOUNT ENTRY JOB PLAN SPEND",
    },
    Case {
        name: "a refusal that is stored",
        before: &[],
        line: (OWNER, "/deductcredit sms acme 90000 too many"),
        round_trips: 3,
        // The audit line goes along in the transaction.
        items: "OPERATION AUDIT",
    },
    Case {
        name: "a refusal that is not",
        before: &[],
        line: (OWNER, "/addcredit mms birch 500"),
        round_trips: 2,
        items: "",
    },
];

/// In place of a line: the first button of the reply before, which carries what was seen on it.
const BUTTON: &str = "(a button)";

#[test]
fn an_operation_costs_what_the_ledger_promises_and_the_table_says() {
    let mut measured = String::from(
        "# What each operation costs, measured on the embedded store by tests/it/costs.rs.\n\
         # UPDATE_EXPECT=1 writes this file and README's table anew.\n",
    );
    let mut table =
        String::from("| Operation | Requests | Read units | Write units |\n|--|--|--|--|\n");
    for case in CASES {
        World::run(async |w| {
            let reading = measure(w, case).await;
            assert!(!reading.requests.iter().any(|name| name == "Scan"), "{} scans", case.name);
            let requests: Vec<&str> =
                reading.requests.iter().map(String::as_str).filter(|r| *r != "PutItem").collect();
            assert_eq!(requests.len(), case.round_trips, "{}: {requests:?}", case.name);
            let promised = case.items.split_whitespace().count() * 2;
            assert_eq!(reading.write_units, promised as f64, "{}: {}", case.name, case.items);
            write_row(&mut measured, case, &requests, &reading);
            let (read, written) = (reading.read_units, reading.write_units);
            let requests = requests.join(" · ");
            writeln!(table, "| {} | {requests} | {read} | {written} |", case.name).unwrap();
        });
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(root().join("tests/costs.toml"), &measured).unwrap();
    }
    assert_eq!(text_of("tests/costs.toml"), measured, "run with UPDATE_EXPECT=1 and look at it");
    current("costs", &table);
}

fn write_row(file: &mut String, case: &Case, requests: &[&str], reading: &Reading) {
    writeln!(file, "\n[[operation]]").unwrap();
    writeln!(file, "name = {:?}", case.name).unwrap();
    writeln!(file, "line = {:?}", case.line.1).unwrap();
    writeln!(file, "requests = {requests:?}").unwrap();
    writeln!(file, "read_units = {}", reading.read_units).unwrap();
    writeln!(file, "write_units = {}", reading.write_units).unwrap();
    writeln!(file, "written = {:?}", case.items).unwrap();
}

async fn measure(w: &World, case: &Case) -> Reading {
    let meter = Meter::new(aws_smithy_http_client::Builder::new().build_http());
    let client = client_for(&w.url, SharedHttpClient::new(meter.clone()));
    let local = Local::over(client, &config(), w.local.clock().clone());
    let by = |who: &str| identity(&format!("local:{who}"));
    let say = async |key: String, (who, line): (&str, &str)| {
        local.chat().line(&by(who), CallKey::new("local", key), line).await
    };
    // The first call of a function finds out whose the identity is.
    say("warm".to_owned(), (case.line.0, "/whoami")).await;
    let (mut op, mut button) = (String::new(), String::new());
    for (number, (who, line)) in case.before.iter().enumerate() {
        let line = line.replace("{op}", &op);
        let said = say(format!("before {number}"), (who, &line)).await;
        let led = ["ok", "planned"].contains(&said.status.word());
        assert!(led, "{line}: {}", said.view.plain());
        op = said.op.map(|op| op.to_string()).unwrap_or_default();
        let first = said.view.suggestions.first().map(Button::of);
        button = first.map(|press| press.line().to_owned()).unwrap_or_default();
    }
    meter.take();
    let (who, line) = case.line;
    let line = if line == BUTTON { button } else { line.replace("{op}", &op) };
    say("measured".to_owned(), (who, &line)).await;
    meter.take()
}

//! What an operation costs: requests to the store, read and write units, as the embedded store
//! bills them, held against `tests/costs.toml`. README's table comes from that file.
//!
//! The figures are of a warm function: whose an identity is, it remembers from an earlier call.
//! Audit lines of refusals are put before the reply and are outside the counts of the ledger.

use std::fmt::Write;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use creditdesk::desk::Local;
use functions::store::client_for;
use shared::id::CallKey;

use crate::layout::{current, root, text_of};
use crate::meter::{Meter, Reading};
use crate::world::{World, config, identity};

/// What is measured: its name in the table, the lines that lead up to it, the line itself.
struct Case {
    name: &'static str,
    before: &'static [&'static str],
    line: &'static str,
}

const fn case(name: &'static str, before: &'static [&'static str], line: &'static str) -> Case {
    Case { name, before, line }
}

const CASES: &[Case] = &[
    case("read a balance", &[], "/balance acme"),
    case("view a client", &[], "/client view acme"),
    case("find clients", &[], "/client find ac"),
    case("add, open", &[], "/addcredit mms acme 500"),
    case("add, paid", &[], "/addcredit mms acme 500 paid:BACS-77"),
    case(
        "add from the reseller (a move)",
        &["/addcredit sms quayside 100", "/confirm"],
        "/addcredit sms quayside 70",
    ),
    case(
        "add, billed to the reseller",
        &["/addcredit sms quayside 100", "/confirm"],
        "/addcredit sms quayside 70 from:house",
    ),
    case("put up a plan", &[], "/deductcredit sms acme 10 too many"),
    case("confirm a grant", &["/addcredit mms acme 500 goodwill --grant"], "/confirm"),
    case("confirm a deduct", &["/deductcredit sms acme 10 too many"], "/confirm"),
    case(
        "confirm a deduct that names an invoice",
        &["/addcredit mms acme 500", "/deductcredit mms acme 10 too many invoice:INV-2-0003"],
        "/confirm",
    ),
    case("put up an undo", &["/addcredit mms acme 500"], "/undo"),
    case("confirm the undo of an open add", &["/addcredit mms acme 500", "/undo"], "/confirm"),
    case(
        "confirm the undo of a paid add",
        &["/addcredit mms acme 500 paid:BACS-78", "/undo"],
        "/confirm",
    ),
    case(
        "confirm the undo of a deduct",
        &["/deductcredit sms acme 10 too many", "/confirm", "/undo"],
        "/confirm",
    ),
    case("a refusal that is stored", &[], "/deductcredit sms acme 90000 too many"),
    case("a refusal that is not", &[], "/addcredit mms birch 500"),
];

/// One row of the file, as it is measured.
fn row(name: &str, line: &str, reading: &Reading) -> String {
    let mut row = String::new();
    let requests: Vec<String> = reading.requests.iter().map(|r| format!("{r:?}")).collect();
    writeln!(row, "[[operation]]").unwrap();
    writeln!(row, "name = {name:?}").unwrap();
    writeln!(row, "line = {line:?}").unwrap();
    writeln!(row, "requests = [{}]", requests.join(", ")).unwrap();
    writeln!(row, "read_units = {}", reading.read_units).unwrap();
    writeln!(row, "write_units = {}", reading.write_units).unwrap();
    row
}

async fn measure(w: &World, case: &Case) -> Reading {
    let meter = Meter::new(aws_smithy_http_client::Builder::new().build_http());
    let client = client_for(&w.url, SharedHttpClient::new(meter.clone()));
    let local = Local::over(client, &config(), w.local.clock().clone());
    let owner = identity("local:owner");
    let say = async |key: String, line: &str| {
        local.chat().line(&owner, CallKey::new("local", key), line).await
    };
    // The first call of a function finds out whose the identity is.
    say("warm".to_owned(), "/whoami").await;
    for (number, line) in case.before.iter().enumerate() {
        let said = say(format!("before {number}"), line).await;
        let led = ["ok", "planned"].contains(&said.status.word());
        assert!(led, "{line}: {}", said.card.plain());
    }
    meter.take();
    say("measured".to_owned(), case.line).await;
    meter.take()
}

#[test]
fn an_operation_costs_what_the_table_says() {
    let mut measured = String::from(
        "# What each operation costs, measured on the embedded store by tests/it/costs.rs.\n\
         # UPDATE_EXPECT=1 writes this file and README's table anew.\n",
    );
    let mut table =
        String::from("| Operation | Requests | Read units | Write units |\n|--|--|--|--|\n");
    for case in CASES {
        World::run(async |w| {
            let reading = measure(w, case).await;
            measured.push('\n');
            measured.push_str(&row(case.name, case.line, &reading));
            writeln!(
                table,
                "| {} | {} | {} | {} |",
                case.name,
                reading.requests.join(" · "),
                reading.read_units,
                reading.write_units
            )
            .unwrap();
        });
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(root().join("tests/costs.toml"), &measured).unwrap();
    }
    assert_eq!(text_of("tests/costs.toml"), measured, "run with UPDATE_EXPECT=1 and look at it");
    current("costs", &table);
}

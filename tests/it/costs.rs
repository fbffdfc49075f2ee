//! What DynamoDB bills for each operation, and how many requests it takes: measured on the embedded
//! store, equal to `tests/costs.toml`, and equal to what the ledger's rules promise.
//!
//! `UPDATE_EXPECT=1` writes `costs.toml` and README's table anew. Lines of the audit trail are put
//! beside the counted requests.

use std::fmt::Write as _;
use std::fs;

use crate::layout::{current, root};
use crate::meter::Reading;
use crate::world::{World, identity};
use bot::chat::Said;
use shared::id::CallKey;

/// An operation whose cost is known beforehand.
struct Promised {
    name: &'static str,
    /// What has to happen first, by whom.
    before: &'static [(&'static str, &'static str)],
    /// The line that is measured; `{op}` stands for the operation of the line before.
    line: (&'static str, &'static str),
    /// What is written, as the ledger's table names it.
    items: &'static str,
    round_trips: usize,
    write_units: f64,
}

const OWNER: &str = "local:owner";
const DANA: &str = "local:dana";
const BILL: &str = "local:bill";

const PROMISED: &[Promised] = &[
    Promised {
        name: "add",
        before: &[],
        line: (OWNER, "/addcredit mms acme 500"),
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB SPEND",
        round_trips: 3,
        write_units: 12.0,
    },
    Promised {
        name: "add, paid",
        before: &[],
        line: (OWNER, "/addcredit mms acme 500 paid:CARD-1"),
        items: "… + PAYMENT",
        round_trips: 3,
        write_units: 14.0,
    },
    Promised {
        name: "add that has to be confirmed",
        before: &[],
        line: (OWNER, "/addcredit mms acme 5000"),
        items: "PLAN SPEND",
        round_trips: 3,
        write_units: 4.0,
    },
    Promised {
        name: "add, confirmed",
        before: &[(OWNER, "/addcredit mms acme 5000")],
        line: (OWNER, "/confirm {op}"),
        items: "add + PLAN",
        round_trips: 4,
        write_units: 14.0,
    },
    Promised {
        name: "add, confirmed without naming it",
        before: &[(OWNER, "/addcredit mms acme 5000")],
        line: (OWNER, "/confirm"),
        items: "add + PLAN",
        round_trips: 4,
        write_units: 14.0,
    },
    Promised {
        name: "add, approved",
        before: &[(DANA, "/addcredit sms acme 4000")],
        line: (BILL, "/approve {op}"),
        items: "add + PLAN",
        round_trips: 4,
        write_units: 14.0,
    },
    Promised {
        name: "add from the house for a reseller’s client",
        before: &[(OWNER, "/addcredit sms quayside 10 --yes")],
        line: (OWNER, "/addcredit sms quayside 20 from:house"),
        items: "add + the reseller’s ACCOUNT",
        round_trips: 3,
        write_units: 14.0,
    },
    Promised {
        name: "move from a reseller",
        before: &[(OWNER, "/addcredit sms quayside 10 --yes")],
        line: (OWNER, "/addcredit sms quayside 20"),
        items: "OPERATION 2 ACCOUNT 2 ENTRY JOB SPEND",
        round_trips: 3,
        write_units: 14.0,
    },
    Promised {
        name: "deduct, confirmed",
        before: &[(OWNER, "/deductcredit mms acme 50 mistake")],
        line: (OWNER, "/confirm {op}"),
        items: "OPERATION ACCOUNT ENTRY JOB PLAN SPEND",
        round_trips: 4,
        write_units: 12.0,
    },
    Promised {
        name: "deduct that names an invoice, confirmed",
        before: &[
            (OWNER, "/addcredit mms acme 500"),
            (OWNER, "/deductcredit mms acme 50 mistake invoice:INV-2-0003"),
        ],
        line: (OWNER, "/confirm {op}"),
        items: "… + INVOICE and credit note",
        round_trips: 4,
        write_units: 16.0,
    },
    Promised {
        name: "deduct without enough credits",
        before: &[],
        line: (OWNER, "/deductcredit mms acme 5000 mistake"),
        items: "OPERATION",
        round_trips: 3,
        write_units: 2.0,
    },
    Promised {
        name: "undo of an open add, confirmed",
        before: &[(OWNER, "/addcredit mms acme 500"), (OWNER, "/undo {op}")],
        line: (OWNER, "/confirm {op}"),
        items: "OPERATION ACCOUNT ENTRY INVOICE JOB PLAN SPEND",
        round_trips: 4,
        write_units: 14.0,
    },
    Promised {
        name: "undo of a paid add, confirmed",
        before: &[(OWNER, "/addcredit mms acme 500 paid:CARD-1"), (OWNER, "/undo {op}")],
        line: (OWNER, "/confirm {op}"),
        items: "… + credit note",
        round_trips: 4,
        write_units: 16.0,
    },
    Promised {
        name: "dry run of an add",
        before: &[],
        line: (OWNER, "/addcredit mms acme 500 --dry-run"),
        items: "",
        round_trips: 2,
        write_units: 0.0,
    },
    Promised {
        name: "balance",
        before: &[],
        line: (OWNER, "/balance acme"),
        items: "",
        round_trips: 2,
        write_units: 0.0,
    },
    Promised {
        name: "client view",
        before: &[],
        line: (OWNER, "/client view acme"),
        items: "",
        round_trips: 2,
        write_units: 0.0,
    },
];

/// What an operation came to.
struct Cost {
    name: &'static str,
    items: &'static str,
    requests: Vec<String>,
    read_units: f64,
    write_units: f64,
}

#[test]
fn every_operation_costs_what_the_ledger_promises_and_the_table_says() {
    let mut costs = Vec::new();
    for promised in PROMISED {
        let (said, reading) = measured(promised);
        let requests: Vec<String> =
            reading.requests.iter().filter(|name| *name != "PutItem").cloned().collect();
        let shown = said.card.plain();
        let name = promised.name;
        assert_eq!(reading.write_units, promised.write_units, "{name}: {shown}");
        assert_eq!(requests.len(), promised.round_trips, "{name}: {requests:?}: {shown}");
        assert!(!reading.requests.iter().any(|name| name == "Scan"), "{name} scans");
        let (read_units, write_units) = (reading.read_units, reading.write_units);
        costs.push(Cost { name, items: promised.items, requests, read_units, write_units });
    }
    check(&toml(&costs));
    current("costs", &table(&costs));
}

fn measured(promised: &Promised) -> (Said, Reading) {
    let mut result = None;
    World::run_metered(async |w, meter| {
        // Whoever typed something before is known; the first call of a function's life reads more.
        for who in [OWNER, DANA, BILL] {
            w.json_as(who, "/balance birch").await;
        }
        let mut op = String::new();
        for (who, line) in promised.before {
            let line = line.replace("{op}", &op);
            let said = match line.strip_suffix(" --yes") {
                Some(line) => w.said_yes(who, line).await,
                None => w.said_as(who, &line).await,
            };
            op = said.op.unwrap().to_string();
        }
        let (who, line) = promised.line;
        let (by, key) = (identity(who), CallKey::new("local", "measured"));
        meter.take();
        let said = w.local.chat().line(&by, key, &line.replace("{op}", &op)).await;
        result = Some((said, meter.take()));
    });
    result.unwrap()
}

fn toml(costs: &[Cost]) -> String {
    let mut text = String::from(
        "# What each operation asks of DynamoDB, measured on the embedded store. Generated:\n\
         # `UPDATE_EXPECT=1 cargo test --workspace --test it costs`. Read units are strong reads.\n",
    );
    for cost in costs {
        let requests = cost.requests.join("\", \"");
        write!(
            text,
            "\n[[operation]]\nname = \"{}\"\nrequests = [\"{requests}\"]\nread_units = {:.1}\nwrite_units = {:.1}\n",
            cost.name, cost.read_units, cost.write_units
        )
        .unwrap();
    }
    text
}

fn check(generated: &str) {
    let path = root().join("tests/costs.toml");
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if kept != generated && std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, generated).unwrap();
        return;
    }
    assert_eq!(kept, generated, "tests/costs.toml is not what was measured");
}

fn table(costs: &[Cost]) -> String {
    let mut text =
        String::from("| Operation | Requests | Read units | Write units | Written |\n|--|--:|--:|--:|--|\n");
    for cost in costs {
        writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            cost.name,
            cost.requests.len(),
            cost.read_units,
            cost.write_units,
            cost.items
        )
        .unwrap();
    }
    text
}

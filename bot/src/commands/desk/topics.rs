//! Topics of `/help`: what staff of other platforms call a task, and the lines that do it here.
//!
//! Invariant: every line reads as a command.

use crate::reply::words::fixed;
use crate::view::{Column, Mark, Table, Text, View};

/// A task by its names elsewhere.
struct Topic {
    names: &'static [&'static str],
    about: &'static str,
    /// Each line with its effect.
    lines: &'static [(&'static str, &'static str)],
}

const TOPICS: &[Topic] = &[
    Topic {
        names: &[
            "overcredit",
            "overcredited",
            "over credit",
            "too much credit",
            "too many credits",
            "one zero too many",
            "wrong amount",
            "wrong client",
            "mistake",
        ],
        about: "A client got too many credits, or the wrong client got them",
        lines: &[
            (
                "/correct op_0123456789abcdef to:50 one zero too many",
                "makes the add smaller; its invoice changes with it",
            ),
            ("/correct op_0123456789abcdef move:acme", "moves the add to the right client"),
            ("/correct op_0123456789abcdef --all", "takes the add back, whatever its age"),
            ("/undo", "takes your last add or deduct back, within 24 hours"),
            (
                "/deductcredit mms acme 50 added twice",
                "takes credits away that belong to no single add",
            ),
        ],
    },
    Topic {
        names: &["refund", "refunds", "money back", "credit note", "chargeback", "give back"],
        about: "Money or credits go back",
        lines: &[
            (
                "/invoice void INV-1042-0007 billed twice",
                "takes a whole invoice back; a paid one gets a credit note",
            ),
            (
                "/deductcredit mms acme 50 not used invoice:INV-1042-0007",
                "takes a part back, with a credit note",
            ),
            (
                "/correct op_0123456789abcdef to:50 ordered too many",
                "makes an add smaller, with a credit note",
            ),
        ],
    },
    Topic {
        names: &[
            "paid",
            "markpaid",
            "payment",
            "payments",
            "mark paid",
            "settle",
            "settled",
            "record payment",
            "record a payment",
            "payment received",
        ],
        about: "A client has paid",
        lines: &[
            ("/addcredit sms acme 1,000 paid:BACS-78", "adds credits that are paid already"),
            ("/invoice list acme paid", "shows the paid invoices of a client"),
            ("/invoice view INV-1042-0007", "shows what was paid on an invoice, and by what"),
        ],
    },
    Topic {
        names: &["overdue", "unpaid invoices", "overdue invoices", "debt", "late", "late payment"],
        about: "Invoices that are not paid in time",
        lines: &[
            (
                "/invoice list acme open",
                "shows the unpaid invoices and the days on which they are due",
            ),
            (
                "/client suspend acme because three invoices are overdue",
                "stops the client’s messages",
            ),
        ],
    },
    Topic {
        names: &["reseller", "resellers", "agent", "dealer", "sub account", "subaccount"],
        about: "Resellers and their clients",
        lines: &[
            ("/list resellers", "lists the resellers with their balances"),
            ("/client new Northern Bulk bulk@northern.example class:reseller", "makes a reseller"),
            (
                "/client new Quayside Taxi cabs@quayside.example parent:northern",
                "makes a client of a reseller",
            ),
            ("/addcredit sms quayside 1,000", "moves credits from the reseller to its client"),
            (
                "/addcredit sms quayside 1,000 from:house",
                "sells credits to the reseller, for its client",
            ),
            ("/deductcredit sms quayside 100 too many", "returns credits to the reseller"),
            ("/deductcredit sms quayside 100 too many to:house", "takes credits away from both"),
        ],
    },
    Topic {
        names: &["move", "moved", "move credits", "transfer", "transfer credits", "reassign"],
        about: "Credits belong to another client",
        lines: &[
            (
                "/correct op_0123456789abcdef move:acme",
                "moves an add to the right client, with its invoice",
            ),
            ("/addcredit sms quayside 1,000", "moves credits from a reseller to its client"),
            ("/deductcredit sms quayside 100 too many", "moves them back to the reseller"),
        ],
    },
    Topic {
        names: &[
            "reverse",
            "reversal",
            "rollback",
            "roll back",
            "cancel",
            "delete",
            "void",
            "give credits back",
            "give back credits",
            "get credits back",
            "take credits back",
            "return credits",
        ],
        about: "Something is taken back",
        lines: &[
            ("/undo", "takes your last add or deduct back, within 24 hours"),
            ("/correct op_0123456789abcdef --all", "takes an add or move back, whatever its age"),
            ("/invoice void INV-1042-0007 billed twice", "takes an invoice back, with its credits"),
            ("/deny op_0123456789abcdef", "cancels what waits for a confirmation or an approval"),
        ],
    },
    Topic {
        names: &["delete client", "client delete", "remove client", "client remove"],
        about: "A client is not deleted, because its invoices stay. Suspend it",
        lines: &[
            ("/client suspend acme because the contract ended", "stops the client’s messages"),
            ("/client activate acme", "activates it again"),
        ],
    },
    Topic {
        names: &["vat", "gst", "sales tax", "tax rate"],
        about: "The tax on invoices",
        lines: &[
            ("/settings tax 20%", "sets the tax rate of new invoices"),
            (
                "/settings seller Northern Messaging Ltd tax_number:GB123456789",
                "prints your tax number on invoices",
            ),
        ],
    },
    Topic {
        names: &["limits", "limit", "spending limit", "allowance"],
        about: "How much staff may do without an approval",
        lines: &[
            ("/settings limits support open 100", "sets how much a role may do alone"),
            ("/settings show", "shows the limits of all roles"),
            ("/client set overdraft acme sms 5000", "lets a client send beyond its balance"),
        ],
    },
    Topic {
        names: &["few credits", "low credits", "low balance", "low balances", "running out"],
        about: "Clients that have few credits left",
        lines: &[
            ("/list clients sort:sms low:100", "lists clients with fewer than 100 SMS credits"),
            ("/list clients low:100", "lists clients with fewer than 100 MMS credits"),
        ],
    },
    Topic {
        names: &["reminder", "reminders", "pays late", "debt collection"],
        about: "A client does not pay: the desk reminds it on working days, until it pays",
        lines: &[
            ("/invoice statement acme", "mails its unpaid invoices and payments to it"),
            (
                "/client contact add acme accounts@acme.example reminders",
                "sends its reminders to another address",
            ),
            ("/client openadds stop acme", "lets it have no more credits before it pays"),
            ("/client suspend acme three invoices overdue", "stops its messages"),
        ],
    },
    Topic {
        names: &["last week", "this week", "last month", "yesterday"],
        about: "What was done in a span of days",
        lines: &[
            ("/history since:2026-11-23", "shows who did what since a day"),
            ("/statement acme since:2026-11-01", "shows the changes of a client’s credits"),
        ],
    },
];

/// The lines that do a task.
pub fn view(name: &str) -> Option<View> {
    let topic = TOPICS.iter().find(|topic| topic.names.contains(&name))?;
    let row = |(line, effect): &(&'static str, &'static str)| {
        vec![Text::new().code(*line), fixed(*effect)]
    };
    Some(View::new(Mark::Answer, fixed(topic.about)).table(Table {
        columns: vec![Column::words("for example"), Column::detail("")],
        rows: topic.lines.iter().map(row).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::{Reading, read};

    #[test]
    fn every_line_of_a_topic_reads_as_one_command() {
        let from = "local:dana".parse().unwrap();
        for (line, _) in TOPICS.iter().flat_map(|topic| topic.lines) {
            match read(line, &from) {
                Ok(Reading::One(parsed)) => assert!(parsed.ask().is_ok(), "{line}"),
                other => panic!("{line}: {other:?}"),
            }
        }
    }

    #[test]
    fn words_of_a_task_lead_to_its_line() {
        for (name, line) in [
            ("vat", "/settings tax"),
            ("limits", "/settings limits"),
            ("record payment", "paid:"),
            ("few credits", "/list clients"),
            ("last week", "/history since:"),
            ("delete client", "/client suspend"),
            ("How do I give credits back?", "/undo"),
            ("exit", "Ctrl-D"),
            ("reminders", "/invoice statement"),
        ] {
            let shown = crate::commands::desk::help::view(name).plain();
            assert!(shown.contains(line), "{name}: {shown}");
        }
    }

    #[test]
    fn each_name_belongs_to_one_topic() {
        let names: Vec<&str> = TOPICS.iter().flat_map(|topic| topic.names).copied().collect();
        for name in &names {
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
        }
    }
}

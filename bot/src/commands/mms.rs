//! `/mms`: the gate of the platform, and the switches of clients.

use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use shared::operation::{Ask, MmsTurn, Operation};

/// Turns MMS on and off.
pub const COMMANDS: &[Command] = &[
    Command {
        words: &["mms", "allow"],
        about: "Turn MMS on for an admin’s platform; off turns it off again",
        example: "/mms allow c_1",
        finds: &["enable mms", "mms for administrator", "platform"],
        params: &[
            ParamSpec::required("admin", ParamKind::Client, "Whose platform"),
            ParamSpec::named("off", ParamKind::Flag, "Turn it off for the whole platform"),
        ],
        action: Action::Ask {
            operation: Operation::MmsAllow,
            call: |args| Ok(Ask::MmsAllow { client: args.need("admin")?, on: !args.flag("off") }),
        },
    },
    Command {
        words: &["mms", "on"],
        about: "Turn MMS on for a client, or for all of a parent’s: /mms on all of <parent>",
        example: "/mms on all of northern",
        finds: &["enable mms", "disable mms", "permission", "permit", "switch"],
        params: &[
            ParamSpec::required(
                "client",
                ParamKind::Client,
                "Client, or all of a parent’s: all of <parent>",
            ),
            ParamSpec::named(
                "all",
                ParamKind::Flag,
                "All clients of this parent that have no word of their own",
            ),
        ],
        action: Action::Ask { operation: Operation::MmsSwitch, call: |args| switch(args, true) },
    },
    Command {
        words: &["mms", "off"],
        about: "Turn MMS off for a client, or for all of a parent’s: /mms off all of <parent>",
        example: "/mms off acme",
        finds: &["enable mms", "disable mms", "permission", "permit", "switch"],
        params: &[
            ParamSpec::required(
                "client",
                ParamKind::Client,
                "Client, or all of a parent’s: all of <parent>",
            ),
            ParamSpec::named(
                "all",
                ParamKind::Flag,
                "All clients of this parent that have no word of their own",
            ),
        ],
        action: Action::Ask { operation: Operation::MmsSwitch, call: |args| switch(args, false) },
    },
    Command {
        words: &["mms", "inherit"],
        about: "Let a client use MMS exactly when its parent’s clients may",
        example: "/mms inherit acme",
        finds: &["default mms"],
        params: &[ParamSpec::required(
            "client",
            ParamKind::Client,
            "Client: two or three letters of any name",
        )],
        action: Action::Ask {
            operation: Operation::MmsSwitch,
            call: |args| {
                Ok(Ask::MmsSwitch { turn: MmsTurn::One { client: args.need("client")?, on: None } })
            },
        },
    },
];

/// `all of <parent>` or `--all` turns what a parent's clients inherit; else one client's own switch.
fn switch(args: &Args, on: bool) -> Result<Ask, Usage> {
    let client = args.need("client")?;
    let parent = client.split_at_checked(7).and_then(|(first, parent)| {
        first.eq_ignore_ascii_case("all of ").then(|| parent.trim().to_owned())
    });
    let turn = match (parent, args.flag("all")) {
        (Some(parent), _) => MmsTurn::AllOf { parent, on },
        (None, true) => MmsTurn::AllOf { parent: client, on },
        (None, false) => MmsTurn::One { client, on: Some(on) },
    };
    Ok(Ask::MmsSwitch { turn })
}

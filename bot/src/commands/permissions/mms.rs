//! `/mms`: the gate of the platform, and the switches of clients.

use serde_json::{Value, json};
use shared::contract;
use shared::kernel::id::{Named, OpId, ROOT};
use shared::ledger::account::Switch;
use shared::permissions::types::{Ask, Facts, MmsOff, MmsTurn, MmsTurned, Operation};

use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::commands::Proposed;
use crate::commands::params::CLIENT;
use crate::json;
use crate::reply::Content;
use crate::reply::words::{counted, fixed, name};
use crate::view::{Mark, View, Weight};

const SWITCHED: &[ParamSpec] = &[
    ParamSpec::required("client", ParamKind::Client, "A client, or: all of <parent>"),
    ParamSpec::named(
        "all",
        ParamKind::Flag,
        "All clients of this parent without their own setting",
    ),
];

const SWITCH_FINDS: &[&str] = &["enable mms", "disable mms", "permission", "permit", "switch"];

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
            operation: Operation::MmsAllow.spec(),
            call: |args| {
                Ok(Ask::MmsAllow { client: args.need("admin")?, on: !args.flag("off") }.into())
            },
        },
    },
    Command {
        words: &["mms", "on"],
        about: "Turn MMS on for a client, or for all clients of a parent",
        example: "/mms on all of northern",
        finds: SWITCH_FINDS,
        params: SWITCHED,
        action: Action::Ask {
            operation: Operation::MmsSwitch.spec(),
            call: |args| switch(args, true),
        },
    },
    Command {
        words: &["mms", "off"],
        about: "Turn MMS off for a client, or for all clients of a parent",
        example: "/mms off acme",
        finds: SWITCH_FINDS,
        params: SWITCHED,
        action: Action::Ask {
            operation: Operation::MmsSwitch.spec(),
            call: |args| switch(args, false),
        },
    },
    Command {
        words: &["mms", "inherit"],
        about: "Let a client follow its parent’s MMS setting",
        example: "/mms inherit acme",
        finds: &["default mms"],
        params: &[CLIENT],
        action: Action::Ask {
            operation: Operation::MmsSwitch.spec(),
            call: |args| {
                Ok(Ask::MmsSwitch { turn: MmsTurn::One { client: args.need("client")?, on: None } }
                    .into())
            },
        },
    },
];

/// Words for all clients that name no parent.
const ALL_WORDS: &[&str] = &["all", "all clients", "everyone", "everybody", "all of", "*"];

/// `all of <parent>` or `--all` turns what a parent's clients inherit; else one client's own switch.
fn switch(args: &Args, on: bool) -> Result<contract::Ask, Usage> {
    let client = args.need("client")?;
    if ALL_WORDS.contains(&client.to_lowercase().as_str()) {
        let (word, allow) = if on { ("on", "") } else { ("off", " --off") };
        return Err(Usage::clash(format!("“{client}”: all clients of which parent?"))
            .suggest(format!("/mms {word} all of c_1"), "for all clients of the root admin")
            .suggest(format!("/mms allow c_1{allow}"), "for the whole platform")
            .suggest(format!("/mms {word} all of <parent>"), "for all clients of one parent"));
    }
    let word = if on { "on" } else { "off" };
    let lower = client.to_lowercase();
    if let Some(parent) = lower.strip_suffix(" all clients") {
        return Err(Usage::clash(format!("“{client}”: all clients of one parent?"))
            .suggest(format!("/mms {word} all of {parent}"), "for all clients of this parent"));
    }
    let parent = client.split_at_checked(7).and_then(|(first, parent)| {
        first.eq_ignore_ascii_case("all of ").then(|| parent.trim().to_owned())
    });
    let turn = match (parent, args.flag("all")) {
        (Some(parent), _) => MmsTurn::AllOf { parent, on },
        (None, true) => MmsTurn::AllOf { parent: client, on },
        (None, false) => MmsTurn::One { client, on: Some(on) },
    };
    Ok(Ask::MmsSwitch { turn }.into())
}

/// The reply to `/mms`.
pub fn content(op: &OpId, facts: &Facts) -> Content {
    let view = view(facts).footer(fixed(op.to_string())).public();
    Content::new("mms", view, json(facts))
}

fn json(facts: &Facts) -> Value {
    json!({
        "client": facts.client.id.to_string(),
        "turned": facts.turned,
        "before": facts.before,
        "reach": facts.reach,
        "still_off": json::mms_off(facts.still_off),
    })
}

fn word(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

fn switch_word(switch: Switch) -> &'static str {
    match switch {
        Switch::On => "on",
        Switch::Off => "off",
        Switch::Inherit => "its parent’s setting",
    }
}

/// What a planned turn would do: before and after, and whom it reaches.
pub fn proposed(facts: &Facts) -> Proposed {
    let client = || name(&facts.client);
    let (action, before, after) = match facts.turned {
        MmsTurned::Platform(on) => {
            let action = fixed(format!("turn MMS {} for the platform of ", word(on)));
            (action.then(client()), word(!on), word(on))
        }
        MmsTurned::ForClients(on) => {
            let action = fixed(format!("turn MMS {} for all clients of ", word(on)));
            let before = match facts.before {
                Some(MmsTurned::ForClients(before)) => word(before),
                _ => "not set",
            };
            (action.then(client()), before, word(on))
        }
        MmsTurned::Own(switch) => {
            let before = match facts.before {
                Some(MmsTurned::Own(before)) => switch_word(before),
                _ => "not set",
            };
            let action = match switch {
                Switch::Inherit => {
                    fixed("make ").then(client()).fixed(" follow its parent’s MMS setting")
                }
                Switch::On | Switch::Off => {
                    fixed(format!("turn MMS {} for ", switch_word(switch))).then(client())
                }
            };
            (action, before, switch_word(switch))
        }
    };
    let mut line = format!("MMS {before} → {after}");
    if let Some(clients) = facts.reach {
        line.push_str(&format!(" · {}", counted(clients, "client", "clients")));
    }
    let mut lines = vec![fixed(line)];
    if let MmsTurned::ForClients(on) = facts.turned {
        lines.push(fixed("Clients with their own setting keep it."));
        if !on && facts.client.id == ROOT {
            lines.push(
                fixed("To turn MMS off for everyone: ").code(format!("/mms allow {ROOT} off")),
            );
        }
    }
    if after != "on" {
        lines.push(fixed("Credits are kept."));
    }
    Proposed { action, lines, json: json(facts) }
}

/// The command that changes it back.
fn back(facts: &Facts) -> String {
    let id = facts.client.id;
    match (facts.turned, facts.before) {
        (MmsTurned::Platform(true), _) => format!("/mms allow {id} off"),
        (MmsTurned::Platform(false), _) => format!("/mms allow {id}"),
        (MmsTurned::ForClients(on), _) => format!("/mms {} all of {id}", word(!on)),
        (MmsTurned::Own(_), Some(MmsTurned::Own(Switch::On))) => format!("/mms on {id}"),
        (MmsTurned::Own(_), Some(MmsTurned::Own(Switch::Off))) => format!("/mms off {id}"),
        (MmsTurned::Own(_), _) => format!("/mms inherit {id}"),
    }
}

fn view(facts: &Facts) -> View {
    let Facts { client, turned, still_off, reach, .. } = facts;
    let headline = match turned {
        MmsTurned::Platform(on) => {
            fixed(format!("MMS is {} for the platform of ", word(*on))).then(name(client))
        }
        MmsTurned::Own(Switch::On) => fixed("MMS is on for ").then(name(client)),
        MmsTurned::Own(Switch::Off) => fixed("MMS is off for ").then(name(client)),
        MmsTurned::Own(Switch::Inherit) => name(client).fixed(" follows its parent’s MMS setting"),
        MmsTurned::ForClients(on) => {
            fixed(format!("MMS is {} for all clients of ", word(*on))).then(name(client))
        }
    };
    let mut view = View::new(Mark::Done, headline);
    let went_off = match turned {
        MmsTurned::Platform(on) | MmsTurned::ForClients(on) => !on,
        MmsTurned::Own(switch) => *switch == Switch::Off,
    };
    if let Some(clients) = reach.filter(|clients| *clients > 0) {
        let it = counted(clients, "client", "clients");
        view = view.line(fixed(format!("It reaches {it}.")));
    }
    if let MmsTurned::ForClients(_) = turned {
        view = view.line(fixed("Clients with their own setting keep it."));
    }
    if went_off {
        view = view.line(fixed("Credits are kept."));
    }
    if let Some(off) = still_off.filter(|_| !went_off) {
        let line = match (off, turned) {
            // A client that was just set to inherit keeps that; its parent's switch is the way.
            (MmsOff::Parent(parent), MmsTurned::Own(Switch::Inherit)) => {
                format!("/mms on all of {parent}")
            }
            _ => turn_on(off, client),
        };
        view = view
            .line(fixed(format!("It still cannot use MMS: {}", off_reason(off))))
            .suggest(line, "turns it on for them");
    }
    if *turned == MmsTurned::Platform(true) {
        let line = format!("/mms on all of {}", client.id);
        view = view.suggest_as(
            ("On for all clients", Weight::Plain),
            line,
            "turns it on for all clients without their own setting",
        );
    }
    view.suggest_as(("Change back", Weight::Plain), back(facts), "changes it back")
}

/// The reason for which a client may not use MMS, as a sentence.
pub fn off_reason(off: MmsOff) -> String {
    match off {
        MmsOff::Platform(admin) => {
            format!("billing has not turned it on for the platform of {admin}.")
        }
        MmsOff::Own => "the client’s own switch is off.".to_owned(),
        MmsOff::Parent(parent) => {
            format!("the client follows {parent}, which has MMS off for its clients.")
        }
    }
}

/// The command that turns MMS on, where it is off.
pub fn turn_on(off: MmsOff, client: &Named) -> String {
    match off {
        MmsOff::Platform(admin) => format!("/mms allow {admin}"),
        MmsOff::Own | MmsOff::Parent(_) => format!("/mms on {}", client.id),
    }
}

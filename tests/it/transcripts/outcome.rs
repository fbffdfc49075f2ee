//! The nine outcomes, and the rules by which a command can come to them: each cell of the table
//! command × outcome × front end is either played or left out for a reason that is a sentence here.
//! The rules look at a command's operation and parameters only, so a new command needs none.

use bot::command::{Command, ParamKind, ParamSpec, Value};
use bot::grammar::Parsed;
use shared::kernel::credit::Count;

use super::front::Front;
use super::scene::Scene;

/// How a command may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Ok,
    Ambiguous,
    None,
    NoRight,
    OverLimit,
    DryRun,
    Duplicate,
    Late,
    Down,
}

impl Outcome {
    /// All of them, as they stand in the files.
    pub const ALL: [Outcome; 9] = [
        Outcome::Ok,
        Outcome::Ambiguous,
        Outcome::None,
        Outcome::NoRight,
        Outcome::OverLimit,
        Outcome::DryRun,
        Outcome::Duplicate,
        Outcome::Late,
        Outcome::Down,
    ];

    /// Those that are played one behind the other on one desk: what changes nothing comes first.
    pub const ON_ONE_DESK: [Outcome; 8] = [
        Outcome::Ambiguous,
        Outcome::None,
        Outcome::NoRight,
        Outcome::DryRun,
        Outcome::Down,
        Outcome::Ok,
        Outcome::Duplicate,
        Outcome::OverLimit,
    ];

    /// Its heading.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Ok => "ok",
            Outcome::Ambiguous => "ambiguous",
            Outcome::None => "none",
            Outcome::NoRight => "no right",
            Outcome::OverLimit => "over limit",
            Outcome::DryRun => "dry run",
            Outcome::Duplicate => "duplicate",
            Outcome::Late => "late",
            Outcome::Down => "backend down",
        }
    }
}

const NOTHING_NAMED: &str =
    "It names no client and no colleague, and numbers and ids match once or not at all.";
const NOTHING_MISSING: &str = "It names nothing that could be missing.";
const FOR_EVERYBODY: &str = "Everybody may ask for it.";
const NO_CREDITS: &str = "It changes no credits, so no limit is in its way.";
const READS: &str = "It only reads: there is nothing to try.";
const READS_TWICE: &str = "It only reads: twice is as good as once.";
const ANSWERS_ITSELF: &str = "The front end answers it alone: no function is asked.";
const TAKES_A_NUMBER: &str =
    "The attempt that is handed over may have taken a number; the next attempt takes another one.";
const READS_A_FILE: &str =
    "It reads a file of the machine on which the person types, which only the terminal does.";
const WAITS: &str = "The terminal waits as long as it takes.";

/// The line that brings a command to an outcome, or why nothing does.
pub fn line_for(
    outcome: Outcome,
    front: Front,
    scene: &Scene,
    parsed: &Parsed,
) -> Result<String, &'static str> {
    let (command, usual) = (parsed.command, scene.line.to_owned());
    match outcome {
        Outcome::Ok | Outcome::DryRun | Outcome::Duplicate | Outcome::Late | Outcome::Down
            if command.name() == "payment import" =>
        {
            Err(READS_A_FILE)
        }
        Outcome::Ok => Ok(usual),
        Outcome::Ambiguous => match named(parsed, is_a_name) {
            Some(param) => Ok(with(parsed, param, "acm", "dan").line()),
            None => Err(NOTHING_NAMED),
        },
        Outcome::None => match (scene.none, named(parsed, is_a_reference)) {
            (Some(line), _) => Ok(line.to_owned()),
            (None, Some(param)) => Ok(with(parsed, param, "zebra", "zed").line()),
            (None, None) => Err(NOTHING_MISSING),
        },
        Outcome::NoRight => command.operation().map(|_| usual).ok_or(FOR_EVERYBODY),
        Outcome::OverLimit => {
            scene.above.map(str::to_owned).or_else(|| above(parsed)).ok_or(NO_CREDITS)
        }
        Outcome::DryRun if command.is_write() => Ok(format!("{usual} --dry-run")),
        Outcome::DryRun => Err(READS),
        Outcome::Duplicate if command.is_write() => Ok(usual),
        Outcome::Duplicate => Err(READS_TWICE),
        Outcome::Late | Outcome::Down if command.operation().is_none() => Err(ANSWERS_ITSELF),
        Outcome::Late if front == Front::Terminal => Err(WAITS),
        Outcome::Late if command.name() == "client new" => Err(TAKES_A_NUMBER),
        Outcome::Late | Outcome::Down => Ok(usual),
    }
}

fn is_a_name(param: &ParamSpec) -> bool {
    matches!(param.kind, ParamKind::Client | ParamKind::Staff)
}

fn is_a_reference(param: &ParamSpec) -> bool {
    match param.kind {
        ParamKind::Client
        | ParamKind::Staff
        | ParamKind::Invoice
        | ParamKind::Op
        | ParamKind::Plan(_) => true,
        ParamKind::Amount
        | ParamKind::Number
        | ParamKind::Text
        | ParamKind::Word
        | ParamKind::Reference
        | ParamKind::Rest
        | ParamKind::Choice(_)
        | ParamKind::Date
        | ParamKind::Email
        | ParamKind::Phone
        | ParamKind::Steps
        | ParamKind::Items
        | ParamKind::Flag => false,
    }
}

/// The first of a command's parameters of some sort that its line says.
fn named(parsed: &Parsed, sort: impl Fn(&ParamSpec) -> bool) -> Option<&'static ParamSpec> {
    let params = |command: &'static Command| command.params.iter();
    params(parsed.command).find(|param| sort(param) && parsed.args.get(param.name).is_some())
}

/// The same command about another client, colleague, invoice or operation.
fn with(parsed: &Parsed, param: &ParamSpec, client: &str, staff: &str) -> Parsed {
    let undivided = |text: &str| {
        let behind = text.split_once(' ').unwrap().1;
        Value::Undivided(format!("{client} {behind}"))
    };
    let value = match param.kind {
        _ if parsed.args.is_undivided(param.name) => {
            undivided(&parsed.args.text(param.name).unwrap())
        }
        ParamKind::Staff => Value::Text(staff.to_owned()),
        ParamKind::Invoice => Value::Invoice("INV-2-0099".parse().unwrap()),
        ParamKind::Op | ParamKind::Plan(_) => Value::Op("op_0123456789abcdef".parse().unwrap()),
        _ => Value::Text(client.to_owned()),
    };
    let mut other = parsed.clone();
    other.args.set(param.name, value);
    other
}

/// The same command with more credits than a limit allows, if it takes a number of credits.
fn above(parsed: &Parsed) -> Option<String> {
    let mut params = parsed.command.params.iter();
    let (amount, value) = params.find_map(|param| match (param.name, param.kind) {
        (name, ParamKind::Amount) => Some((name, Value::Count(Count::try_new(90_000).unwrap()))),
        (name @ "amount", ParamKind::Number) => Some((name, Value::Number(90_000))),
        _ => None,
    })?;
    let mut other = parsed.clone();
    other.args.set(amount, value);
    Some(other.line())
}

//! `/setup`: the settings that a new desk lacks. In Slack and Discord a form asks for all of them; the
//! terminal asks one by one; elsewhere each has a line to type.
//!
//! Each answer is an ordinary command under a key of its own, with the rights and refusals of that
//! command. An empty answer leaves its setting as it is. A command is never an answer.

use serde_json::json;
use shared::desk::types::{Answer, Ask, Missing, Operation};
use shared::kernel::id::Identity;
use shared::kernel::money::parts;

use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::grammar::{self, Reading};
use crate::reply::words::{counted, fixed, length};
use crate::reply::{Content, Context};
use crate::view::{Mark, Suggestion, View, Weight};

/// Asks for missing settings.
pub const COMMANDS: &[Command] = &[Command {
    words: &["setup"],
    about: "Set the settings that are still missing",
    example: "/setup",
    finds: &["first day", "begin", "start", "configure", "onboarding"],
    params: &[
        ParamSpec::named("currency", ParamKind::Word, "The desk’s currency, such as GBP; it stays"),
        ParamSpec::named("sms_price", ParamKind::Word, "The price of 1,000 SMS credits, as 40.00"),
        ParamSpec::named("mms_price", ParamKind::Word, "The price of 1,000 MMS credits, as 50.00"),
        ParamSpec::named("seller", ParamKind::Text, "Your company’s name on invoices"),
        ParamSpec::named("tax", ParamKind::Word, "The tax rate in per cent, such as 20"),
    ],
    action: Action::Ask {
        operation: Operation::Status.spec(),
        call: |_| Ok(Ask::Status {}.into()),
    },
}];

/// The button that opens the form.
#[must_use]
pub fn button() -> Suggestion {
    Suggestion::new("/setup", "asks for the missing settings")
        .labelled("Set up", Weight::Main)
        .pressed("/setup <settings>")
}

/// The question for a missing setting.
#[must_use]
pub fn question(missing: Missing) -> &'static str {
    match missing {
        Missing::Currency => "Currency (such as GBP; it cannot be changed later)",
        Missing::SmsPrice => "Price of 1,000 SMS credits (such as 40.00)",
        Missing::MmsPrice => "Price of 1,000 MMS credits (such as 50.00)",
        Missing::Seller => "Your company’s name on invoices",
        Missing::Tax => "Tax rate in per cent (such as 20)",
        Missing::Mms => "Turn MMS on for the desk and all its clients (yes or no)",
    }
}

/// Whether a setting is an amount of money, which has no meaning before the currency is set.
#[must_use]
pub fn needs_currency(missing: Missing) -> bool {
    matches!(missing, Missing::SmsPrice | Missing::MmsPrice)
}

/// The sentence about a missing setting, without the command that sets it.
#[must_use]
pub fn sentence(missing: Missing) -> &'static str {
    match missing {
        Missing::Currency => "No currency is set",
        Missing::SmsPrice => "SMS credits have no default price",
        Missing::MmsPrice => "MMS credits have no default price",
        Missing::Seller => "Invoices have no seller’s name",
        Missing::Tax => "The tax rate is 0 %",
        Missing::Mms => "MMS is off for the whole desk",
    }
}

/// The commands that an answer to a question stands for; none if it leaves the setting as it is. MMS is on
/// for clients after two of them.
///
/// # Errors
/// The answer is a command, or neither yes nor no.
pub fn answered(missing: Missing, answer: &str, from: &Identity) -> Result<Vec<String>, Usage> {
    let answer = answer.trim();
    let is_command = answer.starts_with('/')
        || matches!(grammar::read(answer, from), Ok(Reading::One(_) | Reading::HelpOn(_)))
        || ["exit", "quit"].contains(&answer.to_lowercase().as_str());
    if is_command && !answer.is_empty() {
        let sentence = format!(
            "“{answer}” is a command and no answer to “{}”. Nothing was changed.",
            question(missing)
        );
        return Err(Usage::new("no_answer", sentence));
    }
    let word = answer.to_lowercase();
    match (missing, word.as_str()) {
        (_, "") | (Missing::Mms, "n" | "no" | "off") => Ok(Vec::new()),
        (Missing::Mms, "y" | "yes" | "on" | "ok" | "true") => {
            Ok(vec![line(missing, "yes"), "/mms on all of c_1".to_owned()])
        }
        (Missing::Mms, _) => {
            let sentence = format!("“{answer}”: type yes or no. Nothing was changed.");
            Err(Usage::new("no_answer", sentence))
        }
        (Missing::SmsPrice | Missing::MmsPrice, _) if !is_price(answer) => {
            let sentence = format!(
                "“{answer}” is not a price: write it with decimals, such as 40.00 or 0.40. Nothing was \
                 changed."
            );
            Err(Usage::new("bad_value", sentence))
        }
        _ => Ok(vec![line(missing, answer)]),
    }
}

/// Whether an answer is an amount of money, or steps that the command reads.
fn is_price(answer: &str) -> bool {
    let (_, number, _) = parts(answer);
    let is_number = number.chars().all(|c| c.is_ascii_digit() || ".,_".contains(c));
    answer.contains(':') || (is_number && number.starts_with(|c: char| c.is_ascii_digit()))
}

/// The command that sets a setting.
fn line(missing: Missing, answer: &str) -> String {
    // A price may come with the quantity that its command needs.
    let steps = if answer.contains(':') { answer.to_owned() } else { format!("1:{answer}") };
    match missing {
        Missing::Currency => format!("/settings currency {answer}"),
        Missing::SmsPrice => format!("/price set sms default {steps}"),
        Missing::MmsPrice => format!("/price set mms default {steps}"),
        Missing::Seller => format!("/settings seller \"{}\"", answer.replace('"', "")),
        Missing::Tax => format!("/settings tax {answer}"),
        Missing::Mms => "/mms allow c_1".to_owned(),
    }
}

/// The word of a setting: its parameter, and its name in JSON.
#[must_use]
pub fn word(missing: Missing) -> &'static str {
    match missing {
        Missing::Currency => "currency",
        Missing::SmsPrice => "sms_price",
        Missing::MmsPrice => "mms_price",
        Missing::Seller => "seller",
        Missing::Tax => "tax",
        Missing::Mms => "mms",
    }
}

/// The commands for the answers of a form, in the order in which they depend on each other.
#[must_use]
pub fn lines(args: &Args, from: &Identity) -> Vec<Result<String, Usage>> {
    let answers = Missing::ALL.iter().filter_map(|missing| {
        let answer = args.text(word(*missing))?;
        Some(answered(*missing, &answer, from))
    });
    let each = |read: Result<Vec<String>, Usage>| match read {
        Ok(lines) => lines.into_iter().map(Ok).collect(),
        Err(usage) => vec![Err(usage)],
    };
    answers.flat_map(each).collect()
}

/// The line to type for a missing setting.
#[must_use]
pub fn sample(missing: Missing) -> String {
    let answer = match missing {
        Missing::Currency => "GBP",
        Missing::SmsPrice => "40.00",
        Missing::MmsPrice => "50.00",
        Missing::Seller => "Northern Messaging Ltd",
        Missing::Tax => "20",
        Missing::Mms => "yes",
    };
    line(missing, answer)
}

/// Whether `/setup` was typed.
#[must_use]
pub fn is_asked(context: &Context<'_>) -> bool {
    context.parsed.is_some_and(|parsed| COMMANDS.contains(parsed.command))
}

/// The reply to `/setup`.
pub fn content(answer: &Answer) -> Option<Content> {
    let Answer::Status { missing, .. } = answer else { return None };
    let view = match length(missing) {
        0 => View::new(Mark::Answer, fixed("Everything is set up"))
            .suggest("/role grant <who> support <name>", "gives a colleague access")
            .suggest("/client new <name> <email>", "makes a client"),
        count => {
            let headline = counted(count, "setting is missing", "settings are missing");
            let view = View::new(Mark::Answer, fixed(headline));
            let row = |missing: &Missing| {
                fixed(format!("• {}: ", sentence(*missing))).code(sample(*missing))
            };
            let view = view.lines(missing.iter().map(row));
            let view = View { offers: vec![button()], ..view };
            if missing.contains(&Missing::Mms) {
                view.offer("Turn MMS on", Weight::Plain, sample(Missing::Mms))
            } else {
                view
            }
        }
    };
    let words: Vec<&str> = missing.iter().map(|missing| word(*missing)).collect();
    Some(Content::new("setup", view, json!({ "missing": words })))
}

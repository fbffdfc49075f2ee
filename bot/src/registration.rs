//! Discord's registration and Slack's manifest, generated from the registry of commands.

use serde_json::{Value, json};
use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::application::{
    CommandOptionType, CommandType, InstallationContext, InteractionContext,
};
use serenity::model::permissions::Permissions;

use crate::command::{Command, OptionType, ParamSpec};
use crate::commands;
use crate::complete;
use crate::slack::SHOW_OPERATION;

/// Slack's limit of slash commands for an app. The first of the registry are registered by their own
/// names; each command can also be typed behind `/desk`.
const SLACK_COMMANDS_MAX: usize = 50;

fn pretty(value: &Value) -> String {
    // A value that was made from plain data always has a text.
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Discord's registration of all commands, as JSON: to be put at once.
#[must_use]
pub fn discord() -> String {
    pretty(&discord_commands())
}

/// Slack's app manifest, as JSON; `base` is where Slack reaches the desk: `https://…`.
#[must_use]
pub fn slack(base: &str) -> String {
    pretty(&slack_manifest(base.trim_end_matches('/')))
}

/// The command in a message's menu.
pub const MENU: &str = "Show operation";

/// The longest value of a completed option: Discord may hand back the label instead.
const LABEL_MAX: u16 = 100;

/// Discord's registration.
#[must_use]
pub fn discord_commands() -> Value {
    let all = commands::first_words().into_iter().map(|word| {
        let about = commands::about(&[word]);
        let mut command =
            for_staff(CreateCommand::new(word).kind(CommandType::ChatInput)).description(about);
        for option in options_of(&[word]) {
            command = command.add_option(option);
        }
        compact(json!(command))
    });
    let menu = for_staff(CreateCommand::new(MENU).kind(CommandType::Message));
    Value::Array(all.chain([compact(json!(menu))]).collect())
}

/// Limits a command to the guild and hides it from members without rights. The functions decide who
/// may run it.
fn for_staff(command: CreateCommand) -> CreateCommand {
    command
        .contexts(vec![InteractionContext::Guild])
        .integration_types(vec![InstallationContext::Guild])
        .default_member_permissions(Permissions::empty())
}

/// The options below some words: groups and subcommands, or the parameters of the command.
fn options_of(words: &[&'static str]) -> Vec<CreateCommandOption> {
    if let Some(command) = commands::all().find(|command| command.words == words) {
        // Discord wants the required ones first.
        let mut params: Vec<&'static ParamSpec> = command.params().collect();
        params.sort_by_key(|param| !param.is_required());
        return params.into_iter().map(|param| option(command, param)).collect();
    }
    let below = commands::next_words(words).into_iter().map(|word| {
        let mut words = words.to_vec();
        words.push(word);
        let leaf = commands::all().any(|command| command.words == words);
        let kind =
            if leaf { CommandOptionType::SubCommand } else { CommandOptionType::SubCommandGroup };
        let options = options_of(&words);
        CreateCommandOption::new(kind, word, commands::about(&words)).set_sub_options(options)
    });
    below.collect()
}

/// A parameter as an option. Staff are text, not Discord's user option: a colleague may have no account
/// there, and a mention typed into text means the same.
fn option(command: &Command, param: &'static ParamSpec) -> CreateCommandOption {
    let form = param.kind.form();
    let kind = match form.option {
        OptionType::Text | OptionType::Note | OptionType::Choice(_) => CommandOptionType::String,
        OptionType::Integer { .. } => CommandOptionType::Integer,
        OptionType::Boolean => CommandOptionType::Boolean,
    };
    let option =
        CreateCommandOption::new(kind, param.name, param.about).required(param.is_required());
    let option = if complete::completes(command, param) {
        option.set_autocomplete(true).max_length(LABEL_MAX)
    } else {
        option
    };
    match form.option {
        OptionType::Integer { min, max } => {
            let option = option.min_int_value(min);
            match max {
                Some(max) => option.max_int_value(max),
                None => option,
            }
        }
        OptionType::Note => {
            option.max_length(u16::try_from(shared::ledger::entry::NOTE_MAX).unwrap_or(200))
        }
        OptionType::Choice(words) => {
            words.iter().fold(option, |option, (word, _)| option.add_string_choice(*word, *word))
        }
        OptionType::Text | OptionType::Boolean => option,
    }
}

/// Removes the empty values that the builders write: nulls, `false`, empty lists and empty maps.
pub(crate) fn compact(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let full = fields.into_iter().map(|(name, value)| (name, compact(value)));
            let nothing = |value: &Value| match value {
                Value::Null | Value::Bool(false) => true,
                Value::Array(items) => items.is_empty(),
                Value::Object(fields) => fields.is_empty(),
                Value::Bool(true) | Value::Number(_) | Value::String(_) => false,
            };
            Value::Object(full.filter(|(_, value)| !nothing(value)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(compact).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// Slack's own commands; ours of the same name are typed behind `/desk`.
pub const SLACK_RESERVED: &[&str] = &[
    "apps",
    "archive",
    "away",
    "call",
    "collapse",
    "dnd",
    "expand",
    "feed",
    "feedback",
    "help",
    "invite",
    "join",
    "keys",
    "leave",
    "me",
    "msg",
    "mute",
    "open",
    "prefs",
    "remind",
    "remove",
    "rename",
    "search",
    "shortcuts",
    "shrug",
    "star",
    "status",
    "topic",
    "who",
];

/// The app's rights: commands, messages where it is a member and in public channels, files, direct
/// messages, and the names of users.
const SLACK_SCOPES: [&str; 6] =
    ["chat:write", "chat:write.public", "commands", "files:write", "im:write", "users:read"];

fn slack_manifest(base: &str) -> Value {
    let url = format!("{base}/slack/commands");
    let one = |word: &'static str| {
        json!({
            "command": format!("/{word}"),
            "url": url,
            "description": commands::about(&[word]),
            "usage_hint": hint(word),
            "should_escape": true,
        })
    };
    let by_name = commands::first_words().into_iter().filter(|word| !SLACK_RESERVED.contains(word));
    let mut all: Vec<Value> = by_name.map(one).take(SLACK_COMMANDS_MAX.saturating_sub(1)).collect();
    all.push(json!({
        "command": "/desk",
        "url": url,
        "description": "Every command of the desk",
        "usage_hint": "help | status | client view acme | …",
        "should_escape": true,
    }));
    json!({
        "_metadata": { "major_version": 1 },
        "display_information": {
            "name": "Credit Desk",
            "description": "Staff commands for client credit",
        },
        "features": {
            "bot_user": { "display_name": "creditdesk", "always_online": false },
            "slash_commands": all,
            "shortcuts": [{
                "name": "Show operation",
                "type": "message",
                "callback_id": SHOW_OPERATION,
                "description": "What was done, by whom and when",
            }],
        },
        "oauth_config": { "scopes": { "bot": SLACK_SCOPES } },
        "settings": {
            "interactivity": {
                "is_enabled": true,
                "request_url": format!("{base}/slack/interactions"),
                "message_menu_options_url": format!("{base}/slack/options"),
            },
            "org_deploy_enabled": false,
            "socket_mode_enabled": false,
        },
    })
}

/// Slack's hint behind a command while it is typed.
fn hint(word: &'static str) -> String {
    let usages = commands::all().filter(|command| command.first_word() == word).map(|command| {
        let usage = command.short_usage();
        usage.strip_prefix(&format!("/{word}")).map(str::trim).unwrap_or_default().to_owned()
    });
    let usages: Vec<String> = usages.filter(|usage| !usage.is_empty()).collect();
    // Slack cuts a hint that is longer than its line anyway.
    let mut hint = String::new();
    for usage in usages {
        let longer = if hint.is_empty() { usage } else { format!("{hint} | {usage}") };
        if longer.chars().count() > 1_000 {
            break;
        }
        hint = longer;
    }
    hint
}

#[cfg(test)]
mod tests;

//! The environment, read here and nowhere else in this program. What an AWS SDK reads by itself
//! (`AWS_ENDPOINT_URL`, region, credentials) is not used: the local desk brings its own store.

use bot::config::{Discord, Secret, bases, secrets};
use bot::outgoing::Bases;
use shared::id::Identity;

/// What the environment says.
#[derive(Debug, Clone)]
pub struct Config {
    /// `CREDITDESK_OWNERS`: who are owners at the first start.
    pub owners: Vec<Identity>,
    /// `LEDGER_TABLE`.
    pub ledger_table: String,
    /// `DESK_TABLE`.
    pub desk_table: String,
    /// `SLACK_SIGNING_SECRET`: one, or two separated by a comma while it rotates. None is off.
    pub slack_secrets: Vec<Secret>,
    /// `SLACK_BOT_TOKEN`: for forms, files and what nobody asked for just now.
    pub slack_token: Option<Secret>,
    /// `DISCORD_PUBLIC_KEY`, without which it is off, `DISCORD_APPLICATION_ID`, `DISCORD_GUILDS`,
    /// `DISCORD_BOT_TOKEN`.
    pub discord: Discord,
    /// `DISCORD_API_BASE`, `SLACK_API_BASE`: other addresses than the platforms' own.
    pub bases: Bases,
    /// `NO_COLOR` is set to something.
    pub no_color: bool,
    /// `CREDITDESK_LOG`: which log lines are written to standard error, as a `tracing` filter.
    pub log: String,
}

/// The identity that types in the terminal.
pub const TERMINAL: &str = "local:owner";

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn read() -> Result<Self, String> {
        let (owners, wrong) = identities(&variable("CREDITDESK_OWNERS").unwrap_or_default());
        if !wrong.is_empty() {
            return Err(format!(
                "CREDITDESK_OWNERS: not an identity: {}. An identity is local:<name>, \
                 slack:<team>:<user> or discord:<guild>:<user>.",
                wrong.join(", ")
            ));
        }
        Ok(Self {
            owners,
            ledger_table: variable("LEDGER_TABLE").unwrap_or_else(|| "ledger".to_owned()),
            desk_table: variable("DESK_TABLE").unwrap_or_else(|| "desk".to_owned()),
            slack_secrets: secrets(&variable("SLACK_SIGNING_SECRET").unwrap_or_default()),
            slack_token: variable("SLACK_BOT_TOKEN").map(Secret::new),
            discord: Discord::read(variable),
            bases: bases(variable),
            no_color: variable("NO_COLOR").is_some(),
            log: variable("CREDITDESK_LOG").unwrap_or_else(|| "error".to_owned()),
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn parts(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The identities of a list, and what in it is none. An empty list means the terminal's own.
fn identities(list: &str) -> (Vec<Identity>, Vec<String>) {
    let mut owners = Vec::new();
    let mut wrong = Vec::new();
    let named = parts(list);
    let named = if named.is_empty() { vec![TERMINAL.to_owned()] } else { named };
    for text in named {
        match text.parse::<Identity>() {
            Ok(identity) if owners.contains(&identity) => {}
            Ok(identity) => owners.push(identity),
            Err(_) => wrong.push(format!("“{text}”")),
        }
    }
    (owners, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_each_named_once_and_all_mistakes_are_told() {
        let (owners, wrong) = identities(" local:eve, slack:T1:U2 ,local:eve,");
        assert_eq!(
            owners.iter().map(Identity::as_str).collect::<Vec<_>>(),
            ["local:eve", "slack:T1:U2"]
        );
        assert!(wrong.is_empty());
        let (_, wrong) = identities("eve, mail:a@b.example");
        assert_eq!(wrong, ["“eve”", "“mail:a@b.example”"]);
        let (owners, _) = identities("");
        assert_eq!(owners[0].as_str(), TERMINAL);
    }
}

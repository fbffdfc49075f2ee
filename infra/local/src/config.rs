//! The environment, read here and nowhere else in this program. What an AWS SDK reads by itself
//! (`AWS_ENDPOINT_URL`, region, credentials) is not used: the local desk brings its own store.

use std::net::{Ipv4Addr, SocketAddr};

use bot::config::{Discord, bases};
use bot::outgoing::Bases;
use functions::access::link::Links;
use functions::billing::Secrets;
use functions::billing::api::Accounts;
use functions::config::owners;
use runtime::environment::{Environment, Incomplete, read};
use runtime::secret::Secret;
use shared::kernel::id::Identity;

/// What the environment says.
#[derive(Debug, Clone)]
pub struct Config {
    /// `CREDITDESK_OWNERS`: who are owners at the first start.
    pub owners: Vec<Identity>,
    /// `LEDGER_TABLE`.
    pub ledger_table: String,
    /// `DESK_TABLE`.
    pub desk_table: String,
    /// `STRIPE_WEBHOOK_SECRET`, `PAYSTACK_SECRET_KEY` and `BILLING_WEBHOOK_SECRET`: the routes of those that are
    /// not set are off. None is read where no webhook is served or sent.
    pub billing: Secrets,
    /// `STRIPE_API_KEY` and `PAYSTACK_SECRET_KEY`, with which the desk asks the providers; `STRIPE_API_BASE` and
    /// `PAYSTACK_API_BASE`: other addresses than their own.
    pub accounts: Accounts,
    /// `LINK_KEY`, without which a directory has a key of its own, and `PUBLIC_URL`.
    pub links: Links,
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
    /// `TERM` is `dumb`: the terminal understands no escapes.
    pub is_dumb: bool,
    /// `CREDITDESK_LOG`: which log lines are written to standard error, as a `tracing` filter.
    pub log: String,
}

/// Where the terminal desk and `serve` listen when nothing else is said.
pub const PORT: u16 = 8787;

/// The identity that types in the terminal.
pub const TERMINAL: &str = "local:owner";

impl Config {
    /// Reads the environment; the secrets of webhooks only for a program that serves or sends them.
    ///
    /// # Errors
    /// Everything that is malformed in it, at once.
    pub fn read(has_webhooks: bool) -> Result<Self, Incomplete> {
        read(|environment| Self::of(environment, has_webhooks))
    }

    /// Whether terminals may be coloured.
    #[must_use]
    pub fn has_colour(&self) -> bool {
        !self.no_color && !self.is_dumb
    }

    /// The same settings for a desk that listens there: its links lead there, unless they have an address.
    #[must_use]
    pub fn at(&self, address: SocketAddr) -> Self {
        let links = self.links.clone().or_below(&format!("http://{address}"));
        Self { links, ..self.clone() }
    }

    /// As [`Config::at`], for the usual port of this machine.
    #[must_use]
    pub fn at_home(&self) -> Self {
        self.at(SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)))
    }

    fn of(environment: &mut Environment<'_>, has_webhooks: bool) -> Self {
        let or = |name, text: &str| environment.optional(name).unwrap_or_else(|| text.to_owned());
        let (ledger_table, desk_table) = (or("LEDGER_TABLE", "ledger"), or("DESK_TABLE", "desk"));
        let log = or("CREDITDESK_LOG", "error");
        let mut owners = owners(environment);
        if owners.is_empty() {
            owners.extend(TERMINAL.parse::<Identity>());
        }
        Self {
            owners,
            ledger_table,
            desk_table,
            billing: if has_webhooks { Secrets::read(environment) } else { Secrets::default() },
            accounts: Accounts::read(environment),
            links: Links::read(environment),
            slack_secrets: environment.secrets("SLACK_SIGNING_SECRET"),
            slack_token: environment.secret("SLACK_BOT_TOKEN"),
            discord: Discord::read(environment),
            bases: bases(environment),
            no_color: environment.optional("NO_COLOR").is_some(),
            is_dumb: environment.optional("TERM").is_some_and(|term| term == "dumb"),
            log,
        }
    }
}

#[cfg(test)]
mod tests {
    use runtime::environment::read_from;

    use super::*;

    #[test]
    fn owners_are_each_named_once_and_default_to_the_terminal() {
        let owners = |list: &'static str| {
            let variable = |name: &str| (name == "CREDITDESK_OWNERS").then(|| list.to_owned());
            let config = read_from(&variable, |environment| Config::of(environment, true));
            config.map(|config| {
                config.owners.iter().map(|owner| owner.as_str().to_owned()).collect::<Vec<_>>()
            })
        };
        assert_eq!(
            owners(" local:eve, slack:T1:U2 ,local:eve,").unwrap(),
            ["local:eve", "slack:T1:U2"]
        );
        assert_eq!(owners("").unwrap(), [TERMINAL]);
        let malformed = owners("eve, mail:a@b.example").unwrap_err().to_string();
        assert!(malformed.contains("“eve”, “mail:a@b.example”"), "{malformed}");
    }
    #[test]
    fn malformed_webhook_secret_fails_only_a_program_with_webhooks() {
        let variable = |name: &str| (name == "BILLING_WEBHOOK_SECRET").then(|| "try".to_owned());
        let config = |has_webhooks| {
            read_from(&variable, |environment| Config::of(environment, has_webhooks))
        };

        assert!(config(false).is_ok());
        let malformed = config(true).unwrap_err().to_string();
        assert!(malformed.contains("BILLING_WEBHOOK_SECRET is not whsec_"), "{malformed}");
    }
}

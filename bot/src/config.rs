//! What the chat shell is told by its environment. Nothing else in this crate reads it.
//!
//! Invariant: a front end whose secret is not set is off.

use runtime::aws::{AwsAccess, Service};
use runtime::environment::Environment;
use shared::kernel::spec::Function;

use runtime::secret::Secret;

use crate::outgoing::Bases;

/// The deployed functions by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionNames {
    credits: String,
    clients: String,
    invoices: String,
    permissions: String,
}

impl FunctionNames {
    /// The name under which a function is deployed.
    #[must_use]
    pub fn get(&self, function: Function) -> &str {
        match function {
            Function::Credits => &self.credits,
            Function::Clients => &self.clients,
            Function::Invoices => &self.invoices,
            Function::Permissions => &self.permissions,
        }
    }
}

/// The settings of the deployed chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The functions it calls.
    pub functions: FunctionNames,
    /// How it reaches them.
    pub access: AwsAccess,
    /// Slack's signing secrets; Slack is off when there is none.
    pub slack: Vec<Secret>,
    /// The Slack app's token; without it there are no forms and no files.
    pub slack_token: Option<Secret>,
    /// The front end for Discord.
    pub discord: Discord,
    /// The addresses of the platforms.
    pub bases: Bases,
}

impl Config {
    /// Reads the settings.
    pub fn read(environment: &mut Environment<'_>) -> Self {
        Self {
            functions: FunctionNames {
                credits: environment.required("CREDITS_FUNCTION"),
                clients: environment.required("CLIENTS_FUNCTION"),
                invoices: environment.required("INVOICES_FUNCTION"),
                permissions: environment.required("PERMISSIONS_FUNCTION"),
            },
            access: AwsAccess::read(environment, &[Service::Lambda]),
            slack: environment.secrets("SLACK_SIGNING_SECRET"),
            slack_token: environment.secret("SLACK_BOT_TOKEN"),
            discord: Discord::read(environment),
            bases: bases(environment),
        }
    }
}

/// The name of the function that takes an interaction that lasts longer than its platform waits.
pub fn worker(environment: &mut Environment<'_>) -> String {
    environment.required("CHAT_WORKER_FUNCTION")
}

/// The settings of the front end for Discord.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Discord {
    /// The application's public key in hexadecimal digits, or two while it is rotated. Discord is
    /// off when there is none.
    pub keys: String,
    /// The application's id.
    pub application: Option<String>,
    /// The ids of the guilds in which the desk works; all if none is named.
    pub guilds: Vec<String>,
    /// The bot's token, for announcements and for registering commands.
    pub token: Option<Secret>,
}

impl Discord {
    /// Reads the settings.
    pub fn read(environment: &mut Environment<'_>) -> Self {
        Self {
            keys: environment.optional("DISCORD_PUBLIC_KEY").unwrap_or_default(),
            application: environment.optional("DISCORD_APPLICATION_ID"),
            guilds: environment.list("DISCORD_GUILDS", "ids"),
            token: environment.secret("DISCORD_BOT_TOKEN"),
        }
    }
}

/// The addresses of the platforms: their own, unless the environment names others.
#[must_use]
pub fn bases(environment: &Environment<'_>) -> Bases {
    let standard = Bases::default();
    let base = |name, standard: String| {
        environment.optional(name).map_or(standard, |base| base.trim_end_matches('/').to_owned())
    };
    Bases {
        discord: base("DISCORD_API_BASE", standard.discord),
        slack: base("SLACK_API_BASE", standard.slack),
        slack_hooks: standard.slack_hooks,
    }
}

#[cfg(test)]
mod tests {
    use runtime::environment::{Incomplete, read_from};

    use super::*;

    #[test]
    fn chat_without_settings_reports_all_eight() {
        let read =
            |environment: &mut Environment<'_>| (Config::read(environment), worker(environment));
        let Incomplete(faults) = read_from(&|_| None, read).unwrap_err();
        assert_eq!(faults.len(), 8, "{faults:?}");
        for name in ["CREDITS_FUNCTION", "AWS_REGION", "CHAT_WORKER_FUNCTION"] {
            assert!(faults.iter().any(|fault| fault.contains(name)), "{name}: {faults:?}");
        }
        let Incomplete(blank) = read_from(&|_| Some(" ".to_owned()), read).unwrap_err();
        assert_eq!(blank, faults);
    }

    #[test]
    fn debug_of_a_configuration_shows_no_secret() {
        let config = config(&|name| Some(format!("{name},two")));
        assert_eq!(config.slack.len(), 2);
        let printed = format!("{config:?}");
        for name in [
            "SLACK_SIGNING_SECRET",
            "SLACK_BOT_TOKEN",
            "DISCORD_BOT_TOKEN",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
        ] {
            assert!(!printed.contains(name), "{name}: {printed}");
        }
    }

    /// The configuration of an environment; what is an address there is left out.
    fn config(variable: &dyn Fn(&str) -> Option<String>) -> Config {
        let variable = |name: &str| variable(name).filter(|_| !name.contains("ENDPOINT"));
        read_from(&variable, Config::read).unwrap()
    }

    #[test]
    fn guilds_and_bases_lose_blanks_and_slashes() {
        let variable = |name: &str| match name {
            "DISCORD_GUILDS" => Some(" 1, ,2 ".to_owned()),
            "DISCORD_API_BASE" => Some("http://127.0.0.1:1/api/".to_owned()),
            "SLACK_API_BASE" => None,
            name => Some(name.to_owned()),
        };
        let config = config(&variable);
        assert_eq!(config.discord.guilds, ["1", "2"]);
        assert_eq!(config.bases.discord, "http://127.0.0.1:1/api");
        assert_eq!(config.bases.slack, Bases::default().slack);
    }
}

//! What the deployed chat reads from its environment, once, when it starts. Whatever is missing is
//! reported all at once; a front end whose secret is missing is off.

use std::fmt;

use shared::operation::Function;

use crate::outgoing::Bases;

/// A secret: it can be used and not be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that uses it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The secrets in a comma-separated text; none when it is empty.
#[must_use]
pub fn secrets(text: &str) -> Vec<Secret> {
    text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(Secret::new).collect()
}

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

/// How AWS is reached: what Lambda puts into every function's environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aws {
    /// The region.
    pub region: String,
    /// The access key's id.
    pub access_key: String,
    /// The access key.
    pub secret_key: Secret,
    /// The session, for keys that expire.
    pub session_token: Option<Secret>,
    /// Another address than AWS's own.
    pub endpoint: Option<String>,
}

/// Everything the deployed chat is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The functions it calls.
    pub functions: FunctionNames,
    /// How it reaches them.
    pub aws: Aws,
    /// The function that takes what takes longer than a platform waits; the worker has none.
    pub worker: Option<String>,
    /// Slack's signing secrets; Slack is off when there is none.
    pub slack: Vec<Secret>,
    /// The Slack app's token; without it there are no forms and no files.
    pub slack_token: Option<Secret>,
    /// Discord's public keys; Discord is off when there is none.
    pub discord: Discord,
    /// Where the platforms are.
    pub bases: Bases,
}

/// What the front end for Discord is told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Discord {
    /// The application's public key in hexadecimal digits, or two while one is replaced.
    pub keys: String,
    /// The application's id.
    pub application: Option<String>,
    /// The guilds in which the desk works; all if none is named.
    pub guilds: Vec<String>,
    /// The bot's token: for what nobody asked for just now, and for registering commands.
    pub token: Option<Secret>,
}

impl Discord {
    /// Reads the environment through `variable`.
    pub fn read(variable: impl Fn(&'static str) -> Option<String>) -> Self {
        let guilds = variable("DISCORD_GUILDS").unwrap_or_default();
        let guilds = guilds.split(',').map(str::trim).filter(|guild| !guild.is_empty());
        Self {
            keys: variable("DISCORD_PUBLIC_KEY").unwrap_or_default(),
            application: variable("DISCORD_APPLICATION_ID"),
            guilds: guilds.map(str::to_owned).collect(),
            token: variable("DISCORD_BOT_TOKEN").map(Secret::new),
        }
    }
}

/// Where the platforms are: at their own addresses, unless the environment names others.
pub fn bases(variable: impl Fn(&'static str) -> Option<String>) -> Bases {
    let own = Bases::default();
    let other = |name, own: String| {
        variable(name).map_or(own, |base| base.trim_end_matches('/').to_owned())
    };
    Bases {
        discord: other("DISCORD_API_BASE", own.discord),
        slack: other("SLACK_API_BASE", own.slack),
        slack_hooks: own.slack_hooks,
    }
}

/// What the environment should name and does not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("missing in the environment: {}", .0.join(", "))]
pub struct Missing(pub Vec<&'static str>);

impl Config {
    /// Reads the environment through `variable`.
    ///
    /// # Errors
    /// All that is missing.
    pub fn read(variable: impl Fn(&'static str) -> Option<String>) -> Result<Self, Missing> {
        let mut missing = Vec::new();
        let optional = |name| variable(name).filter(|value| !value.trim().is_empty());
        let mut required = |name| {
            optional(name).unwrap_or_else(|| {
                missing.push(name);
                String::new()
            })
        };
        let config = Self {
            functions: FunctionNames {
                credits: required("CREDITS_FUNCTION"),
                clients: required("CLIENTS_FUNCTION"),
                invoices: required("INVOICES_FUNCTION"),
                permissions: required("PERMISSIONS_FUNCTION"),
            },
            aws: Aws {
                region: required("AWS_REGION"),
                access_key: required("AWS_ACCESS_KEY_ID"),
                secret_key: Secret::new(required("AWS_SECRET_ACCESS_KEY")),
                session_token: optional("AWS_SESSION_TOKEN").map(Secret::new),
                endpoint: optional("AWS_ENDPOINT_URL_LAMBDA").or(optional("AWS_ENDPOINT_URL")),
            },
            worker: optional("CHAT_WORKER_FUNCTION"),
            slack: secrets(&optional("SLACK_SIGNING_SECRET").unwrap_or_default()),
            slack_token: optional("SLACK_BOT_TOKEN").map(Secret::new),
            discord: Discord::read(optional),
            bases: bases(optional),
        };
        if missing.is_empty() { Ok(config) } else { Err(Missing(missing)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_missing_is_reported_at_once() {
        let Err(Missing(names)) = Config::read(|_| None) else { panic!("nothing was there") };
        assert_eq!(names.len(), 7);
        assert!(names.contains(&"CREDITS_FUNCTION") && names.contains(&"AWS_REGION"));
        // An empty one is a missing one.
        assert!(Config::read(|_| Some(" ".to_owned())).is_err());
    }

    #[test]
    fn secrets_rotate_in_pairs_and_are_never_printed() {
        let config = Config::read(|name| Some(format!("{name},two"))).unwrap();
        assert_eq!(config.slack.len(), 2);
        let printed = format!("{config:?}");
        assert!(!printed.contains("SLACK_SIGNING_SECRET"), "{printed}");
        assert!(!printed.contains("AWS_SECRET_ACCESS_KEY"), "{printed}");
        assert!(!printed.contains("AWS_SESSION_TOKEN"), "{printed}");
        assert!(!printed.contains("DISCORD_BOT_TOKEN"), "{printed}");
        assert!(!printed.contains("SLACK_BOT_TOKEN"), "{printed}");
        assert!(secrets(" , ").is_empty());
    }

    #[test]
    fn guilds_and_bases_are_read_as_they_are_meant() {
        let guilds = |name| (name == "DISCORD_GUILDS").then(|| " 1, ,2 ".to_owned());
        assert_eq!(Discord::read(guilds).guilds, ["1", "2"]);
        let base =
            |name| (name == "DISCORD_API_BASE").then(|| "http://127.0.0.1:1/api/".to_owned());
        let read = bases(base);
        assert_eq!(
            (read.discord.as_str(), read.slack),
            ("http://127.0.0.1:1/api", Bases::default().slack)
        );
    }

    #[test]
    fn the_nearer_endpoint_wins() {
        let all = |name: &'static str| Some(name.to_owned());
        assert_eq!(
            Config::read(all).unwrap().aws.endpoint.as_deref(),
            Some("AWS_ENDPOINT_URL_LAMBDA")
        );
    }
}

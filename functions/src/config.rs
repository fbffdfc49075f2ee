//! What the functions are told by their environment. Nothing else in this crate reads it.

use runtime::aws::{AwsAccess, Service};
use runtime::environment::Environment;
use shared::kernel::id::Identity;

use crate::access::link::Links;
use crate::billing::api::Accounts;
use crate::store::Tables;

/// The settings of every function.
#[derive(Debug, Clone)]
pub struct Config {
    /// The names of the two tables.
    pub tables: Tables,
    /// The address of the queue for hints about jobs.
    pub queue: String,
    /// How it reaches the services.
    pub access: AwsAccess,
}

impl Config {
    /// Reads the settings, with the access to the tables and to `services`.
    pub fn read(environment: &mut Environment<'_>, services: &[Service]) -> Self {
        let services = [&[Service::DynamoDb], services].concat();
        Self {
            tables: tables(environment),
            queue: environment.required("JOBS_QUEUE_URL"),
            access: AwsAccess::read(environment, &services),
        }
    }
}

fn tables(environment: &mut Environment<'_>) -> Tables {
    Tables {
        ledger: environment.required("LEDGER_TABLE"),
        desk: environment.required("DESK_TABLE"),
    }
}

/// The settings of the function that opens links.
#[derive(Debug, Clone)]
pub struct AccessConfig {
    pub tables: Tables,
    pub access: AwsAccess,
    pub links: Links,
    /// Where payments begin.
    pub accounts: Accounts,
}

impl AccessConfig {
    /// Reads the settings.
    pub fn read(environment: &mut Environment<'_>) -> Self {
        Self {
            tables: tables(environment),
            access: AwsAccess::read(environment, &[Service::DynamoDb]),
            links: Links::read(environment),
            accounts: Accounts::read(environment),
        }
    }
}

/// The settings of the function that carries out effects.
#[derive(Debug, Clone)]
pub struct EffectsConfig {
    /// What every function is told.
    pub common: Config,
    /// The sender of all mail.
    pub mail_from: String,
    /// The function that speaks in channels, where a platform is connected.
    pub chat_worker: Option<String>,
    pub links: Links,
    /// Where refunds are asked for.
    pub accounts: Accounts,
}

impl EffectsConfig {
    /// Reads the settings.
    pub fn read(environment: &mut Environment<'_>) -> Self {
        let chat_worker = environment.optional("CHAT_WORKER_FUNCTION");
        let mut services = vec![Service::Ses];
        services.extend(chat_worker.is_some().then_some(Service::Lambda));
        Self {
            common: Config::read(environment, &services),
            mail_from: environment.required("MAIL_FROM"),
            chat_worker,
            links: Links::read(environment),
            accounts: Accounts::read(environment),
        }
    }
}

/// The owners of the desk at its first start, where the environment names them.
pub fn owners(environment: &mut Environment<'_>) -> Vec<Identity> {
    environment.list("CREDITDESK_OWNERS", Identity::FORMS)
}

#[cfg(test)]
mod tests {
    use runtime::environment::{Incomplete, read_from};

    use super::*;

    fn complete(name: &str) -> Option<String> {
        let value = match name {
            "LEDGER_TABLE" => "ledger",
            "DESK_TABLE" => "desk",
            "JOBS_QUEUE_URL" => "http://127.0.0.1/queue",
            "AWS_REGION" => "eu-west-1",
            "AWS_ACCESS_KEY_ID" => "AKID",
            "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN" => "secret",
            "MAIL_FROM" => "desk@example.com",
            "CREDITDESK_OWNERS" => "slack:T1:U1, local:owner,",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn effects_without_settings_report_all_seven() {
        let Incomplete(faults) = read_from(&|_| None, EffectsConfig::read).unwrap_err();
        assert_eq!(faults.len(), 7, "{faults:?}");
    }

    #[test]
    fn sweep_with_malformed_owners_and_no_tables_reports_both() {
        let variable = |name: &str| match name {
            "CREDITDESK_OWNERS" => Some("local:ok,eve".to_owned()),
            name => complete(name).filter(|_| !name.ends_with("_TABLE")),
        };
        let read = read_from(&variable, |environment| {
            (Config::read(environment, &[]), owners(environment))
        });
        let Incomplete(faults) = read.unwrap_err();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[2].contains("“eve”"), "{faults:?}");
    }

    #[test]
    fn complete_environment_gives_a_configuration_that_prints_no_secret() {
        let (config, owners) = read_from(&complete, |environment| {
            (EffectsConfig::read(environment), owners(environment))
        })
        .unwrap();
        assert_eq!(owners.len(), 2);
        assert_eq!(config.common.tables.desk, "desk");
        assert!(!format!("{config:?}").contains("secret"));
    }
}

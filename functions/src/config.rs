//! The environment of a deployed function, read once at its start. Whatever is missing is reported
//! all at once. Nothing else in this crate reads the environment.

use shared::id::Identity;

use crate::store::Tables;

/// What a function is told by its environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// The names of the two tables.
    pub tables: Tables,
    /// The queue for hints about jobs.
    pub queue_url: String,
    /// The sender of all mail, where mail is sent.
    pub mail_from: Option<String>,
    /// The function that speaks in channels, where a platform is connected.
    pub chat_worker: Option<String>,
    /// Who owns the desk at its first start, where a function may begin it.
    pub owners: Vec<Identity>,
    /// The region.
    pub region: String,
    /// Where the services are, if not at their usual addresses.
    pub endpoints: Endpoints,
    /// What requests are signed with.
    pub credentials: Credentials,
}

/// Addresses of services.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Endpoints {
    /// DynamoDB.
    pub dynamodb: Option<String>,
    /// SES.
    pub ses: Option<String>,
    /// SQS.
    pub sqs: Option<String>,
    /// Lambda.
    pub lambda: Option<String>,
}

/// The credentials of the function's role; they hold as long as its environment.
#[derive(Clone)]
pub struct Credentials {
    /// The id of the key.
    pub key_id: String,
    /// The key.
    pub secret: String,
    /// The session.
    pub session: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(..)")
    }
}

/// Variables without which the function cannot work, or that hold something else than they should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment is not complete: {}", .0.join("; "))]
pub struct Missing(pub Vec<String>);

/// What is logged, and how. It is read apart from the rest, so that what the rest is missing can be
/// logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logging {
    /// As Lambda's logging controls say it, or `RUST_LOG`: a level, or levels by target.
    pub levels: String,
    /// One JSON object a line, instead of text.
    pub json: bool,
}

impl Logging {
    /// Reads the environment of this process.
    #[must_use]
    pub fn from_env() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
        Self::read(|name| std::env::var(name).ok())
    }

    fn read(of: impl Fn(&str) -> Option<String>) -> Self {
        let levels = ["RUST_LOG", "AWS_LAMBDA_LOG_LEVEL"]
            .into_iter()
            .find_map(|name| of(name).filter(|levels| !levels.trim().is_empty()));
        let format = of("AWS_LAMBDA_LOG_FORMAT").unwrap_or_default();
        Self {
            levels: levels.unwrap_or_else(|| "info".to_owned()),
            json: format.eq_ignore_ascii_case("json"),
        }
    }
}

/// Variables that only some functions need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Only what all of them need.
    Calls,
    /// Also the sender of mail.
    Mail,
}

impl Config {
    /// Reads the environment of this process.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn from_env(needs: Needs) -> Result<Self, Missing> {
        #[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
        Self::read(needs, |name| std::env::var(name).ok())
    }

    fn read(needs: Needs, of: impl Fn(&str) -> Option<String>) -> Result<Self, Missing> {
        let mut missing = Vec::new();
        let optional = |name: &str| of(name).filter(|value| !value.trim().is_empty());
        let mut required = |name: &str| {
            optional(name).unwrap_or_else(|| {
                missing.push(format!("{name} is not set"));
                String::new()
            })
        };
        let tables = Tables { ledger: required("LEDGER_TABLE"), desk: required("DESK_TABLE") };
        let queue_url = required("JOBS_QUEUE_URL");
        let credentials = Credentials {
            key_id: required("AWS_ACCESS_KEY_ID"),
            secret: required("AWS_SECRET_ACCESS_KEY"),
            session: optional("AWS_SESSION_TOKEN"),
        };
        let region = optional("AWS_REGION").unwrap_or_else(|| required("AWS_DEFAULT_REGION"));
        let mail_from = match needs {
            Needs::Calls => optional("MAIL_FROM"),
            Needs::Mail => Some(required("MAIL_FROM")),
        };
        let mut owners = Vec::new();
        for text in optional("CREDITDESK_OWNERS").unwrap_or_default().split(',') {
            match text.trim() {
                "" => {}
                text => match text.parse::<Identity>() {
                    Ok(identity) => owners.push(identity),
                    Err(_) => missing
                        .push(format!("CREDITDESK_OWNERS names “{text}”, which is no identity")),
                },
            }
        }
        let endpoint = |service: &str| {
            optional(&format!("AWS_ENDPOINT_URL_{service}"))
                .or_else(|| optional("AWS_ENDPOINT_URL"))
        };
        let endpoints = Endpoints {
            dynamodb: endpoint("DYNAMODB"),
            ses: endpoint("SES"),
            sqs: endpoint("SQS"),
            lambda: endpoint("LAMBDA"),
        };
        let chat_worker = optional("CHAT_WORKER_FUNCTION");
        if missing.is_empty() {
            Ok(Self {
                tables,
                queue_url,
                mail_from,
                chat_worker,
                owners,
                region,
                endpoints,
                credentials,
            })
        } else {
            Err(Missing(missing))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(name: &str) -> Option<String> {
        let value = match name {
            "LEDGER_TABLE" => "ledger",
            "DESK_TABLE" => "desk",
            "JOBS_QUEUE_URL" => "http://127.0.0.1/queue",
            "AWS_REGION" => "eu-west-1",
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "secret",
            "AWS_ENDPOINT_URL" => "http://127.0.0.1:1",
            "AWS_ENDPOINT_URL_SQS" => "http://127.0.0.1:2",
            "CREDITDESK_OWNERS" => "slack:T1:U1, local:owner,",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn logging_is_as_the_environment_says_and_information_in_text_if_it_says_nothing() {
        let read = |set: &'static [(&str, &str)]| {
            let of = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, v)| v.to_string());
            let Logging { levels, json } = Logging::read(of);
            (levels, json)
        };
        assert_eq!(read(&[]), ("info".into(), false));
        assert_eq!(read(&[("RUST_LOG", " ")]), ("info".into(), false));
        let set: &[_] = &[("AWS_LAMBDA_LOG_LEVEL", "DEBUG"), ("AWS_LAMBDA_LOG_FORMAT", "JSON")];
        assert_eq!(read(set), ("DEBUG".into(), true));
        let set: &[_] = &[("AWS_LAMBDA_LOG_LEVEL", "DEBUG"), ("RUST_LOG", "warn,functions=trace")];
        assert_eq!(read(set), ("warn,functions=trace".into(), false));
    }

    #[test]
    fn everything_that_is_missing_is_said_at_once() {
        let Missing(missing) = Config::read(Needs::Mail, |_| None).unwrap_err();
        assert_eq!(missing.len(), 7, "{missing:?}");
        let config = Config::read(Needs::Calls, complete).unwrap();
        assert_eq!(config.owners.len(), 2);
        assert_eq!(config.endpoints.dynamodb.as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(config.endpoints.sqs.as_deref(), Some("http://127.0.0.1:2"));
        assert!(!format!("{config:?}").contains("secret"));
    }
}

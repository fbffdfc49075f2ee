//! How AWS is reached: what Lambda puts into the environment of every function, and the settings
//! that all clients of the SDK have in common.
//!
//! Invariant: clients ask once, because only their users know which request may be repeated; and a
//! function has one HTTP client, whose connections all its services share.
//!
//! Absent on purpose: the services' own crates. A shell links the services that it calls, and makes
//! a client of one with `Client::new(&settings)`.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::{
    RetryConfig, SharedCredentialsProvider, SharedHttpClient, StalledStreamProtectionConfig,
    TimeoutConfig,
};

use crate::environment::Environment;
use crate::secret::Secret;

/// How long a connection may take, where the request may take longer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long an unused connection is kept: less than AWS keeps it (about a minute, and as little as
/// twenty seconds in places), so that no request is written into a connection that AWS has closed.
#[cfg(feature = "aws")]
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// A service that a function calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The tables.
    DynamoDb,
    /// Other functions.
    Lambda,
    /// Mail.
    Ses,
    /// Queues.
    Sqs,
}

impl Service {
    /// The setting that names another address than AWS's own.
    fn endpoint_setting(self) -> &'static str {
        match self {
            Self::DynamoDb => "AWS_ENDPOINT_URL_DYNAMODB",
            Self::Lambda => "AWS_ENDPOINT_URL_LAMBDA",
            Self::Ses => "AWS_ENDPOINT_URL_SES",
            Self::Sqs => "AWS_ENDPOINT_URL_SQS",
        }
    }
}

/// Region, credentials and addresses. The credentials of a function's role hold as long as its
/// environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsAccess {
    region: String,
    key_id: String,
    key: Secret,
    session: Option<Secret>,
    /// The services in use; without an address, at AWS's own.
    endpoints: Vec<(Service, Option<String>)>,
}

impl AwsAccess {
    /// Reads the access to these services.
    pub fn read(environment: &mut Environment<'_>, services: &[Service]) -> Self {
        let region = environment.optional("AWS_REGION");
        let region = region.or_else(|| environment.optional("AWS_DEFAULT_REGION"));
        Self {
            region: region.unwrap_or_else(|| environment.required("AWS_REGION")),
            key_id: environment.required("AWS_ACCESS_KEY_ID"),
            key: Secret::new(environment.required("AWS_SECRET_ACCESS_KEY")),
            session: environment.secret("AWS_SESSION_TOKEN"),
            endpoints: services
                .iter()
                .map(|service| (*service, endpoint(environment, *service)))
                .collect(),
        }
    }

    /// Whether no service in use is behind TLS.
    #[cfg(feature = "aws")]
    fn is_plain(&self) -> bool {
        let mut urls = self.endpoints.iter().map(|(_, url)| url.as_deref());
        urls.all(|url| url.is_some_and(|url| url.starts_with("http://")))
    }
}

/// The nearer setting wins.
fn endpoint(environment: &mut Environment<'_>, service: Service) -> Option<String> {
    for name in [service.endpoint_setting(), "AWS_ENDPOINT_URL"] {
        let Some(url) = environment.optional(name) else { continue };
        if !url.starts_with("http://") && !url.starts_with("https://") {
            environment.fault(format!("{name} is “{url}”, expected http:// or https://"));
        }
        return Some(url);
    }
    None
}

/// An access with its HTTP client.
#[cfg(feature = "aws")]
#[derive(Debug, Clone)]
pub struct Aws {
    access: AwsAccess,
    http: SharedHttpClient,
}

#[cfg(feature = "aws")]
impl Aws {
    /// Makes the HTTP client; it connects with the first request.
    #[must_use]
    pub fn new(access: AwsAccess) -> Self {
        use aws_smithy_http_client::{Builder, tls};
        // Without a service behind TLS there is no need to read the machine's certificates.
        let http = if access.is_plain() {
            Builder::new().pool_idle_timeout(POOL_IDLE_TIMEOUT).build_http()
        } else {
            let ring = tls::rustls_provider::CryptoMode::Ring;
            let builder = Builder::new().pool_idle_timeout(POOL_IDLE_TIMEOUT);
            builder.tls_provider(tls::Provider::Rustls(ring)).build_https()
        };
        Self { access, http }
    }

    /// The settings of a service's client, which waits `timeout` for an answer.
    #[must_use]
    pub fn settings(&self, service: Service, timeout: Duration) -> SdkConfig {
        let AwsAccess { region, key_id, key, session, endpoints } = &self.access;
        let session = session.as_ref().map(|session| session.expose().to_owned());
        let credentials = Credentials::new(key_id, key.expose(), session, None, "environment");
        let url = endpoints.iter().find(|(used, _)| *used == service);
        let url = url.and_then(|(_, url)| url.clone());
        settings(self.http.clone(), Region::new(region.clone()), credentials, url, timeout)
    }
}

/// The settings of a service's client, from their parts. Without an address, the service is at the
/// region's own.
#[must_use]
pub fn settings(
    http: SharedHttpClient,
    region: Region,
    credentials: Credentials,
    url: Option<String>,
    timeout: Duration,
) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(timeout)
        .build();
    let mut settings = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .identity_cache(IdentityCache::no_cache())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    settings.set_endpoint_url(url);
    settings.build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::{Incomplete, read_from};

    fn access(pairs: &[(&str, &str)], services: &[Service]) -> Result<AwsAccess, Incomplete> {
        let variable =
            |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        read_from(&variable, |environment| AwsAccess::read(environment, services))
    }

    const KEYS: [(&str, &str); 4] = [
        ("AWS_DEFAULT_REGION", "eu-west-2"),
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
        ("AWS_SESSION_TOKEN", "hunter3"),
    ];

    #[test]
    fn access_without_region_and_keys_reports_all_three() {
        let Incomplete(faults) = access(&[("AWS_ENDPOINT_URL", "nowhere")], &[Service::Ses])
            .expect_err("nothing was set");
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(faults[0].contains("AWS_REGION") && faults[3].contains("AWS_ENDPOINT_URL"));
    }

    #[test]
    fn debug_of_an_access_shows_no_secret() {
        let debug = format!("{:?}", access(&KEYS, &[]).unwrap());
        assert!(debug.contains("eu-west-2") && !debug.contains("hunter"), "{debug}");
    }

    #[test]
    fn endpoint_of_a_service_wins_over_the_common_one() {
        let mut pairs = KEYS.to_vec();
        pairs.push(("AWS_ENDPOINT_URL", "http://127.0.0.1:1"));
        pairs.push(("AWS_ENDPOINT_URL_SQS", "https://127.0.0.1:2"));
        let access = access(&pairs, &[Service::DynamoDb, Service::Sqs]).unwrap();
        let urls: Vec<_> = access.endpoints.iter().map(|(_, url)| url.as_deref()).collect();
        assert_eq!(urls, [Some("http://127.0.0.1:1"), Some("https://127.0.0.1:2")]);
    }

    #[cfg(feature = "aws")]
    #[test]
    fn tls_is_set_up_when_any_service_in_use_needs_it() {
        let mut pairs = KEYS.to_vec();
        pairs.push(("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"));
        assert!(access(&pairs, &[Service::DynamoDb]).unwrap().is_plain());
        assert!(!access(&pairs, &[Service::DynamoDb, Service::Lambda]).unwrap().is_plain());
    }
}

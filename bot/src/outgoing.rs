//! What the desk says without having been asked just now: late replies, announcements, files. One
//! HTTP client for all platforms, over the TLS stack that is in the tree anyway.
//!
//! Invariant: it connects only to the platforms' own addresses (or those that a test puts in their
//! place), and a token is never in a log line. What is absent on purpose: retries. What may be sent
//! twice and what may not is known only to whoever sends it.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// How long a platform may take to answer one request.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The longest answer that is read.
const ANSWER_MAX: usize = 1024 * 1024;

/// Where a platform's API is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bases {
    /// Discord's, up to and with the version: `https://discord.com/api/v10`.
    pub discord: String,
    /// Slack's: `https://slack.com/api`.
    pub slack: String,
    /// The hosts of Slack's response addresses.
    pub slack_hooks: Vec<String>,
}

impl Default for Bases {
    fn default() -> Self {
        Self {
            discord: "https://discord.com/api/v10".to_owned(),
            slack: "https://slack.com/api".to_owned(),
            slack_hooks: vec!["hooks.slack.com".to_owned(), "hooks.slack-gov.com".to_owned()],
        }
    }
}

/// The client. The system's root certificates are read with the first request: that takes as long
/// as all else that a desk in a terminal does at its start, and most of them never ask a platform.
#[derive(Debug, Clone)]
pub struct Outgoing {
    client: Arc<OnceLock<Client<HttpsConnector<HttpConnector>, Full<Bytes>>>>,
    /// Where the platforms are.
    pub bases: Bases,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// After how long to ask again, if that was said.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Bytes,
}

impl Answered {
    /// Whether it was taken.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// It was not sent: this is nobody's address, or the request cannot be made.
    #[error("it was not sent: {0}")]
    NotSent(String),
    /// It may have been taken.
    #[error("it was sent, and there was no answer: {0}")]
    Unanswered(String),
}

impl Outgoing {
    /// A client for these addresses.
    #[must_use]
    pub fn new(bases: Bases) -> Self {
        Self { client: Arc::default(), bases }
    }

    fn client(&self) -> std::io::Result<&Client<HttpsConnector<HttpConnector>, Full<Bytes>>> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(self.client.get_or_init(|| Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// Sends a request, once.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &HeaderMap,
        body: impl Into<Bytes>,
    ) -> Result<Answered, NoAnswer> {
        let not_sent = |why: String| NoAnswer::NotSent(why);
        let uri: Uri =
            url.parse().map_err(|_| not_sent("the address cannot be read".to_owned()))?;
        if !self.is_known(&uri) {
            return Err(not_sent("the address belongs to no platform".to_owned()));
        }
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(all) = request.headers_mut() {
            all.extend(headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        let request =
            request.body(Full::new(body.into())).map_err(|error| not_sent(error.to_string()))?;
        let client = self.client().map_err(|error| not_sent(error.to_string()))?;
        let answer = async {
            let response = client.request(request).await.map_err(|error| {
                if error.is_connect() {
                    NoAnswer::NotSent("the platform cannot be reached".to_owned())
                } else {
                    NoAnswer::Unanswered("the connection broke".to_owned())
                }
            })?;
            let status = response.status().as_u16();
            let after = response.headers().get(header::RETRY_AFTER);
            let after = after.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
            let body = Limited::new(response.into_body(), ANSWER_MAX).collect().await;
            let body = body.map_err(|error| NoAnswer::Unanswered(error.to_string()))?.to_bytes();
            Ok(Answered { status, retry_after: after.map(Duration::from_secs), body })
        };
        match tokio::time::timeout(TIMEOUT, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(NoAnswer::Unanswered(format!("nothing within {} s", TIMEOUT.as_secs()))),
        }
    }

    /// Whether an address is a platform's: of one of the bases, or one that Slack gives out. All
    /// but a test's own are reached by TLS.
    fn is_known(&self, uri: &Uri) -> bool {
        let (Some(host), Some(authority)) = (uri.host(), uri.authority()) else { return false };
        let base = |base: &str| {
            let base = base.parse::<Uri>().ok();
            base.is_some_and(|base| {
                base.scheme() == uri.scheme() && base.authority() == Some(authority)
            })
        };
        let tls = uri.scheme_str() == Some("https");
        // Without a port of its own, or exactly as a test has put it.
        let hook = |known: &String| known == authority.as_str() && (tls || known.contains(':'));
        // Files are uploaded to an address below slack.com that Slack names.
        let slack_file = tls && host == "files.slack.com";
        base(&self.bases.discord)
            || base(&self.bases.slack)
            || slack_file
            || self.bases.slack_hooks.iter().any(hook)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_connects_only_to_the_platforms() {
        let outgoing = Outgoing::new(Bases::default());
        let known = |url: &str| outgoing.is_known(&url.parse().unwrap());
        for url in [
            "https://discord.com/api/v10/webhooks/1/t/messages/@original",
            "https://slack.com/api/chat.postMessage",
            "https://hooks.slack.com/commands/T1/2/3",
            "https://files.slack.com/upload/v1/x",
        ] {
            assert!(known(url), "{url}");
        }
        for url in [
            "http://discord.com/api/v10/webhooks",
            "https://discord.com.evil.example/api",
            "http://hooks.slack.com/commands/T1/2/3",
            "https://hooks.slack.com:8443/commands",
            "https://127.0.0.1/commands",
            "http://169.254.169.254/latest/meta-data",
            "https://evil.example/hooks.slack.com",
            "https://hooks.slack.com@evil.example/x",
        ] {
            assert!(!known(url), "{url}");
        }
    }

    #[tokio::test]
    async fn an_address_of_nobody_is_not_asked() {
        let outgoing = Outgoing::new(Bases::default());
        let sent = outgoing.send(Method::POST, "http://127.0.0.1:9/", &HeaderMap::new(), "x").await;
        assert!(matches!(sent, Err(NoAnswer::NotSent(_))), "{sent:?}");
    }
}

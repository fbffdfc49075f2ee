//! Requests to the chat platforms: late replies, announcements, files.
//!
//! Invariant: it connects only to the platforms' own addresses (or those that a test puts in their
//! place), and a token is never in a log line. Absent on purpose: retries. Only the caller knows
//! what may be sent twice.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri};
use runtime::client::{Answered, HttpClient, NoAnswer};

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

/// The client; its clones share connections.
#[derive(Debug, Clone)]
pub struct Outgoing {
    client: HttpClient,
    /// The addresses of the platforms.
    pub bases: Bases,
}

impl Outgoing {
    /// A client for these addresses.
    #[must_use]
    pub fn new(bases: Bases) -> Self {
        Self { client: HttpClient::default(), bases }
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
        let not_sent = |reason: &str| NoAnswer::NotSent(reason.to_owned());
        let uri: Uri = url.parse().map_err(|_| not_sent("the address cannot be read"))?;
        if !self.is_known(&uri) {
            return Err(not_sent("the address belongs to no platform"));
        }
        self.client.send(method, uri, headers, body.into()).await
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

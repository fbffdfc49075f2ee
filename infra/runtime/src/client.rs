//! The HTTP client for everything that is not AWS, over the TLS stack that the SDK uses too.
//!
//! Invariant: an error says whether the request may have been taken. Absent on purpose: retries and
//! a list of addresses; only the caller knows what may be sent twice, and to whom.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// How long a server may take to answer one request.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The longest answer that is read, in bytes.
const ANSWER_MAX: usize = 1024 * 1024;

type Pool = legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// The client; its clones share connections. The system's root certificates are read with the first
/// request: that takes as long as all else that a desk in a terminal does at its start, and most of
/// them never send one.
#[derive(Debug, Clone, Default)]
pub struct HttpClient {
    pool: Arc<OnceLock<Pool>>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// How long the server asks to wait before the next request.
    pub retry_after: Option<Duration>,
    /// The whole body, at most 1 MiB.
    pub body: Bytes,
}

impl Answered {
    /// Whether the status is one of success.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// There is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The server has not had the request.
    #[error("it was not sent: {0}")]
    NotSent(String),
    /// The server may have carried the request out.
    #[error("it was sent, and there was no answer: {0}")]
    Unanswered(String),
}

impl HttpClient {
    fn pool(&self) -> io::Result<&Pool> {
        if let Some(pool) = self.pool.get() {
            return Ok(pool);
        }
        let connector = hyper_rustls::HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(self.pool.get_or_init(|| legacy::Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// Sends a request, once.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn send(
        &self,
        method: Method,
        uri: Uri,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Answered, NoAnswer> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        request.headers_mut().clone_from(headers);
        let pool = self.pool().map_err(|error| NoAnswer::NotSent(error.to_string()))?;
        let answer = async {
            let response = pool.request(request).await.map_err(|error| {
                if error.is_connect() {
                    NoAnswer::NotSent("the server cannot be reached".to_owned())
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn request_to_a_closed_port_was_not_sent() {
        let uri = Uri::from_static("http://127.0.0.1:9/");
        let sent =
            HttpClient::default().send(Method::GET, uri, &HeaderMap::new(), Bytes::new()).await;
        assert!(matches!(sent, Err(NoAnswer::NotSent(_))), "{sent:?}");
    }

    #[tokio::test]
    async fn request_on_a_connection_that_breaks_may_have_been_taken() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri: Uri = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move { drop(listener.accept().await) });
        let sent =
            HttpClient::default().send(Method::GET, uri, &HeaderMap::new(), Bytes::new()).await;
        assert!(matches!(sent, Err(NoAnswer::Unanswered(_))), "{sent:?}");
    }
}

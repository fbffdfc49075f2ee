//! The way to the store, which a test may break or slow down. On a broken way a request comes to
//! nothing, as it does where nobody listens at the store's address. Nothing arrives, so nothing is
//! changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// An HTTP client that may be broken or slow. Its clones are so together.
#[derive(Debug, Clone)]
pub struct Way {
    inner: SharedHttpClient,
    broken: Arc<AtomicBool>,
    delay_ms: Arc<AtomicU64>,
}

impl Way {
    /// The way through another client, unbroken.
    pub fn over(inner: SharedHttpClient) -> Self {
        Self { inner, broken: Arc::default(), delay_ms: Arc::default() }
    }

    /// Breaks it, or mends it again.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::Relaxed);
    }

    /// Lets each request take that much longer.
    pub fn set_delay(&self, delay: Duration) {
        self.delay_ms.store(delay.as_millis().try_into().unwrap(), Ordering::Relaxed);
    }
}

impl HttpClient for Way {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            inner: self.inner.http_connector(settings, components),
            broken: self.broken.clone(),
            delay_ms: self.delay_ms.clone(),
        })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    broken: Arc<AtomicBool>,
    delay_ms: Arc<AtomicU64>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if self.broken.load(Ordering::Relaxed) {
            let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            return HttpConnectorFuture::ready(Err(ConnectorError::io(refused.into())));
        }
        let delay = Duration::from_millis(self.delay_ms.load(Ordering::Relaxed));
        if delay.is_zero() {
            return self.inner.call(request);
        }
        let inner = self.inner.clone();
        HttpConnectorFuture::new(async move {
            tokio::time::sleep(delay).await;
            inner.call(request).await
        })
    }
}

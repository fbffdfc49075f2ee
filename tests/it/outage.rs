//! The way to the store, which a test may break: a request then comes to nothing, as it does where
//! nobody listens at the store's address. Nothing arrives, so nothing is changed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// An HTTP client that may be broken. Its clones break together.
#[derive(Debug, Clone)]
pub struct Way {
    inner: SharedHttpClient,
    broken: Arc<AtomicBool>,
}

impl Way {
    /// The way through another client, unbroken.
    pub fn over(inner: SharedHttpClient) -> Self {
        Self { inner, broken: Arc::default() }
    }

    /// Breaks it, or mends it again.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::Relaxed);
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
        })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    broken: Arc<AtomicBool>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if self.broken.load(Ordering::Relaxed) {
            let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            return HttpConnectorFuture::ready(Err(ConnectorError::io(refused.into())));
        }
        self.inner.call(request)
    }
}

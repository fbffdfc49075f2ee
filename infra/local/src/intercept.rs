//! An HTTP client of the SDK with a function before its connectors. The function sees each request, and
//! decides what is sent on and what is returned.

use std::fmt;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// A client that hands each request, with the connector behind it, to `call`.
pub fn intercepted<F>(inner: SharedHttpClient, call: F) -> SharedHttpClient
where
    F: Fn(HttpRequest, &SharedHttpConnector) -> HttpConnectorFuture + Clone + Send + Sync + 'static,
{
    SharedHttpClient::new(Intercepted { inner, call })
}

struct Intercepted<T, F> {
    inner: T,
    call: F,
}

impl<T: fmt::Debug, F> fmt::Debug for Intercepted<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Intercepted").field(&self.inner).finish()
    }
}

impl<F> HttpClient for Intercepted<SharedHttpClient, F>
where
    F: Fn(HttpRequest, &SharedHttpConnector) -> HttpConnectorFuture + Clone + Send + Sync + 'static,
{
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Intercepted { inner, call: self.call.clone() })
    }
}

impl<F> HttpConnector for Intercepted<SharedHttpConnector, F>
where
    F: Fn(HttpRequest, &SharedHttpConnector) -> HttpConnectorFuture + Send + Sync,
{
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        (self.call)(request, &self.inner)
    }
}

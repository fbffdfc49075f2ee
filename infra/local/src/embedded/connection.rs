//! The SDK's HTTP client that ends at the embedded store: directly where this process holds the
//! file, through the socket where another process does. Nothing is sent over TCP.

use std::io;
use std::sync::{Arc, OnceLock};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use super::answer::Answer;
use super::socket::SocketPath;
use super::thread::StoreThread;

/// The endpoint that the SDK is given: a name that never resolves, because nothing is looked up.
pub const ENDPOINT: &str = "http://store.invalid";

/// The way to the store. Clones share it.
#[derive(Debug, Clone)]
pub struct Connection(Arc<Route>);

#[derive(Debug)]
struct Route {
    /// Set where, or as soon as, this process holds the file.
    thread: OnceLock<StoreThread>,
    socket: Option<SocketPath>,
}

impl Connection {
    /// To the store of this process.
    pub(super) fn to_thread(thread: StoreThread) -> Self {
        Self(Arc::new(Route { thread: OnceLock::from(thread), socket: None }))
    }

    /// To the store of another process.
    pub(super) fn through(socket: SocketPath) -> Self {
        Self(Arc::new(Route { thread: OnceLock::new(), socket: Some(socket) }))
    }

    /// From now on this process holds the file.
    pub(super) fn take_over(&self, thread: StoreThread) {
        drop(self.0.thread.set(thread));
    }

    /// The client for the SDK.
    #[must_use]
    pub fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    async fn ask(&self, operation: String, body: Vec<u8>) -> io::Result<Answer> {
        match (self.0.thread.get(), &self.0.socket) {
            (Some(thread), _) => thread.ask(operation, body).await,
            (None, Some(socket)) => socket.ask(operation, body).await,
            (None, None) => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

/// The operation and the body of a request of the SDK.
#[must_use]
pub fn parts(request: &HttpRequest) -> (String, Vec<u8>) {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
    (operation, request.body().bytes().unwrap_or_default().to_vec())
}

/// An answer as the SDK reads it.
///
/// # Errors
/// The status is none of HTTP's.
pub fn response(answer: Answer) -> Result<HttpResponse, ConnectorError> {
    let status =
        StatusCode::try_from(answer.status).map_err(|e| ConnectorError::other(e.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}

impl HttpConnector for Connection {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connection = self.clone();
        HttpConnectorFuture::new(async move {
            let (operation, body) = parts(&request);
            let answer = connection.ask(operation, body).await;
            response(answer.map_err(|e| ConnectorError::io(e.into()))?)
        })
    }
}

impl HttpClient for Connection {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

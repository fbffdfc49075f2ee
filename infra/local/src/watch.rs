//! Watches what the embedded store answers, so that the local desk can say in words why it failed:
//! the functions' replies carry only a reference, because in the cloud the reader is not the one
//! who owns the disk.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

use crate::embedded::is_full;

/// What is noted when nobody answers.
const SILENT: &str = "The store does not answer.";

/// What was wrong with the store when it last failed, in words.
#[derive(Debug, Clone, Default)]
pub struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    /// Takes what was noted since the last time.
    #[must_use]
    pub fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn note(&self, why: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }

    /// It answers: a silence before that, as when one process takes the store over from another,
    /// is not what anything fails of later.
    fn answered(&self) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.as_deref() == Some(SILENT) {
            *noted = None;
        }
    }
}

/// A client for plain HTTP on the loopback address, that notes what fails.
#[must_use]
pub fn watched(trouble: Trouble) -> SharedHttpClient {
    SharedHttpClient::new(Watched { inner: Builder::new().build_http(), trouble })
}

#[derive(Debug)]
struct Watched {
    inner: SharedHttpClient,
    trouble: Trouble,
}

impl HttpClient for Watched {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Noting { inner, trouble: self.trouble.clone() })
    }
}

#[derive(Debug)]
struct Noting {
    inner: SharedHttpConnector,
    trouble: Trouble,
}

impl HttpConnector for Noting {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (answer, trouble) = (self.inner.call(request), self.trouble.clone());
        HttpConnectorFuture::new(async move {
            match answer.await {
                Ok(response) if response.status().is_server_error() => {
                    Ok(noted(response, &trouble).await)
                }
                Ok(response) => {
                    trouble.answered();
                    Ok(response)
                }
                Err(error) => {
                    trouble.note(SILENT.to_owned());
                    Err(error)
                }
            }
        })
    }
}

/// Reads the body of a failure and puts it back.
async fn noted(mut response: HttpResponse, trouble: &Trouble) -> HttpResponse {
    let body = ByteStream::new(response.take_body()).collect().await;
    let body = body.map(|all| all.into_bytes()).unwrap_or_default();
    trouble.note(in_words(&String::from_utf8_lossy(&body)));
    *response.body_mut() = SdkBody::from(body);
    response
}

fn in_words(body: &str) -> String {
    if is_full(body) {
        return "The disk is full, or the data directory cannot be written any more.".to_owned();
    }
    if body.contains("readonly database") {
        return "The data directory cannot be written.".to_owned();
    }
    format!("The store says: {body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_that_ended_is_not_told() {
        let trouble = Trouble::default();
        trouble.note(SILENT.to_owned());
        trouble.answered();
        assert_eq!(trouble.take(), None);
        trouble.note("The disk is full.".to_owned());
        trouble.answered();
        assert_eq!(trouble.take().unwrap(), "The disk is full.", "reading goes on on a full disk");
    }

    #[test]
    fn a_full_disk_is_told_in_words() {
        let body = r#"{"__type":"InternalServerError","message":"Internal error: database or disk is full"}"#;
        assert!(in_words(body).starts_with("The disk is full"));
        assert!(in_words("something else").ends_with("something else"));
    }
}

//! The last error of the embedded store, in words for the person who owns the disk. The functions'
//! replies carry only a reference, because in the cloud their reader does not own it.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpClient};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

use crate::embedded::is_full;
use crate::intercept::intercepted;

/// The error of a store that does not answer.
const SILENT: &str = "The store does not answer.";

/// The store's last error. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct StoreErrors(Arc<Mutex<Option<String>>>);

impl StoreErrors {
    /// Takes the last error since this was last called.
    #[must_use]
    pub fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether the last error is that the store does not answer.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_deref() == Some(SILENT)
    }

    fn note(&self, error: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    /// Forgets a silence that has ended, as when one process takes the store over from another:
    /// nothing fails of it later.
    fn answered(&self) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.as_deref() == Some(SILENT) {
            *noted = None;
        }
    }
}

/// A client that sends through another one and notes its errors.
#[must_use]
pub fn noting(inner: SharedHttpClient, errors: StoreErrors) -> SharedHttpClient {
    intercepted(inner, move |request, inner| {
        let (answer, errors) = (inner.call(request), errors.clone());
        HttpConnectorFuture::new(async move {
            match answer.await {
                Ok(response) if response.status().is_server_error() => {
                    Ok(noted(response, &errors).await)
                }
                Ok(response) => {
                    errors.answered();
                    Ok(response)
                }
                Err(error) => {
                    errors.note(SILENT.to_owned());
                    Err(error)
                }
            }
        })
    })
}

/// Reads the body of a failure and puts it back.
async fn noted(mut response: HttpResponse, errors: &StoreErrors) -> HttpResponse {
    let body = ByteStream::new(response.take_body()).collect().await;
    let body = body.map(|all| all.into_bytes()).unwrap_or_default();
    errors.note(in_words(&String::from_utf8_lossy(&body)));
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
    fn silence_that_ended_is_forgotten_and_a_full_disk_is_not() {
        let errors = StoreErrors::default();
        errors.note(SILENT.to_owned());
        errors.answered();
        assert_eq!(errors.take(), None);
        errors.note("The disk is full.".to_owned());
        errors.answered();
        assert_eq!(errors.take().unwrap(), "The disk is full.", "reading goes on on a full disk");
    }

    #[test]
    fn full_disk_is_stated_in_words() {
        let body = r#"{"__type":"InternalServerError","message":"Internal error: database or disk is full"}"#;
        assert!(in_words(body).starts_with("The disk is full"));
        assert!(in_words("something else").ends_with("something else"));
    }
}

//! The deployed functions, called with `lambda:InvokeFunction` and awaited.
//!
//! The SDK's own retries are off: an invocation that was not answered may have been carried out,
//! and the reply has to say so instead of waiting for another.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::config::{BehaviorVersion, Region};
use aws_sdk_lambda::error::SdkError;
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use shared::operation::{Call, Function, Reply};

use crate::config::{Aws, FunctionNames};
use crate::functions::{Answering, Functions, Unreachable};

/// The deployed functions.
#[derive(Debug, Clone)]
pub struct LambdaFunctions {
    client: Client,
    names: FunctionNames,
}

impl LambdaFunctions {
    /// A client for these functions; it connects with the first call.
    #[must_use]
    pub fn new(aws: &Aws, names: FunctionNames, timeout: Duration) -> Self {
        let plain = aws.endpoint.as_deref().is_some_and(|url| url.starts_with("http://"));
        let http = aws_smithy_http_client::Builder::new();
        let http = if plain {
            http.build_http()
        } else {
            http.tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).build_https()
        };
        let credentials = Credentials::from_keys(
            aws.access_key.clone(),
            aws.secret_key.expose().to_owned(),
            aws.session_token.as_ref().map(|token| token.expose().to_owned()),
        );
        let mut config = aws_sdk_lambda::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(aws.region.clone()))
            .credentials_provider(credentials)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(timeout).build())
            .http_client(http);
        config.set_endpoint_url(aws.endpoint.clone());
        Self { client: Client::from_conf(config.build()), names }
    }

    async fn invoke(&self, function: Function, call: &Call) -> Result<Reply, Unreachable> {
        let body = serde_json::to_vec(call).map_err(|e| Unreachable::NotAsked(e.to_string()))?;
        let sent = self
            .client
            .invoke()
            .function_name(self.names.get(function))
            .invocation_type(InvocationType::RequestResponse)
            .payload(Blob::new(body))
            .send()
            .await;
        let output = sent.map_err(|error| {
            tracing::warn!(function = function.name(), %error, "a function was not reached");
            match &error {
                // Lambda itself said no, or nothing left this process.
                SdkError::ConstructionFailure(_) | SdkError::ServiceError(_) => {
                    Unreachable::NotAsked(error.to_string())
                }
                // `SdkError` may grow: whatever it is, it was not an answer.
                _ => Unreachable::Unanswered(error.to_string()),
            }
        })?;
        read(function, &output)
    }
}

fn read(function: Function, output: &InvokeOutput) -> Result<Reply, Unreachable> {
    if let Some(error) = &output.function_error {
        tracing::error!(function = function.name(), error, "a function failed");
        return Err(Unreachable::Unanswered(format!("{} failed: {error}", function.name())));
    }
    let payload = output.payload.as_ref().map(Blob::as_ref).unwrap_or_default();
    serde_json::from_slice(payload).map_err(|error| {
        tracing::error!(function = function.name(), %error, "a reply cannot be read");
        Unreachable::Unanswered(format!("{} gave no reply that can be read", function.name()))
    })
}

impl Functions for LambdaFunctions {
    fn call<'a>(&'a self, function: Function, call: &'a Call) -> Answering<'a> {
        Box::pin(self.invoke(function, call))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(error: Option<&str>, payload: &str) -> InvokeOutput {
        let output = InvokeOutput::builder().status_code(200).payload(Blob::new(payload));
        output.set_function_error(error.map(str::to_owned)).build()
    }

    #[test]
    fn what_is_no_reply_may_have_been_done() {
        let op = "op_0123456789abcdef";
        let failed = r#"{"failed":{"reference":"r","nothing_changed":true}}"#;
        let good = format!(r#"{{"op":"{op}","outcome":{failed}}}"#);
        assert!(read(Function::Credits, &output(None, &good)).is_ok());
        for (error, payload) in [(Some("Unhandled"), good.as_str()), (None, "{}"), (None, "")] {
            let read = read(Function::Credits, &output(error, payload));
            assert!(matches!(read, Err(Unreachable::Unanswered(_))), "{payload}");
        }
    }
}

//! The deployed functions, called with `lambda:InvokeFunction`: those that decide are awaited, the
//! chat worker only has to take what it is given.
//!
//! The SDK's own retries are off: an invocation that was not answered may have been carried out,
//! and the reply has to say so instead of waiting for another.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::SdkError;
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use runtime::aws::{Aws, Service};
use runtime::causes::Causes;
use shared::contract::call::{Call, Reply};
use shared::kernel::spec::Function;

use crate::config::FunctionNames;
use crate::functions::{Answering, Functions, Unreachable};
use crate::handover::{Handover, NotHandedOver, Workers};

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
        Self { client: Client::new(&aws.settings(Service::Lambda, timeout)), names }
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
            let cause = Causes(&error);
            tracing::warn!(function = function.name(), %cause, "a function was not reached");
            match &error {
                // Lambda itself said no, or nothing left this process.
                SdkError::ConstructionFailure(_) => Unreachable::NotAsked(error.to_string()),
                SdkError::ServiceError(said) if said.raw().status().as_u16() < 500 => {
                    Unreachable::NotAsked(error.to_string())
                }
                // `SdkError` may grow: whatever it is, it was not an answer.
                _ => Unreachable::Unanswered(error.to_string()),
            }
        })?;
        read(function, &output)
    }
}

/// The deployed chat worker.
#[derive(Debug, Clone)]
pub struct LambdaWorkers {
    client: Client,
    name: String,
}

impl LambdaWorkers {
    /// A client for the worker of this name. Handing over is all that is done in `timeout`.
    #[must_use]
    pub fn new(aws: &Aws, name: String, timeout: Duration) -> Self {
        Self { client: Client::new(&aws.settings(Service::Lambda, timeout)), name }
    }
}

impl Workers for LambdaWorkers {
    fn hand_over<'a>(
        &'a self,
        handover: &'a Handover,
    ) -> Pin<Box<dyn Future<Output = Result<(), NotHandedOver>> + Send + 'a>> {
        Box::pin(async move {
            let not = |error: String| NotHandedOver(error);
            let body = serde_json::to_vec(handover).map_err(|error| not(error.to_string()))?;
            let sent = self
                .client
                .invoke()
                .function_name(&self.name)
                .invocation_type(InvocationType::Event)
                .payload(Blob::new(body))
                .send()
                .await;
            sent.map(|_| ()).map_err(|error| not(error.to_string()))
        })
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
    use axum::Router;
    use axum::extract::Path;
    use axum::http::StatusCode;
    use axum::routing::post;
    use runtime::environment::read_from;
    use shared::contract::Ask;
    use shared::contract::call::Outcome;
    use shared::kernel::actor::Caller;
    use shared::kernel::id::CallKey;
    use shared::plans::types as plans;

    use super::*;
    use crate::config::Config;

    /// What stands for AWS Lambda answers by the name of the function.
    async fn lambda(Path(function): Path<String>, body: String) -> axum::response::Response {
        use axum::response::IntoResponse;
        let op = CallKey::new("local", "k").op();
        let asked: Call = serde_json::from_str(&body).unwrap();
        assert_eq!(asked, call());
        let reply = serde_json::json!({
            "op": op,
            "outcome": { "refused": "no_currency" },
        });
        match function.as_str() {
            "right" => reply.to_string().into_response(),
            "failed" => ([("X-Amz-Function-Error", "Unhandled")], "{}").into_response(),
            "unreadable" => "{}".into_response(),
            "empty" => String::new().into_response(),
            "slow" => {
                tokio::time::sleep(Duration::from_secs(30)).await;
                reply.to_string().into_response()
            }
            "throttled" => StatusCode::TOO_MANY_REQUESTS.into_response(),
            other => panic!("{other}"),
        }
    }

    fn call() -> Call {
        Call {
            key: CallKey::new("local", "k"),
            by: Caller::Chat("local:dana".parse().unwrap()),
            ask: Ask::Plans(plans::Ask::Pending { only: None, after: None }),
            dry_run: false,
            at: None,
            typed: None,
        }
    }

    /// Calls the function of that name.
    async fn invoked(name: &'static str) -> Result<Reply, Unreachable> {
        let routes = Router::new().route("/2015-03-31/functions/{name}/invocations", post(lambda));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let functions = at(endpoint, name);
        functions.call(Function::Credits, &call()).await
    }

    fn at(endpoint: String, name: &'static str) -> LambdaFunctions {
        let (aws, config) = deployed(&endpoint, name);
        LambdaFunctions::new(&aws, config.functions, Duration::from_millis(300))
    }

    /// The configuration of functions of that name.
    fn deployed(endpoint: &str, name: &'static str) -> (Aws, Config) {
        let variable = |variable: &str| match variable {
            "AWS_ENDPOINT_URL_LAMBDA" => Some(endpoint.to_owned()),
            "AWS_REGION" => Some("eu-west-2".to_owned()),
            _ => Some(name.to_owned()),
        };
        let config = read_from(&variable, Config::read).unwrap();
        (Aws::new(config.access.clone()), config)
    }

    #[tokio::test]
    async fn a_function_is_called_and_its_reply_is_read() {
        let reply = invoked("right").await.unwrap();
        assert!(matches!(reply.outcome, Outcome::Refused(_)));
    }

    #[tokio::test]
    async fn what_is_no_reply_may_have_been_done() {
        for name in ["failed", "unreadable", "empty", "slow"] {
            let answer = invoked(name).await;
            assert!(matches!(answer, Err(Unreachable::Unanswered(_))), "{name}: {answer:?}");
        }
    }

    #[tokio::test]
    async fn a_call_that_lambda_turned_away_was_not_made() {
        let answer = invoked("throttled").await;
        assert!(matches!(answer, Err(Unreachable::NotAsked(_))), "{answer:?}");
    }

    #[tokio::test]
    async fn the_worker_is_handed_an_event_and_not_waited_for() {
        use crate::handover::{Pass, ReplyTo};
        use crate::interaction::{Interaction, Says};
        use axum::http::HeaderMap;

        let handover = Handover {
            interaction: Interaction {
                from: "discord:1:2".parse().unwrap(),
                profile: None,
                at: None,
                key: CallKey::new("discord", "3"),
                says: Says::Line("/pending".to_owned()),
            },
            reply: ReplyTo::Discord {
                application: "4".to_owned(),
                token: Pass::new("t"),
                aloud: true,
            },
        };
        let given = handover.clone();
        let worker = move |Path(name): Path<String>, headers: HeaderMap, body: String| {
            assert_eq!(headers["x-amz-invocation-type"], "Event");
            assert_eq!(serde_json::from_str::<Handover>(&body).unwrap(), given);
            let taken = if name == "worker" { 202 } else { 429 };
            async move { StatusCode::from_u16(taken).unwrap() }
        };
        let routes = Router::new().route("/2015-03-31/functions/{name}/invocations", post(worker));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let (aws, _) = deployed(&endpoint, "x");
        let workers =
            |name: &str| LambdaWorkers::new(&aws, name.to_owned(), Duration::from_millis(300));
        assert_eq!(workers("worker").hand_over(&handover).await, Ok(()));
        assert!(workers("busy").hand_over(&handover).await.is_err());
    }

    #[tokio::test]
    async fn nobody_there_is_not_called_nothing() {
        // The connection is refused; from here that cannot be told from one that broke later.
        let answer =
            at("http://127.0.0.1:9".to_owned(), "x").call(Function::Credits, &call()).await;
        assert!(matches!(answer, Err(Unreachable::Unanswered(_))), "{answer:?}");
    }
}

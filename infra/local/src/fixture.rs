//! Data for tests of the deployed functions: a bare store on a TCP port to point them at, and a desk
//! to put into any DynamoDB.
//!
//! The port is the only one at which a store is served, and only a caller that knows the printed
//! access key id gets an answer: each request names it, as AWS's own clients do. A web page cannot
//! know it; a request that a browser sends for a page, or that is meant for another host, is refused.
//! The store is in memory.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use aws_smithy_http_client::Builder;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::middleware::{self, Next};
use axum::response::Response;
use data_encoding::HEXUPPER;
use functions::store::client_for;
use runtime::clock::Clock;
use subtle::ConstantTimeEq;

use crate::config::Config;
use crate::desk::{Local, NoDesk};
use crate::embedded::{ENDPOINT, Embedded, Place, in_http, refusal};
use crate::program::Trouble;
use crate::sample::Filling;
use crate::{sample, serve};

/// Serves a store with the tables made and filled until the program is told to stop.
///
/// # Errors
/// The port cannot be had, or the store cannot be filled.
pub async fn store(port: u16, with_sample: bool, config: &Config) -> Result<u8, Trouble> {
    let embedded = Embedded::open(&Place::Memory).map_err(NoDesk::NoStore)?;
    let local = over(ENDPOINT, embedded.connection().client(), config);
    local.make_tables(config).await?;
    local.first_start(config).await?;
    if with_sample {
        sample::fill(&local).await.map_err(Trouble::Other)?;
    }
    let bound = serve::bind(port).await?;
    let key = access_key_id()?;
    writeln!(io::stdout(), "store listening on http://{}", bound.address())?;
    writeln!(io::stdout(), "access key id {key}")?;
    io::stdout().flush()?;
    let admission = Admission::new(bound.address(), key);
    let router = guarded(embedded.router().unwrap_or_default(), admission);
    bound.serve(router, serve::stop_asked()).await;
    Ok(0)
}

/// Makes the first start and the sample through any DynamoDB endpoint whose tables exist.
///
/// # Errors
/// The endpoint does not answer, or has no such tables.
pub async fn fill(endpoint: &str, config: &Config) -> Result<u8, Trouble> {
    let local = over(endpoint, Builder::new().build_http(), config);
    local.first_start(config).await?;
    if sample::filling(&local).await.map_err(Trouble::Other)? == Filling::Open {
        sample::fill(&local).await.map_err(Trouble::Other)?;
    }
    writeln!(io::stdout(), "filled")?;
    Ok(0)
}

fn over(endpoint: &str, http: SharedHttpClient, config: &Config) -> Local {
    Local::over(client_for(endpoint, http), config, Clock::system())
}

/// A new access key id of 128 random bits.
fn access_key_id() -> io::Result<String> {
    let mut random = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    Ok(HEXUPPER.encode(&random))
}

/// What a request must name.
#[derive(Debug)]
struct Admission {
    key: String,
    /// The store's own address, by number and by name.
    hosts: [String; 2],
}

impl Admission {
    fn new(address: SocketAddr, key: String) -> Self {
        Self { key, hosts: [address.to_string(), format!("localhost:{}", address.port())] }
    }

    fn admits(&self, request: &Request) -> bool {
        let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let is_for_here = text(HOST).is_some_and(|host| self.hosts.iter().any(|own| own == host));
        let names_key = text(AUTHORIZATION)
            .and_then(|credential| credential.split_once("Credential="))
            .and_then(|(_, rest)| rest.split_once('/'))
            .is_some_and(|(key, _)| key.as_bytes().ct_eq(self.key.as_bytes()).into());
        names_key && is_for_here && !request.headers().contains_key(ORIGIN)
    }
}

/// Answers only requests that are admitted.
fn guarded(router: Router, admission: Admission) -> Router {
    router.layer(middleware::from_fn_with_state(Arc::new(admission), guard))
}

async fn guard(State(admission): State<Arc<Admission>>, request: Request, next: Next) -> Response {
    if admission.admits(&request) {
        return next.run(request).await;
    }
    let kind = "com.amazon.coral.service#UnrecognizedClientException";
    in_http(refusal(kind, "The security token included in the request is invalid."))
}

//! What tests of the deployed functions need: a bare store to point them at, and a desk to find in
//! whatever DynamoDB they are pointed at.

use std::io::{self, Write};

use aws_smithy_http_client::Builder;
use functions::clock::Clock;
use functions::store::client_for;

use crate::config::Config;
use crate::desk::{Local, NoDesk};
use crate::embedded::Embedded;
use crate::program::Trouble;
use crate::{sample, serve};

/// Serves a bare embedded DynamoDB, with the tables made and filled, until it is asked to stop.
///
/// # Errors
/// The port cannot be had, or the store cannot be filled.
pub async fn store(port: u16, with_sample: bool, config: &Config) -> Result<u8, Trouble> {
    let embedded = Embedded::in_memory(port).map_err(|e| Trouble::NoDesk(NoDesk::NoStore(e)))?;
    let local = over(embedded.url(), config);
    local.make_tables(config).await?;
    local.first_start(config).await?;
    if with_sample {
        sample::fill(&local).await.map_err(Trouble::Other)?;
    }
    writeln!(io::stdout(), "store listening on {}", embedded.url())?;
    io::stdout().flush()?;
    serve::stop_asked().await;
    Ok(0)
}

/// Makes the first start and the sample through any DynamoDB endpoint whose tables exist.
///
/// # Errors
/// The endpoint does not answer, or has no such tables.
pub async fn fill(endpoint: &str, config: &Config) -> Result<u8, Trouble> {
    let local = over(endpoint, config);
    local.first_start(config).await?;
    if sample::is_new(&local).await.map_err(Trouble::Other)? {
        sample::fill(&local).await.map_err(Trouble::Other)?;
    }
    writeln!(io::stdout(), "filled")?;
    Ok(0)
}

fn over(endpoint: &str, config: &Config) -> Local {
    Local::over(client_for(endpoint, Builder::new().build_http()), config, Clock::system())
}

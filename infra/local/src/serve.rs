//! HTTP on the loopback address: the front ends that are on, until the program is asked to stop.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use runtime::http::BODY_TIMEOUT;
use tokio::net::TcpListener;

use crate::connections::{self, Limits};
use crate::program::Trouble;

/// How long a client may take for the head of a request. The router's own limits give it the same
/// time again for the body.
pub const SLOWEST: Duration = BODY_TIMEOUT;

/// How long the requests that run may take when the program has to stop.
pub const STOP_MAX: Duration = Duration::from_secs(3);

const LIMITS: Limits = Limits { connections: 256, head: SLOWEST, stop: STOP_MAX };

/// A bound port, not yet served.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

/// Binds a port of 127.0.0.1; 0 picks one.
///
/// # Errors
/// The port cannot be had.
pub async fn bind(port: u16) -> Result<Bound, Trouble> {
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let bound = async {
        let listener = TcpListener::bind(at).await?;
        let address = listener.local_addr()?;
        Ok(Bound { listener, address })
    };
    bound.await.map_err(|source: io::Error| Trouble::Port { port, source })
}

impl Bound {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` ends, and lets the requests that run then finish, within [`STOP_MAX`].
    pub async fn serve(self, router: Router, stop: impl Future<Output = ()> + Send + 'static) {
        connections::serve(self.listener, router, LIMITS, stop).await;
    }
}

/// Ends when the program is asked to stop: Ctrl-C, or the signal that services are stopped with.
pub async fn stop_asked() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}

//! HTTP on the loopback address: the front ends that are on, until somebody says stop.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::program::Trouble;

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

    /// Serves until `stop` comes, and lets the requests that run then finish.
    ///
    /// # Errors
    /// The listener broke.
    pub async fn serve(
        self,
        router: axum::Router,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        axum::serve(self.listener, router).with_graceful_shutdown(stop).await
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

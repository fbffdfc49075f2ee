//! HTTP on the loopback address: the front ends that are on, until somebody says stop.
//!
//! A client that says nothing, or only half of something, is not waited for: a request has to be
//! there, head and body, within a few seconds, only so many clients are talked to at once, and who
//! is still talking when the program has to stop gets a moment and no more. What is answered is
//! not limited in time here: a change that has begun is the functions' to end.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use runtime::http::BODY_TIMEOUT;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::program::Trouble;

/// How long a client may take for the head of a request, from its connection or its last answer
/// on. The router's own limits give it the same time again for the body.
pub const SLOWEST: Duration = BODY_TIMEOUT;

/// How long the requests that run may take when the program has to stop.
pub const STOP_MAX: Duration = Duration::from_secs(3);

/// How many clients may be connected. More than that wait until one of them leaves.
const CLIENTS_MAX: usize = 256;

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

    /// Serves until `stop` comes, and lets the requests that run then finish, within [`STOP_MAX`].
    pub async fn serve(self, router: Router, stop: impl Future<Output = ()> + Send + 'static) {
        let places = Arc::new(Semaphore::new(CLIENTS_MAX));
        let (going_on, stopping) = watch::channel(());
        let mut clients = JoinSet::new();
        let mut stop = pin!(stop);
        loop {
            let next = async {
                let place = places.clone().acquire_owned().await;
                (place, self.listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                () = &mut stop => break,
                next = next => next,
            };
            match accepted {
                Ok((stream, _)) => {
                    let talk = talk(stream, router.clone(), stopping.clone());
                    clients.spawn(async move {
                        talk.await;
                        drop(place);
                    });
                }
                // Out of file descriptors, most likely: some come back when clients leave.
                Err(error) => {
                    tracing::warn!(%error, "a client could not be accepted");
                    sleep(Duration::from_millis(100)).await;
                }
            }
            while clients.try_join_next().is_some() {}
        }
        drop(self.listener);
        drop(going_on);
        let last = async { while clients.join_next().await.is_some() {} };
        if timeout(STOP_MAX, last).await.is_err() {
            tracing::warn!("some clients were still talking, and were left");
        }
    }
}

/// Answers a client until it leaves, is too slow, or everybody has to go.
async fn talk(stream: TcpStream, router: Router, mut stopping: watch::Receiver<()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(SLOWEST);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        // Nobody says anything there; its end is the word.
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a client was left");
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

//! The connections of a listener, of TCP or of a Unix socket: how many there are at once, how long a
//! client may take for the head of a request, and how they end.
//!
//! A listener that cannot accept, as without file descriptors, goes on when some come back. The time
//! of a body is limited by the router, and the time of an answer by nothing: a change that has begun
//! ends by itself.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long no connection comes out of the system's queue when it is empty.
const QUEUE_EMPTY_AFTER: Duration = Duration::from_millis(10);

/// The limits of a listener's clients.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once; more clients wait until one of them leaves.
    pub connections: usize,
    /// For the head of a request, from the connection or the last answer on.
    pub head: Duration,
    /// For all requests that run when the listener stops.
    pub stop: Duration,
}

/// Serves until `stop` ends. Then it answers the requests that run and the connections that the system
/// has taken already, within the limit, and leaves the rest.
pub async fn serve<L: Listener>(
    mut listener: L,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let (going_on, stopping) = watch::channel(());
    let mut clients = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await.0)
        };
        let (place, stream) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        let conversation = converse(stream, router.clone(), limits.head, stopping.clone());
        clients.spawn(async move {
            conversation.await;
            drop(place);
        });
        while clients.try_join_next().is_some() {}
    }
    let last = async {
        while let Ok((stream, _)) = timeout(QUEUE_EMPTY_AFTER, listener.accept()).await {
            clients.spawn(converse(stream, router.clone(), limits.head, stopping.clone()));
        }
        drop(listener);
        drop(going_on);
        while clients.join_next().await.is_some() {}
    };
    if timeout(limits.stop, last).await.is_err() {
        tracing::warn!("some clients were slower than the stop, and were left");
    }
}

/// Answers a client until it leaves, is too slow, or the listener stops.
async fn converse<S>(stream: S, router: Router, head: Duration, mut stopping: watch::Receiver<()>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        // Nothing is ever sent: the end of the channel is the sign.
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a client was left");
    }
}

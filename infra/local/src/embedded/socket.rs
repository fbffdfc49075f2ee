//! The store for other processes of the same user: HTTP over a Unix socket in the data directory,
//! which only its owner may enter. `POST /` carries an operation in `x-amz-target`, as DynamoDB's
//! own protocol does; each request has a connection of its own, so that it always reaches the
//! process that holds the file at that moment.
//!
//! There is no TCP port, and no signature is checked: the directory decides who may connect.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::client;
use hyper_util::rt::TokioIo;
use runtime::http::BODY_TIMEOUT;
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::answer::Answer;
use super::thread::{StoreThread, WAIT_MAX, wait_for};
use crate::connections::{self, Limits};

/// The answer to `GET /`.
const GREETING: &str = "creditdesk store";

/// DynamoDB's own limit for a request, in bytes.
const REQUEST_MAX: usize = 16 * 1024 * 1024;

/// Longest path of a Unix socket in bytes: macOS allows 103, Linux 107.
const PATH_MAX: usize = 103;

/// How long a request waits for a process that takes the store over: less than the desk waits for
/// an answer. Nothing has been sent until then.
const CONNECT_MAX: Duration = Duration::from_millis(1_500);

/// A process of the desk sends its request at once.
const LIMITS: Limits = Limits { connections: 256, head: Duration::from_secs(1), stop: WAIT_MAX };

/// The address of the socket of a data directory.
#[derive(Debug, Clone)]
pub struct SocketPath {
    path: PathBuf,
    // Open as long as `path` names it.
    _directory: Option<Arc<File>>,
}

impl SocketPath {
    /// The socket of a directory. A path that is too long for a socket is shortened by way of the
    /// open directory.
    ///
    /// # Errors
    /// The directory cannot be opened.
    pub fn of(directory: &Path) -> io::Result<Self> {
        let path = directory.join("socket");
        if path.as_os_str().len() <= PATH_MAX {
            return Ok(Self { path, _directory: None });
        }
        let directory = File::open(directory)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}/socket", directory.as_raw_fd()));
        Ok(Self { path, _directory: Some(Arc::new(directory)) })
    }

    /// Listens. The caller holds the lock of the directory, so that a socket that is there is left
    /// over from a process that has ended.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn bind(&self) -> io::Result<UnixListener> {
        self.remove()?;
        UnixListener::bind(&self.path)
    }

    /// Removes the socket, if there is one.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub fn remove(&self) -> io::Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Whether a store answers there, and does so soon.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        let greet = || -> io::Result<String> {
            let mut stream = UnixStream::connect(&self.path)?;
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            stream.write_all(b"GET / HTTP/1.1\r\nHost: store\r\nConnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        greet().is_ok_and(|answer| answer.contains(GREETING))
    }

    /// Sends one request and waits for its answer.
    ///
    /// # Errors
    /// Nobody listens, or the process that answers ends before it has done so.
    pub async fn ask(&self, operation: String, body: Vec<u8>) -> io::Result<Answer> {
        let stream = TokioIo::new(self.connect().await?);
        let (mut sender, connection) =
            client::conn::http1::handshake(stream).await.map_err(io::Error::other)?;
        // Ends with the sender.
        tokio::spawn(connection);
        let request = axum::http::Request::post("/")
            .header(header::HOST, "store")
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .body(Body::from(body))
            .map_err(io::Error::other)?;
        let response = sender.send_request(request).await.map_err(io::Error::other)?;
        let status = response.status().as_u16();
        let body = to_bytes(Body::new(response.into_body()), usize::MAX).await;
        let body = String::from_utf8(body.map_err(io::Error::other)?.to_vec());
        Ok(Answer { status, body: body.map_err(io::Error::other)? })
    }

    async fn connect(&self) -> io::Result<tokio::net::UnixStream> {
        let started = Instant::now();
        loop {
            match tokio::net::UnixStream::connect(&self.path).await {
                Err(_) if started.elapsed() < CONNECT_MAX => {
                    sleep(Duration::from_millis(20)).await;
                }
                connected => return connected,
            }
        }
    }
}

/// A server of the socket, in a thread of its own.
#[derive(Debug)]
pub struct Server {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Server {
    /// Serves a listener until [`Server::stop`].
    ///
    /// # Errors
    /// The system has no thread, or no more file descriptors, to give.
    pub fn start(listener: UnixListener, store: StoreThread) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let run = move || {
            let served = runtime.block_on(async {
                let listener = tokio::net::UnixListener::from_std(listener)?;
                let stop = async { drop(stopped.await) };
                connections::serve(listener, router(store), LIMITS, stop).await;
                io::Result::Ok(())
            });
            if let Err(error) = served {
                tracing::error!(%error, "the store is no longer served to other processes");
            }
        };
        let thread = thread::Builder::new().name("socket".to_owned()).spawn(run)?;
        Ok(Self { stop, thread })
    }

    /// Answers every request that has come, but waits for them only a moment. The socket has been
    /// removed, so that no more come.
    pub fn stop(self) {
        drop(self.stop);
        wait_for(&self.thread);
    }
}

/// The store over HTTP. Callers are not checked here.
pub fn router(store: StoreThread) -> Router {
    Router::new().route("/", get(async || GREETING).post(carry_out)).with_state(store)
}

async fn carry_out(State(store): State<StoreThread>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let target = head.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    let operation = target.and_then(|target| target.rsplit('.').next()).unwrap_or_default();
    let body = match timeout(BODY_TIMEOUT, to_bytes(body, REQUEST_MAX)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    match store.ask(operation.to_owned(), body.into()).await {
        Ok(answer) => in_http(answer),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// An answer as DynamoDB sends it.
pub fn in_http(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], answer.body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynoxide::Database;

    #[test]
    fn directory_with_a_long_path_is_served() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("d".repeat(120));
        std::fs::create_dir(&deep).unwrap();
        let socket = SocketPath::of(&deep).unwrap();
        let (store, _thread) = StoreThread::start(Database::memory().unwrap(), None).unwrap();

        let server = Server::start(socket.bind().unwrap(), store).unwrap();

        let other = SocketPath::of(&deep).unwrap();
        assert!(other.is_answered());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer = runtime.block_on(other.ask("DescribeTable".to_owned(), b"{}".to_vec()));
        assert_eq!(answer.unwrap().status, 400, "there is no such table");
        server.stop();
        assert!(!other.is_answered());
    }
}

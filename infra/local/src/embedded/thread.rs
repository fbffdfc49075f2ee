//! The thread that runs the database. SQLite blocks, so it must not run on a runtime that anything
//! else waits for. Requests are carried out one after the other, in the order in which they come.
//!
//! The thread also owns the lock on the data directory: the lock is held as long as the file is open.

use std::fs::File;
use std::io;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use dynoxide::Database;
use tokio::sync::{mpsc, oneshot};

use super::answer::{Answer, answer};

/// The sender of requests to the thread.
#[derive(Debug, Clone)]
pub struct StoreThread(mpsc::UnboundedSender<Message>);

#[derive(Debug)]
enum Message {
    Request { operation: String, body: Vec<u8>, reply: oneshot::Sender<Answer> },
    Stop,
}

impl StoreThread {
    /// Starts the thread. It ends at [`StoreThread::stop`], or with its last sender.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn start(database: Database, lock: Option<File>) -> io::Result<(Self, JoinHandle<()>)> {
        let (sender, mut requests) = mpsc::unbounded_channel();
        let run = move || {
            while let Some(Message::Request { operation, body, reply }) = requests.blocking_recv() {
                // The caller may have given up by now; the request is carried out all the same.
                drop(reply.send(answer(&database, &operation, &body)));
            }
            drop(database);
            drop(lock);
        };
        let thread = thread::Builder::new().name("store".to_owned()).spawn(run)?;
        Ok((Self(sender), thread))
    }

    /// Sends one request and waits for its answer.
    ///
    /// # Errors
    /// The thread has ended.
    pub async fn ask(&self, operation: String, body: Vec<u8>) -> io::Result<Answer> {
        let (reply, answer) = oneshot::channel();
        let ended = || io::Error::new(io::ErrorKind::NotConnected, "the store has ended");
        self.0.send(Message::Request { operation, body, reply }).map_err(|_| ended())?;
        answer.await.map_err(|_| ended())
    }

    /// Ends the thread after the requests that were sent before.
    pub fn stop(&self) {
        drop(self.0.send(Message::Stop));
    }
}

/// How long the end of the program waits for a thread.
pub const WAIT_MAX: Duration = Duration::from_secs(1);

/// Waits a moment for a thread that was told to stop; a request that hangs must not hold up the end
/// of the program.
pub fn wait_for(thread: &JoinHandle<()>) {
    let started = Instant::now();
    while !thread.is_finished() && started.elapsed() < WAIT_MAX {
        thread::sleep(Duration::from_millis(2));
    }
}

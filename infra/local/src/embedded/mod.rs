//! The embedded store: DynamoDB as `dynoxide` has it, without a TCP port. In memory for tests and
//! trials, in `desk.db` of a data directory for the local desk.
//!
//! One process at a time has a directory's file open: the process that holds the lock on `lock`. It
//! calls the store directly ([`thread`]). Other processes work through a Unix socket ([`socket`])
//! and wait for the lock:
//!
//! 1. The first process locks, opens the file, removes a socket that is left over, and listens.
//! 2. A second process finds the lock taken and the socket answered, and sends its requests there.
//! 3. The first process removes the socket, answers what has come, closes the file and ends. One that
//!    is killed does none of this. Either way the system gives its lock to a process that waits.
//! 4. That process does step 1, and calls the store directly from then on; others connect to it.
//!
//! A directory can be deleted or replaced meanwhile. So a process touches socket and file only if the
//! path still names the lock that it holds. The content of the lock file means nothing.
//!
//! A process that only reads opens a copy ([`Embedded::open_to_read`]); the directory may be read-only.

pub mod answer;
pub mod connection;
mod directory;
mod socket;
mod thread;

use std::fs::{File, TryLockError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use dynoxide::Database;

pub use answer::refusal;
pub use connection::{Connection, ENDPOINT};
use directory::{DATA, DESK, FileId, LOCK, holds_desk};
pub use directory::{LINK_KEY, private_file};
pub use socket::in_http;
use socket::{Server, SocketPath};
use thread::{StoreThread, wait_for};

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In memory, until the program ends.
    Memory,
    /// In a directory.
    Directory(PathBuf),
}

/// Why there is no store.
#[derive(Debug, thiserror::Error)]
pub enum NoStore {
    /// The directory or a file in it cannot be made, read or written.
    #[error("the data directory {} cannot be used: {}", .0.display(), .1)]
    Directory(PathBuf, #[source] io::Error),
    /// The directory holds no desk, and none is to be made.
    #[error(
        "there is no desk in {}, and none was made. Name the directory of one with --data DIR; \
         `creditdesk demo`, `creditdesk serve`, `creditdesk say --new` and `creditdesk` make one",
        .0.display()
    )]
    Nowhere(PathBuf),
    /// The file is there but is no desk's, or is broken.
    #[error("{} cannot be opened as a desk’s file: {}", .0.display(), .1)]
    File(PathBuf, String),
    /// The directory was deleted, or another one took its place.
    #[error("the data directory {} was deleted or replaced while it was open", .0.display())]
    Replaced(PathBuf),
    /// Another desk has the directory and does not answer.
    #[error("another desk has {} open, but its store does not answer", .0.display())]
    Silent(PathBuf),
    /// The system has no thread to give.
    #[error("the store cannot be started: {0}")]
    Thread(io::Error),
}

/// How long a second process waits until the first one answers.
const PATIENCE: Duration = Duration::from_secs(10);

/// A store that answers as long as this value lives.
#[derive(Debug)]
pub struct Embedded {
    connection: Connection,
    is_shared: bool,
    hold: Arc<Mutex<Hold>>,
}

/// What this process has of the file.
#[derive(Debug)]
enum Hold {
    /// Another process holds it; a thread waits for its lock.
    Waiting,
    Held(Held),
    /// This process ends, and does not take the file any more.
    Over,
}

impl Embedded {
    /// Opens the store of a place, or joins the process that has it open.
    ///
    /// # Errors
    /// [`NoStore`], in words for the person who typed the command.
    pub fn open(place: &Place) -> Result<Self, NoStore> {
        match place {
            Place::Memory => {
                let database = Database::memory();
                Self::over(database.map_err(|e| no_file(Path::new(":memory:"), e.to_string()))?)
            }
            Place::Directory(path) => Self::in_directory(path),
        }
    }

    /// Opens the store of a place where there is one; nothing is made where there is none.
    ///
    /// # Errors
    /// [`NoStore`], in words for the person who typed the command.
    pub fn open_existing(place: &Place) -> Result<Self, NoStore> {
        Self::expect(place)?;
        Self::open(place)
    }

    /// Opens the store of a place where there is one, to read: through the process that has it open, or
    /// else from a copy. The directory stays as it is.
    ///
    /// # Errors
    /// [`NoStore`], in words for the person who typed the command.
    pub fn open_to_read(place: &Place) -> Result<Self, NoStore> {
        Self::expect(place)?;
        let Place::Directory(path) = place else { return Self::open(place) };
        let unusable = |source| NoStore::Directory(path.to_owned(), source);
        match File::open(path.join(LOCK)) {
            Ok(_) => Self::locked(path, || File::open(path.join(LOCK)), Held::copy_of),
            // A desk that was moved here without it.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let held = Held::start(copied(path)?, None);
                Ok(Self::holding(held.map_err(NoStore::Thread)?))
            }
            Err(e) => Err(unusable(e)),
        }
    }

    fn expect(place: &Place) -> Result<(), NoStore> {
        let Place::Directory(path) = place else { return Ok(()) };
        match holds_desk(path) {
            Ok(true) => Ok(()),
            Ok(false) => Err(NoStore::Nowhere(path.clone())),
            Err(source) => Err(NoStore::Directory(path.clone(), source)),
        }
    }

    /// The store over a database that is there already.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub fn over(database: Database) -> Result<Self, NoStore> {
        Ok(Self::holding(Held::start(database, None).map_err(NoStore::Thread)?))
    }

    fn holding(held: Held) -> Self {
        let connection = Connection::to_thread(held.store.clone());
        Self { connection, is_shared: false, hold: Arc::new(Mutex::new(Hold::Held(held))) }
    }

    fn in_directory(path: &Path) -> Result<Self, NoStore> {
        let lock = || {
            directory::private_directory(path)?;
            private_file(&path.join(LOCK))
        };
        Self::locked(path, lock, Held::of)
    }

    /// Locks a directory and takes its store, or joins the process that has it.
    fn locked(
        path: &Path,
        open_lock: impl Fn() -> io::Result<File>,
        take: Take,
    ) -> Result<Self, NoStore> {
        let unusable = |source| NoStore::Directory(path.to_owned(), source);
        let started = Instant::now();
        loop {
            // Each time anew: the directory may have been replaced.
            let lock = open_lock().map_err(unusable)?;
            let socket = SocketPath::of(path).map_err(unusable)?;
            match lock.try_lock() {
                Ok(()) => match take(path, lock, socket) {
                    Err(NoStore::Replaced(_)) if started.elapsed() < PATIENCE => {}
                    taken => return Ok(Self::holding(taken?)),
                },
                Err(TryLockError::WouldBlock) => {
                    if socket.is_answered() {
                        return Ok(Self::joined(path, lock, socket, take));
                    }
                }
                Err(TryLockError::Error(source)) => return Err(unusable(source)),
            }
            if started.elapsed() > PATIENCE {
                return Err(NoStore::Silent(path.to_owned()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Works through the first process, and waits for its end to take its place.
    fn joined(path: &Path, lock: File, socket: SocketPath, take: Take) -> Self {
        let connection = Connection::through(socket.clone());
        let hold = Arc::new(Mutex::new(Hold::Waiting));
        let (path, waiting, taken) = (path.to_owned(), hold.clone(), connection.clone());
        // Nothing waits for this thread: it ends with the process, and its lock with it.
        std::thread::spawn(move || {
            let locked = lock.lock().map_err(|e| NoStore::Directory(path.clone(), e));
            let mut hold = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if matches!(*hold, Hold::Over) {
                return;
            }
            match locked.and_then(|()| take(&path, lock, socket)) {
                Ok(held) => {
                    taken.take_over(held.store.clone());
                    *hold = Hold::Held(held);
                }
                Err(reason) => {
                    drop(writeln!(io::stderr(), "creditdesk: the desk’s store ended: {reason}."));
                    std::process::exit(5);
                }
            }
        });
        Self { connection, is_shared: true, hold }
    }

    /// The way to the store.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The store over HTTP, for a caller that decides who may send; absent where another process
    /// holds the file.
    #[must_use]
    pub fn router(&self) -> Option<Router> {
        match &*self.hold.lock().unwrap_or_else(PoisonError::into_inner) {
            Hold::Held(held) => Some(socket::router(held.store.clone())),
            Hold::Waiting | Hold::Over => None,
        }
    }

    /// Whether another process opened the file first, and this one works through it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.is_shared
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        let mut hold = self.hold.lock().unwrap_or_else(PoisonError::into_inner);
        if let Hold::Held(held) = std::mem::replace(&mut *hold, Hold::Over) {
            held.stop();
        }
    }
}

/// Takes the store of a directory whose lock is held.
type Take = fn(&Path, File, SocketPath) -> Result<Held, NoStore>;

/// The store of this process, and its server for others.
#[derive(Debug)]
struct Held {
    store: StoreThread,
    thread: JoinHandle<()>,
    served: Option<Served>,
}

/// The server of a directory's store.
#[derive(Debug)]
struct Served {
    server: Server,
    socket: SocketPath,
    directory: PathBuf,
    lock: FileId,
}

impl Held {
    fn start(database: Database, lock: Option<File>) -> io::Result<Self> {
        let (store, thread) = StoreThread::start(database, lock)?;
        Ok(Self { store, thread, served: None })
    }

    /// Opens the file of a directory whose lock is held, and listens.
    fn of(path: &Path, lock: File, socket: SocketPath) -> Result<Self, NoStore> {
        let unusable = |source| NoStore::Directory(path.to_owned(), source);
        let id = present(path, &lock)?;
        let database = database_in(path)?;
        let mut held = Self::start(database, Some(lock)).map_err(NoStore::Thread)?;
        let listener = socket.bind().map_err(unusable)?;
        let server = Server::start(listener, held.store.clone()).map_err(NoStore::Thread)?;
        held.served = Some(Served { server, socket, directory: path.to_owned(), lock: id });
        Ok(held)
    }

    /// Copies the file of a directory whose lock is held, to read.
    fn copy_of(path: &Path, lock: File, _: SocketPath) -> Result<Self, NoStore> {
        present(path, &lock)?;
        let copy = copied(path)?;
        drop(lock);
        Self::start(copy, None).map_err(NoStore::Thread)
    }

    /// Answers every request that has come, closes the file, and gives the lock back. From the first
    /// step on nobody connects: a request that comes later waits for the next process.
    fn stop(self) {
        if let Some(Served { server, socket, directory, lock }) = self.served {
            // In a directory that took the place of this one, the socket is another process's.
            if lock.is_lock_of(&directory) {
                // A socket that cannot be removed is removed by the next process.
                drop(socket.remove());
            }
            server.stop();
        }
        self.store.stop();
        wait_for(&self.thread);
    }
}

/// The identity of a lock that is held, if the directory still has it.
fn present(path: &Path, lock: &File) -> Result<FileId, NoStore> {
    let id = FileId::of(lock).map_err(|source| NoStore::Directory(path.to_owned(), source))?;
    if id.is_lock_of(path) { Ok(id) } else { Err(NoStore::Replaced(path.to_owned())) }
}

fn database_in(path: &Path) -> Result<Database, NoStore> {
    let file = path.join(DESK);
    // Made here so that only its owner may read it; SQLite gives its side files the same mode.
    if let Err(error) = private_file(&file) {
        return Err(no_file(&file, format!("it cannot be written: {error}")));
    }
    opened(&file)
}

/// A copy of the file of a directory. It has no name any more when this returns, and goes with the
/// process.
fn copied(path: &Path) -> Result<Database, NoStore> {
    let random = RandomState::new().build_hasher().finish();
    let folder = std::env::temp_dir().join(format!("creditdesk-{random:016x}"));
    let copy = || -> io::Result<()> {
        directory::make_temporary(&folder)?;
        for file in DATA.map(|name| (path.join(name), folder.join(name))) {
            match std::fs::copy(&file.0, &file.1) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                Ok(_) | Err(_) => {}
            }
            // A copy has the mode of its original, which may be read-only.
            directory::make_writable(&file.1)?;
        }
        Ok(())
    };
    let database = copy()
        .map_err(|e| no_file(&path.join(DESK), format!("it cannot be copied to be read: {e}")))
        .and_then(|()| opened(&folder.join(DESK)));
    drop(std::fs::remove_dir_all(&folder));
    database
}

fn opened(file: &Path) -> Result<Database, NoStore> {
    let name = file.to_str().ok_or_else(|| no_file(file, "its name is not UTF-8".to_owned()))?;
    Database::new(name).map_err(|e| no_file(file, in_words(&e.to_string())))
}

fn no_file(path: &Path, reason: String) -> NoStore {
    NoStore::File(path.to_owned(), reason)
}

fn in_words(error: &str) -> String {
    if is_full(error) {
        "the disk is full, or the data directory cannot be written".to_owned()
    } else if error.contains("not a valid SQLite database") {
        "it is no database, or it is broken".to_owned()
    } else {
        error.trim_end_matches('.').to_owned()
    }
}

/// Whether an error of the store means a full disk: SQLite has several words for it.
#[must_use]
pub fn is_full(error: &str) -> bool {
    let signs = ["disk is full", "File too large", "No space left", "disk I/O error"];
    signs.iter().any(|sign| error.contains(sign))
}

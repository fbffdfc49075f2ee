//! The embedded store: DynamoDB as `dynoxide` has it, in this process, spoken to over a loopback
//! port like the real one. In memory for tests and trials, in `desk.db` of a data directory for
//! the local desk.
//!
//! One process at a time has a directory's file open: the one that holds the lock on `lock`, whose
//! content is the address at which it serves. A second process works through that address, and
//! takes the file over, at the same address, when the first one ends.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use dynoxide::Database;
use tokio::sync::oneshot;

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In memory: gone when the program ends.
    Memory,
    /// In a directory.
    Directory(PathBuf),
}

/// Why there is no store.
#[derive(Debug, thiserror::Error)]
pub enum NoStore {
    /// The directory or a file in it cannot be made, read or written.
    #[error("the data directory {} cannot be used: {source}", path.display())]
    Directory {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The directory holds no desk, and none is to be made.
    #[error(
        "there is no desk in {}, and none was made. Name the directory of one with --data DIR; \
         `creditdesk demo` and the first line that is said make one",
        path.display()
    )]
    Nowhere {
        /// Which directory.
        path: PathBuf,
    },
    /// The file is there but is no desk's, or is broken.
    #[error("{} cannot be opened as a desk’s file: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Another desk has the directory and does not answer.
    #[error("another desk has {} open, but its store at {url} does not answer", path.display())]
    Silent {
        /// Which directory.
        path: PathBuf,
        /// Where the other desk said it serves.
        url: String,
    },
    /// No loopback port can be had.
    #[error("the store cannot listen on {address}: {source}")]
    Port {
        /// Which address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

/// The name of the file that makes a directory a desk's.
const FILE: &str = "desk.db";

/// How long a second process waits until the first one answers.
const PATIENCE: Duration = Duration::from_secs(10);

/// A store that answers at [`Embedded::url`] as long as this value lives.
#[derive(Debug)]
pub struct Embedded {
    url: String,
    shared: bool,
    // Dropped last to first: the server stops before the lock goes.
    serving: Option<Serving>,
    _lock: Option<File>,
}

impl Embedded {
    /// Opens the store of a place, or joins the process that has it open.
    ///
    /// # Errors
    /// [`NoStore`], in words for whoever typed the command.
    pub fn open(place: &Place) -> Result<Self, NoStore> {
        match place {
            Place::Memory => Self::in_memory(0),
            Place::Directory(path) => Self::in_directory(path),
        }
    }

    /// A store in memory that listens on a port of one's choice; 0 picks one.
    ///
    /// # Errors
    /// The port cannot be had.
    pub fn in_memory(port: u16) -> Result<Self, NoStore> {
        let database = Database::memory()
            .map_err(|e| NoStore::File { path: ":memory:".into(), why: e.to_string() })?;
        Self::serving(database, port)
    }

    /// A database that is there already, served as long as this value lives.
    ///
    /// # Errors
    /// The port cannot be had.
    pub fn serving(database: Database, port: u16) -> Result<Self, NoStore> {
        let serving = Serving::start(database, SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
        Ok(Self { url: serving.url(), shared: false, serving: Some(serving), _lock: None })
    }

    /// Opens the store of a place where there is one; nothing is made where there is none.
    ///
    /// # Errors
    /// [`NoStore`], in words for whoever typed the command.
    pub fn open_existing(place: &Place) -> Result<Self, NoStore> {
        match place {
            Place::Directory(path) if !holds_desk(path) => {
                Err(NoStore::Nowhere { path: path.clone() })
            }
            Place::Directory(_) | Place::Memory => Self::open(place),
        }
    }

    fn in_directory(path: &Path) -> Result<Self, NoStore> {
        let unusable = |source| NoStore::Directory { path: path.to_owned(), source };
        private_directory(path).map_err(unusable)?;
        let lock = private_file(&path.join("lock")).map_err(unusable)?;
        let started = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => return Self::as_first(path, lock),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(source)) => return Err(unusable(source)),
            }
            let url = written_in(&lock).map_err(unusable)?;
            if let Some(address) = address_of(&url).filter(|address| answers(*address)) {
                return Ok(Self::as_second(path, lock, address));
            }
            if started.elapsed() > PATIENCE {
                return Err(NoStore::Silent { path: path.to_owned(), url });
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn as_first(path: &Path, lock: File) -> Result<Self, NoStore> {
        let unusable = |source| NoStore::Directory { path: path.to_owned(), source };
        let last = address_of(&written_in(&lock).map_err(unusable)?);
        // Whoever waits must not take the last holder's address for this one's.
        lock.set_len(0).map_err(unusable)?;
        let database = database_in(path)?;
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        // Processes that worked through the last holder go on asking there.
        let serving = Serving::start(database.clone(), last.unwrap_or(any))
            .or_else(|_| Serving::start(database, any))?;
        let url = serving.url();
        let mut writer = &lock;
        writer.seek(SeekFrom::Start(0)).map_err(unusable)?;
        writer.write_all(url.as_bytes()).map_err(unusable)?;
        lock.sync_all().map_err(unusable)?;
        Ok(Self { url, shared: false, serving: Some(serving), _lock: Some(lock) })
    }

    /// Works through the first process, and waits for its end to take its place.
    fn as_second(path: &Path, lock: File, address: SocketAddr) -> Self {
        let url = format!("http://{address}");
        let path = path.to_owned();
        // The thread is left alone: it ends with the process, and the lock with it.
        thread::spawn(move || {
            let replaced = lock
                .lock()
                .map_err(|source| NoStore::Directory { path: path.clone(), source })
                .and_then(|()| Serving::start(database_in(&path)?, address));
            match replaced {
                Ok(serving) => serving.wait(),
                Err(why) => {
                    // Some other program may answer there now: not one more request may go to it.
                    let told = writeln!(io::stderr(), "creditdesk: the desk’s store ended: {why}.");
                    drop(told);
                    std::process::exit(5);
                }
            }
        });
        Self { url, shared: true, serving: None, _lock: None }
    }

    /// The address for `AWS_ENDPOINT_URL_DYNAMODB`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether another process opened the file first, and this one works through it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.shared
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.stop();
        }
    }
}

/// A server in its own thread: SQLite runs inside the handlers and would hold up a shared runtime.
#[derive(Debug)]
struct Serving {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Serving {
    fn start(database: Database, address: SocketAddr) -> Result<Self, NoStore> {
        let no_port = |source| NoStore::Port { address, source };
        let listener = TcpListener::bind(address).map_err(no_port)?;
        listener.set_nonblocking(true).map_err(no_port)?;
        let bound = listener.local_addr().map_err(no_port)?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(no_port)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = move || {
            runtime.block_on(async {
                let served = match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => {
                        let stopped = async { drop(stopped.await) };
                        dynoxide::server::serve_with_shutdown(listener, database, stopped).await
                    }
                    Err(e) => Err(e.to_string()),
                };
                if let Err(why) = served {
                    tracing::error!(why, "the store has stopped");
                }
            });
        };
        let thread =
            thread::Builder::new().name("store".to_owned()).spawn(serve).map_err(no_port)?;
        Ok(Self { address: bound, stop, thread })
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets requests that run finish, but waits for them only a moment.
    fn stop(self) {
        drop(self.stop);
        let started = Instant::now();
        while !self.thread.is_finished() && started.elapsed() < Duration::from_secs(1) {
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn wait(self) {
        let Self { stop, thread, .. } = self;
        drop(thread.join());
        drop(stop);
    }
}

fn database_in(path: &Path) -> Result<Database, NoStore> {
    let file = path.join(FILE);
    // Made here so that only its owner may read it; SQLite gives its side files the same mode.
    private_file(&file).map_err(|source| NoStore::Directory { path: path.to_owned(), source })?;
    let open = file.to_str().ok_or_else(|| "its name is not UTF-8".to_owned());
    open.and_then(|file| Database::new(file).map_err(|e| in_words(&e.to_string())))
        .map_err(|why| NoStore::File { path: file.clone(), why })
}

/// Whether a desk was ever begun there; a file that was only just made is none.
fn holds_desk(path: &Path) -> bool {
    path.join(FILE).metadata().is_ok_and(|file| file.len() > 0)
}

fn in_words(why: &str) -> String {
    if is_full(why) {
        "the disk is full, or the data directory cannot be written".to_owned()
    } else if why.contains("not a valid SQLite database") {
        "it is no database, or it is broken".to_owned()
    } else {
        why.trim_end_matches('.').to_owned()
    }
}

/// Whether the store says so of a disk that is full: SQLite has several words for it.
#[must_use]
pub fn is_full(why: &str) -> bool {
    let signs = ["disk is full", "File too large", "No space left", "disk I/O error"];
    signs.iter().any(|sign| why.contains(sign))
}

fn private_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A file that only its owner may read, as it is or new.
///
/// # Errors
/// It cannot be opened or made.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn written_in(mut file: &File) -> io::Result<String> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_string(&mut text)?;
    Ok(text)
}

fn address_of(url: &str) -> Option<SocketAddr> {
    let address: SocketAddr = url.trim().strip_prefix("http://")?.parse().ok()?;
    address.ip().is_loopback().then_some(address)
}

/// Whether a store answers there, and not some other program that got the port since.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> io::Result<String> {
        let second = Duration::from_secs(1);
        let mut stream = TcpStream::connect_timeout(&address, second)?;
        stream.set_read_timeout(Some(second))?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: store\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.contains("healthy: dynamodb"))
}

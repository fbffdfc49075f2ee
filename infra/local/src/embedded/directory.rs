//! The data directory and its files, which only their owner may read or enter: the modes are all that
//! protects the socket.
//!
//! A directory that holds other files and no desk is left as it is, and so is a directory of another
//! user. Rights are only taken away from others, never added.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// The file that makes a directory a desk's.
pub const DESK: &str = "desk.db";

/// The file whose lock gives a process the desk.
pub const LOCK: &str = "lock";

/// The file with the key that signs links.
pub const LINK_KEY: &str = "link.key";

/// The files that hold the data of a desk.
pub const DATA: [&str; 2] = [DESK, "desk.db-wal"];

/// All files that a desk makes.
const FILES: [&str; 9] =
    [DESK, "desk.db-wal", "desk.db-shm", LOCK, "write.lock", "socket", "history", "log", LINK_KEY];

/// The rights of group and others.
const OTHERS: u32 = 0o077;

/// Whether a desk was ever begun there; a file that was only just made is none.
///
/// # Errors
/// The directory cannot be entered.
pub fn holds_desk(path: &Path) -> io::Result<bool> {
    match path.join(DESK).metadata() {
        Ok(file) => Ok(file.len() > 0),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

/// Makes a directory that only its owner may enter, or closes to others a desk's own or an empty one.
///
/// # Errors
/// It cannot be made, belongs to another user, or holds other files and no desk.
pub fn private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let owner = path.metadata()?.uid();
    if user().is_some_and(|user| user != owner) {
        return Err(io::Error::other("it belongs to another user"));
    }
    if !holds_desk(path)? {
        for file in path.read_dir()? {
            let name = file?.file_name();
            if !FILES.iter().any(|known| name == *known) {
                return Err(io::Error::other(format!(
                    "it holds other files, such as {}, and no desk; name an empty directory or a new \
                     one",
                    name.display()
                )));
            }
        }
    }
    close_to_others(path)?;
    for name in FILES {
        match close_to_others(&path.join(name)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Opens a file that only its owner may read, or makes one.
///
/// # Errors
/// It cannot be opened or made.
pub fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Makes a directory for a short time, which only its owner may enter.
///
/// # Errors
/// It cannot be made.
pub fn make_temporary(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Lets the owner of a file write it, if it is there.
///
/// # Errors
/// Its mode cannot be changed.
pub fn make_writable(path: &Path) -> io::Result<()> {
    match std::fs::set_permissions(path, Permissions::from_mode(0o600)) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        set => set,
    }
}

/// A file, whatever its path names by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// An open file.
    ///
    /// # Errors
    /// The system does not say.
    pub fn of(file: &File) -> io::Result<Self> {
        let about = file.metadata()?;
        Ok(Self { device: about.dev(), inode: about.ino() })
    }

    /// Whether the lock of a directory is this file: false when the directory was deleted or replaced.
    #[must_use]
    pub fn is_lock_of(self, directory: &Path) -> bool {
        let present = directory.join(LOCK).metadata();
        present.is_ok_and(|about| about.dev() == self.device && about.ino() == self.inode)
    }
}

fn close_to_others(path: &Path) -> io::Result<()> {
    let mode = path.metadata()?.permissions().mode();
    if mode & OTHERS == 0 {
        return Ok(());
    }
    std::fs::set_permissions(path, Permissions::from_mode(mode & !OTHERS))
}

/// The effective user of this process, where the system shows it as a file. Elsewhere a directory of
/// another user is refused when its mode cannot be changed.
fn user() -> Option<u32> {
    Some(Path::new("/proc/self").metadata().ok()?.uid())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o7777
    }

    fn set(path: &Path, mode: u32) {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn desk_open_to_others_loses_their_rights_and_gains_none() {
        let folder = tempfile::tempdir().unwrap();
        let desk = folder.path().join("desk");
        for (before, after) in [(0o777, 0o700), (0o2775, 0o2700), (0o755, 0o700)] {
            std::fs::create_dir_all(&desk).unwrap();
            std::fs::write(desk.join(DESK), "data").unwrap();
            set(&desk.join(DESK), 0o666);
            set(&desk, before);

            private_directory(&desk).unwrap();

            assert_eq!((mode(&desk), mode(&desk.join(DESK))), (after, 0o600), "{before:o}");
        }
        set(&desk.join(DESK), 0o400);
        private_directory(&desk).unwrap();
        assert_eq!(mode(&desk.join(DESK)), 0o400);
    }

    #[test]
    fn directory_with_other_files_and_no_desk_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("letter.txt"), "Dear").unwrap();
        set(folder.path(), 0o2775);

        let refused = private_directory(folder.path()).unwrap_err().to_string();

        assert!(refused.contains("such as letter.txt"), "{refused}");
        assert_eq!(mode(folder.path()), 0o2775);
    }

    #[test]
    fn lock_of_a_replaced_directory_is_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let held = private_file(&folder.path().join(LOCK)).unwrap();
        let id = FileId::of(&held).unwrap();
        assert!(id.is_lock_of(folder.path()));

        std::fs::remove_file(folder.path().join(LOCK)).unwrap();
        assert!(!id.is_lock_of(folder.path()));

        drop(private_file(&folder.path().join(LOCK)).unwrap());
        assert!(!id.is_lock_of(folder.path()));
    }
}

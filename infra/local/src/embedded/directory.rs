//! The data directory and its files, which only their owner may read or enter: the modes are all
//! that protects the socket.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

const MODE: u32 = 0o700;

/// Makes a directory that only its owner may enter, or closes to others one that is there.
///
/// # Errors
/// It cannot be made, or belongs to another user.
pub fn private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(MODE).create(path)?;
    if path.metadata()?.permissions().mode() & 0o777 != MODE {
        std::fs::set_permissions(path, Permissions::from_mode(MODE))?;
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

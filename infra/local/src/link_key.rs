//! The key that signs the links of a local desk without `LINK_KEY`: random, in a file of the data directory that
//! only its owner may read, so that a link holds after the next start.
//!
//! Invariant: all processes of one directory read one key. The file appears whole, and the first one stays.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use data_encoding::HEXUPPER;
use runtime::secret::Secret;

use crate::embedded::{LINK_KEY, Place, private_file};

/// The bytes of a key.
const BYTES: usize = 32;

/// The key of a place; in memory, a new one.
///
/// # Errors
/// The file cannot be read or made.
pub fn of(place: &Place) -> io::Result<Secret> {
    match place {
        Place::Memory => random(),
        Place::Directory(path) => of_directory(path),
    }
}

fn of_directory(directory: &Path) -> io::Result<Secret> {
    let path = directory.join(LINK_KEY);
    if !path.exists() {
        let new = directory.join(format!("{LINK_KEY}.{}", std::process::id()));
        private_file(&new)?.write_all(random()?.expose().as_bytes())?;
        let linked = fs::hard_link(&new, &path);
        fs::remove_file(&new)?;
        match linked {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
            // Another process was first.
            Ok(()) | Err(_) => {}
        }
    }
    let key = fs::read_to_string(&path)?;
    match key.len() == BYTES.saturating_mul(2) {
        true => Ok(Secret::new(key)),
        false => Err(io::Error::other(format!("{} is no key: delete it", path.display()))),
    }
}

fn random() -> io::Result<Secret> {
    let mut random = [0; BYTES];
    fs::File::open("/dev/urandom")?.read_exact(&mut random)?;
    Ok(Secret::new(HEXUPPER.encode(&random)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn key_of_a_directory_stays_is_its_owners_alone_and_differs_from_others() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());

        let key = of_directory(one.path()).unwrap();

        assert_eq!(of_directory(one.path()).unwrap(), key);
        assert_ne!(of_directory(other.path()).unwrap(), key);
        let files: Vec<_> = fs::read_dir(one.path()).unwrap().map(Result::unwrap).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(one.path().join(LINK_KEY), "short").unwrap();
        assert!(of_directory(one.path()).is_err());
    }
}

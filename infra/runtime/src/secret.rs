//! Secrets: readable in one place, printed nowhere.
//!
//! Invariant: no `Display`, no serde, and a `Debug` that shows nothing of the text, not even its
//! length.

use std::fmt;

/// A secret text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text as a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the place that uses it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The secrets of a comma-separated text: two while a secret is rotated.
#[must_use]
pub fn secrets(text: &str) -> Vec<Secret> {
    text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(Secret::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_of_a_secret_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
        assert_eq!(format!("{:?}", Some(Secret::new(""))), "Some(Secret(…))");
    }

    #[test]
    fn secrets_of_a_list_leave_out_the_empty_ones() {
        let [one, two] = &secrets(" one,, two ,")[..] else { panic!("not two") };
        assert_eq!((one.expose(), two.expose()), ("one", "two"));
        assert!(secrets(" , ").is_empty());
    }
}

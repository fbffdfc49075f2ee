//! The environment of a program, read once at its start, in its composition root.
//!
//! Invariant: a configuration exists only if every setting was there and readable; otherwise all
//! faults are reported at once, so that a deployment is mended in one go. A blank setting counts as
//! one that is not set. A fault names the setting; it shows a value only where that is no secret.

use std::str::FromStr;

use crate::secret::{Secret, secrets};

/// The settings that are missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("settings are missing or malformed: {}", .0.join("; "))]
pub struct Incomplete(pub Vec<String>);

/// Reads the environment of this process.
///
/// # Errors
/// All settings that are missing or malformed.
pub fn read<T>(configuration: impl FnOnce(&mut Environment<'_>) -> T) -> Result<T, Incomplete> {
    #[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
    read_from(&|name| std::env::var(name).ok(), configuration)
}

/// As [`read`], with `variable` in the place of the process's environment.
///
/// # Errors
/// As [`read`].
pub fn read_from<T>(
    variable: &dyn Fn(&str) -> Option<String>,
    configuration: impl FnOnce(&mut Environment<'_>) -> T,
) -> Result<T, Incomplete> {
    let mut environment = Environment { variable, faults: Vec::new() };
    let read = configuration(&mut environment);
    if environment.faults.is_empty() { Ok(read) } else { Err(Incomplete(environment.faults)) }
}

/// An environment that is being read.
pub struct Environment<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
    faults: Vec<String>,
}

impl Environment<'_> {
    /// A setting, unless it is not set.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.trim().is_empty())
    }

    /// A setting that must be set. If it is not, the text is empty and nobody gets to see it.
    pub fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.fault(format!("{name} is not set"));
            String::new()
        })
    }

    /// A secret, unless it is not set.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.optional(name).map(Secret::new)
    }

    /// The secrets of a comma-separated setting; none if it is not set.
    #[must_use]
    pub fn secrets(&self, name: &str) -> Vec<Secret> {
        secrets(&self.optional(name).unwrap_or_default())
    }

    /// The parts of a comma-separated setting, each once. `form` says how a part has to look.
    pub fn list<T: FromStr + PartialEq>(&mut self, name: &str, form: &str) -> Vec<T> {
        let mut parts: Vec<T> = Vec::new();
        let mut malformed = Vec::new();
        let text = self.optional(name).unwrap_or_default();
        for text in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match text.parse() {
                Ok(part) if parts.contains(&part) => {}
                Ok(part) => parts.push(part),
                Err(_) => malformed.push(format!("“{text}”")),
            }
        }
        if !malformed.is_empty() {
            self.fault(format!("{name} has {}, expected {form}", malformed.join(", ")));
        }
        parts
    }

    /// Notes a fault: the configuration is not used.
    pub fn fault(&mut self, fault: String) {
        self.faults.push(fault);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn all_missing_and_malformed_settings_are_reported_at_once() {
        let variable = set(&[("BLANK", " "), ("NUMBERS", "1, two,3,vier")]);

        let read = read_from(&variable, |environment| {
            let missing = environment.required("MISSING");
            (missing, environment.required("BLANK"), environment.list::<u8>("NUMBERS", "numbers"))
        });

        let expected = "settings are missing or malformed: MISSING is not set; BLANK is not set; \
                        NUMBERS has “two”, “vier”, expected numbers";
        assert_eq!(read.unwrap_err().to_string(), expected);
    }

    #[test]
    fn a_complete_environment_gives_the_configuration() {
        let variable = set(&[("NAME", "desk"), ("KEYS", "a,b"), ("NUMBERS", " 1,2 ,,1")]);

        let (name, keys, numbers, token) = read_from(&variable, |environment| {
            let numbers = environment.list::<u8>("NUMBERS", "numbers");
            let (keys, token) = (environment.secrets("KEYS"), environment.secret("TOKEN"));
            (environment.required("NAME"), keys, numbers, token)
        })
        .unwrap();

        assert_eq!((name.as_str(), keys.len(), token), ("desk", 2, None));
        assert_eq!(numbers, [1, 2]);
    }
}

//! Buttons. A button carries a command line, so pressing it equals typing the line. Rights and state
//! are checked when it is pressed, so an old button gets an answer about the present state.
//!
//! The token is `v1:run:<line>`, which runs the line, or `v1:fill:<line>`, which opens a form for the
//! missing arguments ([`crate::form`]). The line of a confirmation also carries the version that was
//! shown, so it confirms nothing else.
//!
//! Absent on purpose: a signature over the token. The platforms sign whole requests and hand back only
//! tokens from messages of ours, and a line gives its sender no right that typing it would not give.

use crate::view::Suggestion;

/// Maximum length of a token in characters (Discord's `custom_id` limit, the smallest of the platforms).
pub const TOKEN_MAX: usize = 100;

/// The version of the token's form.
const VERSION: &str = "v1";

/// The effect of a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Button {
    /// Runs the line as if it had been typed.
    Run(String),
    /// Opens a form for the arguments that the line lacks.
    Fill(String),
}

impl Button {
    /// The button of a suggestion. A line with a `<…>` in it opens a form.
    #[must_use]
    pub fn of(suggestion: &Suggestion) -> Self {
        let line = suggestion.pressed.as_ref().unwrap_or(&suggestion.line);
        // A `<` between quotation marks belongs to a quoted value.
        let open = |at: &usize| line.get(..*at).unwrap_or_default();
        let begins = line.match_indices(" <").map(|(at, _)| at);
        let mut outside = begins.filter(|at| open(at).matches('"').count().is_multiple_of(2));
        match outside.next() {
            Some(at) => Button::Fill(open(&at).to_owned()),
            None => Button::Run(line.clone()),
        }
    }

    /// The line, whole or not.
    #[must_use]
    pub fn line(&self) -> &str {
        match self {
            Button::Run(line) | Button::Fill(line) => line,
        }
    }

    /// The token; `None` when it is longer than [`TOKEN_MAX`].
    #[must_use]
    pub fn token(&self) -> Option<String> {
        self.token_within(TOKEN_MAX)
    }

    /// The token; `None` when it is longer than `most` characters.
    #[must_use]
    pub fn token_within(&self, most: usize) -> Option<String> {
        let token = match self {
            Button::Run(line) => format!("{VERSION}:run:{line}"),
            Button::Fill(line) => format!("{VERSION}:fill:{line}"),
        };
        (token.chars().count() <= most).then_some(token)
    }

    /// Reads a token; `None` if no button of ours carries it.
    #[must_use]
    pub fn read(token: &str) -> Option<Self> {
        let (version, rest) = token.split_once(':')?;
        if version != VERSION {
            return None;
        }
        match rest.split_once(':')? {
            ("run", line) if line.starts_with('/') => Some(Button::Run(line.to_owned())),
            ("fill", line) if line.starts_with('/') => Some(Button::Fill(line.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_carries_its_line_and_gives_it_back() {
        let run = Button::of(&Suggestion::new("/confirm op_0123456789abcdef", "does it"));
        assert_eq!(run, Button::Run("/confirm op_0123456789abcdef".to_owned()));
        let fill = Button::of(&Suggestion::new("/deny op_0123456789abcdef <reason>", ""));
        assert_eq!(fill, Button::Fill("/deny op_0123456789abcdef".to_owned()));
        let named = Button::of(&Suggestion::new("/balance \"a <b\"", ""));
        assert_eq!(named, Button::Run("/balance \"a <b\"".to_owned()));
        let with_version = Suggestion::new("/confirm op_0123456789abcdef", "does it")
            .pressed("/confirm op_0123456789abcdef about:c_2 seen:3");
        let with_version = Button::of(&with_version);
        assert_eq!(with_version.line(), "/confirm op_0123456789abcdef about:c_2 seen:3");
        for press in [run, fill, with_version] {
            assert_eq!(Button::read(&press.token().unwrap()), Some(press));
        }
    }

    #[test]
    fn what_is_no_button_of_ours_is_not_run() {
        for token in ["", "v1", "v1:run", "v1:run:confirm", "v2:run:/confirm", "v1:sudo:/x", "/x"] {
            assert_eq!(Button::read(token), None, "{token}");
        }
    }

    #[test]
    fn a_line_that_is_too_long_gets_no_button() {
        let line = |length: usize| format!("/help {}", "x".repeat(length));
        assert!(Button::Run(line(TOKEN_MAX - 13)).token().is_some());
        assert!(Button::Run(line(TOKEN_MAX - 12)).token().is_none());
        assert!(Button::Run(line(TOKEN_MAX - 12)).token_within(2_000).is_some());
    }
}

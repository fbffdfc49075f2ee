//! An argument without a name.

use shared::kernel::id::Identity;

use crate::command::folded;
use crate::grammar::amount::looks_like_one;
use crate::grammar::unit::factors;

/// An argument that stands alone, or a piece of one.
#[derive(Debug, Clone)]
pub struct Word {
    pub text: String,
    /// The identity, when it is a mention.
    pub who: Option<String>,
    pub quoted: bool,
}

impl Word {
    pub fn bare(text: &str) -> Self {
        Self { text: text.to_owned(), who: None, quoted: false }
    }

    /// Whether it is this word, unquoted, in any case.
    pub fn is(&self, word: &str) -> bool {
        !self.quoted && folded(&self.text) == word
    }

    pub fn is_number(&self) -> bool {
        !self.quoted && self.who.is_none() && looks_like_one(&self.text)
    }

    /// Whether it is a unit of numbers: `k`, `thousand`.
    pub fn is_unit(&self) -> bool {
        !self.quoted && self.who.is_none() && !factors(&self.text).is_empty()
    }

    pub fn begins_a_reason(&self) -> bool {
        self.is("because") || self.is("for")
    }
}

pub fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// A mention is somebody on the platform where the line was typed.
pub fn mention(user: &str, name: Option<&str>, from: &Identity) -> Word {
    let place = from.as_str().rsplit_once(':').map_or("local", |(place, _)| place);
    let identity = format!("{place}:{user}");
    let text = name.map_or_else(|| identity.clone(), |name| format!("@{name}"));
    Word { text, who: Some(identity), quoted: false }
}

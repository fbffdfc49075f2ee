//! Text that people typed: control characters and invisible marks removed, spaces collapsed, and
//! never longer than its field. Two texts that look alike never differ by what nobody sees.

/// Why a typed text is not accepted, as a sentence.
pub type Unacceptable = String;

/// Whether a character is an invisible mark: soft hyphen, fillers, Arabic letter mark, zero width,
/// direction marks and isolates, byte order mark, tags. The two joiners are none, because words of
/// Persian and Hindi and many emoji are written with them.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{180E}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// The text without invisible marks, and without joiners that join nothing: at an end, beside another
/// joiner, a space or a character of ASCII.
#[must_use]
pub fn without_marks(text: &str) -> String {
    let mut kept: Vec<char> = Vec::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if kept.last().is_some_and(|last| is_joiner(*last)) && !is_joined(c) {
            kept.pop();
        }
        if !is_joiner(c) || kept.last().is_some_and(|last| is_joined(*last)) {
            kept.push(c);
        }
    }
    if kept.last().is_some_and(|last| is_joiner(*last)) {
        kept.pop();
    }
    kept.into_iter().collect()
}

/// The zero width non-joiner and joiner.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Whether a joiner may stand beside a character.
fn is_joined(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace() && !is_joiner(c)
}

/// A typed text in its stored form.
///
/// # Errors
/// A sentence when it is longer than `max` characters.
pub fn clean(field: &str, typed: &str, max: usize) -> Result<String, Unacceptable> {
    let visible: String = without_marks(typed).chars().map(visible).collect();
    let text = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > max {
        return Err(format!("The {field} is too long: at most {max} characters."));
    }
    Ok(text)
}

/// As [`clean`], and not empty.
///
/// # Errors
/// A sentence when it is missing or too long.
pub fn required(field: &str, typed: &str, max: usize) -> Result<String, Unacceptable> {
    let text = clean(field, typed, max)?;
    if text.is_empty() { Err(format!("The {field} is missing.")) } else { Ok(text) }
}

/// A character as people see it: a space for a control character or a line break.
fn visible(c: char) -> char {
    match c {
        '\u{2028}' | '\u{2029}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_marks_vanish_and_control_characters_become_spaces() {
        assert_eq!(clean("name", " A\u{200B}cme\u{202E}\n\tLtd ", 80), Ok("Acme Ltd".to_owned()));
        assert_eq!(clean("name", "a\u{2028}b\u{7}c", 80), Ok("a b c".to_owned()));
    }

    #[test]
    fn text_of_the_maximum_length_is_accepted_and_one_more_character_is_not() {
        assert_eq!(clean("note", "ääää", 4), Ok("ääää".to_owned()));
        let refused = clean("note", "äääää", 4);
        assert_eq!(refused, Err("The note is too long: at most 4 characters.".to_owned()));
        assert_eq!(required("note", " \u{200B} ", 4), Err("The note is missing.".to_owned()));
    }

    #[test]
    fn joiners_stay_inside_words_that_need_them_and_tags_vanish() {
        for kept in ["می\u{200C}خواهم", "क्\u{200D}ष", "👩\u{200D}🔧", "👩🏽\u{200D}🚀 Ltd"]
        {
            assert_eq!(clean("name", kept, 80).as_deref(), Ok(kept));
        }
        for typed in [
            "Ac\u{200D}me",
            "\u{200C}Acme",
            "Acme\u{200D}",
            "Ac\u{200C}\u{200D}me",
            "Acme\u{E0041}\u{E007F}",
            "A\u{200D}\u{200B}cme",
        ] {
            assert_eq!(clean("name", typed, 80).as_deref(), Ok("Acme"), "{typed:?}");
        }
        assert_eq!(clean("name", "می\u{200C}\u{200C}خواهم", 80).as_deref(), Ok("می\u{200C}خواهم"));
        assert_eq!(clean("name", "می\u{200C} خواهم", 80).as_deref(), Ok("می خواهم"));
    }
}

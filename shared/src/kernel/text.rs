//! Text that people typed: control characters and invisible marks removed, spaces collapsed, and
//! never longer than its field. Two texts that look alike never differ by what nobody sees.

/// Why a typed text is not accepted, as a sentence.
pub type Unacceptable = String;

/// Whether a character is an invisible mark: soft hyphen, joiners and fillers, Arabic letter mark,
/// zero width, direction marks and isolates, byte order mark.
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
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FEFF}'
            | '\u{FFA0}'
    )
}

/// A typed text in its stored form.
///
/// # Errors
/// A sentence when it is longer than `max` characters.
pub fn clean(field: &str, typed: &str, max: usize) -> Result<String, Unacceptable> {
    let visible: String = typed.chars().filter_map(visible).collect();
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

/// A character as people see it: nothing for an invisible mark, a space for a control character or
/// a line break.
fn visible(c: char) -> Option<char> {
    match c {
        c if is_invisible(c) => None,
        '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() => Some(' '),
        c => Some(c),
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
}

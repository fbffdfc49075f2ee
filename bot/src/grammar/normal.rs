//! Text as the grammar wants it: what keyboards, phones and chat programs put in place of plain
//! characters is taken back before anything is read.
//!
//! Order: composed form → invisible marks and odd spaces → quotation marks, dashes and full-width
//! forms → what Slack wraps → Slack's three entities, so that a link which somebody typed by hand
//! between `<` and `>` stays the text that it is → the terminal's prompt in front of a copied line.
//!
//! Digits of other scripts stay as they are in names and reasons; [`digits`] reads them where a
//! number is expected.

use shared::kernel::text::without_marks;
use unicode_normalization::UnicodeNormalization;

/// Where a line was typed, as far as the text differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// Slack: `& < >` arrive as entities, mentions and links wrapped in `<…>`.
    Slack,
    /// Anywhere else: text arrives as typed.
    Plain,
}

/// The longest line that is read, in characters.
pub const LINE_MAX: usize = 4_000;

/// The terminal's prompt, which a copied line brings along.
pub const PROMPT: &str = "desk> ";

/// The line with one form for everything that has several. Mentions stay wrapped; the tokenizer
/// knows them.
#[must_use]
pub fn normal(line: &str, front: Front) -> String {
    let composed: String = without_marks(line).nfc().map(plain).collect();
    let text = match front {
        Front::Slack => unescaped(&unwrapped(&composed)),
        Front::Plain => composed,
    };
    match text.trim_start().strip_prefix(PROMPT) {
        Some(copied) => copied.to_owned(),
        None => text,
    }
}

/// The plain form of a character.
fn plain(c: char) -> char {
    match c {
        // Every space is one, and a line break inside a command is a space.
        '\u{A0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200A}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202F}'
        | '\u{205F}'
        | '\u{3000}' => ' ',
        c if c.is_control() => ' ',
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '＂' => '"',
        '‘' | '’' | '‚' | '‛' | '′' | '＇' | '´' => '\'',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '⁃' | '﹘' | '﹣' | '－' => {
            '-'
        }
        '︓' | '﹕' | '∶' | '꞉' => ':',
        '﹦' | '꞊' => '=',
        '︔' | '﹔' => ';',
        // Full-width forms of ASCII lie at a fixed distance.
        '\u{FF01}'..='\u{FF5E}' => {
            u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c)
        }
        c => c,
    }
}

/// Links and addresses as they were typed: `<mailto:a@b.c|a@b.c>` is `a@b.c`.
fn unwrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let Some((inside, behind)) = after.split_once('>') else {
            out.push('<');
            out.push_str(after);
            return out;
        };
        let (target, label) = inside.split_once('|').unwrap_or((inside, ""));
        if let Some(address) = target.strip_prefix("mailto:").or(target.strip_prefix("tel:")) {
            out.push_str(address);
        } else if target.starts_with("http://") || target.starts_with("https://") {
            // Slack makes a link of any `word.word`; its label is what was typed.
            out.push_str(if label.is_empty() { target } else { label });
        } else {
            out.push('<');
            out.push_str(inside);
            out.push('>');
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The zeros of the scripts that write decimal digits; the other nine follow each zero.
const ZEROS: [char; 37] = [
    '\u{660}',
    '\u{6F0}',
    '\u{7C0}',
    '\u{966}',
    '\u{9E6}',
    '\u{A66}',
    '\u{AE6}',
    '\u{B66}',
    '\u{BE6}',
    '\u{C66}',
    '\u{CE6}',
    '\u{D66}',
    '\u{DE6}',
    '\u{E50}',
    '\u{ED0}',
    '\u{F20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17E0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19D0}',
    '\u{1A80}',
    '\u{1A90}',
    '\u{1B50}',
    '\u{1BB0}',
    '\u{1C40}',
    '\u{1C50}',
    '\u{A620}',
    '\u{A8D0}',
    '\u{A900}',
    '\u{A9D0}',
    '\u{A9F0}',
    '\u{AA50}',
    '\u{ABF0}',
    '\u{FF10}',
    '\u{104A0}',
];

/// The text with every script's decimal digits as 0 to 9, and the separators that go with them.
#[must_use]
pub fn digits(text: &str) -> String {
    text.chars().map(digit).collect()
}

fn digit(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    // The Arabic thousands separator and decimal point belong to the Arabic digits.
    match c {
        '\u{66C}' => return ',',
        '\u{66B}' => return '.',
        _ => {}
    }
    // Mathematical digits: five styles after each other.
    let code = u32::from(c);
    let value = if (0x1D7CE..=0x1D7FF).contains(&code) {
        code.checked_sub(0x1D7CE).and_then(|offset| offset.checked_rem(10))
    } else {
        let offset = |zero: &char| code.checked_sub(u32::from(*zero)).filter(|n| *n < 10);
        ZEROS.iter().find_map(offset)
    };
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

/// A word in the form that is compared: without the marks around it, in lower case.
pub fn compared(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_phones_put_in_place_is_taken_back() {
        let typed = "addcredit\u{A0}mms “ACME Ltd” 500 \u{200F}—dry_run ’n‘ ‑x";
        assert_eq!(normal(typed, Front::Plain), "addcredit mms \"ACME Ltd\" 500 -dry_run 'n' -x");
        assert_eq!(normal("ｍｍｓ　５００", Front::Plain), "mms 500");
        assert_eq!(normal("e\u{301}", Front::Plain), "é");
        assert_eq!(normal("a\nb\tc\u{0}d", Front::Plain), "a b c d");
        assert_eq!(normal(" desk> /undo", Front::Plain), "/undo");
        assert_eq!(normal("desk&gt; /undo", Front::Slack), "/undo");
    }

    #[test]
    fn slack_wraps_and_escapes_and_nobody_else_does() {
        let typed =
            "find <mailto:a@b.co|a@b.co> <http://acme.com|acme.com> R&amp;D &lt;x&gt; <@U1|d>";
        assert_eq!(normal(typed, Front::Slack), "find a@b.co acme.com R&D <x> <@U1|d>");
        assert_eq!(normal("R&amp;D", Front::Plain), "R&amp;D");
        assert_eq!(normal("a < b & <", Front::Slack), "a < b & <");
        assert_eq!(normal("&lt;mailto:a@b.co&gt; &amp;lt;", Front::Slack), "<mailto:a@b.co> &lt;");
    }

    #[test]
    fn digits_of_any_script_are_digits() {
        assert_eq!(digits("५००"), "500");
        assert_eq!(digits("٢٬٥٠٠"), "2,500");
        assert_eq!(digits("𝟝00"), "500");
        assert_eq!(digits("Ⅷ²½"), "Ⅷ²½");
    }
}

//! The text of an MT940 line (`:86:`): fields of a bank's scheme, or free text.
//!
//! Three schemes are read: `166?00…?20…?32…` with any separator, `/EREF/…/REMI/…`, and SEPA's words in
//! the purpose (`EREF+…SVWZ+…`).

use crate::payments::statement::types::{bare_account, one_line, reference_of};

/// The width of a field of purpose, and of a row of free text: a full one is continued in the next.
const FIELD_WIDTH: usize = 27;
const ROW_WIDTH: usize = 65;

const SEPA_WORDS: [&str; 14] = [
    "EREF", "KREF", "MREF", "CRED", "DEBT", "COAM", "OAMT", "SVWZ", "ABWA", "ABWE", "IBAN", "BIC",
    "PURP", "RREF",
];
const SLASH_WORDS: [&str; 32] = [
    "EREF", "REMI", "NAME", "IBAN", "BIC", "ORDP", "BENM", "TRTP", "TRCD", "MARF", "CSID", "CNTP",
    "PREF", "IREF", "KREF", "ADDR", "ISDT", "RTRN", "PURP", "ULTD", "ULTC", "ULTB", "OCMT", "CHGS",
    "USTD", "STRD", "OAMT", "EXCH", "ACCW", "SUBJ", "INFO", "ID",
];

/// What the text of a line tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Narrative {
    pub text: String,
    pub party: String,
    pub party_account: String,
    pub references: Vec<String>,
}

/// Reads the rows of one `:86:`.
#[must_use]
pub fn narrative(rows: &[&str]) -> Narrative {
    let whole = rows.concat();
    if let Some(separator) = separator(&whole) {
        return from_fields(&whole, separator);
    }
    let text = joined(rows.iter().copied(), ROW_WIDTH);
    if SLASH_WORDS.iter().any(|word| text.starts_with(&format!("/{word}/"))) {
        return from_slashes(&text);
    }
    let mut narrative = Narrative::default();
    take_sepa(&mut narrative, &text);
    narrative
}

/// Pieces of a text: a full piece is continued without a space.
fn joined<'a>(pieces: impl Iterator<Item = &'a str>, width: usize) -> String {
    let mut text = String::new();
    for piece in pieces {
        text.push_str(piece);
        if piece.chars().count() != width {
            text.push(' ');
        }
    }
    text.trim_end().to_owned()
}

/// The character before each field's two digits, as in `166?00` or `~00`.
fn separator(text: &str) -> Option<char> {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let code = text.chars().take_while(char::is_ascii_digit).count();
    let mut rest = text.chars().skip(code);
    let separator = rest.next()?;
    let is_field = is_digit(rest.next()) && is_digit(rest.next());
    let is_known = "?~<>^@!|§".contains(separator);
    (is_field && is_known && code <= 4).then_some(separator)
}

fn from_fields(text: &str, separator: char) -> Narrative {
    let mut narrative = Narrative::default();
    let (mut title, mut purpose, mut names) = (String::new(), Vec::new(), Vec::new());
    for field in text.split(separator).skip(1) {
        let (number, value) = match field.split_at_checked(2) {
            Some((number, value)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                (number, value)
            }
            // The separator stands inside a text.
            Some(_) | None => ("20", field),
        };
        match number {
            "00" => title = one_line(value),
            "20" | "21" | "22" | "23" | "24" | "25" | "26" | "27" | "28" | "29" | "60" | "61"
            | "62" | "63" => purpose.push(value),
            "31" | "38" => narrative.party_account = bare_account(value),
            "32" | "33" => names.push(value),
            _ => {}
        }
    }
    narrative.party = one_line(&joined(names.into_iter(), FIELD_WIDTH));
    take_sepa(&mut narrative, &joined(purpose.into_iter(), FIELD_WIDTH));
    if narrative.text.is_empty() {
        narrative.text = title;
    }
    narrative
}

/// Takes `EREF+…` and the like out of a purpose; the rest is the text.
fn take_sepa(narrative: &mut Narrative, purpose: &str) {
    let mut marks: Vec<(usize, &str)> = Vec::new();
    for word in SEPA_WORDS {
        let mark = format!("{word}+");
        let starts = purpose.match_indices(&mark).map(|(at, _)| (at, word));
        // `SVWZ+` inside a longer word is a text.
        marks.extend(starts.filter(|(at, _)| {
            let before = purpose.get(..*at).and_then(|text| text.chars().next_back());
            !before.is_some_and(char::is_alphabetic)
        }));
    }
    marks.sort_unstable();
    let first = marks.first().map_or(purpose.len(), |(at, _)| *at);
    let mut texts = vec![one_line(purpose.get(..first).unwrap_or_default())];
    let ends = marks.iter().skip(1).map(|(at, _)| *at).chain([purpose.len()]);
    for ((at, word), end) in marks.iter().zip(ends) {
        let from = at.saturating_add(word.len()).saturating_add(1);
        let value = one_line(purpose.get(from..end).unwrap_or_default());
        match *word {
            "SVWZ" => texts.push(value),
            "EREF" | "KREF" => narrative.references.extend(reference_of(&value)),
            "ABWA" if narrative.party.is_empty() => narrative.party = value,
            "IBAN" if narrative.party_account.is_empty() => {
                narrative.party_account = bare_account(&value);
            }
            _ => {}
        }
    }
    texts.retain(|text| !text.is_empty());
    narrative.text = texts.join(" ");
}

/// `/EREF/X1//REMI/text/NAME/Amber`: a word between slashes begins a field.
fn from_slashes(text: &str) -> Narrative {
    let mut narrative = Narrative::default();
    let mut texts: Vec<String> = Vec::new();
    let mut word = "";
    let mut value = String::new();
    let pieces: Vec<&str> = text.split('/').skip(1).chain(["REMI"]).collect();
    let count = pieces.len();
    for (at, piece) in pieces.into_iter().enumerate() {
        let is_word = SLASH_WORDS.contains(&piece.trim()) || at.saturating_add(1) == count;
        if !is_word {
            if !value.is_empty() {
                value.push('/');
            }
            value.push_str(piece);
            continue;
        }
        let field = one_line(value.trim_matches('/'));
        value.clear();
        match word {
            "REMI" | "SUBJ" | "INFO" | "USTD" => {
                let text = field.strip_prefix("USTD//").unwrap_or(&field);
                let structured = field.strip_prefix("STRD/CUR/");
                narrative.references.extend(structured.and_then(reference_of));
                texts.push(text.to_owned());
            }
            "EREF" | "PREF" | "KREF" | "STRD" => narrative.references.extend(reference_of(&field)),
            "NAME" | "CNTP" | "ORDP" | "BENM" if narrative.party.is_empty() => {
                narrative.party = field;
            }
            "IBAN" | "ACCW" if narrative.party_account.is_empty() => {
                narrative.party_account = bare_account(&field);
            }
            _ => {}
        }
        word = piece.trim();
    }
    texts.retain(|text| !text.is_empty());
    narrative.text = texts.join(" ");
    narrative
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_purpose_and_name_are_joined_over_their_width() {
        let read = narrative(&[
            "166?00GUTSCHRIFT?109310?20EREF+TRF-88?21SVWZ+Invoice INV-7-0012 and?22 more",
            "?23than one field?30COBADEFF?31DE89370400440532013000?32Amber Bakery Li?33mited",
        ]);
        assert_eq!(read.text, "Invoice INV-7-0012 and more than one field");
        assert_eq!(read.references, ["TRF-88"]);
        assert_eq!(read.party_account, "DE89370400440532013000");
        assert_eq!(read.party, "Amber Bakery Li mited");
        let full = narrative(&["166?20SVWZ+Payment of INV-7-00012345?2167 thank you"]);
        assert_eq!(full.text, "Payment of INV-7-00012345 67 thank you");
        let full = narrative(&["166?20SVWZ+My payment of INV-7-00?2112 thank you"]);
        assert_eq!(full.text, "My payment of INV-7-0012 thank you");
    }

    #[test]
    fn other_separators_and_slashes_are_read() {
        let read =
            narrative(&["020~00ELIXIR~20Faktura INV-7-0012~32Bursztyn~33 Sp. z o.o.~3811112222"]);
        assert_eq!(
            (read.text.as_str(), read.party.as_str()),
            ("Faktura INV-7-0012", "Bursztyn Sp. z o.o.")
        );
        let read = narrative(&[
            "/TRTP/SEPA OVERBOEKING/IBAN/NL44RABO0123456789/BIC/RABONL2U/NAME/AMBER BV/REMI",
            "/INV-7-0012 a/b/EREF/NOTPROVIDED",
        ]);
        assert_eq!(read.party, "AMBER BV");
        assert_eq!(read.party_account, "NL44RABO0123456789");
        assert_eq!(read.text, "INV-7-0012 a/b");
        assert!(read.references.is_empty());
    }

    #[test]
    fn free_text_is_one_line() {
        assert_eq!(narrative(&["AMBER BAKERY", "INV-7-0012"]).text, "AMBER BAKERY INV-7-0012");
        assert_eq!(narrative(&["166 AMBER ?20 percent"]).text, "166 AMBER ?20 percent");
    }
}

//! Numbers in words: `forty`, `a hundred`, `two hundred and fifty`. They are offered as digits, and never
//! taken without a question.

const ONES: &[(&str, u64)] = &[
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fourty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
];

const FACTORS: &[(&str, u64)] =
    &[("dozen", 12), ("hundred", 100), ("thousand", 1_000), ("million", 1_000_000)];

fn of(table: &[(&str, u64)], word: &str) -> Option<u64> {
    table.iter().find(|(known, _)| *known == word).map(|(_, number)| *number)
}

/// The number that the words begin with, and how many of them it takes.
#[must_use]
pub fn number(words: &[&str]) -> Option<(u64, usize)> {
    let plain = |word: &str| {
        word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('-', " ")
    };
    let (mut total, mut group, mut length) = (0_u64, None::<u64>, 0_usize);
    for (at, word) in words.iter().enumerate() {
        let word = plain(word);
        let parts: Vec<&str> = word.split(' ').collect();
        let is_first_a = at == 0 && ["a", "an"].contains(&word.as_str());
        if is_first_a || (group.is_some() && word == "and") {
            continue;
        }
        let mut read = None;
        for part in &parts {
            if let Some(one) = of(ONES, part) {
                // `forty five`, not `five forty`.
                let before = group.unwrap_or(0);
                let fits =
                    before == 0 || before.checked_rem(100)? == 0 || (before >= 20 && one < 10);
                if !fits {
                    read = None;
                    break;
                }
                group = Some(before.checked_add(one)?);
                read = Some(());
            } else if let Some(factor) = of(FACTORS, part) {
                let product = group.unwrap_or(1).checked_mul(factor)?;
                if factor >= 1_000 {
                    total = total.checked_add(product)?;
                    group = Some(0);
                } else {
                    group = Some(product);
                }
                read = Some(());
            } else {
                read = None;
                break;
            }
        }
        if read.is_none() {
            break;
        }
        length = at.checked_add(1)?;
    }
    let number = total.checked_add(group?)?;
    (length > 0 && number > 0).then_some((number, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_in_words_is_read_as_far_as_it_goes() {
        let read = |text: &str| number(&text.split(' ').collect::<Vec<_>>());
        assert_eq!(read("forty"), Some((40, 1)));
        assert_eq!(read("forty-five texts"), Some((45, 1)));
        assert_eq!(read("a hundred, order was cancelled"), Some((100, 2)));
        assert_eq!(read("two hundred and fifty"), Some((250, 4)));
        assert_eq!(read("two thousand and one for May"), Some((2_001, 4)));
        assert_eq!(read("twenty one dozen"), Some((252, 3)));
        for none in ["a", "hundredfold", "and five", "monthly", "a client"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}

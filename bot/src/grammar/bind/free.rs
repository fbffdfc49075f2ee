//! Words that say that nothing is to be paid: `free`, `on us`, `do not invoice`.

use super::correction::ReasonWord;

/// Phrases that say that nothing is to be paid.
const FREE: &[&str] = &[
    "free",
    "gift",
    "gifted",
    "goodwill",
    "complimentary",
    "gratis",
    "no charge",
    "without charge",
    "not charged",
    "don't charge",
    "do not charge",
    "don't bill",
    "do not bill",
    "not billed",
    "no invoice",
    "on the house",
    "without invoice",
    "without an invoice",
    "no bill",
    "not billable",
    "non billable",
    "unbillable",
    "do not invoice",
    "don't invoice",
    "never invoice",
    "foc",
    "f.o.c",
    "pro bono",
    "waived",
    "waive",
    "no cost",
    "without cost",
    "no fee",
    "without fee",
    "nothing to pay",
    "no payment",
    "not chargeable",
    "kostenlos",
    "kostenfrei",
    "umsonst",
    "gratuit",
    "gratuitement",
    "gratuito",
    "on us",
    "our treat",
    "comped",
    "freebie",
];

/// Word pairs that hold a word of [`FREE`] and mean something else.
const NOT_FREE: &[&str] = &[
    "feel free",
    "tax free",
    "duty free",
    "toll free",
    "free delivery",
    "free shipping",
    "free parking",
    "free entry",
    "free range",
    "trial ended",
    "trial expired",
    "trial ends",
    "no payment reminder",
    "depends on us",
    "gift card",
    "gift cards",
    "gift shop",
    "gift voucher",
    "gift vouchers",
    "gift aid",
    "gift guide",
];

/// The phrases of a list that a text holds.
fn holds(words: &[ReasonWord<'_>], phrases: &[&str]) -> bool {
    let text: Vec<&str> = words.iter().map(|word| word.plain.as_str()).collect();
    let text = format!(" {} ", text.join(" "));
    phrases.iter().any(|phrase| text.contains(&format!(" {phrase} ")))
}

/// Whether a text says that nothing is to be paid.
#[must_use]
pub fn is_free(words: &[ReasonWord<'_>]) -> bool {
    holds(words, FREE) && !holds(words, NOT_FREE)
}

#[cfg(test)]
mod tests {
    use super::super::correction::words;
    use super::*;

    #[test]
    fn words_for_free_are_found() {
        for text in [
            "free, as an apology",
            "no charge, goodwill",
            "(gift)",
            "complimentary texts",
            "without invoice",
            "no bill",
            "not billable",
            "do not invoice",
            "don't invoice",
            "FOC",
            "pro bono",
            "waived",
            "at no cost",
            "nothing to pay",
            "kostenlos",
            "gratuit",
            "on us",
        ] {
            assert!(is_free(&words(text)), "{text}");
        }
    }
}

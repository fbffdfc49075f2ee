//! Words that say that nothing is to be paid: `free`, `on us`, `do not invoice`.

use super::phrase::{holds, words};

/// Phrases that say that nothing is to be paid.
const FREE: &[&str] = &[
    "gifted",
    "goodwill",
    "complimentary",
    "gratis",
    "no charge",
    "without charge",
    "not charged",
    "dont charge",
    "do not charge",
    "dont bill",
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
    "dont invoice",
    "never invoice",
    "foc",
    "f o c",
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
    "free of charge",
    "no need to invoice",
    "invoice not needed",
    "no invoicing",
    "not to be billed",
    "not to be invoiced",
    "unbilled",
    "already invoiced",
    "already billed",
    "invoice already sent",
    "invoiced already",
    "billed already",
    "billed in",
    "invoiced in",
    "invoice later",
    "bill later",
    "bill next",
    "invoice next",
    "nothing due",
    "zero cost",
    "at cost zero",
    "bonus credits",
    "as a bonus",
    "as a present",
    "as a courtesy",
    "courtesy credits",
    "ex gratia",
    "write off",
    "written off",
    "we pay",
    "we will pay",
    "we absorb",
    "at our cost",
    "at our expense",
    "on our account",
    "geschenkt",
    "geschenk",
    "offert",
    "omaggio",
    "regalo",
    "cadeau",
    "gratuita",
    "pro forma only",
    "proforma only",
    "quotation only",
    "quote only",
    "draft invoice",
    "zero rated",
];

/// Phrases that hold a word of [`FREE`] and mean something else.
const NOT_FREE: &[&str] =
    &["feel free", "tax free", "duty free", "toll free", "no payment reminder", "depends on us"];

/// Words that are about the credits by themselves, and about another thing if its name follows:
/// `free pizza`, `gift card`.
const ABOUT_A_THING: &[&str] = &["free", "gift", "gifts"];

/// Words behind them that begin no name of a thing.
const NO_THING: &[&str] = &[
    "as", "for", "of", "this", "to", "because", "since", "until", "and", "but", "not", "no",
    "please", "credit", "credits", "sms", "mms", "text", "texts", "message", "messages", "top",
    "topup", "gift", "goodwill", "after", "from", "by", "per", "on", "in", "with", "now", "only",
    "the", "them", "it",
];

/// Whether a text says that nothing is to be paid, beside the phrases that mean something else.
#[must_use]
pub fn is_free(text: &str) -> bool {
    let plain = format!(" {} ", words(text).join(" "));
    let rest =
        NOT_FREE.iter().fold(plain, |text, phrase| text.replace(&format!(" {phrase} "), "  "));
    let words: Vec<&str> = rest.split_whitespace().collect();
    let mut pairs = words.iter().zip(words.iter().skip(1).map(Some).chain([None]));
    let is_alone = pairs.any(|(word, next)| {
        ABOUT_A_THING.contains(word) && next.is_none_or(|next| NO_THING.contains(next))
    });
    is_alone || FREE.iter().any(|phrase| holds(&rest, phrase))
}

#[cfg(test)]
mod tests {
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
            "dont invoice",
            "FOC",
            "pro bono",
            "waived",
            "at no cost",
            "nothing to pay",
            "kostenlos",
            "gratuit",
            "on us",
            "free, for the gift card campaign",
            "free-of-charge",
            "non-billable",
            "f.o.c.",
            "already invoiced",
            "as a courtesy",
            "we pay",
            "unbilled",
        ] {
            assert!(is_free(text), "{text}");
        }
        for text in ["free pizza campaign", "win a free holiday", "gift guide", "feel free to call"]
        {
            assert!(!is_free(text), "{text}");
        }
    }
}

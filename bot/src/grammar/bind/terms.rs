//! Words about price, discount, tax and due day. An invoice takes all of them from the desk's settings and
//! prices, so a reason that states one promises what the invoice will not say.

use super::phrase::{begins, holds, words};

/// Phrases about terms, wherever they stand.
const TERMS: &[&str] = &[
    "discount",
    "discounted",
    "half price",
    "half the price",
    "reduced price",
    "special price",
    "old price",
    "no vat",
    "without vat",
    "vat exempt",
    "exempt from vat",
    "vat free",
    "no tax",
    "without tax",
    "tax exempt",
    "no gst",
    "reverse charge",
    "plus vat",
    "incl vat",
    "including vat",
    "excluding vat",
    "ex vat",
    "net 7",
    "net 14",
    "net 30",
    "net 60",
    "net 90",
    "payment terms",
    "days terms",
    "days term",
];

/// Words before a price or a day that make it a term.
const LEADS: &[&str] = &["at", "for", "due", "priced", "price", "payable", "pay"];

/// Words behind a term that make it the subject of messages: `discount campaign`.
const SUBJECTS: &[&str] = &[
    "campaign",
    "campaigns",
    "code",
    "codes",
    "promo",
    "promotion",
    "offer",
    "offers",
    "sale",
    "voucher",
    "vouchers",
    "alerts",
    "reminders",
    "reminder",
    "week",
    "day",
    "weekend",
    "deal",
    "deals",
    "club",
    "card",
    "cards",
    "event",
    "messages",
    "texts",
    "news",
];

/// Whether a text states terms: `at £35`, `with 20% discount`, `no VAT`, `due in 30 days`.
#[must_use]
pub fn states_terms(text: &str) -> bool {
    let words = words(text);
    let plain = words.join(" ");
    let is_subject = words.iter().any(|word| SUBJECTS.contains(&word.as_str()));
    if TERMS.iter().any(|term| holds(&plain, term)) && !is_subject {
        return true;
    }
    // `due in 30 days`, `due 31 Dec`, `payable on Monday`
    let has_digit = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    let is_due = ["due", "payable", "pay"].iter().any(|lead| begins(&plain, lead));
    if is_due && has_digit(&plain) {
        return true;
    }
    // `at £35`, `@ 35.00`: an amount of money behind a word that leads to a price.
    let typed: Vec<&str> = text.split_whitespace().collect();
    let is_money = |word: &str| {
        let digits = word.trim_start_matches(['£', '€', '$', '¥', '@']);
        let is_signed = digits.len() < word.len();
        has_digit(digits) && (is_signed || digits.contains('.'))
    };
    // `£0`
    let is_price = matches!(typed.as_slice(), [word] if is_money(word));
    is_price
        || typed.iter().zip(typed.iter().skip(1)).any(|(lead, word)| {
            let lead = lead.to_lowercase();
            (lead == "@" || LEADS.contains(&lead.as_str())) && is_money(word)
        })
        || typed
            .first()
            .is_some_and(|word| word.len() > 1 && word.starts_with('@') && is_money(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_of_an_invoice_are_told_from_subjects() {
        for text in [
            "at £35",
            "@ 35.00",
            "@35",
            "with 20% discount",
            "half price",
            "no VAT",
            "VAT exempt",
            "due in 30 days",
            "due 31 Dec",
            "net 30",
            "£0",
        ] {
            assert!(states_terms(text), "{text}");
        }
        for text in ["discount campaign", "half price sale", "at 9", "due to demand", "top-up @ HQ"]
        {
            assert!(!states_terms(text), "{text}");
        }
    }
}

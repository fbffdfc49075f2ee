//! Email addresses. The name keeps to ASCII, because the mail service delivers to no other; the domain
//! may be international. An address is stored with the domain as people write it, so that it is found by
//! typing it, and is sent to with the domain in its ASCII form.

use email_address::{EmailAddress, Options};

/// The longest address, in bytes of its ASCII form.
pub const EMAIL_MAX: usize = 254;

/// An address in its stored form: lower case, domain in Unicode. `None` if it is no address.
#[must_use]
pub fn parse(typed: &str) -> Option<String> {
    let (name, domain) = typed.rsplit_once('@')?;
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    let address = format!("{name}@{ascii}");
    let options =
        Options::default().with_required_tld().without_domain_literal().without_display_text();
    EmailAddress::parse_with_options(&address, options).ok()?;
    let is_plain = name.is_ascii() && !name.contains('"') && address.len() <= EMAIL_MAX;
    let is_number = ascii.rsplit('.').next()?.bytes().all(|b| b.is_ascii_digit());
    let (shown, readable) = idna::domain_to_unicode(&ascii);
    (is_plain && !is_number && readable.is_ok())
        .then(|| format!("{}@{shown}", name.to_ascii_lowercase()))
}

/// A stored address as it is sent to: the domain in its ASCII form.
#[must_use]
pub fn deliverable(stored: &str) -> String {
    let ascii = stored.rsplit_once('@').and_then(|(name, domain)| {
        Some(format!("{name}@{}", idna::domain_to_ascii_strict(domain).ok()?))
    });
    ascii.unwrap_or_else(|| stored.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_stored_in_one_form() {
        for (typed, stored) in [
            ("Ops@ACME.example", "ops@acme.example"),
            ("o'brien+sms@corp.co.uk", "o'brien+sms@corp.co.uk"),
            ("kontakt@münchen.example", "kontakt@münchen.example"),
            ("kontakt@MÜNCHEN.example", "kontakt@münchen.example"),
            ("kontakt@xn--mnchen-3ya.example", "kontakt@münchen.example"),
            ("info@日本語.example", "info@日本語.example"),
        ] {
            assert_eq!(parse(typed).as_deref(), Some(stored), "{typed}");
        }
        assert_eq!(deliverable("kontakt@münchen.example"), "kontakt@xn--mnchen-3ya.example");
        assert_eq!(deliverable("ops@acme.example"), "ops@acme.example");
    }

    #[test]
    fn malformed_addresses_are_refused() {
        let long_name = format!("{}@x.example", "a".repeat(65));
        let long_label = format!("a@{}.example", "b".repeat(64));
        let long = format!("a@{}example", "bbbbbbbbb.".repeat(26));
        for wrong in [
            "",
            "a",
            "a@",
            "@x.example",
            ".a@x.example",
            "a.@x.example",
            "a..b@x.example",
            "a@x",
            "a@-x.example",
            "a@x-.example",
            "a@x..example",
            "a@.example",
            "a@x.example.",
            "a b@x.example",
            "a@x .example",
            "a@b@x.example",
            "\"a b\"@x.example",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "A <a@x.example>",
            "müller@x.example",
            "a@x_y.example",
            "a,b@x.example",
            &long_name,
            &long_label,
            &long,
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert!(parse(&format!("{}@x.example", "a".repeat(64))).is_some());
    }
}

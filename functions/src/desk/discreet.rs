//! Refusals as the audit trail keeps them: a telephone number that somebody typed is not kept.

use shared::clients::phone::last_four;
use shared::contract::refusal::Refusal;

/// A refusal's sentence without a typed telephone number.
pub(super) fn discreet(refusal: &Refusal) -> String {
    let hidden = match refusal.clone() {
        Refusal::UnknownClient { typed, nearest, behind } => {
            Refusal::UnknownClient { typed: without_number(&typed), nearest, behind }
        }
        Refusal::Ambiguous { typed, matches, total, behind } => {
            Refusal::Ambiguous { typed: without_number(&typed), matches, total, behind }
        }
        other => other,
    };
    hidden.to_string()
}

fn without_number(typed: &str) -> String {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let phone = typed.chars().all(|c| c.is_ascii_digit() || " +()-./".contains(c));
    if phone && digits.len() > 6 { format!("…{}", last_four(&digits)) } else { typed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audit_line_of_a_refusal_hides_a_typed_telephone_number() {
        let refusal = Refusal::UnknownClient {
            typed: "+44 7700 900123".to_owned(),
            nearest: Vec::new(),
            behind: String::new(),
        };
        assert_eq!(discreet(&refusal), "No client matches “…0123”.");
        let refusal = Refusal::UnknownClient {
            typed: "acme".to_owned(),
            nearest: Vec::new(),
            behind: String::new(),
        };
        assert_eq!(discreet(&refusal), "No client matches “acme”.");
    }
}

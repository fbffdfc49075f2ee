//! `/settings bank`: the account on invoices. A changed account is how invoices are stolen, so a change waits a
//! day for a second confirmation, by another owner where there is one, and each step is announced.
//!
//! | Before | Ask | After |
//! |---|---|---|
//! | no account | set | the account holds at once |
//! | an account | set | the account holds; the new one waits from now on |
//! | one waits, for 24 hours to 7 days | confirm, by another owner if there is one | the new one holds |
//! | one waits | cancel, by any owner | the account holds |
//!
//! Absent on purpose: removal, behind which a new account would hold at once.

use jiff::{SignedDuration, Timestamp};

use crate::contract::change::{Expect, Write};
use crate::contract::image::{Group, Stop};
use crate::contract::refusal::Refusal;
use crate::contract::{self, Record};
use crate::decision::{Draft, Proposal, Scene};
use crate::kernel::actor::Role;
use crate::kernel::hash::short_hash;
use crate::kernel::text::{clean, required};
use crate::plans::types::{Bound, Figure, Question};
use crate::settings::types::{Ask, Bank, BankAccount, Facts, NextAccount, TypedAccount};

/// How long a new account waits before it can be confirmed, and until when it can be.
const CONFIRM_AFTER: SignedDuration = SignedDuration::from_hours(24);
const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The most characters of a holder, which a payment code also holds.
const HOLDER_MAX: usize = 70;

/// The most particulars, and the most characters of a label and of its text.
const PARTICULARS_MAX: usize = 3;
const LABEL_MAX: usize = 20;
const PARTICULAR_MAX: usize = 34;

/// Proposes an account.
pub(super) fn set(scene: &Scene<'_>, ask: &Ask, typed: &TypedAccount) -> Result<Draft, Stop> {
    let account = account(typed)?;
    let bank = scene.image.bank()?;
    let waits = bank.next.as_ref().map(|next| &next.account);
    if waits.or(bank.account.as_ref()) == Some(&account) {
        return Err(no_change("These are the bank details already.").into());
    }
    let text = account.to_string();
    if bank.account.is_none() {
        let after = Bank { account: Some(account), ..bank.clone() };
        return propose(scene, ask, &bank, after, format!("bank details: {text}"));
    }
    let next = NextAccount { account, by: scene.staff()?.staff, at: scene.now };
    let from = in_words(scene, next.at, CONFIRM_AFTER);
    let after = Bank { next: Some(next), ..bank.clone() };
    let text = format!(
        "new bank details wait for a second confirmation, by another owner if there is one, from {from} \
         on: {text}"
    );
    propose(scene, ask, &bank, after, text)
}

/// Lets the account that waits take its place.
pub(super) fn confirm(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    let bank = scene.image.bank()?;
    let next = bank.next.as_ref().ok_or_else(nothing_waits)?;
    let waited = scene.now.duration_since(next.at);
    if waited < CONFIRM_AFTER {
        let from = in_words(scene, next.at, CONFIRM_AFTER);
        return Err(Refusal::invalid(format!(
            "New bank details wait a day. These can be confirmed from {from} on."
        ))
        .into());
    }
    if waited > CONFIRM_WITHIN {
        return Err(Refusal::invalid(
            "These bank details have waited for more than 7 days. Set them again.",
        )
        .into());
    }
    if scene.staff()?.staff == next.by && has_other_owner(scene, next)? {
        return Err(Refusal::invalid(
            "You have set these bank details yourself. Another owner confirms them.",
        )
        .into());
    }
    let text = format!("bank details: {}", next.account);
    let after = Bank { account: Some(next.account.clone()), next: None, ..bank.clone() };
    propose(scene, ask, &bank, after, text)
}

/// Drops the account that waits.
pub(super) fn cancel(scene: &Scene<'_>, ask: &Ask) -> Result<Draft, Stop> {
    let bank = scene.image.bank()?;
    let next = bank.next.as_ref().ok_or_else(nothing_waits)?;
    let text = format!("the new bank details were dropped: {}", next.account);
    let after = Bank { next: None, ..bank.clone() };
    propose(scene, ask, &bank, after, text)
}

fn propose(
    scene: &Scene<'_>,
    ask: &Ask,
    bank: &Bank,
    mut after: Bank,
    text: String,
) -> Result<Draft, Stop> {
    after.version = bank.version.saturating_add(1);
    let reach = match ask {
        Ask::BankSet { .. } | Ask::BankConfirm {} => Some(scene.image.reach(Group::All)?),
        _ => None,
    };
    let before = bank.account.as_ref().map(ToString::to_string);
    let facts = Facts { settings: None, set: text.clone(), before, back: None, reach };
    let figures = vec![(Figure::Before, short_hash(bank))];
    let writes = vec![Write::Put(Record::Bank(after), Expect::after(bank.version))];
    let facts = contract::Facts::Settings(facts);
    Ok(Draft::Propose(Proposal {
        questions: reach.map(|_| Question::Bank).into_iter().collect(),
        bound: Bound::of(Vec::new(), figures),
        ..scene.proposal(ask.clone(), None, facts, writes, text)
    }))
}

/// Whether an active owner beside the author could confirm it.
fn has_other_owner(scene: &Scene<'_>, next: &NextAccount) -> Result<bool, Stop> {
    let staff = scene.image.all_staff()?;
    Ok(staff.iter().any(|one| one.active && one.role == Role::Owner && one.id != next.by))
}

fn nothing_waits() -> Refusal {
    no_change("No new bank details wait for a confirmation.")
}

fn no_change(what: &str) -> Refusal {
    Refusal::NoChange { what: what.to_owned() }
}

/// A moment after another one, in the desk's zone.
fn in_words(scene: &Scene<'_>, at: Timestamp, after: SignedDuration) -> String {
    let then = at.checked_add(after).unwrap_or(at).to_zoned(scene.settings.time_zone());
    then.strftime("%-d %b %Y %H:%M %Z").to_string()
}

/// An account as it was typed.
fn account(typed: &TypedAccount) -> Result<BankAccount, Refusal> {
    let holder = required("account’s name", &typed.holder, HOLDER_MAX)?;
    let iban = match typed.iban.trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| {
            Refusal::invalid(format!("“{text}” is not an IBAN: its check digits do not fit."))
        })?),
    };
    let bic = clean("BIC", &typed.bic, 20)?.replace(' ', "").to_uppercase();
    if !bic.is_empty() && !is_bic(&bic) {
        return Err(Refusal::invalid(format!("“{bic}” is not a BIC, such as COBADEFFXXX.")));
    }
    let particulars = particulars(&typed.details)?;
    if iban.is_none() && particulars.is_empty() {
        return Err(Refusal::invalid(
            "Give the IBAN, or the details of an account without one: details:\"Sort code 20-00-00, \
             Account 12345678\".",
        ));
    }
    Ok(BankAccount { holder, iban, bic, particulars })
}

/// 4 letters of the bank, 2 of the country, 2 or 5 letters or digits.
fn is_bic(text: &str) -> bool {
    let letters = text.chars().take(6).filter(char::is_ascii_uppercase).count();
    let rest = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    matches!(text.len(), 8 | 11) && letters == 6 && text.chars().all(rest)
}

/// Particulars such as `Sort code 20-00-00, Account 12345678`: the text begins with the first word that has a
/// digit, or behind an equals sign.
fn particulars(typed: &str) -> Result<Vec<(String, String)>, Refusal> {
    let parts = typed.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
    let pairs = parts.map(particular).collect::<Result<Vec<_>, _>>()?;
    if pairs.len() > PARTICULARS_MAX {
        return Err(Refusal::invalid(format!(
            "An invoice has room for {PARTICULARS_MAX} bank details beside IBAN and BIC."
        )));
    }
    Ok(pairs)
}

fn particular(part: &str) -> Result<(String, String), Refusal> {
    let at_digit = || {
        let has_digit = |word: &&str| word.chars().any(|c| c.is_ascii_digit());
        let first = part.split(' ').find(has_digit)?;
        part.split_at_checked(part.find(first)?)
    };
    let (label, text) = part.split_once('=').or_else(at_digit).unwrap_or_default();
    let label = clean("label of the bank details", label.trim_end_matches([' ', ':']), LABEL_MAX)?;
    let text = clean("bank details", text, PARTICULAR_MAX)?;
    if label.is_empty() || text.is_empty() {
        return Err(Refusal::invalid(format!(
            "“{part}” is not a label with its number, such as Sort code 20-00-00."
        )));
    }
    Ok((label, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particulars_are_labels_with_their_numbers() {
        let pair = |label: &str, text: &str| (label.to_owned(), text.to_owned());
        assert_eq!(
            particulars("Sort code 20-00-00, Account number: 12345678; Bank=Barclays").unwrap(),
            [
                pair("Sort code", "20-00-00"),
                pair("Account number", "12345678"),
                pair("Bank", "Barclays")
            ]
        );
        for wrong in ["12345678", "Barclays", "a 1, b 2, c 3, d 4"] {
            assert!(particulars(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bic_has_eight_or_eleven_characters_and_a_country() {
        assert!(is_bic("COBADEFF") && is_bic("COBADEFFXXX") && is_bic("BUKBGB22"));
        for wrong in ["", "COBADEF", "COBADEFFX", "C0BADEFF", "COBADE-F"] {
            assert!(!is_bic(wrong), "{wrong}");
        }
    }
}

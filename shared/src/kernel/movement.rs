//! The change of credits by one operation: posts of lines for any number of kinds, the document that
//! belongs to it, and the way to take it back.
//!
//! A movement is a part of the receipt (OPERATION). Undo, correct and void read it there; a reply
//! about credits is made from it. Each post is one ENTRY, so the proof can compare the two. Names are
//! short because a receipt is one item of at most 1 KB.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kernel::credit::{Kind, PerKind};
use crate::kernel::id::{ClientId, InvoiceNumber, Named};
use crate::kernel::money::Money;

/// Why an entry was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Credits sold or given.
    Add,
    /// Credits taken away.
    Deduct,
    /// The credits of an add taken back, with its invoice.
    Reversal,
    /// Credits given back that a deduct or move had taken.
    Return,
    /// Credits moved from the parent.
    MoveIn,
    /// Credits moved to a client.
    MoveOut,
    /// Spent credits that a correction forgives.
    WriteOff,
    /// Credits that a refund by the provider takes back, or a failed refund gives back.
    Refund,
}

/// One change of one kind of credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    #[serde(rename = "k")]
    pub kind: Kind,
    /// The change of `granted`.
    #[serde(rename = "g")]
    pub granted: i64,
    /// The change of `used`.
    #[serde(rename = "u", default, skip_serializing_if = "is_zero")]
    pub used: i64,
    /// The change of `held`.
    #[serde(rename = "h", default, skip_serializing_if = "is_zero")]
    pub held: i64,
    /// granted − used afterwards.
    #[serde(rename = "b")]
    pub balance: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Line {
    /// The change of granted − used.
    #[must_use]
    pub fn change(&self) -> i64 {
        self.granted.saturating_sub(self.used)
    }

    /// granted − used before.
    #[must_use]
    pub fn before(&self) -> i64 {
        self.balance.saturating_sub(self.change())
    }
}

/// The part of a movement on one account: one ENTRY.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    #[serde(rename = "c")]
    pub client: Named,
    /// The number of the entry on the client's account.
    #[serde(rename = "e")]
    pub entry: u64,
    #[serde(rename = "r")]
    pub reason: Reason,
    /// At most one per kind.
    #[serde(rename = "l")]
    pub lines: Vec<Line>,
}

/// A document as a movement and a reply name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRef {
    pub number: InvoiceNumber,
    /// Tax included; of the credit note, where the change made one.
    pub gross: Money,
    /// The day on which an open invoice is due.
    pub due: Date,
    /// Nothing is due: it was paid, granted or voided.
    pub settled: bool,
    /// The change made it void.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub void: bool,
    /// The reference of the payment that settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The credit note that this change made for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_note: Option<InvoiceNumber>,
}

/// How a movement is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// With its document: void, or a credit note.
    WithDocument,
    /// By returns: the credits that were not given back yet.
    Posts,
    /// Not at all; the reason is a sentence for the refusal.
    Never(Never),
}

/// Why a movement is not taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Never {
    /// It took another operation back.
    Reversal,
    /// It made a credit note.
    CreditNote,
    /// A provider booked it.
    Provider,
    /// Staff matched a payment, or freed one.
    Payment,
}

impl Never {
    /// The end of the sentence “op_… cannot be undone: …”.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Never::Reversal => "what was taken back is not brought back; add the credits again.",
            Never::CreditNote => "it made a credit note; add the credits again instead.",
            Never::Provider => "a billing provider booked it.",
            Never::Payment => "it moved the money of a payment; match or unmatch that instead.",
        }
    }
}

/// The change of credits by one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// The first post names the client that the operation is about.
    #[serde(rename = "p")]
    pub posts: Vec<Post>,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentRef>,
    pub undo: Undo,
}

/// What a movement did to one account, over all of its posts there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side<'a> {
    pub client: &'a Named,
    /// The number of the last entry.
    pub entry: u64,
    /// One per kind that was touched, SMS first, even where the changes cancel out.
    pub changes: Vec<KindChange>,
}

/// The change of one kind on one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindChange {
    pub kind: Kind,
    /// Below zero when credits were taken away.
    pub amount: i64,
    /// granted − used before.
    pub before: i64,
    /// granted − used afterwards.
    pub after: i64,
}

impl Movement {
    /// The client that the operation is about.
    #[must_use]
    pub fn client(&self) -> Option<&Named> {
        self.posts.first().map(|post| &post.client)
    }

    /// The accounts that it touched, the client that the operation is about first.
    #[must_use]
    pub fn sides(&self) -> Vec<Side<'_>> {
        let mut sides: Vec<Side<'_>> = Vec::new();
        for post in &self.posts {
            match sides.iter_mut().find(|side| side.client.id == post.client.id) {
                Some(side) => side.add(post),
                None => {
                    let mut side =
                        Side { client: &post.client, entry: post.entry, changes: Vec::new() };
                    side.add(post);
                    sides.push(side);
                }
            }
        }
        sides
    }

    /// The account that the operation is about.
    #[must_use]
    pub fn main(&self) -> Option<Side<'_>> {
        self.sides().into_iter().next()
    }

    /// The other account of a move, or the right client of a correction.
    #[must_use]
    pub fn other(&self) -> Option<Side<'_>> {
        self.sides().into_iter().nth(1)
    }

    /// The posts on one account, oldest first.
    pub fn posts_of(&self, client: ClientId) -> impl Iterator<Item = &Post> {
        self.posts.iter().filter(move |post| post.client.id == client)
    }

    /// The kinds that any post has a line for, SMS first.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        let has = |kind: &Kind| self.posts.iter().flat_map(|p| &p.lines).any(|l| l.kind == *kind);
        Kind::ALL.into_iter().filter(has).collect()
    }
}

impl Side<'_> {
    fn add(&mut self, post: &Post) {
        self.entry = post.entry;
        for line in &post.lines {
            match self.changes.iter_mut().find(|change| change.kind == line.kind) {
                Some(change) => {
                    change.amount = change.amount.saturating_add(line.change());
                    change.after = line.balance;
                }
                None => self.changes.push(KindChange {
                    kind: line.kind,
                    amount: line.change(),
                    before: line.before(),
                    after: line.balance,
                }),
            }
        }
        self.changes.sort_by_key(|change| change.kind);
    }

    /// The amounts by kind; 0 for a kind that was not touched.
    #[must_use]
    pub fn amounts(&self) -> PerKind<i64> {
        let mut amounts = PerKind::default();
        for change in &self.changes {
            *amounts.get_mut(change.kind) = change.amount;
        }
        amounts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(client: u64, entry: u64, reason: Reason, lines: &[(Kind, i64, i64)]) -> Post {
        let line = |(kind, granted, balance): &(Kind, i64, i64)| Line {
            kind: *kind,
            granted: *granted,
            used: 0,
            held: 0,
            balance: *balance,
        };
        Post {
            client: Named { id: ClientId(client), name: String::new(), login: String::new() },
            entry,
            reason,
            lines: lines.iter().map(line).collect(),
        }
    }

    #[test]
    fn posts_on_one_account_add_up_and_other_accounts_stay_apart() {
        let movement = Movement {
            posts: vec![
                post(2, 4, Reason::WriteOff, &[(Kind::Mms, 30, 80)]),
                post(2, 5, Reason::Reversal, &[(Kind::Mms, -80, 0), (Kind::Sms, -5, 7)]),
                post(7, 1, Reason::Add, &[(Kind::Mms, 50, 50)]),
            ],
            document: None,
            undo: Undo::Never(Never::Reversal),
        };
        let main = movement.main().unwrap();
        assert_eq!((main.client.id, main.entry), (ClientId(2), 5));
        let change = |kind, amount, before, after| KindChange { kind, amount, before, after };
        assert_eq!(
            main.changes,
            [change(Kind::Sms, -5, 12, 7), change(Kind::Mms, -50, 50, 0)],
            "SMS first"
        );
        assert_eq!(main.amounts(), PerKind { sms: -5, mms: -50 });
        assert_eq!(movement.other().unwrap().changes, [change(Kind::Mms, 50, 0, 50)]);
        assert_eq!(movement.kinds(), Kind::ALL);
        assert_eq!(movement.posts_of(ClientId(2)).count(), 2);
    }

    #[test]
    fn line_states_the_balance_before_it_and_stores_no_zeros() {
        let line = Line { kind: Kind::Sms, granted: 7, used: 2, held: 0, balance: 15 };
        assert_eq!((line.change(), line.before()), (5, 10));
        let stored = serde_json::json!({ "k": "sms", "g": 7, "u": 2, "b": 15 });
        assert_eq!(serde_json::to_value(line).unwrap(), stored);
        assert_eq!(serde_json::from_value::<Line>(stored).unwrap(), line);
    }

    #[test]
    fn movement_is_about_the_client_of_its_first_post() {
        let movement = Movement {
            posts: vec![
                post(3, 1, Reason::MoveIn, &[(Kind::Sms, 5, 5)]),
                post(2, 9, Reason::MoveOut, &[(Kind::Sms, -5, 40)]),
            ],
            document: None,
            undo: Undo::Posts,
        };
        assert_eq!(movement.client().unwrap().id, ClientId(3));
        assert_eq!((movement.main().unwrap().entry, movement.other().unwrap().entry), (1, 9));
        let of_other = movement.posts_of(ClientId(2)).map(|post| post.entry);
        assert_eq!(of_other.collect::<Vec<_>>(), [9]);
        assert_eq!(movement.kinds(), [Kind::Sms]);
        assert_eq!(movement.other().unwrap().amounts(), PerKind { sms: -5, mms: 0 });
    }

    #[test]
    fn movement_that_is_never_taken_back_states_its_own_reason() {
        let sentences = [Never::Reversal, Never::CreditNote, Never::Provider].map(Never::sentence);
        assert!(sentences[0].contains("taken back"), "{sentences:?}");
        assert!(sentences[1].contains("credit note"), "{sentences:?}");
        assert!(sentences[2].contains("provider"), "{sentences:?}");
    }
}

//! All pages of a statement in one reply, for a file.
//!
//! Invariant: a reply that is not a page of a statement is passed on as it is.

use shared::contract::call::{Call, Outcome, Reply};
use shared::contract::{Answer, Ask};
use shared::credits::types as credits;

use super::Chat;
use crate::functions::Unreachable;

impl Chat {
    /// As [`Chat::dispatch`], with the entries of all pages of a statement.
    pub(super) async fn whole(&self, call: &Call) -> Result<Reply, Unreachable> {
        let mut reply = self.dispatch(call).await?;
        let mut older = call.clone();
        while let Some(last) = end_of_page(&reply) {
            let Ask::Credits(credits::Ask::Statement { before, .. }) = &mut older.ask else {
                break;
            };
            *before = Some(last);
            let next = self.dispatch(&older).await?;
            if !join_page(&mut reply, &next) {
                return Ok(next);
            }
        }
        Ok(reply)
    }
}

/// The last entry of a statement's page that older ones follow.
fn end_of_page(reply: &Reply) -> Option<u64> {
    match &reply.outcome {
        Outcome::Answer(Answer::Credits(credits::Answer::Statement {
            entries, cut: true, ..
        })) => entries.last().map(|entry| entry.number),
        _ => None,
    }
}

/// Adds the next page of a statement; false when it is none.
fn join_page(reply: &mut Reply, next: &Reply) -> bool {
    let Outcome::Answer(Answer::Credits(credits::Answer::Statement {
        entries,
        cut,
        staff,
        documents,
        ..
    })) = &mut reply.outcome
    else {
        return false;
    };
    let Outcome::Answer(Answer::Credits(credits::Answer::Statement {
        entries: older,
        cut: is_cut,
        staff: authors,
        documents: more,
        ..
    })) = &next.outcome
    else {
        return false;
    };
    entries.extend(older.iter().cloned());
    *cut = *is_cut;
    for author in authors {
        if !staff.contains(author) {
            staff.push(author.clone());
        }
    }
    for document in more {
        if !documents.contains(document) {
            documents.push(document.clone());
        }
    }
    true
}

//! The one write path: a decision's writes become one transaction, and whatever the store says
//! becomes what is *known* about it. Credits move nowhere else.
//!
//! The algorithm (LEDGER §3, steps 3 to 5), as a sequence to check:
//!
//! 1. Every write of the change becomes one action of one `TransactWriteItems`, each under its own
//!    condition: absent is `attribute_not_exists(pk)`, a version is `version = :v`. A plan or
//!    payment that begins or ends to wait also sets or removes its mark ([`super::marks`]). Every
//!    failed condition returns the item that is there (`ALL_OLD`). The client token is a hash of
//!    the actions as sent, so one token never stands for two bodies. The SDK's own retries are
//!    off; an attempt may take [`super::ATTEMPT_TIMEOUT`].
//! 2. Accepted: [`Committed::Done`].
//! 3. Cancelled, and the condition on OPERATION failed: the operation was done already. This comes
//!    before every other reason, because a repeat usually fails on the account's version too. If
//!    what is stored is this very write, an earlier attempt of it had arrived:
//!    [`Committed::Done`]. Otherwise [`Committed::KeyTaken`]; whether it is the same call is the
//!    caller's to judge.
//! 4. Cancelled, and another condition failed: [`Committed::Stale`]. The caller reads and decides
//!    again. "Cancelled" alone says nothing about credits. It also settles an earlier attempt that
//!    was lost: versions only grow, so what fails now can never be applied later.
//! 5. Cancelled for a conflict or for throttling, or throttled: nothing was done by this attempt.
//!    The same body again after a random part of a doubling wait, while the budget lasts. A
//!    decision that is older than a minute by then is [`Committed::Stale`] instead.
//! 6. In progress, timed out, a broken connection, a server's error: *unknown*. The same body and
//!    token again until the budget for that is over; from here on only an acceptance, a taken key or
//!    a failed condition is an answer.
//! 7. Refused for another reason (a malformed request, missing rights): a bug or a wrong set-up.
//!    Nothing was changed, unless an earlier attempt is unknown.
//! 8. The budget is over. If no attempt is unknown, nothing was changed. Otherwise OPERATION is read
//!    strongly: what is stored there is the answer as in 3; if nothing is, it is **not known yet**,
//!    which is never said as "nothing was changed".

use std::time::Duration;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use jiff::SignedDuration;
use runtime::causes::Causes;
use runtime::clock::{backoff, jitter};
use shared::contract::change::{Change, Expect, Write};
use shared::contract::receipt::Receipt;
use shared::contract::{Key, Record};
use shared::kernel::id::digest;
use tokio::time::Instant;

use super::layout::{Item, Place, Table, VERSION, canonical, from_item, place, to_item};
use super::marks::mark;
use super::{Store, Tables};
use crate::failure::Failure;

const DOING: &str = "write the change";

/// A decision older than this is made again rather than written.
pub const DECISION_MAX: SignedDuration = SignedDuration::from_secs(60);

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// It is written, all of it.
    Done,
    /// Nothing of it is written: something that it was conditioned on has changed.
    Stale,
    /// Nothing of it is written: its OPERATION is there already.
    KeyTaken,
}

/// For how long a change is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// While others are at the same records, or the store is throttled.
    pub busy: Duration,
    /// While it is unknown whether an attempt arrived, from the first attempt on.
    pub unknown: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self { busy: Duration::from_secs(5), unknown: Duration::from_secs(8) }
    }
}

impl Store {
    /// Writes a change, entirely or not at all.
    ///
    /// # Errors
    /// The store did not do it, or it is not known whether it did; the failure says which.
    pub async fn commit(&self, change: &Change) -> Result<Committed, Failure> {
        self.commit_within(&change.writes, Budget::default()).await
    }

    /// As [`Store::commit`], of writes that answer nobody, within another budget.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub async fn commit_within(
        &self,
        writes: &[Write],
        budget: Budget,
    ) -> Result<Committed, Failure> {
        let body = Body::of(writes, &self.tables)?;
        let began = Instant::now();
        let decided = self.clock.now();
        let mut lost: Option<Failure> = None;
        for repeat in 0_u32.. {
            let last = match self.attempt(&body).await {
                Attempt::Done => return Ok(Committed::Done),
                Attempt::Taken(stored) => return Ok(taken(stored.as_ref(), writes)),
                Attempt::Stale => return Ok(Committed::Stale),
                Attempt::Busy(cause) => Failure::unchanged(DOING, cause),
                Attempt::Refused(cause) => {
                    let failure = Failure::unchanged(DOING, cause);
                    match lost {
                        None => return Err(failure),
                        Some(lost) => return self.settle(writes, lost).await,
                    }
                }
                Attempt::Unknown(cause) => {
                    tracing::warn!(repeat, cause, "a change may or may not have been written");
                    lost = Some(Failure::unknown(DOING, cause));
                    Failure::unchanged(DOING, "its answer was lost")
                }
            };
            let old = self.clock.now().duration_since(decided) > DECISION_MAX;
            if old && lost.is_none() {
                return Ok(Committed::Stale);
            }
            let most = if lost.is_some() { budget.unknown } else { budget.busy };
            let wait = jitter(backoff(repeat));
            if began.elapsed().saturating_add(wait) >= most {
                return match lost {
                    None => Err(last),
                    Some(lost) => self.settle(writes, lost).await,
                };
            }
            self.clock.sleep(wait).await;
        }
        Err(Failure::unchanged(DOING, "it was tried too often"))
    }

    /// Step 8: what is stored under the operation is the answer; nothing is "not known yet".
    async fn settle(&self, writes: &[Write], lost: Failure) -> Result<Committed, Failure> {
        let Some(mine) = operation_of(writes) else { return Err(lost) };
        let key = Key::Operation(mine.op.clone());
        match self.image(&[key]).await {
            Ok(image) => match image.peek::<Receipt>(&Key::Operation(mine.op.clone())) {
                Some(stored) => Ok(taken(Some(stored), writes)),
                None => Err(lost),
            },
            Err(failure) => {
                tracing::warn!(cause = %Causes(&failure), "the operation could not be read either");
                Err(lost)
            }
        }
    }

    async fn attempt(&self, body: &Body) -> Attempt {
        let sent = self
            .client
            .transact_write_items()
            .set_transact_items(Some(body.actions.clone()))
            .client_request_token(&body.token)
            .send()
            .await;
        match sent {
            Ok(_) => Attempt::Done,
            Err(error) => read_error(error, body.operation),
        }
    }
}

/// The OPERATION among the writes: the first one is what is done.
#[must_use]
pub fn operation_of(writes: &[Write]) -> Option<&Receipt> {
    writes.iter().find_map(|write| match write {
        Write::Put(Record::Operation(stored), _) => Some(stored),
        Write::Put(..) | Write::Delete(..) | Write::Check(..) => None,
    })
}

/// Step 3: what is stored under the operation is this very write, or another one.
fn taken(stored: Option<&Receipt>, writes: &[Write]) -> Committed {
    if stored.is_some() && operation_of(writes) == stored {
        Committed::Done
    } else {
        Committed::KeyTaken
    }
}

/// A change as it is sent.
struct Body {
    actions: Vec<TransactWriteItem>,
    /// Which action puts the OPERATION: the first, where a call keeps which plan it took.
    operation: Option<usize>,
    token: String,
}

impl Body {
    fn of(writes: &[Write], tables: &Tables) -> Result<Self, Failure> {
        let bug = |e: &dyn std::fmt::Display| Failure::unchanged(DOING, e.to_string());
        let mut actions = Vec::with_capacity(writes.len());
        let mut operation = None;
        let mut text = String::new();
        for write in writes {
            let (at, item, expect, verb) = match write {
                Write::Put(record, expect) => {
                    if matches!(record, Record::Operation(_)) {
                        operation = operation.or(Some(actions.len()));
                    }
                    let item = to_item(record).map_err(|e| bug(&e))?;
                    (place(&record.key()), Some(item), *expect, "put")
                }
                Write::Delete(key, expect) => (place(key), None, *expect, "delete"),
                Write::Check(key, expect) => (place(key), None, *expect, "check"),
            };
            text.push_str(&format!("{verb} {at:?} {expect:?} "));
            if let Some(item) = &item {
                text.push_str(&canonical(item));
            }
            actions.push(action(verb, &at, item, expect, tables).map_err(|e| bug(&e))?);
            if let Some((verb, at, item)) = mark(write) {
                let action = action(verb, &at, item, Expect::Anything, tables);
                actions.push(action.map_err(|e| bug(&e))?);
            }
        }
        let token = digest(&[&text]).chars().take(36).collect();
        Ok(Self { actions, operation, token })
    }
}

fn action(
    verb: &str,
    at: &Place,
    item: Option<Item>,
    expect: Expect,
    tables: &Tables,
) -> Result<TransactWriteItem, aws_sdk_dynamodb::error::BuildError> {
    let table = tables.name(at.table);
    let (condition, values) = condition(expect);
    let old = condition.is_some().then_some(ReturnValuesOnConditionCheckFailure::AllOld);
    let whole = TransactWriteItem::builder();
    let whole = match (verb, item) {
        ("put", item) => whole.put(
            Put::builder()
                .table_name(table)
                .set_item(item)
                .set_condition_expression(condition)
                .set_expression_attribute_values(values)
                .set_return_values_on_condition_check_failure(old)
                .build()?,
        ),
        ("delete", _) => whole.delete(
            Delete::builder()
                .table_name(table)
                .set_key(Some(at.key()))
                .set_condition_expression(condition)
                .set_expression_attribute_values(values)
                .set_return_values_on_condition_check_failure(old)
                .build()?,
        ),
        _ => whole.condition_check(
            ConditionCheck::builder()
                .table_name(table)
                .set_key(Some(at.key()))
                .set_condition_expression(condition)
                .set_expression_attribute_values(values)
                .set_return_values_on_condition_check_failure(old)
                .build()?,
        ),
    };
    Ok(whole.build())
}

fn condition(expect: Expect) -> (Option<String>, Option<Item>) {
    match expect {
        Expect::Absent => (Some("attribute_not_exists(pk)".to_owned()), None),
        Expect::Version(version) => {
            let value = AttributeValue::N(version.to_string());
            let values = Item::from([(":v".to_owned(), value)]);
            (Some(format!("{VERSION} = :v")), Some(values))
        }
        Expect::Anything => (None, None),
    }
}

/// What one attempt came to.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one of these exists at a time")]
enum Attempt {
    Done,
    /// An OPERATION is there already; absent when it cannot be read.
    Taken(Option<Receipt>),
    Stale,
    Busy(String),
    Unknown(String),
    Refused(String),
}

fn read_error(error: SdkError<TransactWriteItemsError>, operation: Option<usize>) -> Attempt {
    use TransactWriteItemsError as E;
    let cause = format!("{}", Causes(&error));
    let service = match error {
        // It was never sent.
        SdkError::ConstructionFailure(_) => return Attempt::Refused(cause),
        SdkError::ServiceError(service) => service,
        // A time-out, a broken connection, an answer that cannot be read.
        _ => return Attempt::Unknown(cause),
    };
    let status = service.raw().status().as_u16();
    match service.into_err() {
        E::TransactionCanceledException(cancelled) => {
            read_reasons(cancelled.cancellation_reasons(), operation)
        }
        E::TransactionInProgressException(_) | E::InternalServerError(_) => Attempt::Unknown(cause),
        E::ProvisionedThroughputExceededException(_)
        | E::RequestLimitExceeded(_)
        | E::ThrottlingException(_) => Attempt::Busy(cause),
        // The token stood for another body: a bug, and it is not known what that body did.
        E::IdempotentParameterMismatchException(_) => Attempt::Unknown(cause),
        E::InvalidEndpointException(_) | E::ResourceNotFoundException(_) => Attempt::Refused(cause),
        other if other.code().is_some_and(is_throttling) => Attempt::Busy(cause),
        _ if status >= 500 => Attempt::Unknown(cause),
        _ => Attempt::Refused(cause),
    }
}

/// Whether an error's code says that the store is throttled.
pub(super) fn is_throttling(code: &str) -> bool {
    matches!(
        code,
        "ProvisionedThroughputExceededException"
            | "ProvisionedThroughputExceeded"
            | "RequestLimitExceeded"
            | "ThrottlingException"
            | "ThrottlingError"
            | "Throttling"
            | "SlowDown"
    )
}

/// The reasons of a cancelled transaction, in the order of its actions.
fn read_reasons(reasons: &[CancellationReason], operation: Option<usize>) -> Attempt {
    let is = |reason: &CancellationReason, code: &str| reason.code() == Some(code);
    if let Some(reason) = operation.and_then(|position| reasons.get(position))
        && is(reason, "ConditionalCheckFailed")
    {
        let old = reason.item().cloned().unwrap_or_default();
        return match from_item(Table::Ledger, old) {
            Ok(Record::Operation(stored)) => Attempt::Taken(Some(stored)),
            Ok(_) | Err(_) => Attempt::Taken(None),
        };
    }
    if reasons.iter().any(|reason| is(reason, "ConditionalCheckFailed")) {
        return Attempt::Stale;
    }
    let known = |reason: &CancellationReason| {
        let code = reason.code().unwrap_or("None");
        code == "None" || code == "TransactionConflict" || is_throttling(code)
    };
    match reasons.iter().find(|reason| !known(reason)) {
        // ValidationError, ItemCollectionSizeLimitExceeded, AccessDenied, or one that is new.
        Some(bug) => Attempt::Refused(format!(
            "the transaction was refused: {} {}",
            bug.code().unwrap_or_default(),
            bug.message().unwrap_or_default()
        )),
        None => Attempt::Busy("others were at the same records".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::clients::types::Hierarchy;
    use shared::contract::Facts;
    use shared::contract::receipt::Outcome;
    use shared::desk::types as desk;
    use shared::kernel::actor::Actor;
    use shared::kernel::id::{CallKey, ClientId};

    fn stored(fingerprint: &str) -> Receipt {
        Receipt {
            op: CallKey::new("local", "1").op(),
            fingerprint: fingerprint.to_owned(),
            by: Actor::Schedule,
            approved_by: None,
            at: "2026-03-01T12:00:00Z".parse().unwrap(),
            spent: None,
            before: None,
            outcome: Outcome::Done {
                movement: None,
                facts: Facts::Desk(desk::Facts { replayed: CallKey::new("local", "2").op() }),
            },
        }
    }

    fn reason(code: &str) -> CancellationReason {
        CancellationReason::builder().code(code).build()
    }

    fn writes() -> Vec<Write> {
        vec![
            Write::Put(Record::Hierarchy(Hierarchy { version: 2, last: 1 }), Expect::Version(1)),
            Write::Put(Record::Operation(stored("a")), Expect::Absent),
            Write::Check(Key::Client(ClientId(1)), Expect::Version(7)),
        ]
    }

    fn tables() -> Tables {
        Tables { ledger: "ledger".to_owned(), desk: "desk".to_owned() }
    }

    #[test]
    fn the_operation_comes_before_every_other_reason() {
        let item = to_item(&Record::Operation(stored("b"))).unwrap();
        let mut taken_reason = reason("ConditionalCheckFailed");
        taken_reason.item = Some(item);
        let reasons =
            [reason("ConditionalCheckFailed"), taken_reason, reason("TransactionConflict")];
        match read_reasons(&reasons, Some(1)) {
            Attempt::Taken(found) => assert_eq!(found, Some(stored("b"))),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_reason_has_its_meaning() {
        let none = || reason("None");
        let of = |code| read_reasons(&[none(), none(), reason(code)], Some(1));
        assert!(matches!(of("ConditionalCheckFailed"), Attempt::Stale));
        for busy in ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"] {
            assert!(matches!(of(busy), Attempt::Busy(_)), "{busy}");
        }
        for bug in ["ValidationError", "ItemCollectionSizeLimitExceeded", "AccessDenied", "New"] {
            assert!(matches!(of(bug), Attempt::Refused(_)), "{bug}");
        }
        let mixed = [reason("TransactionConflict"), none(), reason("ConditionalCheckFailed")];
        assert!(matches!(read_reasons(&mixed, Some(1)), Attempt::Stale), "a failed condition");
    }

    #[test]
    fn a_token_stands_for_one_body() {
        let body = Body::of(&writes(), &tables()).unwrap();
        assert_eq!(body.operation, Some(1));
        assert_eq!(body.token.len(), 36);
        assert_eq!(body.token, Body::of(&writes(), &tables()).unwrap().token);
        let mut other = writes();
        other[0] =
            Write::Put(Record::Hierarchy(Hierarchy { version: 2, last: 1 }), Expect::Version(2));
        assert_ne!(body.token, Body::of(&other, &tables()).unwrap().token);
        other = writes();
        other[1] = Write::Put(Record::Operation(stored("b")), Expect::Absent);
        assert_ne!(body.token, Body::of(&other, &tables()).unwrap().token);
    }

    #[test]
    fn what_is_stored_is_this_very_write_or_another() {
        assert_eq!(taken(Some(&stored("a")), &writes()), Committed::Done);
        assert_eq!(taken(Some(&stored("b")), &writes()), Committed::KeyTaken);
        assert_eq!(taken(None, &writes()), Committed::KeyTaken);
    }
}

//! Reconciliation: the events that a provider lists are booked like those that it sends, so an event whose
//! webhook was lost is booked too, and a known one does nothing.
//!
//! Invariant: everything before [`Progress::done`] was looked at. A walk goes from its beginning back to its
//! oldest event, newest page first; its place is kept behind each page, and `done` moves when the walk ends.
//! Two walks at once, or one that is cut off, only read a page again.
//!
//! Paystack lists payments as they stand now, and a payment may succeed days after it began. So its walks
//! overlap by [`CHANGES_FOR`], and once a day go back the whole [`BACK_DAYS`].

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::contract::Key;
use shared::contract::call::{Call, Outcome};
use shared::contract::{Facts, receipt};
use shared::invoices::types::normal_reference;
use shared::kernel::actor::Provider;
use shared::payments::provider::types::{BACK_DAYS, Round, RoundEnd, SHOWN_MAX};
use shared::payments::types::{Payment, Refund, RefundState, Report, Sums};
use tokio::time::Instant;

use super::Replying;
use super::api::{Api, Trouble};
use super::event::Incoming;
use super::listing::{Listed, ListedRefund};
use crate::failure::Failure;
use crate::store::Store;
use crate::store::layout::{self, reconcile_place};

/// By how much a walk overlaps the one before: an event may be listed a little after its time.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);

/// For how long a payment at Paystack changes as a rule.
const CHANGES_FOR: SignedDuration = SignedDuration::from_hours(3 * 24);

/// For how long Paystack repeats a webhook. Until then it may report a refund under its other id.
const REPEATS_FOR: SignedDuration = SignedDuration::from_hours(72);

/// After how long a walk begins anew.
const WALK_MAX: SignedDuration = SignedDuration::from_hours(24);

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Asks the providers, and sends their events to the desk.
#[derive(Clone)]
pub struct Reconciler {
    pub api: Api,
    pub store: Store,
    /// Sends a call of a provider to the desk.
    pub call: Arc<dyn Fn(Call) -> Replying + Send + Sync>,
}

impl fmt::Debug for Reconciler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconciler").field("api", &self.api).finish_non_exhaustive()
    }
}

/// How far a provider's events were looked at.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Progress {
    done: Option<Timestamp>,
    /// When the last walk over the whole time began.
    whole: Option<Timestamp>,
    walk: Option<Walk>,
}

/// A walk that has not ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Walk {
    since: Timestamp,
    began: Timestamp,
    /// The next page.
    after: Option<String>,
}

impl Progress {
    /// The walk that goes on or begins: back for some days, or from where the last one ended.
    fn walk(&mut self, provider: Provider, days: Option<u64>, now: Timestamp) -> Walk {
        let going_on = self.walk.take();
        let begin = |since| Walk { since, began: now, after: None };
        if let Some(days) = days {
            return begin(before(now, days_of(days)));
        }
        if let Some(walk) = going_on.filter(|walk| now.duration_since(walk.began) < WALK_MAX) {
            return walk;
        }
        let oldest = before(now, days_of(BACK_DAYS));
        let is_daily = provider == Provider::Paystack
            && self.whole.is_none_or(|whole| now.duration_since(whole) >= DAY);
        let overlap = if provider == Provider::Paystack { CHANGES_FOR } else { OVERLAP };
        let Some(done) = self.done.filter(|_| !is_daily) else { return begin(oldest) };
        begin(before(done, overlap).max(oldest))
    }

    fn end(&mut self, walk: &Walk) {
        let oldest = before(walk.began, days_of(BACK_DAYS));
        if walk.since <= self.done.unwrap_or(oldest) {
            self.done = self.done.max(Some(walk.began));
        }
        if walk.since <= oldest {
            self.whole = Some(walk.began);
        }
    }
}

fn days_of(days: u64) -> SignedDuration {
    let days = i64::try_from(days.min(BACK_DAYS)).unwrap_or_default();
    SignedDuration::from_hours(days.saturating_mul(24))
}

fn before(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// Why a walk stopped.
enum Stopped {
    Asking(Trouble),
    Booking(Failure),
}

impl From<Trouble> for Stopped {
    fn from(trouble: Trouble) -> Self {
        Stopped::Asking(trouble)
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Stopped::Booking(failure)
    }
}

impl Reconciler {
    /// Whether the desk may ask a provider.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.api.providers().next().is_some()
    }

    /// Looks at the events of all providers until a time.
    ///
    /// # Errors
    /// The store did not answer.
    pub async fn run(&self, days: Option<u64>, until: Instant) -> Result<Vec<Round>, Failure> {
        let mut rounds = Vec::new();
        for provider in self.api.providers() {
            rounds.push(self.round(provider, days, until).await?);
        }
        Ok(rounds)
    }

    async fn round(
        &self,
        provider: Provider,
        days: Option<u64>,
        until: Instant,
    ) -> Result<Round, Failure> {
        let mut progress = self.progress(provider).await?;
        let mut walk = progress.walk(provider, days, self.store.clock().now());
        let mut round = Round::new(provider, walk.since);
        loop {
            match self.page(&walk, &mut round).await {
                Ok(Some(next)) => walk.after = Some(next),
                Ok(None) => {
                    progress.end(&walk);
                    self.keep(provider, &progress).await?;
                    return Ok(round);
                }
                Err(stopped) => {
                    let reason = match stopped {
                        Stopped::Asking(trouble) => trouble.to_string(),
                        Stopped::Booking(failure) => failure.logged().reference,
                    };
                    tracing::warn!(provider = provider.word(), reason, "a round stopped");
                    round.end = RoundEnd::Failed { reason };
                    return Ok(round);
                }
            }
            progress.walk = Some(walk.clone());
            self.keep(provider, &progress).await?;
            if Instant::now() >= until {
                round.end = RoundEnd::Later;
                return Ok(round);
            }
        }
    }

    /// Books the events of a page, the oldest first, and returns the page that follows.
    async fn page(&self, walk: &Walk, round: &mut Round) -> Result<Option<String>, Stopped> {
        let provider = round.provider;
        let page = self.api.page(provider, walk.since, walk.after.as_deref()).await?;
        for listed in page.listed.into_iter().rev() {
            round.listed = round.listed.saturating_add(1);
            let incoming = match listed {
                Listed::Event(incoming) => Some(incoming),
                Listed::Refund(refund) => self.missed(&refund).await?.map(Incoming::Payment),
                Listed::Unreadable(wrong) => {
                    tracing::error!(provider = provider.word(), %wrong, "a listed event cannot be read");
                    round.unread = round.unread.saturating_add(1);
                    None
                }
            };
            if let Some(incoming @ Incoming::Payment(_)) = incoming {
                self.book(incoming, round).await?;
            }
        }
        Ok(page.next)
    }

    async fn book(&self, incoming: Incoming, round: &mut Round) -> Result<(), Failure> {
        let reply = (self.call)(super::call(round.provider, incoming)).await;
        match reply.outcome {
            Outcome::Done(receipt) if reply.replay_of.is_none() => {
                round.new = round.new.saturating_add(1);
                if let receipt::Outcome::Done { facts: Facts::Payments(facts), .. } =
                    receipt.outcome
                    && round.booked.len() < SHOWN_MAX
                {
                    round.booked.push(facts);
                }
            }
            Outcome::Done(_) | Outcome::Answer(_) => {}
            Outcome::Failed(failed) => {
                return Err(Failure::unknown("book a listed event", failed.reference));
            }
            Outcome::Refused(_)
            | Outcome::Tried(_)
            | Outcome::Planned(_)
            | Outcome::Elsewhere(_) => {
                tracing::error!(op = %reply.op, "a listed event was not booked");
                round.unread = round.unread.saturating_add(1);
            }
        }
        Ok(())
    }

    /// The report of a refund at Paystack that no webhook has made and none will: refunds of one amount are
    /// counted, because the list and the webhooks name them by different ids.
    async fn missed(&self, refund: &ListedRefund) -> Result<Option<Report>, Stopped> {
        let age = self.store.clock().now().duration_since(refund.at);
        if refund.state == RefundState::Pending || age < REPEATS_FOR {
            return Ok(None);
        }
        let key = Key::Payment(normal_reference(&refund.payment));
        let image = self.store.image(std::slice::from_ref(&key)).await?;
        let known = image.peek::<Payment>(&key).map(|payment| payment.sums.refunds.as_slice());
        let counts = |one: &&Refund| one.minor == refund.minor && one.state != RefundState::Failed;
        let known: Vec<&Refund> = known.unwrap_or_default().iter().filter(counts).collect();
        let all = self.api.refunds_of(&refund.transaction).await?;
        let counts =
            |one: &&ListedRefund| one.minor == refund.minor && one.state != RefundState::Failed;
        let listed = all.iter().filter(counts).count();
        let id = match refund.state {
            RefundState::Failed if known.len() > listed => known.last().map(|one| one.id.clone()),
            RefundState::Done if known.len() < listed => Some(format!("listed-{}", refund.id)),
            RefundState::Failed | RefundState::Done | RefundState::Pending => None,
        };
        Ok(id.map(|id| Report {
            payment: refund.payment.clone(),
            invoice: None,
            currency: refund.currency,
            sums: Sums {
                refunds: vec![Refund { id, minor: refund.minor, state: refund.state }],
                ..Sums::default()
            },
        }))
    }

    async fn progress(&self, provider: Provider) -> Result<Progress, Failure> {
        let doing = "read the place in a provider's events";
        match self.store.plain_item(doing, &reconcile_place(provider.word())).await? {
            Some(item) => layout::data(item).map_err(|e| Failure::unchanged(doing, e)),
            None => Ok(Progress::default()),
        }
    }

    async fn keep(&self, provider: Provider, progress: &Progress) -> Result<(), Failure> {
        let doing = "keep the place in a provider's events";
        let place = reconcile_place(provider.word());
        let item = layout::plain(&place, progress).map_err(|e| Failure::unchanged(doing, e))?;
        self.store.put_plain(doing, &place, item, false).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + day * 86_400).unwrap()
    }

    #[test]
    fn walk_goes_on_where_the_last_one_was_cut_off_or_ended() {
        let mut progress = Progress::default();
        let mut first = progress.walk(Provider::Stripe, None, at(0));
        assert_eq!(first.since, at(-30));
        first.after = Some("evt_9".to_owned());

        progress.walk = Some(first);
        let again = progress.walk(Provider::Stripe, None, at(0));
        assert_eq!(again.after.as_deref(), Some("evt_9"));

        progress.end(&again);
        let next = progress.walk(Provider::Stripe, None, at(2));
        assert_eq!((next.since, next.after), (before(at(0), OVERLAP), None));
    }

    #[test]
    fn short_walk_leaves_the_gap_before_it_to_the_next() {
        let mut progress = Progress { done: Some(at(0)), ..Progress::default() };
        let short = progress.walk(Provider::Stripe, Some(2), at(9));
        assert_eq!(short.since, at(7));

        progress.end(&short);

        assert_eq!(progress.done, Some(at(0)));
    }

    #[test]
    fn payments_at_paystack_are_looked_at_whole_once_a_day() {
        let mut progress = Progress::default();
        let whole = progress.walk(Provider::Paystack, None, at(0));
        progress.end(&whole);
        let hour = at(0).checked_add(SignedDuration::from_hours(1)).unwrap();

        assert_eq!(progress.walk(Provider::Paystack, None, hour).since, at(-3));
        assert_eq!(progress.walk(Provider::Paystack, None, at(1)).since, at(-29));
    }
}

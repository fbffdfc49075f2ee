//! The request of a refund to a provider. The provider's event books it.
//!
//! Invariant: one operation makes one refund. The provider is asked first whether it has the refund of this
//! operation, and a request that another one has followed, or that an event has shown, is not sent again.

use std::time::Duration;

use shared::contract::change::{Expect, Write};
use shared::contract::{Key, Record};
use shared::kernel::id::OpId;
use shared::payments::provider::types::{AskedState, RefundAsked};
use shared::payments::types::Payment;
use tokio::time::timeout;

use super::{After, Handler, Ports, Run, sentence};
use crate::billing::api::Trouble;
use crate::store::commit::{Budget, Committed};

/// Together they are much shorter than the time for which a provider knows an idempotency key.
const WAITS_S: [i64; 4] = [30, 120, 600, 1_800];

/// Shorter than the lease, so that no two workers ask at once.
const PATIENCE: Duration = Duration::from_secs(45);

pub(super) fn handler<'a>(payment: &'a str, op: &'a OpId) -> Handler<'a> {
    Handler {
        word: "refund",
        run: Run::Send {
            waits_s: &WAITS_S,
            start: Box::new(move |ports, _| {
                Box::pin(async move { send(ports, payment, op).await.map(|()| After::Done) })
            }),
        },
    }
}

async fn send(ports: &Ports, payment: &str, op: &OpId) -> Result<(), String> {
    let (key, of_payment) =
        (Key::RefundAsked(payment.to_owned()), Key::Payment(payment.to_owned()));
    let read = ports.store.image(&[key.clone(), of_payment.clone()]).await;
    let image = read.map_err(|failure| sentence(&failure))?;
    let asked = image.peek::<RefundAsked>(&key).filter(|asked| asked.op == *op);
    let (Some(asked), Some(payment)) = (asked, image.peek::<Payment>(&of_payment)) else {
        return Ok(());
    };
    if let AskedState::Refused { reason } = &asked.state {
        return Err(reason.clone());
    }
    if !asked.is_open(payment, ports.store.clock().now()) {
        return Ok(());
    }
    let Some(api) = &ports.api else { return Err("no provider can be asked here".to_owned()) };
    let word = asked.provider.word();
    let refunded = match timeout(PATIENCE, api.refund(asked)).await {
        Ok(refunded) => refunded,
        Err(_) => Err(Trouble::Unknown("it takes too long".to_owned())),
    };
    match refunded {
        Ok(id) => keep(ports, asked, AskedState::Accepted { id }).await,
        Err(Trouble::Refused(reason)) => {
            let reason = format!("{word} refuses the refund: {reason}");
            keep(ports, asked, AskedState::Refused { reason: reason.clone() }).await?;
            Err(reason)
        }
        Err(trouble) => Err(format!("{word} is asked again: {trouble}")),
    }
}

/// Keeps the provider's answer. If another worker kept one meanwhile, that one stays.
async fn keep(ports: &Ports, asked: &RefundAsked, state: AskedState) -> Result<(), String> {
    let version = asked.version.saturating_add(1);
    let after = RefundAsked { version, state, ..asked.clone() };
    let write = Write::Put(Record::RefundAsked(after), Expect::Version(asked.version));
    match ports.store.commit_within(&[write], Budget::default()).await {
        Ok(Committed::Done | Committed::Stale | Committed::KeyTaken) => Ok(()),
        Err(failure) => Err(sentence(&failure)),
    }
}

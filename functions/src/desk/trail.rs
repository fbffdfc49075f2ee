//! The lines of the audit trail that the desk puts itself: about refusals, dry runs and plans.

use jiff::Timestamp;
use shared::contract::Key;
use shared::contract::call::Call;
use shared::contract::image::Image;
use shared::kernel::actor::{ActorId, Caller};
use shared::kernel::audit::{Audit, Ended};
use shared::kernel::id::ClientId;
use shared::staff::types::LinkedIdentity;

/// A line of the audit trail about a call.
pub(super) fn line(
    call: &Call,
    image: &Image,
    now: Timestamp,
    client: Option<ClientId>,
    ended: Ended,
    text: String,
) -> Audit {
    Audit {
        by: actor_of(call, image),
        identity: call.by.identity().cloned(),
        at: now,
        op: call.key.op(),
        operation: call.ask.spec().name.to_owned(),
        client,
        ended,
        text,
        typed: call.typed.clone(),
        credits: 0,
    }
}

/// The actor of a call, as far as it is known: an identity may not be linked.
fn actor_of(call: &Call, image: &Image) -> Option<ActorId> {
    match &call.by {
        Caller::Chat(identity) => image
            .peek::<LinkedIdentity>(&Key::Identity(identity.clone()))
            .map(|linked| ActorId::Staff(linked.staff)),
        Caller::Client(client) => Some(ActorId::Client(*client)),
        Caller::Provider(provider) => Some(ActorId::Provider(*provider)),
        Caller::Carrier(carrier) => Some(ActorId::Carrier(*carrier)),
        Caller::Schedule => Some(ActorId::Schedule),
    }
}

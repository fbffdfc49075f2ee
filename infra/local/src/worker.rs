//! Interactions that take longer than their platform waits, handed to a task of this process: what
//! the function `chat_worker` is where the desk is deployed.

use std::future::Future;
use std::pin::Pin;

use bot::chat::Chat;
use bot::handover::{Handover, NotHandedOver, Workers};
use bot::outgoing::Outgoing;
use bot::worker::carry;
use tokio::sync::mpsc;

/// Whoever hands over, to a [`ChatWorker`] of the same process.
#[derive(Debug, Clone)]
pub struct Handing(pub mpsc::UnboundedSender<Handover>);

impl Workers for Handing {
    fn hand_over<'a>(
        &'a self,
        handover: &'a Handover,
    ) -> Pin<Box<dyn Future<Output = Result<(), NotHandedOver>> + Send + 'a>> {
        let sent = self.0.send(handover.clone());
        Box::pin(async { sent.map_err(|_| NotHandedOver("the desk is closing".to_owned())) })
    }
}

/// Who carries them out.
#[derive(Clone)]
pub struct ChatWorker {
    /// Who answers.
    pub chat: Chat,
    /// How the reply gets to its platform.
    pub outgoing: Outgoing,
}

impl ChatWorker {
    /// Carries an interaction out and delivers the reply.
    pub async fn carry_out(&self, handover: &Handover) {
        if let Err(why) = carry(&self.chat, &self.outgoing, handover).await {
            let op = handover.interaction.key.op();
            tracing::error!(%op, %why, "a late reply was not delivered");
        }
    }
}

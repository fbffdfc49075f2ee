//! Interactions that take longer than their platform waits, and what is said in channels: handed to
//! tasks of this process, which are here what the function `chat_worker` is where it is deployed.

use std::future::Future;
use std::pin::Pin;

use bot::chat::Chat;
use bot::handover::{Handover, NotHandedOver, Workers};
use bot::outgoing::Outgoing;
use bot::worker::{Tokens, announce, carry};
use shared::contract::notice::Notice;
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
    /// As whom the desk speaks.
    pub tokens: Tokens,
}

impl ChatWorker {
    /// Carries an interaction out and delivers the reply.
    pub async fn carry_out(&self, handover: &Handover) {
        if let Err(why) = carry(&self.chat, &self.outgoing, &self.tokens, handover).await {
            let op = handover.interaction.key.op();
            tracing::error!(%op, %why, "a late reply was not delivered");
        }
    }

    /// Posts a notice in a channel.
    ///
    /// # Errors
    /// The reason that it was not posted, or may not have been.
    pub async fn announce(&self, notice: Notice) -> Result<(), String> {
        let posted = announce(&self.outgoing, &self.tokens, &notice).await;
        posted.map_err(|error| error.to_string())
    }
}

//! The worker: carries out what took longer than a platform waits, and delivers the reply where the
//! platform expects it. Called by the Lambda function `chat_worker`, and by a task of the local desk.
//!
//! What is absent on purpose: retries of the interaction. Its key makes a second run the same one,
//! but whoever hands it over decides whether there is one.

use crate::card::{Card, Mark, Text};
use crate::chat::{Chat, Said};
use crate::discord;
use crate::handover::{Handover, ReplyTo};
use crate::interaction::Reaction;
use crate::outgoing::Outgoing;

/// The reply was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum NotCarried {
    /// To Discord.
    #[error(transparent)]
    Discord(#[from] discord::NotDelivered),
}

/// Carries out what was handed over.
///
/// # Errors
/// It was carried out, and the reply was not delivered.
pub async fn carry(chat: &Chat, outgoing: &Outgoing, work: &Handover) -> Result<(), NotCarried> {
    let op = work.interaction.key.op();
    // What the front end did not wait for may be done by now; its reply has not been seen by anybody.
    let said = match chat.clone().unseen().hear(&work.interaction).await {
        Reaction::Said(said) => said,
        Reaction::Form(form) => Said::of(too_late(&form.line)),
    };
    tracing::info!(%op, code = said.code, "carried out late");
    match &work.reply {
        ReplyTo::Discord { application, token, aloud } => {
            discord::deliver(outgoing, application, token, *aloud, &said).await?;
        }
        ReplyTo::Slack { .. } => tracing::error!(%op, "no late replies go to Slack"),
    }
    Ok(())
}

/// A form opens only as the first answer to a press.
fn too_late(line: &str) -> Card {
    let headline = Text::new().own("The form came too late. Press the button again, or type ");
    Card::new(Mark::Refused, headline.code(line).own(" and what is missing."))
}

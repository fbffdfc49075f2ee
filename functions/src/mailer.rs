//! Where mail goes: to SES, or into the outbox of the local desk, which any process can read.
//!
//! A message is built in one way for both. Its id is made from the operation, so that a mail that
//! was sent twice is seen to be the same one.

use jiff::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use serde::{Deserialize, Serialize};

use crate::failure::{Causes, Failure};
use crate::letters::Letter;
use crate::store::Store;
use crate::store::layout::{self, outbox_place, plain};

/// The sender of what the local desk would have sent.
const LOCAL_SENDER: &str = "desk@localhost";

/// Sends mail.
#[derive(Debug, Clone)]
pub enum Mailer {
    /// Through SES.
    #[cfg(feature = "aws")]
    Ses {
        /// The client.
        client: aws_sdk_ses::Client,
        /// The sender's address.
        from: String,
    },
    /// Into the outbox of the local desk.
    Outbox(Store),
}

/// What the local desk would have sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// When.
    pub at: Timestamp,
    /// `email`.
    pub channel: String,
    /// The message's id.
    pub id: String,
    /// To which address.
    pub to: String,
    /// About what.
    pub subject: String,
    /// What it said.
    pub text: String,
    /// The whole message, as it would have been handed over.
    pub message: String,
}

impl Mailer {
    /// Sends a letter; why not, if it could not be handed over.
    ///
    /// # Errors
    /// A sentence for the log.
    pub async fn send(&self, letter: &Letter, now: Timestamp) -> Result<(), String> {
        match self {
            #[cfg(feature = "aws")]
            Mailer::Ses { client, from } => {
                let message = message(letter, from, now)?;
                let raw = aws_sdk_ses::types::RawMessage::builder()
                    .data(aws_sdk_ses::primitives::Blob::new(message))
                    .build()
                    .map_err(|e| e.to_string())?;
                let sent = client
                    .send_raw_email()
                    .source(from)
                    .destinations(&letter.to)
                    .raw_message(raw)
                    .send()
                    .await;
                sent.map(|_| ()).map_err(|e| format!("SES did not take it: {}", Causes(&e)))
            }
            Mailer::Outbox(store) => {
                let message = message(letter, LOCAL_SENDER, now)?;
                let sent = Sent {
                    at: now,
                    channel: "email".to_owned(),
                    id: letter.id.clone(),
                    to: letter.to.clone(),
                    subject: letter.subject.clone(),
                    text: letter.text.clone(),
                    message: String::from_utf8_lossy(&message).into_owned(),
                };
                let place = outbox_place(now, &letter.id);
                let item = plain(&place, &sent).map_err(|e| e.to_string())?;
                let put = store.put_plain("write the outbox", &place, item, false).await;
                put.map(|_| ()).map_err(|e| format!("{e}: {}", Causes(&e)))
            }
        }
    }
}

/// What the local desk would have sent, oldest first.
///
/// # Errors
/// The store did not answer, or holds something unreadable.
pub async fn outbox(store: &Store) -> Result<Vec<Sent>, Failure> {
    let doing = "read the outbox";
    let items = store.plain_items(doing, layout::OUTBOX).await?;
    let sent = items.into_iter().map(layout::data);
    sent.collect::<Result<_, _>>().map_err(|why| Failure::unchanged(doing, why))
}

/// A letter as it is sent.
fn message(letter: &Letter, from: &str, now: Timestamp) -> Result<Vec<u8>, String> {
    let domain = from.rsplit('@').next().unwrap_or("localhost");
    let to = Address::new_address(Some(letter.name.as_str()), letter.to.as_str());
    MessageBuilder::new()
        .message_id(format!("{}@{domain}", letter.id))
        .date(Date::new(now.as_second()))
        .from(Address::new_address(None::<&str>, from))
        .to(to)
        .subject(letter.subject.as_str())
        // A machine wrote it: no out-of-office answers, please.
        .header("Auto-Submitted", mail_builder::headers::raw::Raw::new("auto-generated"))
        .text_body(letter.text.as_str())
        .write_to_vec()
        .map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_the_same_however_often_it_is_made_and_has_no_added_header() {
        let letter = Letter {
            id: "op_0123456789abcdef-1".to_owned(),
            to: "billing@acme.example".to_owned(),
            name: "Äcme \"Ltd\" Bcc: x@y.example".to_owned(),
            subject: "500 MMS credits added".to_owned(),
            text: "Hello Äcme,\r\n".to_owned(),
        };
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let once = message(&letter, "desk@example.com", now).unwrap();
        assert_eq!(once, message(&letter, "desk@example.com", now).unwrap());
        let text = String::from_utf8(once).unwrap();
        assert!(text.contains("Message-ID: <op_0123456789abcdef-1@example.com>\r\n"), "{text}");
        assert!(text.contains("Date: Sun, 1 Mar 2026 12:00:00 +0000\r\n"), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
    }
}

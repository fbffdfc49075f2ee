//! Delivers mail: to SES, or into the outbox of the local desk, which any process can read.
//!
//! Both get the same message. Its id comes from the letter, so a retry sends the same Message-ID.

use jiff::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::mime::MimePart;
use serde::{Deserialize, Serialize};
use shared::kernel::email::deliverable;

use super::letters::Letter;
use crate::effects::sentence;
use crate::failure::Failure;
use crate::store::Store;
use crate::store::layout::{self, outbox_place, plain};

/// The sender in the outbox of the local desk.
const LOCAL_SENDER: &str = "desk@localhost";

/// Sends mail.
#[derive(Debug, Clone)]
pub enum Mailer {
    #[cfg(feature = "aws")]
    Ses {
        client: aws_sdk_ses::Client,
        /// The sender's address.
        from: String,
    },
    Outbox(Store),
}

/// One mail in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub at: Timestamp,
    /// `email`.
    pub channel: String,
    pub id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The names of the files that go along.
    #[serde(default)]
    pub files: Vec<String>,
    /// The whole message with its headers.
    pub message: String,
}

impl Mailer {
    /// Sends a letter.
    ///
    /// # Errors
    /// The letter was not accepted; the sentence is for the log.
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
                    .destinations(deliverable(&letter.to))
                    .raw_message(raw)
                    .send()
                    .await;
                sent.map(|_| ())
                    .map_err(|e| format!("SES did not take it: {}", runtime::causes::Causes(&e)))
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
                    files: letter.enclosed.iter().map(|(name, _)| name.clone()).collect(),
                    message: String::from_utf8_lossy(&message).into_owned(),
                };
                let place = outbox_place(now, &letter.id);
                let item = plain(&place, &sent).map_err(|e| e.to_string())?;
                let put = store.put_plain("write the outbox", &place, item, false).await;
                put.map(|_| ()).map_err(|failure| sentence(&failure))
            }
        }
    }
}

/// The mails in the outbox, oldest first.
///
/// # Errors
/// The store did not answer, or holds something unreadable.
pub async fn outbox(store: &Store) -> Result<Vec<Sent>, Failure> {
    let doing = "read the outbox";
    let items = store.plain_items(doing, layout::OUTBOX).await?;
    let sent = items.into_iter().map(layout::data);
    sent.collect::<Result<_, _>>().map_err(|reason| Failure::unchanged(doing, reason))
}

/// The bytes of a mail.
fn message(letter: &Letter, from: &str, now: Timestamp) -> Result<Vec<u8>, String> {
    let domain = from.rsplit('@').next().unwrap_or("localhost");
    let to = Address::new_address(Some(letter.name.as_str()), deliverable(&letter.to));
    let message = MessageBuilder::new()
        .message_id(format!("{}@{domain}", letter.id))
        .date(Date::new(now.as_second()))
        .from(Address::new_address(letter.sender.as_deref(), from))
        .to(to)
        .subject(letter.subject.as_str())
        // A machine wrote it: no out-of-office answers, please.
        .header("Auto-Submitted", mail_builder::headers::raw::Raw::new("auto-generated"));
    let message = match &letter.reply_to {
        Some(address) => message.reply_to(Address::new_address(None::<&str>, deliverable(address))),
        None => message,
    };
    let message = match &letter.enclosed {
        Some((name, pdf)) => {
            let parts = vec![
                MimePart::new("text/plain", letter.text.as_str()),
                MimePart::new("application/pdf", pdf.as_slice()).attachment(name.as_str()),
            ];
            // Made from the id, so that a retry sends the same bytes.
            let boundary = format!("=_{}", letter.id);
            let kind = ContentType::new("multipart/mixed").attribute("boundary", boundary);
            message.body(MimePart::new(kind, parts))
        }
        None => message.text_body(letter.text.as_str()),
    };
    message.write_to_vec().map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn international_domain_is_sent_to_in_its_ascii_form() {
        let letter = Letter {
            id: "op_0123456789abcdef-1".to_owned(),
            to: "kontakt@münchen.example".to_owned(),
            name: "München".to_owned(),
            subject: "Credits".to_owned(),
            text: "Added".to_owned(),
            sender: Some("Brightline\r\nBcc: x@y.example".to_owned()),
            reply_to: None,
            enclosed: None,
        };

        let message = message(&letter, LOCAL_SENDER, Timestamp::UNIX_EPOCH).unwrap();

        let message = String::from_utf8(message).unwrap();
        assert!(message.contains("<kontakt@xn--mnchen-3ya.example>"), "{message}");
    }

    #[test]
    fn retried_message_is_byte_identical_and_name_adds_no_header() {
        let letter = Letter {
            id: "op_0123456789abcdef-1".to_owned(),
            to: "billing@acme.example".to_owned(),
            name: "Äcme \"Ltd\" Bcc: x@y.example".to_owned(),
            subject: "500 MMS credits added".to_owned(),
            text: "Hello Äcme,\r\n".to_owned(),
            sender: Some("Brightline\r\nBcc: x@y.example".to_owned()),
            reply_to: None,
            enclosed: Some(("INV-2-0001.pdf".to_owned(), b"%PDF-1.7".to_vec())),
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

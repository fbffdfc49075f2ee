use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;

use shared::contract::Answer;
use shared::contract::call::Outcome;

use super::*;
use crate::chat::tests::{Scripted, added};
use crate::handover::NotHandedOver;

/// Takes what it is given, or nothing at all.
struct Taking {
    takes: bool,
    taken: Mutex<Vec<Handover>>,
}

impl Workers for Taking {
    fn hand_over<'a>(
        &'a self,
        handover: &'a Handover,
    ) -> Pin<Box<dyn Future<Output = Result<(), NotHandedOver>> + Send + 'a>> {
        self.taken.lock().unwrap().push(handover.clone());
        let taken = if self.takes { Ok(()) } else { Err(NotHandedOver("no".to_owned())) };
        Box::pin(async { taken })
    }
}

const NOW: &str = "2026-11-23T10:00:00Z";

fn id(age_ms: i64) -> u64 {
    let now: Timestamp = NOW.parse().unwrap();
    let begun_ms = now.as_millisecond().saturating_sub(age_ms).saturating_sub(EPOCH_MS);
    u64::try_from(begun_ms).unwrap() << 22
}

/// The answer to what somebody did so long ago, and what was handed over for it.
async fn hears(
    answers: impl IntoIterator<Item = Outcome>,
    takes: bool,
    age_ms: i64,
    did: Did,
) -> (Value, Vec<Handover>) {
    let functions = Scripted::new(answers.into_iter().map(Ok));
    let workers = Arc::new(Taking { takes, taken: Mutex::default() });
    let state = DiscordState {
        chat: Chat::new(functions),
        workers: workers.clone(),
        keys: Vec::new(),
        application: Some("7".to_owned()),
        guilds: vec!["5".to_owned()],
        now: Arc::new(|| NOW.parse().unwrap()),
    };
    let request = DiscordRequest {
        id: id(age_ms),
        application: "7".to_owned(),
        token: crate::handover::Pass::new("t"),
        guild: "5".to_owned(),
        channel: "6".to_owned(),
        user: "9".to_owned(),
        name: None,
        did,
    };
    let answer = answer(&state, request).await;
    let taken = workers.taken.lock().unwrap().clone();
    (answer, taken)
}

fn pending() -> Outcome {
    Outcome::Answer(Answer::Pending { only: None, total: 0, skipped: 0, page: vec![] })
}

fn command(words: &[&str], values: &[(&str, &str)]) -> Did {
    let values = values.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    Did::Command { words: words.iter().map(|word| (*word).to_owned()).collect(), values }
}

#[test]
fn the_clock_of_an_interaction_is_its_id() {
    let now: Timestamp = NOW.parse().unwrap();
    for (age_ms, left_ms) in
        [(0, 1_800), (300, 1_500), (1_799, 1), (1_800, 0), (9_000, 0), (-60_000, 1_800)]
    {
        assert_eq!(budget(id(age_ms), now), Duration::from_millis(left_ms), "{age_ms}");
    }
    assert_eq!(budget(u64::MAX, now), Duration::from_millis(1_800));
    assert_eq!(budget(0, now), Duration::ZERO);
}

#[tokio::test]
async fn a_receipt_is_seen_by_all_and_everything_else_by_one() {
    let add = command(&["addcredit", "mms"], &[("client", "c_1042"), ("amount", "500")]);
    let (answer, taken) = hears([Outcome::Done(added())], true, 0, add).await;
    assert_eq!((&answer["type"], answer["data"].get("flags")), (&json!(4), None));
    assert!(taken.is_empty());
    let (answer, _) = hears([pending()], true, 0, command(&["pending"], &[])).await;
    assert_eq!((&answer["type"], &answer["data"]["flags"]), (&json!(4), &json!(64)));
}

#[tokio::test]
async fn a_command_that_nobody_knows_any_more_is_answered_with_what_is_near() {
    let (answer, _) = hears([], true, 0, command(&["adcredit", "mms"], &[("client", "x")])).await;
    let text = answer.to_string();
    assert!(text.contains("Did you mean addcredit") && answer["type"] == 4, "{text}");
}

#[tokio::test]
async fn what_takes_longer_is_promised_in_private_and_handed_over_once() {
    let add = || command(&["pending"], &[]);
    let (answer, taken) = hears([pending()], true, 5_000, add()).await;
    assert_eq!(answer, json!({ "type": 5, "data": { "flags": 64 } }));
    let [handover] = taken.as_slice() else { panic!("{taken:?}") };
    assert!(matches!(&handover.reply, ReplyTo::Discord { aloud: true, .. }), "{handover:?}");
    assert_eq!(handover.interaction.at, "discord:5:6".parse().ok());
    // A button of a private view: the view stays until its reply comes, and nobody else sees either.
    let press = Did::Pressed { token: "v1:run:/whoami".to_owned(), private: true };
    let (answer, taken) = hears([pending()], true, 5_000, press).await;
    assert_eq!(answer, json!({ "type": 6 }));
    let [handover] = taken.as_slice() else { panic!("{taken:?}") };
    assert!(matches!(&handover.reply, ReplyTo::Discord { aloud: false, .. }), "{handover:?}");
    assert_eq!(handover.interaction.at, None, "announced wherever announcements go");
}

#[tokio::test]
async fn when_nobody_takes_it_the_outcome_is_called_unknown() {
    let (answer, _) = hears([pending()], false, 5_000, command(&["pending"], &[])).await;
    assert_eq!(answer["type"], 4);
    assert!(!answer.to_string().contains("Nothing was changed"), "{answer}");
}

#[tokio::test]
async fn a_form_opens_however_old_the_press_is() {
    let press =
        Did::Pressed { token: "v1:fill:/deny op_0123456789abcdef".to_owned(), private: false };
    let (answer, taken) = hears([], true, 60_000, press).await;
    assert_eq!((&answer["type"], &answer["data"]["title"]), (&json!(9), &json!("/deny")));
    assert_eq!(answer["data"]["custom_id"], "v1:fill:/deny op_0123456789abcdef");
    assert!(taken.is_empty());
    let whole = Did::Pressed { token: "v1:fill:/whoami".to_owned(), private: false };
    let (answer, _) = hears([], true, 0, whole).await;
    assert!(answer.to_string().contains("v1:run:/whoami"), "{answer}");
}

#[tokio::test]
async fn another_guild_or_application_is_told_so() {
    let state = |application: &str, guild: &str| {
        let (application, guild) = (application.to_owned(), guild.to_owned());
        async move {
            let state = DiscordState {
                chat: Chat::new(Scripted::new([])),
                workers: Arc::new(Taking { takes: false, taken: Mutex::default() }),
                keys: Vec::new(),
                application: Some("7".to_owned()),
                guilds: vec!["5".to_owned()],
                now: Arc::new(|| NOW.parse().unwrap()),
            };
            let request = DiscordRequest {
                id: id(0),
                application,
                token: crate::handover::Pass::new("t"),
                guild,
                channel: "6".to_owned(),
                user: "9".to_owned(),
                name: None,
                did: command(&["pending"], &[]),
            };
            answer(&state, request).await.to_string()
        }
    };
    for (application, guild) in [("8", "5"), ("7", "6")] {
        let answer = state(application, guild).await;
        assert!(answer.contains("does not work in this server"), "{answer}");
    }
}

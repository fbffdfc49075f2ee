//! A store that takes up to five seconds for each request: whatever people do in Discord and Slack
//! is answered, or promised, long before the platform's three seconds are over, and what was
//! promised is done once and said by the worker. In virtual time, through the real front ends.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use bot::chat::{Chat, ChatReply};
use bot::discord::{self, DiscordState};
use bot::functions::{Answering, Functions};
use bot::handover::{Handover, NotHandedOver, Workers};
use bot::interaction::Reaction;
use bot::outgoing::{Bases, Outgoing};
use bot::slack::{self, BUDGET, SlackState};
use ed25519_dalek::SigningKey;
use jiff::SignedDuration;
use runtime::clock::Clock;
use runtime::secret::Secret;
use serde_json::{Value, json};
use shared::contract::call::Call;
use shared::kernel::actor::Role;
use shared::kernel::id::{ClientId, OpId};
use shared::kernel::spec::Function;
use shared::ledger::account::Account;
use shared::staff::types::Ask as StaffAsk;
use tokio::time::Instant;
use tower::ServiceExt;

use super::stage::{CLIENTS, Stage, instance, runtime};
use super::wire::{Fault, Weather, Wire};
use crate::discord::{id, public, signed};
use crate::slack::{SECRET, command, headers};

/// How many things people do.
const TURNS: u64 = 600;

/// How many people do them at once, each with a client of their own.
const PEOPLE: u64 = 5;

/// By when an answer is on its way, so that there is time left for the way.
const SOON: Duration = Duration::from_millis(1_800);

/// Functions that start for each call, over the wire.
struct Cold {
    wire: Wire,
    clock: Clock,
}

impl Functions for Cold {
    fn call<'a>(&'a self, function: Function, call: &'a Call) -> Answering<'a> {
        let desk = instance(&self.wire.line(), &self.clock);
        Box::pin(async move { Ok(desk.answer(function, call.clone()).await) })
    }
}

/// What was handed over.
#[derive(Default)]
struct Queue(Mutex<Vec<Handover>>);

impl Workers for Queue {
    fn hand_over<'a>(
        &'a self,
        handover: &'a Handover,
    ) -> Pin<Box<dyn Future<Output = Result<(), NotHandedOver>> + Send + 'a>> {
        self.0.lock().unwrap().push(handover.clone());
        Box::pin(async { Ok(()) })
    }
}

/// How one request was answered.
struct Answered {
    /// From what the person did to the answer.
    after: Duration,
    /// The answer, unless it was only promised.
    body: Option<String>,
}

/// The two platforms before the desk's doors.
struct Platforms {
    router: Router,
    key: SigningKey,
    clock: Clock,
    chat: Chat,
    queue: Arc<Queue>,
}

impl Platforms {
    fn new(stage: &Stage) -> Self {
        let cold = Cold { wire: stage.wire.clone(), clock: stage.clock.clone() };
        let (chat, queue) = (Chat::new(Arc::new(cold)), Arc::new(Queue::default()));
        let (clock, at) = (stage.clock.clone(), stage.clock.clone());
        let key = SigningKey::from_bytes(&[9; 32]);
        let discord = DiscordState {
            chat: chat.clone(),
            workers: queue.clone(),
            keys: discord::keys(&public(&key)).0,
            application: None,
            guilds: Vec::new(),
            now: Arc::new(move || at.now()),
        };
        let at = clock.clone();
        let slack = SlackState {
            chat: chat.clone(),
            secrets: vec![Secret::new(SECRET)],
            now: Arc::new(move || at.now()),
            workers: queue.clone(),
            outgoing: Outgoing::new(Bases::default()),
            bot_token: None,
            budget: BUDGET,
        };
        let router = slack::router(slack).merge(discord::router(discord));
        Self { router, key, clock, chat, queue }
    }

    async fn post(&self, path: &str, headers: &[(String, String)], body: String) -> String {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body)).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        let body = axum::body::to_bytes(answer.into_body(), 1_000_000).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    /// A command in Discord, which has been on its way for a while when it comes here.
    async fn discord(&self, number: u64, age: Duration, data: Value) -> Answered {
        let now = self.clock.now();
        let made_ms = now.as_millisecond() - i64::try_from(age.as_millis()).unwrap();
        let id = id(made_ms, number);
        let kind = if data["options"][0]["options"][0]["focused"] == true { 4 } else { 2 };
        let body = json!({
            "application_id": "1", "channel_id": "2", "data": data, "guild_id": "1", "id": id.to_string(),
            "member": { "user": { "id": "3", "username": "dora" } }, "token": format!("t{id}"),
            "type": kind, "version": 1,
        })
        .to_string();
        let at = now.as_second().to_string();
        let headers = signed(&self.key, &at, body.as_bytes());
        let began = Instant::now();
        let body = self.post("/discord/interactions", &headers, body).await;
        let after = age + began.elapsed();
        let answer: Value = serde_json::from_str(&body).unwrap();
        let promised = answer["type"] == 5;
        assert!(promised || answer["type"] == if kind == 4 { 8 } else { 4 }, "{answer}");
        Answered { after, body: (!promised).then_some(body) }
    }

    /// A command in Slack.
    async fn slack(&self, number: u64, name: &str, text: &str) -> Answered {
        let body = command("T1", "U7", &format!("trigger {number}"), name, text);
        let headers = headers(SECRET, self.clock.now().as_second(), body.as_bytes());
        let began = Instant::now();
        let body = self.post("/slack/commands", &headers, body).await;
        Answered { after: began.elapsed(), body: Some(body).filter(|body| !body.is_empty()) }
    }

    /// The worker carries out what was promised, and goes on until the store answers.
    async fn keep(&self, handover: &Handover) -> ChatReply {
        for _ in 0..50 {
            let said = match self.chat.clone().unseen().hear(&handover.interaction).await {
                Reaction::Reply(said) => said,
                Reaction::Form(form) => panic!("{form:?}"),
            };
            if said.status.word() != "failed" {
                return said;
            }
        }
        panic!("{handover:?} was never kept")
    }
}

/// One turn: an add, a balance, or a name that is being typed.
async fn turn(
    platforms: &Platforms,
    rng: &mut fastrand::Rng,
    person: u64,
    number: u64,
) -> Answered {
    let client = CLIENTS[usize::try_from(person).unwrap()];
    let amount = 1 + number / PEOPLE;
    let age = Duration::from_millis(rng.u64(30..900));
    let option =
        |kind: u8, name: &str, value: Value| json!({ "type": kind, "name": name, "value": value });
    match rng.u8(0..5) {
        0 => {
            let options = [option(3, "client", json!(client)), option(4, "amount", json!(amount))];
            let data = json!({ "id": "1", "name": "addcredit", "type": 1,
                "options": [{ "type": 1, "name": "mms", "options": options }] });
            platforms.discord(number, age, data).await
        }
        1 => {
            let data = json!({ "id": "2", "name": "balance", "type": 1,
                "options": [option(3, "client", json!(client))] });
            platforms.discord(number, age, data).await
        }
        2 => {
            let typed =
                json!({ "type": 3, "name": "client", "value": &client[..3], "focused": true });
            let data = json!({ "id": "1", "name": "addcredit", "type": 1,
                "options": [{ "type": 1, "name": "mms", "options": [typed] }] });
            platforms.discord(number, age, data).await
        }
        3 => platforms.slack(number, "/addcredit", &format!("mms {client} {amount}")).await,
        _ => platforms.slack(number, "/balance", client).await,
    }
}

async fn mms(stage: &Stage, client: u64) -> i64 {
    let desk = instance(&stage.wire.line(), &stage.clock);
    let client = ClientId(client);
    let image = desk.store.image(&[shared::contract::Key::Account(client)]).await.unwrap();
    image
        .get::<Account>(&shared::contract::Key::Account(client))
        .unwrap()
        .unwrap()
        .totals
        .mms
        .balance()
}

/// What an add that was said to be done has added.
fn added(said: &str) -> i64 {
    let Some((_, rest)) = said.split_once("Added ") else { return 0 };
    let digits: String = rest.chars().take_while(|c| !c.is_whitespace()).collect();
    digits.replace(',', "").parse().unwrap()
}

async fn wait(seed: u64) -> (Vec<Duration>, u64, BTreeMap<OpId, String>) {
    let mut stage = Stage::set(seed).await;
    let desk = instance(&stage.wire.line(), &stage.clock);
    for who in ["discord:1:3", "slack:T1:U7"] {
        let ask = StaffAsk::RoleGrant {
            who: who.to_owned(),
            role: Role::Owner,
            name: Some(who.replace(':', " ")),
            same_as: None,
        };
        stage.done(&desk, ask).await;
    }
    let mut before = 0;
    for client in 2..7 {
        before += mms(&stage, client).await;
    }
    stage.wire.set_takes(0..5_000_000);
    stage.wire.set_weather(Weather([(Fault::LostAfter, 20)].into()));
    let stage = Rc::new(stage);
    let platforms = Rc::new(Platforms::new(&stage));
    let mut people = Vec::new();
    for person in 0..PEOPLE {
        let (platforms, mut rng) = (platforms.clone(), fastrand::Rng::with_seed(seed + person));
        people.push(tokio::task::spawn_local(async move {
            let mut heard = Vec::new();
            for number in (person..TURNS).step_by(PEOPLE as usize) {
                heard.push(turn(&platforms, &mut rng, person, number).await);
                // The limits of a minute pass.
                platforms.clock.advance(SignedDuration::from_mins(1));
            }
            heard
        }));
    }
    let mut heard = Vec::new();
    for person in people {
        heard.extend(person.await.unwrap());
    }
    let handed = std::mem::take(&mut *platforms.queue.0.lock().unwrap());
    let promised = heard.iter().filter(|answered| answered.body.is_none()).count();
    assert_eq!(handed.len(), promised, "what is promised is what was handed over");
    let mut gained: i64 = heard.iter().filter_map(|a| a.body.as_deref()).map(added).sum();
    let mut kept = BTreeMap::new();
    // The worker comes a little later, when the store is only slow.
    stage.wire.set_takes(0..2_500_000);
    for handover in &handed {
        let said = platforms.keep(handover).await;
        gained += added(&said.view.plain());
        kept.insert(handover.interaction.key.op(), said.status.word().to_owned());
    }
    stage.wire.set_takes(200..20_000);
    stage.wire.set_weather(Weather::calm());
    let mut after = 0;
    for client in 2..7 {
        after += mms(&stage, client).await;
    }
    assert_eq!(after - before, gained, "seed {seed}: what was said is what there is");
    stage.books().prove();
    (heard.iter().map(|answered| answered.after).collect(), promised as u64, kept)
}

#[test]
fn however_slow_the_store_is_people_are_answered_in_time() {
    let runtime = runtime();
    let local = tokio::task::LocalSet::new();
    let (mut after, promised, kept) = runtime.block_on(local.run_until(wait(77)));
    after.sort();
    let at = |thousandth: usize| after[(after.len() * thousandth / 1_000).min(after.len() - 1)];
    println!(
        "patience: {} interactions at a store that takes 0–5 s a request: median {:.2?}, p99 {:.2?}, \
         slowest {:.2?}; {promised} promised, {} kept",
        after.len(),
        at(500),
        at(990),
        at(1_000),
        kept.len(),
    );
    assert_eq!(kept.len() as u64, promised, "each promise is kept");
    assert!(at(1_000) <= SOON, "slowest {:?}", at(1_000));
    assert!(promised > TURNS / 10 && promised < TURNS, "some are answered at once, some later");
    assert!(kept.values().all(|word| word == "ok"), "{kept:?}");
}

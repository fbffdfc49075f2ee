//! The three front ends behind one face: somebody types a line, says yes to a question, or the
//! platform delivers the same thing once more. Whatever is then to be seen goes into a transcript.
//!
//! A transcript is lines: who did what and to whom the desk speaks at the margin, what is said
//! below it, two spaces in.

use std::cell::{Cell, RefCell};

use bot::command::{ParamSpec, Value as Argument};
use bot::grammar::{self, Parsed, Reading};
use bot::registration::SLACK_RESERVED;
use bot::terminal::{Style, render};
use serde_json::{Value, json};

use super::drawn::{self, Drawn};
use super::scene::Person;
use crate::discord::{Discord, GUILD, Shown};
use crate::slack::fake::{Message, Slack, Typed};
use crate::world::{World, identity, numbered};

/// What a promised reply looks like at first, in Discord and in Slack.
pub const THINKING: &str = "Discord shows that the desk is thinking";
/// As above.
pub const NOTHING_YET: &str = "Slack shows nothing yet";

/// The labels of the button with which an author says yes.
const YES: [&str; 2] = ["Confirm", "Deduct anyway"];

/// Where people speak with the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Front {
    Discord,
    Slack,
    Terminal,
}

impl Front {
    /// All of them.
    pub const ALL: [Front; 3] = [Front::Discord, Front::Slack, Front::Terminal];

    /// Its heading.
    pub fn word(self) -> &'static str {
        match self {
            Front::Discord => "Discord",
            Front::Slack => "Slack",
            Front::Terminal => "terminal",
        }
    }
}

/// What was seen and said in one cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The transcript.
    pub lines: Vec<String>,
    /// The first line of each reply, as it is read.
    pub heads: Vec<String>,
    /// All that was said, but for what was only offered.
    pub said: Vec<String>,
    /// How the last reply ended, where the front end tells it apart: the terminal does.
    pub ended: Option<(&'static str, String)>,
}

/// What can be done with the last reply.
#[derive(Debug, Clone)]
enum Last {
    Nothing,
    Discord { user: &'static str, body: Value, shown: Shown },
    Slack { user: &'static str, press: Option<Value>, message: Option<Message> },
    Terminal { key: String, who: String, line: String, yes: Option<String> },
}

/// A front end with its desk behind it.
pub struct Stage<'a> {
    pub w: &'a World,
    pub discord: &'a Discord,
    pub slack: &'a Slack,
    pub front: Front,
    last: RefCell<Last>,
    keys: Cell<u32>,
    told: RefCell<Told>,
    ops: RefCell<Vec<String>>,
}

impl<'a> Stage<'a> {
    pub fn new(front: Front, w: &'a World, discord: &'a Discord, slack: &'a Slack) -> Self {
        Self {
            w,
            discord,
            slack,
            front,
            last: RefCell::new(Last::Nothing),
            keys: Cell::new(0),
            told: RefCell::default(),
            ops: RefCell::default(),
        }
    }

    /// What was told since this was last asked.
    pub fn take(&self) -> Told {
        self.ops.borrow_mut().clear();
        self.told.take()
    }

    /// A line at the margin.
    pub fn notes(&self, line: &str) {
        let line = numbered(&mut self.ops.borrow_mut(), &drawn::settled(line));
        self.told.borrow_mut().lines.push(line);
    }

    fn shows(&self, to: &str, drawn: &Drawn) {
        self.notes(&format!("desk, {to}:"));
        let settled =
            |line: &String| numbered(&mut self.ops.borrow_mut(), drawn::settled(line).trim_end());
        let said: Vec<String> = drawn.lines.iter().map(settled).collect();
        let below: Vec<String> = drawn.below.iter().map(settled).collect();
        let mut told = self.told.borrow_mut();
        told.heads.extend(said.first().map(|head| drawn::bare(head)));
        told.lines.extend(said.iter().chain(&below).map(|line| format!("  {line}")));
        told.said.extend(said.iter().map(|line| drawn::bare(line)));
        told.said.extend(below.iter().map(|line| drawn::bare(line)));
    }

    /// Somebody types a line.
    pub async fn types(&self, by: &'static Person, line: &str) {
        match self.front {
            Front::Discord => {
                let parsed = parsed(line, &format!("discord:{GUILD}:{}", by.discord));
                let person = self.discord.person(self.w, by.discord);
                let words = parsed.command.words.join(" ");
                let options = options(&parsed);
                let typed: Vec<String> = options
                    .iter()
                    .map(|(name, value)| {
                        format!(" {name}:{}", value.as_str().unwrap_or(&value.to_string()))
                    })
                    .collect();
                self.notes(&format!("{} types /{words}{}", by.name, typed.concat()));
                let body = person.command(&words, &options);
                let shown = person.sends(&body).await;
                self.discord_shows(by.discord, body, shown).await;
            }
            Front::Slack => {
                let word = line.trim_start_matches('/').split(' ').next().unwrap();
                let line = if SLACK_RESERVED.contains(&word) {
                    format!("/desk {}", &line[1..])
                } else {
                    line.to_owned()
                };
                self.notes(&format!("{} types {line}", by.name));
                let before = self.slack.seen_by(by.slack);
                let typed = self.slack.types(self.w, by.slack, &line).await;
                self.slack_shows(by.slack, None, &before, typed == Typed::Taken).await;
            }
            Front::Terminal => {
                self.notes(&format!("{} types {line}", by.name));
                self.keys.set(self.keys.get() + 1);
                let key = format!("typed-{}", self.keys.get());
                self.terminal_says(key, format!("local:{}", by.local), line).await;
            }
        }
        self.w.local.work().await;
    }

    /// Whoever was asked says yes, where the last reply asks at all.
    pub async fn says_yes(&self, by: &'static Person) {
        let last = self.last.borrow().clone();
        match last {
            Last::Discord { user, shown, .. } => {
                let message = self.discord.state().known[&shown.token].message.clone();
                let drawn = drawn::discord(&message, &Default::default());
                let Some(label) = yes(&drawn).filter(|_| user == by.discord) else { return };
                self.notes(&format!("{} presses [{label}]", by.name));
                let person = self.discord.person(self.w, user);
                let body = person.pressing(&shown, label);
                let pressed = person.pressed(&shown, &body).await;
                self.discord_shows(user, body, pressed).await;
            }
            Last::Slack { user, message, .. } => {
                let buttons = message.map(|one| one.buttons()).unwrap_or_default();
                let label = YES.into_iter().find(|label| buttons.iter().any(|one| one == label));
                let Some(label) = label.filter(|_| user == by.slack) else { return };
                self.notes(&format!("{} presses [{label}]", by.name));
                let before = self.slack.seen_by(user);
                let press = self.slack.press(user, label);
                self.slack_presses(user, press, &before).await;
            }
            Last::Terminal { yes: Some(line), .. } => self.types(by, &line).await,
            Last::Terminal { yes: None, .. } | Last::Nothing => {}
        }
        self.w.local.work().await;
    }

    /// The last thing that was done arrives once more, as the same.
    pub async fn arrives_again(&self) {
        let last = self.last.borrow().clone();
        match last {
            Last::Discord { user, body, .. } => {
                self.notes("Discord delivers the same once more");
                let shown = self.discord.person(self.w, user).sends(&body).await;
                self.discord_shows(user, body, shown).await;
            }
            Last::Slack { user, press, .. } => {
                self.notes("Slack delivers the same once more");
                let before = self.slack.seen_by(user);
                match press {
                    Some(press) => self.slack_presses(user, press, &before).await,
                    None => {
                        let typed = self.slack.posts_again(self.w).await;
                        self.slack_shows(user, None, &before, typed == Typed::Taken).await;
                    }
                }
            }
            Last::Terminal { key, who, line, .. } => {
                self.notes("The same line comes once more under its key");
                self.terminal_says(key, who, &line).await;
            }
            Last::Nothing => {}
        }
        self.w.local.work().await;
    }

    async fn discord_shows(&self, user: &'static str, body: Value, shown: Shown) {
        let to = |private: bool| if private { "to this person" } else { "to all" };
        match shown.kind {
            5 | 6 => {
                self.notes(THINKING);
                let known = self.discord.person(self.w, user).later(&shown).await;
                self.shows(
                    &format!("later, {}", to(true)),
                    &drawn::discord(&known.message, &known.files),
                );
                for message in &known.behind {
                    self.shows("behind it, to all", &drawn::discord(message, &Default::default()));
                }
            }
            7 => self.shows(
                "in place of the question",
                &drawn::discord(&shown.data, &Default::default()),
            ),
            _ => self.shows(to(shown.private), &drawn::discord(&shown.data, &Default::default())),
        }
        *self.last.borrow_mut() = Last::Discord { user, body, shown };
    }

    async fn slack_presses(&self, user: &'static str, press: Value, before: &[Message]) {
        self.slack.does(self.w, &press).await;
        let count = |all: &[Message]| all.iter().map(|one| one.all()).collect::<Vec<_>>();
        let late = count(&self.slack.seen_by(user)) == count(before);
        self.slack_shows(user, Some(press), before, late).await;
    }

    async fn slack_shows(
        &self,
        user: &'static str,
        press: Option<Value>,
        before: &[Message],
        is_late: bool,
    ) {
        let files = self.slack.files().len();
        if is_late {
            self.notes(NOTHING_YET);
            self.w.local.answer_late().await;
        }
        let now = self.slack.seen_by(user);
        let as_before =
            |one: &&Message| before.iter().any(|old| old.ts == one.ts && old.blocks == one.blocks);
        let mut last = None;
        for message in now.iter().filter(|one| !as_before(one)) {
            let replaced = before.iter().any(|old| old.ts == message.ts);
            let to = if message.only_for.is_some() { "to this person" } else { "to all" };
            let mut drawn = drawn::slack(&message.blocks);
            for (_, name, bytes) in self.slack.files().iter().skip(files) {
                drawn.file(name, bytes);
            }
            self.shows(if replaced { "in place of the question" } else { to }, &drawn);
            last = Some(message.clone());
        }
        if before.iter().any(|old| !now.iter().any(|one| one.ts == old.ts)) {
            self.notes("The question is gone");
        }
        *self.last.borrow_mut() = Last::Slack { user, press, message: last };
    }

    async fn terminal_says(&self, key: String, who: String, line: &str) {
        let said = self.w.said_under(&key, &who, line).await;
        let mut drawn = drawn::terminal(&render(&said.view, Style::PLAIN));
        if let Some(file) = &said.attachment {
            drawn.file(&file.name, &file.bytes);
        }
        self.shows("to this person", &drawn);
        self.told.borrow_mut().ended = Some((said.status.word(), said.code.clone()));
        let yes = said.asks_author().and(said.op).map(|op| format!("/confirm {op}"));
        *self.last.borrow_mut() = Last::Terminal { key, who, line: line.to_owned(), yes };
    }
}

/// The label of the button that says yes, if there is one.
fn yes(drawn: &Drawn) -> Option<&'static str> {
    let has = |label: &&str| drawn.below.iter().any(|line| line.contains(&format!("[{label}]")));
    YES.into_iter().find(has)
}

/// A line as it is read.
pub fn parsed(line: &str, from: &str) -> Parsed {
    match grammar::read(line, &identity(from)) {
        Ok(Reading::One(parsed)) => parsed,
        other => panic!("{line} reads as {other:?}"),
    }
}

/// A line whose client is one word, and whatever follows it the next argument.
fn divided(parsed: &Parsed) -> Parsed {
    let is_undivided = |param: &&ParamSpec| parsed.args.is_undivided(param.name);
    let Some(client) = parsed.command.takes().find(is_undivided) else { return parsed.clone() };
    let text = parsed.args.text(client.name).unwrap();
    let (first, rest) = text.split_once(' ').unwrap();
    let is_open = |param: &&ParamSpec| param.is_in_place() && parsed.args.get(param.name).is_none();
    let behind = parsed.command.params.iter().find(is_open).unwrap();
    parsed.with(client.name, first).with(behind.name, rest)
}

/// The arguments of a line as options of a command in Discord.
fn options(parsed: &Parsed) -> Vec<(&'static str, Value)> {
    let of = |value: &Argument| match value {
        // In Discord the client and the reason are options of their own.
        Argument::Text(text) | Argument::Undivided(text) | Argument::AfterAmount { text, .. } => {
            json!(text)
        }
        Argument::Count(count) => json!(count.get()),
        Argument::Number(number) => json!(number),
        Argument::Choice(word) => json!(word),
        Argument::Invoice(number) => json!(number.to_string()),
        Argument::Op(op) => json!(op.to_string()),
        Argument::Date(date) => json!(date.to_string()),
        Argument::Steps(steps) => {
            let step = steps.iter().map(|step| format!("{}:{}", step.quantity, step.price));
            json!(step.collect::<Vec<_>>().join(" "))
        }
        Argument::Flag => json!(true),
    };
    let parsed = divided(parsed);
    let said = parsed.command.takes().map(|param| (param.name, parsed.args.get(param.name)));
    said.filter_map(|(name, value)| Some((name, of(value?)))).collect()
}

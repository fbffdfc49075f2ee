//! Plays a command: for each front end one desk on which the outcomes come one behind the other,
//! and a second one where everything takes too long. Then holds the front ends against each other.

use jiff::SignedDuration;
use std::cell::RefCell;

use bot::command::Command;
use bot::grammar::Parsed;
use shared::kernel::actor::Role;

use super::front::{Front, Stage, Told, parsed};
use super::outcome::{Outcome, line_for};
use super::scene::{Person, Scene, below, scene, with_role};
use crate::billing::event_of;
use crate::discord::Discord;
use crate::slack::{self, fake::Slack};
use crate::world::World;

/// A cell that was played.
#[derive(Debug)]
pub struct Played {
    pub outcome: Outcome,
    pub front: Front,
    pub told: Told,
}

/// An operation that no test has.
const SOME_OP: &str = "op_0123456789abcdef";

/// How a command's line reads.
pub fn example(command: &Command, scene: &Scene) -> Parsed {
    let parsed = parsed(&scene.line.replace("{op}", SOME_OP), "local:owner");
    assert_eq!(parsed.command.words, command.words, "{}", scene.line);
    parsed
}

/// Plays a command in all of its cells.
pub fn played(command: &'static Command) -> Vec<Played> {
    let scene = scene(command);
    let lines = scene.beginning();
    let beginning: Vec<(&str, &str)> = lines.iter().map(|(who, line)| (*who, &**line)).collect();
    let played = RefCell::new(Vec::new());
    for front in Front::ALL {
        World::run_on_all(&beginning, async |w, discord, slack| {
            let cast = Cast { command, scene, front };
            let stage = Stage::new(front, w, discord, slack);
            let mut op = cast.prepare(w, scene.before).await;
            for outcome in Outcome::ON_ONE_DESK {
                if cast.line(outcome, &op).is_err() {
                    continue;
                }
                if outcome == Outcome::OverLimit && !scene.before_above.is_empty() {
                    op = cast.prepare(w, scene.before_above).await;
                }
                cast.plays(&stage, outcome, &op).await;
                let told = stage.take();
                played.borrow_mut().push(Played { outcome, front, told });
            }
        });
        let cast = Cast { command, scene, front };
        if cast.line(Outcome::Late, SOME_OP).is_ok() {
            World::run_on_all(&beginning, async |w, discord, slack| {
                let told = cast.plays_late(w, discord, slack).await;
                played.borrow_mut().push(Played { outcome: Outcome::Late, front, told });
            });
        }
    }
    played.into_inner()
}

/// A command with what it is played by, and where.
#[derive(Clone, Copy)]
struct Cast {
    command: &'static Command,
    scene: Scene,
    front: Front,
}

impl Cast {
    fn line(self, outcome: Outcome, op: &str) -> Result<String, &'static str> {
        let line = line_for(outcome, self.front, &self.scene, &example(self.command, &self.scene))?;
        Ok(line.replace("{op}", op))
    }

    fn role(self) -> Role {
        self.command.role().unwrap_or(Role::Auditor)
    }

    fn by(self) -> &'static Person {
        with_role(self.role())
    }

    /// Does what comes before; the operation that the line is about.
    async fn prepare(self, w: &World, before: &[(&str, &str)]) -> String {
        let mut about = SOME_OP.to_owned();
        for (who, line) in before {
            if let Some(hours) = line.strip_prefix('+') {
                w.passes(SignedDuration::from_hours(hours.parse().unwrap()));
                continue;
            }
            if *who == "stripe" {
                w.stripe(event_of(line)).await;
                continue;
            }
            let who = format!("local:{who}");
            let said = match line.strip_prefix('?') {
                Some(line) => w.said_as(&who, &line.replace("{op}", &about)).await,
                None => w.said_yes(&who, &line.replace("{op}", &about)).await,
            };
            let expected = ["ok", "planned"].contains(&said.status.word());
            assert!(expected, "before /{}: {line}: {}", self.command.name(), said.view.plain());
            if !line.contains("{op}") {
                about = said.op.unwrap().to_string();
            }
        }
        about
    }

    async fn plays(self, stage: &Stage<'_>, outcome: Outcome, op: &str) {
        let line = self.line(outcome, op).unwrap();
        match outcome {
            Outcome::NoRight => stage.types(below(self.role()), &line).await,
            Outcome::Down => {
                stage.w.way.set_broken(true);
                stage.types(self.by(), &line).await;
                stage.w.way.set_broken(false);
            }
            Outcome::Ok => {
                stage.types(self.by(), &line).await;
                stage.says_yes(self.by()).await;
            }
            Outcome::OverLimit => {
                let by = self.scene.above_by.unwrap_or_else(|| self.by());
                stage.types(by, &line).await;
                stage.says_yes(by).await;
            }
            Outcome::Duplicate => {
                stage.arrives_again().await;
                stage.types(self.by(), &line).await;
            }
            Outcome::Ambiguous | Outcome::None | Outcome::DryRun | Outcome::Late => {
                stage.types(self.by(), &line).await;
            }
        }
    }

    async fn plays_late(self, w: &World, discord: &Discord, fake: &Slack) -> Told {
        let stage = Stage::new(self.front, w, discord, fake);
        let op = self.prepare(w, self.scene.before).await;
        match self.front {
            Front::Discord => discord.aged(2_500),
            Front::Slack => slack::slow(w, fake).await,
            Front::Terminal => {}
        }
        stage.types(self.by(), &self.line(Outcome::Late, &op).unwrap()).await;
        stage.says_yes(self.by()).await;
        stage.take()
    }
}

/// The end of a sentence about a reply that was late.
const LATE: &str = " was late";

/// Whether a sentence of [`meanings`] is about a reply that was late.
pub fn is_about_lateness(wrong: &str) -> bool {
    wrong.ends_with(LATE)
}

/// What is wrong about what was said: a cell means one thing, at each of the front ends.
pub fn meanings(command: &Command, played: &[Played]) -> Vec<String> {
    let mut wrong = Vec::new();
    for outcome in Outcome::ALL {
        let cells: Vec<&Played> = played.iter().filter(|cell| cell.outcome == outcome).collect();
        let Some(last) = cells.last() else { continue };
        let cell = format!("/{} · {}", command.name(), outcome.word());
        for other in &cells {
            if outcome != Outcome::Late && was_late(&other.told) {
                wrong.push(format!("{cell}: {}{LATE}", other.front.word()));
            }
            let (one, two) = (heads(&last.told), heads(&other.told));
            if one != two {
                wrong.push(format!(
                    "{cell}: {} says {one:?}\n  and {} says {two:?}",
                    last.front.word(),
                    other.front.word()
                ));
            }
            let said = other.told.said.join("\n");
            for figure in figures(&last.told).into_iter().filter(|one| !said.contains(one)) {
                wrong.push(format!("{cell}: {} does not say {figure}", other.front.word()));
            }
        }
        if let Some((status, code)) = &last.told.ended
            && !expected(outcome, command, status, code)
        {
            wrong.push(format!("{cell} ended as {status} ({code}): {:?}", last.told.heads));
        }
    }
    wrong
}

/// Whether a reply came later; one with a file always does.
fn was_late(told: &Told) -> bool {
    let waited =
        |line: &String| [super::front::THINKING, super::front::NOTHING_YET].contains(&&**line);
    told.lines.iter().any(waited) && !told.lines.iter().any(|line| line.starts_with("  <file "))
}

/// The first lines of the replies; a receipt behind a promise repeats its own.
fn heads(told: &Told) -> Vec<String> {
    let mut heads = told.heads.clone();
    heads.dedup();
    heads
}

/// The figures of a terminal's reply, but for those of what may be typed next.
fn figures(told: &Told) -> Vec<String> {
    let said = told.said.iter().filter(|line| !line.starts_with("→ "));
    // A link is drawn in the way of each platform.
    let words = said.flat_map(|line| line.split_whitespace()).filter(|word| !word.contains("://"));
    let bare = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '£'));
    let figures = bare.filter(|word| word.contains(|c: char| c.is_ascii_digit()));
    figures.map(str::to_owned).collect()
}

/// Whether an outcome is what it is called.
fn expected(outcome: Outcome, command: &Command, status: &str, code: &str) -> bool {
    match outcome {
        Outcome::Ok => status == "ok",
        Outcome::Ambiguous => ["ambiguous", "unknown_staff"].contains(&code),
        Outcome::None => {
            let answered = status == "ok" && !command.is_write();
            code.starts_with("unknown_") || answered || status == "usage"
        }
        Outcome::NoRight => ["not_allowed", "not_linked"].contains(&code),
        Outcome::OverLimit => status == "planned" || code == "approver_limit",
        Outcome::DryRun => status == "ok",
        // The last thing is the same under its own key, which is never done twice.
        Outcome::Duplicate => status != "failed",
        Outcome::Late => status == "ok",
        Outcome::Down => status == "failed" && code == "failed",
    }
}

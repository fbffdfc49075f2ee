//! The files: one a command with its outcomes and front ends under headings, and one table of all
//! cells with the rules by which some are left out.
//!
//! `=== outcome` and `--- front end` are headings; a line at the margin is somebody doing something,
//! and two spaces in stands what is said.

use std::fs;
use std::path::PathBuf;

use bot::command::Command;
use bot::commands;
use shared::kernel::actor::Role;

use super::front::Front;
use super::outcome::{Outcome, line_for};
use super::play::{Played, example};
use super::scene::scene;
use crate::layout::root;

fn folder() -> PathBuf {
    root().join("tests/data/transcripts")
}

/// The name of a command's file.
pub fn name_of(command: &Command) -> String {
    format!("{}.txt", command.words.join("-"))
}

/// The transcripts of a command as one text.
pub fn file(command: &Command, played: &[Played]) -> String {
    let role = command.role().map_or("everybody", Role::word);
    let mut text = format!("{}\n{} · {role}\n", command.usage(), command.about);
    for outcome in Outcome::ALL {
        let cells: Vec<&Played> = played.iter().filter(|cell| cell.outcome == outcome).collect();
        if !cells.is_empty() {
            text.push_str(&format!("\n=== {}\n", outcome.word()));
        }
        for cell in cells {
            text.push_str(&format!("\n--- {}\n", cell.front.word()));
            for line in &cell.told.lines {
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
    }
    text
}

/// Compares a file with what it has to be, or writes it; what is wrong with it.
pub fn differs(name: &str, text: &str) -> Option<String> {
    let path = folder().join(name);
    let known = fs::read_to_string(&path).unwrap_or_default();
    if known == text {
        return None;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(folder()).unwrap();
        fs::write(&path, text).unwrap();
        return None;
    }
    let (mut outcome, mut front) = ("", "");
    for (old, new) in known.lines().chain(std::iter::repeat("")).zip(text.lines().chain(["", ""])) {
        outcome = new.strip_prefix("=== ").unwrap_or(outcome);
        front = new.strip_prefix("--- ").unwrap_or(front);
        if old != new {
            return Some(format!(
                "{name}, {outcome}, {front}:\n  is written: {old}\n  is said:    {new}\n  \
                 (UPDATE_EXPECT=1 writes it anew)"
            ));
        }
    }
    Some(format!("{name}: lines are written that are not said"))
}

/// The files that belong to no command; they are removed where files are written anew.
pub fn strangers() -> Vec<String> {
    let known: Vec<String> = commands::all().map(name_of).chain(["cells.md".to_owned()]).collect();
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name());
    let names = files.map(|name| name.to_string_lossy().into_owned());
    let strangers = names.filter(|name| !known.contains(name));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        strangers.for_each(|name| fs::remove_file(folder().join(name)).unwrap());
        return Vec::new();
    }
    strangers.collect()
}

/// The table of all cells, how many are played, and how many are left out.
pub fn table() -> (String, usize, usize) {
    let mut rules: Vec<(&'static str, usize)> = Vec::new();
    let mut rows = String::new();
    let mut played = 0;
    for command in commands::all() {
        rows.push_str(&format!("| `/{}` |", command.name()));
        let scene = scene(command);
        for outcome in Outcome::ALL {
            let mut cell = String::new();
            for front in Front::ALL {
                match line_for(outcome, front, &scene, &example(command, &scene)) {
                    Ok(_) => {
                        played += 1;
                        cell.push_str(&front.word()[..1].to_uppercase());
                    }
                    Err(rule) => {
                        let at = rules.iter().position(|(known, _)| *known == rule);
                        let at = at.unwrap_or_else(|| {
                            rules.push((rule, 0));
                            rules.len() - 1
                        });
                        rules[at].1 += 1;
                        let number = (at + 1).to_string();
                        if !cell.ends_with(&number) {
                            cell.push_str(&number);
                        }
                    }
                }
            }
            rows.push_str(&format!(" {cell} |"));
        }
        rows.push('\n');
    }
    let left_out: usize = rules.iter().map(|(_, count)| count).sum();
    let heads: Vec<&str> = Outcome::ALL.iter().map(|one| one.word()).collect();
    let mut text = format!(
        "# What is played\n\n{} commands × {} outcomes × {} front ends: {played} cells are played, \
         {left_out} are left out.\nD is Discord, S is Slack, T is the terminal; a number is the \
         rule by which a cell is left out.\n\n| command | {} |\n|--|{}\n{rows}\n",
        commands::all().count(),
        Outcome::ALL.len(),
        Front::ALL.len(),
        heads.join(" | "),
        "--|".repeat(heads.len()),
    );
    for (at, (rule, count)) in rules.iter().enumerate() {
        text.push_str(&format!("{}. {rule} ({count} cells)\n", at + 1));
    }
    (text, played, left_out)
}

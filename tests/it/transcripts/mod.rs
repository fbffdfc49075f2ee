//! Golden transcripts: for every command of the registry, in each of nine outcomes and at each of
//! three front ends, what people do and what the desk then says, held against a text file below
//! `tests/data/transcripts`. Run the tests with `UPDATE_EXPECT=1` to write the files anew.
//!
//! The table is made from the registry: a new command has its cells at once, and fails here until
//! its file is written, or, where its example does not fit the desk of the tests, until
//! [`scene`] says what is typed instead. What is left out is left out by a rule of [`outcome`], and
//! listed with it. A cell has one meaning: the front ends say the same first lines and the same
//! figures, and differ only in looks.

mod drawn;
mod front;
mod golden;
mod outcome;
mod play;
mod scene;

use bot::command::Command;
use bot::commands;

/// The commands are shared out among as many tests, which run beside each other.
const TESTS: usize = 3;

#[expect(clippy::print_stdout, reason = "a test says what it played again")]
fn hold(part: usize) {
    let mine = commands::all().enumerate().filter(|(at, _)| at % TESTS == part);
    let wrong: Vec<String> = mine
        .flat_map(|(_, command)| {
            // On a very busy machine a reply may be late that should not be: then, and only then, the
            // command is played once more. A text that differs from run to run is wrong at once.
            let first = wrong_about(command);
            if first.iter().any(|wrong| play::is_about_lateness(wrong)) {
                println!("/{} is played once more: {first:?}", command.name());
                wrong_about(command)
            } else {
                first
            }
        })
        .collect();
    assert!(wrong.is_empty(), "{}\n\nwrong: {}", wrong.join("\n"), wrong.len());
}

fn wrong_about(command: &'static Command) -> Vec<String> {
    let played = play::played(command);
    let mut wrong = play::meanings(command, &played);
    if wrong.is_empty() {
        wrong.extend(golden::differs(&golden::name_of(command), &golden::file(command, &played)));
    }
    wrong
}

#[test]
fn what_the_first_third_of_the_commands_says_is_as_written() {
    hold(0);
}

#[test]
fn what_the_second_third_of_the_commands_says_is_as_written() {
    hold(1);
}

#[test]
fn what_the_last_third_of_the_commands_says_is_as_written() {
    hold(2);
}

#[test]
fn what_is_left_out_is_left_out_by_a_rule() {
    let (table, played, left_out) = golden::table();
    let all = commands::all().count() * outcome::Outcome::ALL.len() * front::Front::ALL.len();
    assert_eq!(played + left_out, all);
    let mut out = std::io::stdout().lock();
    use std::io::Write;
    writeln!(out, "{all} cells: {played} are played, {left_out} are left out by a rule").unwrap();
    assert_eq!(golden::differs("cells.md", &table), None);
    assert_eq!(golden::strangers(), [""; 0], "files of no command");
}

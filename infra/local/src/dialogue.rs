//! The questions of `/setup` in a terminal, one by one.
//!
//! Invariant: an answer is an answer to the question above it. A refused answer asks the same question
//! again, a change that asks waits for its yes or no, and Enter leaves a setting as it is.

use std::io::{self, Write};

use bot::chat::{ChatReply, ReplyStatus, not_read};
use bot::commands::desk::setup;
use bot::conversation::is_yes_or_no;
use shared::desk::types::Missing;
use shared::kernel::id::Identity;

/// The keyboard and the screen of a dialogue.
pub struct Dialogue<'a, R, S, W> {
    pub by: &'a Identity,
    /// Reads an answer under a word before it; `None` ends the questions.
    pub read: R,
    /// Runs a line and shows its reply.
    pub send: S,
    /// Shows a reply that no line has.
    pub show: W,
}

impl<R, S, W> Dialogue<'_, R, S, W>
where
    R: FnMut(&'static str) -> io::Result<Option<String>>,
    S: FnMut(&str) -> io::Result<ChatReply>,
    W: FnMut(&ChatReply) -> io::Result<()>,
{
    /// Asks for the settings; `out` gets the questions.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn ask(&mut self, missing: &[Missing], out: &mut impl Write) -> io::Result<()> {
        let mut has_currency = !missing.contains(&Missing::Currency);
        let mut has_skipped = false;
        for setting in missing {
            if setup::needs_currency(*setting) && !has_currency {
                if !has_skipped {
                    writeln!(out, "Prices are asked for once the currency is set: /setup again.")?;
                }
                has_skipped = true;
                continue;
            }
            let Some(is_set) = self.one(*setting, out)? else { return Ok(()) };
            has_currency |= is_set && *setting == Missing::Currency;
        }
        Ok(())
    }

    /// Asks for a setting until it is set or left; `None` ends the questions.
    fn one(&mut self, setting: Missing, out: &mut impl Write) -> io::Result<Option<bool>> {
        loop {
            writeln!(out, "{}? Enter leaves it.", setup::question(setting))?;
            let Some(text) = (self.read)(setup::word(setting))? else { return Ok(None) };
            match setup::answered(setting, &text, self.by) {
                Ok(lines) if lines.is_empty() => return Ok(Some(false)),
                Ok(lines) => match self.done(&lines, out)? {
                    Some(true) => return Ok(Some(true)),
                    Some(false) => {}
                    None => return Ok(None),
                },
                Err(usage) => (self.show)(&not_read(&usage))?,
            }
        }
    }

    /// Whether all lines of an answer are done, or wait for another person; `None` ends the questions.
    fn done(&mut self, lines: &[String], out: &mut impl Write) -> io::Result<Option<bool>> {
        for line in lines {
            let mut reply = (self.send)(line)?;
            while reply.asks_author().is_some() {
                let Some(text) = (self.read)("yes or no")? else { return Ok(None) };
                if is_yes_or_no(&text) {
                    reply = (self.send)(&text)?;
                } else {
                    writeln!(out, "Type yes or no.")?;
                }
            }
            let is_done = match reply.status {
                // A denied change is not made.
                ReplyStatus::Ok => reply.code != "plan_ended",
                ReplyStatus::Planned => true,
                ReplyStatus::Refused => reply.code == "no_change",
                ReplyStatus::Usage | ReplyStatus::Failed => false,
            };
            if !is_done {
                return Ok(Some(false));
            }
        }
        Ok(Some(true))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use bot::command::Usage;
    use bot::view::{Mark, Text, View};

    /// Plays a dialogue with answers at a desk that refuses lines with a word: the lines that it got, and
    /// the questions.
    fn played(answers: &[&str], refused: &str, missing: &[Missing]) -> (Vec<String>, String) {
        let mut answers: VecDeque<String> = answers.iter().map(|one| (*one).to_owned()).collect();
        let (mut lines, mut out) = (Vec::new(), Vec::new());
        let by = "local:owner".parse().unwrap();
        let mut dialogue = Dialogue {
            by: &by,
            read: |_: &'static str| Ok(answers.pop_front()),
            send: |line: &str| {
                lines.push(line.to_owned());
                Ok(match line.contains(refused) {
                    true => not_read(&Usage::new("bad_value", "No.")),
                    false => ChatReply::of(View::new(Mark::Done, Text::new().fixed("Done"))),
                })
            },
            show: |_: &ChatReply| Ok(()),
        };
        dialogue.ask(missing, &mut out).unwrap();
        (lines, String::from_utf8(out).unwrap())
    }

    #[test]
    fn refused_answer_asks_the_same_question_again() {
        let missing = [Missing::Currency, Missing::SmsPrice, Missing::Tax];
        let (lines, asked) = played(&["pounds", "/help", "GBP", "", "20"], "pounds", &missing);
        assert_eq!(
            lines,
            ["/settings currency pounds", "/settings currency GBP", "/settings tax 20"]
        );
        assert_eq!(asked.matches("Currency (").count(), 3, "{asked}");
        assert_eq!(asked.matches("Price of 1,000 SMS").count(), 1, "{asked}");
    }

    #[test]
    fn prices_are_not_asked_for_without_a_currency() {
        let missing = [Missing::Currency, Missing::SmsPrice, Missing::MmsPrice, Missing::Tax];
        let (lines, asked) = played(&["", "20"], "-", &missing);
        assert_eq!(lines, ["/settings tax 20"]);
        assert!(!asked.contains("Price of"), "{asked}");
        assert_eq!(asked.matches("Prices are asked for once the currency is set").count(), 1);
    }

    #[test]
    fn end_of_the_keyboard_ends_the_questions() {
        let (lines, asked) =
            played(&["GBP"], "-", &[Missing::Currency, Missing::Tax, Missing::Mms]);
        assert_eq!(lines, ["/settings currency GBP"]);
        assert!(!asked.contains("MMS"), "{asked}");
    }
}

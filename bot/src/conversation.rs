//! The last question of a live conversation: of a terminal, or of one run of `say`.
//!
//! A bare `/confirm`, `y`, `yes` or a number is turned into the line that answers the last question. The
//! memory is this process's own. So no other conversation answers it, and nothing that was asked before
//! the last question is ever answered. A platform has no such memory: a bare `/confirm` there lists the
//! plans that wait ([`crate::commands`]).

use crate::chat::{ChatReply, ReplyStatus};
use crate::command::Usage;
use crate::view::Mark;

/// What a conversation asked last.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Question {
    /// A plan of the caller's: the line that confirms it as it was shown.
    Plan(String),
    /// Several lines, of which the caller picks one by its number.
    Pick(Vec<String>),
}

/// A conversation, by what it asked last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conversation {
    last: Option<Question>,
}

/// A short answer.
enum Short {
    Yes,
    Number(usize),
}

fn short(line: &str) -> Option<Short> {
    let line = line.trim().to_lowercase();
    match line.trim_end_matches(['.', '!']) {
        "/confirm" | "confirm" | "/desk confirm" | "y" | "yes" => Some(Short::Yes),
        digits if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            Some(Short::Number(digits.parse().unwrap_or(usize::MAX)))
        }
        _ => None,
    }
}

impl Conversation {
    /// The line to send in place of a typed one.
    ///
    /// # Errors
    /// It is a short answer, and the last question has none like it.
    pub fn line(&self, typed: &str) -> Result<String, Usage> {
        let is_command = typed.to_lowercase().contains("confirm");
        match (short(typed), &self.last) {
            (None, _) => Ok(typed.to_owned()),
            (Some(Short::Yes), Some(Question::Plan(line))) => Ok(line.clone()),
            (Some(Short::Number(number)), Some(Question::Pick(lines))) => {
                let line = number.checked_sub(1).and_then(|at| lines.get(at));
                line.cloned().ok_or_else(|| pick_one(lines))
            }
            (Some(Short::Yes), Some(Question::Pick(lines))) if !is_command => Err(pick_one(lines)),
            // Without a question of this conversation it lists the plans that wait.
            (Some(Short::Yes), _) if is_command => Ok("/confirm".to_owned()),
            (Some(Short::Number(_)), Some(Question::Plan(line))) => {
                let sentence = "The last question is answered by yes, not by a number.";
                Err(Usage::new("no_question", sentence).suggest(line, "confirms it"))
            }
            (Some(_), _) => {
                let sentence = "No question is open in this conversation.";
                let usage = Usage::new("no_question", sentence);
                Err(usage.suggest("/pending", "shows the requests that wait"))
            }
        }
    }

    /// Notes the reply to a line. A reply that asks nothing leaves an unanswered plan; a line that was
    /// refused or not understood ends every question, because the next answer may be about that line.
    pub fn heard(&mut self, reply: &ChatReply) {
        let picks = reply.view.pick.as_ref().map(|pick| pick.from.as_slice()).unwrap_or_default();
        let asks = match (reply.asks_author(), &reply.op) {
            (Some(version), Some(op)) => {
                Some(Question::Plan(format!("/confirm {op} seen:{version}")))
            }
            _ if !picks.is_empty() => {
                Some(Question::Pick(picks.iter().map(|pick| pick.line.clone()).collect()))
            }
            _ => None,
        };
        let stays = match reply.status {
            // A read, or a failure after which the same answer is tried again.
            ReplyStatus::Ok => reply.view.mark == Mark::Answer || reply.view.mark == Mark::DryRun,
            ReplyStatus::Failed => true,
            ReplyStatus::Planned | ReplyStatus::Refused | ReplyStatus::Usage => false,
        };
        let kept = self.last.take().filter(|last| stays && matches!(last, Question::Plan(_)));
        self.last = asks.or(kept);
    }
}

fn pick_one(lines: &[String]) -> Usage {
    let sentence = format!("Type the number of one of them, 1 to {}.", lines.len());
    let usage = Usage::new("no_question", sentence);
    lines.iter().take(3).fold(usage, |usage, line| usage.suggest(line, "takes this one"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Suggestion, Text, View, Weight};

    fn picks(lines: &[&str]) -> ChatReply {
        let one = |line: &&str| Suggestion::new(*line, "").labelled("x", Weight::Plain);
        let view = View::new(Mark::Refused, Text::new().fixed("Which one?"));
        ChatReply::of(view.choose("Which?", lines.iter().map(one).collect()))
    }

    fn read() -> ChatReply {
        ChatReply::of(View::new(Mark::Answer, Text::new().fixed("MMS 5")))
    }

    fn code(line: Result<String, Usage>) -> &'static str {
        line.unwrap_err().code
    }

    #[test]
    fn number_answers_the_list_that_was_shown_last_and_no_older_one() {
        let mut talk = Conversation::default();
        assert_eq!(code(talk.line("2")), "no_question");
        talk.heard(&picks(&["/balance c_2", "/balance c_3"]));
        assert_eq!(talk.line("2").unwrap(), "/balance c_3");
        assert_eq!(code(talk.line("3")), "no_question");
        assert_eq!(code(talk.line("0")), "no_question");
        assert_eq!(code(talk.line("yes")), "no_question");
        talk.heard(&picks(&["/why c_7"]));
        assert_eq!(talk.line("1").unwrap(), "/why c_7");
        talk.heard(&read());
        assert_eq!(code(talk.line("1")), "no_question");
    }

    #[test]
    fn other_lines_are_sent_as_they_are() {
        let mut talk = Conversation::default();
        talk.heard(&picks(&["/balance c_2"]));
        for line in ["/confirm op_0123456789abcdef", "balance acme", "12 monkeys", "yes please"] {
            assert_eq!(talk.line(line).unwrap(), line);
        }
        assert_eq!(talk.line("/confirm").unwrap(), "/confirm");
        assert_eq!(code(Conversation::default().line("y")), "no_question");
    }
}

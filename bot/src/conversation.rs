//! The last question of a conversation: a session at the terminal, or a run of `say`.
//!
//! It turns a short answer into the full line: `y`, `no, keep it`, a bare `/confirm` or `/deny`, and behind
//! a list `2` or `/deny 2`.
//!
//! Invariant: a short answer answers the last question of its own conversation, never an earlier one. The numbers of a list of waiting plans hold until a line
//! is typed that is no answer.
//!
//! Absent on purpose: a memory for the platforms. There a bare `/confirm` lists the waiting plans.

use crate::chat::{ChatReply, ReplyStatus};
use crate::command::Usage;
use crate::view::{Mark, Suggestion};

/// The last question of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Question {
    /// A plan of the caller's, at the version that was shown.
    Plan { op: String, version: u64 },
    /// The readings of an unclear line. A yes takes a single reading. Several readings have no numbers,
    /// because a typed number may be the amount.
    Lines(Vec<String>),
    /// Lines to pick from by number.
    Pick(Vec<String>),
}

/// A list of waiting plans.
#[derive(Debug, Clone, PartialEq, Eq)]
struct List {
    /// The number of the first row.
    first: u64,
    /// For each row, the lines of its buttons.
    rows: Vec<Vec<String>>,
    /// The numbers of the plans that were confirmed, approved or denied.
    answered: Vec<u64>,
    /// The number whose line was sent last.
    sent: Option<u64>,
}

/// A conversation with its last question, and with the last list of waiting plans, whose numbers hold for as
/// long as only answers are typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conversation {
    last: Option<Question>,
    list: Option<List>,
}

/// The line to send for a typed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// This line.
    Send(String),
    /// None: this is wrong with the answer, or was done with it.
    Reply(Usage),
    /// None, because no question is open: this, and the list of the plans that wait.
    NoQuestion(Usage),
}

/// A short answer.
#[derive(Debug, PartialEq, Eq)]
enum Short {
    Yes,
    /// `/confirm` alone, which lists what waits where no question is open.
    Confirm,
    /// With the reason behind it.
    No(String),
    Number(u64),
    /// `/deny 2`: the word of the command, and the number of the row.
    Row(&'static str, u64, String),
    /// It begins like a yes and goes on: `yes but 50`.
    YesBut,
}

const YES: &[&str] = &["y", "yes", "ok", "okay", "yep", "yeah", "sure"];
const NO: &[&str] = &["n", "no", "nope", "nah"];
/// What may follow a yes.
const POLITE: &[&str] = &[
    "please", "pls", "do", "it", "that", "thanks", "thank", "you", "go", "ahead", "confirm", "yes",
];

fn short(line: &str) -> Option<Short> {
    let line = line.trim();
    let (has_slash, text) = match line.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let text = text.strip_prefix("desk ").unwrap_or(text);
    let is_mark = |c: char| matches!(c, '.' | '!' | ',' | ';' | ':' | '-') || c.is_whitespace();
    let (first, rest) = text.split_once(is_mark).unwrap_or((text, ""));
    let rest = rest.trim_matches(is_mark);
    let first = first.to_lowercase();
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match first.as_str() {
        "confirm" | "approve" | "deny" => {
            let word = ["confirm", "approve", "deny"].into_iter().find(|word| first == *word)?;
            let (typed, reason) = rest.split_once(is_mark).unwrap_or((rest, ""));
            let typed = typed.trim_start_matches('#');
            match (number(typed), word) {
                (Some(row), _) => {
                    Some(Short::Row(word, row, reason.trim_matches(is_mark).to_owned()))
                }
                (None, "confirm") if rest.is_empty() => Some(Short::Confirm),
                (None, "deny") if rest.is_empty() => Some(Short::No(String::new())),
                (None, _) => None,
            }
        }
        word if YES.contains(&word) => {
            let mut words = rest.split(is_mark).filter(|word| !word.is_empty());
            let is_plain = words.all(|word| POLITE.contains(&word.to_lowercase().as_str()));
            Some(if is_plain { Short::Yes } else { Short::YesBut })
        }
        word if NO.contains(&word) => Some(Short::No(rest.to_owned())),
        "cancel" if ["", "it", "that", "this"].contains(&rest) => Some(Short::No(String::new())),
        digits if !has_slash && rest.is_empty() => number(digits).map(Short::Number),
        _ => None,
    }
}

/// Whether a line answers a question: a short answer, or a whole `/confirm`, `/approve` or `/deny`.
#[must_use]
pub fn is_answer(line: &str) -> bool {
    let line = line.trim().trim_start_matches('/');
    let line = line.strip_prefix("desk ").unwrap_or(line);
    let first = line.split_whitespace().next().unwrap_or_default().to_lowercase();
    ["confirm", "approve", "deny"].contains(&first.as_str()) || short(line).is_some()
}

/// Whether a line is a yes or a no.
#[must_use]
pub fn is_yes_or_no(line: &str) -> bool {
    matches!(short(line), Some(Short::Yes | Short::No(_)))
}

/// Whether a line takes a reading of an unclear line: a yes or a number.
#[must_use]
pub fn takes_reading(line: &str) -> bool {
    matches!(short(line), Some(Short::Yes | Short::Number(_)))
}

/// Whether a line is a `/confirm` that names nothing.
#[must_use]
pub fn is_bare_confirm(line: &str) -> bool {
    matches!(short(line), Some(Short::Confirm))
}

/// Whether a reply asks a question.
#[must_use]
pub fn asks(reply: &ChatReply) -> bool {
    question(reply).is_some()
}

/// A line that denies a plan.
fn denial(line: &str, reason: &str) -> String {
    if reason.is_empty() {
        return line.to_owned();
    }
    format!("{line} reason:\"{}\"", reason.replace('\\', "\\\\").replace('"', "\\\""))
}

fn no_question() -> Usage {
    Usage::new("no_question", "No question is open in this conversation.")
}

impl Conversation {
    /// The line to send in place of a typed one.
    pub fn line(&mut self, typed: &str) -> Turn {
        let Some(short) = short(typed) else {
            if !is_answer(typed) {
                self.list = None;
            }
            return Turn::Send(typed.to_owned());
        };
        if let Some(list) = &mut self.list
            && (self.last.is_none() || matches!(short, Short::Row(..)))
            && let Some(turn) = list.line(&short)
        {
            return turn;
        }
        match (short, &self.last) {
            (Short::YesBut, _) => {
                let sentence = format!(
                    "“{}” is not a plain yes. Nothing was changed: type y, n, or the whole command.",
                    typed.trim()
                );
                Turn::Reply(Usage::new("no_question", sentence))
            }
            (Short::Yes | Short::Confirm, Some(Question::Plan { op, version })) => {
                Turn::Send(format!("/confirm {op} seen:{version}"))
            }
            (Short::No(reason), Some(Question::Plan { op, .. })) => {
                Turn::Send(denial(&format!("/deny {op}"), &reason))
            }
            (Short::Yes | Short::Confirm, Some(Question::Lines(lines))) => match lines.as_slice() {
                [line] => Turn::Send(line.clone()),
                _ => Turn::Reply(type_one(lines)),
            },
            (Short::Number(_), Some(Question::Lines(lines))) => Turn::Reply(type_one(lines)),
            (Short::Yes, Some(Question::Pick(lines))) => match lines.as_slice() {
                [line] => Turn::Send(line.clone()),
                _ => Turn::Reply(pick_one(lines)),
            },
            (Short::No(_), Some(Question::Lines(_) | Question::Pick(_))) => {
                self.last = None;
                Turn::Reply(Usage::new("dropped", "Dropped. Nothing was changed."))
            }
            (Short::Number(number), Some(Question::Pick(lines))) => {
                let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
                match at.and_then(|at| lines.get(at)) {
                    Some(line) => Turn::Send(line.clone()),
                    None => Turn::Reply(pick_one(lines)),
                }
            }
            (Short::Number(_), Some(Question::Plan { op, version })) => {
                let sentence = "The last question is answered by yes, not by a number.";
                let line = format!("/confirm {op} seen:{version}");
                Turn::Reply(Usage::new("no_question", sentence).suggest(line, "confirms it"))
            }
            // Without a question of this conversation it lists the plans that wait.
            (Short::Confirm, _) => Turn::Send("/confirm".to_owned()),
            (Short::Row(..), _) => {
                let sentence = "No list is open in this conversation.";
                Turn::NoQuestion(Usage::new("no_question", sentence))
            }
            (Short::Yes | Short::No(_) | Short::Number(_), _) => Turn::NoQuestion(no_question()),
        }
    }

    /// Notes the reply to a line. A reply that asks nothing leaves an unanswered plan; a line that was
    /// refused or not understood ends every question, because the next answer may be about that line.
    pub fn heard(&mut self, reply: &ChatReply) {
        let stays = match reply.status {
            // A read, or a failure after which the same answer is tried again.
            ReplyStatus::Ok if reply.code == "plan_ended" => false,
            ReplyStatus::Ok => reply.view.mark == Mark::Answer || reply.view.mark == Mark::DryRun,
            ReplyStatus::Failed => true,
            ReplyStatus::Planned | ReplyStatus::Refused | ReplyStatus::Usage => false,
        };
        let is_plan = |last: &Question| matches!(last, Question::Plan { .. });
        let kept = self.last.take().filter(|last| stays && is_plan(last));
        if let Some(list) = list(reply) {
            self.list = Some(list);
            return;
        }
        self.last = question(reply).or(kept);
        if let Some(list) = &mut self.list {
            let sent = list.sent.take().filter(|_| reply.status == ReplyStatus::Ok);
            list.answered.extend(sent);
        }
    }
}

impl List {
    /// The line for a short answer; `None` if the answer is about no row.
    fn line(&mut self, short: &Short) -> Option<Turn> {
        let is_single = self.rows.len() == 1 && self.answered.is_empty();
        let (number, words, reason): (u64, &[&str], &str) = match short {
            Short::Number(number) => (*number, &["confirm", "approve"], ""),
            Short::Row(word, number, reason) => (*number, std::slice::from_ref(word), reason),
            Short::Yes if is_single => (self.first, &["confirm"], ""),
            Short::No(reason) if is_single => (self.first, &["deny"], reason),
            Short::Yes | Short::No(_) if self.answered.len() == self.rows.len() => return None,
            Short::Yes | Short::No(_) => {
                let sentence = "Type the number of a request, as in /confirm 2 or /deny 2.";
                return Some(Turn::Reply(Usage::new("no_question", sentence)));
            }
            Short::Confirm | Short::YesBut => return None,
        };
        Some(match self.row(number, words) {
            Ok(line) => {
                self.sent = Some(number);
                Turn::Send(denial(&line, reason))
            }
            Err(usage) => Turn::Reply(usage),
        })
    }

    /// The line of a row that begins with one of the words.
    fn row(&self, number: u64, words: &[&str]) -> Result<String, Usage> {
        let refused = |sentence: String| Usage::new("no_question", sentence);
        let at = number.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        let Some(row) = at.and_then(|at| self.rows.get(at)) else {
            let rows = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
            let last = self.first.saturating_add(rows).saturating_sub(1);
            return Err(refused(format!(
                "The list has no number {number}: type one from {} to {last}.",
                self.first
            )));
        };
        if self.answered.contains(&number) {
            return Err(refused(format!("Number {number} of the list is answered already."))
                .suggest("/confirm", "lists the requests that wait for you"));
        }
        let is_meant = |line: &&String| {
            let line = line.trim_start_matches('/');
            words.iter().any(|word| line.starts_with(word))
        };
        row.iter().find(is_meant).cloned().ok_or_else(|| {
            let sentence =
                format!("You cannot {} number {number} of the list.", words.join(" or "));
            row.iter().fold(refused(sentence), |usage, line| usage.suggest(line, "is possible"))
        })
    }
}

/// What a reply asks.
fn question(reply: &ChatReply) -> Option<Question> {
    if let (Some(version), Some(op)) = (reply.asks_author(), &reply.op) {
        return Some(Question::Plan { op: op.to_string(), version });
    }
    if let Some((op, version)) = &reply.question {
        return Some(Question::Plan { op: op.to_string(), version: *version });
    }
    if let Some(line) = &reply.yes {
        return Some(Question::Lines(vec![line.clone()]));
    }
    let view = &reply.view;
    if let Some(pick) = view.pick.as_ref().filter(|pick| !pick.from.is_empty()) {
        return Some(Question::Pick(pick.from.iter().map(|pick| pick.line.clone()).collect()));
    }
    let is_unclear = reply.status == ReplyStatus::Usage && reply.code.starts_with("unclear_");
    let lines = || view.suggestions.iter().map(|one| one.line.clone()).collect();
    (is_unclear && !view.suggestions.is_empty()).then(|| Question::Lines(lines()))
}

/// The waiting plans that a reply lists, by the numbers that it shows.
fn list(reply: &ChatReply) -> Option<List> {
    let view = &reply.view;
    if reply.code != "pending" || view.row_buttons.is_empty() {
        return None;
    }
    let table = view.table.as_ref()?;
    let first = table.rows.first()?.first()?.plain().parse().ok()?;
    let line = |button: &Suggestion| {
        let line = button.pressed.as_ref().unwrap_or(&button.line);
        line.split(" <").next().unwrap_or(line).to_owned()
    };
    let rows = view.row_buttons.iter().map(|buttons| buttons.iter().map(line).collect()).collect();
    Some(List { first, rows, answered: Vec::new(), sent: None })
}

fn type_one(lines: &[String]) -> Usage {
    let usage = Usage::new("no_question", "Which one? Type the whole line.");
    lines.iter().fold(usage, |usage, line| usage.suggest(line, "takes this one"))
}

fn pick_one(lines: &[String]) -> Usage {
    let sentence = format!("Type the number of one of them, 1 to {}.", lines.len());
    let usage = Usage::new("no_question", sentence);
    lines.iter().take(3).fold(usage, |usage, line| usage.suggest(line, "takes this one"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Table, Text, View, Weight};

    fn picks(lines: &[&str]) -> ChatReply {
        let one = |line: &&str| Suggestion::new(*line, "").labelled("x", Weight::Plain);
        let view = View::new(Mark::Refused, Text::new().fixed("Which one?"));
        ChatReply::of(view.choose("Which?", lines.iter().map(one).collect()))
    }

    fn read() -> ChatReply {
        ChatReply::of(View::new(Mark::Answer, Text::new().fixed("MMS 5")))
    }

    fn code(turn: Turn) -> &'static str {
        match turn {
            Turn::Send(line) => panic!("{line}"),
            Turn::Reply(usage) | Turn::NoQuestion(usage) => usage.code,
        }
    }

    fn sends(line: &str) -> Turn {
        Turn::Send(line.to_owned())
    }

    #[test]
    fn number_answers_the_list_that_was_shown_last_and_no_older_one() {
        let mut talk = Conversation::default();
        assert_eq!(code(talk.line("2")), "no_question");
        talk.heard(&picks(&["/balance c_2", "/balance c_3"]));
        assert_eq!(talk.line("2"), sends("/balance c_3"));
        assert_eq!(code(talk.line("3")), "no_question");
        assert_eq!(code(talk.line("0")), "no_question");
        assert_eq!(code(talk.line("yes")), "no_question");
        talk.heard(&picks(&["/why c_7"]));
        assert_eq!(talk.line("1"), sends("/why c_7"));
        talk.heard(&read());
        assert_eq!(code(talk.line("1")), "no_question");
    }

    fn two_waiting() -> ChatReply {
        let row = |number: &str| vec![Text::new().fixed(number)];
        let buttons = |op: &str| {
            let line = |word: &str| Suggestion::new(format!("/{word} {op}"), "");
            vec![line("confirm"), line("deny")]
        };
        let table = Table { columns: Vec::new(), rows: vec![row("1"), row("2")] };
        let view = View::new(Mark::Answer, Text::new().fixed("2 requests wait")).table(table);
        let mut reply = ChatReply::of(view.row_buttons(vec![buttons("op_a"), buttons("op_b")]));
        reply.code = "pending".to_owned();
        reply
    }

    #[test]
    fn numbers_of_a_list_hold_after_an_answer_and_end_with_another_line() {
        let done = ChatReply::of(View::new(Mark::Done, Text::new().fixed("Added")));
        let mut talk = Conversation::default();
        talk.heard(&two_waiting());
        assert_eq!(code(talk.line("y")), "no_question");
        assert_eq!(talk.line("/confirm 1"), sends("/confirm op_a"));
        talk.heard(&done);
        assert_eq!(code(talk.line("/confirm 1")), "no_question", "it is answered");
        assert_eq!(talk.line("/deny 2"), sends("/deny op_b"));
        talk.heard(&done);
        assert_eq!(code(talk.line("2")), "no_question");

        talk.heard(&two_waiting());
        assert_eq!(talk.line("/balance acme"), sends("/balance acme"));
        talk.heard(&read());
        assert_eq!(code(talk.line("/confirm 2")), "no_question");
    }

    #[test]
    fn row_that_failed_can_be_answered_again() {
        let failed = ChatReply::of(View::new(Mark::Failed, Text::new().fixed("Failed")));
        let mut talk = Conversation::default();
        talk.heard(&two_waiting());
        talk.line("1");
        talk.heard(&failed);
        assert_eq!(talk.line("1"), sends("/confirm op_a"));
    }

    #[test]
    fn other_lines_are_sent_as_they_are() {
        let mut talk = Conversation::default();
        talk.heard(&picks(&["/balance c_2"]));
        for line in ["/confirm op_0123456789abcdef", "balance acme", "12 monkeys", "nobody"] {
            assert_eq!(talk.line(line), sends(line));
        }
        assert_eq!(talk.line("/confirm"), sends("/confirm"));
        assert_eq!(code(Conversation::default().line("y")), "no_question");
    }

    #[test]
    fn answer_is_told_from_a_command() {
        for yes in ["y", "Y.", "yes please", "yes, do it", "ok", "/yes", "Yes."] {
            assert_eq!(short(yes), Some(Short::Yes), "{yes}");
        }
        for (no, reason) in
            [("n", ""), ("No.", ""), ("no, keep the old one", "keep the old one"), ("cancel", "")]
        {
            assert_eq!(short(no), Some(Short::No(reason.to_owned())), "{no}");
        }
        assert_eq!(short("/deny"), Some(Short::No(String::new())));
        assert_eq!(short("/confirm 2"), Some(Short::Row("confirm", 2, String::new())));
        assert_eq!(short("/deny 2 twice"), Some(Short::Row("deny", 2, "twice".to_owned())));
        assert_eq!(short("yes but 50"), Some(Short::YesBut));
        for line in ["/deny op_0123456789abcdef", "cancel invoice INV-2-0007", "nobody", "/2"] {
            assert_eq!(short(line), None, "{line}");
        }
    }

    #[test]
    fn yes_takes_the_only_reading_and_no_drops_it() {
        let unclear = || {
            let usage = Usage::new("unclear_amount", "“1,500.” is unclear: 1,500?");
            crate::chat::not_read(&usage.suggest("/addcredit sms acme 1500", "1,500 credits"))
        };
        let mut talk = Conversation::default();
        talk.heard(&unclear());
        assert_eq!(talk.line("yes please"), sends("/addcredit sms acme 1500"));
        assert_eq!(code(talk.line("n")), "dropped");
        assert_eq!(code(talk.line("y")), "no_question");
        talk.heard(&unclear());
        talk.heard(&read());
        assert_eq!(code(talk.line("y")), "no_question");
    }
}

//! Several lines that are pasted into the terminal at once.
//!
//! None of them is done until `all` runs them in their order. It stops at the first that is not done, because
//! the lines behind it may depend on it, and it goes on only after the answer to a question. A line that was
//! refused, failed or not understood stays the first, unless a yes or a number took a reading of it. Any
//! message that is no answer drops the rest.

use std::io::{self, Write};

use bot::chat::{ChatReply, ReplyStatus};
use bot::conversation::{asks, is_answer, takes_reading};

/// The lines of a paste that were not done yet.
#[derive(Debug, Default)]
pub struct Paste {
    lines: Vec<String>,
    open: Option<Open>,
}

/// A question that is open.
#[derive(Debug)]
enum Open {
    /// The first line has several readings.
    Reading,
    /// A plan waits for its author. Its line is no longer among the lines.
    Plan(String),
}

/// The word that runs the lines.
const ALL: &str = "all";

impl Paste {
    /// Takes a message: a line, a paste, or `all`.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn take(
        &mut self,
        message: &str,
        send: &mut impl FnMut(&str) -> io::Result<ChatReply>,
    ) -> io::Result<()> {
        if message.eq_ignore_ascii_case(ALL) && !self.lines.is_empty() {
            if self.open.is_some() {
                return writeln!(io::stdout(), "Answer the question first.\n");
            }
            return self.run(send);
        }
        let reply = send(message)?;
        let lines: Vec<&str> = message.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
        let is_paste = lines.len() > 1 && reply.code == "several_commands";
        if is_paste {
            self.lines = lines.into_iter().map(str::to_owned).collect();
            self.open = None;
            return self.invite();
        }
        if !is_answer(message) {
            return self.drop_rest();
        }
        if self.lines.is_empty() {
            return Ok(());
        }
        self.answer(message, &reply);
        self.invite()
    }

    /// Drops the lines that were not done.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn drop_rest(&mut self) -> io::Result<()> {
        self.open = None;
        if self.lines.is_empty() {
            return Ok(());
        }
        self.lines.clear();
        writeln!(io::stdout(), "The other lines of the paste are dropped.\n")
    }

    /// Notes the reply to an answer. The question stays open if the answer was about something else, was no
    /// answer to it, or failed.
    fn answer(&mut self, message: &str, reply: &ChatReply) {
        let is_unanswered = reply.code == "no_question" || reply.status == ReplyStatus::Failed;
        match &self.open {
            Some(Open::Reading) if takes_reading(message) && is_done_or_waits(reply) => {
                self.lines.remove(0);
            }
            Some(Open::Plan(op)) if is_whole(message) && !message.contains(op.as_str()) => return,
            Some(_) if is_unanswered => return,
            Some(Open::Reading | Open::Plan(_)) | None => {}
        }
        self.open = open(reply);
    }

    fn run(&mut self, send: &mut impl FnMut(&str) -> io::Result<ChatReply>) -> io::Result<()> {
        while let Some(line) = self.lines.first() {
            writeln!(io::stdout(), "{line}")?;
            let reply = send(line)?;
            // A plan is done or ended by its answer.
            if is_done_or_waits(&reply) {
                self.lines.remove(0);
            } else {
                writeln!(io::stdout(), "This line is not done.")?;
            }
            if reply.status != ReplyStatus::Ok {
                self.open = open(&reply);
                break;
            }
        }
        self.invite()
    }

    fn invite(&self) -> io::Result<()> {
        let lines = match self.lines.as_slice() {
            [] => return Ok(()),
            [line] => format!("the last line, “{line}”"),
            [line, ..] => format!("the {} lines from “{line}” on", self.lines.len()),
        };
        let before = if self.open.is_some() { "Answer the question, then type" } else { "Type" };
        writeln!(io::stdout(), "{before} all to run {lines}; it stops at the first that asks.\n")
    }
}

/// Whether a line is done, or waits as a plan.
fn is_done_or_waits(reply: &ChatReply) -> bool {
    matches!(reply.status, ReplyStatus::Ok | ReplyStatus::Planned)
}

/// Whether an answer names an operation.
fn is_whole(message: &str) -> bool {
    message.contains("op_")
}

/// The question that a reply asks.
fn open(reply: &ChatReply) -> Option<Open> {
    if !asks(reply) {
        return None;
    }
    if reply.status != ReplyStatus::Planned {
        return Some(Open::Reading);
    }
    let part = reply.question.as_ref().map(|(op, _)| op);
    part.or(reply.op.as_ref()).map(|op| Open::Plan(op.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot::chat::not_read;
    use bot::command::Usage;
    use shared::kernel::id::OpId;

    /// A desk that answers each line with a status, and refuses several lines.
    fn replied(
        paste: &mut Paste,
        message: &str,
        (part, status): (&str, ReplyStatus),
    ) -> Vec<String> {
        let mut lines = Vec::new();
        let mut send = |line: &str| {
            lines.push(line.to_owned());
            let code = match status {
                _ if line.contains('\n') => "several_commands",
                ReplyStatus::Usage if line.contains(part) => "unclear_amount",
                _ => "done",
            };
            let mut reply = not_read(&Usage::new(code, "…").suggest("/undo", "one reading"));
            if !line.contains('\n') {
                reply.status = if line.contains(part) { status } else { ReplyStatus::Ok };
            }
            if reply.status == ReplyStatus::Planned {
                let op: OpId = "op_0123456789abcdef".parse().unwrap();
                reply.question = Some((op, 1));
            }
            Ok(reply)
        };
        paste.take(message, &mut send).unwrap();
        lines
    }

    /// The lines that are sent where none is refused.
    fn sent(paste: &mut Paste, message: &str) -> Vec<String> {
        replied(paste, message, ("nothing", ReplyStatus::Ok))
    }

    const NOTHING: [&str; 0] = [];

    const MESSAGE: &str = "/settings currency GBP\n/addcredit sms acme 5\n\n/undo";

    #[test]
    fn all_runs_the_lines_of_a_paste_and_stops_at_the_first_that_asks() {
        let (mut paste, asks) = (Paste::default(), ("acme", ReplyStatus::Planned));
        let lines = ["/settings currency GBP", "/addcredit sms acme 5"];

        assert_eq!(replied(&mut paste, MESSAGE, asks), [MESSAGE]);
        assert_eq!(replied(&mut paste, "all", asks), lines);
        assert_eq!(sent(&mut paste, "all"), NOTHING, "the question is open");
        assert_eq!(
            sent(&mut paste, "/approve op_bbbbbbbbbbbbbbbb"),
            ["/approve op_bbbbbbbbbbbbbbbb"]
        );
        assert_eq!(sent(&mut paste, "all"), NOTHING, "that was another plan");
        assert_eq!(sent(&mut paste, "y"), ["y"]);
        assert_eq!(sent(&mut paste, "all"), ["/undo"]);
        assert_eq!(sent(&mut paste, "all"), ["all"]);
    }

    #[test]
    fn line_that_is_not_done_stays_the_first_of_all() {
        for status in [ReplyStatus::Refused, ReplyStatus::Failed] {
            let mut paste = Paste::default();
            sent(&mut paste, MESSAGE);
            replied(&mut paste, "all", ("acme", status));

            assert_eq!(sent(&mut paste, "all"), ["/addcredit sms acme 5", "/undo"], "{status:?}");
        }
    }

    #[test]
    fn unclear_line_is_removed_only_by_a_yes_or_a_number_that_takes_a_reading() {
        let unclear = || {
            let mut paste = Paste::default();
            sent(&mut paste, MESSAGE);
            replied(&mut paste, "all", ("acme", ReplyStatus::Usage));
            assert_eq!(sent(&mut paste, "all"), NOTHING, "the question is open");
            paste
        };
        for (reading, asks) in [("2", "nothing"), ("y", "nothing"), ("yes please", "yes")] {
            let mut paste = unclear();
            replied(&mut paste, reading, (asks, ReplyStatus::Planned));
            sent(&mut paste, "y");
            assert_eq!(sent(&mut paste, "all"), ["/undo"], "{reading}");
        }
        for other in ["/approve op_bbbbbbbbbbbbbbbb", "n", "/deny op_bbbbbbbbbbbbbbbb"] {
            let mut paste = unclear();
            sent(&mut paste, other);
            assert_eq!(sent(&mut paste, "all"), ["/addcredit sms acme 5", "/undo"], "{other}");
        }
        let mut paste = unclear();
        replied(&mut paste, "7", ("7", ReplyStatus::Usage));
        assert_eq!(sent(&mut paste, "all"), NOTHING);
    }

    #[test]
    fn dropped_rest_is_not_run() {
        let mut paste = Paste::default();
        sent(&mut paste, MESSAGE);
        paste.drop_rest().unwrap();

        assert_eq!(sent(&mut paste, "all"), ["all"]);
    }

    #[test]
    fn message_that_is_no_answer_drops_the_rest_of_a_paste() {
        for message in ["/balance acme", "balance acme", "/nothing", "hm", "note"] {
            let mut paste = Paste::default();
            sent(&mut paste, "/undo\n/undo");
            sent(&mut paste, message);

            assert_eq!(sent(&mut paste, "all"), ["all"], "{message}");
        }
        for message in ["/confirm op_1", "deny op_1", "no, keep it", "/yes", "/desk approve 2"] {
            let mut paste = Paste::default();
            sent(&mut paste, "/undo\n/undo");
            sent(&mut paste, message);

            assert_eq!(sent(&mut paste, "all"), ["/undo", "/undo"], "{message}");
        }
    }
}

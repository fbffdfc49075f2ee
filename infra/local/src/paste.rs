//! Several lines that are pasted into the terminal at once.
//!
//! None of them is done: the desk offers each by itself, and `all` runs them in their order. It stops at
//! the first that is not done, because the lines behind it may depend on it. After the answer, `all` goes
//! on; a line that was refused, failed or not understood stays the first, unless the answer did it. Any
//! message that is no answer drops the rest.

use std::io::{self, Write};

use bot::chat::{ChatReply, ReplyStatus};
use bot::conversation::is_answer;

/// The lines of a paste that were not done yet.
#[derive(Debug, Default)]
pub struct Paste {
    lines: Vec<String>,
    /// Whether the first line asked which of its readings is meant.
    is_unclear: bool,
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
            return self.run(send);
        }
        let reply = send(message)?;
        let lines: Vec<&str> = message.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
        let is_paste = lines.len() > 1 && reply.code == "several_commands";
        if is_paste {
            self.lines = lines.into_iter().map(str::to_owned).collect();
            self.is_unclear = false;
            return self.invite();
        }
        if self.lines.is_empty() {
            return Ok(());
        }
        if !is_answer(message) {
            self.lines.clear();
            return writeln!(io::stdout(), "The other lines of the paste are dropped.\n");
        }
        if self.is_unclear && matches!(reply.status, ReplyStatus::Ok | ReplyStatus::Planned) {
            self.lines.remove(0);
            self.is_unclear = false;
        }
        self.invite()
    }

    fn run(&mut self, send: &mut impl FnMut(&str) -> io::Result<ChatReply>) -> io::Result<()> {
        self.is_unclear = false;
        while let Some(line) = self.lines.first() {
            writeln!(io::stdout(), "{line}")?;
            let status = send(line)?.status;
            // A plan is done or ended by its answer.
            if matches!(status, ReplyStatus::Ok | ReplyStatus::Planned) {
                self.lines.remove(0);
            } else {
                self.is_unclear = status == ReplyStatus::Usage;
                writeln!(io::stdout(), "This line is not done.")?;
            }
            if status != ReplyStatus::Ok {
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
        writeln!(io::stdout(), "Type all to run {lines}; it stops at the first that asks.\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot::chat::not_read;
    use bot::command::Usage;

    /// A desk that answers each line with a status, and refuses several lines.
    fn replied(
        paste: &mut Paste,
        message: &str,
        (part, status): (&str, ReplyStatus),
    ) -> Vec<String> {
        let mut lines = Vec::new();
        let mut send = |line: &str| {
            lines.push(line.to_owned());
            let code = if line.contains('\n') { "several_commands" } else { "done" };
            let mut reply = not_read(&Usage::new(code, "…"));
            if !line.contains('\n') {
                reply.status = if line.contains(part) { status } else { ReplyStatus::Ok };
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

    const MESSAGE: &str = "/settings currency GBP\n/addcredit sms acme 5\n\n/undo";

    #[test]
    fn all_runs_the_lines_of_a_paste_and_stops_at_the_first_that_asks() {
        let (mut paste, asks) = (Paste::default(), ("acme", ReplyStatus::Planned));
        let lines = ["/settings currency GBP", "/addcredit sms acme 5"];

        assert_eq!(replied(&mut paste, MESSAGE, asks), [MESSAGE]);
        assert_eq!(replied(&mut paste, "all", asks), lines);
        assert_eq!(sent(&mut paste, "y"), ["y"]);
        assert_eq!(sent(&mut paste, "all"), ["/undo"]);
        assert_eq!(sent(&mut paste, "all"), ["all"]);
    }

    #[test]
    fn line_that_is_not_done_stays_the_first_of_all() {
        for status in [ReplyStatus::Refused, ReplyStatus::Failed, ReplyStatus::Usage] {
            let mut paste = Paste::default();
            sent(&mut paste, MESSAGE);
            replied(&mut paste, "all", ("acme", status));

            assert_eq!(sent(&mut paste, "all"), ["/addcredit sms acme 5", "/undo"], "{status:?}");
        }
    }

    #[test]
    fn unclear_line_that_an_answer_did_is_not_run_again() {
        let mut paste = Paste::default();
        sent(&mut paste, MESSAGE);
        replied(&mut paste, "all", ("acme", ReplyStatus::Usage));
        replied(&mut paste, "7", ("7", ReplyStatus::Usage));
        sent(&mut paste, "2");

        assert_eq!(sent(&mut paste, "all"), ["/undo"]);
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

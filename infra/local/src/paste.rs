//! Several lines that are pasted into the terminal at once.
//!
//! None of them is done: the desk offers each by itself, and `all` runs them in their order. It stops at
//! the first that is not done, because the lines behind it may depend on it; after the answer, `all` goes
//! on. Any other command drops the rest.

use std::io::{self, Write};

use bot::chat::{ChatReply, ReplyStatus};

/// The lines of a paste that were not run yet.
#[derive(Debug, Default)]
pub struct Paste {
    lines: Vec<String>,
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
            self.invite()?;
        } else if message.starts_with('/') && !is_answer(message) {
            self.lines.clear();
        } else if !self.lines.is_empty() {
            self.invite()?;
        }
        Ok(())
    }

    fn run(&mut self, send: &mut impl FnMut(&str) -> io::Result<ChatReply>) -> io::Result<()> {
        while !self.lines.is_empty() {
            let line = self.lines.remove(0);
            writeln!(io::stdout(), "{line}")?;
            let reply = send(&line)?;
            if reply.status != ReplyStatus::Ok {
                break;
            }
        }
        if self.lines.is_empty() { Ok(()) } else { self.invite() }
    }

    fn invite(&self) -> io::Result<()> {
        let lines = match self.lines.len() {
            1 => "the last line".to_owned(),
            count => format!("the {count} lines in their order"),
        };
        writeln!(io::stdout(), "Type all to run {lines}; it stops at the first that asks.\n")
    }
}

/// Whether a line answers a question of the desk.
fn is_answer(line: &str) -> bool {
    ["/confirm", "/deny", "/approve", "/yes", "/no"].iter().any(|word| line.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot::chat::not_read;
    use bot::command::Usage;

    /// A desk that answers each line with a status, and refuses several lines.
    fn sent(paste: &mut Paste, message: &str, asks: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let mut send = |line: &str| {
            lines.push(line.to_owned());
            let code = if line.contains('\n') { "several_commands" } else { "done" };
            let mut reply = not_read(&Usage::new(code, "…"));
            let is_done = !line.contains('\n') && !line.contains(asks);
            reply.status = if is_done { ReplyStatus::Ok } else { ReplyStatus::Planned };
            Ok(reply)
        };
        paste.take(message, &mut send).unwrap();
        lines
    }

    #[test]
    fn all_runs_the_lines_of_a_paste_and_stops_at_the_first_that_asks() {
        let mut paste = Paste::default();
        let message = "/settings currency GBP\n/addcredit sms acme 5\n\n/undo";

        assert_eq!(sent(&mut paste, message, "acme"), [message]);
        assert_eq!(
            sent(&mut paste, "all", "acme"),
            ["/settings currency GBP", "/addcredit sms acme 5"]
        );
        assert_eq!(sent(&mut paste, "y", "acme"), ["y"]);
        assert_eq!(sent(&mut paste, "all", "acme"), ["/undo"]);
        assert_eq!(sent(&mut paste, "all", "acme"), ["all"]);
    }

    #[test]
    fn another_command_drops_the_rest_of_a_paste() {
        let mut paste = Paste::default();
        sent(&mut paste, "/undo\n/undo", "acme");
        sent(&mut paste, "/balance acme", "");

        assert_eq!(sent(&mut paste, "all", "acme"), ["all"]);
    }
}

//! Lines that arrive together: a paste that the terminal does not mark is one message.
//!
//! Behind a finished line, keys are read for as long as they follow each other faster than a person types.
//! The finished lines among them are the message; the start of another line goes back to the editor. A resize
//! or a change of focus is no key. Ctrl-C and Ctrl-D count after the message.
//!
//! Lines that are typed ahead while a command runs arrive together as well, and are asked about as a paste.

use std::io::{self, Write};
use std::time::Duration;

use crossterm::event::{self, Event, KeyEvent, KeyEventKind};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use reedline::{EditCommand, HistoryItem, KeyCode, KeyModifiers, Prompt, Reedline, Signal};

/// How soon after a key another one is a part of the same paste. Nobody types as fast.
const TOGETHER: Duration = Duration::from_millis(20);

/// Finished lines, and the keys behind them.
struct TypedAhead {
    lines: Vec<String>,
    /// The start of a line that is not finished.
    begun: String,
    /// Ctrl-C or Ctrl-D behind the lines.
    end: Option<Signal>,
}

/// Reads a line, with the lines that arrive together with it. A signal behind them is put into `next`, and
/// is returned first.
///
/// # Errors
/// The terminal is gone.
pub fn read_message(
    editor: &mut Reedline,
    prompt: &dyn Prompt,
    next: &mut Option<Signal>,
) -> io::Result<Signal> {
    if let Some(signal) = next.take() {
        return Ok(signal);
    }
    let mut message = match editor.read_line(prompt)? {
        Signal::Success(line) => line,
        other => return Ok(other),
    };
    enable_raw_mode()?;
    let read = together(|| if event::poll(TOGETHER)? { event::read().map(Some) } else { Ok(None) });
    disable_raw_mode()?;
    let TypedAhead { lines, begun, end } = read?;
    for line in lines {
        writeln!(io::stdout(), "… {line}")?;
        // A history that cannot be written takes no line away.
        let _ = editor.history_mut().save(HistoryItem::from_command_line(&line));
        message.push('\n');
        message.push_str(&line);
    }
    if !begun.is_empty() {
        editor.run_edit_commands(&[EditCommand::InsertString(begun)]);
    }
    *next = end;
    Ok(Signal::Success(message))
}

/// Takes events until none comes, or one ends the typing.
fn together(mut next: impl FnMut() -> io::Result<Option<Event>>) -> io::Result<TypedAhead> {
    let mut read = TypedAhead { lines: Vec::new(), begun: String::new(), end: None };
    while let Some(event) = next()? {
        match event {
            Event::Paste(text) => {
                read.begun.push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
            }
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                if let Some(end) = read.take(key) {
                    read.end = Some(end);
                    break;
                }
            }
            Event::Key(_)
            | Event::Resize(..)
            | Event::FocusGained
            | Event::FocusLost
            | Event::Mouse(_) => {}
        }
    }
    Ok(read)
}

impl TypedAhead {
    /// Takes a key; Ctrl-C and Ctrl-D end the typing as in the editor.
    fn take(&mut self, key: KeyEvent) -> Option<Signal> {
        let has_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('c') if has_control => {
                self.begun.clear();
                return Some(Signal::CtrlC);
            }
            KeyCode::Char('d') if has_control && self.begun.is_empty() => {
                return Some(Signal::CtrlD);
            }
            KeyCode::Enter => self.lines.push(std::mem::take(&mut self.begun)),
            // A line feed of a paste.
            KeyCode::Char('j') if has_control => {
                self.lines.push(std::mem::take(&mut self.begun));
            }
            KeyCode::Backspace => {
                self.begun.pop();
            }
            KeyCode::Tab => self.begun.push(' '),
            KeyCode::Char(c) if !has_control => self.begun.push(c),
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    fn typed(text: &str) -> Vec<Event> {
        let code = |c| if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) };
        text.chars().map(|c| key(code(c), KeyModifiers::NONE)).collect()
    }

    fn read(events: Vec<Event>) -> TypedAhead {
        let mut events = events.into_iter();
        together(|| Ok(events.next())).unwrap()
    }

    #[test]
    fn line_without_a_key_behind_it_is_complete() {
        for events in [vec![], vec![Event::Resize(80, 24), Event::FocusGained, Event::FocusLost]] {
            let read = read(events);
            assert!(read.lines.is_empty() && read.begun.is_empty() && read.end.is_none());
        }
    }

    #[test]
    fn finished_lines_belong_together_and_a_begun_one_goes_back_to_the_editor() {
        let mut events = typed("/undo\n\n/addcredit Sms acme 5\n/bal");
        events.insert(3, Event::Resize(80, 24));
        let read = read(events);
        assert_eq!(read.lines, ["/undo", "", "/addcredit Sms acme 5"]);
        assert_eq!(read.begun, "/bal");
        assert!(read.end.is_none());
    }

    #[test]
    fn ctrl_c_and_ctrl_d_behind_finished_lines_take_none_of_them_away() {
        let control = |c| key(KeyCode::Char(c), KeyModifiers::CONTROL);
        let read_c = read([typed("/undo\n/ba"), vec![control('c')], typed("x\n")].concat());
        assert_eq!((read_c.lines, read_c.begun.as_str()), (vec!["/undo".to_owned()], ""));
        assert!(matches!(read_c.end, Some(Signal::CtrlC)));

        let read_d = read([typed("/undo\n"), vec![control('d')]].concat());
        assert_eq!(read_d.lines, ["/undo"]);
        assert!(matches!(read_d.end, Some(Signal::CtrlD)));
    }
}

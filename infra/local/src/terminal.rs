//! The terminal chat: a prompt with history and completion, replies with colours and tables.
//!
//! Reading a line blocks, so it has a thread of its own; the desk goes on beside it.

use std::borrow::Cow;
use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use bot::chat::{Attachment, ChatReply, ReplyStatus};
use bot::complete::{Completion, LookUp, complete, looked_up};
use bot::conversation::Conversation;
use bot::grammar::normal::PROMPT;
use bot::terminal::{Style, render};
use bot::view::{Mark, Text, View};
use jiff::tz::TimeZone;
use reedline::{
    ColumnarMenu, Completer, CompletionResult, CompletionStatus, DefaultHinter, EditCommand, Emacs,
    FileBackedHistory, KeyCode, KeyModifiers, MenuBuilder, Prompt, PromptEditMode,
    PromptHistorySearch, Reedline, ReedlineEvent, ReedlineMenu, Signal, Span, Suggestion,
    default_emacs_keybindings,
};
use shared::contract::Answer;
use shared::desk::types as desk;
use shared::kernel::id::Identity;
use tokio::runtime::Handle;

use crate::config::Config;
use crate::desk::Local;
use crate::dialogue::Dialogue;
use crate::embedded::{Place, private_file};
use crate::paste::Paste;
use crate::program::Trouble;
use crate::say::{answered, fresh_key};
use crate::serve;
use crate::together::read_message;

/// How many lines of history are kept.
const HISTORY_MAX: usize = 1_000;

/// How long a completion may hold up the typing; a slower one appears when it is there.
const AT_ONCE: Duration = Duration::from_millis(40);

/// How soon after the first Ctrl-C a second one leaves: later it is meant for another line.
const TWICE: Duration = Duration::from_secs(2);

/// The lines of a reply around its table: headline, titles, lines to type next, the prompt.
const AROUND: usize = 9;

/// The width in columns from which on a row of a list takes one line.
const WIDE: usize = 110;

/// The name of the completion menu, for the key that opens it.
const MENU: &str = "completions";

/// Chats until the one at the keyboard leaves.
///
/// # Errors
/// The terminal is gone.
pub async fn run(
    local: Arc<Local>,
    place: &Place,
    by: &Identity,
    config: &Config,
    greeting: &[String],
) -> Result<(), Trouble> {
    let colour = io::stdout().is_terminal() && config.has_colour();
    greet(by, greeting, colour)?;
    let history = match place {
        Place::Memory => None,
        Place::Directory(path) => Some(path.join("history")),
    };
    let chatting = {
        let (handle, by, is_dumb) = (Handle::current(), by.clone(), config.is_dumb);
        tokio::task::spawn_blocking(move || {
            if is_dumb {
                return read_plain(&local, &by, &handle);
            }
            chat(&local, &by, history, colour, &handle)
        })
    };
    tokio::select! {
        ended = chatting => ended.map_err(|e| Trouble::Other(e.to_string()))?,
        // While a line is typed the terminal sends no signal for Ctrl-C; another process may.
        () = serve::stop_asked() => Ok(()),
    }
}

/// Shows the start lines.
fn greet(by: &Identity, greeting: &[String], colour: bool) -> io::Result<()> {
    let fixed = |line: &str| Text::new().fixed(line);
    let view = View::new(Mark::Answer, fixed(&format!("creditdesk · you are {by}")))
        .line(fixed("/help shows what you can do, Tab completes, Ctrl-D leaves"))
        .lines(greeting.iter().map(|line| fixed(line)));
    let (width, _) = size();
    write!(io::stdout(), "{}", render(&view, Style { colour, width, zone: zone() }))
}

fn chat(
    local: &Arc<Local>,
    by: &Identity,
    history: Option<PathBuf>,
    colour: bool,
    handle: &Handle,
) -> Result<(), Trouble> {
    let mut editor = editor(local, by, history, colour, handle)?;
    let (mut interrupted, mut next): (Option<Instant>, Option<Signal>) = (None, None);
    let (mut talk, mut paste) = (Conversation::default(), Paste::default());
    loop {
        match read_message(&mut editor, &DESK, &mut next)? {
            Signal::Success(message) => {
                interrupted = None;
                match message.trim() {
                    "" => {}
                    "exit" | "quit" | "/exit" | "/quit" => return Ok(()),
                    "/setup" | "setup" => {
                        paste.drop_rest()?;
                        set_up(local, by, (&mut editor, &mut talk), colour, handle)?;
                    }
                    message => {
                        let mut send = |line: &str| {
                            handle.block_on(answer(local, by, (line, &mut talk), colour))
                        };
                        paste.take(message, &mut send)?;
                    }
                }
            }
            Signal::CtrlD => return Ok(()),
            Signal::CtrlC if interrupted.is_some_and(|at| at.elapsed() < TWICE) => return Ok(()),
            Signal::CtrlC => {
                interrupted = Some(Instant::now());
                writeln!(io::stdout(), "Ctrl-C again, or Ctrl-D, leaves.")?;
            }
            Signal::HostCommand(_) | Signal::ExternalBreak(_) => {}
            // The editor may learn to say more; none of it is a line.
            _ => {}
        }
    }
}

/// Asks for the missing settings one by one. An empty answer leaves a setting as it is; Ctrl-C ends the
/// questions.
fn set_up(
    local: &Local,
    by: &Identity,
    (editor, talk): (&mut Reedline, &mut Conversation),
    colour: bool,
    handle: &Handle,
) -> Result<(), Trouble> {
    let status = handle.block_on(local.chat().looked_up(by, desk::Ask::Status {}));
    let Some(Answer::Desk(desk::Answer::Status { missing, .. })) = status else {
        handle.block_on(answer(local, by, ("/setup", talk), colour))?;
        return Ok(());
    };
    let read = |word| match editor.read_line(&Line { left: word })? {
        Signal::Success(text) => Ok(Some(text)),
        _ => Ok(None),
    };
    let send = |line: &str| handle.block_on(answer(local, by, (line, &mut *talk), colour));
    let show = |reply: &ChatReply| show(local, reply, colour);
    Dialogue { by, read, send, show }.ask(&missing, &mut io::stdout())?;
    handle.block_on(answer(local, by, ("/setup", talk), colour))?;
    Ok(())
}

/// Chats in a terminal that understands no escapes: the system edits the line.
fn read_plain(local: &Local, by: &Identity, handle: &Handle) -> Result<(), Trouble> {
    let (mut line, mut talk) = (String::new(), Conversation::default());
    loop {
        write!(io::stdout(), "{PROMPT}")?;
        io::stdout().flush()?;
        line.clear();
        if io::stdin().read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.trim() {
            "" => {}
            "exit" | "quit" | "/exit" | "/quit" => return Ok(()),
            line => {
                handle.block_on(answer(local, by, (line, &mut talk), false))?;
            }
        }
    }
}

async fn answer(
    local: &Local,
    by: &Identity,
    (line, talk): (&str, &mut Conversation),
    colour: bool,
) -> io::Result<ChatReply> {
    let (width, height) = size();
    let chat = local.chat().clone().with_rows(rows(width, height));
    let reply = answered(&chat, by, talk, fresh_key(local), line).await;
    show(local, &reply, colour)?;
    Ok(reply)
}

/// The columns and lines of the terminal.
fn size() -> (usize, u16) {
    let (columns, height) = crossterm::terminal::size().unwrap_or((80, 24));
    (usize::from(columns), height)
}

fn show(local: &Local, reply: &ChatReply, colour: bool) -> io::Result<()> {
    let (width, _) = size();
    let mut out = io::stdout().lock();
    writeln!(out, "{}", render(&reply.view, Style { colour, width, zone: zone() }))?;
    if let Some(file) = &reply.attachment {
        match saved(file) {
            Ok(name) => writeln!(out, "Saved as {name}.")?,
            Err(error) => writeln!(out, "{} could not be saved: {error}.", file.name)?,
        }
    }
    if reply.status == ReplyStatus::Failed
        && let Some(reason) = local.store_error()
    {
        writeln!(out, "{reason}")?;
    }
    writeln!(out)
}

/// How many rows of a table fit a terminal, beside the lines around it. On a narrow one, a row takes
/// two lines.
fn rows(width: usize, height: u16) -> usize {
    let lines = usize::from(height).saturating_sub(AROUND);
    if width < WIDE { lines.checked_div(2).unwrap_or(0) } else { lines }
}

/// The zone in which moments are told: the machine's for whoever reads them in a terminal, UTC for
/// files and other programs.
#[must_use]
pub fn zone() -> TimeZone {
    if io::stdout().is_terminal() {
        TimeZone::try_system().unwrap_or(TimeZone::UTC)
    } else {
        TimeZone::UTC
    }
}

/// Puts a file into the current directory, beside whatever has its name already.
fn saved(file: &Attachment) -> io::Result<String> {
    let (stem, end) = file.name.rsplit_once('.').unwrap_or((&file.name, "txt"));
    for number in 1_u32..100 {
        let name = if number == 1 { file.name.clone() } else { format!("{stem}-{number}.{end}") };
        match OpenOptions::new().write(true).create_new(true).open(&name) {
            Ok(mut new) => {
                new.write_all(&file.bytes)?;
                return Ok(name);
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
    }
    Err(io::Error::other("there are a hundred files of that name"))
}

fn editor(
    local: &Arc<Local>,
    by: &Identity,
    history: Option<PathBuf>,
    colour: bool,
    handle: &Handle,
) -> Result<Reedline, Trouble> {
    let mut keys = default_emacs_keybindings();
    keys.add_binding(
        KeyModifiers::NONE,
        KeyCode::Tab,
        ReedlineEvent::UntilFound(vec![
            ReedlineEvent::Menu(MENU.to_owned()),
            ReedlineEvent::MenuNext,
        ]),
    );
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
    // A paste whose lines end in line feeds is one message as well: Enter sends all of it.
    keys.add_binding(
        KeyModifiers::CONTROL,
        KeyCode::Char('j'),
        ReedlineEvent::Edit(vec![EditCommand::InsertNewline]),
    );
    let menu = ColumnarMenu::default()
        .with_name(MENU)
        .with_marker("> ")
        .with_only_buffer_difference(false);
    let completer = Words::new(local.clone(), by.clone(), handle.clone());
    let mut editor = Reedline::create()
        .with_completer(Box::new(completer))
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
        // Lines that are pasted are one message, not a message each.
        .use_bracketed_paste(true)
        .with_quick_completions(true)
        .with_partial_completions(true)
        .with_edit_mode(Box::new(Emacs::new(keys)))
        .with_ansi_colors(colour);
    if let Some(path) = history {
        // Lines hold names and reasons: they are the owner's alone, like the data beside them.
        private_file(&path)?;
        let kept = FileBackedHistory::with_file(HISTORY_MAX, path)
            .map_err(|e| Trouble::Other(format!("the history cannot be kept: {e}")))?;
        editor = editor.with_history(Box::new(kept));
    }
    if colour {
        editor = editor.with_hinter(Box::new(DefaultHinter::default()));
    }
    Ok(editor)
}

/// A prompt.
struct Line {
    left: &'static str,
}

/// The prompt of the chat.
const DESK: Line = Line { left: "desk" };

impl Prompt for Line {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.left)
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _mode: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("> ")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed("… ")
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        Cow::Owned(format!(" (earlier lines with “{}”) ", search.term))
    }
}

/// A line with the cursor in it, for which completions are wanted.
type Position = (String, usize);

/// Completes commands, parameters and values. Values are looked up beside the typing.
struct Words {
    local: Arc<Local>,
    by: Identity,
    handle: Handle,
    asked: Option<(Position, Receiver<Vec<Completion>>)>,
    known: Option<(Position, Vec<Completion>)>,
}

impl Words {
    fn new(local: Arc<Local>, by: Identity, handle: Handle) -> Self {
        Self { local, by, handle, asked: None, known: None }
    }

    fn ask(&mut self, at: Position) {
        let (sender, receiver) = mpsc::channel();
        let (local, by, (line, position)) = (self.local.clone(), self.by.clone(), at.clone());
        self.handle.spawn(async move {
            let look_up = async |what: LookUp| looked_up(local.chat(), &by, &what).await;
            let found = complete(&line, position, look_up).await;
            // Whoever asked may have typed on and left.
            let _ = sender.send(found);
        });
        self.asked = Some((at, receiver));
    }

    /// Takes the answer if it is there, waiting for it no longer than that.
    fn take(&mut self, within: Duration) -> bool {
        let Some((at, receiver)) = &self.asked else { return false };
        match receiver.recv_timeout(within) {
            Ok(found) => {
                self.known = Some((at.clone(), found));
                self.asked = None;
                true
            }
            Err(mpsc::RecvTimeoutError::Timeout) => false,
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                self.asked = None;
                false
            }
        }
    }
}

impl Completer for Words {
    fn complete(&mut self, line: &str, position: usize) -> CompletionResult {
        let at = (line.to_owned(), position);
        if self.known.as_ref().is_none_or(|(known, _)| *known != at) {
            if self.asked.as_ref().is_none_or(|(asked, _)| *asked != at) {
                self.ask(at.clone());
            }
            self.take(AT_ONCE);
        }
        match &self.known {
            Some((known, found)) if *known == at => {
                CompletionResult::fresh(offered(found, position))
            }
            Some(_) | None => CompletionResult::Pending,
        }
    }

    fn poll_completion(&mut self) -> CompletionStatus {
        match (self.asked.is_some(), self.take(Duration::ZERO)) {
            (_, true) => CompletionStatus::Ready,
            (true, false) => CompletionStatus::Pending,
            (false, false) => CompletionStatus::Idle,
        }
    }
}

/// The completions in the menu. Without any it holds the line as it stands, because the editor writes “no
/// records” for an empty menu.
fn offered(found: &[Completion], position: usize) -> Vec<Suggestion> {
    if found.is_empty() {
        let span = Span { start: position, end: position };
        return vec![Suggestion { span, ..Suggestion::default() }];
    }
    found.iter().map(suggestion).collect()
}

fn suggestion(completion: &Completion) -> Suggestion {
    Suggestion {
        value: completion.value.clone(),
        description: Some(completion.about.clone()).filter(|about| !about.is_empty()),
        span: Span { start: completion.span.start, end: completion.span.end },
        append_whitespace: !completion.value.ends_with(':'),
        ..Suggestion::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn menu_without_completions_keeps_the_line() {
        let offered = offered(&[], 9);
        let [one] = offered.as_slice() else { panic!("{offered:?}") };
        assert_eq!((one.value.as_str(), one.span.start, one.span.end), ("", 9, 9));
        assert!(!one.append_whitespace);
    }

    #[test]
    fn named_parameter_gets_no_space_behind_it_and_a_client_gets_one() {
        let named = |value: &str| Completion {
            value: value.to_owned(),
            about: "words".to_owned(),
            span: 5..7,
        };
        let offered = offered(&[named("acme"), named("paid:")], 7);
        let ends: Vec<bool> = offered.iter().map(|one| one.append_whitespace).collect();
        assert_eq!(ends, [true, false]);
        assert_eq!((offered[0].span.start, offered[0].span.end), (5, 7));
    }
}

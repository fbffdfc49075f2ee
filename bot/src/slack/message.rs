//! A view as Slack's blocks: text in sections, buttons and selects below it, the reference last.
//!
//! Invariant: a message stays below Slack's limits whatever a view holds; [`super::text`] escapes its
//! words. The plain text beside the blocks has every command to type, for readers that draw no blocks.

use serde_json::{Value, json};

use super::text::{LABEL_MAX, block, code, cut, escaped, label_of, mrkdwn, option};
use crate::button::Button;
use crate::chat::{Attachment, ChatReply};
use crate::view::{Pick, Suggestion, Text, View, Weight};

/// The longest text of a section, with room below Slack's 3,000.
const SECTION_MAX: usize = 2_900;

/// The most bytes of all blocks as they are sent; beyond about 13,000 Slack refuses the message.
pub const BLOCKS_BYTES_MAX: usize = 12_000;

/// The most bytes of a select, and of a select with all buttons. The rest is room for the text.
const SELECT_BYTES_MAX: usize = 6_000;
const PRESSED_BYTES_MAX: usize = 8_500;

/// The longest text of a row that has buttons, in characters, and the most bytes and blocks of all such
/// rows. Rows that need more are written without buttons.
const ROW_MAX: usize = 300;
const ROWS_BYTES_MAX: usize = 9_000;
const ROW_BLOCKS: usize = 30;

/// The number of the first button of a row: those of the whole message come before.
const ROW_BUTTONS_FROM: usize = 100;

/// The longest reference at the end.
const FOOTER_MAX: usize = 600;

/// The room for the sentence that there is more.
const MORE_BYTES: usize = 300;

/// The longest plain text, with room below the 4,000 from which on Slack cuts.
const TEXT_MAX: usize = 3_500;

/// The most elements of one `actions` block.
const ELEMENTS_MAX: usize = 25;

/// The longest value of a button.
const BUTTON_VALUE_MAX: usize = 2_000;

/// The longest value of an option.
pub const OPTION_VALUE_MAX: usize = 150;

/// The most options of a select.
pub const OPTIONS_MAX: usize = 100;

/// The most suggestions that get a line with a button each.
const LINES_WITH_BUTTON_MAX: usize = 8;

/// The state of a reply's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// It cannot be sent: the part that fits is shown.
    Shown,
    /// It was sent.
    Sent,
    /// Sending it failed: the part that fits is shown.
    NotSent,
}

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The whole as plain text.
    pub text: String,
    /// The blocks.
    pub blocks: Vec<Value>,
    /// Whether everybody in the channel sees it.
    pub public: bool,
}

impl Message {
    /// A reply as a message.
    #[must_use]
    pub fn of(reply: &ChatReply, files: Files) -> Self {
        Self::drawn(&reply.view, reply.attachment.as_ref(), files)
    }

    pub(super) fn drawn(view: &View, file: Option<&Attachment>, files: Files) -> Self {
        Fitted::of(view, file, files).message
    }

    /// A view as a message.
    #[must_use]
    pub fn of_view(view: &View) -> Self {
        Self::drawn(view, None, Files::Shown)
    }

    /// The reply to a slash command: public for a committed write, else private.
    #[must_use]
    pub fn body(&self) -> Value {
        json!({
            "response_type": if self.public { "in_channel" } else { "ephemeral" },
            "text": self.text,
            "blocks": self.blocks,
        })
    }
}

/// The file that goes with a reply: its own, or the whole of a view that does not fit into blocks.
#[must_use]
pub fn file_of(reply: &ChatReply) -> Option<Attachment> {
    if let Some(file) = &reply.attachment {
        return Some(file.clone());
    }
    Fitted::of(&reply.view, None, Files::Shown).cut.then(|| Attachment {
        name: "reply.txt".to_owned(),
        bytes: reply.view.plain().into_bytes(),
    })
}

struct Fitted {
    message: Message,
    cut: bool,
}

impl Fitted {
    fn of(view: &View, file: Option<&Attachment>, files: Files) -> Self {
        let Below { lines, blocks: below } = Below::of(view);
        let mut below = below;
        below.splice(0..0, rows_with_buttons(view));
        let below_bytes = bytes(&Value::Array(below.clone()));
        let room = BLOCKS_BYTES_MAX.saturating_sub(below_bytes).saturating_sub(MORE_BYTES);
        let mut sections = Sections::within(room);
        let said =
            if rows_with_buttons(view).is_empty() { said_lines(view) } else { above_rows(view) };
        for line in said.into_iter().chain(lines) {
            sections.push(&line);
        }
        let more = match files {
            Files::Sent => "… the rest is in the file that I sent you.",
            Files::NotSent => {
                "… there is more, but the file with it could not be sent. Ask for less of it."
            }
            Files::Shown => "… there is more. Ask for less of it, or use the terminal.",
        };
        let cut = sections.full;
        let mut blocks = sections.blocks();
        if cut {
            blocks.push(block(more));
        }
        if let Some(file) = file {
            let room = BLOCKS_BYTES_MAX
                .saturating_sub(below_bytes)
                .saturating_sub(bytes(&Value::Array(blocks.clone())))
                .saturating_sub(MORE_BYTES);
            blocks.extend(shown(file, files, room));
        }
        blocks.extend(below);
        Self { message: Message { text: plain(view), blocks, public: view.public }, cut }
    }
}

/// Headline and lines, one line each.
fn above_rows(view: &View) -> Vec<String> {
    let mut lines = vec![format!("{}{}", view.mark.symbol(), mrkdwn(&view.headline))];
    lines.extend(view.lines.iter().map(mrkdwn));
    lines
}

/// Headline, lines and rows, one line each.
fn said_lines(view: &View) -> Vec<String> {
    let mut lines = above_rows(view);
    lines.extend(row_lines(view).into_iter().flatten());
    lines
}

/// The rows of the table, each as one or two lines.
fn row_lines(view: &View) -> Vec<Vec<String>> {
    let Some(table) = &view.table else { return Vec::new() };
    let lines = |row: &Vec<Text>| {
        let (first, second) = table.two_lines(row);
        [first, second].iter().filter(|t| !t.is_empty()).map(mrkdwn).collect()
    };
    table.rows.iter().map(lines).collect()
}

/// The rows with their buttons below each; empty where no row has a button, or where they do not fit.
fn rows_with_buttons(view: &View) -> Vec<Value> {
    if view.row_buttons.is_empty() {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    let mut pressed = 0_usize;
    for (at, lines) in row_lines(view).iter().enumerate() {
        blocks.push(block(&cut(&lines.join("\n"), ROW_MAX)));
        let mut elements: Vec<Value> = Vec::new();
        for suggestion in view.row_buttons.get(at).into_iter().flatten() {
            elements.extend(button(suggestion, ROW_BUTTONS_FROM.saturating_add(pressed)));
            pressed = pressed.saturating_add(1);
        }
        if !elements.is_empty() {
            blocks.push(json!({ "type": "actions", "elements": elements }));
        }
    }
    let fits = bytes(&Value::Array(blocks.clone())) <= ROWS_BYTES_MAX && blocks.len() <= ROW_BLOCKS;
    if fits { blocks } else { Vec::new() }
}

/// A suggestion as a line to type.
fn typed_line(suggestion: &Suggestion) -> String {
    let text = Text::new()
        .fixed("• ")
        .code(suggestion.line.clone())
        .fixed(" ")
        .input(suggestion.effect.clone());
    mrkdwn(&text)
}

/// The whole as plain text, with room kept for the commands.
fn plain(view: &View) -> String {
    let mut room = TEXT_MAX / 2;
    // One that is too long for a message is left out, and not the others with it.
    let fits = |line: &String| {
        let left = room.checked_sub(line.chars().count().saturating_add(1));
        room = left.unwrap_or(room);
        left.is_some()
    };
    let all = view.suggestions.iter().map(typed_line).chain(view.footer.iter().map(mrkdwn));
    let tail: Vec<String> = all.filter(fits).collect();
    let tail = tail.join("\n");
    let room = TEXT_MAX.saturating_sub(tail.chars().count());
    let head = cut(&said_lines(view).join("\n"), room);
    if tail.is_empty() { head } else { format!("{head}\n{tail}") }
}

/// The part below the text: buttons, selects, the reference.
struct Below {
    /// Suggestions without a button, as lines of text.
    lines: Vec<String>,
    blocks: Vec<Value>,
}

impl Below {
    fn of(view: &View) -> Self {
        let mut below = Self { lines: Vec::new(), blocks: Vec::new() };
        let select = view.pick.as_ref().and_then(select);
        let picked = |suggestion: &Suggestion| {
            let pick = view.pick.as_ref().filter(|_| select.is_some());
            pick.is_some_and(|pick| pick.from.iter().any(|one| one.line == suggestion.line))
        };
        let select_bytes = select.as_ref().map(bytes).unwrap_or_default();
        let mut room = PRESSED_BYTES_MAX.saturating_sub(select_bytes);
        let mut buttons: Vec<Value> = Vec::new();
        let mut with_button = 0_usize;
        let all = view.suggestions.iter().map(|one| (one, true));
        for (suggestion, is_said) in all.chain(view.offers.iter().map(|one| (one, false))) {
            if picked(suggestion) {
                continue;
            }
            let at = buttons.len().saturating_add(with_button);
            let button = button(suggestion, at).filter(|button| bytes(button) < room);
            let line_of_its_own = is_said && suggestion.label.is_none();
            match button {
                Some(button) if line_of_its_own && with_button < LINES_WITH_BUTTON_MAX => {
                    let line = with_accessory(suggestion, button);
                    room = room.saturating_sub(bytes(&line));
                    below.blocks.push(line);
                    with_button = with_button.saturating_add(1);
                }
                Some(button) if !line_of_its_own => {
                    room = room.saturating_sub(bytes(&button));
                    buttons.push(button);
                }
                Some(_) | None if is_said => below.lines.push(typed_line(suggestion)),
                Some(_) | None => {}
            }
        }
        below.blocks.extend(select);
        for row in buttons.chunks(ELEMENTS_MAX) {
            below.blocks.push(json!({ "type": "actions", "elements": row }));
        }
        if let Some(footer) = &view.footer {
            let text = cut(&mrkdwn(footer), FOOTER_MAX);
            let text = json!({ "type": "mrkdwn", "text": text, "verbatim": true });
            below.blocks.push(json!({ "type": "context", "elements": [text] }));
        }
        below
    }
}

/// A button; `None` when its line is too long for one.
fn button(suggestion: &Suggestion, at: usize) -> Option<Value> {
    let press = Button::of(suggestion);
    let token = press.token_within(BUTTON_VALUE_MAX)?;
    let label = match (&suggestion.label, &press) {
        (Some(label), _) => label.as_str(),
        (None, Button::Run(_)) => "Run",
        (None, Button::Fill(_)) => "Fill in…",
    };
    let mut button = json!({
        "type": "button",
        "action_id": format!("press_{at}"),
        "text": label_of(label),
        "value": token,
    });
    let style = match suggestion.weight {
        Weight::Plain => None,
        Weight::Main => Some("primary"),
        Weight::Danger => Some("danger"),
    };
    if let (Some(fields), Some(style)) = (button.as_object_mut(), style) {
        fields.insert("style".to_owned(), json!(style));
    }
    Some(button)
}

/// A command with its effect, and its button beside it.
fn with_accessory(suggestion: &Suggestion, button: Value) -> Value {
    let text =
        Text::new().code(suggestion.line.clone()).fixed(" ").input(suggestion.effect.clone());
    let mut line = block(&cut(&mrkdwn(&text), SECTION_MAX));
    if let Some(fields) = line.as_object_mut() {
        fields.insert("accessory".to_owned(), button);
    }
    line
}

/// A select of the choices; `None` when none of them fits.
fn select(pick: &Pick) -> Option<Value> {
    let mut room = SELECT_BYTES_MAX;
    let fits = |option: &Value| {
        room = room.saturating_sub(bytes(option));
        room > 0
    };
    let all = pick.from.iter().filter_map(choice).take(OPTIONS_MAX);
    let options: Vec<Value> = all.take_while(fits).collect();
    if options.is_empty() {
        return None;
    }
    let select = json!({
        "type": "static_select",
        "action_id": "pick",
        "placeholder": label_of(pick.ask),
        "options": options,
    });
    Some(json!({ "type": "actions", "elements": [select] }))
}

/// A choice, with its label on two lines where one is too short.
fn choice(suggestion: &Suggestion) -> Option<Value> {
    let token = Button::of(suggestion).token_within(OPTION_VALUE_MAX)?;
    let label = suggestion.label();
    let (first, second) = in_two(label).unwrap_or((label, &suggestion.effect));
    Some(option(first, Some(second), &token))
}

/// A long label before and after its last dot that still fits.
fn in_two(label: &str) -> Option<(&str, &str)> {
    if label.chars().count() <= LABEL_MAX {
        return None;
    }
    let dots = label.match_indices(" · ");
    let fits = |at: usize| label.get(..at).is_some_and(|part| part.chars().count() <= LABEL_MAX);
    let (at, dot) = dots.filter(|(at, _)| fits(*at)).last()?;
    Some((label.get(..at)?, label.get(at.saturating_add(dot.len())..)?))
}

/// The size of a block in bytes as it is sent.
fn bytes(value: &Value) -> usize {
    value.to_string().len().saturating_add(1)
}

/// A file as blocks: where it is, the part that fits, or that it is too large.
fn shown(file: &Attachment, files: Files, room: usize) -> Vec<Value> {
    let sent = |words: String| vec![block(&escaped(&words, true))];
    if files == Files::Sent {
        return sent(format!("{} is in your direct messages with the desk.", file.name));
    }
    let text = file.text();
    let text = code(&text.replace("\r\n", "\n"));
    let whole = block(&format!("```{text}```"));
    let fits = text.chars().count() < SECTION_MAX && bytes(&whole) <= room;
    match (files, fits) {
        (Files::Shown | Files::Sent, true) => vec![whole],
        (Files::NotSent, true) => {
            let mut blocks =
                sent(format!("{} could not be sent as a file. This is it:", file.name));
            blocks.push(whole);
            blocks
        }
        (Files::Shown | Files::Sent, false) => sent(format!(
            "{} is too large to be shown here: narrow it with since: and until:, or ask in the terminal.",
            file.name
        )),
        (Files::NotSent, false) => {
            let mut blocks = sent(format!(
                "{} could not be sent as a file, and is too large to be shown here. It begins:",
                file.name
            ));
            let begins = beginning(&text, room.saturating_sub(MORE_BYTES));
            if !begins.is_empty() {
                blocks.push(block(&format!("```{begins}```")));
            }
            blocks
        }
    }
}

/// The first whole lines that fit.
fn beginning(text: &str, room: usize) -> String {
    let mut kept = String::new();
    let mut used = 100_usize;
    for line in text.lines() {
        used = used.saturating_add(bytes(&json!(line)));
        let length = kept.chars().count().saturating_add(line.chars().count());
        if used > room || length >= SECTION_MAX.saturating_sub(10) {
            break;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

/// Lines in sections that are short enough each, and together within a number of bytes.
struct Sections {
    texts: Vec<String>,
    room: usize,
    full: bool,
}

impl Sections {
    /// The bytes of a section besides its text.
    const FRAME_BYTES: usize = 90;

    fn within(room: usize) -> Self {
        Self { texts: Vec::new(), room, full: false }
    }

    /// Adds a line. Once a line did not fit, no later one is added, so there are no gaps.
    fn push(&mut self, line: &str) {
        if self.full {
            return;
        }
        let line = cut(line, SECTION_MAX);
        let length = line.chars().count();
        let goes_on = |last: &String| last.chars().count().saturating_add(length) < SECTION_MAX;
        let joins = self.texts.last().is_some_and(goes_on);
        let frame = if joins { 0 } else { Self::FRAME_BYTES };
        let needs = bytes(&json!(line)).saturating_add(frame);
        let Some(left) = self.room.checked_sub(needs) else {
            self.full = true;
            return;
        };
        self.room = left;
        match self.texts.last_mut() {
            Some(last) if joins => {
                last.push('\n');
                last.push_str(&line);
            }
            Some(_) | None => self.texts.push(line),
        }
    }

    fn blocks(self) -> Vec<Value> {
        self.texts.iter().map(|text| block(text)).collect()
    }
}

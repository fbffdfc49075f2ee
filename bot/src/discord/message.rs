//! Views as Discord draws them: the headline as the text of the message, the lines and rows as an embed,
//! suggestions as buttons, a pick as a select. A view that does not fit goes into a file as a whole.
//!
//! Invariant: a message stays within Discord's limits whatever a view holds; [`super::text`] escapes
//! its words.

use serde_json::{Value, json};
use serenity::builder::{
    CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption,
};
use serenity::model::application::ButtonStyle;

use super::text::{fitted, length, pieces, plain};
use crate::button::Button;
use crate::chat::{Attachment, ChatReply};
use crate::registration::compact;
use crate::terminal;
use crate::view::{Mark, Suggestion, Text, View, Weight};

/// The longest text of a message.
const CONTENT_MAX: usize = 2_000;

/// The longest text of an embed.
const DESCRIPTION_MAX: usize = 4_096;

/// The longest footer; together with the text it stays below the 6,000 that all embeds may have.
const FOOTER_MAX: usize = 1_800;

/// The longest text beside a file that has the whole answer.
const SHOWN_MAX: usize = 1_500;

const ROW_MAX: usize = 5;
const ROWS_MAX: usize = 5;
const BUTTON_MAX: usize = 80;
const OPTIONS_MAX: usize = 25;
const OPTION_MAX: usize = 100;
const PLACEHOLDER_MAX: usize = 150;

/// The select's id; each choice carries its own token.
const PICK: &str = "pick";

/// A message: a new one, or the new content of another.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The fields of the request: text, embeds, components.
    pub data: Value,
    /// The files beside it.
    pub files: Vec<Attachment>,
}

/// The message of a reply.
#[must_use]
pub fn message(reply: &ChatReply) -> Drawn {
    let view = &reply.view;
    let mut files: Vec<Attachment> = reply.attachment.iter().cloned().collect();
    let headline = Text::new().fixed(view.mark.symbol()).then(view.headline.clone());
    let content = fitted(&pieces(&headline), CONTENT_MAX);
    let (description, whole) = description(view);
    if !whole {
        let text = terminal::render(view, terminal::Style::PLAIN);
        files.push(Attachment { name: "reply.txt".to_owned(), bytes: text.into_bytes() });
    }
    let footer = view.footer.as_ref().map(|footer| plain(&footer.plain(), FOOTER_MAX));
    let mut embeds: Vec<Value> = Vec::new();
    if !description.is_empty() || footer.is_some() {
        let mut embed = CreateEmbed::new().colour(colour(view.mark));
        if !description.is_empty() {
            embed = embed.description(description);
        }
        if let Some(footer) = footer {
            embed = embed.footer(CreateEmbedFooter::new(footer));
        }
        embeds.push(compact(json!(embed)));
    }
    let rows = rows(view).into_iter().map(|row| compact(json!(row)));
    let data = json!({
        "content": content,
        "embeds": embeds,
        "components": rows.collect::<Vec<_>>(),
        "allowed_mentions": { "parse": [] },
    });
    Drawn { data, files }
}

/// The message of a view's headline alone.
#[must_use]
pub fn headline(view: &View) -> Value {
    let headline = Text::new().fixed(view.mark.symbol()).then(view.headline.clone());
    json!({
        "content": fitted(&pieces(&headline), CONTENT_MAX),
        "embeds": [],
        "components": [],
        "allowed_mentions": { "parse": [] },
    })
}

fn colour(mark: Mark) -> u32 {
    match mark {
        Mark::Done => 0x2E_A0_43,
        Mark::Answer => 0x4E_5D_94,
        Mark::Asks | Mark::Approval | Mark::DryRun => 0xD2_99_22,
        Mark::Refused | Mark::Failed => 0xC9_3C_37,
    }
}

/// The lines and rows as one text, and whether it has all of them.
fn description(view: &View) -> (String, bool) {
    let mut lines: Vec<Vec<String>> = view.lines.iter().map(pieces).collect();
    if let Some(table) = &view.table {
        for row in &table.rows {
            let (first, second) = table.two_lines(row);
            if !first.is_empty() {
                let mut bold = vec!["**".to_owned()];
                bold.extend(pieces(&first));
                bold.push("**".to_owned());
                lines.push(bold);
            }
            if !second.is_empty() {
                lines.push(pieces(&second));
            }
        }
    }
    let picked = view.pick.as_ref().map(|pick| pick.from.as_slice()).unwrap_or_default();
    let shown = if picked.is_empty() { view.suggestions.as_slice() } else { picked };
    for suggestion in shown.iter().filter(|one| needs_words(one, !picked.is_empty())) {
        let text = Text::new().fixed("• ").code(suggestion.line.clone()).fixed(" ");
        lines.push(pieces(&text.input(suggestion.effect.clone())));
    }
    let whole =
        lines.iter().map(|line| length(line).saturating_add(1)).fold(0, usize::saturating_add);
    if whole <= DESCRIPTION_MAX {
        let lines: Vec<String> = lines.iter().map(|line| line.concat()).collect();
        return (lines.join("\n"), true);
    }
    let mut text = String::new();
    let mut used = 0_usize;
    for line in &lines {
        used = used.saturating_add(length(line)).saturating_add(1);
        if used > SHOWN_MAX {
            break;
        }
        text.push_str(&line.concat());
        text.push('\n');
    }
    text.push_str("… the whole answer is in the file.");
    (text, false)
}

/// Whether a suggestion is also written as text: it has no button, or a button without words of its own.
fn needs_words(suggestion: &Suggestion, picked: bool) -> bool {
    let button = Button::of(suggestion).token().is_some();
    !button || (suggestion.label.is_none() && !picked)
}

fn rows(view: &View) -> Vec<CreateActionRow> {
    let mut rows = Vec::new();
    let mut suggestions = view.suggestions.as_slice();
    if let Some(pick) = &view.pick {
        let mut taken: Vec<String> = Vec::new();
        let mut options = Vec::new();
        for one in &pick.from {
            let Some(token) = Button::of(one).token().filter(|token| !taken.contains(token)) else {
                continue;
            };
            if options.len() < OPTIONS_MAX {
                let option = CreateSelectMenuOption::new(plain(one.label(), OPTION_MAX), &token);
                options.push(if one.effect.is_empty() {
                    option
                } else {
                    option.description(plain(&one.effect, OPTION_MAX))
                });
            }
            taken.push(token);
        }
        if !options.is_empty() {
            let kind = CreateSelectMenuKind::String { options };
            let select = CreateSelectMenu::new(PICK, kind);
            rows.push(CreateActionRow::SelectMenu(
                select.placeholder(plain(pick.ask, PLACEHOLDER_MAX)),
            ));
            suggestions = &[];
        }
    }
    let mut taken: Vec<String> = Vec::new();
    let mut buttons = Vec::new();
    let of_rows = view.row_buttons.iter().flatten();
    for one in of_rows.chain(suggestions).chain(&view.offers) {
        if let Some(token) = Button::of(one).token().filter(|token| !taken.contains(token)) {
            let style = match one.weight {
                Weight::Plain => ButtonStyle::Secondary,
                Weight::Main => ButtonStyle::Primary,
                Weight::Danger => ButtonStyle::Danger,
            };
            let label = plain(one.label(), BUTTON_MAX);
            buttons.push(CreateButton::new(&token).label(label).style(style));
            taken.push(token);
        }
    }
    for row in buttons.chunks(ROW_MAX) {
        if rows.len() < ROWS_MAX {
            rows.push(CreateActionRow::Buttons(row.to_vec()));
        }
    }
    rows
}

#[cfg(test)]
mod tests;

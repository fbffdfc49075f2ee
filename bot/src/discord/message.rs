//! Cards and forms as Discord draws them: the headline as the text of the message, the facts as an
//! embed below it, what can be done next as buttons, one of several as a select. What does not fit
//! goes into a file, so that nothing is left out.
//!
//! Invariant: no text can ping, make a link, or end a code span: every span is cut into pieces that
//! are escaped and never broken. Lengths are counted in UTF-16 units, Discord's own, which are never
//! fewer than characters.

use serde_json::{Value, json};
use serenity::builder::{
    CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter, CreateSelectMenu,
    CreateSelectMenuKind, CreateSelectMenuOption,
};
use serenity::model::application::ButtonStyle;

use crate::button::Button;
use crate::chat::{Attachment, ChatReply};
use crate::command::Input;
use crate::form::{Field, Form};
use crate::registration::compact;
use crate::terminal;
use crate::view::{Mark, Span, Suggestion, Text, View, Weight};

/// The longest text of a message.
const CONTENT_MAX: usize = 2_000;

/// The longest text of an embed.
const DESCRIPTION_MAX: usize = 4_096;

/// The longest footer; together with the text it stays below the 6,000 that all embeds may have.
const FOOTER_MAX: usize = 1_800;

/// How much of an answer that goes into a file is shown besides.
const SHOWN_MAX: usize = 1_500;

/// The longest command that is shown whole in a text.
const CODE_MAX: usize = 500;

const ROW_MAX: usize = 5;
const ROWS_MAX: usize = 5;
const BUTTON_MAX: usize = 80;
const OPTIONS_MAX: usize = 25;
const OPTION_MAX: usize = 100;
const PLACEHOLDER_MAX: usize = 150;
const TITLE_MAX: usize = 45;
const LABEL_MAX: usize = 45;
const HINT_MAX: usize = 100;
const INPUT_MAX: usize = 500;

/// The select's own id; the choices carry what they do.
const PICK: &str = "pick";

/// A message, before it is known whether it is new or takes the place of another.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Text, embed, buttons.
    pub data: Value,
    /// What goes with it.
    pub files: Vec<Attachment>,
}

/// What was said, as a message.
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

/// Only the first sentence of what was said.
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

/// The facts as one text, and whether all of them are in it.
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
        lines.push(pieces(&text.input(suggestion.what.clone())));
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

/// Whether a suggestion has to be written out: it has no button, or one that only repeats the line.
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
                options.push(if one.what.is_empty() {
                    option
                } else {
                    option.description(plain(&one.what, OPTION_MAX))
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
    for one in suggestions.iter().chain(&view.offers) {
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

/// A form as a modal, each field under a label of its own; serenity only knows the older rows.
#[must_use]
pub fn modal(form: &Form, token: &str) -> Value {
    let fields: Vec<Value> = form.fields.iter().map(field).collect();
    json!({
        "title": plain(&format!("/{}", form.command.name()), TITLE_MAX),
        "custom_id": token,
        "components": fields,
    })
}

fn field(field: &Field) -> Value {
    let text = |style: u8, most: usize| {
        json!({
            "type": 4,
            "custom_id": field.name,
            "style": style,
            "required": field.required,
            "max_length": most,
        })
    };
    let input = match field.input {
        Input::Select(choices) => {
            let options = choices.iter().take(OPTIONS_MAX).map(|(word, about)| {
                json!({ "label": word, "value": word, "description": plain(about, OPTION_MAX) })
            });
            json!({
                "type": 3,
                "custom_id": field.name,
                "options": options.collect::<Vec<_>>(),
                "required": field.required,
            })
        }
        Input::Lines => text(2, shared::entry::NOTE_MAX),
        Input::Line | Input::Search(_) | Input::Date => text(1, INPUT_MAX),
    };
    json!({
        "type": 18,
        "label": plain(&field.label, LABEL_MAX),
        "description": plain(field.hint, HINT_MAX),
        "component": input,
    })
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn length(pieces: &[String]) -> usize {
    pieces.iter().map(|piece| units(piece)).fold(0, usize::saturating_add)
}

/// The pieces with what fits, and a sign that something is missing if it is.
fn fitted(pieces: &[String], most: usize) -> String {
    if length(pieces) <= most {
        return pieces.concat();
    }
    let mut text = String::new();
    let mut used = 1_usize;
    for piece in pieces {
        used = used.saturating_add(units(piece));
        if used > most {
            break;
        }
        text.push_str(piece);
    }
    text.push('…');
    text
}

/// A text where nothing is interpreted: labels, titles, footers. Never empty, which no place takes.
fn plain(text: &str, most: usize) -> String {
    let shown: Vec<String> = text.chars().filter_map(seen).map(String::from).collect();
    let fitted = fitted(&shown, most);
    if fitted.trim().is_empty() { "…".to_owned() } else { fitted }
}

/// A character as it may be shown: controls are spaces, direction marks would turn what follows.
fn seen(c: char) -> Option<char> {
    match c {
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{61C}' => {
            None
        }
        c if c.is_control() => Some(' '),
        c => Some(c),
    }
}

/// A line in pieces that mean the same wherever it is cut between them.
fn pieces(text: &Text) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for span in text.spans() {
        match span {
            Span::Fixed(words) | Span::Input(words) => {
                let shown: Vec<char> = words.chars().filter_map(seen).collect();
                for (at, c) in shown.iter().enumerate() {
                    let rest = shown.get(at.saturating_add(1)..).unwrap_or_default();
                    out.push(escaped(*c, before, rest, &out));
                    before = Some(*c);
                }
            }
            Span::Code(command) => {
                // Nothing is escaped in it, so the mark that would end it is replaced.
                let inside: String = command
                    .chars()
                    .filter_map(seen)
                    .map(|c| if c == '`' { 'ˋ' } else { c })
                    .take(CODE_MAX)
                    .collect();
                out.push(format!("`{inside}`"));
                before = Some('`');
            }
            // Shown in the reader's own zone.
            Span::Time(at) => {
                out.push(format!("<t:{}:f>", at.as_second()));
                before = Some('>');
            }
        }
    }
    out
}

/// A character of somebody's words, so that it is only itself.
fn escaped(c: char, before: Option<char>, rest: &[char], line: &[String]) -> String {
    let next = rest.first().copied();
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        // Inside of a word, as in an id, it is no mark.
        '_' if word(before) && word(next) => c.to_string(),
        '\\' | '*' | '_' | '~' | '|' | '`' | '[' | ']' | '<' | '>' | '#' => format!("\\{c}"),
        // At the beginning of a line they make a list.
        '-' | '+' if line.is_empty() => format!("\\{c}"),
        '.' if !line.is_empty() && line.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit())) => {
            "\\.".to_owned()
        }
        // A space that nobody sees keeps an address from being a link and a word from being a ping.
        ':' if rest.starts_with(&['/', '/']) => ":\u{200B}".to_owned(),
        '@' => "@\u{200B}".to_owned(),
        c => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::tests::said;
    use crate::grammar;
    use crate::view::{Column, Pick, Table};

    fn drawn(view: View) -> Drawn {
        let drawn = message(&said(view));
        fits(&drawn.data);
        drawn
    }

    fn text(text: Text) -> String {
        pieces(&text).concat()
    }

    /// Discord's limits on a message.
    fn fits(data: &Value) {
        let at_most = |value: &Value, most: usize| {
            let text = value.as_str().unwrap_or_default();
            assert!(units(text) <= most, "{} units: {text}", units(text));
        };
        at_most(&data["content"], CONTENT_MAX);
        let mut all = String::new();
        for embed in data["embeds"].as_array().unwrap() {
            at_most(&embed["description"], DESCRIPTION_MAX);
            at_most(&embed["footer"]["text"], 2_048);
            all.push_str(embed["description"].as_str().unwrap_or_default());
            all.push_str(embed["footer"]["text"].as_str().unwrap_or_default());
        }
        assert!(units(&all) <= 6_000, "{}", units(&all));
        let rows = data["components"].as_array().unwrap();
        assert!(rows.len() <= 5);
        let mut ids = Vec::new();
        for row in rows {
            let inside = row["components"].as_array().unwrap();
            assert!((1..=5).contains(&inside.len()));
            for one in inside {
                ids.push(one["custom_id"].as_str().unwrap().to_owned());
                at_most(&one["custom_id"], 100);
                at_most(&one["label"], 80);
                for option in one["options"].as_array().into_iter().flatten() {
                    at_most(&option["label"], 100);
                    at_most(&option["value"], 100);
                    at_most(&option["description"], 100);
                }
                assert!(one["options"].as_array().is_none_or(|options| options.len() <= 25));
            }
        }
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all, "each id once");
        assert_eq!(data["allowed_mentions"], json!({ "parse": [] }));
    }

    #[test]
    fn what_people_wrote_stays_text() {
        for (wrote, shown) in [
            ("*a* _b_ ~~c~~ ||d||", "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\|\\|d\\|\\|"),
            ("`x` ```y```", "\\`x\\` \\`\\`\\`y\\`\\`\\`"),
            ("<@1> <#2> <t:0:R>", "\\<@\u{200B}1\\> \\<\\#2\\> \\<t:0:R\\>"),
            ("@everyone a@b.c", "@\u{200B}everyone a@\u{200B}b.c"),
            ("https://evil.example", "https:\u{200B}//evil.example"),
            ("[a](https://b.c)", "\\[a\\](https:\u{200B}//b.c)"),
            ("# big", "\\# big"),
            ("- item", "\\- item"),
            ("12. item", "12\\. item"),
            ("c_2 op_x a__b", "c_2 op_x a\\_\\_b"),
            ("\u{202E}evil\nline\\", "evil line\\\\"),
        ] {
            assert_eq!(text(Text::new().input(wrote)), shown, "{wrote}");
        }
        assert_eq!(text(Text::new().code("a`b\n``c")), "`aˋb ˋˋc`");
        assert_eq!(text(Text::new().time(jiff::Timestamp::UNIX_EPOCH)), "<t:0:f>");
    }

    #[test]
    fn nothing_is_cut_inside_of_what_belongs_together() {
        let long =
            Text::new().input("*".repeat(3_000)).code("/x").time(jiff::Timestamp::UNIX_EPOCH);
        for most in [1, 2, 3, 10, 11] {
            let cut = fitted(&pieces(&long), most);
            assert!(units(&cut) <= most && cut.ends_with('…'), "{cut}");
            assert_eq!(cut.matches('\\').count(), cut.matches('*').count(), "{cut}");
        }
    }

    #[test]
    fn a_receipt_has_its_headline_its_facts_and_its_buttons() {
        let view = View::new(Mark::Done, Text::new().fixed("Added"))
            .line(Text::new().fixed("MMS 1 → 2"))
            .footer(Text::new().fixed("op_1"))
            .offer("Undo", Weight::Danger, "/undo op_0123456789abcdef")
            .offer("Twice", Weight::Plain, "/undo op_0123456789abcdef");
        let drawn = drawn(view);
        assert_eq!(drawn.data["content"], "✅ Added");
        assert_eq!(drawn.data["embeds"][0]["description"], "MMS 1 → 2");
        assert_eq!(drawn.data["embeds"][0]["footer"]["text"], "op_1");
        let buttons = drawn.data["components"][0]["components"].as_array().unwrap();
        assert_eq!(buttons.len(), 1, "what does the same is there once");
        assert_eq!(
            (&buttons[0]["custom_id"], &buttons[0]["style"]),
            (&json!("v1:run:/undo op_0123456789abcdef"), &json!(4))
        );
        let bare = message(&said(View::new(Mark::Answer, Text::new().fixed("Nothing waits."))));
        assert_eq!((&bare.data["embeds"], &bare.data["components"]), (&json!([]), &json!([])));
    }

    #[test]
    fn what_is_too_long_for_a_button_stays_a_line() {
        let long = format!("/client find {}", "x".repeat(120));
        let view = View::new(Mark::Refused, Text::new().fixed("What?"))
            .suggest(&long, "finds it")
            .suggest("/help", "shows what there is")
            .suggest_as(("Confirm", Weight::Main), "/confirm", "does it");
        let drawn = drawn(view);
        let text = drawn.data["embeds"][0]["description"].as_str().unwrap();
        assert_eq!(text, format!("• `{long}` finds it\n• `/help` shows what there is"));
        let buttons = drawn.data["components"][0]["components"].as_array().unwrap();
        let labels: Vec<&str> = buttons.iter().map(|b| b["label"].as_str().unwrap()).collect();
        assert_eq!(labels, ["/help", "Confirm"]);
    }

    #[test]
    fn one_of_several_is_a_select() {
        let choice = |n: usize| {
            let line = format!("/balance c_{}", n.min(30));
            Suggestion::new(line, "user · 120 MMS").labelled("A".repeat(200), Weight::Plain)
        };
        let mut view = View::new(Mark::Refused, Text::new().fixed("Which?")).suggest("/help", "");
        view.pick = Some(Pick { ask: "Which client?", from: (1..=40).map(choice).collect() });
        let view = (0..40).fold(view, |view, n| view.offer("x", Weight::Plain, format!("/x {n}")));
        let drawn = drawn(view);
        let select = &drawn.data["components"][0]["components"][0];
        assert_eq!(select["options"].as_array().unwrap().len(), 25);
        assert_eq!(select["placeholder"], "Which client?");
        assert_eq!(select["options"][0]["value"], "v1:run:/balance c_1");
    }

    #[test]
    fn a_long_answer_goes_into_a_file_and_nothing_of_it_is_lost() {
        let row =
            |n: usize| vec![Text::new().input(format!("*client {n}*")), Text::new().fixed("7")];
        let table = |rows: usize| Table {
            columns: vec![Column::words("client"), Column::number("MMS")],
            rows: (0..rows).map(row).collect(),
        };
        let view = |rows| View::new(Mark::Answer, Text::new().fixed("All")).table(table(rows));
        let few = drawn(view(2));
        let text = few.data["embeds"][0]["description"].as_str().unwrap();
        assert_eq!(text, "**\\*client 0\\***\nMMS 7\n**\\*client 1\\***\nMMS 7");
        assert!(few.files.is_empty());
        let many = drawn(view(500));
        let text = many.data["embeds"][0]["description"].as_str().unwrap();
        assert!(text.ends_with("in the file."), "{text}");
        let [file] = many.files.as_slice() else { panic!("{:?}", many.files) };
        let file = String::from_utf8(file.bytes.clone()).unwrap();
        assert!(file.contains("*client 499*"), "{file}");
    }

    #[test]
    fn anything_fits() {
        for wild in
            ["*".repeat(9_000), "🦊".repeat(5_000), "`\u{202E}@everyone".repeat(900), String::new()]
        {
            let said = |text: &str| Text::new().input(text).code(text);
            let mut view = View::new(Mark::Refused, said(&wild))
                .line(said(&wild))
                .footer(said(&wild))
                .suggest(&wild, wild.as_str())
                .suggest("/help", wild.as_str());
            let one = Suggestion::new("/help", &wild).labelled(&wild, Weight::Main);
            view.pick = Some(Pick { ask: "Which?", from: vec![one] });
            drawn(view);
        }
    }

    #[test]
    fn every_form_fits_a_modal() {
        let from = "discord:1:2".parse().unwrap();
        for command in crate::commands::all() {
            let form = Form::of(&grammar::partly(&command.name(), &from).unwrap());
            if form.fields.is_empty() {
                continue;
            }
            let modal = modal(&form, "v1:fill:/x");
            assert!(units(modal["title"].as_str().unwrap()) <= 45);
            let fields = modal["components"].as_array().unwrap();
            assert!((1..=5).contains(&fields.len()));
            for field in fields {
                assert!((1..=45).contains(&units(field["label"].as_str().unwrap())));
                assert!((1..=100).contains(&units(field["description"].as_str().unwrap())));
            }
        }
    }
}

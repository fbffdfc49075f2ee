//! Text in Slack's markup, and plain text of buttons, options and labels.
//!
//! Invariant: text that people wrote can neither ping, nor break out of a code block, nor become a link.

use serde_json::{Value, json};

use crate::registration::SLACK_RESERVED;
use crate::view::{Span, Text, utc};

/// The longest text of a button, an option and its description.
pub const LABEL_MAX: usize = 75;

/// An option of a select.
pub fn option(label: &str, about: Option<&str>, value: &str) -> Value {
    let mut option = json!({ "text": label_of(label), "value": value });
    if let (Some(fields), Some(about)) = (option.as_object_mut(), about.filter(|a| !a.is_empty())) {
        fields.insert("description".to_owned(), label_of(about));
    }
    option
}

/// Plain text of a button, an option, a label: nothing in it is interpreted.
pub fn label_of(words: &str) -> Value {
    words_of(words, LABEL_MAX)
}

/// Plain text of at most so many characters. Slack interprets nothing in it; what would be a mention
/// or a link elsewhere is none even where it is copied to.
pub fn words_of(words: &str, most: usize) -> Value {
    let visible = words.chars().filter(|c| !turns(*c)).map(|c| match c {
        '<' => '‹',
        '>' => '›',
        c if c.is_control() => ' ',
        c => c,
    });
    let visible: String = visible.collect();
    let visible = visible.replace("://", ":\u{200B}//");
    let visible = visible.trim();
    let cut = if visible.chars().count() > most {
        let kept: String = visible.chars().take(most.saturating_sub(1)).collect();
        format!("{kept}…")
    } else {
        visible.to_owned()
    };
    let text = if cut.is_empty() { "…".to_owned() } else { cut };
    json!({ "type": "plain_text", "text": text, "emoji": false })
}

/// A section.
pub fn block(text: &str) -> Value {
    // `verbatim` keeps Slack from making links and mentions of plain text.
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } })
}

/// At most `most` characters, and never half of an entity or of a date.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(most.saturating_sub(1)).collect();
    for (opens, closes) in [('&', ';'), ('<', '>'), ('`', '`')] {
        if let Some(at) = kept.rfind(opens)
            && (opens == closes && kept.matches(opens).count() % 2 == 1
                || opens != closes && !kept.get(at..).unwrap_or_default().contains(closes))
        {
            kept.truncate(at);
        }
    }
    kept.push('…');
    kept
}

/// A text in Slack's markup.
pub fn mrkdwn(text: &Text) -> String {
    let mut out = String::new();
    for span in text.spans() {
        match span {
            Span::Fixed(words) => out.push_str(&escaped(words, false)),
            Span::Input(words) => out.push_str(&escaped(words, true)),
            Span::Strong(words) => out.push_str(&format!("*{words}*")),
            Span::Code(command) => {
                out.push('`');
                out.push_str(&escaped(&typed_in_slack(command), true));
                out.push('`');
            }
            // Shown in the reader's own zone.
            Span::Time(at) => out.push_str(&format!(
                "<!date^{}^{{date_short_pretty}} {{time}}|{}>",
                at.as_second(),
                utc(*at)
            )),
            Span::Link { words, address } => {
                out.push_str(&format!("<{}|{words}>", escaped(address, false)));
            }
        }
    }
    out
}

/// Marks that would turn what stands behind them.
fn turns(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Text for a code block: it keeps its lines, and cannot end the block.
pub fn code(words: &str) -> String {
    let lines: Vec<String> = words.lines().map(|line| escaped(line, true)).collect();
    lines.join("\n")
}

/// Slack's three characters. What people wrote also loses what could end a code span, begin a line
/// or become a link.
pub fn escaped(words: &str, reply: bool) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '`' if reply => out.push('ˋ'),
            c if reply && turns(c) => {}
            c if reply && c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    if reply { out.replace("://", ":\u{200B}//") } else { out }
}

/// A command whose name Slack keeps for itself is typed behind `/desk`.
fn typed_in_slack(command: &str) -> String {
    let word = command.strip_prefix('/').and_then(|line| line.split(' ').next());
    match word {
        Some(word) if SLACK_RESERVED.contains(&word) => {
            format!("/desk {}", command.trim_start_matches('/'))
        }
        Some(_) | None => command.to_owned(),
    }
}

//! What somebody sees of a message, as text: its lines with the platform's escapes taken away, then
//! what can be pressed and chosen. Ids count from 1, and times are told without the minutes that a
//! run may take, so that the text is the same in each.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::discord::GUILD;

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    /// What it says.
    pub lines: Vec<String>,
    /// What can be pressed or chosen, and the files that it has.
    pub below: Vec<String>,
}

impl Drawn {
    fn says(&mut self, text: &str) {
        self.lines.extend(text.lines().map(str::to_owned));
    }

    /// A file that comes with it.
    pub fn file(&mut self, name: &str, bytes: &[u8]) {
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
        self.below.push(format!("<file {name}, {lines} lines>"));
    }
}

/// A message in Discord.
pub fn discord(message: &Value, files: &BTreeMap<String, String>) -> Drawn {
    let mut drawn = Drawn::default();
    let mut says = |text: &Value, escapes: bool| {
        let text = text.as_str().unwrap_or_default();
        drawn.says(&if escapes { unescaped(text) } else { text.to_owned() });
    };
    says(&message["content"], true);
    for embed in list(&message["embeds"]) {
        says(&embed["description"], true);
        says(&embed["footer"]["text"], false);
    }
    for row in list(&message["components"]) {
        let mut buttons = Vec::new();
        for one in list(&row["components"]) {
            buttons.extend(one["label"].as_str().map(|label| format!("[{label}]")));
            if let Some(ask) = one["placeholder"].as_str() {
                drawn.below.push(format!("[{ask} ▾]"));
            }
            for option in list(&one["options"]) {
                let about = option["description"].as_str().unwrap_or_default();
                drawn.below.push(choice(option["label"].as_str().unwrap_or_default(), about));
            }
        }
        if !buttons.is_empty() {
            drawn.below.push(buttons.join(" "));
        }
    }
    for (name, content) in files {
        drawn.file(name, content.as_bytes());
    }
    drawn
}

/// A message in Slack, by its blocks.
pub fn slack(blocks: &[Value]) -> Drawn {
    let mut drawn = Drawn::default();
    for block in blocks {
        let text = |value: &Value| plain_slack(value["text"].as_str().unwrap_or_default());
        match block["type"].as_str().unwrap_or_default() {
            "section" => {
                let button = block["accessory"]["text"]["text"].as_str();
                let button = button.map(|label| format!("  [{label}]")).unwrap_or_default();
                drawn.says(&format!("{}{button}", text(&block["text"])));
            }
            "context" => {
                list(&block["elements"]).iter().for_each(|one| drawn.says(&text(one)));
            }
            _ => {
                let mut buttons = Vec::new();
                for one in list(&block["elements"]) {
                    buttons.extend(one["text"]["text"].as_str().map(|label| format!("[{label}]")));
                    if let Some(ask) = one["placeholder"]["text"].as_str() {
                        drawn.below.push(format!("[{ask} ▾]"));
                    }
                    for option in list(&one["options"]) {
                        let about = option["description"]["text"].as_str().unwrap_or_default();
                        let label = option["text"]["text"].as_str().unwrap_or_default();
                        drawn.below.push(choice(label, about));
                    }
                }
                if !buttons.is_empty() {
                    drawn.below.push(buttons.join(" "));
                }
            }
        }
    }
    drawn
}

/// Text in the terminal.
pub fn terminal(text: &str) -> Drawn {
    let mut drawn = Drawn::default();
    drawn.says(text);
    drawn
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn choice(label: &str, about: &str) -> String {
    if about.is_empty() { format!("  ○ {label}") } else { format!("  ○ {label} | {about}") }
}

/// Discord's text as it is read, with the moments and links that it draws.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => out.extend(rest.next()),
            // It keeps words from becoming links, and is not seen.
            '\u{200b}' => {}
            c => out.push(c),
        }
    }
    let mut links = out.split("](<https://");
    let first = links.next().unwrap_or_default().to_owned();
    let out = links.fold(first, |text, part| {
        let (before, words) = text.rsplit_once('[').unwrap();
        let (address, behind) = part.split_once(">)").unwrap();
        format!("{before}{words}: https://{address}{behind}")
    });
    let mut parts = out.split("<t:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (inside, behind) = part.split_once('>').unwrap();
        let second = inside.split(':').next().unwrap().parse().unwrap();
        format!("{text}{}{behind}", bot::view::utc(Timestamp::from_second(second).unwrap()))
    })
}

/// Slack's text as it is read, with what stands for the moments and links that it draws.
fn plain_slack(text: &str) -> String {
    let mut links = text.split("<https://");
    let first = links.next().unwrap_or_default().to_owned();
    let text = links.fold(first, |text, part| {
        let (inside, behind) = part.split_once('>').unwrap();
        let (address, words) = inside.split_once('|').unwrap();
        format!("{text}{words}: https://{address}{behind}")
    });
    let mut parts = text.split("<!date^");
    let first = parts.next().unwrap_or_default().to_owned();
    let dated = parts.fold(first, |text, part| {
        let (inside, behind) = part.split_once('>').unwrap();
        format!("{text}{}{behind}", inside.rsplit('|').next().unwrap())
    });
    dated.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// A text whose times have lost the one to four minutes that a run may take, without references that
/// are drawn by lot.
pub fn settled(text: &str) -> String {
    let mut bytes = text.to_owned().into_bytes();
    for (at, _) in text.match_indices(" UTC") {
        if at >= 5 && bytes[at - 3] == b':' && bytes[at - 1].is_ascii_digit() {
            bytes[at - 1] = if bytes[at - 1] < b'5' { b'0' } else { bytes[at - 1] };
        }
    }
    let text = String::from_utf8(bytes).unwrap();
    match text.strip_prefix("Ref ").and_then(|rest| rest.split_once(" · ")) {
        Some((op, _)) => format!("Ref {op} · ········"),
        None => text,
    }
}

/// A line without what only marks it up, and without who somebody is on a platform, to be held
/// against that of another front end.
pub fn bare(line: &str) -> String {
    let mut line = line.replace("**", "").replace('`', "");
    for of in ["slack:T1:U", "local:", &format!("discord:{GUILD}:")] {
        while let Some(at) = line.find(of) {
            let rest =
                line[at + of.len()..].trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            line = format!("{}@{rest}", &line[..at]);
        }
    }
    line
}

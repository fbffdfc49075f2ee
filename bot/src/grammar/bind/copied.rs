//! Marks that a copied line or an address of a mail brings along: `/confirm op_…: does it`, `“ACME Ltd”,`.
//! Where nothing else can be meant they are taken away.

use shared::kernel::id::{ClientId, InvoiceNumber, OpId};

use crate::command::{Command, ParamKind};
use crate::grammar::token::{Piece, Token};

/// The words with which the desk begins the effect of a line that it offers.
const EFFECTS: &[&str] = &[
    "does",
    "drops",
    "takes",
    "activates",
    "lets",
    "turns",
    "gives",
    "sets",
    "shows",
    "lists",
    "looks",
    "runs",
    "explains",
    "tries",
    "makes",
    "moves",
    "adds",
    "confirms",
    "asks",
    "everything",
    "its",
    "what",
    "the",
    "deducts",
    "is",
];

/// The most words of an effect.
const EFFECT_MAX: usize = 8;

/// Words of courtesy behind a command that takes no text.
const POLITE: &[&str] = &["please", "pls", "thanks", "thx"];

fn is_id(text: &str) -> bool {
    let text = text.to_lowercase();
    text.parse::<OpId>().is_ok()
        || text.parse::<ClientId>().is_ok()
        || text.to_uppercase().parse::<InvoiceNumber>().is_ok()
}

/// An id with marks behind it, without them; and whether a colon was one of them.
fn id(token: &Token) -> Option<(&str, bool)> {
    let raw = token.raw.as_str();
    let is_plain = match &token.piece {
        Piece::Word(_) | Piece::Pair { value: None, .. } => true,
        Piece::Quoted(_)
        | Piece::Pair { value: Some(_), .. }
        | Piece::Apart { .. }
        | Piece::Flag { .. }
        | Piece::Mention { .. } => false,
    };
    let text = raw.trim_end_matches(['.', ',', ':', ';', '!', '?']);
    (is_plain && text.len() < raw.len() && is_id(text)).then(|| (text, raw.ends_with(':')))
}

fn is_effect(behind: &[Token]) -> bool {
    let first = behind.first().map(|token| token.raw.to_lowercase()).unwrap_or_default();
    EFFECTS.contains(&first.as_str()) && behind.len() <= EFFECT_MAX
}

/// The tokens without the marks.
pub fn without_marks(command: &'static Command, tokens: &[Token]) -> Vec<Token> {
    let has_text = command.params.iter().any(|param| param.kind == ParamKind::Rest);
    let takes_an_op =
        command.params.iter().any(|p| matches!(p.kind, ParamKind::Op | ParamKind::Plan(_)));
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some((token, behind)) = rest.split_first() {
        rest = behind;
        if let Some((text, has_colon)) = id(token) {
            out.push(Token { piece: Piece::Word(text.to_owned()), raw: text.to_owned() });
            // `drops it` behind a deny is its effect; other words are the reason.
            let words: Vec<&str> = behind.iter().map(|token| token.raw.as_str()).collect();
            if has_colon && is_effect(behind) && (!has_text || words == ["drops", "it"]) {
                break;
            }
            continue;
        }
        let is_mark = !token.raw.contains(|c: char| !matches!(c, ',' | '.' | ';'));
        let is_behind_a_name =
            out.last().is_some_and(|before| matches!(before.piece, Piece::Quoted(_)));
        if is_mark && is_behind_a_name {
            continue;
        }
        out.push(token.clone());
    }
    if takes_an_op && !has_text {
        let is_polite = |token: &Token| {
            let plain = token.raw.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            POLITE.contains(&plain.as_str())
        };
        while out.last().is_some_and(is_polite) {
            out.pop();
        }
    }
    out
}

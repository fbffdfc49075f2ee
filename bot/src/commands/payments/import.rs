//! `/payment import`: the lines of a bank’s file.
//!
//! The file is read where the person types. Its preview books nothing; the line that the preview offers books
//! exactly what was shown.

use serde_json::{Value, json};
use shared::kernel::id::OpId;
use shared::payments::inbox::types::{FileRead, ImportLine, Preview, PreviewLine};
use shared::payments::statement::types::{ColumnQuestion, DateOrder, DecimalMark, StatementLine};
use shared::payments::types::{Ask, Facts, Operation};

use super::view;
use crate::command::{Action, Args, Command, ParamKind, ParamSpec, Usage};
use crate::reply::words::{counted, fixed, length};
use crate::reply::{Content, ROWS_MAX};
use crate::view::{Column, Mark, Table, Text, View, Weight, day};

const DECIMALS: &[(&str, &str)] =
    &[("comma", "2.315,40 and 3.000 is three thousand"), ("point", "2,315.40 and 3.000 is three")];
const DATES: &[(&str, &str)] = &[
    ("day_first", "05/06 is 5 June"),
    ("month_first", "05/06 is 6 May"),
    ("year_first", "2026/06/05 or 26/06/05"),
];

/// Imports a file.
pub const COMMANDS: &[Command] = &[Command {
    words: &["payment", "import"],
    about: "Import a bank’s file: CAMT.053, MT940 or CSV; shows it first",
    example: "/payment import statement.csv",
    finds: &["bank file", "bank statement", "camt", "mt940", "upload payments"],
    params: &[
        ParamSpec::required("file", ParamKind::Text, "The path of the file, in the terminal"),
        ParamSpec::named("account", ParamKind::Word, "The bank account, if the file names none"),
        ParamSpec::named("decimals", ParamKind::Choice(DECIMALS), "How amounts are written"),
        ParamSpec::named("dates", ParamKind::Choice(DATES), "How dates are written"),
        ParamSpec::named("doubtful", ParamKind::Flag, "Also book the doubtful lines"),
        ParamSpec::by_button("book", ParamKind::Word, "The preview that is booked"),
    ],
    action: Action::Ask {
        operation: Operation::PaymentImport.spec(),
        // The chat reads the file first.
        call: |_| Ok(Ask::PaymentImport { lines: Vec::new() }.into()),
    },
}];

/// How amounts are written, as a person says.
pub(crate) fn decimals(args: &Args) -> Option<DecimalMark> {
    match args.text("decimals")?.as_str() {
        "comma" => Some(DecimalMark::Comma),
        _ => Some(DecimalMark::Point),
    }
}

/// How dates are written, as a person says.
pub(crate) fn dates(args: &Args) -> Option<DateOrder> {
    match args.text("dates")?.as_str() {
        "day_first" => Some(DateOrder::DayFirst),
        "month_first" => Some(DateOrder::MonthFirst),
        _ => Some(DateOrder::YearFirst),
    }
}

/// The lines of a preview that are booked.
pub(crate) fn booked(preview: &Preview, with_doubtful: bool) -> Vec<ImportLine> {
    let doubtful = preview.doubtful.iter().filter(|_| with_doubtful);
    preview.new.iter().chain(doubtful).map(|line| line.import.clone()).collect()
}

/// A file that cannot be read here.
pub(crate) fn unreadable(path: &str, reason: Option<&std::io::Error>) -> Usage {
    let sentence = match reason {
        Some(reason) => format!("“{path}” cannot be read: {reason}."),
        None => "A bank’s file is read in the terminal: creditdesk, or creditdesk say.".to_owned(),
    };
    Usage::new("no_file", sentence)
}

/// The reply to a file that was read.
pub fn content(read: &FileRead) -> Content {
    match read {
        FileRead::Preview(preview) => shown(preview),
        FileRead::Question(question) => asked(question),
    }
}

/// The reply to one part of an import.
pub(super) fn part(op: &OpId, facts: &Facts) -> Content {
    let count = counted(facts.imported, "payment is", "payments are");
    let view = View::new(Mark::Done, fixed(format!("{count} recorded, {} in all", facts.net)));
    let view = view.suggest("/payment unmatched", "lists those that wait");
    Content::new("payments_imported", view.footer(fixed(op.to_string())), json!(facts))
}

/// The reply to a whole import.
pub(crate) fn all(booked: u64, left: u64, preview: &Preview) -> View {
    let count = counted(booked, "payment is", "payments are");
    let (mark, headline) = match left {
        0 => (Mark::Done, format!("{count} recorded from the file")),
        left => {
            let left = counted(left, "line is", "lines are");
            (Mark::Failed, format!("{count} recorded; {left} not. Run the same line again"))
        }
    };
    let mut view = View::new(mark, fixed(headline));
    if let Some(table) = table(&preview.new) {
        view = view.table(table);
    }
    offers(view, preview).suggest("/payment unmatched", "lists those that wait")
}

/// A line for each first proposal.
fn offers(mut view: View, preview: &Preview) -> View {
    let lines = preview.new.iter().chain(&preview.doubtful);
    for line in lines.filter(|line| !line.proposals.is_empty()).take(OFFERS_MAX) {
        let Some(first) = line.proposals.first() else { continue };
        let numbers: Vec<String> = first.invoices.iter().map(ToString::to_string).collect();
        let match_line = format!("/payment match {} {}", line.import.key, numbers.join(" "));
        let label = format!("Match {}", numbers.join(", "));
        view = view.suggest_as((label.as_str(), Weight::Plain), match_line, "says what it pays");
    }
    view
}

/// The most matches that a reply offers.
const OFFERS_MAX: usize = 10;

fn shown(preview: &Preview) -> Content {
    let new = length(&preview.new);
    let headline = match new {
        0 => fixed("The file has no new payment"),
        new => fixed(counted(new, "new payment in the file", "new payments in the file")),
    };
    let mark = if new == 0 && preview.doubtful.is_empty() { Mark::Answer } else { Mark::Asks };
    let mut view = View::new(mark, headline);
    if let Some(table) = table(&preview.new) {
        view = view.table(table);
    }
    let count = |count: u64, one: &str, many: &str| match count {
        0 => Text::new(),
        count => fixed(counted(count, one, many)),
    };
    view = view.line(Text::dotted([
        count(preview.known, "line is on record", "lines are on record"),
        count(length(&preview.outgoing), "line pays nothing", "lines pay nothing"),
        count(length(&preview.pending), "entry is pending", "entries are pending"),
    ]));
    for line in preview.doubtful.iter().take(ROWS_MAX) {
        let like = line.like.clone().unwrap_or_default();
        view = view.line(
            described(&line.import.line).fixed(" may be ").input(like).fixed(" under another text"),
        );
    }
    if !preview.doubtful.is_empty() {
        view = view.line(fixed("Doubtful lines are booked only with --doubtful."));
    }
    view = view.lines(preview.notes.iter().map(|note| Text::new().input(note.clone())));
    Content::new("payment_preview", view, data(preview))
}

/// A line of the file in words.
fn described(line: &StatementLine) -> Text {
    let amount = line.amount;
    fixed(format!("line {}: {} · {amount} · ", line.position, day(line.booked_on)))
        .input(words(line))
}

fn words(line: &StatementLine) -> String {
    [line.party.as_str(), line.text.as_str()].join(" ").trim().to_owned()
}

fn table(lines: &[PreviewLine]) -> Option<Table> {
    let row = |line: &PreviewLine| {
        let stated = &line.import.line;
        vec![
            fixed(stated.position.to_string()),
            fixed(day(stated.booked_on)),
            fixed(stated.amount.to_string()),
            Text::new().input(words(stated)),
            view::first(&line.proposals),
        ]
    };
    let columns = vec![
        Column { right: true, ..Column::words("line") },
        Column::words("booked"),
        Column { right: true, ..Column::words("amount") },
        Column::detail("text"),
        Column::detail("may pay"),
    ];
    let rows: Vec<Vec<Text>> = lines.iter().take(ROWS_MAX).map(row).collect();
    (!rows.is_empty()).then_some(Table { columns, rows })
}

/// The answers to a question that the file leaves, as options of the line.
pub(crate) fn answers(question: &ColumnQuestion) -> &'static [&'static str] {
    match question {
        ColumnQuestion::Decimals { .. } => &["decimals:comma", "decimals:point"],
        ColumnQuestion::Dates { .. } => &["dates:day_first", "dates:month_first"],
        ColumnQuestion::Columns { .. } => &[],
    }
}

fn asked(question: &ColumnQuestion) -> Content {
    let headline = Text::new().input(question.to_string()).fixed(" Nothing was booked.");
    let view = View::new(Mark::Refused, headline);
    Content::new("unclear_file", view, json!({ "question": question }))
}

/// A preview for scripts.
fn data(preview: &Preview) -> Value {
    let line = |line: &StatementLine| {
        json!({
            "line": line.position, "date": line.booked_on, "amount_minor": line.amount.minor,
            "currency": line.amount.currency.code(), "text": words(line),
        })
    };
    let with_key = |shown: &PreviewLine| {
        let mut json = line(&shown.import.line);
        if let Some(fields) = json.as_object_mut() {
            fields.insert("payment".to_owned(), json!(shown.import.key));
            fields.insert("like".to_owned(), json!(shown.like));
            fields.insert("proposals".to_owned(), json!(shown.proposals));
        }
        json
    };
    json!({
        "new": preview.new.iter().map(with_key).collect::<Vec<_>>(),
        "doubtful": preview.doubtful.iter().map(with_key).collect::<Vec<_>>(),
        "known": preview.known,
        "outgoing": preview.outgoing.iter().map(line).collect::<Vec<_>>(),
        "pending": preview.pending.iter().map(line).collect::<Vec<_>>(),
    })
}

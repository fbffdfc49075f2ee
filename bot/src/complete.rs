//! What could come next while a line is typed: words of commands, names of parameters, choices,
//! and clients, which the functions know. And, for platforms that complete one option at a time,
//! what its value could be ([`choices`]).

use std::future::Future;
use std::ops::Range;

use shared::answer::{Answer, Named, PlanCard};
use shared::audit::{Audit, Ended};
use shared::credit::grouped_signed;
use shared::id::{Identity, InvoiceNumber};
use shared::invoice::Invoice;
use shared::operation::{Ask, Operation};
use shared::search::fold;
use shared::staff::Staff;

use crate::chat::Chat;
use crate::command::{Command, ParamKind, ParamSpec, Place};
use crate::commands;
use crate::grammar::amount::looks_like_one;

/// Something that could come next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What to put into the line.
    pub value: String,
    /// What it is, to show beside it.
    pub about: String,
    /// Which part of the line (in bytes) it replaces.
    pub span: Range<usize>,
}

/// The completions at `position` (in bytes) of a line. `suggest` is asked for clients, at most once.
pub async fn complete<F, Answer>(line: &str, position: usize, suggest: F) -> Vec<Completion>
where
    F: FnOnce(String) -> Answer,
    Answer: Future<Output = Vec<Named>>,
{
    match wanted(line, position) {
        Wanted::These(completions) => completions,
        Wanted::Client { text, span, others } => {
            let found = suggest(text).await;
            let clients = found.into_iter().map(|client| Completion {
                about: format!("{} · {}", client.name, client.id),
                value: client.login,
                span: span.clone(),
            });
            clients.chain(others).collect()
        }
    }
}

/// What has to be known to complete.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// Nothing: here they are.
    These(Vec<Completion>),
    /// The clients that begin like this.
    Client { text: String, span: Range<usize>, others: Vec<Completion> },
}

/// A word of the line, with where it stands.
struct Typed<'a> {
    text: &'a str,
    span: Range<usize>,
}

/// The words before the position; the last one is being typed and may be empty.
fn words(line: &str) -> Vec<Typed<'_>> {
    let mut found = Vec::new();
    let mut start = 0_usize;
    let mut quoted = false;
    for (at, c) in line.char_indices() {
        quoted ^= c == '"';
        if c.is_whitespace() && !quoted {
            if start < at {
                found
                    .push(Typed { text: line.get(start..at).unwrap_or_default(), span: start..at });
            }
            start = at.saturating_add(c.len_utf8());
        }
    }
    let last = line.get(start..).unwrap_or_default();
    found.push(Typed { text: last, span: start..line.len() });
    found
}

fn wanted(line: &str, position: usize) -> Wanted {
    let before = line.get(..position).unwrap_or(line);
    let mut words = words(before);
    let Some(current) = words.pop() else { return Wanted::These(Vec::new()) };
    let mut typed: Vec<Typed<'_>> = words;
    if typed.first().is_some_and(|first| first.text.trim_start_matches('/') == "desk") {
        typed.remove(0);
    }
    let folded: Vec<String> =
        typed.iter().map(|word| word.text.trim_start_matches('/').to_lowercase()).collect();
    // The command with the most words that is complete; what follows are its arguments.
    let complete = commands::all()
        .filter(|c| {
            c.words.len() <= folded.len() && c.words.iter().zip(&folded).all(|(k, t)| k == t)
        })
        .max_by_key(|command| command.words.len());
    match complete {
        Some(command) => {
            let arguments = typed.get(command.words.len()..).unwrap_or_default();
            argument(command, arguments, &current)
        }
        None => Wanted::These(next_words(&folded, &current)),
    }
}

fn next_words(typed: &[String], current: &Typed<'_>) -> Vec<Completion> {
    let slash = if typed.is_empty() && current.text.starts_with('/') { "/" } else { "" };
    let begun = current.text.trim_start_matches('/').to_lowercase();
    let mut found: Vec<Completion> = Vec::new();
    for command in commands::all() {
        let along = command.words.iter().zip(typed).all(|(known, typed)| known == typed);
        let Some(word) = command.words.get(typed.len()).filter(|_| along) else { continue };
        let value = format!("{slash}{word}");
        if !word.starts_with(&begun) || found.iter().any(|known| known.value == value) {
            continue;
        }
        let to = typed.len().saturating_add(1);
        let about = commands::about(command.words.get(..to).unwrap_or_default()).to_owned();
        found.push(Completion { value, about, span: current.span.clone() });
    }
    found
}

fn argument(command: &'static Command, typed: &[Typed<'_>], current: &Typed<'_>) -> Wanted {
    // `sort:m`, `--class u`: the value of a parameter by its name.
    if let Some((name, value)) = current.text.split_once(':')
        && let Some(param) = command.param(name)
    {
        let start = current.span.start.saturating_add(name.len()).saturating_add(1);
        return value_of(param, value, start..current.span.end, Vec::new());
    }
    let named = |word: &&Typed<'_>| !is_named(word.text);
    let alone: Vec<&Typed<'_>> = typed.iter().filter(named).collect();
    let others = names(command, typed, current);
    let places: Vec<&'static ParamSpec> =
        command.params.iter().filter(|param| param.is_in_place()).collect();
    // A client's name of several words reaches up to the amount.
    let reaches = matches!(
        places.as_slice(),
        [client, amount, ..] if client.kind == ParamKind::Client && amount.kind == ParamKind::Amount
    ) && !alone.iter().any(|word| looks_like_one(word.text));
    let at = if reaches { 0 } else { alone.len() };
    let Some(param) = places.get(at) else { return Wanted::These(others) };
    let start = match alone.first() {
        Some(first) if reaches => first.span.start,
        Some(_) | None => current.span.start,
    };
    let text: Vec<&str> =
        if reaches { alone.iter().map(|word| word.text).collect() } else { Vec::new() };
    let text = text.into_iter().chain([current.text]).collect::<Vec<_>>().join(" ");
    value_of(param, &text, start..current.span.end, others)
}

fn is_named(word: &str) -> bool {
    let pair = word.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
    });
    pair || (word.starts_with('-') && !looks_like_one(word))
}

fn value_of(param: &ParamSpec, begun: &str, span: Range<usize>, others: Vec<Completion>) -> Wanted {
    match param.kind {
        ParamKind::Choice(choices) => {
            let begun = begun.to_lowercase();
            let fits = choices.iter().filter(|(word, _)| word.starts_with(&begun));
            let choices = fits.map(|(word, about)| Completion {
                value: (*word).to_owned(),
                about: (*about).to_owned(),
                span: span.clone(),
            });
            Wanted::These(choices.chain(others).collect())
        }
        // Search terms begin with two letters.
        ParamKind::Client if begun.trim_matches('"').trim().chars().count() >= 2 => {
            Wanted::Client { text: begun.trim_matches('"').trim().to_owned(), span, others }
        }
        ParamKind::Client
        | ParamKind::Amount
        | ParamKind::Number
        | ParamKind::Text
        | ParamKind::Word
        | ParamKind::Rest
        | ParamKind::Invoice
        | ParamKind::Op
        | ParamKind::Plan
        | ParamKind::Staff
        | ParamKind::Date
        | ParamKind::Email
        | ParamKind::Phone
        | ParamKind::Steps
        | ParamKind::Flag => Wanted::These(others),
    }
}

/// The parameters by name that are not given yet, once something of their name is typed.
fn names(command: &'static Command, typed: &[Typed<'_>], current: &Typed<'_>) -> Vec<Completion> {
    let dashes = current.text.chars().take_while(|c| *c == '-').count();
    let begun = current.text.trim_start_matches('-').to_lowercase().replace('-', "_");
    // One letter is rather the beginning of a value.
    if begun.chars().nth(1).is_none() && dashes == 0 {
        return Vec::new();
    }
    let given = |param: &ParamSpec| {
        typed.iter().any(|word| {
            let name = word.text.trim_start_matches('-');
            let name = name.split([':', '=']).next().unwrap_or_default().replace('-', "_");
            is_named(word.text) && name == param.name
        })
    };
    command
        .params()
        .filter(|param| param.place == Place::Named || dashes > 0)
        .filter(|param| param.name.starts_with(&begun) && !given(param))
        .map(|param| Completion {
            value: match (dashes, param.kind) {
                (0, ParamKind::Flag) => format!("--{}", param.name),
                (0, _) => format!("{}:", param.name),
                (_, _) => format!("--{}", param.name),
            },
            about: param.about.to_owned(),
            span: current.span.clone(),
        })
        .collect()
}

/// The most choices that a platform shows (Discord's limit; Slack's is 100).
pub const CHOICES_MAX: usize = 25;

/// The longest label, in UTF-16 units (Discord's limit; Slack cuts at 75).
pub const LABEL_MAX: usize = 100;

/// A value that an option could have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What people see. It ends in the value: then no two are alike, and where a platform hands
    /// back the label instead of the value, the label says what is meant.
    pub label: String,
    /// What is handed back.
    pub value: String,
}

impl Choice {
    fn of(name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        let room = LABEL_MAX.saturating_sub(value.len()).saturating_sub(4);
        let mut label = String::new();
        let mut used = 0_usize;
        for c in name.chars().filter(|c| !c.is_control()) {
            used = used.saturating_add(c.len_utf16());
            if used > room {
                label.push('…');
                break;
            }
            label.push(c);
        }
        label.push_str(&format!(" · {value}"));
        Self { label, value }
    }
}

/// Whether there is anything to choose from while a parameter is typed. What one has done oneself is
/// what is undone, corrected and looked up, and not what failed behind the scenes.
#[must_use]
pub fn completes(command: &Command, param: &ParamSpec) -> bool {
    match param.kind {
        ParamKind::Client | ParamKind::Staff | ParamKind::Invoice | ParamKind::Plan => true,
        ParamKind::Op => matches!(
            command.operation(),
            Some(Operation::Undo | Operation::Correct | Operation::History)
        ),
        ParamKind::Choice(_)
        | ParamKind::Amount
        | ParamKind::Number
        | ParamKind::Text
        | ParamKind::Word
        | ParamKind::Rest
        | ParamKind::Date
        | ParamKind::Email
        | ParamKind::Phone
        | ParamKind::Steps
        | ParamKind::Flag => false,
    }
}

/// What the value of an option could be, as far as it is typed. `given` are the options beside it:
/// invoices are those of the client that is already chosen. Nothing where nothing can be had.
pub async fn choices(
    chat: &Chat,
    from: &Identity,
    kind: ParamKind,
    typed: &str,
    given: &[(String, String)],
) -> Vec<Choice> {
    let mut found = match kind {
        ParamKind::Client => clients(chat, from, typed).await,
        ParamKind::Staff => match chat.looked_up(from, Ask::RoleList {}).await {
            Some(Answer::Roles { staff }) => colleagues(&staff, typed),
            Some(_) | None => Vec::new(),
        },
        ParamKind::Invoice => invoices(chat, from, typed, given).await,
        ParamKind::Op => {
            let staff = Some(from.as_str().to_owned());
            let ask = Ask::History { client: None, staff, op: None, since: None };
            match chat.looked_up(from, ask).await {
                Some(Answer::History { lines, .. }) => done(&lines, typed),
                Some(_) | None => Vec::new(),
            }
        }
        ParamKind::Plan => match chat.looked_up(from, Ask::Pending {}).await {
            Some(Answer::Pending { plans }) => waiting(&plans, typed),
            Some(_) | None => Vec::new(),
        },
        ParamKind::Choice(words) => {
            let begun = typed.trim().to_lowercase();
            let fits = words.iter().filter(|(word, _)| word.starts_with(&begun));
            fits.map(|(word, about)| Choice::of(about, *word)).collect()
        }
        ParamKind::Amount
        | ParamKind::Number
        | ParamKind::Text
        | ParamKind::Word
        | ParamKind::Rest
        | ParamKind::Date
        | ParamKind::Email
        | ParamKind::Phone
        | ParamKind::Steps
        | ParamKind::Flag => Vec::new(),
    };
    found.truncate(CHOICES_MAX);
    found
}

async fn clients(chat: &Chat, from: &Identity, typed: &str) -> Vec<Choice> {
    // Search terms begin with two letters.
    if typed.trim().chars().count() < shared::search::PREFIX_LETTERS {
        return Vec::new();
    }
    let found = chat.suggest(from, typed.trim()).await;
    found.iter().map(|client| Choice::of(&client.name, client.id.to_string())).collect()
}

/// Whether a label has all the words that were typed.
fn has(label: &str, typed: &str) -> bool {
    let label = fold(label);
    fold(typed).split_whitespace().all(|word| label.contains(word))
}

fn colleagues(staff: &[Staff], typed: &str) -> Vec<Choice> {
    let here = staff.iter().filter(|staff| staff.active);
    let choice = |staff: &Staff| {
        let name = format!("{} · {}", staff.name, staff.role.word());
        Choice::of(&name, staff.id.to_string())
    };
    here.map(choice).filter(|choice| has(&choice.label, typed)).collect()
}

async fn invoices(
    chat: &Chat,
    from: &Identity,
    typed: &str,
    given: &[(String, String)],
) -> Vec<Choice> {
    let typed = typed.trim();
    let chosen = given.iter().find(|(name, value)| name == "client" && !value.trim().is_empty());
    // Without a client beside it: the one in the number, or the only one that is meant.
    let (client, rest) = match (chosen, client_of(typed)) {
        (Some((_, client)), _) => (client.clone(), typed),
        (None, Some(client)) => (client, typed),
        (None, None) if typed.chars().count() < shared::search::PREFIX_LETTERS => {
            return Vec::new();
        }
        (None, None) => match chat.suggest(from, typed).await.as_slice() {
            [client] => (client.id.to_string(), ""),
            [] | [_, _, ..] => return Vec::new(),
        },
    };
    match chat.looked_up(from, Ask::InvoiceList { client, state: None, before: None }).await {
        Some(Answer::Invoices { client, invoices, .. }) => {
            let all = invoices.iter().map(|invoice| numbered(&client, invoice));
            all.filter(|choice| has(&choice.label, rest)).collect()
        }
        Some(_) | None => Vec::new(),
    }
}

/// The client of a number that is typed as far as its client: `INV-1042-`, `inv-1042`.
fn client_of(typed: &str) -> Option<String> {
    let mut parts = typed.split('-');
    let series = parts.next()?.to_ascii_uppercase();
    let client = parts.next()?;
    let number = format!("{series}-{client}-0001").parse::<InvoiceNumber>().ok()?;
    Some(number.client.to_string())
}

fn numbered(client: &Named, invoice: &Invoice) -> Choice {
    let (gross, state) = (invoice.gross(), invoice.state.word());
    Choice::of(&format!("{} · {gross} · {state}", client.name), invoice.number.to_string())
}

fn waiting(plans: &[PlanCard], typed: &str) -> Vec<Choice> {
    let choice = |plan: &PlanCard| {
        let change = &plan.change;
        let sign = if change.amount > 0 { "+" } else { "" };
        let amount = grouped_signed(change.amount);
        let name =
            format!("{sign}{amount} {} · {} · {}", change.kind, plan.client.name, plan.by.name);
        Choice::of(&name, plan.op.to_string())
    };
    plans.iter().map(choice).filter(|choice| has(&choice.label, typed)).collect()
}

/// The changes of credits that are done, the newest first.
fn done(lines: &[Audit], typed: &str) -> Vec<Choice> {
    let is_change = |line: &&Audit| {
        line.ended == Ended::Done
            && matches!(line.operation, Operation::AddCredit | Operation::DeductCredit)
    };
    let choice = |line: &Audit| Choice::of(&line.text, line.op.to_string());
    let all = lines.iter().filter(is_change).map(choice);
    all.filter(|choice| has(&choice.label, typed)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::operation::Outcome;
    use shared::plan::PlanState;

    use crate::chat::tests::{Scripted, acme, plan};

    /// The labels of the choices, when the functions answer this.
    async fn offered(
        answers: impl IntoIterator<Item = Answer>,
        kind: ParamKind,
        typed: &str,
        given: &[(&str, &str)],
    ) -> Vec<String> {
        let answers = answers.into_iter().map(|answer| Ok(Outcome::Answer(answer)));
        let chat = Chat::new(Scripted::new(answers));
        let given: Vec<_> = given.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let found = choices(&chat, &"local:dana".parse().unwrap(), kind, typed, &given).await;
        for choice in &found {
            assert!(choice.label.ends_with(&format!(" · {}", choice.value)), "{choice:?}");
            assert!(choice.label.encode_utf16().count() <= LABEL_MAX, "{choice:?}");
        }
        found.into_iter().map(|choice| choice.label).collect()
    }

    fn suggestions(names: &[(u64, &str)]) -> Answer {
        let named = |(id, name): &(u64, &str)| Named {
            id: shared::id::ClientId(*id),
            name: (*name).to_owned(),
            login: format!("l{id}"),
        };
        Answer::Suggestions { clients: names.iter().map(named).collect() }
    }

    #[tokio::test]
    async fn alike_clients_have_labels_of_their_own() {
        let long = "🦊".repeat(90);
        let found = [suggestions(&[(7, "ACME"), (8, "ACME"), (9, &long)])];
        let labels = offered(found, ParamKind::Client, "ac", &[]).await;
        assert_eq!(&labels[..2], ["ACME · c_7", "ACME · c_8"]);
        assert!(labels[2].ends_with("… · c_9"), "{labels:?}");
        // One letter asks nobody.
        assert!(offered([], ParamKind::Client, " a ", &[]).await.is_empty());
        let many: Vec<(u64, &str)> = (1..=40).map(|id| (id, "ACME")).collect();
        let labels = offered([suggestions(&many)], ParamKind::Client, "ac", &[]).await;
        assert_eq!(labels.len(), CHOICES_MAX);
    }

    #[tokio::test]
    async fn plans_that_wait_are_offered_by_any_word_of_theirs() {
        let pending = || Answer::Pending { plans: vec![plan(PlanState::AwaitsApproval, vec![])] };
        let label = format!(
            "+500 MMS · ACME Ltd · Dana · {}",
            shared::id::CallKey::new("local", "plan").op()
        );
        for typed in ["", "acme", "dana 500"] {
            let found = offered([pending()], ParamKind::Plan, typed, &[]).await;
            assert_eq!(found.as_slice(), std::slice::from_ref(&label));
        }
        assert!(offered([pending()], ParamKind::Plan, "birch", &[]).await.is_empty());
    }

    #[tokio::test]
    async fn invoices_are_those_of_the_client_that_is_chosen_or_named() {
        let none = || Answer::Invoices {
            client: acme(),
            invoices: Vec::new(),
            unpaid: None,
            today: jiff::civil::date(2026, 11, 23),
        };
        for (typed, given, asked) in [
            ("", vec![("client", "acme")], "acme"),
            ("inv-7-00", vec![], "c_7"),
            ("INV-7", vec![("client", "")], "c_7"),
        ] {
            let functions = Scripted::new([Ok(Outcome::Answer(none()))]);
            let chat = Chat::new(functions.clone());
            let given: Vec<_> =
                given.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            let from = "local:dana".parse().unwrap();
            choices(&chat, &from, ParamKind::Invoice, typed, &given).await;
            let call = functions.asked()[0].1.ask.clone();
            assert_eq!(
                call,
                Ask::InvoiceList { client: asked.to_owned(), state: None, before: None }
            );
        }
        // Nobody is meant, or several are.
        assert!(offered([], ParamKind::Invoice, "", &[]).await.is_empty());
        let two = suggestions(&[(7, "ACME"), (8, "Acme Mobile")]);
        assert!(offered([two], ParamKind::Invoice, "ac", &[]).await.is_empty());
    }

    fn values(line: &str) -> Vec<String> {
        match wanted(line, line.len()) {
            Wanted::These(found) => found.into_iter().map(|c| c.value).collect(),
            Wanted::Client { text, span, others } => {
                let others = others.into_iter().map(|c| c.value);
                [format!("client {text} {span:?}")].into_iter().chain(others).collect()
            }
        }
    }

    #[test]
    fn commands_and_subcommands_complete() {
        assert_eq!(values("addc"), ["addcredit"]);
        assert_eq!(values("/addc"), ["/addcredit"]);
        assert_eq!(values("addcredit "), ["sms", "mms"]);
        assert_eq!(values("desk client s"), ["suspend", "set"]);
        assert_eq!(values("client set e"), ["email"]);
        assert_eq!(values("nonsense "), Vec::<String>::new());
    }

    #[test]
    fn clients_complete_up_to_the_amount() {
        assert_eq!(values("addcredit mms ac"), ["client ac 14..16"]);
        assert_eq!(values("addcredit mms northern ev"), ["client northern ev 14..25"]);
        assert_eq!(values("addcredit mms acme 500 mon"), Vec::<String>::new());
        assert_eq!(values("addcredit mms a"), Vec::<String>::new());
        assert_eq!(values("balance \"northern e"), ["client northern e 8..19"]);
    }

    #[test]
    fn parameters_and_choices_complete() {
        assert_eq!(values("addcredit mms acme 500 pa"), ["paid:"]);
        assert_eq!(values("addcredit mms acme 500 --d"), ["--dry_run"]);
        assert_eq!(values("list clients sort:"), ["mms", "sms", "name"]);
        assert_eq!(values("list clients sort:s"), ["sms"]);
        assert_eq!(values("statement acme m"), ["mms"]);
        assert_eq!(values("role grant dana o"), ["owner"]);
        assert_eq!(values("addcredit mms acme 500 paid:x pa"), Vec::<String>::new());
    }

    #[test]
    fn any_position_of_any_line_can_be_asked_about() {
        for line in ["/addcredit mms “é” 5", "", " ", "\"", "a:b --c=d", "client set manager é "]
        {
            for position in 0..=line.len().saturating_add(2) {
                let _ = wanted(line, position);
            }
        }
    }

    #[tokio::test]
    async fn a_client_is_put_in_by_its_login() {
        let named = Named {
            id: shared::id::ClientId(7),
            name: "ACME Ltd".to_owned(),
            login: "acme".to_owned(),
        };
        let suggest = |text: String| async move {
            assert_eq!(text, "ac");
            vec![named]
        };
        let found = complete("balance ac", 10, suggest).await;
        assert_eq!(
            found,
            [Completion { value: "acme".into(), about: "ACME Ltd · c_7".into(), span: 8..10 }]
        );
    }
}

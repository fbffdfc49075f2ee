//! `/help`: the overview, one task, one command, or a wish in words. It also knows the words of other
//! platforms (`remove`, `topup`, `show all`).
//!
//! Invariant: the overview fits a terminal of 80 columns and 24 lines; help runs no command.

use shared::kernel::actor::Role;

use crate::command::{Action, Command, ParamKind, ParamSpec, UsageForm, nearest};
use crate::commands;
use crate::commands::desk::tasks::{TASKS, Task, most_used};
use crate::commands::desk::topics;
use crate::reply::words::{a_role, fixed};
use crate::view::{Column, Mark, Table, Text, View};

/// Explains.
pub const COMMANDS: &[Command] = &[Command {
    words: &["help"],
    about: "Show what the desk can do, explain a command, or find the one you need",
    example: "/help top up",
    finds: &["commands", "manual", "how to", "what can"],
    params: &[ParamSpec::optional(
        "what",
        ParamKind::Rest,
        "A command, or what you want to do: top up, mms, remove …",
    )],
    action: Action::Help,
}];

/// How many commands an intent finds.
const FOUND_MAX: usize = 6;

/// The beginnings of a question about a task, the longest first.
const QUESTIONS: &[&str] =
    &["how do i ", "how can i ", "how do you ", "how to ", "can i ", "i want to "];

/// The help about a topic.
#[must_use]
pub fn view(topic: &str) -> View {
    let topic = topic.trim().trim_start_matches('/').to_lowercase();
    let topic = topic.strip_prefix("desk ").unwrap_or(&topic);
    let topic = topic.trim_end_matches('?');
    let topic = QUESTIONS.iter().find_map(|begin| topic.strip_prefix(begin)).unwrap_or(topic);
    match topic.trim() {
        "" => overview(None, false),
        "all" | "everything" => everything(),
        "exit" | "quit" => leave(),
        "mms" => mms(),
        "undo" => undo(),
        topic => match commands::find(topic) {
            Some(command) => one(command),
            None => match TASKS.iter().find(|task| task.word == topic) {
                Some(task) => of_task(task),
                None => topics::view(topic).unwrap_or_else(|| about(topic)),
            },
        },
    }
}

/// All commands as aligned text.
#[must_use]
pub fn text() -> String {
    let widest = commands::all().map(|c| c.short_usage().chars().count()).max().unwrap_or(0);
    let row = |command: &Command| format!("{:widest$}  {}", command.short_usage(), command.about);
    commands::all().map(row).collect::<Vec<_>>().join("\n")
}

/// All commands as a table for the documentation.
#[must_use]
pub fn markdown() -> String {
    let mut out =
        String::from("| Command | What it does | For example | Who may |\n|--|--|--|--|\n");
    for command in commands::all() {
        // A stroke would end the cell.
        let cell = |text: &str| text.replace('|', "\\|");
        let role = command.role().map_or("everybody", Role::word);
        out.push_str(&format!(
            "| `{}` | {} | `{}` | {role} |\n",
            cell(&command.usage()),
            cell(command.about),
            cell(command.example)
        ));
    }
    out
}

/// The tasks, and the ten commands that the caller's role uses most; at a new desk `/setup` is the last of
/// them. It fits a terminal of 80 columns and 24 lines.
#[must_use]
pub fn overview(role: Option<Role>, is_new: bool) -> View {
    let tasks = TASKS.iter().map(|task| Text::new().code(task.word));
    let view =
        View::new(Mark::Answer, fixed("Help")).line(fixed("Tasks: ").then(Text::dotted(tasks)));
    let view = match role {
        Some(role) => {
            let headline = fixed(format!("The ten commands that {} uses most", a_role(role)));
            let mut used = most_used(role);
            if let Some(last) = used.last_mut().filter(|_| is_new) {
                *last = "setup";
            }
            let used = used.into_iter().filter_map(commands::find);
            let row = |command: &'static Command| {
                vec![Text::new().code(format!("/{}", command.name())), fixed(command.about)]
            };
            let table = Table {
                columns: vec![Column::words("command"), Column::detail("")],
                rows: used.map(row).collect(),
            };
            View { headline, ..view }.table(table)
        }
        None => view,
    };
    view.suggest("/help credits", "shows the commands of a task")
        .suggest("/help addcredit mms", "explains a command")
        .suggest("/help top up", "finds a command by what you want to do")
        .suggest("/help all", "lists every command with its parameters")
}

/// The commands of a task.
fn of_task(task: &Task) -> View {
    let commands = commands::all().filter(|command| task.has(command));
    View::new(Mark::Answer, fixed(task.title)).table(listed(commands))
}

/// Commands with their parameters.
fn listed(commands: impl Iterator<Item = &'static Command>) -> Table {
    let row = |command: &'static Command| {
        vec![Text::new().code(command.short_usage()), fixed(command.about)]
    };
    Table {
        columns: vec![Column::words("command"), Column::detail("")],
        rows: commands.map(row).collect(),
    }
}

fn everything() -> View {
    View::new(Mark::Answer, fixed("All commands"))
        .table(listed(commands::all()))
        .footer(fixed("The options of a command: ").code("/help addcredit mms"))
}

/// The ways out of the terminal.
fn leave() -> View {
    View::new(Mark::Answer, fixed("In the terminal, exit or Ctrl-D leaves the desk"))
}

fn one(command: &'static Command) -> View {
    let mut view =
        View::new(Mark::Answer, fixed(command.about)).line(Text::new().code(command.usage()));
    for param in command.params() {
        let choices = match param.kind.form().usage {
            UsageForm::Words(choices) => {
                let each = choices.iter().map(|(word, about)| format!("{word} = {about}"));
                format!(" ({})", each.collect::<Vec<_>>().join("; "))
            }
            UsageForm::Shown | UsageForm::Sample(_) | UsageForm::Bare(_) => String::new(),
        };
        view = view.line(fixed(format!("• {} — {}{choices}", param.name, param.about)));
    }
    if let Some(role) = command.role() {
        view = view.line(fixed(format!("Who may: {} and above", role.word())));
    }
    view.line(fixed("For example: ").code(command.example))
}

/// The commands that fit what somebody wants to do.
fn about(topic: &str) -> View {
    let group: Vec<&'static Command> = commands::all()
        .filter(|command| command.name().starts_with(&format!("{topic} ")))
        .collect();
    let matches = if group.is_empty() { matches(topic) } else { group };
    let typed = fixed(" “").input(topic).fixed("”");
    if matches.is_empty() {
        let view = View::new(Mark::Answer, fixed("Nothing found for").then(typed).fixed("."));
        return match nearest(topic, commands::first_words()) {
            Some(near) => view.suggest(format!("/help {near}"), "the nearest command"),
            None => view.suggest("/help all", "lists every command"),
        };
    }
    let example = matches.first().map(|command| command.example);
    let view = View::new(Mark::Answer, fixed("For").then(typed).fixed(":"));
    let view = view.table(listed(matches.into_iter()));
    match example {
        Some(example) => view.line(fixed("For example: ").code(example)),
        None => view,
    }
}

/// The commands that people from elsewhere call `first` or `first second`.
#[must_use]
pub fn found_by(first: &str, second: &str) -> Vec<&'static Command> {
    let both = format!("{first} {second}");
    let called = |word: &str| {
        commands::all().filter(|c| c.finds.contains(&word)).collect::<Vec<&'static Command>>()
    };
    let mut matches = called(&both);
    if matches.is_empty() {
        matches = called(first);
    }
    // `suspend acme …` without its group. A kind stands in too many commands.
    if matches.is_empty() && !["sms", "mms"].contains(&first) {
        let has_word = |c: &&'static Command| c.words.iter().skip(1).any(|word| *word == first);
        matches = commands::all().filter(has_word).collect();
    }
    // `topup mms …` means one of the two.
    let named: Vec<&'static Command> =
        matches.iter().filter(|command| command.words.contains(&second)).copied().collect();
    let mut matches = if named.is_empty() { matches } else { named };
    matches.truncate(4);
    matches
}

/// The commands that fit a text, best first.
fn matches(topic: &str) -> Vec<&'static Command> {
    let mut ranked: Vec<(u32, &'static Command)> =
        commands::all().map(|command| (fit(command, topic), command)).collect();
    ranked.retain(|(fit, _)| *fit > 0);
    // The registry's order among equals: what is used most stands first.
    ranked.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
    let best = ranked.first().map_or(0, |(fit, _)| *fit);
    // A command that is called just that leaves no room for those that only mention it.
    let least = if best >= CALLED { CALLED } else { 1 };
    ranked.retain(|(fit, _)| *fit >= least);
    ranked.into_iter().take(FOUND_MAX).map(|(_, command)| command).collect()
}

const CALLED: u32 = 100;

fn fit(command: &Command, topic: &str) -> u32 {
    if command.finds.contains(&topic) || command.name() == topic {
        return CALLED;
    }
    let about = command.about.to_lowercase();
    let known: Vec<&str> = about
        .split(|c: char| !c.is_alphanumeric())
        .chain(command.words.iter().copied())
        .chain(command.finds.iter().flat_map(|find| find.split(' ')))
        .collect();
    let counted = |word: &str| {
        // Small words say nothing about what is wanted.
        let small = ["to", "a", "the", "an", "of", "for", "how", "do", "i", "me", "client"];
        !small.contains(&word) && known.contains(&word)
    };
    let words = topic.split_whitespace().filter(|word| counted(word)).count();
    u32::try_from(words).unwrap_or(0)
}

/// What a new colleague asks about MMS.
fn mms() -> View {
    let question = |view: View, question: &str, answer: Text| {
        view.line(fixed(format!("{question} ")).then(answer))
    };
    let view = View::new(Mark::Answer, fixed("MMS, in words"));
    let view = question(
        view,
        "How is it enabled?",
        fixed("In two steps. Billing turns it on for an admin’s platform, once: ")
            .code("/mms allow c_1")
            .fixed(". Then it is on for a client when its own switch says so, or when it inherits from a parent whose clients have it on. Both must hold."),
    );
    let view = question(
        view,
        "For one client?",
        Text::new()
            .code("/mms on acme")
            .fixed(", ")
            .code("/mms off acme")
            .fixed(", or ")
            .code("/mms inherit acme")
            .fixed(" to follow its parent."),
    );
    let view = question(
        view,
        "For all clients of a parent?",
        Text::new()
            .code("/mms on all of c_1")
            .fixed(" or ")
            .code("/mms off all of c_1")
            .fixed(": one switch, also for clients that come later. Clients with their own setting keep it."),
    );
    let view =
        question(
            view,
            "How do I see that it is on?",
            Text::new().code("/client view acme").fixed(" says so; ").code("/balance acme").fixed(
                " says why not. Where it is off, the command that turns it on stands below.",
            ),
        );
    let view = question(
        view,
        "How does a client get MMS credits by hand?",
        Text::new()
            .code("/addcredit mms acme 500")
            .fixed(" adds them and makes the invoice; ")
            .code("/deductcredit mms acme 50 added twice")
            .fixed(" takes them away."),
    );
    let view = question(
        view,
        "In packages?",
        fixed(
            "A package’s MMS part appears only where MMS is allowed; SMS and MMS credits stay two balances and one never pays for the other.",
        ),
    );
    let view = question(
        view,
        "Where is the overview?",
        Text::new()
            .code("/list clients")
            .fixed(" shows both balances of everybody, fewest MMS credits first; ")
            .code("/statement acme mms")
            .fixed(" shows where a client’s went."),
    );
    question(
        view,
        "What counts as an MMS credit?",
        fixed("One message with media, sent or received, at home. A long text sent as SMS uses one SMS credit for each part instead. Turning MMS off keeps the credits."),
    )
    .suggest("/help mms on", "one command in detail")
}

/// What can be undone, and how else to correct.
fn undo() -> View {
    let view = match commands::find("undo") {
        Some(command) => one(command),
        None => View::new(Mark::Answer, Text::new()),
    };
    view.line(fixed("Your own adds and deducts of the last 24 hours; billing undoes anybody’s. The invoice goes with it: void, or a credit note when it was paid."))
        .line(fixed("Not when the credits are spent, and not twice. Otherwise: ")
            .code("/correct op_0123456789abcdef to:50")
            .fixed(", ")
            .code("/deductcredit mms acme 50 <reason> invoice:<number>")
            .fixed(" or ")
            .code("/invoice void <number> <reason>")
            .fixed("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::{Style, render};

    fn names(matches: &[&'static Command]) -> Vec<String> {
        matches.iter().map(|command| command.name()).collect()
    }

    #[test]
    fn commands_are_found_by_what_somebody_wants_to_do() {
        for (wish, command) in [
            ("top up", "addcredit sms"),
            ("topup", "addcredit mms"),
            ("remove", "deductcredit sms"),
            ("show all", "list clients"),
            ("search", "client find"),
            ("take back", "undo"),
            ("add client", "client new"),
            ("who did", "history"),
            ("how do i top up a client", "addcredit sms"),
            ("gift", "addcredit sms"),
            ("recharge", "addcredit mms"),
            ("cancel", "undo"),
            ("reverse", "correct"),
            ("refund", "invoice void"),
            ("overcredit", "correct"),
            ("overdue", "invoice list"),
        ] {
            assert!(names(&matches(wish)).contains(&command.to_owned()), "{wish}");
        }
        assert_eq!(names(&found_by("topup", "mms")), ["addcredit mms"]);
        assert_eq!(names(&found_by("show", "all")).first().unwrap(), "list clients");
        assert!(found_by("xyzzy", "").is_empty());
    }

    #[test]
    fn words_of_other_platforms_lead_to_the_command() {
        for (word, line) in [
            ("overcredit", "/correct op_"),
            ("refund", "/invoice void"),
            ("paid", "paid:"),
            ("overdue", "/invoice list acme open"),
            ("reseller", "from:house"),
            ("move", "move:"),
            ("Reverse", "/undo"),
            ("cancel", "/deny"),
            ("remove", "/deductcredit"),
            ("topup", "/addcredit"),
            ("show all", "/list clients"),
            ("gift", "/addcredit"),
            ("recharge", "/addcredit"),
        ] {
            let text = view(word).plain();
            assert!(text.contains(line), "{word}: {text}");
        }
        assert!(found_by("refund", "acme").iter().any(|command| command.name() == "invoice void"));
    }

    #[test]
    fn every_question_about_mms_is_answered_in_words() {
        let text = view("/mms").plain();
        for asked in [
            "How is it enabled?",
            "For one client?",
            "For all clients of a parent?",
            "How do I see that it is on?",
            "by hand?",
            "In packages?",
            "Where is the overview?",
            "What counts as an MMS credit?",
        ] {
            assert!(text.contains(asked), "{asked}");
        }
    }

    #[test]
    fn every_command_in_the_topics_can_be_read() {
        let from = "local:dana".parse().unwrap();
        for topic in ["mms", "undo"] {
            let view = view(topic);
            for line in &view.lines {
                for span in line.spans() {
                    let crate::view::Span::Code(code) = span else { continue };
                    if code.contains(['<', '[']) || code.starts_with('-') {
                        continue;
                    }
                    assert!(crate::grammar::read(code, &from).is_ok(), "{code}");
                }
            }
        }
    }

    #[test]
    fn every_command_stands_under_one_task() {
        for command in commands::all() {
            let tasks = TASKS.iter().filter(|task| task.has(command)).count();
            assert_eq!(tasks, 1, "{}", command.name());
        }
    }

    #[test]
    fn overview_fits_a_terminal_of_24_lines_and_names_ten_commands_in_the_order_of_the_tasks() {
        let style = Style { width: 80, ..Style::PLAIN };
        for role in Role::ALL {
            let overview = overview(Some(role), false);
            assert_eq!(overview.table.as_ref().unwrap().rows.len(), 10, "{role:?}");

            let text = render(&overview, style.clone());

            // The typed line, an empty line and the next prompt stand around it.
            assert!(text.lines().count() <= 24 - 3, "{role:?}: {text}");
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            let places: Vec<usize> = most_used(role)
                .into_iter()
                .map(|name| {
                    let command = commands::find(name).unwrap();
                    assert!(command.role().is_none_or(|least| least <= role), "{role:?}: {name}");
                    TASKS.iter().position(|task| task.has(command)).unwrap()
                })
                .collect();
            assert!(places.is_sorted(), "{role:?}: {places:?}");
        }
        for (role, is_used) in [(Role::Owner, true), (Role::Auditor, false)] {
            assert_eq!(most_used(role).contains(&"addcredit mms"), is_used, "{role:?}");
        }
    }

    #[test]
    fn task_shows_its_commands() {
        let text = view("approvals").plain();
        for name in ["/pending", "/confirm [op]", "/approve <op>", "/deny <op>"] {
            assert!(text.contains(name), "{text}");
        }
        for task in TASKS {
            let named = overview(Some(Role::Owner), false).lines[0].plain();
            assert!(named.contains(task.word), "{named}");
        }
    }

    #[test]
    fn help_finds_a_command_a_group_or_says_so() {
        assert!(view("addcredit mms").plain().contains("Who may: support"));
        assert!(view("client set").plain().contains("/client set email"));
        assert!(view("balnce").plain().contains("/help balance"));
        assert!(view("xyzzy").plain().contains("Nothing found for"));
        let all = view("all").plain();
        assert!(all.contains("/addcredit mms <client> <amount> [reason]"), "{all}");
    }
}

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use shared::contract::{Ask, specs};
use shared::desk::types as desk_types;
use shared::kernel::spec::Spec;

use super::*;
use crate::command::{Action, ParamKind, Position};
use crate::grammar::{Reading, read};

/// The read that a command makes in place of its write, where nothing is named to write.
fn read_instead(command: &Command) -> Option<&'static Spec> {
    let jobs = desk_types::Operation::JobsFailed.spec();
    (command.operation() == Some(desk_types::Operation::JobReplay.spec())).then_some(jobs)
}

#[test]
fn every_example_reads_as_its_operation() {
    let from = "local:dana".parse().unwrap();
    let asked = |line: &str| {
        let Ok(Reading::One(parsed)) = read(line, &from) else {
            panic!("{line}: {:?}", read(line, &from));
        };
        let ask = parsed.ask().unwrap();
        (parsed.command, ask.as_ref().map(Ask::spec))
    };
    for command in all() {
        let (read, spec) = asked(command.example);
        assert_eq!(read.words, command.words, "{}", command.example);
        let expected = read_instead(command).or(command.operation());
        assert_eq!(spec, expected, "{}", command.example);
    }
    let (command, spec) = asked("/jobs failed replay:op_0123456789abcdef");
    assert_eq!((spec, read_instead(command).is_some()), (command.operation(), true));
}

#[test]
fn every_operation_of_staff_has_a_command() {
    for spec in specs() {
        let asked = all().any(|command| {
            command.operation() == Some(spec) || read_instead(command) == Some(spec)
        });
        // Completion asks for suggestions, a profile gives a name, and an import shows a file first; nobody
        // types these.
        let is_typed = !["suggest", "profile_name", "payment_preview"].contains(&spec.name);
        assert_eq!(asked, spec.staff.is_some() && is_typed, "{}", spec.name);
    }
    let silent: Vec<_> = specs().filter(|spec| spec.staff.is_none()).map(|s| s.name).collect();
    assert_eq!(
        silent,
        ["transfer", "expire", "payment_book", "payment_settle", "event_note", "freeze"]
    );
}

#[test]
fn names_are_unique_and_short_enough_for_every_platform() {
    let mut seen = BTreeSet::new();
    for command in all() {
        assert!(seen.insert(command.name()), "{} twice", command.name());
        assert!((1..=3).contains(&command.words.len()), "{}", command.name());
        for word in command.words {
            assert!((1..=31).contains(&word.len()), "{word}");
            assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{word}");
        }
        assert!((1..=100).contains(&command.about.chars().count()), "{}", command.name());
        assert!(command.params().count() <= 25, "{}", command.name());
        let mut names = BTreeSet::new();
        for param in command.params() {
            assert!(names.insert(param.name), "{} {}", command.name(), param.name);
            let allowed = |b: u8| b.is_ascii_lowercase() || b == b'_';
            assert!(param.name.bytes().all(allowed) && param.name.len() <= 32, "{}", param.name);
            let about = param.about.chars().count();
            assert!((1..=100).contains(&about), "{} {}", command.name(), param.name);
            if let ParamKind::Choice(choices) = param.kind {
                assert!(choices.len() <= 25);
            }
        }
    }
    // Discord's 100 and Slack's 50, with `/desk`.
    assert!(first_words().len() < 50);
}

#[test]
fn a_command_with_subcommands_is_not_itself_a_command() {
    for command in all() {
        for other in all() {
            let below =
                other.words.len() > command.words.len() && other.words.starts_with(command.words);
            assert!(!below, "{} and {}", command.name(), other.name());
        }
    }
}

#[test]
fn every_group_says_what_it_is_about() {
    for command in all() {
        for depth in 1..=command.words.len() {
            let words = &command.words[..depth];
            let about = about(words);
            assert!((1..=100).contains(&about.chars().count()), "{words:?}");
        }
    }
    for (words, _) in GROUPS {
        let used = all().any(|c| c.words.len() > words.len() && c.words.starts_with(words));
        assert!(used, "{words:?} has no commands");
    }
}

#[test]
fn required_parameters_come_before_those_that_may_be_left_out() {
    for command in all() {
        let places: Vec<u8> = command
            .params
            .iter()
            .map(|param| match param.position {
                Position::Required => 0,
                Position::Optional => 1,
                Position::Named => 2,
                Position::Button => 3,
            })
            .collect();
        assert!(places.is_sorted(), "{}", command.name());
    }
}

#[test]
fn what_explains_itself_is_help_alone() {
    let explains: Vec<String> =
        all().filter(|c| matches!(c.action, Action::Help)).map(Command::name).collect();
    assert_eq!(explains, ["help"]);
}

/// The shipped files of this crate by their paths from `src`.
fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_stem().is_some_and(|stem| stem != "tests") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// The capability and the name of a command's file.
fn command_file<'a>(name: &'a str, text: &str) -> Option<(&'a str, &'a str)> {
    let (capability, file) = name.strip_prefix("commands/")?.split_once('/')?;
    let is_command = text.contains("pub const COMMANDS: &[Command]");
    is_command.then_some((capability, file.strip_suffix(".rs")?))
}

#[test]
fn command_file_is_listed_once_by_its_capability() {
    let sources = sources();
    let files = sources.iter().filter_map(|(name, text)| command_file(name, text));
    let files: Vec<(&str, &str)> = files.collect();
    assert!(files.len() > 30, "{files:?}");
    for (capability, stem) in &files {
        let listed = &sources[&format!("commands/{capability}/mod.rs")];
        let lists = listed.matches(&format!("{stem}::COMMANDS")).count();
        assert_eq!(lists, 1, "commands/{capability}/{stem}.rs in the lists of its capability");
    }
    // Every list of a capability is a section of the registry.
    let registry = &sources["commands/mod.rs"];
    for capability in files.iter().map(|(capability, _)| *capability).collect::<BTreeSet<_>>() {
        let listed = &sources[&format!("commands/{capability}/mod.rs")];
        let lists = listed.lines().filter(|line| line.contains(": &[&[Command]]"));
        for line in lists {
            let list = line.strip_prefix("pub const ").unwrap().split(':').next().unwrap();
            let sections = registry.matches(&format!("    {capability}::{list},")).count();
            assert_eq!(sections, 1, "{capability}::{list}");
        }
    }
}

#[test]
fn command_over_an_existing_answer_is_one_file_and_its_line() {
    let sources = sources();
    let mut plain = Vec::new();
    for (name, text) in &sources {
        let Some((capability, stem)) = command_file(name, text) else { continue };
        // A file without a reply of its own holds nothing but commands.
        if text.contains("\npub fn ") {
            continue;
        }
        plain.push(stem);
        let module = format!("mod {stem};");
        let path = format!("{stem}::");
        for (other, text) in sources.iter().filter(|(other, _)| *other != name) {
            let lines: Vec<&str> = text
                .lines()
                .filter(|line| line.contains(&path) || line.contains(&module))
                .collect();
            if *other == format!("commands/{capability}/mod.rs") {
                assert_eq!(lines.len(), 2, "{name}: its module and its place: {lines:?}");
            } else {
                assert!(lines.is_empty(), "{name} in {other}: {lines:?}");
            }
        }
    }
    assert_eq!(plain, ["contact", "close", "create", "paid", "approve", "confirm"]);
}

/// Every way to slip once in a word: a letter left out, doubled, changed with its neighbour in the
/// word, or struck beside its key.
fn slips(word: &str) -> Vec<String> {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let beside = |letter: char| -> Vec<char> {
        let row = ROWS.iter().find(|row| row.contains(letter));
        let keys: Vec<char> = row.map(|row| row.chars().collect()).unwrap_or_default();
        let at = keys.iter().position(|key| *key == letter);
        let near = at.map(|at| [at.checked_sub(1), at.checked_add(1)]).into_iter().flatten();
        near.flatten().filter_map(|at| keys.get(at).copied()).collect()
    };
    let letters: Vec<char> = word.chars().collect();
    let mut found = Vec::new();
    for at in 0..letters.len() {
        let with = |change: &dyn Fn(&mut Vec<char>)| {
            let mut slipped = letters.clone();
            change(&mut slipped);
            slipped.into_iter().collect::<String>()
        };
        found.push(with(&|word| {
            word.remove(at);
        }));
        found.push(with(&|word| word.insert(at, word[at])));
        let next = at.saturating_add(1);
        if next < letters.len() {
            found.push(with(&|word| word.swap(at, next)));
        }
        for key in beside(letters[at]) {
            found.push(with(&|word| word[at] = key));
        }
    }
    found.retain(|slip| slip != word && !slip.is_empty());
    found
}

#[test]
fn one_slip_in_a_command_is_understood() {
    let from = "local:dana".parse().unwrap();
    let (mut right, mut all, mut wrong) = (0_u32, 0_u32, Vec::new());
    for command in all_with_examples() {
        let example = command.example.trim_start_matches('/');
        let rest: Vec<&str> = example.split(' ').skip(command.words.len()).collect();
        for (position, word) in command.words.iter().enumerate() {
            for slip in slips(word) {
                let mut words: Vec<&str> = command.words.to_vec();
                words[position] = &slip;
                let line = format!("/{} {}", words.join(" "), rest.join(" "));
                // A slip that is another command, or a word of other platforms, is no slip of ours.
                let Err(usage) = crate::grammar::read(line.trim_end(), &from) else { continue };
                if usage.code != "unknown_command" {
                    continue;
                }
                all += 1;
                let meant = format!("/{}", command.name());
                let first = usage.suggestions.first().map(|s| s.line.as_str()).unwrap_or_default();
                if first.starts_with(&meant) {
                    right += 1;
                } else {
                    wrong.push(format!("{line} → {first}"));
                }
            }
        }
    }
    println!("did you mean: {right} of {all} single slips right");
    assert!(all > 1_000, "{all}");
    let percent = right * 100 / all;
    assert!(percent >= 95, "{percent} %: {:#?}", wrong.iter().take(60).collect::<Vec<_>>());
}

fn all_with_examples() -> impl Iterator<Item = &'static Command> {
    all().filter(|command| command.example.starts_with(&format!("/{}", command.name())))
}

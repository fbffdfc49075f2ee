use std::collections::BTreeSet;

use super::*;
use crate::command::{Action, ParamKind, Place};
use crate::grammar::{Reading, read};

#[test]
fn every_example_reads_as_its_operation() {
    let from = "local:dana".parse().unwrap();
    for command in all() {
        let Ok(Reading::One(parsed)) = read(command.example, &from) else {
            panic!("{}: {:?}", command.example, read(command.example, &from));
        };
        assert_eq!(parsed.command.words, command.words, "{}", command.example);
        let ask = parsed.ask().unwrap();
        assert_eq!(ask.map(|ask| ask.operation()), command.operation(), "{}", command.example);
    }
}

#[test]
fn every_operation_has_a_command() {
    for operation in shared::operation::Operation::ALL {
        let asked = all().any(|command| command.operation() == Some(operation));
        // Completion asks for suggestions; nobody types that.
        assert_eq!(asked, operation != shared::operation::Operation::Suggest, "{operation:?}");
    }
}

#[test]
fn names_are_unique_and_short_enough_for_every_platform() {
    let mut seen = BTreeSet::new();
    for command in all() {
        assert!(seen.insert(command.name()), "{} twice", command.name());
        assert!((1..=3).contains(&command.words.len()), "{}", command.name());
        for word in command.words {
            assert!((1..=31).contains(&word.len()), "{word}");
            assert!(word.bytes().all(|b| b.is_ascii_lowercase()), "{word}");
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
            .map(|param| match param.place {
                Place::Required => 0,
                Place::Optional => 1,
                Place::Named => 2,
                Place::Button => 3,
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

#[test]
fn every_file_here_is_in_the_registry() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/commands");
    let registry = include_str!("mod.rs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let stem = name.strip_suffix(".rs").unwrap();
        if !["mod", "tests"].contains(&stem) {
            assert!(registry.contains(&format!("    {stem}::COMMANDS,\n")), "{name}");
        }
    }
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

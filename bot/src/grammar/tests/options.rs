//! Every command's example with something that looks like an option at every place: it is read as the
//! option, refused or asked about, and never becomes part of a text.

use super::*;
use crate::command::{ParamKind, ParamSpec};

const DRY_RUNS: &[&str] = &[
    "dry_run",
    "DRY_RUN",
    "Dry-Run",
    "dryrun",
    "dry–run",
    "dry—run",
    "ｄｒｙ＿ｒｕｎ",
    "𝐝𝐫𝐲_𝐫𝐮𝐧",
    "--dry_run",
    "--dry-run=true",
    "—dryrun",
    "-dry_run",
    "dry_run=true",
    "dry_run＝TRUE",
    "dry_run:yes",
    "dry_run：true",
    "dry_run: true",
    "dry_run = true",
    "dry_run =true",
    "dry_run :on",
    "--dry_run true",
    "(dry_run)",
    "[dry run]",
    "(dry-run)",
    "{dry_run}",
    "<dry_run>",
    "（dry_run）",
    "*dry_run*",
    "`dry_run`",
    "\"dry_run\"",
    "\"dry run\"",
    "\"--dry_run\"",
    "\"dry_run=true\"",
    "“dry_run”",
    "'dry_run'",
    "«dry run»",
    "(dry_run=true)",
    "dry_run.",
    "dry_run!",
    ",dry_run",
    "dry.run",
    "dry~run",
    "dry/run",
    "#dry_run",
    "dry run",
    "Dry Run",
    "(dry run",
    "dry - run",
    "dry run=true",
    "dry\u{200B}_run",
    "dry\u{A0}run",
    "dry_rnu",
    "--dryrn",
    "dyr run",
    "dry_run:maybe",
    "monthly,dry_run",
    "dry_run,monthly",
    "topup/dry_run",
    "(monthly,dry run)",
    ":dry_run",
    "=dry_run",
    "dry_run_please",
    "ticket:dry_run",
];

fn texts(parsed: &Parsed) -> Vec<String> {
    parsed.command.takes().filter_map(|param| parsed.args.text(param.name)).collect()
}

fn letters(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The lines with `form` at every place behind the words of the command.
fn lines(command: &Command, form: &str) -> Vec<String> {
    let tokens = token::tokens(command.example.trim_start_matches('/')).unwrap();
    let words: Vec<&str> = tokens.iter().map(|token| token.raw.as_str()).collect();
    (command.words.len()..=words.len())
        .map(|at| {
            let mut words = words.clone();
            words.insert(at, form);
            format!("/{}", words.join(" "))
        })
        .collect()
}

/// What a line is read as, as far as it goes to a function.
fn readings(line: &str) -> Vec<Parsed> {
    match read(line, &local()) {
        Ok(Reading::One(parsed)) => vec![parsed],
        Ok(Reading::Several(several)) => several.readings,
        Ok(Reading::Empty | Reading::HelpOn(_)) | Err(_) => Vec::new(),
    }
    .into_iter()
    .filter(|parsed| parsed.ask().is_ok())
    .collect()
}

/// What a text that holds a dry run would be taken for, if it were text.
fn dry_run_forms(command: &Command) -> Vec<String> {
    let mut forms: Vec<String> = DRY_RUNS.iter().map(|form| (*form).to_owned()).collect();
    let values = ["dry_run", "(dry_run)", "\"dry_run\"", "dry run", "dry-run.", "x,dry_run"];
    for param in command.params().filter(|param| param.kind.is_text()) {
        for value in values {
            forms.push(format!("{}:{value}", param.name));
            forms.push(format!("{} ={value}", param.name));
        }
    }
    forms
}

fn writes() -> impl Iterator<Item = &'static Command> {
    commands::all().filter(|command| command.is_write())
}

#[test]
fn dry_run_in_any_form_is_the_option_or_refused_in_every_command() {
    let (mut tried, mut refused) = (0, 0);
    for command in writes() {
        for form in dry_run_forms(command) {
            for line in lines(command, &form) {
                let readings = readings(&line);
                for parsed in &readings {
                    assert!(parsed.dry_run(), "{line}: {:?}", parsed.line());
                    let clean = texts(parsed).iter().all(|text| !letters(text).contains("dryrun"));
                    assert!(clean, "{line}: {:?}", parsed.line());
                    tried += 1;
                }
                refused += usize::from(readings.is_empty());
            }
        }
    }
    println!("dry runs: {tried} read as the option, {refused} refused");
    assert!(tried > 2_000 && tried > refused, "{tried} {refused}");
}

/// A value that fits a parameter, of one word.
fn sample(param: &ParamSpec) -> &'static str {
    match param.kind {
        ParamKind::Choice(choices) => choices[0].0,
        ParamKind::Amount | ParamKind::Number => "77",
        ParamKind::Invoice => "INV-7-0077",
        ParamKind::Op | ParamKind::Plan(_) => "op_00000000000000ff",
        ParamKind::Date => "2026-11-30",
        ParamKind::Email => "zz@zz.example",
        ParamKind::Phone => "+447400000077",
        ParamKind::Steps => "7:7.00",
        ParamKind::Flag => "true",
        ParamKind::Client
        | ParamKind::Text
        | ParamKind::Word
        | ParamKind::Reference
        | ParamKind::Rest
        | ParamKind::Items
        | ParamKind::Staff => "TX6001",
    }
}

fn forms(name: &str, value: &str) -> Vec<String> {
    let upper = name.to_uppercase();
    vec![
        format!("{name}={value}"),
        format!("{name}:{value}"),
        format!("{name}= {value}"),
        format!("{name}: {value}"),
        format!("{name} :{value}"),
        format!("{name} ={value}"),
        format!("{name} : {value}"),
        format!("{name} = {value}"),
        format!("{name}：{value}"),
        format!("{name}＝{value}"),
        format!("{name}∶{value}"),
        format!("{upper}={value}"),
        format!("--{name}={value}"),
        format!("--{name} {value}"),
        format!("({name}:{value})"),
        format!("[{name}={value}]"),
        format!("*{name}*:{value}"),
        format!("\"{name}:{value}\""),
        format!("\"{name}\":{value}"),
        format!("thanks,{name}={value}"),
        format!("{name}:={value}"),
        format!("reason:{name}={value}"),
        format!("reason:({name}:{value})"),
    ]
}

/// Whether a text holds the name of an option with a colon or an equals sign.
fn holds(text: &str, name: &str) -> bool {
    let text = text.to_lowercase().replace([' ', '*', '"'], "");
    text.contains(&format!("{name}:")) || text.contains(&format!("{name}="))
}

#[test]
fn option_in_any_form_is_the_option_or_refused_in_every_command() {
    let (mut read, mut refused) = (0, 0);
    for command in writes() {
        for param in command.params() {
            for form in forms(param.name, sample(param)) {
                for line in lines(command, &form) {
                    let readings = readings(&line);
                    for parsed in &readings {
                        let clean = texts(parsed).iter().all(|text| !holds(text, param.name));
                        assert!(clean, "{line}: {}", parsed.line());
                        read += 1;
                    }
                    refused += usize::from(readings.is_empty());
                }
            }
        }
    }
    println!("options: {read} read, {refused} refused");
    assert!(read > 1_000, "{read}");
}

#[test]
fn misspelt_option_is_refused_in_every_command() {
    let mut dice = Dice(0x0905);
    for command in writes() {
        for param in command.params().filter(|param| param.name.len() > 3) {
            for slip in slips(param.name).iter().filter(|slip| command.param(slip).is_none()) {
                // The letters of a dry run are the dry run.
                if letters(slip) == "dryrun" {
                    continue;
                }
                let value = sample(param);
                for form in [format!("{slip}:{value}"), format!("{slip} ={value}")] {
                    // Each at one place, so that it costs a second.
                    let lines = lines(command, &form);
                    let line = &lines[dice.roll(lines.len())];
                    assert_eq!(readings(line), [], "{line}");
                }
            }
        }
    }
}

#[test]
fn option_inside_a_field_is_refused_in_every_command() {
    for command in writes() {
        let Ok(Reading::One(example)) = read(command.example, &local()) else { panic!() };
        let values: Vec<(String, String)> = command
            .params()
            .filter_map(|param| Some((param.name.to_owned(), example.args.text(param.name)?)))
            .collect();
        let mut before = example.clone();
        for (at, (name, text)) in values.iter().enumerate() {
            let kind = command.param(name).unwrap().kind;
            before.args = Args::default();
            for param in command.params() {
                if let Some(value) = example.args.get(param.name).filter(|_| param.name != name) {
                    before.args.set(param.name, value.clone());
                }
            }
            let options = command.params().flat_map(|param| {
                let forms = forms(param.name, sample(param));
                forms.into_iter().map(|form| (form, param.name))
            });
            let dry_runs = DRY_RUNS.iter().map(|form| ((*form).to_owned(), "dry_run"));
            for (form, option) in options.chain(dry_runs) {
                for text in [format!("{form} {text}"), format!("{text} {form}"), form.clone()] {
                    let mut values = values.clone();
                    values[at].1.clone_from(&text);
                    let Ok(parsed) = given(before.clone(), &values[at..=at], &local()) else {
                        continue;
                    };
                    let clean = texts(&parsed)
                        .iter()
                        .all(|text| !letters(text).contains("dryrun") && !holds(text, option));
                    assert!(clean || parsed.dry_run(), "{name} ({kind:?}) = {text}: {parsed:?}");
                }
            }
        }
    }
}

#[test]
fn text_with_a_time_or_an_address_stays_text() {
    for reason in [
        "call at 10:30",
        "see https://x.example/?paid=1&grant=true",
        "at 10:30, see www.x.example/a?from=2",
        "ratio 3:1 for May",
        "two :tada:",
        "\"the dry_run of May, paid=cash\"",
        "reason:\"research grant paid: later\"",
        "because of the grant in May",
    ] {
        let parsed = one(&format!("/addcredit sms acme 5 {reason}"));
        assert!(!parsed.dry_run() && !parsed.args.flag("grant"), "{reason}");
        assert!(parsed.args.text("paid").is_none(), "{reason}");
        let text = parsed.args.text("reason").unwrap();
        let whole = reason.trim_start_matches("reason:").trim_start_matches("because ");
        assert_eq!(text, whole.trim_matches('"'), "{reason}");
    }
}

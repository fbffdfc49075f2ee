//! The shape of the project, proved from its own files: who depends on whom, that everything which
//! has to be named in two places is named in both, and that generated text is current.
//!
//! A table in README.md or CONTRIBUTING.md between `<!-- begin NAME -->` and `<!-- end NAME -->` is generated. Run the
//! tests with `UPDATE_EXPECT=1` to write it anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use shared::contract::specs;
use shared::kernel::spec::Function;

/// Where all Rust of the project is.
const SOURCES: [&str; 7] = [
    "shared/src",
    "infra/paper/src",
    "infra/runtime/src",
    "functions/src",
    "bot/src",
    "infra/local/src",
    "tests/it",
];

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A file of the workspace.
pub fn text_of(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The names of one table of a manifest, such as `dependencies`.
fn table_of(manifest: &str, table: &str) -> BTreeSet<String> {
    let text = text_of(manifest);
    let head = format!("[{table}]");
    let lines = text.lines().skip_while(|line| *line != head).skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim().trim_end_matches(".workspace").to_owned())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .collect()
}

/// The Rust files below a folder, by their path from it.
pub fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The names of a folder's Rust files without their ending.
fn stems(folder: &str) -> BTreeSet<String> {
    let files = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn the_arrow_of_dependency_points_from_the_shells_to_the_business() {
    let of = |krate: &str| table_of(&format!("{krate}/Cargo.toml"), "dependencies");
    let ours = ["shared", "paper", "runtime", "functions", "bot", "creditdesk"];
    let among = |krate: &str| -> Vec<&str> {
        ours.iter().copied().filter(|name| of(krate).contains(*name)).collect()
    };
    assert_eq!(among("shared"), [""; 0], "the business knows nobody");
    assert_eq!(among("infra/paper"), ["shared"], "paper knows money and tax of the business alone");
    assert_eq!(among("infra/runtime"), [""; 0], "the runtime knows no shell and no business");
    assert_eq!(among("functions"), ["shared", "paper", "runtime"]);
    assert_eq!(
        among("bot"),
        ["shared", "runtime"],
        "bot and functions meet at shared::contract only"
    );
    assert_eq!(among("infra/local"), ["shared", "runtime", "functions", "bot"]);
}

#[test]
fn the_business_and_paper_have_no_aws_no_http_no_runtime_and_no_chat() {
    for krate in ["shared", "infra/paper"] {
        for name in table_of(&format!("{krate}/Cargo.toml"), "dependencies") {
            let outside =
                ["aws", "axum", "tokio", "hyper", "lambda", "serenity", "tower", "tracing"];
            let is_outside = outside.iter().any(|word| name.starts_with(word));
            assert!(!is_outside, "{krate} depends on {name}");
        }
    }
    for (path, text) in ["shared/src", "infra/paper/src"].into_iter().flat_map(sources) {
        if path.contains("/src/tests/") {
            continue;
        }
        let code: String = text.split("#[cfg(test)]").next().unwrap().to_owned();
        for absent in
            ["async fn", "std::env", "Timestamp::now", "SystemTime", "std::net", "std::fs"]
        {
            assert!(!code.contains(absent), "{path} has {absent}");
        }
    }
}

#[test]
fn shells_reach_lambda_tls_and_the_environment_through_the_runtime_only() {
    for shell in ["functions", "bot"] {
        let dependencies = table_of(&format!("{shell}/Cargo.toml"), "dependencies");
        for word in ["aws-smithy", "aws-types", "hyper", "lambda", "rustls"] {
            let direct: Vec<_> =
                dependencies.iter().filter(|name| name.starts_with(word)).collect();
            assert!(direct.is_empty(), "{shell} depends on {direct:?}");
        }
    }
    for folder in ["functions/src", "bot/src", "infra/local/src"] {
        for (path, text) in sources(folder) {
            assert!(!text.contains("env::var("), "{path} reads the environment");
        }
    }
}

#[test]
fn every_aws_sdk_is_without_its_default_features() {
    let manifest = text_of("Cargo.toml");
    let sdks: Vec<&str> = manifest
        .lines()
        .filter(|line| line.starts_with("aws-sdk-") && line.contains("version"))
        .collect();
    assert!(sdks.len() >= 3, "{sdks:?}");
    for line in sdks {
        assert!(line.contains("default-features = false"), "{line}");
    }
}

#[test]
fn functions_binaries_and_template_resources_are_the_same() {
    let mut binaries = stems("functions/src/bin");
    let functions: BTreeSet<String> =
        Function::ALL.iter().map(|function| function.name().to_owned()).collect();
    assert!(functions.is_subset(&binaries), "each function is a binary: {functions:?}");
    for background in ["mail", "sweep"] {
        assert!(binaries.contains(background), "{background}");
    }
    binaries.extend(stems("bot/src/bin"));
    let template = text_of("infra/template.yaml");
    let built: BTreeSet<String> = template
        .lines()
        .filter_map(|line| line.trim().strip_prefix("BuildProperties: { Binary: "))
        .map(|rest| rest.trim_end_matches(" }").to_owned())
        .collect();
    assert_eq!(built, binaries, "the template builds exactly the binaries that there are");
    let deployed = template.matches("Type: AWS::Serverless::Function").count();
    assert_eq!(deployed, binaries.len());
}

#[test]
fn every_function_answers_some_operation_and_every_operation_has_a_function() {
    let answering: BTreeSet<&str> = specs().map(|spec| spec.function.name()).collect();
    assert_eq!(answering, Function::ALL.into_iter().map(Function::name).collect());
    let names: BTreeSet<&str> = specs().map(|spec| spec.name).collect();
    assert_eq!(names.len(), specs().count(), "no two operations have one name");
}

#[test]
fn every_operation_of_staff_can_be_asked_for_by_a_command() {
    let asked: BTreeSet<&str> = bot::commands::all()
        .filter_map(|command| command.operation())
        .map(|operation| operation.name)
        .collect();
    // Completion asks for suggestions while somebody types, and `/jobs failed` is registered as the
    // write that it can be. An import shows its file first.
    let untyped = ["suggest", "jobs_failed", "profile_name", "payment_preview"];
    let typed = specs().filter(|spec| spec.staff.is_some() && !untyped.contains(&spec.name));
    let missing: Vec<&str> =
        typed.map(|spec| spec.name).filter(|name| !asked.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_commands_table_of_the_readme_is_current() {
    let out = crate::program::creditdesk(&["commands", "--format", "markdown"]);
    current("README.md", "commands", &out.stdout);
}

#[test]
fn every_slip_of_the_readme_has_proofs_that_exist() {
    let pages = text_of("CONTRIBUTING.md");
    let (_, behind) = pages.split_once("## The proofs of the slips\n").unwrap();
    let table = behind.split("\n## ").next().unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() >= 16, "{rows:#?}");
    let readme = text_of("README.md");
    let all: String = SOURCES.into_iter().flat_map(sources).map(|(_, text)| text).collect();
    for row in rows {
        let slip = row.trim_start_matches("| ").split(" | ").next().unwrap();
        assert!(readme.contains(&format!("| {slip} |")), "README has no {slip}");
        let proofs = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let names: Vec<&str> = proofs.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "{row}");
        for name in names {
            let test = all.lines().zip(all.lines().skip(1)).any(|(mark, line)| {
                mark.trim().ends_with("test]")
                    && line.trim().trim_start_matches("async ").starts_with(&format!("fn {name}("))
            });
            assert!(test, "{name} is no test");
        }
    }
}

#[test]
fn the_text_of_the_project_names_no_machine_path() {
    for folder in SOURCES {
        for (path, text) in sources(folder) {
            for absent in [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")] {
                assert!(!text.contains(absent), "{path} has {absent}");
            }
        }
    }
}

/// Compares a generated part of a page with what it has to be, or writes it.
pub fn current(page: &str, name: &str, generated: &str) {
    let path = root().join(page);
    let readme = fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->"));
    let from = readme.find(&begin).unwrap_or_else(|| panic!("{page} has no {begin}"));
    let from = from + begin.len();
    let until = from + readme[from..].find(&end).unwrap_or_else(|| panic!("no {end}"));
    let generated = format!("{}\n", generated.trim());
    if readme[from..until] == generated {
        return;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let renewed = format!("{}{generated}{}", &readme[..from], &readme[until..]);
        fs::write(&path, renewed).unwrap();
        return;
    }
    panic!("the {name} table of {page} is not current; run the tests with UPDATE_EXPECT=1");
}

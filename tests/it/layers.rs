//! The layers of `shared`, file by file, the imports of `paper`, and the size of every file.
//!
//! A dependency is any path `crate::…` outside of tests. No file names a file of a later layer, and
//! no two files need each other, except the files of `contract`, which are one closed list in several
//! files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::layout::{root, sources};

/// The most lines of a file that is shipped.
const LINES_MAX: usize = 500;

/// The layers, the earliest first. A file of a capability other than its `types.rs` is a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Kernel,
    Ledger,
    Types,
    Contract,
    Decisions,
}

fn layer(module: &str) -> Layer {
    let (first, last) = (module.split("::").next().unwrap(), module.rsplit("::").next().unwrap());
    match (first, last) {
        ("kernel", _) => Layer::Kernel,
        ("ledger", _) => Layer::Ledger,
        ("contract", _) => Layer::Contract,
        (_, "types") => Layer::Types,
        _ => Layer::Decisions,
    }
}

/// The crates of which every file is judged.
const JUDGED: [&str; 2] = ["shared/src", "infra/paper/src"];

/// The modules of a crate by their paths, each with its code outside of tests and comments.
fn modules(krate: &str) -> BTreeMap<String, String> {
    let folder = root().join(krate);
    let mut modules = BTreeMap::new();
    for (path, text) in sources(krate) {
        let path = Path::new(&path).strip_prefix(&folder).unwrap().with_extension("");
        let path = path.display().to_string().replace('/', "::");
        let module = path.strip_suffix("::mod").unwrap_or(&path);
        if module == "lib" || module.starts_with("tests") {
            continue;
        }
        let shipped = text.split("#[cfg(test)]").next().unwrap();
        let code = shipped.lines().filter(|line| !line.trim_start().starts_with("//"));
        modules.insert(module.to_owned(), code.collect::<Vec<_>>().join("\n"));
    }
    modules
}

/// The modules that a code names: `crate::a::b`, and the module's own children.
fn named(module: &str, code: &str, all: &BTreeMap<String, String>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_:".contains(c));
        let (path, behind) = rest.split_at(end.unwrap_or(rest.len()));
        let paths: Vec<String> =
            match behind.strip_prefix('{').and_then(|list| list.split_once('}')) {
                Some((list, _)) => {
                    list.split(',').map(|item| format!("{path}{}", item.trim())).collect()
                }
                None => vec![path.to_owned()],
            };
        for path in paths {
            let parts: Vec<&str> = path.trim_end_matches(':').split("::").collect();
            let known = (1..=parts.len()).rev().map(|count| parts[..count].join("::"));
            names.extend(known.into_iter().find(|name| all.contains_key(name)));
        }
    }
    for child in all.keys().filter(|child| child.starts_with(&format!("{module}::"))) {
        let name = child.rsplit("::").next().unwrap();
        if code.contains(&format!("{name}::")) {
            names.insert(child.clone());
        }
    }
    names.remove(module);
    names
}

fn imports(krate: &str) -> BTreeMap<String, BTreeSet<String>> {
    let modules = modules(krate);
    assert!(modules.len() > 10, "{:?}", modules.keys());
    modules.iter().map(|(name, code)| (name.clone(), named(name, code, &modules))).collect()
}

#[test]
fn file_of_an_earlier_layer_names_no_file_of_a_later_layer() {
    let wrong: Vec<String> = imports("shared/src")
        .iter()
        .flat_map(|(from, names)| names.iter().map(move |to| (from, to)))
        .filter(|(from, to)| layer(to) > layer(from))
        .map(|(from, to)| format!("{from} ({:?}) names {to} ({:?})", layer(from), layer(to)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_two_files_need_each_other() {
    for krate in JUDGED {
        let imports = imports(krate);
        let reached = |from: &str| {
            let mut reached = BTreeSet::new();
            let mut open = vec![from.to_owned()];
            while let Some(next) = open.pop() {
                for name in &imports[&next] {
                    if reached.insert(name.clone()) {
                        open.push(name.clone());
                    }
                }
            }
            reached
        };
        let circular: Vec<&String> = imports
            .keys()
            .filter(|module| layer(module) != Layer::Contract && reached(module).contains(*module))
            .collect();
        assert!(circular.is_empty(), "{krate}: {circular:?}");
    }
}

#[test]
fn a_path_of_the_crate_is_always_written_from_its_root() {
    for (module, code) in JUDGED.into_iter().flat_map(modules) {
        let up = code.lines().find(|line| line.contains("super::") && !line.contains("pub(super)"));
        assert_eq!(up, None, "{module}");
    }
}

#[test]
fn no_shipped_file_is_longer_than_500_lines() {
    // The next change rewrites it.
    let exempt: [&str; 0] = [];
    let mut long = Vec::new();
    for folder in [
        "shared/src",
        "infra/paper/src",
        "infra/runtime/src",
        "functions/src",
        "bot/src",
        "infra/local/src",
    ] {
        for (path, text) in sources(folder) {
            let path = Path::new(&path).strip_prefix(root()).unwrap().display().to_string();
            let is_test = path.ends_with("tests.rs") || path.contains("/tests/");
            let lines = text.split("\n#[cfg(test)]\nmod").next().unwrap().lines().count();
            if lines > LINES_MAX && !is_test && !exempt.contains(&path.as_str()) {
                long.push(format!("{path}: {lines}"));
            }
        }
    }
    assert!(long.is_empty(), "{long:?}");
    for path in exempt {
        let lines = fs::read_to_string(root().join(path)).unwrap().lines().count();
        assert!(lines > LINES_MAX, "{path} is no longer an exception");
    }
}

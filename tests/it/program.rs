//! The program itself: its own process, its flags, its exit codes, its data directory.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use creditdesk::serve::{SLOWEST, STOP_MAX};
use serde_json::Value;

use crate::http;
use crate::sim::number;
use crate::slack;

/// What a run of the program left.
#[derive(Debug)]
pub struct Out {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Out {
    /// The objects of `--json`, one a line.
    pub fn objects(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The program with a bare environment.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_creditdesk"));
    command.env_clear().stdin(Stdio::null());
    command
}

/// Runs the program to its end.
pub fn creditdesk(arguments: &[&str]) -> Out {
    run(command().args(arguments))
}

pub fn run(command: &mut Command) -> Out {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Out {
        code: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

/// Runs the program with lines on its standard input.
pub fn fed(arguments: &[&str], lines: &[u8]) -> Out {
    let mut child = command()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Out {
        code: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

/// A program that serves, until it is dropped.
pub struct Running {
    pub child: Child,
    pub address: std::net::SocketAddr,
}

impl Running {
    pub fn start(command: &mut Command, announces: &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("it says where it listens").unwrap();
        let address = first.strip_prefix(announces).unwrap_or_else(|| panic!("{first}"));
        Self { address: address.parse().unwrap(), child }
    }

    pub fn serve(data: &Path) -> Self {
        let mut command = command();
        command.args(["serve", "--port", "0", "--data"]).arg(data);
        command.env("SLACK_SIGNING_SECRET", slack::SECRET);
        command.env("CREDITDESK_OWNERS", "local:owner,slack:T1:U7");
        Self::start(&mut command, "listening on http://")
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", name, &pid]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A data directory with the sample in it. The sample is made once and copied.
pub fn filled() -> (tempfile::TempDir, String) {
    static ORIGINAL: OnceLock<Vec<(OsString, Vec<u8>)>> = OnceLock::new();
    let files = ORIGINAL.get_or_init(|| {
        let folder = folder();
        let demo = creditdesk(&["demo", "--data", &path(&folder)]);
        assert_eq!(demo.code, 0, "{demo:?}");
        let files = std::fs::read_dir(path(&folder)).unwrap().map(|file| file.unwrap());
        files.map(|file| (file.file_name(), std::fs::read(file.path()).unwrap())).collect()
    });
    let folder = folder();
    let data = path(&folder);
    std::fs::create_dir(&data).unwrap();
    for (name, bytes) in files {
        std::fs::write(Path::new(&data).join(name), bytes).unwrap();
    }
    (folder, data)
}

pub fn path(folder: &tempfile::TempDir) -> String {
    folder.path().join("desk").to_str().unwrap().to_owned()
}

/// A line, how it ends, and something that its reply says.
type Spoken = (&'static str, &'static str, &'static str);

/// A morning at the desk: right, wrong, ambiguous, refused, repeated, planned and confirmed.
const MORNING: &[Spoken] = &[
    ("/whoami", "ok", "an owner"),
    ("/status", "ok", "Everything is set up"),
    ("/balance acme", "ok", "MMS 1,250"),
    ("/addcredit mms acme 500", "ok", "MMS 1,250 → 1,750"),
    ("/addcredit mms acme 500", "planned", "Again?"),
    ("/deny", "ok", "Cancelled"),
    ("/addcredit mms acme 750", "ok", "MMS 1,750 → 2,500"),
    ("/undo", "planned", "take back"),
    ("/confirm", "ok", "MMS 2,500 → 1,750"),
    ("/undo", "refused", "not brought back"),
    ("/addcredit mms acm 100", "refused", "3 clients match"),
    ("/addcredit mms acmee 100", "refused", "Did you mean ACME Ltd"),
    ("/addcredit mms zebra 100", "refused", "No client matches"),
    ("/addcredit mmss acme 100", "usage", "Did you mean mms"),
    ("/adcredit mms acme 100", "usage", "Did you mean addcredit"),
    ("/topup mms acme 100", "usage", "/addcredit mms"),
    ("/addcredit mms acme", "usage", "How many?"),
    ("/addcredit mms acme -100", "usage", "/deductcredit"),
    ("/addcredit mms acme 0", "usage", "starts at 1"),
    ("/addcredit mms acme 1.5", "usage", "whole numbers"),
    ("/addcredit mms acme 1,00", "usage", "unclear"),
    ("/addcredit mms acme 100000001", "usage", "at most 100,000,000"),
    ("/addcredit mms coastline 100", "refused", "may not use MMS"),
    ("/mms on coastline", "ok", "MMS is on"),
    ("/addcredit mms coastline 100", "planned", "first add"),
    ("/confirm", "ok", "MMS 0 → 100"),
    ("/addcredit sms greenway 100", "refused", "pending"),
    ("/client activate greenway", "ok", "Activated"),
    ("/addcredit sms greenway 100 --dry-run", "ok", "Dry run"),
    ("/addcredit sms greenway 100 welcome --grant", "planned", "free of charge"),
    ("/confirm", "ok", "nothing due"),
    ("/deductcredit sms acme 999999 typed twice", "refused", "has 7,000 SMS"),
    ("/deductcredit sms acme 50 added twice", "planned", "takes credits away"),
    ("/confirm", "ok", "SMS 7,000 → 6,950"),
    ("/addcredit sms piernine 250", "ok", "from Harbour Bulk SMS"),
    ("/addcredit sms orchard 300", "ok", "from Northstar"),
    ("/addcredit sms acme 900 paid:BACS-20917", "refused", "belongs to INV-"),
    ("/addcredit sms acme 900 paid:BACS-30000", "ok", "paid"),
    ("/invoice list acme", "ok", "overdue"),
    ("/invoice void INV-2-0004 sent to the wrong address", "planned", "becomes void"),
    ("/confirm", "ok", "is void"),
    ("/invoice view INV-2-0004", "ok", "void"),
    ("/statement acme mms", "ok", "taken back"),
    ("/why acme", "ok", "add up to the balance"),
    ("/history acme", "ok", "refused"),
    ("/client find ac", "ok", "acme-mobile"),
    ("/client new Harvest Foods hi@harvest.example", "ok", "pending"),
    ("/list pending", "ok", "Harvest Foods"),
    ("/list clients", "ok", "16 clients"),
    ("/pending", "ok", "Coastline"),
    ("/price show acme", "ok", "50.00"),
    ("/help top up", "ok", "/addcredit"),
    ("/help mms", "ok", "How is it enabled?"),
    ("/jobs failed", "ok", "No email or notice"),
    ("/nonsense", "usage", "/help"),
];

#[test]
fn a_morning_at_the_desk_is_answered_line_by_line() {
    let lines: String = MORNING.iter().map(|(line, ..)| format!("{line}\n")).collect();
    let out = fed(&["say", "--memory", "--demo", "--json", "-"], lines.as_bytes());
    let objects = out.objects();
    assert_eq!(objects.len(), MORNING.len(), "{}", out.stderr);
    assert!(MORNING.len() >= 40);
    for ((line, status, says), object) in MORNING.iter().zip(&objects) {
        assert_eq!(object["status"], *status, "{line}: {object}");
        let text = object["text"].as_str().unwrap();
        assert!(text.contains(says), "{line}: “{says}” is not in: {text}");
        let keys: Vec<&String> = object.as_object().unwrap().keys().collect();
        let names = ["code", "data", "line", "op", "replay_of", "status", "text", "try"];
        assert_eq!(keys, names, "{line}");
        if *status == "planned" {
            assert!(text.contains("Nothing was changed yet. Expires "), "{line}: {text}");
            assert!(text.contains("/confirm op_") && text.contains("/deny op_"), "{line}: {text}");
        }
        // Writing begins with these; a no to it says that it was nothing but a no.
        let writes = ["/addcredit", "/deductcredit", "/undo", "/invoice void", "/deny"];
        let no = matches!(*status, "refused" | "usage") && object["code"] != "unknown_command";
        if no && writes.iter().any(|begin| line.starts_with(begin)) {
            assert!(text.contains("Nothing was changed."), "{line}: {text}");
        }
    }
    assert_eq!(out.code, 3, "the highest of the lines: what waited was answered");
}

/// Lines, and the first line of each reply as it was designed, to the letter.
const WORDS: &[(&str, &str)] = &[
    ("/addcredit mms acme 500 monthly top-up", "✅ Added 500 MMS credits to ACME Ltd (c_2)"),
    ("/addcredit mms acm 500", "3 clients match “acm”. Nothing was changed."),
    ("/addcredit mms acmee 500", "No client matches “acmee”. Nothing was changed."),
    (
        "/addcredit mmss acme 500",
        "“mmss” is not a credit kind. Did you mean mms? Usage: /addcredit mms <client> <amount> \
         [reason] · e.g. /addcredit mms acme 500",
    ),
    ("/desk adcredit mms acme 500", "I don’t know “adcredit”. Did you mean addcredit?"),
    ("/addcredit mms acme", "How many? /addcredit mms acme <amount>. Nothing was changed."),
    ("/addcredit mms acme 1,00", "“1,00” is unclear: 1, 100 or 1,000? Nothing was changed."),
    (
        "/addcredit mms acme -50",
        "“-50”: to take credits away use /deductcredit mms acme 50 <reason>. Nothing was changed.",
    ),
    ("/addcredit mms acme 1.5", "“1.5”: credits are whole numbers. Nothing was changed."),
    (
        "/deductcredit mms acme 30 oops",
        "❓ Please confirm: deduct 30 MMS credits from ACME Ltd (c_2)",
    ),
    ("/confirm", "✅ Deducted 30 MMS credits from ACME Ltd (c_2)"),
];

#[test]
fn replies_begin_as_they_were_designed() {
    let lines: String = WORDS.iter().map(|(line, _)| format!("{line}\n")).collect();
    let out = fed(&["say", "--memory", "--demo", "--json", "-"], lines.as_bytes());
    let objects = out.objects();
    assert_eq!(objects.len(), WORDS.len(), "{}", out.stderr);
    for ((line, begins), object) in WORDS.iter().zip(&objects) {
        let text = object["text"].as_str().unwrap();
        assert_eq!(text.lines().next(), Some(*begins), "{line}");
    }
}

#[test]
fn the_exit_code_is_the_highest_of_the_lines() {
    let code = |lines: &[&str]| {
        let mut arguments = vec!["say", "--memory"];
        arguments.extend(lines);
        creditdesk(&arguments).code
    };
    assert_eq!(code(&["/whoami"]), 0);
    assert_eq!(code(&["/whoami", "/nonsense"]), 2);
    assert_eq!(code(&["/balance nobody", "/nonsense"]), 3);
    assert_eq!(code(&["/help"]), 0);
    assert_eq!(creditdesk(&["say"]).code, 2);
    assert_eq!(creditdesk(&["nonsense"]).code, 2);
    assert_eq!(creditdesk(&["say", "--memory", "--data", "x", "/whoami"]).code, 2);
    assert_eq!(creditdesk(&["say", "--memory", "--as", "nobody", "/whoami"]).code, 2);
    assert_eq!(creditdesk(&["say", "--memory", "--key", "k", "/whoami", "/status"]).code, 2);
    let (_folder, data) = filled();
    let deduct = "/deductcredit sms acme 5 oops";
    assert_eq!(creditdesk(&["say", "--data", &data, deduct]).code, 4);
    let yes = creditdesk(&["say", "--data", &data, "--yes", "/deductcredit sms acme 6 oops"]);
    assert_eq!(yes.code, 0, "{yes:?}");
}

#[test]
fn line_without_quotation_marks_is_refused_as_a_whole() {
    let (_folder, data) = filled();
    let say = |line: &[&str]| {
        let mut arguments = vec!["say", "--data", &data, "--yes"];
        arguments.extend(line);
        creditdesk(&arguments)
    };
    let before = say(&["/balance acme"]).stdout;
    for line in [
        &["/undo", "op_0123456789abcdef"][..],
        &["/confirm", "op_0123456789abcdef"],
        &["balance", "acme"],
        &["/addcredit", "mms", "acme", "500"],
        &["/correct", "op_0123456789abcdef", "to:5", "/undo"],
    ] {
        let out = say(line);
        assert_eq!((out.code, out.stdout.as_str()), (2, ""), "{line:?}");
        let advice = format!("Put each line in quotation marks: say '{}'", line.join(" "));
        assert!(out.stderr.contains(&advice), "{out:?}");
    }
    assert_eq!(say(&["/balance acme"]).stdout, before);
    assert_eq!(say(&["/whoami", "balance acme"]).code, 0);
    assert_eq!(say(&["/deductcredit sms acme 5 oops", "yes"]).code, 2, "--yes confirmed it");
}

#[test]
fn the_first_line_that_a_newcomer_types_works() {
    let out = creditdesk(&["say", "--memory", "--demo", "/addcredit mms acme 500"]);
    assert_eq!(out.code, 0, "{out:?}");
    assert!(out.stdout.contains("MMS 1,250 → 1,750"), "{out:?}");
    assert!(!out.stdout.contains('\u{1b}'), "no colours in a pipe: {out:?}");
}

#[test]
fn what_one_process_did_the_next_one_sees() {
    let (_folder, data) = filled();
    let add = creditdesk(&["say", "--data", &data, "--json", "/addcredit mms acme 500"]);
    assert_eq!(add.objects()[0]["data"]["balance_after"], 1_750, "{add:?}");
    let read = creditdesk(&["say", "--data", &data, "--json", "/balance acme"]);
    assert_eq!(read.objects()[0]["data"]["mms"]["spendable"], 1_750, "{read:?}");
    let proof = creditdesk(&["verify", "--data", &data]);
    assert_eq!((proof.code, proof.stdout.contains("The books are right")), (0, true), "{proof:?}");
    let proof = creditdesk(&["verify", "--json", "--data", &data]);
    assert_eq!(proof.objects()[0]["ok"], true, "{proof:?}");
    let outbox = creditdesk(&["outbox", "--json", "--data", &data]);
    assert!(outbox.objects().iter().any(|mail| mail["to"] == "ops@acme.example"), "{outbox:?}");
    let again = creditdesk(&["demo", "--data", &data]);
    assert_eq!(again.code, 3, "the sample is typed once: {again:?}");
    assert!(again.stderr.contains("complete already"), "{again:?}");
}

#[test]
fn a_key_makes_a_repeat_the_same_call() {
    let (_folder, data) = filled();
    let say = || {
        creditdesk(&["say", "--data", &data, "--json", "--key", "k-1", "/addcredit mms acme 500"])
    };
    let (once, twice) = (say(), say());
    assert_eq!(once.objects()[0]["op"], twice.objects()[0]["op"]);
    let balance = creditdesk(&["say", "--data", &data, "--json", "/balance acme"]);
    assert_eq!(balance.objects()[0]["data"]["mms"]["spendable"], 1_750);
}

#[test]
fn data_directory_new_or_open_to_others_is_closed_to_them() {
    use std::os::unix::fs::PermissionsExt;
    for there_before in [false, true] {
        let folder = folder();
        let data = path(&folder);
        if there_before {
            std::fs::create_dir(&data).unwrap();
            std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
        }

        creditdesk(&["say", "--new", "--data", &data, "/whoami"]);

        for (name, mode) in [("", 0o700), ("lock", 0o600), ("desk.db", 0o600)] {
            let file = Path::new(&data).join(name);
            let found = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode, "{name}, there before: {there_before}");
        }
    }
}

/// The loopback ports at which a process listens.
pub fn ports_of(pid: u32) -> Vec<String> {
    let links = std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap();
    let open: Vec<String> = links
        .filter_map(|link| std::fs::read_link(link.ok()?.path()).ok())
        .filter_map(|to| Some(to.to_str()?.strip_prefix("socket:[")?.trim_end_matches(']').into()))
        .collect();
    let table = std::fs::read_to_string(format!("/proc/{pid}/net/tcp")).unwrap();
    let rows = table.lines().skip(1).map(|row| row.split_whitespace().collect::<Vec<_>>());
    // The state 0A is LISTEN; the tenth column is the socket's inode.
    let own = rows.filter(|row| row[3] == "0A" && open.iter().any(|inode| inode == row[9]));
    own.map(|row| row[1].to_owned()).collect()
}

#[test]
fn store_of_a_desk_has_no_port() {
    let (_folder, data) = filled();
    let desk = Talking::start(&data);
    let (_other, data) = filled();
    let serving = Running::serve(Path::new(&data));
    let mut desk = desk;

    assert_eq!(desk.says("/whoami")["status"], "ok");

    assert_eq!(ports_of(desk.child.id()), [""; 0]);
    assert_eq!(ports_of(serving.child.id()).len(), 1, "only its front ends");
}

#[test]
fn foreign_lock_file_and_stale_socket_do_not_stop_a_desk() {
    let (_folder, data) = filled();
    std::fs::write(Path::new(&data).join("lock"), b"\xff\xfe http://10.0.0.1:1 \x00").unwrap();
    // As a process leaves it that was killed.
    drop(std::os::unix::net::UnixListener::bind(Path::new(&data).join("socket")).unwrap());

    let mut first = Talking::start(&data);
    assert_eq!(first.says("/whoami")["status"], "ok");
    let second = creditdesk(&["say", "--data", &data, "--json", "/balance acme"]);

    assert_eq!(second.code, 0, "{second:?}");
}

#[test]
fn desk_in_a_directory_with_a_long_path_is_shared() {
    let folder = folder();
    let data = folder.path().join("d".repeat(150)).to_str().unwrap().to_owned();
    let mut first = Talking::start(&data);
    assert_eq!(first.says("/whoami")["status"], "ok");

    let second = creditdesk(&["say", "--data", &data, "/whoami"]);

    assert_eq!(second.code, 0, "{second:?}");
}

#[test]
fn a_second_process_works_through_the_first_and_outlives_it() {
    let (_folder, data) = filled();
    let first = Running::serve(Path::new(&data));
    let balance = || {
        let out = creditdesk(&["say", "--data", &data, "--json", "/balance acme"]);
        out.objects()[0]["data"]["mms"]["spendable"].as_u64().unwrap_or_else(|| panic!("{out:?}"))
    };
    assert_eq!(balance(), 1_250);
    let mut second = Talking::start(&data);
    assert_eq!(second.says("/addcredit mms acme 500")["status"], "ok");
    assert_eq!(balance(), 1_750);
    // The first one is gone without a word; the second one takes its place.
    first.signal("KILL");
    drop(first);
    assert_eq!(second.says("/addcredit mms acme 501")["status"], "ok");
    assert_eq!(balance(), 2_251, "a third one works through the second");
    drop(second);
    assert_eq!(balance(), 2_251);
    assert_eq!(creditdesk(&["verify", "--data", &data]).code, 0);
}

#[test]
fn change_waits_for_the_write_lock_and_reading_does_not() {
    let (_folder, data) = filled();
    let lock = std::fs::File::create(Path::new(&data).join("write.lock")).unwrap();
    lock.lock().unwrap();
    let adding = thread::spawn({
        let data = data.clone();
        move || creditdesk(&["say", "--data", &data, "--json", "/addcredit mms acme 500"])
    });
    let read = |line: &str| creditdesk(&["say", "--data", &data, "--json", line]);
    let tried = read("/addcredit mms acme 500 --dry-run");
    assert_eq!(tried.code, 0, "{tried:?}");
    thread::sleep(Duration::from_secs(1));
    let balance = read("/balance acme");
    assert_eq!(balance.objects()[0]["data"]["mms"]["spendable"], 1_250, "{balance:?}");
    assert!(!adding.is_finished(), "another process holds the lock");
    drop(lock);
    let added = adding.join().unwrap();
    assert_eq!(added.objects()[0]["data"]["balance_after"], 1_750, "{added:?}");
}

#[test]
fn of_forty_processes_at_once_each_gets_its_turn() {
    let (_folder, data) = filled();
    let crowd: Vec<JoinHandle<Out>> = (1..=40)
        .map(|number| {
            let data = data.clone();
            // No two amounts are equal, so that none is asked about.
            let line = format!("/addcredit sms acme {}", 1_000 + number);
            thread::spawn(move || creditdesk(&["say", "--data", &data, "--json", &line]))
        })
        .collect();
    for one in crowd {
        let out = one.join().unwrap();
        assert_eq!((out.code, out.objects()[0]["status"].as_str()), (0, Some("ok")), "{out:?}");
    }
    let after = creditdesk(&["say", "--data", &data, "--json", "/balance acme"]);
    let added: u64 = (1..=40).map(|number| 1_000 + number).sum();
    assert_eq!(after.objects()[0]["data"]["sms"]["spendable"], 7_000 + added);
    assert_eq!(creditdesk(&["verify", "--data", &data]).code, 0);
}

/// A `say --json -` that is spoken to line by line.
pub struct Talking {
    pub child: Child,
    input: std::process::ChildStdin,
    output: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Talking {
    pub fn start(data: &str) -> Self {
        let mut child = command()
            .args(["say", "--new", "--data", data, "--json", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, input, output }
    }

    pub fn says(&mut self, line: &str) -> Value {
        writeln!(self.input, "{line}").unwrap();
        self.answer().unwrap_or_else(|| panic!("no answer to {line}"))
    }

    fn answer(&mut self) -> Option<Value> {
        let line = self.output.next()?.ok()?;
        serde_json::from_str(&line).ok()
    }
}

impl Drop for Talking {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many processes in a row are killed, unless `KILLS` says otherwise.
const KILLS: u64 = 3;

#[test]
fn acknowledged_operations_survive_kills_under_load() {
    let kills = number("KILLS").unwrap_or(KILLS);
    let (_folder, data) = filled();
    let balance = || {
        let out = creditdesk(&["say", "--data", &data, "--json", "/balance coastline"]);
        out.objects()[0]["data"]["sms"]["spendable"].as_u64().unwrap()
    };
    let (mut amount, mut expected, mut acknowledged) = (1_000_u64, balance(), 0);
    let mut wrong = Vec::new();
    for round in 0..kills {
        let mut desk = Talking::start(&data);
        let end = Duration::from_millis(100 + round * 700 / kills);
        let started = Instant::now();
        let pid = desk.child.id().to_string();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(end);
            Command::new("sh").args(["-c", "kill -s KILL \"$0\"", &pid]).status().unwrap();
        });
        let mut unanswered = 0;
        while started.elapsed() < Duration::from_secs(10) {
            // No two amounts are equal, so that none is asked about.
            amount += 1;
            if writeln!(desk.input, "/addcredit sms coastline {amount}").is_err() {
                break;
            }
            match desk.answer() {
                Some(said) => {
                    assert_eq!(said["status"], "ok", "{said}");
                    expected += amount;
                    acknowledged += 1;
                }
                None => {
                    unanswered = amount;
                    break;
                }
            }
        }
        killer.join().unwrap();
        drop(desk);
        let stored = balance();
        if stored != expected && stored != expected + unanswered {
            wrong.push(format!("round {round}: {stored}, not {expected} or {unanswered} more"));
        }
        expected = stored;
        let proof = creditdesk(&["verify", "--data", &data]);
        assert_eq!(proof.code, 0, "round {round}: {proof:?}");
    }
    println!(
        "{kills} kills, {acknowledged} acknowledged operations, {} wrong balances",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(acknowledged >= kills / 2, "only {acknowledged} operations were acknowledged");
}

#[test]
fn a_full_disk_is_told_in_words_and_loses_nothing() {
    let (_folder, data) = filled();
    // The limit is in blocks of 512 bytes, and the signal that comes with it is ignored, so that
    // writing fails as it does on a full disk.
    let script = "trap '' XFSZ; ulimit -f 200; exec \"$@\"";
    let adds: String = (0..5).map(|n| format!("/addcredit sms acme {}\n", 1_000 + n)).collect();
    let lines = Path::new(&data).with_file_name("lines");
    std::fs::write(&lines, adds).unwrap();
    let out = run(Command::new("sh")
        .env_clear()
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_creditdesk"), "say", "--data", &data])
        .args(["--json", "-"])
        .stdin(std::fs::File::open(&lines).unwrap()));
    assert_eq!(out.code, 5, "{out:?}");
    assert!(out.stderr.contains("The disk is full"), "{out:?}");
    let added: u64 = out
        .objects()
        .iter()
        .filter(|said| said["status"] == "ok")
        .map(|said| said["data"]["amount"].as_u64().unwrap())
        .sum();
    let after = creditdesk(&["say", "--data", &data, "--json", "/balance acme"]);
    let now = after.objects()[0]["data"]["sms"]["spendable"].as_u64().unwrap();
    assert!(added > 0 && out.objects().iter().any(|said| said["status"] == "failed"), "{out:?}");
    assert_eq!(now, 7_000 + added, "what was not acknowledged was not done either");
    assert_eq!(creditdesk(&["verify", "--data", &data]).code, 0);
}

#[test]
fn a_disk_that_is_full_at_the_first_start_is_told_in_words() {
    // Full before the first byte, in the first page, and in the middle of making the tables.
    for blocks in ["0", "8", "100"] {
        let folder = folder();
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let out = run(Command::new("sh")
            .env_clear()
            .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_creditdesk"), "say"])
            .args(["--new", "--data", &path(&folder), "/whoami"]));
        assert_eq!((out.code, out.stdout.as_str()), (5, ""), "{blocks}: {out:?}");
        assert!(out.stderr.to_lowercase().contains("the disk is full"), "{blocks}: {out:?}");
        // With room again the same directory is a desk.
        let again = creditdesk(&["say", "--new", "--data", &path(&folder), "/whoami"]);
        assert_eq!(again.code, 0, "{blocks}: {again:?}");
    }
}

#[test]
fn an_unusable_data_directory_is_told_in_words() {
    let folder = folder();
    let file = folder.path().join("file");
    std::fs::write(&file, "not a directory").unwrap();
    let below = file.join("desk");
    let out = creditdesk(&["say", "--data", below.to_str().unwrap(), "/whoami"]);
    assert_eq!(out.code, 5, "{out:?}");
    assert!(out.stderr.contains("cannot be used"), "{out:?}");
    // A file that is no desk's stays as it is.
    let data = folder.path().join("other");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("desk.db"), "something else entirely, and long enough to be read")
        .unwrap();
    let out = creditdesk(&["say", "--data", data.to_str().unwrap(), "/whoami"]);
    assert_eq!(out.code, 5, "{out:?}");
    assert!(out.stderr.contains("cannot be opened"), "{out:?}");
    assert!(out.stderr.ends_with("it is no database, or it is broken.\n"), "{out:?}");
    let kept = std::fs::read_to_string(data.join("desk.db")).unwrap();
    assert!(kept.starts_with("something else"), "{kept}");
}

#[test]
fn mistyped_directory_does_not_become_a_desk() {
    let folder = folder();
    let data = path(&folder);
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    // As a first start leaves it that never came to anything.
    let unbegun = folder.path().join("unbegun");
    std::fs::create_dir(&unbegun).unwrap();
    std::fs::write(unbegun.join("desk.db"), "").unwrap();
    for command in [&["verify"][..], &["outbox"], &["say", "/whoami"]] {
        for place in [data.as_str(), empty.to_str().unwrap(), unbegun.to_str().unwrap()] {
            let out = creditdesk(&[command, &["--data", place]].concat());
            assert_eq!((out.code, out.stdout.as_str()), (2, ""), "{out:?}");
            let told = format!("there is no desk in {place}, and none was made");
            assert!(out.stderr.contains(&told), "{out:?}");
            assert!(out.stderr.contains("--data DIR"), "the next step: {out:?}");
        }
    }
    assert!(!Path::new(&data).exists());
    assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 0);
    assert_eq!(std::fs::metadata(unbegun.join("desk.db")).unwrap().len(), 0);
    // What was asked for is made, and is read from then on.
    let filled = creditdesk(&["verify", "--demo", "--data", &data]);
    assert_eq!(filled.code, 0, "{filled:?}");
    assert_eq!(creditdesk(&["outbox", "--data", &data]).code, 0);
}

#[test]
fn a_line_that_is_no_text_is_answered_and_the_next_one_is_done() {
    let lines = b"/whoami\n/balance ac\xffme\n\xc3\n/whoami\r\n/whoami";
    let out = fed(&["say", "--memory", "--json", "-"], lines);
    let said = out.objects();
    let ends: Vec<&str> = said.iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(ends, ["ok", "usage", "usage", "ok", "ok"], "{out:?}");
    assert_eq!((&said[1]["code"], out.code), (&"not_utf8".into(), 2), "{out:?}");
    let text = said[1]["text"].as_str().unwrap();
    assert!(text.contains("ac\u{fffd}me” is not UTF-8"), "{text}");
    assert!(text.contains("Nothing was changed."), "{text}");
    let out = fed(&["say", "--memory", "-"], lines);
    assert!(out.stdout.contains("is not UTF-8"), "{out:?}");
}

#[test]
fn a_port_in_use_is_told_in_words() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let out = creditdesk(&["serve", "--memory", "--port", &port]);
    assert_eq!(out.code, 5, "{out:?}");
    assert!(out.stderr.contains("cannot be listened on"), "{out:?}");
    assert!(out.stderr.contains("serve --port"), "the next step: {out:?}");
}

#[test]
fn a_store_that_does_not_answer_is_told_in_words() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let out = creditdesk(&["fill", "--endpoint", &format!("http://{closed}")]);
    assert_eq!(out.code, 5, "{out:?}");
    assert!(out.stderr.contains("could not start"), "{out:?}");
    // The first desk stands still, as under a debugger.
    let folder = folder();
    let data = path(&folder);
    let first = Running::serve(Path::new(&data));
    first.signal("STOP");
    let out = creditdesk(&["say", "--data", &data, "/whoami"]);
    first.signal("CONT");
    assert_eq!(out.code, 5, "{out:?}");
    assert!(out.stderr.contains("does not answer"), "{out:?}");
    let out = creditdesk(&["say", "--data", &data, "/whoami"]);
    assert_eq!(out.code, 0, "and then it does: {out:?}");
}

/// What a server says to a client that hangs after these bytes, and after how long it has hung up.
fn hung_up_on(address: SocketAddr, bytes: &'static str) -> JoinHandle<(String, Duration)> {
    thread::spawn(move || {
        let started = Instant::now();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(bytes.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer, started.elapsed())
    })
}

#[test]
fn a_client_that_hangs_is_dropped_and_holds_up_neither_others_nor_the_end() {
    let (_folder, data) = filled();
    let mut desk = Running::serve(Path::new(&data));
    let body = "POST /slack/commands HTTP/1.1\r\nhost: desk\r\ncontent-length: 99\r\n\r\nhalf";
    let hanging = [
        ("", ""),
        ("POST /slack/commands HTTP/1.1\r\nhost: de", ""),
        (body, "HTTP/1.1 408 "),
        ("GET /healthz HTTP/1.1\r\nhost: desk\r\n\r\n", "HTTP/1.1 200 "),
    ];
    let hanging = hanging.map(|(bytes, says)| (says, hung_up_on(desk.address, bytes)));
    for (says, dropped) in hanging {
        let (answer, after) = dropped.join().unwrap();
        assert!(answer.starts_with(says) && (answer.is_empty() == says.is_empty()), "{answer}");
        let soon = SLOWEST / 2..SLOWEST * 3;
        assert!(soon.contains(&after), "{answer:?} after {after:?}");
    }
    // One that hangs when the desk has to stop.
    let hanging = hung_up_on(desk.address, "POST /slack/commands HTTP/1.1\r\nhost: de");
    thread::sleep(Duration::from_millis(300));
    let stopped = Instant::now();
    desk.signal("TERM");
    assert_eq!(desk.child.wait().unwrap().code(), Some(0));
    let took = stopped.elapsed();
    assert!(took < STOP_MAX + Duration::from_secs(2), "it stopped after {took:?}");
    hanging.join().unwrap();
}

#[test]
fn a_missing_secret_turns_its_front_end_off_and_says_so() {
    let mut command = command();
    command.args(["serve", "--memory", "--port", "0"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let first = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    let address = first.strip_prefix("listening on http://").unwrap().parse().unwrap();
    let body = slack::command("T1", "U7", "1", "/balance", "acme");
    // Signed with the empty secret that is not there.
    let now = now();
    let headers = slack::headers("", now, body.as_bytes());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let reply =
        runtime.block_on(http::send(address, "POST", "/slack/commands", &headers, body.as_bytes()));
    assert_eq!(reply.status, 401, "{reply:?}");
    child.kill().unwrap();
    let told = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
    child.wait().unwrap();
    assert!(told.contains("Slack is off: SLACK_SIGNING_SECRET is not set"), "{told}");
}

#[test]
fn serve_answers_slack_and_stops_when_it_is_asked_to() {
    let (_folder, data) = filled();
    for signal in ["INT", "TERM"] {
        let mut desk = Running::serve(Path::new(&data));
        let body = slack::command("T1", "U9", signal, "/balance", "acme");
        let headers = slack::headers(slack::SECRET, now(), body.as_bytes());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let path = "/slack/commands";
        let reply =
            runtime.block_on(http::send(desk.address, "POST", path, &headers, body.as_bytes()));
        assert_eq!(reply.status, 200, "{reply:?}");
        assert!(reply.body.contains("not linked"), "{reply:?}");
        desk.signal(signal);
        let ended = desk.child.wait().unwrap();
        assert_eq!(ended.code(), Some(0), "{signal}");
    }
}

#[test]
fn triggered_event_settles_an_invoice_of_the_running_desk() {
    let (_folder, data) = filled();
    let add = "/addcredit mms acme 777";
    let added = creditdesk(&["say", "--json", "--yes", "--data", &data, add]);
    let added: Value = serde_json::from_str(added.stdout.trim()).unwrap();
    let invoice = added["data"]["invoice"].as_str().unwrap().to_owned();
    let mut desk = command();
    desk.args(["serve", "--port", "0", "--data", &data]);
    desk.env("STRIPE_WEBHOOK_SECRET", "whsec_try").env("PAYSTACK_SECRET_KEY", "sk_try");
    let desk = Running::start(&mut desk, "listening on http://");
    let trigger = |provider: &str, event: &str, more: &[&str]| {
        let url = format!("http://{}", desk.address);
        let mut trigger = command();
        trigger.args(["trigger", provider, event, "--invoice", &invoice, "--data", &data]);
        trigger.args(["--url", &url]).args(more);
        trigger.env("STRIPE_WEBHOOK_SECRET", "whsec_try").env("PAYSTACK_SECRET_KEY", "sk_try");
        run(&mut trigger)
    };
    let state = || {
        let view = format!("/invoice view {invoice}");
        let viewed = creditdesk(&["say", "--json", "--data", &data, &view]);
        let viewed: Value = serde_json::from_str(viewed.stdout.trim()).unwrap();
        viewed["data"]["state"].as_str().unwrap().to_owned()
    };

    let paid = trigger("stripe", "payment_intent.succeeded", &[]);
    assert_eq!(paid.code, 0, "{}{}", paid.stdout, paid.stderr);
    assert!(paid.stdout.contains("200 Booked: op_"), "{}", paid.stdout);
    assert_eq!(state(), "paid");
    let again = trigger("stripe", "payment_intent.succeeded", &[]);
    assert!(again.stdout.contains("Booked before"), "{}", again.stdout);
    let refund = ["--amount", "10.00"];
    assert_eq!(trigger("stripe", "refund.created", &refund).code, 0);
    assert_eq!(state(), "partly_refunded");
    assert_eq!(trigger("stripe", "refund.failed", &refund).code, 0);
    assert_eq!(state(), "paid");

    let more = trigger("paystack", "charge.success", &["--amount", "1.00"]);
    assert_eq!(more.code, 0, "{}{}", more.stdout, more.stderr);
    let off = trigger("billing", "payment.updated", &[]);
    assert!(off.stderr.contains("BILLING_WEBHOOK_SECRET is not set"), "{}", off.stderr);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let unset = http::send(desk.address, "POST", "/webhooks/billing", &[], b"{}");
    let unset = runtime.block_on(unset);
    assert_eq!(unset.status, 404);
    assert!(unset.body.contains("/webhooks/billing is off: BILLING_WEBHOOK_SECRET is not set"));
    let unknown = trigger("stripe", "invoice.paid", &[]);
    assert!(unknown.stderr.contains("stripe sends no invoice.paid"), "{}", unknown.stderr);
}

#[expect(clippy::disallowed_methods, reason = "the program runs on the machine’s clock")]
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[test]
fn owners_come_from_the_environment_at_the_first_start_and_mistakes_are_told_at_once() {
    let said = |owners: &str, who: &str| {
        let mut command = command();
        command.env("CREDITDESK_OWNERS", owners);
        run(command.args(["say", "--memory", "--as", who, "/whoami"]))
    };
    assert_eq!(said("slack:T1:U7, local:eve", "local:eve").code, 0);
    assert_eq!(said("slack:T1:U7, local:eve", "local:owner").code, 3);
    let wrong = said("eve, local:ok, mail:a@b", "local:eve");
    assert_eq!(wrong.code, 5, "{wrong:?}");
    assert!(wrong.stderr.contains("“eve”, “mail:a@b”"), "{wrong:?}");
}

#[test]
fn commands_are_printed_in_every_form() {
    let printed = |form: &str| creditdesk(&["commands", "--format", form]);
    assert!(printed("text").stdout.contains("/addcredit mms <client> <amount>"));
    assert!(printed("markdown").stdout.starts_with("| "));
    let slack = ["commands", "--format", "slack", "--url", "https://desk.example.com"];
    for (form, out) in [("discord", printed("discord")), ("slack", creditdesk(&slack))] {
        let parsed: Value = serde_json::from_str(&out.stdout).unwrap();
        assert!(parsed.to_string().contains("addcredit"), "{form}");
    }
    assert_eq!(printed("latin").code, 2);
    let without_address = printed("slack");
    assert_eq!(without_address.code, 2, "{without_address:?}");
    assert!(without_address.stderr.contains("--url"), "{without_address:?}");
}

#[test]
fn a_statement_can_be_piped_on_as_a_file() {
    let (_folder, data) = filled();
    let out = creditdesk(&["say", "--data", &data, "/statement acme csv"]);
    assert_eq!(out.code, 0, "{out:?}");
    assert!(out.stdout.starts_with("\u{feff}entry,at,op,"), "{out:?}");
    assert!(out.stderr.contains("Statement of ACME Ltd"), "{out:?}");
}

#[test]
fn test_store_answers_only_requests_that_name_its_key_and_come_from_no_browser() {
    let mut command = command();
    command.args(["store", "--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.next().unwrap();
    let address = address.strip_prefix("store listening on http://").unwrap().parse().unwrap();
    let key = lines.next().unwrap();
    let key = key.strip_prefix("access key id ").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let ask = |key: Option<&str>, origin: Option<&str>| {
        let mut headers = vec![("x-amz-target", "DynamoDB_20120810.DescribeTable".to_owned())];
        headers.extend(key.map(|key| {
            let scope = "20260101/eu-west-1/dynamodb/aws4_request";
            ("authorization", format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, Signature=0"))
        }));
        headers.extend(origin.map(|origin| ("origin", origin.to_owned())));
        let headers: Vec<_> =
            headers.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        let body = br#"{"TableName":"ledger"}"#;
        runtime.block_on(http::send(address, "POST", "/", &headers, body)).status
    };

    assert_eq!(ask(Some(key), None), 200);
    assert_eq!(ask(Some(key), Some("http://127.0.0.1")), 400, "a browser");
    assert_eq!(ask(None, None), 400, "no key");
    for wrong in ["local", "", &key[1..]] {
        assert_eq!(ask(Some(wrong), None), 400, "{wrong}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

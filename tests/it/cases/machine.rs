//! The desk on a machine: its directory, its processes, and attacks on its store from another user and
//! from a browser.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::http;
use crate::program::{Out, Running, Talking, command, creditdesk, filled, folder, path, run};
use crate::sim::number;

/// A user without rights.
const NOBODY: u32 = 65_534;

fn sms_of_acme(data: &str) -> u64 {
    let out = creditdesk(&["say", "--data", data, "--json", "/balance acme"]);
    out.objects()[0]["data"]["sms"]["spendable"].as_u64().unwrap_or_else(|| panic!("{out:?}"))
}

fn set_mode(path: impl AsRef<Path>, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Whether the tests may start programs as other users.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}

fn as_nobody(command: &mut Command) -> Out {
    run(command.uid(NOBODY).gid(NOBODY))
}

/// Opens connections that send half a head, and holds them.
fn half_requests(socket: &Path, count: usize) -> Vec<UnixStream> {
    let open = |_| {
        let mut stream = UnixStream::connect(socket).ok()?;
        stream.write_all(b"POST / HTTP/1.1\r\nhost: st").ok()?;
        Some(stream)
    };
    (0..count).filter_map(open).collect()
}

#[test]
fn half_requests_and_spent_file_descriptors_do_not_cut_others_off() {
    let (_folder, data) = filled();
    let script = "ulimit -n 120; exec \"$@\"";
    let mut first = Command::new("sh");
    first.env_clear().args(["-c", script, "sh", env!("CARGO_BIN_EXE_creditdesk")]);
    first.args(["serve", "--port", "0", "--data", &data]);
    let first = Running::start(&mut first, "listening on http://");

    let held = half_requests(&Path::new(&data).join("socket"), 300);
    thread::sleep(Duration::from_secs(3));

    assert!(held.len() >= 100, "{}", held.len());
    assert_eq!(sms_of_acme(&data), 7_000, "while they are held");
    drop(held);
    let add = creditdesk(&["say", "--data", &data, "/addcredit sms acme 31"]);
    assert_eq!(add.code, 0, "{add:?}");
    drop(first);
    assert_eq!(sms_of_acme(&data), 7_031);
}

#[test]
fn process_of_a_replaced_directory_leaves_the_next_desk_alone() {
    let (_folder, data) = filled();
    let first = Running::serve(Path::new(&data));
    let mut joined = Talking::start(&data);
    assert_eq!(joined.says("/whoami")["status"], "ok");
    let aside = format!("{data}-before");
    fs::rename(&data, &aside).unwrap();
    let (_other, copy) = filled();
    fs::create_dir(&data).unwrap();
    for file in fs::read_dir(&copy).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), Path::new(&data).join(file.file_name())).unwrap();
    }

    let mut next = Talking::start(&data);
    assert_eq!(next.says("/addcredit sms acme 32")["status"], "ok");
    first.signal("TERM");
    thread::sleep(Duration::from_millis(500));

    assert!(Path::new(&data).join("socket").exists(), "the socket is the next process's");
    assert_eq!(sms_of_acme(&data), 7_032, "a third process works through the next one");
    let ended = joined.child.wait().unwrap();
    assert_eq!(ended.code(), Some(5), "the joined process does not open the new file");
}

#[test]
fn killed_first_process_fails_no_start() {
    let (_folder, data) = filled();
    for round in 0..5 {
        let first = Running::serve(Path::new(&data));
        let starts: Vec<_> = (0..4)
            .map(|_| {
                let data = data.clone();
                thread::spawn(move || creditdesk(&["say", "--data", &data, "/whoami"]))
            })
            .collect();
        thread::sleep(Duration::from_millis(20 + round * 15));
        first.signal("KILL");
        drop(first);
        for start in starts {
            let out = start.join().unwrap();
            assert_eq!(out.code, 0, "round {round}: {out:?}");
        }
    }
}

/// `SAYS` counts the processes; two to six of them start at once.
#[test]
fn says_at_once_on_one_directory_all_succeed() {
    let (_folder, data) = filled();
    let says = number("SAYS").unwrap_or(50);
    let (mut amount, mut added, mut failures) = (1_000, 0, Vec::new());
    for size in (2..=6_u64).cycle() {
        let begun = amount - 1_000;
        if begun >= says {
            break;
        }
        let crowd: Vec<_> = (0..size.min(says - begun))
            .map(|_| {
                // No two amounts are equal, so that none is asked about.
                amount += 1;
                let (data, line) = (data.clone(), format!("/addcredit sms acme {amount}"));
                let say = move || creditdesk(&["say", "--data", &data, &line]);
                (amount, thread::spawn(say))
            })
            .collect();
        for (amount, one) in crowd {
            match one.join().unwrap() {
                out if out.code == 0 => added += amount,
                out => failures.push(out),
            }
        }
    }
    println!("{says} processes, two to six at once: {} failures", failures.len());
    assert!(failures.is_empty(), "{failures:#?}");
    assert_eq!(sms_of_acme(&data), 7_000 + added);
    assert_eq!(creditdesk(&["verify", "--data", &data]).code, 0);
}

#[test]
fn reply_that_cannot_be_written_names_the_operation_that_was_done() {
    let (_folder, data) = filled();
    let full = |line: &str| {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut say = command();
        say.args(["say", "--data", &data, line]).stdout(full).stderr(Stdio::piped());
        let output = say.spawn().unwrap().wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };

    let (code, told) = full("/addcredit sms acme 33");
    let (read_code, read_told) = full("/balance acme");

    assert_eq!((code, read_code), (Some(5), Some(5)));
    assert!(told.contains("was carried out as op_") && told.contains("do not repeat"), "{told}");
    assert!(!read_told.contains("carried out"), "{read_told}");
    assert_eq!(sms_of_acme(&data), 7_033);
}

#[test]
fn sample_that_was_cut_off_is_completed() {
    let (_whole, whole) = filled();
    let clients = |data: &str| {
        let out = creditdesk(&["say", "--data", data, "--json", "/list clients"]);
        out.objects()[0]["text"].as_str().unwrap().lines().next().unwrap().to_owned()
    };
    for after in [300, 700, 1_200] {
        let folder = folder();
        let data = path(&folder);
        let mut cut = command().args(["demo", "--data", &data]).spawn().unwrap();
        thread::sleep(Duration::from_millis(after));
        cut.kill().unwrap();
        cut.wait().unwrap();

        let resumed = creditdesk(&["demo", "--data", &data]);

        assert!(matches!(resumed.code, 0 | 3), "{after}: {resumed:?}");
        assert_eq!(clients(&data), clients(&whole), "{after}");
        assert_eq!(creditdesk(&["verify", "--data", &data]).code, 0, "{after}");
        assert_eq!(creditdesk(&["demo", "--data", &data]).code, 3, "{after}: it is complete");
    }
}

#[test]
fn root_admin_gets_no_overdraft() {
    let (_folder, data) = filled();
    let out = creditdesk(&["say", "--data", &data, "/client set overdraft c_1 sms 500"]);
    assert_eq!(out.code, 3, "{out:?}");
    assert!(out.stdout.contains("admins have no overdraft"), "{out:?}");
}

#[test]
fn verify_and_outbox_change_nothing_in_the_directory() {
    let (_folder, data) = filled();
    creditdesk(&["say", "--data", &data, "/addcredit sms acme 34"]);
    let state = || {
        let mut files: Vec<_> = fs::read_dir(&data)
            .unwrap()
            .map(|file| {
                let file = file.unwrap();
                let about = file.metadata().unwrap();
                (file.file_name(), fs::read(file.path()).unwrap_or_default(), about.mode())
            })
            .collect();
        files.sort();
        (files, fs::metadata(&data).unwrap().mode())
    };
    set_mode(&data, 0o555);
    let before = state();

    let proof = creditdesk(&["verify", "--data", &data]);
    let outbox = creditdesk(&["outbox", "--json", "--data", &data]);

    assert_eq!((proof.code, outbox.code), (0, 0), "{proof:?} {outbox:?}");
    assert!(state() == before, "the directory is as it was");
    assert!(!outbox.stdout.contains("34 SMS"), "a mail that waits is not sent: {outbox:?}");
    // A user who may only read, as on a read-only mount.
    if is_root() {
        let bin = env!("CARGO_BIN_EXE_creditdesk");
        set_mode(Path::new(&data).parent().unwrap(), 0o755);
        for file in ["desk.db", "lock"] {
            set_mode(Path::new(&data).join(file), 0o444);
        }
        let out = as_nobody(Command::new(bin).env_clear().args(["verify", "--data", &data]));
        assert_eq!(out.code, 0, "{out:?}");
    }
}

#[test]
fn verify_beside_a_process_that_ends_reads_on() {
    let (_folder, data) = filled();
    for _ in 0..5 {
        let line = "/balance acme";
        let saying = thread::spawn({
            let data = data.clone();
            move || creditdesk(&["say", "--data", &data, line])
        });
        let proof = creditdesk(&["verify", "--data", &data]);
        assert_eq!(proof.code, 0, "{proof:?}");
        assert_eq!(saying.join().unwrap().code, 0);
    }
}

#[test]
fn directory_of_others_or_with_other_files_is_refused_as_it_is() {
    let other_files = folder();
    fs::write(other_files.path().join("letter.txt"), "Dear").unwrap();
    set_mode(other_files.path(), 0o2775);
    let at = other_files.path().to_str().unwrap();

    let out = creditdesk(&["demo", "--data", at]);

    assert_eq!(out.code, 5, "{out:?}");
    assert!(out.stderr.contains("other files, such as letter.txt"), "{out:?}");
    assert_eq!(fs::metadata(at).unwrap().mode() & 0o7777, 0o2775);
    assert_eq!(fs::read_dir(at).unwrap().count(), 1);
    if is_root() {
        let foreign = folder();
        std::os::unix::fs::chown(foreign.path(), Some(NOBODY), None).unwrap();
        let out = creditdesk(&["demo", "--data", foreign.path().to_str().unwrap()]);
        assert_eq!(out.code, 5, "{out:?}");
        assert!(out.stderr.contains("belongs to another user"), "{out:?}");
        assert_eq!(fs::read_dir(foreign.path()).unwrap().count(), 0);
    }
}

#[test]
fn desk_that_was_open_to_all_is_closed_to_another_user() {
    let (_folder, data) = filled();
    set_mode(Path::new(&data).parent().unwrap(), 0o755);
    set_mode(&data, 0o777);
    for file in fs::read_dir(&data).unwrap().map(Result::unwrap) {
        set_mode(file.path(), 0o666);
    }

    let desk = Running::serve(Path::new(&data));

    for file in ["desk.db", "desk.db-wal", "lock", "socket"] {
        let mode = fs::metadata(Path::new(&data).join(file)).unwrap().mode() & 0o077;
        assert_eq!(mode & if file == "socket" { 0 } else { 0o077 }, 0, "{file}");
    }
    assert_eq!(fs::metadata(&data).unwrap().mode() & 0o777, 0o700);
    if is_root() {
        for file in ["", "desk.db", "lock", "socket"] {
            let at = Path::new(&data).join(file);
            let out = as_nobody(Command::new("sh").arg("-c").arg("ls -- \"$0\"").arg(&at));
            assert_ne!(out.code, 0, "{file}: {out:?}");
        }
        let bin = env!("CARGO_BIN_EXE_creditdesk");
        let out =
            as_nobody(Command::new(bin).env_clear().args(["say", "--data", &data, "/whoami"]));
        assert_eq!(out.code, 5, "{out:?}");
    }
    drop(desk);
}

#[test]
fn desk_file_that_cannot_be_written_is_named() {
    if !is_root() {
        println!("not tried: only root can give a directory to another user");
        return;
    }
    let (folder, data) = filled();
    set_mode(folder.path(), 0o755);
    for file in fs::read_dir(&data).unwrap().map(Result::unwrap) {
        std::os::unix::fs::chown(file.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    std::os::unix::fs::chown(&data, Some(NOBODY), Some(NOBODY)).unwrap();
    set_mode(Path::new(&data).join("desk.db"), 0o400);

    let bin = env!("CARGO_BIN_EXE_creditdesk");
    let out = as_nobody(Command::new(bin).env_clear().args(["say", "--data", &data, "/whoami"]));

    assert_eq!(out.code, 5, "{out:?}");
    assert!(out.stderr.contains("desk.db cannot be opened"), "{out:?}");
    assert!(out.stderr.contains("it cannot be written"), "{out:?}");
}

#[test]
fn foreign_lock_files_survive() {
    let (_folder, data) = filled();
    let foreign = b"\xff\xfe http://10.0.0.1:1 \x00".to_vec();
    for lock in ["lock", "write.lock"] {
        fs::write(Path::new(&data).join(lock), &foreign).unwrap();
    }

    let add = creditdesk(&["say", "--data", &data, "/addcredit sms acme 35"]);
    let proof = creditdesk(&["verify", "--data", &data]);

    assert_eq!((add.code, proof.code), (0, 0), "{add:?} {proof:?}");
    for lock in ["lock", "write.lock"] {
        assert_eq!(fs::read(Path::new(&data).join(lock)).unwrap(), foreign, "{lock}");
    }
}

#[test]
fn empty_key_is_refused() {
    for key in ["", " ", "\u{3000}"] {
        let out = creditdesk(&["say", "--memory", "--new", "--key", key, "/whoami"]);
        assert_eq!(out.code, 2, "{out:?}");
        assert!(out.stderr.contains("a key is not empty"), "{out:?}");
    }
}

/// The test store, running.
struct TestStore {
    child: Child,
    address: SocketAddr,
    key: String,
}

impl TestStore {
    fn start() -> Self {
        let mut command = command();
        command.args(["store", "--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = lines.next().unwrap();
        let address = address.strip_prefix("store listening on http://").unwrap().parse().unwrap();
        let key = lines.next().unwrap().strip_prefix("access key id ").unwrap().to_owned();
        Self { child, address, key }
    }

    /// The status of a request with the right key and these lines in its head.
    fn asked(&self, head: &str) -> String {
        let body = r#"{"TableName":"ledger"}"#;
        let (key, length) = (&self.key, body.len());
        let mut stream = std::net::TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "POST / HTTP/1.1\r\nx-amz-target: DynamoDB_20120810.DescribeTable\r\n\
             authorization: AWS4-HMAC-SHA256 Credential={key}/d/r/s/t, Signature=0\r\n\
             content-length: {length}\r\nconnection: close\r\n{head}\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.lines().next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_owned()
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn test_store_refuses_foreign_hosts_and_pages() {
    let store = TestStore::start();
    let port = store.address.port();
    let asked = |head: String| store.asked(&head);

    assert_eq!(asked(format!("host: 127.0.0.1:{port}\r\n")), "200");
    assert_eq!(asked(format!("host: localhost:{port}\r\n")), "200");
    for host in ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", ""] {
        assert_eq!(asked(format!("host: {host}\r\n")), "400", "{host}");
    }
    assert_eq!(asked(String::new()), "400", "no host");
    for origin in ["null", "http://127.0.0.1", "https://evil.example"] {
        let head = format!("host: 127.0.0.1:{port}\r\norigin: {origin}\r\n");
        assert_eq!(asked(head), "400", "{origin}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let asks = vec![
        ("origin".to_owned(), "https://evil.example".to_owned()),
        ("access-control-request-method".to_owned(), "POST".to_owned()),
    ];
    let preflight = runtime.block_on(http::send(store.address, "OPTIONS", "/", &asks, b""));
    assert_eq!(preflight.status, 400, "{preflight:?}");
    assert!(!format!("{preflight:?}").to_lowercase().contains("access-control-allow"));
}

#[test]
fn test_store_stops_and_drops_clients_that_hang() {
    let mut store = TestStore::start();
    let mut hanging = std::net::TcpStream::connect(store.address).unwrap();
    hanging.write_all(b"POST / HTTP/1.1\r\nhost: st").unwrap();
    hanging.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    assert_eq!(hanging.read(&mut [0; 9]).unwrap(), 0, "it is dropped");
    let mut hanging = std::net::TcpStream::connect(store.address).unwrap();
    hanging.write_all(b"POST / HTTP/1.1\r\nhost: st").unwrap();
    thread::sleep(Duration::from_millis(200));
    let asked = Instant::now();

    let pid = store.child.id().to_string();
    assert!(Command::new("kill").arg(&pid).status().unwrap().success());

    assert_eq!(store.child.wait().unwrap().code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}

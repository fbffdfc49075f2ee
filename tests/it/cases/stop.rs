//! A desk that is stopped while a command waits: what was handed over is done, once.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use crate::http;
use crate::program::{Running, creditdesk, folder};
use crate::slack;

#[expect(clippy::disallowed_methods, reason = "the program runs on the machine’s clock")]
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

fn says(data: &str, line: &str) -> String {
    let out = creditdesk(&["say", "--yes", "--data", data, line]);
    assert_eq!(out.code, 0, "{line}: {out:?}");
    out.stdout
}

#[test]
fn command_that_was_handed_over_is_done_before_the_desk_stops() {
    let folder = folder();
    let data = folder.path().join("desk").to_str().unwrap().to_owned();
    assert_eq!(creditdesk(&["demo", "--data", &data]).code, 0);
    says(&data, "/role grant slack:T1:U7 owner Sam");
    let before = says(&data, "/balance acme");
    let mut desk = Running::serve(Path::new(&data));
    // Another process holds the lock on changes, so that the command takes too long for Slack.
    let lock = File::options().read(true).write(true).open(Path::new(&data).join("write.lock"));
    let lock = lock.unwrap();
    lock.lock().unwrap();
    let body = slack::command("T1", "U7", "late", "/addcredit", "mms acme 500");
    let headers = slack::headers(slack::SECRET, now(), body.as_bytes());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sent = http::send(desk.address, "POST", "/slack/commands", &headers, body.as_bytes());
    let reply = runtime.block_on(sent);
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(!reply.body.contains("Added"), "it was not done yet: {reply:?}");

    desk.signal("TERM");
    std::thread::sleep(Duration::from_millis(500));
    lock.unlock().unwrap();

    assert_eq!(desk.child.wait().unwrap().code(), Some(0));
    let after = says(&data, "/balance acme");
    assert!(before.contains("MMS 1,250") && after.contains("MMS 1,750"), "{before} {after}");
    assert_eq!(creditdesk(&["verify", "--data", &data]).code, 0);
}

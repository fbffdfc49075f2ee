//! The first day of a desk: README's lines, MMS for its first client, and the sample, which stays apart.

use crate::program::{Out, command, creditdesk, fed, folder, path, run};
use crate::world::World;

/// The lines of README's first day.
pub fn first_day() -> Vec<String> {
    let readme = crate::layout::text_of("README.md");
    let (_, day) = readme.split_once("## A first day").unwrap();
    day.split("```").nth(1).unwrap().trim().lines().map(str::to_owned).collect()
}

#[test]
fn first_day_of_the_readme_can_be_typed_line_by_line() {
    World::run_new(async |w| {
        let lines = first_day();
        assert_eq!(lines.len(), 10);

        for line in &lines {
            let reply = w.json(line).await;
            let asks = line.starts_with("/addcredit") || line.starts_with("/role grant");
            assert_eq!(reply["status"], if asks { "planned" } else { "ok" }, "{line}: {reply}");
        }

        assert_eq!(w.balance("acme").await, (0, 500));
        let status = w.says("/status").await;
        assert!(status.starts_with("Everything is set up"), "{status}");
        assert!(status.contains("2 staff"), "{status}");
        assert!(w.mismatches().await.is_empty());
    });
}

#[test]
fn mms_allowed_names_the_line_that_turns_it_on_for_clients() {
    World::run_new(async |w| {
        let allowed = w.says("/mms allow c_1").await;
        assert!(allowed.contains("/mms on all of c_1: turns it on"), "{allowed}");

        w.does("/mms on all of c_1").await;
        w.does("/client new \"Acme Ltd\" ops@acme.example login:acme").await;
        w.does("/client activate acme").await;

        let card = w.says("/client view acme").await;
        assert!(card.contains("MMS is on"), "{card}");
    });
}

#[test]
fn sample_desk_lives_apart_from_the_own_desk() {
    let folder = folder();
    let on = |arguments: &[&str]| run(command().current_dir(folder.path()).args(arguments));
    let clients = |out: &Out| out.objects()[0]["data"]["total"].as_u64();

    let sample = on(&["say", "--demo", "--json", "/list clients"]);

    assert_eq!(clients(&sample), Some(15), "{sample:?}");
    assert!(folder.path().join(".creditdesk-demo").is_dir());
    assert!(!folder.path().join(".creditdesk").exists(), "no desk of one's own was made");
    let own = on(&["say", "--new", "--json", "/list clients"]);
    assert_eq!(clients(&own), Some(0), "{own:?}");
    assert_eq!(on(&["demo"]).code, 3, "the sample is complete");
    assert_eq!(on(&["verify", "--demo"]).code, 0);
}

#[test]
fn sample_is_refused_on_a_desk_that_was_set_up() {
    let folder = folder();
    let data = path(&folder);
    let set = creditdesk(&["say", "--new", "--data", &data, "/settings currency EUR"]);
    assert_eq!(set.code, 0, "{set:?}");

    for arguments in
        [&["demo"][..], &["say", "--demo", "/addcredit mms acme 500"], &["verify", "--demo"]]
    {
        let refused = creditdesk(&[arguments, &["--data", &data]].concat());

        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{refused:?}");
        assert!(
            refused.stderr.contains("is not the sample, and no sample was added"),
            "{refused:?}"
        );
    }
    let clients = creditdesk(&["say", "--data", &data, "--json", "/list clients"]);
    assert!(!clients.stdout.contains("ACME"), "{clients:?}");
}

#[test]
fn first_day_of_the_readme_runs_from_a_file() {
    let folder = folder();
    let data = path(&folder);
    let day = first_day().join("\n");

    let out = fed(&["say", "--new", "--data", &data, "-"], day.as_bytes());

    assert_eq!(out.code, 0, "each question was confirmed by a later line: {out:?}");
    let balance = creditdesk(&["say", "--data", &data, "--json", "/balance acme"]);
    let balance = &balance.objects()[0]["data"];
    assert_eq!(balance["mms"]["spendable"], 500);
    assert_eq!(creditdesk(&["verify", "--data", &data]).code, 0);
}

#[test]
fn run_of_lines_ends_with_4_while_one_of_its_plans_waits() {
    let folder = folder();
    let data = path(&folder);
    let lines = |lines: &str| fed(&["say", "--new", "--data", &data, "-"], lines.as_bytes());

    let waiting = lines("/role grant local:dana support Dana\n/whoami\n");
    let listed = lines("/confirm\n");
    let settled = lines("/confirm\n1\n");

    assert_eq!(waiting.code, 4, "{waiting:?}");
    assert_eq!(listed.code, 4, "a list confirms nothing: {listed:?}");
    assert_eq!(settled.code, 4, "the first line only listed: {settled:?}");
    assert_eq!(lines("/confirm\n").code, 0, "nothing waits");
    let denied = lines("/role grant local:sam support Sam\nno, not yet\n");
    assert_eq!(denied.code, 0, "{denied:?}");
}

#[test]
fn trigger_without_the_desk_names_the_sample() {
    let folder = folder();
    let data = path(&folder);
    assert_eq!(creditdesk(&["say", "--new", "--data", &data, "/whoami"]).code, 0);
    let trigger = ["trigger", "stripe", "payment_intent.succeeded", "--invoice", "INV-2-0004"];

    let out = run(command()
        .args(trigger)
        .args(["--data", &data])
        .env("STRIPE_WEBHOOK_SECRET", "whsec_try"));

    assert_eq!(out.code, 5, "{out:?}");
    assert!(out.stderr.contains("is the sample, add --demo"), "{out:?}");
}

//! `creditdesk register discord`, run as the program that it is.

use std::process::{Command, Output};

use super::{APPLICATION, Discord, GUILD};
use crate::program;

async fn registers(d: &Discord, arguments: &[&str]) -> Output {
    let mut command: Command = program::command();
    command
        .args(["register", "discord"])
        .args(arguments)
        .env("DISCORD_APPLICATION_ID", APPLICATION)
        .env("DISCORD_BOT_TOKEN", "bot-token")
        .env("DISCORD_API_BASE", d.base());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[tokio::test]
async fn commands_are_put_when_they_differ_and_not_otherwise() {
    let d = Discord::start().await;
    let tried = printed(&registers(&d, &["--dry-run"]).await);
    assert!(tried.contains("/addcredit") && tried.contains("would change everywhere"), "{tried}");
    assert_eq!(d.state().puts, 0);
    let put = printed(&registers(&d, &["--guild", GUILD]).await);
    assert!(put.contains("Show operation") && put.contains("new"), "{put}");
    assert_eq!(d.state().puts, 1);
    let again = printed(&registers(&d, &["--guild", GUILD]).await);
    assert!(again.starts_with("All ") && again.contains("as they are"), "{again}");
    assert_eq!(d.state().puts, 1);
    d.state().commands.remove(0);
    d.state().commands[0]["description"] = "formerly".into();
    let changed = printed(&registers(&d, &[]).await);
    assert!(changed.contains("changed") && changed.contains("2 changed everywhere"), "{changed}");
    assert_eq!(d.state().puts, 2);
}

#[tokio::test]
async fn who_is_not_let_in_is_told_so() {
    let d = Discord::start().await;
    let mut command = program::command();
    command.args(["register", "discord"]);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("DISCORD_APPLICATION_ID and DISCORD_BOT_TOKEN"), "{said}");
    let mut command = program::command();
    command
        .args(["register", "discord"])
        .env("DISCORD_APPLICATION_ID", APPLICATION)
        .env("DISCORD_BOT_TOKEN", "wrong")
        .env("DISCORD_API_BASE", d.base());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("401"), "{said}");
    assert!(!said.contains("wrong"), "{said}");
}

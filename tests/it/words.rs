//! Lines that cannot be meant, and lines as keyboards and phones spoil them.

use crate::world::World;

/// Nothing of this is ever read as an amount.
const NO_AMOUNTS: &[&str] = &[
    "-5",
    "−5",
    "0",
    "00",
    "1.5",
    "1,5",
    "1,00",
    "1.000",
    "1 000",
    "1e3",
    "1e99",
    "0x10",
    "NaN",
    "infinity",
    "100000001",
    "999999999999",
    "18446744073709551616",
    "99999999999999999999999999",
    "½",
    "٪",
    "five",
    "5x",
    "5kk",
    "+-5",
    "--5",
    "1,000_000",
    "1000,000",
    ",5",
    "5,",
    "💯",
];

#[test]
fn what_is_no_amount_is_told_and_changes_nothing() {
    World::run(async |w| {
        for amount in NO_AMOUNTS {
            for line in [
                format!("/addcredit mms acme {amount}"),
                format!("/addcredit mms client:acme amount:{amount}"),
                format!("/deductcredit mms acme {amount} because"),
            ] {
                let said = w.json(&line).await;
                let no = matches!(said["status"].as_str(), Some("usage" | "refused"));
                assert!(no, "{line}: {said}");
                assert!(!said["text"].as_str().unwrap().is_empty());
            }
        }
        assert_eq!(w.balance("acme").await, (2_000, 400));
        assert!(w.says("/pending").await.contains("Nothing waits"));
    });
}

#[test]
fn a_line_means_the_same_however_the_keyboard_spoiled_it() {
    World::run(async |w| {
        let lines = [
            "/addcredit mms acme 501 thanks",
            "addcredit mms acme 502 thanks",
            "  /AddCredit   MMS   Acme   503   thanks  ",
            "/addcredit\u{a0}mms\u{a0}acme\u{a0}504 thanks",
            "/addcredit mms \u{201c}acme\u{201d} 505 \u{2018}thanks\u{2019}",
            "/addcredit mms client:acme amount:506 reason:thanks",
            "/addcredit mms \u{2014}client acme \u{2014}amount 507 \u{2013}reason thanks",
            "/desk addcredit mms acme 508 thanks",
            "/addcredit\u{200b} mms \u{feff}acme 509 thanks",
            "/addcredit mms acme ５１０ thanks",
            "/addcredit mms acme 511 because thanks",
        ];
        for (number, line) in (501..).zip(lines) {
            let said = w.json(line).await;
            assert_eq!(
                (&said["status"], &said["data"]["amount"]),
                (&"ok".into(), &number.into()),
                "{line}: {said}"
            );
            assert_eq!(said["data"]["reason"], "thanks", "{line}: {said}");
        }
    });
}

#[test]
fn two_numbers_are_not_guessed_at() {
    World::run(async |w| {
        let said = w.json("/addcredit mms studio 54 500").await;
        assert_eq!(said["status"], "usage", "{said}");
        w.does("/client new \"Studio 54\" s@s.example login:studio").await;
        w.does("/client activate studio").await;
        w.does("/mms on studio").await;
        let said = w.json("/addcredit mms studio 54 500").await;
        assert_eq!(said["data"]["amount"], 500, "an exact name decides: {said}");
    });
}

#[test]
fn odd_lines_are_answered_in_words() {
    World::run(async |w| {
        let long = format!("/addcredit mms {} 5", "x".repeat(5_000));
        let unknown = format!("/balance {}", "y".repeat(300));
        let lines = [
            "",
            "/",
            "//",
            "   ",
            "\u{0}",
            "\u{1b}[2J",
            "/addcredit",
            "/addcredit mms",
            "/client",
            "/client set",
            "/addcredit mms \"acme 500",
            "/addcredit mms acme 500 --nonsense",
            "/addcredit mms acme 500 dry_run:perhaps",
            "/addcredit mms acme 500 amount:600",
            "/balance",
            "/balance acme extra words",
            "/invoice view",
            "/undo op_",
            "/confirm yes",
            "@everyone",
            "<!channel>",
            "🎈",
            "/list everything",
            "/settings tax twenty",
            &long,
            &unknown,
        ];
        for line in lines {
            let said = w.json(line).await;
            let text = said["text"].as_str().unwrap();
            assert!(!text.is_empty(), "{line:?}: {said}");
            assert!(said["status"] != "failed", "{line:?}: {said}");
            assert!(text.len() < 8_000, "{line:?}: {} characters", text.len());
        }
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

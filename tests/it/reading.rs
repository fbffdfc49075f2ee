//! What can be read: statements, explanations, the audit trail, help.

use expect_test::expect;
use jiff::SignedDuration;

use crate::world::World;

#[test]
fn a_statement_shows_every_change_and_foots() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        w.does("/deductcredit mms acme 150 added twice").await;
        w.does("/addcredit sms acme 300").await;
        expect![[r#"
            Statement of ACME Ltd (c_2) · 25 Oct 2026 to 23 Nov 2026
            SMS 2,000 → 2,300
            MMS 400 → 750
            23 Nov 2026 10:00 UTC · SMS · +300 · → 2,300
            add · owner · INV-2-0004 open, £14.40 due · op_1
            23 Nov 2026 10:00 UTC · MMS · −150 · → 750
            deduct · owner · added twice · op_2
            23 Nov 2026 10:00 UTC · MMS · +500 · → 900
            add · owner · INV-2-0003 open, £30.00 due · op_3"#]]
        .assert_eq(&w.says("/statement acme").await);
        expect![[r#"
            Statement of ACME Ltd (c_2) · 23 Nov 2026 to 23 Nov 2026
            MMS 400 → 750
            23 Nov 2026 10:00 UTC · MMS · −150 · → 750
            deduct · owner · added twice · op_2
            23 Nov 2026 10:00 UTC · MMS · +500 · → 900
            add · owner · INV-2-0003 open, £30.00 due · op_3"#]]
        .assert_eq(&w.says("/statement acme mms since:2026-11-23").await);
        expect![[r#"
            Statement of ACME Ltd (c_2) · 1 Oct 2026 to 31 Oct 2026
            SMS 0 → 2,000
            MMS 0 → 400
            24 Oct 2026 10:00 UTC · MMS · +400 · → 400
            add · owner · INV-2-0002 paid, £24.00 by BACS-2 · op_4
            24 Oct 2026 10:00 UTC · SMS · +2,000 · → 2,000
            add · owner · INV-2-0001 paid, £96.00 by BACS-1 · op_5"#]]
        .assert_eq(&w.says("/statement acme since:2026-10-01 until:2026-10-31").await);
        expect![[r#"
            The last day of a statement comes before its first.
            /help statement: explains the command
            Ref op_6"#]]
        .assert_eq(&w.says("/statement acme since:2026-12-01 until:2026-11-01").await);
    });
}

#[test]
fn a_statement_is_a_file_that_no_spreadsheet_takes_for_a_formula() {
    World::run(async |w| {
        w.does("/deductcredit mms acme 10 \"=1+1\"").await;
        w.does("/deductcredit mms acme 11 \"said, \\\"quoted\\\"\"").await;
        let said = w.said_as("local:owner", "/statement acme csv").await;
        let file = said.attachment.unwrap();
        expect!["statement-acme-2026-10-25-2026-11-23.csv"].assert_eq(&file.name);
        let text = String::from_utf8(file.bytes).unwrap();
        let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
        assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains('\n'), "{text:?}");
        // Without the second column: its milliseconds are this run's own.
        let timeless = |row: &str| {
            let cells: Vec<&str> = row.splitn(3, ',').collect();
            format!("{},{}\n", cells[0], cells[2])
        };
        let text = w.numbered(&text.lines().map(timeless).collect::<String>());
        expect![[r#"
            entry,op,reason,kind,granted,used,held,balance,invoice,by,name,note,invoice_state,invoice_gross,invoice_paid,currency,payments
            4,op_1,deduct,mms,-11,0,0,379,,s_1,owner,"said, ""quoted""",,,,,
            3,op_2,deduct,mms,-10,0,0,390,,s_1,owner,'=1+1,,,,,
        "#]]
        .assert_eq(&text);
    });
}

#[test]
fn why_explains_a_balance_line_by_line() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        w.does("/undo").await;
        expect![[r#"
            Why ACME Ltd (c_2) has this balance
            MMS: 400 to spend
            The lines add up to the balance.
            24 Oct 2026 10:00 UTC · MMS · +400 · → 400
            add · owner · INV-2-0002 paid, £24.00 by BACS-2 · op_1
            23 Nov 2026 10:00 UTC · MMS · +500 · → 900
            add · owner · INV-2-0003 void · op_2
            23 Nov 2026 10:00 UTC · MMS · −500 · → 400
            taken back · owner · INV-2-0003 void · op_3"#]]
        .assert_eq(&w.says("/why acme mms").await);
        assert_eq!(w.json("/why acme").await["data"]["foots"], true);
        expect![[r#"
            Why Birch Bakery (c_6) has this balance
            SMS: 0 to spend
            MMS: 0 to spend
            The lines add up to the balance."#]]
        .assert_eq(&w.says("/why birch").await);
    });
}

#[test]
fn history_shows_commits_refusals_and_dry_runs_by_whom() {
    World::run(async |w| {
        w.does_as("local:dana", "/addcredit mms acme 60").await;
        w.json_as("local:dana", "/deductcredit mms acme 1 mistake").await;
        w.json_as("local:bill", "/addcredit mms acme 70 --dry-run").await;
        w.json_as("local:bill", "/deductcredit mms acme 100000 too many").await;
        w.does_as("local:bill", "/deductcredit mms acme 5 slip").await;
        expect![[r#"
            Changes and refusals since 16 Nov 2026
            23 Nov 2026 10:00 UTC · Bill · done
            −5 MMS for ACME Ltd (c_2) (460 → 455): slip · op_1
            23 Nov 2026 10:00 UTC · Bill · waiting
            −5 MMS for ACME Ltd (c_2) (460 → 455): slip: needs a confirmation · op_1
            23 Nov 2026 10:00 UTC · Bill · refused
            /deductcredit mms acme 100000 "too many" — ACME Ltd has 460 MMS credits to spend; 100,000 were asked for. · op_2
            23 Nov 2026 10:00 UTC · Bill · dry run
            +70 MMS for ACME Ltd (c_2) (460 → 530), INV-2-0004 · op_3
            23 Nov 2026 10:00 UTC · Dana · refused
            /deductcredit mms acme 1 "mistake" for ACME Ltd (c_2) — Your role (support) may not do that; it needs billing or more. · op_4
            23 Nov 2026 10:00 UTC · Dana · done
            +60 MMS for ACME Ltd (c_2) (400 → 460), INV-2-0003 · op_5"#]]
        .assert_eq(&w.says("/history acme").await);
        expect![[r#"
            Changes and refusals since 16 Nov 2026
            23 Nov 2026 10:00 UTC · Dana · refused
            /deductcredit mms acme 1 "mistake" for ACME Ltd (c_2) — Your role (support) may not do that; it needs billing or more. · op_4
            23 Nov 2026 10:00 UTC · Dana · done
            +60 MMS for ACME Ltd (c_2) (400 → 460), INV-2-0003 · op_5"#]]
        .assert_eq(&w.says("/history staff:dana").await);
        w.passes(SignedDuration::from_hours(24 * 8));
        assert!(!w.says("/history acme").await.contains("slip"), "the last seven days only");
        assert!(w.says("/history acme since:2026-11-20").await.contains("slip"));
    });
}

#[test]
fn a_telephone_number_that_was_typed_is_not_in_the_trail() {
    World::run(async |w| {
        w.json("/addcredit sms \"+44 7400 999888\" 10").await;
        let history = w.says("/history").await;
        assert!(history.contains("…9888") && !history.contains("7400"), "{history}");
    });
}

#[test]
fn a_balance_is_what_may_be_spent() {
    World::run(async |w| {
        expect![[r#"
            ACME Ltd (c_2)
            SMS 2,000
            MMS 400"#]]
        .assert_eq(&w.says("/balance acme").await);
        let said = w.json("/balance acme").await;
        let data = &said["data"];
        assert_eq!(data["client"], "c_2");
        for kind in ["sms", "mms"] {
            for figure in ["spendable", "used", "held", "owed"] {
                assert!(data[kind][figure].is_i64(), "{kind} {figure}: {said}");
            }
        }
    });
}

#[test]
fn help_knows_every_command_and_finds_them_by_what_is_wanted() {
    World::run(async |w| {
        let short = w.says("/help").await;
        for example in ["/addcredit mms", "/pending", "Tasks: look", "/help all"] {
            assert!(short.contains(example), "{short}");
        }
        let help = w.says("/help all").await;
        for command in bot::commands::all() {
            assert!(help.contains(&command.short_usage()), "{}", command.name());
            let own = w.json(&format!("/help {}", command.name())).await;
            let own = own["text"].as_str().unwrap();
            assert!(own.contains(command.about) && own.contains(command.example), "{own}");
        }
        for (wanted, found) in [
            ("top up", "/addcredit mms"),
            ("recharge", "/addcredit"),
            ("remove", "/deductcredit"),
            ("show all", "/list clients"),
            ("unpaid", "/invoice list"),
            ("new colleague", "/role grant"),
        ] {
            let help = w.says(&format!("/help {wanted}")).await;
            assert!(help.contains(found), "{wanted}: {help}");
        }
        expect![[r#"
            Add MMS credits to a client, with an invoice
            /addcredit mms <client> <amount> [reason] [paid:<reference>] [grant] [from:house] [tell:<text>] [dry_run]
            • client — Client: two or three letters of any name
            • amount — How many credits: 500, 1,000 or 2k
            • reason — Why; required for a grant
            • paid — Paid already: the payment’s reference
            • grant — Give them free of charge, with a reason
            • from — For a reseller’s client: sell from the house instead of moving (house = Billed to the reseller instead of moved from it)
            • tell — What the client reads in its mail; never the reason
            • dry_run — Show what would happen, change nothing
            Who may: support and above
            For example: /addcredit mms acme 500"#]].assert_eq(&w.says("/help addcredit mms").await);
        expect![[r#"
            Nothing found for “xyzzy”.
            /help all: lists every command"#]]
        .assert_eq(&w.says("/help xyzzy").await);
    });
}

#[test]
fn help_mms_answers_a_new_colleagues_questions() {
    World::run(async |w| {
        expect![[r#"
            MMS, in words
            How is it enabled? In two steps. Billing turns it on for an admin’s platform, once: /mms allow c_1. Then it is on for a client when its own switch says so, or when it inherits from a parent whose clients have it on. Both must hold.
            For one client? /mms on acme, /mms off acme, or /mms inherit acme to follow its parent.
            For all clients of a parent? /mms on all of c_1 or /mms off all of c_1: one switch, also for clients that come later. Clients with their own setting keep it.
            How do I see that it is on? /client view acme says so; /balance acme says why not. Where it is off, the command that turns it on stands below.
            How does a client get MMS credits by hand? /addcredit mms acme 500 adds them and makes the invoice; /deductcredit mms acme 50 added twice takes them away.
            In packages? A package’s MMS part appears only where MMS is allowed; SMS and MMS credits stay two balances and one never pays for the other.
            Where is the overview? /list clients shows both balances of everybody, fewest MMS credits first; /statement acme mms shows where a client’s went.
            What counts as an MMS credit? One message with media, sent or received, at home. A long text sent as SMS uses one SMS credit for each part instead. Turning MMS off keeps the credits.
            /help mms on: one command in detail"#]].assert_eq(&w.says("/help mms").await);
    });
}

#[test]
fn words_of_other_platforms_are_offered_and_never_executed() {
    World::run(async |w| {
        for line in ["/topup mms acme 500", "/remove mms acme 10", "/add credit mms acme 500"] {
            let said = w.json(line).await;
            assert_eq!(said["status"], "usage", "{said}");
        }
        assert_eq!(w.balance("acme").await, (2_000, 400));
        expect![[r#"
            I don’t know “topup”. Here it is called:
            /addcredit mms acme 500: Add MMS credits to a client, with an invoice"#]]
        .assert_eq(&w.says("/topup mms acme 500").await);
    });
}

#[test]
fn a_status_says_how_the_desk_stands() {
    World::run(async |w| {
        expect![[r#"
            Everything is set up
            6 staff · 0 requests wait · 0 notices failed
            GBP · tax 20 % · invoices due after 14 days · Europe/London"#]]
        .assert_eq(&w.says("/status").await);
        expect!["No email or notice has failed."].assert_eq(&w.says("/jobs failed").await);
    });
}

/// The line of the suggestion that a button says, or of the button that is only offered.
fn line_of(said: &bot::chat::ChatReply, label: &str) -> Option<String> {
    let mut all = said.view.suggestions.iter().chain(&said.view.offers);
    all.find(|one| one.label() == label).map(|one| one.line.clone())
}

/// Goes through all pages, by the lines of their buttons.
async fn pages(w: &World, first: &str, next: &str) -> Vec<bot::chat::ChatReply> {
    let mut pages = vec![w.said_as("local:owner", first).await];
    while let Some(line) = line_of(pages.last().unwrap(), next) {
        assert!(pages.len() < 40, "{line}");
        pages.push(w.said_as("local:owner", &line).await);
    }
    pages
}

#[test]
fn a_list_goes_on_page_by_page_wherever_its_clients_move_meanwhile() {
    World::run(async |w| {
        for number in 1..=18 {
            w.does(&format!("/client new Shop {number:02} s{number:02}@shop.example")).await;
        }
        let all = pages(w, "/list clients sort:name", "Next page").await;
        assert_eq!(all.len(), 3);
        let names: Vec<String> = (all.iter())
            .flat_map(|said| said.view.table.as_ref().unwrap().rows.iter())
            .map(|row| row[0].plain())
            .collect();
        assert_eq!(names.len(), 23);
        assert!(names.is_sorted_by_key(|name| name.to_lowercase()), "{names:?}");
        assert!(all[1].view.plain().contains("11 to 20, by name:"), "{}", all[1].view.plain());
        assert!(
            line_of(&all[0], "First page").is_none() && line_of(&all[2], "Next page").is_none()
        );
        let first = line_of(&all[2], "First page").unwrap();
        assert_eq!(w.says(&first).await, all[0].view.plain());
        // The client with which the first page ended is not listed at all any more.
        let line = "/list clients sort:sms low:5";
        let first = w.said_as("local:owner", line).await;
        let next = line_of(&first, "Next page").unwrap();
        let end = next.rsplit(':').next().unwrap().split('/').next().unwrap();
        w.does(&format!("/client activate {end}")).await;
        w.does(&format!("/addcredit sms {end} 3000")).await;
        let page = w.says(&next).await;
        assert!(page.contains("SMS credits first:\n"), "{page}");
        assert_eq!(w.json("/list clients after:acme/1").await["code"], "bad_value");
        assert!(!w.says("/help list clients").await.contains("after"), "only buttons say it");
    });
}

#[test]
fn a_statement_goes_on_page_by_page_and_foots_on_each() {
    World::run(async |w| {
        for number in 1..=45 {
            w.does(&format!("/addcredit sms acme {}", 100 + number)).await;
        }
        let all = pages(w, "/statement acme sms", "Older").await;
        let entries: Vec<u64> = (all.iter())
            .flat_map(|said| said.data["entries"].as_array().unwrap().iter().take(20))
            .map(|entry| entry["entry"].as_u64().unwrap())
            .collect();
        assert_eq!(entries.len(), 45, "each once: {entries:?}");
        assert!(entries.is_sorted_by(|a, b| a > b), "{entries:?}");
        assert_eq!(all.len(), 3, "the first add of the beginning is older than thirty days");
        assert!(all[0].view.plain().contains("· owner ·"), "{}", all[0].view.plain());
        for two in all.windows(2) {
            let shown = two[0].data["entries"].as_array().unwrap();
            let (last, sum) = (&shown[19], two[1].data["closing"]["sms"].as_i64().unwrap());
            let line = &last["lines"][0];
            let before = line["balance"].as_i64().unwrap() - line["granted"].as_i64().unwrap();
            assert_eq!(before, sum, "a page closes where the one before it opened");
        }
    });
}

#[test]
fn documents_go_on_page_by_page() {
    World::run(async |w| {
        for number in 1..=30 {
            w.does(&format!("/addcredit sms acme {}", 100 + number)).await;
        }
        let all = pages(w, "/invoice list acme open", "Older").await;
        assert_eq!(all.len(), 2);
        let rows: Vec<usize> =
            all.iter().map(|said| said.view.table.as_ref().unwrap().rows.len()).collect();
        assert_eq!(rows, [25, 5]);
    });
}

#[test]
fn a_clients_card_has_all_that_is_done_about_it() {
    World::run_on_slack(async |w, slack| {
        slack.types(w, "U7", "/client view acme").await;
        let card = slack.last("U7");
        for label in ["Add MMS…", "Add SMS…", "Statement", "Invoices", "More"] {
            assert!(card.buttons().iter().any(|known| known == label), "{label}: {card:?}");
        }
        slack.presses(w, "U7", "Invoices").await;
        assert!(slack.last("U7").text.contains("nothing unpaid"), "{}", slack.last("U7").text);
    });
    World::run(async |w| {
        let waits = w.said_as("local:owner", "/client view birch").await;
        assert!(line_of(&waits, "Add MMS…").is_none(), "it is not active");
        let more = w.said_as("local:owner", &line_of(&waits, "More").unwrap()).await;
        assert!(line_of(&more, "Name…").is_some());
        w.does("/client suspend quayside unpaid").await;
        let suspended = w.said_as("local:owner", "/client view quayside").await;
        // One tap only tries it; the button below that does it.
        let more = w.said_as("local:owner", &line_of(&suspended, "More").unwrap()).await;
        let tried = w.said_as("local:owner", &line_of(&more, "Activate…").unwrap()).await;
        assert!(w.says("/client view quayside").await.contains("suspended"));
        let done = tried.view.suggestions.iter().find(|one| one.label() == "Do it").unwrap();
        w.does(&done.line).await;
    });
}

#[test]
fn of_many_clients_each_is_on_one_page_although_their_figures_are_an_hour_old() {
    World::run(async |w| {
        for number in 1..=205 {
            w.does(&format!("/client new Shop {number:03} s{number:03}@shop.example")).await;
        }
        w.passes(SignedDuration::from_mins(61));
        w.local.sweep().await;
        // In the summary this one has nothing.
        w.does("/client activate birch").await;
        w.does("/addcredit sms birch 3000").await;
        let all = pages(w, "/list clients sort:sms", "Next page").await;
        assert!(all[0].view.plain().contains("Figures as of"), "{}", all[0].view.plain());
        let mut seen: Vec<String> = (all.iter())
            .flat_map(|said| said.view.table.as_ref().unwrap().rows.iter())
            .map(|row| row[0].plain())
            .collect();
        assert_eq!((all.len(), seen.len()), (21, 210));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 210, "nobody twice");
    });
}

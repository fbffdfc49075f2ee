//! Clients: made, activated, suspended, changed, found and listed.

use expect_test::expect;

use crate::world::World;

#[test]
fn a_client_is_made_pending_and_then_activated() {
    World::run(async |w| {
        expect![[r#"
            ✅ Created Delta Dental (c_7)
            Login deltadental · pending: it cannot send or get credits until it is activated.
            /client activate c_7: activates it
            op_1"#]]
        .assert_eq(
            &w.says(
                "/client new Delta Dental desk@delta.example mobile:\"+44 7400 123456\" town:Derby",
            )
            .await,
        );
        expect![[r#"
            Delta Dental (c_7)
            Found by “delta”: Delta Dental (c_7).
            SMS 0
            MMS 0
            MMS is off: the client follows c_1, which has MMS off for its clients.
            It is pending. Activate it: /client activate c_7
            pending · user · login deltadental · Derby
            email desk@delta.example · mobile +447400123456
            under House (c_1)
            /statement c_7: its last changes
            /invoice list c_7: its invoices"#]]
        .assert_eq(&w.says("/client view delta").await);
        expect![[r#"
            ✅ Activated Delta Dental (c_7)
            op_2"#]]
        .assert_eq(&w.says("/client activate deltadental").await);
        expect![[r#"
            Delta Dental is active already. Nothing was changed.
            /client view c_7: shows the client
            Ref op_3"#]]
        .assert_eq(&w.says("/client activate deltadental").await);
        let sent = w.outbox().await;
        assert!(sent.iter().any(|mail| mail.to == "desk@delta.example"), "{sent:?}");
    });
}

#[test]
fn a_login_belongs_to_one_client() {
    World::run(async |w| {
        expect![[r#"
            The login “acme” belongs to another client (c_2). Nothing was changed.
            Choose another one: login:acme2
            /client view c_2: shows that client
            Ref op_1"#]]
        .assert_eq(&w.says("/client new Another a@b.example login:ACME").await);
        for login in ["ab", "c_7", "has space", "日本電信電話", "x".repeat(33).as_str()] {
            let said = w.json(&format!("/client new Other a@b.example login:\"{login}\"")).await;
            assert!(said["status"] != "ok", "{login}: {said}");
        }
    });
}

#[test]
fn a_second_client_with_the_same_email_or_mobile_is_flagged_and_made() {
    World::run(async |w| {
        expect![[r#"
            ✅ Created Twin Ltd (c_7)
            Login twinltd · pending: it cannot send or get credits until it is activated.
            Same mobile or email: ACME Ltd (c_2)
            /client activate c_7: activates it
            op_1"#]]
        .assert_eq(&w.says("/client new Twin Ltd ops@acme.example").await);
    });
}

#[test]
fn what_is_no_email_and_no_mobile_is_refused() {
    World::run(async |w| {
        for email in ["nobody", "a@b", "a@b..example", "a b@c.example", "@c.example", "a@-"] {
            let said = w.json(&format!("/client new Some One \"{email}\"")).await;
            assert!(
                matches!(said["status"].as_str(), Some("usage" | "refused")),
                "{email}: {said}"
            );
        }
        for mobile in ["123", "+44", "+999999999999", "none at all"] {
            let line = format!("/client new Some One a@b.example mobile:\"{mobile}\"");
            let said = w.json(&line).await;
            assert!(
                matches!(said["status"].as_str(), Some("usage" | "refused")),
                "{mobile}: {said}"
            );
        }
        assert!(!w.says("/list clients").await.contains("Some One"));
    });
}

#[test]
fn parents_are_admins_and_resellers_and_at_most_five_deep() {
    World::run(async |w| {
        expect![[r#"
            ACME Ltd is a user and cannot be a parent. Nothing was changed.
            /help client new: explains the command
            Ref op_1"#]]
        .assert_eq(&w.says("/client new Below a@b.example parent:acme").await);
        let mut parent = "northern".to_owned();
        for depth in 2..=5 {
            let line = format!(
                "/client new Deep {depth} a@b.example login:deep{depth} class:reseller parent:{parent}"
            );
            w.does(&line).await;
            parent = format!("deep{depth}");
        }
        let line = format!("/client new Too deep a@b.example parent:{parent}");
        expect![[r#"
            Clients are at most 5 deep below the root. Nothing was changed.
            /help client new: explains the command
            Ref op_2"#]]
        .assert_eq(&w.says(&line).await);
    });
}

#[test]
fn a_suspended_client_stands_still_and_can_be_activated_again() {
    World::run(async |w| {
        expect![[r#"
            Why? /client suspend acme <reason>. Nothing was changed.
            Usage: /client suspend <client> <reason> [dry_run]
            For example: /client suspend acme because three invoices are overdue
            /help client suspend: explains the command"#]]
        .assert_eq(&w.says("/client suspend acme").await);
        w.json("/client suspend acme unpaid since May").await;
        expect![[r#"
            ✅ Suspended ACME Ltd (c_2)
            It cannot send messages; credits and invoices still work. Reason: unpaid since May
            /client activate c_2: activates it
            op_1"#]]
        .assert_eq(&w.says("y").await);
        assert!(w.says("/client view acme").await.contains("suspended"));
        expect![[r#"
            ACME Ltd is suspended already. Nothing was changed.
            /client activate c_2: activates it
            Ref op_2"#]]
        .assert_eq(&w.says("/client suspend acme once more").await);
        w.does("/client activate acme").await;
        expect![[r#"
            An admin is not suspended. Nothing was changed.
            /help client suspend: explains the command
            Ref op_3"#]]
        .assert_eq(&w.says("/client suspend c_1 unpaid").await);
    });
}

#[test]
fn each_particular_is_set_and_shown_before_and_after() {
    World::run(async |w| {
        expect![[r#"
            ✅ Changed the name of ACME International Ltd (c_2)
            ACME Ltd → ACME International Ltd
            op_1"#]]
        .assert_eq(&w.says("/client set name acme ACME International Ltd").await);
        expect![[r#"
            ✅ Changed the email of ACME International Ltd (c_2)
            o•••@acme.example → n•••@acme.example
            op_2"#]]
        .assert_eq(&w.says("/client set email acme New@Acme.example").await);
        expect![[r#"
            ✅ Changed the mobile of ACME International Ltd (c_2)
            none → +44•••••3456
            op_3"#]]
        .assert_eq(&w.says("/client set mobile acme +44 7400 123456").await);
        expect![[r#"
            ✅ Changed the manager of ACME International Ltd (c_2)
            none → Dana
            op_4"#]]
        .assert_eq(&w.says("/client set manager acme dana").await);
        expect![[r#"
            No staff member matches “nobody”. Nothing was changed.
            /role list: lists everybody with their ids
            Ref op_5"#]]
        .assert_eq(&w.says("/client set manager acme nobody").await);
        expect![[r#"
            ✅ Changed the referral of ACME International Ltd (c_2)
            none → Quayside Taxi
            op_6"#]]
        .assert_eq(&w.says("/client set referral acme Quayside Taxi").await);
        expect![[r#"
            The referral is Quayside Taxi already. Nothing was changed.
            Ref op_7"#]]
        .assert_eq(&w.says("/client set referral acme Quayside Taxi").await);
        expect![[r#"
            ✅ Changed the mobile of ACME International Ltd (c_2)
            +44•••••3456 → none
            op_8"#]]
        .assert_eq(&w.says("/client set mobile acme none").await);
        expect![[r#"
            ACME International Ltd (c_2)
            SMS 2,000
            MMS 400
            MMS is on, by its own switch
            active · user · login acme · Leeds
            email new@acme.example
            under House (c_1) · account manager Dana · referred by Quayside Taxi
            /statement c_2: its last changes
            /invoice list c_2: its invoices"#]]
        .assert_eq(&w.says("/client view acme").await);
    });
}

#[test]
fn a_client_is_found_by_its_old_name_no_more_and_by_its_new_one_at_once() {
    World::run(async |w| {
        w.does("/client set name acme Zenith Ltd").await;
        assert_eq!(w.json("/balance zen").await["data"]["client"], "c_2");
        assert_eq!(w.json("/balance acme").await["data"]["client"], "c_2", "the login stays");
        assert_eq!(w.json("/client find ltd").await["data"]["total"], 1);
    });
}

#[test]
fn any_word_finds_a_client_from_its_first_two_letters_on() {
    World::run(async |w| {
        w.does("/client set mobile quayside +44 7400 123456").await;
        for typed in
            ["qu", "ta", "c_5", "quayside", "cabs@quay", "07400123456", "+44 7400 123456", "3456"]
        {
            let said = w.json(&format!("/client find \"{typed}\"")).await;
            assert_eq!(said["data"]["clients"][0]["client"], "c_5", "{typed}: {said}");
        }
        let said = w.json("/client find INV-2-0001").await;
        assert_eq!(said["data"]["clients"][0]["client"], "c_2", "{said}");
        expect![[r#"
            No client matches “q”.
            Type two letters or more of a name, login, town, email, mobile, id or invoice number.
            /list clients: lists them all"#]]
        .assert_eq(&w.says("/client find q").await);
        expect![[r#"
            No client matches “zebra”.
            Type two letters or more of a name, login, town, email, mobile, id or invoice number.
            /list clients: lists them all"#]]
        .assert_eq(&w.says("/client find zebra").await);
        assert_eq!(w.json("/client find ac class:reseller").await["data"]["total"], 0);
    });
}

#[test]
fn lists_show_both_balances_the_lowest_first() {
    World::run(async |w| {
        expect![[r#"
            5 clients · 11,000 SMS · 400 MMS
            Fewest MMS credits first:
            Acme Mobile · c_3 · acme-mobile · user · Bristol
            SMS 0 · MMS 0
            Birch Bakery · c_6 · birch · user · pending · York
            SMS 0 · MMS 0
            Northern Bulk · c_4 · northern · reseller
            SMS 9,000 · MMS 0 · changed 24 Oct 2026 10:00 UTC
            Quayside Taxi · c_5 · quayside · user
            SMS 0 · MMS 0
            ACME Ltd · c_2 · acme · user · Leeds
            SMS 2,000 · MMS 400 · changed 24 Oct 2026 10:00 UTC"#]]
        .assert_eq(&w.says("/list clients").await);
        expect![[r#"
            1 reseller · 9,000 SMS · 0 MMS
            Northern Bulk · c_4 · northern · reseller
            SMS 9,000 · MMS 0 · changed 24 Oct 2026 10:00 UTC"#]]
        .assert_eq(&w.says("/list resellers").await);
        expect![[r#"
            1 client waits for activation · 0 SMS · 0 MMS
            Birch Bakery · c_6 · birch · user · pending · York
            SMS 0 · MMS 0
            /client activate c_6: activates birch"#]]
        .assert_eq(&w.says("/list pending").await);
        expect![[r#"
            3 users · 0 SMS · 0 MMS
            Fewest SMS credits first:
            Acme Mobile · c_3 · acme-mobile · user · Bristol
            SMS 0 · MMS 0
            Birch Bakery · c_6 · birch · user · pending · York
            SMS 0 · MMS 0
            Quayside Taxi · c_5 · quayside · user
            SMS 0 · MMS 0"#]]
        .assert_eq(&w.says("/list users sort:sms low:1000").await);
        expect![[r#"
            low: goes with sort:sms or sort:mms, whose credits it counts.
            Usage: /list users [sort:mms|sms|name] [low:<credits>] [of:<reseller>]
            For example: /list users
            /help list users: explains the command"#]]
        .assert_eq(&w.says("/list users sort:name low:10").await);
    });
}

#[test]
fn whatever_a_name_holds_it_stays_one_line_and_finds_its_client() {
    World::run(async |w| {
        let names = [
            ("O\u{2019}Brien \\\"& Sons\\\" <Ltd>", "brien"),
            ("🎈 Balloons 🎈", "balloons"),
            ("@everyone <!channel> @here", "channel"),
            ("\u{202e}evil\u{202c} \u{200f}rtl", "evil"),
            ("line\none\ttab", "line"),
            ("`code` *bold* _under_ ~strike~ > quote", "code"),
            ("Ærøskøbing Fjernvarme", "fjernvarme"),
            ("日本電信電話", "日本"),
            ("a; DROP TABLE ledger; --", "drop"),
        ];
        for (number, (name, word)) in names.iter().enumerate() {
            let line = format!("/client new \"{name}\" n@n.example login:name{number}");
            let made = w.json(&line).await;
            assert_eq!(made["status"], "ok", "{name}: {made}");
            let view = w.says(&format!("/client view name{number}")).await;
            let first = view.lines().next().unwrap();
            assert!(first.ends_with(')'), "{name}: the headline is whole: {view}");
            assert!(!view.chars().any(|c| ('\u{202a}'..='\u{202e}').contains(&c)), "{view:?}");
            let found = w.json(&format!("/client find {word}")).await;
            let found = found["data"]["clients"].as_array().unwrap();
            let login = format!("name{number}");
            assert!(found.iter().any(|c| c["login"] == login.as_str()), "{word}: {found:?}");
        }
    });
}

#[test]
fn slack_gets_a_name_with_nothing_in_it_that_pings_or_links() {
    World::run(async |w| {
        w.does("/client new \"<!channel> & <https://evil.example|x> Ltd\" n@n.example login:evil")
            .await;
        let reply = w.slack("1", "/client", "view evil").await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert!(!reply.body.contains("<!channel>"), "{}", reply.body);
        assert!(!reply.body.contains("<https://evil"), "{}", reply.body);
        assert!(reply.body.contains("&lt;!channel&gt;"), "{}", reply.body);
    });
}

#[test]
fn a_name_has_at_most_eighty_characters() {
    World::run(async |w| {
        let long = "n".repeat(81);
        expect![[r#"
            The name is too long: at most 80 characters. Nothing was changed.
            /help client new: explains the command
            Ref op_1"#]]
        .assert_eq(&w.says(&format!("/client new {long} a@b.example")).await);
        assert_eq!(
            w.json(&format!("/client new {} a@b.example", "n".repeat(80))).await["status"],
            "ok"
        );
    });
}

#[test]
fn an_email_is_masked_in_the_trail_as_everywhere() {
    World::run(async |w| {
        w.does("/client set email acme jane.doe@private.example").await;
        let told = w.says_as("local:ann", "/history acme").await;
        assert!(told.contains("o•••@acme.example → j•••@private.example"), "{told}");
        assert!(!told.contains("jane.doe"), "{told}");
    });
}

#[test]
fn an_overdraft_is_stored_on_the_client_and_copied_to_its_account() {
    World::run(async |w| {
        let line = "/client set overdraft acme sms 2000";
        let tried = w.says_as("local:bill", &format!("{line} --dry-run")).await;
        expect![[r#"
            🔎 Dry run. The reply would be: Changed the SMS overdraft of ACME Ltd (c_2)
            none → 2,000
            Nothing was changed.
            /client set overdraft acme sms 2000: runs it"#]]
        .assert_eq(&tried);
        let once = w.said_under("od-1", "local:bill", line).await;
        let again = w.said_under("od-1", "local:bill", line).await;
        assert_eq!(once.op, again.op);
        expect![[r#"
            The SMS overdraft is 2,000 already. Nothing was changed.
            Ref op_1"#]]
        .assert_eq(&w.says_as("local:bill", line).await);
        expect![[r#"
            ACME Ltd (c_2)
            SMS 2,000
            MMS 400
            Overdraft: SMS 2,000
            MMS is on, by its own switch
            active · user · login acme · Leeds
            email ops@acme.example
            under House (c_1)
            /statement c_2: its last changes
            /invoice list c_2: its invoices"#]]
        .assert_eq(&w.says("/client view acme").await);
        let view = w.json("/client view acme").await;
        assert_eq!(view["data"]["overdraft"], serde_json::json!({ "sms": 2_000, "mms": 0 }));
        let history = w.says("/history acme").await;
        assert!(history.contains("ACME Ltd (c_2) SMS overdraft: none → 2,000"), "{history}");
        expect![[r#"
            ✅ Changed the SMS overdraft of ACME Ltd (c_2)
            2,000 → none
            /client set overdraft c_2 sms 2000: changes it back
            op_3"#]]
        .assert_eq(&w.says("/client set overdraft acme sms 0").await);
        let view = w.json("/client view acme").await;
        assert_eq!(view["data"]["overdraft"], serde_json::json!({ "sms": 0, "mms": 0 }));
    });
}

#[test]
fn an_overdraft_needs_the_role_billing_and_a_client_in_use() {
    World::run(async |w| {
        for (who, line) in [
            ("local:dana", "/client set overdraft acme sms 10"),
            ("local:bill", "/client set overdraft birch sms 10"),
            ("local:bill", "/client set overdraft acme sms 100000001"),
        ] {
            let said = w.says_as(who, line).await;
            assert!(said.contains("Nothing was changed."), "{said}");
        }
        let view = w.json("/client view acme").await;
        assert_eq!(view["data"]["overdraft"], serde_json::json!({ "sms": 0, "mms": 0 }));
    });
}

#[test]
fn staff_deduct_no_credits_of_an_overdraft() {
    World::run(async |w| {
        w.does("/client set overdraft acme mms 500").await;
        let refused = w.says("/deductcredit mms acme 401 mistake").await;
        assert!(refused.contains("Nothing was changed."), "{refused}");
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn an_overdraft_above_the_authors_limit_is_set_by_a_second_person() {
    World::run(async |w| {
        let planned = w.json_as("local:bill", "/client set overdraft acme sms 90000").await;
        expect![[r#"
            🔐 Bill asks to change the SMS overdraft of ACME Ltd (c_2)
            none → 90,000
            • It is worth £3,780.00; the limit for open adds and deducts is £2,500.00.
            Nothing was changed yet. Someone other than Bill must approve it before 25 Nov 2026 00:00 UTC, or it expires.
            /approve op_hap7sx7x3zhkm5m6: approves it (another person with a sufficient limit)
            /deny op_hap7sx7x3zhkm5m6 <reason>: denies it"#]].assert_eq(planned["text"].as_str().unwrap());
        let op = planned["op"].as_str().unwrap();
        let own = w.says_as("local:bill", &format!("/approve {op}")).await;
        assert!(own.contains("Nothing was changed."), "{own}");
        let view = w.json("/client view acme").await;
        assert_eq!(view["data"]["overdraft"]["sms"], 0);
        expect![[r#"
            ✅ Changed the SMS overdraft of ACME Ltd (c_2)
            none → 90,000
            /client set overdraft c_2 sms 0: changes it back
            op_1"#]]
        .assert_eq(&w.says(&format!("/approve {op}")).await);
        let view = w.json("/client view acme").await;
        assert_eq!(view["data"]["overdraft"]["sms"], 90_000);
        // The larger overdraft is shown again before a waiting plan changes it.
        let stale = w.json_as("local:bill", "/client set overdraft acme sms 1").await;
        w.does("/client set overdraft acme sms 80000").await;
        let op = stale["op"].as_str().unwrap();
        let again = w.says(&format!("/approve {op}")).await;
        assert!(again.contains("80,000 → 1"), "{again}");
        let view = w.json("/client view acme").await;
        assert_eq!(view["data"]["overdraft"]["sms"], 80_000);
    });
}

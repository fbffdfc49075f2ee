//! Names: who is meant, and who is only found.

use bot::chat::ChatReply;
use shared::clients::names::index::first_names;
use shared::clients::types::Client;
use shared::contract::Record;
use shared::contract::change::{Change, Expect, Then, Write};
use shared::contract::refusal::Refusal;
use shared::kernel::id::{ClientId, ROOT};
use shared::ledger::account::{Account, Status, Switch};

use crate::world::World;

/// The reply is a question that names a client whole, and nothing is done yet.
fn asks_about(said: &ChatReply, name: &str) {
    let text = said.view.plain();
    assert_eq!(said.status.word(), "planned", "{text}");
    assert!(text.contains("Do you mean") && text.contains(name), "{text}");
}

fn refuses(said: &ChatReply, code: &str) {
    assert_eq!(
        (said.status.word(), said.code.as_str()),
        ("refused", code),
        "{}",
        said.view.plain()
    );
}

async fn make(w: &World, name: &str, rest: &str) {
    let made = w.does(&format!("/client new \"{name}\" {rest}")).await;
    w.does(&format!("/client activate {}", made["data"]["client"].as_str().unwrap())).await;
}

#[test]
fn typed_word_that_a_client_lacks_makes_it_no_hit() {
    World::run(async |w| {
        for line in ["/client suspend \"B&Q Ltd\" late", "/price set sms \"P&O School\" 1:1.00"] {
            refuses(&w.said_as("local:owner", line).await, "unknown_client");
        }
        assert_eq!(w.json("/client view acme").await["data"]["status"], "active");
    });
}

#[test]
fn whole_name_is_the_client_and_the_words_behind_it_are_the_reason() {
    World::run_new(async |w| {
        w.does("/settings currency GBP").await;
        w.does("/price set sms default 1:40.00").await;
        make(w, "Acme Ltd", "ops@acme.example").await;
        make(w, "Acme Mobile", "desk@acme-mobile.example").await;
        w.does("/addcredit sms amount:6 Acme Mobile").await;
        assert_eq!((w.balance("acmeltd").await.0, w.balance("acmemobile").await.0), (0, 6));
        let told = w.does("/client suspend Acme Mobile three invoices overdue").await;
        let text = told["text"].as_str().unwrap();
        assert!(text.contains("Acme Mobile (c_3)"), "{text}");
        assert!(text.contains("Reason: three invoices overdue"), "{text}");
        assert_eq!(w.json("/client view acmeltd").await["data"]["status"], "active");
    });
}

#[test]
fn shorter_certain_beginning_of_another_client_asks_which() {
    World::run(async |w| {
        let line = "/client suspend Acme Mobile three invoices overdue";
        let said = w.said_as("local:owner", line).await;
        refuses(&said, "ambiguous");
        let text = said.view.plain();
        assert!(text.contains("/client suspend c_3 \"three invoices overdue\""), "{text}");
        assert!(text.contains("/client suspend c_2 \"Mobile three invoices overdue\""), "{text}");
        w.does("/client suspend c_3 \"three invoices overdue\"").await;
        assert_eq!(w.json("/client view acme").await["data"]["status"], "active");
        assert_eq!(w.json("/client view acme-mobile").await["data"]["status"], "suspended");
    });
}

#[test]
fn kana_with_another_mark_is_another_name() {
    World::run(async |w| {
        make(w, "パス商会", "desk@pasu.example login:pasu").await;
        w.does("/addcredit sms pasu 10").await;
        let said = w.said_as("local:owner", "/addcredit sms バス商会 90").await;
        asks_about(&said, "パス商会");
        assert_eq!(w.balance("pasu").await, (10, 0));
        w.does("/role grant local:paku support パク").await;
        let said = w.said_as("local:owner", "/staff leave バク").await;
        assert_ne!(said.status.word(), "ok", "{}", said.view.plain());
        assert_eq!(w.json_as("local:paku", "/whoami").await["status"], "ok");
    });
}

#[test]
fn staff_are_found_by_a_part_of_a_name_and_asked_about() {
    World::run(async |w| {
        w.does("/role grant local:reyes support \"Dana Reyes\"").await;
        for line in ["/staff leave reyes", "/role cover reyes billing", "/role grant rey billing"] {
            let said = w.said_as("local:owner", line).await;
            if said.status.word() == "usage" {
                continue;
            }
            asks_about(&said, "Dana Reyes");
        }
        let said = w.said_as("local:owner", "/staff leave dana").await;
        asks_about(&said, "Dana");
        assert_eq!(w.json_as("local:reyes", "/whoami").await["status"], "ok");
        assert_eq!(w.json_as("local:dana", "/whoami").await["status"], "ok");
        let refused = w.said_as("local:owner", "/role grant local:x support s_1").await;
        refuses(&refused, "name_taken");
    });
}

#[test]
fn end_of_an_email_address_is_nobody() {
    World::run(async |w| {
        make(w, "O'Brien Corp", "o'brien@corp.example login:obrien").await;
        let said = w.said_as("local:owner", "/addcredit sms brien@corp.example 55").await;
        refuses(&said, "unknown_client");
        w.does("/addcredit sms o'brien@corp.example 55").await;
        assert_eq!(w.balance("obrien").await, (55, 0));
    });
}

#[test]
fn number_with_a_country_code_is_a_number_of_that_country() {
    World::run(async |w| {
        make(w, "Arkansas Cabs", "cabs@ark.example login:ark mobile:\"+1 479 234 5678\"").await;
        let said = w.said_as("local:owner", "/addcredit sms \"+47 92 34 56 78\" 60").await;
        refuses(&said, "unknown_client");
        assert_eq!(w.balance("ark").await, (0, 0));
    });
}

#[test]
fn number_is_understood_in_every_form_and_national_ones_by_the_home_country() {
    World::run(async |w| {
        make(w, "Gull Tours", "g@gull.example login:gull mobile:\"0044 (0) 7400 123456\"").await;
        for typed in
            ["0044 7400 123456", "+44 (0) 7400 123456", "tel:+447400123456", "+447400123456"]
        {
            let read = w.json(&format!("/balance \"{typed}\"")).await;
            assert_eq!(read["data"]["client"], "c_7", "{typed}: {read}");
        }
        asks_about(
            &w.said_as("local:owner", "/addcredit sms \"07400 123456\" 5").await,
            "Gull Tours",
        );
        refuses(&w.said_as("local:dana", "/settings country GB").await, "not_allowed");
        refuses(&w.said_as("local:owner", "/settings country Narnia").await, "invalid");
        w.does("/settings country gb").await;
        w.does("/client set mobile acme 07400 654321").await;
        w.does("/addcredit sms \"07400 123456\" 5").await;
        w.does("/addcredit sms \"07400 654321\" 7").await;
        assert_eq!(w.balance("gull").await, (5, 0));
        assert_eq!(w.balance("acme").await, (2_007, 400));
    });
}

#[test]
fn name_like_an_id_a_document_or_a_login_is_refused() {
    World::run(async |w| {
        for (name, code) in [
            ("c_2", "name_taken"),
            ("C_99", "name_taken"),
            ("INV-2-0001", "name_taken"),
            ("ACME", "name_taken"),
            ("Quayside", "name_taken"),
        ] {
            let line = format!("/client new \"{name}\" n@n.example login:fresh");
            refuses(&w.said_as("local:owner", &line).await, code);
            let line = format!("/client set name birch \"{name}\"");
            refuses(&w.said_as("local:owner", &line).await, code);
        }
        let line = "/client new Newcomer n@n.example login:acme";
        refuses(&w.said_as("local:owner", line).await, "login_taken");
        // A login that is another client's name is possible; the text then names both.
        w.does("/client new Newcomer n@n.example login:birch.bakery").await;
        w.does("/client set name birch birch.bakery2").await;
        w.does("/client set email c_2 a@b.example").await;
        assert!(w.says("/client view acme").await.contains("a@b.example"));
    });
}

#[test]
fn login_of_one_client_and_name_of_another_gives_a_list() {
    World::run(async |w| {
        w.does("/client set name birch Breadworks").await;
        make(w, "Other Bakers", "o@o.example login:breadworks").await;
        let said = w.said_as("local:owner", "/addcredit sms breadworks 5").await;
        refuses(&said, "ambiguous");
        let text = said.view.plain();
        assert!(text.contains("Breadworks") && text.contains("Other Bakers"), "{text}");
    });
}

#[test]
fn document_that_does_not_exist_names_nobody() {
    World::run(async |w| {
        refuses(&w.said_as("local:owner", "/addcredit sms INV-3-9999 51").await, "unknown_invoice");
        assert_eq!(w.balance("acme-mobile").await, (0, 0));
        w.does("/addcredit sms INV-2-0001 5").await;
        assert_eq!(w.balance("acme").await, (2_005, 400));
    });
}

#[test]
fn label_whose_name_and_id_disagree_asks_which() {
    World::run(async |w| {
        let said = w.said_as("local:owner", "/addcredit sms \"ACME Ltd · c_4\" 5").await;
        refuses(&said, "ambiguous");
        assert_eq!(w.balance("northern").await, (9_000, 0));
        w.does("/addcredit sms \"ACME Ltd · c_2\" 5").await;
        assert_eq!(w.balance("acme").await, (2_005, 400));
    });
}

#[test]
fn name_of_any_form_is_found_by_typing_it() {
    World::run(async |w| {
        for (number, name) in
            ["B & Q", "嵐", "118 118", "X", "🎈", "!!!", "24/7", "Łódź Taxi", "ΑΦΟΙ ΠΑΠΠΑΣ"]
                .iter()
                .enumerate()
        {
            make(w, name, &format!("n{number}@n.example login:name{number}")).await;
            let found = w.json(&format!("/client find \"{name}\"")).await;
            let login = format!("name{number}");
            let clients = found["data"]["clients"].as_array().unwrap();
            assert!(clients.iter().any(|c| c["login"] == login.as_str()), "{name}: {found}");
        }
        make(w, "STRASSE GMBH", "s@s.example login:strasse").await;
        for (typed, login) in
            [("Παππάς", "name8"), ("straße gmbh", "strasse"), ("lodz taxi", "name7")]
        {
            let read = w.json(&format!("/client view {typed}")).await;
            assert_eq!(read["data"]["login"], login, "{typed}: {read}");
        }
    });
}

#[test]
fn every_change_of_a_client_that_was_only_found_asks_first() {
    World::run(async |w| {
        for line in [
            "/addcredit sms quay 5",
            "/deductcredit sms northe 5 too many",
            "/client suspend quay late",
            "/client activate birc",
            "/client set email birc a@b.example",
            "/client set name birc Bread Ltd",
            "/client set overdraft quay sms 5",
            "/price set sms birc 1:1.00",
            "/mms on quay",
            "/mms on all of northe",
            "/mms allow hous off",
            "/client new Newcomer n@n.example parent:northe",
        ] {
            let said = w.said_as("local:owner", line).await;
            assert_eq!(said.status.word(), "planned", "{line}: {}", said.view.plain());
            assert!(said.view.plain().contains("Do you mean"), "{line}: {}", said.view.plain());
        }
        assert_eq!(w.balance("northern").await, (9_000, 0));
        let said = w.said_as("local:owner", "/client suspend quay late").await;
        let op = said.op.unwrap();
        w.does(&format!("/confirm {op}")).await;
        assert_eq!(w.json("/client view quayside").await["data"]["status"], "suspended");
    });
}

#[test]
fn read_of_a_single_found_client_says_which_it_is() {
    World::run(async |w| {
        for line in ["/balance quay", "/statement quay", "/invoice list quay", "/client view quay"]
        {
            let text = w.says(line).await;
            assert!(text.contains("Found by “quay”: Quayside Taxi (c_5)."), "{line}: {text}");
        }
        let text = w.says("/balance quayside").await;
        assert!(!text.contains("Found by"), "{text}");
    });
}

#[test]
fn two_clients_that_take_one_login_at_once_do_not_both_get_it() {
    World::run(async |w| {
        let lines = [
            "/client new Twin One a@t.example login:twin",
            "/client new Twin Two b@t.example login:twin",
        ];
        let (one, two) =
            tokio::join!(w.said_as("local:owner", lines[0]), w.said_as("local:dana", lines[1]));
        let ended = [one.status.word(), two.status.word()];
        assert!(ended.contains(&"ok") && ended.contains(&"refused"), "{ended:?}");
    });
}

#[test]
fn whole_name_among_many_that_begin_alike_is_found_by_its_key() {
    World::run(async |w| {
        for number in 0..1_200_u64 {
            fill(w, number).await;
        }
        for (typed, client) in [("Studio Number 777", "c_1777"), ("studio1100", "c_2100")] {
            w.does(&format!("/client set email \"{typed}\" new@studio.example")).await;
            let read = w.json(&format!("/client view {client}")).await;
            assert_eq!(read["data"]["client"], client, "{typed}: {read}");
            assert!(read["text"].as_str().unwrap().contains("new@studio.example"), "{read}");
        }
        let said =
            w.said_as("local:owner", "/client set email \"Studio\" new@studio.example").await;
        refuses(&said, "ambiguous");
        // Two equal names are two clients, however many names lie between them.
        w.does("/client set name birch Studio Number 5").await;
        let said =
            w.said_as("local:owner", "/client set email \"Studio Number 5\" a@b.example").await;
        refuses(&said, "ambiguous");
        assert!(said.view.plain().starts_with("2 clients match"), "{}", said.view.plain());
    });
}

/// Puts a client with its names straight into the store.
async fn fill(w: &World, number: u64) {
    let id = ClientId(1_000 + number);
    let client = Client {
        login: format!("studio{number}"),
        name: format!("Studio Number {number}"),
        email: format!("desk{number}@studio.example"),
        status: Status::Active,
        chain: vec![ROOT],
        ..Client::blank(id, jiff::Timestamp::UNIX_EPOCH)
    };
    let account = Record::Account(Account::new(id, Status::Active, Switch::Inherit));
    let mut records = first_names(&client);
    records.extend([Record::Client(client), account]);
    let writes = records.into_iter().map(|record| Write::Put(record, Expect::Absent)).collect();
    let change = Change { writes, then: Then::Refuse(Refusal::no_client(id)) };
    w.local.store().commit(&change).await.unwrap();
}

#[test]
fn quotation_ends_a_name_and_the_number_behind_it_is_no_part_of_it() {
    World::run(async |w| {
        make(w, "Cafe", "a@cafe.example login:cafe-one").await;
        make(w, "Cafe 20", "b@cafe.example login:cafe-two").await;
        for line in [
            "/addcredit sms \"Cafe\" 20 42",
            "/addcredit sms 42 \"Cafe\" 20",
            "/addcredit sms 42 Cafe \"20\"",
            "/addcredit sms \"Cafe\" 20 credits 42",
        ] {
            let said = w.json(line).await;
            assert_ne!(said["status"], "ok", "{line}: {said}");
            assert_ne!(said["data"]["client"], "c_8", "{line}: {said}");
            assert_eq!((w.balance("cafe-one").await.0, w.balance("cafe-two").await.0), (0, 0));
        }
        let said = w.json("/addcredit sms \"Cafe\" 20 42").await;
        assert_eq!(said["try"][0], "/addcredit sms Cafe 20 reason:\"42\"", "{said}");
        w.does("/addcredit sms \"Cafe 20\" 42").await;
        assert_eq!((w.balance("cafe-one").await.0, w.balance("cafe-two").await.0), (0, 42));
    });
}

#[test]
fn client_and_amount_that_are_a_whole_name_together_are_asked_about() {
    World::run(async |w| {
        make(w, "7 Eleven", "a@seven.example login:seven").await;
        make(w, "Eleven", "b@eleven.example login:eleven-one").await;
        make(w, "Acme 500", "c@acme.example login:five-hundred").await;
        w.does("/client activate birch").await;
        make(w, "Birch 1,000 Ltd", "d@birch.example login:thousand").await;
        for (line, client) in [
            ("/addcredit sms 7 Eleven", "c_8"),
            ("/addcredit sms 7 eleven for June", "c_8"),
            ("/addcredit sms Acme 500", "c_2"),
            ("/addcredit sms ACME 500 for June", "c_2"),
            ("/addcredit sms birch 1000", "c_6"),
            ("/deductcredit sms acme 500 typed twice", "c_2"),
        ] {
            let asked = w.json(line).await;
            assert_eq!(asked["status"], "planned", "{line}: {asked}");
            assert!(
                asked["text"].as_str().unwrap().contains("Other names begin"),
                "{line}: {asked}"
            );
            let yes = w.said_yes("local:owner", line).await;
            refuses(&yes, "not_named");
            assert!(yes.view.suggestions[0].line.contains(client), "{line}: {}", yes.view.plain());
        }
        assert_eq!(w.balance("c_2").await, (2_000, 400));
        w.does("/addcredit sms acme 501").await;
        w.does("/addcredit sms c_2 500").await;
        assert_eq!(w.balance("c_2").await, (3_001, 400));
    });
}

#[test]
fn name_like_a_label_or_another_clients_address_is_refused() {
    World::run(async |w| {
        w.does("/client set mobile birch +447400903101").await;
        for name in [
            "ACME Ltd (c_2)",
            "Acme Ltd · c_3",
            "c 3",
            "c-3",
            "c3",
            "С_2",
            "INV 2 0001",
            "3101",
            "07400 903101",
            "+447400903101",
            "ops@acme.example",
        ] {
            let line = format!("/client new \"{name}\" n@n.example login:fresh");
            refuses(&w.said_as("local:owner", &line).await, "name_taken");
            let line = format!("/client set name quayside \"{name}\"");
            refuses(&w.said_as("local:owner", &line).await, "name_taken");
        }
        w.does("/client set name birch 3101").await;
    });
}

#[test]
fn typed_label_with_its_id_in_brackets_is_the_client_where_both_agree() {
    World::run(async |w| {
        w.does("/addcredit sms ACME Ltd (c_2) 40").await;
        w.does("/client suspend Acme Mobile (c_3) three invoices overdue").await;
        w.does("/client set email \"acme (c_2)\" new@acme.example").await;
        assert_eq!(w.balance("c_2").await, (2_040, 400));
        assert_eq!(w.json("/client view c_3").await["data"]["status"], "suspended");
        let said = w.said_as("local:owner", "/addcredit sms ACME Ltd (c_4) 40").await;
        refuses(&said, "ambiguous");
        assert_eq!(w.balance("c_4").await.0, 9_000);
    });
}

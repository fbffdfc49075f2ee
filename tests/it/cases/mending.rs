//! Taking back by deduct, void, undo and correct; credits of a reseller’s clients; mail about credits.

use jiff::SignedDuration;

use super::{op, tries};
use crate::world::World;

/// Says a line, confirms what asks for it, and returns the code of the refusal.
async fn refused(w: &World, line: &str) -> String {
    let said = w.said_yes("local:owner", line).await;
    assert_eq!(said.status.word(), "refused", "{line}: {}", said.view.plain());
    said.code.to_owned()
}

/// Recipients and subjects of the mails after the first `before`.
async fn mails(w: &World, before: usize) -> Vec<String> {
    let sent = w.outbox().await;
    sent.iter().skip(before).map(|mail| format!("{}: {}", mail.to, mail.subject)).collect()
}

fn minutes(number: i64) -> SignedDuration {
    SignedDuration::from_mins(number)
}

#[test]
fn deduct_that_fits_an_add_offers_its_correction_first() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit sms acme 5000").await);

        let asked = w.json("/deductcredit sms acme 4500 one zero too many").await;

        assert_eq!(asked["status"], "planned", "{asked}");
        let offered = tries(&asked);
        assert_eq!(offered[0], format!("/correct {added} reason:\"one zero too many\" to:500"));
        w.does(&offered[0]).await;
        assert_eq!(w.balance("acme").await, (2_500, 400));
        let invoice = w.json("/invoice view INV-2-0003").await;
        assert_eq!(invoice["data"]["due_minor"], 2_400, "{invoice}");
    });
}

#[test]
fn deduct_that_fits_no_recent_add_offers_the_open_invoice() {
    World::run(async |w| {
        w.does("/addcredit sms acme 900").await;
        // Eight later changes of the account push the adds out of its last ones.
        for credits in 1..=8 {
            w.does(&format!("/deductcredit mms acme {credits} too many")).await;
        }

        let asked = w.json("/deductcredit sms acme 850 returned").await;

        let offered = tries(&asked);
        assert!(offered[0].ends_with("invoice:INV-2-0003"), "{offered:?}");
        w.does(&offered[0]).await;
        assert_eq!(w.balance("acme").await, (2_050, 364));
        assert_eq!(w.json("/invoice view INV-2-0003").await["data"]["due_minor"], 240);
    });
}

#[test]
fn add_that_was_taken_back_is_not_offered() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit sms acme 5000").await);
        w.does(&format!("/undo {added}")).await;
        let taken = op(&w.does("/deductcredit sms acme 70 mistake").await);
        w.does(&format!("/undo {taken}")).await;

        let offered = tries(&w.json("/deductcredit sms acme 60 closing").await);

        let names = |op: &str| offered.iter().any(|line| line.contains(op));
        assert!(!names(&added) && !names(&taken), "{offered:?}");
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn void_after_a_deduct_asks_and_takes_the_rest_or_the_whole() {
    for (answer, left) in [("part", 2_000), ("else", 1_100)] {
        World::run(async |w| {
            w.does("/addcredit sms acme 1000").await;
            w.does("/deductcredit sms acme 900 one zero too many").await;

            let asked = w.json("/invoice void INV-2-0003 wrong").await;

            assert_eq!(asked["code"], "deducted_since", "{asked}");
            assert!(asked["text"].as_str().unwrap().contains("900 SMS credits"), "{asked}");
            assert_eq!(refused(w, "/invoice void INV-2-0003 wrong").await, "deducted_since");
            assert_eq!(w.balance("acme").await, (2_100, 400), "a confirmation answers neither");
            let offered = tries(&asked);
            let line = offered.iter().find(|line| line.ends_with(answer)).unwrap();
            w.does(line).await;
            assert_eq!(w.balance("acme").await, (left, 400), "{answer}");
            assert_eq!(w.json("/invoice view INV-2-0003").await["data"]["state"], "void");
        });
    }
}

#[test]
fn void_of_an_add_that_was_deducted_almost_whole_takes_what_is_left_of_it() {
    World::run(async |w| {
        w.does("/addcredit sms acme 5000").await;
        let taken = op(&w.does("/deductcredit sms acme 4500 one zero too many").await);

        w.does("/invoice void INV-2-0003 wrong deducted:part").await;

        assert_eq!(w.balance("acme").await, (2_000, 400));
        assert_eq!(refused(w, &format!("/undo {taken}")).await, "already_reversed");
    });
}

#[test]
fn undo_and_correction_ask_about_deductions_too() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit sms acme 1000").await);
        w.does("/deductcredit sms acme 900 one zero too many").await;
        assert_eq!(refused(w, &format!("/undo {added}")).await, "deducted_since");
        assert_eq!(refused(w, &format!("/correct {added} to:100")).await, "deducted_since");

        w.does(&format!("/correct {added} to:100 deducted:part")).await;

        assert_eq!(w.balance("acme").await, (2_100, 400), "the deduct took it already");
        assert_eq!(w.json("/invoice view INV-2-0003").await["data"]["due_minor"], 480);
        // The rest is a whole of its own: the deduct counts once.
        w.does(&format!("/undo {added}")).await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn deductions_of_something_else_are_not_asked_about() {
    World::run(async |w| {
        w.does("/deductcredit sms acme 30 before the add").await;
        w.does("/addcredit sms acme 1000").await;
        w.does("/deductcredit mms acme 40 the other kind").await;
        w.does("/deductcredit sms acme 100 noted invoice:INV-2-0003").await;
        let taken = op(&w.does("/deductcredit sms acme 50 mistake").await);
        w.does(&format!("/undo {taken}")).await;

        w.does("/invoice void INV-2-0003 wrong").await;

        assert_eq!(w.balance("acme").await, (1_970, 360));
    });
}

#[test]
fn answer_without_a_deduction_is_refused() {
    World::run(async |w| {
        w.does("/addcredit sms acme 1000").await;
        assert_eq!(refused(w, "/invoice void INV-2-0003 wrong deducted:part").await, "invalid");
        assert_eq!(w.balance("acme").await, (3_000, 400));
    });
}

#[test]
fn deduct_from_a_resellers_client_returns_the_credits_to_the_reseller() {
    World::run(async |w| {
        w.does("/addcredit sms quayside 1000").await;

        let asked = w.says("/deductcredit sms quayside 300 too many").await;
        assert!(asked.contains("SMS 1,000 → 700"), "{asked}");
        assert!(asked.contains("Northern Bulk (c_4): SMS 8,000 → 8,300"), "{asked}");
        let taken = op(&w.does("/deductcredit sms quayside 300 too many").await);
        assert_eq!(w.balance("quayside").await, (700, 0));
        assert_eq!(w.balance("northern").await, (8_300, 0));

        w.does(&format!("/undo {taken}")).await;
        assert_eq!(w.balance("quayside").await, (1_000, 0));
        assert_eq!(w.balance("northern").await, (8_000, 0));

        let taken = op(&w.does("/deductcredit sms quayside 290 too many").await);
        w.does(&format!("/correct {taken} to:90")).await;
        assert_eq!(w.balance("quayside").await, (910, 0));
        assert_eq!(w.balance("northern").await, (8_090, 0));

        w.does("/deductcredit sms quayside 10 closing to:house").await;
        assert_eq!(w.balance("quayside").await, (900, 0));
        assert_eq!(w.balance("northern").await, (8_090, 0));
    });
}

#[test]
fn move_is_corrected_to_a_number_to_another_client_or_to_nothing() {
    World::run(async |w| {
        let cars = "/client new Harbour Cars cars@harbour.example login:cars parent:northern";
        w.does(cars).await;
        w.does("/client activate cars").await;
        let moved =
            async |credits: u64| op(&w.does(&format!("/addcredit sms quayside {credits}")).await);

        let first = moved(1_000).await;
        w.does(&format!("/correct {first} to:400 one zero too many")).await;
        assert_eq!((w.balance("quayside").await.0, w.balance("northern").await.0), (400, 8_600));
        w.does(&format!("/correct {first} to:300 still too many")).await;
        assert_eq!((w.balance("quayside").await.0, w.balance("northern").await.0), (300, 8_700));
        assert_eq!(refused(w, &format!("/correct {first} to:300")).await, "invalid");

        assert_eq!(refused(w, &format!("/correct {first} move:acme")).await, "invalid");
        w.does(&format!("/correct {first} move:cars")).await;
        assert_eq!((w.balance("quayside").await.0, w.balance("cars").await.0), (0, 300));
        assert_eq!(w.balance("northern").await, (8_700, 0));
        assert_eq!(refused(w, &format!("/correct {first} --all")).await, "already_reversed");
        assert_eq!(refused(w, &format!("/undo {first}")).await, "already_reversed");

        let second = moved(200).await;
        w.does(&format!("/correct {second} to:150")).await;
        w.does(&format!("/undo {second}")).await;
        assert_eq!((w.balance("quayside").await.0, w.balance("northern").await.0), (0, 8_700));
        assert_eq!(w.mismatches().await, Vec::<String>::new());
    });
}

#[test]
fn correction_of_a_move_asks_about_a_deduct_that_returned_credits() {
    World::run(async |w| {
        let moved = op(&w.does("/addcredit sms quayside 2000").await);
        w.does("/addcredit sms quayside 5000").await;
        let taken = op(&w.does("/deductcredit sms quayside 1800 one zero too many").await);
        let line = format!("/correct {moved} --all");
        assert_eq!(refused(w, &line).await, "deducted_since");

        w.does(&format!("{line} deducted:part")).await;

        assert_eq!((w.balance("quayside").await.0, w.balance("northern").await.0), (5_000, 4_000));
        assert_eq!(refused(w, &format!("/undo {taken}")).await, "already_reversed");
    });
}

#[test]
fn mail_about_a_deduct_waits_and_never_has_the_reason() {
    World::run(async |w| {
        let before = w.outbox().await.len();
        w.does("/deductcredit mms acme 150 they complain too much").await;
        w.passes(minutes(9));
        assert_eq!(mails(w, before).await, Vec::<String>::new());

        w.passes(minutes(2));

        assert_eq!(mails(w, before).await, ["ops@acme.example: 150 MMS credits deducted"]);
        let text = w.outbox().await.pop().unwrap().text;
        assert!(!text.contains("complain"), "{text}");
    });
}

#[test]
fn mail_has_the_text_that_staff_address_to_the_client_and_the_question_shows_it() {
    World::run(async |w| {
        let before = w.outbox().await.len();
        let line = "/deductcredit mms acme 150 typed twice tell:\"You had these credits twice.\"";

        let asked = w.says(line).await;
        w.does(line).await;
        w.passes(minutes(11));

        let shown = "Mail to ACME Ltd ten minutes later: “150 MMS credits were deducted from your \
                     account. You had these credits twice.”";
        assert!(asked.contains(shown), "{asked}");
        assert_eq!(mails(w, before).await.len(), 1);
        let text = w.outbox().await.pop().unwrap().text;
        assert!(text.contains("You had these credits twice."), "{text}");
        assert!(!text.contains("typed twice"), "{text}");
    });
}

#[test]
fn deduct_taken_back_at_once_sends_nothing_and_later_a_mail_of_its_own() {
    World::run(async |w| {
        let before = w.outbox().await.len();
        w.does("/deductcredit mms acme 150 mistake").await;
        w.does("/undo").await;
        w.passes(minutes(21));
        assert_eq!(mails(w, before).await, Vec::<String>::new());

        w.does("/deductcredit mms acme 160 mistake").await;
        w.passes(minutes(11));
        w.outbox().await;
        w.does("/undo").await;
        w.passes(minutes(11));

        let expected = ["160 MMS credits deducted", "160 MMS credits returned"];
        let expected = expected.map(|subject| format!("ops@acme.example: {subject}"));
        assert_eq!(mails(w, before).await, expected);
    });
}

#[test]
fn void_and_correction_send_one_mail_after_the_wait() {
    World::run(async |w| {
        let before = w.outbox().await.len();
        let added = op(&w.does("/addcredit mms acme 500").await);
        w.passes(minutes(15));
        w.outbox().await;
        w.does(&format!("/correct {added} to:400 secret")).await;
        w.does("/invoice void INV-2-0003 secret").await;
        assert_eq!(mails(w, before).await.len(), 1, "only the add");

        w.passes(minutes(11));

        let expected = ["500 MMS credits added", "Invoice INV-2-0003 cancelled"];
        let expected = expected.map(|subject| format!("ops@acme.example: {subject}"));
        assert_eq!(mails(w, before).await, expected);
        assert!(!w.outbox().await.pop().unwrap().text.contains("secret"));
    });
}

#[test]
fn deduct_that_counts_as_a_part_of_a_void_sends_nothing() {
    World::run(async |w| {
        let before = w.outbox().await.len();
        w.does("/addcredit sms acme 1000").await;
        w.does("/deductcredit sms acme 900 one zero too many").await;
        w.does("/invoice void INV-2-0003 wrong deducted:part").await;

        w.passes(minutes(21));

        assert_eq!(mails(w, before).await, Vec::<String>::new());
    });
}

#[test]
fn resellers_client_gets_no_mail_of_the_house() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit sms quayside 1000 from:house").await);
        w.passes(minutes(15));
        w.outbox().await;
        w.does(&format!("/correct {added} to:900")).await;
        w.does("/deductcredit sms quayside 120 too many").await;
        w.does("/deductcredit sms quayside 50 too many to:house").await;
        w.does("/client suspend quayside late").await;
        w.does("/client activate quayside").await;
        let told = refused(w, "/deductcredit sms quayside 70 too many tell:sorry").await;
        assert_eq!(told, "invalid");

        w.passes(minutes(21));

        let sent = w.outbox().await;
        let to_quayside: Vec<_> = sent.iter().filter(|mail| mail.to.contains("quayside")).collect();
        assert!(to_quayside.is_empty(), "{to_quayside:?}");
        let reseller = sent.iter().filter(|mail| mail.to == "bulk@northern.example");
        let subjects: Vec<&str> = reseller.map(|mail| mail.subject.as_str()).collect();
        assert!(subjects.contains(&"Invoice INV-4-0002 corrected"), "{subjects:?}");
        assert_eq!(w.balance("quayside").await, (730, 0));
        assert_eq!(w.balance("northern").await, (9_120, 0));
    });
}

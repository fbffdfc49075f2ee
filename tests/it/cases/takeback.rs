//! Adds and moves taken back in parts, with deductions between: however many changes lie between, a
//! deduction is asked about, and none of its credits counts twice.

use jiff::SignedDuration;
use shared::credits::bare::BARE_MAX;
use shared::kernel::id::ClientId;

use super::{op, text, tries};
use crate::cases::attack::post_ones;
use crate::world::World;

/// Says a line, confirms it where that is asked, and returns code and text of the refusal.
async fn refused(w: &World, line: &str) -> (String, String) {
    let reply = w.said_yes("local:owner", line).await;
    assert_eq!(reply.status.word(), "refused", "{line}: {}", reply.view.plain());
    (reply.code.to_owned(), reply.view.plain())
}

async fn sms(w: &World, client: &str) -> u64 {
    w.balance(client).await.0
}

#[test]
fn deduction_behind_many_other_changes_is_asked_about() {
    for line in ["/invoice void INV-2-0003 wrong", "/undo {op}", "/correct {op} --all"] {
        World::run(async |w| {
            let added = op(&w.does("/addcredit sms acme 1000").await);
            w.does("/deductcredit sms acme 300 one zero too many").await;
            for credits in 1..=6 {
                w.does(&format!("/addcredit mms acme {credits}")).await;
                w.does(&format!("/deductcredit mms acme {credits} too many")).await;
            }
            let line = line.replace("{op}", &added);

            let asked = w.json(&line).await;

            assert_eq!(asked["code"], "deducted_since", "{asked}");
            assert!(text(&asked).contains("300 SMS credits"), "{asked}");
            assert_eq!(w.balance("acme").await, (2_700, 400));
            let part = tries(&asked).into_iter().find(|line| line.ends_with("part")).unwrap();
            w.does(&part).await;
            assert_eq!(w.balance("acme").await, (2_000, 400), "{part}");
            assert_eq!(w.mismatches().await, Vec::<String>::new());
        });
    }
}

#[test]
fn all_deductions_since_an_add_are_shown_though_fewer_count() {
    World::run(async |w| {
        w.does("/addcredit sms acme 100").await;
        w.does("/deductcredit sms acme 80 first").await;
        w.does("/deductcredit sms acme 60 second").await;
        w.does("/deductcredit sms acme 40 third").await;

        let asked = w.json("/invoice void INV-2-0003 wrong").await;

        for reason in ["80 SMS credits", "60 SMS credits", "40 SMS credits"] {
            assert!(text(&asked).contains(reason), "{asked}");
        }
        w.does("/invoice void INV-2-0003 wrong deducted:part").await;
        assert_eq!(sms(w, "acme").await, 1_920, "80 and 20 of 60 were a part of it");
    });
}

#[test]
fn deduction_counted_in_part_counts_with_its_rest_in_the_next_correction() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit sms acme 1000").await);
        w.does("/deductcredit sms acme 900 one zero too many").await;
        w.does(&format!("/correct {added} to:800 deducted:part")).await;
        assert_eq!(sms(w, "acme").await, 2_100, "the deduct took these 200 already");

        let asked = w.json(&format!("/correct {added} --all")).await;
        assert_eq!(asked["code"], "deducted_since", "{asked}");
        assert!(text(&asked).contains("700 SMS credits"), "{asked}");
        w.does(&format!("/correct {added} --all deducted:part")).await;

        assert_eq!(sms(w, "acme").await, 2_000);
        assert_eq!(w.json("/invoice view INV-2-0003").await["data"]["state"], "refunded");
        assert_eq!(w.mismatches().await, Vec::<String>::new());
    });
}

#[test]
fn answers_of_both_sorts_take_an_add_back_once() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit sms acme 400").await);
        w.does("/deductcredit sms acme 100 mistake").await;
        w.does(&format!("/correct {added} to:350 deducted:else")).await;
        assert_eq!(sms(w, "acme").await, 2_250);
        w.does(&format!("/correct {added} to:300 deducted:part")).await;
        assert_eq!(sms(w, "acme").await, 2_250);

        w.does(&format!("/correct {added} --all deducted:part")).await;

        assert_eq!(sms(w, "acme").await, 2_000);
    });
}

#[test]
fn rest_of_a_deduction_that_counted_in_part_can_be_undone_once() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit sms acme 1000").await);
        let taken = op(&w.does("/deductcredit sms acme 900 one zero too many").await);
        w.does(&format!("/correct {added} to:800 deducted:part")).await;

        let undone = w.does(&format!("/undo {taken}")).await;

        assert_eq!(undone["data"]["amount"], 700, "{undone}");
        assert_eq!(sms(w, "acme").await, 2_800);
        assert_eq!(refused(w, &format!("/undo {taken}")).await.0, "already_reversed");
        w.does(&format!("/undo {added}")).await;
        assert_eq!(sms(w, "acme").await, 2_000);
    });
}

#[test]
fn mail_about_a_deduct_states_the_credits_that_were_not_given_back() {
    World::run(async |w| {
        let before = w.outbox().await.len();
        let added = op(&w.does("/addcredit sms acme 1000").await);
        w.does("/deductcredit sms acme 900 one zero too many").await;
        w.does(&format!("/correct {added} to:800 deducted:part")).await;

        w.passes(SignedDuration::from_mins(11));

        let sent = w.outbox().await;
        let subjects: Vec<&str> =
            sent.iter().skip(before).map(|mail| mail.subject.as_str()).collect();
        assert!(subjects.contains(&"700 SMS credits deducted"), "{subjects:?}");
    });
}

#[test]
fn corrections_of_a_move_chain_under_their_own_operations() {
    World::run(async |w| {
        let moved = op(&w.does("/addcredit sms quayside 1000").await);
        for (to, left) in [(400, 400), (250, 250)] {
            let line = format!("/correct {moved} to:{to} too many");
            let asked = w.json(&line).await;
            let done = w.json(&format!("/confirm {}", op(&asked))).await;
            assert_eq!((&done["status"], op(&done)), (&"ok".into(), op(&asked)), "{done}");
            assert_eq!((sms(w, "quayside").await, sms(w, "northern").await), (left, 9_000 - left));
            assert!(text(&done).contains(&moved), "{done}");
        }

        let undone = w.does(&format!("/undo {moved}")).await;

        assert_eq!(undone["data"]["amount"], -250, "{undone}");
        assert_eq!((sms(w, "quayside").await, sms(w, "northern").await), (0, 9_000));
        assert_eq!(refused(w, &format!("/undo {moved}")).await.0, "already_reversed");
        assert_eq!(w.mismatches().await, Vec::<String>::new());
    });
}

#[test]
fn deduct_that_took_a_part_of_a_move_counts_once_in_all_its_corrections() {
    World::run(async |w| {
        let moved = op(&w.does("/addcredit sms quayside 2000").await);
        let taken = op(&w.does("/deductcredit sms quayside 1800 one zero too many").await);
        let both = async || (sms(w, "quayside").await, sms(w, "northern").await);
        assert_eq!(both().await, (200, 8_800));

        let line = format!("/correct {moved} to:500 deducted:part");
        let done = w.does(&line).await;
        assert!(text(&done).contains("nothing more"), "{done}");
        assert_eq!(both().await, (200, 8_800), "the deduct took these 1,500 already");
        let asked = w.json(&format!("/correct {moved} --all")).await;
        assert!(text(&asked).contains("300 SMS credits"), "{asked}");
        w.does(&format!("/correct {moved} --all deducted:part")).await;

        assert_eq!(both().await, (0, 9_000));
        assert_eq!(refused(w, &format!("/undo {taken}")).await.0, "already_reversed");
        assert_eq!(w.mismatches().await, Vec::<String>::new());
    });
}

#[test]
fn credits_that_a_deduct_gave_to_the_house_are_no_part_of_a_move() {
    World::run(async |w| {
        let moved = op(&w.does("/addcredit sms quayside 1000").await);
        let taken = op(&w.does("/deductcredit sms quayside 100 closing to:house").await);

        let line = format!("/correct {moved} --all deducted:part");
        let (code, sentence) = refused(w, &line).await;
        assert_eq!(code, "invalid");
        assert!(sentence.contains(&format!("/undo {taken}")), "{sentence}");
        assert_eq!((sms(w, "quayside").await, sms(w, "northern").await), (900, 8_000));
        w.does(&format!("/undo {taken}")).await;
        w.does(&format!("/correct {moved} --all")).await;

        assert_eq!((sms(w, "quayside").await, sms(w, "northern").await), (0, 9_000));
    });
}

#[test]
fn correction_of_an_add_is_offered_for_a_day() {
    for (hours, is_offered) in [(23, true), (24, false), (24 * 365, false)] {
        World::run(async |w| {
            let added = op(&w.does("/addcredit sms acme 5000 paid:BACS-77").await);
            w.passes(SignedDuration::from_hours(hours));

            let asked = w.json("/deductcredit sms acme 4500 one zero too many").await;

            let names = |line: &String| line.starts_with(&format!("/correct {added}"));
            assert_eq!(tries(&asked).iter().any(names), is_offered, "{hours}: {asked}");
            w.does("/deductcredit sms acme 4500 one zero too many").await;
            assert_eq!(w.balance("acme").await, (2_500, 400));
        });
    }
}

#[test]
fn walk_over_as_many_bare_entries_as_are_read_decides_and_a_longer_one_does_not() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit sms acme 1000").await);
        let taken = op(&w.does("/deductcredit sms acme 300 one zero too many").await);
        let later = u64::try_from(BARE_MAX).unwrap();
        post_ones(w, ClientId(2), later, -1).await;

        let line = format!("/correct {added} --all");
        let (code, text) = refused(w, &line).await;
        assert!(code == "invalid" && text.contains("deducted:else"), "{text}");
        w.does(&format!("/undo {taken}")).await;
        assert_eq!(sms(w, "acme").await, 2_900);

        let taken = op(&w.does("/deductcredit sms acme 300 one zero too many").await);
        post_ones(w, ClientId(2), later + 20, -1).await;
        let (code, text) = refused(w, &format!("/undo {taken}")).await;
        assert!(code == "not_undoable" && text.contains("more than 100"), "{text}");
        assert_eq!(sms(w, "acme").await, 2_480);
    });
}

#[test]
fn correction_that_moved_a_move_to_another_client_is_corrected_like_a_move() {
    World::run(async |w| {
        for (name, login) in [("Pier Taxi", "pier"), ("Dock Taxi", "dock")] {
            w.does(&format!("/client new {name} a@{login}.example login:{login} parent:northern"))
                .await;
            w.does(&format!("/client activate {login}")).await;
        }
        let all = async || {
            let of = ["northern", "quayside", "pier", "dock"];
            let mut credits = Vec::new();
            for client in of {
                credits.push(sms(w, client).await);
            }
            credits
        };
        let moved = op(&w.does("/addcredit sms quayside 1000").await);
        let first = op(&w.does(&format!("/correct {moved} move:pier wrong client")).await);
        assert_eq!(all().await, [8_000, 0, 1_000, 0]);

        let (_, sentence) = refused(w, &format!("/undo {first}")).await;
        assert!(sentence.contains(&format!("/correct {first} --all")), "{sentence}");
        let second = op(&w.does(&format!("/correct {first} move:dock wrong again")).await);
        assert_eq!(all().await, [8_000, 0, 0, 1_000]);
        assert_eq!(refused(w, &format!("/correct {first} --all")).await.0, "already_reversed");
        w.does(&format!("/correct {second} to:400 too many")).await;
        assert_eq!(all().await, [8_600, 0, 0, 400]);
        w.does(&format!("/correct {second} move:quayside it was right")).await;
        assert_eq!(all().await, [8_600, 400, 0, 0]);
        assert_eq!(w.mismatches().await, Vec::<String>::new());
    });
}

#[test]
fn correction_that_sold_an_add_to_another_client_names_the_line_that_takes_it_back() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit sms acme 50").await);
        let first = op(&w.does(&format!("/correct {added} move:c_3 wrong client")).await);
        for line in [format!("/correct {first} --all"), format!("/undo {first}")] {
            let (_, sentence) = refused(w, &line).await;
            assert!(sentence.contains("/invoice void INV-3-0001"), "{sentence}");
        }
        w.does("/invoice void INV-3-0001 wrong").await;
        assert_eq!(sms(w, "c_3").await, 0);
    });
}

#[test]
fn payment_of_an_add_that_is_moved_is_named_and_pays_for_the_right_client_by_the_named_lines() {
    World::run(async |w| {
        let add = w.json("/addcredit sms acme 200 paid:BACS-778").await;
        let add = add["op"].as_str().unwrap().to_owned();
        let asked = w.says(&format!("/correct {add} move:acme-mobile")).await;
        assert!(
            asked.contains("Payment BACS-778: £9.60 of ACME Ltd (c_2) is not applied to any"),
            "{asked}"
        );
        assert!(asked.contains(" --all and then /addcredit sms c_3 200 paid:"), "{asked}");
        let moved = w.says("y").await;
        assert!(moved.contains("INV-3-0001 is unpaid"), "{moved}");
        let (_, lines) = moved.split_once("To pay with it, type ").unwrap();
        let (void, rest) = lines.split_once(" and then ").unwrap();
        let paid = rest.split_once('.').unwrap().0;

        for line in [void, paid] {
            let reply = w.json(line).await;
            assert_eq!(reply["status"], "planned", "{line}: {reply}");
            let done = w.json("y").await;
            assert_eq!(done["status"], "ok", "{line}: {done}");
        }

        assert!(w.says("/invoice list acme-mobile paid").await.contains("INV-3-0002"));
        assert!(w.mismatches().await.is_empty());
    });
}

#[test]
fn corrected_deduct_that_is_taken_back_is_no_deduction_of_the_reseller() {
    World::run(async |w| {
        w.does("/client new Pier Taxi a@pier.example login:pier parent:northern").await;
        w.does("/client activate pier").await;
        w.does("/addcredit sms quayside 300").await;
        w.does("/addcredit sms pier 300").await;
        let sold = op(&w.does("/addcredit sms northern 500").await);
        let first = op(&w.does("/deductcredit sms quayside 100 mistake").await);
        let second = op(&w.does(&format!("/correct {first} move:pier wrong client")).await);
        let all =
            async || (sms(w, "northern").await, sms(w, "quayside").await, sms(w, "pier").await);
        assert_eq!(all().await, (9_000, 300, 200));

        let (_, sentence) = refused(w, &format!("/undo {second}")).await;
        let back = format!("gave the credits: /correct {second} --all gives them back");
        assert!(sentence.contains(&back), "{sentence}");
        w.does(&format!("/correct {second} --all")).await;

        assert_eq!(all().await, (8_900, 300, 300));
        let asked = w.json(&format!("/undo {sold}")).await;
        assert_eq!(asked["status"], "planned", "{asked}");
        w.json("y").await;
        assert_eq!(all().await, (8_400, 300, 300));
        assert_eq!(w.mismatches().await, Vec::<String>::new());
    });
}

#[test]
fn corrected_add_counts_as_its_rest_among_the_largest_adds() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit sms acme 20000").await);
        w.does(&format!("/correct {added} to:2000 one zero too many")).await;

        let asked = w.json("/addcredit sms acme 6001").await;
        assert!(text(&asked).contains("largest add of the last four months (2,000)"), "{asked}");
        w.json("y").await;
        w.does("/undo").await;
        w.does("/addcredit sms quayside 3000").await;
        w.does("/undo").await;

        assert!(text(&w.json("/addcredit sms acme 6002").await).contains("(2,000)"));
        assert!(text(&w.json("/addcredit sms quayside 10").await).contains("first add"));
        assert_eq!(w.mismatches().await, Vec::<String>::new());
    });
}

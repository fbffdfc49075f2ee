//! Who may change what alone: names under `--yes`, changes that another person approved, roles, settings,
//! the MMS switch of many clients, and payments that became free.

use serde_json::Value;

use super::{op, text, tries};
use crate::world::World;

/// A line under `--yes`, as scripts get its reply.
async fn yes(w: &World, who: &str, line: &str) -> Value {
    creditdesk::say::object(&w.said_yes(who, line).await)
}

/// Types a line that must ask first; its question, and nothing changed yet.
async fn asks(w: &World, line: &str) -> Value {
    let asked = w.json(line).await;
    assert_eq!(asked["status"], "planned", "{line}: {asked}");
    assert_eq!(asked["data"]["state"], "awaits_confirm", "{line}: {asked}");
    asked
}

#[test]
fn yes_confirms_no_name_that_was_not_typed_whole() {
    World::run(async |w| {
        w.does("/role grant local:pat support \"Pat Moss\"").await;
        w.does("/addcredit sms northern 40 paid:BACS-9").await;
        let added = op(&w.does("/addcredit sms acme 50").await);
        for (line, exact) in [
            ("/addcredit sms acm 55".to_owned(), None),
            ("/addcredit sms \"acme mob\" 55".to_owned(), Some("c_3")),
            ("/addcredit sms quay 55 for June".to_owned(), Some("c_5")),
            ("/deductcredit sms north 55 typed twice".to_owned(), Some("c_4")),
            ("/client suspend \"Acme Mob\" late".to_owned(), Some("c_3")),
            ("/client set email \"acme mob\" new@corp.example".to_owned(), Some("c_3")),
            ("/price set sms \"acme mob\" 1:39.00".to_owned(), Some("c_3")),
            ("/mms on quay".to_owned(), Some("c_5")),
            ("/mms on all of northe".to_owned(), Some("all of c_4")),
            ("/staff leave moss".to_owned(), Some("s_")),
            ("/role grant moss billing".to_owned(), Some("s_")),
            ("/cover moss manager".to_owned(), Some("s_")),
            (format!("/correct {added} move:\"acme mob\" wrong client"), Some("c_3")),
            ("/client new Kiosk k@kiosk.example parent:northe".to_owned(), Some("c_4")),
        ] {
            let said = yes(w, "local:owner", &line).await;
            let status = said["status"].as_str().unwrap();
            assert!(["refused", "usage"].contains(&status), "{line}: {said}");
            if let Some(exact) = exact {
                assert_eq!(said["code"], "not_named", "{line}: {said}");
                let offered = tries(&said);
                assert!(offered[0].contains(exact), "{line}: {said}");
                // The offered line names the same change.
                let whole = w.json(&offered[0]).await;
                assert!(["ok", "planned"].contains(&whole["status"].as_str().unwrap()), "{whole}");
                if whole["status"] == "planned" {
                    w.json(&format!("/deny {}", op(&whole))).await;
                }
                assert!(!text(&whole).contains("Do you mean"), "{line}: {whole}");
            }
        }
        let waiting = w.json("/pending").await;
        assert_eq!(waiting["data"]["total"], 0, "{waiting}");
    });
}

#[test]
fn name_that_begins_another_name_is_not_confirmed_by_yes() {
    World::run(async |w| {
        w.does("/client new Delta Dental d@delta-dental.example").await;
        w.does("/client new Delta b@delta.example").await;
        let said = yes(w, "local:owner", "/client set email Delta new@delta.example").await;
        assert_eq!(said["code"], "not_named", "{said}");
        assert!(text(&said).contains("Other names begin with"), "{said}");
        assert_eq!(tries(&said)[0], "/client set email c_8 new@delta.example", "{said}");
    });
}

#[test]
fn yes_to_a_name_says_so_if_the_plan_cannot_be_taken_back() {
    World::run(async |w| {
        w.does("/client new Delta Dental d@delta-dental.example").await;
        w.does("/client new Delta b@delta.example").await;
        let owner = "local:owner".parse().unwrap();
        let said = w.said_as("local:owner", "/client set email Delta new@delta.example").await;
        // Meanwhile the author confirms the plan in another window.
        let changed = w.json("y").await;
        assert_eq!(changed["status"], "ok", "{changed}");

        let reply = creditdesk::say::confirmed(&w.local, &owner, said).await;
        let reply = creditdesk::say::object(&reply);
        assert_eq!(reply["code"], "plan_over", "{reply}");
        assert!(text(&reply).contains("was done already"), "{reply}");
    });
}

#[test]
fn automatic_login_is_not_the_beginning_of_another_name() {
    World::run(async |w| {
        w.does("/client new Delta Dental desk@delta.example").await;

        let made = w.does("/client new Delta hello@delta-rivers.example").await;

        assert_eq!(made["data"]["login"], "delta-8", "{made}");
        assert!(text(&made).contains("Login delta-8"), "{made}");
        let asked = w.json("/client set email delta new@delta.example").await;
        assert_eq!(asked["status"], "planned", "{asked}");
        assert!(text(&asked).contains("Other names begin with"), "{asked}");
        // The login is certain, as always.
        w.does("/client set email delta-8 new@delta.example").await;
        let bakery = w.does("/client new Rose Bakery hello@rose.example").await;
        assert_eq!(bakery["data"]["login"], "rosebakery", "{bakery}");
    });
}

#[test]
fn name_that_differs_in_the_form_of_the_company_gets_a_remark() {
    World::run(async |w| {
        for (at, name) in ["ACME Limited", "acme ltd.", "ÁCME", "ACME GmbH"].iter().enumerate() {
            let line = format!("/client new \"{name}\" new{at}@acme-two.example login:second{at}");
            let made = w.does(&line).await;
            assert!(text(&made).contains("Another client has the same name: ACME Ltd"), "{made}");
        }
        let renamed = w.does("/client set name acme-mobile \"ACME Limited\"").await;
        assert!(text(&renamed).contains("has the same name"), "{renamed}");
        let other = w.does("/client new \"ACME Leeds Ltd\" leeds@acme.example login:third").await;
        assert!(!text(&other).contains("the same name"), "{other}");
    });
}

#[test]
fn support_takes_back_nothing_that_another_person_approved_or_made() {
    World::run(async |w| {
        let added = op(&w.json_as("local:dana", "/addcredit sms acme 4000").await);
        let approved = w.does_as("local:bill", &format!("/approve {added}")).await;
        let number = approved["data"]["invoice"].as_str().unwrap().to_owned();
        let others = op(&w.does_as("local:bill", "/addcredit sms acme 900").await);
        w.does("/addcredit sms northern 40 paid:BACS-9").await;
        let moved = op(&w.does_as("local:bill", "/addcredit sms quayside 30").await);
        for (line, code) in [
            (format!("/undo {added}"), "not_undoable"),
            (format!("/correct {added} all"), "not_undoable"),
            (format!("/correct {added} to:1"), "not_undoable"),
            (format!("/correct {added} move:acme-mobile"), "not_undoable"),
            (format!("/invoice void {number} wrong"), "not_allowed"),
            (format!("/undo {others}"), "not_undoable"),
            (format!("/correct {others} all"), "not_undoable"),
            (format!("/undo {moved}"), "not_undoable"),
            (format!("/correct {moved} all"), "not_undoable"),
        ] {
            let said = yes(w, "local:dana", &line).await;
            assert_eq!(said["code"], code, "{line}: {said}");
        }
        let refused = yes(w, "local:dana", &format!("/undo {added}")).await;
        assert!(text(&refused).contains("Bill approved it"), "{refused}");
        assert_eq!(w.balance("acme").await, (6_900, 400));
        // Billing does it, within its limits.
        w.does_as("local:bill", &format!("/correct {added} all")).await;
        assert_eq!(w.balance("acme").await, (2_900, 400));
    });
}

#[test]
fn own_change_that_nobody_approved_is_undone_within_the_limits_it_was_made_by() {
    World::run(async |w| {
        // £240.00 is within support's limit for paid adds, and above that for open ones.
        let paid = op(&w.does_as("local:dana", "/addcredit sms acme 5000 paid:BACS-70").await);
        assert_eq!(w.balance("acme").await, (7_000, 400));
        w.does_as("local:dana", &format!("/undo {paid}")).await;
        let open = op(&w.does_as("local:dana", "/addcredit sms acme 700").await);
        w.does_as("local:dana", &format!("/correct {open} to:70")).await;
        assert_eq!(w.balance("acme").await, (2_070, 400));

        // A role that was higher then does not lend its limit.
        w.does("/role grant local:dana billing").await;
        let large = op(&w.does_as("local:dana", "/addcredit sms acme 6000").await);
        w.does("/role grant local:dana support").await;
        let waits = yes(w, "local:dana", &format!("/undo {large}")).await;
        assert_eq!(waits["status"], "planned", "{waits}");
        assert_eq!(waits["data"]["state"], "awaits_approval", "{waits}");
        assert_eq!(w.balance("acme").await, (8_070, 400));
    });
}

#[test]
fn role_that_is_large_or_of_a_new_login_asks_and_names_its_way_back() {
    World::run(async |w| {
        for (line, before_and_after, back) in [
            ("/role grant local:eve owner Eve", "role none → owner", "/staff leave s_7"),
            ("/role grant local:fay auditor Fay", "role none → auditor", "/staff leave s_8"),
            ("/role grant local:dana manager", "role support → manager", "/role grant s_2 support"),
            ("/role grant local:bill owner", "role billing → owner", "/role grant s_3 billing"),
            (
                "/role grant local:bill2 owner same_as:s_3",
                "new login local:bill2",
                "/staff leave s_3",
            ),
        ] {
            let asked = asks(w, line).await;
            assert!(text(&asked).contains(before_and_after), "{line}: {asked}");
            assert!(text(&asked).contains("It gives access."), "{line}: {asked}");
            let done = w.json("y").await;
            assert_eq!(done["status"], "ok", "{line}: {done}");
            assert!(tries(&done).contains(&back.to_owned()), "{line}: {done}");
        }
        let lower = asks(w, "/role grant local:bill3 support same_as:s_3").await;
        assert!(text(&lower).contains("It takes access away."), "{lower}");
        assert!(text(&lower).contains("It gives access."), "{lower}");
        asks(w, "/cover s_5 manager").await;
        w.does("/staff leave s_2").await;
        asks(w, "/staff return s_2").await;
        let renamed = w.does("/staff set name s_8 \"Fay Moss\"").await;
        assert!(tries(&renamed)[0].starts_with("/staff set name s_8 "), "{renamed}");
        w.does(&tries(&renamed)[0]).await;
    });
}

#[test]
fn staff_member_who_leaves_has_the_waiting_requests_counted() {
    World::run(async |w| {
        w.json_as("local:dana", "/addcredit sms acme 4000").await;
        w.json_as("local:dana", "/addcredit sms acme 4500").await;
        let asked = asks(w, "/staff leave dana to:bill").await;
        assert!(
            text(&asked).contains("Bill takes over the clients and 2 waiting requests"),
            "{asked}"
        );
        let done = w.json("y").await;
        assert_eq!(done["data"]["requests"], 2, "{done}");
    });
}

#[test]
fn setting_that_reaches_all_clients_asks_with_their_number_and_names_its_way_back() {
    World::run(async |w| {
        w.does("/settings country GB").await;
        for (line, before, back) in [
            ("/settings due 30", "Before: 14 days", "/settings due 14"),
            ("/settings country US", "Before: GB", "/settings country GB"),
            ("/settings zone UTC", "Before: Europe/London", "/settings zone Europe/London"),
            ("/settings tax 5", "Before: 20 %", "/settings tax 20"),
            (
                "/settings seller Northern Ltd address:\"1 High St\"",
                "Before: Brightline Messaging Ltd",
                "/settings seller \"Brightline Messaging Ltd\" address:\"none\" tax_number:\"none\"",
            ),
        ] {
            let asked = asks(w, line).await;
            assert!(text(&asked).contains(before), "{line}: {asked}");
            assert!(text(&asked).contains("It reaches 5 clients."), "{line}: {asked}");
            let done = w.json("y").await;
            assert_eq!(tries(&done), [back], "{line}: {done}");
            w.does(back).await;
        }
        let show = w.json("/settings show").await;
        assert!(text(&show).contains("Seller: Brightline Messaging Ltd\n"), "{show}");
        let limit = asks(w, "/settings limits billing open 9000").await;
        assert!(text(&limit).contains("The limit changes by +260%"), "{limit}");
        let channel = w.does("/settings channels ops slack:T1:C1").await;
        assert_eq!(tries(&channel), ["/settings channels ops none"], "{channel}");
        let moved = w.does("/settings channels ops slack:T1:C2").await;
        assert_eq!(tries(&moved), ["/settings channels ops slack:T1:C1"], "{moved}");
    });
}

#[test]
fn mms_for_several_clients_asks_in_either_direction_with_their_number() {
    World::run(async |w| {
        let all = asks(w, "/mms on all of c_1").await;
        assert!(text(&all).contains("MMS not set → on · 4 clients"), "{all}");
        assert!(text(&all).contains("It reaches 4 clients."), "{all}");
        let done = w.json("y").await;
        assert_eq!(tries(&done), ["/mms off all of c_1"], "{done}");
        w.does("/mms off all of c_1").await;
        w.does("/mms allow c_1 off").await;
        let platform = asks(w, "/mms allow c_1").await;
        assert!(text(&platform).contains("MMS off → on · 5 clients"), "{platform}");
        // One client is not wide.
        w.json("y").await;
        assert_eq!(w.json("/mms on all of northern").await["status"], "ok");
    });
}

#[test]
fn freed_payment_is_moved_by_billing_after_a_question_and_used_again_after_one() {
    World::run(async |w| {
        w.does("/addcredit sms acme 100 paid:BACS-50").await;
        w.does("/undo").await;

        let again = asks(w, "/addcredit sms acme 101 paid:bacs-50").await;
        assert!(text(&again).contains("is not applied to any invoice. "), "{again}");
        w.json(&format!("/deny {}", op(&again))).await;
        let line = "/addcredit sms acme-mobile 100 paid:BACS-50";
        let refused = w.json_as("local:dana", line).await;
        assert_eq!(refused["code"], "reference_of_other", "{refused}");
        assert!(text(&refused).contains(" of ACME Ltd, which uses none of it"), "{refused}");
        let asked = w.json_as("local:bill", line).await;
        assert_eq!(asked["status"], "planned", "{asked}");
        assert!(text(&asked).contains(" of ACME Ltd, which uses none of it"), "{asked}");
        assert_eq!(w.balance("acme-mobile").await, (0, 0));

        let done = w.json_as("local:bill", "y").await;

        assert_eq!(done["status"], "ok", "{done}");
        assert_eq!(w.balance("acme-mobile").await, (100, 0));
        let used = w.json("/addcredit sms acme 101 paid:BACS-50").await;
        assert_eq!(used["code"], "reference_used", "{used}");
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn payment_that_was_used_while_the_question_waited_pays_once() {
    World::run(async |w| {
        w.does("/addcredit sms acme 100 paid:BACS-50").await;
        w.does("/undo").await;
        let asked =
            op(&w.json_as("local:bill", "/addcredit sms acme-mobile 100 paid:BACS-50").await);
        asks(w, "/addcredit sms acme 101 paid:BACS-50").await;
        w.json("y").await;

        let over = w.json_as("local:bill", &format!("/confirm {asked}")).await;

        assert_eq!(over["status"], "refused", "{over}");
        assert_eq!(w.balance("acme").await, (2_101, 400));
        assert_eq!(w.balance("acme-mobile").await, (0, 0));
    });
}

#[test]
fn payment_that_became_free_while_a_request_waited_is_not_moved_without_a_question() {
    World::run(async |w| {
        let first =
            op(&w.json_as("local:bill", "/addcredit sms acme-mobile 100 paid:BACS-51").await);
        let large =
            op(&w.json_as("local:dana", "/addcredit sms acme-mobile 6000 paid:BACS-52").await);
        for reference in ["BACS-51", "BACS-52"] {
            w.does(&format!("/addcredit sms acme 100 paid:{reference}")).await;
            w.does("/undo").await;
        }

        let asked = w.json_as("local:bill", &format!("/confirm {first}")).await;
        assert_eq!(asked["status"], "planned", "{asked}");
        assert!(text(&asked).contains("the payment that it names was used meanwhile"), "{asked}");
        assert!(text(&asked).contains(" of ACME Ltd, which uses none of it"), "{asked}");
        // Its author may not move a payment.
        w.json_as("local:dana", "y").await;
        let over = w.json_as("local:bill", &format!("/approve {large}")).await;
        assert_eq!(over["status"], "refused", "{over}");
        assert_eq!(w.balance("acme-mobile").await, (0, 0));

        let done = w.json_as("local:bill", &format!("/confirm {first}")).await;
        assert_eq!(done["status"], "ok", "{done}");
        assert_eq!(w.balance("acme-mobile").await, (100, 0));
    });
}

#[test]
fn yes_answers_no_question_about_a_payment_or_a_named_client() {
    World::run(async |w| {
        w.does("/addcredit sms acme 100 paid:BACS-50").await;
        w.does("/undo").await;
        for line in [
            "/addcredit sms acme 101 paid:BACS-50",
            "/addcredit sms acme-mobile 102 paid:BACS-50",
            "/addcredit sms acme 82 for Northern Bulk promo",
        ] {
            let said = yes(w, "local:owner", line).await;
            assert_eq!(said["status"], "planned", "{line}: {said}");
            assert_eq!(said["data"]["state"], "awaits_confirm", "{line}: {said}");
        }
        assert_eq!(w.balance("acme").await, (2_000, 400));
        assert_eq!(w.balance("acme-mobile").await, (0, 0));
    });
}

#[test]
fn bare_setting_says_its_present_value_and_changes_nothing() {
    World::run(async |w| {
        for (line, value) in [
            ("/settings tax", "Tax: 20 %"),
            ("/settings due", "Due: 14 days"),
            ("/settings zone", "Europe/London"),
            ("/settings currency", "Currency: GBP"),
            ("/settings country", "Home country: not set"),
            ("/settings seller", "Seller: Brightline Messaging Ltd"),
            ("/settings limits", "support · paid £250.00 · open £100.00 · grant £5.00"),
        ] {
            let said = w.json(line).await;
            assert_eq!(said["status"], "usage", "{line}: {said}");
            assert!(text(&said).contains(value), "{line}: {said}");
        }
        let due = w.json("/settings due 99999999999").await;
        assert!(text(&due).contains("at most 365 days"), "{due}");
    });
}

#[test]
fn typed_places_money_and_days_are_understood_or_answered_with_the_line() {
    World::run(async |w| {
        let zone = w.json("/settings zone new york").await;
        assert_eq!(zone["status"], "refused", "{zone}");
        assert!(text(&zone).contains("/settings zone America/New_York"), "{zone}");
        for (line, now) in [
            ("/settings zone America/New York", "America/New_York"),
            ("/settings country UK", "home country: GB"),
            ("/settings country united states", "home country: US"),
            ("/settings country New Zealand", "home country: NZ"),
            ("/settings limits support open £50", "up to £50.00"),
            ("/settings limits support open GBP 60", "up to £60.00"),
            ("/price set sms acme 1:£41.00 from:today", "41.00"),
            ("/cover dana billing until:today", "has the role billing"),
        ] {
            let done = w.does(line).await;
            assert!(text(&done).contains(now), "{line}: {done}");
        }
        for line in ["/settings limits support open $50", "/settings country Atlantis"] {
            let refused = w.json(line).await;
            assert_eq!(refused["status"], "refused", "{line}: {refused}");
        }
    });
}

#[test]
fn numbers_of_one_are_singular() {
    World::run(async |w| {
        let added = w.does("/addcredit sms acme 50").await;
        w.does("/deductcredit sms acme 1 one too many").await;
        let asked = w.json(&format!("/correct {} all", op(&added))).await;
        assert!(text(&asked).contains("1 SMS credit was deducted"), "{asked}");
    });
}

/// The largest number that every reader of JSON holds exactly.
const EXACT_MAX: u64 = (1 << 53) - 1;

fn numbers_are_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => number <= EXACT_MAX,
            (None, Some(number)) => number.unsigned_abs() <= EXACT_MAX,
            (None, None) => false,
        },
        Value::Array(all) => all.iter().all(numbers_are_exact),
        Value::Object(all) => all.values().all(numbers_are_exact),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

#[test]
fn no_number_of_a_reply_is_beyond_the_exact_numbers_of_json() {
    World::run(async |w| {
        for number in
            ["9007199254740991", "9007199254740992", "9007199254740993", "18446744073709551615"]
        {
            for line in [
                format!("/addcredit sms acme {number}"),
                format!("/deductcredit sms acme {number} all"),
                format!("/settings due {number}"),
                format!("/settings limits support open {number}"),
                format!("/settings limits support open {}.99", &number[..number.len() - 2]),
                format!("/price set sms acme 1:{number}"),
                format!("/price set sms acme {number}:40.00"),
                format!("/confirm op_0123456789abcdef seen:{number}"),
            ] {
                let said = yes(w, "local:owner", &line).await;
                assert!(numbers_are_exact(&said), "{line}: {said}");
            }
            let read = w.json("/settings show").await;
            assert!(numbers_are_exact(&read), "{number}: {read}");
        }
        assert_eq!(w.balance("acme").await, (2_000, 400));
        // The default price and the default limits are as they were.
        w.does("/price set sms acme 1:40.00").await;
    });
}

#[test]
fn move_of_a_grant_mails_no_amount_of_money() {
    World::run(async |w| {
        let granted = op(&w.does("/addcredit sms acme 500 grant goodwill").await);
        w.passes(jiff::SignedDuration::from_mins(15));
        let before = w.outbox().await.len();

        let moved = w.does(&format!("/correct {granted} move:acme-mobile wrong client")).await;

        assert!(!text(&moved).contains("£0.00"), "{moved}");
        w.passes(jiff::SignedDuration::from_mins(15));
        let sent = w.outbox().await;
        let mails: Vec<String> = sent.iter().skip(before).map(|sent| format!("{sent:?}")).collect();
        assert!(!mails.is_empty());
        for mail in &mails {
            assert!(!mail.contains("£0.00") && !mail.contains("Invoice"), "{mail}");
        }
        assert_eq!(w.balance("acme-mobile").await, (500, 0));
    });
}

#[test]
fn question_about_another_client_in_the_reason_is_not_confirmed_by_yes() {
    World::run(async |w| {
        let said = w.said_yes("local:owner", "/addcredit sms acme 77 for c_3").await;
        assert_eq!(said.status.word(), "planned", "{}", said.view.plain());
        assert_eq!(creditdesk::say::exit_code(said.status), 4);
        let plain = said.view.plain();
        assert!(plain.contains("names another client"), "{plain}");
        assert!(plain.contains("Nothing was changed yet"), "{plain}");
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn large_overdraft_is_asked_about_and_names_its_way_back() {
    World::run(async |w| {
        w.does("/client set overdraft acme sms 500").await;
        let asked = asks(w, "/client set overdraft acme sms 3000000").await;
        assert!(text(&asked).contains("500 → 3,000,000"), "{asked}");
        let done = w.does(&format!("/confirm {}", op(&asked))).await;
        assert_eq!(tries(&done), ["/client set overdraft c_2 sms 500"], "{done}");
        let done = w.json("/client set overdraft c_2 sms 500").await;
        assert_eq!(done["status"], "ok", "less is not asked about: {done}");
    });
}

//! Plans: what waits for a confirmation or an approval, who may give it, and until when.

use expect_test::expect;
use jiff::SignedDuration;
use serde_json::Value;

use crate::world::World;

fn op(said: &Value) -> String {
    said["op"].as_str().unwrap().to_owned()
}

fn whys(said: &Value) -> Vec<String> {
    let name = |why: &Value| match why {
        Value::String(word) => word.clone(),
        other => other.as_object().unwrap().keys().next().unwrap().clone(),
    };
    said["data"]["why"].as_array().unwrap().iter().map(name).collect()
}

#[test]
fn a_confirmation_lives_ten_minutes() {
    World::run(async |w| {
        let planned = op(&w.json("/deductcredit mms acme 10 mistake").await);
        w.passes(SignedDuration::from_secs(10 * 60 + 1));
        expect![[r#"
            op_1 has expired. Nothing was changed.
            Type the command again.
            Ref op_2"#]]
        .assert_eq(&w.says(&format!("/confirm {planned}")).await);
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn only_its_author_confirms() {
    World::run(async |w| {
        let planned = op(&w.json("/deductcredit mms acme 10 mistake").await);
        expect![[r#"
            Only owner can confirm this. Nothing was changed.
            Ask owner; your waiting requests are under /pending
            Ref op_1"#]]
        .assert_eq(&w.says_as("local:bill", &format!("/confirm {planned}")).await);
        expect![[r#"
            Nothing waits for your confirmation.
            /pending: shows the requests of everybody"#]]
        .assert_eq(&w.says_as("local:bill", "/confirm").await);
        expect![[r#"
            op_2 waits for its author’s confirmation first. Nothing was changed.
            /confirm op_2: its author types this first
            Ref op_3"#]]
        .assert_eq(&w.says_as("local:bill", &format!("/approve {planned}")).await);
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn a_confirmation_given_twice_is_one_operation() {
    World::run(async |w| {
        let planned = op(&w.json("/deductcredit mms acme 10 mistake").await);
        let once = w.json(&format!("/confirm {planned}")).await;
        let twice = w.json(&format!("/confirm {planned}")).await;
        assert_eq!((&once["op"], &once["data"]["entry"]), (&twice["op"], &twice["data"]["entry"]));
        assert!(twice["text"].as_str().unwrap().contains("it was done once"), "{twice}");
        assert!(once["replay_of"].is_null() && twice["replay_of"].is_string(), "{twice}");
        assert_eq!(w.balance("acme").await, (2_000, 390));
    });
}

#[test]
fn the_call_again_shows_its_plan_and_after_it_what_became_of_it() {
    World::run(async |w| {
        let line = "/deductcredit mms acme 10 mistake";
        let first = w.said_under("k-1", "local:owner", line).await;
        let again = w.said_under("k-1", "local:owner", line).await;
        assert_eq!((first.status, &first.op), (again.status, &again.op));
        w.does(&format!("/confirm {}", first.op.unwrap())).await;
        let after = w.said_under("k-1", "local:owner", line).await;
        assert_eq!(after.status.word(), "ok");
        assert_eq!(w.balance("acme").await, (2_000, 390));
    });
}

#[test]
fn its_author_may_take_a_plan_back() {
    World::run(async |w| {
        let planned = op(&w.json("/deductcredit mms acme 10 mistake").await);
        expect![[r#"
            Cancelled: deduct 10 MMS credits from ACME Ltd (c_2).
            Nothing was changed.
            op_1"#]]
        .assert_eq(&w.says(&format!("/deny {planned}")).await);
        expect![[r#"
            op_1 was cancelled. Nothing was changed.
            Type the command again.
            Ref op_2"#]]
        .assert_eq(&w.says(&format!("/confirm {planned}")).await);
    });
}

#[test]
fn an_add_above_the_limit_needs_somebody_else() {
    World::run(async |w| {
        // 4,000 SMS are £192.00; support may add open ones up to £100.00 alone.
        let asked = w.says_as("local:dana", "/addcredit sms acme 4000").await;
        expect![[r#"
            🔐 Dana asks to add 4,000 SMS credits to ACME Ltd (c_2)
            SMS 2,000 → 6,000 · an invoice of £192.00 due 7 Dec 2026 · by Dana
            • It is worth £192.00; the limit for open adds and deducts is £100.00.
            Mail to ACME Ltd ten minutes later: “4,000 SMS credits were added to your account. Invoice …: £192.00 is due by 2026-12-07.”
            Nothing was changed yet. Someone other than Dana must approve it before 25 Nov 2026 00:00 UTC, or it expires.
            /approve op_1: approves it (another person with a sufficient limit)
            /deny op_1 <reason>: denies it"#]].assert_eq(&asked);
        let planned = op(&w.json_as("local:dana", "/addcredit sms acme 4000").await);
        assert_eq!(w.balance("acme").await, (2_000, 400));
        expect![[r#"
            Your role (support) may not do that; it needs billing or more. Nothing was changed.
            Ask somebody with the role billing or more: /role list
            Ref op_2"#]]
        .assert_eq(&w.says_as("local:dana", &format!("/approve {planned}")).await);
        expect![[r#"
            Your role (auditor) may not do that; it needs billing or more. Nothing was changed.
            Ask somebody with the role billing or more: /role list
            Ref op_3"#]]
        .assert_eq(&w.says_as("local:ann", &format!("/approve {planned}")).await);
        expect![[r#"
            ✅ Added 4,000 SMS credits to ACME Ltd (c_2)
            SMS 2,000 → 6,000 · invoice INV-2-0003 £192.00 due 7 Dec 2026 · by Dana · approved by Bill
            op_4 · undo within 24 h: /undo op_4"#]]
        .assert_eq(&w.says_as("local:bill", &format!("/approve {planned}")).await);
        assert_eq!(w.balance("acme").await, (6_000, 400));
    });
}

#[test]
fn an_approvers_own_limit_must_cover_it() {
    World::run(async |w| {
        // 80,000 SMS are £3,360.00, more than billing may add alone.
        let said = w.json_as("local:dana", "/addcredit sms acme 80000").await;
        assert_eq!(said["data"]["state"], "awaits_confirm", "unusual as well: {said}");
        let planned = op(&said);
        let early = w.says_as("local:mona", &format!("/approve {planned}")).await;
        expect![[r#"
            op_1 waits for its author’s confirmation first. Nothing was changed.
            /confirm op_1: its author types this first
            Ref op_2"#]]
        .assert_eq(&early);
        let up = w.json_as("local:dana", "/confirm").await;
        assert_eq!(up["data"]["state"], "awaits_approval", "{up}");
        expect![[r#"
            Your own limit for open adds and deducts is £2,500.00; this is worth £3,360.00. Nothing was changed.
            Ask a colleague with a higher limit: /role list
            Ref op_3"#]]
        .assert_eq(&w.says_as("local:bill", &format!("/approve {planned}")).await);
        w.does_as("local:mona", &format!("/approve {planned}")).await;
        assert_eq!(w.balance("acme").await, (82_000, 400));
    });
}

#[test]
fn an_approval_may_be_denied_with_a_reason() {
    World::run(async |w| {
        let planned = op(&w.json_as("local:dana", "/addcredit sms acme 4000").await);
        let line = format!("/deny {planned} call the client first");
        expect![[r#"
            Denied: add 4,000 SMS credits to ACME Ltd (c_2).
            Reason: call the client first. Nothing was changed.
            op_1"#]]
        .assert_eq(&w.says_as("local:bill", &line).await);
        expect![[r#"
            op_1 was denied. Nothing was changed.
            Type the command again.
            Ref op_2"#]]
        .assert_eq(&w.says_as("local:bill", &format!("/approve {planned}")).await);
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn an_approval_lives_until_the_end_of_the_next_working_day() {
    World::run(async |w| {
        // Monday 10:00 until Tuesday midnight.
        let monday = op(&w.json_as("local:dana", "/addcredit sms acme 4000").await);
        w.passes(SignedDuration::from_hours(37));
        let pending = w.says("/pending").await;
        assert!(pending.contains(&w.numbered(&monday)), "{pending}");
        w.passes(SignedDuration::from_mins(61));
        let late = w.json_as("local:bill", &format!("/approve {monday}")).await;
        assert_eq!(late["code"], "plan_over", "{late}");
        // From Friday the next working day is Monday.
        w.passes(SignedDuration::from_hours(3 * 24 - 14));
        let friday = op(&w.json_as("local:dana", "/addcredit sms acme 4001").await);
        w.passes(SignedDuration::from_hours(3 * 24));
        w.does_as("local:bill", &format!("/approve {friday}")).await;
    });
}

#[test]
fn the_daily_budget_is_ten_times_the_limit() {
    World::run(async |w| {
        w.does("/settings limits support open 10").await;
        // Ten of them are £95.76 of £100.00.
        for credits in 195..205 {
            w.does_as("local:dana", &format!("/addcredit sms acme {credits}")).await;
            w.passes(SignedDuration::from_secs(61));
        }
        let over = w.json_as("local:dana", "/addcredit sms acme 206").await;
        assert_eq!(whys(&over), ["over_budget"], "{over}");
        // The next UTC day has a budget of its own.
        w.passes(SignedDuration::from_hours(24));
        w.does_as("local:dana", "/addcredit sms acme 194").await;
    });
}

#[test]
fn ten_changes_a_minute_are_the_most_for_staff_with_limits() {
    World::run(async |w| {
        for credits in 1..=10 {
            w.does_as("local:bill", &format!("/addcredit sms acme {credits}")).await;
        }
        expect![[r#"
            10 credit changes in a minute is the limit for your role. Nothing was changed.
            Try again at 23 Nov 2026 10:01 UTC.
            Ref op_1"#]]
        .assert_eq(&w.says_as("local:bill", "/addcredit sms acme 11").await);
        w.passes(SignedDuration::from_secs(60));
        w.does_as("local:bill", "/addcredit sms acme 11").await;
    });
}

#[test]
fn an_equal_change_within_a_day_is_asked_about_whoever_made_it() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500 paid:CARD-1").await;
        expect![[r#"
            ❓ Again? Please confirm: add 500 MMS credits to ACME Ltd (c_2), paid
            MMS 900 → 1,400 · an invoice of £30.00, paid with reference CARD-2 · by owner
            • owner already added 500 MMS credits at 23 Nov 2026 10:00 UTC (op_1). It may have worked despite a time-out. Do it again?
            Mail to ACME Ltd ten minutes later: “500 MMS credits were added to your account. Invoice …: £30.00, paid. Thank you.”
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_2: confirms it
            /deny op_2: cancels it"#]].assert_eq(&w.says("/addcredit mms acme 500 paid:CARD-2").await);
        w.passes(SignedDuration::from_mins(3));
        expect![[r#"
            ❓ Again? Please confirm: add 500 MMS credits to ACME Ltd (c_2), paid
            MMS 900 → 1,400 · an invoice of £30.00, paid with reference CARD-3 · by Bill
            • owner already added 500 MMS credits at 23 Nov 2026 10:00 UTC (op_1). Do it again?
            Mail to ACME Ltd ten minutes later: “500 MMS credits were added to your account. Invoice …: £30.00, paid. Thank you.”
            Nothing was changed yet. Expires 23 Nov 2026 10:13 UTC.
            /confirm op_3: confirms it
            /deny op_3: cancels it"#]]
        .assert_eq(&w.says_as("local:bill", "/addcredit mms acme 500 paid:CARD-3").await);
        // Another kind or amount is another change.
        assert_eq!(w.json("/addcredit sms acme 500").await["status"], "ok");
        assert_eq!(w.json("/addcredit mms acme 501").await["status"], "ok");
        w.passes(SignedDuration::from_hours(24));
        assert_eq!(w.json("/addcredit mms acme 500 paid:CARD-4").await["status"], "ok");
    });
}

#[test]
fn an_open_invoice_of_the_same_gross_is_asked_about() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        w.passes(SignedDuration::from_hours(48));
        let said = w.json("/addcredit mms acme 500").await;
        assert_eq!(whys(&said), ["same_gross"], "{said}");
        // 625 SMS cost as much as 500 MMS.
        let other = w.json("/addcredit sms acme 625").await;
        assert_eq!(whys(&other), ["same_gross"], "{other}");
        assert_eq!(w.balance("acme").await, (2_000, 900));
    });
}

#[test]
fn yes_confirms_ones_own_plan_and_never_a_possible_duplicate_or_an_approval() {
    World::run(async |w| {
        let first = w.said_yes("local:owner", "/deductcredit mms acme 10 mistake").await;
        assert_eq!(first.status.word(), "ok");
        let again = w.said_yes("local:owner", "/deductcredit mms acme 10 mistake").await;
        assert_eq!(again.status.word(), "planned");
        let over = w.said_yes("local:dana", "/addcredit sms acme 80000").await;
        assert_eq!(over.data["state"], "awaits_approval");
        assert_eq!(w.balance("acme").await, (2_000, 390));
    });
}

#[test]
fn a_plan_is_shown_again_when_staff_changed_the_same_credits_meanwhile() {
    World::run(async |w| {
        let planned = op(&w.json("/deductcredit mms acme 10 mistake").await);
        w.does_as("local:bill", "/addcredit mms acme 70").await;
        expect![[r#"
            ❓ Please confirm: deduct 10 MMS credits from ACME Ltd (c_2)
            MMS 470 → 460 · by owner · reason: mistake
            • The figures changed after this was asked: someone changed this client’s credits of the same kind meanwhile. These are the current figures.
            • It takes credits away.
            • It may be about the add of 70 credits on 23 Nov 2026 10:00 UTC (op_1). If that add was too large, correct it instead; its invoice changes with it.
            Mail to ACME Ltd ten minutes later: “10 MMS credits were deducted from your account.”
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /correct op_1 reason:"mistake" to:60: corrects that add to 60 instead
            /confirm op_2: deducts the credits anyway
            /deny op_2: cancels it"#]].assert_eq(&w.says(&format!("/confirm {planned}")).await);
        assert_eq!(w.balance("acme").await, (2_000, 470));
        expect![[r#"
            ✅ Deducted 10 MMS credits from ACME Ltd (c_2)
            MMS 470 → 460 · by owner · reason: mistake
            op_2 · undo within 24 h: /undo op_2"#]]
        .assert_eq(&w.says(&format!("/confirm {planned}")).await);
        assert_eq!(w.balance("acme").await, (2_000, 460));
    });
}

#[test]
fn a_plan_does_not_mind_changes_of_the_other_kind() {
    World::run(async |w| {
        let planned = op(&w.json("/deductcredit mms acme 10 mistake").await);
        w.does_as("local:bill", "/addcredit sms acme 70").await;
        assert_eq!(w.json(&format!("/confirm {planned}")).await["status"], "ok");
    });
}

#[test]
fn a_plan_lapses_when_the_credits_are_gone_or_mms_was_turned_off() {
    World::run(async |w| {
        let planned = op(&w.json("/addcredit mms acme 5000").await);
        w.does("/mms off acme").await;
        expect![[r#"
            ACME Ltd may not use MMS: its own MMS switch is off. Nothing was changed.
            /mms on c_2: turns it on
            Ref op_1"#]]
        .assert_eq(&w.says(&format!("/confirm {planned}")).await);
        w.does("/mms on acme").await;
        expect![[r#"
            op_2 has lapsed. Nothing was changed.
            Type the command again.
            Ref op_3"#]]
        .assert_eq(&w.says(&format!("/confirm {planned}")).await);
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn plan_lapses_when_the_clients_status_changed() {
    World::run(async |w| {
        let planned = op(&w.json("/addcredit mms acme 5000").await);
        w.does_as("local:bill", "/client suspend acme unpaid").await;
        let refused = w.json(&format!("/confirm {planned}")).await;
        assert_eq!(refused["code"], "plan_lapsed", "{refused}");
        assert_eq!(w.json(&format!("/confirm {planned}")).await["code"], "plan_over");
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn a_plan_bills_the_price_that_it_showed() {
    World::run(async |w| {
        let planned = op(&w.json("/addcredit mms acme 5000").await);
        w.does("/price set mms default 1:99.00").await;
        let done = w.json(&format!("/confirm {planned}")).await;
        assert_eq!(done["data"]["gross_minor"], 30_000, "{done}");
    });
}

#[test]
fn the_authors_and_the_approvers_rights_are_read_again_at_commit() {
    World::run(async |w| {
        let planned = op(&w.json_as("local:dana", "/addcredit sms acme 4000").await);
        w.does("/staff leave dana").await;
        let refused = w.json_as("local:bill", &format!("/approve {planned}")).await;
        assert_eq!(refused["status"], "refused", "{refused}");
        let planned = op(&w.json_as("local:bill", "/deductcredit mms acme 10 mistake").await);
        w.does("/role grant local:bill auditor").await;
        let refused = w.json_as("local:bill", &format!("/confirm {planned}")).await;
        assert_eq!(refused["code"], "not_allowed", "{refused}");
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn a_dry_run_of_a_confirmation_changes_nothing() {
    World::run(async |w| {
        let planned = op(&w.json("/deductcredit mms acme 10 mistake").await);
        expect![[r#"
            🔎 Dry run: would deduct 10 MMS credits from ACME Ltd (c_2)
            MMS 400 → 390 · by owner · reason: mistake
            Nothing was changed.
            /confirm op:op_1: runs it"#]]
        .assert_eq(&w.says(&format!("/confirm {planned} --dry-run")).await);
        assert_eq!(w.balance("acme").await, (2_000, 400));
        w.does(&format!("/confirm {planned}")).await;
    });
}

#[test]
fn what_waits_is_listed_for_everybody() {
    World::run(async |w| {
        assert!(w.says("/pending").await.contains("Nothing waits"));
        w.json("/deductcredit mms acme 10 mistake").await;
        w.json_as("local:dana", "/addcredit sms acme 4000").await;
        expect![[r#"
            2 requests wait
            1 · op_1 · ACME Ltd (c_2) −10 MMS
            waits for owner · by owner · until 23 Nov 2026 10:10 UTC
            2 · op_2 · ACME Ltd (c_2) +4,000 SMS
            waits for owner, Bill, Mona · by Dana · until 25 Nov 2026 00:00 UTC"#]]
        .assert_eq(&w.says_as("local:ann", "/pending").await);
        w.passes(SignedDuration::from_hours(24 * 7));
        w.local.sweep().await;
        assert!(w.says("/pending").await.contains("Nothing waits"));
    });
}

#[test]
fn an_owner_alone_does_a_day_later_what_nobody_else_can_approve() {
    World::run(async |w| {
        let added = op(&w.does("/addcredit mms acme 500").await);
        w.does("/deductcredit mms acme 900 used elsewhere").await;
        let asked = w.json(&format!("/correct {added} all spent:writeoff deducted:else")).await;
        assert_eq!(asked["status"], "planned", "{asked}");
        let asked = op(&asked);
        let up = w.json(&format!("/confirm {asked}")).await;
        assert_eq!(up["data"]["state"], "awaits_approval", "{up}");
        let own = w.json(&format!("/approve {asked}")).await;
        let alone = format!("/approve {asked} --alone");
        assert_eq!((&own["code"], &own["try"][1]), (&"own_plan".into(), &alone.clone().into()));
        assert_eq!(w.json(&alone).await["code"], "not_yet_alone");

        w.passes(SignedDuration::from_hours(24));
        let others = w.json(&alone).await;
        assert_eq!(others["code"], "others_can", "{others}");
        for name in ["Bill", "Mona"] {
            assert!(others["text"].as_str().unwrap().contains(name), "{others}");
            w.does(&format!("/staff leave {name}")).await;
        }
        let done = w.json(&alone).await;
        assert_eq!(done["status"], "ok", "{done}");
        let told = w.says(&format!("/history op:{asked}")).await;
        assert!(told.contains("alone: nobody else can"), "{told}");
    });
}

#[test]
fn whoever_asked_and_came_back_as_somebody_else_does_not_approve_it() {
    World::run(async |w| {
        let asked = op(&w.json_as("local:dana", "/addcredit sms acme 4000").await);
        w.does("/staff leave dana to:bill").await;
        w.does("/role grant local:dana2 manager Dana").await;
        w.does("/role grant local:dana manager same_as:local:dana2").await;
        for who in ["local:dana", "local:dana2"] {
            let no = w.json_as(who, &format!("/approve {asked}")).await;
            assert_eq!(no["code"], "own_plan", "{who}: {no}");
        }
        assert_eq!(w.balance("acme").await, (2_000, 400));
        w.does_as("local:mona", &format!("/approve {asked}")).await;
        // Of two of that name the one who is here is meant.
        let told = w.json("/history staff:local:dana").await;
        assert_eq!(told["status"], "ok", "{told}");
    });
}

#[test]
fn what_is_put_up_in_the_evening_can_be_approved_the_next_day() {
    World::run(async |w| {
        w.passes(SignedDuration::from_mins(13 * 60 + 55));
        let asked = op(&w.json_as("local:dana", "/addcredit sms acme 4000").await);
        w.passes(SignedDuration::from_hours(29));
        w.does_as("local:bill", &format!("/approve {asked}")).await;
    });
}

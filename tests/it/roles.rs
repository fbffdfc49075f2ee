//! Roles: default deny, and nobody above themselves.

use bot::command::Command;
use expect_test::expect;
use shared::kernel::actor::Role;

use crate::world::World;

const STAFF: [(&str, Role); 5] = [
    ("local:ann", Role::Auditor),
    ("local:dana", Role::Support),
    ("local:bill", Role::Billing),
    ("local:mona", Role::Manager),
    ("local:owner", Role::Owner),
];

#[test]
fn every_command_is_refused_below_its_role_and_not_from_it_on() {
    World::run(async |w| {
        for command in bot::commands::all() {
            let Some(needs) = command.role() else { continue };
            for (who, role) in STAFF {
                let said = w.json_as(who, &tried(command)).await;
                let refused = said["code"] == "not_allowed";
                assert_eq!(refused, role < needs, "{who}: {}: {said}", command.example);
            }
        }
    });
}

/// A command's example, without doing it.
fn tried(command: &Command) -> String {
    if command.is_write() {
        format!("{} --dry-run", command.example)
    } else {
        command.example.to_owned()
    }
}

#[test]
fn an_identity_that_is_nobodys_may_nothing() {
    World::run(async |w| {
        for command in bot::commands::all().filter(|command| command.operation().is_some()) {
            let said = w.json_as("local:stranger", &tried(command)).await;
            assert_eq!(said["code"], "not_linked", "{}: {said}", command.example);
        }
        expect![[r#"
            “local:stranger” is not linked to a staff member.
            Ask an owner to give you a role; the owner types: /role grant local:stranger support <name>
            Ref op_1"#]]
        .assert_eq(&w.says_as("local:stranger", "/balance acme").await);
        // A name that looks like somebody's is nobody's.
        assert_eq!(w.json_as("slack:T1:owner", "/whoami").await["code"], "not_linked");
        assert_eq!(w.json_as("local:Owner", "/whoami").await["code"], "not_linked");
    });
}

#[test]
fn a_role_is_given_to_a_new_identity_a_known_one_and_a_further_one() {
    World::run(async |w| {
        expect![[r#"
            ❓ Please confirm: make Eve Adams support
            role none → support · new login local:eve
            • It gives access.
            Nothing was changed yet. Expires 23 Nov 2026 10:10 UTC.
            /confirm op_1: confirms it
            /deny op_1: cancels it"#]]
        .assert_eq(&w.says("/role grant local:eve support Eve Adams").await);
        expect![[r#"
            ✅ Eve Adams (s_7) has the role support now
            Login: local:eve
            /staff leave s_7: ends the access again
            op_1"#]]
        .assert_eq(&w.says("y").await);
        expect![[r#"
            ✅ Eve Adams (s_7) has the role billing now
            Before: support
            /role grant s_7 support: gives the earlier role
            op_2"#]]
        .assert_eq(&w.says("/role grant local:eve billing").await);
        w.json("/role grant slack:T1:U99 billing same_as:local:eve").await;
        expect![[r#"
            ✅ Eve Adams (s_7) has the role billing now
            Login: slack:T1:U99
            /staff leave s_7: ends the access of all logins
            op_3"#]]
        .assert_eq(&w.says("y").await);
        expect![[r#"
            7 staff members
            s_1 · owner · owner
            local:owner
            s_2 · Dana · support
            local:dana
            s_3 · Bill · billing
            local:bill
            s_4 · Mona · manager
            local:mona
            s_5 · Ann · auditor
            local:ann
            s_6 · Sam · support
            slack:T1:U7
            s_7 · Eve Adams · billing
            local:eve, slack:T1:U99"#]]
        .assert_eq(&w.says("/role list").await);
        // A change reaches every identity at once.
        w.does("/role grant local:eve auditor").await;
        let said = w.json_as("slack:T1:U99", "/addcredit sms acme 10").await;
        assert_eq!(said["code"], "not_allowed", "{said}");
    });
}

#[test]
fn nobody_changes_their_own_role_and_the_last_owner_stays() {
    World::run(async |w| {
        expect![[r#"
            Nobody changes their own role or limits; ask another owner. Nothing was changed.
            /role list: shows who is an owner
            Ref op_1"#]]
        .assert_eq(&w.says("/role grant local:owner support").await);
        expect![[r#"
            Nobody changes their own role or limits; ask another owner. Nothing was changed.
            /role list: shows who is an owner
            Ref op_2"#]]
        .assert_eq(&w.says("/staff leave owner").await);
        w.does("/role grant local:eve owner Eve").await;
        w.does_as("local:eve", "/role grant local:owner manager").await;
        expect![[r#"
            Nobody changes their own role or limits; ask another owner. Nothing was changed.
            /role list: shows who is an owner
            Ref op_3"#]]
        .assert_eq(&w.says_as("local:eve", "/staff leave eve").await);
    });
}

#[test]
fn only_an_owner_gives_roles() {
    World::run(async |w| {
        expect![[r#"
            Your role (manager) may not do that; it needs owner. Nothing was changed.
            Ask an owner: /role list
            Ref op_1"#]]
        .assert_eq(&w.says_as("local:mona", "/role grant local:eve support Eve").await);
    });
}

#[test]
fn whoever_leaves_is_out_in_that_second_on_all_identities() {
    World::run(async |w| {
        w.does("/role grant slack:T1:U99 support same_as:local:dana").await;
        w.does("/client set manager acme dana").await;
        let planned = w.json_as("local:dana", "/addcredit sms acme 4000").await;
        w.json_as("local:mona", "/staff leave dana to:bill").await;
        expect![[r#"
            ✅ Dana (s_2) has left and has no access
            2 logins were disabled.
            Bill takes over the clients and 1 waiting request.
            /staff return s_2: gives the access back
            op_1"#]]
        .assert_eq(&w.says_as("local:mona", "y").await);
        expect![[r#"
            Dana has left and has no access.
            If that is a mistake, ask an owner.
            Ref op_2"#]]
        .assert_eq(&w.says_as("local:dana", "/whoami").await);
        assert_eq!(w.json_as("slack:T1:U99", "/whoami").await["code"], "left");
        let op = planned["op"].as_str().unwrap();
        assert!(w.says("/client view acme").await.contains("Bill"), "the clients were handed over");
        let own = w.json_as("local:bill", &format!("/approve {op}")).await;
        assert_eq!(own["code"], "own_plan", "{own}");
        expect![[r#"
            1 request waits
            1 · op_3 · ACME Ltd (c_2) +4,000 SMS
            waits for you, Mona · by Bill · until 25 Nov 2026 00:00 UTC
            To answer it, type /approve op_3 · /deny op_3"#]]
        .assert_eq(&w.says("/pending").await);
        let done = w.says_as("local:mona", &format!("/approve {op}")).await;
        assert!(done.contains("by Bill"), "{done}");
    });
}

#[test]
fn a_manager_may_not_remove_an_owner() {
    World::run(async |w| {
        w.does("/role grant local:eve owner Eve").await;
        expect![[r#"
            A manager may not remove an owner. Nothing was changed.
            Ask an owner: /role list
            Ref op_1"#]]
        .assert_eq(&w.says_as("local:mona", "/staff leave eve").await);
        assert_eq!(w.json_as("local:eve", "/whoami").await["status"], "ok");
    });
}

#[test]
fn everybody_can_see_who_they_are_and_what_is_left_today() {
    World::run(async |w| {
        w.does_as("local:dana", "/addcredit sms acme 1000").await;
        expect![[r#"
            You are Dana (s_2), support
            Here as local:dana
            paid adds
            without approval £250.00 · left today £2,500.00
            open adds and deducts
            without approval £100.00 · left today £952.00
            grants
            without approval £5.00 · left today £50.00"#]]
        .assert_eq(&w.says_as("local:dana", "/whoami").await);
    });
}

#[test]
fn the_owners_at_first_start_come_from_the_environment_and_later_ones_from_owners() {
    World::run_new(async |w| {
        expect![[r#"
            1 staff member
            s_1 · owner · owner
            local:owner"#]]
        .assert_eq(&w.says("/role list").await);
    });
}

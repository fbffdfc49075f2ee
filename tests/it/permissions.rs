//! The MMS gate: the platform's switch and each client's own, which inherits.

use expect_test::expect;

use crate::world::World;

async fn may(w: &World, client: &str) -> bool {
    let said = w.json(&format!("/addcredit mms {client} 50 from:house --dry-run")).await;
    match said["code"].as_str() {
        Some("mms_off") => false,
        Some("dry_run") => true,
        _ => panic!("{said}"),
    }
}

#[test]
fn billing_allows_mms_for_a_platform_and_nobody_below() {
    World::run_new(async |w| {
        w.does("/settings currency GBP").await;
        w.does("/role grant local:dana support Dana").await;
        w.does("/role grant local:bill billing Bill").await;
        expect![[r#"
            Your role (support) may not do that; it needs billing or more. Nothing was changed.
            Ask somebody with the role billing or more: /role list
            Ref op_1"#]]
        .assert_eq(&w.says_as("local:dana", "/mms allow c_1").await);
        expect![[r#"
            ✅ MMS is on for the platform of House (c_1)
            /mms on all of c_1: turns it on for all clients without their own setting
            /mms allow c_1 off: changes it back
            op_2"#]]
        .assert_eq(&w.says_as("local:bill", "/mms allow c_1").await);
        expect![[r#"
            MMS is on already for the platform of House. Nothing was changed.
            Ref op_3"#]]
        .assert_eq(&w.says_as("local:bill", "/mms allow c_1").await);
    });
}

#[test]
fn a_client_needs_both_switches() {
    World::run(async |w| {
        assert!(may(w, "acme").await);
        assert!(!may(w, "acme-mobile").await);
        w.does("/mms allow c_1 off").await;
        assert!(!may(w, "acme").await, "the platform’s switch is off");
        w.does("/mms allow c_1").await;
        assert!(may(w, "acme").await, "its own switch was kept");
    });
}

#[test]
fn one_switch_turns_it_on_for_all_clients_of_a_parent_also_later_ones() {
    World::run(async |w| {
        expect![[r#"
            ✅ MMS is on for all clients of Northern Bulk (c_4)
            It reaches 1 client.
            Clients with their own setting keep it.
            /mms off all of c_4: changes it back
            op_1"#]]
        .assert_eq(&w.says("/mms on all of northern").await);
        assert!(may(w, "quayside").await);
        w.does("/client new Tower Cars t@t.example login:tower parent:northern").await;
        w.does("/client activate tower").await;
        assert!(may(w, "tower").await, "a later client inherits");
        w.json("/mms off quayside").await;
        expect![[r#"
            ✅ MMS is off for Quayside Taxi (c_5)
            Credits are kept.
            /mms inherit c_5: changes it back
            op_2"#]]
        .assert_eq(&w.says("y").await);
        assert!(!may(w, "quayside").await);
        w.does("/mms off all of northern").await;
        assert!(!may(w, "tower").await);
        w.does("/mms on quayside").await;
        assert!(may(w, "quayside").await, "its own word counts more");
        w.json("/mms inherit quayside").await;
        expect![[r#"
            ✅ Quayside Taxi (c_5) follows its parent’s MMS setting
            It still cannot use MMS: the client follows c_4, which has MMS off for its clients.
            /mms on all of c_4: turns it on for them
            /mms on c_5: changes it back
            op_3"#]]
        .assert_eq(&w.says("y").await);
        assert!(!may(w, "quayside").await);
    });
}

#[test]
fn turning_mms_off_keeps_the_credits() {
    World::run(async |w| {
        w.json("/mms off acme").await;
        expect![[r#"
            ✅ MMS is off for ACME Ltd (c_2)
            Credits are kept.
            /mms on c_2: changes it back
            op_1"#]]
        .assert_eq(&w.says("y").await);
        assert_eq!(w.balance("acme").await, (2_000, 400));
        expect![[r#"
            ACME Ltd’s own MMS switch is off already. Nothing was changed.
            Ref op_2"#]]
        .assert_eq(&w.says("/mms off acme").await);
        expect![[r#"
            ACME Ltd (c_2)
            SMS 2,000
            MMS 400
            MMS is off: the client’s own switch is off.
            /mms on c_2: turns it on"#]]
        .assert_eq(&w.says("/balance acme").await);
    });
}

#[test]
fn switches_go_where_they_belong() {
    World::run(async |w| {
        expect![[r#"
            ACME Ltd is a user, and MMS is allowed for an admin’s whole platform: /mms allow c_1. For one client, use /mms on acme. Nothing was changed.
            /help mms allow: explains the command
            Ref op_1"#]].assert_eq(&w.says("/mms allow acme").await);
        expect![[r#"
            ACME Ltd is a user and has no clients: use /mms on acme. Nothing was changed.
            /help mms on: explains the command
            Ref op_2"#]]
        .assert_eq(&w.says("/mms on all of acme").await);
        expect![[r#"
            House is an admin: use /mms allow c_1 [off]. Nothing was changed.
            /help mms on: explains the command
            Ref op_3"#]]
        .assert_eq(&w.says("/mms on c_1").await);
        expect![[r#"
            ✅ MMS is on for Birch Bakery (c_6)
            /mms inherit c_6: changes it back
            op_4"#]]
        .assert_eq(&w.says("/mms on birch").await);
    });
}

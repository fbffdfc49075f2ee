//! `/cover`: a higher role until the end of a day.

use super::*;

fn cover(role: Option<Role>, until: Option<&str>) -> StaffAsk {
    let until = until.map(|day| day.parse().unwrap());
    StaffAsk::Cover { who: "dana".to_owned(), role, until }
}

#[test]
fn a_covered_role_holds_until_the_end_of_its_day_and_no_longer() {
    let mut desk = Desk::new();
    desk.add("olga", ACME, 1_000).unwrap();
    assert_eq!(code(desk.call("dana", "before", ACME, deduct(10, None))), "not_allowed");
    desk.call("olga", "c", ROOT, cover(Some(Role::Billing), Some("2026-11-24"))).unwrap();
    let took = plan(desk.call("dana", "during", ACME, deduct(10, None)).unwrap());
    desk.now = "2026-11-24T23:59:59Z".parse().unwrap();
    let late = plan(desk.call("dana", "late", ACME, deduct(11, None)).unwrap());
    desk.now = "2026-11-25T00:00:00Z".parse().unwrap();
    assert_eq!(code(desk.call("dana", "after", ACME, deduct(12, None))), "not_allowed");
    // What was planned by a right that is gone by now lapses.
    assert_eq!(code(desk.confirm("dana", &late.op)), "not_allowed");
    assert_eq!(code(desk.confirm("dana", &took.op)), "plan_over");
    assert_eq!(desk.mms(ACME), 1_000);
}

#[test]
fn covering_is_an_owners_own_act_with_bounds() {
    let mut desk = Desk::new();
    assert_eq!(code(desk.call("mona", "m", ROOT, cover(Some(Role::Billing), None))), "not_allowed");
    assert_eq!(code(desk.call("olga", "o", ROOT, cover(Some(Role::Owner), None))), "invalid");
    assert_eq!(code(desk.call("olga", "s", ROOT, cover(Some(Role::Support), None))), "no_change");
    let far = cover(Some(Role::Billing), Some("2027-01-01"));
    assert_eq!(code(desk.call("olga", "f", ROOT, far)), "invalid");
    let past = cover(Some(Role::Billing), Some("2026-11-22"));
    assert_eq!(code(desk.call("olga", "p", ROOT, past)), "invalid");
    let own = StaffAsk::Cover { who: "olga".to_owned(), role: Some(Role::Manager), until: None };
    assert_eq!(code(desk.call("olga", "own", ROOT, own)), "own_role");
    assert_eq!(code(desk.call("olga", "n", ROOT, cover(None, None))), "no_change");
    desk.call("olga", "y", ROOT, cover(Some(Role::Billing), None)).unwrap();
    desk.does("olga", "end", ROOT, cover(None, None));
    assert_eq!(code(desk.call("dana", "d", ACME, deduct(1, None))), "not_allowed");
}

#[test]
fn a_role_never_follows_from_half_a_name() {
    let mut desk = Desk::new();
    let hire = StaffAsk::RoleGrant {
        who: "slack:T1:U9".to_owned(),
        role: Role::Support,
        name: Some("Dana Reyes".to_owned()),
        same_as: None,
    };
    desk.does("olga", "hire", ROOT, hire);
    let leave = |who: &str| StaffAsk::StaffLeave { who: who.to_owned(), hand_to: None };
    assert_eq!(
        code(desk.call("olga", "d", ROOT, leave("d"))),
        "unknown_staff",
        "two begin with it"
    );
    for (who, what) in [("dana", "it begins another name"), ("reyes", "a part of a name")] {
        let asked = plan(desk.call("olga", who, ROOT, leave(who)).unwrap());
        let [Question::NameBeginsOthers { .. } | Question::ByPrefix { .. }, Question::TakesAccess] =
            asked.questions.as_slice()
        else {
            panic!("{what}: {:?}", asked.questions)
        };
    }
    assert!(desk.everybody().iter().all(|staff| staff.active));
}

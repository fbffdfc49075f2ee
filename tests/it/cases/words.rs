//! Words, lists and people.

use bot::chat::ReplyStatus;

use crate::world::World;

#[test]
fn history_of_a_refusal_shows_the_typed_line_and_the_client_by_name() {
    World::run(async |w| {
        w.json_as("local:bill", "/deductcredit mms acme 100000 too many").await;

        let history = w.says("/history acme").await;

        assert!(history.contains("/deductcredit mms acme 100000 \"too many\" — "), "{history}");
        assert!(history.contains("ACME Ltd has 400 MMS credits"), "{history}");
        assert!(history.contains("Bill · refused"), "{history}");
        assert_eq!(w.balance("acme").await, (2000, 400));
    });
}

#[test]
fn history_of_a_waiting_change_states_the_change_and_never_an_id_alone() {
    World::run(async |w| {
        w.json_as("local:bill", "/deductcredit mms acme 5 slip").await;

        let history = w.says("/history acme").await;

        assert!(history.contains("Bill · waiting"), "{history}");
        assert!(
            history.contains("−5 MMS for ACME Ltd (c_2) (400 → 395): slip: needs a confirmation"),
            "{history}"
        );
        assert!(!history.contains("op_1 waits"), "{history}");
        assert_eq!(w.balance("acme").await, (2000, 400));
    });
}

#[test]
fn history_of_a_denied_change_states_the_change() {
    World::run(async |w| {
        let asked = w.json_as("local:dana", "/addcredit mms acme 90000 reason:event").await;
        let op = asked["op"].as_str().unwrap().to_owned();
        w.does_as("local:mona", &format!("/deny {op} too much")).await;

        let history = w.says("/history acme").await;

        assert!(history.contains("denied (too much): +90,000 MMS for ACME Ltd (c_2)"), "{history}");
        assert_eq!(w.balance("acme").await, (2000, 400));
    });
}

#[test]
fn history_filters_by_refusal_role_and_amount() {
    World::run(async |w| {
        w.does_as("local:dana", "/addcredit mms acme 60").await;
        w.does_as("local:bill", "/addcredit mms acme 300").await;
        w.json_as("local:dana", "/deductcredit mms acme 1 no").await;

        let lines = async |filter: &str| {
            let reply = w.json(&format!("/history acme {filter}")).await;
            let lines = reply["data"]["lines"].as_array().unwrap().clone();
            lines.iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };

        let [refusal] = &lines("refused").await[..] else { panic!("one refusal") };
        assert!(refusal.contains("needs billing or more"), "{refusal}");
        let billing = lines("role:billing").await;
        assert!(billing.iter().all(|text| text.contains("+300 MMS")), "{billing:?}");
        assert_eq!(billing.len(), 1);
        let large = lines("above:299").await;
        assert!(large.len() == 1 && large[0].contains("+300 MMS"), "{large:?}");
        assert!(lines("above:300").await.is_empty(), "above is more, not as many");
    });
}

#[test]
fn history_as_a_file_has_a_row_for_each_line_and_no_formula() {
    World::run(async |w| {
        w.json_as("local:bill", "/deductcredit mms acme 100000 =1+1").await;

        let reply = w.said_as("local:owner", "/history acme csv").await;

        let file = reply.attachment.expect("a file");
        assert_eq!(file.name, "history-since-2026-11-16.csv");
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(text.starts_with("at,staff,name,outcome,client,client_name,typed,text,"), "{text}");
        assert!(text.contains(",Bill,refused,c_2,ACME Ltd,"), "{text}");
        assert_eq!(text.lines().count(), 2);
    });
}

#[test]
fn history_masks_typed_telephone_numbers_and_addresses() {
    World::run(async |w| {
        let line = "/client new Zeta zeta@zeta.example mobile:+447400999888 parent:nobody";
        assert_ne!(w.said_as("local:dana", line).await.status, ReplyStatus::Ok);

        let history = w.says("/history").await;

        assert!(history.contains("/client new Zeta"), "{history}");
        assert!(!history.contains("zeta@zeta.example") && !history.contains("447400999888"));
    });
}

use super::*;

fn values(line: &str) -> Vec<String> {
    match wanted(line, line.len()) {
        Wanted::These(found) => found.into_iter().map(|c| c.value).collect(),
        Wanted::LookedUp { what: LookUp { source, text, .. }, span, options } => {
            let options = options.into_iter().map(|c| c.value);
            [format!("{} {text} {span:?}", source.name())].into_iter().chain(options).collect()
        }
    }
}

#[test]
fn commands_and_subcommands_complete() {
    assert_eq!(values("addc"), ["addcredit"]);
    assert_eq!(values("/addc"), ["/addcredit"]);
    assert_eq!(values("addcredit "), ["sms", "mms"]);
    assert_eq!(values("desk client s"), ["suspend", "set"]);
    assert_eq!(values("client set e"), ["email"]);
    assert_eq!(values("nonsense "), Vec::<String>::new());
}

#[test]
fn clients_complete_up_to_the_amount() {
    assert_eq!(values("addcredit mms ac"), ["client ac 14..16"]);
    assert_eq!(values("addcredit mms northern ev"), ["client northern ev 14..25"]);
    assert_eq!(values("addcredit mms acme 500 mon"), Vec::<String>::new());
    assert_eq!(values("addcredit mms 嵐"), ["client 嵐 14..17"]);
    assert_eq!(values("balance \"northern e"), ["client northern e 8..19"]);
}

#[test]
fn parameters_and_choices_complete() {
    assert_eq!(values("addcredit mms acme 500 pa"), ["paid:"]);
    assert_eq!(values("addcredit mms acme 500 --d"), ["--dry_run"]);
    assert_eq!(values("list clients sort:"), ["mms", "sms", "name"]);
    assert_eq!(values("list clients sort:s"), ["sms"]);
    assert_eq!(values("statement acme m"), ["mms"]);
    assert_eq!(values("role grant dana o"), ["owner"]);
    assert_eq!(values("addcredit mms acme 500 paid:x pa"), Vec::<String>::new());
}

#[test]
fn any_position_of_any_line_can_be_asked_about() {
    for line in ["/addcredit mms “é” 5", "", " ", "\"", "a:b --c=d", "client set manager é "]
    {
        for position in 0..=line.len().saturating_add(2) {
            let _ = wanted(line, position);
        }
    }
}

#[test]
fn staff_operations_and_invoices_complete() {
    assert_eq!(values("role grant d"), ["staff d 11..12"]);
    assert_eq!(values("undo op"), ["op op 5..7"]);
    assert_eq!(values("approve "), ["plan_to_approve  8..8"]);
    assert_eq!(values("invoice view i"), ["invoice i 13..14"]);
    let line = "deductcredit mms acme 50 slip invoice:I";
    assert_eq!(values(line), ["invoice I 38..39"]);
    let Wanted::LookedUp { what, .. } = wanted(line, line.len()) else { panic!("{line}") };
    assert_eq!(what.client.as_deref(), Some("acme"));
}

#[tokio::test]
async fn a_looked_up_value_is_put_in() {
    let look_up = |what: LookUp| async move {
        assert_eq!((what.source, what.text.as_str()), (Source::Clients, "ac"));
        vec![Choice { label: "ACME Ltd · c_7".to_owned(), value: "acme".to_owned() }]
    };
    let found = complete("balance ac", 10, look_up).await;
    assert_eq!(
        found,
        [Completion { value: "acme".into(), about: "ACME Ltd · c_7".into(), span: 8..10 }]
    );
}

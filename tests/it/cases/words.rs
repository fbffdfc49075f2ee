//! Words, lists and people.

use bot::chat::ReplyStatus;
use bot::complete::{LookUp, looked_up};
use bot::interaction::{Interaction, Reaction, Says};
use bot::view::{Span, View};
use shared::kernel::id::CallKey;

use crate::world::{World, identity};

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
fn history_of_a_waiting_change_of_any_sort_states_it_with_names() {
    World::run(async |w| {
        w.json("/client suspend acme three invoices are overdue").await;
        w.json("/settings tax 17.5%").await;
        w.json("/price set sms acme 1:5.00").await;
        w.json("/staff leave dana to:bill").await;
        w.json("/mms off acme").await;

        let history = w.says("/history").await;
        for line in [
            "suspend ACME Ltd (c_2): three invoices are overdue: needs a confirmation",
            "settings: tax: 17.5 %: needs a confirmation",
            "SMS prices for ACME Ltd (c_2): needs a confirmation",
            "end of Dana’s access: needs a confirmation",
            "MMS off for ACME Ltd (c_2): needs a confirmation",
        ] {
            assert!(history.contains(line), "{line} is not in {history}");
        }
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
        w.json_as("local:dana", "/deductcredit mms acme 1 mistake").await;

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

/// A line from a platform, with the name of its profile.
async fn from_platform(w: &World, from: &str, profile: &str, line: &str) -> String {
    let interaction = Interaction {
        from: identity(from),
        profile: Some(profile.to_owned()),
        at: None,
        key: CallKey::new("test", format!("{from} {line}")),
        says: Says::Line(line.to_owned()),
    };
    match w.local.chat().hear(&interaction).await {
        Reaction::Reply(reply) => reply.view.plain(),
        Reaction::Form(form) => panic!("a form: {form:?}"),
    }
}

#[test]
fn staff_without_a_name_is_called_by_the_profile_and_never_by_an_id() {
    World::run(async |w| {
        w.does("/role grant slack:T1:U0456DEF owner").await;
        assert!(w.says("/role list").await.contains("Staff member 7"));

        let whoami = from_platform(w, "slack:T1:U0456DEF", "Rosa Diaz", "/whoami").await;

        assert!(whoami.contains("Rosa Diaz") && !whoami.contains("Staff member"), "{whoami}");
        let roles = w.says("/role list").await;
        assert!(roles.contains("Rosa Diaz · owner"), "{roles}");
        let later = from_platform(w, "slack:T1:U0456DEF", "Rosa Novak", "/whoami").await;
        assert!(later.contains("Rosa Diaz"), "a person who has a name keeps it: {later}");
    });
}

#[test]
fn profile_name_of_a_colleague_is_not_taken() {
    World::run(async |w| {
        w.does("/role grant slack:T1:U0456DEF support").await;

        let whoami = from_platform(w, "slack:T1:U0456DEF", "Mona", "/whoami").await;

        assert!(whoami.contains("Staff member 7"), "{whoami}");
    });
}

#[test]
fn staff_set_name_renames_everywhere_and_refuses_a_colleagues_name() {
    World::run(async |w| {
        w.does("/staff set name dana \"Dana Smith\"").await;
        w.does_as("local:dana", "/addcredit mms acme 60").await;

        assert!(w.says("/history acme").await.contains("Dana Smith · done"));
        let refused = w.says("/staff set name dana Mona").await;
        assert!(refused.contains("Mona (s_4) is called that already."), "{refused}");
        let refused = w.json_as("local:mona", "/staff set name dana Boss").await;
        assert_eq!(refused["status"], "refused");
    });
}

#[test]
fn addresses_are_whole_for_support_and_masked_for_auditors() {
    World::run(async |w| {
        w.does("/client set mobile acme +44 7400 123456").await;

        let whole = w.says_as("local:dana", "/client view acme").await;
        assert!(whole.contains("ops@acme.example") && whole.contains("+447400123456"), "{whole}");

        let masked = w.json_as("local:ann", "/client view acme").await;
        assert_eq!(masked["data"]["email"], "o•••@acme.example");
        assert_eq!(masked["data"]["mobile"], "+44•••••3456");
        assert!(!masked["text"].as_str().unwrap().contains("ops@"), "{masked}");

        let public = w.said_as("local:owner", "/client set email acme new@acme.example").await;
        assert!(public.view.public && !public.view.plain().contains("new@acme.example"));
    });
}

#[test]
fn client_card_shows_the_balance_first_and_five_buttons_of_which_none_changes_anything() {
    World::run(async |w| {
        let card = w.said_as("local:dana", "/client view acme").await.view;

        assert_eq!(card.lines[0].spans(), [Span::Strong("SMS 2,000".to_owned())]);
        assert_eq!(card.lines[1].spans(), [Span::Strong("MMS 400".to_owned())]);
        let buttons = |view: &View| -> Vec<String> {
            view.suggestions.iter().chain(&view.offers).map(|one| one.label().to_owned()).collect()
        };
        assert_eq!(buttons(&card), ["Statement", "Invoices", "Add MMS…", "Add SMS…", "More"]);

        let more = w.said_as("local:dana", "/client view c_2 --more").await.view;
        for one in card.offers.iter().chain(&more.offers).chain(&card.suggestions) {
            let writes = ["/mms", "/client activate", "/client suspend", "/deductcredit"];
            let is_write = writes.iter().any(|line| one.line.starts_with(line));
            let is_safe = one.line.contains('<') || one.line.ends_with("--dry-run");
            assert!(!is_write || is_safe, "{} acts on one tap", one.line);
        }
        assert!(buttons(&more).contains(&"Suspend…".to_owned()), "{:?}", buttons(&more));
        let off = w.says("/client view c_3").await;
        assert!(off.contains("MMS is off") && off.contains("turn it on: /mms on c_3"), "{off}");
    });
}

#[test]
fn clients_are_found_by_town_and_email_domain() {
    World::run(async |w| {
        assert!(w.says("/client find york").await.contains("Birch Bakery"));
        assert!(w.says("/client find quayside.example").await.contains("Quayside Taxi"));
        assert!(w.says("/balance quayside.example").await.contains("Quayside Taxi (c_5)"));
    });
}

#[test]
fn lists_take_a_reseller_and_fit_a_low_screen() {
    World::run(async |w| {
        let of = w.json("/list clients of:northern").await;
        let clients = of["data"]["clients"].as_array().unwrap();
        assert_eq!(clients.len(), 1);
        assert_eq!(clients[0]["name"], "Quayside Taxi");
        assert_eq!(of["data"]["of"], "c_4");
        let said = w.says("/list users of:northern").await;
        assert!(said.contains("1 user of Northern Bulk (c_4)"), "{said}");
        let refused = w.says("/list clients of:nobody").await;
        assert!(refused.contains("No client matches “nobody”"), "{refused}");

        let low = w.local.chat().clone().with_rows(3);
        let key = CallKey::new("local", "low");
        let page = low.line(&identity("local:owner"), key, "/list clients").await.view;
        assert_eq!(page.table.as_ref().unwrap().rows.len(), 3);
        let next = &page.suggestions[0].line;
        let key = CallKey::new("local", "low-2");
        let page = low.line(&identity("local:owner"), key, next).await.view;
        assert_eq!(page.table.unwrap().rows.len(), 2, "the other two of five");
    });
}

#[test]
fn help_begins_with_the_ten_commands_of_the_callers_role() {
    World::run(async |w| {
        let first = async |who: &str| {
            let help = w.said_as(who, "/help").await.view;
            let rows = help.table.unwrap().rows;
            rows.iter().take(10).map(|row| row[0].plain()).collect::<Vec<_>>()
        };

        let support = first("local:dana").await;
        assert!(support.iter().any(|line| line.starts_with("/addcredit mms")), "{support:?}");
        assert!(!support.iter().any(|line| line.starts_with("/deductcredit")), "{support:?}");
        let billing = first("local:bill").await;
        assert!(billing.iter().any(|line| line.starts_with("/deductcredit")), "{billing:?}");
        let stranger = w.says_as("local:stranger", "/help").await;
        assert!(stranger.contains("Tasks: look"), "{stranger}");
    });
}

#[test]
fn completion_offers_staff_invoices_and_own_operations() {
    World::run(async |w| {
        let add = w.does_as("local:dana", "/addcredit mms acme 60").await;
        let complete = async |line: &str| {
            let by = identity("local:dana");
            let look_up = async |what: LookUp| looked_up(w.local.chat(), &by, &what).await;
            let found = bot::complete::complete(line, line.len(), look_up).await;
            found.into_iter().map(|one| one.value).collect::<Vec<_>>()
        };

        assert_eq!(complete("/undo ").await, [add["op"].as_str().unwrap()]);
        assert!(complete("/invoice view INV-2-").await.contains(&"INV-2-0003".to_owned()));
        assert_eq!(complete("/cover mo").await, ["s_4"]);
        let after = complete("/deductcredit mms acme 5 slip invoice:I").await;
        assert!(after.contains(&"INV-2-0003".to_owned()), "{after:?}");
    });
}

#[test]
fn setup_sets_what_is_missing_and_shows_the_rest() {
    World::run_new(async |w| {
        let before = w.says("/status").await;
        assert!(before.contains("No currency is set: /settings currency GBP"), "{before}");
        assert!(before.contains("/setup: asks for the missing settings"), "{before}");

        let form = w.said_as("local:owner", "/setup").await.view;
        assert_eq!(form.headline.plain(), "6 settings are missing");
        assert_eq!(form.offers[0].label(), "Set up");

        let line = "/setup currency:GBP sms_price:40.00 seller:\"Brightline Ltd\" tax:20%";
        let after = w.said_yes("local:owner", line).await.view;

        assert_eq!(after.headline.plain(), "2 settings are missing", "{}", after.plain());
        let settings = w.says("/settings show").await;
        assert!(settings.contains("Brightline Ltd") && settings.contains("GBP"), "{settings}");
        assert!(w.says("/price show").await.contains("40.00"));
    });
}

#[test]
fn setup_shows_each_price_before_and_after_and_the_next_confirm_answers_its_question() {
    World::run_new(async |w| {
        let set = w.says("/setup currency:GBP sms_price:40.00 tax:20").await;
        assert!(set.contains("SMS prices are set for all clients"), "{set}");
        assert!(set.contains("per 1,000 from 1 credit on: none → 40.00"), "{set}");
        assert!(!set.contains("changes it back"), "{set}");

        let asked = w.json("/setup sms_price:0.04").await;
        let text = asked["text"].as_str().unwrap();
        assert!(text.starts_with("1 change waits for an answer"), "{text}");
        assert!(text.contains("per 1,000 from 1 credit on: 40.00 → 0.04 (-99%)"), "{text}");
        assert_eq!(w.json("/confirm").await["status"], "ok");
        assert!(w.says("/price show").await.contains("0.04"));

        w.json("/setup mms_price:50.00").await;
        let asked = w.says("/setup sms_price:60.00 mms_price:0.05").await;
        assert!(asked.starts_with("2 changes wait for an answer"), "{asked}");
        assert!(asked.contains("/confirm lists the open questions by number"), "{asked}");
        let listed = w.json("/confirm").await;
        assert_eq!(listed["data"]["total"], 2, "{listed}");
        assert_eq!(w.json("/confirm 1").await["status"], "ok");

        let refused = w.says("/setup sms_price:40p").await;
        assert!(refused.contains("“40p” is not a price"), "{refused}");
    });
}

#[test]
fn setup_by_support_changes_nothing() {
    World::run_new(async |w| {
        w.does("/role grant local:dana support Dana").await;

        let refused = w.json_as("local:dana", "/setup currency:GBP").await;

        assert_eq!(refused["status"], "refused");
        assert!(w.says("/status").await.contains("No currency is set"));
    });
}

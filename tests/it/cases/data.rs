//! Data in and out: taxes, references, currencies, emails, days, files, names.

use jiff::Timestamp;

use crate::world::World;

fn to(w: &World, moment: &str) {
    let moment: Timestamp = moment.parse().unwrap();
    w.passes(moment.duration_since(w.local.clock().now()));
}

#[test]
fn budget_begins_at_midnight_in_the_zone_of_the_desk() {
    World::run(async |w| {
        w.does("/settings zone America/New_York").await;
        let budget = async || w.says_as("local:dana", "/whoami").await;
        to(w, "2026-11-23T23:30:00Z");
        let whole = budget().await;
        w.does_as("local:dana", "/addcredit sms acme 500").await;
        let spent = budget().await;
        assert_ne!(without_ops(&whole), without_ops(&spent));

        to(w, "2026-11-24T00:30:00Z");
        assert_eq!(without_ops(&budget().await), without_ops(&spent), "it is still Monday there");
        assert_eq!(w.balance("acme").await, (2_500, 400));

        to(w, "2026-11-24T05:30:00Z");
        assert_eq!(without_ops(&budget().await), without_ops(&whole), "Tuesday has begun there");

        // The last operation of the day before is still found.
        w.does_as("local:dana", "/undo").await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

fn without_ops(text: &str) -> String {
    text.lines().filter(|line| !line.contains("op_")).collect::<Vec<_>>().join("\n")
}

#[test]
fn tax_has_up_to_five_decimals_and_is_rounded_half_up_on_the_net() {
    World::run(async |w| {
        for (typed, rate) in [("20%", "20"), ("8.87512%", "8.87512"), ("9.975%", "9.975")] {
            let said = w.said_yes("local:owner", &format!("/settings tax {typed}")).await;
            let text = said.view.plain();
            // It is 20 % already.
            assert_eq!(said.status.word(), if rate == "20" { "refused" } else { "ok" }, "{text}");
            assert!(rate == "20" || text.contains(&format!("{rate} %")), "{text}");
        }
        for wrong in ["9.9751234", "100.00001", "-1", "1e1"] {
            let said = w.json(&format!("/settings tax {wrong}")).await;
            assert_eq!(said["status"], "usage", "{wrong}: {said}");
        }

        // 1,500 at 40.00 are 60.00; 9.975 % of it is 5.985.
        let added = w.does("/addcredit sms acme 1500").await;

        let invoice = added["data"]["invoice"].as_str().unwrap();
        let view = w.says(&format!("/invoice view {invoice}")).await;
        assert!(view.contains("net £60.00 · tax 9.975 %: £5.99 · gross £65.99"), "{view}");
        assert_eq!(w.balance("acme").await, (3_500, 400));
    });
}

#[test]
fn references_are_equal_only_up_to_letter_case_and_outer_space() {
    World::run(async |w| {
        w.does("/addcredit sms acme 801 paid:1-23").await;
        w.does("/addcredit sms acme 802 paid:12-3").await;
        w.does("/addcredit sms acme 803 paid:123").await;
        w.does("/addcredit sms acme 804 paid:TX-7a").await;
        for same in ["tx-7A", "\" TX-7A \""] {
            let said = w.json(&format!("/addcredit sms acme 805 paid:{same}")).await;
            assert_eq!(
                (&said["status"], &said["code"]),
                (&"refused".into(), &"reference_used".into())
            );
        }
        w.does("/addcredit sms acme 806 paid:TX7a").await;
        assert_eq!(w.balance("acme").await, (2_000 + 801 + 802 + 803 + 804 + 806, 400));
    });
}

#[test]
fn currency_is_in_circulation_and_scales_the_limits() {
    World::run_new(async |w| {
        for wrong in ["XTS", "XXX", "XAU", "XDR", "CHE", "CLF", "USN", "HRK", "ZWL", "ABC"] {
            let said = w.json(&format!("/settings currency {wrong}")).await;
            assert_eq!(said["status"], "refused", "{wrong}: {said}");
        }

        w.does("/settings currency JPY").await;

        let settings = w.says("/settings show").await;
        for line in ["paid JPY 25,000 · open JPY 10,000 · grant JPY 500", "paid JPY 1,000,000"] {
            assert!(settings.contains(line), "{settings}");
        }
    });
}

#[test]
fn email_follows_its_syntax_and_may_have_an_international_domain() {
    World::run(async |w| {
        let long = format!("{}@x.example", "a".repeat(65));
        for wrong in
            [".a@x.example", "a..b@x.example", &long, "a@-x.example", "a@x", "a@x-.example"]
        {
            let said = w.json(&format!("/client set email acme {wrong}")).await;
            assert_ne!(said["status"], "ok", "{wrong}: {said}");
            let made = w.json(&format!("/client new Harvest Foods {wrong}")).await;
            assert_ne!(made["status"], "ok", "{wrong}: {made}");
        }

        w.does("/client set email acme kontakt@münchen.example").await;

        let again = w.json("/client set email acme kontakt@xn--mnchen-3ya.example").await;
        assert_eq!(again["code"], "no_change", "one address has one form: {again}");
    });
}

#[test]
fn statement_file_has_a_mark_and_no_formula_behind_any_separator() {
    World::run(async |w| {
        w.does("/deductcredit sms acme 5 hello;=1+1").await;
        w.does("/deductcredit sms acme 6 \"hi, =2+2\"").await;
        w.does("/deductcredit sms acme 7 \"＝3+3\"").await;

        let said = w.said_as("local:owner", "/statement acme csv").await;

        let file = String::from_utf8(said.attachment.unwrap().bytes).unwrap();
        assert!(file.starts_with("\u{feff}entry,at,op,"), "{file}");
        for cell in ["hello;'=1+1", "hi,' =2+2", "'=3+3"] {
            assert!(file.contains(cell), "{cell} is not in {file}");
        }
        assert_eq!(w.balance("acme").await, (1_982, 400));
    });
}

#[test]
fn names_keep_joiners_and_lose_tags() {
    World::run(async |w| {
        for (number, name) in
            ["شرکت می\u{200c}خواهم", "👩\u{200d}🔧 Ltd", "क्\u{200d}ष"].iter().enumerate()
        {
            let line =
                format!("/client new \"{name}\" hi{number}@names.example login:joined{number}");
            w.does(&line).await;
            let card = w.says(&format!("/client view joined{number}")).await;
            assert!(card.contains(name), "{card:?}");
        }
        w.does("/client new \"Tag\u{e0041}ged\" tag@names.example login:tagged").await;
        let card = w.says("/client view tagged").await;
        assert!(card.contains("Tagged"), "{card:?}");
    });
}

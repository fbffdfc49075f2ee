//! Prices and settings: who sees which price from when on, and what an invoice freezes.

use expect_test::expect;
use jiff::SignedDuration;

use crate::world::World;

#[test]
fn the_nearest_price_wins() {
    World::run(async |w| {
        w.does("/price set sms northern 1:30.00").await;
        w.does("/price set sms quayside 1:25.00").await;
        let gross = async |client: &str| {
            let line = format!("/addcredit sms {client} 1000 from:house --dry-run");
            w.json(&line).await["data"]["gross_minor"].clone()
        };
        assert_eq!(gross("quayside").await, 3_000, "its own");
        w.does("/client new Tower Cars t@t.example login:tower parent:northern").await;
        w.does("/client activate tower").await;
        assert_eq!(gross("tower").await, 3_600, "its reseller’s");
        assert_eq!(
            w.json("/addcredit sms acme 1000 --dry-run").await["data"]["gross_minor"],
            4_800
        );
        expect![[r#"
            Prices for Quayside Taxi (c_5)
            Per 1,000 credits, without tax
            SMS · own · now: £25.00 per 1,000 (£0.025 each)
            SMS · c_4 · now: £30.00 per 1,000 (£0.03 each)
            SMS · default · now: £40.00 per 1,000 (£0.04 each); from 10,000 credits £35.00 (£0.035 each)
            MMS · default · now: £50.00 per 1,000 (£0.05 each); from 10,000 credits £45.00 (£0.045 each)"#]]
        .assert_eq(&w.says("/price show quayside").await);
        expect![[r#"
            Prices for all clients without their own prices
            Per 1,000 credits, without tax
            SMS · default · now: £40.00 per 1,000 (£0.04 each); from 10,000 credits £35.00 (£0.035 each)
            MMS · default · now: £50.00 per 1,000 (£0.05 each); from 10,000 credits £45.00 (£0.045 each)"#]]
        .assert_eq(&w.says("/price show").await);
    });
}

#[test]
fn a_price_holds_from_its_day_on() {
    World::run(async |w| {
        let asked = w.says("/price set mms default 1:60.00 from:2026-12-01").await;
        assert!(asked.contains("own prices from 1 Dec 2026 on"), "{asked}");
        expect![[r#"
            ✅ MMS prices are set for all clients without their own prices
            Per 1,000 credits, without tax
            MMS · default · now: £50.00 per 1,000 (£0.05 each); from 10,000 credits £45.00 (£0.045 each)
            MMS · default · from 1 Dec 2026: £60.00 per 1,000 (£0.06 each)
            per 1,000 from 1 credit on: 50.00 → 60.00 (+20%)
            per 1,000 from 10,000 credits on: 45.00 → 60.00 (+33%)
            Up to 5 clients buy at these prices.
            /price set mms default 1:50.00 10000:45.00: restores the earlier prices
            op_1"#]]
        .assert_eq(&w.says("y").await);
        let gross = async || {
            w.json("/addcredit mms acme 1000 --dry-run").await["data"]["gross_minor"].clone()
        };
        assert_eq!(gross().await, 6_000);
        w.passes(SignedDuration::from_hours(24 * 8));
        assert_eq!(gross().await, 7_200);
    });
}

#[test]
fn removed_own_prices_let_the_default_prices_hold() {
    World::run(async |w| {
        let set = w.says("/price set sms quayside 1:40.00").await;
        assert!(set.contains("/price remove sms c_5"), "{set}");
        expect![[r#"
            ✅ SMS prices are removed for Quayside Taxi (c_5)
            Per 1,000 credits, without tax
            SMS · own · now: no prices of its own
            per 1,000 from 1 credit on: 40.00 → 40.00 (+0%)
            per 1,000 from 10,000 credits on: 40.00 → 35.00 (-12%)
            1 client buys at these prices.
            /price set sms c_5 1:40.00: restores the earlier prices
            op_2"#]]
        .assert_eq(&w.says("/price remove sms quayside").await);
        let shown = w.says("/price show quayside").await;
        assert!(shown.contains("SMS · own · now: no prices of its own"), "{shown}");
        expect![[r#"
            Quayside Taxi has no SMS prices of its own. Nothing was changed.
            Ref op_3"#]]
        .assert_eq(&w.says("/price remove sms quayside").await);
        expect![[r#"
            No client matches “default”. Nothing was changed.
            /client find def: searches all clients
            /client new <name> <email>: makes a new client
            Ref op_4"#]]
        .assert_eq(&w.says("/price remove sms default").await);
        w.does("/price set sms quayside 1:25.00").await;
    });
}

#[test]
fn what_is_no_price_is_refused() {
    World::run(async |w| {
        for steps in
            ["0:50", "5:50", "1:-50", "1:50.001", "1:fifty", "1:50 1:40", "10000:45 1:50", ""]
        {
            let said = w.json(&format!("/price set sms default {steps}")).await;
            assert!(
                matches!(said["status"].as_str(), Some("usage" | "refused")),
                "{steps}: {said}"
            );
        }
        expect![[r#"
            The first step must begin at 1 credit, now 1:40.00: a new list replaces all steps. Nothing was changed.
            /help price set sms: explains the command
            Ref op_1"#]]
        .assert_eq(&w.says("/price set sms default 5:50").await);
        expect![[r#"
            “50.001” has more decimals than GBP has (2). Nothing was changed.
            /help price set sms: explains the command
            Ref op_2"#]]
        .assert_eq(&w.says("/price set sms default 1:50.001").await);
    });
}

#[test]
fn the_currency_is_set_once() {
    World::run_new(async |w| {
        expect![[r#"
            The desk’s currency is not set yet. Nothing was changed.
            Prices need it. An owner sets it, once.
            /settings currency GBP: sets it (or EUR, USD …)
            Ref op_1"#]]
        .assert_eq(&w.says("/price set sms default 1:10").await);
        expect![[r#"
            “XYZ” is no currency in circulation, such as GBP. Nothing was changed.
            /help settings currency: explains the command
            Ref op_2"#]]
        .assert_eq(&w.says("/settings currency XYZ").await);
        expect![[r#"
            ✅ Changed the settings: currency: GBP
            op_3"#]]
        .assert_eq(&w.says("/settings currency gbp").await);
        w.does("/price set sms default 1:10").await;
        w.does("/client new ACME Ltd a@a.example").await;
        w.does("/client activate acmeltd").await;
        w.does("/addcredit sms acmeltd 100").await;
        expect![[r#"
            The desk’s currency is set already, and prices and invoices are in it. Nothing was changed.
            /help settings currency: explains the command
            Ref op_4"#]].assert_eq(&w.says("/settings currency EUR").await);
    });
}

#[test]
fn an_invoice_keeps_the_tax_and_seller_of_its_day() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        w.does("/settings tax 5%").await;
        w.does("/settings seller Other Ltd").await;
        w.does("/price set mms default 1:1.00").await;
        expect![[r#"
            Invoice INV-2-0003 · open
            for ACME Ltd (c_2)
            made 23 Nov 2026 10:00 UTC · due 7 Dec 2026
            500 MMS credits at £50.00 per 1,000: £25.00
            net £25.00 · tax 20 %: £5.00 · gross £30.00
            due £30.00
            500 MMS credits not reversed yet
            PDF: https://desk.example/invoices/INV-2-0003?until=1803254400&key=c8jEsj7K0Mh9SXsO9DWjcaEGns5qeFkOypoYvW8wu_0
            /invoice void INV-2-0003 <reason>: voids it and takes its credits back
            op_1 · entry 3"#]]
        .assert_eq(&w.says("/invoice view INV-2-0003").await);
    });
}

#[test]
fn settings_are_the_owners_and_say_what_they_were_set_to() {
    World::run(async |w| {
        w.json("/settings tax 17.5").await;
        expect![[r#"
            ✅ Changed the settings: tax: 17.5 %
            Before: 20 %
            It reaches 5 clients.
            /settings tax 20: changes it back
            op_1"#]]
        .assert_eq(&w.says("y").await);
        expect![[r#"
            “101” is not a rate in per cent, such as 20 or 17.5. Nothing was changed.
            Usage: /settings tax <percent> [dry_run]
            For example: /settings tax 20%
            /help settings tax: explains the command"#]]
        .assert_eq(&w.says("/settings tax 101").await);
        w.json("/settings due 30").await;
        expect![[r#"
            ✅ Changed the settings: invoices are due after 30 days
            Before: 14 days
            It reaches 5 clients.
            /settings due 14: changes it back
            op_2"#]]
        .assert_eq(&w.says("y").await);
        w.json("/settings limits support open 50").await;
        expect![[r#"
            ✅ Changed the settings: support may do open adds and deducts up to £50.00 alone
            Before: £100.00
            /settings limits support open 100.00: changes it back
            op_3"#]]
        .assert_eq(&w.says("y").await);
        expect![[r#"
            “Mars/Olympus” is not a time zone such as Europe/London. Nothing was changed.
            /help settings zone: explains the command
            Ref op_4"#]]
        .assert_eq(&w.says("/settings zone Mars/Olympus").await);
        expect![[r#"
            Your role (manager) may not do that; it needs owner. Nothing was changed.
            Ask an owner: /role list
            Ref op_5"#]]
        .assert_eq(&w.says_as("local:mona", "/settings tax 0").await);
        expect![[r#"
            Settings
            Currency: GBP
            Seller: Brightline Messaging Ltd
            Home country: not set; telephone numbers need their country code
            Tax: 17.5 %
            Due: 30 days after the invoice
            Days begin in: Europe/London
            Limits for one operation; the daily budget is ten times these:
            support
            paid £250.00 · open £50.00 · grant £5.00
            billing
            paid £2,500.00 · open £2,500.00 · grant £250.00
            manager
            paid £10,000.00 · open £10,000.00 · grant £1,000.00
            owner
            paid no limit · open no limit · grant no limit"#]]
        .assert_eq(&w.says("/settings show").await);
    });
}

#[test]
fn a_new_desk_says_what_is_missing() {
    World::run_new(async |w| {
        expect![[r#"
            Something is missing
            • No currency is set: /settings currency GBP
            • SMS credits have no default price: /price set sms default 1:40.00
            • MMS credits have no default price: /price set mms default 1:50.00
            • Invoices have no seller’s name: /settings seller "Northern Messaging Ltd"
            • The tax rate is 0 %: /settings tax 20
            • MMS is off for the whole desk: /mms allow c_1
            1 staff · 0 requests wait · 0 notices failed
            no currency · tax 0 % · invoices due after 14 days · UTC
            /setup: asks for the missing settings"#]]
        .assert_eq(&w.says("/status").await);
    });
}

//! The life of an invoice that gives no credits: made for anything owed, paid, credited, closed, voided.

use jiff::SignedDuration;

use super::{text, tries};
use crate::billing::{charge_refunded, refund, succeeded};
use crate::world::World;

/// An open invoice of ACME for ten SIM cards: £25.00 and 20 % tax.
const SIM_CARDS: &str = "/invoice create acme SIM cards 10 2.50";

/// Makes an invoice, and returns its number.
async fn made(w: &World, line: &str) -> String {
    w.does(line).await["data"]["invoice"].as_str().unwrap().to_owned()
}

fn open(due: u64) -> (String, u64, u64) {
    ("open".to_owned(), 0, due)
}

#[test]
fn invoice_for_anything_owed_states_its_lines_and_gives_no_credits() {
    World::run(async |w| {
        let done = w.does(SIM_CARDS).await;
        assert_eq!(done["data"]["invoice"], "INV-2-0003", "{done}");
        let reply = text(&done);
        assert!(
            reply.contains("Invoiced ACME Ltd (c_2): INV-2-0003 £30.00, due 7 Dec 2026"),
            "{reply}"
        );
        assert!(reply.contains("10 × SIM cards at £2.50"), "{reply}");
        assert!(reply.contains("net £25.00 · tax £5.00 · gross £30.00"), "{reply}");
        assert_eq!(w.invoice("INV-2-0003").await, open(3_000));
        assert_eq!(w.balance("acme").await, (2_000, 400));
        let view = w.says("/invoice view INV-2-0003").await;
        assert!(view.contains("10 × SIM cards at £2.50: £25.00"), "{view}");
        assert!(w.says("/invoice list acme").await.contains("unpaid £30.00"));
    });
}

#[test]
fn price_finer_than_the_currency_is_rounded_once_and_the_shown_total_closes_the_invoice() {
    World::run(async |w| {
        w.does("/settings tax 0%").await;
        let number = made(w, "/invoice create acme packs 85 12.3447").await;
        assert_eq!(w.invoice(&number).await, open(104_930));
        assert!(
            w.says(&format!("/invoice view {number}")).await.contains("at £12.3447: £1,049.30")
        );
        w.stripe(succeeded("pi_27", 104_930, "gbp", Some(&number))).await;
        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 104_930, 0));
    });
}

#[test]
fn each_line_has_its_rate_and_tax_is_computed_once_for_each_rate() {
    World::run(async |w| {
        // 3 × 0.33 at 20 %: 0.198, which is 0.20 once and would be 0.21 line by line.
        let line =
            "/invoice create acme \"A\" 1 0.33 \"B\" 1 0.33 \"C\" 1 0.33 \"Book\" 1 40 5% due:30";
        let number = made(w, line).await;
        let view = w.json(&format!("/invoice view {number}")).await;
        let data = &view["data"];
        assert_eq!(
            (&data["net_minor"], &data["tax_minor"]),
            (&4_099.into(), &220.into()),
            "{view}"
        );
        assert_eq!(data["due"], "2026-12-23");
        assert!(text(&view).contains("tax 5 %: £2.00 · tax 20 %: £0.20"), "{view}");
    });
}

#[test]
fn client_of_several_words_ends_where_its_name_ends() {
    World::run(async |w| {
        let which = w.json("/invoice create Acme Mobile SIM cards 10 2.50 tax:0").await;
        assert_eq!(which["status"], "refused", "“acme” alone is another client: {which}");
        let offered = "/invoice create c_3 SIM cards 10 2.50 tax:\"0\"";
        assert!(tries(&which).iter().any(|line| line == offered), "{which}");
        let done = w.does(offered).await;
        assert_eq!(done["data"]["client"], "c_3", "{done}");
        assert_eq!(done["data"]["gross_minor"], 2_500);
        let asked = w.json("/invoice create bir SIM cards 10 2.50").await;
        assert_eq!(asked["status"], "planned", "{asked}");
        assert!(text(&asked).contains("Birch Bakery"), "{asked}");
    });
}

#[test]
fn line_that_can_be_read_in_two_ways_is_asked_about_and_makes_nothing() {
    World::run(async |w| {
        for (line, word) in [
            ("/invoice create acme iPhone 15 2 999", "quotation marks"),
            ("/invoice create acme SIM 10 2.50 Setup 1 40", "quotation marks"),
            ("/invoice create acme SIM cards", "unit price"),
            ("/invoice create acme SIM cards 10 2.1234567", "decimals"),
            ("/invoice create acme SIM cards 10 -2.50", "unit price"),
            ("/invoice create acme SIM cards 10 €2.50", "currency"),
            ("/invoice create acme SIM cards 0 2.50", "quantity"),
            ("/invoice create acme SIM cards 10 0", "nothing to invoice"),
            ("/invoice create acme SIM cards 10 2.50 due:2026-11-22", "is over"),
            ("/invoice create acme SIM cards 10 2.50 due:soon", "number of days"),
            ("/invoice create quayside SIM cards 10 2.50", "Northern Bulk"),
        ] {
            let said = w.json(line).await;
            assert!(said["status"] == "refused" || said["status"] == "usage", "{line}: {said}");
            assert!(text(&said).contains(word), "{line}: {said}");
        }
        assert!(w.says("/invoice list acme").await.contains("nothing unpaid"));
    });
}

#[test]
fn second_invoice_of_the_same_gross_and_one_above_the_limit_wait() {
    World::run(async |w| {
        w.does_as("local:bill", SIM_CARDS).await;
        let again = w.json_as("local:bill", "/invoice create acme Setup 1 25").await;
        assert_eq!(again["status"], "planned", "{again}");
        assert!(text(&again).contains("INV-2-0003 for £30.00 is unpaid"), "{again}");
        let large = w.json_as("local:bill", "/invoice create acme Licence 1 2,500").await;
        assert!(text(&large).contains("limit for"), "{large}");
        let support = w.json_as("local:dana", SIM_CARDS).await;
        assert_eq!(support["status"], "refused", "{support}");
        assert_eq!(w.invoice("INV-2-0003").await, open(3_000));
    });
}

#[test]
fn payments_of_providers_settle_and_refund_it_without_any_credits() {
    World::run(async |w| {
        let number = made(w, SIM_CARDS).await;
        w.stripe(succeeded("pi_1", 1_000, "gbp", Some(&number))).await;
        assert_eq!(w.invoice(&number).await, ("partly_paid".to_owned(), 1_000, 2_000));
        w.stripe(succeeded("pi_2", 2_000, "gbp", Some(&number))).await;
        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 3_000, 0));
        w.stripe(charge_refunded("pi_2", 2_000, 500)).await;
        assert_eq!(w.invoice(&number).await, ("partly_refunded".to_owned(), 2_500, 0));
        w.stripe(refund("refund.created", "pi_2", ("re_1", 500, "succeeded"))).await;
        w.stripe(refund("refund.failed", "pi_2", ("re_1", 500, "failed"))).await;
        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 3_000, 0));
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn void_of_an_unpaid_one_keeps_its_number_and_money_that_comes_later_stays_free() {
    World::run(async |w| {
        let number = made(w, SIM_CARDS).await;
        let told = w.json(&format!("/invoice void {number} ordered twice tell:\"Sorry\"")).await;
        assert!(text(&told).contains("gave no credits"), "{told}");
        let void = w.does(&format!("/invoice void {number} ordered twice")).await;
        assert!(text(&void).contains("Voided INV-2-0003 of ACME Ltd (c_2)"), "{void}");
        assert_eq!(w.invoice(&number).await, ("void".to_owned(), 0, 0));
        w.stripe(succeeded("pi_31", 3_000, "gbp", Some(&number))).await;
        assert_eq!(w.invoice(&number).await, ("void".to_owned(), 0, 0));
        assert_eq!(made(w, SIM_CARDS).await, "INV-2-0004");
    });
}

#[test]
fn void_of_a_partly_paid_one_makes_a_credit_note_for_the_whole_of_it() {
    World::run(async |w| {
        let line = "/invoice create acme \"SIM cards\" 10 2.50 \"Book\" 1 40 5%";
        let number = made(w, line).await;
        w.stripe(succeeded("pi_1", 1_000, "gbp", Some(&number))).await;
        let void = w.does(&format!("/invoice void {number} wrong client")).await;
        assert_eq!(void["data"]["credit_note"], "CN-2-0001", "{void}");
        assert_eq!(w.invoice(&number).await, ("refunded".to_owned(), 0, 0));
        let note = w.json("/invoice view CN-2-0001").await;
        assert_eq!(note["data"]["gross_minor"], 7_200, "{note}");
        assert_eq!(
            note["data"]["lines"].as_array().unwrap().len(),
            2,
            "a line for each rate: {note}"
        );
        assert!(w.says("/invoice list acme").await.contains("nothing unpaid"));
    });
}

#[test]
fn void_that_waits_lapses_when_money_comes_meanwhile() {
    World::run(async |w| {
        let number = made(w, SIM_CARDS).await;
        w.says(&format!("/invoice void {number} ordered twice")).await;
        w.stripe(succeeded("pi_1", 3_000, "gbp", Some(&number))).await;
        let confirmed = w.says("/confirm").await;
        assert!(confirmed.contains("changed meanwhile"), "{confirmed}");
        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 3_000, 0));
    });
}

#[test]
fn invoice_is_overdue_after_its_own_day() {
    World::run(async |w| {
        let number = made(w, &format!("{SIM_CARDS} due:3")).await;
        w.passes(SignedDuration::from_hours(24 * 4));
        assert!(w.says(&format!("/invoice view {number}")).await.contains("overdue"));
    });
}

#[test]
fn paid_invoice_books_a_claim_once_and_the_same_reference_names_the_first_payment() {
    World::run(async |w| {
        let number = made(w, SIM_CARDS).await;
        let line = format!("/invoice paid {number} TRF 8812");
        let paid = w.does(&line).await;
        assert!(text(&paid).contains("£30.00 with reference TRF 8812"), "{paid}");
        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 3_000, 0));
        let again = w.json(&line).await;
        assert_eq!(again["status"], "refused", "{again}");
        assert!(text(&again).contains("INV-2-0003"), "{again}");
        let other = made(w, "/invoice create acme Setup 1 40").await;
        let reused = w.json(&format!("/invoice paid {other} trf 8812")).await;
        assert!(text(&reused).contains("INV-2-0003"), "{reused}");
        assert_eq!(w.invoice(&other).await, open(4_800));
        assert!(w.says("/invoice list acme").await.contains("unpaid £48.00"));
    });
}

#[test]
fn paid_invoice_of_an_add_keeps_its_credits_and_a_later_event_confirms_the_claim() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        w.stripe(succeeded("pi_1", 1_000, "gbp", Some("INV-2-0003"))).await;
        w.does("/invoice paid INV-2-0003 BACS-77").await;
        assert_eq!(w.invoice("INV-2-0003").await, ("paid".to_owned(), 3_000, 0));
        assert_eq!(w.balance("acme").await, (2_000, 900));
        w.stripe(succeeded("BACS-77", 2_000, "gbp", Some("INV-2-0003"))).await;
        assert_eq!(w.invoice("INV-2-0003").await, ("paid".to_owned(), 3_000, 0));
    });
}

#[test]
fn payment_that_a_void_freed_pays_another_invoice_after_a_question() {
    World::run(async |w| {
        let first = made(w, SIM_CARDS).await;
        w.does(&format!("/invoice paid {first} TRF 1")).await;
        w.does(&format!("/invoice void {first} wrong items")).await;
        let second = made(w, "/invoice create acme Cards 10 2.50").await;
        let asked = w.json(&format!("/invoice paid {second} TRF 1")).await;
        assert_eq!(asked["status"], "planned", "{asked}");
        assert!(text(&asked).contains("£30.00 is not applied to any invoice"), "{asked}");
        w.says("/confirm").await;
        assert_eq!(w.invoice(&second).await, ("paid".to_owned(), 3_000, 0));
    });
}

#[test]
fn nothing_is_paid_of_what_is_void_or_paid_or_above_the_limit() {
    World::run(async |w| {
        let number = made(w, SIM_CARDS).await;
        w.does(&format!("/invoice void {number} ordered twice")).await;
        let void = w.json(&format!("/invoice paid {number} TRF 1")).await;
        assert!(text(&void).contains("is void"), "{void}");
        let unknown = w.json("/invoice paid INV-2-0099 TRF 1").await;
        assert!(text(&unknown).contains("no invoice INV-2-0099"), "{unknown}");
        let large = made(w, "/invoice create acme Licence 1 2,500").await;
        let asked = w.json_as("local:bill", &format!("/invoice paid {large} TRF 2")).await;
        assert!(text(&asked).contains("limit for"), "{asked}");
        assert_eq!(w.invoice(&large).await, open(300_000));
    });
}

#[test]
fn rest_of_a_short_payment_is_closed_by_a_credit_note_and_no_credits_are_taken() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        let early = w.json("/invoice close INV-2-0003 bank-fee").await;
        assert!(text(&early).contains("£30.00 of INV-2-0003 is due"), "{early}");
        w.stripe(succeeded("pi_1", 2_850, "gbp", Some("INV-2-0003"))).await;
        let asked = w.json("/invoice close INV-2-0003 bank-fee").await;
        assert_eq!(asked["status"], "planned", "{asked}");
        assert!(text(&asked).contains("gives up £1.50"), "{asked}");
        let closed = w.does("/confirm").await;
        assert_eq!(closed["data"]["credit_note"], "CN-2-0001", "{closed}");
        assert_eq!(w.invoice("INV-2-0003").await, ("paid".to_owned(), 2_850, 0));
        assert_eq!(w.balance("acme").await, (2_000, 900));
        let note = w.json("/invoice view CN-2-0001").await;
        assert_eq!(
            (&note["data"]["net_minor"], &note["data"]["tax_minor"]),
            (&125.into(), &25.into())
        );
        // The credits go the way of a void, and the money of the payment becomes free.
        w.does("/invoice void INV-2-0003 wrong client").await;
        assert_eq!(w.balance("acme").await, (2_000, 400));
    });
}

#[test]
fn credit_by_money_lowers_what_is_due_then_frees_what_was_paid_and_never_passes_the_invoice() {
    World::run(async |w| {
        let number = made(w, SIM_CARDS).await;
        w.does(&format!("/invoice credit {number} 12.00 four were broken")).await;
        assert_eq!(w.invoice(&number).await, open(1_800));
        w.does(&format!("/invoice paid {number} TRF 1")).await;
        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 1_800, 0));
        w.does(&format!("/invoice credit {number} 6.00 two more")).await;
        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 1_200, 0));
        let above = w.json(&format!("/invoice credit {number} 12.01 all")).await;
        assert!(text(&above).contains("at most £12.00"), "{above}");
        w.does(&format!("/invoice credit {number} 12.00 all")).await;
        assert_eq!(w.invoice(&number).await, ("refunded".to_owned(), 0, 0));
        w.does("/addcredit mms acme 500").await;
        let credits = w.json("/invoice credit INV-2-0004 1.00 gift").await;
        assert!(text(&credits).contains("gave credits"), "{credits}");
    });
}

#[test]
fn invoice_freezes_what_is_set_for_its_client() {
    World::run(async |w| {
        for line in [
            "/client set address acme 22 Market Square, Leeds LS1 6DT",
            "/client set tax-number acme GB123456789",
            "/client set due acme 30 days",
        ] {
            w.does(line).await;
        }
        let first = made(w, SIM_CARDS).await;
        w.does("/client set tax-exempt acme Diplomatic mission").await;
        w.does("/client set tax-number acme none").await;
        w.does("/client set due acme none").await;
        let exempt = w.does("/addcredit mms acme 500").await;
        assert_eq!(exempt["data"]["invoice"], "INV-2-0004", "{exempt}");

        let before = w.json(&format!("/invoice view {first}")).await;
        assert_eq!(
            (&before["data"]["gross_minor"], &before["data"]["due"]),
            (&3_000.into(), &"2026-12-23".into())
        );
        assert!(text(&before).contains("tax number GB123456789"), "{before}");
        let after = w.json("/invoice view INV-2-0004").await;
        assert_eq!(
            (&after["data"]["gross_minor"], &after["data"]["due"]),
            (&2_500.into(), &"2026-12-07".into())
        );
        assert!(text(&after).contains("no tax: Diplomatic mission"), "{after}");
        let card = w.says("/client view acme").await;
        assert!(card.contains("address 22 Market Square, Leeds LS1 6DT"), "{card}");
    });
}

#[test]
fn terms_of_invoices_are_set_by_billing_and_nonsense_is_refused() {
    World::run(async |w| {
        for (who, line, word) in [
            ("local:dana", "/client set tax-exempt acme charity", "billing"),
            ("local:bill", "/client set due acme monthly", "number of days"),
            ("local:bill", "/client set due acme 4000", "number of days"),
            ("local:bill", "/client set due acme none", "already"),
            ("local:bill", "/client set tax-number acme 1234567890123456789012345678901", "30"),
        ] {
            let said = w.json_as(who, line).await;
            assert_eq!(said["status"], "refused", "{line}: {said}");
            assert!(text(&said).contains(word), "{line}: {said}");
        }
        w.does_as("local:bill", "/client set tax-exempt acme charity").await;
        let taxed = w.json(&format!("{SIM_CARDS} tax:5")).await;
        assert!(text(&taxed).contains("pays no tax (charity)"), "{taxed}");
        let auditor = w.says_as("local:ann", "/client view acme").await;
        assert!(auditor.contains("no tax: charity"), "{auditor}");
    });
}

#[test]
fn list_without_a_client_states_what_is_due_of_all_by_age() {
    World::run(async |w| {
        assert!(w.says("/invoice list").await.contains("Nothing is unpaid"));
        w.does("/invoice create acme SIM cards 10 2.50 due:0").await;
        w.passes(SignedDuration::from_hours(24 * 31));
        w.does("/invoice create birch Setup 1 40 due:0").await;
        w.passes(SignedDuration::from_hours(24));
        w.does("/addcredit mms acme 400").await;

        let list = w.json("/invoice list").await;
        let reply = text(&list);
        assert!(reply.contains("£102.00 unpaid on 3 invoices · £78.00 overdue"), "{reply}");
        assert!(reply.contains("Overdue by 0–30 days: £48.00 · 31–60 days: £30.00"), "{reply}");
        let rows = list["data"]["invoices"].as_array().unwrap();
        let numbers: Vec<&str> = rows.iter().map(|row| row["number"].as_str().unwrap()).collect();
        assert_eq!(
            numbers,
            ["INV-2-0003", "INV-6-0001", "INV-2-0004"],
            "the longest overdue first"
        );

        w.does("/invoice paid INV-2-0003 TRF 1").await;
        let less = w.says("/invoice list").await;
        assert!(less.contains("£72.00 unpaid on 2 invoices · £48.00 overdue"), "{less}");
        let file = w.said_as("local:owner", "/invoice list csv:true").await.attachment.unwrap();
        let csv = String::from_utf8(file.bytes).unwrap();
        assert!(csv.contains("INV-6-0001,c_6,Birch Bakery,"), "{csv}");
        assert!(csv.contains(",overdue,GBP,48.00,48.00"), "{csv}");
    });
}

#[test]
fn list_of_all_shows_ten_and_goes_on_by_pages() {
    World::run(async |w| {
        for number in 1..=12 {
            w.does(&format!("/invoice create acme Item 1 {number}0 due:{number}")).await;
        }
        let first = w.json("/invoice list").await;
        assert!(tries(&first).contains(&"/invoice list skip:10".to_owned()), "{first}");
        let second = w.says("/invoice list skip:10").await;
        assert!(second.contains("INV-2-0013") && second.contains("INV-2-0014"), "{second}");
        assert!(!second.contains("INV-2-0003"), "{second}");
    });
}

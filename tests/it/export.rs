//! The export for accountants: the journal of a month adds up to the balances that the records state, and
//! one wrong sign shows. `tests/oracles/journal.py` judges the same files by beancount.

use std::collections::BTreeMap;

use creditdesk::export::{self, Form};
use jiff::SignedDuration;
use jiff::civil::{Date, date};

use crate::billing::{charge_refunded, dispute, refund, succeeded};
use crate::world::{World, config};

async fn journal(w: &World, form: Form, days: (Option<Date>, Option<Date>)) -> String {
    export::text(&w.local, form, days, &config()).await.unwrap()
}

/// What does not add up in a beancount file: transactions that do not sum to zero, and balances that do
/// not follow.
fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut balances: BTreeMap<(String, String), i128> = BTreeMap::new();
    let mut open: BTreeMap<String, i128> = BTreeMap::new();
    let number = |text: &str| text.replace('.', "").parse::<i128>().unwrap();
    for line in text.lines().chain([""]) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [account, amount, code] if line.starts_with("  ") => {
                *open.entry(code.to_owned()).or_default() += number(amount);
                *balances.entry((account.to_owned(), code.to_owned())).or_default() +=
                    number(amount);
            }
            [_, "balance", account, amount, code] => {
                let key = (account.to_owned(), code.to_owned());
                if balances.get(&key).copied().unwrap_or_default() != number(amount) {
                    faults.push(line.to_owned());
                }
            }
            _ => {
                faults.extend(
                    open.iter().filter(|(_, sum)| **sum != 0).map(|(c, s)| format!("{s} {c}")),
                );
                open.clear();
            }
        }
    }
    faults
}

/// A month in which everything happens that moves money or credits.
async fn month(w: &World) {
    let days = SignedDuration::from_hours(24);
    let number = |done: &serde_json::Value| done["data"]["invoice"].as_str().unwrap().to_owned();
    let paid = number(&w.does("/addcredit mms acme 500").await);
    w.passes(days * 2);
    w.stripe(succeeded("pi_1", 3_000, "gbp", Some(&paid))).await;
    w.passes(days * 3);
    w.stripe(charge_refunded("pi_1", 3_000, 600)).await;
    let over = number(&w.does("/addcredit sms acme 1000").await);
    w.stripe(succeeded("pi_2", 6_000, "gbp", Some(&over))).await;
    w.passes(days);
    w.stripe(succeeded("pi_3", 1_234, "gbp", None)).await;
    let open = number(&w.does("/addcredit sms birch 700").await);
    w.does(&format!("/deductcredit sms birch 100 too many invoice:{open}")).await;
    w.passes(days * 4);
    let void = number(&w.does("/addcredit sms acme-mobile 300").await);
    w.does(&format!("/invoice void {void} a slip")).await;
    w.does("/addcredit sms quayside 500").await;
    w.does("/addcredit sms quayside 250 from:house").await;
    w.passes(days * 5);
    let disputed = number(&w.does("/addcredit mms acme 620").await);
    w.stripe(succeeded("pi_4", 3_720, "gbp", Some(&disputed))).await;
    w.stripe(dispute("funds_withdrawn", "pi_4", ("dp_1", 3_720, "needs_response"))).await;
    w.passes(days * 6);
    let back = number(&w.does("/addcredit mms acme 90 paid:BACS-77 =SUM(A1)").await);
    w.does(&format!("/invoice void {back} wrong client")).await;
    w.stripe(refund("refund.created", "pi_2", ("re_1", 2_000, "succeeded"))).await;
    w.passes(days * 7);
    w.does("/addcredit sms birch 40 =1+1 --grant").await;
}

#[test]
fn journal_of_a_month_adds_up_and_one_wrong_sign_does_not() {
    World::run(async |w| {
        w.does("/client activate birch").await;
        month(w).await;

        let whole = journal(w, Form::Beancount, (None, None)).await;
        let part = (Some(date(2026, 11, 26)), Some(date(2026, 12, 4)));
        let part = journal(w, Form::Beancount, part).await;

        assert_eq!(faults(&whole), Vec::<String>::new(), "{whole}");
        assert_eq!(faults(&part), Vec::<String>::new(), "{part}");
        for text in [&whole, &part] {
            let rows: Vec<&str> = text.lines().collect();
            let posted = rows.iter().enumerate().filter(|(_, row)| row.starts_with("  "));
            let mut flipped = 0;
            for (position, row) in posted {
                let mut words: Vec<String> = row.split_whitespace().map(str::to_owned).collect();
                words[1] = match words[1].strip_prefix('-') {
                    Some(amount) => amount.to_owned(),
                    None => format!("-{}", words[1]),
                };
                let mut wrong: Vec<String> = rows.iter().map(|row| (*row).to_owned()).collect();
                wrong[position] = format!("  {}", words.join(" "));
                assert_ne!(faults(&wrong.join("\n")), Vec::<String>::new(), "{row}");
                flipped += 1;
            }
            assert!(flipped > 20, "{flipped}");
        }
        std::fs::create_dir_all("../../target/export").unwrap();
        std::fs::write("../../target/export/month.beancount", &whole).unwrap();
        std::fs::write("../../target/export/part.beancount", &part).unwrap();
    });
}

#[test]
fn journal_has_the_accounts_that_an_accountant_expects() {
    World::run(async |w| {
        let done = w.does("/addcredit mms acme 500").await;
        let number = done["data"]["invoice"].as_str().unwrap();
        w.stripe(succeeded("pi_1", 4_000, "gbp", Some(number))).await;

        let text = journal(w, Form::Beancount, (Some(date(2026, 11, 23)), None)).await;

        for row in [
            &format!("2026-11-23 * \"ACME Ltd\" \"invoice {number}\" ^{number}"),
            "  Assets:Receivable:C2 30.00 GBP",
            "  Income:Credits:MMS -25.00 GBP",
            "  Liabilities:Tax -5.00 GBP",
            "  Assets:Bank:Stripe 40.00 GBP",
            "  Liabilities:Prepaid:C2 30.00 GBP",
            "  Liabilities:Credits:C2 -500 MMS",
            "2026-11-24 balance Assets:Receivable:C2 0.00 GBP",
            "2026-11-24 balance Liabilities:Credits:C2 -900 MMS",
            "2026-11-24 balance Liabilities:Prepaid:C2 -10.00 GBP",
        ] {
            assert!(text.lines().any(|line| line == row), "{row}\n{text}");
        }
    });
}

#[test]
fn journal_as_csv_has_no_formula() {
    World::run(async |w| {
        w.does("/deductcredit mms acme 10 \"x;=1+1\"").await;
        let text = journal(w, Form::Csv, (Some(date(2026, 11, 23)), None)).await;
        assert!(
            text.contains(",Liabilities:Credits:C2,10,MMS,ACME Ltd,entry 3: x;'=1+1\r\n"),
            "{text}"
        );
    });
}

#[test]
fn journal_without_an_entry_or_an_invoice_does_not_add_up() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500").await;
        let text = journal(w, Form::Beancount, (None, None)).await;
        let without = |part: &str| {
            let start = text.find(part).unwrap();
            let from = text[..start].rfind("\n\n").unwrap();
            let end = start + text[start..].find("\n\n").unwrap();
            format!("{}{}", &text[..from], &text[end..])
        };

        assert!(!faults(&without("\"entry 3\"")).is_empty());
        assert!(!faults(&without("\"invoice INV-2-0003\"")).is_empty());
    });
}

//! Bank files that staff import, as other systems read them wrong: each file is typed at the desk, shown,
//! and booked by a yes. Nothing is applied without a person.

use serde_json::Value;
use tempfile::NamedTempFile;

use crate::cases::{text, tries};
use crate::world::World;

/// A file of a bank, which is removed with its value.
struct BankFile(NamedTempFile);

impl BankFile {
    fn new(name: &str, content: &str) -> Self {
        let file = NamedTempFile::with_suffix(name).unwrap();
        std::fs::write(file.path(), content).unwrap();
        Self(file)
    }

    fn line(&self) -> String {
        format!("/payment import {}", self.0.path().display())
    }
}

/// The money of payments that wait, in minor units.
async fn waiting(w: &World) -> Vec<u64> {
    let listed = w.json("/payment unmatched").await;
    let payments = listed["data"]["payments"].as_array().unwrap().iter();
    let mut all: Vec<u64> =
        payments.map(|payment| payment["unapplied_minor"].as_u64().unwrap()).collect();
    all.sort_unstable();
    all
}

/// The amounts of the new lines that a file shows.
fn new(shown: &Value) -> Vec<u64> {
    let new = shown["data"]["new"].as_array().unwrap().iter();
    new.map(|line| line["amount_minor"].as_u64().unwrap()).collect()
}

async fn imported(w: &World, name: &str, content: &str) -> Value {
    w.does(&BankFile::new(name, content).line()).await
}

#[test]
fn preview_books_nothing_and_a_yes_books_what_it_showed() {
    World::run(async |w| {
        let file = BankFile::new("a.csv", "Date;Amount;Text\n2026-11-20;40.00;ACME LTD\n");

        let shown = w.json(&file.line()).await;

        assert_eq!(shown["status"], "planned", "{}", text(&shown));
        assert_eq!(new(&shown), [4_000]);
        assert!(waiting(w).await.is_empty());
        let said = w.said_as("local:owner", &file.line()).await;
        assert_eq!(said.status.word(), "planned");
        let yes = w.said_as("local:owner", "yes").await;
        assert_eq!(yes.status.word(), "ok", "{}", yes.view.plain());
        assert_eq!(waiting(w).await, [4_000]);
    });
}

/// E05: a number counts as a whole one, and the amount must agree.
#[test]
fn row_that_names_an_invoice_is_proposed_for_it_and_a_stray_number_for_none() {
    World::run(async |w| {
        let done = w.does("/addcredit mms acme 500").await;
        let number = done["data"]["invoice"].as_str().unwrap().to_owned();
        let rows = format!(
            "Date;Amount;Text\n2026-11-20;30.00;Inv {number} thanks\n2026-11-20;40.00;room 27\n"
        );

        let done = imported(w, "a.csv", &rows).await;

        let offers = tries(&done);
        let offers: Vec<&String> =
            offers.iter().filter(|line| line.starts_with("/payment match")).collect();
        assert_eq!(offers.len(), 1, "{}", text(&done));
        assert!(offers[0].ends_with(&number));
        assert_eq!(w.invoice(&number).await, ("open".to_owned(), 0, 3_000));
        assert_eq!(waiting(w).await, [3_000, 4_000]);
        w.does(offers[0]).await;
        assert_eq!(w.invoice(&number).await, ("paid".to_owned(), 3_000, 0));
        assert_eq!(waiting(w).await, [4_000]);
    });
}

/// E06: equal rows are counted, and a row is booked once in all files that hold its day.
#[test]
fn equal_rows_are_two_payments_and_the_same_file_again_adds_nothing() {
    World::run(async |w| {
        let rows = "Date;Amount;Text\n2026-11-04;25.00;TOPUP AMBER\n2026-11-04;25.00;TOPUP AMBER\n";
        let longer = format!("{rows}2026-11-05;12.00;TOPUP BIRCH\n");

        imported(w, "a.csv", rows).await;
        assert_eq!(waiting(w).await, [2_500, 2_500]);
        let again = imported(w, "a.csv", rows).await;

        assert_eq!(again["data"]["known"], 2, "{}", text(&again));
        assert_eq!(waiting(w).await, [2_500, 2_500]);
        imported(w, "b.csv", &longer).await;
        assert_eq!(waiting(w).await, [1_200, 2_500, 2_500]);
    });
}

/// E07: one style of numbers for the whole file, or a question.
#[test]
fn style_of_numbers_is_that_of_the_column_or_is_asked() {
    for (rows, expected) in [
        (
            "2026-11-04;2.315,40;A\n2026-11-04;76,5;B\n2026-11-04;2.000;C\n",
            vec![7_650, 200_000, 231_540],
        ),
        ("2026-11-04;94.3;A\n2026-11-04;128.15;B\n", vec![9_430, 12_815]),
    ] {
        World::run(async |w| {
            imported(w, "a.csv", &format!("Date;Amount;Text\n{rows}")).await;
            assert_eq!(waiting(w).await, expected);
        });
    }
    World::run(async |w| {
        let rows = "Date;Amount;Text\n2026-11-04;3.000;A\n2026-11-04;4.500;B\n";
        let file = BankFile::new("c.csv", rows);

        let asked = w.json(&file.line()).await;

        assert_eq!(asked["status"], "refused", "{}", text(&asked));
        assert!(text(&asked).contains("No amount in the file decides it"), "{}", text(&asked));
        assert!(waiting(w).await.is_empty());
        w.does(&tries(&asked)[0]).await;
        assert_eq!(waiting(w).await, [300_000, 450_000]);
    });
}

/// E08: one reading of dates for the column; a day that does not exist refuses the file with its line.
#[test]
fn date_that_does_not_exist_refuses_the_whole_file_and_unclear_ones_are_asked() {
    World::run(async |w| {
        let rows = "Date;Amount;Text\n05/06/2026;1.00;A\n17/06/2026;2.00;B\n30/02/2026;3.00;C\n";
        let refused = w.json(&BankFile::new("a.csv", rows).line()).await;
        assert_eq!(refused["status"], "refused", "{}", text(&refused));
        assert!(text(&refused).contains("Line 4"), "{}", text(&refused));
        assert!(waiting(w).await.is_empty());

        let read = imported(w, "b.csv", "Date;Amount;Text\n05/06/2026;1.00;A\n17/06/2026;2.00;B\n");
        let read = read.await;
        assert_eq!(read["data"]["preview"]["new"][0]["date"], "2026-06-05", "{}", text(&read));

        let unclear = BankFile::new("c.csv", "Date;Amount;Text\n05/06/2026;7.00;A\n");
        let asked = w.json(&unclear.line()).await;
        assert_eq!(asked["status"], "refused", "{}", text(&asked));
        assert!(tries(&asked).iter().any(|line| line.contains("dates:")), "{}", text(&asked));
        assert_eq!(waiting(w).await, [100, 200]);
    });
}

/// E09: a pending entry is no money; the booked one is one payment.
#[test]
fn pending_row_is_not_money_and_its_booked_row_is_one_payment() {
    World::run(async |w| {
        let head = "Reference,Status,Date,Amount,Text\n";
        let pending = format!("{head}P-77,PENDING,2026-11-01,60.00,BIRCH DENTAL\n");
        let booked = format!("{head}B-9131,BOOKED,2026-11-03,60.00,BIRCH DENTAL INV-2060\n");

        let shown = w.json(&BankFile::new("a.csv", &pending).line()).await;
        assert_eq!(new(&shown), Vec::<u64>::new(), "{}", text(&shown));
        assert_eq!(shown["data"]["pending"].as_array().unwrap().len(), 1);
        imported(w, "b.csv", &booked).await;
        imported(w, "b.csv", &booked).await;

        assert_eq!(waiting(w).await, [6_000]);
    });
}

/// E11: the memory is of rows, not of the newest date.
#[test]
fn row_that_appears_late_with_an_older_date_is_booked() {
    World::run(async |w| {
        let first = "Date;Amount;Text\n2026-11-03;10.00;A\n2026-11-05;11.00;B\n";
        let second = format!("{first}2026-11-01;18.50;C\n");

        imported(w, "a.csv", first).await;
        imported(w, "b.csv", &second).await;

        assert_eq!(waiting(w).await, [1_000, 1_100, 1_850]);
    });
}

/// E13: a booked claim is used up by one row; the other row waits.
#[test]
fn two_rows_beside_one_claim_are_its_confirmation_and_a_payment() {
    World::run(async |w| {
        w.does("/addcredit mms acme 500 paid:PAY-31").await;
        let rows = "Date;Amount;Text\n2026-11-20;30.00;ACME LTD\n2026-11-20;30.00;ACME LTD\n";

        let done = imported(w, "a.csv", rows).await;

        let offers = tries(&done);
        let offers: Vec<&String> =
            offers.iter().filter(|line| line.starts_with("/payment match")).collect();
        assert_eq!(offers.len(), 1, "the claim is proposed once: {}", text(&done));
        w.does(offers[0]).await;
        assert_eq!(waiting(w).await, [3_000]);
        assert_eq!(w.json("/payment view PAY-31").await["data"]["claimed"], false);
    });
}

#[test]
fn line_that_was_typed_by_hand_is_known_in_the_file_or_doubtful() {
    World::run(async |w| {
        w.does("/payment record 75.00 2026-11-20 \"AMBER BAKERY\"").await;
        w.does("/payment record 12.00 2026-11-20 \"BIRCH\"").await;
        let rows =
            "Date;Amount;Text\n2026-11-20;75.00;AMBER BAKERY\n2026-11-20;12.00;BIRCH BAKERY 77\n";
        let file = BankFile::new("a.csv", rows);

        let shown = w.json(&file.line()).await;

        assert_eq!(shown["data"]["known"], 1, "{}", text(&shown));
        assert_eq!(shown["data"]["doubtful"].as_array().unwrap().len(), 1, "{}", text(&shown));
        w.said_yes("local:owner", &file.line()).await;
        assert_eq!(waiting(w).await, [1_200, 7_500]);
        w.does(&format!("{} --doubtful", file.line())).await;
        assert_eq!(waiting(w).await, [1_200, 1_200, 7_500]);
    });
}

#[test]
fn file_of_many_lines_is_booked_in_parts_and_once() {
    World::run(async |w| {
        let rows: String = (1..=120).map(|n| format!("2026-11-20;{n}.00;PAYER {n}\n")).collect();
        let file = BankFile::new("a.csv", &format!("Date;Amount;Text\n{rows}"));
        // A part of an earlier import, which was cut.
        let some: String = (1..=30).map(|n| format!("2026-11-20;{n}.00;PAYER {n}\n")).collect();
        imported(w, "b.csv", &format!("Date;Amount;Text\n{some}")).await;

        let done = w.does(&file.line()).await;
        w.does(&file.line()).await;

        assert_eq!(done["data"]["booked"], 90, "{}", text(&done));
        assert_eq!(waiting(w).await.len(), 120);
    });
}

#[test]
fn file_that_is_not_there_and_role_that_may_not_are_refused() {
    World::run(async |w| {
        let missing = w.json("/payment import /nowhere/statement.csv").await;
        assert_eq!(missing["status"], "usage", "{}", text(&missing));
        let file = BankFile::new("a.csv", "Date;Amount;Text\n2026-11-20;40.00;ACME LTD\n");
        let said = w.said_yes("local:dana", &file.line()).await;
        assert_eq!(said.status.word(), "refused", "{}", said.view.plain());
        assert!(waiting(w).await.is_empty());
    });
}

//! Files against the lines that the desk has.

use super::*;

const TOPUPS: &str = "2026-03-04;25.00;TOPUP AMBER\n2026-03-04;25.00;TOPUP AMBER\n";

fn stored(compared: &ComparedLines) -> Vec<KnownLine> {
    let lines = compared.new.iter().chain(&compared.known);
    lines.map(|(key, line)| KnownLine::new(key.clone(), line)).collect()
}

/// The counts of new, known and doubtful lines.
fn counts(compared: &ComparedLines) -> (usize, usize, usize) {
    (compared.new.len(), compared.known.len(), compared.doubtful.len())
}

fn import(text: &str, known: &[KnownLine]) -> ComparedLines {
    compare(file(text).lines, known)
}

#[test]
fn equal_lines_are_two_payments_and_a_second_import_adds_nothing() {
    let first = import(TOPUPS, &[]);
    assert_eq!(counts(&first), (2, 0, 0));
    assert_ne!(first.new[0].0, first.new[1].0);
    let known = stored(&first);
    assert_eq!(counts(&import(TOPUPS, &known)), (0, 2, 0));
    let longer = format!("2026-03-03;25.00;TOPUP AMBER\n{TOPUPS}2026-03-04;25.00;TOPUP AMBER\n");
    let third = import(&longer, &known);
    assert_eq!(counts(&third), (2, 2, 0));
    let keys: std::collections::BTreeSet<&String> =
        third.new.iter().chain(&third.known).map(|(key, _)| key).collect();
    assert_eq!(keys.len(), 4);
    assert_eq!(third, import(&longer, &known), "keys are the same at every import");
}

#[test]
fn late_line_of_an_older_day_is_new() {
    let known = stored(&import("2026-01-02;10.00;a\n2026-01-05;11.00;b\n", &[]));
    let later = import("2026-01-01;18.50;late\n2026-01-02;10.00;a\n2026-01-05;11.00;b\n", &known);
    assert_eq!(counts(&later), (1, 2, 0));
    assert_eq!(later.new[0].1.amount, Money { minor: 1_850, currency: Currency::EUR });
}

#[test]
fn order_and_spelling_of_a_file_do_not_matter() {
    let known = stored(&import("2026-01-02;10.00;Amber  Bakery\n2026-01-05;11.00;b\n", &[]));
    assert_eq!(
        counts(&import("2026-01-05;11.00;B\n2026-01-02;10.00;AMBER BAKERY\n", &known)),
        (0, 2, 0)
    );
}

#[test]
fn line_under_another_text_is_doubtful_unless_the_bank_tells_them_apart() {
    let known = stored(&import("2026-01-02;10.00;TRANSFER\n", &[]));
    let changed = import("2026-01-02;10.00;TRANSFER AMBER INV-7-0012\n", &known);
    assert_eq!(counts(&changed), (0, 0, 1));
    assert_eq!(changed.doubtful[0].like, known[0].key);
    // The file holds the stored line too: the other is new.
    let both = import("2026-01-02;10.00;CEDAR\n2026-01-02;10.00;TRANSFER\n", &known);
    assert_eq!(counts(&both), (1, 1, 0));

    let titled = |rows: &str| format!("Transaction ID;Date;Amount;Text\n{rows}");
    let known = stored(&import(&titled("T-1;2026-01-02;10.00;TRANSFER\n"), &[]));
    let other = import(&titled("T-2;2026-01-02;10.00;CEDAR\n"), &known);
    assert_eq!(counts(&other), (1, 0, 0));
    let equal = import(&titled("T-2;2026-01-02;10.00;TRANSFER\n"), &known);
    assert_eq!(counts(&equal), (0, 0, 1));
    let both =
        import(&titled("T-1;2026-01-02;10.00;TRANSFER\nT-2;2026-01-02;10.00;TRANSFER\n"), &known);
    assert_eq!(counts(&both), (1, 1, 0));
    let renamed = import(&titled("T-1;2026-01-02;10.00;TRANSFER AMBER\n"), &known);
    assert_eq!(counts(&renamed), (0, 1, 0));
}

#[test]
fn reference_of_the_bank_is_not_trusted_to_be_unique() {
    let titled = |rows: &str| format!("Transaction ID;Date;Amount;Text\n{rows}");
    let batch =
        titled("T-1;2026-01-02;10.00;ann\nT-1;2026-01-02;10.00;bob\nT-1;2026-01-02;12.00;cat\n");
    let first = import(&batch, &[]);
    assert_eq!(counts(&first), (3, 0, 0));
    assert_eq!(counts(&import(&batch, &stored(&first))), (0, 3, 0));
    // A number that begins anew each month.
    let known = stored(&import(&titled("T-1;2026-01-02;10.00;a\n"), &[]));
    assert_eq!(counts(&import(&titled("T-1;2026-02-02;10.00;a\n"), &known)), (1, 0, 0));
    // Another day, near: perhaps the same entry.
    assert_eq!(counts(&import(&titled("T-1;2026-01-04;10.00;a\n"), &known)), (0, 0, 1));
    // The same entry listed twice, or two with one reference.
    let twice = import(&titled("T-9;2026-01-02;10.00;a\nT-9;2026-01-02;10.00;a\n"), &[]);
    assert_eq!(counts(&twice), (1, 0, 1));
    // The second was refused: the next import asks again.
    let again = "T-9;2026-01-02;10.00;a\nT-9;2026-01-02;10.00;a\n";
    assert_eq!(counts(&import(&titled(again), &stored(&twice))), (0, 1, 1));
}

#[test]
fn pending_line_that_is_booked_later_is_one_payment() {
    let titled = |rows: &str| format!("Id;Status;Date;Amount;Text\n{rows}");
    let pending = "P-77;PENDING;2026-05-01;60.00;BIRCH DENTAL\n";
    let first = import(&titled(&format!("{pending}B-1;BOOKED;2026-05-01;5.00;x\n")), &[]);
    assert_eq!(counts(&first), (1, 0, 0));
    let booked =
        "B-9131;BOOKED;2026-05-03;60.00;BIRCH DENTAL INV-2060\nB-1;BOOKED;2026-05-01;5.00;x\n";
    assert_eq!(counts(&import(&titled(booked), &stored(&first))), (1, 1, 0));
}

#[test]
fn stored_line_answers_for_one_line_only() {
    let known = stored(&import("2026-03-04;30.00;CEDAR\n", &[]));
    let two = import("2026-03-04;30.00;CEDAR\n2026-03-04;30.00;CEDAR\n", &known);
    assert_eq!(counts(&two), (1, 1, 0));
}

#[test]
fn numbers_of_rows_that_begin_anew_in_each_file_identify_nothing() {
    let titled = |rows: &str| format!("No;Date;Amount;Text\n{rows}");
    let known = stored(&import(&titled("1;2026-01-02;25.00;ann\n2;2026-01-02;25.00;bob\n"), &[]));
    let longer = "1;2026-01-02;25.00;cat\n2;2026-01-02;25.00;ann\n3;2026-01-02;25.00;bob\n";
    let compared = import(&titled(longer), &known);
    assert_eq!(counts(&compared), (1, 2, 0));
    assert_eq!(compared.new[0].1.text, "cat");
}

#[test]
fn line_that_replaces_a_stored_one_which_the_file_lacks_is_doubtful() {
    let first = "2026-05-01;60.00;BIRCH DENTAL\n2026-05-01;5.00;x\n";
    let known = stored(&import(first, &[]));
    let moved = "2026-05-01;5.00;x\n2026-05-03;60.00;BIRCH DENTAL INV-7-0012\n";
    let compared = import(moved, &known);
    assert_eq!(counts(&compared), (0, 1, 1));
    assert_eq!(compared.doubtful[0].like, known[0].key);
    // The stored line is before the file, so nothing is missing.
    let later = "2026-05-03;60.00;BIRCH DENTAL\n2026-05-04;5.00;x\n";
    assert_eq!(counts(&import(later, &known)), (2, 0, 0));
}

#[test]
fn any_order_of_overlapping_files_ends_with_the_same_lines() {
    let all: Vec<String> = (0..30)
        .map(|at| {
            format!("2026-03-{:02};{}.00;{}\n", 1 + at / 5, 10 + at % 2, ["a", "b"][at / 2 % 2])
        })
        .collect();
    for seed in 0..20 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut known: Vec<KnownLine> = Vec::new();
        let mut days: Vec<usize> = (0..4).collect();
        rng.shuffle(&mut days);
        // Files of three whole days each, in any order, with their rows in any order.
        for from in days {
            let mut rows = all[from * 5..(from * 5 + 15).min(30)].to_vec();
            rng.shuffle(&mut rows);
            let compared = import(&rows.concat(), &known);
            assert_eq!(compared.doubtful, [], "seed {seed}");
            known.extend(compared.new.iter().map(|(key, line)| KnownLine::new(key.clone(), line)));
        }
        assert_eq!(known.len(), all.len(), "seed {seed}");
    }
}

//! CSV files.

use super::*;

/// A file with titles, quotation marks, several columns and a pending row.
pub const SAMPLE: &str = "Date;Amount;Name;Text;Id;Status\n\
    17/06/2026;1.234,50;\"Amber; Sons\";INV-7-0012;B-000001;booked\n\
    05/06/2026;-76,5;Landlord;Rent;B-000002;booked\n18/06/2026;2.000,00;Cedar;x;B-000003;pending\n";

#[test]
fn rows_without_titles_are_read_by_their_cells() {
    let file = file("2026-04-02; 96.40; \"Inv 3271 thanks\"\n2026-04-02; 40.00; \"room 27\"\n");
    assert_eq!(
        short(&file.lines),
        ["2026-04-02 +9640 Inv 3271 thanks", "2026-04-02 +4000 room 27"]
    );
    assert_eq!(file.form, FileForm::Csv);
}

#[test]
fn number_style_and_date_order_are_decided_by_the_column() {
    let text = "Datum;Betrag;Verwendungszweck\n\
        05/06/2026;2.315,40;one\n17/06/2026;76,5;two\n18/06/2026;2.000;three\n";
    assert_eq!(
        short(&file(text).lines),
        ["2026-06-05 +231540 one", "2026-06-17 +7650 two", "2026-06-18 +200000 three"]
    );
    let text = "Date,Amount,Description\n06/17/2026,\"1,234.5\",x\n01/02/2026,94.3,y\n";
    assert_eq!(short(&file(text).lines), ["2026-06-17 +123450 x", "2026-01-02 +9430 y"]);
}

/// The question about a file, and the columns that an answer completes.
fn question(text: &str) -> (ColumnQuestion, ColumnMap) {
    match read(text.as_bytes(), &source()).unwrap_err() {
        StatementError::Question { question, columns } => (question, *columns),
        error => panic!("{error}"),
    }
}

fn answered(text: &str, columns: &ColumnMap) -> StatementFile {
    read(text.as_bytes(), &Source { columns: Some(columns), ..source() }).unwrap()
}

#[test]
fn undecided_numbers_and_dates_are_questions_that_the_columns_answer() {
    let text = "Date;Amount;Text\n2026-06-05;3.000;x\n2026-06-05;4.500;y\n";
    let (asked, mut columns) = question(text);
    assert!(matches!(asked, ColumnQuestion::Decimals { line: 2, .. }));
    columns.decimal_mark = Some(DecimalMark::Comma);
    let file = answered(text, &columns);
    assert_eq!(short(&file.lines), ["2026-06-05 +300000 x", "2026-06-05 +450000 y"]);
    assert_eq!(file.columns, Some(columns.clone()));
    // The answer is remembered for the next file, and yields to a file that decides.
    let next = "Date;Amount;Text\n2026-07-05;7.000;z\n";
    assert_eq!(short(&answered(next, &columns).lines), ["2026-07-05 +700000 z"]);
    let other = "Date;Amount;Text\n2026-07-05;7.00;z\n";
    assert_eq!(short(&answered(other, &columns).lines), ["2026-07-05 +700 z"]);

    let text = "Date;Amount;Text\n05/06/2026;3.10;x\n";
    let (asked, mut columns) = question(text);
    assert!(matches!(asked, ColumnQuestion::Dates { line: 2, .. }));
    columns.date_order = Some(DateOrder::MonthFirst);
    assert_eq!(short(&answered(text, &columns).lines), ["2026-05-06 +310 x"]);
}

#[test]
fn undecided_columns_are_a_question_that_chosen_columns_answer() {
    for titles in ["", "Kuupäev;Summa;Jääk;Selgitus\n"] {
        let text = format!("{titles}2026-06-05;3.10;100.00;x\n2026-06-06;4.10;104.10;y\n");
        let (asked, mut columns) = question(&text);
        assert!(matches!(asked, ColumnQuestion::Columns { .. }));
        columns.places = ColumnPlaces::chosen(0, AmountPlaces::Signed { amount: 1 }, 4);
        columns.places.texts.retain(|at| *at != 2);
        let lines = answered(&text, &columns).lines;
        assert_eq!(short(&lines), ["2026-06-05 +310 x", "2026-06-06 +410 y"], "{titles}");
    }
}

#[test]
fn day_that_does_not_exist_refuses_the_whole_file() {
    let text = "Date;Amount;Text\n05/06/2026;1.00;a\n17/06/2026;1.00;b\n30/02/2026;1.00;c\n";
    assert_eq!(refusal(text), "Line 4: “30/02/2026” is not a date.");
}

#[test]
fn pending_rows_are_no_money() {
    let text = "Id;Status;Date;Amount;Text\n\
        P-77;PENDING;2026-05-01;60.00;BIRCH DENTAL\n\
        B-9131;BOOKED;2026-05-03;60.00;BIRCH DENTAL INV-2060\nP-78;pending;;5.00;x\n";
    let file = file(text);
    assert_eq!(short(&file.lines), ["2026-05-03 +6000 BIRCH DENTAL INV-2060"]);
    assert_eq!(file.lines[0].bank_reference, "B-9131");
    assert_eq!(file.pending.len(), 2);
    let text = "Date;Amount;Status;Text\n2026-05-01;60.00;maybe;x\n";
    assert_eq!(refusal(text), "Line 2: the status “maybe” tells neither booked nor pending.");
}

#[test]
fn columns_of_a_german_export_in_windows_1252_are_found() {
    let text = "\"Kontoauszug\";\"01.05.2026 bis 31.05.2026\"\r\n\r\n\
        Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Beg\u{fc}nstigter/Zahlungspflichtiger;Kontonummer/IBAN;Betrag;W\u{e4}hrung\r\n\
        DE11;13.05.26;14.05.26;GUTSCHRIFT;\"RE INV-7-0012\r\nzweite Zeile\";M\u{fc}ller GmbH;DE89 3704;1.234,56;EUR\r\n\
        DE11;02.05.26;02.05.26;LASTSCHRIFT;Miete;Haus AG;DE90;-900,00;EUR\r\n";
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let file = read(&bytes, &source()).unwrap();
    assert_eq!(
        short(&file.lines),
        [
            "2026-05-13 +123456 GUTSCHRIFT RE INV-7-0012 zweite Zeile",
            "2026-05-02 -90000 LASTSCHRIFT Miete"
        ]
    );
    let first = &file.lines[0];
    assert_eq!((first.account.as_str(), first.party.as_str()), ("DE11", "Müller GmbH"));
    assert_eq!((first.party_account.as_str(), first.position), ("DE893704", 4));
}

#[test]
fn separate_columns_and_direction_words_tell_the_direction() {
    let text = "Date,Description,Paid out,Paid in,Balance\n\
        2026-05-01,Rent,900.00,,100.00\n2026-05-02,AMBER,,25.00,125.00\n2026-05-03,zero,,0.00,125.00\n";
    let read = file(text);
    assert_eq!(short(&read.lines), ["2026-05-01 -90000 Rent", "2026-05-02 +2500 AMBER"]);
    assert_eq!(read.notes, ["Line 4 has the amount 0. It is left out."]);
    let text = "Datum,Naam / Omschrijving,Af Bij,Bedrag (EUR)\n20260501,Huur,Af,\"900,00\"\n20260502,AMBER,Bij,\"25,00\"\n";
    let read = file(text);
    assert_eq!(read.lines.iter().map(|line| line.flow).collect::<Vec<_>>(), [Flow::Out, Flow::In]);
    let text =
        "Date,Text,Debit,Credit\n2026-05-01,x,-9.00,\n2026-05-01,y,-1.00,\n2026-05-01,z,,2.00\n";
    assert_eq!(
        short(&file(text).lines),
        ["2026-05-01 -900 x", "2026-05-01 -100 y", "2026-05-01 +200 z"]
    );
    for (wrong, reason) in [
        ("Date,Text,Debit,Credit\n2026-05-01,x,9.00,1.00\n", "Line 2: it has both"),
        (
            "Date,Text,Debit,Credit\n2026-05-01,x,9.00,\n2026-05-01,y,-1.00,\n",
            "Line 3: “-1.00” has another sign",
        ),
        ("Date,Text,Debit,Credit\n2026-05-01,x,,-9.00\n", "Line 2: “-9.00” has a minus"),
        (
            "Date,Type,Amount\n2026-05-01,Debit,9.00\n2026-05-01,Transfer,9.00\n",
            "Line 3: “Transfer” tells no direction",
        ),
    ] {
        assert!(refusal(wrong).starts_with(reason), "{}", refusal(wrong));
    }
}

#[test]
fn row_that_does_not_fit_refuses_the_whole_file() {
    for (wrong, reason) in [
        ("Date,Amount,Text\n2026-05-01,9.00,a\n2026-05-01,9.00,b,c\n", "Line 3: it has 4 columns"),
        ("Date,Amount,Text\n2026-05-01,nine,a\n", "Line 2: “nine” is not an amount."),
        ("Date,Amount,Text\n2026-05-01,,a\n", "Line 2: the amount is missing."),
        ("Date,Amount,Text\n,9.00,a\n", "Line 2: the date is missing."),
        (
            "Date,Amount,Currency,Text\n2026-05-01,9.00,EUR,a\n2026-05-01,9.00,EURO,a\n",
            "Line 3: “EURO” is no currency.",
        ),
        ("Date,Amount,Text\n", "The file has no line."),
        ("hello\nworld\n", "No table was found"),
        ("", "No table was found"),
        ("2026-05-01;9.00;100.00;a\n", "Which columns hold the amount?"),
    ] {
        assert!(refusal(wrong).starts_with(reason), "{wrong}: {}", refusal(wrong));
    }
}

#[test]
fn last_rows_without_date_and_amount_are_left_out_and_named() {
    let file = file("Date,Amount,Text\n2026-05-01,9.00,a\n,,Exported by the bank\n\n");
    assert_eq!(file.lines.len(), 1);
    assert_eq!(file.notes, ["Line 3 has no amount. It is left out."]);
}

#[test]
fn titles_of_an_unknown_language_are_no_row() {
    let file = file("Kuupäev;Summa;Selgitus\n2026-05-01;9,00;INV-7-0012\n2026-05-02;9,10;x\n");
    assert_eq!(short(&file.lines), ["2026-05-01 +900 INV-7-0012", "2026-05-02 +910 x"]);
    assert_eq!(file.columns.unwrap().header, ["Kuupäev", "Summa", "Selgitus"]);
}

#[test]
fn remembered_columns_hold_for_the_same_titles_only() {
    let header = vec!["Date".to_owned(), "Amount".to_owned(), "Text".to_owned()];
    let places = ColumnPlaces {
        date: 0,
        amount: AmountPlaces::Inverted { amount: 1 },
        texts: vec![2],
        ..ColumnPlaces::default()
    };
    let map = ColumnMap { header, places, decimal_mark: None, date_order: None };
    let source = Source { columns: Some(&map), ..source() };
    let card = read(b"Date,Amount,Text\n2026-05-01,-9.00,a\n", &source).unwrap();
    assert_eq!(short(&card.lines), ["2026-05-01 +900 a"]);
    let bank = read(b"Date,Amount,Memo\n2026-05-01,-9.00,a\n", &source).unwrap();
    assert_eq!(short(&bank.lines), ["2026-05-01 -900 a"]);
}

#[test]
fn file_that_ends_in_the_middle_of_a_row_is_refused() {
    let text = "Date,Amount,Text\n2026-05-01,9.00,a\n2026-05-02,125.00";
    assert!(refusal(text).starts_with("Line 3: this last row is shorter"), "{}", refusal(text));
}

#[test]
fn quotation_mark_that_is_not_closed_swallows_no_rows() {
    let row = "2026-05-01,9.00,a\n";
    let quoted = "2026-05-01,9.00,\"a\"\n";
    let open = "2026-05-01,9.00,\"open\n";
    let middle = "2026-05-01,\"9.00,open\n";
    for rows in [
        format!("{open}{row}"),
        format!("{open}{}", row.repeat(40)),
        format!("{open}{quoted}{row}"),
        format!("{open}{open}{row}"),
        format!("{middle}{row}"),
    ] {
        let error = refusal(&format!("Date,Amount,Text\n{rows}"));
        assert_eq!(error, "Line 2: a quotation mark opens here and is not closed.", "{rows}");
    }
    let file = file("Date,Amount,Text\n2026-05-01,9.00,\"two\nrows\"\n2026-05-01,8.00,5\" pipe\n");
    assert_eq!(short(&file.lines), ["2026-05-01 +900 two rows", "2026-05-01 +800 5\" pipe"]);
}

#[test]
fn text_of_columns_with_unknown_titles_is_kept() {
    let text = "Trans. Date,Value. Date,Debit,Credit,Balance,Remarks,Branch\n\
        13-May-2026,13-May-2026,,25000.00,125000.00,TRF FROM AMBER INV-7-0012,Lagos\n\
        12-May-2026,12-May-2026,5000.00,,100000.00,RENT,Lagos\n";
    assert_eq!(
        short(&file(text).lines),
        ["2026-05-13 +2500000 TRF FROM AMBER INV-7-0012 Lagos", "2026-05-12 -500000 RENT Lagos"]
    );
}

#[test]
fn status_is_found_under_any_title() {
    let text = "Buchungstag;Betrag;Waehrung;Verwendungszweck;Info\n\
        13.05.26;25,00;EUR;a;Umsatz gebucht\n14.05.26;26,00;EUR;b;Umsatz vorgemerkt\n";
    let read = file(text);
    assert_eq!(
        (short(&read.lines), read.pending.len()),
        (vec!["2026-05-13 +2500 a".to_owned()], 1)
    );
}

#[test]
fn account_beside_a_payer_is_the_payers() {
    let text = "Date,Payee,Account number,Amount (EUR)\n2026-05-01,AMBER,DE11,25.0\n";
    let line = file(text).lines.remove(0);
    assert_eq!((line.party_account.as_str(), line.account.as_str()), ("DE11", source().account));
    let text = "Date,Account,Amount,Memo\n13/05/2026,20-00-00 12345678,25.00,AMBER\n";
    assert_eq!(file(text).lines[0].account, "20000012345678");
}

#[test]
fn row_that_states_a_balance_is_left_out_and_named() {
    let text = "Summary,,Amt.\nTotal credits,,\"25.00\"\n\nDate,Description,Amount,Running Bal.\n\
        05/01/2026,Beginning balance,,\"100.00\"\n05/13/2026,AMBER,\"25.00\",\"125.00\"\n";
    let read = file(text);
    assert_eq!(short(&read.lines), ["2026-05-13 +2500 AMBER"]);
    assert_eq!(read.notes, ["Line 5 has no amount. It is left out."]);
}

#[test]
fn row_above_a_table_without_titles_is_named_and_a_faulty_row_is_none() {
    let text = "Compte de chèques;****1234;31/05/2026;;1 000,00\n\
        13/05/2026;VIREMENT;x;AMBER;25,00\n12/05/2026;PRELEVEMENT;y;RENT;-5,00\n";
    let read = file(text);
    assert_eq!(
        short(&read.lines),
        ["2026-05-13 +2500 VIREMENT x AMBER", "2026-05-12 -500 PRELEVEMENT y RENT"]
    );
    assert_eq!(read.notes, ["Line 1 is no row of the table. It is left out."]);
    for faulty in ["2026-05-01;nine;a\n", "n/a;9.00;a\n"] {
        let error = refusal(&format!("{faulty}2026-05-02;9.00;b\n2026-05-03;8.00;c\n"));
        assert!(error.starts_with("Which columns hold"), "{error}");
    }
}

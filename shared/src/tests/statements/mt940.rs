//! MT940.

use super::*;

pub const STATEMENT: &str = ":20:START\n:25:37040044/532013000\n:28C:5/1\n:60F:C260430EUR1000,00\n\
    :61:2605030503CR96,40NTRFE2E-1//B-1\n:86:166?00GUTSCHRIFT?20SVWZ+INV-7-0012?32Amber Bakery\n\
    :61:2605040504D900,00NMSCNONREF\n:86:Rent May\nsecond row\n:62F:C260531EUR196,40\n-\n";

#[test]
fn lines_are_read_with_their_texts() {
    let file = file(STATEMENT);
    assert_eq!(
        short(&file.lines),
        ["2026-05-03 +9640 INV-7-0012", "2026-05-04 -90000 Rent May second row"]
    );
    let line = &file.lines[0];
    assert_eq!((line.party.as_str(), line.bank_reference.as_str()), ("Amber Bakery", "B-1"));
    assert_eq!(
        (line.account.as_str(), line.references.as_slice()),
        ("37040044532013000", &["E2E-1".to_owned()][..])
    );
    assert!(file.lines[1].references.is_empty() && file.notes.is_empty());
    assert_eq!((file.form, line.position), (FileForm::Mt940, 5));
}

#[test]
fn blocks_of_a_message_and_several_statements_are_read() {
    let body = STATEMENT.trim_end_matches("-\n");
    let block = format!(
        "{{1:F01BANKDEFF0000000000}}{{2:I940BANKDEFFN}}{{4:\r\n{}-}}\r\n",
        body.replace('\n', "\r\n")
    );
    assert_eq!(file(&block).lines.len(), 2);
    assert_eq!(file(&format!("{block}{block}")).lines.len(), 4);
    assert_eq!(file(&format!("{STATEMENT}\n{STATEMENT}")).lines.len(), 4);
    assert_eq!(file(&format!("{body}{body}")).lines.len(), 4);
    let headed = format!("ABNANL2A\n940\nABNANL2A\n{STATEMENT}");
    assert_eq!(file(&format!("{headed}{headed}")).lines.len(), 4);
}

#[test]
fn marks_tell_direction_reversal_and_expectation() {
    let text = STATEMENT.replace("0503CR96,40", "0503RCR96,40");
    let read = file(&text);
    assert_eq!((read.lines[0].flow, read.lines[0].is_reversal), (Flow::Out, true));
    assert_eq!(read.notes, ["Statement 5/1: its lines and its balances differ by EUR 192.80."]);
    let read = file(&STATEMENT.replace("0504D900,00NMSC", "0504RD900,00NCHG"));
    assert_eq!((read.lines[1].flow, read.lines[1].is_reversal), (Flow::In, true));
    assert!(read.lines[1].is_bank_charge);
    let read = file(&STATEMENT.replace("0503CR96,40", "0503EC96,40"));
    assert_eq!((read.lines.len(), read.pending.len()), (1, 1));
}

#[test]
fn entry_date_is_in_the_year_next_to_the_value_date() {
    let at = |facts: &str| file(&STATEMENT.replace("2605030503CR", facts)).lines[0].booked_on;
    assert_eq!(at("2612310102C"), date(2027, 1, 2));
    assert_eq!(at("2701021231C"), date(2026, 12, 31));
    assert_eq!(at("260503C"), date(2026, 5, 3));
    assert_eq!(at("2602300301C"), date(2026, 3, 1));
}

#[test]
fn cut_or_broken_file_is_refused_whole() {
    let lines: Vec<&str> = STATEMENT.lines().collect();
    for count in 4..lines.len() - 2 {
        let cut = lines[..count].join("\n");
        assert!(refusal(&cut).contains("has no closing balance"), "{cut}");
    }
    for (wrong, reason) in [
        (STATEMENT.replace("CR96,40", "CR96,405"), "Line 5: the entry"),
        (STATEMENT.replace("CR96,40", "X96,40"), "Line 5: the entry"),
        (STATEMENT.replace("2605030503", "2605031303"), "Line 5: the entry"),
        (STATEMENT.replace("2605030503", "260230"), "Line 5: the entry"),
        (
            STATEMENT.replace(":60F:C260430EUR", ":60F:C260430EURO"),
            "Line 4: the balance “C260430EURO1000,00” cannot be read.",
        ),
        (format!("{STATEMENT}:61:260503C1,00NTRF\n"), "Line 12: the file begins in the middle"),
        (STATEMENT.replace(":28C:", ":13D:"), "Line 3: this is an interim report (MT942)."),
    ] {
        assert!(refusal(&wrong).starts_with(reason), "{}", refusal(&wrong));
    }
}

#[test]
fn row_of_a_text_that_begins_with_a_dash_or_colon_belongs_to_the_text() {
    let read = file(&STATEMENT.replace("second row", "- second\n:row: third"));
    assert_eq!(read.lines[1].text, "Rent May - second :row: third");
}

//! CAMT.053.

use super::*;

fn document(entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt>\n\
        <Stmt><Id>S1</Id><Acct><Id><IBAN>DE89 3704</IBAN></Id></Acct>\n{entries}</Stmt></BkToCstmrStmt></Document>"
    )
}

fn entry(amount: &str, side: &str, rest: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts>\
        <BookgDt><Dt>2026-05-03</Dt></BookgDt>{rest}</Ntry>\n"
    )
}

/// Two entries.
pub fn sample() -> String {
    document(&format!("{}{}", entry("1.00", "CRDT", ""), entry("2.00", "DBIT", "")))
}

#[test]
fn entry_is_a_line_with_its_references() {
    let details = "<AcctSvcrRef>B-1</AcctSvcrRef><NtryDtls><TxDtls>\
        <Refs><EndToEndId>E2E-1</EndToEndId></Refs>\
        <RltdPties><Dbtr><Nm>Amber &amp; Sons</Nm></Dbtr><DbtrAcct><Id><IBAN>GB33 BUKB</IBAN></Id></DbtrAcct></RltdPties>\
        <RmtInf><Ustrd>INV-7-0012</Ustrd><Ustrd>thanks &#x263A;</Ustrd>\
        <Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>\
        </TxDtls></NtryDtls>";
    let file = file(&document(&entry("96.40", "CRDT", details)));
    assert_eq!(short(&file.lines), ["2026-05-03 +9640 INV-7-0012 thanks ☺"]);
    let line = &file.lines[0];
    assert_eq!(line.party, "Amber & Sons");
    assert_eq!((line.account.as_str(), line.party_account.as_str()), ("DE893704", "GB33BUKB"));
    assert_eq!(line.references, ["RF18539007547034", "E2E-1"]);
    assert_eq!((line.bank_reference.as_str(), line.position), ("B-1", 4));
}

#[test]
fn batch_is_a_line_for_each_payment_if_the_sums_agree() {
    let payment = |amount: &str, text: &str| {
        format!(
            "<TxDtls><AmtDtls><TxAmt><Amt Ccy=\"EUR\">{amount}</Amt></TxAmt></AmtDtls>\
            <RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
        )
    };
    let batch = |sum: &str| {
        let details = format!(
            "<AcctSvcrRef>B-1</AcctSvcrRef><NtryDtls><Btch/>{}{}</NtryDtls>",
            payment("60.00", "one"),
            payment("36.4", "two")
        );
        document(&entry(sum, "CRDT", &details))
    };
    let whole = file(&batch("96.40"));
    assert_eq!(short(&whole.lines), ["2026-05-03 +6000 one", "2026-05-03 +3640 two"]);
    let references: Vec<&str> =
        whole.lines.iter().map(|line| line.bank_reference.as_str()).collect();
    assert_eq!(references, ["B-1/1", "B-1/2"]);
    assert_eq!(short(&file(&batch("95.00")).lines), ["2026-05-03 +9500 one two"]);
}

#[test]
fn pending_entries_are_no_money_in_any_version() {
    let pending = entry("60.00", "CRDT", "").replace("BOOK", "PDNG");
    let coded = entry("60.00", "CRDT", "").replace("BOOK", "<Cd>PDNG</Cd>");
    let booked = entry("60.00", "CRDT", "").replace("BOOK", "<Cd>BOOK</Cd>");
    let file = file(&document(&format!("{pending}{coded}{booked}")));
    assert_eq!((file.lines.len(), file.pending.len()), (1, 2));
}

#[test]
fn indicator_is_the_direction_on_the_account_also_of_a_reversal() {
    let returned = entry("60.00", "DBIT", "").replace("<Sts>", "<RvslInd>true</RvslInd><Sts>");
    let details = "<NtryDtls><TxDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>";
    let bounced = entry("60.00", "CRDT", details);
    let file = file(&document(&format!("{}{returned}{bounced}", entry("1", "DBIT", ""))));
    let lines: Vec<(Flow, bool)> =
        file.lines.iter().map(|line| (line.flow, line.is_reversal)).collect();
    assert_eq!(lines, [(Flow::Out, false), (Flow::Out, true), (Flow::In, true)]);
}

#[test]
fn several_statements_and_prefixed_names_are_read() {
    let text = document(&entry("1.00", "CRDT", "")).replace(
        "</BkToCstmrStmt>",
        &format!(
            "<Stmt><Acct><Id><Othr><Id>77</Id></Othr></Id></Acct>{}</Stmt></BkToCstmrStmt>",
            entry("2", "CRDT", "")
        ),
    );
    let accounts: Vec<String> = file(&text).lines.into_iter().map(|line| line.account).collect();
    assert_eq!(accounts, ["DE893704", "77"]);
    let prefixed = document(&entry("1.00", "CRDT", "")).replace("</", "</x:").replace('<', "<x:");
    let prefixed =
        prefixed.replace("<x:/x:", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=");
    assert_eq!(file(&prefixed).lines.len(), 1);
}

#[test]
fn broken_file_is_refused_whole_with_its_line() {
    let whole = document(&format!("{}{}", entry("1.00", "CRDT", ""), entry("2.00", "CRDT", "")));
    for end in (whole.len() / 3..whole.len() - 1).step_by(7) {
        assert!(read(&whole.as_bytes()[..end], &source()).is_err(), "{end}");
    }
    for (wrong, reason) in [
        (whole.replace("2.00", "2,00"), "Line 5: “2,00” is not an amount in “EUR”."),
        (whole.replace("2.00", "2.001"), "Line 5: “2.001” is not an amount"),
        (whole.replace("2.00", "-2.00"), "Line 5: “-2.00” is not an amount"),
        (whole.replace("2026-05-03", "2026-02-30"), "Line 4: “2026-02-30” is not a date."),
        (whole.replacen("CRDT", "CREDIT", 1), "Line 4: “CREDIT” is neither CRDT nor DBIT."),
        (whole.replace("BkToCstmrStmt", "BkToCstmrAcctRpt"), "This is a report of the day"),
        (
            whole.replacen("<Document", "<!DOCTYPE x [<!ENTITY a \"b\">]><Document", 1),
            "Line 2: the XML is broken: it declares",
        ),
        (whole.replace("BOOK", "BO&x;OK"), "Line 4: the XML is broken: it has an unknown entity."),
        ("<a>".repeat(100), "Line 1: the XML is broken: it is nested too deeply."),
    ] {
        assert!(refusal(&wrong).starts_with(reason), "{}", refusal(&wrong));
    }
}

#[test]
fn lines_that_differ_from_the_balances_are_a_note() {
    let balance = |code: &str, amount: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt>\
            <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-05-03</Dt></Dt></Bal>\n"
        )
    };
    let with_closing = |closing: &str| {
        let entries = format!("{}{}", entry("60.00", "CRDT", ""), entry("10.00", "DBIT", ""));
        document(&format!("{}{}{entries}", balance("OPBD", "100.00"), balance("CLBD", closing)))
    };
    assert!(file(&with_closing("150.00")).notes.is_empty());
    let notes = file(&with_closing("175.00")).notes;
    assert_eq!(notes, ["Statement S1: its lines and its balances differ by EUR 25.00."]);
}

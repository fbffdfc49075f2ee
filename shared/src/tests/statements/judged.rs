//! Generated statements in two forms, read by the desk and kept for independent readers
//! (`tests/oracles/statements.py`).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fastrand::Rng;
use serde_json::json;

use super::*;

/// One generated entry.
struct Entry {
    day: Date,
    minor: u64,
    flow: Flow,
    is_reversal: bool,
    is_pending: bool,
    reference: String,
    end_to_end: String,
    party: String,
    account: String,
    text: String,
    /// The amounts of a batch; empty for a single payment.
    parts: Vec<u64>,
}

fn entry(rng: &mut Rng, at: usize) -> Entry {
    let is_batch = rng.u8(0..8) == 0;
    let parts: Vec<u64> = if is_batch {
        (0..rng.usize(2..6)).map(|_| rng.u64(1..100_000)).collect()
    } else {
        Vec::new()
    };
    let minor = if is_batch { parts.iter().sum() } else { rng.u64(1..9_999_999) };
    let names = ["Amber Bakery", "Birch & Sons", "Müller GmbH", "Łódź Taxi", "O'Brien <Ltd>"];
    let texts = ["INV-7-0012", "Invoice 12 / May", "RF18 5390 0754 7034", "- thanks + more", "x"];
    let words = rng.usize(1..5);
    Entry {
        day: date(2026, 1, 1).saturating_add(jiff::Span::new().days(rng.i64(0..365))),
        minor,
        flow: if rng.u8(0..3) == 0 { Flow::Out } else { Flow::In },
        is_reversal: rng.u8(0..12) == 0,
        is_pending: rng.u8(0..10) == 0,
        reference: format!("B{at:05}"),
        end_to_end: format!("E2E{at:05}"),
        party: names[rng.usize(0..names.len())].to_owned(),
        account: format!("DE{:020}", rng.u64(0..1_000_000)),
        text: (0..words).map(|_| texts[rng.usize(0..texts.len())]).collect::<Vec<_>>().join(" "),
        parts,
    }
}

fn decimal(minor: u64, mark: char) -> String {
    format!("{}{mark}{:02}", minor / 100, minor % 100)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn camt(entries: &[Entry], is_late_version: bool) -> String {
    let version = if is_late_version { "08" } else { "02" };
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}\">\
        <BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-06-01T10:00:00</CreDtTm></GrpHdr><Stmt><Id>S1</Id>\
        <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>\n"
    );
    for entry in entries {
        let status = if entry.is_pending { "PDNG" } else { "BOOK" };
        let status = if is_late_version { format!("<Cd>{status}</Cd>") } else { status.to_owned() };
        let side = if entry.flow == Flow::In { "CRDT" } else { "DBIT" };
        let reversal = if entry.is_reversal { "<RvslInd>true</RvslInd>" } else { "" };
        let payments = if entry.parts.is_empty() { vec![entry.minor] } else { entry.parts.clone() };
        let (role, name) =
            (if entry.flow == Flow::In { "Dbtr" } else { "Cdtr" }, escaped(&entry.party));
        let name = if is_late_version {
            format!("<Pty><Nm>{name}</Nm></Pty>")
        } else {
            format!("<Nm>{name}</Nm>")
        };
        let details: String = payments
            .iter()
            .map(|part| {
                format!(
                    "<TxDtls><Refs><EndToEndId>{}</EndToEndId></Refs>\
                    <AmtDtls><TxAmt><Amt Ccy=\"EUR\">{}</Amt></TxAmt></AmtDtls>\
                    <RltdPties><{role}>{name}</{role}><{role}Acct><Id><IBAN>{}</IBAN></Id></{role}Acct></RltdPties>\
                    <RmtInf><Ustrd>{}</Ustrd></RmtInf></TxDtls>",
                    entry.end_to_end,
                    decimal(*part, '.'),
                    entry.account,
                    escaped(&entry.text),
                )
            })
            .collect();
        writeln!(
            text,
            "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{side}</CdtDbtInd>{reversal}<Sts>{status}</Sts>\
            <BookgDt><Dt>{}</Dt></BookgDt><ValDt><Dt>{}</Dt></ValDt><AcctSvcrRef>{}</AcctSvcrRef>\
            <BkTxCd/><NtryDtls>{details}</NtryDtls></Ntry>",
            decimal(entry.minor, '.'),
            entry.day,
            entry.day,
            entry.reference,
        )
        .unwrap();
    }
    text + "</Stmt></BkToCstmrStmt></Document>\n"
}

fn mt940(entries: &[Entry], rng: &mut Rng) -> String {
    let mut text =
        String::from(":20:START\r\n:25:37040044/532013000\r\n:28C:5/1\r\n:60F:C251231EUR0,00\r\n");
    for entry in entries.iter().filter(|entry| !entry.is_pending) {
        let mark = match (entry.flow, entry.is_reversal) {
            (Flow::In, false) => "C",
            (Flow::Out, false) => "D",
            (Flow::In, true) => "RD",
            (Flow::Out, true) => "RC",
        };
        let day = entry.day.strftime("%y%m%d%m%d");
        let letter = if rng.bool() { "R" } else { "" };
        let amount = decimal(entry.minor, ',');
        write!(
            text,
            ":61:{day}{mark}{letter}{amount}NTRF{}//{}\r\n",
            entry.end_to_end, entry.reference
        )
        .unwrap();
        let plain = entry.text.replace('+', "and");
        let words = plain.chars().collect::<Vec<_>>();
        if rng.bool() {
            let fields: Vec<String> = words
                .chunks(27)
                .enumerate()
                .map(|(at, part)| format!("?2{at}{}", part.iter().collect::<String>()))
                .collect();
            write!(
                text,
                ":86:166?00TRANSFER{}?31{}?32{}\r\n",
                fields.concat(),
                entry.account,
                entry.party
            )
            .unwrap();
        } else {
            write!(text, ":86:{}\r\n", plain.replace("x ", "x\r\n")).unwrap();
        }
    }
    text + ":62F:C261231EUR0,00\r\n-\r\n"
}

/// The amounts with their directions, days and references, as they were generated.
fn truth(entries: &[Entry], is_with_batches: bool) -> Vec<(Date, Flow, u64, bool)> {
    let booked = entries.iter().filter(|entry| !entry.is_pending);
    booked
        .flat_map(|entry| {
            let whole = entry.parts.is_empty() || !is_with_batches;
            let amounts = if whole { vec![entry.minor] } else { entry.parts.clone() };
            amounts.into_iter().map(|minor| (entry.day, entry.flow, minor, entry.is_reversal))
        })
        .collect()
}

fn facts(file: &StatementFile) -> Vec<(Date, Flow, u64, bool)> {
    let facts = file
        .lines
        .iter()
        .map(|line| (line.booked_on, line.flow, line.amount.minor, line.is_reversal));
    facts.collect()
}

#[test]
fn generated_statements_are_read_as_written_and_kept_for_the_judge() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/statements");
    fs::create_dir_all(&folder).unwrap();
    for seed in 0..20 {
        let mut rng = Rng::with_seed(seed);
        let entries: Vec<Entry> = (0..60).map(|at| entry(&mut rng, at)).collect();
        let forms = [("xml", camt(&entries, seed % 2 == 0)), ("sta", mt940(&entries, &mut rng))];
        for (form, text) in forms {
            let read = file(&text);
            assert_eq!(facts(&read), truth(&entries, form == "xml"), "seed {seed}, {form}");
            let path = folder.join(format!("{seed}.{form}"));
            fs::write(&path, &text).unwrap();
            let lines = json!({ "lines": read.lines, "pending": read.pending });
            fs::write(folder.join(format!("{seed}.{form}.json")), lines.to_string()).unwrap();
        }
    }
}

//! Single lines.

use super::*;

fn book() -> Receivables {
    Receivables {
        payables: vec![
            payable("INV-2-0007", 41_200),
            payable("INV-32-0071", 9_640),
            payable("INV-7-0012", 5_000),
            payable("INV-7-0013", 7_500),
            payable("INV-7-0014", 2_600),
            payable("INV-8-0012", 7_500),
        ],
        clients: vec![
            paying(2, "Amber Bakery Ltd"),
            paying(32, "Cedar Freight GmbH"),
            paying(7, "Birch Dental"),
            paying(8, "Elm Taxi"),
        ],
        ..Receivables::default()
    }
}

fn proposals(line: StatementLine) -> LineProposals {
    propose(&[line], &book()).remove(0)
}

fn best(minor: u64, party: &str, text: &str) -> Option<(Vec<String>, bool)> {
    first(&proposals(line(minor, party, text)))
}

fn some(number: &str, is_sure: bool) -> Option<(Vec<String>, bool)> {
    Some((vec![number.to_owned()], is_sure))
}

#[test]
fn whole_number_with_its_amount_is_sure_in_every_spelling() {
    for text in [
        "INV-7-0012",
        "inv 7 0012",
        "INV7-0012",
        "INV70012",
        "Invoice no. 7-0012, thanks",
        "Rechnung INV-7-0012",
        "Rechnungsnr. 7/0012",
        "INV-7-00 12",
        "payment for invoice#INV-7-0012.",
        "FACTURE N° 7-0012",
    ] {
        assert_eq!(best(5_000, "", text), some("INV-7-0012", true), "{text}");
    }
}

#[test]
fn number_inside_a_longer_number_is_no_number() {
    assert_eq!(best(9_640, "", "Inv 32-0071 thanks"), some("INV-32-0071", true));
    for text in ["room 27", "INV-12-0007", "INV-2-00070", "order 920007", "INV-132-0071"] {
        assert_eq!(best(4_000, "", text), None, "{text}");
    }
}

#[test]
fn whole_reference_beats_every_partial_hit() {
    let reference = creditor_reference("INV-7-0013".parse().unwrap());
    let grouped: Vec<String> = reference
        .as_bytes()
        .chunks(4)
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect();
    for text in
        [reference.clone(), grouped.join(" "), format!("ref {} danke", reference.to_lowercase())]
    {
        assert_eq!(best(7_500, "Somebody Else", &text), some("INV-7-0013", true), "{text}");
    }
    let mut structured = line(7_500, "Elm Taxi", "");
    structured.references = vec![reference];
    assert_eq!(first(&proposals(structured)), some("INV-7-0013", true));
}

#[test]
fn long_reference_that_shares_groups_with_another_is_not_confused() {
    let mut book = book();
    book.payables[2].reference = "77 QX10Z 00000 02026 00031".to_owned();
    book.payables[3].reference = "77 QX10Z 00000 02026 00049".to_owned();
    book.payables[3].due_minor = 5_000;
    let line = line(5_000, "", "77 QX10Z 00000 02026 00031");
    let all = propose(&[line], &book).remove(0);
    assert_eq!(first(&all), some("INV-7-0012", true));
    assert_eq!(all.proposals.len(), 1);
    let partial = propose(&[super::line(5_000, "", "QX10Z 00000 02026")], &book).remove(0);
    assert_eq!(first(&partial), None);
}

#[test]
fn amount_that_differs_is_never_sure() {
    assert_eq!(best(4_999, "Birch Dental", "INV-7-0012"), some("INV-7-0012", false));
    assert_eq!(best(5_001, "Birch Dental", "INV-7-0012"), some("INV-7-0012", false));
    let surplus = proposals(line(45_000, "Amber Bakery", "INV-2-0007"));
    let MatchEffect::Pay { shares, rest_minor, .. } = &surplus.proposals[0].effect else {
        panic!()
    };
    assert_eq!((shares[0].1, *rest_minor), (41_200, 3_800));
}

#[test]
fn slip_that_hits_another_open_invoice_yields_to_amount_and_payer() {
    // INV-7-0012 was typed for INV-8-0012.
    assert_eq!(best(7_500, "ELM TAXI", "INV-7-0012"), some("INV-8-0012", false));
    // INV-7-0012 was typed for INV-7-0013.
    assert_eq!(best(7_500, "Birch Dental", "INV-7-0012"), some("INV-7-0013", false));
}

#[test]
fn number_beside_another_of_the_same_client_and_amount_is_not_sure() {
    let mut book = book();
    book.payables[3].due_minor = 5_000;
    let told = propose(&[line(5_000, "Birch Dental", "INV-7-0012")], &book).remove(0);
    assert_eq!(first(&told), some("INV-7-0012", false));
    let mut structured = line(5_000, "Birch Dental", "");
    structured.references = vec![book.payables[2].reference.clone()];
    assert_eq!(first(&propose(&[structured], &book)[0]), some("INV-7-0012", true));
}

#[test]
fn mistyped_number_needs_amount_or_payer() {
    for text in ["INV-7-0O12", "INV-7-012", "INV-7-00122", "IMV-7-0012", "INV-7-0102"] {
        assert_eq!(best(5_000, "", text), some("INV-7-0012", false), "{text}");
        assert_eq!(best(4_321, "Nobody", text), None, "{text}");
    }
}

#[test]
fn several_numbers_are_one_proposal_if_the_sum_agrees() {
    let both = Some((vec!["INV-7-0012".to_owned(), "INV-7-0013".to_owned()], true));
    for text in [
        "INV-7-0012, INV-7-0013",
        "INV-7-0012 + 0013",
        "INV-7-0012 and 0013",
        "Invoices 7-0012, 7-0013",
        "inv 7-0012/0013",
    ] {
        assert_eq!(best(12_500, "", text), both, "{text}");
    }
    // The amount is that of one of them.
    assert_eq!(best(5_000, "", "INV-7-0012, INV-7-0013"), some("INV-7-0012", false));
    let sum = best(15_100, "BIRCH DENTAL", "all invoices").unwrap();
    assert_eq!(
        sum,
        (vec!["INV-7-0012".to_owned(), "INV-7-0013".to_owned(), "INV-7-0014".to_owned()], false)
    );
}

#[test]
fn line_that_pays_nothing_has_no_proposal() {
    let out = |line: StatementLine| StatementLine { flow: Flow::Out, ..line };
    for line in [
        out(line(5_000, "Birch Dental", "INV-7-0012")),
        StatementLine { is_reversal: true, ..line(5_000, "Birch Dental", "INV-7-0012") },
        StatementLine { is_bank_charge: true, ..line(5_000, "", "interest") },
        line(5_000, "STRIPE", "STRIPE PAYOUT po_1N"),
        line(5_000, "Own account", "Transfer from savings"),
        line(41_200, "", "PAYOUT 2026-05-03"),
    ] {
        assert_eq!(proposals(line.clone()).proposals, [], "{line:?}");
    }
}

#[test]
fn name_finds_the_invoice_of_the_amount_but_is_not_sure() {
    assert_eq!(best(7_500, "BIRCH DENTAL LTD", "credits"), some("INV-7-0013", false));
    assert_eq!(best(7_500, "ELM TAXI", "credits"), some("INV-8-0012", false));
    assert_eq!(best(9_640, "CEDAR FREIG", ""), some("INV-32-0071", false));
}

#[test]
fn two_clients_of_one_name_are_told_apart_by_earlier_payments() {
    let mut book = book();
    book.clients[3].name = "Birch Dental".to_owned();
    book.clients[3].accounts.insert("DE77".to_owned());
    let unknown = line(7_500, "Birch Dental", "");
    assert_eq!(propose(std::slice::from_ref(&unknown), &book)[0].proposals.len(), 2);
    let known = StatementLine { party_account: "DE77".to_owned(), ..unknown };
    assert_eq!(first(&propose(&[known], &book)[0]), some("INV-8-0012", false));
}

#[test]
fn claimed_payment_comes_first_and_is_used_once() {
    let mut book = book();
    book.claims.push(ClaimedPayment {
        reference: "PAY-31".to_owned(),
        client: ClientId(32),
        invoice: "INV-32-0070".parse().unwrap(),
        minor: 3_000,
        currency: Currency::EUR,
    });
    let rows = [line(3_000, "Cedar Freight", "one"), line(3_000, "Cedar Freight", "two")];
    let both = propose(&rows, &book);
    assert_eq!(first(&both[0]), some("PAY-31", false));
    assert!(!both[1].proposals.iter().any(|proposal| pays(proposal) == ["PAY-31"]));
    let rows = [line(3_000, "Cedar Freight", "one"), line(3_000, "", "pay-31 thanks")];
    let both = propose(&rows, &book);
    assert_eq!(first(&both[1]), some("PAY-31", true));
    assert!(!both[0].proposals.iter().any(|proposal| pays(proposal) == ["PAY-31"]));
    assert_eq!(first(&propose(&[line(3_000, "", "PAY-310")], &book)[0]), None);
}

#[test]
fn invoice_is_used_up_once() {
    let rows =
        [line(9_640, "Cedar Freight", "INV-32-0071"), line(9_640, "Cedar Freight", "INV-32-0071")];
    let both = propose(&rows, &book());
    assert_eq!(first(&both[0]), some("INV-32-0071", true));
    assert_eq!(first(&both[1]), some("INV-32-0071", false));
    assert!(both[1].proposals[0].clues.contains(&Clue::Taken));
}

#[test]
fn parts_that_pay_an_invoice_together_are_sure() {
    let rows = [
        line(2_000, "Birch Dental", "INV-7-0012 1/2"),
        line(3_000, "Birch Dental", "INV-7-0012 2/2"),
    ];
    let both = propose(&rows, &book());
    assert_eq!(
        both.iter().map(first).collect::<Vec<_>>(),
        [some("INV-7-0012", true), some("INV-7-0012", true)]
    );
    let rows =
        [line(2_000, "Birch Dental", "INV-7-0012"), line(2_000, "Birch Dental", "INV-7-0012")];
    let both = propose(&rows, &book());
    assert_eq!(first(&both[0]), some("INV-7-0012", false));
}

#[test]
fn number_of_a_document_with_nothing_due_is_told_and_nothing_is_sure() {
    let line = line(5_000, "Birch Dental", "INV-7-0012 INV-7-0001");
    let told = proposals(line);
    assert_eq!(told.not_open, ["INV-7-0001".parse().unwrap()]);
    assert_eq!(first(&told), some("INV-7-0012", false));
}

#[test]
fn rule_hides_lines_like_the_first_and_no_money_that_names_its_invoice() {
    let mut book = book();
    let payout = line(7_500, "Birch Dental", "Deposit 4711 returned");
    assert!(first(&propose(std::slice::from_ref(&payout), &book)[0]).is_some());
    book.rules.push(IgnoreRule::of(&payout));
    let next = line(2_600, "BIRCH DENTAL", "deposit 4712 returned");
    let named = line(2_600, "Birch Dental", "Deposit returned INV-7-0014");
    let outgoing = StatementLine { flow: Flow::Out, ..next.clone() };
    let told = propose(&[next, named, outgoing], &book);
    assert_eq!((told[0].ignored_by, first(&told[0])), (Some(0), None));
    assert_eq!((told[1].ignored_by, first(&told[1])), (None, some("INV-7-0014", true)));
    assert_eq!(told[2].ignored_by, None);
}

#[test]
fn outgoing_line_offers_the_payment_that_it_returns() {
    let mut book = book();
    book.received.push(ReceivedPayment {
        key: "bl_1".to_owned(),
        minor: 5_000,
        currency: Currency::EUR,
        party: "Birch Dental".to_owned(),
        party_account: "DE77".to_owned(),
        references: vec!["TRF-8812".to_owned()],
    });
    let back = |minor, party: &str, text: &str, is_reversal| StatementLine {
        flow: Flow::Out,
        is_reversal,
        ..line(minor, party, text)
    };
    let offered = |line| first(&propose(&[line], &book)[0]);
    assert_eq!(offered(back(5_000, "Birch Dental", "", true)), some("bl_1", false));
    assert_eq!(offered(back(5_000, "Bank", "return of trf-8812", false)), some("bl_1", false));
    assert_eq!(offered(back(5_000, "Birch Dental", "rent", false)), None);
    assert_eq!(offered(back(4_000, "Birch Dental", "TRF-8812", true)), None);
}

#[test]
fn money_in_another_currency_pays_nothing_for_sure() {
    let mut foreign = line(5_000, "Birch Dental", "INV-7-0012");
    foreign.amount.currency = Currency::USD;
    let told = proposals(foreign);
    assert!(told.proposals.iter().all(|proposal| !proposal.is_sure));
}

#[test]
fn longer_name_is_not_taken_for_the_shorter_one_in_it() {
    let mut book = book();
    book.clients.push(paying(9, "Birch Dental North"));
    book.payables.push(payable("INV-9-0001", 7_500));
    let told = propose(&[line(7_500, "BIRCH DENTAL NORTH LTD", "")], &book).remove(0);
    assert_eq!(first(&told), some("INV-9-0001", false));
    let told = propose(&[line(7_500, "Birch Dental", "")], &book).remove(0);
    assert_eq!(first(&told), some("INV-7-0013", false));
}

#[test]
fn credit_note_is_no_invoice() {
    assert_eq!(best(5_000, "", "CN-7-0012"), None);
}

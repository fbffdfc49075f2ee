//! Documents that were looked at: every kind, script and number of decimals.

use iso_currency::{Country, Currency};
use jiff::civil::{Date, date};
use shared::kernel::bank::creditor_reference;
use shared::kernel::money::line_net;
use shared::kernel::tax::TaxRate;

use crate::document::{
    BankDetails, Business, Document, DocumentKind, DocumentLine, Earlier, TaxTotal, Treatment,
};
use crate::font::Fonts;

const ISSUED: Date = date(2026, 11, 28);

pub(crate) fn line(
    description: &str,
    quantity: u64,
    price_minor: u64,
    per: u64,
    treatment: Treatment,
) -> DocumentLine {
    let net_minor = line_net(quantity, price_minor, per).unwrap();
    DocumentLine {
        description: description.into(),
        quantity,
        price_minor,
        per,
        net_minor,
        treatment,
    }
}

pub(crate) fn rate(per_cent: u32) -> Treatment {
    Treatment::Rate(TaxRate::per_cent(per_cent))
}

fn business(name: &str, address: &str, country: Country, tax_number: &str) -> Business {
    Business {
        name: name.into(),
        address: address.into(),
        country: Some(country),
        tax_number: tax_number.into(),
    }
}

fn nordlicht() -> Business {
    let address = "Speicherstraße 12\n20457 Hamburg\nGermany";
    business("Nordlicht Nachrichten GmbH", address, Country::DE, "DE136695976")
}

fn nordlicht_bank() -> BankDetails {
    BankDetails {
        holder: "Nordlicht Nachrichten GmbH".into(),
        iban: Some("DE89370400440532013000".parse().unwrap()),
        bic: "COBADEFFXXX".into(),
        particulars: Vec::new(),
    }
}

fn quayside() -> Business {
    let address = "Unit 4, Quayside House, 12 Dock Road, Liverpool L3 4AB, United Kingdom";
    business("Quayside Messaging Ltd", address, Country::GB, "GB 340 7271 05")
}

fn quayside_bank() -> BankDetails {
    let particulars = [("Sort code", "20-00-00"), ("Account number", "55779911")];
    BankDetails {
        holder: "Quayside Messaging Ltd".into(),
        particulars: particulars.map(|(label, text)| (label.into(), text.into())).into(),
        ..BankDetails::default()
    }
}

/// A document whose sums follow from its lines.
pub(crate) fn document(
    seller: Business,
    buyer: Business,
    currency: Currency,
    lines: Vec<DocumentLine>,
) -> Document {
    let mut taxes: Vec<TaxTotal> = Vec::new();
    for line in &lines {
        match taxes.iter_mut().find(|tax| tax.treatment == line.treatment) {
            Some(tax) => tax.net_minor += line.net_minor,
            None => taxes.push(TaxTotal {
                treatment: line.treatment.clone(),
                net_minor: line.net_minor,
                tax_minor: 0,
            }),
        }
    }
    for tax in &mut taxes {
        if let Treatment::Rate(rate) = &tax.treatment {
            tax.tax_minor = rate.on(tax.net_minor).unwrap();
        }
    }
    let net_minor = lines.iter().map(|line| line.net_minor).sum();
    let tax_minor: u64 = taxes.iter().map(|tax| tax.tax_minor).sum();
    let number = "INV-12-0007".to_owned();
    Document {
        kind: DocumentKind::Invoice,
        reference: creditor_reference(&number.parse().unwrap()),
        number,
        corrects: None,
        issued: ISSUED,
        supplied: None,
        due: Some(date(2026, 12, 12)),
        seller,
        buyer,
        currency,
        lines,
        taxes,
        net_minor,
        gross_minor: net_minor + tax_minor,
        paid_minor: 0,
        credited_minor: 0,
        void: false,
        due_minor: net_minor + tax_minor,
        bank: None,
        code: true,
        logo: None,
        note: String::new(),
    }
}

/// One line, one rate.
pub(crate) fn plain() -> Document {
    let buyer = business("Acme Ltd", "7 High Street, Leeds LS1 4AB", Country::GB, "GB 999 9999 73");
    let lines = vec![line("MMS credits", 500, 6_000, 1_000, rate(20))];
    Document { bank: Some(quayside_bank()), ..document(quayside(), buyer, Currency::GBP, lines) }
}

/// More lines than a sheet holds.
pub(crate) fn forty_lines() -> Document {
    let lines = (1..=40).map(|number| {
        let kind = if number % 3 == 0 { "MMS" } else { "SMS" };
        let description = format!("{kind} credits, campaign {number} of the autumn season");
        line(&description, 1_250 * number, 4_500 + 10 * number, 1_000, rate(20))
    });
    let bank = Some(quayside_bank());
    Document { bank, ..document(quayside(), plain().buyer, Currency::GBP, lines.collect()) }
}

/// A long Greek name.
pub(crate) fn greek() -> Document {
    let name = "Ανώνυμη Εταιρεία Επικοινωνιών και Ηλεκτρονικών Μηνυμάτων «Η Ωραία Θεσσαλονίκη» \
                Παπαδοπούλου και Υιοί";
    let address = "Λεωφόρος Βασιλίσσης Όλγας 121\n546 45 Θεσσαλονίκη\nΕλλάδα";
    let buyer = business(name, address, Country::GR, "EL094259216");
    let lines =
        vec![line("Μονάδες SMS – SMS credits", 25_000, 3_950, 1_000, Treatment::ReverseCharge)];
    Document { bank: Some(nordlicht_bank()), ..document(nordlicht(), buyer, Currency::EUR, lines) }
}

/// No decimals.
pub(crate) fn yen() -> Document {
    let buyer = business(
        "Sakura Trading K.K.",
        "2-4-1 Marunouchi\nChiyoda-ku, Tokyo 100-0005",
        Country::JP,
        "",
    );
    let lines = vec![
        line("SMS credits", 100_000, 9_800, 1_000, rate(10)),
        line("Set-up of a sender name", 1, 15_000, 1, rate(10)),
    ];
    document(quayside(), buyer, Currency::JPY, lines)
}

/// Three decimals.
pub(crate) fn dinar() -> Document {
    let buyer = business("Gulf Line W.L.L.", "Block 3, Street 12, Kuwait City", Country::KW, "");
    let lines = vec![line("SMS credits", 12_345, 14_250, 1_000, rate(5))];
    document(quayside(), buyer, Currency::KWD, lines).with(|document| {
        document.supplied = Some(date(2026, 11, 1));
    })
}

pub(crate) fn credit_note() -> Document {
    let lines = vec![line("SMS credits taken back", 2_000, 5_000, 1_000, rate(19))];
    document(nordlicht(), two_rates().buyer, Currency::EUR, lines).with(|document| {
        document.kind = DocumentKind::CreditNote;
        document.number = "CN-12-0001".into();
        document.corrects =
            Some(Earlier { number: "INV-12-0007".into(), issued: date(2026, 10, 3) });
        document.due = None;
        document.due_minor = 0;
        document.reference = None;
    })
}

pub(crate) fn pro_forma() -> Document {
    let lines = vec![line("SMS credits", 10_000, 5_000, 1_000, rate(19))];
    let bank = Some(nordlicht_bank());
    Document { bank, ..document(nordlicht(), two_rates().buyer, Currency::EUR, lines) }.with(
        |document| {
            document.kind = DocumentKind::ProForma;
            document.number = "PF-12-0003".into();
        },
    )
}

/// Vietnamese, without decimals and with large figures.
pub(crate) fn vietnamese() -> Document {
    let address =
        "Số 15 đường Nguyễn Thị Minh Khai, Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh";
    let buyer = business("Công ty Cổ phần Viễn thông Ưu Việt", address, Country::VN, "0301452948");
    let lines = vec![
        line("Tín dụng tin nhắn SMS (trả trước)", 1_000_000, 350_000, 1_000, rate(8)),
        line("Tín dụng tin nhắn MMS", 250_000, 1_250_000, 1_000, rate(8)),
    ];
    document(quayside(), buyer, Currency::VND, lines)
}

/// A seller who charges no tax.
pub(crate) fn no_tax() -> Document {
    let lines = vec![line("SMS credits", 5_000, 4_200, 1_000, rate(0))];
    Document {
        bank: Some(quayside_bank()),
        ..document(quayside(), plain().buyer, Currency::GBP, lines)
    }
    .with(|document| {
        document.seller.tax_number.clear();
        document.buyer.tax_number.clear();
        document.note = "Thank you. Please state the reference, so that your payment finds its \
                             invoice at once."
            .into();
    })
}

/// An exempt buyer, paid in full.
pub(crate) fn exempt() -> Document {
    let buyer =
        business("Український Червоний Хрест", "вул. Пушкінська 30, Київ 01004", Country::UA, "");
    let reason =
        "services to a humanitarian organisation, Article 146(1)(c) of Directive 2006/112/EC";
    let treatment = Treatment::Exempt(reason.into());
    let lines = vec![line("SMS credits for an appeal", 40_000, 2_500, 1_000, treatment)];
    document(nordlicht(), buyer, Currency::EUR, lines).with(|document| {
        document.paid_minor = document.gross_minor;
        document.due_minor = 0;
    })
}

/// Two rates, prices for different quantities, a logo and a payment code.
pub(crate) fn two_rates() -> Document {
    let address = "Rue de la Loi 200\n1040 Bruxelles\nBelgique";
    let buyer = business("Éditions Œuvrées & Fils S.A.", address, Country::BE, "BE0123.456.749");
    let lines = vec![
        line("SMS credits", 20_000, 5_000, 1_000, rate(19)),
        line("Printed handbook “Messages that are read”", 3, 10_000, 1, rate(7)),
    ];
    let bank = Some(nordlicht_bank());
    Document { bank, ..document(nordlicht(), buyer, Currency::EUR, lines) }
}

/// Partly paid and credited, with a logo.
pub(crate) fn partly_paid() -> Document {
    two_rates().with(|document| {
        document.logo = Some(include_bytes!("logo.png").to_vec());
        document.paid_minor = 50_000;
        document.credited_minor = 11_900;
        document.due_minor = document.gross_minor - 61_900;
    })
}

/// Taken back, with its payment details left out.
pub(crate) fn void() -> Document {
    two_rates().with(|document| {
        document.void = true;
        document.due_minor = 0;
    })
}

/// The longest texts and largest figures.
pub(crate) fn extremes() -> Document {
    let name = "Ŵ".repeat(60) + " " + &"Wm".repeat(29);
    let lines = vec![
        DocumentLine {
            description:
                "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft "
                    .repeat(12),
            quantity: 999_999_999_999,
            price_minor: 9_007_199_254_740_991,
            per: 1_000_000,
            net_minor: 4_000_000_000_000_000,
            treatment: Treatment::ReverseCharge,
        },
        line("Short", 1, 100, 1, rate(20)),
    ];
    let party =
        Business { name, address: "Ж".repeat(240), country: None, tax_number: "9".repeat(40) };
    document(party.clone(), party, Currency::KWD, lines).with(|document| {
        document.number = "INV-1-".to_owned() + &"0".repeat(34);
        document.bank = Some(quayside_bank());
        document.note = "A note that is rather long. ".repeat(35);
    })
}

/// Every letter of the font.
pub(crate) fn letters() -> Document {
    let fonts = Fonts::load().unwrap();
    let letters = ('!'..='\u{ffff}').filter(|c| fonts.have(*c) && !c.is_whitespace());
    let letters: Vec<char> = letters.collect();
    let lines = letters
        .chunks(60)
        .map(|chunk| line(&chunk.iter().collect::<String>(), 1, 100, 1, Treatment::ReverseCharge));
    document(quayside(), plain().buyer, Currency::GBP, lines.collect())
}

/// The documents that are written for other readers, each with its name.
pub(crate) fn all() -> Vec<(&'static str, Document)> {
    vec![
        ("plain", plain()),
        ("forty_lines", forty_lines()),
        ("greek", greek()),
        ("yen", yen()),
        ("dinar", dinar()),
        ("credit_note", credit_note()),
        ("pro_forma", pro_forma()),
        ("vietnamese", vietnamese()),
        ("no_tax", no_tax()),
        ("exempt", exempt()),
        ("two_rates", two_rates()),
        ("partly_paid", partly_paid()),
        ("void", void()),
        ("extremes", extremes()),
        ("letters", letters()),
    ]
}

impl Document {
    /// The document with a change.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

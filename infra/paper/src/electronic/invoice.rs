//! The elements of a cross-industry invoice, in the order of its schema. The terms in brackets are those of
//! EN 16931.

use jiff::civil::Date;
use shared::kernel::money::{decimal, exponent};
use shared::kernel::tax::TaxRate;

use crate::document::{Business, Document, DocumentKind, DocumentLine, TaxTotal, Treatment};
use crate::electronic::vat::vat_number;
use crate::electronic::writer::Writer;

const ROOT: &str = "rsm:CrossIndustryInvoice \
    xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\" \
    xmlns:qdt=\"urn:un:unece:uncefact:data:standard:QualifiedDataType:100\" \
    xmlns:ram=\"urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100\" \
    xmlns:udt=\"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100\"";

/// The profile (BT-24).
const PROFILE: &str = "urn:cen.eu:en16931:2017";

/// A quantity of pieces (BT-130).
const PIECES: &str = "unitCode=\"C62\"";

/// The XML of a document that lacks nothing.
#[must_use]
pub fn xml(document: &Document) -> String {
    let mut writer = Writer::new();
    writer.element(ROOT, |w| {
        w.element("rsm:ExchangedDocumentContext", |w| {
            w.element("ram:GuidelineSpecifiedDocumentContextParameter", |w| {
                w.text("ram:ID", PROFILE)
            });
        });
        w.element("rsm:ExchangedDocument", |w| heading(w, document));
        w.element("rsm:SupplyChainTradeTransaction", |w| {
            for (number, line) in (1_usize..).zip(&document.lines) {
                w.element("ram:IncludedSupplyChainTradeLineItem", |w| {
                    item(w, document, number, line)
                });
            }
            w.element("ram:ApplicableHeaderTradeAgreement", |w| {
                w.element("ram:SellerTradeParty", |w| party(w, &document.seller));
                w.element("ram:BuyerTradeParty", |w| party(w, &document.buyer));
            });
            w.element("ram:ApplicableHeaderTradeDelivery", |w| {
                let day = document.supplied.unwrap_or(document.issued);
                w.element("ram:ActualDeliverySupplyChainEvent", |w| {
                    date(w, "ram:OccurrenceDateTime", day)
                });
            });
            w.element("ram:ApplicableHeaderTradeSettlement", |w| settlement(w, document));
        });
    });
    writer.finish()
}

fn heading(w: &mut Writer, document: &Document) {
    w.text("ram:ID", &document.number);
    let code = match document.kind {
        DocumentKind::Invoice => "380",
        DocumentKind::CreditNote => "381",
        DocumentKind::ProForma => "325",
    };
    w.text("ram:TypeCode", code);
    date(w, "ram:IssueDateTime", document.issued);
    if !document.note.is_empty() {
        w.element("ram:IncludedNote", |w| w.text("ram:Content", &document.note));
    }
}

fn item(w: &mut Writer, document: &Document, number: usize, line: &DocumentLine) {
    w.element("ram:AssociatedDocumentLineDocument", |w| w.text("ram:LineID", &number.to_string()));
    w.element("ram:SpecifiedTradeProduct", |w| {
        let name = line.description.replace('\n', " ");
        w.text("ram:Name", if name.is_empty() { "Item" } else { &name });
    });
    w.element("ram:SpecifiedLineTradeAgreement", |w| {
        w.element("ram:NetPriceProductTradePrice", |w| {
            w.text("ram:ChargeAmount", &amount(document, line.price_minor));
            w.text(&format!("ram:BasisQuantity {PIECES}"), &line.per.to_string());
        });
    });
    w.element("ram:SpecifiedLineTradeDelivery", |w| {
        w.text(&format!("ram:BilledQuantity {PIECES}"), &line.quantity.to_string());
    });
    w.element("ram:SpecifiedLineTradeSettlement", |w| {
        w.element("ram:ApplicableTradeTax", |w| {
            w.text("ram:TypeCode", "VAT");
            w.text("ram:CategoryCode", category(&line.treatment));
            w.text("ram:RateApplicablePercent", &rate(&line.treatment));
        });
        w.element("ram:SpecifiedTradeSettlementLineMonetarySummation", |w| {
            w.text("ram:LineTotalAmount", &amount(document, line.net_minor));
        });
    });
}

fn party(w: &mut Writer, business: &Business) {
    w.text("ram:Name", &business.name);
    w.element("ram:PostalTradeAddress", |w| {
        let mut lines = business.address.lines();
        for name in ["ram:LineOne", "ram:LineTwo"] {
            w.text_if_any(name, lines.next().unwrap_or_default());
        }
        w.text_if_any("ram:LineThree", &lines.collect::<Vec<_>>().join(", "));
        let country = business.country.map(|country| country.to_string());
        w.text_if_any("ram:CountryID", &country.unwrap_or_default());
    });
    if let Some(number) = vat_number(business) {
        w.element("ram:SpecifiedTaxRegistration", |w| w.text("ram:ID schemeID=\"VA\"", &number));
    }
}

fn settlement(w: &mut Writer, document: &Document) {
    w.text_if_any("ram:PaymentReference", document.reference.as_deref().unwrap_or_default());
    w.text("ram:InvoiceCurrencyCode", document.currency.code());
    payment_means(w, document);
    for tax in &document.taxes {
        w.element("ram:ApplicableTradeTax", |w| tax_total(w, document, tax));
    }
    w.element("ram:SpecifiedTradePaymentTerms", |w| terms(w, document));
    w.element("ram:SpecifiedTradeSettlementHeaderMonetarySummation", |w| {
        let tax_minor = document.gross_minor.saturating_sub(document.net_minor);
        // A credit note states what it credits.
        let is_note = document.kind == DocumentKind::CreditNote;
        let payable_minor = if is_note { document.gross_minor } else { document.due_minor };
        let prepaid_minor = document.gross_minor.saturating_sub(payable_minor);
        w.text("ram:LineTotalAmount", &amount(document, document.net_minor));
        w.text("ram:TaxBasisTotalAmount", &amount(document, document.net_minor));
        let currency = document.currency.code();
        let name = format!("ram:TaxTotalAmount currencyID=\"{currency}\"");
        w.text(&name, &amount(document, tax_minor));
        w.text("ram:GrandTotalAmount", &amount(document, document.gross_minor));
        if prepaid_minor > 0 {
            w.text("ram:TotalPrepaidAmount", &amount(document, prepaid_minor));
        }
        w.text("ram:DuePayableAmount", &amount(document, payable_minor));
    });
    if let Some(earlier) = &document.corrects {
        w.element("ram:InvoiceReferencedDocument", |w| {
            w.text("ram:IssuerAssignedID", &earlier.number);
            w.element("ram:FormattedIssueDateTime", |w| {
                w.text("qdt:DateTimeString format=\"102\"", &digits(earlier.issued));
            });
        });
    }
}

/// A transfer, to an account with IBAN.
fn payment_means(w: &mut Writer, document: &Document) {
    let Some(bank) = &document.bank else { return };
    let Some(iban) = &bank.iban else { return };
    if !document.is_payable() {
        return;
    }
    w.element("ram:SpecifiedTradeSettlementPaymentMeans", |w| {
        w.text(
            "ram:TypeCode",
            if document.currency == iso_currency::Currency::EUR { "58" } else { "30" },
        );
        w.element("ram:PayeePartyCreditorFinancialAccount", |w| {
            w.text("ram:IBANID", iban.as_str());
            w.text_if_any("ram:AccountName", &bank.holder);
        });
        if !bank.bic.is_empty() {
            w.element("ram:PayeeSpecifiedCreditorFinancialInstitution", |w| {
                w.text("ram:BICID", &bank.bic)
            });
        }
    });
}

fn tax_total(w: &mut Writer, document: &Document, tax: &TaxTotal) {
    w.text("ram:CalculatedAmount", &amount(document, tax.tax_minor));
    w.text("ram:TypeCode", "VAT");
    match &tax.treatment {
        Treatment::Rate(_) => {}
        Treatment::Exempt(reason) => w.text("ram:ExemptionReason", reason),
        Treatment::ReverseCharge => w.text("ram:ExemptionReason", "Reverse charge"),
    }
    w.text("ram:BasisAmount", &amount(document, tax.net_minor));
    w.text("ram:CategoryCode", category(&tax.treatment));
    if tax.treatment == Treatment::ReverseCharge {
        w.text("ram:ExemptionReasonCode", "VATEX-EU-AE");
    }
    w.text("ram:RateApplicablePercent", &rate(&tax.treatment));
}

fn terms(w: &mut Writer, document: &Document) {
    match (document.kind, document.due) {
        (DocumentKind::CreditNote, _) => {
            w.text("ram:Description", "A credit: nothing is to be paid.")
        }
        (_, Some(due)) => date(w, "ram:DueDateDateTime", due),
        (_, None) => w.text("ram:Description", "Paid."),
    }
}

/// The category of a treatment (BT-118): standard, zero rate, exempt, reverse charge.
fn category(treatment: &Treatment) -> &'static str {
    match treatment {
        Treatment::Rate(rate) if *rate == TaxRate::ZERO => "Z",
        Treatment::Rate(_) => "S",
        Treatment::Exempt(_) => "E",
        Treatment::ReverseCharge => "AE",
    }
}

fn rate(treatment: &Treatment) -> String {
    match treatment {
        Treatment::Rate(rate) => rate.to_string(),
        Treatment::Exempt(_) | Treatment::ReverseCharge => "0".to_owned(),
    }
}

fn amount(document: &Document, minor: u64) -> String {
    decimal(minor, exponent(document.currency)).replace(',', "")
}

fn date(w: &mut Writer, name: &str, date: Date) {
    w.element(name, |w| w.text("udt:DateTimeString format=\"102\"", &digits(date)));
}

/// A date as `20261003`.
fn digits(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}

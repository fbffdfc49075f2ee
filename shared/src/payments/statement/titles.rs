//! The words by which banks name the columns of their CSV files, in the languages of Europe.
//!
//! Absent on purpose: columns that the desk does not read, such as balances. A title that means two
//! things in two languages (`valuta`) is decided by the cells below it.

use iso_currency::Currency;

use crate::kernel::fold::loose;
use crate::payments::statement::types::Flow;

/// The content of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnRole {
    Date,
    ValueDate,
    Amount,
    Incoming,
    Outgoing,
    Direction,
    Text,
    Party,
    PartyAccount,
    /// The account of the statement.
    Account,
    /// The account of the statement, or of the other party where the file names one.
    SomeAccount,
    Currency,
    BankReference,
    Status,
}

/// Titles by role, as [`plain`] writes them.
const TITLES: [(ColumnRole, &str); 14] = [
    (
        ColumnRole::Date,
        "date, booking date, posting date, transaction date, posted date, posted, entry \
         date, date posted, completed date, booked on, booking day, buchungstag, \
         buchungsdatum, buchung, datum, date operation, date d operation, date comptable, \
         fecha, fecha operacion, fecha contable, fecha de operacion, data, data operazione, \
         data contabile, boekdatum, boekingsdatum, transactiedatum, data ksiegowania, data \
         operacji, data transakcji, bokforingsdag, bokforingsdatum, bokforingsdato, \
         bogforingsdato, transaktionsdatum, dato, kirjauspaiva, paivamaara, data movimento, \
         data mov, data lancamento, datum knjizenja, datum zauctovani",
    ),
    (
        ColumnRole::ValueDate,
        "value date, valuta, valutadatum, wertstellung, wert, date de valeur, date valeur, \
         fecha valor, data valuta, rentedatum, valutadag, rentedato, valuteringsdato, \
         arvopaiva, data valor, data waluty",
    ),
    (
        ColumnRole::Amount,
        "amount, transaction amount, value, betrag, umsatz, montant, importe, importo, \
         bedrag, kwota, kwota operacji, belopp, belop, maara, valor, quantia, montante, \
         castka, osszeg, suma, iznos, amount in account currency",
    ),
    (
        ColumnRole::Incoming,
        "credit, credits, credit amount, amount credit, paid in, money in, deposit, \
         deposits, received, incoming, in, haben, gutschrift, gutschriften, abono, abonos, \
         haber, ingresos, avere, accrediti, accredito, entrate, entrata, bijschrijving, \
         uznania, wplywy, insattning, inn, credito, recettes",
    ),
    (
        ColumnRole::Outgoing,
        "debit, debits, debit amount, amount debit, paid out, money out, withdrawal, \
         withdrawals, spent, outgoing, out, soll, lastschrift, belastung, belastungen, \
         cargo, cargos, debe, gastos, dare, addebiti, addebito, uscite, uscita, \
         afschrijving, obciazenia, wydatki, uttag, ut, debito, depenses",
    ),
    (
        ColumnRole::Direction,
        "debit credit, credit debit, dr cr, cr dr, d c, c d, soll haben, s h, af bij, sign, \
         type, direction, cdtdbtind, credit debit indicator, debit credit indicator, debet \
         credit, sens, kennzeichen, debit or credit",
    ),
    (
        ColumnRole::Text,
        "text, description, details, transaction details, narrative, memo, particulars, \
         reference, payment reference, customer reference, your reference, remittance \
         information, message, transaction description, notes, end to end id, end to end \
         reference, endtoendid, purpose, payment details, verwendungszweck, buchungstext, \
         buchungsdetails, kundenreferenz, kundenreferenz end to end, zahlungsgrund, libelle, \
         libelle operation, motif, communication, communications, concepto, descripcion, \
         observaciones, descrizione, descrizione operazione, causale, omschrijving, \
         mededelingen, mededeling, betalingskenmerk, tytul, tytulem, opis, opis operacji, \
         tekst, beskrivelse, beskrivning, meddelande, melding, viesti, selite, viite, \
         viitenumero, kid, kidnr, descricao, historico, zprava, popis, kozlemeny",
    ),
    (
        ColumnRole::Party,
        "name, payer, payer name, payee, payee name, counterparty, counter party, \
         counterparty name, name of counterparty, partner name, partner, sender, sender \
         name, from, merchant, beneficiary, debtor, debtor name, party, auftraggeber \
         empfanger, beguenstigter zahlungspflichtiger, begunstigter zahlungspflichtiger, \
         zahlungsbeteiligter, name zahlungsbeteiligter, auftraggeber beguenstigter, \
         auftraggeber begunstigter, auftraggeber, zahlungspflichtiger, zahlungspflichtige r, \
         empfanger, gegenpartei, nom, contrepartie, nom contrepartie, ordenante, \
         beneficiario, ordinante, controparte, naam tegenpartij, naam omschrijving, naam, \
         tegenpartij, kontrahent, nadawca odbiorca, dane kontrahenta, nadawca, avsender, \
         avsandare, navn, namn, saaja maksaja, maksaja, saaja, protistrana",
    ),
    (
        ColumnRole::PartyAccount,
        "counterparty account, counterparty iban, partner iban, payer account, payer iban, \
         sender account, kontonummer iban, iban zahlungsbeteiligter, konto gegenpartei, \
         compte contrepartie, iban contrepartie, tegenrekening, tegenrekening iban bban, \
         iban tegenpartij, konto kontrahenta, numer rachunku kontrahenta, rachunek \
         kontrahenta, party account, party iban",
    ),
    (
        ColumnRole::Account,
        "own account, auftragskonto, iban auftragskonto, bezeichnung auftragskonto, iban bban, \
         rekening",
    ),
    (
        ColumnRole::SomeAccount,
        "account, account number, account no, iban, rekeningnummer, compte, numero de compte, \
         cuenta, conto, rachunek, konto, kontonummer, tili, conta",
    ),
    (
        ColumnRole::Currency,
        "currency, ccy, wahrung, waehrung, devise, divisa, moneda, munt, muntsoort, waluta, \
         valuta, valuutta, moeda, mena, penznem",
    ),
    (
        ColumnRole::BankReference,
        "id, transaction id, transaction number, transaction reference, bank reference, \
         entry reference, entry number, entry id, account servicer reference, fitid, running \
         number, sequence number, row number, no, transaktions id, umsatz id, buchungs id, \
         buchungsreferenz, bankreferenz, laufende nummer, lfd nr, reference bancaire, numero \
         operation, numero de operacion, referencia bancaria, volgnr, volgnummer, \
         transactiereferentie, numer transakcji, nr referencyjny, verifikationsnummer, \
         arkivreferens, arkivref, arkistointitunnus",
    ),
    (
        ColumnRole::Status,
        "status, state, booking status, statut, etat, estado, stato, stan, tila, stav, \
         transaction status",
    ),
];

/// A title as the table has it: its words without accents, case, punctuation and currency.
fn plain(title: &str) -> String {
    let folded = loose(title);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !is_code(word))
        .collect();
    words.join(" ")
}

/// `Amount (GBP)` and `Betrag in EUR` name the currency.
fn is_code(word: &str) -> bool {
    ["eur", "euro", "euros", "gbp", "usd", "chf", "sek", "nok", "dkk", "pln", "czk", "huf", "jpy"]
        .contains(&word)
}

/// Whether a list, parted by commas, has a word.
fn lists(list: &str, word: &str) -> bool {
    list.split(", ").any(|listed| listed == word)
}

/// The roles that a title may have, the likeliest first.
#[must_use]
pub fn roles(title: &str) -> Vec<ColumnRole> {
    let title = plain(title);
    let short = title.strip_suffix(" in").unwrap_or(&title);
    let names = |titles: &str| lists(titles, &title) || lists(titles, short);
    TITLES.iter().filter(|(_, titles)| names(titles)).map(|(role, _)| *role).collect()
}

/// The direction that a word tells.
#[must_use]
pub fn direction(word: &str) -> Option<Flow> {
    let word = plain(word);
    let incoming = "c, cr, crdt, credit, h, haben, gutschrift, bij, in, incoming, deposit, kredit, \
        abono, haber, avere, credito, payment received, received";
    let outgoing = "d, dr, dbit, debit, s, soll, lastschrift, af, out, outgoing, withdrawal, debet, \
        cargo, debe, dare, debito, payment sent, sent";
    if lists(incoming, &word) {
        Some(Flow::In)
    } else if lists(outgoing, &word) {
        Some(Flow::Out)
    } else {
        None
    }
}

/// Whether a status means that the entry is booked. Nothing for a word that tells neither.
#[must_use]
pub fn is_booked(word: &str) -> Option<bool> {
    let word = plain(word);
    let booked = "book, booked, posted, completed, complete, cleared, settled, done, ok, final, \
        executed, processed, successful, success, paid, gebucht, verbucht, abgeschlossen, \
        ausgefuhrt, comptabilise, comptabilisee, execute, executee, contabilizado, \
        completado, realizado, contabilizzato, eseguito, geboekt, verwerkt, uitgevoerd, \
        zaksiegowana, zaksiegowano, zrealizowana, wykonana, bokford, bokfort, bogfort, \
        genomford, kirjattu, umsatz gebucht";
    let pending = "pdng, pending, futr, info, authorised, authorized, authorisation, uncleared, \
        unbooked, not booked, hold, on hold, processing, in progress, scheduled, reserved, \
        expected, declined, failed, cancelled, canceled, rejected, reverted, vorgemerkt, \
        umsatz vorgemerkt, ausstehend, offen, nicht gebucht, geplant, abgelehnt, en attente, \
        a venir, en cours, refuse, pendiente, en curso, retenido, rechazado, in sospeso, in \
        attesa, non contabilizzato, in behandeling, gereserveerd, openstaand, oczekujaca, \
        oczekuje, w trakcie, odrzucona, vantande, preliminar, reserverad, reserveret, \
        reservert, afventer, venter, odottaa, varaus, pendente";
    if word.is_empty() || lists(booked, &word) {
        Some(true)
    } else if lists(pending, &word) {
        Some(false)
    } else {
        None
    }
}

/// Whether a text has the form of a currency code.
#[must_use]
pub fn currency(text: &str) -> Option<Currency> {
    let code = text.trim().to_ascii_uppercase();
    (code.len() == 3).then(|| Currency::from_code(&code)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_known_in_several_languages_and_spellings() {
        for (title, role) in [
            ("Buchungstag", ColumnRole::Date),
            ("Date opération", ColumnRole::Date),
            ("Bokføringsdato", ColumnRole::Date),
            ("Amount (GBP)", ColumnRole::Amount),
            ("Betrag in EUR", ColumnRole::Amount),
            ("Importe", ColumnRole::Amount),
            ("Paid in", ColumnRole::Incoming),
            ("Débit", ColumnRole::Outgoing),
            ("Auftraggeber/Empfänger", ColumnRole::Party),
            ("Naam / Omschrijving", ColumnRole::Party),
            ("Af Bij", ColumnRole::Direction),
            ("Währung", ColumnRole::Currency),
            ("Libellé", ColumnRole::Text),
            ("Transaction ID", ColumnRole::BankReference),
        ] {
            assert_eq!(roles(title).first(), Some(&role), "{title}");
        }
        assert_eq!(roles("Valuta"), [ColumnRole::ValueDate, ColumnRole::Currency]);
        assert_eq!(roles("Balance"), []);
    }

    #[test]
    fn status_tells_booked_or_pending_or_nothing() {
        for (word, booked) in [
            ("BOOKED", Some(true)),
            ("gebucht", Some(true)),
            ("Pending", Some(false)),
            ("En attente", Some(false)),
            ("Vorgemerkt", Some(false)),
            ("declined", Some(false)),
            ("whatever", None),
        ] {
            assert_eq!(is_booked(word), booked, "{word}");
        }
    }
}

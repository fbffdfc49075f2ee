//! When a client is reminded of an invoice: at 09:00 in its zone on working days, by days from the due date
//! (LEDGER §6, DESIGN §10).
//!
//! Absent on purpose: whether the invoice is still due. The run of a reminder reads that.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::clients::types::Client;
use crate::contract::image::Stop;
use crate::decision::Scene;
use crate::invoices::types::Invoice;
use crate::kernel::id::{ClientId, InvoiceNumber};
use crate::kernel::job::{Effect, What};

/// The days from the due date of an invoice that is due when it is made.
const PREPAID: [i8; 3] = [1, 3, 7];

/// The days from the due date of an invoice with terms.
const TERMS: [i8; 3] = [-3, 1, 7];

/// The day after the due date from which on a client gets no further credits on open invoices.
pub const STOPS_AFTER: i8 = 14;

/// The hour of a reminder, in the client's zone.
const HOUR: i8 = 9;

/// A reminder of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminder {
    /// The days from the due date.
    pub day: i8,
    pub at: Timestamp,
}

/// The first reminder of an invoice that a change makes; `None` if nothing is due, or the payer gets no
/// mail.
///
/// # Errors
/// The payer's parent or a brand was never read.
pub fn first(scene: &Scene<'_>, payer: &Client, invoice: &Invoice) -> Result<Option<Effect>, Stop> {
    if invoice.due_minor() == 0 || !scene.reads_mail(payer)? {
        return Ok(None);
    }
    let desk = scene.settings.time_zone();
    let reminder = next(invoice, None, (&desk, &payer.time_zone(desk.clone())));
    Ok(reminder.map(|reminder| reminder.effect(payer.id, invoice.number)))
}

impl Reminder {
    /// The effect of an invoice's job.
    #[must_use]
    pub fn effect(self, client: ClientId, invoice: InvoiceNumber) -> Effect {
        Effect::new(What::Remind { client, invoice, day: self.day }, self.at)
    }
}

/// The first reminder of an invoice that was made just now, or the next one after that of `day`.
#[must_use]
pub fn next(
    invoice: &Invoice,
    day: Option<i8>,
    (desk, client): (&TimeZone, &TimeZone),
) -> Option<Reminder> {
    let made = invoice.at.to_zoned(desk.clone()).date();
    let days = if invoice.due <= made { PREPAID } else { TERMS };
    let later = days.into_iter().filter(|later| day.is_none_or(|day| *later > day));
    let mut reminders =
        later.filter_map(|day| Some(Reminder { day, at: at(invoice.due, day, client)? }));
    reminders.find(|reminder| reminder.at > invoice.at)
}

/// The morning of a day from the due date, or of the next working day.
fn at(due: Date, day: i8, zone: &TimeZone) -> Option<Timestamp> {
    let date = due.checked_add(i64::from(day).days()).ok()?;
    let date = date.checked_add(to_working_day(date).days()).ok()?;
    Some(date.at(HOUR, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp())
}

/// The days until the next working day.
fn to_working_day(date: Date) -> i64 {
    match date.weekday() {
        Weekday::Saturday => 2,
        Weekday::Sunday => 1,
        Weekday::Monday
        | Weekday::Tuesday
        | Weekday::Wednesday
        | Weekday::Thursday
        | Weekday::Friday => 0,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn reminder_waits_for_the_morning_of_a_working_day_in_the_zone_of_the_client() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let morning = |due, day| at(due, day, &zone).unwrap().to_string();
        assert_eq!(morning(date(2026, 12, 7), -3), "2026-12-04T14:00:00Z");
        assert_eq!(morning(date(2026, 12, 8), -3), "2026-12-07T14:00:00Z", "a Saturday");
        assert_eq!(morning(date(2026, 7, 4), 1), "2026-07-06T13:00:00Z", "a Sunday in summer");
    }
}

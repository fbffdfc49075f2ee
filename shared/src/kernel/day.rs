//! Days and zones. A day begins at midnight in the desk's zone. Before the settings are read, the UTC day
//! is a guess at it: a wrong one costs another read.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The time zone of an IANA name; UTC if the name is no zone.
#[must_use]
pub fn zone_named(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

#[must_use]
pub fn utc_date(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// Months since year 0 (year × 12 + month), in UTC.
#[must_use]
pub fn month_of(at: Timestamp) -> i32 {
    let date = utc_date(at);
    i32::from(date.year()).saturating_mul(12).saturating_add(i32::from(date.month()))
}

/// `yyyymm` in UTC.
#[must_use]
pub fn month_name(at: Timestamp) -> String {
    let date = utc_date(at);
    format!("{:04}{:02}", date.year(), date.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_and_month_are_those_of_utc() {
        let at: Timestamp = "2026-03-01T00:30:00+02:00".parse().unwrap();
        assert_eq!(utc_date(at), jiff::civil::date(2026, 2, 28));
        assert_eq!((month_of(at), month_name(at)), (2026 * 12 + 2, "202602".to_owned()));
    }

    #[test]
    fn zone_is_found_by_its_name_and_is_utc_otherwise() {
        assert_eq!(zone_named("Europe/London").iana_name(), Some("Europe/London"));
        assert_eq!(zone_named("Atlantis"), TimeZone::UTC);
    }
}

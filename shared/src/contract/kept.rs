//! The types of records, as an image gives them out.

use crate::books::types::{Day, Proof};
use crate::clients::brand::types::Brand;
use crate::clients::names::types::WholeName;
use crate::clients::types::{Client, Hierarchy};
use crate::contract::Record;
use crate::contract::plan::Plan;
use crate::contract::receipt::Receipt;
use crate::contract::rights::{Rights, RightsChange};
use crate::invoices::types::Invoice;
use crate::kernel::job::Job;
use crate::ledger::account::Account;
use crate::ledger::entry::Entry;
use crate::payments::provider::types::RefundAsked;
use crate::payments::types::{Event, Payment};
use crate::permissions::types::MmsGate;
use crate::pricing::types::Prices;
use crate::settings::types::{Bank, Settings};
use crate::staff::types::{LinkedIdentity, Owners, Spend, Staff};

/// A type of record, as an image gives it out.
pub trait Kept: Sized {
    /// The record, if it is of this type.
    fn of(record: &Record) -> Option<&Self>;
}

impl Kept for Account {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Account(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Entry {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Entry(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Receipt {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Operation(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Invoice {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Invoice(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Payment {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Payment(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Spend {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Spend(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Day {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Day(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Owners {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Owners(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Hierarchy {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Hierarchy(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Client {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Client(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for WholeName {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::WholeName(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Staff {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Staff(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for LinkedIdentity {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Identity(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Prices {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Prices(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Settings {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Settings(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Brand {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Brand(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Bank {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Bank(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for MmsGate {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::MmsGate(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Event {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Event(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Plan {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Plan(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Job {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Job(kept) | Record::FailedJob(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Proof {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Proof(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for Rights {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::Rights(kept) = record { Some(kept) } else { None }
    }
}

impl Kept for RightsChange {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::RightsChange(kept) = record { Some(kept) } else { None }
    }
}

/// Any record.
impl Kept for Record {
    fn of(record: &Record) -> Option<&Self> {
        Some(record)
    }
}

impl Kept for RefundAsked {
    fn of(record: &Record) -> Option<&Self> {
        if let Record::RefundAsked(kept) = record { Some(kept) } else { None }
    }
}

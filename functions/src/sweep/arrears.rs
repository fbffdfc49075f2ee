//! Arrears, once a working day from 09:00 in the desk's zone: two weeks after an invoice was due, further
//! adds of its client on open invoices stop, which is announced with the account manager's name; and in
//! each month, clients with an overdue invoice get a statement of account for the month before.
//!
//! Invariant: each call's key is the invoice, or the client and month. So a round that is walked again does
//! nothing twice, and adds that staff allowed again are not stopped again for the same invoice.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use shared::books::types::Ask;
use shared::contract::Key;
use shared::invoices::reminders::STOPS_AFTER;
use shared::invoices::types::Invoice;
use shared::kernel::id::{CallKey, ClientId};
use shared::ledger::account::Account;
use shared::settings::types::Settings;

use super::Run;
use crate::failure::Failure;

/// The hour at which a round begins.
const HOUR: i8 = 9;

/// How many clients are looked at together.
const SOME: u64 = 50;

/// How many days that were missed are made up for, at most.
const DAYS_BACK: i32 = 31;

/// One round.
#[derive(Debug, Clone, Copy)]
struct Round {
    /// The day of the last round.
    last: Date,
    today: Date,
    /// It is the first of its month.
    is_monthly: bool,
}

impl Run<'_> {
    /// Walks all clients, if a round is due.
    pub(super) async fn arrears(&mut self) -> Result<(), Failure> {
        let image = self.sweep.store.image(&[Key::Settings]).await?;
        let settings = image.peek::<Settings>(&Key::Settings).cloned().unwrap_or_default();
        let now = self.now.to_zoned(settings.time_zone());
        let today = now.date();
        let is_weekend = matches!(today.weekday(), Weekday::Saturday | Weekday::Sunday);
        let before = self.rounds.arrears;
        if now.hour() < HOUR || is_weekend || before.is_some_and(|before| before >= today) {
            return Ok(());
        }
        let last = before.unwrap_or_else(|| today.saturating_sub(Span::new().days(DAYS_BACK)));
        let is_monthly =
            before.is_some_and(|before| before.first_of_month() < today.first_of_month());
        let round = Round { last, today, is_monthly };
        let end = self.last_client().await?;
        while self.rounds.owing < end {
            if self.over() {
                return Ok(());
            }
            let first = self.rounds.owing.saturating_add(1);
            let last = self.rounds.owing.saturating_add(SOME).min(end);
            let keys: Vec<Key> =
                (first..=last).map(|number| Key::Account(ClientId(number))).collect();
            let image = self.sweep.store.image(&keys).await?;
            for account in keys.iter().filter_map(|key| image.peek::<Account>(key)) {
                // One client keeps nobody else from being looked at.
                let ended = self.arrears_of(account, round).await;
                self.note(ended);
            }
            self.rounds.owing = last;
            self.keep_rounds().await?;
        }
        self.rounds.arrears = Some(today);
        self.rounds.owing = 0;
        self.keep_rounds().await
    }

    async fn arrears_of(&self, account: &Account, round: Round) -> Result<(), Failure> {
        if account.unpaid_minor == 0 {
            return Ok(());
        }
        let client = account.client;
        let mut invoices = self.sweep.store.invoices(client).await?.readable();
        invoices.retain(|invoice| invoice.overdue(round.today));
        for invoice in invoices.iter().filter(|invoice| round.stops(invoice)) {
            let number = invoice.number;
            let key = CallKey::new("arrears", number.to_string());
            let client = client.to_string();
            self.call(key, Ask::OpenAdds { client, stopped: true, invoice: Some(number) }).await?;
        }
        if round.is_monthly && !invoices.is_empty() && account.disputed == 0 {
            let until = round.today.first_of_month().saturating_sub(1.day());
            let key = CallKey::new("statement", format!("{client}#{until}"));
            let days = Some((until.first_of_month(), until));
            self.call(key, Ask::AccountStatement { client: client.to_string(), days }).await?;
        }
        Ok(())
    }
}

impl Round {
    /// Whether the day on which an invoice stops further adds came since the last round.
    fn stops(self, invoice: &Invoice) -> bool {
        let day = invoice.due.saturating_add(i64::from(STOPS_AFTER).days());
        day > self.last && day <= self.today
    }
}

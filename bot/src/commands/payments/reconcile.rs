//! `/payment reconcile`: books the events of billing providers that no webhook has brought.

use serde_json::{Value, json};
use shared::payments::provider::types::{BACK_DAYS, Round, RoundEnd};
use shared::payments::types::{Ask, Operation};

use super::{headline as booked, sums, title};
use crate::command::{Action, Command, ParamKind, ParamSpec, Usage};
use crate::reply::Content;
use crate::reply::words::fixed;
use crate::view::{Mark, Text, View};

/// Reconciles.
pub const COMMANDS: &[Command] = &[Command {
    words: &["payment", "reconcile"],
    about: "Ask Stripe and Paystack for payments that were not reported",
    example: "/payment reconcile",
    finds: &["missing payment", "lost webhook", "stripe", "paystack", "events", "missed"],
    params: &[ParamSpec::optional(
        "days",
        ParamKind::Number,
        "How many days back, at most 30; without it, since the last time",
    )],
    action: Action::Ask {
        operation: Operation::PaymentReconcile.spec(),
        call: |args| {
            let days = args.number("days");
            if days.is_some_and(|days| days == 0 || days > BACK_DAYS) {
                let text =
                    format!("Providers list the last {BACK_DAYS} days: write 1 to {BACK_DAYS}.");
                return Err(Usage::new("bad_value", text));
            }
            Ok(Ask::PaymentReconcile { days }.into())
        },
    },
}];

/// The reply to `/payment reconcile`.
pub fn content(rounds: &[Round]) -> Content {
    let count =
        |of: fn(&Round) -> u64| rounds.iter().fold(0_u64, |sum, r| sum.saturating_add(of(r)));
    let (listed, new) = (count(|round| round.listed), count(|round| round.new));
    let is_whole = rounds.iter().all(|round| round.end == RoundEnd::Complete);
    let headline = match (rounds.is_empty(), new, is_whole) {
        (true, ..) => fixed("No provider can be asked"),
        (_, 0, true) => fixed(format!("Nothing was missed: {} looked at", events(listed))),
        (_, 0, false) => fixed(format!("Nothing new so far: {} looked at", events(listed))),
        _ => fixed(format!("Booked {}, of {} looked at", missed(new), events(listed))),
    };
    let mut view = View::new(Mark::Answer, headline);
    if rounds.is_empty() {
        view = view
            .line(fixed("Set STRIPE_API_KEY or PAYSTACK_SECRET_KEY, and start the desk again."));
    }
    for round in rounds {
        view = view.line(line(round));
        for facts in &round.booked {
            view = view.line(Text::dotted([booked(facts), sums(facts)]));
        }
        let shown = u64::try_from(round.booked.len()).unwrap_or(u64::MAX);
        if round.new > shown {
            let more = round.new.saturating_sub(shown);
            view = view.line(fixed(format!("… and {more} more. /history lists all of them.")));
        }
    }
    if rounds.iter().any(|round| round.end == RoundEnd::Later) {
        view = view.suggest("/payment reconcile", "goes on");
    }
    Content::new("reconciled", view, json(rounds, listed, new))
}

/// A round: the provider, the time, and what is left to do.
fn line(round: &Round) -> Text {
    let counts =
        format!("{}: {}, {} new, since ", title(round.provider), events(round.listed), round.new);
    let mut text = fixed(counts).time(round.since);
    if round.unread > 0 {
        let unread = format!("; {} could not be read, the log names them", events(round.unread));
        text = text.fixed(unread);
    }
    match &round.end {
        RoundEnd::Complete => text,
        RoundEnd::Later => text.fixed("; the rest follows by itself within minutes"),
        RoundEnd::Failed { reason } => text
            .fixed("; then it stopped: ")
            .input(reason.clone())
            .fixed(". The desk tries again each hour."),
    }
}

fn events(count: u64) -> String {
    if count == 1 { "1 event".to_owned() } else { format!("{count} events") }
}

fn missed(count: u64) -> String {
    if count == 1 { "1 missed event".to_owned() } else { format!("{count} missed events") }
}

fn json(rounds: &[Round], listed: u64, new: u64) -> Value {
    let rounds = rounds.iter().map(|round| json!(round));
    json!({ "listed": listed, "new": new, "providers": rounds.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use shared::kernel::actor::Provider;

    use super::*;

    fn round(end: RoundEnd) -> Round {
        let since = "2026-11-01T10:00:00Z".parse().unwrap();
        Round { listed: 12, end, ..Round::new(Provider::Stripe, since) }
    }

    #[test]
    fn round_says_what_was_looked_at_and_what_is_left() {
        let whole = content(&[round(RoundEnd::Complete)]).view.plain();
        assert!(whole.contains("Nothing was missed: 12 events looked at"), "{whole}");
        let later = content(&[round(RoundEnd::Later)]).view.plain();
        assert!(later.contains("so far") && later.contains("/payment reconcile"), "{later}");
        let reason = "it does not accept the key in STRIPE_API_KEY".to_owned();
        let failed = content(&[round(RoundEnd::Failed { reason })]).view.plain();
        assert!(failed.contains("then it stopped: it does not accept the key"), "{failed}");
        let none = content(&[]).view.plain();
        assert!(none.contains("No provider can be asked") && none.contains("STRIPE_API_KEY"));
    }
}

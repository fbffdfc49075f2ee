//! The state of the desk: figures, and the settings that are missing.

use shared::contract;
use shared::contract::Key;
use shared::contract::image::Counter;
use shared::contract::image::Image;
use shared::contract::plan::Plan;
use shared::desk::types::Answer;
use shared::kernel::credit::Kind;
use shared::kernel::id::ROOT;
use shared::kernel::tax::TaxRate;
use shared::permissions::types::MmsGate;
use shared::pricing::types::{Prices, Scope};
use shared::settings::types::Settings;

use crate::reads::{Read, Scene};
use crate::store::Store;

pub(crate) async fn status(store: &Store, scene: &Scene<'_>) -> Read {
    let settings = scene.settings.clone();
    let prices = Kind::ALL.map(|kind| Key::Prices(Scope::Default, kind));
    let keys: Vec<Key> = prices.into_iter().chain([Key::MmsGate(ROOT)]).collect();
    let missing = missing(&settings, &store.image(&keys).await?);
    let staff = store.staff().await?;
    let plans = store.plans().await?.readable();
    let waits = |plan: &&Plan| scene.now < plan.expires;
    let failed = store.jobs_failed().await?.readable();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Ok(contract::Answer::Desk(Answer::Status {
        missing,
        clients: store.last_number(Counter::Clients.name()).await?,
        staff: count(staff.iter().filter(|staff| staff.active).count()),
        pending: count(plans.iter().filter(waits).count()),
        failed_jobs: count(failed.len()),
        settings,
    }))
}

/// A sentence for each missing setting, with the command that sets it.
fn missing(settings: &Settings, image: &Image) -> Vec<String> {
    let mut missing = Vec::new();
    if settings.currency.is_none() {
        missing.push("No currency is set: `/settings currency GBP`.".to_owned());
    }
    for kind in Kind::ALL {
        if image.peek::<Prices>(&Key::Prices(Scope::Default, kind)).is_none() {
            let word = kind.word();
            missing.push(format!(
                "There is no default price for {kind} credits: `/price set {word} default 1:50.00`."
            ));
        }
    }
    if settings.seller.is_none() {
        missing.push(
            "No seller is set, so invoices name the root admin: `/settings seller`.".to_owned(),
        );
    }
    if settings.tax == TaxRate::ZERO {
        missing.push("Tax is 0 %: `/settings tax 20` if it should not be.".to_owned());
    }
    if !image.peek::<MmsGate>(&Key::MmsGate(ROOT)).is_some_and(|gate| gate.allowed) {
        missing.push("MMS is off for the whole platform: `/mms allow c_1`.".to_owned());
    }
    missing
}

//! The state of the desk: figures, and the settings that are missing.

use shared::contract;
use shared::contract::Key;
use shared::contract::image::Image;
use shared::contract::plan::Plan;
use shared::desk::types::{Answer, Missing};
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
        staff: count(staff.iter().filter(|staff| staff.active).count()),
        pending: count(plans.iter().filter(waits).count()),
        failed_jobs: count(failed.len()),
        settings,
    }))
}

/// The missing settings.
fn missing(settings: &Settings, image: &Image) -> Vec<Missing> {
    let unpriced = |kind| image.peek::<Prices>(&Key::Prices(Scope::Default, kind)).is_none();
    let is_missing = |missing: &Missing| match missing {
        Missing::Currency => settings.currency.is_none(),
        Missing::SmsPrice => unpriced(Kind::Sms),
        Missing::MmsPrice => unpriced(Kind::Mms),
        Missing::Seller => settings.seller.is_none(),
        Missing::Tax => settings.tax == TaxRate::ZERO,
        Missing::Mms => {
            !image.peek::<MmsGate>(&Key::MmsGate(ROOT)).is_some_and(|gate| gate.allowed)
        }
    };
    Missing::ALL.into_iter().filter(is_missing).collect()
}

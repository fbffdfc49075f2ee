//! A line that can be read in several ways: the client that it names exactly decides.

use shared::kernel::fold::exact;
use shared::kernel::id::{CallKey, Identity, Named};

use super::Chat;
use crate::command::Usage;
use crate::grammar::{Parsed, Several};

impl Chat {
    /// Picks the only reading of a line that names a client exactly.
    pub(super) async fn decided(
        &self,
        from: &Identity,
        key: &CallKey,
        several: Several,
    ) -> Result<Parsed, Usage> {
        let mut exact: Vec<(Parsed, Option<Usage>)> = Vec::new();
        let doubts = several.doubts.into_iter().chain(std::iter::repeat(None));
        for (reading, doubt) in several.readings.into_iter().zip(doubts) {
            let name = reading.args.text("client").unwrap_or_default();
            let clients = self.suggest(from, &name).await;
            if clients.iter().any(|client| is_exactly(client, &name)) {
                exact.push((reading, doubt));
            }
        }
        tracing::debug!(op = %key.op(), readings = exact.len(), "a line with several numbers");
        match (exact.pop(), exact.is_empty()) {
            (Some((_, Some(doubt))), true) => Err(doubt),
            (Some((parsed, None)), true) => Ok(parsed),
            (Some(_), false) | (None, _) => Err(several.unclear),
        }
    }
}

fn is_exactly(client: &Named, typed: &str) -> bool {
    let label = shared::clients::search::label(typed);
    let typed = exact(typed);
    label.is_some_and(|(_, id)| id == client.id)
        || [&client.login, &client.id.to_string(), &client.name]
            .iter()
            .any(|text| exact(text) == typed)
}

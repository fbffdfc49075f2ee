//! A line that can be read in several ways: the client that it names exactly decides.

use shared::kernel::fold::exact;
use shared::kernel::id::{CallKey, ClientId, Identity, Named};

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
        let mut exact: Vec<(ClientId, Parsed, Option<Usage>)> = Vec::new();
        let doubts = several.doubts.into_iter().chain(std::iter::repeat(None));
        for (reading, doubt) in several.readings.into_iter().zip(doubts) {
            let name = reading.args.text("client").unwrap_or_default();
            let clients = self.suggest(from, &name).await;
            if let Some(client) = clients.iter().find(|client| is_exactly(client, &name)) {
                exact.push((client.id, reading, doubt));
            }
        }
        // The longest of one client's names is the one that is meant.
        if let Some((first, ..)) = exact.first()
            && exact.iter().all(|(client, ..)| client == first)
        {
            let length = |parsed: &Parsed| parsed.args.text("client").unwrap_or_default().len();
            exact.sort_by_key(|(_, parsed, _)| length(parsed));
            exact = exact.pop().into_iter().collect();
        }
        tracing::debug!(op = %key.op(), readings = exact.len(), "a line with several numbers");
        match (exact.pop(), exact.is_empty()) {
            (Some((_, _, Some(doubt))), true) => Err(doubt),
            (Some((_, parsed, None)), true) => Ok(parsed),
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

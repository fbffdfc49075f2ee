//! Range reads about clients: lists, finds and completions, and the summary behind the lists.

mod find;
mod list;
pub(crate) mod reach;
pub mod summary;

use shared::clients::types::Ask;
use shared::kernel::id::Named;

use self::find::{find, suggest};
use self::list::{ListQuery, list};
use crate::reads::{Read, Scene, no_range};
use crate::store::Store;

/// Answers an ask that reads ranges.
pub(crate) async fn read(store: &Store, scene: &Scene<'_>, ask: &Ask) -> Read {
    match ask {
        Ask::List { of, order, below, after, under } => {
            let under = match under {
                Some(typed) => Some(Named::from(scene.client(typed)?.0)),
                None => None,
            };
            let query = ListQuery { of: *of, below: *below, under };
            list(store, query, *order, *after).await
        }
        Ask::ClientFind { text, class } => find(store, text, *class).await,
        Ask::Suggest { text } => suggest(store, text).await,
        Ask::ClientNew { .. }
        | Ask::ClientView { .. }
        | Ask::ClientActivate { .. }
        | Ask::ClientSuspend { .. }
        | Ask::ClientSet { .. }
        | Ask::BrandSet { .. }
        | Ask::BrandShow { .. }
        | Ask::ClientBilling { .. }
        | Ask::ClientContact { .. }
        | Ask::ClientOverdraft { .. } => no_range(),
    }
}

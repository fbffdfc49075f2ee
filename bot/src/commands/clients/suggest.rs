//! Completions of a client's name, where a script asks for them as a command would. No command asks
//! for them: front ends do while somebody types.

use serde_json::json;
use shared::kernel::id::Named;

use crate::json;
use crate::reply::Content;
use crate::reply::words::{counted, fixed, label, length};
use crate::view::{Mark, View};

/// The reply to a completion.
pub fn content(clients: &[Named]) -> Content {
    let headline = fixed(counted(length(clients), "client", "clients"));
    let view = View::new(Mark::Answer, headline);
    let view = clients.iter().fold(view, |view, client| view.line(label(client)));
    let json = json!({ "clients": clients.iter().map(json::named).collect::<Vec<_>>() });
    Content::new("suggestions", view, json)
}

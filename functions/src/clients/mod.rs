//! Range reads about clients: lists, finds and completions, and the summary behind the lists.

mod find;
mod list;
pub mod summary;

pub(crate) use self::find::{find, suggest};
pub(crate) use self::list::{ListQuery, list};

//! The plan machine: the only entrance of every call, and the states of an operation that waits. One
//! state machine; each transition is one conditional write of the plan's version:
//!
//! | from | by | to |
//! |---|---|---|
//! | – | the call, when something is unusual | awaits confirm |
//! | – | the call, when it is only above the author's limit or budget | awaits approval |
//! | awaits confirm | its author, within 10 minutes | done, or awaits approval |
//! | awaits approval | a second person with a sufficient limit, until the end of the next working day | done |
//! | awaits approval | an owner who asked for it, after 24 hours, when nobody else can approve it | done |
//! | either | its author | cancelled |
//! | either | a second person who could approve it | denied |
//! | either | the schedule, after its time | expired |
//! | either | a changed figure | the same, shown again to the person who confirms or approves |
//! | either | a changed fact, or a right, floor or limit that refuses it now | lapsed |
//! | either | a figure that changed once more than a plan is shown again | lapsed |
//!
//! A plan that is shown again keeps its author, its deadline and its place.
//!
//! A plan is not rewritten when its author leaves: its successor is found in the staff ([`author`]), and
//! the successor's rights and limits count from then on.
//!
//! Any operation can be planned: the machine knows proposals, not capabilities. A binary links the
//! machine and its own rooms.

pub mod author;
pub mod bound {
    pub mod types;
}
pub mod carry;
pub mod confirm;
pub mod deadline;
pub mod ending;
pub mod enter;
pub mod expiry;
pub mod limits;
pub mod naming;
pub mod request;
pub mod rooms;
pub mod settle;
pub(crate) mod standing;
pub mod types;
pub mod waiting;

pub use enter::{enter, needs};
pub use rooms::{Room, Rooms};

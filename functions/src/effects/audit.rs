//! The audit line of a committed operation. The line is the same item at every repeat.

use shared::contract::Record;
use shared::kernel::audit::Audit;

use super::{Handler, Run};

pub(super) fn handler(line: &Audit) -> Handler<'_> {
    Handler { word: "audit", run: Run::Put(vec![Record::Audit(line.clone())]) }
}

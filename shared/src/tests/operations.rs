//! The specs of all operations are complete.

use std::collections::BTreeSet;

use crate::contract::specs;
use crate::kernel::spec::Access;

#[test]
fn operation_names_are_unique_and_each_has_an_actor() {
    let names: BTreeSet<&str> = specs().map(|spec| spec.name).collect();
    assert_eq!(names.len(), specs().count());
    for spec in specs() {
        assert!(spec.staff.is_some() || !spec.actors.is_empty(), "{} is for nobody", spec.name);
        let is_range = spec.access == Access::ReadsRanges;
        assert!(!is_range || spec.staff.is_some(), "{}", spec.name);
    }
}

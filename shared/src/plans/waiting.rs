//! Waiting plans from the view of one person: what that person may do to each of them, whom each waits
//! for, and which of them ask for the same change.
//!
//! Absent on purpose: authority. This lists and completes; the press itself is decided in
//! [`crate::plans::confirm`], from records that it reads strongly.

use jiff::Timestamp;

use crate::clients::view::in_place_of;
use crate::contract::plan::{Plan, Waiting};
use crate::kernel::actor::Role;
use crate::kernel::id::{Identity, NamedStaff, StaffId};
use crate::kernel::movement::Movement;
use crate::plans::types::{Answerable, Operation, PlanState};
use crate::settings::types::Settings;
use crate::staff::types::Staff;

/// Whether a role and its limit cover what a plan is worth.
pub(super) fn covers(settings: &Settings, plan: &Plan, role: Role) -> bool {
    let limit = settings.limits(role).get(plan.worth.mode);
    Operation::Approve.spec().staff.is_some_and(|least| role >= least)
        && limit.is_none_or(|limit| plan.worth.minor <= limit)
}

/// The desk's people and rules, by which waiting plans are sorted.
#[derive(Debug, Clone, Copy)]
pub struct People<'a> {
    pub everybody: &'a [Staff],
    pub settings: &'a Settings,
    pub now: Timestamp,
}

impl People<'_> {
    /// The waiting plans as a person sees them: first those to approve, then those to confirm, then the
    /// others; the oldest first.
    #[must_use]
    pub fn sorted(&self, plans: &[Plan], reader: &Staff) -> Vec<Waiting> {
        let waits = |plan: &&Plan| plan.state.waits() && self.now < plan.expires;
        let waiting: Vec<&Plan> = plans.iter().filter(waits).collect();
        let mut rows: Vec<Waiting> =
            waiting.iter().map(|plan| self.seen_by(plan, &waiting, reader)).collect();
        rows.sort_by(|a, b| place(a).cmp(&place(b)));
        rows
    }

    /// How many of the sorted rows stand no further down than a plan, which may be over by now.
    #[must_use]
    pub fn count_up_to(&self, rows: &[Waiting], last: &Plan, reader: &Staff) -> usize {
        let mut waits = last.clone();
        if !waits.state.waits() {
            waits.state = if waits.up.is_some() {
                PlanState::AwaitsApproval
            } else {
                PlanState::AwaitsConfirm
            };
        }
        let last = self.seen_by(&waits, &[], reader);
        rows.iter().filter(|row| place(row) <= place(&last)).count()
    }

    fn seen_by(&self, plan: &Plan, all: &[&Plan], reader: &Staff) -> Waiting {
        let author = in_place_of(&plan.by, self.everybody);
        let approvers = self.approvers(plan, &author);
        let is_author = author.id == reader.id;
        let mut may = Vec::new();
        let waits_for = match plan.state {
            PlanState::AwaitsApproval => {
                may.extend(approvers.contains(&reader.id).then_some(Answerable::ToApprove));
                let others = self.everybody.iter().filter(|staff| approvers.contains(&staff.id));
                others.filter(|staff| staff.id != reader.id).map(named).collect()
            }
            PlanState::AwaitsConfirm
            | PlanState::Done
            | PlanState::Cancelled
            | PlanState::Denied
            | PlanState::Expired
            | PlanState::Lapsed => {
                may.extend(is_author.then_some(Answerable::ToConfirm));
                if is_author { Vec::new() } else { vec![author.clone()] }
            }
        };
        let least = if is_author { Operation::Deny } else { Operation::Approve }.spec().staff;
        let role = reader.role_at(self.now);
        may.extend(least.is_some_and(|least| role >= least).then_some(Answerable::ToDeny));
        let equals = all.iter().filter(|other| other.op != plan.op && is_equal(other, plan));
        let equals = equals.map(|other| other.op.clone()).collect();
        let mut card = plan.card();
        card.by = author;
        Waiting { plan: card, may, waits_for, equals }
    }

    /// The people whose role and limit cover a plan that is not their own.
    fn approvers(&self, plan: &Plan, author: &NamedStaff) -> Vec<StaffId> {
        let authors = [plan.asker, plan.by.id, author.id];
        let by = self.everybody.iter().filter(|staff| authors.contains(&staff.id));
        let mut identities: Vec<&Identity> = by.flat_map(|staff| &staff.identities).collect();
        identities.extend([&plan.identity, &plan.asker_identity]);
        let is_own = |staff: &Staff| {
            authors.contains(&staff.id) || staff.identities.iter().any(|i| identities.contains(&i))
        };
        let covering = self.everybody.iter().filter(|staff| {
            staff.active && covers(self.settings, plan, staff.role_at(self.now)) && !is_own(staff)
        });
        covering.map(|staff| staff.id).collect()
    }
}

fn named(staff: &Staff) -> NamedStaff {
    NamedStaff { id: staff.id, name: staff.name.clone() }
}

fn place(row: &Waiting) -> (u8, Timestamp, &crate::kernel::id::OpId) {
    let rank = if row.may.contains(&Answerable::ToApprove) {
        0
    } else if row.may.contains(&Answerable::ToConfirm) {
        1
    } else {
        2
    };
    (rank, row.plan.at, &row.plan.op)
}

/// Whether two plans ask for the same: the same credits for the same client, or the same words.
fn is_equal(one: &Plan, other: &Plan) -> bool {
    let main = |plan: &Plan| {
        let side = plan.movement.as_ref().and_then(Movement::main);
        side.map(|side| (side.client.id, side.amounts()))
    };
    match (main(one), main(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.ask == other.ask,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

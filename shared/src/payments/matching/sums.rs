//! Invoices of one client whose amounts sum up to a payment.

use crate::payments::matching::types::SHARES_MAX;

/// The invoices of a client that are looked at, the oldest first.
const ITEMS_MAX: usize = 24;
/// The sums that are tried before the search ends.
const STEPS_MAX: usize = 20_000;
/// The sums that are returned.
const SUMS_MAX: usize = 3;

/// Sets of 2 to [`SHARES_MAX`] items that sum up to `total`, as positions. All of them first, then runs
/// of neighbours, then any. An item of amount 0 is in none.
#[must_use]
pub fn sums(total: u64, items: &[(usize, u64)]) -> Vec<Vec<usize>> {
    let items: Vec<(usize, u64)> =
        items.iter().copied().filter(|(_, amount)| *amount > 0).take(ITEMS_MAX).collect();
    let mut search = Search { items: &items, steps: 0, chosen: Vec::new(), found: Vec::new() };
    for first in 0..items.len() {
        search.run(total, first);
    }
    search.extend(total, 0);
    search.found
}

struct Search<'a> {
    items: &'a [(usize, u64)],
    steps: usize,
    chosen: Vec<usize>,
    found: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn keep(&mut self, set: Vec<usize>) {
        if self.found.len() < SUMS_MAX && !self.found.contains(&set) {
            self.found.push(set);
        }
    }

    /// Neighbours from an item on.
    fn run(&mut self, total: u64, first: usize) {
        let mut rest = total;
        let mut set = Vec::new();
        for (at, amount) in self.items.iter().skip(first).take(SHARES_MAX) {
            let Some(less) = rest.checked_sub(*amount) else { return };
            rest = less;
            set.push(*at);
            if rest == 0 {
                if set.len() > 1 {
                    self.keep(set);
                }
                return;
            }
        }
    }

    fn extend(&mut self, rest: u64, from: usize) {
        if rest == 0 {
            if self.chosen.len() > 1 {
                self.keep(self.chosen.clone());
            }
            return;
        }
        if self.chosen.len() >= SHARES_MAX {
            return;
        }
        let items = self.items;
        for (next, (at, amount)) in items.iter().enumerate().skip(from) {
            self.steps = self.steps.saturating_add(1);
            if self.steps > STEPS_MAX || self.found.len() >= SUMS_MAX {
                return;
            }
            if let Some(less) = rest.checked_sub(*amount) {
                self.chosen.push(*at);
                self.extend(less, next.saturating_add(1));
                self.chosen.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(amounts: &[u64]) -> Vec<(usize, u64)> {
        amounts.iter().copied().enumerate().collect()
    }

    #[test]
    fn sums_are_found_neighbours_first() {
        assert_eq!(sums(30, &numbered(&[10, 20, 30])), [vec![0, 1]]);
        assert_eq!(sums(40, &numbered(&[10, 25, 30, 15])), [vec![0, 2], vec![1, 3]]);
        assert_eq!(sums(60, &numbered(&[10, 20, 30]))[0], [0, 1, 2]);
        assert_eq!(sums(30, &numbered(&[30, 0, 5])), Vec::<Vec<usize>>::new());
        assert_eq!(sums(11, &numbered(&[1; 30])), Vec::<Vec<usize>>::new(), "more than ten");
        assert_eq!(sums(10, &numbered(&[1; 30])).len(), 3);
    }

    #[test]
    fn search_ends_with_many_invoices() {
        let items: Vec<(usize, u64)> = (0..24).map(|at| (at, 1_000_003 + 2 * at as u64)).collect();
        assert!(sums(5_000_000_001, &items).is_empty());
    }
}

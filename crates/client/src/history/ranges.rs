//! Which numbers are held. Pure.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Numbers as ranges that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    /// Adds numbers. Those that are held already stay held.
    pub(super) fn add(&mut self, range: RangeInclusive<u64>) {
        let (mut first, mut last) = range.into_inner();
        if first > last {
            return;
        }
        let touching = |(from, to): (&u64, &u64)| (*from, *to);
        // What begins inside, or right behind, and what begins before and reaches it.
        let mut swallowed: Vec<(u64, u64)> =
            self.0.range(first..=last.saturating_add(1)).map(touching).collect();
        swallowed.extend(self.0.range(..first).next_back().map(touching).filter(|(_, to)| *to + 1 >= first));
        for (from, to) in swallowed {
            self.0.remove(&from);
            (first, last) = (first.min(from), last.max(to));
        }
        self.0.insert(first, last);
    }

    /// Takes one number out.
    pub(super) fn remove(&mut self, number: u64) {
        let Some(range) = self.around(number) else { return };
        let (first, last) = range.into_inner();
        self.0.remove(&first);
        if first < number {
            self.0.insert(first, number - 1);
        }
        if number < last {
            self.0.insert(number + 1, last);
        }
    }

    /// The range in which a number lies.
    pub(super) fn around(&self, number: u64) -> Option<RangeInclusive<u64>> {
        let (first, last) = self.0.range(..=number).next_back()?;
        (*last >= number).then_some(*first..=*last)
    }

    /// The range with the greatest numbers.
    pub(super) fn newest(&self) -> Option<RangeInclusive<u64>> {
        self.0.last_key_value().map(|(first, last)| *first..=*last)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = RangeInclusive<u64>> {
        self.0.iter().map(|(first, last)| *first..=*last)
    }
}

impl FromIterator<RangeInclusive<u64>> for Ranges {
    fn from_iter<I: IntoIterator<Item = RangeInclusive<u64>>>(ranges: I) -> Self {
        let mut all = Self::default();
        ranges.into_iter().for_each(|range| all.add(range));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn ranges_are_a_set_of_numbers(
            steps in prop::collection::vec((any::<bool>(), 1u64..60, 0u64..12), 0..60)
        ) {
            let (mut ranges, mut numbers) = (Ranges::default(), BTreeSet::new());
            for (add, first, more) in steps {
                if add {
                    ranges.add(first..=first + more);
                    numbers.extend(first..=first + more);
                } else {
                    ranges.remove(first);
                    numbers.remove(&first);
                }
                prop_assert_eq!(ranges.iter().flatten().collect::<BTreeSet<_>>(), numbers.clone());
                let apart: Vec<_> = ranges.iter().collect();
                prop_assert!(apart.windows(2).all(|pair| pair[0].end() + 1 < *pair[1].start()));
                for number in 0..80 {
                    let around = ranges.around(number);
                    prop_assert_eq!(around.is_some(), numbers.contains(&number));
                    prop_assert!(around.is_none_or(|range| range.contains(&number)));
                }
                prop_assert_eq!(ranges.newest().map(|range| *range.end()), numbers.last().copied());
            }
        }
    }

    #[test]
    #[allow(clippy::reversed_empty_ranges)]
    fn an_empty_range_adds_nothing() {
        let mut ranges = Ranges::default();
        ranges.add(5..=4);
        assert_eq!(ranges, Ranges::default());
        ranges.add(u64::MAX - 1..=u64::MAX);
        assert_eq!(ranges.newest(), Some(u64::MAX - 1..=u64::MAX));
    }
}

//! Points in the life of a run, in one word: during which dispatch, and after
//! which of the gifts that the running thread made during it.
//!
//! A *gift* is something that may be a guard, or contain one, and that a thread
//! gave to another. By the moments at which a thread got a lock and at which it
//! last made a gift one can tell whether its guard may be elsewhere by now. A kill
//! that begins to unwind the thread counts as a gift, so that one can tell what the
//! thread had by then.

use std::num::NonZeroU64;

/// The number of the dispatch in the upper bits; in the lower ones the gifts
/// since it began, and one.
///
/// Fifty-six bits of dispatches last for twenty-two years at ten nanoseconds each.
// ANCHOR: moment
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(NonZeroU64);

/// The bits for the gifts.
const BITS: u32 = 8;

/// So many gifts during one dispatch are not counted any more.
const MANY: u64 = (1 << BITS) - 1;
// ANCHOR_END: moment

impl Moment {
    /// Before the first dispatch.
    // ANCHOR: of
    pub(crate) const START: Moment = Moment::of(0);

    /// When that dispatch began.
    #[inline(always)]
    pub(crate) const fn of(dispatch: u64) -> Self {
        match NonZeroU64::new(dispatch << BITS | 1) {
            Some(bits) => Self(bits),
            None => unreachable!(),
        }
    }

    pub(crate) fn dispatch(self) -> u64 {
        self.0.get() >> BITS
    }
    // ANCHOR_END: of

    /// The next moment, after one more gift.
    // ANCHOR: after_gift
    pub(crate) fn after_gift(self) -> Self {
        match self.0.get() & MANY {
            MANY => self,
            _ => Self(self.0.saturating_add(1)),
        }
    }

    /// Whether it is certain that this moment is not before `last`, at which a gift was
    /// made.
    pub(crate) fn surely_not_before(self, last: Self) -> bool {
        self >= last && self.0.get() & MANY != MANY
    }
    // ANCHOR_END: after_gift

    /// As a stamp for the kernel, which does not know what it means.
    // ANCHOR: stamp
    pub(crate) fn stamp(self) -> u64 {
        self.0.get()
    }

    /// The moment of that stamp.
    pub(crate) fn from_stamp(stamp: u64) -> Self {
        NonZeroU64::new(stamp).map_or(Self::START, Self)
    }
    // ANCHOR_END: stamp
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_ordered_by_dispatches_and_then_by_gifts() {
        let [first, second] = [1, 2].map(Moment::of);
        assert!(Moment::START < first && first < first.after_gift());
        assert!(first.after_gift().after_gift() < second);
        assert_eq!(first.after_gift().dispatch(), 1);
    }

    #[test]
    fn what_was_taken_before_a_gift_may_be_part_of_it() {
        let taken = Moment::of(7);
        let given = taken.after_gift();
        assert!(taken.surely_not_before(Moment::START) && taken.surely_not_before(taken));
        assert!(!taken.surely_not_before(given));
        assert!(given.surely_not_before(given) && Moment::of(8).surely_not_before(given));
    }

    #[test]
    fn after_many_gifts_during_one_dispatch_nothing_is_certain() {
        let many = (0..1000).fold(Moment::of(7), |moment, _| moment.after_gift());
        assert_eq!(many.dispatch(), 7);
        assert!(!many.surely_not_before(Moment::START) && !many.surely_not_before(many));
        assert!(Moment::of(8).surely_not_before(many));
    }

    #[test]
    fn a_stamp_is_a_moment() {
        let moment = Moment::of(41).after_gift();
        assert_eq!(Moment::from_stamp(moment.stamp()), moment);
    }
}

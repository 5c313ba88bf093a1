//! The stacks that no thread has: ready to be used, the one that came back last
//! first.
//!
//! A stack that was used before is set up, in memory, and perhaps in the cache;
//! a new one costs a guard page and a page fault or two, a hundred times as much.
//! So stacks stay here after a burst of threads, but not for ever. At each
//! *review* half of those go back to the system that nobody has needed since the
//! last one: the oldest, of which the memory is coldest. Reviews come about once a
//! second while the loop has nothing to do, and every four million dispatches
//! otherwise. A program that does the same again and again keeps what it needs,
//! and after a burst its memory is halved and halved again.

use std::array;
use std::time::{Duration, Instant};

use kernel_sim::kernel::wait::Signal;

use super::arena::Arena;
use super::{GuardPages, NoStack, StackSize};
use crate::fiber::{Exits, Fiber};

/// The fibers that no thread uses, and the arena of their stacks.
// ANCHOR: pool
pub(crate) struct FiberPool {
    classes: [Idle; StackSize::CLASSES],
    arena: Arena,
    last_review: Instant,
}

/// The idle fibers with stacks of one size.
#[derive(Default)]
struct Idle {
    fibers: Vec<Fiber>,
    /// So many were idle all the time since the last review.
    unneeded: usize,
}

/// So many idle stacks of each size are always kept.
const KEPT: usize = 16;

/// So much time is between reviews if the loop has nothing to do.
const REVIEWED_EVERY: Duration = Duration::from_secs(1);
// ANCHOR_END: pool

/// Whether a review is due with that dispatch, if there was none meanwhile.
// ANCHOR: is_reviewed_at
#[inline(always)]
pub(crate) fn is_reviewed_at(dispatch: u64) -> bool {
    dispatch.is_multiple_of(1 << 22)
}
// ANCHOR_END: is_reviewed_at

impl FiberPool {
    // ANCHOR: new
    pub(crate) fn new(guards: GuardPages) -> Self {
        Self {
            classes: array::from_fn(|_| Idle::default()),
            arena: Arena::new(guards),
            last_review: Instant::now(),
        }
    }
    // ANCHOR_END: new

    /// A fiber with a stack of that size: the one that was given back last, or
    /// a new one, which will call `root` for each thread.
    // ANCHOR: take
    #[inline]
    pub(crate) fn take(
        &mut self,
        size: StackSize,
        root: fn(Exits, Signal),
    ) -> Result<Fiber, NoStack> {
        let idle = &mut self.classes[size.class()];
        match idle.fibers.pop() {
            Some(fiber) => {
                idle.unneeded = idle.unneeded.min(idle.fibers.len());
                Ok(fiber)
            }
            None => self.make(size, root),
        }
    }

    #[cold]
    fn make(&mut self, size: StackSize, root: fn(Exits, Signal)) -> Result<Fiber, NoStack> {
        let stack = self.arena.take(size).or_else(|_| {
            // What lies here unused may be what is missing.
            self.give_back(|idle| idle.fibers.len());
            self.arena.take(size)
        })?;
        Ok(Fiber::new(stack, root))
    }
    // ANCHOR_END: take

    /// Takes back a fiber whose thread has ended.
    // ANCHOR: give
    #[inline]
    pub(crate) fn give(&mut self, fiber: Fiber) {
        self.classes[fiber.size().class()].fibers.push(fiber);
    }
    // ANCHOR_END: give

    /// How long it is until the next review; `None` if it would give nothing back.
    // ANCHOR: review
    pub(crate) fn time_to_review(&self) -> Option<Duration> {
        let too_many = |idle: &Idle| idle.fibers.len() > KEPT;
        let some = self.classes.iter().any(too_many);
        some.then(|| REVIEWED_EVERY.saturating_sub(self.last_review.elapsed()))
    }

    /// Gives back to the system half of what was not needed since the last review.
    #[cold]
    pub(crate) fn review(&mut self) {
        self.give_back(|idle| {
            let most = idle.fibers.len().saturating_sub(KEPT);
            idle.unneeded.div_ceil(2).min(most)
        });
        self.last_review = Instant::now();
    }

    /// Gives so many of the oldest fibers of each size back to the arena.
    fn give_back(&mut self, how_many: impl Fn(&Idle) -> usize) {
        for idle in &mut self.classes {
            let oldest = idle.fibers.drain(..how_many(idle));
            self.arena.give(oldest.map(Fiber::into_stack).collect());
            idle.unneeded = idle.fibers.len();
        }
    }
    // ANCHOR_END: review
}

/// All idle fibers give their stacks back, which the arena then unmaps.
// ANCHOR: drop
impl Drop for FiberPool {
    fn drop(&mut self) {
        self.give_back(|idle| idle.fibers.len());
    }
}
// ANCHOR_END: drop

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: StackSize = StackSize::MIN;

    fn pool() -> FiberPool {
        FiberPool::new(GuardPages::best())
    }

    /// Takes so many at once.
    fn take(pool: &mut FiberPool, number: usize) -> Vec<Fiber> {
        (0..number)
            .map(|_| pool.take(SIZE, |_, _| ()).unwrap())
            .collect()
    }

    fn give(pool: &mut FiberPool, fibers: Vec<Fiber>) {
        fibers.into_iter().for_each(|fiber| pool.give(fiber));
    }

    fn idle(pool: &FiberPool) -> usize {
        pool.classes[SIZE.class()].fibers.len()
    }

    #[test]
    fn the_stack_that_came_back_last_goes_out_first() {
        let mut pool = pool();
        let fibers = take(&mut pool, 2);
        let newest = fibers[1].guard();
        give(&mut pool, fibers);
        assert_eq!(take(&mut pool, 1)[0].guard(), newest);
    }

    #[test]
    fn what_is_needed_again_and_again_is_kept() {
        let mut pool = pool();
        for _ in 0..5 {
            let fibers = take(&mut pool, 1000);
            give(&mut pool, fibers);
            pool.review();
            assert_eq!(idle(&pool), 1000);
        }
    }

    #[test]
    fn after_a_burst_half_of_what_is_not_needed_goes_back_at_each_review() {
        let mut pool = pool();
        let fibers = take(&mut pool, 1000);
        give(&mut pool, fibers);
        pool.review();
        let mut left = Vec::new();
        while pool.time_to_review().is_some() {
            // Some are needed all the time.
            let fibers = take(&mut pool, 10);
            give(&mut pool, fibers);
            pool.review();
            left.push(idle(&pool));
        }
        assert_eq!(left, [505, 257, 133, 71, 40, 25, 17, 16]);
    }

    #[test]
    fn a_review_is_due_when_there_is_something_to_give_back() {
        let mut pool = pool();
        assert_eq!(pool.time_to_review(), None);
        let fibers = take(&mut pool, KEPT + 1);
        assert_eq!(pool.time_to_review(), None, "they are in use");
        give(&mut pool, fibers);
        assert!(pool.time_to_review().unwrap() <= REVIEWED_EVERY);
    }
}

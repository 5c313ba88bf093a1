//! The sleepers: a heap by deadline that a sleeper can also leave early.
//!
//! An indexed heap: `places[slot]` says where in the heap the thread in that
//! slot of the PCB table stands, so that a thread woken before its time is
//! taken out without a search. All operations are O(log n), and none of them
//! allocates, because [`Timers::reserve`] was called when the PCB was made.
//!
//! Each sleeper has four below it, and not two: the way down is half as long, and the
//! four lie side by side, in two cache lines.

use super::clock::Instant;

/// Threads with a deadline, the earliest first, and among equal deadlines the
/// one that came first.
// ANCHOR: timers
#[derive(Debug, Default)]
pub(super) struct Timers {
    heap: Vec<Sleeper>,
    /// For each slot the index in `heap`, or [`AWAKE`].
    places: Vec<u32>,
    arrivals: u64,
}

/// Ordered by its fields, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sleeper {
    deadline: Instant,
    arrival: u64,
    slot: u32,
}

/// How many stand below each.
const CHILDREN: usize = 4;

/// The place of a thread that does not sleep.
const AWAKE: u32 = u32::MAX;
// ANCHOR_END: timers

impl Timers {
    /// Makes room for the thread in `slot`, so that its sleeps need no memory.
    // ANCHOR: reserve
    #[inline]
    pub(super) fn reserve(&mut self, slot: u32) {
        let slots = slot as usize + 1;
        if self.places.len() < slots {
            self.places.resize(slots, AWAKE);
        }
        if self.heap.capacity() < self.places.len() {
            self.heap.reserve(self.places.len() - self.heap.len());
        }
    }

    /// The earliest deadline.
    #[inline]
    pub(super) fn earliest(&self) -> Option<Instant> {
        self.heap.first().map(|sleeper| sleeper.deadline)
    }
    // ANCHOR_END: reserve

    /// Puts the thread in `slot` to sleep until `deadline`.
    // ANCHOR: insert
    pub(super) fn insert(&mut self, slot: u32, deadline: Instant) {
        debug_assert_eq!(self.places[slot as usize], AWAKE);
        self.arrivals += 1;
        let sleeper = Sleeper {
            deadline,
            arrival: self.arrivals,
            slot,
        };
        self.heap.push(sleeper);
        self.rise(self.heap.len() - 1, sleeper);
    }
    // ANCHOR_END: insert

    /// Takes out the thread that is due first, if it is due at `now`.
    // ANCHOR: pop_due
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<u32> {
        let first = self.heap.first()?;
        if first.deadline > now {
            return None;
        }
        let slot = first.slot;
        self.remove(slot);
        Some(slot)
    }
    // ANCHOR_END: pop_due

    /// Takes out the thread in `slot`, if it is in here.
    // ANCHOR: remove
    pub(super) fn remove(&mut self, slot: u32) {
        let place = std::mem::replace(&mut self.places[slot as usize], AWAKE);
        if place == AWAKE {
            return;
        }
        let last = self.heap.pop().expect("somebody is in here");
        // The last sleeper fills the gap, and may be too early or too late there.
        let place = place as usize;
        if place < self.heap.len() {
            let place = self.rise(place, last);
            self.sink(place, last);
        }
    }
    // ANCHOR_END: remove

    /// Lets those sink before whom `sleeper` is due that shall stand at `place`, puts it
    /// there, and says where that is.
    // ANCHOR: rise
    fn rise(&mut self, mut place: usize, sleeper: Sleeper) -> usize {
        while place > 0 {
            let parent = (place - 1) / CHILDREN;
            if self.heap[parent] <= sleeper {
                break;
            }
            self.put(place, self.heap[parent]);
            place = parent;
        }
        self.put(place, sleeper);
        place
    }
    // ANCHOR_END: rise

    /// Lets those rise that are due before `sleeper`, which stands at `place`.
    // ANCHOR: sink
    fn sink(&mut self, mut place: usize, sleeper: Sleeper) {
        loop {
            let first = CHILDREN * place + 1;
            let children = first..self.heap.len().min(first + CHILDREN);
            match children.min_by_key(|&child| self.heap[child]) {
                Some(child) if self.heap[child] < sleeper => {
                    self.put(place, self.heap[child]);
                    place = child;
                }
                _ => break,
            }
        }
        self.put(place, sleeper);
    }

    #[inline]
    fn put(&mut self, place: usize, sleeper: Sleeper) {
        self.heap[place] = sleeper;
        self.places[sleeper.slot as usize] = place as u32;
    }
    // ANCHOR_END: sink
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn at(nanos: u64) -> Instant {
        Instant::BOOT
            .checked_add(Duration::from_nanos(nanos))
            .unwrap()
    }

    #[test]
    fn equal_deadlines_are_served_in_order_of_arrival() {
        let mut timers = Timers::default();
        for slot in [3, 1, 2, 0] {
            timers.reserve(slot);
            timers.insert(slot, at(7));
        }
        assert_eq!(timers.pop_due(at(6)), None);
        let order: Vec<_> = std::iter::from_fn(|| timers.pop_due(at(7))).collect();
        assert_eq!(order, [3, 1, 2, 0]);
    }

    #[test]
    fn sleeping_allocates_nothing_that_reserve_has_not() {
        let mut timers = Timers::default();
        timers.reserve(99);
        let capacity = timers.heap.capacity();
        for slot in 0..100 {
            timers.insert(slot, at(slot.into()));
        }
        assert_eq!(timers.heap.capacity(), capacity);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u32, u64),
        Remove(u32),
        PopDue(u64),
    }

    /// So many that most of the time three levels of the heap are full.
    const SLOTS: u32 = 60;

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0..SLOTS, 0..30u64).prop_map(|(slot, deadline)| Step::Insert(slot, deadline)),
            1 => (0..SLOTS).prop_map(Step::Remove),
            1 => (0..30u64).prop_map(Step::PopDue),
        ]
    }

    proptest! {
        /// Against a sorted set, which is the plainest model of the same.
        #[test]
        fn behaves_like_a_sorted_set(steps in prop::collection::vec(step(), 1..200)) {
            let mut timers = Timers::default();
            timers.reserve(SLOTS - 1);
            let mut model = BTreeSet::new();
            for (arrival, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Insert(slot, deadline) => {
                        if model.iter().all(|&(_, _, s)| s != slot) {
                            timers.insert(slot, at(deadline));
                            model.insert((at(deadline), arrival, slot));
                        }
                    }
                    Step::Remove(slot) => {
                        timers.remove(slot);
                        model.retain(|&(_, _, s)| s != slot);
                    }
                    Step::PopDue(now) => {
                        let due = model.first().copied().filter(|&(d, _, _)| d <= at(now));
                        if let Some(due) = due {
                            model.remove(&due);
                        }
                        prop_assert_eq!(timers.pop_due(at(now)), due.map(|(_, _, slot)| slot));
                    }
                }
                prop_assert_eq!(timers.earliest(), model.first().map(|&(d, _, _)| d));
            }
        }
    }
}

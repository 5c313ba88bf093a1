//! A line of threads, first come, first served, linked through their PCBs.
//!
//! ```text
//!   Queue            PCB in slot 4      PCB in slot 0      PCB in slot 7
//!  ┌──────┐         ┌──────────┐       ┌──────────┐       ┌──────────┐
//!  │ head ┼───────▶ │     next ┼─────▶ │     next ┼─────▶ │ next: -  │
//!  │ tail ┼──┐      │ prev: -  │ ◀─────┼ prev     │ ◀─────┼ prev     │
//!  └──────┘  │      └──────────┘       └──────────┘       └──────────┘
//!            └──────────────────────────────────────────────────▲
//! ```
//!
//! The links lie in the PCBs, so standing in a line needs no memory, and any
//! thread can leave it from the middle: every operation takes constant time.
//! A thread stands in at most one line, because it has only one pair of links.

use super::pcb::Context;
use super::table::Table;

/// The two ends of a line of threads. The threads themselves hold the middle.
///
/// Only a kernel can put threads into it: see
/// [`wait::Object`](super::wait::Object).
///
/// ```
/// use std::cell::Cell;
///
/// use kernel_sim::kernel::queue::Queue;
///
/// // As an object keeps it.
/// let line = Cell::new(Queue::new());
/// assert!(line.get().is_empty());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    head: u32,
    tail: u32,
}

/// A PCB's neighbours in the line in which it stands. The first has no `prev` that
/// means anything, and the last no `next`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Links {
    prev: u32,
    next: u32,
}

/// The slot number that no PCB has.
const NONE: u32 = u32::MAX;

impl Default for Queue {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for Links {
    fn default() -> Self {
        Self {
            prev: NONE,
            next: NONE,
        }
    }
}

impl Queue {
    /// An empty line.
    pub const fn new() -> Self {
        Self {
            head: NONE,
            tail: NONE,
        }
    }

    /// Whether nobody stands here.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.head == NONE
    }

    /// Puts the thread in `slot` at the end of the line.
    #[inline]
    pub(super) fn push<C: Context>(&mut self, table: &mut Table<C>, slot: u32) {
        table[slot].links.prev = self.tail;
        match self.is_empty() {
            true => self.head = slot,
            false => table[self.tail].links.next = slot,
        }
        self.tail = slot;
    }

    /// Takes out the thread that has stood here longest.
    #[inline]
    pub(super) fn pop<C: Context>(&mut self, table: &mut Table<C>) -> Option<u32> {
        let slot = self.first()?;
        self.head = match slot == self.tail {
            true => NONE,
            false => table[slot].links.next,
        };
        Some(slot)
    }

    /// The thread that has stood here longest.
    #[inline]
    pub(super) fn first(&self) -> Option<u32> {
        (!self.is_empty()).then_some(self.head)
    }

    /// Takes out the thread in `slot`, which stands in this line.
    pub(super) fn remove<C: Context>(&mut self, table: &mut Table<C>, slot: u32) {
        let Links { prev, next } = table[slot].links;
        let (is_first, is_last) = (slot == self.head, slot == self.tail);
        match is_first {
            true => self.head = if is_last { NONE } else { next },
            false => table[prev].links.next = next,
        }
        match is_last {
            true => self.tail = prev,
            false => table[next].links.prev = prev,
        }
    }

    /// The threads in this line, from the first to the last.
    pub(super) fn iter<C: Context>(self, table: &Table<C>) -> impl Iterator<Item = u32> {
        std::iter::successors(self.first(), move |&slot| {
            (slot != self.tail).then(|| table[slot].links.next)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::super::pcb::{Pcb, Priority};
    use super::super::wait::NoObject;
    use super::*;

    struct Token;

    impl Context for Token {
        type Identity = &'static str;
        type Object = NoObject;
    }

    #[derive(Clone, Debug)]
    enum Step {
        Push(u32),
        Pop,
        Remove(u32),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0..10u32).prop_map(Step::Push),
            1 => Just(Step::Pop),
            1 => (0..10u32).prop_map(Step::Remove),
        ]
    }

    proptest! {
        #[test]
        fn behaves_like_a_deque(steps in prop::collection::vec(step(), 1..100)) {
            let mut table = Table::<Token>::default();
            for _ in 0..10 {
                let pid = table.next_pid();
                table.insert(Pcb::new(pid, Token, "", Priority::NORMAL, 0));
            }
            let mut queue = Queue::default();
            let mut model = VecDeque::new();
            for step in steps {
                match step {
                    Step::Push(slot) if !model.contains(&slot) => {
                        queue.push(&mut table, slot);
                        model.push_back(slot);
                    }
                    Step::Remove(slot) if model.contains(&slot) => {
                        queue.remove(&mut table, slot);
                        model.retain(|&s| s != slot);
                    }
                    Step::Pop => prop_assert_eq!(queue.pop(&mut table), model.pop_front()),
                    Step::Push(_) | Step::Remove(_) => {}
                }
                prop_assert!(queue.iter(&table).eq(model.iter().copied()));
            }
        }
    }
}

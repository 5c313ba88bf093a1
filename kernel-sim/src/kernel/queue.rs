//! A line of threads, first come, first served, linked by the slots of their PCBs.
//!
//! ```text
//!   Queue            links of slot 4    links of slot 0    links of slot 7
//!  ┌──────┐         ┌──────────┐       ┌──────────┐       ┌──────────┐
//!  │ head ┼───────▶ │     next ┼─────▶ │     next ┼─────▶ │ next: -  │
//!  │ tail ┼──┐      │ prev: -  │ ◀─────┼ prev     │ ◀─────┼ prev     │
//!  └──────┘  │      └──────────┘       └──────────┘       └──────────┘
//!            └──────────────────────────────────────────────────▲
//! ```
//!
//! Each PCB has its pair of links, so standing in a line needs no memory, and any
//! thread can leave it from the middle: every operation takes constant time. A
//! thread stands in at most one line, because it has only one pair of links.
//!
//! The links lie in an array of their own, beside the PCBs. So to walk along a line
//! one need not touch the PCBs, which are fifteen times as large: with a million
//! threads the links fit into the cache, and the PCBs do not.

use std::ops::{Index, IndexMut};

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
// ANCHOR: queue
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    head: u32,
    tail: u32,
}
// ANCHOR_END: queue

/// The links of all slots of a PCB table.
// ANCHOR: all_links
#[derive(Debug, Default)]
pub(super) struct AllLinks(Vec<Links>);

impl AllLinks {
    /// Makes room for the links of that slot.
    #[inline]
    pub(super) fn reserve(&mut self, slot: u32) {
        if self.0.len() <= slot as usize {
            self.0.resize(slot as usize + 1, Links::default());
        }
    }
}

impl Index<u32> for AllLinks {
    type Output = Links;

    #[inline]
    fn index(&self, slot: u32) -> &Links {
        &self.0[slot as usize]
    }
}

impl IndexMut<u32> for AllLinks {
    #[inline]
    fn index_mut(&mut self, slot: u32) -> &mut Links {
        &mut self.0[slot as usize]
    }
}
// ANCHOR_END: all_links

/// A PCB's neighbours in the line in which it stands. The first has no `prev` that
/// means anything, and the last no `next`.
// ANCHOR: links
#[derive(Clone, Copy, Debug)]
pub(super) struct Links {
    prev: u32,
    next: u32,
}

/// The slot number that no PCB has.
const NONE: u32 = u32::MAX;
// ANCHOR_END: links

// ANCHOR: defaults
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
// ANCHOR_END: defaults

impl Queue {
    /// An empty line.
    // ANCHOR: empty
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
    // ANCHOR_END: empty

    /// Puts the thread in `slot` at the end of the line.
    // ANCHOR: push_and_pop
    #[inline]
    pub(super) fn push<C: Context>(&mut self, table: &mut Table<C>, slot: u32) {
        table.links[slot].prev = self.tail;
        match self.is_empty() {
            true => self.head = slot,
            false => table.links[self.tail].next = slot,
        }
        self.tail = slot;
    }

    /// Takes out the thread that has stood here longest.
    #[inline]
    pub(super) fn pop<C: Context>(&mut self, table: &mut Table<C>) -> Option<u32> {
        let slot = self.first()?;
        self.head = match slot == self.tail {
            true => NONE,
            false => table.links[slot].next,
        };
        Some(slot)
    }
    // ANCHOR_END: push_and_pop

    /// The thread that has stood here longest.
    // ANCHOR: first_and_after
    #[inline]
    pub(super) fn first(&self) -> Option<u32> {
        (!self.is_empty()).then_some(self.head)
    }

    /// The thread behind the one in `slot`, which stands in this line.
    #[inline]
    pub(super) fn after<C: Context>(&self, table: &Table<C>, slot: u32) -> Option<u32> {
        (slot != self.tail).then(|| table.links[slot].next)
    }
    // ANCHOR_END: first_and_after

    /// Takes out the thread in `slot`, which stands in this line.
    // ANCHOR: remove
    pub(super) fn remove<C: Context>(&mut self, table: &mut Table<C>, slot: u32) {
        let Links { prev, next } = table.links[slot];
        let (is_first, is_last) = (slot == self.head, slot == self.tail);
        match is_first {
            true => self.head = if is_last { NONE } else { next },
            false => table.links[prev].next = next,
        }
        match is_last {
            true => self.tail = prev,
            false => table.links[next].prev = prev,
        }
    }
    // ANCHOR_END: remove

    /// The threads in this line, from the first to the last.
    // ANCHOR: iter
    pub(super) fn iter<C: Context>(self, table: &Table<C>) -> impl Iterator<Item = u32> {
        std::iter::successors(self.first(), move |&slot| self.after(table, slot))
    }
    // ANCHOR_END: iter
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::super::attributes::Attributes;
    use super::super::pcb::Pcb;
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
                table.insert(Pcb::new(pid, Token, "", 0), Attributes::default());
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

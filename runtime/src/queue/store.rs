//! Where the items of a queue lie, and which of them is next.
//!
//! This file knows nothing of threads: a [`Buffer`](super::Buffer) calls it for
//! one at a time.

use std::collections::{BTreeSet, VecDeque};

/// A collection that knows which of its items is next: what a
/// [`Buffer`](super::Buffer) keeps its items in. With one's own there is a queue
/// in one's own order.
///
/// It must give as many items as it got, each once. If `push` panics, it must not
/// have the item; if `pop` panics, it must still have all. Neither may use the
/// queue whose store it is: that is refused.
///
/// ```
/// use runtime::queue::{Buffer, Store};
///
/// /// The odd ones first.
/// struct Odd(Vec<u32>);
///
/// impl Store for Odd {
///     type Item = u32;
///     const NAME: &str = "OddQueue";
///     const EMPTY: Self = Odd(Vec::new());
///
///     fn push(&mut self, item: u32) {
///         self.0.push(item);
///     }
///
///     fn pop(&mut self) -> Option<u32> {
///         let odd = self.0.iter().position(|item| item % 2 == 1);
///         (!self.0.is_empty()).then(|| self.0.remove(odd.unwrap_or(0)))
///     }
/// }
///
/// let queue = Buffer::<Odd>::new();
/// for item in [2, 4, 5] {
///     queue.put(item).unwrap();
/// }
/// assert_eq!([queue.get(), queue.get()], [Ok(5), Ok(2)]);
/// ```
// ANCHOR: store
pub trait Store {
    /// What is put in.
    type Item;

    /// What reports call a queue with this store.
    const NAME: &'static str;

    /// Without items.
    const EMPTY: Self;

    /// Takes an item.
    fn push(&mut self, item: Self::Item);

    /// Gives the next item, if there is one.
    fn pop(&mut self) -> Option<Self::Item>;
}
// ANCHOR_END: store

// ANCHOR: fifo
impl<T> Store for VecDeque<T> {
    type Item = T;
    const NAME: &'static str = "Queue";
    const EMPTY: Self = VecDeque::new();

    #[inline]
    fn push(&mut self, item: T) {
        self.push_back(item);
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.pop_front()
    }
}
// ANCHOR_END: fifo

// ANCHOR: lifo
impl<T> Store for Vec<T> {
    type Item = T;
    const NAME: &'static str = "LifoQueue";
    const EMPTY: Self = Vec::new();

    #[inline]
    fn push(&mut self, item: T) {
        self.push(item);
    }

    #[inline]
    fn pop(&mut self) -> Option<T> {
        self.pop()
    }
}
// ANCHOR_END: lifo

/// The items of a [`PriorityQueue`](super::PriorityQueue): the lowest is next,
/// and of equal ones the first that came.
///
/// ```
/// use runtime::queue::{Sorted, Store};
///
/// let mut sorted = Sorted::EMPTY;
/// [3, 1, 2].into_iter().for_each(|number| sorted.push(number));
/// assert_eq!(sorted.pop(), Some(1));
/// ```
// ANCHOR: sorted
// A tree, and no heap: it compares before it changes anything, and not at all
// when it gives the first. So a comparison that panics costs no item, and those
// that make no sense cost the order alone.
pub struct Sorted<T> {
    items: BTreeSet<Numbered<T>>,
    next_number: u64,
}

/// No two are equal. The order of the fields is the order of items.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Numbered<T> {
    item: T,
    number: u64,
}
// ANCHOR_END: sorted

// ANCHOR: sorted_store
impl<T: Ord> Store for Sorted<T> {
    type Item = T;
    const NAME: &'static str = "PriorityQueue";
    const EMPTY: Self = Sorted {
        items: BTreeSet::new(),
        next_number: 0,
    };

    fn push(&mut self, item: T) {
        let number = self.next_number;
        self.next_number += 1;
        self.items.insert(Numbered { item, number });
    }

    fn pop(&mut self) -> Option<T> {
        self.items.pop_first().map(|first| first.item)
    }
}
// ANCHOR_END: sorted_store

//! [`Buffer`]: a queue in any order.

mod ending;
mod transfer;

use std::fmt;
use std::sync::PoisonError;

use super::gate::Gate;
use super::store::Store;
use super::tasks::Tasks;
use crate::quantum::safe_point;
use crate::sync::object::Object;
use crate::sync::{Mutex, MutexGuard};

/// A queue whose store says which item is next: a [`Queue`](super::Queue), a
/// [`LifoQueue`](super::LifoQueue), a [`PriorityQueue`](super::PriorityQueue), or
/// one in an order of one's own. The [module](super) says how it behaves.
///
/// To put and to get takes constant time besides what the store takes, and
/// waiting takes no memory.
// ANCHOR: buffer
pub struct Buffer<S> {
    gate: Object<Gate>,
    store: Mutex<S>,
    tasks: Tasks,
}
// ANCHOR_END: buffer

impl<S: Store> Buffer<S> {
    /// A queue with room for any number of items.
    ///
    /// ```
    /// use runtime::queue::Queue;
    ///
    /// static JOBS: Queue<u32> = Queue::new();
    /// assert_eq!(JOBS.capacity(), None);
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub const fn new() -> Self {
        Self::make(None, usize::MAX)
    }
    // ANCHOR_END: new

    /// A queue with a name, by which reports call it, and with room for any
    /// number of items.
    ///
    /// ```
    /// use runtime::queue::PriorityQueue;
    ///
    /// static PATIENTS: PriorityQueue<(u32, &str)> = PriorityQueue::named("patients");
    /// ```
    // ANCHOR: named
    #[track_caller]
    pub const fn named(name: &'static str) -> Self {
        Self::make(Some(name), usize::MAX)
    }
    // ANCHOR_END: named

    /// A queue with room for `max` items.
    ///
    /// # Panics
    ///
    /// If `max` is 0. In Python that is room for any number, which is [`new`]
    /// here. Threads that are to meet have [`sync_channel`].
    ///
    /// [`new`]: Self::new
    /// [`sync_channel`]: crate::sync::mpsc::sync_channel
    ///
    /// ```
    /// use runtime::queue::Queue;
    ///
    /// static JOBS: Queue<u32> = Queue::bounded(2);
    /// assert_eq!(JOBS.capacity(), Some(2));
    /// ```
    // ANCHOR: bounded
    #[track_caller]
    pub const fn bounded(max: usize) -> Self {
        Self::make(None, max)
    }
    // ANCHOR_END: bounded

    /// A [`bounded`](Self::bounded) queue with a name, by which reports call it.
    ///
    /// # Panics
    ///
    /// If `max` is 0.
    ///
    /// ```
    /// use runtime::queue::Queue;
    ///
    /// static JOBS: Queue<u32> = Queue::named_bounded("jobs", 2);
    /// ```
    // ANCHOR: named_bounded
    #[track_caller]
    pub const fn named_bounded(name: &'static str, max: usize) -> Self {
        Self::make(Some(name), max)
    }
    // ANCHOR_END: named_bounded

    // ANCHOR: make
    #[track_caller]
    const fn make(name: Option<&'static str>, max: usize) -> Self {
        assert!(
            max > 0,
            "a queue with room for no item: take Queue::new() for one without a bound, \
             or a sync_channel(0) for threads that are to meet"
        );
        Self {
            gate: Object::new(S::NAME, name, Gate::new(max)),
            store: Mutex::named("items of a queue", S::EMPTY),
            tasks: Tasks::new(S::NAME, name),
        }
    }
    // ANCHOR_END: make

    /// How many items are in the queue, those included that were handed to a
    /// thread which has not run since. So `len() > 0` does not say that a `get`
    /// will not wait, nor less than the capacity that a `put` will not.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let queue = runtime::queue::Queue::new();
    /// queue.put('a').unwrap();
    /// assert_eq!(queue.len(), 1);
    /// ```
    // ANCHOR: len
    #[track_caller]
    pub fn len(&self) -> usize {
        safe_point();
        self.gate.with(Gate::len)
    }
    // ANCHOR_END: len

    /// Whether there are no items, in the sense of [`len`](Self::len).
    ///
    /// # Panics
    ///
    /// As [`len`](Self::len).
    ///
    /// ```
    /// assert!(runtime::queue::Queue::<u32>::new().is_empty());
    /// ```
    // ANCHOR: is_empty
    #[track_caller]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    // ANCHOR_END: is_empty

    /// Whether there are as many items as there is room for, in the sense of
    /// [`len`](Self::len).
    ///
    /// # Panics
    ///
    /// As [`len`](Self::len).
    ///
    /// ```
    /// let queue = runtime::queue::Queue::bounded(1);
    /// queue.put('a').unwrap();
    /// assert!(queue.is_full());
    /// ```
    // ANCHOR: is_full
    #[track_caller]
    pub fn is_full(&self) -> bool {
        safe_point();
        self.gate.with(|gate| gate.len() >= gate.max())
    }
    // ANCHOR_END: is_full

    /// For how many items there is room; `None` if for any number.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// assert_eq!(runtime::queue::Queue::<u32>::bounded(2).capacity(), Some(2));
    /// ```
    // ANCHOR: capacity
    #[track_caller]
    pub fn capacity(&self) -> Option<usize> {
        match self.gate.with(Gate::max) {
            usize::MAX => None,
            max => Some(max),
        }
    }

    /// For one at a time. It cannot be half changed, so poison says nothing.
    #[inline(always)]
    #[track_caller]
    fn store(&self) -> MutexGuard<'_, S> {
        self.store
            .lock_quietly()
            .unwrap_or_else(PoisonError::into_inner)
    }
    // ANCHOR_END: capacity
}

impl<S: Store> Default for Buffer<S> {
    /// A queue with room for any number of items.
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Store> fmt::Debug for Buffer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut queue = f.debug_struct(S::NAME);
        match self.gate.peek(|gate| (gate.len(), gate.is_shut())) {
            Some((len, is_shut)) => queue.field("len", &len).field("is_shut", &is_shut),
            None => queue.field("len", &format_args!("<used elsewhere>")),
        };
        queue.finish_non_exhaustive()
    }
}

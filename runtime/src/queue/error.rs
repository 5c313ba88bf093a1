//! Why an item was not put, or none was got: Python's `Full`, `Empty` and
//! `ShutDown`. An item that was not put is inside the error.

use std::error::Error;
use std::fmt;

/// The queue was shut down: [`put`](super::Buffer::put) gives the item back, and
/// [`get`](super::Buffer::get) finds nothing left.
///
/// ```
/// use runtime::queue::{Queue, ShutDown};
///
/// let queue = Queue::new();
/// queue.shutdown();
/// assert_eq!(queue.put(5), Err(ShutDown(5)));
/// assert_eq!(queue.get(), Err(ShutDown(())));
/// ```
// ANCHOR: errors
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShutDown<T = ()>(pub T);

/// Why [`try_put`](super::Buffer::try_put) and
/// [`put_timeout`](super::Buffer::put_timeout) did not put the item, which is
/// inside.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PutError<T> {
    /// There was no room, or not in time.
    Full(T),
    /// The queue was shut down.
    ShutDown(T),
}

/// Why [`try_get`](super::Buffer::try_get) and
/// [`get_timeout`](super::Buffer::get_timeout) got nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GetError {
    /// Nothing was there, or not in time.
    Empty,
    /// The queue was shut down, and nothing is left.
    ShutDown,
}

/// [`task_done`](super::Buffer::task_done) was called more often than items were
/// put. What Python raises a `ValueError` for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskDoneError {
    /// Of which queue: "Queue 'jobs' (src/main.rs:12)".
    pub object: String,
}
// ANCHOR_END: errors

impl<T> PutError<T> {
    /// The item that was not put.
    ///
    /// ```
    /// use runtime::queue::Queue;
    ///
    /// let queue = Queue::bounded(1);
    /// queue.put('a').unwrap();
    /// assert_eq!(queue.try_put('b').unwrap_err().into_inner(), 'b');
    /// ```
    // ANCHOR: into_inner
    pub fn into_inner(self) -> T {
        match self {
            PutError::Full(item) | PutError::ShutDown(item) => item,
        }
    }
    // ANCHOR_END: into_inner
}

// ANCHOR: words
const FULL: &str = "the queue is full: wait with put, or get something out first";
const SHUT_DOWN: &str = "the queue was shut down: it takes nothing more, and gives what is left";

impl<T> fmt::Display for ShutDown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SHUT_DOWN)
    }
}

impl<T> fmt::Display for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PutError::Full(_) => FULL,
            PutError::ShutDown(_) => SHUT_DOWN,
        })
    }
}

impl fmt::Display for GetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GetError::Empty => "the queue is empty: wait with get, or come back later",
            GetError::ShutDown => "the queue was shut down, and nothing is left in it",
        })
    }
}

impl fmt::Display for TaskDoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "task_done was called too often for {}: all that was put is done. \
             Call it once for each item that you got",
            self.object
        )
    }
}
// ANCHOR_END: words

// ANCHOR: debug
// Not derived, so that `unwrap` works whatever the items are.
impl<T> fmt::Debug for ShutDown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ShutDown").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variant = match self {
            PutError::Full(_) => "Full",
            PutError::ShutDown(_) => "ShutDown",
        };
        f.debug_tuple(variant).finish_non_exhaustive()
    }
}
// ANCHOR_END: debug

impl<T> Error for ShutDown<T> {}
impl<T> Error for PutError<T> {}
impl Error for GetError {}
impl Error for TaskDoneError {}

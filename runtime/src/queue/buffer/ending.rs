//! How all comes to be done, and how a queue is shut down.

use std::iter;
use std::time::Duration;

use super::Buffer;
use crate::quantum::safe_point;
use crate::queue::error::TaskDoneError;
use crate::queue::gate::Gate;
use crate::queue::store::Store;

impl<S: Store> Buffer<S> {
    /// Says that the work on an item that was got is done, whoever got it. When
    /// it is for all that were put, those that [`join`](Self::join) go on.
    ///
    /// # Errors
    ///
    /// If that was said of all items before.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let queue = runtime::queue::Queue::new();
    /// queue.put(1).unwrap();
    /// queue.get().unwrap();
    /// assert!(queue.task_done().is_ok());
    /// assert!(queue.task_done().is_err());
    /// ```
    // ANCHOR: task_done
    #[inline]
    #[track_caller]
    pub fn task_done(&self) -> Result<(), TaskDoneError> {
        safe_point();
        self.tasks.done()
    }
    // ANCHOR_END: task_done

    /// Waits until [`task_done`](Self::task_done) was called for each item that
    /// was put. Goes on after that even if something is put before it runs.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait where
    /// it cannot, and on another core.
    ///
    /// ```
    /// use runtime::queue::Queue;
    /// use runtime::thread;
    ///
    /// static QUEUE: Queue<u32> = Queue::new();
    ///
    /// runtime::run(|| {
    ///     QUEUE.put(1).unwrap();
    ///     thread::spawn(|| {
    ///         QUEUE.get().unwrap();
    ///         QUEUE.task_done().unwrap();
    ///     });
    ///     QUEUE.join();
    ///     assert!(QUEUE.is_empty());
    /// });
    /// ```
    // ANCHOR: join
    #[track_caller]
    pub fn join(&self) {
        safe_point();
        self.tasks.join(None);
    }
    // ANCHOR_END: join

    /// As [`join`](Self::join), but for no longer than `timeout`, as
    /// [`get_timeout`](Self::get_timeout) has it. Says whether all is done: false
    /// means that the time is up. Python has no such thing.
    ///
    /// # Panics
    ///
    /// As [`join`](Self::join), except while the thread unwinds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::queue::Queue;
    ///
    /// runtime::run(|| {
    ///     let queue = Queue::new();
    ///     queue.put(1).unwrap();
    ///     assert!(!queue.join_timeout(Duration::from_millis(1)));
    /// });
    /// ```
    // ANCHOR: join_timeout
    #[track_caller]
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        safe_point();
        self.tasks.join(Some(timeout))
    }
    // ANCHOR_END: join_timeout

    /// Shuts the queue down for good: it takes nothing more, and gives what is
    /// left. Those that wait to put, or to get, go on with an error, except those
    /// to get that were handed an item before. Takes time in proportion to how
    /// many wait. To shut it down again does nothing.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// use runtime::queue::{Queue, ShutDown};
    /// use runtime::thread;
    ///
    /// static QUEUE: Queue<u32> = Queue::new();
    ///
    /// runtime::run(|| {
    ///     let waits = thread::spawn(|| QUEUE.get());
    ///     thread::yield_now();
    ///     QUEUE.shutdown();
    ///     assert_eq!(waits.join().unwrap(), Err(ShutDown(())));
    /// });
    /// ```
    // ANCHOR: shutdown
    #[track_caller]
    pub fn shutdown(&self) {
        // Refuses before it takes the lock.
        self.gate.with(|_| ());
        // Who is putting an item in comes first, who comes later is too late.
        let store = self.store();
        self.gate.with(Gate::shut);
        drop(store);
        self.gate.with(Gate::turn_away);
    }
    // ANCHOR_END: shutdown

    /// Shuts the queue down, and gives what is left, in its order. Those that
    /// wait get nothing of it. It counts as done: if no other item is unfinished,
    /// those that [`join`](Self::join) go on. An item that was handed to a thread
    /// before is that thread's.
    ///
    /// # Panics
    ///
    /// As [`shutdown`](Self::shutdown).
    ///
    /// ```
    /// let queue = runtime::queue::LifoQueue::new();
    /// for number in 0..3 {
    ///     queue.put(number).unwrap();
    /// }
    /// assert_eq!(queue.shutdown_now(), [2, 1, 0]);
    /// queue.join();
    /// ```
    // ANCHOR: shutdown_now
    #[track_caller]
    pub fn shutdown_now(&self) -> Vec<S::Item> {
        self.shutdown();
        let left: Vec<_> = iter::from_fn(|| self.get_at_once().ok()).collect();
        for _ in &left {
            // Somebody may have called it too often, as in Python.
            let _ = self.tasks.done();
        }
        left
    }
    // ANCHOR_END: shutdown_now
}

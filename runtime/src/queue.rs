//! Queues between threads: Python's `queue`. Any number of threads put items in,
//! any number get them out, and a queue can tell when all work on them is done.
//!
//! | | the next item is | which costs |
//! | --- | --- | --- |
//! | [`Queue`] | the first that was put | constant time |
//! | [`LifoQueue`] | the last that was put | constant time |
//! | [`PriorityQueue`] | the lowest; of equal ones the first that was put | O(log n) |
//!
//! ```
//! use runtime::queue::Queue;
//! use runtime::thread;
//!
//! static JOBS: Queue<u32> = Queue::bounded(2);
//!
//! runtime::run(|| {
//!     let worker = thread::spawn(|| {
//!         let mut sum = 0;
//!         while let Ok(job) = JOBS.get() {
//!             sum += job;
//!             JOBS.task_done().unwrap();
//!         }
//!         sum
//!     });
//!     for job in 1..=4 {
//!         JOBS.put(job).unwrap(); // waits while there are two
//!     }
//!     JOBS.join(); // until all four are done
//!     JOBS.shutdown();
//!     assert_eq!(worker.join().unwrap(), 10);
//! });
//! ```
//!
//! The three are one [`Buffer`] in three orders. It is the bounded buffer of
//! Dijkstra's *Cooperating sequential processes* (1965): permits for the items,
//! permits for the free places, and a mutex around the store. Python has a mutex
//! and three conditions instead. There somebody who was notified may find that
//! another one came first, and has to go to the end of the line; a permit that
//! was handed over is kept.
//!
//! | Python | here |
//! | --- | --- |
//! | `Queue()`, `Queue(maxsize=2)` | [`Queue::new()`](Buffer::new), [`Queue::bounded(2)`](Buffer::bounded) |
//! | `q.put(x)`, `q.get()` | [`q.put(x)`](Buffer::put), [`q.get()`](Buffer::get) |
//! | `q.put_nowait(x)`, `q.get_nowait()` | [`q.try_put(x)`](Buffer::try_put), [`q.try_get()`](Buffer::try_get) |
//! | `q.put(x, timeout=1)`, `q.get(timeout=1)` | [`q.put_timeout(x, …)`](Buffer::put_timeout), [`q.get_timeout(…)`](Buffer::get_timeout) |
//! | `q.task_done()`, `q.join()` | the same |
//! | `q.shutdown()` | the same |
//! | `q.shutdown(immediate=True)` | [`q.shutdown_now()`](Buffer::shutdown_now), which gives what was left |
//! | `q.qsize()`, `q.empty()`, `q.full()` | [`q.len()`](Buffer::len), [`q.is_empty()`](Buffer::is_empty), [`q.is_full()`](Buffer::is_full) |
//! | `Full`, `Empty`, `ShutDown` | [`PutError`], [`GetError`], [`ShutDown`], which give the item back |
//! | a subclass with `_put` and `_get` | `impl` [`Store`], then `Buffer<MyStore>` |
//!
//! **Fairness.** First come, first served at both ends. An item is for the thread
//! that has waited longest in `get`, and a free place for the one that has waited
//! longest in `put`; whoever comes later does not get it, nor can a timeout lose
//! it. If that thread is killed before it runs, it goes to the next. What is
//! handed over is the right to an item or a place, and not a certain one: a
//! thread takes the item that is next when it runs, and its own is put when it
//! runs.
//!
//! **Kills and panics.** A thread that is killed in `put` takes its item along,
//! which was not put; in `get` it leaves what it was handed. A queue has no
//! poison. The comparison of a [`PriorityQueue`] runs in `put` alone, before
//! anything has changed: if it panics, that item is dropped with the panic, and
//! the queue is as it was. As long as it runs it has the queue: if it gives up
//! the CPU, whoever comes waits, with a timeout too, and to put or get there is
//! refused with a [`SyncError`](crate::error::SyncError). A destructor of an item
//! may use the queue, because items are dropped where they are nobody's; except
//! that of an item whose own comparison has panicked.
//!
//! **Where.** A queue serves one runtime at a time, as all in
//! [`sync`](crate::sync). While a thread unwinds it can put and get as long as it
//! need not wait. Nobody owns a queue, so a wait for it closes no ring: if nobody
//! is left who could put or get, the report about the deadlock says who did last.

use std::collections::VecDeque;

mod buffer;
mod error;
mod gate;
mod store;
mod tasks;

pub use buffer::Buffer;
pub use error::{GetError, PutError, ShutDown, TaskDoneError};
pub use store::{Sorted, Store};

/// First in, first out.
///
/// ```
/// use runtime::queue::Queue;
///
/// let queue = Queue::new();
/// queue.put('a').unwrap();
/// queue.put('b').unwrap();
/// assert_eq!(queue.get(), Ok('a'));
/// ```
// ANCHOR: queue
pub type Queue<T> = Buffer<VecDeque<T>>;
// ANCHOR_END: queue

/// Last in, first out.
///
/// ```
/// use runtime::queue::LifoQueue;
///
/// let queue = LifoQueue::new();
/// queue.put('a').unwrap();
/// queue.put('b').unwrap();
/// assert_eq!(queue.get(), Ok('b'));
/// ```
// ANCHOR: lifo
pub type LifoQueue<T> = Buffer<Vec<T>>;
// ANCHOR_END: lifo

/// The lowest first, as in Python. Of equal ones the first that was put comes
/// first, which Python does not promise. For the highest first, put
/// [`Reverse`](std::cmp::Reverse)s.
///
/// ```
/// use runtime::queue::PriorityQueue;
///
/// let queue = PriorityQueue::new();
/// for patient in [(3, "cough"), (1, "heart"), (2, "arm")] {
///     queue.put(patient).unwrap();
/// }
/// assert_eq!(queue.get(), Ok((1, "heart")));
/// ```
// ANCHOR: priority
pub type PriorityQueue<T> = Buffer<Sorted<T>>;
// ANCHOR_END: priority

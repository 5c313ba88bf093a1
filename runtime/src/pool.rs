//! A pool of threads that do one task after another: Python's
//! `concurrent.futures.ThreadPoolExecutor`.
//!
//! ```text
//!   submit ──▶ ┌──────────────────┐ ──▶ worker 0 ──▶ ┌────────┐
//!   submit ──▶ │ pending tasks,   │ ──▶ worker 1 ──▶ │ result │ ──▶ Future::result
//!   map    ──▶ │ first come first │ ──▶ worker 2     └────────┘     wait, as_completed
//!              └──────────────────┘
//! ```
//!
//! - [`ThreadPool`], and the [`Builder`] for one with a name, or with something
//!   that each worker does first.
//! - [`Future`]: what will come of a task.
//! - [`wait`] and [`as_completed`]: what comes of many.
//!
//! Reading order: `task.rs`, one task from its submission to its result;
//! `workers.rs`, who does them; `awaits.rs`, when the program may end; `future.rs`, who waits for them; `completion.rs` and
//! `map.rs`, for many. Nothing here waits in a way of its own: workers wait for
//! tasks with a mutex and a condition variable, and all others in a line of
//! `sync`.

use std::fmt;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::time::Duration;

mod awaits;
mod builder;
mod completion;
mod error;
mod future;
mod limit;
mod map;
mod task;
mod workers;

pub use builder::Builder;
pub use completion::{AsCompleted, Done, ReturnWhen, as_completed, wait, wait_timeout};
pub use error::{NoWorkers, ResultTimeoutError, SubmitError, TaskError};
pub use future::Future;
pub use map::Map;

use crate::error::refuse;
use crate::quantum::safe_point;
use workers::Workers;

/// Threads that do what is submitted: at most so many at a time, and each of them
/// one task after another.
///
/// A worker is made when there is a task and none of those that are there is idle.
/// Tasks begin in the order in which they were submitted. A task that panics ends, and its
/// worker goes on with the next.
///
/// When the pool is dropped it waits until all that was submitted is done, as
/// Python's does at the end of its `with` block. Where that is not possible,
/// because the thread unwinds or is itself a worker of this pool, the rest is done all
/// the same, and nobody waits for it but the end of the program.
///
/// The end of the program waits for all that was submitted, and not for workers that
/// are idle: a pool that nobody drops, or that a daemon has, does no harm.
///
/// A task that waits for another one of the same pool may wait for ever, if no worker
/// is left to do that. The report about the deadlock says so. A task that waits for
/// one that runs, and that waits for it in turn, is refused: see [`Future::result`].
///
/// ```
/// use std::time::Duration;
/// use runtime::pool::ThreadPool;
/// use runtime::thread;
///
/// runtime::run(|| {
///     let pool = ThreadPool::new(2);
///     let slow = pool.submit(|| {
///         thread::sleep(Duration::from_millis(2));
///         "slow"
///     });
///     let fast = pool.submit(|| "fast");
///     assert_eq!(slow.unwrap().result().unwrap(), "slow");
///     assert_eq!(fast.unwrap().result().unwrap(), "fast");
/// });
/// ```
// ANCHOR: pool
pub struct ThreadPool {
    workers: Rc<Workers>,
}
// ANCHOR_END: pool

impl UnwindSafe for ThreadPool {}
impl RefUnwindSafe for ThreadPool {}

/// Whether [`ThreadPool::shutdown`] waits until the workers have ended.
// ANCHOR: shutdown_how
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// It returns at once: Python's `wait=False`.
    No,
    /// It waits, but no longer than that.
    AtMost(Duration),
    /// It waits for as long as it takes: Python's `wait=True`.
    UntilDone,
}
// ANCHOR_END: shutdown_how

/// What [`ThreadPool::shutdown`] does with tasks that have not begun.
// ANCHOR: pending_how
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// They are done: Python's `cancel_futures=False`.
    Finish,
    /// They are cancelled: Python's `cancel_futures=True`.
    Cancel,
}
// ANCHOR_END: pending_how

impl ThreadPool {
    /// A pool of at most so many workers. They are called `ThreadPool-N_0` and so
    /// on; see [`Builder`] for another name.
    ///
    /// # Panics
    ///
    /// With [`NoWorkers`] if `max_workers` is 0.
    ///
    /// ```
    /// runtime::run(|| {
    ///     let pool = runtime::pool::ThreadPool::new(3);
    ///     assert_eq!(pool.max_workers(), 3);
    /// });
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub fn new(max_workers: usize) -> Self {
        match Builder::new().max_workers(max_workers).build() {
            Ok(pool) => pool,
            Err(error) => refuse(error),
        }
    }
    // ANCHOR_END: new

    /// Lets a worker call `f`, after all that was submitted before. It takes constant
    /// time, and one allocation.
    ///
    /// # Errors
    ///
    /// If the pool was shut down, or is broken because its initializer has panicked,
    /// or if there is no worker and none can be made. Then `f` is dropped.
    ///
    /// # Panics
    ///
    /// With [`OutsideRuntime`](crate::error::OutsideRuntime) outside a runtime.
    ///
    /// ```
    /// use runtime::pool::ThreadPool;
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(4);
    ///     let power = pool.submit(|| 323_u64.pow(3)).unwrap();
    ///     assert_eq!(power.result().unwrap(), 33_698_267);
    /// });
    /// ```
    // ANCHOR: submit
    #[track_caller]
    pub fn submit<F, T>(&self, f: F) -> Result<Future<T>, SubmitError>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        safe_point();
        submit(Location::caller(), &self.workers, f)
    }
    // ANCHOR_END: submit

    /// Submits a call of `f` for each item, and gives what comes of them in the order
    /// of the items, whichever is done first. Python's `map`: all items are taken and
    /// submitted at once, and are done even if nobody asks for the results.
    ///
    /// # Errors
    ///
    /// As [`ThreadPool::submit`]; what was submitted before is done.
    ///
    /// ```
    /// use runtime::pool::ThreadPool;
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(4);
    ///     let squares = pool.map(1..=5, |n| n * n).unwrap();
    ///     let squares: Result<Vec<_>, _> = squares.collect();
    ///     assert_eq!(squares.unwrap(), [1, 4, 9, 16, 25]);
    /// });
    /// ```
    // ANCHOR: map
    #[track_caller]
    pub fn map<'a, I, F, T>(&self, items: I, f: F) -> Result<Map<'a, T>, SubmitError>
    where
        I: IntoIterator<IntoIter: 'a, Item: 'static>,
        F: Fn(I::Item) -> T + 'static,
        T: 'static,
    {
        Map::new(&self.workers, usize::MAX, items.into_iter(), f)
    }
    // ANCHOR_END: map

    /// As [`ThreadPool::map`], but lazy: at first it takes `ahead` items, and then
    /// another one whenever a result is taken. So there may be no end of them.
    /// Python's `map` with a `buffersize`; 0 counts as 1.
    ///
    /// # Errors
    ///
    /// As [`ThreadPool::map`]. If an item is refused later, that is said in its place
    /// among the results, and no more are taken.
    ///
    /// ```
    /// use runtime::pool::ThreadPool;
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(4);
    ///     let mut squares = pool.map_ahead(8, 1.., |n: u64| n * n).unwrap();
    ///     assert_eq!(squares.next().unwrap().unwrap(), 1);
    ///     assert_eq!(squares.next().unwrap().unwrap(), 4);
    /// });
    /// ```
    // ANCHOR: map_ahead
    #[track_caller]
    pub fn map_ahead<'a, I, F, T>(
        &self,
        ahead: usize,
        items: I,
        f: F,
    ) -> Result<Map<'a, T>, SubmitError>
    where
        I: IntoIterator<IntoIter: 'a, Item: 'static>,
        F: Fn(I::Item) -> T + 'static,
        T: 'static,
    {
        Map::new(&self.workers, ahead.max(1), items.into_iter(), f)
    }
    // ANCHOR_END: map_ahead

    /// No more tasks are taken. What was submitted is done or cancelled, and the workers
    /// end. Gives whether they have.
    ///
    /// It can be called again, to wait longer or to cancel what is left.
    ///
    /// It waits neither for itself, if a worker of this pool calls it, nor for one that
    /// waits for the caller, nor while the thread unwinds.
    ///
    /// # Panics
    ///
    /// A caller that is killed while it waits unwinds. The pool is shut down all the same.
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::pool::{Pending, TaskError, ThreadPool, Wait};
    /// use runtime::sync::Event;
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(1);
    ///     let event = Rc::new(Event::new());
    ///     let theirs = Rc::clone(&event);
    ///     let begun = pool.submit(move || theirs.wait()).unwrap();
    ///     let pending = pool.submit(|| unreachable!()).unwrap();
    ///     thread::yield_now();
    ///     assert!(!pool.shutdown(Wait::No, Pending::Cancel));
    ///     assert!(matches!(pending.result(), Err::<(), _>(TaskError::Cancelled)));
    ///     assert!(pool.submit(|| ()).is_err());
    ///     event.set();
    ///     assert!(pool.shutdown(Wait::UntilDone, Pending::Finish));
    ///     assert!(begun.is_done());
    /// });
    /// ```
    // ANCHOR: shutdown
    #[track_caller]
    pub fn shutdown(&self, wait: Wait, pending: Pending) -> bool {
        self.workers.close(pending);
        match wait {
            Wait::No => self.workers.have_ended(),
            Wait::AtMost(timeout) => self.workers.join(Some(timeout)),
            Wait::UntilDone => self.workers.join(None),
        }
    }
    // ANCHOR_END: shutdown

    /// How many workers there can be.
    ///
    /// ```
    /// runtime::run(|| assert_eq!(runtime::pool::ThreadPool::new(3).max_workers(), 3));
    /// ```
    // ANCHOR: max_workers
    pub fn max_workers(&self) -> usize {
        self.workers.max()
    }
    // ANCHOR_END: max_workers
}

// ANCHOR: submit_one
fn submit<F, T>(
    at: &'static Location<'static>,
    workers: &Rc<Workers>,
    f: F,
) -> Result<Future<T>, SubmitError>
where
    F: FnOnce() -> T + 'static,
    T: 'static,
{
    let task = task::make(at, f, workers);
    workers.submit(task.clone())?;
    Ok(Future::new(task))
}
// ANCHOR_END: submit_one

/// Waits until all is done, where that is possible.
// ANCHOR: drop
impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shutdown(Wait::UntilDone, Pending::Finish);
    }
}
// ANCHOR_END: drop

impl fmt::Debug for ThreadPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadPool")
            .field("name", &self.workers.name())
            .field("max_workers", &self.max_workers())
            .finish_non_exhaustive()
    }
}

//! [`wait`] and [`as_completed`]: what comes of many tasks, in the order in which
//! they are done.
//!
//! Each task that is done says so to an [`Arrivals`], where one thread waits for all.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::iter::FusedIterator;
use std::rc::{Rc, Weak};
use std::time::Duration;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::Signal;

use super::limit::Limit;
use super::task::Work;
use super::{Future, TaskError};
use crate::error::Refused;
use crate::panic::unwind_killed;
use crate::quantum::safe_point;
use crate::sync::core_bound::Idle;
use crate::sync::object::{Object, State};
use crate::sync::wait_queue::{WaitQueue, wake};

/// For what [`wait`] waits.
// ANCHOR: return_when
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnWhen {
    /// One of them is done.
    FirstCompleted,
    /// One of them has panicked, was killed with its worker, or is of a pool that is
    /// broken; or all are done.
    /// Python's `FIRST_EXCEPTION`.
    FirstPanicked,
    /// All are done.
    AllCompleted,
}
// ANCHOR_END: return_when

/// What [`wait`] gives: the same futures, in the order in which they were given.
// ANCHOR: done
#[derive(Debug)]
pub struct Done<T: 'static> {
    /// Those whose tasks are done, whatever came of them.
    pub done: Vec<Future<T>>,
    /// The others.
    pub not_done: Vec<Future<T>>,
}
// ANCHOR_END: done

/// Waits for some of many tasks: Python's `concurrent.futures.wait`.
///
/// # Panics
///
/// With [`SyncError`](crate::error::SyncError) if it would have to wait where it
/// cannot: outside of green threads, or while the thread unwinds.
///
/// ```
/// use std::rc::Rc;
/// use runtime::pool::{ReturnWhen, ThreadPool, wait};
/// use runtime::sync::Event;
///
/// runtime::run(|| {
///     let pool = ThreadPool::new(2);
///     let event = Rc::new(Event::new());
///     let theirs = Rc::clone(&event);
///     let waits = pool.submit(move || theirs.wait()).unwrap();
///     let quick = pool.submit(|| ()).unwrap();
///     let now = wait([waits, quick], ReturnWhen::FirstCompleted);
///     assert_eq!((now.done.len(), now.not_done.len()), (1, 1));
///     event.set();
/// });
/// ```
// ANCHOR: wait
#[track_caller]
pub fn wait<T: 'static>(
    futures: impl IntoIterator<Item = Future<T>>,
    return_when: ReturnWhen,
) -> Done<T> {
    safe_point();
    wait_until(futures, return_when, None)
}
// ANCHOR_END: wait

/// As [`wait`], but no longer than `timeout`. It does not wait either while the thread
/// unwinds.
///
/// # Panics
///
/// Outside of green threads, as [`wait`].
///
/// ```
/// use std::rc::Rc;
/// use std::time::Duration;
/// use runtime::pool::{ReturnWhen, ThreadPool, wait_timeout};
/// use runtime::sync::Event;
///
/// runtime::run(|| {
///     let pool = ThreadPool::new(1);
///     let event = Rc::new(Event::new());
///     let theirs = Rc::clone(&event);
///     let waits = pool.submit(move || theirs.wait()).unwrap();
///     let soon = Duration::from_millis(1);
///     assert_eq!(wait_timeout([waits], ReturnWhen::AllCompleted, soon).not_done.len(), 1);
///     event.set();
/// });
/// ```
// ANCHOR: wait_timeout
#[track_caller]
pub fn wait_timeout<T: 'static>(
    futures: impl IntoIterator<Item = Future<T>>,
    return_when: ReturnWhen,
    timeout: Duration,
) -> Done<T> {
    safe_point();
    wait_until(futures, return_when, Some(timeout))
}
// ANCHOR_END: wait_timeout

// ANCHOR: wait_until
#[track_caller]
fn wait_until<T: 'static>(
    futures: impl IntoIterator<Item = Future<T>>,
    return_when: ReturnWhen,
    timeout: Option<Duration>,
) -> Done<T> {
    let mut completed = AsCompleted::new(futures, timeout);
    let failed = |future: &Future<T>| {
        let failed = |result: &Result<T, _>| {
            matches!(
                result,
                Err(TaskError::Panicked(_) | TaskError::Killed | TaskError::Broken)
            )
        };
        future.peek(failed) == Some(true)
    };
    while completed.left > 0 {
        let Some(number) = completed.next_number() else {
            break;
        };
        completed.left -= 1;
        let enough = match return_when {
            ReturnWhen::FirstCompleted => true,
            ReturnWhen::FirstPanicked => completed.futures[number].as_ref().is_some_and(failed),
            ReturnWhen::AllCompleted => false,
        };
        if enough {
            break;
        }
    }
    let futures = std::mem::take(&mut completed.futures);
    let (done, not_done) = futures.into_iter().flatten().partition(Future::is_done);
    Done { done, not_done }
}
// ANCHOR_END: wait_until

/// The futures of many tasks, in the order in which these are done: Python's
/// `concurrent.futures.as_completed`. Each step waits for one.
///
/// # Panics
///
/// Each step as [`wait`].
///
/// ```
/// use std::time::Duration;
/// use runtime::pool::{ThreadPool, as_completed};
/// use runtime::thread;
///
/// runtime::run(|| {
///     let pool = ThreadPool::new(3);
///     let naps = [3, 1, 2].map(|ms| {
///         let nap = move || thread::sleep(Duration::from_millis(ms));
///         pool.submit(move || (nap(), ms).1).unwrap()
///     });
///     let order = as_completed(naps).map(|nap| nap.result().unwrap());
///     assert_eq!(order.collect::<Vec<_>>(), [1, 2, 3]);
/// });
/// ```
// ANCHOR: as_completed
#[track_caller]
pub fn as_completed<T: 'static>(futures: impl IntoIterator<Item = Future<T>>) -> AsCompleted<T> {
    AsCompleted::new(futures, None)
}
// ANCHOR_END: as_completed

/// See [`as_completed`].
// ANCHOR: as_completed_struct
#[must_use = "futures come out of it as their tasks are done"]
pub struct AsCompleted<T: 'static> {
    futures: Vec<Option<Future<T>>>,
    /// How many have not come out of it.
    left: usize,
    arrivals: Rc<Object<Arrivals>>,
    limit: Limit,
}
// ANCHOR_END: as_completed_struct

impl<T: 'static> AsCompleted<T> {
    // ANCHOR: as_completed_new
    #[track_caller]
    fn new(futures: impl IntoIterator<Item = Future<T>>, timeout: Option<Duration>) -> Self {
        let futures: Vec<_> = futures.into_iter().map(Some).collect();
        let tasks = futures.iter().flatten().map(Future::task).collect();
        let arrivals = Rc::new(Object::new("AsCompleted", None, Arrivals::of(tasks)));
        for (number, future) in futures.iter().flatten().enumerate() {
            let arrivals = Rc::downgrade(&arrivals);
            future.promise().watch(Watcher { arrivals, number });
        }
        Self {
            left: futures.len(),
            futures,
            arrivals,
            limit: Limit::after(timeout),
        }
    }
    // ANCHOR_END: as_completed_new

    /// As `next`, but waits no longer than `timeout`. `None` if none has come in time, or all
    /// have come out: see [`AsCompleted::len`].
    ///
    /// # Panics
    ///
    /// Outside of green threads, as [`wait`].
    ///
    /// ```
    /// use std::rc::Rc;
    /// use std::time::Duration;
    /// use runtime::pool::{ThreadPool, as_completed};
    /// use runtime::sync::Event;
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(1);
    ///     let event = Rc::new(Event::new());
    ///     let theirs = Rc::clone(&event);
    ///     let mut completed = as_completed([pool.submit(move || theirs.wait()).unwrap()]);
    ///     assert!(completed.next_timeout(Duration::from_millis(1)).is_none());
    ///     assert_eq!(completed.len(), 1);
    ///     event.set();
    ///     assert!(completed.next_timeout(Duration::MAX).is_some());
    /// });
    /// ```
    // ANCHOR: next_timeout
    #[track_caller]
    pub fn next_timeout(&mut self, timeout: Duration) -> Option<Future<T>> {
        safe_point();
        self.limit = Limit::after(Some(timeout));
        let next = self.next();
        self.limit = Limit::ForEver;
        next
    }
    // ANCHOR_END: next_timeout

    /// Waits for the number of the next one that is done. `None` if the time is up.
    // ANCHOR: next_number
    #[track_caller]
    fn next_number(&mut self) -> Option<usize> {
        loop {
            if let Some(number) = self.arrivals.with(Arrivals::take) {
                return Some(number);
            }
            let left = self.limit.left();
            match self.arrivals.wait(|arrivals| &arrivals.line, left) {
                Ok(Signal::Continue) => {}
                Ok(Signal::TimedOut) => return self.arrivals.with(Arrivals::take),
                Ok(Signal::Kill { .. }) => unwind_killed(),
                Err(Refused::Unwinding) if left.is_some() => return None,
                Err(why) => self.arrivals.refuse(why),
            }
        }
    }
    // ANCHOR_END: next_number
}

// ANCHOR: iterator
impl<T: 'static> Iterator for AsCompleted<T> {
    type Item = Future<T>;

    #[track_caller]
    fn next(&mut self) -> Option<Future<T>> {
        if self.left == 0 {
            return None;
        }
        let number = self.next_number()?;
        self.left -= 1;
        self.futures[number].take()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}
// ANCHOR_END: iterator

impl<T: 'static> ExactSizeIterator for AsCompleted<T> {}
impl<T: 'static> FusedIterator for AsCompleted<T> {}

impl<T: 'static> fmt::Debug for AsCompleted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsCompleted")
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

/// For a task, to say that it is done, as long as somebody wants to know.
// ANCHOR: watcher
pub(super) struct Watcher {
    arrivals: Weak<Object<Arrivals>>,
    number: usize,
}

impl Watcher {
    pub(super) fn is_there(&self) -> bool {
        self.arrivals.strong_count() > 0
    }

    pub(super) fn tell(self) {
        if let Some(arrivals) = self.arrivals.upgrade() {
            arrivals.with(|arrivals| arrivals.arrive(self.number));
        }
    }
}
// ANCHOR_END: watcher

/// Which tasks are done, by their numbers, and who waits for the next one.
// ANCHOR: arrivals
struct Arrivals {
    tasks: Vec<Weak<dyn Work>>,
    arrived: RefCell<VecDeque<usize>>,
    line: WaitQueue,
}

impl Arrivals {
    fn of(tasks: Vec<Weak<dyn Work>>) -> Self {
        Self {
            tasks,
            arrived: RefCell::default(),
            line: WaitQueue::new(),
        }
    }

    fn arrive(&self, number: usize) {
        self.arrived.borrow_mut().push_back(number);
        wake(|waker| waker.first(&self.line));
    }

    fn take(&self) -> Option<usize> {
        self.arrived.borrow_mut().pop_front()
    }
}
// ANCHOR_END: arrivals

// ANCHOR: could_end
impl Idle for Arrivals {
    fn is_idle(&self) -> bool {
        self.line.is_empty()
    }

    fn abandon(&self) {
        self.line.forget_all();
    }
}

impl State for Arrivals {
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        let tasks = self.tasks.iter().filter_map(Weak::upgrade);
        let mut ways: Vec<_> = tasks.filter_map(|task| task.could_end(name)).collect();
        ways.dedup();
        ways.join("; or ")
    }
}
// ANCHOR_END: could_end

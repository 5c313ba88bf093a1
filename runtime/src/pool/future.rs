//! [`Future`]: what will come of a task.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::{Rc, Weak};
use std::time::Duration;

use super::task::{Phase, Promise, Promised, Work};
use super::{ResultTimeoutError, TaskError};
use crate::quantum::safe_point;

/// What will come of a task: Python's `concurrent.futures.Future`. It has nothing to
/// do with `std::future`.
///
/// There is one for each task, and it can be dropped: the task is done all the same.
///
/// ```
/// use runtime::pool::ThreadPool;
///
/// runtime::run(|| {
///     let pool = ThreadPool::new(1);
///     let answer = pool.submit(|| 6 * 7).unwrap();
///     assert!(!answer.is_done());
///     assert_eq!(answer.result().unwrap(), 42);
/// });
/// ```
// ANCHOR: future
#[must_use = "without it nobody knows what came of the task"]
pub struct Future<T> {
    task: Rc<dyn Promised<T>>,
}
// ANCHOR_END: future

impl<T> UnwindSafe for Future<T> {}
impl<T> RefUnwindSafe for Future<T> {}

impl<T: 'static> Future<T> {
    // ANCHOR: future_new
    pub(super) fn new(task: Rc<dyn Promised<T>>) -> Self {
        Self { task }
    }

    pub(super) fn promise(&self) -> &Promise<T> {
        self.task.promise()
    }

    pub(super) fn task(&self) -> Weak<dyn Work> {
        let task: Rc<dyn Work> = self.task.clone();
        Rc::downgrade(&task)
    }
    // ANCHOR_END: future_new

    /// Waits until the task is done, and gives what came of it.
    ///
    /// # Errors
    ///
    /// If the task has panicked, was cancelled, or never came to its end.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait where it
    /// cannot: outside of green threads, while the thread unwinds, and if the worker
    /// that does the task waits for the thread that asks.
    ///
    /// ```
    /// use runtime::pool::{TaskError, ThreadPool};
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(1);
    ///     let fails = pool.submit(|| panic!("oh dear")).unwrap();
    ///     let Err::<(), _>(TaskError::Panicked(payload)) = fails.result() else {
    ///         unreachable!()
    ///     };
    ///     assert_eq!(payload.downcast_ref(), Some(&"oh dear"));
    /// });
    /// ```
    // ANCHOR: result
    #[track_caller]
    pub fn result(self) -> Result<T, TaskError> {
        safe_point();
        self.promise().wait(None);
        self.promise().take().expect("it is done")
    }
    // ANCHOR_END: result

    /// As [`Future::result`], but waits no longer than `timeout`. It does not wait
    /// either while the thread unwinds.
    ///
    /// # Errors
    ///
    /// As [`Future::result`], or if the time is up; then here is the future again.
    ///
    /// # Panics
    ///
    /// Outside of green threads, as [`Future::result`].
    ///
    /// ```
    /// use std::rc::Rc;
    /// use std::time::Duration;
    /// use runtime::pool::{ResultTimeoutError, ThreadPool};
    /// use runtime::sync::Event;
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(1);
    ///     let event = Rc::new(Event::new());
    ///     let theirs = Rc::clone(&event);
    ///     let waits = pool.submit(move || theirs.wait()).unwrap();
    ///     let soon = waits.result_timeout(Duration::from_millis(1));
    ///     let Err(ResultTimeoutError::TimedOut(waits)) = soon else { unreachable!() };
    ///     event.set();
    ///     waits.result().unwrap();
    /// });
    /// ```
    // ANCHOR: result_timeout
    #[track_caller]
    pub fn result_timeout(self, timeout: Duration) -> Result<T, ResultTimeoutError<T>> {
        safe_point();
        match self.promise().wait(Some(timeout)) {
            false => Err(ResultTimeoutError::TimedOut(self)),
            true => {
                let result = self.promise().take().expect("it is done");
                result.map_err(ResultTimeoutError::Task)
            }
        }
    }
    // ANCHOR_END: result_timeout

    /// Waits until the task is done, and takes nothing. Any number of threads may.
    ///
    /// # Panics
    ///
    /// As [`Future::result`].
    ///
    /// ```
    /// runtime::run(|| {
    ///     let pool = runtime::pool::ThreadPool::new(1);
    ///     let answer = pool.submit(|| 42).unwrap();
    ///     answer.wait();
    ///     assert!(answer.is_done());
    /// });
    /// ```
    // ANCHOR: wait
    #[track_caller]
    pub fn wait(&self) {
        safe_point();
        self.promise().wait(None);
    }
    // ANCHOR_END: wait

    /// As [`Future::wait`], but no longer than `timeout`. Gives whether it is done.
    ///
    /// # Panics
    ///
    /// Outside of green threads, as [`Future::result`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// runtime::run(|| {
    ///     let pool = runtime::pool::ThreadPool::new(1);
    ///     let answer = pool.submit(|| 42).unwrap();
    ///     assert!(answer.wait_timeout(Duration::MAX));
    /// });
    /// ```
    // ANCHOR: wait_timeout
    #[track_caller]
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        safe_point();
        self.promise().wait(Some(timeout))
    }
    // ANCHOR_END: wait_timeout

    /// Calls `look` with what came of the task, if it is done. Nothing is taken.
    ///
    /// ```
    /// use runtime::pool::ThreadPool;
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(1);
    ///     let text = pool.submit(|| String::from("text")).unwrap();
    ///     assert_eq!(text.peek(|_| ()), None);
    ///     thread::yield_now();
    ///     assert_eq!(text.peek(|text| text.as_ref().unwrap().len()), Some(4));
    /// });
    /// ```
    // ANCHOR: peek
    pub fn peek<R>(&self, look: impl FnOnce(&Result<T, TaskError>) -> R) -> Option<R> {
        match self.is_done() {
            true => self.promise().peek(look),
            false => None,
        }
    }
    // ANCHOR_END: peek

    /// Cancels the task, if it has not begun. True if it will never be done because
    /// of this or an earlier call; false if it is being done, or was.
    ///
    /// Its function is dropped here, after its callbacks were called.
    ///
    /// ```
    /// use runtime::pool::ThreadPool;
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(1);
    ///     let never = pool.submit(|| unreachable!()).unwrap();
    ///     assert!(never.cancel());
    ///     assert!(never.is_cancelled() && never.is_done());
    ///     # let _: Result<(), _> = never.result();
    /// });
    /// ```
    // ANCHOR: cancel
    pub fn cancel(&self) -> bool {
        self.task.give_up(TaskError::Cancelled)
    }
    // ANCHOR_END: cancel

    /// Whether the task was cancelled.
    ///
    /// ```
    /// # runtime::run(|| {
    /// let pool = runtime::pool::ThreadPool::new(1);
    /// assert!(!pool.submit(|| ()).unwrap().is_cancelled());
    /// # });
    /// ```
    // ANCHOR: is_cancelled
    pub fn is_cancelled(&self) -> bool {
        let is_cancelled = |result: &Result<T, _>| matches!(result, Err(TaskError::Cancelled));
        self.peek(is_cancelled) == Some(true)
    }
    // ANCHOR_END: is_cancelled

    /// Whether a worker is at it.
    ///
    /// ```
    /// use runtime::pool::ThreadPool;
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(1);
    ///     let waits = pool.submit(thread::yield_now).unwrap();
    ///     assert!(!waits.is_running());
    ///     thread::yield_now();
    ///     assert!(waits.is_running());
    /// });
    /// ```
    // ANCHOR: is_running
    pub fn is_running(&self) -> bool {
        self.promise().phase() == Phase::Running
    }
    // ANCHOR_END: is_running

    /// Whether the task is done, whatever came of it.
    ///
    /// ```
    /// # runtime::run(|| {
    /// let pool = runtime::pool::ThreadPool::new(1);
    /// assert!(!pool.submit(|| ()).unwrap().is_done());
    /// # });
    /// ```
    // ANCHOR: is_done
    #[track_caller]
    pub fn is_done(&self) -> bool {
        safe_point();
        self.promise().phase() == Phase::Done
    }
    // ANCHOR_END: is_done

    /// Has `callback` called with what comes of the task: by its worker when it is done,
    /// by whoever cancels it, or at once if it is done already. Callbacks are called
    /// in the order in which they were added, before anybody goes on who waits for
    /// the task. A panic in one is reported as every panic is, and changes nothing.
    ///
    /// ```
    /// use runtime::pool::ThreadPool;
    /// use runtime::sync::mpsc::channel;
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(1);
    ///     let (done, results) = channel();
    ///     let answer = pool.submit(|| 42).unwrap();
    ///     answer.add_done_callback(move |result| done.send(*result.as_ref().unwrap()).unwrap());
    ///     assert_eq!(results.recv(), Ok(42));
    /// });
    /// ```
    // ANCHOR: add_done_callback
    pub fn add_done_callback(&self, callback: impl FnOnce(&Result<T, TaskError>) + 'static) {
        self.promise().add_callback(Box::new(callback));
    }
    // ANCHOR_END: add_done_callback
}

impl<T> fmt::Debug for Future<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = self.task.promise().phase();
        f.debug_tuple("Future").field(&phase).finish()
    }
}

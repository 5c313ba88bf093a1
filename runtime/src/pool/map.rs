//! [`Map`]: one function, many items.

use std::collections::VecDeque;
use std::fmt;
use std::iter::FusedIterator;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use super::workers::Workers;
use super::{Future, ResultTimeoutError, SubmitError, TaskError, submit};
use crate::quantum::safe_point;

/// What comes of the items that were given to [`ThreadPool::map`], in their order.
/// Each step waits for one result.
///
/// If it is dropped after the first step, what has not begun is cancelled, as when
/// Python's iterator is closed.
///
/// [`ThreadPool::map`]: super::ThreadPool::map
///
/// ```
/// use runtime::pool::ThreadPool;
///
/// runtime::run(|| {
///     let pool = ThreadPool::new(2);
///     let mut lengths = pool.map(["a", "bb"], str::len).unwrap();
///     assert_eq!(lengths.next().unwrap().unwrap(), 1);
///     assert_eq!(lengths.next().unwrap().unwrap(), 2);
///     assert!(lengths.next().is_none());
/// });
/// ```
// ANCHOR: map
#[must_use = "here is what comes of the items"]
pub struct Map<'a, T: 'static> {
    submitted: VecDeque<Result<Future<T>, SubmitError>>,
    /// Submits the next item, if there is one.
    more: Box<dyn FnMut() -> Option<Result<Future<T>, SubmitError>> + 'a>,
    /// What was taken, and not given because the items have panicked.
    ready: Option<Result<T, TaskError>>,
    begun: bool,
}
// ANCHOR_END: map

impl<'a, T: 'static> Map<'a, T> {
    /// Submits as many items as that, and one more for each result that is taken.
    // ANCHOR: map_new
    #[track_caller]
    pub(super) fn new<A: 'static>(
        pool: &Rc<Workers>,
        ahead: usize,
        items: impl Iterator<Item = A> + 'a,
        f: impl Fn(A) -> T + 'static,
    ) -> Result<Self, SubmitError> {
        let at = Location::caller();
        let (pool, f) = (Rc::clone(pool), Rc::new(f));
        let mut submitting = items.fuse().map(move |item| {
            let f = Rc::clone(&f);
            submit(at, &pool, move || f(item))
        });
        let first: Result<VecDeque<_>, _> = submitting.by_ref().take(ahead).collect();
        let mut refused = false;
        Ok(Self {
            submitted: first?.into_iter().map(Ok).collect(),
            more: Box::new(move || {
                // After one that was refused, no other one will be taken.
                let next = if refused { None } else { submitting.next() };
                refused |= matches!(next, Some(Err(_)));
                next
            }),
            ready: None,
            begun: false,
        })
    }
    // ANCHOR_END: map_new

    /// The next result, if it comes in time.
    ///
    /// # Errors
    ///
    /// If the task has no result, or is not done in time; then the next call waits for
    /// it again.
    ///
    /// # Panics
    ///
    /// As [`Future::result_timeout`].
    ///
    /// ```
    /// use std::rc::Rc;
    /// use std::time::Duration;
    /// use runtime::pool::ThreadPool;
    /// use runtime::sync::Event;
    ///
    /// runtime::run(|| {
    ///     let pool = ThreadPool::new(1);
    ///     let event = Rc::new(Event::new());
    ///     let events = [Rc::clone(&event)];
    ///     let mut waits = pool.map(events, |event| event.wait()).unwrap();
    ///     assert!(waits.next_timeout(Duration::from_millis(1)).unwrap().is_err());
    ///     event.set();
    ///     assert!(waits.next_timeout(Duration::MAX).unwrap().is_ok());
    ///     assert!(waits.next_timeout(Duration::ZERO).is_none());
    /// });
    /// ```
    // ANCHOR: next_timeout
    #[track_caller]
    pub fn next_timeout(&mut self, timeout: Duration) -> Option<Result<T, TaskError>> {
        safe_point();
        self.step(|future| match future.result_timeout(timeout) {
            Ok(value) => Ok(Ok(value)),
            Err(ResultTimeoutError::Task(error)) => Ok(Err(error)),
            Err(ResultTimeoutError::TimedOut(future)) => Err(future),
        })
    }
    // ANCHOR_END: next_timeout

    /// One result, as `take` gives it. If it gives the future back, the time is up.
    // ANCHOR: step
    #[track_caller]
    fn step(
        &mut self,
        take: impl FnOnce(Future<T>) -> Result<Result<T, TaskError>, Future<T>>,
    ) -> Option<Result<T, TaskError>> {
        self.begun = true;
        if self.ready.is_some() {
            return self.ready.take();
        }
        let result = match self.submitted.pop_front()? {
            Err(refused) => Err(TaskError::NotSubmitted(refused)),
            Ok(future) => match take(future) {
                Ok(result) => result,
                Err(future) => {
                    self.submitted.push_front(Ok(future));
                    return Some(Err(TaskError::TimedOut));
                }
            },
        };
        self.ready = Some(result);
        let next = (self.more)();
        self.submitted.extend(next);
        self.ready.take()
    }
    // ANCHOR_END: step
}

// ANCHOR: iterator
impl<T: 'static> Iterator for Map<'_, T> {
    type Item = Result<T, TaskError>;

    #[track_caller]
    fn next(&mut self) -> Option<Result<T, TaskError>> {
        self.step(|future| Ok(future.result()))
    }
}
// ANCHOR_END: iterator

impl<T: 'static> FusedIterator for Map<'_, T> {}

// ANCHOR: drop
impl<T: 'static> Drop for Map<'_, T> {
    fn drop(&mut self) {
        if self.begun {
            for future in self.submitted.drain(..).flatten() {
                future.cancel();
            }
        }
    }
}
// ANCHOR_END: drop

impl<T: 'static> fmt::Debug for Map<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Map").finish_non_exhaustive()
    }
}

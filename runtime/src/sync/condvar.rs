//! [`Condvar`]: to wait until somebody says that something has changed.

mod waiters;

use std::fmt;
use std::mem;
use std::panic::Location;
use std::sync::{LockResult, PoisonError};
use std::time::Duration;

use kernel_sim::kernel::wait::Signal;

use super::mutex::MutexGuard;
use super::object::Object;
use crate::current::{self, CannotSwitch};
use crate::panic::unwind_killed;
use crate::quantum::safe_point;
use crate::time::Instant;
use waiters::{Notified, Waiters};

/// A place to wait until what a [`Mutex`](super::Mutex) protects has changed:
/// `std::sync::Condvar`, and Python's `threading.Condition`.
///
/// Each of the waits unlocks the mutex, waits to be notified, and locks the
/// mutex again before it returns. Nobody comes between the first two, so no
/// notification is missed. For the lock it then stands in line with others, who
/// may change everything again; so a program looks again, in a loop, as
/// [`Condvar::wait_while`] does.
///
/// Those that wait are notified in the order in which they came, and never
/// without reason. A notification that finds nobody waiting has no effect. One
/// whose thread is killed before it comes back is passed on to the next that
/// waits, but not to somebody who has come after a time when nobody waited; and
/// a wait whose time is up has used none.
///
/// To wait and to notify take constant time for each thread, and with a timeout
/// O(log n) in the number of sleepers.
///
/// What differs from std:
///
/// - The order is promised, and there are no spurious wake-ups.
/// - To use two mutexes while somebody waits always panics.
/// - [`Condvar::notify`] is Python's.
/// - A killed thread unwinds from its wait without the mutex, which is not
///   poisoned.
/// - A thread that unwinds is refused what waits for ever, with a
///   [`SyncError`](crate::error::SyncError) as the payload. What waits with a
///   timeout returns at once, as timed out, and has not unlocked the mutex.
///
/// ```
/// use runtime::sync::{Condvar, Mutex};
/// use runtime::thread;
///
/// static QUEUE: Mutex<Vec<u32>> = Mutex::new(Vec::new());
/// static NOT_EMPTY: Condvar = Condvar::new();
///
/// runtime::run(|| {
///     let consumer = thread::spawn(|| {
///         let queue = QUEUE.lock().unwrap();
///         let mut queue = NOT_EMPTY.wait_while(queue, |queue| queue.is_empty()).unwrap();
///         queue.pop()
///     });
///     thread::yield_now();
///     QUEUE.lock().unwrap().push(5);
///     NOT_EMPTY.notify_one();
///     assert_eq!(consumer.join().unwrap(), Some(5));
/// });
/// ```
// ANCHOR: condvar
pub struct Condvar {
    waiters: Object<Waiters>,
}
// ANCHOR_END: condvar

/// Whether the time was up before the condition variable was notified.
///
/// ```
/// use std::time::Duration;
/// use runtime::sync::{Condvar, Mutex, WaitTimeoutResult};
///
/// runtime::run(|| {
///     let (mutex, never) = (Mutex::new(()), Condvar::new());
///     let waited = never.wait_timeout(mutex.lock().unwrap(), Duration::ZERO);
///     let result: WaitTimeoutResult = waited.unwrap().1;
///     assert!(result.timed_out());
/// });
/// ```
// ANCHOR: result
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);
// ANCHOR_END: result

impl WaitTimeoutResult {
    /// Whether the time was up.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::sync::{Condvar, Mutex};
    ///
    /// runtime::run(|| {
    ///     let (mutex, never) = (Mutex::new(()), Condvar::new());
    ///     let waited = never.wait_timeout(mutex.lock().unwrap(), Duration::ZERO);
    ///     assert!(waited.unwrap().1.timed_out());
    /// });
    /// ```
    // ANCHOR: timed_out
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.0
    }
    // ANCHOR_END: timed_out
}

impl Condvar {
    /// A condition variable for which nobody waits.
    ///
    /// ```
    /// static CHANGED: runtime::sync::Condvar = runtime::sync::Condvar::new();
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub const fn new() -> Self {
        Self::make(None)
    }
    // ANCHOR_END: new

    /// A condition variable with a name, by which reports call it.
    ///
    /// ```
    /// use runtime::sync::Condvar;
    ///
    /// static NOT_EMPTY: Condvar = Condvar::named("not empty");
    /// ```
    // ANCHOR: named
    #[track_caller]
    pub const fn named(name: &'static str) -> Self {
        Self::make(Some(name))
    }

    #[track_caller]
    const fn make(name: Option<&'static str>) -> Self {
        Self {
            waiters: Object::new("Condvar", name, Waiters::new()),
        }
    }
    // ANCHOR_END: named

    /// Unlocks the mutex, waits to be notified, and locks the mutex again.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned when it is locked again. The guard is inside the
    /// error.
    ///
    /// # Panics
    ///
    /// If somebody waits with another mutex. With
    /// [`SyncError`](crate::error::SyncError) where there is no waiting, or if
    /// to lock the mutex again would close a ring. The guard is gone then.
    ///
    /// ```
    /// use runtime::sync::{Condvar, Mutex};
    /// use runtime::thread;
    ///
    /// static READY: Mutex<bool> = Mutex::new(false);
    /// static CHANGED: Condvar = Condvar::new();
    ///
    /// runtime::run(|| {
    ///     thread::spawn(|| {
    ///         *READY.lock().unwrap() = true;
    ///         CHANGED.notify_one();
    ///     });
    ///     let mut ready = READY.lock().unwrap();
    ///     while !*ready {
    ///         ready = CHANGED.wait(ready).unwrap();
    ///     }
    /// });
    /// ```
    // ANCHOR: wait
    #[inline(always)]
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        safe_point();
        self.wait_quietly(guard)
    }

    /// The same, and nobody else runs before the mutex is unlocked.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn wait_quietly<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
    ) -> LockResult<MutexGuard<'a, T>> {
        self.wait_for(guard, None).0
    }
    // ANCHOR_END: wait

    /// Waits as long as `condition` holds. It is asked first, and after each
    /// notification, with the mutex locked.
    ///
    /// # Errors
    ///
    /// As [`Condvar::wait`].
    ///
    /// # Panics
    ///
    /// As [`Condvar::wait`], if it has to wait.
    ///
    /// ```
    /// use runtime::sync::{Condvar, Mutex};
    ///
    /// let (ready, changed) = (Mutex::new(true), Condvar::new());
    /// let guard = changed.wait_while(ready.lock().unwrap(), |ready| !*ready);
    /// assert!(*guard.unwrap());
    /// ```
    // ANCHOR: wait_while
    #[inline]
    #[track_caller]
    pub fn wait_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: F,
    ) -> LockResult<MutexGuard<'a, T>>
    where
        F: FnMut(&mut T) -> bool,
    {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }
    // ANCHOR_END: wait_while

    /// As [`Condvar::wait`], but waits for a notification no longer than
    /// `timeout`; `Duration::MAX` is for ever. Then it waits for the lock as
    /// long as that takes.
    ///
    /// # Errors
    ///
    /// As [`Condvar::wait`].
    ///
    /// # Panics
    ///
    /// As [`Condvar::wait`], except while the thread unwinds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::sync::{Condvar, Mutex};
    ///
    /// runtime::run(|| {
    ///     let (mutex, never) = (Mutex::new(5), Condvar::new());
    ///     let waited = never.wait_timeout(mutex.lock().unwrap(), Duration::from_millis(1));
    ///     let (guard, result) = waited.unwrap();
    ///     assert!(result.timed_out());
    ///     assert_eq!(*guard, 5);
    /// });
    /// ```
    // ANCHOR: wait_timeout
    #[inline(always)]
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        safe_point();
        let (locked, result) = self.wait_for(guard, Some(timeout));
        match locked {
            Ok(guard) => Ok((guard, result)),
            Err(poisoned) => Err(PoisonError::new((poisoned.into_inner(), result))),
        }
    }
    // ANCHOR_END: wait_timeout

    /// As [`Condvar::wait_timeout`], in milliseconds; false if the time was up.
    ///
    /// # Errors
    ///
    /// As [`Condvar::wait`].
    ///
    /// # Panics
    ///
    /// As [`Condvar::wait_timeout`].
    ///
    /// ```
    /// # #![allow(deprecated)]
    /// use runtime::sync::{Condvar, Mutex};
    ///
    /// runtime::run(|| {
    ///     let (mutex, never) = (Mutex::new(()), Condvar::new());
    ///     let (_guard, in_time) = never.wait_timeout_ms(mutex.lock().unwrap(), 1).unwrap();
    ///     assert!(!in_time);
    /// });
    /// ```
    // ANCHOR: wait_timeout_ms
    #[deprecated(since = "0.1.0", note = "replaced by `Condvar::wait_timeout`")]
    #[track_caller]
    pub fn wait_timeout_ms<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        ms: u32,
    ) -> LockResult<(MutexGuard<'a, T>, bool)> {
        match self.wait_timeout(guard, Duration::from_millis(ms.into())) {
            Ok((guard, result)) => Ok((guard, !result.timed_out())),
            Err(poisoned) => {
                let (guard, result) = poisoned.into_inner();
                Err(PoisonError::new((guard, !result.timed_out())))
            }
        }
    }
    // ANCHOR_END: wait_timeout_ms

    /// As [`Condvar::wait_while`], but no longer than `timeout` in all. It has
    /// timed out if `condition` still held when the time was up.
    ///
    /// # Errors
    ///
    /// As [`Condvar::wait`].
    ///
    /// # Panics
    ///
    /// As [`Condvar::wait_timeout`], if it has to wait.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::sync::{Condvar, Mutex};
    ///
    /// runtime::run(|| {
    ///     let (ready, changed) = (Mutex::new(false), Condvar::new());
    ///     let limit = Duration::from_millis(1);
    ///     let waited = changed.wait_timeout_while(ready.lock().unwrap(), limit, |ready| !*ready);
    ///     let (ready, result) = waited.unwrap();
    ///     assert!(result.timed_out() && !*ready);
    /// });
    /// ```
    // ANCHOR: wait_timeout_while
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
        mut condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)>
    where
        F: FnMut(&mut T) -> bool,
    {
        let mut result = WaitTimeoutResult(false);
        let mut start = None;
        while condition(&mut guard) {
            // Without a runtime the wait will be refused.
            let start = *start.get_or_insert_with(Instant::try_now);
            let waited = start.map_or(Duration::ZERO, |start| start.elapsed_quietly());
            match timeout.checked_sub(waited) {
                Some(left) if !result.timed_out() => {
                    (guard, result) = self.wait_timeout(guard, left)?;
                }
                _ => return Ok((guard, WaitTimeoutResult(true))),
            }
        }
        Ok((guard, WaitTimeoutResult(false)))
    }
    // ANCHOR_END: wait_timeout_while

    /// Unlocks the mutex, waits, and locks the mutex again.
    // ANCHOR: wait_for
    #[inline(always)]
    #[track_caller]
    fn wait_for<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Option<Duration>,
    ) -> (LockResult<MutexGuard<'a, T>>, WaitTimeoutResult) {
        match current::can_switch() {
            Ok(_) => {}
            Err(CannotSwitch::Unwinds) if timeout.is_some() => {
                return (MutexGuard::result(guard), WaitTimeoutResult(true));
            }
            Err(why) => self.waiters.refuse(why.into()),
        }
        let mutex = MutexGuard::mutex(&guard);
        let address = (&raw const *mutex).addr();
        let Some(group) = self.waiters.with(|waiters| waiters.come(address)) else {
            panic!("attempted to use a condition variable with two mutexes");
        };
        drop(guard);
        let notified = match self.waiters.wait(|waiters| &waiters.line, timeout) {
            Ok(Signal::Continue) => Some(Notified::new(&self.waiters, group)),
            Ok(Signal::TimedOut) => None,
            Ok(Signal::Kill { handed }) => {
                if handed {
                    drop(Notified::new(&self.waiters, group));
                }
                unwind_killed()
            }
            Err(why) => self.waiters.refuse(why),
        };
        // If the thread unwinds in here, what it was notified of is passed on.
        let locked = mutex.lock_quietly();
        let result = WaitTimeoutResult(notified.is_none());
        mem::forget(notified);
        (locked, result)
    }
    // ANCHOR_END: wait_for

    /// Notifies the one that has waited longest.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// runtime::sync::Condvar::new().notify_one(); // Nobody waits: no effect.
    /// ```
    // ANCHOR: notify_one
    #[inline]
    #[track_caller]
    pub fn notify_one(&self) {
        safe_point();
        self.let_on(1);
    }
    // ANCHOR_END: notify_one

    /// Notifies all that wait now.
    ///
    /// # Panics
    ///
    /// As [`Condvar::notify_one`].
    ///
    /// ```
    /// runtime::sync::Condvar::new().notify_all(); // Nobody waits: no effect.
    /// ```
    // ANCHOR: notify_all
    #[inline]
    #[track_caller]
    pub fn notify_all(&self) {
        safe_point();
        self.let_on(usize::MAX);
    }
    // ANCHOR_END: notify_all

    /// Notifies the `n` that have waited longest, or all if they are fewer.
    ///
    /// # Panics
    ///
    /// As [`Condvar::notify_one`].
    ///
    /// ```
    /// use std::rc::Rc;
    /// use runtime::sync::{Condvar, Mutex};
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let shared = Rc::new((Mutex::new(0), Condvar::new()));
    ///     for _ in 0..3 {
    ///         let shared = Rc::clone(&shared);
    ///         let body = move || *shared.1.wait(shared.0.lock().unwrap()).unwrap() += 1;
    ///         thread::Builder::new().daemon(true).spawn(body).unwrap();
    ///     }
    ///     thread::yield_now();
    ///     shared.1.notify(2);
    ///     thread::yield_now();
    ///     assert_eq!(*shared.0.lock().unwrap(), 2);
    /// });
    /// ```
    // ANCHOR: notify
    #[inline]
    #[track_caller]
    pub fn notify(&self, n: usize) {
        safe_point();
        self.let_on(n);
    }

    /// The same, and the caller keeps the CPU.
    #[inline]
    #[track_caller]
    pub(crate) fn let_on(&self, n: usize) {
        let at = Location::caller();
        self.waiters.with(|waiters| waiters.notify(n, at));
    }
    // ANCHOR_END: notify
}

// ANCHOR: traits
impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}
// ANCHOR_END: traits

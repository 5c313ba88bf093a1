//! [`Lock`]: one at a time, and any thread may release.

use std::fmt;
use std::time::Duration;

use super::semaphore::{Semaphore, SemaphoreGuard};
use crate::error::UnlockError;
use crate::quantum::safe_point;

/// A lock that protects no value and belongs to no thread: Python's
/// `threading.Lock`. One thread may acquire it and another release it.
///
/// It is a semaphore of one permit, and has what that has: those that wait get
/// it in the order in which they came, whoever releases hands it to the first of
/// them, and a lock for a thread that is killed before it runs goes to the next.
///
/// | Python | here |
/// | --- | --- |
/// | `with lock:` | `let guard = lock.hold();` |
/// | `lock.acquire()` | [`acquire`](Self::acquire) |
/// | `lock.acquire(blocking=False)` | [`try_acquire`](Self::try_acquire) |
/// | `lock.acquire(timeout=1)` | [`acquire_timeout`](Self::acquire_timeout) |
/// | `lock.release()`, `lock.locked()` | [`release`](Self::release), [`is_locked`](Self::is_locked) |
///
/// What differs from Python: `release` brings back what `acquire` took. What a
/// guard has, the guard gives back and nobody else, so that its end never
/// unlocks what somebody else has acquired since.
///
/// Nobody owns it, so a wait for it closes no ring, and a thread that acquires it
/// twice waits: if nobody is left who could release, the report about the deadlock
/// says who acquired it last, and where. A [`Mutex`](super::Mutex) says more, and
/// at once. Nor is anything poisoned: a thread that ends without having released
/// leaves it locked, and so does a runtime that ends, for the next one.
///
/// ```
/// use runtime::sync::Lock;
/// use runtime::thread;
///
/// static DOOR: Lock = Lock::new();
///
/// runtime::run(|| {
///     DOOR.acquire();
///     thread::spawn(|| DOOR.release().unwrap());
///     DOOR.acquire(); // Waits until the other has released.
///     DOOR.release().unwrap();
///     let _guard = DOOR.hold();
///     assert!(DOOR.is_locked());
/// });
/// assert!(!DOOR.is_locked());
/// ```
// ANCHOR: lock
pub struct Lock {
    semaphore: Semaphore,
}

/// The lock, as long as this lives. See [`Lock::hold`].
#[must_use = "the lock is released as soon as the guard is dropped"]
pub struct LockGuard<'a> {
    _permit: SemaphoreGuard<'a>,
}
// ANCHOR_END: lock

impl Lock {
    /// An unlocked lock.
    ///
    /// ```
    /// static DOOR: runtime::sync::Lock = runtime::sync::Lock::new();
    /// assert!(!DOOR.is_locked());
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub const fn new() -> Self {
        Self::make(None)
    }
    // ANCHOR_END: new

    /// An unlocked lock with a name, by which reports and errors call it.
    ///
    /// ```
    /// static DOOR: runtime::sync::Lock = runtime::sync::Lock::named("door");
    /// assert!(DOOR.release().unwrap_err().to_string().contains("'door'"));
    /// ```
    // ANCHOR: named
    #[track_caller]
    pub const fn named(name: &'static str) -> Self {
        Self::make(Some(name))
    }

    #[track_caller]
    const fn make(name: Option<&'static str>) -> Self {
        Self {
            semaphore: Semaphore::make("Lock", name, 1, 1),
        }
    }
    // ANCHOR_END: named

    /// Locks it, and waits until it is unlocked. It stays locked until somebody
    /// calls [`release`](Self::release).
    ///
    /// # Panics
    ///
    /// As [`Semaphore::acquire`].
    ///
    /// ```
    /// let lock = runtime::sync::Lock::new();
    /// lock.acquire();
    /// assert!(lock.is_locked());
    /// ```
    // ANCHOR: acquire
    #[inline(always)]
    #[track_caller]
    pub fn acquire(&self) {
        self.semaphore.acquire().forget();
    }
    // ANCHOR_END: acquire

    /// Locks it if it is unlocked, and says whether it was.
    ///
    /// # Panics
    ///
    /// As [`Semaphore::try_acquire`].
    ///
    /// ```
    /// let lock = runtime::sync::Lock::new();
    /// assert!(lock.try_acquire());
    /// assert!(!lock.try_acquire());
    /// ```
    // ANCHOR: try_acquire
    #[inline]
    #[track_caller]
    pub fn try_acquire(&self) -> bool {
        self.semaphore
            .try_acquire()
            .map(SemaphoreGuard::forget)
            .is_some()
    }
    // ANCHOR_END: try_acquire

    /// Locks it, and waits for that no longer than `timeout`: see
    /// [`Semaphore::acquire_timeout`]. False if the time is up.
    ///
    /// # Panics
    ///
    /// As [`Semaphore::acquire_timeout`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::sync::Lock;
    ///
    /// runtime::run(|| {
    ///     let (lock, a_moment) = (Lock::new(), Duration::from_millis(1));
    ///     assert!(lock.acquire_timeout(a_moment));
    ///     assert!(!lock.acquire_timeout(a_moment));
    /// });
    /// ```
    // ANCHOR: acquire_timeout
    #[inline(always)]
    #[track_caller]
    pub fn acquire_timeout(&self, timeout: Duration) -> bool {
        self.semaphore
            .acquire_timeout(timeout)
            .map(SemaphoreGuard::forget)
            .is_some()
    }
    // ANCHOR_END: acquire_timeout

    /// Unlocks it, or hands it to the first that waits. Whoever calls it need not
    /// be the one that acquired it.
    ///
    /// # Errors
    ///
    /// If it is unlocked; Python raises a `RuntimeError` then. If a guard has it.
    /// And if it was handed to a thread that has not run since: that one has not
    /// acquired it yet.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let lock = runtime::sync::Lock::new();
    /// lock.acquire();
    /// assert!(lock.release().is_ok());
    /// assert!(!lock.release().unwrap_err().locked);
    /// let guard = lock.hold();
    /// assert!(lock.release().unwrap_err().locked);
    /// ```
    // ANCHOR: release
    #[inline]
    #[track_caller]
    pub fn release(&self) -> Result<(), UnlockError> {
        safe_point();
        match self.semaphore.try_release(1) {
            true => Ok(()),
            false => Err(UnlockError::new(
                self.semaphore.label(),
                self.semaphore.free_permits() == 0,
            )),
        }
    }
    // ANCHOR_END: release

    /// Whether somebody has it, or was handed it and has not run since.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// assert!(!runtime::sync::Lock::new().is_locked());
    /// ```
    // ANCHOR: is_locked
    #[track_caller]
    pub fn is_locked(&self) -> bool {
        self.semaphore.available_permits() == 0
    }
    // ANCHOR_END: is_locked

    /// Locks it as long as the guard lives, and waits until it is unlocked:
    /// Python's `with lock:`. [`release`](Self::release) is refused meanwhile.
    ///
    /// # Panics
    ///
    /// As [`Semaphore::acquire`].
    ///
    /// ```
    /// let lock = runtime::sync::Lock::new();
    /// let guard = lock.hold();
    /// assert!(lock.is_locked());
    /// drop(guard);
    /// assert!(!lock.is_locked());
    /// ```
    // ANCHOR: hold
    #[inline(always)]
    #[track_caller]
    pub fn hold(&self) -> LockGuard<'_> {
        LockGuard {
            _permit: self.semaphore.acquire(),
        }
    }
    // ANCHOR_END: hold
}

// ANCHOR: show
impl Default for Lock {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lock = f.debug_struct("Lock");
        match self.semaphore.peek_free() {
            Some(free) => lock.field("locked", &(free == 0)),
            None => lock.field("locked", &format_args!("<used elsewhere>")),
        };
        lock.finish_non_exhaustive()
    }
}

impl fmt::Debug for LockGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockGuard").finish_non_exhaustive()
    }
}
// ANCHOR_END: show

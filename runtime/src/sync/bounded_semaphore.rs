//! [`BoundedSemaphore`]: so many at a time, and never more.

use std::fmt;
use std::time::Duration;

use super::semaphore::{Semaphore, SemaphoreGuard};
use crate::error::ReleaseError;
use crate::quantum::safe_point;

/// A [`Semaphore`] that notices when it is released too often: Python's
/// `threading.BoundedSemaphore`.
///
/// It never has more permits than it began with, free and with guards. So
/// `release` only brings back permits that were forgotten: those that guards
/// have are given back by their guards.
///
/// ```
/// use runtime::sync::BoundedSemaphore;
///
/// let semaphore = BoundedSemaphore::new(2);
/// semaphore.acquire().forget();
/// let guard = semaphore.acquire();
/// assert!(semaphore.release().is_ok());
/// // The other permit is with its guard.
/// let error = semaphore.release().unwrap_err();
/// assert_eq!(error.most, 2);
/// drop(guard);
/// assert_eq!(semaphore.available_permits(), 2);
/// ```
// ANCHOR: bounded
pub struct BoundedSemaphore {
    semaphore: Semaphore,
    most: usize,
}
// ANCHOR_END: bounded

impl BoundedSemaphore {
    /// A semaphore with so many permits, and never more.
    ///
    /// ```
    /// use runtime::sync::BoundedSemaphore;
    ///
    /// static CONNECTIONS: BoundedSemaphore = BoundedSemaphore::new(5);
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub const fn new(permits: usize) -> Self {
        Self::make(None, permits)
    }
    // ANCHOR_END: new

    /// A semaphore with so many permits and never more, and with a name, by
    /// which reports and errors call it.
    ///
    /// ```
    /// use runtime::sync::BoundedSemaphore;
    ///
    /// static CONNECTIONS: BoundedSemaphore = BoundedSemaphore::named("connections", 5);
    /// let error = CONNECTIONS.release().unwrap_err();
    /// assert!(error.to_string().contains("'connections'"));
    /// ```
    // ANCHOR: named
    #[track_caller]
    pub const fn named(name: &'static str, permits: usize) -> Self {
        Self::make(Some(name), permits)
    }

    #[track_caller]
    const fn make(name: Option<&'static str>, permits: usize) -> Self {
        Self {
            semaphore: Semaphore::make("BoundedSemaphore", name, permits, permits),
            most: permits,
        }
    }
    // ANCHOR_END: named

    /// As [`Semaphore::acquire`].
    ///
    /// # Panics
    ///
    /// As [`Semaphore::acquire`].
    ///
    /// ```
    /// let semaphore = runtime::sync::BoundedSemaphore::new(1);
    /// let guard = semaphore.acquire();
    /// assert_eq!(semaphore.available_permits(), 0);
    /// ```
    // ANCHOR: acquire
    #[inline(always)]
    #[track_caller]
    pub fn acquire(&self) -> SemaphoreGuard<'_> {
        self.semaphore.acquire()
    }
    // ANCHOR_END: acquire

    /// As [`Semaphore::try_acquire`].
    ///
    /// # Panics
    ///
    /// As [`Semaphore::try_acquire`].
    ///
    /// ```
    /// let semaphore = runtime::sync::BoundedSemaphore::new(0);
    /// assert!(semaphore.try_acquire().is_none());
    /// ```
    // ANCHOR: try_acquire
    #[inline]
    #[track_caller]
    pub fn try_acquire(&self) -> Option<SemaphoreGuard<'_>> {
        self.semaphore.try_acquire()
    }
    // ANCHOR_END: try_acquire

    /// As [`Semaphore::acquire_timeout`].
    ///
    /// # Panics
    ///
    /// As [`Semaphore::acquire_timeout`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::sync::BoundedSemaphore;
    ///
    /// runtime::run(|| {
    ///     let semaphore = BoundedSemaphore::new(0);
    ///     assert!(semaphore.acquire_timeout(Duration::from_millis(1)).is_none());
    /// });
    /// ```
    // ANCHOR: acquire_timeout
    #[inline(always)]
    #[track_caller]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<SemaphoreGuard<'_>> {
        self.semaphore.acquire_timeout(timeout)
    }
    // ANCHOR_END: acquire_timeout

    /// Brings back a permit that was forgotten.
    ///
    /// # Errors
    ///
    /// As [`BoundedSemaphore::release_n`].
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let semaphore = runtime::sync::BoundedSemaphore::new(1);
    /// assert!(semaphore.release().is_err());
    /// semaphore.acquire().forget();
    /// assert!(semaphore.release().is_ok());
    /// ```
    // ANCHOR: release
    #[track_caller]
    pub fn release(&self) -> Result<(), ReleaseError> {
        self.release_n(1)
    }
    // ANCHOR_END: release

    /// Brings back `n` permits that were forgotten, all of them or none. Takes
    /// time in proportion to how many threads are let on.
    ///
    /// # Errors
    ///
    /// If there would be more permits than the semaphore began with, free and
    /// with guards.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let semaphore = runtime::sync::BoundedSemaphore::new(2);
    /// semaphore.acquire().forget();
    /// assert!(semaphore.release_n(2).is_err());
    /// assert_eq!(semaphore.available_permits(), 1);
    /// assert!(semaphore.release_n(1).is_ok());
    /// ```
    // ANCHOR: release_n
    #[track_caller]
    pub fn release_n(&self, n: usize) -> Result<(), ReleaseError> {
        safe_point();
        match self.semaphore.try_release(n) {
            true => Ok(()),
            false => Err(ReleaseError::new(self.semaphore.label(), self.most)),
        }
    }
    // ANCHOR_END: release_n

    /// As [`Semaphore::available_permits`].
    ///
    /// # Panics
    ///
    /// As [`Semaphore::available_permits`].
    ///
    /// ```
    /// assert_eq!(runtime::sync::BoundedSemaphore::new(3).available_permits(), 3);
    /// ```
    // ANCHOR: available
    #[track_caller]
    pub fn available_permits(&self) -> usize {
        self.semaphore.available_permits()
    }
    // ANCHOR_END: available
}

impl fmt::Debug for BoundedSemaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut semaphore = f.debug_struct("BoundedSemaphore");
        semaphore.field("most", &self.most);
        self.semaphore.show(&mut semaphore)
    }
}

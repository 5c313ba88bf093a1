//! Waiting for a [`RwLock`], but not for ever.

use std::sync::{TryLockError, TryLockResult};
use std::time::Duration;

use super::phases::{Key, Phases};
use super::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use crate::quantum::safe_point;

impl<T: ?Sized> RwLock<T> {
    /// Takes the lock for reading, and waits for that no longer than `timeout`,
    /// plus what [`sleep`](crate::thread::sleep) says about being late. With zero
    /// it lets the others run once and looks again; `Duration::MAX` is for ever.
    ///
    /// A wait that ends by itself closes no ring.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](TryLockError::WouldBlock) if the time is up, or at once while
    /// the thread unwinds and would have to wait; and if the lock is poisoned.
    ///
    /// # Panics
    ///
    /// As [`RwLock::read`]; but only a wait for ever is refused for its ring.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::sync::RwLock;
    ///
    /// runtime::run(|| {
    ///     let lock = RwLock::new(5);
    ///     let a_moment = Duration::from_millis(1);
    ///     let guard = lock.write().unwrap();
    ///     assert!(lock.read_timeout(a_moment).is_err());
    ///     drop(guard);
    ///     assert_eq!(*lock.read_timeout(a_moment).unwrap(), 5);
    /// });
    /// ```
    // ANCHOR: read_timeout
    #[track_caller]
    pub fn read_timeout(&self, timeout: Duration) -> TryLockResult<RwLockReadGuard<'_, T>> {
        safe_point();
        let at_once = self.lock.with(Phases::begin_read);
        match at_once.or_else(|| self.wait_to_read_timeout(timeout)) {
            Some(key) => Ok(self.read_guard(key)?),
            // Perhaps the writer is gone by now, before this thread came to run.
            None => self.try_read(),
        }
    }
    // ANCHOR_END: read_timeout

    /// Takes the lock for writing, and waits for that no longer than `timeout`, as
    /// [`RwLock::read_timeout`] does. While it waits, readers that come wait
    /// behind it; they get in when it gives up.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](TryLockError::WouldBlock) if the time is up, or at once while
    /// the thread unwinds and would have to wait; and if the lock is poisoned.
    ///
    /// # Panics
    ///
    /// As [`RwLock::write`]; but only a wait for ever is refused for its ring.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::sync::RwLock;
    ///
    /// runtime::run(|| {
    ///     let lock = RwLock::new(5);
    ///     let a_moment = Duration::from_millis(1);
    ///     let guard = lock.read().unwrap();
    ///     assert!(lock.write_timeout(a_moment).is_err());
    ///     drop(guard);
    ///     *lock.write_timeout(a_moment).unwrap() += 1;
    /// });
    /// ```
    // ANCHOR: write_timeout
    #[track_caller]
    pub fn write_timeout(&self, timeout: Duration) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        safe_point();
        if self.lock.with(Phases::begin_write) || self.wait_to_write_timeout(timeout) {
            return Ok(self.write_guard()?);
        }
        let result = self.try_write();
        if let Err(TryLockError::WouldBlock) = result {
            self.writer_gives_up();
        }
        result
    }
    // ANCHOR_END: write_timeout

    // ANCHOR: waits
    #[track_caller]
    fn wait_to_read_timeout(&self, timeout: Duration) -> Option<Key> {
        let let_in = self.lock.wait_timeout(
            |lock| &lock.waiting_readers,
            timeout,
            |handed| self.reader_is_killed(handed),
        );
        let_in.then(|| self.lock.with_held(Phases::arrive))
    }

    #[track_caller]
    fn wait_to_write_timeout(&self, timeout: Duration) -> bool {
        self.lock.wait_timeout(
            |lock| &lock.waiting_writers,
            timeout,
            |handed| self.writer_is_killed(handed),
        )
    }
    // ANCHOR_END: waits
}

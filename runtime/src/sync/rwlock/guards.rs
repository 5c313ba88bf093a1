//! The guards of a [`RwLock`]: whoever has one may read, or write.

use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};

use super::RwLock;
use super::phases::{Key, Phases};
use crate::sync::object::Object;
use crate::sync::poison;

/// The lock for reading, as long as this lives. See [`RwLock::read`].
///
/// ```
/// let lock = runtime::sync::RwLock::new(1);
/// let guard = lock.read().unwrap();
/// assert_eq!(*guard, 1);
/// assert!(lock.try_write().is_err());
/// ```
// ANCHOR: read_guard
#[must_use = "the lock is let go of as soon as the guard is dropped"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    /// Not the lock with the value in it, because whoever can only read may take
    /// a guard of a `&'static str` for one of a `&'a str`.
    value: *const T,
    lock: &'a Object<Phases>,
    key: Key,
}
// ANCHOR_END: read_guard

/// The lock for writing, as long as this lives. See [`RwLock::write`].
///
/// ```
/// let lock = runtime::sync::RwLock::new(1);
/// let mut guard = lock.write().unwrap();
/// *guard += 1;
/// drop(guard);
/// assert_eq!(*lock.read().unwrap(), 2);
/// ```
// ANCHOR: write_guard
#[must_use = "the lock is let go of as soon as the guard is dropped"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    rwlock: &'a RwLock<T>,
    was: poison::Was,
    /// It stays on its OS thread.
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives out shared references to the value and nothing else.
unsafe impl<T: ?Sized + Sync> Sync for RwLockReadGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Sync> Sync for RwLockWriteGuard<'_, T> {}
// ANCHOR_END: write_guard

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    /// For the reader that has that key.
    // ANCHOR: new_read
    #[inline(always)]
    pub(super) fn new(rwlock: &'a RwLock<T>, key: Key) -> Self {
        Self {
            value: rwlock.value.get(),
            lock: &rwlock.lock,
            key,
        }
    }
    // ANCHOR_END: new_read
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// For the writer.
    // ANCHOR: new_write
    #[inline(always)]
    pub(super) fn new(rwlock: &'a RwLock<T>) -> Self {
        Self {
            rwlock,
            was: rwlock.poison.begin(),
            not_send: PhantomData,
        }
    }
    // ANCHOR_END: new_write

    /// Makes a reader of the writer. Nobody can write in between; all readers
    /// that wait get in too.
    ///
    /// ```
    /// use runtime::sync::{RwLock, RwLockWriteGuard};
    ///
    /// let lock = RwLock::new(5);
    /// let mut guard = lock.write().unwrap();
    /// *guard += 1;
    /// let guard = RwLockWriteGuard::downgrade(guard);
    /// assert_eq!(*lock.try_read().unwrap(), 6);
    /// assert!(lock.try_write().is_err());
    /// # drop(guard);
    /// ```
    // ANCHOR: downgrade
    pub fn downgrade(s: Self) -> RwLockReadGuard<'a, T> {
        let rwlock = s.rwlock;
        mem::forget(s);
        let key = rwlock.lock.with_held(Phases::downgrade);
        let guard = RwLockReadGuard::new(rwlock, key);
        rwlock.lock.with_held(Phases::let_readers_in);
        guard
    }
    // ANCHOR_END: downgrade
}

// ANCHOR: deref
impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: it points into the lock, which is borrowed as long as the
        // guard lives. There is no guard for writing meanwhile, and the value is
        // borrowed from this one.
        unsafe { &*self.value }
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this is the one guard, and the value is borrowed from it.
        unsafe { &*self.rwlock.value.get() }
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and the guard is borrowed mutably.
        unsafe { &mut *self.rwlock.value.get() }
    }
}
// ANCHOR_END: deref

// ANCHOR: drop
impl<T: ?Sized> Drop for RwLockReadGuard<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.lock.with_held(|lock| lock.end_read(self.key));
    }
}

impl<T: ?Sized> Drop for RwLockWriteGuard<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        let lock = &self.rwlock.lock;
        let since = || lock.with_held(Phases::written_since);
        self.rwlock.poison.end(self.was, since);
        lock.with_held(Phases::end_write);
    }
}
// ANCHOR_END: drop

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

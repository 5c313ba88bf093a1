//! [`RwLock`]: many readers at a time, or one writer. Whose turn it is,
//! `phases.rs` decides; how they come to the value is in `guards.rs`,
//! and how they wait for a while in `timeouts.rs`.

mod guards;
mod phases;
mod timeouts;

use std::cell::UnsafeCell;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{LockResult, TryLockError, TryLockResult};

use super::object::Object;
use super::poison;
use crate::hint::unlikely;
use crate::quantum::safe_point;
pub use guards::{RwLockReadGuard, RwLockWriteGuard};
use phases::{Key, Phases};

/// A value that many threads at a time may read, or one may write:
/// `std::sync::RwLock`.
///
/// The lock is *phase-fair*, and neither readers nor writers starve:
///
/// - A reader gets in at once, unless a writer has the lock or waits for it.
/// - When a writer lets go, all readers get in that wait then, and all together.
///   If no reader waits, the next writer gets in.
/// - When the last reader lets go, the first writer gets in. Writers get in in
///   the order in which they came.
///
/// So a reader waits for one writer at most, after the readers that were there
/// before that writer; and a writer for the writers before it, and one phase of
/// readers for each. See B. Brandenburg and J. Anderson, "Reader-Writer
/// Synchronization for Shared-Memory Multiprocessor Real-Time Systems", ECRTS
/// 2009.
///
/// To get in and to let go take constant time, and so does each wake-up. To begin
/// to wait takes time in proportion to the number of readers: any of them may be
/// the one with whom the wait would close a ring.
///
/// What differs from std:
///
/// - The order above is promised; in std it is the operating system's.
/// - A thread that closes a ring of waits is refused with a panic that names the
///   ring; the payload is a [`SyncError`](crate::error::SyncError). The smallest
///   rings are a thread that wants to write what it reads, and one that wants to
///   read again while a writer waits for it.
/// - A kill does not poison.
/// - While a thread unwinds it can take a free lock, and is refused one for
///   which it would have to wait.
/// - It is `Sync` if `T` is `Send`: those that read at the same time are on one
///   OS thread.
///
/// ```
/// use std::rc::Rc;
/// use runtime::sync::RwLock;
/// use runtime::thread;
///
/// runtime::run(|| {
///     let price = Rc::new(RwLock::new(10));
///     let readers: Vec<_> = (0..3)
///         .map(|_| {
///             let price = Rc::clone(&price);
///             thread::spawn(move || {
///                 let price = price.read().unwrap();
///                 thread::yield_now(); // All three are here at the same time.
///                 *price
///             })
///         })
///         .collect();
///     thread::yield_now();
///     *price.write().unwrap() = 12; // Waits until they are done.
///     for reader in readers {
///         assert_eq!(reader.join().unwrap(), 10);
///     }
///     assert_eq!(*price.read().unwrap(), 12);
/// });
/// ```
// ANCHOR: rwlock
pub struct RwLock<T: ?Sized> {
    lock: Object<Phases>,
    poison: poison::Flag,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached through guards, which stay on one OS thread while
// there are any, and of which there is one if it can write; or through `&mut`.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send> Sync for RwLock<T> {}

impl<T: ?Sized> UnwindSafe for RwLock<T> {}
impl<T: ?Sized> RefUnwindSafe for RwLock<T> {}
// ANCHOR_END: rwlock

impl<T> RwLock<T> {
    /// A free lock.
    ///
    /// ```
    /// static LIMIT: runtime::sync::RwLock<u32> = runtime::sync::RwLock::new(100);
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self::make(None, value)
    }
    // ANCHOR_END: new

    /// A free lock with a name, by which reports call it.
    ///
    /// ```
    /// use runtime::sync::RwLock;
    ///
    /// static PRICES: RwLock<[u32; 2]> = RwLock::named("prices", [10, 12]);
    /// ```
    // ANCHOR: named
    #[track_caller]
    pub const fn named(name: &'static str, value: T) -> Self {
        Self::make(Some(name), value)
    }

    #[track_caller]
    const fn make(name: Option<&'static str>, value: T) -> Self {
        Self {
            lock: Object::new("RwLock", name, Phases::new()),
            poison: poison::Flag::new(),
            value: UnsafeCell::new(value),
        }
    }
    // ANCHOR_END: named

    /// The value. Nobody else has the lock, so it is not taken.
    ///
    /// # Errors
    ///
    /// If the lock is poisoned. The value is inside the error.
    ///
    /// ```
    /// assert_eq!(runtime::sync::RwLock::new(5).into_inner().unwrap(), 5);
    /// ```
    // ANCHOR: into_inner
    pub fn into_inner(self) -> LockResult<T> {
        let Self { poison, value, .. } = self;
        poison.result(value.into_inner())
    }
    // ANCHOR_END: into_inner
}

impl<T: ?Sized> RwLock<T> {
    /// Waits until no writer has the lock or is before this reader, and takes
    /// it for reading. The thread may have it for reading already: then it is
    /// let in if no writer waits, and refused if one does.
    ///
    /// # Errors
    ///
    /// If the lock is poisoned: a thread has panicked while it could write. The
    /// guard is inside the error.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait
    /// where it cannot, or would wait for ever.
    ///
    /// ```
    /// let lock = runtime::sync::RwLock::new(5);
    /// let (one, other) = (lock.read().unwrap(), lock.read().unwrap());
    /// assert_eq!(*one + *other, 10);
    /// ```
    // ANCHOR: read
    #[inline(always)]
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        safe_point();
        let key = match self.lock.with(Phases::begin_read) {
            Some(key) => key,
            None => {
                unlikely();
                self.wait_to_read()
            }
        };
        self.read_guard(key)
    }
    // ANCHOR_END: read

    /// Takes the lock for reading if no writer has it or waits for it.
    ///
    /// # Errors
    ///
    /// If a writer has the lock or waits for it, or if the lock is poisoned.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let lock = runtime::sync::RwLock::new(5);
    /// let guard = lock.write().unwrap();
    /// assert!(lock.try_read().is_err());
    /// drop(guard);
    /// assert_eq!(*lock.try_read().unwrap(), 5);
    /// ```
    // ANCHOR: try_read
    #[inline]
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        safe_point();
        match self.lock.with(Phases::begin_read) {
            Some(key) => Ok(self.read_guard(key)?),
            None => Err(TryLockError::WouldBlock),
        }
    }
    // ANCHOR_END: try_read

    /// Waits until nobody has the lock, and takes it for writing.
    ///
    /// # Errors
    ///
    /// If the lock is poisoned: a thread has panicked while it could write. The
    /// guard is inside the error.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait
    /// where it cannot, or would wait for ever.
    ///
    /// ```
    /// let lock = runtime::sync::RwLock::new(5);
    /// *lock.write().unwrap() += 1;
    /// assert_eq!(*lock.read().unwrap(), 6);
    /// ```
    // ANCHOR: write
    #[inline(always)]
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        safe_point();
        if !self.lock.with(Phases::begin_write) {
            unlikely();
            self.wait_to_write();
        }
        self.write_guard()
    }
    // ANCHOR_END: write

    /// Takes the lock for writing if nobody has it.
    ///
    /// # Errors
    ///
    /// If somebody has the lock, or if it is poisoned.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let lock = runtime::sync::RwLock::new(5);
    /// let guard = lock.read().unwrap();
    /// assert!(lock.try_write().is_err());
    /// drop(guard);
    /// *lock.try_write().unwrap() += 1;
    /// ```
    // ANCHOR: try_write
    #[inline]
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        safe_point();
        match self.lock.with(Phases::begin_write) {
            true => Ok(self.write_guard()?),
            false => Err(TryLockError::WouldBlock),
        }
    }
    // ANCHOR_END: try_write

    /// Waits in the line of the readers.
    // ANCHOR: waits
    #[inline(always)]
    #[track_caller]
    fn wait_to_read(&self) -> Key {
        self.lock.wait_for_ever(
            |lock| &lock.waiting_readers,
            |handed| self.reader_is_killed(handed),
        );
        self.lock.with_held(Phases::arrive)
    }

    /// Waits in the line of the writers.
    #[inline(always)]
    #[track_caller]
    fn wait_to_write(&self) {
        self.lock.wait_for_ever(
            |lock| &lock.waiting_writers,
            |handed| self.writer_is_killed(handed),
        );
    }

    /// It waits, or was let in.
    fn reader_is_killed(&self, let_in: bool) {
        if let_in {
            self.lock.with_held(|lock| lock.end_read(lock.arrive()));
        }
    }

    fn writer_is_killed(&self, let_in: bool) {
        match let_in {
            true => self.lock.with_held(Phases::end_write),
            false => self.writer_gives_up(),
        }
    }

    /// It has left the line, and nothing of the lock is its own. If another core
    /// has the lock by now, nobody here waits for it.
    fn writer_gives_up(&self) {
        self.lock.peek(Phases::writer_gives_up);
    }
    // ANCHOR_END: waits

    // ANCHOR: guards
    #[inline(always)]
    fn read_guard(&self, key: Key) -> LockResult<RwLockReadGuard<'_, T>> {
        self.poison.result(RwLockReadGuard::new(self, key))
    }

    #[inline(always)]
    fn write_guard(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        self.poison.result(RwLockWriteGuard::new(self))
    }
    // ANCHOR_END: guards

    /// Whether a thread has panicked while it could write.
    ///
    /// ```
    /// assert!(!runtime::sync::RwLock::new(()).is_poisoned());
    /// ```
    pub fn is_poisoned(&self) -> bool {
        self.poison.get()
    }

    /// Takes the poison away: what the lock protects is in order again.
    ///
    /// ```
    /// use runtime::sync::RwLock;
    /// use runtime::thread;
    ///
    /// static LOCK: RwLock<u32> = RwLock::new(5);
    ///
    /// runtime::run(|| {
    ///     let panics = || {
    ///         let _guard = LOCK.write().unwrap();
    ///         panic!("with the guard");
    ///     };
    ///     thread::spawn(panics).join().unwrap_err();
    ///     assert!(LOCK.is_poisoned());
    ///     LOCK.clear_poison();
    ///     assert_eq!(*LOCK.read().unwrap(), 5);
    /// });
    /// ```
    pub fn clear_poison(&self) {
        self.poison.clear();
    }

    /// The value. Nobody else has the lock, so it is not taken.
    ///
    /// # Errors
    ///
    /// If the lock is poisoned. The reference is inside the error.
    ///
    /// ```
    /// let mut lock = runtime::sync::RwLock::new(5);
    /// *lock.get_mut().unwrap() += 1;
    /// assert_eq!(lock.into_inner().unwrap(), 6);
    /// ```
    // ANCHOR: get_mut
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let Self { poison, value, .. } = self;
        poison.result(value.get_mut())
    }
    // ANCHOR_END: get_mut
}

impl<T: Default> Default for RwLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

// ANCHOR: show
impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rwlock = f.debug_struct("RwLock");
        match self.lock.peek(Phases::begin_read).flatten() {
            Some(key) => rwlock.field("data", &&*RwLockReadGuard::new(self, key)),
            None => rwlock.field("data", &format_args!("<locked>")),
        };
        self.lock.let_go();
        rwlock
            .field("poisoned", &self.poison.get())
            .finish_non_exhaustive()
    }
}
// ANCHOR_END: show

//! [`Mutex`]: one thread at a time.

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{LockResult, TryLockError, TryLockResult};
use std::time::Duration;

use super::exclusive::Exclusive;
use super::object::Object;
use super::poison;
use crate::hint::unlikely;
use crate::quantum::safe_point;

/// A value that one thread at a time may use: `std::sync::Mutex`.
///
/// Those that wait get the lock in the order in which they came: whoever
/// unlocks hands it to the first of them, and nobody gets in between.
///
/// What differs from std:
///
/// - A thread that locks a mutex which it holds, or closes a ring of such waits
///   with others, is refused with a panic that names the ring. The payload is a
///   [`SyncError`](crate::error::SyncError).
/// - A guard may go to another thread of the same runtime. If the thread that
///   got it has ended, or has since spawned a thread or sent a message with
///   something as large as a pointer, which may be the guard or lead to it, nobody
///   relies on its having the lock: a ring is not refused then. The first such ring in a run is told to the log,
///   or to stderr if there is none. A guard that it leaves where others looked
///   before is taken for its own, until one of them has unlocked the mutex for
///   somebody who waited.
/// - One runtime at a time can use a mutex: another is refused until the first
///   has ended. There the mutex is shown as locked.
/// - A kill does not poison.
/// - While a thread unwinds it can take a free lock, and is refused one for
///   which it would have to wait.
///
/// ```
/// use std::rc::Rc;
/// use runtime::sync::Mutex;
/// use runtime::thread;
///
/// runtime::run(|| {
///     let counter = Rc::new(Mutex::new(0));
///     let threads: Vec<_> = (0..10)
///         .map(|_| {
///             let counter = Rc::clone(&counter);
///             thread::spawn(move || {
///                 let mut guard = counter.lock().unwrap();
///                 let read = *guard;
///                 thread::yield_now();
///                 *guard = read + 1;
///             })
///         })
///         .collect();
///     for thread in threads {
///         thread.join().unwrap();
///     }
///     assert_eq!(*counter.lock().unwrap(), 10);
/// });
/// ```
// ANCHOR: mutex
pub struct Mutex<T: ?Sized> {
    lock: Object<Exclusive>,
    poison: poison::Flag,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached through a guard, of which there is one at a time,
// on one OS thread; or through `&mut`.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

impl<T: ?Sized> UnwindSafe for Mutex<T> {}
impl<T: ?Sized> RefUnwindSafe for Mutex<T> {}
// ANCHOR_END: mutex

/// The lock, as long as this lives. See [`Mutex::lock`].
///
/// ```
/// let mutex = runtime::sync::Mutex::new(1);
/// let mut guard = mutex.lock().unwrap();
/// *guard += 1;
/// drop(guard); // Here it is unlocked.
/// assert_eq!(mutex.into_inner().unwrap(), 2);
/// ```
// ANCHOR: guard
#[must_use = "the mutex is unlocked as soon as the guard is dropped"]
pub struct MutexGuard<'a, T: ?Sized> {
    mutex: &'a Mutex<T>,
    was: poison::Was,
    /// It stays on its OS thread.
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives out shared references to the value and nothing else.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}
// ANCHOR_END: guard

impl<T> Mutex<T> {
    /// An unlocked mutex.
    ///
    /// ```
    /// static COUNTER: runtime::sync::Mutex<u32> = runtime::sync::Mutex::new(0);
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self::make(None, value)
    }
    // ANCHOR_END: new

    /// An unlocked mutex with a name, by which reports call it.
    ///
    /// ```
    /// use runtime::sync::Mutex;
    ///
    /// static ACCOUNTS: Mutex<[u32; 2]> = Mutex::named("accounts", [100, 0]);
    /// ```
    // ANCHOR: named
    #[track_caller]
    pub const fn named(name: &'static str, value: T) -> Self {
        Self::make(Some(name), value)
    }

    #[track_caller]
    const fn make(name: Option<&'static str>, value: T) -> Self {
        Self {
            lock: Object::new("Mutex", name, Exclusive::new()),
            poison: poison::Flag::new(),
            value: UnsafeCell::new(value),
        }
    }
    // ANCHOR_END: named

    /// The value. Nobody else has the mutex, so it is not locked.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned.
    ///
    /// ```
    /// assert_eq!(runtime::sync::Mutex::new(5).into_inner().unwrap(), 5);
    /// ```
    // ANCHOR: into_inner
    pub fn into_inner(self) -> LockResult<T> {
        let Self { poison, value, .. } = self;
        poison.result(value.into_inner())
    }
    // ANCHOR_END: into_inner
}

impl<T: ?Sized> Mutex<T> {
    /// Waits until nobody has the lock, and takes it.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned: a thread has panicked while it had the lock.
    /// The guard is inside the error.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait
    /// where it cannot, or would wait for ever, and if another runtime uses the
    /// mutex.
    ///
    /// ```
    /// use runtime::error::SyncError;
    /// use runtime::sync::Mutex;
    /// use runtime::thread;
    ///
    /// static ACCOUNTS: Mutex<u32> = Mutex::named("accounts", 0);
    ///
    /// runtime::run(|| {
    ///     *ACCOUNTS.lock().unwrap() += 1;
    ///
    ///     let twice = thread::spawn(|| {
    ///         let _guard = ACCOUNTS.lock();
    ///         drop(ACCOUNTS.lock());
    ///     });
    ///     let refused = twice.join().unwrap_err().downcast::<SyncError>().unwrap();
    ///     let ring = "this wait would never end: Thread-1";
    ///     assert!(refused.to_string().starts_with(ring));
    /// });
    /// ```
    // ANCHOR: lock
    #[inline(always)]
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        safe_point();
        self.lock_quietly()
    }

    /// The same, and the caller keeps the CPU if nobody has the lock.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn lock_quietly(&self) -> LockResult<MutexGuard<'_, T>> {
        if !self.lock.with(Exclusive::take) {
            unlikely();
            self.wait();
        }
        self.guard()
    }
    // ANCHOR_END: lock

    /// Takes the lock if nobody has it.
    ///
    /// # Errors
    ///
    /// If somebody has it, or if the mutex is poisoned.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if another runtime uses the
    /// mutex, or has left a guard of it.
    ///
    /// ```
    /// let mutex = runtime::sync::Mutex::new(5);
    /// let guard = mutex.try_lock().unwrap();
    /// assert!(mutex.try_lock().is_err());
    /// assert_eq!(*guard, 5);
    /// ```
    // ANCHOR: try_lock
    #[inline]
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        safe_point();
        match self.lock.with(Exclusive::take) {
            true => Ok(self.guard()?),
            false => Err(TryLockError::WouldBlock),
        }
    }
    // ANCHOR_END: try_lock

    /// Takes the lock, and waits for it no longer than `timeout`, plus what
    /// [`sleep`](crate::thread::sleep) says about being late. With zero it lets
    /// the others run once and looks again; `Duration::MAX` is for ever.
    ///
    /// A wait that ends by itself closes no ring: a thread may wait like this for
    /// a lock that it holds, in vain.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](TryLockError::WouldBlock) if the time is up, or at once while
    /// the thread unwinds and would have to wait; and if the mutex is poisoned.
    ///
    /// # Panics
    ///
    /// As [`Mutex::lock`]; but only a wait for ever is refused for its ring.
    ///
    /// ```
    /// use std::sync::TryLockError;
    /// use std::time::Duration;
    /// use runtime::sync::Mutex;
    ///
    /// runtime::run(|| {
    ///     let (mutex, a_moment) = (Mutex::new(5), Duration::from_millis(1));
    ///     let guard = mutex.lock_timeout(a_moment).unwrap();
    ///     assert!(matches!(mutex.lock_timeout(a_moment), Err(TryLockError::WouldBlock)));
    ///     assert_eq!(*guard, 5);
    /// });
    /// ```
    // ANCHOR: lock_timeout
    #[track_caller]
    pub fn lock_timeout(&self, timeout: Duration) -> TryLockResult<MutexGuard<'_, T>> {
        safe_point();
        if self.lock.with(Exclusive::take) || self.wait_timeout(timeout) {
            return Ok(self.guard()?);
        }
        // Perhaps it is free by now, before this thread came to run.
        self.try_lock()
    }
    // ANCHOR_END: lock_timeout

    /// Waits for the lock in line.
    // ANCHOR: waits
    #[inline(always)]
    #[track_caller]
    fn wait(&self) {
        self.lock
            .wait_for_ever(|lock| &lock.line, |handed| self.pass_on(handed));
    }

    #[track_caller]
    fn wait_timeout(&self, timeout: Duration) -> bool {
        self.lock
            .wait_timeout(|lock| &lock.line, timeout, |handed| self.pass_on(handed))
    }

    /// The thread is killed that waits, or was handed the lock.
    fn pass_on(&self, handed: bool) {
        if handed {
            self.lock.with_held(Exclusive::give_back);
        }
    }
    // ANCHOR_END: waits

    // ANCHOR: make_guard
    #[inline(always)]
    fn guard(&self) -> LockResult<MutexGuard<'_, T>> {
        self.poison.result(MutexGuard {
            mutex: self,
            was: self.poison.begin(),
            not_send: PhantomData,
        })
    }
    // ANCHOR_END: make_guard

    /// Whether a thread has panicked while it had the lock.
    ///
    /// ```
    /// assert!(!runtime::sync::Mutex::new(()).is_poisoned());
    /// ```
    // ANCHOR: is_poisoned
    pub fn is_poisoned(&self) -> bool {
        self.poison.get()
    }
    // ANCHOR_END: is_poisoned

    /// Takes the poison away: what the mutex protects is in order again.
    ///
    /// ```
    /// use runtime::sync::{Mutex, PoisonError};
    /// use runtime::thread;
    ///
    /// static MUTEX: Mutex<u32> = Mutex::new(0);
    ///
    /// runtime::run(|| {
    ///     let panics = thread::spawn(|| {
    ///         let _guard = MUTEX.lock();
    ///         panic!("oh dear")
    ///     });
    ///     panics.join().unwrap_err();
    ///     *MUTEX.lock().unwrap_or_else(PoisonError::into_inner) = 0;
    ///     MUTEX.clear_poison();
    ///     assert!(MUTEX.lock().is_ok());
    /// });
    /// ```
    // ANCHOR: clear_poison
    pub fn clear_poison(&self) {
        self.poison.clear();
    }
    // ANCHOR_END: clear_poison

    /// The value. Nobody else has the mutex, so it is not locked.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned.
    ///
    /// ```
    /// let mut mutex = runtime::sync::Mutex::new(5);
    /// *mutex.get_mut().unwrap() += 1;
    /// assert_eq!(mutex.into_inner().unwrap(), 6);
    /// ```
    // ANCHOR: get_mut
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let Self { poison, value, .. } = self;
        poison.result(value.get_mut())
    }
    // ANCHOR_END: get_mut
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// The mutex that it locks.
    // ANCHOR: guard_mutex
    #[inline(always)]
    pub(super) fn mutex(guard: &Self) -> &'a Mutex<T> {
        guard.mutex
    }

    /// The guard, as an error if its mutex is poisoned.
    pub(super) fn result(guard: Self) -> LockResult<Self> {
        guard.mutex.poison.result(guard)
    }
    // ANCHOR_END: guard_mutex
}

// ANCHOR: deref
impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this is the one guard, and the value is borrowed from it.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and the guard is borrowed mutably.
        unsafe { &mut *self.mutex.value.get() }
    }
}
// ANCHOR_END: deref

// ANCHOR: unlock
impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        let lock = &self.mutex.lock;
        let since = || lock.with_held(Exclusive::since);
        self.mutex.poison.end(self.was, since);
        lock.with_held(Exclusive::give_back);
    }
}
// ANCHOR_END: unlock

// ANCHOR: show_guard
impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
// ANCHOR_END: show_guard

// ANCHOR: defaults
impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}
// ANCHOR_END: defaults

// ANCHOR: show
impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut mutex = f.debug_struct("Mutex");
        match self.lock.peek(Exclusive::take) {
            Some(true) => match self.guard() {
                Ok(guard) => mutex.field("data", &&*guard),
                Err(poisoned) => mutex.field("data", &&**poisoned.get_ref()),
            },
            Some(false) | None => mutex.field("data", &"<locked>"),
        };
        self.lock.let_go();
        mutex
            .field("poisoned", &self.poison.get())
            .finish_non_exhaustive()
    }
}
// ANCHOR_END: show

//! [`ReentrantLock`]: one thread at a time, which may lock it again.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::Duration;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::Owner;

use super::core_bound::Idle;
use super::exclusive::Exclusive;
use super::object::{Object, State};
use crate::hint::unlikely;
use crate::quantum::safe_point;

/// A value that one thread at a time may use, by any number of guards: Python's
/// `RLock`, and what std has as an unstable `ReentrantLock`.
///
/// A thread that has the lock may lock it again, and unlocks it with its last
/// guard. So a guard gives out only `&T`: what shall change goes into a `Cell`
/// or a `RefCell`. Those that wait get the lock in the order in which they came:
/// whoever unlocks hands it to the first of them, and nobody gets in between.
/// Panics do not poison it.
///
/// What differs from std:
///
/// - A thread that closes a ring of such waits with others is refused with a
///   panic that names the ring. The payload is a
///   [`SyncError`](crate::error::SyncError).
/// - While a thread unwinds it can take a lock that is free or its own, and is
///   refused one for which it would have to wait.
/// - A guard may be moved to another green thread. The lock stays that of the
///   thread which took it, until its last guard is dropped.
///
/// ```
/// use std::cell::RefCell;
/// use runtime::sync::ReentrantLock;
///
/// struct Log(RefCell<String>);
///
/// static LOG: ReentrantLock<Log> = ReentrantLock::new(Log(RefCell::new(String::new())));
///
/// fn write(line: &str) {
///     LOG.lock().0.borrow_mut().push_str(line);
/// }
///
/// runtime::run(|| {
///     let log = LOG.lock();
///     write("Hello, ");
///     write("World!");
///     assert_eq!(*log.0.borrow(), "Hello, World!");
/// });
/// ```
// ANCHOR: reentrant
pub struct ReentrantLock<T: ?Sized> {
    lock: Object<Lock>,
    value: T,
}

// SAFETY: the value is reached through guards, which are on one OS thread at a
// time; or through `&mut`.
unsafe impl<T: ?Sized + Send> Sync for ReentrantLock<T> {}

impl<T: ?Sized + UnwindSafe> UnwindSafe for ReentrantLock<T> {}
impl<T: ?Sized + RefUnwindSafe> RefUnwindSafe for ReentrantLock<T> {}
// ANCHOR_END: reentrant

/// Who has the lock, who waits for it, and how many guards the one has.
// ANCHOR: cells
struct Lock {
    exclusive: Exclusive,
    guards: Cell<u32>,
}

/// Why the lock cannot be had at once.
enum Busy {
    Held,
    TooOften,
}
// ANCHOR_END: cells

/// The lock, as long as this lives. See [`ReentrantLock::lock`].
///
/// ```
/// let lock = runtime::sync::ReentrantLock::new(1);
/// let first = lock.lock();
/// let second = lock.lock();
/// drop(first);
/// assert_eq!(*second, 1); // It is still locked.
/// ```
// ANCHOR: guard
#[must_use = "the lock is given back as soon as the guard is dropped"]
pub struct ReentrantLockGuard<'a, T: ?Sized> {
    lock: &'a ReentrantLock<T>,
    /// It stays on its OS thread.
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives out shared references to the value and nothing else.
unsafe impl<T: ?Sized + Sync> Sync for ReentrantLockGuard<'_, T> {}
// ANCHOR_END: guard

impl<T> ReentrantLock<T> {
    /// An unlocked lock.
    ///
    /// ```
    /// static LOCK: runtime::sync::ReentrantLock<()> = runtime::sync::ReentrantLock::new(());
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self::make(None, value)
    }
    // ANCHOR_END: new

    /// An unlocked lock with a name, by which reports call it.
    ///
    /// ```
    /// use runtime::sync::ReentrantLock;
    ///
    /// static OUTPUT: ReentrantLock<()> = ReentrantLock::named("output", ());
    /// ```
    // ANCHOR: named
    #[track_caller]
    pub const fn named(name: &'static str, value: T) -> Self {
        Self::make(Some(name), value)
    }

    #[track_caller]
    const fn make(name: Option<&'static str>, value: T) -> Self {
        let lock = Lock {
            exclusive: Exclusive::new(),
            guards: Cell::new(0),
        };
        Self {
            lock: Object::new("ReentrantLock", name, lock),
            value,
        }
    }
    // ANCHOR_END: named

    /// The value. Nobody else has the lock, so it is not locked.
    ///
    /// ```
    /// assert_eq!(runtime::sync::ReentrantLock::new(5).into_inner(), 5);
    /// ```
    // ANCHOR: into_inner
    pub fn into_inner(self) -> T {
        self.value
    }
    // ANCHOR_END: into_inner
}

impl<T: ?Sized> ReentrantLock<T> {
    /// Waits until no other thread has the lock, and takes it, once more if this
    /// thread has it.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) if it would have to wait where
    /// it cannot, or would wait for ever. And if there are 2³² - 1 guards.
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::rc::Rc;
    /// use runtime::sync::ReentrantLock;
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let lock = Rc::new(ReentrantLock::new(Cell::new(0)));
    ///     let theirs = Rc::clone(&lock);
    ///     thread::spawn(move || theirs.lock().set(10)).join().unwrap();
    ///     let [one, two] = [lock.lock(), lock.lock()];
    ///     assert_eq!((one.get(), two.get()), (10, 10));
    /// });
    /// ```
    // ANCHOR: lock
    #[inline(always)]
    #[track_caller]
    pub fn lock(&self) -> ReentrantLockGuard<'_, T> {
        safe_point();
        match self.lock.with(Lock::take) {
            Ok(()) => {}
            Err(Busy::Held) => {
                unlikely();
                self.wait();
            }
            Err(Busy::TooOften) => too_often(),
        }
        self.guard()
    }
    // ANCHOR_END: lock

    /// Takes the lock if no other thread has it, and if there are less than
    /// 2³² - 1 guards.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// use runtime::sync::ReentrantLock;
    /// use runtime::thread;
    ///
    /// static LOCK: ReentrantLock<()> = ReentrantLock::new(());
    ///
    /// runtime::run(|| {
    ///     let _guard = LOCK.lock();
    ///     assert!(LOCK.try_lock().is_some());
    ///     let sub = thread::spawn(|| assert!(LOCK.try_lock().is_none()));
    ///     sub.join().unwrap();
    /// });
    /// ```
    // ANCHOR: try_lock
    #[inline]
    #[track_caller]
    pub fn try_lock(&self) -> Option<ReentrantLockGuard<'_, T>> {
        safe_point();
        let taken = self.lock.with(Lock::take);
        taken.is_ok().then(|| self.guard())
    }
    // ANCHOR_END: try_lock

    /// Takes the lock, and waits for it no longer than `timeout`, plus what
    /// [`sleep`](crate::thread::sleep) says about being late. With zero it lets
    /// the others run once and looks again; `Duration::MAX` is for ever. `None`
    /// means that the time is up. Python's `rlock.acquire(timeout=1)`.
    ///
    /// A wait that ends by itself closes no ring. A thread that unwinds does not
    /// wait, and its time is up at once.
    ///
    /// # Panics
    ///
    /// As [`ReentrantLock::lock`]; but only a wait for ever is refused for its ring.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::sync::ReentrantLock;
    /// use runtime::thread;
    ///
    /// static LOCK: ReentrantLock<()> = ReentrantLock::new(());
    ///
    /// runtime::run(|| {
    ///     let a_moment = Duration::from_millis(1);
    ///     let _guard = LOCK.lock_timeout(a_moment).unwrap();
    ///     assert!(LOCK.lock_timeout(a_moment).is_some());
    ///     let sub = thread::spawn(move || assert!(LOCK.lock_timeout(a_moment).is_none()));
    ///     sub.join().unwrap();
    /// });
    /// ```
    // ANCHOR: lock_timeout
    #[track_caller]
    pub fn lock_timeout(&self, timeout: Duration) -> Option<ReentrantLockGuard<'_, T>> {
        safe_point();
        match self.lock.with(Lock::take) {
            Ok(()) => {}
            // If the time is up: perhaps it is free by now, before this thread
            // came to run.
            Err(Busy::Held) if !self.wait_timeout(timeout) => return self.try_lock(),
            Err(Busy::Held) => {}
            Err(Busy::TooOften) => too_often(),
        }
        Some(self.guard())
    }
    // ANCHOR_END: lock_timeout

    /// Waits for the lock in line.
    // ANCHOR: waits
    #[inline(always)]
    #[track_caller]
    fn wait(&self) {
        self.lock
            .wait_for_ever(|lock| &lock.exclusive.line, |handed| self.pass_on(handed));
    }

    #[track_caller]
    fn wait_timeout(&self, timeout: Duration) -> bool {
        self.lock.wait_timeout(
            |lock| &lock.exclusive.line,
            timeout,
            |handed| self.pass_on(handed),
        )
    }

    /// The thread is killed that waits, or was handed the lock.
    fn pass_on(&self, handed: bool) {
        if handed {
            self.lock.with_held(Lock::give_back);
        }
    }
    // ANCHOR_END: waits

    // ANCHOR: make_guard
    #[inline(always)]
    fn guard(&self) -> ReentrantLockGuard<'_, T> {
        ReentrantLockGuard {
            lock: self,
            not_send: PhantomData,
        }
    }
    // ANCHOR_END: make_guard

    /// The value. Nobody else has the lock, so it is not locked.
    ///
    /// ```
    /// let mut lock = runtime::sync::ReentrantLock::new(5);
    /// *lock.get_mut() = 6;
    /// assert_eq!(*lock.lock(), 6);
    /// ```
    // ANCHOR: get_mut
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }
    // ANCHOR_END: get_mut
}

// ANCHOR: too_often
#[cold]
#[track_caller]
fn too_often() -> ! {
    panic!("lock count overflow in reentrant mutex")
}
// ANCHOR_END: too_often

// ANCHOR: take_and_give_back
impl Lock {
    /// Takes the lock, if it is free or the caller's.
    #[inline(always)]
    fn take(&self) -> Result<(), Busy> {
        if self.exclusive.take() {
            self.guards.set(1);
        } else if self.exclusive.is_mine() {
            let guards = self.guards.get().checked_add(1);
            self.guards.set(guards.ok_or(Busy::TooOften)?);
        } else {
            return Err(Busy::Held);
        }
        Ok(())
    }

    /// Takes one guard back, and with the last one hands the lock to the first
    /// that waits, who has one guard too.
    #[inline(always)]
    fn give_back(&self) {
        match self.guards.get() {
            1 => self.exclusive.give_back(),
            guards => self.guards.set(guards - 1),
        }
    }
}
// ANCHOR_END: take_and_give_back

// ANCHOR: state
impl Idle for Lock {
    fn is_idle(&self) -> bool {
        self.exclusive.is_idle()
    }

    /// Other guards may be left.
    fn abandon(&self) {
        self.exclusive.abandon();
    }
}

impl State for Lock {
    fn owners(&self, visit: &mut dyn FnMut(Owner)) {
        self.exclusive.owners(visit);
    }

    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        self.exclusive.could_end(name)
    }
}
// ANCHOR_END: state

// ANCHOR: deref_and_drop
impl<T: ?Sized> Deref for ReentrantLockGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.lock.value
    }
}

impl<T: ?Sized> Drop for ReentrantLockGuard<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.lock.lock.with_held(Lock::give_back);
    }
}
// ANCHOR_END: deref_and_drop

impl<T: ?Sized + fmt::Debug> fmt::Debug for ReentrantLockGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for ReentrantLockGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: Default> Default for ReentrantLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for ReentrantLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for ReentrantLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lock = f.debug_struct("ReentrantLock");
        match self.lock.peek(Lock::take) {
            Some(Ok(())) => lock.field("data", &&*self.guard()),
            Some(Err(_)) | None => lock.field("data", &format_args!("<locked>")),
        };
        self.lock.let_go();
        lock.finish_non_exhaustive()
    }
}

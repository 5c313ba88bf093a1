//! [`Semaphore`]: so many at a time.

use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::time::Duration;

use kernel_sim::kernel::wait::Signal;

use super::object::Object;
use super::permits::Permits;
use crate::error::Refused;
use crate::hint;
use crate::panic::unwind_killed;
use crate::quantum::safe_point;

/// A number of permits that threads take and give back: Python's
/// `threading.Semaphore`, with Rust's manners.
///
/// Those that wait get a permit in the order in which they came: whoever gives
/// one back hands it to the first of them, and nobody gets in between. A permit
/// for a thread that is killed before it runs goes to the next one.
///
/// | Python | here |
/// | --- | --- |
/// | `with semaphore:` | `let guard = semaphore.acquire();` |
/// | `semaphore.acquire()` | `semaphore.acquire().forget()` |
/// | `semaphore.acquire(blocking=False)` | [`try_acquire`](Self::try_acquire) |
/// | `semaphore.acquire(timeout=1)` | [`acquire_timeout`](Self::acquire_timeout) |
/// | `semaphore.release()`, `release(n)` | [`release`](Self::release), [`release_n`](Self::release_n) |
///
/// There is no second `acquire` that returns nothing, because it would look the
/// same as one whose guard was lost: whoever keeps a permit beyond a guard says
/// so by [`SemaphoreGuard::forget`]. `release` needs no permit. It adds one to
/// those that there are, be it one that was forgotten or a new one: so threads
/// can tell each other of things that have happened, one permit for each.
///
/// Nobody owns a semaphore, so a wait for it closes no ring: if nobody is left
/// who could release, the report about the deadlock says how many guards live,
/// and who used it last.
///
/// ```
/// use std::cell::Cell;
/// use std::time::Duration;
/// use runtime::sync::Semaphore;
/// use runtime::thread;
///
/// runtime::run(|| {
///     let (seats, inside) = (Semaphore::new(3), Cell::new(0));
///     thread::scope(|scope| {
///         for _ in 0..10 {
///             scope.spawn(|| {
///                 let _seat = seats.acquire();
///                 inside.set(inside.get() + 1);
///                 assert!(inside.get() <= 3);
///                 thread::sleep(Duration::from_millis(1));
///                 inside.set(inside.get() - 1);
///             });
///         }
///     });
///     assert_eq!(seats.available_permits(), 3);
/// });
/// ```
// ANCHOR: semaphore
pub struct Semaphore {
    permits: Object<Permits>,
}

impl UnwindSafe for Semaphore {}
impl RefUnwindSafe for Semaphore {}
// ANCHOR_END: semaphore

/// A permit, which goes back to its semaphore when this is dropped. See
/// [`Semaphore::acquire`] and [`BoundedSemaphore::acquire`](super::BoundedSemaphore::acquire).
///
/// It may be dropped by another green thread than the one that acquired it, but
/// not by another OS thread:
///
/// ```compile_fail,E0277
/// use runtime::sync::Semaphore;
///
/// static SEATS: Semaphore = Semaphore::new(3);
///
/// let guard = SEATS.acquire();
/// std::thread::spawn(move || drop(guard));
/// ```
// ANCHOR: guard
#[must_use = "the permit is given back as soon as the guard is dropped"]
pub struct SemaphoreGuard<'a> {
    semaphore: &'a Semaphore,
    /// It stays on its OS thread.
    not_send: PhantomData<*const ()>,
}
// ANCHOR_END: guard

impl Semaphore {
    /// A semaphore with so many permits.
    ///
    /// ```
    /// static SEATS: runtime::sync::Semaphore = runtime::sync::Semaphore::new(3);
    /// assert_eq!(SEATS.available_permits(), 3);
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub const fn new(permits: usize) -> Self {
        Self::make("Semaphore", None, permits, usize::MAX)
    }
    // ANCHOR_END: new

    /// A semaphore with so many permits and a name, by which reports call it.
    ///
    /// ```
    /// use runtime::sync::Semaphore;
    ///
    /// static SEATS: Semaphore = Semaphore::named("seats", 3);
    /// ```
    // ANCHOR: named
    #[track_caller]
    pub const fn named(name: &'static str, permits: usize) -> Self {
        Self::make("Semaphore", Some(name), permits, usize::MAX)
    }

    #[track_caller]
    pub(super) const fn make(
        kind: &'static str,
        name: Option<&'static str>,
        permits: usize,
        most: usize,
    ) -> Self {
        Self {
            permits: Object::new(kind, name, Permits::new(permits, most)),
        }
    }
    // ANCHOR_END: named

    /// Takes a permit, and waits until there is one.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core, or if it
    /// would have to wait where it cannot: outside of green threads, or while
    /// the thread unwinds.
    ///
    /// ```
    /// let semaphore = runtime::sync::Semaphore::new(1);
    /// let guard = semaphore.acquire();
    /// assert_eq!(semaphore.available_permits(), 0);
    /// drop(guard);
    /// assert_eq!(semaphore.available_permits(), 1);
    /// ```
    // ANCHOR: acquire
    #[inline(always)]
    #[track_caller]
    pub fn acquire(&self) -> SemaphoreGuard<'_> {
        match self.try_acquire() {
            Some(guard) => guard,
            None => self.wait(None).expect("it waits for ever"),
        }
    }
    // ANCHOR_END: acquire

    /// Takes a permit if there is one.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let semaphore = runtime::sync::Semaphore::new(1);
    /// let guard = semaphore.try_acquire();
    /// assert!(guard.is_some());
    /// assert!(semaphore.try_acquire().is_none());
    /// ```
    // ANCHOR: try_acquire
    #[inline(always)]
    #[track_caller]
    pub fn try_acquire(&self) -> Option<SemaphoreGuard<'_>> {
        safe_point();
        let at = Location::caller();
        let taken = self.permits.with(|permits| {
            let taken = permits.take();
            if taken {
                permits.last_acquire.note(at);
            }
            taken
        });
        taken.then(|| self.guard())
    }
    // ANCHOR_END: try_acquire

    /// Takes a permit, and waits for one no longer than `timeout`, plus what
    /// [`sleep`](crate::thread::sleep) says about being late. With zero it lets
    /// the others run once and looks again; `Duration::MAX` is for ever. `None`
    /// means that the time is up, and none is free.
    ///
    /// A thread that unwinds does not wait, and gets the same as with zero.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core, or if it
    /// would have to wait outside of green threads.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::sync::Semaphore;
    ///
    /// runtime::run(|| {
    ///     let semaphore = Semaphore::new(0);
    ///     assert!(semaphore.acquire_timeout(Duration::from_millis(1)).is_none());
    ///     semaphore.release();
    ///     assert!(semaphore.acquire_timeout(Duration::from_millis(1)).is_some());
    /// });
    /// ```
    // ANCHOR: acquire_timeout
    #[inline(always)]
    #[track_caller]
    pub fn acquire_timeout(&self, timeout: Duration) -> Option<SemaphoreGuard<'_>> {
        match self.try_acquire() {
            None if timeout.is_zero() => {
                hint::spin_loop();
                self.try_acquire()
            }
            // Perhaps one is free by now, before this thread came to run.
            None => self.wait(Some(timeout)).or_else(|| self.try_acquire()),
            permit => permit,
        }
    }
    // ANCHOR_END: acquire_timeout

    /// Adds a permit. Whoever calls it need not have acquired one.
    ///
    /// # Panics
    ///
    /// As [`Semaphore::release_n`].
    ///
    /// ```
    /// let semaphore = runtime::sync::Semaphore::new(0);
    /// semaphore.release();
    /// semaphore.acquire().forget();
    /// assert_eq!(semaphore.available_permits(), 0);
    /// ```
    // ANCHOR: release
    #[track_caller]
    pub fn release(&self) {
        self.release_n(1);
    }
    // ANCHOR_END: release

    /// Adds `n` permits at once. Takes time in proportion to how many threads
    /// are let on.
    ///
    /// # Panics
    ///
    /// If there would be more than `usize::MAX` permits, free and with guards,
    /// and with [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let semaphore = runtime::sync::Semaphore::new(0);
    /// semaphore.release_n(3);
    /// assert_eq!(semaphore.available_permits(), 3);
    /// ```
    // ANCHOR: release_n
    #[track_caller]
    pub fn release_n(&self, n: usize) {
        safe_point();
        if !self.try_release(n) {
            panic!("{} would have more than usize::MAX permits", self.label());
        }
    }

    /// False if there would be too many, and there are as many as before.
    #[track_caller]
    pub(super) fn try_release(&self, n: usize) -> bool {
        let at = Location::caller();
        self.permits.with(|permits| permits.release(n, at))
    }
    // ANCHOR_END: release_n

    /// How many permits could be had now without waiting.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// assert_eq!(runtime::sync::Semaphore::new(3).available_permits(), 3);
    /// ```
    // ANCHOR: available
    #[track_caller]
    pub fn available_permits(&self) -> usize {
        safe_point();
        self.free_permits()
    }

    /// The same, and the caller keeps the CPU.
    #[track_caller]
    pub(super) fn free_permits(&self) -> usize {
        self.permits.with(Permits::free)
    }
    // ANCHOR_END: available

    /// Waits in line.
    // ANCHOR: wait
    #[inline(always)]
    #[track_caller]
    fn wait(&self, timeout: Option<Duration>) -> Option<SemaphoreGuard<'_>> {
        match self.permits.wait(|permits| &permits.line, timeout) {
            Ok(Signal::Continue) => {
                let at = Location::caller();
                self.permits
                    .with_held(|permits| permits.last_acquire.note(at));
                Some(self.guard())
            }
            Ok(Signal::TimedOut) => None,
            Ok(Signal::Kill { handed }) => {
                if handed {
                    self.permits.with_held(Permits::give_back);
                }
                unwind_killed()
            }
            Err(Refused::Unwinding) if timeout.is_some() => None,
            Err(why) => self.permits.refuse(why),
        }
    }
    // ANCHOR_END: wait

    /// For a permit that was taken.
    // ANCHOR: make_guard
    #[inline(always)]
    fn guard(&self) -> SemaphoreGuard<'_> {
        SemaphoreGuard {
            semaphore: self,
            not_send: PhantomData,
        }
    }
    // ANCHOR_END: make_guard

    /// What it is called.
    // ANCHOR: show
    pub(super) fn label(&self) -> String {
        self.permits.label.to_string()
    }

    /// How many are free; `None` on another core.
    pub(super) fn peek_free(&self) -> Option<usize> {
        self.permits.peek(Permits::free)
    }

    /// For `Debug`.
    pub(super) fn show(&self, semaphore: &mut fmt::DebugStruct<'_, '_>) -> fmt::Result {
        match self.peek_free() {
            Some(free) => semaphore.field("available_permits", &free),
            None => semaphore.field("available_permits", &format_args!("<used elsewhere>")),
        };
        semaphore.finish_non_exhaustive()
    }
    // ANCHOR_END: show
}

impl SemaphoreGuard<'_> {
    /// Keeps the permit when the guard is gone. [`Semaphore::release`] brings it
    /// back, by whomever it is called.
    ///
    /// ```
    /// let semaphore = runtime::sync::Semaphore::new(1);
    /// semaphore.acquire().forget();
    /// assert_eq!(semaphore.available_permits(), 0);
    /// ```
    // ANCHOR: forget
    pub fn forget(self) {
        self.semaphore.permits.with_held(Permits::forget);
        mem::forget(self);
    }
    // ANCHOR_END: forget
}

// ANCHOR: drop
impl Drop for SemaphoreGuard<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.semaphore.permits.with_held(Permits::give_back);
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(&mut f.debug_struct("Semaphore"))
    }
}

impl fmt::Debug for SemaphoreGuard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SemaphoreGuard").finish_non_exhaustive()
    }
}
// ANCHOR_END: drop

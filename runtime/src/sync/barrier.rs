//! [`Barrier`]: a place where threads meet. Who is there, and what they are told,
//! is in `gathering.rs`; how they wait for that, in `waiting.rs`.

mod gathering;
mod waiting;

use std::fmt;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::time::Duration;

use super::object::Object;
use crate::error::{BarrierBreak, BarrierError, refuse};
use crate::hint::unlikely;
use crate::quantum::safe_point;
use gathering::{Came, Gathering};

/// Lets threads wait until so many of them have come: `std::sync::Barrier`, and
/// what Python's `threading.Barrier` has besides.
///
/// The last one that comes is the leader. It runs the action, if there is one,
/// lets the others go on, in the order in which they came, and goes on first
/// itself. Then the barrier can be used again.
///
/// What differs from std:
///
/// - A thread that is killed while it waits does not count any more: one more
///   has to come. A kill when all have met takes nothing from the others.
/// - While a thread unwinds it can be the last one, and is refused if it would
///   have to wait.
///
/// | Python | here |
/// | --- | --- |
/// | `Barrier(3)` | `Barrier::new(3)` |
/// | `Barrier(3, action=f)` | [`Barrier::with_action(3, f)`](Self::with_action) |
/// | `Barrier(3, timeout=1)` | none: say it to each `wait_timeout` |
/// | `barrier.wait()` | [`wait`](Self::wait), and [`BarrierWaitResult::index`] |
/// | `barrier.wait(timeout=1)` | [`wait_timeout`](Self::wait_timeout) |
/// | `barrier.abort()`, `reset()` | [`abort`](Self::abort), [`reset`](Self::reset) |
/// | `barrier.parties`, `n_waiting`, `broken` | [`parties`](Self::parties), [`n_waiting`](Self::n_waiting), [`is_broken`](Self::is_broken) |
///
/// **Broken.** A time that is up breaks the barrier, and so do `abort` and an
/// action that panics: who waits goes on with a [`BarrierError`], and so does
/// whoever comes, until `reset` is called. For those that have met before, nothing
/// changes, even if they have not run since; in Python they get the error too.
///
/// **The action** may do anything, and wait for others. Who comes meanwhile waits
/// until it is over; who waits already may be killed, and is missed by nobody. If
/// it calls `abort` or `reset`, those who wait get the error at once, and the one
/// that runs it does when it is over. If it waits at its own barrier, it is refused.
///
/// Nobody owns a barrier, so a wait at one closes no ring: if nobody is left
/// who could come, the report about the deadlock says how many have.
///
/// ```
/// use std::rc::Rc;
/// use runtime::sync::Barrier;
/// use runtime::thread;
///
/// runtime::run(|| {
///     let barrier = Rc::new(Barrier::new(3));
///     let threads: Vec<_> = (0..3)
///         .map(|_| {
///             let barrier = Rc::clone(&barrier);
///             thread::spawn(move || barrier.wait().is_leader())
///         })
///         .collect();
///     let leaders = threads.into_iter().map(|thread| thread.join().unwrap());
///     assert_eq!(leaders.collect::<Vec<_>>(), [false, false, true]);
/// });
/// ```
// ANCHOR: barrier
pub struct Barrier<A = fn()> {
    parties: usize,
    gathering: Object<Gathering<A>>,
}

impl<A> UnwindSafe for Barrier<A> {}
impl<A> RefUnwindSafe for Barrier<A> {}
// ANCHOR_END: barrier

/// What the threads are told that have met: how many came before, and which of
/// them was the last one. See [`Barrier::wait`].
// ANCHOR: result
pub struct BarrierWaitResult {
    index: usize,
    leads: bool,
}
// ANCHOR_END: result

impl Barrier {
    /// A barrier for `n` threads. For none or one, nobody waits.
    ///
    /// ```
    /// static MEETING: runtime::sync::Barrier = runtime::sync::Barrier::new(1);
    /// assert!(MEETING.wait().is_leader());
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub const fn new(n: usize) -> Self {
        Self::make(None, n, None)
    }
    // ANCHOR_END: new

    /// A barrier for `n` threads with a name, by which reports call it.
    ///
    /// ```
    /// static START: runtime::sync::Barrier = runtime::sync::Barrier::named("start", 4);
    /// ```
    // ANCHOR: named
    #[track_caller]
    pub const fn named(name: &'static str, n: usize) -> Self {
        Self::make(Some(name), n, None)
    }
    // ANCHOR_END: named
}

impl<A: FnMut() + 'static> Barrier<A> {
    /// A barrier for `n` threads whose leader calls `action` before the others go
    /// on: see [`Barrier`]. If it panics, the barrier is broken, and the panic goes
    /// on in the leader.
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::rc::Rc;
    /// use runtime::sync::Barrier;
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let rounds = Rc::new(Cell::new(0));
    ///     let counts = Rc::clone(&rounds);
    ///     let barrier = Barrier::with_action(2, move || counts.set(counts.get() + 1));
    ///     thread::scope(|scope| {
    ///         scope.spawn(|| barrier.wait());
    ///         barrier.wait();
    ///     });
    ///     assert_eq!(rounds.get(), 1);
    /// });
    /// ```
    // ANCHOR: with_action
    #[track_caller]
    pub const fn with_action(n: usize, action: A) -> Self {
        Self::make(None, n, Some(action))
    }
    // ANCHOR_END: with_action

    /// A barrier for `n` threads with an action and a name.
    ///
    /// ```
    /// use runtime::sync::Barrier;
    ///
    /// static START: Barrier = Barrier::named_with_action("start", 1, || println!("go"));
    /// START.wait();
    /// ```
    // ANCHOR: named_with_action
    #[track_caller]
    pub const fn named_with_action(name: &'static str, n: usize, action: A) -> Self {
        Self::make(Some(name), n, Some(action))
    }

    #[track_caller]
    const fn make(name: Option<&'static str>, n: usize, action: Option<A>) -> Self {
        Self {
            parties: n,
            gathering: Object::new("Barrier", name, Gathering::new(n, action)),
        }
    }
    // ANCHOR_END: named_with_action

    /// Waits until `n` threads have come here, for the `n` that the barrier was
    /// made with. The result says which of them came last.
    ///
    /// To come takes constant time; the last one takes time in proportion to
    /// `n`, and so does one that would be the last if nobody had been killed.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core, or if it
    /// would have to wait where it cannot: outside of green threads, or while
    /// the thread unwinds. With [`BarrierError`], which says who did it, if the
    /// barrier is broken, or is broken or reset meanwhile.
    ///
    /// ```
    /// use runtime::sync::Barrier;
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let barrier = Barrier::new(2);
    ///     thread::scope(|scope| {
    ///         scope.spawn(|| barrier.wait());
    ///         barrier.wait();
    ///     });
    /// });
    /// ```
    // ANCHOR: wait
    #[inline(always)]
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        safe_point();
        let at = Location::caller();
        let met = match self.gathering.with(|gathering| gathering.come(at)) {
            Came::Last => return self.leads(),
            Came::Early(index) => {
                // Of a killed one the others have been let on, or it was not counted.
                self.gathering
                    .wait_for_ever(|gathering| &gathering.line, |_handed| self.is_killed());
                self.goes_on(index)
            }
            Came::Look => {
                unlikely();
                self.look_and_wait(None)
            }
        };
        match met {
            Ok(result) => result,
            Err(error) => refuse(error),
        }
    }
    // ANCHOR_END: wait

    /// As [`Barrier::wait`], but for no longer than `timeout`, plus what
    /// [`sleep`](crate::thread::sleep) says about being late, and with its end
    /// the barrier is broken for all. `Duration::MAX` is for ever. With zero, and
    /// while the thread unwinds, nobody else comes in time: it is the last one, or
    /// breaks the barrier. The time counts while the action runs, too.
    ///
    /// # Errors
    ///
    /// If the time is up, and if the barrier is broken, or is broken or reset
    /// meanwhile. If it was reset when the time was up already, it stays whole.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core, or if it would
    /// have to wait outside of green threads.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::error::BarrierBreak;
    /// use runtime::sync::Barrier;
    ///
    /// runtime::run(|| {
    ///     let barrier = Barrier::new(2);
    ///     let error = barrier.wait_timeout(Duration::from_millis(1)).unwrap_err();
    ///     assert_eq!((error.how, &*error.who), (BarrierBreak::TimedOut, "MainThread"));
    ///     assert!(barrier.is_broken());
    /// });
    /// ```
    // ANCHOR: wait_timeout
    #[track_caller]
    pub fn wait_timeout(&self, timeout: Duration) -> Result<BarrierWaitResult, BarrierError> {
        safe_point();
        self.look_and_wait(Some(timeout))
    }
    // ANCHOR_END: wait_timeout

    /// Breaks the barrier, until somebody calls [`reset`](Self::reset): all who
    /// wait or come get the error. A barrier that is broken stays as it is.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let barrier = runtime::sync::Barrier::new(2);
    /// barrier.abort();
    /// let error = barrier.wait_timeout(std::time::Duration::ZERO).unwrap_err();
    /// assert!(error.to_string().contains("has called abort"));
    /// ```
    // ANCHOR: abort
    #[track_caller]
    pub fn abort(&self) {
        safe_point();
        let error = self.error(BarrierBreak::Aborted, Location::caller());
        self.gathering.with(|gathering| {
            if !gathering.is_broken() {
                gathering.send_away(error, false);
            }
        });
    }
    // ANCHOR_END: abort

    /// Makes it as new. Those that wait are sent away with the error; who comes
    /// after that waits for `n` to come, and before that for the end of the
    /// action, if it still runs.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let barrier = runtime::sync::Barrier::new(1);
    /// barrier.abort();
    /// barrier.reset();
    /// assert!(barrier.wait().is_leader());
    /// ```
    // ANCHOR: reset
    #[track_caller]
    pub fn reset(&self) {
        safe_point();
        let error = self.error(BarrierBreak::Reset, Location::caller());
        self.gathering
            .with(|gathering| gathering.send_away(error, true));
    }
    // ANCHOR_END: reset

    /// For how many threads it is.
    ///
    /// ```
    /// assert_eq!(runtime::sync::Barrier::new(3).parties(), 3);
    /// ```
    // ANCHOR: parties
    pub const fn parties(&self) -> usize {
        self.parties
    }
    // ANCHOR_END: parties

    /// How many wait there until the others come, or until the action is over.
    /// Takes time in proportion to that.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// assert_eq!(runtime::sync::Barrier::new(3).n_waiting(), 0);
    /// ```
    // ANCHOR: n_waiting
    #[track_caller]
    pub fn n_waiting(&self) -> usize {
        self.gathering.with(|gathering| gathering.line.len())
    }
    // ANCHOR_END: n_waiting

    /// Whether it is broken: see [`Barrier`].
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// assert!(!runtime::sync::Barrier::new(3).is_broken());
    /// ```
    // ANCHOR: is_broken
    #[track_caller]
    pub fn is_broken(&self) -> bool {
        self.gathering.with(Gathering::is_broken)
    }
    // ANCHOR_END: is_broken
}

impl BarrierWaitResult {
    /// Whether this thread came last. That is so for one of those that meet.
    ///
    /// ```
    /// assert!(runtime::sync::Barrier::new(1).wait().is_leader());
    /// ```
    // ANCHOR: is_leader
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.leads
    }
    // ANCHOR_END: is_leader

    /// How many of those that meet came before this thread, from 0 to `n` - 1:
    /// what Python's `wait` returns.
    ///
    /// ```
    /// assert_eq!(runtime::sync::Barrier::new(1).wait().index(), 0);
    /// ```
    // ANCHOR: index
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }
    // ANCHOR_END: index
}

impl<A> fmt::Debug for Barrier<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier").finish_non_exhaustive()
    }
}

impl fmt::Debug for BarrierWaitResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BarrierWaitResult")
            .field("is_leader", &self.is_leader())
            .finish()
    }
}

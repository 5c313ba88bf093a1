//! [`Barrier`]: a place where threads meet.

use std::cell::Cell;
use std::fmt;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};

use kernel_sim::kernel::pid::Pid;

use super::core_bound::Idle;
use super::last_use::LastUse;
use super::object::{Object, State};
use super::wait_queue::{WaitQueue, wake};

/// Lets threads wait until so many of them have come: `std::sync::Barrier`.
///
/// The last one that comes is the leader. It lets the others go on, in the
/// order in which they came, and goes on first itself. Then the barrier can be
/// used again.
///
/// What differs from std:
///
/// - A thread that is killed while it waits does not count any more: one more
///   has to come.
/// - While a thread unwinds it can be the last one, and is refused if it would
///   have to wait.
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
pub struct Barrier {
    gathering: Object<Gathering>,
}

impl UnwindSafe for Barrier {}
impl RefUnwindSafe for Barrier {}

/// Those that wait until there are enough of them.
struct Gathering {
    enough: usize,
    /// How many have come, and maybe more: some of them may have been killed
    /// since, or have gone on.
    came: Cell<usize>,
    line: WaitQueue,
    last: LastUse,
}

/// What the threads are told that have met: which of them was the last one to
/// come. See [`Barrier::wait`].
pub struct BarrierWaitResult(bool);

impl Barrier {
    /// A barrier for `n` threads. For none or one, nobody waits.
    ///
    /// ```
    /// static MEETING: runtime::sync::Barrier = runtime::sync::Barrier::new(1);
    /// assert!(MEETING.wait().is_leader());
    /// ```
    #[track_caller]
    pub const fn new(n: usize) -> Self {
        Self::make(None, n)
    }

    /// A barrier for `n` threads with a name, by which reports call it.
    ///
    /// ```
    /// static START: runtime::sync::Barrier = runtime::sync::Barrier::named("start", 4);
    /// ```
    #[track_caller]
    pub const fn named(name: &'static str, n: usize) -> Self {
        Self::make(Some(name), n)
    }

    #[track_caller]
    const fn make(name: Option<&'static str>, n: usize) -> Self {
        let gathering = Gathering {
            enough: n,
            came: Cell::new(0),
            line: WaitQueue::new(),
            last: LastUse::new(),
        };
        Self {
            gathering: Object::new("Barrier", name, gathering),
        }
    }

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
    /// the thread unwinds.
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
    #[inline(always)]
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let at = Location::caller();
        if self.gathering.with(|gathering| gathering.come(at)) {
            return BarrierWaitResult(true);
        }
        // Of a killed one the others have been let on, or it was not counted.
        self.gathering
            .wait_for_ever(|gathering| &gathering.line, |_handed| {});
        BarrierWaitResult(false)
    }
}

impl BarrierWaitResult {
    /// Whether this thread came last. That is so for one of those that meet.
    ///
    /// ```
    /// assert!(runtime::sync::Barrier::new(1).wait().is_leader());
    /// ```
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl Gathering {
    /// One more has come. True if it was the last one: then the others go on.
    fn come(&self, at: &'static Location<'static>) -> bool {
        self.last.note(at);
        let mut came = self.came.get() + 1;
        if came >= self.enough {
            // Only now it matters how many of them are still in line.
            came = self.line.len() + 1;
        }
        let enough = came >= self.enough;
        // The log hears of those that go on, and may come here too: it is the
        // first of the next meeting.
        self.came.set(if enough { 0 } else { came });
        if enough {
            wake(|waker| waker.all(&self.line));
        }
        enough
    }
}

impl Idle for Gathering {
    fn is_idle(&self) -> bool {
        self.line.is_empty()
    }

    fn abandon(&self) {
        self.line.forget_all();
    }
}

impl State for Gathering {
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        let enough = self.enough;
        let came = match self.line.len() {
            1 => format!("1 of {enough} has come"),
            came => format!("{came} of {enough} have come"),
        };
        let last = self
            .last
            .describe("the last was", "nobody has come yet", name);
        format!("whoever comes to it: {came}, {last}")
    }
}

impl fmt::Debug for Barrier {
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

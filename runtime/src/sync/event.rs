//! [`Event`]: something that has happened, or has not.

use std::cell::Cell;
use std::fmt;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::time::Duration;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::Signal;

use super::core_bound::Idle;
use super::last_use::LastUse;
use super::object::{Object, State};
use super::wait_queue::{WaitQueue, wake};
use crate::error::Refused;
use crate::hint;
use crate::panic::unwind_killed;
use crate::quantum::safe_point;

/// A flag for which threads wait: Python's `threading.Event`.
///
/// All that wait when the flag is set go on, in the order in which they came,
/// even if the flag is cleared again before they run. Nobody owns an event, so
/// a wait for it closes no ring: if nobody is left who could set it, the report
/// about the deadlock says who used it last.
///
/// ```
/// use std::rc::Rc;
/// use runtime::sync::Event;
/// use runtime::thread;
///
/// runtime::run(|| {
///     let ready = Rc::new(Event::new());
///     let theirs = Rc::clone(&ready);
///     let sub = thread::spawn(move || {
///         theirs.wait();
///         "goes on"
///     });
///     thread::yield_now();
///     assert!(sub.is_alive());
///     ready.set();
///     assert_eq!(sub.join().unwrap(), "goes on");
/// });
/// ```
// ANCHOR: event
pub struct Event {
    flag: Object<Flag>,
}

impl UnwindSafe for Event {}
impl RefUnwindSafe for Event {}

struct Flag {
    set: Cell<bool>,
    line: WaitQueue,
    last_set: LastUse,
    last_clear: LastUse,
}
// ANCHOR_END: event

impl Event {
    /// An event that is not set.
    ///
    /// ```
    /// static STOP: runtime::sync::Event = runtime::sync::Event::new();
    /// assert!(!STOP.is_set());
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub const fn new() -> Self {
        Self::make(None)
    }
    // ANCHOR_END: new

    /// An event that is not set, with a name, by which reports call it.
    ///
    /// ```
    /// static STOP: runtime::sync::Event = runtime::sync::Event::named("stop");
    /// ```
    // ANCHOR: named
    #[track_caller]
    pub const fn named(name: &'static str) -> Self {
        Self::make(Some(name))
    }

    #[track_caller]
    const fn make(name: Option<&'static str>) -> Self {
        let flag = Flag {
            set: Cell::new(false),
            line: WaitQueue::new(),
            last_set: LastUse::new(),
            last_clear: LastUse::new(),
        };
        Self {
            flag: Object::new("Event", name, flag),
        }
    }
    // ANCHOR_END: named

    /// Sets the flag. All that wait go on, and nobody waits any more until it is
    /// cleared. Takes time in proportion to how many wait.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let event = runtime::sync::Event::new();
    /// event.set();
    /// event.set();
    /// event.wait();
    /// assert!(event.is_set());
    /// ```
    // ANCHOR: set
    #[track_caller]
    pub fn set(&self) {
        safe_point();
        self.set_first();
    }

    /// As [`Event::set`], and says whether it was not set before.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn set_first(&self) -> bool {
        let at = Location::caller();
        self.flag.with(|flag| {
            let was_set = flag.set.replace(true);
            flag.last_set.note(at);
            wake(|waker| waker.all(&flag.line));
            !was_set
        })
    }
    // ANCHOR_END: set

    /// Clears the flag: whoever waits from now on waits until it is set again.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// let event = runtime::sync::Event::new();
    /// event.set();
    /// event.clear();
    /// assert!(!event.is_set());
    /// ```
    // ANCHOR: clear
    #[track_caller]
    pub fn clear(&self) {
        safe_point();
        let at = Location::caller();
        self.flag.with(|flag| {
            flag.set.set(false);
            flag.last_clear.note(at);
        });
    }
    // ANCHOR_END: clear

    /// Whether the flag is set.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// assert!(!runtime::sync::Event::new().is_set());
    /// ```
    // ANCHOR: is_set
    #[track_caller]
    pub fn is_set(&self) -> bool {
        safe_point();
        self.flag.with(|flag| flag.set.get())
    }
    // ANCHOR_END: is_set

    /// Waits until the flag is set; not at all if it is.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core, or if it
    /// would have to wait where it cannot: outside of green threads, or while
    /// the thread unwinds.
    ///
    /// ```
    /// use runtime::sync::Event;
    /// use runtime::thread;
    ///
    /// static BEGUN: Event = Event::new();
    ///
    /// runtime::run(|| {
    ///     thread::spawn(|| BEGUN.set());
    ///     BEGUN.wait();
    /// });
    /// ```
    // ANCHOR: wait
    #[inline(always)]
    #[track_caller]
    pub fn wait(&self) {
        safe_point();
        self.wait_for(None);
    }
    // ANCHOR_END: wait

    /// As [`Event::wait`], but for no longer than `timeout`, plus what
    /// [`sleep`](crate::thread::sleep) says about being late. With zero it lets
    /// the others run once and looks again; `Duration::MAX` is for ever. Says whether the flag was set: false
    /// means that the time is up.
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
    /// use runtime::sync::Event;
    ///
    /// runtime::run(|| {
    ///     let event = Event::new();
    ///     assert!(!event.wait_timeout(Duration::from_millis(1)));
    ///     event.set();
    ///     assert!(event.wait_timeout(Duration::from_millis(1)));
    /// });
    /// ```
    // ANCHOR: wait_timeout
    #[inline(always)]
    #[track_caller]
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        safe_point();
        self.wait_for(Some(timeout))
    }
    // ANCHOR_END: wait_timeout

    // ANCHOR: wait_for
    #[inline(always)]
    #[track_caller]
    fn wait_for(&self, timeout: Option<Duration>) -> bool {
        if self.is_set() {
            return true;
        }
        if timeout == Some(Duration::ZERO) {
            hint::spin_loop();
            return self.is_set();
        }
        match self.flag.wait(|flag| &flag.line, timeout) {
            Ok(Signal::Continue) => true,
            Ok(Signal::TimedOut) => false,
            // All were let on: there is nobody to pass it on to.
            Ok(Signal::Kill { .. }) => unwind_killed(),
            Err(Refused::Unwinding) if timeout.is_some() => false,
            Err(why) => self.flag.refuse(why),
        }
    }
    // ANCHOR_END: wait_for
}

// ANCHOR: idle
impl Idle for Flag {
    fn is_idle(&self) -> bool {
        self.line.is_empty()
    }

    fn abandon(&self) {
        self.line.forget_all();
    }
}

impl State for Flag {
    fn could_end(&self, name: &dyn Fn(Pid) -> String) -> String {
        let set = self
            .last_set
            .describe("the last to set it was", "nobody has set it yet", name);
        let clear =
            self.last_clear
                .describe("the last to clear it was", "nobody has cleared it", name);
        format!("whoever sets it: {set}, {clear}")
    }
}
// ANCHOR_END: idle

// ANCHOR: show
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut event = f.debug_struct("Event");
        match self.flag.peek(|flag| flag.set.get()) {
            Some(set) => event.field("set", &set),
            None => event.field("set", &format_args!("<used elsewhere>")),
        };
        event.finish_non_exhaustive()
    }
}

impl Default for Event {
    /// An event that is not set.
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}
// ANCHOR_END: show

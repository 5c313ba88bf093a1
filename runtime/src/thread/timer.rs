//! [`Timer`]: a function to be called later, unless somebody thinks better of it.

use std::fmt;
use std::io;
use std::time::Duration;

use super::name::Kind;
use super::{Builder, JoinHandle, Run, Thread};
use crate::error::{SpawnError, StartError, refuse};
use crate::sync::{Arc, Event};

/// The file whose wait nobody has written in the program: the report names the line
/// that made the timer.
// ANCHOR: here
pub(crate) const HERE: &str = file!();
// ANCHOR_END: here

/// A thread that waits for a time and then calls a function: Python's
/// `threading.Timer`. Until the call begins it can be cancelled.
///
/// It is a thread like others, with a stack, a name, here `Timer-N (function)`,
/// and a place in [`enumerate`](super::enumerate). The runtime waits for it at the
/// end, unless it is a daemon: see [`Builder::timer`]. If it is killed while it
/// waits, its function is dropped and never called.
///
/// All but [`Timer::join`] needs the timer only shared, so put it in an `Rc` to let
/// others cancel it, and have them wait for its end with [`Thread::join`] or
/// [`Thread::join_timeout`] of its [`Timer::thread`]. Dropping it detaches it: a
/// timer that was started goes on, and one that was not is gone, with its function.
///
/// ```
/// use std::time::Duration;
/// use runtime::thread::Timer;
///
/// runtime::run(|| {
///     let hello = Timer::new(Duration::from_millis(2), || "hello, world");
///     let never = Timer::new(Duration::from_secs(3600), || "never");
///     hello.start().unwrap();
///     never.start().unwrap();
///     assert!(never.cancel());
///     assert_eq!(hello.join().unwrap(), Some("hello, world"));
///     assert_eq!(never.join().unwrap(), None);
/// });
/// ```
// ANCHOR: timer
#[must_use = "a timer that is dropped before it was started calls nothing"]
pub struct Timer<T: 'static> {
    handle: JoinHandle<Option<T>>,
    /// Set by whoever comes first: who cancels, or the thread when it begins.
    settled: Arc<Event>,
}
// ANCHOR_END: timer

impl<T: 'static> Timer<T> {
    /// A timer that will call `f` after `interval`. It is not started: call
    /// [`Timer::start`].
    ///
    /// `f` is what [`create`](super::create) takes. `Duration::ZERO` lets the others
    /// run once before; with `Duration::MAX` it waits until it is cancelled, and if
    /// nobody is left who could do that, it is part of the
    /// [`Deadlock`](crate::Deadlock): it waits for the event 'cancelled' that was
    /// made in this line.
    ///
    /// # Panics
    ///
    /// As [`spawn`](super::spawn).
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::thread::Timer;
    ///
    /// runtime::run(|| {
    ///     let timer = Timer::new(Duration::from_millis(1), || 6 * 7);
    ///     assert!(!timer.is_alive());
    ///     timer.start().unwrap();
    ///     assert_eq!(timer.join().unwrap(), Some(42));
    /// });
    /// ```
    // ANCHOR: new
    #[track_caller]
    pub fn new<F>(interval: Duration, f: F) -> Self
    where
        F: Run<Output = T> + 'static,
    {
        match Builder::new().try_timer(interval, f) {
            Ok(timer) => timer,
            Err(error) => refuse(error),
        }
    }
    // ANCHOR_END: new

    /// Starts it: from its first turn on, the interval passes. It is late as
    /// [`sleep`](super::sleep) is.
    ///
    /// If it was cancelled before, its thread runs, and ends at once.
    ///
    /// # Errors
    ///
    /// As [`Thread::start`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::error::StartError;
    /// use runtime::thread::Timer;
    ///
    /// runtime::run(|| {
    ///     let timer = Timer::new(Duration::ZERO, || ());
    ///     assert_eq!(timer.start(), Ok(()));
    ///     assert_eq!(timer.start(), Err(StartError::AlreadyStarted));
    /// });
    /// ```
    // ANCHOR: start
    pub fn start(&self) -> Result<(), StartError> {
        self.handle.start()
    }
    // ANCHOR_END: start

    /// Cancels the timer: its function is never called. Says whether this call has
    /// done that, as Java's `TimerTask.cancel` does; false means that the function
    /// has begun, or that the timer was cancelled before.
    ///
    /// Who comes first counts. A timer whose time is up begins with its next turn,
    /// so whoever has the CPU before can still cancel it. The function is dropped by
    /// the timer's thread when that has its next turn, or with the timer if it is
    /// never started.
    ///
    /// Anybody in the timer's runtime may call this, while it unwinds too. When the
    /// runtime has ended, so may everybody.
    ///
    /// # Panics
    ///
    /// With [`SyncError`](crate::error::SyncError) on another core.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::thread::Timer;
    ///
    /// runtime::run(|| {
    ///     let timer = Timer::new(Duration::from_secs(3600), || unreachable!());
    ///     timer.start().unwrap();
    ///     assert!(timer.cancel());
    ///     assert!(!timer.cancel(), "once is enough");
    ///     assert!(timer.join().unwrap().is_none());
    /// });
    /// ```
    // ANCHOR: cancel
    #[track_caller]
    pub fn cancel(&self) -> bool {
        self.settled.set_first()
    }
    // ANCHOR_END: cancel

    /// Waits until the timer's thread has ended, and gives what the function
    /// returned: `None` if the timer was cancelled.
    ///
    /// # Errors
    ///
    /// As [`JoinHandle::join`]: the payload of the function's panic, or
    /// [`Killed`](super::Killed), or [`JoinError`](crate::error::JoinError).
    ///
    /// # Panics
    ///
    /// As [`Thread::join`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::thread::Timer;
    ///
    /// runtime::run(|| {
    ///     let timer = Timer::new(Duration::from_millis(1), || panic!("too late"));
    ///     timer.start().unwrap();
    ///     let payload = timer.join().map(|_: Option<()>| ()).unwrap_err();
    ///     assert_eq!(payload.downcast_ref(), Some(&"too late"));
    /// });
    /// ```
    // ANCHOR: join
    #[inline(always)]
    #[track_caller]
    pub fn join(self) -> super::Result<Option<T>> {
        self.handle.join()
    }
    // ANCHOR_END: join

    /// The timer's thread.
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::error::JoinError;
    /// use runtime::thread::Timer;
    ///
    /// fn ring() {}
    ///
    /// runtime::run(|| {
    ///     let timer = Timer::new(Duration::from_secs(3600), ring);
    ///     timer.start().unwrap();
    ///     assert_eq!(timer.thread().name(), Some("Timer-1 (ring)"));
    ///     let a_moment = Duration::from_millis(1);
    ///     assert_eq!(timer.thread().join_timeout(a_moment), Err(JoinError::TimedOut));
    ///     timer.cancel();
    /// });
    /// ```
    // ANCHOR: thread
    pub fn thread(&self) -> &Thread {
        self.handle.thread()
    }
    // ANCHOR_END: thread

    /// Whether the timer was started and its thread has not ended: see
    /// [`Thread::is_alive`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let timer = runtime::run(|| {
    ///     let timer = runtime::thread::Timer::new(Duration::ZERO, || ());
    ///     timer.start().unwrap();
    ///     assert!(timer.is_alive());
    ///     timer
    /// });
    /// assert!(!timer.is_alive());
    /// ```
    // ANCHOR: is_alive
    #[track_caller]
    pub fn is_alive(&self) -> bool {
        self.handle.is_alive()
    }
    // ANCHOR_END: is_alive

    /// Whether the timer is not alive.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// runtime::run(|| {
    ///     assert!(runtime::thread::Timer::new(Duration::ZERO, || ()).is_finished());
    /// });
    /// ```
    // ANCHOR: is_finished
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        !self.is_alive()
    }
    // ANCHOR_END: is_finished
}

impl Builder {
    /// Makes a [`Timer`] with the name, the stack and so on that this builder has.
    /// Without a name it is called `Timer-N (function)`.
    ///
    /// # Errors and panics
    ///
    /// As [`Builder::spawn`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::thread::Builder;
    ///
    /// runtime::run(|| {
    ///     // The program does not wait for this one.
    ///     let alarm = Builder::new().name("alarm".into()).daemon(true);
    ///     let alarm = alarm.timer(Duration::from_secs(3600), || unreachable!()).unwrap();
    ///     alarm.start().unwrap();
    /// });
    /// ```
    // ANCHOR: builder_timer
    #[track_caller]
    pub fn timer<F>(self, interval: Duration, f: F) -> io::Result<Timer<F::Output>>
    where
        F: Run + 'static,
        F::Output: 'static,
    {
        Ok(self.try_timer(interval, f)?)
    }

    #[track_caller]
    fn try_timer<F>(self, interval: Duration, f: F) -> Result<Timer<F::Output>, SpawnError>
    where
        F: Run + 'static,
        F::Output: 'static,
    {
        let settled = Arc::new(Event::named("cancelled"));
        let theirs = Arc::clone(&settled);
        let body = move || {
            let cancelled = theirs.wait_timeout(interval);
            // It may be cancelled between the end of the wait and this turn.
            (!cancelled && theirs.set_first()).then(|| f.run())
        };
        let handle = self.try_create_kind::<F, _, _>(Kind::Timer, body)?;
        // By its first use it is this runtime's, and no other's.
        settled.is_set();
        Ok(Timer { handle, settled })
    }
    // ANCHOR_END: builder_timer
}

// ANCHOR: debug
impl<T> fmt::Debug for Timer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("thread", self.thread())
            .finish_non_exhaustive()
    }
}
// ANCHOR_END: debug

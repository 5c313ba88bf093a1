//! [`JoinHandle`]: the one handle that gets a thread's result.

use std::fmt;
use std::marker::PhantomData;

use super::Thread;
use crate::current;
use crate::error::StartError;
use crate::join::Slot;
use crate::panic::Killed;
use crate::quantum::safe_point;

/// The handle that gets the thread's result. Dropping it detaches the thread:
/// it goes on, and drops its result itself when it ends.
// ANCHOR: handle
pub struct JoinHandle<T: 'static> {
    /// `None` once the result was asked for. That happens when the handle is about to go.
    thread: Option<Thread>,
    result: PhantomData<T>,
}
// ANCHOR_END: handle

impl<T: 'static> JoinHandle<T> {
    /// The only handle that gets the result of `thread`, which is a `T`.
    // ANCHOR: new
    pub(crate) fn new(thread: Thread) -> Self {
        Self {
            thread: Some(thread),
            result: PhantomData,
        }
    }
    // ANCHOR_END: new

    /// Waits until the thread has ended, and gives its result: what it
    /// returned, or as the error what it panicked with.
    ///
    /// This takes the handle, as in std. A thread that was never started is
    /// dropped with it, unless there is a [`Thread`] that can still start it.
    ///
    /// # Errors
    ///
    /// The payload of the thread's panic; [`Killed`] if it was killed;
    /// [`NoStack`](crate::error::NoStack) if none could be had for it;
    /// [`JoinError`](crate::error::JoinError), which is also logged, or written to
    /// stderr if there is no log, where
    /// [`Thread::join`] gives it.
    ///
    /// # Panics
    ///
    /// As [`Thread::join`].
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     assert_eq!(thread::spawn(|| 6 * 7).join().unwrap(), 42);
    ///
    ///     let error = thread::spawn(|| panic!("oh dear")).join().unwrap_err();
    ///     assert_eq!(error.downcast_ref(), Some(&"oh dear"));
    /// });
    /// ```
    // ANCHOR: join
    #[inline(always)]
    #[track_caller]
    pub fn join(mut self) -> super::Result<T> {
        safe_point();
        match self.thread().join() {
            // Whoever was given up on its stack leaves no result.
            Ok(()) => self.take_result().unwrap_or_else(|| Err(Box::new(Killed))),
            Err(error) => {
                // As a `dyn Any` it cannot speak for itself.
                let message = format!("{}: {error}", self.thread());
                current::say(log::Level::Error, message);
                Err(Box::new(error))
            }
        }
    }
    // ANCHOR_END: join

    /// What the thread left, if it has ended. Otherwise it keeps it for itself. Only the
    /// first call can give something, and after it nothing else can be asked.
    // ANCHOR: take_result
    #[inline]
    pub(crate) fn take_result(&mut self) -> Option<super::Result<T>> {
        let thread = self.thread.take()?;
        let slot: &Slot<T> = thread.task.work.slot().downcast_ref()?;
        slot.take()
    }
    // ANCHOR_END: take_result

    /// The thread.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| assert_eq!(thread::spawn(|| ()).thread().ident(), 2));
    /// ```
    // ANCHOR: thread
    pub fn thread(&self) -> &Thread {
        let thread = self.thread.as_ref();
        thread.expect("who asks for the result has the handle for himself")
    }
    // ANCHOR_END: thread

    /// Starts a thread that was created: see [`Thread::start`].
    ///
    /// # Errors
    ///
    /// As [`Thread::start`].
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let thread = thread::create(|| println!("Hello, Thread"));
    ///     thread.start().unwrap();
    /// });
    /// ```
    // ANCHOR: start
    pub fn start(&self) -> Result<(), StartError> {
        self.thread().start()
    }
    // ANCHOR_END: start

    /// Whether the thread was started and has not ended: see [`Thread::is_alive`].
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| assert!(thread::spawn(|| ()).is_alive()));
    /// ```
    // ANCHOR: is_alive
    #[track_caller]
    pub fn is_alive(&self) -> bool {
        self.thread().is_alive()
    }

    /// Whether the thread is not alive.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| assert!(!thread::spawn(|| ()).is_finished()));
    /// ```
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        !self.is_alive()
    }
    // ANCHOR_END: is_alive
}

/// Whoever detaches a thread does not want its result.
// ANCHOR: detach
impl<T: 'static> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        drop(self.take_result());
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle")
            .field("thread", self.thread())
            .finish_non_exhaustive()
    }
}
// ANCHOR_END: detach

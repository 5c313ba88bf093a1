//! [`Thread`]: a handle to a thread, for anybody.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use kernel_sim::kernel::wait::{Signal, Wait, WaitReason};

use super::task::Task;
use crate::core::Core;
use crate::current;
use crate::error::{JoinError, StartError};
use crate::trap::Trap;

/// A handle to a green thread. Cloning it gives another handle to the same thread.
///
/// A thread that was created and never started is dropped, with what it was
/// made for, when its last handle is: arrow 0, discard.
///
/// Handles stay on their OS thread:
///
/// ```compile_fail
/// fn send<T: Send>() {}
/// send::<runtime::thread::Thread>();
/// ```
pub struct Thread {
    pub(super) task: Arc<Task>,
    not_send: PhantomData<*const ()>,
}

/// Names one thread among all threads of the process, of all runtimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadId {
    core: u64,
    ident: u64,
}

impl Thread {
    pub(crate) fn new(task: Arc<Task>) -> Self {
        Self {
            task,
            not_send: PhantomData,
        }
    }

    /// The thread's name: the one it was given, or `Thread-N (function)`. It
    /// is never `None`; std's signature has room for that.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// fn work() {}
    ///
    /// runtime::run(|| {
    ///     assert_eq!(thread::spawn(work).thread().name(), Some("Thread-1 (work)"));
    /// });
    /// ```
    pub fn name(&self) -> Option<&str> {
        Some(self.task.name.get())
    }

    /// Gives the thread another name.
    ///
    /// The old one is kept for those who are reading it, until the last handle
    /// is gone.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     thread::current().set_name("boss");
    ///     assert_eq!(thread::main_thread().name(), Some("boss"));
    /// });
    /// ```
    pub fn set_name(&self, name: impl Into<String>) {
        self.task.name.set(name.into());
    }

    /// A number that no other thread of this runtime has or will have. The
    /// main thread's is 1.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| assert_eq!(thread::spawn(|| ()).thread().ident(), 2));
    /// ```
    pub fn ident(&self) -> u64 {
        self.task.pid.ident()
    }

    /// What tells the thread from all others of the process.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let sub = thread::spawn(|| thread::current().id());
    ///     let id = sub.thread().id();
    ///     assert_ne!(id, thread::current().id());
    ///     assert_eq!(id, sub.join().unwrap());
    /// });
    /// ```
    pub fn id(&self) -> ThreadId {
        ThreadId {
            core: self.task.core_id,
            ident: self.ident(),
        }
    }

    /// Whether the runtime ends without waiting for the thread. Unless it was
    /// said otherwise, a thread is a daemon if the one that made it is.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let daemon = thread::Builder::new().daemon(true).spawn(|| ()).unwrap();
    ///     assert!(daemon.thread().is_daemon());
    ///     assert!(!thread::current().is_daemon());
    /// });
    /// ```
    pub fn is_daemon(&self) -> bool {
        self.task.daemon
    }

    /// Whether the thread was started and has not ended.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let thread = thread::create(|| ());
    ///     assert!(!thread.is_alive());
    ///     thread.start().unwrap();
    ///     assert!(thread.is_alive());
    ///     thread.thread().join().unwrap();
    ///     assert!(!thread.is_alive());
    /// });
    /// ```
    pub fn is_alive(&self) -> bool {
        self.task.is_started() && !self.task.end.has_come()
    }

    /// Starts a thread that was created: arrow 1, admit.
    ///
    /// # Errors
    ///
    /// If it was started before, if it belongs to another runtime, or if its
    /// runtime is ending.
    ///
    /// ```
    /// use runtime::error::StartError;
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let thread = thread::create(|| ());
    ///     assert_eq!(thread.thread().start(), Ok(()));
    ///     assert_eq!(thread.thread().start(), Err(StartError::AlreadyStarted));
    /// });
    /// ```
    pub fn start(&self) -> Result<(), StartError> {
        if self.task.is_started() {
            return Err(StartError::AlreadyStarted);
        }
        self.on_its_core(|core| core.start(&self.task))
            .unwrap_or(Err(StartError::OtherRuntime))
    }

    /// Waits until the thread has ended. Any thread may do so, any number of
    /// times; all who wait go on in the order in which they came.
    ///
    /// # Errors
    ///
    /// If the thread was not started, if it is the one that asks, or if the
    /// one that asks unwinds. A panic in the thread is no error here: it is
    /// its [`JoinHandle`](super::JoinHandle) that gets the result.
    ///
    /// # Panics
    ///
    /// With [`OutsideRuntime`](crate::error::OutsideRuntime) where no green
    /// thread runs, unless the thread has ended.
    ///
    /// ```
    /// use runtime::error::JoinError;
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let sub = thread::spawn(|| ());
    ///     sub.thread().join().unwrap();
    ///     sub.thread().join().unwrap();
    ///     assert_eq!(thread::current().join(), Err(JoinError::Current));
    ///     assert_eq!(thread::create(|| ()).thread().join(), Err(JoinError::NotStarted));
    /// });
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn join(&self) -> Result<(), JoinError> {
        self.wait_for_end(None)
    }

    /// As [`Thread::join`], but for no longer than `timeout`.
    ///
    /// # Errors
    ///
    /// As [`Thread::join`], and [`JoinError::TimedOut`].
    ///
    /// # Panics
    ///
    /// As [`Thread::join`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use runtime::error::JoinError;
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     let sub = thread::spawn(thread::park);
    ///     let a_moment = Duration::from_millis(1);
    ///     assert_eq!(sub.thread().join_timeout(a_moment), Err(JoinError::TimedOut));
    ///     sub.thread().unpark();
    ///     assert_eq!(sub.thread().join_timeout(a_moment), Ok(()));
    /// });
    /// ```
    #[inline(always)]
    #[track_caller]
    pub fn join_timeout(&self, timeout: Duration) -> Result<(), JoinError> {
        self.wait_for_end(Some(timeout))
    }

    // Inlined up to the program's call, like all that gives up the CPU.
    #[inline(always)]
    #[track_caller]
    fn wait_for_end(&self, timeout: Option<Duration>) -> Result<(), JoinError> {
        if self.task.end.has_come() {
            return Ok(());
        }
        if !self.task.is_started() {
            return Err(JoinError::NotStarted);
        }
        if current::try_seat(|seat| seat.thread.id() == self.id()) == Some(true) {
            return Err(JoinError::Current);
        }
        let wait = Wait {
            reason: WaitReason::Join(self.task.pid),
            deadline: timeout.and_then(super::deadline_in),
        };
        match current::trap(Trap::Wait(wait)) {
            Ok(Signal::TimedOut) => Err(JoinError::TimedOut),
            Ok(_) => Ok(()),
            Err(_) => Err(JoinError::Unwinding),
        }
    }

    /// Ends the thread's [`park`](super::park), or lets its next one return at
    /// once. No effect on a thread that has ended.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     thread::current().unpark();
    ///     thread::park();
    /// });
    /// ```
    pub fn unpark(&self) {
        self.on_its_core(|core| core.tell_kernel(|kernel| kernel.unpark(self.task.pid)));
    }

    /// Tells the thread to end. It unwinds from the call in which it waits, or
    /// from the next one in which it would give up the CPU; its destructors
    /// run, and its joiner gets [`Killed`](super::Killed) as the error. No effect on a thread
    /// that has ended.
    ///
    /// A thread that catches the unwinding is killed again whenever it gives
    /// up the CPU. After a hundred times its stack is given up.
    ///
    /// ```
    /// use runtime::thread::{self, Killed};
    ///
    /// runtime::run(|| {
    ///     let sub = thread::spawn(thread::park);
    ///     sub.thread().kill();
    ///     assert!(sub.join().unwrap_err().is::<Killed>());
    /// });
    /// ```
    pub fn kill(&self) {
        self.on_its_core(|core| {
            core.tell_kernel(|kernel| kernel.kill(self.task.pid));
        });
    }

    pub(crate) fn task(&self) -> &Arc<Task> {
        &self.task
    }

    /// Calls `work` with the thread's runtime, if this is its OS thread and it
    /// has not ended.
    fn on_its_core<R>(&self, work: impl FnOnce(&Core) -> R) -> Option<R> {
        current::try_core(|core| (core.id == self.task.core_id).then(|| work(core))).flatten()
    }
}

/// The last handle takes a thread along that was never started: arrow 0. What
/// the thread was made for is dropped with the handle.
impl Drop for Thread {
    #[inline]
    fn drop(&mut self) {
        // The other one of the two is the PCB's.
        if !self.task.is_started() && Arc::strong_count(&self.task) == 2 {
            let pid = self.task.pid;
            self.on_its_core(|core| core.tell_kernel(|kernel| kernel.discard(pid)));
        }
    }
}

impl Clone for Thread {
    fn clone(&self) -> Self {
        Self {
            task: Arc::clone(&self.task),
            not_send: PhantomData,
        }
    }
}

/// The thread's name.
impl fmt::Display for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.task.fmt(f)
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.task.fmt(f)
    }
}

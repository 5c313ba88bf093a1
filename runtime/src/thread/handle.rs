//! [`Thread`]: a handle to a thread, for anybody.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::pid::Pid;

use super::task::Task;
use crate::core::{Context, Core};
use crate::current;
use crate::error::{SpawnError, StartError};
use crate::handle::{self, Message};
use crate::quantum::safe_point;

/// A handle to a green thread. Cloning it gives another handle to the same thread.
///
/// A thread that was created and never started is dropped, with what it was
/// made for, when its last handle is: arrow 0, discard.
///
/// A handle works on any OS thread. What it asks for there reaches the loop
/// with its next turn.
// ANCHOR: thread
pub struct Thread {
    pub(super) task: Arc<Task>,
}

/// Names one thread among all threads of the process, of all runtimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadId {
    core: u64,
    ident: u64,
}
// ANCHOR_END: thread

impl Thread {
    // ANCHOR: new
    pub(crate) fn new(task: Arc<Task>) -> Self {
        Self { task }
    }
    // ANCHOR_END: new

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
    // ANCHOR: name
    pub fn name(&self) -> Option<&str> {
        Some(self.task.name.get())
    }
    // ANCHOR_END: name

    /// Gives the thread another name.
    ///
    /// The old one is kept for those who are reading it, until the last handle
    /// is gone.
    ///
    /// # Errors
    ///
    /// [`SpawnError::NulInName`], as where a thread is made.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| {
    ///     thread::current().set_name("boss").unwrap();
    ///     assert_eq!(thread::main_thread().name(), Some("boss"));
    /// });
    /// ```
    // ANCHOR: set_name
    pub fn set_name(&self, name: impl Into<String>) -> Result<(), SpawnError> {
        let name = name.into();
        SpawnError::check_name(&name)?;
        self.task.name.set(name);
        Ok(())
    }
    // ANCHOR_END: set_name

    /// A number that no other thread of this runtime has or will have. The
    /// main thread's is 1.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| assert_eq!(thread::spawn(|| ()).thread().ident(), 2));
    /// ```
    // ANCHOR: ident
    pub fn ident(&self) -> u64 {
        self.task.ident
    }
    // ANCHOR_END: ident

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
    // ANCHOR: id
    pub fn id(&self) -> ThreadId {
        ThreadId {
            core: self.task.core_id,
            ident: self.ident(),
        }
    }
    // ANCHOR_END: id

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
    // ANCHOR: daemon
    pub fn is_daemon(&self) -> bool {
        self.task.daemon
    }
    // ANCHOR_END: daemon

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
    // ANCHOR: is_alive
    #[track_caller]
    pub fn is_alive(&self) -> bool {
        safe_point();
        self.is_alive_now()
    }

    /// The same, and the caller keeps the CPU.
    pub(crate) fn is_alive_now(&self) -> bool {
        self.task.is_started() && !self.task.end.has_come()
    }
    // ANCHOR_END: is_alive

    /// Whether the thread is not alive.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| assert!(!thread::current().is_finished()));
    /// ```
    // ANCHOR: is_finished
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        !self.is_alive()
    }
    // ANCHOR_END: is_finished

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
    // ANCHOR: start
    pub fn start(&self) -> Result<(), StartError> {
        let task = &self.task;
        let mark = || match task.set_started() {
            true => Ok(()),
            false => Err(StartError::AlreadyStarted),
        };
        let here = self.on_its_core(|core| {
            if core.shutting_down.get() {
                return Err(StartError::ShuttingDown);
            }
            mark()?;
            core.admit(task);
            Ok(())
        });
        here.unwrap_or_else(|| {
            // A thread that cannot start must not seem started, not even for
            // a moment.
            if !task.is_started() && !handle::is_open(task.core_id) {
                return Err(StartError::OtherRuntime);
            }
            mark()?;
            match handle::post(task.core_id, Message::Start(Arc::clone(task))) {
                true => Ok(()),
                false => {
                    task.set_not_started();
                    Err(StartError::OtherRuntime)
                }
            }
        })
    }
    // ANCHOR_END: start

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
    // ANCHOR: unpark
    #[track_caller]
    pub fn unpark(&self) {
        safe_point();
        self.tell_its_kernel(Message::Unpark, Kernel::unpark);
    }
    // ANCHOR_END: unpark

    /// Tells the thread to end. It unwinds from the call in which it waits, or
    /// from the next one in which it would give up the CPU; its destructors
    /// run, and its joiner gets [`Killed`](super::Killed) as the error. No effect on a thread
    /// that has ended.
    ///
    /// A thread that catches the unwinding is killed again whenever it gives
    /// up the CPU. After a hundred times its stack is given up.
    ///
    /// Std's own locks take a kill for a panic: they are poisoned if it unwinds
    /// their guards.
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
    // ANCHOR: kill
    #[track_caller]
    pub fn kill(&self) {
        safe_point();
        self.tell_its_kernel(Message::Kill, Kernel::kill);
    }
    // ANCHOR_END: kill

    // ANCHOR: discard
    #[cold]
    fn discard(&self) {
        let task = &self.task;
        let here = self.on_its_core(|core| core.discard(task));
        if here.is_none() {
            handle::post(task.core_id, Message::Discard(Arc::clone(task)));
        }
    }

    pub(crate) fn task(&self) -> &Arc<Task> {
        &self.task
    }
    // ANCHOR_END: discard

    /// Tells the thread's kernel something about it: by a call on its own OS
    /// thread, by a message from elsewhere. Also by a message if the one that
    /// spawned it is still under way.
    // ANCHOR: tell
    fn tell_its_kernel(
        &self,
        message: fn(Arc<Task>) -> Message,
        call: fn(&mut Kernel<Context>, Pid),
    ) {
        let task = &self.task;
        let told = self.on_its_core(|core| {
            let pid = task.pid.get()?;
            core.tell_kernel(|kernel| call(kernel, pid));
            Some(())
        });
        if told.flatten().is_none() {
            handle::post(task.core_id, message(Arc::clone(task)));
        }
    }

    /// Calls `work` with the thread's runtime, if this is its OS thread and it
    /// has not ended.
    fn on_its_core<R>(&self, work: impl FnOnce(&Core) -> R) -> Option<R> {
        current::try_core(|core| (core.id == self.task.core_id).then(|| work(core))).flatten()
    }
    // ANCHOR_END: tell
}

/// The last handle takes a thread along that was never started: arrow 0. What
/// the thread was made for is dropped with the handle.
// ANCHOR: count
impl Drop for Thread {
    #[inline]
    fn drop(&mut self) {
        // What came before in other threads comes before the discard.
        if !self.task.is_started() && self.task.handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.discard();
        }
    }
}

impl Clone for Thread {
    fn clone(&self) -> Self {
        if !self.task.is_started() {
            self.task.handles.fetch_add(1, Ordering::Relaxed);
        }
        Self {
            task: Arc::clone(&self.task),
        }
    }
}
// ANCHOR_END: count

/// The thread's name.
// ANCHOR: display
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
// ANCHOR_END: display

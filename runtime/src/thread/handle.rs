//! [`Thread`]: a handle to a thread, for anybody.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use kernel_sim::kernel::Kernel;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::{Signal, Wait, WaitReason};

use super::task::Task;
use crate::core::{Context, Core};
use crate::current;
use crate::error::{JoinError, SpawnError, StartError};
use crate::handle::{self, Message};
use crate::trap::Trap;

/// A handle to a green thread. Cloning it gives another handle to the same thread.
///
/// A thread that was created and never started is dropped, with what it was
/// made for, when its last handle is: arrow 0, discard.
///
/// A handle works on any OS thread. What it asks for there reaches the loop
/// with its next turn.
pub struct Thread {
    pub(super) task: Arc<Task>,
}

/// Names one thread among all threads of the process, of all runtimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadId {
    core: u64,
    ident: u64,
}

impl Thread {
    pub(crate) fn new(task: Arc<Task>) -> Self {
        Self { task }
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
    pub fn set_name(&self, name: impl Into<String>) -> Result<(), SpawnError> {
        let name = name.into();
        SpawnError::check_name(&name)?;
        self.task.name.set(name);
        Ok(())
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
        self.task.ident
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

    /// Whether the thread is not alive.
    ///
    /// ```
    /// use runtime::thread;
    ///
    /// runtime::run(|| assert!(!thread::current().is_finished()));
    /// ```
    pub fn is_finished(&self) -> bool {
        !self.is_alive()
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

    /// Waits until the thread has ended. Any thread may do so, any number of
    /// times; all who wait go on in the order in which they came.
    ///
    /// # Errors
    ///
    /// If the thread was not started, if it is the one that asks, if it waits
    /// for the one that asks, or if the one that asks unwinds. A panic in the thread is no error here: it is
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

    /// As [`Thread::join`], but for no longer than `timeout`, plus what
    /// [`sleep`](super::sleep) says about being late. With zero it only looks.
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
    /// use std::time::{Duration, Instant};
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

    // A join, from file to file:
    //
    //   the joiner                               the one that is joined
    //   handle.rs    wait_as_green_thread
    //   current.rs   trap(Wait(Join(pid)))
    //   dispatch.rs  turn: kernel.block (4)
    //                                            task.rs      run: Slot::keep(result)
    //                                            dispatch.rs  exit: kernel.exit (6)
    //   news.rs      wake_joiners (5)       ◀──               kernel.reap (7), End::announce
    //   dispatch.rs  kernel.dispatch (2)
    //   join_handle.rs  join: Slot::take
    //
    // Inlined up to the program's call, like all that gives up the CPU.
    #[inline(always)]
    #[track_caller]
    fn wait_for_end(&self, timeout: Option<Duration>) -> Result<(), JoinError> {
        if !self.task.is_started() {
            return Err(JoinError::NotStarted);
        }
        if self.task.end.has_come() {
            return self.ended();
        }
        if timeout == Some(Duration::ZERO) {
            Err(JoinError::TimedOut)
        } else if current::is_core(self.task.core_id) {
            self.wait_as_green_thread(timeout)
        } else {
            self.wait_as_os_thread(timeout)
        }
    }

    #[inline(always)]
    #[track_caller]
    fn wait_as_green_thread(&self, timeout: Option<Duration>) -> Result<(), JoinError> {
        let me = current::seat(|seat| seat.thread.task.pid());
        // The message that spawned it is still under way.
        while self.task.pid.get().is_none() {
            if current::trap(Trap::Yield).is_err() {
                return Err(JoinError::Unwinding);
            }
        }
        let target = current::core(|core| {
            let target = self.task.pid();
            if me == target {
                return Err(JoinError::Current);
            }
            if timeout.is_none()
                && let Some(ring) = core.ring(me, WaitReason::Join(target))
            {
                return Err(JoinError::Ring(ring));
            }
            Ok(target)
        })?;
        let reason = WaitReason::Join(target);
        let wait = Wait {
            reason,
            deadline: match timeout {
                Some(timeout) => super::deadline_in(timeout),
                None => None,
            },
        };
        match current::trap(Trap::Wait(wait)) {
            Ok(Signal::TimedOut) => Err(JoinError::TimedOut),
            Ok(_) => Ok(()),
            Err(_) => Err(JoinError::Unwinding),
        }
    }

    #[cold]
    fn wait_as_os_thread(&self, timeout: Option<Duration>) -> Result<(), JoinError> {
        let end = &self.task.end;
        match timeout.and_then(|timeout| Instant::now().checked_add(timeout)) {
            Some(deadline) if !end.wait_until(deadline) => return Err(JoinError::TimedOut),
            Some(_) => {}
            None => end.wait(),
        }
        self.ended()
    }

    /// What to say when the end has come: unless there was no runtime any more
    /// in which the thread could start.
    fn ended(&self) -> Result<(), JoinError> {
        match self.task.is_started() {
            true => Ok(()),
            false => Err(JoinError::NotStarted),
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
        self.tell_its_kernel(Message::Unpark, Kernel::unpark);
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
        self.tell_its_kernel(Message::Kill, Kernel::kill);
    }

    /// All threads of the scope at whose end this thread may wait have ended.
    pub(super) fn wake_from_scope(&self) {
        self.on_its_core(|core| {
            core.tell_kernel(|kernel| {
                let pid = self.task.pid();
                let wait = kernel.get(pid).and_then(|pcb| pcb.state().wait());
                if wait.is_some_and(|wait| wait.reason.is_scope()) {
                    kernel.wake(pid).expect("it waits");
                }
            });
        });
    }

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

    /// Tells the thread's kernel something about it: by a call on its own OS
    /// thread, by a message from elsewhere. Also by a message if the one that
    /// spawned it is still under way.
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
}

/// The last handle takes a thread along that was never started: arrow 0. What
/// the thread was made for is dropped with the handle.
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

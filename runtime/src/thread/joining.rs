//! [`Thread::join`]: how a thread waits for the end of another, as a green
//! thread of the same runtime or from any other OS thread.

use std::time::{Duration, Instant};

use kernel_sim::kernel::wait::{Signal, Wait, WaitReason};

use super::Thread;
use crate::current;
use crate::error::JoinError;
use crate::quantum::safe_point;
use crate::trap::Trap;

impl Thread {
    /// Waits until the thread has ended. Any thread may do so, any number of
    /// times; all who wait go on in the order in which they came. To wait for a
    /// thread of another runtime stops the OS thread, and all threads on it.
    ///
    /// # Errors
    ///
    /// If the thread was not started, if it is the one that asks, if it waits
    /// for the one that asks, or if the one that asks is another green thread of
    /// the same runtime and unwinds. A panic in the thread is no error here: it
    /// is its [`JoinHandle`](super::JoinHandle) that gets the result.
    ///
    /// # Panics
    ///
    /// With [`OutsideRuntime`](crate::error::OutsideRuntime) in the loop of the
    /// thread's own runtime, unless the thread has ended.
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
    // ANCHOR: join
    #[inline(always)]
    #[track_caller]
    pub fn join(&self) -> Result<(), JoinError> {
        safe_point();
        self.wait_for_end(None)
    }
    // ANCHOR_END: join

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
    // ANCHOR: join_timeout
    #[inline(always)]
    #[track_caller]
    pub fn join_timeout(&self, timeout: Duration) -> Result<(), JoinError> {
        safe_point();
        self.wait_for_end(Some(timeout))
    }
    // ANCHOR_END: join_timeout

    // A join, from file to file:
    //
    //   the joiner                               the one that is joined
    //   joining.rs   wait_as_green_thread
    //   current.rs   trap(Wait(Join(pid)))
    //   dispatch.rs  act: kernel.block (4)
    //                                            task.rs      run: Slot::keep(result)
    //                                            dispatch.rs  act: kernel.exit (6)
    //   news.rs      wake_joiners (5)       ◀──
    //                                            dispatch.rs  reap: kernel.reap (7), End::announce
    //   dispatch.rs  kernel.dispatch (2)
    //   join_handle.rs  join: Slot::take
    //
    // Inlined up to the program's call, like all that gives up the CPU.
    #[inline(always)]
    #[track_caller]
    // ANCHOR: wait_for_end
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
    // ANCHOR_END: wait_for_end

    // ANCHOR: wait_as_green_thread
    #[inline(always)]
    #[track_caller]
    fn wait_as_green_thread(&self, timeout: Option<Duration>) -> Result<(), JoinError> {
        let me = current::seat(|seat| seat.pid);
        // The message that spawned it is still under way.
        while self.task.pid.get().is_none() {
            if current::trap(Trap::Yield).is_err() {
                return Err(JoinError::Unwinding);
            }
        }
        let deadline = match timeout {
            Some(timeout) => super::deadline_in(timeout),
            None => None,
        };
        let target = current::core(|core| {
            let target = self.task.pid();
            if me == target {
                return Err(JoinError::Current);
            }
            if deadline.is_none()
                && let Some(ring) = core.ring(me, WaitReason::Join(target))
            {
                return Err(JoinError::Ring(ring));
            }
            Ok(target)
        })?;
        let reason = WaitReason::Join(target);
        let wait = Wait { reason, deadline };
        match current::trap(Trap::Wait(wait)) {
            Ok(Signal::TimedOut) => Err(JoinError::TimedOut),
            Ok(_) => Ok(()),
            Err(_) => Err(JoinError::Unwinding),
        }
    }
    // ANCHOR_END: wait_as_green_thread

    /// All green threads of this OS thread stand still meanwhile, if there are any.
    // ANCHOR: wait_as_os_thread
    #[cold]
    #[track_caller]
    fn wait_as_os_thread(&self, timeout: Option<Duration>) -> Result<(), JoinError> {
        // A last turn for the others. This is also where a kill is raised.
        if current::in_green_thread() && !std::thread::panicking() {
            let _ = current::trap(Trap::Yield);
        }
        let end = &self.task.end;
        match timeout.and_then(|timeout| Instant::now().checked_add(timeout)) {
            Some(deadline) if !end.wait_until(deadline) => return Err(JoinError::TimedOut),
            Some(_) => {}
            None => end.wait(),
        }
        self.ended()
    }
    // ANCHOR_END: wait_as_os_thread

    /// What to say when the end has come: unless there was no runtime any more
    /// in which the thread could start.
    // ANCHOR: ended
    fn ended(&self) -> Result<(), JoinError> {
        match self.task.is_started() {
            true => Ok(()),
            false => Err(JoinError::NotStarted),
        }
    }
    // ANCHOR_END: ended
}

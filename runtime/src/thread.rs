//! Green threads: `std::thread` and Python's `threading`, name by name.
//!
//! | Python | here |
//! | --- | --- |
//! | `Thread(target=f, args=(1,), name="n", daemon=True)` | `Builder::new().name("n".into()).daemon(true).create_with(f, (1,))` |
//! | `Thread(target=f, args=(1,))` | [`create_with(f, (1,))`](create_with) |
//! | `t.start()` | [`JoinHandle::start`]; [`spawn`] is create and start |
//! | `t.join()`, `t.join(timeout)` | [`JoinHandle::join`], [`Thread::join`], [`Thread::join_timeout`] |
//! | `t.is_alive()`, `t.name`, `t.ident` | [`Thread::is_alive`], [`Thread::name`], [`Thread::ident`] |
//! | `class MyThread(Thread)` with `run` | [`Run`] |
//! | `Timer(1.5, f)`, `t.cancel()` | [`Timer::new`], [`Timer::cancel`]; [`Builder::timer`] |
//! | `current_thread()`, `main_thread()`, `enumerate()`, `active_count()` | the same names |
//!
//! What differs from `std::thread`:
//!
//! - A thread needs no `Send`: green threads never leave their OS thread, so
//!   they may share an `Rc`.
//! - A thread without a name is called `Thread-N (function)`, as in Python.
//! - The runtime waits at the end for all threads that are no daemons.
//! - While a thread unwinds it keeps the CPU; see [`Unwinding`](crate::error::Unwinding).

use std::num::NonZeroUsize;
use std::time::Duration;

use kernel_sim::kernel::pcb::Pcb;
use kernel_sim::kernel::wait::{Wait, WaitReason};

mod builder;
mod handle;
mod join_handle;
mod joining;
pub(crate) mod local;
pub(crate) mod name;
mod run;
#[allow(unsafe_code)]
mod scope;
mod scoped_join_handle;
mod spawn;
#[allow(unsafe_code)]
pub(crate) mod task;
pub(crate) mod timer;

pub use builder::Builder;
pub use handle::{Thread, ThreadId};
pub use join_handle::JoinHandle;
pub use local::{AccessError, LocalKey};
pub use run::{Call, Run};
pub use scope::{Scope, scope};
pub use scoped_join_handle::ScopedJoinHandle;
pub use spawn::{create, create_with, spawn};
pub use std::thread::{Result, panicking};
pub use timer::Timer;

pub use crate::panic::Killed;
pub use crate::quantum::checkpoint;

use crate::core::Context;
use crate::current;
use crate::sync::wait_queue::Awaited;
use crate::time::Instant;
use crate::trap::Trap;

/// The thread that asks.
///
/// # Panics
///
/// With [`OutsideRuntime`](crate::error::OutsideRuntime) where no green thread runs.
///
/// ```
/// use runtime::thread;
///
/// runtime::run(|| {
///     assert_eq!(thread::current().name(), Some("MainThread"));
///     assert_eq!(thread::current().ident(), 1);
/// });
/// ```
// ANCHOR: current
#[track_caller]
pub fn current() -> Thread {
    current::seat(|seat| Thread::clone(&seat.thread))
}
// ANCHOR_END: current

/// The thread that asks, or `None` where no green thread runs: for loggers and
/// panic hooks, which are called from anywhere.
///
/// ```
/// use runtime::thread;
///
/// assert!(thread::try_current().is_none());
/// runtime::run(|| assert_eq!(thread::try_current().unwrap().ident(), 1));
/// ```
// ANCHOR: try_current
pub fn try_current() -> Option<Thread> {
    current::try_seat(|seat| Thread::clone(&seat.thread))
}
// ANCHOR_END: try_current

/// The thread in which the function given to [`run`](crate::run) runs.
///
/// # Panics
///
/// With [`OutsideRuntime`](crate::error::OutsideRuntime) outside a runtime.
///
/// ```
/// use runtime::thread;
///
/// runtime::run(|| {
///     let sub = thread::spawn(|| thread::main_thread().ident());
///     assert_eq!(sub.join().unwrap(), thread::current().ident());
/// });
/// ```
// ANCHOR: main_thread
#[track_caller]
pub fn main_thread() -> Thread {
    current::core(|core| core.main.get().expect("main is made first").clone())
}
// ANCHOR_END: main_thread

/// All threads that are [alive](Thread::is_alive), daemons too, the oldest first.
/// The main thread is among them until it ends; in Python, where it joins the
/// others then, it stays. One that another OS thread spawns comes in with the loop's
/// next turn.
///
/// Takes time in proportion to the number of threads.
///
/// # Panics
///
/// With [`OutsideRuntime`](crate::error::OutsideRuntime) outside a runtime.
///
/// ```
/// use runtime::thread;
///
/// runtime::run(|| {
///     let _sub = thread::Builder::new().name("sub".into()).spawn(|| ()).unwrap();
///     let names: Vec<_> = thread::enumerate()
///         .iter()
///         .map(|thread| thread.name().unwrap().to_owned())
///         .collect();
///     assert_eq!(names, ["MainThread", "sub"]);
/// });
/// ```
// ANCHOR: enumerate
#[track_caller]
pub fn enumerate() -> Vec<Thread> {
    let mut threads: Vec<_> = current::core(|core| {
        let kernel = core.kernel.borrow();
        let alive = kernel.iter().filter(|pcb| is_alive(pcb));
        alive
            .map(|pcb| (pcb.created(), Thread::new(pcb.identity().clone())))
            .collect::<Vec<_>>()
    });
    threads.sort_by_key(|&(created, _)| created);
    threads.into_iter().map(|(_, thread)| thread).collect()
}
// ANCHOR_END: enumerate

/// How many threads are alive: the length of [`enumerate`].
///
/// # Panics
///
/// With [`OutsideRuntime`](crate::error::OutsideRuntime) outside a runtime.
///
/// ```
/// use runtime::thread;
///
/// runtime::run(|| {
///     assert_eq!(thread::active_count(), 1);
///     let sub = thread::spawn(|| ());
///     assert_eq!(thread::active_count(), 2);
///     sub.join().unwrap();
///     assert_eq!(thread::active_count(), 1);
/// });
/// ```
// ANCHOR: active_count
#[track_caller]
pub fn active_count() -> usize {
    current::core(|core| {
        let kernel = core.kernel.borrow();
        kernel.iter().filter(|pcb| is_alive(pcb)).count()
    })
}
// ANCHOR_END: active_count

/// Whether a thread that has not ended was started: perhaps by another OS thread,
/// and the message is under way.
// ANCHOR: is_alive
fn is_alive(pcb: &Pcb<Context>) -> bool {
    pcb.identity().is_started()
}
// ANCHOR_END: is_alive

/// Lets every other ready thread run before the caller goes on: arrow 3.
///
/// A loop that waits for another thread without calling anything that yields
/// waits for ever: nobody takes the CPU away from a green thread. A loop that computes
/// for long should call [`checkpoint`] now and then.
///
/// A thread that unwinds goes on at once: see [`Unwinding`](crate::error::Unwinding).
///
/// # Panics
///
/// With [`OutsideRuntime`](crate::error::OutsideRuntime) where no green thread runs.
///
/// ```
/// use std::cell::Cell;
/// use std::rc::Rc;
/// use runtime::thread;
///
/// runtime::run(|| {
///     let done = Rc::new(Cell::new(false));
///     let flag = Rc::clone(&done);
///     thread::spawn(move || flag.set(true));
///     while !done.get() {
///         thread::yield_now();
///     }
/// });
/// ```
// ANCHOR: yield_now
#[inline(always)]
#[track_caller]
pub fn yield_now() {
    // A thread that unwinds keeps the CPU, and that is all there is to it.
    let _ = current::trap(Trap::Yield);
}
// ANCHOR_END: yield_now

/// Waits until `duration` has passed: arrows 4 and 5.
///
/// Under the real clock the thread goes on late by up to 64 dispatches plus
/// the time that those ahead of it in the ready queue keep the CPU. Under
/// virtual time it goes on with the dispatch at which it is due.
/// `Duration::MAX` is for ever; zero is [`yield_now`].
///
/// A thread that unwinds goes on at once: see [`Unwinding`](crate::error::Unwinding).
///
/// # Panics
///
/// With [`OutsideRuntime`](crate::error::OutsideRuntime) where no green thread runs.
///
/// ```
/// use std::time::Duration;
/// use runtime::thread;
/// use runtime::time::Instant;
///
/// runtime::run(|| {
///     let before = Instant::now();
///     thread::sleep(Duration::from_millis(5));
///     assert!(before.elapsed() >= Duration::from_millis(5));
/// });
/// ```
// ANCHOR: sleep
#[inline(always)]
#[track_caller]
pub fn sleep(duration: Duration) {
    if duration.is_zero() {
        return yield_now();
    }
    wait(WaitReason::Sleep, Some(duration));
}
// ANCHOR_END: sleep

/// Waits until another thread calls [`Thread::unpark`] on this one; if that
/// happened since the last park, it only lets the others run. As with
/// `std::thread::park`, check in a loop what you wait for.
///
/// A thread that unwinds goes on at once: see [`Unwinding`](crate::error::Unwinding).
///
/// # Panics
///
/// With [`OutsideRuntime`](crate::error::OutsideRuntime) where no green thread runs.
///
/// ```
/// use runtime::thread;
///
/// runtime::run(|| {
///     let parked = thread::spawn(thread::park);
///     thread::yield_now();
///     parked.thread().unpark();
///     parked.join().unwrap();
/// });
/// ```
// ANCHOR: park
#[inline(always)]
#[track_caller]
pub fn park() {
    wait(WaitReason::Park, None);
}
// ANCHOR_END: park

/// As [`park`], but for no longer than `duration`, plus what [`sleep`] says
/// about being late.
///
/// A thread that unwinds goes on at once: see [`Unwinding`](crate::error::Unwinding).
///
/// # Panics
///
/// With [`OutsideRuntime`](crate::error::OutsideRuntime) where no green thread runs.
///
/// ```
/// use std::time::Duration;
/// use runtime::thread;
///
/// runtime::run(|| thread::park_timeout(Duration::from_millis(1)));
/// ```
// ANCHOR: park_timeout
#[inline(always)]
#[track_caller]
pub fn park_timeout(duration: Duration) {
    wait(WaitReason::Park, Some(duration));
}
// ANCHOR_END: park_timeout

/// Waits for `reason`, for no longer than `timeout`. A thread that unwinds
/// goes on at once.
// ANCHOR: wait
#[inline(always)]
#[track_caller]
fn wait(reason: WaitReason<Awaited>, timeout: Option<Duration>) {
    let deadline = match timeout {
        Some(timeout) => deadline_in(timeout),
        None => None,
    };
    let _ = current::trap(Trap::Wait(Wait { reason, deadline }));
}

/// The kernel's time in `timeout`; `None` if that is too far away to matter.
#[track_caller]
pub(crate) fn deadline_in(timeout: Duration) -> Option<kernel_sim::kernel::clock::Instant> {
    Instant::now().in_kernel().checked_add(timeout)
}
// ANCHOR_END: wait

/// How many threads can run at the same time: one, on one core.
///
/// # Errors
///
/// None; std's signature has room for one.
///
/// ```
/// assert_eq!(runtime::thread::available_parallelism().unwrap().get(), 1);
/// ```
// ANCHOR: parallelism
pub fn available_parallelism() -> std::io::Result<NonZeroUsize> {
    Ok(NonZeroUsize::MIN)
}
// ANCHOR_END: parallelism

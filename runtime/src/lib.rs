//! Green threads: `std::thread` and Python's `threading`, in user space, on
//! one core.
//!
//! Each green thread has a stack of its own; all share the heap, and take
//! turns on one OS thread. Replace `std::thread` by [`runtime::thread`](thread)
//! in a program, put its main function into [`run`], and it compiles and
//! behaves the same; then watch it switch with `RUST_LOG=switch=trace`.
//!
//! ```
//! use runtime::thread;
//!
//! fn print_numbers(up_to: u32) {
//!     for number in 1..=up_to {
//!         println!("Sub Thread : {number}");
//!     }
//! }
//!
//! runtime::run(|| {
//!     let sub_thread = thread::spawn(|| print_numbers(100));
//!     sub_thread.join().unwrap();
//!     println!("MainThread Done");
//! });
//! ```
//!
//! # Tour
//!
//! - [`run`] and [`Builder`]: a runtime from its beginning to its end;
//!   [`at_exit`]: what is done there.
//! - [`thread`]: create, start, spawn, join, daemon, is_alive, sleep, park,
//!   timers, thread-locals.
//! - [`sync`]: locks, conditions, semaphores, channels.
//! - [`pool`]: threads that do one task after another, and futures.
//! - [`queue`]: Python's queues, which know when all work is done.
//! - [`time::Instant`], [`hint::spin_loop`]: what a program on green threads
//!   needs in place of std's.
//! - [`Handle`]: the door for other OS threads.
//! - [`report::ps`]: the PCB table, as text; [`report::gantt`]: who ran when; [`Deadlock`]: why nobody can go on;
//!   [`set_excepthook`]: what is done about panics.
//! - [`error`]: everything that can be refused.
//!
//! # Reading order
//!
//! The kernel that decides is in the crate `kernel_sim`; read that first. Then:
//!
//! 1. `trap.rs`: what a thread asks for when it gives up the CPU.
//! 2. `dispatch.rs`: the loop that performs it.
//! 3. `fiber.rs`: the stack that a thread runs on, and the switch.
//! 4. `current.rs`: how the code that runs finds its thread and its runtime.
//! 5. `core.rs`, `runtime.rs`, `run_error.rs`, `at_exit.rs`: what one run owns; how it
//!    begins and ends, and why it did not.
//! 6. `thread/`: `builder.rs` makes threads, `joining.rs` waits for them,
//!    `join.rs` carries the result, `scope.rs` lets them borrow.
//! 7. `quantum.rs`: where the CPU can be taken away, and why nowhere else; `handle.rs`, `inbox.rs`: the doors for other OS threads.
//! 8. `place.rs`, `sync/core_bound.rs`, `sync/object.rs`, `sync/wait_queue.rs`:
//!    whose a lock is, and how to wait for it; then one primitive a file,
//!    `sync/mutex.rs` first.
//! 9. `queue/`, `gate.rs` first, and `pool.rs`: what is made of them.
//! 10. `stack.rs` and `stack/`, `overflow.rs`, `panic.rs`, `report.rs`, `deadlock.rs`:
//!     where stacks come from, and who waits for one; what happens at their end; panics;
//!     the PCB table as text; and why nobody can go on.
//! 11. `ahead.rs`: what many threads need, fetched before their turn.
//!
//! # Words
//!
//! - A *thread* is a green thread; an OS thread is called so.
//! - A *task* is what the PCB and all handles of one thread share; its *job* is
//!   the function to call, and its *slot* the place for the result.
//! - A *fiber* is a stack that is set up to run one thread after another.
//! - The *core* is all that one run of a runtime owns; the *loop* is the code
//!   that drives it, on the OS thread's own stack.
//! - A thread is *made* by create or spawn; it is *discarded* if it was never
//!   started.
//!
//! # Unsafe code
//!
//! In these files, and each block says what makes it sound:
//!
//! - `fiber.rs`: the switch itself, through corosensei.
//! - `current.rs`: the pointers to what is running.
//! - `ahead.rs`: the instruction that fetches into the cache.
//! - `overflow.rs`: the signal handler.
//! - `stack/mapping.rs`, `stack/arena.rs`: memory for stacks, and guard pages.
//! - `system.rs`: what else the operating system is asked.
//! - `thread/task.rs`: why a task may be shared with other OS threads.
//! - `thread/scope.rs`: the lifetime of what scoped threads borrow.
//! - `sync/core_bound.rs`: whose the cells of a primitive are.
//! - `sync/wait_queue.rs`: the kernel's pointer to what a thread waits for.
//! - `sync/mutex.rs`, `rwlock.rs` and `rwlock/guards.rs`, `reentrant_lock.rs`,
//!   `once_lock.rs`, `lazy_lock.rs`, `mpsc/shared.rs`: how a guard, or whoever
//!   comes first, gets at the value.

#![deny(unsafe_code)]

#[allow(unsafe_code)]
mod ahead;
mod at_exit;
mod core;
#[allow(unsafe_code)]
mod current;
mod deadlock;
mod dispatch;
pub mod error;
#[allow(unsafe_code)]
mod fiber;
mod handle;
pub mod hint;
mod inbox;
mod join;
mod moment;
mod os;
#[allow(unsafe_code)]
mod overflow;
mod panic;
mod place;
pub mod pool;
mod quantum;
pub mod queue;
pub mod report;
mod run_error;
mod runtime;
mod stack;
pub mod sync;
#[allow(unsafe_code)]
mod system;
pub mod thread;
pub mod time;
mod trap;

pub use at_exit::at_exit;
pub use deadlock::{Deadlock, Waiting};
pub use handle::Handle;
pub use kernel_sim::kernel::pcb::Priority;
pub use panic::{ExceptHook, set_excepthook, take_excepthook};
pub use run_error::RunError;
pub use runtime::{Builder, Clock, run};
pub use stack::GuardPages;

// ANCHOR: policy_names
pub mod policy {
    //! Who runs next: the policies, and how to write one's own.
    //!
    //! A policy is asked in the middle of a switch, so it must not call into
    //! the runtime.

    pub use kernel_sim::kernel::attributes::{Attributes, Weight};
    pub use kernel_sim::kernel::clock::Instant;
    pub use kernel_sim::kernel::pid::Pid;
    pub use kernel_sim::kernel::policy::{
        Ageing, EarliestDeadline, Eevdf, Feedback, Fifo, Lottery, Policy, Scheduler, ShortestJob,
        ShortestRemaining, StaticPriority, Stride, UnknownPolicy,
    };
    pub use kernel_sim::kernel::state::Arrow;
}
// ANCHOR_END: policy_names

// ANCHOR: schedule_names
pub mod schedule {
    //! What [`report::schedule`](crate::report::schedule) and
    //! [`report::metrics`](crate::report::metrics) give.

    pub use kernel_sim::schedule::{Gantt, Metrics, Schedule, ThreadMetrics, Turn, Unit};
}
// ANCHOR_END: schedule_names

/// The programs on that page.
#[cfg(doctest)]
#[doc = include_str!("../../docs/from-python.md")]
struct FromPython;

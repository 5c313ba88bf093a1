//! The kernel that decides who runs: a table of process control blocks (PCBs)
//! and seven transitions between five states.
//!
//! An operating system's thread manager does the same work whether the saved
//! context is the register file of a simulated CPU or a real machine stack.
//! So it is written once, over a type parameter `C`, the saved context. This
//! crate knows no stack and has no unsafe code; the crate `runtime` drives the
//! same kernel with real stacks.
//!
//! ```text
//!   create    ┌─────┐ 1 admit ┌───────┐ 2 dispatch ┌─────────┐ 6 exit ┌────────────┐ 7 reap
//!  ─────────▶ │ New │ ──────▶ │ Ready │ ─────────▶ │ Running │ ─────▶ │ Terminated │ ──────▶ (slot free)
//!             └──┬──┘         └───────┘ ◀───────── └────┬────┘        └────────────┘
//!                │ 0 discard      ▲      3 preempt      │ 4 block
//!                ▼                │                ┌────▼────┐
//!           (never ran)           └────── 5 wake ──│ Waiting │
//!                                                  └─────────┘
//! ```
//!
//! Each numbered arrow is one method of [`Kernel`](kernel::Kernel), and each
//! time a thread goes along one there is one event in the switch trace. The
//! words and the numbers are the same everywhere.
//!
//! # Reading order
//!
//! 1. [`kernel::state`]: the five states, the arrows between them, and where
//!    the saved context is in each.
//! 2. [`kernel`]: the arrows, one method each; `create.rs`: how PCBs are made,
//!    and how they go if nobody starts them; `preempt.rs`: arrow 3; `running.rs`: what is on loan
//!    while a thread has the CPU.
//! 3. [`kernel::pcb`], [`kernel::pid`], `table.rs`: what is written down about
//!    a thread, and how it is found again.
//! 4. `queue.rs`, [`kernel::policy`]: who waits where, and who is next.
//! 5. [`kernel::wait`], `news.rs`: what a thread waits for, and what ends it.
//! 6. [`kernel::clock`], `timer.rs`: time, and those who sleep.
//! 7. [`kernel::trace`]: one line for each arrow.
//! 8. `look_ahead.rs`: who comes after the next one, for a machine with a cache.
//!
//! # The simulated computer
//!
//! 9. The module `machine` is a CPU with memory, which one can stop at any
//!    instruction, and an assembler. It knows no process.
//! 10. The module `os` makes processes of programs, and gives the CPU to their threads.
//!     The saved context is registers, and whose they are. There processes have
//!     children, share memory, and talk.
//! 11. The programs of `kernel-sim/programs`, each named for its idea; and a few in
//!     C, in `kernel-sim/c`, with what is below `main`.
//! 12. The command `ksim`, in `src/bin/ksim`, shows all of that.
//!
//! 13. [`workload`]: work for any machine; [`schedule`]: what a run was like; its `gantt.rs`
//!     draws it, `metrics.rs` counts, and `unit.rs` says how times are written; [`columns`]: how
//!     much room a name takes.
//!
//! The modules `machine` and `os` are there with the feature `machine`, the command with `cli`; both
//! are on by default. The crate `runtime` does without.

#![forbid(unsafe_code)]

pub mod columns;
pub mod kernel;
#[cfg(feature = "machine")]
pub mod machine;
#[cfg(feature = "machine")]
pub mod os;
pub mod schedule;
pub mod workload;

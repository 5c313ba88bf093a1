//! The operating system of the simulated computer: programs become processes,
//! and the processes share the CPU.
//!
//! Here the two halves of this crate meet. The [kernel](crate::kernel) knows who
//! runs next and does not know what a process is; the
//! [machine](crate::machine) executes instructions and does not know whose they
//! are. What is between them is here: what a process consists of, when it leaves
//! the CPU, and what it may ask for.
//!
//! ```text
//!    disk                                  thread, the saved context
//!  ┌─────────────┐                       ┌────────────────────────────┐   process
//!  │ program     │  load                 │ registers, program counter │  ┌──────────────┐
//!  │  text  data │ ────▶ create, admit 1 │ whose they are ────────────┼─▶│ memory, files│
//!  └─────────────┘                       └──────────┬─────────────────┘  └──────────────┘
//!                                                   │ dispatch 2
//!        ┌──────────────────────────────────────────▼──────────────────┐
//!        │ the CPU executes instructions, until there is a trap        │
//!        └───┬──────────────┬───────────────┬──────────────────┬───────┘
//!          timer          ecall           ecall         ecall, or a fault
//!        preempt 3    the same goes on   block 4          exit 6
//!                                                         reap 7, when the parent asks
//! ```
//!
//! The same loop with real stacks is in `runtime/src/dispatch.rs`, and the trace
//! of both has the same lines.
//!
//! # Time
//!
//! Time is counted in *ticks*. One executed instruction is one tick; what the
//! kernel does takes ticks as [`Costs`] says. A tick is a microsecond of the
//! kernel's clock, as on a computer that executes a million instructions a
//! second: a home computer of 1982. So a program that sleeps for 5 milliseconds
//! sleeps for 5,000 ticks.
//!
//! Nothing depends on the computer outside, and so two runs are the same.
//!
//! # What no program can do
//!
//! - Keep the computer running for ever: there is a last tick, [`Limits::ticks`].
//! - Take memory without end: see the other [`Limits`].
//! - Reach anything of another process, or of the kernel: it can name only what
//!   is in its own address space.
//! - End a process of another family, by a mistake or on purpose: see [`Death`], and
//!   `family.rs`.
//!
//! # Reading order
//!
//! 1. `program.rs`, `elf.rs`, `disk.rs`: what lies on the disk.
//! 2. `process.rs`, `arguments.rs`, `thread.rs`: what it becomes, what it finds on its
//!    stack, who executes it, and what is saved in a context switch.
//! 3. `settings.rs`, `boot.rs`: the computer, and how it is set up.
//! 4. `run.rs`: the loop.
//! 5. `trap.rs`, `call.rs`, `syscall.rs`, `errno.rs`: what a trap leads to; what a
//!    process may ask for, and what it is answered; `call_log.rs` and `call_log/` write
//!    it down.
//! 6. `time.rs`, `brk.rs`: sleeping, and more memory.
//! 7. `clone.rs`, `family.rs`, `exec.rs`, `end.rs`, `death.rs`, `futex.rs`: how processes and
//!    threads come, wait for each other, and go.
//! 8. `file.rs`, `copying.rs`, `console.rs`, `ipc.rs` and `ipc/`: what a number for a
//!    file stands for, and four ways to talk; `awaited.rs`: all that a thread can wait
//!    for.
//! 9. `cost.rs`, `account.rs`, `report.rs`, `deadlock.rs`: what that costs, who has paid
//!    for it, who is where, and why nobody can go on.
//!
//! ```
//! use kernel_sim::kernel::pcb::Priority;
//! use kernel_sim::os::{Computer, Disk, Outcome, Settings};
//!
//! let mut computer = Computer::boot(Settings {
//!     disk: Disk::built_in(),
//!     ..Settings::default()
//! });
//! computer.start("tab_crashing", Priority::NORMAL)?;
//! computer.start("tab_living", Priority::NORMAL)?;
//! assert_eq!(computer.run(), Outcome::Ended);
//!
//! let [crashing, living] = [1, 2].map(|pid| computer.report(pid).unwrap());
//! assert_eq!(
//!     crashing.death.unwrap().to_string(),
//!     "fault: cannot read 4 bytes at 0x00000000: nothing is there; \
//!      a pointer that was never set is zero"
//! );
//! assert_eq!(living.death.unwrap().to_string(), "exit 0");
//! assert!(computer.console().text().ends_with("[mail] still here\n"));
//! # Ok::<(), kernel_sim::os::StartError>(())
//! ```

mod account;
mod arguments;
mod arrival;
mod awaited;
mod boot;
mod brk;
mod call;
mod call_log;
mod clone;
mod console;
mod copying;
mod cost;
mod deadlock;
mod death;
mod disk;
mod elf;
mod end;
mod errno;
mod exec;
mod family;
mod file;
mod futex;
mod ipc;
mod job;
mod process;
mod program;
mod report;
mod run;
mod settings;
pub mod syscall;
mod thread;
mod time;
mod trap;

pub use account::Account;
pub use awaited::Awaited;
pub use boot::{Computer, StartError};
pub use call_log::{CallLog, CallRecord, Called};
pub use console::{Console, Stream, Write};
pub use cost::Costs;
pub use deadlock::Deadlock;
pub use death::{Death, DeathKind, Signal};
pub use disk::Disk;
pub use elf::{ElfError, is_elf};
pub use errno::Errno;
pub use file::{MOST_FILES, OpenFile};
pub use futex::Futex;
pub use ipc::message_queue::{MESSAGE_BYTES, MOST_QUEUES, MessageQueue, QUEUE_BYTES};
pub use ipc::pipe::{PIPE_BYTES, Pipe};
pub use ipc::shared_memory::{MOST_ATTACHED, MOST_PIECES, PIECE_BYTES};
pub use ipc::socket::Listener;
pub use process::{Process, USER_END};
pub use program::{BadImage, Program};
pub use report::Report;
pub use run::{Outcome, Step};
pub use settings::{Limits, Settings, Trace};
pub use thread::{Identity, Thread};

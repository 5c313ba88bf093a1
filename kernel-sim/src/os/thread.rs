//! A thread of a process: what has the CPU. Read next: `boot.rs`.
//!
//! A process has its memory, its files and its children; that alone executes
//! nothing. A thread of it does, and so what the kernel keeps in a PCB and loads
//! into the CPU is a thread: registers, and whose they are. Every process begins
//! with one, its main thread, which has the process's number.
//!
//! ```text
//!   PCB of thread 1        PCB of thread 3        PCB of thread 2
//!  ┌───────────────┐      ┌───────────────┐      ┌───────────────┐
//!  │ registers, pc │      │ registers, pc │      │ registers, pc │
//!  │ process ──────┼──┐┌──┼───── process  │      │ process ──────┼──┐
//!  └───────────────┘  ││  └───────────────┘      └───────────────┘  │
//!                     ▼▼                                            ▼
//!             process 1: memory, files                 process 2: memory, files
//! ```

use std::cell::{Cell, Ref};
use std::fmt;
use std::rc::Rc;

use super::account::Account;
use super::awaited::Awaited;
use super::call_log::Begun;
use super::file::OpenFile;
use super::process::Process;
use super::program::Program;
use super::run::in_ticks;
use crate::kernel::clock::Instant;
use crate::kernel::pcb::Context;
use crate::kernel::pid::Pid;
use crate::machine::cpu::Registers;
use crate::machine::isa::Register;
use crate::machine::memory::AddressSpace;

/// What is saved of a thread while another one has the CPU: the registers, and
/// which process they belong to. And what it has had so far of the computer's time.
///
/// ```
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::machine::isa::Register;
/// use kernel_sim::os::{Computer, Disk, Settings, USER_END};
///
/// let mut computer = Computer::boot(Settings {
///     disk: Disk::built_in(),
///     ..Settings::default()
/// });
/// let pid = computer.start("hello", Priority::NORMAL)?;
/// let thread = computer.thread(pid).unwrap();
/// assert_eq!(thread.registers().pc, 0x1_0000);
/// assert_eq!(thread.registers().get(Register::SP), USER_END - 32); // below its arguments
/// assert_eq!(thread.memory().read(0x1_0024, 5).unwrap(), b"Hello");
/// assert_eq!(thread.process().private_bytes(), 16 << 10); // its stack
/// # Ok::<(), kernel_sim::os::StartError>(())
/// ```
// ANCHOR: thread
#[derive(Debug)]
pub struct Thread {
    pub(super) pid: Pid,
    pub(super) registers: Registers,
    pub(super) account: Account,
    pub(super) process: Rc<Process>,
    pub(super) pending: Pending,
    /// The file of the call that it is in. It stays open until the call is done, also if
    /// another thread closes the number, or makes it one for another file.
    pub(super) held: Option<Rc<OpenFile>>,
    /// The call that it is in as it was when it began, if calls are written down.
    pub(super) begun: Option<Box<Begun>>,
}
// ANCHOR_END: thread

/// What is to be done for a thread when it has the CPU again.
// ANCHOR: pending
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Pending {
    /// Nothing: it goes on at pc.
    #[default]
    Nothing,
    /// Its call could not be done yet. The kernel tries again, with the same
    /// arguments, which are still in the registers.
    Call {
        /// How many bytes were done before.
        done: u32,
    },
    /// Its call is answered with 0. If the time was up before anybody woke it, that
    /// will be this instead.
    Late { late: u32 },
}
// ANCHOR_END: pending

/// Who a thread is: present in every state, also while the registers are in the
/// CPU.
// ANCHOR: identity
#[derive(Clone, Debug)]
pub struct Identity {
    process: Rc<Process>,
    ident: u64,
    /// A word that is set to zero when it ends, for those who wait for that.
    cleared: Cell<Option<u32>>,
}
// ANCHOR_END: identity

// ANCHOR: context
impl Context for Thread {
    type Identity = Identity;
    type Object = Awaited;

    fn show(moment: Instant) -> String {
        format!("tick {}", in_ticks(moment - Instant::BOOT))
    }
}
// ANCHOR_END: context

impl Thread {
    // ANCHOR: new
    pub(super) fn new(pid: Pid, registers: Registers, process: Rc<Process>) -> Thread {
        Thread {
            pid,
            registers,
            account: Account::default(),
            process,
            pending: Pending::Nothing,
            held: None,
            begun: None,
        }
    }

    /// Whether it waits in a call that has no answer yet.
    pub fn is_in_call(&self) -> bool {
        matches!(self.pending, Pending::Call { .. })
    }

    /// It goes on behind its `ecall`, with this in a0.
    pub(super) fn answer(&mut self, answer: u32) {
        self.registers.set(Register::A0, answer);
        self.registers.skip();
    }
    // ANCHOR_END: new

    /// Its number.
    // ANCHOR: accessors
    pub fn pid(&self) -> u64 {
        self.pid.ident()
    }

    /// What the CPU holds of it when it runs.
    pub fn registers(&self) -> &Registers {
        &self.registers
    }

    /// What it shares with the other threads of its process.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// All the memory that it can name.
    pub fn memory(&self) -> Ref<'_, AddressSpace> {
        self.process.memory()
    }

    /// What it has had so far.
    pub fn account(&self) -> Account {
        self.account
    }
    // ANCHOR_END: accessors
}

impl Identity {
    // ANCHOR: cleared
    pub(super) fn new(process: Rc<Process>, ident: u64) -> Identity {
        Identity {
            process,
            ident,
            cleared: Cell::new(None),
        }
    }

    /// At its end this word is to be zero.
    pub(super) fn clear_at_end(&self, address: u32) {
        self.cleared.set(Some(address));
    }

    /// The address of that word, if there is one.
    pub(super) fn cleared(&self) -> Option<u32> {
        self.cleared.get()
    }
    // ANCHOR_END: cleared

    /// Whose thread it is.
    // ANCHOR: of_identity
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// What it executes.
    pub fn program(&self) -> Rc<Program> {
        self.process.program()
    }

    /// Its number, which no other thread has or will have. That of a main thread is
    /// its process's pid.
    pub fn ident(&self) -> u64 {
        self.ident
    }
    // ANCHOR_END: of_identity
}

/// `hello (1)`, for a main thread, and `hello (1/3)` for the thread 3 of the
/// process 1. The name alone would not do where several processes execute the same
/// program.
// ANCHOR: display
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (process, ident) = (self.process.pid(), self.ident);
        let program = self.process.program();
        match process == ident {
            true => write!(f, "{} ({ident})", program.name()),
            false => write!(f, "{} ({process}/{ident})", program.name()),
        }
    }
}
// ANCHOR_END: display

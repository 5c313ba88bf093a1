//! A process: a program that has become somebody. Read next: `arguments.rs`.
//!
//! The kernel keeps a process in its PCB, as a saved context, and asks nothing of
//! it. While it runs, the registers are in the CPU and the sections are what the
//! CPU sees; to save it is to put them back.
//!
//! ```text
//!   0x8000_0000 ┌──────────────┐
//!               │ arguments    │   see arguments.rs
//!               │              │ ◀ sp at the start
//!               │ stack      ▼ │   Limits::stack bytes, with the arguments
//!               ├──────────────┤
//!               │              │
//!               ├──────────────┤ ◀ the break: empty at the start, and at most
//!               │ heap       ▲ │   Limits::heap bytes away from where it begins
//!               ├──────────────┤   a multiple of 4096
//!               │ data         │
//!   0x1000_0000 ├──────────────┤   a compiler puts it right behind the code
//!               │              │
//!               ├──────────────┤
//!               │ code         │   shared by all processes of the program
//!   0x0001_0000 ├──────────────┤ ◀ pc at the start: at _start
//!               │ nothing      │
//!   0x0000_0000 └──────────────┘
//! ```

use std::fmt;
use std::rc::Rc;

use super::account::Account;
use super::arguments;
use super::boot::{Limits, StartError};
use super::program::Program;
use crate::kernel::pcb::Context;
use crate::kernel::wait::NoObject;
use crate::machine::cpu::Registers;
use crate::machine::isa::Register;
use crate::machine::memory::{AddressSpace, Extent, Section, SectionName, Segment};

/// The address after the last one that a process may have: here its stack begins.
/// What is above belongs to the kernel.
pub const USER_END: u32 = 0x8000_0000;

/// As on Linux, the heap begins at a multiple of this.
const PAGE: u32 = 4096;

/// What is saved of a process while another one has the CPU: the registers and
/// the address space. And what it has had so far of the computer's time.
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
/// let process = computer.process(pid).unwrap();
/// assert_eq!(process.registers().pc, 0x1_0000);
/// let sp = process.registers().get(Register::SP);
/// assert_eq!(sp, USER_END - 32);
/// assert_eq!(process.memory().load(sp)?, 1_u32.to_le_bytes()); // argc
/// assert_eq!(process.memory().read(0x1_0024, 5).unwrap(), b"Hello");
/// assert_eq!(process.private_bytes(), 16 << 10); // its stack
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Process {
    pub(super) registers: Registers,
    pub(super) memory: AddressSpace,
    /// How far the break may be moved.
    pub(super) highest_break: u32,
    pub(super) account: Account,
}

/// Who a process is: present in every state, also while the context is in the CPU.
#[derive(Clone, Debug)]
pub struct Identity {
    program: Rc<Program>,
    ident: u64,
}

impl Context for Process {
    type Identity = Identity;
    type Object = NoObject;
}

impl Process {
    /// Loads a program: makes the sections, puts the arguments on the stack, and
    /// sets the registers with which it begins. All but sp and pc are zero.
    ///
    /// # Errors
    ///
    /// If the program's sections would be where the stack is, or in each other, or
    /// the arguments would take more than a quarter of the stack.
    pub(super) fn load(
        program: &Program,
        arguments: &[&str],
        limits: &Limits,
    ) -> Result<Process, StartError> {
        let (bytes, room) = (arguments::size(arguments), limits.stack_size() / 4);
        if bytes > u64::from(room) {
            return Err(StartError::LongArguments { bytes, room });
        }
        let stack = USER_END - limits.stack_size();
        let end = program.end();
        if end > stack {
            return Err(StartError::InTheWay { end });
        }
        let mut memory = AddressSpace::default();
        for section in program.shared() {
            memory.place(section.clone())?;
        }
        for block in program.data().iter().filter(|b| !b.bytes.is_empty()) {
            memory.place(Section::data(block.address, Segment::from(&block.bytes))?)?;
        }
        let heap = end.next_multiple_of(PAGE);
        memory.place(Section::heap(heap, Segment::zeroed(0))?)?;
        let bytes = Segment::zeroed((USER_END - stack) as usize);
        memory.place(Section::stack(stack, bytes)?)?;

        let arguments = arguments::lay_out(arguments, USER_END);
        let sp = USER_END - arguments.len() as u32;
        memory.write(sp, &arguments).expect("it is on the stack");
        let mut registers = Registers::starting_at(program.entry());
        registers.set(Register::SP, sp);
        Ok(Process {
            registers,
            memory,
            highest_break: heap.saturating_add(limits.heap),
            account: Account::default(),
        })
    }

    /// What the CPU holds of it when it runs.
    pub fn registers(&self) -> &Registers {
        &self.registers
    }

    /// All the memory that it can name.
    pub fn memory(&self) -> &AddressSpace {
        &self.memory
    }

    /// What it has had so far.
    pub fn account(&self) -> Account {
        self.account
    }

    /// The heap: its limit is the break.
    pub fn heap(&self) -> Extent {
        let extents = self.memory.sections().map(Section::extent);
        let mut heaps = extents.filter(|extent| extent.name == SectionName::Heap);
        heaps.next().expect("every process is loaded with a heap")
    }

    /// How many bytes of memory it has for itself: all but code and constants.
    pub fn private_bytes(&self) -> u64 {
        let extents = self.memory.sections().map(Section::extent);
        extents
            .filter(|extent| !matches!(extent.name, SectionName::Code | SectionName::Constants))
            .map(|extent| u64::from(extent.limit - extent.base))
            .sum()
    }
}

impl Identity {
    pub(super) fn new(program: Rc<Program>, ident: u64) -> Identity {
        Identity { program, ident }
    }

    /// What it executes.
    pub fn program(&self) -> &Rc<Program> {
        &self.program
    }

    /// Its number, which no other process has or will have: its pid.
    pub fn ident(&self) -> u64 {
        self.ident
    }
}

/// `hello (1)`: the name alone would not do where several processes execute the
/// same program.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.program.name(), self.ident)
    }
}

//! A process: a program that has become somebody. Read next: `thread.rs`.
//!
//! It has its memory for itself: nobody else can name a byte of it. While one of
//! its threads runs, these sections are what the CPU sees.
//!
//! ```text
//!   0x8000_0000 ┌──────────────┐ ◀ sp at the start
//!               │ stack      ▼ │   Limits::stack bytes
//!               ├──────────────┤
//!               │              │
//!               ├──────────────┤ ◀ the break: empty at the start, and at most
//!               │ heap       ▲ │   Limits::heap bytes away from where it begins
//!               ├──────────────┤   a multiple of 4096
//!               │ data         │
//!   0x1000_0000 ├──────────────┤
//!               │              │
//!               ├──────────────┤
//!               │ code         │   shared by all processes of the program
//!   0x0001_0000 ├──────────────┤ ◀ pc at the start: at _start
//!               │ nothing      │
//!   0x0000_0000 └──────────────┘
//! ```

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use super::boot::{Limits, StartError};
use super::program::Program;
use crate::kernel::pid::Pid;
use crate::machine::cpu::Registers;
use crate::machine::isa::Register;
use crate::machine::memory::{AddressSpace, Extent, Permissions, Section, SectionName, Segment};

/// The address after the last one that a process may have: here its stack begins.
/// What is above belongs to the kernel.
pub const USER_END: u32 = 0x8000_0000;

/// As on Linux, the heap begins at a multiple of this.
const PAGE: u32 = 4096;

/// What the threads of a process share: memory, and the program whose it is.
#[derive(Debug)]
pub struct Process {
    /// Its main thread.
    pub(super) main: Pid,
    pub(super) program: RefCell<Rc<Program>>,
    pub(super) memory: RefCell<AddressSpace>,
    /// How far the break may be moved.
    pub(super) highest_break: Cell<u32>,
}

impl Process {
    /// Loads a program: makes the sections, and sets the registers with which it
    /// begins. All but sp and pc are zero.
    ///
    /// # Errors
    ///
    /// If the program's sections would be where the stack is, or in each other.
    pub(super) fn load(
        main: Pid,
        program: &Rc<Program>,
        limits: &Limits,
    ) -> Result<(Process, Registers), StartError> {
        let (code, data) = (program.code(), program.data());
        let stack = USER_END - limits.stack_size();
        for end in [code.extent().limit, data.end()] {
            if end > stack {
                return Err(StartError::InTheWay { end });
            }
        }
        let mut memory = AddressSpace::default();
        memory.place(code)?;
        if !data.bytes.is_empty() {
            memory.place(Section::data(data.address, Segment::from(&data.bytes))?)?;
        }
        let heap = data.end().next_multiple_of(PAGE);
        memory.place(Section::heap(heap, Segment::zeroed(0))?)?;
        let bytes = Segment::zeroed((USER_END - stack) as usize);
        memory.place(Section::stack(stack, bytes)?)?;

        let mut registers = Registers::starting_at(program.image().entry);
        registers.set(Register::SP, USER_END);
        let process = Process {
            main,
            program: RefCell::new(Rc::clone(program)),
            memory: RefCell::new(memory),
            highest_break: Cell::new(heap.saturating_add(limits.heap)),
        };
        Ok((process, registers))
    }

    /// Its number, which is that of its main thread.
    pub fn pid(&self) -> u64 {
        self.main.ident()
    }

    /// What it executes.
    pub fn program(&self) -> Rc<Program> {
        Rc::clone(&self.program.borrow())
    }

    /// All the memory that it can name. None is left when it has ended.
    pub fn memory(&self) -> Ref<'_, AddressSpace> {
        self.memory.borrow()
    }

    /// The heap: its limit is the break.
    pub fn heap(&self) -> Extent {
        let memory = self.memory();
        let extents = memory.sections().map(Section::extent);
        let mut heaps = extents.filter(|extent| extent.name == SectionName::Heap);
        heaps.next().expect("every process is loaded with a heap")
    }

    /// How many bytes of memory it has for itself: all but the code.
    pub fn private_bytes(&self) -> u64 {
        let memory = self.memory();
        let extents = memory.sections().map(Section::extent);
        extents
            .filter(|extent| extent.permissions != Permissions::ReadExecute)
            .map(|extent| u64::from(extent.limit - extent.base))
            .sum()
    }
}

//! A process: a program that has become somebody. Read next: `arguments.rs`,
//! `thread.rs`.
//!
//! It has its memory for itself: nobody else can name a byte of it. While one of
//! its threads runs, these sections are what the CPU sees.
//!
//! ```text
//!   0x8000_0000 ┌──────────────┐
//!               │ arguments    │   see arguments.rs
//!               │              │ ◀ sp at the start
//!               │ stack      ▼ │   Limits::stack bytes, with the arguments
//!               ├──────────────┤
//!               │ shared       │   shared memory, if it has attached some; the first
//!   0x4000_0000 ├──────────────┤   piece is here
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

use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::arguments;
use super::boot::StartError;
use super::death::Death;
use super::family::Family;
use super::file::Files;
use super::futex::Futex;
use super::ipc::shared_memory::SharedMemory;
use super::program::Program;
use super::settings::Limits;
use crate::kernel::pid::Pid;
use crate::machine::cpu::Registers;
use crate::machine::isa::Register;
use crate::machine::memory::{AddressSpace, Extent, Section, SectionName, Segment};

/// The address after the last one that a process may have: here its stack begins.
/// What is above belongs to the kernel.
// ANCHOR: constants
pub const USER_END: u32 = 0x8000_0000;

/// As on Linux, the heap begins at a multiple of this.
pub(super) const PAGE: u32 = 4096;
// ANCHOR_END: constants

/// What the threads of a process share: memory, and the program whose it is.
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
/// let sp = thread.registers().get(Register::SP);
/// assert_eq!(sp, USER_END - 32);
/// assert_eq!(thread.process().memory().load(sp)?, 1_u32.to_le_bytes()); // argc
/// assert_eq!(thread.process().memory().read(0x1_0024, 5).unwrap(), b"Hello");
/// assert_eq!(thread.process().private_bytes(), 16 << 10); // its stack
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
// ANCHOR: process
#[derive(Debug)]
pub struct Process {
    /// Its main thread.
    pub(super) main: Pid,
    pub(super) program: RefCell<Rc<Program>>,
    pub(super) memory: RefCell<AddressSpace>,
    /// How far the break may be moved.
    pub(super) highest_break: Cell<u32>,
    pub(super) files: RefCell<Files>,
    /// Shared memory, by the address at which it is attached.
    pub(super) attached: RefCell<BTreeMap<u32, Rc<SharedMemory>>>,
    /// Words at which its threads wait, but for those in shared memory.
    futexes: RefCell<BTreeMap<u32, Rc<Futex>>>,
    pub(super) family: Family,
    /// Those that have not ended.
    pub(super) threads: RefCell<BTreeMap<u64, Pid>>,
    /// How it has ended, if it has.
    pub(super) death: Cell<Option<Death>>,
}
// ANCHOR_END: process

impl Process {
    /// Loads a program into a process of its own, which nobody has made but the
    /// kernel. Gives the registers with which it begins, too.
    ///
    /// # Errors
    ///
    /// As [`sections`](Self::sections).
    // ANCHOR: load
    pub(super) fn load(
        main: Pid,
        program: &Rc<Program>,
        arguments: &[&str],
        limits: &Limits,
    ) -> Result<(Process, Registers), StartError> {
        let (memory, highest_break, registers) = Process::sections(program, arguments, limits)?;
        let process = Process {
            main,
            program: RefCell::new(Rc::clone(program)),
            memory: RefCell::new(memory),
            highest_break: Cell::new(highest_break),
            files: RefCell::new(Files::standard()),
            attached: RefCell::default(),
            futexes: RefCell::default(),
            family: Family::new(0, main.ident()),
            threads: RefCell::default(),
            death: Cell::new(None),
        };
        Ok((process, registers))
    }
    // ANCHOR_END: load

    /// A child: it has a copy of all that this one can write to.
    // ANCHOR: copy
    pub(super) fn copy(&self, main: Pid) -> Process {
        Process {
            main,
            program: RefCell::new(self.program()),
            memory: RefCell::new(self.memory().copy()),
            highest_break: self.highest_break.clone(),
            files: self.files.clone(),
            attached: self.attached.clone(),
            futexes: RefCell::default(),
            family: Family::new(self.pid(), self.family.root),
            threads: RefCell::default(),
            death: Cell::new(None),
        }
    }
    // ANCHOR_END: copy

    /// Makes the sections of a program, with the arguments on the stack; the address up
    /// to which its break may be moved; and the registers with which it begins. All
    /// but sp and pc are zero.
    ///
    /// # Errors
    ///
    /// If the program's sections would be where the stack is, or in each other, or
    /// the arguments would take more than a quarter of the stack.
    // ANCHOR: sections
    pub(super) fn sections(
        program: &Program,
        arguments: &[impl AsRef<[u8]>],
        limits: &Limits,
    ) -> Result<(AddressSpace, u32, Registers), StartError> {
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
        Ok((memory, heap.saturating_add(limits.heap), registers))
    }
    // ANCHOR_END: sections

    /// Its number, which is that of its main thread.
    // ANCHOR: who
    pub fn pid(&self) -> u64 {
        self.main.ident()
    }

    /// What it executes.
    pub fn program(&self) -> Rc<Program> {
        Rc::clone(&self.program.borrow())
    }

    /// The pid of its parent; 0 if that is the kernel.
    pub fn parent(&self) -> u64 {
        self.family.parent.get()
    }

    /// All the memory that it can name. None is left when it has ended.
    pub fn memory(&self) -> Ref<'_, AddressSpace> {
        self.memory.borrow()
    }
    // ANCHOR_END: who

    /// The heap: its limit is the break.
    ///
    /// # Panics
    ///
    /// If the process has ended: then its memory is gone.
    // ANCHOR: heap
    pub fn heap(&self) -> Extent {
        let memory = self.memory();
        let extents = memory.sections().map(Section::extent);
        let mut heaps = extents.filter(|extent| extent.name == SectionName::Heap);
        heaps.next().expect("every process is loaded with a heap")
    }
    // ANCHOR_END: heap

    /// Those who wait at that word. Processes that share the memory have it in common,
    /// wherever each of them has attached it.
    // ANCHOR: futex
    pub(super) fn futex(&self, address: u32) -> Rc<Futex> {
        let new = || Rc::new(Futex::at(address));
        self.with_futexes(address, |futexes, place| {
            Rc::clone(futexes.entry(place).or_insert_with(new))
        })
    }

    /// Nobody waits there.
    pub(super) fn forget_futex(&self, address: u32) {
        self.with_futexes(address, |futexes, place| futexes.remove(&place));
    }
    // ANCHOR_END: futex

    // ANCHOR: with_futexes
    fn with_futexes<T>(
        &self,
        address: u32,
        work: impl FnOnce(&mut BTreeMap<u32, Rc<Futex>>, u32) -> T,
    ) -> T {
        let memory = self.memory();
        let section = memory.section_at(address).map(Section::extent);
        let attached = self.attached.borrow();
        let piece = section.and_then(|section| Some((attached.get(&section.base)?, section.base)));
        match piece {
            Some((piece, base)) => work(&mut piece.futexes.borrow_mut(), address - base),
            None => work(&mut self.futexes.borrow_mut(), address),
        }
    }
    // ANCHOR_END: with_futexes

    /// How many bytes of memory it has for itself: all but code and constants, and what
    /// is shared.
    // ANCHOR: private_bytes
    pub fn private_bytes(&self) -> u64 {
        let memory = self.memory();
        let extents = memory.sections().map(Section::extent);
        extents
            .filter(|extent| {
                !matches!(
                    extent.name,
                    SectionName::Code | SectionName::Constants | SectionName::Shared
                )
            })
            .map(|extent| u64::from(extent.limit - extent.base))
            .sum()
    }
    // ANCHOR_END: private_bytes
}

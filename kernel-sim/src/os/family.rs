//! Families: a process makes another one, waits for its end, or ends it. Read next: `exec.rs`.
//!
//! ```text
//!        clone: a copy of the process          execve: another program in it
//!  parent ──┬───────────────────────────────────────────────── wait4 ──▶ status
//!           └── child ──────────┬───────────────── exit                    ▲
//!                               └ execve                zombie ────────────┘
//! ```
//!
//! The copy has the same memory, byte by byte, and the same files, and goes on at
//! the same place. It tells itself from its parent by the answer of the call: 0 for
//! the child, and the child's pid for the parent.
//!
//! Who has ended is kept until its parent asks how: its PCB is Terminated and not
//! yet reaped (7). People call that a zombie. Only the PCB is left: memory and files
//! are free at once.
//!
//! # Orphans
//!
//! If the parent ends first, Linux gives its children to process 1, a program whose
//! whole work is to wait. Here the kernel takes them itself, and reaps (7) them as
//! soon as they end, as it does with what was started from outside: nobody is there
//! who could ask. A process 1 would take CPU time of those that the reader looks at.
//! The parent of all of these has the number 0, as on Linux that of a process whose
//! parent cannot be seen from inside.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::awaited::Awaited;
use super::boot::Computer;
use super::call::Reply;
use super::death::{Death, DeathKind, Signal};
use super::errno::Errno;
use super::process::Process;
use super::thread::{Identity, Thread};
use crate::kernel::pid::Pid;
use crate::kernel::queue::Queue;
use crate::kernel::wait::{Grip, Owner, Wait, WaitReason};
use crate::machine::cpu::Registers;

/// `wait4`: do not wait. Source: `include/uapi/linux/wait.h`.
// ANCHOR: options
pub(super) const WNOHANG: u32 = 1;
/// Also children that are stopped or that go on again, which here nobody ever is, and
/// children of every kind: here there is one.
const OTHERS_TOO: u32 = 2 | 8 | 0x4000_0000;
// ANCHOR_END: options

/// Who a process's relatives are.
// ANCHOR: family
#[derive(Debug)]
pub(super) struct Family {
    /// The parent's pid, or 0: the kernel.
    pub(super) parent: Cell<u64>,
    /// The first of its ancestors, whom somebody has started from outside. Nobody can
    /// do anything to another family, as on Linux to another user.
    pub(super) root: u64,
    /// Children that have not been reaped, and how the kernel finds them.
    pub(super) children: RefCell<BTreeMap<u64, Owner>>,
    /// Those of them that have ended, by the order in which they did.
    pub(super) zombies: RefCell<BTreeMap<usize, u64>>,
    /// Its own place in that order, when it has ended.
    pub(super) place: Cell<usize>,
    /// Where its threads wait for the end of any child.
    pub(super) bell: Cell<Queue>,
}

impl Family {
    pub(super) fn new(parent: u64, root: u64) -> Family {
        Family {
            parent: Cell::new(parent),
            root,
            children: RefCell::default(),
            zombies: RefCell::default(),
            place: Cell::default(),
            bell: Cell::default(),
        }
    }
}
// ANCHOR_END: family

impl Computer {
    /// Makes a copy of the process, whose only thread goes on with these registers.
    // ANCHOR: fork
    pub(super) fn fork(&mut self, thread: &mut Thread, registers: Registers) -> Result<Pid, Errno> {
        self.check_room_for_thread()?;
        let parent = Rc::clone(&thread.process);
        let wanted = parent.private_bytes();
        if wanted > self.limits.memory.saturating_sub(self.memory_used) {
            return Err(Errno::NoMemory);
        }
        self.charge_copying(thread, wanted);
        let pid = self.kernel.next_pid();
        let child = Rc::new(parent.copy(pid));
        self.memory_used += wanted;
        self.processes.insert(pid.ident(), Rc::clone(&child));
        self.inherit_files(&child);
        self.inherit_attached(&child);
        let owner = self.owner(&child);
        parent
            .family
            .children
            .borrow_mut()
            .insert(pid.ident(), owner);
        self.admit(thread, pid, registers, child);
        Ok(pid)
    }
    // ANCHOR_END: fork

    /// Makes a PCB for a thread beside this one, of which the same is said (1).
    // ANCHOR: admit
    pub(super) fn admit(
        &mut self,
        beside: &Thread,
        pid: Pid,
        registers: Registers,
        process: Rc<Process>,
    ) {
        let attributes = self.kernel.attributes(beside.pid);
        let attributes = *attributes.expect("it has the CPU");
        process.threads.borrow_mut().insert(pid.ident(), pid);
        let identity = Identity::new(Rc::clone(&process), pid.ident());
        let thread = Thread::new(pid, registers, process);
        self.kernel.create(thread, attributes, identity);
        self.kernel.admit(pid).expect("it is new"); // 1
    }

    pub(super) fn check_room_for_thread(&self) -> Result<(), Errno> {
        match self.kernel.len() < self.limits.threads {
            true => Ok(()),
            false => Err(Errno::TryAgain),
        }
    }

    /// The process, as one for whom others wait.
    pub(super) fn owner(&self, process: &Process) -> Owner {
        Owner {
            slot: process.main.slot(),
            // It may have been made during the dispatch of now.
            since: self.kernel.dispatches() + 1,
            // Its threads and its children can do the same for it.
            grip: Grip::Loose,
        }
    }
    // ANCHOR_END: admit

    /// `wait4(pid, address of the status, options, 0)`: how a child has ended.
    // ANCHOR: wait4
    pub(super) fn wait4(
        &mut self,
        thread: &mut Thread,
        [pid, status, options, usage, ..]: [u32; 6],
    ) -> Result<Reply, Errno> {
        if options & !(WNOHANG | OTHERS_TOO) != 0 || usage != 0 {
            return Err(Errno::Invalid);
        }
        let process = Rc::clone(&thread.process);
        let (ended, reason) = self.find_child(&process, pid.cast_signed())?;
        let deadline = None;
        match ended {
            Some(pid) => {
                let death = self.reap_child(&process, pid);
                if status != 0 {
                    self.copy_out(thread, status, &death.wait_status().to_le_bytes())?;
                }
                Ok(Reply::Value(pid as u32))
            }
            None if options & WNOHANG != 0 => Ok(Reply::Value(0)),
            None => Ok(Reply::Again(Wait { reason, deadline }, 0)),
        }
    }
    // ANCHOR_END: wait4

    /// Of the children that `wait4` means by this number, one that has ended, if one has;
    /// and what there is to wait for otherwise.
    // ANCHOR: find_child
    fn find_child(
        &self,
        process: &Rc<Process>,
        pid: i32,
    ) -> Result<(Option<u64>, WaitReason<Awaited>), Errno> {
        let family = &process.family;
        match pid {
            // All are of one group.
            0 | -1 => {
                if family.children.borrow().is_empty() {
                    return Err(Errno::NoChild);
                }
                let first = family.zombies.borrow().values().next().copied();
                let any = Awaited::Child(Rc::clone(process));
                Ok((first, WaitReason::Object(any)))
            }
            least if least == i32::MIN => Err(Errno::NoProcess),
            ..-1 => Err(Errno::NoChild),
            pid => {
                let pid = u64::from(pid.cast_unsigned());
                if !family.children.borrow().contains_key(&pid) {
                    return Err(Errno::NoChild);
                }
                let child = &self.processes[&pid];
                let ended = child.death.get().map(|_| pid);
                Ok((ended, WaitReason::Join(child.main)))
            }
        }
    }
    // ANCHOR_END: find_child

    /// Arrow 7 for a zombie: its parent has asked.
    // ANCHOR: reap_child
    fn reap_child(&mut self, parent: &Process, pid: u64) -> Death {
        let child = self.processes.remove(&pid).expect("it is a zombie");
        self.kernel.reap(child.main).expect("it has ended"); // 7
        parent.family.children.borrow_mut().remove(&pid);
        let place = child.family.place.get();
        parent.family.zombies.borrow_mut().remove(&place);
        child.death.get().expect("it has ended")
    }
    // ANCHOR_END: reap_child

    /// `kill(pid, signal)`: ends a process of the same family.
    // ANCHOR: kill
    pub(super) fn kill(
        &mut self,
        thread: &mut Thread,
        pid: u32,
        signal: u32,
    ) -> Result<Reply, Errno> {
        // The number of a thread stands for its process.
        let of_thread = || Some(&self.thread(pid.into())?.process);
        let found = self.processes.get(&u64::from(pid)).or_else(of_thread);
        let target = Rc::clone(found.ok_or(Errno::NoProcess)?);
        let signal = match signal {
            0 => None,
            _ => Some(Signal::numbered(signal).ok_or(Errno::Invalid)?),
        };
        if target.family.root != thread.process.family.root {
            return Err(Errno::NotPermitted);
        }
        let Some(signal) = signal else {
            return Ok(Reply::Value(0));
        };
        let by = thread.process.pid();
        let kind = DeathKind::Killed { signal, by };
        if target.main == thread.process.main {
            let pc = thread.registers.pc;
            return Ok(Reply::End(Death { pc, kind }));
        }
        if target.death.get().is_none() {
            let main = self.thread(target.pid()).expect("it lives");
            let pc = main.registers.pc;
            self.end_process(&target, Death { pc, kind }, None);
        }
        Ok(Reply::Value(0))
    }
    // ANCHOR_END: kill
}

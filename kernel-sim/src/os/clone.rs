//! `clone`: the call that makes processes, and threads in a process. Read next: `family.rs`.
//!
//! Linux has one call for both. Its flags say what the new one shares with who made
//! it: if nothing, it is another process; if memory, files and all the rest, it is
//! another thread of the same one. What is between these is refused here.
//!
//! ```text
//!   one process         stack of 1   stack of 3        sp, pc and all other
//!                       ┌────────┐   ┌────────┐        registers: each its own
//!    code, data, heap,  │        │   │        │
//!    files: in common   └────────┘   └────────┘
//! ```
//!
//! The memory of the new thread's stack comes from who makes it: an array, or a part
//! of the heap. So it is in common as well; only nobody else has a reason to go there.

use std::rc::Rc;

use super::boot::Computer;
use super::call::Reply;
use super::errno::Errno;
use super::thread::Thread;
use crate::kernel::pid::Pid;
use crate::machine::isa::Register;

/// Source: `include/uapi/linux/sched.h`.
// ANCHOR: flags
pub(super) mod flag {
    pub(in super::super) const SIGNAL: u32 = 0xff;
    pub(in super::super) const VM: u32 = 0x100;
    pub(in super::super) const FS: u32 = 0x200;
    pub(in super::super) const FILES: u32 = 0x400;
    pub(in super::super) const SIGHAND: u32 = 0x800;
    pub(in super::super) const THREAD: u32 = 0x1_0000;
    pub(in super::super) const SYSVSEM: u32 = 0x4_0000;
    pub(in super::super) const SETTLS: u32 = 0x8_0000;
    pub(in super::super) const PARENT_SETTID: u32 = 0x10_0000;
    pub(in super::super) const CHILD_CLEARTID: u32 = 0x20_0000;
    pub(in super::super) const DETACHED: u32 = 0x40_0000;
    pub(in super::super) const CHILD_SETTID: u32 = 0x100_0000;
}

/// All of these, for a thread.
const THREAD: u32 = flag::VM | flag::FS | flag::FILES | flag::SIGHAND | flag::THREAD;

/// These may be there, too.
const THREAD_TOO: u32 = PROCESS_TOO | flag::SYSVSEM | flag::DETACHED;
const PROCESS_TOO: u32 =
    flag::SIGNAL | flag::SETTLS | flag::PARENT_SETTID | flag::CHILD_SETTID | flag::CHILD_CLEARTID;
// ANCHOR_END: flags

impl Computer {
    /// `clone(flags, stack, address for the parent, tls, address for the child)`.
    // ANCHOR: clone
    pub(super) fn clone_thread(
        &mut self,
        thread: &mut Thread,
        [flags, stack, parent_tid, tls, child_tid, _]: [u32; 6],
    ) -> Result<Reply, Errno> {
        let is_thread = flags & THREAD == THREAD && flags & !(THREAD | THREAD_TOO) == 0;
        let is_process = flags & !PROCESS_TOO == 0;
        let mut registers = thread.registers.clone();
        registers.set(Register::A0, 0);
        registers.skip();
        if stack != 0 {
            registers.set(Register::SP, stack);
        }
        if flags & flag::SETTLS != 0 {
            registers.set(Register::TP, tls);
        }
        let pid = match (is_thread, is_process) {
            (true, _) => {
                self.check_room_for_thread()?;
                let pid = self.kernel.next_pid();
                self.admit(thread, pid, registers, Rc::clone(&thread.process));
                pid
            }
            (false, true) => self.fork(thread, registers)?,
            (false, false) => return Err(Errno::Invalid),
        };
        self.tell_number(thread, pid, flags, [parent_tid, child_tid]);
        Ok(Reply::Value(pid.ident() as u32))
    }
    // ANCHOR_END: clone

    /// Writes the number of the new thread where the flags say, and notes where it is to
    /// be cleared at its end.
    // ANCHOR: tell_number
    fn tell_number(
        &mut self,
        thread: &mut Thread,
        pid: Pid,
        flags: u32,
        [parent, child]: [u32; 2],
    ) {
        let tid = (pid.ident() as u32).to_le_bytes();
        // As on Linux, it is nobody's mistake that these cannot be written.
        if flags & flag::PARENT_SETTID != 0 {
            let _ = self.copy_out(thread, parent, &tid);
        }
        if flags & flag::CHILD_SETTID != 0 {
            let new = self.thread(pid.ident()).expect("it is ready");
            let _ = new.memory().write(child, &tid);
        }
        if flags & flag::CHILD_CLEARTID != 0 {
            let pcb = self.kernel.get(pid).expect("it is ready");
            pcb.identity().clear_at_end(child);
        }
    }
    // ANCHOR_END: tell_number
}

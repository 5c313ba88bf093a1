//! The system calls: all that a process can ask for. Read next: `errno.rs`.
//!
//! The number of the call is in a7, its arguments in a0 and on, and the answer
//! comes back in a0: not negative, or the negated number of an [`Errno`]. The
//! other registers stay as they are.
//!
//! Nothing in a register is taken for true. A pointer is looked up in the
//! process's own address space, a length is what the memory has, and what makes
//! no sense is refused: a process can be wrong, and only it is hurt.
//!
//! | call | number | arguments | answer | refused with |
//! | --- | --- | --- | --- | --- |
//! | `write` | 64 | file, address, length | bytes that were written; may be fewer | `EBADF`, `EFAULT` |
//! | `exit` | 93 | status | none | |
//! | `exit_group` | 94 | status | none | |
//! | `nanosleep` | 101 | address of seconds and nanoseconds; a second address, which is not used | 0 | `EFAULT`, `EINVAL` |
//! | `sched_yield` | 124 | | 0 | |
//! | `getpid` | 172 | | the pid | |
//! | `brk` | 214 | the new break, or 0 | the break, which is the old one if the new one was refused | |
//!
//! Everything else is refused with `ENOSYS`.
//!
//! # What is as on Linux, and what is not
//!
//! The numbers are those of `include/uapi/asm-generic/unistd.h`, which RISC-V
//! uses. A 32-bit RISC-V does not have `nanosleep` there, only a call with 64-bit
//! seconds; it has here the number of the 64-bit one, and takes two words of 32
//! bits, both with a sign, as 32-bit computers have them in C's old `timespec`.
//!
//! - `write` goes to the console, through the files 1 and 2. It takes what it gets
//!   in pieces of 2048 bytes, as Linux's terminals do (`drivers/tty/tty_io.c`):
//!   if a piece cannot be read, the pieces before it have been written, and their
//!   length is the answer; only if it is the first one, `EFAULT`. File 0 is for
//!   reading.
//! - `nanosleep` sleeps for whole ticks, at least as long as asked for. Nobody can
//!   interrupt it, so what would be left is never written.
//! - `brk` moves the end of the heap to any address, not only by pages. What was
//!   given up is no more there.
//! - `exit` ends the process, which has only one thread.

use std::time::Duration;

use super::boot::Computer;
use super::console::{Stream, Write};
use super::death::{Death, DeathKind};
use super::errno::Errno;
use super::process::USER_END;
use super::thread::Thread;
use super::trap::Next;
use crate::kernel::wait::{Wait, WaitReason};
use crate::machine::isa::Register;

/// `write(file, address, length)`.
pub const WRITE: u32 = 64;
/// `exit(status)`.
pub const EXIT: u32 = 93;
/// `exit_group(status)`.
pub const EXIT_GROUP: u32 = 94;
/// `nanosleep(address of how long, 0)`.
pub const NANOSLEEP: u32 = 101;
/// `sched_yield()`.
pub const SCHED_YIELD: u32 = 124;
/// `getpid()`.
pub const GETPID: u32 = 172;
/// `brk(address)`.
pub const BRK: u32 = 214;

/// What the call with this number is called, if there is one.
///
/// ```
/// use kernel_sim::os::syscall;
///
/// assert_eq!(syscall::name(64), Some("write"));
/// assert_eq!(syscall::name(5000), None);
/// ```
pub fn name(number: u32) -> Option<&'static str> {
    Some(match number {
        WRITE => "write",
        EXIT => "exit",
        EXIT_GROUP => "exit_group",
        NANOSLEEP => "nanosleep",
        SCHED_YIELD => "sched_yield",
        GETPID => "getpid",
        BRK => "brk",
        _ => return None,
    })
}

/// How many bytes a terminal takes at once.
const PIECE: u32 = 2048;

impl Computer {
    /// Does what the process asks for with an `ecall`.
    pub(super) fn call(&mut self, thread: &mut Thread) -> Next {
        thread.account.calls += 1;
        self.charge(thread, self.costs.call.into());
        let [number, a0, a1, a2] = [Register::A7, Register::A0, Register::A1, Register::A2]
            .map(|register| thread.registers.get(register));

        let mut next = Next::Resume;
        let answer = match number {
            EXIT | EXIT_GROUP => {
                return Next::Exit(Death {
                    pc: thread.registers.pc,
                    // Of the status only the lowest eight bits are kept.
                    kind: DeathKind::Exit(a0 as u8),
                });
            }
            WRITE => self.write(thread, a0, a1, a2),
            NANOSLEEP => self.nanosleep(thread, a0).map(|wait| {
                next = Next::Wait(wait);
                0
            }),
            SCHED_YIELD => {
                next = Next::Yield;
                Ok(0)
            }
            GETPID => Ok(thread.process.pid() as u32),
            BRK => Ok(self.brk(thread, a0)),
            _ => Err(Errno::NoSuchCall),
        };
        let answer = answer.unwrap_or_else(Errno::answer);
        thread.registers.set(Register::A0, answer);
        thread.registers.skip();
        next
    }

    fn write(
        &mut self,
        thread: &mut Thread,
        file: u32,
        address: u32,
        length: u32,
    ) -> Result<u32, Errno> {
        let stream = Stream::numbered(file).ok_or(Errno::BadFile)?;
        let end = address.checked_add(length);
        // Linux's `access_ok`: whether a process could have that at all.
        if end.is_none_or(|end| end > USER_END) {
            return Err(Errno::BadAddress);
        }
        let mut kept = Vec::new();
        let mut written = 0;
        while written < length {
            let piece = (length - written).min(PIECE);
            let Ok(read) = thread.memory().read(address + written, piece) else {
                break;
            };
            written += piece;
            let room = self.console.room() - kept.len();
            kept.extend(read.into_iter().take(room));
        }
        if written == 0 {
            return match length {
                0 => Ok(0),
                _ => Err(Errno::BadAddress),
            };
        }
        self.charge(thread, self.costs.of_copying(written));
        self.console.put(Write {
            pid: thread.process.pid(),
            stream,
            tick: self.now(),
            lost: written - kept.len() as u32,
            bytes: kept,
        });
        Ok(written)
    }

    fn nanosleep(&mut self, thread: &mut Thread, address: u32) -> Result<Wait, Errno> {
        let bytes = thread.memory().read(address, 8);
        let bytes = bytes.map_err(|_| Errno::BadAddress)?;
        self.charge(thread, self.costs.of_copying(8));
        let (words, _) = bytes.as_chunks();
        let [seconds, nanos] = [words[0], words[1]].map(i32::from_le_bytes);
        let (Ok(seconds), Ok(nanos @ 0..=999_999_999)) =
            (u64::try_from(seconds), u64::try_from(nanos))
        else {
            return Err(Errno::Invalid);
        };
        let ticks = seconds * 1_000_000 + nanos.div_ceil(1_000);
        let deadline = self.kernel.now().checked_add(Duration::from_micros(ticks));
        Ok(Wait {
            reason: WaitReason::Sleep,
            deadline,
        })
    }

    fn brk(&mut self, thread: &mut Thread, wanted: u32) -> u32 {
        let heap = thread.process.heap();
        let others = self.memory_used - u64::from(heap.limit - heap.base);
        let room = self.limits.memory.saturating_sub(others);
        let is_allowed = (heap.base..=thread.process.highest_break.get()).contains(&wanted)
            && u64::from(wanted - heap.base) <= room;
        if !is_allowed
            || wanted == heap.limit
            || thread
                .process
                .memory
                .borrow_mut()
                .set_heap_limit(wanted)
                .is_err()
        {
            return heap.limit;
        }
        self.charge(thread, self.costs.of_copying(wanted - heap.base));
        self.memory_used = others + u64::from(wanted - heap.base);
        wanted
    }
}

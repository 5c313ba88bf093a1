//! The system calls: all that a process can ask for. Read next: `errno.rs`.
//!
//! The number of the call is in a7, its arguments in a0 and on, and the answer
//! comes back in a0: not negative, or the negated number of an [`Errno`](super::Errno). The
//! other registers stay as they are.
//!
//! Nothing in a register is taken for true. A pointer is looked up in the
//! process's own address space, a length is what the memory has, and what makes
//! no sense is refused: a process can be wrong, and only it is hurt.
//!
//! | call | number | arguments | answer | refused with |
//! | --- | --- | --- | --- | --- |
//! | `dup` | 23 | file | another number for it, the lowest that is free | `EBADF`, `EMFILE` |
//! | `dup3` | 24 | file, number, 0 | the number | `EBADF`, `EINVAL` |
//! | `close` | 57 | file | 0 | `EBADF` |
//! | `pipe2` | 59 | address of two words, 0 | 0 | `EFAULT`, `EINVAL`, `EMFILE`, `ENFILE` |
//! | `read` | 63 | file, address, length | bytes that were read; 0 at the end | `EBADF`, `EFAULT`, `EINVAL` |
//! | `write` | 64 | file, address, length | bytes that were written; may be fewer | `EBADF`, `EFAULT`, `ENOTCONN`, `EPIPE` |
//! | `exit` | 93 | status | none | |
//! | `exit_group` | 94 | status | none | |
//! | `futex` | 98 | address, 0 to wait or 1 to wake, value or how many, address of a time limit or 0 | 0, or how many were woken | `EAGAIN`, `EFAULT`, `EINVAL`, `ENOSYS`, `ETIMEDOUT` |
//! | `nanosleep` | 101 | address of seconds and nanoseconds; a second address, which is not used | 0 | `EFAULT`, `EINVAL` |
//! | `sched_yield` | 124 | | 0 | |
//! | `kill` | 129 | pid, signal: 9, 15, or 0 to ask | 0 | `EINVAL`, `EPERM`, `ESRCH` |
//! | `getpid`, `getppid`, `gettid` | 172, 173, 178 | | the number | |
//! | `msgget` | 186 | key, flags | the queue | `EACCES`, `EEXIST`, `ENOENT`, `ENOSPC` |
//! | `msgctl` | 187 | queue, 0 to remove it | 0 | `EINVAL`, `EPERM` |
//! | `msgrcv` | 188 | queue, address, room, type, flags | how long the text is | `E2BIG`, `EACCES`, `EFAULT`, `EIDRM`, `EINVAL`, `ENOMSG`, `ENOSYS` |
//! | `msgsnd` | 189 | queue, address, length, flags | 0 | `EACCES`, `EAGAIN`, `EFAULT`, `EIDRM`, `EINVAL` |
//! | `shmget` | 194 | key, size, flags | the piece | `EACCES`, `EEXIST`, `EINVAL`, `ENOENT`, `ENOMEM`, `ENOSPC` |
//! | `shmctl` | 195 | piece, 0 to remove it | 0 | `EINVAL`, `EPERM` |
//! | `shmat` | 196 | piece, address or 0, flags | the address | `EACCES`, `EINVAL`, `ENOMEM`, `EPERM` |
//! | `shmdt` | 197 | address | 0 | `EINVAL` |
//! | `socket` | 198 | 1, 1, 0 | a file | `EAFNOSUPPORT`, `EINVAL`, `EMFILE`, `EPROTONOSUPPORT`, `ESOCKTNOSUPPORT` |
//! | `bind` | 200 | file, address of a name, its length | 0 | `EADDRINUSE`, `EBADF`, `EFAULT`, `EINVAL`, `ENOTSOCK` |
//! | `listen` | 201 | file, how many may wait | 0 | `EBADF`, `EINVAL`, `ENOTSOCK` |
//! | `accept` | 202 | file, 0, 0 | a file | `EBADF`, `EINVAL`, `EMFILE`, `ENOTSOCK` |
//! | `connect` | 203 | file, address of a name, its length | 0 | `EBADF`, `ECONNREFUSED`, `EFAULT`, `EINVAL`, `EISCONN`, `ENFILE`, `ENOTSOCK` |
//! | `brk` | 214 | the new break, or 0 | the break, which is the old one if the new one was refused | |
//! | `clone` | 220 | flags, stack or 0, address for the number, tls, address for the number and the end | the number; 0 in the new one | `EAGAIN`, `EINVAL`, `ENOMEM` |
//! | `execve` | 221 | address of the name, address of the arguments' addresses or 0, a third, which is not used | none, in another program | `E2BIG`, `EFAULT`, `EINVAL`, `ENAMETOOLONG`, `ENOENT`, `ENOEXEC`, `ENOMEM` |
//! | `wait4` | 260 | pid or -1, address of the status or 0, options, 0 | the pid; 0 if it was not to wait | `ECHILD`, `EFAULT`, `EINVAL`, `ESRCH` |
//!
//! Everything else is refused with `ENOSYS`.
//!
//! # What is as on Linux, and what is not
//!
//! The numbers are those of `include/uapi/asm-generic/unistd.h`, which RISC-V
//! uses, and which error belongs to which mistake is what the manual pages (section 2)
//! say. A 32-bit RISC-V does not have `nanosleep`, `futex` and `wait4` there, only
//! calls with 64-bit seconds; they have here the numbers of the 64-bit ones, and take
//! two words of 32 bits, both with a sign, as 32-bit computers have them in C's old
//! `timespec`.
//!
//! - There are no signals but those that end a process, nobody can catch them, and no
//!   call is interrupted. To write to a broken pipe is refused, and no `SIGPIPE` comes.
//! - No file is `O_NONBLOCK` or `O_CLOEXEC`: flags for that are `EINVAL`.
//! - `write` to the console, the files 1 and 2, takes what it gets
//!   in pieces of 2048 bytes, as Linux's terminals do (`drivers/tty/tty_io.c`):
//!   if a piece cannot be read, the pieces before it have been written, and their
//!   length is the answer; only if it is the first one, `EFAULT`. File 0 is for
//!   reading, and at its end: there is no keyboard.
//! - A call that waits is about the file for which its number stood when it began,
//!   whatever another thread does with the number meanwhile, as on Linux.
//! - `nanosleep` sleeps for whole ticks, at least as long as asked for. Nobody can
//!   interrupt it, so what would be left is never written.
//! - `brk` moves the end of the heap to any address, not only by pages. What was
//!   given up is no more there.
//! - `exit` of a main thread ends the process, as `exit_group` does. On Linux the other
//!   threads go on.
//! - `kill` reaches processes of the same family, whose first was started from
//!   outside; the others are `EPERM`, as on Linux those of another user. The same holds
//!   for message queues and shared memory, unless their mode lets others have them; who has
//!   made them may what the first digit of the mode says.
//!   There are no process groups: 0 and negative pids are `ESRCH`.
//! - `bind` gives no name of its own choice: an address without one is `EINVAL`. A
//!   `msgsnd` that has waited for room looks at its message again.
//! - `clone` makes a process, if nothing is to be in common, or a thread, if the flags
//!   `CLONE_VM`, `FS`, `FILES`, `SIGHAND` and `THREAD` are all there. What is between
//!   is `EINVAL`.
//! - `execve` gives the program no environment. Only the main thread can do it;
//!   another one is refused with `EINVAL`. (On Linux it becomes the main thread.)
//! - `wait4` writes no resource usage: its address has to be 0, or it is `EINVAL`. Nor
//!   does `accept` write who has come. Which signal `clone` was to send to the parent
//!   makes no difference: all children are waited for alike.
//! - `shmat` replaces nothing that is there, and what it attaches holds no code: the
//!   flags for that are `EINVAL`. `msgrcv` makes no copies (`MSG_COPY` is `ENOSYS`), as
//!   on a Linux that was built without `CONFIG_CHECKPOINT_RESTORE`.
//! - Sockets are streams in the local domain. Their names are in no directory: a name
//!   that nobody has is `ECONNREFUSED`, not `ENOENT`, as Linux's abstract ones are.
//!   Who reads after the other side has closed gets what is left and then 0; Linux has
//!   `ECONNRESET` if something had been sent that the other side has not read.

use super::call_log::argument::Argument::{self, *};
use super::call_log::names::{
    ATTACHING, COMMANDS, DOMAINS, FUTEX as FUTEX_NAMES, MAKING, RECEIVING, SENDING, SIGNALS,
    SOCKETS, WAITING,
};
use super::clone::flag;
use crate::machine::cpu::Registers;
use crate::machine::isa::Register;

/// The names, the numbers, and what their arguments mean.
// ANCHOR: calls
macro_rules! calls {
    ($($(#[$doc:meta])* $constant:ident $name:literal $number:literal $arguments:expr;)*) => {
        $($(#[$doc])* pub const $constant: u32 = $number;)*

        /// What the call with this number is called, and how many arguments it has, if
        /// there is one.
        ///
        /// ```
        /// use kernel_sim::os::syscall;
        ///
        /// assert_eq!(syscall::name(64), Some(("write", 3)));
        /// assert_eq!(syscall::name(5000), None);
        /// ```
        pub fn name(number: u32) -> Option<(&'static str, usize)> {
            match number {
                $($constant => Some(($name, arguments(number).len())),)*
                _ => None,
            }
        }

        /// What the arguments of the call with this number mean.
        pub(super) fn arguments(number: u32) -> &'static [Argument] {
            match number {
                $($constant => &$arguments,)*
                _ => &[],
            }
        }
    };
}
// ANCHOR_END: calls

calls! {
    /// `dup(file)`.
    // ANCHOR: numbers
    DUP "dup" 23 [Number];
    /// `dup3(file, number, 0)`.
    DUP3 "dup3" 24 [Number, Number, Number];
    /// `close(file)`.
    CLOSE "close" 57 [Number];
    /// `pipe2(address of two words, 0)`.
    PIPE2 "pipe2" 59 [TwoFilled, SpareFlags(&[])];
    /// `read(file, address, length)`.
    READ "read" 63 [Number, TextFilled, Count];
    /// `write(file, address, length)`.
    WRITE "write" 64 [Number, Text, Count];
    /// `exit(status)`.
    EXIT "exit" 93 [Number];
    /// `exit_group(status)`.
    EXIT_GROUP "exit_group" 94 [Number];
    /// `futex(address, operation, value, address of a time limit)`.
    FUTEX "futex" 98 [Address, Named(FUTEX_NAMES), Number, TimeLimit];
    /// `nanosleep(address of how long, 0)`.
    NANOSLEEP "nanosleep" 101 [Time];
    /// `sched_yield()`.
    SCHED_YIELD "sched_yield" 124 [];
    /// `kill(pid, signal)`.
    KILL "kill" 129 [Number, Named(SIGNALS)];
    /// `getpid()`.
    GETPID "getpid" 172 [];
    /// `getppid()`.
    GETPPID "getppid" 173 [];
    /// `gettid()`.
    GETTID "gettid" 178 [];
    /// `msgget(key, flags)`.
    MSGGET "msgget" 186 [Key, Flags(MAKING)];
    /// `msgctl(queue, command, 0)`.
    MSGCTL "msgctl" 187 [Number, Named(COMMANDS)];
    /// `msgrcv(queue, address, room, type, flags)`.
    MSGRCV "msgrcv" 188 [Number, MessageFilled, Count, Number, SpareFlags(RECEIVING)];
    /// `msgsnd(queue, address, length, flags)`.
    MSGSND "msgsnd" 189 [Number, Message, Count, SpareFlags(SENDING)];
    // ANCHOR_END: numbers
    /// `shmget(key, size, flags)`.
    // ANCHOR: more_numbers
    SHMGET "shmget" 194 [Key, Count, Flags(MAKING)];
    /// `shmctl(piece, command, 0)`.
    SHMCTL "shmctl" 195 [Number, Named(COMMANDS)];
    /// `shmat(piece, address or 0, flags)`.
    SHMAT "shmat" 196 [Number, Address, SpareFlags(ATTACHING)];
    /// `shmdt(address)`.
    SHMDT "shmdt" 197 [Address];
    /// `socket(domain, type, protocol)`.
    SOCKET "socket" 198 [Named(DOMAINS), Named(SOCKETS), Number];
    /// `bind(file, address of a name, length)`.
    BIND "bind" 200 [Number, SocketName];
    /// `listen(file, how many may wait)`.
    LISTEN "listen" 201 [Number, Number];
    /// `accept(file, 0, 0)`.
    ACCEPT "accept" 202 [Number, Spare, Spare];
    /// `connect(file, address of a name, length)`.
    CONNECT "connect" 203 [Number, SocketName];
    /// `brk(address)`.
    BRK "brk" 214 [Address];
    /// `clone(flags, stack, parent's address, tls, child's address)`.
    CLONE "clone" 220 [
        CloneFlags,
        CloneStack,
        CloneAddress("parent_tid", flag::PARENT_SETTID),
        CloneAddress("tls", flag::SETTLS),
        CloneAddress("child_tid", flag::CHILD_SETTID | flag::CHILD_CLEARTID),
    ];
    /// `execve(address of the name, address of the arguments' addresses, 0)`.
    EXECVE "execve" 221 [Name, Names];
    /// `wait4(pid, address of the status, options, 0)`.
    WAIT4 "wait4" 260 [Number, StatusFilled, Flags(WAITING), Spare];
    // ANCHOR_END: more_numbers
}

/// What a thread has in its registers when it calls.
// ANCHOR: call
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// a7: which call.
    pub number: u32,
    /// a0 to a5. How many of them mean something depends on the call.
    pub arguments: [u32; 6],
}

impl Call {
    /// The call that these registers are for.
    pub fn of(registers: &Registers) -> Call {
        let first = Register::A0.number();
        let argument = |index| registers.get(Register::new(first + index).expect("at most a5"));
        Call {
            number: registers.get(Register::A7),
            arguments: [0, 1, 2, 3, 4, 5].map(argument),
        }
    }
}
// ANCHOR_END: call

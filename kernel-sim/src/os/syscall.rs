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

use crate::machine::cpu::Registers;
use crate::machine::isa::Register;

/// The names, the numbers and how many arguments they have.
macro_rules! calls {
    ($($(#[$doc:meta])* $constant:ident $name:literal $number:literal $arguments:literal;)*) => {
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
                $($constant => Some(($name, $arguments)),)*
                _ => None,
            }
        }
    };
}

calls! {
    /// `dup(file)`.
    DUP "dup" 23 1;
    /// `dup3(file, number, 0)`.
    DUP3 "dup3" 24 3;
    /// `close(file)`.
    CLOSE "close" 57 1;
    /// `pipe2(address of two words, 0)`.
    PIPE2 "pipe2" 59 2;
    /// `read(file, address, length)`.
    READ "read" 63 3;
    /// `write(file, address, length)`.
    WRITE "write" 64 3;
    /// `exit(status)`.
    EXIT "exit" 93 1;
    /// `exit_group(status)`.
    EXIT_GROUP "exit_group" 94 1;
    /// `futex(address, operation, value, address of a time limit)`.
    FUTEX "futex" 98 4;
    /// `nanosleep(address of how long, 0)`.
    NANOSLEEP "nanosleep" 101 1;
    /// `sched_yield()`.
    SCHED_YIELD "sched_yield" 124 0;
    /// `kill(pid, signal)`.
    KILL "kill" 129 2;
    /// `getpid()`.
    GETPID "getpid" 172 0;
    /// `getppid()`.
    GETPPID "getppid" 173 0;
    /// `gettid()`.
    GETTID "gettid" 178 0;
    /// `msgget(key, flags)`.
    MSGGET "msgget" 186 2;
    /// `msgctl(queue, command, 0)`.
    MSGCTL "msgctl" 187 2;
    /// `msgrcv(queue, address, room, type, flags)`.
    MSGRCV "msgrcv" 188 5;
    /// `msgsnd(queue, address, length, flags)`.
    MSGSND "msgsnd" 189 4;
    /// `shmget(key, size, flags)`.
    SHMGET "shmget" 194 3;
    /// `shmctl(piece, command, 0)`.
    SHMCTL "shmctl" 195 2;
    /// `shmat(piece, address or 0, flags)`.
    SHMAT "shmat" 196 3;
    /// `shmdt(address)`.
    SHMDT "shmdt" 197 1;
    /// `socket(domain, type, protocol)`.
    SOCKET "socket" 198 3;
    /// `bind(file, address of a name, length)`.
    BIND "bind" 200 3;
    /// `listen(file, how many may wait)`.
    LISTEN "listen" 201 2;
    /// `accept(file, 0, 0)`.
    ACCEPT "accept" 202 3;
    /// `connect(file, address of a name, length)`.
    CONNECT "connect" 203 3;
    /// `brk(address)`.
    BRK "brk" 214 1;
    /// `clone(flags, stack, parent's address, tls, child's address)`.
    CLONE "clone" 220 5;
    /// `execve(address of the name, address of the arguments' addresses, 0)`.
    EXECVE "execve" 221 3;
    /// `wait4(pid, address of the status, options, 0)`.
    WAIT4 "wait4" 260 4;
}

/// What a thread has in its registers when it calls.
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

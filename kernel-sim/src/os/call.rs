//! One call, from its `ecall` to its answer. Read next: `call_log.rs`.
//!
//! Most calls are answered at once. One that has to wait for somebody is not done:
//! pc stays at the `ecall`, the thread waits (4), and when it has the CPU again the
//! kernel tries once more, with the same registers. So it does not matter who came
//! first, or whether what it was woken for is gone by then. Trap and call are charged
//! for once.

use super::awaited::Wait;
use super::boot::Computer;
use super::call_log::Called;
use super::death::{Death, DeathKind};
use super::errno::Errno;
use super::syscall::{self, Call};
use super::thread::{Pending, Thread};
use super::trap::Next;
use crate::kernel::wait::Signal;
use crate::machine::isa::Register;

/// What a call leads to that is not refused.
// ANCHOR: reply
#[derive(Debug)]
pub(super) enum Reply {
    /// The thread goes on with this in a0.
    Value(u32),
    /// It lets others run, and has 0 in a0.
    Yield,
    /// It waits, and goes on with 0, or with this if its time is up first.
    Wait(Wait, u32),
    /// It waits, and then the call is done again. So many bytes of it are done.
    Again(Wait, u32),
    /// The registers are what they have to be.
    Elsewhere,
    /// The thread ends.
    Leave(Death),
    /// The process ends.
    End(Death),
}
// ANCHOR_END: reply

impl Computer {
    /// Does what a thread asks for with an `ecall`, or tries again to do it.
    pub(super) fn call(&mut self, thread: &mut Thread) -> Next {
        // ANCHOR: call_begins
        let done = match thread.pending {
            Pending::Call { done } => done,
            _ => {
                thread.account.calls += 1;
                self.charge(thread, self.costs.call.into());
                0
            }
        };
        let is_again = thread.is_in_call();
        thread.pending = Pending::Nothing;
        let call = Call::of(&thread.registers);
        if !is_again {
            self.begin_log(thread, call);
        }
        let reply = self.perform(thread, &call, done, is_again);
        if !matches!(reply, Ok(Reply::Again(..))) {
            self.let_held_file_go(thread);
        }
        // ANCHOR_END: call_begins
        // ANCHOR: replies
        let (next, answer) = match reply {
            Ok(Reply::Value(value)) => (Next::Resume, value),
            Ok(Reply::Yield) => (Next::Yield, 0),
            Err(errno) => (Next::Resume, errno.answer()),
            Ok(Reply::Wait(wait, late)) => {
                self.log_wait(thread, &wait);
                thread.pending = Pending::Late { late };
                thread.answer(0);
                return Next::Wait(wait);
            }
            Ok(Reply::Again(wait, done)) => {
                if !is_again {
                    self.log_wait(thread, &wait);
                }
                thread.pending = Pending::Call { done };
                return Next::Wait(wait);
            }
            Ok(Reply::Elsewhere) => {
                self.log_end(thread, Called::NeverAnswered);
                return Next::Resume;
            }
            Ok(Reply::Leave(death)) => {
                self.log_end(thread, Called::NeverAnswered);
                return Next::Leave(death);
            }
            Ok(Reply::End(death)) => {
                self.log_end(thread, Called::NeverAnswered);
                return Next::Exit(death);
            }
        };
        // ANCHOR_END: replies
        // ANCHOR: answered
        self.log_end(thread, Called::Answered(answer));
        thread.answer(answer);
        next
        // ANCHOR_END: answered
    }

    /// The thread has waited and has the CPU again. If its time was up, the answer is
    /// another one.
    // ANCHOR: answer_late
    pub(super) fn answer_late(&mut self, thread: &mut Thread, signal: Signal) {
        if let Pending::Late { late } = thread.pending {
            thread.pending = Pending::Nothing;
            if signal == Signal::TimedOut {
                thread.registers.set(Register::A0, late);
            }
            let answer = thread.registers.get(Register::A0);
            self.log_end(thread, Called::Answered(answer));
        }
    }
    // ANCHOR_END: answer_late

    /// `done` and `is_again` are for calls that have waited.
    fn perform(
        &mut self,
        thread: &mut Thread,
        call: &Call,
        done: u32,
        is_again: bool,
    ) -> Result<Reply, Errno> {
        // ANCHOR: perform_arguments
        let arguments = call.arguments;
        let [a0, a1, a2, ..] = arguments;
        // ANCHOR_END: perform_arguments
        match call.number {
            // ANCHOR: perform
            syscall::DUP => self.dup(thread, a0),
            syscall::DUP3 => self.dup3(thread, [a0, a1, a2]),
            syscall::CLOSE => self.close(thread, a0),
            syscall::PIPE2 => self.pipe2(thread, a0, a1),
            syscall::READ => self.read(thread, [a0, a1, a2]),
            syscall::WRITE => self.write(thread, [a0, a1, a2], done),
            syscall::EXIT if thread.pid != thread.process.main => {
                Ok(Reply::Leave(exit(thread, a0)))
            }
            syscall::EXIT | syscall::EXIT_GROUP => Ok(Reply::End(exit(thread, a0))),
            syscall::FUTEX => self.futex(thread, arguments),
            syscall::NANOSLEEP => self.nanosleep(thread, a0),
            syscall::SCHED_YIELD => Ok(Reply::Yield),
            syscall::KILL => self.kill(thread, a0, a1),
            syscall::GETPID => Ok(Reply::Value(thread.process.pid() as u32)),
            syscall::GETPPID => Ok(Reply::Value(thread.process.parent() as u32)),
            syscall::GETTID => Ok(Reply::Value(thread.pid() as u32)),
            syscall::MSGGET => self.msgget(thread, a0, a1),
            syscall::MSGCTL => self.msgctl(thread, a0, a1),
            syscall::MSGRCV => self.msgrcv(thread, arguments, is_again),
            syscall::MSGSND => self.msgsnd(thread, arguments, is_again),
            syscall::SHMGET => self.shmget(thread, [a0, a1, a2]),
            syscall::SHMCTL => self.shmctl(thread, a0, a1),
            syscall::SHMAT => self.shmat(thread, [a0, a1, a2]),
            syscall::SHMDT => self.shmdt(thread, a0),
            syscall::SOCKET => self.socket(thread, [a0, a1, a2]),
            syscall::BIND => self.bind(thread, [a0, a1, a2]),
            syscall::LISTEN => self.listen(thread, [a0, a1]),
            syscall::ACCEPT => self.accept(thread, [a0, a1, a2]),
            syscall::CONNECT => self.connect(thread, [a0, a1, a2]),
            syscall::BRK => Ok(Reply::Value(self.brk(thread, a0))),
            syscall::CLONE => self.clone_thread(thread, arguments),
            syscall::EXECVE => self.execve(thread, a0, a1),
            syscall::WAIT4 => self.wait4(thread, arguments),
            _ => Err(Errno::NoSuchCall),
            // ANCHOR_END: perform
        }
    }
}

/// Of a status only the lowest eight bits are kept.
// ANCHOR: exit
fn exit(thread: &Thread, status: u32) -> Death {
    Death {
        pc: thread.registers.pc,
        kind: DeathKind::Exit(status as u8),
    }
}
// ANCHOR_END: exit

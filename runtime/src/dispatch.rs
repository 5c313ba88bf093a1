//! The loop: who runs next, until when, and what then.
//!
//! It stands on the OS thread's own stack. Each turn takes one thread along
//! one arrow out of Running; the numbers are those of the diagram in
//! `kernel_sim`.

use std::mem;
use std::sync::Arc;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::Signal;
use kernel_sim::kernel::{Idle, Running};

use crate::core::{Core, Saved, Start};
use crate::current;
use crate::fiber::Fiber;
use crate::panic::Killed;
use crate::thread::Thread;
use crate::thread::facts::Facts;
use crate::trap::Trap;

/// Nobody can run, and nobody will ever wake anybody.
pub(crate) struct NobodyCanRun;

impl Core {
    /// Runs threads until all that the program waits for have ended.
    pub(crate) fn drive(&self) -> Result<(), NobodyCanRun> {
        while self.awaited.get() > 0 {
            let next = self.kernel.borrow_mut().dispatch(); // 2
            match next {
                Some(thread) => self.turn(thread),
                None => self.idle()?,
            }
        }
        Ok(())
    }

    /// Gives the CPU to one thread, and acts on how it gives it up.
    #[inline(always)]
    pub(crate) fn turn(&self, mut thread: Running<Box<Saved>>) {
        self.log_events();
        let signal = thread.signal;
        let trap = match &mut *thread.context {
            Saved::Suspended(fiber) if fiber.may_go_on(signal) => fiber.resume(signal),
            Saved::Suspended(_) => self.give_up(thread.pid()),
            Saved::Fresh(_) | Saved::Ended => self.begin(thread.pid(), signal, &mut thread.context),
        };
        match trap {
            Trap::Yield => self.kernel.borrow_mut().preempt(thread), // 3
            Trap::Wait(wait) => self.kernel.borrow_mut().block(thread, wait), // 4
            Trap::Exit => self.exit(thread),                         // 6 and 7
        }
    }

    /// The first turn of a thread: it gets a stack, and its body is called.
    fn begin(&self, pid: Pid, signal: Signal, context: &mut Saved) -> Trap {
        let Saved::Fresh(body) = mem::replace(context, Saved::Ended) else {
            unreachable!("a thread that has ended is not dispatched");
        };
        let thread = self.thread(pid);
        let stack = self.stacks.borrow_mut().take(thread.stack_size);
        let stack = match stack {
            Ok(stack) => stack,
            Err(no_stack) => {
                body(Start::Never(Box::new(no_stack)));
                return Trap::Exit;
            }
        };
        let guard = stack.guard();
        let mut fiber = Fiber::new(stack, thread.made_at, move |exits, signal| {
            let start = match signal {
                Signal::Kill => Start::Never(Box::new(Killed)),
                _ => Start::Run,
            };
            current::occupy(exits, Thread::new(thread), guard, || body(start));
        });
        let trap = fiber.resume(signal);
        *context = Saved::Suspended(fiber);
        trap
    }

    /// The last turn of a thread: its joiners wake up, and its stack goes to
    /// the next one.
    fn exit(&self, running: Running<Box<Saved>>) {
        let pid = running.pid();
        let mut kernel = self.kernel.borrow_mut();
        let context = kernel.exit(running); // 6
        let thread = kernel.reap(pid).expect("it has just ended"); // 7
        drop(kernel);

        thread.end.announce();
        if !thread.daemon {
            self.awaited.set(self.awaited.get() - 1);
        }
        if let Saved::Suspended(fiber) = *context
            && let Some(stack) = fiber.into_stack()
        {
            self.stacks.borrow_mut().give(thread.stack_size, stack);
        }
    }

    /// A thread that was told to end and does not: it is not run any more, and
    /// its stack is lost.
    #[cold]
    fn give_up(&self, pid: Pid) -> Trap {
        let name = self.thread(pid);
        log::error!(
            "{name} was killed and cannot be unwound: its stack is lost, its destructors do not run"
        );
        Trap::Exit
    }

    /// Waits until somebody is due.
    #[cold]
    fn idle(&self) -> Result<(), NobodyCanRun> {
        let idle = self.kernel.borrow_mut().idle();
        match idle {
            Idle::No => Ok(()),
            Idle::For(time) => {
                self.log_events();
                std::thread::sleep(time);
                Ok(())
            }
            Idle::Forever => Err(NobodyCanRun),
        }
    }

    fn thread(&self, pid: Pid) -> Arc<Facts> {
        let kernel = self.kernel.borrow();
        let pcb = kernel
            .get(pid)
            .expect("a running thread has a PCB");
        pcb.identity().clone()
    }
}

//! The loop: who runs next, until when, and what then.
//!
//! It stands on the OS thread's own stack. Each turn takes one thread along
//! one arrow out of Running; the numbers are those of the diagram in
//! `kernel_sim`.

use std::cell::RefMut;
use std::sync::Arc;
use std::time::Duration;

use kernel_sim::kernel::pcb::Pcb;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::Signal;
use kernel_sim::kernel::{Idle, Kernel, Running};
use log::Level;

use crate::ahead::Ahead;
use crate::core::{Context, Core, CutShort, MAIN};
use crate::current::{self, Beginning};
use crate::fiber::{Exits, Fiber};
use crate::panic::{self, Killed};
use crate::stack;
use crate::thread::task::Start;
use crate::trap::Trap;

/// Nobody can run, and nobody will ever wake anybody.
// ANCHOR: nobody
pub(crate) struct NobodyCanRun;
// ANCHOR_END: nobody

impl Core {
    /// Runs threads until all that the program waits for have ended.
    // ANCHOR: drive
    pub(crate) fn drive(&self) -> Result<(), NobodyCanRun> {
        // Borrowed from one turn's end until the next one begins.
        let mut kernel = self.kernel();
        while self.awaited.get() > 0 {
            let next = kernel.dispatch(); // 2
            if Ahead::helps(&kernel) {
                self.ahead.borrow_mut().fetch(&kernel);
            }
            kernel = match next {
                Some(thread) => self.turn(kernel, thread),
                None => {
                    drop(kernel);
                    self.idle()?;
                    self.kernel()
                }
            };
            if self.inbox.has_mail() || self.log_has_changed() {
                drop(kernel);
                self.deliver(); // 1 and 5, for other OS threads
                kernel = self.kernel();
            }
        }
        Ok(())
    }
    // ANCHOR_END: drive

    /// Gives the CPU to one thread, until it gives it up.
    // ANCHOR: turn
    #[inline(always)]
    pub(crate) fn turn<'a>(
        &'a self,
        kernel: RefMut<'a, Kernel<Context>>,
        mut thread: Running<Context>,
    ) -> RefMut<'a, Kernel<Context>> {
        current::begin_turn(thread.dispatch, kernel.surely_nobody_is_ready());
        let has_events = kernel.has_events();
        drop(kernel);
        if has_events {
            self.log_events_now();
        }
        if stack::is_reviewed_at(thread.dispatch) {
            self.fibers.borrow_mut().review();
        }
        let (pid, signal) = (thread.pid(), thread.signal);
        match &mut thread.context {
            Context::Suspended(fiber) if fiber.may_go_on(signal) => {
                resume(fiber, signal);
                let kernel = self.kernel.borrow_mut();
                if Ahead::helps(&kernel) {
                    self.ahead.borrow_mut().note(pid.slot(), fiber);
                }
                // Read at the very place where it is acted on, so that it is asked once
                // what it is.
                let trap = fiber.trap();
                self.act(kernel, thread, trap)
            }
            _ => self.begin_or_give_up(thread),
        }
    }
    // ANCHOR_END: turn

    /// The first turn of a thread, or one that it cannot have. Apart from the usual
    /// turn, which so keeps the registers for itself.
    // ANCHOR: begin_or_give_up
    #[inline(never)]
    fn begin_or_give_up(&self, mut thread: Running<Context>) -> RefMut<'_, Kernel<Context>> {
        let (pid, signal) = (thread.pid(), thread.signal);
        let trap = match &mut thread.context {
            Context::Suspended(_) => self.give_up(pid),
            Context::Fresh => self.begin(pid, signal, &mut thread.context),
        };
        let kernel = self.kernel.borrow_mut();
        if Ahead::helps(&kernel)
            && let Context::Suspended(fiber) = &thread.context
        {
            self.ahead.borrow_mut().note(pid.slot(), fiber);
        }
        self.act(kernel, thread, trap)
    }
    // ANCHOR_END: begin_or_give_up

    /// Takes the thread along the arrow that it asked for.
    // ANCHOR: act
    #[inline(always)]
    fn act<'a>(
        &'a self,
        mut kernel: RefMut<'a, Kernel<Context>>,
        thread: Running<Context>,
        trap: Trap,
    ) -> RefMut<'a, Kernel<Context>> {
        match trap {
            Trap::Yield => kernel.preempt(thread),          // 3
            Trap::Interrupt(_) => kernel.interrupt(thread), // 3
            Trap::Wait(wait) => kernel.block(thread, wait), // 4
            Trap::Exit => {
                let (pid, dispatch) = (thread.pid(), thread.dispatch);
                let context = kernel.exit(thread); // 6
                drop(kernel);
                self.reap(pid, dispatch, context); // 7
                return self.kernel.borrow_mut();
            }
        }
        kernel
    }
    // ANCHOR_END: act

    /// The first turn of a thread: it gets a fiber, and begins.
    // ANCHOR: begin
    #[inline]
    fn begin(&self, pid: Pid, signal: Signal, context: &mut Context) -> Trap {
        let kernel = self.kernel.borrow();
        let task = kernel.get(pid).expect("it has the CPU").identity();
        let fiber = self.fibers.borrow_mut().take(task.stack_size, root);
        match fiber {
            Ok(mut fiber) => {
                fiber.begin();
                let beginning = Beginning::new(task, fiber.guard());
                self.beginning.set(Some(beginning));
                let stack_is_awaited = kernel.first_for_memory().is_some();
                drop(kernel);
                if stack_is_awaited {
                    self.stack_is_taken();
                }
                resume(&mut fiber, signal);
                let trap = fiber.trap();
                *context = Context::Suspended(fiber);
                trap
            }
            Err(no_stack) => {
                let task = Arc::clone(task);
                drop(kernel);
                self.begin_without_stack(&task, signal, no_stack)
            }
        }
    }
    // ANCHOR_END: begin

    /// After the last turn of a thread, which was that dispatch: its PCB goes, those
    /// who join it from elsewhere are told, and its stack goes to the next one.
    // ANCHOR: reap
    fn reap(&self, pid: Pid, dispatch: u64, context: Context) {
        let mut kernel = self.kernel.borrow_mut();
        if pid.ident() == MAIN && kernel.get(pid).is_some_and(Pcb::killed) {
            self.main_cut_short.set(Some(CutShort::Killed));
        }
        let task = kernel.reap(pid).expect("it has just ended"); // 7
        let stack_is_awaited = kernel.first_for_memory().is_some();
        drop(kernel);

        task.end.announce();
        if !task.daemon {
            self.awaited.set(self.awaited.get() - 1);
        }
        if let Context::Suspended(fiber) = context
            && fiber.is_idle()
        {
            self.fibers.borrow_mut().give(fiber);
            if stack_is_awaited {
                self.stack_came_back(dispatch);
            }
        }
    }
    // ANCHOR_END: reap

    /// A thread that was told to end and does not: it is not run any more, and
    /// its stack is lost.
    // ANCHOR: give_up
    #[cold]
    fn give_up(&self, pid: Pid) -> Trap {
        let task = self.task(pid).expect("it has the CPU");
        let lost = "its stack is lost, its destructors do not run";
        let message = format!("{task} was killed and cannot be unwound: {lost}");
        current::say(Level::Error, message);
        let kernel = self.kernel.borrow();
        if kernel.get(pid).is_some_and(|pcb| pcb.scope().is_some()) {
            panic::announce(&format_args!(
                "{task} was killed and cannot be unwound, and what it has borrowed \
                 from its scope it would never give back: aborting"
            ));
            std::process::abort();
        }
        Trap::Exit
    }
    // ANCHOR_END: give_up

    /// Waits until somebody is due, or until another OS thread has a message.
    // ANCHOR: idle
    #[cold]
    fn idle(&self) -> Result<(), NobodyCanRun> {
        if self.kernel.borrow().has_events() {
            // Whoever hears of them may let somebody on.
            self.log_events();
            return Ok(());
        }
        let idle = self.kernel.borrow_mut().idle();
        let time = match idle {
            Idle::No => return Ok(()),
            Idle::For(time) if self.is_time_made => {
                self.tell_kernel(|kernel| kernel.pass(time));
                return Ok(());
            }
            Idle::For(time) => Some(time),
            Idle::Forever => None,
        };
        if self.rest(time) {
            return Ok(());
        }
        match self.let_one_try_in_vain() {
            true => Ok(()),
            false => Err(NobodyCanRun),
        }
    }
    // ANCHOR_END: idle

    /// Waits in the operating system for a message, for no longer than `time`. False if
    /// there is no time and no door through which one could come. Meanwhile stacks
    /// that are not needed go back to the system.
    // ANCHOR: rest
    fn rest(&self, time: Option<Duration>) -> bool {
        let review = self.fibers.borrow().time_to_review();
        let Some(review) = review.filter(|&review| time.is_none_or(|time| review < time)) else {
            return self.inbox.wait(time);
        };
        if time.is_none() && !self.inbox.has_doors() {
            return self.inbox.wait(None);
        }
        self.inbox.wait(Some(review));
        if self.fibers.borrow().time_to_review() == Some(Duration::ZERO) {
            self.fibers.borrow_mut().review();
        }
        true
    }
    // ANCHOR_END: rest
}

/// Switches to a fiber and comes back when it has given up the CPU.
// ANCHOR: resume
#[inline(always)]
fn resume(fiber: &mut Fiber, signal: Signal) {
    fiber.resume(signal);
    current::clear_seat();
}
// ANCHOR_END: resume

/// What every fiber calls for every thread: here a thread's own stack begins.
// ANCHOR: root
fn root(exits: Exits, signal: Signal) {
    let beginning = current::core(|core| core.beginning.take());
    let beginning = beginning.expect("it was set before the switch");
    let start = match signal {
        Signal::Kill { .. } => Start::Never(Box::new(Killed)),
        _ => Start::Run,
    };
    current::occupy(exits, beginning, |task| task.work.run(start));
}
// ANCHOR_END: root

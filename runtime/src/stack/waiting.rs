//! Threads for which there is no stack: they wait, as for anything else that others
//! have, and this is who tries again, and when.
//!
//! A thread that finds no stack at its first turn takes arrow 4, and waits for memory.
//! It tries again, by arrows 5 and 2, when a stack has come back. They try one after
//! the other, and not all at once: with each stack the first in the line; behind it
//! whoever wants less, if it was too small; and the next one too, if it was large enough.
//! When nobody else can run, all of them try once more. Only then does one end, with
//! [`NoStack`], and the others may get on by that.

use std::any::Any;
use std::cell::Cell;

use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::{Signal, Wait, WaitReason};
use log::Level;

use super::NoStack;
use crate::core::{Core, CutShort, MAIN};
use crate::current;
use crate::panic::Killed;
use crate::thread::task::{Start, Task};
use crate::trap::Trap;

/// What is known of those who wait for a stack, besides their line.
// ANCHOR: waits
#[derive(Default)]
pub(crate) struct StackWaits {
    /// The dispatch at which a stack last came back that somebody waited for.
    came_back: Cell<u64>,
    /// All that had begun to wait before that dispatch were to try again.
    all_tried: Cell<u64>,
    /// The thread that shall not wait again: when it was woken, nobody was left who
    /// could have given a stack back.
    last_to_try: Cell<Option<Pid>>,
    /// Whether it was said that there are not enough.
    warned: Cell<bool>,
}
// ANCHOR_END: waits

impl Core {
    /// There is no stack for a thread that was to begin: it waits until one comes
    /// back. If none ever will, or if it was killed meanwhile, it ends.
    // ANCHOR: begin_without_stack
    #[cold]
    pub(crate) fn begin_without_stack(
        &self,
        task: &Task,
        signal: Signal,
        no_stack: NoStack,
    ) -> Trap {
        if matches!(signal, Signal::Kill { .. }) {
            return end_unbegun(task, Box::new(Killed));
        }
        let was_last = self.stack_waits.last_to_try.get() == Some(task.pid());
        if !was_last || self.somebody_is_ready() {
            return self.wait_for_stack(task);
        }
        let no_stack = no_stack.explained();
        current::say(Level::Error, format!("{task}: {no_stack}"));
        if task.ident == MAIN {
            self.main_cut_short.set(Some(CutShort::NoStack));
        }
        end_unbegun(task, Box::new(no_stack))
    }
    // ANCHOR_END: begin_without_stack

    // ANCHOR: wait_for_stack
    fn wait_for_stack(&self, task: &Task) -> Trap {
        let waits = &self.stack_waits;
        if !waits.warned.replace(true) {
            let others = "it and others wait until threads end that have one";
            let message = format!("no stack can be had for {task} now: {others}");
            current::say(Level::Warn, message);
        }
        // The one that came back was too small, or somebody was quicker. Then only
        // who wants less may be luckier, unless all are to try.
        let wants_less = |next: &Task| next.stack_size < task.stack_size;
        let kernel = self.kernel.borrow();
        let next = kernel.first_for_memory();
        let next_wants_less = next.is_some_and(|pcb| wants_less(pcb.identity()));
        drop(kernel);
        self.let_one_try(match next_wants_less {
            true => waits.came_back.get(),
            false => waits.all_tried.get(),
        });
        Trap::Wait(Wait {
            reason: WaitReason::Memory,
            deadline: None,
        })
    }
    // ANCHOR_END: wait_for_stack

    /// A stack came back while somebody waited for one.
    // ANCHOR: came_back
    #[cold]
    pub(crate) fn stack_came_back(&self, dispatch: u64) {
        self.stack_waits.came_back.set(dispatch);
        self.let_one_try(dispatch);
    }

    /// Somebody got a stack while others waited for one: there may be more.
    #[cold]
    pub(crate) fn stack_is_taken(&self) {
        self.let_one_try(self.stack_waits.came_back.get());
    }
    // ANCHOR_END: came_back

    /// Nobody else can run, and so nobody will give a stack back: lets one of those that
    /// wait try all the same. False if nobody waits.
    // ANCHOR: in_vain
    #[cold]
    pub(crate) fn let_one_try_in_vain(&self) -> bool {
        let waits = &self.stack_waits;
        // One may have come since all have tried that was for somebody further behind.
        if waits.came_back.get() >= waits.all_tried.get() {
            let next = self.kernel.borrow().dispatches() + 1;
            waits.all_tried.set(next);
            return self.let_one_try(next).is_some();
        }
        let last = self.let_one_try(u64::MAX);
        waits.last_to_try.set(last);
        last.is_some()
    }
    // ANCHOR_END: in_vain

    /// Lets the thread that has waited longest for a stack try again, if it has waited
    /// since before that dispatch, and says who it is.
    // ANCHOR: let_one_try
    fn let_one_try(&self, before: u64) -> Option<Pid> {
        self.tell_kernel(|kernel| {
            let first = kernel.first_for_memory()?;
            let pid = (first.since() < before).then_some(first.pid())?;
            kernel.wake(pid).expect("it waits");
            Some(pid)
        })
    }

    fn somebody_is_ready(&self) -> bool {
        !self.kernel.borrow().ready().is_empty()
    }
    // ANCHOR_END: let_one_try
}

/// Drops what the thread was made for, without its ever having had a turn.
// ANCHOR: end_unbegun
fn end_unbegun(task: &Task, reason: Box<dyn Any + Send>) -> Trap {
    task.work.run(Start::Never(reason));
    Trap::Exit
}
// ANCHOR_END: end_unbegun

//! News for threads, and what follows from it: kills and unparks, deadlines
//! that pass, and the ends of waits (arrow 5) that all of these lead to.

use std::cell::Cell;
use std::ptr;
use std::time::Duration;

use super::Kernel;
use super::pcb::Context;
use super::pid::Pid;
use super::queue::Queue;
use super::state::{Arrow, State, StateName};
use super::table::Table;
use super::wait::{Object, Signal, Wait, WaitReason};

impl<C: Context> Kernel<C> {
    /// Tells a thread to unwind and end. If it waits it is woken (5); with its
    /// next dispatch (2), and every one after that, it gets [`Signal::Kill`].
    /// No effect on a thread that has ended.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::Signal;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// kernel.kill(pid);
    /// assert!(matches!(kernel.dispatch().unwrap().signal, Signal::Kill { .. }));
    /// ```
    // ANCHOR: kill
    pub fn kill(&mut self, pid: Pid) {
        let Some(pcb) = self.table.get_mut(pid) else {
            return;
        };
        match pcb.state {
            State::Terminated => return,
            _ => pcb.kill(),
        }
        if pcb
            .state
            .wait()
            .is_some_and(|wait| wait.reason.is_killable())
        {
            self.wake_slot(pid.slot(), Signal::Kill { handed: false });
        }
    }
    // ANCHOR_END: kill

    /// Ends the thread's park (5), or its next one. Tokens do not add up, as
    /// with `std::thread::park`. No effect on a thread that has ended.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::{Wait, WaitReason};
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// kernel.block(thread, Wait { reason: WaitReason::Park, deadline: None });
    /// kernel.unpark(pid);
    /// assert_eq!(kernel.ready(), [pid]);
    /// ```
    // ANCHOR: unpark
    pub fn unpark(&mut self, pid: Pid) {
        let Some(pcb) = self.table.get_mut(pid) else {
            return;
        };
        match pcb.state {
            State::Waiting(
                _,
                Wait {
                    reason: WaitReason::Park,
                    ..
                },
            ) => {
                self.wake_slot(pid.slot(), Signal::Continue);
            }
            State::Terminated => {}
            _ => pcb.token = true,
        }
    }
    // ANCHOR_END: unpark

    /// Wakes the thread that has waited longest for the object with that queue
    /// (5), and says who it is. `None` if nobody waits. It must be the very queue
    /// that the object shows to this kernel, and no copy of it.
    ///
    /// ```
    /// # use std::cell::Cell;
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::{Context, Priority};
    /// # use kernel_sim::kernel::queue::Queue;
    /// # use kernel_sim::kernel::wait::{Object, Owner, Wait, WaitReason};
    /// # #[derive(Debug, Default)]
    /// # struct Bell(Cell<Queue>);
    /// # impl Object for &'static Bell {
    /// #     fn queue(&self) -> &Cell<Queue> {
    /// #         &self.0
    /// #     }
    /// #     fn owners(&self, _: &mut dyn FnMut(Owner)) {}
    /// # }
    /// # impl std::fmt::Display for Bell {
    /// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    /// #         f.write_str("the bell")
    /// #     }
    /// # }
    /// # struct Token;
    /// # impl Context for Token {
    /// #     type Identity = &'static str;
    /// #     type Object = &'static Bell;
    /// # }
    /// let bell: &'static Bell = Box::leak(Box::default());
    /// let mut kernel = Kernel::default();
    /// let pids = ["a", "b"].map(|name| {
    ///     let pid = kernel.create(Token, Priority::NORMAL, name);
    ///     kernel.admit(pid).unwrap();
    ///     pid
    /// });
    /// while let Some(running) = kernel.dispatch() {
    ///     kernel.block(running, Wait { reason: WaitReason::Object(bell), deadline: None });
    /// }
    /// assert_eq!(kernel.wake_first(bell.queue()), Some(pids[0]));
    /// assert_eq!(kernel.wake_first(bell.queue()), Some(pids[1]));
    /// assert_eq!(kernel.wake_first(bell.queue()), None);
    /// assert_eq!(kernel.ready(), pids);
    /// ```
    // ANCHOR: wake_first
    #[inline]
    pub fn wake_first(&mut self, queue: &Cell<Queue>) -> Option<Pid> {
        let mut line = queue.get();
        let slot = line.pop(&mut self.table)?;
        debug_assert!(
            self.table[slot]
                .state
                .wait()
                .is_some_and(|wait| match &wait.reason {
                    WaitReason::Object(object) => ptr::eq(object.queue(), queue),
                    _ => false,
                }),
            "this queue is no object's of this kernel"
        );
        queue.set(line);
        Some(self.let_on(slot, Signal::Continue))
    }
    // ANCHOR_END: wake_first

    /// Lets time pass, for a machine that counts it, or that leaves its CPU idle
    /// under virtual time. The real clock cannot be hurried, and stays as it is.
    /// Whoever is due then is woken (5).
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use kernel_sim::kernel::{Idle, Kernel};
    /// # use kernel_sim::kernel::clock::{Clock, Instant};
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::policy::Scheduler;
    /// # use kernel_sim::kernel::wait::{Wait, WaitReason};
    /// let mut kernel = Kernel::new(Clock::counted(), Scheduler::default());
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// kernel.pass(Duration::from_micros(700));
    /// let deadline = Instant::BOOT.checked_add(Duration::from_micros(1_000));
    /// kernel.block(thread, Wait { reason: WaitReason::Sleep, deadline });
    ///
    /// assert!(kernel.dispatch().is_none());
    /// let left = Duration::from_micros(300);
    /// assert_eq!(kernel.idle(), Idle::For(left));
    /// kernel.pass(left);
    /// assert_eq!(kernel.ready(), [pid]);
    /// ```
    // ANCHOR: pass
    pub fn pass(&mut self, duration: Duration) {
        self.clock.pass(duration);
        if self.timers.earliest().is_some() {
            self.wake_due();
        }
    }
    // ANCHOR_END: pass

    /// What a CPU does for which [`Kernel::dispatch`] found nobody. Leaps to
    /// the next deadline if time is virtual.
    ///
    /// ```
    /// # use kernel_sim::kernel::{Idle, Kernel};
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::{Wait, WaitReason};
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// let deadline = kernel.now().checked_add(std::time::Duration::from_secs(1));
    /// kernel.block(thread, Wait { reason: WaitReason::Sleep, deadline });
    /// assert!(kernel.dispatch().is_none());
    /// assert_eq!(kernel.idle(), Idle::No, "time has leapt");
    /// assert_eq!(Some(kernel.now()), deadline);
    /// assert_eq!(kernel.dispatch().unwrap().pid(), pid);
    /// ```
    // ANCHOR: idle
    pub fn idle(&mut self) -> Idle {
        let Some(deadline) = self.timers.earliest() else {
            return Idle::Forever;
        };
        // Whatever the clock says then, the next dispatch shall look at it.
        self.next_look = self.dispatches;
        match self.clock.leap_to(self.dispatches, deadline) {
            Ok(()) | Err(Duration::ZERO) => Idle::No,
            Err(left) => Idle::For(left),
        }
    }
    // ANCHOR_END: idle

    /// Arrow 5, with news: takes a thread out of whatever line it waits in, and
    /// lets it go on.
    // ANCHOR: wake_slot
    pub(super) fn wake_slot(&mut self, slot: u32, signal: Signal) {
        let State::Waiting(_, wait) = &self.table[slot].state else {
            unreachable!("only waiting threads are woken");
        };
        match wait.reason.clone() {
            WaitReason::Join(target) => {
                self.join_queue(target, |queue, table| queue.remove(table, slot));
            }
            WaitReason::Object(object) => {
                self.change(object.queue(), |queue, table| queue.remove(table, slot));
            }
            WaitReason::Memory => self.for_memory.remove(&mut self.table, slot),
            _ => {}
        }
        self.let_on(slot, signal);
    }
    // ANCHOR_END: wake_slot

    /// Arrow 5 for a thread that stands in no line any more: moves it from Waiting
    /// to Ready, takes back its timer, and says who it is.
    // ANCHOR: let_on
    fn let_on(&mut self, slot: u32, signal: Signal) -> Pid {
        match self.listens_to(Arrow::Wake) {
            true => self.let_on_and_tell(slot, signal),
            false => self.move_to_ready(slot, signal),
        }
    }

    #[cold]
    fn let_on_and_tell(&mut self, slot: u32, signal: Signal) -> Pid {
        // As long as it is known for what the thread waits.
        let why = match self.is_traced(Arrow::Wake) {
            true => self.describe_end_of(slot, signal),
            false => String::new(),
        };
        let pid = self.move_to_ready(slot, signal);
        self.record(Arrow::Wake, pid, |_| why);
        pid
    }
    // ANCHOR_END: let_on

    // ANCHOR: move_to_ready
    #[inline(always)]
    fn move_to_ready(&mut self, slot: u32, signal: Signal) -> Pid {
        let pcb = &mut self.table[slot];
        let State::Waiting(_, wait) = &pcb.state else {
            unreachable!("only waiting threads are woken");
        };
        let (timed, for_object) = (
            wait.deadline.is_some(),
            matches!(wait.reason, WaitReason::Object(_)),
        );
        let context = pcb.take_context();
        pcb.enter(State::Ready(context), self.dispatches);
        pcb.tell(signal);
        let pid = pcb.pid;
        if timed {
            self.timers.remove(slot);
        }
        self.objects_awaited -= usize::from(for_object);
        self.line_up(slot, Arrow::Wake);
        pid
    }
    // ANCHOR_END: move_to_ready

    /// Wakes all who wait for the end of the thread in `slot`, first come first.
    // ANCHOR: wake_joiners
    #[inline]
    pub(super) fn wake_joiners(&mut self, slot: u32) {
        let mut joiners = self.table[slot].joiners;
        while let Some(joiner) = joiners.pop(&mut self.table) {
            self.table[slot].joiners = joiners;
            self.let_on(joiner, Signal::Continue);
        }
    }
    // ANCHOR_END: wake_joiners

    // ANCHOR: wake_due
    #[cold]
    pub(super) fn wake_due(&mut self) {
        let now = self.clock.now(self.dispatches);
        while let Some(slot) = self.timers.pop_due(now) {
            self.wake_slot(slot, Signal::TimedOut);
        }
        self.next_look = match self.timers.earliest() {
            Some(deadline) => self.clock.look_again(self.dispatches, deadline),
            None => u64::MAX,
        };
    }
    // ANCHOR_END: wake_due

    /// Works on the line of those who wait for an object.
    // ANCHOR: change
    #[inline]
    pub(super) fn change(
        &mut self,
        queue: &Cell<Queue>,
        work: impl FnOnce(&mut Queue, &mut Table<C>),
    ) {
        let mut changed = queue.get();
        work(&mut changed, &mut self.table);
        queue.set(changed);
    }
    // ANCHOR_END: change

    /// Works on the line of those who wait for the end of `target`. False if
    /// that thread has ended.
    // ANCHOR: join_queue
    pub(super) fn join_queue(
        &mut self,
        target: Pid,
        work: impl FnOnce(&mut Queue, &mut Table<C>),
    ) -> bool {
        let slot = target.slot();
        let mut queue = match self.table.get(target) {
            Some(pcb) if pcb.state.name() != StateName::Terminated => pcb.joiners,
            // The last joiners are just being woken, by arrow 6.
            Some(pcb) if pcb.joiners.first().is_some() => pcb.joiners,
            _ => return false,
        };
        work(&mut queue, &mut self.table);
        self.table[slot].joiners = queue;
        true
    }
    // ANCHOR_END: join_queue
}

/// What is left for a CPU that found nobody ready.
// ANCHOR: idle_enum
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// Nothing: somebody is due now. Dispatch again.
    No,
    /// To wait so long, and then to dispatch again.
    For(Duration),
    /// To wait for somebody from outside: nobody sleeps.
    Forever,
}
// ANCHOR_END: idle_enum

//! Questions to the kernel. None of them changes anything.

use std::time::Duration;

use super::Kernel;
use super::attributes::Attributes;
use super::clock::Instant;
use super::pcb::{Context, Pcb};
use super::pid::Pid;
use super::policy::Scheduler;
use super::queue::Queue;

impl<C: Context> Kernel<C> {
    /// The PCB of that thread; `None` once it was reaped or discarded.
    // ANCHOR: get
    #[inline]
    pub fn get(&self, pid: Pid) -> Option<&Pcb<C>> {
        self.table.get(pid)
    }
    // ANCHOR_END: get

    /// What was said of that thread to the policy; `None` once it was reaped or discarded.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::HIGHEST, "worker");
    /// assert_eq!(kernel.attributes(pid).unwrap().priority(), Priority::HIGHEST);
    /// ```
    // ANCHOR: attributes
    pub fn attributes(&self, pid: Pid) -> Option<&Attributes> {
        self.get(pid)?;
        Some(self.table.attributes(pid.slot()))
    }
    // ANCHOR_END: attributes

    /// Whether that thread waits for something. No, if it is gone.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::{Wait, WaitReason};
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let running = kernel.dispatch().unwrap();
    /// assert!(!kernel.is_waiting(pid));
    /// kernel.block(running, Wait { reason: WaitReason::Park, deadline: None });
    /// assert!(kernel.is_waiting(pid));
    /// ```
    // ANCHOR: is_waiting
    #[inline]
    pub fn is_waiting(&self, pid: Pid) -> bool {
        self.get(pid)
            .is_some_and(|pcb| pcb.state().wait().is_some())
    }
    // ANCHOR_END: is_waiting

    /// The thread that has waited longest for memory, and shall be the first to try
    /// again.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::{Wait, WaitReason};
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let running = kernel.dispatch().unwrap();
    /// // The machine finds that it cannot run it now.
    /// kernel.block(running, Wait { reason: WaitReason::Memory, deadline: None });
    /// assert_eq!(kernel.first_for_memory().unwrap().pid(), pid);
    /// kernel.wake(pid).unwrap();
    /// assert!(kernel.first_for_memory().is_none());
    /// ```
    // ANCHOR: first_for_memory
    #[inline]
    pub fn first_for_memory(&self) -> Option<&Pcb<C>> {
        let slot = self.for_memory.first()?;
        Some(&self.table[slot])
    }
    // ANCHOR_END: first_for_memory

    /// Whether it is certain that nobody is ready. A policy other than round-robin is
    /// not asked, and so it never is.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// let mut kernel = Kernel::default();
    /// assert!(kernel.surely_nobody_is_ready());
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// assert!(!kernel.surely_nobody_is_ready());
    /// ```
    // ANCHOR: surely
    #[inline(always)]
    pub fn surely_nobody_is_ready(&self) -> bool {
        self.scheduler.would_choose_nobody()
    }
    // ANCHOR_END: surely

    /// All PCBs, in order of their slots.
    // ANCHOR: lists
    pub fn iter(&self) -> impl Iterator<Item = &Pcb<C>> {
        self.table.iter()
    }

    /// How many PCBs there are.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is no PCB.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The ready threads, in the order in which they would run.
    pub fn ready(&self) -> Vec<Pid> {
        self.scheduler.in_order(&self.table)
    }

    /// The threads that wait for the end of this one, the first first.
    pub fn joiners(&self, pid: Pid) -> Vec<Pid> {
        let pcb = self.table.get(pid);
        pcb.map_or(Vec::new(), |pcb| self.waiting_in(pcb.joiners))
    }
    // ANCHOR_END: lists

    /// The threads that wait for the object with that queue, the first first.
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
    /// assert_eq!(kernel.waiting_in(bell.queue().get()), pids);
    /// kernel.kill(pids[0]);
    /// assert_eq!(kernel.waiting_in(bell.queue().get()), [pids[1]]);
    /// ```
    // ANCHOR: waiting_in
    pub fn waiting_in(&self, queue: Queue) -> Vec<Pid> {
        let slots = queue.iter(&self.table);
        slots.map(|slot| self.table[slot].pid).collect()
    }

    /// How many threads are in that line. Takes time in proportion to that.
    pub fn count_in(&self, queue: Queue) -> usize {
        queue.iter(&self.table).count()
    }

    /// The kernel's time. Under the real clock this costs about 25 ns.
    pub fn now(&self) -> Instant {
        self.clock.now(self.dispatches)
    }
    // ANCHOR_END: waiting_in

    /// How long it is until the next deadline of somebody who waits, if one has one.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::clock::Clock;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::{Wait, WaitReason};
    /// # use std::time::Duration;
    /// let mut kernel = Kernel::new(Clock::counted(), Default::default());
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// assert_eq!(kernel.time_until_due(), None);
    /// let deadline = kernel.now().checked_add(Duration::from_secs(2));
    /// kernel.block(thread, Wait { reason: WaitReason::Sleep, deadline });
    /// assert_eq!(kernel.time_until_due(), Some(Duration::from_secs(2)));
    /// ```
    // ANCHOR: time_until_due
    pub fn time_until_due(&self) -> Option<Duration> {
        self.timers.earliest().map(|due| due - self.now())
    }
    // ANCHOR_END: time_until_due

    /// The number of the last dispatch; 0 before the first.
    // ANCHOR: counts
    pub fn dispatches(&self) -> u64 {
        self.dispatches
    }

    /// The policy, which displays as its name.
    pub fn scheduler(&self) -> &Scheduler {
        &self.scheduler
    }
    // ANCHOR_END: counts
}

//! Arrow 3, by which a thread leaves the CPU and wants it again: because it lets
//! others run, because the machine takes the CPU away, or as if it did.

use std::time::Duration;

use super::Kernel;
use super::pcb::Context;
use super::pid::Pid;
use super::running::Running;
use super::state::{Arrow, State};

impl<C: Context> Kernel<C> {
    /// Arrow 3: Running → Ready. The thread goes to the end of the line.
    ///
    /// # Panics
    ///
    /// If no thread of that pid is running: another kernel dispatched this one.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// kernel.preempt(thread);
    /// assert_eq!(kernel.ready(), [pid]);
    /// ```
    // ANCHOR: preempt
    #[inline(always)]
    pub fn preempt(&mut self, thread: Running<C>) {
        self.preempt_for(thread, "yields");
    }
    // ANCHOR_END: preempt

    /// Arrow 3 as well, for a thread that has not asked for it: the machine has
    /// taken the CPU away. Only the trace tells the two apart.
    ///
    /// # Panics
    ///
    /// If no thread of that pid is running: another kernel dispatched this one.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use log::LevelFilter;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// kernel.listen(LevelFilter::Debug);
    /// kernel.interrupt(thread);
    /// assert_eq!(kernel.ready(), [pid]);
    /// assert_eq!(kernel.take_events()[0].why, "interrupted");
    /// ```
    // ANCHOR: interrupt
    #[inline]
    pub fn interrupt(&mut self, thread: Running<C>) {
        self.preempt_for(thread, "interrupted");
    }

    #[inline(always)]
    fn preempt_for(&mut self, thread: Running<C>, why: &'static str) {
        let pid = thread.pid;
        let now = self.dispatches;
        self.running(pid).enter(State::Ready(thread.context), now);
        self.line_up(pid.slot(), Arrow::Preempt);
        self.record(Arrow::Preempt, pid, move |_| why.into());
    }
    // ANCHOR_END: interrupt

    /// How long the thread that has just been dispatched may have the CPU before the
    /// machine's timer should take it away (3). `None`: for as long as it wants.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::clock::Clock;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use std::time::Duration;
    /// for (policy, slice) in [("round-robin", Some(Duration::from_millis(1))), ("fifo", None)] {
    ///     let mut kernel = Kernel::new(Clock::counted(), policy.parse().unwrap());
    ///     let pid = kernel.create((), Priority::NORMAL, "worker");
    ///     kernel.admit(pid).unwrap();
    ///     let thread = kernel.dispatch().unwrap();
    ///     assert_eq!(kernel.slice(thread.pid()), slice);
    /// }
    /// ```
    // ANCHOR: slice
    pub fn slice(&self, running: Pid) -> Option<Duration> {
        self.scheduler.slice(running)
    }
    // ANCHOR_END: slice

    /// Whether, in the policy's eyes, the machine should take the CPU away from that
    /// thread (3) for somebody who is ready now.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::clock::Clock;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// let mut kernel = Kernel::new(Clock::counted(), "priority".parse().unwrap());
    /// let calm = kernel.create((), Priority::NORMAL, "calm");
    /// kernel.admit(calm).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// assert!(!kernel.is_outranked(thread.pid()));
    /// let urgent = kernel.create((), Priority::HIGHEST, "urgent");
    /// kernel.admit(urgent).unwrap();
    /// assert!(kernel.is_outranked(thread.pid()));
    /// ```
    // ANCHOR: is_outranked
    #[inline]
    pub fn is_outranked(&self, running: Pid) -> bool {
        self.scheduler.outranks(running, self.now())
    }
    // ANCHOR_END: is_outranked

    /// Whether the turn of that thread should end now (3): it has used up its slice, or
    /// somebody outranks it. For machines whose timer nobody hears until they ask. Never,
    /// if the scheduler was not told of a timer: see
    /// [`Scheduler::with_quantum`](super::policy::Scheduler::with_quantum).
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::clock::Clock;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::policy::Scheduler;
    /// # use std::time::Duration;
    /// let round_robin = Scheduler::default().with_quantum(Duration::from_millis(2));
    /// let mut kernel = Kernel::new(Clock::counted(), round_robin);
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// kernel.pass(Duration::from_millis(1));
    /// assert!(!kernel.turn_is_over(thread.pid()));
    /// kernel.pass(Duration::from_millis(1));
    /// assert!(kernel.turn_is_over(thread.pid()));
    /// ```
    // ANCHOR: turn_is_over
    pub fn turn_is_over(&self, running: Pid) -> bool {
        if !self.scheduler.has_timer() {
            return false;
        }
        let ran = self.scheduler.ran(running, self.now());
        let slice = self.slice(running);
        slice.is_some_and(|slice| ran >= slice) || self.is_outranked(running)
    }
    // ANCHOR_END: turn_is_over

    /// Arrows 3 and 2 at once, for a thread that is alone in wanting the CPU: it
    /// keeps it, and its context stays where it is. Says the number of the new
    /// dispatch.
    ///
    /// `None`, and nothing has happened, if these have to be two steps: somebody
    /// else is ready or may be due, the thread was killed and has to be told, the
    /// policy wants to be asked, or somebody listens to every switch. And if no
    /// thread of that pid is running.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// assert_eq!(kernel.preempt_alone(thread.pid()), Some(2));
    ///
    /// let other = kernel.create((), Priority::NORMAL, "other");
    /// kernel.admit(other).unwrap();
    /// assert_eq!(kernel.preempt_alone(thread.pid()), None);
    /// kernel.preempt(thread);
    /// assert_eq!(kernel.dispatch().unwrap().pid(), other);
    /// ```
    // ANCHOR: preempt_alone
    #[inline(always)]
    pub fn preempt_alone(&mut self, pid: Pid) -> Option<u64> {
        let in_two_steps = !self.surely_nobody_is_ready()
            || self.dispatches >= self.next_look
            || self.listens_to(Arrow::Dispatch);
        if in_two_steps {
            return None;
        }
        let dispatch = self.dispatches + 1;
        let pcb = self.table.get_mut(pid)?;
        if pcb.killed || !matches!(pcb.state, State::Running) {
            return None;
        }
        pcb.since = dispatch;
        pcb.switches += 1;
        self.dispatches = dispatch;
        Some(dispatch)
    }
    // ANCHOR_END: preempt_alone
}

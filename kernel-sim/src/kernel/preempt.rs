//! Arrow 3, by which a thread leaves the CPU and wants it again: because it lets
//! others run, because the machine takes the CPU away, or as if it did.

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
    #[inline(always)]
    pub fn preempt(&mut self, thread: Running<C>) {
        self.preempt_for(thread, "yields");
    }

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
    #[inline]
    pub fn interrupt(&mut self, thread: Running<C>) {
        self.preempt_for(thread, "interrupted");
    }

    #[inline(always)]
    fn preempt_for(&mut self, thread: Running<C>, why: &'static str) {
        let pid = thread.pid;
        let now = self.dispatches;
        self.running(pid).enter(State::Ready(thread.context), now);
        self.scheduler
            .ready(&mut self.table, pid.slot(), Arrow::Preempt);
        self.record(Arrow::Preempt, pid, move |_| why.into());
    }

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
}

//! Questions to the kernel. None of them changes anything.

use super::Kernel;
use super::clock::Instant;
use super::pcb::{Context, Pcb};
use super::pid::Pid;
use super::policy::Scheduler;
use super::queue::Queue;
use super::wait::WaitReason;

impl<C: Context> Kernel<C> {
    /// The PCB of that thread; `None` once it was reaped or discarded.
    #[inline]
    pub fn get(&self, pid: Pid) -> Option<&Pcb<C>> {
        self.table.get(pid)
    }

    /// Whether that thread waits for something.
    #[inline]
    pub fn is_waiting(&self, pid: Pid) -> bool {
        self.get(pid)
            .is_some_and(|pcb| pcb.state().wait().is_some())
    }

    /// All PCBs, in order of their slots.
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

    /// The threads in that line, the first first.
    pub fn waiting_in(&self, queue: Queue) -> Vec<Pid> {
        let slots = queue.iter(&self.table);
        slots.map(|slot| self.table[slot].pid).collect()
    }

    /// The object for which the first thread in that line waits.
    #[inline]
    pub fn first_object(&self, queue: Queue) -> Option<C::Object> {
        match self.table[queue.first()?].state.wait()?.reason {
            WaitReason::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The kernel's time. Under the real clock this costs about 25 ns.
    pub fn now(&self) -> Instant {
        self.clock.now(self.dispatches)
    }

    /// The number of the last dispatch; 0 before the first.
    pub fn dispatches(&self) -> u64 {
        self.dispatches
    }

    /// The policy, which displays as its name.
    pub fn scheduler(&self) -> &Scheduler {
        &self.scheduler
    }
}

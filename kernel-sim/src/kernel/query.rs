//! Questions to the kernel. None of them changes anything.

use super::Kernel;
use super::clock::Instant;
use super::pcb::{Context, Pcb};
use super::pid::Pid;
use super::policy::Scheduler;

impl<C: Context> Kernel<C> {
    /// The PCB of that thread; `None` once it was reaped or discarded.
    #[inline]
    pub fn get(&self, pid: Pid) -> Option<&Pcb<C>> {
        self.table.get(pid)
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
        self.table.get(pid).map_or(Vec::new(), |pcb| {
            let slots = pcb.joiners.iter(&self.table);
            slots.map(|slot| self.table[slot].pid).collect()
        })
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

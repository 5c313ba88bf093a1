//! The PCB table: slots that are used again, behind pids that are not.

use std::num::NonZeroU64;
use std::ops::{Index, IndexMut};

use slab::Slab;

use super::pcb::{Context, Pcb};
use super::pid::Pid;

/// All PCBs of a kernel. Every operation but [`Table::iter`] takes constant time.
///
/// Inside the kernel a PCB is found by its slot, `table[slot]`: queues and
/// timers name only PCBs that are there. From outside it is found by its
/// [`Pid`], which may be out of date, so [`Table::get`] checks the generation.
#[derive(Debug)]
pub(super) struct Table<C: Context> {
    slots: Slab<Pcb<C>>,
    /// PCBs ever made.
    generation: u64,
}

impl<C: Context> Default for Table<C> {
    fn default() -> Self {
        Self {
            slots: Slab::new(),
            generation: 0,
        }
    }
}

impl<C: Context> Table<C> {
    /// Makes a PCB in a free slot, under a pid that was never used before.
    pub(super) fn insert(&mut self, make: impl FnOnce(Pid) -> Pcb<C>) -> Pid {
        self.generation += 1;
        let generation = NonZeroU64::new(self.generation).expect("2^64 threads take millennia");
        let slot = self.slots.vacant_entry();
        let number = u32::try_from(slot.key()).expect("2^32 live threads do not fit into memory");
        let pid = Pid::new(number, generation);
        slot.insert(make(pid));
        pid
    }

    /// Takes out the PCB in `slot`, which is then free.
    pub(super) fn remove(&mut self, slot: u32) -> Pcb<C> {
        self.slots.remove(slot as usize)
    }

    /// The PCB of that thread, if it is still there.
    #[inline]
    pub(super) fn get(&self, pid: Pid) -> Option<&Pcb<C>> {
        self.slots
            .get(pid.slot() as usize)
            .filter(|pcb| pcb.pid == pid)
    }

    /// The PCB of that thread, if it is still there.
    #[inline]
    pub(super) fn get_mut(&mut self, pid: Pid) -> Option<&mut Pcb<C>> {
        self.slots
            .get_mut(pid.slot() as usize)
            .filter(|pcb| pcb.pid == pid)
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// All PCBs, in order of their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Pcb<C>> {
        self.slots.iter().map(|(_, pcb)| pcb)
    }
}

impl<C: Context> Index<u32> for Table<C> {
    type Output = Pcb<C>;

    #[inline]
    fn index(&self, slot: u32) -> &Pcb<C> {
        &self.slots[slot as usize]
    }
}

impl<C: Context> IndexMut<u32> for Table<C> {
    #[inline]
    fn index_mut(&mut self, slot: u32) -> &mut Pcb<C> {
        &mut self.slots[slot as usize]
    }
}

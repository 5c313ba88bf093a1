//! The PCB table: slots that are used again, behind pids that are not.

use std::num::NonZeroU64;
use std::ops::{Index, IndexMut};

use slab::Slab;

use super::pcb::{Context, Pcb};
use super::pid::Pid;
use super::wait::Owner;

/// All PCBs of a kernel. Every operation but [`Table::iter`] takes constant time.
///
/// Inside the kernel a PCB is found by its slot, `table[slot]`: queues and
/// timers name only PCBs that are there. From outside it is found by its
/// [`Pid`], which may be out of date, so [`Table::get`] checks the generation.
#[derive(Debug)]
pub(super) struct Table<C: Context> {
    slots: Slab<Pcb<C>>,
    /// For the next PCB.
    generation: NonZeroU64,
}

impl<C: Context> Default for Table<C> {
    fn default() -> Self {
        Self {
            slots: Slab::new(),
            generation: NonZeroU64::MIN,
        }
    }
}

impl<C: Context> Table<C> {
    /// The pid under which the next PCB has to be inserted: a free slot, and a
    /// generation that was never used before.
    #[inline]
    pub(super) fn next_pid(&self) -> Pid {
        self.pid_in_free_slot(self.generation)
    }

    /// As [`Table::next_pid`], for a generation that somebody else keeps count of.
    #[inline]
    pub(super) fn pid_in_free_slot(&self, generation: NonZeroU64) -> Pid {
        let slot = u32::try_from(self.slots.vacant_key()).expect("memory ends before 2^32 slots");
        Pid::new(slot, generation)
    }

    /// Puts in a PCB that was made under one of these pids.
    #[inline]
    pub(super) fn insert(&mut self, pcb: Pcb<C>) {
        debug_assert_eq!(pcb.pid.slot() as usize, self.slots.vacant_key());
        // Counting to 2^64 takes five centuries, at a nanosecond a thread.
        if pcb.pid == self.next_pid() {
            self.generation = self.generation.saturating_add(1);
        }
        self.slots.insert(pcb);
    }

    /// Takes out the PCB in `slot`, which is then free.
    #[inline]
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

    /// The PCB of the thread that has had this slot since that dispatch, if it is
    /// still there.
    #[inline]
    pub(super) fn owner(&self, owner: &Owner) -> Option<&Pcb<C>> {
        self.slots
            .get(owner.slot as usize)
            .filter(|pcb| pcb.created < owner.since)
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

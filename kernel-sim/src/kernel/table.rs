//! The PCB table: slots that are used again, behind pids that are not.

use std::mem::ManuallyDrop;
use std::num::NonZeroU64;
use std::ops::{Deref, DerefMut, Index, IndexMut};
use std::ptr;

use slab::Slab;

use super::attributes::Attributes;
use super::pcb::{Context, Pcb};
use super::pid::Pid;
use super::queue::AllLinks;
use super::wait::Owner;

/// All PCBs of a kernel. Every operation but [`Table::iter`] takes constant time.
///
/// Inside the kernel a PCB is found by its slot, `table[slot]`: queues and
/// timers name only PCBs that are there. From outside it is found by its
/// [`Pid`], which may be out of date, so [`Table::get`] checks the generation.
// ANCHOR: table
#[derive(Debug)]
pub(super) struct Table<C: Context> {
    /// `ManuallyDrop`, so that there is nothing to drop where an insertion could fail: a PCB
    /// is then copied once, and not twice. They are dropped with the table.
    slots: Slab<ManuallyDrop<Pcb<C>>>,
    /// The address of the first slot.
    first: usize,
    /// Written by the one queue that a thread stands in.
    pub(super) links: AllLinks,
    /// By slot, for policies. With them in it, a PCB would be too large for a slot of 128
    /// bytes, which is found by a shift.
    attributes: Vec<Attributes>,
    /// For the next PCB.
    generation: NonZeroU64,
}

impl<C: Context> Default for Table<C> {
    fn default() -> Self {
        Self {
            slots: Slab::new(),
            first: 0,
            links: AllLinks::default(),
            attributes: Vec::new(),
            generation: NonZeroU64::MIN,
        }
    }
}
// ANCHOR_END: table

impl<C: Context> Table<C> {
    /// The pid under which the next PCB has to be inserted: a free slot, and a
    /// generation that was never used before.
    // ANCHOR: next_pid
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
    // ANCHOR_END: next_pid

    /// Puts in a PCB that was made under one of these pids.
    // ANCHOR: insert
    #[inline]
    pub(super) fn insert(&mut self, pcb: Pcb<C>, attributes: Attributes) {
        debug_assert_eq!(pcb.pid.slot() as usize, self.slots.vacant_key());
        // Counting to 2^64 takes five centuries, at a nanosecond a thread.
        if pcb.pid == self.next_pid() {
            self.generation = self.generation.saturating_add(1);
        }
        self.links.reserve(pcb.pid.slot());
        match self.attributes.get_mut(pcb.pid.slot() as usize) {
            Some(place) => *place = attributes,
            None => self.attributes.push(attributes),
        }
        let slot = self.slots.insert(ManuallyDrop::new(pcb));
        // All of them may have moved.
        self.first = ptr::from_ref(&self.slots[slot]).addr() - slot * Self::STRIDE;
    }

    /// Takes out the PCB in `slot`, which is then free.
    #[inline]
    pub(super) fn remove(&mut self, slot: u32) -> Pcb<C> {
        ManuallyDrop::into_inner(self.slots.remove(slot as usize))
    }
    // ANCHOR_END: insert

    /// The PCB of that thread, if it is still there.
    // ANCHOR: get
    #[inline]
    pub(super) fn get(&self, pid: Pid) -> Option<&Pcb<C>> {
        self.slots
            .get(pid.slot() as usize)
            .map(ManuallyDrop::deref)
            .filter(|pcb| pcb.pid.ident() == pid.ident())
    }

    /// The PCB of that thread, if it is still there.
    #[inline]
    pub(super) fn get_mut(&mut self, pid: Pid) -> Option<&mut Pcb<C>> {
        self.slots
            .get_mut(pid.slot() as usize)
            .map(ManuallyDrop::deref_mut)
            .filter(|pcb| pcb.pid.ident() == pid.ident())
    }
    // ANCHOR_END: get

    /// What was said of the thread in `slot`.
    // ANCHOR: attributes_and_owner
    #[inline]
    pub(super) fn attributes(&self, slot: u32) -> &Attributes {
        &self.attributes[slot as usize]
    }

    /// The PCB of the thread that has had this slot since that dispatch, if it is
    /// still there.
    #[inline]
    pub(super) fn owner(&self, owner: &Owner) -> Option<&Pcb<C>> {
        self.slots
            .get(owner.slot as usize)
            .map(ManuallyDrop::deref)
            .filter(|pcb| pcb.created < owner.since)
    }
    // ANCHOR_END: attributes_and_owner

    /// The address of the PCB in `slot`, which is not touched.
    // ANCHOR: address
    #[inline]
    pub(super) fn address_of(&self, slot: u32) -> usize {
        self.first + slot as usize * Self::STRIDE
    }

    /// What a slot takes, as `slab` keeps what is in it, one after the other. If it did
    /// not, addresses would be wrong, and a test would fail.
    const STRIDE: usize = {
        #[expect(dead_code, reason = "only its size counts")]
        enum Entry<T> {
            Vacant(usize),
            Occupied(T),
        }
        size_of::<Entry<Pcb<C>>>()
    };
    // ANCHOR_END: address

    // ANCHOR: all
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// All PCBs, in order of their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Pcb<C>> {
        self.slots.iter().map(|(_, pcb)| &**pcb)
    }
    // ANCHOR_END: all
}

// ANCHOR: drop_and_index
impl<C: Context> Drop for Table<C> {
    fn drop(&mut self) {
        for pcb in self.slots.drain() {
            drop(ManuallyDrop::into_inner(pcb));
        }
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
// ANCHOR_END: drop_and_index

#[cfg(test)]
mod tests {
    use super::super::attributes::Attributes;
    use super::*;

    #[test]
    fn the_address_of_a_pcb_is_found_without_touching_it() {
        let mut table = Table::<()>::default();
        for _ in 0..100 {
            let pid = table.next_pid();
            table.insert(Pcb::new(pid, (), "", 0), Attributes::default());
        }
        for slot in 0..100 {
            assert_eq!(table.address_of(slot), ptr::from_ref(&table[slot]).addr());
        }
    }
}

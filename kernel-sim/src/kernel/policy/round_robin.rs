//! Round-robin: whoever has waited longest for the CPU gets it next.
//!
//! Source: Arpaci-Dusseau, *Operating Systems: Three Easy Pieces*, chapter 7.
//! Every ready thread has its turn before any has its second, so nobody
//! starves. The order is a [`Queue`].

use super::super::pcb::Context;
use super::super::pid::Pid;
use super::super::queue::Queue;
use super::super::table::Table;

#[derive(Debug, Default)]
pub(in super::super) struct RoundRobin(Queue);

impl RoundRobin {
    pub(super) const NAME: &str = "round-robin";

    #[inline]
    pub(super) fn ready<C: Context>(&mut self, table: &mut Table<C>, slot: u32) {
        self.0.push(table, slot);
    }

    #[inline]
    pub(super) fn next<C: Context>(&mut self, table: &mut Table<C>) -> Option<u32> {
        self.0.pop(table)
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub(super) fn line(&self) -> &Queue {
        &self.0
    }

    pub(super) fn remove<C: Context>(&mut self, table: &mut Table<C>, slot: u32) {
        self.0.remove(table, slot);
    }

    pub(super) fn in_order<C: Context>(&self, table: &Table<C>) -> Vec<Pid> {
        self.0.iter(table).map(|slot| table[slot].pid).collect()
    }
}

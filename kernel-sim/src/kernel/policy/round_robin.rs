//! Round-robin: whoever has waited longest for the CPU gets it next.
//!
//! Sources: Arpaci-Dusseau, *Operating Systems: Three Easy Pieces*, section 7.7;
//! Silberschatz, Galvin, Gagne, *Operating System Concepts*, section 5.3.3.
//! Every ready thread has its turn before any has its second, so nobody
//! starves: with n threads, one is ready for n - 1 quanta at most until it gets the CPU.
//! How long a turn is, is the quantum. The order is a [`Queue`].

use std::time::Duration;

use super::super::pcb::Context;
use super::super::pid::Pid;
use super::super::queue::Queue;
use super::super::table::Table;
use super::DEFAULT_QUANTUM;

#[derive(Debug)]
pub(in super::super) struct RoundRobin {
    line: Queue,
    pub(super) quantum: Duration,
}

impl Default for RoundRobin {
    fn default() -> Self {
        Self {
            line: Queue::default(),
            quantum: DEFAULT_QUANTUM,
        }
    }
}

impl RoundRobin {
    pub(super) const NAME: &str = "round-robin";

    #[inline]
    pub(super) fn ready<C: Context>(&mut self, table: &mut Table<C>, slot: u32) {
        self.line.push(table, slot);
    }

    #[inline]
    pub(super) fn next<C: Context>(&mut self, table: &mut Table<C>) -> Option<u32> {
        self.line.pop(table)
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.line.is_empty()
    }

    #[inline]
    pub(super) fn line(&self) -> &Queue {
        &self.line
    }

    pub(super) fn remove<C: Context>(&mut self, table: &mut Table<C>, slot: u32) {
        self.line.remove(table, slot);
    }

    pub(super) fn in_order<C: Context>(&self, table: &Table<C>) -> Vec<Pid> {
        self.line.iter(table).map(|slot| table[slot].pid).collect()
    }
}

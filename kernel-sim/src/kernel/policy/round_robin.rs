//! Round-robin: whoever has waited longest for the CPU gets it next.
//!
//! Sources: Arpaci-Dusseau, *Operating Systems: Three Easy Pieces*, section 7.7;
//! Silberschatz, Galvin, Gagne, *Operating System Concepts*, section 5.3.3.
//! Every ready thread has its turn before any has its second, so nobody
//! starves: with n threads, one is ready for n - 1 quanta at most until it gets the CPU.
//! The order is a [`Queue`].
//!
//! With a timer it is first in, first out, and nobody has the CPU for longer than a
//! quantum.

use std::time::Duration;

use super::super::attributes::Attributes;
use super::super::clock::Instant;
use super::super::pcb::Context;
use super::super::pid::Pid;
use super::super::queue::Queue;
use super::super::state::Arrow;
use super::super::table::Table;
use super::{DEFAULT_QUANTUM, Fifo, Policy};

/// On the path of every switch, so it knows the kernel's table.
// ANCHOR: round_robin
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
// ANCHOR_END: round_robin

/// For machines with a timer.
// ANCHOR: sliced
#[derive(Debug)]
pub(super) struct SlicedRoundRobin {
    line: Fifo,
    quantum: Duration,
}

impl Default for SlicedRoundRobin {
    fn default() -> Self {
        Self {
            line: Fifo::default(),
            quantum: DEFAULT_QUANTUM,
        }
    }
}
// ANCHOR_END: sliced

// ANCHOR: sliced_policy
impl Policy for SlicedRoundRobin {
    fn name(&self) -> &'static str {
        RoundRobin::NAME
    }

    fn set_quantum(&mut self, quantum: Duration) {
        self.quantum = quantum;
    }

    fn ready(&mut self, thread: Pid, attributes: &Attributes, arrow: Arrow, now: Instant) {
        self.line.ready(thread, attributes, arrow, now);
    }

    fn next(&mut self, now: Instant) -> Option<Pid> {
        self.line.next(now)
    }

    fn slice(&self, _: Pid) -> Option<Duration> {
        Some(self.quantum)
    }

    fn remove(&mut self, thread: Pid) {
        self.line.remove(thread);
    }

    fn in_order(&self) -> Vec<Pid> {
        self.line.in_order()
    }
}
// ANCHOR_END: sliced_policy

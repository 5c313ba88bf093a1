//! First in, first out: who has come first runs, for as long as it wants.
//!
//! Sources: Arpaci-Dusseau, *Operating Systems: Three Easy Pieces*, section 7.3;
//! Silberschatz, Galvin, Gagne, *Operating System Concepts*, section 5.3.1, where it is
//! called first come, first served. A long thread that comes first makes all others
//! wait: the convoy effect. Who waits or yields comes last the next time, so nobody
//! starves who shares the CPU with threads that do.

use super::super::attributes::Attributes;
use super::super::clock::Instant;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::Policy;
use super::ordered::Ordered;

/// First come, first served, and nobody is interrupted. Takes logarithmic time, so that
/// somebody can be taken out of the middle.
// ANCHOR: fifo
#[derive(Debug, Default)]
pub struct Fifo(Ordered<()>);

impl Policy for Fifo {
    fn name(&self) -> &'static str {
        "fifo"
    }

    fn ready(&mut self, thread: Pid, _: &Attributes, _: Arrow, _: Instant) {
        self.0.put((), thread);
    }

    fn next(&mut self, _: Instant) -> Option<Pid> {
        self.0.take_first()
    }

    fn remove(&mut self, thread: Pid) {
        self.0.remove(thread);
    }

    fn in_order(&self) -> Vec<Pid> {
        self.0.in_order()
    }
}
// ANCHOR_END: fifo

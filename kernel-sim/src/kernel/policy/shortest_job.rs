//! Shortest job first: who will be done soonest runs, until it waits, yields or ends.
//!
//! Sources: Arpaci-Dusseau, *Operating Systems: Three Easy Pieces*, section 7.4;
//! Silberschatz, Galvin, Gagne, *Operating System Concepts*, section 5.3.2. If all are
//! there from the start, no other order that interrupts nobody makes them wait less on
//! average. How long a job is, is told or guessed: see `burst.rs`. Long ones may starve;
//! and who yields, to look again whether something has come, is next again if it is the
//! shortest, so all others may wait for ever.

use std::time::Duration;

use super::super::attributes::Attributes;
use super::super::clock::Instant;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::Policy;
use super::burst::Bursts;
use super::ordered::Ordered;

/// The shortest burst first, and nobody is interrupted. Takes logarithmic time.
// ANCHOR: shortest_job
#[derive(Debug, Default)]
pub struct ShortestJob {
    line: Ordered<Duration>,
    bursts: Bursts,
}

impl Policy for ShortestJob {
    fn name(&self) -> &'static str {
        "sjf"
    }

    fn ready(&mut self, thread: Pid, attributes: &Attributes, _: Arrow, _: Instant) {
        let length = self.bursts.expected(thread, attributes);
        self.line.put(length, thread);
    }

    fn next(&mut self, _: Instant) -> Option<Pid> {
        self.line.take_first()
    }

    fn ran(&mut self, thread: Pid, time: Duration, arrow: Arrow) {
        self.bursts.ran(thread, time, arrow);
    }

    fn remove(&mut self, thread: Pid) {
        self.line.remove(thread);
    }

    fn in_order(&self) -> Vec<Pid> {
        self.line.in_order()
    }
}
// ANCHOR_END: shortest_job

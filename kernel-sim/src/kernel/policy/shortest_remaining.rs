//! Shortest remaining time: who will be done soonest runs, and whoever comes and will
//! be done sooner interrupts it.
//!
//! Sources: Arpaci-Dusseau, *Operating Systems: Three Easy Pieces*, section 7.5, where
//! it is called shortest time-to-completion first; Silberschatz, Galvin, Gagne,
//! *Operating System Concepts*, section 5.3.2. If it is known how much is left, no other
//! order makes threads wait less on average. Here it is told or guessed: see `burst.rs`.
//! Long ones may starve; and who yields, to look again whether something has come, is
//! next again if it has the least left, so all others may wait for ever.

use std::time::Duration;

use super::super::attributes::Attributes;
use super::super::clock::Instant;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::Policy;
use super::burst::Bursts;
use super::ordered::Ordered;

/// The one with the least left of its burst first. Takes logarithmic time.
// ANCHOR: shortest_remaining
#[derive(Debug, Default)]
pub struct ShortestRemaining {
    line: Ordered<Duration>,
    bursts: Bursts,
}

impl Policy for ShortestRemaining {
    fn name(&self) -> &'static str {
        "srt"
    }

    fn ready(&mut self, thread: Pid, attributes: &Attributes, _: Arrow, _: Instant) {
        let left = self.bursts.left(thread, attributes);
        self.line.put(left, thread);
    }

    fn next(&mut self, _: Instant) -> Option<Pid> {
        self.line.take_first()
    }

    fn ran(&mut self, thread: Pid, time: Duration, arrow: Arrow) {
        self.bursts.ran(thread, time, arrow);
    }

    fn outranks(&self, running: Pid, ran: Duration, _: Instant) -> bool {
        let left = self.bursts.left_of_running(running, ran);
        self.line
            .first_key()
            .is_some_and(|first| Some(first) < left)
    }

    fn remove(&mut self, thread: Pid) {
        self.line.remove(thread);
    }

    fn in_order(&self) -> Vec<Pid> {
        self.line.in_order()
    }
}
// ANCHOR_END: shortest_remaining

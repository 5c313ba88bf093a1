//! Earliest deadline first: whoever has to be done soonest runs, and interrupts who has
//! more time.
//!
//! Source: C. L. Liu, J. W. Layland, *Scheduling Algorithms for Multiprogramming in a
//! Hard-Real-Time Environment*, JACM 20 (1), 1973. If threads wake in periods, and have to
//! be done before the next one begins, all are in time as long as what they need is not
//! more than the CPU has: 100 % of it. No other order can do better. But if it is more,
//! nobody can say who will be late. Who yields is next again if it has to be done soonest,
//! so who has more time may wait for ever for one that only looks whether something has
//! come.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::attributes::Attributes;
use super::super::clock::Instant;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::Policy;
use super::ordered::Ordered;

/// The earliest deadline first; then those without one, first come first served. Takes
/// logarithmic time.
// ANCHOR: earliest
#[derive(Debug, Default)]
pub struct EarliestDeadline {
    line: Ordered<Deadline>,
    deadlines: BTreeMap<Pid, Deadline>,
}

/// When a thread has to be done. The variants are in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Deadline {
    At(Instant),
    Never,
}
// ANCHOR_END: earliest

impl Policy for EarliestDeadline {
    // ANCHOR: ready
    fn name(&self) -> &'static str {
        "edf"
    }

    /// The deadline is counted from when it was admitted or woken. Who was interrupted
    /// still has the same one.
    fn ready(&mut self, thread: Pid, attributes: &Attributes, arrow: Arrow, now: Instant) {
        let soon = attributes.deadline();
        let new = || soon.and_then(|soon| now.checked_add(soon));
        let kept = self.deadlines.get(&thread).copied();
        let deadline = match (arrow, kept) {
            (Arrow::Preempt, Some(deadline)) => deadline,
            _ => new().map_or(Deadline::Never, Deadline::At),
        };
        self.deadlines.insert(thread, deadline);
        self.line.put(deadline, thread);
    }

    fn next(&mut self, _: Instant) -> Option<Pid> {
        self.line.take_first()
    }
    // ANCHOR_END: ready

    // ANCHOR: outranks
    fn ran(&mut self, thread: Pid, _: Duration, arrow: Arrow) {
        if arrow == Arrow::Exit {
            self.deadlines.remove(&thread);
        }
    }

    fn outranks(&self, running: Pid, _: Duration, _: Instant) -> bool {
        let own = self.deadlines.get(&running).copied();
        let own = own.unwrap_or(Deadline::Never);
        self.line.first_key().is_some_and(|first| first < own)
    }

    fn remove(&mut self, thread: Pid) {
        self.line.remove(thread);
    }

    fn in_order(&self) -> Vec<Pid> {
        self.line.in_order()
    }
    // ANCHOR_END: outranks
}

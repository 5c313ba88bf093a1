//! Static priority: the most urgent ready thread runs, and among equally
//! urgent ones all in turn. Whoever comes and is more urgent interrupts.
//!
//! Source: Silberschatz, Galvin, Gagne, *Operating System Concepts*, section
//! 5.3.4. An urgent thread that never waits starves all that are less urgent, even if all
//! that it does is to yield; see `ageing.rs` for what helps. Who is interrupted goes to
//! the end of those who are as urgent.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use super::super::attributes::Attributes;
use super::super::clock::Instant;
use super::super::pcb::Priority;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::ordered::Ordered;
use super::{DEFAULT_QUANTUM, Policy};

/// The most urgent first, in turn among equals. Takes logarithmic time.
// ANCHOR: static_priority
#[derive(Debug)]
pub struct StaticPriority {
    line: Ordered<Reverse<Priority>>,
    priorities: BTreeMap<Pid, Priority>,
    quantum: Duration,
}

impl Default for StaticPriority {
    fn default() -> Self {
        Self {
            line: Ordered::default(),
            priorities: BTreeMap::new(),
            quantum: DEFAULT_QUANTUM,
        }
    }
}
// ANCHOR_END: static_priority

impl Policy for StaticPriority {
    // ANCHOR: ready
    fn name(&self) -> &'static str {
        "priority"
    }

    fn set_quantum(&mut self, quantum: Duration) {
        self.quantum = quantum;
    }

    fn ready(&mut self, thread: Pid, attributes: &Attributes, _: Arrow, _: Instant) {
        let priority = attributes.priority();
        self.priorities.insert(thread, priority);
        self.line.put(Reverse(priority), thread);
    }

    fn next(&mut self, _: Instant) -> Option<Pid> {
        self.line.take_first()
    }
    // ANCHOR_END: ready

    // ANCHOR: outranks
    fn ran(&mut self, thread: Pid, _: Duration, arrow: Arrow) {
        if arrow == Arrow::Exit {
            self.priorities.remove(&thread);
        }
    }

    fn slice(&self, _: Pid) -> Option<Duration> {
        Some(self.quantum)
    }

    fn outranks(&self, running: Pid, _: Duration, _: Instant) -> bool {
        let own = self.priorities.get(&running).copied().unwrap_or_default();
        self.line
            .first_key()
            .is_some_and(|Reverse(first)| first > own)
    }

    fn remove(&mut self, thread: Pid) {
        self.line.remove(thread);
    }

    fn in_order(&self) -> Vec<Pid> {
        self.line.in_order()
    }
    // ANCHOR_END: outranks
}

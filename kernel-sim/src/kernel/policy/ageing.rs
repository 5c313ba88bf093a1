//! Priority with ageing: who waits becomes more urgent, one level with every ten
//! quanta. So nobody starves.
//!
//! Source: Silberschatz, Galvin, Gagne, *Operating System Concepts*, section 5.3.4.
//!
//! ```text
//!   urgency            ╱ b, ready since 10, of priority 16
//!      ▲          ╱ ╱
//!      │     ╱ ╱ ╱╱ ◀ here it overtakes
//!      │  ╱ ╱ ╱ a, ready since 40, of priority 20
//!      └─────────────────▶ time
//! ```
//!
//! Nobody has to count. All lines rise alike, so who is more urgent now is so later
//! too; a level of priority is as good as having come ten quanta sooner. The order is
//! that of the moments at which each would have come then.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::attributes::Attributes;
use super::super::clock::Instant;
use super::super::pcb::Priority;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::ordered::Ordered;
use super::{DEFAULT_QUANTUM, Policy};

/// How many quanta of waiting are worth a level of priority.
const QUANTA_A_LEVEL: u32 = 10;

/// The most urgent one first, by priority and by how long it has been ready; those of
/// one urgency in turn. Takes logarithmic time.
#[derive(Debug)]
pub struct Ageing {
    /// By when each would have come if it had the highest priority.
    line: Ordered<Duration>,
    priorities: BTreeMap<Pid, Priority>,
    quantum: Duration,
}

impl Default for Ageing {
    fn default() -> Self {
        Self {
            line: Ordered::default(),
            priorities: BTreeMap::new(),
            quantum: DEFAULT_QUANTUM,
        }
    }
}

impl Ageing {
    fn level(&self) -> Duration {
        self.quantum * QUANTA_A_LEVEL
    }

    /// When a thread that is ready since `now` would have come.
    fn key(&self, priority: Priority, now: Instant) -> Duration {
        let below = Priority::HIGHEST.get() - priority.get();
        (now - Instant::BOOT).saturating_add(self.level() * u32::from(below))
    }
}

impl Policy for Ageing {
    fn name(&self) -> &'static str {
        "ageing"
    }

    fn set_quantum(&mut self, quantum: Duration) {
        self.quantum = quantum;
    }

    fn ready(&mut self, thread: Pid, attributes: &Attributes, _: Arrow, now: Instant) {
        let priority = attributes.priority();
        self.priorities.insert(thread, priority);
        self.line.put(self.key(priority, now), thread);
    }

    fn next(&mut self, _: Instant) -> Option<Pid> {
        self.line.take_first()
    }

    fn ran(&mut self, thread: Pid, _: Duration, arrow: Arrow) {
        if arrow == Arrow::Exit {
            self.priorities.remove(&thread);
        }
    }

    fn slice(&self, _: Pid) -> Option<Duration> {
        Some(self.quantum)
    }

    /// If it is a whole level more urgent.
    fn outranks(&self, running: Pid, _: Duration, now: Instant) -> bool {
        let Some((first, &priority)) = self.line.first_key().zip(self.priorities.get(&running))
        else {
            return false;
        };
        first.saturating_add(self.level()) <= self.key(priority, now)
    }

    fn remove(&mut self, thread: Pid) {
        self.line.remove(thread);
    }

    fn in_order(&self) -> Vec<Pid> {
        self.line.in_order()
    }
}

//! Priority with ageing: who waits becomes more urgent, one level with every ten
//! quanta. So nobody starves.
//!
//! Source: Silberschatz, Galvin, Gagne, *Operating System Concepts*, section 5.3.4.
//!
//! ```text
//!   urgency
//!     21 ┤                   a   b   c
//!     20 ┤               a   b   c         a and c have priority 20, b has 16
//!     19 ┤               b
//!     18 ┤           b
//!     17 ┤       b
//!     16 ┤   b
//!        └───┬───────────┬───┬───┬──────▶ quanta
//!            10          40  50  60        when they become ready
//! ```
//!
//! If somebody else has the CPU all the while, a is next, then b, then c: by 50 b has
//! become as urgent as whoever comes then with priority 20, and has come before.
//!
//! Nobody has to count. While they wait all become more urgent alike, so who is more
//! urgent now is so later too; a level of priority is as good as having come ten quanta
//! sooner. The order is that of the moments at which each would have come then. Who has
//! the CPU ages on for this turn, as the others do; then it begins anew.
//!
//! With n threads, one of priority p is ready for 10 · (31 - p) + n - 1 quanta at most
//! until it gets the CPU: then it is before all who come, and those who have come before
//! have a turn each.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::attributes::Attributes;
use super::super::clock::Instant;
use super::super::pcb::Priority;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::ordered::Ordered;
use super::{DEFAULT_QUANTUM, LEAST_TURN, Policy};

/// How many quanta of waiting are worth a level of priority.
// ANCHOR: ageing
const QUANTA_A_LEVEL: u32 = 10;

/// The most urgent one first, by priority and by how long it has been ready; those of
/// one urgency in turn. Takes logarithmic time.
#[derive(Debug)]
pub struct Ageing {
    /// By when each would have come if it had the highest priority.
    line: Ordered<Duration>,
    /// The same of each thread, for when it gets the CPU.
    keys: BTreeMap<Pid, Duration>,
    /// What all turns that were shorter than [`LEAST_TURN`] lacked.
    lacked: Duration,
    quantum: Duration,
}

impl Default for Ageing {
    fn default() -> Self {
        Self {
            line: Ordered::default(),
            keys: BTreeMap::new(),
            lacked: Duration::ZERO,
            quantum: DEFAULT_QUANTUM,
        }
    }
}
// ANCHOR_END: ageing

impl Ageing {
    // ANCHOR: key
    fn level(&self) -> Duration {
        self.quantum.saturating_mul(QUANTA_A_LEVEL)
    }

    /// When a thread that is ready since `now` would have come.
    fn key(&self, priority: Priority, now: Instant) -> Duration {
        let below = Priority::HIGHEST.get() - priority.get();
        let now = (now - Instant::BOOT).saturating_add(self.lacked);
        now.saturating_add(self.level().saturating_mul(below.into()))
    }
    // ANCHOR_END: key
}

impl Policy for Ageing {
    // ANCHOR: ready
    fn name(&self) -> &'static str {
        "ageing"
    }

    fn set_quantum(&mut self, quantum: Duration) {
        self.quantum = quantum;
    }

    fn ready(&mut self, thread: Pid, attributes: &Attributes, _: Arrow, now: Instant) {
        let key = self.key(attributes.priority(), now);
        self.keys.insert(thread, key);
        self.line.put(key, thread);
    }

    fn next(&mut self, _: Instant) -> Option<Pid> {
        self.line.take_first()
    }
    // ANCHOR_END: ready

    /// Others age also while somebody yields in no time.
    // ANCHOR: outranks
    fn ran(&mut self, thread: Pid, time: Duration, arrow: Arrow) {
        self.lacked += LEAST_TURN.saturating_sub(time);
        if arrow == Arrow::Exit {
            self.keys.remove(&thread);
        }
    }

    fn slice(&self, _: Pid) -> Option<Duration> {
        Some(self.quantum)
    }

    /// Who runs ages on for this turn, as the others do: so nobody who has waited before
    /// interrupts it, but only who comes and is more urgent.
    fn outranks(&self, running: Pid, _: Duration, _: Instant) -> bool {
        let keys = self.line.first_key().zip(self.keys.get(&running));
        keys.is_some_and(|(first, own)| first < *own)
    }

    fn remove(&mut self, thread: Pid) {
        self.line.remove(thread);
    }

    fn in_order(&self) -> Vec<Pid> {
        self.line.in_order()
    }
    // ANCHOR_END: outranks
}

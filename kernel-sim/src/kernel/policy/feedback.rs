//! The multi-level feedback queue: nobody has to say how long a thread will run. Who
//! runs long is found out, and sinks; who only runs a little now and then stays on top.
//!
//! ```text
//!   level 0   slice 1 quantum     new threads begin here
//!         1         2 quanta      ▼ who has used up its slice sinks
//!         2         4
//!         3         8             and now and then all rise to the top
//! ```
//!
//! Source: Arpaci-Dusseau, *Operating Systems: Three Easy Pieces*, chapter 8, whose
//! rules are quoted below by their numbers; the first one was that of F. J. Corbató's
//! CTSS, 1962.
//!
//! With n threads, one is ready for 108 + n - 1 quanta at most until it gets the CPU:
//! until all rise, and who has the CPU by then has it for eight more, and then each of
//! the others has a quantum on top.

use std::collections::BTreeMap;
use std::mem;
use std::time::Duration;

use super::super::attributes::Attributes;
use super::super::clock::Instant;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::ordered::Ordered;
use super::{DEFAULT_QUANTUM, LEAST_TURN, Policy};

// ANCHOR: levels
const LEVELS: usize = 4;
/// After so many quanta all are on top again.
const QUANTA_UNTIL_BOOST: u32 = 100;

/// The highest level first, in turn within a level. Takes logarithmic time, and a boost as
/// long as there are threads.
#[derive(Debug)]
pub struct Feedback {
    /// By their levels.
    line: Ordered<usize>,
    threads: BTreeMap<Pid, Place>,
    quantum: Duration,
    boosted: Instant,
}

/// Where a thread is.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    level: usize,
    /// How much of its slice it has used up, in however many turns.
    used: Duration,
}

impl Default for Feedback {
    fn default() -> Self {
        Self {
            line: Ordered::default(),
            threads: BTreeMap::new(),
            quantum: DEFAULT_QUANTUM,
            boosted: Instant::BOOT,
        }
    }
}
// ANCHOR_END: levels

impl Feedback {
    /// How long a thread may run on that level before it sinks.
    // ANCHOR: boost
    fn allotment(&self, level: usize) -> Duration {
        self.quantum.saturating_mul(1 << level)
    }

    /// Rule 5: after some time, all threads move to the topmost queue.
    fn boost(&mut self) {
        for place in self.threads.values_mut() {
            *place = Place::default();
        }
        let line = mem::take(&mut self.line).in_order();
        line.into_iter().for_each(|thread| self.line.put(0, thread));
    }
    // ANCHOR_END: boost
}

impl Policy for Feedback {
    // ANCHOR: next
    fn name(&self) -> &'static str {
        "mlfq"
    }

    fn set_quantum(&mut self, quantum: Duration) {
        self.quantum = quantum;
    }

    /// Rule 3: who is new begins on top.
    fn ready(&mut self, thread: Pid, _: &Attributes, _: Arrow, _: Instant) {
        let place = self.threads.entry(thread).or_default();
        self.line.put(place.level, thread);
    }

    /// Rules 1 and 2: the highest level runs, and all in turn who are on it.
    fn next(&mut self, now: Instant) -> Option<Pid> {
        if now - self.boosted >= self.quantum.saturating_mul(QUANTA_UNTIL_BOOST) {
            self.boosted = now;
            self.boost();
        }
        self.line.take_first()
    }
    // ANCHOR_END: next

    /// Rule 4: who has used up its time on a level sinks, no matter how many times it
    /// has given up the CPU meanwhile. Who only yields, in no time, does so too.
    // ANCHOR: ran
    fn ran(&mut self, thread: Pid, time: Duration, arrow: Arrow) {
        if arrow == Arrow::Exit {
            self.threads.remove(&thread);
            return;
        }
        let Some(Place { level, used }) = self.threads.get(&thread).copied() else {
            return;
        };
        let used = used.saturating_add(time.max(LEAST_TURN));
        let place = match used >= self.allotment(level) {
            true => Place {
                level: (level + 1).min(LEVELS - 1),
                used: Duration::ZERO,
            },
            false => Place { level, used },
        };
        self.threads.insert(thread, place);
    }
    // ANCHOR_END: ran

    // ANCHOR: outranks
    fn slice(&self, thread: Pid) -> Option<Duration> {
        let Place { level, used } = self.threads.get(&thread).copied().unwrap_or_default();
        Some(self.allotment(level).saturating_sub(used))
    }

    /// Rule 1 again, for who comes while another one runs.
    fn outranks(&self, running: Pid, _: Duration, _: Instant) -> bool {
        let own = self.threads.get(&running).map_or(0, |place| place.level);
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

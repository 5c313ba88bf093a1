//! Stride: each thread walks, and the one that is farthest behind takes the next step.
//! The steps of who has more weight are shorter, so it takes more of them.
//!
//! ```text
//!   weight 300   |--|--|--|--|--|--|      six steps
//!   weight 100   |--------|--------|      two
//! ```
//!
//! Source: C. A. Waldspurger, W. E. Weihl, *Stride Scheduling: Deterministic
//! Proportional-Share Resource Management*, MIT/LCS/TM-528, 1995; also Arpaci-Dusseau,
//! *Operating Systems: Three Easy Pieces*, chapter 9. How far each has come is called its
//! pass. Of those that are ready none is ahead of the last one by more than a step of its
//! own. So nobody starves: until one has its next turn, each other one catches up with it,
//! and goes a step beyond.
//!
//! In the paper who comes begins where all are on average; here, where the last one is.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::attributes::{Attributes, Weight};
use super::super::clock::Instant;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::ordered::Ordered;
use super::{DEFAULT_QUANTUM, LEAST_TURN, Policy};

/// The least pass first. Takes logarithmic time.
// ANCHOR: stride
#[derive(Debug)]
pub struct Stride {
    line: Ordered<Pass>,
    threads: BTreeMap<Pid, Walker>,
    /// The pass of who was chosen last: nobody who is ready is behind that.
    least: Pass,
    quantum: Duration,
}

/// Nanoseconds on the CPU, times the greatest weight, by the own one.
type Pass = u128;

#[derive(Clone, Copy, Debug)]
struct Walker {
    weight: Weight,
    pass: Pass,
    /// What was left when that was divided by the weight: it would add up.
    rest: Pass,
}
// ANCHOR_END: stride

impl Walker {
    // ANCHOR: walk
    fn walk(&mut self, time: Duration) {
        let weight = Pass::from(self.weight.get());
        let way = time.as_nanos() * Pass::from(Weight::MOST.get()) + self.rest;
        self.pass += way / weight;
        self.rest = way % weight;
    }
    // ANCHOR_END: walk
}

// ANCHOR: default
impl Default for Stride {
    fn default() -> Self {
        Self {
            line: Ordered::default(),
            threads: BTreeMap::new(),
            least: 0,
            quantum: DEFAULT_QUANTUM,
        }
    }
}
// ANCHOR_END: default

impl Policy for Stride {
    // ANCHOR: ready
    fn name(&self) -> &'static str {
        "stride"
    }

    fn set_quantum(&mut self, quantum: Duration) {
        self.quantum = quantum;
    }

    /// Who has waited or is new begins where the others are: it has no claim on what it
    /// could have had.
    fn ready(&mut self, thread: Pid, attributes: &Attributes, _: Arrow, _: Instant) {
        let walker = self.threads.entry(thread).or_insert(Walker {
            weight: attributes.weight(),
            pass: self.least,
            rest: 0,
        });
        walker.pass = walker.pass.max(self.least);
        self.line.put(walker.pass, thread);
    }

    fn next(&mut self, _: Instant) -> Option<Pid> {
        self.least = self.line.first_key().unwrap_or(self.least);
        self.line.take_first()
    }
    // ANCHOR_END: ready

    /// The step is as long as the time was: who gives up the CPU early goes less far.
    // ANCHOR: ran
    fn ran(&mut self, thread: Pid, time: Duration, arrow: Arrow) {
        if arrow == Arrow::Exit {
            self.threads.remove(&thread);
        } else if let Some(walker) = self.threads.get_mut(&thread) {
            walker.walk(time.max(LEAST_TURN));
        }
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
    // ANCHOR_END: ran
}

//! Static priority: the most urgent ready thread runs, and among equally
//! urgent ones all in turn. Whoever comes and is more urgent interrupts.
//!
//! Source: Silberschatz, Galvin, Gagne, *Operating System Concepts*, section
//! 5.3.4. An urgent thread that never waits starves all that are less urgent, even if all
//! that it does is to yield; see `ageing.rs` for what helps. Who is interrupted goes to
//! the end of those who are as urgent. The way to find the highest level that is not empty, a
//! bit for each, is that of Linux's O(1) scheduler.

use std::array;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::super::attributes::Attributes;
use super::super::clock::Instant;
use super::super::pcb::Priority;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::{DEFAULT_QUANTUM, Policy};

const LEVELS: usize = Priority::HIGHEST.get() as usize + 1;

/// The most urgent first, in turn among equals. To put a thread in takes logarithmic
/// time, and to choose one constant time.
#[derive(Debug)]
pub struct StaticPriority {
    levels: [VecDeque<Pid>; LEVELS],
    /// Bit `n` is set when level `n` is not empty.
    occupied: u32,
    priorities: BTreeMap<Pid, Priority>,
    quantum: Duration,
}

impl Default for StaticPriority {
    fn default() -> Self {
        Self {
            levels: array::from_fn(|_| VecDeque::new()),
            occupied: 0,
            priorities: BTreeMap::new(),
            quantum: DEFAULT_QUANTUM,
        }
    }
}

impl Policy for StaticPriority {
    fn name(&self) -> &'static str {
        "priority"
    }

    fn set_quantum(&mut self, quantum: Duration) {
        self.quantum = quantum;
    }

    fn ready(&mut self, thread: Pid, attributes: &Attributes, _: Arrow, _: Instant) {
        let priority = attributes.priority();
        self.priorities.insert(thread, priority);
        let level = priority.get();
        self.levels[usize::from(level)].push_back(thread);
        self.occupied |= 1 << level;
    }

    fn next(&mut self, _: Instant) -> Option<Pid> {
        let level = self.occupied.checked_ilog2()?;
        let line = &mut self.levels[level as usize];
        let thread = line.pop_front();
        if line.is_empty() {
            self.occupied &= !(1 << level);
        }
        thread
    }

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
        let highest = self.occupied.checked_ilog2();
        highest.is_some_and(|level| level > u32::from(own.get()))
    }

    fn remove(&mut self, thread: Pid) {
        for (level, line) in self.levels.iter_mut().enumerate() {
            line.retain(|&pid| pid != thread);
            if line.is_empty() {
                self.occupied &= !(1 << level);
            }
        }
    }

    fn in_order(&self) -> Vec<Pid> {
        self.levels.iter().rev().flatten().copied().collect()
    }
}

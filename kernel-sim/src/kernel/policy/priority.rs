//! Static priority: the most urgent ready thread runs, and among equally
//! urgent ones whoever has waited longest.
//!
//! Source: Silberschatz, Galvin, Gagne, *Operating System Concepts*, section
//! 5.3.4. An urgent thread that never waits starves all that are less urgent.
//! The way to find the highest level that is not empty, a bit for each, is
//! that of Linux's O(1) scheduler.

use std::array;
use std::collections::VecDeque;

use super::super::pcb::Priority;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::Policy;

const LEVELS: usize = Priority::HIGHEST.get() as usize + 1;

/// The most urgent first, first come first served among equals. Both
/// [`Policy::ready`] and [`Policy::next`] take constant time.
#[derive(Debug)]
pub struct StaticPriority {
    levels: [VecDeque<Pid>; LEVELS],
    /// Bit `n` is set when level `n` is not empty.
    occupied: u32,
}

impl StaticPriority {
    pub(super) const NAME: &str = "priority";
}

impl Default for StaticPriority {
    fn default() -> Self {
        Self {
            levels: array::from_fn(|_| VecDeque::new()),
            occupied: 0,
        }
    }
}

impl Policy for StaticPriority {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn ready(&mut self, thread: Pid, priority: Priority, _: Arrow) {
        let level = priority.get();
        self.levels[usize::from(level)].push_back(thread);
        self.occupied |= 1 << level;
    }

    fn next(&mut self) -> Option<Pid> {
        let level = self.occupied.checked_ilog2()?;
        let line = &mut self.levels[level as usize];
        let thread = line.pop_front();
        if line.is_empty() {
            self.occupied &= !(1 << level);
        }
        thread
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

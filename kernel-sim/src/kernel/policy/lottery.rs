//! Lottery: each ready thread has as many tickets as its weight says, and one ticket is
//! drawn. Nobody starves, and in the long run each gets its share.
//!
//! Source: C. A. Waldspurger, W. E. Weihl, *Lottery Scheduling: Flexible
//! Proportional-Share Resource Management*, OSDI 1994; also Arpaci-Dusseau, *Operating
//! Systems: Three Easy Pieces*, chapter 9. The tickets that the paper gives to threads
//! that do not use up their quanta are left out. The numbers are drawn as its appendix
//! does, by the generator of Park and Miller, and begin with the same one in every run.
//! They go up to 2^31, so of more tickets than that, which are those of 200,000 threads of
//! the greatest weight, only the first ones in the line can win.

use std::time::Duration;

use super::super::attributes::Attributes;
use super::super::clock::Instant;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::{DEFAULT_QUANTUM, Policy};

/// Chance decides, by weight. To choose takes as long as threads are ready.
// ANCHOR: lottery
#[derive(Debug)]
pub struct Lottery {
    /// Who is ready, and how many tickets it has.
    ready: Vec<(Pid, u64)>,
    tickets: u64,
    seed: u64,
    quantum: Duration,
}

impl Default for Lottery {
    fn default() -> Self {
        Self {
            ready: Vec::new(),
            tickets: 0,
            seed: 1,
            quantum: DEFAULT_QUANTUM,
        }
    }
}
// ANCHOR_END: lottery

impl Lottery {
    /// The next number of 1 to 2^31 - 2. Source: S. K. Park, K. W. Miller, *Random
    /// Number Generators: Good Ones Are Hard to Find*, CACM 31 (10), 1988.
    // ANCHOR: draw
    fn draw(&mut self) -> u64 {
        self.seed = self.seed * 16_807 % 2_147_483_647;
        self.seed
    }

    fn take(&mut self, index: usize) -> Pid {
        let (thread, tickets) = self.ready.remove(index);
        self.tickets -= tickets;
        thread
    }
    // ANCHOR_END: draw
}

impl Policy for Lottery {
    // ANCHOR: next
    fn name(&self) -> &'static str {
        "lottery"
    }

    fn set_quantum(&mut self, quantum: Duration) {
        self.quantum = quantum;
    }

    fn ready(&mut self, thread: Pid, attributes: &Attributes, _: Arrow, _: Instant) {
        let tickets = u64::from(attributes.weight().get());
        self.ready.push((thread, tickets));
        self.tickets += tickets;
    }

    /// The winner is who has the ticket of that number, counted along the line.
    fn next(&mut self, _: Instant) -> Option<Pid> {
        if self.ready.len() < 2 {
            // Nothing is drawn among one.
            return (!self.ready.is_empty()).then(|| self.take(0));
        }
        let mut winning = self.draw() % self.tickets;
        let winner = self.ready.iter().position(|&(_, tickets)| {
            let wins = winning < tickets;
            winning = winning.saturating_sub(tickets);
            wins
        });
        winner.map(|index| self.take(index))
    }
    // ANCHOR_END: next

    // ANCHOR: in_order
    fn slice(&self, _: Pid) -> Option<Duration> {
        Some(self.quantum)
    }

    fn remove(&mut self, thread: Pid) {
        if let Some(index) = self.ready.iter().position(|&(other, _)| other == thread) {
            self.take(index);
        }
    }

    /// In the order in which they came: nobody knows who will win.
    fn in_order(&self) -> Vec<Pid> {
        self.ready.iter().map(|&(thread, _)| thread).collect()
    }
    // ANCHOR_END: in_order
}

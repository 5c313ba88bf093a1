//! Earliest eligible virtual deadline first: fair shares by weight, and who asks for
//! less at a time is served sooner. Linux has had one in this manner since 6.6.
//!
//! Virtual time is what each would have had if the CPU could be divided among all. Who
//! has had less than that is *eligible*; among these the one runs whose next request
//! should be done first, its request being a quantum, which takes a heavy thread less
//! virtual time than a light one.
//!
//! ```text
//!                     virtual time now
//!   a  ───────────┤─────────┊────────▶ deadline    eligible: it has had less
//!   b  ────────┤────────────▶┊         deadline    eligible, and runs: it is sooner
//!   c  ─────────────────────┊──┤──────▶            has had more, has to wait
//! ```
//!
//! Source: I. Stoica, H. Abdel-Wahab, *Earliest Eligible Virtual Deadline First: A
//! Flexible and Accurate Mechanism for Proportional Share Resource Allocation*, TR-95-22,
//! Old Dominion University, 1995. Nobody's share differs from the ideal one by more than
//! one request.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::attributes::{Attributes, Weight};
use super::super::clock::Instant;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::{DEFAULT_QUANTUM, LEAST_TURN, Policy};

/// The earliest virtual deadline first among those that have had less than their share.
/// Takes as long as threads are ready.
#[derive(Debug)]
pub struct Eevdf {
    ready: Vec<Pid>,
    running: Option<Pid>,
    threads: BTreeMap<Pid, Client>,
    /// The virtual time when somebody was last there.
    last: Virtual,
    quantum: Duration,
}

/// Nanoseconds, times the greatest weight, by a weight.
type Virtual = i128;

/// What the paper calls a client.
#[derive(Clone, Copy, Debug)]
struct Client {
    weight: Virtual,
    /// How much it has had, from when it first came.
    had: Virtual,
    /// When its request should be done.
    deadline: Virtual,
    /// While it waits: by how much it had had less than the others.
    lag: Virtual,
}

impl Default for Eevdf {
    fn default() -> Self {
        Self {
            ready: Vec::new(),
            running: None,
            threads: BTreeMap::new(),
            last: 0,
            quantum: DEFAULT_QUANTUM,
        }
    }
}

impl Client {
    fn new(weight: Weight) -> Client {
        Client {
            weight: weight.get().into(),
            had: 0,
            deadline: 0,
            lag: 0,
        }
    }

    /// How much virtual time so much time is for this one.
    fn virtual_time(&self, time: Duration) -> Virtual {
        let nanos = i128::try_from(time.as_nanos()).expect("5,000 years are less");
        nanos * Virtual::from(Weight::MOST.get()) / self.weight
    }

    fn request(&mut self, quantum: Duration) {
        self.deadline = self.had + self.virtual_time(quantum);
    }
}

impl Eevdf {
    /// What each has had on average, by weight: of those that are ready or have the CPU.
    fn virtual_now(&self) -> Virtual {
        let there = self.ready.iter().chain(&self.running);
        let clients = there.filter_map(|thread| self.threads.get(thread));
        let (mut sum, mut weights) = (0, 0);
        for client in clients {
            sum += client.had * client.weight;
            weights += client.weight;
        }
        match weights {
            0 => self.last,
            _ => sum / weights,
        }
    }
}

impl Policy for Eevdf {
    fn name(&self) -> &'static str {
        "eevdf"
    }

    fn set_quantum(&mut self, quantum: Duration) {
        self.quantum = quantum;
    }

    /// Who has waited comes back as far behind the others, or ahead of them, as it was
    /// when it left. Who was interrupted goes on with its request, if that is not done.
    fn ready(&mut self, thread: Pid, attributes: &Attributes, arrow: Arrow, _: Instant) {
        let now = self.virtual_now();
        let new = || Client::new(attributes.weight());
        let client = self.threads.entry(thread).or_insert_with(new);
        if arrow != Arrow::Preempt {
            client.had = now - client.lag;
            client.request(self.quantum);
        } else if client.had >= client.deadline {
            client.request(self.quantum);
        }
        self.ready.push(thread);
    }

    fn next(&mut self, _: Instant) -> Option<Pid> {
        let now = self.virtual_now();
        self.last = now;
        let client = |thread| &self.threads[thread];
        let eligible = self.ready.iter().enumerate();
        let eligible = eligible.filter(|(_, thread)| client(thread).had <= now);
        let (index, _) = eligible.min_by_key(|(_, thread)| client(thread).deadline)?;
        self.running = Some(self.ready.remove(index));
        self.running
    }

    fn ran(&mut self, thread: Pid, time: Duration, arrow: Arrow) {
        if let Some(client) = self.threads.get_mut(&thread) {
            client.had += client.virtual_time(time.max(LEAST_TURN));
        }
        let now = self.virtual_now();
        self.last = now;
        self.running = None;
        if arrow == Arrow::Exit {
            self.threads.remove(&thread);
        } else if let Some(client) = self.threads.get_mut(&thread) {
            client.lag = now - client.had;
        }
    }

    fn slice(&self, _: Pid) -> Option<Duration> {
        Some(self.quantum)
    }

    fn remove(&mut self, thread: Pid) {
        self.ready.retain(|&other| other != thread);
    }

    /// By their deadlines, whoever is eligible by then.
    fn in_order(&self) -> Vec<Pid> {
        let mut threads = self.ready.clone();
        threads.sort_by_key(|thread| self.threads[thread].deadline);
        threads
    }
}

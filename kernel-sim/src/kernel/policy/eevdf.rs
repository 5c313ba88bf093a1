//! Earliest eligible virtual deadline first: fair shares by weight, and who asks for
//! less at a time is served sooner. Linux has had one in this manner since 6.6.
//!
//! Virtual time is what each would have had if the CPU could be divided among all. Who
//! has had less than that is *eligible*; among these the one runs whose next request
//! should be done first, its request being a quantum, which takes a heavy thread less
//! virtual time than a light one.
//!
//! ```text
//!              virtual time now ┊
//!   a  ──────────┤              ┊         ▶     has had less: eligible
//!   b  ────────────────┤        ┊    ▶          eligible too, and runs: due sooner
//!   c  ─────────────────────────┊──┤   ▶        has had more: has to wait
//!           what it has had ┤   ┊    ▶ when its request should be done
//! ```
//!
//! Source: I. Stoica, H. Abdel-Wahab, *Earliest Eligible Virtual Deadline First: A
//! Flexible and Accurate Mechanism for Proportional Share Resource Allocation*, TR-95-22,
//! Old Dominion University, 1995. By how much a share differs from the ideal one is
//! called lag, and is never more than one request. So nobody starves. Who waits comes
//! back with the lag that it had: it has not lost what it was owed, nor is it forgiven
//! what it owes, and it has no claim on what it has missed.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::attributes::{Attributes, Weight};
use super::super::clock::Instant;
use super::super::pid::Pid;
use super::super::state::Arrow;
use super::{DEFAULT_QUANTUM, LEAST_TURN, Policy};

/// The earliest virtual deadline first among those that have had less than their share. To
/// choose takes as long as threads are ready, and all else logarithmic time.
// ANCHOR: eevdf
#[derive(Debug)]
pub struct Eevdf {
    /// In the order in which they came.
    ready: BTreeMap<u64, Pid>,
    /// What all of them have had, each by its weight, and how much they weigh.
    sum: Virtual,
    weights: Virtual,
    /// How many have come so far.
    come: u64,
    /// Who has the CPU, and since when. One, unless the machine has several CPUs.
    running: Vec<(Pid, Instant)>,
    threads: BTreeMap<Pid, Client>,
    /// What the one had had that was the last to leave the CPU.
    last: Virtual,
    quantum: Duration,
}

/// Nanoseconds, times the greatest weight, by a weight.
type Virtual = i128;
// ANCHOR_END: eevdf

/// What the paper calls a client.
// ANCHOR: client
#[derive(Clone, Copy, Debug)]
struct Client {
    weight: Virtual,
    /// How much it has had, from when it first came.
    had: Virtual,
    /// What was left when that was divided by the weight: it would add up.
    rest: Virtual,
    /// When its request should be done.
    deadline: Virtual,
    /// While it is ready: how many had come before.
    place: u64,
    /// When it last left the CPU: by how much it had had less than the others, on average.
    behind: Virtual,
}
// ANCHOR_END: client

// ANCHOR: default
impl Default for Eevdf {
    fn default() -> Self {
        Self {
            ready: BTreeMap::new(),
            sum: 0,
            weights: 0,
            come: 0,
            running: Vec::new(),
            threads: BTreeMap::new(),
            last: 0,
            quantum: DEFAULT_QUANTUM,
        }
    }
}
// ANCHOR_END: default

// ANCHOR: virtual_time_of
impl Client {
    fn new(weight: Weight) -> Client {
        Client {
            weight: weight.get().into(),
            had: 0,
            rest: 0,
            deadline: 0,
            place: 0,
            behind: 0,
        }
    }

    /// How much virtual time so much time is for this one, and what cannot be divided.
    fn virtual_time(&self, time: Duration) -> (Virtual, Virtual) {
        let nanos = i128::try_from(time.as_nanos()).expect("no duration is so long");
        let whole = nanos * Virtual::from(Weight::MOST.get()) + self.rest;
        (whole / self.weight, whole % self.weight)
    }

    fn has_had(&mut self, time: Duration) {
        let (time, rest) = self.virtual_time(time);
        self.had += time;
        self.rest = rest;
    }

    fn request(&mut self, quantum: Duration) {
        self.deadline = self.had + self.virtual_time(quantum).0;
    }
}
// ANCHOR_END: virtual_time_of

impl Eevdf {
    /// What each has had on average, by weight: of those that are ready or have the CPU.
    // ANCHOR: virtual_time
    fn virtual_time(&self, now: Instant) -> Virtual {
        let (mut sum, mut weights) = (self.sum, self.weights);
        for &(thread, since) in &self.running {
            let client = &self.threads[&thread];
            sum += (client.had + client.virtual_time(now - since).0) * client.weight;
            weights += client.weight;
        }
        match weights {
            0 => self.last,
            _ => sum / weights,
        }
    }
    // ANCHOR_END: virtual_time

    // ANCHOR: line_up
    fn line_up(&mut self, thread: Pid, client: Client) {
        let place = self.come;
        self.come += 1;
        self.sum += client.had * client.weight;
        self.weights += client.weight;
        self.ready.insert(place, thread);
        self.threads.insert(thread, Client { place, ..client });
    }

    fn take(&mut self, thread: Pid) {
        let client = &self.threads[&thread];
        if self.ready.remove(&client.place).is_some() {
            self.sum -= client.had * client.weight;
            self.weights -= client.weight;
        }
    }
    // ANCHOR_END: line_up
}

impl Policy for Eevdf {
    // ANCHOR: ready
    fn name(&self) -> &'static str {
        "eevdf"
    }

    fn set_quantum(&mut self, quantum: Duration) {
        self.quantum = quantum;
    }

    /// Who has waited comes back as far behind the others, or ahead of them, as it was
    /// when it left. Who was interrupted goes on with its request, if that is not done.
    fn ready(&mut self, thread: Pid, attributes: &Attributes, arrow: Arrow, now: Instant) {
        let others = self.virtual_time(now);
        let known = self.threads.get(&thread).copied();
        let mut client = known.unwrap_or_else(|| Client::new(attributes.weight()));
        if arrow != Arrow::Preempt {
            client.had = others - client.behind;
            client.request(self.quantum);
        } else if client.had >= client.deadline {
            client.request(self.quantum);
        }
        self.line_up(thread, client);
    }
    // ANCHOR_END: ready

    /// With one CPU somebody has had no more than all have on average. With several, those
    /// who have had less may all be running; then the one runs that has had least.
    // ANCHOR: next
    fn next(&mut self, now: Instant) -> Option<Pid> {
        let clients = || {
            self.ready
                .values()
                .map(|&thread| (thread, &self.threads[&thread]))
        };
        let least = clients().map(|(_, client)| client.had).min()?;
        let latest = self.virtual_time(now).max(least);
        let eligible = clients().filter(|(_, client)| client.had <= latest);
        let (thread, _) = eligible.min_by_key(|(_, client)| client.deadline)?;
        self.take(thread);
        self.running.push((thread, now));
        Some(thread)
    }
    // ANCHOR_END: next

    /// Who leaves as the last one will begin anew where it is.
    // ANCHOR: ran
    fn ran(&mut self, thread: Pid, time: Duration, arrow: Arrow) {
        let Some(client) = self.threads.get_mut(&thread) else {
            return;
        };
        client.has_had(time.max(LEAST_TURN));
        let had = client.had;
        self.last = had;
        let running = self.running.iter().position(|(other, _)| *other == thread);
        let since = running.map(|index| self.running.remove(index).1);
        let now = since.and_then(|since| since.checked_add(time));
        let others = self.virtual_time(now.unwrap_or(Instant::BOOT));
        if arrow == Arrow::Exit {
            self.threads.remove(&thread);
        } else if let Some(client) = self.threads.get_mut(&thread) {
            client.behind = others - had;
        }
    }
    // ANCHOR_END: ran

    // ANCHOR: in_order
    fn slice(&self, _: Pid) -> Option<Duration> {
        Some(self.quantum)
    }

    /// While it then has the CPU, nobody is measured by it.
    fn remove(&mut self, thread: Pid) {
        self.take(thread);
    }

    /// By their deadlines, whoever is eligible by then.
    fn in_order(&self) -> Vec<Pid> {
        let mut threads: Vec<Pid> = self.ready.values().copied().collect();
        threads.sort_by_key(|thread| self.threads[thread].deadline);
        threads
    }
    // ANCHOR_END: in_order
}

//! Work to be done, said in a way that is the same for every machine: so much computing,
//! then so much waiting, and so on. With it policies are compared, and machines.
//!
//! A simulated computer makes a program of each job (see `os/job.rs`); a green thread
//! computes by passing checkpoints.

use std::time::Duration;

use crate::kernel::attributes::Attributes;

/// One thread's work.
///
/// ```
/// use kernel_sim::workload::Job;
///
/// let job = Job::new("reader").computes(200).waits(1_000).computes(50);
/// assert_eq!(job.computing(), 250);
/// assert_eq!(job.parts().len(), 3);
/// ```
// ANCHOR: job
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    name: String,
    arrival: u64,
    attributes: Attributes,
    parts: Vec<Part>,
}

/// A part of a job. Times are in ticks, each a microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It needs the CPU for so long.
    Compute(u64),
    /// It waits for so long, and needs nothing.
    Wait(u64),
}
// ANCHOR_END: job

impl Job {
    /// A job that is there from the start and does nothing yet.
    // ANCHOR: made
    pub fn new(name: &str) -> Job {
        Job {
            name: name.to_owned(),
            arrival: 0,
            attributes: Attributes::default(),
            parts: Vec::new(),
        }
    }

    /// It comes at that tick.
    pub fn arrives(mut self, tick: u64) -> Job {
        self.arrival = tick;
        self
    }

    /// The policy is told this of it.
    pub fn with(mut self, attributes: impl Into<Attributes>) -> Job {
        self.attributes = attributes.into();
        self
    }

    /// The policy is told how long it will compute until it first waits, which is true.
    pub fn with_true_estimate(mut self) -> Job {
        let first = self.parts.iter().map_while(|part| match part {
            Part::Compute(ticks) => Some(ticks),
            Part::Wait(_) => None,
        });
        let time = Duration::from_micros(first.sum());
        self.attributes = self.attributes.with_estimate(time);
        self
    }
    // ANCHOR_END: made

    /// After what it does so far, it computes for so many ticks.
    // ANCHOR: parts
    pub fn computes(mut self, ticks: u64) -> Job {
        self.parts.push(Part::Compute(ticks));
        self
    }

    /// After what it does so far, it waits for so many ticks.
    pub fn waits(mut self, ticks: u64) -> Job {
        self.parts.push(Part::Wait(ticks));
        self
    }
    // ANCHOR_END: parts

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tick at which it comes.
    pub fn arrival(&self) -> u64 {
        self.arrival
    }

    /// What the policy is told of it.
    pub fn attributes(&self) -> Attributes {
        self.attributes
    }

    /// What it does, one after the other.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// How many ticks it computes in all.
    // ANCHOR: computing
    pub fn computing(&self) -> u64 {
        let ticks = self.parts.iter().map(|part| match part {
            Part::Compute(ticks) => *ticks,
            Part::Wait(_) => 0,
        });
        ticks.sum()
    }
    // ANCHOR_END: computing
}

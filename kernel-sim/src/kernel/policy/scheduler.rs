//! What the kernel calls: round-robin, which stands on the path of every context
//! switch, inline; every other policy behind a box.
//!
//! For those it also counts the time: a policy in a box is told how long each turn was.
//! For round-robin nobody looks at the clock, which would cost as much as ten switches,
//! unless the machine has a timer.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::super::clock::Instant;
use super::super::pcb::Context;
use super::super::pid::Pid;
use super::super::queue::Queue;
use super::super::state::{Arrow, State};
use super::super::table::Table;
use super::round_robin::RoundRobin;
use super::{
    Ageing, EarliestDeadline, Eevdf, Feedback, Fifo, Lottery, Policy, ShortestJob,
    ShortestRemaining, StaticPriority, Stride,
};

/// The policy of a kernel: round-robin, or another one in a box.
///
/// It is parsed from a name, and displays as it:
///
/// ```
/// use kernel_sim::kernel::policy::Scheduler;
///
/// let scheduler: Scheduler = "priority".parse().unwrap();
/// assert_eq!(scheduler.to_string(), "priority");
/// assert_eq!(Scheduler::default().to_string(), "round-robin");
///
/// let error = "random".parse::<Scheduler>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "there is no scheduling policy 'random'; there are fifo, round-robin, sjf, srt, \
///      priority, ageing, mlfq, lottery, stride, edf, eevdf"
/// );
/// ```
#[derive(Debug)]
pub struct Scheduler {
    kind: Kind,
    /// If somebody wants to know how long turns are.
    turns: Option<Turns>,
    /// After how long the machine's timer takes the CPU away, if it has one.
    timer: Option<Duration>,
}

#[derive(Debug)]
enum Kind {
    RoundRobin(RoundRobin),
    Boxed(Box<dyn Policy>),
}

/// By slot: when its turn began.
#[derive(Debug, Default)]
struct Turns(Vec<Instant>);

impl Default for Scheduler {
    fn default() -> Self {
        Self {
            kind: Kind::RoundRobin(RoundRobin::default()),
            turns: None,
            timer: None,
        }
    }
}

impl From<Box<dyn Policy>> for Scheduler {
    fn from(policy: Box<dyn Policy>) -> Self {
        Self {
            kind: Kind::Boxed(policy),
            turns: Some(Turns::default()),
            timer: None,
        }
    }
}

impl Scheduler {
    /// The names that it is parsed from.
    ///
    /// ```
    /// use kernel_sim::kernel::policy::Scheduler;
    ///
    /// for name in Scheduler::names() {
    ///     assert_eq!(name.parse::<Scheduler>().unwrap().to_string(), name);
    /// }
    /// ```
    pub fn names() -> impl Iterator<Item = &'static str> {
        POLICIES.iter().map(|&(name, _)| name)
    }

    fn boxed<P: Policy + Default + 'static>() -> Scheduler {
        Scheduler::from(Box::new(P::default()) as Box<dyn Policy>)
    }

    /// The machine has a timer, with that quantum. Without a timer, policies count as if
    /// it were a millisecond.
    pub fn set_quantum(&mut self, quantum: Duration) {
        self.turns.get_or_insert_default();
        self.timer = Some(quantum);
        match &mut self.kind {
            Kind::RoundRobin(policy) => policy.quantum = quantum,
            Kind::Boxed(policy) => policy.set_quantum(quantum),
        }
    }

    #[inline]
    pub(in super::super) fn ready<C: Context>(
        &mut self,
        table: &mut Table<C>,
        slot: u32,
        arrow: Arrow,
        now: impl FnOnce() -> Instant,
    ) {
        match &mut self.kind {
            Kind::RoundRobin(policy) => policy.ready(table, slot),
            Kind::Boxed(policy) => {
                let pcb = &table[slot];
                policy.ready(pcb.pid, &pcb.attributes, arrow, now());
            }
        }
    }

    #[inline]
    pub(in super::super) fn next<C: Context>(
        &mut self,
        table: &mut Table<C>,
        now: impl FnOnce() -> Instant,
    ) -> Option<u32> {
        match &mut self.kind {
            Kind::RoundRobin(policy) => policy.next(table),
            Kind::Boxed(policy) => {
                let pid = policy.next(now())?;
                let pcb = table.get(pid);
                let ready = pcb.is_some_and(|pcb| matches!(pcb.state, State::Ready(_)));
                assert!(ready, "policy {policy:?} chose {pid:?}, which is not ready");
                Some(pid.slot())
            }
        }
    }

    /// The turn of a thread begins.
    #[inline]
    pub(in super::super) fn begins(&mut self, slot: u32, now: impl FnOnce() -> Instant) {
        if let Some(turns) = &mut self.turns {
            turns.begins(slot, now());
        }
    }

    /// The turn of a thread is over.
    #[inline]
    pub(in super::super) fn ends(&mut self, pid: Pid, arrow: Arrow, now: impl FnOnce() -> Instant) {
        if let (Some(turns), Kind::Boxed(policy)) = (&self.turns, &mut self.kind) {
            policy.ran(pid, turns.ran(pid, now()), arrow);
        }
    }

    pub(in super::super) fn has_timer(&self) -> bool {
        self.timer.is_some()
    }

    pub(in super::super) fn slice(&self, pid: Pid) -> Option<Duration> {
        match &self.kind {
            Kind::RoundRobin(policy) => Some(policy.quantum),
            Kind::Boxed(policy) => policy.slice(pid),
        }
    }

    #[inline]
    pub(in super::super) fn outranks(&self, running: Pid, now: impl FnOnce() -> Instant) -> bool {
        match &self.kind {
            Kind::RoundRobin(_) => false,
            Kind::Boxed(policy) => {
                let now = now();
                policy.outranks(running, self.ran(running, now), now)
            }
        }
    }

    /// How long the turn of the thread has been so far. Nothing, if nobody counts.
    pub(in super::super) fn ran(&self, running: Pid, now: Instant) -> Duration {
        let turns = self.turns.as_ref();
        turns.map_or(Duration::ZERO, |turns| turns.ran(running, now))
    }

    /// Whether it is certain, without asking, that nobody is ready.
    #[inline(always)]
    pub(in super::super) fn would_choose_nobody(&self) -> bool {
        match &self.kind {
            Kind::RoundRobin(policy) => policy.is_empty(),
            Kind::Boxed(_) => false,
        }
    }

    /// The line in which the ready threads stand, if they stand in one.
    #[inline]
    pub(in super::super) fn line(&self) -> Option<&Queue> {
        match &self.kind {
            Kind::RoundRobin(policy) => Some(policy.line()),
            Kind::Boxed(_) => None,
        }
    }

    pub(in super::super) fn remove<C: Context>(&mut self, table: &mut Table<C>, slot: u32) {
        match &mut self.kind {
            Kind::RoundRobin(policy) => policy.remove(table, slot),
            Kind::Boxed(policy) => policy.remove(table[slot].pid),
        }
    }

    pub(in super::super) fn in_order<C: Context>(&self, table: &Table<C>) -> Vec<Pid> {
        match &self.kind {
            Kind::RoundRobin(policy) => policy.in_order(table),
            Kind::Boxed(policy) => policy.in_order(),
        }
    }
}

impl Turns {
    fn begins(&mut self, slot: u32, now: Instant) {
        let slot = slot as usize;
        if self.0.len() <= slot {
            self.0.resize(slot + 1, now);
        }
        self.0[slot] = now;
    }

    fn ran(&self, pid: Pid, now: Instant) -> Duration {
        let began = self.0.get(pid.slot() as usize);
        began.map_or(Duration::ZERO, |&began| now - began)
    }
}

/// A name, and how to make the policy that has it.
type Named = (&'static str, fn() -> Scheduler);

const POLICIES: [Named; 11] = [
    ("fifo", Scheduler::boxed::<Fifo>),
    (RoundRobin::NAME, Scheduler::default),
    ("sjf", Scheduler::boxed::<ShortestJob>),
    ("srt", Scheduler::boxed::<ShortestRemaining>),
    ("priority", Scheduler::boxed::<StaticPriority>),
    ("ageing", Scheduler::boxed::<Ageing>),
    ("mlfq", Scheduler::boxed::<Feedback>),
    ("lottery", Scheduler::boxed::<Lottery>),
    ("stride", Scheduler::boxed::<Stride>),
    ("edf", Scheduler::boxed::<EarliestDeadline>),
    ("eevdf", Scheduler::boxed::<Eevdf>),
];

impl FromStr for Scheduler {
    type Err = UnknownPolicy;

    fn from_str(name: &str) -> Result<Self, UnknownPolicy> {
        let found = POLICIES.iter().find(|(known, _)| *known == name);
        let (_, make) = found.ok_or_else(|| UnknownPolicy { name: name.into() })?;
        Ok(make())
    }
}

impl fmt::Display for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match &self.kind {
            Kind::RoundRobin(_) => RoundRobin::NAME,
            Kind::Boxed(policy) => policy.name(),
        })
    }
}

/// Somebody asked for a policy by a name that none has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPolicy {
    name: String,
}

impl fmt::Display for UnknownPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, known) = (
            &self.name,
            Scheduler::names().collect::<Vec<_>>().join(", "),
        );
        write!(
            f,
            "there is no scheduling policy '{name}'; there are {known}"
        )
    }
}

impl std::error::Error for UnknownPolicy {}

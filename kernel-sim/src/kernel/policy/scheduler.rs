//! What the kernel calls: round-robin, which stands on the path of every context
//! switch, inline; every other policy behind a box.
//!
//! For those it also counts the time: a policy in a box is told how long each turn was.
//! For round-robin nobody looks at the clock, which would cost as much as ten switches,
//! unless the machine has a timer.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::super::Kernel;
use super::super::clock::Instant;
use super::super::pcb::Context;
use super::super::pid::Pid;
use super::super::queue::Queue;
use super::super::state::{Arrow, State};
use super::super::table::Table;
use super::round_robin::{RoundRobin, SlicedRoundRobin};
use super::{
    Ageing, DEFAULT_QUANTUM, EarliestDeadline, Eevdf, Feedback, Fifo, Lottery, Policy, ShortestJob,
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
// ANCHOR: scheduler
#[derive(Debug)]
pub struct Scheduler(Kind);

#[derive(Debug)]
enum Kind {
    RoundRobin(RoundRobin),
    // One word, so that it is one comparison with zero which of the two it is.
    Boxed(Box<Boxed>),
}

/// A policy that is told how long each turn was.
#[derive(Debug)]
struct Boxed {
    policy: Box<dyn Policy>,
    /// By slot: when its turn began.
    began: Vec<Instant>,
    /// Whether the machine has one.
    has_timer: bool,
}
// ANCHOR_END: scheduler

// ANCHOR: from
impl Default for Scheduler {
    fn default() -> Self {
        Self(Kind::RoundRobin(RoundRobin::default()))
    }
}

impl From<Box<dyn Policy>> for Scheduler {
    fn from(policy: Box<dyn Policy>) -> Self {
        Self(Kind::Boxed(Box::new(Boxed {
            policy,
            began: Vec::new(),
            has_timer: false,
        })))
    }
}
// ANCHOR_END: from

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
    // ANCHOR: names
    pub fn names() -> impl Iterator<Item = &'static str> {
        POLICIES.iter().map(|&(name, _)| name)
    }

    fn boxed<P: Policy + Default + 'static>() -> Scheduler {
        Scheduler::from(Box::new(P::default()) as Box<dyn Policy>)
    }
    // ANCHOR_END: names

    /// The same policy for a machine with a timer, and with that quantum. Without a
    /// timer, policies count as if it were a millisecond.
    ///
    /// ```
    /// use std::time::Duration;
    /// use kernel_sim::kernel::policy::Scheduler;
    ///
    /// let scheduler = Scheduler::default().with_quantum(Duration::from_millis(10));
    /// assert_eq!(scheduler.to_string(), "round-robin");
    /// ```
    // ANCHOR: with_quantum
    pub fn with_quantum(self, quantum: Duration) -> Scheduler {
        let mut policy: Box<dyn Policy> = match self.0 {
            Kind::RoundRobin(_) => Box::<SlicedRoundRobin>::default(),
            Kind::Boxed(boxed) => boxed.policy,
        };
        policy.set_quantum(quantum);
        Self(Kind::Boxed(Box::new(Boxed {
            policy,
            began: Vec::new(),
            has_timer: true,
        })))
    }
    // ANCHOR_END: with_quantum

    /// Whether the machine has a timer.
    // ANCHOR: questions
    pub(in super::super) fn has_timer(&self) -> bool {
        match &self.0 {
            Kind::RoundRobin(_) => false,
            Kind::Boxed(boxed) => boxed.has_timer,
        }
    }

    /// How long the thread that was just chosen may have the CPU.
    pub(in super::super) fn slice(&self, pid: Pid) -> Option<Duration> {
        match &self.0 {
            Kind::RoundRobin(_) => Some(DEFAULT_QUANTUM),
            Kind::Boxed(boxed) => boxed.policy.slice(pid),
        }
    }

    /// Whether somebody ready should have the CPU instead.
    pub(in super::super) fn outranks(&self, running: Pid, now: Instant) -> bool {
        match &self.0 {
            Kind::RoundRobin(_) => false,
            Kind::Boxed(boxed) => {
                let ran = boxed.ran(running, now);
                boxed.policy.outranks(running, ran, now)
            }
        }
    }

    /// How long the turn of the thread has been so far. Nothing, if nobody counts.
    pub(in super::super) fn ran(&self, running: Pid, now: Instant) -> Duration {
        match &self.0 {
            Kind::RoundRobin(_) => Duration::ZERO,
            Kind::Boxed(boxed) => boxed.ran(running, now),
        }
    }
    // ANCHOR_END: questions

    /// Whether it is certain, without asking, that nobody is ready.
    // ANCHOR: line
    #[inline(always)]
    pub(in super::super) fn would_choose_nobody(&self) -> bool {
        match &self.0 {
            Kind::RoundRobin(policy) => policy.is_empty(),
            Kind::Boxed(_) => false,
        }
    }

    /// The line in which the ready threads stand, if they stand in one.
    #[inline]
    pub(in super::super) fn line(&self) -> Option<&Queue> {
        match &self.0 {
            Kind::RoundRobin(policy) => Some(policy.line()),
            Kind::Boxed(_) => None,
        }
    }

    pub(in super::super) fn in_order<C: Context>(&self, table: &Table<C>) -> Vec<Pid> {
        match &self.0 {
            Kind::RoundRobin(policy) => policy.in_order(table),
            Kind::Boxed(boxed) => boxed.policy.in_order(),
        }
    }
    // ANCHOR_END: line
}

/// What the kernel tells its policy, and asks.
impl<C: Context> Kernel<C> {
    /// The thread in `slot` has become ready.
    // ANCHOR: kernel_tells
    #[inline(always)]
    pub(in super::super) fn line_up(&mut self, slot: u32, arrow: Arrow) {
        match &mut self.scheduler.0 {
            Kind::RoundRobin(policy) => policy.ready(&mut self.table, slot),
            Kind::Boxed(_) => self.line_up_boxed(slot, arrow),
        }
    }

    /// A thread has left the CPU and is not ready.
    #[inline(always)]
    pub(in super::super) fn turn_ends(&mut self, pid: Pid, arrow: Arrow) {
        match &self.scheduler.0 {
            Kind::RoundRobin(_) => {}
            Kind::Boxed(_) => self.turn_ends_boxed(pid, arrow),
        }
    }

    /// Who is next.
    #[inline(always)]
    pub(in super::super) fn choose(&mut self) -> Option<u32> {
        match &mut self.scheduler.0 {
            Kind::RoundRobin(policy) => policy.next(&mut self.table),
            Kind::Boxed(_) => self.choose_boxed(),
        }
    }

    /// The thread in `slot` is next, past the policy.
    pub(in super::super) fn choose_only(&mut self, slot: u32) {
        let now = self.now();
        match &mut self.scheduler.0 {
            Kind::RoundRobin(policy) => policy.remove(&mut self.table, slot),
            Kind::Boxed(boxed) => {
                boxed.policy.remove(self.table[slot].pid);
                boxed.begins(slot, now);
            }
        }
    }
    // ANCHOR_END: kernel_tells

    // The same for policies in a box, apart from the others, whose way so is short.

    // ANCHOR: line_up_boxed
    #[cold]
    #[inline(never)]
    fn line_up_boxed(&mut self, slot: u32, arrow: Arrow) {
        let (pid, now) = (self.table[slot].pid, self.now());
        if arrow == Arrow::Preempt {
            self.turn_ends_boxed(pid, arrow);
        }
        if let Kind::Boxed(boxed) = &mut self.scheduler.0 {
            let attributes = self.table.attributes(slot);
            boxed.policy.ready(pid, attributes, arrow, now);
        }
    }

    #[cold]
    #[inline(never)]
    fn turn_ends_boxed(&mut self, pid: Pid, arrow: Arrow) {
        let now = self.now();
        if let Kind::Boxed(boxed) = &mut self.scheduler.0 {
            let ran = boxed.ran(pid, now);
            boxed.policy.ran(pid, ran, arrow);
        }
    }
    // ANCHOR_END: line_up_boxed

    // ANCHOR: choose_boxed
    #[cold]
    #[inline(never)]
    fn choose_boxed(&mut self) -> Option<u32> {
        let now = self.now();
        let Kind::Boxed(boxed) = &mut self.scheduler.0 else {
            return None;
        };
        let pid = boxed.policy.next(now)?;
        let pcb = self.table.get(pid);
        let ready = pcb.is_some_and(|pcb| matches!(pcb.state, State::Ready(_)));
        let policy = &boxed.policy;
        assert!(ready, "policy {policy:?} chose {pid:?}, which is not ready");
        boxed.begins(pid.slot(), now);
        Some(pid.slot())
    }
    // ANCHOR_END: choose_boxed
}

impl Boxed {
    // ANCHOR: began
    fn begins(&mut self, slot: u32, now: Instant) {
        let slot = slot as usize;
        if self.began.len() <= slot {
            self.began.resize(slot + 1, now);
        }
        self.began[slot] = now;
    }

    fn ran(&self, pid: Pid, now: Instant) -> Duration {
        let began = self.began.get(pid.slot() as usize);
        began.map_or(Duration::ZERO, |&began| now - began)
    }
    // ANCHOR_END: began
}

/// A name, and how to make the policy that has it.
// ANCHOR: policies
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
// ANCHOR_END: policies

// ANCHOR: parsed
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
        f.pad(match &self.0 {
            Kind::RoundRobin(_) => RoundRobin::NAME,
            Kind::Boxed(boxed) => boxed.policy.name(),
        })
    }
}
// ANCHOR_END: parsed

/// Somebody asked for a policy by a name that none has.
// ANCHOR: unknown
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
// ANCHOR_END: unknown

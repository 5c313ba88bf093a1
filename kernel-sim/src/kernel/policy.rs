//! Who is next: the seam between the kernel, which knows how to switch, and
//! the policies, which know to whom.
//!
//! A policy is an oracle. It is told who became ready and by which arrow, and
//! it is asked who runs next. It keeps its own order of the ready threads and
//! sees neither contexts nor the PCB table.
//!
//! [`Scheduler`] is what the kernel calls: round-robin, which stands on the
//! path of every context switch, inline; every other policy behind a box.

use std::fmt;
use std::str::FromStr;

mod priority;
mod round_robin;

pub use priority::StaticPriority;
pub(super) use round_robin::RoundRobin;

use super::pcb::{Context, Priority};
use super::pid::Pid;
use super::queue::Queue;
use super::state::{Arrow, State};
use super::table::Table;

/// A scheduling policy: an order of the threads that are ready.
///
/// ```
/// use std::collections::VecDeque;
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::kernel::pid::Pid;
/// use kernel_sim::kernel::policy::{Policy, Scheduler};
/// use kernel_sim::kernel::state::Arrow;
///
/// /// Last come, first served: unfair, and short.
/// #[derive(Debug, Default)]
/// struct Lifo(Vec<Pid>);
///
/// impl Policy for Lifo {
///     fn name(&self) -> &'static str {
///         "lifo"
///     }
///     fn ready(&mut self, thread: Pid, _: Priority, _: Arrow) {
///         self.0.push(thread);
///     }
///     fn next(&mut self) -> Option<Pid> {
///         self.0.pop()
///     }
///     fn remove(&mut self, thread: Pid) {
///         self.0.retain(|&pid| pid != thread);
///     }
///     fn in_order(&self) -> Vec<Pid> {
///         self.0.iter().rev().copied().collect()
///     }
/// }
///
/// let scheduler = Scheduler::from(Box::new(Lifo::default()) as Box<dyn Policy>);
/// assert_eq!(scheduler.to_string(), "lifo");
/// ```
pub trait Policy: fmt::Debug {
    /// The name by which people choose this policy.
    fn name(&self) -> &'static str;

    /// Is told that `thread` became ready by `arrow`: admitted (1) for the
    /// first time, preempted (3) when it gave up the CPU, or woken (5) when
    /// its wait was over. It stays in the order until [`Policy::next`] returns it.
    fn ready(&mut self, thread: Pid, priority: Priority, arrow: Arrow);

    /// Says who gets the CPU now, and takes it out of the order. The kernel
    /// panics if that thread is not ready: such a policy cannot be obeyed.
    fn next(&mut self) -> Option<Pid>;

    /// Takes a thread out of the order that gets the CPU without being chosen,
    /// because the machine shuts down. May take its time.
    fn remove(&mut self, thread: Pid);

    /// The ready threads, the next one first. Asked only for reports, so it
    /// may take its time.
    fn in_order(&self) -> Vec<Pid>;
}

/// The policy of a kernel: round-robin inline, or another one in a box.
///
/// It is also parsed from a name, and displays as it:
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
///     "there is no scheduling policy 'random'; there are round-robin, priority"
/// );
/// ```
#[derive(Debug)]
pub struct Scheduler(Kind);

#[derive(Debug)]
enum Kind {
    RoundRobin(RoundRobin),
    Other(Box<dyn Policy>),
}

impl Default for Scheduler {
    fn default() -> Self {
        Self(Kind::RoundRobin(RoundRobin::default()))
    }
}

impl From<Box<dyn Policy>> for Scheduler {
    fn from(policy: Box<dyn Policy>) -> Self {
        Self(Kind::Other(policy))
    }
}

impl Scheduler {
    #[inline]
    pub(super) fn ready<C: Context>(&mut self, table: &mut Table<C>, slot: u32, arrow: Arrow) {
        match &mut self.0 {
            Kind::RoundRobin(policy) => policy.ready(table, slot),
            Kind::Other(policy) => policy.ready(table[slot].pid, table[slot].priority, arrow),
        }
    }

    #[inline]
    pub(super) fn next<C: Context>(&mut self, table: &mut Table<C>) -> Option<u32> {
        match &mut self.0 {
            Kind::RoundRobin(policy) => policy.next(table),
            Kind::Other(policy) => {
                let pid = policy.next()?;
                let ready = table
                    .get(pid)
                    .is_some_and(|pcb| matches!(pcb.state, State::Ready(_)));
                assert!(ready, "policy {policy:?} chose {pid:?}, which is not ready");
                Some(pid.slot())
            }
        }
    }

    /// Whether it is certain, without asking, that nobody is ready.
    #[inline(always)]
    pub(super) fn would_choose_nobody(&self) -> bool {
        match &self.0 {
            Kind::RoundRobin(policy) => policy.is_empty(),
            Kind::Other(_) => false,
        }
    }

    /// The line in which the ready threads stand, if they stand in one.
    #[inline]
    pub(super) fn line(&self) -> Option<&Queue> {
        match &self.0 {
            Kind::RoundRobin(policy) => Some(policy.line()),
            Kind::Other(_) => None,
        }
    }

    pub(super) fn remove<C: Context>(&mut self, table: &mut Table<C>, slot: u32) {
        match &mut self.0 {
            Kind::RoundRobin(policy) => policy.remove(table, slot),
            Kind::Other(policy) => policy.remove(table[slot].pid),
        }
    }

    pub(super) fn in_order<C: Context>(&self, table: &Table<C>) -> Vec<Pid> {
        match &self.0 {
            Kind::RoundRobin(policy) => policy.in_order(table),
            Kind::Other(policy) => policy.in_order(),
        }
    }
}

/// The names that [`Scheduler`] is parsed from.
const NAMES: [&str; 2] = [RoundRobin::NAME, StaticPriority::NAME];

impl FromStr for Scheduler {
    type Err = UnknownPolicy;

    fn from_str(name: &str) -> Result<Self, UnknownPolicy> {
        match name {
            RoundRobin::NAME => Ok(Self::default()),
            StaticPriority::NAME => {
                Ok((Box::new(StaticPriority::default()) as Box<dyn Policy>).into())
            }
            _ => Err(UnknownPolicy { name: name.into() }),
        }
    }
}

impl fmt::Display for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match &self.0 {
            Kind::RoundRobin(_) => RoundRobin::NAME,
            Kind::Other(policy) => policy.name(),
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
        write!(
            f,
            "there is no scheduling policy '{}'; there are {}",
            self.name,
            NAMES.join(", ")
        )
    }
}

impl std::error::Error for UnknownPolicy {}

//! Who is next: the seam between the kernel, which knows how to switch, and
//! the policies, which know to whom.
//!
//! A policy is an oracle. It is told who became ready and by which arrow, and how long
//! each turn was; it is asked who runs next, and whether somebody should be interrupted.
//! It keeps its own order of the ready threads and sees neither contexts nor the PCB
//! table.
//!
//! | policy | who is next | interrupts |
//! | --- | --- | --- |
//! | [`fifo`](Fifo) | who came first | nobody |
//! | `round-robin` | who has waited longest | after a quantum |
//! | [`sjf`](ShortestJob) | who will be done soonest | nobody |
//! | [`srt`](ShortestRemaining) | who will be done soonest | who has more left than somebody who comes |
//! | [`priority`](StaticPriority) | the most urgent one | after a quantum, and if somebody more urgent comes |
//! | [`ageing`](Ageing) | the same, and who waits becomes more urgent | the same |
//! | [`mlfq`](Feedback) | who has run little lately | after a slice, and if somebody of a higher level comes |
//! | [`lottery`](Lottery) | whoever wins, by weight | after a quantum |
//! | [`stride`](Stride) | who has had least, by weight | after a quantum |
//! | [`edf`](EarliestDeadline) | who has to be done soonest | if somebody comes who has to be done sooner |
//! | [`eevdf`](Eevdf) | the same, among those that have had less than their share | after a quantum |
//!
//! On a machine without a timer nobody is interrupted.

use std::fmt;
use std::time::Duration;

mod ageing;
mod burst;
mod deadline;
mod eevdf;
mod feedback;
mod fifo;
mod lottery;
mod ordered;
mod priority;
mod round_robin;
mod scheduler;
mod shortest_job;
mod shortest_remaining;
mod stride;

pub use ageing::Ageing;
pub use deadline::EarliestDeadline;
pub use eevdf::Eevdf;
pub use feedback::Feedback;
pub use fifo::Fifo;
pub use lottery::Lottery;
pub use priority::StaticPriority;
pub use scheduler::{Scheduler, UnknownPolicy};
pub use shortest_job::ShortestJob;
pub use shortest_remaining::ShortestRemaining;
pub use stride::Stride;

use super::attributes::Attributes;
use super::clock::Instant;
use super::pid::Pid;
use super::state::Arrow;

/// What a quantum is unless the machine says otherwise.
// ANCHOR: times
const DEFAULT_QUANTUM: Duration = Duration::from_millis(1);

/// Where it counts how long threads ran or waited, a turn takes at least so long. Otherwise
/// who gives up the CPU at once, in time that is not even counted, would always be next.
const LEAST_TURN: Duration = Duration::from_micros(1);
// ANCHOR_END: times

/// A scheduling policy: an order of the threads that are ready.
///
/// ```
/// use kernel_sim::kernel::attributes::Attributes;
/// use kernel_sim::kernel::clock::Instant;
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
///     fn ready(&mut self, thread: Pid, _: &Attributes, _: Arrow, _: Instant) {
///         self.0.push(thread);
///     }
///     fn next(&mut self, _: Instant) -> Option<Pid> {
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
#[expect(unused_variables, reason = "what a policy need not know it ignores")]
// ANCHOR: policy
pub trait Policy: fmt::Debug {
    /// The name by which people choose this policy.
    fn name(&self) -> &'static str;

    /// Is told, before there are threads, what the machine's quantum is. Without being
    /// told it is a millisecond.
    fn set_quantum(&mut self, quantum: Duration) {}

    /// Is told that `thread` became ready by `arrow`: admitted (1) for the
    /// first time, preempted (3) when it gave up the CPU or lost it, or woken (5) when
    /// its wait was over. It stays in the order until [`Policy::next`] returns it.
    fn ready(&mut self, thread: Pid, attributes: &Attributes, arrow: Arrow, now: Instant);

    /// Says who gets the CPU now, and takes it out of the order. The kernel
    /// panics if that thread is not ready: such a policy cannot be obeyed.
    fn next(&mut self, now: Instant) -> Option<Pid>;

    /// Is told that `thread` has left the CPU by `arrow` after so much time: preempted
    /// (3), in which case [`Policy::ready`] follows, blocked (4), or at its end (6).
    fn ran(&mut self, thread: Pid, time: Duration, arrow: Arrow) {}

    /// How long the thread that was just chosen may have the CPU before the machine's
    /// timer takes it away. `None`, which is the default: for as long as it wants.
    fn slice(&self, thread: Pid) -> Option<Duration> {
        None
    }

    /// Whether somebody is ready who should have the CPU now instead of `running`, which
    /// has had it for that long. By default nobody is.
    fn outranks(&self, running: Pid, ran: Duration, now: Instant) -> bool {
        false
    }

    /// Takes a thread out of the order that gets the CPU without being chosen,
    /// because the machine shuts down. May take its time.
    fn remove(&mut self, thread: Pid);

    /// The ready threads, the next one first. Asked only for reports, so it may take its time.
    fn in_order(&self) -> Vec<Pid>;
}
// ANCHOR_END: policy

//! What a policy may know of a thread from whoever makes it: how urgent it is, how
//! much of the CPU it should have, how long it will take, by when it has to be done.
//!
//! They are set when the thread is made and never change. Each policy looks at the
//! one that it is about and at no other; round-robin looks at none.

use std::num::NonZero;
use std::time::Duration;

use super::pcb::Priority;

/// What is said of a thread when it is made. Who says nothing gets the defaults.
///
/// ```
/// use std::time::Duration;
/// use kernel_sim::kernel::attributes::{Attributes, Weight};
/// use kernel_sim::kernel::pcb::Priority;
///
/// let attributes = Attributes::default()
///     .with_weight(Weight::new(300).unwrap())
///     .with_deadline(Duration::from_millis(20));
/// assert_eq!(attributes.priority(), Priority::NORMAL);
/// assert_eq!(attributes.weight().get(), 300);
/// assert_eq!(attributes.deadline(), Some(Duration::from_millis(20)));
/// assert_eq!(attributes.estimate(), None);
/// ```
// ANCHOR: attributes
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Attributes {
    priority: Priority,
    weight: Weight,
    // In nanoseconds, so that all of it is three words for every thread.
    estimate: Option<NonZero<u64>>,
    deadline: Option<NonZero<u64>>,
}
// ANCHOR_END: attributes

/// How much of the CPU a thread should have beside others, 1 to 10,000: one of 300
/// should get three times as much as one of 100. In a lottery these are its tickets.
///
/// ```
/// use kernel_sim::kernel::attributes::Weight;
///
/// assert_eq!(Weight::default(), Weight::NORMAL);
/// assert_eq!(Weight::NORMAL.get(), 100);
/// assert_eq!(Weight::new(0), None);
/// ```
// ANCHOR: weight
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Weight(NonZero<u16>);

impl Weight {
    /// 1.
    pub const LEAST: Weight = Weight(NonZero::<u16>::MIN);
    /// 100: what a thread has unless somebody says otherwise.
    pub const NORMAL: Weight = Weight(NonZero::new(100).expect("it is not zero"));
    /// 10,000.
    pub const MOST: Weight = Weight(NonZero::new(10_000).expect("it is not zero"));

    /// The weight of that number, if it is one of 1 to 10,000.
    pub const fn new(number: u16) -> Option<Weight> {
        match NonZero::new(number) {
            Some(weight) if number <= Weight::MOST.get() => Some(Weight(weight)),
            _ => None,
        }
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl Default for Weight {
    fn default() -> Weight {
        Weight::NORMAL
    }
}

impl From<Priority> for Attributes {
    fn from(priority: Priority) -> Attributes {
        Attributes::default().with_priority(priority)
    }
}
// ANCHOR_END: weight

impl Attributes {
    /// As urgent as this.
    // ANCHOR: given
    pub fn with_priority(mut self, priority: Priority) -> Attributes {
        self.priority = priority;
        self
    }

    /// To have so much of the CPU.
    pub fn with_weight(mut self, weight: Weight) -> Attributes {
        self.weight = weight;
        self
    }

    /// It will keep the CPU busy for so long until it waits or ends, its maker thinks.
    /// Zero says nothing.
    pub fn with_estimate(mut self, estimate: Duration) -> Attributes {
        self.estimate = nanos(estimate);
        self
    }

    /// What it does after it was admitted, and each time after it was woken, has to be
    /// done so soon after that. Zero says nothing.
    pub fn with_deadline(mut self, deadline: Duration) -> Attributes {
        self.deadline = nanos(deadline);
        self
    }
    // ANCHOR_END: given

    /// How urgent it is.
    // ANCHOR: told
    pub fn priority(&self) -> Priority {
        self.priority
    }

    /// How much of the CPU it should have.
    pub fn weight(&self) -> Weight {
        self.weight
    }

    /// For how long it will keep the CPU busy, if somebody has said so.
    pub fn estimate(&self) -> Option<Duration> {
        self.estimate.map(duration)
    }

    /// How soon it has to be done, if somebody has said so.
    pub fn deadline(&self) -> Option<Duration> {
        self.deadline.map(duration)
    }
    // ANCHOR_END: told
}

/// Five hundred years are as good as more.
// ANCHOR: nanos
fn nanos(duration: Duration) -> Option<NonZero<u64>> {
    NonZero::new(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
}

fn duration(nanos: NonZero<u64>) -> Duration {
    Duration::from_nanos(nanos.get())
}
// ANCHOR_END: nanos

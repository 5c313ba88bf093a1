//! How long a thread will run until it waits or ends: as somebody has said, and after
//! that as experience says.
//!
//! ```text
//!   told:      ████████ 8     came to 4      so the next one: (8 + 4) / 2 = 6
//! ```
//!
//! Source: Silberschatz, Galvin, Gagne, *Operating System Concepts*, section 5.3.2,
//! exponential averaging, where a burst counts for half, the one before for a quarter,
//! and so on. Of whom nothing is known, the average of all is assumed, as is said there.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::attributes::Attributes;
use super::super::pid::Pid;
use super::super::state::Arrow;

/// What is known of the bursts of all threads.
// ANCHOR: bursts
#[derive(Debug, Default)]
pub(super) struct Bursts {
    threads: BTreeMap<Pid, Burst>,
    /// How long all bursts together have been that are over, and how many these are.
    all: Duration,
    count: u32,
}

#[derive(Debug)]
struct Burst {
    expected: Duration,
    /// How long it has lasted so far.
    ran: Duration,
}
// ANCHOR_END: bursts

impl Bursts {
    /// How long the burst of a thread that is ready now will be, as a whole.
    // ANCHOR: left
    pub(super) fn expected(&mut self, thread: Pid, attributes: &Attributes) -> Duration {
        self.burst(thread, attributes).expected
    }

    /// How much of it is left, at least.
    pub(super) fn left(&mut self, thread: Pid, attributes: &Attributes) -> Duration {
        let burst = self.burst(thread, attributes);
        burst.expected.saturating_sub(burst.ran)
    }

    /// How much is left of the burst of the thread that has the CPU, for so long now.
    pub(super) fn left_of_running(&self, thread: Pid, ran: Duration) -> Option<Duration> {
        let burst = self.threads.get(&thread)?;
        Some(burst.expected.saturating_sub(burst.ran + ran))
    }

    fn burst(&mut self, thread: Pid, attributes: &Attributes) -> &Burst {
        let average = self.all.checked_div(self.count).unwrap_or_default();
        self.threads.entry(thread).or_insert_with(|| Burst {
            expected: attributes.estimate().unwrap_or(average),
            ran: Duration::ZERO,
        })
    }
    // ANCHOR_END: left

    /// The thread has left the CPU.
    // ANCHOR: ran
    pub(super) fn ran(&mut self, thread: Pid, time: Duration, arrow: Arrow) {
        let Some(burst) = self.threads.get_mut(&thread) else {
            return;
        };
        burst.ran += time;
        if arrow == Arrow::Preempt {
            return;
        }
        self.all += burst.ran;
        self.count = self.count.saturating_add(1);
        burst.expected = (burst.expected + burst.ran) / 2;
        burst.ran = Duration::ZERO;
        if arrow == Arrow::Exit {
            self.threads.remove(&thread);
        }
    }
    // ANCHOR_END: ran
}

//! The history of a run: who went along which arrow, and when. What it means is said
//! elsewhere: see `schedule.rs`.
//!
//! The trace tells people about each arrow as it happens. This is for charts and
//! figures afterwards, so it writes down no more than numbers.

use std::collections::BTreeMap;

use super::Kernel;
use super::clock::Instant;
use super::pcb::Context;
use super::pid::Pid;
use super::state::Arrow;
use super::trace;

/// One arrow.
// ANCHOR: history
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When it happened.
    pub at: Instant,
    /// Which arrow.
    pub arrow: Arrow,
    /// Who went along it.
    pub pid: Pid,
}

/// All arrows since the kernel was told to write them down.
#[derive(Clone, Debug, Default)]
pub struct History {
    steps: Vec<Step>,
    names: BTreeMap<Pid, String>,
}

impl History {
    /// The arrows, oldest first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What that thread was called when it was made. Empty, if it was made before.
    pub fn name(&self, pid: Pid) -> &str {
        self.names.get(&pid).map_or("", String::as_str)
    }
}
// ANCHOR_END: history

impl<C: Context> Kernel<C> {
    /// From now on, writes down all arrows: 32 bytes each, until the kernel is gone.
    /// Each costs a reading of the clock.
    ///
    /// ```
    /// use kernel_sim::kernel::Kernel;
    /// use kernel_sim::kernel::clock::Clock;
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::kernel::state::Arrow;
    /// use std::time::Duration;
    ///
    /// let mut kernel = Kernel::new(Clock::counted(), Default::default());
    /// kernel.keep_history();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// kernel.admit(pid).unwrap();
    /// let thread = kernel.dispatch().unwrap();
    /// kernel.pass(Duration::from_micros(5));
    /// kernel.exit(thread);
    ///
    /// let history = kernel.history().unwrap();
    /// assert_eq!(history.name(pid), "worker");
    /// let arrows: Vec<_> = history.steps().iter().map(|step| step.arrow).collect();
    /// assert_eq!(arrows, [Arrow::Create, Arrow::Admit, Arrow::Dispatch, Arrow::Exit]);
    /// assert_eq!(history.steps()[3].at - history.steps()[2].at, Duration::from_micros(5));
    /// ```
    // ANCHOR: keep_history
    pub fn keep_history(&mut self) {
        self.history.get_or_insert_default();
        self.hear();
    }

    /// What was written down since [`Kernel::keep_history`].
    pub fn history(&self) -> Option<&History> {
        self.history.as_ref()
    }
    // ANCHOR_END: keep_history

    /// Writes an arrow down.
    // ANCHOR: remember
    pub(super) fn remember(&mut self, arrow: Arrow, pid: Pid) {
        if self.history.is_none() {
            return;
        }
        let step = Step {
            at: self.now(),
            arrow,
            pid,
        };
        let name = (arrow == Arrow::Create).then(|| self.name(pid));
        let history = self.history.get_or_insert_default();
        history.steps.push(step);
        history.names.extend(name.map(|name| (pid, name)));
    }

    /// Which arrows somebody wants to hear of.
    pub(super) fn hear(&mut self) {
        self.heard = match self.history {
            Some(_) => trace::ALL,
            None => self.listening,
        };
    }
    // ANCHOR_END: remember
}

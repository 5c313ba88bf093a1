//! The switch trace: one event for each arrow, one line for each event.
//!
//! The kernel only writes events down, and only those that it was told to
//! with [`Kernel::listen`]. The machine takes them with
//! [`Kernel::take_events`] when it holds nothing that a logger could want, and
//! logs them. With nobody listening an arrow costs one branch that is not taken.
//!
//! At level `debug` one sees the context switches (arrows 2, 3, 4 and 6), at
//! level `trace` all arrows.

use std::fmt;

use log::{Level, LevelFilter};

use super::Kernel;
use super::pcb::Context;
use super::pid::Pid;
use super::state::Arrow;
use super::wait::{Object, Signal, Wait, WaitReason};

/// The log target, as in `RUST_LOG=switch=trace`.
// ANCHOR: constants
pub const TARGET: &str = "switch";

/// The level at which one sees all arrows.
pub(super) const ALL: LevelFilter = LevelFilter::Trace;

/// How many ready threads an event names.
const NAMED: usize = 8;
// ANCHOR_END: constants

/// One arrow, as it happened.
// ANCHOR: event
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The number of the dispatch during which it happened.
    pub dispatch: u64,
    /// Which arrow.
    pub arrow: Arrow,
    /// Along which the thread went.
    pub pid: Pid,
    /// The thread's name at that time.
    pub name: String,
    /// Why, where the arrow alone does not say it; may be empty.
    pub why: String,
    /// The names of the first eight ready threads after the arrow.
    pub ready: Vec<String>,
    /// How many more were ready.
    pub more_ready: usize,
}
// ANCHOR_END: event

// ANCHOR: log
impl Event {
    /// Writes the event to the log, with its facts as key-values.
    pub fn log(&self) {
        log::log!(
            target: TARGET,
            level(self.arrow),
            dispatch = self.dispatch,
            arrow = self.arrow.name(),
            ident = self.pid.ident(),
            name = self.name.as_str(),
            why = self.why.as_str(),
            ready = self.ready.len() + self.more_ready;
            "{self}"
        );
    }
}
// ANCHOR_END: log

/// Number of the dispatch, arrow, thread, why, and the ready queue:
///
/// ```text
///    #2  3 preempt   Thread-1 (work): yields   | ready: MainThread, Thread-1 (work)
/// ```
// ANCHOR: event_words
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            dispatch,
            arrow,
            name,
            why,
            ready,
            more_ready,
            ..
        } = self;
        let ready = match ready.is_empty() {
            true => "-".into(),
            false => ready.join(", "),
        };
        let who = match why.is_empty() {
            true => name.clone(),
            false => format!("{name}: {why}"),
        };
        let number = format!("#{dispatch}");
        write!(f, "{number:>5}  {arrow:<10}  {who:<60} | ready: {ready}")?;
        match more_ready {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
// ANCHOR_END: event_words

/// The level that the log has for the target `switch`.
// ANCHOR: level
pub fn level_of_log() -> LevelFilter {
    let levels = [Level::Trace, Level::Debug];
    let enabled = levels
        .into_iter()
        .find(|&level| log::log_enabled!(target: TARGET, level));
    enabled.map_or(LevelFilter::Off, |level| level.to_level_filter())
}

fn level(arrow: Arrow) -> Level {
    match arrow.is_switch() {
        true => Level::Debug,
        false => Level::Trace,
    }
}
// ANCHOR_END: level

impl<C: Context> Kernel<C> {
    /// Says which events to write down: those at this level of the log, or a
    /// more important one. At first it is none.
    ///
    /// ```
    /// use kernel_sim::kernel::Kernel;
    /// use kernel_sim::kernel::pcb::Priority;
    /// use log::LevelFilter;
    ///
    /// let mut kernel = Kernel::default();
    /// kernel.listen(LevelFilter::Trace);
    /// kernel.create((), Priority::NORMAL, "worker");
    /// let line = kernel.take_events()[0].to_string();
    /// assert!(line.starts_with("   #0    create    worker"));
    /// ```
    // ANCHOR: listen
    pub fn listen(&mut self, level: LevelFilter) {
        self.listening = level;
        self.hear();
    }
    // ANCHOR_END: listen

    /// The events since the last call, oldest first.
    // ANCHOR: take_events
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Whether there are events to take.
    #[inline]
    pub fn has_events(&self) -> bool {
        !self.events.is_empty()
    }
    // ANCHOR_END: take_events

    /// Writes an event down, if somebody listens. `why` takes what it tells of
    /// by value: what it refers to would lie in memory in every switch.
    // ANCHOR: record
    #[inline(always)]
    pub(super) fn record(&mut self, arrow: Arrow, pid: Pid, why: impl FnOnce(&Self) -> String) {
        if self.listens_to(arrow) {
            self.record_now(arrow, pid, why);
        }
    }

    #[inline(always)]
    pub(super) fn listens_to(&self, arrow: Arrow) -> bool {
        level(arrow) <= self.heard
    }

    /// Whether the arrow is to be told in words.
    pub(super) fn is_traced(&self, arrow: Arrow) -> bool {
        level(arrow) <= self.listening
    }
    // ANCHOR_END: record

    // ANCHOR: record_now
    #[cold]
    fn record_now(&mut self, arrow: Arrow, pid: Pid, why: impl FnOnce(&Self) -> String) {
        self.remember(arrow, pid);
        if !self.is_traced(arrow) {
            return;
        }
        let ready = self.ready();
        self.events.push(Event {
            dispatch: self.dispatches(),
            arrow,
            pid,
            name: self.name(pid),
            why: why(self),
            ready: ready.iter().take(NAMED).map(|&p| self.name(p)).collect(),
            more_ready: ready.len().saturating_sub(NAMED),
        });
    }
    // ANCHOR_END: record_now

    /// The thread's name, or its number if its PCB is gone.
    // ANCHOR: name
    pub fn name(&self, pid: Pid) -> String {
        match self.get(pid) {
            Some(pcb) => pcb.identity().to_string(),
            None => format!("thread {}", pid.ident()),
        }
    }
    // ANCHOR_END: name

    /// The names of these threads; of many the first eight, and how many more.
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # let mut kernel = Kernel::default();
    /// let pids = ["a", "b", "c"].map(|name| kernel.create((), Priority::NORMAL, name));
    /// assert_eq!(kernel.names(&pids), "a and b and c");
    /// assert_eq!(kernel.names(&[pids[0]; 10]), "a and a and a and a and a and a and a and a and 2 more");
    /// ```
    // ANCHOR: names
    pub fn names(&self, pids: &[Pid]) -> String {
        let mut names: Vec<String> = pids.iter().take(NAMED).map(|&pid| self.name(pid)).collect();
        if pids.len() > NAMED {
            names.push(format!("{} more", pids.len() - NAMED));
        }
        names.join(" and ")
    }
    // ANCHOR_END: names

    /// What a thread waits for, in words: "sleeps until 1.500000s".
    ///
    /// ```
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::kernel::wait::{Wait, WaitReason};
    /// let mut kernel = Kernel::default();
    /// let pid = kernel.create((), Priority::NORMAL, "worker");
    /// let wait = Wait { reason: WaitReason::Join(pid), deadline: None };
    /// assert_eq!(kernel.describe(&wait), "waits for the end of worker");
    /// ```
    // ANCHOR: describe
    pub fn describe(&self, wait: &Wait<C::Object>) -> String {
        let what = match &wait.reason {
            WaitReason::Sleep => "sleeps".into(),
            WaitReason::Park => "is parked".into(),
            WaitReason::Scope(_) | WaitReason::KilledScope(_) => {
                "waits for the threads of its scope".into()
            }
            WaitReason::Join(pid) => format!("waits for the end of {}", self.name(*pid)),
            WaitReason::Object(object) => format!("waits for {}", self.describe_object(object)),
            WaitReason::Memory => "waits for memory".into(),
        };
        match (wait.deadline, &wait.reason) {
            (Some(deadline), _) => format!("{what} until {}", C::show(deadline)),
            (None, WaitReason::Sleep) => format!("{what} for ever"),
            (None, _) => what,
        }
    }
    // ANCHOR_END: describe

    /// For what the thread waits.
    // ANCHOR: describe_slots
    #[cold]
    pub(super) fn describe_wait_of(&self, pid: Pid) -> String {
        let wait = self.get(pid).and_then(|pcb| pcb.state().wait());
        wait.map_or(String::new(), |wait| self.describe(wait))
    }

    /// Why the wait is over of the thread in `slot`.
    #[cold]
    pub(super) fn describe_end_of(&self, slot: u32, signal: Signal) -> String {
        let wait = self.table[slot].state().wait();
        wait.map_or(String::new(), |wait| self.describe_end(wait, signal))
    }
    // ANCHOR_END: describe_slots

    /// An object, and who has it: "Mutex 'accounts' (src/main.rs:12) held by B
    /// since dispatch 41"; of many the first eight. There is an example at [`Object`].
    // ANCHOR: describe_object
    pub fn describe_object(&self, object: &C::Object) -> String {
        let mut owners = Vec::new();
        let mut more = 0;
        object.owners(&mut |owner| {
            if owners.len() == NAMED {
                more += 1;
                return;
            }
            let since = owner.since;
            owners.push(match self.thread_of(&owner) {
                Some(pid) => format!("{} since dispatch {since}", self.name(pid)),
                None => format!("the ended thread of dispatch {since}"),
            });
        });
        if more > 0 {
            owners.push(format!("{more} more"));
        }
        match owners.is_empty() {
            true => object.to_string(),
            false => format!("{object} {} {}", object.verb(), owners.join(" and ")),
        }
    }
    // ANCHOR_END: describe_object

    /// Why a wait was over, in words: "Thread-1 (work) has ended".
    // ANCHOR: describe_end
    fn describe_end(&self, wait: &Wait<C::Object>, signal: Signal) -> String {
        match (signal, &wait.reason) {
            (Signal::Kill { .. }, _) => "killed".into(),
            (Signal::TimedOut, WaitReason::Sleep) => match wait.deadline {
                Some(deadline) => format!("has slept until {}", C::show(deadline)),
                None => unreachable!("only a deadline times out"),
            },
            (Signal::TimedOut, _) => "its time is up".into(),
            (Signal::Continue, WaitReason::Sleep) => "woken early".into(),
            (Signal::Continue, WaitReason::Park) => "unparked".into(),
            (Signal::Continue, WaitReason::Scope(_) | WaitReason::KilledScope(_)) => {
                "the threads of its scope have ended".into()
            }
            (Signal::Continue, WaitReason::Join(pid)) => format!("{} has ended", self.name(*pid)),
            (Signal::Continue, WaitReason::Object(object)) => format!("let on by {object}"),
            (Signal::Continue, WaitReason::Memory) => "there may be memory".into(),
        }
    }
    // ANCHOR_END: describe_end
}

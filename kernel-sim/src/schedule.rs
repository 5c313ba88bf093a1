//! What a run was like: in which state each thread was when, as its history tells.
//!
//! From that, [`Gantt`] draws who had the CPU when, and [`Metrics`] says what it was
//! like for each thread, in the words in which scheduling policies are compared. Both
//! machines have histories, so both get the same pictures and figures.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::time::Duration;

use crate::kernel::clock::Instant;
use crate::kernel::history::History;
use crate::kernel::pid::Pid;
use crate::kernel::state::{Arrow, StateName};

mod gantt;
mod metrics;
mod unit;

pub use gantt::{Cell, Gantt};
pub use metrics::{Metrics, ThreadMetrics};
pub use unit::{Unit, grouped};

/// The lives of all threads that were admitted, from the first step of a history to its
/// last.
///
/// ```
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::os::{Computer, Costs, Disk, Settings};
/// use kernel_sim::schedule::Schedule;
///
/// let mut computer = Computer::boot(Settings {
///     disk: Disk::built_in(),
///     ..Settings::default()
/// });
/// computer.keep_history();
/// computer.start("exit_code", Priority::NORMAL)?;
/// computer.start("hello", Priority::NORMAL)?;
/// computer.run();
/// let schedule = Schedule::of(computer.history().unwrap());
/// let order: Vec<&str> = schedule.turns().map(|turn| turn.name).collect();
/// assert_eq!(order, ["exit_code (1)", "hello (2)"]);
/// # Ok::<(), kernel_sim::os::StartError>(())
/// ```
// ANCHOR: schedule
#[derive(Clone, Debug)]
pub struct Schedule {
    lives: Vec<Life>,
    /// Who has had the CPU, in order: an index into `lives`, and one into its spans.
    turns: Vec<(usize, usize)>,
    cpu: Cpu,
    end: Duration,
}

/// The life of one thread.
#[derive(Clone, Debug)]
struct Life {
    pid: Pid,
    name: String,
    /// From when it was admitted: in which state it was, one span after the other.
    spans: Vec<Span>,
    /// When it ended, if it did.
    ended: Option<Duration>,
}

/// A time in one state. Times are counted from boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    state: StateName,
    from: Duration,
    to: Duration,
}
// ANCHOR_END: schedule

/// A time for which the CPU was one thread's. If it was dispatched several times in a row,
/// these are one turn, with whatever it waited for meanwhile, while nobody else ran.
// ANCHOR: turn
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn<'a> {
    /// Who.
    pub pid: Pid,
    /// What it was called when it was made.
    pub name: &'a str,
    /// From when, counted from boot.
    pub from: Duration,
    /// Until when.
    pub to: Duration,
}
// ANCHOR_END: turn

impl Span {
    fn length(&self) -> Duration {
        self.to - self.from
    }
}

impl Schedule {
    /// What that history tells. Who has not ended at its end is as it is until then. Of
    /// threads that were admitted before it began, nothing is told.
    // ANCHOR: of
    pub fn of(history: &History) -> Schedule {
        let mut lives: Vec<Life> = Vec::new();
        let mut by_pid: BTreeMap<Pid, usize> = BTreeMap::new();
        let mut turns = Vec::new();
        let mut cpu = Cpu::default();
        let end = history.steps().last();
        let end = end.map_or(Duration::ZERO, |step| step.at - Instant::BOOT);
        for step in history.steps() {
            let at = step.at - Instant::BOOT;
            cpu.sees(step.pid, step.arrow, at);
            if step.arrow == Arrow::Admit {
                by_pid.insert(step.pid, lives.len());
                lives.push(Life::new(step.pid, history.name(step.pid)));
            }
            let Some(&index) = by_pid.get(&step.pid) else {
                continue;
            };
            let life = &mut lives[index];
            life.leaves(at);
            match step.arrow.to() {
                Some(StateName::Terminated) => life.ended = Some(at),
                Some(state) => life.spans.push(Span {
                    state,
                    from: at,
                    to: end,
                }),
                None => {}
            }
            if step.arrow == Arrow::Dispatch {
                turns.push((index, life.spans.len() - 1));
            }
        }
        Schedule {
            lives,
            turns,
            cpu,
            end,
        }
    }
    // ANCHOR_END: of

    /// The same with the time from the last step until then: nobody has gone along any
    /// arrow since. Does nothing if that is before the last step.
    ///
    /// ```
    /// use kernel_sim::kernel::pcb::Priority;
    /// use kernel_sim::os::{Computer, Disk, Settings};
    /// use kernel_sim::schedule::{Metrics, Schedule};
    /// use std::time::Duration;
    ///
    /// let mut computer = Computer::boot(Settings {
    ///     disk: Disk::built_in(),
    ///     policy: "fifo".parse().unwrap(),
    ///     ..Settings::default()
    /// });
    /// computer.keep_history();
    /// computer.start("infinite_loop", Priority::NORMAL)?;
    /// computer.run_until(5_000);
    /// let schedule = Schedule::of(computer.history().unwrap());
    /// assert_eq!(schedule.end(), Duration::ZERO);
    /// let schedule = schedule.until(Duration::from_micros(computer.now()));
    /// assert_eq!(Metrics::of(&schedule).threads[0].running, Duration::from_millis(5));
    /// # Ok::<(), kernel_sim::os::StartError>(())
    /// ```
    // ANCHOR: until
    pub fn until(mut self, time: Duration) -> Schedule {
        if time <= self.end {
            return self;
        }
        self.end = time;
        self.cpu.passes(time);
        for life in &mut self.lives {
            life.leaves(time);
        }
        self
    }
    // ANCHOR_END: until

    /// Who had the CPU, one after the other.
    // ANCHOR: turns
    pub fn turns(&self) -> impl Iterator<Item = Turn<'_>> {
        self.turns_by_life().map(|(index, from, to)| {
            let life = &self.lives[index];
            Turn {
                pid: life.pid,
                name: &life.name,
                from,
                to,
            }
        })
    }

    /// Whose turn it was, by the index of its life, and from when until when.
    fn turns_by_life(&self) -> impl Iterator<Item = (usize, Duration, Duration)> {
        let mut turns = self.turns.iter().peekable();
        std::iter::from_fn(move || {
            let &(index, span) = turns.next()?;
            let mut last = span;
            while let Some(&(_, next)) = turns.next_if(|(next, _)| *next == index) {
                last = next;
            }
            let spans = &self.lives[index].spans;
            Some((index, spans[span].from, spans[last].to))
        })
    }
    // ANCHOR_END: turns

    /// The schedule of those threads alone for which `wanted` is true, by their names
    /// and pids. The time in which nobody ran stays that of all.
    // ANCHOR: only
    pub fn only(mut self, wanted: impl Fn(&str, Pid) -> bool) -> Schedule {
        let keeps: Vec<bool> = self
            .lives
            .iter()
            .map(|life| wanted(&life.name, life.pid))
            .collect();
        let mut kept = 0;
        let places: Vec<usize> = keeps
            .iter()
            .map(|&keep| {
                kept += usize::from(keep);
                kept.saturating_sub(1)
            })
            .collect();
        self.turns.retain(|(index, _)| keeps[*index]);
        for (index, _) in &mut self.turns {
            *index = places[*index];
        }
        let mut keep = keeps.iter();
        self.lives
            .retain(|_| *keep.next().expect("there is one for each"));
        self
    }
    // ANCHOR_END: only

    /// How long nobody ran before the turns of that thread, although it was ready.
    fn lost_before(&self, pid: Pid) -> Duration {
        self.cpu.lost_before.get(&pid).copied().unwrap_or_default()
    }

    fn lives(&self) -> &[Life] {
        &self.lives
    }

    /// When the first thread was admitted, counted from boot.
    pub fn begin(&self) -> Duration {
        let begins = self.lives.iter().map(Life::begin);
        begins.min().unwrap_or(self.end)
    }

    /// When the history ends, counted from boot.
    pub fn end(&self) -> Duration {
        self.end
    }
}

/// Whether somebody runs, and who could.
// ANCHOR: cpu
#[derive(Clone, Debug, Default)]
struct Cpu {
    is_busy: bool,
    ready: BTreeSet<Pid>,
    /// Since when that is so.
    since: Duration,
    /// For how long nobody ran although somebody was ready.
    lost: Duration,
    /// How much of it has not come to an end by somebody's dispatch.
    pending: Duration,
    /// For each thread: how much of it came before its turns.
    lost_before: BTreeMap<Pid, Duration>,
}
// ANCHOR_END: cpu

impl Cpu {
    // ANCHOR: sees
    fn passes(&mut self, at: Duration) {
        if !self.is_busy && !self.ready.is_empty() {
            self.lost += at - self.since;
            self.pending += at - self.since;
        }
        self.since = at;
    }

    fn sees(&mut self, pid: Pid, arrow: Arrow, at: Duration) {
        self.passes(at);
        if arrow.is_switch() {
            self.is_busy = arrow == Arrow::Dispatch;
        }
        if arrow == Arrow::Dispatch {
            *self.lost_before.entry(pid).or_default() += mem::take(&mut self.pending);
        }
        match arrow.to() {
            Some(StateName::Ready) => self.ready.insert(pid),
            _ => self.ready.remove(&pid),
        };
    }
    // ANCHOR_END: sees
}

impl Life {
    // ANCHOR: life
    fn new(pid: Pid, name: &str) -> Life {
        Life {
            pid,
            name: name.to_owned(),
            spans: Vec::new(),
            ended: None,
        }
    }

    /// The state that it was in ends.
    fn leaves(&mut self, at: Duration) {
        if let Some(last) = self.spans.last_mut()
            && self.ended.is_none()
        {
            last.to = at;
        }
    }

    /// When it was admitted.
    fn begin(&self) -> Duration {
        self.spans.first().map_or(Duration::ZERO, |span| span.from)
    }

    /// When it got the CPU for the first time, if it did.
    fn first_turn(&self) -> Option<Duration> {
        let mut turns = self
            .spans
            .iter()
            .filter(|span| span.state == StateName::Running);
        turns.next().map(|span| span.from)
    }

    /// How long it was in that state in all.
    fn time_in(&self, state: StateName) -> Duration {
        let spans = self.spans.iter().filter(|span| span.state == state);
        spans.map(Span::length).sum()
    }
    // ANCHOR_END: life
}

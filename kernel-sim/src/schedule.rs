//! What a run was like: in which state each thread was when, as its history tells.
//!
//! From that, [`Gantt`] draws who had the CPU when, and [`Metrics`] says what it was
//! like for each thread, in the words in which scheduling policies are compared. Both
//! machines have histories, so both get the same pictures and figures.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::kernel::clock::Instant;
use crate::kernel::history::History;
use crate::kernel::pid::Pid;
use crate::kernel::state::{Arrow, StateName};

mod gantt;
mod metrics;

pub use gantt::Gantt;
pub use metrics::{Metrics, ThreadMetrics};

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
#[derive(Clone, Debug)]
pub struct Schedule {
    lives: Vec<Life>,
    /// Who has had the CPU, in order: an index into `lives`, and when.
    turns: Vec<(usize, Span)>,
    end: Duration,
}

/// The life of one thread.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) pid: Pid,
    pub(crate) name: String,
    /// From when it was admitted: in which state it was, one span after the other.
    pub(crate) spans: Vec<Span>,
    /// When it ended, if it did.
    pub(crate) ended: Option<Duration>,
}

/// A time in one state. Times are counted from boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// In which state.
    pub state: StateName,
    /// From when.
    pub from: Duration,
    /// Until when.
    pub to: Duration,
}

/// A time for which one thread had the CPU; if it was dispatched several times in a row,
/// these are one.
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

impl Span {
    /// How long it was.
    pub fn length(&self) -> Duration {
        self.to - self.from
    }
}

impl Schedule {
    /// What that history tells. Who is on the way at its end is so until its last step.
    pub fn of(history: &History) -> Schedule {
        let mut lives: Vec<Life> = Vec::new();
        let mut by_pid: BTreeMap<Pid, usize> = BTreeMap::new();
        let mut turns = Vec::new();
        let end = history.steps().last();
        let end = end.map_or(Duration::ZERO, |step| step.at - Instant::BOOT);
        for step in history.steps() {
            let at = step.at - Instant::BOOT;
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
            match step.arrow {
                Arrow::Dispatch => turns.push((index, life.spans.len() - 1)),
                _ => continue,
            }
        }
        let turns = turns.into_iter();
        let turns = turns
            .map(|(life, span)| (life, lives[life].spans[span]))
            .collect();
        Schedule { lives, turns, end }
    }

    /// Who had the CPU, one after the other.
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
            let mut to = span.to;
            while let Some((_, next)) = turns.next_if(|(next, _)| *next == index) {
                to = next.to;
            }
            Some((index, span.from, to))
        })
    }

    /// Time in which nobody ran, although the one that was next was ready.
    fn lost(&self) -> Duration {
        let mut lost = Duration::ZERO;
        let mut left_at = Duration::ZERO;
        for &(index, turn) in &self.turns {
            let spans = &self.lives[index].spans;
            let place = spans.partition_point(|span| span.from < turn.from);
            let ready = spans[..place].last().map_or(turn.from, |span| span.from);
            lost += turn.from.saturating_sub(ready.max(left_at));
            left_at = turn.to;
        }
        lost
    }

    /// The schedule of those threads alone for which `wanted` is true, by their names
    /// and pids.
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

    pub(crate) fn lives(&self) -> &[Life] {
        &self.lives
    }

    /// When the history ends, counted from boot.
    pub fn end(&self) -> Duration {
        self.end
    }
}

impl Life {
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
    pub(crate) fn begin(&self) -> Duration {
        self.spans.first().map_or(Duration::ZERO, |span| span.from)
    }

    /// When it got the CPU for the first time, if it did.
    pub(crate) fn first_turn(&self) -> Option<Duration> {
        let mut turns = self
            .spans
            .iter()
            .filter(|span| span.state == StateName::Running);
        turns.next().map(|span| span.from)
    }

    /// How long it was in that state in all.
    pub(crate) fn time_in(&self, state: StateName) -> Duration {
        let spans = self.spans.iter().filter(|span| span.state == state);
        spans.map(Span::length).sum()
    }
}

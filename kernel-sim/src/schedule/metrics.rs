//! What a run was like, in figures: for each thread, and for all of them.
//!
//! ```text
//!           admitted      first turn                         ended
//!   ready     ├─────────────┤    ├──────┤         ├───┤
//!   runs                    ├────┤      ├────┤        ├────────┤
//!   waits                                    ├────┤
//!
//!             ├─ response ──┤
//!             ├───────────────── turnaround ───────────────────┤
//!   waiting:  all that is ready and does not run
//! ```
//!
//! The words are those of Silberschatz, Galvin, Gagne, *Operating System Concepts*,
//! section 5.2. What is called waiting there is to be ready and not to run; a thread that
//! waits for something does not count as waiting.

use std::time::Duration;

use super::{Life, Schedule, Unit};
use crate::columns::{fitted, padded, width};
use crate::kernel::pid::Pid;
use crate::kernel::state::StateName;

/// The figures of a run.
///
/// ```
/// use std::time::Duration;
/// use kernel_sim::kernel::Kernel;
/// use kernel_sim::kernel::clock::Clock;
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::schedule::{Metrics, Schedule};
///
/// let mut kernel = Kernel::new(Clock::counted(), Default::default());
/// kernel.keep_history();
/// for name in ["a", "b"] {
///     let pid = kernel.create((), Priority::NORMAL, name);
///     kernel.admit(pid).unwrap();
/// }
/// while let Some(thread) = kernel.dispatch() {
///     kernel.pass(Duration::from_millis(10));
///     kernel.exit(thread);
/// }
/// let metrics = Metrics::of(&Schedule::of(kernel.history().unwrap()));
/// assert_eq!(metrics.threads[1].waiting, Duration::from_millis(10));
/// assert_eq!(metrics.turnaround(), Duration::from_millis(15));
/// assert_eq!(metrics.throughput(), 100.0);
/// ```
// ANCHOR: metrics
#[derive(Clone, Debug, PartialEq)]
pub struct Metrics {
    /// One for each thread that was admitted, in that order.
    pub threads: Vec<ThreadMetrics>,
    /// From when the first one was admitted until the last step of the history.
    pub span: Duration,
    /// How many times another thread got the CPU than had it last.
    pub switches: u64,
    /// Time in which somebody was ready and nobody ran: what the machine took to switch.
    /// A machine that counts that as the time of a thread adds it here itself.
    pub lost: Duration,
}
// ANCHOR_END: metrics

/// The figures of one thread.
// ANCHOR: thread_metrics
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadMetrics {
    /// Who.
    pub pid: Pid,
    /// What it was called when it was made.
    pub name: String,
    /// From its admission to its end, if it has ended.
    pub turnaround: Option<Duration>,
    /// From its admission to its first turn, if it had one.
    pub response: Option<Duration>,
    /// How long it was ready and did not run.
    pub waiting: Duration,
    /// How long it had the CPU.
    pub running: Duration,
    /// How long it waited for something else.
    pub blocked: Duration,
    /// How many times it got the CPU when another one had had it.
    pub switches: u64,
    /// How much of [`Metrics::lost`] came before its turns: what it took to switch to it.
    pub lost: Duration,
}
// ANCHOR_END: thread_metrics

impl Metrics {
    /// The figures of that schedule.
    // ANCHOR: of
    pub fn of(schedule: &Schedule) -> Metrics {
        let mut threads: Vec<ThreadMetrics> =
            schedule.lives().iter().map(ThreadMetrics::of).collect();
        for thread in &mut threads {
            thread.lost = schedule.lost_before(thread.pid);
        }
        for (index, ..) in schedule.turns_by_life() {
            threads[index].switches += 1;
        }
        Metrics {
            switches: threads.iter().map(|thread| thread.switches).sum(),
            threads,
            span: schedule.end() - schedule.begin(),
            lost: schedule.cpu.lost,
        }
    }
    // ANCHOR_END: of

    /// The average turnaround of those that have ended.
    // ANCHOR: means
    pub fn turnaround(&self) -> Duration {
        mean(self.threads.iter().filter_map(|thread| thread.turnaround))
    }

    /// The average response of those that have had a turn.
    pub fn response(&self) -> Duration {
        mean(self.threads.iter().filter_map(|thread| thread.response))
    }

    /// The average waiting.
    pub fn waiting(&self) -> Duration {
        mean(self.threads.iter().map(|thread| thread.waiting))
    }

    /// How many threads have ended in a second.
    pub fn throughput(&self) -> f64 {
        match self.span.is_zero() {
            true => 0.0,
            false => self.ended() as f64 / self.span.as_secs_f64(),
        }
    }

    fn ended(&self) -> usize {
        let threads = self.threads.iter();
        threads.filter(|thread| thread.turnaround.is_some()).count()
    }
    // ANCHOR_END: means

    /// The part of the time that was lost, from 0 to 1.
    // ANCHOR: share_lost
    pub fn share_lost(&self) -> f64 {
        match self.span.is_zero() {
            true => 0.0,
            false => self.lost.as_secs_f64() / self.span.as_secs_f64(),
        }
    }
    // ANCHOR_END: share_lost

    /// How evenly the CPU was given to those who wanted it: 1 if each had the same part
    /// of the time in which it could have run, and 1/n if one had all of it. Source: R.
    /// Jain, D. Chiu, W. Hawe, *A Quantitative Measure of Fairness and Discrimination for
    /// Resource Allocation in Shared Computer Systems*, DEC-TR-301, 1984. Weights are not
    /// taken into account.
    // ANCHOR: fairness
    pub fn fairness(&self) -> f64 {
        let wanted = |thread: &&ThreadMetrics| !(thread.running + thread.waiting).is_zero();
        let parts = self.threads.iter().filter(wanted).map(|thread| {
            thread.running.as_secs_f64() / (thread.running + thread.waiting).as_secs_f64()
        });
        let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for part in parts {
            count += 1.0;
            sum += part;
            squares += part * part;
        }
        match squares > 0.0 {
            true => sum * sum / (count * squares),
            false => 1.0,
        }
    }
    // ANCHOR_END: fairness
}

impl Metrics {
    /// All of that as a text: a line for each thread, one with the averages, and what is
    /// to be said of all together. Every time is in that unit.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use kernel_sim::kernel::Kernel;
    /// # use kernel_sim::kernel::clock::Clock;
    /// # use kernel_sim::kernel::pcb::Priority;
    /// # use kernel_sim::schedule::{Metrics, Schedule};
    /// use kernel_sim::schedule::Unit;
    ///
    /// # let mut kernel = Kernel::new(Clock::counted(), Default::default());
    /// # kernel.keep_history();
    /// # for name in ["a", "b"] {
    /// #     let pid = kernel.create((), Priority::NORMAL, name);
    /// #     kernel.admit(pid).unwrap();
    /// # }
    /// # while let Some(thread) = kernel.dispatch() {
    /// #     kernel.pass(Duration::from_millis(10));
    /// #     kernel.exit(thread);
    /// # }
    /// let metrics = Metrics::of(&Schedule::of(kernel.history().unwrap()));
    /// assert_eq!(
    ///     metrics.text(Unit::Micros),
    ///     "\
    /// times in us  turnaround  response   waiting   running   blocked  switches      lost
    /// a                10,000         0         0    10,000         0         1         0
    /// b                20,000    10,000    10,000    10,000         0         1         0
    /// mean             15,000     5,000     5,000    10,000         0       1.0         0
    ///
    /// 2 of 2 threads have ended in 20,000 us: a throughput of 100.0 a second.
    /// Fairness 0.900: Jain's index, 1 if all had the same part of the time in which they could run.
    /// 2 switches, in which 0 us were lost, 0.0 % of the time.
    /// "
    /// );
    /// ```
    pub fn text(&self, unit: Unit) -> String {
        // ANCHOR: text_head
        let head = format!("times in {unit}");
        let names = self.threads.iter().map(|thread| fitted(&thread.name, NAME));
        let names: Vec<String> = names.collect();
        let widths = names.iter().map(|name| width(name));
        let margin = widths.max().unwrap_or_default().max(head.len());
        let mut text = padded(&head, margin);
        text += "  turnaround  response   waiting   running   blocked  switches      lost\n";
        let number = |time: Option<Duration>| time.map_or("-".into(), |time| unit.number(time));
        let mut row = |name: &str, times: [Option<Duration>; 5], switches: String, lost| {
            let [turnaround, others @ ..] = times.map(number);
            text += &format!("{}  {turnaround:>10}", padded(name, margin));
            for time in others {
                text += &format!("{time:>10}");
            }
            text += &format!("{switches:>10}{:>10}\n", unit.number(lost));
        };
        // ANCHOR_END: text_head
        // ANCHOR: text_rows
        for (thread, name) in self.threads.iter().zip(&names) {
            let times = [
                thread.turnaround,
                thread.response,
                Some(thread.waiting),
                Some(thread.running),
                Some(thread.blocked),
            ];
            row(name, times, thread.switches.to_string(), thread.lost);
        }
        let count = self.threads.len();
        if count > 1 {
            let running = mean(self.threads.iter().map(|thread| thread.running));
            let blocked = mean(self.threads.iter().map(|thread| thread.blocked));
            let if_any = |any: bool, time: Duration| any.then_some(time);
            let times = [
                if_any(self.ended() > 0, self.turnaround()),
                if_any(
                    self.threads.iter().any(|t| t.response.is_some()),
                    self.response(),
                ),
                Some(self.waiting()),
                Some(running),
                Some(blocked),
            ];
            let switches = self.switches as f64 / count as f64;
            let lost = mean(self.threads.iter().map(|thread| thread.lost));
            row("mean", times, format!("{switches:.1}"), lost);
        }
        // ANCHOR_END: text_rows
        // ANCHOR: text_words
        let ended = self.ended();
        let (span, lost) = (unit.number(self.span), unit.number(self.lost));
        let second = match unit {
            Unit::Ticks => "million ticks",
            Unit::Micros | Unit::Millis | Unit::Seconds => "second",
        };
        let throughput = self.throughput();
        let (fairness, share) = (self.fairness(), self.share_lost() * 100.0);
        let switches = match self.switches {
            1 => "1 switch, in which".into(),
            many => format!("{many} switches, in which"),
        };
        text + &format!(
            "\n{ended} of {count} threads have ended in {span} {unit}: a throughput of \
             {throughput:.1} a {second}.\n\
             Fairness {fairness:.3}: Jain's index, 1 if all had the same part of the time in \
             which they could run.\n\
             {switches} {lost} {unit} were lost, {share:.1} % of the time.\n"
        )
        // ANCHOR_END: text_words
    }
}

impl ThreadMetrics {
    // ANCHOR: thread_of
    fn of(life: &Life) -> ThreadMetrics {
        let begin = life.begin();
        ThreadMetrics {
            pid: life.pid,
            name: life.name.clone(),
            turnaround: life.ended.map(|end| end - begin),
            response: life.first_turn().map(|first| first - begin),
            waiting: life.time_in(StateName::Ready),
            running: life.time_in(StateName::Running),
            blocked: life.time_in(StateName::Waiting),
            switches: 0,
            lost: Duration::ZERO,
        }
    }
    // ANCHOR_END: thread_of
}

/// Names are cut after so many columns.
const NAME: usize = 24;

// ANCHOR: mean
fn mean(times: impl Iterator<Item = Duration>) -> Duration {
    let (mut sum, mut count) = (Duration::ZERO, 0);
    for time in times {
        sum += time;
        count += 1;
    }
    sum.checked_div(count).unwrap_or_default()
}
// ANCHOR_END: mean

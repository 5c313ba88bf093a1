//! Who had the CPU when, as a chart of letters. Named after H. L. Gantt, whose charts of
//! about 1910 showed so which machine of a factory was busy with what.

use std::fmt;
use std::time::Duration;

use super::{Life, Schedule, Span};
use crate::kernel::state::StateName;

/// A row for each thread, from when it was admitted until it ended; time goes to the
/// right. Displays as text.
///
/// ```
/// use std::time::Duration;
/// use kernel_sim::kernel::Kernel;
/// use kernel_sim::kernel::clock::Clock;
/// use kernel_sim::kernel::pcb::Priority;
/// use kernel_sim::schedule::{Gantt, Schedule};
///
/// let mut kernel = Kernel::new(Clock::counted(), Default::default());
/// kernel.keep_history();
/// for name in ["a", "b"] {
///     let pid = kernel.create((), Priority::NORMAL, name);
///     kernel.admit(pid).unwrap();
/// }
/// for turn in 0..6 {
///     let thread = kernel.dispatch().unwrap();
///     kernel.pass(Duration::from_micros(100));
///     match turn {
///         4 | 5 => drop(kernel.exit(thread)),
///         _ => kernel.preempt(thread),
///     }
/// }
/// let schedule = Schedule::of(kernel.history().unwrap());
/// let gantt = Gantt::of(&schedule).with_width(24);
/// assert_eq!(
///     gantt.to_string(),
///     "\
/// a  ████····████····████
/// b  ····████····████····████
///    └───────────┴───────────
///    0           300 us
///    █ runs  ▄ runs for less than half  · is ready  ~ waits
/// "
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Gantt<'a> {
    schedule: &'a Schedule,
    width: usize,
}

/// How many columns the time has.
const WIDTH: usize = 72;
/// Names are cut after so many letters.
const NAME: usize = 16;

impl<'a> Gantt<'a> {
    /// A chart of the whole schedule.
    pub fn of(schedule: &'a Schedule) -> Gantt<'a> {
        let width = WIDTH;
        Gantt { schedule, width }
    }

    /// With so many columns for the time, at least 8.
    pub fn with_width(mut self, columns: usize) -> Gantt<'a> {
        self.width = columns.max(8);
        self
    }

    fn begin(&self) -> Duration {
        let begins = self.schedule.lives().iter().map(Life::begin);
        begins.min().unwrap_or_default()
    }

    /// When that column begins.
    fn column(&self, column: usize) -> Duration {
        let whole = self.schedule.end() - self.begin();
        let nanos = whole.as_nanos() * column as u128 / self.width as u128;
        self.begin() + Duration::from_nanos(nanos as u64)
    }

    /// What is to be seen of a life between these two times.
    fn letter(life: &Life, from: Duration, to: Duration) -> char {
        let within = |state| -> Duration {
            let spans = life.spans.iter().filter(|span| span.state == state);
            spans.map(|span| overlap(span, from, to)).sum()
        };
        let runs = within(StateName::Running);
        let (ready, waits) = (within(StateName::Ready), within(StateName::Waiting));
        if runs * 2 >= to - from && !runs.is_zero() {
            '█'
        } else if !runs.is_zero() {
            '▄'
        } else if ready.is_zero() && waits.is_zero() {
            ' '
        } else if ready >= waits {
            '·'
        } else {
            '~'
        }
    }
}

fn overlap(span: &Span, from: Duration, to: Duration) -> Duration {
    span.to.min(to).saturating_sub(span.from.max(from))
}

/// Microseconds if there are few, milliseconds if there are many.
fn time(time: Duration) -> String {
    match time.as_micros() {
        0 => "0".into(),
        micros @ 1..10_000 => format!("{micros} us"),
        micros @ 10_000..10_000_000 => format!("{} ms", micros / 1_000),
        micros => format!("{} s", micros / 1_000_000),
    }
}

impl fmt::Display for Gantt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lives = self.schedule.lives();
        let names: Vec<String> = lives
            .iter()
            .map(|life| life.name.chars().take(NAME).collect())
            .collect();
        let widest = names.iter().map(|name| name.chars().count()).max();
        let margin = widest.unwrap_or_default() + 2;
        for (life, name) in lives.iter().zip(&names) {
            let letters = (0..self.width)
                .map(|column| Self::letter(life, self.column(column), self.column(column + 1)));
            let row: String = letters.collect();
            writeln!(f, "{name:<margin$}{}", row.trim_end())?;
        }
        let half = self.width / 2;
        let (left, right) = ("─".repeat(half - 1), "─".repeat(self.width - half - 1));
        writeln!(f, "{:margin$}└{left}┴{right}", "")?;
        let (begin, middle) = (time(self.column(0)), time(self.column(half)));
        writeln!(f, "{:margin$}{begin:<half$}{middle}", "")?;
        let legend = "█ runs  ▄ runs for less than half  · is ready  ~ waits";
        writeln!(f, "{:margin$}{legend}", "")
    }
}

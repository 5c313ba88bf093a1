//! Who had the CPU when, as a chart of letters. Named after H. L. Gantt, whose charts of
//! about 1910 showed so which machine of a factory was busy with what.

use std::fmt;
use std::time::Duration;

use super::columns::{fitted, padded, width};
use super::{Life, Schedule, Span, Unit};
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
///    └───────┴───────┴───────
///    0       200     400 us
///    █ runs  ▄ runs for less than half  · is ready  ~ waits
/// "
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Gantt<'a> {
    schedule: &'a Schedule,
    width: usize,
    unit: Unit,
}

/// How many columns the time has.
const WIDTH: usize = 72;
/// Names are cut after so many columns.
const NAME: usize = 24;

impl<'a> Gantt<'a> {
    /// A chart of the whole schedule, 72 columns wide without the names, in a unit that
    /// fits.
    pub fn of(schedule: &'a Schedule) -> Gantt<'a> {
        Gantt {
            schedule,
            width: WIDTH,
            unit: Unit::fitting(schedule.end()),
        }
    }

    /// With so many columns for the time, at least 8.
    pub fn with_width(mut self, columns: usize) -> Gantt<'a> {
        self.width = columns.max(8);
        self
    }

    /// With the time in that unit.
    pub fn with_unit(mut self, unit: Unit) -> Gantt<'a> {
        self.unit = unit;
        self
    }

    /// When that column begins. The last one ends when the history does.
    fn column(&self, column: usize) -> Duration {
        let begin = self.schedule.begin();
        let whole = self.schedule.end() - begin;
        let nanos = whole.as_nanos() * column as u128 / self.width as u128;
        begin + Duration::from_nanos(nanos as u64)
    }

    /// The columns with a mark below them, and what is written there: round numbers, as
    /// close as they can be read.
    fn marks(&self) -> Vec<(usize, String)> {
        let (begin, end) = (self.schedule.begin(), self.schedule.end());
        let mut steps = (0..).flat_map(|zeros| [1, 2, 5].map(|digit| digit * 10_u128.pow(zeros)));
        let least = self.unit.short_number(end).len() as u128 + 3;
        let unit = match self.unit {
            Unit::Millis | Unit::Seconds => self.unit.length() / 1_000,
            Unit::Ticks | Unit::Micros => self.unit.length(),
        };
        let whole = (end - begin).as_nanos();
        let columns = |nanos: u128| nanos * self.width as u128 / whole;
        let step = match whole {
            0 => return vec![(0, self.unit.short_number(begin))],
            _ => steps.find(|step| columns(step * unit.as_nanos()) >= least),
        };
        let step = step.expect("there are more") * unit.as_nanos();
        let first = begin.as_nanos().next_multiple_of(step);
        let times = (0..).map(|number| first + number * step);
        let marks = times.map(|time| {
            let text = self.unit.short_number(Duration::from_nanos(time as u64));
            (columns(time - begin.as_nanos()) as usize, text)
        });
        let unit = self.unit.to_string().len() + 1;
        marks
            .take_while(|(column, text)| column + text.len() + unit <= self.width)
            .collect()
    }

    fn axis(&self, margin: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = vec!['─'; self.width];
        line[0] = '└';
        let mut labels = String::new();
        for (column, text) in self.marks() {
            if column > 0 {
                line[column] = '┴';
            }
            labels = format!("{labels:<column$}{text}");
        }
        let line: String = line.into_iter().collect();
        writeln!(f, "{:margin$}{line}", "")?;
        writeln!(f, "{:margin$}{labels} {}", "", self.unit)
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

impl fmt::Display for Gantt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lives = self.schedule.lives();
        if lives.is_empty() {
            return writeln!(f, "nobody was there");
        }
        let names: Vec<String> = lives.iter().map(|life| fitted(&life.name, NAME)).collect();
        let widest = names.iter().map(|name| width(name)).max();
        let margin = widest.unwrap_or_default() + 2;
        for (life, name) in lives.iter().zip(&names) {
            let letters = (0..self.width)
                .map(|column| Self::letter(life, self.column(column), self.column(column + 1)));
            let row: String = letters.collect();
            let row = padded(name, margin) + &row;
            writeln!(f, "{}", row.trim_end())?;
        }
        self.axis(margin, f)?;
        let legend = "█ runs  ▄ runs for less than half  · is ready  ~ waits";
        writeln!(f, "{:margin$}{legend}", "")
    }
}

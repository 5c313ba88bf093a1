//! Who had the CPU when, as a chart of letters. Named after H. L. Gantt, whose charts of
//! about 1910 showed so which machine of a factory was busy with what.

use std::fmt;
use std::time::Duration;

use super::{Life, Schedule, Span, Unit};
use crate::columns::{fitted, padded, width};
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
/// a   ████····████····████
/// b   ····████····████····████
///     └───────┴───────┴───────
/// us  0       200     400
///     █ runs  ▄ runs for less than half  · is ready  ~ waits
/// "
/// );
/// ```
// ANCHOR: gantt
#[derive(Clone, Debug)]
pub struct Gantt<'a> {
    schedule: &'a Schedule,
    width: usize,
    unit: Unit,
    has_legend: bool,
}
// ANCHOR_END: gantt

/// What a thread mostly did in a column of a chart.
// ANCHOR: cell
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It had the CPU for half of the time or more.
    Runs,
    /// It had the CPU for less than that.
    RunsBriefly,
    /// It was ready.
    Ready,
    /// It waited for something.
    Waits,
    /// It was not there.
    Nothing,
}
// ANCHOR_END: cell

/// How many columns the time has.
const WIDTH: usize = 72;
const LEGEND: &str = "█ runs  ▄ runs for less than half  · is ready  ~ waits";
/// Names are cut after so many columns.
const NAME: usize = 24;

impl<'a> Gantt<'a> {
    /// A chart of the whole schedule, 72 columns wide without the names, in a unit that
    /// fits.
    // ANCHOR: gantt_of
    pub fn of(schedule: &'a Schedule) -> Gantt<'a> {
        Gantt {
            schedule,
            width: WIDTH,
            unit: Unit::fitting(schedule.end()),
            has_legend: true,
        }
    }

    /// With so many columns for the time, at least 8.
    pub fn with_width(mut self, columns: usize) -> Gantt<'a> {
        self.width = columns.max(8);
        self
    }
    // ANCHOR_END: gantt_of

    /// With the time in that unit.
    pub fn with_unit(mut self, unit: Unit) -> Gantt<'a> {
        self.unit = unit;
        self
    }

    /// Without the last line, which says what the letters mean: for one of many charts.
    pub fn without_legend(mut self) -> Gantt<'a> {
        self.has_legend = false;
        self
    }

    /// When that column begins. The last one ends when the history does.
    // ANCHOR: column
    fn column(&self, column: usize) -> Duration {
        let begin = self.schedule.begin();
        let whole = self.schedule.end() - begin;
        let nanos = whole.as_nanos() * column as u128 / self.width as u128;
        begin + Duration::from_nanos(nanos as u64)
    }
    // ANCHOR_END: column

    /// The columns with a mark below them, and what is written there: round numbers in
    /// the unit of the chart, as close as they can be read if a letter takes so many
    /// columns.
    // ANCHOR: marks
    pub fn marks(&self, letter: usize) -> Vec<(usize, String)> {
        let (begin, end) = (self.schedule.begin(), self.schedule.end());
        let mut steps = (0..).flat_map(|zeros| [1, 2, 5].map(|digit| digit * 10_u128.pow(zeros)));
        let least = self.unit.short_number(end).len() + 3;
        let least = (least * letter) as u128;
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
        marks
            .take_while(|(column, text)| column + text.len() * letter <= self.width)
            .collect()
    }
    // ANCHOR_END: marks

    // ANCHOR: axis
    fn axis(&self, margin: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = vec!['─'; self.width];
        line[0] = '└';
        let mut labels = String::new();
        for (column, text) in self.marks(1) {
            if column > 0 {
                line[column] = '┴';
            }
            labels = format!("{labels:<column$}{text}");
        }
        let line: String = line.into_iter().collect();
        writeln!(f, "{:margin$}{line}", "")?;
        writeln!(f, "{:margin$}{labels}", self.unit)
    }
    // ANCHOR_END: axis

    /// A row for each thread: its name, and a cell for each column.
    // ANCHOR: rows
    pub fn rows(&self) -> impl Iterator<Item = (&'a str, Vec<Cell>)> {
        let lives = self.schedule.lives().iter();
        lives.map(|life| (life.name.as_str(), self.row(life)))
    }

    fn row(&self, life: &Life) -> Vec<Cell> {
        let columns = 0..self.width;
        let cells = columns.map(|at| Cell::of(life, self.column(at), self.column(at + 1)));
        cells.collect()
    }
    // ANCHOR_END: rows
}

impl Cell {
    /// What is to be seen of a life between these two times.
    // ANCHOR: cell_of
    fn of(life: &Life, from: Duration, to: Duration) -> Cell {
        // There may be many, and few of them are in any one column.
        let first = life.spans.partition_point(|span| span.to <= from);
        let spans = life.spans[first..].iter();
        let spans = spans.take_while(|span| span.from < to);
        let within = |state| -> Duration {
            let spans = spans.clone().filter(|span| span.state == state);
            spans.map(|span| overlap(span, from, to)).sum()
        };
        let runs = within(StateName::Running);
        let (ready, waits) = (within(StateName::Ready), within(StateName::Waiting));
        if runs * 2 >= to - from && !runs.is_zero() {
            Cell::Runs
        } else if !runs.is_zero() {
            Cell::RunsBriefly
        } else if ready.is_zero() && waits.is_zero() {
            Cell::Nothing
        } else if ready >= waits {
            Cell::Ready
        } else {
            Cell::Waits
        }
    }
    // ANCHOR_END: cell_of

    // ANCHOR: letter
    fn letter(self) -> char {
        match self {
            Cell::Runs => '█',
            Cell::RunsBriefly => '▄',
            Cell::Ready => '·',
            Cell::Waits => '~',
            Cell::Nothing => ' ',
        }
    }
    // ANCHOR_END: letter
}

// ANCHOR: overlap
fn overlap(span: &Span, from: Duration, to: Duration) -> Duration {
    span.to.min(to).saturating_sub(span.from.max(from))
}
// ANCHOR_END: overlap

// ANCHOR: display
impl fmt::Display for Gantt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lives = self.schedule.lives();
        if lives.is_empty() {
            return writeln!(f, "nobody was there");
        }
        let names: Vec<String> = lives.iter().map(|life| fitted(&life.name, NAME)).collect();
        let widest = names.iter().map(|name| width(name)).max();
        let unit = self.unit.to_string().len();
        let margin = widest.unwrap_or_default().max(unit) + 2;
        for (life, name) in lives.iter().zip(&names) {
            let letters = self.row(life).into_iter().map(Cell::letter);
            let row = padded(name, margin) + &letters.collect::<String>();
            writeln!(f, "{}", row.trim_end())?;
        }
        self.axis(margin, f)?;
        match self.has_legend {
            true => writeln!(f, "{:margin$}{LEGEND}", ""),
            false => Ok(()),
        }
    }
}
// ANCHOR_END: display

//! A benchmark that prints, after criterion's own figures, a table of ratios to
//! floors. Only ratios can be compared between machines, and on a machine that others
//! use too only those of times that were taken at once: so each measurement is
//! repeated for the table in rounds, each beside its own floor, and the table has the
//! medians of that.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use criterion::Criterion;

/// A line of the table.
pub(crate) struct Row {
    name: &'static str,
    /// The measurement by which it is divided.
    floor: &'static str,
    /// The ratio that it shall not exceed.
    at_most: Option<f64>,
}

impl Row {
    pub(crate) const fn new(name: &'static str, floor: &'static str, at_most: Option<f64>) -> Self {
        Self {
            name,
            floor,
            at_most,
        }
    }
}

/// Takes a number of repetitions, and says how long they took.
type Work = Box<dyn Fn(u64) -> Duration>;

pub(crate) struct Bench {
    criterion: Criterion,
    /// Where criterion leaves its estimates.
    results: PathBuf,
    measurements: Vec<(&'static str, Work)>,
}

/// Rounds for each line of the table.
const ROUNDS: usize = 31;

/// How long one measurement of a round takes, if a repetition does not take longer.
const ROUND: Duration = Duration::from_millis(10);

impl Bench {
    pub(crate) fn new(name: &str) -> Self {
        let results = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        // What other runs have measured is not of this one.
        let _ = fs::remove_dir_all(&results);
        let criterion = Criterion::default()
            .output_directory(&results)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(2))
            .configure_from_args();
        Self {
            criterion,
            results,
            measurements: Vec::new(),
        }
    }

    /// Measures `work`.
    pub(crate) fn measure(&mut self, name: &'static str, work: impl Fn(u64) -> Duration + 'static) {
        self.criterion
            .bench_function(name, |bencher| bencher.iter_custom(&work));
        self.measurements.push((name, Box::new(work)));
    }

    /// Prints the lines of those benchmarks that criterion was asked to run.
    pub(crate) fn print(&self, rows: &[Row]) {
        println!("| median of one | ns | ratio | to | at most |");
        println!("| --- | --- | --- | --- | --- |");
        for row in rows {
            let (Some(work), Some(floor)) = (self.work(row.name), self.work(row.floor)) else {
                continue;
            };
            let Row {
                name, floor: to, ..
            } = row;
            let at_most = row.at_most.map_or(String::new(), |ratio| ratio.to_string());
            let (nanos, ratio) = beside(work, floor);
            println!("| {name} | {nanos:.2} | {ratio:.2} | {to} | {at_most} |");
        }
    }

    /// The measurement of that name, if criterion has run it.
    fn work(&self, name: &str) -> Option<&Work> {
        let ran = self.results.join(name).join("new/estimates.json").exists();
        let (_, work) = self.measurements.iter().find(|(known, _)| *known == name)?;
        ran.then_some(work)
    }
}

/// The median time of one repetition in nanoseconds, and the median of its ratios to
/// the floor's in the same round.
fn beside(work: &Work, floor: &Work) -> (f64, f64) {
    let (work, floor) = (in_rounds(work), in_rounds(floor));
    let rounds = (0..ROUNDS).map(|_| (work(), floor()));
    let (times, ratios): (Vec<f64>, Vec<f64>) =
        rounds.map(|(work, floor)| (work, work / floor)).unzip();
    (median(times), median(ratios))
}

/// What takes the nanoseconds of one repetition, of as many as a round has time for.
fn in_rounds(work: &Work) -> impl Fn() -> f64 {
    let mut repetitions = 1;
    while work(repetitions) < ROUND / 4 {
        repetitions *= 4;
    }
    move || work(repetitions).as_nanos() as f64 / repetitions as f64
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

//! A benchmark that prints, after criterion's own figures, a table of medians
//! as ratios to a floor that was measured in the same run. Only the ratios can
//! be compared between machines.

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

pub(crate) struct Bench {
    criterion: Criterion,
    /// Where criterion leaves its estimates.
    results: PathBuf,
}

impl Bench {
    pub(crate) fn new(name: &str) -> Self {
        let results = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        // Ratios are between figures of one run, so those of others go.
        let _ = fs::remove_dir_all(&results);
        let criterion = Criterion::default()
            .output_directory(&results)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(2))
            .configure_from_args();
        Self { criterion, results }
    }

    /// Measures `work`, which takes a number of repetitions and says how long
    /// they took.
    pub(crate) fn measure(&mut self, name: &str, work: impl Fn(u64) -> Duration) {
        self.criterion
            .bench_function(name, |bencher| bencher.iter_custom(&work));
    }

    /// Prints the medians that criterion has just written down, of those
    /// benchmarks that ran.
    pub(crate) fn print(&self, rows: &[Row]) {
        println!("| median of one | ns | ratio | to | at most |");
        println!("| --- | --- | --- | --- | --- |");
        for Row {
            name,
            floor,
            at_most,
        } in rows
        {
            let (Some(nanos), Some(unit)) = (self.median(name), self.median(floor)) else {
                continue;
            };
            let at_most = at_most.map_or(String::new(), |ratio| ratio.to_string());
            let ratio = nanos / unit;
            println!("| {name} | {nanos:.2} | {ratio:.2} | {floor} | {at_most} |");
        }
    }

    fn median(&self, name: &str) -> Option<f64> {
        let path = self.results.join(name).join("new/estimates.json");
        let text = fs::read_to_string(path).ok()?;
        let estimates: serde_json::Value = serde_json::from_str(&text).ok()?;
        estimates["median"]["point_estimate"].as_f64()
    }
}

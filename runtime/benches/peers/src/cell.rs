//! A cell of the table is measured in a process of its own: this program again,
//! with `--cell`. Each begins with the same fresh heap, and what crashes, hangs
//! or runs out of something ends its cell and not the table.

use std::env;
use std::os::unix::process::ExitStatusExt as _;
use std::panic;
use std::process::{self, Command};

use crate::measure::{self, Effort, median};
use crate::pair::resume_and_suspend;
use crate::peer::Peer;
use crate::table::with_spaces;
use crate::workload::Workload;

/// After so many seconds a process is given up.
const TIMEOUT: u32 = 120;

/// What one peer does with one workload: in all its rows.
pub(crate) struct Cell {
    /// For each row, what each pass has measured.
    figures: Vec<Vec<f64>>,
    /// Why there are none.
    failure: Option<String>,
    /// What a reader must know about the figures.
    pub(crate) note: Option<String>,
}

impl Cell {
    pub(crate) fn new(workload: &Workload) -> Self {
        Self {
            figures: vec![Vec::new(); workload.rows.len()],
            failure: None,
            note: None,
        }
    }

    /// Measures once more, in a process of its own, unless that is known to
    /// fail.
    pub(crate) fn pass(&mut self, workload: &Workload, peer: &dyn Peer, effort: &Effort) {
        if self.failure.is_some() {
            return;
        }
        if let Some(limit) = peer.limit()
            && limit.tasks < workload.tasks
        {
            let (tasks, reason) = (with_spaces(limit.tasks), limit.reason);
            if !workload.scales {
                self.failure = Some(format!("at most {tasks} {reason}"));
                return;
            }
            self.note = Some(format!("with {tasks} {reason}"));
        }
        match measure_in_child(workload, peer, effort) {
            Ok(figures) => {
                for (row, figure) in self.figures.iter_mut().zip(figures) {
                    row.push(figure);
                }
            }
            Err(reason) => self.failure = Some(format!("{}: {reason}", peer.name())),
        }
    }

    /// The median of all passes, for that row of the workload.
    pub(crate) fn figure(&self, row: usize) -> Result<f64, &str> {
        match &self.failure {
            Some(reason) => Err(reason),
            None => Ok(median(self.figures[row].iter().copied())),
        }
    }
}

/// A raw resume + suspend of corosensei, in nanoseconds.
pub(crate) fn unit(effort: &Effort) -> f64 {
    effort.nanos(resume_and_suspend)
}

/// What the process for one cell does: one line, with a figure for each row.
pub(crate) fn measure_here(workload: &Workload, peer: &dyn Peer, effort: &Effort) {
    measure::die_after(TIMEOUT);
    // At once, from whatever stack: other tasks may wait for ever.
    panic::set_hook(Box::new(|info| {
        let reason = info.payload_as_str().unwrap_or("a panic without a reason");
        eprintln!("{}", reason.replace('\n', " "));
        process::exit(1);
    }));
    let tasks = match peer.limit() {
        Some(limit) => limit.tasks.min(workload.tasks),
        None => workload.tasks,
    };
    let figures = (workload.measure)(peer, tasks, effort);
    let words: Vec<_> = figures.iter().map(f64::to_string).collect();
    println!("{}", words.join(" "));
}

fn measure_in_child(
    workload: &Workload,
    peer: &dyn Peer,
    effort: &Effort,
) -> Result<Vec<f64>, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program)
        .args(["--cell", workload.name, peer.name()])
        .args(effort.argument)
        // Its `RUNTIME_…` variables would change what is measured.
        .env_clear()
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        let last = errors.lines().rfind(|line| !line.trim().is_empty());
        let reason = last.unwrap_or("its process said nothing");
        return Err(match output.status.signal() {
            Some(libc::SIGALRM) => format!("not done in {TIMEOUT} s; {reason}"),
            _ => format!("{reason} ({})", output.status),
        });
    }
    let line = String::from_utf8_lossy(&output.stdout);
    let figures: Option<Vec<_>> = line
        .split_whitespace()
        .map(|word| word.parse().ok())
        .collect();
    figures
        .filter(|figures| figures.len() == workload.rows.len())
        .ok_or_else(|| format!("{line:?} is not what a cell prints"))
}

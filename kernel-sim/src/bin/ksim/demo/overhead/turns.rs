//! The same threads with turns of another length.

use std::num::NonZero;

use kernel_sim::os::{Account, Computer, Settings};
use kernel_sim::schedule::Metrics;
use kernel_sim::workload::Job;

use crate::figures;

/// So many processes, all there from the start.
pub(super) const JOBS: u64 = 8;
/// Ticks that each of them computes.
pub(super) const COMPUTES: u64 = 10_000;

/// What came of it.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) ticks: u64,
    pub(super) account: Account,
    pub(super) metrics: Metrics,
}

impl Measured {
    /// Ticks that did not go into the work.
    pub(super) fn lost(&self) -> u64 {
        self.ticks - JOBS * COMPUTES
    }

    /// These as a part of all, in percent.
    pub(super) fn percent_lost(&self) -> f64 {
        self.lost() as f64 * 100.0 / self.ticks as f64
    }
}

/// Runs them in turn, with that quantum.
// ANCHOR: turns
pub(super) fn measure(quantum: NonZero<u64>) -> Measured {
    let mut computer = Computer::boot(Settings {
        quantum,
        ..Settings::default()
    });
    computer.keep_history();
    for number in 1..=JOBS {
        let job = Job::new(&format!("job{number}")).computes(COMPUTES);
        computer.start_job(&job).expect("there is room");
    }
    computer.run();
    let schedule = figures::schedule(&computer).expect("it was kept");
    Measured {
        ticks: computer.now(),
        account: computer.reports().iter().map(|r| r.account).sum(),
        metrics: figures::metrics(&computer, &schedule),
    }
}
// ANCHOR_END: turns

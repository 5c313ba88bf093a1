//! What is told of a run afterwards, against runs that were made by hand and worked out
//! on paper: times, lost time, Jain's index, and the chart.

mod chart;
mod figures;

use std::time::Duration;

use kernel_sim::kernel::clock::Clock;
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::wait::{Wait, WaitReason};
use kernel_sim::kernel::{Kernel, Running};
use kernel_sim::schedule::{Metrics, Schedule};

/// A kernel of threads without contexts, whose history is kept; times are in
/// microseconds.
struct Run {
    kernel: Kernel<()>,
}

impl Run {
    fn new() -> Run {
        let mut run = Run::without_history();
        run.kernel.keep_history();
        run
    }

    fn without_history() -> Run {
        let kernel = Kernel::new(Clock::counted(), Default::default());
        Run { kernel }
    }

    fn comes(&mut self, name: &'static str) -> Pid {
        let pid = self.kernel.create((), Priority::NORMAL, name);
        self.kernel.admit(pid).expect("it is new");
        pid
    }

    fn pass(&mut self, micros: u64) {
        self.kernel.pass(Duration::from_micros(micros));
    }

    /// The next one runs for so long.
    fn runs(&mut self, micros: u64) -> Running<()> {
        let thread = self.kernel.dispatch().expect("somebody is ready");
        self.pass(micros);
        thread
    }

    fn runs_and_yields(&mut self, micros: u64) {
        let thread = self.runs(micros);
        self.kernel.preempt(thread);
    }

    fn runs_and_parks(&mut self, micros: u64) {
        let thread = self.runs(micros);
        let (reason, deadline) = (WaitReason::Park, None);
        self.kernel.block(thread, Wait { reason, deadline });
    }

    fn runs_and_ends(&mut self, micros: u64) {
        let thread = self.runs(micros);
        let pid = thread.pid();
        self.kernel.exit(thread);
        self.kernel.reap(pid).expect("it has ended");
    }

    fn schedule(&self) -> Schedule {
        Schedule::of(self.kernel.history().expect("it is kept"))
    }

    fn metrics(&self) -> Metrics {
        Metrics::of(&self.schedule())
    }
}

fn micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

/// ```text
///   a  ███ 30 ~~~~~~~~ 50 ~~~~~~~ █ 10
///   b  ··· 30 ██ 20   (nobody 30)
/// ```
fn one_waits() -> Run {
    let mut run = Run::new();
    let a = run.comes("a");
    run.comes("b");
    run.runs_and_parks(30);
    run.runs_and_ends(20);
    run.pass(30);
    run.kernel.wake(a).expect("it waits");
    run.runs_and_ends(10);
    run
}

//! How long a thread was ready and did not run, by its arrows.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::time::Duration;

use kernel_sim::kernel::clock::Instant;
use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::kernel::state::{Arrow, StateName};
use kernel_sim::os::{Computer, Settings};
use kernel_sim::schedule::{Metrics, Schedule};
use kernel_sim::workload::Job;

/// What the reader begins with.
mod start {
    use super::{Arrow, Duration};

    // ANCHOR: start
    // All arrows of one thread, from its creation to its end, and when it went along them.
    pub(super) fn waiting(steps: &[(Duration, Arrow)]) -> Duration {
        let at = |wanted| steps.iter().find(|&&(_, arrow)| arrow == wanted);
        match (at(Arrow::Admit), at(Arrow::Dispatch)) {
            (Some((admitted, _)), Some((dispatched, _))) => *dispatched - *admitted,
            _ => Duration::ZERO,
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Arrow, Duration, StateName};

    // ANCHOR: solution
    // All arrows of one thread, from its creation to its end, and when it went along them.
    pub(super) fn waiting(steps: &[(Duration, Arrow)]) -> Duration {
        let pairs = steps.windows(2);
        let ready = pairs.filter(|pair| pair[0].1.to() == Some(StateName::Ready));
        ready.map(|pair| pair[1].0 - pair[0].0).sum()
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[(Duration, Arrow)]) -> Duration;

pub(super) fn check_start() {
    check(start::waiting);
}

pub(super) fn check_solution() {
    check(solution::waiting);
}

/// Under each policy, and beside what `Metrics` says.
fn check(answer: Answer) {
    for policy in Scheduler::names() {
        let mut computer = Computer::boot(Settings {
            policy: policy.parse().expect("a policy"),
            quantum: NonZero::new(100).expect("it is not zero"),
            ..Settings::default()
        });
        computer.keep_history();
        let jobs = [
            Job::new("a").computes(300),
            Job::new("b").computes(50).waits(200).computes(120),
            Job::new("c")
                .arrives(180)
                .computes(90)
                .waits(10)
                .computes(30),
        ];
        for job in jobs {
            computer.start_job(&job).expect("there is room");
        }
        computer.run();
        let history = computer.history().expect("it is kept");
        let mut lives: BTreeMap<_, Vec<(Duration, Arrow)>> = BTreeMap::new();
        for step in history.steps() {
            let life = lives.entry(step.pid).or_default();
            life.push((step.at - Instant::BOOT, step.arrow));
        }
        for thread in Metrics::of(&Schedule::of(history)).threads {
            let waited = answer(&lives[&thread.pid]);
            assert_eq!(waited, thread.waiting, "{} under {policy}", thread.name);
        }
    }
}

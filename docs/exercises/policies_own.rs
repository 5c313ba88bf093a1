//! A policy of one's own.

use std::collections::VecDeque;
use std::num::NonZero;
use std::time::Duration;

use kernel_sim::kernel::attributes::Attributes;
use kernel_sim::kernel::clock::Instant;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::policy::{Policy, Scheduler};
use kernel_sim::kernel::state::Arrow;
use kernel_sim::os::{Computer, Costs, Settings};
use kernel_sim::schedule::{Metrics, Schedule};
use kernel_sim::workload::Job;

/// What the reader begins with.
mod start {
    use super::{Arrow, Attributes, Duration, Instant, Pid, Policy, VecDeque};

    // ANCHOR: start
    #[derive(Debug, Default)]
    pub(super) struct WokenFirst(VecDeque<Pid>);

    impl Policy for WokenFirst {
        fn name(&self) -> &'static str {
            "woken-first"
        }

        fn ready(&mut self, thread: Pid, _: &Attributes, _: Arrow, _: Instant) {
            self.0.push_back(thread);
        }

        fn next(&mut self, _: Instant) -> Option<Pid> {
            self.0.pop_front()
        }

        fn slice(&self, _: Pid) -> Option<Duration> {
            Some(Duration::from_micros(100))
        }

        fn remove(&mut self, thread: Pid) {
            self.0.retain(|&other| other != thread);
        }

        fn in_order(&self) -> Vec<Pid> {
            self.0.iter().copied().collect()
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Arrow, Attributes, Duration, Instant, Pid, Policy, VecDeque};

    #[derive(Debug, Default)]
    pub(super) struct WokenFirst(VecDeque<Pid>);

    impl Policy for WokenFirst {
        fn name(&self) -> &'static str {
            "woken-first"
        }

        // ANCHOR: solution
        fn ready(&mut self, thread: Pid, _: &Attributes, arrow: Arrow, _: Instant) {
            match arrow {
                Arrow::Wake => self.0.push_front(thread),
                _ => self.0.push_back(thread),
            }
        }
        // ANCHOR_END: solution

        fn next(&mut self, _: Instant) -> Option<Pid> {
            self.0.pop_front()
        }

        fn slice(&self, _: Pid) -> Option<Duration> {
            Some(Duration::from_micros(100))
        }

        fn remove(&mut self, thread: Pid) {
            self.0.retain(|&other| other != thread);
        }

        fn in_order(&self) -> Vec<Pid> {
            self.0.iter().copied().collect()
        }
    }
}

pub(super) fn check_start() {
    check(start::WokenFirst::default());
}

pub(super) fn check_solution() {
    check(solution::WokenFirst::default());
}

/// One that types beside three that compute: when it is woken, it has to wait for what is
/// left of one turn.
fn check(policy: impl Policy + 'static) {
    let mut computer = Computer::boot(Settings {
        policy: Scheduler::from(Box::new(policy) as Box<dyn Policy>),
        quantum: NonZero::new(100).expect("it is not zero"),
        costs: Costs::NONE,
        ..Settings::default()
    });
    computer.keep_history();
    let keys = 8;
    let typing = (0..keys).fold(Job::new("typing"), |job, _| job.computes(20).waits(230));
    computer.start_job(&typing).expect("there is room");
    for name in ["a", "b", "c"] {
        let job = Job::new(name).computes(900);
        computer.start_job(&job).expect("there is room");
    }
    computer.run();
    let schedule = Schedule::of(computer.history().expect("it is kept"));
    let metrics = Metrics::of(&schedule);
    assert!(metrics.threads.iter().all(|it| it.turnaround.is_some()));
    let waited = metrics.threads[0].waiting;
    let bound = Duration::from_micros(100 * keys);
    assert!(waited <= bound, "it has waited for {waited:?}");
    let others = &metrics.threads[1..];
    let first = others.iter().map(|it| it.response.expect("it has run"));
    let late = Duration::from_micros(20 + 2 * 100 + 20);
    assert!(first.max() <= Some(late), "the others are in turn");
}

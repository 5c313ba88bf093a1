//! Short jobs first, and nobody starves.

use std::time::Duration;

use kernel_sim::kernel::attributes::Attributes;
use kernel_sim::kernel::clock::Instant;
use kernel_sim::kernel::pid::Pid;
use kernel_sim::kernel::policy::{Policy, Scheduler};
use kernel_sim::kernel::state::Arrow;
use kernel_sim::os::{Computer, Costs, Settings};
use kernel_sim::schedule::Schedule;
use kernel_sim::workload::Job;

/// What the reader begins with.
mod start {
    // ANCHOR: start
    // Of each job that is ready: how long it has waited, and how long it will take.
    pub(super) fn choose(ready: &[(u64, u64)]) -> Option<usize> {
        let places = 0..ready.len();
        places.min_by_key(|&place| ready[place].1)
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    // Of each job that is ready: how long it has waited, and how long it will take.
    pub(super) fn choose(ready: &[(u64, u64)]) -> Option<usize> {
        let ratio = |place: usize| {
            let (waited, takes) = ready[place];
            (waited + takes) as f64 / takes as f64
        };
        // From behind, since of equal ones the last is taken.
        let places = (0..ready.len()).rev();
        places.max_by(|&one, &other| ratio(one).total_cmp(&ratio(other)))
    }
    // ANCHOR_END: solution
}

type Answer = fn(&[(u64, u64)]) -> Option<usize>;

/// Asks the reader.
#[derive(Debug)]
struct Asks {
    answer: Answer,
    ready: Vec<(Pid, Instant, Duration)>,
}

impl Policy for Asks {
    fn name(&self) -> &'static str {
        "asks"
    }

    fn ready(&mut self, thread: Pid, attributes: &Attributes, _: Arrow, now: Instant) {
        let estimate = attributes.estimate().expect("it is told");
        self.ready.push((thread, now, estimate));
    }

    fn next(&mut self, now: Instant) -> Option<Pid> {
        let ticks = |time: Duration| time.as_micros() as u64;
        let ready = self.ready.iter();
        let ready: Vec<_> = ready
            .map(|&(_, since, takes)| (ticks(now - since), ticks(takes)))
            .collect();
        let place = (self.answer)(&ready)?;
        Some(self.ready.remove(place).0)
    }

    fn remove(&mut self, thread: Pid) {
        self.ready.retain(|&(pid, ..)| pid != thread);
    }

    fn in_order(&self) -> Vec<Pid> {
        self.ready.iter().map(|&(pid, ..)| pid).collect()
    }
}

pub(super) fn check_start() {
    check(start::choose);
}

pub(super) fn check_solution() {
    check(solution::choose);
}

/// A long job, and short ones that never stop coming.
fn check(answer: Answer) {
    assert_eq!(answer(&[]), None);
    assert_eq!(
        answer(&[(10, 50), (10, 10)]),
        Some(1),
        "both have waited as long"
    );
    let policy = Asks {
        answer,
        ready: Vec::new(),
    };
    let mut computer = Computer::boot(Settings {
        policy: Scheduler::from(Box::new(policy) as Box<dyn Policy>),
        costs: Costs::NONE,
        ..Settings::default()
    });
    computer.keep_history();
    let long = Job::new("long").computes(200);
    let short = (0..30).map(|number| {
        let job = Job::new(&format!("short{number}"));
        job.arrives(number * 20).computes(20)
    });
    for job in short.chain([long]) {
        let started = computer.start_job(&job.with_true_estimate());
        started.expect("there is room");
    }
    computer.run();
    let schedule = Schedule::of(computer.history().expect("it is kept"));
    let mut turns = schedule.turns();
    let long = turns.find(|turn| turn.name.starts_with("long"));
    let begins = long.expect("it had one").from;
    assert!(
        begins < Duration::from_micros(400),
        "long begins at {begins:?}"
    );
}

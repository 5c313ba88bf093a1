//! Workloads on a computer whose kernel takes no time, and what became of them.

use std::num::NonZero;
use std::time::Duration;

use proptest::prelude::*;

use kernel_sim::kernel::attributes::{Attributes, Weight};
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::os::{Computer, Costs, Outcome, Settings, Trace};
use kernel_sim::schedule::{Metrics, Schedule, Turn};
use kernel_sim::workload::Job;
use log::LevelFilter;

/// A computer with these jobs on it, that has not begun yet.
pub(crate) fn computer(policy: &str, quantum: u64, jobs: &[Job]) -> Computer {
    let mut computer = Computer::boot(Settings {
        policy: policy.parse().expect("a policy"),
        quantum: NonZero::new(quantum).expect("not zero"),
        costs: Costs::NONE,
        trace: Trace::Keep(LevelFilter::Off),
        ..Settings::default()
    });
    computer.keep_history();
    for job in jobs {
        computer.start_job(job).expect("there is room");
    }
    computer
}

/// The computer when all jobs are done.
pub(crate) fn run(policy: &str, quantum: u64, jobs: &[Job]) -> Computer {
    let mut computer = computer(policy, quantum, jobs);
    assert_eq!(computer.run(), Outcome::Ended, "under {policy}");
    computer
}

/// Who had the CPU when, until all jobs are done.
pub(crate) fn schedule(policy: &str, quantum: u64, jobs: &[Job]) -> String {
    text(&run(policy, quantum, jobs))
}

/// Who had the CPU when, until that tick, if that ends a turn.
pub(crate) fn schedule_until(tick: u64, policy: &str, quantum: u64, jobs: &[Job]) -> String {
    let mut computer = computer(policy, quantum, jobs);
    assert_eq!(computer.run_until(tick + 1), Outcome::TimeIsUp);
    text(&computer)
}

/// A turn that took no time is left out: the timer comes before the call by which a job
/// says that it is done, so who is done just with its quantum has one more.
fn text(computer: &Computer) -> String {
    let schedule = of(computer);
    let mut turns: Vec<Turn<'_>> = Vec::new();
    for turn in schedule.turns().filter(|turn| turn.from < turn.to) {
        match turns.last_mut() {
            Some(last) if last.pid == turn.pid && last.to == turn.from => last.to = turn.to,
            _ => turns.push(turn),
        }
    }
    let words = turns.iter().map(|turn| {
        let (name, _) = turn.name.split_once(' ').expect("a name and a number");
        format!("{name} {}-{}", ticks(turn.from), ticks(turn.to))
    });
    words.collect::<Vec<_>>().join(", ")
}

pub(crate) fn of(computer: &Computer) -> Schedule {
    Schedule::of(computer.history().expect("it is kept"))
}

pub(crate) fn metrics(policy: &str, quantum: u64, jobs: &[Job]) -> Metrics {
    Metrics::of(&of(&run(policy, quantum, jobs)))
}

/// The sum of what they waited for the CPU, in ticks.
pub(crate) fn waiting(metrics: &Metrics) -> u64 {
    metrics.threads.iter().map(|it| ticks(it.waiting)).sum()
}

/// The sum of their turnarounds, in ticks.
pub(crate) fn turnaround(metrics: &Metrics) -> u64 {
    let turnaround = |it: &Option<Duration>| ticks(it.expect("it has ended"));
    let threads = metrics.threads.iter();
    threads.map(|it| turnaround(&it.turnaround)).sum()
}

/// How long each has had the CPU, in ticks, until the last turn began before that tick; in
/// the order of their coming.
pub(crate) fn served(tick: u64, policy: &str, quantum: u64, jobs: &[Job]) -> Vec<u64> {
    let mut computer = computer(policy, quantum, jobs);
    computer.run_until(tick);
    let threads = Metrics::of(&of(&computer)).threads;
    threads.iter().map(|it| ticks(it.running)).collect()
}

pub(crate) fn ticks(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).expect("it is short")
}

pub(crate) fn job(name: &str, computing: u64) -> Job {
    Job::new(name).computes(computing)
}

pub(crate) fn weight(weight: u16) -> Attributes {
    Attributes::default().with_weight(Weight::new(weight).expect("1 to 10,000"))
}

pub(crate) fn priority(priority: u8) -> Priority {
    Priority::new(priority).expect("at most 31")
}

pub(crate) fn deadline(ticks: u64) -> Attributes {
    Attributes::default().with_deadline(Duration::from_micros(ticks))
}

/// Anything that can be said of a thread.
pub(crate) fn attributes() -> impl Strategy<Value = Attributes> {
    let shares = prop_oneof![Just(1), Just(10_000), 1..=10_000u16, 50..=200u16];
    (0..=31u8, shares, 0..200u64, 0..500u64).prop_map(|(level, shares, estimate, due)| {
        weight(shares)
            .with_priority(priority(level))
            .with_estimate(Duration::from_micros(estimate))
            .with_deadline(Duration::from_micros(due))
    })
}

/// Up to six jobs that come at any time, compute and wait.
pub(crate) fn jobs() -> impl Strategy<Value = Vec<Job>> {
    let parts = prop::collection::vec((8..120u64, 1..120u64), 0..4);
    let job = (parts, 8..200u64, 0..300u64, attributes());
    prop::collection::vec(job, 1..7).prop_map(|jobs| {
        let mut place = 0;
        let mut named = |(parts, last, arrival, attributes): (Vec<_>, _, _, Attributes)| {
            place += 1;
            let job = Job::new(&format!("job{place}"));
            let does = |job: Job, (computes, waits)| job.computes(computes).waits(waits);
            let job = parts.into_iter().fold(job, does).computes(last);
            job.arrives(arrival).with(attributes)
        };
        jobs.into_iter().map(&mut named).collect()
    })
}

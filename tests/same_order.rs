//! The same work under the same policy: processes of the simulated computer and green
//! threads on real stacks have the CPU in the same order, and at the same times.
//!
//! So that time is the same, the computer's kernel takes none, and that of the green
//! threads passes with checkpoints only.

use std::cell::RefCell;
use std::num::NonZero;
use std::rc::Rc;
use std::time::Duration;

use kernel_sim::kernel::attributes::{Attributes, Weight};
use kernel_sim::kernel::pcb::Priority;
use kernel_sim::kernel::policy::Scheduler;
use kernel_sim::os::{Computer, Costs, Outcome, Settings};
use kernel_sim::schedule::Schedule;
use kernel_sim::workload::{Job, Part};
use proptest::prelude::*;
use runtime::{Builder, Clock, report, thread};

/// In ticks of a microsecond.
const QUANTUM: u64 = 100;

/// Who had the CPU, from when until when.
type Turns = Vec<(String, Duration, Duration)>;

fn turns(schedule: &Schedule) -> Turns {
    let turns = schedule.turns();
    turns
        .map(|turn| (turn.name.to_owned(), turn.from, turn.to))
        .collect()
}

fn on_the_computer(policy: &str, jobs: &[Job]) -> Turns {
    let mut computer = Computer::boot(Settings {
        costs: Costs::NONE,
        quantum: NonZero::new(QUANTUM).expect("it is not zero"),
        policy: policy.parse().expect("there is one"),
        ..Settings::default()
    });
    computer.keep_history();
    for job in jobs {
        computer.start_job(job).expect("there is room");
    }
    assert_eq!(computer.run(), Outcome::Ended);
    let mut turns = turns(&Schedule::of(computer.history().expect("it was kept")));
    for (name, ..) in &mut turns {
        // Without the pid.
        name.truncate(1);
    }
    turns
}

fn on_green_threads(policy: &str, jobs: &[Job]) -> Turns {
    let jobs = jobs.to_vec();
    let names: Vec<String> = jobs.iter().map(|job| job.name().to_owned()).collect();
    let work = |job: &Job| {
        let parts = job.parts().to_vec();
        move || {
            for part in parts {
                match part {
                    Part::Compute(ticks) => (0..ticks).for_each(|_| thread::checkpoint()),
                    Part::Wait(ticks) => thread::sleep(Duration::from_micros(ticks)),
                }
            }
        }
    };
    // Whatever the policy looks at, the main thread comes first, until it has started
    // all others.
    let first = Attributes::default()
        .with_priority(Priority::HIGHEST)
        .with_deadline(Duration::from_nanos(1))
        .with_estimate(Duration::from_nanos(1));
    let recorded = Rc::new(RefCell::new(None));
    let at_the_end = Rc::clone(&recorded);
    Builder::new()
        .clock(Clock::Counted)
        .quantum(Duration::from_micros(QUANTUM))
        .policy(policy.parse().expect("there is one"))
        .main_attributes(first)
        .keep_history()
        .run(move || {
            let hook = move || *at_the_end.borrow_mut() = report::schedule();
            runtime::at_exit(hook).expect("it is not over");
            for job in &jobs {
                let builder = thread::Builder::new().name(job.name().to_owned());
                let builder = builder.attributes(job.attributes());
                builder.spawn(work(job)).expect("there is a stack");
            }
        })
        .expect("all come to their end");
    let schedule = recorded.take().expect("it was recorded");
    turns(&schedule.only(|name, _| names.iter().any(|job| job == name)))
}

/// Two to five jobs, each with up to four stretches of computing.
fn jobs() -> impl Strategy<Value = Vec<Job>> {
    let parts = prop::collection::vec((1..40_u64, 1..60_u64), 0..4);
    let job = (parts, 1..40_u64, 0..32_u8, 1..500_u16, 100..5_000_u64);
    prop::collection::vec(job, 2..6).prop_map(|jobs| {
        let job =
            |(name, (parts, last, priority, weight, deadline)): (&str, (Vec<_>, _, _, _, _))| {
                let attributes = Attributes::default()
                    .with_priority(Priority::new(priority).expect("it is less than 32"))
                    .with_weight(Weight::new(weight).expect("it is less than 10,000"))
                    .with_deadline(Duration::from_micros(deadline));
                let parts = parts
                    .into_iter()
                    .fold(Job::new(name), |job, (compute, wait)| {
                        job.computes(10 * compute).waits(10 * wait)
                    });
                parts
                    .computes(10 * last)
                    .with(attributes)
                    .with_true_estimate()
            };
        ["a", "b", "c", "d", "e"]
            .into_iter()
            .zip(jobs)
            .map(job)
            .collect()
    })
}

/// So that a policy that is forgotten is not missed.
#[test]
fn policies_differ_in_whom_they_choose() {
    let jobs = [
        Job::new("a")
            .computes(400)
            .with(Priority::LOWEST)
            .with_true_estimate(),
        Job::new("b")
            .computes(50)
            .with(Priority::HIGHEST)
            .with_true_estimate(),
    ];
    let order = |policy| {
        let names = on_green_threads(policy, &jobs)
            .into_iter()
            .map(|(name, ..)| name);
        names.collect::<String>()
    };
    assert_eq!(order("fifo"), "ab");
    assert_eq!(order("round-robin"), "aba");
    assert_eq!(order("sjf"), "ba");
    assert_eq!(order("priority"), "ba");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn threads_and_processes_have_the_cpu_at_the_same_times(jobs in jobs()) {
        for policy in Scheduler::names() {
            let processes = on_the_computer(policy, &jobs);
            let threads = on_green_threads(policy, &jobs);
            prop_assert_eq!(processes, threads, "{}", policy);
        }
    }
}

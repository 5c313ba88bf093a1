//! "파이썬 쓰레드" by tiaz0128, section '컨텍스트 스위칭(context switching)': somebody has to
//! decide who gets the CPU next. The same four threads under each of the policies.
//!
//! Look at: when `typing` runs, which needs little and waits much: it stands for whoever
//! sits in front of the screen. And at who has to wait in its place.
//!
//! The threads call `thread::checkpoint` while they compute: only there can the CPU be
//! taken away from a thread in Rust. `ksim demo policies` shows the same with processes,
//! which are interrupted anywhere.

use std::time::Duration;

use runtime::policy::{Attributes, Scheduler, Weight};
use runtime::schedule::{Gantt, Schedule, Unit};
use runtime::thread::{self, Builder};
use runtime::{Clock, Priority, report};

/// A checkpoint takes a microsecond of a time that is counted.
fn compute(micros: u32) {
    (0..micros).for_each(|_| thread::checkpoint());
}

/// Who is there, what the policies are told, and what each does.
fn start_all() {
    let start = |name: &str, attributes, work: fn()| {
        let builder = Builder::new().name(name.into()).attributes(attributes);
        builder.spawn(work).unwrap();
    };
    let estimate = |micros| Attributes::default().with_estimate(Duration::from_micros(micros));
    start(
        "long",
        estimate(1_800).with_priority(Priority::LOWEST),
        || {
            compute(1_800);
        },
    );
    start(
        "heavy",
        estimate(900).with_weight(Weight::new(400).unwrap()),
        || {
            compute(900);
        },
    );
    let soon = Duration::from_micros(300);
    start("film", estimate(250).with_deadline(soon), || compute(250));
    start(
        "typing",
        estimate(40).with_priority(Priority::HIGHEST),
        || {
            for _ in 0..5 {
                compute(40);
                thread::sleep(Duration::from_micros(300));
            }
        },
    );
}

/// Runs them under that policy. What has happened is known when all have ended.
fn schedule(policy: Scheduler) -> Schedule {
    let (sender, schedule) = std::sync::mpsc::channel();
    let builder = runtime::Builder::new()
        .clock(Clock::Counted)
        .policy(policy)
        .quantum(Duration::from_micros(100))
        // The main thread starts all of them before anybody runs.
        .main_attributes(Attributes::default().with_priority(Priority::HIGHEST))
        .keep_history();
    builder
        .run(move || {
            runtime::at_exit(move || sender.send(report::schedule()).unwrap()).unwrap();
            start_all();
        })
        .unwrap();
    let schedule = schedule.recv().unwrap().expect("it was recorded");
    schedule.only(|name, _| ["long", "heavy", "film", "typing"].contains(&name))
}

fn main() {
    env_logger::builder().format_timestamp(None).init();
    println!("█ runs  ▄ runs for less than half of the column  · is ready  ~ waits\n");
    for policy in Scheduler::names() {
        let schedule = schedule(policy.parse().unwrap());
        let gantt = Gantt::of(&schedule)
            .with_unit(Unit::Micros)
            .without_legend();
        println!("── {policy}\n{gantt}");
    }
}

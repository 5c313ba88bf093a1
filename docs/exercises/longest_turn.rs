//! Who had the CPU for the longest time without a pause.

use std::time::Duration;

use runtime::schedule::Schedule;
use runtime::thread::{self, Builder};
use runtime::{Clock, report};

/// What the reader begins with.
mod start {
    use super::{Duration, Schedule};

    // ANCHOR: start
    pub(super) fn longest(schedule: &Schedule) -> Option<(String, Duration)> {
        let turn = schedule.turns().next()?; // Not the first one.
        Some((turn.name.to_owned(), turn.to - turn.from))
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Duration, Schedule};

    // ANCHOR: solution
    pub(super) fn longest(schedule: &Schedule) -> Option<(String, Duration)> {
        let turn = schedule.turns().max_by_key(|turn| turn.to - turn.from)?;
        Some((turn.name.to_owned(), turn.to - turn.from))
    }
    // ANCHOR_END: solution
}

type Answer = fn(&Schedule) -> Option<(String, Duration)>;

pub(super) fn check_start() {
    check(start::longest);
}

pub(super) fn check_solution() {
    check(solution::longest);
}

/// Threads that compute for so many microseconds at a time, and yield in between.
fn check(answer: Answer) {
    let all: [&[u32]; 3] = [&[5, 5, 40, 5], &[30, 1, 1], &[10, 41, 2, 1]];
    let runtime = runtime::Builder::new().clock(Clock::Counted);
    let ran = runtime.keep_history().run(move || {
        let threads: Vec<_> = all
            .into_iter()
            .enumerate()
            .map(|(number, times)| {
                let builder = Builder::new().name(format!("thread {number}"));
                let work = move || {
                    for &time in times {
                        (0..time).for_each(|_| thread::checkpoint());
                        thread::yield_now();
                    }
                };
                builder.spawn(work).unwrap()
            })
            .collect();
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        let schedule = report::schedule().unwrap();
        let expected = ("thread 2".to_owned(), Duration::from_micros(41));
        assert_eq!(answer(&schedule), Some(expected));
    });
    ran.unwrap();
}

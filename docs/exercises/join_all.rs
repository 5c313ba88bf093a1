//! Joining many threads within one time for all of them.

use std::time::Duration;

use runtime::thread::{self, Thread};
use runtime::time::Instant;
use runtime::{Builder, Clock};

/// What the reader begins with.
mod start {
    use super::{Duration, Thread};

    // ANCHOR: start
    // How many of the threads end before the time is over.
    pub(super) fn join_all(threads: &[Thread], time: Duration) -> usize {
        let mut ended = 0;
        for thread in threads {
            // Each of them gets all of the time.
            if thread.join_timeout(time).is_ok() {
                ended += 1;
            }
        }
        ended
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Duration, Instant, Thread};

    // ANCHOR: solution
    pub(super) fn join_all(threads: &[Thread], time: Duration) -> usize {
        let beginning = Instant::now();
        let mut ended = 0;
        for thread in threads {
            let left = time.saturating_sub(beginning.elapsed());
            if thread.join_timeout(left).is_ok() {
                ended += 1;
            }
        }
        ended
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::join_all);
}

pub(super) fn check_solution() {
    check(solution::join_all);
}

fn check(join_all: fn(&[Thread], Duration) -> usize) {
    // How long each thread takes, how long one waits, and how many end meanwhile.
    let cases: [(&[u64], u64, usize); 5] = [
        (&[], 5, 0),
        (&[1, 2, 3], 5, 3),
        (&[9, 9, 9], 5, 0),
        // Those behind a slow one have ended all the same.
        (&[9, 1, 9, 2], 5, 2),
        (&[4, 6, 8], 5, 1),
    ];
    for (lengths, time, right) in cases {
        let main = move || {
            let spawn = |&length: &u64| {
                let work = move || thread::sleep(Duration::from_secs(length));
                thread::spawn(work).thread().clone()
            };
            let threads: Vec<Thread> = lengths.iter().map(spawn).collect();
            let beginning = Instant::now();
            let ended = join_all(&threads, Duration::from_secs(time));
            assert_eq!(ended, right, "of {lengths:?} in {time} s");
            let took = beginning.elapsed();
            let most = Duration::from_secs(time) + Duration::from_millis(1);
            assert!(took < most, "{lengths:?}: {took:?}");
        };
        let builder = Builder::new().clock(Clock::Virtual);
        builder.run(main).expect("it comes to its end");
    }
}

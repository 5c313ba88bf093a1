//! As many threads as memory has room for: what each takes, and that nothing stays behind.
//!
//! In a debug build there are fewer, and frames are larger. For a million:
//! `cargo test --release -p runtime --test scale`.

#![cfg(target_os = "linux")]

mod support;

use std::fs;

use runtime::thread::{self, Builder, JoinHandle};

use support::child::in_child;
use support::run;

/// So many are alive at once.
const MANY: usize = if cfg!(debug_assertions) {
    100_000
} else {
    1_000_000
};

/// What each may take of memory in bytes, with its stack, its PCB and its handle: a page
/// of the stack in a release build, two in a debug build.
const EACH: usize = if cfg!(debug_assertions) { 8_800 } else { 4_600 };

/// Bytes of memory that the process has.
fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    let pages = statm.split(' ').nth(1).unwrap();
    pages.parse::<usize>().unwrap() * 4096
}

fn small() -> Builder {
    Builder::new().stack_size(64 << 10)
}

#[test]
fn many_threads_park_on_stacks_with_guard_pages_and_all_are_joined() {
    let child = in_child(|| {
        run(|| {
            let before = resident();
            let mut threads: Vec<JoinHandle<usize>> = Vec::with_capacity(MANY);
            threads.extend((0..MANY).map(|number| {
                let body = move || {
                    thread::park();
                    number
                };
                small().spawn(body).unwrap()
            }));
            thread::yield_now();
            let each = (resident() - before) / MANY;
            assert!(each <= EACH, "{each} bytes");
            threads.iter().for_each(|thread| thread.thread().unpark());
            let sum: usize = threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum();
            assert_eq!(sum, MANY * (MANY - 1) / 2);
        });
    });
    child.ends_with(0);
}

#[test]
fn memory_does_not_grow_when_ten_thousand_threads_are_joined_again_and_again() {
    let rounds = MANY / 1000;
    let child = in_child(move || {
        run(move || {
            let round = || {
                let spawn = |_| small().spawn(thread::yield_now).unwrap();
                let threads: Vec<_> = (0..10_000).map(spawn).collect();
                threads
                    .into_iter()
                    .for_each(|thread| thread.join().unwrap());
            };
            (0..10).for_each(|_| round());
            let before = resident();
            (0..rounds).for_each(|_| round());
            let grown = resident().saturating_sub(before);
            // A byte for each would be more.
            assert!(grown < rounds * 10_000, "{grown} bytes more");
        });
    });
    child.ends_with(0);
}

#[test]
fn after_a_burst_the_memory_of_stacks_goes_back_to_the_system() {
    let child = in_child(|| {
        // Under the real clock, because only then there is time in which nothing happens.
        runtime::run(|| {
            let before = resident();
            let threads: Vec<_> = (0..20_000)
                .map(|_| small().spawn(thread::park).unwrap())
                .collect();
            thread::yield_now();
            threads.iter().for_each(|thread| thread.thread().unpark());
            threads
                .into_iter()
                .for_each(|thread| thread.join().unwrap());
            let after_burst = resident() - before;
            assert!(
                after_burst > 20_000 * 4096,
                "the stacks are kept for the next ones"
            );
            thread::sleep(std::time::Duration::from_millis(4500));
            let later = resident() - before;
            assert!(
                later < after_burst / 4,
                "{after_burst} bytes became {later}"
            );
        });
    });
    child.ends_with(0);
}

//! A function applied to all items at once, by threads that borrow it.

use std::cell::Cell;
use std::time::Duration;

use runtime::time::Instant;
use runtime::{Builder, Clock, thread};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    pub(super) fn map(items: &[u64], f: &dyn Fn(u64) -> u64) -> Vec<u64> {
        items.iter().map(|&item| f(item)).collect()
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::thread;

    // ANCHOR: solution
    pub(super) fn map(items: &[u64], f: &dyn Fn(u64) -> u64) -> Vec<u64> {
        thread::scope(|scope| {
            let spawn = |&item| scope.spawn(move || f(item));
            let threads: Vec<_> = items.iter().map(spawn).collect();
            let results = threads.into_iter().map(|thread| thread.join());
            results.map(|result| result.expect("f panicked")).collect()
        })
    }
    // ANCHOR_END: solution
}

type Map = fn(&[u64], &dyn Fn(u64) -> u64) -> Vec<u64>;

pub(super) fn check_start() {
    check(start::map);
}

pub(super) fn check_solution() {
    check(solution::map);
}

fn check(map: Map) {
    let main = move || {
        assert_eq!(map(&[], &|item| item), [0_u64; 0]);
        let beginning = Instant::now();
        let calls = Cell::new(0);
        // As many seconds as the item says, the first one the longest.
        let square = |item| {
            calls.set(calls.get() + 1);
            thread::sleep(Duration::from_secs(item));
            item * item
        };
        assert_eq!(map(&[5, 4, 3, 2, 1], &square), [25, 16, 9, 4, 1]);
        assert_eq!(calls.get(), 5);
        let took = beginning.elapsed();
        assert!(took < Duration::from_secs(6), "it took {took:?}");
    };
    let builder = Builder::new().clock(Clock::Virtual);
    builder.run(main).expect("it comes to its end");
}

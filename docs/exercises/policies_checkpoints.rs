//! A loop that computes, and lets the others on now and then.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use runtime::Clock;
use runtime::thread;

/// What the reader begins with.
mod start {
    // ANCHOR: start
    pub(super) fn sum_of_squares(count: u64) -> u64 {
        let mut sum = 0;
        for number in 0..count {
            sum += number * number;
        }
        sum
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::thread;

    // ANCHOR: solution
    pub(super) fn sum_of_squares(count: u64) -> u64 {
        let mut sum = 0;
        for number in 0..count {
            sum += number * number;
            if number % 64 == 0 {
                thread::checkpoint();
            }
        }
        sum
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::sum_of_squares);
}

pub(super) fn check_solution() {
    check(solution::sum_of_squares);
}

/// Beside a thread that counts its turns. A checkpoint takes a microsecond.
fn check(answer: fn(u64) -> u64) {
    let builder = runtime::Builder::new()
        .clock(Clock::Counted)
        .quantum(Duration::from_micros(10));
    let (sum, turns) = builder
        .run(move || {
            let turns = Rc::new(Cell::new(0));
            let is_done = Rc::new(Cell::new(false));
            let (counter, done) = (Rc::clone(&turns), Rc::clone(&is_done));
            let other = thread::spawn(move || {
                while !done.get() {
                    counter.set(counter.get() + 1);
                    thread::yield_now();
                }
            });
            let sum = answer(6_400);
            let counted = turns.get();
            is_done.set(true);
            other.join().expect("it does not panic");
            (sum, counted)
        })
        .expect("there is no other runtime");
    assert_eq!(sum, (0..6_400).map(|number| number * number).sum::<u64>());
    assert!(turns >= 5, "the other thread had {turns} turns");
    assert!(turns <= 20, "{turns} turns: that was too many checkpoints");
}

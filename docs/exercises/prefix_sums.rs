//! The sums of all numbers up to each, by as many threads as there are numbers.

use std::cell::RefCell;

use runtime::sync::Barrier;
use runtime::thread;

/// What the reader begins with.
mod start {
    use super::{Barrier, RefCell, thread};

    // ANCHOR: start
    pub(super) fn add_up(me: usize, numbers: &RefCell<Vec<u32>>, all: &Barrier) {
        let _ = all; // Where does one have to wait for the others?
        let mut distance = 1;
        while distance < numbers.borrow().len() {
            let other = me.checked_sub(distance);
            let more = other.map_or(0, |other| numbers.borrow()[other]);
            thread::yield_now();
            numbers.borrow_mut()[me] += more;
            distance *= 2;
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Barrier, RefCell, thread};

    // ANCHOR: solution
    pub(super) fn add_up(me: usize, numbers: &RefCell<Vec<u32>>, all: &Barrier) {
        let mut distance = 1;
        while distance < numbers.borrow().len() {
            let other = me.checked_sub(distance);
            let more = other.map_or(0, |other| numbers.borrow()[other]);
            thread::yield_now();
            all.wait(); // All have read.
            numbers.borrow_mut()[me] += more;
            all.wait(); // All have written.
            distance *= 2;
        }
    }
    // ANCHOR_END: solution
}

type AddUp = fn(usize, &RefCell<Vec<u32>>, &Barrier);

pub(super) fn check_start() {
    check(start::add_up);
}

pub(super) fn check_solution() {
    check(solution::add_up);
}

/// In whatever order the threads come: some let others go first.
fn check(add_up: AddUp) {
    runtime::run(move || {
        for late in 0..8_usize {
            let numbers: Vec<u32> = (1..=8).map(|number| number * number).collect();
            let sums = numbers.iter().scan(0, |sum, number| {
                *sum += number;
                Some(*sum)
            });
            let sums: Vec<u32> = sums.collect();
            let all = Barrier::new(numbers.len());
            let numbers = RefCell::new(numbers);
            thread::scope(|scope| {
                for me in 0..8 {
                    let (numbers, all) = (&numbers, &all);
                    scope.spawn(move || {
                        (0..me * late % 5).for_each(|_| thread::yield_now());
                        add_up(me, numbers, all);
                    });
                }
            });
            assert_eq!(*numbers.borrow(), sums);
        }
    });
}

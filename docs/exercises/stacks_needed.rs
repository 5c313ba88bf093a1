//! How many stacks threads need that have so many turns each.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ptr::from_ref;
use std::rc::Rc;

use runtime::thread;

/// What the reader begins with.
mod start {
    // ANCHOR: start
    pub(super) fn stacks(turns: &[usize]) -> usize {
        turns.len() // Does each need one of its own?
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn stacks(turns: &[usize]) -> usize {
        let (mut kept, mut most) = (0, 0);
        for &turns in turns {
            most = most.max(kept + 1);
            kept += usize::from(turns > 1);
        }
        most
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::stacks);
}

pub(super) fn check_solution() {
    check(solution::stacks);
}

/// Runs such threads, and counts the addresses of their local variables.
fn check(answer: fn(&[usize]) -> usize) {
    let all: [&[usize]; 6] = [
        &[],
        &[1, 1, 1],
        &[2, 1, 1, 1],
        &[1, 1, 2, 3],
        &[3, 3, 3],
        &[1, 2, 1, 2, 1, 2, 1],
    ];
    for turns in all {
        assert_eq!(answer(turns), measured(turns), "turns {turns:?}");
    }
}

fn measured(turns: &'static [usize]) -> usize {
    runtime::run(|| {
        let seen: Rc<RefCell<BTreeSet<usize>>> = Rc::default();
        let threads: Vec<_> = turns
            .iter()
            .map(|turns| {
                let seen = Rc::clone(&seen);
                thread::spawn(move || {
                    let local = 0;
                    seen.borrow_mut().insert(from_ref(&local).addr());
                    (1..*turns).for_each(|_| thread::yield_now());
                })
            })
            .collect();
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        seen.borrow().len()
    })
}

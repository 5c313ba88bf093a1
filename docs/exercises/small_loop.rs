//! A loop that gives turns to threads which are no more than functions.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use runtime::thread;

/// How a step has ended.
enum Trap {
    Yield,
    Exit,
}

/// One step after the other; called again after `Yield`.
type Steps = Box<dyn FnMut() -> Trap>;

/// What the reader begins with.
mod start {
    use super::{Steps, Trap, VecDeque};

    // ANCHOR: start
    pub(super) fn drive(mut ready: VecDeque<Steps>) {
        while let Some(mut thread) = ready.pop_front() {
            while let Trap::Yield = thread() {}
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Steps, Trap, VecDeque};

    // ANCHOR: solution
    pub(super) fn drive(mut ready: VecDeque<Steps>) {
        while let Some(mut thread) = ready.pop_front() {
            match thread() {
                Trap::Yield => ready.push_back(thread),
                Trap::Exit => {}
            }
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::drive);
}

pub(super) fn check_solution() {
    check(solution::drive);
}

/// So many steps have the threads.
const STEPS: [u32; 4] = [3, 1, 4, 2];

/// Real threads that yield have their turns in the same order.
fn check(drive: fn(VecDeque<Steps>)) {
    let journal = Rc::new(RefCell::new(Vec::new()));
    let threads = (0..).zip(STEPS).map(|(number, steps)| {
        let (journal, mut left) = (Rc::clone(&journal), steps);
        Box::new(move || {
            journal.borrow_mut().push(number);
            left -= 1;
            match left {
                0 => Trap::Exit,
                _ => Trap::Yield,
            }
        }) as Steps
    });
    drive(threads.collect());
    assert_eq!(*journal.borrow(), turns_of_real_threads());
}

fn turns_of_real_threads() -> Vec<u32> {
    runtime::run(|| {
        let journal = Rc::new(RefCell::new(Vec::new()));
        let threads = (0..).zip(STEPS).map(|(number, steps)| {
            let journal = Rc::clone(&journal);
            thread::spawn(move || {
                for _ in 0..steps {
                    journal.borrow_mut().push(number);
                    thread::yield_now();
                }
            })
        });
        let threads: Vec<_> = threads.collect();
        for thread in threads {
            thread.join().unwrap();
        }
        journal.take()
    })
}

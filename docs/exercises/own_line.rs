//! A line of threads, made of `park` and `unpark`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use runtime::thread::{self, Thread};

pub(super) type Line = RefCell<VecDeque<Thread>>;

/// What the reader begins with.
mod start {
    use super::{Line, thread};

    // ANCHOR: start
    pub(super) fn wait(line: &Line) {
        line.borrow_mut().push_back(thread::current());
        thread::park(); // And if somebody else has unparked it?
    }

    pub(super) fn wake_first(line: &Line) {
        if let Some(first) = line.borrow_mut().pop_front() {
            first.unpark();
        }
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Line, thread};

    // ANCHOR: solution
    pub(super) fn wait(line: &Line) {
        let me = thread::current();
        let my_id = me.id();
        line.borrow_mut().push_back(me);
        let waits = || line.borrow().iter().any(|thread| thread.id() == my_id);
        while waits() {
            thread::park();
        }
    }

    pub(super) fn wake_first(line: &Line) {
        if let Some(first) = line.borrow_mut().pop_front() {
            first.unpark();
        }
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::wait, start::wake_first);
}

pub(super) fn check_solution() {
    check(solution::wait, solution::wake_first);
}

/// Some who wait have a token, or get one in the middle of their wait.
fn check(wait: fn(&Line), wake_first: fn(&Line)) {
    runtime::run(move || {
        let line: Rc<Line> = Rc::default();
        let came_through: Rc<RefCell<Vec<usize>>> = Rc::default();
        let threads: Vec<_> = (0..6)
            .map(|number| {
                let (line, came_through) = (Rc::clone(&line), Rc::clone(&came_through));
                thread::spawn(move || {
                    if number % 2 == 0 {
                        thread::current().unpark();
                    }
                    wait(&line);
                    came_through.borrow_mut().push(number);
                })
            })
            .collect();
        thread::yield_now();
        threads[1].thread().unpark();
        thread::yield_now();
        assert!(came_through.borrow().is_empty(), "nobody was let on");
        for number in 0..6 {
            wake_first(&line);
            thread::yield_now();
            let through = came_through.borrow();
            assert_eq!(*through, (0..=number).collect::<Vec<_>>());
        }
        wake_first(&line);
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
    });
}

//! A daemon writes lines, and none may be lost at the end of the program.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use runtime::thread::{self, Builder};
use runtime::{Clock, at_exit};

/// Lines that wait to be written, and those that are.
#[derive(Clone, Default)]
struct Paper {
    waiting: Rc<RefCell<VecDeque<u32>>>,
    written: Rc<RefCell<Vec<u32>>>,
}

impl Paper {
    /// Writes the line that has waited longest. False if there is none.
    fn write_one(&self) -> bool {
        let line = self.waiting.borrow_mut().pop_front();
        self.written.borrow_mut().extend(line);
        line.is_some()
    }
}

/// What the reader begins with.
mod start {
    use super::{Builder, Duration, Paper, thread};

    // ANCHOR: start
    pub(super) fn start_writer(paper: &Paper) {
        let paper = paper.clone();
        let writer = move || loop {
            thread::sleep(Duration::from_secs(1));
            paper.write_one();
        };
        let daemon = Builder::new().daemon(true).spawn(writer);
        daemon.expect("the program has not ended");
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Builder, Duration, Paper, at_exit, thread};

    // ANCHOR: solution
    pub(super) fn start_writer(paper: &Paper) {
        let last = paper.clone();
        at_exit(move || while last.write_one() {}).expect("the program has not ended");

        let paper = paper.clone();
        let writer = move || loop {
            thread::sleep(Duration::from_secs(1));
            paper.write_one();
        };
        let daemon = Builder::new().daemon(true).spawn(writer);
        daemon.expect("the program has not ended");
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::start_writer);
}

pub(super) fn check_solution() {
    check(solution::start_writer);
}

fn check(start_writer: fn(&Paper)) {
    let paper = Paper::default();
    let (theirs, written) = (paper.clone(), Rc::clone(&paper.written));
    let main = move || {
        start_writer(&theirs);
        theirs.waiting.borrow_mut().extend([1, 2, 3, 4, 5]);
        // One that outlives the main thread has something to say, too.
        let late = theirs.clone();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(3_500));
            late.waiting.borrow_mut().push_back(6);
        });
        thread::sleep(Duration::from_millis(2_500));
        assert_eq!(*written.borrow(), [1, 2], "the daemon takes its time");
    };
    let builder = runtime::Builder::new().clock(Clock::Virtual);
    builder.run(main).expect("it comes to its end");
    assert_eq!(*paper.written.borrow(), [1, 2, 3, 4, 5, 6]);
}

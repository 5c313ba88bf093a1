//! In which order a run comes to its end: "main" returns while a "worker" still has to
//! yield; a "daemon" parks for ever and writes its line in a destructor; a "hook" is
//! registered with `at_exit`.

use std::cell::RefCell;
use std::rc::Rc;

use runtime::thread::{self, Builder};

/// What the reader begins with.
mod start {
    // ANCHOR: start
    pub(super) fn order() -> [&'static str; 4] {
        ["main", "daemon", "hook", "worker"]
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    // ANCHOR: solution
    pub(super) fn order() -> [&'static str; 4] {
        ["main", "worker", "hook", "daemon"]
    }
    // ANCHOR_END: solution
}

pub(super) fn check_start() {
    check(start::order());
}

pub(super) fn check_solution() {
    check(solution::order());
}

#[derive(Clone, Default)]
struct Journal(Rc<RefCell<Vec<&'static str>>>);

impl Journal {
    fn write(&self, line: &'static str) {
        self.0.borrow_mut().push(line);
    }
}

/// Writes its line when it is dropped.
struct AtDrop(Journal);

impl Drop for AtDrop {
    fn drop(&mut self) {
        self.0.write("daemon");
    }
}

/// The program itself says in which order.
fn check(order: [&str; 4]) {
    let journal = Journal::default();
    let theirs = journal.clone();
    runtime::run(move || {
        let at_drop = AtDrop(theirs.clone());
        let daemon = Builder::new().daemon(true).spawn(move || {
            let _at_drop = at_drop;
            thread::park();
        });
        daemon.expect("it can be had");
        let hooks = theirs.clone();
        runtime::at_exit(move || hooks.write("hook")).expect("it is not over");
        let workers = theirs.clone();
        thread::spawn(move || {
            (0..3).for_each(|_| thread::yield_now());
            workers.write("worker");
        });
        theirs.write("main");
    });
    assert_eq!(*journal.0.borrow(), order);
}

//! Three threads that say their names in turns, and one that waits for them.

use std::cell::RefCell;
use std::rc::Rc;

use runtime::thread;

/// What the reader begins with.
mod start {
    use super::{Rc, RefCell, thread};

    // ANCHOR: start
    pub(super) fn in_turns(names: [(&'static str, usize); 3]) -> Vec<&'static str> {
        runtime::run(move || {
            let said = Rc::new(RefCell::new(Vec::new()));
            for (name, times) in names {
                let said = Rc::clone(&said);
                thread::spawn(move || {
                    for _ in 0..times {
                        said.borrow_mut().push(name);
                    }
                });
            }
            said.take() // What has been said so far?
        })
    }
    // ANCHOR_END: start
}

/// One way to do it.
mod solution {
    use super::{Rc, RefCell, thread};

    // ANCHOR: solution
    pub(super) fn in_turns(names: [(&'static str, usize); 3]) -> Vec<&'static str> {
        runtime::run(move || {
            let said = Rc::new(RefCell::new(Vec::new()));
            let threads = names.map(|(name, times)| {
                let said = Rc::clone(&said);
                thread::spawn(move || {
                    for _ in 0..times {
                        said.borrow_mut().push(name);
                        thread::yield_now();
                    }
                })
            });
            for thread in threads {
                thread.join().unwrap();
            }
            said.take()
        })
    }
    // ANCHOR_END: solution
}

type Answer = fn([(&'static str, usize); 3]) -> Vec<&'static str>;

pub(super) fn check_start() {
    check(start::in_turns);
}

pub(super) fn check_solution() {
    check(solution::in_turns);
}

/// Whoever has said all drops out, and the others go on in turns.
fn check(answer: Answer) {
    let said = answer([("a", 3), ("b", 1), ("c", 2)]);
    assert_eq!(said, ["a", "b", "c", "a", "c", "a"]);
    let said = answer([("a", 2), ("b", 2), ("c", 2)]);
    assert_eq!(said, ["a", "b", "c", "a", "b", "c"]);
}

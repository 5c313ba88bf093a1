//! Phases: who gets in when.

use std::cell::Cell;
use std::rc::Rc;

use runtime::sync::{RwLock, RwLockWriteGuard};
use runtime::thread::{self, JoinHandle};

use crate::steps::{let_others_run, named};
use crate::support::{Journal, run};

/// Threads that take a lock when they are made, keep it until they are
/// unparked, and write down when they got it.
pub(super) struct Line {
    pub(super) lock: Rc<RwLock<()>>,
    pub(super) journal: Journal,
}

impl Line {
    pub(super) fn new() -> Self {
        Self {
            lock: Rc::new(RwLock::named("door", ())),
            journal: Journal::default(),
        }
    }

    /// A reader if its name begins with an r, or a writer if with a w. Returns
    /// when it has the lock or stands in line.
    pub(super) fn comes(&self, name: &'static str) -> JoinHandle<()> {
        let thread = self.will_come(name);
        let_others_run();
        thread
    }

    /// As [`Line::comes`], but returns before it has run.
    pub(super) fn will_come(&self, name: &'static str) -> JoinHandle<()> {
        let (lock, journal) = (Rc::clone(&self.lock), self.journal.clone());
        named(name, move || {
            if name.starts_with('r') {
                let _guard = lock.read().unwrap();
                journal.write(name);
                thread::park();
            } else {
                let _guard = lock.write().unwrap();
                journal.write(name);
                thread::park();
            }
        })
    }

    /// Who has got in since the last call.
    #[track_caller]
    pub(super) fn got_in(&self, expected: &[&str]) {
        let_others_run();
        assert_eq!(self.journal.read(), expected);
    }
}

pub(super) fn lets_go(thread: &JoinHandle<()>) {
    thread.thread().unpark();
}

#[test]
fn when_a_writer_lets_go_all_readers_get_in_that_wait_then_and_no_writer() {
    run(|| {
        let line = Line::new();
        let w1 = line.comes("w1");
        let waiting = ["r1", "w2", "r2", "w3", "r3"].map(|name| line.comes(name));
        line.got_in(&["w1"]);
        lets_go(&w1);
        line.got_in(&["r1", "r2", "r3"]);
        waiting.iter().for_each(lets_go);
        line.got_in(&["w2", "w3"]);
    });
}

#[test]
fn when_the_last_reader_lets_go_the_first_writer_gets_in() {
    run(|| {
        let line = Line::new();
        let readers = ["r1", "r2", "r3"].map(|name| line.comes(name));
        let writers = ["w1", "w2"].map(|name| line.comes(name));
        line.got_in(&["r1", "r2", "r3"]);
        lets_go(&readers[1]);
        lets_go(&readers[0]);
        line.got_in(&[]);
        lets_go(&readers[2]);
        line.got_in(&["w1"]);
        writers.iter().for_each(lets_go);
        line.got_in(&["w2"]);
    });
}

#[test]
fn a_reader_that_comes_while_a_writer_waits_gets_in_after_it() {
    run(|| {
        let line = Line::new();
        let r1 = line.comes("r1");
        let w1 = line.comes("w1");
        let r2 = line.comes("r2");
        line.got_in(&["r1"]);
        lets_go(&r1);
        line.got_in(&["w1"]);
        lets_go(&w1);
        line.got_in(&["r2"]);
        lets_go(&r2);
    });
}

#[test]
fn a_reader_gets_in_beside_others_when_no_writer_waits() {
    run(|| {
        let line = Line::new();
        let w1 = line.comes("w1");
        let r1 = line.comes("r1");
        lets_go(&w1);
        line.got_in(&["w1", "r1"]);
        // Also beside one that was let in and has not run.
        let w2 = line.comes("w2");
        let r2 = line.comes("r2");
        lets_go(&r1);
        line.got_in(&["w2"]);
        lets_go(&w2);
        thread::yield_now();
        assert!(line.lock.try_read().is_ok());
        assert!(line.lock.try_write().is_err());
        line.got_in(&["r2"]);
        lets_go(&r2);
    });
}

#[test]
fn when_no_reader_waits_writers_get_in_in_the_order_in_which_they_came() {
    run(|| {
        let line = Line::new();
        let writers = ["w1", "w2", "w3", "w4"].map(|name| line.comes(name));
        for (writer, name) in writers.iter().zip(["w1", "w2", "w3", "w4"]) {
            line.got_in(&[name]);
            lets_go(writer);
        }
    });
}

#[test]
fn phases_take_turns_as_long_as_readers_and_writers_come() {
    run(|| {
        let line = Line::new();
        let first = line.comes("w0");
        let others = ["r1", "w1", "r2", "w2", "w3"].map(|name| line.comes(name));
        let [r1, w1, r2, w2, w3] = &others;
        lets_go(&first);
        line.got_in(&["w0", "r1", "r2"]);
        let r3 = line.comes("r3");
        lets_go(r1);
        lets_go(r2);
        line.got_in(&["w1"]);
        let r4 = line.comes("r4");
        lets_go(w1);
        line.got_in(&["r3", "r4"]);
        lets_go(&r3);
        lets_go(&r4);
        line.got_in(&["w2"]);
        lets_go(w2);
        line.got_in(&["w3"]);
        lets_go(w3);
    });
}

/// Each side comes again as soon as it has let go.
#[test]
fn neither_readers_nor_writers_starve() {
    run(|| {
        let lock = Rc::new(RwLock::new(()));
        let over = Rc::new(Cell::new(false));
        let threads: Vec<_> = (0..6)
            .map(|number| {
                let (lock, over) = (Rc::clone(&lock), Rc::clone(&over));
                thread::spawn(move || {
                    let mut times = 0;
                    while !over.get() {
                        if number % 2 == 0 {
                            let _guard = lock.read().unwrap();
                            thread::yield_now();
                        } else {
                            let _guard = lock.write().unwrap();
                            thread::yield_now();
                        }
                        times += 1;
                    }
                    times
                })
            })
            .collect();
        (0..1_000).for_each(|_| thread::yield_now());
        over.set(true);
        let times: Vec<i32> = threads.into_iter().map(|sub| sub.join().unwrap()).collect();
        for kind in [0, 1] {
            let times = || times.iter().skip(kind).step_by(2);
            let (most, least) = (times().max().unwrap(), times().min().unwrap());
            assert!(
                *least > 20 && most - least <= 1,
                "{times:?}",
                times = times()
            );
        }
        // One phase of all readers, one of a writer.
        assert!(times[0].abs_diff(3 * times[1]) <= 6, "{times:?}");
    });
}

#[test]
fn whoever_comes_while_the_lock_is_handed_over_does_not_get_in_between() {
    run(|| {
        let line = Line::new();
        let w1 = line.comes("w1");
        let w2 = line.comes("w2");
        line.got_in(&["w1"]);
        lets_go(&w1);
        thread::yield_now();
        // It has let go, and the next one has not run.
        assert!(!w1.thread().is_alive());
        assert!(line.lock.try_write().is_err());
        assert!(line.lock.try_read().is_err());
        line.got_in(&["w2"]);
        let r1 = line.comes("r1");
        lets_go(&w2);
        thread::yield_now();
        assert!(line.lock.try_write().is_err());
        assert!(line.lock.try_read().is_ok());
        line.got_in(&["r1"]);
        lets_go(&r1);
    });
}

#[test]
fn a_writer_that_is_downgraded_lets_all_waiting_readers_in_and_no_writer() {
    run(|| {
        let line = Line::new();
        let guard = line.lock.write().unwrap();
        let waiting = ["r1", "w1", "r2"].map(|name| line.comes(name));
        line.got_in(&[]);
        let guard = RwLockWriteGuard::downgrade(guard);
        line.got_in(&["r1", "r2"]);
        let r3 = line.comes("r3");
        waiting.iter().for_each(lets_go);
        line.got_in(&[]);
        drop(guard);
        line.got_in(&["w1", "r3"]);
        lets_go(&r3);
    });
}

#[test]
fn nobody_writes_between_a_writer_and_the_reader_that_it_becomes() {
    run(|| {
        let lock = Rc::new(RwLock::new(0));
        let writers: Vec<_> = (1..=10)
            .map(|number| {
                let lock = Rc::clone(&lock);
                thread::spawn(move || {
                    let mut guard = lock.write().unwrap();
                    thread::yield_now();
                    *guard = number;
                    let guard = RwLockWriteGuard::downgrade(guard);
                    for _ in 0..3 {
                        thread::yield_now();
                        assert_eq!(*guard, number);
                    }
                })
            })
            .collect();
        writers.into_iter().for_each(|sub| sub.join().unwrap());
    });
}

#[test]
fn guards_may_be_dropped_in_any_order() {
    let lock = RwLock::new(5);
    let mut guards: Vec<_> = (0..10).map(|_| lock.read().unwrap()).collect();
    for number in [3, 0, 5, 1] {
        drop(guards.remove(number));
        guards.push(lock.read().unwrap());
    }
    assert!(guards.iter().all(|guard| **guard == 5));
    while let Some(guard) = guards.pop() {
        assert!(lock.try_write().is_err());
        drop(guard);
    }
    assert!(lock.try_write().is_ok());
}

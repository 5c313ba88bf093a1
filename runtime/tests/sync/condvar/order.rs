//! Who is notified, and what happens between a notification and the lock.

use std::rc::Rc;

use runtime::sync::{Condvar, Mutex};
use runtime::thread::{self, JoinHandle};

use super::Pair;
use crate::steps::{let_others_run, named};
use crate::support::{Journal, run};

/// Threads that wait, and write down when they come back.
pub(super) struct Crowd {
    pub(super) pair: Rc<Pair<()>>,
    pub(super) journal: Journal,
}

impl Crowd {
    pub(super) fn new() -> Self {
        Self {
            pair: Pair::new(()),
            journal: Journal::default(),
        }
    }

    /// A thread of that name. Returns when it waits.
    pub(super) fn comes(&self, name: &'static str) -> JoinHandle<()> {
        let thread = self.will_come(name);
        let_others_run();
        thread
    }

    /// A thread of that name, which has not run.
    pub(super) fn will_come(&self, name: &'static str) -> JoinHandle<()> {
        let (pair, journal) = (Rc::clone(&self.pair), self.journal.clone());
        named(name, move || {
            let guard = pair.mutex.lock().unwrap();
            let _guard = pair.condvar.wait(guard).unwrap();
            journal.write(name);
        })
    }

    pub(super) fn condvar(&self) -> &Condvar {
        &self.pair.condvar
    }

    /// Who has come back since the last call.
    #[track_caller]
    pub(super) fn came_back(&self, expected: &[&str]) {
        let_others_run();
        assert_eq!(self.journal.read(), expected);
    }
}

#[test]
fn those_that_wait_are_notified_in_the_order_in_which_they_came() {
    run(|| {
        let crowd = Crowd::new();
        for name in ["a", "b", "c", "d", "e", "f", "g"] {
            crowd.comes(name);
        }
        crowd.condvar().notify_one();
        crowd.came_back(&["a"]);
        crowd.condvar().notify_one();
        crowd.condvar().notify_one();
        crowd.came_back(&["b", "c"]);
        crowd.condvar().notify(2);
        crowd.came_back(&["d", "e"]);
        crowd.condvar().notify(0);
        crowd.came_back(&[]);
        crowd.condvar().notify(10);
        crowd.came_back(&["f", "g"]);
        for name in ["h", "i", "j"] {
            crowd.comes(name);
        }
        crowd.condvar().notify_all();
        crowd.came_back(&["h", "i", "j"]);
    });
}

#[test]
fn whoever_comes_after_a_notification_is_not_notified() {
    run(|| {
        let crowd = Crowd::new();
        crowd.comes("early");
        crowd.condvar().notify_all();
        crowd.comes("late");
        crowd.came_back(&["early"]);
        crowd.condvar().notify_one();
        crowd.came_back(&["late"]);
    });
}

/// Main stands in line for the mutex, so it is the wait itself that lets it in.
#[test]
fn no_notification_gets_lost_between_the_unlock_and_the_wait() {
    run(|| {
        let pair = Pair::new(());
        let theirs = Rc::clone(&pair);
        let waits = thread::spawn(move || {
            let mut guard = theirs.mutex.lock().unwrap();
            for _ in 0..100 {
                thread::yield_now();
                guard = theirs.condvar.wait(guard).unwrap();
            }
        });
        for _ in 0..100 {
            thread::yield_now();
            assert!(pair.mutex.try_lock().is_err());
            let _guard = pair.mutex.lock().unwrap();
            pair.condvar.notify_one();
        }
        waits.join().unwrap();
    });
}

#[test]
fn for_the_mutex_it_stands_in_line_behind_those_that_came_before() {
    run(|| {
        let crowd = Crowd::new();
        crowd.comes("notified");
        let guard = crowd.pair.mutex.lock().unwrap();
        let (pair, journal) = (Rc::clone(&crowd.pair), crowd.journal.clone());
        named("before", move || {
            let _guard = pair.mutex.lock().unwrap();
            journal.write("before");
        });
        let_others_run();
        crowd.condvar().notify_one();
        let_others_run();
        let (pair, journal) = (Rc::clone(&crowd.pair), crowd.journal.clone());
        named("after", move || {
            let _guard = pair.mutex.lock().unwrap();
            journal.write("after");
        });
        let_others_run();
        drop(guard);
        crowd.came_back(&["before", "notified", "after"]);
    });
}

#[test]
fn a_thread_is_never_woken_without_a_notification() {
    run(|| {
        let crowd = Crowd::new();
        let sleeps = crowd.comes("sleeps");
        for _ in 0..100 {
            sleeps.thread().unpark();
            drop(crowd.pair.mutex.lock().unwrap());
            thread::yield_now();
        }
        crowd.came_back(&[]);
        crowd.condvar().notify_one();
        crowd.came_back(&["sleeps"]);
    });
}

#[test]
fn two_threads_can_take_turns() {
    run(|| {
        let journal = Journal::default();
        let shared = Rc::new((Mutex::new(0), Condvar::new()));
        let threads = [0, 1].map(|number| {
            let (shared, journal) = (Rc::clone(&shared), journal.clone());
            thread::spawn(move || {
                for _ in 0..3 {
                    let turn = shared.0.lock().unwrap();
                    let others = |turn: &mut i32| *turn % 2 != number;
                    let mut turn = shared.1.wait_while(turn, others).unwrap();
                    journal.write(turn.to_string());
                    *turn += 1;
                    shared.1.notify_one();
                }
            })
        });
        threads.into_iter().for_each(|sub| sub.join().unwrap());
        assert_eq!(journal.read(), ["0", "1", "2", "3", "4", "5"]);
    });
}

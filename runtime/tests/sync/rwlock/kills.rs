//! Readers and writers that are killed, and locks that are taken while a thread
//! unwinds.

use std::rc::Rc;
use std::sync::TryLockError;

use runtime::error::Refused;
use runtime::sync::RwLock;
use runtime::thread;

use super::order::{Line, lets_go};
use crate::steps::{let_others_run, named, refused, state_of, was_killed, while_unwinding};
use crate::support::{OnDrop, run};

#[test]
fn a_reader_that_is_killed_in_line_is_not_let_in() {
    run(|| {
        let line = Line::new();
        let w1 = line.comes("w1");
        let [r1, r2] = ["r1", "r2"].map(|name| line.comes(name));
        r1.thread().kill();
        was_killed(r1);
        lets_go(&w1);
        line.got_in(&["w1", "r2"]);
        lets_go(&r2);
        let_others_run();
        assert!(line.lock.try_write().is_ok());
    });
}

#[test]
fn a_writer_that_is_killed_in_line_is_not_let_in() {
    run(|| {
        let line = Line::new();
        let w1 = line.comes("w1");
        let [w2, w3] = ["w2", "w3"].map(|name| line.comes(name));
        w2.thread().kill();
        was_killed(w2);
        lets_go(&w1);
        line.got_in(&["w1", "w3"]);
        lets_go(&w3);
    });
}

#[test]
fn readers_that_wait_for_a_writer_stay_out_when_another_one_is_killed_in_line() {
    run(|| {
        let line = Line::new();
        let [w1, w2, r1] = ["w1", "w2", "r1"].map(|name| line.comes(name));
        w2.thread().kill();
        was_killed(w2);
        line.got_in(&["w1"]);
        lets_go(&w1);
        line.got_in(&["r1"]);
        lets_go(&r1);
    });
}

#[test]
fn readers_that_waited_for_a_writer_which_is_killed_get_in() {
    run(|| {
        let line = Line::new();
        let r1 = line.comes("r1");
        let [w1, w2] = ["w1", "w2"].map(|name| line.comes(name));
        let [r2, r3] = ["r2", "r3"].map(|name| line.comes(name));
        w1.thread().kill();
        was_killed(w1);
        line.got_in(&["r1"]);
        w2.thread().kill();
        was_killed(w2);
        line.got_in(&["r2", "r3"]);
        [r1, r2, r3].iter().for_each(lets_go);
        let_others_run();
        assert!(line.lock.try_write().is_ok());
    });
}

#[test]
fn readers_get_in_too_when_a_reader_lets_go_before_the_killed_writer_runs() {
    run(|| {
        let line = Line::new();
        let r1 = line.comes("r1");
        let w1 = line.comes("w1");
        let r2 = line.comes("r2");
        lets_go(&r1);
        let lock = Rc::clone(&line.lock);
        let looks = thread::spawn(move || {
            assert_eq!(state_of("w1"), "Ready");
            assert!(lock.try_write().is_err(), "r2 was let in");
        });
        w1.thread().kill();
        looks.join().unwrap();
        line.got_in(&["r1", "r2"]);
        was_killed(w1);
        lets_go(&r2);
    });
}

/// Kills a thread that was let in by the end of `holder` and has not run.
fn killed_before_it_runs(holder: &thread::JoinHandle<()>, victim: thread::JoinHandle<()>) {
    lets_go(holder);
    while holder.thread().is_alive() {
        thread::yield_now();
    }
    assert_eq!(state_of(victim.thread().name().unwrap()), "Ready");
    victim.thread().kill();
    was_killed(victim);
}

#[test]
fn a_writer_that_is_killed_before_it_runs_passes_the_lock_on() {
    for names in [["w3", "w4"], ["r1", "r2"]] {
        run(move || {
            let line = Line::new();
            let w1 = line.comes("w1");
            let w2 = line.comes("w2");
            lets_go(&w1);
            while w1.thread().is_alive() {
                thread::yield_now();
            }
            // They stand in line before the next writer has run.
            let waiting = names.map(|name| line.will_come(name));
            assert_eq!(state_of("w2"), "Ready");
            w2.thread().kill();
            was_killed(w2);
            match names[0] {
                "w3" => line.got_in(&["w1", "w3"]),
                _ => line.got_in(&["w1", "r1", "r2"]),
            }
            waiting.iter().for_each(lets_go);
            let_others_run();
            assert!(line.lock.try_write().is_ok());
            assert!(!line.lock.is_poisoned());
        });
    }
}

#[test]
fn the_last_reader_passes_the_lock_on_if_it_is_killed_before_it_runs() {
    run(|| {
        let line = Line::new();
        let w1 = line.comes("w1");
        let r1 = line.comes("r1");
        let w2 = line.comes("w2");
        killed_before_it_runs(&w1, r1);
        line.got_in(&["w1", "w2"]);
        lets_go(&w2);
        let_others_run();
        assert!(line.lock.try_write().is_ok());
    });
}

#[test]
fn a_reader_among_others_that_is_killed_before_it_runs_is_not_counted_any_more() {
    run(|| {
        let line = Line::new();
        let w1 = line.comes("w1");
        let [r1, r2, w2] = ["r1", "r2", "w2"].map(|name| line.comes(name));
        killed_before_it_runs(&w1, r2);
        line.got_in(&["w1", "r1"]);
        lets_go(&r1);
        line.got_in(&["w2"]);
        lets_go(&w2);
    });
}

#[test]
fn a_holder_that_is_killed_lets_go_as_it_unwinds() {
    run(|| {
        let line = Line::new();
        let [w1, r1, w2] = ["w1", "r1", "w2"].map(|name| line.comes(name));
        w1.thread().kill();
        was_killed(w1);
        line.got_in(&["w1", "r1"]);
        r1.thread().kill();
        was_killed(r1);
        line.got_in(&["w2"]);
        lets_go(&w2);
        assert!(!line.lock.is_poisoned());
    });
}

#[test]
fn a_destructor_can_take_a_free_lock_while_its_thread_unwinds() {
    run(|| {
        let lock = Rc::new(RwLock::new(0));
        let theirs = Rc::clone(&lock);
        while_unwinding(move || {
            *theirs.write().unwrap() += 1;
            let guards = (theirs.read().unwrap(), theirs.try_read().unwrap());
            drop(guards);
        });
        assert_eq!(*lock.try_write().unwrap(), 2);
    });
}

#[test]
fn a_destructor_is_refused_a_lock_for_which_its_thread_would_have_to_wait() {
    run(|| {
        let lock = Rc::new(RwLock::named("taken", 0));
        let theirs = Rc::clone(&lock);
        let guard = lock.write().unwrap();
        while_unwinding(move || {
            for error in [refused(|| theirs.read()), refused(|| theirs.write())] {
                assert_eq!(error.why, Refused::Unwinding);
                assert!(
                    error
                        .to_string()
                        .starts_with("cannot wait for RwLock 'taken' (")
                );
            }
            assert!(matches!(theirs.try_read(), Err(TryLockError::WouldBlock)));
            assert!(matches!(theirs.try_write(), Err(TryLockError::WouldBlock)));
        });
        drop(guard);
        assert!(lock.try_write().is_ok(), "nobody stands in line");
    });
}

#[test]
fn whoever_unwinds_hands_the_lock_on() {
    run(|| {
        let lock = Rc::new(RwLock::new(0));
        let theirs = Rc::clone(&lock);
        let holder = thread::spawn(move || {
            let _guard = theirs.read().unwrap();
            let _unwinds = OnDrop(|| assert!(std::thread::panicking()));
            let_others_run();
            panic!("on purpose");
        });
        thread::yield_now();
        *lock.write().unwrap() += 1;
        holder.join().unwrap_err();
    });
}

/// A writer that has left the line has nothing of the lock any more, and it may
/// be anybody's before the writer runs.
#[test]
fn a_killed_writer_may_leave_when_the_lock_has_been_let_go_of() {
    run(|| {
        let lock: &'static RwLock<()> = Box::leak(Box::default());
        let reads = lock.read();
        let killed = named("killed", || drop(lock.write()));
        thread::yield_now();
        killed.thread().kill();
        drop(reads);
        // It looks, and lets go.
        let _ = format!("{lock:?}");
        was_killed(killed);
    });
}

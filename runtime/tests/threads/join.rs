//! Waiting for the end of a thread.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use runtime::error::JoinError;
use runtime::thread::{self, JoinHandle, Killed, Thread};
use runtime::time::Instant;

use crate::support::{Counter, Journal, run};

const SECOND: Duration = Duration::from_secs(1);

/// A thread that joins `target` and then writes its name.
fn joiner(journal: &Journal, name: &'static str, target: &Thread) -> JoinHandle<()> {
    let (journal, target) = (journal.clone(), target.clone());
    thread::spawn(move || {
        target.join().unwrap();
        journal.write(name);
    })
}

#[test]
fn all_who_join_a_thread_go_on_in_the_order_in_which_they_came() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let sub = thread::spawn(move || {
            thread::park();
            theirs.write("sub");
        });
        let joiners = ["a", "b", "c"].map(|name| joiner(&journal, name, sub.thread()));
        thread::yield_now();
        sub.thread().unpark();
        for joiner in joiners {
            joiner.join().unwrap();
        }
        assert_eq!(journal.read(), ["sub", "a", "b", "c"]);
    });
}

#[test]
fn a_thread_can_be_joined_any_number_of_times() {
    run(|| {
        let sub = thread::spawn(|| "result");
        assert_eq!(sub.thread().join(), Ok(()));
        assert_eq!(sub.thread().join(), Ok(()));
        assert_eq!(sub.thread().clone().join(), Ok(()));
        assert_eq!(sub.join().unwrap(), "result");
    });
}

#[test]
fn to_join_a_thread_that_has_ended_does_not_switch() {
    run(|| {
        let sub = thread::spawn(|| ());
        thread::yield_now();
        let others = Counter::default();
        let theirs = others.clone();
        thread::spawn(move || theirs.add());
        assert_eq!(sub.thread().join(), Ok(()));
        assert_eq!(sub.thread().join_timeout(SECOND), Ok(()));
        sub.join().unwrap();
        assert_eq!(others.get(), 0);
    });
}

#[test]
fn a_panic_of_the_thread_is_no_error_for_who_waits_for_its_end() {
    run(|| {
        let sub = thread::spawn(|| panic!("in the thread"));
        assert_eq!(sub.thread().join(), Ok(()));
        assert_eq!(sub.thread().join_timeout(SECOND), Ok(()));
        assert!(sub.join().is_err());
    });
}

#[test]
fn join_returns_after_the_thread_has_dropped_all_that_it_had() {
    run(|| {
        let drops = Counter::default();
        let (captured, on_stack) = (drops.on_drop(), drops.clone());
        let sub = thread::spawn(move || {
            let _captured = captured;
            let _on_stack = on_stack.on_drop();
            thread::yield_now();
        });
        sub.join().unwrap();
        assert_eq!(drops.get(), 2);
    });
}

#[test]
fn join_timeout_gives_up_when_the_time_is_over_and_not_before() {
    run(|| {
        let sub = thread::spawn(|| thread::sleep(10 * SECOND));
        let before = Instant::now();
        let result = sub.thread().join_timeout(SECOND);
        assert_eq!(result, Err(JoinError::TimedOut));
        let waited = before.elapsed();
        assert!(waited >= SECOND && waited < 2 * SECOND, "{waited:?}");
        assert!(sub.is_alive());
        // Nothing is lost by that.
        sub.join().unwrap();
        assert!(before.elapsed() >= 10 * SECOND);
    });
}

#[test]
fn join_timeout_returns_as_soon_as_the_thread_has_ended() {
    run(|| {
        let before = Instant::now();
        let sub = thread::spawn(|| thread::sleep(SECOND));
        assert_eq!(sub.thread().join_timeout(10 * SECOND), Ok(()));
        assert!(before.elapsed() < 2 * SECOND);
    });
}

#[test]
fn join_timeout_for_no_time_says_whether_the_thread_has_ended() {
    run(|| {
        let sub = thread::spawn(thread::park);
        let no_time = Duration::ZERO;
        assert_eq!(sub.thread().join_timeout(no_time), Err(JoinError::TimedOut));
        sub.thread().unpark();
        sub.thread().join().unwrap();
        assert_eq!(sub.thread().join_timeout(no_time), Ok(()));
    });
}

#[test]
fn join_timeout_for_ever_is_join() {
    run(|| {
        let sub = thread::spawn(|| thread::sleep(1000 * SECOND));
        assert_eq!(sub.thread().join_timeout(Duration::MAX), Ok(()));
    });
}

#[test]
fn who_gave_up_joining_is_not_woken_by_the_end_that_it_waited_for() {
    run(|| {
        let sub = thread::spawn(|| thread::sleep(2 * SECOND));
        let target = sub.thread().clone();
        let journal = Journal::default();
        let theirs = journal.clone();
        let joiner = thread::spawn(move || {
            target.join_timeout(SECOND).unwrap_err();
            thread::park();
            theirs.write("woken");
        });
        sub.join().unwrap();
        thread::sleep(SECOND);
        assert_eq!(journal.read(), [""; 0]);
        joiner.thread().unpark();
        joiner.join().unwrap();
        assert_eq!(journal.read(), ["woken"]);
    });
}

#[test]
fn a_joiner_that_is_killed_leaves_the_line_and_the_others_stay_in_it() {
    run(|| {
        let journal = Journal::default();
        let sub = thread::spawn(thread::park);
        let [a, b, c] = ["a", "b", "c"].map(|name| joiner(&journal, name, sub.thread()));
        thread::yield_now();
        b.thread().kill();
        assert!(b.join().unwrap_err().is::<Killed>());
        sub.thread().unpark();
        a.join().unwrap();
        c.join().unwrap();
        assert_eq!(journal.read(), ["a", "c"]);
    });
}

#[test]
fn a_thread_cannot_join_itself() {
    run(|| {
        let this = thread::current();
        assert_eq!(this.join(), Err(JoinError::Current));
        assert_eq!(this.join_timeout(SECOND), Err(JoinError::Current));

        // With its own JoinHandle it cannot, either, and it goes on.
        let own = Rc::new(RefCell::new(None::<JoinHandle<()>>));
        let theirs = Rc::clone(&own);
        let sub = thread::spawn(move || {
            let error = theirs.take().unwrap().join().unwrap_err();
            assert_eq!(error.downcast_ref(), Some(&JoinError::Current));
        });
        let thread = sub.thread().clone();
        own.replace(Some(sub));
        thread.join().unwrap();
        assert!(own.take().is_none(), "the thread took its handle");
    });
}

#[test]
fn the_main_thread_can_be_joined_by_others() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let main = thread::current();
        thread::spawn(move || {
            main.join().unwrap();
            theirs.write("main has ended");
        });
        thread::yield_now();
    });
    assert_eq!(journal.read(), ["main has ended"]);
}

//! Killing threads.

use std::cell::Cell;
use std::panic::catch_unwind;
use std::rc::Rc;
use std::time::Duration;

use runtime::thread::{self, Builder, JoinHandle, Killed};
use runtime::time::Instant;

use crate::support::{Counter, Journal, OnDrop, run};

const SECOND: Duration = Duration::from_secs(1);

#[track_caller]
fn was_killed<T>(thread: JoinHandle<T>) {
    match thread.join() {
        Ok(_) => panic!("it came to its end"),
        Err(reason) => assert!(reason.is::<Killed>()),
    }
}

#[test]
fn a_killed_thread_unwinds_from_whatever_it_waits_in() {
    run(|| {
        let main = thread::current();
        let waits: [Box<dyn Fn()>; 7] = [
            Box::new(thread::yield_now),
            Box::new(|| thread::sleep(SECOND)),
            Box::new(|| thread::sleep(Duration::MAX)),
            Box::new(thread::park),
            Box::new(|| thread::park_timeout(SECOND)),
            Box::new(|| runtime::hint::spin_loop()),
            Box::new(move || main.join_timeout(SECOND).unwrap()),
        ];
        for wait in waits {
            let begin = Instant::now();
            let journal = Journal::default();
            let (captured, on_stack) = (journal.on_drop("captured"), journal.on_drop("stack"));
            let after = journal.clone();
            let sub = thread::spawn(move || {
                let _captured = captured;
                let _on_stack = on_stack;
                wait();
                after.write("went on");
            });
            thread::yield_now();
            sub.thread().kill();
            was_killed(sub);
            assert_eq!(journal.read(), ["stack", "captured"]);
            assert!(begin.elapsed() < SECOND, "it does not wait to be killed");
        }
    });
}

#[test]
fn a_kill_is_never_forgotten() {
    let swallowed = run(|| {
        let swallowed = Counter::default();
        let theirs = swallowed.clone();
        let sub = thread::spawn(move || {
            let waits = [thread::yield_now, thread::park, || thread::sleep(SECOND)];
            for wait in waits.into_iter().cycle().take(9) {
                match catch_unwind(wait) {
                    Ok(()) => panic!("the kill was forgotten"),
                    Err(_) => theirs.add(),
                }
            }
        });
        sub.thread().kill();
        // It has not run yet, so there is nothing to unwind.
        was_killed(sub);
        let theirs = swallowed.clone();
        let sub = thread::spawn(move || {
            thread::current().kill();
            let waits = [thread::yield_now, thread::park, || thread::sleep(SECOND)];
            for wait in waits.into_iter().cycle().take(9) {
                match catch_unwind(wait) {
                    Ok(()) => panic!("the kill was forgotten"),
                    Err(_) => theirs.add(),
                }
            }
            "came to its end"
        });
        assert_eq!(sub.join().unwrap(), "came to its end");
        swallowed.get()
    });
    assert_eq!(swallowed, 9);
}

#[test]
fn a_token_does_not_save_a_killed_thread_from_its_park() {
    run(|| {
        let sub = thread::spawn(|| {
            thread::yield_now();
            unreachable!();
        });
        thread::yield_now();
        sub.thread().unpark();
        sub.thread().kill();
        sub.thread().unpark();
        was_killed(sub);
    });
}

#[test]
fn a_thread_that_is_killed_before_its_first_turn_never_runs() {
    run(|| {
        let journal = Journal::default();
        let (captured, never) = (journal.who_drops(), journal.clone());
        let sub = Builder::new().name("sub".into()).spawn(move || {
            let _captured = captured;
            never.write("ran");
        });
        let sub = sub.unwrap();
        sub.thread().kill();
        assert!(sub.is_alive());
        was_killed(sub);
        assert_eq!(journal.read(), ["sub"]);
    });
}

#[test]
fn a_thread_that_is_killed_before_it_is_started_ends_when_it_is() {
    run(|| {
        let journal = Journal::default();
        let (captured, never) = (journal.who_drops(), journal.clone());
        let sub = Builder::new().name("sub".into()).create(move || {
            let _captured = captured;
            never.write("ran");
        });
        let sub = sub.unwrap();
        sub.thread().kill();
        thread::yield_now();
        assert_eq!(journal.read(), [""; 0]);
        sub.start().unwrap();
        was_killed(sub);
        assert_eq!(journal.read(), ["sub"]);
    });
}

#[test]
fn a_thread_that_kills_itself_goes_on_until_it_gives_up_the_cpu() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let sub = thread::spawn(move || {
            thread::current().kill();
            theirs.write("before");
            thread::yield_now();
            theirs.write("after");
        });
        was_killed(sub);
        assert_eq!(journal.read(), ["before"]);
    });
}

#[test]
fn a_killed_thread_that_does_not_give_up_the_cpu_leaves_its_result() {
    run(|| {
        let sub = thread::spawn(|| {
            thread::current().kill();
            "result"
        });
        assert_eq!(sub.join().unwrap(), "result");
    });
}

#[test]
fn every_joiner_learns_that_the_thread_has_ended() {
    run(|| {
        let sub = thread::spawn(thread::park);
        let others = [(); 3].map(|()| {
            let target = sub.thread().clone();
            thread::spawn(move || target.join())
        });
        thread::yield_now();
        sub.thread().kill();
        for other in others {
            assert_eq!(other.join().unwrap(), Ok(()));
        }
        assert!(!sub.is_alive());
        was_killed(sub);
    });
}

#[test]
fn to_kill_a_thread_that_has_ended_has_no_effect() {
    run(|| {
        let sub = thread::spawn(|| "result");
        sub.thread().join().unwrap();
        sub.thread().kill();
        // The next thread is another one, though it may have the same slot.
        let next = thread::spawn(|| {
            thread::yield_now();
            "next"
        });
        sub.thread().kill();
        assert_eq!(next.join().unwrap(), "next");
        assert_eq!(sub.join().unwrap(), "result");
    });
}

#[test]
fn a_thread_that_is_killed_twice_is_killed_once() {
    run(|| {
        let drops = Counter::default();
        let on_stack = drops.on_drop();
        let sub = thread::spawn(move || {
            let _on_stack = on_stack;
            thread::park();
        });
        thread::yield_now();
        sub.thread().kill();
        sub.thread().kill();
        was_killed(sub);
        assert_eq!(drops.get(), 1);
    });
}

#[test]
fn destructors_of_a_killed_thread_may_catch_panics_of_their_own() {
    run(|| {
        let seen = Rc::new(Cell::new(false));
        let theirs = Rc::clone(&seen);
        let sub = thread::spawn(move || {
            let _on_stack = OnDrop(move || {
                assert!(thread::panicking());
                let inner = catch_unwind(|| panic!("inside")).unwrap_err();
                theirs.set(inner.downcast_ref() == Some(&"inside"));
            });
            thread::park();
        });
        thread::yield_now();
        sub.thread().kill();
        was_killed(sub);
        assert!(seen.get());
        assert!(!thread::panicking());
    });
}

#[test]
fn when_main_is_killed_run_fails_after_all_others_have_ended() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let main = move || {
        let main = thread::current();
        thread::spawn(move || {
            main.kill();
            main.join().unwrap();
            theirs.write("main has ended");
        });
        thread::park();
    };
    let error = runtime::Builder::new().run(main).unwrap_err();
    assert!(matches!(error, runtime::RunError::Killed));
    assert_eq!(journal.read(), ["main has ended"]);
}

#[test]
fn a_thread_that_is_given_up_ends_for_its_joiner_and_the_others_go_on() {
    let log = run(|| {
        let journal = Journal::default();
        let (on_stack, theirs) = (journal.on_drop("unwound"), journal.clone());
        let stubborn = thread::spawn(move || {
            let _on_stack = on_stack;
            for _ in 0..10_000 {
                let _ = catch_unwind(thread::park);
            }
            theirs.write("came to its end");
        });
        thread::yield_now();
        stubborn.thread().kill();
        was_killed(stubborn);
        assert_eq!(thread::spawn(|| "others").join().unwrap(), "others");
        journal.read()
    });
    assert_eq!(log, [""; 0], "its stack is lost, and all that is on it");
}

#[test]
fn when_main_is_given_up_run_fails_after_all_others_have_ended() {
    let journal = Journal::default();
    let (sub, after) = (journal.clone(), journal.clone());
    let main = move || {
        thread::spawn(move || {
            thread::sleep(SECOND);
            sub.write("sub");
        });
        thread::current().kill();
        for _ in 0..10_000 {
            let _ = catch_unwind(thread::park);
        }
        after.write("main came to its end");
    };
    let error = runtime::Builder::new().run(main).unwrap_err();
    assert!(matches!(error, runtime::RunError::Killed));
    assert_eq!(journal.read(), ["sub"]);
}

//! Where a kill is raised, how often, and what the joiner gets.

use std::sync::mpsc;
use std::time::Duration;

use runtime::RunError;
use runtime::thread::{self, Killed};
use runtime::time::Instant;

use super::{SECOND, blocking_calls, forever, named, raises_kill, was_killed};
use crate::support::{Journal, OnDrop, run};

#[test]
fn a_killed_thread_is_woken_from_every_kind_of_wait() {
    run(|| {
        for (kind, wait) in blocking_calls() {
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
            assert_eq!(journal.read(), ["stack", "captured"], "{kind}");
            assert!(begin.elapsed() < SECOND, "it does not wait to be killed");
        }
    });
}

#[test]
fn a_kill_is_sticky_every_later_blocking_call_raises_it_again() {
    run(|| {
        let sub = thread::spawn(|| {
            let calls = blocking_calls();
            thread::current().kill();
            for (kind, call) in calls.iter().chain(&calls) {
                assert!(raises_kill(call), "{kind}: the kill was forgotten");
            }
            "came to its end"
        });
        assert_eq!(sub.join().unwrap(), "came to its end");
    });
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
        // And one that it has when it parks.
        let sub = thread::spawn(|| {
            thread::current().unpark();
            thread::current().kill();
            thread::park();
        });
        was_killed(sub);
    });
}

#[test]
fn the_joiner_gets_err_with_the_public_payload_killed() {
    run(|| {
        let mut reasons = Vec::new();
        for body in [thread::park, || forever(thread::yield_now)] {
            let sub = thread::spawn(body);
            thread::yield_now();
            sub.thread().kill();
            reasons.push(sub.join().unwrap_err());
        }
        let never = thread::spawn(|| ());
        never.thread().kill();
        reasons.push(never.join().unwrap_err());
        let new = thread::create(|| ());
        new.thread().kill();
        new.start().unwrap();
        reasons.push(new.join().unwrap_err());
        let scoped = thread::scope(|scope| {
            let scoped = scope.spawn(thread::park);
            thread::yield_now();
            scoped.thread().kill();
            scoped.join().unwrap_err()
        });
        reasons.push(scoped);
        let stubborn = thread::spawn(|| forever(|| _ = raises_kill(&thread::park)));
        thread::yield_now();
        stubborn.thread().kill();
        reasons.push(stubborn.join().unwrap_err());
        for (number, reason) in reasons.iter().enumerate() {
            assert_eq!(reason.downcast_ref(), Some(&Killed), "number {number}");
        }
    });
}

#[test]
fn the_joiner_of_a_daemon_that_was_killed_at_the_end_gets_killed() {
    let daemons = run(|| {
        let daemon = |name| named(name).daemon(true).spawn(thread::park).unwrap();
        let waits = daemon("waits");
        thread::yield_now();
        [waits, daemon("never dispatched")]
    });
    daemons.into_iter().for_each(was_killed);
}

#[test]
fn a_thread_that_is_killed_twice_is_killed_once() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let sub = thread::spawn(move || {
            // Once more while it unwinds.
            let again = theirs.clone();
            let _last = OnDrop(move || {
                thread::current().kill();
                thread::yield_now();
                again.write("stack");
            });
            thread::park();
        });
        thread::yield_now();
        sub.thread().kill();
        sub.thread().kill();
        was_killed(sub);
        assert_eq!(journal.read(), ["stack"]);
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
fn while_another_waits_for_a_killed_thread_it_learns_that_it_has_ended() {
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
fn a_joiner_that_is_killed_leaves_the_line_to_the_others() {
    run(|| {
        let sub = thread::spawn(thread::park);
        let joiners = [(); 3].map(|()| {
            let target = sub.thread().clone();
            thread::spawn(move || target.join())
        });
        thread::yield_now();
        let [first, second, third] = joiners;
        second.thread().kill();
        was_killed(second);
        assert!(sub.is_alive() && first.is_alive() && third.is_alive());
        sub.thread().unpark();
        assert_eq!(first.join().unwrap(), Ok(()));
        assert_eq!(third.join().unwrap(), Ok(()));
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
    assert!(matches!(error, RunError::Killed));
    assert_eq!(journal.read(), ["main has ended"]);
}

#[test]
fn a_join_that_stops_the_os_thread_raises_it_too() {
    let (known, thread_of_other) = mpsc::channel();
    let (done, wait_for_it) = mpsc::channel();
    let other = std::thread::spawn(move || {
        runtime::run(move || {
            known.send(thread::current()).unwrap();
            wait_for_it.recv().unwrap();
        });
    });
    run(move || {
        let foreign = thread_of_other.recv().unwrap();
        let sub = thread::spawn(move || {
            thread::current().kill();
            foreign.join_timeout(Duration::from_millis(1))
        });
        was_killed(sub);
    });
    done.send(()).unwrap();
    other.join().unwrap();
}

//! Which way a killed thread takes: its arrows, its payload, its panic hook.

use std::panic::{self, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};

use runtime::thread::{self, Killed};

use super::{forever, named, waits, was_killed, yields};
use crate::listener::{heard, listen};
use crate::support::child::in_child;
use crate::support::{Counter, run};

/// Arrows 2 and 6, and as ever 7.
const END: [&str; 3] = ["dispatch: told to unwind and end", "exit", "reap"];

/// Arrow 5.
const WOKEN: &str = "wake: killed";

#[test]
fn a_killed_thread_is_woken_dispatched_with_the_kill_and_exits_and_there_is_no_other_arrow() {
    let child = in_child(|| {
        listen();
        run(|| {
            let from_waiting = [&[WOKEN], &END[..]].concat();
            for (kinds, way) in [(waits(), &from_waiting[..]), (yields(), &END)] {
                for (kind, wait) in kinds {
                    let sub = named("sub").spawn(wait).unwrap();
                    thread::yield_now();
                    heard();
                    sub.thread().kill();
                    was_killed(sub);
                    assert_eq!(heard().arrows_of("sub"), way, "{kind}");
                }
            }
        });
    });
    child.ends_with(0);
}

#[test]
fn a_daemon_that_is_left_at_the_end_is_killed_along_the_same_arrows() {
    let child = in_child(|| {
        listen();
        run(|| {
            let daemon = |name, body: fn()| drop(named(name).daemon(true).spawn(body));
            daemon("waits", thread::park);
            daemon("is ready", || forever(thread::yield_now));
            thread::yield_now();
            heard();
        });
        let heard = heard();
        assert_eq!(heard.arrows_of("is ready"), END);
        assert_eq!(heard.arrows_of("waits"), [&[WOKEN], &END[..]].concat());
    });
    child.ends_with(0);
}

#[test]
fn a_killed_thread_unwinds_by_a_payload_that_is_private() {
    run(|| {
        let sub = thread::spawn(|| catch_unwind(thread::park).unwrap_err());
        thread::yield_now();
        sub.thread().kill();
        let payload = sub.join().unwrap();
        assert!(!payload.is::<Killed>(), "that one anybody can make");
        assert!(!payload.is::<&str>() && !payload.is::<String>());
    });
}

#[test]
fn the_unwinding_of_a_killed_thread_skips_the_panic_hook() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let child = in_child(|| {
        panic::set_hook(Box::new(|_| _ = CALLS.fetch_add(1, Ordering::Relaxed)));
        run(|| {
            let drops = Counter::default();
            for (_, wait) in [waits(), yields()].into_iter().flatten() {
                let on_stack = drops.on_drop();
                let sub = thread::spawn(move || {
                    let _on_stack = on_stack;
                    wait();
                });
                thread::yield_now();
                sub.thread().kill();
                was_killed(sub);
            }
            assert_eq!(drops.get(), 9, "they have unwound");
            // One that owns a scope, one that had no turn, and one for the end.
            let scope = || thread::scope(|scope| drop(scope.spawn(thread::park)));
            let owner = thread::spawn(scope);
            thread::yield_now();
            owner.thread().kill();
            was_killed(owner);
            let never = thread::spawn(|| ());
            never.thread().kill();
            was_killed(never);
            drop(named("daemon").daemon(true).spawn(thread::park));
            thread::yield_now();
        });
        assert_eq!(CALLS.load(Ordering::Relaxed), 0);
        // It would have been asked about a panic.
        run(|| thread::spawn(|| panic!("for the hook")).join().unwrap_err());
        assert_eq!(CALLS.load(Ordering::Relaxed), 1);
    });
    child.ends_with(0);
}

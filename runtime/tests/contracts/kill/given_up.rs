//! A thread that cannot be unwound: it swallows its kills, in a loop that
//! catches panics.

use std::cell::Cell;
use std::rc::Rc;

use log::Level;
use runtime::thread::{self, JoinHandle};
use runtime::{Builder, Clock, RunError};

use super::{SECOND, blocking_calls, forever, named, raises_kill, was_killed};
use crate::listener::{heard, listen};
use crate::support::child::in_child;
use crate::support::{Counter, Journal, run};

/// A thread that has swallowed its kill so many times, and has not ended.
fn swallows_all() {
    forever(|| _ = raises_kill(&thread::park));
}

#[test]
fn a_thread_that_swallows_it_a_hundred_times_ends() {
    run(|| {
        for (kind, call) in blocking_calls() {
            // A scope aborts rather than ending without its threads.
            if kind == "end of a scope" {
                continue;
            }
            let swallowed = Counter::default();
            let theirs = swallowed.clone();
            let stubborn = thread::spawn(move || {
                loop {
                    if raises_kill(&call) {
                        theirs.add();
                    }
                }
            });
            thread::yield_now();
            stubborn.thread().kill();
            was_killed(stubborn);
            assert_eq!(swallowed.get(), 100, "{kind}");
            assert_eq!(thread::spawn(|| "others").join().unwrap(), "others");
        }
    });
}

#[test]
fn a_thread_that_swallows_it_a_hundred_times_and_comes_to_its_end_leaves_its_result() {
    run(|| {
        let sub = thread::spawn(|| {
            thread::current().kill();
            (0..100).filter(|_| raises_kill(&thread::yield_now)).count()
        });
        assert_eq!(sub.join().unwrap(), 100);
    });
}

/// What stands on it is not dropped, and nobody else ever runs there.
#[test]
fn the_stack_of_a_thread_that_is_given_up_is_leaked() {
    /// Starts a thread that tells where it stands, and then does `end`.
    fn tells_its_place(end: fn()) -> (JoinHandle<()>, Rc<Cell<usize>>) {
        let place = Rc::new(Cell::new(0));
        let theirs = Rc::clone(&place);
        let sub = thread::spawn(move || {
            let here = 0u8;
            theirs.set((&raw const here).addr());
            end();
        });
        (sub, place)
    }

    const SIZE: usize = 64 << 10;

    let main = || {
        let journal = Journal::default();
        let (stubborn, lost) = {
            let on_stack = journal.on_drop("stack");
            let place = Rc::new(Cell::new(0));
            let theirs = Rc::clone(&place);
            let sub = thread::spawn(move || {
                let on_stack = on_stack;
                theirs.set((&raw const on_stack).addr());
                swallows_all();
            });
            (sub, place)
        };
        let (ends, used_again) = tells_its_place(thread::yield_now);
        thread::yield_now();
        stubborn.thread().kill();
        was_killed(stubborn);
        ends.join().unwrap();

        let later: Vec<_> = (0..50).map(|_| tells_its_place(thread::park)).collect();
        thread::yield_now();
        let stands_near = |place: &Cell<usize>| {
            let mut places = later.iter().map(|(_, later)| later.get());
            places.any(|later| later.abs_diff(place.get()) < SIZE / 2)
        };
        assert!(stands_near(&used_again), "a stack is used again");
        assert!(!stands_near(&lost), "but not this one");
        for (sub, _) in later {
            sub.thread().unpark();
        }
        journal
    };
    let journal = Builder::new().stack_size(SIZE).run(main).unwrap();
    assert_eq!(journal.read(), [""; 0], "what stood on it is not dropped");
}

#[test]
fn the_loss_of_a_stack_is_reported() {
    let child = in_child(|| {
        listen();
        run(|| {
            let stubborn = named("stubborn").spawn(swallows_all).unwrap();
            thread::yield_now();
            stubborn.thread().kill();
            was_killed(stubborn);
            let said = "stubborn was killed and cannot be unwound: its stack is lost, \
                        its destructors do not run";
            assert_eq!(heard().words(Level::Error), [said]);
        });
    });
    child.ends_with(0);
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
            raises_kill(&thread::park);
        }
        after.write("main came to its end");
    };
    let virtual_time = Builder::new().clock(Clock::Virtual);
    let error = virtual_time.run(main).unwrap_err();
    assert!(matches!(error, RunError::Killed));
    assert_eq!(journal.read(), ["sub"]);
}

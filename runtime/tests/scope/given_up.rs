//! Threads that cannot be unwound, in a scope and with a scope.

use std::cell::{Cell, RefCell};
use std::panic::catch_unwind;
use std::rc::Rc;
use std::time::Duration;

use runtime::thread::{self, Builder, Killed};

use crate::support::child::in_child;
use crate::support::run;

#[test]
fn a_thread_that_swallows_its_kill_a_hundred_times_aborts() {
    let child = in_child(|| {
        run(|| {
            let value = Cell::new(5);
            thread::scope(|scope| {
                let builder = Builder::new().name("stubborn".into());
                let stubborn = builder.spawn_scoped(scope, || {
                    for _ in 0..10_000 {
                        let _ = catch_unwind(thread::park);
                    }
                    value.get()
                });
                let stubborn = stubborn.unwrap();
                thread::yield_now();
                stubborn.thread().kill();
                let _ = stubborn.join();
            });
            eprintln!("went on");
        });
    });
    child
        .dies_by(libc::SIGABRT)
        .says("stubborn was killed and cannot be unwound");
    child
        .says("borrowed")
        .says("aborting")
        .does_not_say("went on");
}

/// Its stack is lost, and with it what they borrow: that stays where it is.
#[test]
fn an_owner_that_is_given_up_leaves_its_threads_what_they_borrowed() {
    run(|| {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let theirs = Rc::clone(&seen);
        let owner = thread::spawn(move || {
            let numbers = vec![1, 2, 3];
            thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_secs(1));
                    theirs.borrow_mut().extend_from_slice(&numbers);
                });
                for _ in 0..10_000 {
                    let _ = catch_unwind(thread::park);
                }
            });
        });
        thread::yield_now();
        owner.thread().kill();
        assert!(owner.join().unwrap_err().is::<Killed>());
        thread::sleep(Duration::from_secs(2));
        assert_eq!(*seen.borrow(), [1, 2, 3]);
    });
}

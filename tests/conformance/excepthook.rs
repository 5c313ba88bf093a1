//! `threading.excepthook`, after `ExceptHookTests` and the `print_exception` tests of
//! CPython's Lib/test/test_threading.py: here `runtime::set_excepthook`. A hook is the
//! process's, so each test has a process of its own.
//!
//! Does not apply: `sys.exit` in a thread; but kills are not reported either.
//!
//! Differs on purpose, as a panic hook has to:
//!
//! - It is called where the panic begins, also for one that is caught later, and for
//!   those of the main thread.
//! - A hook that panics aborts the process. Python has a second hook for that.
//! - Outside of green threads it is not called. Python's is, without a thread.

use std::panic::catch_unwind;

use runtime::thread::{self, Builder};
use runtime::{set_excepthook, take_excepthook};

use crate::support::child::in_child;
use crate::support::run;

/// A thread with that name panics with that message.
fn fails(name: &str, message: &'static str) {
    let thread = Builder::new().name(name.into());
    let thread = thread.spawn(move || panic!("{message}")).unwrap();
    thread.join().map(|(): ()| ()).unwrap_err();
}

#[test]
fn without_a_hook_the_report_names_the_thread_the_panic_and_the_place() {
    let child = in_child(|| run(|| fails("clerk", "run failed")));
    child.ends_with(0).says("clerk").says("run failed");
    child.says("tests/conformance/excepthook.rs");
}

#[test]
fn the_hook_is_called_with_the_thread_and_the_panic() {
    let child = in_child(|| {
        set_excepthook(|thread, info| {
            let place = info.location().unwrap().file();
            eprintln!("{thread}: {} in {place}", info.payload_as_str().unwrap());
        });
        run(|| fails("clerk", "run failed"));
    });
    child.ends_with(0);
    child.says("clerk: run failed in tests/conformance/excepthook.rs");
}

#[test]
fn the_hook_is_called_instead_of_the_report() {
    let child = in_child(|| {
        set_excepthook(|_, _| eprintln!("a thread has failed"));
        run(|| fails("clerk", "run failed"));
    });
    assert_eq!(child.ends_with(0).stderr(), "a thread has failed\n");
}

#[test]
fn the_hook_is_called_in_the_thread_that_fails() {
    let child = in_child(|| {
        set_excepthook(|thread, _| eprintln!("{}", thread.id() == thread::current().id()));
        run(|| fails("clerk", "run failed"));
    });
    assert_eq!(child.ends_with(0).stderr(), "true\n");
}

#[test]
fn the_hook_may_be_set_back_to_the_first_one() {
    let child = in_child(|| {
        set_excepthook(|_, _| eprintln!("a thread has failed"));
        run(|| fails("clerk", "hidden"));
        assert!(take_excepthook().is_some());
        run(|| fails("clerk", "shown"));
    });
    child.ends_with(0).says("a thread has failed\n");
    child.does_not_say("hidden").says("shown").says("'clerk'");
}

#[test]
fn the_hook_is_not_called_for_a_thread_that_was_told_to_end() {
    let child = in_child(|| {
        set_excepthook(|_, _| eprintln!("a thread has failed"));
        run(|| {
            let sub = thread::spawn(thread::park);
            thread::yield_now();
            sub.thread().kill();
            sub.join().unwrap_err();
        });
    });
    assert_eq!(child.ends_with(0).stderr(), "");
}

#[test]
fn a_thread_that_fails_takes_nobody_along() {
    let child = in_child(|| {
        run(|| {
            thread::spawn(|| {
                thread::yield_now();
                eprintln!("the other goes on");
            });
            fails("clerk", "run failed");
            eprintln!("and so does main");
        });
    });
    child.ends_with(0);
    child.says("the other goes on").says("and so does main");
}

#[test]
fn a_report_that_cannot_be_written_changes_nothing() {
    let child = in_child(|| {
        // SAFETY: nobody else here relies on what is closed.
        unsafe { libc::close(2) };
        run(|| fails("clerk", "nobody will read this"));
    });
    assert_eq!(child.ends_with(0).stderr(), "");
}

#[test]
fn a_panic_in_one_thread_is_no_panic_in_another() {
    let child = in_child(|| {
        run(|| {
            fails("clerk", "run failed");
            assert!(!thread::panicking());
            let caught = thread::spawn(|| catch_unwind(|| panic!("mine")).is_err());
            assert!(caught.join().unwrap());
        });
    });
    child.ends_with(0).says("run failed").says("mine");
}

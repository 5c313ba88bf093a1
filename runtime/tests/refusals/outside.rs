//! Calls where no green thread runs.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use runtime::error::OutsideRuntime;
use runtime::hint;
use runtime::thread::{self, AccessError, Builder, Timer};
use runtime::time::Instant;

use crate::support::child::in_child;
use crate::support::{Journal, OnDrop, run};

runtime::thread_local! {
    static NUMBER: Cell<u32> = const { Cell::new(5) };
}

/// All that needs a runtime, but not a green thread.
const NEED_A_RUNTIME: [(&str, fn()); 10] = [
    ("spawn", || drop(thread::spawn(|| ()))),
    ("create", || drop(thread::create(|| ()))),
    ("Builder::spawn", || drop(Builder::new().spawn(|| ()))),
    ("Builder::create", || drop(Builder::new().create(|| ()))),
    ("Timer::new", || drop(Timer::new(Duration::MAX, || ()))),
    ("Builder::timer", || {
        drop(Builder::new().timer(Duration::MAX, || ()));
    }),
    ("main_thread", || drop(thread::main_thread())),
    ("enumerate", || drop(thread::enumerate())),
    ("active_count", || _ = thread::active_count()),
    ("Instant::now", || _ = Instant::now()),
];

/// All that needs a green thread.
const NEED_A_THREAD: [(&str, fn()); 7] = [
    ("current", || drop(thread::current())),
    ("yield_now", thread::yield_now),
    ("sleep", || thread::sleep(Duration::from_secs(1))),
    ("sleep for no time", || thread::sleep(Duration::ZERO)),
    ("sleep for ever", || thread::sleep(Duration::MAX)),
    ("park", thread::park),
    ("park_timeout", || thread::park_timeout(Duration::ZERO)),
];

#[test]
fn outside_a_runtime_each_call_that_needs_one_panics_with_a_typed_payload() {
    for (name, call) in NEED_A_RUNTIME.into_iter().chain(NEED_A_THREAD) {
        let panic = catch_unwind(call).expect_err(name);
        let error: &OutsideRuntime = panic.downcast_ref().expect(name);
        assert_eq!(
            error.to_string(),
            "no runtime is running on this OS thread: \
             call this from inside runtime::run(|| …)"
        );
    }
    assert_eq!(run(|| 5), 5);
}

#[test]
fn outside_a_runtime_a_thread_local_gives_an_access_error() {
    let accesses: [fn(); 4] = [
        || NUMBER.with(|_| ()),
        || NUMBER.set(1),
        || _ = NUMBER.get(),
        || _ = NUMBER.replace(1),
    ];
    for access in accesses {
        let panic = catch_unwind(access).unwrap_err();
        assert!(panic.is::<AccessError>());
    }
    let error = NUMBER.try_with(Cell::get).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("no green thread is running here"), "{text}");
}

#[test]
fn outside_a_runtime_what_needs_none_works() {
    assert_eq!(thread::available_parallelism().unwrap().get(), 1);
    assert!(!thread::panicking());
    hint::spin_loop();
    drop(Builder::new().name("n".into()).stack_size(1).daemon(true));
}

#[test]
fn the_refusal_is_printed_with_the_line_that_made_the_call() {
    let child = in_child(|| {
        thread::yield_now();
    });
    let line = line!() - 2;
    child
        .ends_with(101)
        .says("no runtime is running on this OS thread: call this from inside runtime::run")
        .says(&format!("panicked at {}:{line}:", file!()));
}

#[test]
fn in_the_runtimes_own_loop_there_is_a_runtime_but_no_green_thread() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        // Nobody starts it, so the loop drops it at the end.
        let captured = OnDrop(move || {
            for (name, call) in NEED_A_THREAD {
                let panic = catch_unwind(call).expect_err(name);
                let error: &OutsideRuntime = panic.downcast_ref().expect(name);
                theirs.write(error.to_string());
            }
            let panic = catch_unwind(AssertUnwindSafe(|| runtime::run(|| ())));
            assert!(panic.unwrap_err().is::<runtime::RunError>());
            assert!(NUMBER.try_with(Cell::get).is_err());
            thread::main_thread().join().unwrap();
            assert_eq!(thread::active_count(), 0);
            assert_eq!(thread::enumerate().len(), 0);
            let _ = Instant::now();
        });
        std::mem::forget(thread::create(move || drop(captured)));
    });
    let expected = "no green thread is running here: this is the runtime's own loop, \
                    which calls loggers and drops what was never started";
    assert_eq!(journal.read(), [expected; NEED_A_THREAD.len()]);
}

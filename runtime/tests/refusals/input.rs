//! Stack sizes, names, and runs at the wrong time.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use runtime::RunError;
use runtime::error::{SpawnError, StackSizeError};
use runtime::thread::{self, Builder, Result};

use crate::support::{Counter, OnDrop, run};

/// Tries to make a thread in all ways, and gives the reason why it cannot be
/// done, which is always the same.
fn refused(builder: Builder) -> (io::ErrorKind, SpawnError, String) {
    let drops = Counter::default();
    let closure = || {
        let captured = drops.on_drop();
        move || drop(captured)
    };
    let with_argument = |captured: OnDrop<_>| drop(captured);
    let errors = [
        builder.clone().spawn(closure()).unwrap_err(),
        builder.clone().create(closure()).unwrap_err(),
        builder
            .create_with(with_argument, (drops.on_drop(),))
            .unwrap_err(),
    ];
    assert_eq!(drops.get(), 3, "what was refused is dropped, once");
    let [a, b, c] = errors.map(|error| {
        let kind = error.kind();
        let text = error.to_string();
        let reason = error.into_inner().unwrap().downcast().unwrap();
        (kind, *reason, text)
    });
    assert_eq!(a, b);
    assert_eq!(b, c);
    a
}

const ABSURD: [usize; 3] = [0, (1 << 40) + 1, usize::MAX];

#[test]
fn no_thread_can_have_a_stack_of_no_bytes_or_of_absurdly_many() {
    run(|| {
        let at_most = 1 << 40;
        for bytes in ABSURD {
            let (kind, reason, text) = refused(Builder::new().stack_size(bytes));
            assert_eq!(kind, io::ErrorKind::InvalidInput);
            assert_eq!(
                reason,
                SpawnError::StackSize(StackSizeError { bytes, at_most })
            );
            let start = format!("a stack of {bytes} bytes cannot be had: ask for ");
            assert!(text.starts_with(&start), "{text}");
        }
        assert_eq!(thread::active_count(), 1);
        // Not even a number is lost.
        let next = thread::spawn(input_is_fine);
        assert_eq!(next.thread().name(), Some("Thread-1 (input_is_fine)"));
        assert_eq!(next.thread().ident(), 2);
    });
}

fn input_is_fine() {}

#[test]
fn no_runtime_can_have_stacks_of_no_bytes_or_of_absurdly_many() {
    for asked in ABSURD {
        let drops = Counter::default();
        let captured = drops.on_drop();
        let main = move || {
            let _captured = captured;
            unreachable!("it must not run");
        };
        let builder = runtime::Builder::new().stack_size(asked);
        let error: RunError = builder.run(main).unwrap_err();
        assert_eq!(drops.get(), 1);
        let start = format!("a stack of {asked} bytes cannot be had: ask for ");
        assert!(error.to_string().starts_with(&start), "{error}");
        match error {
            RunError::StackSize(StackSizeError { bytes, .. }) => assert_eq!(bytes, asked),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(run(|| 5), 5);
}

#[test]
fn the_smallest_stack_that_can_be_asked_for_is_large_enough_for_a_thread() {
    let builder = runtime::Builder::new().stack_size(1);
    let main = || {
        let same = thread::spawn(|| thread::current().to_string());
        let name = same.join().unwrap();
        let other = Builder::new().stack_size(1).spawn(move || name.len());
        other.unwrap().join().unwrap()
    };
    let expected = format!("Thread-1 (closure at {}:{})", file!(), line!() - 5);
    assert_eq!(builder.run(main).unwrap(), expected.len());
}

#[test]
fn no_name_can_have_a_nul_byte_and_the_error_says_where_it_is() {
    run(|| {
        for (name, position) in [("\0", 0), ("a\0b\0", 1), ("Übersetzer\0", 11)] {
            let (kind, reason, text) = refused(Builder::new().name(name.into()));
            assert_eq!(kind, io::ErrorKind::InvalidInput);
            assert_eq!(reason, SpawnError::NulInName(position));
            let expected = format!(
                "a thread's name cannot contain a NUL byte, as at position {position}: leave it out"
            );
            assert_eq!(text, expected);
        }
        assert_eq!(thread::active_count(), 1);
    });
}

#[test]
fn there_is_one_runtime_at_a_time_on_an_os_thread() {
    run(|| {
        let drops = Counter::default();
        let captured = drops.on_drop();
        let inner = runtime::Builder::new().run(move || drop(captured));
        let error = inner.unwrap_err();
        assert!(matches!(error, RunError::Nested), "{error:?}");
        assert_eq!(
            error.to_string(),
            "this OS thread has a runtime already: \
             spawn a thread in it, or call run on another OS thread"
        );
        assert_eq!(drops.get(), 1);

        let panic = catch_unwind(|| runtime::run(|| ())).unwrap_err();
        let error = panic.downcast_ref();
        assert!(matches!(error, Some(RunError::Nested)), "{error:?}");

        // The outer one is as it was.
        let sub = thread::spawn(|| thread::current().ident());
        assert_eq!(sub.join().unwrap(), 2);
        assert_eq!(thread::current().ident(), 1);
    });
}

/// Panics, with a destructor on the stack that tries to run a runtime, and
/// gives what came of it.
fn run_while_panicking() -> std::result::Result<(), RunError> {
    let result = Counter::default();
    let mut inner = None;
    let panics = AssertUnwindSafe(|| {
        let _on_stack = OnDrop(|| inner = Some(runtime::Builder::new().run(|| ())));
        panic!("the panic that the test wants");
    });
    let outer: Result<()> = catch_unwind(panics);
    assert!(outer.is_err());
    assert_eq!(result.get(), 0);
    inner.unwrap()
}

#[test]
fn no_runtime_can_begin_while_its_os_thread_unwinds() {
    let error = run_while_panicking().unwrap_err();
    assert!(matches!(error, RunError::Unwinding), "{error:?}");
    let text = "a thread that unwinds cannot wait for others: do it before the panic, or later";
    assert_eq!(error.to_string(), text);
    assert_eq!(run(|| 5), 5);
}

#[test]
fn no_runtime_can_begin_while_a_green_thread_unwinds() {
    run(|| {
        let error = thread::spawn(run_while_panicking).join().unwrap();
        assert!(matches!(error, Err(RunError::Unwinding)), "{error:?}");
        assert!(matches!(run_while_panicking(), Err(RunError::Unwinding)));
    });
}

//! Threads that are made first and started later, or never.

use std::time::Duration;

use runtime::error::{JoinError, StartError};
use runtime::thread::{self, Builder, Run, Thread};

use crate::support::{Counter, Journal, run};

struct Adder {
    a: u32,
    b: u32,
}

impl Run for Adder {
    type Output = u32;

    fn run(self) -> u32 {
        self.a + self.b
    }
}

#[test]
fn a_thread_that_was_created_does_not_run_before_it_is_started() {
    run(|| {
        let ran = Counter::default();
        let theirs = ran.clone();
        let sub = thread::create(move || theirs.add());
        thread::yield_now();
        thread::sleep(Duration::from_secs(1));
        assert_eq!((ran.get(), sub.is_alive()), (0, false));
        sub.start().unwrap();
        assert_eq!((ran.get(), sub.is_alive()), (0, true));
        sub.thread().join().unwrap();
        assert_eq!((ran.get(), sub.is_alive()), (1, false));
    });
}

#[test]
fn a_thread_can_be_started_once() {
    run(|| {
        let ran = Counter::default();
        let theirs = ran.clone();
        let sub = thread::create(move || theirs.add());
        assert_eq!(sub.start(), Ok(()));
        assert_eq!(sub.start(), Err(StartError::AlreadyStarted));
        assert_eq!(sub.thread().start(), Err(StartError::AlreadyStarted));
        sub.thread().join().unwrap();
        assert_eq!(sub.start(), Err(StartError::AlreadyStarted));
        let spawned = thread::spawn(|| ());
        assert_eq!(spawned.start(), Err(StartError::AlreadyStarted));
        assert_eq!(thread::current().start(), Err(StartError::AlreadyStarted));
        thread::yield_now();
        assert_eq!(ran.get(), 1);
    });
}

#[test]
fn a_thread_cannot_be_joined_before_it_is_started_and_can_still_be_started_then() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let sub = thread::create(move || {
            theirs.write("ran");
            theirs.on_drop("the result is dropped")
        });
        assert_eq!(sub.thread().join(), Err(JoinError::NotStarted));
        let a_while = Duration::from_secs(1);
        assert_eq!(
            sub.thread().join_timeout(a_while),
            Err(JoinError::NotStarted)
        );
        let thread = sub.thread().clone();
        match sub.join() {
            Ok(_) => panic!("it was not started"),
            Err(error) => assert_eq!(error.downcast_ref(), Some(&JoinError::NotStarted)),
        }
        // The JoinHandle is gone, and with it the claim to the result.
        thread.start().unwrap();
        thread.join().unwrap();
        assert_eq!(journal.read(), ["ran", "the result is dropped"]);
    });
}

#[test]
fn a_thread_that_was_not_started_is_dropped_with_its_last_handle() {
    /// Drops the handles in the order of their numbers.
    fn drop_in_order(order: [usize; 3]) {
        let drops = Counter::default();
        let captured = drops.on_drop();
        let sub = thread::create(move || drop(captured));
        let a = sub.thread().clone();
        let b = a.clone();
        let mut handles: [Option<Box<dyn Drop2>>; 3] =
            [Some(Box::new(sub)), Some(Box::new(a)), Some(Box::new(b))];
        for (left, number) in (0..3).rev().zip(order) {
            assert_eq!(drops.get(), 0);
            drop(handles[number].take());
            assert_eq!(drops.get(), u32::from(left == 0));
        }
    }

    /// Whatever can be dropped.
    trait Drop2 {}
    impl<T> Drop2 for T {}

    run(|| {
        drop_in_order([0, 1, 2]);
        drop_in_order([2, 1, 0]);
        drop_in_order([1, 0, 2]);
        assert_eq!(thread::active_count(), 1);
    });
}

#[test]
fn a_join_that_is_refused_drops_the_last_handle_of_a_new_thread() {
    run(|| {
        let drops = Counter::default();
        let captured = drops.on_drop();
        let sub = thread::create(move || drop(captured));
        assert!(sub.join().is_err());
        assert_eq!(drops.get(), 1);
    });
}

#[test]
fn the_last_handle_of_a_new_thread_may_be_dropped_by_any_thread() {
    run(|| {
        let journal = Journal::default();
        let captured = journal.who_drops();
        let new = thread::create(move || drop(captured));
        let dropper = Builder::new().name("dropper".into());
        let dropper = dropper.spawn(move || drop(new)).unwrap();
        dropper.join().unwrap();
        assert_eq!(journal.read(), ["dropper"]);
    });
}

#[test]
fn the_closure_of_a_new_thread_may_own_other_new_threads() {
    run(|| {
        let drops = Counter::default();
        let captured = drops.on_drop();
        let inner = thread::create(move || drop(captured));
        let middle = thread::create(move || drop(inner));
        let outer = thread::create(move || drop(middle));
        drop(outer);
        assert_eq!(drops.get(), 1);
    });
}

#[test]
fn threads_that_were_not_started_are_not_enumerated() {
    run(|| {
        let idents = || thread::enumerate().iter().map(Thread::ident).collect();
        let new = thread::create(thread::park);
        let spawned = thread::spawn(thread::park);
        let idents_1: Vec<u64> = idents();
        assert_eq!(idents_1, [1, 3]);
        assert_eq!(thread::active_count(), 2);
        new.start().unwrap();
        // The oldest first, whoever was started first.
        let idents_2: Vec<u64> = idents();
        assert_eq!(idents_2, [1, 2, 3]);
        assert_eq!(thread::active_count(), 3);
        for sub in [new, spawned] {
            sub.thread().unpark();
            sub.join().unwrap();
        }
        let idents_3: Vec<u64> = idents();
        assert_eq!(idents_3, [1]);
        assert_eq!(thread::active_count(), 1);
    });
}

#[test]
fn daemons_and_a_main_thread_that_has_ended_are_enumerated_as_they_should() {
    let (during, after) = run(|| {
        let daemon = Builder::new().daemon(true).spawn(thread::park).unwrap();
        assert_eq!(thread::active_count(), 2);
        let names = || -> Vec<String> {
            let all = thread::enumerate();
            all.iter().map(Thread::to_string).collect()
        };
        daemon.thread().set_name("daemon").unwrap();
        let sub = Builder::new().name("sub".into()).spawn(names).unwrap();
        (sub.join().unwrap(), names())
    });
    assert_eq!(during, ["MainThread", "daemon", "sub"]);
    assert_eq!(after, ["MainThread", "daemon"]);
}

#[test]
fn main_thread_is_known_to_all_even_after_its_end() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        thread::spawn(move || {
            assert!(thread::main_thread().is_alive());
            thread::main_thread().join().unwrap();
            assert!(!thread::main_thread().is_alive());
            let alive = thread::enumerate();
            let names = alive.iter().map(Thread::to_string);
            theirs.write(names.collect::<String>());
            theirs.write(thread::main_thread().to_string());
        })
        .thread()
        .set_name("sub")
        .unwrap();
        thread::yield_now();
    });
    assert_eq!(journal.read(), ["sub", "MainThread"]);
}

#[test]
fn a_value_with_a_run_method_can_be_a_thread() {
    run(|| {
        let sub = thread::create(Adder { a: 1, b: 2 });
        sub.start().unwrap();
        assert_eq!(sub.join().unwrap(), 3);
        let sub = Builder::new().create(Adder { a: 3, b: 4 }).unwrap();
        sub.start().unwrap();
        assert_eq!(sub.join().unwrap(), 7);
    });
}

#[test]
fn a_function_gets_its_arguments_in_their_order() {
    fn join_all(a: &str, b: String, c: char, d: u8) -> String {
        format!("{a}{b}{c}{d}")
    }

    #[expect(clippy::too_many_arguments, reason = "as many as there can be")]
    fn digits(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> Vec<u8> {
        vec![a, b, c, d, e, f, g, h]
    }

    run(|| {
        let args = ("a", "b".to_owned(), 'c', 4);
        let sub = Builder::new().create_with(join_all, args).unwrap();
        sub.start().unwrap();
        assert_eq!(sub.join().unwrap(), "abc4");

        let args = (1, 2, 3, 4, 5, 6, 7, 8);
        let sub = Builder::new().create_with(digits, args).unwrap();
        sub.start().unwrap();
        assert_eq!(sub.join().unwrap(), [1, 2, 3, 4, 5, 6, 7, 8]);

        let base = 10;
        let sub = Builder::new().create_with(move |x: u32| base + x, (5,));
        let sub = sub.unwrap();
        sub.start().unwrap();
        assert_eq!(sub.join().unwrap(), 15);
    });
}

#[test]
fn arguments_of_a_thread_that_never_runs_are_dropped_once() {
    run(|| {
        let drops = Counter::default();
        let args = (drops.on_drop(), drops.on_drop());
        drop(Builder::new().create_with(|a, b| drop((a, b)), args));
        assert_eq!(drops.get(), 2);
    });
}

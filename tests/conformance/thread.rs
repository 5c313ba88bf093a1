//! `threading.Thread` and the functions of the module, after `ThreadTests` of CPython's
//! Lib/test/test_threading.py: here `runtime::thread`.
//!
//! Does not apply: the deprecated camelCase names, names that are no strings, keyword
//! arguments, `native_id` and `_DummyThread` (one OS thread runs all), `_tstate_lock`
//! and `_limbo`, the switch interval, to make a daemon of a thread that runs (only a
//! builder says it), and `interrupt_main`.
//!
//! Differs on purpose:
//!
//! - A thread has its ident before it is started.
//! - A thread that recurses without end overflows its stack, and the process ends with a
//!   message. Python counts frames, and raises.

use std::rc::Rc;
use std::time::Duration;

use runtime::error::{SpawnError, StartError};
use runtime::sync::{BoundedSemaphore, Event, Mutex};
use runtime::thread::{self, Builder, JoinHandle, Run};
use runtime::{Clock, RunError};

use crate::bunch::{Results, settle};
use crate::support::{Counter, run};

pub(crate) fn work() {}

pub(crate) fn daemon<T: 'static>(f: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    Builder::new().daemon(true).spawn(f).unwrap()
}

#[test]
fn a_thread_has_the_name_that_it_was_given() {
    run(|| {
        let named = Builder::new().name("clerk".into()).create(work).unwrap();
        assert_eq!(named.thread().name(), Some("clerk"));
    });
}

#[test]
fn a_thread_without_a_name_is_called_after_a_number_and_its_function() {
    run(|| {
        let threads = [thread::create(work), thread::create(work)];
        let names = threads.each_ref().map(|it| it.thread().name().unwrap());
        assert_eq!(names, ["Thread-1 (work)", "Thread-2 (work)"]);
    });
}

#[test]
fn a_given_name_uses_no_number_up() {
    run(|| {
        Builder::new().name("clerk".into()).create(work).unwrap();
        let next = thread::create(work);
        assert_eq!(next.thread().name(), Some("Thread-1 (work)"));
    });
}

#[test]
fn a_thread_can_be_renamed_before_and_after_its_start() {
    run(|| {
        let sub = thread::create(|| thread::current().name().unwrap().to_owned());
        sub.thread().set_name("before").unwrap();
        assert_eq!(sub.thread().name(), Some("before"));
        sub.start().unwrap();
        sub.thread().set_name("after").unwrap();
        assert_eq!(sub.join().unwrap(), "after");
    });
}

#[test]
fn a_function_gets_its_arguments() {
    run(|| {
        let one = thread::create_with(|list: Vec<u8>| list, (vec![1],));
        let two = thread::create_with(|text: &str, n: usize| text.repeat(n), ("ab", 2));
        one.start().unwrap();
        two.start().unwrap();
        assert_eq!(one.join().unwrap(), [1]);
        assert_eq!(two.join().unwrap(), "abab");
    });
}

#[test]
fn a_thread_may_be_a_type_of_the_program_with_a_run_of_its_own() {
    struct Adds(u32, u32);

    impl Run for Adds {
        type Output = u32;

        fn run(self) -> u32 {
            self.0 + self.1
        }
    }

    run(|| {
        let thread = thread::create(Adds(2, 3));
        thread.start().unwrap();
        assert_eq!(thread.join().unwrap(), 5);
    });
}

#[test]
fn a_thread_is_alive_from_its_start_to_its_end() {
    run(|| {
        let finish = Rc::new(Event::new());
        let theirs = Rc::clone(&finish);
        let sub = thread::create(move || theirs.wait());
        assert!(!sub.is_alive());
        sub.start().unwrap();
        assert!(sub.is_alive());
        settle();
        assert!(sub.is_alive());
        finish.set();
        sub.thread().join().unwrap();
        assert!(!sub.is_alive());
    });
}

#[test]
fn a_thread_knows_itself() {
    run(|| {
        let sub = thread::spawn(|| thread::current().ident());
        let ident = sub.thread().ident();
        assert_ne!(ident, thread::current().ident());
        assert_eq!(sub.join().unwrap(), ident);
    });
}

#[test]
fn no_two_threads_have_the_same_ident_and_none_has_zero() {
    run(|| {
        let threads: Vec<_> = (0..10).map(|_| thread::spawn(work)).collect();
        let mut idents: Vec<_> = threads.iter().map(|it| it.thread().ident()).collect();
        idents.push(thread::current().ident());
        idents.sort_unstable();
        idents.dedup();
        assert_eq!(idents.len(), 11);
        assert!(!idents.contains(&0));
    });
}

#[test]
fn the_main_thread_is_known_everywhere() {
    run(|| {
        assert_eq!(thread::main_thread().name(), Some("MainThread"));
        assert_eq!(thread::main_thread().id(), thread::current().id());
        let sub = thread::spawn(|| {
            let main = thread::main_thread();
            assert_ne!(main.id(), thread::current().id());
            main.ident()
        });
        assert_eq!(sub.join().unwrap(), thread::current().ident());
    });
}

#[test]
fn a_foreign_os_thread_is_no_green_thread() {
    run(|| {
        let foreign = std::thread::spawn(|| thread::try_current().is_none());
        assert!(foreign.join().unwrap());
    });
}

#[test]
fn a_thread_is_no_daemon_unless_it_is_said() {
    run(|| {
        assert!(!thread::create(work).thread().is_daemon());
        for daemon in [false, true] {
            let sub = Builder::new().daemon(daemon).create(work).unwrap();
            assert_eq!(sub.thread().is_daemon(), daemon);
        }
    });
}

#[test]
fn what_a_daemon_makes_is_a_daemon() {
    run(|| {
        let sub = daemon(|| {
            let inherits = thread::create(work).thread().is_daemon();
            let builder = Builder::new().daemon(false);
            (inherits, builder.create(work).unwrap().thread().is_daemon())
        });
        assert_eq!(sub.join().unwrap(), (true, false));
    });
}

#[test]
fn a_thread_starts_once() {
    run(|| {
        let sub = thread::create(work);
        sub.start().unwrap();
        assert_eq!(sub.start(), Err(StartError::AlreadyStarted));
        sub.thread().join().unwrap();
        assert_eq!(sub.start(), Err(StartError::AlreadyStarted));
    });
}

#[test]
fn all_threads_that_are_alive_are_enumerated_and_counted() {
    run(|| {
        let finish = Rc::new(Event::new());
        let threads: Vec<_> = ["a", "b"]
            .into_iter()
            .map(|name| {
                let theirs = Rc::clone(&finish);
                let builder = Builder::new().name(name.into());
                builder.spawn(move || theirs.wait()).unwrap()
            })
            .collect();
        let names: Vec<_> = thread::enumerate()
            .iter()
            .map(|it| it.to_string())
            .collect();
        assert_eq!(names, ["MainThread", "a", "b"]);
        assert_eq!(thread::active_count(), 3);
        finish.set();
        threads.into_iter().for_each(|it| it.join().unwrap());
        assert_eq!(thread::active_count(), 1);
    });
}

#[test]
fn a_thread_that_was_joined_is_not_enumerated() {
    run(|| {
        for _ in 0..100 {
            let sub = thread::spawn(work);
            let id = sub.thread().id();
            sub.thread().join().unwrap();
            assert!(thread::enumerate().iter().all(|it| it.id() != id));
        }
    });
}

#[test]
fn a_thread_that_was_not_started_is_not_enumerated() {
    run(|| {
        let sub = thread::create(work);
        assert_eq!(thread::enumerate().len(), 1);
        sub.start().unwrap();
        assert_eq!(thread::enumerate().len(), 2);
    });
}

#[test]
fn a_thread_that_cannot_be_made_leaves_nothing_behind() {
    run(|| {
        let dropped = Counter::default();
        let theirs = dropped.on_drop();
        let impossible = Builder::new().name("a\0b".into());
        let error = impossible.spawn(move || drop(theirs)).unwrap_err();
        let why = error.get_ref().unwrap().downcast_ref();
        assert_eq!(why, Some(&SpawnError::NulInName(1)));
        assert_eq!((thread::active_count(), dropped.get()), (1, 1));
    });
}

/// Ten threads, three of which are inside at a time.
fn various_things(stack_size: usize) {
    let main = move || {
        let (places, count) = (BoundedSemaphore::new(3), Mutex::new(0));
        let change = |by: i32| {
            let mut count = count.lock().unwrap();
            *count += by;
            assert!((0..=3).contains(&*count));
        };
        let names = Results::new();
        thread::scope(|scope| {
            for number in 0..10_u32 {
                let (places, names) = (&places, &names);
                let body = move || {
                    let _place = places.acquire();
                    change(1);
                    thread::sleep(Duration::from_micros(u64::from(number * 37 % 100)));
                    change(-1);
                    names.add(thread::current().to_string());
                };
                let builder = Builder::new().name(format!("<thread {number}>"));
                builder.spawn_scoped(scope, body).unwrap();
            }
        });
        assert_eq!((names.len(), *count.lock().unwrap()), (10, 0));
    };
    let runtime = runtime::Builder::new().clock(Clock::Virtual);
    runtime.stack_size(stack_size).run(main).unwrap();
}

#[test]
fn threads_do_their_work_on_a_small_stack() {
    various_things(64 << 10);
}

#[test]
fn threads_do_their_work_on_a_large_stack() {
    various_things(1 << 20);
}

#[test]
fn a_stack_of_no_size_is_refused() {
    run(|| assert!(Builder::new().stack_size(0).spawn(work).is_err()));
    let runtime = runtime::Builder::new().stack_size(0);
    assert!(matches!(runtime.run(|| ()), Err(RunError::StackSize(_))));
}

#[test]
fn what_a_thread_shows_says_its_name_and_ident() {
    run(|| {
        let sub = Builder::new().name("clerk".into()).create(work).unwrap();
        let shown = format!("{:?}", sub.thread());
        assert!(shown.contains("clerk") && shown.contains('2'), "{shown}");
    });
}

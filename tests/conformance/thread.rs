//! `threading.Thread` and the functions of the module, after `ThreadTests`,
//! `ThreadJoinOnShutdown` and `ThreadingExceptionTests` of CPython's
//! Lib/test/test_threading.py: here `runtime::thread`.
//!
//! Does not apply: the deprecated camelCase names, names that are no strings, keyword
//! arguments, `native_id` and `_DummyThread` (one OS thread runs all), `_tstate_lock`
//! and `_limbo`, the switch interval, negative timeouts, to make a daemon of a thread
//! that runs (only a builder says it), and `interrupt_main`.
//!
//! Differs on purpose:
//!
//! - A thread has its ident before it is started.
//! - The main thread ends before the others are waited for, and is not alive then.
//! - At the end daemons are killed, with their destructors, and not just left.
//! - A thread that recurses without end overflows its stack, and the process ends with a
//!   message. Python counts frames, and raises.
//! - An exit hook may start threads; Python's may not.
//! - What a thread panics with is given to its joiner.

use std::cell::{Cell, RefCell};
use std::panic::catch_unwind;
use std::rc::Rc;
use std::time::Duration;

use runtime::error::{JoinError, SpawnError, StartError};
use runtime::sync::{BoundedSemaphore, Event, Mutex};
use runtime::thread::{self, Builder, JoinHandle, Killed, Run};
use runtime::time::Instant;
use runtime::{Clock, RunError};

use crate::bunch::{Results, SECOND, bunch, caught, settle};
use crate::support::{Counter, Journal, OnDrop, run};

fn work() {}

fn daemon<T: 'static>(f: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
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
fn a_thread_cannot_join_itself() {
    run(|| {
        assert_eq!(thread::current().join(), Err(JoinError::Current));
        let sub = thread::spawn(|| thread::current().join());
        assert_eq!(sub.join().unwrap(), Err(JoinError::Current));
    });
}

#[test]
fn a_thread_that_was_never_started_cannot_be_joined() {
    run(|| {
        let sub = thread::create(work);
        assert_eq!(sub.thread().join(), Err(JoinError::NotStarted));
        assert_eq!(
            sub.thread().join_timeout(SECOND),
            Err(JoinError::NotStarted)
        );
    });
}

#[test]
fn threads_that_would_join_each_other_are_refused_and_not_stuck() {
    run(|| {
        let main = thread::current();
        let sub = thread::spawn(move || main.join());
        settle();
        assert!(matches!(sub.thread().join(), Err(JoinError::Ring(_))));
    });
}

#[test]
fn a_thread_can_be_joined_any_number_of_times() {
    run(|| {
        let sub = thread::spawn(work);
        for _ in 0..3 {
            sub.thread().join().unwrap();
        }
    });
}

#[test]
fn a_thread_can_be_joined_by_many_at_once() {
    run(|| {
        let (sub, joined) = (thread::spawn(|| thread::sleep(SECOND)), Results::new());
        thread::scope(|scope| {
            bunch(scope, 5, || joined.add(sub.thread().join()));
            assert_eq!(joined.len(), 0);
        });
        assert_eq!(joined.all(), vec![Ok(()); 5]);
    });
}

#[test]
fn a_join_with_a_timeout_waits_for_so_long_and_then_says_so() {
    run(|| {
        let finish = Rc::new(Event::new());
        let theirs = Rc::clone(&finish);
        let sub = thread::spawn(move || theirs.wait());
        let begin = Instant::now();
        for timeout in [Duration::ZERO, SECOND] {
            let joined = sub.thread().join_timeout(timeout);
            assert_eq!(joined, Err(JoinError::TimedOut));
        }
        assert!(begin.elapsed() >= SECOND);
        assert!(sub.is_alive());
        finish.set();
        assert_eq!(sub.thread().join_timeout(SECOND), Ok(()));
        assert_eq!(sub.thread().join_timeout(Duration::ZERO), Ok(()));
    });
}

#[test]
fn a_thread_that_has_panicked_can_be_joined() {
    run(|| {
        let sub = thread::spawn(|| panic!("oh dear"));
        assert_eq!(sub.thread().join(), Ok(()));
        let payload = sub.join().map(|(): ()| ()).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"oh dear"));
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

#[test]
fn what_a_thread_was_made_for_is_dropped_before_its_joiner_goes_on() {
    run(|| {
        for panics in [false, true] {
            let dropped = Counter::default();
            let (kept, argument) = (dropped.on_drop(), dropped.on_drop());
            let function = move |_argument: OnDrop<_>| {
                let _ = &kept;
                assert!(!panics, "it was to");
            };
            let sub = thread::create_with(function, (argument,));
            sub.start().unwrap();
            sub.thread().join().unwrap();
            assert_eq!(dropped.get(), 2);
        }
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
fn the_program_waits_for_threads_that_are_no_daemons() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        thread::spawn(move || {
            thread::sleep(SECOND);
            theirs.write("woke up");
        });
    });
    assert_eq!(journal.read(), ["woke up"]);
}

#[test]
fn the_program_waits_for_its_threads_when_main_panics() {
    let journal = Journal::default();
    let theirs = journal.clone();
    caught(move || {
        run(move || {
            thread::spawn(move || {
                thread::sleep(SECOND);
                theirs.write("woke up");
            });
            panic!("main does not get any further");
        })
    });
    assert_eq!(journal.read(), ["woke up"]);
}

#[test]
fn the_program_waits_for_threads_that_were_started_at_its_end() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        thread::spawn(move || {
            thread::sleep(SECOND);
            thread::spawn(move || {
                thread::sleep(SECOND);
                theirs.write("the second");
            });
        });
    });
    assert_eq!(journal.read(), ["the second"]);
}

#[test]
fn the_program_does_not_wait_for_daemons() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        daemon(move || {
            thread::sleep(SECOND);
            theirs.write("never");
        });
        thread::yield_now();
    });
    assert_eq!(journal.read(), [""; 0]);
}

#[test]
fn a_thread_may_join_the_main_thread() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let (main, after) = (thread::current(), theirs.clone());
        thread::spawn(move || {
            main.join().unwrap();
            assert!(!main.is_alive());
            after.write("end of thread");
        });
        thread::sleep(SECOND);
        theirs.write("end of main");
    });
    assert_eq!(journal.read(), ["end of main", "end of thread"]);
}

#[test]
fn the_end_waits_for_destructors_of_thread_locals_that_sleep() {
    struct Sleeper(Journal);

    impl Drop for Sleeper {
        fn drop(&mut self) {
            thread::sleep(SECOND);
            self.0.write("slept");
        }
    }

    runtime::thread_local!(static SLEEPER: RefCell<Option<Sleeper>> = const { RefCell::new(None) });

    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        thread::spawn(move || SLEEPER.set(Some(Sleeper(theirs))));
    });
    assert_eq!(journal.read(), ["slept"]);
}

#[test]
fn a_thread_goes_on_after_the_one_that_started_it() {
    run(|| {
        let inner = thread::spawn(|| thread::spawn(|| thread::sleep(SECOND)));
        let inner = inner.join().unwrap();
        assert!(inner.is_alive());
        inner.join().unwrap();
    });
}

#[test]
fn nothing_starts_when_daemons_are_ended() {
    let refused = Rc::new(Cell::new(false));
    let theirs = Rc::clone(&refused);
    run(move || {
        daemon(move || {
            let _at_the_end = OnDrop(|| theirs.set(Builder::new().spawn(work).is_err()));
            thread::park();
        });
        thread::yield_now();
    });
    assert!(refused.get());
}

#[test]
fn a_thread_can_be_made_to_unwind_by_another() {
    run(|| {
        let cleaned_up = Counter::default();
        let theirs = cleaned_up.on_drop();
        let sub = thread::spawn(move || {
            let _theirs = theirs;
            loop {
                thread::sleep(SECOND);
            }
        });
        settle();
        assert!(sub.is_alive());
        sub.thread().kill();
        assert!(sub.join().unwrap_err().is::<Killed>());
        assert_eq!(cleaned_up.get(), 1);
    });
}

#[test]
fn a_panic_that_a_thread_catches_is_nobody_elses() {
    run(|| {
        let sub = thread::spawn(|| catch_unwind(|| panic!("oh dear")).is_err());
        assert!(sub.join().unwrap());
    });
}

#[test]
fn what_a_thread_shows_says_its_name_and_ident() {
    run(|| {
        let sub = Builder::new().name("clerk".into()).create(work).unwrap();
        let shown = format!("{:?}", sub.thread());
        assert!(shown.contains("clerk") && shown.contains('2'), "{shown}");
    });
}

#[test]
fn exit_hooks_run_after_all_threads_the_last_one_first() {
    let journal = Journal::default();
    let (one, two, sub) = (journal.clone(), journal.clone(), journal.clone());
    run(move || {
        runtime::at_exit(move || one.write("registered first")).unwrap();
        runtime::at_exit(move || two.write("registered last")).unwrap();
        thread::spawn(move || {
            thread::sleep(SECOND);
            sub.write("thread");
        });
    });
    assert_eq!(
        journal.read(),
        ["thread", "registered last", "registered first"]
    );
}

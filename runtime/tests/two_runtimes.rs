//! Runtimes do not disturb each other, neither on two OS threads at the same
//! time nor on one after the other.

mod support;

use std::cell::Cell;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use runtime::error::OutsideRuntime;
use runtime::report;
use runtime::thread::{self, Builder, Killed};
use runtime::time::Instant;

use support::{Journal, run};

/// Runs `main` in a runtime on each of two OS threads at the same time. They
/// can wait for each other with the barrier, which stops the whole OS thread.
fn two<T, F>(main: F) -> [T; 2]
where
    T: Send + 'static,
    F: Fn(u32, &Barrier) -> T + Send + Sync + 'static,
{
    let main = Arc::new((main, Barrier::new(2)));
    let threads = [0, 1].map(|number| {
        let main = Arc::clone(&main);
        std::thread::spawn(move || run(move || (main.0)(number, &main.1)))
    });
    threads.map(|thread| thread.join().unwrap())
}

runtime::thread_local! {
    static NUMBER: Cell<u32> = const { Cell::new(0) };
}

#[test]
fn two_runtimes_have_threads_names_and_idents_of_their_own() {
    fn work() {
        thread::yield_now();
    }

    two(|number, barrier| {
        assert_eq!(thread::current().ident(), 1);
        assert_eq!(thread::current().name(), Some("MainThread"));
        let first = thread::spawn(work);
        barrier.wait();
        assert_eq!(thread::active_count(), 2);
        let more: Vec<_> = (0..number).map(|_| thread::spawn(work)).collect();
        barrier.wait();
        assert_eq!(first.thread().name(), Some("Thread-1 (work)"));
        assert_eq!(first.thread().ident(), 2);
        assert_eq!(thread::enumerate().len() as u32, 2 + number);
        assert_eq!(report::ps().lines().count() as u32, 3 + number);
        first.thread().set_name(format!("of {number}")).unwrap();
        barrier.wait();
        assert_eq!(first.thread().to_string(), format!("of {number}"));
        first.join().unwrap();
        more.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(thread::main_thread().id(), thread::current().id());
    });
}

#[test]
fn who_has_no_runtime_is_shown_the_threads_of_all() {
    static HAVE_SEEN: AtomicU32 = AtomicU32::new(0);
    let seen = two(|number, barrier| {
        let name = format!("main of {number}");
        thread::current().set_name(name).unwrap();
        barrier.wait();
        let outside = std::thread::spawn(report::ps);
        while !outside.is_finished() {
            thread::yield_now();
        }
        // A barrier would keep this loop from answering the other.
        HAVE_SEEN.fetch_add(1, Ordering::Relaxed);
        while HAVE_SEEN.load(Ordering::Relaxed) < 2 {
            thread::yield_now();
        }
        outside.join().unwrap()
    });
    for table in seen {
        for name in ["main of 0", "main of 1"] {
            assert!(table.contains(name), "{table}");
        }
    }
}

#[test]
fn no_two_threads_of_the_process_have_the_same_id() {
    let ids = two(|_, _| {
        let threads: Vec<_> = (0..100)
            .map(|_| thread::spawn(|| thread::current().id()))
            .collect();
        let mut ids = vec![thread::current().id()];
        ids.extend(threads.into_iter().map(|thread| thread.join().unwrap()));
        ids
    });
    let later = run(|| thread::current().id());
    let mut all: HashSet<_> = ids.into_iter().flatten().collect();
    assert!(all.insert(later));
    assert_eq!(all.len(), 203);
}

#[test]
fn two_runtimes_have_thread_locals_of_their_own() {
    two(|number, barrier| {
        NUMBER.set(number + 1);
        barrier.wait();
        assert_eq!(NUMBER.get(), number + 1);
        let sub = thread::spawn(move || NUMBER.replace(number + 10));
        assert_eq!(sub.join().unwrap(), 0);
        barrier.wait();
        assert_eq!(NUMBER.get(), number + 1);
    });
}

#[test]
fn two_runtimes_have_clocks_of_their_own() {
    let elapsed = two(|number, barrier| {
        let begin = Instant::now();
        barrier.wait();
        thread::sleep(Duration::from_secs(u64::from(number) * 3600 + 1));
        barrier.wait();
        begin.elapsed().as_secs()
    });
    assert_eq!(elapsed, [1, 3601]);
}

#[test]
fn a_thread_that_unwinds_in_one_does_not_seem_to_panic_in_the_other() {
    two(|number, barrier| {
        let waits = support::OnDrop(|| {
            assert_eq!(thread::panicking(), number == 0);
            barrier.wait();
            // One of them unwinds now, and the other does not.
            let begin = Instant::now();
            thread::sleep(Duration::from_secs(1));
            let slept = begin.elapsed() >= Duration::from_secs(1);
            assert_eq!(slept, number == 1);
            barrier.wait();
        });
        let result = catch_unwind(AssertUnwindSafe(move || {
            let _on_stack = waits;
            if number == 0 {
                resume_unwind(Box::new("not in the other one"));
            }
        }));
        assert_eq!(result.is_err(), number == 0);
    });
}

#[test]
fn a_panic_and_a_kill_in_one_do_not_reach_the_other() {
    two(|number, barrier| {
        let sub = thread::spawn(move || {
            thread::park();
            match number {
                0 => panic_any("a panic that the test wants"),
                _ => "result",
            }
        });
        let parked = thread::spawn(thread::park);
        thread::yield_now();
        barrier.wait();
        sub.thread().unpark();
        assert_eq!(sub.join().is_ok(), number == 1);
        match number {
            0 => parked.thread().kill(),
            _ => parked.thread().unpark(),
        }
        barrier.wait();
        match parked.join() {
            Ok(()) => assert_eq!(number, 1),
            Err(reason) => assert!(number == 0 && reason.is::<Killed>()),
        }
    });
}

#[test]
fn two_runtimes_switch_many_thousand_times_without_meeting() {
    let counts = two(|number, _| {
        let count = std::rc::Rc::new(Cell::new(0u32));
        let threads: Vec<_> = (0..50)
            .map(|_| {
                let count = std::rc::Rc::clone(&count);
                thread::spawn(move || {
                    for _ in 0..200 {
                        NUMBER.set(NUMBER.get() + 1);
                        count.set(count.get() + 1);
                        thread::yield_now();
                    }
                    assert_eq!(NUMBER.get(), 200);
                })
            })
            .collect();
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        (number, count.get())
    });
    assert_eq!(counts, [(0, 10_000), (1, 10_000)]);
}

#[test]
fn a_green_thread_may_start_an_os_thread_with_a_runtime_of_its_own() {
    run(|| {
        let inner = std::thread::spawn(|| {
            // Nothing of the outer one is here.
            let panic = catch_unwind(thread::current).unwrap_err();
            assert!(panic.is::<OutsideRuntime>());
            run(|| thread::spawn(|| thread::current().ident()).join().unwrap())
        });
        assert_eq!(inner.join().unwrap(), 2);
        assert_eq!(thread::current().ident(), 1);
    });
}

#[test]
fn one_runtime_goes_on_while_another_begins_and_ends() {
    let rounds = Arc::new(AtomicU32::new(0));
    let theirs = Arc::clone(&rounds);
    let other = std::thread::spawn(move || {
        for _ in 0..50 {
            run(|| drop(thread::spawn(thread::yield_now).join()));
            theirs.fetch_add(1, Ordering::Release);
        }
    });
    run(move || {
        let busy = thread::spawn(move || {
            while rounds.load(Ordering::Acquire) < 50 {
                thread::yield_now();
            }
        });
        busy.join().unwrap();
    });
    other.join().unwrap();
}

#[test]
fn runs_on_one_os_thread_follow_each_other_whatever_came_of_the_last_one() {
    for round in 0..20 {
        let journal = Journal::default();
        let theirs = journal.clone();
        let result = catch_unwind(AssertUnwindSafe(|| {
            run(move || {
                assert_eq!(thread::current().ident(), 1);
                assert_eq!(NUMBER.replace(round), 0);
                let daemon = Builder::new().daemon(true);
                let on_stack = theirs.on_drop("daemon");
                drop(daemon.spawn(move || {
                    let _on_stack = on_stack;
                    thread::park();
                }));
                let sub = thread::spawn(|| ());
                assert_eq!(sub.thread().ident(), 3);
                sub.join().unwrap();
                match round % 4 {
                    1 => resume_unwind(Box::new("a panic")),
                    2 => thread::current().kill(),
                    _ => {}
                }
                thread::yield_now();
                round
            })
        }));
        assert_eq!(result.is_err(), [1, 2].contains(&(round % 4)));
        assert_eq!(journal.read(), ["daemon"]);
        let outside = catch_unwind(AssertUnwindSafe(thread::current));
        assert!(outside.unwrap_err().is::<OutsideRuntime>());
    }
}

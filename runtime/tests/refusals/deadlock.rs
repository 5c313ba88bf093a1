//! Threads that wait for each other for ever.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::{JoinError, OutsideRuntime, Ring};
use runtime::thread::{self, Builder, Killed};
use runtime::{Clock, RunError};

use crate::support::child::in_child;
use crate::support::{Journal, OnDrop, run};

/// Runs `main`, which must come to no end, and gives the PCB table.
#[track_caller]
fn deadlock<T: 'static>(main: impl FnOnce() -> T + 'static) -> String {
    let builder = runtime::Builder::new().clock(Clock::Virtual);
    match builder.run(main) {
        Ok(_) => panic!("it came to its end"),
        Err(RunError::Deadlock(deadlock)) => deadlock.table,
        Err(other) => panic!("{other:?}"),
    }
}

/// The thread's line in the table.
#[track_caller]
fn line<'a>(table: &'a str, name: &str) -> &'a str {
    let mut lines = table.lines().skip(1);
    let is_its = |line: &&str| line.split_whitespace().nth(1) == Some(name);
    lines.find(is_its).expect(table)
}

#[test]
fn a_deadlock_is_an_error_with_the_pcb_table_and_all_destructors_run() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let table = deadlock(move || {
        let _on_stack = theirs.who_drops();
        let builder = |name: &str| Builder::new().name(name.into());
        let on_stack = theirs.who_drops();
        let daemon = builder("daemon").daemon(true).spawn(move || {
            let _on_stack = on_stack;
            thread::park();
        });
        drop(daemon);
        let on_stack = theirs.who_drops();
        let parked = builder("parked").spawn(move || {
            let _on_stack = on_stack;
            thread::park();
        });
        parked.unwrap().join().unwrap();
    });
    assert_eq!(journal.read(), ["parked", "daemon", "MainThread"]);
    assert_eq!(table.lines().count(), 4, "{table}");
    let main = line(&table, "MainThread");
    assert!(main.ends_with("waits for the end of parked"), "{table}");
    let parked = line(&table, "parked");
    assert!(parked.contains("Waiting"), "{table}");
    assert!(parked.ends_with("is parked"), "{table}");
    assert!(parked.contains(file!()), "{table}");
    assert!(line(&table, "daemon").contains("yes"), "{table}");
    // And there can be another runtime.
    assert_eq!(run(|| 5), 5);
}

/// Makes as many threads, each of which joins the next one, and the last the
/// first. Gives what each of them got.
fn ring_of(threads: usize) -> Vec<Result<(), JoinError>> {
    run(move || {
        let all = Rc::new(RefCell::new(Vec::<thread::Thread>::new()));
        let handles: Vec<_> = (0..threads)
            .map(|number| {
                let all = Rc::clone(&all);
                thread::spawn(move || {
                    let next = all.borrow()[(number + 1) % threads].clone();
                    next.join()
                })
            })
            .collect();
        for (number, handle) in handles.iter().enumerate() {
            handle.thread().set_name(format!("t{number}")).unwrap();
            all.borrow_mut().push(handle.thread().clone());
        }
        let results = handles.into_iter().map(|handle| handle.join().unwrap());
        results.collect()
    })
}

#[test]
fn the_join_that_would_close_a_ring_is_refused_and_the_others_go_on() {
    for threads in [2, 3, 100] {
        let results = ring_of(threads);
        let (last, others) = results.split_last().unwrap();
        assert!(others.iter().all(|result| *result == Ok(())), "{others:?}");
        assert!(matches!(last, Err(JoinError::Ring(_))), "{last:?}");
    }
    let text = ring_of(2)[1].clone().unwrap_err().to_string();
    assert_eq!(
        text,
        "cannot join: this wait would never end: t1 would wait for t0, t0 waits for the end of t1"
    );
}

#[test]
fn a_join_with_a_timeout_closes_no_ring() {
    run(|| {
        let main = thread::current();
        let sub = thread::spawn(move || main.join_timeout(Duration::from_secs(1)));
        assert_eq!(sub.join().unwrap(), Err(JoinError::TimedOut));
    });
}

#[test]
fn the_end_of_a_scope_that_would_close_a_ring_is_refused() {
    let ring = run(|| {
        let main = thread::current();
        let scope = AssertUnwindSafe(|| {
            thread::scope(|scope| {
                scope.spawn(|| main.join());
                thread::yield_now();
            });
        });
        catch_unwind(scope)
            .unwrap_err()
            .downcast::<Ring>()
            .unwrap()
            .to_string()
    });
    assert!(
        ring.contains("MainThread would wait for Thread-1"),
        "{ring}"
    );
}

#[test]
fn a_join_from_inside_a_scope_that_would_close_a_ring_is_refused() {
    run(|| {
        let main = thread::current();
        let result = thread::scope(|scope| {
            let sub = scope.spawn(|| {
                // By now the main thread waits for the end of the scope.
                thread::yield_now();
                main.join()
            });
            let thread = sub.thread().clone();
            drop(thread);
            sub.join().unwrap()
        });
        assert!(matches!(result, Err(JoinError::Ring(_))), "{result:?}");
    });
}

#[test]
fn the_report_says_for_each_thread_what_it_waits_for_where_and_who_could_end_it() {
    let error = runtime::Builder::new().run(|| {
        let parked = Builder::new().name("parked".into()).spawn(thread::park);
        parked.unwrap().join().unwrap();
    });
    let Err(RunError::Deadlock(deadlock)) = error else {
        panic!("{error:?}");
    };
    let [main, parked] = &deadlock.waiting[..] else {
        panic!("{deadlock:?}");
    };
    assert_eq!(main.waits_for, "waits for the end of parked");
    assert_eq!(main.could_end, "only parked, by ending");
    assert_eq!(main.at.file(), file!());
    assert_eq!((parked.ident, parked.name.as_str()), (2, "parked"));
    assert_eq!(
        parked.could_end,
        "whoever has the one handle to it, by unparking it"
    );
    assert!(deadlock.rings.is_empty());
    let text = deadlock.to_string();
    assert!(
        text.contains("MainThread waits for the end of parked, at "),
        "{text}"
    );
}

#[test]
fn a_non_daemon_that_parks_for_ever_after_main_has_returned_is_a_deadlock() {
    let table = deadlock(|| drop(thread::spawn(thread::park)));
    assert!(!table.contains("MainThread"), "{table}");
}

#[test]
fn a_sleep_for_ever_is_a_deadlock() {
    let table = deadlock(|| thread::sleep(Duration::MAX));
    assert!(table.contains("sleeps for ever"), "{table}");
}

#[test]
fn threads_that_sleep_are_no_deadlock() {
    run(|| {
        let sub = thread::spawn(thread::park);
        let late = sub.thread().clone();
        let waker = Builder::new().daemon(true).spawn(move || {
            thread::sleep(Duration::from_secs(1_000_000));
            late.unpark();
        });
        sub.join().unwrap();
        drop(waker);
    });
}

#[test]
fn the_result_of_a_main_that_returned_is_dropped_at_a_deadlock() {
    let journal = Journal::default();
    let theirs = journal.clone();
    deadlock(move || {
        drop(thread::spawn(thread::park));
        theirs.on_drop("the result")
    });
    assert_eq!(journal.read(), ["the result"]);
}

#[test]
fn handles_of_threads_that_a_deadlock_ended_say_so() {
    let handles = Rc::new(RefCell::new(None));
    let theirs = Rc::clone(&handles);
    deadlock(move || {
        let parked = thread::spawn(thread::park);
        let target = parked.thread().clone();
        theirs.replace(Some((parked, thread::create(|| ()))));
        target.join()
    });
    let (parked, new) = handles.take().unwrap();
    assert!(!parked.is_alive());
    assert_eq!(parked.thread().join(), Ok(()));
    assert!(parked.join().unwrap_err().is::<Killed>());
    assert_eq!(new.thread().join(), Err(JoinError::NotStarted));
}

#[test]
fn run_prints_the_pcb_table_of_a_deadlock_and_panics_with_the_error() {
    let child = in_child(|| {
        let parked = || Builder::new().name("the parked one".into());
        runtime::run(move || parked().spawn(thread::park).unwrap().join().unwrap());
    });
    child
        .ends_with(101)
        .says("runtime: deadlock: nobody can run, nobody sleeps, and no door is open")
        .says("waits for the end of the parked one")
        .says("is parked");
}

#[test]
fn what_was_never_started_is_dropped_after_a_deadlock_and_no_green_thread_runs_then() {
    let journal = Journal::default();
    let theirs = journal.clone();
    deadlock(move || {
        let captured = OnDrop(move || {
            let panic = catch_unwind(thread::current).unwrap_err();
            theirs.write(panic.is::<OutsideRuntime>().to_string());
        });
        // Nobody starts it, so the loop drops it.
        std::mem::forget(thread::create(move || drop(captured)));
        thread::park();
    });
    assert_eq!(journal.read(), ["true"]);
}

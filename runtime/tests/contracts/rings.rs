//! Rings of waits, of the contract about deadlocks:
//!
//! - A ring made only of owned waits without a timeout is refused at the call
//!   that closes it, in the thread that closes it, while the others go on.
//! - The refusal says the ring in words.
//! - A `JoinHandle` that is refused gives the same error.
//! - The end of a scope that would close a ring is refused: its threads are
//!   killed, and those outside of the scope go on.
//! - A join from inside a scope that would close a ring is refused.
//! - Rings are found through scopes in scopes, and through joins and scopes.
//! - A thread that joins itself is refused as the current one:
//!   `threads/join.rs::a_thread_cannot_join_itself`,
//!   `scope/refused.rs::a_thread_of_a_scope_cannot_join_itself`,
//!   `doors/guests.rs::a_guest_cannot_join_itself`.
//! - Waits with a timeout close no ring.
//! - Through a thread that is not started there is no ring.
//! - Through a park there is no ring.
//! - A thread that waits for one in a ring, and is in none, is not refused.
//! - A ring that was not refused is reported in words.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::Deadlock;
use runtime::error::{JoinError, Ring};
use runtime::sync::Mutex;
use runtime::thread::{self, Builder, JoinHandle, Thread};

use crate::deadlock::deadlock;
use crate::support::{Counter, Journal, OnDrop, run};

const SECOND: Duration = Duration::from_secs(1);

fn named<T: 'static>(name: &str, body: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    Builder::new().name(name.into()).spawn(body).unwrap()
}

/// How a thread of a ring waits for the next one.
type Join = fn(&Thread) -> Result<(), JoinError>;

/// Makes a thread for each of `joins`, by which it waits for the next one, and
/// the last for the first. Gives what each of them got, in the order in which
/// they went on.
fn ring_of(joins: Vec<Join>) -> Vec<(usize, Result<(), JoinError>)> {
    run(move || {
        let got = Rc::new(RefCell::new(Vec::new()));
        let all = Rc::new(RefCell::new(Vec::<Thread>::new()));
        let length = joins.len();
        for (number, join) in joins.into_iter().enumerate() {
            let (theirs, got) = (Rc::clone(&all), Rc::clone(&got));
            let sub = named(&format!("t{number}"), move || {
                let next = theirs.borrow()[(number + 1) % length].clone();
                let result = join(&next);
                got.borrow_mut().push((number, result));
            });
            all.borrow_mut().push(sub.thread().clone());
        }
        let threads = all.borrow().clone();
        for thread in threads {
            thread.join().unwrap();
        }
        got.take()
    })
}

fn words(result: &Result<(), JoinError>) -> String {
    match result {
        Err(JoinError::Ring(ring)) => ring.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_ring_is_refused_at_the_call_that_closes_it_in_the_thread_that_does_while_the_others_go_on() {
    for threads in [2, 3, 100] {
        let results = ring_of(vec![Thread::join; threads]);
        let (first, others) = results.split_first().unwrap();
        // The last one that comes is the one that closes it.
        assert_eq!(first.0, threads - 1);
        assert!(matches!(first.1, Err(JoinError::Ring(_))), "{first:?}");
        assert_eq!(others.len(), threads - 1);
        assert!(others.iter().all(|(_, got)| *got == Ok(())), "{others:?}");
    }
}

#[test]
fn the_refusal_says_the_ring_in_words() {
    assert_eq!(
        words(&ring_of(vec![Thread::join; 2])[0].1),
        "this wait would never end: t1 waits for the end of t0; t0 waits for the end of t1"
    );
    assert_eq!(
        words(&ring_of(vec![Thread::join; 3])[0].1),
        "this wait would never end: t2 waits for the end of t0; \
         t0 waits for the end of t1; t1 waits for the end of t2"
    );
}

#[test]
fn a_join_handle_that_is_refused_gives_the_same_error() {
    run(|| {
        let place = Rc::new(RefCell::new(None::<JoinHandle<()>>));
        let theirs = Rc::clone(&place);
        let waits = named("waits", move || {
            let closes = theirs.borrow().as_ref().unwrap().thread().clone();
            closes.join()
        });
        let waiting = waits.thread().clone();
        let closes = named("closes", move || {
            let error = waits.join().unwrap_err();
            let error = error.downcast::<JoinError>().unwrap();
            assert!(words(&Err(*error)).contains("closes waits for the end of waits"));
        });
        place.replace(Some(closes));
        // It has lost its handle, and goes on all the same.
        waiting.join().unwrap();
        place.take().unwrap().join().unwrap();
    });
}

#[test]
fn the_end_of_a_scope_that_would_close_a_ring_is_refused_and_those_outside_of_it_go_on() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let (main, outside) = (thread::current(), theirs.clone());
        let outside = named("outside", move || {
            thread::sleep(SECOND);
            outside.write("outside goes on");
        });
        let scope = AssertUnwindSafe(|| {
            thread::scope(|scope| {
                let _returned = theirs.on_drop("the function has returned");
                for (name, waits_for) in [("inside", Some(&main)), ("sibling", None)] {
                    let ends = theirs.who_drops();
                    let body = move || {
                        let _ends = ends;
                        match waits_for {
                            Some(thread) => thread.join().unwrap(),
                            None => thread::sleep(SECOND),
                        }
                    };
                    let builder = Builder::new().name(name.into());
                    builder.spawn_scoped(scope, body).unwrap();
                }
                thread::yield_now();
            });
        });
        let ring = catch_unwind(scope).unwrap_err().downcast::<Ring>().unwrap();
        theirs.write(ring.to_string());
        outside.join().unwrap();
    });
    assert_eq!(
        journal.read(),
        [
            "the function has returned",
            "sibling",
            "inside",
            "this wait would never end: MainThread waits for the threads of its scope; \
             inside waits for the end of MainThread",
            "outside goes on"
        ]
    );
}

#[test]
fn a_join_from_inside_a_scope_that_would_close_a_ring_is_refused() {
    let said = run(|| {
        let (main, said) = (thread::current(), RefCell::new(String::new()));
        thread::scope(|scope| {
            let builder = Builder::new().name("inside".into());
            let join = || said.replace(words(&main.join()));
            builder.spawn_scoped(scope, join).unwrap();
        });
        said.take()
    });
    assert_eq!(
        said,
        "this wait would never end: inside waits for the end of MainThread; \
         MainThread waits for the threads of its scope"
    );
}

/// Main waits for the end of its scope, the thread in there for the end of its
/// own, and so on; the innermost one comes to main again by way of `chain`
/// threads in no scope.
fn ring_through_scopes(depth: u32, chain: u32) -> String {
    fn inside(depth: u32, innermost: &dyn Fn()) {
        match depth {
            0 => innermost(),
            _ => thread::scope(|scope| drop(scope.spawn(|| inside(depth - 1, innermost)))),
        }
    }

    run(move || {
        let mut last = thread::current();
        for _ in 0..chain {
            let next = last.clone();
            last = thread::spawn(move || next.join().unwrap()).thread().clone();
        }
        let said = RefCell::new(String::new());
        inside(depth, &|| {
            // By now all the others wait.
            thread::sleep(SECOND);
            said.replace(words(&last.join()));
        });
        said.take()
    })
}

#[test]
fn rings_are_found_through_scopes_in_scopes_and_through_joins_and_scopes() {
    for (depth, chain) in [(1, 0), (2, 0), (1, 1), (3, 2), (10, 10)] {
        let said = ring_through_scopes(depth, chain);
        let count = |words| said.matches(words).count() as u32;
        assert_eq!(count("waits for the threads of its scope"), depth, "{said}");
        assert_eq!(count("waits for the end of"), chain + 1, "{said}");
    }
}

#[test]
fn waits_with_a_timeout_close_no_ring() {
    let timed: Join = |thread| thread.join_timeout(SECOND);
    let timed_out = Err(JoinError::TimedOut);
    // Wherever the timeout stands in the ring: whoever has it goes on first.
    for threads in [2, 3] {
        for number in 0..threads {
            let mut joins = vec![Thread::join as Join; threads];
            joins[number] = timed;
            let results = ring_of(joins);
            assert_eq!(results[0], (number, timed_out.clone()));
            assert!(results[1..].iter().all(|(_, got)| *got == Ok(())));
        }
    }
    run(move || {
        let main = thread::current();
        thread::scope(|scope| {
            scope.spawn(|| assert_eq!(main.join_timeout(SECOND), timed_out));
        });
    });
}

#[test]
fn through_a_thread_that_is_not_started_there_is_no_ring() {
    run(|| {
        let main = thread::current();
        let new = thread::create(move || main.join_timeout(SECOND));
        assert_eq!(new.thread().join(), Err(JoinError::NotStarted));
        let (target, joined) = (new.thread().clone(), Counter::default());
        let counts = joined.clone();
        let sub = thread::spawn(move || {
            assert_eq!(target.join(), Err(JoinError::NotStarted));
            counts.add();
        });
        sub.join().unwrap();
        assert_eq!(joined.get(), 1);
        // And it can still be started.
        new.start().unwrap();
        assert_eq!(new.thread().join_timeout(10 * SECOND), Ok(()));
        assert_eq!(new.join().unwrap(), Err(JoinError::TimedOut));
    });
}

#[test]
fn through_a_park_there_is_no_ring() {
    run(|| {
        let main = thread::current();
        let sub = thread::spawn(move || {
            thread::park();
            main.is_alive()
        });
        let target = sub.thread().clone();
        // The one it waits for is parked, and this one may unpark it later.
        let joiner = thread::spawn(move || target.join());
        thread::yield_now();
        sub.thread().unpark();
        assert_eq!(joiner.join().unwrap(), Ok(()));
        assert!(sub.join().unwrap());
    });
}

/// Main and 'sub' wait for each other's lock. Nobody is refused, because main
/// has given something to 'sub' since it had its lock: that might be the guard.
fn wait_in_a_ring(at_last: impl FnOnce(&JoinHandle<()>) + 'static) -> Deadlock {
    deadlock(move || {
        let (a, b) = (
            Rc::new(Mutex::named("a", ())),
            Rc::new(Mutex::named("b", ())),
        );
        let (their_a, their_b) = (Rc::clone(&a), Rc::clone(&b));
        let _a = a.lock().unwrap();
        let sub = named("sub", move || {
            let _b = their_b.lock().unwrap();
            drop(their_a.lock());
        });
        thread::yield_now();
        at_last(&sub);
        drop(b.lock());
    })
}

#[test]
fn who_waits_for_one_in_a_ring_and_is_in_none_is_not_refused() {
    let journal = Journal::default();
    let theirs = journal.clone();
    wait_in_a_ring(move |sub| {
        let (target, on_stack) = (sub.thread().clone(), theirs.who_drops());
        drop(named("third", move || {
            let _on_stack = on_stack;
            theirs.write(format!("{:?}", target.join()));
        }));
    });
    assert_eq!(journal.read(), ["third"]);
}

#[test]
fn a_ring_that_was_not_refused_is_reported_in_words() {
    let report = wait_in_a_ring(|_| drop(named("third", thread::park)));
    let [ring] = &report.rings[..] else {
        panic!("{:?}", report.rings);
    };
    assert!(
        ring.starts_with("MainThread waits for Mutex 'b' ("),
        "{ring}"
    );
    assert!(
        ring.contains(" held by sub since dispatch 2; sub waits for Mutex 'a' ("),
        "{ring}"
    );
    assert!(
        ring.ends_with(" held by MainThread since dispatch 1"),
        "{ring}"
    );
    assert_eq!(report.waiting.len(), 3);
    let text = report.to_string();
    let first = text[report.table.len()..].trim_start().lines().next();
    assert_eq!(first, Some(format!("a ring: {ring}").as_str()));
}

#[test]
fn a_wait_with_a_timeout_of_for_ever_closes_a_ring_too() {
    run(|| {
        let main = thread::current();
        let sub = named("sub", move || main.join_timeout(Duration::MAX));
        let sub_has_ended = sub.thread().join();
        assert_eq!(sub_has_ended, Ok(()));
        assert!(matches!(sub.join().unwrap(), Err(JoinError::Ring(_))));
    });
}

#[test]
fn who_has_let_go_of_what_it_borrowed_is_in_no_ring_of_its_scope() {
    runtime::thread_local! {
        static LAST: Cell<Option<Box<dyn std::any::Any>>> = const { Cell::new(None) };
    }
    run(|| {
        let main = thread::current();
        thread::scope(|scope| {
            scope.spawn(|| {
                LAST.set(Some(Box::new(OnDrop(move || main.join().unwrap()))));
            });
            scope.spawn(|| thread::sleep(SECOND));
        });
    });
}

#[test]
fn a_long_chain_of_joins_is_no_ring_and_takes_no_long_walks() {
    run(|| {
        let mut last = thread::current();
        for _ in 0..4_000 {
            let next = last.clone();
            last = thread::spawn(move || drop(next.join())).thread().clone();
        }
        thread::sleep(SECOND);
        assert_eq!(thread::active_count(), 4_001);
    });
}

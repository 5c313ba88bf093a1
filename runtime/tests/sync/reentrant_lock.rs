//! `ReentrantLock`, Python's `RLock`.

mod cores;
mod waits;

use std::cell::Cell;
use std::fmt;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;

use runtime::error::Refused;
use runtime::sync::{ReentrantLock, ReentrantLockGuard};
use runtime::thread::{self, JoinHandle};

use crate::support::{Counter, Journal, OnDrop, run};
use crate::threads::{caught, named, refusal, was_killed};

type Lock = Rc<ReentrantLock<()>>;

fn lock() -> Lock {
    Rc::new(ReentrantLock::new(()))
}

/// A thread that locks `lock` twice and writes when; it yields with both guards.
fn locks(lock: &Lock, journal: &Journal, name: &'static str) -> JoinHandle<()> {
    let (lock, journal) = (Rc::clone(lock), journal.clone());
    named(name, move || {
        let _guard = lock.lock();
        journal.write(format!("{name} has it"));
        let _again = lock.lock();
        thread::yield_now();
        journal.write(format!("{name} gives it back"));
    })
}

/// Whether another thread finds the lock free.
fn is_free(lock: &Lock) -> bool {
    let lock = Rc::clone(lock);
    let sub = thread::spawn(move || lock.try_lock().is_some());
    sub.join().unwrap()
}

#[test]
fn who_has_it_may_lock_it_again_and_gives_it_back_with_the_last_guard() {
    run(|| {
        let lock = lock();
        assert!(is_free(&lock));
        let (one, two) = (lock.lock(), lock.lock());
        let three = lock.try_lock().unwrap();
        assert!(!is_free(&lock));
        drop(two);
        assert!(!is_free(&lock));
        drop(one);
        assert!(!is_free(&lock));
        let four = lock.lock();
        drop(three);
        assert!(!is_free(&lock));
        drop(four);
        assert!(is_free(&lock));
    });
}

#[test]
fn one_thread_at_a_time_has_it() {
    run(|| {
        let lock = Rc::new(ReentrantLock::new(Cell::new(0)));
        let threads: Vec<_> = (0..10)
            .map(|_| {
                let lock = Rc::clone(&lock);
                thread::spawn(move || {
                    let guard = lock.lock();
                    let read = guard.get();
                    thread::yield_now();
                    lock.lock().set(read + 1);
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(lock.lock().get(), 10);
    });
}

#[test]
fn those_that_wait_get_it_in_the_order_in_which_they_came() {
    run(|| {
        let (lock, journal) = (lock(), Journal::default());
        let names = ["a", "b", "c"];
        let threads = names.map(|name| locks(&lock, &journal, name));
        for thread in threads {
            thread.join().unwrap();
        }
        let expected: Vec<_> = names
            .iter()
            .flat_map(|name| [format!("{name} has it"), format!("{name} gives it back")])
            .collect();
        assert_eq!(journal.read(), expected);
    });
}

#[test]
fn nobody_gets_between_who_gives_it_back_and_the_next_that_waits() {
    run(|| {
        let (lock, journal) = (lock(), Journal::default());
        let guard = lock.lock();
        let next = locks(&lock, &journal, "next");
        thread::yield_now();
        drop(guard);
        // It was handed over, and the next one has not run yet.
        assert!(lock.try_lock().is_none());
        let _again = lock.lock();
        assert_eq!(journal.read(), ["next has it", "next gives it back"]);
        next.join().unwrap();
    });
}

#[test]
fn the_count_of_the_one_before_is_not_the_next_ones() {
    run(|| {
        let lock = lock();
        let guards = [lock.lock(), lock.lock(), lock.lock()];
        let theirs = Rc::clone(&lock);
        let next = thread::spawn(move || {
            drop(theirs.lock());
            thread::yield_now();
        });
        thread::yield_now();
        drop(guards);
        thread::yield_now();
        assert!(is_free(&lock));
        next.join().unwrap();
    });
}

#[test]
fn who_comes_into_the_slot_of_one_that_has_ended_with_its_guard_has_not_got_it() {
    run(|| {
        let lock = lock();
        let theirs = Rc::clone(&lock);
        let forgets = thread::spawn(move || mem::forget(theirs.lock()));
        forgets.join().unwrap();
        // No other thread was made in between, so this is the same slot.
        assert!(!is_free(&lock));
    });
}

#[test]
fn a_panic_gives_it_back_and_does_not_poison() {
    run(|| {
        let lock = lock();
        let theirs = Rc::clone(&lock);
        let sub = thread::spawn(move || {
            let _guards = (theirs.lock(), theirs.lock());
            panic!("as planned");
        });
        sub.join().unwrap_err();
        drop(lock.lock());
        assert!(is_free(&lock));
    });
}

#[test]
fn a_kill_gives_it_back() {
    run(|| {
        let lock = lock();
        let theirs = Rc::clone(&lock);
        let sub = thread::spawn(move || {
            let _guards = (theirs.lock(), theirs.lock());
            thread::park();
        });
        thread::yield_now();
        assert!(!is_free(&lock));
        sub.thread().kill();
        was_killed(sub);
        assert!(is_free(&lock));
    });
}

#[test]
fn who_is_killed_while_it_waits_leaves_the_line() {
    run(|| {
        let (lock, journal) = (lock(), Journal::default());
        let guard = lock.lock();
        let [killed, next] = ["killed", "next"].map(|name| locks(&lock, &journal, name));
        thread::yield_now();
        killed.thread().kill();
        was_killed(killed);
        drop(guard);
        next.join().unwrap();
        assert_eq!(journal.read(), ["next has it", "next gives it back"]);
    });
}

#[test]
fn who_is_killed_after_it_was_handed_over_and_before_it_runs_passes_it_on() {
    run(|| {
        let (lock, journal) = (lock(), Journal::default());
        let guards = [lock.lock(), lock.lock()];
        let [killed, next] = ["killed", "next"].map(|name| locks(&lock, &journal, name));
        thread::yield_now();
        drop(guards);
        killed.thread().kill();
        was_killed(killed);
        next.join().unwrap();
        assert!(is_free(&lock));
        assert_eq!(journal.read(), ["next has it", "next gives it back"]);
    });
}

#[test]
fn a_destructor_may_lock_one_that_is_free_or_its_own_while_its_thread_unwinds() {
    run(|| {
        let (lock, locked) = (lock(), Counter::default());
        for own in [false, true] {
            let (theirs, counts) = (Rc::clone(&lock), locked.clone());
            let sub = thread::spawn(move || {
                let inner = Rc::clone(&theirs);
                let _guard = own.then(|| theirs.lock());
                let _on_stack = OnDrop(move || {
                    let _guards = (inner.lock(), inner.try_lock().unwrap());
                    counts.add();
                });
                panic!("as planned");
            });
            sub.join().unwrap_err();
            assert!(is_free(&lock));
        }
        assert_eq!(locked.get(), 2);
    });
}

#[test]
fn a_destructor_is_refused_one_for_which_it_would_wait_while_its_thread_unwinds() {
    run(|| {
        let (lock, refused) = (
            Rc::new(ReentrantLock::named("output", ())),
            Counter::default(),
        );
        let guard = lock.lock();
        let (theirs, counts) = (Rc::clone(&lock), refused.clone());
        let sub = thread::spawn(move || {
            let _on_stack = OnDrop(move || {
                assert!(theirs.try_lock().is_none());
                let error = refusal(|| drop(theirs.lock()));
                assert_eq!(error.why, Refused::Unwinding);
                assert!(error.object.starts_with("ReentrantLock 'output' (runtime"));
                counts.add();
            });
            panic!("as planned");
        });
        sub.join().unwrap_err();
        assert_eq!(refused.get(), 1);
        drop(guard);
    });
}

#[test]
fn it_is_made_taken_apart_and_shown_as_in_std() {
    let mut lock = ReentrantLock::from(5);
    *lock.get_mut() += 1;
    assert_eq!(format!("{lock:?}"), "ReentrantLock { data: 6, .. }");
    assert_eq!(format!("{0} {0:?}", lock.lock()), "6 6");
    {
        let _guard = lock.lock();
        // It is this thread's, which may look.
        assert_eq!(format!("{lock:?}"), "ReentrantLock { data: 6, .. }");
    }
    assert_eq!(lock.into_inner(), 6);
    assert_eq!(*ReentrantLock::<u32>::default().lock(), 0);
    run(|| {
        let lock = lock_of(5);
        let _guard = lock.lock();
        let theirs = Rc::clone(&lock);
        let sub = thread::spawn(move || format!("{theirs:?}"));
        assert_eq!(sub.join().unwrap(), "ReentrantLock { data: <locked>, .. }");
    });
}

fn lock_of<T>(value: T) -> Rc<ReentrantLock<T>> {
    Rc::new(ReentrantLock::new(value))
}

#[test]
fn the_value_may_be_unsized_and_is_dropped_once() {
    let lock: Box<ReentrantLock<dyn fmt::Display>> = Box::new(ReentrantLock::new(5));
    assert_eq!(lock.lock().to_string(), "5");
    let lock: Box<ReentrantLock<[u32]>> = Box::new(ReentrantLock::new([1, 2]));
    assert_eq!(lock.lock().len(), 2);
    let drops = Counter::default();
    drop(ReentrantLock::new(drops.on_drop()));
    drop(ReentrantLock::new(drops.on_drop()).into_inner());
    assert_eq!(drops.get(), 2);
}

#[test]
fn it_has_the_traits_of_std() {
    fn traits<T: Send + Sync + Unpin + UnwindSafe>() {}
    fn shared<T: Sync>() {}
    // As in std: longer lives go for shorter ones.
    fn shorten<'a>(lock: &'a ReentrantLock<&'static str>) -> &'a ReentrantLock<&'a str> {
        lock
    }
    traits::<ReentrantLock<Cell<u32>>>();
    fn safe<T: RefUnwindSafe>() {}
    safe::<ReentrantLock<u32>>();
    shared::<ReentrantLockGuard<'static, u32>>();
    assert_eq!(*shorten(&ReentrantLock::new("a")).lock(), "a");
}

#[test]
fn a_panic_while_it_is_refused_leaves_nobody_in_line() {
    run(|| {
        let lock = lock();
        let guard = lock.lock();
        let theirs = Rc::clone(&lock);
        let sub = thread::spawn(move || {
            drop(caught(|| {
                let _on_stack = OnDrop(|| drop(caught(|| drop(theirs.lock()))));
                panic!("as planned");
            }));
        });
        sub.join().unwrap();
        drop(guard);
        assert!(is_free(&lock));
    });
}

//! Rings of waits through locks. Those of joins and scopes alone are in
//! `contracts/rings.rs`.
//!
//! - What closes a ring is refused, and what is said then: here.
//! - What is no ring, though it may look like one: `rings/false_ones.rs`.
//! - What the report says when nobody can go on: `rings/reports.rs`.

mod false_ones;
mod reports;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use runtime::error::{JoinError, Refused, SyncError};
use runtime::sync::Mutex;
use runtime::thread::{self, Thread};

use crate::common::{ended_refused, named, refused, was_killed};
use crate::support::{Journal, run};

/// A mutex for each name, for ever.
fn mutexes<const N: usize>(names: [&'static str; N]) -> [&'static Mutex<u32>; N] {
    names.map(|name| &*Box::leak(Box::new(Mutex::named(name, 0))))
}

/// Where that is.
const MADE_AT: u32 = line!() - 4;

/// The ring in words.
#[track_caller]
fn words(error: SyncError) -> String {
    match error.why {
        Refused::Ring(ring) => ring.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Threads t0, t1, …, of which each locks a mutex of its own, and then the one
/// of the next. Says how that went, in the order in which they went on.
fn ring_of(length: usize) -> Vec<String> {
    run(move || {
        let journal = Journal::default();
        let mutexes: Rc<Vec<_>> = Rc::new((0..length).map(|_| Mutex::new(0)).collect());
        let threads: Vec<_> = (0..length)
            .map(|number| {
                let (journal, mutexes) = (journal.clone(), Rc::clone(&mutexes));
                named(&format!("t{number}"), move || {
                    let _own = mutexes[number].lock();
                    thread::yield_now();
                    let next = (number + 1) % length;
                    let locked = catch_unwind(AssertUnwindSafe(|| mutexes[next].lock()));
                    journal.write(match locked {
                        Ok(Ok(_)) => format!("t{number} goes on"),
                        Ok(Err(_)) => format!("t{number} goes on poisoned"),
                        Err(error) => error.downcast::<SyncError>().unwrap().to_string(),
                    });
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        journal.read()
    })
}

#[test]
fn a_ring_is_refused_at_the_call_that_closes_it_in_the_thread_that_does_while_the_others_go_on() {
    for length in [1, 2, 3, 50] {
        let said = ring_of(length);
        assert_eq!(said.len(), length);
        // The last one that comes closes it.
        let last = length - 1;
        let begins = format!("this wait would never end: t{last} waits for Mutex (");
        assert!(said[0].starts_with(&begins), "{}", said[0]);
        assert_eq!(said[0].matches("held by").count(), length);
        let others: Vec<_> = (0..last).rev().map(|n| format!("t{n} goes on")).collect();
        assert_eq!(said[1..], others);
    }
}

#[test]
fn a_thread_that_locks_what_it_has_is_refused_by_name() {
    static ACCOUNTS: Mutex<u32> = Mutex::named("accounts", 0);
    static MADE_AT: u32 = line!() - 1;
    run(|| {
        let guard = ACCOUNTS.lock().unwrap();
        let error = refused(|| ACCOUNTS.lock().is_ok());
        let here = file!();
        assert_eq!(error.object, format!("Mutex 'accounts' ({here}:{MADE_AT})"));
        assert_eq!(
            error.to_string(),
            format!(
                "this wait would never end: MainThread waits for Mutex 'accounts' ({here}:{MADE_AT}) \
                 held by MainThread since dispatch 1"
            )
        );
        // It has it still, and nothing else has happened.
        drop(guard);
        assert!(ACCOUNTS.lock().is_ok());
    });
}

#[test]
fn the_refusal_says_who_waits_for_what_where_it_was_made_who_has_it_and_since_when() {
    static ACCOUNTS: Mutex<u32> = Mutex::named("accounts", 0);
    static JOURNAL: Mutex<u32> = Mutex::new(0);
    static MADE_AT: u32 = line!() - 1;
    run(|| {
        let a = named("A", || {
            let _accounts = ACCOUNTS.lock().unwrap();
            thread::yield_now();
            thread::yield_now();
            drop(JOURNAL.lock());
        });
        let b = named("B", || {
            thread::yield_now();
            let _journal = JOURNAL.lock().unwrap();
            thread::yield_now();
            drop(ACCOUNTS.lock());
        });
        let error = ended_refused(b);
        let (here, above) = (file!(), MADE_AT - 1);
        assert_eq!(
            words(error),
            format!(
                "this wait would never end: \
                 B waits for Mutex 'accounts' ({here}:{above}) held by A since dispatch 2; \
                 A waits for Mutex ({here}:{MADE_AT}) held by B since dispatch 5"
            )
        );
        a.join().unwrap();
    });
}

#[test]
fn the_guards_of_the_refused_thread_unwind_and_poison_and_the_others_go_on() {
    run(|| {
        let [outer, inner, free] = mutexes(["outer", "inner", "free"]);
        let first = named("first", || {
            let _outer = outer.lock().unwrap();
            thread::yield_now();
            inner.lock().is_err()
        });
        let closes = named("closes", || {
            let _inner = inner.lock().unwrap();
            let _free = free.lock().unwrap();
            thread::yield_now();
            drop(outer.lock());
        });
        words(ended_refused(closes));
        assert!(first.join().unwrap(), "it got the lock, and poisoned");
        // What it wanted and did not get is as it was.
        assert!(outer.lock().is_ok());
        assert!(
            inner.is_poisoned()
                && free
                    .try_lock()
                    .is_err_and(|e| e.to_string().contains("poison"))
        );
    });
}

#[test]
fn whoever_catches_the_refusal_may_let_go_and_try_again() {
    run(|| {
        let [left, right] = mutexes(["left", "right"]);
        let other = named("other", || {
            let _right = right.lock().unwrap();
            thread::yield_now();
            *left.lock().unwrap() += 1;
        });
        let guard = left.lock().unwrap();
        thread::yield_now();
        thread::yield_now();
        words(refused(|| right.lock().is_ok()));
        drop(guard);
        *right.lock().unwrap() += 1;
        other.join().unwrap();
        assert_eq!((*left.lock().unwrap(), *right.lock().unwrap()), (1, 1));
    });
}

#[test]
fn who_waits_for_a_ring_and_stands_in_none_is_not_refused() {
    run(|| {
        let [mutex, other] = mutexes(["mutex", "other"]);
        let holder = named("holder", || {
            let _mutex = mutex.lock().unwrap();
            thread::yield_now();
            drop(other.lock());
        });
        let guard = other.lock().unwrap();
        thread::yield_now();
        thread::yield_now();
        let waits = named("waits", || drop(mutex.lock().unwrap()));
        thread::yield_now();
        drop(guard);
        waits.join().unwrap();
        holder.join().unwrap();
    });
}

#[test]
fn a_ring_that_closes_when_the_lock_is_handed_on_is_refused_at_the_next_call() {
    run(|| {
        let [handed, other] = mutexes(["handed", "other"]);
        let guard = handed.lock().unwrap();
        // It will have both, one after the other.
        let first = named("first", || {
            // What it has given away before is not this guard.
            let something = Box::new(());
            thread::spawn(move || drop(something));
            let _handed = handed.lock();
            thread::yield_now();
            drop(other.lock());
        });
        let second = named("second", || {
            let _other = other.lock();
            drop(handed.lock());
        });
        thread::yield_now();
        // Now second waits for first, which has not asked for the other yet.
        drop(guard);
        let said = words(ended_refused(first));
        assert!(said.contains("first waits for Mutex 'other'"), "{said}");
        assert!(said.contains("second waits for Mutex 'handed'"), "{said}");
        second.join().unwrap();
    });
}

#[test]
fn a_lock_that_waits_for_who_joins_this_thread_is_refused() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let locks = named("locks", || {
            thread::yield_now();
            words(refused(|| mutex.lock().is_ok()))
        });
        let _guard = mutex.lock().unwrap();
        let said = locks.join().unwrap();
        assert!(
            said.starts_with("this wait would never end: locks waits for Mutex 'mutex' ("),
            "{said}"
        );
        assert!(said.ends_with(
            "held by MainThread since dispatch 1; MainThread waits for the end of locks"
        ));
    });
}

#[test]
fn a_join_that_waits_for_who_waits_for_ones_own_lock_is_refused() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let waits = named("waits", || {
            thread::yield_now();
            drop(mutex.lock());
        });
        let guard = mutex.lock().unwrap();
        thread::yield_now();
        thread::yield_now();
        let Err(JoinError::Ring(ring)) = waits.thread().join() else {
            panic!("it came to its end");
        };
        let said = ring.to_string();
        assert!(said.starts_with(
            "this wait would never end: MainThread waits for the end of waits; \
             waits waits for Mutex 'mutex' ("
        ));
        assert!(
            said.ends_with("held by MainThread since dispatch 1"),
            "{said}"
        );
        drop(guard);
        waits.join().unwrap();
    });
}

#[test]
fn a_killed_thread_that_would_close_a_ring_unwinds_as_killed() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let locks_twice = named("locks twice", || {
            let _guard = mutex.lock();
            thread::current().kill();
            drop(mutex.lock());
        });
        was_killed(locks_twice);
        assert!(!mutex.is_poisoned());

        let main = thread::current();
        let joins = named("joins", move || {
            thread::current().kill();
            main.join()
        });
        let waits = joins.thread().clone();
        waits.join().unwrap();
        was_killed(joins);
    });
}

#[test]
fn a_timeout_of_for_ever_is_none() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let locks = named("locks", || {
            thread::yield_now();
            words(refused(|| mutex.lock().is_ok()))
        });
        let _guard = mutex.lock().unwrap();
        let for_ever = std::time::Duration::MAX;
        assert_eq!(locks.thread().join_timeout(for_ever), Ok(()));
        assert!(
            locks
                .join()
                .unwrap()
                .contains("MainThread waits for the end of locks")
        );
    });
}

#[test]
fn a_ring_of_a_lock_and_the_end_of_a_scope_is_refused_whichever_comes_last() {
    run(|| {
        let [mutex] = mutexes(["mutex"]);
        let said = RefCell::new(String::new());
        // The lock closes it: the scope's owner waits already.
        thread::scope(|scope| {
            let builder = thread::Builder::new().name("inside".into());
            let locks = || {
                thread::yield_now();
                drop(said.replace(words(refused(|| mutex.lock().is_ok()))));
            };
            builder.spawn_scoped(scope, locks).unwrap();
            let guard = mutex.lock().unwrap();
            // It is kept until the scope has ended.
            std::mem::forget(guard);
        });
        assert!(
            said.borrow().ends_with(
                "held by MainThread since dispatch 1; MainThread waits for the threads of its scope"
            ),
            "{}",
            said.borrow()
        );

        // The end of the scope closes it.
        let [mutex] = mutexes(["mutex"]);
        let journal = Journal::default();
        let closes = refused_end_of_scope(|| {
            thread::scope(|scope| {
                let waits = || {
                    thread::yield_now();
                    journal.write("waits");
                    let _unwound = journal.on_drop("killed");
                    drop(mutex.lock());
                };
                let builder = thread::Builder::new().name("inside".into());
                builder.spawn_scoped(scope, waits).unwrap();
                std::mem::forget(mutex.lock());
                thread::yield_now();
                thread::yield_now();
            });
        });
        assert!(
            closes.starts_with(
                "this wait would never end: MainThread waits for the threads of its scope; \
             inside waits for Mutex 'mutex' ("
            ),
            "{closes}"
        );
        assert_eq!(journal.read(), ["waits", "killed"]);
    });
}

fn refused_end_of_scope(scope: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(scope)).unwrap_err();
    payload
        .downcast::<runtime::error::Ring>()
        .unwrap()
        .to_string()
}

/// A ring of a lock, a join, a scope and a lock.
#[test]
fn rings_are_found_through_locks_joins_and_scopes() {
    run(|| {
        let [outer, inner] = mutexes(["outer", "inner"]);
        let main_waits = named("joins", || thread::park());
        let joined: Thread = main_waits.thread().clone();
        let scoped = named("owner", move || {
            thread::scope(|scope| {
                let builder = thread::Builder::new().name("inside".into());
                let locks = || {
                    thread::yield_now();
                    drop(outer.lock());
                };
                builder.spawn_scoped(scope, locks).unwrap();
                // From here on its scope holds this.
                std::mem::forget(inner.lock());
            });
        });
        let owner = scoped.thread().clone();
        let has_outer = named("has outer", move || {
            let _outer = outer.lock().unwrap();
            thread::yield_now();
            thread::yield_now();
            owner.join()
        });
        let said = has_outer.join().unwrap();
        let Err(JoinError::Ring(ring)) = said else {
            panic!("{said:?}");
        };
        let said = ring.to_string();
        assert!(said.contains("has outer waits for the end of owner; owner waits for the threads of its scope; inside waits for Mutex 'outer'"), "{said}");
        drop(scoped);
        joined.unpark();
    });
}

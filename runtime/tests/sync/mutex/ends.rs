//! What becomes of a lock, and of those that wait for it, when a thread is
//! killed, panics, unwinds, or ends without giving it back.

use std::cell::RefCell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use runtime::error::Refused;
use runtime::sync::{Mutex, MutexGuard, RwLock, TryLockError};
use runtime::thread::{self, JoinHandle};

use crate::common::{deadlock, named, refused, was_killed};
use crate::support::child::in_child;
use crate::support::{Journal, OnDrop, run};

/// A mutex whose guards may go anywhere.
fn leaked<T>(value: T) -> &'static Mutex<T> {
    Box::leak(Box::new(Mutex::new(value)))
}

/// A thread that waits for the lock, which the caller has.
fn waits(name: &str, mutex: &'static Mutex<()>) -> JoinHandle<()> {
    let thread = named(name, || drop(mutex.lock().unwrap()));
    thread::yield_now();
    thread
}

#[test]
fn a_killed_holder_gives_the_lock_back_and_does_not_poison_it() {
    run(|| {
        let mutex = leaked(());
        let holder = thread::spawn(|| {
            let _guard = mutex.lock();
            thread::park();
        });
        thread::yield_now();
        let next = waits("next", mutex);
        holder.thread().kill();
        was_killed(holder);
        next.join().unwrap();
        assert!(!mutex.is_poisoned());
    });
}

#[test]
fn a_thread_that_is_killed_in_line_never_has_the_lock() {
    run(|| {
        let mutex = leaked(());
        let guard = mutex.lock().unwrap();
        let killed = waits("killed", mutex);
        killed.thread().kill();
        was_killed(killed);
        assert!(mutex.try_lock().is_err());
        drop(guard);
        assert!(mutex.try_lock().is_ok());
        assert!(!mutex.is_poisoned());
    });
}

#[test]
fn a_lock_that_was_handed_to_a_thread_which_is_killed_before_it_runs_is_handed_on() {
    run(|| {
        let mutex = leaked(());
        let guard = mutex.lock().unwrap();
        let [first, second, third] = ["first", "second", "third"].map(|name| waits(name, mutex));
        drop(guard);
        first.thread().kill();
        // Handed on to one that is killed before it runs as well.
        second.thread().kill();
        was_killed(first);
        was_killed(second);
        third.join().unwrap();
        assert!(mutex.try_lock().is_ok());
        assert!(!mutex.is_poisoned());
    });
}

#[test]
fn a_lock_that_was_handed_to_the_only_one_in_line_which_is_killed_is_free() {
    run(|| {
        let mutex = leaked(());
        let guard = mutex.lock().unwrap();
        let only = waits("only", mutex);
        drop(guard);
        only.thread().kill();
        assert!(mutex.try_lock().is_err(), "it has not handed it on yet");
        was_killed(only);
        assert!(mutex.try_lock().is_ok());
    });
}

#[test]
fn daemons_that_are_killed_at_the_end_hand_the_lock_on_among_themselves() {
    let mutex = leaked(());
    run(|| {
        let _guard = mutex.lock();
        for _ in 0..5 {
            let daemon = thread::Builder::new().daemon(true);
            daemon.spawn(|| drop(mutex.lock())).unwrap();
        }
        thread::yield_now();
    });
    assert!(mutex.try_lock().is_ok());
    assert!(!mutex.is_poisoned());
}

#[test]
fn a_destructor_locks_a_free_mutex_while_its_thread_unwinds() {
    run(|| {
        let mutex = leaked(0);
        let locks = || OnDrop(|| *mutex.lock().unwrap() += 1);
        let panics = thread::spawn(move || {
            let _locks = locks();
            panic!("it unwinds");
        });
        let killed = thread::spawn(move || {
            let _locks = locks();
            thread::park();
        });
        thread::yield_now();
        killed.thread().kill();
        panics.join().unwrap_err();
        was_killed(killed);
        assert_eq!(*mutex.lock().unwrap(), 2);
    });
}

/// What a destructor says that wants `mutex` while its thread unwinds.
fn unwinding(end: fn(), wants: impl Fn() -> String + 'static) -> String {
    let said = Rc::new(RefCell::new(String::new()));
    let theirs = Rc::clone(&said);
    let thread = thread::spawn(move || {
        let _wants = OnDrop(|| drop(theirs.replace(wants())));
        end();
    });
    thread::yield_now();
    thread.thread().kill();
    thread.join().unwrap_err();
    said.take()
}

#[test]
fn a_destructor_is_refused_a_lock_for_which_it_would_have_to_wait() {
    for end in [|| panic!("it unwinds"), || thread::park()] {
        run(move || {
            let mutex = leaked(());
            let guard = mutex.lock().unwrap();
            let said = unwinding(end, || {
                let error = refused(|| drop(mutex.lock()));
                assert_eq!(error.why, Refused::Unwinding);
                error.to_string()
            });
            assert!(
                said.starts_with("cannot wait for Mutex (runtime/tests/sync"),
                "{said}"
            );
            assert!(said.ends_with(
                "a thread that unwinds cannot wait for others: do it before the panic, or later"
            ));
            let would_block =
                || matches!(mutex.try_lock(), Err(TryLockError::WouldBlock)).to_string();
            assert_eq!(unwinding(end, would_block), "true");
            // Nobody has come between.
            drop(guard);
            assert!(mutex.try_lock().is_ok());
            assert!(!mutex.is_poisoned());
        });
    }
}

#[test]
fn a_destructor_that_lets_the_refusal_out_aborts() {
    let child = in_child(|| {
        run(|| {
            let mutex = leaked(());
            let _guard = mutex.lock();
            let thread = thread::spawn(|| {
                let _locks = OnDrop(|| drop(mutex.lock()));
                panic!("it unwinds");
            });
            drop(thread.join());
        });
    });
    child
        .dies_by(libc::SIGABRT)
        .says("runtime: cannot wait for Mutex (");
}

#[test]
fn a_destructor_that_unlocks_while_it_unwinds_hands_the_lock_on() {
    run(|| {
        let mutex = leaked(());
        let place: Rc<RefCell<Option<MutexGuard<'_, ()>>>> = Rc::default();
        let theirs = Rc::clone(&place);
        let panics = thread::spawn(move || {
            *theirs.borrow_mut() = Some(mutex.lock().unwrap());
            let _unlocks = OnDrop(|| drop(theirs.take()));
            thread::yield_now();
            panic!("it unwinds");
        });
        thread::yield_now();
        let next = named("next", || mutex.lock().is_err());
        panics.join().unwrap_err();
        assert!(next.join().unwrap(), "a panic poisons");
    });
}

#[test]
fn a_killed_thread_that_panics_in_a_destructor_does_not_poison_what_it_held() {
    run(|| {
        let [held, inner] = [leaked(()), leaked(())];
        let killed = thread::spawn(|| {
            let _held = held.lock();
            let _panics = OnDrop(|| {
                let panicked = catch_unwind(|| {
                    let _guard = inner.lock();
                    panic!("while it unwinds");
                });
                assert!(panicked.is_err());
            });
            thread::park();
        });
        thread::yield_now();
        killed.thread().kill();
        was_killed(killed);
        // As in std: it was unwinding already when it locked the inner one.
        assert!(!held.is_poisoned() && !inner.is_poisoned());
    });
}

#[test]
fn a_thread_that_has_swallowed_its_kill_poisons_by_a_panic() {
    run(|| {
        let [by_kill, by_panic] = [leaked(()), leaked(())];
        let thread = thread::spawn(|| {
            let killed = catch_unwind(|| {
                let _guard = by_kill.lock();
                thread::park();
            });
            drop(killed);
            let _guard = by_panic.lock();
            panic!("a panic of its own");
        });
        thread::yield_now();
        thread.thread().kill();
        thread.join().unwrap_err();
        assert!(!by_kill.is_poisoned());
        assert!(by_panic.is_poisoned());
    });
}

#[test]
fn a_panic_poisons_though_the_payload_of_an_earlier_kill_is_kept() {
    run(|| {
        let [mutex, held] = [leaked(()), leaked(())];
        let lock = RwLock::new(());
        let sub = thread::spawn(move || {
            let kept = catch_unwind(|| {
                let _guard = held.lock();
                thread::park();
            });
            let panics = || {
                let _guards = (mutex.lock(), lock.write());
                panic!("for another reason");
            };
            assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
            drop(kept);
            lock.is_poisoned()
        });
        thread::yield_now();
        sub.thread().kill();
        assert!(sub.join().unwrap());
        assert!(mutex.is_poisoned() && !held.is_poisoned());
    });
}

#[test]
fn others_that_hold_locks_while_a_thread_panics_do_not_poison_them() {
    run(|| {
        let mutex = leaked(());
        let guard = mutex.lock().unwrap();
        thread::spawn(|| panic!("elsewhere")).join().unwrap_err();
        drop(guard);
        assert!(!mutex.is_poisoned());
    });
}

#[test]
fn a_panic_poisons_for_those_that_wait_in_line() {
    run(|| {
        let mutex = leaked(0);
        let panics = thread::spawn(|| {
            let mut guard = mutex.lock().unwrap();
            *guard = 1;
            thread::yield_now();
            panic!("half done");
        });
        let waits = [(); 3].map(|()| thread::spawn(|| **mutex.lock().unwrap_err().get_ref()));
        panics.join().unwrap_err();
        assert_eq!(waits.map(|thread| thread.join().unwrap()), [1, 1, 1]);
        mutex.clear_poison();
        assert_eq!(*mutex.lock().unwrap(), 1);
    });
}

#[test]
fn a_guard_that_is_forgotten_keeps_the_lock_and_whoever_waits_says_that_its_holder_has_ended() {
    let report = deadlock(|| {
        let mutex = leaked(());
        let forgets = named("forgetful", || mem::forget(mutex.lock()));
        forgets.join().unwrap();
        assert!(mutex.try_lock().is_err());
        named("waits", || drop(mutex.lock())).join().unwrap();
    });
    let waits = &report.waiting[1];
    assert_eq!(waits.name, "waits");
    assert!(waits.waits_for.starts_with("waits for Mutex ("), "{waits}");
    // The name has gone with the PCB, and the number of the dispatch stays.
    assert!(
        waits
            .waits_for
            .ends_with("held by the ended thread of dispatch 2"),
        "{waits}"
    );
    assert_eq!(
        waits.could_end,
        "nobody, as far as is known: a thread has ended without letting go of it"
    );
    assert_eq!(report.rings, [""; 0]);
}

#[test]
fn a_guard_that_is_the_result_of_a_thread_keeps_the_lock_until_the_joiner_drops_it() {
    run(|| {
        let mutex = leaked(());
        let holder = thread::spawn(|| mutex.lock().unwrap());
        let guard = holder.join().unwrap();
        let next = waits("next", mutex);
        assert!(next.is_alive());
        drop(guard);
        next.join().unwrap();
    });
}

#[test]
fn a_guard_goes_with_the_result_that_nobody_wants() {
    run(|| {
        let mutex = leaked(());
        let detached = thread::spawn(|| {
            thread::yield_now();
            mutex.lock().unwrap()
        });
        drop(detached);
        let journal = Journal::default();
        let theirs = journal.clone();
        named("next", move || {
            thread::sleep(std::time::Duration::from_secs(1));
            drop(mutex.lock());
            theirs.write("next");
        })
        .join()
        .unwrap();
        assert_eq!(journal.read(), ["next"]);
        assert!(catch_unwind(AssertUnwindSafe(|| mutex.lock().unwrap())).is_ok());
    });
}

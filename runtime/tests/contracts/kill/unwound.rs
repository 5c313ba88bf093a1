//! What a killed thread takes along and leaves behind when it unwinds: guards,
//! borrows, and destructors that do all kinds of things.

use std::cell::RefCell;
use std::panic::catch_unwind;
use std::rc::Rc;
use std::sync::{Arc, Mutex, TryLockError};

use runtime::error::JoinError;
use runtime::thread::{self, Thread};

use super::{SECOND, forever, was_killed};
use crate::support::{Counter, Journal, OnDrop, run};

/// Kills a thread that waits, with a destructor on its stack that does `work`.
fn killed_with(mut work: impl FnMut() + 'static) {
    let done = Counter::default();
    let theirs = done.clone();
    let sub = thread::spawn(move || {
        let _on_stack = OnDrop(move || {
            assert!(thread::panicking());
            work();
            theirs.add();
        });
        thread::park();
    });
    thread::yield_now();
    sub.thread().kill();
    was_killed(sub);
    assert_eq!(done.get(), 1);
}

/// std's mutex asks `panicking`, and so it takes a kill for a panic. That is
/// std's own affair, and of those guards alone that the thread itself holds.
#[test]
fn a_kill_poisons_nothing_but_the_std_mutexes_whose_guards_it_unwinds() {
    run(|| {
        let [held, others] = [(); 2].map(|()| Arc::new(Mutex::new(0)));
        let borrowed = Rc::new(RefCell::new(0));
        let (theirs, cell) = (Arc::clone(&held), Rc::clone(&borrowed));
        let sub = thread::spawn(move || {
            let mut guard = theirs.lock().unwrap();
            let mut cell = cell.borrow_mut();
            (*guard, *cell) = (5, 5);
            // Whoever holds the other one shall not be asked meanwhile.
            let _waits = OnDrop(thread::yield_now);
            thread::park();
        });
        let (theirs, free) = (Arc::clone(&others), Arc::clone(&others));
        let holder = thread::spawn(move || {
            let guard = theirs.lock().unwrap();
            thread::park();
            drop(guard);
        });
        thread::yield_now();
        assert!(matches!(held.try_lock(), Err(TryLockError::WouldBlock)));
        assert!(borrowed.try_borrow().is_err());
        sub.thread().kill();
        holder.thread().unpark();
        was_killed(sub);
        holder.join().unwrap();

        assert_eq!(*borrowed.borrow(), 5, "it was given back");
        let poisoned = held.try_lock().unwrap_err();
        assert!(
            matches!(poisoned, TryLockError::Poisoned(_)),
            "as std has it"
        );
        held.clear_poison();
        drop(poisoned);
        assert_eq!(*held.lock().unwrap(), 5);

        assert!(!others.is_poisoned());
        // A guard that is taken while the thread unwinds does no harm either.
        killed_with(move || *free.lock().unwrap() += 1);
        assert_eq!(*others.lock().unwrap(), 1);
    });
}

#[test]
fn the_destructors_of_a_killed_thread_may_sleep_yield_lock_join_and_spawn() {
    run(|| {
        let journal = Journal::default();
        let (mutex, endless) = (Mutex::new(0), thread::spawn(thread::park));
        let (target, theirs) = (endless.thread().clone(), journal.clone());
        let ended = thread::spawn(|| ());
        ended.thread().join().unwrap();
        killed_with(move || {
            thread::sleep(SECOND);
            thread::yield_now();
            thread::park();
            *mutex.lock().unwrap() += 1;
            assert_eq!(target.join(), Err(JoinError::Unwinding));
            assert_eq!(ended.thread().join(), Ok(()));
            let spawned = theirs.clone();
            thread::spawn(move || spawned.write("spawned"));
            theirs.write("unwound");
        });
        thread::yield_now();
        assert_eq!(journal.read(), ["unwound", "spawned"]);
        assert!(endless.is_alive());
        endless.thread().unpark();
    });
}

#[test]
fn the_destructors_of_a_killed_thread_may_catch_panics_of_their_own() {
    run(|| {
        killed_with(|| {
            let inner = catch_unwind(|| panic!("inside")).unwrap_err();
            assert_eq!(inner.downcast_ref(), Some(&"inside"));
        });
        assert!(!thread::panicking());
    });
}

/// At the end of its thread's life, at a panic and at a kill.
#[test]
fn a_destructor_may_kill_other_threads() {
    let ends: [fn(); 3] = [
        || (),
        || panic!("the panic that the test wants"),
        thread::park,
    ];
    run(move || {
        for end in ends {
            let journal = Journal::default();
            let on_stack = journal.on_drop("waited");
            let waits = thread::spawn(move || {
                let _on_stack = on_stack;
                thread::park();
            });
            let on_stack = journal.on_drop("was ready");
            let ready = thread::spawn(move || {
                let _on_stack = on_stack;
                forever(thread::yield_now);
            });
            let captured = journal.on_drop("was new");
            let new = thread::create(move || drop(captured));
            let victims = [&waits, &ready, &new].map(|sub| sub.thread().clone());
            let theirs = journal.clone();
            let sub = thread::spawn(move || {
                let _kills = OnDrop(move || {
                    victims.iter().for_each(Thread::kill);
                    theirs.write("killed them");
                });
                end();
            });
            thread::yield_now();
            sub.thread().kill();
            sub.thread().join().unwrap();
            new.start().unwrap();
            [waits, ready, new].into_iter().for_each(was_killed);
            let mut log = journal.read();
            assert_eq!(log.remove(0), "killed them");
            log.sort();
            assert_eq!(log, ["waited", "was new", "was ready"]);
        }
    });
}

//! Where a lock can be used: outside, by one run after the other, and by one at
//! a time.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::mpsc;

use runtime::error::Refused;
use runtime::sync::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};
use runtime::thread;

use crate::steps::{cut_short, on_os_thread, refused};
use crate::support::run;

#[test]
fn outside_a_runtime_a_free_lock_can_be_had_and_what_would_wait_is_refused() {
    let lock = RwLock::named("door", 0);
    *lock.write().unwrap() += 1;
    let guard = lock.read().unwrap();
    assert_eq!(*lock.read().unwrap(), 1);
    let error = refused(|| lock.write());
    assert_eq!(error.why, Refused::OutsideRuntime);
    assert!(error.to_string().contains("RwLock 'door' ("), "{error}");
    assert!(
        error
            .to_string()
            .contains("no green thread is running here")
    );
    drop(guard);
    let _guard = lock.write().unwrap();
    assert_eq!(refused(|| lock.read()).why, Refused::OutsideRuntime);
}

#[test]
fn outside_it_is_any_os_threads_that_comes_when_there_is_no_guard() {
    static LOCK: RwLock<u32> = RwLock::new(0);

    for _ in 0..3 {
        on_os_thread(|| *LOCK.write().unwrap() += 1);
        *LOCK.write().unwrap() += 1;
    }
    let guard = LOCK.read().unwrap();
    assert_eq!(*guard, 6);
    let theirs = on_os_thread(|| refused(|| LOCK.read()).why);
    assert_eq!(theirs, Refused::OtherThread);
    assert!(on_os_thread(|| format!("{LOCK:?}").contains("<locked>")));
}

#[test]
fn one_run_after_the_other_can_use_it() {
    static LOCK: RwLock<u32> = RwLock::new(0);

    let count = || {
        run(|| {
            let subs = [(); 3].map(|()| {
                thread::spawn(|| {
                    let mut guard = LOCK.write().unwrap();
                    thread::yield_now();
                    *guard += 1;
                })
            });
            subs.into_iter().for_each(|sub| sub.join().unwrap());
        });
    };
    count();
    count();
    on_os_thread(count);
    assert_eq!(*LOCK.read().unwrap(), 9);
}

#[test]
fn a_runtime_on_another_os_thread_is_refused_as_long_as_the_first_one_lives() {
    static LOCK: RwLock<u32> = RwLock::named("door", 0);

    let (come, has_come) = mpsc::channel();
    let (go, may_go) = mpsc::channel::<()>();
    let first = std::thread::spawn(move || {
        run(move || {
            *LOCK.write().unwrap() += 1;
            come.send(()).unwrap();
            may_go.recv().unwrap();
        });
    });
    has_come.recv().unwrap();
    run(|| {
        for error in [
            refused(|| drop(LOCK.read())),
            refused(|| drop(LOCK.write())),
            refused(|| drop(LOCK.try_read())),
            refused(|| drop(LOCK.try_write())),
        ] {
            assert_eq!(error.why, Refused::OtherCore);
            assert!(error.object.starts_with("RwLock 'door' ("), "{error}");
        }
        assert!(format!("{LOCK:?}").contains("<locked>"));
        assert!(!LOCK.is_poisoned());
    });
    go.send(()).unwrap();
    first.join().unwrap();
    run(|| assert_eq!(*LOCK.read().unwrap(), 1));
}

#[test]
fn a_guard_that_outlives_its_run_can_be_dropped_and_then_the_lock_is_free() {
    static LOCK: RwLock<u32> = RwLock::new(0);

    let guard = run(|| LOCK.read().unwrap());
    assert_eq!(*guard, 0);
    let other = on_os_thread(|| run(|| refused(|| LOCK.write()).why));
    assert_eq!(other, Refused::Abandoned);
    drop(guard);
    let guard = run(|| LOCK.write().unwrap());
    drop(guard);
    on_os_thread(|| run(|| *LOCK.write().unwrap() += 1));
}

#[test]
fn a_lock_is_abandoned_if_a_reader_was_let_in_and_its_run_cut_short_before_it_ran() {
    static LOCK: RwLock<u32> = RwLock::named("door", 0);

    cut_short(|over| {
        let guard = LOCK.write().unwrap();
        thread::spawn(|| drop(LOCK.read()));
        thread::yield_now();
        drop(guard);
        over.set(true);
        thread::yield_now();
    });
    let error = run(|| refused(|| LOCK.write()));
    assert_eq!(error.why, Refused::Abandoned);
    assert!(error.object.starts_with("RwLock 'door' ("), "{error}");
}

#[test]
fn those_that_waited_in_a_run_that_was_cut_short_are_forgotten_when_its_last_guard_goes() {
    static LOCK: RwLock<u32> = RwLock::new(0);

    for downgrades in [false, true] {
        let kept = Rc::new(Cell::new(None));
        let theirs = Rc::clone(&kept);
        cut_short(move |over| {
            let guard = LOCK.write().unwrap();
            for _ in 0..10 {
                thread::spawn(|| drop(LOCK.read()));
                thread::spawn(|| drop(LOCK.write()));
            }
            thread::yield_now();
            let guard: Box<dyn Any> = match downgrades {
                false => Box::new(guard),
                // The readers are let in, and never run.
                true => Box::new(RwLockWriteGuard::downgrade(guard)),
            };
            theirs.set(Some(guard));
            over.set(true);
            thread::yield_now();
        });
        run(move || {
            let others: Vec<_> = (0..20).map(|_| thread::spawn(thread::park)).collect();
            thread::yield_now();
            drop(kept.take());
            *LOCK.write().unwrap() += 1;
            others.iter().for_each(|other| other.thread().unpark());
        });
    }
}

#[test]
fn a_guard_from_outside_can_be_dropped_in_a_run() {
    static LOCK: RwLock<u32> = RwLock::new(0);

    let guard = LOCK.write().unwrap();
    run(move || {
        assert!(LOCK.try_read().is_err());
        let sub = thread::spawn(|| *LOCK.read().unwrap());
        thread::yield_now();
        let mut guard = guard;
        *guard += 1;
        drop(guard);
        assert_eq!(sub.join().unwrap(), 1);
    });
}

#[test]
fn a_reader_of_a_run_that_has_ended_is_nobody_in_the_next_one() {
    static LOCK: RwLock<u32> = RwLock::new(0);
    static MUTEX: Mutex<()> = Mutex::new(());

    let place: Rc<RefCell<Vec<RwLockReadGuard<'_, u32>>>> = Rc::default();
    let theirs = Rc::clone(&place);
    run(|| {
        let reads = thread::spawn(move || {
            let guards = [LOCK.read().unwrap(), LOCK.read().unwrap()];
            theirs.borrow_mut().extend(guards);
        });
        reads.join().unwrap();
    });
    run(move || {
        // The kernel knows this one by the name of the one that read.
        let waits = thread::spawn(|| drop(MUTEX.lock()));
        let second = place.borrow_mut().pop();
        let first = place.borrow_mut().pop();
        let ends = thread::spawn(move || {
            thread::yield_now();
            drop(second);
        });
        drop(first);
        let guard = MUTEX.lock().unwrap();
        thread::yield_now();
        *LOCK.write().unwrap() += 1;
        drop(guard);
        waits.join().unwrap();
        ends.join().unwrap();
    });
}

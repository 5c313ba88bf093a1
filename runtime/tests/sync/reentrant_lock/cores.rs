//! Outside of a runtime, in one after another, and in two at the same time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use runtime::error::Refused;
use runtime::sync::{ReentrantLock, ReentrantLockGuard};

use crate::support::run;
use crate::threads::{elsewhere, refusal};

#[test]
fn outside_of_a_runtime_it_can_be_locked_again_and_what_would_wait_is_refused() {
    static LOCK: ReentrantLock<Cell<u32>> = ReentrantLock::named("output", Cell::new(0));
    let guards = (LOCK.lock(), LOCK.lock());
    LOCK.try_lock().unwrap().set(5);
    let elsewhere = std::thread::spawn(|| refusal(|| drop(LOCK.lock())));
    assert_eq!(elsewhere.join().unwrap().why, Refused::OtherThread);
    // A green thread is not the code outside.
    run(|| assert!(LOCK.try_lock().is_none()));
    drop(guards);
    let elsewhere = std::thread::spawn(|| LOCK.lock().get());
    assert_eq!(elsewhere.join().unwrap(), 5);
}

#[test]
fn after_the_end_of_one_runtime_another_one_may_lock_it() {
    static LOCK: ReentrantLock<Cell<u32>> = ReentrantLock::new(Cell::new(0));
    for number in 0..3 {
        run(move || {
            let guards = (LOCK.lock(), LOCK.lock());
            assert_eq!(guards.1.replace(number + 1), number);
        });
        assert_eq!(elsewhere(|| LOCK.lock().get()), number + 1);
    }
}

#[test]
fn a_guard_that_outlives_its_runtime_keeps_it_locked_and_is_nobodys() {
    static LOCK: ReentrantLock<()> = ReentrantLock::new(());
    let mut guards: Vec<ReentrantLockGuard<'static, ()>> = run(|| vec![LOCK.lock(), LOCK.lock()]);
    let error = run(|| refusal(|| drop(LOCK.lock())));
    assert_eq!(error.why, Refused::Abandoned);
    let place = Rc::new(RefCell::new(guards.pop()));
    let theirs = Rc::clone(&place);
    run(move || {
        drop(theirs.take());
        // This main thread has the pid that the holder had, and is not it.
        assert!(LOCK.try_lock().is_none());
    });
    drop(guards);
    run(|| drop(LOCK.lock()));
}

#[test]
fn another_core_is_refused_by_name() {
    static LOCK: ReentrantLock<()> = ReentrantLock::named("output", ());
    run(|| {
        let _guard = LOCK.lock();
        let errors = elsewhere(|| {
            let shown = format!("{LOCK:?}");
            assert_eq!(shown, "ReentrantLock { data: <locked>, .. }");
            [
                refusal(|| drop(LOCK.lock())),
                refusal(|| drop(LOCK.try_lock())),
            ]
        });
        for error in errors {
            assert_eq!(error.why, Refused::OtherCore);
            assert!(error.object.starts_with("ReentrantLock 'output' (runtime"));
        }
    });
}

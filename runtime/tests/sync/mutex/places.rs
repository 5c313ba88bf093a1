//! Outside of all runtimes, in one run after the other, in two at a time: who
//! may use a mutex, and whose guard may go where.

use std::cell::RefCell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc;

use runtime::error::Refused;
use runtime::sync::{Mutex, MutexGuard, TryLockError};
use runtime::thread;

use crate::common::{deadlock, named, refused};
use crate::support::{OnDrop, run};

/// A mutex whose guards may go anywhere.
fn leaked<T>(value: T) -> &'static Mutex<T> {
    Box::leak(Box::new(Mutex::named("lent", value)))
}

/// Calls `work` on an OS thread of its own.
fn elsewhere<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

/// Calls `during` here while another OS thread is in the middle of `work`,
/// which waits there when it calls the function that it gets.
fn while_elsewhere<T>(work: impl FnOnce(&dyn Fn()) + Send, during: impl FnOnce() -> T) -> T {
    let (begun, begins) = mpsc::channel();
    let (end, ends) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            work(&|| {
                begun.send(()).unwrap();
                let _ = ends.recv();
            });
        });
        begins.recv().unwrap();
        let result = during();
        drop(end);
        result
    })
}

/// As [`while_elsewhere`], in a run there.
fn while_in_run_elsewhere<T>(
    work: impl FnOnce(&dyn Fn()) + Send + 'static,
    during: impl FnOnce() -> T,
) -> T {
    let (begun, begins) = mpsc::channel();
    let (end, ends) = mpsc::channel::<()>();
    let other = std::thread::spawn(move || {
        run(move || {
            work(&|| {
                begun.send(()).unwrap();
                let _ = ends.recv();
            });
        });
    });
    begins.recv().unwrap();
    let result = during();
    drop(end);
    other.join().unwrap();
    result
}

const ELSEWHERE: &str = "is used by a runtime on another OS thread: give each runtime its own, \
                         or do the work there through a runtime::Handle";

#[test]
fn outside_a_free_lock_works_and_one_for_which_there_is_to_wait_is_refused() {
    let mutex = leaked(1);
    let guard = mutex.lock().unwrap();
    assert!(matches!(mutex.try_lock(), Err(TryLockError::WouldBlock)));
    let error = refused(|| mutex.lock().is_ok());
    assert_eq!(error.why, Refused::OutsideRuntime);
    assert!(
        error.object.starts_with("Mutex 'lent' (runtime/tests/sync"),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .ends_with("no green thread is running here")
    );
    assert_eq!(*guard, 1);
    drop(guard);
    *mutex.lock().unwrap() += 1;
    assert_eq!(*mutex.lock().unwrap(), 2);
}

#[test]
fn outside_it_is_bound_only_while_a_guard_lives() {
    let mutex = leaked(0);
    let add = || *mutex.lock().unwrap() += 1;
    add();
    elsewhere(add);
    while_elsewhere(
        |wait| {
            let _guard = mutex.lock();
            wait();
        },
        || {
            let error = refused(add);
            assert_eq!(error.why, Refused::OtherThread);
            assert!(
                refused(|| mutex.try_lock().is_ok())
                    .to_string()
                    .starts_with("code on another OS thread has Mutex 'lent'")
            );
            assert!(format!("{mutex:?}").contains("<locked>"));
            assert!(!mutex.is_poisoned());
        },
    );
    add();
    run(add);
    elsewhere(add);
    assert_eq!(*mutex.lock().unwrap(), 5);
}

#[test]
fn outside_a_panic_poisons_too() {
    let mutex = leaked(());
    let panicked = catch_unwind(|| {
        let _guard = mutex.lock();
        panic!("outside");
    });
    assert!(panicked.is_err() && mutex.is_poisoned());
    assert!(run(|| mutex.lock().is_err()));
}

#[test]
fn a_static_serves_one_run_after_the_other_on_whatever_os_thread() {
    static COUNTER: Mutex<u32> = Mutex::new(0);
    for number in 0..4 {
        let contend = || {
            run(|| {
                let threads = [(); 3].map(|()| {
                    thread::spawn(|| {
                        let mut guard = COUNTER.lock().unwrap();
                        thread::yield_now();
                        *guard += 1;
                    })
                });
                for thread in threads {
                    thread.join().unwrap();
                }
            });
        };
        match number % 2 {
            0 => contend(),
            _ => elsewhere(contend),
        }
    }
    assert_eq!(*COUNTER.lock().unwrap(), 12);
}

#[test]
fn the_mutex_of_a_live_run_is_refused_elsewhere_by_name_even_if_it_is_free() {
    static FREE: Mutex<u32> = Mutex::named("of one run", 0);
    let in_use = |wait: &dyn Fn()| {
        *FREE.lock().unwrap() += 1;
        wait();
        *FREE.lock().unwrap() += 1;
    };
    while_in_run_elsewhere(in_use, || {
        let outside = refused(|| FREE.lock().is_ok());
        let in_run = run(|| refused(|| FREE.lock().is_ok()));
        let in_try = run(|| refused(|| FREE.try_lock().is_ok()));
        assert_eq!([&in_run, &in_try], [&outside; 2]);
        assert_eq!(outside.why, Refused::OtherCore);
        assert!(
            outside
                .object
                .starts_with("Mutex 'of one run' (runtime/tests/sync")
        );
        assert!(outside.to_string().ends_with(ELSEWHERE));
        // To be looked at it is no good either, and nothing happens.
        let shown = format!("{FREE:?}");
        assert_eq!(shown, "Mutex { data: \"<locked>\", poisoned: false, .. }");
        assert!(!FREE.is_poisoned());
    });
    assert_eq!(run(|| *FREE.lock().unwrap()), 2);
}

#[test]
fn a_mutex_that_another_run_has_is_poisoned_and_cleared_from_everywhere() {
    let mutex = leaked(());
    let poisons = move |wait: &dyn Fn()| {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _guard = mutex.lock();
            panic!("poison");
        }));
        assert!(panicked.is_err());
        wait();
        assert!(mutex.lock().is_ok());
    };
    while_in_run_elsewhere(poisons, || {
        assert!(mutex.is_poisoned());
        mutex.clear_poison();
    });
}

#[test]
fn a_mutex_goes_to_another_os_thread_with_its_value() {
    let mutex = run(|| {
        let mutex = Mutex::new(vec![1]);
        mutex.lock().unwrap().push(2);
        mutex
    });
    let mutex = elsewhere(move || {
        mutex.lock().unwrap().push(3);
        mutex
    });
    assert_eq!(run(|| mutex.into_inner().unwrap()), [1, 2, 3]);
    // While the run goes on it is its own, and what needs no lock works.
    run(|| {
        let mut mutex = Mutex::new(1);
        *mutex.lock().unwrap() += 1;
        let moved = std::thread::spawn(move || {
            *mutex.get_mut().unwrap() += 1;
            assert_eq!(refused(|| mutex.lock().is_ok()).why, Refused::OtherCore);
            mutex.into_inner().unwrap()
        });
        assert_eq!(moved.join().unwrap(), 3);
    });
}

#[test]
fn a_guard_that_left_its_run_is_dropped_outside() {
    let mutex = leaked(1);
    let mut guard = run(|| mutex.lock().unwrap());
    *guard += 1;
    drop(guard);
    assert_eq!(*mutex.lock().unwrap(), 2);
    assert_eq!(elsewhere(|| run(|| *mutex.lock().unwrap())), 2);
}

#[test]
fn a_guard_that_left_its_run_is_dropped_in_the_next_one() {
    let mutex = leaked(1);
    let guard = run(|| mutex.lock().unwrap());
    run(move || {
        let waits = |guard: MutexGuard<'static, i32>| {
            let next = named("next", || *mutex.lock().unwrap());
            drop(guard);
            next.join().unwrap()
        };
        assert_eq!(waits(guard), 1);
        // And so does one of this run.
        assert_eq!(waits(mutex.lock().unwrap()), 1);
    });
    assert!(mutex.try_lock().is_ok());
}

#[test]
fn as_long_as_a_guard_that_left_its_run_lives_all_others_are_refused() {
    let mutex = leaked(1);
    let guard = run(|| mutex.lock().unwrap());
    let abandoned = || {
        let error = refused(|| mutex.lock().is_ok());
        assert_eq!(error.why, Refused::Abandoned);
        error.to_string()
    };
    assert_eq!(abandoned(), run(abandoned));
    assert_eq!(abandoned(), elsewhere(abandoned));
    assert!(abandoned().ends_with(
        "belonged to a runtime that ended while somebody had it or waited for it, \
         and has not been let go of since"
    ));
    assert_eq!(refused(|| mutex.try_lock().is_ok()).why, Refused::Abandoned);
    assert!(format!("{mutex:?}").contains("<locked>"));
    drop(guard);
    assert_eq!(elsewhere(|| *mutex.lock().unwrap()), 1);
}

#[test]
fn a_mutex_whose_guard_was_forgotten_is_of_use_to_its_owner_alone() {
    let mut mutex = run(|| {
        let mutex = Mutex::new(1);
        mem::forget(mutex.lock());
        mutex
    });
    assert_eq!(refused(|| mutex.lock().is_ok()).why, Refused::Abandoned);
    *mutex.get_mut().unwrap() += 1;
    assert_eq!(mutex.into_inner().unwrap(), 2);
}

#[test]
fn a_guard_from_outside_may_be_dropped_in_a_run_and_whoever_waits_there_goes_on() {
    let mutex = leaked(1);
    let guard = mutex.lock().unwrap();
    run(move || {
        assert!(matches!(mutex.try_lock(), Err(TryLockError::WouldBlock)));
        let waits = [(); 2].map(|()| thread::spawn(|| *mutex.lock().unwrap()));
        thread::yield_now();
        drop(guard);
        assert_eq!(waits.map(|thread| thread.join().unwrap()), [1, 1]);
    });
    elsewhere(|| assert_eq!(*mutex.lock().unwrap(), 1));
}

#[test]
fn a_guard_that_stays_outside_keeps_all_in_the_run_waiting_and_is_good_afterwards() {
    let mutex = leaked(1);
    let mut guard = mutex.lock().unwrap();
    let report = deadlock(|| drop(mutex.lock()));
    let main = &report.waiting[0];
    assert!(
        main.waits_for.starts_with("waits for Mutex 'lent' ("),
        "{main}"
    );
    assert!(main.waits_for.ends_with(')'), "{main}");
    *guard += 1;
    drop(guard);
    assert_eq!(elsewhere(|| *mutex.lock().unwrap()), 2);
}

#[test]
fn a_guard_from_a_run_that_ended_in_a_deadlock_frees_its_mutex() {
    let mutex = leaked(1);
    let place: Rc<RefCell<Option<MutexGuard<'_, i32>>>> = Rc::default();
    let theirs = Rc::clone(&place);
    deadlock(move || {
        *theirs.borrow_mut() = Some(mutex.lock().unwrap());
        for _ in 0..3 {
            thread::spawn(|| drop(mutex.lock()));
        }
        thread::park();
    });
    drop(place);
    assert_eq!(elsewhere(|| run(|| *mutex.lock().unwrap())), 1);
}

#[test]
fn a_thread_that_was_never_started_gives_back_the_guard_it_was_made_for() {
    run(|| {
        let mutex = leaked(());
        let guard = mutex.lock().unwrap();
        let never = thread::create(move || drop(guard));
        let waits = thread::spawn(|| drop(mutex.lock()));
        thread::yield_now();
        drop(never);
        waits.join().unwrap();
    });
    // And what is left of these at the end of the run.
    let mutex = leaked(());
    run(|| {
        let guard = mutex.lock().unwrap();
        mem::forget(thread::create(move || drop(guard)));
    });
    elsewhere(|| assert!(mutex.try_lock().is_ok()));
}

#[test]
fn thread_locals_may_keep_guards() {
    runtime::thread_local! {
        static KEPT: RefCell<Option<MutexGuard<'static, ()>>> = const { RefCell::new(None) };
    }
    run(|| {
        let mutex = leaked(());
        let keeps = thread::spawn(|| KEPT.with(|kept| *kept.borrow_mut() = mutex.lock().ok()));
        let waits = thread::spawn(|| drop(mutex.lock()));
        keeps.join().unwrap();
        waits.join().unwrap();
    });
    // In a thread-local of std a guard stays until the OS thread ends.
    std::thread_local! {
        static OF_OS_THREAD: RefCell<Option<MutexGuard<'static, ()>>> = const { RefCell::new(None) };
    }
    let mutex = leaked(());
    elsewhere(|| {
        run(|| OF_OS_THREAD.with(|kept| *kept.borrow_mut() = mutex.lock().ok()));
        assert_eq!(refused(|| mutex.lock().is_ok()).why, Refused::Abandoned);
    });
    assert!(mutex.try_lock().is_ok());
}

#[test]
fn the_loop_takes_free_locks_and_is_refused_others() {
    // A destructor that runs in the loop: the thread was never started.
    let discarded = |mutex: &'static Mutex<u32>, said: Rc<RefCell<String>>| {
        let locks = OnDrop(move || {
            let locked = catch_unwind(AssertUnwindSafe(|| *mutex.lock().unwrap() += 1));
            drop(
                said.replace(match locked {
                    Ok(()) => "locked".into(),
                    Err(why) => why
                        .downcast::<runtime::error::SyncError>()
                        .unwrap()
                        .to_string(),
                }),
            );
        });
        mem::forget(thread::create(move || drop(locks)));
    };
    let said: Rc<RefCell<String>> = Rc::default();
    let mutex = leaked(0);
    let theirs = Rc::clone(&said);
    run(move || discarded(mutex, theirs));
    assert_eq!(said.take(), "locked");
    assert_eq!(*mutex.lock().unwrap(), 1);

    let theirs = Rc::clone(&said);
    run(move || {
        mem::forget(mutex.lock());
        discarded(mutex, theirs);
    });
    assert!(said.take().contains("no green thread is running here"));
}

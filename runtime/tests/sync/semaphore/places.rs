//! Semaphores in runtimes, outside of them and on other OS threads.

use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::time::Duration;

use runtime::error::Refused;
use runtime::sync::{BoundedSemaphore, Semaphore, SemaphoreGuard};
use runtime::thread;

use crate::support::run;
use crate::waits::{SECOND, elsewhere, lost_waiting, refused};

#[test]
fn a_semaphore_can_be_a_static_and_be_shared_between_os_threads() {
    fn shared<T: Send + Sync + UnwindSafe + RefUnwindSafe + Unpin>(_: &T) {}
    static SEMAPHORE: Semaphore = Semaphore::new(1);
    static BOUNDED: BoundedSemaphore = BoundedSemaphore::new(1);
    shared(&SEMAPHORE);
    shared(&BOUNDED);
    for _ in 0..2 {
        let other = std::thread::spawn(|| {
            run(|| {
                let guards = (SEMAPHORE.acquire(), BOUNDED.acquire());
                thread::yield_now();
                drop(guards);
            });
        });
        other.join().unwrap();
    }
    run(|| drop((SEMAPHORE.acquire(), BOUNDED.acquire())));
}

#[test]
fn outside_of_a_runtime_a_free_permit_can_be_had_and_nobody_waits() {
    static SEMAPHORE: Semaphore = Semaphore::named("seats", 1);
    let guard = SEMAPHORE.acquire();
    assert!(SEMAPHORE.try_acquire().is_none());
    assert!(SEMAPHORE.acquire_timeout(Duration::ZERO).is_none());
    assert_eq!(refused(|| SEMAPHORE.acquire()).why, Refused::OutsideRuntime);
    let error = refused(|| SEMAPHORE.acquire_timeout(SECOND));
    assert_eq!(error.why, Refused::OutsideRuntime);
    assert!(error.object.starts_with("Semaphore 'seats' ("), "{error}");
    // A run on this OS thread goes on with what was taken outside.
    run(|| assert_eq!(SEMAPHORE.available_permits(), 0));
    drop(guard);
    assert_eq!(SEMAPHORE.available_permits(), 1);
    SEMAPHORE.acquire().forget();
    SEMAPHORE.release();
    assert_eq!(SEMAPHORE.available_permits(), 1);
}

#[test]
fn a_runtime_on_another_os_thread_is_refused_by_name() {
    static SEMAPHORE: Semaphore = Semaphore::named("seats", 1);
    let calls: [fn(); 6] = [
        || drop(SEMAPHORE.acquire()),
        || drop(SEMAPHORE.try_acquire()),
        || drop(SEMAPHORE.acquire_timeout(SECOND)),
        || SEMAPHORE.release(),
        || SEMAPHORE.release_n(0),
        || assert_eq!(SEMAPHORE.available_permits(), 1),
    ];
    elsewhere(
        || drop(SEMAPHORE.acquire()),
        || {
            for call in calls {
                let outside = refused(call);
                assert_eq!(outside, run(move || refused(call)));
                assert_eq!(outside.why, Refused::OtherCore);
                assert!(outside.object.starts_with("Semaphore 'seats' ("));
            }
            let text = "Semaphore { available_permits: <used elsewhere>, .. }";
            assert_eq!(format!("{SEMAPHORE:?}"), text);
        },
    );
    // It has ended, and left nothing.
    run(|| assert_eq!(SEMAPHORE.available_permits(), 1));
}

#[test]
fn a_guard_that_a_runtime_leaves_behind_keeps_others_out_until_it_is_dropped() {
    static SEMAPHORE: Semaphore = Semaphore::new(1);
    let guard: SemaphoreGuard<'static> = run(|| SEMAPHORE.acquire());
    let error = run(|| refused(|| SEMAPHORE.try_acquire()));
    assert_eq!(error.why, Refused::Abandoned);
    assert_eq!(refused(|| SEMAPHORE.release()).why, Refused::Abandoned);
    drop(guard);
    run(|| assert_eq!(SEMAPHORE.available_permits(), 1));

    // In the next run it is as good as one made there.
    let guard = run(|| SEMAPHORE.acquire());
    run(move || {
        drop(guard);
        let guard = SEMAPHORE.acquire();
        let waits = thread::spawn(|| SEMAPHORE.acquire().forget());
        thread::yield_now();
        drop(guard);
        waits.join().unwrap();
    });
}

#[test]
fn forgotten_permits_are_nobodys_and_the_next_runtime_finds_them_gone() {
    static SEMAPHORE: Semaphore = Semaphore::new(2);
    run(|| SEMAPHORE.acquire().forget());
    run(|| {
        assert_eq!(SEMAPHORE.available_permits(), 1);
        SEMAPHORE.release();
    });
    assert_eq!(SEMAPHORE.available_permits(), 2);
}

#[test]
fn the_daemons_that_wait_when_the_program_ends_leave_it_as_it_was() {
    static SEMAPHORE: Semaphore = Semaphore::new(1);
    run(|| {
        for _ in 0..3 {
            let daemon = thread::Builder::new().daemon(true);
            let body = || {
                let _guard = SEMAPHORE.acquire();
                thread::park();
            };
            drop(daemon.spawn(body).unwrap());
        }
        thread::yield_now();
    });
    assert_eq!(SEMAPHORE.available_permits(), 1);
}

#[test]
fn a_thread_that_is_lost_while_it_waits_keeps_others_out() {
    static SEMAPHORE: Semaphore = Semaphore::new(0);
    lost_waiting(|| SEMAPHORE.acquire().forget());
    let calls: fn() = || SEMAPHORE.release();
    assert_eq!(refused(calls).why, Refused::Abandoned);
    assert_eq!(run(move || refused(calls)).why, Refused::Abandoned);
}

#[test]
fn a_guard_whose_runtime_was_lost_forgets_those_that_wait_there_when_it_is_dropped() {
    static SEMAPHORE: Semaphore = Semaphore::new(1);
    std::thread_local! {
        static GUARD: Cell<Option<SemaphoreGuard<'static>>> = const { Cell::new(None) };
    }
    lost_waiting(|| {
        GUARD.set(Some(SEMAPHORE.acquire()));
        SEMAPHORE.acquire().forget();
    });
    assert_eq!(
        refused(|| SEMAPHORE.available_permits()).why,
        Refused::Abandoned
    );
    drop(GUARD.take());
    assert_eq!(SEMAPHORE.available_permits(), 1);
    run(|| drop(SEMAPHORE.acquire()));
}

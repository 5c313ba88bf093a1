//! What reports say of semaphores.

use std::cell::Cell;
use std::rc::Rc;

use runtime::sync::{BoundedSemaphore, Semaphore};
use runtime::thread;

use crate::support::run;
use crate::waits::{deadlock, named};

#[test]
fn a_deadlock_report_says_how_many_guards_live_and_who_used_it_last() {
    let lines = Rc::new(Cell::new((0, 0)));
    let theirs = Rc::clone(&lines);
    let report = deadlock(move || {
        let semaphore: &'static _ = Box::leak(Box::new(Semaphore::named("seats", 1)));
        let (first, second, third) = (line!() + 1, line!() + 2, line!() + 3);
        let holder = named("holder", || std::mem::forget(semaphore.acquire()));
        let releases = named("releases", || semaphore.release());
        let acquires = named("acquires", || std::mem::forget(semaphore.acquire()));
        assert_eq!(first + 2, third);
        theirs.set((second, third));
        for thread in [holder, releases, acquires] {
            thread.join().unwrap();
        }
        drop(semaphore.acquire());
    });
    let main = &report.waiting[0];
    let file = file!();
    let (released, acquired) = lines.get();
    assert_eq!(
        main.waits_for.split(" (").next(),
        Some("waits for Semaphore 'seats'")
    );
    assert_eq!(
        main.could_end,
        format!(
            "whoever releases: 2 guards are left, the last to acquire was thread 4, which has ended, at \
             {file}:{acquired}, the last to call release was thread 3, which has ended, at {file}:{released}"
        )
    );
    assert_eq!(main.at.file(), file);
    assert!(report.rings.is_empty());
}

#[test]
fn a_deadlock_report_calls_threads_that_live_by_name_and_says_if_nobody_ever_did() {
    let report = deadlock(|| drop(Semaphore::new(0).acquire()));
    assert_eq!(
        report.waiting[0].could_end,
        "whoever releases: no guard is left, nobody has acquired, nobody has called release"
    );
    let report = deadlock(|| {
        let semaphore = Rc::new(Semaphore::new(1));
        let theirs = Rc::clone(&semaphore);
        named("holder", move || {
            let _guard = theirs.acquire();
            thread::park();
        });
        thread::yield_now();
        drop(semaphore.acquire());
    });
    let could_end = &report.waiting[0].could_end;
    let expected = "whoever releases: 1 guard is left, the last to acquire was holder at ";
    assert!(could_end.starts_with(expected), "{could_end}");
}

#[test]
fn what_was_done_in_another_runtime_or_outside_is_not_said_of_a_thread_of_this_one() {
    static INSIDE: Semaphore = Semaphore::new(0);
    static OUTSIDE: Semaphore = Semaphore::new(0);
    run(|| {
        INSIDE.release();
        INSIDE.acquire().forget();
    });
    OUTSIDE.release();
    OUTSIDE.acquire().forget();
    for (semaphore, who) in [
        (&INSIDE, "a thread of a runtime that has ended"),
        (&OUTSIDE, "code outside of green threads"),
    ] {
        let report = deadlock(|| semaphore.acquire().forget());
        let could_end = &report.waiting[0].could_end;
        assert_eq!(could_end.matches(who).count(), 2, "{could_end}");
    }
}

#[test]
fn debug_shows_the_free_permits() {
    let semaphore = Semaphore::new(3);
    let guard = semaphore.acquire();
    assert_eq!(
        format!("{semaphore:?} {guard:?} {:?}", BoundedSemaphore::new(1)),
        "Semaphore { available_permits: 2, .. } SemaphoreGuard { .. } \
         BoundedSemaphore { most: 1, available_permits: 1, .. }"
    );
}

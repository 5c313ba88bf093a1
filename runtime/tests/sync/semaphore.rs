//! Semaphores: how permits are taken, given back and handed on.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::{Refused, ReleaseError};
use runtime::sync::{BoundedSemaphore, Semaphore, SemaphoreGuard};
use runtime::thread::{self, Killed};
use runtime::time::Instant;

use crate::support::{Journal, run};
use crate::waits::{
    MICROSECOND, SECOND, deadlock, elsewhere, lost_waiting, named, refused, state_of,
    while_unwinding,
};

/// A semaphore, and a thread of each of these names that acquires, says so, and
/// forgets its permit, as soon as it can. All of them wait.
fn with_waiters<const N: usize>(
    journal: &Journal,
    names: [&str; N],
) -> (Rc<Semaphore>, [thread::JoinHandle<()>; N]) {
    let semaphore = Rc::new(Semaphore::new(0));
    let waiters = names.map(|name| {
        let (semaphore, journal) = (Rc::clone(&semaphore), journal.clone());
        named(name, move || {
            semaphore.acquire().forget();
            journal.write(thread::current().to_string());
        })
    });
    thread::yield_now();
    (semaphore, waiters)
}

fn join_all<const N: usize>(threads: [thread::JoinHandle<()>; N]) {
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn so_many_and_no_more_are_in_at_the_same_time() {
    run(|| {
        let (semaphore, inside, most) = (Semaphore::new(3), Cell::new(0), Cell::new(0));
        thread::scope(|scope| {
            for _ in 0..10 {
                scope.spawn(|| {
                    let _guard = semaphore.acquire();
                    inside.set(inside.get() + 1);
                    most.set(inside.get().max(most.get()));
                    thread::sleep(SECOND);
                    inside.set(inside.get() - 1);
                });
            }
        });
        assert_eq!(most.get(), 3);
        assert_eq!(semaphore.available_permits(), 3);
    });
}

#[test]
fn a_permit_that_is_free_is_taken_without_giving_up_the_cpu() {
    run(|| {
        let semaphore = Semaphore::new(2);
        let other = thread::spawn(|| ());
        let begin = Instant::now();
        let first = semaphore.acquire();
        let second = semaphore.acquire_timeout(SECOND).unwrap();
        assert_eq!(semaphore.available_permits(), 0);
        drop(first);
        assert_eq!(semaphore.available_permits(), 1);
        drop(second);
        assert_eq!(semaphore.available_permits(), 2);
        assert_eq!(begin.elapsed(), Duration::ZERO);
        assert!(other.is_alive());
    });
}

#[test]
fn those_that_wait_get_permits_in_the_order_in_which_they_came() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, waiters) = with_waiters(&journal, ["a", "b", "c"]);
        for name in ["a", "b", "c"] {
            semaphore.release();
            thread::yield_now();
            assert_eq!(journal.read(), [name]);
        }
        join_all(waiters);
    });
}

#[test]
fn nobody_gets_in_between_a_release_and_the_one_it_lets_on() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, waiters) = with_waiters(&journal, ["waits"]);
        semaphore.release();
        assert_eq!(semaphore.available_permits(), 0);
        assert!(semaphore.try_acquire().is_none());
        assert!(semaphore.acquire_timeout(Duration::ZERO).is_none());
        join_all(waiters);
        assert_eq!(journal.read(), ["waits"]);
    });
}

#[test]
fn several_permits_at_once_let_as_many_on_and_what_is_left_is_free() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, waiters) = with_waiters(&journal, ["a", "b", "c"]);
        semaphore.release_n(2);
        thread::yield_now();
        assert_eq!(journal.read(), ["a", "b"]);
        assert_eq!(semaphore.available_permits(), 0);
        semaphore.release_n(5);
        assert_eq!(semaphore.available_permits(), 4);
        join_all(waiters);
        assert_eq!(journal.read(), ["c"]);
        semaphore.release_n(0);
        assert_eq!(semaphore.available_permits(), 4);
    });
}

#[test]
fn a_permit_may_be_given_back_by_another_thread() {
    run(|| {
        let semaphore: &'static Semaphore = Box::leak(Box::new(Semaphore::new(1)));
        let guard = semaphore.acquire();
        let waits = thread::spawn(|| semaphore.acquire().forget());
        let drops = thread::spawn(move || drop(guard));
        waits.join().unwrap();
        drops.join().unwrap();
        thread::spawn(|| semaphore.release()).join().unwrap();
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn a_forgotten_permit_is_gone_until_somebody_releases() {
    run(|| {
        let semaphore = Semaphore::new(1);
        semaphore.acquire().forget();
        assert!(semaphore.try_acquire().is_none());
        semaphore.release();
        assert!(semaphore.try_acquire().is_some());
    });
}

#[test]
fn a_timeout_lasts_as_long_as_it_should_and_ends_with_the_permit() {
    run(|| {
        let semaphore = Rc::new(Semaphore::new(0));
        let begin = Instant::now();
        assert!(semaphore.acquire_timeout(SECOND).is_none());
        assert_eq!(begin.elapsed(), SECOND + MICROSECOND);

        let theirs = Rc::clone(&semaphore);
        thread::spawn(move || {
            thread::sleep(SECOND);
            theirs.release();
        });
        let begin = Instant::now();
        assert!(semaphore.acquire_timeout(3 * SECOND).is_some());
        assert!(begin.elapsed() < 2 * SECOND);
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn no_time_only_looks_and_a_timeout_of_for_ever_does_not_end() {
    run(|| {
        let semaphore = Rc::new(Semaphore::new(0));
        let begin = Instant::now();
        assert!(semaphore.acquire_timeout(Duration::ZERO).is_none());
        assert_eq!(begin.elapsed(), Duration::ZERO);

        let theirs = Rc::clone(&semaphore);
        let patient = thread::spawn(move || theirs.acquire_timeout(Duration::MAX).is_some());
        thread::sleep(1_000_000 * SECOND);
        semaphore.release();
        assert!(patient.join().unwrap());
    });
}

#[test]
fn whose_time_is_up_leaves_the_line_and_is_handed_nothing() {
    run(|| {
        let semaphore = Rc::new(Semaphore::new(0));
        let [hasty, patient] = [("hasty", SECOND), ("patient", Duration::MAX)];
        let [hasty, patient] = [hasty, patient].map(|(name, timeout)| {
            let semaphore = Rc::clone(&semaphore);
            named(name, move || semaphore.acquire_timeout(timeout).is_some())
        });
        thread::sleep(SECOND - MICROSECOND);
        while state_of("hasty") == "Waiting" {
            thread::yield_now();
        }
        assert_eq!(
            state_of("hasty"),
            "Ready",
            "its time is up and it has not run"
        );
        semaphore.release();
        assert!(!hasty.join().unwrap());
        assert!(patient.join().unwrap());
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn who_is_killed_while_it_waits_leaves_the_line() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, [first, second]) = with_waiters(&journal, ["first", "second"]);
        first.thread().kill();
        semaphore.release();
        assert!(first.join().unwrap_err().is::<Killed>());
        second.join().unwrap();
        assert_eq!(journal.read(), ["second"]);
        assert_eq!(semaphore.available_permits(), 0);
    });
}

#[test]
fn a_permit_for_a_thread_that_is_killed_before_it_runs_goes_to_the_next_one() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, [first, second]) = with_waiters(&journal, ["first", "second"]);
        semaphore.release();
        first.thread().kill();
        assert!(first.join().unwrap_err().is::<Killed>());
        second.join().unwrap();
        assert_eq!(journal.read(), ["second"]);

        let (semaphore, [only]) = with_waiters(&journal, ["only"]);
        semaphore.release();
        only.thread().kill();
        only.join().unwrap_err();
        assert_eq!(semaphore.available_permits(), 1);
        assert_eq!(journal.read(), [""; 0]);
    });
}

#[test]
fn a_thread_that_unwinds_gives_its_permits_back() {
    run(|| {
        let semaphore = Rc::new(Semaphore::new(2));
        let theirs = Rc::clone(&semaphore);
        let sub = thread::spawn(move || {
            let _guards = [theirs.acquire(), theirs.acquire()];
            thread::park();
        });
        thread::yield_now();
        assert_eq!(semaphore.available_permits(), 0);
        sub.thread().kill();
        sub.join().unwrap_err();
        assert_eq!(semaphore.available_permits(), 2);

        let theirs = Rc::clone(&semaphore);
        let sub = thread::spawn(move || {
            let _guard = theirs.acquire();
            std::panic::resume_unwind(Box::new("a panic that the test wants"));
        });
        sub.join().unwrap_err();
        assert_eq!(semaphore.available_permits(), 2);
    });
}

#[test]
fn while_a_thread_unwinds_a_free_permit_can_be_had_and_others_are_refused() {
    run(|| {
        let (free, taken) = (Rc::new(Semaphore::new(1)), Rc::new(Semaphore::new(0)));
        while_unwinding(move || {
            let begin = Instant::now();
            drop(free.acquire());
            assert!(free.try_acquire().is_some());
            assert!(free.acquire_timeout(SECOND).is_some());
            assert_eq!(refused(|| taken.acquire()).why, Refused::Unwinding);
            assert!(taken.try_acquire().is_none());
            for timeout in [Duration::ZERO, SECOND, Duration::MAX] {
                assert!(taken.acquire_timeout(timeout).is_none());
            }
            taken.release();
            drop(taken.acquire());
            taken.acquire().forget();
            assert_eq!(begin.elapsed(), Duration::ZERO, "it has kept the CPU");
        });
    });
}

#[test]
fn a_destructor_that_releases_while_unwinding_lets_others_on() {
    run(|| {
        let journal = Journal::default();
        let (semaphore, waiters) = with_waiters(&journal, ["a", "b"]);
        while_unwinding(move || semaphore.release());
        join_all(waiters);
        assert_eq!(journal.read(), ["a", "b"]);
    });
}

#[test]
fn too_many_permits_are_a_panic_and_change_nothing() {
    run(|| {
        let semaphore = Semaphore::named("full", usize::MAX);
        let guard = semaphore.acquire();
        let panic = catch_unwind(AssertUnwindSafe(|| semaphore.release())).unwrap_err();
        let text: &String = panic.downcast_ref().unwrap();
        assert!(
            text.starts_with("Semaphore 'full' (runtime/tests/"),
            "{text}"
        );
        assert!(text.ends_with("more than usize::MAX permits"), "{text}");
        assert_eq!(semaphore.available_permits(), usize::MAX - 1);
        // So a guard always has room for its own.
        drop(guard);
        assert_eq!(semaphore.available_permits(), usize::MAX);
        semaphore.acquire().forget();
        semaphore.release();
        assert_eq!(semaphore.available_permits(), usize::MAX);
    });
}

#[test]
fn a_bounded_semaphore_refuses_to_have_more_permits_than_it_began_with() {
    run(|| {
        let semaphore = BoundedSemaphore::named("seats", 2);
        let line = line!() - 1;
        let error = semaphore.release().unwrap_err();
        let object = format!("BoundedSemaphore 'seats' ({}:{line})", file!());
        assert_eq!((&error.object, error.most), (&object, 2));
        assert_eq!(
            error.to_string(),
            format!(
                "{object} was released too often: it would have more permits than the 2 it began \
                 with. Release only what was acquired and forgotten: a guard gives back its own"
            )
        );
        let (guard, _other) = (semaphore.acquire(), semaphore.try_acquire().unwrap());
        assert!(semaphore.release().is_err(), "they are with guards");
        guard.forget();
        assert!(semaphore.release_n(2).is_err(), "one was forgotten");
        assert_eq!(semaphore.available_permits(), 0);
        assert_eq!(semaphore.release(), Ok(()));
        assert_eq!(semaphore.available_permits(), 1);
        assert_eq!(semaphore.release_n(0), Ok(()));
        assert!(semaphore.release_n(usize::MAX).is_err());
        assert_eq!(semaphore.available_permits(), 1);
    });
}

#[test]
fn a_permit_on_its_way_to_somebody_counts_for_a_bounded_semaphore() {
    run(|| {
        let semaphore = Rc::new(BoundedSemaphore::new(1));
        let guard = semaphore.acquire();
        let theirs = Rc::clone(&semaphore);
        let sub = thread::spawn(move || theirs.acquire_timeout(SECOND).is_some());
        thread::yield_now();
        drop(guard);
        assert!(semaphore.release().is_err());
        assert!(sub.join().unwrap());
        assert_eq!(semaphore.available_permits(), 1);
    });
}

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
        || _ = SEMAPHORE.available_permits(),
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

#[test]
fn the_error_of_a_bounded_semaphore_is_an_error_like_others() {
    fn fails(semaphore: &BoundedSemaphore) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        semaphore.release()?;
        Ok(())
    }
    let error = fails(&BoundedSemaphore::new(0)).unwrap_err();
    assert!(error.is::<ReleaseError>());
}

#[test]
fn a_thread_that_is_lost_while_it_waits_keeps_others_out() {
    static SEMAPHORE: Semaphore = Semaphore::new(0);
    lost_waiting(|| SEMAPHORE.acquire().forget());
    let calls: fn() = || SEMAPHORE.release();
    assert_eq!(refused(calls).why, Refused::Abandoned);
    assert_eq!(run(move || refused(calls)).why, Refused::Abandoned);
}

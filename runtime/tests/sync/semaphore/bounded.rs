//! Semaphores that are released too often.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use runtime::error::ReleaseError;
use runtime::sync::{BoundedSemaphore, Semaphore};
use runtime::thread;

use crate::support::run;
use crate::waits::SECOND;

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
fn the_error_of_a_bounded_semaphore_is_an_error_like_others() {
    fn fails(semaphore: &BoundedSemaphore) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        semaphore.release()?;
        Ok(())
    }
    let error = fails(&BoundedSemaphore::new(0)).unwrap_err();
    assert!(error.is::<ReleaseError>());
}

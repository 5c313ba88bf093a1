//! What is done once.

use std::any::Any;
use std::panic::{catch_unwind, panic_any, resume_unwind};

use runtime::sync::{LazyLock, Once, OnceLock};
use runtime::thread;

use super::{Subject, ever};
use crate::loggers::play::pause;

/// Goes on with the panic, unless it is one that is expected.
fn unless(result: thread::Result<()>, expected: fn(&(dyn Any + Send)) -> bool) {
    match result {
        Err(payload) if !expected(&*payload) => resume_unwind(payload),
        _ => {}
    }
}

pub(super) fn once() -> Subject {
    let once = ever(Once::new());
    Subject {
        holds: Box::new(|| once.call_once(pause)),
        waits: Box::new(|number| match number {
            0 | 2 => once.call_once(|| ()),
            1 => once.wait(),
            _ => once.wait_force(),
        }),
        touches: Box::new(|| {
            let waited = catch_unwind(|| once.wait());
            assert_eq!(waited.is_ok(), once.is_completed());
            None
        }),
        is_well: Box::new(|| assert!(once.is_completed())),
    }
}

pub(super) fn once_that_fails() -> Subject {
    struct Fails;
    let once = ever(Once::new());
    Subject {
        holds: Box::new(|| {
            let call = || {
                once.call_once_force(|_| {
                    pause();
                    panic_any(Fails);
                })
            };
            unless(catch_unwind(call), |payload| payload.is::<Fails>());
        }),
        waits: Box::new(|number| match number {
            // Poison is not for those that wait like this.
            1 => unless(catch_unwind(|| once.wait()), |payload| payload.is::<&str>()),
            3 => once.wait_force(),
            _ => once.call_once_force(|_| thread::yield_now()),
        }),
        touches: Box::new(|| {
            let _ = catch_unwind(|| once.wait_force());
            None
        }),
        is_well: Box::new(|| assert!(once.is_completed())),
    }
}

pub(super) fn once_lock() -> Subject {
    let lock = ever(OnceLock::new());
    Subject {
        holds: Box::new(|| {
            lock.get_or_init(pause);
        }),
        waits: Box::new(|number| match number {
            1 => *lock.wait(),
            2 => *lock.get_or_init(|| ()),
            _ => drop(lock.set(())),
        }),
        touches: Box::new(|| {
            let waited = catch_unwind(|| lock.wait());
            assert_eq!(waited.is_ok(), lock.get().is_some());
            None
        }),
        is_well: Box::new(|| assert!(lock.get().is_some())),
    }
}

pub(super) fn lazy_lock() -> Subject {
    let lazy = ever(LazyLock::new(pause as fn()));
    // A thread that was killed may have taken the function with it.
    let ask = || unless(catch_unwind(|| **lazy), |payload| payload.is::<&str>());
    Subject {
        holds: Box::new(ask),
        waits: Box::new(move |_| ask()),
        touches: Box::new(|| {
            LazyLock::get(lazy)?;
            **lazy;
            None
        }),
        is_well: Box::new(|| assert!(LazyLock::get(lazy).is_some())),
    }
}

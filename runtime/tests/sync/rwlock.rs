//! `RwLock`, as std has it.

mod kills;
mod order;
mod places;
mod random;
mod rings;

use std::cell::Cell;
use std::fmt::{Debug, Display};
use std::marker::PhantomPinned;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::TryLockError;

use runtime::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};
use runtime::thread;

use crate::steps::{auto_traits, was_killed, while_unwinding};
use crate::support::{Counter, Journal, OnDrop, run};

#[test]
fn many_read_at_the_same_time_and_one_writes_alone() {
    run(|| {
        // How many read and write now.
        let lock = Rc::new(RwLock::new(()));
        let (reading, writing) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
        let most = Rc::new(Cell::new(0));
        let threads: Vec<_> = (0..100)
            .map(|number| {
                let lock = Rc::clone(&lock);
                let (reading, writing) = (Rc::clone(&reading), Rc::clone(&writing));
                let most = Rc::clone(&most);
                thread::spawn(move || {
                    for round in 0..10 {
                        if (number + round) % 7 == 0 {
                            let _guard = lock.write().unwrap();
                            writing.set(writing.get() + 1);
                            thread::yield_now();
                            assert_eq!((reading.get(), writing.get()), (0, 1));
                            writing.set(writing.get() - 1);
                        } else {
                            let _guard = lock.read().unwrap();
                            reading.set(reading.get() + 1);
                            thread::yield_now();
                            assert_eq!(writing.get(), 0);
                            most.set(most.get().max(reading.get()));
                            reading.set(reading.get() - 1);
                        }
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|sub| sub.join().unwrap());
        assert!(most.get() > 50, "{} at most", most.get());
    });
}

#[test]
fn a_free_lock_can_be_had_in_every_way() {
    let lock = RwLock::new(1);
    drop(lock.read().unwrap());
    drop(lock.write().unwrap());
    drop((lock.read().unwrap(), lock.read().unwrap()));
    drop((lock.try_read().unwrap(), lock.try_read().unwrap()));
    *lock.try_write().unwrap() += 1;
    assert_eq!(*lock.read().unwrap(), 2);
}

#[test]
fn the_try_forms_would_block_where_the_others_would_wait() {
    let lock = RwLock::new(1);
    let would_block = |reads: bool| match reads {
        true => matches!(lock.try_read(), Err(TryLockError::WouldBlock)),
        false => matches!(lock.try_write(), Err(TryLockError::WouldBlock)),
    };
    let guard = lock.read().unwrap();
    assert!(!would_block(true) && would_block(false));
    drop(guard);
    let guard = lock.write().unwrap();
    assert!(would_block(true) && would_block(false));
    drop(guard);
    assert!(!would_block(true) && !would_block(false));
}

#[test]
fn a_reader_that_tries_while_a_writer_waits_would_block() {
    run(|| {
        let lock = Rc::new(RwLock::new(1));
        let reader = lock.read().unwrap();
        let theirs = Rc::clone(&lock);
        let writer = thread::spawn(move || *theirs.write().unwrap() += 1);
        assert!(lock.try_read().is_ok());
        thread::yield_now();
        assert!(matches!(lock.try_read(), Err(TryLockError::WouldBlock)));
        assert_eq!(
            format!("{lock:?}"),
            "RwLock { data: <locked>, poisoned: false, .. }"
        );
        drop(reader);
        writer.join().unwrap();
        assert_eq!(*lock.try_read().unwrap(), 2);
    });
}

#[test]
fn it_shows_itself_as_std_does() {
    fn shown(lock: &impl Debug, guards: [&(impl Debug + Display + ?Sized); 1]) -> Vec<String> {
        let guards = guards.map(|guard| format!("{guard:?} {guard:#?} {guard}"));
        vec![format!("{lock:?} {lock:#?}"), guards.concat()]
    }

    let (ours, theirs) = (RwLock::new("a"), std::sync::RwLock::new("a"));
    assert_eq!(
        shown(&ours, [&ours.read().unwrap()]),
        shown(&theirs, [&theirs.read().unwrap()])
    );
    assert_eq!(
        shown(&ours, [&ours.write().unwrap()]),
        shown(&theirs, [&theirs.write().unwrap()])
    );
    let poisons: [&dyn Fn(); 2] = [
        &|| {
            let _guard = ours.write().unwrap();
            panic!();
        },
        &|| {
            let _guard = theirs.write().unwrap();
            panic!();
        },
    ];
    for poison in poisons {
        catch_unwind(AssertUnwindSafe(poison)).unwrap_err();
    }
    let text = format!("{ours:?}");
    assert_eq!(text, "RwLock { data: \"a\", poisoned: true, .. }");
    assert_eq!(text, format!("{theirs:?}"));
    assert_eq!(
        format!("{:?} {:?}", ours.try_read(), ours.try_write()),
        format!("{:?} {:?}", theirs.try_read(), theirs.try_write()),
    );
}

#[test]
fn to_show_it_leaves_it_free() {
    let lock = RwLock::<u32>::default();
    let _ = format!("{lock:?}");
    assert!(lock.try_write().is_ok());
    assert_eq!(*RwLock::from(5).read().unwrap(), 5);
}

/// Shows itself by a panic.
struct Panics;

impl Debug for Panics {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("on purpose");
    }
}

#[test]
fn a_panic_while_it_is_shown_leaves_it_free_and_unpoisoned() {
    let lock = RwLock::new(Panics);
    catch_unwind(AssertUnwindSafe(|| format!("{lock:?}"))).unwrap_err();
    assert!(lock.try_write().is_ok());
}

#[test]
fn its_auto_traits_are_stds_but_for_sync() {
    use std::sync as theirs;

    macro_rules! same {
        ($($payload:ty),*) => { $(
            assert_eq!(
                auto_traits!(RwLockReadGuard<'static, $payload>),
                auto_traits!(theirs::RwLockReadGuard<'static, $payload>)
            );
            assert_eq!(
                auto_traits!(RwLockWriteGuard<'static, $payload>),
                auto_traits!(theirs::RwLockWriteGuard<'static, $payload>)
            );
            let [send, _, rest @ ..] = auto_traits!(theirs::RwLock<$payload>);
            let [unwind_safe, ref_unwind_safe, unpin] = rest;
            assert_eq!(
                auto_traits!(RwLock<$payload>),
                [send, send, unwind_safe, ref_unwind_safe, unpin]
            );
        )* };
    }
    same!(u8, str, Cell<u8>, Rc<u8>, PhantomPinned, *mut u8, dyn Debug);
}

/// What `std::sync::RwLockReadGuard` can do, and no guard that writes.
#[test]
fn a_guard_for_reading_is_covariant() {
    fn shorter<'a>(
        guard: RwLockReadGuard<'a, &'static str>,
        _: &'a str,
    ) -> RwLockReadGuard<'a, &'a str> {
        guard
    }

    let lock = RwLock::new("static");
    let local = String::from("local");
    assert_eq!(*shorter(lock.read().unwrap(), &local), "static");
}

#[test]
fn the_value_may_be_unsized() {
    let lock: &RwLock<[i32]> = &RwLock::new([1, 2, 3]);
    lock.write().unwrap()[0] = 4;
    lock.try_write().unwrap()[2] = 5;
    assert_eq!(&*lock.read().unwrap(), [4, 2, 5]);
    assert_eq!(
        format!("{lock:?}"),
        "RwLock { data: [4, 2, 5], poisoned: false, .. }"
    );
    let guard = RwLockWriteGuard::downgrade(lock.write().unwrap());
    assert_eq!(guard.len(), 3);

    let lock: Arc<RwLock<dyn Display>> = Arc::new(RwLock::new(5));
    assert_eq!(lock.read().unwrap().to_string(), "5");
}

#[test]
fn it_may_stand_in_a_static() {
    static LOCK: RwLock<Vec<u32>> = RwLock::named("in a static", Vec::new());

    run(|| {
        let writers = (0..3).map(|n| thread::spawn(move || LOCK.write().unwrap().push(n)));
        for writer in writers.collect::<Vec<_>>() {
            writer.join().unwrap();
        }
        assert_eq!(*LOCK.read().unwrap(), [0, 1, 2]);
    });
}

#[test]
fn the_value_is_dropped_once() {
    let counter = Counter::default();
    drop(RwLock::new(counter.on_drop()));
    assert_eq!(counter.get(), 1);
    let value = RwLock::new(counter.on_drop()).into_inner().unwrap();
    assert_eq!(counter.get(), 1);
    drop(value);
    assert_eq!(counter.get(), 2);
    let lock = RwLock::new(counter.on_drop());
    drop(RwLockWriteGuard::downgrade(lock.write().unwrap()));
    *lock.write().unwrap() = counter.on_drop();
    assert_eq!(counter.get(), 3);
    drop(lock);
    assert_eq!(counter.get(), 4);
}

#[test]
fn the_exclusive_forms_need_no_lock() {
    let mut lock = RwLock::new(5);
    *lock.get_mut().unwrap() += 1;
    std::mem::forget(lock.read().unwrap());
    *lock.get_mut().unwrap() += 1;
    assert_eq!(lock.into_inner().unwrap(), 7);
}

/// A lock whose writer has panicked.
fn poisoned(value: u32) -> Rc<RwLock<u32>> {
    let lock = Rc::new(RwLock::new(value));
    let theirs = Rc::clone(&lock);
    let panics = thread::spawn(move || {
        let mut guard = theirs.write().unwrap();
        *guard += 1;
        panic!("on purpose");
    });
    panics.join().unwrap_err();
    lock
}

#[test]
fn a_writer_that_panics_poisons_it_and_the_value_is_in_the_error() {
    run(|| {
        let lock = poisoned(5);
        assert!(lock.is_poisoned());
        assert_eq!(**lock.read().unwrap_err().get_ref(), 6);
        assert_eq!(*lock.write().unwrap_err().into_inner(), 6);
        match lock.try_read() {
            Err(TryLockError::Poisoned(error)) => assert_eq!(*error.into_inner(), 6),
            other => panic!("{other:?}"),
        }
        match lock.try_write() {
            Err(TryLockError::Poisoned(mut error)) => **error.get_mut() += 1,
            other => panic!("{other:?}"),
        }
        let mut lock = Rc::into_inner(lock).unwrap();
        assert_eq!(*lock.get_mut().unwrap_err().into_inner(), 7);
        assert_eq!(lock.into_inner().unwrap_err().into_inner(), 7);
    });
}

#[test]
fn the_poison_can_be_taken_away() {
    run(|| {
        let lock = poisoned(5);
        lock.clear_poison();
        assert!(!lock.is_poisoned());
        assert_eq!(*lock.read().unwrap(), 6);
    });
}

#[test]
fn a_reader_that_panics_does_not_poison_it() {
    run(|| {
        let lock = Rc::new(RwLock::new(1));
        let theirs = Rc::clone(&lock);
        let panics = thread::spawn(move || {
            let _guard = theirs.read().unwrap();
            panic!("on purpose");
        });
        panics.join().unwrap_err();
        *lock.write().unwrap() += 1;
    });
}

#[test]
fn a_kill_does_not_poison_it() {
    run(|| {
        let lock = Rc::new(RwLock::new(1));
        let theirs = Rc::clone(&lock);
        let writer = thread::spawn(move || {
            let _guard = theirs.write().unwrap();
            thread::park();
        });
        thread::yield_now();
        writer.thread().kill();
        was_killed(writer);
        *lock.write().unwrap() += 1;
    });
}

#[test]
fn a_guard_that_is_taken_while_unwinding_does_not_poison_it() {
    run(|| {
        let lock = Rc::new(RwLock::new(1));
        let theirs = Rc::clone(&lock);
        while_unwinding(move || *theirs.write().unwrap() += 1);
        assert_eq!(*lock.read().unwrap(), 3);
    });
}

/// As with std: it is a reader's guard by then.
#[test]
fn a_writer_that_is_downgraded_while_it_unwinds_does_not_poison_it() {
    let lock = RwLock::new(1);
    catch_unwind(AssertUnwindSafe(|| {
        let mut guard = Some(lock.write().unwrap());
        let _on_unwind = OnDrop(move || {
            drop(guard.take().map(RwLockWriteGuard::downgrade));
        });
        panic!("on purpose");
    }))
    .unwrap_err();
    assert!(!lock.is_poisoned());
    assert!(lock.try_write().is_ok());
}

#[test]
fn locals_are_dropped_in_stds_order() {
    run(|| {
        let journal = Journal::default();
        let lock = RwLock::new(());
        {
            let _first = journal.on_drop("first");
            let _guard = lock.write().unwrap();
            let journal = journal.clone();
            let free = || {
                if lock.try_write().is_ok() {
                    "free"
                } else {
                    "taken"
                }
            };
            let _last = OnDrop(move || journal.write(free()));
        }
        assert_eq!(journal.read(), ["taken", "first"]);
        // A guard in a condition lives as long as the statement.
        let is_free = |()| lock.try_read().is_ok();
        if lock.write().is_ok() {
            assert!(is_free(()));
        }
        #[expect(clippy::match_single_binding, reason = "it is about a match")]
        match *lock.write().unwrap() {
            unit => assert!(!is_free(unit)),
        }
    });
}

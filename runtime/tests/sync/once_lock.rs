//! `OnceLock`: what it has besides `Once`, on which it is built.

use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use runtime::error::Refused;
use runtime::sync::OnceLock;
use runtime::thread;

use crate::support::{Counter, Journal, OnDrop, run};
use crate::threads::{caught, deadlock, elsewhere, named, refusal, ring, was_killed};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn the_first_value_stays() {
    run(|| {
        let lock = OnceLock::new();
        assert_eq!(lock.get(), None);
        assert_eq!(lock.get_or_init(|| 1), &1);
        assert_eq!(lock.get_or_init(|| unreachable!()), &1);
        assert_eq!(lock.set(2), Err(2));
        assert_eq!(lock.get(), Some(&1));
        assert_eq!(lock.wait(), &1);
    });
}

#[test]
fn the_value_can_be_changed_and_taken_by_who_has_the_lock_alone() {
    let mut lock = OnceLock::new();
    assert_eq!(lock.get_mut(), None);
    assert_eq!(lock.take(), None);
    lock.set("a".to_owned()).unwrap();
    lock.get_mut().unwrap().push('b');
    assert_eq!(lock.get().unwrap(), "ab");
    assert_eq!(lock.take().unwrap(), "ab");
    assert_eq!(lock.get(), None);
    assert_eq!(lock.take(), None);
    assert_eq!(lock.get_or_init(|| "c".to_owned()), "c");
    assert_eq!(lock.into_inner().unwrap(), "c");
    assert_eq!(OnceLock::<u32>::new().into_inner(), None);
}

#[test]
fn it_is_compared_copied_made_and_shown_as_in_std() {
    let (empty, full) = (OnceLock::new(), OnceLock::from(5));
    assert_eq!(empty, OnceLock::default());
    assert_ne!(empty, full);
    assert_eq!(full, full.clone());
    assert_eq!(empty, empty.clone());
    full.clone().into_inner().unwrap();
    assert_eq!(
        format!("{empty:?} {full:?}"),
        "OnceLock(<uninit>) OnceLock(5)"
    );
    assert_eq!(format!("{full:#?}"), "OnceLock(\n    5,\n)");
    empty.get_or_init(|| {
        assert_eq!(format!("{empty:?}"), "OnceLock(<uninit>)");
        6
    });
}

#[test]
fn it_has_the_traits_of_std() {
    fn traits<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}
    fn send<T: Send>() {}
    traits::<OnceLock<String>>();
    send::<OnceLock<Cell<u32>>>();
}

#[test]
fn the_value_may_borrow_what_is_dropped_before_it() {
    let lock = OnceLock::new();
    let text = "a".to_owned();
    lock.set(&text[..]).unwrap();
    assert_eq!(lock.get(), Some(&"a"));
}

#[test]
fn values_are_dropped_once() {
    let drops = Counter::default();
    drop(OnceLock::from(drops.on_drop()));
    assert_eq!(drops.get(), 1);
    let mut lock = OnceLock::from(drops.on_drop());
    drop(lock.set(drops.on_drop()));
    assert_eq!(drops.get(), 2, "the one that came too late");
    drop(lock.take());
    assert_eq!(drops.get(), 3);
    drop(lock);
    assert_eq!(drops.get(), 3);
}

#[test]
fn a_value_that_waits_to_be_set_is_dropped_by_a_kill() {
    run(|| {
        let (lock, drops) = (Rc::new(OnceLock::new()), Counter::default());
        let make = {
            let (lock, value) = (Rc::clone(&lock), drops.on_drop());
            thread::spawn(move || {
                lock.get_or_init(|| {
                    thread::sleep(SECOND);
                    value
                });
            })
        };
        let killed = {
            let (lock, value) = (Rc::clone(&lock), drops.on_drop());
            thread::spawn(move || drop(lock.set(value)))
        };
        thread::yield_now();
        killed.thread().kill();
        was_killed(killed);
        assert_eq!(drops.get(), 1);
        make.join().unwrap();
        assert!(lock.get().is_some());
        assert_eq!(drops.get(), 1);
    });
}

#[test]
fn who_sets_it_while_it_is_being_made_waits_and_comes_too_late() {
    run(|| {
        let lock = Rc::new(OnceLock::new());
        let theirs = Rc::clone(&lock);
        let make = thread::spawn(move || {
            *theirs.get_or_init(|| {
                thread::sleep(SECOND);
                1
            })
        });
        thread::yield_now();
        assert_eq!(lock.get(), None);
        assert_eq!(lock.set(2), Err(2));
        assert_eq!(make.join().unwrap(), 1);
    });
}

#[test]
fn who_waits_for_the_value_waits_until_somebody_sets_it() {
    run(|| {
        let lock = Rc::new(OnceLock::new());
        let theirs = Rc::clone(&lock);
        let waits = thread::spawn(move || *theirs.wait());
        // It waits through a panic too.
        thread::yield_now();
        drop(caught(|| lock.get_or_init(|| panic!("as planned"))));
        thread::yield_now();
        assert!(waits.is_alive());
        lock.set(5).unwrap();
        assert_eq!(waits.join().unwrap(), 5);
    });
}

#[test]
fn a_panic_leaves_it_empty_and_the_next_that_waits_makes_the_value() {
    run(|| {
        let (lock, journal) = (Rc::new(OnceLock::new()), Journal::default());
        let threads = ["panics", "next", "last"].map(|name| {
            let (lock, journal) = (Rc::clone(&lock), journal.clone());
            named(name, move || {
                let value = *lock.get_or_init(|| {
                    journal.write(format!("{name} makes"));
                    thread::sleep(SECOND);
                    assert_ne!(name, "panics");
                    name
                });
                journal.write(format!("{name} gets {value}"));
            })
        });
        let [panics, next, last] = threads;
        panics.join().unwrap_err();
        assert_eq!(lock.get(), None);
        next.join().unwrap();
        last.join().unwrap();
        let made = ["panics makes", "next makes"];
        let got = ["next gets next", "last gets next"];
        assert_eq!(journal.read(), [made, got].concat());
    });
}

#[test]
fn a_kill_leaves_it_empty_and_the_next_that_waits_makes_the_value() {
    run(|| {
        let lock = Rc::new(OnceLock::new());
        let [killed, next] = [1, 2].map(|number| {
            let lock = Rc::clone(&lock);
            thread::spawn(move || {
                *lock.get_or_init(|| {
                    thread::sleep(SECOND);
                    number
                })
            })
        });
        thread::yield_now();
        killed.thread().kill();
        was_killed(killed);
        assert_eq!(next.join().unwrap(), 2);
        assert_eq!(lock.get(), Some(&2));
    });
}

#[test]
fn who_asks_for_the_value_that_it_makes_is_refused() {
    run(|| {
        let lock = OnceLock::named("config");
        let value = lock.get_or_init(|| {
            let words = [ring(|| lock.get_or_init(|| 1)), ring(|| lock.wait())];
            for words in words {
                assert!(words.contains("MainThread waits for OnceLock 'config' (runtime"));
                assert!(words.ends_with(") being initialised by MainThread"));
            }
            assert!(matches!(refusal(|| lock.set(1)).why, Refused::Ring(_)));
            2
        });
        assert_eq!(value, &2);
    });
}

#[test]
fn a_destructor_may_set_it_while_its_thread_unwinds() {
    run(|| {
        let lock = Rc::new(OnceLock::new());
        let theirs = Rc::clone(&lock);
        let sub = thread::spawn(move || {
            let _on_stack = OnDrop(move || theirs.set(5).unwrap());
            thread::park();
        });
        thread::yield_now();
        sub.thread().kill();
        was_killed(sub);
        assert_eq!(lock.get(), Some(&5));
    });
}

#[test]
fn the_value_of_one_runtime_is_there_for_all_others_and_for_all_os_threads() {
    static LOCK: OnceLock<String> = OnceLock::new();
    static MADE: AtomicUsize = AtomicUsize::new(0);
    fn get() -> &'static str {
        LOCK.get_or_init(|| {
            MADE.fetch_add(1, Ordering::Relaxed);
            "a".to_owned()
        })
    }

    run(|| {
        assert_eq!(get(), "a");
        let same = LOCK.get().unwrap();
        let elsewhere = std::thread::spawn(move || {
            assert!(std::ptr::eq(LOCK.get().unwrap(), same));
            assert_eq!(get(), "a");
            assert_eq!(LOCK.set(String::new()), Err(String::new()));
            run(|| assert_eq!((get(), &**LOCK.wait()), ("a", "a")));
        });
        elsewhere.join().unwrap();
    });
    run(|| assert_eq!(get(), "a"));
    assert_eq!(MADE.load(Ordering::Relaxed), 1);
}

#[test]
fn a_taken_one_may_be_set_on_another_core() {
    run(|| {
        let mut lock = OnceLock::new();
        lock.set(1).unwrap();
        lock.take();
        let value = elsewhere(|| {
            lock.set(2).unwrap();
            lock.into_inner()
        });
        assert_eq!(value, Some(2));
    });
}

#[test]
fn a_deadlock_report_says_what_is_waited_for() {
    let line = line!() + 2;
    let main = deadlock("MainThread", || {
        let lock = OnceLock::<u32>::named("config");
        lock.wait();
    });
    let lock = format!("OnceLock 'config' (runtime/tests/sync/once_lock.rs:{line})");
    assert_eq!(main.waits_for, format!("waits for {lock}"));
    assert_eq!(main.at.line(), line + 1);
    assert_eq!(
        main.could_end,
        "whoever initialises it: nobody has tried to"
    );
}

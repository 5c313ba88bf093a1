//! Loggers that lock what they tell of, and loggers that panic: the loop calls
//! them, and a thread that hands a lock on does.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use log::{LevelFilter, Log, Metadata, Record};
use runtime::error::{Refused, SyncError};
use runtime::sync::{Mutex, MutexGuard};
use runtime::thread;

use crate::common::{named, refused};
use crate::support::child::in_child;
use crate::support::run;

/// Calls its function for each arrow of the switch trace.
struct Logger(fn(&str));

impl Log for Logger {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        self.0(&record.args().to_string());
    }

    fn flush(&self) {}
}

fn log_with(function: fn(&str)) {
    log::set_logger(Box::leak(Box::new(Logger(function)))).unwrap();
    log::set_max_level(LevelFilter::Trace);
}

static LINES: Mutex<Vec<String>> = Mutex::named("lines", Vec::new());

#[test]
fn a_logger_may_keep_its_lines_in_a_mutex() {
    in_child(|| {
        log_with(|line| LINES.lock().unwrap().push(line.to_owned()));
        run(|| {
            let [a, b] = ["a", "b"].map(|name| named(name, thread::yield_now));
            a.join().unwrap();
            b.join().unwrap();
        });
        let lines = LINES.lock().unwrap().join("\n");
        assert!(lines.contains("1 admit     a"), "{lines}");
        assert!(lines.contains("7 reap      b"), "{lines}");
    })
    .ends_with(0);
}

#[test]
fn a_logger_that_finds_its_mutex_locked_is_refused_and_the_loop_ends_with_that() {
    in_child(|| {
        log_with(|line| LINES.lock().unwrap().push(line.to_owned()));
        let error = refused(|| {
            run(|| {
                let _guard = LINES.lock().unwrap();
                thread::yield_now();
            })
        });
        assert_eq!(error.why, Refused::OutsideRuntime);
        log::set_max_level(LevelFilter::Off);
        // The guard is on a stack that is lost.
        assert_eq!(refused(|| LINES.lock().is_ok()).why, Refused::Abandoned);
        assert_eq!(
            run(|| refused(|| LINES.lock().is_ok()).why),
            Refused::Abandoned
        );
    })
    .ends_with(0);
}

static TOLD_OF: Mutex<u32> = Mutex::named("told of", 0);
static TRIED: AtomicU32 = AtomicU32::new(0);

#[test]
fn a_logger_that_tries_the_very_mutex_that_it_is_told_of_gets_it_if_it_is_free() {
    in_child(|| {
        log_with(|line| {
            if line.contains("told of") {
                TRIED.fetch_add(1, Ordering::Relaxed);
            }
            // In the midst of a hand-off, too, it is somebody's.
            if let Ok(mut count) = TOLD_OF.try_lock() {
                *count += 1;
            }
        });
        run(|| {
            let threads = ["a", "b", "c"].map(|name| {
                named(name, || {
                    let guard = TOLD_OF.lock().unwrap();
                    let before = *guard;
                    thread::yield_now();
                    assert_eq!(*guard, before);
                })
            });
            for thread in threads {
                thread.join().unwrap();
            }
        });
        // Two wait, and two are let on.
        assert_eq!(TRIED.load(Ordering::Relaxed), 4);
        assert!(*TOLD_OF.lock().unwrap() > 10);
    })
    .ends_with(0);
}

#[test]
fn when_a_logger_panics_at_a_hand_off_the_lock_is_handed_on_all_the_same() {
    in_child(|| {
        log_with(|line| {
            if line.contains("let on by Mutex 'told of'") {
                panic_any("no more space for the log");
            }
        });
        run(|| {
            let guard = TOLD_OF.lock().unwrap();
            let waits = [(); 2].map(|()| thread::spawn(|| drop(TOLD_OF.lock().unwrap())));
            thread::yield_now();
            let panicked = catch_unwind(AssertUnwindSafe(|| drop(guard))).unwrap_err();
            assert_eq!(
                *panicked.downcast::<&str>().unwrap(),
                "no more space for the log"
            );
            // The first of them had the same trouble when it handed it on.
            let [first, second] = waits.map(|thread| thread.join().is_ok());
            assert_eq!((first, second), (false, true));
            assert!(TOLD_OF.try_lock().is_ok());
        });
    })
    .ends_with(0);
}

std::thread_local! {
    static PANICS: Cell<bool> = const { Cell::new(false) };
}

#[test]
fn when_the_loop_panics_those_that_waited_are_forgotten_with_the_guard() {
    in_child(|| {
        log_with(|_| {
            if PANICS.get() {
                panic_any("the logger is broken");
            }
        });
        let mutex: &'static Mutex<u32> = Box::leak(Box::new(Mutex::new(0)));
        let place: Rc<RefCell<Option<MutexGuard<'_, u32>>>> = Rc::default();
        for dropped_in_next_run in [false, true] {
            let theirs = Rc::clone(&place);
            let broken = catch_unwind(AssertUnwindSafe(|| {
                run(move || {
                    *theirs.borrow_mut() = mutex.lock().ok();
                    for _ in 0..3 {
                        thread::spawn(|| drop(mutex.lock()));
                    }
                    thread::yield_now();
                    PANICS.set(true);
                    thread::yield_now();
                });
            }));
            PANICS.set(false);
            assert!(broken.unwrap_err().is::<&str>());
            assert_eq!(refused(|| mutex.lock().is_ok()).why, Refused::Abandoned);
            match dropped_in_next_run {
                false => drop(place.take()),
                true => {
                    let theirs = Rc::clone(&place);
                    run(move || {
                        // Somebody stands where those stood that are gone.
                        let parked = [(); 4].map(|()| thread::spawn(thread::park));
                        thread::yield_now();
                        drop(theirs.take());
                        assert!(parked.iter().all(|thread| thread.is_alive()));
                        for thread in parked {
                            thread.thread().unpark();
                        }
                    });
                }
            }
            // And it is as good as new.
            run(|| {
                let guard = mutex.lock().unwrap();
                let waits = [(); 3].map(|()| thread::spawn(|| *mutex.lock().unwrap() += 1));
                thread::yield_now();
                drop(guard);
                for thread in waits {
                    thread.join().unwrap();
                }
            });
        }
        assert_eq!(*mutex.lock().unwrap(), 6);
    })
    .ends_with(0);
}

#[test]
fn when_the_loop_panics_a_guard_that_a_new_thread_was_made_with_is_dropped() {
    in_child(|| {
        log_with(|_| {
            if PANICS.get() {
                panic_any("the logger is broken");
            }
        });
        let broken = catch_unwind(|| {
            run(|| {
                let guard = TOLD_OF.lock();
                let never = thread::create(move || drop(guard));
                for _ in 0..3 {
                    thread::spawn(|| drop(TOLD_OF.lock()));
                }
                thread::yield_now();
                PANICS.set(true);
                thread::yield_now();
                drop(never);
            });
        });
        PANICS.set(false);
        assert!(broken.is_err());
        // That panic was under way when it was dropped.
        assert!(TOLD_OF.is_poisoned());
        TOLD_OF.clear_poison();
        let locks = || TOLD_OF.lock().is_ok();
        assert!(locks() && run(locks) && std::thread::spawn(locks).join().unwrap());
    })
    .ends_with(0);
}

#[test]
fn when_the_loop_panics_a_mutex_whose_guard_is_lost_is_refused_for_ever() {
    in_child(|| {
        log_with(|_| {
            if PANICS.get() {
                panic_any("the logger is broken");
            }
        });
        let broken = catch_unwind(|| {
            run(|| {
                let _guard = TOLD_OF.lock();
                for _ in 0..3 {
                    thread::spawn(|| drop(TOLD_OF.lock()));
                }
                thread::yield_now();
                PANICS.set(true);
                thread::yield_now();
            });
        });
        PANICS.set(false);
        assert!(broken.is_err());
        let why = |error: SyncError| error.why;
        assert_eq!(why(refused(|| TOLD_OF.lock().is_ok())), Refused::Abandoned);
        assert_eq!(
            run(|| refused(|| TOLD_OF.lock().is_ok()).why),
            Refused::Abandoned
        );
        let elsewhere = std::thread::spawn(move || why(refused(|| TOLD_OF.try_lock().is_ok())));
        assert_eq!(elsewhere.join().unwrap(), Refused::Abandoned);
        assert!(format!("{TOLD_OF:?}").contains("<locked>"));
    })
    .ends_with(0);
}

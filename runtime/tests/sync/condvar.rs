//! `Condvar`, as std has it.

mod kills;
mod order;
mod places;
mod random;
mod timeouts;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use runtime::sync::{Condvar, Mutex, WaitTimeoutResult};
use runtime::thread;

use crate::steps::{SECOND, auto_traits, deadlock, let_others_run, named, ring_of, who_could_end};
use crate::support::{Counter, Journal, run};

/// A mutex and a condition variable that threads share.
pub(crate) struct Pair<T> {
    pub(crate) mutex: Mutex<T>,
    pub(crate) condvar: Condvar,
}

impl<T> Pair<T> {
    pub(crate) fn new(value: T) -> Rc<Self> {
        Rc::new(Self {
            mutex: Mutex::new(value),
            condvar: Condvar::named("news"),
        })
    }
}

#[test]
fn without_waiters_a_notification_has_no_effect() {
    let condvar = Condvar::new();
    condvar.notify_one();
    condvar.notify_all();
    condvar.notify(5);
    run(|| {
        let pair = Pair::new(());
        pair.condvar.notify_one();
        pair.condvar.notify_all();
        let guard = pair.mutex.lock().unwrap();
        let (_guard, result) = pair.condvar.wait_timeout(guard, SECOND).unwrap();
        assert!(result.timed_out(), "it was not kept");
    });
}

#[test]
fn the_mutex_is_free_while_a_thread_waits_and_locked_when_it_comes_back() {
    run(|| {
        let pair = Pair::new(1);
        let theirs = Rc::clone(&pair);
        let waits = thread::spawn(move || {
            let guard = theirs.mutex.lock().unwrap();
            let mut guard = theirs.condvar.wait(guard).unwrap();
            *guard += 1;
            thread::yield_now();
            assert!(theirs.mutex.try_lock().is_err());
            *guard
        });
        thread::yield_now();
        let mut guard = pair.mutex.try_lock().unwrap();
        *guard *= 10;
        pair.condvar.notify_one();
        let_others_run();
        assert!(waits.thread().is_alive(), "it needs the lock");
        drop(guard);
        assert_eq!(waits.join().unwrap(), 11);
    });
}

#[test]
fn wait_while_waits_as_long_as_the_condition_holds() {
    run(|| {
        let pair = Pair::new(0);
        let (theirs, asked) = (Rc::clone(&pair), Counter::default());
        let counts = asked.clone();
        let waits = thread::spawn(move || {
            let guard = theirs.mutex.lock().unwrap();
            let condition = |value: &mut i32| {
                counts.add();
                *value < 3
            };
            *theirs.condvar.wait_while(guard, condition).unwrap()
        });
        for value in 1..=3 {
            let_others_run();
            assert_eq!(asked.get(), value as u32);
            *pair.mutex.lock().unwrap() = value;
            pair.condvar.notify_all();
        }
        assert_eq!(waits.join().unwrap(), 3);
        assert_eq!(asked.get(), 4);
    });
}

#[test]
fn wait_while_does_not_wait_if_the_condition_does_not_hold() {
    // Not even a runtime is needed.
    let pair = Pair::new(5);
    let guard = pair.mutex.lock().unwrap();
    let guard = pair.condvar.wait_while(guard, |_| false).unwrap();
    assert_eq!(*guard, 5);
}

#[test]
fn a_condition_may_change_the_value() {
    run(|| {
        let pair = Pair::new(3);
        let theirs = Rc::clone(&pair);
        thread::Builder::new()
            .daemon(true)
            .spawn(move || {
                loop {
                    theirs.condvar.notify_all();
                    thread::yield_now();
                }
            })
            .unwrap();
        let guard = pair.mutex.lock().unwrap();
        let counts_down = |value: &mut i32| {
            *value -= 1;
            *value > 0
        };
        let guard = pair.condvar.wait_while(guard, counts_down).unwrap();
        assert_eq!(*guard, 0);
    });
}

#[test]
fn a_condition_that_panics_poisons_the_mutex() {
    run(|| {
        let pair = Pair::new(());
        let guard = pair.mutex.lock().unwrap();
        let panics = || drop(pair.condvar.wait_while(guard, |()| panic!("on purpose")));
        catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
        assert!(pair.mutex.is_poisoned());
    });
}

#[test]
fn if_the_mutex_is_poisoned_when_it_is_locked_again_the_guard_is_in_the_error() {
    run(|| {
        let pair = Pair::new(1);
        let waits: [fn(&Pair<i32>) -> i32; 4] = [
            |pair| {
                let guard = pair.mutex.lock().unwrap_or_else(|error| error.into_inner());
                *pair.condvar.wait(guard).unwrap_err().into_inner()
            },
            |pair| {
                let guard = pair.mutex.lock().unwrap_or_else(|error| error.into_inner());
                let waited = pair.condvar.wait_while(guard, |_| true);
                *waited.unwrap_err().into_inner()
            },
            |pair| {
                let guard = pair.mutex.lock().unwrap_or_else(|error| error.into_inner());
                let waited = pair.condvar.wait_timeout(guard, SECOND);
                let (guard, result) = waited.unwrap_err().into_inner();
                assert!(!result.timed_out());
                *guard
            },
            |pair| {
                let guard = pair.mutex.lock().unwrap_or_else(|error| error.into_inner());
                let waited = pair.condvar.wait_timeout_while(guard, SECOND, |_| true);
                let (guard, result) = waited.unwrap_err().into_inner();
                assert!(!result.timed_out());
                *guard
            },
        ];
        for wait in waits {
            let theirs = Rc::clone(&pair);
            let sub = thread::spawn(move || wait(&theirs));
            thread::yield_now();
            let theirs = Rc::clone(&pair);
            let poisons = thread::spawn(move || {
                let _guard = theirs.mutex.lock();
                theirs.condvar.notify_one();
                panic!("on purpose");
            });
            poisons.join().unwrap_err();
            assert_eq!(sub.join().unwrap(), 1);
        }
    });
}

#[test]
fn to_use_two_mutexes_while_somebody_waits_panics() {
    run(|| {
        let pair = Pair::new(());
        let theirs = Rc::clone(&pair);
        let waits = thread::spawn(move || {
            let guard = theirs.mutex.lock().unwrap();
            drop(theirs.condvar.wait(guard).unwrap());
        });
        thread::yield_now();
        let other = Mutex::new(());
        for timeout in [None, Some(SECOND)] {
            let guard = other.lock().unwrap_or_else(|error| error.into_inner());
            let wait = || match timeout {
                None => drop(pair.condvar.wait(guard)),
                Some(timeout) => drop(pair.condvar.wait_timeout(guard, timeout)),
            };
            let payload = catch_unwind(AssertUnwindSafe(wait)).unwrap_err();
            assert_eq!(
                *payload.downcast::<&str>().unwrap(),
                "attempted to use a condition variable with two mutexes"
            );
        }
        // The guard went as the thread unwound.
        assert!(other.is_poisoned());
        other.clear_poison();
        pair.condvar.notify_one();
        waits.join().unwrap();
        // Nobody waits any more.
        let guard = other.lock().unwrap();
        let (_guard, result) = pair.condvar.wait_timeout(guard, SECOND).unwrap();
        assert!(result.timed_out());
    });
}

#[test]
fn several_condition_variables_can_be_used_with_one_mutex() {
    run(|| {
        let mutex = Rc::new(Mutex::new(()));
        let condvars = Rc::new([Condvar::new(), Condvar::new()]);
        let journal = Journal::default();
        let threads = [0, 1].map(|number| {
            let (mutex, condvars) = (Rc::clone(&mutex), Rc::clone(&condvars));
            let journal = journal.clone();
            thread::spawn(move || {
                drop(condvars[number].wait(mutex.lock().unwrap()).unwrap());
                journal.write(number.to_string());
            })
        });
        thread::yield_now();
        condvars[1].notify_all();
        let_others_run();
        condvars[0].notify_all();
        threads.into_iter().for_each(|sub| sub.join().unwrap());
        assert_eq!(journal.read(), ["1", "0"]);
    });
}

#[test]
fn its_auto_traits_are_stds_and_so_is_what_it_shows() {
    use std::sync as theirs;

    assert_eq!(auto_traits!(Condvar), auto_traits!(theirs::Condvar));
    assert_eq!(
        auto_traits!(WaitTimeoutResult),
        auto_traits!(theirs::WaitTimeoutResult)
    );
    assert_eq!(
        format!("{:?}", Condvar::default()),
        format!("{:?}", theirs::Condvar::default())
    );
}

#[test]
fn it_may_stand_in_a_static() {
    static READY: Mutex<bool> = Mutex::new(false);
    static CHANGED: Condvar = Condvar::named("changed");

    run(|| {
        let waits = thread::spawn(|| {
            let guard = READY.lock().unwrap();
            *CHANGED.wait_while(guard, |ready| !*ready).unwrap()
        });
        thread::yield_now();
        *READY.lock().unwrap() = true;
        CHANGED.notify_one();
        assert!(waits.join().unwrap());
    });
}

/// Of the Rust Book's kind: a queue with a bound.
#[test]
fn producers_and_consumers_lose_nothing() {
    struct Bounded {
        items: Mutex<Vec<u32>>,
        not_empty: Condvar,
        not_full: Condvar,
    }

    run(|| {
        let queue = Rc::new(Bounded {
            items: Mutex::new(Vec::new()),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
        });
        let sum = Rc::new(Cell::new(0));
        let mut threads = Vec::new();
        for number in 0..4 {
            let mine = Rc::clone(&queue);
            threads.push(thread::spawn(move || {
                for item in 0..50 {
                    let items = mine.items.lock().unwrap();
                    let full = |items: &mut Vec<u32>| items.len() == 3;
                    let mut items = mine.not_full.wait_while(items, full).unwrap();
                    items.push(number * 50 + item);
                    mine.not_empty.notify_one();
                }
            }));
            let (mine, sum) = (Rc::clone(&queue), Rc::clone(&sum));
            threads.push(thread::spawn(move || {
                for _ in 0..50 {
                    let items = mine.items.lock().unwrap();
                    let empty = |items: &mut Vec<u32>| items.is_empty();
                    let mut items = mine.not_empty.wait_while(items, empty).unwrap();
                    sum.set(sum.get() + items.pop().unwrap());
                    mine.not_full.notify_one();
                }
            }));
        }
        threads.into_iter().for_each(|sub| sub.join().unwrap());
        assert_eq!(sum.get(), (0..200).sum());
    });
}

#[test]
fn a_wait_for_ever_is_reported_with_who_notified_last_and_where() {
    let wait = |pair: &Pair<()>| drop(pair.condvar.wait(pair.mutex.lock().unwrap()));
    let report = deadlock(move || wait(&Pair::new(())));
    let main = &report.waiting[0];
    assert!(
        main.waits_for.starts_with("waits for Condvar 'news' ("),
        "{}",
        main.waits_for
    );
    assert_eq!(
        who_could_end(&report, "MainThread"),
        "whoever notifies it: nobody has done so"
    );

    let line = Rc::new(Cell::new(0));
    let theirs = Rc::clone(&line);
    let report = deadlock(move || {
        let pair = Pair::new(());
        let (lives, ends) = (Rc::clone(&pair), Rc::clone(&pair));
        let ends = named("ends", move || ends.condvar.notify_one());
        ends.join().unwrap();
        named("lives", move || {
            theirs.set(line!());
            lives.condvar.notify_all();
            thread::park();
        });
        thread::yield_now();
        wait(&pair);
    });
    let line = line.get() + 1;
    assert_eq!(
        who_could_end(&report, "MainThread"),
        format!(
            "whoever notifies it: the last to do so was lives at {}:{line}",
            file!()
        )
    );
}

/// Each has what the other needs, but the one gives it back while it waits.
#[test]
fn a_wait_for_a_notification_is_part_of_no_ring() {
    run(|| {
        let pair = Pair::new(());
        let theirs = Rc::clone(&pair);
        let main = thread::current();
        let sub = thread::spawn(move || {
            let guard = theirs.mutex.lock().unwrap();
            drop(theirs.condvar.wait(guard).unwrap());
            drop(main);
        });
        let (target, theirs) = (sub.thread().clone(), Rc::clone(&pair));
        let joins = thread::spawn(move || {
            let _guard = theirs.mutex.lock().unwrap();
            theirs.condvar.notify_one();
            drop(target);
        });
        joins.join().unwrap();
        sub.join().unwrap();
    });
}

#[test]
fn to_lock_the_mutex_again_can_close_a_ring() {
    run(|| {
        let pair = Pair::new(());
        let other = Rc::new(Mutex::named("other", ()));
        let (theirs, mine) = (Rc::clone(&pair), Rc::clone(&other));
        let sub = named("sub", move || {
            let _other = mine.lock().unwrap();
            let guard = theirs.mutex.lock().unwrap();
            ring_of(|| theirs.condvar.wait(guard))
        });
        thread::yield_now();
        let guard = pair.mutex.lock().unwrap();
        pair.condvar.notify_one();
        // Waits for sub, which by then needs the mutex.
        drop(other.lock().unwrap());
        let said = sub.join().unwrap();
        assert!(said.contains("sub waits for Mutex ("), "{said}");
        assert!(
            said.contains("; MainThread waits for Mutex 'other'"),
            "{said}"
        );
        drop(guard);
        assert!(!pair.mutex.is_poisoned());
    });
}

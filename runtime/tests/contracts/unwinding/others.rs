//! What others notice of a thread that unwinds: nothing.

use std::sync::{Arc, Mutex};

use runtime::thread;

use super::{BOTH, WAITS, Why};
use crate::support::{Journal, OnDrop, run};

#[test]
fn a_thread_that_unwinds_can_spawn_start_unpark_and_kill_others() {
    run(|| {
        for why in BOTH {
            let journal = Journal::default();
            let writes = |line: &'static str| {
                let journal = journal.clone();
                move || journal.write(format!("{line} {}", thread::panicking()))
            };
            let (unparked, killed) = (writes("unparked"), writes("went on"));
            let (spawned, started) = (writes("spawned"), thread::create(writes("started")));
            let parked = thread::spawn(move || {
                thread::park();
                unparked();
            });
            let waits = thread::spawn(move || {
                thread::park();
                killed();
            });
            thread::yield_now();
            let (unpark, kill) = (parked.thread().clone(), waits.thread().clone());
            let start = started.thread().clone();
            why.was_it(why.unwinds(move || {
                unpark.unpark();
                kill.kill();
                start.start().unwrap();
                drop(thread::spawn(spawned.clone()));
            }));
            parked.join().unwrap();
            started.join().unwrap();
            Why::Kill.was_it(waits);
            thread::yield_now();
            assert_eq!(
                journal.read(),
                ["unparked false", "started false", "spawned false"]
            );
        }
    });
}

#[test]
fn a_panic_never_changes_what_another_sees_of_panicking() {
    run(|| {
        let watcher = thread::spawn(|| {
            let watches = || {
                assert!(!thread::panicking());
                assert!(!std::thread::panicking());
            };
            for _ in 0..30 {
                let _at_the_end = OnDrop(watches);
                watches();
                thread::yield_now();
                watches();
            }
        });
        for why in [BOTH, BOTH, BOTH].concat() {
            why.was_it(why.unwinds(|| WAITS.iter().for_each(|wait| wait())));
            assert!(!thread::panicking());
        }
        assert!(watcher.is_alive(), "it has watched all of them");
        watcher.join().unwrap();
    });
}

/// std's mutex is poisoned if the thread seems to panic when its guard goes.
#[test]
fn a_panic_poisons_nothing_of_others() {
    run(|| {
        for why in BOTH {
            let [others, free] = [(); 2].map(|()| Arc::new(Mutex::new(0)));
            let (theirs, taken) = (Arc::clone(&others), Arc::clone(&free));
            let holder = thread::spawn(move || {
                for _ in 0..10 {
                    let _guard = theirs.lock().unwrap();
                    thread::yield_now();
                }
            });
            thread::yield_now();
            why.was_it(why.unwinds(move || {
                WAITS.iter().for_each(|wait| wait());
                *taken.lock().unwrap() += 1;
                WAITS.iter().for_each(|wait| wait());
            }));
            assert!(holder.is_alive(), "it has the guard");
            holder.join().unwrap();
            assert!(!others.is_poisoned());
            assert_eq!(*free.lock().unwrap(), 1, "nor what it has only used");
        }
    });
}

#[test]
fn a_panic_costs_nobody_else_a_turn() {
    for why in BOTH {
        run(move || {
            let journal = Journal::default();
            let worker = |name: &'static str| {
                let theirs = journal.clone();
                thread::spawn(move || {
                    for _ in 0..5 {
                        theirs.write(name);
                        thread::yield_now();
                    }
                })
            };
            let before = ["first", "second"].map(worker);
            let unwinds = why.unwinds(|| WAITS.iter().for_each(|wait| wait()));
            let after = worker("third");
            why.was_it(unwinds);
            let workers = before.into_iter().chain([after]);
            workers.for_each(|worker| worker.join().unwrap());
            assert_eq!(journal.read(), ["first", "second", "third"].repeat(5));
        });
    }
}

#[test]
fn a_thread_that_is_killed_while_it_unwinds_keeps_its_own_panic() {
    run(|| {
        let sub = Why::Panic.unwinds(|| {
            thread::current().kill();
            thread::yield_now();
        });
        Why::Panic.was_it(sub);
    });
}

//! Who gets the lock, and when: in line, and by a hand-off.

use std::rc::Rc;

use runtime::report;
use runtime::sync::{Mutex, TryLockError};
use runtime::thread::{self, JoinHandle};

use crate::common::{named, was_killed};
use crate::support::{Counter, Journal, run};

/// A thread that locks, and writes its name while it has the lock.
fn locker(journal: &Journal, name: &'static str, mutex: &Rc<Mutex<()>>) -> JoinHandle<()> {
    let (journal, mutex) = (journal.clone(), Rc::clone(mutex));
    named(name, move || {
        let _guard = mutex.lock().unwrap();
        journal.write(name);
        thread::yield_now();
    })
}

#[test]
fn those_that_wait_get_the_lock_in_the_order_in_which_they_came() {
    run(|| {
        let (journal, mutex) = (Journal::default(), Rc::new(Mutex::new(())));
        let guard = mutex.lock().unwrap();
        let names = ["a", "b", "c", "d"];
        let threads = names.map(|name| locker(&journal, name, &mutex));
        thread::yield_now();
        assert_eq!(journal.read(), [""; 0]);
        drop(guard);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(journal.read(), names);
    });
}

#[test]
fn who_unlocks_and_locks_again_comes_after_those_that_waited() {
    run(|| {
        let (journal, mutex) = (Journal::default(), Rc::new(Mutex::new(())));
        let guard = mutex.lock().unwrap();
        let threads = ["a", "b"].map(|name| locker(&journal, name, &mutex));
        thread::yield_now();
        drop(guard);
        let guard = mutex.lock().unwrap();
        journal.write("again");
        drop(guard);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(journal.read(), ["a", "b", "again"]);
    });
}

#[test]
fn nobody_gets_in_between_the_unlock_and_the_next_in_line() {
    run(|| {
        let (journal, mutex) = (Journal::default(), Rc::new(Mutex::new(())));
        let guard = mutex.lock().unwrap();
        let waits = locker(&journal, "waits", &mutex);
        thread::yield_now();
        drop(guard);
        // It has not run yet, and the lock is its own.
        assert!(matches!(mutex.try_lock(), Err(TryLockError::WouldBlock)));
        assert!(format!("{mutex:?}").contains("<locked>"));
        let late = locker(&journal, "late", &mutex);
        for thread in [waits, late] {
            thread.join().unwrap();
        }
        assert_eq!(journal.read(), ["waits", "late"]);
        assert!(mutex.try_lock().is_ok());
    });
}

#[test]
fn a_free_lock_is_taken_and_given_back_without_a_switch() {
    run(|| {
        let (others, mutex) = (Counter::default(), Mutex::new(()));
        let theirs = others.clone();
        thread::spawn(move || theirs.add());
        for _ in 0..10 {
            drop(mutex.lock());
            drop(mutex.try_lock());
        }
        assert_eq!(others.get(), 0);
    });
}

#[test]
fn to_hand_the_lock_on_does_not_switch() {
    run(|| {
        let (journal, mutex) = (Journal::default(), Rc::new(Mutex::new(())));
        let guard = mutex.lock().unwrap();
        let waits = locker(&journal, "waits", &mutex);
        thread::yield_now();
        drop(guard);
        journal.write("main goes on");
        waits.join().unwrap();
        assert_eq!(journal.read(), ["main goes on", "waits"]);
    });
}

#[test]
fn who_leaves_the_line_leaves_it_to_the_others_in_their_order() {
    for leaves in 0..4 {
        run(move || {
            let (journal, mutex) = (Journal::default(), Rc::new(Mutex::new(())));
            let guard = mutex.lock().unwrap();
            let names = ["a", "b", "c", "d"];
            let threads = names.map(|name| locker(&journal, name, &mutex));
            thread::yield_now();
            threads[leaves].thread().kill();
            // At once: it has not even run yet.
            drop(guard);
            for (number, thread) in threads.into_iter().enumerate() {
                match number == leaves {
                    true => was_killed(thread),
                    false => thread.join().unwrap(),
                }
            }
            let mut rest = names.to_vec();
            rest.remove(leaves);
            assert_eq!(journal.read(), rest);
        });
    }
}

#[test]
fn while_the_holder_waits_for_others_nobody_else_gets_in() {
    run(|| {
        let mutex = Rc::new(Mutex::new(0));
        let threads: Vec<_> = (0..10)
            .map(|_| {
                let mutex = Rc::clone(&mutex);
                thread::spawn(move || {
                    for _ in 0..10 {
                        let mut guard = mutex.lock().unwrap();
                        let read = *guard;
                        thread::spawn(thread::yield_now).join().unwrap();
                        *guard = read + 1;
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(*mutex.lock().unwrap(), 100);
    });
}

#[test]
fn a_mutex_is_told_of_by_its_name_and_by_where_it_was_made() {
    static NAMED: Mutex<()> = Mutex::named("accounts", ());
    static MADE_AT: u32 = line!() - 1;
    let shown = |mutex: Rc<Mutex<()>>| {
        let _guard = mutex.lock().unwrap();
        let theirs = Rc::clone(&mutex);
        let waits = named("waits", move || drop(theirs.lock()));
        thread::yield_now();
        let table = report::ps();
        waits.thread().kill();
        let row = table.lines().find(|row| row.contains("Waiting")).unwrap();
        row.split_once("waits for").unwrap().1.trim().to_owned()
    };
    run(move || {
        let made = (Rc::new(Mutex::new(())), line!());
        let here = file!();
        assert_eq!(
            shown(made.0),
            format!(
                "Mutex ({here}:{}) held by MainThread since dispatch 1",
                made.1
            )
        );
        let default = (Rc::<Mutex<()>>::default(), line!());
        assert!(shown(default.0).starts_with("Mutex ("));
        let from = (Rc::new(Mutex::from(())), line!());
        assert!(shown(from.0).starts_with(&format!("Mutex ({here}:{})", from.1)));

        let _guard = NAMED.lock().unwrap();
        let waits = named("waits", || drop(NAMED.lock()));
        thread::yield_now();
        let what = format!("waits for Mutex 'accounts' ({here}:{MADE_AT}) held by MainThread");
        let table = report::ps();
        assert!(table.contains(&what), "{table}");
        waits.thread().kill();
    });
}

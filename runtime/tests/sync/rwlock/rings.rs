//! Rings through locks, those that only look like some, and what the report
//! says about readers and writers.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;
use std::sync::PoisonError;

use runtime::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use runtime::thread;

use crate::steps::{SECOND, deadlock, let_others_run, named, refused, ring_of, who_could_end};
use crate::support::run;

/// Takes a lock for reading, as `$own`, or for writing.
macro_rules! takes {
    (read $lock:expr) => {
        $lock.read().unwrap()
    };
    (write $lock:expr) => {
        $lock.write().unwrap()
    };
}

/// Where a lock was made, and how it is held.
fn door(line: u32, held: &str) -> String {
    format!("RwLock 'door' ({}:{line}) {held}", file!())
}

#[test]
fn a_thread_that_would_wait_for_itself_is_refused() {
    run(|| {
        let (lock, line) = (RwLock::named("door", ()), line!());
        let ring = |verb: &str| {
            let door = door(line, &format!("{verb} by MainThread since dispatch 1"));
            format!("this wait would never end: MainThread waits for {door}")
        };

        let guard = lock.write().unwrap();
        assert_eq!(ring_of(|| lock.write()), ring("written"));
        assert_eq!(ring_of(|| lock.read()), ring("written"));
        let guard = RwLockWriteGuard::downgrade(guard);
        assert_eq!(ring_of(|| lock.write()), ring("read"));
        drop(lock.read().unwrap());
        drop(guard);
        assert!(lock.try_write().is_ok());
    });
}

#[test]
fn a_reader_that_reads_again_while_a_writer_waits_for_it_is_refused() {
    run(|| {
        let (lock, line) = (Rc::new(RwLock::named("door", ())), line!());
        let theirs = Rc::clone(&lock);
        let writer = thread::spawn(move || drop(theirs.write().unwrap()));
        let guard = lock.read().unwrap();
        drop(lock.read().unwrap());
        thread::yield_now();
        let why = "behind a waiting writer, read by MainThread since dispatch 1";
        let door = door(line, why);
        let ring = format!("this wait would never end: MainThread waits for {door}");
        assert_eq!(ring_of(|| lock.read()), ring);
        drop(guard);
        writer.join().unwrap();
    });
}

/// A thread has one lock and wants the other, which main has, and main wants
/// the one that the thread has.
macro_rules! crossed {
    ($($first:ident $second:ident)*) => { $(
        run(|| {
            let locks = Rc::new([RwLock::named("one", ()), RwLock::named("other", ())]);
            let theirs = Rc::clone(&locks);
            let sub = named("sub", move || {
                let _own = takes!($first theirs[1]);
                drop(takes!($second theirs[0]));
            });
            let mine = takes!($first locks[0]);
            thread::yield_now();
            let said = ring_of(|| drop(takes!($second locks[1])));
            assert!(said.contains("MainThread waits for RwLock 'other'"), "{said}");
            assert!(said.contains("; sub waits for RwLock 'one'"), "{said}");
            drop(mine);
            sub.join().unwrap();
        });
    )* };
}

#[test]
fn two_locks_that_are_taken_in_opposite_order_make_a_ring() {
    crossed! {
        write write
        read write
        write read
    }
}

/// It has given something away before, so it has to say anew since when it has
/// the lock.
#[test]
fn whoever_was_handed_the_lock_is_known_to_have_it() {
    run(|| {
        for reads in [false, true] {
            let (lock, something) = (Rc::new(RwLock::named("door", ())), Rc::new(()));
            let theirs = Rc::clone(&lock);
            let sub = named("sub", move || {
                thread::spawn(move || drop(something));
                match reads {
                    true => {
                        let _guard = theirs.read().unwrap();
                        ring_of(|| theirs.write())
                    }
                    false => {
                        let _guard = theirs.write().unwrap();
                        ring_of(|| theirs.read())
                    }
                }
            });
            let guard = lock.write().unwrap();
            let_others_run();
            drop(guard);
            let said = sub.join().unwrap();
            assert!(said.contains(" by sub since dispatch"), "{said}");
        }
    });
}

#[test]
fn readers_of_two_locks_in_opposite_order_make_none() {
    run(|| {
        let locks = Rc::new([RwLock::new(()), RwLock::new(())]);
        let mine = locks[0].read().unwrap();
        let theirs = Rc::clone(&locks);
        let sub = thread::spawn(move || {
            let _own = theirs[1].read().unwrap();
            let_others_run();
            drop(theirs[0].read().unwrap());
        });
        thread::yield_now();
        drop(locks[1].read().unwrap());
        drop(mine);
        sub.join().unwrap();
    });
}

/// Main reads and waits for the end of `sub`, which wants to read and stands
/// behind a writer, which waits for main.
#[test]
fn a_writer_that_waits_can_be_a_part_of_a_ring() {
    run(|| {
        let lock = Rc::new(RwLock::named("door", ()));
        let theirs = Rc::clone(&lock);
        let writer = named("writer", move || drop(theirs.write().unwrap()));
        let theirs = Rc::clone(&lock);
        let sub = named("sub", move || {
            let_others_run();
            ring_of(|| theirs.read())
        });
        let mine = lock.read().unwrap();
        let said = sub.join().unwrap();
        assert!(said.contains("sub waits for RwLock 'door'"), "{said}");
        assert!(
            said.contains("; MainThread waits for the end of sub"),
            "{said}"
        );
        drop(mine);
        writer.join().unwrap();
    });
}

#[test]
fn any_one_of_many_readers_can_be_a_part_of_a_ring() {
    run(|| {
        let lock = Rc::new(RwLock::named("door", ()));
        let main = thread::current();
        let readers: Vec<_> = (0..5)
            .map(|number| {
                let (lock, main) = (Rc::clone(&lock), main.clone());
                named(&format!("r{number}"), move || {
                    let _guard = lock.read().unwrap();
                    match number {
                        3 => drop(main.join_timeout(SECOND)),
                        4 => drop(main.join()),
                        _ => thread::park(),
                    }
                })
            })
            .collect();
        let_others_run();
        let said = ring_of(|| lock.write());
        assert!(
            said.ends_with("r4 waits for the end of MainThread"),
            "{said}"
        );
        readers.iter().for_each(|reader| reader.thread().kill());
    });
}

#[test]
fn the_one_that_is_refused_unwinds_and_the_rest_goes_on() {
    run(|| {
        let locks = Rc::new([RwLock::new(0), RwLock::new(0)]);
        let threads = [0, 1].map(|first| {
            let locks = Rc::clone(&locks);
            thread::spawn(move || {
                let mut one = locks[first].write().unwrap();
                thread::yield_now();
                *locks[1 - first]
                    .write()
                    .unwrap_or_else(PoisonError::into_inner) += 1;
                *one += 1;
            })
        });
        let [first, second] = threads.map(|thread| thread.join());
        assert!(first.is_ok() && second.is_err());
        // It has panicked with a guard that can write.
        assert!(locks[1].is_poisoned() && !locks[0].is_poisoned());
        assert_eq!(*locks[1].read().unwrap_err().into_inner(), 1);
    });
}

#[test]
fn a_guard_that_was_moved_to_a_new_thread_closes_no_ring() {
    static LOCK: RwLock<u32> = RwLock::new(0);

    run(|| {
        let guard = LOCK.write().unwrap();
        let sub = thread::spawn(move || {
            let mut guard = guard;
            thread::yield_now();
            *guard += 1;
        });
        *LOCK.write().unwrap() += 1;
        let guard = LOCK.read().unwrap();
        let other = thread::spawn(move || {
            thread::yield_now();
            assert_eq!(*guard, 2);
        });
        *LOCK.write().unwrap() += 1;
        sub.join().unwrap();
        other.join().unwrap();
    });
}

/// Guards that are passed from hand to hand in a cell, of which the runtime
/// cannot know.
#[test]
fn a_lock_whose_guards_were_seen_to_travel_closes_no_ring() {
    static LOCK: RwLock<u32> = RwLock::new(0);

    run(|| {
        let cell = Rc::new(RefCell::new(None::<RwLockReadGuard<'_, u32>>));
        let theirs = Rc::clone(&cell);
        let sub = thread::spawn(move || {
            for _ in 0..2 {
                thread::park();
                drop(theirs.take());
            }
        });
        // The first time somebody else waits for it, and it is seen.
        cell.replace(Some(LOCK.read().unwrap()));
        let writer = thread::spawn(|| *LOCK.write().unwrap() += 1);
        let_others_run();
        sub.thread().unpark();
        let_others_run();
        writer.join().unwrap();
        cell.replace(Some(LOCK.read().unwrap()));
        sub.thread().unpark();
        *LOCK.write().unwrap() += 1;
        sub.join().unwrap();
    });
}

/// By another thread than the one that has written, which then is the reader.
#[test]
fn whoever_downgrades_is_the_reader() {
    static LOCK: RwLock<u32> = RwLock::named("door", 0);

    run(|| {
        let guard = LOCK.write().unwrap();
        let sub = named("sub", move || {
            let _guard = RwLockWriteGuard::downgrade(guard);
            ring_of(|| LOCK.write())
        });
        let said = sub.join().unwrap();
        assert!(said.contains("read by sub since dispatch 2"), "{said}");
    });
}

#[test]
fn a_waiting_thread_says_who_reads_and_who_writes() {
    let report = deadlock(|| {
        let lock = Rc::new(RwLock::named("door", ()));
        for name in ["r1", "r2"] {
            let lock = Rc::clone(&lock);
            named(name, move || {
                let _guards = (lock.read().unwrap(), lock.read().unwrap());
                thread::park();
            });
        }
        thread::yield_now();
        let theirs = Rc::clone(&lock);
        named("writer", move || drop(theirs.write().unwrap()));
        thread::yield_now();
        drop(lock.read().unwrap());
    });
    for name in ["writer", "MainThread"] {
        assert_eq!(
            who_could_end(&report, name),
            "only r1 and r2, by letting go of it"
        );
    }
    let words = &report.waiting[0].waits_for;
    assert!(words.starts_with("waits for RwLock 'door' ("), "{words}");
    assert!(
        words.ends_with(
            ") behind a waiting writer, read by r1 since dispatch 2 and r1 since dispatch 2 \
             and r2 since dispatch 3 and r2 since dispatch 3"
        ),
        "{words}"
    );

    let report = deadlock(|| {
        let lock = Rc::new(RwLock::named("door", ()));
        let theirs = Rc::clone(&lock);
        named("writer", move || {
            let _guard = theirs.write().unwrap();
            thread::park();
        });
        thread::yield_now();
        drop(lock.read().unwrap());
    });
    let only = "only writer, by letting go of it";
    assert_eq!(who_could_end(&report, "MainThread"), only);
}

#[test]
fn a_lock_whose_holder_has_ended_is_said_so_by_whoever_waits_for_it() {
    for reads in [false, true] {
        let report = deadlock(move || {
            let lock = Rc::new(RwLock::new(()));
            let theirs = Rc::clone(&lock);
            let sub = named("sub", move || match reads {
                true => mem::forget(theirs.read().unwrap()),
                false => mem::forget(theirs.write().unwrap()),
            });
            sub.join().unwrap();
            drop(lock.write().unwrap());
        });
        assert_eq!(
            who_could_end(&report, "MainThread"),
            "nobody, as far as is known: a thread has ended without letting go of it"
        );
    }
}

#[test]
fn a_refusal_takes_no_place_in_line() {
    run(|| {
        let lock = Rc::new(RwLock::new(()));
        let guard = lock.read().unwrap();
        refused(|| lock.write());
        assert!(lock.try_read().is_ok(), "no writer waits");
        drop(guard);
        assert!(lock.try_write().is_ok());
    });
}

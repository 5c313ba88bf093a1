//! Guests among the other green threads: names, idents, joins in both
//! directions, and runtimes that feed each other.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use runtime::error::JoinError;
use runtime::thread::{self, Builder, Thread};
use runtime::{Handle, report};

use crate::here;
use crate::support::outside::{Patience, outside};
use crate::support::run;

fn work() -> (u64, String) {
    let me = thread::current();
    (me.ident(), me.to_string())
}

#[test]
fn guests_are_called_guest_n_and_their_function() {
    run(|| {
        let (seen, ident, names) = outside(|door| {
            let guests: Vec<_> = (0..5).map(|_| door.spawn(work).unwrap()).collect();
            let idents: Vec<_> = guests.iter().map(|guest| guest.thread().ident()).collect();
            let names = guests.iter().map(|guest| guest.thread().to_string());
            let names: Vec<_> = names.collect();
            let seen: Vec<_> = guests
                .into_iter()
                .map(|guest| guest.join().unwrap())
                .collect();
            (seen, idents, names)
        });
        let mut numbers = HashSet::new();
        for ((own, ident), name) in seen.iter().zip(ident).zip(names) {
            assert_eq!(*own, (ident, name.clone()));
            let number = name.strip_prefix("Guest-").expect(&name);
            let number = number.strip_suffix(" (work)").expect(&name);
            assert!(numbers.insert(number.parse::<u64>().unwrap()), "{name}");
        }
        // The names of the others have no gap.
        assert_eq!(thread::spawn(|| ()).thread().ident(), 2);
        assert_eq!(thread::spawn(work).join().unwrap().1, "Thread-2 (work)");
    });
}

#[test]
fn a_closure_is_named_by_the_line_that_made_the_guest() {
    run(|| {
        let (name, line) = outside(|door| {
            let (guest, line) = (door.spawn(|| ()), line!());
            (guest.unwrap().thread().to_string(), line)
        });
        let place = format!("(closure at {}:{line})", file!());
        assert!(
            name.starts_with("Guest-") && name.ends_with(&place),
            "{name}"
        );
    });
}

#[test]
fn no_two_threads_have_the_same_ident_or_id() {
    run(|| {
        let inside: Vec<_> = (0..100).map(|_| thread::spawn(thread::park)).collect();
        let outsiders = outside(|door| {
            let spawners: Vec<_> = (0..4)
                .map(|_| {
                    let door = door.clone();
                    let spawn = move |_| door.spawn(|| ()).unwrap().thread().clone();
                    std::thread::spawn(move || (0..100).map(spawn).collect::<Vec<_>>())
                })
                .collect();
            let threads = spawners.into_iter().flat_map(|os| os.join().unwrap());
            threads.collect::<Vec<_>>()
        });
        let all = || {
            outsiders
                .iter()
                .chain(inside.iter().map(|sub| sub.thread()))
        };
        assert_eq!(
            all()
                .map(|thread| thread.ident())
                .collect::<HashSet<_>>()
                .len(),
            500
        );
        assert_eq!(
            all()
                .map(|thread| thread.id())
                .collect::<HashSet<_>>()
                .len(),
            500
        );
        inside.iter().for_each(|sub| sub.thread().unpark());
    });
}

#[test]
fn guests_stand_in_the_lists_of_threads() {
    run(|| {
        let guest = outside(|door| {
            let builder = Builder::new().name("visitor".into());
            builder.spawn_on(&door, thread::park).unwrap()
        });
        // It comes in after one turn and parks in the next.
        for _ in 0..3 {
            thread::yield_now();
        }
        assert_eq!(thread::active_count(), 2);
        let names: Vec<_> = thread::enumerate()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(names, ["MainThread", "visitor"]);
        let table = report::ps();
        let line = table
            .lines()
            .find(|line| line.contains("visitor"))
            .expect(&table);
        assert!(
            line.contains("Waiting") && line.ends_with("is parked"),
            "{line}"
        );
        assert!(
            line.starts_with(&guest.thread().ident().to_string()),
            "{line}"
        );
        guest.thread().unpark();
        guest.join().unwrap();
        assert_eq!(thread::active_count(), 1);
    });
}

/// The table says "the oldest first", and the end "the newest first".
#[test]
fn an_old_guest_stands_before_a_young_thread() {
    run(|| {
        let guest = outside(|door| {
            let guest = door.spawn(thread::park).unwrap();
            guest.thread().set_name("old").unwrap();
            door.spawn(|| ()).unwrap().join().unwrap();
            guest
        });
        let young = Builder::new().name("young".into()).spawn(|| ()).unwrap();
        let names: Vec<_> = thread::enumerate()
            .iter()
            .map(ToString::to_string)
            .collect();
        guest.thread().unpark();
        drop(young);
        assert_eq!(names, ["MainThread", "old", "young"]);
    });
}

#[test]
fn green_threads_join_guests() {
    run(|| {
        let guest = outside(|door| {
            door.spawn(|| {
                thread::park();
                thread::sleep(Duration::from_secs(3600));
                "awake"
            })
            .unwrap()
        });
        let target = guest.thread().clone();
        target.unpark();
        let joiners = [(); 3].map(|()| {
            let target = target.clone();
            thread::spawn(move || target.join())
        });
        let a_while = Duration::from_secs(60);
        assert_eq!(target.join_timeout(a_while), Err(JoinError::TimedOut));
        assert_eq!(guest.join().unwrap(), "awake");
        for joiner in joiners {
            assert_eq!(joiner.join().unwrap(), Ok(()));
        }
        assert_eq!(target.join(), Ok(()));
    });
}

#[test]
fn a_guest_whose_spawning_is_still_under_way_can_be_joined_killed_and_unparked() {
    run(|| {
        let door = Handle::current();
        let spawn = move || {
            let [a, b, c] = [(); 3].map(|()| door.spawn(thread::park).unwrap());
            (a, b, c)
        };
        // The loop has no turn before the joins below.
        let (killed, unparked, joined) = std::thread::spawn(spawn).join().unwrap();
        killed.thread().kill();
        unparked.thread().unpark();
        joined.thread().unpark();
        assert!(joined.is_alive());
        joined.join().unwrap();
        unparked.join().unwrap();
        assert!(killed.join().is_err());
    });
}

#[test]
fn guests_join_green_threads_and_other_guests() {
    run(|| {
        let green = thread::spawn(|| {
            thread::sleep(Duration::from_secs(1));
            "green"
        });
        let target = green.thread().clone();
        outside(move |door| {
            let first = door.spawn(move || target.join()).unwrap();
            let other = first.thread().clone();
            let second = door.spawn(move || other.join()).unwrap();
            assert_eq!(second.join().unwrap(), Ok(()));
            assert_eq!(first.join().unwrap(), Ok(()));
        });
        assert!(!green.is_alive());
        assert_eq!(green.join().unwrap(), "green");
    });
}

#[test]
fn a_guest_cannot_join_itself() {
    run(|| {
        let error = outside(|door| {
            let guest = door.spawn(|| thread::current().join());
            guest.unwrap().join().unwrap()
        });
        assert_eq!(error, Err(JoinError::Current));
    });
}

#[test]
fn a_runtime_on_another_os_thread_may_feed_this_one() {
    run(|| {
        let outer = here();
        let seen = outside(move |door| {
            run(move || {
                let inner = here();
                let feeders = [1, 2, 3].map(|n| {
                    let door = door.clone();
                    thread::spawn(move || {
                        let guest = door.spawn(move || (n, here())).unwrap();
                        thread::yield_now();
                        guest.join().unwrap()
                    })
                });
                let seen = feeders.map(|feeder| feeder.join().unwrap());
                // Whatever was spawned with it, this runtime has its own.
                assert_eq!(thread::active_count(), 1);
                assert_ne!(inner, outer);
                seen
            })
        });
        assert_eq!(seen, [(1, outer), (2, outer), (3, outer)]);
    });
}

#[test]
fn two_runtimes_may_feed_each_other() {
    const ROUNDS: u32 = 500;

    fn feed(
        send: mpsc::Sender<(Handle, Thread)>,
        receive: mpsc::Receiver<(Handle, Thread)>,
        finished: Arc<AtomicU32>,
    ) {
        let me = thread::current();
        send.send((Handle::current(), me.clone())).unwrap();
        let (other, its_main) = receive.recv().unwrap();
        for round in 1..=ROUNDS {
            let (me, rounds) = (me.clone(), Arc::new(AtomicU32::new(0)));
            let theirs = Arc::clone(&rounds);
            let guest = other.spawn(move || {
                theirs.store(round, Ordering::Release);
                me.unpark();
            });
            // Not by join: both would stop their whole OS threads.
            while rounds.load(Ordering::Acquire) < round {
                thread::park();
            }
            drop(guest.unwrap());
        }
        // The one that is ready first may still have guests.
        finished.fetch_add(1, Ordering::AcqRel);
        its_main.unpark();
        while finished.load(Ordering::Acquire) < 2 {
            thread::park();
        }
    }

    let _patience = Patience::new();
    let (to_second, from_first) = mpsc::channel();
    let (to_first, from_second) = mpsc::channel();
    let finished = Arc::new(AtomicU32::new(0));
    let theirs = Arc::clone(&finished);
    let second = std::thread::spawn(move || run(move || feed(to_first, from_first, theirs)));
    run(move || feed(to_second, from_second, finished));
    second.join().unwrap();
}

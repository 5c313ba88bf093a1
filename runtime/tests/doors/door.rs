//! A [`Handle`]: where it comes from, where it goes, and what it starts.

use std::panic::{catch_unwind, panic_any, resume_unwind};

use runtime::Handle;
use runtime::error::{OutsideRuntime, SpawnError};
use runtime::thread::{self, Builder, Killed};

use crate::support::outside::outside;
use crate::support::run;
use crate::{Count, here};

fn is_shareable<T: Send + Sync + Clone + 'static>(_: &T) {}

#[test]
fn there_is_no_handle_outside_a_runtime() {
    let panic = catch_unwind(|| drop(Handle::current())).unwrap_err();
    assert!(panic.is::<OutsideRuntime>());
}

#[test]
fn a_handle_may_be_cloned_and_sent_anywhere() {
    run(|| {
        let door = Handle::current();
        is_shareable(&door);
        let clones: Vec<_> = (0..8).map(|_| door.clone()).collect();
        let sum: u32 = outside(move |_| {
            let threads: Vec<_> = clones
                .into_iter()
                .zip(1..)
                .map(|(door, n)| {
                    std::thread::spawn(move || door.spawn(move || n).unwrap().join().unwrap())
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(sum, 36);
        drop(door);
    });
}

#[test]
fn what_is_spawned_from_outside_runs_on_the_runtimes_os_thread() {
    run(|| {
        let inside = here();
        let (ran, asked) = outside(|door| (door.spawn(here).unwrap().join().unwrap(), here()));
        assert_eq!(ran, inside);
        assert_ne!(asked, inside);
    });
}

#[test]
fn results_come_back() {
    run(|| {
        let result = outside(|door| {
            let text = "Hello, Thread".to_owned();
            let length = text.len();
            let sub = door.spawn(move || {
                thread::yield_now();
                (text, vec![1, 2, 3])
            });
            let (text, numbers) = sub.unwrap().join().unwrap();
            assert_eq!(text.len(), length);
            numbers
        });
        assert_eq!(result, [1, 2, 3]);
    });
}

#[test]
fn panics_come_back() {
    run(|| {
        let payload = outside(|door| {
            let sub = door.spawn(|| resume_unwind(Box::new(42)));
            sub.unwrap().join().unwrap_err()
        });
        assert_eq!(payload.downcast_ref(), Some(&42));
        assert!(!thread::panicking());
        // And the runtime goes on.
        assert_eq!(outside(|door| door.spawn(|| 6).unwrap().join().unwrap()), 6);
    });
}

#[test]
fn a_panic_in_a_guest_is_nobody_elses() {
    run(|| {
        let other = thread::spawn(|| {
            for _ in 0..100 {
                assert!(!thread::panicking());
                thread::yield_now();
            }
        });
        for _ in 0..10 {
            outside(|door| {
                let sub = door.spawn(|| panic_any("a panic that the test wants"));
                assert!(sub.unwrap().join().is_err());
                assert!(!std::thread::panicking());
            });
        }
        other.join().unwrap();
    });
}

#[test]
fn guests_are_admitted_in_the_order_in_which_they_were_spawned() {
    let order = run(|| {
        let (send, receive) = std::sync::mpsc::channel();
        // The loop cannot look into its inbox before all are there.
        let door = Handle::current();
        let guests = std::thread::spawn(move || {
            let spawn = |n: u32| {
                let send = send.clone();
                door.spawn(move || send.send(n).unwrap()).unwrap()
            };
            (0..100).map(spawn).collect::<Vec<_>>()
        });
        for guest in guests.join().unwrap() {
            guest.join().unwrap();
        }
        receive.into_iter().collect::<Vec<_>>()
    });
    assert_eq!(order, (0..100).collect::<Vec<_>>());
}

#[test]
fn the_builder_s_settings_hold_for_guests() {
    run(|| {
        outside(|door| {
            let guest = Builder::new()
                .name("guest".into())
                .daemon(true)
                .stack_size(2 << 20)
                .spawn_on(&door, || {
                    // Deeper than the default stack.
                    let array = std::hint::black_box([1u8; 300 << 10]);
                    let me = thread::current();
                    (me.to_string(), me.is_daemon(), array.len())
                });
            let seen = guest.unwrap().join().unwrap();
            assert_eq!(seen, ("guest".to_owned(), true, 300 << 10));
            let plain = door.spawn(|| thread::current().is_daemon()).unwrap();
            assert!(!plain.join().unwrap());
        });
    });
}

#[test]
fn what_cannot_be_made_is_refused_where_it_is_asked_for() {
    run(|| {
        let drops = Count::default();
        let captured = [drops.on_drop(), drops.on_drop()];
        outside(move |door| {
            let [first, second] = captured;
            let builder = Builder::new().name("a\0b".into());
            let error = builder.spawn_on(&door, || drop(first)).unwrap_err();
            let reason = error.get_ref().unwrap().downcast_ref();
            assert_eq!(reason, Some(&SpawnError::NulInName(1)));
            let builder = Builder::new().stack_size(0);
            let error = builder.spawn_on(&door, || drop(second)).unwrap_err();
            let reason = error.get_ref().unwrap().downcast_ref();
            assert!(matches!(reason, Some(SpawnError::StackSize(_))));
        });
        assert_eq!(drops.get(), 2);
        assert_eq!(thread::active_count(), 1);
    });
}

#[test]
fn on_its_own_os_thread_a_handle_spawns_as_spawn_does() {
    fn work() -> u64 {
        thread::current().ident()
    }

    run(|| {
        let door = Handle::current();
        let sub = door.spawn(work).unwrap();
        assert_eq!(sub.thread().name(), Some("Thread-1 (work)"));
        assert_eq!(sub.thread().ident(), 2);
        assert_eq!(sub.join().unwrap(), 2);
        let inherits = Builder::new().daemon(true).spawn(move || {
            let sub = door.spawn(|| thread::current().is_daemon()).unwrap();
            sub.join().unwrap()
        });
        assert!(inherits.unwrap().join().unwrap());
    });
}

#[test]
fn a_guest_that_is_not_joined_is_awaited_by_run() {
    let ran = Count::default();
    let theirs = ran.clone();
    run(move || {
        outside(move |door| {
            let guest = door.spawn(move || {
                (0..10).for_each(|_| thread::yield_now());
                theirs.add();
            });
            drop(guest.unwrap());
        });
    });
    assert_eq!(ran.get(), 1);
}

#[test]
fn a_guest_that_is_killed_before_its_first_turn_never_runs() {
    run(|| {
        let (ran, dropped) = (Count::default(), Count::default());
        let (runs, captured) = (ran.clone(), dropped.on_drop());
        let door = Handle::current();
        // Both messages are there before the loop looks.
        let guest = std::thread::spawn(move || {
            let guest = door.spawn(move || {
                let _captured = captured;
                runs.add();
            });
            let guest = guest.unwrap();
            guest.thread().kill();
            guest
        });
        let guest = guest.join().unwrap();
        assert!(guest.join().unwrap_err().is::<Killed>());
        assert_eq!((ran.get(), dropped.get()), (0, 1));
    });
}

#[test]
fn a_guest_can_use_what_green_threads_use() {
    run(|| {
        let answer = outside(|door| {
            let guest = door.spawn(|| {
                let shared = std::rc::Rc::new(std::cell::Cell::new(0));
                let subs = [1, 2, 3].map(|n| {
                    let shared = std::rc::Rc::clone(&shared);
                    thread::spawn(move || shared.set(shared.get() + n))
                });
                subs.into_iter().for_each(|sub| sub.join().unwrap());
                shared.get()
            });
            guest.unwrap().join().unwrap()
        });
        assert_eq!(answer, 6);
    });
}

//! Threads in state New, whose handles are on foreign OS threads.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

use runtime::error::{JoinError, StartError};
use runtime::thread::{self, JoinHandle, Thread};

use crate::support::outside::outside;
use crate::support::run;
use crate::{Count, Places, here};

/// A thread in state New with what it was made for, which may not leave its
/// OS thread.
fn created(places: &Places) -> JoinHandle<()> {
    let (captured, unsendable) = (places.on_drop(), Rc::new(()));
    thread::create(move || drop((captured, unsendable)))
}

#[test]
fn a_thread_may_be_started_from_outside() {
    run(|| {
        let unsendable = Rc::new(Cell::new(0));
        let theirs = Rc::clone(&unsendable);
        let sub = thread::create(move || {
            theirs.set(5);
            here()
        });
        let ran = outside(move |_| {
            sub.start().unwrap();
            assert_eq!(sub.start(), Err(StartError::AlreadyStarted));
            sub.join().unwrap()
        });
        assert_eq!((ran, unsendable.get()), (here(), 5));
    });
}

#[test]
fn a_thread_that_was_started_from_outside_is_enumerated_as_soon_as_it_is_alive() {
    run(|| {
        let sub = thread::create(|| ());
        let starts = sub.thread().clone();
        std::thread::spawn(move || starts.start().unwrap())
            .join()
            .unwrap();
        // The loop had no turn since, and has not heard of it.
        assert!(sub.is_alive());
        let idents: Vec<_> = thread::enumerate().iter().map(Thread::ident).collect();
        assert_eq!((idents, thread::active_count()), (vec![1, 2], 2));
        sub.join().unwrap();
        assert_eq!(thread::active_count(), 1);
    });
}

#[test]
fn of_many_who_start_a_thread_one_does() {
    run(|| {
        for _ in 0..100 {
            let ran = Rc::new(Cell::new(0));
            let theirs = Rc::clone(&ran);
            let sub = thread::create(move || theirs.set(theirs.get() + 1));
            let others: Vec<_> = (0..3)
                .map(|_| {
                    let thread = sub.thread().clone();
                    std::thread::spawn(move || thread.start())
                })
                .collect();
            let mut started = vec![sub.start()];
            started.extend(others.into_iter().map(|os| os.join().unwrap()));
            started.sort_by_key(Result::is_err);
            let refused = Err(StartError::AlreadyStarted);
            assert_eq!(started, [Ok(()), refused, refused, refused]);
            sub.join().unwrap();
            assert_eq!(ran.get(), 1);
        }
    });
}

#[test]
fn a_thread_that_is_not_started_cannot_be_joined_from_outside() {
    run(|| {
        let places = Places::default();
        let sub = created(&places);
        outside(move |_| {
            assert_eq!(sub.thread().join(), Err(JoinError::NotStarted));
            let error = sub.join().unwrap_err();
            assert_eq!(error.downcast_ref(), Some(&JoinError::NotStarted));
        });
        thread::yield_now();
        assert_eq!(places.read(), [here()]);
    });
}

#[test]
fn the_last_handle_discards_the_thread_on_the_runtime_s_own_os_thread() {
    run(|| {
        let places = Places::default();
        let (sub, lives) = (created(&places), created(&places));
        let another = sub.thread().clone();
        outside(move |_| drop(sub));
        thread::yield_now();
        assert_eq!(places.read(), [], "it is not the last");
        outside(move |_| drop(another));
        thread::yield_now();
        assert_eq!(places.read(), [here()]);
        drop(lives);
        assert_eq!(places.read(), [here(); 2]);
    });
}

/// The message of the unpark still holds on to the thread when its handle goes.
#[test]
fn a_last_handle_that_was_just_used_discards_the_thread() {
    for ask in [
        |sub: &JoinHandle<()>| sub.thread().unpark(),
        |sub: &JoinHandle<()>| sub.thread().kill(),
    ] {
        run(move || {
            let places = Places::default();
            let sub = created(&places);
            let drops = std::thread::spawn(move || {
                ask(&sub);
                drop(sub);
            });
            // The loop has no turn before both have happened.
            drops.join().unwrap();
            thread::yield_now();
            thread::yield_now();
            assert_eq!(places.read(), [here()]);
        });
    }
}

/// While the loop is busy, and looks into its inbox all the time.
#[test]
fn handles_that_go_while_the_loop_runs_discard_their_threads() {
    const ROUNDS: usize = 3_000;
    run(|| {
        let places = Places::default();
        let (send, receive) = mpsc::channel::<JoinHandle<()>>();
        let dropped = Count::default();
        let counts = dropped.clone();
        let drops = std::thread::spawn(move || {
            for sub in receive {
                drop(sub);
                counts.add();
            }
        });
        for round in 1..=ROUNDS {
            send.send(created(&places)).unwrap();
            while dropped.get() < round as u32 {
                thread::yield_now();
            }
            thread::yield_now();
            assert_eq!(places.read().len(), round);
        }
        drop(send);
        drops.join().unwrap();
        assert!(places.read().iter().all(|&place| place == here()));
    });
}

/// Two handles, the last ones, go at the same time.
#[test]
fn handles_that_go_together_discard_their_thread() {
    const ROUNDS: usize = 3_000;
    run(|| {
        let (places, together) = (Places::default(), Count::default());
        let (done, all_done) = mpsc::channel();
        let droppers = [(); 2].map(|()| {
            let (send, receive) = mpsc::channel::<Thread>();
            let (together, done) = (together.clone(), done.clone());
            let body = move || {
                for (round, thread) in receive.into_iter().enumerate() {
                    together.add();
                    while together.get() < 2 * (round as u32 + 1) {
                        std::hint::spin_loop();
                    }
                    drop(thread);
                    done.send(()).unwrap();
                }
            };
            (send, std::thread::spawn(body))
        });
        for round in 1..=ROUNDS {
            let sub = created(&places);
            for (send, _) in &droppers {
                send.send(sub.thread().clone()).unwrap();
            }
            drop(sub);
            (0..2).for_each(|_| all_done.recv().unwrap());
            thread::yield_now();
            assert_eq!(places.read().len(), round);
        }
        for (send, dropper) in droppers {
            drop(send);
            dropper.join().unwrap();
        }
    });
}

#[test]
fn a_handle_that_outlives_the_runtime_holds_nothing_of_it() {
    let places = Places::default();
    let theirs = places.clone();
    let sub = run(move || created(&theirs));
    assert_eq!(places.read(), [here()], "it went with the runtime");
    let gone = std::thread::spawn(move || {
        assert_eq!(sub.start(), Err(StartError::OtherRuntime));
        assert!(!sub.is_alive());
        drop(sub);
    });
    gone.join().unwrap();
    assert_eq!(places.read().len(), 1);
}

/// The closure's destructor runs in the middle of the inbox's delivery, in the
/// thread that joins, and lets others run: what was posted after it must not
/// wait for it.
#[test]
fn a_destructor_that_waits_does_not_hold_up_the_other_messages() {
    run(|| {
        let waits = crate::support::OnDrop(|| (0..3).for_each(|_| thread::yield_now()));
        let sub = thread::create(move || drop(waits));
        let door = runtime::Handle::current();
        let guests = std::thread::spawn(move || {
            drop(sub);
            [1, 2].map(|n| door.spawn(move || n).unwrap())
        });
        let [first, second] = guests.join().unwrap();
        let other = thread::spawn(move || second.join().unwrap());
        // The first to look into the inbox, where the destructor comes first.
        assert_eq!(first.join().unwrap(), 1);
        assert_eq!(other.join().unwrap(), 2);
    });
}

/// Between the mark and the answer that there is no runtime any more.
#[test]
fn a_start_that_fails_leaves_nobody_waiting_for_the_end() {
    let sub = run(|| thread::create(|| ()));
    let thread = sub.thread().clone();
    let starts = std::thread::spawn(move || {
        for _ in 0..200_000 {
            assert_eq!(sub.start(), Err(StartError::OtherRuntime));
        }
    });
    while !starts.is_finished() {
        let a_while = Duration::from_secs(1);
        assert_eq!(thread.join_timeout(a_while), Err(JoinError::NotStarted));
    }
    starts.join().unwrap();
}

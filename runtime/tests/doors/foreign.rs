//! The handles of threads on foreign OS threads: join, is_alive, drop, unpark,
//! kill.

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::time::{Duration, Instant};

use runtime::error::JoinError;
use runtime::thread::{self, JoinHandle, Killed, Thread};
use runtime::{Clock, Handle};

use crate::support::outside::outside;
use crate::support::{OnDrop, run};
use crate::{Count, Places, here};

fn is_send<T: Send>(_: &T) {}
fn is_shareable<T: Send + Sync>(_: &T) {}

#[test]
fn handles_may_be_sent_if_the_result_may() {
    run(|| {
        let sub = thread::spawn(|| 5);
        is_send(&sub);
        is_shareable(sub.thread());
    });
}

#[test]
fn a_thread_made_inside_is_joined_outside() {
    run(|| {
        let unsendable = std::rc::Rc::new(5);
        let sub = thread::spawn(move || {
            thread::sleep(Duration::from_secs(1));
            *unsendable
        });
        assert_eq!(outside(move |_| sub.join().unwrap()), 5);
        let payload = thread::spawn(|| panic_any(7));
        let payload = outside(move |_| payload.join().unwrap_err());
        assert_eq!(payload.downcast_ref(), Some(&7));
    });
}

#[test]
fn a_thread_that_ended_long_ago_is_joined_outside() {
    run(|| {
        let sub = thread::spawn(|| "result");
        sub.thread().join().unwrap();
        assert_eq!(outside(move |_| sub.join().unwrap()), "result");
    });
}

#[test]
fn a_result_can_be_taken_when_the_runtime_has_ended() {
    let (sub, killed) = run(|| {
        let killed = thread::Builder::new().daemon(true).spawn(thread::park);
        (thread::spawn(|| "result"), killed.unwrap())
    });
    let outside = std::thread::spawn(move || {
        assert!(!sub.is_alive() && !killed.is_alive());
        assert_eq!(sub.thread().join(), Ok(()));
        assert!(killed.join().unwrap_err().is::<Killed>());
        sub.join().unwrap()
    });
    assert_eq!(outside.join().unwrap(), "result");
}

#[test]
fn is_alive_says_so_everywhere() {
    run(|| {
        let (sub, parked) = (thread::create(thread::park), thread::spawn(thread::park));
        outside(move |_| {
            assert!(!sub.is_alive() && sub.is_finished());
            sub.start().unwrap();
            assert!(sub.is_alive() && parked.is_alive());
            sub.thread().unpark();
            while !sub.is_finished() {
                std::thread::yield_now();
            }
            assert!(parked.is_alive());
            parked.thread().unpark();
            // Who has seen the end finds the result.
            sub.join().unwrap();
            parked.join().unwrap();
        });
    });
}

#[test]
fn a_join_with_timeout_gives_up_in_time_on_an_os_thread() {
    run(|| {
        let (parked, done) = (thread::spawn(thread::park), thread::spawn(|| ()));
        outside(move |_| {
            let begin = Instant::now();
            let moment = Duration::from_millis(20);
            let timed_out = Err(JoinError::TimedOut);
            assert_eq!(parked.thread().join_timeout(moment), timed_out);
            assert!(begin.elapsed() >= moment);
            assert_eq!(parked.thread().join_timeout(Duration::ZERO), timed_out);
            done.thread().join_timeout(Duration::MAX).unwrap();
            assert_eq!(done.thread().join_timeout(Duration::ZERO), Ok(()));
            // A joiner that gave up may come again.
            parked.thread().unpark();
            assert_eq!(
                parked.thread().join_timeout(Duration::from_secs(100)),
                Ok(())
            );
            parked.join().unwrap();
        });
    });
}

#[test]
fn many_os_threads_and_green_threads_wait_for_the_same_end() {
    run(|| {
        let sub = thread::spawn(thread::park);
        let target = sub.thread().clone();
        let green: Vec<_> = (0..5)
            .map(|_| {
                let target = target.clone();
                thread::spawn(move || target.join().unwrap())
            })
            .collect();
        outside(move |_| {
            let wait = |number: u64| {
                let target = target.clone();
                std::thread::spawn(move || match number % 2 {
                    0 => target.join().unwrap(),
                    _ => while target.join_timeout(Duration::from_millis(number)).is_err() {},
                })
            };
            let waiting: Vec<_> = (0..8).map(wait).collect();
            std::thread::sleep(Duration::from_millis(10));
            target.unpark();
            waiting.into_iter().for_each(|os| os.join().unwrap());
            assert!(!target.is_alive());
        });
        green.into_iter().for_each(|thread| thread.join().unwrap());
        sub.join().unwrap();
    });
}

#[test]
fn a_result_that_comes_first_is_dropped_once_by_the_foreign_handle() {
    run(|| {
        let places = Places::default();
        let result = places.on_drop();
        let sub = thread::spawn(move || result);
        sub.thread().join().unwrap();
        let there = outside(move |_| {
            drop(sub);
            here()
        });
        assert_eq!(places.read(), [there]);
    });
}

#[test]
fn a_result_that_comes_second_is_dropped_once_by_its_thread() {
    run(|| {
        let places = Places::default();
        let result = places.on_drop();
        let sub = thread::spawn(move || {
            thread::park();
            result
        });
        let thread = sub.thread().clone();
        outside(move |_| drop(sub));
        assert_eq!(places.read(), []);
        thread.unpark();
        thread.join().unwrap();
        assert_eq!(places.read(), [here()]);
    });
}

/// Drops the handle on an OS thread while the thread ends.
#[test]
fn results_are_dropped_once_however_the_race_ends() {
    const ROUNDS: u32 = 2_000;
    let drops = Count::default();
    let theirs = drops.clone();
    run(move || {
        outside(move |door| {
            for round in 0..ROUNDS {
                let result = theirs.on_drop();
                let guest = door.spawn(move || result).unwrap();
                (0..round % 50).for_each(|_| std::hint::spin_loop());
                match round % 3 {
                    0 => drop(guest),
                    1 => drop(guest.join()),
                    _ => {
                        while guest.is_alive() {
                            std::thread::yield_now();
                        }
                    }
                }
            }
        });
    });
    assert_eq!(drops.get(), ROUNDS);
}

#[test]
fn an_unpark_from_outside_ends_a_park_and_is_kept_for_the_next_one() {
    run(|| {
        let sub = thread::spawn(|| {
            thread::park();
            thread::park();
            "unparked twice"
        });
        let result = outside(move |door| {
            sub.thread().unpark();
            // It is in its second park, after this one's turns.
            door.spawn(|| (0..5).for_each(|_| thread::yield_now()))
                .unwrap()
                .join()
                .unwrap();
            assert!(sub.is_alive());
            sub.thread().unpark();
            sub.join().unwrap()
        });
        assert_eq!(result, "unparked twice");
    });
}

#[test]
fn a_kill_from_outside_reaches_every_kind_of_wait() {
    fn killed_in(wait: impl FnOnce() + Send + 'static) {
        let dropped = Places::default();
        let on_stack = dropped.on_drop();
        let killed = outside(move |door| {
            let guest = door.spawn(move || {
                let _on_stack = on_stack;
                wait();
                unreachable!("it went on");
            });
            let guest = guest.unwrap();
            door.spawn(thread::yield_now).unwrap().join().unwrap();
            assert!(guest.is_alive());
            guest.thread().kill();
            guest.join().unwrap_err().is::<Killed>()
        });
        assert!(killed);
        assert_eq!(dropped.read(), [here()]);
    }

    let clock = runtime::Builder::new().clock(Clock::Real);
    let main = || {
        let main = thread::current();
        killed_in(thread::park);
        killed_in(|| thread::sleep(Duration::MAX));
        killed_in(|| thread::sleep(Duration::from_secs(3600)));
        killed_in(move || main.join().unwrap());
        killed_in(|| thread::scope(|scope| drop(scope.spawn(thread::park))));
        killed_in(|| {
            loop {
                thread::yield_now();
            }
        });
    };
    clock.run(main).unwrap();
}

#[test]
fn main_can_be_killed_from_outside() {
    let main = || {
        let (door, main) = (Handle::current(), thread::current());
        drop(std::thread::spawn(move || {
            main.kill();
            // It lives until main has ended.
            main.join().unwrap();
            drop(door);
        }));
        thread::park();
        unreachable!("it went on");
    };
    let error = runtime::Builder::new().run(main).unwrap_err();
    assert!(matches!(error, runtime::RunError::Killed), "{error:?}");
}

#[test]
fn what_is_told_to_a_thread_that_has_ended_has_no_effect() {
    let (sub, other): (Thread, JoinHandle<_>) = run(|| {
        let sub = thread::spawn(|| ());
        sub.thread().join().unwrap();
        let other = thread::spawn(thread::park);
        let (ended, parked) = (sub.thread().clone(), other.thread().clone());
        outside(move |door| {
            ended.kill();
            ended.unpark();
            door.spawn(|| ()).unwrap().join().unwrap();
            assert!(parked.is_alive());
            parked.unpark();
        });
        other.thread().join().unwrap();
        (sub.thread().clone(), other)
    });
    // And now the runtime has ended as well.
    sub.kill();
    other.thread().unpark();
    assert_eq!(sub.join(), Ok(()));
    other.join().unwrap();
}

#[test]
fn names_are_read_and_given_outside() {
    run(|| {
        let sub = thread::current();
        let seen = outside(move |_| {
            let seen = sub.to_string();
            sub.set_name("boss").unwrap();
            seen
        });
        assert_eq!(seen, "MainThread");
        assert_eq!(thread::current().name(), Some("boss"));
    });
}

#[test]
fn an_os_thread_that_unwinds_may_join() {
    run(|| {
        outside(|door| {
            let guest = door.spawn(|| 5).unwrap();
            let mut guest = Some(guest);
            let joins = OnDrop(move || {
                assert!(std::thread::panicking());
                assert_eq!(guest.take().unwrap().join().unwrap(), 5);
            });
            let unwinds = AssertUnwindSafe(|| {
                let _joins = joins;
                std::panic::resume_unwind(Box::new(()));
            });
            assert!(catch_unwind(unwinds).is_err());
        });
    });
}

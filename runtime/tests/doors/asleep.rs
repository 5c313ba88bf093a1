//! A loop for which nobody is ready: it sleeps in the operating system, and
//! nothing that is asked of it is slept through.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use runtime::thread::{self, Builder};
use runtime::{Clock, Handle, RunError, time};

use crate::Count;
use crate::support::outside::outside;
use crate::support::run;

const HOUR: Duration = Duration::from_secs(3600);

/// The CPU time that this OS thread has used.
fn cpu_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a local variable.
    let done = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(done, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The CPU time that the loop uses while an OS thread takes its time, and
/// `others` wait as well.
fn cpu_time_while_waiting(clock: Clock, others: fn()) -> Duration {
    let main = move || {
        others();
        thread::yield_now();
        let before = cpu_time();
        outside(|_| std::thread::sleep(Duration::from_millis(400)));
        cpu_time() - before
    };
    runtime::Builder::new().clock(clock).run(main).unwrap()
}

fn daemon(body: fn()) {
    drop(Builder::new().daemon(true).spawn(body).unwrap());
}

#[test]
fn the_loop_uses_no_cpu_while_it_waits() {
    let little = Duration::from_millis(100);
    for clock in [Clock::Real, Clock::Virtual] {
        let used = cpu_time_while_waiting(clock, || daemon(thread::park));
        assert!(used < little, "{clock:?}: {used:?}");
    }
    let used = cpu_time_while_waiting(Clock::Real, || daemon(|| thread::sleep(HOUR)));
    assert!(used < little, "with a sleeper: {used:?}");
}

/// Both sides wait for the other one's number, and wake it up.
fn ping_pong(clock: Clock, rounds: u32, others: fn()) {
    let main = move || {
        others();
        let number = Arc::new(AtomicU32::new(0));
        let theirs = Arc::clone(&number);
        let green = thread::spawn(move || {
            for round in 0..rounds {
                while number.load(Ordering::Acquire) != 2 * round + 1 {
                    thread::park();
                }
                number.store(2 * round + 2, Ordering::Release);
            }
        });
        let target = green.thread().clone();
        outside(move |_| {
            for round in 0..rounds {
                theirs.store(2 * round + 1, Ordering::Release);
                target.unpark();
                while theirs.load(Ordering::Acquire) != 2 * round + 2 {
                    std::thread::yield_now();
                }
            }
        });
        green.join().unwrap();
    };
    runtime::Builder::new().clock(clock).run(main).unwrap();
}

#[test]
fn no_unpark_is_slept_through() {
    ping_pong(Clock::Virtual, 10_000, || ());
    ping_pong(Clock::Real, 10_000, || ());
    // It sleeps until a deadline, and is woken before.
    ping_pong(Clock::Real, 10_000, || daemon(|| thread::sleep(HOUR)));
}

#[test]
fn no_unpark_is_slept_through_in_a_loop_that_is_about_to_sleep() {
    // Turns of different lengths, so that the message comes at all moments.
    const ROUNDS: u32 = 5_000;
    run(|| {
        let heard = Count::default();
        let counts = heard.clone();
        let green = Builder::new().daemon(true).spawn(move || {
            loop {
                thread::park();
                counts.add();
                (0..counts.get() % 7).for_each(|_| thread::yield_now());
            }
        });
        let target = green.unwrap().thread().clone();
        outside(move |_| {
            for round in 0..ROUNDS {
                let before = heard.get();
                target.unpark();
                while heard.get() == before {
                    std::hint::spin_loop();
                }
                (0..round % 101).for_each(|_| std::hint::spin_loop());
            }
        });
    });
}

#[test]
fn no_spawn_is_slept_through() {
    const ROUNDS: u32 = 5_000;
    let sum = run(|| {
        outside(|door| {
            let spawn = |n| door.spawn(move || n).unwrap().join().unwrap();
            (0..ROUNDS).map(spawn).map(u64::from).sum::<u64>()
        })
    });
    assert_eq!(sum, u64::from(ROUNDS) * u64::from(ROUNDS - 1) / 2);
}

#[test]
fn no_spawn_of_many_is_lost() {
    const EACH: u32 = 1_000;
    let ran = Count::default();
    let theirs = ran.clone();
    run(move || {
        outside(move |door| {
            let spawners: Vec<_> = (0..4)
                .map(|_| {
                    let (door, ran) = (door.clone(), theirs.clone());
                    std::thread::spawn(move || {
                        for _ in 0..EACH {
                            let ran = ran.clone();
                            drop(door.spawn(move || ran.add()).unwrap());
                        }
                    })
                })
                .collect();
            spawners.into_iter().for_each(|os| os.join().unwrap());
        });
    });
    assert_eq!(ran.get(), 4 * EACH);
}

#[test]
fn a_message_ends_the_sleep_until_a_deadline() {
    let clock = runtime::Builder::new().clock(Clock::Real);
    let main = || {
        daemon(|| thread::sleep(HOUR));
        let begin = std::time::Instant::now();
        assert_eq!(outside(|door| door.spawn(|| 5).unwrap().join().unwrap()), 5);
        assert!(begin.elapsed() < HOUR / 2);
    };
    clock.run(main).unwrap();
}

#[test]
fn virtual_time_leaps_for_sleepers_while_there_is_a_handle() {
    run(|| {
        let door = Handle::current();
        let before = time::Instant::now();
        thread::sleep(1_000 * HOUR);
        assert!(before.elapsed() >= 1_000 * HOUR);
        assert!(before.elapsed() < 1_001 * HOUR);
        drop(door);
    });
}

#[test]
fn virtual_time_stands_still_while_nobody_sleeps() {
    run(|| {
        let before = time::Instant::now();
        outside(|_| std::thread::sleep(Duration::from_millis(50)));
        // A dispatch takes a microsecond, and there were only a few.
        assert!(before.elapsed() < Duration::from_millis(1));
    });
}

/// Runs `main`, which must come to a deadlock, and gives the report.
#[track_caller]
fn deadlock(main: impl FnOnce() + 'static) -> String {
    let error = runtime::Builder::new().clock(Clock::Virtual).run(main);
    let error = error.unwrap_err();
    assert!(matches!(error, RunError::Deadlock { .. }), "{error:?}");
    error.to_string()
}

#[test]
fn when_the_last_handle_goes_while_all_wait_it_is_a_deadlock() {
    let report = deadlock(|| {
        let door = Handle::current();
        drop(std::thread::spawn(move || {
            // Main has given up the CPU when this has run.
            door.spawn(|| ()).unwrap().join().unwrap();
            drop(door);
        }));
        thread::park();
    });
    assert!(report.contains("MainThread"), "{report}");
}

#[test]
fn it_is_no_deadlock_as_long_as_one_handle_is_left() {
    let ran = Count::default();
    let theirs = ran.clone();
    deadlock(move || {
        let door = Handle::current();
        drop(std::thread::spawn(move || {
            let mut doors: Vec<_> = (0..10).map(|_| door.clone()).collect();
            drop(door);
            while let Some(door) = doors.pop() {
                std::thread::sleep(Duration::from_millis(1));
                let ran = theirs.clone();
                door.spawn(move || ran.add()).unwrap().join().unwrap();
            }
        }));
        thread::park();
    });
    assert_eq!(ran.get(), 10);
}

#[test]
fn without_a_handle_it_is_a_deadlock_though_others_know_the_threads() {
    let (send, receive) = std::sync::mpsc::channel::<thread::Thread>();
    let holds = std::thread::spawn(move || receive.into_iter().last());
    let report = deadlock(move || {
        send.send(thread::current()).unwrap();
        thread::park();
    });
    assert!(report.contains("MainThread"), "{report}");
    assert!(!holds.join().unwrap().unwrap().is_alive());
}

#[test]
fn what_was_asked_before_the_last_handle_went_still_happens() {
    run(|| {
        let (door, main) = (Handle::current(), thread::current());
        let asks = std::thread::spawn(move || {
            main.unpark();
            drop(door);
        });
        thread::park();
        asks.join().unwrap();
    });
}

#[test]
fn a_handle_that_is_forgotten_is_no_reason_not_to_end() {
    run(|| std::mem::forget(Handle::current()));
    let door = run(Handle::current);
    drop(door);
}

#[test]
fn a_handle_in_a_waiting_thread_keeps_nobody_from_ending() {
    run(|| {
        let door = Handle::current();
        daemon(thread::park);
        let holds = Builder::new().daemon(true).spawn(move || {
            thread::park();
            drop(door);
        });
        drop(holds.unwrap());
        thread::yield_now();
    });
}

//! The clocks: virtual time, which is the same on every run, and real time.

use std::time::Duration;

use runtime::thread;
use runtime::time::Instant;
use runtime::{Builder, Clock};

use crate::support::{Counter, run};

const SECOND: Duration = Duration::from_secs(1);
const MICROSECOND: Duration = Duration::from_micros(1);

#[test]
fn virtual_time_is_the_same_on_every_run() {
    let times = || {
        run(|| {
            let begin = Instant::now();
            let sleeper = |millis: u64| {
                thread::spawn(move || {
                    thread::sleep(Duration::from_millis(millis));
                    thread::yield_now();
                    begin.elapsed()
                })
            };
            let sleepers = [5, 3, 3, 8].map(sleeper);
            sleepers.map(|sleeper| sleeper.join().unwrap())
        })
    };
    let first = times();
    assert!(first[0] >= Duration::from_millis(5));
    for _ in 0..3 {
        assert_eq!(times(), first);
    }
}

#[test]
fn in_virtual_time_a_dispatch_takes_a_microsecond() {
    run(|| {
        let begin = Instant::now();
        for _ in 0..10 {
            thread::yield_now();
        }
        assert_eq!(begin.elapsed(), 10 * MICROSECOND);
        assert_eq!(begin.elapsed(), 10 * MICROSECOND, "to look takes no time");
    });
}

#[test]
fn in_virtual_time_a_sleep_ends_with_the_dispatch_at_which_it_is_due() {
    run(|| {
        let begin = Instant::now();
        thread::sleep(SECOND);
        assert_eq!(begin.elapsed(), SECOND + MICROSECOND);
    });
}

#[test]
fn in_virtual_time_a_year_passes_at_once() {
    run(|| {
        let year = 365 * 24 * 3600 * SECOND;
        let begin = Instant::now();
        for _ in 0..100 {
            thread::sleep(year);
        }
        assert!(begin.elapsed() >= 100 * year);
    });
}

#[test]
fn in_virtual_time_a_loop_that_polls_until_a_deadline_comes_to_its_end() {
    let rounds = run(|| {
        let deadline = Instant::now() + Duration::from_millis(1);
        let mut rounds = 0;
        while Instant::now() < deadline {
            thread::yield_now();
            rounds += 1;
        }
        rounds
    });
    assert_eq!(rounds, 1000);
}

#[test]
fn in_virtual_time_a_sleeper_is_woken_though_others_never_wait() {
    run(|| {
        let rounds = Counter::default();
        let theirs = rounds.clone();
        let busy = thread::Builder::new().daemon(true).spawn(move || {
            loop {
                theirs.add();
                thread::yield_now();
            }
        });
        thread::sleep(100 * MICROSECOND);
        assert!(busy.unwrap().is_alive());
        let rounds = rounds.get();
        assert!((90..=110).contains(&rounds), "{rounds}");
    });
}

#[test]
fn to_sleep_for_ever_ends_with_a_kill_only() {
    run(|| {
        for ever in [Duration::MAX, Duration::from_secs(u64::MAX)] {
            let sub = thread::spawn(move || thread::sleep(ever));
            thread::sleep(1_000_000 * SECOND);
            assert!(sub.is_alive());
            sub.thread().kill();
            assert!(sub.join().unwrap_err().is::<thread::Killed>());
        }
    });
}

#[test]
fn in_real_time_a_sleep_lasts_at_least_as_long_as_it_should() {
    let real = Builder::new().clock(Clock::Real);
    real.run(|| {
        let begin = std::time::Instant::now();
        let sleepers = [3, 1, 2].map(|millis| {
            thread::spawn(move || {
                let (mine, real) = (Instant::now(), std::time::Instant::now());
                let millis = Duration::from_millis(millis);
                thread::sleep(millis);
                assert!(mine.elapsed() >= millis);
                assert!(real.elapsed() >= millis);
            })
        });
        for sleeper in sleepers {
            sleeper.join().unwrap();
        }
        assert!(begin.elapsed() >= Duration::from_millis(3));
    })
    .unwrap();
}

#[test]
fn in_real_time_a_park_and_a_join_wait_at_least_as_long_as_they_should() {
    let real = Builder::new().clock(Clock::Real);
    real.run(|| {
        let millis = Duration::from_millis(2);
        let begin = std::time::Instant::now();
        thread::park_timeout(millis);
        assert!(begin.elapsed() >= millis);
        let sub = thread::spawn(thread::park);
        let begin = std::time::Instant::now();
        sub.thread().join_timeout(millis).unwrap_err();
        assert!(begin.elapsed() >= millis);
        sub.thread().unpark();
    })
    .unwrap();
}

#[test]
fn in_real_time_a_sleeper_is_woken_though_others_never_wait() {
    let real = Builder::new().clock(Clock::Real);
    real.run(|| {
        let busy = thread::Builder::new().daemon(true).spawn(|| {
            loop {
                thread::yield_now();
            }
        });
        thread::sleep(Duration::from_millis(2));
        assert!(busy.unwrap().is_alive());
    })
    .unwrap();
}

#[test]
fn instants_are_reckoned_with_as_std_reckons_with_its_own() {
    run(|| {
        let early = Instant::now();
        let late = early + SECOND;
        assert!(early < late);
        assert_eq!(late - early, SECOND);
        assert_eq!(early - late, Duration::ZERO);
        assert_eq!(late.duration_since(early), SECOND);
        assert_eq!(early.saturating_duration_since(late), Duration::ZERO);
        assert_eq!(late.checked_duration_since(early), Some(SECOND));
        assert_eq!(early.checked_duration_since(late), None);
        assert_eq!(late - SECOND, early);
        assert_eq!(early.checked_add(Duration::MAX), None);
        assert_eq!(early.checked_sub(SECOND), None);
        assert_eq!(late.elapsed(), Duration::ZERO);
        let mut moved = early;
        moved += 2 * SECOND;
        moved -= SECOND;
        assert_eq!(moved, late);
    });
}

//! Park and unpark, by std's rules.

use std::time::Duration;

use runtime::thread;
use runtime::time::Instant;

use crate::support::{Counter, Journal, run};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn unpark_ends_a_park() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let sub = thread::spawn(move || {
            theirs.write("parks");
            thread::park();
            theirs.write("goes on");
        });
        thread::yield_now();
        thread::yield_now();
        journal.write("unparks");
        sub.thread().unpark();
        sub.join().unwrap();
        assert_eq!(journal.read(), ["parks", "unparks", "goes on"]);
    });
}

#[test]
fn an_unpark_that_comes_first_lets_the_next_park_return_at_once() {
    run(|| {
        let begin = Instant::now();
        thread::current().unpark();
        thread::park();
        thread::current().unpark();
        thread::park_timeout(10 * SECOND);
        assert!(begin.elapsed() < SECOND);
    });
}

#[test]
fn tokens_do_not_add_up() {
    run(|| {
        let this = thread::current();
        this.unpark();
        this.unpark();
        this.unpark();
        thread::park();
        let begin = Instant::now();
        thread::park_timeout(SECOND);
        assert!(begin.elapsed() >= SECOND, "the second park waits");
    });
}

#[test]
fn the_unpark_that_ends_a_park_leaves_no_token() {
    run(|| {
        let sub = thread::spawn(|| {
            thread::park();
            let begin = Instant::now();
            thread::park_timeout(SECOND);
            begin.elapsed()
        });
        thread::yield_now();
        sub.thread().unpark();
        assert!(sub.join().unwrap() >= SECOND);
    });
}

#[test]
fn a_second_unpark_before_the_thread_has_gone_on_is_a_token() {
    run(|| {
        let sub = thread::spawn(|| {
            thread::park();
            let begin = Instant::now();
            thread::park_timeout(SECOND);
            begin.elapsed()
        });
        thread::yield_now();
        sub.thread().unpark();
        // It is ready by now, and not parked: as with std.
        sub.thread().unpark();
        assert!(sub.join().unwrap() < SECOND);
    });
}

#[test]
fn an_unpark_before_the_first_turn_or_the_start_is_kept() {
    run(|| {
        let spawned = thread::spawn(thread::park);
        spawned.thread().unpark();
        spawned.join().unwrap();

        let created = thread::create(thread::park);
        created.thread().unpark();
        created.start().unwrap();
        created.join().unwrap();
    });
}

#[test]
fn an_unpark_after_the_end_has_no_effect_on_anybody() {
    run(|| {
        let ended = thread::spawn(|| ());
        ended.thread().join().unwrap();
        // The next thread is another one, though it may have the same slot.
        let next = thread::spawn(|| {
            let begin = Instant::now();
            thread::park_timeout(SECOND);
            begin.elapsed()
        });
        ended.thread().unpark();
        thread::yield_now();
        ended.thread().unpark();
        assert!(next.join().unwrap() >= SECOND);
    });
}

#[test]
fn an_unpark_ends_no_sleep_and_no_join_but_is_kept_for_the_next_park() {
    run(|| {
        let sub = thread::spawn(|| {
            let begin = Instant::now();
            thread::sleep(SECOND);
            assert!(begin.elapsed() >= SECOND);
            thread::park();
            begin.elapsed()
        });
        thread::yield_now();
        sub.thread().unpark();
        assert!(sub.join().unwrap() < 2 * SECOND);

        let target = thread::spawn(|| thread::sleep(SECOND));
        let sub = thread::spawn(move || {
            let begin = Instant::now();
            target.join().unwrap();
            assert!(begin.elapsed() >= SECOND);
            thread::park();
        });
        thread::yield_now();
        sub.thread().unpark();
        sub.join().unwrap();
    });
}

#[test]
fn park_timeout_returns_when_the_time_is_over_and_not_before() {
    run(|| {
        let begin = Instant::now();
        thread::park_timeout(SECOND);
        let waited = begin.elapsed();
        assert!(waited >= SECOND && waited < 2 * SECOND, "{waited:?}");
    });
}

#[test]
fn park_timeout_returns_early_when_it_is_unparked() {
    run(|| {
        let sub = thread::spawn(|| {
            let begin = Instant::now();
            thread::park_timeout(10 * SECOND);
            let waited = begin.elapsed();
            // That deadline is forgotten, and ends no later wait.
            thread::sleep(100 * SECOND);
            assert!(begin.elapsed() >= 100 * SECOND);
            waited
        });
        thread::sleep(SECOND);
        sub.thread().unpark();
        let waited = sub.join().unwrap();
        assert!(waited >= SECOND / 2 && waited < 2 * SECOND, "{waited:?}");
    });
}

#[test]
fn park_timeout_for_no_time_returns_and_for_ever_is_park() {
    run(|| {
        let begin = Instant::now();
        thread::park_timeout(Duration::ZERO);
        assert!(begin.elapsed() < SECOND);

        let sub = thread::spawn(|| thread::park_timeout(Duration::MAX));
        thread::sleep(1_000_000 * SECOND);
        assert!(sub.is_alive());
        sub.thread().unpark();
        sub.join().unwrap();
    });
}

#[test]
fn two_threads_can_hand_each_other_the_cpu_by_unparking() {
    run(|| {
        let turns = Counter::default();
        let main = thread::current();
        let theirs = turns.clone();
        let sub = thread::spawn(move || {
            for _ in 0..100 {
                thread::park();
                theirs.add();
                main.unpark();
            }
        });
        for round in 0..100 {
            assert_eq!(turns.get(), round);
            sub.thread().unpark();
            thread::park();
        }
        sub.join().unwrap();
    });
}

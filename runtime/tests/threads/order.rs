//! Who runs when.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use runtime::thread::{self, Builder, JoinHandle};
use runtime::time::Instant;
use runtime::{Clock, Priority, hint};

use crate::support::{Journal, run};

/// A thread that writes its name and gives up the CPU, so many times.
fn turns(journal: &Journal, name: &str, turns: u32, give_up: fn()) -> JoinHandle<()> {
    let (journal, name) = (journal.clone(), name.to_owned());
    thread::spawn(move || {
        for _ in 0..turns {
            journal.write(&name);
            give_up();
        }
    })
}

#[test]
fn threads_that_yield_take_turns_in_the_order_in_which_they_were_spawned() {
    let order = run(|| {
        let journal = Journal::default();
        let names = ["a", "b", "c"];
        for thread in names.map(|name| turns(&journal, name, 3, thread::yield_now)) {
            thread.join().unwrap();
        }
        journal.read().concat()
    });
    assert_eq!(order, "abcabcabc");
}

#[test]
fn a_thread_that_has_fewer_turns_to_go_leaves_the_round() {
    let order = run(|| {
        let journal = Journal::default();
        let threads = [("a", 1), ("b", 3), ("c", 2)];
        for thread in threads.map(|(name, n)| turns(&journal, name, n, thread::yield_now)) {
            thread.join().unwrap();
        }
        journal.read().concat()
    });
    assert_eq!(order, "abcbcb");
}

#[test]
fn spawn_does_not_switch() {
    run(|| {
        let journal = Journal::default();
        let sub = turns(&journal, "sub", 1, || ());
        journal.write("main");
        sub.join().unwrap();
        assert_eq!(journal.read(), ["main", "sub"]);
    });
}

#[test]
fn start_does_not_switch() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let sub = thread::create(move || theirs.write("sub"));
        sub.start().unwrap();
        journal.write("main");
        sub.join().unwrap();
        assert_eq!(journal.read(), ["main", "sub"]);
    });
}

#[test]
fn a_new_thread_goes_to_the_end_of_the_line() {
    let order = run(|| {
        let journal = Journal::default();
        let a = turns(&journal, "a", 3, thread::yield_now);
        thread::yield_now();
        // `a` is in the line, and `b` comes behind it.
        let b = turns(&journal, "b", 2, thread::yield_now);
        a.join().unwrap();
        b.join().unwrap();
        journal.read().concat()
    });
    assert_eq!(order, "aabab");
}

#[test]
fn unpark_does_not_switch() {
    run(|| {
        let journal = Journal::default();
        let theirs = journal.clone();
        let sub = thread::spawn(move || {
            thread::park();
            theirs.write("sub");
        });
        thread::yield_now();
        sub.thread().unpark();
        journal.write("main");
        sub.join().unwrap();
        assert_eq!(journal.read(), ["main", "sub"]);
    });
}

#[test]
fn sleepers_go_on_by_deadline_and_among_equals_by_arrival() {
    let order = run(|| {
        let journal = Journal::default();
        let begin = Instant::now();
        let sleeper = |(name, millis, yields): (&'static str, u64, u32)| {
            let journal = journal.clone();
            thread::spawn(move || {
                for _ in 0..yields {
                    thread::yield_now();
                }
                let deadline = begin + Duration::from_millis(millis);
                thread::sleep(deadline - Instant::now());
                journal.write(name);
            })
        };
        // `c` is older than `b` and arrives later.
        let sleepers = [("d", 30, 0), ("c", 20, 1), ("b", 20, 0), ("a", 10, 2)];
        for thread in sleepers.map(sleeper) {
            thread.join().unwrap();
        }
        journal.read().concat()
    });
    assert_eq!(order, "abcd");
}

#[test]
fn to_sleep_for_no_time_is_to_yield() {
    let order = run(|| {
        let journal = Journal::default();
        let a = turns(&journal, "a", 3, || thread::sleep(Duration::ZERO));
        let b = turns(&journal, "b", 3, thread::yield_now);
        a.join().unwrap();
        b.join().unwrap();
        journal.read().concat()
    });
    assert_eq!(order, "ababab");
}

#[test]
fn spin_loop_lets_others_run() {
    run(|| {
        let done = Rc::new(Cell::new(false));
        let flag = Rc::clone(&done);
        thread::spawn(move || flag.set(true));
        let mut rounds = 0;
        while !done.get() {
            hint::spin_loop();
            rounds += 1;
            assert!(rounds < 10, "the other thread does not get the CPU");
        }
    });
}

#[test]
fn spin_loop_outside_a_runtime_is_a_hint_and_no_more() {
    hint::spin_loop();
}

#[test]
fn under_the_priority_policy_the_most_urgent_thread_runs_first() {
    let order = runtime::Builder::new()
        .clock(Clock::Virtual)
        .policy("priority".parse().unwrap())
        .run(|| {
            let journal = Journal::default();
            let urgent = |(name, priority): (&'static str, u8)| {
                let journal = journal.clone();
                Builder::new()
                    .priority(Priority::new(priority).unwrap())
                    .spawn(move || {
                        journal.write(name);
                        thread::yield_now();
                        journal.write(name);
                    })
                    .unwrap()
            };
            let threads = [("c", 1), ("a", 31), ("b", 5), ("B", 5)].map(urgent);
            for thread in threads {
                thread.join().unwrap();
            }
            journal.read().concat()
        });
    assert_eq!(order.unwrap(), "aabBbBcc");
}

//! Barriers: how threads meet.

mod breaks;

use std::cell::{Cell, RefCell};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::Refused;
use runtime::sync::{Barrier, BarrierWaitResult};
use runtime::thread::{self, JoinHandle, Killed};
use runtime::time::Instant;

use crate::support::{Journal, run};
use crate::waits::{deadlock, elsewhere, lost_waiting, named, refused, while_unwinding};

/// A thread of that name that comes to the barrier, and says so when it goes on.
fn comes(barrier: &Rc<Barrier>, journal: &Journal, name: &str) -> JoinHandle<()> {
    let (barrier, journal) = (Rc::clone(barrier), journal.clone());
    named(name, move || {
        let leads = barrier.wait().is_leader();
        journal.write(match leads {
            true => format!("{} leads", thread::current()),
            false => thread::current().to_string(),
        });
    })
}

#[test]
fn all_wait_until_enough_have_come_and_the_last_one_is_the_leader() {
    run(|| {
        let (barrier, journal) = (Rc::new(Barrier::new(3)), Journal::default());
        let [a, b] = ["a", "b"].map(|name| comes(&barrier, &journal, name));
        thread::sleep(Duration::from_secs(1));
        assert_eq!(journal.read(), [""; 0]);
        let c = comes(&barrier, &journal, "c");
        for thread in [a, b, c] {
            thread.join().unwrap();
        }
        // The leader keeps the CPU, and the others follow as they came.
        assert_eq!(journal.read(), ["c leads", "a", "b"]);
    });
}

#[test]
fn one_of_those_that_meet_is_the_leader() {
    for n in [2, 3, 10, 100] {
        let leaders = run(move || {
            let barrier = Rc::new(Barrier::new(n));
            let threads: Vec<_> = (0..n)
                .map(|_| {
                    let barrier = Rc::clone(&barrier);
                    thread::spawn(move || barrier.wait().is_leader())
                })
                .collect();
            let leads = |thread: JoinHandle<bool>| usize::from(thread.join().unwrap());
            threads.into_iter().map(leads).sum::<usize>()
        });
        assert_eq!(leaders, 1);
    }
}

#[test]
fn a_barrier_for_none_or_one_keeps_nobody() {
    for n in [0, 1] {
        static OUTSIDE: [Barrier; 2] = [Barrier::new(0), Barrier::new(1)];
        assert!(OUTSIDE[n].wait().is_leader());
        run(move || {
            let (barrier, begin) = (Barrier::new(n), Instant::now());
            for _ in 0..3 {
                assert!(barrier.wait().is_leader());
            }
            assert_eq!(begin.elapsed(), Duration::ZERO);
        });
    }
}

#[test]
fn a_barrier_can_be_used_again_at_once() {
    run(|| {
        const ROUNDS: u32 = 50;
        let (barrier, rounds) = (Rc::new(Barrier::new(3)), Rc::new(Cell::new([0; 3])));
        let threads = [0, 1, 2].map(|me| {
            let (barrier, rounds) = (Rc::clone(&barrier), Rc::clone(&rounds));
            thread::spawn(move || {
                let mut led = 0;
                for round in 0..ROUNDS {
                    let mut all = rounds.get();
                    all[me] = round;
                    rounds.set(all);
                    led += u32::from(barrier.wait().is_leader());
                    // Nobody is a round ahead, nobody is one behind.
                    let all = rounds.get();
                    assert!(all.iter().all(|&other| other.abs_diff(round) <= 1));
                    assert!(all.iter().all(|&other| other >= round));
                }
                led
            })
        });
        let led: u32 = threads.map(|thread| thread.join().unwrap()).iter().sum();
        assert_eq!(led, ROUNDS);
    });
}

#[test]
fn who_is_killed_while_it_waits_does_not_count_even_before_it_has_unwound() {
    run(|| {
        let (barrier, journal) = (Rc::new(Barrier::new(2)), Journal::default());
        let killed = comes(&barrier, &journal, "killed");
        thread::yield_now();
        killed.thread().kill();
        let second = {
            let (barrier, journal) = (Rc::clone(&barrier), journal.clone());
            named("second", move || {
                barrier.wait();
                journal.write("second");
            })
        };
        // This one comes before the killed one has run.
        let leads = barrier.wait().is_leader();
        journal.write(format!("main {leads}"));
        assert!(killed.join().unwrap_err().is::<Killed>());
        second.join().unwrap();
        assert_eq!(journal.read(), ["second", "main false"]);
        // Nor do such as have unwound.
        for _ in 0..3 {
            let killed = comes(&barrier, &journal, "killed");
            thread::yield_now();
            killed.thread().kill();
            killed.join().unwrap_err();
        }
        let threads = ["a", "b"].map(|name| comes(&barrier, &journal, name));
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(journal.read(), ["b leads", "a"]);
    });
}

#[test]
fn who_is_killed_when_all_have_met_keeps_nobody_else_back() {
    run(|| {
        let (barrier, journal) = (Rc::new(Barrier::new(3)), Journal::default());
        let [a, b] = ["a", "b"].map(|name| comes(&barrier, &journal, name));
        thread::yield_now();
        assert!(barrier.wait().is_leader());
        a.thread().kill();
        assert!(a.join().unwrap_err().is::<Killed>());
        b.join().unwrap();
        assert_eq!(journal.read(), ["b"]);
    });
}

#[test]
fn while_a_thread_unwinds_it_can_come_last_and_is_refused_to_wait() {
    run(|| {
        let journal = Journal::default();
        // One for the panic, and one for the kill.
        let barriers = [(); 2].map(|()| Rc::new(Barrier::new(2)));
        let waits = barriers
            .each_ref()
            .map(|barrier| comes(barrier, &journal, "waits"));
        thread::yield_now();
        let left = Rc::new(RefCell::new(barriers.to_vec()));
        while_unwinding(move || {
            let barrier = left.borrow_mut().pop().unwrap();
            assert!(barrier.wait().is_leader());
            assert_eq!(refused(|| barrier.wait()).why, Refused::Unwinding);
        });
        for thread in waits {
            thread.join().unwrap();
        }
        assert_eq!(journal.read(), ["waits", "waits"]);
    });
}

#[test]
fn who_is_refused_does_not_count() {
    run(|| {
        let (barrier, journal) = (Rc::new(Barrier::new(2)), Journal::default());
        let theirs = Rc::clone(&barrier);
        while_unwinding(move || drop(refused(|| theirs.wait())));
        let threads = ["a", "b"].map(|name| comes(&barrier, &journal, name));
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(journal.read(), ["b leads", "a"]);
    });
}

#[test]
fn a_barrier_can_be_a_static_and_is_used_by_one_runtime_after_the_other() {
    fn shared<T: Send + Sync + UnwindSafe + RefUnwindSafe + Unpin>() {}
    shared::<Barrier>();
    shared::<BarrierWaitResult>();
    static BARRIER: Barrier = Barrier::new(2);
    let meet = || {
        run(|| {
            let other = thread::spawn(|| BARRIER.wait().is_leader());
            let leads = BARRIER.wait().is_leader();
            assert_ne!(leads, other.join().unwrap());
            // It is killed at the end, and does not count any more.
            let daemon = thread::Builder::new().daemon(true);
            drop(daemon.spawn(|| BARRIER.wait()).unwrap());
            thread::yield_now();
        });
    };
    meet();
    std::thread::spawn(meet).join().unwrap();
}

#[test]
fn outside_of_a_runtime_nobody_waits() {
    static BARRIER: Barrier = Barrier::named("start", 2);
    for _ in 0..3 {
        let error = refused(|| BARRIER.wait());
        assert_eq!(error.why, Refused::OutsideRuntime);
        assert!(error.object.starts_with("Barrier 'start' ("), "{error}");
    }
}

#[test]
fn a_runtime_on_another_os_thread_is_refused_by_name() {
    static BARRIER: Barrier = Barrier::named("start", 2);
    let waits = || {
        let daemon = thread::Builder::new().daemon(true);
        drop(daemon.spawn(|| BARRIER.wait()).unwrap());
        thread::yield_now();
    };
    elsewhere(waits, || {
        for error in [
            refused(|| BARRIER.wait()),
            run(|| refused(|| BARRIER.wait())),
        ] {
            assert_eq!(error.why, Refused::OtherCore);
            assert!(error.object.starts_with("Barrier 'start' ("));
        }
    });
}

#[test]
fn a_deadlock_report_says_how_many_have_come_and_who_was_the_last() {
    let line = Rc::new(Cell::new(0));
    let theirs = Rc::clone(&line);
    let report = deadlock(move || {
        let barrier: &'static _ = Box::leak(Box::new(Barrier::named("start", 4)));
        let killed = named("killed", || barrier.wait());
        thread::yield_now();
        named("sub", || barrier.wait());
        killed.thread().kill();
        thread::yield_now();
        theirs.set(line!() + 1);
        barrier.wait();
    });
    let main = &report.waiting[0];
    assert!(main.waits_for.starts_with("waits for Barrier 'start' ("));
    let (file, line) = (file!(), line.get());
    let expected =
        format!("whoever comes to it: 2 of 4 have come, the last was MainThread at {file}:{line}");
    for waiting in &report.waiting {
        assert_eq!(waiting.could_end, expected);
    }
    assert!(report.rings.is_empty());

    let report = deadlock(|| Barrier::new(2).wait());
    let could_end = &report.waiting[0].could_end;
    let expected = "whoever comes to it: 1 of 2 has come, the last was MainThread at ";
    assert!(could_end.starts_with(expected), "{could_end}");
}

#[test]
fn debug_shows_what_stds_shows() {
    let (ours, stds) = (Barrier::new(1), std::sync::Barrier::new(1));
    assert_eq!(format!("{ours:?}"), format!("{stds:?}"));
    assert_eq!(format!("{:?}", ours.wait()), format!("{:?}", stds.wait()));
    assert_eq!(format!("{ours:#?}"), format!("{stds:#?}"));
}

#[test]
fn a_thread_that_is_lost_while_it_waits_keeps_others_out() {
    static BARRIER: Barrier = Barrier::new(2);
    lost_waiting(|| {
        BARRIER.wait();
    });
    let calls = || BARRIER.wait();
    assert_eq!(refused(calls).why, Refused::Abandoned);
    assert_eq!(run(move || refused(calls)).why, Refused::Abandoned);
}

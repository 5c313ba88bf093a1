//! What becomes of a thread whose turn is over.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::policy::{self, Arrow, Attributes, Pid, Policy, Scheduler};
use runtime::thread::{self, Builder, Killed};
use runtime::time::Instant;
use runtime::{Clock, Priority, report};

fn timed(micros: u64) -> runtime::Builder {
    runtime::Builder::new()
        .clock(Clock::Counted)
        .quantum(Duration::from_micros(micros))
}

fn compute(ticks: u32) {
    (0..ticks).for_each(|_| thread::checkpoint());
}

type Log = Rc<RefCell<String>>;

fn writes(log: &Log, letter: char, ticks: u32) -> impl FnOnce() + use<> {
    let log = Rc::clone(log);
    move || {
        for _ in 0..ticks {
            log.borrow_mut().push(letter);
            thread::checkpoint();
        }
    }
}

#[test]
fn all_have_the_cpu_in_turn_for_a_quantum() {
    let log = Log::default();
    let threads = [('a', 7), ('b', 3), ('c', 5)].map(|(letter, n)| writes(&log, letter, n));
    timed(3)
        .run(move || threads.map(|work| drop(thread::spawn(work))))
        .unwrap();
    assert_eq!(*log.borrow(), "aaabbbcccaaacca");
}

#[test]
fn without_a_quantum_each_has_it_as_long_as_it_wants() {
    let log = Log::default();
    let threads = [('a', 7), ('b', 3)].map(|(letter, n)| writes(&log, letter, n));
    let builder = runtime::Builder::new().clock(Clock::Counted);
    builder
        .run(move || threads.map(|work| drop(thread::spawn(work))))
        .unwrap();
    assert_eq!(*log.borrow(), "aaaaaaabbb");
}

#[test]
fn a_checkpoint_takes_a_microsecond_where_time_is_not_real() {
    for clock in [Clock::Counted, Clock::Virtual] {
        let builder = runtime::Builder::new().clock(clock);
        let passed = builder.run(|| {
            let begin = Instant::now();
            compute(500);
            begin.elapsed()
        });
        assert_eq!(passed.unwrap(), Duration::from_micros(500));
    }
}

#[test]
fn outside_of_a_runtime_a_checkpoint_is_nothing() {
    compute(3);
    std::thread::spawn(|| compute(3)).join().unwrap();
}

#[test]
fn sleepers_wake_while_another_one_computes() {
    let log = Log::default();
    let (sleeper, worker) = (Rc::clone(&log), writes(&log, 'w', 8));
    timed(2)
        .run(move || {
            thread::spawn(move || {
                thread::sleep(Duration::from_micros(3));
                sleeper.borrow_mut().push('s');
            });
            thread::spawn(worker);
        })
        .unwrap();
    // At 3 it is due, and at 4 the turn is over.
    assert_eq!(*log.borrow(), "wwwwswwww");
}

#[test]
fn who_is_more_urgent_comes_at_the_next_safe_point() {
    let log = Log::default();
    let urgent = writes(&log, 'u', 2);
    let main = Rc::clone(&log);
    timed(100)
        .policy("priority".parse().unwrap())
        .run(move || {
            let priority = Builder::new().priority(Priority::HIGHEST);
            let urgent = priority.spawn(urgent).unwrap();
            main.borrow_mut().push('m');
            thread::checkpoint();
            main.borrow_mut().push('m');
            urgent.join().unwrap();
        })
        .unwrap();
    assert_eq!(*log.borrow(), "muum");
}

#[test]
fn what_is_said_of_the_main_thread_counts_too() {
    let log = Log::default();
    let other = writes(&log, 'o', 2);
    let main = Rc::clone(&log);
    timed(1)
        .policy("priority".parse().unwrap())
        .main_attributes(Attributes::default().with_priority(Priority::HIGHEST))
        .run(move || {
            thread::spawn(other);
            for _ in 0..4 {
                main.borrow_mut().push('m');
                thread::checkpoint();
            }
        })
        .unwrap();
    assert_eq!(*log.borrow(), "mmmmoo");
}

#[test]
fn a_kill_is_told_at_a_safe_point() {
    let log = Log::default();
    let victim = writes(&log, 'v', 1_000);
    timed(2)
        .run(|| {
            let victim = thread::spawn(victim);
            thread::yield_now();
            victim.thread().kill();
            assert!(victim.join().unwrap_err().is::<Killed>());
        })
        .unwrap();
    assert_eq!(*log.borrow(), "vv");
}

/// It goes on in the call, and is told where it yields.
#[test]
fn in_a_call_that_never_waits_nobody_is_told_of_a_kill() {
    let has_gone_on = Rc::new(Cell::new(0));
    let counter = Rc::clone(&has_gone_on);
    runtime::Builder::new()
        .quantum(Duration::from_nanos(1))
        .run(move || {
            let victim = thread::spawn(move || {
                // As many as would have its stack given up, if each were a kill swallowed.
                for _ in 0..300 {
                    thread::current().unpark();
                    counter.set(counter.get() + 1);
                }
                thread::yield_now();
                unreachable!("it is told here");
            });
            thread::yield_now();
            victim.thread().kill();
            assert!(victim.join().unwrap_err().is::<Killed>());
        })
        .unwrap();
    assert_eq!(has_gone_on.get(), 300);
}

/// A daemon that polls for ever ends with the program all the same.
#[test]
fn at_the_end_of_the_program_every_safe_point_tells_of_the_kill() {
    struct Says(Rc<Cell<bool>>);
    impl Drop for Says {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let has_ended = Rc::new(Cell::new(false));
    let says = Says(Rc::clone(&has_ended));
    runtime::Builder::new()
        .quantum(Duration::from_nanos(1))
        .run(move || {
            let polls = move || {
                let _says = says;
                let never = runtime::sync::Event::new();
                while !never.is_set() {}
            };
            Builder::new().daemon(true).spawn(polls).unwrap();
            thread::yield_now();
        })
        .unwrap();
    assert!(has_ended.get());
}

#[test]
fn who_unwinds_keeps_the_cpu() {
    struct Computes(Rc<Cell<bool>>);
    impl Drop for Computes {
        fn drop(&mut self) {
            compute(50);
            assert!(!self.0.get(), "the other one has run");
        }
    }
    timed(2)
        .run(|| {
            let has_run = Rc::new(Cell::new(false));
            let other = Rc::clone(&has_run);
            thread::spawn(move || other.set(true));
            let unwinds = || {
                let _computes = Computes(has_run);
                panic!("on purpose");
            };
            catch_unwind(AssertUnwindSafe(unwinds)).unwrap_err();
        })
        .unwrap();
}

#[test]
fn a_recorded_run_is_drawn_and_measured() {
    let work = || {
        let threads = ["a", "b"].map(|name| {
            let builder = Builder::new().name(name.into());
            builder.spawn(|| compute(40)).unwrap()
        });
        for thread in threads {
            thread.join().unwrap();
        }
        (report::gantt(), report::metrics())
    };
    let (gantt, metrics) = timed(10).keep_history().run(work).unwrap();
    let gantt = gantt.unwrap();
    assert!(gantt.contains("a           █████████·········"), "{gantt}");
    let metrics = metrics.unwrap();
    let a = metrics.threads.iter().find(|thread| thread.name == "a");
    let a = a.unwrap();
    // Its work and its turn are over at the same time: it has to come once more to end.
    assert_eq!(a.turnaround, Some(Duration::from_micros(80)));
    assert_eq!(
        (a.running, a.waiting),
        (Duration::from_micros(40), Duration::from_micros(40))
    );
    assert_eq!(metrics.lost, Duration::ZERO);

    let (gantt, metrics) = timed(10).run(work).unwrap();
    assert!(gantt.is_none() && metrics.is_none(), "nothing was recorded");
    assert!(report::gantt().is_none(), "there is no runtime");
}

/// First come, first served, and everybody outranks; with a safe point in the question.
#[derive(Debug, Default)]
struct Checks(VecDeque<Pid>);

impl Policy for Checks {
    fn name(&self) -> &'static str {
        "checks"
    }

    fn ready(&mut self, thread: Pid, _: &Attributes, _: Arrow, _: policy::Instant) {
        self.0.push_back(thread);
    }

    fn next(&mut self, _: policy::Instant) -> Option<Pid> {
        self.0.pop_front()
    }

    fn outranks(&self, _: Pid, _: Duration, _: policy::Instant) -> bool {
        thread::checkpoint();
        !self.0.is_empty()
    }

    fn remove(&mut self, thread: Pid) {
        self.0.retain(|&other| other != thread);
    }

    fn in_order(&self) -> Vec<Pid> {
        self.0.iter().copied().collect()
    }
}

#[test]
fn nobody_loses_the_cpu_while_the_policy_is_asked() {
    let log = Log::default();
    let threads = [('a', 2), ('b', 2)].map(|(letter, n)| writes(&log, letter, n));
    let checks: Box<dyn Policy> = Box::new(Checks::default());
    runtime::Builder::new()
        .clock(Clock::Real)
        .quantum(Duration::from_secs(3600))
        .policy(Scheduler::from(checks))
        .run(move || threads.map(|work| drop(thread::spawn(work))))
        .unwrap();
    // The main thread spawns b in its second turn.
    assert_eq!(*log.borrow(), "aabb");
}

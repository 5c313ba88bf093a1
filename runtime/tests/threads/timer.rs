//! `Timer`: a function that is called later, unless it is cancelled before.

use std::cell::{Cell, OnceCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use runtime::error::{JoinError, Refused, StartError, SyncError};
use runtime::thread::{self, Builder, JoinHandle, Killed, Timer};
use runtime::time::Instant;
use runtime::{Clock, RunError, report};

use crate::support::{Counter, Journal, OnDrop, current_name, run};

mod random;

const SECOND: Duration = Duration::from_secs(1);

fn started<T: 'static>(interval: Duration, f: impl FnOnce() -> T + 'static) -> Timer<T> {
    let timer = Timer::new(interval, f);
    timer.start().unwrap();
    timer
}

fn was_killed<T>(timer: Timer<T>) {
    match timer.join() {
        Ok(_) => panic!("it came to its end"),
        Err(reason) => assert!(reason.is::<Killed>()),
    }
}

#[test]
fn it_calls_its_function_when_the_time_is_up_and_not_before() {
    run(|| {
        let timer = Timer::new(SECOND, Instant::now);
        thread::sleep(SECOND);
        assert!(!timer.is_alive(), "it begins with start");
        let begin = Instant::now();
        timer.start().unwrap();
        assert!(timer.is_alive() && !timer.is_finished());
        let called = timer.join().unwrap().unwrap();
        let late = called.duration_since(begin) - SECOND;
        assert!(late < Duration::from_micros(10), "{late:?}");
    });
}

#[test]
fn it_is_a_thread_with_a_name_and_what_a_builder_gives() {
    fn ring() {}
    run(|| {
        let timer = Timer::new(SECOND, ring);
        assert_eq!(timer.thread().name(), Some("Timer-1 (ring)"));
        let (closure, line) = (Timer::new(SECOND, || ()), line!());
        let name = format!("Timer-2 (closure at {}:{line})", file!());
        assert_eq!(closure.thread().name(), Some(&*name));
        // One count for all that have no name.
        assert_eq!(thread::spawn(ring).thread().name(), Some("Thread-3 (ring)"));

        let builder = Builder::new().name("alarm".into()).daemon(true);
        let alarm = builder.timer(SECOND, current_name).unwrap();
        assert!(alarm.thread().is_daemon());
        alarm.start().unwrap();
        assert_eq!(alarm.start(), Err(StartError::AlreadyStarted));
        let all: Vec<_> = thread::enumerate().iter().map(|t| t.ident()).collect();
        assert!(all.contains(&alarm.thread().ident()));
        assert_eq!(alarm.join().unwrap().unwrap(), "alarm");
        assert!(Builder::new().stack_size(0).timer(SECOND, ring).is_err());
    });
}

#[test]
fn run_waits_for_a_timer_that_nobody_has_and_not_for_a_daemon() {
    let called = Counter::default();
    let theirs = called.clone();
    run(move || {
        let daemons = theirs.clone();
        let daemon = Builder::new().daemon(true);
        let daemon = daemon.timer(SECOND * 3, move || daemons.add()).unwrap();
        daemon.start().unwrap();
        drop(started(SECOND * 2, move || theirs.add()));
    });
    assert_eq!(called.get(), 1);
}

#[test]
fn a_timer_that_was_cancelled_while_it_waits_ends_at_once_and_drops_its_function() {
    run(|| {
        let begin = Instant::now();
        let journal = Journal::default();
        let function = journal.who_drops();
        let timer = Builder::new().name("timer".into());
        let timer = timer.timer(SECOND, move || drop(function)).unwrap();
        timer.start().unwrap();
        thread::yield_now();
        assert!(timer.cancel());
        assert!(!timer.cancel(), "it was cancelled before");
        assert_eq!(journal.read(), [""; 0], "by the timer, and it had no turn");
        assert_eq!(timer.join().unwrap(), None);
        assert_eq!(journal.read(), ["timer"]);
        assert!(begin.elapsed() < SECOND);
    });
}

#[test]
fn a_timer_that_was_cancelled_before_its_start_calls_nothing() {
    run(|| {
        let begin = Instant::now();
        let dropped = Counter::default();
        let function = dropped.on_drop();
        let timer = Timer::new(SECOND, move || drop(function));
        assert!(timer.cancel());
        timer.start().unwrap();
        assert!(!timer.cancel());
        assert_eq!(timer.join().unwrap(), None);
        assert!(begin.elapsed() < SECOND);
        assert_eq!(dropped.get(), 1);

        let function = dropped.on_drop();
        let never_started = Timer::new(SECOND, move || drop(function));
        assert!(never_started.cancel());
        drop(never_started);
        assert_eq!(dropped.get(), 2);
    });
}

#[test]
fn when_the_function_has_begun_it_is_too_late_to_cancel() {
    run(|| {
        let function = || {
            thread::sleep(SECOND);
            "came to its end"
        };
        let timer = started(SECOND, function);
        thread::sleep(SECOND + SECOND / 2);
        assert!(!timer.cancel());
        assert_eq!(timer.join().unwrap(), Some("came to its end"));

        // Not even by itself.
        let own: Rc<OnceCell<Timer<bool>>> = Rc::default();
        let theirs = Rc::clone(&own);
        let timer = Timer::new(SECOND, move || theirs.get().unwrap().cancel());
        own.get_or_init(|| timer).start().unwrap();
        own.get().unwrap().thread().join().unwrap();
        let timer = Rc::into_inner(own).unwrap().into_inner().unwrap();
        assert_eq!(timer.join().unwrap(), Some(false));
    });
}

/// Gives the CPU back when the time of the timer, which has waited, is up, and it has
/// not had its turn.
fn until_its_time_is_up<T>(timer: &Timer<T>) {
    let name = timer.thread().to_string();
    let is_ready = |line: &str| line.contains(&name) && line.contains("Ready");
    while !report::ps().lines().any(is_ready) {
        thread::yield_now();
    }
}

#[test]
fn of_a_cancel_and_the_turn_that_begins_the_function_the_first_one_counts() {
    run(|| {
        let timer = started(Duration::from_micros(10), || ());
        thread::yield_now();
        until_its_time_is_up(&timer);
        assert!(timer.cancel());
        assert_eq!(timer.join().unwrap(), None);

        let timer = started(Duration::from_micros(10), || ());
        thread::yield_now();
        until_its_time_is_up(&timer);
        thread::yield_now();
        assert!(!timer.cancel());
        assert_eq!(timer.join().unwrap(), Some(()));
    });
}

#[test]
fn a_kill_drops_the_function_before_it_has_begun_and_unwinds_it_later() {
    run(|| {
        let dropped = Counter::default();
        let timer = |interval| {
            let function = dropped.on_drop();
            started(interval, move || {
                let _function = function;
                thread::park();
            })
        };
        let no_turn_yet = timer(SECOND);
        no_turn_yet.thread().kill();
        was_killed(no_turn_yet);

        let waits = timer(SECOND);
        thread::yield_now();
        waits.thread().kill();
        assert!(waits.cancel(), "it has not begun");
        was_killed(waits);

        let due = timer(Duration::from_micros(10));
        thread::yield_now();
        until_its_time_is_up(&due);
        due.thread().kill();
        was_killed(due);

        let has_begun = timer(SECOND);
        thread::sleep(SECOND * 2);
        assert_eq!(dropped.get(), 3);
        has_begun.thread().kill();
        was_killed(has_begun);
        assert_eq!(dropped.get(), 4);
    });
}

#[test]
fn a_timer_that_was_cancelled_and_then_killed_was_killed() {
    run(|| {
        let timer = started(SECOND, || ());
        thread::yield_now();
        assert!(timer.cancel());
        timer.thread().kill();
        was_killed(timer);
    });
}

#[test]
fn its_joiner_gets_the_panic_of_the_function() {
    run(|| {
        let timer = started(SECOND, || resume_unwind(Box::new("oh dear")));
        let reason = timer.join().map(|_: Option<()>| ()).unwrap_err();
        assert_eq!(reason.downcast_ref(), Some(&"oh dear"));
    });
}

#[test]
fn anybody_may_wait_for_its_end_and_for_so_long() {
    run(|| {
        let timer = started(SECOND, || ());
        let end = timer.thread().clone();
        let short = end.join_timeout(SECOND / 2);
        assert_eq!(short, Err(JoinError::TimedOut));
        let others = [(); 2].map(|()| {
            let end = end.clone();
            thread::spawn(move || end.join_timeout(SECOND).unwrap())
        });
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_eq!(timer.join().unwrap(), Some(()));
        let never = Timer::new(SECOND, || ());
        assert!(never.join().unwrap_err().is::<JoinError>(), "never started");
    });
}

#[test]
fn with_zero_it_lets_the_others_run_once() {
    run(|| {
        let journal = Journal::default();
        let [timers, others] = [(); 2].map(|()| journal.clone());
        let timer = started(Duration::ZERO, move || timers.write("timer"));
        let other = thread::spawn(move || others.write("other"));
        other.join().unwrap();
        timer.join().unwrap();
        assert_eq!(journal.read(), ["other", "timer"]);
    });
}

#[test]
fn with_max_it_waits_until_it_is_cancelled() {
    run(|| {
        let timer = started(Duration::MAX, || unreachable!("for ever"));
        thread::sleep(Duration::from_secs(1 << 30));
        assert!(timer.is_alive() && timer.cancel());
        assert!(timer.join().unwrap().is_none());
    });
}

#[test]
fn a_timer_that_nobody_will_cancel_is_part_of_a_deadlock() {
    let line = line!() + 3;
    let main = || {
        // Detached, so nobody can.
        drop(started_here(Timer::new(Duration::MAX, || ())));
    };
    let ended = runtime::Builder::new().clock(Clock::Virtual).run(main);
    let Err(RunError::Deadlock(deadlock)) = ended else {
        panic!("it came to its end");
    };
    let [timer] = &deadlock.waiting[..] else {
        panic!("{deadlock}");
    };
    let here = format!("{}:{line}", file!());
    assert_eq!(timer.name, format!("Timer-1 (closure at {here})"));
    assert_eq!(
        timer.waits_for,
        format!("waits for Event 'cancelled' ({here})")
    );
    let at = timer.at;
    assert_eq!((at.file(), at.line()), (file!(), line));
    assert!(timer.could_end.contains("nobody has set it yet"));
}

fn started_here<T>(timer: Timer<T>) -> Timer<T> {
    timer.start().unwrap();
    timer
}

#[test]
fn it_can_be_cancelled_while_a_thread_unwinds_and_by_the_destructor_of_what_it_would_call() {
    run(|| {
        let timer = Rc::new(started(SECOND, || ()));
        let theirs = Rc::clone(&timer);
        let cancelled = Rc::new(Cell::new(None));
        let result = Rc::clone(&cancelled);
        let unwinds: JoinHandle<()> = thread::spawn(move || {
            let _cancels = OnDrop(move || result.set(Some(theirs.cancel())));
            resume_unwind(Box::new(()))
        });
        unwinds.join().unwrap_err();
        assert_eq!(cancelled.get(), Some(true));
        assert_eq!(Rc::into_inner(timer).unwrap().join().unwrap(), None);

        let own: Rc<OnceCell<Timer<()>>> = Rc::default();
        let theirs = Rc::clone(&own);
        let result = Rc::clone(&cancelled);
        let cancels = OnDrop(move || result.set(Some(theirs.get().unwrap().cancel())));
        let timer = own.get_or_init(|| Timer::new(SECOND, move || drop(cancels)));
        timer.start().unwrap();
        thread::yield_now();
        timer.cancel();
        timer.thread().join().unwrap();
        assert_eq!(cancelled.get(), Some(false), "it was cancelled before");
    });
}

#[test]
fn other_cores_cannot_cancel_it_until_the_runtime_has_ended() {
    let refused = |timer: &Timer<()>| {
        let cancel = || catch_unwind(AssertUnwindSafe(|| timer.cancel())).unwrap_err();
        let error: SyncError = *cancel().downcast().unwrap();
        error.why
    };
    let left = run(move || {
        let [new, timer] = [(); 2].map(|()| Arc::new(Timer::new(SECOND, || ())));
        timer.start().unwrap();
        for timer in [&new, &timer] {
            let theirs = Arc::clone(timer);
            let outside = std::thread::spawn(move || refused(&theirs));
            assert_eq!(outside.join().unwrap(), Refused::OtherCore);
            let theirs = Arc::clone(timer);
            let elsewhere = std::thread::spawn(move || runtime::run(move || refused(&theirs)));
            assert_eq!(elsewhere.join().unwrap(), Refused::OtherCore);
        }
        [new, timer].map(|timer| Arc::into_inner(timer).unwrap())
    });
    let [new, timer] = left;
    assert!(!timer.cancel(), "it has run");
    assert_eq!(timer.join().unwrap(), Some(()));
    assert_eq!(new.start(), Err(StartError::OtherRuntime));
    assert!(new.cancel());
}

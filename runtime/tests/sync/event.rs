//! Events: how a flag is set, cleared and waited for.

use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::Refused;
use runtime::sync::Event;
use runtime::thread::{self, JoinHandle, Killed};
use runtime::time::Instant;

use crate::support::{Journal, run};
use crate::waits::{
    MICROSECOND, SECOND, deadlock, elsewhere, lost_waiting, named, refused, while_unwinding,
};

/// An event, and a thread of each of these names that waits for it and then
/// says so.
fn with_waiters<const N: usize>(
    journal: &Journal,
    names: [&str; N],
) -> (Rc<Event>, [JoinHandle<()>; N]) {
    let event = Rc::new(Event::new());
    let waiters = names.map(|name| {
        let (event, journal) = (Rc::clone(&event), journal.clone());
        named(name, move || {
            event.wait();
            journal.write(thread::current().to_string());
        })
    });
    thread::yield_now();
    (event, waiters)
}

#[test]
fn a_set_lets_all_on_that_wait_in_the_order_in_which_they_came() {
    run(|| {
        let journal = Journal::default();
        let (event, waiters) = with_waiters(&journal, ["a", "b", "c"]);
        assert_eq!(journal.read(), [""; 0]);
        event.set();
        assert_eq!(journal.read(), [""; 0], "it has kept the CPU");
        for waiter in waiters {
            waiter.join().unwrap();
        }
        assert_eq!(journal.read(), ["a", "b", "c"]);
    });
}

#[test]
fn those_that_wait_see_a_set_that_is_cleared_at_once() {
    run(|| {
        let journal = Journal::default();
        let (event, waiters) = with_waiters(&journal, ["a", "b"]);
        let theirs = Rc::clone(&event);
        let timed = thread::spawn(move || theirs.wait_timeout(SECOND));
        thread::yield_now();
        event.set();
        event.clear();
        assert!(timed.join().unwrap());
        let theirs = Rc::clone(&event);
        let late = thread::spawn(move || theirs.wait_timeout(SECOND));
        for waiter in waiters {
            waiter.join().unwrap();
        }
        assert_eq!(journal.read(), ["a", "b"]);
        assert!(!late.join().unwrap(), "it came after that");
    });
}

#[test]
fn nobody_waits_for_what_has_happened() {
    run(|| {
        let (event, other) = (Event::new(), thread::spawn(|| ()));
        assert!(!event.is_set());
        event.set();
        event.set();
        let begin = Instant::now();
        for _ in 0..3 {
            event.wait();
            assert!(event.wait_timeout(SECOND));
            assert!(event.wait_timeout(Duration::ZERO));
            assert!(event.is_set());
        }
        assert_eq!(begin.elapsed(), Duration::ZERO);
        assert!(other.is_alive());
        event.clear();
        event.clear();
        assert!(!event.is_set());
        assert!(!event.wait_timeout(SECOND));
    });
}

#[test]
fn a_timeout_lasts_as_long_as_it_should_and_ends_with_the_set() {
    run(|| {
        let event = Rc::new(Event::new());
        let begin = Instant::now();
        assert!(!event.wait_timeout(SECOND));
        assert_eq!(begin.elapsed(), SECOND + MICROSECOND);
        let begin = Instant::now();
        assert!(!event.wait_timeout(Duration::ZERO));
        assert_eq!(begin.elapsed(), MICROSECOND);

        let theirs = Rc::clone(&event);
        thread::spawn(move || {
            thread::sleep(SECOND);
            theirs.set();
        });
        let begin = Instant::now();
        assert!(event.wait_timeout(3 * SECOND));
        assert!(begin.elapsed() < 2 * SECOND);
    });
}

#[test]
fn a_timeout_of_for_ever_does_not_end() {
    run(|| {
        let event = Rc::new(Event::new());
        let theirs = Rc::clone(&event);
        let patient = thread::spawn(move || theirs.wait_timeout(Duration::MAX));
        thread::sleep(1_000_000 * SECOND);
        event.set();
        assert!(patient.join().unwrap());
    });
}

#[test]
fn who_is_killed_while_it_waits_leaves_the_line() {
    run(|| {
        let journal = Journal::default();
        let (event, [first, second]) = with_waiters(&journal, ["first", "second"]);
        first.thread().kill();
        event.set();
        assert!(first.join().unwrap_err().is::<Killed>());
        second.join().unwrap();
        assert_eq!(journal.read(), ["second"]);
    });
}

#[test]
fn who_is_killed_after_the_set_and_before_it_runs_takes_nothing_from_others() {
    run(|| {
        let journal = Journal::default();
        let (event, [first, second]) = with_waiters(&journal, ["first", "second"]);
        event.set();
        first.thread().kill();
        assert!(first.join().unwrap_err().is::<Killed>());
        second.join().unwrap();
        assert_eq!(journal.read(), ["second"]);
        assert!(event.is_set());
    });
}

#[test]
fn while_a_thread_unwinds_it_sees_the_flag_and_is_refused_to_wait_for_it() {
    run(|| {
        while_unwinding(|| {
            let (set, event) = (Event::default(), Event::default());
            set.set();
            let begin = Instant::now();
            set.wait();
            assert!(set.wait_timeout(SECOND));
            assert_eq!(refused(|| event.wait()).why, Refused::Unwinding);
            for timeout in [Duration::ZERO, SECOND, Duration::MAX] {
                assert!(!event.wait_timeout(timeout));
            }
            assert_eq!(begin.elapsed(), Duration::ZERO, "it has kept the CPU");
        });
    });
}

#[test]
fn a_destructor_that_sets_while_unwinding_lets_others_on() {
    run(|| {
        let journal = Journal::default();
        let (event, waiters) = with_waiters(&journal, ["a", "b"]);
        while_unwinding(move || event.set());
        for waiter in waiters {
            waiter.join().unwrap();
        }
        assert_eq!(journal.read(), ["a", "b"]);
    });
}

#[test]
fn an_event_can_be_a_static_and_is_as_one_runtime_left_it_for_the_next() {
    fn shared<T: Send + Sync + UnwindSafe + RefUnwindSafe + Unpin>(_: &T) {}
    static EVENT: Event = Event::new();
    shared(&EVENT);
    let other = std::thread::spawn(|| {
        run(|| {
            let waits = thread::spawn(|| EVENT.wait());
            thread::yield_now();
            EVENT.set();
            waits.join().unwrap();
        });
    });
    other.join().unwrap();
    assert!(EVENT.is_set());
    run(|| {
        EVENT.wait();
        EVENT.clear();
        // It is killed at the end, and waits no more.
        let daemon = thread::Builder::new().daemon(true);
        drop(daemon.spawn(|| EVENT.wait()).unwrap());
        thread::yield_now();
    });
    assert!(!EVENT.is_set());
}

#[test]
fn outside_of_a_runtime_an_event_can_be_used_and_nobody_waits() {
    static EVENT: Event = Event::named("ready");
    assert!(!EVENT.is_set());
    assert!(!EVENT.wait_timeout(Duration::ZERO));
    let error = refused(|| EVENT.wait());
    assert_eq!(error.why, Refused::OutsideRuntime);
    assert!(error.object.starts_with("Event 'ready' ("), "{error}");
    assert_eq!(
        refused(|| EVENT.wait_timeout(SECOND)).why,
        Refused::OutsideRuntime
    );
    EVENT.set();
    EVENT.wait();
    // It is nobody's now.
    std::thread::spawn(|| run(|| EVENT.wait())).join().unwrap();
}

#[test]
fn a_runtime_on_another_os_thread_is_refused_by_name() {
    static EVENT: Event = Event::named("ready");
    let calls: [fn(); 5] = [
        || EVENT.set(),
        || EVENT.clear(),
        || EVENT.wait(),
        || assert!(EVENT.wait_timeout(SECOND)),
        || assert!(EVENT.is_set()),
    ];
    elsewhere(
        || EVENT.clear(),
        || {
            for call in calls {
                let outside = refused(call);
                assert_eq!(outside, run(move || refused(call)));
                assert_eq!(outside.why, Refused::OtherCore);
                assert!(outside.object.starts_with("Event 'ready' ("));
            }
            assert_eq!(format!("{EVENT:?}"), "Event { set: <used elsewhere>, .. }");
        },
    );
    assert_eq!(format!("{EVENT:?}"), "Event { set: false, .. }");
}

#[test]
fn a_deadlock_report_says_who_set_and_cleared_it_last() {
    let report = deadlock(|| Event::named("ready").wait());
    assert!(
        report.waiting[0]
            .waits_for
            .starts_with("waits for Event 'ready' (")
    );
    assert_eq!(
        report.waiting[0].could_end,
        "whoever sets it: nobody has set it yet, nobody has cleared it"
    );

    let line = Rc::new(Cell::new(0));
    let theirs = Rc::clone(&line);
    let report = deadlock(move || {
        let event: &'static _ = Box::leak(Box::new(Event::new()));
        theirs.set(line!() + 2);
        named("other", || {
            event.set();
            event.clear();
            thread::park();
        });
        thread::yield_now();
        event.wait();
    });
    let (file, line) = (file!(), line.get());
    assert_eq!(
        report.waiting[0].could_end,
        format!(
            "whoever sets it: the last to set it was other at {file}:{line}, \
             the last to clear it was other at {file}:{}",
            line + 1
        )
    );
    assert!(report.rings.is_empty());
}

#[test]
fn a_thread_that_is_lost_while_it_waits_keeps_others_out() {
    static EVENT: Event = Event::new();
    lost_waiting(|| EVENT.wait());
    let calls: fn() = || EVENT.set();
    assert_eq!(refused(calls).why, Refused::Abandoned);
    assert_eq!(run(move || refused(calls)).why, Refused::Abandoned);
}

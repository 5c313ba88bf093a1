//! `Once`, and what `OnceLock` and `LazyLock` have from it.

mod cores;
mod kills;
mod waits;

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::time::Duration;

use runtime::sync::{Once, OnceState};
use runtime::thread;

use crate::support::{Counter, Journal, run};
use crate::threads::{named, panic_of};

const SECOND: Duration = Duration::from_secs(1);
const POISONED: &str = "Once instance has previously been poisoned";

/// A thread that calls `once` and writes what becomes of it; its function sleeps
/// for a second.
fn caller(once: &Rc<Once>, journal: &Journal, name: &'static str) -> thread::JoinHandle<()> {
    let (once, journal) = (Rc::clone(once), journal.clone());
    named(name, move || {
        once.call_once(|| {
            journal.write(format!("{name} runs"));
            thread::sleep(SECOND);
        });
        journal.write(format!("{name} returns"));
    })
}

/// As [`caller`], for a function that panics after a second.
fn panics(once: &Rc<Once>) -> thread::JoinHandle<()> {
    let once = Rc::clone(once);
    named("panics", move || {
        once.call_once_force(|_| {
            thread::sleep(SECOND);
            panic!("as planned");
        });
    })
}

fn poisoned() -> Rc<Once> {
    let once = Rc::new(Once::new());
    panics(&once).join().unwrap_err();
    once
}

#[test]
fn the_first_function_is_called_and_no_other() {
    run(|| {
        let (once, calls) = (Once::new(), Counter::default());
        assert!(!once.is_completed());
        once.call_once(|| calls.add());
        assert!(once.is_completed());
        once.call_once(|| calls.add());
        once.call_once_force(|_| calls.add());
        once.wait();
        once.wait_force();
        assert_eq!(calls.get(), 1);
    });
}

#[test]
fn it_is_not_complete_before_the_function_has_returned() {
    let once = Once::new();
    once.call_once(|| assert!(!once.is_completed()));
    assert!(once.is_completed());
}

#[test]
fn whoever_comes_meanwhile_waits_and_goes_on_in_the_order_in_which_it_came() {
    run(|| {
        let (once, journal) = (Rc::new(Once::new()), Journal::default());
        let threads: Vec<_> = ["a", "b", "c", "d"]
            .map(|name| caller(&once, &journal, name))
            .into();
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(
            journal.read(),
            ["a runs", "a returns", "b returns", "c returns", "d returns"]
        );
    });
}

#[test]
fn those_that_only_wait_come_after_those_that_call() {
    run(|| {
        let (once, journal) = (Rc::new(Once::new()), Journal::default());
        let waiter = |name: &'static str, wait: fn(&Once)| {
            let (once, journal) = (Rc::clone(&once), journal.clone());
            named(name, move || {
                wait(&once);
                journal.write(format!("{name} returns"));
            })
        };
        let threads = [
            waiter("before", Once::wait),
            waiter("forced", Once::wait_force),
            caller(&once, &journal, "a"),
            waiter("meanwhile", Once::wait),
            caller(&once, &journal, "b"),
        ];
        for thread in threads {
            thread.join().unwrap();
        }
        let order = ["a runs", "a returns", "b returns", "before returns"];
        let then = ["meanwhile returns", "forced returns"];
        assert_eq!(journal.read(), [&order[..], &then].concat());
    });
}

#[test]
fn a_panic_poisons_it() {
    run(|| {
        let once = poisoned();
        assert!(!once.is_completed());
        assert_eq!(panic_of(|| once.call_once(|| unreachable!())), POISONED);
        assert_eq!(panic_of(|| once.wait()), POISONED);
        assert!(!once.is_completed());
    });
}

#[test]
fn who_calls_it_by_force_is_told_of_the_poison_and_takes_it_away() {
    run(|| {
        let once = poisoned();
        once.call_once_force(|state| {
            assert!(state.is_poisoned());
            assert_eq!(format!("{state:?}"), "OnceState { poisoned: true }");
        });
        once.call_once(|| unreachable!("it is complete"));
        once.call_once_force(|_| unreachable!("it is complete"));
    });
}

#[test]
fn who_waits_by_force_waits_while_it_is_poisoned() {
    run(|| {
        let once = poisoned();
        let theirs = Rc::clone(&once);
        let waits = thread::spawn(move || theirs.wait_force());
        thread::yield_now();
        assert!(waits.is_alive());
        once.call_once_force(|_| thread::sleep(SECOND));
        waits.join().unwrap();
    });
}

#[test]
fn a_panic_of_a_forced_function_leaves_it_poisoned() {
    run(|| {
        let once = poisoned();
        panics(&once).join().unwrap_err();
        assert_eq!(panic_of(|| once.call_once(|| ())), POISONED);
        once.call_once_force(|state| assert!(state.is_poisoned()));
    });
}

#[test]
fn who_waits_when_it_is_poisoned_panics_or_runs_its_own_function_as_it_came() {
    run(|| {
        let (once, journal) = (Rc::new(Once::new()), Journal::default());
        let first = panics(&once);
        thread::yield_now();
        let plain = caller(&once, &journal, "plain");
        let forced = {
            let (once, journal) = (Rc::clone(&once), journal.clone());
            named("forced", move || {
                once.call_once_force(|state: &OnceState| {
                    journal.write(format!("forced runs, poisoned: {}", state.is_poisoned()));
                    thread::yield_now();
                });
            })
        };
        let last = caller(&once, &journal, "last");
        let waits = {
            let once = Rc::clone(&once);
            named("waits", move || once.wait())
        };
        let waits_by_force = {
            let once = Rc::clone(&once);
            named("waits by force", move || once.wait_force())
        };
        first.join().unwrap_err();
        let words = plain.join().unwrap_err();
        assert_eq!(words.downcast_ref(), Some(&POISONED));
        waits.join().unwrap_err();
        for thread in [forced, last, waits_by_force] {
            thread.join().unwrap();
        }
        assert_eq!(
            journal.read(),
            ["forced runs, poisoned: true", "last returns"]
        );
    });
}

#[test]
#[allow(deprecated, reason = "std has it too")]
fn it_has_the_traits_of_std_and_its_old_constant() {
    fn traits<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>(_: &T) {}

    static OLD: Once = runtime::sync::ONCE_INIT;
    traits(&OLD);
    OLD.call_once(|| ());
    assert_eq!(format!("{OLD:?}"), "Once { .. }");
}

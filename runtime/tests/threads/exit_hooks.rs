//! `at_exit`: what is called when the program is over.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use runtime::error::{AtExitError, OutsideRuntime};
use runtime::thread::{self, Builder};
use runtime::{Clock, RunError, at_exit, report};

use crate::support::child::in_child;
use crate::support::{Counter, Journal, OnDrop, current_name, run};

const SECOND: Duration = Duration::from_secs(1);

/// Registers a hook that writes that line.
fn writes(journal: &Journal, line: &'static str) {
    let journal = journal.clone();
    at_exit(move || journal.write(line)).unwrap();
}

/// A daemon that writes when it is killed.
fn daemon(journal: &Journal) {
    let killed = journal.on_drop("daemon killed");
    let body = move || {
        let _killed = killed;
        thread::park();
    };
    drop(Builder::new().daemon(true).spawn(body).unwrap());
    thread::yield_now();
}

/// Runs `main`, which has no result that could be unwrapped.
fn end_of<T: 'static>(main: impl FnOnce() -> T + 'static) -> Result<T, RunError> {
    runtime::Builder::new().clock(Clock::Virtual).run(main)
}

#[test]
fn hooks_run_after_all_that_are_no_daemons_and_before_the_daemons_are_killed_the_last_first() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let result = run(move || {
        daemon(&theirs);
        writes(&theirs, "first hook");
        writes(&theirs, "second hook");
        let late = theirs.clone();
        thread::spawn(move || {
            thread::sleep(SECOND);
            writes(&late, "hook of a thread");
            late.write("thread");
        });
        let main = theirs.clone();
        OnDrop(move || main.write("the result of main is dropped"))
    });
    assert_eq!(
        journal.read(),
        [
            "thread",
            "hook of a thread",
            "second hook",
            "first hook",
            "daemon killed"
        ]
    );
    drop(result);
    assert_eq!(journal.read(), ["the result of main is dropped"]);
}

#[test]
fn a_hook_is_a_thread_that_may_wait_and_what_it_starts_is_awaited() {
    fn last() {
        assert_eq!(current_name(), "ExitHook-1 (last)");
    }
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        at_exit(last).unwrap();
        let before = theirs.clone();
        at_exit(move || {
            thread::sleep(SECOND);
            assert_eq!(thread::spawn(|| 6 * 7).join().unwrap(), 42);
            before.write("second");
        })
        .unwrap();
        let first = theirs.clone();
        at_exit(move || {
            thread::spawn(move || {
                thread::sleep(SECOND);
                first.write("started by the first");
            });
        })
        .unwrap();
        assert_eq!(thread::active_count(), 1, "hooks are not alive yet");
        assert!(report::ps().contains("ExitHook-1 (last)"));
    });
    assert_eq!(journal.read(), ["started by the first", "second"]);
}

#[test]
fn the_main_thread_has_ended_and_daemons_go_on_meanwhile() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let helper = theirs.clone();
        let helper = Builder::new().daemon(true).spawn(move || {
            loop {
                thread::park();
                helper.write("helped");
            }
        });
        let helper = helper.unwrap().thread().clone();
        // Registered by a daemon, it is none all the same.
        let hook = move || {
            assert!(!thread::current().is_daemon());
            assert!(!thread::main_thread().is_alive());
            let alive: Vec<_> = thread::enumerate().iter().map(|t| t.id()).collect();
            assert_eq!(alive, [helper.id(), thread::current().id()]);
            helper.unpark();
            thread::sleep(SECOND);
            theirs.write("hook");
        };
        let registers = Builder::new().daemon(true).spawn(|| at_exit(hook));
        registers.unwrap().join().unwrap().unwrap();
    });
    assert_eq!(journal.read(), ["helped", "hook"]);
}

#[test]
fn a_hook_that_is_registered_meanwhile_is_the_next_one() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let by_daemon = theirs.clone();
        let daemon = Builder::new().daemon(true).spawn(move || {
            thread::park();
            writes(&by_daemon, "by a daemon");
        });
        let daemon = daemon.unwrap().thread().clone();
        writes(&theirs, "first");
        let by_hook = theirs.clone();
        at_exit(move || {
            by_hook.write("second");
            let again = by_hook.clone();
            at_exit(move || {
                again.write("by a hook");
                writes(&again, "by a hook's hook");
            })
            .unwrap();
            daemon.unpark();
            thread::sleep(SECOND);
        })
        .unwrap();
    });
    let order = [
        "second",
        "by a daemon",
        "by a hook",
        "by a hook's hook",
        "first",
    ];
    assert_eq!(journal.read(), order);
}

#[test]
fn a_hook_that_panics_is_reported_and_the_others_run_and_the_result_is_mains() {
    let child = in_child(|| {
        let result = run(|| {
            at_exit(|| eprintln!("the other hook")).unwrap();
            at_exit(|| panic!("oh dear")).unwrap();
            "main's"
        });
        assert_eq!(result, "main's");
    });
    child
        .ends_with(0)
        .says("green thread 'ExitHook-2 (closure at ")
        .says("oh dear")
        .says("the other hook");
}

#[test]
fn a_hook_that_is_killed_stops_no_other() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        writes(&theirs, "the other");
        at_exit(move || {
            let _unwinds = theirs.on_drop("unwound");
            thread::current().kill();
            thread::yield_now();
            theirs.write("went on");
        })
        .unwrap();
    });
    assert_eq!(journal.read(), ["unwound", "the other"]);
}

#[test]
fn hooks_run_after_a_panic_of_main_too() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let main = move || -> () {
        writes(&theirs, "hook");
        assert!(!thread::panicking());
        resume_unwind(Box::new("oh dear"))
    };
    let panic = catch_unwind(AssertUnwindSafe(|| end_of(main))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"oh dear"));
    assert_eq!(journal.read(), ["hook"]);
}

#[test]
fn after_a_deadlock_no_hook_runs_and_all_are_dropped() {
    let [ran, dropped] = [(); 2].map(|()| Counter::default());
    let (runs, drops) = (ran.clone(), dropped.clone());
    let ended = end_of(move || {
        for _ in 0..2 {
            let (runs, drops) = (runs.clone(), drops.on_drop());
            at_exit(move || {
                let _drops = drops;
                runs.add();
            })
            .unwrap();
        }
        thread::park();
    });
    assert!(matches!(ended, Err(RunError::Deadlock(_))), "{ended:?}");
    assert_eq!((ran.get(), dropped.get()), (0, 2));
}

#[test]
fn a_hook_in_a_deadlock_is_one_of_the_program_and_no_other_runs() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let ended = end_of(move || {
        let dropped = theirs.on_drop("dropped");
        at_exit(move || {
            let _dropped = dropped;
            unreachable!("after a deadlock");
        })
        .unwrap();
        let killed = theirs.on_drop("killed");
        at_exit(move || {
            let _killed = killed;
            thread::park();
        })
        .unwrap();
        "what main returned"
    });
    let Err(RunError::Deadlock(deadlock)) = ended else {
        panic!("{ended:?}");
    };
    let [hook] = &deadlock.waiting[..] else {
        panic!("{deadlock}");
    };
    assert!(hook.name.starts_with("ExitHook-2 "));
    assert_eq!(
        hook.could_end,
        "nobody has a handle with which to unpark it"
    );
    assert_eq!(journal.read(), ["killed", "dropped"]);
}

#[test]
fn when_main_was_killed_no_hook_runs_and_when_it_came_to_its_end_all_the_same_they_do() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let killed = end_of(move || {
        writes(&theirs, "hook");
        thread::current().kill();
        thread::park();
    });
    assert!(matches!(killed, Err(RunError::Killed)));
    assert_eq!(journal.read(), [""; 0]);

    let theirs = journal.clone();
    let told_to_end = end_of(move || {
        writes(&theirs, "hook");
        thread::current().kill();
        "its end"
    });
    assert_eq!(told_to_end.unwrap(), "its end");
    assert_eq!(journal.read(), ["hook"]);
}

#[test]
fn where_no_runtime_is_and_when_it_kills_its_daemons_a_hook_is_refused_and_dropped() {
    let [ran, dropped] = [(); 2].map(|()| Counter::default());
    let (runs, drops) = (ran.clone(), dropped.clone());
    let register = move || {
        let (runs, drops) = (runs.clone(), drops.on_drop());
        at_exit(move || {
            let _drops = drops;
            runs.add();
        })
    };
    let outside = |result| {
        matches!(
            result,
            Err(AtExitError::OutsideRuntime(OutsideRuntime { .. }))
        )
    };
    assert!(outside(register()));
    assert_eq!(dropped.get(), 1);

    let late = Rc::new(Cell::new(None));
    let (theirs, registers) = (Rc::clone(&late), register.clone());
    run(move || {
        let other_os_thread = std::thread::spawn(|| at_exit(|| ()));
        assert!(outside(other_os_thread.join().unwrap()));
        let at_the_end = OnDrop(move || theirs.set(Some(registers())));
        let daemon = Builder::new().daemon(true).spawn(move || {
            let _at_the_end = at_the_end;
            thread::park();
        });
        drop(daemon);
        thread::yield_now();
    });
    assert_eq!(late.get(), Some(Err(AtExitError::ShuttingDown)));
    assert!(outside(register()), "that run has ended");
    assert_eq!((ran.get(), dropped.get()), (0, 3));
}

#[test]
fn hooks_belong_to_one_run() {
    let ran = Counter::default();
    for run_number in 1..=2 {
        let theirs = ran.clone();
        run(move || at_exit(move || theirs.add()).unwrap());
        assert_eq!(ran.get(), run_number);
    }
    run(|| ());
    assert_eq!(ran.get(), 2);
}

//! How a run ends: who is waited for, and who is killed in which order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use runtime::thread::{self, Builder};

use crate::support::{Counter, Journal, current_name, run};

const SECOND: Duration = Duration::from_secs(1);

/// A daemon of that name.
fn daemon(name: &str, body: impl FnOnce() + 'static) {
    let builder = Builder::new().name(name.into()).daemon(true);
    builder.spawn(body).unwrap();
}

#[test]
fn run_waits_for_non_daemons_after_main_has_returned() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let result = run(move || {
        thread::spawn(move || {
            thread::sleep(SECOND);
            let grandchild = theirs.clone();
            theirs.write("child");
            thread::spawn(move || grandchild.write("grandchild"));
        });
        "main's result"
    });
    assert_eq!(result, "main's result");
    assert_eq!(journal.read(), ["child", "grandchild"]);
}

#[test]
fn run_waits_for_non_daemons_after_main_has_panicked_and_then_panics_as_main_did() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let main = move || {
        let killed = theirs.on_drop("daemon");
        daemon("daemon", move || {
            let _killed = killed;
            thread::park();
        });
        thread::spawn(move || {
            thread::sleep(SECOND);
            theirs.write("sub");
        });
        panic!("main's own panic");
    };
    let panic = catch_unwind(AssertUnwindSafe(|| run(main))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"main's own panic"));
    assert_eq!(journal.read(), ["sub", "daemon"]);
    // The runtime is gone, and there may be another.
    assert_eq!(run(|| 5), 5);
}

#[test]
fn daemons_are_killed_the_newest_first_each_in_its_own_thread() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        for name in ["a", "b", "c"] {
            let on_stack = theirs.clone();
            daemon(name, move || {
                let _on_stack = on_stack.who_drops();
                thread::park();
                unreachable!("nobody unparks");
            });
        }
        thread::yield_now();
    });
    assert_eq!(journal.read(), ["c", "b", "a"]);
}

#[test]
fn daemons_unwind_at_the_end_whatever_they_are_doing() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        type Wait = Box<dyn Fn()>;
        let main = thread::current();
        let waits: [(&str, Wait); 7] = [
            ("yields", Box::new(thread::yield_now)),
            ("sleeps", Box::new(|| thread::sleep(SECOND))),
            ("sleeps for ever", Box::new(|| thread::sleep(Duration::MAX))),
            ("parks", Box::new(thread::park)),
            (
                "parks for a while",
                Box::new(|| thread::park_timeout(SECOND)),
            ),
            (
                "joins another",
                Box::new(|| drop(thread::spawn(thread::park).join())),
            ),
            ("joins main", Box::new(move || main.join().unwrap())),
        ];
        for (name, wait) in waits {
            let on_stack = theirs.who_drops();
            daemon(name, move || {
                let _on_stack = on_stack;
                wait();
                // `main` ends before any of them has a second turn.
                unreachable!();
            });
        }
        thread::yield_now();
    });
    assert_eq!(
        journal.read(),
        [
            "joins main",
            "joins another",
            "parks for a while",
            "parks",
            "sleeps for ever",
            "sleeps",
            "yields",
        ]
    );
}

#[test]
fn a_daemon_that_was_never_dispatched_drops_what_it_was_made_for_as_itself() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        for name in ["a", "b"] {
            let captured = theirs.who_drops();
            let never = theirs.clone();
            daemon(name, move || {
                let _captured = captured;
                never.write("ran");
            });
        }
    });
    assert_eq!(journal.read(), ["b", "a"]);
}

#[test]
fn a_thread_that_was_never_started_is_dropped_at_the_end_once() {
    let journal = Journal::default();
    let theirs = journal.clone();
    let handle = run(move || {
        // The daemon has the only handle of the first.
        let captured = theirs.on_drop("of a daemon's thread");
        let of_daemon = thread::create(move || drop(captured));
        daemon("daemon", move || {
            let _of_daemon = of_daemon;
            thread::park();
        });
        // The handle of the second outlives the runtime.
        let captured = theirs.on_drop("of main's thread");
        thread::create(move || drop(captured))
    });
    let dropped = ["of main's thread", "of a daemon's thread"];
    assert_eq!(journal.read(), dropped);
    drop(handle);
    assert_eq!(journal.read(), [""; 0]);
}

#[test]
fn a_daemon_that_ends_by_itself_is_not_killed() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        daemon("daemon", move || theirs.write("to its end"));
        thread::yield_now();
    });
    assert_eq!(journal.read(), ["to its end"]);
}

#[test]
fn nobody_else_runs_while_a_daemon_unwinds() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let older = theirs.clone();
        daemon("older", move || {
            loop {
                older.write(current_name());
                thread::yield_now();
            }
        });
        daemon("newer", move || {
            let _ = catch_unwind(thread::park);
            // Swallowed; from here on it is told at each switch.
            for _ in 0..3 {
                let _ = catch_unwind(thread::yield_now);
                theirs.write(current_name());
            }
        });
        thread::yield_now();
    });
    assert_eq!(journal.read(), ["older", "newer", "newer", "newer"]);
}

#[test]
fn a_daemon_that_swallows_every_kill_does_not_hang_the_end() {
    let waits: [fn(); 4] = [
        thread::yield_now,
        thread::park,
        || thread::sleep(SECOND),
        || thread::sleep(Duration::MAX),
    ];
    for wait in waits {
        let swallowed = Counter::default();
        let older = Journal::default();
        let (theirs, older_theirs) = (swallowed.clone(), older.clone());
        run(move || {
            daemon("older", move || {
                let _on_stack = older_theirs.who_drops();
                thread::park();
            });
            daemon("swallows", move || {
                for _ in 0..10_000 {
                    if catch_unwind(wait).is_err() {
                        theirs.add();
                    }
                }
            });
            thread::yield_now();
        });
        // That is how often it is told before its stack is given up.
        assert_eq!(swallowed.get(), 100);
        assert_eq!(older.read(), ["older"], "it is killed all the same");
    }
}

#[test]
fn what_a_daemon_does_to_others_while_it_unwinds_is_done() {
    let journal = Journal::default();
    let theirs = journal.clone();
    run(move || {
        let mine = theirs.clone();
        let older = Builder::new().name("older".into()).daemon(true);
        let older = older.spawn(move || {
            let _on_stack = mine.who_drops();
            thread::park();
        });
        let older = older.unwrap();
        daemon("newer", move || {
            let _at_the_end = crate::support::OnDrop(move || {
                older.thread().unpark();
                older.thread().kill();
                theirs.write(thread::active_count().to_string());
            });
            thread::park();
        });
        thread::yield_now();
    });
    assert_eq!(journal.read(), ["2", "older"]);
}
